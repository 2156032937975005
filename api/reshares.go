package api

import (
	"context"
	"errors"
	"net/http"
	"reflect"
	"slices"
	"strconv"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/reshare"
	"github.com/hoiphunu/lantoa/store"
)

// Reshare is a story passed on through one of our channels.
type Reshare struct {
	ID          lantoa.ReshareID    `json:"id"`
	Key         string              `json:"key" doc:"As whoever asked for it named it"`
	Story       lantoa.StoryID      `json:"story"`
	Channel     lantoa.ChannelID    `json:"channel"`
	ChannelName string              `json:"channel_name"`
	Unit        Unit                `json:"unit" doc:"The channel's"`
	Means       lantoa.Means        `json:"means" enum:"feed,article,broadcast,message,hand"`
	Of          *lantoa.ReshareID   `json:"of" doc:"Of a broadcast: the article that it sends"`
	Title       string              `json:"title" doc:"Of an article"`
	Words       string              `json:"words"`
	Link        string              `json:"link"`
	Pictures    []lantoa.MediaRef   `json:"pictures" nullable:"false"`
	At          *time.Time          `json:"at" doc:"When it is to go: never before"`
	State       lantoa.ReshareState `json:"state" enum:"waiting,sending,sent,unsure,failed,cancelled"`
	Permalink   string              `json:"permalink" doc:"Where it stands, empty while it does not or nobody knows"`
	SentAt      *time.Time          `json:"sent_at"`
	EditedAt    *time.Time          `json:"edited_at"`
	Post        *lantoa.PostID      `json:"post" doc:"The post as we collected it"`
	Next        *time.Time          `json:"next" doc:"While nothing is settled: when something is done about it again"`
	ForPerson   bool                `json:"for_person" doc:"What looking at the channel could not settle: a person says what became of it"`
	PlannedBy   string              `json:"planned_by"`
	PlannedAt   *time.Time          `json:"planned_at"`
	ApprovedBy  string              `json:"approved_by"`
	ApprovedAt  *time.Time          `json:"approved_at" doc:"null while it waits for a person's approval"`
	EndedBy     string              `json:"ended_by" doc:"Who cancelled it, took it back, or said what became of it"`
	EndedAt     *time.Time          `json:"ended_at"`
	EndedWhy    string              `json:"ended_why"`
	Trouble     *ChannelTrouble     `json:"trouble" doc:"Why it failed, is unsure or is tried again; else null"`
	Lift        *Lift               `json:"lift" doc:"What sharing brought the original in 48 hours, null where it was not, or not yet, measured"`
	LiftAbsent  string              `json:"lift_absent" enum:",no_numbers,too_young" doc:"Why it could not be measured"`
}

// Lift is what sharing brought the original, over what it would have gained at its own pace.
type Lift struct {
	Interactions float64    `json:"interactions"`
	Low          float64    `json:"low" doc:"low and high bound the middle 90 in 100 of the same figure for posts that nobody shared"`
	High         float64    `json:"high"`
	Clear        bool       `json:"clear" doc:"Whether it stands out from chance"`
	Posts        int        `json:"posts" doc:"Posts that it was compared with"`
	Before       float64    `json:"before" doc:"Interactions when it was shared"`
	After        float64    `json:"after" doc:"And 48 hours later"`
	At           *time.Time `json:"at"`
	Own          *int64     `json:"own" doc:"Interactions of the resharing post itself after 48 hours"`
	OwnUsual     *int64     `json:"own_usual" doc:"What its channel's posts usually have then; null for whoever may not see that"`
	Together     int        `json:"together" doc:"Other times that the story was passed on within 48 hours of this one: what the original gained is then of all of them together, and their lifts are not to be added up"`
}

// TransformSchema tells the document what may be null.
func (Reshare) TransformSchema(_ huma.Registry, s *huma.Schema) *huma.Schema {
	for _, name := range []string{"trouble", "lift"} {
		s.Properties[name] = orNull(s.Properties[name])
	}
	return s
}

func (v view) reshare(r lantoa.Reshare) Reshare {
	out := Reshare{
		ID: r.ID, Key: r.Key, Story: r.Story, Channel: r.Channel, ChannelName: r.ChannelName, Unit: v.unit(r.Unit), Means: r.Means,
		Title: r.Title, Words: r.Words, Link: r.Link, Pictures: noNil(r.Pictures), At: v.moment(r.At), State: r.State,
		Permalink: r.Permalink, SentAt: v.moment(r.SentAt), EditedAt: v.moment(r.Edited), ForPerson: reshare.ForPerson(r, v.now),
		PlannedBy: r.PlannedByName, PlannedAt: v.moment(r.PlannedAt), ApprovedBy: r.ApprovedByName, ApprovedAt: v.moment(r.ApprovedAt),
		EndedBy: r.EndedBy, EndedAt: v.moment(r.EndedAt), EndedWhy: r.EndedWhy,
	}
	if r.Of != "" {
		out.Of = &r.Of
	}
	if r.Post != "" {
		out.Post = &r.Post
	}
	if !r.Final() {
		out.Next = v.moment(r.Next)
	}
	if r.Trouble != nil {
		t := v.trouble(*r.Trouble, r.Kind)
		out.Trouble = &t
	}
	if r.Lift != nil {
		out.Lift, out.LiftAbsent = v.lift(r.Lift), r.Lift.Absent
	}
	return out
}

// lift is nil where nothing could be measured.
func (v view) lift(l *lantoa.Lift) *Lift {
	if l == nil || l.Absent != "" {
		return nil
	}
	return &Lift{
		Interactions: rounded(l.Interactions, 1), Low: rounded(l.Low, 1), High: rounded(l.High, 1), Clear: l.Clear(), Posts: l.Posts,
		Before: rounded(l.Before, 1), After: rounded(l.After, 1), At: v.moment(l.At), Own: l.Own.Ptr(), OwnUsual: l.OwnUsual.Ptr(),
	}
}

type resharesInput struct {
	Paging
	Story      string                `query:"story" maxLength:"40" pattern:"^[0-9a-z]*$"`
	Channel    string                `query:"channel" maxLength:"40" pattern:"^[0-9a-z]*$"`
	Unit       []string              `query:"unit" maxItems:"50" doc:"Codes of units in force today: through channels of these and all below them"`
	State      []lantoa.ReshareState `query:"state" enum:"waiting,sending,sent,unsure,failed,cancelled"`
	Unapproved bool                  `query:"unapproved" doc:"Only those that wait for a person's approval"`
}

type resharesOutput struct{ Body List[Reshare] }

// reshares are those through channels of the caller's scope, newest first.
func (s *Server) reshares(ctx context.Context, in *resharesInput) (*resharesOutput, error) {
	v, err := s.view(ctx)
	if err != nil {
		return nil, err
	}
	filter := store.ReshareFilter{Story: lantoa.StoryID(in.Story), Channel: lantoa.ChannelID(in.Channel), States: in.State,
		Unapproved: in.Unapproved, Limit: in.Limit}
	if filter.Units, err = s.unitPaths(ctx, in.Unit, lantoa.Day(v.now, s.Zone)); err != nil {
		return nil, err
	}
	at, err := in.start(ctx)
	if err != nil {
		return nil, err
	}
	filter.Cursor = at.After
	list, total, next, err := s.Store.Reshares(ctx, v.scope, filter)
	if err != nil {
		return nil, err
	}
	out := &resharesOutput{Body: List[Reshare]{Items: []Reshare{}, Total: total}}
	for _, r := range list {
		x, err := s.reshareIn(ctx, v, r)
		if err != nil {
			return nil, err
		}
		out.Body.Items = append(out.Body.Items, x)
	}
	if next != "" {
		text := cursor{List: at.List, After: next}.text()
		out.Body.NextCursor = &text
	}
	return out, nil
}

type reshareOutput struct {
	Status int
	Body   Reshare
}

func (s *Server) oneReshare(ctx context.Context, in *Address) (*reshareOutput, error) {
	r, err := s.Store.Reshare(ctx, lantoa.ReshareID(in.ID))
	if err != nil {
		return nil, err
	}
	if !callOf(ctx).who.Scope().Sees(r.Unit.Path) {
		return nil, refuse(lantoa.Forbidden, notYours)
	}
	return s.drawnReshare(ctx, r, http.StatusOK)
}

func (s *Server) drawnReshare(ctx context.Context, r lantoa.Reshare, status int) (*reshareOutput, error) {
	v, err := s.view(ctx)
	if err != nil {
		return nil, err
	}
	x, err := s.reshareIn(ctx, v, r)
	return &reshareOutput{Status: status, Body: x}, err
}

// reshareIn is a reshare as a view shows it, with what its lift has to be told with.
func (s *Server) reshareIn(ctx context.Context, v view, r lantoa.Reshare) (Reshare, error) {
	x := v.reshare(r)
	return x, s.together(ctx, x.Lift, r)
}

// together says of a lift, where there is one, how many other reshares of the story share in it.
func (s *Server) together(ctx context.Context, l *Lift, r lantoa.Reshare) error {
	if l == nil {
		return nil
	}
	all, err := s.Store.ResharesOf(ctx, r.Story)
	l.Together = r.Together(all)
	return err
}

type reshareNewInput struct {
	Body struct {
		_        struct{}          `additionalProperties:"false"`
		Story    lantoa.StoryID    `json:"story" minLength:"1" maxLength:"40" pattern:"^[0-9a-z]+$"`
		Channel  lantoa.ChannelID  `json:"channel" minLength:"1" maxLength:"40" pattern:"^[0-9a-z]+$"`
		Words    string            `json:"words" maxLength:"64000" doc:"With the credit line: GET /stories/{id}/words proposes some"`
		Key      string            `json:"key" minLength:"1" maxLength:"100" doc:"Named by you, for this one reshare: the same key again is the same reshare"`
		At       *time.Time        `json:"at,omitempty" nullable:"true" doc:"When it is to go; left out or past: at once"`
		Means    lantoa.Means      `json:"means,omitempty" enum:"feed,article,broadcast,message,hand" doc:"Left out: as the channel is published to"`
		Of       lantoa.ReshareID  `json:"of,omitempty" maxLength:"40" pattern:"^[0-9a-z]*$" doc:"Of a broadcast: the article that it sends"`
		Title    string            `json:"title,omitempty" maxLength:"400" doc:"Of an article"`
		Link     *string           `json:"link,omitempty" maxLength:"2000" nullable:"true" doc:"Beside the words, where no pictures go along; left out: the original's address, empty: none"`
		Pictures []lantoa.MediaRef `json:"pictures,omitempty" maxItems:"10" doc:"Pictures of the story's posts that we keep copies of"`
	} `nameHint:"NewReshare"`
}

// addReshareRoute describes both answers: a new reshare, and the one that bears the key already.
func (s *Server) addReshareRoute(a huma.API) {
	op := post("add-reshare", "/reshares", "Lan tỏa một câu chuyện; cùng một key là cùng một lần", http.StatusCreated)
	serve(s, a, op, s.addReshare)
	schema := a.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[Reshare](), true, "Reshare")
	a.OpenAPI().Paths[op.Path].Post.Responses[strconv.Itoa(http.StatusOK)] = &huma.Response{Description: "Key này đã dùng: lần lan tỏa ấy, như đang có",
		Content: map[string]*huma.MediaType{"application/json": {Schema: schema}}}
}

// fresh is the store that remembers whether it wrote a new reshare down.
type fresh struct {
	*store.Store
	is bool
}

func (f *fresh) SaveReshare(ctx context.Context, r lantoa.Reshare) (lantoa.Reshare, bool, error) {
	saved, is, err := f.Store.SaveReshare(ctx, r)
	f.is = is
	return saved, is, err
}

// addReshare plans a reshare: 201, or 200 where the key was given before. Whether the caller may, whether the words give
// credit, and whether consent is on record is asked by reshare.Plan.
func (s *Server) addReshare(ctx context.Context, in *reshareNewInput) (*reshareOutput, error) {
	b := in.Body
	o := reshare.Order{Key: cleaned(b.Key), Story: b.Story, Channel: b.Channel, Means: b.Means, Of: b.Of, Title: cleaned(b.Title),
		Words: cleaned(b.Words), Pictures: b.Pictures}
	if b.At != nil {
		o.At = *b.At
	}
	ch, err := s.Store.Channel(ctx, b.Channel)
	if err != nil {
		return nil, err
	}
	if !callOf(ctx).who.Scope().Sees(ch.Unit.Path) {
		return nil, refuse(lantoa.Forbidden, notYours)
	}
	if o.Means == "" && s.Means != nil {
		o.Means, _ = s.Means(ctx, ch)
	}
	_, st, err := s.storyFor(ctx, string(b.Story))
	if err != nil {
		return nil, err
	}
	if b.Link != nil {
		o.Link = *b.Link
	} else if webAddress(st.Lead.Permalink) {
		o.Link = st.Lead.Permalink
	}
	if err := s.ownPictures(ctx, st, b.Pictures); err != nil {
		return nil, err
	}
	ledger := &fresh{Store: s.Store}
	r, err := reshare.Plan(ctx, ledger, callOf(ctx).who, o, s.Rule, s.Now())
	if err != nil {
		return nil, told(err)
	}
	s.publishSoon(ctx, r)
	status := http.StatusOK
	if ledger.is {
		status = http.StatusCreated
	}
	return s.drawnReshare(ctx, r, status)
}

// ownPictures refuses pictures that are not the story's, or that we keep no copy of.
func (s *Server) ownPictures(ctx context.Context, st lantoa.Story, all []lantoa.MediaRef) error {
	for _, ref := range all {
		m, err := s.Store.Post(ctx, ref.Post)
		if err == nil && m.Story != st.ID {
			err = lantoa.Missing("picture", ref.Post)
		}
		if err == nil {
			_, err = s.Store.Picture(ctx, ref.Post, ref.N)
		}
		if lantoa.KindOf(err) == lantoa.NotFound {
			return &refusal{kind: lantoa.Invalid, about: badField, param: "pictures", err: err}
		}
		if err != nil {
			return err
		}
	}
	return nil
}

// publishSoon nudges the queue where something can go at once. What fails is made good by the planner's next look.
func (s *Server) publishSoon(ctx context.Context, r lantoa.Reshare) {
	if s.Queue == nil || r.State != lantoa.ReshareWaiting || !r.Approved() || r.Means == lantoa.ViaHand || r.Next.After(s.Now()) {
		return
	}
	if err := s.Queue.PublishSoon(ctx, r.ID); err != nil {
		s.Log.Warn("publish soon", "reshare", r.ID, "err", err)
	}
}

// mayReshare says in this door's words that it is the unit or the role that keeps somebody from a reshare; what a person
// may is asked by the function that does it.
func (s *Server) mayReshare(ctx context.Context, id string) (lantoa.Reshare, error) {
	r, err := s.Store.Reshare(ctx, lantoa.ReshareID(id))
	if err == nil && !callOf(ctx).who.Scope().Sees(r.Unit.Path) {
		err = refuse(lantoa.Forbidden, notYours)
	}
	return r, err
}

// atPlatform are troubles that a platform gave: the words for them name it.
var atPlatform = []lantoa.Kind{lantoa.Expired, lantoa.NoRight, lantoa.Gone, lantoa.GroupDead, lantoa.Limited, lantoa.Away, lantoa.Garbled}

// deed does something with a reshare, and answers with what became of it.
func (s *Server) deed(ctx context.Context, id string, do func(lantoa.ReshareID) (lantoa.Reshare, error)) (*reshareOutput, error) {
	before, err := s.mayReshare(ctx, id)
	if err != nil {
		return nil, err
	}
	r, err := do(before.ID)
	if err = told(err); err != nil {
		var t *lantoa.Trouble
		if _, ours := errors.AsType[*refusal](err); !ours && errors.As(err, &t) && slices.Contains(atPlatform, t.Kind) {
			say := callOf(ctx).say
			return nil, newProblem(say, t.Kind, statusOf[t.Kind], say.Happened(t, before.Kind), say.ToDo(t, before.Kind))
		}
		return nil, err
	}
	s.publishSoon(ctx, r)
	return s.drawnReshare(ctx, r, http.StatusOK)
}

type cancelInput struct {
	Address
	Why string `query:"why" maxLength:"500" doc:"For the log"`
}

func (s *Server) cancelReshare(ctx context.Context, in *cancelInput) (*reshareOutput, error) {
	return s.deed(ctx, in.ID, func(id lantoa.ReshareID) (lantoa.Reshare, error) {
		return reshare.Cancel(ctx, s.Store, callOf(ctx).who, id, cleaned(in.Why), s.Now())
	})
}

func (s *Server) approveReshare(ctx context.Context, in *Address) (*reshareOutput, error) {
	return s.deed(ctx, in.ID, func(id lantoa.ReshareID) (lantoa.Reshare, error) {
		return reshare.Approve(ctx, s.Store, callOf(ctx).who, id, s.Rule, s.Now())
	})
}

type answerInput struct {
	Address
	Body struct {
		_       struct{} `additionalProperties:"false"`
		Stands  bool     `json:"stands" doc:"Whether it stands on the channel; if not, it is sent again"`
		Address string   `json:"address,omitempty" maxLength:"2000" doc:"Where it stands, if known"`
		Why     string   `json:"why,omitempty" maxLength:"500" doc:"For the log"`
	} `nameHint:"ReshareAnswer"`
}

func (s *Server) answerReshare(ctx context.Context, in *answerInput) (*reshareOutput, error) {
	return s.deed(ctx, in.ID, func(id lantoa.ReshareID) (lantoa.Reshare, error) {
		return reshare.Answer(ctx, s.Store, callOf(ctx).who, id, in.Body.Stands, cleaned(in.Body.Address), cleaned(in.Body.Why), s.Now())
	})
}

type postedInput struct {
	Address
	Body struct {
		_       struct{} `additionalProperties:"false"`
		Address string   `json:"address,omitempty" maxLength:"2000" doc:"Of the new post; left out, it is recognised when the channel is next read"`
	} `nameHint:"ResharePosted"`
}

func (s *Server) postedReshare(ctx context.Context, in *postedInput) (*reshareOutput, error) {
	return s.deed(ctx, in.ID, func(id lantoa.ReshareID) (lantoa.Reshare, error) {
		return reshare.Posted(ctx, s.Store, callOf(ctx).who, id, cleaned(in.Body.Address), s.Now())
	})
}

type takeBackInput struct {
	Address
	Body struct {
		_   struct{} `additionalProperties:"false"`
		Why string   `json:"why" minLength:"1" maxLength:"500" doc:"For the log"`
	} `nameHint:"ReshareTakeBack"`
}

func (s *Server) takeBackReshare(ctx context.Context, in *takeBackInput) (*reshareOutput, error) {
	return s.deed(ctx, in.ID, func(id lantoa.ReshareID) (lantoa.Reshare, error) {
		return reshare.TakeBack(ctx, s.Store, s.Publishers, callOf(ctx).who, id, cleaned(in.Body.Why), s.Now())
	})
}

type rewordInput struct {
	Address
	Body struct {
		_     struct{} `additionalProperties:"false"`
		Words string   `json:"words" minLength:"1" maxLength:"64000"`
		Why   string   `json:"why" minLength:"1" maxLength:"500" doc:"For the log"`
	} `nameHint:"ReshareWords"`
}

func (s *Server) rewordReshare(ctx context.Context, in *rewordInput) (*reshareOutput, error) {
	return s.deed(ctx, in.ID, func(id lantoa.ReshareID) (lantoa.Reshare, error) {
		return reshare.Reword(ctx, s.Store, s.Publishers, callOf(ctx).who, id, cleaned(in.Body.Words), cleaned(in.Body.Why), s.Rule)
	})
}

// ProposedWords are words to pass a story on in, to be edited by a person.
type ProposedWords struct {
	Credit string `json:"credit" doc:"The line without which nothing is passed on"`
	Title  string `json:"title" doc:"For an article"`
	Long   string `json:"long" doc:"For Facebook and articles"`
	Short  string `json:"short" doc:"For Zalo groups"`
}

type proposedOutput struct{ Body ProposedWords }

type proposeInput struct {
	Address
	Template string `query:"template" maxLength:"40" pattern:"^[0-9a-z]*$" doc:"Of a campaign, to be put around them"`
}

// proposedWords are for who passes stories on.
func (s *Server) proposedWords(ctx context.Context, in *proposeInput) (*proposedOutput, error) {
	if err := s.maySpread(ctx); err != nil {
		return nil, err
	}
	_, st, err := s.storyFor(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	var around *lantoa.WordsTemplate
	if in.Template != "" {
		t, err := s.Store.Template(ctx, in.Template)
		if err != nil {
			return nil, err
		}
		mine := callOf(ctx).who.Unit.Path
		if !lantoa.Within(t.Unit.Path, mine) && !lantoa.Within(mine, t.Unit.Path) {
			return nil, refuse(lantoa.Forbidden, notYours)
		}
		around = &t
	}
	w := reshare.Propose(st, around)
	return &proposedOutput{Body: ProposedWords{Credit: lantoa.CreditOf(st.First), Title: w.Title, Long: w.Long, Short: w.Short}}, nil
}

// maySpread refuses whoever passes no stories on.
func (s *Server) maySpread(ctx context.Context) error {
	if who := callOf(ctx).who; !who.May(lantoa.Publish, who.Unit.Path) {
		return refuse(lantoa.Forbidden, notAllowed)
	}
	return nil
}

// BestTime is when the followers of a channel react.
type BestTime struct {
	Enough bool       `json:"enough" doc:"Whether there are posts enough to say; if not, at is null"`
	Posts  int        `json:"posts" doc:"Own posts it rests on"`
	At     *time.Time `json:"at" doc:"The next good time"`
	Times  *float64   `json:"times" doc:"So many times the channel's usual in the first three hours"`
}

type bestTimeInput struct {
	Address
	Channel string `query:"channel" required:"true" minLength:"1" maxLength:"40" pattern:"^[0-9a-z]+$"`
}

type bestTimeOutput struct{ Body BestTime }

// bestWeeks is how far back posts say when a channel's followers react.
const bestWeeks = 26

func (s *Server) bestTime(ctx context.Context, in *bestTimeInput) (*bestTimeOutput, error) {
	if _, _, err := s.storyFor(ctx, in.ID); err != nil {
		return nil, err
	}
	ch, err := s.Store.Channel(ctx, lantoa.ChannelID(in.Channel))
	if err != nil {
		return nil, err
	}
	if !callOf(ctx).who.Scope().Sees(ch.Unit.Path) {
		return nil, refuse(lantoa.Forbidden, notYours)
	}
	v, err := s.view(ctx)
	if err != nil {
		return nil, err
	}
	posts, err := s.Store.Curves(ctx, ch.ID, v.now.AddDate(0, 0, -7*bestWeeks))
	if err != nil {
		return nil, err
	}
	heat := reshare.BestTime(posts, s.Zone)
	out := &bestTimeOutput{Body: BestTime{Enough: heat.Enough, Posts: heat.Posts}}
	if heat.Enough {
		at, why := heat.Next(v.now)
		times := rounded(why.Times, 2)
		out.Body.At, out.Body.Times = v.moment(at), &times
	}
	return out, nil
}

type restrictedInput struct {
	Address
	Body struct {
		_          struct{} `additionalProperties:"false"`
		Restricted bool     `json:"restricted" doc:"Shows a child or someone in need"`
	} `nameHint:"StoryRestriction"`
}

// restrict marks by hand that a story may not be passed on before consent is recorded, or that it may.
func (s *Server) restrict(ctx context.Context, in *restrictedInput) (*storyOutput, error) {
	v, st, err := s.storyFor(ctx, in.ID)
	if err != nil {
		return nil, err
	}
	if !v.sees(st.First) {
		return nil, refuse(lantoa.Forbidden, notYours)
	}
	who := callOf(ctx).who
	if !who.May(lantoa.Decide, st.First.Path) {
		return nil, refuse(lantoa.Forbidden, notAllowed)
	}
	if st, err = s.Store.SetRestricted(ctx, st.ID, in.Body.Restricted, who); err != nil {
		return nil, err
	}
	return &storyOutput{Body: v.story(st)}, nil
}

// reshareSentences say of a trouble what it is about; {why} is its note.
var reshareSentences = map[lantoa.Kind]map[string]sentence{
	lantoa.Conflict: {
		"state": reshareState, "story": reshareState, "withdrawn": reshareWithdrawn, "consent": reshareConsent, "archived": reshareArchived,
		"article": reshareArticle, "reshare": reshareThere, "key": reshareKey, "means": reshareMeans, "approval": reshareApproval, "reword": reshareReword,
	},
	lantoa.Forbidden: {"second": reshareSecond, "channel": notAllowed, "reshare": notAllowed},
	lantoa.Refused:   {"means": reshareNoCall},
	lantoa.Invalid:   {"credit": reshareCredit, "words": reshareEmpty, "long": reshareLong},
}

// told puts an error of passing on into this door's words, where it has some for it.
func told(err error) error {
	var t *lantoa.Trouble
	if !errors.As(err, &t) {
		return err
	}
	about, ok := reshareSentences[t.Kind][t.What]
	switch lantoa.ReshareState(t.Note) {
	case lantoa.ReshareWaiting, lantoa.ReshareSending, lantoa.ReshareSent, lantoa.ReshareUnsure, lantoa.ReshareFailed, lantoa.ReshareCancelled:
		if t.Kind == lantoa.Conflict && (t.What == "state" || t.What == "reshare") { // how far the reshare itself has come
			about, ok = reshareLate, true
		}
	}
	switch t.Kind {
	case lantoa.Unclear:
		about, ok = reshareUnclear, true
	case lantoa.Refused:
		if !ok {
			about, ok = reshareRefused, true
		}
	}
	if ok {
		return &refusal{kind: t.Kind, about: about, param: t.What, why: t.Note, err: err}
	}
	return err
}
