package web

import (
	"context"
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/search"
)

// searchPage answers: where is a story about …?
type searchPage struct {
	Page
	Q, From, To string
	Asked       bool // something was looked for
	FiltersOpen bool
	Facets      []facet
	Units       []Option
	Sorts       []Option
	Chosen      []chosenFilter
	Clear       string
	Found, Took string
	Corrected   string
	Hits        []hit
	None        *Empty
	Trouble     *Empty
	Pages       Pages
	Params      []param // what was asked for, for the form that takes it away as a file
}

type param struct{ Name, Value string }

type facet struct {
	Name, Key, Type string
	Options         []Option
}

type chosenFilter struct{ Name, Without, URL string }

type hit struct {
	ID                     lantoa.PostID
	Picture                Picture
	Who, Place, URL        string
	At                     When
	TitleHTML, SnippetHTML template.HTML
	Score                  string
	Facts                  []string
	StoryURL, StoryWord    string
}

const hitsPerPage = 20

func (s *Server) showSearch(w http.ResponseWriter, r *http.Request) error {
	p, err := s.search(r.Context(), s.page(r, "search", "nav.search"), r.URL.Query())
	if err != nil {
		return err
	}
	code := http.StatusOK
	if p.Trouble != nil {
		code = http.StatusServiceUnavailable
	}
	if wants(r) == "results" {
		return s.drawFragment(w, r, code, "search", "results", p)
	}
	return s.draw(w, r, code, "search", p)
}

// search fills the page of results. In the address: q, cap, don_vi, nguon, chu_de, dang, thang, tu, den,
// noi_bat, cau_chuyen, sap_xep, trang; what it holds and we do not know is passed over.
func (s *Server) search(ctx context.Context, page Page, q url.Values) (searchPage, error) {
	p := searchPage{Page: page, Q: lantoa.Cut(q.Get("q"), 400), From: q.Get("tu"), To: q.Get("den")}
	q = known(q)
	p.Asked = len(q) > 0
	units, err := s.Store.Units(ctx, p.User.Scope(), p.Now)
	if err != nil {
		return p, err
	}
	query := p.query(q, units)
	at := max(1, pageNumber(q))
	query.Offset = (at - 1) * hitsPerPage
	found, err := s.Index.Search(ctx, query)
	if err == nil && len(found.Hits) == 0 && found.Total > 0 { // a page that is no more: the last one there is
		at = (found.Total + hitsPerPage - 1) / hitsPerPage
		query.Offset = (at - 1) * hitsPerPage
		found, err = s.Index.Search(ctx, query)
	}
	if ctx.Err() != nil {
		return p, ctx.Err()
	}
	if err != nil {
		// The pages of everything else go on while the index is away or being rebuilt.
		s.Log.Error("search failed", "err", err)
		p.Trouble = &Empty{Title: p.T("search.away"), Do: p.T("search.away_do"), URL: "/cau-chuyen", Link: p.T("nav.stories")}
	}
	p.facets(q, query, found)
	p.unitOptions(q, units, found)
	p.Sorts = sortOptions(p.Page, query)
	p.chosen(q, units)
	p.Found = p.T("search.found", "n", found.Total)
	p.Took = p.T("search.took", "n", took(found.Took))
	if p.Trouble != nil {
		p.Found, p.Took = "", ""
	}
	if found.Corrected != "" {
		p.Corrected = p.T("search.corrected", "asked", p.Q, "took", found.Corrected)
	}
	if found.Total == 0 && p.Trouble == nil {
		p.None = &Empty{Title: p.T("search.none"), Do: p.T("search.none_do")}
		if len(p.Chosen) > 0 {
			p.None.Do, p.None.URL, p.None.Link = p.T("search.none_filtered"), p.Clear, p.T("search.clear")
		}
	}
	for _, k := range searchParams {
		for _, v := range q[k] {
			if k != "trang" {
				p.Params = append(p.Params, param{k, v})
			}
		}
	}
	p.Pages = p.pages(found.Total, hitsPerPage, at, func(n int) string { return withParam(q, "trang", strconv.Itoa(n)) })
	return p, s.hits(ctx, &p, found)
}

var searchParams = []string{
	"q", "cap", "don_vi", "nguon", "chu_de", "dang", "thang", "tu", "den", "noi_bat", "cau_chuyen", "sap_xep", "trang",
}

// known leaves out what the address holds beside our own parameters, and empty ones.
func known(q url.Values) url.Values {
	out := url.Values{}
	for _, k := range searchParams {
		for _, v := range first(q[k], 30) {
			if v != "" && len(v) < 2000 {
				out.Add(k, v)
			}
		}
	}
	return out
}

// query makes the question for the index.
func (p searchPage) query(q url.Values, units []lantoa.Unit) search.Query {
	out := search.Query{
		Text: p.Q, Platforms: q["nguon"], Topics: q["chu_de"], Kinds: q["dang"], Sort: search.ByRelevance,
		StoriesOnly: q.Get("cau_chuyen") == "1", Scope: p.User.Scope(), Limit: hitsPerPage, Now: p.Now,
	}
	for _, l := range q["cap"] {
		out.Levels = append(out.Levels, lantoa.Level(l))
	}
	if q.Get("noi_bat") == "2" {
		out.MinScore = new(2.0)
	}
	for _, u := range units {
		if string(u.ID) == q.Get("don_vi") {
			out.Units = []string{u.Path}
		}
	}
	if m, err := strconv.Atoi(q.Get("thang")); err == nil && m > 0 && m <= 120 {
		out.From = p.Now.AddDate(0, -m, 0)
	}
	if t, err := time.ParseInLocation(time.DateOnly, q.Get("tu"), p.Zone()); err == nil {
		out.From = t
	}
	if t, err := time.ParseInLocation(time.DateOnly, q.Get("den"), p.Zone()); err == nil {
		out.To = t.AddDate(0, 0, 1).Add(-time.Second) // that day included
	}
	for _, by := range []search.Sort{search.ByNewest, search.ByScore, search.ByReach} {
		if q.Get("sap_xep") == string(by) {
			out.Sort = by
		}
	}
	return out
}

func sortOptions(p Page, q search.Query) []Option {
	var out []Option
	for _, by := range []search.Sort{search.ByRelevance, search.ByNewest, search.ByScore, search.ByReach} {
		o := Option{Value: string(by), Name: p.T("search.sort_by." + string(by)), On: q.Sort == by}
		if by == search.ByRelevance {
			o.Value = ""
		}
		out = append(out, o)
	}
	return out
}

// facets are the filters with how many posts each would leave.
func (p *searchPage) facets(q url.Values, query search.Query, found search.Result) {
	add := func(key, name, kind string, options []Option) {
		if len(options) > 0 {
			p.Facets = append(p.Facets, facet{Name: name, Key: key, Type: kind, Options: options})
		}
	}
	values := func(facet, key string, word func(string) string, most int) []Option {
		var out []Option
		for _, c := range found.Facets[facet] {
			on := slices.Contains(q[key], c.Value)
			if c.Value == "" || len(out) >= most && !on {
				continue
			}
			out = append(out, Option{Value: c.Value, Name: word(c.Value), Count: p.Number(int64(c.Count)), On: on})
		}
		for _, v := range q[key] { // a filter that leaves nothing can still be taken off
			if !slices.ContainsFunc(out, func(o Option) bool { return o.Value == v }) {
				out = append(out, Option{Value: v, Name: word(v), Count: "0", On: true})
			}
		}
		return out
	}
	levels := values("level", "cap", func(v string) string { return p.Level(lantoa.Level(v)) }, 4)
	slices.SortStableFunc(levels, func(a, b Option) int {
		return slices.Index(lantoa.Levels, lantoa.Level(a.Value)) - slices.Index(lantoa.Levels, lantoa.Level(b.Value))
	})
	add("cap", p.T("search.level"), "checkbox", levels)
	var months []Option
	for _, c := range found.Facets["months"] {
		months = append(months, Option{
			Value: c.Value, Name: p.T("search.months", "n", c.Value), Count: p.Number(int64(c.Count)), On: q.Get("thang") == c.Value,
		})
	}
	add("thang", p.T("search.time"), "radio", append([]Option{{Value: "", Name: p.T("search.any_time"), On: q.Get("thang") == ""}}, months...))
	add("nguon", p.T("search.platform"), "checkbox", values("platform", "nguon", p.Platform, 5))
	add("chu_de", p.T("search.topic"), "checkbox", values("topic", "chu_de", p.Topic, 14))
	add("dang", p.T("search.kind"), "checkbox", values("kind", "dang", func(v string) string { return p.PostType(lantoa.PostType(v)) }, 8))
	score := Option{Value: "2", Name: p.T("search.score2"), On: q.Get("noi_bat") == "2"}
	for _, c := range found.Facets["score"] {
		if c.Value == "2" {
			score.Count = p.Number(int64(c.Count))
		}
	}
	add("noi_bat", p.T("search.score"), "checkbox", []Option{score})
	add("cau_chuyen", p.T("search.stories"), "checkbox", []Option{{Value: "1", Name: p.T("search.only_stories"), On: query.StoriesOnly}})
}

// unitOptions lists the units that have a post among what was found, and the one that is chosen.
func (p *searchPage) unitOptions(q url.Values, units []lantoa.Unit, found search.Result) {
	counts := map[string]int{}
	for _, c := range found.Facets["unit"] {
		counts[c.Value] = c.Count
	}
	for _, u := range units {
		on := string(u.ID) == q.Get("don_vi")
		if n := counts[u.Path]; n > 0 || on {
			p.Units = append(p.Units, Option{Value: string(u.ID), Name: p.T("search.unit_count", "unit", u.Name, "n", n), On: on})
		}
	}
}

// chosen are the filters in force, each with the way to take it off.
func (p *searchPage) chosen(q url.Values, units []lantoa.Unit) {
	add := func(key, value, name string) {
		less := url.Values{}
		for k, list := range q {
			for _, v := range list {
				if (k != key || v != value) && k != "trang" {
					less.Add(k, v)
				}
			}
		}
		p.Chosen = append(p.Chosen, chosenFilter{Name: name, Without: p.T("search.without", "name", name), URL: "?" + less.Encode()})
	}
	for _, f := range p.Facets {
		for _, o := range f.Options {
			if o.On && o.Value != "" {
				add(f.Key, o.Value, o.Name)
			}
		}
	}
	for _, u := range units {
		if string(u.ID) == q.Get("don_vi") {
			add("don_vi", string(u.ID), upperFirst(u.Name))
		}
	}
	for _, k := range []string{"tu", "den"} {
		if t, err := time.Parse(time.DateOnly, q.Get(k)); err == nil {
			add(k, q.Get(k), p.T("search."+k, "day", t.Format("02/01/2006")))
		}
	}
	clear := url.Values{}
	if p.Q != "" {
		clear.Set("q", p.Q)
	}
	p.Clear = "/tim-kiem?" + clear.Encode()
}

// hits gives what was found the figures of the store, which are newer than the index. What the store no
// longer shows to this person is left out.
func (s *Server) hits(ctx context.Context, p *searchPage, found search.Result) error {
	ids := make([]lantoa.PostID, len(found.Hits))
	for i, h := range found.Hits {
		ids[i] = h.ID
	}
	posts, err := s.Store.Posts(ctx, p.User.Scope(), ids)
	if err != nil {
		return err
	}
	list := make([]lantoa.Measured, 0, len(posts))
	for _, m := range posts {
		list = append(list, m)
	}
	had, err := s.photos(ctx, p.Page, list)
	if err != nil {
		return err
	}
	for _, h := range found.Hits {
		m, ok := posts[h.ID]
		if !ok || m.Removed() {
			continue
		}
		row := p.hit(h, m)
		row.Picture = had.first(row.Picture, m)
		p.Hits = append(p.Hits, row)
	}
	return nil
}

func (p Page) hit(h search.Hit, m lantoa.Measured) hit {
	out := hit{
		ID:      m.ID,
		Picture: picture(m.Topics, string(m.ID)), Who: m.Unit.UnionName(), Place: p.Platform(m.Kind.Platform()),
		URL: "/bai-viet/" + string(m.ID), At: p.OnDay(m.PublishedAt),
		TitleHTML: marked(h.TitleHTML), SnippetHTML: marked(h.SnippetHTML),
	}
	if strings.TrimSpace(h.TitleHTML) == "" {
		out.TitleHTML = template.HTML(template.HTMLEscapeString(p.PostType(m.Type)))
	}
	if out.SnippetHTML == out.TitleHTML {
		out.SnippetHTML = ""
	}
	if m.Score != nil && *m.Score >= 1.5 {
		out.Score = p.Score(*m.Score)
	}
	if i := m.Numbers.Interactions(); i.Known {
		out.Facts = append(out.Facts, p.T("count.interactions", "n", i))
	}
	if m.FromAbove {
		out.Facts = append(out.Facts, p.ReasonShort(lantoa.Reason{Kind: lantoa.FromHigher, Channels: m.Copies + 1}))
	} else if m.Copies > 0 {
		out.Facts = append(out.Facts, p.T("search.copies", "n", m.Copies+1))
	}
	if m.Vote {
		out.Facts = append(out.Facts, p.T("post.vote"))
	}
	if m.BackDated {
		out.Facts = append(out.Facts, p.ReasonShort(lantoa.Reason{Kind: lantoa.DatedBack}))
	}
	if m.Story != "" && m.StoryState != "" && m.StoryState != lantoa.Dismissed {
		out.StoryURL, out.StoryWord = "/cau-chuyen/"+string(m.Story), p.T("search.story", "state", p.Board(m.StoryState))
	}
	return out
}

// took is a time in milliseconds, at least one: nothing takes none.
func took(d time.Duration) int { return max(1, int(d.Round(time.Millisecond).Milliseconds())) }
