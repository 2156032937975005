package chart

import (
	"fmt"
	"html"
	"html/template"
	"math"
	"strconv"
	"strings"
)

// wide is the width of the inner coordinate system, which is stretched to the width of the page.
const wide = 1000

// builder writes one SVG. Everything that is text is escaped here and nowhere else.
type builder struct {
	strings.Builder
	height    float64
	stretched bool // inside the part whose width follows the page
}

// svg writes the picture so that it is announced by its title and description. Both are said by aria-label, since
// an id for aria-labelledby would have to be unique on a page that shows twenty of them.
func (p *picture) svg() template.HTML {
	b := &builder{height: p.height}
	fmt.Fprintf(b, `<svg class="chart %s" width="100%%" height="%s" role="img" aria-label="%s">`,
		p.class, short(p.height), html.EscapeString(p.alt()))
	if p.title != "" {
		fmt.Fprintf(b, `<title>%s</title>`, html.EscapeString(p.title))
	}
	if p.desc != "" {
		fmt.Fprintf(b, `<desc>%s</desc>`, html.EscapeString(p.desc))
	}
	for _, m := range p.marks {
		m.svg(b)
	}
	b.stretch(false)
	b.WriteString(`</svg>`)
	return template.HTML(b.String())
}

// stretch begins or ends the part whose width follows the page. Lines stand in it; what must keep its form does not.
func (b *builder) stretch(on bool) {
	switch {
	case on && !b.stretched:
		fmt.Fprintf(b, `<svg width="100%%" height="%s" viewBox="0 0 %d %s" preserveAspectRatio="none">`,
			short(b.height), wide, short(b.height))
	case !on && b.stretched:
		b.WriteString(`</svg>`)
	}
	b.stretched = on
}

func (s stroke) svg(b *builder) {
	if len(s.points) == 0 {
		return
	}
	b.stretch(true)
	fmt.Fprintf(b, `<path class="%s" d="`, html.EscapeString(s.class))
	for i, p := range s.points {
		if i == 0 {
			b.WriteByte('M')
		} else {
			b.WriteByte('L')
		}
		b.WriteString(short(p.X*wide) + " " + short(p.Y))
	}
	if s.closed {
		b.WriteByte('z')
	}
	b.WriteString(`"/>`)
}

func (r box) svg(b *builder) {
	b.stretch(false)
	fmt.Fprintf(b, `<rect class="%s"`, html.EscapeString(r.class))
	if r.x > 0 {
		fmt.Fprintf(b, ` x="%s%%"`, short(r.x*100))
	}
	if r.y > 0 {
		fmt.Fprintf(b, ` y="%s"`, short(r.y))
	}
	fmt.Fprintf(b, ` width="%s%%" height="%s"`, short(r.w*100), short(r.h))
	if r.round > 0 {
		fmt.Fprintf(b, ` rx="%s"`, short(r.round))
	}
	b.WriteString(`/>`)
}

func (d dot) svg(b *builder) {
	b.stretch(false)
	fmt.Fprintf(b, `<circle class="%s" cx="%s%%" cy="%s" r="%s"/>`, html.EscapeString(d.class), short(d.at*100), short(d.y), short(d.r))
}

func (l label) svg(b *builder) {
	b.stretch(false)
	fmt.Fprintf(b, `<text class="%s" x="%s%%" y="%s" text-anchor="%s">%s</text>`,
		html.EscapeString(l.class), short(l.at*100), short(l.y), l.anchor, html.EscapeString(l.text))
}

func (rounded) svg(*builder) {}

// short writes a coordinate without digits that nobody sees.
func short(f float64) string {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return "0"
	}
	return strconv.FormatFloat(math.Round(f*10)/10, 'f', -1, 64)
}
