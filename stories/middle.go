package stories

import (
	"math"
	"sort"
)

// mid is the mean of the middle half: the top and the bottom quarter are dropped, and where a quarter is no
// whole number of values the one it cuts counts for the part that is left. It sorts its argument.
func mid(values []float64) float64 {
	n := len(values)
	if n == 0 {
		return 0
	}
	sort.Float64s(values)
	drop := float64(n) / 4
	var sum, weight float64
	for i, v := range values {
		// value i stands for the stretch [i, i+1); what of it lies in [drop, n-drop) counts
		w := math.Min(float64(i+1), float64(n)-drop) - math.Max(float64(i), drop)
		if w > 0 {
			sum += w * v
			weight += w
		}
	}
	return sum / weight
}

// quantile of sorted values, between two of them in proportion.
func quantile(sorted []float64, q float64) float64 {
	if len(sorted) == 0 {
		return 0
	}
	x := q * float64(len(sorted)-1)
	i := int(x)
	if i+1 >= len(sorted) {
		return sorted[len(sorted)-1]
	}
	return sorted[i] + (x-float64(i))*(sorted[i+1]-sorted[i])
}
