package main

import (
	"testing"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/activity"
	"github.com/hoiphunu/lantoa/internal/browse"
)

// scorecard is the sample campaign of the planted province in November 2026.
func (p *province) scorecard(t *testing.T) lantoa.Scorecard {
	t.Helper()
	campaign, err := p.app.Store.Campaign(t.Context(), "1")
	if err != nil {
		t.Fatal(err)
	}
	n, err := p.app.Desk.Network(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	card, err := activity.Scored(t.Context(), p.app.Store, n, campaign, lantoa.Term{Year: 2026, Number: 11})
	if err != nil {
		t.Fatal(err)
	}
	return card
}

func TestTheScorecardHasARowForEachUnitInForce(t *testing.T) {
	card := theProvince(t).scorecard(t)
	met, asked := card.Met()
	if len(card.Rows) != 185 || asked != 185 {
		t.Errorf("%d rows, %d are asked something, want 185: units that have ended are not asked", len(card.Rows), asked)
	}
	of, _ := card.MetOf(card.Column("1-2"))
	t.Logf("%d/%d meet all, %d post each week", met, asked, of)
	if of == 0 || of >= 185 || met > of {
		t.Errorf("%d units post each week and %d meet all, want some, not all, and no more than post", of, met)
	}
}

func TestAPastedDirectiveIsNobodysOwnWork(t *testing.T) {
	p := theProvince(t)
	plant := p.plant(t, "P3")
	pasted := map[lantoa.PostID]bool{}
	for i, external := range plant.Channels {
		pasted[p.postOf(t, external, plant.Posts[i]).ID] = true
	}
	if len(pasted) < 41 {
		t.Fatalf("the directive is on %d pages, want 41 and the province's", len(pasted))
	}
	seen := 0
	card := p.scorecard(t)
	column := card.Column("1-2")
	for _, row := range card.Rows {
		for _, e := range row.Cells[column].Evidence {
			if pasted[e.Post] {
				seen++
				if e.Why == "" {
					t.Errorf("the directive earned %s an own post", row.Name)
				}
			}
		}
	}
	if seen != len(pasted) {
		t.Errorf("%d of the %d pasted posts stand among the evidence", seen, len(pasted))
	}
}

func TestTheLostDaysOfARevokedPageAreNotAskedFor(t *testing.T) {
	p := theProvince(t)
	ch, err := p.app.Store.ChannelByExternal(t.Context(), lantoa.FacebookPage, p.plant(t, "P6").Channels[0])
	if err != nil {
		t.Fatal(err)
	}
	card := p.scorecard(t)
	row, there := card.Row(ch.Unit.ID)
	if !there {
		t.Fatal("xã Núi Mẫu has no row")
	}
	cell := row.Cells[card.Column("1-2")]
	week := lantoa.Week{Year: 2026, Number: 47}
	for _, part := range cell.Parts {
		if part.Week == week && part.Lost < 4 {
			t.Errorf("week 47 lost %d days, the permission was revoked on 18/11", part.Lost)
		}
		if part.Week == week && part.State == lantoa.ScoreMissed {
			t.Errorf("week 47 is asked for: %+v", part)
		}
	}
	t.Logf("xã Núi Mẫu: %s %d/%d, %d days lost, %+v", cell.State, cell.Have, cell.Need, cell.Lost, cell.Parts)
}

func TestTheChairLooksAtThiDua(t *testing.T) {
	onDeskAndPhone(t, lantoa.Leader, func(t *testing.T, p *province, b *browse.Browser) {
		b.Open("/thi-dua/2026-11")
		b.Fits("tinh-thi-dua")
		b.Reads("h1", "/185")
		if n := browse.Eval[int](b, `new TextEncoder().encode(document.documentElement.outerHTML).length`); n > 60_000 {
			t.Errorf("the table is %d bytes of HTML", n)
		}
		b.Open("/thi-dua/2026-11/05719/1-2")
		b.Fits("tinh-thi-dua-nui-mau")
		b.Reads("main", "không đọc được")
		b.Open("/thi-dua/2026-11/in")
		b.Fits("tinh-thi-dua-in")
		if n := browse.Eval[int](b, `new TextEncoder().encode(document.documentElement.outerHTML).length`); n > 60_000 {
			t.Errorf("the sheet to print is %d bytes of HTML", n)
		}
	})
}
