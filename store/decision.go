package store

import (
	"context"
	"database/sql"

	"github.com/hoiphunu/lantoa"
)

// SaveDecision appends a person's word on a story and gives back the story in the state that follows from
// all words so far. Two people at once are heard one after the other. A decision with an ID that is there
// already is not heard twice.
//
// With the choice of a story what waits to be passed on of it is taken back as well. What stands elsewhere, or may, must be
// taken back there first: Conflict "reshared".
func (s *Store) SaveDecision(ctx context.Context, d lantoa.Decision) (lantoa.Story, error) {
	if d.ID == "" {
		d.ID = lantoa.NewID(s.now())
	}
	if d.At.IsZero() {
		d.At = s.now()
	}
	var story lantoa.Story
	err := s.lasting(ctx, func(t *tx) error {
		n, err := change(ctx, t)
		if err != nil {
			return err
		}
		var state lantoa.State
		if err := get(ctx, t, `SELECT state FROM stories WHERE id = $1`, []any{string(d.Story)}, &state); err != nil {
			return missing(err, "story", d.Story)
		}
		if err := decided(ctx, t, n, d); err != nil {
			return err
		}
		all, err := decisionsOf(ctx, t, []lantoa.StoryID{d.Story})
		if err != nil {
			return err
		}
		if after := lantoa.StateAfter(all[d.Story]); chosen(state) && !chosen(after) {
			if err := mayLose(ctx, t, d.Story); err != nil {
				return err
			}
			by, who, err := person(ctx, t, d.By, d.ByName)
			if err != nil {
				return err
			}
			if err := cancelWaiting(ctx, t, ofStory, string(d.Story), by, who, "undone", d.At); err != nil {
				return err
			}
		} else if !chosen(state) && chosen(after) && approvals(all[d.Story]) == 1 {
			if err := addStoryEvent(ctx, t, d.Story, storyApproved, d.At); err != nil {
				return err
			}
		}
		if _, err := restate(ctx, t, d.Story, n); err != nil {
			return err
		}
		if _, err := t.exec(ctx, `UPDATE posts SET changed_any = $2 WHERE story = $1 AND story <> ''`, string(d.Story), n); err != nil {
			return err
		}
		story, err = storyByID(ctx, t, d.Story)
		return err
	})
	return story, err
}

// decided writes a decision down, once.
func decided(ctx context.Context, t *tx, n int64, d lantoa.Decision) error {
	_, err := t.exec(ctx, `
		INSERT INTO decisions (id, story, seq, verdict, reason, by_user, by_name, at)
		VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
		ON CONFLICT (id) DO NOTHING`,
		d.ID, string(d.Story), n, string(d.Verdict), clean(d.Reason), string(d.By), clean(d.ByName), stamp(d.At))
	return err
}

// chosen says whether a story in this state is for all.
func chosen(state lantoa.State) bool { return state == lantoa.Approved || state == lantoa.Reshared }

func approvals(decisions []lantoa.Decision) (n int) {
	for _, d := range decisions {
		if d.Verdict == lantoa.Approve {
			n++
		}
	}
	return n
}

// decisionsOf are the decisions on stories, oldest first.
func decisionsOf(ctx context.Context, q asker, ids []lantoa.StoryID) (map[lantoa.StoryID][]lantoa.Decision, error) {
	all := map[lantoa.StoryID][]lantoa.Decision{}
	err := byHundreds("", ids, func(args []any) error {
		return each(ctx, q, func(rows *sql.Rows) error {
			var d lantoa.Decision
			err := rows.Scan(&d.ID, &d.Story, &d.Verdict, &d.Reason, &d.By, &d.ByName, moment{&d.At})
			all[d.Story] = append(all[d.Story], d)
			return err
		}, `
			SELECT d.id, d.story, d.verdict, d.reason, d.by_user,
			       CASE WHEN d.by_name <> '' THEN d.by_name ELSE COALESCE(w.name, '') END, d.at
			FROM decisions d LEFT JOIN users w ON w.id = d.by_user
			WHERE d.story IN (`+hundred+`) AND d.story <> $1
			ORDER BY d.story, d.seq`, args...)
	})
	return all, err
}
