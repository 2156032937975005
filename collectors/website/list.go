package website

import (
	"bytes"
	"net/url"
	"regexp"
	"strings"
	"time"

	"github.com/PuerkitoBio/goquery"
	"github.com/mmcdole/gofeed"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/internal/safehttp"
)

// entry is one article as a list page or a feed shows it.
type entry struct {
	address  string // to be asked for
	external string
	title    string
	lead     string
	content  string // the whole text, as HTML, where a feed brings it
	picture  string
	at       time.Time // zero: not said
}

// listing is a list page or a feed that was read.
type listing struct {
	entries []entry
	next    string // the next, older page
	name    string
	faults  []Fault // selectors that found nothing, with of how many items
}

// list reads a list page by its selectors.
func (p *page) list(cfg Config, now time.Time) listing {
	l := listing{name: firstOf(p.meta("og:site_name"), p.line(p.doc.Find("title").First().Text()))}
	var items *goquery.Selection
	if cfg.Item != "" {
		items = p.doc.Find(cfg.Item)
	} else {
		items = p.guessItems()
	}
	seen := map[string]bool{canonical(p.at): true}
	links := 0
	for i := range items.Nodes {
		item := items.Eq(i)
		e, ok := p.entry(cfg, item, now)
		if ok {
			links++
		}
		if !ok || seen[e.external] {
			continue
		}
		seen[e.external] = true
		l.entries = append(l.entries, e)
	}
	if cfg.Item != "" && items.Length() == 0 {
		l.faults = append(l.faults, Fault{Field: "item", Selector: cfg.Item, Why: FoundNothing})
	} else if cfg.Link != "" && links == 0 {
		l.faults = append(l.faults, Fault{Field: "link", Selector: cfg.Link, Of: items.Length(), Why: FoundNothing})
	}
	next := cfg.Next
	if next == "" {
		next = "a[rel=next],link[rel=next]"
	}
	if a := p.doc.Find(next).First(); a.Length() > 0 {
		if !a.Is("[href]") {
			a = a.Find("a[href]").First()
		}
		if u, ok := resolve(p.base, a.AttrOr("href", "")); ok && sameSite(u, p.at) && u.String() != p.at.String() {
			l.next = u.String()
		}
	}
	return l
}

// entry reads one item of a list. Links to other sites are not articles of this one.
func (p *page) entry(cfg Config, item *goquery.Selection, now time.Time) (entry, bool) {
	var links *goquery.Selection
	switch {
	case cfg.Link != "":
		links = item.Find(cfg.Link)
		links = links.AddSelection(links.Find("a[href]"))
	case item.Is("a[href]"):
		links = item
	default:
		links = item.Find("a[href]")
	}
	links = links.Filter("[href]")
	var e entry
	for i := range links.Nodes {
		a := links.Eq(i)
		u, ok := resolve(p.base, a.AttrOr("href", ""))
		if !ok || !within(u, p.at) || notAnArticle.MatchString(u.Path) {
			continue
		}
		if e.external == "" {
			e.address, e.external = u.String(), canonical(u)
		} else if e.external != canonical(u) {
			continue
		}
		e.title = longer(e.title, p.line(flat(a)))
		if e.title == "" {
			e.title = p.line(a.AttrOr("title", ""))
		}
	}
	if e.external == "" {
		return entry{}, false
	}
	if t := p.lineOf(p.first(item, cfg.Title)); t != "" {
		e.title = t
	}
	if s := p.first(item, cfg.Lead); s != nil {
		e.lead = p.text(s)
	}
	if at, ok := p.dateOf(p.first(item, cfg.Date), now); ok {
		e.at = at
	} else if at, ok := p.dateOf(p.first(item, "time[datetime]"), now); ok {
		e.at = at
	} else {
		item.Find(dateClasses).EachWithBreak(func(_ int, s *goquery.Selection) bool {
			e.at, ok = ParseDate(p.brief(s), now)
			return !ok
		})
	}
	if cfg.Picture != "" {
		if m := p.pictures(item.Find(cfg.Picture)); len(m) > 0 {
			e.picture = m[0].URL
		}
	} else if m := p.pictures(item); len(m) > 0 {
		e.picture = m[0].URL
	}
	return e, true
}

var notAnArticle = regexp.MustCompile(`(?i)\.(?:pdf|docx?|xlsx?|pptx?|zip|rar|jpe?g|png|gif|webp|mp[34]|rss|xml)$`)

func longer(a, b string) string {
	if len(b) > len(a) {
		return b
	}
	return a
}

// readFeed reads an answer as a feed.
func readFeed(r *safehttp.Response, now time.Time) (listing, error) {
	at, err := url.Parse(r.URL)
	if err != nil {
		return listing{}, lantoa.Problem(lantoa.Invalid, "address", "")
	}
	return parseFeed(decode(r.Body, r.Header.Get("Content-Type")), at, now)
}

var (
	declaration = regexp.MustCompile(`^\s*<\?xml[^>]*\?>`)
	feedRoot    = regexp.MustCompile(`(?i)<(?:rss|feed|rdf:RDF)[\s>]`)
	named       = regexp.MustCompile(`(?i)[+-]\d\d:?\d\d|\d\s*z$|\b(?:[ECMP][SD]T|UTC?|GMT)\b`)
)

func looksFeed(body []byte) bool {
	head := body[:min(len(body), 2000)]
	return feedRoot.Match(head) && !bytes.Contains(bytes.ToLower(head), []byte("<html"))
}

// parseFeed reads RSS or Atom. The text is Unicode by now, whatever its declaration says.
func parseFeed(text string, at *url.URL, now time.Time) (listing, error) {
	text = declaration.ReplaceAllString(text, "")
	text = strings.Map(func(r rune) rune {
		if r < ' ' && r != '\n' && r != '\t' && r != '\r' || r == 0xFFFE || r == 0xFFFF {
			return -1
		}
		return r
	}, strings.TrimSpace(text))
	if !looksFeed([]byte(text)) {
		return listing{}, lantoa.Problem(lantoa.Garbled, "feed", "")
	}
	feed, err := gofeed.NewParser().Parse(strings.NewReader(text))
	if err != nil {
		if strings.Contains(err.Error(), "EOF") {
			return listing{}, lantoa.Problem(lantoa.Garbled, "half_body", "")
		}
		return listing{}, lantoa.Problem(lantoa.Garbled, "feed", "")
	}
	l := listing{}
	joined := feed.Title
	for _, it := range feed.Items {
		joined += "\n" + it.Title + "\n" + it.Description
	}
	lang := tongueOf(joined)
	l.name = strings.Join(strings.Fields(lang.read(feed.Title)), " ")
	base := at
	if u, ok := resolve(at, feed.Link); ok {
		base = u
	}
	seen := map[string]bool{}
	for _, it := range feed.Items {
		e, ok := fromFeed(it, base, lang, now)
		if !ok || seen[e.external] {
			continue
		}
		seen[e.external] = true
		l.entries = append(l.entries, e)
	}
	return l, nil
}

func fromFeed(it *gofeed.Item, base *url.URL, lang tongue, now time.Time) (entry, bool) {
	links := append([]string{it.Link}, it.Links...)
	if strings.HasPrefix(it.GUID, "http") {
		links = append(links, it.GUID)
	}
	for _, link := range links {
		u, ok := resolve(base, link)
		if !ok {
			continue
		}
		e := entry{address: u.String(), external: canonical(u), content: it.Content}
		e.title = strings.Join(strings.Fields(plainText(it.Title, lang)), " ")
		e.lead = plainText(it.Description, lang)
		e.at = feedDate(it, now)
		if it.Image != nil {
			e.picture = absolute(base, it.Image.URL)
		}
		for _, en := range it.Enclosures {
			if e.picture == "" && en != nil && strings.HasPrefix(en.Type, "image/") {
				e.picture = absolute(base, en.URL)
			}
		}
		if e.picture == "" {
			if p, err := parsePage(it.Description, u); err == nil {
				if m := p.pictures(p.doc.Selection); len(m) > 0 {
					e.picture = m[0].URL
				}
			}
		}
		return e, true
	}
	return entry{}, false
}

func absolute(base *url.URL, link string) string {
	u, ok := resolve(base, link)
	if !ok {
		return ""
	}
	return u.String()
}

// plainText takes a text out of its HTML; feeds carry either.
func plainText(s string, lang tongue) string {
	if !strings.ContainsAny(s, "<&") {
		return strings.TrimSpace(lang.read(s))
	}
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(s))
	if err != nil {
		return ""
	}
	return lang.read(flat(doc.Selection))
}

// feedDate is when an item was published. A time without a zone is one of Viet Nam.
func feedDate(it *gofeed.Item, now time.Time) time.Time {
	for _, d := range []struct {
		said string
		read *time.Time
	}{{it.Published, it.PublishedParsed}, {it.Updated, it.UpdatedParsed}} {
		if d.said == "" {
			continue
		}
		if d.read != nil && named.MatchString(strings.TrimSpace(d.said)) && d.read.Year() > 1990 && d.read.Year() <= now.Year()+5 {
			return *d.read
		}
		if at, ok := ParseDate(d.said, now); ok {
			return at
		}
	}
	return time.Time{}
}

// fromFeedOnly is an article whose feed brings all there is to read.
func (e entry) fromFeedOnly(now time.Time) article {
	a := article{entry: e, readAt: now}
	if e.content != "" {
		at, err := url.Parse(e.address)
		if err != nil {
			return a
		}
		if p, err := parsePage(e.content, at); err == nil {
			a.body, a.media = p.text(p.doc.Selection), p.pictures(p.doc.Selection)
			a.media = append(a.media, p.films(p.doc.Selection)...)
		}
	}
	if len(a.media) == 0 && e.picture != "" {
		a.media = []lantoa.Media{{Kind: "photo", URL: e.picture}}
	}
	a.content = ""
	return a
}
