package web

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/activity"
	"github.com/hoiphunu/lantoa/export"
	"github.com/hoiphunu/lantoa/search"
	"github.com/hoiphunu/lantoa/store"
)

// exportLinks lead to the list that is shown, as files.
type exportLinks struct {
	Word, Hint string
	Links      []link
}

// exportsOf are the links of a list whose address holds these parameters.
func (p Page) exportsOf(path string, q url.Values) exportLinks {
	out := exportLinks{Word: p.T("export.as"), Hint: p.T("export.hint")}
	for _, format := range export.Formats {
		to := url.Values{}
		for k, list := range q {
			if k != "trang" && k != "tiep" {
				to[k] = list
			}
		}
		to.Set("tep", format)
		out.Links = append(out.Links, link{p.T("export." + format), path + "?" + to.Encode()})
	}
	return out
}

// formatAsked is the kind of file that an address asks for in "tep".
func formatAsked(q url.Values) (string, error) {
	format := q.Get("tep")
	if !slices.Contains(export.Formats, format) {
		return "", lantoa.Problem(lantoa.Invalid, "tep", format)
	}
	return format, nil
}

// exportActivity sends what /hoat-dong shows for the same address: the same units in the same order with the same
// figures, all pages of them.
func (s *Server) exportActivity(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	format, err := formatAsked(q)
	if err != nil {
		return err
	}
	page := s.page(r, "network", "nav.network")
	n, err := s.Desk.Network(r.Context())
	if err != nil {
		return err
	}
	c := chosen(q, n)
	v := s.views.get(n, viewKey{page.User.Scope(), c.kind, c.filing, lastDay(c.period, n)})
	screen := &activityPage{Page: page}
	screen.pickers(c, n, v)
	rows, _ := screen.rows(c, v)
	a := export.Activity{Network: v.Network, Period: c.period, Weeks: stripWeeks, Now: true,
		Title: page.T("export.title.activity", "period", export.PeriodName(page.Catalog, c.period)), Filters: screen.filters(c)}
	for _, x := range rows {
		row, f := v.rows[x.row], v.of(x.row, x.below, c.period)
		channels := row.Own
		if x.below {
			channels = row.All
		}
		a.Lines = append(a.Lines, export.UnitLine{Unit: row.Unit, Below: x.below, Channels: channels, Now: f.Now, Before: f.Before,
			Blank: f.Blank, Fair: f.Fair, Grown: f.Grown, States: f.Tally})
	}
	if format != export.DOCX {
		return s.sendTable(w, r, page, "activity", a.Table(page.Catalog), format)
	}
	stories, err := s.storiesOf(r.Context(), page, c.period)
	if err != nil {
		return err
	}
	paper, err := a.Paper(page.Catalog, page.User.Unit.UnionName(), stories)
	if err != nil {
		return err
	}
	return s.sendPaper(w, r, page, "activity", paper, len(a.Lines))
}

// filters say in words what the pickers hold.
func (p *activityPage) filters(c choice) []export.Filter {
	picked := func(options []Option) string {
		for _, o := range options {
			if o.On {
				return o.Name
			}
		}
		return ""
	}
	out := []export.Filter{{Name: p.T("export.filter.kind"), Value: picked(p.Kinds)}}
	for _, x := range []struct {
		name    string
		set     bool
		options []Option
	}{{"level", c.level != "", p.Levels}, {"state", c.state != "", p.States}, {"filing", true, p.Filings}, {"sort", c.sort != "", p.Sorts}} {
		if x.set {
			out = append(out, export.Filter{Name: p.T("export.filter." + x.name), Value: picked(x.options)})
		}
	}
	under := make([]string, len(p.Crumbs))
	for i, x := range p.Crumbs {
		under[i] = x.Text
	}
	return append(out, export.Filter{Name: p.T("export.filter.unit"), Value: strings.Join(under, " › ")},
		export.Filter{Name: p.T("export.filter.name"), Value: c.name})
}

// storiesOf are the best stories of a period that the reader may see, first told by units of her scope.
func (s *Server) storiesOf(ctx context.Context, p Page, period activity.Period) (export.Stories, error) {
	out := export.Stories{At: p.Now, Zone: s.Zone}
	for w := period.From; w.Compare(period.To) <= 0; w = w.After() {
		list, _, _, err := s.Store.Stories(ctx, p.User.Scope(), store.StoryFilter{Week: &w, Now: p.Now, Limit: 20,
			Units:  []string{p.User.Unit.Path},
			States: []lantoa.State{lantoa.Suggested, lantoa.Shortlisted, lantoa.Approved, lantoa.Reshared}})
		if err != nil {
			return out, err
		}
		out.Stories = append(out.Stories, list...)
	}
	slices.SortStableFunc(out.Stories, func(a, b lantoa.Story) int { return cmp.Compare(b.RankAt(p.Now), a.RankAt(p.Now)) })
	out.Stories = first(out.Stories, 10)
	return out, s.storyPictures(ctx, p, &out)
}

// storyPictures gives the stories of a paper the pictures that the reader may see: those of her scope and those of
// chosen stories, as on their pages.
func (s *Server) storyPictures(ctx context.Context, p Page, to *export.Stories) (err error) {
	var shown []lantoa.Measured
	for _, st := range first(to.Stories, export.MostItems) {
		if p.User.May(lantoa.See, st.First.Path) || public(st.State) {
			shown = append(shown, st.Lead)
		}
	}
	to.Picture, err = export.Pictures(ctx, s.Store, p.Catalog, shown)
	return err
}

// exportStories sends the tab of the board that the address names, all of it.
func (s *Server) exportStories(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	format, err := formatAsked(q)
	if err != nil {
		return err
	}
	page := s.page(r, "stories", "stories.title")
	tab, week, err := boardAsked(q)
	if err != nil {
		return err
	}
	period := page.T("export.period.all")
	if week != nil {
		period = export.PeriodName(page.Catalog, activity.PeriodOf(*week, 1))
	}
	list := export.Stories{Union: page.User.Unit.UnionName(), At: page.Now, Zone: s.Zone,
		Title:   page.T("export.title.stories", "period", period),
		Filters: []export.Filter{{Name: page.T("export.filter.board"), Value: page.Board(tab)}, {Name: page.T("export.filter.week"), Value: period}}}
	most := export.MostRows
	if format == export.DOCX {
		most = export.MostItems
	}
	f := store.StoryFilter{States: []lantoa.State{tab}, Week: week, Now: page.Now, Limit: 500}
	for more := true; more && len(list.Stories) < most; more = f.Cursor != "" {
		var part []lantoa.Story
		if part, list.All, f.Cursor, err = s.Store.Stories(r.Context(), page.User.Scope(), f); err != nil {
			return err
		}
		list.Stories = append(list.Stories, part...)
	}
	if format != export.DOCX {
		return s.sendTable(w, r, page, "stories", list.Table(page.Catalog), format)
	}
	if err := s.storyPictures(r.Context(), page, &list); err != nil {
		return err
	}
	paper, err := list.Paper(page.Catalog)
	if err != nil {
		return err
	}
	return s.sendPaper(w, r, page, "stories", paper, min(len(list.Stories), export.MostItems))
}

// boardAsked is the tab and the week that an address of the board asks for; no week is all of them.
func boardAsked(q url.Values) (lantoa.State, *lantoa.Week, error) {
	tab := lantoa.Suggested
	if t := lantoa.State(q.Get("muc")); t != "" {
		if !isState(t) {
			return tab, nil, lantoa.Problem(lantoa.Invalid, "muc", q.Get("muc"))
		}
		tab = t
	}
	if q.Get("tuan") == "" {
		return tab, nil, nil
	}
	week, err := lantoa.ParseWeek(q.Get("tuan"))
	return tab, &week, err
}

// exportSearch sends what was found for the address, or of it only what was picked: "chon", an id a post.
func (s *Server) exportSearch(w http.ResponseWriter, r *http.Request) error {
	q := r.URL.Query()
	format, err := formatAsked(q)
	if err != nil {
		return err
	}
	page := searchPage{Page: s.page(r, "search", "nav.search"), Q: lantoa.Cut(q.Get("q"), 400)}
	most := export.MostRows
	if format == export.DOCX {
		most = export.MostItems
	}
	ids, all, err := s.foundIDs(r.Context(), &page, q, most)
	if err != nil {
		return err
	}
	posts, err := s.Store.Posts(r.Context(), page.User.Scope(), ids)
	if err != nil {
		return err
	}
	list := export.Posts{Title: page.T("export.title.search"), Union: page.User.Unit.UnionName(), All: all, At: page.Now, Zone: s.Zone, Filters: page.saidFilters(q)}
	if page.Q != "" {
		list.Title = page.T("export.title.search_for", "q", page.Q)
	}
	for _, id := range ids {
		if m, is := posts[id]; is && !m.Removed() {
			list.Posts = append(list.Posts, m)
		} else {
			list.All--
		}
	}
	if format != export.DOCX {
		return s.sendTable(w, r, page.Page, "search", list.Table(page.Catalog), format)
	}
	if list.Picture, err = export.Pictures(r.Context(), s.Store, page.Catalog, list.Posts); err != nil {
		return err
	}
	paper, err := list.Paper(page.Catalog)
	if err != nil {
		return err
	}
	return s.sendPaper(w, r, page.Page, "search", paper, len(list.Posts))
}

// foundIDs are the posts that an address of the search finds or picks, with the number of all.
func (s *Server) foundIDs(ctx context.Context, p *searchPage, q url.Values, most int) ([]lantoa.PostID, int, error) {
	var ids []lantoa.PostID
	for _, x := range first(q["chon"], export.MostItems) {
		if lantoa.ValidID(x) && !slices.Contains(ids, lantoa.PostID(x)) {
			ids = append(ids, lantoa.PostID(x))
		}
	}
	if len(ids) > 0 {
		return ids, len(ids), nil
	}
	known := known(q)
	units, err := s.Store.Units(ctx, p.User.Scope(), p.Now)
	if err != nil {
		return nil, 0, err
	}
	query := p.query(known, units)
	query.Limit, query.Offset, query.Bare = most, 0, true
	found, err := s.Index.Search(ctx, query)
	if err != nil {
		s.Log.Error("search failed", "err", err)
		return nil, 0, lantoa.Problem(lantoa.Away, "search", "")
	}
	p.facets(known, query, found)
	p.chosen(known, units)
	return hitIDs(found.Hits), found.Total, nil
}

func hitIDs(hits []search.Hit) []lantoa.PostID {
	out := make([]lantoa.PostID, len(hits))
	for i, h := range hits {
		out[i] = h.ID
	}
	return out
}

// saidFilters say in words what was looked for.
func (p searchPage) saidFilters(q url.Values) []export.Filter {
	out := []export.Filter{{Name: p.T("export.filter.query"), Value: p.Q}}
	if n := len(q["chon"]); n > 0 {
		return append(out, export.Filter{Name: p.T("export.filter.picked"), Value: p.Number(int64(n))})
	}
	var names []string
	for _, c := range p.Chosen {
		names = append(names, c.Name)
	}
	return append(out, export.Filter{Name: p.T("search.chosen"), Value: strings.Join(names, ", ")})
}

func (s *Server) sendTable(w http.ResponseWriter, r *http.Request, p Page, what string, t export.Table, format string) error {
	var b bytes.Buffer
	if err := t.Write(&b, format, p.Catalog); err != nil {
		return err
	}
	return s.sendFile(w, r, p, what, t.Title, format, b.Bytes(), len(t.Rows))
}

func (s *Server) sendPaper(w http.ResponseWriter, r *http.Request, p Page, what string, paper export.Paper, rows int) error {
	var b bytes.Buffer
	if err := paper.Write(&b); err != nil {
		return err
	}
	return s.sendFile(w, r, p, what, paper.Title, export.DOCX, b.Bytes(), rows)
}

// sendFile sends a file that was made whole, so that a fault in it is a page and not half a file. Who took what away
// is written down before it leaves.
func (s *Server) sendFile(w http.ResponseWriter, r *http.Request, p Page, what, title, format string, data []byte, rows int) error {
	err := s.Store.Note(r.Context(), lantoa.Audit{Who: p.User.Email, Action: "export", Subject: what,
		Detail: fmt.Sprintf("%s, %d: %s", format, rows, lantoa.Cut(title, 200))})
	if err != nil {
		return err
	}
	h := w.Header()
	h.Set("Content-Type", export.MediaType(format))
	h.Set("Content-Disposition", disposition(export.FileName(title, format), what+"."+format))
	h.Set("Content-Length", strconv.Itoa(len(data)))
	h.Set("Cache-Control", "private, no-store")
	if _, err := w.Write(data); err != nil {
		s.Log.Debug("the reader went away", "path", r.URL.Path, "err", err)
	}
	return nil
}

// disposition has a browser keep the file under a name with Vietnamese letters (RFC 5987), an old one under a plain
// name.
func disposition(name, plain string) string {
	return fmt.Sprintf(`attachment; filename="%s"; filename*=UTF-8''%s`, plain, strings.ReplaceAll(url.QueryEscape(name), "+", "%20"))
}
