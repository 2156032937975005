package search

import (
	"math"
	"slices"
	"strings"
)

// plan is a query against the words that the index knows.
type plan struct {
	slots     []slot
	phrases   []span // of slots
	without   [][]*term
	marked    bool
	corrected string
	some      bool    // so many words were asked for that most of them will do
	need      float64 // with some: the weight that the words found must have together
}

// slot is one word of a query: a term, or all terms that begin with what was typed so far.
type slot struct {
	word
	term     *term
	prefix   []uint64 // documents; then term is nil
	form     uint16   // the spelling that was typed, if known
	hasForm  bool
	idf      float64 // how telling the word is
	idfExact float64 // how telling this spelling is
}

func (s *slot) cursor() cursor {
	switch {
	case s.term != nil:
		return s.term.cursor()
	case s.prefix != nil:
		return setCursor(s.prefix)
	}
	return cursor{doc: noDoc}
}

// planOf finds the words in the index. A last word that is no whole word of the index stands for all that
// begin with it, and with open it does so anyway; any other word that stands nowhere is replaced by the
// likeliest one that does.
func (c *core) planOf(w words, text string, open bool) plan {
	p := plan{marked: w.marked, phrases: append([]span(nil), w.phrases...)}
	var repaired []repair
	var moved []int // where each word of the query went, for the phrases
	for i, x := range w.list {
		moved = append(moved, len(p.slots))
		s := slot{word: x, term: c.find(x.bare)}
		if x.open {
			if set := c.beginning(x, s.term, open); set != nil {
				s.term, s.prefix = nil, set
			}
		}
		if s.term == nil && s.prefix == nil && !w.inPhrase(i) {
			if better := c.correct(x); better != nil {
				repaired = append(repaired, repair{x.start, x.end, strings.Join(better, " ")})
				p.slots = append(p.slots, c.slotsOf(better, x)...)
				continue
			}
		}
		c.weigh(&s)
		p.slots = append(p.slots, s)
	}
	moved = append(moved, len(p.slots))
	for i := range p.phrases {
		p.phrases[i] = span{moved[w.phrases[i].from], moved[w.phrases[i].to]}
	}
	for _, not := range w.without {
		p.without = append(p.without, c.termsOf(not))
	}
	p.without = slices.DeleteFunc(p.without, func(t []*term) bool { return t == nil })
	p.corrected = apply(text, repaired)
	return p
}

// slotsOf are the words that a word was corrected to.
func (c *core) slotsOf(better []string, x word) []slot {
	var out []slot
	for _, b := range better {
		for _, y := range wordsOf(b, 0, len(b)) {
			y.start, y.end = x.start, x.end
			s := slot{word: y, term: c.find(y.bare)}
			c.weigh(&s)
			out = append(out, s)
		}
	}
	return out
}

// termsOf are the terms of a run of words, nil when one of them stands nowhere.
func (c *core) termsOf(list []word) []*term {
	var out []*term
	for _, x := range list {
		t := c.find(x.bare)
		if t == nil {
			return nil
		}
		out = append(out, t)
	}
	return out
}

// weigh sets how telling a word is: the fewer documents it stands in, the more (as in BM25).
func (c *core) weigh(s *slot) {
	total := float64(len(c.docs))
	idf := func(docs float64) float64 { return math.Log(1 + (total-docs+0.5)/(docs+0.5)) }
	switch {
	case s.term != nil:
		s.idf = idf(float64(s.term.docs))
		s.idfExact = s.idf
		if s.form, s.hasForm = s.term.findForm(s.exact); s.hasForm {
			s.idfExact = idf(float64(s.term.forms[s.form].docs))
		}
	case s.prefix != nil:
		n := 0
		for _, w := range s.prefix {
			n += popcount(w)
		}
		s.idf = idf(float64(n))
		s.idfExact = s.idf
	}
}

// loosen makes a plan of three words or more content with words that carry half of the weight.
func (p *plan) loosen() bool {
	known := p.slots[:0:0]
	for _, s := range p.slots {
		if s.term != nil || s.prefix != nil {
			known = append(known, s)
		}
	}
	if p.some || len(p.slots) < 3 || 2*len(known) < len(p.slots) || len(p.phrases) > 0 && len(known) < len(p.slots) {
		return false
	}
	p.slots, p.some = known, true
	for _, s := range known {
		p.need += s.weight(p.marked)
	}
	if len(known) < longQuery {
		p.need *= 0.5
	} else {
		p.need *= 0.3
	}
	return true
}

// longQuery is the number of words from which a query is a question in whole sentences, most of whose words
// are only manner.
const longQuery = 8

func (s *slot) weight(marked bool) float64 {
	if marked {
		return s.idfExact
	}
	return s.idf
}

// repair is a stretch of the typed text and what was looked for instead.
type repair struct {
	start, end int
	with       string
}

// apply gives the text with the repairs, empty when there are none.
func apply(text string, repairs []repair) string {
	if len(repairs) == 0 {
		return ""
	}
	var b strings.Builder
	at := 0
	for _, r := range repairs {
		b.WriteString(text[at:r.start])
		b.WriteString(r.with)
		at = r.end
	}
	b.WriteString(text[at:])
	return b.String()
}
