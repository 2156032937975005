package store

import (
	"cmp"
	"context"
	"database/sql"
	"errors"
	"fmt"
	"time"

	"github.com/jackc/pgx/v5/pgconn"
	"github.com/ncruces/go-sqlite3"

	"github.com/hoiphunu/lantoa"
)

// belongings are what goes with a unit into the one that takes it in, and is given back when a reform is undone.
var belongings = map[string]struct{ read, move string }{
	"user":        {`SELECT unit FROM users WHERE id = $1`, `UPDATE users SET unit = $2 WHERE id = $1`},
	"leave":       {`SELECT unit FROM leaves WHERE id = $1`, `UPDATE leaves SET unit = $2 WHERE id = $1`},
	"teller":      {`SELECT unit FROM tellers WHERE sender = $1`, `UPDATE tellers SET unit = $2 WHERE sender = $1`},
	"teller_code": {`SELECT unit FROM teller_codes WHERE code = $1`, `UPDATE teller_codes SET unit = $2 WHERE code = $1`},
	"submission":  {`SELECT unit FROM submissions WHERE id = $1`, `UPDATE submissions SET unit = $2 WHERE id = $1`},
	// What one of several has said or heard of a story, their heir has.
	"share_hint": {`SELECT unit FROM share_hints WHERE id = $1`, `
		UPDATE share_hints SET unit = $2
		WHERE id = $1 AND NOT EXISTS (SELECT 1 FROM share_hints o WHERE o.story = share_hints.story AND o.unit = $2)`},
	"thanks": {`SELECT unit FROM thanks WHERE id = $1`, `
		UPDATE thanks SET unit = $2
		WHERE id = $1 AND NOT EXISTS (SELECT 1 FROM thanks o WHERE o.story = thanks.story AND o.unit = $2)`},
	"words_template": {`SELECT unit FROM words_templates WHERE id = $1`, `UPDATE words_templates SET unit = $2 WHERE id = $1`},
}

// PlanReform works out what a reform would change now, see [lantoa.Reform.Plan]. It writes nothing.
func (s *Store) PlanReform(ctx context.Context, r lantoa.Reform) (lantoa.Plan, error) {
	e, err := estate(ctx, s.reads)
	if err != nil {
		return lantoa.Plan{}, err
	}
	return r.Plan(e, s.now())
}

func estate(ctx context.Context, q asker) (e lantoa.Estate, err error) {
	if e.Units, err = list(ctx, q, scanUnit, allUnits+` ORDER BY id`); err != nil {
		return e, err
	}
	if e.Channels, err = list(ctx, q, scanChannel, channelColumns+` ORDER BY c.id`); err != nil {
		return e, err
	}
	if e.Users, err = list(ctx, q, scanUser, userColumns+` ORDER BY w.id`); err != nil {
		return e, err
	}
	contacts, err := list(ctx, q, scanContact, contactColumns+` ORDER BY c.unit, c.place, c.id`)
	e.Contacts = map[lantoa.UnitID][]lantoa.Contact{}
	for _, c := range contacts {
		e.Contacts[c.Unit] = append(e.Contacts[c.Unit], c)
	}
	return e, err
}

// Reform does what a resolution says with the tree, all of it or nothing, and says what that was. It is known as an
// import of [lantoa.ReformKind]: [Store.UndoImport] takes it back.
func (s *Store) Reform(ctx context.Context, r lantoa.Reform, by string) (lantoa.Plan, error) {
	var p lantoa.Plan
	err := s.lasting(ctx, func(t *tx) error {
		n, err := change(ctx, t) // the first number keeps others out
		if err != nil {
			return err
		}
		e, err := estate(ctx, t)
		if err != nil {
			return err
		}
		if p, err = r.Plan(e, s.now()); err != nil {
			return err
		}
		p.Reform.ID, p.Reform.By, p.Reform.At = lantoa.ImportID(lantoa.NewID(s.now())), clean(by), exact(s.now())
		if _, err := t.exec(ctx, `
			INSERT INTO imports (id, kind, file, at, by_whom, good, bad, undone_at)
			VALUES ($1, $2, $3, $4, $5, $6, 0, '')`,
			string(p.Reform.ID), lantoa.ReformKind, clean(p.Reform.Resolution), stamp(p.Reform.At), p.Reform.By, len(p.Reform.Ends)); err != nil {
			return err
		}
		d := reforming{tx: t, book: &ledger{t: t, id: p.Reform.ID, first: n << 24}, Plan: p, zone: s.zone}
		for _, step := range []func(context.Context) error{d.units, d.channels, d.people, d.lines} {
			if err := step(ctx); err != nil {
				return fmt.Errorf("reform: %w", err)
			}
		}
		return note(ctx, t, lantoa.Audit{At: p.Reform.At, Who: cmp.Or(by, byCommandLine), Action: "reform", Subject: p.Reform.Resolution,
			Detail: fmt.Sprintf("%s: ended %d, made %d", p.Reform.Day.In(s.zone).Format(time.DateOnly), len(p.Ended), len(p.Made))})
	})
	if err != nil {
		return lantoa.Plan{}, err
	}
	return p, nil
}

// reforming is a reform on its way in.
type reforming struct {
	*tx
	lantoa.Plan
	book *ledger
	zone *time.Location
}

// doing runs a change of a thing and writes it down.
func (d reforming) doing(ctx context.Context, kind, id string, do func() error) error {
	before, err := d.book.state(ctx, kind, id)
	if err != nil {
		return err
	}
	if err := do(); err != nil {
		return err
	}
	return d.book.note(ctx, kind, id, before, nil)
}

func (d reforming) units(ctx context.Context) error {
	for _, u := range d.Made { // the higher ones first, so that the lower ones are the first to be undone
		if err := d.doing(ctx, theUnit, string(u.ID), func() error { return saveUnit(ctx, d.tx, u, false) }); err != nil {
			return err
		}
	}
	for _, u := range d.Ended {
		if err := d.doing(ctx, theUnit, string(u.ID), func() error { return saveUnit(ctx, d.tx, u, true) }); err != nil {
			return err
		}
	}
	for _, u := range d.Ended {
		if err := saveSuccessors(ctx, d.tx, u.ID, u.Successors, d.book); err != nil {
			return err
		}
	}
	return nil
}

func (d reforming) channels(ctx context.Context) error {
	for _, ch := range d.Channels {
		err := d.doing(ctx, theChannel, string(ch.ID), func() error {
			_, err := d.exec(ctx, `UPDATE channels SET unit = $2, name = $3, archived = $4 WHERE id = $1`,
				string(ch.ID), string(ch.To.ID), clean(ch.Name), ch.Archived || ch.Do == lantoa.PutAway)
			return err
		})
		if err != nil {
			return err
		}
		n, err := change(ctx, d.tx) // one for each channel: no number stands for more posts than a step can hold
		if err != nil {
			return err
		}
		if _, err := d.exec(ctx, `UPDATE posts SET changed_any = $2 WHERE channel = $1`, string(ch.ID), n); err != nil {
			return err
		}
		if ch.To.ID == ch.Unit.ID {
			continue
		}
		var had int
		if err := get(ctx, d.tx, `SELECT COUNT(*) FROM channel_tenures WHERE channel = $1`, []any{string(ch.ID)}, &had); err != nil {
			return err
		}
		if had == 0 {
			if err := d.tenure(ctx, lantoa.Tenure{Channel: ch.ID, Unit: ch.Unit.ID}); err != nil {
				return err
			}
		}
		if err := d.tenure(ctx, lantoa.Tenure{Channel: ch.ID, Unit: ch.To.ID, From: d.Plan.Reform.Day}); err != nil {
			return err
		}
		if err := creditWith(ctx, d.tx, string(ch.ID)); err != nil {
			return err
		}
	}
	return nil
}

func (d reforming) tenure(ctx context.Context, t lantoa.Tenure) error {
	return d.doing(ctx, theTenure, string(t.Channel)+"/"+stamp(t.From), func() error { return saveTenure(ctx, d.tx, t) })
}

// people moves those who sign in, those in charge, those who tell and what was told, and the days of quiet that are not
// over.
func (d reforming) people(ctx context.Context) error {
	move := func(kind, id string, to lantoa.UnitID) error {
		return d.doing(ctx, kind, id, func() error {
			_, err := d.exec(ctx, belongings[kind].move, id, string(to))
			return err
		})
	}
	for _, w := range d.People {
		if w.To.ID == "" {
			continue
		}
		if err := move("user", string(w.ID), w.To.ID); err != nil {
			return err
		}
	}
	for _, c := range d.Contacts {
		for _, one := range c.Contacts {
			err := d.doing(ctx, theContact, one.ID, func() error {
				_, err := d.exec(ctx, `
					UPDATE contacts SET unit = $2, place = (SELECT COUNT(*) FROM contacts o WHERE o.unit = $2) WHERE id = $1`,
					one.ID, string(c.To.ID))
				return err
			})
			if err != nil {
				return err
			}
		}
	}
	for _, u := range d.Ended {
		if len(u.Successors) == 0 {
			continue
		}
		for _, of := range []struct{ kind, query string }{
			{"leave", `SELECT id FROM leaves WHERE unit = $1 AND to_day >= $2 ORDER BY id`},
			{"teller", `SELECT sender FROM tellers WHERE unit = $1 AND $2 <> '' ORDER BY sender`},
			{"teller_code", `SELECT code FROM teller_codes WHERE unit = $1 AND $2 <> '' ORDER BY code`},
			{"submission", `SELECT id FROM submissions WHERE unit = $1 AND $2 <> '' ORDER BY id`},
			{"share_hint", `SELECT id FROM share_hints WHERE unit = $1 AND $2 <> '' ORDER BY used DESC, id`},
			{"thanks", `SELECT id FROM thanks WHERE unit = $1 AND $2 <> '' ORDER BY id`},
			{"words_template", `SELECT id FROM words_templates WHERE unit = $1 AND $2 <> '' ORDER BY id`},
		} {
			ids, err := list(ctx, d.tx, func(rows *sql.Rows) (id string, err error) { return id, rows.Scan(&id) },
				of.query, string(u.ID), d.Plan.Reform.Day.In(d.zone).Format(time.DateOnly))
			if err != nil {
				return err
			}
			for _, id := range ids {
				if err := move(of.kind, id, u.Successors[0]); err != nil {
					return err
				}
			}
		}
	}
	return nil
}

// lines write down what the resolution itself said, without what followed from it.
func (d reforming) lines(ctx context.Context) error {
	r := d.Plan.Reform
	if _, err := d.exec(ctx, `INSERT INTO reforms (id, resolution, day) VALUES ($1, $2, $3)`,
		string(r.ID), clean(r.Resolution), stamp(r.Day)); err != nil {
		return err
	}
	said := map[lantoa.UnitID]bool{}
	for _, x := range r.Ends {
		said[x.Unit] = true
	}
	for _, u := range d.Ended {
		if !said[u.ID] {
			continue
		}
		heirs := u.Successors
		if len(heirs) == 0 {
			heirs = []lantoa.UnitID{""}
		}
		for _, heir := range heirs {
			if _, err := d.exec(ctx, `INSERT INTO reform_lines (reform, unit, successor) VALUES ($1, $2, $3)`,
				string(r.ID), string(u.ID), string(heir)); err != nil {
				return err
			}
		}
	}
	return nil
}

// creditWith credits the stories that a channel told first to the unit that the channel belongs to now: who looks
// after the unit looks after its stories.
func creditWith(ctx context.Context, t *tx, channel string) error {
	_, err := t.exec(ctx, `
		UPDATE stories SET first_unit = (SELECT c.unit FROM channels c WHERE c.id = $1)
		WHERE lead IN (SELECT p.id FROM posts p WHERE p.channel = $1)`, channel)
	return err
}

// creditAnew does the same for the stories of one unit whose channels have gone, and for the thanks that it got for them.
func creditAnew(ctx context.Context, t *tx, unit string) error {
	_, err := t.exec(ctx, `
		UPDATE stories SET first_unit = COALESCE((SELECT c.unit FROM posts p JOIN channels c ON c.id = p.channel WHERE p.id = stories.lead), first_unit)
		WHERE first_unit = $1`, unit)
	if err != nil {
		return err
	}
	_, err = t.exec(ctx, `
		UPDATE thanks SET unit = (SELECT s.first_unit FROM stories s WHERE s.id = thanks.story)
		WHERE unit = $1 AND NOT EXISTS (
			SELECT 1 FROM thanks o JOIN stories s ON s.id = o.story WHERE o.story = thanks.story AND o.unit = s.first_unit)`, unit)
	return err
}

// Reforms are the reforms that were done, the newest day first, undone ones too. New holds only the units of its lines,
// as they are now.
func (s *Store) Reforms(ctx context.Context) ([]lantoa.Reform, error) {
	reforms, err := list(ctx, s.reads, func(rows *sql.Rows) (r lantoa.Reform, err error) {
		return r, rows.Scan(&r.ID, &r.Resolution, moment{&r.Day}, &r.By, moment{&r.At}, moment{&r.UndoneAt})
	}, `
		SELECT r.id, r.resolution, r.day, i.by_whom, i.at, i.undone_at
		FROM reforms r JOIN imports i ON i.id = r.id
		ORDER BY r.day DESC, i.at DESC, r.id DESC`)
	if err != nil {
		return nil, err
	}
	at := map[lantoa.ImportID]int{}
	for i, r := range reforms {
		at[r.ID] = i
	}
	err = each(ctx, s.reads, func(rows *sql.Rows) error {
		var id lantoa.ImportID
		var unit, heir lantoa.UnitID
		if err := rows.Scan(&id, &unit, &heir); err != nil {
			return err
		}
		r := &reforms[at[id]]
		if n := len(r.Ends); n == 0 || r.Ends[n-1].Unit != unit {
			r.Ends = append(r.Ends, lantoa.Ending{Unit: unit})
		}
		if x := &r.Ends[len(r.Ends)-1]; heir != "" {
			x.Heirs = append(x.Heirs, heir)
		}
		return nil
	}, `SELECT reform, unit, successor FROM reform_lines ORDER BY reform, unit, successor`)
	return reforms, err
}

// leansOn says whether a row could not go because a row of another table names it.
func leansOn(err error) bool {
	var pg *pgconn.PgError
	return errors.Is(err, sqlite3.CONSTRAINT_FOREIGNKEY) || errors.As(err, &pg) && pg.Code == "23503"
}

// leaned says which unit is leaned on, and how.
func (u *undoing) leaned(ctx context.Context, why, unit string) error {
	var name string
	if err := get(ctx, u, `SELECT name FROM units WHERE id = $1`, []any{unit}, &name); err != nil && !errors.Is(err, sql.ErrNoRows) {
		return err
	}
	return lantoa.Problem(lantoa.Conflict, why, name)
}

// GiveUnit puts a person under another unit: what she may do from now on, she may do there.
func (s *Store) GiveUnit(ctx context.Context, id lantoa.UserID, unit lantoa.UnitID, by string) error {
	return s.lasting(ctx, func(t *tx) error {
		var email, code string
		if err := get(ctx, t, `SELECT email FROM users WHERE id = $1`, []any{string(id)}, &email); err != nil {
			return missing(err, "user", "")
		}
		if err := get(ctx, t, `SELECT code FROM units WHERE id = $1`, []any{string(unit)}, &code); err != nil {
			return missing(err, "unit", unit)
		}
		if _, err := t.exec(ctx, `UPDATE users SET unit = $2 WHERE id = $1`, string(id), string(unit)); err != nil {
			return err
		}
		return note(ctx, t, lantoa.Audit{At: s.now(), Who: cmp.Or(by, byCommandLine), Action: "user_unit", Subject: email, Detail: code})
	})
}
