package store

import (
	"context"
	"database/sql"
	"time"

	"github.com/hoiphunu/lantoa"
)

// liftRow is a lift as it stands beside a reshare that may have none.
type liftRow struct {
	absent                           sql.NullString
	age, posts                       sql.NullInt64
	before, after, gained, low, high sql.NullFloat64
	own, ownUsual                    lantoa.Count
	when                             time.Time
}

func (l *liftRow) into() []any {
	return []any{moment{&l.when}, &l.age, &l.before, &l.after, &l.gained, &l.low, &l.high, &l.posts, &l.absent, count{&l.own}, count{&l.ownUsual}}
}

func (l *liftRow) lift() *lantoa.Lift {
	if !l.absent.Valid {
		return nil
	}
	return &lantoa.Lift{At: l.when, Age: time.Duration(l.age.Int64) * time.Millisecond, Before: l.before.Float64, After: l.after.Float64,
		Interactions: l.gained.Float64, Low: l.low.Float64, High: l.high.Float64, Posts: int(l.posts.Int64), Absent: l.absent.String,
		Own: l.own, OwnUsual: l.ownUsual}
}

// LiftsDue are the reshares that stand for at least [lantoa.LiftSpan] by now and of which nobody has reckoned yet what
// they brought, the oldest first; at most 200.
func (s *Store) LiftsDue(ctx context.Context, now time.Time) ([]lantoa.Reshare, error) {
	return list(ctx, s.reads, scanReshare, reshareColumns+`
		WHERE r.state = 'sent' AND r.sent_at <= $1 AND l.reshare IS NULL
		ORDER BY r.sent_at, r.id
		LIMIT 200`, stamp(now.Add(-lantoa.LiftSpan)))
}

// SaveLift keeps what a reshare brought; a later word takes the place of an earlier one. NotFound "reshare".
func (s *Store) SaveLift(ctx context.Context, id lantoa.ReshareID, l lantoa.Lift) error {
	if l.At.IsZero() {
		l.At = s.now()
	}
	absent := func(c lantoa.Count) any {
		if !c.Known {
			return nil
		}
		return c.N
	}
	return s.lasting(ctx, func(t *tx) error {
		if _, err := reshareByID(ctx, t, id); err != nil {
			return err
		}
		_, err := t.exec(ctx, `
			INSERT INTO reshare_lifts (reshare, at, age_ms, before48, after48, interactions, low, high, posts, absent, own, own_usual)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
			ON CONFLICT (reshare) DO UPDATE SET
				at = excluded.at, age_ms = excluded.age_ms, before48 = excluded.before48, after48 = excluded.after48,
				interactions = excluded.interactions, low = excluded.low, high = excluded.high, posts = excluded.posts,
				absent = excluded.absent, own = excluded.own, own_usual = excluded.own_usual`,
			string(id), stamp(l.At), l.Age.Milliseconds(), l.Before, l.After, l.Interactions, l.Low, l.High, l.Posts, l.Absent,
			absent(l.Own), absent(l.OwnUsual))
		return err
	})
}
