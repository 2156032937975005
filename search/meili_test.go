package search_test

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/search"
	"github.com/hoiphunu/lantoa/search/searchtest"
)

func TestMeiliTroubles(t *testing.T) {
	on := func(path string, status int, code string) func(*searchtest.Meili) {
		return func(m *searchtest.Meili) {
			m.Refuse = func(_, p string) (int, string) {
				if strings.HasSuffix(p, path) {
					return status, code
				}
				return 0, ""
			}
		}
	}
	task := func(kind, code string) func(*searchtest.Meili) {
		return func(m *searchtest.Meili) {
			m.FailTask = func(k string) string {
				if k == kind {
					return code
				}
				return ""
			}
		}
	}
	search1 := func(ix search.Index) error {
		r, err := ix.Search(context.Background(), search.Query{Text: "x", Scope: lantoa.Everything, Limit: 5})
		if err != nil && (r.Total != 0 || r.Hits != nil) {
			return errors.New("an error with a result")
		}
		return err
	}
	put1 := func(ix search.Index) error { return ix.Put(context.Background(), []search.Document{doc("a", "x")}) }
	for _, tt := range []struct {
		name  string
		used  bool // the index had been made before
		spoil func(*searchtest.Meili)
		do    func(search.Index) error
		want  lantoa.Kind
	}{
		{"a busy server is away", true, on("multi-search", 503, "too_many_search_requests"), search1, lantoa.Away},
		{"a refused filter gives no result at all", true, on("multi-search", 400, "invalid_search_filter"), search1, lantoa.Refused},
		{"a wrong key is named as such", true, on("multi-search", 403, "invalid_api_key"), search1, lantoa.NoRight},
		{"an accepted write that fails later is an error", true, task("documentAdditionOrUpdate", "internal"), put1, lantoa.Away},
		{"so is a full disk", true, task("documentAdditionOrUpdate", "no_space_left_on_device"), put1, lantoa.Away},
		{"so are settings that fail", false, task("settingsUpdate", "invalid_settings_ranking_rules"), put1, lantoa.Refused},
		{"a body that is too large", true, on("documents", 413, "payload_too_large"), put1, lantoa.TooLarge},
	} {
		t.Run(tt.name, func(t *testing.T) {
			m := searchtest.NewMeili(t)
			ix := openMeili(t, m.URL, "mật-khẩu-bí-mật", "posts")
			if tt.used {
				put(t, ix, doc("b", "y"))
			}
			tt.spoil(m)
			err := tt.do(ix)
			if lantoa.KindOf(err) != tt.want {
				t.Errorf("got %v, want %s", err, tt.want)
			}
			if err != nil && strings.Contains(err.Error(), "bí-mật") {
				t.Errorf("the key stands in the error: %v", err)
			}
		})
	}
}

func TestMeiliOneBadDocumentDoesNotKeepOutTheRest(t *testing.T) {
	m := searchtest.NewMeili(t)
	ix := openMeili(t, m.URL, "", "posts")
	put(t, ix, doc("a", "Nuôi gà"))
	m.BadDocument = "p3"
	var docs []search.Document
	for _, id := range []string{"p1", "p2", "p3", "p4", "p5"} {
		docs = append(docs, doc(id, "Nuôi lợn"))
	}
	err := ix.Put(t.Context(), docs)
	if lantoa.KindOf(err) != lantoa.Refused || !strings.Contains(err.Error(), "p3") {
		t.Errorf("got %v, want p3 refused", err)
	}
	if n, err := ix.Count(t.Context()); err != nil || n != 5 {
		t.Errorf("%d documents (%v), want 5", n, err)
	}
	if err := ix.Put(t.Context(), []search.Document{doc("zalo:1", "x")}); lantoa.KindOf(err) != lantoa.Invalid {
		t.Errorf("an id the server cannot take: %v", err)
	}
}

func TestMeiliDoesNotWaitForEver(t *testing.T) {
	stop := make(chan struct{})
	s := httptest.NewServer(http.HandlerFunc(func(http.ResponseWriter, *http.Request) { <-stop }))
	defer s.Close()
	defer close(stop)
	ix, err := search.OpenMeili(s.URL, "", search.MeiliOptions{Timeout: 100 * time.Millisecond})
	if err != nil {
		t.Fatal(err)
	}
	started := time.Now()
	if _, err = ix.Count(t.Context()); lantoa.KindOf(err) != lantoa.Away {
		t.Errorf("a server that hangs gives %v", err)
	}
	if took := time.Since(started); took > 3*time.Second {
		t.Errorf("it was waited for %v", took)
	}
	// a write that is never carried out
	m := searchtest.NewMeili(t)
	m.Polls = 1 << 30
	if ix, err = search.OpenMeili(m.URL, "", search.MeiliOptions{Wait: 200 * time.Millisecond}); err != nil {
		t.Fatal(err)
	}
	if err := ix.Put(t.Context(), []search.Document{doc("a", "x")}); lantoa.KindOf(err) != lantoa.Away {
		t.Errorf("a task that never ends gives %v", err)
	}
}

func TestMeiliAddress(t *testing.T) {
	for _, bad := range []string{"", "localhost:7700", "ftp://x", "http://"} {
		if _, err := search.OpenMeili(bad, "", search.MeiliOptions{}); lantoa.KindOf(err) != lantoa.Invalid {
			t.Errorf("%q is taken: %v", bad, err)
		}
	}
	// nobody is there: opening is fine, using says so
	ix, err := search.OpenMeili("http://127.0.0.1:1", "", search.MeiliOptions{})
	if err != nil {
		t.Fatal(err)
	}
	if _, err := ix.Search(t.Context(), search.Query{Scope: lantoa.Everything}); lantoa.KindOf(err) != lantoa.Away {
		t.Errorf("nobody there gives %v", err)
	}
}

func TestMeiliSettingsComeBeforeDocumentsAndAreRepaired(t *testing.T) {
	m := searchtest.NewMeili(t)
	put(t, openMeili(t, m.URL, "", "posts"), doc("a", "x"))
	calls := m.Calls()
	settings, documents := slices.Index(calls, "PATCH /indexes/posts/settings"), slices.Index(calls, "POST /indexes/posts/documents")
	if settings < 0 || documents < settings {
		t.Errorf("documents before settings: %v", calls)
	}
	again := openMeili(t, m.URL, "", "posts")
	if _, err := again.Count(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := len(filter(m.Calls(), "PATCH /indexes/posts/settings")); n != 1 {
		t.Errorf("settings that are right were written %d times", n)
	}
	m.Forget("posts", "filterableAttributes")
	third := openMeili(t, m.URL, "", "posts")
	if r := find(t, third, "x"); r.Total != 1 {
		t.Errorf("%d found after the settings were lost", r.Total)
	}
	if n := len(filter(m.Calls(), "PATCH /indexes/posts/settings")); n != 2 {
		t.Errorf("lost settings were not repaired")
	}
}

func filter(list []string, what string) []string {
	return slices.DeleteFunc(list, func(s string) bool { return s != what })
}
