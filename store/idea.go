package store

import (
	"context"
	"database/sql"
	"time"

	"github.com/hoiphunu/lantoa"
)

// KeepIdea puts a story by for a person. One that lies there already keeps its day, so that a form that comes twice
// changes nothing. The caller asks whether the person may see the story.
func (s *Store) KeepIdea(ctx context.Context, who lantoa.User, story lantoa.StoryID, at time.Time) error {
	return s.lasting(ctx, func(t *tx) error {
		n, err := t.exec(ctx, `
			INSERT INTO ideas (user_id, story, at) VALUES ($1, $2, $3)
			ON CONFLICT (user_id, story) DO NOTHING`, string(who.ID), string(story), stamp(at))
		if err != nil {
			return err
		}
		if n == 0 {
			return errUnchanged
		}
		return note(ctx, t, lantoa.Audit{At: at, Who: who.Email, Action: "idea_kept", Subject: string(story)})
	})
}

// DropIdea takes a story off a person's list again.
func (s *Store) DropIdea(ctx context.Context, who lantoa.User, story lantoa.StoryID, at time.Time) error {
	return s.lasting(ctx, func(t *tx) error {
		n, err := t.exec(ctx, `DELETE FROM ideas WHERE user_id = $1 AND story = $2`, string(who.ID), string(story))
		if err != nil {
			return err
		}
		if n == 0 {
			return errUnchanged
		}
		return note(ctx, t, lantoa.Audit{At: at, Who: who.Email, Action: "idea_dropped", Subject: string(story)})
	})
}

// Ideas are the stories that a person put by and may still see, the newest on the list first. Of a story from outside
// the scope it is what everybody may see.
func (s *Store) Ideas(ctx context.Context, who lantoa.User) ([]lantoa.Story, error) {
	ids, err := list(ctx, s.reads, func(rows *sql.Rows) (id lantoa.StoryID, err error) {
		return id, rows.Scan(&id)
	}, `SELECT s.id`+seen+`
		  AND s.id IN (SELECT story FROM ideas WHERE user_id = $4)
		ORDER BY (SELECT i.at FROM ideas i WHERE i.user_id = $4 AND i.story = s.id) DESC, s.id`,
		string(who.Scope()), "", "", string(who.ID))
	if err != nil {
		return nil, err
	}
	found, err := storiesByID(ctx, s.reads, ids)
	out := make([]lantoa.Story, 0, len(ids))
	for _, id := range ids {
		if story, is := found[id]; is {
			if !who.Scope().Sees(story.First.Path) {
				story = story.Public()
			}
			out = append(out, story)
		}
	}
	return out, err
}
