package store

import (
	"context"
	"database/sql"
	"encoding/base64"
	"time"

	"github.com/alexedwards/scs/v2"
)

// Sessions keeps the sign-ins of people for scs. They live by the machine's clock, whatever clock the posts
// go by.
type Sessions struct{ store *Store }

var _ scs.CtxStore = Sessions{}

// Sessions are the sign-ins kept in this store.
func (s *Store) Sessions() Sessions { return Sessions{s} }

// FindCtx is the data of a session; found is false for one that is not there or is over.
func (s Sessions) FindCtx(ctx context.Context, token string) (b []byte, found bool, err error) {
	var data string
	err = get(ctx, s.store.reads, `SELECT data FROM sessions WHERE token = $1 AND expires_at > $2`,
		[]any{clean(token), stamp(time.Now())}, &data)
	if err == sql.ErrNoRows {
		return nil, false, nil
	} else if err != nil {
		return nil, false, err
	}
	b, err = base64.StdEncoding.DecodeString(data)
	return b, err == nil, err
}

// CommitCtx keeps the data of a session until expiry.
func (s Sessions) CommitCtx(ctx context.Context, token string, b []byte, expiry time.Time) error {
	_, err := s.store.exec(ctx, `
		INSERT INTO sessions (token, data, expires_at) VALUES ($1, $2, $3)
		ON CONFLICT (token) DO UPDATE SET data = excluded.data, expires_at = excluded.expires_at`,
		clean(token), base64.StdEncoding.EncodeToString(b), stamp(expiry))
	return err
}

// DeleteCtx ends a session; one that is not there is ended already.
func (s Sessions) DeleteCtx(ctx context.Context, token string) error {
	_, err := s.store.exec(ctx, `DELETE FROM sessions WHERE token = $1`, clean(token))
	return err
}

// Sweep forgets the sessions that are over and says how many.
func (s Sessions) Sweep(ctx context.Context) (int64, error) {
	return s.store.exec(ctx, `DELETE FROM sessions WHERE expires_at <= $1`, stamp(time.Now()))
}

// Find, Commit and Delete are for scs where it has no context.
func (s Sessions) Find(token string) ([]byte, bool, error) {
	return s.FindCtx(context.Background(), token)
}

func (s Sessions) Commit(token string, b []byte, expiry time.Time) error {
	return s.CommitCtx(context.Background(), token, b, expiry)
}

func (s Sessions) Delete(token string) error { return s.DeleteCtx(context.Background(), token) }
