package collectors

import (
	"hash/fnv"
	"slices"
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

// How often a visit looks deeper than the newest posts. What it then sees that it would not else: what was changed,
// hidden or deleted long after it was told, and what the platform listed late.
const (
	nightly = 24 * time.Hour
	weekly  = 7 * 24 * time.Hour
	monthly = 30 * 24 * time.Hour
)

// How many of the newest posts are read. A platform gives at most 100 at once.
const (
	freshPosts  = 25
	recentPosts = 100
)

// overlap is how far behind the last visit a visit begins: platforms list posts up to a day late.
const overlap = 24 * time.Hour

// AskFor says what a visit to the channel now is to read: everything as long as no visit ever succeeded and once a
// month, 90 days once a week, the newest 100 once a night, else the newest 25; and always all since a day before
// the last visit that succeeded, however long ago that was.
func AskFor(ch lantoa.Channel, now time.Time) lantoa.Ask {
	if ch.FirstRead.IsZero() {
		return lantoa.Ask{Depth: lantoa.Full}
	}
	ask := lantoa.Ask{Depth: lantoa.Fresh, Newest: freshPosts, Since: now.Add(-overlap)}
	switch {
	case turn(ch, lantoa.Full, monthly, now):
		return lantoa.Ask{Depth: lantoa.Full}
	case turn(ch, lantoa.Season, weekly, now):
		ask = lantoa.Ask{Depth: lantoa.Season, Newest: recentPosts, Since: now.AddDate(0, 0, -90)}
	case night(now) && turn(ch, lantoa.Recent, nightly, now), now.Sub(ch.DepthAt[lantoa.Recent]) > nightly+nightly/2:
		ask = lantoa.Ask{Depth: lantoa.Recent, Newest: recentPosts, Since: now.Add(-reread)}
	}
	if last := ch.LastRead.Add(-overlap); !ch.LastRead.IsZero() && last.Before(ask.Since) {
		ask.Since = last
	}
	return ask
}

// turn says whether a new span of the length has begun for the channel since it was last read so deep. Each channel's
// spans begin at a moment of its own, so that not all are read to the bottom in one night. One night's span begins
// with the night, for all.
func turn(ch lantoa.Channel, depth lantoa.Depth, length time.Duration, now time.Time) bool {
	offset := time.Duration(jitter(ch.ID) * float64(length))
	if depth == lantoa.Recent {
		_, zone := now.In(vietnam).Zone()
		offset = time.Duration(zone)*time.Second + (24-dayEnds)*time.Hour
	}
	span := func(t time.Time) int64 { return t.Add(offset).Unix() / int64(length.Seconds()) }
	last := ch.DepthAt[depth]
	return last.IsZero() || last.After(now) || span(now) > span(last)
}

func night(now time.Time) bool { return !nextMorning(now, vietnam).IsZero() }

// measured says whether a kind of channel gives numbers of its posts, so that their checkpoints matter.
func measured(k lantoa.ChannelKind) bool { return k == lantoa.FacebookPage || k == lantoa.ZaloOA }

// DuePosts are the posts whose numbers are wanted now: one of the ages of [lantoa.Checkpoints] has come since they
// were last measured. From 28 days on none is, nor once a post has stopped growing.
func DuePosts(posts []lantoa.Measured, now time.Time) []lantoa.Measured {
	var due []lantoa.Measured
	for _, p := range posts {
		if next := nextCheckpoint(p); !next.IsZero() && !next.After(now) && now.Sub(p.PublishedAt) < oldest+nightly {
			due = append(due, p)
		}
	}
	return due
}

var oldest = lantoa.Checkpoints[len(lantoa.Checkpoints)-1]

// nextCheckpoint is the first moment after its newest numbers at which a post's numbers are wanted again, zero if
// they are not.
func nextCheckpoint(p lantoa.Measured) time.Time {
	last := time.Duration(-1)
	if n := len(p.Curve); n > 0 {
		last = p.Curve[n-1].At.Sub(p.PublishedAt)
	}
	for _, age := range lantoa.Checkpoints {
		if last < age {
			if grown(p) {
				return time.Time{}
			}
			return p.PublishedAt.Add(age)
		}
	}
	return time.Time{}
}

// grown says whether a post has stopped growing: two steps running from one checkpoint to the next brought less than
// a tenth of the largest step (algorithms, section 9). One that nobody ever answered to may still begin.
func grown(p lantoa.Measured) bool {
	var steps []int64
	before, i, last := int64(0), 0, -1
	for _, age := range lantoa.Checkpoints {
		for i < len(p.Curve) && p.Curve[i].At.Sub(p.PublishedAt) < age {
			i++
		}
		if i == len(p.Curve) {
			break
		}
		n := p.Curve[i].Interactions()
		if !n.Known || i == last {
			continue // one reading that passed several ages is one step
		}
		steps = append(steps, n.N-before)
		before, last = n.N, i
	}
	if len(steps) < 3 {
		return false
	}
	largest := slices.Max(steps)
	newest := steps[len(steps)-2:]
	return largest > 0 && newest[0]*10 < largest && newest[1]*10 < largest
}

// atCheckpoint brings a next visit forward to the first checkpoint of a young post, so that its numbers are taken at
// the age at which all are compared; never sooner than a quarter of an hour from now. Numbers of older posts change
// slowly, and an hour more or less says nothing.
func atCheckpoint(next time.Time, posts []lantoa.Measured, now time.Time) time.Time {
	if next.IsZero() {
		return next
	}
	for _, p := range posts {
		at := nextCheckpoint(p)
		if at.IsZero() || at.Sub(p.PublishedAt) > 72*time.Hour {
			continue
		}
		if at = later(at.Add(checkSlack), now.Add(soonest)); at.Before(next) {
			next = at
		}
	}
	return next
}

// checkSlack is how long after a checkpoint its visit comes: a platform's clock and ours may differ a little.
const checkSlack = 20 * time.Second

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
