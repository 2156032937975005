package api

import (
	"context"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/hoiphunu/lantoa"
)

func TestHealthAndReadiness(t *testing.T) {
	h := newHouse(t)
	if a := h.get(t, "", "/healthz"); a.status != 200 || a.json["status"] != "ok" {
		t.Errorf("%d %s", a.status, a.text)
	}
	h.Ready = func(context.Context) (map[string]string, bool) {
		return map[string]string{"store": "ok", "past": "mới sống tới 12/06/2026"}, false
	}
	a := h.get(t, "", "/readyz")
	if a.status != 503 || a.dig("parts", "past") != "mới sống tới 12/06/2026" || a.header.Get("Retry-After") == "" {
		t.Errorf("%d %s", a.status, a.text)
	}
	h.Ready = func(context.Context) (map[string]string, bool) { return map[string]string{"store": "ok"}, true }
	if a := h.get(t, "", "/readyz"); a.status != 200 {
		t.Errorf("%d %s", a.status, a.text)
	}
}

func TestMetrics(t *testing.T) {
	h := newHouse(t)
	h.get(t, "comms", "/api/v1/posts/"+string(h.posts["p1"]))
	h.get(t, "comms", "/nowhere/at/all")
	a := h.get(t, "admin", "/metrics")
	for _, line := range []string{
		`lantoa_channels{state="archived"} 0`, "lantoa_posts 6", `lantoa_stories{state="approved"} 1`, `lantoa_stories{state="suggested"} 2`,
		`lantoa_step_behind{step="index"} 7`, "lantoa_store_up 1", "go_goroutines",
		`lantoa_http_requests_total{route="GET /api/v1/posts/{id}",status="200"} 1`, `lantoa_http_requests_total{route="none",status="404"} 1`,
	} {
		if !strings.Contains(a.text, line) {
			t.Errorf("%q is not there", line)
		}
	}
	if strings.Contains(a.text, string(h.posts["p1"])) || strings.Contains(a.text, "Mẫu") {
		t.Error("figures tell of a single post or unit")
	}
}

func TestMetricsOfWhatWaits(t *testing.T) {
	h := newHouse(t)
	if a := h.get(t, "admin", "/metrics"); strings.Contains(a.text, "lantoa_hooks{") || !strings.Contains(a.text, "lantoa_notices_open 0") {
		t.Error("what nobody measured is shown, or what was is not")
	}
	h.HookBacklog = func(context.Context) (int, int, error) { return 7, 2, nil }
	h.trouble(t)
	h.told(t, "05722", "một chuyện", at(11, 20, 8))
	must(t, h.Store.NoteVisit(t.Context(), lantoa.Visit{Channel: h.channels["dongmau"], At: now.Add(-90 * time.Second), Next: now}))
	must(t, h.Store.NoteVisit(t.Context(), lantoa.Visit{Channel: h.channels["khemau"], At: now, Trouble: &lantoa.Trouble{Kind: lantoa.Expired}, Next: now}))
	away := lantoa.Channel{Kind: lantoa.Website, Name: "Cổng cũ", External: "cu.example", Unit: h.units["19"], Archived: true, CreatedAt: at(1, 1, 0)}
	must(t, h.Store.SaveChannel(t.Context(), &away))
	must(t, h.Store.NoteVisit(t.Context(), lantoa.Visit{Channel: away.ID, At: now, Next: now}))
	a := h.get(t, "admin", "/metrics")
	for _, line := range []string{
		`lantoa_hooks{state="waiting"} 7`, `lantoa_hooks{state="stuck"} 2`, "lantoa_notices_open 13", `lantoa_submissions{state="new"} 1`,
		`lantoa_submissions{state="taken"} 0`, `lantoa_last_good_visit_seconds{platform="facebook"} 90`,
	} {
		if !strings.Contains(a.text, line+"\n") {
			t.Errorf("%q is not there", line)
		}
	}
	if strings.Contains(a.text, `platform="website"`) {
		t.Error("a platform of which nothing is read any more has an age")
	}
}

func TestMetricsAreForThisMachineAndAdministrators(t *testing.T) {
	h := newHouse(t)
	tests := []struct {
		name, who, from, passedOn string
		want                      int
	}{
		{"this machine", "", "127.0.0.1:4711", "", 200},
		{"this machine, by IPv6", "", "[::1]:4711", "", 200},
		{"somebody behind a proxy of this machine", "", "127.0.0.1:4711", "203.0.113.9", 401},
		{"from elsewhere", "", "203.0.113.9:4711", "", 401},
		{"an administrator from elsewhere", "admin", "203.0.113.9:4711", "", 200},
		{"not a leader", "leader", "203.0.113.9:4711", "", 403},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := httptest.NewRequest("GET", "/metrics", nil)
			r.RemoteAddr = tt.from
			if tt.passedOn != "" {
				r.Header.Set("X-Forwarded-For", tt.passedOn)
			}
			if tt.who != "" {
				r.Header.Set("Authorization", "Bearer token-"+tt.who)
			}
			w := httptest.NewRecorder()
			h.handler.ServeHTTP(w, r)
			if w.Code != tt.want {
				t.Errorf("%d, want %d", w.Code, tt.want)
			}
		})
	}
}
