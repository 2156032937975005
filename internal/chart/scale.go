package chart

import "math"

// Table is the figures behind a picture, as text ready to be read.
type Table struct {
	Head []string
	Rows [][]string
}

// XY is a point in the data's own units.
type XY struct{ X, Y float64 }

// anchor keeps a label inside the picture at both ends.
func anchor(share float64) string {
	switch {
	case share < 0.08:
		return "start"
	case share > 0.92:
		return "end"
	}
	return "middle"
}

// nice is a round number at or above max, with the step between grid lines below it.
func nice(maximum float64) (top, step float64) {
	if maximum <= 0 {
		return 4, 2
	}
	raw := maximum / 3
	pow := math.Pow(10, math.Floor(math.Log10(raw)))
	for _, m := range []float64{1, 2, 2.5, 5, 10} {
		if step = m * pow; step >= raw && (step == math.Trunc(step) || step < 1) {
			break
		}
	}
	step = math.Max(step, 1)
	return math.Ceil(maximum/step) * step, step
}
