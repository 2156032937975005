package store

import (
	"context"
	"database/sql"
	"errors"
	"time"

	"github.com/hoiphunu/lantoa"
)

// A channel gets one reshare a minute.
const channelPace = time.Minute

// checkLease is how long whoever looks for an unsure reshare has it alone.
const checkLease = 5 * time.Minute

// unsettled is what the index reshares_due holds. SQLite takes that index only where it reads the same words again.
const unsettled = `state IN ('waiting', 'sending', 'unsure')`

// ready is which reshares may go at $1: approved, their time has come, the story may still be passed on, an article that
// is to be broadcast still stands, and the channel is not in use ($2: a minute before; $3: a minute after, for a clock
// that was set back must not stop a channel for longer). An article that is being made is gone on with in any case.
const ready = `
	FROM reshares r JOIN stories s ON s.id = r.story
	WHERE r.` + unsettled + ` AND r.state = 'waiting' AND r.approved_at <> '' AND r.means <> 'hand' AND r.at <= $1 AND r.next_at <= $1
	  AND (r.token <> '' OR ` + passable + `)
	  AND (r.means <> 'broadcast' OR EXISTS (SELECT 1 FROM reshares a WHERE a.id = r.of_reshare AND a.state = 'sent'))
	  AND NOT EXISTS (
	      SELECT 1 FROM reshares o
	      WHERE o.channel = r.channel AND (o.state = 'sending' OR o.call_at > $2 AND o.call_at <= $3))`

// abandoned is which reshares were claimed by somebody who has not been heard of since $1. $2 is as far in the future:
// the clock was set back.
const abandoned = unsettled + ` AND state = 'sending'
	AND (CASE WHEN call_at = '' THEN claimed_at ELSE call_at END <= $1 OR CASE WHEN call_at = '' THEN claimed_at ELSE call_at END > $2)`

// ClaimReshares takes up to limit reshares that are due, for the one who publishes them: nobody else gets them. A
// channel gives at most one, and none while another is under way or within a minute of a call. One whose story may no
// longer be passed on goes on waiting.
func (s *Store) ClaimReshares(ctx context.Context, now time.Time, limit int) (claim string, rs []lantoa.Reshare, err error) {
	claim = lantoa.NewID(time.Now())
	err = s.lasting(ctx, func(t *tx) error {
		// Whoever holds the number is alone: two who claim at once would each find the channel free.
		if _, err := change(ctx, t); err != nil {
			return err
		}
		rs, err = claimed(ctx, t, `
			UPDATE reshares SET state = 'sending', claim = $4, claimed_at = $1, call_at = '', tries = tries + 1
			WHERE state = 'waiting' AND id IN (
			      SELECT due.id FROM (
			          SELECT r.id, r.next_at, ROW_NUMBER() OVER (PARTITION BY r.channel ORDER BY r.next_at, r.id) AS place`+ready+`) AS due
			      WHERE due.place = 1
			      ORDER BY due.next_at, due.id
			      LIMIT $5)
			RETURNING id`, stamp(now), stamp(now.Add(-channelPace)), stamp(now.Add(channelPace)), claim, limit)
		return err
	})
	return claim, rs, err
}

// claimed are the reshares whose ids a statement returns, as they stand after it.
func claimed(ctx context.Context, t *tx, query string, args ...any) ([]lantoa.Reshare, error) {
	ids, err := list(ctx, t, func(rows *sql.Rows) (id lantoa.ReshareID, err error) { return id, rows.Scan(&id) }, query, args...)
	if err == nil && len(ids) == 0 {
		err = errUnchanged
	}
	if err != nil {
		return nil, err
	}
	var all []lantoa.Reshare
	err = byHundreds("", ids, func(args []any) error {
		found, err := list(ctx, t, scanReshare, reshareColumns+` WHERE r.id IN (`+hundred+`) AND r.id <> $1 ORDER BY r.next_at, r.id`, args...)
		all = append(all, found...)
		return err
	})
	return all, err
}

// ResharesDue says whether there is anything that ClaimReshares, RecoverReshares or ClaimChecks would take.
func (s *Store) ResharesDue(ctx context.Context, now time.Time, lease time.Duration) (bool, error) {
	var due int
	err := get(ctx, s.reads, `
		SELECT (SELECT COUNT(*) FROM reshares WHERE `+unsettled+` AND state = 'unsure' AND next_at <> '' AND next_at <= $1)
		     + (SELECT COUNT(*) FROM (SELECT 1 AS x`+ready+` LIMIT 1) AS waiting)`,
		[]any{stamp(now), stamp(now.Add(-channelPace)), stamp(now.Add(channelPace))}, &due)
	if err != nil || due > 0 {
		return due > 0, err
	}
	err = get(ctx, s.reads, `SELECT COUNT(*) FROM reshares WHERE `+abandoned, []any{stamp(now.Add(-lease)), stamp(now.Add(lease))}, &due)
	return due > 0, err
}

// CallReshare writes down that the call which publishes is about to be made. False when the reshare is no longer the
// claim's, or was called under it before: the call must not be made then.
func (s *Store) CallReshare(ctx context.Context, claim string, id lantoa.ReshareID) (bool, error) {
	n, err := s.exec(ctx, `
		UPDATE reshares SET call_at = $3 WHERE id = $1 AND claim = $2 AND claim <> '' AND state = 'sending' AND call_at = ''`,
		string(id), claim, stamp(s.now()))
	return n > 0, err
}

// TokenReshare keeps the token by which an article that is being made is asked after. False when the reshare is no
// longer the claim's.
func (s *Store) TokenReshare(ctx context.Context, claim string, id lantoa.ReshareID, token string) (bool, error) {
	n, err := s.exec(ctx, `
		UPDATE reshares SET token = $3 WHERE id = $1 AND claim = $2 AND claim <> '' AND state IN ('sending', 'unsure')`,
		string(id), claim, clean(token))
	return n > 0, err
}

// SettleReshare writes down what became of a claimed reshare: State with Next, Posted, Permalink, SentAt, Trouble, Token
// and Checks. With the one that is sent its story becomes passed on. The claimer's word still counts when it comes late,
// after the reshare was found abandoned; that it stands there counts until it is known to be ended. Otherwise nothing is
// written, and that is no error.
func (s *Store) SettleReshare(ctx context.Context, claim string, r lantoa.Reshare) error {
	return s.lasting(ctx, func(t *tx) error {
		n, err := change(ctx, t)
		if err != nil {
			return err
		}
		var owner string
		if err := get(ctx, t, `SELECT claim FROM reshares WHERE id = $1`, []any{string(r.ID)}, &owner); err != nil {
			return missing(err, "reshare", r.ID)
		}
		now, err := reshareByID(ctx, t, r.ID)
		if err != nil {
			return err
		}
		fresh := now.State == lantoa.ReshareSending
		switch now.State {
		case lantoa.ReshareSending, lantoa.ReshareUnsure:
			if owner != claim && r.State != lantoa.ReshareSent {
				return errUnchanged
			}
		case lantoa.ReshareWaiting:
			if r.State != lantoa.ReshareSent {
				return errUnchanged
			}
		default:
			return errUnchanged
		}
		now.State, now.Next, now.Trouble = r.State, r.Next, r.Trouble
		now.Posted, now.Permalink, now.SentAt, now.Token, now.Checks = r.Posted, r.Permalink, r.SentAt, r.Token, r.Checks
		if r.State == lantoa.ReshareSent && r.SentAt.IsZero() {
			now.SentAt = s.now()
		}
		if err := putReshare(ctx, t, now); err != nil {
			return err
		}
		deed := map[lantoa.ReshareState]string{lantoa.ReshareSent: "reshare_sent", lantoa.ReshareFailed: "reshare_failed", lantoa.ReshareUnsure: "reshare_unsure"}[r.State]
		if r.State == lantoa.ReshareUnsure {
			// Who has just said that it is unclear may yet hear better.
			if _, err := t.exec(ctx, `UPDATE reshares SET claim = $2 WHERE id = $1`, string(r.ID), owner); err != nil {
				return err
			}
			if !fresh {
				deed = "" // it was said when it became so
			}
		}
		if _, err := restate(ctx, t, now.Story, n); err != nil || deed == "" {
			return err
		}
		why := ""
		if r.Trouble != nil {
			why = string(r.Trouble.Kind) + " " + r.Trouble.What
		}
		return noteReshare(ctx, t, now, lantoa.Audit{At: s.now(), Who: byProgram, Action: deed}, why)
	})
}

// RecoverReshares looks for reshares whose claimer has not been heard of for as long as the lease. One that was not
// called waits again, and so does an article that has its token; of any other nobody knows whether it stands there: it
// is unsure, and to be looked for at once.
func (s *Store) RecoverReshares(ctx context.Context, now time.Time, lease time.Duration) (back, unsure int, err error) {
	err = s.lasting(ctx, func(t *tx) error {
		if _, err := change(ctx, t); err != nil {
			return err
		}
		from, to := stamp(now.Add(-lease)), stamp(now.Add(lease))
		n, err := t.exec(ctx, `
			UPDATE reshares SET state = 'waiting', claim = '', call_at = '', next_at = $3
			WHERE (call_at = '' OR means = 'article' AND token <> '') AND `+abandoned, from, to, stamp(now))
		if err != nil {
			return err
		}
		lost, err := claimed(ctx, t, `
			UPDATE reshares SET state = 'unsure', next_at = $3, trouble_kind = 'unclear', trouble_what = 'stopped', trouble_note = '',
				trouble_since = $3, trouble_until = ''
			WHERE `+abandoned+`
			RETURNING id`, from, to, stamp(now))
		if back, unsure = int(n), len(lost); err != nil && (n == 0 || !errors.Is(err, errUnchanged)) {
			return err
		}
		for _, r := range lost {
			if err := noteReshare(ctx, t, r, lantoa.Audit{At: now, Who: byProgram, Action: "reshare_unsure"}, "stopped"); err != nil {
				return err
			}
		}
		return nil
	})
	return back, unsure, err
}

// ClaimChecks takes up to limit unsure reshares that are to be looked for at their channels, for the one who looks. They
// stay unsure; should nothing be heard of whoever looks, they are due again after some minutes. One whose Next is zero
// waits for a person.
func (s *Store) ClaimChecks(ctx context.Context, now time.Time, limit int) (claim string, rs []lantoa.Reshare, err error) {
	claim = lantoa.NewID(time.Now())
	err = s.lasting(ctx, func(t *tx) error {
		if _, err := change(ctx, t); err != nil {
			return err
		}
		rs, err = claimed(ctx, t, `
			UPDATE reshares SET claim = $2, claimed_at = $1, next_at = $3
			WHERE state = 'unsure' AND id IN (
			      SELECT id FROM reshares WHERE `+unsettled+` AND state = 'unsure' AND next_at <> '' AND next_at <= $1 ORDER BY next_at, id LIMIT $4)
			RETURNING id`, stamp(now), claim, stamp(now.Add(checkLease)), limit)
		return err
	})
	return claim, rs, err
}
