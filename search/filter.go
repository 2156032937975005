package search

import (
	"cmp"
	"math"
	"slices"
	"strings"

	"github.com/hoiphunu/lantoa"
)

// The filters, each a bit. A document that fails none of them is found; one that fails a single one counts
// in that filter's own facet.
const (
	byLevel = iota
	byUnit
	byPlatform
	byTopic
	byKind
	byTime
	byScore
	byStory
	filters
)

// filter is a query's filters against the numbers of the name tables.
type filter struct {
	visible   []bool // by unit: lies in the scope
	unit      []bool // by number of the value; nil restricts nothing
	level     []bool
	platform  []bool
	topicSet  []bool
	kind      []bool
	everybody bool // the scope is everything
	from, to  int64
	score     float32
	story     bool
}

func (c *core) filterOf(q Query) filter {
	f := filter{
		everybody: q.Scope == lantoa.Everything, from: math.MinInt64, to: math.MaxInt64,
		score: noScore, story: q.StoriesOnly,
		level: oneOf(c.levels, q.Levels), platform: oneOf(c.platforms, q.Platforms), kind: oneOf(c.kinds, q.Kinds),
	}
	f.visible = make([]bool, len(c.units.list))
	for i, path := range c.units.list {
		f.visible[i] = q.Scope.Sees(path)
	}
	if len(q.Units) > 0 {
		f.unit = make([]bool, len(c.units.list))
		for i, path := range c.units.list {
			f.unit[i] = slices.ContainsFunc(q.Units, func(unit string) bool { return lantoa.Within(path, unit) })
		}
	}
	if topics := oneOf(c.topics, q.Topics); topics != nil {
		f.topicSet = make([]bool, len(c.sets))
		for i, set := range c.sets {
			f.topicSet[i] = slices.ContainsFunc(set, func(t uint32) bool { return topics[t] })
		}
	}
	if !q.From.IsZero() {
		f.from = q.From.Unix()
	}
	if !q.To.IsZero() {
		f.to = q.To.Unix()
	}
	if q.MinScore != nil {
		f.score = float32(max(*q.MinScore, -math.MaxFloat32/2)) // above noScore, whatever was asked for
	}
	return f
}

// oneOf says of each value of a table whether it is among those wanted; nil when none are named.
func oneOf[S ~string](n names, wanted []S) []bool {
	if len(wanted) == 0 {
		return nil
	}
	out := make([]bool, len(n.list))
	for _, w := range wanted {
		if i, ok := n.number[string(w)]; ok {
			out[i] = true
		}
	}
	return out
}

// sees says whether the asker may know of the document at all.
func (f *filter) sees(a *attributes) bool {
	return !a.gone && (a.public || f.owns(a))
}

// owns says whether the document is of the asker's scope. What others only show in public has neither reach
// nor score for the asker.
func (f *filter) owns(a *attributes) bool { return f.everybody || f.visible[a.unit] }

// scoreOf and reachOf are what the asker may know of a document's figures.
func (f *filter) scoreOf(a *attributes) float32 {
	if f.owns(a) {
		return a.score
	}
	return noScore
}

func (f *filter) reachOf(a *attributes) int64 {
	if f.owns(a) {
		return a.reach
	}
	return noReach
}

// fails gives the filters that the document does not pass, a bit each.
func (f *filter) fails(a *attributes) (bits uint) {
	if f.level != nil && !f.level[a.level] {
		bits |= 1 << byLevel
	}
	if f.unit != nil && !f.unit[a.unit] {
		bits |= 1 << byUnit
	}
	if f.platform != nil && !f.platform[a.platform] {
		bits |= 1 << byPlatform
	}
	if f.topicSet != nil && !f.topicSet[a.topics] {
		bits |= 1 << byTopic
	}
	if f.kind != nil && !f.kind[a.kind] {
		bits |= 1 << byKind
	}
	if a.published < f.from || a.published >= f.to {
		bits |= 1 << byTime
	}
	if f.scoreOf(a) < f.score {
		bits |= 1 << byScore
	}
	if f.story && !a.story {
		bits |= 1 << byStory
	}
	return bits
}

// counts are the facets while they are counted.
type counts struct {
	levels, units, platforms, topicSets, kinds []int
	score2, months3, months12, stories         int
	since3, since12                            int64
}

func (c *core) newCounts(q Query) counts {
	return counts{
		levels: make([]int, len(c.levels.list)), units: make([]int, len(c.units.list)),
		platforms: make([]int, len(c.platforms.list)), topicSets: make([]int, len(c.sets)),
		kinds:  make([]int, len(c.kinds.list)),
		since3: q.Now.AddDate(0, -3, 0).Unix(), since12: q.Now.AddDate(-1, 0, 0).Unix(),
	}
}

// add counts a document in the facets of which it fails no filter but their own. score is what the asker may
// know of it.
func (n *counts) add(a *attributes, score float32, fails uint) {
	if fails&^(1<<byLevel) == 0 {
		n.levels[a.level]++
	}
	if fails&^(1<<byUnit) == 0 {
		n.units[a.unit]++
	}
	if fails&^(1<<byPlatform) == 0 {
		n.platforms[a.platform]++
	}
	if fails&^(1<<byTopic) == 0 {
		n.topicSets[a.topics]++
	}
	if fails&^(1<<byKind) == 0 {
		n.kinds[a.kind]++
	}
	if fails&^(1<<byScore) == 0 && score >= 2 {
		n.score2++
	}
	if fails&^(1<<byStory) == 0 && a.story {
		n.stories++
	}
	if fails&^(1<<byTime) == 0 {
		if a.published >= n.since3 {
			n.months3++
		}
		if a.published >= n.since12 {
			n.months12++
		}
	}
}

// facets turns the counts into what Result promises.
func (c *core) facets(n *counts) map[string][]FacetCount {
	topics := map[string]int{}
	for set, count := range n.topicSets {
		for _, t := range c.sets[set] {
			if count > 0 {
				topics[c.topics.list[t]] += count
			}
		}
	}
	units := map[string]int{}
	for u, count := range n.units {
		for path := c.units.list[u]; count > 0 && path != ""; {
			units[path] += count
			dot := strings.LastIndexByte(path, '.')
			path = path[:max(dot, 0)]
		}
	}
	return map[string][]FacetCount{
		"level": sortFacet(byName(c.levels, n.levels)), "unit": sortFacet(units),
		"platform": sortFacet(byName(c.platforms, n.platforms)), "topic": sortFacet(topics),
		"kind":   sortFacet(byName(c.kinds, n.kinds)),
		"score":  {{"2", n.score2}},
		"story":  {{"true", n.stories}},
		"months": {{"3", n.months3}, {"12", n.months12}},
	}
}

func byName(names names, n []int) map[string]int {
	out := map[string]int{}
	for i, count := range n {
		if count > 0 && names.list[i] != "" {
			out[names.list[i]] = count
		}
	}
	return out
}

// sortFacet puts the most frequent first, equals by value.
func sortFacet(m map[string]int) []FacetCount {
	out := make([]FacetCount, 0, len(m))
	for v, n := range m {
		out = append(out, FacetCount{v, n})
	}
	slices.SortFunc(out, func(a, b FacetCount) int {
		return cmp.Or(cmp.Compare(b.Count, a.Count), cmp.Compare(a.Value, b.Value))
	})
	return out
}
