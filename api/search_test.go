package api

import (
	"fmt"
	"net/url"
	"slices"
	"strings"
	"testing"

	"github.com/hoiphunu/lantoa"
)

func TestSearch(t *testing.T) {
	h := newHouse(t)
	id := func(external string) any { return string(h.posts[external]) }
	tests := []struct {
		name, who, query string
		want             []any
	}{
		{"with diacritics", "comms", "q=nuôi lợn đất", []any{id("p1-copy"), id("p1")}},
		{"without diacritics", "comms", "q=nuoi lon dat", []any{id("p1-copy"), id("p1")}},
		{"only of a unit and what is below it", "comms", "q=nuôi lợn đất&unit=05722", []any{id("p1")}},
		{"of two units side by side", "comms", "q=lợn đất&unit=05722,05728&sort=newest", []any{id("p1-copy"), id("p1")}},
		{"of two units, one of which others see in public only", "officer", "unit=05728,05722&sort=newest",
			[]any{id("bare"), id("m1"), id("chosen"), id("p1")}},
		{"units of which one holds the other", "comms", "q=lợn đất&unit=05722,19&sort=newest", []any{id("p1-copy"), id("p1")}},
		{"both days are included", "comms", "from=2026-11-17&to=2026-11-18&sort=newest", []any{id("private"), id("chosen"), id("p1")}},
		{"one day", "comms", "from=2026-11-19&to=2026-11-19", []any{id("p1-copy")}},
		{"of a platform", "comms", "platform=zalo", []any{id("m1")}},
		{"of two topics", "comms", "topic=moi-truong,tiet-kiem&sort=score", []any{id("p1"), id("chosen"), id("private"), id("p1-copy")}},
		{"of a level", "comms", "level=province", nil},
		{"of a kind", "comms", "kind=video,photo", nil},
		{"at least twice the usual", "comms", "min_score=2&sort=score", []any{id("p1"), id("chosen"), id("private")}},
		{"at least nothing leaves out what has no score", "comms", "min_score=0&sort=score", []any{id("p1"), id("chosen"), id("private"), id("p1-copy")}},
		{"an officer gets the own posts and what was chosen elsewhere", "officer", "sort=newest",
			[]any{id("bare"), id("m1"), id("chosen"), id("p1")}},
		{"nobody finds out the score of another unit's chosen post by asking", "officer", "min_score=3", []any{id("p1")}},
		{"not by naming the unit either", "officer", "min_score=3&unit=05728", nil},
		{"not by asking for the best first", "officer", "sort=score", []any{id("p1"), id("bare"), id("m1"), id("chosen")}},
		{"another commune's officer does not find what was not chosen", "officer", "q=phân loại rác", nil},
		{"nor does its own filter find it", "officer", "unit=05728&sort=newest", []any{id("chosen")}},
		{"what was removed at its platform is not found", "comms", "q=đã gỡ", nil},
		{"what nobody wrote", "comms", "q=tàuvũtrụ", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a := h.get(t, tt.who, "/api/v1/search?"+escape(tt.query))
			if a.status != 200 {
				t.Fatalf("%d %s", a.status, a.text)
			}
			got := a.items("id")
			if !strings.Contains(tt.query, "sort=") { // relevance is the index's own matter
				slices.SortFunc(got, byText)
				slices.SortFunc(tt.want, byText)
			}
			if fmt.Sprint(got) != fmt.Sprint(tt.want) {
				t.Errorf("got %v, want %v", got, tt.want)
			}
			if a.json["total"] != float64(len(tt.want)) {
				t.Errorf("total %v, want %d", a.json["total"], len(tt.want))
			}
		})
	}
}

func byText(a, b any) int { return strings.Compare(fmt.Sprint(a), fmt.Sprint(b)) }

// escape writes a query as an address bar does.
func escape(query string) string {
	v := url.Values{}
	for pair := range strings.SplitSeq(query, "&") {
		name, value, _ := strings.Cut(pair, "=")
		v.Add(name, value)
	}
	return v.Encode()
}

func TestFacetsLeaveOutWhatIsNotTheirs(t *testing.T) {
	h := newHouse(t)
	count := func(who, facet, value string) any {
		a := h.get(t, who, "/api/v1/search")
		values, _ := a.dig("facets", facet).([]any)
		for _, v := range values {
			if m := v.(map[string]any); m["value"] == value {
				return m["count"]
			}
		}
		return nil
	}
	tests := []struct {
		name, who, facet, value string
		want                    any
	}{
		{"all communes for the province", "comms", "level", "commune", 6.0},
		{"the officer's own and what was chosen", "officer", "level", "commune", 4.0},
		{"units by code", "comms", "unit", "05722", 3.0},
		{"the province counts all below it", "comms", "unit", "19", 6.0},
		{"another unit counts what was chosen", "officer", "unit", "05728", 1.0},
		{"a topic that only others' posts bear", "officer", "topic", "moi-truong", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := count(tt.who, tt.facet, tt.value); got != tt.want {
				t.Errorf("got %v, want %v", got, tt.want)
			}
		})
	}
}

func TestSearchHidesPrivateFiguresOfWhatWasChosenElsewhere(t *testing.T) {
	h := newHouse(t)
	hit := h.get(t, "officer", "/api/v1/search?"+escape("q=tổ tiết kiệm")).dig("items", 0).(map[string]any)
	numbers := hit["numbers"].(map[string]any)
	if numbers["reactions"] != 40.0 || numbers["shares"] != 31.0 || numbers["comments"] != 2.0 {
		t.Errorf("public counters: %v", numbers)
	}
	if numbers["views"] != nil || numbers["reach"] != nil || hit["score"] != nil || hit["basis"] != nil {
		t.Errorf("private figures: %v, score %v", numbers, hit["score"])
	}
	if !strings.Contains(hit["snippet_html"].(string), "<mark>") {
		t.Errorf("snippet %v", hit["snippet_html"])
	}
}

func TestSearchGoesToItsLastPage(t *testing.T) {
	h := newHouse(t)
	var many []lantoa.Incoming
	for i := range 1600 {
		many = append(many, lantoa.Incoming{Post: lantoa.Post{External: fmt.Sprintf("n%04d", i), Type: lantoa.Text,
			Text: fmt.Sprintf("Phụ nữ xã Đồng Mẫu, bài số %d", i), PublishedAt: at(9, 1+i%28, i%24)}})
	}
	h.fill(t, "dongmau", many)

	seen, pages := map[any]bool{}, 0
	for next := ""; ; pages++ {
		a := h.get(t, "comms", "/api/v1/search?limit=100&sort=newest&"+escape("q=phu nu")+"&cursor="+next)
		if a.status != 200 {
			t.Fatalf("page %d: %d %s", pages, a.status, a.text)
		}
		ids := a.items("id")
		if len(ids) == 0 {
			t.Fatalf("page %d is empty", pages)
		}
		for _, id := range ids {
			if seen[id] {
				t.Fatalf("page %d shows %v again", pages, id)
			}
			seen[id] = true
		}
		if a.json["next_cursor"] == nil {
			break
		}
		next = a.json["next_cursor"].(string)
	}
	if len(seen) != 1600 {
		t.Errorf("%d posts on %d pages, want 1600", len(seen), pages+1)
	}
}

func TestWrongSearchesNameTheParameter(t *testing.T) {
	h := newHouse(t)
	other := h.get(t, "comms", "/api/v1/search?limit=1").json["next_cursor"].(string)
	tests := []struct{ name, query, says string }{
		{"too many at once", "limit=501", `"limit"`},
		{"none at once", "limit=0", `"limit"`},
		{"no number", "limit=x", `"limit"`},
		{"no such order", "sort=beauty", `"sort"`},
		{"no such level", "level=commune,planet", `"level`},
		{"no such day", "from=2026-02-30", `"from"`},
		{"the last day before the first", "from=2026-11-20&to=2026-11-19", `"to"`},
		{"no such unit", "unit=99999", `"unit"`},
		{"two units, one of which is none", "unit=05722,99999", `"unit"`},
		{"no number at all", "min_score=NaN", `"min_score"`},
		{"a misspelt filter is not the whole list", "levl=commune", `"level"`},
		{"a cursor that is none", "cursor=xyz", `"cursor"`},
		{"a cursor of another list", "limit=1&q=a&cursor=" + other, `"cursor"`},
		{"twice the same", "limit=1&limit=2", `"limit"`},
		{"a question longer than anybody asks", "q=" + strings.Repeat("a", 1001), `"q"`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a := h.get(t, "comms", "/api/v1/search?"+tt.query)
			if a.status != 422 {
				t.Fatalf("%d %s", a.status, a.text)
			}
			if detail, _ := a.json["detail"].(string); !strings.Contains(detail, tt.says) {
				t.Errorf("detail %q does not name %s", detail, tt.says)
			}
			if a.header.Get("Content-Type") != "application/problem+json" {
				t.Errorf("content type %q", a.header.Get("Content-Type"))
			}
		})
	}
}
