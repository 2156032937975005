package chart

import (
	"fmt"
	"html"
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

// SVG draws the series. Where there is no figure it is empty.
func (s Series) SVG() template.HTML {
	left, right, top := s.bounds()
	if math.IsInf(left, 1) {
		return ""
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

	b := open("c-series", s.Title, s.Desc, s.Height)
	b.stretched()
	for y := 0.0; y <= top+step/1000; y += step {
		b.path("c-grid", line([]XY{{0, height(y)}, {wide, height(y)}}))
	}
	for _, br := range s.Breaks {
		x := share(br.X) * wide
		b.path("c-break", line([]XY{{x, headroom}, {x, ground}}))
	}
	for _, l := range s.Lines {
		for _, part := range s.parts(l.Points) {
			points := make([]XY, len(part))
			for i, p := range part {
				points[i] = XY{share(p.X) * wide, height(p.Y)}
			}
			b.path("c-line "+l.Class, line(points))
		}
	}
	b.unstretched()
	for y := step; y <= top+step/1000; y += step {
		b.text("c-label", 0, height(y)-4, "start", s.Number(y))
	}
	for _, t := range s.Ticks {
		b.text("c-label", share(t.X), s.Height-6, anchor(share(t.X)), t.Label)
	}
	for _, br := range s.Breaks {
		b.text("c-label c-breaks", share(br.X), headroom-6, anchor(share(br.X)), br.Label)
	}
	for _, l := range s.Lines {
		dots := s.parts(l.Points)
		for _, part := range dots {
			// A lone figure is no line and needs its dot; of a line only the newest point has one.
			if p := part[len(part)-1]; len(part) == 1 || &part[0] == &dots[len(dots)-1][0] {
				b.dot("c-dot "+l.Class, share(p.X), height(p.Y), 3.5)
			}
		}
	}
	return b.done()
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

// Part is one piece of a bar.
type Part struct {
	N     int
	Class string
}

// Bar is parts of a whole side by side. An empty whole is an empty ground.
type Bar struct {
	Title  string
	Parts  []Part
	Height float64
}

// SVG draws the bar; a part that is there is at least wide enough to be seen.
func (a Bar) SVG() template.HTML {
	if a.Height == 0 {
		a.Height = 14
	}
	total := 0.0
	for _, p := range a.Parts {
		total += float64(max(p.N, 0))
	}
	b := open("c-bar", a.Title, "", a.Height)
	fmt.Fprintf(b, `<rect class="c-ground" width="100%%" height="%s"/>`, short(a.Height))
	const least = 0.015
	spare, shares := 1.0, make([]float64, len(a.Parts))
	for i, p := range a.Parts {
		if p.N > 0 {
			if shares[i] = float64(p.N) / total; shares[i] < least {
				shares[i] = least
			}
			spare -= shares[i]
		}
	}
	widest := 0
	for i := range shares {
		if shares[i] > shares[widest] {
			widest = i
		}
	}
	if total > 0 {
		shares[widest] += spare // what the small ones were given is taken from the largest
	}
	x := 0.0
	for i, p := range a.Parts {
		if p.N > 0 {
			fmt.Fprintf(b, `<rect class="c-part %s" x="%s%%" width="%s%%" height="%s"/>`,
				html.EscapeString(p.Class), short(x*100), short(shares[i]*100), short(a.Height))
			x += shares[i]
		}
	}
	return b.done()
}

// Spark is a row of small columns, one a week: how often something happened.
type Spark struct {
	Title  string
	Values []int
	Height float64
}

// SVG draws the spark; a week with nothing is a flat line, so that the weeks can be counted.
func (s Spark) SVG() template.HTML {
	if len(s.Values) == 0 {
		return ""
	}
	if s.Height == 0 {
		s.Height = 28
	}
	top := 1
	for _, v := range s.Values {
		top = max(top, v)
	}
	b := open("c-spark", s.Title, "", s.Height)
	each := 100 / float64(len(s.Values))
	for i, v := range s.Values {
		h, class := 2.0, "c-none"
		if v > 0 {
			h, class = max(4, float64(v)/float64(top)*s.Height), "c-some"
		}
		fmt.Fprintf(b, `<rect class="%s" x="%s%%" y="%s" width="%s%%" height="%s" rx="1.5"/>`,
			class, short(float64(i)*each), short(s.Height-h), short(each*0.72), short(h))
	}
	return b.done()
}
