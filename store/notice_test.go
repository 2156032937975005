package store_test

import (
	"sync"
	"testing"
	"time"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/store"
	"github.com/hoiphunu/lantoa/store/storetest"
)

func TestNotices(t *testing.T) {
	raise := func(t *testing.T, s *store.Store, n lantoa.Notice) (lantoa.NoticeID, bool) {
		t.Helper()
		raised, err := s.RaiseNotice(ctx, &n)
		if err != nil || n.ID == "" {
			t.Fatal(n.ID, err)
		}
		return n.ID, raised
	}
	listed := func(t *testing.T, s *store.Store, scope lantoa.Scope, open bool) []lantoa.Notice {
		t.Helper()
		all, err := s.Notices(ctx, scope, open, 50)
		if err != nil {
			t.Fatal(err)
		}
		return all
	}
	t.Run("an incident is one notice from its beginning to its end", func(t *testing.T) {
		storetest.Both(t, func(t *testing.T, s *store.Store) {
			n := lantoa.Notice{Kind: lantoa.LostMany, Key: "many", Count: 12, BeganAt: now.Add(-time.Hour),
				Trouble: lantoa.Trouble{Kind: lantoa.Expired, What: "token", Note: "190", Since: now.Add(-2 * time.Hour), Until: now}}
			id, raised := raise(t, s, n)
			if !raised {
				t.Error("the first was not raised")
			}
			more := n
			more.Count, more.BeganAt = 40, now
			more.Trouble = lantoa.Trouble{Kind: lantoa.NoRight, What: "pages_read", Since: now}
			if again, raised := raise(t, s, more); raised || again != id {
				t.Errorf("raised %v as %s besides %s", raised, again, id)
			}
			n.ID, n.Count = id, 40
			n.Trouble = lantoa.Trouble{Kind: lantoa.NoRight, What: "pages_read", Since: n.Trouble.Since}
			equal(t, "the open one", listed(t, s, lantoa.Everything, true), []lantoa.Notice{n})
			if err := s.SeeNotice(ctx, id, now); err != nil {
				t.Fatal(err)
			}
			if err := s.SeeNotice(ctx, "nobody", now); lantoa.KindOf(err) != lantoa.NotFound {
				t.Error(err)
			}
			for _, want := range []bool{true, false} {
				if ended, err := s.EndNotice(ctx, "many", now); err != nil || ended != want {
					t.Errorf("ended %v, want %v: %v", ended, want, err)
				}
			}
			if got := listed(t, s, lantoa.Everything, true); len(got) != 0 {
				t.Errorf("still open: %+v", got)
			}
			n.SeenAt, n.EndedAt = now, now
			equal(t, "all", listed(t, s, lantoa.Everything, false), []lantoa.Notice{n})
			if next, raised := raise(t, s, more); !raised || next == id {
				t.Errorf("a new incident after the end: %v", raised)
			}
		})
	})
	t.Run("two who find the same at once raise one", func(t *testing.T) {
		storetest.Both(t, func(t *testing.T, s *store.Store) {
			var wg sync.WaitGroup
			var mu sync.Mutex
			raised, ids := 0, map[lantoa.NoticeID]bool{}
			for range 8 {
				wg.Go(func() {
					n := lantoa.Notice{Kind: lantoa.LostChannel, Key: "lost/c1"}
					is, err := s.RaiseNotice(ctx, &n)
					if err != nil {
						t.Error(err)
					}
					mu.Lock()
					defer mu.Unlock()
					ids[n.ID] = true
					if is {
						raised++
					}
				})
			}
			wg.Wait()
			if raised != 1 || len(ids) != 1 || len(listed(t, s, lantoa.Everything, false)) != 1 {
				t.Errorf("%d raised under %d ids", raised, len(ids))
			}
		})
	})
	t.Run("people see those of their channels, and who has every right those that are about none", func(t *testing.T) {
		storetest.Both(t, func(t *testing.T, s *store.Store) {
			small := storetest.Seed(t, s)
			raise(t, s, lantoa.Notice{Kind: lantoa.LostChannel, Key: "a", Channel: small.DongMauPage.ID, BeganAt: now.Add(-3 * time.Hour)})
			raise(t, s, lantoa.Notice{Kind: lantoa.LostChannel, Key: "b", Channel: small.KheMauPage.ID, BeganAt: now.Add(-time.Hour)})
			raise(t, s, lantoa.Notice{Kind: lantoa.DeadMetric, Key: "c", BeganAt: now.Add(-2 * time.Hour)})
			for scope, want := range map[lantoa.Scope]string{lantoa.Everything: "bca", "u19": "ba", "u19.u05722": "a", "u19.u0572": "", "-": ""} {
				got := ""
				for _, n := range listed(t, s, scope, false) {
					got += n.Key
				}
				if got != want {
					t.Errorf("%s sees %q, want %q", scope, got, want)
				}
			}
		})
	})
}
