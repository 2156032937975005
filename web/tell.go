package web

import (
	"context"
	"encoding/json"
	"net/http"
	"time"

	"github.com/hoiphunu/lantoa"
)

// tellPage answers: how does an officer send us a story?
type tellPage struct {
	Page
	Unit         Option // for one unit: the person's own
	Units        []Option
	Code, Ends   string
	CodeUnit     string
	Tellers      []tellerRow
	TellersTitle string
	NoTellers    string
	ToInbox      bool
}

type tellerRow struct {
	Sender, Who string
	Since       When
}

// tellerCodeLife is how long a word may wait to be sent.
const tellerCodeLife = 7 * 24 * time.Hour

const (
	codeKey      = "teller_code"
	tellersShown = 60
)

func (s *Server) showTell(w http.ResponseWriter, r *http.Request) error {
	who := visitorOf(r).user
	if !who.May(lantoa.TellHere, who.Unit.Path) {
		return lantoa.Problem(lantoa.Forbidden, "tell", "")
	}
	place := "stories"
	if who.Role == lantoa.Officer {
		place = "tell"
	}
	p, err := s.tell(r.Context(), s.page(r, place, "tell.title"), s.gate.sessions.PopString(r.Context(), codeKey))
	if err != nil {
		return err
	}
	w.Header().Set("Cache-Control", "no-store")
	return s.draw(w, r, http.StatusOK, "tell", p)
}

// tell fills the page; code is the word that was just made, as the session holds it.
func (s *Server) tell(ctx context.Context, page Page, code string) (tellPage, error) {
	p := tellPage{Page: page, ToInbox: mayInbox(page.User)}
	p.Unit = Option{Value: string(p.User.Unit.ID), Name: p.User.Unit.UnionName()}
	names := map[lantoa.UnitID]lantoa.Unit{p.User.Unit.ID: p.User.Unit}
	if p.User.Role != lantoa.Officer {
		units, err := s.Store.Units(ctx, p.User.Scope(), s.Now())
		if err != nil {
			return p, err
		}
		for _, u := range units {
			names[u.ID] = u
			p.Units = append(p.Units, Option{Value: string(u.ID), Name: upperFirst(u.Name), On: u.ID == p.User.Unit.ID})
		}
	}
	var made lantoa.TellerCode
	if code != "" && json.Unmarshal([]byte(code), &made) == nil && names[made.Unit].ID != "" {
		p.Code, p.Ends, p.CodeUnit = made.Code, p.DateTime(made.Ends), names[made.Unit].UnionName()
	}
	tellers, err := s.Store.Tellers(ctx, p.User.Scope())
	if err != nil {
		return p, err
	}
	p.TellersTitle = p.T("tell.linked", "n", len(tellers))
	for _, t := range first(tellers, tellersShown) {
		if names[t.Unit].Name == "" {
			u, err := s.Store.Unit(ctx, t.Unit)
			if err != nil {
				return p, err
			}
			names[t.Unit] = u
		}
		p.Tellers = append(p.Tellers, tellerRow{Sender: t.Sender, Who: names[t.Unit].UnionName(), Since: p.moment(t.LinkedAt)})
	}
	return p, nil
}

// makeTellerCode makes the word that links whoever sends it first to a unit.
func (s *Server) makeTellerCode(w http.ResponseWriter, r *http.Request) error {
	who := visitorOf(r).user
	unit := who.Unit
	if x := r.PostFormValue("don_vi"); x != "" && lantoa.UnitID(x) != unit.ID {
		var err error
		if unit, err = s.Store.Unit(r.Context(), lantoa.UnitID(x)); err != nil {
			return err
		}
	}
	if !who.May(lantoa.TellHere, unit.Path) || who.Role == lantoa.Officer && unit.ID != who.Unit.ID {
		return lantoa.Problem(lantoa.Forbidden, "tell", "")
	}
	code, err := s.Store.MakeTellerCode(r.Context(), unit.ID, who, s.Now(), s.Now().Add(tellerCodeLife))
	if err != nil {
		return err
	}
	text, err := json.Marshal(code)
	if err != nil {
		panic(err) // strings and times only
	}
	s.gate.sessions.Put(r.Context(), codeKey, string(text))
	http.Redirect(w, r, "/ke-chuyen", http.StatusSeeOther)
	return nil
}

// unlinkTeller forgets whose unit a person tells for.
func (s *Server) unlinkTeller(w http.ResponseWriter, r *http.Request) error {
	who := visitorOf(r).user
	teller, err := s.Store.Teller(r.Context(), r.PostFormValue("nguoi"))
	if err != nil {
		return err
	}
	unit, err := s.Store.Unit(r.Context(), teller.Unit)
	if err != nil {
		return err
	}
	if !who.May(lantoa.TellHere, unit.Path) {
		return lantoa.Problem(lantoa.Forbidden, "tell", "")
	}
	if err := s.Store.UnlinkTeller(r.Context(), teller.Sender, who); err != nil {
		return err
	}
	return s.done(w, r, visitorOf(r).words.T("tell.unlinked"), "/ke-chuyen")
}
