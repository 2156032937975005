package store_test

import (
	"database/sql"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/store"
	"github.com/hoiphunu/lantoa/store/storetest"
)

// beside opens a database next to the store, to see what lies in it.
func beside(t *testing.T, address string) *sql.DB {
	t.Helper()
	driver := "sqlite3"
	if strings.HasPrefix(address, "postgres") {
		driver = "pgx"
	} else {
		address = "file:" + address
	}
	db, err := sql.Open(driver, address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { db.Close() })
	return db
}

// texts are all texts of all tables, each with where it stands.
func texts(t *testing.T, address string) map[string][]string {
	t.Helper()
	db := beside(t, address)
	names := func(query string, args ...any) (all []string) {
		t.Helper()
		rows, err := db.Query(query, args...)
		if err != nil {
			t.Fatal(err)
		}
		defer rows.Close()
		for rows.Next() {
			var s sql.NullString
			if err := rows.Scan(&s); err != nil {
				t.Fatal(err)
			}
			all = append(all, s.String)
		}
		return all
	}
	tables := `SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'`
	columns := func(table string) []string { return names(`SELECT name FROM pragma_table_info('` + table + `')`) }
	if strings.HasPrefix(address, "postgres") {
		tables = `SELECT table_name FROM information_schema.tables WHERE table_schema = current_schema()`
		columns = func(table string) []string {
			return names(`SELECT column_name FROM information_schema.columns WHERE table_schema = current_schema() AND table_name = $1`, table)
		}
	}
	all := map[string][]string{}
	for _, table := range names(tables) {
		for _, column := range columns(table) {
			where := table + "." + column
			all[where] = names(fmt.Sprintf(`SELECT CAST("%s" AS TEXT) FROM "%s"`, column, table))
		}
	}
	if len(all) < 100 {
		t.Fatalf("%d columns found", len(all))
	}
	return all
}

// silent reports each place at which one of these words stands.
func silent(t *testing.T, address string, words ...string) {
	t.Helper()
	for where, all := range texts(t, address) {
		for _, text := range all {
			for _, w := range words {
				if strings.Contains(text, w) {
					t.Errorf("%q stands in %s: %.200s", w, where, text)
				}
			}
		}
	}
}

func TestHooks(t *testing.T) {
	keep := func(t *testing.T, s *store.Store, key, body string) bool {
		t.Helper()
		fresh, err := s.KeepHook(ctx, lantoa.Hook{Platform: "zalo", Key: key, At: now, Body: []byte(body)})
		if err != nil {
			t.Fatal(err)
		}
		return fresh
	}
	waiting := func(t *testing.T, s *store.Store, limit int) []lantoa.Hook {
		t.Helper()
		all, err := s.HooksWaiting(ctx, limit)
		if err != nil {
			t.Fatal(err)
		}
		return all
	}
	for _, tt := range []struct {
		name string
		test func(t *testing.T, s *store.Store, address string)
	}{
		{"what a platform told comes back as it was, the oldest first, and lies there under seal", func(t *testing.T, s *store.Store, address string) {
			for _, h := range []lantoa.Hook{
				{ID: "0002", Platform: "facebook", Key: "a", At: now, Body: []byte("chị Hoa ở xóm Chùa")},
				{ID: "0001", Platform: "zalo", Key: "a", At: now.Add(-time.Minute), Body: []byte{0, 0xff, '{'}},
			} {
				if fresh, err := s.KeepHook(ctx, h); err != nil || !fresh {
					t.Fatal(fresh, err)
				}
			}
			equal(t, "waiting", waiting(t, s, 10), []lantoa.Hook{
				{ID: "0001", Platform: "zalo", Key: "a", At: now.Add(-time.Minute), Body: []byte{0, 0xff, '{'}},
				{ID: "0002", Platform: "facebook", Key: "a", At: now, Body: []byte("chị Hoa ở xóm Chùa")}})
			if got := waiting(t, s, 1); len(got) != 1 || got[0].ID != "0001" {
				t.Errorf("at most one: %+v", got)
			}
			silent(t, address, "chị Hoa", "Y2jhu4sgSG9h") // the latter is the same in base64
		}},
		{"the same told twice, or by several at once, is told once", func(t *testing.T, s *store.Store, _ string) {
			var wg sync.WaitGroup
			var mu sync.Mutex
			fresh := 0
			for range 6 {
				wg.Go(func() {
					is, err := s.KeepHook(ctx, lantoa.Hook{Platform: "zalo", Key: "m1", At: now, Body: []byte("một")})
					mu.Lock()
					defer mu.Unlock()
					if err != nil {
						t.Error(err)
					}
					if is {
						fresh++
					}
				})
			}
			wg.Wait()
			if n := len(waiting(t, s, 10)); fresh != 1 || n != 1 {
				t.Errorf("%d fresh, %d waiting", fresh, n)
			}
		}},
		{"two that nothing makes known are two", func(t *testing.T, s *store.Store, _ string) {
			keep(t, s, "", "một")
			keep(t, s, "", "hai")
			if n := len(waiting(t, s, 10)); n != 2 {
				t.Errorf("%d waiting", n)
			}
		}},
		{"once worked off, only the mark stays that it was seen", func(t *testing.T, s *store.Store, address string) {
			keep(t, s, "m1", "một")
			id := waiting(t, s, 10)[0].ID
			if err := s.HookDone(ctx, id, now); err != nil {
				t.Fatal(err)
			}
			equal(t, "sealed bodies", texts(t, address)["hooks.sealed"], []string{""})
			if keep(t, s, "m1", "một") || len(waiting(t, s, 10)) != 0 {
				t.Error("told again, it waits again")
			}
		}},
		{"what failed ten times waits for a person", func(t *testing.T, s *store.Store, _ string) {
			keep(t, s, "m1", "một")
			id := waiting(t, s, 10)[0].ID
			for tries := range 10 {
				if got := waiting(t, s, 10); len(got) != 1 || got[0].Tries != tries {
					t.Fatalf("after %d tries: %+v", tries, got)
				}
				if err := s.HookFailed(ctx, id); err != nil {
					t.Fatal(err)
				}
			}
			if got := waiting(t, s, 10); len(got) != 0 {
				t.Errorf("an eleventh time: %+v", got)
			}
		}},
		{"one that the key does not open keeps no other from being worked off", func(t *testing.T, s *store.Store, address string) {
			keep(t, s, "m1", "một")
			keep(t, s, "m2", "hai")
			if _, err := beside(t, address).Exec(`UPDATE hooks SET sealed = 'bm90IHNlYWxlZCBieSBhbnlib2R5IHdlIGtub3cgb2Y=' WHERE key = 'm1'`); err != nil {
				t.Fatal(err)
			}
			for range 11 {
				if got := waiting(t, s, 10); len(got) != 1 || string(got[0].Body) != "hai" {
					t.Fatalf("%+v", got)
				}
			}
		}},
		{"with a wrong key nothing is counted as failed", func(t *testing.T, s *store.Store, address string) {
			keep(t, s, "m1", "một")
			opt := storetest.Options()
			opt.Key = []byte("another-key-another-key-another-")
			other := storetest.OpenAt(t, address, opt)
			for range 11 {
				if _, err := other.HooksWaiting(ctx, 10); lantoa.KindOf(err) != lantoa.Invalid {
					t.Fatal(err)
				}
			}
			if got := waiting(t, s, 10); len(got) != 1 || got[0].Tries != 0 {
				t.Errorf("%+v", got)
			}
		}},
		{"old ones are swept, and young ones stay known", func(t *testing.T, s *store.Store, _ string) {
			keep(t, s, "new", "mới")
			if _, err := s.KeepHook(ctx, lantoa.Hook{Platform: "zalo", Key: "old", At: now.AddDate(0, 0, -9), Body: []byte("cũ")}); err != nil {
				t.Fatal(err)
			}
			if err := s.SweepHooks(ctx, now.AddDate(0, 0, -7)); err != nil {
				t.Fatal(err)
			}
			if got := waiting(t, s, 10); len(got) != 1 || got[0].Key != "new" || keep(t, s, "new", "mới") {
				t.Errorf("%+v", got)
			}
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			storetest.Addresses(t, func(t *testing.T, address string) {
				tt.test(t, storetest.OpenAt(t, address, storetest.Options()), address)
			})
		})
	}
}

func TestSeenOnce(t *testing.T) {
	storetest.Addresses(t, func(t *testing.T, address string) {
		clock := now
		opt := storetest.Options()
		opt.Now = func() time.Time { return clock }
		s := storetest.OpenAt(t, address, opt)
		seen := func(key string) bool {
			t.Helper()
			fresh, err := s.SeenOnce(ctx, key, clock.Add(10*time.Minute))
			if err != nil {
				t.Fatal(err)
			}
			return fresh
		}
		if !seen("a") || seen("a") || !seen("b") {
			t.Error("each key is fresh once")
		}
		clock = clock.Add(11 * time.Minute)
		if !seen("a") {
			t.Error("after its time a key is forgotten")
		}
		if seen("a") {
			t.Error("and then known again")
		}
		if err := s.SweepHooks(ctx, clock); err != nil {
			t.Fatal(err)
		}
		equal(t, "marks that are left", texts(t, address)["seen.key"], []string{"a"})
		var wg sync.WaitGroup
		var mu sync.Mutex
		fresh := 0
		for range 6 {
			wg.Go(func() {
				is, err := s.SeenOnce(ctx, "together", clock.Add(time.Minute))
				mu.Lock()
				defer mu.Unlock()
				if err != nil {
					t.Error(err)
				}
				if is {
					fresh++
				}
			})
		}
		wg.Wait()
		if fresh != 1 {
			t.Errorf("fresh to %d at once", fresh)
		}
	})
}
