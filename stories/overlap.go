package stories

import "slices"

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
	numbers     int // numbers inside that each has and the other has not: the smaller of the two counts
	names       int // the same of names
	gaps        []gap
}

// gap is a stretch of syllables [from, to) that differs, between two shared stretches.
type gap struct{ from, to int }

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
	inA, inB := others(a.marks, o.gaps, b.marks), others(b.marks, long.gaps, a.marks)
	o.numbers, o.names = min(inA.numbers, inB.numbers), min(inA.names, inB.names)
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
				o.gaps = append(o.gaps, gap{reach, i})
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

// tally counts numbers and names.
type tally struct{ numbers, names int }

// others counts the different marks of one text that stand in its gaps and nowhere in the other text. What
// differs before or after all that is shared, such as another first line, says nothing.
func others(marks []mark, gaps []gap, other []mark) tally {
	var t tally
	g := 0
	for i, m := range marks {
		for g < len(gaps) && gaps[g].to <= int(m.at) {
			g++
		}
		if g == len(gaps) {
			break
		}
		same := func(o mark) bool { return o.word == m.word }
		if int(m.at) < gaps[g].from || slices.ContainsFunc(other, same) || slices.ContainsFunc(marks[:i], same) {
			continue
		}
		if m.name {
			t.names++
		} else {
			t.numbers++
		}
	}
	return t
}

// The figures of sameStory, fitted on judged pairs of real posts (TestJudgedPairs repeats the measurement).
const (
	briefText     = 45   // in a text of a few sentences one changed word is a slip, two are another message
	mostCovered   = 0.80 // of the shorter text's syllables
	halfContained = 0.55 // of its shingles: changes scattered through a text break more of these
	longText      = 100  // a long text rewritten here and there …
	longCovered   = 0.55 // … is known by less, if one long run of it is kept
	longRun       = 100
	longContained = 0.50
	slotsInside   = 0.30 // of the syllables that differ inside being other numbers and names …
	slotsOfAll    = 0.06 // … and of all that differ: a form filled in anew
	slotNames     = 3    // so many names where no number differs
	instalment    = 0.90 // two posts of one page that differ at all are instalments unless they differ this little
)

// sameStory decides whether two texts that overlap are one text passed on. Most of the shorter one must be in
// the longer one; but where what differs inside is chiefly other numbers and other names on both sides, the
// same form was filled in anew, and a page's own posts that share an opening are instalments of a series.
func (o overlap) sameStory(samePage bool) bool {
	switch {
	case o.shorter < shortText, o.filledInAnew():
		return false
	case o.shorter < briefText && min(o.inside, o.insideLong) > 1:
		return false
	case samePage && o.jaccard < instalment:
		return false
	case o.covered >= mostCovered && o.containment >= halfContained:
		return true
	}
	return o.shorter >= longText && o.longestRun >= longRun && o.containment >= longContained &&
		min(o.covered, o.coveredLong+0.02) >= longCovered
}

func (o overlap) filledInAnew() bool {
	slots := float64(o.numbers + o.names)
	inside := slots / float64(max(1, o.inside))
	switch {
	case o.numbers == 0:
		return o.names >= slotNames && inside >= slotsInside
	case slots == 1 && o.shorter >= longText:
		return false // one figure put right in a long text
	}
	return inside >= slotsInside && slots >= slotsOfAll*float64(o.left)
}
