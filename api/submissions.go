package api

import (
	"context"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/hoiphunu/lantoa"
)

// Submission is a story that somebody told us directly. Who it was is not told: her unit is, once it is known.
type Submission struct {
	ID        lantoa.SubmissionID `json:"id"`
	Code      string              `json:"code" example:"C-0147"`
	Via       string              `json:"via" enum:"zalo_oa,zalo_bot,form"`
	Unit      *Unit               `json:"unit" doc:"null until the sender's Zalo is linked to a unit"`
	Text      string              `json:"text" doc:"Telephone numbers, ids and names of private people masked"`
	Media     []SubmissionMedia   `json:"media" nullable:"false"`
	Sensitive bool                `json:"sensitive"`
	ToldAt    *time.Time          `json:"told_at"`
	UpdatedAt *time.Time          `json:"updated_at"`
	State     lantoa.Progress     `json:"state" enum:"new,taken,asked,returned,declined,withdrawn"`
	Note      string              `json:"note" doc:"What the staff wrote"`
}

// SubmissionMedia is a picture or document that came with a story, where it lies at Zalo. What came with a form lies with
// us and is looked at on the screen.
type SubmissionMedia struct {
	Kind  string `json:"kind" example:"photo"`
	URL   string `json:"url" doc:"Expires; empty for what came with a form"`
	Title string `json:"title"`
}

// TransformSchema tells the document that unit may be null.
func (Submission) TransformSchema(_ huma.Registry, s *huma.Schema) *huma.Schema {
	s.Properties["unit"] = orNull(s.Properties["unit"])
	return s
}

func (v view) submission(sub lantoa.Submission) Submission {
	out := Submission{
		ID: sub.ID, Code: sub.Code, Via: sub.Via, Text: sub.Text, Media: []SubmissionMedia{}, Sensitive: sub.Sensitive,
		ToldAt: v.moment(sub.ToldAt), UpdatedAt: v.moment(sub.UpdatedAt), State: sub.State, Note: sub.Note,
	}
	for _, m := range sub.Media {
		out.Media = append(out.Media, SubmissionMedia{Kind: m.Kind, URL: m.URL, Title: m.Title})
	}
	if u, ok := v.units[sub.Unit]; ok {
		unit := v.unit(u)
		out.Unit = &unit
	}
	return out
}

type submissionsInput struct {
	Paging
	State lantoa.Progress `query:"state" enum:"new,taken,asked,returned,declined,withdrawn" doc:"All if left out"`
}

type submissionsOutput struct{ Body List[Submission] }

// submissions are for who handles stories: those of the units of the scope, and for the root's people also those of
// which the unit is not known yet.
func (s *Server) submissions(ctx context.Context, in *submissionsInput) (*submissionsOutput, error) {
	who := callOf(ctx).who
	if !who.May(lantoa.Decide, who.Unit.Path) {
		return nil, refuse(lantoa.Forbidden, notAllowed)
	}
	at, err := in.start(ctx)
	if err != nil {
		return nil, err
	}
	// The store goes on before a moment. Several may have been told at the moment of the last one that was given out:
	// it is gone back to, and what was given of it is skipped.
	last, before := time.Time{}, time.Time{}
	if at.After != "" {
		if last, err = time.Parse(time.RFC3339Nano, at.After); err != nil {
			return nil, refuseParam("cursor", badCursor)
		}
		before = last.Add(time.Millisecond)
	}
	list, total, err := s.Store.Submissions(ctx, eyes(who), in.State, at.Skip+in.Limit+1, before)
	if err != nil {
		return nil, err
	}
	v, err := s.view(ctx)
	if err != nil {
		return nil, err
	}
	out := &submissionsOutput{Body: List[Submission]{Items: []Submission{}, Total: total}}
	list = list[min(at.Skip, len(list)):]
	more := len(list) > in.Limit
	list = list[:min(in.Limit, len(list))]
	for _, sub := range list {
		out.Body.Items = append(out.Body.Items, v.submission(sub))
		if !sub.ToldAt.Equal(last) {
			last, at.Skip = sub.ToldAt, 0
		}
		at.Skip++
	}
	if more {
		text := cursor{List: at.List, Skip: at.Skip, After: last.Format(time.RFC3339Nano)}.text()
		out.Body.NextCursor = &text
	}
	return out, nil
}

type moveInput struct {
	Address
	Body struct {
		_        struct{} `additionalProperties:"false"`
		Decision string   `json:"decision" enum:"take,ask,return,decline" doc:"Nhận, Hỏi thêm, Đề nghị xã đăng bài, Chưa dùng"`
		Note     string   `json:"note,omitempty" maxLength:"600" doc:"For the teller or for the staff; without it nothing is declined"`
	} `nameHint:"SubmissionDecision"`
}

type submissionOutput struct{ Body Submission }

var progressOf = map[string]lantoa.Progress{
	"take": lantoa.SubmissionTaken, "ask": lantoa.SubmissionAsked, "return": lantoa.SubmissionReturned, "decline": lantoa.SubmissionDeclined,
}

// moveSubmission notes what becomes of a story that was told to us. Why one is not used is owed to its teller.
func (s *Server) moveSubmission(ctx context.Context, in *moveInput) (*submissionOutput, error) {
	who := callOf(ctx).who
	if !who.May(lantoa.Decide, who.Unit.Path) {
		return nil, refuse(lantoa.Forbidden, notAllowed)
	}
	sub, err := s.Store.Submission(ctx, lantoa.SubmissionID(in.ID))
	if err != nil {
		return nil, err
	}
	v, err := s.view(ctx)
	if err != nil {
		return nil, err
	}
	if u, known := v.units[sub.Unit]; !eyes(who).Sees(u.Path) || known && !who.May(lantoa.Decide, u.Path) {
		return nil, refuse(lantoa.Forbidden, notYours)
	}
	note := strings.TrimSpace(cleaned(in.Body.Note))
	if note == "" && in.Body.Decision == "decline" {
		return nil, &refusal{kind: lantoa.Invalid, about: badField, param: "note", want: wantField}
	}
	if err := s.Store.MoveSubmission(ctx, sub.ID, progressOf[in.Body.Decision], note, who, s.Now()); err != nil {
		return nil, err
	}
	if sub, err = s.Store.Submission(ctx, sub.ID); err != nil {
		return nil, err
	}
	return &submissionOutput{Body: v.submission(sub)}, nil
}
