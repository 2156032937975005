package stories

import (
	"cmp"
	"math"
	"slices"
	"time"

	"github.com/hoiphunu/lantoa"
)

// Find returns the good-practice stories told by posts, best first.
// usual says what is usual for each channel; a channel without an entry is judged by its level, whose entry
// stands under [LevelChannel].
func Find(posts []lantoa.Measured, usual map[lantoa.ChannelID]lantoa.Benchmark, now time.Time) []lantoa.Story {
	_, found, err := NewFinder().Changed(posts, usual, nil, now)
	if err != nil {
		panic(err) // only a lookup can fail, and there is none
	}
	return slices.DeleteFunc(found, func(s lantoa.Story) bool { return s.Withdrawn })
}

// A Finder is Find for posts that come little by little: it remembers who carries the same text. It is not
// for use by two goroutines at once.
type Finder struct {
	copies *Copies
	told   map[lantoa.PostID]lantoa.StoryID // the story that a post was last said to tell
}

// NewFinder remembers nothing.
func NewFinder() *Finder {
	return &Finder{copies: NewCopies(), told: map[lantoa.PostID]lantoa.StoryID{}}
}

// Load puts stored posts into memory without judging them. What the store knows of their Cluster and Story is
// kept: the names of clusters outlive a restart.
func (f *Finder) Load(posts ...lantoa.Measured) {
	for _, p := range posts {
		if left(p) {
			continue
		}
		seed := p.Cluster
		if seed == "" { // the last of a cluster still tells the story under the cluster's name
			seed = lantoa.ClusterID(p.Story)
		}
		f.copies.add(p.Post, seed)
		if p.Story != "" {
			f.told[p.ID] = p.Story
		}
	}
}

// Changed takes in posts that are new, or whose words, numbers, mark or removal changed, and judges them
// again together with all that carry the same text. lookup brings those others from the store; without it
// the judgement rests on the posts given. Stories come best first; one whose posts are gone, or no longer
// qualify, comes as Withdrawn.
func (f *Finder) Changed(posts []lantoa.Measured, usual map[lantoa.ChannelID]lantoa.Benchmark,
	lookup func(ids []lantoa.PostID) ([]lantoa.Measured, error), now time.Time,
) (map[lantoa.PostID]lantoa.Judgement, []lantoa.Story, error) {
	all, err := f.takeIn(posts, lookup)
	if err != nil {
		return nil, nil, err
	}
	judged := make(map[lantoa.PostID]lantoa.Judgement, len(all))
	var found []lantoa.Story
	before := map[lantoa.StoryID]lantoa.Measured{} // stories told until now, with a post that told them
	told := map[lantoa.StoryID]bool{}
	for _, tellers := range f.byText(all) {
		for i := range tellers {
			p := &tellers[i]
			for _, id := range []lantoa.StoryID{p.Story, f.told[p.ID]} {
				if id != "" {
					before[id] = *p
				}
			}
			delete(f.told, p.ID)
		}
		story, ok := f.judge(tellers, usual, judged)
		if ok {
			found = append(found, story)
			told[story.ID] = true
		}
	}
	for id, p := range before {
		if !told[id] {
			found = append(found, withdrawn(id, p, judged[p.ID]))
		}
	}
	sortByRank(found, now)
	return judged, found, nil
}

// left says whether a post is out of the game: it counts as nobody's copy and tells no story.
func left(p lantoa.Measured) bool { return p.Removed() || p.Hidden }

// takeIn updates the memory of copies and returns the posts together with all others that they touch: those
// that carry the same text now, and those that did before.
func (f *Finder) takeIn(posts []lantoa.Measured, lookup func([]lantoa.PostID) ([]lantoa.Measured, error)) (map[lantoa.PostID]lantoa.Measured, error) {
	all := make(map[lantoa.PostID]lantoa.Measured, len(posts))
	touched := map[lantoa.PostID]bool{}
	touch := func(id lantoa.PostID) {
		for _, m := range f.copies.Members(id) {
			touched[m] = true
		}
	}
	for _, p := range posts {
		all[p.ID] = p
		touch(p.ID)
		if left(p) {
			f.copies.Remove(p.ID)
		} else {
			f.copies.add(p.Post, "")
		}
	}
	for _, p := range posts {
		touch(p.ID)
	}
	var wanted []lantoa.PostID
	for id := range touched {
		if _, here := all[id]; !here {
			wanted = append(wanted, id)
		}
	}
	if len(wanted) == 0 || lookup == nil {
		return all, nil
	}
	slices.Sort(wanted)
	others, err := lookup(wanted)
	if err != nil {
		return nil, err
	}
	for _, p := range others {
		all[p.ID] = p
	}
	return all, nil
}

// byText sorts posts into groups that carry one text, the first teller first.
func (f *Finder) byText(all map[lantoa.PostID]lantoa.Measured) [][]lantoa.Measured {
	ids := make([]lantoa.PostID, 0, len(all))
	for id := range all {
		ids = append(ids, id)
	}
	slices.Sort(ids)
	var out [][]lantoa.Measured
	done := map[lantoa.PostID]bool{}
	for _, id := range ids {
		if done[id] {
			continue
		}
		members := f.copies.Members(id)
		if len(members) == 0 {
			members = []lantoa.PostID{id} // removed
		}
		var tellers []lantoa.Measured
		for _, m := range members {
			if p, ok := all[m]; ok {
				tellers = append(tellers, p)
			}
			done[m] = true
		}
		slices.SortFunc(tellers, firstTold)
		out = append(out, tellers)
	}
	return out
}

// judge makes the judgement of each post of one text, and their story if they tell one.
func (f *Finder) judge(tellers []lantoa.Measured, usual map[lantoa.ChannelID]lantoa.Benchmark, judged map[lantoa.PostID]lantoa.Judgement) (lantoa.Story, bool) {
	spread := spreadOf(tellers)
	evidence := map[string]Evidence{} // copies mostly have the very same words
	for i := range tellers {
		p := &tellers[i]
		e, known := evidence[p.Text]
		if !known {
			e = Read(p.Text)
			evidence[p.Text] = e
		}
		j := lantoa.Judgement{
			Likeness: e.likeness(*p), Topics: e.Topics, Cluster: f.copies.Cluster(p.ID),
			Copies: spread.others(p.Channel), FromAbove: spread.fromAbove, StoryState: p.StoryState,
		}
		if m, ok := Score(*p, usualFor(*p, usual)); ok {
			j.Score, j.Expected, j.Basis, j.BasisPosts, j.Estimated = &m.Score, m.Expected, m.Basis, m.Posts, m.Estimated
		}
		p.Judgement = j
	}
	story, ok := f.story(tellers, spread, evidence)
	for i := range tellers {
		if ok {
			tellers[i].Story = story.ID
			f.told[tellers[i].ID] = story.ID
		}
		judged[tellers[i].ID] = tellers[i].Judgement
	}
	return story, ok
}

// story is what the tellers of one text tell, if it is a story: its first teller that may tell one leads.
func (f *Finder) story(tellers []lantoa.Measured, spread spread, evidence map[string]Evidence) (lantoa.Story, bool) {
	i := slices.IndexFunc(tellers, func(p lantoa.Measured) bool { return !left(p) && !p.Decor && p.Kind != lantoa.Imported })
	if i < 0 || spread.fromAbove {
		return lantoa.Story{}, false
	}
	lead := tellers[i]
	if lead.Vote { // that somebody made a contest of a copy takes nothing from who told it
		return lantoa.Story{}, false
	}
	if lead.Likeness < Threshold() {
		return lantoa.Story{}, false
	}
	e := evidence[lead.Text]
	id := f.storyID(lead.ID)
	lead.Story = id
	return lantoa.Story{
		ID: id, Cluster: lead.Cluster, Title: lead.Title(), State: lantoa.Suggested,
		Lead: lead, First: lead.Unit, ToldAt: lead.ToldAt, Units: spread.units, Channels: spread.channels,
		Likeness: lead.Likeness, Rank: rank(lead.Judgement), Reasons: reasons(lead, e, spread),
		Topics: lead.Topics, Restricted: lead.Sensitive || e.Restricted,
	}, true
}

// rank is likeness × (1 + ln(max(score, 1))), without the freshness that depends on the day of looking.
func rank(j lantoa.Judgement) float64 {
	if j.Score == nil {
		return j.Likeness
	}
	return j.Likeness * (1 + math.Log(math.Max(*j.Score, 1)))
}

// storyID names a story after its cluster, which may hold a single post by now, or else after its post.
func (f *Finder) storyID(id lantoa.PostID) lantoa.StoryID {
	if g := f.copies.groupOf(id); g != nil {
		return lantoa.StoryID(g.id)
	}
	return lantoa.StoryID(f.copies.free(id))
}

// withdrawn is a story that is told no longer, with a post that told it.
func withdrawn(id lantoa.StoryID, p lantoa.Measured, j lantoa.Judgement) lantoa.Story {
	p.Judgement = j
	return lantoa.Story{
		ID: id, Cluster: j.Cluster, Title: p.Title(), State: lantoa.Suggested, Lead: p, First: p.Unit,
		ToldAt: p.ToldAt, Likeness: j.Likeness, FromAbove: j.FromAbove, Withdrawn: true,
	}
}

func sortByRank(stories []lantoa.Story, now time.Time) {
	slices.SortFunc(stories, func(a, b lantoa.Story) int {
		return cmp.Or(cmp.Compare(b.RankAt(now), a.RankAt(now)), cmp.Compare(a.ID, b.ID))
	})
}
