package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"io/fs"
	"net/url"
	"os"
	"path/filepath"
	"runtime"
	"strings"

	_ "github.com/jackc/pgx/v5/stdlib" // database/sql driver "pgx"
	"github.com/ncruces/go-sqlite3"
	_ "github.com/ncruces/go-sqlite3/driver" // database/sql driver "sqlite3"
	"github.com/pressly/goose/v3"
	"github.com/pressly/goose/v3/lock"

	"github.com/hoiphunu/lantoa"
)

// Open opens the store at an address, making and migrating it where needed: "postgres://…", or the path of a
// SQLite file ("" is data/lantoa.db), also as "file:…". It is the one place that knows which database it is.
//
// Troubles: Forbidden "folder" when the file's folder cannot be made or written, Away "database" when the
// server does not answer, Conflict "schema" when the database is newer than the program.
func Open(ctx context.Context, address string, opt Options) (*Store, error) {
	opt, err := opt.filled()
	if err != nil {
		return nil, err
	}
	s := &Store{now: opt.Now, zone: opt.Zone}
	s.key.Store(&opt.Key)
	if strings.HasPrefix(address, "postgres://") || strings.HasPrefix(address, "postgresql://") {
		err = s.openPostgres(ctx, address)
	} else {
		err = s.openSQLite(ctx, address)
	}
	if err != nil {
		return nil, err
	}
	return s, nil
}

func (s *Store) openPostgres(ctx context.Context, address string) error {
	db, err := sql.Open("pgx", address)
	if err != nil {
		return &lantoa.Trouble{Kind: lantoa.Invalid, What: "database_url", Err: err}
	}
	db.SetMaxOpenConns(16)
	db.SetMaxIdleConns(8)
	if err := db.PingContext(ctx); err != nil {
		db.Close()
		return &lantoa.Trouble{Kind: lantoa.Away, What: "database", Err: err}
	}
	// Two programs that start at once migrate one after the other.
	locker, err := lock.NewPostgresSessionLocker()
	if err == nil {
		err = migrate(ctx, goose.DialectPostgres, db, goose.WithSessionLocker(locker))
	}
	if err != nil {
		db.Close()
		return err
	}
	same := func(query string) string { return query }
	s.reads, s.writes = newPool(db, same), newPool(db, same)
	return nil
}

func (s *Store) openSQLite(ctx context.Context, address string) error {
	path, query, err := sqlitePath(address)
	if err != nil {
		return err
	}
	if err := writable(filepath.Dir(path)); err != nil {
		return err
	}
	if err := private(path, query); err != nil {
		return err
	}
	// The busy timeout comes first: even switching to WAL may meet another process. Other verbs write beside
	// the service, so a writer waits for the other's transaction.
	query["_pragma"] = append(query["_pragma"], "busy_timeout(20000)", "journal_mode(wal)", "synchronous(normal)",
		"foreign_keys(on)", "temp_store(memory)", "cache_size(-16000)",
		"wal_autocheckpoint(4000)", "journal_size_limit(67108864)")
	query.Set("_txlock", "immediate") // one that reads first would find its page of the past when it comes to write
	writer, err := sql.Open("sqlite3", sqliteName(path, query))
	if err != nil {
		return &lantoa.Trouble{Kind: lantoa.Invalid, What: "database_url", Err: err}
	}
	writer.SetMaxOpenConns(1)
	writer.SetConnMaxIdleTime(0)
	if err := migrate(ctx, goose.DialectSQLite3, writer); err != nil {
		writer.Close()
		return notOurs(err, path)
	}
	// The driver gives the file beside it that processes share whatever mode the machine is used to. A file that
	// is not ours to change is its owner's affair.
	for _, file := range []string{path, path + "-wal", path + "-shm"} {
		_ = os.Chmod(file, 0o600)
	}
	query.Del("_txlock")
	query["_pragma"] = []string{"busy_timeout(20000)", "temp_store(memory)", "cache_size(-8000)", "query_only(on)"}
	reader, err := sql.Open("sqlite3", sqliteName(path, query))
	if err != nil {
		writer.Close()
		return err
	}
	readers := max(4, runtime.NumCPU())
	reader.SetMaxOpenConns(readers)
	reader.SetMaxIdleConns(readers)
	s.reads, s.writes = newPool(reader, questionMarks), newPool(writer, questionMarks)
	s.lock = path + ".lock"
	s.surely, s.asBefore = "PRAGMA synchronous = FULL", "PRAGMA synchronous = NORMAL"
	return nil
}

// sqlitePath takes an address apart into the file's path and the parameters of a "file:" address.
func sqlitePath(address string) (string, url.Values, error) {
	rest, isURI := strings.CutPrefix(address, "file:")
	if !isURI {
		if address == "" {
			address = filepath.Join("data", "lantoa.db")
		}
		return address, url.Values{}, nil
	}
	path, params, _ := strings.Cut(rest, "?")
	query, err := url.ParseQuery(params)
	if err == nil {
		path, err = url.PathUnescape(strings.TrimPrefix(path, "//"))
	}
	if err != nil || path == "" {
		return "", nil, &lantoa.Trouble{Kind: lantoa.Invalid, What: "database_url", Note: address, Err: err}
	}
	return path, query, nil
}

func sqliteName(path string, query url.Values) string {
	return "file:" + (&url.URL{Path: path}).EscapedPath() + "?" + query.Encode()
}

// writable makes the folder and tries whether files can be made in it: SQLite's own words for that
// ("unable to open database file") help nobody.
func writable(folder string) error {
	err := os.MkdirAll(folder, 0o755)
	if err == nil {
		var f *os.File
		if f, err = os.CreateTemp(folder, ".lantoa-*"); err == nil {
			err = errors.Join(f.Close(), os.Remove(f.Name()))
		}
	}
	if err != nil {
		return &lantoa.Trouble{Kind: lantoa.Forbidden, What: "folder", Note: folder, Err: err}
	}
	return nil
}

// private makes the database's file where there is none, for us alone: it holds posts, sign-ins and sealed tokens.
// It opens no file that is there: closing it would let go of the locks that this process has on it.
func private(path string, query url.Values) error {
	if path == ":memory:" || query.Has("mode") || query.Has("vfs") {
		return nil
	}
	f, err := os.OpenFile(path, os.O_RDWR|os.O_CREATE|os.O_EXCL, 0o600)
	if err == nil {
		err = f.Close()
	}
	if err != nil && !errors.Is(err, fs.ErrExist) {
		return &lantoa.Trouble{Kind: lantoa.Forbidden, What: "file", Note: path, Err: err}
	}
	return nil
}

// notOurs names a file that is no SQLite database, and one that may not be written.
func notOurs(err error, path string) error {
	switch {
	case errors.Is(err, sqlite3.NOTADB), errors.Is(err, sqlite3.CORRUPT):
		return &lantoa.Trouble{Kind: lantoa.Garbled, What: "database", Note: path, Err: err}
	case errors.Is(err, sqlite3.READONLY), errors.Is(err, sqlite3.CANTOPEN), errors.Is(err, sqlite3.PERM):
		return &lantoa.Trouble{Kind: lantoa.Forbidden, What: "file", Note: path, Err: err}
	}
	return busy(err)
}

// busy names the one trouble of a transaction that passes by itself: another process writes for too long.
func busy(err error) error {
	if errors.Is(err, sqlite3.BUSY) {
		return &lantoa.Trouble{Kind: lantoa.Busy, What: "database", Err: fmt.Errorf("another process is writing: %w", err)}
	}
	return err
}
