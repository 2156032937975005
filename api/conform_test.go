package api

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"github.com/hoiphunu/lantoa"
)

// TestAnswersAreAsTheDocumentSays holds whole answers, with every absent figure in them, against the served
// document: what may be null must be said to be, and so for types, words of closed sets, and fields.
func TestAnswersAreAsTheDocumentSays(t *testing.T) {
	h := newHouse(t)
	must(t, h.Store.NoteVisit(t.Context(), lantoa.Visit{Channel: h.channels["khemau"], At: at(11, 22, 0),
		Trouble: &lantoa.Trouble{Kind: lantoa.Expired}, Next: now}))
	h.fill(t, "dongmau", []lantoa.Incoming{{Post: lantoa.Post{External: "unsorted", Type: lantoa.Photo, Text: "Có số, không rõ loại.", PublishedAt: at(9, 2, 8)},
		Numbers: lantoa.Snapshot{At: at(9, 3, 8), Reactions: lantoa.Of(0), Source: lantoa.FromPlatform}, HasCount: true}})
	h.trouble(t)
	sub := h.told(t, "05722", "một chuyện", at(11, 20, 8))
	h.told(t, "", "chuyện chưa rõ của ai", at(11, 20, 9))
	h.CheckSite = checkSite
	site := lantoa.Channel{Kind: lantoa.Website, Name: "Cổng xã", External: "dongmau.example", URL: "https://dongmau.example", Unit: h.units["05722"], CreatedAt: at(1, 1, 0)}
	must(t, h.Store.SaveChannel(t.Context(), &site))
	must(t, h.Store.NoteVisit(t.Context(), lantoa.Visit{Channel: h.channels["tinh"], At: at(11, 22, 0), Depth: lantoa.Full, Next: now,
		Warnings: []lantoa.Trouble{{Kind: lantoa.NoRight, What: "read_insights"}}}))
	planned := h.passedOn(t)
	doc := h.get(t, "", "/api/openapi.json")
	post := func(name string) string { return "/posts/" + string(h.posts[name]) }
	tests := []struct{ who, method, route, path, body string }{
		{"admin", "get", "/search", "/search", ""},
		{"officer", "get", "/search", "/search?limit=1&q=tiet+kiệm", ""},
		{"admin", "get", "/search", "/search?q=khongaiviet", ""},
		{"admin", "get", "/posts/{id}", post("p1"), ""},
		{"admin", "get", "/posts/{id}", post("m1"), ""},
		{"officer", "get", "/posts/{id}", post("chosen"), ""},
		{"admin", "get", "/posts/{id}/snapshots", post("p1") + "/snapshots", ""},
		{"admin", "get", "/posts/{id}/snapshots", post("unsorted") + "/snapshots", ""},
		{"admin", "get", "/posts/{id}/copies", post("p1") + "/copies", ""},
		{"admin", "get", "/stories", "/stories", ""},
		{"officer", "get", "/stories", "/stories?limit=1", ""},
		{"admin", "get", "/stories/{id}", "/stories/" + string(h.stories["chosen"]), ""},
		{"admin", "post", "/stories/{id}/decisions", "/stories/" + string(h.stories["p1"]) + "/decisions", `{"decision":"later"}`},
		{"admin", "get", "/units", "/units?limit=2", ""},
		{"admin", "get", "/units/{code}", "/units/05749", ""},
		{"admin", "get", "/units/{code}", "/units/19", ""},
		{"admin", "get", "/channels", "/channels", ""},
		{"admin", "get", "/channels/{id}", "/channels/" + string(h.channels["khemau"]), ""},
		{"admin", "get", "/channels/{id}", "/channels/" + string(h.channels["nhap"]), ""},
		{"admin", "post", "/channels/{id}/collect", "/channels/" + string(h.channels["khemau"]) + "/collect", ""},
		{"admin", "patch", "/channels/{id}", "/channels/" + string(h.channels["khemau"]), `{"name":"Phụ nữ Khe Mẫu"}`},
		{"admin", "get", "/channels/{id}", "/channels/" + string(h.channels["tinh"]), ""},
		{"admin", "patch", "/channels/{id}", "/channels/" + string(site.ID), `{"config":{"feed":"https://dongmau.example/rss","item":"li"}}`},
		{"admin", "get", "/digests/{week}", "/digests/2026-W47", ""},
		{"admin", "get", "/notices", "/notices?state=all", ""},
		{"comms", "get", "/submissions", "/submissions", ""},
		{"comms", "post", "/submissions/{id}/decisions", "/submissions/" + string(sub.ID) + "/decisions", `{"decision":"take"}`},
		{"comms", "post", "/reshares", "/reshares", h.order()},
		{"comms", "post", "/reshares", "/reshares", h.order("channel", string(h.channels["khemau"]), "key", "k9")},
		{"comms", "post", "/reshares", "/reshares", h.order("key", "k8")},
		{"comms", "get", "/reshares", "/reshares", ""},
		{"comms", "get", "/reshares/{id}", "/reshares/" + planned, ""},
		{"comms", "delete", "/reshares/{id}", "/reshares/" + planned, ""},
		{"comms", "post", "/reshares/{id}/approve", "/reshares/" + planned + "/approve", ""},
		{"comms", "post", "/reshares/{id}/answer", "/reshares/" + planned + "/answer", `{"stands":true}`},
		{"comms", "post", "/reshares/{id}/posted", "/reshares/" + planned + "/posted", `{}`},
		{"comms", "post", "/reshares/{id}/take-back", "/reshares/" + planned + "/take-back", `{"why":"x"}`},
		{"comms", "post", "/reshares/{id}/words", "/reshares/" + planned + "/words", `{"why":"x","words":"y"}`},
		{"comms", "post", "/stories/{id}/restriction", "/stories/" + string(h.stories["private"]) + "/restriction", `{"restricted":true}`},
		{"comms", "get", "/stories/{id}/words", "/stories/" + string(h.stories["chosen"]) + "/words", ""},
		{"comms", "get", "/stories/{id}/best-time", "/stories/" + string(h.stories["chosen"]) + "/best-time?channel=" + string(h.channels["tinh"]), ""},
		{"comms", "get", "/stories/{id}/hints", "/stories/" + string(h.stories["chosen"]) + "/hints", ""},
		{"comms", "post", "/stories/{id}/hints", "/stories/" + string(h.stories["chosen"]) + "/hints", `{"units":["05728"]}`},
		{"officer", "get", "/units/{code}/hints", "/units/05722/hints", ""},
		{"khe", "get", "/units/{code}/thanks", "/units/05728/thanks", ""},
		{"khe", "get", "/thanks/{id}/card.png", "/thanks/nosuch/card.png", ""},
		{"comms", "get", "/feed", "/feed", ""},
		{"comms", "post", "/word-templates", "/word-templates", `{"name":"Tháng hành động","hashtags":"#BìnhĐẳngGiới"}`},
		{"comms", "post", "/word-templates", "/word-templates", `{"name":"Đến hết năm","opening":"Chị em ơi!","until":"2026-12-31"}`},
		{"comms", "get", "/word-templates", "/word-templates", ""},
		{"comms", "get", "/channels/{id}/publishing", "/channels/" + string(h.channels["tinh"]) + "/publishing", ""},
		{"admin", "get", "/story-events", "/story-events", ""},
		{"admin", "get", "/search", "/search?limit=0", ""},
		{"", "get", "/units", "/units", ""},
	}
	for _, tt := range tests {
		t.Run(tt.who+" "+tt.method+" "+tt.route, func(t *testing.T) {
			a := h.ask(t, tt.who, strings.ToUpper(tt.method), root+tt.path, tt.body)
			responses, _ := doc.dig("paths", root+tt.route, tt.method, "responses").(map[string]any)
			response, ok := responses[fmt.Sprint(a.status)].(map[string]any)
			kind := "application/json"
			if a.status >= 400 {
				response, ok = responses["default"].(map[string]any)
				kind = "application/problem+json"
			}
			if !ok || a.header.Get("Content-Type") != kind {
				t.Fatalf("%d %s is not described", a.status, a.header.Get("Content-Type"))
			}
			schema := answer{json: response}.dig("content", kind, "schema")
			if schema == nil {
				t.Fatalf("%d has no schema", a.status)
			}
			for _, slip := range misfits(doc, schema.(map[string]any), a.json, "") {
				t.Error(slip)
			}
		})
	}
}

// misfits says where a value is not as a schema of the document wants it.
func misfits(doc answer, schema map[string]any, v any, at string) []string {
	if ref, ok := schema["$ref"].(string); ok {
		named, _ := doc.dig("components", "schemas", strings.TrimPrefix(ref, "#/components/schemas/")).(map[string]any)
		return misfits(doc, named, v, at)
	}
	if choices, ok := schema["oneOf"].([]any); ok {
		for _, c := range choices {
			if len(misfits(doc, c.(map[string]any), v, at)) == 0 {
				return nil
			}
		}
		return []string{fmt.Sprintf("%s: %v is none of what it may be", at, v)}
	}
	if words, ok := schema["enum"].([]any); ok && !slices.Contains(words, v) {
		return []string{fmt.Sprintf("%s: %v is not among %v", at, v, words)}
	}
	types, ok := schema["type"].([]any)
	if !ok {
		types = []any{schema["type"]}
	}
	if !slices.Contains(types, any(typeOf(v))) && (typeOf(v) != "integer" || !slices.Contains(types, any("number"))) {
		return []string{fmt.Sprintf("%s: %v is %s, not %v", at, v, typeOf(v), types)}
	}
	var slips []string
	switch v := v.(type) {
	case []any:
		for i, item := range v {
			slips = append(slips, misfits(doc, schema["items"].(map[string]any), item, fmt.Sprintf("%s[%d]", at, i))...)
		}
	case map[string]any:
		fields, _ := schema["properties"].(map[string]any)
		required, _ := schema["required"].([]any)
		for _, name := range required {
			if _, ok := v[name.(string)]; !ok {
				slips = append(slips, fmt.Sprintf("%s: %v is not there", at, name))
			}
		}
		for name, value := range v {
			field, ok := fields[name].(map[string]any)
			if !ok {
				field, ok = schema["additionalProperties"].(map[string]any)
			}
			if !ok {
				slips = append(slips, fmt.Sprintf("%s: %s is not described", at, name))
				continue
			}
			slips = append(slips, misfits(doc, field, value, at+"."+name)...)
		}
	}
	return slips
}

// typeOf is a value's type as the document names it.
func typeOf(v any) string {
	switch v := v.(type) {
	case nil:
		return "null"
	case bool:
		return "boolean"
	case string:
		return "string"
	case []any:
		return "array"
	case map[string]any:
		return "object"
	case float64:
		if v == float64(int64(v)) {
			return "integer"
		}
	}
	return "number"
}
