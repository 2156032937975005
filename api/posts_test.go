package api

import (
	"encoding/json"
	"strings"
	"testing"

	"github.com/hoiphunu/lantoa"
)

func TestWhoSeesAPost(t *testing.T) {
	h := newHouse(t)
	tests := []struct {
		name, who, post, rest string
		want                  int
	}{
		{"the province sees a commune's post", "leader", "private", "", 200},
		{"its own officer does", "khe", "private", "", 200},
		{"another commune's officer does not, even by address", "officer", "private", "", 403},
		{"a post of a chosen story is for all", "officer", "chosen", "", 200},
		{"not once it was taken away at its source", "officer", "gone", "", 403},
		{"its own officer still sees it, as removed", "khe", "gone", "", 200},
		{"the copy of a story that nobody chose is not for all", "officer", "p1-copy", "", 403},
		{"numbers over time for the own officer", "khe", "private", "/snapshots", 200},
		{"numbers over time are nobody else's", "officer", "private", "/snapshots", 403},
		{"not even those of a chosen story", "officer", "chosen", "/snapshots", 403},
		{"copies of what one may not see", "officer", "private", "/copies", 403},
		{"copies of a chosen story", "officer", "chosen", "/copies", 200},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a := h.get(t, tt.who, "/api/v1/posts/"+string(h.posts[tt.post])+tt.rest)
			if a.status != tt.want {
				t.Errorf("%d, want %d: %s", a.status, tt.want, a.text)
			}
			if tt.want == 403 && strings.Contains(a.text, "Khe Mẫu") {
				t.Errorf("the refusal tells what it refuses: %s", a.text)
			}
		})
	}
}

func TestPostByAddress(t *testing.T) {
	h := newHouse(t)
	tests := []struct {
		name, id string
		want     int
	}{
		{"an id that is not there", "0nosuchpost", 404},
		{"an id that can be none", "A-B_C", 422},
		{"a path in place of an id", "..%2f..%2fetc", 422},
		{"an id as long as a book", strings.Repeat("a", 5000), 422},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if a := h.get(t, "admin", "/api/v1/posts/"+tt.id); a.status != tt.want {
				t.Errorf("%d, want %d: %s", a.status, tt.want, a.text)
			}
		})
	}
}

func TestAbsentFiguresAreNull(t *testing.T) {
	h := newHouse(t)
	a := h.get(t, "comms", "/api/v1/posts/"+string(h.posts["bare"]))
	numbers := a.json["numbers"].(map[string]any)
	for _, field := range []string{"reactions", "comments", "shares", "views", "reach", "at"} {
		if v, is := numbers[field]; !is || v != nil {
			t.Errorf("%s is %v, want null", field, v)
		}
	}
	if a.json["score"] != nil {
		t.Errorf("score %v", a.json["score"])
	}
}

func TestCopies(t *testing.T) {
	h := newHouse(t)
	if got := h.get(t, "comms", "/api/v1/posts/"+string(h.posts["p1"])+"/copies").items("id"); len(got) != 1 || got[0] != string(h.posts["p1-copy"]) {
		t.Errorf("the province sees %v", got)
	}
	if got := h.get(t, "officer", "/api/v1/posts/"+string(h.posts["p1"])+"/copies").items("id"); len(got) != 0 {
		t.Errorf("the first teller's officer sees another commune's post: %v", got)
	}
}

func TestSnapshots(t *testing.T) {
	h := newHouse(t)
	a := h.get(t, "officer", "/api/v1/posts/"+string(h.posts["p1"])+"/snapshots")
	if a.dig("items", 0, "reach") != 700.0 || a.dig("items", 0, "by_kind", "like") != 30.0 || a.dig("items", 0, "at") != "2026-11-23T05:00:00+07:00" {
		t.Errorf("%s", a.text)
	}
	if a.dig("items", 0, "source") != "platform" || a.json["total"] != 1.0 {
		t.Errorf("%s", a.text)
	}
}

func TestForeignTextComesBackAsItWasWritten(t *testing.T) {
	h := newHouse(t)
	a := h.get(t, "officer", "/api/v1/posts/"+string(h.posts["m1"]))
	if a.json["text"] != awkward {
		t.Errorf("got %q, want %q", a.json["text"], awkward)
	}
	if strings.Contains(a.text, "<script") || a.header.Get("X-Content-Type-Options") != "nosniff" {
		t.Errorf("could be taken for HTML: %s", a.text)
	}

	long := strings.Repeat("đường dài ", 6000) // 60,000 characters
	_, err := h.Store.SavePosts(t.Context(), h.channels["dongmau"], []lantoa.Incoming{{Post: lantoa.Post{
		External: "long", Type: lantoa.Text, Text: long, PublishedAt: at(10, 1, 8)}}}, now)
	must(t, err)
	saved, err := h.Store.PostsBetween(t.Context(), h.channels["dongmau"], at(10, 1, 0), at(10, 2, 0))
	must(t, err)
	a = h.get(t, "officer", "/api/v1/posts/"+string(saved[0].ID))
	if a.json["text"] != long {
		t.Errorf("a long text lost something: %d bytes of %d", len(a.json["text"].(string)), len(long))
	}
	if !json.Valid([]byte(a.text)) {
		t.Error("not JSON")
	}
}
