package facebook

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"sync"
	"testing"
	"time"

	"golang.org/x/text/unicode/norm"

	"github.com/hoiphunu/lantoa"
)

const (
	aLink   = "https://www.facebook.com/104000000000921/posts/122100000000000777"
	aPosted = "104000000000921_122100000000000401"
	aSecret = "0123456789abcdef0123456789abcdef"
)

var aDeed = lantoa.Deed{Reshare: lantoa.Reshare{
	ID: "r1", Kind: lantoa.FacebookPage, External: aPage, Means: lantoa.ViaFeed,
	Words: "Mô hình hay ở xóm Đồng Mẫu 🌸\n\nTheo Hội LHPN xã Bình Mẫu\n#PhụNữTháiNguyên", Link: aLink,
	PlannedAt: now.Add(-time.Hour), CallAt: now,
}}

// wall is a page that is published on: what was put to it, and a function that answers.
type wall struct {
	t      *testing.T
	answer func(method, path string, r *http.Request, w http.ResponseWriter) *answer // nil: it has answered by itself

	mu    sync.Mutex
	calls []string // "POST 104…/feed"
	urls  []string
	forms []url.Values
	files []string
	bad   []string
}

func (g *wall) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	path := strings.TrimPrefix(r.URL.Path, "/v25.0/")
	r.ParseMultipartForm(1 << 20)
	var file string
	if f, _, err := r.FormFile("source"); err == nil {
		b, _ := io.ReadAll(f)
		file = string(b)
	}
	g.mu.Lock()
	g.calls = append(g.calls, r.Method+" "+path)
	g.urls = append(g.urls, r.URL.String())
	g.forms = append(g.forms, r.Form)
	g.files = append(g.files, file)
	if r.Header.Get("Authorization") != "Bearer "+aToken || r.FormValue("appsecret_proof") == "" {
		g.bad = append(g.bad, r.Method+" "+path)
	}
	g.mu.Unlock()
	a := g.answer(r.Method, path, r, w)
	if a == nil {
		return
	}
	w.Header().Set("Content-Type", a.kind("application/json; charset=UTF-8"))
	for k, v := range a.header {
		w.Header().Set(k, v)
	}
	w.WriteHeader(a.status)
	io.WriteString(w, a.body)
}

func (g *wall) publisher(change ...func(*Options)) Publisher {
	server := httptest.NewServer(g)
	g.t.Cleanup(server.Close)
	opt := Options{
		GraphURL: server.URL, Version: "v25.0", AppID: "700000000000001", AppSecret: aSecret,
		Token: func(context.Context, string) (string, error) { return aToken, nil },
		Now:   func() time.Time { return now }, Wait: time.Nanosecond, HTTP: &http.Client{Transport: &http.Transport{}},
	}
	for _, c := range change {
		c(&opt)
	}
	return Publisher{New(opt)}
}

// count is how often that was asked, and with "" how much in all.
func (g *wall) count(call string) (n int) {
	g.mu.Lock()
	defer g.mu.Unlock()
	for _, c := range g.calls {
		if call == "" || c == call {
			n++
		}
	}
	return n
}

// clean fails when a token stands in an address, or a call went without its proof.
func (g *wall) clean() {
	g.t.Helper()
	noSecrets(g.t, g.urls)
	if len(g.bad) > 0 {
		g.t.Errorf("without token or proof: %v", g.bad)
	}
}

func says(a answer) func(string, string, *http.Request, http.ResponseWriter) *answer {
	return func(method, path string, _ *http.Request, _ http.ResponseWriter) *answer {
		if method == http.MethodGet {
			gone := refuse(100, 33, "Unsupported get request.")
			return &gone
		}
		return &a
	}
}

func TestAPostIsPublishedWithTheLink(t *testing.T) {
	g := &wall{t: t}
	g.answer = func(method, path string, _ *http.Request, _ http.ResponseWriter) *answer {
		a := ok(recordedPost)
		if method == http.MethodGet {
			a = ok(`{"id":"` + aPosted + `","permalink_url":"https://www.facebook.com/104000000000921/posts/401","created_time":"2026-11-25T01:15:03+0000"}`)
		}
		return &a
	}
	p := g.publisher()
	done, err := p.Publish(t.Context(), aDeed, nil)
	want := lantoa.Done{Posted: aPosted, Permalink: "https://www.facebook.com/104000000000921/posts/401", At: now.Add(3 * time.Second)}
	if err != nil || done != want {
		t.Fatalf("%+v, %v", done, err)
	}
	if f := g.forms[0]; g.calls[0] != "POST "+aPage+"/feed" || f.Get("message") != aDeed.Words || f.Get("link") != aLink ||
		f.Get("appsecret_proof") != p.proof(aToken) || f.Has("published") {
		t.Errorf("asked %s with %v", g.calls[0], f)
	}
	g.clean()
}

const recordedPost = `{"id":"` + aPosted + `"}`

func TestAPostWhosePlaceIsNotToldIsPublishedAllTheSame(t *testing.T) {
	g := &wall{t: t, answer: says(ok(recordedPost))}
	if done, err := g.publisher().Publish(t.Context(), aDeed, nil); err != nil || done != (lantoa.Done{Posted: aPosted}) {
		t.Errorf("%+v, %v", done, err)
	}
}

func TestPicturesGoBeforeThePostAndInsteadOfTheLink(t *testing.T) {
	d := aDeed
	d.Pictures = []lantoa.MediaRef{{Post: "p", N: 0}, {Post: "p", N: 1}}
	d.Images = [][]byte{[]byte("\xff\xd8first"), []byte("\xff\xd8second")}
	photos := 0
	g := &wall{t: t}
	g.answer = func(method, path string, _ *http.Request, _ http.ResponseWriter) *answer {
		a := ok(recordedPost)
		if strings.HasSuffix(path, "/photos") {
			if photos++; photos == 1 { // a picture may be tried again
				a = refuse(2, 0, "An unexpected error has occurred.")
			} else {
				a = ok(fmt.Sprintf(`{"id":"12210000000000900%d"}`, photos))
			}
		}
		return &a
	}
	if _, err := g.publisher().Publish(t.Context(), d, nil); err != nil {
		t.Fatal(err)
	}
	if g.files[0] != string(d.Images[0]) || g.files[1] != g.files[0] || g.files[2] != string(d.Images[1]) {
		t.Errorf("pictures %q", g.files)
	}
	feed := g.forms[3]
	if g.calls[3] != "POST "+aPage+"/feed" || feed.Has("link") || feed.Get("attached_media[0]") != `{"media_fbid":"122100000000009002"}` ||
		feed.Get("attached_media[1]") != `{"media_fbid":"122100000000009003"}` || g.forms[0].Get("published") != "false" {
		t.Errorf("%v %v", g.calls, feed)
	}
	g.clean()
}

func TestWithoutItsPicturesNothingIsPublished(t *testing.T) {
	two := aDeed
	two.Pictures, two.Images = []lantoa.MediaRef{{}, {}}, [][]byte{[]byte("\xff\xd8")}
	one := two
	one.Pictures = one.Pictures[:1]
	for _, tt := range []struct {
		name string
		deed lantoa.Deed
		says answer
		want lantoa.Kind
		what string
	}{
		{"a copy is missing", two, ok(`{"id":"1"}`), lantoa.Refused, "picture"},
		{"it is refused", one, refuse(100, 0, "(#100) Invalid parameter"), lantoa.Refused, "picture"},
		{"no clear answer", one, refuse(1, 0, "An unknown error occurred"), lantoa.Away, "picture"},
		{"too much at once", one, refuse(1, 0, "Please reduce the amount of data"), lantoa.Refused, "picture"},
		{"a success without an id", one, ok(`{"id":"<b>"}`), lantoa.Garbled, "picture"},
		{"a dead token", one, refuse(190, 460, "changed"), lantoa.Expired, "password"},
		{"no right", one, refuse(200, 0, "(#200) pages_manage_posts"), lantoa.NoRight, "pages_manage_posts"},
		{"too fast", one, refuse(368, 1390008, "We limit how often"), lantoa.Limited, "picture"},
		{"a word for posts", one, refuse(506, 0, "Duplicate"), lantoa.Refused, "picture"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			g := &wall{t: t, answer: says(tt.says)}
			_, err := g.publisher().Publish(t.Context(), tt.deed, nil)
			if trouble := lantoa.AsTrouble(err, ""); trouble.Kind != tt.want || trouble.What != tt.what {
				t.Errorf("%v", err)
			}
			if g.count("POST "+aPage+"/feed") != 0 {
				t.Error("a post was made")
			}
			noSecrets(t, err)
		})
	}
}

// Whatever is answered, the call that publishes is made once.
func TestWhatBecomesOfAPost(t *testing.T) {
	type outcome struct {
		name string
		says answer
		want lantoa.Kind
		what string
	}
	tests := []outcome{
		{"a success without an id", ok(`{"success":true}`), lantoa.Unclear, "feed"},
		{"an id that is none", ok(`{"id":"<script>"}`), lantoa.Unclear, "feed"},
		{"a list", ok(`[]`), lantoa.Unclear, "feed"},
		{"a page of HTML that calls itself a success", ok(`<html>`), lantoa.Unclear, "feed"},
		{"a gateway's page", answer{status: 502, body: "<html>502"}, lantoa.Unclear, "feed"},
		{"nothing in a 500", answer{status: 500}, lantoa.Unclear, "feed"},
		{"a stranger's 403", answer{status: 403, body: "<html>"}, lantoa.Unclear, "feed"},
		{"half a JSON", ok(`{"id":"10400`), lantoa.Unclear, "feed"},
		{"a way elsewhere", answer{status: 302, header: map[string]string{"Location": "https://example.org/"}}, lantoa.Unclear, "feed"},
		{"too many, by a gateway", answer{status: 429, body: "<html>"}, lantoa.Limited, "feed"},
		{"the link cannot be seen", refuse(1609005, 0, "(#1609005) Error Posting Link"), lantoa.Refused, "link"},
		{"the url is wrong", refuse(100, 0, "(#100) The url you supplied is invalid"), lantoa.Refused, "link"},
		{"a picture is wrong", refuse(100, 0, "(#100) Param attached_media[0] is invalid"), lantoa.Refused, "picture"},
		{"something else is wrong", refuse(100, 0, "(#100) Invalid parameter"), lantoa.Refused, "feed"},
		{"the page is not there", refuse(100, 33, "Unsupported post request."), lantoa.Gone, "page"},
		{"a page's own token is wanted", refuse(210, 0, "(#210) A page access token is required"), lantoa.NoRight, "feed"},
		{"the right is named", refuse(200, 0, "(#200) requires pages_manage_posts permission"), lantoa.NoRight, "pages_manage_posts"},
		{"a capability", refuse(3, 0, "(#3) capability"), lantoa.NoRight, "feed"},
		{"our token told back", refuse(190, 0, "Malformed access token "+aToken), lantoa.Expired, "token"},
		{"transient and unknown", answer{status: 400, body: `{"error":{"code":4711,"message":"x","is_transient":true}}`}, lantoa.Unclear, "feed"},
	}
	kinds := map[int]lantoa.Kind{
		1: lantoa.Unclear, 2: lantoa.Unclear, 999999: lantoa.Unclear, 506: lantoa.Duplicate,
		4: lantoa.Limited, 17: lantoa.Limited, 32: lantoa.Limited, 341: lantoa.Limited, 613: lantoa.Limited, 80001: lantoa.Limited, 80002: lantoa.Limited,
		102: lantoa.Expired, 190: lantoa.Expired, 2500: lantoa.Expired,
		3: lantoa.NoRight, 10: lantoa.NoRight, 200: lantoa.NoRight, 210: lantoa.NoRight, 283: lantoa.NoRight, 33: lantoa.Gone,
		12: lantoa.Refused, 100: lantoa.Refused, 803: lantoa.Refused, 3001: lantoa.Refused, 1609005: lantoa.Refused,
	}
	var table []struct {
		Name     string
		Status   int `json:"http_status"`
		Body     json.RawMessage
		BodyFile string `json:"body_file"`
	}
	if err := json.Unmarshal([]byte(recording(t, "errors.json")), &table); err != nil {
		t.Fatal(err)
	}
	for _, row := range table {
		one := outcome{name: "recorded " + row.Name, says: answer{status: row.Status, body: string(row.Body)}, want: lantoa.Unclear}
		if row.BodyFile != "" {
			one.says.body = recording(t, row.BodyFile)
		}
		var e struct{ Error struct{ Code number } }
		if json.Unmarshal([]byte(one.says.body), &e) == nil && e.Error.Code.Known {
			one.want = kinds[int(e.Error.Code.N)]
		}
		switch row.Name {
		case "blocked-368", "posting-too-fast-368-1390008":
			one.want = lantoa.Limited
		case "already-posted-368":
			one.want = lantoa.Duplicate
		case "object-gone-100-33":
			one.want = lantoa.Gone
		case "login-shape":
			one.want = lantoa.Refused
		}
		tests = append(tests, one)
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			g := &wall{t: t, answer: says(tt.says)}
			done, err := g.publisher().Publish(t.Context(), aDeed, nil)
			trouble := lantoa.AsTrouble(err, "")
			if err == nil || trouble.Kind != tt.want || tt.what != "" && trouble.What != tt.what || done != (lantoa.Done{}) {
				t.Errorf("%v; want %s (%s)", err, tt.want, tt.what)
			}
			if trouble.Kind == lantoa.Limited && !trouble.Until.After(now) {
				t.Errorf("limited until %v", trouble.Until)
			}
			if n := g.count("POST " + aPage + "/feed"); n != 1 {
				t.Errorf("asked %d times", n)
			}
			noSecrets(t, err, trouble)
			g.clean()
		})
	}
}

func TestALostAnswerIsUnclearAndAnUnsentCallIsNot(t *testing.T) {
	cut := func(w http.ResponseWriter, first string) *answer {
		conn, buf, err := w.(http.Hijacker).Hijack()
		if err != nil {
			t.Error(err)
			return nil
		}
		buf.WriteString(first)
		buf.Flush()
		conn.Close()
		return nil
	}
	tests := []struct {
		name   string
		answer func(r *http.Request, w http.ResponseWriter) *answer
		change func(*Options)
		want   lantoa.Kind
		calls  int
	}{
		{"no answer in time", func(r *http.Request, _ http.ResponseWriter) *answer { <-r.Context().Done(); return nil },
			func(o *Options) { o.Patience = 50 * time.Millisecond }, lantoa.Unclear, 1},
		{"the connection ends", func(_ *http.Request, w http.ResponseWriter) *answer { return cut(w, "") }, nil, lantoa.Unclear, 1},
		{"half an answer", func(_ *http.Request, w http.ResponseWriter) *answer {
			return cut(w, "HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 90\r\n\r\n{\"id\":\"1040")
		}, nil, lantoa.Unclear, 1},
		{"nobody listens", nil, func(o *Options) { o.GraphURL = closedServer() }, lantoa.Away, 0},
		{"no such host", nil, func(o *Options) { o.GraphURL = "http://nowhere.invalid" }, lantoa.Away, 0},
		{"no TLS there", nil, func(o *Options) { o.GraphURL = strings.Replace(o.GraphURL, "http:", "https:", 1) }, lantoa.Away, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			g := &wall{t: t}
			g.answer = func(_, _ string, r *http.Request, w http.ResponseWriter) *answer { return tt.answer(r, w) }
			change := tt.change
			if change == nil {
				change = func(*Options) {}
			}
			p := g.publisher(change)
			_, err := p.Publish(t.Context(), aDeed, nil)
			if lantoa.KindOf(err) != tt.want || g.count("") != tt.calls {
				t.Errorf("%v after %d calls; want %s", err, g.count(""), tt.want)
			}
			noSecrets(t, err)
			edit := p.Edit(t.Context(), posted(aDeed), "Lời mới")
			if lantoa.KindOf(edit) != tt.want {
				t.Errorf("an edit ends with %v", edit)
			}
			remove := p.Remove(t.Context(), posted(aDeed))
			if lantoa.KindOf(remove) != tt.want {
				t.Errorf("a removal ends with %v", remove)
			}
			noSecrets(t, edit, remove)
		})
	}
}

func posted(d lantoa.Deed) lantoa.Deed {
	d.Posted = aPosted
	return d
}

// closedServer is an address at which nobody listens.
func closedServer() string {
	s := httptest.NewServer(nil)
	s.Close()
	return s.URL
}

func TestAPostUnderWayIsNotCalledOff(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	g := &wall{t: t}
	g.answer = func(method, _ string, _ *http.Request, _ http.ResponseWriter) *answer {
		cancel()
		a := ok(recordedPost)
		return &a
	}
	p := g.publisher()
	if done, err := p.Publish(ctx, aDeed, nil); err != nil || done.Posted != aPosted {
		t.Errorf("%+v, %v", done, err)
	}
	before := g.count("")
	if _, err := p.Publish(ctx, aDeed, nil); lantoa.KindOf(err) != lantoa.Away || g.count("") != before {
		t.Errorf("one that was called off before: %v after %d calls", err, g.count("")-before)
	}
}

func TestLimitsAreAskedBeforeAnythingIsPublished(t *testing.T) {
	for _, scope := range []string{appScope, pageScope(aPage), tokenScope(aPage), publishScope(aPage)} {
		t.Run(scope, func(t *testing.T) {
			l := newLedger()
			until := l.Refuse(scope, 20*time.Minute, now)
			g := &wall{t: t, answer: says(ok(recordedPost))}
			_, err := g.publisher(func(o *Options) { o.Budget = l }).Publish(t.Context(), aDeed, nil)
			if trouble := lantoa.AsTrouble(err, ""); trouble.Kind != lantoa.Limited || !trouble.Until.Equal(until) || len(g.calls) != 0 {
				t.Errorf("%v until %v after %v", err, trouble.Until, g.calls)
			}
		})
	}
}

func TestAPageThatPublishesTooFastIsReadOnAndNotPublishedOn(t *testing.T) {
	l := newLedger()
	g := &wall{t: t}
	g.answer = func(method, path string, _ *http.Request, _ http.ResponseWriter) *answer {
		a := refuse(368, 1390008, "We limit how often you can post")
		if method == http.MethodGet {
			a = ok(`{"data":[` + told(aPosted, now, "khác", "") + `]}`)
		}
		return &a
	}
	p := g.publisher(func(o *Options) { o.Budget = l })
	for range 2 {
		_, err := p.Publish(t.Context(), aDeed, nil)
		if trouble := lantoa.AsTrouble(err, ""); trouble.Kind != lantoa.Limited || trouble.Until.Before(now.Add(time.Hour)) {
			t.Errorf("%v until %v", err, trouble.Until)
		}
	}
	if g.count("POST "+aPage+"/feed") != 1 {
		t.Errorf("asked %v", g.calls)
	}
	if _, _, _, err := p.Find(t.Context(), aDeed); err != nil {
		t.Errorf("it is no longer read: %v", err)
	}
}

func TestUsageIsNotedOfWhatIsPublished(t *testing.T) {
	l := newLedger()
	a := ok(recordedPost)
	a.header = map[string]string{"X-Business-Use-Case-Usage": `{"` + aPage + `":[{"type":"pages","call_count":81}]}`}
	g := &wall{t: t, answer: says(a)}
	if _, err := g.publisher(func(o *Options) { o.Budget = l }).Publish(t.Context(), aDeed, nil); err != nil || l.shares[pageScope(aPage)] != 81 {
		t.Errorf("%v, %v", l.shares, err)
	}
}

func TestAPageWithoutATokenIsNotPublishedOn(t *testing.T) {
	g := &wall{t: t, answer: says(ok(recordedPost))}
	p := g.publisher(func(o *Options) { o.Token = func(context.Context, string) (string, error) { return "", nil } })
	for _, err := range []error{second(p.Publish(t.Context(), aDeed, nil)), p.Remove(t.Context(), posted(aDeed)), p.Edit(t.Context(), posted(aDeed), "x")} {
		if lantoa.KindOf(err) != lantoa.Expired {
			t.Error(err)
		}
	}
	if len(g.calls) != 0 {
		t.Errorf("asked %v", g.calls)
	}
}

func second(_ lantoa.Done, err error) error { return err }

// told is a post as the list tells it.
func told(id string, at time.Time, words, attachment string) string {
	text, _ := json.Marshal(words)
	return fmt.Sprintf(`{"id":"%s","message":%s,"created_time":"%s","permalink_url":"https://www.facebook.com/%s","from":{"id":"%s"}%s}`,
		id, text, at.UTC().Format(timeForm), id, strings.SplitN(id, "_", 2)[0], attachment)
}

func TestFind(t *testing.T) {
	const other = aPage + "_122100000000000402"
	old := told(aPage+"_122100000000000300", now.Add(-24*time.Hour), "Tin khác", "")
	card := func(link string) string {
		text, _ := json.Marshal(link)
		return `,"attachments":{"data":[{"type":"share","unshimmed_url":` + string(text) + `}]}`
	}
	shim := `,"attachments":{"data":[{"url":"https://l.facebook.com/l.php?u=` + url.QueryEscape(aLink+"?fbclid=x") + `"}]}`
	list := func(posts ...string) answer { return ok(`{"data":[` + strings.Join(posts, ",") + `]}`) }
	full := func(posts ...string) answer {
		return ok(`{"data":[` + strings.Join(posts, ",") + `],"paging":{"cursors":{"after":"` + aAfter + `"},"next":"https://graph.facebook.com/?access_token=EAAFAKE"}}`)
	}
	duplicate := aDeed
	duplicate.Trouble = lantoa.Problem(lantoa.Duplicate, "feed", "506")
	again := aDeed
	again.ApprovedAt, again.Tries = now.Add(-20*time.Minute), 2
	wide := again
	wide.CallAt = now.Add(-24 * time.Hour)
	tests := []struct {
		name  string
		deed  lantoa.Deed
		says  []answer // of the list, in order; the last one again
		page  *answer  // of the page itself; nil: well
		found string
		sure  bool
		err   lantoa.Kind
	}{
		{name: "the same words after the call", says: []answer{list(told(aPosted, now.Add(5*time.Second), aDeed.Words, ""), old)}, found: aPosted},
		{name: "a clock a minute behind", says: []answer{list(told(aPosted, now.Add(-time.Minute), aDeed.Words, ""), old)}, found: aPosted},
		{name: "words that came back otherwise composed and blanked", found: aPosted,
			says: []answer{list(told(aPosted, now, norm.NFD.String(strings.ReplaceAll(aDeed.Words, "\n\n", "\r\n \n"))+"\u200b\n", ""), old)}},
		{name: "another's words with our link", says: []answer{list(told(aPosted, now, "Đọc nhé", card(aLink+"/?__tn__=R")), old)}, found: aPosted},
		{name: "our link behind a detour", says: []answer{list(told(aPosted, now, "", shim), old)}, found: aPosted},
		{name: "a share of the original that is named by its id", found: aPosted,
			says: []answer{list(told(aPosted, now, "", `,"parent_id":"104000000000921_122100000000000777"`), old)}},
		{name: "words go before the link", says: []answer{list(told(other, now, "Đọc nhé", card(aLink)), told(aPosted, now, aDeed.Words, ""), old)}, found: aPosted},
		{name: "another page's post on the wall", says: []answer{list(told("104000000000999_1", now, aDeed.Words, ""), old)}, sure: true},
		{name: "it is not there", says: []answer{list(told(other, now, "Tin khác", card("https://tin.example/1")), old)}, sure: true},
		{name: "not there, and the page cannot be read", says: []answer{list(old)}, page: &answer{status: 400, body: `{"error":{"code":10,"message":"x"}}`}},
		{name: "an empty page", says: []answer{list()}},
		{name: "one of a form nobody knows", says: []answer{ok(`{"data":[{"id":7,"message":[]},` + old + `]}`)}},
		{name: "one without a date", says: []answer{list(`{"id":"`+other+`","message":"x","created_time":"soon"}`, old)}},
		{name: "further down", says: []answer{full(told(other, now.Add(time.Hour), "Tin", "")), list(told(aPosted, now, aDeed.Words, ""), old)}, found: aPosted},
		{name: "a list without an end", says: []answer{full(told(other, now.Add(time.Hour), "Tin", ""))}},
		{name: "equal words of yesterday", says: []answer{list(told(other, now.Add(-20*time.Hour), aDeed.Words, ""))}},
		{name: "equal words of yesterday, and Facebook spoke of a duplicate", deed: duplicate,
			says: []answer{list(told(other, now.Add(-20*time.Hour), aDeed.Words, ""))}, found: other},
		{name: "Facebook spoke of a duplicate that is not to be seen", deed: duplicate, says: []answer{list(old)}},
		{name: "what an earlier call has made after all", deed: again, says: []answer{list(told(aPosted, now.Add(-15*time.Minute), aDeed.Words, ""), old)}, found: aPosted},
		{name: "equal words from before they were approved", deed: again, says: []answer{list(told(other, now.Add(-25*time.Minute), aDeed.Words, ""), old)}},
		{name: "our link from before the call", deed: again, says: []answer{list(told(other, now.Add(-15*time.Minute), "Đọc nhé", card(aLink)), old)}, sure: true},
		{name: "our link from before it was approved", deed: wide,
			says: []answer{list(told(other, now.Add(-time.Hour), "Đọc nhé", card(aLink)), told(aPage+"_1", now.Add(-25*time.Hour), "", ""))}, sure: true},
		{name: "equal words of last month", says: []answer{list(told(other, now.Add(-700*time.Hour), aDeed.Words, ""))}, sure: true},
		{name: "the list is asked for once more", says: []answer{refuse(2, 0, "later"), list(told(aPosted, now, aDeed.Words, ""))}, found: aPosted},
		{name: "too much at once", says: []answer{refuse(1, 0, "Please reduce the amount of data"), list(told(aPosted, now, aDeed.Words, ""))}, found: aPosted},
		{name: "no answer worth having", says: []answer{refuse(2, 0, "later")}, err: lantoa.Away},
		{name: "no right", says: []answer{refuse(10, 0, "pages_read_engagement")}, err: lantoa.NoRight},
		{name: "another shape", says: []answer{ok(`{"data":"<xml>"}`)}, err: lantoa.Garbled},
		{name: "no list", says: []answer{ok(`{}`)}, err: lantoa.Garbled},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			asked := 0
			g := &wall{t: t}
			g.answer = func(method, path string, _ *http.Request, _ http.ResponseWriter) *answer {
				if path == aPage {
					a := ok(smallPage)
					if tt.page != nil {
						a = *tt.page
					}
					return &a
				}
				a := tt.says[min(asked, len(tt.says)-1)]
				asked++
				return &a
			}
			d := tt.deed
			if d.ID == "" {
				d = aDeed
			}
			done, found, sure, err := g.publisher().Find(t.Context(), d)
			if lantoa.KindOf(err) != tt.err || found != (tt.found != "") || done.Posted != tt.found {
				t.Fatalf("%+v, found %v, %v", done, found, err)
			}
			if found && (done.Permalink == "" || done.At.IsZero()) {
				t.Errorf("%+v", done)
			}
			if sure != (tt.sure || found) {
				t.Errorf("sure %v", sure)
			}
			noSecrets(t, err, done)
			g.clean()
		})
	}
}

func TestRemove(t *testing.T) {
	gone := refuse(100, 33, "Unsupported delete request. Object does not exist")
	tests := []struct {
		name  string
		says  answer
		batch string // what the page and the post answer beside it
		want  lantoa.Kind
		what  string
	}{
		{name: "deleted", says: ok(recordedDelete)},
		{name: "gone already", says: gone, batch: `[{"code":200,"body":"{\"id\":\"` + aPage + `\"}"},{"code":400,"body":"{\"error\":{\"code\":100,\"error_subcode\":33,\"message\":\"x\"}}"}]`},
		{name: "there and not ours to delete", says: gone, batch: `[{"code":200,"body":"{\"id\":\"` + aPage + `\"}"},{"code":200,"body":"{\"id\":\"` + aPosted + `\"}"}]`, want: lantoa.NoRight, what: "pages_manage_posts"},
		{name: "not to be seen, like its page", says: gone, batch: `[{"code":400,"body":"{\"error\":{\"code\":190,\"message\":\"x\"}}"},{"code":400,"body":"{\"error\":{\"code\":100,\"error_subcode\":33,\"message\":\"x\"}}"}]`, want: lantoa.Expired, what: "token"},
		{name: "not done", says: ok(`{"success":false}`), want: lantoa.Refused, what: "post"},
		{name: "a success that says nothing", says: ok(`{}`), want: lantoa.Unclear, what: "post"},
		{name: "no clear answer", says: refuse(2, 0, "later"), want: lantoa.Unclear, what: "post"},
		{name: "no right", says: refuse(200, 0, "(#200) pages_manage_posts"), want: lantoa.NoRight, what: "pages_manage_posts"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			g := &wall{t: t}
			g.answer = func(method, path string, _ *http.Request, _ http.ResponseWriter) *answer {
				if method == http.MethodPost {
					a := ok(tt.batch)
					return &a
				}
				return &tt.says
			}
			err := g.publisher().Remove(t.Context(), posted(aDeed))
			if tt.want == "" && err != nil || tt.want != "" && (lantoa.KindOf(err) != tt.want || lantoa.AsTrouble(err, "").What != tt.what) {
				t.Errorf("%v", err)
			}
			if g.count("DELETE "+aPosted) != 1 {
				t.Errorf("asked %v", g.calls)
			}
			noSecrets(t, err, g.urls)
		})
	}
}

const recordedDelete = `{"success":true}`

func TestEdit(t *testing.T) {
	for _, tt := range []struct {
		name string
		says answer
		want lantoa.Kind
	}{
		{"changed", ok(`{"success":true}`), ""},
		{"gone meanwhile", refuse(100, 33, "does not exist"), lantoa.Gone},
		{"made by another app", refuse(200, 0, "(#200) The post was not created by this app"), lantoa.NoRight},
		{"no clear answer", answer{status: 502, body: "<html>"}, lantoa.Unclear},
	} {
		t.Run(tt.name, func(t *testing.T) {
			g := &wall{t: t, answer: says(tt.says)}
			err := g.publisher().Edit(t.Context(), posted(aDeed), "Lời mới")
			if lantoa.KindOf(err) != tt.want || (err == nil) != (tt.want == "") {
				t.Errorf("%v", err)
			}
			if g.calls[0] != "POST "+aPosted || g.forms[0].Get("message") != "Lời mới" || len(g.calls) != 1 {
				t.Errorf("asked %v %v", g.calls, g.forms)
			}
			g.clean()
		})
	}
}

func TestWhatHasNoIDIsNeitherRemovedNorEdited(t *testing.T) {
	g := &wall{t: t, answer: says(ok(`{"success":true}`))}
	p := g.publisher()
	for _, id := range []string{"", "me", "1/../2", "1_2_3"} {
		d := aDeed
		d.Posted = id
		if err := p.Remove(t.Context(), d); lantoa.KindOf(err) != lantoa.Refused {
			t.Errorf("%q: %v", id, err)
		}
		if err := p.Edit(t.Context(), d, "x"); lantoa.KindOf(err) != lantoa.Refused {
			t.Errorf("%q: %v", id, err)
		}
	}
	if len(g.calls) > 0 {
		t.Errorf("asked %v", g.calls)
	}
}

func TestLinkKey(t *testing.T) {
	for _, tt := range []struct {
		a, b string
		same bool
	}{
		{"https://www.facebook.com/1/posts/2/?__cft__[0]=x&__tn__=R", "http://m.facebook.com/1/posts/2", true},
		{"https://www.facebook.com/photo.php?fbid=9&set=a.1", "https://facebook.com/photo.php?set=b&fbid=9", true},
		{"https://www.facebook.com/photo.php?fbid=9", "https://www.facebook.com/photo.php?fbid=8", false},
		{"https://l.facebook.com/l.php?u=https%3A%2F%2Ftin.example%2F1%3Ffbclid%3Dx&h=y", "https://tin.example/1", true},
		{"https://tin.example/?p=1", "https://tin.example/?p=2", false},
		{"https://tin.example/a?utm_source=x#top", "https://www.tin.example/a/", true},
		{"not an address", "not an address", false},
	} {
		if a, b := linkKey(tt.a), linkKey(tt.b); (a == b && a != "") != tt.same {
			t.Errorf("%s and %s: %q %q", tt.a, tt.b, a, b)
		}
	}
}

func FuzzWhatWasMade(f *testing.F) {
	f.Add(`{"id":"104000000000901_122100000000000401"}`, aLink)
	f.Add(`{"id":122100000000009001,"post_id":"104000000000901_122100000000000406"}`, "https://l.facebook.com/l.php?u=https%3A%2F%2Fa")
	f.Add(`{"data":[{"id":"1_2","message":"x","created_time":"2026-11-25T01:15:03+0000","attachments":{"data":[{"target":{"id":"1"}}]}}]}`, "//")
	f.Add(`{"id":null}`, "https://[::1")
	f.Fuzz(func(t *testing.T, body, link string) {
		if done, ok := readMade([]byte(body)); ok && !objectID.MatchString(done.Posted) {
			t.Errorf("%q from %q", done.Posted, body)
		}
		list, _, err := decode([]byte(body))
		if err != nil {
			return
		}
		l := look{deed: aDeed, page: aPage, since: now}
		l.deed.Link = link
		l.take(list.Data)
	})
}
