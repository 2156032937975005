package web

import (
	"cmp"
	"context"
	"net/http"
	"slices"
	"strings"
	"time"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/activity"
	"github.com/hoiphunu/lantoa/internal/viet"
	"github.com/hoiphunu/lantoa/reshare"
)

// hintsPage answers: to which units could this story be of use, and who used it?
type hintsPage struct {
	Page
	ID                      lantoa.StoryID
	Who, Headline, StoryURL string
	Locked                  string
	Query, Words, Error     string
	Units                   []hintUnit
	Chosen                  []hintUnit
	More                    string
	Sum                     string
	Rows                    []hintRow
}

type hintUnit struct {
	ID         lantoa.UnitID
	Name, Note string
	On         bool
}

// hintRow is what became of a suggestion.
type hintRow struct {
	Unit, UnitURL, Note string
	State               StateMark
	Post                string
}

const (
	hintUnits = 24  // offered at once
	hintMost  = 60  // suggested at once
	hintWords = 500 // letters: a message that is pasted
)

func hintsURL(id lantoa.StoryID) string { return "/cau-chuyen/" + string(id) + "/goi-y" }

// hintsSum says how many units a story was suggested to and how many used it.
func (p Page) hintsSum(hints []lantoa.ShareHint) string {
	seen, used := 0, 0
	for _, h := range hints {
		if !p.User.May(lantoa.See, h.Unit.Path) {
			continue
		}
		if seen++; h.Used != "" {
			used++
		}
	}
	if seen == 0 {
		return ""
	}
	return p.T("reshare.hints_sum", "n", used, "of", seen)
}

func (s *Server) showHints(w http.ResponseWriter, r *http.Request) error {
	st, err := s.passStory(r)
	if err != nil {
		return err
	}
	p, err := s.hints(r, st, nil)
	if err != nil {
		return err
	}
	return s.draw(w, r, http.StatusOK, "hints", p)
}

// hints fills the page; chosen are units that were ticked before.
func (s *Server) hints(r *http.Request, st lantoa.Story, chosen []lantoa.UnitID) (hintsPage, error) {
	ctx := r.Context()
	p := hintsPage{Page: s.page(r, "stories", "reshare.hints"), ID: st.ID, Who: st.First.UnionName(), StoryURL: "/cau-chuyen/" + string(st.ID) + "#lan-toa"}
	p.Sheet, p.Headline, p.Query = "pass.css", titleOf(p.Page, st), lantoa.Cut(strings.TrimSpace(r.FormValue("tim")), 80)
	had, err := s.Store.HintsOfStory(ctx, st.ID)
	if err != nil {
		return p, err
	}
	p.hintRows(had)
	if err := reshare.Passable(st); err != nil {
		p.Locked = p.T("reshare.not_chosen")
		if lantoa.AsTrouble(err, "").What == "consent" {
			p.Locked = p.T("story.consent_missing")
		}
		return p, nil
	}
	if p.Words = reshare.Propose(st, nil).Short; r.Form.Has("loi") {
		p.Words = lantoa.Cut(r.FormValue("loi"), longestWords)
	}
	n, err := s.Desk.Network(ctx)
	if err != nil {
		return p, err
	}
	carried, err := s.Store.StoryPosts(ctx, p.User.Scope(), st.ID)
	if err != nil {
		return p, err
	}
	not := map[lantoa.UnitID]bool{st.First.ID: true}
	for _, m := range carried {
		not[m.Unit.ID] = true
	}
	for _, h := range had {
		not[h.Unit.ID] = true
	}
	units := s.hintable(p.User, n, not)
	for _, u := range units {
		if slices.Contains(chosen, u.ID) {
			p.Chosen = append(p.Chosen, hintUnit{ID: u.ID, Name: u.Name, On: true})
		}
	}
	found := likeTeller(units, n, st.First)
	if p.Query != "" {
		found = slices.DeleteFunc(found, func(u lantoa.Unit) bool {
			return u.Code != p.Query && !hasWords(viet.Bare(u.Name+" "+n.Units[u.Parent].Name), strings.Fields(viet.Bare(p.Query)))
		})
	}
	found = slices.DeleteFunc(found, func(u lantoa.Unit) bool { return slices.Contains(chosen, u.ID) })
	for _, u := range first(found, hintUnits) {
		p.Units = append(p.Units, hintUnit{ID: u.ID, Name: u.Name, Note: cmp.Or(n.Units[u.Parent].Name, p.Level(u.Level))})
	}
	switch {
	case len(found) == 0:
		p.More = p.T("reshare.none_found", "q", p.Query)
	case len(found) > hintUnits:
		p.More = p.T("reshare.more_found", "n", len(found)-hintUnits)
	}
	return p, nil
}

// hintable are the units in force below the person that something may be suggested to.
func (s *Server) hintable(who lantoa.User, n *activity.Network, not map[lantoa.UnitID]bool) []lantoa.Unit {
	today := lantoa.Day(n.At, n.Zone)
	var out []lantoa.Unit
	for _, u := range n.Units {
		if u.ID != who.Unit.ID && who.May(lantoa.Publish, u.Path) && u.InForce(today) && !not[u.ID] {
			out = append(out, u)
		}
	}
	slices.SortFunc(out, func(a, b lantoa.Unit) int {
		return cmp.Or(cmp.Compare(slices.Index(lantoa.Levels, a.Level), slices.Index(lantoa.Levels, b.Level)), strings.Compare(a.Code, b.Code))
	})
	return out
}

// likeTeller puts the units first that are most like the one that told the story: of its level, with about as many
// followers, and not next door, where the story is known.
func likeTeller(units []lantoa.Unit, n *activity.Network, teller lantoa.Unit) []lantoa.Unit {
	stories := make([]lantoa.Story, len(units))
	for i, u := range units {
		stories[i] = lantoa.Story{ID: lantoa.StoryID(u.ID), First: u}
	}
	out := make([]lantoa.Unit, 0, len(units))
	for _, st := range likeHers(stories, n, teller) {
		out = append(out, st.First)
	}
	return out
}

func (p *hintsPage) hintRows(had []lantoa.ShareHint) {
	p.Sum = p.hintsSum(had)
	for _, h := range had {
		if !p.User.May(lantoa.See, h.Unit.Path) {
			continue
		}
		row := hintRow{Unit: h.Unit.Name, UnitURL: pageOfUnit(h.Unit, p.Now), Note: p.T("reshare.hint.by", "name", h.ByName, "time", p.DateTime(h.At))}
		key, sign := "waits", lantoa.Waiting
		switch {
		case h.Used != "":
			key, sign = "used_"+string(h.Used), lantoa.Active
			if h.Post != "" {
				row.Post = "/bai-viet/" + string(h.Post)
			}
		case !h.DeclinedAt.IsZero():
			key, sign = "declined", lantoa.Archived
		case h.At.After(p.Now):
			key = "later"
		case !h.SeenAt.IsZero():
			key = "seen"
		}
		row.State = StateMark{Alive: sign, Word: p.T("reshare.hint." + key)}
		p.Rows = append(p.Rows, row)
	}
}

// sendHints suggests a story to the units that were ticked. viec: tim looks for units and keeps what was ticked.
func (s *Server) sendHints(w http.ResponseWriter, r *http.Request) error {
	st, err := s.passStory(r)
	if err != nil {
		return err
	}
	if err := r.ParseForm(); err != nil {
		return errBadForm
	}
	ctx, who := r.Context(), visitorOf(r).user
	var chosen []lantoa.UnitID
	for _, x := range first(r.PostForm["don_vi"], hintMost) {
		if !slices.Contains(chosen, lantoa.UnitID(x)) {
			chosen = append(chosen, lantoa.UnitID(x))
		}
	}
	again := func(code int, key string, args ...any) error {
		p, err := s.hints(r, st, chosen)
		if err != nil {
			return err
		}
		if key != "" {
			p.Error = p.T(key, args...)
		}
		return s.draw(w, r, code, "hints", p)
	}
	if r.PostFormValue("viec") == "tim" {
		return again(http.StatusOK, "")
	}
	if err := reshare.Passable(st); err != nil {
		return err
	}
	text := strings.TrimSpace(strings.ReplaceAll(r.PostFormValue("loi"), "\r\n", "\n"))
	if len(chosen) == 0 {
		return again(http.StatusUnprocessableEntity, "reshare.error.unit")
	}
	if err := reshare.CheckWords(st, lantoa.ViaMessage, "", text); err != nil {
		switch lantoa.AsTrouble(err, "").What {
		case "credit":
			return again(http.StatusUnprocessableEntity, "reshare.error.credit", "credit", lantoa.CreditOf(st.First))
		case "long":
			return again(http.StatusUnprocessableEntity, "reshare.error.long")
		}
		return again(http.StatusUnprocessableEntity, "reshare.error.words")
	}
	var list []lantoa.ShareHint
	for _, unit := range chosen {
		u, err := s.Store.Unit(ctx, unit)
		if err != nil {
			return err
		}
		if !who.May(lantoa.Publish, u.Path) {
			return lantoa.Problem(lantoa.Forbidden, "unit", "")
		}
		list = append(list, lantoa.ShareHint{ID: lantoa.NewID(s.Now()), Story: st.ID, Title: titleOf(Page{Catalog: visitorOf(r).words}, st), First: st.First, Unit: u,
			Words: text, Link: original(st.Lead.Permalink), By: who.ID, ByName: who.Name, At: s.Now()})
	}
	added, err := s.Store.SaveHints(ctx, list)
	if err != nil {
		return err
	}
	return s.done(w, r, visitorOf(r).words.T("reshare.hinted", "n", added), hintsURL(st.ID))
}

// hintCard is a suggestion as the unit gets it.
type hintCard struct {
	Page
	ID, Title, Who, Words, Link, StoryURL string
	Story                                 lantoa.StoryID
	Note                                  string
	Done                                  string // what was said of it
	May, Undo                             bool
}

const hintsShown = 3

// ownHints are the suggestions to the person's own unit.
func (s *Server) ownHints(ctx context.Context, p *ownPage) error {
	unit := p.User.Unit
	list, err := s.Store.HintsOf(ctx, unit.ID, p.Now)
	if err != nil {
		return err
	}
	unseen := false
	for _, h := range list {
		if len(p.Hints) == hintsShown || p.Now.Sub(cmp.Or(later(h.UsedAt, h.DeclinedAt), p.Now)) > 7*24*time.Hour {
			continue
		}
		c := hintCard{Page: p.Page, ID: h.ID, Story: h.Story, Title: h.Title, Who: h.First.UnionName(), Words: h.Words, Link: original(h.Link), StoryURL: "/cau-chuyen/" + string(h.Story),
			Note: p.T("reshare.hint.from", "name", h.ByName, "day", p.Date(h.At)), May: p.User.May(lantoa.TellHere, unit.Path)}
		switch {
		case h.Used == lantoa.UsedByTick:
			c.Done, c.Undo = p.T("reshare.hint.thanks"), c.May
		case h.Used != "":
			c.Done = p.T("reshare.hint.thanks")
		case !h.DeclinedAt.IsZero():
			c.Done, c.Undo = p.T("reshare.hint.fine"), c.May
		}
		unseen = unseen || h.SeenAt.IsZero()
		p.Hints = append(p.Hints, c)
	}
	if unseen && p.User.Role == lantoa.Officer {
		return s.Store.SeeHints(ctx, unit.ID, p.Now)
	}
	return nil
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}

// answerHint is the unit's word on a suggestion. viec: da_dang it was posted, khong not this time, hoan_tac neither.
func (s *Server) answerHint(w http.ResponseWriter, r *http.Request) error {
	hid, err := id(r, "hint")
	if err != nil {
		return err
	}
	ctx, who := r.Context(), visitorOf(r).user
	h, err := s.Store.ShareHint(ctx, hid)
	if err != nil {
		return err
	}
	if h.Unit.ID != who.Unit.ID || !who.May(lantoa.TellHere, h.Unit.Path) {
		return lantoa.Problem(lantoa.Forbidden, "hint", "")
	}
	said, answer := "", ""
	switch r.PostFormValue("viec") {
	case "da_dang":
		answer = "used"
		said, err = "reshare.hint.thanks", s.Store.UseHint(ctx, h.ID, lantoa.UsedByTick, "", s.Now())
	case "khong":
		answer = "declined"
		said, err = "reshare.hint.fine", s.Store.DeclineHint(ctx, h.ID, s.Now())
	case "hoan_tac":
		answer = "undo"
		said, err = "reshare.hint.undone", s.Store.UndoHint(ctx, h.ID)
	default:
		return errBadForm
	}
	if err != nil {
		return err
	}
	if err := s.Store.Note(ctx, lantoa.Audit{At: s.Now(), Who: who.Email, Action: "hint_answer", Subject: string(h.Story), Detail: h.Unit.Code + " · " + answer}); err != nil {
		return err
	}
	return s.done(w, r, visitorOf(r).words.T(said), "/xa-toi#goi-y")
}
