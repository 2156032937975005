package stories

// shingleSet is a set of hashes that is filled again and again without being cleared.
type shingleSet struct {
	cells    []cell
	turn     uint32 // of filling
	pass     uint32 // of marking
	distinct int
}

type cell struct{ value, turn, pass uint32 }

// fill replaces what is in the set.
func (s *shingleSet) fill(values []uint32) {
	for len(s.cells) < 2*len(values)+16 {
		s.cells = make([]cell, max(512, 2*len(s.cells)))
		s.turn, s.pass = 0, 0
	}
	s.turn++
	s.pass++
	s.distinct = 0
	for _, v := range values {
		c := s.find(v)
		if c.turn != s.turn {
			*c = cell{value: v, turn: s.turn}
			s.distinct++
		}
	}
}

// share is how much of the smaller of the set and these values the two have in common, at most: values that
// come twice are counted twice.
func (s *shingleSet) share(values []uint32) float64 {
	n := 0
	for _, v := range values {
		if s.find(v).turn == s.turn {
			n++
		}
	}
	return float64(n) / float64(max(1, min(s.distinct, len(values))))
}

// mark says whether a value is in the set, and whether it is asked for the first time in this pass.
func (s *shingleSet) mark(v uint32) (in, first bool) {
	c := s.find(v)
	if c.turn != s.turn {
		return false, false
	}
	first = c.pass != s.pass
	c.pass = s.pass
	return true, first
}

func (s *shingleSet) find(v uint32) *cell {
	mask := uint32(len(s.cells) - 1)
	i := v * 0x9E3779B1 >> 7 & mask
	for s.cells[i].turn == s.turn && s.cells[i].value != v {
		i = (i + 1) & mask
	}
	return &s.cells[i]
}
