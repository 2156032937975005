package store_test

import (
	"testing"
	"time"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/store"
	"github.com/hoiphunu/lantoa/store/storetest"
)

func TestChannelMonths(t *testing.T) {
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		small := storetest.Seed(t, s)
		page := small.DongMauPage.ID
		figure := func(month, metric string, n int64, at time.Time) lantoa.ChannelMonth {
			return lantoa.ChannelMonth{Channel: page, Month: month, Metric: metric, Value: lantoa.Of(n), At: at}
		}
		put := func(what string, fresh, changed int, months ...lantoa.ChannelMonth) {
			t.Helper()
			n, c, err := s.SaveChannelMonths(ctx, months)
			if err != nil || n != fresh || c != changed {
				t.Errorf("%s: %d new and %d changed, want %d and %d: %v", what, n, c, fresh, changed, err)
			}
		}
		shows := func(what, from, to string, want ...lantoa.ChannelMonth) {
			t.Helper()
			got, err := s.ChannelMonths(ctx, page, from, to)
			if err != nil {
				t.Fatal(err)
			}
			equal(t, what, got, want)
		}
		october, views := figure("2026-10", "members", 120, now), figure("2026-10", "views", 0, now)
		absent := lantoa.ChannelMonth{Channel: page, Month: "2026-10", Metric: "reach", At: now}
		put("an absent figure is none, and 0 is one", 2, 0, october, views, absent)
		shows("as reported", "", "", october, views)
		later := now.Add(time.Hour)
		put("the same again changes nothing", 0, 0, figure("2026-10", "members", 120, later), absent)
		put("absent takes nothing away", 0, 0, lantoa.ChannelMonth{Channel: page, Month: "2026-10", Metric: "members", At: later})
		shows("as first reported", "", "", october, views)
		october = figure("2026-10", "members", 125, later)
		november := figure("2026-11", "members", 130, later)
		put("another figure takes the place", 1, 1, october, november)
		put("nothing", 0, 0)
		shows("all", "2026-10", "2026-11", october, views, november)
		shows("one month", "2026-11", "2026-11", november)
		if got, err := s.ChannelMonths(ctx, small.KheMauPage.ID, "", ""); err != nil || got != nil {
			t.Errorf("another's: %+v, %v", got, err)
		}
		for _, wrong := range []lantoa.ChannelMonth{figure("11/2026", "members", 1, now), figure("2026-13", "members", 1, now), figure("2026-11", "", 1, now)} {
			if _, _, err := s.SaveChannelMonths(ctx, []lantoa.ChannelMonth{figure("2026-12", "members", 9, now), wrong}); lantoa.KindOf(err) != lantoa.Invalid {
				t.Errorf("%+v: %v", wrong, err)
			}
		}
		shows("nothing of a refused call", "2026-12", "2026-12")
	})
}

func TestAddToDay(t *testing.T) {
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		page := storetest.Seed(t, s).DongMauPage.ID
		for _, add := range []struct {
			metric string
			n      int64
		}{{"joins", 2}, {"joins", 3}, {"leaves", 1}} {
			if err := s.AddToDay(ctx, page, add.metric, "2026-11-23", add.n); err != nil {
				t.Fatal(err)
			}
		}
		got, err := s.ChannelDays(ctx, page, "", time.Time{}, time.Time{})
		if err != nil {
			t.Fatal(err)
		}
		start := time.Date(2026, 11, 22, 17, 0, 0, 0, time.UTC) // midnight in Viet Nam
		equal(t, "days", got, []lantoa.ChannelDay{{Metric: "joins", Day: "2026-11-23", Start: start, End: start.Add(24 * time.Hour), Value: lantoa.Of(5)},
			{Metric: "leaves", Day: "2026-11-23", Start: start, End: start.Add(24 * time.Hour), Value: lantoa.Of(1)}})
		if err := s.AddToDay(ctx, page, "joins", "23/11/2026", 1); lantoa.KindOf(err) != lantoa.Invalid {
			t.Error(err)
		}
	})
}
