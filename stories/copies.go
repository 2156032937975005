package stories

import (
	"cmp"
	"slices"
	"strings"

	"github.com/zeebo/xxh3"

	"github.com/hoiphunu/lantoa"
)

// Copies knows which posts carry the same text (algorithms, section 4). Posts are added, changed and removed
// one by one, and each finds its place without the rest being read again. It holds hashes, no words: some 1.5
// kilobytes a post of 150 syllables. Not for use by two goroutines at once.
type Copies struct {
	posts    map[lantoa.PostID]int32 // → slots
	slots    []slot
	channels map[lantoa.ChannelID]int32
	pages    []page
	texts    []text
	exact    map[uint64]int32 // whole text → texts
	groups   []group
	taken    map[lantoa.ClusterID]int32 // → groups
	external map[uint64]int32           // platform's id → slot
	orphans  map[uint64][]int32         // platform's id that is not here yet → slots that share it
	sieve    *sieve
	reader   reader
	probe    shingleSet // the shingles of the text being placed
	scratch  shingleSet
}

// slot is one post.
type slot struct {
	id       lantoa.PostID
	raw      uint64 // hash of its text as it was written, to see whether it changed
	external uint64
	parent   uint64
	page     int32
	text     int32 // -1 for one too short to be compared
	group    int32 // -1 for none
	gone     bool
}

// text is one wording, which many posts may carry.
type text struct {
	shingles []uint32
	marks    []mark
	whole    uint64
	posts    []int32 // slots
}

// group is a cluster: posts that carry one text. One that has shrunk to a single post keeps its id.
type group struct {
	id      lantoa.ClusterID
	members []int32 // slots
}

// page is what is known of a channel's habits: how often its lines come back.
type page struct {
	posts int
	lines map[uint32]int
}

const (
	habitPosts  = 8   // so many posts must a page have before a line of it counts as a habit …
	habitShare  = 0.5 // … and the line stand in so many of them
	habitEdge   = 4   // only the first and last few lines of a post are watched
	habitsKept  = 256 // lines remembered of a page; those seen once make room
	regroupMost = 300 // a larger group is not taken apart when a post leaves it
)

// NewCopies is empty.
func NewCopies() *Copies {
	return &Copies{
		posts: map[lantoa.PostID]int32{}, channels: map[lantoa.ChannelID]int32{}, exact: map[uint64]int32{},
		taken: map[lantoa.ClusterID]int32{}, external: map[uint64]int32{}, orphans: map[uint64][]int32{},
		sieve: newSieve(),
	}
}

// Add takes a post in, or its new wording, and returns its cluster: empty when no other post carries the text.
// A post that did not change stays where it is.
func (c *Copies) Add(p lantoa.Post) lantoa.ClusterID {
	c.add(p, "")
	return c.Cluster(p.ID)
}

// add is Add with the name that the post's cluster had before the program was last started, if it had one.
func (c *Copies) add(p lantoa.Post, seed lantoa.ClusterID) {
	raw, parent := xxh3.HashString(p.Text), key(p.Parent)
	if s, ok := c.posts[p.ID]; ok {
		if c.slots[s].raw == raw && c.slots[s].parent == parent {
			return
		}
		c.Remove(p.ID)
		seed = ""
	}
	s := int32(len(c.slots))
	c.slots = append(c.slots, slot{
		id: p.ID, raw: raw, external: key(p.External), parent: parent, page: c.page(p.Channel), text: -1, group: -1,
	})
	c.posts[p.ID] = s
	if seed != "" {
		c.rejoin(s, seed)
	}
	c.place(s, p.Text)
	c.link(s)
}

// Remove takes a post out. Those that hung together only through it part.
func (c *Copies) Remove(id lantoa.PostID) {
	s, ok := c.posts[id]
	if !ok {
		return
	}
	delete(c.posts, id)
	sl := &c.slots[s]
	sl.gone = true
	if c.external[sl.external] == s {
		delete(c.external, sl.external)
	}
	if t := sl.text; t >= 0 {
		tx := &c.texts[t]
		tx.posts = without(tx.posts, s)
		if len(tx.posts) == 0 {
			delete(c.exact, tx.whole)
			*tx = text{} // its chains stay, and lead to nothing
		}
	}
	c.leave(s)
}

// Cluster of a post: empty when no other post carries its text.
func (c *Copies) Cluster(id lantoa.PostID) lantoa.ClusterID {
	if g := c.groupOf(id); g != nil && len(g.members) > 1 {
		return g.id
	}
	return ""
}

// Members are the posts that carry the same text as this one, itself among them, in the order they came.
func (c *Copies) Members(id lantoa.PostID) []lantoa.PostID {
	s, ok := c.posts[id]
	if !ok {
		return nil
	}
	if c.slots[s].group < 0 {
		return []lantoa.PostID{id}
	}
	members := slices.Clone(c.groups[c.slots[s].group].members)
	slices.Sort(members)
	ids := make([]lantoa.PostID, len(members))
	for i, m := range members {
		ids[i] = c.slots[m].id
	}
	return ids
}

// Len is the number of posts held.
func (c *Copies) Len() int { return len(c.posts) }

func (c *Copies) groupOf(id lantoa.PostID) *group {
	s, ok := c.posts[id]
	if !ok || c.slots[s].group < 0 {
		return nil
	}
	return &c.groups[c.slots[s].group]
}

// place finds the post's wording, or makes a new one and joins the post with all that carry much the same.
func (c *Copies) place(s int32, written string) {
	w := c.reader.read(written, c.habit(s))
	c.learn(s, c.reader.lines)
	if w.syllables < shortestText || w.greets {
		return
	}
	if t, ok := c.exact[w.whole]; ok {
		c.texts[t].posts = append(c.texts[t].posts, s)
		c.slots[s].text = t
		c.join(s, c.texts[t].posts[0])
		return
	}
	t := int32(len(c.texts))
	c.texts = append(c.texts, text{whole: w.whole, shingles: w.shingles, marks: w.marks, posts: []int32{s}})
	c.slots[s].text = t
	c.exact[w.whole] = t
	if w.syllables < shortText {
		return
	}
	sig := c.sieve.sign(w.shingles)
	c.probe.fill(w.shingles)
	for _, other := range c.sieve.candidates(w.shingles, sig) {
		if len(c.texts[other].posts) == 0 {
			continue
		}
		first := c.texts[other].posts[0]
		if g := c.slots[first].group; g >= 0 && g == c.slots[s].group {
			continue
		}
		if c.probe.share(c.texts[other].shingles) >= leastContained && c.same(t, other) && c.fits(t, first) {
			c.join(s, first)
		}
	}
	c.sieve.put(t, w.shingles, sig, func(id int32) []uint32 {
		if int(id) >= len(c.texts) || len(c.texts[id].shingles) < shortText-shingle+1 {
			return nil
		}
		return c.texts[id].shingles
	})
}

// fits says whether a wording that is like one member of a group is also like the text that the group began
// with. Without this a chain of small changes would lead from any text to any other of the same form.
func (c *Copies) fits(t, member int32) bool {
	g := c.slots[member].group
	if g < 0 {
		return true
	}
	first := c.slots[slices.Min(c.groups[g].members)].text
	return first < 0 || first == c.slots[member].text || c.same(t, first)
}

// same decides of two wordings.
func (c *Copies) same(a, b int32) bool {
	ta, tb := &c.texts[a], &c.texts[b]
	if len(ta.shingles) == 0 || len(tb.shingles) == 0 {
		return false
	}
	onePage := c.slots[ta.posts[0]].page == c.slots[tb.posts[0]].page
	o, ok := compare(ta, tb, &c.scratch)
	return ok && o.sameStory(onePage)
}

// link joins a native share with what it shares, and what was waiting for this post with it.
func (c *Copies) link(s int32) {
	sl := c.slots[s]
	if sl.external != 0 {
		c.external[sl.external] = s
		for _, child := range c.orphans[sl.external] {
			if !c.slots[child].gone {
				c.join(child, s)
			}
		}
		delete(c.orphans, sl.external)
	}
	if sl.parent == 0 {
		return
	}
	if parent, ok := c.external[sl.parent]; ok {
		c.join(s, parent)
		return
	}
	c.orphans[sl.parent] = append(c.orphans[sl.parent], s)
}

// join puts two posts in one group. Of two groups that become one the older name stays.
func (c *Copies) join(a, b int32) {
	ga, gb := c.slots[a].group, c.slots[b].group
	switch {
	case a == b || ga >= 0 && ga == gb:
		return
	case ga < 0 && gb < 0:
		c.found(c.name(min(a, b)), a, b)
	case ga < 0:
		c.enter(gb, a)
	case gb < 0:
		c.enter(ga, b)
	default:
		if c.groups[gb].id < c.groups[ga].id {
			ga, gb = gb, ga
		}
		for _, m := range c.groups[gb].members {
			c.enter(ga, m)
		}
		delete(c.taken, c.groups[gb].id)
		c.groups[gb] = group{}
	}
}

func (c *Copies) enter(g, s int32) {
	c.slots[s].group = g
	c.groups[g].members = append(c.groups[g].members, s)
}

func (c *Copies) found(id lantoa.ClusterID, members ...int32) {
	g := int32(len(c.groups))
	c.groups = append(c.groups, group{id: id})
	c.taken[id] = g
	for _, m := range members {
		c.enter(g, m)
	}
}

// rejoin gives a post back the group it had before, by name.
func (c *Copies) rejoin(s int32, seed lantoa.ClusterID) {
	if g, ok := c.taken[seed]; ok {
		c.enter(g, s)
		return
	}
	c.found(seed, s)
}

// name is what a group founded by this post is called.
func (c *Copies) name(s int32) lantoa.ClusterID { return c.free(c.slots[s].id) }

// free is the post's id as a name, or the next free one after it: a post may found a group, leave it with a
// new wording, and found another.
func (c *Copies) free(post lantoa.PostID) lantoa.ClusterID {
	id := lantoa.ClusterID(post)
	for {
		if _, used := c.taken[id]; !used {
			return id
		}
		id += "x"
	}
}

// leave takes a post out of its group and looks again who of the others belong together. The part with the
// oldest post keeps the name.
func (c *Copies) leave(s int32) {
	g := c.slots[s].group
	if g < 0 {
		return
	}
	c.slots[s].group = -1
	rest := without(c.groups[g].members, s)
	if len(rest) == 0 {
		delete(c.taken, c.groups[g].id)
		c.groups[g] = group{}
		return
	}
	if len(rest) > regroupMost {
		c.groups[g].members = rest
		return
	}
	slices.Sort(rest)
	c.groups[g].members = rest[:1:1]
	for _, m := range rest[1:] {
		c.slots[m].group = -1
	}
	for i, m := range rest {
		for _, earlier := range rest[:i] {
			if ge := c.slots[earlier].group; ge >= 0 && ge == c.slots[m].group {
				continue
			}
			if c.tied(m, earlier) {
				c.join(m, earlier)
			}
		}
	}
}

// tied says whether two posts belong together by themselves.
func (c *Copies) tied(a, b int32) bool {
	sa, sb := c.slots[a], c.slots[b]
	if sa.parent != 0 && sa.parent == sb.external || sb.parent != 0 && sb.parent == sa.external {
		return true
	}
	if sa.parent != 0 && sa.parent == sb.parent {
		return true // two shares of a post that is gone
	}
	return sa.text >= 0 && sb.text >= 0 && (sa.text == sb.text || c.same(sa.text, sb.text))
}

// page is the number of a channel.
func (c *Copies) page(id lantoa.ChannelID) int32 {
	n, ok := c.channels[id]
	if !ok {
		n = int32(len(c.pages))
		c.channels[id] = n
		c.pages = append(c.pages, page{lines: map[uint32]int{}})
	}
	return n
}

// habit says which lines the post's page repeats in most of its posts; nil while it has too few.
func (c *Copies) habit(s int32) func(uint32) bool {
	p := &c.pages[c.slots[s].page]
	if p.posts < habitPosts {
		return nil
	}
	return func(line uint32) bool { return float64(p.lines[line]) > habitShare*float64(p.posts) }
}

// learn counts the lines at the edges of a post.
func (c *Copies) learn(s int32, lines []uint32) {
	p := &c.pages[c.slots[s].page]
	p.posts++
	if len(lines) > 2*habitEdge {
		lines = append(lines[:habitEdge:habitEdge], lines[len(lines)-habitEdge:]...)
	}
	for _, l := range lines {
		p.lines[l]++
	}
	if len(p.lines) > habitsKept {
		for l, n := range p.lines {
			if float64(n) <= habitShare/4*float64(p.posts) || n == 1 {
				delete(p.lines, l)
			}
		}
	}
}

// key is the hash of a platform's id, 0 for none.
func key(external string) uint64 {
	if external == "" {
		return 0
	}
	return xxh3.HashString(external)
}

func without(list []int32, s int32) []int32 {
	return slices.DeleteFunc(list, func(v int32) bool { return v == s })
}

// greetings are openings of short texts that many pages write without copying from each other.
var greetings = []string{"chuc mung ", "kinh chuc ", "chuc cac ", "than ai chuc ", "xin chuc ", "chao ngay moi ", "chao buoi sang "}

func greets(bare []byte) bool {
	opening := string(bare[:min(len(bare), 60)])
	return slices.ContainsFunc(greetings, func(g string) bool { return strings.Contains(opening, g) })
}

// firstTold orders posts by who told first. What was dated back has its ToldAt put right already; where the
// time is the same the post that we saw first, then the smaller id.
func firstTold(a, b lantoa.Measured) int {
	return cmp.Or(a.ToldAt.Compare(b.ToldAt), a.FirstSeenAt.Compare(b.FirstSeenAt), cmp.Compare(a.ID, b.ID))
}
