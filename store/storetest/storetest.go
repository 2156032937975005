// Package storetest gives tests a real store: a fresh SQLite file in milliseconds, and Postgres beside it
// where LANTOA_TEST_DATABASE_URL names a server on which schemas may be made and dropped. The store is never
// faked. [Seed] puts a small piece of the Union into it.
package storetest

import (
	"context"
	"database/sql"
	"net/url"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/store"
)

// Now is the moment at which the clock of a test's store stands: Monday 23 November 2026, 06:00 in Viet Nam.
var Now = time.Date(2026, 11, 22, 23, 0, 0, 0, time.UTC)

// Options of a test's store: a clock that stands at [Now], and a key.
func Options() store.Options {
	return store.Options{
		Now: func() time.Time { return Now },
		Key: []byte("0123456789abcdef0123456789abcdef"),
	}
}

// Open gives a fresh SQLite store that is closed and gone when the test ends.
func Open(t testing.TB) *store.Store {
	t.Helper()
	return OpenAt(t, filepath.Join(t.TempDir(), "lantoa.db"), Options())
}

// OpenAt opens a store at an address and closes it when the test ends.
func OpenAt(t testing.TB, address string, opt store.Options) *store.Store {
	t.Helper()
	s, err := store.Open(context.Background(), address, opt)
	if err != nil {
		t.Fatalf("open %s: %v", address, err)
	}
	t.Cleanup(func() {
		if err := s.Close(); err != nil {
			t.Errorf("close the store: %v", err)
		}
	})
	return s
}

// Both runs a test on SQLite and on a fresh schema of the Postgres server, which it says aloud when there is
// none.
func Both(t *testing.T, test func(t *testing.T, s *store.Store)) {
	t.Helper()
	Addresses(t, func(t *testing.T, address string) { test(t, OpenAt(t, address, Options())) })
}

// Addresses runs a test with the address of a fresh, empty database of either kind.
func Addresses(t *testing.T, test func(t *testing.T, address string)) {
	t.Helper()
	t.Run("sqlite", func(t *testing.T) { test(t, filepath.Join(t.TempDir(), "lantoa.db")) })
	t.Run("postgres", func(t *testing.T) { test(t, Postgres(t)) })
}

// Postgres is the address of a fresh schema, dropped when the test ends. Without a server the test is
// skipped.
func Postgres(t testing.TB) string {
	t.Helper()
	server := os.Getenv("LANTOA_TEST_DATABASE_URL")
	if server == "" {
		t.Skip("NOT TESTED ON POSTGRES: LANTOA_TEST_DATABASE_URL is not set")
	}
	address, err := url.Parse(server)
	if err != nil {
		t.Fatalf("LANTOA_TEST_DATABASE_URL: %v", err)
	}
	db, err := sql.Open("pgx", server)
	if err != nil {
		t.Fatal(err)
	}
	schema := "test_" + lantoa.NewID(time.Now())
	if _, err := db.Exec(`CREATE SCHEMA ` + schema); err != nil {
		t.Fatalf("a schema on %s: %v", address.Redacted(), err)
	}
	t.Cleanup(func() {
		if _, err := db.Exec(`DROP SCHEMA ` + schema + ` CASCADE`); err != nil {
			t.Errorf("drop %s: %v", schema, err)
		}
		db.Close()
	})
	query := address.Query()
	query.Set("search_path", schema)
	address.RawQuery = query.Encode()
	return address.String()
}
