package queue

import (
	"context"
	"testing"
	"time"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/activity"
	"github.com/hoiphunu/lantoa/store/storetest"
)

func TestTheHalfYearIsRolledUpOnceAndThenTheLastWeeks(t *testing.T) {
	r := openRedis(t, "")
	s := openShop(t, r)
	ctx := context.Background()
	page := s.seed.DongMauPage.ID
	now := storetest.Now
	s.Now = func() time.Time { return now }
	save := func(external string, at time.Time, n int64) {
		t.Helper()
		_, err := s.Store.SavePosts(ctx, page, []lantoa.Incoming{{HasCount: true,
			Post:    lantoa.Post{External: external, Type: lantoa.Photo, Text: "Tổ tiết kiệm " + external, PublishedAt: at},
			Numbers: lantoa.Snapshot{At: now, Reactions: lantoa.Of(n), Source: lantoa.FromPlatform}}}, now)
		if err == nil {
			err = s.Store.NoteVisit(ctx, lantoa.Visit{Channel: page, At: now})
		}
		if err == nil {
			err = s.RollUp(ctx)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	weeks := func() map[lantoa.Week]lantoa.ChannelWeek {
		t.Helper()
		last := lantoa.WeekOf(now, s.Zone)
		rows, _, err := s.Store.ChannelWeeks(ctx, lantoa.LastWeeks(last, 60)[0], last, time.Time{})
		if err != nil {
			t.Fatal(err)
		}
		out := map[lantoa.Week]lantoa.ChannelWeek{}
		for _, row := range rows {
			if row.Channel == page {
				out[row.Week] = row
			}
		}
		return out
	}
	last := lantoa.WeekOf(now, s.Zone).Before()
	save("a", now.AddDate(0, 0, -60), 5)
	save("b", now.AddDate(0, 0, -8), 7)
	first := weeks()
	if len(first) != activity.Span {
		t.Fatalf("%d weeks were rolled up, want the half year", len(first))
	}
	if got := first[lantoa.WeekOf(now.AddDate(0, 0, -60), s.Zone)]; got.Posts != 1 || got.Interactions() != lantoa.Of(5) {
		t.Errorf("the week of the first post: %+v", got)
	}
	state := first[last].State

	now = now.AddDate(0, 0, 40) // nothing was told meanwhile: the channel is silent now
	save("c", now.AddDate(0, 0, -39), 1)
	later := weeks()
	if later[last].State != state {
		t.Errorf("the state of a week that had been told became %s, was %s", later[last].State, state)
	}
	if got := later[lantoa.WeekOf(now, s.Zone).Before()]; got.State != lantoa.Silent {
		t.Errorf("the last week ended %s after %d days, want silent", got.State, got.Days)
	}
}
