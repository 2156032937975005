package store

import (
	"context"
	"database/sql"

	"github.com/hoiphunu/lantoa"
)

// Steps follow changes of posts, each with its bookmark.
const (
	StepFind  = "find"  // follows facts: text, numbers, removal, a vote marked by hand
	StepIndex = "index" // follows facts, judgements, stories, decisions, and names of channels and units
)

// ChangedPosts are the posts that changed since the step's bookmark, the oldest change first, removed ones
// too, and the number to Advance to once they are dealt with. A change number is never split between two
// calls, so there may be more posts than limit. Any other step than "find" follows all changes.
func (s *Store) ChangedPosts(ctx context.Context, step string, limit int) (posts []lantoa.Measured, upTo int64, err error) {
	bound, rows := `
		SELECT COALESCE(MAX(n), $1)
		FROM (SELECT changed_any AS n FROM posts WHERE changed_any > $1 ORDER BY changed_any LIMIT $2) AS next`,
		measured+` WHERE p.changed_any > $1 AND p.changed_any <= $2 ORDER BY p.changed_any, p.id`
	if step == StepFind {
		bound, rows = `
		SELECT COALESCE(MAX(n), $1)
		FROM (SELECT changed AS n FROM posts WHERE changed > $1 ORDER BY changed LIMIT $2) AS next`,
			measured+` WHERE p.changed > $1 AND p.changed <= $2 ORDER BY p.changed, p.id`
	}
	after, err := s.Bookmark(ctx, step)
	if err != nil {
		return nil, 0, err
	}
	if err := get(ctx, s.reads, bound, []any{after, limit}, &upTo); err != nil || upTo == after {
		return nil, after, err
	}
	// A post that changes between the two statements has a higher number by now and comes with a later call.
	posts, err = list(ctx, s.reads, scanMeasured, rows, after, upTo)
	return posts, upTo, err
}

// Bookmark is how far a step has come: the number of the last change that it has looked at.
func (s *Store) Bookmark(ctx context.Context, step string) (int64, error) {
	var n int64
	err := get(ctx, s.reads, `SELECT n FROM bookmarks WHERE step = $1`, []any{step}, &n)
	if err == sql.ErrNoRows {
		err = nil
	}
	return n, err
}

// Advance moves a step's bookmark on; it never moves back.
func (s *Store) Advance(ctx context.Context, step string, upTo int64) error {
	_, err := s.execLightly(ctx, `
		INSERT INTO bookmarks (step, n) VALUES ($1, $2)
		ON CONFLICT (step) DO UPDATE SET n = excluded.n WHERE bookmarks.n < excluded.n`, step, upTo)
	return err
}

// Reset sets a step's bookmark, back too: everything changed after to is looked at again.
func (s *Store) Reset(ctx context.Context, step string, to int64) error {
	_, err := s.execLightly(ctx, `
		INSERT INTO bookmarks (step, n) VALUES ($1, $2)
		ON CONFLICT (step) DO UPDATE SET n = excluded.n`, step, to)
	return err
}

// Behind is how many changed posts a step has not looked at.
func (s *Store) Behind(ctx context.Context, step string) (int64, error) {
	query := `SELECT COUNT(*) FROM posts WHERE changed_any > COALESCE((SELECT n FROM bookmarks WHERE step = $1), 0)`
	if step == StepFind {
		query = `SELECT COUNT(*) FROM posts WHERE changed > COALESCE((SELECT n FROM bookmarks WHERE step = $1), 0)`
	}
	var n int64
	err := get(ctx, s.reads, query, []any{step}, &n)
	return n, err
}
