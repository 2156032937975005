package api

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hoiphunu/lantoa"
)

// trouble has something to tell of every kind.
func (h *house) trouble(t testing.TB) {
	t.Helper()
	for i, n := range []lantoa.Notice{
		{Kind: lantoa.LostChannel, Channel: h.channels["khemau"], Trouble: lantoa.Trouble{Kind: lantoa.Expired, Since: at(11, 20, 0)}},
		{Kind: lantoa.LostMany, Count: 75, Trouble: lantoa.Trouble{Kind: lantoa.NoRight, What: "pages_read_engagement"}},
		{Kind: lantoa.TokenEnding, Trouble: lantoa.Trouble{Kind: lantoa.Expired, What: "facebook/user", Until: at(12, 1, 0)}},
		{Kind: lantoa.TokenLacks, Channel: h.channels["dongmau"], Trouble: lantoa.Trouble{Kind: lantoa.NoRight, What: "read_insights,pages_show_list"}},
		{Kind: lantoa.DeadMetric, Trouble: lantoa.Trouble{Kind: lantoa.Gone, What: "page_impressions"}},
		{Kind: lantoa.OldVersion, Trouble: lantoa.Trouble{Kind: lantoa.Refused, What: "version"}},
		{Kind: lantoa.NoWebhook, Count: 3},
		{Kind: lantoa.YearFull, Channel: h.channels["dongmau"], Trouble: lantoa.Trouble{Kind: lantoa.TooLarge, What: "posts_per_year"}},
		{Kind: lantoa.GroupEnding, Channel: h.channels["dongmau-nhom"], Trouble: lantoa.Trouble{Kind: lantoa.GroupDead}},
		{Kind: lantoa.AppTrouble, Trouble: lantoa.Trouble{Kind: lantoa.Refused, What: "app"}},
		{Kind: lantoa.WithdrawnNote, Trouble: lantoa.Trouble{Kind: lantoa.Conflict, What: "s1"}},
		{Kind: lantoa.DeletionAsked, Trouble: lantoa.Trouble{Kind: lantoa.Forbidden, What: "c0de"}},
		{Kind: lantoa.AppRemoved, Trouble: lantoa.Trouble{Kind: lantoa.Forbidden, What: "c0de"}},
	} {
		n.Key, n.BeganAt = fmt.Sprint("k", i), at(11, 20, i)
		_, err := h.Store.RaiseNotice(t.Context(), &n)
		must(t, err)
	}
}

func TestNotices(t *testing.T) {
	h := newHouse(t)
	h.trouble(t)
	_, err := h.Store.EndNotice(t.Context(), "k0", at(11, 21, 0))
	must(t, err)
	open, all := h.get(t, "admin", "/api/v1/notices"), h.get(t, "admin", "/api/v1/notices?state=all&limit=500")
	if open.json["total"] != 12.0 || all.json["total"] != 13.0 {
		t.Errorf("%v and %v", open.json["total"], all.json["total"])
	}
	for i := range all.items("id") {
		kind := all.dig("items", i, "kind")
		for _, field := range []string{"words", "what_to_do"} {
			if text, _ := all.dig("items", i, field).(string); text == "" || strings.ContainsAny(text, "{⟦") {
				t.Errorf("%s of %v: %q", field, kind, text)
			}
		}
		if ended := all.dig("items", i, "ended_at") != nil; ended != (kind == "lost_channel") {
			t.Errorf("%v is over: %v", kind, ended)
		}
	}
	english := h.ask(t, "admin", "GET", "/api/v1/notices", "", "Accept-Language: en")
	if strings.Contains(english.text, "kênh") || english.status != 200 {
		t.Errorf("%s", english.text)
	}
	page := h.get(t, "admin", "/api/v1/notices?limit=5")
	next := h.get(t, "admin", "/api/v1/notices?limit=5&cursor="+page.json["next_cursor"].(string))
	if got := append(page.items("id"), next.items("id")...); fmt.Sprint(got) != fmt.Sprint(open.items("id")[:10]) {
		t.Errorf("page after page: %v", got)
	}
}

func TestWhoSeesNotices(t *testing.T) {
	h := newHouse(t)
	h.trouble(t)
	_, err := h.Store.AddUser(t.Context(), lantoa.User{Email: "khe-admin@example.org", Role: lantoa.Admin, Unit: h.units["05728"]}, "x")
	must(t, err)
	users, err := h.Store.Users(t.Context(), lantoa.Everything)
	must(t, err)
	for _, u := range users {
		if u.Email == "khe-admin@example.org" {
			must(t, h.Store.SetToken(t.Context(), u.ID, HashToken("token-kheadmin")))
		}
	}
	for _, who := range []string{"comms", "leader", "officer", "viewer", "communecomms"} {
		if a := h.get(t, who, "/api/v1/notices"); a.status != 403 {
			t.Errorf("%s: %d", who, a.status)
		}
	}
	a := h.get(t, "kheadmin", "/api/v1/notices?state=all")
	if fmt.Sprint(a.items("kind")) != "[lost_channel]" || a.json["total"] != 1.0 {
		t.Errorf("an administrator of one commune sees %s", a.text)
	}
}
