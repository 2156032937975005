package api

import (
	"context"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/hoiphunu/lantoa"
)

// Post is one publication in its newest version.
type Post struct {
	ID          lantoa.PostID   `json:"id"`
	Channel     PostChannel     `json:"channel"`
	Type        lantoa.PostType `json:"type" enum:"text,photo,album,video,link,share,event,other"`
	PublishedAt *time.Time      `json:"published_at" doc:"As the platform states it"`
	FirstSeenAt *time.Time      `json:"first_seen_at"`
	BackDated   bool            `json:"back_dated" doc:"Dated before days on which the channel was already being read: first_seen_at counts"`
	Text        string          `json:"text" doc:"As it was written"`
	Permalink   string          `json:"permalink"`
	Numbers     Numbers         `json:"numbers"`
	Score       *float64        `json:"score" doc:"Times the usual for this channel; below 0 under it; null outside the caller's scope"`
	Basis       *lantoa.Basis   `json:"basis" doc:"What the score rests on: own or level"`
	Copies      int             `json:"copies" doc:"Other channels that carry the text"`
	Vote        bool            `json:"vote"`
	Removed     bool            `json:"removed" doc:"Gone or hidden at its platform"`
	Version     int             `json:"version"`
	Topics      []string        `json:"topics" nullable:"false"`
	Story       *lantoa.StoryID `json:"story" doc:"The story it tells, if it tells one"`
}

// PostChannel is where a post was published.
type PostChannel struct {
	ID   lantoa.ChannelID   `json:"id"`
	Kind lantoa.ChannelKind `json:"kind" enum:"facebook_page,zalo_group,zalo_oa,website,imported"`
	Name string             `json:"name"`
	Unit Unit               `json:"unit"`
}

// Numbers are the newest of a post. Absent figures are null, never 0.
type Numbers struct {
	Reactions *int64     `json:"reactions"`
	Comments  *int64     `json:"comments"`
	Shares    *int64     `json:"shares"`
	Views     *int64     `json:"views" doc:"null outside the caller's scope"`
	Reach     *int64     `json:"reach" doc:"Unique people, never to be added up; null outside the caller's scope"`
	At        *time.Time `json:"at" doc:"When they were measured"`
}

// TransformSchema tells the document that basis may be null and which words it may hold.
func (Post) TransformSchema(_ huma.Registry, s *huma.Schema) *huma.Schema {
	s.Properties["basis"].Enum = []any{"own", "level", nil}
	return s
}

// post draws a post. Outside the caller's scope only its public counters are there.
func (v view) post(m lantoa.Measured) Post {
	if !v.sees(m.Unit) {
		m = m.Public()
	}
	out := Post{
		ID:   m.ID,
		Type: m.Type, PublishedAt: v.moment(m.PublishedAt), FirstSeenAt: v.moment(m.FirstSeenAt), BackDated: m.BackDated,
		Channel: PostChannel{ID: m.Channel, Kind: m.Kind, Name: m.ChannelName, Unit: v.unit(m.Unit)},
		Text:    m.Text, Permalink: m.Permalink,
		Numbers: Numbers{
			Reactions: m.Numbers.Reactions.Ptr(), Comments: m.Numbers.Comments.Ptr(), Shares: m.Numbers.Shares.Ptr(),
			Views: m.Numbers.Views.Ptr(), Reach: m.Numbers.Reach.Ptr(), At: v.moment(m.Numbers.At),
		},
		Copies: m.Copies, Vote: m.Vote, Removed: gone(m), Version: m.Version, Topics: noNil(m.Topics),
	}
	if m.Story != "" && (v.sees(m.Unit) || public(m)) {
		out.Story = &m.Story
	}
	if m.Score != nil {
		score := rounded(*m.Score, 2)
		out.Score, out.Basis = &score, &m.Basis
	}
	return out
}

type postOutput struct{ Body Post }

// onePost is a post of the caller's scope, or one of a story that everybody may see.
func (s *Server) onePost(ctx context.Context, in *Address) (*postOutput, error) {
	v, err := s.view(ctx)
	if err != nil {
		return nil, err
	}
	m, err := s.postFor(ctx, v, in.ID)
	if err != nil {
		return nil, err
	}
	return &postOutput{Body: v.post(m)}, nil
}

// postFor loads a post that the caller may see at least in public.
func (s *Server) postFor(ctx context.Context, v view, id string) (lantoa.Measured, error) {
	m, err := s.Store.Post(ctx, lantoa.PostID(id))
	if err != nil {
		return lantoa.Measured{}, err
	}
	if !v.sees(m.Unit) && !public(m) {
		return lantoa.Measured{}, refuse(lantoa.Forbidden, notYours)
	}
	return m, nil
}

// Snapshot is the numbers of a post at one moment.
type Snapshot struct {
	At        *time.Time       `json:"at"`
	Reactions *int64           `json:"reactions"`
	ByKind    map[string]int64 `json:"by_kind" doc:"Reactions by kind: like, love, care, haha, wow, sad, angry; null when not given"`
	Comments  *int64           `json:"comments"`
	Shares    *int64           `json:"shares"`
	Views     *int64           `json:"views"`
	Reach     *int64           `json:"reach"`
	Source    lantoa.Source    `json:"source" enum:"platform,reported"`
}

// TransformSchema tells the document that by_kind may be null.
func (Snapshot) TransformSchema(_ huma.Registry, s *huma.Schema) *huma.Schema {
	s.Properties["by_kind"].Nullable = true
	return s
}

type postListInput struct {
	Address
	Paging
}

type snapshotsOutput struct{ Body List[Snapshot] }

// snapshots are all numbers of a post, oldest first. They are its unit's own: outside the scope nobody gets
// them, not even those of a story that everybody may see.
func (s *Server) snapshots(ctx context.Context, in *postListInput) (*snapshotsOutput, error) {
	v, err := s.view(ctx)
	if err != nil {
		return nil, err
	}
	m, err := s.postFor(ctx, v, in.ID)
	if err != nil {
		return nil, err
	}
	if !v.sees(m.Unit) {
		return nil, refuse(lantoa.Forbidden, notYours)
	}
	all, err := s.Store.Snapshots(ctx, m.ID)
	if err != nil {
		return nil, err
	}
	page, next, err := pageOf(ctx, in.Paging, all, func(n lantoa.Snapshot) string {
		return n.At.UTC().Format(time.RFC3339Nano) + string(n.Source)
	})
	if err != nil {
		return nil, err
	}
	out := &snapshotsOutput{Body: List[Snapshot]{Items: []Snapshot{}, Total: len(all), NextCursor: next}}
	for _, n := range page {
		out.Body.Items = append(out.Body.Items, Snapshot{
			At: v.moment(n.At), Reactions: n.Reactions.Ptr(), ByKind: n.ByKind, Comments: n.Comments.Ptr(),
			Shares: n.Shares.Ptr(), Views: n.Views.Ptr(), Reach: n.Reach.Ptr(), Source: n.Source,
		})
	}
	return out, nil
}

type postsOutput struct{ Body List[Post] }

// copies are the other posts that carry the same text, the earliest told first.
func (s *Server) copies(ctx context.Context, in *postListInput) (*postsOutput, error) {
	v, err := s.view(ctx)
	if err != nil {
		return nil, err
	}
	m, err := s.postFor(ctx, v, in.ID)
	if err != nil {
		return nil, err
	}
	all, err := s.Store.Copies(ctx, v.scope, m.ID)
	if err != nil {
		return nil, err
	}
	page, next, err := pageOf(ctx, in.Paging, all, func(m lantoa.Measured) string { return string(m.ID) })
	if err != nil {
		return nil, err
	}
	out := &postsOutput{Body: List[Post]{Items: []Post{}, Total: len(all), NextCursor: next}}
	for _, m := range page {
		out.Body.Items = append(out.Body.Items, v.post(m))
	}
	return out, nil
}
