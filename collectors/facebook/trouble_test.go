package facebook

import (
	"encoding/json"
	"io/fs"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/hoiphunu/lantoa"
)

// The whole table of recorded and documented errors, sorted as it says, and each of them met on a visit.
func TestErrorsTable(t *testing.T) {
	var table []struct {
		Name     string
		Status   int `json:"http_status"`
		Body     json.RawMessage
		BodyFile string `json:"body_file"`
		Expect   struct{ Action, Scope string }
	}
	if err := json.Unmarshal([]byte(recording(t, "errors.json")), &table); err != nil {
		t.Fatal(err)
	}
	kinds := map[Action]lantoa.Kind{
		Retry: lantoa.Away, RetryOnce: lantoa.Away, HalveLimit: lantoa.TooLarge, NarrowWindow: lantoa.Refused, ProbeMetrics: lantoa.Refused,
		Backoff: lantoa.Limited, BackoffLong: lantoa.Limited, Reconnect: lantoa.Expired, Permission: lantoa.NoRight, Fix: lantoa.Refused,
		GoneAfterCheck: lantoa.NoRight, CheckPublished: lantoa.Duplicate,
	}
	for _, row := range table {
		t.Run(row.Name, func(t *testing.T) {
			body := string(row.Body)
			if row.BodyFile != "" {
				body = recording(t, row.BodyFile)
			}
			h := http.Header{"Content-Type": {answer{body: body}.kind("application/json")}}
			v, good := Classify(row.Status, h, []byte(body))
			if strings.Contains(row.Name, "on-publish") {
				v = v.Publishing()
			}
			if good || string(v.Action) != row.Expect.Action || string(v.Scope) != row.Expect.Scope {
				t.Fatalf("action %s of %s, success %v; want %s of %s", v.Action, v.Scope, good, row.Expect.Action, row.Expect.Scope)
			}

			g := newGraph(t, serving(func(url.Values) answer { return answer{status: row.Status, body: body} }))
			haul, err := g.client().Visit(t.Context(), channel, lantoa.Ask{Depth: lantoa.Recent, Since: now.Add(-24 * time.Hour)}, now)
			want := kinds[v.Action]
			switch {
			case row.Name == "truncated-json":
				want = lantoa.Garbled
			case v.Action == CheckPublished && row.Name == "service-2-on-publish":
				want = lantoa.Away
			}
			if lantoa.KindOf(err) != want {
				t.Errorf("a visit that meets it ends with %v; want %s", err, want)
			}
			if len(haul.Posts) != 0 || haul.Complete || !haul.From.Equal(now) {
				t.Errorf("haul %+v", haul)
			}
			if haul.Size == nil || haul.Size.Followers != lantoa.Of(801) {
				t.Error("the size of the page, which was answered, is lost")
			}
			noSecrets(t, haul, err)

			l := newLedger()
			haul, err = g.client(func(o *Options) { o.Budget = l }).Visit(t.Context(), channel, lantoa.Ask{Depth: lantoa.Fresh, Since: now.Add(-24 * time.Hour)}, now)
			if lantoa.KindOf(err) != want || len(haul.Posts) != 0 || haul.Complete || !haul.From.Equal(now) {
				t.Errorf("a fresh visit that meets it ends with %v; want %s; haul %+v", err, want, haul)
			}
			closed := map[Scope]string{OfPage: pageScope(aPage), OfToken: tokenScope(aPage), OfApp: appScope, OfPublish: publishScope(aPage)}[v.Scope]
			if limits := v.Action == Backoff || v.Action == BackoffLong; limits != (len(l.closed) == 1) || limits && l.closed[closed].IsZero() {
				t.Errorf("closed %v; want %s", l.closed, closed)
			}
			noSecrets(t, haul, err)
		})
	}
	if len(table) != 50 {
		t.Errorf("%d rows", len(table))
	}
}

// What publishing answers when it worked is a success; what it gives is for whoever publishes.
func TestRecordedSuccessesOfPublishing(t *testing.T) {
	for name, want := range map[string]string{
		"publish-ok.json": "104000000000901_122100000000000401", "publish-photo-ok.json": "122100000000009001", "delete-ok.json": "",
	} {
		body := recording(t, name)
		v, good := Classify(200, http.Header{"Content-Type": {"application/json"}}, []byte(body))
		var node struct {
			ID ident `json:"id"`
		}
		if err := json.Unmarshal([]byte(body), &node); err != nil || !good || v != (Verdict{}) || string(node.ID) != want {
			t.Errorf("%s: %+v, success %v, id %q", name, v, good, node.ID)
		}
	}
}

// Each recording is named in a test of this package.
func TestEveryRecordingHasATest(t *testing.T) {
	table := recording(t, "errors.json")
	sources, err := filepath.Glob("*_test.go")
	if err != nil {
		t.Fatal(err)
	}
	text := table // which names the bodies that are no JSON
	for _, s := range sources {
		text += file(t, s)
	}
	err = filepath.WalkDir(recordings, func(path string, d fs.DirEntry, err error) error {
		name := filepath.Base(path)
		if err != nil || d.IsDir() || name == "README.md" || name == ".gitattributes" {
			return err
		}
		if filepath.Base(filepath.Dir(path)) == "webhooks" {
			name = strings.TrimSuffix(name, ".json")
		}
		if !strings.Contains(text, name+`"`) {
			t.Errorf("no test names %s", name)
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

func TestClassify(t *testing.T) {
	tests := []struct {
		name, kind, body string
		status           int
		want             Action // "" for a success
	}{
		{"a page of posts", "application/json", `{"data":[]}`, 200, ""},
		{"a post that speaks of an error", "text/javascript", `{"data":[{"message":"\"error\": 500"}]}`, 200, ""},
		{"an error in a success", "application/json", `{"error":{"code":190,"message":"x"}}`, 200, Reconnect},
		{"a login page", "text/html", `<html>`, 200, Retry},
		{"JSON that calls itself HTML", "text/html", `{"data":[]}`, 200, Retry},
		{"nothing at all", "application/json", ``, 200, Retry},
		{"429 without JSON", "text/html", `<html>`, 429, Backoff},
		{"a version that does not know the edge", "application/json", `{"error":{"code":2500,"message":"Unknown path components: /video_reels"}}`, 400, Fix},
		{"an object that is neither", "application/json", `{"weird":1}`, 500, Retry},
		{"transient and unknown", "application/json", `{"error":{"code":4711,"message":"x","is_transient":true}}`, 400, Retry},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			v, ok := Classify(tt.status, http.Header{"Content-Type": {tt.kind}}, []byte(tt.body))
			if ok != (tt.want == "") || v.Action != tt.want {
				t.Errorf("got %s, success %v; want %s", v.Action, ok, tt.want)
			}
		})
	}
}

func TestTroubleSaysNoSecret(t *testing.T) {
	v := Verdict{Action: Reconnect, Code: 190, Message: "Malformed access token EAAFAKEpage921NOTREAL at https://graph.facebook.com/v25.0/me?access_token=EAAFAKEtokenNOTREAL&x=1 for 700000000000001|0123456789abcdef"}
	trouble := v.Trouble("token", time.Time{})
	noSecrets(t, trouble, trouble.Note)
	if strings.Contains(trouble.Note, "0123456789abcdef") {
		t.Error("the app's secret can be read:", trouble.Note)
	}
}

func FuzzClassify(f *testing.F) {
	f.Add(400, `{"error":{"code":"190","error_subcode":"463"}}`)
	f.Add(200, `{"data":[]}`)
	f.Add(500, `[null,{"code":200,"body":"{}"}]`)
	f.Fuzz(func(t *testing.T, status int, body string) {
		v, ok := Classify(status, http.Header{"Content-Type": {"application/json"}}, []byte(body))
		if !ok && v.Action == "" {
			t.Errorf("no action for %d %q", status, body)
		}
		v.Trouble("x", time.Time{})
		unwrap([]byte(body), 2)
		if p, _, err := decode([]byte(body)); err == nil {
			for i := range p.Data {
				p.Data[i].incoming(now, now)
			}
		}
	})
}
