package store

import (
	"context"
	"database/sql"
	"time"

	"github.com/hoiphunu/lantoa"
)

const templateColumns = `
	SELECT w.id, w.name, w.opening, w.closing, w.hashtags, w.until_at, w.by_whom, w.at,
	       u.id, u.code, u.name, u.level, u.parent, u.valid_from, u.valid_to, u.path
	FROM words_templates w JOIN units u ON u.id = w.unit`

func scanTemplate(rows *sql.Rows) (w lantoa.WordsTemplate, err error) {
	return w, rows.Scan(append([]any{&w.ID, &w.Name, &w.Opening, &w.Closing, &w.Hashtags, moment{&w.Until}, &w.By, moment{&w.At}},
		unitInto(&w.Unit)...)...)
}

// Templates are those of the unit with this path, of the units above it and of those below, that are offered on the day
// of now; at the zero time all. The highest unit's come first, then the oldest.
func (s *Store) Templates(ctx context.Context, unitPath string, now time.Time) ([]lantoa.WordsTemplate, error) {
	day := now
	if !now.IsZero() {
		y, m, d := now.In(s.zone).Date()
		day = time.Date(y, m, d, 0, 0, 0, 0, s.zone)
	}
	return list(ctx, s.reads, scanTemplate, templateColumns+`
		WHERE (u.path = $1 OR u.path LIKE $1 || '.%' OR $1 LIKE u.path || '.%')
		  AND ($2 = '' OR w.until_at = '' OR w.until_at >= $2)
		ORDER BY LENGTH(u.path), u.path, w.id`, unitPath, stamp(day))
}

// Template is one template; NotFound "template". The caller asks May of its unit.
func (s *Store) Template(ctx context.Context, id string) (lantoa.WordsTemplate, error) {
	return templateByID(ctx, s.reads, id)
}

func templateByID(ctx context.Context, q asker, id string) (lantoa.WordsTemplate, error) {
	found, err := list(ctx, q, scanTemplate, templateColumns+` WHERE w.id = $1`, id)
	if err == nil && len(found) == 0 {
		err = lantoa.Missing("template", id)
	}
	if err != nil {
		return lantoa.WordsTemplate{}, err
	}
	return found[0], nil
}

// SaveTemplate keeps a template, a new one where it has no ID. Invalid "name" without a name, NotFound "unit".
func (s *Store) SaveTemplate(ctx context.Context, w lantoa.WordsTemplate, who lantoa.User) error {
	if clean(w.Name) == "" {
		return lantoa.Problem(lantoa.Invalid, "name", "")
	}
	if w.ID == "" {
		w.ID = lantoa.NewID(s.now())
	}
	return s.lasting(ctx, func(t *tx) error {
		var code string
		if err := get(ctx, t, `SELECT code FROM units WHERE id = $1`, []any{string(w.Unit.ID)}, &code); err != nil {
			return missing(err, "unit", w.Unit.ID)
		}
		if _, err := t.exec(ctx, `
			INSERT INTO words_templates (id, unit, name, opening, closing, hashtags, until_at, by_whom, at)
			VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)
			ON CONFLICT (id) DO UPDATE SET
				unit = excluded.unit, name = excluded.name, opening = excluded.opening, closing = excluded.closing,
				hashtags = excluded.hashtags, until_at = excluded.until_at, by_whom = excluded.by_whom, at = excluded.at`,
			w.ID, string(w.Unit.ID), clean(w.Name), clean(w.Opening), clean(w.Closing), clean(w.Hashtags), stamp(w.Until),
			clean(who.Name), stamp(s.now())); err != nil {
			return err
		}
		return note(ctx, t, lantoa.Audit{At: s.now(), Who: who.Email, Action: "template_save", Subject: w.Name, Detail: code})
	})
}

// DropTemplate forgets a template. NotFound "template".
func (s *Store) DropTemplate(ctx context.Context, id string, who lantoa.User) error {
	return s.lasting(ctx, func(t *tx) error {
		w, err := templateByID(ctx, t, id)
		if err != nil {
			return err
		}
		if _, err := t.exec(ctx, `DELETE FROM words_templates WHERE id = $1`, id); err != nil {
			return err
		}
		return note(ctx, t, lantoa.Audit{At: s.now(), Who: who.Email, Action: "template_drop", Subject: w.Name, Detail: w.Unit.Code})
	})
}
