package store

import (
	"context"
	"crypto/aes"
	"crypto/cipher"
	"crypto/rand"
	"encoding/base64"

	"github.com/hoiphunu/lantoa"
)

// SaveSecret keeps a token under seal (AES-256-GCM). The name is sealed in, so that one secret cannot be put
// in another's place. Trouble Invalid "secret_key" when the store was opened without a good key.
func (s *Store) SaveSecret(ctx context.Context, name, plain string) error {
	seal, err := s.seal()
	if err != nil {
		return err
	}
	nonce := make([]byte, seal.NonceSize())
	if _, err := rand.Read(nonce); err != nil {
		return err
	}
	sealed := base64.StdEncoding.EncodeToString(seal.Seal(nonce, nonce, []byte(plain), []byte(name)))
	_, err = s.exec(ctx, `
		INSERT INTO secrets (name, sealed) VALUES ($1, $2)
		ON CONFLICT (name) DO UPDATE SET sealed = excluded.sealed`, name, sealed)
	return err
}

// Secret is the token kept under a name: NotFound when there is none, Invalid "secret_key" when this key does
// not open it.
func (s *Store) Secret(ctx context.Context, name string) (string, error) {
	seal, err := s.seal()
	if err != nil {
		return "", err
	}
	var sealed string
	if err := get(ctx, s.reads, `SELECT sealed FROM secrets WHERE name = $1`, []any{name}, &sealed); err != nil {
		return "", missing(err, "secret", name)
	}
	b, err := base64.StdEncoding.DecodeString(sealed)
	if err != nil || len(b) < seal.NonceSize() {
		return "", lantoa.Problem(lantoa.Garbled, "secret", name)
	}
	plain, err := seal.Open(nil, b[:seal.NonceSize()], b[seal.NonceSize():], []byte(name))
	if err != nil {
		return "", lantoa.Problem(lantoa.Invalid, "secret_key", "another key sealed "+name)
	}
	return string(plain), nil
}

// DeleteSecret forgets a secret; one that is not there is forgotten already.
func (s *Store) DeleteSecret(ctx context.Context, name string) error {
	_, err := s.exec(ctx, `DELETE FROM secrets WHERE name = $1`, name)
	return err
}

func (s *Store) seal() (cipher.AEAD, error) {
	if len(s.key) != 32 {
		return nil, lantoa.Problem(lantoa.Invalid, "secret_key", "32 bytes are needed")
	}
	block, err := aes.NewCipher(s.key)
	if err != nil {
		return nil, err
	}
	return cipher.NewGCM(block)
}
