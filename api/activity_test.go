package api

import (
	"net/http"
	"testing"

	"github.com/hoiphunu/lantoa"
)

// rollWeek gives the houses' channels a week 47.
func rollWeek(t *testing.T, h *house) {
	t.Helper()
	week := lantoa.Week{Year: 2026, Number: 47}
	row := func(ch string, state lantoa.Alive, posts, days int, each ...lantoa.PostFigure) lantoa.ChannelWeek {
		return lantoa.ChannelWeek{Channel: h.channels[ch], Week: week, UpTo: week.Settled(zone), State: state, Days: days, Posts: posts, Own: posts, Each: each}
	}
	must(t, h.Store.SaveChannelWeeks(t.Context(), []lantoa.ChannelWeek{
		row("dongmau", lantoa.Active, 2, 1, lantoa.PostFigure{Interactions: lantoa.Of(63), Followers: lantoa.Of(1000)}, lantoa.PostFigure{}),
		row("dongmau-nhom", lantoa.Active, 1, 2, lantoa.PostFigure{}),
		row("khemau", lantoa.Silent, 0, 9),
	}, now))
}

func TestActivityTellsOneRowAUnit(t *testing.T) {
	h := newHouse(t)
	rollWeek(t, h)
	a := h.get(t, "admin", "/api/v1/activity?level=commune&sort=posts")
	if a.status != http.StatusOK || a.json["total"] != 3.0 {
		t.Fatalf("%d: %s", a.status, a.text)
	}
	first := a.json["items"].([]any)[0].(map[string]any)
	figures := first["figures"].(map[string]any)
	if first["name"] != "xã Đồng Mẫu" || figures["posts"] != 3.0 || figures["median_interactions"] != 63.0 || figures["engagement_rate"] != 0.063 {
		t.Errorf("the unit with the most posts: %v", first)
	}
	if figures["views"] != nil || figures["gained"] != nil || figures["followers"] != nil {
		t.Errorf("what was not measured is null: %v", figures)
	}
	if posts := first["week_posts"].([]any); len(posts) != 12 || posts[11] != 3.0 || posts[0] != nil {
		t.Errorf("twelve weeks, of which one is known: %v", posts)
	}
	a = h.get(t, "admin", "/api/v1/activity?by=channel&unit=05722&kind=facebook_page")
	if row := a.json["items"].([]any)[0].(map[string]any); a.json["total"] != 1.0 || row["channel"] != string(h.channels["dongmau"]) || row["state"] != "active" {
		t.Errorf("one row a channel: %s", a.text)
	}
	for _, bad := range []string{"week=2026-W54", "week=47", "weeks=13", "sort=fame", "unit=99999"} {
		if got := h.get(t, "admin", "/api/v1/activity?"+bad); got.status != http.StatusUnprocessableEntity && got.status != http.StatusBadRequest {
			t.Errorf("%s: %d", bad, got.status)
		}
	}
}

func TestActivityOfAUnitGoesWeekByWeek(t *testing.T) {
	h := newHouse(t)
	rollWeek(t, h)
	a := h.get(t, "admin", "/api/v1/units/19/activity?from=2026-11-16&to=2026-11-22")
	weeks, _ := a.json["weeks"].([]any)
	if a.status != http.StatusOK || len(weeks) != 1 {
		t.Fatalf("%d: %s", a.status, a.text)
	}
	w := weeks[0].(map[string]any)
	if w["week"] != "2026-W47" || w["from"] != "2026-11-16" || w["to"] != "2026-11-22" || w["figures"].(map[string]any)["posts"] != 3.0 {
		t.Errorf("the week with all below: %v", w)
	}
	if got := h.get(t, "admin", "/api/v1/units/19/activity?from=2026-11-22&to=2026-11-16"); got.status < 400 || got.status > 422 {
		t.Errorf("a stretch that ends before it begins: %d", got.status)
	}
}

func TestActivityStaysInTheScope(t *testing.T) {
	h := newHouse(t)
	rollWeek(t, h)
	a := h.get(t, "officer", "/api/v1/activity")
	if a.json["total"] != 1.0 || a.json["items"].([]any)[0].(map[string]any)["name"] != "xã Đồng Mẫu" {
		t.Errorf("an officer sees her own unit: %s", a.text)
	}
	for code, want := range map[string]int{"05722": http.StatusOK, "05728": http.StatusForbidden, "19": http.StatusForbidden} {
		if got := h.get(t, "officer", "/api/v1/units/"+code+"/activity"); got.status != want {
			t.Errorf("unit %s: %d, want %d", code, got.status, want)
		}
	}
}
