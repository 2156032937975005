package store_test

import (
	"fmt"
	"slices"
	"sync"
	"testing"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/store"
	"github.com/hoiphunu/lantoa/store/storetest"
)

func TestSwapSecret(t *testing.T) {
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		swap := func(old, new string) bool {
			t.Helper()
			is, err := s.SwapSecret(ctx, "zalo/oa", old, new)
			if err != nil {
				t.Fatal(err)
			}
			return is
		}
		if swap("r0", "r1") {
			t.Error("there is none to be swapped")
		}
		if !swap("", "r1") || swap("", "r2") {
			t.Error("the first is put where there is none, and no second")
		}
		if swap("r0", "r2") || !swap("r1", "r2") || swap("r1", "r3") {
			t.Error("one is put in the place of the one it follows, once")
		}

		// Of many that renew the same at once, one does, and its word is kept.
		var wg sync.WaitGroup
		var mu sync.Mutex
		var won []string
		for i := range 8 {
			wg.Go(func() {
				mine := fmt.Sprint("new", i)
				is, err := s.SwapSecret(ctx, "zalo/oa", "r2", mine)
				mu.Lock()
				defer mu.Unlock()
				if err != nil {
					t.Error(err)
				}
				if is {
					won = append(won, mine)
				}
			})
		}
		wg.Wait()
		kept, err := s.Secret(ctx, "zalo/oa")
		if err != nil || len(won) != 1 || kept != won[0] {
			t.Errorf("%v won, %q is kept: %v", won, kept, err)
		}
	})
}

func TestSecretNames(t *testing.T) {
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		for _, name := range []string{"facebook/page/2", "facebook/page/1", "facebook/user/1", "facebook_page", "zalo/oa"} {
			if err := s.SaveSecret(ctx, name, "x"); err != nil {
				t.Fatal(err)
			}
		}
		for prefix, want := range map[string][]string{"facebook/page/": {"facebook/page/1", "facebook/page/2"}, "facebook/": {"facebook/page/1", "facebook/page/2", "facebook/user/1"}, "%": nil} {
			got, err := s.SecretNames(ctx, prefix)
			if err != nil {
				t.Fatal(err)
			}
			equal(t, "names in "+prefix, got, want)
		}
		if all, err := s.SecretNames(ctx, ""); err != nil || len(all) != 5 {
			t.Errorf("%v, %v", all, err)
		}
	})
}

func TestSealAnew(t *testing.T) {
	newKey := []byte("fedcba9876543210fedcba9876543210")
	withKey := func(t *testing.T, address string, key []byte) *store.Store {
		opt := storetest.Options()
		opt.Key = key
		return storetest.OpenAt(t, address, opt)
	}
	fill := func(t *testing.T, s *store.Store) {
		t.Helper()
		for _, name := range []string{"facebook/page/1", "zalo/oa"} {
			if err := s.SaveSecret(ctx, name, "secret of "+name); err != nil {
				t.Fatal(err)
			}
		}
		for _, key := range []string{"m1", "done"} {
			if _, err := s.KeepHook(ctx, lantoa.Hook{ID: lantoa.HookID("h" + key), Platform: "zalo", Key: key, At: now, Body: []byte(key)}); err != nil {
				t.Fatal(err)
			}
		}
		if err := s.HookDone(ctx, "hdone", now); err != nil {
			t.Fatal(err)
		}
	}
	opens := func(t *testing.T, s *store.Store) {
		t.Helper()
		if got, err := s.Secret(ctx, "zalo/oa"); err != nil || got != "secret of zalo/oa" {
			t.Errorf("%q, %v", got, err)
		}
		hooks, err := s.HooksWaiting(ctx, 10)
		if err != nil || len(hooks) != 1 || string(hooks[0].Body) != "m1" {
			t.Errorf("%+v, %v", hooks, err)
		}
	}
	t.Run("what is sealed, hooks too, goes over to the new key, and the old one opens nothing any more", func(t *testing.T) {
		storetest.Addresses(t, func(t *testing.T, address string) {
			s := storetest.OpenAt(t, address, storetest.Options())
			fill(t, s)
			if n, err := s.SealAnew(ctx, newKey); err != nil || n != 3 {
				t.Fatalf("%d pieces, %v", n, err)
			}
			opens(t, s)
			opens(t, withKey(t, address, newKey))
			if _, err := withKey(t, address, storetest.Options().Key).Secret(ctx, "zalo/oa"); lantoa.KindOf(err) != lantoa.Invalid {
				t.Error(err)
			}
			if err := s.SaveSecret(ctx, "later", "with the new key"); err != nil {
				t.Fatal(err)
			}
			if got, err := withKey(t, address, newKey).Secret(ctx, "later"); err != nil || got != "with the new key" {
				t.Errorf("%q, %v", got, err)
			}
		})
	})
	t.Run("one piece that the key does not open leaves all as it was", func(t *testing.T) {
		for _, spoil := range []string{`UPDATE secrets SET sealed = (SELECT o.sealed FROM secrets o WHERE o.name = 'facebook/page/1') WHERE name = 'zalo/oa'`,
			`UPDATE hooks SET sealed = (SELECT sealed FROM secrets WHERE name = 'zalo/oa') WHERE key = 'm1'`, `UPDATE secrets SET sealed = '…' WHERE name = 'zalo/oa'`} {
			storetest.Addresses(t, func(t *testing.T, address string) {
				s := storetest.OpenAt(t, address, storetest.Options())
				fill(t, s)
				if _, err := beside(t, address).Exec(spoil); err != nil {
					t.Fatal(err)
				}
				before := texts(t, address)
				if n, err := s.SealAnew(ctx, newKey); err == nil || n != 0 {
					t.Errorf("%d pieces, %v", n, err)
				}
				after := texts(t, address)
				for _, where := range []string{"secrets.sealed", "hooks.sealed"} {
					slices.Sort(before[where])
					slices.Sort(after[where])
					equal(t, where, after[where], before[where])
				}
				if got, err := s.Secret(ctx, "facebook/page/1"); err != nil || got != "secret of facebook/page/1" {
					t.Errorf("the present key no longer opens the others: %q, %v", got, err)
				}
			})
		}
	})
	t.Run("a key that is none is refused", func(t *testing.T) {
		s := storetest.Open(t)
		fill(t, s)
		if _, err := s.SealAnew(ctx, []byte("short")); lantoa.KindOf(err) != lantoa.Invalid {
			t.Error(err)
		}
		opens(t, s)
	})
	t.Run("what is saved at that very moment can be opened afterwards", func(t *testing.T) {
		storetest.Addresses(t, func(t *testing.T, address string) {
			s := storetest.OpenAt(t, address, storetest.Options())
			fill(t, s)
			var wg sync.WaitGroup
			for i := range 20 {
				wg.Go(func() {
					if err := s.SaveSecret(ctx, fmt.Sprint("n", i), "x"); err != nil {
						t.Error(err)
					}
					if _, err := s.Secret(ctx, "zalo/oa"); err != nil {
						t.Error(err)
					}
				})
				if i == 10 {
					wg.Go(func() {
						if _, err := s.SealAnew(ctx, newKey); err != nil {
							t.Error(err)
						}
					})
				}
			}
			wg.Wait()
			for i := range 20 {
				if _, err := s.Secret(ctx, fmt.Sprint("n", i)); err != nil {
					t.Error(err)
				}
			}
		})
	})
}
