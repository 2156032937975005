package facebook

import (
	"context"
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/hoiphunu/lantoa"
)

const (
	freshLimit = 25  // posts at once for a visit that only looks what is new
	deepLimit  = 100 // and for one that reads more; Facebook refuses more
	seasonDays = 90
	mostPieces = 1000
	yearAlarm  = 550 // Facebook gives some 600 posts of a year, and does not say that it leaves out the rest
	fewLikes   = 100 // below that Facebook reports no figures of a page
)

// detail is how much is asked of each post.
type detail int

const (
	full  detail = iota // with Facebook's own figures of it
	plain               // without
	light               // without pictures either
)

// visit is one visit under way.
type visit struct {
	*talk
	ask    lantoa.Ask
	all    bool // everything that exists is wanted
	since  time.Time
	newest int // and at least so many
	haul   lantoa.Haul
	fault  error // of what stands behind us, not of Facebook

	limit  int
	detail detail
	until  time.Time // set when paging went too deep and goes on by time
	likes  lantoa.Count
	dead   map[string]time.Time // metrics
	years  map[int]int
	seen   map[string]bool     // ids of the posts that were read
	films  map[string][]string // post → the films it shows
	videos map[string]bool     // ids of films among the posts
	oldest time.Time           // when the oldest post that was read was published
	last   time.Time           // and the last of the last piece
	order  bool                // all that was read so far ran from new to old
	blind  bool                // some posts came without what they show
}

// Visit reads a page as deep as it is asked to.
//
// A fresh visit is one call: the newest 25 posts with their counters, and on from there until a piece ends before
// ask.Since. The deeper ones (recent, season, full) begin with one batch: the page's size, its newest 100 posts with
// Facebook's own figures of each, its figures by day, and its reels. Posts that ask.Posts names are asked for in the
// same batch; those of them that are gone are Haul.Gone. A zero ask.Since means everything there is.
//
// The error is a *lantoa.Trouble, or what Options gave; what was read before it is in the haul.
func (c *Client) Visit(ctx context.Context, ch lantoa.Channel, ask lantoa.Ask, now time.Time) (lantoa.Haul, error) {
	t, err := c.talkAbout(ctx, ch.External, now)
	if err != nil {
		return lantoa.Haul{From: now}, err
	}
	ask, less := c.spare(ch, ask, now)
	v := newVisit(t, ask)
	if less {
		v.haul.Depth = lantoa.Fresh
	}
	if v.dead, err = c.deadMetrics(ctx); err != nil {
		return v.haul, fmt.Errorf("dead metrics: %w", err)
	}
	trouble := v.read(ctx, ch)
	v.join(ctx, ch.ID)
	v.closing()
	v.haul.Calls, v.haul.Warnings = t.calls, t.warnings
	if trouble != nil {
		return v.haul, trouble
	}
	return v.haul, v.fault
}

// sparing is the part of a limit, in per cent, from which on only what is newest is read: the rest can wait.
const sparing = 90

// spare makes a visit to a page whose limit is almost used up a fresh one. A page that was never read is read as asked.
func (c *Client) spare(ch lantoa.Channel, ask lantoa.Ask, now time.Time) (_ lantoa.Ask, less bool) {
	if ask.Depth == lantoa.Fresh || ch.FirstRead.IsZero() || c.opt.Budget.Share(now, scopes(ch.External)...) < sparing {
		return ask, false
	}
	ask.Depth, ask.Newest = lantoa.Fresh, freshLimit
	if day := now.Add(-24 * time.Hour); ask.Since.Before(day) {
		ask.Since = day
		if last := ch.LastRead.Add(-24 * time.Hour); !ch.LastRead.IsZero() && last.Before(day) {
			ask.Since = last
		}
	}
	return ask, true
}

func newVisit(t *talk, ask lantoa.Ask) *visit {
	v := &visit{
		talk: t, ask: ask, all: ask.Depth == lantoa.Full || ask.Since.IsZero(), since: ask.Since, newest: ask.Newest,
		haul:  lantoa.Haul{From: t.now}, // until something better is known
		limit: deepLimit, detail: full, order: true,
		years: map[int]int{}, seen: map[string]bool{}, films: map[string][]string{}, videos: map[string]bool{},
	}
	if v.all {
		v.since = time.Time{}
	}
	if v.deep() {
		v.newest = max(v.newest, deepLimit)
	} else {
		v.limit, v.detail, v.newest = freshLimit, plain, max(v.newest, freshLimit)
	}
	if season := t.now.AddDate(0, 0, -seasonDays); ask.Depth == lantoa.Season && season.Before(v.since) {
		v.since = season
	}
	m := t.c.manner(t.page)
	if m.limit > 0 && t.now.Sub(m.limitAt) < 24*time.Hour {
		v.limit = min(v.limit, m.limit)
	}
	if v.detail == full && t.now.Sub(m.noInsights) < 24*time.Hour {
		v.detail = plain
		v.warn(lantoa.Problem(lantoa.NoRight, "read_insights", "no figures of posts"))
	}
	return v
}

// deep says whether more than the newest posts is wanted.
func (v *visit) deep() bool { return v.ask.Depth.Reaches(lantoa.Recent) }

func (v *visit) read(ctx context.Context, ch lantoa.Channel) *lantoa.Trouble {
	named := wantedByName(v.ask.Posts)
	if !v.deep() && len(named) == 0 {
		trouble := v.judged(ctx, v.posts(ctx, reply{}), false)
		v.fellEmpty(ch)
		return trouble
	}

	plan := v.plan(ch, named)
	replies, verdict, ok := v.batch(ctx, plan.parts)
	if !ok {
		return v.trouble(verdict, "page")
	}
	known := v.node(replies[0])
	if plan.days != nil {
		for i, s := range plan.days {
			v.figures(ctx, replies[plan.daysAt+i], s)
		}
		v.noFigures(true)
	}
	for i, m := range plan.retried {
		v.retried(ctx, m.name, replies[plan.retriedAt+i])
	}
	trouble := v.judged(ctx, v.posts(ctx, replies[1]), known)
	listed := len(v.seen) > 0
	found, missing := v.named(ctx, named, replies[plan.namedAt:], plan.fields)
	v.takeNamed(found)
	if trouble != nil {
		return trouble
	}
	v.fellEmpty(ch)
	if plan.reelsAt > 0 {
		v.reels(replies[plan.reelsAt])
	}
	if !listed {
		return nil // with a token that lost its rights each post answers as though it were gone
	}
	return v.missing(ctx, missing)
}

// fellEmpty looks whether the list of a page that was read before is empty of a sudden: that says nothing of what is
// gone, whatever else is there.
func (v *visit) fellEmpty(ch lantoa.Channel) {
	if len(v.seen) == 0 && (!v.all || !ch.FirstRead.IsZero()) {
		v.haul.From, v.haul.Complete = v.now, false
	}
}

// plan is what the one batch of a visit asks, and where in it the answers will stand. The page comes first and its
// posts second.
type plan struct {
	parts     []part
	days      []series
	daysAt    int
	retried   []metric
	retriedAt int
	reelsAt   int // 0: not asked
	namedAt   int
	fields    string // of the posts that are asked for by name
}

func (v *visit) plan(ch lantoa.Channel, named [][]string) (p plan) {
	node := "id"
	if v.deep() {
		node = "id,name,link,fan_count,followers_count"
	}
	p.parts = []part{
		{path: v.page, query: url.Values{"fields": {node}}},
		{path: v.page + "/published_posts", query: v.postQuery("")},
	}
	if v.deep() {
		lastFigures := ch.DepthAt[lantoa.Recent]
		if lastFigures.IsZero() {
			lastFigures = ch.LastRead
		}
		p.days, p.daysAt = v.wantedSeries(windows(lastFigures, v.now, v.all)), len(p.parts)
		for _, s := range p.days {
			p.parts = append(p.parts, v.seriesPart(s))
		}
		_, p.retried = alive(postMetrics, v.dead, v.now)
		p.retriedAt = len(p.parts)
		for _, m := range p.retried {
			p.parts = append(p.parts, v.postProbe(m.name))
		}
		if v.now.Sub(v.c.manner(v.page).noReels) >= deadFor {
			p.reelsAt = len(p.parts)
			p.parts = append(p.parts, part{path: v.page + "/video_reels", query: url.Values{"fields": {"id,description,created_time,permalink_url"}, "limit": {"25"}}})
		}
	}
	p.namedAt, p.fields = len(p.parts), v.fields()
	for _, ids := range named {
		p.parts = append(p.parts, namedPart(ids, p.fields))
	}
	return p
}

// judged looks into a refusal that says that the page's posts do not exist. Where the page itself is there, it means
// that they are not for us.
func (v *visit) judged(ctx context.Context, trouble *lantoa.Trouble, known bool) *lantoa.Trouble {
	if trouble == nil || trouble.Kind != lantoa.Gone {
		return trouble
	}
	if !known {
		_, _, known = v.getPatiently(ctx, part{path: v.page, query: url.Values{"fields": {"id"}}})
	}
	if known {
		trouble.Kind = lantoa.NoRight
	}
	return trouble
}

// node takes the page's own fields: its name, and its size, which is the only history of it that a page of
// under 100 likes has. It says whether the page could be read.
func (v *visit) node(r reply) bool {
	if r.status == 0 {
		return false
	}
	if verdict, ok := v.weigh(r); !ok {
		v.warn(v.trouble(verdict, "page"))
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

// posts reads piece after piece, beginning with the one that came with the batch, if it did. It ends where Facebook
// says that there is no more, or, unless everything is wanted, with enough posts and a piece that ran from new to old
// and ended before since: that order is usual and nowhere promised.
func (v *visit) posts(ctx context.Context, first reply) *lantoa.Trouble {
	after, cursors, given := "", map[string]bool{}, &first
	for range mostPieces {
		p, verdict, trouble := v.piece(ctx, after, given)
		given = nil
		if verdict.Action == NarrowWindow && !v.oldest.IsZero() && !v.oldest.Equal(v.until) {
			// Too deep for cursors: begin again at the oldest post so far, which comes twice.
			v.until, after, cursors = v.oldest, "", map[string]bool{}
			continue
		}
		if trouble != nil {
			v.haul.From = v.readBackTo(v.now)
			return trouble
		}
		ordered, last := v.take(p)
		if !bool(p.Paging.Next) {
			v.haul.Complete, v.haul.From = true, time.Time{}
			return nil
		}
		if !v.all && ordered && last.Before(v.since) && len(v.seen) >= v.newest {
			v.haul.From = v.readBackTo(v.since)
			return nil
		}
		after = p.Paging.Cursors.After
		if after == "" || cursors[after] {
			return v.broken(lantoa.Problem(lantoa.Garbled, "paging", "the cursor leads back to where it came from"))
		}
		cursors[after] = true
	}
	return v.broken(lantoa.Problem(lantoa.TooLarge, "paging", strconv.Itoa(mostPieces)+" pieces and no end"))
}

// readBackTo is the moment since which every post was surely read: just behind the oldest one while they ran from new
// to old, since there may be another of the same second; else what is given.
func (v *visit) readBackTo(otherwise time.Time) time.Time {
	if !v.order || v.oldest.IsZero() {
		return otherwise
	}
	return v.oldest.Add(time.Second)
}

// broken is a list that ends without an end. A later visit is good all the same: it read what is new. A first
// one is not: what it did not reach nobody would look for again.
func (v *visit) broken(t *lantoa.Trouble) *lantoa.Trouble {
	if v.all {
		return t
	}
	v.warn(t)
	return nil
}

// take puts the posts of a piece into the haul, and says whether they run from new to old and when the last
// of them was published. Life events are dated by their event and say nothing of the order.
func (v *visit) take(p piece) (ordered bool, last time.Time) {
	ordered = len(p.Data) > 0
	for i := range p.Data {
		post := &p.Data[i]
		created, ok := parseTime(post.CreatedTime)
		if !ok {
			v.warn(lantoa.Problem(lantoa.Garbled, "created_time", lantoa.Cut(clean(post.ID+" "+post.CreatedTime), 80)))
			continue
		}
		if !post.lifeEvent() {
			if !last.IsZero() && created.After(last) {
				ordered = false
			}
			if last.IsZero() && !v.last.IsZero() && created.After(v.last) {
				v.order = false
			}
			last = created
			if v.oldest.IsZero() || created.Before(v.oldest) {
				v.oldest = created
			}
		}
		v.keep(post, created)
	}
	v.order = v.order && (ordered || len(p.Data) == 0)
	if !last.IsZero() {
		v.last = last
	}
	return ordered && !last.IsZero(), last
}

// keep puts a post into the haul, if it is the page's own and published.
func (v *visit) keep(post *graphPost, created time.Time) {
	if !post.own(v.page) {
		return
	}
	in := post.incoming(created, v.now)
	v.haul.Posts = append(v.haul.Posts, in)
	if !v.seen[post.ID] {
		v.seen[post.ID] = true
		v.years[created.Year()]++
	}
	for _, id := range filmsOf(in.Post) {
		v.videos[id] = true
		if !slices.Contains(v.films[in.External], id) {
			v.films[in.External] = append(v.films[in.External], id)
		}
	}
}

// piece asks for one piece of posts, for less and less until it is answered. given is an answer that is
// there already.
func (v *visit) piece(ctx context.Context, after string, given *reply) (piece, Verdict, *lantoa.Trouble) {
	usual := v.detail
	denied := false // the figures were left out because a right seems to be missing
	for try := 1; ; try++ {
		var r reply
		var verdict Verdict
		ok := false
		if given != nil && given.status != 0 {
			r = *given
			verdict, ok = v.weigh(r)
		} else {
			r, verdict, ok = v.get(ctx, part{path: v.page + "/published_posts", query: v.postQuery(after)})
		}
		given = nil
		if ok {
			p, odd, err := decode(r.body)
			if err == nil {
				v.blind = v.blind || v.detail == light
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
		case verdict.Action == HalveLimit && v.detail < light:
			v.detail++
			try = 0
		case verdict.Action == ProbeMetrics && v.detail == full && v.probePosts(ctx):
			try = 0
		case v.detail == full && (verdict.Action == Permission || verdict.Action == ProbeMetrics):
			v.detail, denied = plain, verdict.Action == Permission
			try = 0
		case v.again(ctx, verdict, try):
		default:
			return piece{}, verdict, v.trouble(verdict, "published_posts")
		}
	}
}

// answered settles how the page is asked from now on, after a piece that was answered.
func (v *visit) answered(usual detail, denied bool, odd int) {
	if denied {
		v.c.learn(v.page, func(m *manner) { m.noInsights = v.now })
		v.warn(lantoa.Problem(lantoa.NoRight, "read_insights", "no figures of posts"))
	} else if v.detail > usual {
		v.warn(lantoa.Problem(lantoa.TooLarge, "published_posts", "asked without figures or pictures"))
		v.detail = usual
	}
	if odd > 0 {
		v.warn(lantoa.Problem(lantoa.Garbled, "published_posts", fmt.Sprintf("%d posts of an unknown shape", odd)))
	}
}

// fields are what is asked of each post now.
func (v *visit) fields() string {
	if v.detail == light {
		return lightFields
	}
	if living, _ := alive(postMetrics, v.dead, v.now); v.detail == full && len(living) > 0 {
		return postFields + ",insights.metric(" + strings.Join(names(living), ",") + "){name,period,values}"
	}
	return postFields
}

// postQuery asks for a piece. The address of the next piece that comes with an answer is never used: it
// carries the token.
func (v *visit) postQuery(after string) url.Values {
	q := url.Values{"fields": {v.fields()}, "limit": {strconv.Itoa(v.limit)}, "include_hidden": {"true"}}
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
	for _, year := range slices.Sorted(maps.Keys(v.years)) {
		if n := v.years[year]; n >= yearAlarm {
			v.warn(lantoa.Problem(lantoa.TooLarge, "posts_per_year", fmt.Sprintf("%d: %d", year, n)))
		}
	}
	if until, tight := v.c.opt.Budget.Ask(v.now, scopes(v.page)...); tight || !until.IsZero() {
		v.warn(&lantoa.Trouble{Kind: lantoa.Limited, What: "usage", Until: until})
	}
}
