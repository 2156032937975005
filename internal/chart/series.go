package chart

import (
	"html/template"
	"math"
)

// Series is figures over time: one or more lines on a common ground, with a grid and the places where a
// figure changed its meaning, over which no line is drawn.
type Series struct {
	Title, Desc string
	Lines       []Line
	Ticks       []Tick // along the time, left to right
	Breaks      []Tick
	Height      float64
	Number      func(float64) string // how a figure of the grid is written
}

// Line is one figure's way. NaN as Y is a figure that was not given: the line has a gap there.
type Line struct {
	Name   string
	Class  string // c-1, c-2 …: colour and dash
	Points []XY
}

// Tick is a place along the time with its label.
type Tick struct {
	X     float64
	Label string
}

const (
	headroom = 18 // for the label of the topmost grid line
	footroom = 22 // for the labels of time
)

// SVG draws the series for a page. Where there is no figure it is empty.
func (s Series) SVG() template.HTML { return svgOf(s.picture()) }

// PNG draws the series for a mail or a document, so many pixels wide and twice as fine; nothing where there is no
// figure.
func (s Series) PNG(width int) ([]byte, error) { return pngOf(s.picture(), width) }

func (s Series) picture() *picture {
	left, right, top := s.bounds()
	if math.IsInf(left, 1) {
		return nil
	}
	if s.Height == 0 {
		s.Height = 200
	}
	if right == left {
		left, right = left-1, right+1
	}
	top, step := nice(top)
	ground := s.Height - footroom
	share := func(x float64) float64 { return min(max((x-left)/(right-left), 0), 1) }
	height := func(y float64) float64 { return ground - y/top*(ground-headroom) }

	b := &picture{class: "c-series", title: s.Title, desc: s.Desc, height: s.Height}
	for y := 0.0; y <= top+step/1000; y += step {
		b.add(stroke{class: "c-grid", points: []XY{{0, height(y)}, {1, height(y)}}})
	}
	for _, br := range s.Breaks {
		x := share(br.X)
		b.add(stroke{class: "c-break", points: []XY{{x, headroom}, {x, ground}}})
	}
	for _, l := range s.Lines {
		if len(s.Lines) > 1 {
			b.keys = append(b.keys, Key{l.Name, "c-line " + l.Class})
		}
		for _, part := range s.parts(l.Points) {
			points := make([]XY, len(part))
			for i, p := range part {
				points[i] = XY{share(p.X), height(p.Y)}
			}
			b.add(stroke{class: "c-line " + l.Class, points: points})
		}
	}
	for y := step; y <= top+step/1000; y += step {
		b.add(label{"c-label", 0, height(y) - 4, "start", s.Number(y)})
	}
	for _, t := range s.Ticks {
		b.add(label{"c-label", share(t.X), s.Height - 6, anchor(share(t.X)), t.Label})
	}
	for _, br := range s.Breaks {
		b.add(label{"c-label c-breaks", share(br.X), headroom - 6, anchor(share(br.X)), br.Label})
	}
	for _, l := range s.Lines {
		dots := s.parts(l.Points)
		for _, part := range dots {
			// A lone figure is no line and needs its dot; of a line only the newest point has one.
			if p := part[len(part)-1]; len(part) == 1 || &part[0] == &dots[len(dots)-1][0] {
				b.add(dot{"c-dot " + l.Class, share(p.X), height(p.Y), 3.5})
			}
		}
	}
	return b
}

// bounds of all figures; left is +Inf when there is none.
func (s Series) bounds() (left, right, top float64) {
	left, right = math.Inf(1), math.Inf(-1)
	for _, l := range s.Lines {
		for _, p := range l.Points {
			if !math.IsNaN(p.Y) {
				left, right, top = min(left, p.X), max(right, p.X), max(top, p.Y)
			}
		}
	}
	return left, right, top
}

// parts are the stretches over which a line may be drawn: not over a gap, not over a break.
func (s Series) parts(points []XY) [][]XY {
	var out [][]XY
	var part []XY
	cut := func() {
		if len(part) > 0 {
			out, part = append(out, part), nil
		}
	}
	for i, p := range points {
		if i > 0 {
			for _, b := range s.Breaks {
				if points[i-1].X < b.X && b.X <= p.X {
					cut()
				}
			}
		}
		if math.IsNaN(p.Y) {
			cut()
			continue
		}
		part = append(part, p)
	}
	cut()
	return out
}
