package store_test

import (
	"slices"
	"sync"
	"testing"
	"time"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/store/storetest"
)

func TestIngestKeys(t *testing.T) {
	storetest.Addresses(t, func(t *testing.T, address string) {
		clock := now
		opt := storetest.Options()
		opt.Now = func() time.Time { return clock }
		s := storetest.OpenAt(t, address, opt)
		small := storetest.Seed(t, s)
		var users []lantoa.UserID
		for _, email := range []string{"lan@example.org", "hoa@example.org"} {
			u, err := s.AddUser(ctx, lantoa.User{Email: email, Role: lantoa.Officer, Unit: small.DongMau}, "hash")
			if err != nil {
				t.Fatal(err)
			}
			users = append(users, u.ID)
		}
		lan, hoa := users[0], users[1]
		make := func(u lantoa.UserID) (lantoa.IngestKey, string) {
			t.Helper()
			key, secret, err := s.MakeIngestKey(ctx, u, clock)
			if err != nil || len(secret) < 32 || key.User != u || !key.CreatedAt.Equal(clock) {
				t.Fatalf("%+v, %v", key, err)
			}
			return key, secret
		}
		void := func(what, id string) {
			t.Helper()
			if key, secret, err := s.IngestKey(ctx, id); lantoa.KindOf(err) != lantoa.NotFound || secret != "" || key.ID != "" {
				t.Errorf("%s: %+v, %v", what, key, err)
			}
		}
		first, secret := make(lan)
		got, again, err := s.IngestKey(ctx, first.ID)
		if err != nil || again != secret || got.User != lan {
			t.Fatalf("%+v, %v", got, err)
		}
		silent(t, address, secret)
		void("an unknown one", "nobody")
		void("none", "")

		used := func() time.Time {
			t.Helper()
			at := texts(t, address)["ingest_keys.used_at"][0]
			when, err := time.Parse(time.RFC3339, at)
			if err != nil {
				t.Fatal(err)
			}
			return when
		}
		for _, step := range []struct {
			after time.Duration
			want  time.Time
		}{{0, now}, {59 * time.Minute, now}, {time.Hour, now.Add(time.Hour)}, {-time.Hour, now.Add(-time.Hour)}} {
			clock = now.Add(step.after)
			if _, _, err := s.IngestKey(ctx, first.ID); err != nil {
				t.Fatal(err)
			}
			if got := used(); !got.Equal(step.want) {
				t.Errorf("used after %s: noted %s, want %s", step.after, got, step.want)
			}
		}
		clock = now

		hers, _ := make(hoa)
		second, _ := make(lan)
		void("an earlier one of the same person", first.ID)
		for _, key := range []lantoa.IngestKey{hers, second} {
			if _, _, err := s.IngestKey(ctx, key.ID); err != nil {
				t.Error(err)
			}
		}
		if err := s.RevokeIngestKeys(ctx, lan); err != nil {
			t.Fatal(err)
		}
		void("a revoked one", second.ID)
		if names, err := s.SecretNames(ctx, "ingest/"); err != nil || !slices.Equal(names, []string{"ingest/" + hers.ID}) {
			t.Errorf("secrets of void keys stay: %v, %v", names, err)
		}
		if _, _, err := s.MakeIngestKey(ctx, "nobody", clock); lantoa.KindOf(err) != lantoa.NotFound {
			t.Error(err)
		}

		// Of several made at once, one lives.
		var wg sync.WaitGroup
		for range 5 {
			wg.Go(func() {
				if _, _, err := s.MakeIngestKey(ctx, lan, clock); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		if names, err := s.SecretNames(ctx, "ingest/"); err != nil || len(names) != 2 {
			t.Errorf("%v, %v", names, err)
		}
		if n := len(texts(t, address)["ingest_keys.id"]); n != 2 {
			t.Errorf("%d keys live", n)
		}
	})
}
