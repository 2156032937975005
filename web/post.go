package web

import (
	"context"
	"html/template"
	"math"
	"net/http"
	"net/url"
	"slices"
	"time"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/internal/chart"
)

// postPage shows one post as it was written, with everything that is known of it.
type postPage struct {
	Page
	Own                          bool // of the visitor's scope: its private figures may be shown
	ID                           lantoa.PostID
	Type                         lantoa.PostType
	Who, ChannelName, ChannelURL string
	Headline, Text               string
	Published, Seen              When
	Picture                      Picture
	Chips                        []Chip
	Removed, BackDated, VoteNote string
	Vote, MayMark                bool
	Figures                      []Figure
	Measured                     string
	Media                        []mediaItem
	Links                        []previewCard
	Original, StoryURL           string
	Versions                     []versionRow
	Chart                        template.HTML
	Lines                        []lineName
	NoChart                      string
	ChartTable                   Behind
	Copies                       []copyRow
	CopiesNote                   string
}

type versionRow struct {
	Name, Text string
	At         When
}

type lineName struct{ Class, Name string }

func (s *Server) showPost(w http.ResponseWriter, r *http.Request) error {
	post, err := id(r, "post")
	if err != nil {
		return err
	}
	p, err := s.post(r.Context(), s.page(r, "search", "post.kicker"), lantoa.PostID(post))
	if err != nil {
		return err
	}
	return s.draw(w, r, http.StatusOK, "post", p)
}

// post fills the page of one post. Who sees it only because its story was chosen sees its public counters,
// not what its own unit is told.
func (s *Server) post(ctx context.Context, page Page, id lantoa.PostID) (postPage, error) {
	p := postPage{Page: page, ID: id}
	m, err := s.Store.Post(ctx, id)
	if err != nil {
		return p, err
	}
	if err := seen(p.User, m.Unit, public(m.StoryState)); err != nil {
		return p, err
	}
	own := p.User.May(lantoa.See, m.Unit.Path)
	if !own {
		m = m.Public()
	}
	p.Own = own
	p.Type, p.Who, p.ChannelName = m.Type, m.Unit.UnionName(), m.ChannelName
	p.ChannelURL = "/kenh/" + string(m.Channel)
	p.Headline = m.Title()
	if p.Headline == "" {
		p.Headline = p.PostType(m.Type)
	}
	p.Title = lantoa.Cut(p.Headline, 60)
	p.Text = m.Text
	if m.Text == "" {
		p.Text = p.T("post.no_text")
	}
	p.Published, p.Seen = p.moment(m.PublishedAt), p.moment(m.FirstSeenAt)
	had, err := s.photos(ctx, p.Page, []lantoa.Measured{m})
	if err != nil {
		return p, err
	}
	p.Picture, p.Media = had.first(picture(m.Topics, string(m.ID)), m), p.media(m, had)
	if p.Links, err = s.previews(ctx, m); err != nil {
		return p, err
	}
	p.Original = original(m.Permalink)
	if m.Story != "" {
		p.StoryURL = "/cau-chuyen/" + string(m.Story)
	}
	s.postMarks(&p, m)
	small, err := s.smallPage(ctx, m)
	if err != nil {
		return p, err
	}
	p.Figures = p.postFigures(m, own, small)
	p.Measured = p.T("post.measured_never")
	if !m.Numbers.At.IsZero() {
		p.Measured = p.T("post.measured", "time", p.DateTime(m.Numbers.At))
	}
	if own {
		if err := s.postVersions(ctx, &p, m); err != nil {
			return p, err
		}
	}
	if own {
		snapshots, err := s.Store.Snapshots(ctx, id)
		if err != nil {
			return p, err
		}
		p.postChart(m, snapshots, own)
	} else {
		p.NoChart = p.T("story.own_only")
	}
	return p, s.postCopies(ctx, &p, m)
}

// postMarks are the things one should know before anything else.
func (s *Server) postMarks(p *postPage, m lantoa.Measured) {
	if m.Removed() {
		p.Removed = p.T("post.removed", "day", m.RemovedAt)
	} else if m.Hidden {
		p.Removed = p.T("post.hidden")
	}
	if m.BackDated {
		p.BackDated = p.T("post.back_dated", "stated", p.DateTime(m.PublishedAt), "seen", p.DateTime(m.FirstSeenAt))
	}
	p.Vote, p.MayMark = m.Vote, p.User.May(lantoa.Mark, m.Unit.Path)
	if m.Vote {
		p.VoteNote = p.T("post.vote_note")
		p.Chips = append(p.Chips, Chip{Text: p.T("post.vote"), Long: p.VoteNote})
	}
	if m.Kind != lantoa.ZaloGroup && !m.Vote && p.Own {
		score, basis := p.scoreWords(m)
		if score == "" {
			score, basis = basis, ""
		}
		p.Chips = append(p.Chips, Chip{Text: score, Long: basis, Plain: !above(m)})
		if m.Estimated && above(m) {
			p.Chips = append(p.Chips, Chip{Text: p.T("post.estimated"), Long: p.T("post.estimated_long"), Plain: true})
		}
	}
	if m.FromAbove {
		p.Chips = append(p.Chips, Chip{Text: p.ReasonShort(lantoa.Reason{Kind: lantoa.FromHigher, Channels: m.Copies + 1}), Plain: true})
	} else if m.Copies > 0 {
		p.Chips = append(p.Chips, Chip{Text: p.ReasonShort(lantoa.Reason{Kind: lantoa.ManyCarry, Channels: m.Copies + 1})})
	}
	if m.Sensitive {
		p.Chips = append(p.Chips, Chip{Text: p.T("post.sensitive"), Plain: true})
	}
	for _, t := range first(m.Topics, 4) {
		p.Chips = append(p.Chips, Chip{Text: p.Topic(t), Plain: true})
	}
}

// postFigures are the newest numbers; an absent one says why it is.
func (p Page) postFigures(m lantoa.Measured, own, small bool) []Figure {
	n := m.Numbers
	out := []Figure{
		{Name: p.T("figure.reactions"), N: p.Count(n.Reactions)},
		{Name: p.T("figure.comments"), N: p.Count(n.Comments)},
		{Name: p.T("figure.shares"), N: p.Count(n.Shares)},
		{Name: p.T("figure.views"), N: p.Count(n.Views)},
		{Name: p.T("figure.reach"), N: p.Count(n.Reach)},
	}
	for i, c := range []lantoa.Count{n.Reactions, n.Comments, n.Shares, n.Views, n.Reach} {
		if !c.Known {
			out[i].Why = p.whyAbsent(m, i >= 3, own, small)
		}
	}
	return out
}

// smallPage says whether the page has fewer than the 100 likes below which Facebook gives no views and reach.
// Where the likes are not known its followers stand for them.
func (s *Server) smallPage(ctx context.Context, m lantoa.Measured) (bool, error) {
	if m.Kind != lantoa.FacebookPage || m.Numbers.Views.Known && m.Numbers.Reach.Known {
		return false, nil
	}
	sizes, err := s.Store.ChannelSnapshots(ctx, m.Channel, s.Now().AddDate(0, 0, -60), time.Time{})
	if err != nil || len(sizes) == 0 {
		return false, err
	}
	size := sizes[len(sizes)-1].Likes
	if !size.Known {
		size = sizes[len(sizes)-1].Followers
	}
	return size.Known && size.N < 100, nil
}

// whyAbsent says why a platform gives no figure. inner are the ones that only a page's own people are told.
func (p Page) whyAbsent(m lantoa.Measured, inner, own, small bool) string {
	switch {
	case inner && !own:
		return p.T("why.not_yours")
	case m.Kind == lantoa.ZaloGroup:
		return p.T("why.group")
	case m.Kind == lantoa.Imported:
		return p.T("why.file")
	case m.Numbers.At.IsZero():
		return p.T("why.not_yet")
	case inner && small:
		return p.T("why.small_page")
	}
	return p.T("why.not_given")
}

func (s *Server) postVersions(ctx context.Context, p *postPage, m lantoa.Measured) error {
	if m.Version < 2 {
		return nil
	}
	versions, err := s.Store.Versions(ctx, m.ID)
	if err != nil {
		return err
	}
	slices.Reverse(versions)
	for i, v := range first(versions, 12) {
		name := p.T("post.version", "n", v.Number)
		if i == 0 {
			name = p.T("post.version_now", "n", v.Number)
		}
		text, _ := cutText(v.Text, 4000)
		p.Versions = append(p.Versions, versionRow{Name: name, Text: text, At: p.moment(v.SeenAt)})
	}
	return nil
}

// postChart draws reactions, comments and shares over time, and puts all figures into the table behind.
func (p *postPage) postChart(m lantoa.Measured, snapshots []lantoa.Snapshot, own bool) {
	p.NoChart = p.T("chart.no_figures")
	if m.Kind == lantoa.ZaloGroup {
		p.NoChart = p.T("why.group_long")
	}
	figures := []struct {
		class, key string
		of         func(lantoa.Snapshot) lantoa.Count
		drawn      bool
	}{
		{"c-1", "figure.reactions", func(s lantoa.Snapshot) lantoa.Count { return s.Reactions }, true},
		{"c-2", "figure.shares", func(s lantoa.Snapshot) lantoa.Count { return s.Shares }, true},
		{"c-3", "figure.comments", func(s lantoa.Snapshot) lantoa.Count { return s.Comments }, true},
		{"", "figure.views", func(s lantoa.Snapshot) lantoa.Count { return s.Views }, false},
		{"", "figure.reach", func(s lantoa.Snapshot) lantoa.Count { return s.Reach }, false},
	}
	series := chart.Series{
		Title: p.T("post.over_time"), Height: 190, Number: func(y float64) string { return p.Number(int64(y)) },
	}
	table := chart.Table{Head: []string{p.T("chart.time")}}
	for _, f := range figures {
		if !f.drawn && !own {
			continue
		}
		table.Head = append(table.Head, p.T(f.key))
		if !f.drawn {
			continue
		}
		line := chart.Line{Name: p.T(f.key), Class: f.class}
		for _, snap := range snapshots {
			line.Points = append(line.Points, chart.XY{X: unixOf(snap.At), Y: height(f.of(snap))})
		}
		series.Lines = append(series.Lines, line)
		p.Lines = append(p.Lines, lineName{f.class, line.Name})
	}
	for _, snap := range snapshots {
		row := []string{p.DateTime(snap.At)}
		for _, f := range figures {
			if f.drawn || own {
				row = append(row, p.Count(f.of(snap)))
			}
		}
		table.Rows = append(table.Rows, row)
	}
	if n := len(snapshots); n > 0 {
		series.Ticks = p.ticks(snapshots[0].At, snapshots[n-1].At)
		series.Desc = p.T("chart.last", "n", m.Numbers.Interactions(), "time", p.DateTime(snapshots[n-1].At))
	}
	p.Chart = series.SVG()
	p.ChartTable = p.behind(p.T("post.over_time"), table)
}

func (s *Server) postCopies(ctx context.Context, p *postPage, m lantoa.Measured) error {
	copies, err := s.Store.Copies(ctx, p.User.Scope(), m.ID)
	if err != nil || len(copies) == 0 {
		return err
	}
	all := append(copies, m)
	slices.SortStableFunc(all, func(a, b lantoa.Measured) int { return a.ToldAt.Compare(b.ToldAt) })
	for i, c := range first(all, manyCopies) {
		row := p.copyRow(c, i == 0 && !m.FromAbove)
		row.Self = c.ID == m.ID
		p.Copies = append(p.Copies, row)
	}
	if more := len(all) - manyCopies; more > 0 {
		p.CopiesNote = p.T("story.copies_more", "n", more)
	}
	return nil
}

// markVote marks a post as a contest that is decided by interactions, or takes the mark off.
func (s *Server) markVote(w http.ResponseWriter, r *http.Request) error {
	post, err := id(r, "post")
	if err != nil {
		return err
	}
	m, err := s.Store.Post(r.Context(), lantoa.PostID(post))
	if err != nil {
		return err
	}
	who := visitorOf(r).user
	if !who.May(lantoa.Mark, m.Unit.Path) {
		return lantoa.Problem(lantoa.Forbidden, "post", "")
	}
	on, said := r.PostFormValue("binh_chon"), "post.vote_was_set"
	switch on {
	case "0":
		said = "post.vote_was_taken_off"
	case "1":
	default:
		return lantoa.Problem(lantoa.Invalid, "binh_chon", on)
	}
	if err := s.Store.SetVote(r.Context(), m.ID, on == "1", who); err != nil {
		return err
	}
	s.gate.putNotice(r, Notice{Text: visitorOf(r).words.T(said)})
	http.Redirect(w, r, "/bai-viet/"+post, http.StatusSeeOther)
	return nil
}

// original is the post's own address on its platform; only the web's addresses are made links.
func original(permalink string) string {
	u, err := url.Parse(permalink)
	if err != nil || u.Host == "" || u.Scheme != "https" && u.Scheme != "http" {
		return ""
	}
	return permalink
}

func unixOf(t time.Time) float64 { return float64(t.Unix()) }

// height of a count in a chart: an absent one is a gap.
func height(c lantoa.Count) float64 {
	if !c.Known {
		return math.NaN()
	}
	return float64(c.N)
}

// ticks are three or four days to be written under a chart; hours where all is of two days, months where all is of
// a year.
func (p Page) ticks(from, to time.Time) []chart.Tick {
	span := to.Sub(from)
	if span <= 0 {
		return []chart.Tick{{X: unixOf(from), Label: p.DateTime(from)}}
	}
	var out []chart.Tick
	for i := range 4 {
		t := from.Add(span * time.Duration(i) / 3)
		label := p.DayMonth(t)
		switch {
		case span < 48*time.Hour:
			label = p.Clock(t) + " " + label
		case span > 300*24*time.Hour: // the same day may come twice
			label = p.MonthYear(t)
		}
		if len(out) > 0 && out[len(out)-1].Label == label {
			continue
		}
		out = append(out, chart.Tick{X: unixOf(t), Label: label})
	}
	return out
}
