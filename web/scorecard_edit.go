package web

import (
	"context"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/activity"
)

// scoreEditPage is where the Union writes what it asks for.
type scoreEditPage struct {
	Page
	Campaign, Name, Typed, Headline string
	Revision                        int64
	Term                            string
	For, Frozen, FrozenGo, NextURL  string
	Rows                            []criterionForm
	Add                             criterionForm
	Closed                          bool
	BackURL                         string
}

// criterionForm is a row of the editor.
type criterionForm struct {
	Page
	ID, Open                  string
	Title, Rule, Met, Preview string
	Kinds, Terms, On, Levels  []Option
	Name                      string
	N, Share, Points          string
	Campaign, Term            string
	Revision                  int64
}

// editAt reads campaign and term of the editor: dot and ky.
func (s *Server) editAt(r *http.Request) (at scoreAt, err error) {
	term := r.FormValue("ky")
	if term == "" {
		term = lantoa.TermOf(s.Now(), false, s.Zone).String()
	}
	r.SetPathValue("period", term)
	return s.scoreAt(r, "")
}

func (s *Server) showScoreEdit(w http.ResponseWriter, r *http.Request) error {
	at, err := s.editAt(r)
	if err != nil {
		return err
	}
	return s.draw(w, r, http.StatusOK, "scorecard_edit", s.scoreEdit(s.page(r, "scorecard", "score.edit.title"), at))
}

func (s *Server) scoreEdit(page Page, at scoreAt) scoreEditPage {
	p := scoreEditPage{Page: page, Campaign: at.campaign.ID, Name: page.campaignName(at.campaign.Name), Typed: at.campaign.Name,
		Revision: at.campaign.Revision, Term: at.term.String(), Closed: at.campaign.Closed, BackURL: at.url("")}
	p.Headline = p.T("score.edit.headline", "name", p.Name)
	p.For = p.T("score.edit.preview_for", "term", p.termInside(at.term))
	if at.card.Frozen() {
		p.Frozen = p.T("score.edit.frozen", "term", p.termName(at.term))
		next := lantoa.TermOf(s.Now(), at.term.Quarter, s.Zone)
		if next != at.term {
			p.FrozenGo = p.T("score.edit.frozen_go", "term", p.termInside(next))
			p.NextURL = "/thi-dua/tieu-chi" + at.query() + "&ky=" + next.String()
		}
		return p
	}
	for _, c := range at.campaign.Criteria {
		f := p.form(at, c)
		if i := at.card.Column(c.ID); i >= 0 {
			met, asked := at.card.MetOf(i)
			f.Met = p.T("score.edit.this", "met", met, "asked", asked)
			if asked == 0 {
				f.Met = p.T("score.met_none")
			}
		} else {
			f.Met = p.T("score.edit.not_held", "term", p.termInside(at.term))
		}
		p.Rows = append(p.Rows, f)
	}
	p.Add = p.form(at, lantoa.Criterion{Kind: lantoa.PostsPerMonth, N: 4, Share: 100})
	return p
}

// form is a criterion as fields.
func (p Page) form(at scoreAt, c lantoa.Criterion) criterionForm {
	f := criterionForm{Page: p, ID: c.ID, Title: p.criterionName(c), Rule: p.criterionRule(c), Name: c.Name, Campaign: at.campaign.ID, Revision: at.campaign.Revision,
		Term: at.term.String(), N: strconv.Itoa(max(c.N, 1)), Share: strconv.Itoa(c.Share), Points: strconv.Itoa(c.Points)}
	if c.Share == 0 {
		f.Share = "100"
	}
	for _, k := range lantoa.CriterionKinds {
		f.Kinds = append(f.Kinds, Option{Value: string(k), Name: p.T("score.name." + string(k)), On: k == c.Kind})
	}
	for _, l := range lantoa.Levels {
		f.Levels = append(f.Levels, Option{Value: string(l), Name: p.Level(l), On: c.Asks(l)})
	}
	f.Terms = []Option{
		{Name: p.T("score.edit.terms_both"), On: c.Terms == ""},
		{Value: lantoa.TermsMonth, Name: p.T("score.edit.terms_month"), On: c.Terms == lantoa.TermsMonth},
		{Value: lantoa.TermsQuarter, Name: p.T("score.edit.terms_quarter"), On: c.Terms == lantoa.TermsQuarter},
	}
	f.On = []Option{{Name: p.T("score.edit.on_pages"), On: !c.Groups}, {Value: "1", Name: p.T("score.edit.on_groups"), On: c.Groups}}
	return f
}

// typedCriterion reads the fields.
func typedCriterion(r *http.Request) (lantoa.Criterion, error) {
	number := func(field string) int {
		n, err := strconv.Atoi(strings.TrimSpace(r.PostFormValue(field)))
		if err != nil {
			return -1
		}
		return n
	}
	c := lantoa.Criterion{ID: r.PostFormValue("tieu_chi"), Kind: lantoa.CriterionKind(r.PostFormValue("loai")), Name: r.PostFormValue("ten"),
		N: number("n"), Share: number("phan_tram"), Points: number("diem"), Groups: r.PostFormValue("noi") == "1", Terms: r.PostFormValue("ky_tinh")}
	for _, l := range r.PostForm["cap"] {
		c.Levels = append(c.Levels, lantoa.Level(l))
	}
	return c.Tidy()
}

// with is the campaign with a criterion changed, or added where it has no ID.
func with(c lantoa.Campaign, x lantoa.Criterion) lantoa.Campaign {
	c.Criteria = slices.Clone(c.Criteria)
	for i := range c.Criteria {
		if c.Criteria[i].ID == x.ID {
			c.Criteria[i] = x
			return c
		}
	}
	c.Criteria = append(c.Criteria, x)
	return c
}

// editCriteria looks ahead at a criterion, saves it or takes it away: viec is xem, luu or bo.
func (s *Server) editCriteria(w http.ResponseWriter, r *http.Request) error {
	at, err := s.editAt(r)
	if err != nil {
		return err
	}
	page := s.page(r, "scorecard", "score.edit.title")
	to := "/thi-dua/tieu-chi" + at.query() + "&ky=" + at.term.String()
	words := map[lantoa.Kind]string{lantoa.Conflict: page.T("score.edit.again")}
	if at.card.Frozen() {
		return s.scoreDone(w, r, to, lantoa.Problem(lantoa.Conflict, "scorecard", ""), "", map[lantoa.Kind]string{lantoa.Conflict: page.T("score.edit.frozen_now")})
	}
	campaign := at.campaign
	if campaign.Revision, err = strconv.ParseInt(r.PostFormValue("lan"), 10, 64); err != nil {
		return errBadForm
	}
	if r.PostFormValue("viec") == "bo" {
		gone := r.PostFormValue("tieu_chi")
		campaign.Criteria = slices.DeleteFunc(slices.Clone(campaign.Criteria), func(c lantoa.Criterion) bool { return c.ID == gone })
		return s.scoreDone(w, r, to, s.saveCampaign(r, &campaign), page.T("score.edit.removed"), words)
	}
	c, err := typedCriterion(r)
	bad := lantoa.KindOf(err) == lantoa.Invalid
	switch {
	case err != nil && !bad:
		return err
	case !bad && r.PostFormValue("viec") == "luu":
		campaign = with(campaign, c)
		return s.scoreDone(w, r, to, s.saveCampaign(r, &campaign), page.T("score.edit.saved"), words)
	}
	p := s.scoreEdit(page, at)
	f := p.form(at, c)
	f.Revision = campaign.Revision
	f.Open = " open"
	status := http.StatusOK
	if bad {
		status = http.StatusBadRequest
		what := lantoa.AsTrouble(err, lantoa.Invalid).What
		if !p.Has("score.edit.bad." + what) {
			return errBadForm
		}
		p.Notice = &Notice{Text: p.T("score.edit.bad." + what), Bad: true}
		for field, into := range map[string]*string{"n": &f.N, "phan_tram": &f.Share, "diem": &f.Points} {
			*into = r.PostFormValue(field)
		}
	} else if f.Preview, err = s.preview(r.Context(), p.Page, at, c); err != nil {
		return err
	}
	f.put(&p, c.ID)
	return s.draw(w, r, status, "scorecard_edit", p)
}

// put has the form stand in the place of the row that it changes, or of the one that adds.
func (f criterionForm) put(p *scoreEditPage, id string) {
	for i := range p.Rows {
		if p.Rows[i].ID == id {
			f.Title, f.Rule, f.Met = p.Rows[i].Title, p.Rows[i].Rule, p.Rows[i].Met
			p.Rows[i] = f
			return
		}
	}
	p.Add = f
}

// preview says how many units would meet a criterion as it is typed.
func (s *Server) preview(ctx context.Context, p Page, at scoreAt, c lantoa.Criterion) (string, error) {
	if !c.Holds(at.term) {
		return p.T("score.edit.not_held", "term", p.termInside(at.term)), nil
	}
	in, err := activity.ScoreInputOf(ctx, s.Store, at.network, with(at.campaign, c), at.term)
	if err != nil {
		return "", err
	}
	card := activity.Score(in)
	met, asked := card.MetOf(max(card.Column(c.ID), 0))
	all, of := card.Met()
	return p.T("score.edit.would", "met", met, "asked", asked, "all", all, "of", of), nil
}

func (s *Server) saveCampaign(r *http.Request, c *lantoa.Campaign) error {
	err := s.Store.SaveCampaign(r.Context(), c, visitorOf(r).user, s.Now())
	s.scores.forget()
	return err
}

// nameCampaign names, closes or opens a campaign: viec is ten, khep or mo.
func (s *Server) nameCampaign(w http.ResponseWriter, r *http.Request) error {
	at, err := s.editAt(r)
	if err != nil {
		return err
	}
	p := s.page(r, "scorecard", "score.edit.title")
	c := at.campaign
	if c.Revision, err = strconv.ParseInt(r.PostFormValue("lan"), 10, 64); err != nil {
		return errBadForm
	}
	switch r.PostFormValue("viec") {
	case "khep":
		c.Closed = true
	case "mo":
		c.Closed = false
	default:
		c.Name = r.PostFormValue("ten")
	}
	return s.scoreDone(w, r, "/thi-dua/tieu-chi"+at.query()+"&ky="+at.term.String(), s.saveCampaign(r, &c), p.T("score.edit.campaign_saved"), map[lantoa.Kind]string{
		lantoa.Conflict: p.T("score.edit.again"), lantoa.Invalid: p.T("score.home.new_bad"),
	})
}

// addCampaign begins a campaign with the criteria of the oldest.
func (s *Server) addCampaign(w http.ResponseWriter, r *http.Request) error {
	all, err := s.Store.Campaigns(r.Context())
	if err != nil {
		return err
	}
	p := s.page(r, "scorecard", "score.title")
	c := lantoa.Campaign{Name: r.PostFormValue("ten"), By: p.User.Name, At: s.Now()}
	if len(all) > 0 {
		c.Criteria = slices.Clone(all[0].Criteria)
	}
	to := "/thi-dua"
	if err = s.Store.AddCampaign(r.Context(), &c); err == nil {
		to = "/thi-dua/tieu-chi?dot=" + c.ID
	}
	return s.scoreDone(w, r, to, err, p.T("score.home.added"), map[lantoa.Kind]string{lantoa.Invalid: p.T("score.home.new_bad")})
}

// scoreFixPage asks before the figures are fixed for good.
type scoreFixPage struct {
	Page
	Headline, Now, NotOver, Objections, Do string
	Columns                                []scoreColumn
	URL, BackURL                           string
	Revision                               int64
}

func (s *Server) showScoreFix(w http.ResponseWriter, r *http.Request) error {
	at, err := s.scoreAt(r, "")
	if err != nil {
		return err
	}
	p := scoreFixPage{Page: s.page(r, "scorecard", "score.fix.title"), URL: "/thi-dua/chot/" + at.term.String() + at.query(), BackURL: at.url(""), Revision: at.campaign.Revision}
	if at.card.Frozen() {
		s.gate.putNotice(r, Notice{Text: p.T("score.fix.twice")})
		http.Redirect(w, r, p.BackURL, http.StatusSeeOther)
		return nil
	}
	met, asked := at.card.Met()
	p.Headline = p.T("score.fix.headline", "term", p.termInside(at.term))
	p.Now = p.T("score.fix.now", "met", met, "asked", asked, "time", p.DateTime(at.card.UpTo))
	p.Do = p.T("score.fix.do", "met", met, "asked", asked)
	if !at.card.Over {
		p.NotOver = p.T("score.fix.not_over", "term", p.termName(at.term), "day", p.Date(at.term.End(s.Zone).AddDate(0, 0, -1)), "n", countState(at.card, lantoa.ScoreOpen))
	}
	for i, c := range at.card.Criteria {
		m, of := at.card.MetOf(i)
		p.Columns = append(p.Columns, scoreColumn{N: i + 1, Name: p.criterionName(c), Met: p.metOf(m, of)})
	}
	objections, err := s.Store.Objections(r.Context(), lantoa.Everything, at.campaign.ID, at.term)
	if err != nil {
		return err
	}
	open := 0
	for _, o := range objections {
		open += btoi(o.Open())
	}
	if open > 0 {
		p.Objections = p.T("score.fix.objections", "n", open)
	}
	return s.draw(w, r, http.StatusOK, "scorecard_fix", p)
}

// fixScorecard fixes the figures as they are at this moment, once.
func (s *Server) fixScorecard(w http.ResponseWriter, r *http.Request) error {
	s.Desk.Forget() // what is fixed is of now
	at, err := s.scoreAt(r, "")
	if err != nil {
		return err
	}
	p := s.page(r, "scorecard", "score.fix.title")
	revision, err := strconv.ParseInt(r.PostFormValue("lan"), 10, 64)
	if err != nil {
		return errBadForm
	}
	if at.card.Frozen() {
		return s.scoreDone(w, r, at.url(""), lantoa.Problem(lantoa.Conflict, "scorecard", ""), "", map[lantoa.Kind]string{lantoa.Conflict: p.T("score.fix.twice")})
	}
	card := activity.Freeze(at.card, p.User.Name, s.Now())
	err = s.Store.FreezeScorecard(r.Context(), card, revision, p.User)
	s.scores.forget()
	met, asked := card.Met()
	twice, to := p.T("score.fix.twice"), at.url("")
	if lantoa.AsTrouble(err, "").What == "campaign" {
		twice, to = p.T("score.fix.changed"), at.url("/chot")
	}
	return s.scoreDone(w, r, to, err, p.T("score.fix.done", "met", met, "asked", asked), map[lantoa.Kind]string{lantoa.Conflict: twice})
}
