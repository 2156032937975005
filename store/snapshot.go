package store

import (
	"context"
	"database/sql"
	"slices"
	"time"

	"github.com/hoiphunu/lantoa"
)

const snapshotColumns = `at, reactions, by_kind, comments, shares, views, reach, source`

func snapshotInto(s *lantoa.Snapshot) []any {
	return []any{moment{&s.At}, count{&s.Reactions}, packed{&s.ByKind}, count{&s.Comments}, count{&s.Shares},
		count{&s.Views}, count{&s.Reach}, &s.Source}
}

func scanSnapshot(rows *sql.Rows) (s lantoa.Snapshot, err error) {
	return s, rows.Scan(snapshotInto(&s)...)
}

// numbers are the values of a snapshot in the order of its columns after the time.
func numbers(s lantoa.Snapshot) []any {
	kinds := ""
	if s.ByKind != nil {
		kinds = pack(s.ByKind)
	}
	return []any{s.Reactions.Ptr(), kinds, s.Comments.Ptr(), s.Shares.Ptr(), s.Views.Ptr(), s.Reach.Ptr(), string(s.Source)}
}

// Snapshots are all numbers of a post, oldest first.
func (s *Store) Snapshots(ctx context.Context, id lantoa.PostID) ([]lantoa.Snapshot, error) {
	return list(ctx, s.reads, scanSnapshot, `
		SELECT `+snapshotColumns+` FROM snapshots WHERE post = $1 ORDER BY at`, string(id))
}

// FillCurves gives each of the posts its Curve.
func (s *Store) FillCurves(ctx context.Context, posts []lantoa.Measured) error {
	at := make(map[lantoa.PostID]int, len(posts))
	ids := make([]lantoa.PostID, len(posts))
	for i := range posts {
		posts[i].Curve = nil
		at[posts[i].ID], ids[i] = i, posts[i].ID
	}
	return byHundreds("", ids, func(args []any) error {
		return each(ctx, s.reads, func(rows *sql.Rows) error {
			var id lantoa.PostID
			var snap lantoa.Snapshot
			err := rows.Scan(append([]any{&id}, snapshotInto(&snap)...)...)
			p := &posts[at[id]]
			p.Curve = append(p.Curve, snap)
			return err
		}, `
			SELECT post, `+snapshotColumns+` FROM snapshots
			WHERE post IN (`+hundred+`) AND post <> $1
			ORDER BY post, at`, args...)
	})
}

// wanted says whether a snapshot taken at now is kept after the newest one: its numbers are others, or the
// post passed one of the ages at which numbers are wanted.
func wanted(newest, now lantoa.Snapshot, told time.Time) bool {
	if newest.At.IsZero() || !newest.Same(now) {
		return true
	}
	was, is := newest.At.Sub(told), now.At.Sub(told)
	return slices.ContainsFunc(lantoa.Checkpoints, func(age time.Duration) bool { return was < age && age <= is })
}

// empty says whether a snapshot holds no number at all.
func empty(s lantoa.Snapshot) bool {
	return !s.Reactions.Known && !s.Comments.Known && !s.Shares.Known && !s.Views.Known && !s.Reach.Known && s.ByKind == nil
}
