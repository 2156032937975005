package store_test

import (
	"testing"
	"time"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/store"
	"github.com/hoiphunu/lantoa/store/storetest"
)

func TestDepthOfVisits(t *testing.T) {
	type world struct {
		*testing.T
		*store.Store
		page lantoa.ChannelID
	}
	went := func(t world, at time.Time, d lantoa.Depth, trouble *lantoa.Trouble, warnings ...lantoa.Trouble) lantoa.Channel {
		t.Helper()
		if err := t.NoteVisit(ctx, lantoa.Visit{Channel: t.page, At: at, Depth: d, Trouble: trouble, Warnings: warnings, Next: at.Add(time.Hour)}); err != nil {
			t.Fatal(err)
		}
		c, err := t.Channel(ctx, t.page)
		if err != nil {
			t.Fatal(err)
		}
		return c
	}
	noReach := lantoa.Trouble{Kind: lantoa.NoRight, What: "reach", Note: "read_insights"}
	noViews := lantoa.Trouble{Kind: lantoa.Refused, What: "views"}
	at := func(hours int) time.Time { return now.Add(time.Duration(hours) * time.Hour) }
	for _, tt := range []struct {
		name string
		test func(t world)
	}{
		{"a deep visit is one of every shallower depth too", func(t world) {
			went(t, at(-9), lantoa.Full, nil)
			went(t, at(-6), lantoa.Season, nil)
			c := went(t, at(-3), lantoa.Fresh, nil)
			equal(t.T, "depths", c.DepthAt, map[lantoa.Depth]time.Time{lantoa.Fresh: at(-3), lantoa.Recent: at(-6), lantoa.Season: at(-6), lantoa.Full: at(-9)})
			visits, err := t.Visits(ctx, t.page, 1)
			if err != nil || len(visits) != 1 || visits[0].Depth != lantoa.Fresh {
				t.Errorf("%+v, %v", visits, err)
			}
		}},
		{"one that failed reached no depth and takes no warning away", func(t world) {
			went(t, at(-2), lantoa.Recent, nil, noReach)
			c := went(t, at(-1), lantoa.Full, lantoa.Problem(lantoa.Away, "", ""))
			equal(t.T, "depths", c.DepthAt, map[lantoa.Depth]time.Time{lantoa.Fresh: at(-2), lantoa.Recent: at(-2)})
			if len(c.Warnings) != 1 {
				t.Errorf("%+v", c.Warnings)
			}
		}},
		{"a visit that ended late takes nothing back from a later one", func(t world) {
			went(t, at(-1), lantoa.Recent, nil, noViews)
			c := went(t, at(-2), lantoa.Season, nil, noReach)
			equal(t.T, "depths", c.DepthAt, map[lantoa.Depth]time.Time{lantoa.Fresh: at(-1), lantoa.Recent: at(-1), lantoa.Season: at(-2)})
			if len(c.Warnings) != 1 || c.Warnings[0].What != "views" {
				t.Errorf("warnings %+v", c.Warnings)
			}
		}},
		{"a warning that goes on keeps its beginning, a new one begins now, one that is over goes", func(t world) {
			went(t, at(-30), lantoa.Recent, nil, noReach, noViews)
			other := noReach
			other.Note = "said otherwise"
			fresh := lantoa.Trouble{Kind: lantoa.NoRight, What: "followers"}
			c := went(t, at(-6), lantoa.Season, nil, other, fresh)
			other.Since, fresh.Since = at(-30), at(-6)
			equal(t.T, "warnings", c.Warnings, []lantoa.Trouble{other, fresh})
			if c = went(t, at(-1), lantoa.Recent, nil); len(c.Warnings) != 0 {
				t.Errorf("warnings after a visit that was given all: %+v", c.Warnings)
			}
		}},
		{"an hourly visit asks for too little to take a warning away", func(t world) {
			went(t, at(-2), lantoa.Recent, nil, noReach)
			if c := went(t, at(-1), lantoa.Fresh, nil); len(c.Warnings) != 1 {
				t.Errorf("%+v", c.Warnings)
			}
		}},
		{"what a clock that was ahead said of depth and warnings is put right", func(t world) {
			went(t, at(24*40), lantoa.Full, nil, noReach)
			c := went(t, at(0), lantoa.Season, nil, noReach)
			equal(t.T, "depths", c.DepthAt, map[lantoa.Depth]time.Time{lantoa.Fresh: at(0), lantoa.Recent: at(0), lantoa.Season: at(0), lantoa.Full: at(24 * 40)})
			if len(c.Warnings) != 1 || !c.Warnings[0].Since.Equal(at(0)) {
				t.Errorf("warnings %+v", c.Warnings)
			}
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			storetest.Both(t, func(t *testing.T, s *store.Store) {
				tt.test(world{t, s, storetest.Seed(t, s).DongMauPage.ID})
			})
		})
	}
}

func TestChannelConfig(t *testing.T) {
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		c := storetest.Seed(t, s).DongMauPage
		if err := s.SetChannelConfig(ctx, c.ID, `{"list":"#tin"}`); err != nil {
			t.Fatal(err)
		}
		c.Config = ""
		if err := s.SaveChannel(ctx, &c); err != nil {
			t.Fatal(err)
		}
		got, err := s.Channel(ctx, c.ID)
		if err != nil || got.Config != `{"list":"#tin"}` {
			t.Errorf("a list that says nothing of it took it away: %q, %v", got.Config, err)
		}
		if err := s.SetChannelConfig(ctx, c.ID, ""); err != nil {
			t.Fatal(err)
		}
		if got, err = s.Channel(ctx, c.ID); err != nil || got.Config != "" {
			t.Errorf("%q, %v", got.Config, err)
		}
		if err := s.SetChannelConfig(ctx, "nobody", "{}"); lantoa.KindOf(err) != lantoa.NotFound {
			t.Error(err)
		}
	})
}
