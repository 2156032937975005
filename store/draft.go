package store

import (
	"context"
	"time"

	"github.com/hoiphunu/lantoa"
)

// SaveDraft keeps what a person prepared of a story, in place of what they had before. SavedAt zero is now.
func (s *Store) SaveDraft(ctx context.Context, d lantoa.Draft) error {
	if d.SavedAt.IsZero() {
		d.SavedAt = s.now()
	}
	form := make(map[string][]string, len(d.Form))
	for name, values := range d.Form {
		kept := make([]string, len(values))
		for i, v := range values {
			kept[i] = clean(v)
		}
		form[clean(name)] = kept
	}
	// Two of one person come in any order when their line was down: the newer one stays.
	_, err := s.exec(ctx, `
		INSERT INTO reshare_drafts (story, user_id, form, saved_at) VALUES ($1, $2, $3, $4)
		ON CONFLICT (story, user_id) DO UPDATE SET form = excluded.form, saved_at = excluded.saved_at
		WHERE excluded.saved_at >= reshare_drafts.saved_at`,
		string(d.Story), string(d.User), pack(form), stamp(d.SavedAt))
	if leansOn(err) {
		err = lantoa.Missing("story", d.Story)
	}
	return err
}

// Draft is what a person prepared of a story; NotFound "draft" where there is none.
func (s *Store) Draft(ctx context.Context, story lantoa.StoryID, user lantoa.UserID) (lantoa.Draft, error) {
	d := lantoa.Draft{Story: story, User: user}
	var at time.Time
	err := get(ctx, s.reads, `SELECT form, saved_at FROM reshare_drafts WHERE story = $1 AND user_id = $2`,
		[]any{string(story), string(user)}, packed{&d.Form}, moment{&at})
	if err != nil {
		return lantoa.Draft{}, missing(err, "draft", story)
	}
	d.SavedAt = at
	return d, nil
}

// DropDraft forgets what a person prepared of a story: it was sent off, or is not wanted any more.
func (s *Store) DropDraft(ctx context.Context, story lantoa.StoryID, user lantoa.UserID) error {
	_, err := s.exec(ctx, `DELETE FROM reshare_drafts WHERE story = $1 AND user_id = $2`, string(story), string(user))
	return err
}
