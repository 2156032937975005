package chart

import "html/template"

// Curve is how the interactions of one post grew, over the band in which the middle half of the page's own
// posts stood at the same age. X is the age in hours, Y interactions.
type Curve struct {
	Title, Desc string
	Line        []XY // oldest first; it starts by itself at nothing
	Low, High   []XY // the band's edges at the same ages; none when the page has no history
	Height      float64
	Ticks       []Tick // ages to be written below; a small curve has none
	Last        string // the newest figure, to be written beside its dot
}

// SVG draws the curve. Without a single figure there is nothing to draw and it is empty.
func (c Curve) SVG() template.HTML {
	if len(c.Line) == 0 {
		return ""
	}
	if c.Height == 0 {
		c.Height = 74
	}
	right, top := 0.0, 0.0
	for _, p := range c.Line {
		right, top = max(right, p.X), max(top, p.Y)
	}
	right = max(right, 12)
	low, high := until(c.Low, right), until(c.High, right)
	for _, p := range high {
		top = max(top, p.Y)
	}
	top = max(top, 4)
	ground, head := c.Height, 8.0
	if len(c.Ticks) > 0 {
		ground -= footroom
	}
	if c.Last != "" {
		head += headroom
	}
	// 6 px stay free above and at the right for the dot, 4 below for the line's own thickness.
	place := func(p XY) XY {
		return XY{X: p.X / right * (wide - 40), Y: ground - 4 - p.Y/top*(ground-4-head)}
	}
	b := open("c-curve", c.Title, c.Desc, c.Height)
	b.stretched()
	b.path("c-base", line([]XY{{0, ground - 1}, {wide, ground - 1}}))
	if len(low) > 1 && len(low) == len(high) {
		var edge []XY
		for _, p := range high {
			edge = append(edge, place(p))
		}
		for i := len(low) - 1; i >= 0; i-- {
			edge = append(edge, place(low[i]))
		}
		b.path("c-band", line(edge)+"z")
	}
	points := []XY{place(XY{})}
	for _, p := range c.Line {
		points = append(points, place(p))
	}
	b.path("c-area", line(points)+"L"+short(points[len(points)-1].X)+" "+short(ground-1)+"L0 "+short(ground-1)+"z")
	b.path("c-line", line(points))
	b.unstretched()
	last := points[len(points)-1]
	b.dot("c-dot", last.X/wide, last.Y, 4.5)
	for _, t := range c.Ticks {
		if at := place(XY{X: t.X}).X / wide; t.X <= right {
			b.text("c-label", at, c.Height-6, anchor(at), t.Label)
		}
	}
	if c.Last != "" {
		b.text("c-label c-last", last.X/wide, last.Y-10, anchor(last.X/wide), c.Last)
	}
	return b.done()
}

// until is the edge from nothing up to an age, cut there between two known ages.
func until(edge []XY, right float64) []XY {
	if len(edge) == 0 {
		return nil
	}
	out := []XY{{}}
	for _, p := range edge {
		last := out[len(out)-1]
		if p.X >= right {
			if p.X > last.X {
				p.Y = last.Y + (p.Y-last.Y)*(right-last.X)/(p.X-last.X)
			}
			return append(out, XY{right, p.Y})
		}
		out = append(out, p)
	}
	return append(out, XY{right, out[len(out)-1].Y})
}
