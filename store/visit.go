package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/hoiphunu/lantoa"
)

// NoteVisit appends how a visit went and lets the channel say it: when it was last read and tried, when to
// come again, what is wrong and since when. A trouble that goes on keeps its beginning. Next zero leaves the
// next visit as it was. What the channel says of a time that has not come yet was said by a wrong clock: it is
// taken to be of now, and visits noted at such times are forgotten.
func (s *Store) NoteVisit(ctx context.Context, v lantoa.Visit) error {
	var trouble lantoa.Trouble
	if v.Trouble != nil {
		trouble = *v.Trouble
		if trouble.Kind == "" {
			trouble.Kind = lantoa.Away
		}
		if trouble.Since.IsZero() {
			trouble.Since = v.At
		}
	}
	wrong := stamp(s.wrongFrom(v.At))
	return s.within(ctx, func(t *tx) error {
		if _, err := t.exec(ctx, `DELETE FROM visits WHERE channel = $1 AND at > $2`, string(v.Channel), wrong); err != nil {
			return err
		}
		if _, err := t.exec(ctx, `
			INSERT INTO visits (channel, at, took_ms, seen, fresh, chatter, calls, complete,
				trouble_kind, trouble_what, trouble_note, trouble_since, trouble_until, next_at, depth)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15)
			ON CONFLICT (channel, at) DO UPDATE SET
				took_ms = excluded.took_ms, seen = excluded.seen, fresh = visits.fresh + excluded.fresh,
				chatter = visits.chatter + excluded.chatter, calls = visits.calls + excluded.calls,
				complete = excluded.complete, trouble_kind = excluded.trouble_kind,
				trouble_what = excluded.trouble_what, trouble_note = excluded.trouble_note,
				trouble_since = excluded.trouble_since, trouble_until = excluded.trouble_until,
				next_at = excluded.next_at, depth = excluded.depth`,
			string(v.Channel), stamp(v.At), v.Took.Milliseconds(), v.Seen, v.New, v.Chatter, v.Calls, v.Complete,
			string(trouble.Kind), clean(trouble.What), clean(trouble.Note), stamp(trouble.Since), stamp(trouble.Until),
			stamp(v.Next), string(v.Depth)); err != nil {
			return err
		}
		if v.Trouble == nil {
			if err := noteDepth(ctx, t, v, wrong); err != nil {
				return err
			}
		}
		_, err := t.exec(ctx, `
			UPDATE channels SET
				last_try_at   = $2,
				first_read_at = CASE WHEN $3 = '' AND first_read_at = '' OR first_read_at > $9 THEN $2 ELSE first_read_at END,
				last_read_at  = CASE WHEN $3 = '' OR last_read_at > $9 THEN $2 ELSE last_read_at END,
				next_at       = CASE WHEN $8 <> '' THEN $8 WHEN last_try_at > $9 THEN $2 ELSE next_at END,
				trouble_since = CASE WHEN trouble_kind = $3 AND trouble_since <> '' AND trouble_since <= $9
				                     THEN trouble_since ELSE $6 END,
				trouble_kind  = $3, trouble_what = $4, trouble_note = $5, trouble_until = $7
			WHERE id = $1 AND (last_try_at <= $2 OR last_try_at > $9)`,
			string(v.Channel), stamp(v.At), string(trouble.Kind), clean(trouble.What), clean(trouble.Note),
			stamp(trouble.Since), stamp(trouble.Until), stamp(v.Next), wrong)
		return err
	})
}

// noteDepth notes how deep a good visit read, and what it was not given. A visit of an older moment that was slow says
// nothing new.
func noteDepth(ctx context.Context, t *tx, v lantoa.Visit, wrong string) error {
	reached := make([]any, len(depths))
	for i, d := range depths {
		reached[i] = v.Depth != "" && v.Depth.Reaches(d)
	}
	if _, err := t.exec(ctx, `
		UPDATE channels SET
			fresh_at  = CASE WHEN $4 AND (fresh_at < $2 OR fresh_at > $3) THEN $2 ELSE fresh_at END,
			recent_at = CASE WHEN $5 AND (recent_at < $2 OR recent_at > $3) THEN $2 ELSE recent_at END,
			season_at = CASE WHEN $6 AND (season_at < $2 OR season_at > $3) THEN $2 ELSE season_at END,
			full_at   = CASE WHEN $7 AND (full_at < $2 OR full_at > $3) THEN $2 ELSE full_at END
		WHERE id = $1`, append([]any{string(v.Channel), stamp(v.At), wrong}, reached...)...); err != nil {
		return err
	}
	if !v.Depth.Reaches(lantoa.Recent) {
		return nil
	}
	var before []warning
	var newest time.Time
	err := get(ctx, t, `SELECT warnings, recent_at FROM channels WHERE id = $1`, []any{string(v.Channel)}, packed{&before}, moment{&newest})
	if err == nil && newest.After(exact(v.At)) {
		return nil
	}
	if errors.Is(err, sql.ErrNoRows) {
		return nil
	}
	if err != nil {
		return err
	}
	var now []warning
	for _, w := range v.Warnings {
		one := warning{w.Kind, clean(w.What), clean(w.Note), exact(w.Since), exact(w.Until)}
		if one.Since.IsZero() {
			one.Since = exact(v.At)
		}
		for _, b := range before { // what goes on keeps its beginning
			if b.Kind == one.Kind && b.What == one.What && !b.Since.IsZero() && b.Since.Before(one.Since) {
				one.Since = b.Since
			}
		}
		now = append(now, one)
	}
	if len(now) == 0 && len(before) == 0 {
		return nil
	}
	text := ""
	if len(now) > 0 {
		text = pack(now)
	}
	_, err = t.exec(ctx, `UPDATE channels SET warnings = $2 WHERE id = $1 AND warnings <> $2`, string(v.Channel), text)
	return err
}

// aheadOfTime is how far in the future a stored time must lie to be the word of a clock that was wrong: what comes
// now takes its place. Visits that end out of order are minutes apart.
const aheadOfTime = time.Hour

// wrongFrom is the moment after which a stored time is the word of a wrong clock, as seen at a moment.
func (s *Store) wrongFrom(at time.Time) time.Time {
	if now := s.now(); now.After(at) {
		at = now
	}
	return at.Add(aheadOfTime)
}

// SetNextVisit says when a channel is to be read next; the zero time means now.
func (s *Store) SetNextVisit(ctx context.Context, ch lantoa.ChannelID, next time.Time) error {
	_, err := s.execLightly(ctx, `UPDATE channels SET next_at = $2 WHERE id = $1`, string(ch), stamp(next))
	return err
}

// Visits are the newest visits of a channel, newest first.
func (s *Store) Visits(ctx context.Context, ch lantoa.ChannelID, limit int) ([]lantoa.Visit, error) {
	return list(ctx, s.reads, func(rows *sql.Rows) (v lantoa.Visit, err error) {
		var took int64
		var trouble lantoa.Trouble
		err = rows.Scan(&v.Channel, moment{&v.At}, &took, &v.Seen, &v.New, &v.Chatter, &v.Calls, &v.Complete,
			&trouble.Kind, &trouble.What, &trouble.Note, moment{&trouble.Since}, moment{&trouble.Until},
			moment{&v.Next}, &v.Depth)
		v.Took = time.Duration(took) * time.Millisecond
		if trouble.Kind != "" {
			v.Trouble = &trouble
		}
		return v, err
	}, `
		SELECT channel, at, took_ms, seen, fresh, chatter, calls, complete,
		       trouble_kind, trouble_what, trouble_note, trouble_since, trouble_until, next_at, depth
		FROM visits
		WHERE channel = $1
		ORDER BY at DESC
		LIMIT $2`, string(ch), limit)
}

// secondLastVisit is the time of the newest successful visit before a moment that had another one a quarter of an
// hour or more after it; zero if there is none. A post stated to be older than it, and not seen then nor at the
// other, was dated back. Two visits in a row say no more than one: a platform's list may lag.
func secondLastVisit(ctx context.Context, q asker, ch lantoa.ChannelID, before time.Time) (time.Time, error) {
	const newest = `
		SELECT at FROM visits
		WHERE channel = $1 AND trouble_kind = '' AND at < $2
		ORDER BY at DESC
		LIMIT 1`
	var last, at time.Time
	err := get(ctx, q, newest, []any{string(ch), stamp(before)}, moment{&last})
	if err == nil {
		err = get(ctx, q, newest, []any{string(ch), stamp(last.Add(-15 * time.Minute))}, moment{&at})
	}
	if err == sql.ErrNoRows {
		err = nil
	}
	return at, err
}

// SweepVisits deletes the visits before a moment, but for the newest 50 of each channel, which people look at, and
// its newest 20 that went well, by which back-dating is judged. It goes from channel to channel, so that nobody who
// writes waits for long.
func (s *Store) SweepVisits(ctx context.Context, before time.Time) error {
	channels, err := list(ctx, s.reads, func(rows *sql.Rows) (id string, err error) {
		return id, rows.Scan(&id)
	}, `
		SELECT c.id FROM channels c
		WHERE EXISTS (SELECT 1 FROM visits v WHERE v.channel = c.id AND v.at < $1)
		ORDER BY c.id`, stamp(before))
	if err != nil {
		return err
	}
	for _, ch := range channels {
		if _, err := s.execLightly(ctx, `
			DELETE FROM visits
			WHERE channel = $1 AND at < $2
			  AND at NOT IN (SELECT at FROM visits WHERE channel = $1 ORDER BY at DESC LIMIT 50)
			  AND at NOT IN (SELECT at FROM visits WHERE channel = $1 AND trouble_kind = '' ORDER BY at DESC LIMIT 20)`,
			ch, stamp(before)); err != nil {
			return err
		}
	}
	return nil
}
