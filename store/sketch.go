package store

import (
	"context"
	"database/sql"
	"slices"
	"time"

	"github.com/hoiphunu/lantoa"
)

// Sketches are the posts of some channels told from a moment on, oldest first, without those that were removed and
// those that only decorate: their opening words, newest numbers and judgement, and nothing that is long. The caller
// asks May.
func (s *Store) Sketches(ctx context.Context, channels []lantoa.ChannelID, from time.Time) ([]lantoa.Measured, error) {
	var all []lantoa.Measured
	err := byHundreds(from.UnixMilli(), channels, func(args []any) error {
		found, err := list(ctx, s.reads, func(rows *sql.Rows) (m lantoa.Measured, err error) {
			into := []any{&m.ID, &m.Channel, &m.Type, moment{&m.PublishedAt}, moment{&m.ToldAt}, &m.BackDated, &m.Vote, &m.Hidden, &m.Text, &m.Story, &m.StoryState, &m.ChannelName, &m.Kind}
			into = append(append(into, snapshotInto(&m.Numbers)...), judgementInto(&m.Judgement)...)
			return m, rows.Scan(append(into, unitInto(&m.Unit)...)...)
		}, `
			SELECT p.id, p.channel, p.type, p.published_at, p.told_at, p.back_dated, p.vote, p.hidden, SUBSTR(p.text, 1, 300),
			       p.story, COALESCE(s.state, ''), c.name, c.kind,
			       p.numbers_at, p.reactions, p.by_kind, p.comments, p.shares, p.views, p.reach, p.source,
			       p.score, p.basis, p.basis_posts, p.expected, p.estimated, p.likeness, p.topics, p.cluster, p.copies, p.from_above,
			       u.id, u.code, u.name, u.level, u.parent, u.valid_from, u.valid_to, u.path
			FROM channels c
			JOIN posts p ON p.channel = c.id AND p.told_ms >= $1 AND p.removed_at = ''
			JOIN units u ON u.id = c.unit
			LEFT JOIN stories s ON s.id = p.story AND NOT s.withdrawn
			WHERE c.id IN (`+hundred+`) AND NOT p.decor
			ORDER BY p.told_ms, p.id`, args...)
		all = append(all, found...)
		return err
	})
	return all, err
}

// UnitStories are the newest stories that these units told first, of those that the scope may see and nobody dismissed,
// with the number of all. Their leads are as [Store.Sketches] have posts.
func (s *Store) UnitStories(ctx context.Context, scope lantoa.Scope, units []lantoa.UnitID, limit int) (page []lantoa.Story, total int, err error) {
	var all []lantoa.Story
	err = byHundreds(string(scope), units, func(args []any) error {
		found, err := list(ctx, s.reads, func(rows *sql.Rows) (t lantoa.Story, err error) {
			return t, rows.Scan(&t.ID, &t.Title, &t.State, moment{&t.ToldAt}, &t.Channels, &t.First.ID, &t.First.Path, &t.Lead.ID, &t.Lead.Type, &t.Lead.Text)
		}, `
			SELECT s.id, s.title, s.state, s.told_at, s.channels, u.id, u.path, p.id, p.type, SUBSTR(p.text, 1, 300)
			FROM units u
			JOIN stories s ON s.first_unit = u.id
			JOIN posts p ON p.id = s.lead
			WHERE u.id IN (`+hundred+`) AND NOT s.withdrawn AND NOT s.from_above AND s.state <> 'dismissed' AND p.removed_at = ''
			  AND ($1 = '*' OR u.path = $1 OR u.path LIKE $1 || '.%' OR s.state IN ('approved', 'reshared'))
			ORDER BY s.told_at DESC, s.id`, args...)
		all = append(all, found...)
		return err
	})
	slices.SortStableFunc(all, func(a, b lantoa.Story) int { return b.ToldAt.Compare(a.ToldAt) })
	return all[:min(limit, len(all))], len(all), err
}

// FirstTellers are the posts that told each of these texts first, removed ones too, without words and numbers. The
// caller asks who may be named to whom.
func (s *Store) FirstTellers(ctx context.Context, clusters []lantoa.ClusterID) (map[lantoa.ClusterID]lantoa.Measured, error) {
	all := make(map[lantoa.ClusterID]lantoa.Measured, len(clusters))
	err := byHundreds("", clusters, func(args []any) error {
		return each(ctx, s.reads, func(rows *sql.Rows) error {
			var m lantoa.Measured
			into := []any{&m.Cluster, &m.ID, &m.Channel, moment{&m.ToldAt}, moment{&m.RemovedAt}, &m.Story, &m.StoryState, &m.ChannelName, &m.Kind}
			err := rows.Scan(append(into, unitInto(&m.Unit)...)...)
			all[m.Cluster] = m
			return err
		}, `
			SELECT f.cluster, f.id, f.channel, f.told_at, f.removed_at, f.story, COALESCE(s.state, ''), c.name, c.kind,
			       u.id, u.code, u.name, u.level, u.parent, u.valid_from, u.valid_to, u.path
			FROM (SELECT p.cluster, p.id, p.channel, p.told_at, p.removed_at, p.story,
			             ROW_NUMBER() OVER (PARTITION BY p.cluster ORDER BY p.told_ms, p.id) AS place
			      FROM posts p
			      WHERE p.cluster IN (`+hundred+`) AND p.cluster <> $1 AND p.cluster <> '') f
			JOIN channels c ON c.id = f.channel
			JOIN units u ON u.id = c.unit
			LEFT JOIN stories s ON s.id = f.story AND NOT s.withdrawn
			WHERE f.place = 1`, args...)
	})
	return all, err
}
