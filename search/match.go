package search

import (
	"cmp"
	"slices"
	"sort"
)

// run is one evaluation of a plan over all documents.
type run struct {
	core   *core
	plan   *plan
	filter *filter
	q      Query
	counts counts
	total  int
	seen   int // found within the scope, whatever the filters say
	best   best
	// at the document being looked at
	cursors []cursor
	without [][]cursor
	places  [][]place // of each slot
	have    []bool    // places of the slot have been read
	mean    float64
}

func newRun(c *core, p *plan, f *filter, q Query) *run {
	r := &run{
		core: c, plan: p, filter: f, q: q, counts: c.newCounts(q), best: best{want: q.Offset + q.Limit},
		places: make([][]place, len(p.slots)), have: make([]bool, len(p.slots)), mean: c.meanWords(),
	}
	if q.Limit <= 0 {
		r.best.want = 0
	}
	for i := range p.slots {
		r.cursors = append(r.cursors, p.slots[i].cursor())
	}
	for _, terms := range p.without {
		var cs []cursor
		for _, t := range terms {
			cs = append(cs, t.cursor())
		}
		r.without = append(r.without, cs)
	}
	return r
}

func (r *run) run() {
	switch {
	case len(r.plan.slots) == 0:
		r.everything()
	case r.plan.some:
		r.most()
	default:
		r.all()
	}
}

// everything looks at all documents: nothing was asked for but filters.
func (r *run) everything() {
	for doc := uint32(1); int(doc) < len(r.core.docs); doc++ {
		r.consider(doc)
	}
}

// all looks at the documents that have every word, led by the rarest.
func (r *run) all() {
	order := r.byRarity()
	lead := &r.cursors[order[0]]
next:
	for lead.doc != noDoc {
		for _, i := range order[1:] {
			c := &r.cursors[i]
			if c.seek(lead.doc); c.doc != lead.doc {
				lead.seek(c.doc)
				continue next
			}
		}
		r.consider(lead.doc)
		lead.next()
	}
}

// byRarity gives the slots, the most telling first.
func (r *run) byRarity() []int {
	order := make([]int, len(r.plan.slots))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int {
		x, y := &r.plan.slots[a], &r.plan.slots[b]
		if (x.term == nil && x.prefix == nil) != (y.term == nil && y.prefix == nil) {
			if x.term == nil && x.prefix == nil {
				return -1 // stands nowhere: nothing is left to do
			}
			return 1
		}
		return cmp.Compare(y.idf, x.idf)
	})
	return order
}

// most looks at the documents whose words weigh enough. The least telling words, which together do not, never
// lead to a document.
func (r *run) most() {
	order := r.byRarity()
	weights := make([]float64, len(order))
	for i, s := range order {
		weights[i] = r.plan.slots[s].weight(r.plan.marked)
	}
	leading, rest := len(order), 0.0
	for leading > 1 && rest+weights[leading-1] < r.plan.need {
		leading--
		rest += weights[leading]
	}
	for {
		doc := noDoc
		for _, s := range order[:leading] {
			doc = min(doc, r.cursors[s].doc)
		}
		if doc == noDoc {
			return
		}
		sum := 0.0
		for i, s := range order {
			c := &r.cursors[s]
			if i >= leading {
				if sum+rest < r.plan.need {
					break
				}
				c.seek(doc)
			}
			if c.doc == doc {
				sum += weights[i]
			}
		}
		if sum >= r.plan.need {
			r.consider(doc)
		}
		for _, s := range order[:leading] {
			if r.cursors[s].doc == doc {
				r.cursors[s].next()
			}
		}
	}
}

// consider takes a document that has the words: it is counted, and ranked if it passes every filter.
func (r *run) consider(doc uint32) {
	a := &r.core.docs[doc]
	if !r.filter.sees(a) {
		return
	}
	for i := range r.have {
		r.have[i] = false
	}
	if !r.phrases(doc) || r.excluded(doc) {
		return
	}
	r.seen++
	fails := r.filter.fails(a)
	if fails&(fails-1) != 0 {
		return // fails two filters: counts nowhere
	}
	r.counts.add(a, r.filter.scoreOf(a), fails)
	if fails != 0 {
		return
	}
	r.total++
	if r.best.want > 0 {
		r.best.add(r.candidate(doc, a))
	}
}

// candidate gives a document its place in the order that was asked for.
func (r *run) candidate(doc uint32, a *attributes) candidate {
	c := candidate{doc: doc, published: a.published}
	switch r.q.Sort {
	case ByNewest:
		c.key = float64(a.published)
	case ByReach:
		c.key = float64(r.filter.reachOf(a))
	case ByScore:
		c.key = float64(r.filter.scoreOf(a))
	default:
		if len(r.plan.slots) == 0 {
			c.key = float64(a.published)
		} else {
			c.rank = r.rank(doc)
			c.key = c.rank
		}
	}
	return c
}

// placesOf reads where slot i stands in doc, nil if it does not.
func (r *run) placesOf(i int, doc uint32) []place {
	if !r.have[i] {
		r.have[i] = true
		r.places[i] = r.places[i][:0]
		if c := &r.cursors[i]; c.doc == doc {
			r.places[i] = readPlaces(c.places, r.places[i])
		}
	}
	return r.places[i]
}

// phrases says whether the words of each quotation follow one another in doc.
func (r *run) phrases(doc uint32) bool {
	for _, p := range r.plan.phrases {
		lists := make([][]place, 0, p.to-p.from)
		for i := p.from; i < p.to; i++ {
			lists = append(lists, r.placesOf(i, doc))
		}
		if !follow(lists) {
			return false
		}
	}
	return true
}

// excluded says whether doc has something that was to be left out.
func (r *run) excluded(doc uint32) bool {
	for _, cs := range r.without {
		lists := make([][]place, 0, len(cs))
		for i := range cs {
			if cs[i].seek(doc); cs[i].doc == doc {
				lists = append(lists, readPlaces(cs[i].places, nil))
			}
		}
		if len(lists) == len(cs) && follow(lists) {
			return true
		}
	}
	return false
}

// follow says whether there are places, one of each list, that follow one another.
func follow(lists [][]place) bool {
	for _, first := range lists[0] {
		ok := true
		for k := 1; k < len(lists) && ok; k++ {
			ok = standsAt(lists[k], first.pos+uint32(k))
		}
		if ok {
			return true
		}
	}
	return false
}

func standsAt(places []place, pos uint32) bool {
	i := sort.Search(len(places), func(i int) bool { return places[i].pos >= pos })
	return i < len(places) && places[i].pos == pos
}

// candidate is a document that was found.
type candidate struct {
	key       float64
	rank      float64
	published int64
	doc       uint32
}

// before is the order of hits: by key, of equals the newer, then the one that came later.
func (a candidate) before(b candidate) bool {
	if a.key != b.key {
		return a.key > b.key
	}
	if a.published != b.published {
		return a.published > b.published
	}
	return a.doc > b.doc
}

// best keeps the first want of all candidates, in a heap whose top is the last of them.
type best struct {
	want int
	list []candidate
}

func (b *best) add(c candidate) {
	if len(b.list) < b.want {
		b.list = append(b.list, c)
		for i := len(b.list) - 1; i > 0; { // up
			up := (i - 1) / 2
			if !b.list[up].before(b.list[i]) {
				break
			}
			b.list[up], b.list[i] = b.list[i], b.list[up]
			i = up
		}
		return
	}
	if !c.before(b.list[0]) {
		return
	}
	b.list[0] = c
	for i := 0; ; { // down
		last := i
		for _, k := range [2]int{2*i + 1, 2*i + 2} {
			if k < len(b.list) && b.list[last].before(b.list[k]) {
				last = k
			}
		}
		if last == i {
			return
		}
		b.list[last], b.list[i] = b.list[i], b.list[last]
		i = last
	}
}

// page is the candidates from offset on, in order.
func (b *best) page(offset int) []candidate {
	slices.SortFunc(b.list, func(x, y candidate) int {
		switch {
		case x.before(y):
			return -1
		case y.before(x):
			return 1
		}
		return 0
	})
	return b.list[min(max(offset, 0), len(b.list)):]
}
