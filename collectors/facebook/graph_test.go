package facebook

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hoiphunu/lantoa"
)

const (
	aPage  = "104000000000921"
	aToken = "EAAFAKEpage921NOTREAL"
	aAfter = "QVFIUkZAKE0002c3RAbmVkLWN1cnNvci1ub3QtcmVhbAZDZD"
)

var (
	now     = time.Date(2026, 11, 25, 1, 15, 0, 0, time.UTC)
	channel = lantoa.Channel{ID: "c1", Kind: lantoa.FacebookPage, Name: "Hội LHPN xã Bình Mẫu", External: aPage}
)

// answer is what the pretended Graph API says to one question.
type answer struct {
	status int
	header map[string]string
	body   string
	null   bool // in a batch: not finished in time
}

func ok(body string) answer { return answer{status: 200, body: body} }

func refuse(code, subcode int, message string) answer {
	text, _ := json.Marshal(message)
	return answer{status: 400, body: fmt.Sprintf(`{"error":{"message":%s,"type":"OAuthException","code":%d,"error_subcode":%d,"fbtrace_id":"T"}}`, text, code, subcode)}
}

// graph is a Graph API of a few lines: each question, alone or in a batch, is put to answer.
type graph struct {
	t      *testing.T
	answer func(path string, q url.Values) answer
	batch  func(parts int) *answer // when set and not nil, the batch as a whole answers so

	mu       sync.Mutex
	asked    []string // path?query of each question, in order
	calls    int      // HTTP requests
	urls     []string // as a log of addresses would show them
	headings []http.Header
	tokens   map[string]string // those of their own that parts of batches had, by path
}

func newGraph(t *testing.T, answer func(path string, q url.Values) answer) *graph {
	return &graph{t: t, answer: answer, tokens: map[string]string{}}
}

func (g *graph) client(change ...func(*Options)) *Client {
	server := httptest.NewServer(g)
	g.t.Cleanup(server.Close)
	opt := Options{
		GraphURL: server.URL, Version: "v25.0", AppID: "700000000000001",
		Token: func(context.Context, string) (string, error) { return aToken, nil },
		Now:   func() time.Time { return now }, Wait: time.Nanosecond,
	}
	for _, c := range change {
		c(&opt)
	}
	return New(opt)
}

func (g *graph) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	g.mu.Lock()
	g.calls++
	g.urls = append(g.urls, r.URL.String())
	g.headings = append(g.headings, r.Header.Clone())
	g.mu.Unlock()
	if r.Method == http.MethodPost {
		g.serveBatch(w, r)
		return
	}
	path := strings.TrimPrefix(r.URL.Path, "/v25.0/")
	g.write(w, g.ask(path, r.URL.Query()))
}

func (g *graph) ask(path string, q url.Values) answer {
	q.Del("access_token")
	g.mu.Lock()
	g.asked = append(g.asked, path+"?"+q.Encode())
	g.mu.Unlock()
	return g.answer(path, q)
}

func (g *graph) serveBatch(w http.ResponseWriter, r *http.Request) {
	var parts []struct {
		Method string
		URL    string `json:"relative_url"`
		Token  string `json:"access_token"`
	}
	if err := json.Unmarshal([]byte(r.FormValue("batch")), &parts); err != nil {
		g.t.Errorf("batch is no JSON: %v", err)
	}
	if g.batch != nil {
		if a := g.batch(len(parts)); a != nil {
			g.write(w, *a)
			return
		}
	}
	var out []any
	for _, p := range parts {
		path, query, _ := strings.Cut(p.URL, "?")
		q, err := url.ParseQuery(query)
		if err != nil {
			g.t.Errorf("query of %s: %v", path, err)
		}
		if p.Token != "" {
			g.tokens[path] = p.Token
		}
		a := g.ask(path, q)
		if a.null {
			out = append(out, nil)
			continue
		}
		h := http.Header{"Content-Type": {a.kind("text/javascript; charset=UTF-8")}, "Facebook-Api-Version": {"v25.0"}}
		for k, v := range a.header {
			h.Set(k, v)
		}
		var headers []map[string]string
		for k := range h {
			headers = append(headers, map[string]string{"name": k, "value": h.Get(k)})
		}
		out = append(out, map[string]any{"code": a.status, "headers": headers, "body": a.body})
	}
	w.Header().Set("Content-Type", "application/json; charset=UTF-8")
	w.Header().Set("Facebook-Api-Version", "v25.0")
	if err := json.NewEncoder(w).Encode(out); err != nil {
		g.t.Error(err)
	}
}

func (a answer) kind(usual string) string {
	if strings.HasPrefix(strings.TrimSpace(a.body), "<") {
		return "text/html; charset=utf-8"
	}
	return usual
}

func (g *graph) write(w http.ResponseWriter, a answer) {
	w.Header().Set("Content-Type", a.kind("application/json; charset=UTF-8"))
	w.Header().Set("Facebook-Api-Version", "v25.0")
	for k, v := range a.header {
		w.Header().Set(k, v)
	}
	w.WriteHeader(a.status)
	if _, err := w.Write([]byte(a.body)); err != nil {
		g.t.Error(err)
	}
}

// count is how often a question whose text holds all of these was asked.
func (g *graph) count(having ...string) int {
	n := 0
	for _, q := range g.asked {
		all := true
		for _, h := range having {
			all = all && strings.Contains(q, h)
		}
		if all {
			n++
		}
	}
	return n
}

const recordings = "../../../shared/fixtures/facebook"

// recording is a file of the shared recordings; the test is skipped aloud where they are not.
func recording(t *testing.T, name string) string {
	t.Helper()
	if _, err := os.Stat(recordings); err != nil {
		t.Skip("NOT TESTED: the recordings of the Graph API are not here:", err)
	}
	return file(t, filepath.Join(recordings, name))
}

func file(t testing.TB, name string) string {
	t.Helper()
	b, err := os.ReadFile(name)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// headersOf reads a recorded head of an answer.
func headersOf(t *testing.T, name string) (status int, h map[string]string) {
	t.Helper()
	h = map[string]string{}
	for i, line := range strings.Split(strings.ReplaceAll(recording(t, name), "\r\n", "\n"), "\n") {
		if i == 0 {
			fmt.Sscanf(line, "HTTP/1.1 %d", &status)
		} else if k, v, found := strings.Cut(line, ": "); found && !strings.EqualFold(k, "www-authenticate") && !strings.EqualFold(k, "date") {
			h[k] = v
		}
	}
	return status, h
}

const smallPage = `{"id":"104000000000921","name":"Hội LHPN xã Bình Mẫu","link":"https://www.facebook.com/104000000000921","fan_count":734,"followers_count":801}`

// serving answers for one page: its node, its posts, no figures and no reels.
func serving(posts func(q url.Values) answer) func(string, url.Values) answer {
	return func(path string, q url.Values) answer {
		switch _, edge, _ := strings.Cut(path, "/"); edge {
		case "":
			return ok(smallPage)
		case "published_posts":
			return posts(q)
		case "insights":
			return ok(`{"data":[]}`)
		case "video_reels":
			return ok(`{"data":[]}`)
		}
		return refuse(100, 33, "Unsupported get request. Object with ID '"+path+"' does not exist")
	}
}

// find is a post of a haul by its id.
func find(t *testing.T, posts []lantoa.Incoming, id string) lantoa.Incoming {
	t.Helper()
	for _, p := range posts {
		if strings.HasSuffix(p.External, id) {
			return p
		}
	}
	t.Fatalf("no post %s among %d", id, len(posts))
	return lantoa.Incoming{}
}

func warned(haul lantoa.Haul, kind lantoa.Kind, what string) bool {
	for _, w := range haul.Warnings {
		if w.Kind == kind && strings.Contains(w.What, what) {
			return true
		}
	}
	return false
}

// noSecrets fails when a token can be read in any of the values.
func noSecrets(t *testing.T, values ...any) {
	t.Helper()
	for _, v := range values {
		text := fmt.Sprintf("%+v", v)
		if b, err := json.Marshal(v); err == nil {
			text += string(b)
		}
		if err, isErr := v.(error); isErr && err != nil {
			text += err.Error()
		}
		for _, secret := range []string{"access_token=", "access_token%3D", "EAAFAKE", "NOTREAL"} {
			if strings.Contains(text, secret) {
				i := strings.Index(text, secret)
				t.Errorf("a secret can be read: …%s…", text[max(0, i-60):min(len(text), i+60)])
			}
		}
	}
}
