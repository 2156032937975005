package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/hoiphunu/lantoa"
)

// SaveChannelMonths saves the figures that units reported of whole months, and says how many were new and how many
// took the place of another. The same figure again changes nothing; an absent one is no figure.
func (s *Store) SaveChannelMonths(ctx context.Context, months []lantoa.ChannelMonth) (new, changed int, err error) {
	if len(months) == 0 {
		return 0, 0, nil
	}
	err = s.lasting(ctx, func(t *tx) error {
		new, changed = 0, 0
		n, err := change(ctx, t) // the first number keeps others out
		if err != nil {
			return err
		}
		book, err := ledgerOf(ctx, t, n)
		if err != nil {
			return err
		}
		for _, m := range months {
			if !m.Value.Known {
				continue
			}
			if m.At.IsZero() {
				m.At = s.now()
			}
			if m, err = tidyMonth(m); err != nil {
				return err
			}
			id := string(m.Channel) + "/" + m.Month + "/" + m.Metric
			before, err := book.state(ctx, theMonth, id)
			if err != nil {
				return err
			}
			was, err := putMonth(ctx, t, m)
			if err != nil {
				return err
			}
			switch {
			case !was.Known:
				new++
			case was != m.Value:
				changed++
			}
			if err := book.note(ctx, theMonth, id, before, nil); err != nil {
				return err
			}
		}
		if new+changed == 0 && !book.wrote() {
			return errUnchanged
		}
		return nil
	})
	if err != nil {
		return 0, 0, err
	}
	return new, changed, nil
}

func tidyMonth(m lantoa.ChannelMonth) (lantoa.ChannelMonth, error) {
	m.Month, m.Metric = clean(m.Month), clean(m.Metric)
	if _, err := time.Parse("2006-01", m.Month); err != nil {
		return m, lantoa.Problem(lantoa.Invalid, "month", m.Month)
	}
	if m.Metric == "" {
		return m, lantoa.Problem(lantoa.Invalid, "metric", "")
	}
	return m, nil
}

// putMonth writes a figure, if it is another than the one that is there, and says which that was.
func putMonth(ctx context.Context, t *tx, m lantoa.ChannelMonth) (was lantoa.Count, err error) {
	err = get(ctx, t, `SELECT value FROM channel_months WHERE channel = $1 AND month = $2 AND metric = $3`,
		[]any{string(m.Channel), m.Month, m.Metric}, count{&was})
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return was, err
	}
	if was == m.Value {
		return was, nil
	}
	if _, err := t.exec(ctx, `
		INSERT INTO channel_months (channel, month, metric, value, reported_at) VALUES ($1, $2, $3, $4, $5)
		ON CONFLICT (channel, month, metric) DO UPDATE SET value = excluded.value, reported_at = excluded.reported_at`,
		string(m.Channel), m.Month, m.Metric, m.Value.N, stamp(m.At)); err != nil {
		return was, fmt.Errorf("month %s of %s: %w", m.Month, m.Channel, err)
	}
	return was, nil
}

// ChannelMonths are the reported figures of a channel from a month to another, both included, by month and metric; an
// empty month is no bound.
func (s *Store) ChannelMonths(ctx context.Context, ch lantoa.ChannelID, from, to string) ([]lantoa.ChannelMonth, error) {
	return list(ctx, s.reads, func(rows *sql.Rows) (m lantoa.ChannelMonth, err error) {
		return m, rows.Scan(&m.Channel, &m.Month, &m.Metric, count{&m.Value}, moment{&m.At})
	}, `
		SELECT channel, month, metric, value, reported_at FROM channel_months
		WHERE channel = $1 AND month >= $2 AND ($3 = '' OR month <= $3)
		ORDER BY month, metric`, string(ch), from, to)
}
