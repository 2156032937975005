package activity

import (
	"math"
	"time"

	"github.com/hoiphunu/lantoa"
)

const (
	// Norm is the number of calendar days without a post after which any channel is silent, whatever its
	// rhythm. [State] uses it; the Union may set another one and ask [StateWithin].
	Norm = 30

	silentDays   = 7    // no channel is silent sooner, however busy it was
	silentChance = 0.02 // a pause that the channel's own rhythm makes less likely than this is a silence

	windowDays = 56 // the stretch before the last post that the rhythm is taken from
	recentDays = 28 // thinning compares these …
	pastDays   = 84 // … with those before them
	fairDays   = 28 // a channel known for less than this before the recent days has no past to compare

	// blindAfter is how long a channel that meets trouble may be unread before what we last knew of it
	// is too old to call it anything but disconnected.
	blindAfter = 48 * time.Hour
)

// State says in one word how a channel is doing at now, with the calendar days since its last post in the
// Union's zone (-1 when it never posted) and its usual posts a week (0 when there is nothing to take it from).
//
// Precedence: archived (put away, or its unit is dissolved) before disconnected (it cannot be read) before
// waiting (never read) before silent, thinning and active. A channel never read that meets a trouble only
// a person can mend is disconnected, for somebody has to do something about it.
func State(ch lantoa.Channel, r lantoa.Rhythm, now time.Time, zone *time.Location) (state lantoa.Alive, days int, usual float64) {
	return StateWithin(Norm, ch, r, now, zone)
}

// StateWithin is [State] with another norm of days.
func StateWithin(norm int, ch lantoa.Channel, r lantoa.Rhythm, now time.Time, zone *time.Location) (state lantoa.Alive, days int, usual float64) {
	perDay := rate(r)
	usual = perDay * 7
	seen := lastLook(ch, now)
	days = daysSince(r, seen, zone)
	switch {
	case ch.Archived || dissolved(ch.Unit, now):
		return lantoa.Archived, days, usual
	case ch.Trouble.Disconnects():
		return lantoa.Disconnected, days, usual
	case ch.FirstRead.IsZero() && ch.LastRead.IsZero():
		return lantoa.Waiting, days, usual
	case ch.Trouble != nil && !ch.LastRead.IsZero() && now.Sub(ch.LastRead) >= blindAfter:
		return lantoa.Disconnected, days, usual
	case silent(norm, ch, r, perDay, days, seen, zone):
		return lantoa.Silent, days, usual
	case thinning(r, seen):
		return lantoa.Thinning, days, usual
	}
	return lantoa.Active, days, usual
}

// rate is λ: posts a day over the 56 days that end with the last post. A channel known for less is not
// given a shorter stretch: its few first days would make a rhythm that it never had.
func rate(r lantoa.Rhythm) float64 {
	if r.Last.IsZero() {
		return 0
	}
	return float64(r.Before) / windowDays
}

// lastLook is the moment up to which we know the channel: now, or its last successful visit if that is long
// past, so that the days on which nobody looked are not taken for days without a post.
func lastLook(ch lantoa.Channel, now time.Time) time.Time {
	if ch.LastRead.IsZero() || now.Sub(ch.LastRead) < blindAfter {
		return now
	}
	return ch.LastRead
}

func daysSince(r lantoa.Rhythm, seen time.Time, zone *time.Location) int {
	if r.Last.IsZero() {
		return -1
	}
	return max(0, lantoa.DaysBetween(r.Last, seen, zone))
}

// dissolved says whether the unit has ended. A channel without a unit's dates is taken to be in force.
func dissolved(u lantoa.Unit, now time.Time) bool { return !u.To.IsZero() && !now.Before(u.To) }

func silent(norm int, ch lantoa.Channel, r lantoa.Rhythm, perDay float64, days int, seen time.Time, zone *time.Location) bool {
	if r.Last.IsZero() { // it never posted: it is given the norm from the day it became known
		since := r.FirstKnown
		if since.IsZero() {
			since = ch.FirstRead
		}
		return !since.IsZero() && lantoa.DaysBetween(since, seen, zone) >= norm
	}
	if days >= norm {
		return true
	}
	return days >= silentDays && math.Exp(-perDay*float64(days)) < silentChance
}

// thinning says whether the last 4 weeks had, a week, less than half the posts of the 12 weeks before.
func thinning(r lantoa.Rhythm, seen time.Time) bool {
	past := float64(pastDays)
	if !r.FirstKnown.IsZero() {
		past = math.Min(past, seen.Sub(r.FirstKnown).Hours()/24-recentDays)
	}
	if past < fairDays {
		return false
	}
	return float64(r.Recent)/recentDays < 0.5*float64(r.Earlier)/past
}
