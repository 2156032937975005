package chart

import (
	"fmt"
	"html"
	"html/template"
	"math"
	"strconv"
	"strings"
)

// Table is the figures behind a picture, as text ready to be read.
type Table struct {
	Head []string
	Rows [][]string
}

// XY is a point in the data's own units.
type XY struct{ X, Y float64 }

// wide is the width of the inner coordinate system, which is stretched to the width of the page.
const wide = 1000

// builder writes one SVG. Everything that is text is escaped here and nowhere else.
type builder struct {
	strings.Builder
	height float64
}

// open starts a picture that is announced by its title and description. Both are said by aria-label, since
// an id for aria-labelledby would have to be unique on a page that shows twenty of them.
func open(class, title, desc string, height float64) *builder {
	b := &builder{height: height}
	label := title
	if desc != "" {
		label += ". " + desc
	}
	fmt.Fprintf(b, `<svg class="chart %s" width="100%%" height="%s" role="img" aria-label="%s">`,
		class, short(height), html.EscapeString(label))
	if title != "" {
		fmt.Fprintf(b, `<title>%s</title>`, html.EscapeString(title))
	}
	if desc != "" {
		fmt.Fprintf(b, `<desc>%s</desc>`, html.EscapeString(desc))
	}
	return b
}

// stretched starts the part whose width follows the page.
func (b *builder) stretched() {
	fmt.Fprintf(b, `<svg width="100%%" height="%s" viewBox="0 0 %d %s" preserveAspectRatio="none">`,
		short(b.height), wide, short(b.height))
}

func (b *builder) unstretched() { b.WriteString(`</svg>`) }

func (b *builder) path(class, d string) {
	if d != "" {
		fmt.Fprintf(b, `<path class="%s" d="%s"/>`, class, d)
	}
}

// dot is a round point: outside the stretched part, so that it stays round.
func (b *builder) dot(class string, share, y, r float64) {
	fmt.Fprintf(b, `<circle class="%s" cx="%s%%" cy="%s" r="%s"/>`, class, short(share*100), short(y), short(r))
}

func (b *builder) text(class string, share, y float64, anchor, s string) {
	fmt.Fprintf(b, `<text class="%s" x="%s%%" y="%s" text-anchor="%s">%s</text>`,
		class, short(share*100), short(y), anchor, html.EscapeString(s))
}

func (b *builder) done() template.HTML {
	b.WriteString(`</svg>`)
	return template.HTML(b.String())
}

// short writes a coordinate without digits that nobody sees.
func short(f float64) string {
	if math.IsNaN(f) || math.IsInf(f, 0) {
		return "0"
	}
	return strconv.FormatFloat(math.Round(f*10)/10, 'f', -1, 64)
}

// line joins points by straight strokes.
func line(points []XY) string {
	var d strings.Builder
	for i, p := range points {
		if i == 0 {
			d.WriteByte('M')
		} else {
			d.WriteByte('L')
		}
		d.WriteString(short(p.X) + " " + short(p.Y))
	}
	return d.String()
}

// anchor keeps a label inside the picture at both ends.
func anchor(share float64) string {
	switch {
	case share < 0.08:
		return "start"
	case share > 0.92:
		return "end"
	}
	return "middle"
}

// nice is a round number at or above max, with the step between grid lines below it.
func nice(maximum float64) (top, step float64) {
	if maximum <= 0 {
		return 4, 2
	}
	raw := maximum / 3
	pow := math.Pow(10, math.Floor(math.Log10(raw)))
	for _, m := range []float64{1, 2, 2.5, 5, 10} {
		if step = m * pow; step >= raw && (step == math.Trunc(step) || step < 1) {
			break
		}
	}
	step = math.Max(step, 1)
	return math.Ceil(maximum/step) * step, step
}
