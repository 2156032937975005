package activity

import (
	"testing"
	"time"

	"github.com/hoiphunu/lantoa"
)

var zone = time.FixedZone("ICT", 7*3600)

// now is Monday 23 November 2026, 06:00 in the Union's zone.
var now = time.Date(2026, 11, 23, 6, 0, 0, 0, zone)

func day(month time.Month, d, hour int) time.Time {
	return time.Date(2026, month, d, hour, 0, 0, 0, zone)
}

func read() lantoa.Channel {
	return lantoa.Channel{FirstRead: day(5, 25, 6), LastRead: now.Add(-time.Hour)}
}

func TestState(t *testing.T) {
	long := day(5, 25, 6) // known for half a year
	daily := lantoa.Rhythm{Last: day(11, 22, 9), Before: 56, Recent: 28, Earlier: 84, FirstKnown: long}
	with := func(r lantoa.Rhythm, change func(*lantoa.Rhythm)) lantoa.Rhythm { change(&r); return r }
	trouble := func(k lantoa.Kind) lantoa.Channel {
		ch := read()
		ch.Trouble = lantoa.Problem(k, "", "")
		return ch
	}
	tests := []struct {
		name  string
		ch    lantoa.Channel
		r     lantoa.Rhythm
		state lantoa.Alive
		days  int
	}{
		{"a page that posts daily is active", read(), daily, lantoa.Active, 1},
		{"a page that posted daily until nine days ago is silent for 9 days", read(),
			with(daily, func(r *lantoa.Rhythm) { r.Last = day(11, 14, 20); r.Recent = 19 }), lantoa.Silent, 9},
		{"days are calendar days: late in the evening of the 14th is still nine days ago", read(),
			with(daily, func(r *lantoa.Rhythm) { r.Last = day(11, 14, 23).Add(59 * time.Minute) }), lantoa.Silent, 9},
		{"six days of quiet are no silence, however busy the page was", read(),
			with(daily, func(r *lantoa.Rhythm) { r.Last = day(11, 17, 9); r.Before = 400; r.Recent = 200; r.Earlier = 600 }), lantoa.Active, 6},
		{"a page that posts every three weeks, last twelve days ago, is as usual", read(),
			lantoa.Rhythm{Last: day(11, 11, 9), Before: 3, Recent: 1, Earlier: 4, FirstKnown: long}, lantoa.Active, 12},
		{"thirty days are a silence for any rhythm", read(),
			lantoa.Rhythm{Last: day(10, 24, 9), Before: 2, Recent: 0, Earlier: 3, FirstKnown: long}, lantoa.Silent, 30},
		{"twenty-nine days are none for a page that posts every three weeks", read(),
			lantoa.Rhythm{Last: day(10, 25, 9), Before: 3, Recent: 0, Earlier: 4, FirstKnown: long}, lantoa.Thinning, 29},
		{"a revoked permission is never called silent", trouble(lantoa.NoRight),
			with(daily, func(r *lantoa.Rhythm) { r.Last = day(11, 1, 9) }), lantoa.Disconnected, 22},
		{"an expired token is disconnected at once, though the page posted yesterday", trouble(lantoa.Expired), daily, lantoa.Disconnected, 1},
		{"an hour without an answer is no disconnection", trouble(lantoa.Away), daily, lantoa.Active, 1},
		{"two days without an answer are one, and no silence",
			func() lantoa.Channel {
				ch := trouble(lantoa.Away)
				ch.LastRead = now.Add(-10 * 24 * time.Hour)
				return ch
			}(),
			with(daily, func(r *lantoa.Rhythm) { r.Last = day(11, 13, 5) }), lantoa.Disconnected, 0},
		{"days on which our own program was off do not make a page silent",
			func() lantoa.Channel { ch := read(); ch.LastRead = day(11, 13, 12); return ch }(),
			with(daily, func(r *lantoa.Rhythm) { r.Last = day(11, 13, 9) }), lantoa.Active, 0},
		{"a channel never read is waiting", lantoa.Channel{}, lantoa.Rhythm{}, lantoa.Waiting, -1},
		{"a channel never read for want of a permission needs somebody: it is disconnected",
			lantoa.Channel{Trouble: lantoa.Problem(lantoa.NoRight, "pages_read_engagement", "")}, lantoa.Rhythm{}, lantoa.Disconnected, -1},
		{"a channel never read because the platform is away goes on waiting",
			lantoa.Channel{Trouble: lantoa.Problem(lantoa.Away, "", "")}, lantoa.Rhythm{}, lantoa.Waiting, -1},
		{"a page put away is archived, whatever its trouble",
			func() lantoa.Channel { ch := trouble(lantoa.Expired); ch.Archived = true; return ch }(), daily, lantoa.Archived, 1},
		{"the page of a dissolved unit is archived",
			func() lantoa.Channel { ch := read(); ch.Unit.To = day(7, 1, 0); return ch }(), daily, lantoa.Archived, 1},
		{"less than half the posts of the weeks before is thinning", read(),
			lantoa.Rhythm{Last: day(11, 20, 9), Before: 12, Recent: 3, Earlier: 19, FirstKnown: long}, lantoa.Thinning, 3},
		{"exactly half is not", read(),
			lantoa.Rhythm{Last: day(11, 20, 9), Before: 12, Recent: 3, Earlier: 18, FirstKnown: long}, lantoa.Active, 3},
		{"a page known for six weeks has no fair past to thin from", read(),
			lantoa.Rhythm{Last: day(11, 20, 9), Before: 12, Recent: 1, Earlier: 11, FirstKnown: day(10, 12, 9)}, lantoa.Active, 3},
		{"a page added four days ago with three posts is active", read(),
			lantoa.Rhythm{Last: day(11, 22, 9), Before: 3, Recent: 3, FirstKnown: day(11, 19, 9)}, lantoa.Active, 1},
		{"a page read since yesterday that never posted is given time", read(),
			lantoa.Rhythm{FirstKnown: day(11, 22, 9)}, lantoa.Active, -1},
		{"a page that never posted in the norm's thirty days is silent", read(),
			lantoa.Rhythm{FirstKnown: day(10, 24, 9)}, lantoa.Silent, -1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			state, days, _ := State(tt.ch, tt.r, now, zone)
			if state != tt.state || days != tt.days {
				t.Errorf("State = %s after %d days, want %s after %d", state, days, tt.state, tt.days)
			}
		})
	}
}

func TestTheUsualRhythmIsThatOfTheWeeksBeforeTheLastPost(t *testing.T) {
	_, _, usual := State(read(), lantoa.Rhythm{Last: day(11, 14, 9), Before: 56, FirstKnown: day(5, 25, 6)}, now, zone)
	if usual != 7 {
		t.Errorf("a daily page has %v posts a week, want 7", usual)
	}
	_, _, usual = State(read(), lantoa.Rhythm{FirstKnown: day(11, 9, 9)}, now, zone)
	if usual != 0 {
		t.Errorf("a page without a post has %v a week, want 0", usual)
	}
}

func TestTheNormCanBeSet(t *testing.T) {
	r := lantoa.Rhythm{Last: day(11, 8, 9), Before: 3, Recent: 1, Earlier: 4, FirstKnown: day(5, 25, 6)}
	if state, _, _ := StateWithin(14, read(), r, now, zone); state != lantoa.Silent {
		t.Errorf("15 days under a norm of 14: %s, want silent", state)
	}
	if state, _, _ := State(read(), r, now, zone); state != lantoa.Active {
		t.Errorf("15 days under the usual norm: %s, want active", state)
	}
}

func TestTheFiveStatesAddUp(t *testing.T) {
	states := []lantoa.Alive{lantoa.Active, lantoa.Active, lantoa.Thinning, lantoa.Silent, lantoa.Disconnected, lantoa.Archived, lantoa.Waiting}
	got := Count(states)
	if got.Total() != 6 || got.Waiting != 1 || got.Of(lantoa.Active) != 2 {
		t.Errorf("Count = %+v, want 6 in five states and 1 waiting beside them", got)
	}
}
