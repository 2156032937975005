package web

import (
	"context"
	"html/template"
	"net/http"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/internal/chart"
)

// storyPage answers: is it good, and who told it?
type storyPage struct {
	Page
	Own                    bool // of the visitor's scope: its private figures may be shown
	ID                     lantoa.StoryID
	State                  lantoa.State
	Who, Headline          string
	Told                   When
	Picture                Picture
	Chips                  []Chip
	Restricted, AskConsent bool
	ConsentWord            string
	MayDecide              bool
	Back                   string
	Text                   string
	LongText               bool
	Media                  []mediaItem
	MediaDrawn             bool // some stand as a drawing
	PostURL, Original      string
	Channels               int
	Copies                 []copyRow
	CopiesNote, Withdrawn  string
	Reasons                []string
	Curve                  template.HTML
	Band                   bool
	NoCurve                string
	CurveTable             Behind
	Decisions              []decisionRow
	Passed                 *passedBox // who may see how it is passed on
	Thanks                 *thanksCard
	MayRestrict            bool
}

type mediaItem struct {
	Word    string
	Picture Picture
}

// copyRow is one telling of a text, in time order.
type copyRow struct {
	Who, URL, Numbers, After string
	At                       When
	First, Self              bool
}

type decisionRow struct {
	What, By string
	At       When
}

// longText is where a story's page stops and leads to the post's own: a page stays below 60 KB.
const longText = 12_000

// manyCopies is how many tellings a page lists.
const manyCopies = 60

func (s *Server) showStory(w http.ResponseWriter, r *http.Request) error {
	story, err := id(r, "story")
	if err != nil {
		return err
	}
	p, err := s.story(r.Context(), s.page(r, "stories", "stories.title"), lantoa.StoryID(story))
	if err != nil {
		return err
	}
	if wants(r) == "passed" && p.Passed != nil {
		return s.drawFragment(w, r, http.StatusOK, "story", "passed", p.Passed)
	}
	return s.draw(w, r, http.StatusOK, "story", p)
}

// story fills the page of one story.
func (s *Server) story(ctx context.Context, page Page, id lantoa.StoryID) (storyPage, error) {
	p := storyPage{Page: page, ID: id}
	st, err := s.Store.Story(ctx, id)
	if err != nil {
		return p, err
	}
	own := p.User.May(lantoa.See, st.First.Path)
	if !own { // chosen, or carried by one of her own channels
		listed, err := s.Store.StorySeen(ctx, p.User.Scope(), id)
		if err != nil {
			return p, err
		}
		if err := seen(p.User, st.First, listed); err != nil {
			return p, err
		}
	}
	if !own {
		st = st.Public()
	}
	p.Own = own
	p.State, p.Who, p.Headline, p.Told = st.State, st.First.UnionName(), titleOf(p.Page, st), p.OnDay(st.ToldAt)
	p.Title = lantoa.Cut(p.Headline, 60)
	p.Picture = picture(st.Topics, string(st.ID))
	p.Chips = p.chips(st, false)
	p.MayDecide, p.Back = p.User.May(lantoa.Decide, st.First.Path), "/cau-chuyen/"+string(id)
	p.Text, p.LongText = cutText(st.Lead.Text, longText)
	var had photos
	if own || public(st.State) { // as the post's own page and the pictures themselves are
		if had, err = s.photos(ctx, p.Page, []lantoa.Measured{st.Lead}); err != nil {
			return p, err
		}
		p.Picture = had.first(p.Picture, st.Lead)
	}
	p.Media, p.MediaDrawn = p.media(st.Lead, had), len(had.of[st.Lead.ID]) < len(st.Lead.Media)
	if own || public(st.State) {
		p.PostURL = "/bai-viet/" + string(st.Lead.ID)
	}
	p.Original = original(st.Lead.Permalink)
	if st.Withdrawn || st.Lead.Removed() {
		p.Withdrawn = p.T("story.withdrawn")
	}
	p.Channels = max(st.Channels, 1)
	for _, r := range st.Reasons {
		p.Reasons = append(p.Reasons, upperFirst(p.Reason(r)))
	}
	s.consent(&p, st)
	if err := s.storyPassed(ctx, &p, st); err != nil {
		return p, err
	}
	if err := s.storyThanks(ctx, &p, st); err != nil {
		return p, err
	}
	if err := s.storyCopies(ctx, &p, st); err != nil {
		return p, err
	}
	if own {
		for _, d := range st.Decisions {
			p.Decisions = append(p.Decisions, decisionRow{What: p.Verdict(d.Verdict), By: d.ByName, At: p.When(d.At)})
		}
	}
	return p, s.storyCurve(ctx, &p, st)
}

// restrict marks a story by hand as one that shows a child or somebody in need, or takes the mark off.
func (s *Server) restrict(w http.ResponseWriter, r *http.Request) error {
	story, err := id(r, "story")
	if err != nil {
		return err
	}
	st, err := s.Store.Story(r.Context(), lantoa.StoryID(story))
	if err != nil {
		return err
	}
	who := visitorOf(r).user
	if !who.May(lantoa.Decide, st.First.Path) {
		return lantoa.Problem(lantoa.Forbidden, "story", "")
	}
	on, said := r.PostFormValue("han_che") == "1", "reshare.unrestricted"
	if on {
		said = "reshare.restricted"
	}
	if _, err := s.Store.SetRestricted(r.Context(), st.ID, on, who); err != nil {
		return err
	}
	return s.done(w, r, visitorOf(r).words.T(said), "/cau-chuyen/"+story)
}

func (s *Server) consent(p *storyPage, st lantoa.Story) {
	if p.Restricted = st.Restricted && p.Own; !p.Restricted { // who consented is for those who decide
		return
	}
	p.ConsentWord, p.AskConsent = p.T("story.consent_missing"), p.MayDecide
	if d, is := st.Consented(); is {
		p.ConsentWord, p.AskConsent = p.T("story.consent_given", "name", d.ByName, "time", p.DateTime(d.At)), false
	}
}

// storyCopies lists the tellings in time order, the first teller marked.
func (s *Server) storyCopies(ctx context.Context, p *storyPage, st lantoa.Story) error {
	posts, err := s.Store.StoryPosts(ctx, p.User.Scope(), st.ID)
	if err != nil {
		return err
	}
	if len(posts) == 0 {
		posts = []lantoa.Measured{st.Lead}
	}
	for i, m := range first(posts, manyCopies) {
		row := p.copyRow(m, m.ID == st.Lead.ID)
		if i > 0 {
			row.After = p.T("story.after", "age", p.Age(m.ToldAt.Sub(posts[0].ToldAt)))
		}
		p.Copies = append(p.Copies, row)
	}
	if hidden := st.Channels - len(posts); hidden > 0 {
		p.CopiesNote = p.T("story.copies_outside", "n", hidden)
	}
	if more := len(posts) - manyCopies; more > 0 {
		p.CopiesNote = p.T("story.copies_more", "n", more)
	}
	return nil
}

func (p Page) copyRow(m lantoa.Measured, first bool) copyRow {
	return copyRow{
		Who: m.ChannelName, URL: "/bai-viet/" + string(m.ID), At: p.moment(m.ToldAt), First: first, Numbers: p.numbersOf(m),
	}
}

// moment is a time to the minute, for lists in which the order matters.
func (p Page) moment(t time.Time) When {
	return When{Text: p.DateTime(t), Exact: p.DateTime(t), Machine: p.machine(t)}
}

func (s *Server) storyCurve(ctx context.Context, p *storyPage, st lantoa.Story) error {
	if !p.Own {
		p.NoCurve = p.T("story.own_only")
		return nil
	}
	snapshots, err := s.Store.Snapshots(ctx, st.Lead.ID)
	if err != nil {
		return err
	}
	lead := st.Lead
	lead.Curve = snapshots
	p.Curve, p.Band, err = s.curve(ctx, p.Page, lead, true)
	if err != nil {
		return err
	}
	p.NoCurve = p.T("chart.no_figures")
	if lead.Kind == lantoa.ZaloGroup {
		p.NoCurve = p.T("card.no_figures_group")
	}
	table := chart.Table{Head: []string{p.T("chart.age"), p.T("figure.interactions")}}
	for _, snap := range snapshots {
		table.Rows = append(table.Rows, []string{p.Age(snap.At.Sub(lead.PublishedAt)), p.Count(snap.Interactions())})
	}
	p.CurveTable = p.behind(p.T("story.growth"), table)
	return nil
}

// cutText shortens what would make a page too heavy, at a letter's border.
func cutText(text string, most int) (string, bool) {
	if len(text) <= most {
		return text, false
	}
	for most > 0 && !utf8.RuneStart(text[most]) {
		most--
	}
	return strings.TrimRight(text[:most], " \n") + "…", true
}
