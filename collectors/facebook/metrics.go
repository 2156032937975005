package facebook

import (
	"context"
	"maps"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/hoiphunu/lantoa"
)

// MetricBook keeps which metrics Facebook no longer answers to, for all pages and over restarts: a metric dies for
// everybody on one day.
type MetricBook interface {
	DeadMetrics(ctx context.Context) (map[string]time.Time, error) // name → when it was last refused
	BuryMetric(ctx context.Context, name string, at time.Time) error
	ReviveMetric(ctx context.Context, name string) error
}

// metric is a name of the insights, the length of the days it is asked for, and the days on which Facebook answers
// to it; an empty day is open. A name that is dead on the day of asking blanks the whole call, on every version.
type metric struct{ name, period, from, to string }

// What is asked of a page, a figure for each day. Reach has two names, one after the other: they count
// differently and are two series. Of 28 days Facebook counts the people itself; their days cannot be added up.
var pageMetrics = []metric{
	{name: "page_media_view", period: "day", from: "2025-11-15"},
	{name: "page_impressions_unique", period: "day", to: "2026-06-15"},
	{name: "page_total_media_view_unique", period: "day", from: "2025-11-15"},
	{name: "page_post_engagements", period: "day"},
	{name: "page_views_total", period: "day"},
	{name: "page_follows", period: "day"},
	{name: "page_daily_follows_unique", period: "day"},
	{name: "page_daily_unfollows_unique", period: "day"},
	{name: "page_total_media_view_unique", period: "days_28", from: "2025-11-15"},
}

// What is asked of each post, a figure for its whole life.
const (
	postViews     = "post_media_view"
	postReach     = "post_total_media_view_unique"
	postReactions = "post_reactions_by_type_total"
)

var postMetrics = []metric{{name: postViews, from: "2025-11-15"}, {name: postReach, from: "2025-11-15"}, {name: postReactions}}

// deadFor is how long a metric that was refused is not asked again.
const deadFor = 30 * 24 * time.Hour

// alive are the metrics of the list that are worth asking at a moment, and due those that were refused so long ago
// that they are tried again, each alone.
func alive(list []metric, dead map[string]time.Time, now time.Time) (living, due []metric) {
	day := now.In(pacific).Format(time.DateOnly)
	for _, m := range list {
		refused, isDead := dead[m.name]
		switch {
		case day < m.from || m.to != "" && day >= m.to:
		case !isDead:
			living = append(living, m)
		case now.Sub(refused) >= deadFor && !slices.ContainsFunc(due, func(d metric) bool { return d.name == m.name }):
			due = append(due, m)
		}
	}
	return living, due
}

func names(list []metric) []string {
	var all []string
	for _, m := range list {
		all = append(all, m.name)
	}
	return all
}

// deadMetrics asks the book, and keeps its answer for the notices.
func (c *Client) deadMetrics(ctx context.Context) (map[string]time.Time, error) {
	dead, err := c.opt.Metrics.DeadMetrics(ctx)
	if err != nil {
		return nil, err
	}
	dead = maps.Clone(dead)
	if dead == nil {
		dead = map[string]time.Time{}
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	c.dead = maps.Clone(dead)
	return dead, nil
}

// Notices are what the operator should know and no single page can be blamed for: an expired version, and
// metrics that Facebook no longer answers to, with the day that was last found out, as far as visits of this client
// have asked the book. Sorted by name.
func (c *Client) Notices() []lantoa.Trouble {
	c.mu.Lock()
	defer c.mu.Unlock()
	var all []lantoa.Trouble
	if c.served != "" {
		all = append(all, lantoa.Trouble{Kind: lantoa.Conflict, What: "version", Note: "asked " + c.opt.Version + ", served " + c.served})
	}
	for name, at := range c.dead {
		all = append(all, lantoa.Trouble{Kind: lantoa.Refused, What: name, Since: at, Note: "no longer a valid insights metric"})
	}
	slices.SortFunc(all, func(a, b lantoa.Trouble) int { return strings.Compare(a.What, b.What) })
	return all
}

// bury remembers that a metric is dead, and revive that it is not. A book that cannot be written is told at the end
// of the visit.
func (v *visit) bury(ctx context.Context, name string) {
	v.dead[name] = v.now
	v.note(v.c.opt.Metrics.BuryMetric(ctx, name, v.now))
	v.c.mu.Lock()
	defer v.c.mu.Unlock()
	v.c.dead = maps.Clone(v.dead)
}

func (v *visit) revive(ctx context.Context, name string) {
	delete(v.dead, name)
	v.note(v.c.opt.Metrics.ReviveMetric(ctx, name))
	v.c.mu.Lock()
	defer v.c.mu.Unlock()
	v.c.dead = maps.Clone(v.dead)
}

func (v *visit) note(err error) {
	if v.fault == nil {
		v.fault = err
	}
}

// memory is the book of a client that was given none.
type memory struct {
	mu   sync.Mutex
	dead map[string]time.Time
}

func (m *memory) DeadMetrics(context.Context) (map[string]time.Time, error) {
	m.mu.Lock()
	defer m.mu.Unlock()
	return maps.Clone(m.dead), nil
}

func (m *memory) BuryMetric(_ context.Context, name string, at time.Time) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	m.dead[name] = at
	return nil
}

func (m *memory) ReviveMetric(_ context.Context, name string) error {
	m.mu.Lock()
	defer m.mu.Unlock()
	delete(m.dead, name)
	return nil
}
