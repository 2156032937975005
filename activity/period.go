package activity

import (
	"slices"
	"time"

	"github.com/hoiphunu/lantoa"
)

// Period is a run of whole weeks, both ends included.
type Period struct{ From, To lantoa.Week }

// PeriodOf is the n weeks that end with a week.
func PeriodOf(last lantoa.Week, n int) Period {
	weeks := lantoa.LastWeeks(last, max(n, 1))
	return Period{weeks[0], last}
}

// Before is the period of the same length that ended when p began.
func (p Period) Before() Period { return PeriodOf(p.From.Before(), p.Len()) }

// Len is the number of weeks.
func (p Period) Len() int {
	return lantoa.DaysBetween(p.From.Start(time.UTC), p.To.End(time.UTC), time.UTC) / 7
}

// Has says whether the week lies in the period.
func (p Period) Has(w lantoa.Week) bool { return p.From.Compare(w) <= 0 && w.Compare(p.To) <= 0 }

// Value is a figure that may be absent: then it is shown as "–" and takes part in nothing.
type Value struct {
	V     float64
	Known bool
}

// Figures is what some channels had in a period. Reach is not in it: unique people are never added.
type Figures struct {
	States    Tally // at the end of the period, or now where the period still runs
	Channels  int   // that are not archived
	Posts     int
	Own       int
	FromAbove int
	Votes     int
	Stories   int
	Median    Value        // interactions of a post, the median: "bài đăng trong kỳ"
	Rate      Value        // interactions of a post / followers of that day, the median
	Gained    lantoa.Count // interactions that came in the period: "phát sinh trong kỳ"
	Views     lantoa.Count // added over posts: views, not people
	Followers lantoa.Count // newest in the period, added over channels: "lượt theo dõi", for one person may follow several
	Reported  bool         // some of Followers were typed by a person: "tự báo"
	Lost      int          // channel-days that could not be read
	Missing   int          // channel-weeks that were not rolled up
	UpTo      time.Time    // the oldest moment that any of the figures is as of
}

// OwnShare is the share of posts that copy nobody.
func (f Figures) OwnShare() Value {
	if f.Posts == 0 {
		return Value{}
	}
	return Value{float64(f.Own) / float64(f.Posts), true}
}

// Figures reckons what the channels had in a period.
func (n *Network) Figures(channels []Standing, p Period) Figures {
	var f Figures
	var each, rates []float64
	for _, ch := range channels {
		state := ch.Alive
		followers, reported := lantoa.Count{}, false
		for _, w := range ch.Weeks {
			if !p.Has(w.Week) {
				continue
			}
			if !w.Rolled() {
				f.Missing++
				continue
			}
			f.Posts, f.Own, f.FromAbove = f.Posts+w.Posts, f.Own+w.Own, f.FromAbove+w.FromAbove
			f.Votes, f.Stories, f.Lost = f.Votes+w.Votes, f.Stories+w.Stories, f.Lost+w.Lost
			f.Gained, f.Views = sum(f.Gained, w.Gained), sum(f.Views, w.Views)
			for _, m := range w.Each {
				if !m.Interactions.Known {
					continue
				}
				each = append(each, float64(m.Interactions.N))
				if m.Followers.Known && m.Followers.N > 0 {
					rates = append(rates, float64(m.Interactions.N)/float64(m.Followers.N))
				}
			}
			if w.Followers.Known {
				followers, reported = w.Followers, w.Source == lantoa.FromReport
			}
			if f.UpTo.IsZero() || w.UpTo.Before(f.UpTo) {
				f.UpTo = w.UpTo
			}
		}
		if end := ch.Week(p.To); end.Rolled() && !p.Has(n.running()) {
			state = end.State
		}
		f.States.Add(state)
		if state != lantoa.Archived {
			f.Channels++
		}
		f.Followers = sum(f.Followers, followers)
		f.Reported = f.Reported || reported
	}
	f.Median, f.Rate = median(each), median(rates)
	return f
}

func (n *Network) running() lantoa.Week { return lantoa.WeekOf(n.At, n.Zone) }

func sum(a, b lantoa.Count) lantoa.Count {
	switch {
	case !a.Known:
		return b
	case !b.Known:
		return a
	}
	return lantoa.Of(a.N + b.N)
}

// median of values; absent where there are none.
func median(values []float64) Value {
	if len(values) == 0 {
		return Value{}
	}
	slices.Sort(values)
	mid := len(values) / 2
	if len(values)%2 == 1 {
		return Value{values[mid], true}
	}
	return Value{(values[mid-1] + values[mid]) / 2, true}
}

// Filing says under which unit a channel's past is counted.
type Filing string

const (
	AsToday Filing = "today" // theo tổ chức hiện nay: under the unit in force now that took the old one in
	AsThen  Filing = "then"  // tại thời điểm: under the unit it belonged to on the day
)

// OwnerOn is the unit under which the channel is counted on a day. A dissolved unit's channel is filed, as of today,
// under the first unit in force that took it in.
func (n *Network) OwnerOn(ch Standing, day time.Time, filing Filing) lantoa.Unit {
	owner := n.Units[ch.Unit.ID]
	if filing == AsThen {
		for _, t := range n.Tenures[ch.ID] { // oldest first
			if !t.From.After(day) {
				owner = n.Units[t.Unit]
			}
		}
		return owner
	}
	if heirs := n.Units.Heirs(owner.ID, lantoa.Day(n.At, n.Zone)); len(heirs) > 0 {
		return heirs[0]
	}
	return owner
}

// UnitRow is one unit with its own channels and, in All, those below it too.
type UnitRow struct {
	Unit     lantoa.Unit
	Own      []Standing // channels of the unit itself
	All      []Standing // and of all below it
	Children int        // units in force right below it
}

// Rows are the units of a filing on a day, each with its channels, in the order of the tree. Of the units that were
// in force on the day all are there, also those without a channel.
//
// The rows are the caller's to sort; the channels in them are shared.
func (n *Network) Rows(day time.Time, filing Filing) []UnitRow {
	if filing == AsToday {
		day = lantoa.Day(n.At, n.Zone)
	}
	return slices.Clone(keeping(n.kept, func(k *kept) map[rowsKey][]UnitRow { return k.rows }, rowsKey{day, filing}, func() []UnitRow { return n.rows(day, filing) }))
}

func (n *Network) rows(day time.Time, filing Filing) []UnitRow {
	at := map[lantoa.UnitID]int{}
	var rows []UnitRow
	for _, u := range n.Units {
		if u.InForce(day) {
			rows = append(rows, UnitRow{Unit: u})
		}
	}
	slices.SortFunc(rows, func(a, b UnitRow) int { return byTree(n.Units, a.Unit, b.Unit) })
	for i, r := range rows {
		at[r.Unit.ID] = i
	}
	for _, r := range rows {
		if i, is := at[r.Unit.Parent]; is {
			rows[i].Children++
		}
	}
	for _, ch := range n.Channels {
		owner := n.OwnerOn(ch, day, filing)
		if i, is := at[owner.ID]; is {
			rows[i].Own = append(rows[i].Own, ch)
		}
		for id, steps := owner.ID, 0; id != "" && steps < 20; id, steps = n.Units[id].Parent, steps+1 {
			if i, is := at[id]; is {
				rows[i].All = append(rows[i].All, ch)
			}
		}
	}
	return rows
}

// byTree puts units below one another as the tree has them: a parent before its children, siblings by code.
func byTree(t lantoa.Tree, a, b lantoa.Unit) int {
	if a.Path == b.Path {
		return 0
	}
	if lantoa.Within(b.Path, a.Path) {
		return -1
	}
	if lantoa.Within(a.Path, b.Path) {
		return 1
	}
	// The siblings at which the two ways part.
	up := func(u lantoa.Unit) []lantoa.Unit {
		var way []lantoa.Unit
		for steps := 0; u.ID != "" && steps < 20; steps++ {
			way = append(way, u)
			u = t[u.Parent]
		}
		slices.Reverse(way)
		return way
	}
	x, y := up(a), up(b)
	for i := 0; i < len(x) && i < len(y); i++ {
		if x[i].ID != y[i].ID {
			if x[i].Code != y[i].Code {
				if x[i].Code < y[i].Code {
					return -1
				}
				return 1
			}
			return x[i].From.Compare(y[i].From)
		}
	}
	return len(x) - len(y)
}
