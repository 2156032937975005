package store_test

import (
	"database/sql"
	"encoding/base64"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/alexedwards/scs/v2"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/store"
	"github.com/hoiphunu/lantoa/store/storetest"
)

func TestUsers(t *testing.T) {
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		small := storetest.Seed(t, s)
		lan, err := s.AddUser(ctx, lantoa.User{Email: " Lan@Example.org ", Name: "Chị Lan", Role: lantoa.Communications,
			Unit: small.Province, MustChange: true}, "hash1")
		if err != nil {
			t.Fatal(err)
		}
		equal(t, "as added", lan, lantoa.User{ID: lan.ID, Email: "lan@example.org", Name: "Chị Lan", Role: lantoa.Communications,
			Unit: small.Province, MustChange: true, CreatedAt: now})

		t.Run("an address is one person's, whatever its capitals", func(t *testing.T) {
			_, err := s.AddUser(ctx, lantoa.User{Email: "LAN@example.org", Role: lantoa.Viewer, Unit: small.DongMau}, "x")
			if lantoa.KindOf(err) != lantoa.Conflict {
				t.Error(err)
			}
			if got, err := s.UserByEmail(ctx, "Lan@example.ORG"); err != nil || got.ID != lan.ID {
				t.Errorf("%+v %v", got, err)
			}
		})
		t.Run("a stranger is not found, and no error says who", func(t *testing.T) {
			_, err := s.UserByEmail(ctx, "stranger@example.org")
			if lantoa.KindOf(err) != lantoa.NotFound || strings.Contains(err.Error(), "stranger") {
				t.Error(err)
			}
			if _, err := s.UserByToken(ctx, ""); lantoa.KindOf(err) != lantoa.NotFound {
				t.Errorf("the empty token belongs to somebody: %v", err)
			}
		})
		t.Run("passwords and tokens are set, and replaced", func(t *testing.T) {
			if err := s.SetPassword(ctx, lan.ID, "hash2", false); err != nil {
				t.Fatal(err)
			}
			for _, token := range []string{"t1", "t2"} {
				if err := s.SetToken(ctx, lan.ID, token); err != nil {
					t.Fatal(err)
				}
			}
			hash, err := s.PasswordHash(ctx, lan.ID)
			got, err2 := s.UserByToken(ctx, "t2")
			if err != nil || err2 != nil || hash != "hash2" || got.ID != lan.ID || got.MustChange {
				t.Errorf("%s %+v %v %v", hash, got, err, err2)
			}
			if _, err := s.UserByToken(ctx, "t1"); lantoa.KindOf(err) != lantoa.NotFound {
				t.Errorf("the old token: %v", err)
			}
		})
		t.Run("a disabled person's token is nobody's", func(t *testing.T) {
			if err := s.Disable(ctx, lan.ID, true); err != nil {
				t.Fatal(err)
			}
			if _, err := s.UserByToken(ctx, "t2"); lantoa.KindOf(err) != lantoa.NotFound {
				t.Error(err)
			}
			if got, err := s.User(ctx, lan.ID); err != nil || !got.Disabled || got.May(lantoa.See, small.DongMau.Path) {
				t.Errorf("%+v %v", got, err)
			}
		})
		t.Run("who was here is noted to the minute", func(t *testing.T) {
			for _, at := range []time.Time{now, now.Add(30 * time.Second)} {
				if err := s.TouchUser(ctx, lan.ID, at); err != nil {
					t.Fatal(err)
				}
			}
			if got, err := s.User(ctx, lan.ID); err != nil || !got.LastSeen.Equal(now) {
				t.Errorf("%v %v", got.LastSeen, err)
			}
		})
		t.Run("what is done to nobody is an error", func(t *testing.T) {
			for _, err := range []error{s.SetToken(ctx, "x", "t"), s.Disable(ctx, "x", true), s.SetPassword(ctx, "x", "h", true),
				s.TouchUser(ctx, "x", now)} {
				if lantoa.KindOf(err) != lantoa.NotFound {
					t.Error(err)
				}
			}
		})
	})
}

func TestSessions(t *testing.T) {
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		sessions := s.Sessions()
		data := []byte{0, 1, 255, 'x'}
		if err := sessions.Commit("token", data, time.Now().Add(time.Hour)); err != nil {
			t.Fatal(err)
		}
		if err := sessions.CommitCtx(ctx, "over", data, time.Now().Add(-time.Second)); err != nil {
			t.Fatal(err)
		}
		for token, want := range map[string]bool{"token": true, "over": false, "none": false, "bad\x00\xff": false} {
			got, found, err := sessions.Find(token)
			if err != nil || found != want || found && string(got) != string(data) {
				t.Errorf("%q: %v %v %v", token, got, found, err)
			}
		}
		if n, err := sessions.Sweep(ctx); err != nil || n != 1 {
			t.Errorf("%d swept, %v", n, err)
		}
		if err := sessions.Delete("token"); err != nil {
			t.Fatal(err)
		}
		if err := sessions.Delete("token"); err != nil {
			t.Errorf("deleting what is gone: %v", err)
		}
		if _, found, err := sessions.Find("token"); found || err != nil {
			t.Errorf("%v %v", found, err)
		}
	})
}

func TestWhoReadsTheSessionsHoldsNoTokenOfThem(t *testing.T) {
	storetest.Addresses(t, func(t *testing.T, address string) {
		s := storetest.OpenAt(t, address, storetest.Options())
		m := scs.New()
		m.Store, m.HashTokenInStore = s.Sessions(), true
		in, err := m.Load(ctx, "")
		if err != nil {
			t.Fatal(err)
		}
		m.Put(in, "user", "u1")
		token, _, err := m.Commit(in)
		if err != nil {
			t.Fatal(err)
		}

		driver, name := "pgx", address
		if !strings.HasPrefix(address, "postgres") {
			driver, name = "sqlite3", "file:"+address
		}
		db, err := sql.Open(driver, name)
		if err != nil {
			t.Fatal(err)
		}
		defer db.Close()
		var kept, data string
		if err := db.QueryRow(`SELECT token, data FROM sessions`).Scan(&kept, &data); err != nil {
			t.Fatal(err)
		}
		if plain, err := base64.StdEncoding.DecodeString(data); err != nil || kept == token || strings.Contains(string(plain), token) {
			t.Errorf("the table holds the token %q (%v)", token, err)
		}
		for sent, want := range map[string]string{token: "u1", kept: ""} {
			again, err := m.Load(ctx, sent)
			if err != nil || m.GetString(again, "user") != want {
				t.Errorf("who sends %q is %q, want %q (%v)", sent, m.GetString(again, "user"), want, err)
			}
		}
		if err := m.Destroy(in); err != nil {
			t.Fatal(err)
		}
		if again, err := m.Load(ctx, token); err != nil || m.Exists(again, "user") {
			t.Errorf("still signed in after signing out (%v)", err)
		}
	})
}

func TestSecrets(t *testing.T) {
	storetest.Addresses(t, func(t *testing.T, address string) {
		s := storetest.OpenAt(t, address, storetest.Options())
		const plain = "EAAB-very-secret"
		for _, secret := range []string{"older", plain} {
			if err := s.SaveSecret(ctx, "facebook", secret); err != nil {
				t.Fatal(err)
			}
		}
		if got, err := s.Secret(ctx, "facebook"); err != nil || got != plain {
			t.Errorf("%q %v", got, err)
		}
		for _, file := range []string{address, address + "-wal"} {
			if b, err := os.ReadFile(file); err == nil && strings.Contains(string(b), plain) {
				t.Errorf("%s holds the plain text", filepath.Base(file))
			}
		}
		if _, err := s.Secret(ctx, "zalo"); lantoa.KindOf(err) != lantoa.NotFound {
			t.Error(err)
		}
		for name, key := range map[string]string{"another key": strings.Repeat("x", 32), "no key": "", "a short key": "abc"} {
			opt := storetest.Options()
			opt.Key = []byte(key)
			other := storetest.OpenAt(t, address, opt)
			_, err := other.Secret(ctx, "facebook")
			if lantoa.KindOf(err) != lantoa.Invalid || strings.Contains(err.Error(), plain) {
				t.Errorf("%s: %v", name, err)
			}
		}
		if err := s.DeleteSecret(ctx, "facebook"); err != nil {
			t.Fatal(err)
		}
		if _, err := s.Secret(ctx, "facebook"); lantoa.KindOf(err) != lantoa.NotFound {
			t.Error(err)
		}
	})
}

func TestAuditLog(t *testing.T) {
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		for i := range 7 { // two lines a minute
			err := s.Note(ctx, lantoa.Audit{At: now.Add(time.Duration(i/2) * time.Minute), Who: "lan@example.org", Action: "decide", Subject: fmt.Sprint(i)})
			if err != nil {
				t.Fatal(err)
			}
		}
		var pages []int
		before := time.Time{}
		for {
			lines, err := s.AuditLog(ctx, 2, before)
			if err != nil {
				t.Fatal(err)
			}
			if len(lines) == 0 {
				break
			}
			pages = append(pages, len(lines))
			before = lines[len(lines)-1].At
		}
		equal(t, "pages that part no moment and lose no line", pages, []int{3, 2, 2})
	})
}

func TestMeta(t *testing.T) {
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		if got, err := s.GetMeta(ctx, "clock"); err != nil || got != "" {
			t.Errorf("%q %v", got, err)
		}
		for _, v := range []string{"1", "2"} {
			if err := s.SetMeta(ctx, "clock", v); err != nil {
				t.Fatal(err)
			}
		}
		if got, err := s.GetMeta(ctx, "clock"); err != nil || got != "2" {
			t.Errorf("%q %v", got, err)
		}
	})
}

func TestReopen(t *testing.T) {
	storetest.Addresses(t, func(t *testing.T, address string) {
		s, err := store.Open(ctx, address, storetest.Options())
		if err != nil {
			t.Fatal(err)
		}
		page := storetest.Seed(t, s).DongMauPage.ID
		save(t, s, page, now, post("1", 5, "một"))
		if err := s.Close(); err != nil {
			t.Fatal(err)
		}
		again := storetest.OpenAt(t, address, storetest.Options())
		if got := find(t, again, page, "1"); got.Text != "một" {
			t.Errorf("%q", got.Text)
		}
		if strings.HasPrefix(address, "/") {
			uri := storetest.OpenAt(t, "file:"+filepath.ToSlash(address)+"?mode=rw", storetest.Options())
			if got := find(t, uri, page, "1"); got.Text != "một" {
				t.Errorf("by its file: address: %q", got.Text)
			}
		}
	})
}
