package lantoa

import (
	"math"
	"sort"
	"time"
)

// Point is what a post had at an age.
type Point struct {
	Age float64 // hours, at least a minute
	N   float64 // interactions
}

// Curve is a post's interactions by age, youngest first.
type Curve []Point

// CurveOf reads the curve of a post off its snapshots; of a post without Curve, off its newest numbers. A snapshot in
// which the platform gave none of the three counts takes no part.
func CurveOf(p Measured) Curve {
	shots := p.Curve
	if len(shots) == 0 && !p.Numbers.At.IsZero() {
		shots = []Snapshot{p.Numbers}
	}
	told := p.Born()
	points := make(Curve, 0, len(shots))
	for _, s := range shots {
		i := s.Interactions()
		age := s.At.Sub(told).Hours()
		if !i.Known || s.At.IsZero() || age < 0 {
			continue
		}
		points = append(points, Point{Age: math.Max(age, youngest), N: float64(i.N)})
	}
	sort.SliceStable(points, func(i, j int) bool { return points[i].Age < points[j].Age })
	return points
}

// youngest keeps the logarithm of an age finite: a minute.
const youngest = 1.0 / 60

// Born is when a post began to gather interactions: the stated time, or the time we first saw it if the stated one was
// dated back.
func (p Post) Born() time.Time {
	if p.BackDated && !p.ToldAt.IsZero() {
		return p.ToldAt
	}
	return p.PublishedAt
}

// At reads a curve at an age in hours: between two snapshots along the growth of its type (F of the algorithms, at
// [Checkpoints]), which between two checkpoints is on log age; after the last snapshot what it had then (a post is no
// longer read once it has stopped growing). Snapshots a week apart tell little of the days between by themselves: on
// log age alone a post read after one day and after eight would seem to have a tenth less after three days than it
// had. Without growth it is on log age throughout. ok is false for an age before the first snapshot.
func (c Curve) At(age float64, growth []float64) (n float64, ok bool) {
	i := sort.Search(len(c), func(i int) bool { return c[i].Age >= age })
	switch {
	case len(c) == 0 || i == 0 && c[0].Age > age:
		return 0, false
	case i == len(c):
		return c[i-1].N, true
	case i == 0 || c[i].Age == age:
		return c[i].N, true
	}
	a, b := c[i-1], c[i]
	if from, to := Along(growth, a.Age), Along(growth, b.Age); to > from {
		return a.N + (b.N-a.N)*(Along(growth, age)-from)/(to-from), true
	}
	return between(age, a.Age, b.Age, a.N, b.N), true
}

// between interpolates on the logarithm of age.
func between(age, ageA, ageB, a, b float64) float64 {
	if ageB <= ageA {
		return b
	}
	w := (math.Log(age) - math.Log(ageA)) / (math.Log(ageB) - math.Log(ageA))
	return a + w*(b-a)
}

// Along reads figures kept at [Checkpoints] at any age in hours, on log age; outside them the nearest one, and 0 where
// there are none.
func Along(figures []float64, age float64) float64 {
	if len(figures) == 0 {
		return 0
	}
	last := min(len(figures), len(Checkpoints)) - 1
	for i := 0; i <= last; i++ {
		c := Checkpoints[i].Hours()
		if age > c {
			continue
		}
		if i == 0 {
			return figures[0]
		}
		return between(age, Checkpoints[i-1].Hours(), c, figures[i-1], figures[i])
	}
	return figures[last]
}
