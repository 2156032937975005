package api

import (
	"bytes"
	"context"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"encoding/xml"
	"errors"
	"html/template"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/go-chi/httprate"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/internal/words"
	"github.com/hoiphunu/lantoa/reshare"
	"github.com/hoiphunu/lantoa/store"
)

// FeedLink is the purpose of the tokens with which feeds are read: store.SignLink(FeedLink, user ID, ends). Such a token
// opens nothing else, and nothing any more when its person is shut out.
const FeedLink = "feed"

const (
	feedLasts   = 2 * 365 * 24 * time.Hour
	feedEntries = 50  // of a feed, the newest
	feedLooked  = 500 // stories that these are chosen from, the liveliest
	feedSummary = 400 // characters
	embedUsual  = 5
	embedMost   = 20
)

// feedStory is a story as everybody may read it.
type feedStory struct {
	lantoa.Story
	Published, Updated time.Time
	Shared             []string // where we passed it on
}

// feedStories are the stories that were chosen and may be passed on, the newest choice first: for everybody, and so
// without anything that is its unit's own affair.
func (s *Server) feedStories(ctx context.Context, most int) ([]feedStory, error) {
	all, _, _, err := s.Store.Stories(ctx, lantoa.Everything, store.StoryFilter{States: []lantoa.State{lantoa.Approved, lantoa.Reshared}, Now: s.Now(), Limit: feedLooked})
	if err != nil {
		return nil, err
	}
	sent, _, _, err := s.Store.Reshares(ctx, lantoa.Everything, store.ReshareFilter{States: []lantoa.ReshareState{lantoa.ReshareSent}, Limit: feedLooked})
	if err != nil {
		return nil, err
	}
	var out []feedStory
	for _, st := range all {
		if gone(st.Lead) || reshare.Passable(st) != nil {
			continue
		}
		f := feedStory{Published: st.ToldAt}
		for _, d := range st.Decisions {
			if d.Verdict == lantoa.Approve {
				f.Published = d.At
			}
		}
		f.Updated = f.Published
		for _, r := range sent {
			if r.Story == st.ID {
				if r.SentAt.After(f.Updated) {
					f.Updated = r.SentAt
				}
				if webAddress(r.Permalink) {
					f.Shared = append(f.Shared, r.Permalink)
				}
			}
		}
		slices.Sort(f.Shared)
		f.Story = st.Public()
		out = append(out, f)
	}
	slices.SortStableFunc(out, func(a, b feedStory) int {
		if n := b.Updated.Compare(a.Updated); n != 0 {
			return n
		}
		return strings.Compare(string(a.ID), string(b.ID))
	})
	return out[:min(most, len(out))], nil
}

// summary is how a story begins, without its title; nothing where the text has personal data.
func (f feedStory) summary() string {
	if f.Lead.Sensitive {
		return ""
	}
	text := strings.TrimSpace(f.Lead.Text)
	if rest, is := strings.CutPrefix(text, f.Title); is && (rest == "" || strings.HasPrefix(rest, "\n")) {
		text = strings.TrimSpace(rest)
	}
	return lantoa.Cut(strings.Join(strings.Fields(text), " "), feedSummary)
}

// title is the story's, never empty.
func (f feedStory) title() string {
	if f.Title == "" {
		return f.First.UnionName()
	}
	return f.Title
}

// address is that of the original, empty where it has none.
func (f feedStory) address() string {
	if webAddress(f.Lead.Permalink) {
		return f.Lead.Permalink
	}
	return ""
}

// The shapes of RFC 4287. Everything in them is text: encoding/xml escapes it.
type atomFeed struct {
	XMLName   xml.Name    `xml:"http://www.w3.org/2005/Atom feed"`
	Lang      string      `xml:"xml:lang,attr"`
	Own       string      `xml:"xmlns:lantoa,attr"`
	ID        string      `xml:"id"`
	Title     string      `xml:"title"`
	Updated   string      `xml:"updated"`
	Generator string      `xml:"generator"`
	Links     []atomLink  `xml:"link"`
	Entries   []atomEntry `xml:"entry"`
}

type atomLink struct {
	Rel  string `xml:"rel,attr"`
	Type string `xml:"type,attr,omitempty"`
	Href string `xml:"href,attr"`
}

type atomEntry struct {
	ID         string         `xml:"id"`
	Title      string         `xml:"title"`
	Updated    string         `xml:"updated"`
	Published  string         `xml:"published"`
	Author     string         `xml:"author>name"`
	Links      []atomLink     `xml:"link"`
	Categories []atomCategory `xml:"category"`
	Rights     string         `xml:"rights"`
	Summary    *atomText      `xml:"summary"`
	Content    *atomText      `xml:"content"`
	State      string         `xml:"lantoa:state"`
	Numbers    *atomNumbers   `xml:"lantoa:numbers"`
}

type atomText struct {
	Type string `xml:"type,attr"`
	Text string `xml:",chardata"`
}

type atomCategory struct {
	Term  string `xml:"term,attr"`
	Label string `xml:"label,attr,omitempty"`
}

// atomNumbers are the public counters; one that the platform did not give is not there.
type atomNumbers struct {
	Reactions *int64 `xml:"reactions,attr,omitempty"`
	Comments  *int64 `xml:"comments,attr,omitempty"`
	Shares    *int64 `xml:"shares,attr,omitempty"`
	At        string `xml:"at,attr"`
}

// ownSpace names the elements of a feed that Atom has none for.
const ownSpace = "urn:lantoa:feed"

// base is the address under which people reach us.
func (s *Server) base() string { return strings.TrimSuffix(s.Hooks.BaseURL, "/") }

// tag is a name for ever (RFC 4151) of something of this installation.
func (s *Server) tag(what string) string {
	host := "lantoa.invalid"
	if u, err := url.Parse(s.Hooks.BaseURL); err == nil && u.Hostname() != "" {
		host = strings.ToLower(u.Hostname())
	}
	return "tag:" + host + ",2026:" + what
}

// atom is the feed as a document. The same stories give the same bytes.
func (s *Server) atom(list []feedStory, cat *words.Catalog) ([]byte, error) {
	stamp := func(t time.Time) string { return t.In(s.Zone).Format(time.RFC3339) }
	feed := atomFeed{Lang: cat.Lang(), Own: ownSpace, ID: s.tag("stories"), Title: cat.T("feed.title"), Generator: "Lan tỏa",
		Updated: stamp(time.Date(2026, 1, 1, 0, 0, 0, 0, s.Zone)),
		Links:   []atomLink{{Rel: "self", Type: "application/atom+xml", Href: s.base() + "/feeds/stories.atom"}}}
	for i, f := range list {
		if i == 0 {
			feed.Updated = stamp(f.Updated)
		}
		credit := lantoa.CreditOf(f.First)
		e := atomEntry{ID: s.tag("story/" + string(f.ID)), Title: f.title(), Updated: stamp(f.Updated), Published: stamp(f.Published),
			Author: f.First.UnionName(), Rights: credit, State: string(f.State)}
		if text := f.summary(); text != "" {
			e.Summary = &atomText{"text", text}
		}
		if at := f.address(); at != "" {
			e.Links = append(e.Links, atomLink{Rel: "alternate", Type: "text/html", Href: at})
		} else { // an entry without a page of its own must hold what it says
			e.Content = &atomText{"text", strings.TrimSpace(f.summary() + "\n" + credit)}
		}
		for _, at := range f.Shared {
			e.Links = append(e.Links, atomLink{Rel: "related", Href: at})
		}
		for _, topic := range f.Topics {
			e.Categories = append(e.Categories, atomCategory{Term: topic, Label: cat.Topic(topic)})
		}
		if n := f.Lead.Numbers; n.Interactions().Known {
			e.Numbers = &atomNumbers{n.Reactions.Ptr(), n.Comments.Ptr(), n.Shares.Ptr(), stamp(n.At)}
		}
		feed.Entries = append(feed.Entries, e)
	}
	body, err := xml.MarshalIndent(feed, "", " ")
	if err != nil {
		return nil, err
	}
	return append([]byte(xml.Header), append(body, '\n')...), nil
}

// feedRoutes are for portals and readers, which bring a token in the address or, as any program, in a header.
func (s *Server) feedRoutes(mux *http.ServeMux, doc *huma.OpenAPI, limit *httprate.RateLimiter) {
	token := &huma.Param{Name: "token", In: "query", Description: "Như trang Bảng tin cho cổng thông tin đưa; hoặc gửi mã API trong Authorization", Schema: &huma.Schema{Type: huma.TypeString}}
	add := func(id, path, summary, form string, params []*huma.Param, answer func(http.ResponseWriter, *http.Request, *words.Catalog) error) {
		mux.HandleFunc("GET "+path, func(w http.ResponseWriter, r *http.Request) {
			cat := s.catalog(r)
			err := s.readsFeeds(w, r, cat, limit)
			if err == nil {
				err = answer(w, r, cat)
			}
			if err != nil {
				s.explain(r.Context(), cat, err).write(w)
			}
		})
		doc.AddOperation(&huma.Operation{OperationID: id, Method: http.MethodGet, Path: path, Summary: summary,
			Security: []map[string][]string{{"token": {}}, {}}, Parameters: append([]*huma.Param{token}, params...),
			Responses: map[string]*huma.Response{
				"200": {Description: "OK", Content: map[string]*huma.MediaType{form: {Schema: &huma.Schema{Type: huma.TypeString}}}},
				"304": {Description: "Không có gì mới"}, "401": {Description: "Không có mã, hoặc mã không dùng được"}, "429": {Description: "Gọi quá nhiều"},
			}})
	}
	add("feed-stories", "/feeds/stories.atom", "Câu chuyện đã chọn, mới nhất trước, dạng Atom", "application/atom+xml", nil, s.atomFeed)
	least, most := float64(1), float64(embedMost)
	n := &huma.Param{Name: "n", In: "query", Description: "Số câu chuyện", Schema: &huma.Schema{Type: huma.TypeInteger, Minimum: &least, Maximum: &most, Default: embedUsual}}
	add("embed-stories", "/feeds/stories.html", "Danh sách nhỏ để nhúng vào trang khác", "text/html", []*huma.Param{n}, s.embedded)
}

// readsFeeds lets a reader through: by the token of a feed, by a personal API token in the same place, or as at any call.
func (s *Server) readsFeeds(w http.ResponseWriter, r *http.Request, cat *words.Catalog, limit *httprate.RateLimiter) error {
	who, err := s.feedReader(r, cat)
	key := "feed:" + string(who.ID) // its address may stand in a page that everybody reads: that takes none of the person's calls
	if err != nil {
		key = "address:" + remoteAddress(r)
	}
	if limit.OnLimit(w, r, key) {
		return refuse(lantoa.Limited, tooOften)
	}
	return err
}

func (s *Server) feedReader(r *http.Request, cat *words.Catalog) (lantoa.User, error) {
	token := r.URL.Query().Get("token")
	if token == "" || r.Header.Get("Authorization") != "" {
		return s.who(r)
	}
	id, err := s.Store.OpenLink(FeedLink, token, s.Now())
	var user lantoa.User
	switch lantoa.KindOf(err) {
	case "":
		if err == nil {
			user, err = s.Store.User(r.Context(), lantoa.UserID(id))
		}
	case lantoa.Invalid:
		user, err = s.Store.UserByToken(r.Context(), HashToken(token))
	}
	if k := lantoa.KindOf(err); k == lantoa.NotFound || k == lantoa.Expired || err == nil && (user.Disabled || user.ID == "") {
		return lantoa.User{}, unauthorized(cat, badToken)
	}
	return user, err
}

func (s *Server) atomFeed(w http.ResponseWriter, r *http.Request, cat *words.Catalog) error {
	list, err := s.feedStories(r.Context(), feedEntries)
	if err != nil {
		return err
	}
	body, err := s.atom(list, cat)
	if err != nil {
		return err
	}
	w.Header().Set("Content-Type", "application/atom+xml; charset=utf-8")
	s.sendFeed(w, r, feedEntries, body)
	return nil
}

// feedMark is since when a feed has said what it says.
type feedMark struct {
	sum   [sha256.Size]byte
	since time.Time
}

// sendFeed sends a feed, or says that the reader has it. When a feed changed is when it was first seen with other words:
// what falls out of it changes it too, and no date of a story tells that.
func (s *Server) sendFeed(w http.ResponseWriter, r *http.Request, most int, body []byte) {
	// Of the few feeds there are: what else stands in the address makes no new one.
	key := r.URL.Path + " " + strconv.Itoa(most) + " " + s.catalog(r).Lang()
	sum, now := sha256.Sum256(body), time.Now().UTC().Truncate(time.Second)
	s.feedsLock.Lock()
	mark, known := s.feeds[key]
	if !known || mark.sum != sum {
		if known && !now.After(mark.since) {
			now = mark.since.Add(time.Second) // two changes within one second are two
		}
		mark = feedMark{sum, now}
		if s.feeds == nil {
			s.feeds = map[string]feedMark{}
		}
		s.feeds[key] = mark
	}
	s.feedsLock.Unlock()
	h := w.Header()
	h.Set("Cache-Control", "private, no-cache")
	h.Set("Referrer-Policy", "no-referrer")
	h.Set("ETag", `"`+hex.EncodeToString(sum[:16])+`"`)
	http.ServeContent(w, r, "", mark.since, bytes.NewReader(body))
}

// embedStyle is all that the embedded list looks like. It follows the reader's light or dark mode.
const embedStyle = `:root{color-scheme:light dark;--paper:#fff;--ink:#221a1e;--ink-2:#5f5459;--line:#ecdfe2;--lotus:#8a1547}
@media (prefers-color-scheme:dark){:root{--paper:#20191c;--ink:#f4ecef;--ink-2:#c5b6bc;--line:#3a2d32;--lotus:#ffb3d0}}
*{box-sizing:border-box}
body{margin:0;background:var(--paper);color:var(--ink);font:16px/1.5 "Be Vietnam Pro","Segoe UI",Roboto,"Noto Sans",system-ui,sans-serif}
h1{margin:0;padding:12px 16px;font-size:16px;color:var(--lotus)}
ul{margin:0;padding:0;list-style:none}
li{border-top:1px solid var(--line)}
a,div{display:block;min-height:44px;padding:12px 16px;color:inherit;text-decoration:none;overflow-wrap:anywhere}
a:hover b,a:focus-visible b{text-decoration:underline}
a:focus-visible{outline:3px solid var(--lotus);outline-offset:-3px}
b{display:block;font-weight:600}
small{color:var(--ink-2);font-size:14px}
p{margin:0;padding:12px 16px;color:var(--ink-2)}
`

var embedPage = template.Must(template.New("embed").Parse(`<!DOCTYPE html>
<html lang="{{.Lang}}"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><meta name="robots" content="noindex"><title>{{.Title}}</title>
<style>{{.Style}}</style></head>
<body><h1>{{.Title}}</h1>
{{if .Items}}<ul>
{{range .Items}}<li>{{if .Address}}<a href="{{.Address}}" target="_blank" rel="noopener"><b>{{.Title}}</b><small>{{.Credit}} · <time datetime="{{.Day}}">{{.Date}}</time></small></a>{{else}}<div><b>{{.Title}}</b><small>{{.Credit}} · <time datetime="{{.Day}}">{{.Date}}</time></small></div>{{end}}</li>
{{end}}</ul>{{else}}<p>{{.Empty}}</p>{{end}}
</body></html>
`))

type embedItem struct{ Title, Credit, Address, Day, Date string }

// embedded is the list that another site shows in a frame. It holds no script and no picture, and leads to the originals.
func (s *Server) embedded(w http.ResponseWriter, r *http.Request, cat *words.Catalog) error {
	n := embedUsual
	if text := r.URL.Query().Get("n"); text != "" {
		var err error
		if n, err = strconv.Atoi(text); err != nil || n < 1 || n > embedMost {
			return &refusal{kind: lantoa.Invalid, about: badParam, param: "n", why: wantRange.in(cat, "from", int64(1), "to", int64(embedMost)), err: errors.New("out of range")}
		}
	}
	list, err := s.feedStories(r.Context(), n)
	if err != nil {
		return err
	}
	page := struct {
		Lang, Title, Empty string
		Style              template.CSS
		Items              []embedItem
	}{cat.Lang(), cat.T("feed.title"), cat.T("feed.empty"), embedStyle, nil}
	for _, f := range list {
		told := f.ToldAt.In(s.Zone)
		page.Items = append(page.Items, embedItem{f.title(), lantoa.CreditOf(f.First), f.address(), told.Format(time.DateOnly), cat.Date(told)})
	}
	var body bytes.Buffer
	if err := embedPage.Execute(&body, page); err != nil {
		return err
	}
	sum := sha256.Sum256([]byte(embedStyle))
	h := w.Header()
	h.Set("Content-Type", "text/html; charset=utf-8")
	h.Set("Content-Security-Policy", "default-src 'none'; style-src 'sha256-"+base64.StdEncoding.EncodeToString(sum[:])+
		"'; base-uri 'none'; form-action 'none'; frame-ancestors *; sandbox allow-popups allow-popups-to-escape-sandbox")
	s.sendFeed(w, r, n, body.Bytes())
	return nil
}

// FeedAddresses are where the stories that were chosen can be read by other programs.
type FeedAddresses struct {
	Atom    string     `json:"atom" doc:"For portals and readers"`
	HTML    string     `json:"html" doc:"A small list to be shown in a frame; n=1 to 20 stories"`
	Expires *time.Time `json:"expires" doc:"And sooner when the caller's account is closed"`
}

type feedAddressesOutput struct{ Body FeedAddresses }

// feedAddresses are made anew at each call, for who passes stories on.
func (s *Server) feedAddresses(ctx context.Context, _ *struct{}) (*feedAddressesOutput, error) {
	if err := s.maySpread(ctx); err != nil {
		return nil, err
	}
	v, err := s.view(ctx)
	if err != nil {
		return nil, err
	}
	ends := v.now.Add(feedLasts)
	token := "?token=" + s.Store.SignLink(FeedLink, string(callOf(ctx).who.ID), ends)
	return &feedAddressesOutput{Body: FeedAddresses{Atom: s.base() + "/feeds/stories.atom" + token,
		HTML: s.base() + "/feeds/stories.html" + token, Expires: v.moment(ends)}}, nil
}
