package stories

import "math"

// A sieve finds the texts that may overlap with a new one, without looking at the rest. It has two meshes:
// bands of a MinHash signature catch texts that are alike as a whole, sampled shingles catch those that share
// one long run, such as an excerpt in a long report. Both are tables of chains that keep little of what they
// were made from: what falls into a chain by chance is thrown out by the comparison.
type sieve struct {
	bands   [bands]chains
	sample  postings
	hits    []uint16 // by text, of the lookup under way
	touched []int32
	seeds   [signature]uint32
}

// The meshes were chosen by measurement (TestSieve repeats it): on real posts the sampled shingles let nearly
// every changed copy of some length through by themselves, and the bands are for short ones; 12, 20 and 32
// bands of three rows find 995, 997 and 998 in a thousand of those, and cost a sixth of the speed between them.
const (
	bands     = 20
	rows      = 3
	signature = bands * rows

	sampleEvery = 8  // one shingle in eight, by its hash, so that both texts choose the same ones
	crowded     = 48 // what more texts than this have in common is a form or a formula, and says nothing
	tried       = 24 // candidates that are compared, best first
	leastHits   = 2  // one band alone may be chance; one sampled shingle counts twice
)

func newSieve() *sieve {
	s := &sieve{}
	x := uint32(0x2545F491)
	for i := range s.seeds {
		x ^= x << 13
		x ^= x >> 17
		x ^= x << 5
		s.seeds[i] = x | 1
	}
	return s
}

// sign is the MinHash signature of a set of shingles. Their hashes are well mixed already, so that a product
// is hash enough. Four rows at a time keep the four least values in registers.
func (s *sieve) sign(shingles []uint32) *[signature]uint32 {
	var sig [signature]uint32
	for i := 0; i < signature; i += 4 {
		a, b, c, d := s.seeds[i], s.seeds[i+1], s.seeds[i+2], s.seeds[i+3]
		w, x, y, z := uint32(math.MaxUint32), uint32(math.MaxUint32), uint32(math.MaxUint32), uint32(math.MaxUint32)
		for _, h := range shingles {
			w, x, y, z = min(w, h*a), min(x, h*b), min(y, h*c), min(z, h*d)
		}
		sig[i], sig[i+1], sig[i+2], sig[i+3] = w, x, y, z
	}
	return &sig
}

func band(sig *[signature]uint32, b int) uint32 {
	h := uint32(b)*0x85EBCA6B + 1
	for _, v := range sig[b*rows : b*rows+rows] {
		h = (h ^ v) * 0xC2B2AE35
		h ^= h >> 16
	}
	return h
}

// candidates are the texts that may overlap with these shingles, most promising first.
func (s *sieve) candidates(shingles []uint32, sig *[signature]uint32) []int32 {
	for b := range s.bands {
		s.bands[b].each(band(sig, b), s.hit)
	}
	for _, h := range shingles {
		if sampled(h) {
			s.sample.each(h, s.hit)
		}
	}
	var best [tried]int32
	n := 0
	for _, id := range s.touched {
		if s.hits[id] < leastHits {
			continue
		}
		i := min(n, tried) // the few best of many: insertion is quicker than sorting all
		for i > 0 && s.better(id, best[i-1]) {
			if i < tried {
				best[i] = best[i-1]
			}
			i--
		}
		if i < tried {
			best[i] = id
			n = min(n+1, tried)
		}
	}
	for _, id := range s.touched {
		s.hits[id] = 0
	}
	s.touched = s.touched[:0]
	return append([]int32(nil), best[:n]...)
}

func (s *sieve) better(a, b int32) bool {
	if s.hits[a] != s.hits[b] {
		return s.hits[a] > s.hits[b]
	}
	return a > b // of two alike the newer one
}

func (s *sieve) hit(id int32, weight uint16) {
	if s.hits[id] == 0 {
		s.touched = append(s.touched, id)
	}
	s.hits[id] += weight
}

// put adds text id; ids come in order, one after the other. again gives the shingles of an earlier text, for
// the table is made anew when it grows.
func (s *sieve) put(id int32, shingles []uint32, sig *[signature]uint32, again func(id int32) []uint32) {
	if int(id) >= len(s.bands[0].heads) {
		for b := range s.bands {
			s.bands[b] = newChains(2 * int(id))
		}
		for old := range id {
			if earlier := again(old); len(earlier) > 0 {
				s.chain(old, s.sign(earlier))
			}
		}
	}
	s.chain(id, sig)
	for int(id) >= len(s.hits) {
		s.hits = append(s.hits, 0)
	}
	for _, h := range shingles {
		if sampled(h) {
			s.sample.put(h, id)
		}
	}
}

func (s *sieve) chain(id int32, sig *[signature]uint32) {
	for b := range s.bands {
		s.bands[b].put(id, band(sig, b))
	}
}

func sampled(h uint32) bool { return h%sampleEvery == 0 }

// chains is a hash table in which each text hangs in one chain, the newest first: nine bytes a text and its
// share of the heads.
type chains struct {
	heads []int32 // 1 + text, 0 for none
	next  []int32
	tags  []uint8 // bits of the hash beyond the table's, so that strangers in a chain are passed over
}

func newChains(texts int) chains {
	n := 1 << 10
	for n < texts {
		n *= 2
	}
	return chains{heads: make([]int32, n), next: make([]int32, n), tags: make([]uint8, n)}
}

func (c *chains) put(id int32, hash uint32) {
	i := hash & uint32(len(c.heads)-1)
	c.next[id], c.heads[i] = c.heads[i], id+1
	c.tags[id] = uint8(hash >> 24)
}

func (c *chains) each(hash uint32, hit func(id int32, weight uint16)) {
	if len(c.heads) == 0 {
		return
	}
	steps := 0
	for i := c.heads[hash&uint32(len(c.heads)-1)]; i != 0 && steps < crowded; i = c.next[i-1] {
		steps++
		if c.tags[i-1] == uint8(hash>>24) {
			hit(i-1, 1)
		}
	}
}

// postings lists, for each sampled shingle, the texts that have it, up to the crowd.
type postings struct {
	heads []int32 // 1 + node, 0 for none
	nodes []posting
}

type posting struct {
	shingle  uint32
	id, next int32
}

func (p *postings) put(shingle uint32, id int32) {
	if len(p.nodes) >= len(p.heads) {
		p.heads = make([]int32, max(1<<10, 2*len(p.heads)))
		for i := range p.nodes {
			p.link(int32(i))
		}
	}
	n := 0
	for i := p.heads[p.slot(shingle)]; i != 0; i = p.nodes[i-1].next {
		if p.nodes[i-1].shingle == shingle {
			if n++; n >= crowded || p.nodes[i-1].id == id {
				return
			}
		}
	}
	p.nodes = append(p.nodes, posting{shingle: shingle, id: id})
	p.link(int32(len(p.nodes) - 1))
}

// slot spreads shingles over the table; the low bits of sampled ones are all alike.
func (p *postings) slot(shingle uint32) uint32 {
	return (shingle * 0x9E3779B1) >> 3 & uint32(len(p.heads)-1)
}

func (p *postings) link(i int32) {
	slot := p.slot(p.nodes[i].shingle)
	p.nodes[i].next, p.heads[slot] = p.heads[slot], i+1
}

func (p *postings) each(shingle uint32, hit func(id int32, weight uint16)) {
	if len(p.heads) == 0 {
		return
	}
	var found [crowded]int32
	n := 0
	for i := p.heads[p.slot(shingle)]; i != 0 && n < crowded; i = p.nodes[i-1].next {
		if p.nodes[i-1].shingle == shingle {
			found[n] = p.nodes[i-1].id
			n++
		}
	}
	weight := uint16(4) // few have it: a name, a figure
	switch {
	case n == crowded:
		return
	case n > crowded/6:
		weight = 2
	}
	for _, id := range found[:n] {
		hit(id, weight)
	}
}
