package store

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"database/sql"
	"encoding/base64"
	"errors"
	"fmt"
	"slices"
	"unicode/utf8"

	"github.com/hoiphunu/lantoa"
)

// SaveSecret keeps a token under seal (AES-256-GCM). The name is sealed in, so that one secret cannot be put
// in another's place. Trouble Invalid "secret_key" when the store was opened without a good key.
func (s *Store) SaveSecret(ctx context.Context, name, plain string) error {
	s.sealing.RLock()
	defer s.sealing.RUnlock()
	sealed, err := s.sealed(name, []byte(plain))
	if err != nil {
		return err
	}
	_, err = s.exec(ctx, `
		INSERT INTO secrets (name, sealed) VALUES ($1, $2)
		ON CONFLICT (name) DO UPDATE SET sealed = excluded.sealed`, name, sealed)
	return err
}

// Secret is the token kept under a name: NotFound when there is none, Invalid "secret_key" when this key does
// not open it.
func (s *Store) Secret(ctx context.Context, name string) (string, error) {
	s.sealing.RLock()
	defer s.sealing.RUnlock()
	var sealed string
	if err := get(ctx, s.reads, `SELECT sealed FROM secrets WHERE name = $1`, []any{name}, &sealed); err != nil {
		return "", missing(err, "secret", name)
	}
	plain, err := s.opened(name, sealed)
	return string(plain), err
}

// SwapSecret puts a secret in the place of another, in one step, and says whether the other was what was kept; ""
// stands for none. Of several processes that want to at once, one does.
func (s *Store) SwapSecret(ctx context.Context, name, old, new string) (swapped bool, err error) {
	s.sealing.RLock()
	defer s.sealing.RUnlock()
	sealed, err := s.sealed(name, []byte(new))
	if err != nil {
		return false, err
	}
	err = s.lasting(ctx, func(t *tx) error {
		if old == "" {
			n, err := t.exec(ctx, `INSERT INTO secrets (name, sealed) VALUES ($1, $2) ON CONFLICT (name) DO NOTHING`, name, sealed)
			swapped = n > 0
			return err
		}
		var kept string
		err := get(ctx, t, `SELECT sealed FROM secrets WHERE name = $1`, []any{name}, &kept)
		if errors.Is(err, sql.ErrNoRows) {
			return errUnchanged
		}
		if err != nil {
			return err
		}
		plain, err := s.opened(name, kept)
		if err != nil {
			return err
		}
		if string(plain) != old {
			return errUnchanged
		}
		// Seals differ each time, so the row that was read is the row that is changed, or none is.
		n, err := t.exec(ctx, `UPDATE secrets SET sealed = $3 WHERE name = $1 AND sealed = $2`, name, kept, sealed)
		swapped = n > 0
		return err
	})
	return swapped, err
}

// DeleteSecret forgets a secret; one that is not there is forgotten already.
func (s *Store) DeleteSecret(ctx context.Context, name string) error {
	_, err := s.exec(ctx, `DELETE FROM secrets WHERE name = $1`, name)
	return err
}

// SecretNames are the names of the secrets that begin so, sorted.
func (s *Store) SecretNames(ctx context.Context, prefix string) ([]string, error) {
	return list(ctx, s.reads, func(rows *sql.Rows) (name string, err error) {
		return name, rows.Scan(&name)
	}, `SELECT name FROM secrets WHERE substr(name, 1, CAST($2 AS INTEGER)) = $1 ORDER BY name`, prefix, utf8.RuneCountInString(prefix))
}

// SealAnew opens everything that is sealed with the present key and seals it with another, all or nothing, and says
// how many pieces there were. From then on the store goes by the new key. What the present key does not open is an
// error, and nothing is changed.
func (s *Store) SealAnew(ctx context.Context, newKey []byte) (int, error) {
	next, err := sealWith(newKey)
	if err != nil {
		return 0, err
	}
	s.sealing.Lock()
	defer s.sealing.Unlock()
	pieces := 0
	err = s.lasting(ctx, func(t *tx) error {
		for _, table := range []struct{ all, put, prefix string }{
			{`SELECT name, sealed FROM secrets`, `UPDATE secrets SET sealed = $2 WHERE name = $1`, ""},
			{`SELECT id, sealed FROM hooks WHERE sealed <> ''`, `UPDATE hooks SET sealed = $2 WHERE id = $1`, "hook/"},
		} {
			type row struct{ name, sealed string }
			rows, err := list(ctx, t, func(rows *sql.Rows) (r row, err error) {
				return r, rows.Scan(&r.name, &r.sealed)
			}, table.all)
			if err != nil {
				return err
			}
			for _, r := range rows {
				plain, err := s.opened(table.prefix+r.name, r.sealed)
				if err != nil {
					return fmt.Errorf("open %s: %w", r.name, err)
				}
				sealed, err := seal(next, table.prefix+r.name, plain)
				if err != nil {
					return err
				}
				if _, err := t.exec(ctx, table.put, r.name, sealed); err != nil {
					return err
				}
				pieces++
			}
		}
		return nil
	})
	if err != nil {
		return 0, err
	}
	newKey = slices.Clone(newKey)
	s.key.Store(&newKey)
	return pieces, nil
}

func (s *Store) sealed(name string, plain []byte) (string, error) {
	key, err := s.sealer()
	if err != nil {
		return "", err
	}
	return seal(key, name, plain)
}

func seal(key cipher.AEAD, name string, plain []byte) (string, error) {
	nonce := make([]byte, key.NonceSize())
	if _, err := rand.Read(nonce); err != nil {
		return "", err
	}
	return base64.StdEncoding.EncodeToString(key.Seal(nonce, nonce, plain, []byte(name))), nil
}

func (s *Store) opened(name, sealed string) ([]byte, error) {
	key, err := s.sealer()
	if err != nil {
		return nil, err
	}
	b, err := base64.StdEncoding.DecodeString(sealed)
	if err != nil || len(b) < key.NonceSize() {
		return nil, lantoa.Problem(lantoa.Garbled, "secret", name)
	}
	plain, err := key.Open(nil, b[:key.NonceSize()], b[key.NonceSize():], []byte(name))
	if err != nil {
		return nil, lantoa.Problem(lantoa.Invalid, "secret_key", "another key sealed "+name)
	}
	return plain, nil
}

func (s *Store) sealer() (cipher.AEAD, error) { return sealWith(*s.key.Load()) }

func sealWith(key []byte) (cipher.AEAD, error) {
	if len(key) != 32 {
		return nil, lantoa.Problem(lantoa.Invalid, "secret_key", "32 bytes are needed")
	}
	block, err := aes.NewCipher(key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}
