package files

import (
	"bytes"
	"io"
	"path"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/net/html"
	"golang.org/x/net/html/atom"

	"github.com/hoiphunu/lantoa"
)

// maxSection is the largest entry of a page of HTML, in bytes: an album of 1,000 pictures takes 400 KB.
const maxSection = 4 << 20

// html reads a page of entries. Facebook's names of styles say nothing, but those of an entry, its title, its cells
// and its date have stayed the same for ten years. One entry is held at a time, whatever the size of the page.
func (in *exportReader) html(r io.Reader) error {
	z := html.NewTokenizer(r)
	z.SetMaxBuf(maxSection)
	var section bytes.Buffer
	deep, n := 0, 0
	tag, tooLong := "", false
	for {
		kind := z.Next()
		if kind == html.ErrorToken {
			err := z.Err()
			if deep > 0 || err != io.EOF && err != errTooLarge {
				in.bad(n, HalfFile, "", "")
			}
			if err == errTooLarge {
				return err
			}
			return nil
		}
		if deep == 0 && kind != html.StartTagToken {
			continue
		}
		raw := slices.Clone(z.Raw())
		name := ""
		if kind == html.StartTagToken || kind == html.EndTagToken {
			b, more := z.TagName()
			name = string(b)
			if deep == 0 {
				if !hasClass(z, more, "_a6-g") {
					continue
				}
				section.Reset()
				tag, tooLong = name, false
				n++
			}
		}
		if name == tag {
			if kind == html.StartTagToken {
				deep++
			} else if kind == html.EndTagToken {
				deep--
			}
		}
		if tooLong = tooLong || section.Len()+len(raw) > maxSection; !tooLong {
			section.Write(raw)
		}
		if deep > 0 {
			continue
		}
		if tooLong {
			in.bad(n, TooLong, "", "")
			continue
		}
		in.section(section.Bytes(), n)
	}
}

// hasClass says whether the tag that was just read is of a class.
func hasClass(z *html.Tokenizer, more bool, class string) bool {
	for more {
		var key, value []byte
		key, value, more = z.TagAttr()
		if string(key) == "class" && slices.Contains(strings.Fields(string(value)), class) {
			return true
		}
	}
	return false
}

// updateStamp is a cell that only says when an entry was changed.
var updateStamp = regexp.MustCompile(`(?i)^(?:đã )?(?:cập nhật|updated)\s+(?:lúc |vào |on |at )?(.*\d.*)$`)

// section reads one entry.
func (in *exportReader) section(raw []byte, n int) {
	nodes, err := html.ParseFragment(bytes.NewReader(raw), &html.Node{Type: html.ElementNode, Data: "body", DataAtom: atom.Body})
	if err != nil {
		in.bad(n, HalfFile, "", "")
		return
	}
	root := &html.Node{Type: html.DocumentNode}
	for _, node := range nodes {
		root.AppendChild(node)
	}
	date := ""
	if node := first(root, ofClass("_a72d")); node != nil {
		date = wordsOf(node)
	} else if node := first(root, ofClass("_a6-o")); node != nil {
		date = wordsOf(node)
	} else if node := first(root, ofTag("footer")); node != nil {
		date = wordsOf(node)
	}
	at, ok := parseWritten(date, in.zone)
	if !ok {
		in.bad(n, BadDate, "date", date)
		return
	}
	e := exported{at: at}
	if node := first(root, ofClass("_a6-h")); node != nil {
		e.title = wordsOf(node)
	} else if node := first(root, ofTag("h2")); node != nil {
		e.title = wordsOf(node)
	}
	body := first(root, ofClass("_a6-p"))
	if body == nil {
		in.out.Empty++
		return
	}
	cells := all(body, ofClass("_2pin"))
	if len(cells) == 0 {
		cells = []*html.Node{body}
	}
	var words []string
	for _, cell := range cells {
		if s := in.cell(cell, &e); s != "" && !slices.Contains(words, s) {
			words = append(words, s)
		}
	}
	e.text = strings.Join(words, "\n\n")
	in.keep(e)
}

// cell reads one cell of an entry: the words of the post, its pictures, a link, or the time of a change.
func (in *exportReader) cell(cell *html.Node, e *exported) (words string) {
	shown, links := 0, ""
	for _, node := range all(cell, func(n *html.Node) bool {
		return n.Type == html.ElementNode && (n.Data == "img" || n.Data == "video" || n.Data == "a")
	}) {
		target := attr(node, "src")
		if node.Data == "a" {
			target = attr(node, "href")
		}
		switch web := address(target); {
		case web != "" && node.Data == "a":
			if !strings.Contains(web, "facebook.com/dyi/") {
				e.add(lantoa.Media{Kind: "link", URL: web})
				links += wordsOf(node)
			}
		case web != "" || target == "" || path.Ext(target) == "":
		default:
			shown++
			if strings.Contains(target, "stickers_used/") {
				continue
			}
			kind := "photo"
			if node.Data == "video" || isFilm(target) {
				kind = "video"
			}
			e.add(lantoa.Media{Kind: kind, ID: path.Base(target)})
		}
	}
	if shown > 0 {
		if node := first(cell, ofClass("_3-95")); node != nil && e.caption == "" {
			e.caption = wordsOf(node)
		}
		return ""
	}
	words = wordsOf(cell)
	if links != "" && squeezed(words) == squeezed(links) {
		return "" // nothing but the link
	}
	if m := updateStamp.FindStringSubmatch(words); m != nil {
		if _, ok := parseWritten(m[1], in.zone); ok {
			return ""
		}
	}
	return words
}

func ofClass(class string) func(*html.Node) bool {
	return func(n *html.Node) bool {
		return n.Type == html.ElementNode && slices.Contains(strings.Fields(attr(n, "class")), class)
	}
}

func ofTag(tag string) func(*html.Node) bool {
	return func(n *html.Node) bool { return n.Type == html.ElementNode && n.Data == tag }
}

func attr(n *html.Node, name string) string {
	for _, a := range n.Attr {
		if a.Key == name {
			return a.Val
		}
	}
	return ""
}

// first is the first node in a tree that is as asked; nil if none is.
func first(root *html.Node, is func(*html.Node) bool) *html.Node {
	for n := range root.Descendants() {
		if is(n) {
			return n
		}
	}
	return nil
}

// all are the nodes that are as asked.
func all(root *html.Node, is func(*html.Node) bool) (found []*html.Node) {
	for n := range root.Descendants() {
		if is(n) {
			found = append(found, n)
		}
	}
	return found
}

// wordsOf are the words of a node as they are seen: a <br> ends a line, and so does a block.
func wordsOf(root *html.Node) string {
	var b strings.Builder
	var walk func(*html.Node)
	walk = func(n *html.Node) {
		switch {
		case n.Type == html.TextNode:
			text := strings.Join(strings.Fields(n.Data), " ")
			if lead := strings.TrimLeft(n.Data, " \t\r\n"); lead != n.Data && text != "" {
				text = " " + text
			}
			if trail := strings.TrimRight(n.Data, " \t\r\n"); trail != n.Data && text != "" {
				text += " "
			}
			b.WriteString(text)
			return
		case n.Type == html.ElementNode && n.Data == "br":
			b.WriteString("\n")
			return
		}
		block := n.Type == html.ElementNode && (n.Data == "div" || n.Data == "p" || n.Data == "li" || n.Data == "section")
		if block && b.Len() > 0 && !strings.HasSuffix(b.String(), "\n") {
			b.WriteString("\n")
		}
		for c := n.FirstChild; c != nil; c = c.NextSibling {
			walk(c)
		}
	}
	walk(root)
	lines := strings.Split(b.String(), "\n")
	for i, line := range lines {
		lines[i] = strings.TrimSpace(line)
	}
	return strings.TrimSpace(strings.Join(lines, "\n"))
}
