package web

import (
	"context"
	"html/template"
	"net/http"
	"net/url"
	"slices"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/activity"
	"github.com/hoiphunu/lantoa/internal/chart"
	"github.com/hoiphunu/lantoa/store"
)

// homePage answers: what needs me now?
type homePage struct {
	Page
	Week, AsOf, Headline string
	Lead                 []phrase
	Tiles                []tile
	Beside               []link
	Own                  []ownChannel
	OwnPosts             []postRow
	StoriesTitle         string
	Stories              []Card
	StoryCount           int
	NoStories            Empty
	Levels               []levelRow
	Legend               []StateMark
	LevelsTable          Behind
	Help, Lost           []channelRow
	HelpCount, LostCount int
	HelpURL              string
	Notices              []noticeRow
	NoticesMore          string
	NetworkFirst         bool // for leaders: how the network is before what it tells
}

type phrase struct {
	Text   string
	Strong bool
}

type link struct{ Text, URL string }

type tile struct {
	Alive         lantoa.Alive
	N, Word, Note string
	URL           string
}

type levelRow struct {
	Name, Active, All, URL string
	Bar                    template.HTML
}

type ownChannel struct {
	Name, Kind, URL, Sentence string
	State                     StateMark
	Spark                     template.HTML
	SparkWord                 string
}

type postRow struct {
	Title, URL, Numbers, Score string
	At                         When
}

// ProgressBox is the first collection on its way.
type ProgressBox struct {
	Title, Text, Numbers string
	Done, Of             int
}

// few is how many channels somebody may have to be shown each of them on the first page instead of counts.
const few = 6

func (s *Server) showHome(w http.ResponseWriter, r *http.Request) error {
	p := s.page(r, "home", "nav.home")
	if wants(r) == "progress" {
		h := homePage{Page: p}
		h.Progress = s.progress(r.Context(), p)
		return s.drawFragment(w, r, http.StatusOK, "home", "progress", h)
	}
	h, err := s.home(r.Context(), p)
	if err != nil {
		return err
	}
	return s.draw(w, r, http.StatusOK, "home", h)
}

// home fills the first page for the person of p.
func (s *Server) home(ctx context.Context, p Page) (homePage, error) {
	h := homePage{Page: p}
	h.Progress = s.progress(ctx, p)
	week := s.weekAtHand()
	h.Week = p.Week(week)
	h.AsOf = p.T("home.as_of", "time", p.Clock(p.Now))

	all, err := s.standings(ctx, p.User.Scope())
	if err != nil {
		return h, err
	}
	if err := s.homeNotices(ctx, &h); err != nil {
		return h, err
	}
	if err := s.homeStories(ctx, &h); err != nil {
		return h, err
	}
	if p.User.Role == lantoa.Officer || len(all) <= few {
		return h, s.homeOwn(ctx, &h, all, week)
	}
	s.homeNetwork(&h, all)
	return h, nil
}

// homeStories are the best five that nobody has decided on.
func (s *Server) homeStories(ctx context.Context, h *homePage) error {
	list, total, _, err := s.Store.Stories(ctx, h.User.Scope(), store.StoryFilter{
		States: []lantoa.State{lantoa.Suggested}, Now: h.Now, Limit: 5,
	})
	if err != nil {
		return err
	}
	h.StoryCount, h.StoriesTitle = total, h.T("home.stories")
	h.NoStories = Empty{Title: h.T("home.no_stories"), Do: h.T("home.no_stories_do"), URL: "/tim-kiem", Link: h.T("nav.search")}
	h.Stories, err = s.cards(ctx, h.Page, list, "/")
	return err
}

// homeNetwork is the page of somebody who answers for many channels.
func (s *Server) homeNetwork(h *homePage, all []standing) {
	byUrgency(all)
	pages := only(all, func(x standing) bool { return x.Kind == lantoa.FacebookPage })
	t, shown := tally(pages), lantoa.FacebookPage
	if len(pages) == 0 {
		pages, t, shown = all, tally(all), ""
	}
	h.Headline = h.T("home.headline", "active", t.Active, "n", t.Total()+t.Waiting)
	h.Lead = homeLead(h, t)
	for _, a := range []lantoa.Alive{lantoa.Active, lantoa.Thinning, lantoa.Silent, lantoa.Disconnected} {
		h.Tiles = append(h.Tiles, tile{
			Alive: a, N: h.Number(int64(t.Of(a))), Word: h.State(a), Note: tileNote(h, pages, a, t),
			URL: channelsURL(a, shown, ""),
		})
	}
	for _, a := range []lantoa.Alive{lantoa.Archived, lantoa.Waiting} {
		if n := t.Of(a); n > 0 {
			h.Beside = append(h.Beside, link{h.T("home.beside."+string(a), "n", n), channelsURL(a, shown, "")})
		}
	}
	if groups := only(all, func(x standing) bool { return x.Kind == lantoa.ZaloGroup }); len(groups) > 0 && shown != "" {
		g := tally(groups)
		h.Beside = append(h.Beside, link{h.T("home.groups", "active", g.Active, "n", g.Total()+g.Waiting), channelsURL("", lantoa.ZaloGroup, "")})
	}
	homeLevels(h, pages, shown)
	silent := only(pages, func(x standing) bool { return x.Alive == lantoa.Silent })
	lost := only(all, func(x standing) bool { return x.Alive == lantoa.Disconnected })
	h.HelpCount, h.LostCount = len(silent), len(lost)
	h.HelpURL = channelsURL(lantoa.Silent, shown, "")
	h.NetworkFirst = h.User.Role == lantoa.Leader
	for _, x := range first(silent, 5) {
		h.Help = append(h.Help, h.channelRow(x))
	}
	for _, x := range first(lost, 5) {
		h.Lost = append(h.Lost, h.channelRow(x))
	}
}

func homeLead(h *homePage, t activity.Tally) []phrase {
	var out []phrase
	if t.Silent > 0 {
		out = append(out, phrase{h.T("home.lead.silent", "n", t.Silent), true})
	}
	if t.Disconnected > 0 {
		if len(out) > 0 {
			out = append(out, phrase{"; ", false})
		}
		out = append(out, phrase{h.T("home.lead.lost", "n", t.Disconnected), true}, phrase{h.T("home.lead.not_their_fault"), false})
	} else if len(out) > 0 {
		out = append(out, phrase{". ", false})
	}
	if t.Total() > 0 && t.Silent+t.Disconnected == 0 {
		out = append(out, phrase{h.T("home.lead.all_well"), false})
	}
	if len(h.Stories) > 0 {
		best := h.Stories[0]
		out = append(out, phrase{h.T("home.lead.story", "title", lantoa.Cut(best.Title, 70), "unit", best.UnitName), false})
	}
	return out
}

func tileNote(h *homePage, pages []standing, a lantoa.Alive, t activity.Tally) string {
	switch {
	case a == lantoa.Active && t.Total() > 0:
		return h.T("home.tile.active", "share", h.Percent(float64(t.Active)/float64(t.Total())))
	case a == lantoa.Silent:
		for _, x := range pages { // the silent longest stands first
			if x.Alive == lantoa.Silent && x.Days >= 0 {
				return h.T("home.tile.silent", "n", x.Days)
			}
		}
	case a == lantoa.Disconnected:
		return h.T("home.tile.disconnected")
	case a == lantoa.Thinning:
		return h.T("home.tile.thinning")
	}
	return ""
}

func homeLevels(h *homePage, pages []standing, kind lantoa.ChannelKind) {
	shown := []lantoa.Alive{lantoa.Active, lantoa.Thinning, lantoa.Silent, lantoa.Disconnected}
	table := chart.Table{Head: []string{h.T("home.level")}}
	for _, a := range shown {
		table.Head = append(table.Head, h.State(a))
	}
	for _, level := range lantoa.Levels {
		here := only(pages, func(x standing) bool { return x.Unit.Level == level && x.Alive != lantoa.Archived })
		if len(here) == 0 {
			continue
		}
		t := tally(here)
		row := []string{h.Level(level)}
		var parts []chart.Part
		said := h.Level(level) + ": "
		for i, a := range shown {
			if i > 0 {
				said += ", "
			}
			said += h.Number(int64(t.Of(a))) + " " + h.State(a)
			row = append(row, h.Number(int64(t.Of(a))))
			parts = append(parts, chart.Part{N: t.Of(a), Class: "s-" + string(a)})
		}
		table.Rows = append(table.Rows, row)
		h.Levels = append(h.Levels, levelRow{
			Name: h.Level(level), Active: h.Number(int64(t.Active)), All: h.Number(int64(len(here))),
			URL: channelsURL("", kind, level), Bar: chart.Bar{Title: said, Parts: parts}.SVG(),
		})
	}
	if len(h.Levels) > 0 {
		for _, a := range shown {
			h.Legend = append(h.Legend, h.state(a))
		}
	}
	h.LevelsTable = h.behind(h.T("home.levels"), table)
}

// homeOwn is the page of somebody who answers for one unit: her channels, her week.
func (s *Server) homeOwn(ctx context.Context, h *homePage, all []standing, week lantoa.Week) error {
	from := week.Start(s.Zone).AddDate(0, 0, -11*7)
	thisWeek := 0
	var posts []lantoa.Measured
	for _, x := range first(all, few) {
		list, err := s.Store.PostsBetween(ctx, x.ID, from, h.Now)
		if err != nil {
			return err
		}
		counts := make([]int, 12)
		for _, post := range list {
			if post.Removed() {
				continue
			}
			if i := int(post.PublishedAt.Sub(from).Hours() / (7 * 24)); i >= 0 && i < len(counts) {
				counts[i]++
			}
			if !post.PublishedAt.Before(week.Start(s.Zone)) && post.PublishedAt.Before(week.End(s.Zone)) {
				thisWeek++
				m, err := s.Store.Post(ctx, post.ID)
				if err != nil {
					return err
				}
				posts = append(posts, m)
			}
		}
		word := h.T("chart.weekly", "n", len(counts))
		h.Own = append(h.Own, ownChannel{
			Name: x.Name, Kind: h.Channel(x.Kind), URL: "/kenh/" + string(x.ID), Sentence: h.sentence(x),
			State: h.state(x.Alive), Spark: chart.Spark{Title: word + ": " + numbers(h.Page, counts), Values: counts}.SVG(), SparkWord: word,
		})
	}
	h.Headline = h.T("home.own_headline", "unit", upperFirst(h.User.Unit.Name), "n", thisWeek)
	h.StoriesTitle = h.T("home.own_stories")
	if thisWeek == 0 {
		h.Lead = []phrase{{h.T("home.own_none"), false}}
	} else if best, ok := bestOf(posts); ok {
		h.Lead = []phrase{{h.T("home.own_best", "title", lantoa.Cut(best.Title(), 70), "score", h.Score(*best.Score)), false}}
	}
	slices.SortFunc(posts, func(a, b lantoa.Measured) int { return b.PublishedAt.Compare(a.PublishedAt) })
	for _, m := range first(posts, 8) {
		row := postRow{Title: m.Title(), URL: "/bai-viet/" + string(m.ID), At: h.When(m.PublishedAt), Numbers: h.numbersOf(m)}
		if above(m) {
			row.Score = h.Score(*m.Score)
		}
		if row.Title == "" {
			row.Title = h.PostType(m.Type)
		}
		h.OwnPosts = append(h.OwnPosts, row)
	}
	return nil
}

// bestOf is the post that stood out most, if one did.
func bestOf(posts []lantoa.Measured) (best lantoa.Measured, ok bool) {
	for _, m := range posts {
		if above(m) && !m.Vote && (!ok || *m.Score > *best.Score) {
			best, ok = m, true
		}
	}
	return best, ok
}

// progress is nil when nothing is being collected for the first time.
func (s *Server) progress(ctx context.Context, p Page) *ProgressBox {
	if s.Progress == nil {
		return nil
	}
	now := s.Progress()
	if now.Done {
		return nil
	}
	box := &ProgressBox{Title: p.T("progress.title"), Text: p.T("progress.text"), Of: 1000, Done: int(now.Share * 1000)}
	if !now.Day.IsZero() && !now.Until.IsZero() {
		box.Text = p.T("progress.past", "day", now.Day, "until", now.Until)
	}
	if counts, err := s.Store.Counts(ctx, p.User.Scope()); err == nil {
		box.Numbers = p.T("progress.numbers", "posts", counts.Posts, "channels", counts.Read, "of", counts.Channels)
	}
	return box
}

func channelsURL(state lantoa.Alive, kind lantoa.ChannelKind, level lantoa.Level) string {
	q := url.Values{}
	for k, v := range map[string]string{"trang_thai": string(state), "loai": string(kind), "cap": string(level)} {
		if v != "" {
			q.Set(k, v)
		}
	}
	if len(q) == 0 {
		return "/kenh"
	}
	return "/kenh?" + q.Encode()
}

// first n of a list, or all of a shorter one.
func first[T any](list []T, n int) []T { return list[:min(n, len(list))] }
