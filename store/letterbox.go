package store

import (
	"context"
	"database/sql"
	"strings"
	"time"

	"github.com/hoiphunu/lantoa"
)

// failingAfter is how many mails come back in a row, because there is no such address, before it is left alone.
const failingAfter = 2

// unsubscribeLasts is how long the link at the end of a mail works: longer than anybody keeps one.
const unsubscribeLasts = 400 * 24 * time.Hour

// SignUnsubscribe is the token of the link by which a person has no more letters of a kind sent.
func (s *Store) SignUnsubscribe(person, kind string, now time.Time) string {
	return s.SignLink("unsubscribe", kind+" "+person, now.Add(unsubscribeLasts))
}

// OpenUnsubscribe is whose link of which kind a token is.
func (s *Store) OpenUnsubscribe(token string, now time.Time) (person, kind string, err error) {
	subject, err := s.OpenLink("unsubscribe", token, now)
	kind, person, _ = strings.Cut(subject, " ")
	return person, kind, err
}

// SetOptOut notes that a person wants no letters of a kind, or wants them again. False when it was so already.
func (s *Store) SetOptOut(ctx context.Context, person, kind string, out bool) (changed bool, err error) {
	var n int64
	if out {
		n, err = s.exec(ctx, `
			INSERT INTO mail_optouts (person, kind, at) VALUES ($1, $2, $3) ON CONFLICT (person, kind) DO NOTHING`,
			clean(person), clean(kind), stamp(s.now()))
	} else {
		n, err = s.exec(ctx, `DELETE FROM mail_optouts WHERE person = $1 AND kind = $2`, clean(person), clean(kind))
	}
	return n > 0, err
}

// OptOuts are who wants no letters of a kind, and since when.
func (s *Store) OptOuts(ctx context.Context, kind string) (map[string]time.Time, error) {
	out := map[string]time.Time{}
	err := each(ctx, s.reads, func(rows *sql.Rows) error {
		var person string
		var at time.Time
		err := rows.Scan(&person, moment{&at})
		out[person] = at
		return err
	}, `SELECT person, at FROM mail_optouts WHERE kind = $1`, kind)
	return out, err
}

// OptedOut says whether a person wants no letters of a kind.
func (s *Store) OptedOut(ctx context.Context, person, kind string) (bool, error) {
	var n int
	err := get(ctx, s.reads, `SELECT COUNT(*) FROM mail_optouts WHERE person = $1 AND kind = $2`, []any{person, kind}, &n)
	return n > 0, err
}

// FailingAddress is an address that sends mails back.
type FailingAddress struct {
	Email   string
	Bounces int
	LastAt  time.Time
	Said    string
}

// FailingAddresses are the addresses that no mail goes to any more, by address.
func (s *Store) FailingAddresses(ctx context.Context) (map[string]FailingAddress, error) {
	out := map[string]FailingAddress{}
	err := each(ctx, s.reads, func(rows *sql.Rows) error {
		var f FailingAddress
		err := rows.Scan(&f.Email, &f.Bounces, moment{&f.LastAt}, &f.Said)
		out[f.Email] = f
		return err
	}, `SELECT email, bounces, last_at, said FROM mail_addresses WHERE bounces >= $1`, failingAfter)
	return out, err
}

// AddressFails says whether mails to an address have come back too often.
func (s *Store) AddressFails(ctx context.Context, email string) (bool, error) {
	var n int
	err := get(ctx, s.reads, `SELECT COUNT(*) FROM mail_addresses WHERE email = $1 AND bounces >= $2`, []any{address(email), failingAfter}, &n)
	return n > 0, err
}

// ForgetBounces gives an address another chance, noted under who said so.
func (s *Store) ForgetBounces(ctx context.Context, email, who string) error {
	return s.lasting(ctx, func(t *tx) error {
		n, err := t.exec(ctx, `DELETE FROM mail_addresses WHERE email = $1`, address(email))
		if err != nil {
			return err
		}
		if n == 0 {
			return errUnchanged
		}
		return note(ctx, t, lantoa.Audit{At: s.now(), Who: who, Action: "mail_address", Subject: address(email)})
	})
}

// LetterBounce is what a server told about a mail that it had taken.
type LetterBounce struct {
	Letter lantoa.LetterID // empty where the mail that came back does not name it
	Email  string          // whom it was for
	Hard   bool            // there is no such address
	Code   int
	Said   string
	At     time.Time
}

// BounceLetter notes that a letter came back and is that letter: the one named, else the last one sent to the address.
// Unchanged when that was known; NotFound when it is none of ours.
func (s *Store) BounceLetter(ctx context.Context, b LetterBounce) (l lantoa.Letter, changed bool, err error) {
	b.Email = address(b.Email)
	err = s.lasting(ctx, func(t *tx) error {
		found, err := list(ctx, t, scanLetter, `
			SELECT `+letterColumns+` FROM letters
			WHERE id = $1 OR ($1 = '' AND email = $2 AND email <> '' AND state IN ('sent', 'unknown', 'bounced'))
			ORDER BY id DESC
			LIMIT 1`, string(b.Letter), b.Email)
		if err != nil {
			return err
		}
		if len(found) == 0 {
			return lantoa.Missing("letter", b.Letter)
		}
		l = found[0]
		n, err := t.exec(ctx, `
			UPDATE letters SET state = 'bounced', code = $2, said = $3, done_at = $4, why = $5, claim = ''
			WHERE id = $1 AND state IN ('sending', 'sent', 'unknown')`,
			string(l.ID), b.Code, clean(b.Said), stamp(b.At), bounceWhy(b.Hard))
		if err != nil {
			return err
		}
		if n == 0 {
			return errUnchanged
		}
		changed = true
		l.State, l.Code, l.Said, l.DoneAt, l.Why = lantoa.LetterBounced, b.Code, b.Said, b.At, bounceWhy(b.Hard)
		if !b.Hard {
			return nil
		}
		return countBounce(ctx, t, l.Email, b.Said, b.At)
	})
	return l, changed, err
}

func bounceWhy(hard bool) string {
	if hard {
		return "no_address"
	}
	return ""
}

func countBounce(ctx context.Context, t *tx, email, said string, at time.Time) error {
	_, err := t.exec(ctx, `
		INSERT INTO mail_addresses (email, bounces, last_at, said) VALUES ($1, 1, $2, $3)
		ON CONFLICT (email) DO UPDATE SET bounces = mail_addresses.bounces + 1, last_at = excluded.last_at, said = excluded.said`,
		address(email), stamp(at), clean(said))
	return err
}
