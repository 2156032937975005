package activity

import (
	"time"

	"github.com/hoiphunu/lantoa"
)

// DayKind says what is known of a channel's day.
type DayKind string

const (
	Read    DayKind = "read"    // it could be read: no post means that there was none
	Unread  DayKind = "unread"  // it could not be read: nobody knows, and nobody is blamed
	Unknown DayKind = "unknown" // the channel was not known yet
	Ahead   DayKind = "ahead"   // it has not come yet
)

// Day is one day of a channel.
type Day struct {
	Date  time.Time // its midnight in the Union's zone
	Posts int
	Kind  DayKind
}

// Days lays the posts of a channel out by day, a week a row from Monday to Sunday, as the calendar of its rhythm shows
// them. told are when its posts were told, known since when it has been known ([lantoa.Rhythm]). A day on which a post
// was told was read, whatever else is said of it.
func Days(calendar []lantoa.Week, told []time.Time, ch lantoa.Channel, known, now time.Time, zone *time.Location) [][7]Day {
	posts := map[time.Time]int{}
	for _, t := range told {
		posts[lantoa.Day(t, zone)]++
	}
	if known.IsZero() {
		known = ch.CreatedAt
	}
	first, today := lantoa.Day(known, zone), lantoa.Day(now, zone)
	cut, never := blind(ch, now), ch.FirstRead.IsZero() && ch.LastRead.IsZero()
	out := make([][7]Day, len(calendar))
	for i, w := range calendar {
		for k := range out[i] {
			d := Day{Date: w.Start(zone).AddDate(0, 0, k), Kind: Read}
			d.Posts = posts[d.Date]
			switch {
			case d.Date.After(today):
				d.Kind = Ahead
			case d.Posts > 0:
			case d.Date.Before(first):
				d.Kind = Unknown
			case never, cut && d.Date.After(ch.LastRead):
				d.Kind = Unread
			}
			out[i][k] = d
		}
	}
	return out
}

// blind says whether the channel cannot be read now: its days wholly after the last good visit are lost, as [Roll]
// counts them.
func blind(ch lantoa.Channel, now time.Time) bool {
	return !ch.Archived && (ch.Trouble.Disconnects() || ch.Trouble != nil && !ch.LastRead.IsZero() && now.Sub(ch.LastRead) >= blindAfter)
}
