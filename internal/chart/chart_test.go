package chart

import (
	"encoding/xml"
	"errors"
	"io"
	"math"
	"strings"
	"testing"
)

// wellFormed fails for anything that is no XML, that styles itself, or that runs.
func wellFormed(t *testing.T, svg string) {
	t.Helper()
	d := xml.NewDecoder(strings.NewReader(svg))
	for {
		token, err := d.Token()
		if errors.Is(err, io.EOF) {
			return
		}
		if err != nil {
			t.Fatalf("%v in %s", err, svg)
		}
		if e, ok := token.(xml.StartElement); ok {
			if e.Name.Local == "script" || e.Name.Local == "style" {
				t.Errorf("a <%s> in the picture", e.Name.Local)
			}
			for _, a := range e.Attr {
				if a.Name.Local == "style" || strings.HasPrefix(a.Name.Local, "on") {
					t.Errorf("an attribute %s in the picture", a.Name.Local)
				}
				if strings.Contains(a.Value, "NaN") || strings.Contains(a.Value, "Inf") {
					t.Errorf("%s=%q", a.Name.Local, a.Value)
				}
			}
		}
	}
}

const evil = `</title><script>alert(1)</script>"onload="x`

func TestCurve(t *testing.T) {
	band := []XY{{1, 2}, {24, 8}, {168, 12}}
	for _, tt := range []struct {
		name  string
		curve Curve
		want  []string
		not   []string
	}{
		{"without a figure there is no picture", Curve{}, nil, []string{"<svg"}},
		{"a page without history has no band", Curve{Line: []XY{{2, 3}}}, []string{"c-line", "c-dot"}, []string{"c-band"}},
		{"the band ends where the curve ends", Curve{Line: []XY{{2, 3}, {48, 30}}, Low: band, High: []XY{{1, 4}, {24, 16}, {168, 20}}}, []string{"c-band"}, nil},
		{"a post of an hour", Curve{Line: []XY{{0.5, 0}}, Low: band, High: band}, []string{"c-line"}, nil},
		{"ages and the newest figure are written", Curve{Line: []XY{{2, 3}, {48, 63}}, Height: 150, Last: "63", Ticks: []Tick{{0, "lúc đăng"}, {24, "1 ngày"}, {72, "3 ngày"}}}, []string{">63<", "lúc đăng", "1 ngày"}, []string{"3 ngày"}},
		{"words are escaped", Curve{Title: evil, Desc: evil, Line: []XY{{1, 1}}}, []string{"&lt;script&gt;"}, []string{"<script>"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			check(t, string(tt.curve.SVG()), tt.want, tt.not)
		})
	}
}

func check(t *testing.T, svg string, want, not []string) {
	t.Helper()
	wellFormed(t, svg)
	for _, w := range want {
		if !strings.Contains(svg, w) {
			t.Errorf("no %s in %s", w, svg)
		}
	}
	for _, w := range not {
		if strings.Contains(svg, w) {
			t.Errorf("%s in %s", w, svg)
		}
	}
}

func TestSeries(t *testing.T) {
	number := func(float64) string { return "n" }
	lines := func(points ...XY) []Line { return []Line{{Name: "x", Class: "c-1", Points: points}} }
	for _, tt := range []struct {
		name      string
		series    Series
		stretches int
	}{
		{"nothing to draw is no picture", Series{Number: number, Lines: lines(XY{1, math.NaN()})}, 0},
		{"one line", Series{Number: number, Lines: lines(XY{1, 5}, XY{2, 7}, XY{3, 6})}, 1},
		{"an absent figure is a gap, not a zero", Series{Number: number, Lines: lines(XY{1, 5}, XY{2, 5}, XY{3, math.NaN()}, XY{4, 6}, XY{5, 6})}, 2},
		{"a break joins nothing", Series{Number: number, Lines: lines(XY{1, 5}, XY{2, 5}, XY{3, 6}), Breaks: []Tick{{X: 3, Label: evil}}}, 2},
		{"all zeros", Series{Number: number, Lines: lines(XY{1, 0}, XY{2, 0})}, 1},
		{"one point", Series{Number: number, Lines: lines(XY{1, 5})}, 1},
		{"huge figures", Series{Number: number, Lines: lines(XY{1, 5e12}, XY{2, 1})}, 1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			svg := string(tt.series.SVG())
			wellFormed(t, svg)
			if got := strings.Count(svg, `class="c-line`); got != tt.stretches {
				t.Errorf("%d stretches, want %d", got, tt.stretches)
			}
		})
	}
}

func TestNiceGrid(t *testing.T) {
	for _, maximum := range []float64{0, 1, 3, 7, 10, 63, 99, 101, 2300, 18000, 5e12} {
		top, step := nice(maximum)
		if top < maximum || top/step > 6 || step < 1 {
			t.Errorf("nice(%v) = %v by %v", maximum, top, step)
		}
	}
}

func TestBarPartsFillTheWhole(t *testing.T) {
	svg := string(Bar{Title: evil, Parts: []Part{{142, "a"}, {19, "b"}, {0, "none"}, {1, "c"}}}.SVG())
	check(t, svg, []string{"c-part a", "c-part c"}, []string{"c-part none", "<script>"})
	check(t, string(Bar{}.SVG()), []string{"c-ground"}, []string{"c-part"})
}

func TestSparkShowsEveryWeek(t *testing.T) {
	svg := string(Spark{Title: "x", Values: []int{0, 3, 1}}.SVG())
	wellFormed(t, svg)
	if strings.Count(svg, "<rect") != 3 || strings.Count(svg, "c-none") != 1 {
		t.Errorf("%s", svg)
	}
}
