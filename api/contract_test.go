package api

import (
	"bytes"
	"context"
	"encoding/json"
	"flag"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hoiphunu/lantoa"
)

var update = flag.Bool("update", false, "rewrite the golden files")

// TestShapes holds the answers against the shapes that scripts rely on. More fields may stand beside them.
func TestShapes(t *testing.T) {
	h := newHouse(t)
	must(t, h.Store.NoteVisit(t.Context(), lantoa.Visit{Channel: h.channels["khemau"], At: at(11, 22, 0),
		Trouble: &lantoa.Trouble{Kind: lantoa.Expired}, Next: now}))
	planned := h.passedOn(t)
	list := []string{"items", "total", "next_cursor"}
	unit := []string{"code", "name", "level", "parent", "from", "to", "successors"}
	post := []string{"id", "channel", "type", "published_at", "first_seen_at", "text", "permalink", "numbers", "score", "basis", "copies", "vote", "removed"}
	problem := []string{"type", "title", "status", "detail", "what_to_do"}
	p1, s1 := "/api/v1/posts/"+string(h.posts["p1"]), "/api/v1/stories/"+string(h.stories["chosen"])
	tests := []struct {
		shape, path string
		at          []any
		fields      []string
	}{
		{"list", "/api/v1/units", nil, list},
		{"unit", "/api/v1/units/05722", nil, unit},
		{"unit in a list", "/api/v1/units", []any{"items", 0}, unit},
		{"channel", "/api/v1/channels/" + string(h.channels["khemau"]), nil,
			[]string{"id", "kind", "name", "unit", "url", "state", "last_read", "next_read", "trouble", "followers", "warnings"}},
		{"unit of a channel", "/api/v1/channels", []any{"items", 0, "unit"}, unit},
		{"trouble", "/api/v1/channels/" + string(h.channels["khemau"]), []any{"trouble"}, []string{"kind", "words"}},
		{"post", p1, nil, post},
		{"channel of a post", p1, []any{"channel"}, []string{"id", "kind", "name", "unit"}},
		{"numbers", p1, []any{"numbers"}, []string{"reactions", "comments", "shares", "views", "reach", "at"}},
		{"snapshots", p1 + "/snapshots", nil, list},
		{"snapshot", p1 + "/snapshots", []any{"items", 0}, []string{"at", "reactions", "by_kind", "comments", "shares", "views", "reach", "source"}},
		{"copies", p1 + "/copies", []any{"items", 0}, post},
		{"search", "/api/v1/search?q=phu", nil, slices.Concat(list, []string{"facets", "took_ms", "corrected"})},
		{"hit", "/api/v1/search", []any{"items", 0}, append(slices.Clone(post), "snippet_html")},
		{"facet", "/api/v1/search", []any{"facets", "level", 0}, []string{"value", "count"}},
		{"stories", "/api/v1/stories", nil, list},
		{"story", s1, nil, []string{"id", "title", "state", "rank", "likeness", "score", "reasons", "first", "units", "channels", "lead", "from_above", "restricted", "topics", "decisions"}},
		{"reason", s1, []any{"reasons", 0}, []string{"kind", "words"}},
		{"first", s1, []any{"first"}, unit},
		{"lead", s1, []any{"lead"}, post},
		{"decision", s1, []any{"decisions", 0}, []string{"decision", "by", "at", "reason"}},
		{"reshares", "/api/v1/reshares", nil, list},
		{"reshare", "/api/v1/reshares/" + planned, nil, []string{"id", "story", "channel", "words", "state", "at", "permalink", "lift"}},
		{"lift", "/api/v1/reshares/" + planned, []any{"lift"}, []string{"interactions", "low", "high"}},
		{"problem", "/api/v1/posts/nosuch", nil, problem},
		{"problem of a parameter", "/api/v1/search?limit=x", nil, problem},
		{"problem of an address", "/api/v1/nothing", nil, problem},
	}
	for _, tt := range tests {
		t.Run(tt.shape, func(t *testing.T) {
			a := h.get(t, "admin", tt.path)
			got, ok := a.dig(tt.at...).(map[string]any)
			if !ok {
				t.Fatalf("nothing there: %s", a.text)
			}
			for _, field := range tt.fields {
				if _, is := got[field]; !is {
					t.Errorf("%q is not there: %v", field, got)
				}
			}
		})
	}
}

func TestDocument(t *testing.T) {
	h := newHouse(t)
	a := h.get(t, "", "/api/openapi.json")
	golden := filepath.Join("testdata", "openapi.golden.json")
	if *update {
		must(t, os.MkdirAll("testdata", 0o755))
		must(t, os.WriteFile(golden, []byte(a.text), 0o644))
	}
	want, err := os.ReadFile(golden)
	must(t, err)
	if diff := cmp.Diff(string(want), a.text); diff != "" {
		t.Errorf("the document changed (-update writes it anew):\n%s", diff)
	}
	if a.json["openapi"] != "3.1.0" {
		t.Errorf("version %v", a.json["openapi"])
	}
	if strings.Contains(a.text, "ErrorModel") || strings.Contains(a.text, "$schema") {
		t.Error("something of huma's own is left in the document")
	}
	for _, ref := range regexp.MustCompile(`"#/components/schemas/(\w+)"`).FindAllStringSubmatch(a.text, -1) {
		if a.dig("components", "schemas", ref[1]) == nil {
			t.Errorf("%s is not described", ref[1])
		}
	}
}

// TestDocumentNamesEveryCall reads routes.go, so that a call cannot be served without being described.
func TestDocumentNamesEveryCall(t *testing.T) {
	h := newHouse(t)
	document := h.get(t, "", "/api/openapi.json")
	source, err := os.ReadFile("routes.go")
	must(t, err)
	calls := regexp.MustCompile(`serve\(s, a, (get|post|change|remove)\("[\w-]+", "([^"]+)"`).FindAllSubmatch(source, -1)
	if len(calls) != bytes.Count(source, []byte("serve(s, a,")) || len(calls) == 0 {
		t.Fatalf("%d calls were recognised", len(calls))
	}
	for _, call := range calls {
		method := map[string]string{"get": "get", "post": "post", "change": "patch", "remove": "delete"}[string(call[1])]
		if document.dig("paths", root+string(call[2]), method, "responses") == nil {
			t.Errorf("%s %s is served and not described", method, call[2])
		}
	}
	for _, path := range []string{"/healthz", "/readyz", "/metrics", "/api/openapi.json"} {
		if document.dig("paths", path, "get") == nil {
			t.Errorf("%s is served and not described", path)
		}
	}
	for path := range document.json["paths"].(map[string]any) {
		if !strings.HasPrefix(path, root) {
			continue // for machines that watch the machine
		}
		a := h.get(t, "", strings.NewReplacer("{id}", "x", "{code}", "x").Replace(path))
		if a.status != 401 && a.status != 405 {
			t.Errorf("%s is described, and answers a stranger with %d", path, a.status)
		}
	}
}

func TestNowhere(t *testing.T) {
	h := newHouse(t)
	tests := []struct {
		name, method, path string
		want               int
		allow              string
	}{
		{"no such address", "GET", "/api/v1/nothing", 404, ""},
		{"no docs page that loads from elsewhere", "GET", "/docs", 404, ""},
		{"a wrong method", "DELETE", "/api/v1/search", 405, "GET"},
		{"a wrong method where several are right", "POST", "/api/v1/channels/x", 405, "GET, PATCH"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a := h.ask(t, "admin", tt.method, tt.path, "")
			if a.status != tt.want || a.header.Get("Allow") != tt.allow {
				t.Errorf("%d, allow %q: %s", a.status, a.header.Get("Allow"), a.text)
			}
		})
	}
}

func TestProblemsSpeakTheCallersLanguage(t *testing.T) {
	h := newHouse(t)
	tests := []struct{ language, detail string }{
		{"", `Tham số "limit" không đúng: cần một số nguyên từ 1 đến 500.`},
		{"vi-VN", `Tham số "limit" không đúng: cần một số nguyên từ 1 đến 500.`},
		{"en-US,en;q=0.8", `Parameter "limit" is not right: a whole number from 1 to 500 is wanted.`},
		{"fr", `Tham số "limit" không đúng: cần một số nguyên từ 1 đến 500.`},
		{"\x00;;;q=9", `Tham số "limit" không đúng: cần một số nguyên từ 1 đến 500.`},
	}
	for _, tt := range tests {
		t.Run(tt.language, func(t *testing.T) {
			a := h.ask(t, "admin", "GET", "/api/v1/units?limit=9999", "", "Accept-Language: "+tt.language)
			if a.json["detail"] != tt.detail {
				t.Errorf("got %q, want %q", a.json["detail"], tt.detail)
			}
		})
	}
}

func TestAnUnforeseenErrorShowsNothingOfItself(t *testing.T) {
	h := newHouse(t)
	must(t, h.Store.Close())
	a := h.get(t, "admin", "/api/v1/units")
	if a.status != 500 || strings.Contains(a.text, "sql") || strings.Contains(a.text, "closed") {
		t.Errorf("%d %s", a.status, a.text)
	}
	if h.log.Len() == 0 {
		t.Error("and the log says nothing")
	}
	var p Problem
	must(t, json.Unmarshal([]byte(a.text), &p))
	if p.WhatToDo == "" {
		t.Errorf("%+v", p)
	}
}

func TestAPanicIsAnAnswerToo(t *testing.T) {
	h := newHouse(t)
	h.Ready = func(context.Context) (map[string]string, bool) { panic("a slip of ours") }
	a := h.get(t, "", "/readyz")
	if a.status != 500 || a.json["what_to_do"] == "" || strings.Contains(a.text, "slip") {
		t.Errorf("%d %s", a.status, a.text)
	}
	if !strings.Contains(h.log.String(), "slip") {
		t.Errorf("the log says %q", h.log)
	}
}
