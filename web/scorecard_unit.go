package web

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"
	"time"

	"github.com/hoiphunu/lantoa"
)

// scoreUnitPage is one unit's own card: what is done, what is missing and until when. It names no other unit.
type scoreUnitPage struct {
	Page
	Unit, When, Headline, Away, Points string
	Terms, Campaigns                   []tab
	Missing, Done, Spared              []scoreItem
	Objections                         []objectionView
	Until, BackURL                     string
	None                               Empty
}

type scoreItem struct {
	Name, Rule, Says, Left, URL, AskURL, Note string
	See, Ask                                  string // the buttons
	Mark                                      scoreMark
}

func (s *Server) showUnitCard(w http.ResponseWriter, r *http.Request) error {
	at, err := s.scoreAt(r, "")
	if err != nil {
		return err
	}
	row, err := at.row(visitorOf(r).user, r.PathValue("unit"))
	if err != nil {
		return err
	}
	return s.drawUnitCard(w, r, s.page(r, "scorecard", "score.card.title"), at, row.Unit)
}

// row is the row of the unit with a code, for somebody who may see it.
func (a scoreAt) row(who lantoa.User, code string) (lantoa.ScoreRow, error) {
	for _, row := range a.card.Rows {
		if row.Code == code {
			if !who.May(lantoa.See, row.Path) {
				return row, lantoa.Problem(lantoa.Forbidden, "unit", "")
			}
			return row, nil
		}
	}
	return lantoa.ScoreRow{}, lantoa.Missing("unit", code)
}

func (s *Server) drawUnitCard(w http.ResponseWriter, r *http.Request, page Page, at scoreAt, unit lantoa.UnitID) error {
	p := scoreUnitPage{Page: page, Unit: upperFirst(page.User.Unit.UnionName())}
	p.Title = p.T("score.card.title")
	row, there := at.card.Row(unit)
	tail := ""
	if there {
		p.Unit = upperFirst(lantoa.Unit{Name: row.Name}.UnionName())
		if p.User.Role != lantoa.Officer {
			tail, p.BackURL = "/"+row.Code, at.url("")
		}
	}
	p.When = p.campaignName(at.card.Name) + " · " + p.termName(at.term) + " · " + p.scoreAsOf(at.card, s.Zone)
	p.Terms = p.termTabs(s.Now(), at.term, func(t lantoa.Term) string { return "/thi-dua/" + t.String() + tail + at.query() }, s.Zone)
	for _, c := range at.all {
		if len(at.all) > 1 && !c.Closed {
			p.Campaigns = append(p.Campaigns, tab{Name: p.campaignName(c.Name), URL: "/thi-dua/" + at.term.String() + tail + "?dot=" + c.ID, Here: c.ID == at.campaign.ID})
		}
	}
	p.None = Empty{Title: p.T("score.card.none"), Do: p.T("score.card.none_do")}
	p.Headline = p.None.Title
	if !there || len(at.card.Criteria) == 0 {
		return s.draw(w, r, http.StatusOK, "scorecard_unit", p)
	}
	until := lantoa.ObjectUntil(at.term, at.card.FrozenAt, s.Zone)
	may := p.User.May(lantoa.TellHere, row.Path) && s.Now().Before(until.AddDate(0, 0, 1))
	if may {
		p.Until = p.Date(until)
	}
	p.items(at, row, may)
	p.Away = p.awayWords(row.Away)
	if row.Most > 0 {
		p.Points = p.T("score.points_of", "n", row.Points, "most", row.Most)
	}
	asked := len(p.Done) + len(p.Missing)
	p.Headline = p.T("score.card.some", "n", len(p.Done), "asked", asked)
	if len(p.Missing) == 0 && asked > 0 {
		p.Headline = p.T("score.card.all_met")
	}
	objections, err := s.Store.Objections(r.Context(), lantoa.Scope(row.Path), at.campaign.ID, at.term)
	if err != nil {
		return err
	}
	objections = slices.DeleteFunc(objections, func(o lantoa.Objection) bool { return o.Unit != row.Unit })
	p.Objections = p.objectionViews(objections, at, s.Zone)
	return s.draw(w, r, http.StatusOK, "scorecard_unit", p)
}

func (p *scoreUnitPage) items(at scoreAt, row lantoa.ScoreRow, may bool) {
	for i, c := range row.Cells {
		k := at.card.Criteria[i]
		x := scoreItem{Name: p.criterionName(k), Rule: p.criterionRule(k), Says: p.cellSays(k, c), Left: p.cellLeft(k, c), Mark: p.mark(c),
			See: p.T("score.card.see"), Ask: p.T("score.card.ask"), URL: "/thi-dua/" + at.term.String() + "/" + row.Code + "/" + k.ID}
		if may {
			x.AskURL = x.URL + "#xem-lai"
		}
		if c.Changed != nil {
			x.Note = p.T("score.changed")
		}
		switch c.State {
		case lantoa.ScoreMet:
			p.Done = append(p.Done, x)
		case lantoa.ScoreSpared:
			p.Spared = append(p.Spared, x)
		default:
			p.Missing = append(p.Missing, x)
		}
	}
}

// objectionView is a wish to look again, with its answer.
type objectionView struct {
	Page
	ID, Unit, Criterion, Text, Link, By string
	Due                                 string
	Late                                bool
	Answer, Answered, URL               string
	MayAnswer                           bool
}

func (p Page) objectionViews(list []lantoa.Objection, at scoreAt, zone *time.Location) []objectionView {
	var out []objectionView
	for _, o := range list {
		row, _ := at.card.Row(o.Unit)
		v := objectionView{Page: p, ID: o.ID, Unit: upperFirst(row.Name), Text: o.Text, Link: o.Link, Answer: o.Answer,
			By: p.T("score.objection.by", "name", o.ByName, "time", p.DateTime(o.At)), MayAnswer: o.Open() && p.User.May(lantoa.Mark, row.Path)}
		if i := at.card.Column(o.Criterion); i >= 0 && row.Code != "" {
			v.Criterion = p.criterionName(at.card.Criteria[i])
			v.URL = "/thi-dua/" + at.term.String() + "/" + row.Code + "/" + o.Criterion
		}
		due := o.Due(zone)
		switch {
		case !o.Open():
			v.Answered = p.T("score.objection.answered", "name", o.AnsweredBy, "time", p.DateTime(o.AnsweredAt))
		case p.Now.Before(due.AddDate(0, 0, 1)):
			v.Due = p.T("score.objection.due", "day", p.Date(due))
		default:
			v.Late, v.Due = true, p.T("score.objection.late", "day", p.Date(due))
		}
		out = append(out, v)
	}
	return out
}

// correctionView is a figure that was changed after the figures were fixed, the old one beside the new.
type correctionView struct{ Unit, Criterion, Was, By, URL string }

// corrections are the newest of each cell.
func (p Page) corrections(card lantoa.Scorecard) []correctionView {
	var out []correctionView
	for _, row := range card.Rows {
		for i, c := range row.Cells {
			if c.Changed != nil {
				out = append(out, p.correctionView(card, row, i, *c.Changed))
			}
		}
	}
	return first(out, 20)
}

func (p Page) correctionView(card lantoa.Scorecard, row lantoa.ScoreRow, column int, c lantoa.Correction) correctionView {
	figure := func(state lantoa.ScoreState, have int) string {
		if card.Criteria[column].Kind.Hand() || state == lantoa.ScoreSpared {
			return p.scoreState(state)
		}
		return p.T("score.correct.figure", "state", p.scoreState(state), "have", strconv.Itoa(have), "need", strconv.Itoa(c.WasNeed))
	}
	return correctionView{
		Unit: upperFirst(row.Name), Criterion: p.criterionName(card.Criteria[column]), URL: "/thi-dua/" + card.Term.String() + "/" + row.Code + "/" + c.Criterion,
		Was: p.T("score.correct.was", "old", figure(c.Was, c.WasHave), "new", figure(c.State, c.Have)),
		By:  p.T("score.correct.by", "name", cmp.Or(c.By, "–"), "time", p.DateTime(c.At), "reason", c.Reason),
	}
}
