package store

import (
	"context"
	"database/sql"
	"fmt"
	"regexp"
	"strconv"
	"strings"
	"sync"
)

// asker is a pool or a transaction: reading functions do not care which.
type asker interface {
	query(ctx context.Context, query string, args ...any) (*sql.Rows, error)
}

// pool is a set of connections with the statements that were prepared on them. The texts are constants of
// this package, so their number is bounded.
type pool struct {
	db   *sql.DB
	text func(string) string // makes our text that of the database
	mu   sync.RWMutex
	kept map[string]statement
}

// statement is a prepared text that knows how many arguments it takes.
type statement struct {
	*sql.Stmt
	places int
}

func newPool(db *sql.DB, text func(string) string) *pool {
	return &pool{db: db, text: text, kept: map[string]statement{}}
}

func (p *pool) close() error { return p.db.Close() }

func (p *pool) find(query string) (statement, bool) {
	p.mu.RLock()
	defer p.mu.RUnlock()
	stmt, is := p.kept[query]
	return stmt, is
}

func (p *pool) prepare(ctx context.Context, query string) (statement, error) {
	if stmt, is := p.find(query); is {
		return stmt, nil
	}
	prepared, err := p.db.PrepareContext(ctx, p.text(query))
	if err != nil {
		return statement{}, fmt.Errorf("prepare %s: %w", opening(query), err)
	}
	p.mu.Lock()
	defer p.mu.Unlock()
	if first, is := p.kept[query]; is {
		prepared.Close()
		return first, nil
	}
	p.kept[query] = statement{prepared, places(query)}
	return p.kept[query], nil
}

func (p *pool) query(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	stmt, err := p.prepare(ctx, query)
	if err == nil {
		err = stmt.takes(query, args)
	}
	if err != nil {
		return nil, err
	}
	return stmt.QueryContext(ctx, args...)
}

// keep prepares statements for the next transaction. They could not be prepared for good inside one: on
// SQLite the only writing connection was taken by it.
func (p *pool) keep(queries []string) {
	for _, query := range queries {
		if _, err := p.prepare(context.Background(), query); err != nil {
			return // the next transaction prepares for itself again
		}
	}
}

// tx is a writing transaction.
type tx struct {
	tx      *sql.Tx
	pool    *pool
	stmts   map[string]statement
	unknown []string // texts that the pool had not prepared yet
}

func (t *tx) prepare(ctx context.Context, query string) (statement, error) {
	if stmt, is := t.stmts[query]; is {
		return stmt, nil
	}
	if kept, is := t.pool.find(query); is {
		t.stmts[query] = statement{t.tx.StmtContext(ctx, kept.Stmt), kept.places}
		return t.stmts[query], nil
	}
	prepared, err := t.tx.PrepareContext(ctx, t.pool.text(query))
	if err != nil {
		return statement{}, fmt.Errorf("prepare %s: %w", opening(query), err)
	}
	t.stmts[query] = statement{prepared, places(query)}
	t.unknown = append(t.unknown, query)
	return t.stmts[query], nil
}

func (t *tx) query(ctx context.Context, query string, args ...any) (*sql.Rows, error) {
	stmt, err := t.prepare(ctx, query)
	if err == nil {
		err = stmt.takes(query, args)
	}
	if err != nil {
		return nil, err
	}
	return stmt.QueryContext(ctx, args...)
}

func (t *tx) exec(ctx context.Context, query string, args ...any) (int64, error) {
	stmt, err := t.prepare(ctx, query)
	if err == nil {
		err = stmt.takes(query, args)
	}
	if err != nil {
		return 0, err
	}
	res, err := stmt.ExecContext(ctx, args...)
	if err != nil {
		return 0, fmt.Errorf("%s: %w", opening(query), err)
	}
	return res.RowsAffected()
}

// get reads the first row into dest; sql.ErrNoRows when there is none.
func get(ctx context.Context, q asker, query string, args []any, dest ...any) error {
	rows, err := q.query(ctx, query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	if !rows.Next() {
		if err := rows.Err(); err != nil {
			return fmt.Errorf("%s: %w", opening(query), err)
		}
		return sql.ErrNoRows
	}
	if err := rows.Scan(dest...); err != nil {
		return fmt.Errorf("%s: %w", opening(query), err)
	}
	return rows.Close()
}

// list reads all rows, each with scan.
func list[T any](ctx context.Context, q asker, scan func(*sql.Rows) (T, error), query string, args ...any) ([]T, error) {
	var all []T
	err := each(ctx, q, func(rows *sql.Rows) error {
		v, err := scan(rows)
		all = append(all, v)
		return err
	}, query, args...)
	return all, err
}

// each runs do on every row.
func each(ctx context.Context, q asker, do func(*sql.Rows) error, query string, args ...any) error {
	rows, err := q.query(ctx, query, args...)
	if err != nil {
		return err
	}
	defer rows.Close()
	for rows.Next() {
		if err := do(rows); err != nil {
			return err
		}
	}
	if err := rows.Err(); err != nil {
		return fmt.Errorf("%s: %w", opening(query), err)
	}
	return nil
}

var place = regexp.MustCompile(`\$([0-9]+)`)

// questionMarks writes ?2 for $2. To SQLite $2 is a name, numbered where it first appears, so that
// "SELECT $2, $1" would be bound the wrong way round without a word; ?2 is the second argument wherever it
// stands. Our texts hold no dollar in a literal.
func questionMarks(query string) string { return place.ReplaceAllString(query, `?$1`) }

// places is the highest number of a place in the text.
func places(query string) int {
	most := 0
	for _, m := range place.FindAllStringSubmatch(query, -1) {
		i, _ := strconv.Atoi(m[1]) // digits, by the pattern
		most = max(most, i)
	}
	return most
}

// takes says whether there are as many arguments as places: to SQLite a missing one is NULL.
func (s statement) takes(query string, args []any) error {
	if s.places != len(args) {
		return fmt.Errorf("%s: %d places, %d arguments", opening(query), s.places, len(args))
	}
	return nil
}

// opening is the first words of a statement, to name it in an error.
func opening(query string) string {
	words := strings.Fields(query)
	return strings.Join(words[:min(4, len(words))], " ")
}

// many is how many keys one IN list of ours holds.
const many = 100

// hundred is such a list, "$2, $3, … $101"; $1 is left for what the keys belong to.
var hundred = func() string {
	var b strings.Builder
	for i := range many {
		if i > 0 {
			b.WriteString(", ")
		}
		b.WriteString("$" + strconv.Itoa(i+2))
	}
	return b.String()
}()

// byHundreds calls do with first and up to a hundred keys at a time, filled up with empty ones, which are
// nobody's key.
func byHundreds[K ~string](first any, keys []K, do func(args []any) error) error {
	for len(keys) > 0 {
		n := min(many, len(keys))
		args := make([]any, 1, many+1)
		args[0] = first
		for _, k := range keys[:n] {
			args = append(args, string(k))
		}
		for len(args) < many+1 {
			args = append(args, "")
		}
		if err := do(args); err != nil {
			return err
		}
		keys = keys[n:]
	}
	return nil
}
