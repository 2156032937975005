package store

import (
	"context"
	"database/sql"
	"slices"
	"time"

	"github.com/hoiphunu/lantoa"
)

// SaveJudgements saves what the finder made of posts: score, likeness, topics, cluster. Story and StoryState
// in them are not read; SaveStories sets them. A post whose judgement is what it was is not written.
//
// Posts are written some hundreds to a transaction, so that people's writes find room between them.
func (s *Store) SaveJudgements(ctx context.Context, judgements map[lantoa.PostID]lantoa.Judgement) error {
	ids := make([]lantoa.PostID, 0, len(judgements))
	for id := range judgements {
		ids = append(ids, id)
	}
	slices.Sort(ids) // by time: neighbours in the table
	for chunk := range slices.Chunk(ids, 5*many) {
		had, err := storedJudgements(ctx, s.reads, chunk)
		if err != nil {
			return err
		}
		chunk = slices.DeleteFunc(slices.Clone(chunk), func(id lantoa.PostID) bool {
			old, known := had[id]
			return !known || sameJudgement(old, judgements[id])
		})
		if len(chunk) == 0 {
			continue
		}
		if err := s.within(ctx, func(t *tx) error {
			n, err := change(ctx, t)
			if err != nil {
				return err
			}
			for _, id := range chunk {
				if err := saveJudgement(ctx, t, id, judgements[id], n); err != nil {
					return err
				}
			}
			return nil
		}); err != nil {
			return err
		}
	}
	return nil
}

func saveJudgement(ctx context.Context, t *tx, id lantoa.PostID, j lantoa.Judgement, n int64) error {
	_, err := t.exec(ctx, `
		UPDATE posts SET
			score = $2, basis = $3, basis_posts = $4, expected = $5, estimated = $6, likeness = $7,
			topics = $8, cluster = $9, copies = $10, from_above = $11, changed_any = $12
		WHERE id = $1`,
		string(id), j.Score, string(j.Basis), j.BasisPosts, j.Expected, j.Estimated, j.Likeness,
		packList(j.Topics), string(j.Cluster), j.Copies, j.FromAbove, n)
	return err
}

func packList(words []string) string {
	if len(words) == 0 {
		return ""
	}
	return pack(words)
}

func storedJudgements(ctx context.Context, q asker, ids []lantoa.PostID) (map[lantoa.PostID]lantoa.Judgement, error) {
	had := make(map[lantoa.PostID]lantoa.Judgement, len(ids))
	err := byHundreds("", ids, func(args []any) error {
		return each(ctx, q, func(rows *sql.Rows) error {
			var id lantoa.PostID
			var j lantoa.Judgement
			err := rows.Scan(append([]any{&id}, judgementInto(&j)...)...)
			had[id] = j
			return err
		}, `
			SELECT id, score, basis, basis_posts, expected, estimated, likeness, topics, cluster, copies, from_above
			FROM posts
			WHERE id IN (`+hundred+`) AND id <> $1`, args...)
	})
	return had, err
}

func sameJudgement(a, b lantoa.Judgement) bool {
	if (a.Score == nil) != (b.Score == nil) || a.Score != nil && *a.Score != *b.Score {
		return false
	}
	return a.Basis == b.Basis && a.BasisPosts == b.BasisPosts && a.Expected == b.Expected &&
		a.Estimated == b.Estimated && a.Likeness == b.Likeness && slices.Equal(a.Topics, b.Topics) &&
		a.Cluster == b.Cluster && a.Copies == b.Copies && a.FromAbove == b.FromAbove
}

// PostsForBenchmark are the posts that say what is usual: told within the 365 days before now, with numbers,
// not removed, no votes, no decor, on channels that count. Curve is filled; Text, Media and the reactions by
// kind are left out, for all posts of a year are in memory at once. By channel, oldest first.
func (s *Store) PostsForBenchmark(ctx context.Context, now time.Time) ([]lantoa.Measured, error) {
	year := now.Add(-365 * 24 * time.Hour)
	at := map[lantoa.PostID]int{}
	posts, err := list(ctx, s.reads, func(rows *sql.Rows) (m lantoa.Measured, err error) {
		err = rows.Scan(append([]any{&m.ID, &m.Channel, &m.Type, moment{&m.PublishedAt}, moment{&m.FirstSeenAt},
			moment{&m.ToldAt}, &m.BackDated, moment{&m.Numbers.At}, count{&m.Numbers.Reactions}, count{&m.Numbers.Comments},
			count{&m.Numbers.Shares}, count{&m.Numbers.Views}, count{&m.Numbers.Reach}, &m.Numbers.Source,
			&m.ChannelName, &m.Kind}, unitInto(&m.Unit)...)...)
		at[m.ID] = len(at)
		return m, err
	}, `
		SELECT p.id, p.channel, p.type, p.published_at, p.first_seen_at, p.told_at, p.back_dated,
		       p.numbers_at, p.reactions, p.comments, p.shares, p.views, p.reach, p.source,
		       c.name, c.kind, u.id, u.code, u.name, u.level, u.parent, u.valid_from, u.valid_to, u.path
		FROM posts p
		JOIN channels c ON c.id = p.channel
		JOIN units u ON u.id = c.unit
		WHERE p.told_ms >= $1 AND p.told_ms <= $2
		  AND p.removed_at = '' AND p.numbers_at <> '' AND NOT p.vote AND NOT p.decor AND c.kind <> 'imported'
		ORDER BY p.channel, p.told_ms`, year.UnixMilli(), now.UnixMilli())
	if err != nil {
		return nil, err
	}
	err = each(ctx, s.reads, func(rows *sql.Rows) error {
		var id lantoa.PostID
		var snap lantoa.Snapshot
		err := rows.Scan(&id, moment{&snap.At}, count{&snap.Reactions}, count{&snap.Comments}, count{&snap.Shares},
			count{&snap.Views}, count{&snap.Reach}, &snap.Source)
		if i, is := at[id]; is {
			posts[i].Curve = append(posts[i].Curve, snap)
		}
		return err
	}, `
		SELECT post, at, reactions, comments, shares, views, reach, source
		FROM snapshots
		WHERE at >= $1
		ORDER BY post, at`, stamp(year))
	return posts, err
}
