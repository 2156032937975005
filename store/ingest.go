package store

import (
	"context"
	"crypto/rand"
	"database/sql"
	"encoding/hex"
	"time"

	"github.com/hoiphunu/lantoa"
)

// keyUse is how exactly it is noted when a key was last used.
const keyUse = time.Hour

// MakeIngestKey makes the key with which a program sends posts and numbers with the rights of a person. Its secret is
// handed out this once and kept under seal; an earlier key of the person is void.
func (s *Store) MakeIngestKey(ctx context.Context, user lantoa.UserID, at time.Time) (key lantoa.IngestKey, secret string, err error) {
	var raw [32]byte
	if _, err := rand.Read(raw[:]); err != nil {
		return key, "", err
	}
	key = lantoa.IngestKey{ID: lantoa.NewID(s.now()), User: user, CreatedAt: exact(at)}
	secret = hex.EncodeToString(raw[:])
	s.sealing.RLock()
	defer s.sealing.RUnlock()
	sealed, err := s.sealed(ingestSecret+key.ID, []byte(secret))
	if err != nil {
		return lantoa.IngestKey{}, "", err
	}
	err = s.lasting(ctx, func(t *tx) error {
		if err := lockUser(ctx, t, user); err != nil { // two keys made at once follow one another
			return err
		}
		if err := revokeIngestKeys(ctx, t, user); err != nil {
			return err
		}
		if _, err := t.exec(ctx, `INSERT INTO ingest_keys (id, user_id, created_at, used_at) VALUES ($1, $2, $3, '')`,
			key.ID, string(user), stamp(at)); err != nil {
			return err
		}
		_, err := t.exec(ctx, `INSERT INTO secrets (name, sealed) VALUES ($1, $2)`, ingestSecret+key.ID, sealed)
		return err
	})
	if err != nil {
		return lantoa.IngestKey{}, "", err
	}
	return key, secret, nil
}

// ingestSecret begins the names of the keys' secrets.
const ingestSecret = "ingest/"

// lockUser keeps others from changing a person until the transaction ends.
func lockUser(ctx context.Context, t *tx, user lantoa.UserID) error {
	n, err := t.exec(ctx, `UPDATE users SET epoch = epoch WHERE id = $1`, string(user))
	if err == nil && n == 0 {
		err = lantoa.Problem(lantoa.NotFound, "user", "")
	}
	return err
}

// IngestKey is the key with this id and its secret, and notes that it was used; NotFound when it is void or never was.
func (s *Store) IngestKey(ctx context.Context, id string) (key lantoa.IngestKey, secret string, err error) {
	err = get(ctx, s.reads, `SELECT id, user_id, created_at, used_at FROM ingest_keys WHERE id = $1`, []any{clean(id)},
		&key.ID, &key.User, moment{&key.CreatedAt}, moment{&key.UsedAt})
	if err == nil {
		secret, err = s.Secret(ctx, ingestSecret+key.ID)
	}
	if err != nil {
		return lantoa.IngestKey{}, "", missing(err, "ingest_key", "")
	}
	now := s.now()
	if since := now.Sub(key.UsedAt); since >= 0 && since < keyUse {
		return key, secret, nil
	}
	key.UsedAt = exact(now)
	_, err = s.execLightly(ctx, `UPDATE ingest_keys SET used_at = $2 WHERE id = $1`, key.ID, stamp(now))
	return key, secret, err
}

// RevokeIngestKeys makes the keys of a person void.
func (s *Store) RevokeIngestKeys(ctx context.Context, user lantoa.UserID) error {
	return s.lasting(ctx, func(t *tx) error { return revokeIngestKeys(ctx, t, user) })
}

func revokeIngestKeys(ctx context.Context, t *tx, user lantoa.UserID) error {
	ids, err := list(ctx, t, func(rows *sql.Rows) (id string, err error) { return id, rows.Scan(&id) },
		`DELETE FROM ingest_keys WHERE user_id = $1 RETURNING id`, string(user))
	if err != nil {
		return err
	}
	for _, id := range ids {
		if _, err := t.exec(ctx, `DELETE FROM secrets WHERE name = $1`, ingestSecret+id); err != nil {
			return err
		}
	}
	return nil
}
