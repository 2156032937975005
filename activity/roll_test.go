package activity

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hoiphunu/lantoa"
)

var week47 = lantoa.Week{Year: 2026, Number: 47} // 16 to 22 November

// rolled is the one week of one channel.
func rolled(t *testing.T, m Material, at time.Time) (lantoa.ChannelWeek, bool) {
	t.Helper()
	rows := Roll([]lantoa.Week{week47}, m, at, zone)
	if len(rows) > 1 {
		t.Fatalf("%d rows of one channel's week", len(rows))
	}
	if len(rows) == 0 {
		return lantoa.ChannelWeek{}, false
	}
	return rows[0], true
}

func material(change func(*Material)) Material {
	ch := read()
	ch.ID = "c"
	daily := lantoa.Rhythm{Last: day(11, 22, 9), Before: 56, Recent: 28, Earlier: 84, FirstKnown: day(5, 25, 6)}
	m := Material{
		Channels: []lantoa.Channel{ch},
		Sizes: map[lantoa.ChannelID][]lantoa.ChannelSnapshot{"c": {
			{At: day(11, 10, 6), Followers: lantoa.Of(200), Source: lantoa.FromPlatform},
			{At: day(11, 17, 6), Followers: lantoa.Of(210), Source: lantoa.FromPlatform},
			{At: day(11, 22, 6), Followers: lantoa.Of(220), Source: lantoa.FromPlatform}}},
		Looks: map[lantoa.Week]Look{week47: {At: now, Rhythms: map[lantoa.ChannelID]lantoa.Rhythm{"c": daily},
			Seen: map[lantoa.ChannelID]lantoa.Seen{"c": {LastRead: now.Add(-time.Hour)}}}},
	}
	if change != nil {
		change(&m)
	}
	return m
}

func TestRoll(t *testing.T) {
	post := func(d, hour int, n int64, change func(*lantoa.WeekPost)) lantoa.WeekPost {
		p := lantoa.WeekPost{Channel: "c", Told: day(11, d, hour), Interactions: lantoa.Of(n)}
		if change != nil {
			change(&p)
		}
		return p
	}
	m := material(func(m *Material) {
		m.Posts = []lantoa.WeekPost{
			post(15, 23, 900, nil), // Sunday night: the week before
			post(16, 0, 12, nil),
			post(18, 9, 40, func(p *lantoa.WeekPost) { p.Copy = true; p.Views = lantoa.Of(300) }),
			post(19, 9, 5, func(p *lantoa.WeekPost) { p.FromAbove = true; p.Copy = true }),
			post(20, 9, 2300, func(p *lantoa.WeekPost) { p.Vote = true }),
			post(22, 23, 7, func(p *lantoa.WeekPost) { p.Interactions = lantoa.Count{} }),
			post(23, 0, 900, nil), // Monday: the week after
		}
		m.Curves = []lantoa.PostCurve{
			{Channel: "c", Told: day(11, 16, 0), Points: []lantoa.CurvePoint{{At: day(11, 16, 6), N: 5}, {At: day(11, 20, 6), N: 12}}},
			{Channel: "c", Told: day(11, 10, 0), Points: []lantoa.CurvePoint{{At: day(11, 16, 6), N: 30}, {At: day(11, 23, 6), N: 34}, {At: day(11, 24, 6), N: 99}}},
			{Channel: "c", Told: day(11, 9, 0), Points: []lantoa.CurvePoint{{At: day(11, 17, 6), N: 50}, {At: day(11, 21, 6), N: 51}}},
			{Channel: "c", Told: day(11, 1, 0), Points: []lantoa.CurvePoint{{At: day(11, 2, 6), N: 500}}},
		}
		m.Stories = map[lantoa.ChannelID][]time.Time{"c": {day(11, 15, 9), day(11, 17, 9)}}
	})
	got, _ := rolled(t, m, now)
	want := lantoa.ChannelWeek{Channel: "c", Week: week47, UpTo: now, State: lantoa.Active, Days: 1, Usual: 7,
		Posts: 4, Own: 2, FromAbove: 1, Votes: 1, Stories: 1,
		Each: []lantoa.PostFigure{{Interactions: lantoa.Of(12), Followers: lantoa.Of(200)}, {Interactions: lantoa.Of(40), Followers: lantoa.Of(210)},
			{Interactions: lantoa.Of(5), Followers: lantoa.Of(210)}, {Followers: lantoa.Of(220)}},
		Gained: lantoa.Of(7 + 4 + 1), Views: lantoa.Of(300), Followers: lantoa.Of(220), Source: lantoa.FromPlatform}
	if diff := cmp.Diff(want, got); diff != "" {
		t.Errorf("a week was rolled up otherwise (-want +got):\n%s", diff)
	}
}

func TestTheStateOfAWeek(t *testing.T) {
	revoked := &lantoa.Trouble{Kind: lantoa.NoRight}
	tests := []struct {
		name   string
		change func(*Material)
		state  lantoa.Alive // "" where there is no row
		lost   int
	}{
		{"is that of Monday morning", nil, lantoa.Active, 0},
		{"is disconnected where the right to read was taken away on the 18th, and the days since are lost", func(m *Material) {
			m.Channels[0].Trouble, m.Channels[0].LastRead = revoked, day(11, 18, 8)
			m.Looks[week47].Seen["c"] = lantoa.Seen{LastRead: day(11, 18, 8), Trouble: revoked}
		}, lantoa.Disconnected, 4},
		{"stays disconnected when the page was connected again later, and no day is lost any more", func(m *Material) {
			m.Looks[week47].Seen["c"] = lantoa.Seen{LastRead: day(11, 18, 8), Trouble: revoked}
		}, lantoa.Disconnected, 0},
		{"stands once it was told", func(m *Material) {
			m.Settled = map[lantoa.ChannelID]map[lantoa.Week]lantoa.ChannelWeek{"c": {week47: {State: lantoa.Silent, Days: 9}}}
		}, lantoa.Silent, 0},
		{"of a page that was connected afterwards comes from its posts", func(m *Material) {
			m.Channels[0].FirstRead = now.AddDate(0, 0, 3)
			delete(m.Looks[week47].Seen, "c")
		}, lantoa.Active, 0},
		{"is none before the page was known", func(m *Material) {
			r := m.Looks[week47].Rhythms["c"]
			r.FirstKnown = day(11, 23, 0)
			m.Looks[week47].Rhythms["c"] = r
		}, "", 0},
		{"is none for a page that was never read", func(m *Material) { m.Channels[0].FirstRead = time.Time{} }, "", 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			row, is := rolled(t, material(tt.change), now)
			if is != (tt.state != "") || row.State != tt.state || row.Lost != tt.lost {
				t.Errorf("row %t: %s with %d lost days, want %s with %d", is, row.State, row.Lost, tt.state, tt.lost)
			}
		})
	}
}

func TestARunningWeekIsToldAsOfNow(t *testing.T) {
	at := day(11, 19, 14)
	m := material(func(m *Material) {
		look := m.Looks[week47]
		look.At, look.Running = at, true
		m.Looks[week47] = look
	})
	row, is := rolled(t, m, at)
	if !is || !row.UpTo.Equal(at) {
		t.Errorf("row %t, as of %s", is, row.UpTo)
	}
}
