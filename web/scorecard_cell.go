package web

import (
	"cmp"
	"context"
	"errors"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/store"
)

// scoreCellPage answers: why does this cell say what it says?
type scoreCellPage struct {
	Page
	Unit, When, Name, Rule, Says, Left, Away string
	Mark                                     scoreMark
	Parts                                    []scorePartLine
	Counted, Not                             []scoreProof
	CountedN, NotN, MoreCounted, MoreNot     string
	NoProof                                  string
	Corrections                              []correctionView
	Objections                               []objectionView
	MayMark, MayObject, MayCorrect           bool
	HadNote                                  string
	ObjectHow, ObjectClosed                  string
	States                                   []Option
	Was                                      lantoa.ScoreState
	WasHave                                  int
	Figure                                   bool
	Text, Link                               string // what was typed and not taken
	UnitURL, BackURL, Here                   string
}

type scorePartLine struct {
	When, Have, Need, Note string
	Mark                   scoreMark
}

type scoreProof struct{ Title, URL, Day, Why, Channel string }

// scoreProofs is how many posts of each half are listed.
const scoreProofs = 60

// cellAt is one cell of a scorecard.
type cellAt struct {
	scoreAt
	row       lantoa.ScoreRow
	criterion lantoa.Criterion
	cell      lantoa.ScoreCell
	column    int
}

func (a cellAt) url() string {
	return "/thi-dua/" + a.term.String() + "/" + a.row.Code + "/" + a.criterion.ID
}

func (s *Server) cellAt(r *http.Request) (a cellAt, err error) {
	if a.scoreAt, err = s.scoreAt(r, r.PathValue("criterion")); err != nil {
		return a, err
	}
	if a.row, err = a.scoreAt.row(visitorOf(r).user, r.PathValue("unit")); err != nil {
		return a, err
	}
	if a.column = a.card.Column(r.PathValue("criterion")); a.column < 0 {
		return a, lantoa.Missing("criterion", r.PathValue("criterion"))
	}
	a.criterion, a.cell = a.card.Criteria[a.column], a.row.Cells[a.column]
	return a, nil
}

func (s *Server) showScoreCell(w http.ResponseWriter, r *http.Request) error {
	a, err := s.cellAt(r)
	if err != nil {
		return err
	}
	p, err := s.scoreCell(r.Context(), s.page(r, "scorecard", "score.title"), a)
	if err != nil {
		return err
	}
	return s.draw(w, r, http.StatusOK, "scorecard_cell", p)
}

func (s *Server) scoreCell(ctx context.Context, page Page, a cellAt) (scoreCellPage, error) {
	p := scoreCellPage{Page: page, Unit: upperFirst(a.row.Name), Name: page.criterionName(a.criterion), Rule: page.criterionRule(a.criterion),
		Says: page.cellSays(a.criterion, a.cell), Left: page.cellLeft(a.criterion, a.cell), Mark: page.mark(a.cell), Away: page.awayWords(a.row.Away)}
	p.Title = p.Name + " · " + p.Unit
	p.When = p.campaignName(a.card.Name) + " · " + p.termName(a.term) + " · " + p.scoreAsOf(a.card, s.Zone)
	p.UnitURL, p.BackURL = "/thi-dua/"+a.term.String()+"/"+a.row.Code+a.query(), a.scoreAt.url("")
	if p.User.Role == lantoa.Officer {
		p.UnitURL = a.scoreAt.url("")
		p.BackURL = ""
	}
	p.Here = a.url()
	p.parts(a, s)
	if err := s.proofs(ctx, &p, a); err != nil {
		return p, err
	}
	objections, err := s.Store.Objections(ctx, lantoa.Scope(a.row.Path), a.campaign.ID, a.term)
	if err != nil {
		return p, err
	}
	objections = slices.DeleteFunc(objections, func(o lantoa.Objection) bool { return o.Unit != a.row.Unit || o.Criterion != a.criterion.ID })
	p.Objections = p.objectionViews(objections, a.scoreAt, s.Zone)
	corrections, err := s.Store.Corrections(ctx, a.campaign.ID, a.term)
	if err != nil {
		return p, err
	}
	for _, c := range corrections {
		if c.Unit == a.row.Unit && c.Criterion == a.criterion.ID {
			p.Corrections = append(p.Corrections, p.correctionView(a.card, a.row, a.column, c))
		}
	}
	p.rights(a, s)
	return p, nil
}

func (p *scoreCellPage) parts(a cellAt, s *Server) {
	for _, x := range a.cell.Parts {
		line := scorePartLine{Have: p.Number(int64(x.Have)), Need: p.Number(int64(x.Need)), Mark: p.mark(lantoa.ScoreCell{State: x.State})}
		switch {
		case x.Month != "":
			t, err := lantoa.ParseTerm(x.Month)
			if err == nil {
				line.When = p.termName(t)
			}
		default:
			line.When = p.T("score.part.week", "n", strconv.Itoa(x.Week.Number), "from", p.DayMonth(x.Week.Start(s.Zone)), "to", p.DayMonth(x.Week.End(s.Zone).AddDate(0, 0, -1)))
		}
		switch {
		case x.Why != "":
			line.Note = p.T("score.why."+x.Why, "n", x.Lost)
		case x.Lost > 0:
			line.Note = p.T("score.part.lost", "n", x.Lost)
		}
		p.Parts = append(p.Parts, line)
	}
}

// rights are what the reader may do here.
func (p *scoreCellPage) rights(a cellAt, s *Server) {
	frozen := a.card.Frozen()
	p.MayMark = a.criterion.Kind.Hand() && !frozen && a.cell.State != lantoa.ScoreSpared && p.User.May(lantoa.Mark, a.row.Path)
	p.HadNote = a.cell.Note
	until := lantoa.ObjectUntil(a.term, a.card.FrozenAt, s.Zone)
	if p.User.May(lantoa.TellHere, a.row.Path) {
		p.MayObject = s.Now().Before(until.AddDate(0, 0, 1))
		if p.MayObject {
			p.ObjectHow = p.T("score.objection.how", "day", p.Date(until))
		} else {
			p.ObjectClosed = p.T("score.objection.closed", "day", p.Date(until))
		}
	}
	p.MayCorrect = frozen && mayConnect(p.User)
	p.Was, p.WasHave, p.Figure = a.cell.State, a.cell.Have, !a.criterion.Kind.Hand()
	for _, st := range []lantoa.ScoreState{lantoa.ScoreMet, lantoa.ScoreMissed, lantoa.ScoreSpared} {
		p.States = append(p.States, Option{Value: string(st), Name: upperFirst(p.scoreState(st)), On: st == p.Was})
	}
}

// proofs are the things that were looked at: those that count and those that do not, with why.
func (s *Server) proofs(ctx context.Context, p *scoreCellPage, a cellAt) error {
	var ids []lantoa.PostID
	var counted, not []lantoa.Evidence
	for _, e := range slices.Backward(a.cell.Evidence) {
		half := &counted
		if e.Why != "" {
			half = &not
		}
		*half = append(*half, e)
		if len(*half) <= scoreProofs && e.Post != "" {
			ids = append(ids, e.Post)
		}
	}
	posts, err := s.Store.Posts(ctx, lantoa.Scope(a.row.Path), ids)
	if err != nil {
		return err
	}
	channels, err := s.Store.Channels(ctx, lantoa.Scope(a.row.Path), store.ChannelFilter{})
	if err != nil {
		return err
	}
	names := map[lantoa.ChannelID]string{}
	for _, ch := range channels {
		names[ch.ID] = ch.Name
	}
	list := func(all []lantoa.Evidence) (out []scoreProof, n, more string) {
		for _, e := range first(all, scoreProofs) {
			out = append(out, p.proof(e, posts, names))
		}
		if left := len(all) - scoreProofs; left > 0 {
			more = p.T("score.proof.more", "n", left)
		}
		return out, p.Number(int64(len(all))), more
	}
	p.Counted, p.CountedN, p.MoreCounted = list(counted)
	p.Not, p.NotN, p.MoreNot = list(not)
	if len(a.cell.Evidence) == 0 {
		switch a.criterion.Kind {
		case lantoa.PostsPerWeek, lantoa.PostsPerMonth:
			p.NoProof = p.T("score.proof.none")
		case lantoa.StoriesPerMonth:
			p.NoProof = p.T("score.proof.none_stories")
		}
	}
	return nil
}

func (p Page) proof(e lantoa.Evidence, posts map[lantoa.PostID]lantoa.Measured, names map[lantoa.ChannelID]string) scoreProof {
	x := scoreProof{Day: p.Date(e.At), Channel: names[e.Channel]}
	if e.Why != "" {
		x.Why = p.T("score.proof." + e.Why)
	}
	switch {
	case e.Post != "":
		m, is := posts[e.Post]
		if !is || m.Removed() {
			x.Title = p.T("score.proof.gone")
			break
		}
		x.Title, x.URL = cmp.Or(m.Title(), p.T("score.proof.untitled")), "/bai-viet/"+string(e.Post)
	case e.Story != "":
		x.Title, x.URL = p.T("score.proof.story"), "/cau-chuyen/"+string(e.Story)
	case e.Submission != "":
		x.Title = p.T("score.proof.sent")
	case e.Channel != "":
		x.Title, x.URL, x.Channel, x.Day = cmp.Or(names[e.Channel], p.T("score.name.has_page")), "/kenh/"+string(e.Channel), "", ""
	}
	return x
}

// markScore keeps what somebody ticks by hand.
func (s *Server) markScore(w http.ResponseWriter, r *http.Request) error {
	a, err := s.cellAt(r)
	if err != nil {
		return err
	}
	who := visitorOf(r).user
	if !a.criterion.Kind.Hand() || !who.May(lantoa.Mark, a.row.Path) {
		return lantoa.Problem(lantoa.Forbidden, "criterion", "")
	}
	p := s.page(r, "scorecard", "score.title")
	err = s.Store.MarkScore(r.Context(), lantoa.ScoreMark{Campaign: a.campaign.ID, Term: a.term, Unit: a.row.Unit, Criterion: a.criterion.ID,
		Met: r.PostFormValue("ket_qua") == "met", Note: r.PostFormValue("minh_chung"), By: who.Name, At: s.Now()}, who)
	s.scores.forget()
	return s.scoreDone(w, r, a.url(), err, p.T("score.mark.saved"), map[lantoa.Kind]string{
		lantoa.Conflict: p.T("score.edit.frozen_now"), lantoa.Invalid: p.T("score.mark.how"),
	})
}

// scoreDone leads back with a notice: what was done, or in the page's words why it was not.
func (s *Server) scoreDone(w http.ResponseWriter, r *http.Request, to string, err error, said string, words map[lantoa.Kind]string) error {
	if err != nil {
		if err = s.scoreNotice(r, err, words); err != nil {
			return err
		}
	} else {
		s.gate.putNotice(r, Notice{Text: said})
	}
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}

// objectScore keeps a unit's wish to look again. What was typed is not lost when it cannot be taken.
func (s *Server) objectScore(w http.ResponseWriter, r *http.Request) error {
	a, err := s.cellAt(r)
	if err != nil {
		return err
	}
	page := s.page(r, "scorecard", "score.title")
	if !page.User.May(lantoa.TellHere, a.row.Path) {
		return lantoa.Problem(lantoa.Forbidden, "unit", "")
	}
	until := lantoa.ObjectUntil(a.term, a.card.FrozenAt, s.Zone)
	text, link := r.PostFormValue("noi_dung"), strings.TrimSpace(r.PostFormValue("duong_dan"))
	o := lantoa.Objection{Campaign: a.campaign.ID, Term: a.term, Unit: a.row.Unit, Criterion: a.criterion.ID, Text: text, Link: link,
		By: page.User.ID, ByName: page.User.Name, At: s.Now()}
	if !s.Now().Before(until.AddDate(0, 0, 1)) {
		err = lantoa.Problem(lantoa.Conflict, "objection", "")
	} else {
		err = s.Store.Object(r.Context(), &o)
	}
	if lantoa.KindOf(err) == lantoa.Invalid {
		p, fillErr := s.scoreCell(r.Context(), page, a)
		if fillErr != nil {
			return fillErr
		}
		said := "score.objection.bad_text"
		if lantoa.AsTrouble(err, lantoa.Invalid).What == "link" {
			said = "score.objection.bad_link"
		}
		p.Notice, p.Text, p.Link = &Notice{Text: p.T(said), Bad: true}, text, link
		return s.draw(w, r, http.StatusBadRequest, "scorecard_cell", p)
	}
	return s.scoreDone(w, r, a.url(), err, page.T("score.objection.sent", "day", page.Date(o.Due(s.Zone))),
		map[lantoa.Kind]string{lantoa.Conflict: page.T("score.objection.closed", "day", page.Date(until))})
}

// answerObjection answers a wish with the name of who answers.
func (s *Server) answerObjection(w http.ResponseWriter, r *http.Request) error {
	key, err := id(r, "objection")
	if err != nil {
		return err
	}
	o, err := s.Store.Objection(r.Context(), key)
	if err != nil {
		return err
	}
	n, err := s.Desk.Network(r.Context())
	if err != nil {
		return err
	}
	p := s.page(r, "scorecard", "score.title")
	unit := n.Units[o.Unit]
	if !p.User.May(lantoa.Mark, unit.Path) {
		return lantoa.Problem(lantoa.Forbidden, "objection", "")
	}
	err = s.Store.AnswerObjection(r.Context(), o.ID, r.PostFormValue("tra_loi"), p.User, s.Now())
	return s.scoreDone(w, r, "/thi-dua/"+o.Term.String()+"/"+unit.Code+"/"+o.Criterion, err, p.T("score.objection.answer_saved"), map[lantoa.Kind]string{
		lantoa.Conflict: p.T("score.objection.answer_twice"), lantoa.Invalid: p.T("score.objection.answer_bad"),
	})
}

// correctScore changes a figure that was fixed; the old one is kept.
func (s *Server) correctScore(w http.ResponseWriter, r *http.Request) error {
	a, err := s.cellAt(r)
	if err != nil {
		return err
	}
	p := s.page(r, "scorecard", "score.title")
	if !mayConnect(p.User) {
		return lantoa.Problem(lantoa.Forbidden, "admin", "")
	}
	was := lantoa.ScoreState(r.PostFormValue("cu"))
	wasHave, err := strconv.Atoi(cmp.Or(r.PostFormValue("so_cu"), "0"))
	have, err2 := strconv.Atoi(cmp.Or(strings.TrimSpace(r.PostFormValue("so_moi")), "0"))
	if errors.Join(err, err2) != nil {
		err = lantoa.Problem(lantoa.Invalid, "have", "")
	} else if was != a.cell.State || wasHave != a.cell.Have {
		err = lantoa.Problem(lantoa.Conflict, "correction", "")
	} else {
		err = s.Store.CorrectScore(r.Context(), &lantoa.Correction{Campaign: a.campaign.ID, Term: a.term, Unit: a.row.Unit, Criterion: a.criterion.ID,
			Was: was, WasHave: wasHave, WasNeed: a.cell.Need, State: lantoa.ScoreState(r.PostFormValue("ket_qua")), Have: have,
			Reason: r.PostFormValue("ly_do"), By: p.User.Name, At: s.Now()}, p.User)
	}
	s.scores.forget()
	return s.scoreDone(w, r, a.url(), err, p.T("score.correct.saved"), map[lantoa.Kind]string{
		lantoa.Conflict: p.T("score.correct.again"), lantoa.Invalid: p.T("score.correct.bad"),
	})
}
