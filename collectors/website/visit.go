package website

import (
	"context"
	"errors"
	"net/url"
	"strconv"
	"time"

	"github.com/hoiphunu/lantoa"
)

// How much one visit reads at most. What lies deeper than that on a list nobody looks for.
const (
	mostPages    = 60
	mostArticles = 600
	mostConfirms = 10
	believed     = 6 * time.Hour // an article that was there is not asked after again
	patientWith  = 3             // articles in a row that a site fails to serve
)

// Visit reads what a site shows: its feed, or its list page and as many of the older pages as are asked for, and the
// articles on them that are new or may have changed.
func (c *Client) Visit(ctx context.Context, ch lantoa.Channel, ask lantoa.Ask, now time.Time) (lantoa.Haul, error) {
	cfg, err := ParseConfig(ch.Config)
	if err != nil {
		return lantoa.Haul{}, err
	}
	v := &visit{asker: asker{c: c}, cfg: cfg, ask: ask, now: now, began: time.Now(), seen: map[string]bool{}, met: map[string]int{}}
	if v.site, err = siteOf(ch.URL, cfg); err != nil {
		return lantoa.Haul{}, err
	}
	err = v.run(ctx)
	v.haul.Calls = v.calls
	return v.haul, err
}

// Confirm says which of these articles are gone: their own page says so. That a list no longer shows them says
// nothing.
func (c *Client) Confirm(ctx context.Context, ch lantoa.Channel, externals []string) (gone []string, err error) {
	cfg, err := ParseConfig(ch.Config)
	if err != nil {
		return nil, err
	}
	site, err := siteOf(ch.URL, cfg)
	if err != nil {
		return nil, err
	}
	a := &asker{c: c}
	asked := 0
	for _, external := range externals {
		key := "there " + external
		if k := c.known.get(key); k != nil && c.opt.Now().Sub(k.value.(time.Time)).Abs() < believed {
			continue
		}
		if asked++; asked > mostConfirms {
			break // the rest at another visit
		}
		_, err := a.get(ctx, addressOf(external, site), "article_page", nil)
		if ctx.Err() != nil {
			return gone, context.Cause(ctx)
		}
		switch lantoa.KindOf(err) {
		case lantoa.Gone:
			gone = append(gone, external)
		case lantoa.Limited, lantoa.Away:
			return gone, nil
		default:
			c.known.put(&kept{key: key, value: c.opt.Now(), size: 200 + 2*len(key)})
		}
	}
	return gone, nil
}

// siteOf is the address of a channel's site.
func siteOf(address string, cfg Config) (*url.URL, error) {
	for _, s := range []string{address, cfg.List, cfg.Feed} {
		if u, err := url.Parse(s); s != "" && err == nil && u.Host != "" && (u.Scheme == "http" || u.Scheme == "https") {
			return u, nil
		}
	}
	return nil, lantoa.Problem(lantoa.Invalid, "address", "")
}

// visit is one visit under way.
type visit struct {
	asker
	cfg   Config
	site  *url.URL
	ask   lantoa.Ask
	now   time.Time
	began time.Time // by the clock on the wall
	haul  lantoa.Haul

	seen  map[string]bool // articles that were taken or tried
	dates []time.Time     // of the articles, as the list has them in order
	tried int
	fails int // in a row
	first error
	cut   bool           // time ran out
	met   map[string]int // how often each kind of warning was
}

func (v *visit) run(ctx context.Context) error {
	if v.cfg.Feed == "" && !v.cfg.lists() {
		return v.guessed(ctx)
	}
	return v.read(ctx)
}

// guessed reads a site of which nobody has said where its articles are. The guess is kept as long as it bears fruit.
func (v *visit) guessed(ctx context.Context) error {
	key := "found " + v.site.String()
	k := v.c.known.get(key)
	if k == nil {
		cfg, err := v.discover(ctx, v.site.String())
		if err != nil {
			return err
		}
		k = &kept{key: key, value: cfg, size: 500}
		v.c.known.put(k)
	}
	v.cfg = k.value.(Config)
	err := v.read(ctx)
	if kind := lantoa.KindOf(err); kind == lantoa.Garbled || kind == lantoa.Gone {
		v.c.known.forget(key)
	}
	return err
}

func (v *visit) read(ctx context.Context) error {
	deep := v.ask.Depth.Reaches(lantoa.Season)
	if v.cfg.Feed != "" {
		err := v.feed(ctx)
		if err != nil && (!v.cfg.lists() || !v.mayGoOn(ctx, err)) {
			return err
		}
		if err != nil {
			v.warn(err)
			deep = true // the list page has to do
		}
	}
	if v.cfg.lists() && (v.cfg.Feed == "" || deep) {
		if err := v.pages(ctx); err != nil {
			return err
		}
	}
	if v.tried > 0 && len(v.haul.Posts) == 0 && v.first != nil {
		return v.first
	}
	if err := v.asked(ctx); err != nil {
		return err
	}
	if v.cut && len(v.haul.Posts) == 0 { // too many wait for this host
		return lantoa.Problem(lantoa.Away, "timeout", "")
	}
	v.settle()
	return nil
}

// mayGoOn says whether a trouble is one of this page rather than of the whole site or of the visit.
func (v *visit) mayGoOn(ctx context.Context, err error) bool {
	switch lantoa.KindOf(err) {
	case "", lantoa.Limited, lantoa.Forbidden, lantoa.Invalid:
		return false
	}
	return ctx.Err() == nil
}

// feed reads the feed and its articles.
func (v *visit) feed(ctx context.Context) error {
	l, err := v.listing(ctx, v.cfg.Feed, "feed")
	if err != nil {
		return err
	}
	v.named(l)
	return v.take(ctx, l.entries, v.cfg.Body != "")
}

// pages reads the list page, and older ones as far as is asked.
func (v *visit) pages(ctx context.Context) error {
	address := v.cfg.List
	if address == "" {
		address = v.site.String()
	}
	been := map[string]bool{}
	for n := 0; address != ""; n++ {
		if n == mostPages || len(v.haul.Posts) >= mostArticles {
			v.warn(lantoa.Problem(lantoa.TooLarge, "paging", strconv.Itoa(len(v.haul.Posts))))
			return nil
		}
		been[address] = true
		l, err := v.listing(ctx, address, "list")
		if err != nil {
			if n > 0 && v.mayGoOn(ctx, err) {
				v.warn(err)
				return nil
			}
			return err
		}
		v.named(l)
		before := len(v.seen)
		if err := v.take(ctx, l.entries, true); err != nil || v.cut {
			return err
		}
		fresh := len(v.seen) > before
		if n > 0 && !fresh {
			v.warn(lantoa.Problem(lantoa.Garbled, "paging", ""))
			return nil
		}
		if l.next == "" {
			v.haul.Complete = v.cfg.Next != "" && v.ask.Since.IsZero()
			return nil
		}
		if v.enough() {
			return nil
		}
		if been[l.next] {
			v.warn(lantoa.Problem(lantoa.Garbled, "paging", ""))
			return nil
		}
		address = l.next
	}
	return nil
}

// enough says whether what was read reaches as far back as is asked.
func (v *visit) enough() bool {
	if v.ask.Depth == lantoa.Full || v.ask.Since.IsZero() {
		return false
	}
	if v.ask.Depth.Reaches(lantoa.Recent) && len(v.dates) < v.ask.Newest {
		return false
	}
	return len(v.dates) == 0 || v.dates[len(v.dates)-1].Before(v.ask.Since)
}

// listing reads a feed or a list page, or takes what is kept of it if it has not changed.
func (v *visit) listing(ctx context.Context, address, about string) (listing, error) {
	key := about + " " + digest(v.cfg.String()) + " " + address
	before := v.c.known.get(key)
	r, err := v.get(ctx, address, about, before)
	if err != nil {
		return listing{}, err
	}
	if r.Status == 304 {
		return before.value.(listing), nil
	}
	l := listing{}
	if about == "feed" {
		l, err = readFeed(r, v.now)
	} else {
		var p *page
		if p, err = newPage(r); err == nil {
			l = p.list(v.cfg, v.now)
			if len(l.entries) == 0 {
				err = lantoa.Problem(lantoa.Garbled, "list", "")
				if p.login() {
					err = lantoa.Problem(lantoa.NoRight, "login", about)
				}
			}
		}
	}
	if err != nil {
		return listing{}, err
	}
	k := &kept{key: key, etag: r.Header.Get("ETag"), modified: r.Header.Get("Last-Modified"), value: l, size: 500}
	for _, e := range l.entries {
		k.size += 300 + len(e.address) + len(e.external) + len(e.title) + len(e.lead) + len(e.content)
	}
	if k.etag != "" || k.modified != "" {
		v.c.known.put(k)
	}
	return l, nil
}

func (v *visit) named(l listing) {
	if v.haul.Name == "" {
		v.haul.Name, v.haul.URL = lantoa.Cut(l.name, 200), v.site.String()
	}
}

// take reads the articles that a list shows.
func (v *visit) take(ctx context.Context, entries []entry, pages bool) error {
	for _, e := range entries {
		if v.seen[e.external] {
			continue
		}
		v.seen[e.external] = true
		var a article
		var err error
		if pages {
			a, err = v.article(ctx, e, false)
		} else {
			a = e.fromFeedOnly(v.now)
		}
		if v.cut {
			return nil
		}
		if err = v.lay(ctx, a, err); err != nil {
			return err
		}
	}
	return nil
}

// lay puts an article into the haul. A trouble with one article is no trouble of the visit, unless the site has gone
// away meanwhile.
func (v *visit) lay(ctx context.Context, a article, err error) error {
	v.tried++
	if err != nil {
		if v.first == nil {
			v.first = err
		}
		if lantoa.KindOf(err) == lantoa.Gone {
			v.haul.Gone = append(v.haul.Gone, a.external)
			return nil
		}
		v.fails++
		if !v.mayGoOn(ctx, err) || v.fails >= patientWith && lantoa.KindOf(err) == lantoa.Away {
			return err
		}
		v.warn(err)
		if a.readAt.IsZero() {
			return nil
		}
	} else {
		v.fails = 0
	}
	if a.at.IsZero() {
		err := lantoa.Problem(lantoa.Garbled, "date", "")
		if v.first == nil {
			v.first = err
		}
		v.warn(err)
		return nil
	}
	v.dates = append(v.dates, a.at)
	v.haul.Posts = append(v.haul.Posts, a.incoming())
	return nil
}

// remembered is an article and what the list said of it when it was read.
type remembered struct {
	article
	shown entry
}

// article reads an article's page, unless it is known and need not be looked at again. With a trouble comes what is
// known, if anything is.
func (v *visit) article(ctx context.Context, shown entry, asked bool) (article, error) {
	key := "article " + digest(v.cfg.String()) + " " + shown.external
	if shown.content != "" { // of a feed whose articles are read on their pages: only whether it changed matters
		shown.content = digest(shown.content)
	}
	before := v.c.known.get(key)
	known := remembered{article: article{entry: shown}}
	if before != nil {
		known = before.value.(remembered)
		if asked && shown.title == "" {
			shown = known.shown
		}
		if !asked && !due(known.article, v.now) && known.shown == shown {
			return known.article, nil
		}
		if known.shown.title != shown.title {
			before = nil // the list knows of a change; the page's own mark may be of its frame
		}
	}
	if v.outOfTime(ctx) {
		v.cut = true
		return known.article, nil
	}
	r, err := v.get(ctx, shown.address, "article_page", before)
	if err != nil {
		return known.article, err
	}
	if r.Status == 304 {
		known.readAt = v.now
		v.c.known.put(&kept{key: key, etag: before.etag, modified: before.modified, value: known, size: before.size})
		return known.article, nil
	}
	if at, err := url.Parse(r.URL); err == nil && at.Path == "/" && at.RawQuery == "" && canonical(at) != shown.external {
		return known.article, lantoa.Problem(lantoa.Garbled, "redirect", "/") // the front page in place of an article
	}
	p, err := newPage(r)
	if err != nil {
		return known.article, err
	}
	a := p.read(v.cfg, shown, v.now)
	if a.body == "" && p.login() {
		return known.article, lantoa.Problem(lantoa.NoRight, "login", "article_page")
	}
	if a.title == "" && a.body == "" {
		return known.article, lantoa.Problem(lantoa.Garbled, "article_page", "")
	}
	v.c.known.put(&kept{
		key: key, etag: r.Header.Get("ETag"), modified: r.Header.Get("Last-Modified"), value: remembered{a, shown}, size: a.weight() + 300 + len(shown.title),
	})
	return a, nil
}

// due says whether an article may have changed since it was read: the older it is, the seldomer that happens.
func due(a article, now time.Time) bool {
	wait := min(max(now.Sub(a.at)/8, time.Hour), 7*24*time.Hour)
	since := now.Sub(a.readAt)
	return since < 0 || since >= wait-time.Minute
}

// outOfTime says whether the rest must wait for another visit.
func (v *visit) outOfTime(ctx context.Context) bool {
	if end, ok := ctx.Deadline(); ok && time.Until(end) < 30*time.Second {
		return true
	}
	return time.Since(v.began) > v.c.opt.Patience
}

// asked reads the older articles that were asked for by name.
func (v *visit) asked(ctx context.Context) error {
	for _, external := range v.ask.Posts {
		address := addressOf(external, v.site)
		if v.seen[external] || address == "" || v.cut {
			continue
		}
		v.seen[external] = true
		a, err := v.article(ctx, entry{address: address, external: external}, true)
		if v.cut {
			return nil
		}
		if lantoa.KindOf(err) == lantoa.Gone {
			v.haul.Gone = append(v.haul.Gone, external)
			continue
		}
		if err != nil && !v.mayGoOn(ctx, err) {
			return err
		}
		if err != nil {
			v.warn(err)
		} else if !a.at.IsZero() {
			v.haul.Posts = append(v.haul.Posts, a.incoming())
		}
	}
	return nil
}

// warn keeps a trouble that does not spoil the visit, one of each kind with how often it was met.
func (v *visit) warn(err error) {
	var t *lantoa.Trouble
	if !errors.As(err, &t) {
		return
	}
	key := string(t.Kind) + " " + t.What
	if v.met[key]++; v.met[key] == 1 {
		v.haul.Warnings = append(v.haul.Warnings, *t)
	}
}

// settle says at the end how far back the haul is whole.
func (v *visit) settle() {
	for i, w := range v.haul.Warnings {
		if n := v.met[string(w.Kind)+" "+w.What]; n > 1 {
			v.haul.Warnings[i].Note = strconv.Itoa(n) + "×"
		}
	}
	if v.cut {
		v.haul.Complete = false
		if v.ask.Depth.Reaches(lantoa.Recent) {
			v.haul.Depth = lantoa.Fresh // so that the deeper turn comes again and goes on from here
		}
	}
	if !v.haul.Complete {
		v.haul.From = v.whole()
	}
}

// whole is since when everything that a site published is in the haul: since the last article of the list, provided
// that it runs from new to old. An old one that is pinned to its head does not matter.
func (v *visit) whole() time.Time {
	if len(v.dates) == 0 {
		return v.now
	}
	last := v.dates[len(v.dates)-1]
	newer := 0
	for _, d := range v.dates {
		if !d.Before(last) {
			newer++
		}
	}
	if newer*10 < len(v.dates)*8 {
		return v.now
	}
	return last
}
