package api

import (
	"context"
	"errors"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/hoiphunu/lantoa"
)

// hooked is the house with platforms that sign "good".
func hooked(t *testing.T) *house {
	h := newHouse(t)
	h.Hooks = Hooks{
		Handshake: func(q url.Values) (string, bool) { return q.Get("hub.challenge"), q.Get("hub.verify_token") == "token" },
		Facebook:  func(header string, _ []byte) bool { return header == "good" },
		Zalo: func(header http.Header, body []byte, _ time.Time) error {
			if header.Get("X-ZEvent-Signature") != "good" {
				return errNotThem
			}
			return nil
		},
		Bot:     func(header http.Header) bool { return header.Get("X-Bot-Api-Secret-Token") == "good" },
		Person:  func(signed string) (string, error) { return map[string]string{"signed": "122000000000001"}[signed], nil },
		BaseURL: "https://lantoa.example",
	}
	h.handler = h.Handler()
	return h
}

func (h *house) call(method, path, body string, headers ...string) *httptest.ResponseRecorder {
	r := httptest.NewRequest(method, path, strings.NewReader(body))
	for i := 0; i+1 < len(headers); i += 2 {
		r.Header.Set(headers[i], headers[i+1])
	}
	w := httptest.NewRecorder()
	h.handler.ServeHTTP(w, r)
	return w
}

func waiting(t *testing.T, h *house) []lantoa.Hook {
	t.Helper()
	hooks, err := h.Store.HooksWaiting(t.Context(), 100)
	if err != nil {
		t.Fatal(err)
	}
	return hooks
}

func TestHooksAreVerifiedKeptAndAnswered(t *testing.T) {
	tests := []struct{ path, header, platform string }{
		{"/webhooks/facebook", "X-Hub-Signature-256", "facebook"},
		{"/webhooks/zalo", "X-ZEvent-Signature", "zalo"},
		{"/webhooks/zalo-bot", "X-Bot-Api-Secret-Token", "zalo_bot"},
	}
	for _, tt := range tests {
		t.Run(tt.platform, func(t *testing.T) {
			h := hooked(t)
			nudges := 0
			h.Hooks.Nudge = func(context.Context) error { nudges++; return errors.New("redis is away") }
			h.handler = h.Handler()
			const body = `{"text":"\u00ea 0990000187"}`
			for range 3 { // platforms repeat
				if w := h.call("POST", tt.path, body, tt.header, "good", "num_retry", "1"); w.Code != 200 {
					t.Fatalf("%d %s", w.Code, w.Body)
				}
			}
			kept := waiting(t, h)
			if len(kept) != 1 || kept[0].Platform != tt.platform || string(kept[0].Body) != body || !kept[0].At.Equal(now) || nudges != 1 {
				t.Errorf("kept %+v, nudged %d times", kept, nudges)
			}
			for name, w := range map[string]*httptest.ResponseRecorder{
				"a bad signature": h.call("POST", tt.path, body+" ", tt.header, "bad"),
				"none":            h.call("POST", tt.path, body+" "),
			} {
				if w.Code != 403 || len(waiting(t, h)) != 1 {
					t.Errorf("%s: %d", name, w.Code)
				}
			}
			if w := h.call("POST", tt.path, strings.Repeat("x", hookLimit+1), tt.header, "good"); w.Code != 413 || len(waiting(t, h)) != 1 {
				t.Errorf("too long: %d", w.Code)
			}
			if strings.Contains(h.log.String(), "0990000187") {
				t.Error("the log tells what was said")
			}
			h.Hooks = Hooks{}
			h.handler = h.Handler()
			if w := h.call("POST", tt.path, body, tt.header, "good"); w.Code != 403 {
				t.Errorf("where nothing is set up: %d", w.Code)
			}
		})
	}
	t.Run("what cannot be kept is not acknowledged", func(t *testing.T) {
		h := hooked(t)
		h.Store.Close()
		if w := h.call("POST", "/webhooks/facebook", "{}", "X-Hub-Signature-256", "good"); w.Code != 503 {
			t.Errorf("%d", w.Code)
		}
	})
}

func TestFacebookHandshake(t *testing.T) {
	h := hooked(t)
	if w := h.call("GET", "/webhooks/facebook?hub.mode=subscribe&hub.verify_token=token&hub.challenge=<b>1158201444</b>", ""); w.Code != 200 || w.Body.String() != "<b>1158201444</b>" || !strings.HasPrefix(w.Header().Get("Content-Type"), "text/plain") {
		t.Errorf("%d %s %v", w.Code, w.Body, w.Header())
	}
	if w := h.call("GET", "/webhooks/facebook?hub.mode=subscribe&hub.verify_token=other&hub.challenge=1", ""); w.Code != 403 || w.Body.Len() != 0 {
		t.Errorf("%d %s", w.Code, w.Body)
	}
}

func TestDeletionRequestsOfFacebook(t *testing.T) {
	h := hooked(t)
	form := func(signed string) *httptest.ResponseRecorder {
		return h.call("POST", "/webhooks/facebook/deletion", url.Values{"signed_request": {signed}}.Encode(), "Content-Type", "application/x-www-form-urlencoded")
	}
	first, again := form("signed"), form("signed")
	if first.Code != 200 || first.Body.String() != again.Body.String() || !strings.Contains(first.Body.String(), `"url":"https://lantoa.example/webhooks/facebook/deletion/`) {
		t.Fatalf("%d %s, then %s", first.Code, first.Body, again.Body)
	}
	if strings.Contains(first.Body.String(), "122000000000001") {
		t.Error("the code tells who asked")
	}
	lines, err := h.Store.AuditLog(t.Context(), 100, time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	noted := 0
	for _, l := range lines {
		if l.Action == "facebook_deletion" {
			noted++
		}
	}
	if noted != 1 {
		t.Errorf("noted %d times", noted)
	}
	page := h.call("GET", "/webhooks/facebook/deletion/abc", "")
	if page.Code != 200 || !strings.Contains(page.Body.String(), "xóa dữ liệu") {
		t.Errorf("%d %s", page.Code, page.Body)
	}
	for name, w := range map[string]*httptest.ResponseRecorder{"forged": form("forged"), "empty": form("")} {
		if w.Code != 403 {
			t.Errorf("%s: %d", name, w.Code)
		}
	}
	if w := h.call("POST", "/webhooks/facebook/deauthorize", url.Values{"signed_request": {"signed"}}.Encode(), "Content-Type", "application/x-www-form-urlencoded"); w.Code != 200 {
		t.Errorf("deauthorize: %d", w.Code)
	}
}
