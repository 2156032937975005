package store

import (
	"context"
	"database/sql"
)

// GetMeta is a small value that the program keeps for itself under a name, "" if there is none.
func (s *Store) GetMeta(ctx context.Context, name string) (string, error) {
	var value string
	err := get(ctx, s.reads, `SELECT value FROM meta WHERE name = $1`, []any{name}, &value)
	if err == sql.ErrNoRows {
		err = nil
	}
	return value, err
}

// SetMeta keeps a small value under a name.
func (s *Store) SetMeta(ctx context.Context, name, value string) error {
	_, err := s.exec(ctx, `
		INSERT INTO meta (name, value) VALUES ($1, $2)
		ON CONFLICT (name) DO UPDATE SET value = excluded.value`, name, clean(value))
	return err
}
