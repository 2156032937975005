package store

import (
	"context"
	"database/sql"
	"strconv"
	"strings"
	"time"

	"github.com/hoiphunu/lantoa"
)

// AddLetters writes letters into the outbox and says how many were not there yet: a letter of the same kind about the
// same thing for the same person is kept as it is. They are held, or wait for their turn if mails may go.
func (s *Store) AddLetters(ctx context.Context, letters []lantoa.Letter) (added int, err error) {
	err = s.lasting(ctx, func(t *tx) (err error) {
		added, err = s.insertLetters(ctx, t, letters)
		if err == nil && added == 0 {
			err = errUnchanged
		}
		return err
	})
	return added, err
}

// insertLetters is AddLetters within a larger deed: what approves a digest writes its letters in the same transaction.
func (s *Store) insertLetters(ctx context.Context, t *tx, letters []lantoa.Letter) (added int, err error) {
	open, err := lockGate(ctx, t)
	if err != nil {
		return 0, err
	}
	now := s.now()
	for _, l := range letters {
		if l.ID == "" {
			l.ID = lantoa.LetterID(lantoa.NewID(now))
		}
		if l.AddedAt.IsZero() {
			l.AddedAt = now
		}
		if l.Next.IsZero() {
			l.Next = now
		}
		l.Email = address(l.Email)
		if l.State == "" {
			l.State = lantoa.LetterHeld
			if open || l.Pass {
				l.State = lantoa.LetterWaiting
			}
		}
		n, err := t.exec(ctx, `
			INSERT INTO letters (id, kind, ref, person, user_id, email, name, subject, body, pass, state, tries, next_at,
			       added_at, first_at, claim, claimed_at, data_at, done_at, code, said, why)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 0, $12, $13, '', '', '', '', $14, 0, '', $15)
			ON CONFLICT (kind, ref, person) DO NOTHING`,
			string(l.ID), clean(l.Kind), clean(l.Ref), clean(l.Person()), string(l.User), l.Email, clean(l.Name), clean(l.Subject),
			clean(l.Body), l.Pass, string(l.State), stamp(l.Next), stamp(l.AddedAt), stamp(l.DoneAt), clean(l.Why))
		if err != nil {
			return added, err
		}
		added += int(n)
	}
	return added, nil
}

const letterColumns = `id, kind, ref, user_id, email, name, subject, body, pass, state, tries, next_at, added_at, first_at,
	claimed_at, data_at, done_at, code, said, why`

func scanLetter(rows *sql.Rows) (l lantoa.Letter, err error) {
	return l, rows.Scan(&l.ID, &l.Kind, &l.Ref, &l.User, &l.Email, &l.Name, &l.Subject, &l.Body, &l.Pass, &l.State, &l.Tries,
		moment{&l.Next}, moment{&l.AddedAt}, moment{&l.FirstAt}, moment{&l.ClaimedAt}, moment{&l.DataAt}, moment{&l.DoneAt},
		&l.Code, &l.Said, &l.Why)
}

// ClaimLetters takes up to limit letters that are due, for the one who sends them: nobody else gets them. While mails
// are held only those go that may pass.
func (s *Store) ClaimLetters(ctx context.Context, now time.Time, limit int) (claim string, letters []lantoa.Letter, err error) {
	claim = lantoa.NewID(time.Now())
	err = s.lasting(ctx, func(t *tx) error {
		// Two that claim at once may choose the same rows; the second waits for the first and then finds them taken.
		letters, err = list(ctx, t, scanLetter, `
			UPDATE letters SET state = 'sending', claim = $1, claimed_at = $2, data_at = '', tries = tries + 1,
			       first_at = CASE WHEN first_at = '' THEN $2 ELSE first_at END
			WHERE state = 'waiting' AND id IN (
			      SELECT id FROM letters
			      WHERE state = 'waiting' AND next_at <= $2
			        AND (pass OR EXISTS (SELECT 1 FROM meta WHERE name = '`+gateMeta+`' AND value LIKE 'open%'))
			      ORDER BY next_at, id
			      LIMIT $3)
			RETURNING `+letterColumns, claim, stamp(now), limit)
		if err == nil && len(letters) == 0 {
			err = errUnchanged
		}
		return err
	})
	return claim, letters, err
}

// LettersDue says whether there is anything that ClaimLetters or RecoverLetters would take.
func (s *Store) LettersDue(ctx context.Context, now time.Time, lease time.Duration) (bool, error) {
	var n int
	err := get(ctx, s.reads, `
		SELECT (SELECT COUNT(*) FROM (
		          SELECT 1 AS x FROM letters
		          WHERE state = 'waiting' AND next_at <= $1
		            AND (pass OR EXISTS (SELECT 1 FROM meta WHERE name = '`+gateMeta+`' AND value LIKE 'open%'))
		          LIMIT 1) AS due)
		     + (SELECT COUNT(*) FROM letters
		        WHERE state = 'sending' AND CASE WHEN data_at = '' THEN claimed_at ELSE data_at END <= $2)`,
		[]any{stamp(now), stamp(now.Add(-lease))}, &n)
	return n > 0, err
}

// LetterLeaves notes that a letter is about to leave us, before the first of it does. False when it is no longer the
// claim's: it must not be sent then.
func (s *Store) LetterLeaves(ctx context.Context, claim string, id lantoa.LetterID, now time.Time) (bool, error) {
	n, err := s.exec(ctx, `
		UPDATE letters SET data_at = $3 WHERE id = $1 AND claim = $2 AND state = 'sending' AND data_at = ''`,
		string(id), claim, stamp(now))
	return n > 0, err
}

// SettleLetter writes down what became of a claimed letter: its state with what goes with it, and whom it went to. The
// claimer's word still counts when it comes late, after the letter was found abandoned; not when a person has had it
// sent again since. A letter that arrived clears its address, one that its server does not know counts against it.
func (s *Store) SettleLetter(ctx context.Context, claim string, l lantoa.Letter, noAddress bool) error {
	return s.lasting(ctx, func(t *tx) error {
		n, err := t.exec(ctx, `
			UPDATE letters SET state = $3, next_at = $4, tries = $5, done_at = $6, code = $7, said = $8, why = $9, email = $10,
			       name = $11, subject = $12, claim = CASE WHEN $3 = 'unknown' THEN claim ELSE '' END,
			       data_at = CASE WHEN $3 = 'waiting' THEN '' ELSE data_at END
			WHERE id = $1 AND claim = $2 AND state IN ('sending', 'unknown')`,
			string(l.ID), claim, string(l.State), stamp(l.Next), l.Tries, stamp(l.DoneAt), l.Code, clean(l.Said), clean(l.Why),
			address(l.Email), clean(l.Name), clean(l.Subject))
		if err != nil || n == 0 {
			return err
		}
		if noAddress {
			return countBounce(ctx, t, l.Email, l.Said, s.now())
		}
		return nil
	})
}

// RecoverLetters looks for letters whose claimer has not been heard of for as long as the lease. One that had not begun
// to leave waits again; of one that had, nobody knows whether it arrived, and it is left to a person.
func (s *Store) RecoverLetters(ctx context.Context, now time.Time, lease time.Duration) (back, unknown int, err error) {
	err = s.lasting(ctx, func(t *tx) error {
		n, err := t.exec(ctx, `
			UPDATE letters SET state = 'waiting', claim = '', next_at = $2
			WHERE state = 'sending' AND data_at = '' AND claimed_at <= $1`, stamp(now.Add(-lease)), stamp(now))
		if err != nil {
			return err
		}
		m, err := t.exec(ctx, `
			UPDATE letters SET state = 'unknown', done_at = $2, why = 'stopped'
			WHERE state = 'sending' AND data_at <> '' AND data_at <= $1`, stamp(now.Add(-lease)), stamp(now))
		if err != nil {
			return err
		}
		if back, unknown = int(n), int(m); n+m == 0 {
			return errUnchanged
		}
		return nil
	})
	return back, unknown, err
}

// LetterFilter says which letters; the zero value is all.
type LetterFilter struct {
	State  lantoa.LetterState
	Kind   string
	Ref    string
	Person string          // see [lantoa.Letter.Person]
	Before lantoa.LetterID // older than this one
}

// Letters are the newest letters that fit, newest first.
func (s *Store) Letters(ctx context.Context, f LetterFilter, limit int) ([]lantoa.Letter, error) {
	return list(ctx, s.reads, scanLetter, `
		SELECT `+letterColumns+` FROM letters
		WHERE ($1 = '' OR state = $1) AND ($2 = '' OR kind = $2) AND ($3 = '' OR ref = $3) AND ($4 = '' OR person = $4)
		  AND ($5 = '' OR id < $5)
		ORDER BY id DESC
		LIMIT $6`, string(f.State), f.Kind, f.Ref, f.Person, string(f.Before), limit)
}

// LetterCounts are the numbers of letters that fit, by state; the filter's own state is not looked at.
func (s *Store) LetterCounts(ctx context.Context, f LetterFilter) (map[lantoa.LetterState]int, error) {
	counts := map[lantoa.LetterState]int{}
	err := each(ctx, s.reads, func(rows *sql.Rows) error {
		var state lantoa.LetterState
		var n int
		if err := rows.Scan(&state, &n); err != nil {
			return err
		}
		counts[state] = n
		return nil
	}, `
		SELECT state, COUNT(*) FROM letters
		WHERE ($1 = '' OR kind = $1) AND ($2 = '' OR ref = $2) AND ($3 = '' OR person = $3)
		GROUP BY state`, f.Kind, f.Ref, f.Person)
	return counts, err
}

// Letter is one letter.
func (s *Store) Letter(ctx context.Context, id lantoa.LetterID) (lantoa.Letter, error) {
	found, err := list(ctx, s.reads, scanLetter, `SELECT `+letterColumns+` FROM letters WHERE id = $1`, string(id))
	if err == nil && len(found) == 0 {
		err = lantoa.Missing("letter", id)
	}
	if err != nil {
		return lantoa.Letter{}, err
	}
	return found[0], nil
}

// ReleaseLetter lets one held letter go, whatever becomes of the others.
func (s *Store) ReleaseLetter(ctx context.Context, id lantoa.LetterID, who string) error {
	return s.onLetter(ctx, id, who, "letter_release", `
		UPDATE letters SET state = 'waiting', pass = TRUE, next_at = $2 WHERE id = $1 AND state = 'held'`, string(id), stamp(s.now()))
}

// HoldLetter holds one letter that waits.
func (s *Store) HoldLetter(ctx context.Context, id lantoa.LetterID, who string) error {
	return s.onLetter(ctx, id, who, "letter_hold", `
		UPDATE letters SET state = 'held', pass = FALSE WHERE id = $1 AND state = 'waiting'`, string(id))
}

// CancelLetter takes a letter that has not been sent out of the outbox for good.
func (s *Store) CancelLetter(ctx context.Context, id lantoa.LetterID, who string) error {
	return s.onLetter(ctx, id, who, "letter_cancel", `
		UPDATE letters SET state = 'skipped', why = 'cancelled', done_at = $2
		WHERE id = $1 AND state IN ('held', 'waiting')`, string(id), stamp(s.now()))
}

// ResendLetter has a letter sent once more that did not arrive, or may not have: a person has looked at it and takes it
// upon themselves that it may come twice.
func (s *Store) ResendLetter(ctx context.Context, id lantoa.LetterID, who string) error {
	return s.onLetter(ctx, id, who, "letter_resend", `
		UPDATE letters SET state = 'waiting', pass = TRUE, next_at = $2, claim = '', tries = 0, first_at = '', data_at = '',
		       done_at = '', code = 0, said = '', why = ''
		WHERE id = $1 AND state IN ('unknown', 'failed', 'bounced', 'skipped')`, string(id), stamp(s.now()))
}

// onLetter changes a letter and notes who did it; Conflict when it is no longer in a state that allows it.
func (s *Store) onLetter(ctx context.Context, id lantoa.LetterID, who, deed, query string, args ...any) error {
	return s.lasting(ctx, func(t *tx) error {
		n, err := t.exec(ctx, query, args...)
		if err != nil {
			return err
		}
		var email, kind, ref string
		if err := get(ctx, t, `SELECT email, kind, ref FROM letters WHERE id = $1`, []any{string(id)}, &email, &kind, &ref); err != nil {
			return missing(err, "letter", id)
		}
		if n == 0 {
			return lantoa.Problem(lantoa.Conflict, "letter", "")
		}
		return note(ctx, t, lantoa.Audit{At: s.now(), Who: who, Action: deed, Subject: email, Detail: kind + " " + ref})
	})
}

// gateMeta names where it is kept whether mails may go: "open" or "held", and who said so.
const gateMeta = "mail_gate"

// MailGate is whether mails may go, and who said so: "" for the setting.
type MailGate struct {
	Open bool
	By   string
	At   time.Time
}

// Gate is whether mails may go.
func (s *Store) Gate(ctx context.Context) (MailGate, error) {
	text, err := s.GetMeta(ctx, gateMeta)
	return readGate(text), err
}

// A gate is written "open|2026-11-23T…|who".
func readGate(text string) (g MailGate) {
	state, rest, _ := strings.Cut(text, "|")
	at, by, _ := strings.Cut(rest, "|")
	g.Open, g.By = state == "open", by
	_ = moment{&g.At}.Scan(at) // a time that cannot be read is none
	return g
}

func (g MailGate) text() string {
	state := "held"
	if g.Open {
		state = "open"
	}
	return state + "|" + stamp(g.At) + "|" + g.By
}

// lockGate reads the gate and keeps others from turning it until the transaction ends.
func lockGate(ctx context.Context, t *tx) (open bool, err error) {
	if _, err := t.exec(ctx, `INSERT INTO meta (name, value) VALUES ('`+gateMeta+`', 'held||') ON CONFLICT (name) DO UPDATE SET value = meta.value`); err != nil {
		return false, err
	}
	var text string
	err = get(ctx, t, `SELECT value FROM meta WHERE name = '`+gateMeta+`'`, nil, &text)
	return readGate(text).Open, err
}

// DefaultGate opens or shuts the gate as the setting says, unless a person has said otherwise.
func (s *Store) DefaultGate(ctx context.Context, open bool) error {
	g, err := s.Gate(ctx)
	if err != nil || g.By != "" || g.Open == open {
		return err
	}
	return s.lasting(ctx, func(t *tx) error { return s.turnGate(ctx, t, MailGate{Open: open}) })
}

// Held is how many people letters are held for, and how many letters.
func (s *Store) Held(ctx context.Context) (people, letters int, err error) {
	err = get(ctx, s.reads, heldQuery, nil, &people, &letters)
	return people, letters, err
}

const heldQuery = `SELECT COUNT(DISTINCT person), COUNT(*) FROM letters WHERE state = 'held'`

// OpenGate lets mails go, those that are held and those to come. Whoever does it says how many people will get one:
// Conflict "recipients" when it is another number.
func (s *Store) OpenGate(ctx context.Context, who string, people int) (letters int, err error) {
	err = s.lasting(ctx, func(t *tx) error {
		if _, err := lockGate(ctx, t); err != nil {
			return err
		}
		var now int
		if err := get(ctx, t, heldQuery, nil, &now, &letters); err != nil {
			return err
		}
		if now != people {
			return lantoa.Problem(lantoa.Conflict, "recipients", strconv.Itoa(now))
		}
		if err := s.turnGate(ctx, t, MailGate{Open: true, By: who, At: s.now()}); err != nil {
			return err
		}
		return note(ctx, t, lantoa.Audit{At: s.now(), Who: who, Action: "mail_open", Subject: strconv.Itoa(people), Detail: strconv.Itoa(letters)})
	})
	return letters, err
}

// CloseGate holds mails again: those that wait and those to come.
func (s *Store) CloseGate(ctx context.Context, who string) error {
	return s.lasting(ctx, func(t *tx) error {
		if _, err := lockGate(ctx, t); err != nil {
			return err
		}
		if err := s.turnGate(ctx, t, MailGate{By: who, At: s.now()}); err != nil {
			return err
		}
		return note(ctx, t, lantoa.Audit{At: s.now(), Who: who, Action: "mail_hold"})
	})
}

func (s *Store) turnGate(ctx context.Context, t *tx, g MailGate) error {
	_, err := t.exec(ctx, `
		INSERT INTO meta (name, value) VALUES ('`+gateMeta+`', $1)
		ON CONFLICT (name) DO UPDATE SET value = excluded.value`, clean(g.text()))
	if err != nil {
		return err
	}
	if g.Open {
		_, err = t.exec(ctx, `UPDATE letters SET state = 'waiting', next_at = $1 WHERE state = 'held' AND next_at <= $1`, stamp(s.now()))
		if err == nil { // what is for later is for later
			_, err = t.exec(ctx, `UPDATE letters SET state = 'waiting' WHERE state = 'held'`)
		}
	} else {
		_, err = t.exec(ctx, `UPDATE letters SET state = 'held' WHERE state = 'waiting' AND NOT pass`)
	}
	return err
}
