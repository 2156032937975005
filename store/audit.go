package store

import (
	"context"
	"database/sql"
	"time"

	"github.com/hoiphunu/lantoa"
)

// Note appends a line to the log of who did what. At zero is now.
func (s *Store) Note(ctx context.Context, a lantoa.Audit) error {
	if a.At.IsZero() {
		a.At = s.now()
	}
	return s.lasting(ctx, func(t *tx) error { return note(ctx, t, a) })
}

func note(ctx context.Context, t *tx, a lantoa.Audit) error {
	_, err := t.exec(ctx, `
		INSERT INTO audit (id, at, who, action, subject, detail) VALUES ($1, $2, $3, $4, $5, $6)`,
		lantoa.NewID(a.At), stamp(a.At), clean(a.Who), clean(a.Action), clean(a.Subject), clean(a.Detail))
	return err
}

// AuditLog is the newest lines before a moment (the zero time: now), newest first. Lines of one millisecond
// are never parted, so a page may hold a few more than limit.
func (s *Store) AuditLog(ctx context.Context, limit int, before time.Time) ([]lantoa.Audit, error) {
	return list(ctx, s.reads, func(rows *sql.Rows) (a lantoa.Audit, err error) {
		return a, rows.Scan(moment{&a.At}, &a.Who, &a.Action, &a.Subject, &a.Detail)
	}, `
		SELECT at, who, action, subject, detail FROM audit
		WHERE ($1 = '' OR at < $1)
		  AND at >= (SELECT MIN(n.at) FROM (
		        SELECT at FROM audit WHERE ($1 = '' OR at < $1) ORDER BY at DESC LIMIT $2) AS n)
		ORDER BY at DESC, id DESC`, stamp(before), limit)
}
