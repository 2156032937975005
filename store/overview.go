package store

import (
	"context"
	"time"

	"github.com/hoiphunu/lantoa"
)

// Overview is how far collecting has come.
type Overview struct {
	Channels  int64     // that are ours: not the imports of files
	Archived  int64     // of them, no longer collected
	Waiting   int64     // of them, never read yet and not archived
	Read      int64     // of them, read at least once
	Trouble   int64     // of those not archived, with a trouble at the last visit
	Posts     int64     // kept and not removed, those from files too
	Messages  int64     // of groups, counted and not kept
	LastVisit time.Time // newest visit, successful or not
}

// Counts is the overview of a scope.
func (s *Store) Counts(ctx context.Context, scope lantoa.Scope) (Overview, error) {
	var o Overview
	err := get(ctx, s.reads, `
		SELECT COUNT(*) FILTER (WHERE c.kind <> 'imported'),
		       COUNT(*) FILTER (WHERE c.kind <> 'imported' AND c.archived),
		       COUNT(*) FILTER (WHERE c.kind <> 'imported' AND NOT c.archived AND c.first_read_at = ''),
		       COUNT(*) FILTER (WHERE c.kind <> 'imported' AND c.first_read_at <> ''),
		       COUNT(*) FILTER (WHERE c.kind <> 'imported' AND NOT c.archived AND c.trouble_kind <> ''),
		       CAST(COALESCE(SUM(c.posts), 0) AS BIGINT),
		       CAST(COALESCE(SUM(c.chatter), 0) AS BIGINT),
		       COALESCE(MAX(c.last_try_at), '')
		FROM channels c JOIN units u ON u.id = c.unit
		WHERE ($1 = '*' OR u.path = $1 OR u.path LIKE $1 || '.%')`, []any{string(scope)},
		&o.Channels, &o.Archived, &o.Waiting, &o.Read, &o.Trouble, &o.Posts, &o.Messages, moment{&o.LastVisit})
	return o, err
}

// WeekNumbers are a span of time in four numbers.
type WeekNumbers struct {
	Posts        int64        // told in it and not removed
	Interactions lantoa.Count // of these posts until now, votes left out; absent when no number is known
	Channels     int64        // channels with such a post
	Stories      int64        // first told in it, of units of the scope
}

// WeekNumbers are the numbers of the scope for what was told from a moment until before another. Posts from
// files count nowhere.
func (s *Store) WeekNumbers(ctx context.Context, scope lantoa.Scope, from, to time.Time) (WeekNumbers, error) {
	var w WeekNumbers
	// CROSS JOIN is any join to Postgres; SQLite it keeps from reading all posts first and the week's later.
	if err := get(ctx, s.reads, `
		SELECT COUNT(*), COUNT(DISTINCT p.channel),
		       CAST(SUM(COALESCE(p.reactions, 0) + COALESCE(p.comments, 0) + COALESCE(p.shares, 0)) FILTER (
		           WHERE NOT p.vote AND (p.reactions IS NOT NULL OR p.comments IS NOT NULL OR p.shares IS NOT NULL)) AS BIGINT)
		FROM channels c
		JOIN units u ON u.id = c.unit
		CROSS JOIN posts p
		WHERE p.channel = c.id
		  AND ($1 = '*' OR u.path = $1 OR u.path LIKE $1 || '.%')
		  AND c.kind <> 'imported'
		  AND p.told_ms >= $2 AND p.told_ms < $3 AND p.removed_at = ''`,
		[]any{string(scope), from.UnixMilli(), to.UnixMilli()}, &w.Posts, &w.Channels, count{&w.Interactions}); err != nil {
		return w, err
	}
	err := get(ctx, s.reads, `
		SELECT COUNT(*)
		FROM stories s
		WHERE NOT s.withdrawn AND NOT s.from_above AND s.told_at >= $2 AND s.told_at < $3
		  AND s.lead NOT IN (SELECT id FROM posts WHERE removed_at <> '')
		  AND ($1 = '*' OR s.first_unit IN (SELECT id FROM units WHERE path = $1 OR path LIKE $1 || '.%'))`,
		[]any{string(scope), stamp(from), stamp(to)}, &w.Stories)
	return w, err
}
