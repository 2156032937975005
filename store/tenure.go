package store

import (
	"context"
	"database/sql"

	"github.com/hoiphunu/lantoa"
)

// Tenures say which unit each channel belonged to, and since when: oldest first within a channel. Channels that always
// belonged to their unit have none. The newest one bears the channel's present unit, also after somebody put a mistake
// right.
func (s *Store) Tenures(ctx context.Context) ([]lantoa.Tenure, error) {
	return list(ctx, s.reads, func(rows *sql.Rows) (t lantoa.Tenure, err error) {
		return t, rows.Scan(&t.Channel, &t.Unit, moment{&t.From})
	}, `
		SELECT t.channel,
		       CASE WHEN EXISTS (SELECT 1 FROM channel_tenures n WHERE n.channel = t.channel AND n.from_day > t.from_day)
		            THEN t.unit ELSE c.unit END,
		       t.from_day
		FROM channel_tenures t JOIN channels c ON c.id = t.channel
		ORDER BY t.channel, t.from_day`)
}

// SaveTenure says that a channel belonged to a unit from a day on.
func (s *Store) SaveTenure(ctx context.Context, tenure lantoa.Tenure) error {
	return s.within(ctx, func(t *tx) error { return saveTenure(ctx, t, tenure) })
}

func saveTenure(ctx context.Context, t *tx, tenure lantoa.Tenure) error {
	_, err := t.exec(ctx, `
		INSERT INTO channel_tenures (channel, unit, from_day) VALUES ($1, $2, $3)
		ON CONFLICT (channel, from_day) DO UPDATE SET unit = excluded.unit`,
		string(tenure.Channel), string(tenure.Unit), stamp(tenure.From))
	return err
}
