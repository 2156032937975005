package store

import (
	"context"
	"database/sql"
	"strings"
	"time"

	"github.com/hoiphunu/lantoa"
)

// AddUser adds a person with the hash of a first password. The e-mail address, without regard to capitals,
// is theirs alone: trouble Conflict "email" otherwise. ID and CreatedAt are made where empty.
func (s *Store) AddUser(ctx context.Context, u lantoa.User, passwordHash string) (lantoa.User, error) {
	u.Email, u.Name = address(u.Email), clean(u.Name)
	if u.ID == "" {
		u.ID = lantoa.UserID(lantoa.NewID(s.now()))
	}
	if u.CreatedAt.IsZero() {
		u.CreatedAt = s.now()
	}
	rows, err := s.exec(ctx, `
		INSERT INTO users (id, email, name, role, unit, disabled, must_change, epoch, created_at, last_seen_at, password_hash, token_hash)
		VALUES ($1, $2, $3, $4, $5, $6, $7, 0, $8, '', $9, '')
		ON CONFLICT (email) DO NOTHING`,
		string(u.ID), u.Email, u.Name, string(u.Role), string(u.Unit.ID), u.Disabled, u.MustChange, stamp(u.CreatedAt), passwordHash)
	if err == nil && rows == 0 {
		err = lantoa.Problem(lantoa.Conflict, "email", u.Email)
	}
	if err != nil {
		return lantoa.User{}, err
	}
	return s.User(ctx, u.ID)
}

func address(email string) string { return strings.ToLower(strings.TrimSpace(clean(email))) }

const userColumns = `
	SELECT w.id, w.email, w.name, w.role, w.disabled, w.must_change, w.epoch, w.created_at, w.last_seen_at,
	       u.id, u.code, u.name, u.level, u.parent, u.valid_from, u.valid_to, u.path
	FROM users w JOIN units u ON u.id = w.unit`

func scanUser(rows *sql.Rows) (w lantoa.User, err error) {
	return w, rows.Scan(append([]any{&w.ID, &w.Email, &w.Name, &w.Role, &w.Disabled, &w.MustChange, &w.Epoch,
		moment{&w.CreatedAt}, moment{&w.LastSeen}}, unitInto(&w.Unit)...)...)
}

// Users are the people whose units lie in the scope, in the order they were added.
func (s *Store) Users(ctx context.Context, scope lantoa.Scope) ([]lantoa.User, error) {
	return list(ctx, s.reads, scanUser, userColumns+`
		WHERE ($1 = '*' OR u.path = $1 OR u.path LIKE $1 || '.%')
		ORDER BY w.id`, string(scope))
}

// User is the person with this ID, disabled or not.
func (s *Store) User(ctx context.Context, id lantoa.UserID) (lantoa.User, error) {
	return oneUser(list(ctx, s.reads, scanUser, userColumns+` WHERE w.id = $1`, string(id)))
}

// UserByEmail is the person with this address, disabled or not.
func (s *Store) UserByEmail(ctx context.Context, email string) (lantoa.User, error) {
	return oneUser(list(ctx, s.reads, scanUser, userColumns+` WHERE w.email = $1`, address(email)))
}

// UserByToken is the person whose API token has this hash; nobody for a disabled one.
func (s *Store) UserByToken(ctx context.Context, tokenHash string) (lantoa.User, error) {
	return oneUser(list(ctx, s.reads, scanUser,
		userColumns+` WHERE w.token_hash = $1 AND w.token_hash <> '' AND NOT w.disabled`, tokenHash))
}

func oneUser(found []lantoa.User, err error) (lantoa.User, error) {
	if err == nil && len(found) == 0 {
		err = lantoa.Problem(lantoa.NotFound, "user", "") // never which: it may be a stranger who asks
	}
	if err != nil {
		return lantoa.User{}, err
	}
	return found[0], nil
}

// PasswordHash is the hash that the person's password is checked against.
func (s *Store) PasswordHash(ctx context.Context, id lantoa.UserID) (string, error) {
	var hash string
	err := get(ctx, s.reads, `SELECT password_hash FROM users WHERE id = $1`, []any{string(id)}, &hash)
	return hash, missing(err, "user", "")
}

// SetPassword sets the hash of a password; mustChange says that the person must choose another one first. Who
// is signed in as the person is so no longer: see [lantoa.User.Epoch].
func (s *Store) SetPassword(ctx context.Context, id lantoa.UserID, passwordHash string, mustChange bool) error {
	return s.onUser(ctx, `UPDATE users SET password_hash = $2, must_change = $3, epoch = epoch + 1 WHERE id = $1`, string(id), passwordHash, mustChange)
}

// SetToken sets the hash of the person's API token, "" for none; the token before it is void.
func (s *Store) SetToken(ctx context.Context, id lantoa.UserID, tokenHash string) error {
	return s.onUser(ctx, `UPDATE users SET token_hash = $2 WHERE id = $1`, string(id), tokenHash)
}

// Disable shuts a person out, or lets them in again; old sessions stay shut.
func (s *Store) Disable(ctx context.Context, id lantoa.UserID, disabled bool) error {
	return s.onUser(ctx, `UPDATE users SET disabled = $2, epoch = epoch + 1 WHERE id = $1`, string(id), disabled)
}

// TouchUser notes that the person was here, to the minute.
func (s *Store) TouchUser(ctx context.Context, id lantoa.UserID, at time.Time) error {
	var last time.Time
	err := get(ctx, s.reads, `SELECT last_seen_at FROM users WHERE id = $1`, []any{string(id)}, moment{&last})
	if err != nil || at.Sub(last) < time.Minute {
		return missing(err, "user", "")
	}
	return s.onUser(ctx, `UPDATE users SET last_seen_at = $2 WHERE id = $1`, string(id), stamp(at))
}

func (s *Store) onUser(ctx context.Context, query string, args ...any) error {
	rows, err := s.exec(ctx, query, args...)
	if err == nil && rows == 0 {
		err = lantoa.Problem(lantoa.NotFound, "user", "")
	}
	return err
}
