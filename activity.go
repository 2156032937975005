package lantoa

import (
	"slices"
	"time"
)

// ChannelWeek is one channel's week in numbers (algorithms, sections 1, 4, 6 and 7), rolled up from posts, snapshots
// and visits once a night and kept, so that no page view counts it again. Contests decided by interactions are in
// Votes and nowhere else.
type ChannelWeek struct {
	Channel ChannelID
	Week    Week
	UpTo    time.Time // what the figures are as of: Monday 06:00 after the week, or the roll-up within it
	State   Alive     // at UpTo
	Days    int       // calendar days since its last post at UpTo, -1 if it never posted
	Usual   float64   // posts a week that are usual for it at UpTo, 0 where there is nothing to take it from

	Posts     int // published in the week and not removed, without contests
	Own       int // of Posts, those that copy nobody: the first tellings and what nobody else carries
	FromAbove int // of Posts, what fell from a higher unit: "truyền đạt từ cấp trên"
	Votes     int // contests
	Stories   int // good-practice stories first told here in the week, not dismissed

	Each      []PostFigure // of Posts: interactions and the followers of that day, for medians of any stretch of weeks
	Gained    Count        // interactions that came in the week to any post of the channel: "phát sinh trong kỳ"
	Views     Count        // of Posts, added: views may be, reach never
	Followers Count        // or members, newest in the week
	Source    Source       // of Followers: reported where a person typed it ("tự báo")
	Lost      int          // days of the week, 0 to 7, on which it could not be read and still has not been
}

// PostFigure is what one post had, with the followers its channel had on its day.
type PostFigure struct{ Interactions, Followers Count }

// Interactions is the sum of what the week's posts had, newest numbers: "bài đăng trong kỳ". Absent where no post has
// a figure.
func (w ChannelWeek) Interactions() Count {
	var sum Count
	for _, m := range w.Each {
		if m.Interactions.Known {
			sum = Of(sum.N + m.Interactions.N)
		}
	}
	return sum
}

// Rolled says whether the week was rolled up.
func (w ChannelWeek) Rolled() bool { return !w.UpTo.IsZero() }

// Leave is a stretch of days on which a unit said beforehand that it would be quiet: "báo nghỉ".
type Leave struct {
	ID     string
	Unit   UnitID
	From   time.Time // first day
	To     time.Time // last day, included
	Reason string
	By     string // name of who entered it
	At     time.Time
}

// On says whether the leave covers a day.
func (l Leave) On(day time.Time) bool {
	return !day.Before(l.From) && day.Before(l.To.AddDate(0, 0, 1))
}

// Nudge is a friendly word to a unit about a channel that has become quiet, so that two people do not say it twice.
type Nudge struct {
	Channel ChannelID
	By      UserID
	ByName  string
	How     string // call, zalo
	At      time.Time
}

// NudgeRest is how long a nudge hides the button.
const NudgeRest = 3 * 24 * time.Hour

// Contact is who is in charge of a unit's channels. Several may be; the first is asked first.
type Contact struct {
	ID    string
	Unit  UnitID
	Name  string
	Duty  string // "Chủ tịch Hội LHPN xã", as the unit wrote it
	Phone string // as people dial it, digits and a leading + only; shown to those who may See the unit and are not viewers
	Zalo  string // phone or link, where it is another than Phone
	Email string
}

// Tree is all units that ever were, by ID.
type Tree map[UnitID]Unit

// TreeOf indexes units.
func TreeOf(units []Unit) Tree {
	t := make(Tree, len(units))
	for _, u := range units {
		t[u.ID] = u
	}
	return t
}

// Heirs are the units in force on a day that took in u, through any number of steps; u itself while it is in force.
func (t Tree) Heirs(u UnitID, day time.Time) []Unit {
	var out []Unit
	seen := map[UnitID]bool{}
	var walk func(UnitID)
	walk = func(id UnitID) {
		x, is := t[id]
		if !is || seen[id] {
			return
		}
		seen[id] = true
		if x.InForce(day) {
			out = append(out, x)
			return
		}
		for _, next := range x.Successors {
			walk(next)
		}
	}
	walk(u)
	return out
}

// Forebears are the units that u took in, through any number of steps, newest first.
func (t Tree) Forebears(u UnitID) []Unit {
	var out []Unit
	seen := map[UnitID]bool{u: true}
	for next := []UnitID{u}; len(next) > 0; {
		var before []UnitID
		for _, x := range t {
			for _, heir := range x.Successors {
				if slices.Contains(next, heir) && !seen[x.ID] {
					seen[x.ID] = true
					out, before = append(out, x), append(before, x.ID)
				}
			}
		}
		next = before
	}
	slices.SortFunc(out, func(a, b Unit) int {
		if c := b.From.Compare(a.From); c != 0 {
			return c
		}
		if a.Code < b.Code {
			return -1
		}
		return 1
	})
	return out
}

// Tenure is a stretch of time in which a channel belonged to a unit: from a day until the next tenure of the channel.
// A channel without any has always belonged to its present unit.
type Tenure struct {
	Channel ChannelID
	Unit    UnitID
	From    time.Time // zero: from the beginning
}

// WeekPost is a post as the roll-up of weeks counts it.
type WeekPost struct {
	Channel      ChannelID
	Told         time.Time
	Interactions Count
	Views        Count
	Vote         bool
	FromAbove    bool
	Copy         bool // it carries what another post told first, or shares another post
}

// PostCurve is what a post had at the moments it was measured, oldest first: only those with interactions.
type PostCurve struct {
	Channel ChannelID
	Told    time.Time
	Points  []CurvePoint
}

// CurvePoint is the interactions of a post at one moment.
type CurvePoint struct {
	At time.Time
	N  int64
}

// Seen is how reading a channel stood at a moment: the last good visit before it, and what the last visit met.
type Seen struct {
	LastRead time.Time // zero: no visit before the moment is on record
	Trouble  *Trouble
}
