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

// SVG draws the curve for a page. Without a single figure there is nothing to draw and it is empty.
func (c Curve) SVG() template.HTML { return svgOf(c.picture()) }

// PNG draws the curve for a mail or a document, so many pixels wide and twice as fine; nothing without a figure.
func (c Curve) PNG(width int) ([]byte, error) { return pngOf(c.picture(), width) }

func (c Curve) picture() *picture {
	if len(c.Line) == 0 {
		return nil
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
	// 4 in a hundred stay free at the right and some pixels above for the dot, 4 below for the line's own thickness.
	place := func(p XY) XY {
		return XY{X: p.X / right * 0.96, Y: ground - 4 - p.Y/top*(ground-4-head)}
	}
	b := &picture{class: "c-curve", title: c.Title, desc: c.Desc, height: c.Height, inline: len(c.Ticks) == 0}
	b.add(stroke{class: "c-base", points: []XY{{0, ground - 1}, {1, ground - 1}}})
	if len(low) > 1 && len(low) == len(high) {
		var edge []XY
		for _, p := range high {
			edge = append(edge, place(p))
		}
		for i := len(low) - 1; i >= 0; i-- {
			edge = append(edge, place(low[i]))
		}
		b.add(stroke{class: "c-band", points: edge, closed: true})
	}
	points := []XY{place(XY{})}
	for _, p := range c.Line {
		points = append(points, place(p))
	}
	last := points[len(points)-1]
	area := append(points[:len(points):len(points)], XY{last.X, ground - 1}, XY{0, ground - 1})
	b.add(stroke{class: "c-area", points: area, closed: true}, stroke{class: "c-line", points: points}, dot{"c-dot", last.X, last.Y, 4.5})
	for _, t := range c.Ticks {
		if at := place(XY{X: t.X}).X; t.X <= right {
			b.add(label{"c-label", at, c.Height - 6, anchor(at), t.Label})
		}
	}
	if c.Last != "" {
		b.add(label{"c-label c-last", last.X, last.Y - 10, anchor(last.X), c.Last})
	}
	return b
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
