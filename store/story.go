package store

import (
	"context"
	"database/sql"
	"fmt"
	"math"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/hoiphunu/lantoa"
)

// StoryFilter narrows and pages a list of stories.
type StoryFilter struct {
	States []lantoa.State // none: all
	Week   *lantoa.Week   // in which it was first told
	Units  []string       // paths: stories first told by these units or ones below them; none: all
	Now    time.Time      // the day of looking; the order is the same on every day, see heat
	Limit  int            // [50, at most 500]
	Cursor string         // as the call before returned it
}

// heat orders stories. The rank on a day is Rank × ½^(days since told / 10); its binary logarithm is
// log2(Rank) + told/10 − now/10, told and now in days, and the last term is the same for all. So the first
// two, stored once, order the stories as the rank does on whatever day one looks; told after it, a story
// would be fresher than fresh, which happens to no platform's clock for long.
func heat(rank float64, told time.Time) float64 {
	return math.Log2(max(rank, 1e-9)) + float64(told.UnixMilli())/float64(10*24*time.Hour/time.Millisecond)
}

// seen is which stories a scope lists: not withdrawn, not fallen from above, their first teller's post still
// there; told first by a unit of the scope, or chosen, which is for all. Who only carries a copy does not see
// that another unit's story is being looked at.
const seen = `
	FROM stories s
	WHERE NOT s.withdrawn AND NOT s.from_above
	  AND ($2 = '' OR s.told_at >= $2) AND ($3 = '' OR s.told_at < $3)
	  AND s.lead NOT IN (SELECT id FROM posts WHERE removed_at <> '')
	  AND ($1 = '*' OR s.state IN ('approved', 'reshared')
	       OR s.first_unit IN (SELECT id FROM units WHERE path = $1 OR path LIKE $1 || '.%'))`

// Stories are the stories that the scope may see, best first by their rank at f.Now, with the number of all
// and the cursor of the next page, "" after the last. In a list of suggested stories no unit has more than
// three of the first 20 places; its others follow behind them.
func (s *Store) Stories(ctx context.Context, scope lantoa.Scope, f StoryFilter) (page []lantoa.Story, total int, next string, err error) {
	type place struct {
		id   lantoa.StoryID
		unit lantoa.UnitID
	}
	from, to := s.weekBounds(f.Week)
	order, err := list(ctx, s.reads, func(rows *sql.Rows) (p place, err error) {
		return p, rows.Scan(&p.id, &p.unit)
	}, `SELECT s.id, s.first_unit`+seen+`
		  AND ($4 = '' OR $4 LIKE '%,' || s.state || ',%')
		  AND ($5 = '' OR s.first_unit IN (
		       SELECT below.id FROM units top JOIN units below ON below.path = top.path OR below.path LIKE top.path || '.%'
		       WHERE $5 LIKE '%,' || top.path || ',%'))
		ORDER BY s.heat DESC, s.id`, string(scope), from, to, commas(f.States), commas(f.Units))
	if err != nil {
		return nil, 0, "", err
	}
	if slices.Equal(f.States, []lantoa.State{lantoa.Suggested}) {
		order = spread(order, func(p place) lantoa.UnitID { return p.unit })
	}
	start := 0
	if f.Cursor != "" {
		// The cursor names the last story shown and its place: should it have left the list since, its place
		// is gone on from.
		at, last, _ := strings.Cut(f.Cursor, ".")
		if start, err = strconv.Atoi(at); err != nil || start < 0 {
			return nil, 0, "", lantoa.Problem(lantoa.Invalid, "cursor", f.Cursor)
		}
		if i := slices.IndexFunc(order, func(p place) bool { return string(p.id) == last }); i >= 0 {
			start = i + 1
		}
	}
	if f.Limit <= 0 {
		f.Limit = 50
	}
	start = min(start, len(order))
	end := min(start+min(f.Limit, 500), len(order))
	ids := make([]lantoa.StoryID, 0, end-start)
	for _, p := range order[start:end] {
		ids = append(ids, p.id)
	}
	if end < len(order) && end > start {
		next = fmt.Sprintf("%d.%s", end, order[end-1].id)
	}
	found, err := storiesByID(ctx, s.reads, ids)
	for _, id := range ids {
		if story, is := found[id]; is {
			if !scope.Sees(story.First.Path) {
				story = story.Public()
			}
			page = append(page, story)
		}
	}
	return page, len(order), next, err
}

// commas joins values so that each stands between two commas: ",a,b,"; "" when there are none.
func commas[S ~string](values []S) string {
	if len(values) == 0 {
		return ""
	}
	all := ","
	for _, v := range values {
		all += string(v) + ","
	}
	return all
}

// spread puts at most three things of one owner among the first 20; what is passed over follows after them.
func spread[T any, K comparable](order []T, owner func(T) K) []T {
	const places, each = 20, 3
	var first, passed []T
	got := map[K]int{}
	for i, v := range order {
		if len(first) == places {
			return slices.Concat(first, passed, order[i:])
		}
		if k := owner(v); got[k] < each {
			got[k]++
			first = append(first, v)
		} else {
			passed = append(passed, v)
		}
	}
	return append(first, passed...)
}

func (s *Store) weekBounds(w *lantoa.Week) (from, to string) {
	if w == nil {
		return "", ""
	}
	return stamp(w.Start(s.zone)), stamp(w.End(s.zone))
}

// StoryCounts are the numbers of stories in each state that the scope may see, of one week or of all (nil).
func (s *Store) StoryCounts(ctx context.Context, scope lantoa.Scope, week *lantoa.Week) (map[lantoa.State]int, error) {
	from, to := s.weekBounds(week)
	counts := map[lantoa.State]int{}
	err := each(ctx, s.reads, func(rows *sql.Rows) error {
		var state lantoa.State
		var n int
		err := rows.Scan(&state, &n)
		counts[state] = n
		return err
	}, `SELECT s.state, COUNT(*)`+seen+` GROUP BY s.state`, string(scope), from, to)
	return counts, err
}

// Story is one story with its lead and its decisions, withdrawn or not. It asks nobody's scope: the caller
// asks May, to tell 403 from 404.
func (s *Store) Story(ctx context.Context, id lantoa.StoryID) (lantoa.Story, error) {
	return storyByID(ctx, s.reads, id)
}

func storyByID(ctx context.Context, q asker, id lantoa.StoryID) (lantoa.Story, error) {
	found, err := storiesByID(ctx, q, []lantoa.StoryID{id})
	if err != nil {
		return lantoa.Story{}, err
	}
	story, is := found[id]
	if !is {
		return lantoa.Story{}, lantoa.Missing("story", id)
	}
	return story, nil
}

// StorySeen says whether the scope may see a story: the rule of the lists, for one asked for by its address.
func (s *Store) StorySeen(ctx context.Context, scope lantoa.Scope, id lantoa.StoryID) (bool, error) {
	var n int
	err := get(ctx, s.reads, `SELECT COUNT(*)`+seen+` AND s.id = $4`, []any{string(scope), "", "", string(id)}, &n)
	return n > 0, err
}

func storiesByID(ctx context.Context, q asker, ids []lantoa.StoryID) (map[lantoa.StoryID]lantoa.Story, error) {
	all := make(map[lantoa.StoryID]lantoa.Story, len(ids))
	var leads []lantoa.PostID
	err := byHundreds("", ids, func(args []any) error {
		return each(ctx, q, func(rows *sql.Rows) error {
			story, err := scanStory(rows)
			all[story.ID] = story
			leads = append(leads, story.Lead.ID)
			return err
		}, storyColumns+` WHERE s.id IN (`+hundred+`) AND s.id <> $1`, args...)
	})
	if err != nil {
		return nil, err
	}
	posts, err := postsByID(ctx, q, lantoa.Everything, leads)
	if err != nil {
		return nil, err
	}
	decided, err := decisionsOf(ctx, q, ids)
	for id, story := range all {
		story.Lead, story.Decisions = posts[story.Lead.ID], decided[id]
		all[id] = story
	}
	return all, err
}

const storyColumns = `
	SELECT s.id, s.cluster, s.lead, s.title, s.state, s.told_at, s.units, s.channels, s.likeness, s.rank,
	       s.reasons, s.topics, s.from_above, s.restricted, s.withdrawn,
	       u.id, u.code, u.name, u.level, u.parent, u.valid_from, u.valid_to, u.path
	FROM stories s JOIN units u ON u.id = s.first_unit`

func scanStory(rows *sql.Rows) (s lantoa.Story, err error) {
	return s, rows.Scan(append([]any{&s.ID, &s.Cluster, &s.Lead.ID, &s.Title, &s.State, moment{&s.ToldAt},
		&s.Units, &s.Channels, &s.Likeness, &s.Rank, packed{&s.Reasons}, packed{&s.Topics},
		&s.FromAbove, &s.Restricted, &s.Withdrawn}, unitInto(&s.First)...)...)
}
