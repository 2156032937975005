package search

import (
	"math"
	"slices"
	"strings"

	"github.com/hoiphunu/lantoa"
)

// attributes are what filters, counts and orders need of a document, small and side by side: every search
// reads them for each post it finds.
type attributes struct {
	published    int64
	reach        int64 // noReach: not told
	interactions int64
	score        float32 // noScore: none
	unit         uint32  // numbers of the name tables
	topics       uint32
	level        uint32
	platform     uint32
	kind         uint32
	story        bool
	public       bool
	gone         bool // deleted, or replaced by a newer document
}

// noScore is lower than every score, noReach than every reach.
const (
	noScore = -math.MaxFloat32
	noReach = -1
)

// names numbers the values of one attribute. Number 0 is the empty value.
type names struct {
	list   []string
	number map[string]uint32
}

func newNames() names { return names{list: []string{""}, number: map[string]uint32{"": 0}} }

func (n *names) of(s string) uint32 {
	if i, ok := n.number[s]; ok {
		return i
	}
	i := uint32(len(n.list))
	s = strings.Clone(s)
	n.list = append(n.list, s)
	n.number[s] = i
	return i
}

// tables are the values that occur.
type tables struct {
	units, levels, platforms, kinds, topics names
	topicSets                               names // sets of topics, joined by commas
	sets                                    [][]uint32
}

func newTables() tables {
	return tables{
		units: newNames(), levels: newNames(), platforms: newNames(), kinds: newNames(), topics: newNames(),
		topicSets: newNames(), sets: [][]uint32{nil},
	}
}

func (t *tables) setOf(topics []string) uint32 {
	sorted := slices.Compact(slices.Sorted(slices.Values(topics)))
	i := t.topicSets.of(strings.Join(sorted, ","))
	if int(i) == len(t.sets) {
		var set []uint32
		for _, topic := range sorted {
			set = append(set, t.topics.of(topic))
		}
		t.sets = append(t.sets, set)
	}
	return i
}

func (t *tables) attributesOf(d Document) attributes {
	a := attributes{
		published: d.Published, reach: noReach, interactions: -1, score: noScore,
		unit: t.units.of(d.UnitPath), topics: t.setOf(d.Topics), level: t.levels.of(string(d.Level)),
		platform: t.platforms.of(d.Platform), kind: t.kinds.of(d.Kind),
		story: tellsStory(d), public: d.Public,
	}
	if d.Score != nil {
		a.score = float32(*d.Score)
	}
	if d.Reach != nil {
		a.reach = *d.Reach
	}
	if d.Interactions != nil {
		a.interactions = *d.Interactions
	}
	return a
}

// bears says whether document n has these attributes already. It changes nothing, so that it can be asked
// while others search.
func (c *core) bears(n uint32, d Document) bool {
	a := &c.docs[n]
	topics := slices.Compact(slices.Sorted(slices.Values(d.Topics)))
	score, reach, interactions := float32(noScore), int64(noReach), int64(-1)
	if d.Score != nil {
		score = float32(*d.Score)
	}
	if d.Reach != nil {
		reach = *d.Reach
	}
	if d.Interactions != nil {
		interactions = *d.Interactions
	}
	return a.published == d.Published && a.score == score && a.reach == reach && a.interactions == interactions &&
		a.story == tellsStory(d) && a.public == d.Public &&
		c.units.list[a.unit] == d.UnitPath && c.levels.list[a.level] == string(d.Level) &&
		c.platforms.list[a.platform] == d.Platform && c.kinds.list[a.kind] == d.Kind &&
		c.topicSets.list[a.topics] == strings.Join(topics, ",")
}

// tellsStory says whether the post tells a story that nobody has put aside.
func tellsStory(d Document) bool { return d.Story != "" && d.State != string(lantoa.Dismissed) }
