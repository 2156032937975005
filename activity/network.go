package activity

import (
	"context"
	"slices"
	"sync"
	"time"

	"github.com/hoiphunu/lantoa"
)

// Span is how many weeks a [Network] remembers: half a year, the running week the last of them.
const Span = 26

// Network is how all channels do at one moment, with their weeks: what the screens of leaders, the digest and the
// exports are cut from, so that the same figure is the same everywhere. It is never changed after it was made and may
// be shared.
type Network struct {
	At       time.Time // the moment of looking
	Zone     *time.Location
	Calendar []lantoa.Week // Span weeks, oldest first; the last is the one that runs at At
	Units    lantoa.Tree   // all that ever were
	Channels []Standing    // those that publish (no files), in the order of the tree
	Leaves   []lantoa.Leave
	Nudges   map[lantoa.ChannelID]lantoa.Nudge    // newest within [lantoa.NudgeRest]
	Tenures  map[lantoa.ChannelID][]lantoa.Tenure // of channels that changed their unit, oldest first
	RolledAt time.Time                            // when the weeks were last rolled up; zero when never

	kept *kept // what was reckoned from it; nil: nothing is kept
}

// kept is what a network was asked for and will be asked for again.
type kept struct {
	mu    sync.Mutex
	cuts  map[lantoa.Scope]*Network
	rows  map[rowsKey][]UnitRow
	bands map[lantoa.Week]map[lantoa.ChannelID]Banded
}

type rowsKey struct {
	day    time.Time
	filing Filing
}

func newKept() *kept {
	return &kept{cuts: map[lantoa.Scope]*Network{}, rows: map[rowsKey][]UnitRow{}, bands: map[lantoa.Week]map[lantoa.ChannelID]Banded{}}
}

// keeping looks a thing up in one of the maps of k, and makes and keeps it if it is not there. Two that ask at once may
// both make it.
func keeping[K comparable, V any](k *kept, in func(*kept) map[K]V, key K, make func() V) V {
	if k == nil {
		return make()
	}
	k.mu.Lock()
	v, is := in(k)[key]
	k.mu.Unlock()
	if is {
		return v
	}
	v = make()
	k.mu.Lock()
	defer k.mu.Unlock()
	if len(in(k)) < 64 {
		in(k)[key] = v
	}
	return v
}

// Standing is a channel with how it does now and how its weeks went.
type Standing struct {
	lantoa.Channel
	Alive lantoa.Alive
	Days  int     // calendar days since its last post, -1 if it never posted
	Usual float64 // posts a week that are usual for it
	Last  time.Time
	// Weeks are aligned to the network's Calendar. One that was not rolled up has no UpTo and no figures.
	Weeks []lantoa.ChannelWeek
}

// Week is the channel's week w, empty where it is outside the calendar or was not rolled up.
func (s Standing) Week(w lantoa.Week) lantoa.ChannelWeek {
	for i := len(s.Weeks) - 1; i >= 0; i-- {
		if s.Weeks[i].Week == w {
			return s.Weeks[i]
		}
	}
	return lantoa.ChannelWeek{Channel: s.ID, Week: w}
}

// In is the network as the scope sees it.
func (n *Network) In(scope lantoa.Scope) *Network {
	if scope == lantoa.Everything {
		return n
	}
	return keeping(n.kept, func(k *kept) map[lantoa.Scope]*Network { return k.cuts }, scope, func() *Network { return n.cut(scope) })
}

func (n *Network) cut(scope lantoa.Scope) *Network {
	cut := *n
	cut.kept = newKept()
	cut.Channels = nil
	for _, s := range n.Channels {
		if scope.Sees(s.Unit.Path) {
			cut.Channels = append(cut.Channels, s)
		}
	}
	cut.Leaves = slices.DeleteFunc(slices.Clone(n.Leaves), func(l lantoa.Leave) bool { return !scope.Sees(n.Units[l.Unit].Path) })
	return &cut
}

// Away says whether the unit said beforehand that it would be quiet on the day of looking: itself, not what is above it.
func (n *Network) Away(unit lantoa.UnitID) (lantoa.Leave, bool) {
	day := lantoa.Day(n.At, n.Zone)
	for _, l := range n.Leaves {
		if l.Unit == unit && l.On(day) {
			return l, true
		}
	}
	return lantoa.Leave{}, false
}

// Shelf is what a network is made from. *store.Store has it.
type Shelf interface {
	AllUnits(ctx context.Context) ([]lantoa.Unit, error)
	Publishing(ctx context.Context) ([]lantoa.Channel, error)
	Rhythms(ctx context.Context, scope lantoa.Scope, now time.Time) (map[lantoa.ChannelID]lantoa.Rhythm, error)
	// ChannelWeeks are the rolled weeks from the first to the last, of rows that changed after since.
	ChannelWeeks(ctx context.Context, from, to lantoa.Week, since time.Time) ([]lantoa.ChannelWeek, time.Time, error)
	Leaves(ctx context.Context, from time.Time) ([]lantoa.Leave, error)
	Nudges(ctx context.Context, since time.Time) ([]lantoa.Nudge, error)
	Tenures(ctx context.Context) ([]lantoa.Tenure, error)
}

// Desk keeps the newest [Network], so that a page view does not count it again.
type Desk struct {
	Shelf Shelf
	Now   func() time.Time
	Zone  *time.Location
	Hold  time.Duration // how long, by the machine's clock, a network serves; 0: it is made anew each time

	mu     sync.Mutex
	held   *Network
	made   time.Time
	making bool // in the background

	loading sync.Mutex // one at a time; it guards what follows
	weeks   map[lantoa.ChannelID]map[lantoa.Week]lantoa.ChannelWeek
	newest  time.Time // of the rows in weeks
	from    lantoa.Week
}

// Network is one not older than Hold, or, for as long as that takes, the one before while a new one is made: nobody
// waits for the whole country to be counted.
func (d *Desk) Network(ctx context.Context) (*Network, error) {
	d.mu.Lock()
	n, age := d.held, time.Since(d.made)
	if n != nil && age < d.Hold {
		d.mu.Unlock()
		return n, nil
	}
	if n != nil && age < tooOld && d.Hold > 0 {
		if !d.making {
			d.making = true
			go func() {
				ctx, stop := context.WithTimeout(context.WithoutCancel(ctx), tooOld)
				defer stop()
				_, _ = d.Fresh(ctx) // should it fail, whoever comes when the old one is too old is told
				d.mu.Lock()
				d.making = false
				d.mu.Unlock()
			}()
		}
		d.mu.Unlock()
		return n, nil
	}
	d.mu.Unlock()
	return d.Fresh(ctx)
}

// tooOld is when the network before is not served any more while a new one is made.
const tooOld = 5 * time.Minute

// Fresh is a network made now.
func (d *Desk) Fresh(ctx context.Context) (*Network, error) {
	d.loading.Lock()
	defer d.loading.Unlock()
	n, err := d.load(ctx, d.Now())
	if err != nil {
		return nil, err
	}
	d.mu.Lock()
	defer d.mu.Unlock()
	d.held, d.made = n, time.Now()
	return n, nil
}

// Forget has the next [Desk.Network] made anew: after something changed that people will look for at once.
func (d *Desk) Forget() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.held = nil
}

func (d *Desk) load(ctx context.Context, now time.Time) (*Network, error) {
	n := &Network{kept: newKept(), At: now, Zone: d.Zone, Calendar: lantoa.LastWeeks(lantoa.WeekOf(now, d.Zone), Span),
		Nudges: map[lantoa.ChannelID]lantoa.Nudge{}, Tenures: map[lantoa.ChannelID][]lantoa.Tenure{}}
	units, err := d.Shelf.AllUnits(ctx)
	if err != nil {
		return nil, err
	}
	n.Units = lantoa.TreeOf(units)
	channels, err := d.Shelf.Publishing(ctx)
	if err != nil {
		return nil, err
	}
	rhythms, err := d.Shelf.Rhythms(ctx, lantoa.Everything, now)
	if err != nil {
		return nil, err
	}
	if err := d.loadWeeks(ctx, n); err != nil {
		return nil, err
	}
	if n.Leaves, err = d.Shelf.Leaves(ctx, now.AddDate(0, 0, -7*Span)); err != nil {
		return nil, err
	}
	nudges, err := d.Shelf.Nudges(ctx, now.Add(-lantoa.NudgeRest))
	if err != nil {
		return nil, err
	}
	for _, x := range nudges { // oldest first: the newest stays
		n.Nudges[x.Channel] = x
	}
	tenures, err := d.Shelf.Tenures(ctx)
	if err != nil {
		return nil, err
	}
	for _, x := range tenures {
		n.Tenures[x.Channel] = append(n.Tenures[x.Channel], x)
	}
	for _, ch := range channels {
		s := Standing{Channel: ch, Weeks: make([]lantoa.ChannelWeek, Span), Last: rhythms[ch.ID].Last}
		s.Alive, s.Days, s.Usual = State(ch, rhythms[ch.ID], now, d.Zone)
		for i, w := range n.Calendar {
			var is bool
			if s.Weeks[i], is = d.weeks[ch.ID][w]; !is {
				s.Weeks[i] = lantoa.ChannelWeek{Channel: ch.ID, Week: w}
			}
		}
		n.Channels = append(n.Channels, s)
	}
	n.RolledAt = d.newest
	return n, nil
}

// loadWeeks reads the weeks that changed since it last did, or all when another half year is asked for.
func (d *Desk) loadWeeks(ctx context.Context, n *Network) error {
	from, to := n.Calendar[0], n.Calendar[Span-1]
	if d.weeks == nil || d.from != from || d.Hold == 0 {
		d.weeks, d.newest, d.from = map[lantoa.ChannelID]map[lantoa.Week]lantoa.ChannelWeek{}, time.Time{}, from
	}
	rows, newest, err := d.Shelf.ChannelWeeks(ctx, from, to, d.newest)
	if err != nil {
		return err
	}
	for _, w := range rows {
		if d.weeks[w.Channel] == nil {
			d.weeks[w.Channel] = make(map[lantoa.Week]lantoa.ChannelWeek, Span)
		}
		d.weeks[w.Channel][w.Week] = w
	}
	d.newest = newest
	return nil
}
