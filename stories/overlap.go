package stories

import "math"

// overlap is what two wordings have in common, seen from the shorter one.
type overlap struct {
	jaccard     float64 // of the sets of shingles
	containment float64 // share of the shorter one's shingles that the longer one has too
	covered     float64 // share of the shorter one's syllables that lie in shared shingles
	coveredLong float64 // the same of the longer one
	shorter     int     // syllables of the shorter one
	left        int     // its syllables outside of shared shingles
	runs        int     // stretches of shared syllables in it
	longestRun  int
	inside      int // syllables of the shorter one that differ between shared stretches, not before or after them
	insideLong  int // the same of the longer one
	numbers     int // numbers that each has and the other has not: the smaller of the two counts
	names       int // the same of names
}

// compare measures the overlap of two texts. It gives up, ok being false, as soon as it is clear that they have
// too little in common to be one story. The scratch set is overwritten.
func compare(a, b *text, scratch *shingleSet) (o overlap, ok bool) {
	if len(a.shingles) > len(b.shingles) {
		a, b = b, a
	}
	o.shorter = len(a.shingles) + shingle - 1
	scratch.fill(a.shingles)
	distinctA := scratch.distinct
	var long overlap
	shared, covered := cover(b.shingles, scratch, &long)
	o.coveredLong = float64(covered) / float64(len(b.shingles)+shingle-1)
	o.containment = float64(shared) / float64(distinctA) // of the shorter one, or near enough
	if o.containment < leastContained {
		return o, false
	}
	scratch.fill(b.shingles)
	_, covered = cover(a.shingles, scratch, &o)
	o.left = o.shorter - covered
	o.insideLong = long.inside
	o.covered = float64(covered) / float64(o.shorter)
	o.jaccard = float64(shared) / float64(distinctA+scratch.distinct-shared)
	o.containment = float64(shared) / float64(min(distinctA, scratch.distinct))
	o.numbers = min(missing(a.numbers, b.numbers), missing(b.numbers, a.numbers))
	o.names = min(missing(a.names, b.names), missing(b.names, a.names))
	return o, true
}

// leastContained is below what any rule of sameStory lets pass.
const leastContained = 0.4

// cover counts the distinct shingles of a text that are in other, and the syllables that lie in them.
func cover(shingles []uint32, other *shingleSet, o *overlap) (shared, covered int) {
	reach, run := 0, 0 // covered up to this syllable; length of the present run
	for i, s := range shingles {
		hit, first := other.mark(s)
		if !hit {
			continue
		}
		if first {
			shared++
		}
		if i > reach || reach == 0 {
			if reach > 0 {
				o.inside += i - reach
			}
			run = 0
			o.runs++
			reach = i
		}
		covered += i + shingle - reach
		run += i + shingle - reach
		reach = i + shingle
		o.longestRun = max(o.longestRun, run)
	}
	return shared, covered
}

// missing counts the values of one sorted set that the other lacks.
func missing(a, b []uint32) int {
	n, j := 0, 0
	for _, v := range a {
		for j < len(b) && b[j] < v {
			j++
		}
		if j == len(b) || b[j] != v {
			n++
		}
	}
	return n
}

// The figures of sameStory, fitted on judged pairs of real posts (TestJudgedPairs repeats the measurement).
const (
	briefText     = 45   // in a text of a few sentences one changed word is a slip, two are another message
	mostCovered   = 0.77 // of the shorter text's syllables
	halfContained = 0.55 // of its shingles: changes scattered through a text break more of these
	longText      = 100  // a long text rewritten here and there …
	longCovered   = 0.62 // … is known by less, if what is kept comes in long runs
	longRun       = 60
	longRuns      = 10
	slotNumbers   = 0.12 // of the differing syllables being other numbers and names: a form filled in anew
	slotNames     = 0.25 // the same where only names differ, of which there must be three
	instalment    = 0.90 // two posts of one page that differ at all are instalments unless they differ this little
)

// sameStory decides whether two texts that overlap are one text passed on. Most of the shorter one must be in
// the longer one; but where what differs is chiefly other numbers and other names on both sides, the same
// form was filled in anew, and a page's own posts that share an opening are instalments of a series.
func (o overlap) sameStory(samePage bool) bool {
	if o.shorter < shortText || o.filledInAnew() {
		return false
	}
	if o.shorter < briefText && min(o.inside, o.insideLong) > 1 {
		return false
	}
	if samePage && o.jaccard < instalment {
		return false
	}
	if o.covered >= mostCovered && o.containment >= halfContained {
		return true
	}
	return o.shorter >= longText && o.numbers > 0 && o.covered >= longCovered && o.coveredLong >= longCovered-0.02 &&
		o.runs <= longRuns && o.longestRun >= longRun
}

func (o overlap) filledInAnew() bool {
	slots := float64(o.numbers+o.names) / math.Max(1, float64(o.left))
	return o.numbers >= 1 && slots >= slotNumbers || o.names >= 3 && slots >= slotNames
}
