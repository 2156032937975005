package store

import (
	"context"
	"database/sql"
	"time"

	"github.com/hoiphunu/lantoa"
)

// storyApproved is the event of a story that was chosen for the first time.
const storyApproved = "story.approved"

// addStoryEvent writes down that programs of the Union are to hear of a story: once for each event.
func addStoryEvent(ctx context.Context, t *tx, story lantoa.StoryID, event string, at time.Time) error {
	_, err := t.exec(ctx, `
		INSERT INTO story_events (id, story, event, at, tries, next_at, done_at, status, trouble_kind, trouble_what, trouble_note,
			trouble_since, trouble_until)
		VALUES ($1, $2, $3, $4, 0, $4, '', 0, '', '', '', '', '')
		ON CONFLICT (story, event) DO NOTHING`, lantoa.NewID(at), string(story), event, stamp(at))
	return err
}

const storyEventColumns = `
	SELECT id, story, event, at, tries, next_at, done_at, status, trouble_kind, trouble_what, trouble_note, trouble_since, trouble_until
	FROM story_events`

func scanStoryEvent(rows *sql.Rows) (e lantoa.StoryEvent, err error) {
	var trouble lantoa.Trouble
	err = rows.Scan(&e.ID, &e.Story, &e.Event, moment{&e.At}, &e.Tries, moment{&e.Next}, moment{&e.DoneAt}, &e.Status,
		&trouble.Kind, &trouble.What, &trouble.Note, moment{&trouble.Since}, moment{&trouble.Until})
	if trouble.Kind != "" {
		e.Trouble = &trouble
	}
	return e, err
}

// StoryEventsDue are the events that are to be told, or told again, by now: oldest first.
func (s *Store) StoryEventsDue(ctx context.Context, now time.Time, limit int) ([]lantoa.StoryEvent, error) {
	return list(ctx, s.reads, scanStoryEvent, storyEventColumns+`
		WHERE done_at = '' AND next_at <> '' AND next_at <= $1
		ORDER BY next_at, id
		LIMIT $2`, stamp(now), limit)
}

// SettleStoryEvent writes down what came of telling an event: Tries, Next (zero: not again), DoneAt, Status and Trouble.
// One that was told stays told.
func (s *Store) SettleStoryEvent(ctx context.Context, e lantoa.StoryEvent) error {
	_, err := s.exec(ctx, `
		UPDATE story_events SET tries = $2, next_at = $3, done_at = $4, status = $5, trouble_kind = $6, trouble_what = $7,
			trouble_note = $8, trouble_since = $9, trouble_until = $10
		WHERE id = $1 AND done_at = ''`,
		append([]any{e.ID, e.Tries, stamp(e.Next), stamp(e.DoneAt), e.Status}, troubleArgs(e.Trouble)...)...)
	return err
}

// StoryEvents are the newest events, newest first.
func (s *Store) StoryEvents(ctx context.Context, limit int) ([]lantoa.StoryEvent, error) {
	return list(ctx, s.reads, scanStoryEvent, storyEventColumns+` ORDER BY at DESC, id DESC LIMIT $1`, limit)
}
