package website

import (
	"context"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/PuerkitoBio/goquery"

	"github.com/hoiphunu/lantoa"
)

// Trial is what a Config brings from a site, for a person to look at before it is saved.
type Trial struct {
	Name     string
	Items    int // articles that the list or the feed shows
	Articles []Sample
	Faults   []Fault
	Calls    int
}

// Sample is one article as it would be kept.
type Sample struct {
	URL     string
	Title   string
	At      time.Time // zero: no date was found, and the article would not be kept
	Lead    string
	Text    string // the beginning of it
	Picture string
	Lacks   []string // fields whose selector found nothing here
}

// Fault is what is wrong with one field of a Config.
type Fault struct {
	Field    string // by its name in JSON: feed, list, item, link, title, date, lead, body, picture, next
	Selector string
	Found    int // on so many of the Of pages or items that were looked at
	Of       int
	Why      Why
	Trouble  *lantoa.Trouble // of a page that could not be read
}

// Why says what is wrong with a field.
type Why string

const (
	NotASelector Why = "syntax"     // cannot be read as a selector, or as an address
	FoundNothing Why = "nothing"    // finds nothing, or not everywhere
	NotADate     Why = "not_a_date" // finds something that states no date
	Unreadable   Why = "unreadable" // the page it is about cannot be read; see Trouble
)

const samples = 5

// Try reads a site once with a Config that is not saved yet.
func (c *Client) Try(ctx context.Context, address string, cfg Config) (Trial, error) {
	var t Trial
	for _, f := range cfg.selectors() {
		if f.Selector != "" && !readable(f.Selector) {
			f.Why = NotASelector
			t.Faults = append(t.Faults, f)
		}
	}
	for _, f := range []Fault{{Field: "feed", Selector: cfg.Feed}, {Field: "list", Selector: cfg.List}} {
		if (Config{Feed: f.Selector}).Check() != nil {
			f.Why = NotASelector
			t.Faults = append(t.Faults, f)
		}
	}
	if len(t.Faults) > 0 {
		return t, nil
	}
	site, err := siteOf(address, cfg)
	if err != nil {
		return t, err
	}
	v := &visit{asker: asker{c: c}, cfg: cfg, site: site, now: c.opt.Now(), began: time.Now()}
	err = v.trial(ctx, &t)
	t.Calls = v.calls
	return t, err
}

func (v *visit) trial(ctx context.Context, t *Trial) error {
	var entries []entry
	if v.cfg.Feed != "" {
		r, err := v.get(ctx, v.cfg.Feed, "feed", nil)
		var l listing
		if err == nil {
			l, err = readFeed(r, v.now)
		}
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if err != nil {
			t.Faults = append(t.Faults, Fault{Field: "feed", Selector: v.cfg.Feed, Why: Unreadable, Trouble: lantoa.AsTrouble(err, lantoa.Away)})
		}
		t.Name, t.Items, entries = l.name, len(l.entries), l.entries
	}
	if v.cfg.lists() {
		address := firstOf(v.cfg.List, v.site.String())
		r, err := v.get(ctx, address, "list", nil)
		var p *page
		if err == nil {
			p, err = newPage(r)
		}
		if ctx.Err() != nil {
			return context.Cause(ctx)
		}
		if err != nil {
			t.Faults = append(t.Faults, Fault{Field: "list", Selector: address, Why: Unreadable, Trouble: lantoa.AsTrouble(err, lantoa.Away)})
		} else {
			l := p.list(v.cfg, v.now)
			t.Faults = append(t.Faults, l.faults...)
			if v.cfg.Next != "" && l.next == "" {
				t.Faults = append(t.Faults, Fault{Field: "next", Selector: v.cfg.Next, Of: 1, Why: FoundNothing})
			}
			if len(entries) == 0 {
				t.Name, t.Items, entries = l.name, len(l.entries), l.entries
			}
		}
	}
	return v.samples(ctx, t, entries)
}

// samples reads the first articles and notes which selectors found nothing on them.
func (v *visit) samples(ctx context.Context, t *Trial, entries []entry) error {
	lacking := map[string]int{}
	read, undated := 0, 0
	for _, e := range entries[:min(len(entries), samples)] {
		a := e.fromFeedOnly(v.now)
		if v.cfg.Feed == "" || v.cfg.Body != "" {
			r, err := v.get(ctx, e.address, "article_page", nil)
			var p *page
			if err == nil {
				p, err = newPage(r)
			}
			if ctx.Err() != nil {
				return context.Cause(ctx)
			}
			if err != nil {
				t.Faults = append(t.Faults, Fault{Field: "link", Selector: e.address, Why: Unreadable, Trouble: lantoa.AsTrouble(err, lantoa.Away)})
				continue
			}
			a = p.read(v.cfg, e, v.now)
			if v.cfg.Date != "" && !slices.Contains(a.lacks, "date") {
				if _, ok := p.dateOf(p.first(p.doc.Selection, v.cfg.Date), v.now); !ok {
					undated++
				}
			}
		}
		read++
		for _, field := range a.lacks {
			if field == "lead" && e.lead != "" || field == "title" && e.title != "" || field == "date" && !e.at.IsZero() || field == "picture" && e.picture != "" {
				continue // it stood in the item of the list
			}
			lacking[field]++
		}
		t.Articles = append(t.Articles, sample(a))
	}
	for _, f := range v.cfg.selectors() {
		switch n := lacking[f.Field]; {
		case n > 0:
			t.Faults = append(t.Faults, Fault{Field: f.Field, Selector: f.Selector, Found: read - n, Of: read, Why: FoundNothing})
		case f.Field == "date" && undated > 0:
			t.Faults = append(t.Faults, Fault{Field: f.Field, Selector: f.Selector, Found: read - undated, Of: read, Why: NotADate})
		}
	}
	return nil
}

func sample(a article) Sample {
	s := Sample{URL: a.address, Title: a.title, At: a.at, Lead: lantoa.Cut(a.lead, 400), Lacks: a.lacks}
	s.Text = lantoa.Cut(firstOf(withoutOpening(a.body, a.title), a.lead), 600)
	for _, m := range a.media {
		if m.Kind == "photo" {
			s.Picture = m.URL
			break
		}
	}
	return s
}

// usualFeeds are where sites that do not name their feed have it.
var usualFeeds = []string{"/rss", "/feed", "/rss.xml", "/feed.xml", "/atom.xml", "/rss/home.rss", "/index.xml"}

// Discover looks where the articles of a site are: its feed, if it has one, and else a guess at selectors. A person
// should look at what they bring.
func (c *Client) Discover(ctx context.Context, address string) (Config, error) {
	site, err := siteOf(strings.TrimSpace(address), Config{})
	if err != nil {
		return Config{}, err
	}
	v := &visit{asker: asker{c: c}, site: site, now: c.opt.Now(), began: time.Now()}
	return v.discover(ctx, site.String())
}

func (v *visit) discover(ctx context.Context, address string) (Config, error) {
	r, err := v.get(ctx, address, "page", nil)
	if err != nil {
		return Config{}, err
	}
	if looksFeed(r.Body) { // the address is a feed's
		_, err := readFeed(r, v.now)
		return Config{Feed: r.URL}, err
	}
	p, err := newPage(r)
	if err != nil {
		return Config{}, err
	}
	cfg := Config{Item: p.guessItem()}
	entries := p.list(cfg, v.now).entries
	if feed, l := v.findFeed(ctx, p); feed != "" {
		cfg = Config{Feed: feed}
		entries = l.entries
	}
	if ctx.Err() != nil {
		return Config{}, context.Cause(ctx)
	}
	if len(entries) == 0 {
		if p.login() {
			return Config{}, lantoa.Problem(lantoa.NoRight, "login", "page")
		}
		return Config{}, lantoa.Problem(lantoa.Garbled, "list", "")
	}
	if cfg.Feed != "" && slices.ContainsFunc(entries, func(e entry) bool { return len(e.content) > 500 }) {
		return cfg, nil // the feed brings the whole text
	}
	if cfg.Feed == "" {
		cfg.List = p.at.String()
	}
	v.guessArticle(ctx, &cfg, entries)
	return cfg, nil
}

// findFeed is the address of a feed that a page names, or of one that stands at a usual place and has articles in it.
func (v *visit) findFeed(ctx context.Context, p *page) (string, listing) {
	var candidates []string
	p.doc.Find("link[rel~=alternate][href], a[href$='.rss'], a[href$='/rss'], a[href$='/feed']").Each(func(_ int, s *goquery.Selection) {
		kind := strings.ToLower(s.AttrOr("type", ""))
		if s.Is("link") && !strings.Contains(kind, "rss") && !strings.Contains(kind, "atom") {
			return
		}
		href := s.AttrOr("href", "")
		if u, ok := resolve(p.base, href); ok && !strings.Contains(u.Path, "comments") && !slices.Contains(candidates, u.String()) {
			candidates = append(candidates, u.String())
		}
	})
	candidates = candidates[:min(len(candidates), 4)]
	for _, path := range usualFeeds {
		if u, ok := resolve(&url.URL{Scheme: p.at.Scheme, Host: p.at.Host}, path); ok && !slices.Contains(candidates, u.String()) {
			candidates = append(candidates, u.String())
		}
	}
	for _, address := range candidates {
		r, err := v.get(ctx, address, "feed", nil)
		if err != nil {
			if ctx.Err() != nil || lantoa.KindOf(err) == lantoa.Limited {
				return "", listing{}
			}
			continue
		}
		if l, err := readFeed(r, v.now); err == nil && len(l.entries) > 0 {
			return r.URL, l
		}
	}
	return "", listing{}
}

// guessArticle guesses the selectors of article pages from the first one that can be read.
func (v *visit) guessArticle(ctx context.Context, cfg *Config, entries []entry) {
	for _, e := range entries[:min(len(entries), 3)] {
		r, err := v.get(ctx, e.address, "article_page", nil)
		if err != nil {
			continue
		}
		p, err := newPage(r)
		if err != nil {
			continue
		}
		cfg.Body = p.selectorOf(p.guessBody())
		if h := p.doc.Find("h1"); h.Length() == 1 {
			cfg.Title = p.selectorOf(h)
		}
		if lead := p.doc.Find(".sapo,.lead,.summary,.trichdan,.trich-dan,.mota,[class*=sapo],[class*=Lead]").First(); lead.Length() > 0 && len(flat(lead)) > 20 {
			cfg.Lead = p.selectorOf(lead)
		}
		if _, ok := p.published(v.now); !ok && e.at.IsZero() {
			p.doc.Find(dateClasses).EachWithBreak(func(_ int, s *goquery.Selection) bool {
				text := p.brief(s)
				at, ok := ParseDate(text, v.now)
				if !ok || at.After(v.now.Add(24*time.Hour)) || today(text, at, v.now) {
					return true
				}
				cfg.Date = p.selectorOf(s)
				return cfg.Date == ""
			})
		}
		return
	}
}
