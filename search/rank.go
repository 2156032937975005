package search

import "math"

// How much each sign counts. The first two are those of BM25; all were tried on judged questions
// (see BenchmarkRetrieval).
const (
	saturation  = 0.9  // how soon further occurrences stop counting
	lengthShare = 0.85 // how far a long text makes a word less telling
	barePart    = 0.2  // a word that was typed with marks and stands with others, or without
	titleBonus  = 0.5  // occurrences more for one in the title
	namesPart   = 0.5  // of an occurrence in the names of unit and channel
	pairPart    = 1.0  // words that follow one another as in the query, against the words alone
	exactTier   = 1000 // a word more with exactly the marks that were typed
	grain       = 32   // ranks closer than 1/grain are equal, and the newer comes first
)

// rank says how well a document that has the words fits the query.
func (r *run) rank(doc uint32) float64 {
	s := &r.core.shapes[doc]
	norm := saturation * (1 - lengthShare + lengthShare*float64(s.names)/r.mean)
	sum, exact := 0.0, 0
	for i := range r.plan.slots {
		w := &r.plan.slots[i]
		if r.cursors[i].doc != doc {
			continue
		}
		if w.term == nil {
			sum += w.idf / (1 + norm)
			exact++
			continue
		}
		part, isExact := r.wordRank(w, r.placesOf(i, doc), s, norm)
		sum += part
		if isExact {
			exact++
		}
	}
	for i := 1; i < len(r.plan.slots); i++ {
		sum += r.pairRank(i, doc, norm)
	}
	if r.plan.marked && !r.plan.some {
		sum += float64(exact) * exactTier
	}
	return math.Round(sum*grain) / grain
}

// wordRank is the part of one word, and whether it stands there as it was typed.
func (r *run) wordRank(w *slot, places []place, s *shape, norm float64) (part float64, isExact bool) {
	exact, other := 0.0, 0.0
	for _, p := range places {
		n := 1.0
		switch {
		case p.pos < s.title:
			n += titleBonus
		case p.pos >= s.names:
			n = namesPart
		}
		if !r.plan.marked || w.hasForm && p.form == w.form {
			exact += n
		} else {
			other += n
		}
	}
	if !r.plan.marked {
		return w.idf * exact / (exact + norm), true
	}
	if exact == 0 {
		return barePart * w.idf * other / (other + norm), false
	}
	exact += barePart * other
	return w.idfExact * exact / (exact + norm), true
}

// pairRank is the part of the words i-1 and i standing side by side as they do in the query: most Vietnamese
// words are two syllables.
func (r *run) pairRank(i int, doc uint32, norm float64) float64 {
	a, b := &r.plan.slots[i-1], &r.plan.slots[i]
	if a.term == nil || b.term == nil || r.cursors[i-1].doc != doc || r.cursors[i].doc != doc {
		return 0
	}
	n := 0.0
	x, y := r.placesOf(i-1, doc), r.placesOf(i, doc)
	for j, k := 0, 0; j < len(x) && k < len(y); {
		switch {
		case y[k].pos <= x[j].pos:
			k++
		case y[k].pos > x[j].pos+1:
			j++
		default:
			if !r.plan.marked || a.hasForm && b.hasForm && x[j].form == a.form && y[k].form == b.form {
				n++
			} else {
				n += barePart
			}
			j++
		}
	}
	if n == 0 {
		return 0
	}
	return pairPart * 0.5 * (a.weight(r.plan.marked) + b.weight(r.plan.marked)) * n / (n + norm)
}
