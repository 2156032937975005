package facebook

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"strconv"
	"strings"
	"time"

	"github.com/hoiphunu/lantoa"
)

const (
	firstLimit = 100 // posts at once for a page read from its beginning; Facebook refuses more
	laterLimit = 25  // covers a month of a commune's page
	mostPieces = 1000
	yearAlarm  = 550 // Facebook gives some 600 posts of a year, and does not say that it leaves out the rest
	fewLikes   = 100 // below that Facebook reports no figures of a page
)

// depth is how much is asked of each post.
type depth int

const (
	full  depth = iota // with Facebook's own figures of it
	plain              // without
	light              // without pictures either
)

// visit is one visit under way.
type visit struct {
	*talk
	since time.Time
	haul  lantoa.Haul

	first  bool // everything that exists is wanted
	limit  int
	depth  depth
	until  time.Time // set when paging went too deep and goes on by time
	likes  lantoa.Count
	years  map[int]int
	videos map[string]bool // ids of films among the posts
	oldest time.Time       // when the oldest post that was read was published
	blind  bool            // some posts came without what they show
}

// Visit reads a page: its size, its posts since then with their numbers of today, and Facebook's figures of
// its days. A zero since means everything there is. One call asks for the first piece of all of these; the
// further pieces of posts are asked one by one until there is no next, or, when only what is younger than
// since is wanted, until a piece that runs from new to old ends before it.
//
// The error is a *lantoa.Trouble, or what Options.Token returned; what was read before it is in the haul.
func (c *Client) Visit(ctx context.Context, ch lantoa.Channel, since, now time.Time) (lantoa.Haul, error) {
	t, err := c.talkAbout(ctx, ch.External, now)
	if err != nil {
		return lantoa.Haul{From: now}, err
	}
	v := &visit{talk: t, since: since, first: since.IsZero(), limit: laterLimit, years: map[int]int{}, videos: map[string]bool{}}
	if v.first {
		v.limit = firstLimit
	}
	m := c.manner(t.page)
	if m.limit > 0 && now.Sub(m.limitAt) < 24*time.Hour {
		v.limit = min(v.limit, m.limit)
	}
	if now.Sub(m.noInsights) < 24*time.Hour {
		v.depth = plain
		v.warn(lantoa.Problem(lantoa.NoRight, "read_insights", "no figures of posts"))
	}
	v.haul.From = now // until something better is known
	trouble := v.read(ctx, ch.LastRead, m)
	v.closing()
	v.haul.Calls, v.haul.Warnings = t.calls, t.warnings
	if trouble != nil {
		return v.haul, trouble
	}
	return v.haul, nil
}

func (v *visit) read(ctx context.Context, lastRead time.Time, m manner) *lantoa.Trouble {
	parts := []part{
		{v.page, url.Values{"fields": {"id,name,link,fan_count,followers_count"}}},
		{v.page + "/published_posts", v.postQuery("")},
	}
	days := windows(lastRead, v.now, v.first)
	names := v.c.alive(pageMetrics, v.now)
	if len(names) == 0 {
		days = nil
	}
	for _, w := range days {
		parts = append(parts, v.insightsPart(names, w))
	}
	reels := v.now.Sub(m.noReels) >= deadFor
	if reels {
		parts = append(parts, part{v.page + "/video_reels", url.Values{"fields": {"id,description,created_time,permalink_url"}, "limit": {"25"}}})
	}

	replies, verdict, ok := v.batch(ctx, parts)
	if !ok {
		var h http.Header
		if len(replies) > 0 {
			h = replies[0].header
		}
		return v.trouble(verdict, "page", h)
	}
	known := v.node(replies[0])
	for i, w := range days {
		v.figures(ctx, replies[2+i], names, w)
	}
	v.noFigures(len(days) > 0)
	if trouble := v.posts(ctx, replies[1]); trouble != nil {
		if trouble.Kind == lantoa.Gone && known {
			trouble.Kind = lantoa.NoRight // the page itself is there: "does not exist" means "not for you"
		}
		return trouble
	}
	if reels {
		if len(v.haul.Posts) == 0 && !v.first {
			v.haul.From = v.now // a list that is empty of a sudden says nothing of what is gone, whatever reels say
		}
		v.reels(replies[len(replies)-1])
	}
	return nil
}

// node takes the page's own fields: its name, and its size, which is the only history of it that a page of
// under 100 likes has. It says whether the page could be read.
func (v *visit) node(r reply) bool {
	if r.status == 0 {
		return false
	}
	if verdict, ok := v.weigh(r); !ok {
		v.warn(v.trouble(verdict, "page", r.header))
		return false
	}
	var n struct {
		Name      string `json:"name"`
		Link      string `json:"link"`
		Likes     number `json:"fan_count"`
		Followers number `json:"followers_count"`
	}
	if err := json.Unmarshal(r.body, &n); err != nil {
		v.warn(lantoa.Problem(lantoa.Garbled, "page", ""))
		return false
	}
	v.haul.Name, v.haul.URL, v.likes = n.Name, web(n.Link), n.Likes.Count
	if n.Likes.Known || n.Followers.Known {
		v.haul.Size = &lantoa.ChannelSnapshot{At: v.now, Followers: n.Followers.Count, Likes: n.Likes.Count, Source: lantoa.FromPlatform}
	}
	return true
}

// posts reads piece after piece, beginning with the one that came with the batch.
func (v *visit) posts(ctx context.Context, first reply) *lantoa.Trouble {
	after, seen, given := "", map[string]bool{}, &first
	for range mostPieces {
		p, verdict, trouble := v.piece(ctx, after, given)
		given = nil
		if verdict.Action == NarrowWindow && !v.oldest.IsZero() && !v.oldest.Equal(v.until) {
			// Too deep for cursors: begin again at the oldest post so far, which comes twice.
			v.until, after, seen = v.oldest, "", map[string]bool{}
			continue
		}
		if trouble != nil {
			return trouble
		}
		newestFirst, last := v.take(p)
		if v.oldest.IsZero() || !last.IsZero() && last.Before(v.oldest) {
			v.oldest = last
		}
		if !bool(p.Paging.Next) {
			v.haul.Complete, v.haul.From = true, time.Time{}
			return nil
		}
		if !v.first && newestFirst && last.Before(v.since) {
			v.haul.From = v.since
			return nil
		}
		after = p.Paging.Cursors.After
		if after == "" || seen[after] {
			return v.broken(lantoa.Problem(lantoa.Garbled, "paging", "the cursor leads back to where it came from"))
		}
		seen[after] = true
		if until, _ := v.c.opt.Budget.Ask(v.now, scopes(v.page)...); !until.IsZero() {
			return &lantoa.Trouble{Kind: lantoa.Limited, What: "usage", Until: until}
		}
	}
	return v.broken(lantoa.Problem(lantoa.TooLarge, "paging", strconv.Itoa(mostPieces)+" pieces and no end"))
}

// broken is a list that ends without an end. A later visit is good all the same: it read what is new. A first
// one is not: what it did not reach nobody would look for again.
func (v *visit) broken(t *lantoa.Trouble) *lantoa.Trouble {
	if v.first {
		return t
	}
	v.warn(t)
	return nil
}

// take puts the posts of a piece into the haul, and says whether they run from new to old and when the last
// of them was published. Life events are dated by their event and say nothing of the order.
func (v *visit) take(p piece) (newestFirst bool, last time.Time) {
	newestFirst = len(p.Data) > 0
	for i := range p.Data {
		post := &p.Data[i]
		created, ok := parseTime(post.CreatedTime)
		if !ok {
			v.warn(lantoa.Problem(lantoa.Garbled, "created_time", lantoa.Cut(post.ID+" "+clean(post.CreatedTime), 80)))
			continue
		}
		if len(post.Attachments.Data) == 0 || post.Attachments.Data[0].Type != "life_event" {
			if !last.IsZero() && created.After(last) {
				newestFirst = false
			}
			last = created
		}
		if !post.own(v.page) {
			continue
		}
		in := post.incoming(created, v.now)
		v.haul.Posts = append(v.haul.Posts, in)
		v.years[created.Year()]++
		for _, m := range in.Media {
			if m.Kind == "video" && m.ID != "" {
				v.videos[m.ID] = true
			}
		}
		if id := filmID.FindStringSubmatch(in.Permalink); id != nil {
			v.videos[id[1]] = true
		}
	}
	return newestFirst && !last.IsZero(), last
}

// piece asks for one piece of posts, for less and less until it is answered. given is an answer that is
// there already.
func (v *visit) piece(ctx context.Context, after string, given *reply) (piece, Verdict, *lantoa.Trouble) {
	usual := v.depth
	denied := false // the figures were left out because a right seems to be missing
	for try := 1; ; try++ {
		var r reply
		var verdict Verdict
		ok := false
		if given != nil && given.status != 0 {
			r = *given
			verdict, ok = v.weigh(r)
		} else {
			r, verdict, ok = v.get(ctx, v.page+"/published_posts", v.postQuery(after))
		}
		given = nil
		if ok {
			p, odd, err := decode(r.body)
			if err == nil {
				v.blind = v.blind || v.depth == light
				v.answered(usual, denied, odd)
				return p, Verdict{}, nil
			}
			verdict = Verdict{Action: Retry, Scope: OfCall, Status: r.status, garbled: true}
		}
		switch {
		case verdict.Action == HalveLimit && v.limit > 1:
			v.limit /= 2
			v.c.learn(v.page, func(m *manner) { m.limit, m.limitAt = v.limit, v.now })
			try = 0
		case verdict.Action == HalveLimit && v.depth < light:
			v.depth++
			try = 0
		case verdict.Action == ProbeMetrics && v.depth == full && v.probePosts(ctx):
			try = 0
		case v.depth == full && (verdict.Action == Permission || verdict.Action == ProbeMetrics):
			v.depth, denied = plain, verdict.Action == Permission
			try = 0
		case v.again(ctx, verdict, try):
		default:
			return piece{}, verdict, v.trouble(verdict, "published_posts", r.header)
		}
	}
}

// answered settles how the page is asked from now on, after a piece that was answered.
func (v *visit) answered(usual depth, denied bool, odd int) {
	if denied {
		v.c.learn(v.page, func(m *manner) { m.noInsights = v.now })
		v.warn(lantoa.Problem(lantoa.NoRight, "read_insights", "no figures of posts"))
	} else if v.depth > usual {
		v.warn(lantoa.Problem(lantoa.TooLarge, "published_posts", "asked without figures or pictures"))
		v.depth = usual
	}
	if odd > 0 {
		v.warn(lantoa.Problem(lantoa.Garbled, "published_posts", fmt.Sprintf("%d posts of an unknown shape", odd)))
	}
}

// postQuery asks for a piece. The address of the next piece that comes with an answer is never used: it
// carries the token.
func (v *visit) postQuery(after string) url.Values {
	fields := postFields
	if v.depth == light {
		fields = lightFields
	}
	if names := v.c.alive(postMetrics, v.now); v.depth == full && len(names) > 0 {
		fields += ",insights.metric(" + strings.Join(names, ",") + "){name,period,values}"
	}
	q := url.Values{"fields": {fields}, "limit": {strconv.Itoa(v.limit)}, "include_hidden": {"true"}}
	if after != "" {
		q.Set("after", after)
	}
	if !v.until.IsZero() {
		q.Set("until", strconv.FormatInt(v.until.Unix()+1, 10))
	}
	return q
}

// closing says at the end of a visit what the reader of its figures should know.
func (v *visit) closing() {
	for year, n := range v.years {
		if n >= yearAlarm {
			v.warn(lantoa.Problem(lantoa.TooLarge, "posts_per_year", fmt.Sprintf("%d: %d", year, n)))
		}
	}
	if until, tight := v.c.opt.Budget.Ask(v.now, scopes(v.page)...); tight || !until.IsZero() {
		v.warn(&lantoa.Trouble{Kind: lantoa.Limited, What: "usage", Until: until})
	}
}
