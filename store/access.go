package store

import (
	"context"
	"database/sql"

	"github.com/hoiphunu/lantoa"
)

// SaveAccess takes down what a platform said of a token. A trouble that goes on keeps its beginning.
func (s *Store) SaveAccess(ctx context.Context, a lantoa.Access) error {
	var t lantoa.Trouble
	if a.Trouble != nil {
		t = *a.Trouble
		if t.Since.IsZero() {
			t.Since = a.CheckedAt
		}
	}
	lacks := ""
	if len(a.Lacks) > 0 {
		lacks = pack(a.Lacks)
	}
	_, err := s.exec(ctx, `
		INSERT INTO accesses (name, channel, holder, checked_at, expires_at, data_ends_at, lacks,
			trouble_kind, trouble_what, trouble_note, trouble_since, read_only)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12)
		ON CONFLICT (name) DO UPDATE SET
			channel = excluded.channel, holder = excluded.holder, checked_at = excluded.checked_at,
			expires_at = excluded.expires_at, data_ends_at = excluded.data_ends_at, lacks = excluded.lacks, read_only = excluded.read_only,
			trouble_since = CASE WHEN accesses.trouble_kind = excluded.trouble_kind THEN accesses.trouble_since ELSE excluded.trouble_since END,
			trouble_kind = excluded.trouble_kind, trouble_what = excluded.trouble_what, trouble_note = excluded.trouble_note`,
		clean(a.Name), string(a.Channel), clean(a.Holder), stamp(a.CheckedAt), stamp(a.ExpiresAt), stamp(a.DataEnds), lacks,
		string(t.Kind), clean(t.What), clean(t.Note), stamp(t.Since), a.ReadOnly)
	return err
}

// Access is what its platform said of one token.
func (s *Store) Access(ctx context.Context, name string) (lantoa.Access, error) {
	found, err := list(ctx, s.reads, scanAccess, `SELECT `+accessColumns+` FROM accesses WHERE name = $1`, clean(name))
	if err == nil && len(found) == 0 {
		err = lantoa.Missing("access", name)
	}
	if err != nil {
		return lantoa.Access{}, err
	}
	return found[0], nil
}

// Accesses are what the platforms said of our tokens, by name.
func (s *Store) Accesses(ctx context.Context) ([]lantoa.Access, error) {
	return list(ctx, s.reads, scanAccess, `SELECT `+accessColumns+` FROM accesses ORDER BY name`)
}

const accessColumns = `name, channel, holder, checked_at, expires_at, data_ends_at, lacks,
	trouble_kind, trouble_what, trouble_note, trouble_since, read_only`

func scanAccess(rows *sql.Rows) (a lantoa.Access, err error) {
	var t lantoa.Trouble
	err = rows.Scan(&a.Name, &a.Channel, &a.Holder, moment{&a.CheckedAt}, moment{&a.ExpiresAt}, moment{&a.DataEnds},
		packed{&a.Lacks}, &t.Kind, &t.What, &t.Note, moment{&t.Since}, &a.ReadOnly)
	if t.Kind != "" {
		a.Trouble = &t
	}
	return a, err
}
