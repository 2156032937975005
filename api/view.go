package api

import (
	"context"
	"math"
	"strings"
	"time"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/internal/words"
)

// view draws nouns as one caller may see them. The drawing of each noun stands beside its shape.
type view struct {
	scope lantoa.Scope
	say   *words.Catalog
	now   time.Time
	zone  *time.Location
	units map[lantoa.UnitID]lantoa.Unit // all there have ever been: parents and successors are told by code
}

func (s *Server) view(ctx context.Context) (view, error) {
	c := callOf(ctx)
	all, err := s.Store.Units(ctx, lantoa.Everything, time.Time{})
	if err != nil {
		return view{}, err
	}
	v := view{scope: c.who.Scope(), say: c.say, now: s.Now(), zone: s.Zone, units: make(map[lantoa.UnitID]lantoa.Unit, len(all))}
	for _, u := range all {
		v.units[u.ID] = u
	}
	return v, nil
}

// sees says whether a unit lies in the caller's scope.
func (v view) sees(u lantoa.Unit) bool { return v.scope.Sees(u.Path) }

// public says whether a post may be seen from anywhere: its story was approved or passed on, and it is still
// where it was published.
func public(m lantoa.Measured) bool {
	return (m.StoryState == lantoa.Approved || m.StoryState == lantoa.Reshared) && !gone(m)
}

// gone says whether a post was taken away or hidden at its platform.
func gone(m lantoa.Measured) bool { return m.Removed() || m.Hidden }

// moment is a time in the Union's zone, nil where there is none.
func (v view) moment(t time.Time) *time.Time {
	if t.IsZero() {
		return nil
	}
	t = t.In(v.zone)
	return &t
}

// day is a date in the Union's zone, nil where there is none.
func (v view) day(t time.Time) *string {
	if t.IsZero() {
		return nil
	}
	text := t.In(v.zone).Format(time.DateOnly)
	return &text
}

// rounded is f with so many decimals: a program shall not read a meaning into the sixteenth.
func rounded(f float64, decimals int) float64 {
	p := math.Pow10(decimals)
	return math.Round(f*p) / p
}

// noNil is a list that JSON writes as [] and never as null.
func noNil[T any](list []T) []T {
	if list == nil {
		return []T{}
	}
	return list
}

// cleaned is text from a caller with what no database of ours keeps replaced, as the gate does it.
func cleaned(s string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "\uFFFD")
}
