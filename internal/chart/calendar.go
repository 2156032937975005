package chart

import (
	"fmt"
	"html/template"
)

// Calendar is a row of days for each weekday and a column for each week, each day a box that is the fuller the more
// happened on it.
type Calendar struct {
	Title, Desc string
	Weeks       [][7]Cell // oldest first, each from Monday to Sunday
	Rows        [7]string // what stands before the rows; an empty one is left out
	Ticks       []Tick    // X is the index of a week
}

// Cell is one day.
type Cell struct {
	N    int
	Look Look
}

// Look is how a day is drawn.
type Look int

const (
	Shaded  Look = iota // by its number
	Hatched             // nobody knows
	Blank               // not at all
)

const (
	shades  = 4        // degrees, the first for none
	calRow  = 17.0     // height of a row, the gap between two included
	calLeft = 0.09     // of the width, before the first column: half a year of columns then stands on whole numbers
	calGap  = 29. / 35 // of a column that its box fills
)

// SVG draws the calendar for a page; nothing without weeks.
func (c Calendar) SVG() template.HTML { return svgOf(c.picture()) }

// PNG draws the calendar for a mail or a document, so many pixels wide and twice as fine; nothing without weeks.
func (c Calendar) PNG(width int) ([]byte, error) { return pngOf(c.picture(), width) }

func (c Calendar) picture() *picture {
	if len(c.Weeks) == 0 {
		return nil
	}
	height := 7*calRow + footroom
	each := (1 - calLeft) / float64(len(c.Weeks))
	var by [shades]boxes
	for n := range by {
		by[n].class = shadeClass(n)
	}
	unknown := hatch{class: "dx"}
	for i, week := range c.Weeks {
		for k, cell := range week {
			one := box{x: calLeft + float64(i)*each, y: float64(k) * calRow, w: each * calGap, h: calRow - 3}
			switch cell.Look {
			case Shaded:
				n := min(max(cell.N, 0), shades-1)
				by[n].each = append(by[n].each, one)
			case Hatched:
				unknown.each = append(unknown.each, one)
			}
		}
	}
	b := &picture{class: "c-cal", title: c.Title, desc: c.Desc, height: height}
	for n := range by {
		b.add(by[n])
	}
	b.add(unknown)
	for k, name := range c.Rows {
		if name != "" {
			b.add(label{"c-label", 0, float64(k)*calRow + calRow - 5, "start", name})
		}
	}
	for _, t := range c.Ticks {
		at, side := calLeft+t.X*each, "start"
		if at > 0.92 {
			side = "end"
		}
		b.add(label{"c-label", at, height - 6, side, t.Label})
	}
	return b
}

func shadeClass(n int) string { return fmt.Sprintf("d%d", n) }

// boxes are rectangles of one look. As one path they weigh a tenth of what so many rectangles would.
type boxes struct {
	class string
	each  []box
}

func (r boxes) svg(b *builder) {
	if len(r.each) == 0 {
		return
	}
	b.stretch(true)
	fmt.Fprintf(b, `<path class="%s" d="`, r.class)
	for _, x := range r.each {
		fmt.Fprintf(b, "M%s %sh%sv%sh-%s", short(x.x*wide), short(x.y), short(x.w*wide), short(x.h), short(x.w*wide))
	}
	b.WriteString(`"/>`)
}

func (r boxes) paint(on *raster) {
	for _, x := range r.each {
		x.class = r.class
		x.paint(on)
	}
}

// hatch are rectangles with strokes across them: they are told from the others without any colour.
type hatch boxes

// strokes are the lines of one rectangle.
func (hatch) strokes(x box) [][]XY {
	l, m, r, t, h, u := x.x, x.x+x.w/2, x.x+x.w, x.y, x.y+x.h/2, x.y+x.h
	return [][]XY{{{l, t}, {r, t}, {r, u}, {l, u}, {l, t}}, {{l, h}, {m, t}}, {{l, u}, {r, t}}, {{m, u}, {r, h}}}
}

func (r hatch) svg(b *builder) {
	if len(r.each) == 0 {
		return
	}
	b.stretch(true)
	fmt.Fprintf(b, `<path class="%s" d="`, r.class)
	for _, x := range r.each {
		for _, line := range r.strokes(x) {
			for i, p := range line {
				step := "L"
				if i == 0 {
					step = "M"
				}
				b.WriteString(step + short(p.X*wide) + " " + short(p.Y))
			}
		}
	}
	b.WriteString(`"/>`)
}

func (r hatch) paint(on *raster) {
	for _, x := range r.each {
		for _, line := range r.strokes(x) {
			stroke{class: r.class, points: line}.paint(on)
		}
	}
}

// Swatch is one box of the calendar by itself, for its legend.
func Swatch(cell Cell) template.HTML {
	class, d := shadeClass(min(max(cell.N, 0), shades-1)), "M0 0h14v14h-14z"
	if cell.Look == Hatched {
		class, d = "dx", "M.5 .5h13v13h-13zM.5 7L7 .5M.5 13.5L13.5 .5M7 13.5L13.5 7"
	}
	return template.HTML(`<svg width="14" height="14" aria-hidden="true"><path class="` + class + `" d="` + d + `"/></svg>`)
}
