package sandbox

import (
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"
)

const askedFields = "id,message,story,created_time,updated_time,permalink_url,status_type,is_published,is_hidden,is_expired,full_picture,from,parent_id," +
	"attachments{media_type,type,title,description,url,unshimmed_url,target,media,subattachments},shares," +
	"reactions.summary(total_count).limit(0),reactions.type(LOVE).limit(0).summary(total_count).as(love)," +
	"comments.summary(total_count).filter(stream).limit(0)," +
	"insights.metric(post_media_view,post_total_media_view_unique,post_clicks,post_reactions_by_type_total){name,values}"

// serve puts a sandbox on a port.
func serve(t *testing.T, s *Sandbox) string {
	srv := httptest.NewServer(s.Handler())
	t.Cleanup(srv.Close)
	return srv.URL
}

// fetch reads an address and its JSON.
func fetch(t *testing.T, address string, header ...string) (int, map[string]any, http.Header) {
	t.Helper()
	req, err := http.NewRequest("GET", address, nil)
	if err != nil {
		t.Fatal(err)
	}
	for i := 0; i+1 < len(header); i += 2 {
		req.Header.Set(header[i], header[i+1])
	}
	r, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	b, err := io.ReadAll(r.Body)
	if err != nil {
		t.Fatal(err)
	}
	var out map[string]any
	if err := json.Unmarshal(b, &out); err != nil {
		t.Fatalf("%s: %v in %.300s", address, err, b)
	}
	return r.StatusCode, out, r.Header
}

// dig follows keys and indexes into JSON.
func dig(v any, path ...any) any {
	for _, p := range path {
		switch p := p.(type) {
		case string:
			m, _ := v.(map[string]any)
			v = m[p]
		case int:
			l, _ := v.([]any)
			if p >= len(l) {
				return nil
			}
			v = l[p]
		}
	}
	return v
}

// all reads a list to its last piece, by after, and says in how many pieces it came.
func all(t *testing.T, address string) (items []any, pieces int) {
	t.Helper()
	after := ""
	for {
		status, body, _ := fetch(t, address+"&after="+url.QueryEscape(after))
		if status != 200 {
			t.Fatalf("%s: %d %v", address, status, body)
		}
		pieces++
		data := dig(body, "data").([]any)
		items = append(items, data...)
		if dig(body, "paging", "next") == nil {
			return items, pieces
		}
		after = dig(body, "paging", "cursors", "after").(string)
	}
}

func TestAccountsComeInPiecesOf25(t *testing.T) {
	s, _ := at(t, monday, Options{})
	base := serve(t, s)
	pages, pieces := all(t, base+"/graph/v25.0/me/accounts?fields=id,name,tasks,access_token&access_token="+s.Token())
	if len(pages) != 187 || pieces != 8 {
		t.Errorf("got %d pages in %d pieces, want 187 in 8", len(pages), pieces)
	}
}

func TestEveryPageServesAsManyPostsAsItCounts(t *testing.T) {
	s, _ := at(t, monday, Options{})
	base := serve(t, s)
	served := s.Served()
	total := 0
	for _, p := range s.pages {
		if p.breakage != whole {
			continue
		}
		posts, _ := all(t, base+"/graph/v25.0/"+p.id+"/published_posts?limit=100&fields="+url.QueryEscape(askedFields)+"&access_token="+p.pageToken)
		seen := map[string]bool{}
		for _, q := range posts {
			seen[dig(q, "id").(string)] = true
		}
		if len(seen) != len(posts) || len(posts) != served[p.id].Posts {
			t.Errorf("%s: %d posts, %d of them different, counted %d", p.name, len(posts), len(seen), served[p.id].Posts)
		}
		total += len(posts)
	}
	t.Logf("%d posts on the pages that can be read", total)
}

func TestGraphAnswersInFacebooksShapes(t *testing.T) {
	s, _ := at(t, monday, Options{})
	base := serve(t, s)
	province, story := pageID("19"), s.Plants()["P1"].Posts[0]
	ask := func(path string) string {
		sep := "?"
		if strings.Contains(path, "?") {
			sep = "&"
		}
		return base + "/graph/" + path + sep + "access_token=" + s.Token()
	}
	deleted := s.Plants()["P8"].Posts[0]
	for _, tt := range []struct {
		name   string
		path   string
		status int
		at     []any
		want   any
	}{
		{"the story has 31 shares", "v25.0/" + story + "?fields=shares", 200, []any{"shares", "count"}, 31.0},
		{"and 27 reactions", "v25.0/" + story + "?fields=reactions.summary(total_count).limit(0)", 200, []any{"reactions", "summary", "total_count"}, 27.0},
		{"an older version is answered too", "v22.0/" + story + "?fields=shares", 200, []any{"shares", "count"}, 31.0},
		{"and none", story + "?fields=shares", 200, []any{"shares", "count"}, 31.0},
		{"an alias", "v25.0/" + story + "?fields=reactions.type(LOVE).limit(0).summary(total_count).as(love)", 200, []any{"love", "data"}, []any{}},
		{"a time without a colon", "v25.0/" + story + "?fields=created_time", 200, []any{"created_time"}, "2026-11-17T12:24:00+0000"},
		{"a post that was deleted is gone", "v25.0/" + deleted, 400, []any{"error", "error_subcode"}, 33.0},
		{"a field that is not there", "v25.0/" + story + "?fields=reach", 400, []any{"error", "code"}, 100.0},
		{"more than a hundred", "v25.0/" + province + "/published_posts?limit=101", 400, []any{"error", "code"}, 100.0},
		{"a dead metric takes the good one with it", "v25.0/" + province + "/insights?period=day&metric=page_media_view,page_impressions_unique", 400, []any{"error", "message"}, "(#100) The value must be a valid insights metric"},
		{"a dead metric inside a post", "v25.0/" + province + "/published_posts?fields=insights.metric(post_impressions)", 400, []any{"error", "code"}, 100.0},
		{"no metric", "v25.0/" + province + "/insights?period=day", 400, []any{"error", "error_subcode"}, 1504028.0},
		{"a wide window", "v25.0/" + province + "/insights?period=day&metric=page_media_view&since=2026-05-01&until=2026-11-01", 400, []any{"error", "code"}, 100.0},
		{"an end in winter", "v25.0/" + province + "/insights?period=day&metric=page_media_view&since=2026-11-10&until=2026-11-12", 200, []any{"data", 0, "values", 0, "end_time"}, "2026-11-11T08:00:00+0000"},
		{"an end in summer", "v25.0/" + province + "/insights?period=day&metric=page_media_view&since=2026-10-10&until=2026-10-12", 200, []any{"data", 0, "values", 0, "end_time"}, "2026-10-11T07:00:00+0000"},
		{"permission revoked", "v25.0/" + pageID(codeRevoked) + "/published_posts", 403, []any{"error", "code"}, 200.0},
		{"the page of the node", "v25.0/" + province + "?fields=name,published_posts.limit(2){id}", 200, []any{"name"}, "Phụ nữ Thái Nguyên"},
		{"a broken field list", "v25.0/" + story + "?fields=a{b", 400, []any{"error", "code"}, 2500.0},
		{"a foreign cursor", "v25.0/" + province + "/published_posts?after=xyz", 400, []any{"error", "code"}, 100.0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			status, body, header := fetch(t, ask(tt.path))
			if got := dig(body, tt.at...); status != tt.status || fmt.Sprint(got) != fmt.Sprint(tt.want) {
				t.Errorf("got %d %v, want %d %v in %v", status, got, tt.status, tt.want, body)
			}
			if !strings.HasPrefix(header.Get("Facebook-Api-Version"), "v") {
				t.Error("no version header")
			}
		})
	}
}

func TestTokensOpenWhatIsTheirs(t *testing.T) {
	s, _ := at(t, monday, Options{})
	base := serve(t, s)
	mine, other := s.pages[0], s.pages[1]
	for _, tt := range []struct {
		name, path, token string
		code              float64
	}{
		{"its own page", mine.id + "/published_posts", mine.pageToken, 0},
		{"another page", other.id + "/published_posts", mine.pageToken, 10},
		{"an invented token", mine.id, "EAAnonsense", 190},
		{"none at all", "me", "", 2500},
	} {
		_, body, _ := fetch(t, base+"/graph/v25.0/"+tt.path, "Authorization", "Bearer "+tt.token)
		got, _ := dig(body, "error", "code").(float64)
		if got != tt.code {
			t.Errorf("%s: code %v, want %v: %v", tt.name, got, tt.code, body)
		}
	}
	for _, p := range s.pages {
		if p.breakage == tokenExpired {
			_, body, _ := fetch(t, base+"/graph/v25.0/debug_token?input_token="+p.pageToken+"&access_token="+s.Token())
			if dig(body, "data", "is_valid") != false || dig(body, "data", "error", "subcode") != 463.0 {
				t.Errorf("debug_token of the expired one: %v", body)
			}
		}
	}
}

func TestUnder100LikesThereAreNoInsights(t *testing.T) {
	s, _ := at(t, monday, Options{})
	base := serve(t, s)
	small := 0
	for _, p := range s.pages {
		if p.breakage != whole {
			continue
		}
		_, body, _ := fetch(t, base+"/graph/v25.0/"+p.id+"/insights?metric=page_media_view&period=day&access_token="+s.Token())
		if got := len(dig(body, "data").([]any)); (got == 0) != (p.likes(s.now(), s.anchor) < 100) {
			t.Errorf("%s with %d likes: %d series", p.name, p.likes(s.now(), s.anchor), got)
		} else if got == 0 {
			small++
			if dig(body, "paging", "next") == nil {
				t.Error("the empty answer has its endless paging")
			}
		}
	}
	t.Logf("%d pages under 100 likes", small)
}

func TestTheOldReachIsRetired(t *testing.T) {
	s, c := at(t, time.Date(2026, 6, 14, 12, 0, 0, 0, Zone), Options{})
	base := serve(t, s)
	address := base + "/graph/v25.0/" + pageID("19") + "/insights?metric=page_impressions_unique,page_total_media_view_unique&period=day&access_token=" + s.Token()
	_, body, _ := fetch(t, address)
	old, _ := dig(body, "data", 0, "values", 0, "value").(float64)
	viewers, _ := dig(body, "data", 1, "values", 0, "value").(float64)
	if old == 0 || viewers == 0 || viewers >= old {
		t.Errorf("before: %v and %v, want the second lower", old, viewers)
	}
	c.Hold(reachRetired)
	if status, _, _ := fetch(t, address); status != 400 {
		t.Errorf("after: status %d", status)
	}
	if status, _, _ := fetch(t, strings.Replace(address, "page_impressions_unique,", "", 1)); status != 200 {
		t.Errorf("the successor after: status %d", status)
	}
}

func TestABatchAnswersInOrder(t *testing.T) {
	s, _ := at(t, monday, Options{})
	base := serve(t, s)
	post := func(batch string) []byte {
		r, err := http.PostForm(base+"/graph/v25.0/", url.Values{"batch": {batch}, "include_headers": {"false"}, "access_token": {s.Token()}})
		if err != nil {
			t.Fatal(err)
		}
		defer r.Body.Close()
		b, _ := io.ReadAll(r.Body)
		return b
	}
	first := s.pages[0]
	var list []struct {
		Code int    `json:"code"`
		Body string `json:"body"`
	}
	b := post(`[{"method":"GET","relative_url":"` + first.id + `?fields=id,name","access_token":"` + first.pageToken + `"},{"method":"GET","relative_url":"v25.0/` + s.Plants()["P8"].Posts[0] + `"},{"relative_url":"me/accounts?limit=1"}]`)
	if err := json.Unmarshal(b, &list); err != nil || len(list) != 3 {
		t.Fatalf("%v: %s", err, b)
	}
	if list[0].Code != 200 || !strings.Contains(list[0].Body, first.id) || list[1].Code != 400 || list[2].Code != 200 {
		t.Errorf("got %+v", list)
	}
	many := "[" + strings.TrimSuffix(strings.Repeat(`{"relative_url":"me"},`, 51), ",") + "]"
	if b := post(many); !strings.Contains(string(b), "GraphBatchException") {
		t.Errorf("51 calls: %s", b)
	}
}

func TestManyIDsInOneCall(t *testing.T) {
	s, _ := at(t, monday, Options{})
	base := serve(t, s)
	p := s.byPage[pageID("19")]
	ids := []string{p.posts[0].id, p.posts[1].id, s.Plants()["P8"].Posts[0]}
	_, body, _ := fetch(t, base+"/graph/v25.0/?ids="+strings.Join(ids, ",")+"&fields=id,shares&access_token="+s.Token())
	if len(body) != 2 {
		t.Errorf("got %d of two living posts and one deleted: %v", len(body), body)
	}
	_, body, _ = fetch(t, base+"/graph/v25.0/?ids="+strings.Repeat("1,", 50)+"1&access_token="+s.Token())
	if dig(body, "error", "code") != 100.0 {
		t.Errorf("51 ids: %v", body)
	}
}

func BenchmarkPostsWithInsights(b *testing.B) {
	c := NewClock(monday)
	c.Hold(monday)
	s, err := New(Options{Now: c.Now})
	if err != nil {
		b.Fatal(err)
	}
	q := url.Values{"fields": {askedFields}, "limit": {"25"}}
	call := graphCall{method: "GET", path: pageID("19") + "/published_posts", version: "v25.0", q: q, token: s.Token(), base: "http://x", now: s.now()}
	for b.Loop() {
		if a := s.graph(call); a.status != 200 {
			b.Fatal(string(a.body))
		}
	}
}

func BenchmarkConversation(b *testing.B) {
	c := NewClock(monday)
	c.Hold(monday)
	s, err := New(Options{Now: c.Now})
	if err != nil {
		b.Fatal(err)
	}
	q := url.Values{"group_id": {s.groups[9].id}, "count": {"10"}}
	for b.Loop() {
		s.zalo(zaloCall{path: "/v3.0/oa/group/conversation", q: q.Get, now: s.now()})
	}
}

func BenchmarkNew(b *testing.B) {
	b.ReportAllocs()
	for b.Loop() {
		if _, err := New(Options{Anchor: monday}); err != nil {
			b.Fatal(err)
		}
	}
}
