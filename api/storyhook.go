package api

import (
	"context"
	"encoding/json"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/reshare"
)

// StoryEvent is a call to a program of the Union that a story was chosen.
type StoryEvent struct {
	ID      string          `json:"id" doc:"Sent along as X-Lantoa-Event: the same event may arrive twice"`
	Event   string          `json:"event" example:"story.approved"`
	Story   lantoa.StoryID  `json:"story"`
	At      *time.Time      `json:"at"`
	State   string          `json:"state" enum:"waiting,done,given_up"`
	Tries   int             `json:"tries"`
	Next    *time.Time      `json:"next" doc:"When it is told, or told again; null: not any more"`
	DoneAt  *time.Time      `json:"done_at"`
	Status  *int            `json:"status" doc:"Of the last answer, null where there was none"`
	Trouble *ChannelTrouble `json:"trouble"`
}

// TransformSchema tells the document that trouble may be null.
func (StoryEvent) TransformSchema(_ huma.Registry, s *huma.Schema) *huma.Schema {
	s.Properties["trouble"] = orNull(s.Properties["trouble"])
	return s
}

type storyEventsOutput struct{ Body List[StoryEvent] }

type storyEventsInput struct{ Paging }

// mostEvents bounds how far back the list goes.
const mostEvents = 2000

// storyEvents are for the administrators of the root, newest first.
func (s *Server) storyEvents(ctx context.Context, in *storyEventsInput) (*storyEventsOutput, error) {
	who := callOf(ctx).who
	if !who.May(lantoa.Manage, who.Unit.Path) || eyes(who) != lantoa.Everything {
		return nil, refuse(lantoa.Forbidden, notAllowed)
	}
	all, err := s.Store.StoryEvents(ctx, mostEvents)
	if err != nil {
		return nil, err
	}
	page, next, err := pageOf(ctx, in.Paging, all, func(e lantoa.StoryEvent) string { return e.ID })
	if err != nil {
		return nil, err
	}
	v, err := s.view(ctx)
	if err != nil {
		return nil, err
	}
	out := &storyEventsOutput{Body: List[StoryEvent]{Items: []StoryEvent{}, Total: len(all), NextCursor: next}}
	for _, e := range page {
		x := StoryEvent{ID: e.ID, Event: e.Event, Story: e.Story, At: v.moment(e.At), State: "waiting", Tries: e.Tries, DoneAt: v.moment(e.DoneAt)}
		switch {
		case !e.DoneAt.IsZero():
			x.State = "done"
		case e.Next.IsZero():
			x.State = "given_up"
		default:
			x.Next = v.moment(e.Next)
		}
		if e.Status != 0 {
			x.Status = &e.Status
		}
		if e.Trouble != nil {
			t := v.trouble(*e.Trouble, "")
			x.Trouble = &t
		}
		out.Body.Items = append(out.Body.Items, x)
	}
	return out, nil
}

// StoryEventBody is what a program of the Union is sent: the event, and the story as everybody may read it. A Conflict
// says why it must not be told, or not yet: "state", "withdrawn", "consent".
func (s *Server) StoryEventBody(ctx context.Context, e lantoa.StoryEvent) ([]byte, error) {
	st, err := s.Store.Story(ctx, e.Story)
	if err != nil {
		return nil, err
	}
	if err := reshare.Passable(st); err != nil {
		return nil, err
	}
	if gone(st.Lead) {
		return nil, lantoa.Problem(lantoa.Conflict, "withdrawn", "")
	}
	v, err := s.view(ctx)
	if err != nil {
		return nil, err
	}
	v.scope = "-" // nobody's: the public view
	return json.Marshal(struct {
		ID    string     `json:"id"`
		Event string     `json:"event"`
		At    *time.Time `json:"at"`
		Story Story      `json:"story"`
	}{e.ID, e.Event, v.moment(e.At), v.story(st)})
}
