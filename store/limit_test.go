package store_test

import (
	"testing"
	"time"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/store"
	"github.com/hoiphunu/lantoa/store/storetest"
)

func TestLimits(t *testing.T) {
	hour := now.Add(time.Hour)
	refused := lantoa.Limit{Scope: "app", Share: 100, SaidAt: now, Until: hour, Refused: 2, RefusedAt: now}
	for _, tt := range []struct {
		name string
		told []lantoa.Limit
		want lantoa.Limit
	}{
		{"what was said comes back", []lantoa.Limit{refused}, refused},
		{"of two closings the longer one stands, whichever was told first",
			[]lantoa.Limit{{Scope: "app", Share: 100, SaidAt: now, Until: now.Add(3 * time.Hour)}, {Scope: "app", Share: 99, SaidAt: now.Add(time.Minute), Until: hour}},
			lantoa.Limit{Scope: "app", Share: 99, SaidAt: now.Add(time.Minute), Until: now.Add(3 * time.Hour)}},
		{"an answer that is under way opens nothing that another was refused",
			[]lantoa.Limit{refused, {Scope: "app", Share: 80, SaidAt: now.Add(time.Second)}},
			lantoa.Limit{Scope: "app", Share: 80, SaidAt: now.Add(time.Second), Until: hour}},
		{"what was said earlier and told later changes the closing alone",
			[]lantoa.Limit{refused, {Scope: "app", Share: 10, SaidAt: now.Add(-time.Minute), Until: now.Add(2 * time.Hour), Refused: 1}},
			lantoa.Limit{Scope: "app", Share: 100, SaidAt: now, Until: now.Add(2 * time.Hour), Refused: 2, RefusedAt: now}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			storetest.Both(t, func(t *testing.T, s *store.Store) {
				for _, l := range append(tt.told, lantoa.Limit{Scope: "page/1", Share: 5, SaidAt: now}) {
					if err := s.SaveLimit(ctx, l); err != nil {
						t.Fatal(err)
					}
				}
				got, err := s.Limits(ctx)
				if err != nil {
					t.Fatal(err)
				}
				equal(t, "limits", got, []lantoa.Limit{tt.want, {Scope: "page/1", Share: 5, SaidAt: now}})
			})
		})
	}
}

func TestMetricsDieAndLiveAgain(t *testing.T) {
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		for _, at := range []time.Time{now, now.Add(time.Hour)} {
			if err := s.BuryMetric(ctx, "page_impressions", at); err != nil {
				t.Fatal(err)
			}
		}
		if err := s.BuryMetric(ctx, "page_fans", now); err != nil {
			t.Fatal(err)
		}
		if err := s.ReviveMetric(ctx, "page_fans"); err != nil {
			t.Fatal(err)
		}
		if err := s.ReviveMetric(ctx, "never_died"); err != nil {
			t.Fatal(err)
		}
		dead, err := s.DeadMetrics(ctx)
		if err != nil {
			t.Fatal(err)
		}
		equal(t, "dead metrics", dead, map[string]time.Time{"page_impressions": now.Add(time.Hour)})
	})
}

func TestAccesses(t *testing.T) {
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		page := lantoa.Access{Name: "facebook/page/104", Channel: "c1", Holder: "PAGE", CheckedAt: now, ExpiresAt: now.AddDate(0, 2, 0),
			DataEnds: now.AddDate(0, 3, 0), Lacks: []string{"read_insights"}}
		oa := lantoa.Access{Name: "zalo/oa", Holder: "OA", CheckedAt: now, Trouble: &lantoa.Trouble{Kind: lantoa.Expired, What: "token", Note: "hết hạn", Since: now.Add(-time.Hour)}}
		saved := func(want ...lantoa.Access) {
			t.Helper()
			got, err := s.Accesses(ctx)
			if err != nil {
				t.Fatal(err)
			}
			equal(t, "accesses", got, want)
		}
		put := func(all ...lantoa.Access) {
			t.Helper()
			for _, a := range all {
				if err := s.SaveAccess(ctx, a); err != nil {
					t.Fatal(err)
				}
			}
		}
		put(oa, page)
		saved(page, oa)

		// The same trouble, met again later, began when it began; what is no longer lacking is gone.
		page.Lacks, page.CheckedAt = nil, now.Add(time.Hour)
		again := oa
		again.CheckedAt = now.Add(time.Hour)
		again.Trouble = &lantoa.Trouble{Kind: lantoa.Expired, What: "token", Note: "vẫn hết hạn"}
		put(page, again)
		again.Trouble = &lantoa.Trouble{Kind: lantoa.Expired, What: "token", Note: "vẫn hết hạn", Since: now.Add(-time.Hour)}
		saved(page, again)

		// Another trouble begins when it is met; a good token has none.
		again.Trouble = &lantoa.Trouble{Kind: lantoa.NoRight}
		put(again)
		again.Trouble = &lantoa.Trouble{Kind: lantoa.NoRight, Since: again.CheckedAt}
		saved(page, again)
		again.Trouble = nil
		put(again)
		saved(page, again)
	})
}
