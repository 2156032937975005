package api

import (
	"bytes"
	"context"
	"encoding/json"
	"io"
	"log/slog"
	"net/http"
	"net/http/httptest"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/search"
	"github.com/hoiphunu/lantoa/store/storetest"
)

// house is a small province with real rooms: a store, an index, five people and their tokens.
//
//	tỉnh Thái Nguyên (19)
//	├── xã Đồng Mẫu (05722)   page, group      P1 "nuôi lợn đất" (suggested story), P1's zalo message
//	├── xã Khe Mẫu (05728)    page             a copy of P1, a story approved, one suggested, one gone
//	└── 05749 → new 05755 on 2025-07-01 (which bears the code of one that it took in)
type house struct {
	*Server
	handler  http.Handler
	queue    *fakeQueue
	log      *bytes.Buffer
	units    map[string]lantoa.Unit // by code, the newest
	channels map[string]lantoa.ChannelID
	posts    map[string]lantoa.PostID // by external id
	stories  map[string]lantoa.StoryID
}

var (
	zone = time.FixedZone("Asia/Ho_Chi_Minh", 7*3600)
	now  = time.Date(2026, 11, 23, 6, 0, 0, 0, zone) // a Monday
)

func at(month time.Month, day, hour int) time.Time {
	return time.Date(2026, month, day, hour, 0, 0, 0, zone)
}

type fakeQueue struct {
	asked  []lantoa.ChannelID
	soon   []lantoa.ReshareID
	broken error
}

func (q *fakeQueue) PublishSoon(_ context.Context, id lantoa.ReshareID) error {
	q.soon = append(q.soon, id)
	return q.broken
}

func (q *fakeQueue) CollectNow(_ context.Context, id lantoa.ChannelID) error {
	q.asked = append(q.asked, id)
	return nil
}

// awkward is what people write: markup, a right-to-left mark, letters apart from their marks.
const awkward = "Chị em <script>alert('x')</script> & \"ngoặc\" \u202e trái \u0065\u0302\u0301 " + "\u2028 hết"

func newHouse(t testing.TB) *house {
	t.Helper()
	h := &house{queue: &fakeQueue{}, log: &bytes.Buffer{}, units: map[string]lantoa.Unit{},
		channels: map[string]lantoa.ChannelID{}, posts: map[string]lantoa.PostID{}, stories: map[string]lantoa.StoryID{}}
	s := storetest.Open(t)
	index, err := search.OpenEmbedded(filepath.Join(t.TempDir(), "index"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { index.Close() })
	h.Server = &Server{
		Store: s, Index: index, Queue: h.queue, Zone: zone, Version: "test",
		Now: func() time.Time { return now }, Log: slog.New(slog.NewTextHandler(h.log, nil)),
	}
	h.build(t)
	h.handler = h.Handler()
	return h
}

func (h *house) build(t testing.TB) {
	ctx := t.Context()
	merged := time.Date(2025, 7, 1, 0, 0, 0, 0, zone)
	was := time.Date(2010, 1, 1, 0, 0, 0, 0, zone)
	units := []lantoa.Unit{
		{ID: "tinh", Code: "19", Name: "tỉnh Thái Nguyên", Level: lantoa.Province, From: was},
		{ID: "dongmau", Code: "05722", Name: "xã Đồng Mẫu", Level: lantoa.Commune, Parent: "tinh", From: was},
		{ID: "khemau", Code: "05728", Name: "xã Khe Mẫu", Level: lantoa.Commune, Parent: "tinh", From: was},
		{ID: "old55", Code: "05755", Name: "xã Cũ Mẫu", Level: lantoa.Commune, Parent: "tinh", From: was, To: merged, Successors: []lantoa.UnitID{"new55"}},
		{ID: "old49", Code: "05749", Name: "xã Nhỏ Mẫu", Level: lantoa.Commune, Parent: "tinh", From: was, To: merged, Successors: []lantoa.UnitID{"new55"}},
		{ID: "new55", Code: "05755", Name: "xã Mới Mẫu", Level: lantoa.Commune, Parent: "tinh", From: merged},
	}
	must(t, h.Store.SaveUnits(ctx, units))
	for _, u := range units {
		h.units[u.Code] = u
	}
	for _, c := range []struct {
		name, unit string
		kind       lantoa.ChannelKind
		archived   bool
	}{
		{"tinh", "19", lantoa.FacebookPage, false},
		{"dongmau", "05722", lantoa.FacebookPage, false},
		{"dongmau-nhom", "05722", lantoa.ZaloGroup, false},
		{"khemau", "05728", lantoa.FacebookPage, false},
		{"nhap", "19", lantoa.Imported, true},
	} {
		ch := lantoa.Channel{Kind: c.kind, Name: "Phụ nữ " + c.name, External: c.name, Unit: h.units[c.unit],
			URL: "https://example.org/" + c.name, Archived: c.archived, CreatedAt: at(1, 1, 0)}
		must(t, h.Store.SaveChannel(ctx, &ch))
		h.channels[c.name] = ch.ID
		if !c.archived {
			must(t, h.Store.NoteVisit(ctx, lantoa.Visit{Channel: ch.ID, At: at(5, 1, 0), Complete: true, Next: at(5, 1, 1)}))
		}
	}
	h.savePosts(t)
	h.saveStories(t)
	h.addPeople(t)
	h.reindex(t)
}

func (h *house) savePosts(t testing.TB) {
	full := func(n int64) lantoa.Snapshot {
		return lantoa.Snapshot{At: now.Add(-time.Hour), Reactions: lantoa.Of(n), ByKind: map[string]int64{"like": n},
			Comments: lantoa.Of(2), Shares: lantoa.Of(31), Views: lantoa.Of(900), Reach: lantoa.Of(700), Source: lantoa.FromPlatform}
	}
	for _, p := range []struct {
		channel, external, text string
		at                      time.Time
		numbers                 lantoa.Snapshot
	}{
		{"dongmau", "p1", "Mô hình nuôi lợn đất của chị em xã Đồng Mẫu. Cả chi hội cùng góp vốn.", at(11, 17, 19), full(30)},
		{"khemau", "p1-copy", "Mô hình nuôi lợn đất của chị em xã Đồng Mẫu. Cả chi hội cùng góp vốn.", at(11, 19, 8), full(5)},
		{"khemau", "chosen", "Chuyện đã chọn: tổ tiết kiệm của Khe Mẫu giúp 12 hộ.", at(11, 18, 8), full(40)},
		{"khemau", "private", "Chuyện riêng của Khe Mẫu: tổ phân loại rác.", at(11, 18, 9), full(41)},
		{"khemau", "gone", "Chuyện đã gỡ của Khe Mẫu.", at(11, 18, 10), full(42)},
		{"dongmau-nhom", "m1", awkward, at(11, 20, 8), lantoa.Snapshot{}},
		{"dongmau", "bare", "Bài chưa có số liệu nào.", at(11, 21, 8), lantoa.Snapshot{}},
	} {
		in := lantoa.Incoming{Post: lantoa.Post{External: p.external, Type: lantoa.Text, Text: p.text,
			Permalink: "https://example.org/p/" + p.external, PublishedAt: p.at}, Numbers: p.numbers, HasCount: !p.numbers.At.IsZero()}
		_, err := h.Store.SavePosts(t.Context(), h.channels[p.channel], []lantoa.Incoming{in}, now)
		must(t, err)
		saved, err := h.Store.PostsBetween(t.Context(), h.channels[p.channel], p.at, p.at.Add(time.Second))
		must(t, err)
		h.posts[p.external] = saved[0].ID
	}
}

func (h *house) saveStories(t testing.TB) {
	ctx := t.Context()
	score := func(f float64) *float64 { return &f }
	must(t, h.Store.SaveJudgements(ctx, map[lantoa.PostID]lantoa.Judgement{
		h.posts["p1"]:      {Score: score(4.2), Basis: lantoa.OwnBasis, BasisPosts: 34, Likeness: .9, Topics: []string{"tiet-kiem"}, Cluster: "c1", Copies: 1},
		h.posts["p1-copy"]: {Score: score(1.1), Basis: lantoa.LevelBasis, Likeness: .9, Topics: []string{"tiet-kiem"}, Cluster: "c1", Copies: 1},
		h.posts["chosen"]:  {Score: score(3.3), Basis: lantoa.OwnBasis, Likeness: .8, Topics: []string{"tiet-kiem"}},
		h.posts["private"]: {Score: score(2.2), Basis: lantoa.OwnBasis, Likeness: .7, Topics: []string{"moi-truong"}},
		h.posts["gone"]:    {Score: score(2.1), Basis: lantoa.OwnBasis, Likeness: .7},
	}))
	for _, st := range []struct {
		post, unit string
		cluster    lantoa.ClusterID
		told       time.Time
		rank       float64
	}{
		{"p1", "05722", "c1", at(11, 17, 19), 2.2},
		{"chosen", "05728", "", at(11, 18, 8), 1.8},
		{"private", "05728", "", at(11, 18, 9), 1.2},
		{"gone", "05728", "", at(11, 18, 10), 1.1},
	} {
		lead, err := h.Store.Post(ctx, h.posts[st.post])
		must(t, err)
		must(t, h.Store.SaveStories(ctx, []lantoa.Story{{
			Cluster: st.cluster, Title: lead.Title(), Lead: lead, First: h.units[st.unit], ToldAt: st.told,
			Units: 1, Channels: 1, Likeness: lead.Likeness, Rank: st.rank, Topics: lead.Topics,
			Reasons: []lantoa.Reason{
				{Kind: lantoa.AboveUsual, Times: *lead.Score, Posts: 34}, {Kind: lantoa.NamesModel, What: "mô hình"},
			},
		}}))
		lead, err = h.Store.Post(ctx, h.posts[st.post])
		must(t, err)
		h.stories[st.post] = lead.Story
	}
	for _, post := range []string{"chosen", "gone"} {
		_, err := h.Store.SaveDecision(ctx, lantoa.Decision{Story: h.stories[post], Verdict: lantoa.Approve, Reason: "việc nội bộ", ByName: "Chị Hà", At: at(11, 20, 9)})
		must(t, err)
	}
	must(t, h.Store.MarkRemoved(ctx, h.channels["khemau"], []string{"gone"}, at(11, 21, 6)))
}

// addPeople gives everybody a token that is "token-" and their name.
func (h *house) addPeople(t testing.TB) {
	for name, who := range map[string]struct {
		role lantoa.Role
		unit string
	}{
		"admin": {lantoa.Admin, "19"}, "comms": {lantoa.Communications, "19"}, "leader": {lantoa.Leader, "19"},
		"viewer": {lantoa.Viewer, "19"}, "officer": {lantoa.Officer, "05722"}, "khe": {lantoa.Officer, "05728"},
		"communecomms": {lantoa.Communications, "05722"}, "gone": {lantoa.Admin, "19"},
	} {
		u, err := h.Store.AddUser(t.Context(), lantoa.User{Email: name + "@example.org", Name: name, Role: who.role, Unit: h.units[who.unit]}, "x")
		must(t, err)
		must(t, h.Store.SetToken(t.Context(), u.ID, HashToken("token-"+name)))
		if name == "gone" {
			must(t, h.Store.Disable(t.Context(), u.ID, true))
		}
	}
}

// reindex puts every post into the index as it is now.
func (h *house) reindex(t testing.TB) {
	t.Helper()
	var docs []search.Document
	for _, id := range h.posts {
		m, err := h.Store.Post(t.Context(), id)
		must(t, err)
		docs = append(docs, search.DocumentOf(m))
	}
	must(t, h.Index.Put(t.Context(), docs))
}

// fill saves more posts of September on a channel and puts them into the index.
func (h *house) fill(t testing.TB, channel string, posts []lantoa.Incoming) {
	t.Helper()
	_, err := h.Store.SavePosts(t.Context(), h.channels[channel], posts, now)
	must(t, err)
	saved, err := h.Store.PostsBetween(t.Context(), h.channels[channel], at(9, 1, 0), at(10, 1, 0))
	must(t, err)
	for _, p := range saved {
		h.posts[p.External] = p.ID
	}
	h.reindex(t)
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

// answer is what came back.
type answer struct {
	status int
	header http.Header
	text   string
	json   map[string]any
}

// ask calls as one person, "" for nobody. words change a header: "Name: value".
func (h *house) ask(t testing.TB, who, method, path, body string, headers ...string) answer {
	t.Helper()
	r := httptest.NewRequestWithContext(t.Context(), method, path, strings.NewReader(body))
	if who != "" {
		r.Header.Set("Authorization", "Bearer token-"+who)
	}
	if body != "" {
		r.Header.Set("Content-Type", "application/json")
	}
	for _, line := range headers {
		name, value, _ := strings.Cut(line, ": ")
		r.Header.Set(name, value)
	}
	w := httptest.NewRecorder()
	h.handler.ServeHTTP(w, r)
	text, err := io.ReadAll(w.Body)
	must(t, err)
	a := answer{status: w.Code, header: w.Header(), text: string(text)}
	if strings.Contains(w.Header().Get("Content-Type"), "json") {
		must(t, json.Unmarshal(text, &a.json))
	}
	return a
}

func (h *house) get(t testing.TB, who, path string) answer {
	t.Helper()
	return h.ask(t, who, "GET", path, "")
}

// items are the values of one field of a list's items, in order.
func (a answer) items(field string) []any {
	var out []any
	list, _ := a.json["items"].([]any)
	for _, item := range list {
		out = append(out, item.(map[string]any)[field])
	}
	return out
}

// dig follows fields and positions into the answer.
func (a answer) dig(path ...any) any {
	var v any = a.json
	for _, step := range path {
		switch step := step.(type) {
		case string:
			m, _ := v.(map[string]any)
			v = m[step]
		case int:
			l, _ := v.([]any)
			if step >= len(l) {
				return nil
			}
			v = l[step]
		}
	}
	return v
}
