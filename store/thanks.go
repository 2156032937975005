package store

import (
	"context"
	"database/sql"
	"slices"
	"time"

	"github.com/hoiphunu/lantoa"
)

const thanksColumns = `
	SELECT t.id, t.reshare, t.story, s.title, t.channel, t.at, t.seen_at,
	       l.at, l.age_ms, l.before48, l.after48, l.interactions, l.low, l.high, l.posts, l.absent, l.own, l.own_usual,
	       u.id, u.code, u.name, u.level, u.parent, u.valid_from, u.valid_to, u.path
	FROM thanks t JOIN stories s ON s.id = t.story JOIN units u ON u.id = t.unit
	LEFT JOIN reshare_lifts l ON l.reshare = t.reshare`

func scanThanks(rows *sql.Rows) (t lantoa.Thanks, err error) {
	var l liftRow
	err = rows.Scan(slices.Concat([]any{&t.ID, &t.Reshare, &t.Story, &t.Title, &t.Channel, moment{&t.At}, moment{&t.SeenAt}},
		l.into(), unitInto(&t.Unit))...)
	t.Lift = l.lift()
	return t, err
}

// SaveThanks keeps a word of thanks: one for a story and unit. When there is one it comes back, and fresh is false. A
// unit that was taken in by another is its heir. It may be seen from At on (zero: now), or later, when the unit has had
// its messages of the week: see [lantoa.MessageSlot]. What the reshare brought comes from there.
func (s *Store) SaveThanks(ctx context.Context, th lantoa.Thanks) (saved lantoa.Thanks, fresh bool, err error) {
	err = s.lasting(ctx, func(t *tx) error {
		if _, err := change(ctx, t); err != nil { // whoever holds the number is alone: no two take one slot
			return err
		}
		fresh = false
		unit, _, err := heirOf(ctx, t, th.Unit.ID, s.now())
		if err != nil {
			return err
		}
		had, err := list(ctx, t, scanThanks, thanksColumns+` WHERE t.story = $1 AND t.unit = $2`, string(th.Story), string(unit))
		if err != nil {
			return err
		}
		if len(had) > 0 {
			saved = had[0]
			return errUnchanged
		}
		at, err := s.slot(ctx, t, unit, th.At)
		if err != nil {
			return err
		}
		if th.ID == "" {
			th.ID = lantoa.NewID(s.now())
		}
		if _, err := t.exec(ctx, `
			INSERT INTO thanks (id, reshare, story, unit, channel, at, seen_at) VALUES ($1, $2, $3, $4, $5, $6, '')`,
			th.ID, string(th.Reshare), string(th.Story), string(unit), clean(th.Channel), stamp(at)); err != nil {
			return err
		}
		fresh = true
		saved, err = thanksByID(ctx, t, th.ID)
		return err
	})
	if err != nil {
		return lantoa.Thanks{}, false, err
	}
	return saved, fresh, nil
}

func thanksByID(ctx context.Context, q asker, id string) (lantoa.Thanks, error) {
	found, err := list(ctx, q, scanThanks, thanksColumns+` WHERE t.id = $1`, id)
	if err == nil && len(found) == 0 {
		err = lantoa.Missing("thanks", id)
	}
	if err != nil {
		return lantoa.Thanks{}, err
	}
	return found[0], nil
}

// ThanksOf are the words of thanks that a unit may see by now, newest first, without those for a story whose original was
// taken away since.
func (s *Store) ThanksOf(ctx context.Context, unit lantoa.UnitID, now time.Time) ([]lantoa.Thanks, error) {
	return list(ctx, s.reads, scanThanks, thanksColumns+`
		WHERE t.unit = $1 AND t.at <= $2 AND NOT s.withdrawn
		  AND NOT EXISTS (SELECT 1 FROM posts p WHERE p.id = s.lead AND p.removed_at <> '')
		ORDER BY t.at DESC, t.id DESC`, string(unit), stamp(now))
}

// Thanks is one word of thanks; NotFound "thanks". The caller asks May of its unit.
func (s *Store) Thanks(ctx context.Context, id string) (lantoa.Thanks, error) {
	return thanksByID(ctx, s.reads, id)
}

// SeeThanks notes that a unit has seen how it was thanked.
func (s *Store) SeeThanks(ctx context.Context, unit lantoa.UnitID, now time.Time) error {
	_, err := s.exec(ctx, `UPDATE thanks SET seen_at = $2 WHERE unit = $1 AND at <= $2 AND seen_at = ''`, string(unit), stamp(now))
	return err
}
