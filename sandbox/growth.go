package sandbox

import "math"

const (
	hour = int64(3600)
	day  = 24 * hour
)

// growth is the part of its final interactions a post has at an age: most of them come within two or three
// days, hardly any after two weeks, none after 28 days. tau is in seconds, 14 to 26 hours for an ordinary
// post. A post that settles has all of them at 72 hours, which planted numbers need: what is read of them
// does not depend on when it is read.
func growth(age int64, tau float64, settles bool) float64 {
	end := 28 * day
	if settles {
		end = 3 * day
	}
	switch {
	case age <= 0:
		return 0
	case age >= end:
		return 1
	}
	return rise(float64(age)/tau) / rise(float64(end)/tau)
}

func rise(x float64) float64 { return 1 - math.Exp(-math.Pow(x, 0.8)) }

// counters are the numbers of a post at one moment.
type counters struct {
	reactions, comments, shares int
	reach, views, clicks        int
	byKind                      [7]int // in the order of reactionKinds
}

// reactionKinds in the order the numbers of counters stand.
var reactionKinds = [7]string{"LIKE", "LOVE", "CARE", "HAHA", "WOW", "SAD", "ANGRY"}

// at gives the numbers of the post at second t, without what reshares bring it; [Sandbox.numbers] has that too.
func (p *post) at(t int64) counters { return p.split(p.counted(t)) }

// counted gives the numbers at second t that do not follow from others. Each only grows, but for one reaction that
// some posts lose later: somebody took it back.
func (p *post) counted(t int64) counters {
	age := t - p.appears
	g := growth(age, float64(p.tau), p.settles)
	part := func(final int32) int { return int(float64(final)*g + 0.5) }
	c := counters{
		reactions: part(p.reactions), comments: part(p.comments), shares: part(p.shares),
		reach: part(p.reach), views: part(p.views),
	}
	if p.drop > 0 && age >= int64(p.drop) && c.reactions > 1 {
		c.reactions--
	}
	return c
}

// split adds the numbers that follow from the others.
func (p *post) split(c counters) counters {
	c.clicks = c.views / 23
	// Two of three are plain likes, most of the others hearts; the split is the post's own and steady.
	left := c.reactions
	love := c.reactions * int(p.love) / 100
	care := c.reactions * int(p.love) / 500
	wow := c.reactions / 40
	c.byKind[1], c.byKind[2], c.byKind[4] = love, care, wow
	if p.genre == condolence {
		c.byKind[1], c.byKind[5] = 0, love
	}
	c.byKind[0] = left - love - care - wow
	return c
}
