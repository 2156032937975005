package stories

import (
	"cmp"
	"slices"
	"sort"
	"time"

	"github.com/hoiphunu/lantoa"
)

const (
	settled    = 7 * 24 * time.Hour   // younger posts are still growing and say nothing of what is usual
	remembered = 365 * 24 * time.Hour // older ones are of another time
	lastPosts  = 100                  // of one channel
	borrowed   = 8.0                  // k: with so many posts of its own a page counts as much as its level
	minimum    = 10.0                 // M: below it two numbers are not worth comparing
	ownPosts   = 10                   // so many posts of its own make a page its own measure
)

// Benchmarks says what is usual for each channel that posts speak of (algorithms, section 1), from its own
// posts that have settled and, where these are few, from the channels of its level and kind. Posts must come
// with their Curve. Removed posts, votes, changed cover pictures and posts without numbers take no part.
//
// Beside the channels there is an entry for each level and kind, under [LevelChannel], by which a channel
// without an entry of its own is judged. Sorted by channel.
func Benchmarks(posts []lantoa.Measured, now time.Time) []lantoa.Benchmark {
	var found []lantoa.Benchmark
	for level, channels := range byLevel(posts, now) {
		var all []figured
		for _, own := range channels {
			all = append(all, own...)
		}
		if len(all) == 0 {
			continue
		}
		growth, measured := measureGrowth(all)
		fill(all, growth)
		usual := summarise(all)
		base := lantoa.Benchmark{ComputedAt: now, Growth: growth, Measured: measured}
		found = append(found, expect(level, base, nil, usual))
		for id, own := range channels {
			fill(own, growth)
			found = append(found, expect(id, base, own, usual))
		}
	}
	slices.SortFunc(found, func(a, b lantoa.Benchmark) int { return cmp.Compare(a.Channel, b.Channel) })
	return found
}

// LevelChannel is the key under which the benchmark of a level stands beside those of the channels:
// "level:commune:facebook_page". It is the id of no channel, since those hold no colon.
func LevelChannel(level lantoa.Level, kind lantoa.ChannelKind) lantoa.ChannelID {
	return lantoa.ChannelID("level:" + string(level) + ":" + string(kind))
}

// figured is a post of the population with what it had at each checkpoint.
type figured struct {
	kind    lantoa.PostType
	curve   lantoa.Curve
	age     float64 // hours, now
	told    time.Time
	figures []float64 // by checkpoint; only those with has
	has     []bool
}

// byLevel sorts the population of the benchmark: level key → channel → its last posts. A channel whose posts
// are all too young is there with none.
func byLevel(posts []lantoa.Measured, now time.Time) map[lantoa.ChannelID]map[lantoa.ChannelID][]figured {
	levels := map[lantoa.ChannelID]map[lantoa.ChannelID][]figured{}
	for _, p := range posts {
		if p.Kind == lantoa.Imported {
			continue // counts nowhere
		}
		curve := lantoa.CurveOf(p)
		if len(curve) == 0 {
			continue
		}
		key := LevelChannel(p.Unit.Level, p.Kind)
		if levels[key] == nil {
			levels[key] = map[lantoa.ChannelID][]figured{}
		}
		own := levels[key][p.Channel]
		if age := now.Sub(p.Born()); counts(p.Post) && age > settled && age <= remembered {
			own = append(own, figured{kind: p.Type, curve: curve, age: age.Hours(), told: p.Born()})
		}
		levels[key][p.Channel] = own
	}
	for _, channels := range levels {
		for id, own := range channels {
			sort.SliceStable(own, func(i, j int) bool { return own[i].told.After(own[j].told) })
			channels[id] = own[:min(len(own), lastPosts)]
		}
	}
	return levels
}

// counts says whether a post may take part in what is usual.
func counts(p lantoa.Post) bool { return !p.Removed() && !p.Hidden && !p.Vote && !p.Decor }

// fill gives each post its figure at every checkpoint that it is old enough for: read off its curve, or, for
// an age before its first reading, estimated by the growth of its type.
func fill(posts []figured, growth map[lantoa.PostType][]float64) {
	for i := range posts {
		p := &posts[i]
		p.figures = make([]float64, len(lantoa.Checkpoints))
		p.has = make([]bool, len(lantoa.Checkpoints))
		f := growth[p.kind]
		for c, checkpoint := range lantoa.Checkpoints {
			age := checkpoint.Hours()
			if p.age < age {
				break
			}
			n, ok := p.curve.At(age, f)
			if !ok {
				first := p.curve[0]
				n = first.N * lantoa.Along(f, age) / lantoa.Along(f, first.Age)
			}
			p.figures[c], p.has[c] = n, true
		}
	}
}

// summary is mid(S) at each checkpoint, for each type and under "" for all, with how many posts it rests on.
type summary struct {
	mid       map[lantoa.PostType][]float64
	n         map[lantoa.PostType][]float64
	low, high []float64
}

func summarise(posts []figured) summary {
	s := summary{mid: map[lantoa.PostType][]float64{}, n: map[lantoa.PostType][]float64{}}
	values := map[lantoa.PostType][]float64{}
	for c := range lantoa.Checkpoints {
		for t := range values {
			values[t] = values[t][:0]
		}
		for _, p := range posts {
			if p.has[c] {
				values[""] = append(values[""], p.figures[c])
				values[p.kind] = append(values[p.kind], p.figures[c])
			}
		}
		for t, v := range values {
			if s.mid[t] == nil {
				s.mid[t] = make([]float64, len(lantoa.Checkpoints))
				s.n[t] = make([]float64, len(lantoa.Checkpoints))
			}
			s.mid[t][c], s.n[t][c] = mid(v), float64(len(v))
		}
		s.low = append(s.low, quantile(values[""], 0.25)) // mid has sorted them
		s.high = append(s.high, quantile(values[""], 0.75))
	}
	return s
}

// at reads a summary; what it has nothing of is 0 of 0 posts.
func (s summary) at(t lantoa.PostType, c int) (mid, n float64) {
	if s.mid[t] == nil {
		return 0, 0
	}
	return s.mid[t][c], s.n[t][c]
}

// expect is E(p,t,a) for a channel, from its own posts and the summary of its level.
func expect(id lantoa.ChannelID, b lantoa.Benchmark, own []figured, level summary) lantoa.Benchmark {
	b.Channel, b.Posts = id, len(own)
	mine := summarise(own)
	b.Expected = map[lantoa.PostType][]float64{"": nil}
	for t := range level.mid {
		b.Expected[t] = nil
	}
	for t := range b.Expected {
		e := make([]float64, len(lantoa.Checkpoints))
		for c := range e {
			e[c] = expectation(mine, level, t, c)
			if _, n := level.at("", c); n == 0 && c > 0 { // nobody is so old yet: grow from the checkpoint before
				f := b.Growth[t]
				if f == nil {
					f = b.Growth[""]
				}
				e[c] = e[c-1] * f[c] / f[c-1]
			}
		}
		b.Expected[t] = e
	}
	b.Low, b.High = mine.low, mine.high
	if len(own) < ownPosts {
		b.Low, b.High = level.low, level.high
	}
	return b
}

// expectation is the three lines of algorithms section 1 for one type and one checkpoint.
// Under type "" it is base, by which a type that the level never used is judged.
func expectation(own, level summary, t lantoa.PostType, c int) float64 {
	ownMid, n := own.at("", c)
	levelMid, _ := level.at("", c)
	base := (n*ownMid + borrowed*levelMid) / (n + borrowed)
	if t == "" {
		return base
	}
	prior := base
	if typeMid, k := level.at(t, c); k > 0 && levelMid > 0 {
		prior = base * typeMid / levelMid
	}
	typeMid, m := own.at(t, c)
	return (m*typeMid + borrowed*prior) / (m + borrowed)
}
