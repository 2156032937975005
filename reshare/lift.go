package reshare

import (
	"cmp"
	"math"
	"slices"
	"time"

	"github.com/hoiphunu/lantoa"
)

// LiftInput is what MeasureLift judges by.
type LiftInput struct {
	Original lantoa.Measured // the story's lead with its Curve
	SharedAt time.Time
	Usual    lantoa.Benchmark  // of the original's channel: its Growth is F
	Unshared []lantoa.Measured // posts of the same level and kind that nobody passed on, with their Curve
	Own      *lantoa.Measured  // the resharing post with its Curve; nil while it is not known
	OwnUsual lantoa.Benchmark  // of the resharing channel
}

// Why there is no lift.
const (
	NoNumbers = "no_numbers" // the original has none, or none before or after it was shared, or nothing is known of growth
	TooYoung  = "too_young"  // 48 hours have not passed
)

const (
	// FewPosts is how many posts a spread of their own takes. With fewer (Lift.Posts) it is the one that chance would make
	// with what posts usually differ in pace, and no narrower than the posts that there are.
	FewPosts = 20

	mostAlike   = 400             // posts the spread is read off at most: the nearest in size
	sameSize    = 4.0             // of so many times fewer or more interactions …
	enoughAlike = 100             // … where there are so many of them
	tail        = 0.05            // outside the spread on either side
	usualPace   = 0.4             // by how much of its growth a post differs in pace, until it is measured
	surelySome  = 6.0             // of so many expected interactions none came in one case of four hundred
	deviate     = 1.645           // normal deviates lie outside of ± this in 10 of 100 cases
	readWithin  = 4 * time.Hour   // a reading is made that long after it is due at the latest: at night, once in four hours
	ageOfOwn    = lantoa.LiftSpan // at which the resharing post is held against its channel's usual one
)

// MeasureLift says what sharing brought the original (algorithms, section 5). With a₁ its age when it was shared:
//
//	lift48 = I(a₁+48h) − I(a₁)·F(a₁+48h)/F(a₁)
//
// I(a₁) is read off what was known by then: a curve drawn through a reading from after the sharing would take part of
// what it brought for the original's own pace. So the last reading before is taken to a₁ along F; after it, between
// readings along F, and after the last one what it had then: nothing is added that was not measured. Counts may fall,
// and so may the lift.
//
// Low and High bound the middle 90 in 100 of the same figure for posts that nobody shared, at the same age, put on this
// post's scale; a little wider, by what so many posts leave open. So it is the band of "no effect": a lift inside it is
// not [lantoa.Lift.Clear]. And since what chance did to this post lies in that band in 90 of 100 cases, what sharing
// brought lies between Interactions − High and Interactions − Low as often: [lantoa.Lift.Between].
//
// The scale: a figure that grows from n by the factor R = F(a₁+48h)/F(a₁) to come differs by chance with variance
// g·R, g = n·(R−1), and by the pace of posts with (c·g)², c measured on the posts themselves.
func MeasureLift(o LiftInput, now time.Time) lantoa.Lift {
	l := lantoa.Lift{At: now, Age: o.SharedAt.Sub(o.Original.Born())}
	l.Own, l.OwnUsual = own(o)
	a1 := l.Age.Hours()
	f := growthOf(o.Usual, o.Original.Type)
	curve := lantoa.CurveOf(o.Original)
	mine, ok := gainOf(curve, f, a1)
	switch {
	case now.Before(o.SharedAt.Add(lantoa.LiftSpan)):
		l.Absent = TooYoung
		return l
	case !ok, unread(curve, f, a1, mine):
		l.Absent = NoNumbers
		return l
	}
	l.Before, l.After, l.Interactions = mine.before, mine.after, mine.gain
	others := alike(o, mine, a1, now)
	l.Posts = len(others)
	c := pace(others)
	low, high := spread(others, c)
	scale := mine.noise(c)
	l.Low, l.High = low*scale, high*scale
	return l
}

// growthOf is F of a type of post.
func growthOf(b lantoa.Benchmark, t lantoa.PostType) []float64 {
	if f := b.Growth[t]; len(f) > 0 {
		return f
	}
	return b.Growth[""]
}

// gain is what a post gained in 48 hours over its own pace.
type gain struct {
	before, after, gain float64
	n                   float64 // interactions of the reading it was projected from
	factor              float64 // R: by which they were to grow from then on
}

// gainOf is the figure of a post at an age, shared or not. ok is false for a post that was not read by then.
func gainOf(c lantoa.Curve, f []float64, age float64) (g gain, ok bool) {
	i, exact := slices.BinarySearchFunc(c, age, func(p lantoa.Point, age float64) int { return cmp.Compare(p.Age, age) })
	for exact && i+1 < len(c) && c[i+1].Age == age {
		i++
	}
	if !exact {
		i--
	}
	if i < 0 || len(f) == 0 || age <= 0 {
		return gain{}, false
	}
	from := c[i].Age
	for _, checkpoint := range lantoa.Checkpoints {
		// A reading that finds nothing new is not kept: at a checkpoint that has passed since it still had as much.
		if h := checkpoint.Hours(); h > from && h+readWithin.Hours() <= age {
			from = h
		}
	}
	share, to := lantoa.Along(f, from), age+lantoa.LiftSpan.Hours()
	if share <= 0 {
		return gain{}, false
	}
	g.n, g.factor = c[i].N, lantoa.Along(f, to)/share
	g.before = g.n * lantoa.Along(f, age) / share
	g.after, _ = c.At(to, f) // there is a reading before
	g.gain = g.after - g.n*g.factor
	return g, true
}

// unread says whether so little was read of a post after it was shared that nothing can be said: a reading that found
// nothing new is not kept, but where so much was to come and nothing did, none was made. Half of the time must be read.
func unread(c lantoa.Curve, f []float64, age float64, g gain) bool {
	to := lantoa.Along(f, age+lantoa.LiftSpan.Hours())
	rest, grows := to-lantoa.Along(f, c[len(c)-1].Age), to-lantoa.Along(f, age)
	return rest > grows/2 && g.n*g.factor*rest/to >= surelySome
}

// noise is by how much chance and pace make the figure differ: its standard deviation.
func (g gain) noise(c float64) float64 {
	grows := (g.n + 1) * math.Max(g.factor-1, 0.01) // one with nothing yet may get something too
	return math.Sqrt(grows*g.factor + c*c*grows*grows)
}

// alike are the figures of the posts that the original is compared with: those nearest in size.
func alike(o LiftInput, mine gain, age float64, now time.Time) []gain {
	full := time.Duration(age*float64(time.Hour)) + lantoa.LiftSpan
	type near struct {
		gain
		apart float64
	}
	var all []near
	within := 0
	for _, p := range o.Unshared {
		if p.ID == o.Original.ID || p.Removed() || p.Hidden || p.Vote || p.Decor || now.Sub(p.Born()) < full {
			continue
		}
		g, ok := gainOf(lantoa.CurveOf(p), growthOf(o.Usual, p.Type), age)
		if !ok {
			continue
		}
		apart := math.Abs(math.Log((g.before + 1) / (mine.before + 1)))
		if apart <= math.Log(sameSize) {
			within++
		}
		all = append(all, near{g, apart})
	}
	slices.SortStableFunc(all, func(a, b near) int { return cmp.Compare(a.apart, b.apart) })
	if within >= enoughAlike {
		all = all[:within]
	}
	all = all[:min(len(all), mostAlike)]
	out := make([]gain, len(all))
	for i := range all {
		out[i] = all[i].gain
	}
	return out
}

// pace is c: by how much of its growth a post differs from it beside chance. It is read off the half of the posts that
// grow most, where chance says least: the c with which their figures, in units of their noise, are half of the time under
// what half of a normal deviate's are under.
func pace(posts []gain) float64 {
	if len(posts) < FewPosts {
		return usualPace
	}
	by := slices.Clone(posts)
	slices.SortStableFunc(by, func(a, b gain) int { return cmp.Compare(b.n*(b.factor-1), a.n*(a.factor-1)) })
	by = by[:len(by)/2]
	z := make([]float64, len(by))
	typical := func(c float64) float64 {
		for i, g := range by {
			z[i] = math.Abs(g.gain) / g.noise(c)
		}
		slices.Sort(z)
		return z[len(z)/2]
	}
	low, high := 0.0, 2.0
	for range 20 {
		const typicalDeviate = 0.6745
		if c := (low + high) / 2; typical(c) > typicalDeviate {
			low = c
		} else {
			high = c
		}
	}
	return low
}

// spread bounds the middle 90 in 100 of the figures in units of their noise. Of n posts one cannot know the bounds
// exactly, and the original is no post like any other: so they are taken further out, by two standard deviations of the
// number outside, and are never narrower than those of a normal deviate, with an allowance for a small n.
func spread(posts []gain, c float64) (low, high float64) {
	z := make([]float64, len(posts))
	for i, g := range posts {
		z[i] = g.gain / g.noise(c)
	}
	slices.Sort(z)
	n := float64(len(z))
	least := deviate + 3/math.Sqrt(n+9)
	if len(z) == 0 {
		return -least, least
	}
	outside := max(int(tail*(n+1)-2*math.Sqrt(n*tail*(1-tail))), 1)
	return min(z[outside-1], -least), max(z[len(z)-outside], least)
}

// own is what the resharing post had at 48 hours, and what its channel's posts usually have then.
func own(o LiftInput) (had, usual lantoa.Count) {
	if o.Own == nil {
		return had, usual
	}
	age := ageOfOwn.Hours()
	if c := lantoa.CurveOf(*o.Own); len(c) > 0 {
		if n, ok := c.At(age, growthOf(o.OwnUsual, o.Own.Type)); ok {
			had = lantoa.Of(int64(math.Round(n)))
		}
	}
	expected := o.OwnUsual.Expected[o.Own.Type]
	if len(expected) == 0 {
		expected = o.OwnUsual.Expected[""]
	}
	if len(expected) > 0 {
		usual = lantoa.Of(int64(math.Round(lantoa.Along(expected, age))))
	}
	return had, usual
}
