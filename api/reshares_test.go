package api

import (
	"context"
	"errors"
	"strings"
	"testing"
	"time"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/reshare"
)

// order is the body of a new reshare of the chosen story, with some fields changed: "name", value, …
func (h *house) order(changes ...string) string {
	fields := map[string]string{"story": string(h.stories["chosen"]), "channel": string(h.channels["tinh"]),
		"words": "Chị em Khe Mẫu góp vốn giúp nhau.\\nTheo Hội LHPN xã Khe Mẫu", "key": "k1"}
	for i := 0; i+1 < len(changes); i += 2 {
		fields[changes[i]] = changes[i+1]
	}
	var parts []string
	if at, is := fields["at"]; is && at == "null" {
		parts = append(parts, `"at":null`)
		delete(fields, "at")
	}
	for _, name := range []string{"story", "channel", "words", "key", "at", "means", "of", "link"} {
		if v, is := fields[name]; is {
			parts = append(parts, `"`+name+`":"`+v+`"`)
		}
	}
	return "{" + strings.Join(parts, ",") + "}"
}

// platform is a page that takes back and rewords, or says what it is told to.
type platform struct {
	fail  error
	deeds []string
}

func (p *platform) Publish(context.Context, lantoa.Deed, func(string) error) (lantoa.Done, error) {
	return lantoa.Done{}, errors.New("nothing is published through this door")
}
func (p *platform) Find(context.Context, lantoa.Deed) (lantoa.Done, bool, bool, error) {
	return lantoa.Done{}, false, false, errors.New("nothing is looked for through this door")
}
func (p *platform) Remove(_ context.Context, d lantoa.Deed) error {
	p.deeds = append(p.deeds, "remove "+d.Posted)
	return p.fail
}
func (p *platform) Edit(_ context.Context, d lantoa.Deed, words string) error {
	p.deeds = append(p.deeds, "edit "+d.Posted)
	return p.fail
}

// settle brings a reshare to where a worker would.
func (h *house) settle(t *testing.T, id string, state lantoa.ReshareState) {
	t.Helper()
	claim, rs, err := h.Store.ClaimReshares(t.Context(), now.Add(time.Hour), 10)
	must(t, err)
	for _, r := range rs {
		if string(r.ID) != id {
			continue
		}
		if ok, err := h.Store.CallReshare(t.Context(), claim, r.ID); err != nil || !ok {
			t.Fatalf("%v %v", ok, err)
		}
		r, err = h.Store.Reshare(t.Context(), r.ID)
		must(t, err)
		r.State, r.Next = state, now
		if state == lantoa.ReshareSent {
			r.Posted, r.Permalink, r.SentAt = "19_77", "https://www.facebook.com/19_77", now
		}
		must(t, h.Store.SettleReshare(t.Context(), claim, r))
		return
	}
	t.Fatalf("%s was not claimed among %d", id, len(rs))
}

const reshares = "/api/v1/reshares"

func TestAReshareIsPlannedOnce(t *testing.T) {
	h := newHouse(t)
	a := h.ask(t, "comms", "POST", reshares, h.order())
	if a.status != 201 || a.json["state"] != "waiting" || a.json["means"] != "feed" || a.json["approved_by"] != "comms" || a.json["lift"] != nil {
		t.Fatalf("%d %s", a.status, a.text)
	}
	id := a.json["id"].(string)
	if a.json["link"] != "https://example.org/p/chosen" {
		t.Errorf("the original's link: %v", a.json["link"])
	}
	if len(h.queue.soon) != 1 || string(h.queue.soon[0]) != id {
		t.Errorf("the queue was nudged for %v", h.queue.soon)
	}
	b := h.ask(t, "comms", "POST", reshares, h.order("words", "Lời khác. Theo Hội LHPN xã Khe Mẫu"))
	if b.status != 200 || b.json["id"] != id || b.json["words"] != a.json["words"] {
		t.Errorf("the same key again: %d %s", b.status, b.text)
	}
	if c := h.ask(t, "comms", "POST", reshares, h.order("key", "k2")); c.status != 409 || !strings.Contains(c.json["detail"].(string), id) {
		t.Errorf("the same story and channel by another key: %d %s", c.status, c.text)
	}
	if c := h.ask(t, "comms", "POST", reshares, h.order("channel", string(h.channels["khemau"]))); c.status != 409 {
		t.Errorf("the same key for another channel: %d %s", c.status, c.text)
	}
	if g := h.get(t, "leader", reshares+"/"+id); g.status != 200 || g.json["id"] != id {
		t.Errorf("a leader of the scope looks: %d", g.status)
	}
	if g := h.get(t, "officer", reshares+"/"+id); g.status != 403 || strings.Contains(g.text, "góp vốn") {
		t.Errorf("somebody of another unit: %d %s", g.status, g.text)
	}
	if g := h.get(t, "comms", reshares+"/nosuch"); g.status != 404 {
		t.Errorf("none: %d", g.status)
	}
}

func TestWhoMayPlanAReshareAndOfWhat(t *testing.T) {
	h := newHouse(t)
	gone := string(h.stories["gone"])
	tests := []struct {
		name, who, body string
		status          int
		says            string
	}{
		{"an officer", "officer", h.order("channel", string(h.channels["dongmau"])), 403, ""},
		{"a leader", "leader", h.order(), 403, ""},
		{"a viewer", "viewer", h.order(), 403, ""},
		{"nobody", "", h.order(), 401, ""},
		{"through another unit's channel", "communecomms", h.order(), 403, ""},
		{"another unit's chosen story through one's own channel", "communecomms", h.order("channel", string(h.channels["dongmau"]), "key", "own", "at", "null"), 201, ""},
		{"a story that was not chosen", "comms", h.order("story", string(h.stories["p1"])), 409, "chưa được chọn"},
		{"another unit's story that was not chosen", "communecomms", h.order("story", string(h.stories["private"]), "channel", string(h.channels["dongmau"])), 403, ""},
		{"a story whose original is gone", "comms", h.order("story", gone), 409, "gỡ"},
		{"no such story", "comms", h.order("story", "nosuch"), 404, ""},
		{"no such channel", "comms", h.order("channel", "nosuch"), 404, ""},
		{"a channel that was put away", "comms", h.order("channel", string(h.channels["nhap"])), 409, "lưu trữ"},
		{"without credit", "comms", h.order("words", "Chị em góp vốn giúp nhau."), 422, "Theo Hội LHPN xã Khe Mẫu"},
		{"without words", "comms", h.order("words", " "), 422, ""},
		{"without a key", "comms", h.order("key", ""), 422, `"key"`},
		{"by means that the channel has not", "comms", h.order("means", "message"), 422, "means"},
		{"by no means at all", "comms", h.order("means", "pigeon"), 422, "means"},
		{"with a link that is none", "comms", h.order("link", "javascript:alert(1)"), 422, "link"},
		{"with a picture of another story", "comms", strings.Replace(h.order(), "{", `{"pictures":[{"post":"`+string(h.posts["private"])+`","n":0}],`, 1), 422, "pictures"},
		{"with a picture that nobody has", "comms", strings.Replace(h.order(), "{", `{"pictures":[{"post":"`+string(h.posts["chosen"])+`","n":0}],`, 1), 422, "pictures"},
		{"in two years", "comms", h.order("at", "2028-11-23T06:00:00Z"), 422, "at"},
		{"with a field that is none", "comms", `{"story":"x","channel":"y","words":"z","key":"k","x":1}`, 422, `"x"`},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a := h.ask(t, tt.who, "POST", reshares, tt.body)
			detail, _ := a.json["detail"].(string)
			if a.status != tt.status || !strings.Contains(detail, tt.says) {
				t.Errorf("%d, want %d saying %q: %s", a.status, tt.status, tt.says, a.text)
			}
			if a.status >= 400 && a.json["what_to_do"] == "" {
				t.Errorf("does not say what to do: %s", a.text)
			}
		})
	}
	if a := h.get(t, "admin", reshares); a.json["total"] != 1.0 {
		t.Errorf("%v reshares were kept", a.json["total"])
	}
}

func TestARestrictedStoryWaitsForConsent(t *testing.T) {
	h := newHouse(t)
	story := "/api/v1/stories/" + string(h.stories["chosen"])
	for who, want := range map[string]int{"leader": 403, "communecomms": 403, "comms": 200} {
		if a := h.ask(t, who, "POST", story+"/restriction", `{"restricted":true}`); a.status != want || want == 200 && a.json["restricted"] != true {
			t.Errorf("%s marks it restricted: %d %s", who, a.status, a.text)
		}
	}
	if a := h.ask(t, "comms", "POST", reshares, h.order()); a.status != 409 || !strings.Contains(a.text, "đồng ý") {
		t.Fatalf("without consent: %d %s", a.status, a.text)
	}
	if a := h.ask(t, "comms", "POST", story+"/decisions", `{"decision":"consent","reason":"mẹ cháu đồng ý qua điện thoại"}`); a.status != 200 {
		t.Fatalf("consent: %d %s", a.status, a.text)
	}
	if a := h.ask(t, "comms", "POST", reshares, h.order()); a.status != 201 {
		t.Errorf("with consent: %d %s", a.status, a.text)
	}
}

func TestTheSecondPersonApproves(t *testing.T) {
	h := newHouse(t)
	h.Rule = reshare.Rule{Second: true}
	a := h.ask(t, "comms", "POST", reshares, h.order())
	id, _ := a.json["id"].(string)
	if a.status != 201 || a.json["approved_at"] != nil || len(h.queue.soon) > 0 {
		t.Fatalf("%d %s", a.status, a.text)
	}
	if l := h.get(t, "admin", reshares+"?unapproved=true"); l.json["total"] != 1.0 {
		t.Errorf("what waits for approval: %s", l.text)
	}
	for _, tt := range []struct {
		who    string
		status int
	}{{"comms", 403}, {"leader", 403}, {"officer", 403}, {"admin", 200}, {"admin", 200}} {
		if b := h.ask(t, tt.who, "POST", reshares+"/"+id+"/approve", ""); b.status != tt.status || b.status == 200 && b.json["approved_by"] != "admin" {
			t.Errorf("%s approves: %d, want %d: %s", tt.who, b.status, tt.status, b.text)
		}
	}
	if l := h.get(t, "admin", reshares+"?unapproved=true"); l.json["total"] != 0.0 || len(h.queue.soon) == 0 {
		t.Errorf("after it: %s, nudged %v", l.text, h.queue.soon)
	}
}

func TestAReshareIsCancelledOnlyWhileItWaits(t *testing.T) {
	h := newHouse(t)
	later := now.Add(24 * time.Hour).Format(time.RFC3339)
	id, _ := h.ask(t, "comms", "POST", reshares, h.order("at", later)).json["id"].(string)
	if len(h.queue.soon) > 0 {
		t.Error("tomorrow's is nudged today")
	}
	if a := h.ask(t, "officer", "DELETE", reshares+"/"+id, ""); a.status != 403 {
		t.Errorf("somebody else: %d", a.status)
	}
	a := h.ask(t, "comms", "DELETE", reshares+"/"+id+"?why=nh%E1%BA%A7m+k%C3%AAnh", "")
	if a.status != 200 || a.json["state"] != "cancelled" || a.json["ended_why"] != "nhầm kênh" || a.json["next"] != nil {
		t.Errorf("%d %s", a.status, a.text)
	}
	id, _ = h.ask(t, "comms", "POST", reshares, h.order("key", "k2")).json["id"].(string)
	h.settle(t, id, lantoa.ReshareSent)
	if a := h.ask(t, "comms", "DELETE", reshares+"/"+id, ""); a.status != 409 || !strings.Contains(a.text, "sent") {
		t.Errorf("one that stands: %d %s", a.status, a.text)
	}
}

func TestWhatStandsIsTakenBackAndReworded(t *testing.T) {
	h := newHouse(t)
	page := &platform{}
	h.Publishers = reshare.Publishers{lantoa.ViaFeed: page}
	id, _ := h.ask(t, "comms", "POST", reshares, h.order()).json["id"].(string)
	at := reshares + "/" + id
	if a := h.ask(t, "comms", "POST", at+"/take-back", `{"why":"nhầm"}`); a.status != 409 || len(page.deeds) > 0 {
		t.Errorf("while it waits: %d %s, %v", a.status, a.text, page.deeds)
	}
	h.settle(t, id, lantoa.ReshareSent)
	if a := h.get(t, "comms", "/api/v1/stories/"+string(h.stories["chosen"])); a.json["state"] != "reshared" {
		t.Errorf("the story is %v", a.json["state"])
	}
	if a := h.ask(t, "comms", "POST", at+"/words", `{"words":"Không ghi nguồn","why":"ngắn hơn"}`); a.status != 422 || len(page.deeds) > 0 {
		t.Errorf("without credit: %d %s", a.status, a.text)
	}
	if a := h.ask(t, "comms", "POST", at+"/words", `{"words":"Lời mới. Theo Hội LHPN xã Khe Mẫu","why":"ngắn hơn"}`); a.status != 200 || !strings.HasPrefix(a.json["words"].(string), "Lời mới") || a.json["edited_at"] == nil {
		t.Errorf("reworded: %d %s", a.status, a.text)
	}
	for _, tt := range []struct {
		fail   error
		status int
	}{
		{lantoa.Problem(lantoa.Unclear, "", ""), 503},
		{lantoa.Problem(lantoa.Refused, "", "no"), 409},
		{lantoa.Problem(lantoa.Expired, "", ""), 409},
		{lantoa.Problem(lantoa.Away, "", ""), 503},
	} {
		page.fail = tt.fail
		if a := h.ask(t, "comms", "POST", at+"/take-back", `{"why":"nhầm"}`); a.status != tt.status || a.json["detail"] == "" || a.json["what_to_do"] == "" {
			t.Errorf("%v: %d, want %d: %s", tt.fail, a.status, tt.status, a.text)
		}
		if a := h.get(t, "comms", at); a.json["state"] != "sent" {
			t.Fatalf("after %v it is %v", tt.fail, a.json["state"])
		}
	}
	page.fail = nil
	if a := h.ask(t, "comms", "POST", at+"/take-back", `{}`); a.status != 422 {
		t.Errorf("without a reason: %d", a.status)
	}
	for _, who := range []string{"leader", "communecomms", "officer"} {
		if a := h.ask(t, who, "POST", at+"/take-back", `{"why":"nhầm"}`); a.status != 403 {
			t.Errorf("%s takes it back: %d", who, a.status)
		}
	}
	if a := h.ask(t, "comms", "POST", at+"/take-back", `{"why":"nhầm"}`); a.status != 200 || a.json["state"] != "cancelled" || a.json["ended_why"] != "nhầm" {
		t.Errorf("%d %s", a.status, a.text)
	}
	if last := page.deeds[len(page.deeds)-1]; last != "remove 19_77" {
		t.Errorf("the page was asked to %v", page.deeds)
	}
}

func TestAPersonSaysWhatBecameOfAnUnsureOne(t *testing.T) {
	h := newHouse(t)
	for _, tt := range []struct {
		body, state string
		status      int
	}{
		{`{"stands":true,"address":"https://www.facebook.com/19_78"}`, "sent", 200},
		{`{"stands":false}`, "waiting", 200},
		{`{"stands":true,"address":"https://example.com/x"}`, "", 422},
		{`{"stands":"yes"}`, "", 422},
	} {
		key := "u" + tt.body
		id, _ := h.ask(t, "comms", "POST", reshares, h.order("key", strings.ReplaceAll(key, `"`, ""))).json["id"].(string)
		h.settle(t, id, lantoa.ReshareUnsure)
		a := h.ask(t, "comms", "POST", reshares+"/"+id+"/answer", tt.body)
		if state, _ := a.json["state"].(string); a.status != tt.status || state != tt.state {
			t.Errorf("%s: %d %s", tt.body, a.status, a.text)
		}
		// The way is made free for the next one.
		_, err := h.Store.EndReshare(t.Context(), lantoa.ReshareID(id), []lantoa.ReshareState{lantoa.ReshareSent, lantoa.ReshareWaiting, lantoa.ReshareUnsure},
			lantoa.ReshareCancelled, func(*lantoa.Reshare) {}, lantoa.User{Name: "test", Email: "test@example.org"}, "reshare_answer", "")
		must(t, err)
	}
}

func TestWhatNoAPIMayPublishIsPostedByHand(t *testing.T) {
	h := newHouse(t)
	h.Means = func(context.Context, lantoa.Channel) (lantoa.Means, *lantoa.Trouble) {
		return lantoa.ViaHand, lantoa.Problem(lantoa.NoRight, "pages_manage_posts", "")
	}
	a := h.ask(t, "comms", "POST", reshares, h.order())
	id, _ := a.json["id"].(string)
	if a.status != 201 || a.json["means"] != "hand" || len(h.queue.soon) > 0 {
		t.Fatalf("%d %s, nudged %v", a.status, a.text, h.queue.soon)
	}
	if a := h.ask(t, "comms", "POST", reshares+"/"+id+"/posted", `{"address":"https://www.facebook.com/permalink/1"}`); a.status != 200 || a.json["state"] != "sent" || a.json["permalink"] == "" {
		t.Errorf("%d %s", a.status, a.text)
	}
	if a := h.ask(t, "comms", "POST", reshares+"/"+id+"/posted", `{}`); a.status != 409 {
		t.Errorf("said twice: %d %s", a.status, a.text)
	}
}

func TestTheListOfResharesIsCutToTheScope(t *testing.T) {
	h := newHouse(t)
	one, _ := h.ask(t, "comms", "POST", reshares, h.order()).json["id"].(string)
	h.Now = func() time.Time { return now.Add(time.Second) } // ids sort by time
	two, _ := h.ask(t, "communecomms", "POST", reshares, h.order("channel", string(h.channels["dongmau"]), "key", "k2")).json["id"].(string)
	for _, tt := range []struct {
		who, query string
		want       string
	}{
		{"admin", "", two + " " + one},
		{"leader", "", two + " " + one},
		{"officer", "", two},
		{"khe", "", ""},
		{"admin", "?channel=" + string(h.channels["tinh"]), one},
		{"admin", "?story=" + string(h.stories["p1"]), ""},
		{"admin", "?unit=05722", two},
		{"admin", "?state=sent,failed", ""},
		{"admin", "?state=waiting", two + " " + one},
		{"admin", "?limit=1", two},
	} {
		a := h.get(t, tt.who, reshares+tt.query)
		var got []string
		for _, id := range a.items("id") {
			got = append(got, id.(string))
		}
		if strings.Join(got, " ") != tt.want {
			t.Errorf("%s%s: %v, want %q: %s", tt.who, tt.query, got, tt.want, a.text)
		}
	}
	first := h.get(t, "admin", reshares+"?limit=1")
	next := h.get(t, "admin", reshares+"?limit=1&cursor="+first.json["next_cursor"].(string))
	if got := next.items("id"); len(got) != 1 || got[0] != one || next.json["next_cursor"] != nil {
		t.Errorf("the second page: %s", next.text)
	}
}

func TestProposedWordsAndTheBestTime(t *testing.T) {
	h := newHouse(t)
	story := "/api/v1/stories/" + string(h.stories["chosen"])
	a := h.get(t, "comms", story+"/words")
	if a.status != 200 || a.json["credit"] != "Theo Hội LHPN xã Khe Mẫu" || !strings.Contains(a.json["long"].(string), "Theo Hội LHPN xã Khe Mẫu") {
		t.Errorf("%d %s", a.status, a.text)
	}
	if a := h.get(t, "officer", story+"/words"); a.status != 403 {
		t.Errorf("an officer asks for words: %d", a.status)
	}
	if a := h.get(t, "comms", story+"/best-time?channel="+string(h.channels["tinh"])); a.status != 200 || a.json["enough"] != false || a.json["at"] != nil {
		t.Errorf("of a page with no posts: %d %s", a.status, a.text)
	}
	if a := h.get(t, "communecomms", story+"/best-time?channel="+string(h.channels["tinh"])); a.status != 403 {
		t.Errorf("of another unit's page: %d", a.status)
	}
	if a := h.get(t, "comms", story+"/best-time"); a.status != 422 {
		t.Errorf("of no page: %d", a.status)
	}
}

func TestTemplatesAreTheirUnits(t *testing.T) {
	h := newHouse(t)
	const path = "/api/v1/word-templates"
	a := h.ask(t, "comms", "POST", path, `{"name":"Tháng hành động","opening":"Chung tay vì bình đẳng giới.","hashtags":"#BìnhĐẳngGiới","until":"2026-12-15"}`)
	id, _ := a.json["id"].(string)
	if a.status != 200 || a.json["until"] != "2026-12-15" || a.dig("unit", "code") != "19" {
		t.Fatalf("%d %s", a.status, a.text)
	}
	b := h.ask(t, "comms", "POST", path, `{"id":"`+id+`","name":"Tháng hành động 2026","opening":"Chung tay."}`)
	if b.status != 200 || b.json["id"] != id || b.json["until"] != nil {
		t.Errorf("changed: %d %s", b.status, b.text)
	}
	if l := h.get(t, "communecomms", path); l.json["total"] != 1.0 {
		t.Errorf("a unit below may use it: %s", l.text)
	}
	w := h.get(t, "communecomms", "/api/v1/stories/"+string(h.stories["chosen"])+"/words?template="+id)
	if w.status != 200 || !strings.HasPrefix(w.json["long"].(string), "Chung tay.") {
		t.Errorf("words with it: %d %s", w.status, w.text)
	}
	for who, want := range map[string]int{"communecomms": 403, "officer": 403, "leader": 403} {
		if a := h.ask(t, who, "POST", path, `{"id":"`+id+`","name":"Của tôi"}`); a.status != want {
			t.Errorf("%s changes it: %d", who, a.status)
		}
		if a := h.ask(t, who, "DELETE", path+"/"+id, ""); a.status != want {
			t.Errorf("%s drops it: %d", who, a.status)
		}
	}
	if a := h.ask(t, "comms", "POST", path, `{"name":"x","until":"31/12/2026"}`); a.status != 422 {
		t.Errorf("a day that is none: %d %s", a.status, a.text)
	}
	if a := h.ask(t, "comms", "DELETE", path+"/"+id, ""); a.status != 200 {
		t.Errorf("%d %s", a.status, a.text)
	}
	if l := h.get(t, "comms", path+"?state=all"); l.json["total"] != 0.0 {
		t.Errorf("after it: %s", l.text)
	}
}

func TestHowAChannelIsPublishedTo(t *testing.T) {
	h := newHouse(t)
	path := "/api/v1/channels/" + string(h.channels["tinh"]) + "/publishing"
	if a := h.get(t, "comms", path); a.status != 200 || a.json["means"] != "feed" || a.json["trouble"] != nil {
		t.Errorf("%d %s", a.status, a.text)
	}
	h.Means = func(context.Context, lantoa.Channel) (lantoa.Means, *lantoa.Trouble) {
		return lantoa.ViaHand, lantoa.Problem(lantoa.NoRight, "pages_manage_posts", "")
	}
	if a := h.get(t, "comms", path); a.status != 200 || a.json["means"] != "hand" || a.dig("trouble", "kind") != "permission" {
		t.Errorf("%d %s", a.status, a.text)
	}
	for who, want := range map[string]int{"communecomms": 403, "leader": 403} {
		if a := h.get(t, who, path); a.status != want {
			t.Errorf("%s: %d", who, a.status)
		}
	}
}

// passedOn is a reshare that stands, with its lift, a word of thanks and a hint; the way through the province's page is
// taken.
func (h *house) passedOn(t *testing.T) (id string) {
	t.Helper()
	id, _ = h.ask(t, "comms", "POST", reshares, h.order()).json["id"].(string)
	h.settle(t, id, lantoa.ReshareSent)
	must(t, h.Store.SaveLift(t.Context(), lantoa.ReshareID(id), lantoa.Lift{At: now, Before: 40, After: 120, Interactions: 74.4, Low: -9, High: 12.5, Posts: 200, Own: lantoa.Of(31)}))
	_, _, err := h.Store.SaveThanks(t.Context(), lantoa.Thanks{Reshare: lantoa.ReshareID(id), Story: h.stories["chosen"], Unit: h.units["05728"], Channel: "Phụ nữ Thái Nguyên", At: now.Add(-time.Hour)})
	must(t, err)
	_, err = h.Store.SaveHints(t.Context(), []lantoa.ShareHint{{Story: h.stories["chosen"], Unit: h.units["05722"], Words: "Theo Hội LHPN xã Khe Mẫu", At: now.Add(-time.Hour)}})
	must(t, err)
	return id
}
