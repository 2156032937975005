package api

import (
	"fmt"
	"strings"
	"testing"
)

func TestStories(t *testing.T) {
	h := newHouse(t)
	id := func(post string) any { return string(h.stories[post]) }
	tests := []struct {
		name, who, query string
		want             []any
	}{
		{"best first", "comms", "", []any{id("p1"), id("chosen"), id("private")}},
		{"of a state", "comms", "state=suggested", []any{id("p1"), id("private")}},
		{"of two states", "comms", "state=approved,suggested", []any{id("p1"), id("chosen"), id("private")}},
		{"of the week in which they were told", "comms", "week=2026-W47", []any{id("p1"), id("chosen"), id("private")}},
		{"of a week without any", "comms", "week=2026-W46", nil},
		{"of a unit", "comms", "unit=05728", []any{id("chosen"), id("private")}},
		{"of two units", "comms", "unit=05728,05722", []any{id("p1"), id("chosen"), id("private")}},
		{"an officer sees the own and what was chosen", "officer", "", []any{id("p1"), id("chosen")}},
		{"and nothing else of another unit", "officer", "unit=05728", []any{id("chosen")}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a := h.get(t, tt.who, "/api/v1/stories?"+tt.query)
			if got := a.items("id"); fmt.Sprint(got) != fmt.Sprint(tt.want) {
				t.Errorf("got %v, want %v: %s", got, tt.want, a.text)
			}
			if a.json["total"] != float64(len(tt.want)) {
				t.Errorf("total %v, want %d", a.json["total"], len(tt.want))
			}
		})
	}
}

func TestStoriesPageByPage(t *testing.T) {
	h := newHouse(t)
	var got []any
	for next := ""; ; {
		a := h.get(t, "comms", "/api/v1/stories?limit=1&cursor="+next)
		got = append(got, a.items("id")...)
		if a.json["next_cursor"] == nil {
			break
		}
		next = a.json["next_cursor"].(string)
	}
	if len(got) != 3 {
		t.Errorf("got %v", got)
	}
}

func TestStoryTellsWhy(t *testing.T) {
	h := newHouse(t)
	a := h.get(t, "comms", "/api/v1/stories/"+string(h.stories["p1"]))
	if a.json["score"] != 4.2 || a.dig("first", "code") != "05722" || a.dig("lead", "numbers", "shares") != 31.0 {
		t.Errorf("%s", a.text)
	}
	if words := fmt.Sprint(a.dig("reasons", 0, "words")); !strings.Contains(words, "gấp 4,2 lần mức thường") {
		t.Errorf("reason %q", words)
	}
	a = h.ask(t, "comms", "GET", "/api/v1/stories/"+string(h.stories["p1"]), "", "Accept-Language: en-GB,en;q=0.9")
	if words := fmt.Sprint(a.dig("reasons", 0, "words")); !strings.Contains(words, "4.2 times") {
		t.Errorf("in English: %q", words)
	}
}

func TestStoryOfAnotherUnit(t *testing.T) {
	h := newHouse(t)
	for post, want := range map[string]int{"p1": 200, "chosen": 200, "private": 403, "gone": 403} {
		if a := h.get(t, "officer", "/api/v1/stories/"+string(h.stories[post])); a.status != want {
			t.Errorf("%s: %d, want %d", post, a.status, want)
		}
	}
	a := h.get(t, "officer", "/api/v1/stories/"+string(h.stories["chosen"]))
	if a.json["rank"] != nil || a.json["score"] != nil || a.dig("lead", "numbers", "reach") != nil || len(a.json["decisions"].([]any)) != 0 {
		t.Errorf("private figures: %s", a.text)
	}
	if strings.Contains(a.text, "nội bộ") || strings.Contains(a.text, "above_usual") || !strings.Contains(a.text, "names_model") {
		t.Errorf("reasons: %s", a.text)
	}
	if a := h.get(t, "officer", "/api/v1/stories/nosuchstory"); a.status != 404 {
		t.Errorf("unknown: %d", a.status)
	}
	if a := h.get(t, "officer", "/api/v1/stories/NO"); a.status != 422 {
		t.Errorf("no id: %d", a.status)
	}
}

func TestDecide(t *testing.T) {
	h := newHouse(t)
	address := func(post string) string { return "/api/v1/stories/" + string(h.stories[post]) + "/decisions" }
	tests := []struct {
		name, who, post, body string
		status                int
		state                 any
		says                  string
	}{
		{"chosen", "comms", "p1", `{"decision":"approve","reason":"hay"}`, 200, "approved", ""},
		{"set aside", "comms", "p1", `{"decision":"later"}`, 200, "shortlisted", ""},
		{"taken back", "comms", "p1", `{"decision":"undo"}`, 200, "approved", ""},
		{"and once more", "comms", "p1", `{"decision":"undo"}`, 200, "suggested", ""},
		{"nothing is left to take back", "comms", "p1", `{"decision":"undo"}`, 409, nil, ""},
		{"a commune's own communications person", "communecomms", "p1", `{"decision":"dismiss"}`, 200, "dismissed", ""},
		{"not of another commune", "communecomms", "private", `{"decision":"dismiss"}`, 403, nil, ""},
		{"not of another commune's chosen story", "communecomms", "chosen", `{"decision":"dismiss"}`, 403, nil, ""},
		{"an officer only looks", "officer", "p1", `{"decision":"approve"}`, 403, nil, ""},
		{"a leader only looks", "leader", "p1", `{"decision":"approve"}`, 403, nil, "Vai trò"},
		{"a viewer only looks", "viewer", "p1", `{"decision":"approve"}`, 403, nil, ""},
		{"nobody", "", "p1", `{"decision":"approve"}`, 401, nil, ""},
		{"no such word", "comms", "p1", `{"decision":"love"}`, 422, nil, `"decision"`},
		{"no word", "comms", "p1", `{}`, 422, nil, `"decision"`},
		{"a field that is none", "comms", "p1", `{"decision":"later","x":1}`, 422, nil, `"x"`},
		{"no JSON", "comms", "p1", `{"decision":`, 400, nil, `JSON`},
		{"no body", "comms", "p1", ``, 400, nil, `JSON`},
		{"a body like a book", "comms", "p1", `{"decision":"later","reason":"` + strings.Repeat("x", 70000) + `"}`, 413, nil, `64 KB`},
		{"a reason like a page", "comms", "p1", `{"decision":"later","reason":"` + strings.Repeat("x", 501) + `"}`, 422, nil, `"reason"`},
		{"consent that nobody needs", "comms", "p1", `{"decision":"consent"}`, 422, nil, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a := h.ask(t, tt.who, "POST", address(tt.post), tt.body)
			if a.status != tt.status || a.json["state"] != tt.state {
				t.Errorf("%d %v, want %d %v: %s", a.status, a.json["state"], tt.status, tt.state, a.text)
			}
			if detail, _ := a.json["detail"].(string); tt.status != 200 && (a.json["what_to_do"] == "" || !strings.Contains(detail, tt.says)) {
				t.Errorf("does not say %s, or not what to do: %s", tt.says, a.text)
			}
		})
	}
	a := h.get(t, "comms", "/api/v1/stories/"+string(h.stories["p1"]))
	if n := len(a.json["decisions"].([]any)); n != 5 {
		t.Errorf("%d decisions are kept, want 5", n)
	}
	if a.dig("decisions", 0, "by") != "comms" || a.dig("decisions", 0, "reason") != "hay" || a.dig("decisions", 0, "decision") != "approve" {
		t.Errorf("%v", a.dig("decisions", 0))
	}
}
