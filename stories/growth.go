package stories

import (
	_ "embed"
	"slices"
	"sync"

	"github.com/BurntSushi/toml"

	"github.com/hoiphunu/lantoa"
)

//go:embed growth.toml
var growthText string

// shippedGrowth is the starting curve of growth.toml by post type, under "" for those it does not name.
var shippedGrowth = sync.OnceValue(func() map[lantoa.PostType][]float64 {
	var raw map[string][]float64
	if _, err := toml.Decode(growthText, &raw); err != nil {
		panic(err) // our own file; a test reads it
	}
	curves := make(map[lantoa.PostType][]float64, len(raw))
	for name, curve := range raw {
		if name == "all" {
			name = ""
		}
		curves[lantoa.PostType(name)] = curve
	}
	return curves
})

// Starting is what is known of a channel before anything was measured: how posts grow, as it is shipped.
func Starting() lantoa.Benchmark { return lantoa.Benchmark{Growth: shippedGrowth()} }

const (
	growthPosts = 30 // so many posts read all along make a curve of our own
	growthLeast = 10 // a post with fewer interactions at 28 days says little about shares of them
)

// measureGrowth is F(t,a) of a level: for each type, and under "" for all together, the median share of its
// 28-day interactions that a post had at each checkpoint. A type with too few posts read all along follows
// all of them together, and those the shipped curve; measured says whether that one had to stand in.
func measureGrowth(posts []figured) (growth map[lantoa.PostType][]float64, measured bool) {
	whole := map[lantoa.PostType][][]float64{}
	types := map[lantoa.PostType]bool{}
	for _, p := range posts {
		types[p.kind] = true
		if shares := growthOf(p.curve); shares != nil {
			whole[p.kind] = append(whole[p.kind], shares)
			whole[""] = append(whole[""], shares)
		}
	}
	growth = map[lantoa.PostType][]float64{}
	all := medianCurve(whole[""])
	measured = all != nil
	if measured {
		growth[""] = all
	} else {
		growth[""] = shippedGrowth()[""]
	}
	for t := range types {
		switch own := medianCurve(whole[t]); {
		case own != nil:
			growth[t] = own
		case measured:
			growth[t] = all
		case shippedGrowth()[t] != nil:
			growth[t] = shippedGrowth()[t]
		default:
			growth[t] = growth[""]
		}
	}
	return growth, measured
}

// growthOf is one post's shares of its 28-day interactions, nil for a post that was not read from its first
// hour to its last day or had too few.
func growthOf(curve lantoa.Curve) []float64 {
	last := lantoa.Checkpoints[len(lantoa.Checkpoints)-1].Hours()
	if len(curve) == 0 || curve[len(curve)-1].Age < last {
		return nil
	}
	end, _ := curve.At(last, nil)
	if end < growthLeast {
		return nil
	}
	shares := make([]float64, len(lantoa.Checkpoints))
	for i, c := range lantoa.Checkpoints {
		n, ok := curve.At(c.Hours(), nil)
		if !ok {
			return nil
		}
		shares[i] = n / end
	}
	return shares
}

// medianCurve is the median at each checkpoint, never falling and ending at 1; nil for too few curves.
func medianCurve(curves [][]float64) []float64 {
	if len(curves) < growthPosts {
		return nil
	}
	median := make([]float64, len(lantoa.Checkpoints))
	column := make([]float64, len(curves))
	for i := range median {
		for j, c := range curves {
			column[j] = c[i]
		}
		median[i] = quantile(slices.Sorted(slices.Values(column)), 0.5)
		if i > 0 {
			median[i] = max(median[i], median[i-1])
		}
	}
	end := median[len(median)-1]
	for i := range median {
		median[i] /= end
		if median[i] <= 0 {
			median[i] = 0.01 // a share of nothing could not be divided by
		}
	}
	return median
}
