package website

import (
	"regexp"
	"slices"
	"strings"

	"github.com/PuerkitoBio/goquery"
	"golang.org/x/net/html"
)

// usualBodies are where the content systems of our sites put an article.
var usualBodies = []string{
	"[itemprop=articleBody]", ".entry-content", ".post-content", ".article-content", ".article-body", ".detail-content",
	".content-detail", ".news-content", ".fck_detail", ".ArticleContent", ".noidung", "#noidung", ".bodytext",
}

// guessBody finds the text of an article: where it usually stands, else the element with most text in paragraphs of
// its own.
func (p *page) guessBody() *goquery.Selection {
	for _, s := range usualBodies {
		if found := p.doc.Find(s).First(); len(flat(found)) > 100 {
			return found
		}
	}
	var best *goquery.Selection
	most := 0
	p.doc.Find("body, article, main, section, div, td").Each(func(_ int, s *goquery.Selection) {
		if s.Closest("nav,header,footer,aside,form").Length() > 0 {
			return
		}
		if n := ownText(s.Nodes[0]); n > most {
			best, most = s, n
		}
	})
	if best == nil {
		return p.doc.Find("body")
	}
	return best
}

// ownText counts the text of an element's own paragraphs, and what of it stands outside of any. Links count nothing.
func ownText(n *html.Node) int {
	total := 0
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		switch {
		case c.Type == html.TextNode:
			total += len(strings.TrimSpace(c.Data))
		case c.Type == html.ElementNode:
			switch c.Data {
			case "p", "span", "b", "strong", "em", "i", "font", "blockquote", "figure", "h2", "h3", "ul":
				total += unlinked(c, 0)
			}
		}
	}
	return total
}

func unlinked(n *html.Node, depth int) int {
	if depth > 50 {
		return 0
	}
	total := 0
	for c := n.FirstChild; c != nil; c = c.NextSibling {
		switch {
		case c.Type == html.TextNode:
			total += len(strings.TrimSpace(c.Data))
		case c.Type == html.ElementNode && c.Data != "a" && c.Data != "script" && c.Data != "style":
			total += unlinked(c, depth+1)
		}
	}
	return total
}

// guessItems finds the articles of a list page: of the links that stand alike, those that say most.
func (p *page) guessItems() *goquery.Selection {
	s := p.guessItem()
	if s == "" {
		return p.doc.Find("body").Slice(0, 0)
	}
	return p.doc.Find(s)
}

const (
	fewestItems = 3
	mostGroups  = 40
	shortTitle  = 25 // bytes; a shorter link is a menu's
)

// guessItem is a selector of the articles of a list page, "" if none stand out.
func (p *page) guessItem() string {
	type group struct {
		links  map[string]bool
		weight int
	}
	groups := map[string]*group{}
	var order []string
	p.doc.Find("a[href]").Each(func(_ int, a *goquery.Selection) {
		title := p.line(flat(a))
		u, ok := resolve(p.base, a.AttrOr("href", ""))
		if !ok || len(title) < shortTitle || !within(u, p.at) || notAnArticle.MatchString(u.Path) || len(u.Path)+len(u.RawQuery) < 3 ||
			a.Closest("nav,footer,[class*=menu],[class*=footer],[class*=breadcrumb]").Length() > 0 {
			return
		}
		for _, key := range rows(a.Nodes[0]) {
			g := groups[key]
			if g == nil {
				g = &group{links: map[string]bool{}}
				groups[key] = g
				order = append(order, key)
			}
			if link := canonical(u); !g.links[link] {
				g.links[link] = true
				g.weight += min(len(title), 120)
			}
		}
	})
	slices.SortStableFunc(order, func(a, b string) int { return groups[b].weight - groups[a].weight })
	for _, key := range order[:min(len(order), mostGroups)] {
		g := groups[key]
		found := p.doc.Find(key)
		// One element for each article: a group of which each holds many is the list itself.
		if len(g.links) < fewestItems || found.Length() < len(g.links) || found.Length() > 2*len(g.links) {
			continue
		}
		return key
	}
	return ""
}

// rows are selectors of the elements about a link, the farthest first, in which it may be the only article.
func rows(a *html.Node) []string {
	var out []string
	n := a
	for range 4 {
		if n = n.Parent; n == nil || n.Type != html.ElementNode || n.Data == "body" || n.Data == "html" {
			break
		}
		out = append([]string{path(n)}, out...)
	}
	return append(out, path(a))
}

// path is an element by its name and its classes, and where it has none by those about it.
func path(n *html.Node) string {
	key := simple(n)
	for range 6 {
		if strings.ContainsAny(key, ".#") || n.Parent == nil || n.Parent.Type != html.ElementNode {
			break
		}
		n = n.Parent
		key = simple(n) + " > " + key
	}
	return key
}

var (
	plainName = regexp.MustCompile(`^[A-Za-z][A-Za-z_-]*[A-Za-z]$`)
	plainTag  = regexp.MustCompile(`^[a-z][a-z0-9-]*$`)
)

// simple is an element by its name, and its id or its classes as far as they are words.
func simple(n *html.Node) string {
	s, classes := n.Data, 0
	if !plainTag.MatchString(s) {
		s = "*"
	}
	for _, a := range n.Attr {
		switch a.Key {
		case "id":
			if plainName.MatchString(a.Val) {
				return s + "#" + a.Val
			}
		case "class":
			for _, c := range strings.Fields(a.Val) {
				if plainName.MatchString(c) && classes < 2 && !passing.MatchString(c) {
					s += "." + c
					classes++
				}
			}
		}
	}
	return s
}

// passing classes are of the moment or the place.
var passing = regexp.MustCompile(`(?i)^(?:active|first|last|odd|even|current|clearfix|row|col.*|lazy.*|hover|selected|new|hot)$`)

// selectorOf is a selector that finds an element first on its page, "" if no simple one does.
func (p *page) selectorOf(s *goquery.Selection) string {
	if s == nil || s.Length() == 0 {
		return ""
	}
	n := s.Nodes[0]
	key := simple(n)
	for range 4 {
		if found := p.doc.Find(key); found.Length() > 0 && found.Nodes[0] == s.Nodes[0] && key != "div" && key != "td" {
			return key
		}
		if n = n.Parent; n == nil || n.Type != html.ElementNode {
			return ""
		}
		key = simple(n) + " > " + key
	}
	return ""
}
