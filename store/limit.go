package store

import (
	"context"
	"database/sql"
	"time"

	"github.com/hoiphunu/lantoa"
)

// Limits are what is known of the platforms' limits.
func (s *Store) Limits(ctx context.Context) ([]lantoa.Limit, error) {
	return list(ctx, s.reads, func(rows *sql.Rows) (l lantoa.Limit, err error) {
		return l, rows.Scan(&l.Scope, &l.Share, moment{&l.SaidAt}, moment{&l.Until}, &l.Refused, moment{&l.RefusedAt})
	}, `SELECT scope, share, said_at, until_at, refused, refused_at FROM limits ORDER BY scope`)
}

// SaveLimit takes down what is known of a limit. What was said later stands; of two closings the longer one does,
// since two processes may have been refused at once.
func (s *Store) SaveLimit(ctx context.Context, l lantoa.Limit) error {
	_, err := s.execLightly(ctx, `
		INSERT INTO limits (scope, share, said_at, until_at, refused, refused_at)
		VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (scope) DO UPDATE SET
			share      = CASE WHEN excluded.said_at >= limits.said_at THEN excluded.share ELSE limits.share END,
			refused    = CASE WHEN excluded.said_at >= limits.said_at THEN excluded.refused ELSE limits.refused END,
			refused_at = CASE WHEN excluded.said_at >= limits.said_at THEN excluded.refused_at ELSE limits.refused_at END,
			said_at    = CASE WHEN excluded.said_at >= limits.said_at THEN excluded.said_at ELSE limits.said_at END,
			until_at   = CASE WHEN excluded.until_at >= limits.until_at THEN excluded.until_at ELSE limits.until_at END`,
		clean(l.Scope), int64(l.Share), stamp(l.SaidAt), stamp(l.Until), int64(l.Refused), stamp(l.RefusedAt))
	return err
}

// DeadMetrics are the metrics that a platform no longer answers to, with when it last said so.
func (s *Store) DeadMetrics(ctx context.Context) (map[string]time.Time, error) {
	dead := map[string]time.Time{}
	err := each(ctx, s.reads, func(rows *sql.Rows) error {
		var name string
		var at time.Time
		err := rows.Scan(&name, moment{&at})
		dead[name] = at
		return err
	}, `SELECT name, at FROM dead_metrics`)
	return dead, err
}

// BuryMetric notes that a platform refused a metric.
func (s *Store) BuryMetric(ctx context.Context, name string, at time.Time) error {
	_, err := s.execLightly(ctx, `
		INSERT INTO dead_metrics (name, at) VALUES ($1, $2)
		ON CONFLICT (name) DO UPDATE SET at = excluded.at`, clean(name), stamp(at))
	return err
}

// ReviveMetric notes that a metric is answered again.
func (s *Store) ReviveMetric(ctx context.Context, name string) error {
	_, err := s.execLightly(ctx, `DELETE FROM dead_metrics WHERE name = $1`, clean(name))
	return err
}
