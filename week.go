package lantoa

import (
	"fmt"
	"math"
	"time"
	_ "time/tzdata" // the Union's time zone must be there on a machine without zone files
)

// Week is an ISO week, Monday first, counted in the Union's time zone. 2026 has a week 53.
type Week struct{ Year, Number int }

// WeekOf is the week of a moment in a zone.
func WeekOf(t time.Time, zone *time.Location) Week {
	y, n := t.In(zone).ISOWeek()
	return Week{y, n}
}

// ParseWeek reads "2026-W47".
func ParseWeek(s string) (Week, error) {
	var w Week
	if _, err := fmt.Sscanf(s, "%4d-W%2d", &w.Year, &w.Number); err != nil || s != w.String() {
		return Week{}, Problem(Invalid, "week", s)
	}
	if got := WeekOf(w.Start(time.UTC), time.UTC); got != w {
		return Week{}, Problem(Invalid, "week", s)
	}
	return w, nil
}

func (w Week) String() string { return fmt.Sprintf("%04d-W%02d", w.Year, w.Number) }

// Start is Monday 00:00 of the week.
func (w Week) Start(zone *time.Location) time.Time {
	jan4 := time.Date(w.Year, 1, 4, 0, 0, 0, 0, zone) // always in week 1
	back := (int(jan4.Weekday()) + 6) % 7
	return jan4.AddDate(0, 0, 7*(w.Number-1)-back)
}

// End is the Monday after.
func (w Week) End(zone *time.Location) time.Time { return w.Start(zone).AddDate(0, 0, 7) }

// Before is the week before.
func (w Week) Before() Week { return WeekOf(w.Start(time.UTC).AddDate(0, 0, -7), time.UTC) }

// After is the week after.
func (w Week) After() Week { return WeekOf(w.Start(time.UTC).AddDate(0, 0, 7), time.UTC) }

// Compare orders weeks by time.
func (w Week) Compare(o Week) int {
	if w.Year != o.Year {
		return w.Year - o.Year
	}
	return w.Number - o.Number
}

// Settled is the moment as of which a week's figures are told: Monday 06:00 after it, when the night's collecting is
// over and the digest is drafted.
func (w Week) Settled(zone *time.Location) time.Time { return w.End(zone).Add(6 * time.Hour) }

// LastWeeks are the n weeks that end with w, oldest first.
func LastWeeks(w Week, n int) []Week {
	out := make([]Week, n)
	for i := n - 1; i >= 0; i-- {
		out[i], w = w, w.Before()
	}
	return out
}

// LastFullWeek is the newest week that is over.
func LastFullWeek(now time.Time, zone *time.Location) Week { return WeekOf(now, zone).Before() }

// Freshness halves every 10 days from told to now.
func Freshness(told, now time.Time) float64 {
	d := now.Sub(told).Hours() / 24
	if d <= 0 {
		return 1
	}
	return math.Pow(0.5, d/10)
}

// Day is midnight of t's day in a zone.
func Day(t time.Time, zone *time.Location) time.Time {
	y, m, d := t.In(zone).Date()
	return time.Date(y, m, d, 0, 0, 0, 0, zone)
}

// DaysBetween counts calendar days from a to b in a zone.
func DaysBetween(a, b time.Time, zone *time.Location) int {
	return int(math.Round(Day(b, zone).Sub(Day(a, zone)).Hours() / 24))
}
