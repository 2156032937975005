package web

import (
	"cmp"
	"slices"
	"sync"
	"time"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/activity"
)

// view is the network through the eyes of a scope, of one kind of channel and one filing: its rows and their figures,
// each reckoned once.
type view struct {
	*activity.Network
	rows []activity.UnitRow
	at   map[lantoa.UnitID]int

	mu      sync.Mutex
	figures map[figuresKey]unitFigures
	beat    *pulse
}

type figuresKey struct {
	row    int
	below  bool
	period activity.Period
}

// unitFigures are what a unit's channels had in a period and in the one of the same length before it.
type unitFigures struct {
	Now, Before activity.Figures
	Blank       bool // of no week is anything known
	Fair        bool // the period before is known well enough to be compared with
	Grown       lantoa.Count
	Tally       activity.Tally // states at the moment of looking
}

// views keeps what was reckoned from a network, as long as that one is the newest.
type views struct {
	mu   sync.Mutex
	of   *activity.Network
	kept map[viewKey]*view
}

type viewKey struct {
	scope  lantoa.Scope
	kind   lantoa.ChannelKind // empty: all
	filing activity.Filing
	day    time.Time
}

// viewsHeld is how many are kept: each holds the channels that it sees, several times for those of the whole country.
const viewsHeld = 12

func (v *views) get(n *activity.Network, k viewKey) *view {
	if k.filing == activity.AsToday {
		k.day = lantoa.Day(n.At, n.Zone)
	}
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.of != n || len(v.kept) >= viewsHeld {
		v.of, v.kept = n, map[viewKey]*view{}
	}
	x, ok := v.kept[k]
	if !ok {
		x = look(n, k)
		v.kept[k] = x
	}
	return x
}

func look(n *activity.Network, k viewKey) *view {
	cut := n.In(k.scope)
	if k.kind != "" {
		cut = cut.Only(func(x activity.Standing) bool { return x.Kind == k.kind })
	}
	v := &view{Network: cut, at: map[lantoa.UnitID]int{}, figures: map[figuresKey]unitFigures{}}
	for _, row := range cut.Rows(k.day, k.filing) {
		if k.scope.Sees(row.Unit.Path) {
			v.at[row.Unit.ID] = len(v.rows)
			v.rows = append(v.rows, row)
		}
	}
	return v
}

// of are the figures of a row in a period: of the unit's own channels, or with all that is below it.
func (v *view) of(row int, below bool, p activity.Period) unitFigures {
	v.mu.Lock()
	defer v.mu.Unlock()
	k := figuresKey{row, below, p}
	f, ok := v.figures[k]
	if !ok {
		channels := v.rows[row].Own
		if below {
			channels = v.rows[row].All
		}
		f = figuresOf(v.Network, channels, p)
		v.figures[k] = f
	}
	return f
}

func figuresOf(n *activity.Network, channels []activity.Standing, p activity.Period) unitFigures {
	before := p.Before()
	f := unitFigures{Now: n.Figures(channels, p), Before: n.Figures(channels, before), Grown: n.Grown(channels, p)}
	// A handful of channels that are new may be missing; of a single one nothing may.
	f.Blank = f.Now.Missing == p.Len()*len(channels)
	f.Fair = !f.Blank && n.Within(before) && f.Before.Missing*10 <= before.Len()*len(channels)
	for _, ch := range channels {
		f.Tally.Add(ch.Alive)
	}
	return f
}

// roots are the rows that nothing visible stands above.
func (v *view) roots() []int {
	var out []int
	for i, row := range v.rows {
		if _, above := v.at[row.Unit.Parent]; !above {
			out = append(out, i)
		}
	}
	return out
}

// below are the rows right below one.
func (v *view) below(row int) []int {
	var out []int
	for i := row + 1; i < len(v.rows) && lantoa.Within(v.rows[i].Unit.Path, v.rows[row].Unit.Path); i++ {
		if v.rows[i].Unit.Parent == v.rows[row].Unit.ID {
			out = append(out, i)
		}
	}
	return out
}

// find is the row of the unit that bears a code.
func (v *view) find(code string) (int, bool) {
	for i, row := range v.rows {
		if row.Unit.Code == code {
			return i, true
		}
	}
	return 0, false
}

func onlyStandings(all []activity.Standing, keep func(activity.Standing) bool) []activity.Standing {
	var out []activity.Standing
	for _, x := range all {
		if keep(x) {
			out = append(out, x)
		}
	}
	return out
}

func tallyOf(all []activity.Standing) (t activity.Tally) {
	for _, x := range all {
		t.Add(x.Alive)
	}
	return t
}

func asStanding(x activity.Standing) standing {
	return standing{Channel: x.Channel, Alive: x.Alive, Days: x.Days, Usual: x.Usual}
}

// urgency is the order in which somebody should look at states.
var urgency = map[lantoa.Alive]int{
	lantoa.Silent: 0, lantoa.Disconnected: 1, lantoa.Thinning: 2, lantoa.Waiting: 3, lantoa.Active: 4, lantoa.Archived: 5, "": 6,
}

// worst is the channel of a unit that somebody should look at first.
func worst(all []activity.Standing) (w activity.Standing) {
	for i, x := range all {
		if i == 0 || moreUrgent(x, w) < 0 {
			w = x
		}
	}
	return w
}

func moreUrgent(a, b activity.Standing) int {
	return cmp.Or(cmp.Compare(urgency[a.Alive], urgency[b.Alive]), cmp.Compare(longSilent(b), longSilent(a)),
		cmp.Compare(behindPages(a), behindPages(b)))
}

// behindPages puts pages before what else a unit has.
func behindPages(x activity.Standing) int {
	if x.Kind == lantoa.FacebookPage {
		return 0
	}
	return 1
}

// longSilent is the days since the last post; who never posted is quiet the longest.
func longSilent(x activity.Standing) int {
	if x.Days < 0 && x.Alive == lantoa.Silent {
		return 1 << 30
	}
	return x.Days
}

// mainKind is the kind of channel that a screen speaks of unasked: pages, or all where there are none.
func mainKind(all []activity.Standing) lantoa.ChannelKind {
	if slices.ContainsFunc(all, func(x activity.Standing) bool { return x.Kind == lantoa.FacebookPage }) {
		return lantoa.FacebookPage
	}
	return ""
}
