package api

import (
	"context"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/reshare"
)

// ShareHint is a story put to a unit with words ready to paste: a suggestion, never an order.
type ShareHint struct {
	ID       string          `json:"id"`
	Story    lantoa.StoryID  `json:"story"`
	Title    string          `json:"title" doc:"Of the story"`
	First    Unit            `json:"first" doc:"Who told it first"`
	Unit     Unit            `json:"unit" doc:"To whom it is suggested"`
	Words    string          `json:"words"`
	Link     string          `json:"link"`
	By       string          `json:"by"`
	At       *time.Time      `json:"at" doc:"When the unit may see it: later where it has had its two messages of the week"`
	SeenAt   *time.Time      `json:"seen_at"`
	Used     *lantoa.HintUse `json:"used" enum:"share,copy,tick" doc:"By the platform's own sharing, by the same text, or as the unit says; null while it was not"`
	UsedAt   *time.Time      `json:"used_at"`
	Post     *lantoa.PostID  `json:"post" doc:"That used it"`
	Declined *time.Time      `json:"declined_at" doc:"No reason is asked for"`
}

// TransformSchema tells the document that used may be null although it is one of some words.
func (ShareHint) TransformSchema(_ huma.Registry, s *huma.Schema) *huma.Schema {
	used := s.Properties["used"]
	s.Properties["used"] = &huma.Schema{OneOf: []*huma.Schema{{Type: huma.TypeString, Enum: used.Enum}, {Type: "null"}}, Description: used.Description}
	return s
}

func (v view) hint(h lantoa.ShareHint) ShareHint {
	out := ShareHint{ID: h.ID, Story: h.Story, Title: h.Title, First: v.unit(h.First), Unit: v.unit(h.Unit), Words: h.Words, Link: h.Link,
		By: h.ByName, At: v.moment(h.At), SeenAt: v.moment(h.SeenAt), UsedAt: v.moment(h.UsedAt), Declined: v.moment(h.DeclinedAt)}
	if h.Used != "" {
		out.Used = &h.Used
	}
	if h.Post != "" {
		out.Post = &h.Post
	}
	return out
}

type hintsOutput struct{ Body List[ShareHint] }

func (v view) hintList(ctx context.Context, p Paging, all []lantoa.ShareHint) (*hintsOutput, error) {
	page, next, err := pageOf(ctx, p, all, func(h lantoa.ShareHint) string { return h.ID })
	if err != nil {
		return nil, err
	}
	out := &hintsOutput{Body: List[ShareHint]{Items: []ShareHint{}, Total: len(all), NextCursor: next}}
	for _, h := range page {
		out.Body.Items = append(out.Body.Items, v.hint(h))
	}
	return out, nil
}

type storyHintsInput struct {
	Paging
	Address
}

// storyHints are the suggestions of a story to units of the caller's scope, for who passes stories on.
func (s *Server) storyHints(ctx context.Context, in *storyHintsInput) (*hintsOutput, error) {
	if err := s.maySpread(ctx); err != nil {
		return nil, err
	}
	v, st, err := s.storyFor(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	all, err := s.Store.HintsOfStory(ctx, st.ID)
	if err != nil {
		return nil, err
	}
	var seen []lantoa.ShareHint
	for _, h := range all {
		if v.sees(h.Unit) {
			seen = append(seen, h)
		}
	}
	return v.hintList(ctx, in.Paging, seen)
}

type hintNewInput struct {
	Address
	Body struct {
		_     struct{} `additionalProperties:"false"`
		Units []string `json:"units" minItems:"1" maxItems:"500" nullable:"false" doc:"Codes of units in force today"`
		Words string   `json:"words,omitempty" maxLength:"20000" doc:"With the credit line; left out: as GET /stories/{id}/words proposes them"`
	} `nameHint:"NewShareHints"`
}

type hintedOutput struct {
	Body struct {
		Added int `json:"added" doc:"What was suggested to a unit before stays as it is and is not counted"`
	} `nameHint:"ShareHintsAdded"`
}

// suggest puts a story to units.
func (s *Server) suggest(ctx context.Context, in *hintNewInput) (*hintedOutput, error) {
	if err := s.maySpread(ctx); err != nil {
		return nil, err
	}
	v, st, err := s.storyFor(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	if err := reshare.Passable(st); err != nil {
		return nil, told(err)
	}
	text := strings.TrimSpace(cleaned(in.Body.Words))
	if text == "" {
		text = reshare.Propose(st, nil).Short
	}
	if err := reshare.CheckWords(st, lantoa.ViaMessage, "", text); err != nil {
		return nil, told(err)
	}
	who := callOf(ctx).who
	var list []lantoa.ShareHint
	for _, code := range in.Body.Units {
		u, err := s.Store.UnitByCode(ctx, strings.TrimSpace(code), lantoa.Day(v.now, s.Zone))
		if lantoa.KindOf(err) == lantoa.NotFound {
			return nil, &refusal{kind: lantoa.Invalid, about: noUnit, param: "units", why: code}
		}
		if err != nil {
			return nil, err
		}
		if !who.May(lantoa.Publish, u.Path) {
			return nil, refuse(lantoa.Forbidden, notYours)
		}
		list = append(list, lantoa.ShareHint{Story: st.ID, Title: st.Title, First: st.First, Unit: u, Words: text, Link: st.Lead.Permalink,
			By: who.ID, ByName: who.Name, At: v.now})
	}
	out := &hintedOutput{}
	out.Body.Added, err = s.Store.SaveHints(ctx, list)
	return out, err
}

type unitCodeInput struct {
	Paging
	Code string `path:"code" maxLength:"40"`
}

// unitOf is the unit of the caller's scope that bears a code today.
func (s *Server) unitOf(ctx context.Context, v view, code string) (lantoa.Unit, error) {
	u, err := s.Store.UnitByCode(ctx, strings.TrimSpace(code), lantoa.Day(v.now, s.Zone))
	if err == nil && !v.sees(u) {
		err = refuse(lantoa.Forbidden, notYours)
	}
	return u, err
}

// unitHints are the suggestions to a unit that it may see by now, newest first.
func (s *Server) unitHints(ctx context.Context, in *unitCodeInput) (*hintsOutput, error) {
	v, err := s.view(ctx)
	if err != nil {
		return nil, err
	}
	u, err := s.unitOf(ctx, v, in.Code)
	if err != nil {
		return nil, err
	}
	all, err := s.Store.HintsOf(ctx, u.ID, v.now)
	if err != nil {
		return nil, err
	}
	return v.hintList(ctx, in.Paging, all)
}

type hintAnswerInput struct {
	Address
	Body struct {
		_      struct{} `additionalProperties:"false"`
		Answer string   `json:"answer" enum:"used,declined,undo" doc:"It was posted; not this time; neither"`
	} `nameHint:"ShareHintAnswer"`
}

type hintOutput struct{ Body ShareHint }

// answerHint is the unit's own word on a suggestion.
func (s *Server) answerHint(ctx context.Context, in *hintAnswerInput) (*hintOutput, error) {
	v, err := s.view(ctx)
	if err != nil {
		return nil, err
	}
	h, err := s.Store.ShareHint(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	who := callOf(ctx).who
	if h.Unit.ID != who.Unit.ID || h.At.After(v.now) {
		return nil, refuse(lantoa.Forbidden, notYours)
	}
	if !who.May(lantoa.TellHere, h.Unit.Path) {
		return nil, refuse(lantoa.Forbidden, notAllowed)
	}
	switch in.Body.Answer {
	case "used":
		err = s.Store.UseHint(ctx, h.ID, lantoa.UsedByTick, "", v.now)
	case "declined":
		err = s.Store.DeclineHint(ctx, h.ID, v.now)
	case "undo":
		err = s.Store.UndoHint(ctx, h.ID)
	}
	if err != nil {
		return nil, err
	}
	was := h
	if h, err = s.Store.ShareHint(ctx, h.ID); err != nil {
		return nil, err
	}
	if h.Used != was.Used || !h.DeclinedAt.Equal(was.DeclinedAt) {
		if err := s.Store.Note(ctx, lantoa.Audit{At: v.now, Who: who.Email, Action: "hint_answer", Subject: string(h.Story), Detail: h.Unit.Code + " · " + in.Body.Answer}); err != nil {
			return nil, err
		}
	}
	return &hintOutput{Body: v.hint(h)}, nil
}
