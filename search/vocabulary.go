package search

import (
	"cmp"
	"slices"
	"sort"
	"strings"

	"github.com/hoiphunu/lantoa/internal/viet"
)

// order brings the vocabulary up to date: the terms by their text.
func (c *core) order() {
	fresh := make([]uint32, 0, len(c.terms)-len(c.sorted))
	for i := len(c.sorted); i < len(c.terms); i++ {
		fresh = append(fresh, uint32(i))
	}
	if len(fresh) == 0 {
		return
	}
	slices.SortFunc(fresh, func(a, b uint32) int { return cmp.Compare(c.terms[a].text, c.terms[b].text) })
	merged := make([]uint32, 0, len(c.terms))
	old := c.sorted
	for len(old) > 0 && len(fresh) > 0 {
		if c.terms[old[0]].text < c.terms[fresh[0]].text {
			merged, old = append(merged, old[0]), old[1:]
		} else {
			merged, fresh = append(merged, fresh[0]), fresh[1:]
		}
	}
	c.sorted = append(append(merged, old...), fresh...)
}

// beginning is the set of documents with a word that begins with x, nil when x is to be taken as a whole word:
// because it stands in the index as it was typed, and is a whole syllable. With open it is never whole.
func (c *core) beginning(x word, t *term, open bool) []uint64 {
	if t != nil && !open && viet.IsSyllable(x.bare) {
		if _, known := t.findForm(x.exact); known || x.exact == x.bare {
			return nil
		}
	}
	from := sort.Search(len(c.sorted), func(i int) bool { return c.terms[c.sorted[i]].text >= x.bare })
	var set []uint64
	others := false
	for _, i := range c.sorted[from:] {
		other := &c.terms[i]
		if !strings.HasPrefix(other.text, x.bare) {
			break
		}
		if !other.continues(x) {
			continue
		}
		if set == nil {
			set = newSet(uint32(len(c.docs)))
		}
		others = others || other != t
		for cur := other.cursor(); cur.doc != noDoc; cur.next() {
			setBit(set, cur.doc)
		}
	}
	if !others {
		return nil
	}
	return set
}

// continues says whether x is the beginning of a spelling of the term: one typed with marks only of those
// that have them ("đấ" of đất, not of dat).
func (t *term) continues(x word) bool {
	if x.exact == x.bare {
		return true
	}
	return slices.ContainsFunc(t.forms, func(f form) bool {
		return strings.HasPrefix(f.text, x.exact) || t.text == f.text
	})
}

// correct finds what was meant by a word that stands nowhere: words typed without the space, the keys of
// Telex typed without a Vietnamese keyboard, or one slip of the finger (two in a long word). nil if nothing
// fits.
func (c *core) correct(x word) []string {
	if parts := viet.Split(x.bare); parts != nil && c.knowsAll(parts) {
		return parts // bare: we do not know which marks were meant
	}
	if plain := viet.FromTelex(x.exact); plain != "" {
		if t := c.find(viet.Bare(plain)); t != nil {
			return []string{plain}
		}
	}
	if t := c.nearest(x.bare); t != nil {
		return []string{t.commonest()}
	}
	return nil
}

func (c *core) knowsAll(parts []string) bool {
	return !slices.ContainsFunc(parts, func(p string) bool { return c.find(p) == nil })
}

// nearest is the most frequent term within one edit of a word of five letters or more, or two of one of nine.
// The first letter must be the same: people rarely miss it, and another first letter is another word.
func (c *core) nearest(bare string) *term {
	n := len(bare)
	if n < 5 {
		return nil
	}
	limit := 1
	if n >= 9 {
		limit = 2
	}
	var best *term
	bestEdits := limit + 1
	from := sort.Search(len(c.sorted), func(i int) bool { return c.terms[c.sorted[i]].text >= bare[:1] })
	for _, i := range c.sorted[from:] {
		t := &c.terms[i]
		if t.text[0] != bare[0] {
			break
		}
		if len(t.text) < n-limit || len(t.text) > n+limit || t.docs < 2 {
			continue
		}
		e := edits(bare, t.text, limit)
		if e < bestEdits || e == bestEdits && e <= limit && t.docs > best.docs {
			best, bestEdits = t, e
		}
	}
	return best
}

// commonest is the spelling that most documents have.
func (t *term) commonest() string {
	best := 0
	for i := range t.forms {
		if t.forms[i].docs > t.forms[best].docs {
			best = i
		}
	}
	return t.forms[best].text
}

// edits counts insertions, deletions, changes and swaps of neighbours from a to b; limit+1 stands for more.
func edits(a, b string, limit int) int {
	before := make([]int, len(b)+1)
	row := make([]int, len(b)+1)
	next := make([]int, len(b)+1)
	for j := range row {
		row[j] = j
	}
	for i := 1; i <= len(a); i++ {
		next[0] = i
		least := i
		for j := 1; j <= len(b); j++ {
			cost := 1
			if a[i-1] == b[j-1] {
				cost = 0
			}
			next[j] = min(row[j]+1, next[j-1]+1, row[j-1]+cost)
			if i > 1 && j > 1 && a[i-1] == b[j-2] && a[i-2] == b[j-1] {
				next[j] = min(next[j], before[j-2]+1)
			}
			least = min(least, next[j])
		}
		if least > limit {
			return limit + 1
		}
		before, row, next = row, next, before
	}
	return min(row[len(b)], limit+1)
}
