package stories

import (
	"math"
	"sort"
	"time"

	"github.com/hoiphunu/lantoa"
)

// point is what a post had at an age.
type point struct {
	age float64 // hours
	n   float64 // interactions
}

// curveOf is a post's interactions by age, youngest first. A snapshot in which the platform gave none of the
// three counts takes no part.
func curveOf(p lantoa.Measured) []point {
	shots := p.Curve
	if len(shots) == 0 && !p.Numbers.At.IsZero() {
		shots = []lantoa.Snapshot{p.Numbers}
	}
	told := born(p.Post)
	points := make([]point, 0, len(shots))
	for _, s := range shots {
		i := s.Interactions()
		age := s.At.Sub(told).Hours()
		if !i.Known || s.At.IsZero() || age < 0 {
			continue
		}
		points = append(points, point{age: math.Max(age, youngest), n: float64(i.N)})
	}
	sort.SliceStable(points, func(i, j int) bool { return points[i].age < points[j].age })
	return points
}

// youngest keeps the logarithm of an age finite: a minute.
const youngest = 1.0 / 60

// born is when a post began to gather interactions: the stated time, or the time we first saw it if the
// stated one was dated back.
func born(p lantoa.Post) time.Time {
	if p.BackDated && !p.ToldAt.IsZero() {
		return p.ToldAt
	}
	return p.PublishedAt
}

// at reads a curve at an age: between two snapshots along the growth f of its type, which between two
// checkpoints is on log age; after the last snapshot what it had then (a post is no longer read once it has
// stopped growing). Snapshots a week apart tell little of the days between by themselves: on log age alone a
// post read after one day and after eight would seem to have a tenth less after three days than it had.
// Without f it is on log age throughout. ok is false for an age before the first snapshot.
func at(curve []point, age float64, f []float64) (n float64, ok bool) {
	i := sort.Search(len(curve), func(i int) bool { return curve[i].age >= age })
	switch {
	case len(curve) == 0 || i == 0 && curve[0].age > age:
		return 0, false
	case i == len(curve):
		return curve[i-1].n, true
	case i == 0 || curve[i].age == age:
		return curve[i].n, true
	}
	a, b := curve[i-1], curve[i]
	if from, to := along(f, a.age), along(f, b.age); to > from {
		return a.n + (b.n-a.n)*(along(f, age)-from)/(to-from), true
	}
	return between(age, a.age, b.age, a.n, b.n), true
}

// between interpolates on the logarithm of age.
func between(age, ageA, ageB, a, b float64) float64 {
	if ageB <= ageA {
		return b
	}
	w := (math.Log(age) - math.Log(ageA)) / (math.Log(ageB) - math.Log(ageA))
	return a + w*(b-a)
}

// along reads figures kept at lantoa.Checkpoints at any age, on log age; outside them the nearest one.
func along(figures []float64, age float64) float64 {
	if len(figures) == 0 {
		return 0
	}
	last := min(len(figures), len(lantoa.Checkpoints)) - 1
	for i := 0; i <= last; i++ {
		c := lantoa.Checkpoints[i].Hours()
		if age > c {
			continue
		}
		if i == 0 {
			return figures[0]
		}
		return between(age, lantoa.Checkpoints[i-1].Hours(), c, figures[i-1], figures[i])
	}
	return figures[last]
}

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
