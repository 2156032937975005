package api

import (
	"encoding/xml"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/mmcdole/gofeed"

	"github.com/hoiphunu/lantoa"
)

func (h *house) feedToken(t *testing.T, email string, ends time.Time) string {
	t.Helper()
	u, err := h.Store.UserByEmail(t.Context(), email+"@example.org")
	must(t, err)
	return h.Store.SignLink(FeedLink, string(u.ID), ends)
}

func TestTheFeedTellsWhatWasChosen(t *testing.T) {
	h := newHouse(t)
	h.Hooks.BaseURL = "https://lantoa.example.org/"
	token := h.feedToken(t, "viewer", now.AddDate(2, 0, 0))
	a := h.get(t, "", "/feeds/stories.atom?token="+token)
	if a.status != 200 || a.header.Get("Content-Type") != "application/atom+xml; charset=utf-8" {
		t.Fatalf("%d %s %s", a.status, a.header.Get("Content-Type"), a.text)
	}
	feed, err := gofeed.NewParser().ParseString(a.text)
	must(t, err)
	if feed.FeedType != "atom" || len(feed.Items) != 1 || feed.UpdatedParsed == nil {
		t.Fatalf("%+v", feed)
	}
	item := feed.Items[0]
	if item.Link != "https://example.org/p/chosen" || item.GUID != "tag:lantoa.example.org,2026:story/"+string(h.stories["chosen"]) ||
		item.Authors[0].Name != "Hội LHPN xã Khe Mẫu" || item.UpdatedParsed == nil || !item.UpdatedParsed.Equal(at(11, 20, 9)) {
		t.Errorf("%+v", item)
	}
	for _, want := range []string{"<rights>Theo Hội LHPN xã Khe Mẫu</rights>", `reactions="40" comments="2" shares="31"`} {
		if !strings.Contains(a.text, want) {
			t.Errorf("does not say %s:\n%s", want, a.text)
		}
	}
	for _, never := range []string{"việc nội bộ", "Chị Hà", "700", "900", token, "Chuyện riêng", "Chuyện đã gỡ", "lợn đất"} {
		if strings.Contains(a.text, never) {
			t.Errorf("says %q:\n%s", never, a.text)
		}
	}
}

func TestWhoReadsTheFeed(t *testing.T) {
	h := newHouse(t)
	good := h.feedToken(t, "viewer", now.AddDate(2, 0, 0))
	viewer, err := h.Store.UserByEmail(t.Context(), "viewer@example.org")
	must(t, err)
	for _, tt := range []struct {
		name, who, query string
		status           int
	}{
		{"a token of a feed", "", "?token=" + good, 200},
		{"a personal token in the header", "officer", "", 200},
		{"a personal token in the address", "", "?token=token-officer", 200},
		{"nobody", "", "", 401},
		{"a token that is none", "", "?token=x", 401},
		{"a token with a letter changed", "", "?token=" + good[:len(good)-2] + "AA", 401},
		{"a token of another kind of link", "", "?token=" + h.Store.SignLink("digest", string(viewer.ID), now.AddDate(2, 0, 0)), 401},
		{"a token whose time is over", "", "?token=" + h.feedToken(t, "viewer", now.Add(-time.Hour)), 401},
		{"a token of a person who was shut out", "", "?token=" + h.feedToken(t, "gone", now.AddDate(2, 0, 0)), 401},
		{"a personal token of a person who was shut out", "", "?token=token-gone", 401},
		{"a good token of a person who is unknown", "", "?token=" + h.Store.SignLink(FeedLink, "nosuch", now.AddDate(2, 0, 0)), 401},
	} {
		for _, form := range []string{"atom", "html"} {
			if a := h.ask(t, tt.who, "GET", "/feeds/stories."+form+tt.query, ""); a.status != tt.status {
				t.Errorf("%s, %s: %d, want %d: %s", tt.name, form, a.status, tt.status, a.text)
			}
		}
	}
	must(t, h.Store.Disable(t.Context(), viewer.ID, true))
	if a := h.get(t, "", "/feeds/stories.atom?token="+good); a.status != 401 {
		t.Errorf("once the person is shut out: %d", a.status)
	}
}

func TestTheFeedLeavesOutWhatMayNotBePassedOn(t *testing.T) {
	h := newHouse(t)
	story := "/api/v1/stories/" + string(h.stories["chosen"])
	count := func() int {
		return strings.Count(h.get(t, "viewer", "/feeds/stories.atom").text, "<entry>") + strings.Count(h.get(t, "viewer", "/feeds/stories.html").text, "<li>")
	}
	if n := count(); n != 2 {
		t.Fatalf("%d at first", n)
	}
	h.ask(t, "comms", "POST", story+"/restriction", `{"restricted":true}`)
	if n := count(); n != 0 {
		t.Errorf("restricted: %d", n)
	}
	h.ask(t, "comms", "POST", story+"/decisions", `{"decision":"consent","reason":"đồng ý"}`)
	if n := count(); n != 2 {
		t.Errorf("with consent: %d", n)
	}
	must(t, h.Store.MarkRemoved(t.Context(), h.channels["khemau"], []string{"chosen"}, now))
	if n := count(); n != 0 {
		t.Errorf("its original is gone: %d", n)
	}
	if a := h.get(t, "viewer", "/feeds/stories.html"); !strings.Contains(a.text, "Chưa có câu chuyện nào") {
		t.Errorf("the empty list: %s", a.text)
	}
}

func TestAReaderThatHasTheFeedIsToldSo(t *testing.T) {
	h := newHouse(t)
	const path = "/feeds/stories.atom"
	a := h.get(t, "viewer", path)
	tag, changed := a.header.Get("ETag"), a.header.Get("Last-Modified")
	if tag == "" || changed == "" {
		t.Fatalf("%v", a.header)
	}
	for _, header := range []string{"If-None-Match: " + tag, "If-Modified-Since: " + changed} {
		if b := h.ask(t, "viewer", "GET", path, "", header); b.status != http.StatusNotModified || b.text != "" {
			t.Errorf("%s: %d %s", header, b.status, b.text)
		}
	}
	// What falls out changes the feed for readers that go by the date, too.
	h.ask(t, "comms", "POST", "/api/v1/stories/"+string(h.stories["chosen"])+"/restriction", `{"restricted":true}`)
	for _, header := range []string{"If-None-Match: " + tag, "If-Modified-Since: " + changed} {
		if b := h.ask(t, "viewer", "GET", path, "", header); b.status != http.StatusOK || strings.Contains(b.text, "<entry>") {
			t.Errorf("%s: %d %s", header, b.status, b.text)
		}
	}
}

func TestTheAddressOfAFeedCannotFillOurMemory(t *testing.T) {
	h := newHouse(t)
	at := "?token=" + h.feedToken(t, "viewer", now.AddDate(2, 0, 0))
	for _, path := range []string{"/feeds/stories.atom" + at, "/feeds/stories.atom" + at + "&n=1", "/feeds/stories.atom" + at + "&n=abc", "/feeds/stories.atom" + at + "&x=1",
		"/feeds/stories.html" + at + "&n=5", "/feeds/stories.html" + at + "&n=005", "/feeds/stories.html" + at + "&n=%2B5", "/feeds/stories.html" + at} {
		if a := h.get(t, "", path); a.status != 200 {
			t.Fatalf("%s: %d", path, a.status)
		}
	}
	if len(h.Server.feeds) != 2 {
		t.Errorf("two feeds are kept as %d", len(h.Server.feeds))
	}
}

func TestReadersOfAFeedTakeNoneOfItsPersonsCalls(t *testing.T) {
	h := newHouse(t)
	h.callsAMinute = 3
	h.handler = h.Handler()
	at := "/feeds/stories.atom?token=" + h.feedToken(t, "viewer", now.AddDate(2, 0, 0))
	for i, want := range []int{200, 200, 200, 429} {
		if a := h.get(t, "", at); a.status != want {
			t.Errorf("reading %d: %d, want %d", i, a.status, want)
		}
	}
	if a := h.get(t, "viewer", "/api/v1/units"); a.status != 200 {
		t.Errorf("the person's own call: %d", a.status)
	}
}

func TestAwkwardWordsStayTextInFeeds(t *testing.T) {
	h := newHouse(t)
	m, err := h.Store.Post(t.Context(), h.posts["m1"])
	must(t, err)
	must(t, h.Store.SaveStories(t.Context(), []lantoa.Story{{Title: awkward + "\x01]]>", Lead: m, First: h.units["05722"], ToldAt: at(11, 20, 8), Units: 1, Channels: 1, Rank: 1}}))
	m, err = h.Store.Post(t.Context(), h.posts["m1"])
	must(t, err)
	_, err = h.Store.SaveDecision(t.Context(), lantoa.Decision{Story: m.Story, Verdict: lantoa.Approve, ByName: "Chị Hà", At: at(11, 21, 9)})
	must(t, err)
	a := h.get(t, "viewer", "/feeds/stories.atom")
	for d := xml.NewDecoder(strings.NewReader(a.text)); ; {
		if _, err := d.Token(); err != nil {
			if err.Error() != "EOF" {
				t.Errorf("%v:\n%s", err, a.text)
			}
			break
		}
	}
	page := h.get(t, "viewer", "/feeds/stories.html")
	for _, text := range []string{a.text, page.text} {
		if strings.Contains(text, "<script") || !strings.Contains(text, "&lt;script&gt;") {
			t.Errorf("markup came through:\n%s", text)
		}
	}
}

func TestTheEmbeddedListMayBeFramedAndRunsNothing(t *testing.T) {
	h := newHouse(t)
	a := h.get(t, "viewer", "/feeds/stories.html?n=3")
	csp := a.header.Get("Content-Security-Policy")
	for _, want := range []string{"default-src 'none'", "frame-ancestors *", "style-src 'sha256-", "base-uri 'none'", "form-action 'none'", "sandbox allow-popups"} {
		if !strings.Contains(csp, want) {
			t.Errorf("the policy lacks %s: %s", want, csp)
		}
	}
	if a.status != 200 || strings.Contains(csp, "script-src") || strings.Contains(a.text, "style=") ||
		!strings.Contains(a.text, "min-height:44px") || !strings.Contains(a.text, `href="https://example.org/p/chosen" target="_blank" rel="noopener"`) {
		t.Errorf("%d %s", a.status, a.text)
	}
	if b := h.get(t, "viewer", "/feeds/stories.atom"); strings.Contains(b.header.Get("Content-Security-Policy"), "frame-ancestors *") {
		t.Error("the feed may be framed")
	}
	for _, n := range []string{"0", "21", "x", "-1"} {
		if a := h.get(t, "viewer", "/feeds/stories.html?n="+n); a.status != 422 {
			t.Errorf("n=%s: %d", n, a.status)
		}
	}
	for who, want := range map[string]int{"comms": 200, "viewer": 403} {
		f := h.get(t, who, "/api/v1/feed")
		if f.status != want {
			t.Errorf("%s asks for the addresses: %d", who, f.status)
		}
		if want == 200 {
			if b := h.get(t, "", strings.TrimPrefix(f.json["atom"].(string), h.base())); b.status != 200 {
				t.Errorf("the address that was given: %d", b.status)
			}
		}
	}
}

func TestAnEventTellsTheStoryAsEverybodyMayReadIt(t *testing.T) {
	h := newHouse(t)
	events, err := h.Store.StoryEvents(t.Context(), 10)
	must(t, err)
	var chosen lantoa.StoryEvent
	for _, e := range events {
		if e.Story == h.stories["chosen"] {
			chosen = e
		}
	}
	body, err := h.StoryEventBody(t.Context(), chosen)
	must(t, err)
	text := string(body)
	if !strings.Contains(text, `"event":"story.approved"`) || !strings.Contains(text, `"id":"`+string(h.stories["chosen"])) || !strings.Contains(text, `"reactions":40`) {
		t.Errorf("%s", text)
	}
	for _, never := range []string{"việc nội bộ", "Chị Hà", `"reach":700`, "above_usual"} {
		if strings.Contains(text, never) {
			t.Errorf("says %q: %s", never, text)
		}
	}
	_, err = h.Store.SetRestricted(t.Context(), h.stories["chosen"], true, lantoa.User{Name: "Chị Hà", Email: "ha@example.org"})
	must(t, err)
	if _, err := h.StoryEventBody(t.Context(), chosen); lantoa.AsTrouble(err, "").What != "consent" {
		t.Errorf("restricted: %v", err)
	}
	for who, want := range map[string]int{"admin": 200, "comms": 403, "officer": 403} {
		if a := h.get(t, who, "/api/v1/story-events"); a.status != want || want == 200 && (a.json["total"] != 2.0 || a.dig("items", 0, "state") != "waiting") {
			t.Errorf("%s: %d %s", who, a.status, a.text)
		}
	}
}
