package digest

import (
	"cmp"
	"math"
	"slices"
	"time"

	"github.com/hoiphunu/lantoa"
)

const (
	storiesInAll = 5 // stories of an edition
	ideas        = 2 // for an officer
	movers       = 3 // units that did better than they usually do

	moverGrowth = 1.2 // times its usual week …
	moverGain   = 10  // … and so many interactions more than it
	moverEase   = 5   // added on both sides, so that 12 instead of 3 does not stand before 400 instead of 200
)

// FirstEdits are what a draft begins with: the best stories in their order, no two of one unit.
func FirstEdits(m lantoa.DigestMaterial) lantoa.DigestEdits {
	e := lantoa.DigestEdits{Stories: []lantoa.StoryID{}}
	told := map[lantoa.UnitID]bool{}
	for _, s := range m.Stories {
		if len(e.Stories) < storiesInAll && !s.Closed && !told[s.Unit.ID] {
			told[s.Unit.ID] = true
			e.Stories = append(e.Stories, s.ID)
		}
	}
	return e
}

// Build makes the digest of a week for one reader.
func Build(m lantoa.DigestMaterial, e lantoa.Edition, who lantoa.User) lantoa.Digest {
	d := lantoa.Digest{
		Week: m.Week, UpTo: m.UpTo, Greeting: e.Edits.Greeting, GreetedBy: e.Edits.By, Late: e.Late,
		Reader:  lantoa.DigestReader{User: who.ID, Name: who.Name, Role: who.Role, Unit: lantoa.DigestUnitOf(who.Unit, "")},
		Stories: []lantoa.DigestStory{}, Movers: []lantoa.DigestMover{}, Help: []lantoa.DigestChannel{},
		Blind: []lantoa.DigestChannel{}, Notes: []lantoa.DigestNote{},
	}
	scope := who.Scope()
	var pages, groups, all []lantoa.DigestChannel
	for _, ch := range m.Channels {
		if !scope.Sees(ch.Unit.Path) || who.Role == lantoa.Officer && ch.Unit.ID != who.Unit.ID {
			continue
		}
		all = append(all, ch)
		switch ch.Kind {
		case lantoa.FacebookPage:
			pages = append(pages, ch)
		case lantoa.ZaloGroup:
			groups = append(groups, ch)
		}
	}
	d.Of = lantoa.FacebookPage
	if len(pages) == 0 {
		pages, d.Of = all, ""
	} else {
		for _, ch := range groups {
			d.Groups.Add(ch.State)
		}
	}
	count(&d, pages)
	d.Stories, d.Found = stories(m, e.Edits, who)
	if who.Role == lantoa.Officer {
		for _, ch := range all {
			if ch.State != lantoa.Archived {
				strip := ch.Strip
				ch = short(ch)
				ch.Strip = strip
				d.Mine = append(d.Mine, ch)
			}
		}
		d.Stories = slices.DeleteFunc(d.Stories, func(s lantoa.DigestStory) bool { return s.Unit.ID != who.Unit.ID })
		d.Found = len(d.Stories)
		d.Help, d.Blind = []lantoa.DigestChannel{}, []lantoa.DigestChannel{}
		d.Ideas = ideasFor(m, who, size(pages))
	} else {
		d.Movers = moversOf(pages, who.Unit.ID)
	}
	notes(&d, all)
	return d
}

// count fills in the figures of the channels that are counted.
func count(d *lantoa.Digest, channels []lantoa.DigestChannel) {
	var each, before []float64
	d.Strip = slices.Repeat([]int{-1}, lantoa.DigestStrip)
	for _, ch := range channels {
		d.States.Add(ch.State)
		d.Before.Add(ch.Before)
		if ch.Rolled {
			d.Reckoned++
		}
		d.Posts, d.PostsBefore = d.Posts+ch.Posts, d.PostsBefore+ch.PostsBefore
		d.Own, d.OwnBefore = d.Own+ch.Own, d.OwnBefore+ch.OwnBefore
		each, before = appendKnown(each, ch.Each), appendKnown(before, ch.EachBefore)
		for i, n := range ch.Strip {
			if n >= 0 && i < len(d.Strip) {
				d.Strip[i] = max(d.Strip[i], 0) + n
			}
		}
		switch ch.State {
		case lantoa.Silent:
			d.Help = append(d.Help, short(ch))
		case lantoa.Disconnected:
			d.Blind = append(d.Blind, short(ch))
		}
	}
	d.Median, d.MedBefore = median(each), median(before)
	slices.SortStableFunc(d.Help, func(a, b lantoa.DigestChannel) int { return cmp.Compare(longest(b), longest(a)) })
}

// longest is the days of a silence; one that never posted is the longest of all.
func longest(ch lantoa.DigestChannel) int {
	if ch.Days < 0 {
		return math.MaxInt
	}
	return ch.Days
}

func appendKnown(to []float64, posts []lantoa.PostFigure) []float64 {
	for _, p := range posts {
		if p.Interactions.Known {
			to = append(to, float64(p.Interactions.N))
		}
	}
	return to
}

func median(values []float64) *float64 {
	if len(values) == 0 {
		return nil
	}
	slices.Sort(values)
	mid := len(values) / 2
	m := values[mid]
	if len(values)%2 == 0 {
		m = (values[mid-1] + values[mid]) / 2
	}
	return &m
}

// stories are those of the edition that the reader may see, in its order; a reader who sees too few of them is given
// the best of her own scope. found is how many of the week she may see.
func stories(m lantoa.DigestMaterial, e lantoa.DigestEdits, who lantoa.User) (out []lantoa.DigestStory, found int) {
	out = []lantoa.DigestStory{}
	by := map[lantoa.StoryID]lantoa.DigestStory{}
	var order []lantoa.StoryID
	for _, s := range slices.Concat(m.Stories, m.Chosen) {
		if _, twice := by[s.ID]; twice || s.Closed {
			continue
		}
		inside := who.Scope().Sees(s.Unit.Path)
		if !inside && !s.Public() {
			continue
		}
		if !inside {
			s = s.Outside()
		}
		if h := e.Headlines[s.ID]; h != "" {
			s.Headline = h
		}
		by[s.ID] = s
	}
	for _, s := range m.Stories {
		if _, seen := by[s.ID]; seen {
			found++
			order = append(order, s.ID)
		}
	}
	for _, id := range e.Stories {
		if s, seen := by[id]; seen {
			out = append(out, s)
			delete(by, id)
		}
	}
	if whole(who) { // what the editors left out of it stays out
		return out, found
	}
	for _, id := range order {
		if s, left := by[id]; left && len(out) < storiesInAll {
			out = append(out, s)
		}
	}
	return out, found
}

// whole says whether the reader sees all that the editors saw.
func whole(who lantoa.User) bool { return who.Unit.Parent == "" && who.Role != lantoa.Officer }

// moversOf are the units, other than the reader's own, that most outdid their own usual week.
func moversOf(channels []lantoa.DigestChannel, own lantoa.UnitID) []lantoa.DigestMover {
	by := map[lantoa.UnitID]*lantoa.DigestMover{}
	var order []*lantoa.DigestMover
	for _, ch := range channels {
		if ch.Unit.ID == own || !ch.Got.Known || !ch.UsualGot.Known || ch.State == lantoa.Archived {
			continue
		}
		u := by[ch.Unit.ID]
		if u == nil {
			u = &lantoa.DigestMover{Unit: ch.Unit}
			by[ch.Unit.ID], order = u, append(order, u)
		}
		u.Interactions, u.Usual = u.Interactions+ch.Got.N, u.Usual+ch.UsualGot.N
		u.Posts, u.Own = u.Posts+ch.Posts, u.Own+ch.Own
	}
	out := []lantoa.DigestMover{}
	for _, u := range order {
		// Who only carried what others wrote has not outdone herself.
		if u.Own > 0 && u.Interactions-u.Usual >= moverGain && float64(u.Interactions) >= moverGrowth*float64(u.Usual) {
			out = append(out, *u)
		}
	}
	slices.SortStableFunc(out, func(a, b lantoa.DigestMover) int { return cmp.Compare(growth(b), growth(a)) })
	return out[:min(len(out), movers)]
}

func growth(u lantoa.DigestMover) float64 {
	return float64(u.Interactions+moverEase) / float64(u.Usual+moverEase)
}

// size is how many follow the largest of the channels, 0 where that is not known.
func size(channels []lantoa.DigestChannel) float64 {
	most := int64(0)
	for _, ch := range channels {
		if ch.Followers.Known {
			most = max(most, ch.Followers.N)
		}
	}
	return float64(most)
}

// ideasFor are stories of other units of the reader's level that everybody may see: of units nearest to hers in size,
// the newest first among those about as near.
func ideasFor(m lantoa.DigestMaterial, who lantoa.User, own float64) []lantoa.DigestStory {
	sizes := map[lantoa.UnitID]float64{}
	for _, ch := range m.Channels {
		if ch.Kind == lantoa.FacebookPage && ch.Followers.Known {
			sizes[ch.Unit.ID] = max(sizes[ch.Unit.ID], float64(ch.Followers.N))
		}
	}
	// How far apart two sizes are, in doublings; what is not known is taken to be far.
	apart := func(s lantoa.DigestStory) int {
		other := sizes[s.Unit.ID]
		if own <= 0 || other <= 0 {
			return 4
		}
		return int(math.Abs(math.Log2(own / other)))
	}
	var out []lantoa.DigestStory
	seen := map[lantoa.StoryID]bool{}
	for _, s := range slices.Concat(m.Stories, m.Chosen) {
		if s.Public() && !s.Closed && !seen[s.ID] && s.Unit.ID != who.Unit.ID && s.Unit.Level == who.Unit.Level {
			seen[s.ID] = true
			out = append(out, s.Outside())
		}
	}
	slices.SortStableFunc(out, func(a, b lantoa.DigestStory) int {
		return cmp.Or(cmp.Compare(apart(a), apart(b)), b.ToldAt.Compare(a.ToldAt))
	})
	return out[:min(len(out), ideas)]
}

// reachRetired is the day on which Facebook stopped giving the reach that leaders used to be told.
var reachRetired = time.Date(2026, 6, 15, 0, 0, 0, 0, time.UTC)

// notes are what to know about the figures.
func notes(d *lantoa.Digest, channels []lantoa.DigestChannel) {
	lost, days, reported, missing := 0, 0, 0, 0
	for _, ch := range channels {
		if ch.State == lantoa.Archived || ch.State == lantoa.Waiting {
			continue
		}
		if ch.Lost > 0 {
			lost, days = lost+1, days+ch.Lost
		}
		if ch.Reported {
			reported++
		}
		if !ch.Rolled {
			missing++
		}
	}
	add := func(is bool, n lantoa.DigestNote) {
		if is {
			d.Notes = append(d.Notes, n)
		}
	}
	add(lost > 0, lantoa.DigestNote{Kind: "lost", N: lost, Days: days})
	add(missing > 0, lantoa.DigestNote{Kind: "unreckoned", N: missing})
	add(reported > 0, lantoa.DigestNote{Kind: "reported", N: reported})
	if since := d.Week.Start(time.UTC).Sub(reachRetired); since >= 0 && since < lantoa.DigestStrip*7*24*time.Hour {
		d.Notes = append(d.Notes, lantoa.DigestNote{Kind: "metric", At: reachRetired})
	}
	var newest lantoa.DigestStory
	for _, s := range slices.Concat(d.Stories, d.Ideas) {
		if s.NumbersAt.After(newest.NumbersAt) {
			newest = s
		}
	}
	add(newest.NumbersAt.After(d.UpTo), lantoa.DigestNote{Kind: "stories_as_of", At: newest.NumbersAt})
}

// short is a channel as it stands in a list: what its figures were reckoned from is left out.
func short(ch lantoa.DigestChannel) lantoa.DigestChannel {
	ch.Each, ch.EachBefore, ch.Strip = nil, nil, nil
	return ch
}
