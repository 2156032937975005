package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"time"

	"github.com/hoiphunu/lantoa"
)

// Store is the only truth: posts, numbers, stories, decisions, people. It is safe for concurrent use.
type Store struct {
	reads  *pool // many connections, never writing
	writes *pool // where a second writer would wait: on SQLite one connection
	now    func() time.Time
	zone   *time.Location
	key    []byte
	lock   string   // file that a service claims; empty where many may run
	claim  *os.File // held until Close
}

// Options of a store; the zero value is good for tests and reading.
type Options struct {
	Now  func() time.Time // the clock that posts and states go by; nil: the machine's
	Key  []byte           // 32 bytes that seal the secrets; without it they cannot be read or written
	Zone *time.Location   // where days and weeks are counted; nil: Asia/Ho_Chi_Minh
}

func (o Options) filled() (Options, error) {
	if o.Now == nil {
		o.Now = time.Now
	}
	if o.Zone == nil {
		zone, err := time.LoadLocation("Asia/Ho_Chi_Minh")
		if err != nil {
			return o, err
		}
		o.Zone = zone
	}
	return o, nil
}

// Close lets go of the connections and of a claim. Nothing that was acknowledged is lost without it.
func (s *Store) Close() error {
	err := errors.Join(s.reads.close(), s.writes.close())
	if s.claim != nil {
		err = errors.Join(err, s.claim.Close())
	}
	return err
}

// errUnchanged ends a transaction that found nothing to write: it is rolled back, and nobody hears of it.
var errUnchanged = errors.New("nothing to write")

// within runs do in one writing transaction: all of it is kept, or nothing.
func (s *Store) within(ctx context.Context, do func(t *tx) error) error {
	sqlTx, err := s.writes.db.BeginTx(ctx, nil)
	if err != nil {
		return busy(fmt.Errorf("begin: %w", err))
	}
	t := &tx{tx: sqlTx, pool: s.writes, stmts: map[string]*sql.Stmt{}}
	defer sqlTx.Rollback() // does nothing after a commit; undoes all if do panics
	if err := do(t); errors.Is(err, errUnchanged) {
		return nil
	} else if err != nil {
		return busy(err)
	}
	if err := sqlTx.Commit(); err != nil {
		return busy(fmt.Errorf("commit: %w", err))
	}
	s.writes.keep(t.unknown)
	return nil
}

// exec runs one writing statement as a transaction of its own and says how many rows it touched.
func (s *Store) exec(ctx context.Context, query string, args ...any) (int64, error) {
	var rows int64
	err := s.within(ctx, func(t *tx) (err error) {
		rows, err = t.exec(ctx, query, args...)
		return err
	})
	return rows, err
}

// change draws the next change number. The row stays locked until the transaction ends, so that numbers
// become visible in their order; whatever changes posts draws its first number before it reads anything.
func change(ctx context.Context, t *tx) (int64, error) {
	var n int64
	err := get(ctx, t, `UPDATE change SET n = n + 1 WHERE id = 1 RETURNING n`, nil, &n)
	return n, err
}

// missing turns "no row" into the trouble of kind NotFound about the thing.
func missing(err error, what string, id any) error {
	if errors.Is(err, sql.ErrNoRows) {
		return lantoa.Missing(what, id)
	}
	return err
}
