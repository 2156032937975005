package stories

import (
	"math"

	"github.com/hoiphunu/lantoa"
)

// Mark is how a post did against what is usual.
type Mark struct {
	Score     float64 // 4.2: gấp 4,2 lần; negative: so many times less than usual
	Expected  float64 // E at the age of the post's newest numbers
	Basis     lantoa.Basis
	Posts     int  // own posts that E rests on
	Estimated bool // E at this age leans on the shipped growth curve
}

// Score judges a post by a benchmark at the age of its newest numbers. ok is false where there is nothing to
// judge: no numbers, none of the three counts, or an empty benchmark.
func Score(post lantoa.Measured, b lantoa.Benchmark) (m Mark, ok bool) {
	interactions := post.Numbers.Interactions()
	age := post.Numbers.At.Sub(post.Born())
	if post.Numbers.At.IsZero() || !interactions.Known || len(b.Expected) == 0 || age < 0 {
		return Mark{}, false
	}
	figures := b.Expected[post.Type]
	if figures == nil {
		figures = b.Expected[""]
	}
	if len(figures) == 0 {
		return Mark{}, false
	}
	m.Expected = lantoa.Along(figures, age.Hours())
	m.Score = score(float64(interactions.N), m.Expected)
	m.Posts = b.Posts
	m.Basis = lantoa.LevelBasis
	if b.Posts >= ownPosts {
		m.Basis = lantoa.OwnBasis
	}
	m.Estimated = !b.Measured && age < lantoa.Checkpoints[len(lantoa.Checkpoints)-1]
	return m, true
}

// score compares interactions with those expected; the first rule that fits. Under the minimum both ways the
// numbers are too small to speak of times, and the score stays under 1.
func score(interactions, expected float64) float64 {
	switch {
	case interactions < minimum && expected < minimum:
		return interactions / minimum
	case interactions == 0:
		return -2 * expected
	case interactions >= expected:
		return interactions / math.Max(expected, 1)
	}
	return -expected / interactions
}

// usualFor finds the benchmark of a post's channel, or that of its level and kind.
func usualFor(post lantoa.Measured, usual map[lantoa.ChannelID]lantoa.Benchmark) lantoa.Benchmark {
	if b, ok := usual[post.Channel]; ok {
		return b
	}
	b := usual[LevelChannel(post.Unit.Level, post.Kind)]
	b.Posts = 0
	return b
}
