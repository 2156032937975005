package api

import (
	"fmt"
	"testing"
	"time"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/internal/words"
)

func TestChannels(t *testing.T) {
	h := newHouse(t)
	must(t, h.Store.NoteVisit(t.Context(), lantoa.Visit{Channel: h.channels["khemau"], At: at(11, 22, 0),
		Trouble: &lantoa.Trouble{Kind: lantoa.Expired, Since: at(11, 20, 0)}, Next: now.Add(time.Hour)}))
	for _, name := range []string{"dongmau", "dongmau-nhom"} {
		must(t, h.Store.NoteVisit(t.Context(), lantoa.Visit{Channel: h.channels[name], At: now, Next: now.Add(time.Hour)}))
	}
	tests := []struct {
		name, who, query string
		want             []any
	}{
		{"all, without what came by file", "comms", "", []any{"Phụ nữ tinh", "Phụ nữ dongmau", "Phụ nữ dongmau-nhom", "Phụ nữ khemau"}},
		{"what came by file, when asked for", "comms", "platform=file", []any{"Phụ nữ nhap"}},
		{"of a platform", "comms", "platform=zalo", []any{"Phụ nữ dongmau-nhom"}},
		{"of a kind", "comms", "kind=facebook_page&unit=05722", []any{"Phụ nữ dongmau"}},
		{"of a level", "comms", "level=province", []any{"Phụ nữ tinh"}},
		{"that lost their connection", "comms", "state=disconnected", []any{"Phụ nữ khemau"}},
		{"an officer's own", "officer", "", []any{"Phụ nữ dongmau", "Phụ nữ dongmau-nhom"}},
		{"none of another commune", "officer", "unit=05728", nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a := h.get(t, tt.who, "/api/v1/channels?"+tt.query)
			got, want := map[any]bool{}, map[any]bool{}
			for _, name := range a.items("name") {
				got[name] = true
			}
			for _, name := range tt.want {
				want[name] = true
			}
			if fmt.Sprint(got) != fmt.Sprint(want) || a.json["total"] != float64(len(tt.want)) {
				t.Errorf("got %v, want %v: %s", got, want, a.text)
			}
		})
	}
	a := h.get(t, "khe", "/api/v1/channels/"+string(h.channels["khemau"]))
	if a.dig("trouble", "kind") != "expired" || a.dig("trouble", "words") == "" || a.json["state"] != "disconnected" {
		t.Errorf("%s", a.text)
	}
	if a.json["last_read"] != "2026-05-01T00:00:00+07:00" || a.json["followers"] != nil {
		t.Errorf("%s", a.text)
	}
}

func TestASilenceSaysHowLongItHasLasted(t *testing.T) {
	v := view{now: now, zone: zone, say: words.For("vi")}
	daily := lantoa.Rhythm{Last: at(11, 14, 20), Before: 56, Recent: 20, Earlier: 84, FirstKnown: at(1, 1, 0)}
	got := v.channel(lantoa.Channel{Kind: lantoa.FacebookPage, FirstRead: at(1, 1, 0), LastRead: now}, daily)
	if got.State != lantoa.Silent || got.StateWords != "im lặng 9 ngày" {
		t.Errorf("got %s, %q", got.State, got.StateWords)
	}
}

func TestWhoTouchesAChannel(t *testing.T) {
	h := newHouse(t)
	tests := []struct {
		name, who, method, channel, rest, body string
		want                                   int
	}{
		{"an officer sees the own", "officer", "GET", "dongmau", "", "", 200},
		{"not another commune's", "officer", "GET", "khemau", "", "", 403},
		{"not even when a story of it was chosen", "officer", "GET", "khemau", "", "", 403},
		{"the province has it read now", "comms", "POST", "khemau", "/collect", "", 202},
		{"an officer cannot", "officer", "POST", "dongmau", "/collect", "", 403},
		{"a leader cannot", "leader", "POST", "dongmau", "/collect", "", 403},
		{"not another commune's", "communecomms", "POST", "khemau", "/collect", "", 403},
		{"what is put away is not read", "comms", "POST", "nhap", "/collect", "", 409},
		{"an administrator renames", "admin", "PATCH", "dongmau", "", `{"name":"Hội LHPN xã Đồng Mẫu"}`, 200},
		{"an administrator puts away", "admin", "PATCH", "dongmau", "", `{"archived":true}`, 200},
		{"and then it is not read", "comms", "POST", "dongmau", "/collect", "", 409},
		{"communications do not manage", "comms", "PATCH", "dongmau", "", `{"archived":false}`, 403},
		{"officers do not manage", "officer", "PATCH", "dongmau", "", `{"archived":false}`, 403},
		{"nothing to change", "admin", "PATCH", "dongmau", "", `{}`, 422},
		{"a name of spaces", "admin", "PATCH", "dongmau", "", `{"name":"   "}`, 422},
		{"a field that is none", "admin", "PATCH", "dongmau", "", `{"token":"x"}`, 422},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a := h.ask(t, tt.who, tt.method, "/api/v1/channels/"+string(h.channels[tt.channel])+tt.rest, tt.body)
			if a.status != tt.want {
				t.Errorf("%d, want %d: %s", a.status, tt.want, a.text)
			}
		})
	}
	if len(h.queue.asked) != 1 || h.queue.asked[0] != h.channels["khemau"] {
		t.Errorf("the queue was asked for %v", h.queue.asked)
	}
	ch, err := h.Store.Channel(t.Context(), h.channels["dongmau"])
	must(t, err)
	if ch.Name != "Hội LHPN xã Đồng Mẫu" || !ch.Archived || ch.LastRead.IsZero() {
		t.Errorf("%+v", ch)
	}
	for address, want := range map[string]int{"nosuch": 404, "No": 422} {
		if a := h.get(t, "admin", "/api/v1/channels/"+address); a.status != want {
			t.Errorf("%s: %d, want %d", address, a.status, want)
		}
	}
}
