package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/hoiphunu/lantoa"
)

// Leaves are the stretches of quiet that units told of beforehand, as far as they reach to a day or beyond, in the
// order in which they begin. One that was taken back early ends with the day before; one that was taken back before
// it began is none.
func (s *Store) Leaves(ctx context.Context, from time.Time) ([]lantoa.Leave, error) {
	all, err := list(ctx, s.reads, s.scanLeave, leaveColumns+`
		WHERE l.to_day >= $1
		ORDER BY l.from_day, l.id`, s.dayText(from))
	if err != nil {
		return nil, err
	}
	var out []lantoa.Leave
	for _, l := range all {
		if l.last.Before(l.From) || l.last.Before(lantoa.Day(from, s.zone)) {
			continue
		}
		l.To = l.last
		out = append(out, l.Leave)
	}
	return out, nil
}

// Leave is one of them by its ID, also one that is over or was taken back, with the days it was entered for.
func (s *Store) Leave(ctx context.Context, id string) (lantoa.Leave, error) {
	all, err := list(ctx, s.reads, s.scanLeave, leaveColumns+` WHERE l.id = $1`, id)
	if err == nil && len(all) == 0 {
		err = lantoa.Missing("leave", id)
	}
	if err != nil {
		return lantoa.Leave{}, err
	}
	return all[0].Leave, nil
}

const leaveColumns = `SELECT l.id, l.unit, l.from_day, l.to_day, l.reason, l.by_name, l.at, l.ended_at FROM leaves l`

// keptLeave is a leave as it was entered, with the last day on which it holds.
type keptLeave struct {
	lantoa.Leave
	last time.Time
}

func (s *Store) scanLeave(rows *sql.Rows) (l keptLeave, err error) {
	var from, to string
	var ended time.Time
	if err := rows.Scan(&l.ID, &l.Unit, &from, &to, &l.Reason, &l.By, moment{&l.At}, moment{&ended}); err != nil {
		return l, err
	}
	l.From, err = time.ParseInLocation(time.DateOnly, from, s.zone)
	if err != nil {
		return l, err
	}
	if l.To, err = time.ParseInLocation(time.DateOnly, to, s.zone); err != nil {
		return l, err
	}
	l.last = l.To
	if !ended.IsZero() {
		if before := lantoa.Day(ended, s.zone).AddDate(0, 0, -1); before.Before(l.last) {
			l.last = before
		}
	}
	return l, nil
}

// dayText is a day as it is kept: days of leave are days of the calendar and not moments.
func (s *Store) dayText(t time.Time) string { return t.In(s.zone).Format(time.DateOnly) }

// SaveLeave keeps a stretch of quiet. ID and At are made where empty; a last day before the first is trouble Invalid
// "leave". A leave with an ID that is there already is not entered twice.
func (s *Store) SaveLeave(ctx context.Context, l *lantoa.Leave) error {
	if l.At.IsZero() {
		l.At = s.now()
	}
	if l.ID == "" {
		l.ID = lantoa.NewID(s.now())
	}
	if l.Unit == "" || l.From.IsZero() || l.To.Before(l.From) {
		return lantoa.Problem(lantoa.Invalid, "leave", "")
	}
	l.From, l.To = lantoa.Day(l.From, s.zone), lantoa.Day(l.To, s.zone)
	l.Reason, l.By = clean(l.Reason), clean(l.By)
	_, err := s.exec(ctx, `
		INSERT INTO leaves (id, unit, from_day, to_day, reason, by_name, at, ended_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, '')
		ON CONFLICT (id) DO NOTHING`,
		l.ID, string(l.Unit), s.dayText(l.From), s.dayText(l.To), l.Reason, l.By, stamp(l.At))
	return err
}

// EndLeave takes a leave back from a moment on: the day of that moment no longer lies in it. Taking it back twice
// changes nothing.
func (s *Store) EndLeave(ctx context.Context, id string, at time.Time) error {
	if _, err := s.Leave(ctx, id); err != nil {
		return err
	}
	_, err := s.exec(ctx, `UPDATE leaves SET ended_at = $2 WHERE id = $1 AND ended_at = ''`, id, stamp(at))
	return err
}

// Nudges are the friendly words that units were given about their channels after a moment, oldest first.
func (s *Store) Nudges(ctx context.Context, since time.Time) ([]lantoa.Nudge, error) {
	return list(ctx, s.reads, scanNudge, nudgeColumns+` WHERE n.at > $1 ORDER BY n.at, n.channel`, stamp(since))
}

const nudgeColumns = `SELECT n.channel, n.by_user, n.by_name, n.how, n.at FROM nudges n`

func scanNudge(rows *sql.Rows) (n lantoa.Nudge, err error) {
	return n, rows.Scan(&n.Channel, &n.By, &n.ByName, &n.How, moment{&n.At})
}

// SaveNudge notes a friendly word, unless somebody had one with the unit about the channel within
// [lantoa.NudgeRest]: then it is trouble Conflict "nudge", and the one that was first is given back.
func (s *Store) SaveNudge(ctx context.Context, n lantoa.Nudge) (lantoa.Nudge, error) {
	if n.At.IsZero() {
		n.At = s.now()
	}
	var kept lantoa.Nudge
	err := s.lasting(ctx, func(t *tx) error {
		if _, err := change(ctx, t); err != nil { // two people at once are heard one after the other
			return err
		}
		err := get(ctx, t, nudgeColumns+` WHERE n.channel = $1 AND n.at > $2 ORDER BY n.at DESC LIMIT 1`,
			[]any{string(n.Channel), stamp(n.At.Add(-lantoa.NudgeRest))}, &kept.Channel, &kept.By, &kept.ByName, &kept.How, moment{&kept.At})
		switch {
		case err == nil:
			return lantoa.Problem(lantoa.Conflict, "nudge", kept.ByName)
		case !errors.Is(err, sql.ErrNoRows):
			return err
		}
		kept = n
		kept.ByName, kept.How = clean(n.ByName), clean(n.How)
		_, err = t.exec(ctx, `INSERT INTO nudges (channel, at, by_user, by_name, how) VALUES ($1, $2, $3, $4, $5)`,
			string(n.Channel), stamp(n.At), string(n.By), kept.ByName, kept.How)
		return err
	})
	return kept, err
}

// UndoNudge forgets the friendly words about a channel after a moment, and says whether there was one: the button is
// there again.
func (s *Store) UndoNudge(ctx context.Context, channel lantoa.ChannelID, since time.Time) (bool, error) {
	n, err := s.exec(ctx, `DELETE FROM nudges WHERE channel = $1 AND at > $2`, string(channel), stamp(since))
	return n > 0, err
}
