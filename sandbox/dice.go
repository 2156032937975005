package sandbox

import "math"

// dice is a small seeded source of chance: the same seed and words give the same throws on every machine
// and in every version of Go, which the standard library's sources do not promise for their helpers.
type dice struct{ s uint64 }

// throw makes dice for one purpose, named by numbers, so that drawing more for one page leaves all others
// as they were.
func throw(seed int64, purpose ...int64) *dice {
	d := &dice{uint64(seed)*0x9e3779b97f4a7c15 + 0x1234567}
	for _, n := range purpose {
		d.s ^= uint64(n) * 0xd1342543de82ef95
		d.next()
	}
	return d
}

// next is splitmix64.
func (d *dice) next() uint64 {
	d.s += 0x9e3779b97f4a7c15
	z := d.s
	z = (z ^ z>>30) * 0xbf58476d1ce4e5b9
	z = (z ^ z>>27) * 0x94d049bb133111eb
	return z ^ z>>31
}

// n is a whole number from 0 to max-1; 0 for max below 1.
func (d *dice) n(max int) int {
	if max < 1 {
		return 0
	}
	return int(d.next() % uint64(max))
}

// between is a whole number from a to b, both possible.
func (d *dice) between(a, b int) int { return a + d.n(b-a+1) }

// f is from 0 to below 1.
func (d *dice) f() float64 { return float64(d.next()>>11) / (1 << 53) }

// chance comes true in p of all cases.
func (d *dice) chance(p float64) bool { return d.f() < p }

// normal has mean 0 and deviation 1.
func (d *dice) normal() float64 {
	return math.Sqrt(-2*math.Log(1-d.f())) * math.Cos(2*math.Pi*d.f())
}

// lognormal has that median and the deviation sigma of its logarithm.
func (d *dice) lognormal(median, sigma float64) float64 {
	return median * math.Exp(sigma*d.normal())
}

// poisson is how many rare things happened where mean is usual; a bell curve for large means.
func (d *dice) poisson(mean float64) int {
	if mean > 40 {
		return max(0, int(math.Round(mean+math.Sqrt(mean)*d.normal())))
	}
	limit, p, k := math.Exp(-mean), d.f(), 0
	for p > limit {
		p *= d.f()
		k++
	}
	return k
}

// pick is one of the list.
func pick[T any](d *dice, list []T) T { return list[d.n(len(list))] }

// shuffle puts the list in a chance order, in place.
func shuffle[T any](d *dice, list []T) {
	for i := len(list) - 1; i > 0; i-- {
		j := d.n(i + 1)
		list[i], list[j] = list[j], list[i]
	}
}
