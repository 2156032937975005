package api

import (
	"context"
	"time"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/store"
	"github.com/hoiphunu/lantoa/stories"
)

// Story is a good practice told by one or more posts that carry the same text.
type Story struct {
	ID         lantoa.StoryID `json:"id"`
	Title      string         `json:"title"`
	State      lantoa.State   `json:"state" enum:"suggested,shortlisted,approved,reshared,dismissed"`
	Rank       *float64       `json:"rank" doc:"Today's: it halves every ten days; null outside the caller's scope"`
	Likeness   float64        `json:"likeness" doc:"How much the text reads like a good practice, 0 to 1"`
	Score      *float64       `json:"score" doc:"That of the lead post; null outside the caller's scope"`
	Reasons    []Reason       `json:"reasons" nullable:"false"`
	First      Unit           `json:"first" doc:"The unit that told it first"`
	ToldAt     *time.Time     `json:"told_at"`
	Week       string         `json:"week" example:"2026-W47" doc:"The week in which it was first told"`
	Units      int            `json:"units"`
	Channels   int            `json:"channels"`
	Lead       Post           `json:"lead" doc:"The post of the first teller"`
	FromAbove  bool           `json:"from_above"`
	Restricted bool           `json:"restricted" doc:"Shows a child or someone in need: consent must be recorded before it is passed on"`
	Withdrawn  bool           `json:"withdrawn" doc:"Its posts are gone or no longer qualify; only seen by address"`
	Topics     []string       `json:"topics" nullable:"false"`
	Decisions  []Decision     `json:"decisions" nullable:"false" doc:"Empty outside the caller's scope"`
}

// Reason is one piece of evidence.
type Reason struct {
	Kind  lantoa.ReasonKind `json:"kind" example:"above_usual"`
	Words string            `json:"words" example:"gấp 4,2 lần mức thường, so với 34 bài của chính trang"`
}

// Decision is what somebody decided of a story.
type Decision struct {
	Decision lantoa.Verdict `json:"decision" enum:"approve,later,dismiss,undo,consent,restrict" doc:"restrict: marked by hand as showing somebody who needs care; a consent before it counts no more"`
	By       string         `json:"by"`
	At       *time.Time     `json:"at"`
	Reason   string         `json:"reason"`
}

// story draws a story. Outside the caller's scope it is told without what was measured against the unit's own
// past, and without who decided why.
func (v view) story(st lantoa.Story) Story {
	inside := v.sees(st.First)
	if !inside {
		st = st.Public()
	}
	out := Story{
		ID: st.ID, Title: st.Title, State: st.State, Likeness: rounded(st.Likeness, 3),
		Reasons: []Reason{}, First: v.unit(st.First), ToldAt: v.moment(st.ToldAt), Week: lantoa.WeekOf(st.ToldAt, v.zone).String(),
		Units: st.Units, Channels: st.Channels, Lead: v.post(st.Lead), FromAbove: st.FromAbove,
		Restricted: st.Restricted, Withdrawn: st.Withdrawn, Topics: noNil(st.Topics), Decisions: []Decision{},
	}
	for _, r := range st.Reasons {
		out.Reasons = append(out.Reasons, Reason{Kind: r.Kind, Words: v.say.Reason(r)})
	}
	if inside {
		rank := rounded(st.RankAt(v.now), 4)
		out.Rank, out.Score = &rank, out.Lead.Score
	}
	for _, d := range st.Decisions {
		out.Decisions = append(out.Decisions, Decision{Decision: d.Verdict, By: d.ByName, At: v.moment(d.At), Reason: d.Reason})
	}
	return out
}

type storiesInput struct {
	Paging
	State []lantoa.State `query:"state" enum:"suggested,shortlisted,approved,reshared,dismissed"`
	Week  string         `query:"week" maxLength:"8" example:"2026-W47" doc:"The week in which they were first told"`
	Unit  []string       `query:"unit" maxItems:"50" doc:"Codes of units in force in that week, or today: they and all below them"`
}

type storiesOutput struct{ Body List[Story] }

// stories are those that the caller may see, best first.
func (s *Server) stories(ctx context.Context, in *storiesInput) (*storiesOutput, error) {
	v, err := s.view(ctx)
	if err != nil {
		return nil, err
	}
	filter := store.StoryFilter{States: in.State, Now: v.now, Limit: in.Limit}
	day := lantoa.Day(v.now, s.Zone)
	if in.Week != "" {
		week, err := lantoa.ParseWeek(in.Week)
		if err != nil {
			return nil, &refusal{kind: lantoa.Invalid, about: badParam, param: "week", want: wantWeek}
		}
		filter.Week, day = &week, week.Start(s.Zone)
	}
	if filter.Units, err = s.unitPaths(ctx, in.Unit, day); err != nil {
		return nil, err
	}
	at, err := in.start(ctx)
	if err != nil {
		return nil, err
	}
	filter.Cursor = at.After
	list, total, next, err := s.Store.Stories(ctx, v.scope, filter)
	if err != nil {
		return nil, err
	}
	out := &storiesOutput{Body: List[Story]{Items: []Story{}, Total: total}}
	for _, st := range list {
		out.Body.Items = append(out.Body.Items, v.story(st))
	}
	if next != "" {
		text := cursor{List: at.List, After: next}.text()
		out.Body.NextCursor = &text
	}
	return out, nil
}

type storyOutput struct{ Body Story }

func (s *Server) oneStory(ctx context.Context, in *Address) (*storyOutput, error) {
	v, st, err := s.storyFor(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	return &storyOutput{Body: v.story(st)}, nil
}

// storyFor loads a story that the caller may see: one of the scope, withdrawn or not, or one that the lists show.
func (s *Server) storyFor(ctx context.Context, id string) (view, lantoa.Story, error) {
	v, err := s.view(ctx)
	if err != nil {
		return view{}, lantoa.Story{}, err
	}
	st, err := s.Store.Story(ctx, lantoa.StoryID(id))
	if err != nil {
		return view{}, lantoa.Story{}, err
	}
	seen := v.sees(st.First)
	if !seen {
		seen, err = s.Store.StorySeen(ctx, v.scope, st.ID)
	}
	if err == nil && !seen {
		err = refuse(lantoa.Forbidden, notYours)
	}
	return v, st, err
}

type decisionInput struct {
	Address
	Body struct {
		_        struct{}       `additionalProperties:"false"`
		Decision lantoa.Verdict `json:"decision" enum:"approve,later,dismiss,undo,consent" doc:"Chọn, Để sau, Không phải câu chuyện, hoàn tác, đã được đồng ý"`
		Reason   string         `json:"reason,omitempty" maxLength:"500"`
	} `nameHint:"DecisionToMake"`
}

// decide writes down what the caller decided of a story; whether the caller may is asked by stories.Decide.
func (s *Server) decide(ctx context.Context, in *decisionInput) (*storyOutput, error) {
	v, st, err := s.storyFor(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	inside := v.sees(st.First)
	st, err = stories.Decide(ctx, s.Store, callOf(ctx).who, st.ID, in.Body.Decision, cleaned(in.Body.Reason), v.now)
	if inside && lantoa.KindOf(err) == lantoa.Forbidden {
		return nil, refuse(lantoa.Forbidden, notAllowed) // it is the role, not the unit
	}
	if err != nil {
		return nil, err
	}
	return &storyOutput{Body: v.story(st)}, nil
}
