package chart

import (
	"fmt"
	"html"
	"html/template"
	"math"
	"strings"
)

// Strip is a row of weeks as small columns, or as a line, for cells of a table that stand under one another by the
// dozen: it is drawn in as few letters as can be. A week without a figure (NaN) is a gap. Breaks are places, counted in
// weeks from the left, at which the figure began to speak of something else.
type Strip struct {
	Title  string // says the figures too: nothing else does for those who do not see it
	Values []float64
	Breaks []int
	Line   bool // for sizes, of which only the change can be seen
	Height int
}

const stripWeek = 10 // the width of a week in the strip's own units

// SVG draws the strip. Without a week there is none.
func (s Strip) SVG() template.HTML {
	if len(s.Values) == 0 {
		return ""
	}
	if s.Height == 0 {
		s.Height = 28
	}
	var b strings.Builder
	fmt.Fprintf(&b, `<svg class="chart" width="100%%" height="%d" viewBox="0 0 %d %d" preserveAspectRatio="none" role="img" aria-label="%s">`,
		s.Height, len(s.Values)*stripWeek, s.Height, html.EscapeString(s.Title))
	if s.Line {
		s.line(&b)
	} else {
		s.columns(&b)
	}
	for _, at := range s.Breaks {
		if at > 0 && at < len(s.Values) {
			fmt.Fprintf(&b, `<path class="c-break" d="M%d 0v%d"/>`, at*stripWeek-2, s.Height)
		}
	}
	b.WriteString(`</svg>`)
	return template.HTML(b.String())
}

func (s Strip) columns(b *strings.Builder) {
	top := 1.0
	for _, v := range s.Values {
		if v > top { // NaN is not
			top = v
		}
	}
	var some, none strings.Builder
	for i, v := range s.Values {
		switch {
		case math.IsNaN(v):
		case v > 0:
			h := max(4, int(math.Round(v/top*float64(s.Height))))
			fmt.Fprintf(&some, "M%d %dh7v%dh-7z", i*stripWeek, s.Height-h, h)
		default: // a flat one, so that the weeks can be counted
			fmt.Fprintf(&none, "M%d %dh7v2h-7z", i*stripWeek, s.Height-2)
		}
	}
	for _, p := range []struct{ class, d string }{{"c-none", none.String()}, {"c-some", some.String()}} {
		if p.d != "" {
			fmt.Fprintf(b, `<path class="%s" d="%s"/>`, p.class, p.d)
		}
	}
}

func (s Strip) line(b *strings.Builder) {
	low, high := math.Inf(1), math.Inf(-1)
	for _, v := range s.Values {
		if !math.IsNaN(v) {
			low, high = min(low, v), max(high, v)
		}
	}
	if math.IsInf(low, 1) {
		return
	}
	if high == low {
		high, low = high+1, low-1
	}
	var d strings.Builder
	pen := false
	for i, v := range s.Values {
		if math.IsNaN(v) {
			pen = false
			continue
		}
		x, y := i*stripWeek+stripWeek/2, 3+(high-v)/(high-low)*float64(s.Height-6)
		if pen {
			fmt.Fprintf(&d, "L%d %s", x, short(y))
		} else {
			fmt.Fprintf(&d, "M%d %sh0", x, short(y)) // a lone week is a dot
		}
		pen = true
	}
	fmt.Fprintf(b, `<path class="c-line" d="%s"/>`, d.String())
}
