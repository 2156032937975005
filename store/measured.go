package store

import (
	"context"
	"database/sql"
	"math"
	"slices"
	"time"

	"github.com/hoiphunu/lantoa"
)

// measured reads posts with everything that stands beside them; what follows it is the WHERE. A withdrawn
// story lends its state to no post, so that nobody sees a post for having been a story once.
const measured = `
	SELECT p.id, p.channel, p.external, p.type, p.text, p.permalink, p.parent, p.media,
	       p.published_at, p.first_seen_at, p.told_at, p.back_dated, p.version, p.removed_at,
	       p.vote, p.sensitive, p.hidden, p.decor,
	       p.numbers_at, p.reactions, p.by_kind, p.comments, p.shares, p.views, p.reach, p.source,
	       p.score, p.basis, p.basis_posts, p.expected, p.estimated, p.likeness, p.topics,
	       p.cluster, p.copies, p.from_above, p.story, COALESCE(s.state, ''),
	       c.name, c.kind, u.id, u.code, u.name, u.level, u.parent, u.valid_from, u.valid_to, u.path
	FROM posts p
	JOIN channels c ON c.id = p.channel
	JOIN units u ON u.id = c.unit
	LEFT JOIN stories s ON s.id = p.story AND NOT s.withdrawn`

func scanMeasured(rows *sql.Rows) (lantoa.Measured, error) {
	var m lantoa.Measured
	into := slices.Concat(postInto(&m.Post), snapshotInto(&m.Numbers), judgementInto(&m.Judgement),
		[]any{&m.Story, &m.StoryState, &m.ChannelName, &m.Kind}, unitInto(&m.Unit))
	return m, rows.Scan(into...)
}

func postInto(p *lantoa.Post) []any {
	return []any{&p.ID, &p.Channel, &p.External, &p.Type, &p.Text, &p.Permalink, &p.Parent, packed{&p.Media},
		moment{&p.PublishedAt}, moment{&p.FirstSeenAt}, moment{&p.ToldAt}, &p.BackDated, &p.Version,
		moment{&p.RemovedAt}, &p.Vote, &p.Sensitive, &p.Hidden, &p.Decor}
}

func judgementInto(j *lantoa.Judgement) []any {
	return []any{&j.Score, &j.Basis, &j.BasisPosts, &j.Expected, &j.Estimated, &j.Likeness, packed{&j.Topics},
		&j.Cluster, &j.Copies, &j.FromAbove}
}

// Post is one post with its newest numbers, removed or not. It asks nobody's scope: the caller asks May, to
// tell 403 from 404.
func (s *Store) Post(ctx context.Context, id lantoa.PostID) (lantoa.Measured, error) {
	found, err := list(ctx, s.reads, scanMeasured, measured+` WHERE p.id = $1`, string(id))
	if err == nil && len(found) == 0 {
		err = lantoa.Missing("post", id)
	}
	if err != nil {
		return lantoa.Measured{}, err
	}
	return found[0], nil
}

// Posts are the posts with these IDs that the scope may see: its own, and those that tell a chosen story.
// What is not there or not theirs is left out.
func (s *Store) Posts(ctx context.Context, scope lantoa.Scope, ids []lantoa.PostID) (map[lantoa.PostID]lantoa.Measured, error) {
	return postsByID(ctx, s.reads, scope, ids)
}

func postsByID(ctx context.Context, q asker, scope lantoa.Scope, ids []lantoa.PostID) (map[lantoa.PostID]lantoa.Measured, error) {
	all := make(map[lantoa.PostID]lantoa.Measured, len(ids))
	err := byHundreds(string(scope), ids, func(args []any) error {
		found, err := list(ctx, q, scanMeasured, measured+`
			WHERE p.id IN (`+hundred+`)
			  AND ($1 = '*' OR u.path = $1 OR u.path LIKE $1 || '.%' OR s.state IN ('approved', 'reshared'))`, args...)
		for _, m := range found {
			all[m.ID] = public(scope, m)
		}
		return err
	})
	return all, err
}

// public is a post as the scope may see it: one from outside it is seen because its story was chosen.
func public(scope lantoa.Scope, m lantoa.Measured) lantoa.Measured {
	if !scope.Sees(m.Unit.Path) {
		return m.Public()
	}
	return m
}

// ChannelPosts are the posts of a channel that were told before a moment (the zero time: all), removed ones
// too, newest first.
func (s *Store) ChannelPosts(ctx context.Context, ch lantoa.ChannelID, before time.Time, limit int) ([]lantoa.Measured, error) {
	bound := int64(math.MaxInt64)
	if !before.IsZero() {
		bound = before.UnixMilli()
	}
	return list(ctx, s.reads, scanMeasured, measured+`
		WHERE p.channel = $1 AND p.told_ms < $2 AND NOT p.erased
		ORDER BY p.told_ms DESC, p.id
		LIMIT $3`, string(ch), bound, limit)
}

// Copies are the other posts that carry the same text, not removed, in the scope or of a chosen story, the
// first told first.
func (s *Store) Copies(ctx context.Context, scope lantoa.Scope, id lantoa.PostID) ([]lantoa.Measured, error) {
	found, err := list(ctx, s.reads, scanMeasured, measured+`
		WHERE p.cluster = (SELECT o.cluster FROM posts o WHERE o.id = $2) AND p.cluster <> ''
		  AND p.id <> $2 AND p.removed_at = ''
		  AND ($1 = '*' OR u.path = $1 OR u.path LIKE $1 || '.%' OR s.state IN ('approved', 'reshared'))
		ORDER BY p.told_at, p.id`, string(scope), string(id))
	for i := range found {
		found[i] = public(scope, found[i])
	}
	return found, err
}

// ClusterPosts are all posts of these clusters that are not removed, the first told first in each.
func (s *Store) ClusterPosts(ctx context.Context, clusters []lantoa.ClusterID) ([]lantoa.Measured, error) {
	var all []lantoa.Measured
	err := byHundreds("", clusters, func(args []any) error {
		found, err := list(ctx, s.reads, scanMeasured, measured+`
			WHERE p.cluster IN (`+hundred+`) AND p.cluster <> $1 AND p.cluster <> '' AND p.removed_at = ''
			ORDER BY p.cluster, p.told_at, p.id`, args...)
		all = append(all, found...)
		return err
	})
	return all, err
}

// StoryPosts are the posts that tell a story, not removed, in the scope or of a chosen story, the first told
// first.
func (s *Store) StoryPosts(ctx context.Context, scope lantoa.Scope, id lantoa.StoryID) ([]lantoa.Measured, error) {
	found, err := list(ctx, s.reads, scanMeasured, measured+`
		WHERE p.story = $2 AND p.story <> '' AND p.removed_at = ''
		  AND ($1 = '*' OR u.path = $1 OR u.path LIKE $1 || '.%' OR s.state IN ('approved', 'reshared'))
		ORDER BY p.told_at, p.id`, string(scope), string(id))
	for i := range found {
		found[i] = public(scope, found[i])
	}
	return found, err
}

// AllTexts hands every post that is not removed to do, one after the other, in no particular order: what the
// index of copies is built from at the start. Numbers and curves are in it as in any Measured.
func (s *Store) AllTexts(ctx context.Context, do func(lantoa.Measured) error) error {
	return each(ctx, s.reads, func(rows *sql.Rows) error {
		m, err := scanMeasured(rows)
		if err != nil {
			return err
		}
		return do(m)
	}, measured+` WHERE p.removed_at = ''`)
}
