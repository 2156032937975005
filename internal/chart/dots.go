package chart

import (
	"fmt"
	"html/template"
	"math"
)

// Dots are single things over time, over the band in which they usually lie.
type Dots struct {
	Title, Desc string
	Points      []XY
	Low, High   []XY // the band's edges at the same places; none where the usual is not known
	Ticks       []Tick
	Height      float64
	Number      func(float64) string // how a figure of the grid is written
}

// SVG draws the dots for a page. Where there is none it is empty.
func (d Dots) SVG() template.HTML { return svgOf(d.picture()) }

// PNG draws the dots for a mail or a document, so many pixels wide and twice as fine; nothing where there is none.
func (d Dots) PNG(width int) ([]byte, error) { return pngOf(d.picture(), width) }

func (d Dots) picture() *picture {
	if len(d.Points) == 0 {
		return nil
	}
	if d.Height == 0 {
		d.Height = 190
	}
	left, right, top := math.Inf(1), math.Inf(-1), 0.0
	for _, list := range [][]XY{d.Points, d.Low, d.High} {
		for _, p := range list {
			left, right, top = min(left, p.X), max(right, p.X), max(top, p.Y)
		}
	}
	if right == left {
		left, right = left-1, right+1
	}
	top, step := nice(top)
	ground := d.Height - footroom
	share := func(x float64) float64 { return min(max((x-left)/(right-left), 0), 1)*0.97 + 0.015 }
	height := func(y float64) float64 { return ground - y/top*(ground-headroom) }

	b := &picture{class: "c-series", title: d.Title, desc: d.Desc, height: d.Height}
	for y := 0.0; y <= top+step/1000; y += step {
		b.add(stroke{class: "c-grid", points: []XY{{0, height(y)}, {1, height(y)}}})
	}
	if len(d.Low) > 1 && len(d.Low) == len(d.High) {
		var edge []XY
		for _, p := range d.High {
			edge = append(edge, XY{share(p.X), height(p.Y)})
		}
		for i := len(d.Low) - 1; i >= 0; i-- {
			edge = append(edge, XY{share(d.Low[i].X), height(d.Low[i].Y)})
		}
		b.add(stroke{class: "c-band", points: edge, closed: true})
	}
	for y := step; y <= top+step/1000; y += step {
		b.add(label{"c-label", 0, height(y) - 4, "start", d.Number(y)})
	}
	for _, t := range d.Ticks {
		b.add(label{"c-label", share(t.X), d.Height - 6, anchor(share(t.X)), t.Label})
	}
	all := spots{"c-spot", nil}
	for _, p := range d.Points {
		all.at = append(all.at, XY{share(p.X), height(p.Y)})
	}
	b.add(all)
	return b
}

// spots are round points of one look: as one line of no length with round ends they weigh a fifth of what so many
// circles would, and stay round where the picture is stretched.
type spots struct {
	class string
	at    []XY
}

func (s spots) svg(b *builder) {
	b.stretch(true)
	fmt.Fprintf(b, `<path class="%s" d="`, s.class)
	for _, p := range s.at {
		fmt.Fprintf(b, "M%s %sh0", short(p.X*wide), short(p.Y))
	}
	b.WriteString(`"/>`)
}

func (s spots) paint(on *raster) {
	for _, p := range s.at {
		dot{s.class, p.X, p.Y, 4}.paint(on)
	}
}
