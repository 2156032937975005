package store

import (
	"context"
	"crypto/rand"
	"database/sql"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/hoiphunu/lantoa"
)

// oneTelling is how long after its last message a further one of the same person belongs to a story: words first,
// then pictures, on a slow line.
const oneTelling = 10 * time.Minute

// SaveSubmission saves what somebody told us directly. A message that was saved before changes nothing; one that
// comes within ten minutes of the last of the same person's newest story is added to it; else it is a new one, with
// the next code. The unit is that of the teller, once she is known. What is saved comes back in sub: nothing, of what
// she told before she withdrew.
func (s *Store) SaveSubmission(ctx context.Context, sub *lantoa.Submission) error {
	if sub.Sender == "" || len(sub.Externals) == 0 {
		return lantoa.Problem(lantoa.Invalid, "submission", "")
	}
	if sub.ToldAt.IsZero() {
		sub.ToldAt = s.now()
	}
	return s.lasting(ctx, func(t *tx) error {
		if _, err := change(ctx, t); err != nil { // whoever holds the number is alone: codes have no gaps and no doubles
			return err
		}
		if gone, err := withdrew(ctx, t, sub.Sender, sub.ToldAt); err != nil {
			return err
		} else if gone {
			*sub = lantoa.Submission{Via: sub.Via, ToldAt: sub.ToldAt, State: lantoa.SubmissionWithdrawn}
			return errUnchanged
		}
		id, err := submissionOf(ctx, t, sub)
		if err != nil {
			return err
		}
		if id == "" {
			if id, err = s.addSubmission(ctx, t, sub); err != nil {
				return err
			}
		} else if err := appendSubmission(ctx, t, id, sub); err != nil {
			return err
		}
		found, err := list(ctx, t, scanSubmission, submissions+` WHERE b.id = $1`, string(id))
		if err != nil {
			return err
		}
		*sub = found[0]
		sub.Externals, err = messagesOf(ctx, t, id)
		return err
	})
}

// submissionOf is the story that a message belongs to, if there is one.
func submissionOf(ctx context.Context, t *tx, sub *lantoa.Submission) (id lantoa.SubmissionID, err error) {
	for _, external := range sub.Externals {
		err := get(ctx, t, `SELECT submission FROM submission_messages WHERE via = $1 AND external = $2`,
			[]any{sub.Via, clean(external)}, &id)
		if !errors.Is(err, sql.ErrNoRows) {
			return id, err
		}
	}
	err = get(ctx, t, `
		SELECT id FROM submissions
		WHERE via = $1 AND sender = $2 AND state = 'new' AND updated_at >= $3 AND told_at <= $4
		ORDER BY updated_at DESC
		LIMIT 1`, []any{sub.Via, sub.Sender, stamp(sub.ToldAt.Add(-oneTelling)), stamp(sub.ToldAt.Add(oneTelling))}, &id)
	if errors.Is(err, sql.ErrNoRows) {
		err = nil
	}
	return id, err
}

func (s *Store) addSubmission(ctx context.Context, t *tx, sub *lantoa.Submission) (lantoa.SubmissionID, error) {
	id := lantoa.SubmissionID(lantoa.NewID(s.now()))
	var last sql.Null[int64]
	if err := get(ctx, t, `SELECT MAX(number) FROM submissions`, nil, &last); err != nil {
		return "", err
	}
	unit := ""
	err := get(ctx, t, `SELECT unit FROM tellers WHERE sender = $1`, []any{sub.Sender}, &unit)
	if err != nil && !errors.Is(err, sql.ErrNoRows) {
		return "", err
	}
	if _, err := t.exec(ctx, `
		INSERT INTO submissions (id, number, via, sender, unit, text, media, sensitive, told_at, updated_at, state, note)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $9, 'new', '')`,
		string(id), last.V+1, sub.Via, sub.Sender, unit, clean(sub.Text), packMedia(sub.Media), sub.Sensitive, stamp(sub.ToldAt)); err != nil {
		return "", err
	}
	return id, addMessages(ctx, t, id, sub, 0)
}

// appendSubmission adds to a story what is new in a further message of it.
func appendSubmission(ctx context.Context, t *tx, id lantoa.SubmissionID, sub *lantoa.Submission) error {
	had, err := messagesOf(ctx, t, id)
	if err != nil {
		return err
	}
	known := map[string]bool{}
	for _, external := range had {
		known[external] = true
	}
	fresh := false
	for _, external := range sub.Externals {
		fresh = fresh || !known[clean(external)]
	}
	if !fresh {
		return nil
	}
	var text string
	var media []lantoa.Media
	var state lantoa.Progress
	if err := get(ctx, t, `SELECT text, media, state FROM submissions WHERE id = $1`, []any{string(id)}, &text, packed{&media}, &state); err != nil {
		return err
	}
	if state != lantoa.SubmissionWithdrawn {
		if added := clean(sub.Text); added != "" {
			text = strings.TrimLeft(text+"\n\n"+added, "\n")
		}
		if _, err := t.exec(ctx, `
			UPDATE submissions SET text = $2, media = $3, sensitive = (sensitive OR $4), updated_at = CASE WHEN updated_at < $5 THEN $5 ELSE updated_at END
			WHERE id = $1`, string(id), text, packMedia(append(media, sub.Media...)), sub.Sensitive, stamp(sub.ToldAt)); err != nil {
			return err
		}
	}
	return addMessages(ctx, t, id, sub, len(had))
}

func addMessages(ctx context.Context, t *tx, id lantoa.SubmissionID, sub *lantoa.Submission, place int) error {
	for i, external := range sub.Externals {
		if _, err := t.exec(ctx, `
			INSERT INTO submission_messages (via, external, submission, place) VALUES ($1, $2, $3, $4)
			ON CONFLICT (via, external) DO NOTHING`, sub.Via, clean(external), string(id), place+i); err != nil {
			return err
		}
	}
	return nil
}

func messagesOf(ctx context.Context, q asker, id lantoa.SubmissionID) ([]string, error) {
	return list(ctx, q, func(rows *sql.Rows) (external string, err error) { return external, rows.Scan(&external) },
		`SELECT external FROM submission_messages WHERE submission = $1 ORDER BY place, external`, string(id))
}

const submissions = `
	SELECT b.id, b.number, b.via, b.sender, b.unit, b.text, b.media, b.sensitive, b.told_at, b.updated_at, b.state, b.note
	FROM submissions b LEFT JOIN units u ON u.id = b.unit`

func scanSubmission(rows *sql.Rows) (b lantoa.Submission, err error) {
	var number int64
	err = rows.Scan(&b.ID, &number, &b.Via, &b.Sender, &b.Unit, &b.Text, packed{&b.Media}, &b.Sensitive,
		moment{&b.ToldAt}, moment{&b.UpdatedAt}, &b.State, &b.Note)
	b.Code = fmt.Sprintf("C-%04d", number)
	return b, err
}

// Submissions are the newest stories told to us directly that a scope may see, told before a moment (the zero time:
// all), of one state or of all, and how many there are. One whose unit is not known is seen with every right only.
func (s *Store) Submissions(ctx context.Context, scope lantoa.Scope, state lantoa.Progress, limit int, before time.Time) ([]lantoa.Submission, int, error) {
	const which = `
		WHERE ($1 = '*' OR u.path = $1 OR u.path LIKE $1 || '.%') AND ($2 = '' OR b.state = $2)`
	var total int
	if err := get(ctx, s.reads, `SELECT COUNT(*) FROM submissions b LEFT JOIN units u ON u.id = b.unit`+which,
		[]any{string(scope), string(state)}, &total); err != nil {
		return nil, 0, err
	}
	found, err := list(ctx, s.reads, scanSubmission, submissions+which+`
		  AND ($3 = '' OR b.told_at < $3)
		ORDER BY b.told_at DESC, b.number DESC
		LIMIT $4`, string(scope), string(state), stamp(before), limit)
	return found, total, err
}

// Submission is one story told to us directly, with the messages it was made of. It asks nobody's scope.
func (s *Store) Submission(ctx context.Context, id lantoa.SubmissionID) (lantoa.Submission, error) {
	found, err := list(ctx, s.reads, scanSubmission, submissions+` WHERE b.id = $1`, string(id))
	if err == nil && len(found) == 0 {
		err = lantoa.Missing("submission", id)
	}
	if err != nil {
		return lantoa.Submission{}, err
	}
	found[0].Externals, err = messagesOf(ctx, s.reads, id)
	return found[0], err
}

// MoveSubmission notes what became of a story told to us directly. One that was taken back cannot be moved.
func (s *Store) MoveSubmission(ctx context.Context, id lantoa.SubmissionID, to lantoa.Progress, words string, by lantoa.User, at time.Time) error {
	return s.lasting(ctx, func(t *tx) error {
		var state lantoa.Progress
		err := get(ctx, t, `SELECT state FROM submissions WHERE id = $1`, []any{string(id)}, &state)
		if err != nil {
			return missing(err, "submission", id)
		}
		if state == lantoa.SubmissionWithdrawn {
			return lantoa.Problem(lantoa.Conflict, "submission", "withdrawn")
		}
		if _, err := t.exec(ctx, `UPDATE submissions SET state = $2, note = $3 WHERE id = $1`, string(id), string(to), clean(words)); err != nil {
			return err
		}
		return note(ctx, t, lantoa.Audit{At: at, Who: by.Email, Action: "submission", Subject: string(id), Detail: string(to)})
	})
}

// codeLetters are those that nobody takes for another when she reads them from a screen.
const codeLetters = "23456789ABCDEFGHJKLMNPQRSTUVWXYZ"

// MakeTellerCode makes the word that links whoever sends it first to a unit, until a moment. An earlier one of the
// unit that nobody used is void.
func (s *Store) MakeTellerCode(ctx context.Context, unit lantoa.UnitID, by lantoa.User, at, ends time.Time) (lantoa.TellerCode, error) {
	var raw [6]byte
	if _, err := rand.Read(raw[:]); err != nil {
		return lantoa.TellerCode{}, err
	}
	word := []byte("NOI-")
	for _, b := range raw {
		word = append(word, codeLetters[int(b)%len(codeLetters)])
	}
	code := lantoa.TellerCode{Code: string(word), Unit: unit, MadeAt: exact(at), Ends: exact(ends)}
	err := s.lasting(ctx, func(t *tx) error {
		if n, err := t.exec(ctx, `UPDATE units SET code = code WHERE id = $1`, string(unit)); err != nil { // two codes made at once follow one another
			return err
		} else if n == 0 {
			return lantoa.Missing("unit", unit)
		}
		if _, err := t.exec(ctx, `DELETE FROM teller_codes WHERE unit = $1 AND used_at = ''`, string(unit)); err != nil {
			return err
		}
		if _, err := t.exec(ctx, `INSERT INTO teller_codes (code, unit, made_at, ends_at, used_at) VALUES ($1, $2, $3, $4, '')`,
			code.Code, string(unit), stamp(at), stamp(ends)); err != nil {
			return err
		}
		return note(ctx, t, lantoa.Audit{At: at, Who: by.Email, Action: "teller_code", Subject: string(unit)})
	})
	if err != nil {
		return lantoa.TellerCode{}, err
	}
	return code, nil
}

// LinkTeller links a person to the unit of a code that she sent; NotFound when the code was never given out, has been
// used, or is over. What she told before gets the unit too.
func (s *Store) LinkTeller(ctx context.Context, code, sender string, at time.Time) (lantoa.Teller, error) {
	teller := lantoa.Teller{Sender: sender, LinkedAt: exact(at)}
	if sender == "" {
		return lantoa.Teller{}, lantoa.Missing("teller_code", "")
	}
	err := s.lasting(ctx, func(t *tx) error {
		if _, err := change(ctx, t); err != nil { // what she tells at this moment gets the unit from one side or the other
			return err
		}
		if gone, err := withdrew(ctx, t, sender, at); err != nil {
			return err
		} else if gone {
			return lantoa.Missing("teller_code", "")
		}
		err := get(ctx, t, `
			UPDATE teller_codes SET used_at = $2 WHERE code = $1 AND used_at = '' AND ends_at >= $2 RETURNING unit`,
			[]any{strings.ToUpper(strings.TrimSpace(code)), stamp(at)}, &teller.Unit)
		if err != nil {
			return missing(err, "teller_code", "")
		}
		if _, err := t.exec(ctx, `
			INSERT INTO tellers (sender, unit, linked_at) VALUES ($1, $2, $3)
			ON CONFLICT (sender) DO UPDATE SET unit = excluded.unit, linked_at = excluded.linked_at`,
			sender, string(teller.Unit), stamp(at)); err != nil {
			return err
		}
		if _, err := t.exec(ctx, `UPDATE submissions SET unit = $2 WHERE sender = $1 AND unit = ''`, sender, string(teller.Unit)); err != nil {
			return err
		}
		return note(ctx, t, lantoa.Audit{At: at, Who: "zalo", Action: "teller_linked", Subject: string(teller.Unit)})
	})
	if err != nil {
		return lantoa.Teller{}, err
	}
	return teller, nil
}

func scanTeller(rows *sql.Rows) (l lantoa.Teller, err error) {
	return l, rows.Scan(&l.Sender, &l.Unit, moment{&l.LinkedAt})
}

// Teller is who a sender is; NotFound for one who never sent a code.
func (s *Store) Teller(ctx context.Context, sender string) (lantoa.Teller, error) {
	found, err := list(ctx, s.reads, scanTeller, `SELECT sender, unit, linked_at FROM tellers WHERE sender = $1`, sender)
	if err == nil && len(found) == 0 {
		err = lantoa.Missing("teller", "")
	}
	if err != nil {
		return lantoa.Teller{}, err
	}
	return found[0], nil
}

// Tellers are the people who may tell stories for the units of a scope, newest first.
func (s *Store) Tellers(ctx context.Context, scope lantoa.Scope) ([]lantoa.Teller, error) {
	return list(ctx, s.reads, scanTeller, `
		SELECT l.sender, l.unit, l.linked_at
		FROM tellers l JOIN units u ON u.id = l.unit
		WHERE ($1 = '*' OR u.path = $1 OR u.path LIKE $1 || '.%')
		ORDER BY l.linked_at DESC, l.sender`, string(scope))
}

// UnlinkTeller forgets whose unit a person tells for. What she told stays with it.
func (s *Store) UnlinkTeller(ctx context.Context, sender string, by lantoa.User) error {
	return s.lasting(ctx, func(t *tx) error {
		var unit string
		if err := get(ctx, t, `DELETE FROM tellers WHERE sender = $1 RETURNING unit`, []any{sender}, &unit); err != nil {
			return missing(err, "teller", "")
		}
		return note(ctx, t, lantoa.Audit{At: s.now(), Who: by.Email, Action: "teller_unlinked", Subject: unit})
	})
}
