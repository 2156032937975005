package api

import (
	"context"
	"encoding/base64"
	"encoding/json"
	"mime"
	"net/http"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/digest"
)

// Digest is a week as the caller is told of it.
type Digest struct {
	Week         string          `json:"week" example:"2026-W47"`
	State        string          `json:"state" enum:"draft,held,approved" doc:"Only an approved one has its final figures; the others are shown to those who make them up"`
	ApprovedAt   *time.Time      `json:"approved_at"`
	AsOf         *time.Time      `json:"as_of" doc:"What the figures are as of"`
	Late         bool            `json:"late"`
	Subject      string          `json:"subject" example:"Tuần 47: 151/187 trang hoạt động · 5 câu chuyện hay"`
	Sentences    []string        `json:"sentences" nullable:"false" doc:"The week in three sentences"`
	Greeting     string          `json:"greeting"`
	Of           string          `json:"of" enum:"facebook_page,channel" doc:"What states and figures count: Facebook pages, or all channels where there is no page"`
	States       States          `json:"states" doc:"At the end of the week"`
	StatesBefore States          `json:"states_before"`
	Groups       States          `json:"groups" doc:"Zalo groups, beside"`
	Posts        int             `json:"posts"`
	PostsBefore  int             `json:"posts_before"`
	Own          int             `json:"own" doc:"Posts that copy nobody"`
	OwnBefore    int             `json:"own_before"`
	Median       *float64        `json:"median_interactions"`
	MedianBefore *float64        `json:"median_interactions_before"`
	WeekPosts    []*int          `json:"week_posts" nullable:"false" doc:"Posts a week in the twelve weeks that end with it, null where not known"`
	Stories      []DigestStory   `json:"stories" nullable:"false"`
	Found        int             `json:"found" doc:"Stories of the week that the caller may see"`
	Movers       []DigestMover   `json:"movers" nullable:"false" doc:"Units that outdid their own usual week; no ranking"`
	Silent       []DigestChannel `json:"silent" nullable:"false" doc:"The longest first"`
	Disconnected []DigestChannel `json:"disconnected" nullable:"false" doc:"Cannot be read, through no fault of the unit"`
	Mine         []DigestChannel `json:"mine" nullable:"false" doc:"An officer's own channels"`
	Ideas        []DigestStory   `json:"ideas" nullable:"false" doc:"For an officer: stories of units like hers that everybody may see"`
	Notes        []string        `json:"notes" nullable:"false" doc:"What to know about the figures"`
}

// DigestStory is a story as a digest tells it.
type DigestStory struct {
	ID           lantoa.StoryID `json:"id"`
	Title        string         `json:"title" doc:"The editor's headline where there is one"`
	Unit         Unit           `json:"unit"`
	State        lantoa.State   `json:"state" enum:"suggested,shortlisted,approved,reshared"`
	ToldAt       *time.Time     `json:"told_at"`
	Interactions *int64         `json:"interactions"`
	Shares       *int64         `json:"shares"`
	Score        *float64       `json:"score" doc:"null outside the caller's scope"`
	Channels     int            `json:"channels"`
	Reasons      []Reason       `json:"reasons" nullable:"false"`
	URL          string         `json:"url"`
}

// DigestMover is a unit that outdid its own usual week.
type DigestMover struct {
	Unit         Unit  `json:"unit"`
	Interactions int64 `json:"interactions" doc:"Of the posts of the week"`
	Usual        int64 `json:"usual" doc:"Of a usual week of the eight before"`
	Posts        int   `json:"posts"`
	Own          int   `json:"own"`
}

// DigestChannel is a channel that somebody should ask after.
type DigestChannel struct {
	ID    lantoa.ChannelID `json:"id"`
	Name  string           `json:"name"`
	Unit  Unit             `json:"unit"`
	State lantoa.Alive     `json:"state" enum:"active,thinning,silent,disconnected,archived,waiting"`
	Days  *int             `json:"days" doc:"Calendar days since the last post, null if there was none"`
	Words string           `json:"words" example:"im lặng 9 ngày, thường đăng hằng ngày"`
}

type digestInput struct {
	Week   string `path:"week" maxLength:"8" example:"2026-W47"`
	Accept string `header:"Accept" doc:"application/json, text/html or text/plain"`
}

// digestRoute serves a digest in three forms, by what the caller accepts.
func (s *Server) digestRoute(a huma.API) {
	op := get("digest", "/digests/{week}", "Bản tin tuần của người gọi: JSON, HTML hoặc chữ, theo Accept")
	schema := a.OpenAPI().Components.Schemas.Schema(reflect.TypeFor[Digest](), true, "Digest")
	text := &huma.Schema{Type: huma.TypeString}
	op.Responses = map[string]*huma.Response{strconv.Itoa(http.StatusOK): {Description: "The digest", Content: map[string]*huma.MediaType{
		"application/json": {Schema: schema}, "text/html": {Schema: text}, "text/plain": {Schema: text},
	}}}
	serve(s, a, op, s.digest)
}

func (s *Server) digest(ctx context.Context, in *digestInput) (*huma.StreamResponse, error) {
	week, err := lantoa.ParseWeek(in.Week)
	if err != nil {
		return nil, &refusal{kind: lantoa.Invalid, about: badParam, param: "week", want: wantWeek}
	}
	who := callOf(ctx).who
	e, err := s.Store.Edition(ctx, week)
	if digest.MayEdit(who) && (lantoa.KindOf(err) == lantoa.NotFound || err == nil && e.Material == nil) {
		e, err = digest.Open(ctx, s.Desk, s.Store, week, s.Now())
		if err == nil && e.State == "" {
			e.State = lantoa.EditionDraft
		}
	}
	if err == nil && e.Material == nil {
		err = lantoa.Missing("edition", week)
	}
	if err != nil {
		return nil, err
	}
	d := digest.Build(*e.Material, e, who)
	form := preferred(in.Accept)
	var body []byte
	if form == "application/json" {
		v, err := s.view(ctx)
		if err != nil {
			return nil, err
		}
		if body, err = json.Marshal(v.digest(e, d)); err != nil {
			return nil, err
		}
	} else if body, err = s.digestMail(ctx, d, form); err != nil {
		return nil, err
	}
	return &huma.StreamResponse{Body: func(c huma.Context) {
		if form != "application/json" {
			form += "; charset=utf-8"
			c.SetHeader("Content-Security-Policy", "default-src 'none'; img-src data:; style-src 'unsafe-inline'; frame-ancestors 'none'; sandbox allow-popups allow-popups-to-escape-sandbox")
		}
		c.SetHeader("Content-Type", form)
		c.AppendHeader("Vary", "Accept")
		_, _ = c.BodyWriter().Write(body) // the caller has gone
	}}, nil
}

// digestMail is the mail of a digest as HTML, its pictures within, or as text.
func (s *Server) digestMail(ctx context.Context, d lantoa.Digest, form string) ([]byte, error) {
	m, err := digest.Render(ctx, d, callOf(ctx).say, digest.Look{Base: s.Hooks.BaseURL}, &digest.Gallery{Copy: func(ctx context.Context, post lantoa.PostID, n int) []byte {
		p, err := s.Store.Picture(ctx, post, n)
		if err != nil { // the digest says the same without it
			return nil
		}
		return p.Data
	}})
	if err != nil || form == "text/plain" {
		return []byte(m.Text), err
	}
	page := m.HTML
	for _, x := range m.Images {
		page = strings.ReplaceAll(page, "cid:"+x.CID, "data:"+x.Type+";base64,"+base64.StdEncoding.EncodeToString(x.Data))
	}
	return []byte(page), nil
}

// preferred is the form that a caller likes best: JSON, unless HTML or text is named with more weight, or first.
func preferred(accept string) string {
	best, most := "application/json", 0.0
	for part := range strings.SplitSeq(accept, ",") {
		form, params, err := mime.ParseMediaType(part)
		if err != nil {
			continue
		}
		weight := 1.0
		if q, err := strconv.ParseFloat(params["q"], 64); err == nil {
			weight = q
		}
		switch form {
		case "application/xhtml+xml":
			form = "text/html"
		case "text/*":
			form = "text/plain"
		case "application/*":
			form = "application/json"
		}
		if (form == "application/json" || form == "text/html" || form == "text/plain") && weight > most {
			best, most = form, weight
		}
	}
	return best
}

func (v view) digest(e lantoa.Edition, d lantoa.Digest) Digest {
	out := Digest{
		Week: d.Week.String(), State: string(e.State), ApprovedAt: v.moment(e.ApprovedAt), AsOf: v.moment(d.UpTo), Late: d.Late,
		Subject: digest.Subject(d, v.say), Sentences: digest.Sentences(d, v.say), Greeting: d.Greeting, Of: "channel",
		States: digestStates(d.States), StatesBefore: digestStates(d.Before), Groups: digestStates(d.Groups),
		Posts: d.Posts, PostsBefore: d.PostsBefore, Own: d.Own, OwnBefore: d.OwnBefore, Median: d.Median, MedianBefore: d.MedBefore,
		WeekPosts: []*int{}, Stories: v.digestStories(d.Stories), Found: d.Found, Ideas: v.digestStories(d.Ideas), Movers: []DigestMover{},
		Silent: v.digestChannels(d.Help), Disconnected: v.digestChannels(d.Blind), Mine: v.digestChannels(d.Mine), Notes: []string{},
	}
	if d.Of != "" {
		out.Of = string(d.Of)
	}
	for _, n := range d.Strip {
		if n < 0 {
			out.WeekPosts = append(out.WeekPosts, nil)
		} else {
			out.WeekPosts = append(out.WeekPosts, &n)
		}
	}
	for _, m := range d.Movers {
		out.Movers = append(out.Movers, DigestMover{Unit: v.unit(v.units[m.Unit.ID]), Interactions: m.Interactions, Usual: m.Usual, Posts: m.Posts, Own: m.Own})
	}
	for _, part := range digest.Say(d, v.say, digest.Look{}).Sections {
		if part.Key == "notes" {
			out.Notes = append(out.Notes, part.Lines...)
		}
	}
	return out
}

func digestStates(s lantoa.DigestStates) States {
	return States{s.Active, s.Thinning, s.Silent, s.Disconnected, s.Archived, s.Waiting}
}

func (v view) digestStories(list []lantoa.DigestStory) []DigestStory {
	out := []DigestStory{}
	for _, x := range list {
		s := DigestStory{ID: x.ID, Title: x.Title, Unit: v.unit(v.units[x.Unit.ID]), State: x.State, ToldAt: v.moment(x.ToldAt),
			Interactions: x.Interactions.Ptr(), Shares: x.Shares.Ptr(), Channels: x.Channels, Reasons: []Reason{}, URL: x.URL}
		if x.Headline != "" {
			s.Title = x.Headline
		}
		if x.Score != nil {
			score := rounded(*x.Score, 2)
			s.Score = &score
		}
		for _, r := range x.Reasons {
			s.Reasons = append(s.Reasons, Reason{Kind: r.Kind, Words: v.say.Reason(r)})
		}
		out = append(out, s)
	}
	return out
}

func (v view) digestChannels(list []lantoa.DigestChannel) []DigestChannel {
	out := []DigestChannel{}
	for _, x := range list {
		ch := DigestChannel{ID: x.ID, Name: x.Name, Unit: v.unit(v.units[x.Unit.ID]), State: x.State, Words: v.say.Standing(x.State, x.Days, x.Usual)}
		if x.Days >= 0 {
			ch.Days = &x.Days
		}
		out = append(out, ch)
	}
	return out
}
