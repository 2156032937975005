package facebook

import (
	"slices"
	"strings"
	"time"

	"github.com/hoiphunu/lantoa"
)

// metric is a name of the insights and the days on which Facebook answers to it; an empty day is open. A
// name that is dead on the day of asking blanks the whole call, on every version.
type metric struct{ name, from, to string }

// What is asked of a page, a figure for each day. Reach has two names, one after the other: they count
// differently and are two series.
var pageMetrics = []metric{
	{name: "page_media_view", from: "2025-11-15"},
	{name: "page_impressions_unique", to: "2026-06-15"},
	{name: "page_total_media_view_unique", from: "2025-11-15"},
	{name: "page_post_engagements"},
	{name: "page_views_total"},
	{name: "page_follows"},
	{name: "page_daily_follows_unique"},
	{name: "page_daily_unfollows_unique"},
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

// alive are the names of the list that are worth asking at a moment.
func (c *Client) alive(list []metric, now time.Time) []string {
	c.mu.Lock()
	defer c.mu.Unlock()
	day := now.In(pacific).Format(time.DateOnly)
	var names []string
	for _, m := range list {
		refused, dead := c.dead[m.name]
		if day < m.from || m.to != "" && day >= m.to || dead && now.Sub(refused) < deadFor {
			continue
		}
		names = append(names, m.name)
	}
	return names
}

// bury remembers that a metric is dead.
func (c *Client) bury(name string, now time.Time) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.dead[name] = now
}

// Notices are what the operator should know and no single page can be blamed for: an expired version, and
// metrics that Facebook no longer answers to, with the day that was found out. Sorted by name.
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
