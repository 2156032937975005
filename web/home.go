package web

import (
	"context"
	"html/template"
	"net/http"
	"net/url"

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
	Passed               []homePass
	PassedCount          int
	NetworkFirst         bool // for leaders: how the network is before what it tells
	LostURL              string

	// What leaders see beside.
	FallenTitle, NoFallen     string
	Fallen, Movers            []leadRow
	FiguresTitle, FiguresAsOf string
	Figures                   []leadFigure
	FiguresTable              Behind
	Glossary                  []term
}

type phrase struct {
	Text   string
	Strong bool
}

type link struct{ Text, URL string }

type tile struct {
	Alive         lantoa.Alive
	N, Word, Note string
	Change        string // against last week
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
	if p.User.Role == lantoa.Officer || p.User.Role == lantoa.Viewer {
		all, err := s.standings(r.Context(), p.User.Scope())
		if err != nil {
			return err
		}
		if p.User.Role == lantoa.Officer || len(all) <= few {
			return s.drawOwn(w, r, p, all)
		}
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
	return h, s.fillHome(ctx, &h)
}

func (s *Server) fillHome(ctx context.Context, h *homePage) error {
	h.Progress = s.progress(ctx, h.Page)
	week := s.weekAtHand()
	h.Week = h.Page.Week(week)
	h.AsOf = h.T("home.as_of", "time", h.Clock(h.Now))

	n, err := s.Desk.Network(ctx)
	if err != nil {
		return err
	}
	if err := s.homeNotices(ctx, h); err != nil {
		return err
	}
	if err := s.homeStories(ctx, h); err != nil {
		return err
	}
	if err := s.homePassed(ctx, h); err != nil {
		return err
	}
	h.NetworkFirst = h.NetworkFirst || h.User.Role == lantoa.Leader
	if !h.NetworkFirst && len(n.In(h.User.Scope()).Channels) <= few {
		all, err := s.standings(ctx, h.User.Scope())
		if err != nil {
			return err
		}
		return s.homeOwn(ctx, h, all, week)
	}
	return s.homeNetwork(ctx, h, n)
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

func tileNote(h *homePage, pages []activity.Standing, a lantoa.Alive, t activity.Tally) string {
	switch {
	case a == lantoa.Active && t.Total() > 0:
		return h.T("home.tile.active", "share", h.Percent(float64(t.Active)/float64(t.Total())))
	case a == lantoa.Silent:
		longest := 0
		for _, x := range pages {
			if x.Alive == lantoa.Silent {
				longest = max(longest, x.Days)
			}
		}
		if longest > 0 {
			return h.T("home.tile.silent", "n", longest)
		}
	case a == lantoa.Disconnected:
		return h.T("home.tile.disconnected")
	case a == lantoa.Thinning:
		return h.T("home.tile.thinning")
	}
	return ""
}

func homeLevels(h *homePage, pages []activity.Standing) {
	shown := []lantoa.Alive{lantoa.Active, lantoa.Thinning, lantoa.Silent, lantoa.Disconnected}
	table := chart.Table{Head: []string{h.T("home.level")}}
	for _, a := range shown {
		table.Head = append(table.Head, h.State(a))
	}
	for _, level := range lantoa.Levels {
		here := onlyStandings(pages, func(x activity.Standing) bool { return x.Unit.Level == level && x.Alive != lantoa.Archived })
		if len(here) == 0 {
			continue
		}
		t := tallyOf(here)
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
			URL: "/hoat-dong?cap=" + string(level), Bar: chart.Bar{Title: said, Parts: parts}.SVG(),
		})
	}
	if len(h.Levels) > 0 {
		for _, a := range shown {
			h.Legend = append(h.Legend, h.state(a))
		}
	}
	h.LevelsTable = h.behind(h.T("home.levels"), table)
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
