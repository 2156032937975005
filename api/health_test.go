package api

import (
	"context"
	"net/http/httptest"
	"strings"
	"testing"
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
