package api

import (
	"context"
	"net/http"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/internal/card"
	"github.com/hoiphunu/lantoa/reshare"
)

// Thanks is the word of thanks to a unit whose story was passed on.
type Thanks struct {
	ID      string           `json:"id"`
	Reshare lantoa.ReshareID `json:"reshare"`
	Story   lantoa.StoryID   `json:"story"`
	Title   string           `json:"title" doc:"Of the story"`
	Unit    Unit             `json:"unit"`
	Channel string           `json:"channel" doc:"Where it was passed on, by name"`
	At      *time.Time       `json:"at"`
	SeenAt  *time.Time       `json:"seen_at"`
	Lift    *Lift            `json:"lift" doc:"null where nothing could be measured"`
	Words   string           `json:"words" doc:"Ready to be pasted into the unit's group"`
	Card    string           `json:"card" doc:"Address of the picture, a PNG of 1080 × 1080"`
}

// TransformSchema tells the document that lift may be null.
func (Thanks) TransformSchema(_ huma.Registry, s *huma.Schema) *huma.Schema {
	s.Properties["lift"] = orNull(s.Properties["lift"])
	return s
}

type thanksOutput struct{ Body List[Thanks] }

// thanks are the words of thanks to a unit, newest first.
func (s *Server) thanks(ctx context.Context, in *unitCodeInput) (*thanksOutput, error) {
	v, err := s.view(ctx)
	if err != nil {
		return nil, err
	}
	u, err := s.unitOf(ctx, v, in.Code)
	if err != nil {
		return nil, err
	}
	all, err := s.Store.ThanksOf(ctx, u.ID, v.now)
	if err != nil {
		return nil, err
	}
	page, next, err := pageOf(ctx, in.Paging, all, func(t lantoa.Thanks) string { return t.ID })
	if err != nil {
		return nil, err
	}
	out := &thanksOutput{Body: List[Thanks]{Items: []Thanks{}, Total: len(all), NextCursor: next}}
	for _, t := range page {
		r, err := s.Store.Reshare(ctx, t.Reshare)
		if err != nil {
			return nil, err
		}
		lift := v.lift(t.Lift)
		if err := s.together(ctx, lift, r); err != nil {
			return nil, err
		}
		if lift != nil && !v.sees(r.Unit) { // what is usual on a channel is its unit's own affair
			lift.OwnUsual = nil
		}
		out.Body.Items = append(out.Body.Items, Thanks{ID: t.ID, Reshare: t.Reshare, Story: t.Story, Title: t.Title, Unit: v.unit(t.Unit),
			Channel: t.Channel, At: v.moment(t.At), SeenAt: v.moment(t.SeenAt), Lift: lift, Words: reshare.ThanksWords(t),
			Card: s.base() + root + "/thanks/" + t.ID + "/card.png"})
	}
	return out, nil
}

// cardRoute serves the picture with which a unit is thanked.
func (s *Server) cardRoute(a huma.API) {
	op := get("thanks-card", "/thanks/{id}/card.png", "Tấm ảnh cảm ơn, PNG 1080 × 1080")
	op.Responses = map[string]*huma.Response{strconv.Itoa(http.StatusOK): {Description: "The picture",
		Content: map[string]*huma.MediaType{"image/png": {Schema: &huma.Schema{Type: huma.TypeString, Format: "binary"}}}}}
	serve(s, a, op, s.thanksCard)
}

func (s *Server) thanksCard(ctx context.Context, in *Address) (*huma.StreamResponse, error) {
	t, err := s.Store.Thanks(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	if !callOf(ctx).who.Scope().Sees(t.Unit.Path) || t.At.After(s.Now()) {
		return nil, refuse(lantoa.Forbidden, notYours)
	}
	picture, err := card.Draw(reshare.ThanksCard(t, callOf(ctx).say))
	if err != nil {
		return nil, err
	}
	return &huma.StreamResponse{Body: func(c huma.Context) {
		c.SetHeader("Content-Type", "image/png")
		c.SetHeader("Content-Disposition", `inline; filename="cam-on.png"`)
		_, _ = c.BodyWriter().Write(picture) // the caller has gone
	}}, nil
}
