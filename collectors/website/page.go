package website

import (
	"bytes"
	"encoding/json"
	"mime"
	"net/url"
	"regexp"
	"strings"
	"time"

	"github.com/PuerkitoBio/goquery"
	"golang.org/x/net/html"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/internal/safehttp"
)

// page is a page of HTML that was read.
type page struct {
	at     *url.URL // where it was
	base   *url.URL // what its links begin from
	doc    *goquery.Document
	tongue tongue
}

// newPage reads an answer as HTML, and refuses what is none or only half of one.
func newPage(r *safehttp.Response) (*page, error) {
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if !isHTML(kind, r.Body) {
		return nil, lantoa.Problem(lantoa.Garbled, "content_type", lantoa.Cut(kind, 80))
	}
	if r.Loose && !bytes.Contains(bytes.ToLower(r.Body[max(0, len(r.Body)-2000):]), []byte("</html")) {
		return nil, lantoa.Problem(lantoa.Garbled, "half_body", "")
	}
	at, err := url.Parse(r.URL)
	if err != nil {
		return nil, lantoa.Problem(lantoa.Invalid, "address", "")
	}
	return parsePage(decode(r.Body, r.Header.Get("Content-Type")), at)
}

func isHTML(kind string, body []byte) bool {
	switch kind {
	case "text/html", "application/xhtml+xml":
		return !looksFeed(body)
	case "", "text/plain", "application/octet-stream", "text/xml", "application/xml":
		head := bytes.ToLower(bytes.TrimSpace(body[:min(len(body), 1000)]))
		return bytes.Contains(head, []byte("<html")) || bytes.Contains(head, []byte("<!doctype html"))
	}
	return false
}

func parsePage(text string, at *url.URL) (*page, error) {
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(text))
	if err != nil {
		return nil, lantoa.Problem(lantoa.Garbled, "page", "")
	}
	if !fewer(doc.Nodes[0], mostNodes) {
		return nil, lantoa.Problem(lantoa.TooLarge, "page", "")
	}
	p := &page{at: at, base: at, doc: doc}
	if href, ok := doc.Find("base[href]").First().Attr("href"); ok {
		if u, ok := resolve(at, href); ok {
			p.base = u
		}
	}
	p.tongue = tongueOf(doc.Find("title").First().Text() + "\n" + flat(doc.Find("body")))
	return p, nil
}

// login says whether a page asks who one is.
func (p *page) login() bool { return p.doc.Find("input[type=password]").Length() > 0 }

// meta is what a page says of itself, by the first of these names that says something.
func (p *page) meta(names ...string) string {
	for _, name := range names {
		found := p.doc.Find("meta").FilterFunction(func(_ int, s *goquery.Selection) bool {
			return strings.EqualFold(s.AttrOr("property", ""), name) || strings.EqualFold(s.AttrOr("name", ""), name) ||
				strings.EqualFold(s.AttrOr("itemprop", ""), name)
		})
		for i := range found.Nodes {
			if v := p.line(found.Eq(i).AttrOr("content", "")); v != "" {
				return v
			}
		}
	}
	return ""
}

// line is a text of the page in Unicode on one line.
func (p *page) line(s string) string { return strings.Join(strings.Fields(p.tongue.read(s)), " ") }

// text is what a reader sees of a selection, its paragraphs parted by an empty line.
func (p *page) text(s *goquery.Selection) string { return p.tongue.read(flat(s)) }

// first is the first element that a selector finds and that says something; nil if there is none or no selector.
func (p *page) first(within *goquery.Selection, selector string) *goquery.Selection {
	if selector == "" {
		return nil
	}
	found := within.Find(selector)
	for i := range found.Nodes {
		if s := found.Eq(i); strings.TrimSpace(s.Text()) != "" || s.AttrOr("content", "") != "" || s.AttrOr("datetime", "") != "" {
			return s
		}
	}
	return nil
}

// lineOf is the text of an element on one line; a <meta> says it in an attribute.
func (p *page) lineOf(s *goquery.Selection) string {
	if s == nil {
		return ""
	}
	if v := p.line(flat(s)); v != "" {
		return v
	}
	return p.line(s.AttrOr("content", ""))
}

// dateOf reads the date that an element states, for machines or for people.
func (p *page) dateOf(s *goquery.Selection, now time.Time) (time.Time, bool) {
	if s == nil {
		return time.Time{}, false
	}
	for _, text := range []string{s.AttrOr("datetime", ""), s.AttrOr("content", ""), p.line(flat(s)), s.AttrOr("title", "")} {
		if at, ok := ParseDate(text, now); ok {
			return at, true
		}
	}
	return p.dateOf(p.first(s, "time[datetime]"), now)
}

// published is when a page says for machines that it was published.
func (p *page) published(now time.Time) (time.Time, bool) {
	for _, name := range []string{"article:published_time", "datePublished", "pubdate", "publish_date", "dc.date.issued", "date"} {
		if at, ok := ParseDate(p.meta(name), now); ok {
			return at, true
		}
	}
	found := p.doc.Find(`script[type="application/ld+json"]`)
	for i := range found.Nodes {
		var v any
		if json.Unmarshal([]byte(found.Eq(i).Text()), &v) == nil {
			if at, ok := ParseDate(linked(v, "datePublished", 0), now); ok {
				return at, true
			}
		}
	}
	for _, selector := range []string{"[itemprop=datePublished]", "article time[datetime]", "time[pubdate]", "time[datetime]"} {
		if at, ok := p.dateOf(p.first(p.doc.Selection, selector), now); ok {
			return at, true
		}
	}
	return time.Time{}, false
}

// linked finds a text by its name in linked data, at any depth that sense makes.
func linked(v any, name string, depth int) string {
	if depth > 6 {
		return ""
	}
	switch v := v.(type) {
	case map[string]any:
		if s, ok := v[name].(string); ok {
			return s
		}
		for _, inner := range v {
			if s := linked(inner, name, depth+1); s != "" {
				return s
			}
		}
	case []any:
		for _, inner := range v {
			if s := linked(inner, name, depth+1); s != "" {
				return s
			}
		}
	}
	return ""
}

const (
	mostText    = 200_000 // bytes of an article
	mostNodes   = 150_000 // elements and texts of a page; one of our sites has some thousands
	briefText   = 200     // bytes of a date with what stands about it
	dateClasses = `[class*=date],[class*=Date],[class*=time],[class*=Time],[class*=ngay],[class*=publish],[id*=date],[id*=Date],[id*=ngay],[class*=meta]`
)

// flat is the text of a selection with its paragraphs kept: blocks are parted by an empty line, <br> by a line.
func flat(s *goquery.Selection) string {
	if s == nil {
		return ""
	}
	return flatten(s, mostText)
}

// brief is the text of a small element, "" of one that is none.
func (p *page) brief(s *goquery.Selection) string {
	if !fewer(s.Nodes[0], briefText) {
		return ""
	}
	text := p.line(flatten(s, 2*briefText))
	if len(text) > briefText {
		return ""
	}
	return text
}

// fewer says whether a piece of a page has fewer nodes than that.
func fewer(n *html.Node, most int) bool {
	count := 0
	for range n.Descendants() {
		if count++; count >= most {
			return false
		}
	}
	return true
}

func flatten(s *goquery.Selection, most int) string {
	w := flattener{most: most}
	for _, n := range s.Nodes {
		w.node(n, 0)
		w.part(2)
	}
	return strings.TrimSpace(w.out.String())
}

type flattener struct {
	most  int
	out   strings.Builder
	lines int  // line breaks that stand before the next word
	space bool // a space stands before it
}

func (w *flattener) part(lines int) { w.lines = max(w.lines, lines) }

func (w *flattener) words(s string) {
	for len(s) > 0 {
		i := strings.IndexFunc(s, isSpace)
		if i < 0 {
			i = len(s)
		}
		if i > 0 && w.out.Len() < w.most {
			switch {
			case w.out.Len() == 0:
			case w.lines > 0:
				w.out.WriteString("\n\n"[:min(w.lines, 2)])
			case w.space:
				w.out.WriteByte(' ')
			}
			w.lines, w.space = 0, false
			w.out.WriteString(s[:i])
		}
		if s = s[i:]; len(s) > 0 {
			w.space = true
			s = strings.TrimLeftFunc(s, isSpace)
		}
	}
}

func isSpace(r rune) bool {
	return r == ' ' || r == '\n' || r == '\t' || r == '\r' || r == '\f' || r == 0xA0
}

func (w *flattener) node(n *html.Node, depth int) {
	if depth > 600 || w.out.Len() >= w.most {
		return
	}
	switch n.Type {
	case html.TextNode:
		w.words(n.Data)
		return
	case html.ElementNode:
	case html.DocumentNode:
	default:
		return
	}
	lines := 0
	switch n.Data {
	case "script", "style", "noscript", "template", "iframe", "object", "embed", "svg", "form", "button", "select", "textarea", "head":
		return
	case "br":
		w.part(min(w.lines+1, 2))
		return
	case "p", "div", "section", "article", "main", "header", "footer", "aside", "nav", "blockquote", "figure", "figcaption", "pre",
		"h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "dl", "table", "hr", "address", "center":
		lines = 2
	case "li", "tr", "dt", "dd":
		lines = 1
	case "td", "th":
		w.space = true
	}
	if hidden(n) {
		return
	}
	w.part(lines)
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		w.node(c, depth+1)
	}
	w.part(lines)
}

var hiddenStyle = regexp.MustCompile(`(?i)display\s*:\s*none|visibility\s*:\s*hidden`)

func hidden(n *html.Node) bool {
	for _, a := range n.Attr {
		if a.Key == "hidden" || a.Key == "style" && hiddenStyle.MatchString(a.Val) {
			return true
		}
	}
	return false
}
