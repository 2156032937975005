package activity

import (
	"testing"
	"time"

	"github.com/hoiphunu/lantoa"
)

func TestDaysAreLaidOutByTheUnionsWeek(t *testing.T) {
	calendar := lantoa.LastWeeks(lantoa.Week{Year: 2026, Number: 48}, 3) // 9/11 to 29/11; now is Monday 23/11, 06:00
	at := func(d, hour, minute int) time.Time { return time.Date(2026, 11, d, hour, minute, 0, 0, zone) }
	type want struct {
		row, day, posts int
		kind            DayKind
	}
	revoked := read()
	revoked.LastRead, revoked.Trouble = at(18, 9, 0), lantoa.Problem(lantoa.NoRight, "", "")
	away := read()
	away.LastRead, away.Trouble = now.Add(-time.Hour), lantoa.Problem(lantoa.Away, "", "")
	for _, tt := range []struct {
		name  string
		ch    lantoa.Channel
		known time.Time
		told  []time.Time
		want  []want
	}{
		{"the last minute of a Sunday and the first of a Monday are days of two weeks", read(), time.Time{},
			[]time.Time{at(15, 23, 59), at(16, 0, 0), at(16, 8, 0)}, []want{{0, 6, 1, Read}, {1, 0, 2, Read}}},
		{"a moment that is still Sunday in Greenwich is Monday here", read(), time.Time{},
			[]time.Time{time.Date(2026, 11, 15, 17, 30, 0, 0, time.UTC)}, []want{{0, 6, 0, Read}, {1, 0, 1, Read}}},
		{"before the channel was known nothing is said", read(), at(19, 15, 0),
			[]time.Time{at(19, 16, 0)}, []want{{1, 2, 0, Unknown}, {1, 3, 1, Read}, {1, 4, 0, Read}}},
		{"days after the last good visit are unread, the day of it is not", revoked, time.Time{},
			[]time.Time{at(17, 8, 0)}, []want{{1, 1, 1, Read}, {1, 2, 0, Read}, {1, 3, 0, Unread}, {1, 6, 0, Unread}, {2, 0, 0, Unread}, {2, 1, 0, Ahead}}},
		{"an hour without an answer loses no day", away, time.Time{}, nil, []want{{1, 6, 0, Read}, {2, 0, 0, Read}}},
		{"days to come are empty", read(), time.Time{}, nil, []want{{2, 0, 0, Read}, {2, 1, 0, Ahead}, {2, 6, 0, Ahead}}},
		{"a channel never read has no day that was", lantoa.Channel{CreatedAt: at(20, 10, 0)}, time.Time{}, nil,
			[]want{{1, 3, 0, Unknown}, {1, 4, 0, Unread}, {2, 0, 0, Unread}}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			days := Days(calendar, tt.told, tt.ch, tt.known, now, zone)
			for _, w := range tt.want {
				if got := days[w.row][w.day]; got.Posts != w.posts || got.Kind != w.kind {
					t.Errorf("%s: %d posts, %s; want %d, %s", got.Date.Format(time.DateOnly), got.Posts, got.Kind, w.posts, w.kind)
				}
			}
		})
	}
}

// Over the turn of a year with 53 weeks no day is left out and none comes twice.
func TestDaysOfAYearWithWeek53(t *testing.T) {
	last := lantoa.Week{Year: 2027, Number: 2}
	var told []time.Time
	for d := time.Date(2026, 12, 21, 12, 0, 0, 0, zone); d.Before(last.End(zone)); d = d.AddDate(0, 0, 1) {
		told = append(told, d)
	}
	days := Days(lantoa.LastWeeks(last, 4), told, read(), time.Time{}, last.End(zone), zone)
	before := time.Date(2026, 12, 20, 0, 0, 0, 0, zone)
	for _, week := range days {
		for _, d := range week {
			if !d.Date.Equal(before.AddDate(0, 0, 1)) || d.Posts != 1 {
				t.Errorf("%s after %s with %d posts", d.Date.Format(time.DateOnly), before.Format(time.DateOnly), d.Posts)
			}
			before = d.Date
		}
	}
}
