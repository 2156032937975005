package collectors

import (
	"hash/fnv"
	"time"

	"github.com/hoiphunu/lantoa"
)

// The rhythm of visits (algorithms, section 9).
const (
	soonest   = 15 * time.Minute
	latest    = time.Hour // a lost permission must be seen within the hour
	dayBegins = 6         // o'clock, in the Union's zone
	dayEnds   = 22
	nightPace = 4 // times as rare at night
)

// vietnam is where the day of a visit is: the people who post live there, wherever the program runs.
// Viet Nam has one zone and no daylight saving.
var vietnam = time.FixedZone("Asia/Ho_Chi_Minh", 7*60*60)

// NextVisit says when a channel that could be read is read again: eight times in the usual time between
// two of its posts, but within 15 minutes to 1 hour; four times as rare from 22:00 to 06:00. Each channel
// has a share of its own in the interval, told from its id, so that 374 do not come in the same second.
// It is zero, which is never, for a channel that is not collected.
func NextVisit(ch lantoa.Channel, postsAWeek float64, now time.Time, zone *time.Location) time.Time {
	if ch.Archived || ch.Kind == lantoa.Imported {
		return time.Time{}
	}
	every := latest
	if postsAWeek > 0 {
		every = min(max(time.Duration(float64(7*24*time.Hour)/(postsAWeek*8)), soonest), latest)
	}
	share := jitter(ch.ID)
	every = max(time.Duration(float64(every)*(0.85+0.15*share)), soonest)

	morning := nextMorning(now, zone)
	if morning.IsZero() {
		return now.Add(every)
	}
	// Before the day begins at the latest, and then spread over one interval.
	if next := now.Add(nightPace * every); next.Before(morning) {
		return next
	}
	return morning.Add(time.Duration(share * float64(every)))
}

// Retry says when a channel that could not be read is tried again. Trouble that passes by itself is tried
// after as long as it has lasted, within 5 minutes to an hour; what a person must mend is looked at within
// the hour, by day; where the platform named a time it is that time and never sooner.
func Retry(ch lantoa.Channel, t *lantoa.Trouble, now time.Time, zone *time.Location) time.Time {
	usual := NextVisit(ch, 0, now, zone)
	if usual.IsZero() {
		return usual
	}
	switch t.Kind {
	case lantoa.Limited:
		if !t.Until.After(now) {
			return usual
		}
		return t.Until.Add(time.Duration(jitter(ch.ID) * float64(time.Minute)))
	case lantoa.Away, lantoa.Garbled, lantoa.Busy:
		lasted := time.Duration(0)
		if !t.Since.IsZero() {
			lasted = now.Sub(t.Since)
		}
		wait := min(max(lasted, 5*time.Minute), latest)
		return now.Add(time.Duration(float64(wait) * (0.9 + 0.1*jitter(ch.ID))))
	}
	return usual
}

// slowed puts a next visit off when the platform said during a good one that we come too often: twice the
// interval, and not before the time it named.
func slowed(next time.Time, warnings []lantoa.Trouble, now time.Time) time.Time {
	if next.IsZero() {
		return next
	}
	tight, until := false, time.Time{}
	for _, w := range warnings {
		if w.Kind == lantoa.Limited {
			tight = true
			if w.Until.After(until) {
				until = w.Until
			}
		}
	}
	if tight {
		next = next.Add(next.Sub(now))
	}
	if until.After(next) {
		return until
	}
	return next
}

// nextMorning is when the night of now ends, zero by day.
func nextMorning(now time.Time, zone *time.Location) time.Time {
	day := lantoa.Day(now, zone)
	switch hour := now.In(zone).Hour(); {
	case hour < dayBegins:
		return day.Add(dayBegins * time.Hour)
	case hour >= dayEnds:
		return day.AddDate(0, 0, 1).Add(dayBegins * time.Hour)
	}
	return time.Time{}
}

// jitter is the channel's own number from 0 to 1, the same each time.
func jitter(id lantoa.ChannelID) float64 {
	h := fnv.New32a()
	h.Write([]byte(id)) // never fails
	return float64(h.Sum32()) / (1 << 32)
}
