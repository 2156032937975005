package chart

import (
	"math"
	"strings"
	"testing"
)

func TestStrip(t *testing.T) {
	for _, tt := range []struct {
		name  string
		strip Strip
		want  []string
		not   []string
	}{
		{"without a week there is no picture", Strip{}, nil, []string{"<svg"}},
		{"a week without a figure is a gap, not a zero", Strip{Values: []float64{3, math.NaN(), 0}, Height: 20}, []string{"M0 0h7v20", "M20 18h7v2"}, []string{"M10 "}},
		{"where the figure changed its meaning stands a line", Strip{Values: []float64{1, 1, 1}, Breaks: []int{2, 0, 3}, Height: 20}, []string{`c-break" d="M18 0v20"`}, []string{"M-2", "M28"}},
		{"a line has a gap too", Strip{Values: []float64{1, math.NaN(), 3, 4}, Line: true}, []string{"M5 ", "M25 ", "L35 "}, []string{"L25"}},
		{"figures that are all the same are a level line", Strip{Values: []float64{5, 5}, Line: true, Height: 20}, []string{"M5 10h0L15 10"}, nil},
		{"no figure at all", Strip{Values: []float64{math.NaN()}, Line: true}, []string{"<svg"}, []string{"<path"}},
		{"words are escaped", Strip{Title: evil, Values: []float64{1}}, []string{"&lt;script&gt;"}, []string{"<script>"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			svg := string(tt.strip.SVG())
			if svg != "" {
				wellFormed(t, svg)
			}
			for _, w := range tt.want {
				if !strings.Contains(svg, w) {
					t.Errorf("no %s in %s", w, svg)
				}
			}
			for _, w := range tt.not {
				if strings.Contains(svg, w) {
					t.Errorf("%s in %s", w, svg)
				}
			}
		})
	}
}
