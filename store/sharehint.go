package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/hoiphunu/lantoa"
)

const shareHintColumns = `
	SELECT h.id, h.story, s.title, h.words, h.link, h.by_user, h.by_name, h.at, h.seen_at, h.used, h.used_at, h.post, h.declined_at,
	       f.id, f.code, f.name, f.level, f.parent, f.valid_from, f.valid_to, f.path,
	       u.id, u.code, u.name, u.level, u.parent, u.valid_from, u.valid_to, u.path
	FROM share_hints h JOIN stories s ON s.id = h.story JOIN units f ON f.id = s.first_unit JOIN units u ON u.id = h.unit`

func scanShareHint(rows *sql.Rows) (h lantoa.ShareHint, err error) {
	return h, rows.Scan(slices.Concat([]any{&h.ID, &h.Story, &h.Title, &h.Words, &h.Link, &h.By, &h.ByName, moment{&h.At}, moment{&h.SeenAt},
		&h.Used, moment{&h.UsedAt}, &h.Post, moment{&h.DeclinedAt}}, unitInto(&h.First), unitInto(&h.Unit))...)
}

// SaveHints puts stories to units and says how many were not there yet: what was put to a unit before is kept as it is.
// A unit that was taken in by another is its heir. A hint may be seen from At on (zero: now), or later, when the unit has
// had its messages of the week: see [lantoa.MessageSlot]. ID and At are filled in.
func (s *Store) SaveHints(ctx context.Context, hints []lantoa.ShareHint) (added int, err error) {
	if len(hints) == 0 {
		return 0, nil
	}
	err = s.lasting(ctx, func(t *tx) error {
		if _, err := change(ctx, t); err != nil { // whoever holds the number is alone: no two take one slot
			return err
		}
		added = 0
		to := map[lantoa.StoryID][]string{}
		for i := range hints {
			h := &hints[i]
			fresh, name, err := s.addHint(ctx, t, h)
			if err != nil {
				return err
			}
			if fresh {
				added++
				to[h.Story] = append(to[h.Story], name)
			}
		}
		if added == 0 {
			return errUnchanged
		}
		for _, h := range hints {
			names := to[h.Story]
			if len(names) == 0 {
				continue
			}
			delete(to, h.Story)
			_, who, err := person(ctx, t, h.By, h.ByName)
			if err != nil {
				return err
			}
			if err := note(ctx, t, lantoa.Audit{At: s.now(), Who: who, Action: "share_hint", Subject: string(h.Story),
				Detail: fmt.Sprintf("%d: %s", len(names), strings.Join(names, ", "))}); err != nil {
				return err
			}
		}
		return nil
	})
	return added, err
}

func (s *Store) addHint(ctx context.Context, t *tx, h *lantoa.ShareHint) (fresh bool, name string, err error) {
	if h.Unit.ID, name, err = heirOf(ctx, t, h.Unit.ID, s.now()); err != nil {
		return false, "", err
	}
	var stories, had int
	if err := get(ctx, t, `
		SELECT (SELECT COUNT(*) FROM stories WHERE id = $1), (SELECT COUNT(*) FROM share_hints WHERE story = $1 AND unit = $2)`,
		[]any{string(h.Story), string(h.Unit.ID)}, &stories, &had); err != nil {
		return false, "", err
	}
	if stories == 0 {
		return false, "", lantoa.Missing("story", h.Story)
	}
	if had > 0 {
		return false, name, nil
	}
	if h.At, err = s.slot(ctx, t, h.Unit.ID, h.At); err != nil {
		return false, "", err
	}
	if h.ID == "" {
		h.ID = lantoa.NewID(s.now())
	}
	_, err = t.exec(ctx, `
		INSERT INTO share_hints (id, story, unit, words, link, by_user, by_name, at, seen_at, used, used_at, post, declined_at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8, '', '', '', '', '')`,
		h.ID, string(h.Story), string(h.Unit.ID), clean(h.Words), clean(h.Link), string(h.By), clean(h.ByName), stamp(h.At))
	return err == nil, name, err
}

// heirOf is the unit that stands for one on a day, with its name: itself, or that which took it in.
func heirOf(ctx context.Context, q asker, id lantoa.UnitID, day time.Time) (lantoa.UnitID, string, error) {
	for range 20 {
		var u lantoa.Unit
		if err := get(ctx, q, allUnits+` WHERE id = $1`, []any{string(id)}, unitInto(&u)...); err != nil {
			return "", "", missing(err, "unit", id)
		}
		if u.InForce(day) || u.To.IsZero() {
			return u.ID, u.Name, nil
		}
		var next lantoa.UnitID
		err := get(ctx, q, `SELECT successor FROM unit_successors WHERE unit = $1 ORDER BY successor LIMIT 1`, []any{string(id)}, &next)
		if errors.Is(err, sql.ErrNoRows) {
			return u.ID, u.Name, nil
		}
		if err != nil {
			return "", "", err
		}
		id = next
	}
	return "", "", lantoa.Problem(lantoa.Invalid, "unit", string(id)) // a circle
}

// slot is when a unit may be written to, not before from.
func (s *Store) slot(ctx context.Context, q asker, unit lantoa.UnitID, from time.Time) (time.Time, error) {
	if from.IsZero() {
		from = s.now()
	}
	sent, err := unitMessages(ctx, q, unit, from.AddDate(0, 0, -7))
	return exact(lantoa.MessageSlot(sent, from)), err
}

func unitMessages(ctx context.Context, q asker, unit lantoa.UnitID, since time.Time) ([]time.Time, error) {
	return list(ctx, q, func(rows *sql.Rows) (at time.Time, err error) { return at, rows.Scan(moment{&at}) }, `
		SELECT m.at FROM (
			SELECT at FROM share_hints WHERE unit = $1 AND at >= $2
			UNION ALL
			SELECT at FROM thanks WHERE unit = $1 AND at >= $2) AS m
		ORDER BY m.at`, string(unit), stamp(since))
}

// UnitMessages are the moments since when a unit was or will be written to by ourselves: hints and thanks, oldest first.
func (s *Store) UnitMessages(ctx context.Context, unit lantoa.UnitID, since time.Time) ([]time.Time, error) {
	return unitMessages(ctx, s.reads, unit, since)
}

// hintStands is whether the story s of the hint h may still be told on, or was.
const hintStands = `h.words <> '' AND (h.used <> '' OR ` + passable + `)`

// HintsOf are the hints that a unit may see by now, newest first, without those whose story may no longer be passed on:
// it is not chosen any more, its original is gone, or it shows somebody whose consent is not on record.
func (s *Store) HintsOf(ctx context.Context, unit lantoa.UnitID, now time.Time) ([]lantoa.ShareHint, error) {
	return list(ctx, s.reads, scanShareHint, shareHintColumns+`
		WHERE h.unit = $1 AND h.at <= $2 AND `+hintStands+`
		ORDER BY h.at DESC, h.id DESC`, string(unit), stamp(now))
}

// HintsOfStory are all hints of a story, seen or to be seen, oldest first. It asks nobody's scope.
func (s *Store) HintsOfStory(ctx context.Context, story lantoa.StoryID) ([]lantoa.ShareHint, error) {
	return list(ctx, s.reads, scanShareHint, shareHintColumns+` WHERE h.story = $1 ORDER BY h.at, h.id`, string(story))
}

// ShareHint is one hint; NotFound "hint". The caller asks May of its unit.
func (s *Store) ShareHint(ctx context.Context, id string) (lantoa.ShareHint, error) {
	found, err := list(ctx, s.reads, scanShareHint, shareHintColumns+` WHERE h.id = $1`, id)
	if err == nil && len(found) == 0 {
		err = lantoa.Missing("hint", id)
	}
	if err != nil {
		return lantoa.ShareHint{}, err
	}
	return found[0], nil
}

// OpenHints are the hints of the last 60 days that may be seen and were neither used nor declined, oldest first.
func (s *Store) OpenHints(ctx context.Context, now time.Time) ([]lantoa.ShareHint, error) {
	return list(ctx, s.reads, scanShareHint, shareHintColumns+`
		WHERE h.used = '' AND h.declined_at = '' AND h.at <= $1 AND h.at >= $2 AND `+hintStands+`
		ORDER BY h.at, h.id`, stamp(now), stamp(now.AddDate(0, 0, -60)))
}

// SeeHints notes that a unit has seen its hints.
func (s *Store) SeeHints(ctx context.Context, unit lantoa.UnitID, now time.Time) error {
	_, err := s.exec(ctx, `UPDATE share_hints SET seen_at = $2 WHERE unit = $1 AND at <= $2 AND seen_at = ''`, string(unit), stamp(now))
	return err
}

// UseHint notes that a hint was used: what a post shows is believed before what was said, and the first post before
// later ones. post is empty where it is only said.
func (s *Store) UseHint(ctx context.Context, id string, how lantoa.HintUse, post lantoa.PostID, at time.Time) error {
	return s.onHint(ctx, id, `
		UPDATE share_hints SET used = $2, post = $3, used_at = $4, declined_at = ''
		WHERE id = $1 AND (used = '' OR used = 'tick' AND $2 <> 'tick')`, id, string(how), string(post), stamp(at))
}

// DeclineHint notes that a unit does not want to tell a story on; it needs no reason. One that was used was.
func (s *Store) DeclineHint(ctx context.Context, id string, at time.Time) error {
	return s.onHint(ctx, id, `UPDATE share_hints SET declined_at = $2 WHERE id = $1 AND used = '' AND declined_at = ''`, id, stamp(at))
}

// UndoHint takes back that a unit said it used a hint, or that it does not want to. What a post shows stays.
func (s *Store) UndoHint(ctx context.Context, id string) error {
	return s.onHint(ctx, id, `
		UPDATE share_hints SET
			used_at     = CASE WHEN used = 'tick' THEN '' ELSE used_at END,
			used        = CASE WHEN used = 'tick' THEN '' ELSE used END,
			declined_at = ''
		WHERE id = $1`, id)
}

// onHint changes a hint; that it is so already is no trouble, that it is not there is.
func (s *Store) onHint(ctx context.Context, id, query string, args ...any) error {
	n, err := s.exec(ctx, query, args...)
	if err == nil && n == 0 {
		_, err = s.ShareHint(ctx, id)
	}
	return err
}
