package api

import (
	"context"
	"slices"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/activity"
	"github.com/hoiphunu/lantoa/store"
)

// Channel is a place where a unit publishes.
type Channel struct {
	ID         lantoa.ChannelID   `json:"id"`
	Kind       lantoa.ChannelKind `json:"kind" enum:"facebook_page,zalo_group,zalo_oa,website,imported"`
	Name       string             `json:"name"`
	Unit       Unit               `json:"unit"`
	URL        string             `json:"url"`
	State      lantoa.Alive       `json:"state" enum:"active,thinning,silent,disconnected,archived,waiting"`
	StateWords string             `json:"state_words" doc:"The state as people read it"`
	LastRead   *time.Time         `json:"last_read"`
	NextRead   *time.Time         `json:"next_read"`
	LastPost   *time.Time         `json:"last_post"`
	Trouble    *ChannelTrouble    `json:"trouble" doc:"What the last visit met, null when it went well"`
	Warnings   []ChannelTrouble   `json:"warnings" nullable:"false" doc:"What the last visits were not given though asked; they were good all the same"`
	Followers  *int64             `json:"followers" doc:"Or members of a group"`
	Posts      int64              `json:"posts" doc:"Kept and not removed"`
	Config     *SiteConfig        `json:"config" doc:"How a website is read, null where it is found out by itself"`
}

// ChannelTrouble is why a channel, or something of it, could not be read.
type ChannelTrouble struct {
	Kind  lantoa.Kind `json:"kind"`
	Words string      `json:"words" doc:"What happened and what to do, for people"`
	Since *time.Time  `json:"since" doc:"When it began, if known"`
}

// TransformSchema tells the document what may be null.
func (Channel) TransformSchema(_ huma.Registry, s *huma.Schema) *huma.Schema {
	for _, name := range []string{"trouble", "config"} {
		s.Properties[name] = orNull(s.Properties[name])
	}
	return s
}

// aliveStates are all states that a channel can be in.
var aliveStates = []lantoa.Alive{
	lantoa.Active, lantoa.Thinning, lantoa.Silent, lantoa.Disconnected, lantoa.Archived, lantoa.Waiting,
}

func (v view) channel(ch lantoa.Channel, r lantoa.Rhythm) Channel {
	state, days, _ := activity.State(ch, r, v.now, v.zone)
	out := Channel{
		ID: ch.ID, Kind: ch.Kind, Name: ch.Name, Unit: v.unit(ch.Unit), URL: ch.URL,
		State: state, StateWords: v.stateWords(state, days),
		LastRead: v.moment(ch.LastRead), NextRead: v.moment(ch.NextRead), LastPost: v.moment(r.Last),
		Followers: ch.Followers.Ptr(), Posts: ch.Posts, Warnings: []ChannelTrouble{}, Config: siteOf(ch),
	}
	if ch.Trouble != nil {
		t := v.trouble(*ch.Trouble, ch.Kind)
		out.Trouble = &t
	}
	for _, w := range ch.Warnings {
		happened, todo := v.say.Warning(w, ch)
		out.Warnings = append(out.Warnings, ChannelTrouble{Kind: w.Kind, Words: happened + " " + todo, Since: v.moment(w.Since)})
	}
	return out
}

func (v view) trouble(t lantoa.Trouble, on lantoa.ChannelKind) ChannelTrouble {
	return ChannelTrouble{Kind: t.Kind, Words: v.say.Trouble(&t, on), Since: v.moment(t.Since)}
}

// stateWords is the state as people read it; a silence says how long it has lasted.
func (v view) stateWords(state lantoa.Alive, days int) string {
	if state == lantoa.Silent && days >= 0 {
		return v.say.T("standing.silent_bare", "n", days)
	}
	return v.say.State(state)
}

type channelsInput struct {
	Paging
	Level    []lantoa.Level       `query:"level" enum:"province,district,commune,branch"`
	Unit     []string             `query:"unit" maxItems:"50" doc:"Codes of units in force today: they and all below them"`
	Platform []string             `query:"platform" enum:"facebook,zalo,website,file"`
	Kind     []lantoa.ChannelKind `query:"kind" enum:"facebook_page,zalo_group,zalo_oa,website,imported"`
	State    []lantoa.Alive       `query:"state" enum:"active,thinning,silent,disconnected,archived,waiting"`
}

type channelsOutput struct{ Body List[Channel] }

// channels are those of the caller's scope that pass the filters. Those that hold what came by file count
// nowhere, and are listed only when asked for.
func (s *Server) channels(ctx context.Context, in *channelsInput) (*channelsOutput, error) {
	within, err := s.unitPaths(ctx, in.Unit, lantoa.Day(s.Now(), s.Zone))
	if err != nil {
		return nil, err
	}
	v, err := s.view(ctx)
	if err != nil {
		return nil, err
	}
	all, rhythms, err := s.channelsOf(ctx, v.scope)
	if err != nil {
		return nil, err
	}
	var chosen []lantoa.Channel
	for _, ch := range all {
		if ch.Kind == lantoa.Imported && !slices.Contains(in.Kind, ch.Kind) && !slices.Contains(in.Platform, ch.Kind.Platform()) {
			continue
		}
		state, _, _ := activity.State(ch, rhythms[ch.ID], v.now, v.zone)
		if oneOf(in.Level, ch.Unit.Level) && anyWithin(ch.Unit.Path, within) &&
			oneOf(in.Platform, ch.Kind.Platform()) && oneOf(in.Kind, ch.Kind) && oneOf(in.State, state) {
			chosen = append(chosen, ch)
		}
	}
	page, next, err := pageOf(ctx, in.Paging, chosen, func(ch lantoa.Channel) string { return string(ch.ID) })
	if err != nil {
		return nil, err
	}
	out := &channelsOutput{Body: List[Channel]{Items: []Channel{}, Total: len(chosen), NextCursor: next}}
	for _, ch := range page {
		out.Body.Items = append(out.Body.Items, v.channel(ch, rhythms[ch.ID]))
	}
	return out, nil
}

type channelOutput struct{ Body Channel }

func (s *Server) oneChannel(ctx context.Context, in *Address) (*channelOutput, error) {
	ch, err := s.channelFor(ctx, in.ID, lantoa.See)
	if err != nil {
		return nil, err
	}
	return s.drawn(ctx, ch)
}

// channelFor loads a channel with which the caller may do something.
func (s *Server) channelFor(ctx context.Context, id string, deed lantoa.Action) (lantoa.Channel, error) {
	ch, err := s.Store.Channel(ctx, lantoa.ChannelID(id))
	if err != nil {
		return lantoa.Channel{}, err
	}
	who := callOf(ctx).who
	if !who.May(lantoa.See, ch.Unit.Path) {
		return lantoa.Channel{}, refuse(lantoa.Forbidden, notYours)
	}
	if !who.May(deed, ch.Unit.Path) {
		return lantoa.Channel{}, refuse(lantoa.Forbidden, notAllowed)
	}
	return ch, nil
}

// drawn is one channel as an answer.
func (s *Server) drawn(ctx context.Context, ch lantoa.Channel) (*channelOutput, error) {
	v, err := s.view(ctx)
	if err != nil {
		return nil, err
	}
	rhythms, err := s.Store.Rhythms(ctx, lantoa.Scope(ch.Unit.Path), v.now)
	if err != nil {
		return nil, err
	}
	return &channelOutput{Body: v.channel(ch, rhythms[ch.ID])}, nil
}

type collectOutput struct{ Body Channel }

// collectNow has a channel read as soon as a worker is free. It answers before that happened: last_read tells
// when it did.
func (s *Server) collectNow(ctx context.Context, in *Address) (*collectOutput, error) {
	ch, err := s.channelFor(ctx, in.ID, lantoa.Collect)
	if err != nil {
		return nil, err
	}
	if ch.Archived {
		return nil, refuse(lantoa.Conflict, putAway)
	}
	if s.Queue == nil {
		return nil, refuse(lantoa.Busy, noQueue)
	}
	if err := s.Queue.CollectNow(ctx, ch.ID); err != nil {
		return nil, err
	}
	if err := s.note(ctx, "collect", string(ch.ID), ch.Name); err != nil {
		return nil, err
	}
	out, err := s.drawn(ctx, ch)
	if err != nil {
		return nil, err
	}
	return (*collectOutput)(out), nil
}

type channelPatchInput struct {
	Address
	Body struct {
		_        struct{}    `additionalProperties:"false"`
		Archived *bool       `json:"archived,omitempty" doc:"Put away: kept and searched, no longer read"`
		Name     *string     `json:"name,omitempty" minLength:"1" maxLength:"200"`
		Config   *SiteConfig `json:"config,omitempty" doc:"How a website is read, as a whole; {} has it found out by itself"`
	} `nameHint:"ChannelChange"`
}

// changeChannel puts a channel away, takes it back, gives it another name, or has a website read in another way.
func (s *Server) changeChannel(ctx context.Context, in *channelPatchInput) (*channelOutput, error) {
	ch, err := s.channelFor(ctx, in.ID, lantoa.Manage)
	if err != nil {
		return nil, err
	}
	if in.Body.Archived == nil && in.Body.Name == nil && in.Body.Config == nil {
		return nil, refuse(lantoa.Invalid, nothingToChange)
	}
	if in.Body.Config != nil {
		if ch.Config, err = s.siteConfig(ch, *in.Body.Config); err != nil {
			return nil, err
		}
	}
	if in.Body.Archived != nil {
		ch.Archived = *in.Body.Archived
	}
	if in.Body.Name != nil {
		if ch.Name = strings.TrimSpace(cleaned(*in.Body.Name)); ch.Name == "" {
			return nil, &refusal{kind: lantoa.Invalid, about: badParam, param: "name"}
		}
	}
	if err := s.Store.SaveChannel(ctx, &ch); err != nil {
		return nil, err
	}
	if in.Body.Config != nil && ch.Config == "" { // an empty one in SaveChannel leaves what is there
		if err := s.Store.SetChannelConfig(ctx, ch.ID, ""); err != nil {
			return nil, err
		}
	}
	if err := s.note(ctx, "channel_change", string(ch.ID), ch.Name); err != nil {
		return nil, err
	}
	return s.drawn(ctx, ch)
}

// note writes into the log of who did what.
func (s *Server) note(ctx context.Context, action, subject, detail string) error {
	return s.Store.Note(ctx, lantoa.Audit{
		At: s.Now(), Who: callOf(ctx).who.Email, Action: action, Subject: subject, Detail: detail,
	})
}

// channelsOf are the channels of a scope, with what their states are judged by.
func (s *Server) channelsOf(ctx context.Context, scope lantoa.Scope) ([]lantoa.Channel, map[lantoa.ChannelID]lantoa.Rhythm, error) {
	all, err := s.Store.Channels(ctx, scope, store.ChannelFilter{})
	if err != nil {
		return nil, nil, err
	}
	rhythms, err := s.Store.Rhythms(ctx, scope, s.Now())
	if err != nil {
		return nil, nil, err
	}
	return all, rhythms, nil
}

// channelStates counts our channels by state, and says when one of each platform was last read well; those that were
// put away are no longer read.
func (s *Server) channelStates(ctx context.Context) (counts map[lantoa.Alive]int, read map[string]time.Time, err error) {
	all, rhythms, err := s.channelsOf(ctx, lantoa.Everything)
	if err != nil {
		return nil, nil, err
	}
	counts, read = map[lantoa.Alive]int{}, map[string]time.Time{}
	for _, ch := range all {
		if ch.Kind == lantoa.Imported {
			continue
		}
		state, _, _ := activity.State(ch, rhythms[ch.ID], s.Now(), s.Zone)
		counts[state]++
		if platform := ch.Kind.Platform(); !ch.Archived && ch.LastRead.After(read[platform]) {
			read[platform] = ch.LastRead
		}
	}
	return counts, read, nil
}
