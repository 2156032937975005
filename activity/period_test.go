package activity

import (
	"fmt"
	"testing"
	"time"

	"github.com/hoiphunu/lantoa"
)

func TestPeriods(t *testing.T) {
	w53 := lantoa.Week{Year: 2026, Number: 53}
	p := PeriodOf(lantoa.Week{Year: 2027, Number: 1}, 4)
	if p.From != (lantoa.Week{Year: 2026, Number: 51}) || !p.Has(w53) || p.Len() != 4 {
		t.Errorf("four weeks over the new year: %+v of %d weeks, with week 53 %t", p, p.Len(), p.Has(w53))
	}
	if b := p.Before(); b != PeriodOf(lantoa.Week{Year: 2026, Number: 50}, 4) {
		t.Errorf("before them: %+v", b)
	}
}

func counted(interactions, followers int64) lantoa.PostFigure {
	return lantoa.PostFigure{Interactions: lantoa.Of(interactions), Followers: lantoa.Of(followers)}
}

func TestFigures(t *testing.T) {
	n := &Network{At: now, Zone: zone, Calendar: lantoa.LastWeeks(week47.After(), Span)}
	standing := func(alive lantoa.Alive, weeks ...lantoa.ChannelWeek) Standing {
		for i := range weeks {
			if weeks[i].Week == (lantoa.Week{}) {
				weeks[i].Week = week47
			}
			weeks[i].UpTo = weeks[i].Week.Settled(zone)
		}
		return Standing{Channel: lantoa.Channel{ID: "x"}, Alive: alive, Weeks: weeks}
	}
	f := n.Figures([]Standing{
		standing(lantoa.Silent, lantoa.ChannelWeek{State: lantoa.Active, Posts: 3, Own: 2, Each: []lantoa.PostFigure{counted(10, 100), counted(1000, 2000), {}},
			Followers: lantoa.Of(2000), Gained: lantoa.Of(7)}),
		standing(lantoa.Active, lantoa.ChannelWeek{State: lantoa.Disconnected, Lost: 4, Followers: lantoa.Of(50), Source: lantoa.FromReport}),
		standing(lantoa.Active, lantoa.ChannelWeek{State: lantoa.Archived, Posts: 1, Own: 1, Each: []lantoa.PostFigure{counted(20, 0)}}),
	}, PeriodOf(week47, 1))
	if f.States.Active != 1 || f.States.Disconnected != 1 || f.States.Archived != 1 || f.States.Silent != 0 || f.Channels != 2 {
		t.Errorf("the states of a week that is over are those it ended with, got %+v of %d channels", f.States, f.Channels)
	}
	if f.Posts != 4 || f.Own != 3 || f.Lost != 4 || !f.Reported {
		t.Errorf("%+v", f)
	}
	if f.Median != (Value{20, true}) {
		t.Errorf("the median of 10, 20 and 1000 is %v", f.Median)
	}
	if !f.Rate.Known || f.Rate.V != 0.3 {
		t.Errorf("the median rate of 10 in 100 and 1000 in 2000 is %v, a post without followers takes no part", f.Rate)
	}
	if f.Followers != lantoa.Of(2050) || f.Gained != lantoa.Of(7) || f.Views.Known {
		t.Errorf("followers %v, gained %v, views %v: absent stays absent", f.Followers, f.Gained, f.Views)
	}
	running := n.Figures([]Standing{standing(lantoa.Silent, lantoa.ChannelWeek{State: lantoa.Active})}, PeriodOf(week47.After(), 2))
	if running.States.Silent != 1 {
		t.Errorf("a period that still runs shows the states of now, got %+v", running.States)
	}
	none := n.Figures([]Standing{standing(lantoa.Active)}, PeriodOf(week47, 1))
	if none.Median.Known || none.Rate.Known || none.Followers.Known || none.OwnShare().Known {
		t.Errorf("of nothing there is no figure, got %+v", none)
	}
}

// reformed is a province in which two communes became one on 1 July 2025, the page of the first going on as the new one's.
func reformed() *Network {
	day := time.Date(2025, 7, 1, 0, 0, 0, 0, zone)
	long := day.AddDate(-5, 0, 0)
	units := []lantoa.Unit{
		{ID: "p", Code: "19", Level: lantoa.Province, Path: "p", From: long},
		{ID: "a", Code: "05749", Level: lantoa.Commune, Parent: "p", Path: "p.a", From: long, To: day, Successors: []lantoa.UnitID{"n"}},
		{ID: "b", Code: "05755", Level: lantoa.Commune, Parent: "p", Path: "p.b", From: long, To: day, Successors: []lantoa.UnitID{"n"}},
		{ID: "n", Code: "05755", Level: lantoa.Commune, Parent: "p", Path: "p.n", From: day},
		{ID: "e", Code: "05761", Level: lantoa.Commune, Parent: "p", Path: "p.e", From: long},
	}
	tree := lantoa.TreeOf(units)
	ch := func(id lantoa.ChannelID, unit lantoa.UnitID) Standing {
		return Standing{Channel: lantoa.Channel{ID: id, Unit: tree[unit]}}
	}
	return &Network{At: now, Zone: zone, Units: tree,
		Channels: []Standing{ch("kept", "n"), ch("unused", "b"), ch("province", "p")},
		Tenures:  map[lantoa.ChannelID][]lantoa.Tenure{"kept": {{Channel: "kept", Unit: "a"}, {Channel: "kept", Unit: "n", From: day}}}}
}

func TestRowsFollowTheTree(t *testing.T) {
	show := func(rows []UnitRow) (out string) {
		for _, r := range rows {
			out += fmt.Sprintf("%s/%s own", r.Unit.ID, r.Unit.Code)
			for _, ch := range r.Own {
				out += " " + string(ch.ID)
			}
			out += fmt.Sprintf(" of %d; ", len(r.All))
		}
		return out
	}
	n := reformed()
	for _, x := range []struct {
		name   string
		day    time.Time
		filing Filing
		want   string
	}{
		{"as of today the dissolved units' pages stand under what took them in", now.AddDate(-3, 0, 0), AsToday,
			"p/19 own province of 3; n/05755 own kept unused of 2; e/05761 own of 0; "},
		{"as it was then each page stands under the unit it belonged to", time.Date(2025, 6, 30, 12, 0, 0, 0, zone), AsThen,
			"p/19 own province of 3; a/05749 own kept of 1; b/05755 own unused of 1; e/05761 own of 0; "},
		{"after the day the dissolved units have no row, their pages still count above", now, AsThen,
			"p/19 own province of 3; n/05755 own kept of 1; e/05761 own of 0; "},
	} {
		if got := show(n.Rows(x.day, x.filing)); got != x.want {
			t.Errorf("%s:\n got %s\nwant %s", x.name, got, x.want)
		}
	}
}

func TestBandsAreAmongTheLevel(t *testing.T) {
	n := &Network{At: now, Zone: zone, Calendar: lantoa.LastWeeks(week47.After(), Span)}
	add := func(id lantoa.ChannelID, level lantoa.Level, alive lantoa.Alive, weeksWithPost int, rate int64, own int) {
		s := Standing{Channel: lantoa.Channel{ID: id, Kind: lantoa.FacebookPage, Unit: lantoa.Unit{Level: level}}, Alive: alive}
		for i, w := range lantoa.LastWeeks(week47, bandWeeks) {
			row := lantoa.ChannelWeek{Week: w, UpTo: w.Settled(zone)}
			if i < weeksWithPost {
				row.Posts, row.Own = 4, own
				row.Each = []lantoa.PostFigure{counted(rate, 1000)}
			}
			s.Weeks = append(s.Weeks, row)
		}
		n.Channels = append(n.Channels, s)
	}
	for i := range 10 {
		add(lantoa.ChannelID(fmt.Sprint("c", i)), lantoa.Commune, lantoa.Active, 1+i*4/10, int64(10+i), i*4/10)
	}
	add("lost", lantoa.Commune, lantoa.Disconnected, 0, 0, 0)
	add("alone", lantoa.Province, lantoa.Active, 4, 100, 4)
	got := Bands(n, week47)
	for id, want := range map[lantoa.ChannelID]Band{"c9": Outstanding, "c5": Steady, "c0": NeedsHelp, "lost": "", "alone": ""} {
		if got[id].Band != want {
			t.Errorf("%s is %q with index %.2f, want %q", id, got[id].Band, got[id].Index, want)
		}
	}
	for id, b := range got {
		if b.Index <= 0 || b.Index >= 1 || b.Peers != 10 {
			t.Errorf("%s: index %v among %d", id, b.Index, b.Peers)
		}
	}
}
