package store

import (
	"context"
	"time"

	"github.com/hoiphunu/lantoa"
)

// PeriodPosts are the posts that units of the scope told from a moment until before another, the newest first, with the
// number of all; what was removed or hidden and what came from files is left out. Units are paths: posts of these and
// of what is below them; levels, those of the units; none given leaves all in.
func (s *Store) PeriodPosts(ctx context.Context, scope lantoa.Scope, from, to time.Time, units []string, levels []lantoa.Level, limit int) ([]lantoa.Measured, int, error) {
	const those = `
		WHERE p.told_ms >= $2 AND p.told_ms < $3 AND p.removed_at = '' AND NOT p.hidden AND NOT p.erased AND c.kind <> 'imported'
		  AND ($1 = '*' OR u.path = $1 OR u.path LIKE $1 || '.%')
		  AND ($4 = '' OR u.id IN (
		       SELECT below.id FROM units top JOIN units below ON below.path = top.path OR below.path LIKE top.path || '.%'
		       WHERE $4 LIKE '%,' || top.path || ',%'))
		  AND ($5 = '' OR $5 LIKE '%,' || u.level || ',%')`
	args := []any{string(scope), from.UnixMilli(), to.UnixMilli(), commas(units), commas(levels)}
	var total int
	if err := get(ctx, s.reads, `SELECT COUNT(*) FROM posts p JOIN channels c ON c.id = p.channel JOIN units u ON u.id = c.unit`+those, args, &total); err != nil {
		return nil, 0, err
	}
	found, err := list(ctx, s.reads, scanMeasured, measured+those+`
		ORDER BY p.told_ms DESC, p.id
		LIMIT $6`, append(args, limit)...)
	return found, total, err
}
