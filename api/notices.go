package api

import (
	"context"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/hoiphunu/lantoa"
)

// Notice is one thing that the administrator should know, from its beginning to its end.
type Notice struct {
	ID       lantoa.NoticeID   `json:"id"`
	Kind     lantoa.NoticeKind `json:"kind" example:"lost_channel"`
	Channel  *PostChannel      `json:"channel" doc:"The channel it is about, null if it is about many or none"`
	Words    string            `json:"words" doc:"What happened, for people"`
	WhatToDo string            `json:"what_to_do"`
	Count    int               `json:"count" doc:"How many channels a summary is about; else 0"`
	BeganAt  *time.Time        `json:"began_at"`
	EndedAt  *time.Time        `json:"ended_at" doc:"null while it goes on"`
	SeenAt   *time.Time        `json:"seen_at" doc:"When somebody said to have read it"`
}

// TransformSchema tells the document that channel may be null.
func (Notice) TransformSchema(_ huma.Registry, s *huma.Schema) *huma.Schema {
	s.Properties["channel"] = orNull(s.Properties["channel"])
	return s
}

type noticesInput struct {
	Paging
	State string `query:"state" enum:"open,all" default:"open" doc:"Those that go on, or also those that are over"`
}

type noticesOutput struct{ Body List[Notice] }

// mostNotices bounds how far back the list goes.
const mostNotices = 2000

// notices are for administrators: those of the channels of their scope, and for the root's also those of no channel.
func (s *Server) notices(ctx context.Context, in *noticesInput) (*noticesOutput, error) {
	who := callOf(ctx).who
	if !who.May(lantoa.Manage, who.Unit.Path) {
		return nil, refuse(lantoa.Forbidden, notAllowed)
	}
	all, err := s.Store.Notices(ctx, eyes(who), in.State != "all", mostNotices)
	if err != nil {
		return nil, err
	}
	page, next, err := pageOf(ctx, in.Paging, all, func(n lantoa.Notice) string { return string(n.ID) })
	if err != nil {
		return nil, err
	}
	v, err := s.view(ctx)
	if err != nil {
		return nil, err
	}
	out := &noticesOutput{Body: List[Notice]{Items: []Notice{}, Total: len(all), NextCursor: next}}
	for _, n := range page {
		drawn, err := s.notice(ctx, v, n)
		if err != nil {
			return nil, err
		}
		out.Body.Items = append(out.Body.Items, drawn)
	}
	return out, nil
}

// eyes is the scope in which things that belong to no unit are seen too, for the people of the root.
func eyes(who lantoa.User) lantoa.Scope {
	if who.Unit.Parent == "" && who.Scope() != "-" {
		return lantoa.Everything
	}
	return who.Scope()
}

func (s *Server) notice(ctx context.Context, v view, n lantoa.Notice) (Notice, error) {
	out := Notice{ID: n.ID, Kind: n.Kind, Count: n.Count, BeganAt: v.moment(n.BeganAt), EndedAt: v.moment(n.EndedAt), SeenAt: v.moment(n.SeenAt)}
	on := lantoa.FacebookPage
	if strings.HasPrefix(n.Trouble.What, "zalo") || n.Trouble.What == "oa" || n.Trouble.Kind == lantoa.GroupDead {
		on = lantoa.ZaloOA
	}
	if n.Channel != "" {
		ch, err := s.Store.Channel(ctx, n.Channel)
		if lantoa.KindOf(err) != lantoa.NotFound {
			if err != nil {
				return out, err
			}
			on = ch.Kind
			out.Channel = &PostChannel{ID: ch.ID, Kind: ch.Kind, Name: ch.Name, Unit: v.unit(ch.Unit)}
		}
	}
	out.Words, out.WhatToDo = v.noticeWords(n, out.Channel, on)
	return out, nil
}

// noticeWords are what happened and what to do about it: of one channel its trouble's, else the notice's own.
func (v view) noticeWords(n lantoa.Notice, ch *PostChannel, on lantoa.ChannelKind) (what, do string) {
	t := n.Trouble
	key := string(n.Kind)
	if n.Count > 1 && v.say.Has("notices.what."+key+".many") {
		key += ".many"
	}
	if n.Kind == lantoa.LostChannel || n.Kind == lantoa.AppTrouble || !v.say.Has("notices.what."+key) {
		return v.say.Happened(&t, on), v.say.ToDo(&t, on)
	}
	token := "connect.token_page"
	switch {
	case strings.HasPrefix(t.What, "facebook/user"):
		token = "connect.token_user"
	case strings.HasPrefix(t.What, "zalo"):
		token = "connect.token_oa"
	}
	name := v.say.T(token)
	if ch != nil {
		name = ch.Name
	}
	why := ""
	if n.Kind == lantoa.LostMany {
		why = v.say.T("notices.many." + string(t.Kind))
	}
	return v.say.T("notices.what."+key, "n", n.Count, "day", v.say.Date(t.Until), "what", v.things(t.What), "token", name, "why", why),
		v.say.T("notices.do." + string(n.Kind))
}

// things are the words for what a notice is about; it lists them with commas.
func (v view) things(list string) string {
	names := strings.Split(list, ",")
	for i, name := range names {
		if v.say.Has("thing." + name) {
			names[i] = v.say.T("thing." + name)
		}
	}
	return strings.Join(names, "; ")
}
