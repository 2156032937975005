package api

import (
	"bytes"
	"image/png"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hoiphunu/lantoa"
)

func TestAStoryIsSuggestedToUnitsWhichAnswerForThemselves(t *testing.T) {
	h := newHouse(t)
	at := "/api/v1/stories/" + string(h.stories["chosen"]) + "/hints"
	for _, tt := range []struct {
		name, who, at, body string
		status              int
	}{
		{"an officer", "officer", at, `{"units":["05722"]}`, 403},
		{"a leader", "leader", at, `{"units":["05722"]}`, 403},
		{"to another unit", "communecomms", at, `{"units":["05728"]}`, 403},
		{"to no unit", "comms", at, `{"units":[]}`, 422},
		{"to a unit that is none", "comms", at, `{"units":["99999"]}`, 422},
		{"without credit", "comms", at, `{"units":["05722"],"words":"Chia sẻ giúp nhé"}`, 422},
		{"a story that was not chosen", "comms", "/api/v1/stories/" + string(h.stories["p1"]) + "/hints", `{"units":["05722"]}`, 409},
	} {
		if a := h.ask(t, tt.who, "POST", tt.at, tt.body); a.status != tt.status {
			t.Errorf("%s: %d, want %d: %s", tt.name, a.status, tt.status, a.text)
		}
	}
	if a := h.ask(t, "comms", "POST", at, `{"units":["05722","05722"]}`); a.status != 200 || a.json["added"] != 1.0 {
		t.Fatalf("%d %s", a.status, a.text)
	}
	if a := h.ask(t, "comms", "POST", at, `{"units":["05722"]}`); a.status != 200 || a.json["added"] != 0.0 {
		t.Errorf("again: %d %s", a.status, a.text)
	}
	list := h.get(t, "officer", "/api/v1/units/05722/hints")
	if list.json["total"] != 1.0 || !strings.Contains(list.dig("items", 0, "words").(string), "Theo Hội LHPN xã Khe Mẫu") {
		t.Fatalf("%d %s", list.status, list.text)
	}
	if a := h.get(t, "khe", "/api/v1/units/05722/hints"); a.status != 403 {
		t.Errorf("another unit reads it: %d", a.status)
	}
	hint := "/api/v1/hints/" + list.dig("items", 0, "id").(string)
	for _, tt := range []struct {
		who, body string
		status    int
		used      any
		declined  bool
	}{
		{"khe", `{"answer":"used"}`, 403, nil, false},
		{"comms", `{"answer":"used"}`, 403, nil, false}, // it is the unit's word
		{"officer", `{"answer":"maybe"}`, 422, nil, false},
		{"officer", `{"answer":"declined"}`, 200, nil, true},
		{"officer", `{"answer":"undo"}`, 200, nil, false},
		{"officer", `{"answer":"used"}`, 200, "tick", false},
		{"officer", `{"answer":"used"}`, 200, "tick", false},
	} {
		a := h.ask(t, tt.who, "POST", hint, tt.body)
		if a.status != tt.status || a.json["used"] != tt.used || a.status == 200 && (a.json["declined_at"] != nil) != tt.declined {
			t.Errorf("%s %s: %d %s", tt.who, tt.body, a.status, a.text)
		}
	}
	if a := h.get(t, "comms", at); a.json["total"] != 1.0 || a.dig("items", 0, "used") != "tick" {
		t.Errorf("who used it: %s", a.text)
	}
	if a := h.get(t, "officer", at); a.status != 403 {
		t.Errorf("an officer asks who used it: %d", a.status)
	}
	lines, err := h.Store.AuditLog(t.Context(), 100, time.Time{})
	must(t, err)
	var said []string
	for _, l := range lines {
		if l.Action == "hint_answer" {
			said = append(said, l.Who+" "+l.Detail)
		}
	}
	slices.Sort(said) // all of one moment; saying the same again is no deed
	if want := []string{"officer@example.org 05722 · declined", "officer@example.org 05722 · undo", "officer@example.org 05722 · used"}; !slices.Equal(said, want) {
		t.Errorf("the log: %q", said)
	}
}

func TestAUnitReadsHowItIsThankedAndGetsTheCard(t *testing.T) {
	h := newHouse(t)
	id, _ := h.ask(t, "comms", "POST", reshares, h.order()).json["id"].(string)
	h.settle(t, id, lantoa.ReshareSent)
	must(t, h.Store.SaveLift(t.Context(), lantoa.ReshareID(id), lantoa.Lift{At: now, Before: 40, After: 120, Interactions: 74, Low: -9, High: 12, Posts: 200, Own: lantoa.Of(31), OwnUsual: lantoa.Of(17)}))
	th, _, err := h.Store.SaveThanks(t.Context(), lantoa.Thanks{Reshare: lantoa.ReshareID(id), Story: h.stories["chosen"], Unit: h.units["05728"], Channel: "Phụ nữ Thái Nguyên", At: now.Add(-time.Hour)})
	must(t, err)
	a := h.get(t, "khe", "/api/v1/units/05728/thanks")
	if a.json["total"] != 1.0 || a.dig("items", 0, "lift", "interactions") != 74.0 || a.dig("items", 0, "lift", "clear") != true {
		t.Fatalf("%d %s", a.status, a.text)
	}
	if r := h.get(t, "comms", reshares+"/"+id); r.dig("lift", "interactions") != 74.0 || r.dig("lift", "low") != -9.0 || r.dig("lift", "high") != 12.0 || r.dig("lift", "own") != 31.0 || r.dig("lift", "own_usual") != 17.0 || r.dig("lift", "together") != 0.0 {
		t.Errorf("the reshare's lift: %s", r.text)
	}
	// What is usual on the province's page is not for a commune.
	for who, want := range map[string]any{"khe": nil, "comms": 17.0} {
		if a := h.get(t, who, "/api/v1/units/05728/thanks"); a.dig("items", 0, "lift", "own_usual") != want || a.dig("items", 0, "lift", "own") != 31.0 {
			t.Errorf("%s reads of the page: %s", who, a.text)
		}
	}
	path := "/api/v1/thanks/" + th.ID + "/card.png"
	if !strings.HasSuffix(a.dig("items", 0, "card").(string), path) {
		t.Errorf("the card is at %v", a.dig("items", 0, "card"))
	}
	card := h.ask(t, "khe", "GET", path, "")
	img, err := png.Decode(bytes.NewReader([]byte(card.text)))
	if card.status != 200 || card.header.Get("Content-Type") != "image/png" || err != nil || img.Bounds().Dx() != 1080 || img.Bounds().Dy() != 1080 {
		t.Errorf("%d %s %v", card.status, card.header.Get("Content-Type"), err)
	}
	for who, want := range map[string]int{"officer": 403, "leader": 200, "": 401} {
		if a := h.ask(t, who, "GET", path, ""); a.status != want {
			t.Errorf("%q fetches the card: %d, want %d", who, a.status, want)
		}
		if a := h.get(t, who, "/api/v1/units/05728/thanks"); a.status != want {
			t.Errorf("%q reads the thanks: %d, want %d", who, a.status, want)
		}
	}
	if a := h.get(t, "khe", "/api/v1/thanks/nosuch/card.png"); a.status != 404 {
		t.Errorf("none: %d", a.status)
	}
}
