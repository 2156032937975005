package sandbox

import (
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/hoiphunu/lantoa"
)

// pacific is where Meta's day begins and ends: midnight there, 07:00 or 08:00 in UTC.
var pacific = func() *time.Location {
	zone, err := time.LoadLocation("America/Los_Angeles")
	if err != nil {
		panic(err) // the root package carries the zone files
	}
	return zone
}()

// pageInsights is GET {page}/insights for the periods day, week and days_28.
func (s *Sandbox) pageInsights(c graphCall, p *page) answer {
	names, bad := s.asked(c.q.Get("metric"), pageMetrics, c.now, p.id)
	if bad != nil {
		bad.page = p.id
		return *bad
	}
	period := c.q.Get("period")
	if period == "" {
		period = "day"
	}
	since, okSince := moment(c.q.Get("since"))
	until, okUntil := moment(c.q.Get("until"))
	today := lantoa.Day(time.Unix(c.now, 0), pacific)
	first, last := today.AddDate(0, 0, -2), today // without both, the two newest days
	switch {
	case okSince && okUntil:
		first, last = lantoa.Day(time.Unix(since, 0), pacific), lantoa.Day(time.Unix(until, 0), pacific)
	case okSince:
		first = lantoa.Day(time.Unix(since, 0), pacific)
	case okUntil:
		last = lantoa.Day(time.Unix(until, 0), pacific)
		first = last.AddDate(0, 0, -2)
	}
	if last.Sub(first) > 90*24*time.Hour+2*time.Hour {
		return graphError{status: 400, code: 100, message: "(#100) There cannot be more than 90 days (7776000 s) between since and until"}.answer()
	}
	b := []byte(`{"data":[`)
	if p.likes(c.now, s.anchor) >= 100 && (period == "day" || period == "week" || period == "days_28") {
		for _, name := range names {
			if period != "day" && (name == "page_follows" || name == "page_daily_follows") {
				continue
			}
			b = append(next(b), '{')
			b = append(textField(textField(b, "name", name), "period", period), `,"values":[`...)
			for d := first; d.Before(last); d = d.AddDate(0, 0, 1) {
				end := d.AddDate(0, 0, 1)
				if end.After(today) || d.Before(today.AddDate(-2, 0, 0)) || end.Unix() <= p.since {
					continue
				}
				b = numberField(append(next(b), '{'), "value", s.pageValue(p, name, period, d))
				b = append(timeField(b, "end_time", end.Unix()), '}')
			}
			b = append(b, ']')
			b = textField(textField(b, "title", title(name)), "description", title(name))
			b = append(textField(b, "id", p.id+"/insights/"+name+"/"+period), '}')
		}
	}
	b = append(b, ']')
	// previous and next go on for ever, by the window's own length.
	span := last.Unix() - first.Unix()
	b = append(key(b, "paging"), '{')
	b = textField(b, "previous", c.window(p.id, first.Unix()-span, first.Unix()))
	b = textField(b, "next", c.window(p.id, last.Unix(), last.Unix()+span))
	return ok(append(b, "}}"...), p.id)
}

func (c graphCall) window(id string, since, until int64) string {
	q := url.Values{"metric": c.q["metric"], "period": c.q["period"]}
	q.Set("since", strconv.FormatInt(since, 10))
	q.Set("until", strconv.FormatInt(until, 10))
	return c.base + "/graph/" + c.version + "/" + id + "/insights?access_token=" + url.QueryEscape(c.token) + "&pretty=0&" + q.Encode()
}

func title(name string) string {
	return "Daily " + strings.ReplaceAll(strings.TrimPrefix(name, "page_"), "_", " ")
}

// pageValue is one figure of one Pacific day: more on days with posts, the old reach about a third above
// the viewers that replaced it.
func (s *Sandbox) pageValue(p *page, name, period string, d time.Time) int {
	from := d.Unix()
	end := d.AddDate(0, 0, 1).Unix()
	size := float64(p.size(end, s.anchor))
	all := s.view.Load().postsOf(p)
	chance := throw(s.opt.Seed, 61, int64(p.index), from/day)
	posts := float64(firstFrom(all, end) - firstFrom(all, from))
	viewers := size * (0.05 + 0.05*chance.f()) * (0.7 + 0.5*min(4, posts/max(0.3, p.rate)))
	switch period { // rolling figures, one for each day; they are not sums
	case "week":
		viewers *= 2.6
	case "days_28":
		viewers *= 5.1
	}
	switch name {
	case "page_total_media_view_unique", "page_lifetime_engaged_followers_unique":
	case "page_impressions_unique", "page_posts_impressions_unique", "page_impressions_nonviral_unique":
		viewers *= 1.36
	case "page_media_view":
		viewers *= 1.9
	case "page_impressions", "page_posts_impressions", "page_impressions_nonviral":
		viewers *= 2.3
	case "page_post_engagements":
		viewers *= 0.09
	case "page_views_total":
		viewers *= 0.11
	case "page_follows":
		return int(size)
	case "page_fans":
		return p.likes(end, s.anchor)
	case "page_daily_follows", "page_daily_follows_unique", "page_fan_adds", "page_fan_adds_unique":
		return chance.poisson(size * 0.0012)
	case "page_daily_unfollows_unique", "page_fan_removes", "page_fan_removes_unique":
		return chance.poisson(size * 0.0004)
	default:
		return 0
	}
	return int(viewers)
}

// writePostInsights writes the lifetime figures of a post. A page under 100 likes gets none.
func (s *Sandbox) writePostInsights(b []byte, q *post, metrics string, sub []field, c graphCall) ([]byte, error) {
	names, bad := s.asked(metrics, postMetrics, c.now, q.page.id)
	if bad != nil {
		bad.page = q.page.id
		return b, nested(*bad)
	}
	b = append(b, `{"data":[`...)
	if q.page.likes(c.now, s.anchor) >= 100 {
		n := s.numbers(q, c.now)
		for _, name := range names {
			if strings.HasPrefix(name, "post_video") && q.form != formVideo {
				continue // not measured
			}
			b = append(next(b), '{')
			if wants(sub, "name") {
				b = textField(b, "name", name)
			}
			if wants(sub, "period") {
				b = append(key(b, "period"), `"lifetime"`...)
			}
			if wants(sub, "values") {
				b = append(key(b, "values"), `[{"value":`...)
				b = append(n.insight(b, name), `}]`...)
			}
			if wants(sub, "title") {
				b = append(key(b, "title"), `"Lifetime post figure"`...)
			}
			if wants(sub, "description") {
				b = append(key(b, "description"), `"Lifetime"`...)
			}
			b = append(key(b, "id"), '"')
			b = append(append(b, q.id...), "/insights/"...)
			b = append(append(b, name...), `/lifetime"}`...)
		}
	}
	return append(b, "]}"...), nil
}

// insight writes the value of one metric: a number, an object by kind, or [] for an object that is empty.
func (n counters) insight(b []byte, name string) []byte {
	number := func(v int) []byte { return strconv.AppendInt(b, int64(v), 10) }
	switch name {
	case "post_media_view":
		return number(n.views)
	case "post_total_media_view_unique":
		return number(n.reach)
	case "post_impressions_unique", "post_impressions_organic_unique":
		return number(n.reach * 136 / 100)
	case "post_impressions", "post_impressions_organic":
		return number(n.views * 12 / 10)
	case "post_clicks":
		return number(n.clicks)
	case "post_video_views", "post_video_views_unique":
		return number(n.views * 6 / 10)
	case "post_reactions_like_total":
		return number(n.byKind[0] + n.byKind[2]) // insights fold CARE into LIKE
	case "post_reactions_love_total":
		return number(n.byKind[1])
	case "post_reactions_haha_total":
		return number(n.byKind[3])
	case "post_reactions_wow_total":
		return number(n.byKind[4])
	case "post_reactions_sorry_total":
		return number(n.byKind[5])
	case "post_reactions_by_type_total":
		return object(b, []string{"like", "love", "wow", "sorry"}, n.byKind[0]+n.byKind[2], n.byKind[1], n.byKind[4], n.byKind[5])
	case "post_activity_by_action_type":
		return object(b, []string{"share", "like", "comment"}, n.shares, n.reactions, n.comments)
	case "post_clicks_by_type":
		return object(b, []string{"other clicks", "photo view"}, n.clicks/3, n.clicks-n.clicks/3)
	}
	return number(0)
}

func object(b []byte, names []string, values ...int) []byte {
	some := false
	for i, v := range values {
		if v == 0 {
			continue
		}
		if !some {
			b = append(b, '{')
			some = true
		}
		b = numberField(b, names[i], v)
	}
	if !some {
		return append(b, "[]"...)
	}
	return append(b, '}')
}
