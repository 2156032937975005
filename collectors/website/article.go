package website

import (
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/PuerkitoBio/goquery"

	"github.com/hoiphunu/lantoa"
)

// article is one article as it was read.
type article struct {
	entry
	body   string
	media  []lantoa.Media
	readAt time.Time
	lacks  []string // fields of the Config that found nothing on the page
}

const mostPictures = 20

// read takes an article from its page. shown is what the list or feed said of it.
func (p *page) read(cfg Config, shown entry, now time.Time) article {
	a := article{entry: shown, readAt: now}
	all := p.doc.Selection
	pick := func(field, selector string) *goquery.Selection {
		s := p.first(all, selector)
		if s == nil && selector != "" {
			a.lacks = append(a.lacks, field)
		}
		return s
	}
	title := p.lineOf(pick("title", cfg.Title))
	a.title = firstOf(title, whole(shown.title), p.title(), shown.title)
	if at, ok := p.dateOf(pick("date", cfg.Date), now); ok {
		a.at = at
	} else if at, ok := p.published(now); a.at.IsZero() && ok {
		a.at = at
	} else if a.at.IsZero() {
		a.at = p.dateNear(now)
	}
	a.lead = whole(shown.lead)
	if s := pick("lead", cfg.Lead); s != nil {
		a.lead = p.text(s)
	}
	var body *goquery.Selection
	if cfg.Body != "" {
		if body = all.Find(cfg.Body); strings.TrimSpace(flat(body)) == "" && body.Find("img").Length() == 0 {
			a.lacks = append(a.lacks, "body")
		}
		body = outermost(body)
	} else {
		body = p.guessBody()
	}
	a.body = p.text(body)
	if cfg.Picture != "" {
		if a.media = p.pictures(all.Find(cfg.Picture)); len(a.media) == 0 {
			a.lacks = append(a.lacks, "picture")
		}
	} else {
		a.media = p.pictures(body)
	}
	if len(a.media) == 0 && shown.picture != "" {
		a.media = []lantoa.Media{{Kind: "photo", URL: shown.picture}}
	}
	a.media = append(a.media, p.films(body)...)
	return a
}

func firstOf(all ...string) string {
	for _, s := range all {
		if s != "" {
			return s
		}
	}
	return ""
}

// whole is a title or a lead unless a list has cut it off.
func whole(s string) string {
	if strings.HasSuffix(s, "...") || strings.HasSuffix(s, "…") || strings.HasSuffix(s, "…]") {
		return ""
	}
	return s
}

// title is what a page calls itself.
func (p *page) title() string {
	if h := p.doc.Find("h1"); h.Length() == 1 && p.lineOf(h) != "" {
		return p.lineOf(h)
	}
	return firstOf(p.meta("og:title", "twitter:title"), p.line(p.doc.Find("title").First().Text()))
}

// dateNear looks for a date where sites put it: in a small element that is called so, the first one of the page.
func (p *page) dateNear(now time.Time) (at time.Time) {
	p.doc.Find(dateClasses).EachWithBreak(func(_ int, s *goquery.Selection) bool {
		text := p.brief(s)
		found, ok := ParseDate(text, now)
		if !ok || found.After(now.Add(24*time.Hour)) || today(text, found, now) {
			return true
		}
		at = found
		return false
	})
	return at
}

// today says whether a text may be the clock that many sites show in their head rather than the date of an article.
func today(text string, found, now time.Time) bool {
	return lantoa.Day(found, vietnam).Equal(lantoa.Day(now, vietnam)) && !strings.ContainsAny(text, ":hg")
}

// outermost leaves out of a selection what lies within others of it.
func outermost(s *goquery.Selection) *goquery.Selection {
	return s.FilterFunction(func(_ int, e *goquery.Selection) bool { return e.ParentsFiltered("*").FilterSelection(s).Length() == 0 })
}

var (
	notAPicture = regexp.MustCompile(`(?i)\.svg(?:$|\?)|(?:^|[/_-])(?:logo|icon|spacer|blank|pixel|avatar|loading|banner|emoji)s?(?:[/_.-]|$)`)
	film        = regexp.MustCompile(`(?i)^https?://(?:www\.)?(?:youtube(?:-nocookie)?\.com/embed/|youtu\.be/|player\.vimeo\.com/|www\.facebook\.com/plugins/video)`)
)

// pictures are the pictures of a selection, their addresses whole. Pages that load them late keep the address in
// another attribute.
func (p *page) pictures(s *goquery.Selection) []lantoa.Media {
	if s == nil {
		return nil
	}
	var out []lantoa.Media
	seen := map[string]bool{}
	s.Find("img").AddSelection(s.Filter("img,meta")).Each(func(_ int, img *goquery.Selection) {
		if len(out) >= mostPictures || small(img.AttrOr("width", "")) || small(img.AttrOr("height", "")) {
			return
		}
		for _, name := range []string{"data-src", "data-original", "data-lazy-src", "data-lazy", "src", "content", "srcset"} {
			v := img.AttrOr(name, "")
			if name == "srcset" {
				v, _, _ = strings.Cut(strings.TrimSpace(v), " ")
			}
			u, ok := resolve(p.base, v)
			if !ok || notAPicture.MatchString(u.Path) {
				continue
			}
			if address := u.String(); !seen[address] {
				seen[address] = true
				caption := p.lineOf(p.first(img.Closest("figure"), "figcaption"))
				out = append(out, lantoa.Media{Kind: "photo", URL: address, Title: lantoa.Cut(firstOf(caption, p.line(img.AttrOr("alt", ""))), 300)})
			}
			return
		}
	})
	return out
}

func small(size string) bool {
	n, err := strconv.Atoi(strings.TrimSuffix(strings.TrimSpace(size), "px"))
	return err == nil && n < 60
}

// films are the films that play within a selection.
func (p *page) films(s *goquery.Selection) []lantoa.Media {
	if s == nil {
		return nil
	}
	var out []lantoa.Media
	s.Find("iframe[src],video[src],video source[src]").Each(func(_ int, e *goquery.Selection) {
		u, ok := resolve(p.base, e.AttrOr("src", ""))
		if ok && len(out) < mostPictures && (!e.Is("iframe") || film.MatchString(u.String())) {
			out = append(out, lantoa.Media{Kind: "video", URL: u.String()})
		}
	})
	return out
}

// incoming is the article as a post: its title, what leads into it, and its text.
func (a article) incoming() lantoa.Incoming {
	parts := []string{a.title}
	lead, body := withoutOpening(a.lead, a.title), withoutOpening(a.body, a.title)
	if !strings.Contains(body, lead) {
		parts = append(parts, lead)
	}
	parts = append(parts, body)
	text := strings.TrimSpace(strings.Join(parts, "\n\n"))
	return lantoa.Incoming{Post: lantoa.Post{
		External: a.external, Type: a.form(), Text: text, Permalink: a.address, Media: slices.Clone(a.media), PublishedAt: a.at.UTC(),
	}}
}

// withoutOpening drops a title that a text repeats as its first line.
func withoutOpening(text, title string) string {
	first, rest, _ := strings.Cut(text, "\n")
	if title != "" && strings.EqualFold(strings.TrimSpace(first), title) {
		text = rest
	}
	return strings.TrimSpace(text)
}

func (a article) form() lantoa.PostType {
	photos, films := 0, 0
	for _, m := range a.media {
		if m.Kind == "video" {
			films++
		} else {
			photos++
		}
	}
	switch {
	case films > 0:
		return lantoa.Video
	case photos > 1:
		return lantoa.Album
	case photos == 1:
		return lantoa.Photo
	}
	return lantoa.Text
}

// weight is roughly the memory that the article takes.
func (a article) weight() int {
	n := 500 + len(a.body) + len(a.lead) + len(a.title) + len(a.address) + len(a.external) + len(a.content)
	for _, m := range a.media {
		n += 100 + len(m.URL) + len(m.Title)
	}
	return n
}

// addressOf is where a canonical address can be asked for on a site.
func addressOf(external string, site *url.URL) string {
	u, ok := reachable(external, site)
	if !ok {
		return ""
	}
	return u.String()
}
