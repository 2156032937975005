package web

import (
	"cmp"
	"context"
	"math"
	"net/http"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/activity"
	"github.com/hoiphunu/lantoa/internal/chart"
	"github.com/hoiphunu/lantoa/store"
)

// ownPage answers, for somebody who does everything alone: how was our week, what could we try, is there something
// to do?
type ownPage struct {
	Page
	Week, AsOf, Headline string
	Lead                 []phrase
	Leave                string // what was said beforehand, while it lasts
	Task                 *ownTask
	NoTask               string
	IdeasTitle           string
	Ideas, Saved         []ideaCard
	Hints                []hintCard
	Thanks               []thanksCard
	NoIdeas              string
	Own                  []ownChannel
	OwnPosts             []postRow
	UnitURL, LeaveURL    string
	TellURL, StoriesURL  string
}

// ownTask is the one thing that waits for her.
type ownTask struct{ What, Do, URL, Link string }

// ideaCard is a story of a unit like hers, in a few lines.
type ideaCard struct {
	ID                           lantoa.StoryID
	Who, Title, URL, Opening     string
	Told                         When
	Chips                        []Chip
	Saved                        bool
	SaveWord, SaveName, KeepName string
}

const (
	ideasShown = 2
	ideasRead  = 60  // chosen stories that are looked through for two that fit
	savedShown = 20  // of the list of what was put by
	alike      = 2.5 // how many times larger or smaller a page is still like hers
	bestAfter  = 8 * 7 * 24 * time.Hour
)

// showOwn is "Tuần này của xã" for whom it is made; who answers for more is led to the page of the unit.
func (s *Server) showOwn(w http.ResponseWriter, r *http.Request) error {
	p := s.page(r, "home", "nav.home")
	all, err := s.standings(r.Context(), p.User.Scope())
	if err != nil {
		return err
	}
	if p.User.Role != lantoa.Officer && (p.User.Role != lantoa.Viewer || len(all) > few) {
		http.Redirect(w, r, cmp.Or(pageOfUnit(p.User.Unit, s.Now()), "/"), http.StatusSeeOther)
		return nil
	}
	return s.drawOwn(w, r, p, all)
}

func (s *Server) drawOwn(w http.ResponseWriter, r *http.Request, p Page, all []standing) error {
	o, err := s.own(r.Context(), p, all)
	if err != nil {
		return err
	}
	return s.draw(w, r, http.StatusOK, "own", o)
}

// own fills the page of somebody who answers for one unit.
func (s *Server) own(ctx context.Context, page Page, all []standing) (ownPage, error) {
	p := ownPage{Page: page, UnitURL: pageOfUnit(page.User.Unit, page.Now), StoriesURL: "/cau-chuyen"}
	p.Progress = s.progress(ctx, page)
	week := s.weekAtHand()
	p.Week, p.AsOf = p.Catalog.Week(week), p.T("home.as_of", "time", p.Clock(p.Now))
	n, err := s.Desk.Network(ctx)
	if err != nil {
		return p, err
	}
	if p.User.May(lantoa.TellHere, p.User.Unit.Path) {
		p.TellURL, p.LeaveURL = "/ke-chuyen", "/bao-nghi"
	}
	if leave, is := n.Away(p.User.Unit.ID); is {
		p.Leave = p.T("own.leave", "from", leave.From, "to", leave.To)
	}
	if err := s.ownWeek(ctx, &p, all, week); err != nil {
		return p, err
	}
	if err := s.ownToDo(ctx, &p, all); err != nil {
		return p, err
	}
	if err := s.ownThanks(ctx, &p); err != nil {
		return p, err
	}
	if err := s.ownHints(ctx, &p); err != nil {
		return p, err
	}
	return p, s.ownIdeas(ctx, &p, n)
}

// ownWeek tells of the week: how many posts, in which rhythm, and the best of them.
func (s *Server) ownWeek(ctx context.Context, p *ownPage, all []standing, week lantoa.Week) error {
	weeks := lantoa.LastWeeks(week, activity.Span)
	ids := make([]lantoa.ChannelID, 0, few)
	for _, x := range first(all, few) {
		ids = append(ids, x.ID)
	}
	posts, err := s.Store.Sketches(ctx, ids, weeks[0].Start(s.Zone))
	if err != nil {
		return err
	}
	counts := map[lantoa.ChannelID][]int{}
	var inWeek []lantoa.Measured
	for _, m := range posts {
		i := slices.Index(weeks, lantoa.WeekOf(m.ToldAt, s.Zone))
		if i < 0 || m.Vote {
			continue
		}
		if counts[m.Channel] == nil {
			counts[m.Channel] = make([]int, len(weeks))
		}
		counts[m.Channel][i]++
		if weeks[i] == week {
			inWeek = append(inWeek, m)
		}
	}
	sum := make([]int, len(weeks))
	for _, x := range first(all, few) {
		c := counts[x.ID]
		if c == nil {
			c = make([]int, len(weeks))
		}
		for i, k := range c {
			sum[i] += k
		}
		last := c[len(c)-12:]
		word := p.T("chart.weekly", "n", len(last))
		p.Own = append(p.Own, ownChannel{
			Name: x.Name, Kind: p.Channel(x.Kind), URL: "/kenh/" + string(x.ID), Sentence: p.sentence(x), State: p.state(x.Alive),
			Spark: chart.Spark{Title: word + ": " + numbers(p.Page, last), Values: last}.SVG(), SparkWord: word,
		})
	}
	p.Headline = p.T("home.own_headline", "unit", upperFirst(p.User.Unit.Name), "n", len(inWeek))
	p.Lead = p.weekWords(all, sum, inWeek, posts)
	slices.SortStableFunc(inWeek, func(a, b lantoa.Measured) int { return b.ToldAt.Compare(a.ToldAt) })
	for _, m := range first(inWeek, 8) {
		row := postRow{Title: lantoa.Cut(p.titleOfPost(m), 100), URL: "/bai-viet/" + string(m.ID), At: p.When(m.ToldAt), Numbers: p.numbersOf(m)}
		if above(m) {
			row.Score = p.Score(*m.Score)
		}
		p.OwnPosts = append(p.OwnPosts, row)
	}
	return nil
}

// homeOwn is the part of the first page that tells of a handful of channels by themselves, for those who decide.
func (s *Server) homeOwn(ctx context.Context, h *homePage, all []standing, week lantoa.Week) error {
	o := ownPage{Page: h.Page}
	if err := s.ownWeek(ctx, &o, all, week); err != nil {
		return err
	}
	h.Headline, h.Lead, h.Own, h.OwnPosts, h.StoriesTitle = o.Headline, o.Lead, o.Own, o.OwnPosts, h.T("home.own_stories")
	return nil
}

// bestOf is the post that stood out most, if one did.
func bestOf(posts []lantoa.Measured) (best lantoa.Measured, ok bool) {
	for _, m := range posts {
		if above(m) && !m.Vote && !m.FromAbove && (!ok || *m.Score > *best.Score) {
			best, ok = m, true
		}
	}
	return best, ok
}

// weekWords say the week in a sentence or two: "đều đặn. Bài “…” gấp 4,2 lần mức thường, tốt nhất từ tháng 5."
func (p ownPage) weekWords(all []standing, sum []int, inWeek, posts []lantoa.Measured) []phrase {
	rhythm := "own.rhythm.none"
	switch last := sum[len(sum)-4:]; {
	case len(inWeek) == 0 && slices.ContainsFunc(all, func(x standing) bool { return x.Alive == lantoa.Disconnected }):
		rhythm = "own.rhythm.unread"
	case len(inWeek) == 0:
	case !slices.Contains(last, 0):
		rhythm = "own.rhythm.steady"
	case !slices.Contains(sum[len(sum)-5:len(sum)-1], 0):
	case slices.Max(sum[len(sum)-3:len(sum)-1]) == 0:
		rhythm = "own.rhythm.back"
	default:
		rhythm = "own.rhythm.some"
	}
	if rhythm == "own.rhythm.none" {
		return []phrase{{p.T("home.own_none"), false}}
	}
	out := []phrase{{p.T(rhythm) + " ", false}}
	best, ok := bestOf(inWeek)
	if !ok {
		return out
	}
	title, score := lantoa.Cut(p.titleOfPost(best), 70), p.Score(*best.Score)
	since := bestSince(best, posts).In(p.Zone())
	switch {
	case since.Year() < 2000:
		return append(out, phrase{p.T("home.own_best", "title", title, "score", score), true})
	case since.Year() == p.Now.In(p.Zone()).Year():
		return append(out, phrase{p.T("own.best_since", "title", title, "score", score, "month", int(since.Month())), true})
	}
	return append(out, phrase{p.T("own.best_since", "title", title, "score", score, "month", p.MonthYear(since)), true})
}

// bestSince is since when the channel had no post with as many interactions: the day of the newest earlier one that had
// them, or of the first one that is known. Zero where that is not long ago, or where too few are known to say so.
func bestSince(best lantoa.Measured, posts []lantoa.Measured) time.Time {
	var since time.Time
	had, known := best.Numbers.Interactions(), 0
	for _, m := range posts { // oldest first
		i := m.Numbers.Interactions()
		if m.Channel != best.Channel || !i.Known || m.Vote || !m.ToldAt.Before(best.ToldAt) {
			continue
		}
		if known++; known == 1 || i.N >= had.N {
			since = m.ToldAt
		}
	}
	if !had.Known || known < 8 || best.ToldAt.Sub(since) < bestAfter {
		return time.Time{}
	}
	return since
}

// ownToDo is the one thing that waits: a channel to be connected again, or the monthly form.
func (s *Server) ownToDo(ctx context.Context, p *ownPage, all []standing) error {
	p.NoTask = p.T("own.no_task")
	for _, x := range all {
		if x.Alive == lantoa.Disconnected && x.Trouble != nil {
			p.Task = &ownTask{What: p.Happened(x.Trouble, x.Kind), Do: p.ToDo(x.Trouble, x.Kind), URL: "/kenh/" + string(x.ID), Link: p.T("own.reconnect")}
			return nil
		}
	}
	due, err := s.formDue(ctx, p.User)
	if due != nil {
		p.Task = &ownTask{What: p.T("own.form"), Do: p.T("own.form_do"), URL: due.URL, Link: p.T("own.form_link")}
	}
	return err
}

// ownIdeas are two chosen stories of units like hers, and those that she put by.
func (s *Server) ownIdeas(ctx context.Context, p *ownPage, n *activity.Network) error {
	saved, err := s.Store.Ideas(ctx, p.User)
	if err != nil {
		return err
	}
	has := map[lantoa.StoryID]bool{}
	for _, st := range saved {
		has[st.ID] = true
		if len(p.Saved) < savedShown {
			p.Saved = append(p.Saved, p.idea(st, true))
		}
	}
	for _, h := range p.Hints { // it stands above
		has[h.Story] = true
	}
	list, _, _, err := s.Store.Stories(ctx, p.User.Scope(), store.StoryFilter{States: []lantoa.State{lantoa.Approved, lantoa.Reshared}, Now: p.Now, Limit: ideasRead})
	if err != nil {
		return err
	}
	list = slices.DeleteFunc(list, func(st lantoa.Story) bool {
		return st.First.ID == p.User.Unit.ID || lantoa.Within(st.First.Path, p.User.Unit.Path) || st.Restricted || has[st.ID] || opening(st.Lead.Text) == ""
	})
	for _, st := range first(likeHers(list, n, p.User.Unit), ideasShown) {
		p.Ideas = append(p.Ideas, p.idea(st, false))
	}
	p.IdeasTitle, p.NoIdeas = p.T("own.ideas"), p.T("own.no_ideas")
	return nil
}

// likeHers puts stories of units of the same level and a like number of followers first, then those of the level, then
// the others, and each time those of the same kind, xã before phường for a xã; within each they stay as they come, best first. No unit comes twice before all have come once.
func likeHers(list []lantoa.Story, n *activity.Network, unit lantoa.Unit) []lantoa.Story {
	size := map[lantoa.UnitID]float64{}
	for _, ch := range n.Channels {
		if ch.Followers.Known && ch.Kind == lantoa.FacebookPage && ch.Alive != lantoa.Archived {
			size[ch.Unit.ID] += float64(ch.Followers.N)
		}
	}
	rank := func(st lantoa.Story) int {
		mine, theirs := size[unit.ID], size[st.First.ID]
		switch {
		case st.First.Level != unit.Level:
			return 2
		case mine <= 0 || theirs <= 0 || math.Abs(math.Log(mine/theirs)) > math.Log(alike):
			return 1
		}
		return 0
	}
	kind, _, _ := strings.Cut(unit.Name, " ")
	other := func(st lantoa.Story) int { return btoi(!strings.HasPrefix(st.First.Name, kind+" ")) }
	seen, again := map[lantoa.UnitID]int{}, map[lantoa.StoryID]int{}
	for _, st := range list {
		again[st.ID] = seen[st.First.ID]
		seen[st.First.ID]++
	}
	out := slices.Clone(list)
	slices.SortStableFunc(out, func(a, b lantoa.Story) int {
		return cmp.Or(cmp.Compare(min(again[a.ID], 1), min(again[b.ID], 1)), cmp.Compare(rank(a), rank(b)), other(a)-other(b))
	})
	return out
}

func (p Page) idea(st lantoa.Story, saved bool) ideaCard {
	c := ideaCard{
		ID: st.ID, Who: st.First.UnionName(), Title: titleOf(p, st), URL: "/cau-chuyen/" + string(st.ID), Opening: opening(st.Lead.Text),
		Told: p.OnDay(st.ToldAt), Saved: saved, Chips: first(p.chips(st, true), 3), SaveWord: p.T("own.save"),
	}
	c.SaveName = p.T("own.save_name", "title", lantoa.Cut(c.Title, 60))
	if saved {
		c.SaveWord, c.SaveName = p.T("own.unsave"), p.T("own.unsave_name", "title", lantoa.Cut(c.Title, 60))
	}
	c.KeepName = "y-tuong-" + string(st.ID)
	return c
}

// saveIdea puts a story by for the person, or takes it off the list again. Doing either twice is doing it once.
func (s *Server) saveIdea(w http.ResponseWriter, r *http.Request) error {
	story, err := id(r, "story")
	if err != nil {
		return err
	}
	who := visitorOf(r).user
	on, err := strconv.ParseBool(r.PostFormValue("luu"))
	if err != nil {
		return lantoa.Problem(lantoa.Invalid, "luu", r.PostFormValue("luu"))
	}
	st, err := s.Store.Story(r.Context(), lantoa.StoryID(story))
	if err != nil {
		return err
	}
	sees, err := s.Store.StorySeen(r.Context(), who.Scope(), st.ID)
	if err != nil {
		return err
	}
	said := "own.unsaved"
	switch {
	case !on:
		err = s.Store.DropIdea(r.Context(), who, st.ID, s.Now())
	case !sees:
		return lantoa.Problem(lantoa.Forbidden, "story", "")
	default:
		said, err = "own.saved", s.Store.KeepIdea(r.Context(), who, st.ID, s.Now())
	}
	if err != nil {
		return err
	}
	s.gate.putNotice(r, Notice{Text: visitorOf(r).words.T(said)})
	http.Redirect(w, r, inside(r.PostFormValue("ve"), "/xa-toi"), http.StatusSeeOther)
	return nil
}
