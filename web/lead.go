package web

import (
	"context"
	"html/template"
	"math"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/activity"
	"github.com/hoiphunu/lantoa/digest"
	"github.com/hoiphunu/lantoa/internal/chart"
	"github.com/hoiphunu/lantoa/store"
)

// leadRow is a unit that is told of by name on the first page of leaders.
type leadRow struct {
	Name, URL, Sentence, Up string
	State                   StateMark
	Tel                     template.URL
	CallWord                string
}

// leadFigure is one of the network's figures against the week before, with its twelve weeks.
type leadFigure struct {
	N, Name, Key, Change, Note string
	Spark                      template.HTML
}

// pulse is how the channels of a view did in the last full week, as figures.
type pulse struct {
	week     lantoa.Week
	weeks    []lantoa.Week // twelve, the last of them week
	now      activity.Figures
	before   activity.Figures
	fair     bool
	grown    lantoa.Count
	posts    []float64
	rates    []float64
	sizes    []float64 // of the channels that have a figure in all twelve weeks
	sized    int       // how many those are
	channels int
	movers   []lantoa.DigestMover
}

// pulse is reckoned once for a view.
func (v *view) pulse(who lantoa.User) pulse {
	v.mu.Lock()
	defer v.mu.Unlock()
	if v.beat == nil {
		v.beat = beat(v.Network, who)
	}
	return *v.beat
}

func beat(n *activity.Network, who lantoa.User) *pulse {
	b := &pulse{week: lantoa.LastFullWeek(n.At, n.Zone)}
	b.weeks = lantoa.LastWeeks(b.week, stripWeeks)
	all := onlyStandings(n.Channels, func(x activity.Standing) bool { return x.Alive != lantoa.Archived })
	f := figuresOf(n, all, activity.Period{From: b.week, To: b.week})
	b.now, b.before, b.fair, b.grown, b.channels = f.Now, f.Before, f.Fair, f.Grown, len(all)
	b.posts = weekly12(all, b.weeks)
	steady := onlyStandings(all, func(x activity.Standing) bool {
		return !slices.ContainsFunc(b.weeks, func(w lantoa.Week) bool { return !x.Week(w).Followers.Known })
	})
	b.sized = len(steady)
	for _, w := range b.weeks {
		rate, size := math.NaN(), math.NaN()
		if r := n.Figures(all, activity.Period{From: w, To: w}).Rate; r.Known {
			rate = r.V
		}
		if len(steady)*10 >= len(all)*7 && len(steady) > 0 {
			size = 0
			for _, x := range steady {
				size += float64(x.Week(w).Followers.N)
			}
		}
		b.rates, b.sizes = append(b.rates, rate), append(b.sizes, size)
	}
	b.movers = digest.Build(n.DigestMaterial(b.week), lantoa.Edition{}, who).Movers
	return b
}

// showLead is the first page as leaders have it, for whoever answers for many channels.
func (s *Server) showLead(w http.ResponseWriter, r *http.Request) error {
	p := s.page(r, "home", "nav.home")
	if p.User.Role == lantoa.Officer {
		http.Redirect(w, r, "/", http.StatusSeeOther)
		return nil
	}
	h := homePage{Page: p, NetworkFirst: true}
	if err := s.fillHome(r.Context(), &h); err != nil {
		return err
	}
	return s.draw(w, r, http.StatusOK, "home", h)
}

// homeNetwork is the page of somebody who answers for many channels.
func (s *Server) homeNetwork(ctx context.Context, h *homePage, n *activity.Network) error {
	every := n.In(h.User.Scope())
	shown := mainKind(every.Channels)
	v := s.views.get(n, viewKey{scope: h.User.Scope(), kind: shown, filing: activity.AsToday})
	t, since := tallyOf(v.Channels), s.weekAtHand().Before()
	then, known := v.StatesAt(v.Channels, since)
	fair := known > 0 && known*10 >= len(v.Channels)*9
	h.Headline = h.T("home.headline", "active", t.Active, "n", t.Total()+t.Waiting)
	if shown == "" {
		h.Headline = h.T("network.headline", "active", t.Active, "n", t.Total()+t.Waiting)
	}
	h.Lead = homeLead(h, t)
	if fair {
		h.Lead = append([]phrase{{h.against(t.Active-then.Active, shown), false}}, h.Lead...)
	}
	q := url.Values{}
	for _, a := range []lantoa.Alive{lantoa.Active, lantoa.Thinning, lantoa.Silent, lantoa.Disconnected} {
		x := tile{Alive: a, N: h.Number(int64(t.Of(a))), Word: h.State(a), Note: tileNote(h, v.Channels, a, t), URL: stateURL(a, q)}
		if fair {
			x.Change = h.T("network.than_last_week", "n", h.signed(int64(t.Of(a)-then.Of(a))))
		}
		h.Tiles = append(h.Tiles, x)
	}
	for _, a := range []lantoa.Alive{lantoa.Archived, lantoa.Waiting} {
		if n := t.Of(a); n > 0 {
			key := "network.beside."
			if shown == lantoa.FacebookPage {
				key = "home.beside."
			}
			h.Beside = append(h.Beside, link{h.T(key+string(a), "n", n), stateURL(a, q)})
		}
	}
	if shown != "" {
		groups := onlyStandings(every.Channels, func(x activity.Standing) bool { return x.Kind == lantoa.ZaloGroup })
		if len(groups) > 0 {
			g := tallyOf(groups)
			h.Beside = append(h.Beside, link{h.T("home.groups", "active", g.Active, "n", g.Total()+g.Waiting), "/hoat-dong?loai=" + string(lantoa.ZaloGroup)})
		}
	}
	homeLevels(h, v.Channels)
	h.HelpURL, h.LostURL = stateURL(lantoa.Silent, q), stateURL(lantoa.Disconnected, q)
	silent := onlyStandings(v.Channels, func(x activity.Standing) bool { return x.Alive == lantoa.Silent })
	h.HelpCount = len(silent)
	if h.NetworkFirst {
		return s.homeLeader(ctx, h, v, fair, since)
	}
	lost := onlyStandings(every.Channels, func(x activity.Standing) bool { return x.Alive == lantoa.Disconnected })
	h.LostCount, h.LostURL = len(lost), stateURL(lantoa.Disconnected, url.Values{"loai": {allKinds}})
	slices.SortStableFunc(silent, moreUrgent)
	for _, x := range first(silent, 5) {
		h.Help = append(h.Help, h.channelRow(asStanding(x)))
	}
	for _, x := range first(lost, 5) {
		h.Lost = append(h.Lost, h.channelRow(asStanding(x)))
	}
	return nil
}

// against is a change against last week as a sentence: "Nhiều hơn tuần trước 3 trang."
func (p Page) against(d int, kind lantoa.ChannelKind) string {
	what := p.T("network.channels")
	if kind == lantoa.FacebookPage {
		what = p.T("network.pages")
	}
	switch {
	case d > 0:
		return p.T("network.more_than", "n", d, "what", what)
	case d < 0:
		return p.T("network.less_than", "n", -d, "what", what)
	}
	return p.T("network.same_as")
}

// homeLeader adds what a leader asks next: who fell silent, who outdid herself, and the week's figures.
func (s *Server) homeLeader(ctx context.Context, h *homePage, v *view, fair bool, since lantoa.Week) error {
	fallen := v.Fallen(v.Channels, since)
	if !fair {
		fallen = nil
	}
	h.FallenTitle, h.NoFallen = h.T("network.fallen"), h.T("network.no_fallen")
	cards, err := s.careCards(ctx, h.Page, v.Network, first(fallen, 5))
	if err != nil {
		return err
	}
	for _, c := range cards {
		row := leadRow{Name: c.Name, URL: h.HelpURL + "#k-" + string(c.ID), Sentence: c.Sentence, State: c.State}
		if c.Leave != "" {
			row.Sentence += " · " + c.Leave
		}
		if c.Nudged == "" {
			row.Tel, row.CallWord = c.Tel, c.CallWord
		} else {
			row.Sentence += " · " + c.Nudged
		}
		h.Fallen = append(h.Fallen, row)
	}
	b := v.pulse(h.User)
	for _, m := range b.movers {
		row := leadRow{Name: m.Unit.Name, URL: "/don-vi/" + url.PathEscape(m.Unit.Code),
			Sentence: h.T("network.mover", "now", m.Interactions, "usual", m.Usual), Up: h.T("network.mover_new")}
		if m.Usual > 0 {
			row.Up = h.T("network.mover_times", "times", float64(m.Interactions)/float64(m.Usual))
		}
		h.Movers = append(h.Movers, row)
	}
	h.FiguresTitle = h.T("network.figures_of", "week", strconv.Itoa(b.week.Number))
	h.FiguresAsOf = h.T("network.as_of", "time", h.DateTime(asOf(v.Network, activity.Period{From: b.week, To: b.week}))) + ". " + h.T("network.still_growing")
	h.Figures, h.FiguresTable = h.leadFigures(b)
	h.Glossary = h.glossary()
	return nil
}

// leadFigures are posts, engagement and followers against the week before, with their twelve weeks and the table
// behind them. Weeks that were not rolled up are gaps.
func (p Page) leadFigures(b pulse) ([]leadFigure, Behind) {
	absent := p.Count(lantoa.Count{})
	posts := leadFigure{N: p.Number(int64(b.now.Posts)), Name: p.T("network.posts"), Key: "posts"}
	if b.now.Missing == b.channels {
		posts.N = absent
	} else if b.fair {
		posts.Change = p.T("network.than_last_week", "n", p.signed(int64(b.now.Posts-b.before.Posts)))
	}
	rate := leadFigure{N: p.rate(b.now.Rate), Name: p.T("network.rate_long"), Key: "rate"}
	if b.now.Rate.Known && b.before.Rate.Known && b.fair {
		rate.Change = p.T("network.last_week", "n", p.rate(b.before.Rate))
	}
	if b.now.Median.Known {
		rate.Note = p.T("network.median_of_post", "n", b.now.Median.V)
	}
	size := leadFigure{N: p.Count(b.now.Followers), Name: p.T("network.followers_long"), Key: "followers"}
	if b.grown.Known {
		size.Change = p.T("network.than_last_week", "n", p.signed(b.grown.N))
	}
	if b.now.Reported {
		size.Note = p.T("network.some_reported")
	}
	table := chart.Table{Head: []string{p.T("chart.week"), posts.Name, rate.Name, size.Name}}
	said := [3][]string{}
	for i := range b.weeks {
		said[0] = append(said[0], p.weekValue(b.posts[i]))
		said[1] = append(said[1], p.rate(activity.Value{V: b.rates[i], Known: !math.IsNaN(b.rates[i])}))
		said[2] = append(said[2], p.weekValue(b.sizes[i]))
	}
	for i := len(b.weeks) - 1; i >= 0; i-- {
		table.Rows = append(table.Rows, []string{p.Date(b.weeks[i].Start(p.Zone())), said[0][i], said[1][i], said[2][i]})
	}
	strip := func(name string, values []float64, said []string, line bool) template.HTML {
		return chart.Strip{Title: name + ", " + p.T("network.strip", "n", len(values), "values", strings.Join(said, " ")), Values: values, Line: line, Height: 34}.SVG()
	}
	posts.Spark = strip(posts.Name, b.posts, said[0], false)
	rate.Spark = strip(rate.Name, b.rates, said[1], true)
	size.Spark = strip(size.Name, b.sizes, said[2], true)
	return []leadFigure{posts, rate, size}, p.behind(p.T("network.twelve"), table)
}

// wallPage is the network on a screen in the office.
type wallPage struct {
	Page
	Headline, Refreshed, Failed string
	Stale                       string
	Tiles                       []tile
	Beside                      []string
	Figures                     []leadFigure
	FiguresTitle                string
	Levels                      []levelRow
	Stories                     []wallStory
	NoStories                   string
}

type wallStory struct {
	Title, Unit string
	At          When
}

// wallEvery is how many seconds pass between two looks.
const wallEvery = 60

// Every is how many seconds pass between two looks.
func (wallPage) Every() int { return wallEvery }

const (
	wallStories = 6
	unreadFor   = 12 * time.Hour // a network of which nothing was read for so long is not being read
)

func (s *Server) showWall(w http.ResponseWriter, r *http.Request) error {
	p, err := s.wall(r.Context(), s.page(r, "network", "network.tab.wall"))
	if err != nil {
		return err
	}
	if wants(r) == "board" {
		return s.drawFragment(w, r, http.StatusOK, "wall", "board", p)
	}
	return s.draw(w, r, http.StatusOK, "wall", p)
}

func (s *Server) wall(ctx context.Context, page Page) (wallPage, error) {
	p := wallPage{Page: page}
	n, err := s.Desk.Network(ctx)
	if err != nil {
		return p, err
	}
	scope := p.User.Scope()
	shown := mainKind(n.In(scope).Channels)
	v := s.views.get(n, viewKey{scope: scope, kind: shown, filing: activity.AsToday})
	t := tallyOf(v.Channels)
	p.Headline = p.T("network.headline", "active", t.Active, "n", t.Total()+t.Waiting)
	if shown == lantoa.FacebookPage {
		p.Headline = p.T("home.headline", "active", t.Active, "n", t.Total()+t.Waiting)
	}
	for _, a := range []lantoa.Alive{lantoa.Active, lantoa.Thinning, lantoa.Silent, lantoa.Disconnected} {
		p.Tiles = append(p.Tiles, tile{Alive: a, N: p.Number(int64(t.Of(a))), Word: p.State(a)})
	}
	for _, a := range []lantoa.Alive{lantoa.Archived, lantoa.Waiting} {
		if n := t.Of(a); n > 0 {
			p.Beside = append(p.Beside, p.T("network.beside."+string(a), "n", n))
		}
	}
	levels := homePage{Page: p.Page}
	homeLevels(&levels, v.Channels)
	p.Levels = levels.Levels
	b := v.pulse(p.User)
	p.Figures, _ = p.leadFigures(b)
	p.FiguresTitle = p.T("network.figures_of", "week", strconv.Itoa(b.week.Number))
	p.Refreshed = p.T("network.refreshed", "time", p.DateTime(p.Now))
	p.Failed = p.T("network.not_refreshed", "time", p.DateTime(p.Now))
	p.Stale = p.stale(v.Network)
	list, _, _, err := s.Store.Stories(ctx, scope, store.StoryFilter{
		States: []lantoa.State{lantoa.Suggested, lantoa.Shortlisted, lantoa.Approved, lantoa.Reshared}, Now: p.Now, Limit: 3 * wallStories,
	})
	if err != nil {
		return p, err
	}
	// A story of somebody in need is on no wall before she was asked.
	list = slices.DeleteFunc(list, func(x lantoa.Story) bool {
		_, consented := x.Consented()
		return x.Restricted && !consented
	})
	slices.SortStableFunc(list, func(a, b lantoa.Story) int { return b.ToldAt.Compare(a.ToldAt) })
	for _, x := range first(list, wallStories) {
		p.Stories = append(p.Stories, wallStory{lantoa.Cut(x.Title, 110), x.First.UnionName(), p.OnDay(x.ToldAt)})
	}
	p.NoStories = p.T("home.no_stories")
	return p, nil
}

// stale says what is wrong with the age of the figures; nothing while they are fresh.
func (p Page) stale(n *activity.Network) string {
	var read int64
	newest := n.RolledAt
	for _, x := range n.Channels {
		if x.LastRead.Unix() > read {
			read = x.LastRead.Unix()
			newest = x.LastRead
		}
	}
	switch {
	case n.RolledAt.IsZero():
		return p.T("network.never_rolled")
	case len(n.Channels) > 0 && n.At.Sub(newest) > unreadFor:
		return p.T("network.nothing_read", "time", p.DateTime(newest))
	case n.At.Sub(n.RolledAt) > staleAfter:
		return p.T("network.stale", "time", p.DateTime(n.RolledAt))
	}
	return ""
}
