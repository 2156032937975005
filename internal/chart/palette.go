package chart

import (
	"image/color"
	"strings"
)

// The light colours of the screens' style sheet. A picture in a mail lies on a white ground of its own, so they hold
// in dark mode too; on white each text has a contrast of 4.5 and more, each line and area of 3 and more.
var colours = map[string]color.NRGBA{
	"lotus":     {0xa9, 0x1d, 0x58, 0xff},
	"lotus-ink": {0x8a, 0x15, 0x47, 0xff},
	"leaf":      {0x1f, 0x63, 0x45, 0xff},
	"amber":     {0x7a, 0x4f, 0x00, 0xff},
	"brick":     {0x9c, 0x2f, 0x1b, 0xff},
	"slate":     {0x44, 0x52, 0x66, 0xff},
	"line":      {0xec, 0xdf, 0xe2, 0xff},
	"ink":       {0x22, 0x1a, 0x1e, 0xff},
	"ink-2":     {0x5a, 0x4f, 0x54, 0xff},
	"ink-3":     {0x6f, 0x63, 0x69, 0xff},
}

var white = color.NRGBA{0xff, 0xff, 0xff, 0xff}

// style is how a mark of a class looks: the raster's twin of the rules in the style sheet.
type style struct {
	colour  color.NRGBA
	width   float64   // of a line
	dash    []float64 // drawn and left out in turn
	opacity float64
	size    float64 // of letters
	bold    bool
	gap     bool // a thin white edge parts it from its neighbours
}

// rules stand in the order in which they are laid over one another.
var rules = []struct {
	class string
	lay   func(*style)
}{
	{"c-line", func(s *style) { s.colour, s.width = colours["lotus"], 2.6 }},
	{"c-dot", func(s *style) { s.colour = colours["lotus"] }},
	{"c-band", func(s *style) { s.colour, s.opacity = colours["slate"], 0.22 }},
	{"c-area", func(s *style) { s.colour, s.opacity = colours["lotus"], 0.07 }},
	{"c-base", func(s *style) { s.colour, s.width = colours["line"], 1 }},
	{"c-grid", func(s *style) { s.colour, s.width = colours["line"], 1 }},
	{"c-break", func(s *style) { s.colour, s.width, s.dash = colours["brick"], 1.5, []float64{5, 4} }},
	{"c-label", func(s *style) { s.colour, s.size = colours["ink-3"], 12 }},
	{"c-breaks", func(s *style) { s.colour = colours["brick"] }},
	{"c-last", func(s *style) { s.colour, s.size, s.bold = colours["lotus-ink"], 14, true }},
	{"c-name", func(s *style) { s.colour, s.size = colours["ink"], 13 }},
	{"c-title", func(s *style) { s.colour, s.size, s.bold = colours["ink"], 15, true }},
	{"c-key", func(s *style) { s.colour, s.size = colours["ink-2"], 12 }},
	{"c-ground", func(s *style) { s.colour = colours["line"] }},
	{"c-part", func(s *style) { s.colour, s.gap = colours["slate"], true }},
	{"c-some", func(s *style) { s.colour, s.opacity = colours["lotus"], 0.8 }},
	{"c-none", func(s *style) { s.colour = colours["line"] }},
	{"c-spot", func(s *style) { s.colour = colours["lotus"] }},
	{"d0", func(s *style) { s.colour = colours["line"] }},
	{"d1", func(s *style) { s.colour, s.opacity = colours["lotus"], 0.35 }},
	{"d2", func(s *style) { s.colour, s.opacity = colours["lotus"], 0.65 }},
	{"d3", func(s *style) { s.colour = colours["lotus"] }},
	{"dx", func(s *style) { s.colour = colours["slate"] }},
	{"c-2", func(s *style) { s.colour, s.dash = colours["leaf"], []float64{7, 5} }},
	{"c-3", func(s *style) { s.colour, s.dash = colours["amber"], []float64{2, 5} }},
	{"c-4", func(s *style) { s.colour = colours["slate"] }},
	{"d0", func(s *style) { s.colour = colours["line"] }},
	{"d1", func(s *style) { s.colour, s.opacity = colours["lotus"], 0.4 }},
	{"d2", func(s *style) { s.colour, s.opacity = colours["lotus"], 0.7 }},
	{"d3", func(s *style) { s.colour = colours["lotus"] }},
	{"dx", func(s *style) { s.colour = colours["slate"] }},
	{"s-active", func(s *style) { s.colour = colours["leaf"] }},
	{"s-thinning", func(s *style) { s.colour = colours["amber"] }},
	{"s-silent", func(s *style) { s.colour = colours["brick"] }},
	{"s-disconnected", func(s *style) { s.colour = colours["slate"] }},
	{"s-archived", func(s *style) { s.colour = colours["ink-3"] }},
	{"s-waiting", func(s *style) { s.colour = colours["ink-3"] }},
}

// styleOf is the look of a mark with these classes.
func styleOf(class string) style {
	s := style{colour: colours["ink"], opacity: 1, width: 1, size: 12}
	has := strings.Fields(class)
	for _, r := range rules {
		for _, c := range has {
			if c == r.class {
				r.lay(&s)
			}
		}
	}
	s.colour.A = uint8(s.opacity*255 + 0.5)
	return s
}
