package sandbox

import (
	"math"
	"slices"
	"time"
)

// A page's posting is planned by blocks of four weeks counted from the anchor, and within a block by equal
// cells with one post each, so that a page that posts regularly has no gap by chance which would make it
// look silent: the states of the 187 pages are planted too.

// times plans when a page posts, oldest first, from second from to second to. None lies between 22:30 and
// 05:30, so that a look at six in the morning of any day counts the same posts as one at midnight.
func (h *history) times(p *page) []int64 {
	var out []int64
	first := int(math.Ceil(float64(h.anchor-h.from)/float64(28*day))) - 1
	last := -int(math.Ceil(float64(h.until-h.anchor) / float64(28*day)))
	for b := first; b >= last; b-- {
		d := throw(h.seed, 11, int64(p.index), int64(b)+1000)
		start := h.anchor - int64(b+1)*28*day
		n := blockCount(p, b, d)
		for i := range n {
			cell := float64(28*day) / float64(n)
			at := start + int64((float64(i)+0.15+0.7*d.f())*cell)
			out = append(out, atHour(at, d))
		}
		out = append(out, feasts(p, start, start+28*day, d)...)
	}
	return tidy(out, h.from, h.until)
}

// blockCount is how many posts a page plans for block b: 0 is the four weeks before the anchor, 1 those
// before them, -1 those after it.
func blockCount(p *page, b int, d *dice) int {
	usual := p.rate * 28
	if usual >= 10 {
		usual *= 0.93 + 0.14*d.f()
	}
	n := max(2, int(usual+0.5))
	if p.role == roleThinning && b <= 0 {
		n = max(4, n*35/100) // still one a week, or it would fall silent
	}
	return n
}

// feasts adds the posts of the two days on which everybody posts, 8 March and 20 October.
func feasts(p *page, from, to int64, d *dice) []int64 {
	var out []int64
	if p.role != roleActive && p.role != roleSilent && p.role != roleDisconnected {
		return nil
	}
	for year := time.Unix(from, 0).In(Zone).Year(); year <= time.Unix(to, 0).In(Zone).Year(); year++ {
		for _, feast := range []time.Time{
			time.Date(year, 3, 8, 0, 0, 0, 0, Zone), time.Date(year, 10, 20, 0, 0, 0, 0, Zone),
		} {
			n := 1
			switch {
			case p.rate > 2:
				n = 6
			case p.rate > 1:
				n = 3
			case p.rate < 0.2 && p.index%3 != 0:
				n = 0
			}
			for range n {
				at := feast.Unix() + 6*hour + int64(d.n(int(13*hour)))
				if at >= from && at < to {
					out = append(out, at)
				}
			}
		}
	}
	return out
}

// atHour moves a moment to an hour at which officers post: 40 % from 7 to 11, a quarter in the afternoon,
// a fifth in the evening; the day stays.
func atHour(at int64, d *dice) int64 {
	midnight := at - (at+7*hour)%day
	var lo, hi float64
	switch x := d.f(); {
	case x < 0.40:
		lo, hi = 7, 11
	case x < 0.55:
		lo, hi = 11, 14
	case x < 0.80:
		lo, hi = 14, 18
	case x < 0.98:
		lo, hi = 19, 22
	default:
		lo, hi = 5.6, 7
	}
	return midnight + int64((lo+(hi-lo)*d.f())*float64(hour))
}

// tidy sorts, cuts to the wanted span, and parts posts that would stand within four minutes of each other.
func tidy(times []int64, from, to int64) []int64 {
	slices.Sort(times)
	var out []int64
	for _, t := range times {
		if n := len(out); n > 0 && t < out[n-1]+240 {
			t = out[n-1] + 240
		}
		if t >= from && t < to {
			out = append(out, t)
		}
	}
	return out
}
