package store

import (
	"context"
	"database/sql"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/hoiphunu/lantoa"
)

const (
	digestStories = 60 // candidates of a week
	digestChosen  = 80 // chosen stories of the weeks before
	chosenWeeks   = 12
)

// weekCode scans a week.
type weekCode struct{ w *lantoa.Week }

func (c weekCode) Scan(v any) error {
	s, ok := v.(string)
	if !ok {
		return fmt.Errorf("a week came as %T", v)
	}
	w, err := lantoa.ParseWeek(s)
	*c.w = w
	return err
}

const editionColumns = `
	SELECT week, state, edits, version, made_at, changed_at, changed_by, approved_at, approved_by, late FROM editions`

func scanEdition(rows *sql.Rows) (e lantoa.Edition, err error) {
	return e, rows.Scan(editionInto(&e)...)
}

func editionInto(e *lantoa.Edition) []any {
	return []any{weekCode{&e.Week}, &e.State, packed{&e.Edits}, &e.Version, moment{&e.MadeAt}, moment{&e.ChangedAt}, &e.ChangedBy,
		moment{&e.ApprovedAt}, &e.ApprovedBy, &e.Late}
}

// Edition is the digest of a week, an approved one with its material.
func (s *Store) Edition(ctx context.Context, w lantoa.Week) (e lantoa.Edition, err error) {
	var m lantoa.DigestMaterial
	err = get(ctx, s.reads, `
		SELECT week, state, edits, version, made_at, changed_at, changed_by, approved_at, approved_by, late, material
		FROM editions WHERE week = $1`, []any{w.String()}, append(editionInto(&e), packed{&m})...)
	if e.State == lantoa.EditionApproved {
		e.Material = &m
	}
	return e, missing(err, "edition", w)
}

// EditionState is how far the digest of a week has come, without reading all of it.
func (s *Store) EditionState(ctx context.Context, w lantoa.Week) (state lantoa.EditionState, err error) {
	err = get(ctx, s.reads, `SELECT state FROM editions WHERE week = $1`, []any{w.String()}, &state)
	return state, missing(err, "edition", w)
}

// Editions are the newest digests, newest first, without their material.
func (s *Store) Editions(ctx context.Context, limit int) ([]lantoa.Edition, error) {
	return list(ctx, s.reads, scanEdition, editionColumns+` ORDER BY week DESC LIMIT $1`, limit)
}

// AddEdition keeps the draft of a week and says whether it did: of several that are made at once, one stands.
func (s *Store) AddEdition(ctx context.Context, e lantoa.Edition) (added bool, err error) {
	n, err := s.exec(ctx, `
		INSERT INTO editions (week, state, edits, version, made_at, changed_at, changed_by, approved_at, approved_by, late, material)
		VALUES ($1, 'draft', $2, 1, $3, $3, '', '', '', FALSE, '')
		ON CONFLICT (week) DO NOTHING`, e.Week.String(), packEdits(e.Edits), stamp(e.MadeAt))
	return n > 0, err
}

// packEdits is what people wrote, cleaned.
func packEdits(e lantoa.DigestEdits) string {
	e.Greeting, e.By = clean(e.Greeting), clean(e.By)
	kept := map[lantoa.StoryID]string{}
	for id, h := range e.Headlines {
		if h != "" {
			kept[id] = clean(h)
		}
	}
	e.Headlines = kept
	if e.Stories == nil {
		e.Stories = []lantoa.StoryID{}
	}
	return pack(e)
}

// SaveEdits keeps what somebody made of a draft, whose version she read was e.Version, and counts it up. Conflict
// "edition" when another saved in between (the note is the other's name), or when it is approved (the note is empty).
func (s *Store) SaveEdits(ctx context.Context, e lantoa.Edition, by lantoa.User, at time.Time) error {
	return s.changeEdition(ctx, e, by, at, "digest_edit", `
		UPDATE editions SET edits = $3, version = version + 1, changed_at = $4, changed_by = $5
		WHERE week = $1 AND version = $2 AND state <> 'approved'`, packEdits(e.Edits))
}

// HoldEdition keeps a draft back, or lets it go on.
func (s *Store) HoldEdition(ctx context.Context, e lantoa.Edition, hold bool, by lantoa.User, at time.Time) error {
	state, deed := lantoa.EditionDraft, "digest_release"
	if hold {
		state, deed = lantoa.EditionHeld, "digest_hold"
	}
	return s.changeEdition(ctx, e, by, at, deed, `
		UPDATE editions SET state = $3, version = version + 1, changed_at = $4, changed_by = $5
		WHERE week = $1 AND version = $2 AND state <> 'approved'`, string(state))
}

func (s *Store) changeEdition(ctx context.Context, e lantoa.Edition, by lantoa.User, at time.Time, deed, statement, value string) error {
	return s.lasting(ctx, func(t *tx) error {
		n, err := t.exec(ctx, statement, e.Week.String(), e.Version, value, stamp(at), clean(by.Name))
		if err != nil {
			return err
		}
		if n == 0 {
			return editionConflict(ctx, t, e.Week)
		}
		return note(ctx, t, lantoa.Audit{At: at, Who: by.Email, Action: deed, Subject: e.Week.String()})
	})
}

// editionConflict says why a statement found no draft of the version it was meant for.
func editionConflict(ctx context.Context, q asker, w lantoa.Week) error {
	var state lantoa.EditionState
	var name string
	err := get(ctx, q, `SELECT state, changed_by FROM editions WHERE week = $1`, []any{w.String()}, &state, &name)
	switch {
	case errors.Is(err, sql.ErrNoRows):
		return lantoa.Missing("edition", w)
	case err != nil:
		return err
	case state == lantoa.EditionApproved:
		return lantoa.Problem(lantoa.Conflict, "edition_approved", "")
	}
	return lantoa.Problem(lantoa.Conflict, "edition", name)
}

// ApproveEdition freezes a draft of the version e.Version with its material and writes one letter for each person who
// is not disabled, all in one transaction: of two that approve at once, one does. It says for how many. by is the name
// under which it stands, who the one in the log.
func (s *Store) ApproveEdition(ctx context.Context, e lantoa.Edition, by, who string, at time.Time) (letters int, err error) {
	if e.Material == nil {
		return 0, lantoa.Problem(lantoa.Invalid, "edition", "")
	}
	err = s.lasting(ctx, func(t *tx) error {
		n, err := t.exec(ctx, `
			UPDATE editions SET state = 'approved', version = version + 1, approved_at = $3, approved_by = $4, late = $5, material = $6
			WHERE week = $1 AND version = $2 AND state <> 'approved'`,
			e.Week.String(), e.Version, stamp(at), clean(by), e.Late, pack(e.Material))
		if err != nil {
			return err
		}
		if n == 0 {
			return editionConflict(ctx, t, e.Week)
		}
		people, err := list(ctx, t, scanUser, userColumns+` WHERE NOT w.disabled ORDER BY w.id`)
		if err != nil {
			return err
		}
		out := make([]lantoa.Letter, 0, len(people))
		for _, p := range people {
			out = append(out, lantoa.Letter{Kind: lantoa.LetterDigest, Ref: e.Week.String(), User: p.ID, Email: p.Email, Name: p.Name})
		}
		if _, err := s.insertLetters(ctx, t, out); err != nil {
			return err
		}
		letters = len(out)
		return note(ctx, t, lantoa.Audit{At: at, Who: who, Action: "digest_approve", Subject: e.Week.String(), Detail: fmt.Sprint(letters)})
	})
	return letters, err
}

// DigestStories are the stories that were first told in a week, best first, and those chosen or passed on of the weeks
// before, newest first.
func (s *Store) DigestStories(ctx context.Context, w lantoa.Week, now time.Time) (told, chosen []lantoa.DigestStory, err error) {
	open := []lantoa.State{lantoa.Suggested, lantoa.Shortlisted, lantoa.Approved, lantoa.Reshared}
	list, _, _, err := s.Stories(ctx, lantoa.Everything, StoryFilter{States: open, Week: &w, Now: now, Limit: digestStories})
	if err != nil {
		return nil, nil, err
	}
	if told, err = s.digestStories(ctx, list); err != nil {
		return nil, nil, err
	}
	list, _, _, err = s.Stories(ctx, lantoa.Everything, StoryFilter{States: open[2:], Now: now, Limit: digestChosen})
	if err != nil {
		return nil, nil, err
	}
	from := w.Start(s.zone).AddDate(0, 0, -7*chosenWeeks)
	list = slices.DeleteFunc(list, func(x lantoa.Story) bool {
		return x.ToldAt.Before(from) || !x.ToldAt.Before(w.Start(s.zone))
	})
	slices.SortStableFunc(list, func(a, b lantoa.Story) int { return b.ToldAt.Compare(a.ToldAt) })
	chosen, err = s.digestStories(ctx, list)
	return told, chosen, err
}

func (s *Store) digestStories(ctx context.Context, from []lantoa.Story) ([]lantoa.DigestStory, error) {
	posts := make([]lantoa.PostID, len(from))
	for i, x := range from {
		posts[i] = x.Lead.ID
	}
	pictures, err := s.PictureCount(ctx, posts)
	if err != nil {
		return nil, err
	}
	out := make([]lantoa.DigestStory, 0, len(from))
	for _, x := range from {
		d := lantoa.DigestStoryOf(x)
		if of := pictures[d.Post]; len(of) > 0 {
			n := slices.Min(of)
			d.Picture = &n
		}
		out = append(out, d)
	}
	return out, nil
}

// DigestReaders are the people who get a digest: all who are not disabled, in the order they were added.
func (s *Store) DigestReaders(ctx context.Context) ([]lantoa.User, error) {
	return list(ctx, s.reads, scanUser, userColumns+` WHERE NOT w.disabled ORDER BY w.id`)
}

// forgetInEditions takes the words of a post out of the digests that tell of it: what was frozen for ever, and what an
// editor called it. A removal request beats a page that shows the same for ever.
func forgetInEditions(ctx context.Context, t *tx, id lantoa.PostID) error {
	type frozen struct {
		week     lantoa.Week
		edits    lantoa.DigestEdits
		material lantoa.DigestMaterial
		empty    bool
	}
	found, err := list(ctx, t, func(rows *sql.Rows) (f frozen, err error) {
		return f, rows.Scan(weekCode{&f.week}, packed{&f.edits}, packed{&f.material}, &f.empty)
	}, `
		SELECT e.week, e.edits, e.material, e.material = '' FROM editions e
		WHERE e.material LIKE '%"' || $1 || '"%'
		   OR EXISTS (SELECT 1 FROM stories s WHERE s.lead = $1 AND e.edits LIKE '%"' || s.id || '"%')`, string(id))
	if err != nil {
		return err
	}
	for _, f := range found {
		stories, err := list(ctx, t, func(rows *sql.Rows) (s lantoa.StoryID, err error) { return s, rows.Scan(&s) },
			`SELECT id FROM stories WHERE lead = $1`, string(id))
		if err != nil {
			return err
		}
		for _, told := range [][]lantoa.DigestStory{f.material.Stories, f.material.Chosen} {
			for i, x := range told {
				if x.Post == id {
					told[i] = lantoa.DigestStory{ID: x.ID, Unit: x.Unit, State: x.State, ToldAt: x.ToldAt, Post: x.Post, Closed: true}
					stories = append(stories, x.ID)
				}
			}
		}
		for _, x := range stories {
			delete(f.edits.Headlines, x)
		}
		material := ""
		if !f.empty {
			material = pack(f.material)
		}
		if _, err := t.exec(ctx, `UPDATE editions SET edits = $2, material = $3 WHERE week = $1`, f.week.String(), packEdits(f.edits), material); err != nil {
			return err
		}
	}
	return nil
}
