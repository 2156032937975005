package reshare

import (
	"math"
	"time"

	"github.com/hoiphunu/lantoa"
)

// Heat is how much is reacted to what a channel posts, by hour of the week.
type Heat struct {
	// Cells are interactions of the first three hours against the channel's usual: 1.5 is half as much again. Monday
	// first; 0 where the channel has not posted at about that hour, so that nothing is known.
	Cells  [7][24]float64
	Posts  int  // own posts it rests on
	Enough bool // at least [EnoughPosts] of them

	zone *time.Location
}

// Slot says why a time was proposed.
type Slot struct {
	Weekday time.Weekday
	Hour    int
	Times   float64 // so many times the channel's usual in the first three hours; 0 where too little is known to say
	Posts   int     // own posts it rests on
}

const (
	// EnoughPosts is with how many posts with figures a time is proposed from them.
	EnoughPosts = 20

	firstHours = 3 * time.Hour
	// A reading at most so early or late for three hours is brought to three hours by the share that is usual at its age.
	earliestRead, latestRead = 2 * time.Hour, 5 * time.Hour

	otherDay      = 0.25           // what it tells of the same hour on another day; Saturday and Sunday are days of their own kind
	otherKind     = 0.1            // working days of weekends, and the other way round
	doubt         = 3.0            // so many posts at the channel's usual stand beside the evidence
	least         = 0.3            // evidence below which nothing is known of an hour
	ahead         = 72 * time.Hour // within which a time is proposed
	notice        = 15 * time.Minute
	firstOfDay    = 6 * time.Hour
	lastOfDay     = 21*time.Hour + 30*time.Minute
	eveningHour   = 19 // when most people look, where the channel itself says too little
	mostOfOnePost = 5.0
)

// nearHours is what a post tells of the hours around its own, which is in the middle.
var nearHours = [...]float64{0.15, 0.5, 1, 0.5, 0.15}

// threeHours is what part of the interactions of three hours a post has at an age, roughly: as the root of it.
func threeHours(age time.Duration) float64 { return math.Sqrt(float64(age) / float64(firstHours)) }

// BestTime reads off a channel's own posts, with their Curve, when its followers react: each post's interactions of its
// first three hours against the middle of all of them, put to the hour of the week at which it was published. Neighbouring
// hours and other days lend strength, and a few posts that did well move an hour only part of the way from usual. Removed
// posts, votes and posts that were not read about three hours after they appeared take no part.
func BestTime(posts []lantoa.Measured, zone *time.Location) Heat {
	h := Heat{zone: zone}
	type early struct {
		day, hour int
		n         float64
	}
	var all []early
	var sum float64
	for _, p := range posts {
		n, ok := firstThree(p)
		if !ok {
			continue
		}
		at := p.Born().In(zone)
		all = append(all, early{monday(at.Weekday()), at.Hour(), n})
		sum += math.Sqrt(n)
	}
	h.Posts = len(all)
	h.Enough = h.Posts >= EnoughPosts
	if h.Posts == 0 || sum == 0 {
		return h
	}
	// The mean of the roots: one post that everybody saw says little about the hour at which it appeared.
	usual := sum / float64(len(all))
	var weight, value [7][24]float64
	for _, e := range all {
		times := min(math.Sqrt(e.n)/usual, mostOfOnePost)
		for day := range 7 {
			w := 1.0
			switch {
			case day == e.day:
			case (day >= 5) == (e.day >= 5):
				w = otherDay
			default:
				w = otherKind
			}
			for off, by := range nearHours {
				hour := e.hour + off - len(nearHours)/2
				if hour < 0 || hour > 23 {
					continue
				}
				weight[day][hour] += w * by
				value[day][hour] += w * by * times
			}
		}
	}
	for day := range 7 {
		for hour := range 24 {
			if w := weight[day][hour]; w >= least {
				root := (value[day][hour] + doubt) / (w + doubt)
				h.Cells[day][hour] = root * root
			}
		}
	}
	return h
}

// firstThree is what a post had three hours after it appeared.
func firstThree(p lantoa.Measured) (n float64, ok bool) {
	if p.Removed() || p.Hidden || p.Vote || p.Decor || p.BackDated {
		return 0, false
	}
	c := lantoa.CurveOf(p)
	best := -1
	off := func(i int) float64 { return math.Abs(math.Log(c[i].Age / firstHours.Hours())) }
	for i := range c {
		if c[i].Age >= earliestRead.Hours() && c[i].Age <= latestRead.Hours() && (best < 0 || off(i) < off(best)) {
			best = i
		}
	}
	if best >= 0 {
		return c[best].N / threeHours(time.Duration(c[best].Age*float64(time.Hour))), true
	}
	if len(c) == 0 || c[0].Age > firstHours.Hours() {
		return 0, false // first read later: what it had then is not known
	}
	for _, next := range c[1:] {
		if next.Age > firstHours.Hours() && next.Age <= (firstHours+readWithin).Hours() {
			return c.At(firstHours.Hours(), nil)
		}
	}
	n, ok = c[0].N, true // the reading that was due after three hours found nothing new, and so was not kept
	for _, p := range c {
		if p.Age <= firstHours.Hours() {
			n = p.N
		}
	}
	return n, ok
}

// monday numbers the days of the week from Monday.
func monday(d time.Weekday) int { return (int(d) + 6) % 7 }

// Next proposes when to publish: the best hour that is known within the next three days, between 06:00 and 21:30, at the
// half of it; the sooner of two that are about as good. Where too little is known it is the next evening.
func (h Heat) Next(now time.Time) (at time.Time, why Slot) {
	zone := h.zone
	if zone == nil {
		zone = time.UTC
	}
	from := now.In(zone).Add(notice)
	const good = 1.05 // how much better a later time must be
	for day := range 4 {
		midnight := lantoa.Day(now, zone).AddDate(0, 0, day)
		for hour := range 24 {
			t := time.Date(midnight.Year(), midnight.Month(), midnight.Day(), hour, 30, 0, 0, zone)
			clock := time.Duration(hour)*time.Hour + 30*time.Minute
			if t.Before(from) || t.After(now.Add(ahead)) || clock < firstOfDay || clock > lastOfDay {
				continue
			}
			v := h.Cells[monday(t.Weekday())][hour]
			if !h.Enough {
				v = 0
				if hour == eveningHour && at.IsZero() {
					at, why = t, Slot{Weekday: t.Weekday(), Hour: hour, Posts: h.Posts}
				}
			}
			if v > 0 && v > why.Times*good {
				at, why = t, Slot{Weekday: t.Weekday(), Hour: hour, Times: v, Posts: h.Posts}
			}
		}
	}
	if at.IsZero() { // enough posts, none of them at hours at which one publishes
		h.Enough = false
		return h.Next(now)
	}
	return at, why
}
