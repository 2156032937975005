package store

import (
	"cmp"
	"context"
	"database/sql"
	"slices"
	"time"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/internal/viet"
)

const contactColumns = `SELECT c.id, c.unit, c.name, c.duty, c.phone, c.zalo, c.email FROM contacts c`

func scanContact(rows *sql.Rows) (c lantoa.Contact, err error) {
	return c, rows.Scan(&c.ID, &c.Unit, &c.Name, &c.Duty, &c.Phone, &c.Zalo, &c.Email)
}

// Contacts are who is in charge of the units of a scope, by unit, whom to ask first at the head.
func (s *Store) Contacts(ctx context.Context, scope lantoa.Scope) (map[lantoa.UnitID][]lantoa.Contact, error) {
	all, err := list(ctx, s.reads, scanContact, contactColumns+` JOIN units u ON u.id = c.unit
		WHERE ($1 = '*' OR u.path = $1 OR u.path LIKE $1 || '.%')
		ORDER BY c.unit, c.place, c.id`, string(scope))
	of := map[lantoa.UnitID][]lantoa.Contact{}
	for _, c := range all {
		of[c.Unit] = append(of[c.Unit], c)
	}
	return of, err
}

// ContactsOf are who is in charge of one unit, whom to ask first at the head.
func (s *Store) ContactsOf(ctx context.Context, unit lantoa.UnitID) ([]lantoa.Contact, error) {
	return list(ctx, s.reads, scanContact, contactColumns+` WHERE c.unit = $1 ORDER BY c.place, c.id`, string(unit))
}

// SaveContacts says who is in charge of a unit, in the order in which to ask them, instead of those before. A contact
// of the unit that keeps its ID stays the same one; one without a name is left out. by is noted in the log.
func (s *Store) SaveContacts(ctx context.Context, unit lantoa.UnitID, contacts []lantoa.Contact, by string) error {
	return s.onContacts(ctx, unit, by, func([]lantoa.Contact) []lantoa.Contact { return contacts })
}

// AddContacts says who is in charge of a unit beside those who are: who is there already by name or telephone gets what
// is said anew, the others stand behind.
func (s *Store) AddContacts(ctx context.Context, unit lantoa.UnitID, contacts []lantoa.Contact, by string) error {
	return s.onContacts(ctx, unit, by, func(had []lantoa.Contact) []lantoa.Contact {
		all := slices.Clone(had)
		for _, c := range contacts {
			i := slices.IndexFunc(all, func(h lantoa.Contact) bool {
				return viet.Fold(h.Name) == viet.Fold(c.Name) || c.Phone != "" && h.Phone == c.Phone
			})
			if i < 0 {
				c.ID = ""
				all = append(all, c)
				continue
			}
			h := &all[i]
			h.Name, h.Duty, h.Phone = cmp.Or(c.Name, h.Name), cmp.Or(c.Duty, h.Duty), cmp.Or(c.Phone, h.Phone)
			h.Zalo, h.Email = cmp.Or(c.Zalo, h.Zalo), cmp.Or(c.Email, h.Email)
		}
		return all
	})
}

func (s *Store) onContacts(ctx context.Context, unit lantoa.UnitID, by string, want func(had []lantoa.Contact) []lantoa.Contact) error {
	return s.lasting(ctx, func(t *tx) error {
		n, err := change(ctx, t) // the first number keeps others out
		if err != nil {
			return err
		}
		book, err := ledgerOf(ctx, t, n)
		if err != nil {
			return err
		}
		var code string
		if err := get(ctx, t, `SELECT code FROM units WHERE id = $1`, []any{string(unit)}, &code); err != nil {
			return missing(err, "unit", unit)
		}
		had, err := list(ctx, t, scanContact, contactColumns+` WHERE c.unit = $1 ORDER BY c.place, c.id`, string(unit))
		if err != nil {
			return err
		}
		keep := tidyContacts(unit, had, want(had), s.now())
		if slices.Equal(keep, had) && book == nil {
			return errUnchanged
		}
		for _, h := range had {
			if !slices.ContainsFunc(keep, func(c lantoa.Contact) bool { return c.ID == h.ID }) {
				if err := forgetContact(ctx, t, h.ID); err != nil {
					return err
				}
			}
		}
		for i, c := range keep {
			before, err := book.state(ctx, theContact, c.ID)
			if err != nil {
				return err
			}
			if err := putContact(ctx, t, c, i); err != nil {
				return err
			}
			if err := book.note(ctx, theContact, c.ID, before, nil); err != nil {
				return err
			}
		}
		if slices.Equal(keep, had) {
			return nil
		}
		return note(ctx, t, lantoa.Audit{At: s.now(), Who: cmp.Or(by, byCommandLine), Action: "contacts_saved", Subject: code})
	})
}

func tidyContacts(unit lantoa.UnitID, had, contacts []lantoa.Contact, now time.Time) []lantoa.Contact {
	var keep []lantoa.Contact
	for _, c := range contacts {
		c.Unit, c.Name, c.Duty = unit, clean(c.Name), clean(c.Duty)
		c.Phone, c.Zalo, c.Email = clean(c.Phone), clean(c.Zalo), clean(c.Email)
		same := func(o lantoa.Contact) bool { return o.ID == c.ID }
		if c.Name == "" || slices.ContainsFunc(keep, same) {
			continue
		}
		if !slices.ContainsFunc(had, same) {
			c.ID = lantoa.NewID(now)
		}
		keep = append(keep, c)
	}
	return keep
}

func putContact(ctx context.Context, t *tx, c lantoa.Contact, place any) error {
	_, err := t.exec(ctx, `
		INSERT INTO contacts (id, unit, place, name, duty, phone, zalo, email)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
		ON CONFLICT (id) DO UPDATE SET unit = excluded.unit, place = excluded.place, name = excluded.name, duty = excluded.duty,
			phone = excluded.phone, zalo = excluded.zalo, email = excluded.email`,
		c.ID, string(c.Unit), place, c.Name, c.Duty, c.Phone, c.Zalo, c.Email)
	return err
}

// forgetContact lets a person go, also from what imports wrote down of her.
func forgetContact(ctx context.Context, t *tx, id string) error {
	if _, err := t.exec(ctx, `UPDATE import_changes SET before = '', after = '' WHERE kind = $1 AND id = $2`, theContact, id); err != nil {
		return err
	}
	_, err := t.exec(ctx, `DELETE FROM contacts WHERE id = $1`, id)
	return err
}

// restoreContact gives somebody in charge back what was written of her.
func (u *undoing) restoreContact(ctx context.Context, id string, back state, whole bool) (bool, error) {
	return whole, putContact(ctx, u.tx, lantoa.Contact{ID: id, Unit: lantoa.UnitID(back["unit"]), Name: back["name"], Duty: back["duty"],
		Phone: back["phone"], Zalo: back["zalo"], Email: back["email"]}, back.figure("place"))
}
