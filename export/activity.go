package export

import (
	"strings"
	"time"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/activity"
	"github.com/hoiphunu/lantoa/internal/sheet"
	"github.com/hoiphunu/lantoa/internal/words"
)

// Activity is a list of units with what they had in a period, as a screen shows it.
type Activity struct {
	Network *activity.Network // cut to the asker's scope
	Period  activity.Period
	Title   string // "Hoạt động tuần 47 …"
	Filters []Filter
	Lines   []UnitLine
	Now     bool // states are those of the moment of looking, not of the period's end
	Weeks   int  // so many weeks of posts at the right, the last of them the period's; 0: none
}

// PeriodName is a period in words: "tuần 47 (16–22/11/2026)", "4 tuần (26/10–22/11/2026)".
func PeriodName(say *words.Catalog, p activity.Period) string {
	first, last := p.From.Start(say.Zone()), p.To.End(say.Zone()).AddDate(0, 0, -1)
	from := first.Format("02")
	switch {
	case first.Year() != last.Year():
		from = first.Format("02/01/2006")
	case first.Month() != last.Month():
		from = first.Format("02/01")
	}
	days := from + "–" + last.Format("02/01/2006")
	if p.From == p.To {
		return say.T("export.period.week", "n", p.To.Number, "days", days)
	}
	return say.T("export.period.weeks", "n", p.Len(), "days", days)
}

// UnitLine is one unit of the list.
type UnitLine struct {
	Unit     lantoa.Unit
	Below    bool                // its figures are those of all that is below it, too
	Channels []activity.Standing // that the figures are of
	Now      activity.Figures
	Before   activity.Figures // of the period of the same length before
	Blank    bool             // of no week is anything known
	Fair     bool             // Before may be compared with
	Grown    lantoa.Count     // followers
	States   activity.Tally
}

// Table has a row for each unit, or for the first of them.
func (a Activity) Table(say *words.Catalog) Table {
	weeks := lantoa.LastWeeks(a.Period.To, a.Weeks)
	t := Table{Tab: say.T("export.tab.activity"), Title: a.Title, Keep: 2, Columns: a.columns(say, weeks)}
	for _, l := range a.Lines[:min(len(a.Lines), MostRows)] {
		t.Rows = append(t.Rows, a.row(say, l, weeks))
	}
	t.Notes = notes(say, a.Title, a.Network.At, a.Filters, len(t.Rows), len(a.Lines))
	t.Notes = append(t.Notes, [2]string{say.T("export.note.states_at"), say.DateTime(a.statesAt())})
	t.Notes = append(t.Notes, [2]string{say.T("export.note.weeks"), say.Week(a.Period.From) + " – " + say.Week(a.Period.To)})
	t.Notes = explain(say, t.Notes, "states", "posts", "own", "from_above", "votes", "median", "rate", "gained", "views", "followers", "before",
		"stories", "lost", "reported", "as_of")
	t.Notes = append(t.Notes, [2]string{say.T("export.note.reach"), say.T("export.note.reach_means")})
	return t
}

func (a Activity) columns(say *words.Catalog, weeks []lantoa.Week) []sheet.Column {
	out := []sheet.Column{
		column(say, "code", sheet.Text, 10), column(say, "unit", sheet.Text, 26), column(say, "level", sheet.Text, 10), column(say, "parent", sheet.Text, 24),
		column(say, "below", sheet.Text, 12), column(say, "channels", sheet.Text, 34), column(say, "n", sheet.Whole, 9),
	}
	for _, s := range states {
		out = append(out, sheet.Column{Name: say.State(s), Kind: sheet.Whole, Width: 11})
	}
	out = append(out,
		column(say, "standing", sheet.Text, 34), column(say, "posts", sheet.Whole, 10), column(say, "own", sheet.Whole, 10), column(say, "own_share", sheet.Percent, 10),
		column(say, "from_above", sheet.Whole, 12), column(say, "votes", sheet.Whole, 10), column(say, "median", sheet.Decimal, 12), column(say, "rate", sheet.Percent, 12),
		column(say, "gained", sheet.Whole, 13), column(say, "views", sheet.Whole, 12), column(say, "followers", sheet.Whole, 12), column(say, "grown", sheet.Whole, 12),
		column(say, "before", sheet.Whole, 12), column(say, "change", sheet.Whole, 10), column(say, "stories", sheet.Whole, 10), column(say, "lost", sheet.Whole, 12),
		column(say, "reported", sheet.Text, 9), column(say, "leave", sheet.Text, 16), column(say, "as_of", sheet.Moment, 17))
	for _, w := range weeks {
		out = append(out, sheet.Column{Name: say.T("export.column.week", "n", w.String()), Kind: sheet.Whole, Width: 9})
	}
	return out
}

// states in the order in which people read them.
var states = []lantoa.Alive{lantoa.Active, lantoa.Thinning, lantoa.Silent, lantoa.Disconnected, lantoa.Archived, lantoa.Waiting}

func (a Activity) row(say *words.Catalog, l UnitLine, weeks []lantoa.Week) []any {
	n := a.Network
	row := []any{l.Unit.Code, upper(l.Unit.Name), say.Level(l.Unit.Level), upper(n.Units[l.Unit.Parent].Name), yes(say, l.Below), channelsOf(say, l), len(l.Channels)}
	for _, s := range states {
		row = append(row, l.States.Of(s))
	}
	row = append(row, a.standing(say, l))
	if len(l.Channels) == 0 {
		row = append(row, make([]any, 12)...) // without a channel there is no figure, not even none
	} else {
		f := l.Now
		row = append(row, known(!l.Blank, f.Posts), known(!l.Blank, f.Own), value(f.OwnShare()), known(!l.Blank, f.FromAbove), known(!l.Blank, f.Votes),
			value(f.Median), value(f.Rate), count(f.Gained), count(f.Views), count(f.Followers), count(l.Grown), known(l.Fair, l.Before.Posts))
	}
	var leave string
	if x, away := n.Away(l.Unit.ID); away {
		leave = say.T("export.until", "day", say.Date(x.To))
	}
	row = append(row, known(l.Fair && len(l.Channels) > 0, l.Now.Posts-l.Before.Posts), known(len(l.Channels) > 0, l.Now.Stories), known(len(l.Channels) > 0, l.Now.Lost),
		yes(say, l.Now.Reported), leave, local(a.asOf(l.Channels), n.Zone))
	for _, w := range weeks {
		row = append(row, postsOf(l.Channels, w))
	}
	return row
}

// postsOf are the posts of channels in a week; nothing where nothing is known of it.
func postsOf(channels []activity.Standing, w lantoa.Week) any {
	var n any
	for _, ch := range channels {
		x := ch.Week(w)
		if !x.Rolled() || x.Posts == 0 && x.Lost > 3 {
			continue
		}
		had, _ := n.(int)
		n = had + x.Posts
	}
	return n
}

// asOf is the moment that the figures of channels are of: of each its newest week in the period, of these the oldest.
func (a Activity) asOf(channels []activity.Standing) (at time.Time) {
	for _, ch := range channels {
		var newest time.Time
		for _, w := range ch.Weeks {
			if a.Period.Has(w.Week) && w.UpTo.After(newest) {
				newest = w.UpTo
			}
		}
		if !newest.IsZero() && (at.IsZero() || newest.Before(at)) {
			at = newest
		}
	}
	return at
}

// channelsOf are the channels by name, or how many of them there are below.
func channelsOf(say *words.Catalog, l UnitLine) string {
	if l.Below {
		return say.T("export.channels_below", "n", len(l.Channels))
	}
	out := make([]string, len(l.Channels))
	for i, ch := range l.Channels {
		out[i] = ch.Name + " (" + say.Channel(ch.Kind) + ")"
	}
	return strings.Join(out, "; ")
}

// standing is how a unit's only channel does, in words.
func (a Activity) standing(say *words.Catalog, l UnitLine) string {
	switch {
	case l.Below:
		return ""
	case len(l.Channels) == 0:
		return say.T("export.no_channel")
	}
	out := make([]string, len(l.Channels))
	for i, ch := range l.Channels {
		out[i] = upper(say.Standing(a.state(ch)))
		if len(l.Channels) > 1 {
			out[i] = say.Channel(ch.Kind) + ": " + out[i]
		}
	}
	return strings.Join(out, "; ")
}

// state is how a channel did at the moment of which the list speaks.
func (a Activity) state(ch activity.Standing) (lantoa.Alive, int, float64) {
	if w := ch.Week(a.Period.To); !a.Now && w.Rolled() && a.over() {
		return w.State, w.Days, w.Usual
	}
	return ch.Alive, ch.Days, ch.Usual
}

func (a Activity) over() bool {
	return a.Period.To.Compare(lantoa.WeekOf(a.Network.At, a.Network.Zone)) < 0
}

func (a Activity) statesAt() time.Time {
	if a.Now || !a.over() {
		return a.Network.At
	}
	return a.Period.To.Settled(a.Network.Zone)
}

func yes(say *words.Catalog, b bool) string {
	if b {
		return say.T("export.yes")
	}
	return ""
}

func known(is bool, n int) any {
	if !is {
		return nil
	}
	return n
}

func count(c lantoa.Count) any {
	if !c.Known {
		return nil
	}
	return c.N
}

func value(v activity.Value) any {
	if !v.Known {
		return nil
	}
	return v.V
}

// local is a moment on the Union's clock, by which a file writes it.
func local(t time.Time, zone *time.Location) any {
	if t.IsZero() {
		return nil
	}
	return t.In(zone)
}

// Units are the units of a network, each with its own channels, as a list for [Activity]: of these kinds and levels,
// at or below one of these paths; nothing given leaves all in. States are those at the end of the period.
func Units(n *activity.Network, p activity.Period, kind lantoa.ChannelKind, levels []lantoa.Level, under []string) []UnitLine {
	var out []UnitLine
	for _, row := range n.Rows(lantoa.Day(n.At, n.Zone), activity.AsToday) {
		if len(levels) > 0 && !has(levels, row.Unit.Level) || !within(row.Unit.Path, under) {
			continue
		}
		var channels []activity.Standing
		for _, ch := range row.Own {
			if kind == "" || ch.Kind == kind {
				channels = append(channels, ch)
			}
		}
		out = append(out, LineOf(n, row.Unit, channels, p))
	}
	return out
}

// LineOf reckons one unit's line from its own channels.
func LineOf(n *activity.Network, u lantoa.Unit, channels []activity.Standing, p activity.Period) UnitLine {
	before := p.Before()
	l := UnitLine{Unit: u, Channels: channels, Now: n.Figures(channels, p), Before: n.Figures(channels, before), Grown: n.Grown(channels, p)}
	l.States = l.Now.States
	l.Blank = l.Now.Missing == p.Len()*len(channels)
	l.Fair = !l.Blank && n.Within(before) && l.Before.Missing*10 <= before.Len()*len(channels)
	return l
}

func has[T comparable](list []T, x T) bool {
	for _, y := range list {
		if x == y {
			return true
		}
	}
	return false
}

// within says whether a unit stands at or below one of these; no one given takes all.
func within(path string, under []string) bool {
	for _, u := range under {
		if lantoa.Within(path, u) {
			return true
		}
	}
	return len(under) == 0
}
