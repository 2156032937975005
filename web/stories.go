package web

import (
	"context"
	"errors"
	"html/template"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/internal/chart"
	"github.com/hoiphunu/lantoa/internal/words"
	"github.com/hoiphunu/lantoa/store"
	"github.com/hoiphunu/lantoa/stories"
)

// storiesPage answers: what is worth passing on?
type storiesPage struct {
	Page
	WeekName  string
	Tab       lantoa.State
	Tabs      []tab
	Weeks     []Option
	Cards     []Card
	MayDecide bool
	None      Empty
	More      string
	Exports   exportLinks
}

type tab struct {
	Key          lantoa.State
	Name, N, URL string
	Here         bool
}

// Card is a story in a list.
type Card struct {
	Page
	ID                    lantoa.StoryID
	State                 lantoa.State
	URL, Back             string
	Who, UnitName, Title  string
	Opening               string
	Told                  When
	Picture               Picture
	Chips                 []Chip
	Curve                 template.HTML
	Score, Basis, Counts  string
	Above                 bool // the score is one to be proud of
	MayDecide, Restricted bool
}

// Chip is a reason in few words, with the whole sentence behind it.
type Chip struct {
	Text, Long string
	Plain      bool
}

// storiesPerPage keeps the page below 60 KB.
const storiesPerPage = 12

// weeksBack is how many weeks the chooser offers.
const weeksBack = 16

func (s *Server) showStories(w http.ResponseWriter, r *http.Request) error {
	p, err := s.stories(r.Context(), s.page(r, "stories", "stories.title"), r.URL.Query())
	if err != nil {
		return err
	}
	return s.draw(w, r, http.StatusOK, "stories", p)
}

// stories fills the board. In the address: muc the tab, tuan a week (none: all), tiep where to go on.
func (s *Server) stories(ctx context.Context, page Page, q url.Values) (storiesPage, error) {
	p := storiesPage{Page: page, Tab: lantoa.Suggested, WeekName: page.T("stories.all_weeks")}
	p.MayDecide = p.User.May(lantoa.Decide, p.User.Unit.Path)
	if t := lantoa.State(q.Get("muc")); t != "" {
		if !isState(t) {
			return p, lantoa.Problem(lantoa.Invalid, "muc", q.Get("muc"))
		}
		p.Tab = t
	}
	var week *lantoa.Week
	if text := q.Get("tuan"); text != "" {
		asked, err := lantoa.ParseWeek(text)
		if err != nil {
			return p, err
		}
		week, p.WeekName = &asked, p.Week(asked)
	}
	p.Weeks = weekOptions(p.Page, week)
	var err error
	if p.Tabs, err = s.boardTabs(ctx, p.Page, p.Tab, week); err != nil {
		return p, err
	}
	list, _, next, err := s.Store.Stories(ctx, p.User.Scope(), store.StoryFilter{
		States: []lantoa.State{p.Tab}, Week: week, Now: p.Now, Limit: storiesPerPage, Cursor: q.Get("tiep"),
	})
	if err != nil {
		return p, err
	}
	if next != "" {
		p.More = storiesURL(p.Tab, week, next)
	}
	p.Exports = p.exportsOf("/cau-chuyen/xuat", q)
	p.None = Empty{Title: p.T("stories.none." + string(p.Tab)), Do: p.T("stories.none_do." + string(p.Tab))}
	if week != nil {
		p.None.URL, p.None.Link = storiesURL(p.Tab, nil, ""), p.T("stories.all_weeks")
	}
	p.Cards, err = s.cards(ctx, p.Page, list, storiesURL(p.Tab, week, q.Get("tiep")))
	return p, err
}

// passedTab stands for the list of what is being passed on, among the tabs of the board.
const passedTab lantoa.State = "passed"

// boardTabs are the places below "Câu chuyện"; here is empty in the box of stories that were told to us directly.
func (s *Server) boardTabs(ctx context.Context, p Page, here lantoa.State, week *lantoa.Week) ([]tab, error) {
	counts, err := s.Store.StoryCounts(ctx, p.User.Scope(), week)
	if err != nil {
		return nil, err
	}
	var out []tab
	for _, state := range lantoa.States {
		out = append(out, tab{
			Key: state, Name: p.Board(state), N: p.Number(int64(counts[state])),
			URL: storiesURL(state, week, ""), Here: state == here,
		})
	}
	if mayPass(p.User) {
		_, n, _, err := s.Store.Reshares(ctx, p.User.Scope(), store.ReshareFilter{States: []lantoa.ReshareState{lantoa.ReshareWaiting, lantoa.ReshareSending, lantoa.ReshareUnsure}, Limit: 1})
		if err != nil {
			return nil, err
		}
		out = append(out, tab{Name: p.T("reshare.list"), N: p.Number(int64(n)), URL: "/cau-chuyen/lan-toa", Here: here == passedTab})
	}
	if mayInbox(p.User) {
		_, n, err := s.Store.Submissions(ctx, eyes(p.User), lantoa.SubmissionNew, 0, time.Time{})
		if err != nil {
			return nil, err
		}
		out = append(out, tab{Name: p.T("inbox.title"), N: p.Number(int64(n)), URL: "/hop-cau-chuyen", Here: here == ""})
	}
	return out, nil
}

func isState(s lantoa.State) bool {
	for _, x := range lantoa.States {
		if s == x {
			return true
		}
	}
	return false
}

func weekOptions(p Page, chosen *lantoa.Week) []Option {
	out := []Option{{Value: "", Name: p.T("stories.all_weeks"), On: chosen == nil}}
	w, found := lantoa.WeekOf(p.Now, p.Zone()), chosen == nil
	for range weeksBack {
		on := chosen != nil && *chosen == w
		found = found || on
		out = append(out, Option{Value: w.String(), Name: p.Week(w), On: on})
		w = w.Before()
	}
	if !found {
		out = append(out, Option{Value: chosen.String(), Name: p.Week(*chosen), On: true})
	}
	return out
}

func storiesURL(state lantoa.State, week *lantoa.Week, cursor string) string {
	q := url.Values{}
	if state != lantoa.Suggested {
		q.Set("muc", string(state))
	}
	if week != nil {
		q.Set("tuan", week.String())
	}
	if cursor != "" {
		q.Set("tiep", cursor)
	}
	if len(q) == 0 {
		return "/cau-chuyen"
	}
	return "/cau-chuyen?" + q.Encode()
}

// cards makes the cards of these stories; back is the address of the list that they stand in.
func (s *Server) cards(ctx context.Context, p Page, list []lantoa.Story, back string) ([]Card, error) {
	leads := make([]lantoa.Measured, len(list))
	for i, st := range list {
		leads[i] = st.Lead
	}
	if err := s.Store.FillCurves(ctx, leads); err != nil {
		return nil, err
	}
	photos, err := s.photos(ctx, p, leads)
	if err != nil {
		return nil, err
	}
	out := make([]Card, 0, len(list))
	for i, st := range list {
		if p.User.May(lantoa.See, st.First.Path) {
			st.Lead.Curve = leads[i].Curve
		} else {
			st = st.Public()
		}
		c, err := s.card(ctx, p, st, back)
		if err != nil {
			return nil, err
		}
		if p.User.May(lantoa.See, st.First.Path) || public(st.State) {
			c.Picture = photos.first(c.Picture, st.Lead)
		}
		out = append(out, c)
	}
	return out, nil
}

func (s *Server) card(ctx context.Context, p Page, st lantoa.Story, back string) (Card, error) {
	c := Card{
		Page: p, ID: st.ID, State: st.State, URL: "/cau-chuyen/" + string(st.ID), Back: back,
		Who: st.First.UnionName(), UnitName: st.First.Name, Title: titleOf(p, st), Opening: opening(st.Lead.Text),
		Told: p.OnDay(st.ToldAt), Picture: picture(st.Topics, string(st.ID)), Restricted: st.Restricted,
		MayDecide: p.User.May(lantoa.Decide, st.First.Path),
	}
	c.Score, c.Basis = p.scoreWords(st.Lead)
	c.Above = above(st.Lead)
	if st.Lead.Numbers.Interactions().Known {
		c.Counts = p.numbersOf(st.Lead)
	}
	c.Chips = p.chips(st, c.Above)
	if !p.User.May(lantoa.See, st.First.Path) {
		c.Score, c.Basis = "", p.T("story.own_only")
		return c, nil
	}
	curve, _, err := s.curve(ctx, p, st.Lead, false)
	c.Curve = curve
	return c, err
}

// titleOf is a story's title; what has no words is called by its form.
func titleOf(p Page, st lantoa.Story) string {
	if t := strings.TrimSpace(st.Title); t != "" {
		return t
	}
	if t := st.Lead.Title(); t != "" {
		return t
	}
	return p.PostType(st.Lead.Type)
}

// opening is what follows the title, for two lines of a card.
func opening(text string) string {
	title := lantoa.Title(text)
	_, rest, found := strings.Cut(text, strings.TrimSuffix(title, "…"))
	if !found {
		return ""
	}
	return lantoa.Cut(strings.Join(strings.Fields(rest), " "), 240)
}

// scoreWords are "gấp 4,2 lần mức thường" and what that was judged against, or why there is no such judgement.
func (p Page) scoreWords(m lantoa.Measured) (score, basis string) {
	switch {
	case m.Score == nil && m.Kind == lantoa.ZaloGroup:
		return p.T("card.in_group"), p.T("card.no_figures_group")
	case m.Score == nil:
		return "", p.T("card.no_score")
	case m.Basis != lantoa.OwnBasis:
		return p.Score(*m.Score), p.T("card.level_basis")
	case *m.Score >= 0 && *m.Score < 1: // nothing was compared
		return p.Score(*m.Score), ""
	}
	return p.Score(*m.Score), p.T("card.own_basis", "n", m.BasisPosts)
}

func above(m lantoa.Measured) bool { return m.Score != nil && words.Above(*m.Score) }

// chips are the reasons, the strongest first, then what the story is about. The comparison with the usual is
// left out where it stands beside the curve.
func (p Page) chips(st lantoa.Story, scoreShown bool) []Chip {
	var strong, plain []Chip
	for _, r := range st.Reasons {
		c := Chip{Text: p.ReasonShort(r), Long: p.Reason(r)}
		switch r.Kind {
		case lantoa.AboveUsual:
			if !scoreShown {
				strong = append(strong, c)
			}
		case lantoa.NamesModel, lantoa.NamesPeople, lantoa.GivesResult, lantoa.TellsHow, lantoa.ManyCarry:
			strong = append(strong, c)
		default:
			c.Plain = true
			plain = append(plain, c)
		}
	}
	for _, t := range first(st.Topics, 2) {
		plain = append(plain, Chip{Text: p.Topic(t), Plain: true})
	}
	return append(first(strong, 5), first(plain, 5)...)
}

// decide takes one person's word on a story, or takes it back.
func (s *Server) decide(w http.ResponseWriter, r *http.Request) error {
	story, err := id(r, "story")
	if err != nil {
		return err
	}
	if err := r.ParseForm(); err != nil {
		return errBadForm
	}
	verdict := lantoa.Verdict(r.PostFormValue("quyet_dinh"))
	if verdict == lantoa.Consent && r.PostFormValue("da_xin_phep") == "" {
		return lantoa.Problem(lantoa.Invalid, "consent", "")
	}
	who := visitorOf(r).user
	after, err := stories.Decide(r.Context(), s.Store, who, lantoa.StoryID(story), verdict, "", s.Now())
	if lantoa.KindOf(err) == lantoa.Conflict && lantoa.AsTrouble(err, "").What == "reshared" {
		p := s.page(r, "stories", "stories.title")
		if n := (Notice{Text: p.T("reshare.error.reshared"), Bad: true}); wants(r) == "notice" {
			p.Notice = &n
			return s.drawFragment(w, r, http.StatusConflict, "stories", "notice", storiesPage{Page: p})
		}
		return s.undone(w, r, p.T("reshare.error.reshared"), "/cau-chuyen/"+story+"#lan-toa")
	}
	if err != nil {
		return err
	}
	p := s.page(r, "stories", "stories.title")
	back := inside(r.PostFormValue("ve"), "/cau-chuyen/"+story)
	notice := Notice{Text: p.T("decided."+string(verdict), "title", lantoa.Cut(titleOf(p, after), 60))}
	if verdict == lantoa.Approve && mayPass(who) {
		notice.Go, notice.GoWord = passURL(after.ID), p.T("reshare.prepare")
	}
	if verdict != lantoa.Undo && verdict != lantoa.Consent {
		notice.Undo = &Undo{Story: after.ID, Back: back}
	}
	if wants(r) == "notice" {
		counts, err := s.Store.StoryCounts(r.Context(), who.Scope(), weekOfList(back))
		if err != nil {
			return err
		}
		notice.Counts = map[lantoa.State]string{}
		for _, state := range lantoa.States {
			notice.Counts[state] = p.Number(int64(counts[state]))
		}
		notice.Waiting = s.waitingStories(r, visitorOf(r), p.Catalog)
		p.Notice = &notice
		return s.drawFragment(w, r, http.StatusOK, "stories", "notice", storiesPage{Page: p})
	}
	s.gate.putNotice(r, notice)
	http.Redirect(w, r, back, http.StatusSeeOther)
	return nil
}

// weekOfList is the week of the list that somebody decided in, so that the counts that go back to the tabs
// are counts of that week.
func weekOfList(back string) *lantoa.Week {
	u, err := url.Parse(back)
	if err != nil {
		return nil
	}
	w, err := lantoa.ParseWeek(u.Query().Get("tuan"))
	if err != nil {
		return nil
	}
	return &w
}

// curve draws how a post grew, by its Curve, over what is normal for its channel; empty where there are no
// figures. A big one has its ages and its newest figure written to it. band says whether the normal is known.
func (s *Server) curve(ctx context.Context, p Page, m lantoa.Measured, big bool) (svg template.HTML, band bool, err error) {
	usual, err := s.Store.Benchmark(ctx, m.Channel)
	if err != nil {
		var t *lantoa.Trouble
		if !errors.As(err, &t) || t.Kind != lantoa.NotFound {
			return "", false, err
		}
	}
	c := chart.Curve{Title: p.T("chart.curve"), Height: 74}
	for _, snap := range m.Curve {
		if i := snap.Interactions(); i.Known && snap.At.After(m.PublishedAt) {
			c.Line = append(c.Line, chart.XY{X: snap.At.Sub(m.PublishedAt).Hours(), Y: float64(i.N)})
		}
	}
	if len(usual.Low) == len(lantoa.Checkpoints) && len(usual.High) == len(lantoa.Checkpoints) {
		for i, age := range lantoa.Checkpoints {
			c.Low = append(c.Low, chart.XY{X: age.Hours(), Y: usual.Low[i]})
			c.High = append(c.High, chart.XY{X: age.Hours(), Y: usual.High[i]})
		}
	}
	if n := len(c.Line); n > 0 {
		c.Desc = p.T("chart.curve_desc", "n", int64(c.Line[n-1].Y), "age", p.Age(m.Numbers.At.Sub(m.PublishedAt)))
		if m.Score != nil {
			c.Desc += ", " + p.Score(*m.Score)
		}
		if last := c.Line[n-1]; big {
			c.Height, c.Ticks, c.Last = 190, p.ages(last.X), p.Number(int64(last.Y))
		}
	}
	return c.SVG(), len(c.Low) > 0, nil
}

// ages are the checkpoints that are written under a curve of so many hours, none too near to the one before.
func (p Page) ages(hours float64) []chart.Tick {
	out := []chart.Tick{{X: 0, Label: p.T("chart.published")}}
	for _, age := range lantoa.Checkpoints {
		if x := age.Hours(); x <= hours && x-out[len(out)-1].X >= hours*0.2 {
			label := p.Age(age)
			if age >= 24*time.Hour {
				label = p.T("time.days", "n", int(x/24))
			}
			out = append(out, chart.Tick{X: x, Label: label})
		}
	}
	return out
}
