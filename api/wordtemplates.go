package api

import (
	"context"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/hoiphunu/lantoa"
)

// WordsTemplate is what a campaign puts around the words of a story.
type WordsTemplate struct {
	ID       string     `json:"id"`
	Unit     Unit       `json:"unit" doc:"Whose it is; those below may use it"`
	Name     string     `json:"name"`
	Opening  string     `json:"opening"`
	Closing  string     `json:"closing"`
	Hashtags string     `json:"hashtags"`
	Until    *string    `json:"until" format:"date" doc:"Last day it is offered, null: always"`
	By       string     `json:"by"`
	At       *time.Time `json:"at"`
}

func (v view) template(t lantoa.WordsTemplate) WordsTemplate {
	return WordsTemplate{ID: t.ID, Unit: v.unit(t.Unit), Name: t.Name, Opening: t.Opening, Closing: t.Closing, Hashtags: t.Hashtags,
		Until: v.day(t.Until), By: t.By, At: v.moment(t.At)}
}

type templatesInput struct {
	Paging
	State string `query:"state" enum:"offered,all" default:"offered" doc:"Those offered today, or also those whose time is over"`
}

type templatesOutput struct{ Body List[WordsTemplate] }

// templates are those of the caller's unit, of the units above it and of those below.
func (s *Server) templates(ctx context.Context, in *templatesInput) (*templatesOutput, error) {
	if err := s.maySpread(ctx); err != nil {
		return nil, err
	}
	v, err := s.view(ctx)
	if err != nil {
		return nil, err
	}
	day := v.now
	if in.State == "all" {
		day = time.Time{}
	}
	all, err := s.Store.Templates(ctx, callOf(ctx).who.Unit.Path, day)
	if err != nil {
		return nil, err
	}
	page, next, err := pageOf(ctx, in.Paging, all, func(t lantoa.WordsTemplate) string { return t.ID })
	if err != nil {
		return nil, err
	}
	out := &templatesOutput{Body: List[WordsTemplate]{Items: []WordsTemplate{}, Total: len(all), NextCursor: next}}
	for _, t := range page {
		out.Body.Items = append(out.Body.Items, v.template(t))
	}
	return out, nil
}

type templateNewInput struct {
	Body struct {
		_        struct{} `additionalProperties:"false"`
		ID       string   `json:"id,omitempty" maxLength:"40" pattern:"^[0-9a-z]*$" doc:"Of the one to be changed; left out: a new one, of the caller's unit"`
		Name     string   `json:"name" minLength:"1" maxLength:"80"`
		Opening  string   `json:"opening,omitempty" maxLength:"600"`
		Closing  string   `json:"closing,omitempty" maxLength:"600"`
		Hashtags string   `json:"hashtags,omitempty" maxLength:"200"`
		Until    string   `json:"until,omitempty" format:"date"`
	} `nameHint:"WordsTemplateToSave"`
}

type templateOutput struct{ Body WordsTemplate }

// saveTemplate keeps a template for who passes stories on in its unit.
func (s *Server) saveTemplate(ctx context.Context, in *templateNewInput) (*templateOutput, error) {
	if err := s.maySpread(ctx); err != nil {
		return nil, err
	}
	b, who := in.Body, callOf(ctx).who
	t := lantoa.WordsTemplate{ID: b.ID, Unit: who.Unit, Name: strings.TrimSpace(cleaned(b.Name)), Opening: strings.TrimSpace(cleaned(b.Opening)),
		Closing: strings.TrimSpace(cleaned(b.Closing)), Hashtags: strings.TrimSpace(cleaned(b.Hashtags)), By: who.Name, At: s.Now()}
	if b.ID != "" {
		was, err := s.ownTemplate(ctx, b.ID)
		if err != nil {
			return nil, err
		}
		t.Unit = was.Unit
	} else {
		t.ID = lantoa.NewID(s.Now())
	}
	if b.Until != "" {
		day, err := time.ParseInLocation(time.DateOnly, b.Until, s.Zone)
		if err != nil {
			return nil, &refusal{kind: lantoa.Invalid, about: badField, param: "until", want: wantDate}
		}
		t.Until = day
	}
	if t.Name == "" {
		return nil, &refusal{kind: lantoa.Invalid, about: badField, param: "name", want: wantField}
	}
	if err := s.Store.SaveTemplate(ctx, t, who); err != nil {
		return nil, err
	}
	t, err := s.Store.Template(ctx, t.ID)
	if err != nil {
		return nil, err
	}
	v, err := s.view(ctx)
	if err != nil {
		return nil, err
	}
	return &templateOutput{Body: v.template(t)}, nil
}

// ownTemplate is one that the caller may change.
func (s *Server) ownTemplate(ctx context.Context, id string) (lantoa.WordsTemplate, error) {
	t, err := s.Store.Template(ctx, id)
	if err == nil && !callOf(ctx).who.May(lantoa.Publish, t.Unit.Path) {
		err = refuse(lantoa.Forbidden, notYours)
	}
	return t, err
}

// dropTemplate answers with what it was.
func (s *Server) dropTemplate(ctx context.Context, in *Address) (*templateOutput, error) {
	t, err := s.ownTemplate(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	v, err := s.view(ctx)
	if err != nil {
		return nil, err
	}
	if err := s.Store.DropTemplate(ctx, t.ID, callOf(ctx).who); err != nil {
		return nil, err
	}
	return &templateOutput{Body: v.template(t)}, nil
}

// Publishing is how a channel is published to.
type Publishing struct {
	Means   lantoa.Means    `json:"means" enum:"feed,article,broadcast,message,hand"`
	Trouble *ChannelTrouble `json:"trouble" doc:"Why only a person may, null where a program may"`
}

// TransformSchema tells the document that trouble may be null.
func (Publishing) TransformSchema(_ huma.Registry, s *huma.Schema) *huma.Schema {
	s.Properties["trouble"] = orNull(s.Properties["trouble"])
	return s
}

type publishingOutput struct{ Body Publishing }

// publishing says what can be done with a channel of the scope, for who passes stories on.
func (s *Server) publishing(ctx context.Context, in *Address) (*publishingOutput, error) {
	if err := s.maySpread(ctx); err != nil {
		return nil, err
	}
	ch, err := s.Store.Channel(ctx, lantoa.ChannelID(in.ID))
	if err != nil {
		return nil, err
	}
	v, err := s.view(ctx)
	if err != nil {
		return nil, err
	}
	if !v.sees(ch.Unit) {
		return nil, refuse(lantoa.Forbidden, notYours)
	}
	out := &publishingOutput{Body: Publishing{Means: lantoa.MeansOf(ch.Kind)}}
	if s.Means != nil {
		means, trouble := s.Means(ctx, ch)
		out.Body.Means = means
		if trouble != nil {
			t := v.trouble(*trouble, ch.Kind)
			out.Body.Trouble = &t
		}
	}
	return out, nil
}
