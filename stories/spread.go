package stories

import (
	"slices"

	"github.com/hoiphunu/lantoa"
)

// spread is how far a text went.
type spread struct {
	carriers  map[lantoa.ChannelID]bool
	channels  int
	units     int
	fromAbove bool
}

// spreadOf looks at the posts that carry one text, the first teller first. Files that were brought in count
// nowhere, and removed posts no longer.
func spreadOf(tellers []lantoa.Measured) spread {
	s := spread{carriers: map[lantoa.ChannelID]bool{}}
	units := map[lantoa.UnitID]bool{}
	lower := map[lantoa.ChannelID]bool{}
	first, fell := -1, true
	for _, p := range tellers {
		if left(p) || p.Kind == lantoa.Imported {
			continue
		}
		s.carriers[p.Channel] = true
		units[p.Unit.ID] = true
		rung := rungOf(p.Unit.Level)
		switch {
		case first < 0:
			first = rung
		case rung > first:
			lower[p.Channel] = true
		case rung < first:
			fell = false // it went upward: somebody above thought it worth telling
		}
	}
	s.channels, s.units = len(s.carriers), len(units)
	s.fromAbove = fell && len(lower) >= 2
	return s
}

// others is the number of channels other than this one that carry the text.
func (s spread) others(ch lantoa.ChannelID) int {
	if s.carriers[ch] {
		return s.channels - 1
	}
	return s.channels
}

// rungOf is 0 for the highest level. One that is not among the known levels is the lowest.
func rungOf(l lantoa.Level) int {
	if i := slices.Index(lantoa.Levels, l); i >= 0 {
		return i
	}
	return len(lantoa.Levels)
}
