package sandbox

import (
	"testing"
	"time"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/activity"
)

// TestTheStatesOfTwoWeeks judges the pages as the program does, from what they published.
func TestTheStatesOfTwoWeeks(t *testing.T) {
	s, _ := at(t, monday, Options{})
	tally := func(then time.Time) activity.Tally {
		var sum activity.Tally
		sec := then.Unix()
		for _, p := range s.pages {
			if !p.exists(sec) {
				continue
			}
			ch := lantoa.Channel{Archived: p.role == roleArchived, FirstRead: monday.AddDate(0, 0, -182), LastRead: then}
			if p.broken != 0 && sec >= p.broken {
				ch.Trouble = lantoa.Problem(lantoa.NoRight, "", "")
			}
			r := lantoa.Rhythm{FirstKnown: time.Unix(max(p.since, s.anchor-182*day), 0)}
			count := func(from, to int64) (n int64) {
				for _, q := range p.posts {
					if q.appears <= sec && (q.gone == 0 || q.gone > sec) && q.created > from && q.created <= to {
						n++
					}
				}
				return n
			}
			if last := newest(p, sec); last != 0 {
				r.Last = time.Unix(last, 0)
				r.Before = count(last-56*day, last)
			}
			r.Recent, r.Earlier = count(sec-28*day, sec), count(sec-112*day, sec-28*day)
			state, _, _ := activity.State(ch, r, then, Zone)
			sum.Add(state)
		}
		return sum
	}
	if got := tally(monday); got != (activity.Tally{Active: 151, Thinning: 20, Silent: 9, Disconnected: 5, Archived: 2}) {
		t.Errorf("at the anchor %+v", got)
	}
	if got := tally(monday.AddDate(0, 0, -7)); got.Active != 148 {
		t.Errorf("a week before %+v, want 148 active", got)
	}
}
