package activity

import (
	"fmt"
	"testing"

	"github.com/hoiphunu/lantoa"
)

// country is 34 provinces with 3,321 communes, a page and a group each, and half a year of weeks.
func country() *Network {
	n := &Network{At: now, Zone: zone, Calendar: lantoa.LastWeeks(week47.After(), Span)}
	var units []lantoa.Unit
	long := now.AddDate(-1, 0, 0)
	root := lantoa.Unit{ID: "vn", Code: "0", Level: lantoa.Province, Path: "vn", From: long}
	units = append(units, root)
	for i := range 3321 {
		p := lantoa.UnitID(fmt.Sprintf("p%02d", i%34))
		if i < 34 {
			units = append(units, lantoa.Unit{ID: p, Code: fmt.Sprintf("%02d", i), Level: lantoa.Province, Parent: "vn", Path: "vn." + string(p), From: long})
		}
		id := lantoa.UnitID(fmt.Sprintf("c%05d", i))
		units = append(units, lantoa.Unit{ID: id, Code: fmt.Sprintf("%05d", i), Level: lantoa.Commune, Parent: p, Path: "vn." + string(p) + "." + string(id), From: long})
	}
	n.Units = lantoa.TreeOf(units)
	for i := range 2 * 3321 {
		u := n.Units[lantoa.UnitID(fmt.Sprintf("c%05d", i/2))]
		s := Standing{Channel: lantoa.Channel{ID: lantoa.ChannelID(fmt.Sprint("x", i)), Kind: lantoa.FacebookPage, Unit: u}, Alive: lantoa.Active}
		for _, w := range n.Calendar {
			row := lantoa.ChannelWeek{Channel: s.ID, Week: w, UpTo: w.Settled(zone), State: lantoa.Active, Posts: 3, Own: 2, Followers: lantoa.Of(900)}
			for k := range 3 {
				row.Each = append(row.Each, counted(int64(i%90+k), 900))
			}
			s.Weeks = append(s.Weeks, row)
		}
		n.Channels = append(n.Channels, s)
	}
	return n
}

func BenchmarkRowsOfTheCountry(b *testing.B) {
	n := country()
	b.ReportAllocs()
	for b.Loop() {
		if rows := n.Rows(now, AsToday); len(rows) != 3321+35 {
			b.Fatal(len(rows))
		}
	}
}

func BenchmarkFiguresOfTheCountry(b *testing.B) {
	n := country()
	p := PeriodOf(week47, 4)
	b.ReportAllocs()
	for b.Loop() {
		for _, r := range n.Rows(now, AsToday) {
			n.Figures(r.Own, p)
			n.Figures(r.Own, p.Before())
		}
	}
}

func BenchmarkBandsOfTheCountry(b *testing.B) {
	n := country()
	b.ReportAllocs()
	for b.Loop() {
		Bands(n, week47)
	}
}
