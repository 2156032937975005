package web

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"sync"
	"time"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/activity"
	"github.com/hoiphunu/lantoa/export"
	"github.com/hoiphunu/lantoa/store"
)

// scorecardPage answers: who meets what the Union asks for?
type scorecardPage struct {
	Page
	Term, Dot                  string
	Span                       int // columns of the table
	Headline, When, Lead, Open string
	Terms, Campaigns           []tab
	Columns                    []scoreColumn
	Points                     bool
	Parents, Levels, States    []Option
	Groups                     []scoreGroup
	Pages                      Pages
	None                       Empty
	PrintURL, FixURL, EditURL  string
	Objections                 []objectionView
	Corrections                []correctionView
	Own                        string
	Exports                    exportLinks
}

// scoreColumn is a criterion as the head of its column and in the list above the table.
type scoreColumn struct {
	N               int
	Name, Rule, Met string
}

type scoreGroup struct {
	Name, Met string
	Rows      []scoreLine
}

type scoreLine struct {
	Name, Code, URL, Away string
	Cells                 []scoreMark
	State                 scoreMark
	Points                string
}

// scoreMark is a cell: its sign, its figure and its state in words; never colour alone.
type scoreMark struct {
	N                 int
	URL, Class        string
	Sign, Short, Word string
}

// scoreRows keeps the page below 60 KB: so many cells stand on it.
const (
	scoreCells   = 250
	scoreRowsMin = 12
	scoreTerms   = 3 // months and quarters among the tabs
)

var scoreSigns = map[lantoa.ScoreState]string{lantoa.ScoreMet: "✓", lantoa.ScoreOpen: "○", lantoa.ScoreMissed: "–", lantoa.ScoreSpared: "×"}

// scores keeps scorecards: those that still move as long as their network is the newest, those that were fixed for
// good.
type scores struct {
	mu      sync.Mutex
	network *activity.Network
	live    map[string]lantoa.Scorecard
	fixed   map[string]lantoa.Scorecard
}

// fixedShelf is the store, whose fixed scorecards are read once.
type fixedShelf struct {
	*store.Store
	kept *scores
}

func (f fixedShelf) Scorecard(ctx context.Context, campaign string, term lantoa.Term) (lantoa.Scorecard, error) {
	key := campaign + " " + term.String()
	f.kept.mu.Lock()
	card, ok := f.kept.fixed[key]
	f.kept.mu.Unlock()
	if ok {
		return card, nil
	}
	card, err := f.Store.Scorecard(ctx, campaign, term)
	if err == nil {
		f.kept.mu.Lock()
		defer f.kept.mu.Unlock()
		if f.kept.fixed == nil || len(f.kept.fixed) > 20 {
			f.kept.fixed = map[string]lantoa.Scorecard{}
		}
		f.kept.fixed[key] = card
	}
	return card, err
}

func (k *scores) find(n *activity.Network, key string) (lantoa.Scorecard, bool) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.network != n {
		k.network, k.live = n, map[string]lantoa.Scorecard{}
	}
	card, ok := k.live[key]
	return card, ok
}

func (k *scores) keep(n *activity.Network, key string, card lantoa.Scorecard) {
	k.mu.Lock()
	defer k.mu.Unlock()
	if k.network == n {
		k.live[key] = card
	}
}

func (k *scores) forget() {
	k.mu.Lock()
	defer k.mu.Unlock()
	k.network = nil
}

// scored is the whole scorecard of a campaign in a term, whoever asks.
func (s *Server) scored(ctx context.Context, n *activity.Network, c lantoa.Campaign, term lantoa.Term) (lantoa.Scorecard, error) {
	key := c.ID + " " + strconv.FormatInt(c.Revision, 10) + " " + term.String()
	if card, ok := s.scores.find(n, key); ok {
		return card, nil
	}
	card, err := activity.Scored(ctx, fixedShelf{s.Store, &s.scores}, n, c, term)
	if err == nil && !card.Frozen() {
		s.scores.keep(n, key, card)
	}
	return card, err
}

// scoreAt is what an address under /thi-dua is about.
type scoreAt struct {
	term     lantoa.Term
	all      []lantoa.Campaign
	campaign lantoa.Campaign
	network  *activity.Network
	card     lantoa.Scorecard // of all units
}

// scoreAt reads term and campaign from the address. A criterion names its campaign.
func (s *Server) scoreAt(r *http.Request, criterion string) (at scoreAt, err error) {
	if at.term, err = lantoa.ParseTerm(r.PathValue("period")); err != nil {
		return at, err
	}
	if at.term.Start(s.Zone).After(s.Now()) {
		return at, lantoa.Missing("term", at.term)
	}
	want := r.FormValue("dot")
	if campaign, _, ok := strings.Cut(criterion, "-"); ok {
		want = campaign
	}
	if at.all, err = s.Store.Campaigns(r.Context()); err != nil {
		return at, err
	}
	if at.campaign, err = pickCampaign(at.all, want, at.term); err != nil {
		return at, err
	}
	if at.network, err = s.Desk.Network(r.Context()); err != nil {
		return at, err
	}
	at.card, err = s.scored(r.Context(), at.network, at.campaign, at.term)
	return at, err
}

// pickCampaign is the one that is named, or the first that asks something in the term.
func pickCampaign(all []lantoa.Campaign, id string, term lantoa.Term) (lantoa.Campaign, error) {
	for _, c := range all {
		if c.ID == id || id == "" && !c.Closed && len(c.In(term)) > 0 {
			return c, nil
		}
	}
	if id == "" && len(all) > 0 {
		return all[0], nil
	}
	return lantoa.Campaign{}, lantoa.Missing("campaign", id)
}

func (a scoreAt) query() string { return "?dot=" + url.QueryEscape(a.campaign.ID) }

func (a scoreAt) url(more string) string { return "/thi-dua/" + a.term.String() + more + a.query() }

func (p Page) campaignName(name string) string { return cmp.Or(name, p.T("score.sample")) }

// termName is a term as people say it: "Tháng 11/2026", "Quý IV/2026".
func (p Page) termName(t lantoa.Term) string {
	if t.Quarter {
		return p.T("score.quarter", "n", []string{"I", "II", "III", "IV"}[t.Number-1], "year", strconv.Itoa(t.Year))
	}
	return p.T("score.month", "n", strconv.Itoa(t.Number), "year", strconv.Itoa(t.Year))
}

// termInside is a term's name inside a sentence.
func (p Page) termInside(t lantoa.Term) string {
	return strings.ToLower(p.termName(t)[:1]) + p.termName(t)[1:]
}

// metOf says how many of how many, or that nothing is asked yet.
func (p Page) metOf(met, asked int) string {
	if asked == 0 {
		return p.T("score.met_none")
	}
	return p.T("score.met_of", "met", met, "asked", asked)
}

// scoreAsOf says as of when the figures are, and whether they still move.
func (p Page) scoreAsOf(card lantoa.Scorecard, zone *time.Location) string {
	said := p.T("score.up_to", "time", p.DateTime(card.UpTo))
	switch {
	case card.Frozen():
		return said + " · " + p.T("score.frozen", "time", p.DateTime(card.FrozenAt), "name", card.FrozenBy)
	case card.Over:
		return said + " · " + p.T("score.ended")
	}
	return said + " · " + p.T("score.runs", "day", p.DayMonth(card.Term.End(zone).AddDate(0, 0, -1)))
}

// termTabs are the newest months and quarters, and the one that is looked at.
func (p Page) termTabs(now time.Time, here lantoa.Term, to func(lantoa.Term) string, zone *time.Location) []tab {
	var terms []lantoa.Term
	for _, quarter := range []bool{false, true} {
		newest := lantoa.TermOf(now, quarter, zone)
		for i := range scoreTerms - btoi(quarter) {
			terms = append(terms, newest.Next(-i))
		}
	}
	if !slices.Contains(terms, here) {
		terms = append(terms, here)
	}
	var out []tab
	for _, t := range terms {
		out = append(out, tab{Name: p.termName(t), URL: to(t), Here: t == here})
	}
	return out
}

func btoi(b bool) int {
	if b {
		return 1
	}
	return 0
}

func (s *Server) showScorecard(w http.ResponseWriter, r *http.Request) error {
	at, err := s.scoreAt(r, "")
	if err != nil {
		return err
	}
	page := s.page(r, "scorecard", "score.title")
	if page.User.Role == lantoa.Officer {
		return s.drawUnitCard(w, r, page, at, page.User.Unit.ID)
	}
	p, err := s.scorecard(r.Context(), page, at, r.URL.Query())
	if err != nil {
		return err
	}
	return s.draw(w, r, http.StatusOK, "scorecard", p)
}

// scorecard fills the table. In the address: dot, cha (a parent's code), cap, ket_qua, trang.
func (s *Server) scorecard(ctx context.Context, page Page, at scoreAt, q url.Values) (scorecardPage, error) {
	p := scorecardPage{Page: page, Term: at.term.String(), Dot: at.campaign.ID}
	card := at.card.In(p.User.Scope())
	met, asked := card.Met()
	p.Headline = p.T("score.headline", "met", met, "asked", asked)
	p.Title = p.termName(at.term)
	p.When = p.campaignName(card.Name) + " · " + p.termName(at.term)
	p.Lead = p.scoreAsOf(card, s.Zone)
	if n := countState(card, lantoa.ScoreOpen); n > 0 {
		p.Open = p.T("score.lead_open", "n", n)
	}
	p.Terms = p.termTabs(s.Now(), at.term, func(t lantoa.Term) string { return "/thi-dua/" + t.String() + at.query() }, s.Zone)
	for _, c := range at.all {
		if len(at.all) > 1 && (!c.Closed || c.ID == at.campaign.ID) {
			p.Campaigns = append(p.Campaigns, tab{Name: p.campaignName(c.Name), URL: "/thi-dua/" + at.term.String() + "?dot=" + c.ID, Here: c.ID == at.campaign.ID})
		}
	}
	for i, c := range card.Criteria {
		m, of := card.MetOf(i)
		p.Columns = append(p.Columns, scoreColumn{N: i + 1, Name: p.criterionName(c), Rule: p.criterionRule(c), Met: p.metOf(m, of)})
		p.Points = p.Points || c.Points > 0
	}
	p.Span = len(p.Columns) + 2 + btoi(p.Points)
	p.Own = p.T("score.rules.own")
	p.PrintURL = at.url("/in")
	q = maps.Clone(q)
	q.Set("dot", at.campaign.ID)
	p.Exports = p.exportsOf("/thi-dua/"+p.Term+"/xuat", q)
	if mayConnect(p.User) {
		p.EditURL = "/thi-dua/tieu-chi" + at.query() + "&ky=" + p.Term
		if !card.Frozen() && len(card.Criteria) > 0 {
			p.FixURL = at.url("/chot")
		}
	}
	p.filters(card, q)
	rows := underParents(p.filtered(card, q))
	per := max(scoreRowsMin, scoreCells/(len(card.Criteria)+1))
	p.Pages = p.pages(len(rows), per, pageNumber(q), func(n int) string { return withParam(q, "trang", strconv.Itoa(n)) })
	p.Groups = p.scoreGroups(card, slice(rows, (p.Pages.At-1)*per, per))
	p.None = Empty{Title: p.T("score.none"), Do: p.T("score.none_do"), URL: at.url(""), Link: p.T("score.see_all")}
	if len(card.Criteria) == 0 {
		p.None = Empty{Title: p.T("score.no_criteria"), Do: p.T("score.no_criteria_do"), URL: "/thi-dua", Link: p.T("score.to_terms")}
		p.Groups = nil
	}
	objections, err := s.Store.Objections(ctx, p.User.Scope(), at.campaign.ID, at.term)
	if err != nil {
		return p, err
	}
	p.Objections = p.objectionViews(first(objections, 20), at, s.Zone)
	p.Corrections = p.corrections(card)
	return p, nil
}

func countState(card lantoa.Scorecard, state lantoa.ScoreState) (n int) {
	for _, r := range card.Rows {
		if r.State == state {
			n++
		}
	}
	return n
}

func (p *scorecardPage) filters(card lantoa.Scorecard, q url.Values) {
	p.Parents = []Option{{Name: p.T("score.filter_all"), On: q.Get("cha") == ""}}
	p.Levels = []Option{{Name: p.T("score.filter_any_level"), On: q.Get("cap") == ""}}
	seen, levels := map[lantoa.UnitID]bool{}, map[lantoa.Level]bool{}
	for _, r := range card.Rows {
		levels[r.Level] = true
		seen[r.Parent] = true
	}
	for _, r := range card.Rows {
		if seen[r.Unit] {
			p.Parents = append(p.Parents, Option{Value: r.Code, Name: upperFirst(r.Name), On: q.Get("cha") == r.Code})
		}
	}
	for _, l := range lantoa.Levels {
		if levels[l] {
			p.Levels = append(p.Levels, Option{Value: string(l), Name: p.Level(l), On: q.Get("cap") == string(l)})
		}
	}
	p.States = []Option{{Name: p.T("score.filter_any_state"), On: q.Get("ket_qua") == ""}}
	for _, st := range []lantoa.ScoreState{lantoa.ScoreMet, lantoa.ScoreOpen, lantoa.ScoreMissed} {
		if n := countState(card, st); n > 0 || q.Get("ket_qua") == string(st) {
			p.States = append(p.States, Option{Value: string(st), Name: upperFirst(p.scoreState(st)), Count: p.Number(int64(n)), On: q.Get("ket_qua") == string(st)})
		}
	}
}

func (p Page) scoreState(s lantoa.ScoreState) string { return p.T("score.state." + string(s)) }

func (p *scorecardPage) filtered(card lantoa.Scorecard, q url.Values) []lantoa.ScoreRow {
	path := ""
	if code := q.Get("cha"); code != "" {
		path = "-"
		for _, r := range card.Rows {
			if r.Code == code {
				path = r.Path
			}
		}
	}
	level, state := lantoa.Level(q.Get("cap")), lantoa.ScoreState(q.Get("ket_qua"))
	var out []lantoa.ScoreRow
	for _, r := range card.Rows {
		if (path == "" || lantoa.Within(r.Path, path)) && (level == "" || r.Level == level) && (state == "" || r.State == state) {
			out = append(out, r)
		}
	}
	return out
}

// underParents has units of one parent stand together, in the order in which the tree comes to them.
func underParents(rows []lantoa.ScoreRow) []lantoa.ScoreRow {
	place := map[lantoa.UnitID]int{}
	for _, r := range rows {
		if _, is := place[r.Parent]; !is {
			place[r.Parent] = len(place)
		}
	}
	slices.SortStableFunc(rows, func(a, b lantoa.ScoreRow) int { return place[a.Parent] - place[b.Parent] })
	return rows
}

// scoreGroups are rows under the unit above them.
func (p *scorecardPage) scoreGroups(card lantoa.Scorecard, rows []lantoa.ScoreRow) []scoreGroup {
	met, asked := map[lantoa.UnitID]int{}, map[lantoa.UnitID]int{}
	for _, r := range card.Rows {
		if r.State != lantoa.ScoreSpared {
			asked[r.Parent]++
			met[r.Parent] += btoi(r.State == lantoa.ScoreMet)
		}
	}
	var out []scoreGroup
	at := map[lantoa.UnitID]int{}
	for _, r := range rows {
		i, is := at[r.Parent]
		if !is {
			i = len(out)
			at[r.Parent] = i
			out = append(out, scoreGroup{Name: cmp.Or(upperFirst(r.Above), p.Level(r.Level)), Met: p.T("score.met_of", "met", met[r.Parent], "asked", asked[r.Parent])})
		}
		out[i].Rows = append(out[i].Rows, p.scoreLine(card, r))
	}
	return out
}

func (p Page) scoreLine(card lantoa.Scorecard, r lantoa.ScoreRow) scoreLine {
	base := card.Term.String() + "/" + r.Code
	line := scoreLine{Name: upperFirst(r.Name), Code: r.Code, URL: base + "?dot=" + card.Campaign, State: p.mark(lantoa.ScoreCell{State: r.State}), Away: p.awayWords(r.Away)}
	for i, c := range r.Cells {
		m := p.mark(c)
		m.N, m.URL = i+1, base+"/"+card.Criteria[i].ID
		m.Short = p.scoreShort(card.Criteria[i], c)
		line.Cells = append(line.Cells, m)
	}
	if r.Most > 0 {
		line.Points = p.Number(int64(r.Points)) + "/" + p.Number(int64(r.Most))
	}
	return line
}

func (p Page) awayWords(leaves []lantoa.Leave) string {
	var out []string
	for _, l := range leaves {
		out = append(out, p.T("score.away", "from", p.DayMonth(l.From), "to", p.DayMonth(l.To)))
	}
	return strings.Join(out, "; ")
}

func (p Page) mark(c lantoa.ScoreCell) scoreMark {
	return scoreMark{Class: string(c.State), Sign: scoreSigns[c.State], Word: p.scoreState(c.State)}
}

// scoreShort is the figure of a cell in as few letters as there is room for.
func (p Page) scoreShort(c lantoa.Criterion, cell lantoa.ScoreCell) string {
	said := ""
	switch {
	case cell.State == lantoa.ScoreSpared || c.Kind == lantoa.HasPage || c.Kind.Hand():
	case cell.State == lantoa.ScoreOpen && cell.Left > 0:
		said = p.T("score.short.left", "n", cell.Left)
	default:
		said = strconv.Itoa(cell.Have) + "/" + strconv.Itoa(cell.Need)
	}
	if cell.Changed != nil {
		said += "*"
	}
	return said
}

func (p Page) criterionName(c lantoa.Criterion) string {
	return cmp.Or(c.Name, p.T("score.name."+string(c.Kind)))
}

// criterionRule says what a criterion asks, made from its kind and numbers.
func (p Page) criterionRule(c lantoa.Criterion) string {
	on := p.T("score.rules.pages")
	if c.Groups {
		on = p.T("score.rules.groups")
	}
	key := "score.rules." + string(c.Kind)
	if c.Kind == lantoa.PostsPerWeek && c.Share < 100 {
		key = "score.rules.posts_share"
	}
	said := []string{p.T(key, "n", c.N, "on", on, "share", p.Percent(float64(c.Share)/100))}
	if len(c.Levels) > 0 {
		var names []string
		for _, l := range c.Levels {
			names = append(names, strings.ToLower(p.Level(l)))
		}
		said = append(said, p.T("score.rules.levels", "levels", strings.Join(names, ", ")))
	}
	switch c.Terms {
	case lantoa.TermsMonth:
		said = append(said, p.T("score.rules.only_month"))
	case lantoa.TermsQuarter:
		said = append(said, p.T("score.rules.only_quarter"))
	}
	if c.Points > 0 {
		said = append(said, p.T("score.rules.points", "n", c.Points))
	}
	return strings.Join(said, " ")
}

// cellSays is how a unit does by a criterion, in a sentence.
func (p Page) cellSays(c lantoa.Criterion, cell lantoa.ScoreCell) string {
	if cell.State == lantoa.ScoreSpared {
		return upperFirst(p.T("score.why."+cmp.Or(cell.Why, lantoa.SparedNew), "n", cell.Lost)) + "."
	}
	if c.Kind.Hand() {
		if cell.By == "" {
			return p.T("score.says.hand_none")
		}
		return p.T("score.says.hand", "name", cell.By, "day", p.Date(cell.ByAt), "note", cell.Note)
	}
	key := "score.says." + string(c.Kind)
	if c.Kind == lantoa.HasPage && cell.Have == 0 {
		key = "score.says.no_page"
	}
	said := p.T(key, "have", cell.Have, "need", cell.Need)
	if cell.Lost > 0 {
		said += " " + p.T("score.lost", "n", cell.Lost)
	}
	return said
}

// cellLeft is what is missing and until when: "còn 1 bài tự viết trước 30/11".
func (p Page) cellLeft(c lantoa.Criterion, cell lantoa.ScoreCell) string {
	if cell.Left == 0 || !p.Has("score.left."+string(c.Kind)) {
		return ""
	}
	return p.T("score.left."+string(c.Kind), "n", cell.Left, "day", p.DayMonth(cell.Before))
}

// scoreHomePage answers: which campaigns run, and which terms are there to look at?
type scoreHomePage struct {
	Page
	Campaigns []scoreCampaign
	MayEdit   bool
}

type scoreCampaign struct {
	ID, Name, Mark, EditURL string
	Columns                 []scoreColumn
	Terms                   []scoreTermLine
}

type scoreTermLine struct {
	Name, URL, State, Result string
	Frozen                   bool
}

func (s *Server) showScorecards(w http.ResponseWriter, r *http.Request) error {
	page := s.page(r, "scorecard", "score.title")
	if page.User.Role == lantoa.Officer {
		r.SetPathValue("period", lantoa.TermOf(s.Now(), false, s.Zone).String())
		at, err := s.scoreAt(r, "")
		if err != nil {
			return err
		}
		return s.drawUnitCard(w, r, page, at, page.User.Unit.ID)
	}
	p, err := s.scorecards(r.Context(), page)
	if err != nil {
		return err
	}
	return s.draw(w, r, http.StatusOK, "scorecard_home", p)
}

func (s *Server) scorecards(ctx context.Context, page Page) (scoreHomePage, error) {
	p := scoreHomePage{Page: page, MayEdit: mayConnect(page.User)}
	all, err := s.Store.Campaigns(ctx)
	if err != nil {
		return p, err
	}
	for _, c := range all {
		x := scoreCampaign{ID: c.ID, Name: p.campaignName(c.Name)}
		switch {
		case c.Sample:
			x.Mark = p.T("score.sample_mark")
		case c.Closed:
			x.Mark = p.T("score.home.closed")
		}
		if p.MayEdit {
			x.EditURL = "/thi-dua/tieu-chi?dot=" + c.ID
		}
		for i, k := range c.Criteria {
			x.Columns = append(x.Columns, scoreColumn{N: i + 1, Name: p.criterionName(k), Rule: p.criterionRule(k)})
		}
		if x.Terms, err = s.scoreTerms(ctx, p.Page, c); err != nil {
			return p, err
		}
		p.Campaigns = append(p.Campaigns, x)
	}
	return p, nil
}

// scoreTerms are the newest terms of a campaign and those that were fixed. The result of one that moves is on its own
// page; that of a fixed one is said to whom the whole tree is open.
func (s *Server) scoreTerms(ctx context.Context, p Page, c lantoa.Campaign) ([]scoreTermLine, error) {
	frozen, err := s.Store.FrozenTerms(ctx, c.ID)
	if err != nil {
		return nil, err
	}
	var terms []lantoa.Term
	if !c.Closed {
		for _, quarter := range []bool{false, true} {
			for i := range scoreTerms - btoi(quarter) {
				if t := lantoa.TermOf(s.Now(), quarter, s.Zone).Next(-i); len(c.In(t)) > 0 {
					terms = append(terms, t)
				}
			}
		}
	}
	for _, f := range first(frozen, 24) {
		if !slices.Contains(terms, f.Term) {
			terms = append(terms, f.Term)
		}
	}
	var out []scoreTermLine
	for _, t := range terms {
		line := scoreTermLine{Name: p.termName(t), URL: "/thi-dua/" + t.String() + "?dot=" + c.ID, State: p.T("score.home.runs")}
		if !t.End(s.Zone).After(s.Now()) {
			line.State = p.T("score.home.ended")
		}
		for _, f := range frozen {
			if f.Term == t {
				line.Frozen, line.State = true, p.T("score.home.frozen", "day", p.Date(f.At))
				if whole(p.User) {
					line.Result = p.T("score.home.result", "met", f.Met, "asked", f.Asked)
				}
			}
		}
		out = append(out, line)
	}
	return out, nil
}

// exportScorecard sends what the table shows for the same address as a file, all pages of it.
func (s *Server) exportScorecard(w http.ResponseWriter, r *http.Request) error {
	format, err := formatAsked(r.URL.Query())
	if err != nil {
		return err
	}
	at, err := s.scoreAt(r, "")
	if err != nil {
		return err
	}
	page := s.page(r, "scorecard", "score.title")
	if page.User.Role == lantoa.Officer { // her own card is the page's; the others' are not hers
		return lantoa.Problem(lantoa.Forbidden, "unit", "")
	}
	p := scorecardPage{Page: page}
	card := at.card.In(page.User.Scope())
	p.filters(card, r.URL.Query())
	x := export.Scores{Card: card, Rows: underParents(p.filtered(card, r.URL.Query())), State: p.scoreAsOf(card, s.Zone), Own: p.T("score.rules.own"),
		Title: p.campaignName(card.Name) + " " + p.termInside(at.term), Says: page.cellSays, Made: s.Now()}
	for _, c := range card.Criteria {
		x.Asked = append(x.Asked, export.Asked{Name: p.criterionName(c), Rule: p.criterionRule(c)})
	}
	for _, f := range []struct {
		name    string
		options []Option
	}{{"filter_parent", p.Parents}, {"filter_level", p.Levels}, {"filter_state", p.States}} {
		for _, o := range f.options {
			if o.On && o.Value != "" {
				x.Filters = append(x.Filters, export.Filter{Name: p.T("score." + f.name), Value: o.Name})
			}
		}
	}
	if format != export.DOCX {
		return s.sendTable(w, r, page, "scorecard", x.Table(page.Catalog), format)
	}
	paper, err := x.Paper(page.Catalog, page.User.Unit.UnionName())
	if err != nil {
		return err
	}
	return s.sendPaper(w, r, page, "scorecard", paper, len(x.Rows))
}

// scorePrint is a clean sheet of the whole table: what people sign.
type scorePrint struct {
	Page
	Head, Sum, When, Own, Back, Draft string
	Columns                           []scoreColumn
	Points                            bool
	Rows                              []scoreSheetRow
}

type scoreSheetRow struct {
	N                         int
	Code, Name, Group, Points string
	Cells                     []string
	State                     string
}

func (s *Server) printScorecard(w http.ResponseWriter, r *http.Request) error {
	at, err := s.scoreAt(r, "")
	if err != nil {
		return err
	}
	page := s.page(r, "scorecard", "score.sheet.title")
	card := at.card.In(page.User.Scope())
	p := scorePrint{Page: page, Own: page.T("score.rules.own"), Back: at.url("")}
	met, asked := card.Met()
	p.Head = p.T("score.sheet.head", "term", strings.ToUpper(p.termName(at.term)))
	p.Sum = p.T("score.sheet.sum", "met", met, "asked", asked, "time", p.DateTime(card.UpTo))
	p.When = p.campaignName(card.Name) + " · " + upperFirst(p.User.Unit.UnionName())
	if !card.Frozen() {
		p.Draft = p.T("score.sheet.not_frozen")
	} else {
		p.Draft = p.T("score.frozen", "time", p.DateTime(card.FrozenAt), "name", card.FrozenBy)
	}
	for i, c := range card.Criteria {
		m, of := card.MetOf(i)
		p.Columns = append(p.Columns, scoreColumn{N: i + 1, Name: p.criterionName(c), Rule: p.criterionRule(c), Met: p.metOf(m, of)})
		p.Points = p.Points || c.Points > 0
	}
	rows := p.printed(card, r.URL.Query())
	p.Rows = rows
	return s.draw(w, r, http.StatusOK, "scorecard_print", p)
}

func (p *scorePrint) printed(card lantoa.Scorecard, q url.Values) []scoreSheetRow {
	table := scorecardPage{Page: p.Page}
	rows := underParents(table.filtered(card, q))
	var out []scoreSheetRow
	for i, r := range rows {
		row := scoreSheetRow{N: i + 1, Code: r.Code, Name: upperFirst(r.Name), State: scoreSigns[r.State]}
		if i == 0 || r.Parent != rows[i-1].Parent {
			row.Group = cmp.Or(upperFirst(r.Above), p.Level(r.Level))
		}
		for j, c := range r.Cells {
			said := scoreSigns[c.State]
			if short := p.scoreShort(card.Criteria[j], c); short != "" && c.State != lantoa.ScoreOpen {
				said += " " + short
			}
			row.Cells = append(row.Cells, said)
		}
		if r.Most > 0 {
			row.Points = p.Number(int64(r.Points)) + "/" + p.Number(int64(r.Most))
		}
		out = append(out, row)
	}
	return out
}

// scoreNotice says in words of the page a trouble of a kind that people meet in the ordinary way of things.
func (s *Server) scoreNotice(r *http.Request, err error, words map[lantoa.Kind]string) error {
	var t *lantoa.Trouble
	if errors.As(err, &t) && words[t.Kind] != "" {
		s.gate.putNotice(r, Notice{Text: words[t.Kind], Bad: true})
		return nil
	}
	return err
}
