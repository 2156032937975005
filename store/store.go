package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"os"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hoiphunu/lantoa"
)

// Store is the only truth: posts, numbers, stories, decisions, people. It is safe for concurrent use.
type Store struct {
	reads   *pool // many connections, never writing
	writes  *pool // where a second writer would wait: on SQLite one connection
	now     func() time.Time
	zone    *time.Location
	key     atomic.Pointer[[]byte] // changes when everything is sealed anew
	sealing sync.RWMutex           // taken while everything is sealed anew: nothing sealed with the old key comes after
	lock    string                 // file that a service claims; empty where many may run
	// A pragma before and after a transaction that must outlive a power failure; empty where all do.
	surely, asBefore string
	claim            *os.File // held until Close
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

// within runs do in one writing transaction: all of it is kept, or nothing. A power failure may still take the
// last of them on SQLite, where nothing is lost by that: the platforms are read again.
func (s *Store) within(ctx context.Context, do func(t *tx) error) error {
	sqlTx, err := s.writes.db.BeginTx(ctx, nil)
	if err != nil {
		return busy(fmt.Errorf("begin: %w", err))
	}
	unknown, err := s.finish(sqlTx, do)
	s.writes.keep(unknown)
	return err
}

// lasting is within for what no platform can tell again: decisions, people, tokens, the log. It has reached
// the disk when it returns.
func (s *Store) lasting(ctx context.Context, do func(t *tx) error) error {
	if s.surely == "" {
		return s.within(ctx, do)
	}
	unknown, err := s.lastingly(ctx, do)
	s.writes.keep(unknown) // only now: the one writing connection was taken until here
	return err
}

func (s *Store) lastingly(ctx context.Context, do func(t *tx) error) (unknown []string, err error) {
	conn, err := s.writes.db.Conn(ctx)
	if err != nil {
		return nil, busy(fmt.Errorf("begin: %w", err))
	}
	defer conn.Close()
	if _, err := conn.ExecContext(ctx, s.surely); err != nil {
		return nil, busy(fmt.Errorf("begin: %w", err))
	}
	// Whatever becomes of ctx, the connection must go back as it was.
	defer conn.ExecContext(context.WithoutCancel(ctx), s.asBefore)
	sqlTx, err := conn.BeginTx(ctx, nil)
	if err != nil {
		return nil, busy(fmt.Errorf("begin: %w", err))
	}
	return s.finish(sqlTx, do)
}

// finish runs do and commits. It returns the statements that the pool should have prepared, if it came so far.
func (s *Store) finish(sqlTx *sql.Tx, do func(t *tx) error) (unknown []string, err error) {
	t := &tx{tx: sqlTx, pool: s.writes, stmts: map[string]statement{}}
	defer sqlTx.Rollback() // does nothing after a commit; undoes all if do panics
	if err := do(t); errors.Is(err, errUnchanged) {
		return nil, nil
	} else if err != nil {
		return nil, busy(err)
	}
	if err := sqlTx.Commit(); err != nil {
		return nil, busy(fmt.Errorf("commit: %w", err))
	}
	return t.unknown, nil
}

// exec runs one writing statement as a lasting transaction of its own and says how many rows it touched.
func (s *Store) exec(ctx context.Context, query string, args ...any) (int64, error) {
	var rows int64
	err := s.lasting(ctx, func(t *tx) (err error) {
		rows, err = t.exec(ctx, query, args...)
		return err
	})
	return rows, err
}

// execLightly is exec within an ordinary transaction, for what is worked out anew after a power failure.
func (s *Store) execLightly(ctx context.Context, query string, args ...any) (int64, error) {
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
