package store

import (
	"context"
	"database/sql"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"

	"golang.org/x/text/collate"
	"golang.org/x/text/language"

	"github.com/hoiphunu/lantoa"
)

// SaveUnits saves units by (code, first day): a unit that is there already is changed and keeps its ID. IDs
// are made where empty, paths are computed, and both are filled into units. A Parent may name a unit of the
// same call. Successors are saved where given. Troubles: Invalid "unit", "parent".
func (s *Store) SaveUnits(ctx context.Context, units []lantoa.Unit) error {
	return s.within(ctx, func(t *tx) error {
		n, err := change(ctx, t) // the first number keeps others out
		if err != nil {
			return err
		}
		book, err := ledgerOf(ctx, t, n)
		if err != nil {
			return err
		}
		had, err := list(ctx, t, scanUnit, allUnits)
		if err != nil {
			return err
		}
		if err := identify(units, had, s.now()); err != nil {
			return err
		}
		tree := map[lantoa.UnitID]lantoa.Unit{}
		before := map[lantoa.UnitID]lantoa.Unit{}
		for _, u := range had {
			tree[u.ID], before[u.ID] = u, u
		}
		for _, u := range units {
			tree[u.ID] = u
		}
		given := map[lantoa.UnitID]bool{}
		for i := range units {
			given[units[i].ID] = true
		}
		for id, u := range tree {
			if u.Path, err = pathOf(tree, id); err != nil {
				return err
			}
			tree[id] = u
		}
		// The higher ones first, so that the lower ones are the first to be undone.
		for _, u := range slices.SortedFunc(maps.Values(tree), byPath) {
			was, known := before[u.ID]
			if known && sameUnit(was, u) && (book == nil || !given[u.ID]) {
				continue
			}
			had, err := book.state(ctx, theUnit, string(u.ID))
			if err != nil {
				return err
			}
			if !known || !sameUnit(was, u) {
				if err := saveUnit(ctx, t, u, known); err != nil {
					return err
				}
			}
			if !given[u.ID] {
				continue // only its path is another
			}
			if err := book.note(ctx, theUnit, string(u.ID), had, nil); err != nil {
				return err
			}
		}
		for i := range units {
			units[i].Path = tree[units[i].ID].Path
			if len(units[i].Successors) > 0 {
				if err := saveSuccessors(ctx, t, units[i].ID, units[i].Successors, book); err != nil {
					return err
				}
			}
		}
		return nil
	})
}

// byPath puts a unit before those below it.
func byPath(a, b lantoa.Unit) int { return strings.Compare(a.Path, b.Path) }

// identify gives each unit its ID: the one it has in the database, the one it came with, or a new one; and
// turns parents and successors that name a unit by the ID it came with.
func identify(units, had []lantoa.Unit, now time.Time) error {
	type key struct{ code, from string }
	known := map[key]lantoa.UnitID{}
	for _, u := range had {
		known[key{u.Code, stamp(u.From)}] = u.ID
	}
	renamed := map[lantoa.UnitID]lantoa.UnitID{}
	for i := range units {
		u := &units[i]
		u.Code, u.Name = clean(u.Code), clean(u.Name)
		u.From, u.To = exact(u.From), exact(u.To)
		if u.Code == "" || u.ID != "" && !lantoa.ValidID(string(u.ID)) {
			return lantoa.Problem(lantoa.Invalid, "unit", u.Code+" "+string(u.ID))
		}
		k := key{u.Code, stamp(u.From)}
		id, is := known[k]
		switch {
		case is && u.ID != "":
			renamed[u.ID] = id
		case !is && u.ID == "":
			id = lantoa.UnitID(lantoa.NewID(now))
		case !is:
			id = u.ID
		}
		u.ID, known[k] = id, id
	}
	for i := range units {
		if id, is := renamed[units[i].Parent]; is {
			units[i].Parent = id
		}
		for j, old := range units[i].Successors {
			if id, is := renamed[old]; is {
				units[i].Successors[j] = id
			}
		}
	}
	return nil
}

func pathOf(tree map[lantoa.UnitID]lantoa.Unit, id lantoa.UnitID) (string, error) {
	chain := []string{string(id)}
	for up := tree[id].Parent; up != ""; up = tree[up].Parent {
		if _, is := tree[up]; !is || len(chain) > 20 { // deeper than any tree: a circle
			return "", lantoa.Problem(lantoa.Invalid, "parent", tree[id].Code+" → "+string(up))
		}
		chain = append(chain, string(up))
	}
	slices.Reverse(chain)
	return strings.Join(chain, "."), nil
}

func sameUnit(a, b lantoa.Unit) bool {
	return a.Code == b.Code && a.Name == b.Name && a.Level == b.Level && a.Parent == b.Parent &&
		a.From.Equal(b.From) && a.To.Equal(b.To) && a.Path == b.Path
}

// saveUnit writes one unit. What the index knows of its posts changes with it, under a number for each unit,
// so that no number stands for more posts than a step can hold.
func saveUnit(ctx context.Context, t *tx, u lantoa.Unit, known bool) error {
	if _, err := t.exec(ctx, `
		INSERT INTO units (id, code, name, level, parent, valid_from, valid_to, path)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
		ON CONFLICT (id) DO UPDATE SET
			code = excluded.code, name = excluded.name, level = excluded.level, parent = excluded.parent,
			valid_from = excluded.valid_from, valid_to = excluded.valid_to, path = excluded.path`,
		string(u.ID), u.Code, u.Name, string(u.Level), string(u.Parent), stamp(u.From), stamp(u.To), u.Path,
	); err != nil || !known {
		return err
	}
	n, err := change(ctx, t)
	if err != nil {
		return err
	}
	_, err = t.exec(ctx, `
		UPDATE posts SET changed_any = $2 WHERE channel IN (SELECT id FROM channels WHERE unit = $1)`, string(u.ID), n)
	return err
}

// SaveSuccessors says which units took in old when it ended, replacing what was said before.
func (s *Store) SaveSuccessors(ctx context.Context, old lantoa.UnitID, successors []lantoa.UnitID) error {
	return s.within(ctx, func(t *tx) error {
		book, err := ledgerOf(ctx, t, 0)
		if err != nil {
			return err
		}
		return saveSuccessors(ctx, t, old, successors, book)
	})
}

func saveSuccessors(ctx context.Context, t *tx, old lantoa.UnitID, successors []lantoa.UnitID, book *ledger) error {
	before, err := book.state(ctx, theSuccessors, string(old))
	if err != nil {
		return err
	}
	if _, err := t.exec(ctx, `DELETE FROM unit_successors WHERE unit = $1`, string(old)); err != nil {
		return err
	}
	for _, id := range successors {
		if _, err := t.exec(ctx, `
			INSERT INTO unit_successors (unit, successor) VALUES ($1, $2)
			ON CONFLICT (unit, successor) DO NOTHING`, string(old), string(id)); err != nil {
			return fmt.Errorf("successor of %s: %w", old, err)
		}
	}
	return book.note(ctx, theSuccessors, string(old), before, nil)
}

const allUnits = `SELECT id, code, name, level, parent, valid_from, valid_to, path FROM units`

func unitInto(u *lantoa.Unit) []any {
	return []any{&u.ID, &u.Code, &u.Name, &u.Level, &u.Parent, moment{&u.From}, moment{&u.To}, &u.Path}
}

func scanUnit(rows *sql.Rows) (u lantoa.Unit, err error) { return u, rows.Scan(unitInto(&u)...) }

// Unit is the unit with this ID, with its successors.
func (s *Store) Unit(ctx context.Context, id lantoa.UnitID) (lantoa.Unit, error) {
	var u lantoa.Unit
	if err := get(ctx, s.reads, allUnits+` WHERE id = $1`, []any{string(id)}, unitInto(&u)...); err != nil {
		return u, missing(err, "unit", id)
	}
	return s.withSuccessors(ctx, u)
}

// UnitByCode is the unit in force on a day that bears the code; if none does, the newest that ever bore it.
func (s *Store) UnitByCode(ctx context.Context, code string, day time.Time) (lantoa.Unit, error) {
	var u lantoa.Unit
	err := get(ctx, s.reads, `
		SELECT id, code, name, level, parent, valid_from, valid_to, path
		FROM units
		WHERE code = $1
		ORDER BY CASE WHEN valid_from <= $2 AND (valid_to = '' OR valid_to > $2) THEN 0 ELSE 1 END, valid_from DESC
		LIMIT 1`, []any{clean(code), stamp(day)}, unitInto(&u)...)
	if err != nil {
		return u, missing(err, "unit", code)
	}
	return s.withSuccessors(ctx, u)
}

func (s *Store) withSuccessors(ctx context.Context, u lantoa.Unit) (lantoa.Unit, error) {
	var err error
	u.Successors, err = list(ctx, s.reads, func(rows *sql.Rows) (id lantoa.UnitID, err error) {
		return id, rows.Scan(&id)
	}, `SELECT successor FROM unit_successors WHERE unit = $1 ORDER BY successor`, string(u.ID))
	return u, err
}

// Units are the units of the scope in force on a day, all that ever were for the zero day, with their
// successors: by level from the top, then by name as Vietnamese is sorted.
func (s *Store) Units(ctx context.Context, scope lantoa.Scope, day time.Time) ([]lantoa.Unit, error) {
	units, err := list(ctx, s.reads, scanUnit, `
		SELECT u.id, u.code, u.name, u.level, u.parent, u.valid_from, u.valid_to, u.path
		FROM units u
		WHERE ($1 = '*' OR u.path = $1 OR u.path LIKE $1 || '.%')
		  AND ($2 = '' OR (u.valid_from <= $2 AND (u.valid_to = '' OR u.valid_to > $2)))`,
		string(scope), stamp(day))
	if err != nil {
		return nil, err
	}
	heirs := map[lantoa.UnitID][]lantoa.UnitID{}
	err = each(ctx, s.reads, func(rows *sql.Rows) error {
		var old, heir lantoa.UnitID
		err := rows.Scan(&old, &heir)
		heirs[old] = append(heirs[old], heir)
		return err
	}, `SELECT unit, successor FROM unit_successors ORDER BY unit, successor`)
	for i := range units {
		units[i].Successors = heirs[units[i].ID]
	}
	sortUnits(units)
	return units, err
}

func sortUnits(units []lantoa.Unit) {
	rung := func(l lantoa.Level) int {
		if i := slices.Index(lantoa.Levels, l); i >= 0 {
			return i
		}
		return len(lantoa.Levels)
	}
	order := collate.New(language.Vietnamese)
	var buf collate.Buffer
	keys := make(map[lantoa.UnitID]string, len(units))
	for _, u := range units {
		keys[u.ID] = string(order.KeyFromString(&buf, u.Name))
		buf.Reset()
	}
	slices.SortFunc(units, func(a, b lantoa.Unit) int {
		if d := rung(a.Level) - rung(b.Level); d != 0 {
			return d
		}
		if d := strings.Compare(keys[a.ID], keys[b.ID]); d != 0 {
			return d
		}
		return a.From.Compare(b.From)
	})
}
