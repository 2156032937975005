package store

import (
	"context"
	"database/sql"
	"time"

	"github.com/hoiphunu/lantoa"
)

// SaveChannelSnapshot appends the size of a channel, once for a moment; the same numbers again on the same
// day of the Union change nothing. The channel shows the newest known number of followers.
func (s *Store) SaveChannelSnapshot(ctx context.Context, ch lantoa.ChannelID, size lantoa.ChannelSnapshot) error {
	size.At = exact(size.At)
	if size.Source == "" {
		size.Source = lantoa.FromPlatform
	}
	// A size of a time that has not come yet is the word of a wrong clock.
	wrong, ahead := stamp(s.wrongFrom(size.At)), 0
	if err := get(ctx, s.reads, `SELECT COUNT(*) FROM channels WHERE id = $1 AND followed_at > $2`,
		[]any{string(ch), wrong}, &ahead); err != nil {
		return err
	}
	was, err := list(ctx, s.reads, scanChannelSnapshot, `
		SELECT at, followers, likes, source FROM channel_snapshots
		WHERE channel = $1 AND at <= $2
		ORDER BY at DESC
		LIMIT 1`, string(ch), stamp(size.At))
	if err != nil {
		return err
	}
	if ahead == 0 && len(was) > 0 && (was[0].At.Equal(size.At) || was[0].Followers == size.Followers && was[0].Likes == size.Likes &&
		lantoa.Day(was[0].At, s.zone).Equal(lantoa.Day(size.At, s.zone))) {
		return nil
	}
	return s.within(ctx, func(t *tx) error {
		book, err := ledgerOf(ctx, t, 0)
		if err != nil {
			return err
		}
		id := string(ch) + "/" + stamp(size.At)
		before, err := book.state(ctx, theSize, id)
		if err != nil {
			return err
		}
		if ahead > 0 {
			if _, err := t.exec(ctx, `DELETE FROM channel_snapshots WHERE channel = $1 AND at > $2`, string(ch), wrong); err != nil {
				return err
			}
		}
		if _, err := t.exec(ctx, `
			INSERT INTO channel_snapshots (channel, at, followers, likes, source) VALUES ($1, $2, $3, $4, $5)
			ON CONFLICT (channel, at) DO NOTHING`,
			string(ch), stamp(size.At), size.Followers.Ptr(), size.Likes.Ptr(), string(size.Source)); err != nil {
			return err
		}
		if err := book.note(ctx, theSize, id, before, nil); err != nil {
			return err
		}
		if !size.Followers.Known {
			return nil
		}
		_, err = t.exec(ctx, `
			UPDATE channels SET followers = $2, followed_at = $3
			WHERE id = $1 AND (followed_at <= $3 OR followed_at > $4)`,
			string(ch), size.Followers.N, stamp(size.At), wrong)
		return err
	})
}

func scanChannelSnapshot(rows *sql.Rows) (c lantoa.ChannelSnapshot, err error) {
	return c, rows.Scan(moment{&c.At}, count{&c.Followers}, count{&c.Likes}, &c.Source)
}

// ChannelSnapshots are the sizes of a channel from a moment until before another, oldest first; a zero time
// is no bound.
func (s *Store) ChannelSnapshots(ctx context.Context, ch lantoa.ChannelID, from, to time.Time) ([]lantoa.ChannelSnapshot, error) {
	return list(ctx, s.reads, scanChannelSnapshot, `
		SELECT at, followers, likes, source FROM channel_snapshots
		WHERE channel = $1 AND at >= $2 AND ($3 = '' OR at < $3)
		ORDER BY at`, string(ch), stamp(from), stamp(to))
}

// SaveChannelDays saves what the platform reports of a channel's days; a day reported again with another
// figure has the new one, for platforms correct their last days.
func (s *Store) SaveChannelDays(ctx context.Context, ch lantoa.ChannelID, days []lantoa.ChannelDay) error {
	if len(days) == 0 {
		return nil
	}
	return s.within(ctx, func(t *tx) error {
		for _, d := range days {
			if _, err := t.exec(ctx, `
				INSERT INTO channel_days (channel, metric, day, start_at, end_at, value)
				VALUES ($1, $2, $3, $4, $5, $6)
				ON CONFLICT (channel, metric, day) DO UPDATE SET
					start_at = excluded.start_at, end_at = excluded.end_at, value = excluded.value
				WHERE channel_days.value IS DISTINCT FROM excluded.value
				   OR channel_days.start_at <> excluded.start_at OR channel_days.end_at <> excluded.end_at`,
				string(ch), clean(d.Metric), clean(d.Day), stamp(d.Start), stamp(d.End), d.Value.Ptr()); err != nil {
				return err
			}
		}
		return nil
	})
}

// ChannelDays are the figures of one metric ("": of each) whose days begin from a moment until before
// another, by metric and day; a zero time is no bound.
func (s *Store) ChannelDays(ctx context.Context, ch lantoa.ChannelID, metric string, from, to time.Time) ([]lantoa.ChannelDay, error) {
	return list(ctx, s.reads, func(rows *sql.Rows) (d lantoa.ChannelDay, err error) {
		return d, rows.Scan(&d.Metric, &d.Day, moment{&d.Start}, moment{&d.End}, count{&d.Value})
	}, `
		SELECT metric, day, start_at, end_at, value FROM channel_days
		WHERE channel = $1 AND ($2 = '' OR metric = $2) AND start_at >= $3 AND ($4 = '' OR start_at < $4)
		ORDER BY metric, start_at, day`, string(ch), metric, stamp(from), stamp(to))
}

// AddToDay adds to the figure of one of our own days ("2026-11-23"), for what is counted as it comes: who joined a
// group, who left. The caller sees to it that nothing is added twice.
func (s *Store) AddToDay(ctx context.Context, ch lantoa.ChannelID, metric string, day string, n int64) error {
	start, err := time.ParseInLocation(time.DateOnly, day, s.zone)
	if err != nil {
		return &lantoa.Trouble{Kind: lantoa.Invalid, What: "day", Note: day, Err: err}
	}
	_, err = s.exec(ctx, `
		INSERT INTO channel_days (channel, metric, day, start_at, end_at, value) VALUES ($1, $2, $3, $4, $5, $6)
		ON CONFLICT (channel, metric, day) DO UPDATE SET value = COALESCE(channel_days.value, 0) + excluded.value`,
		string(ch), clean(metric), day, stamp(start), stamp(start.AddDate(0, 0, 1)), n)
	return err
}
