package api

import (
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/hoiphunu/lantoa"
)

// form sends a signed request as Facebook does.
func (h *house) form(about, signed string) *httptest.ResponseRecorder {
	return h.call("POST", "/webhooks/facebook/"+about, url.Values{"signed_request": {signed}}.Encode(), "Content-Type", "application/x-www-form-urlencoded")
}

func TestDeletionRequestsOfFacebook(t *testing.T) {
	h := hooked(t)
	first, again := h.form("deletion", "signed"), h.form("deletion", "signed")
	if first.Code != 200 || first.Body.String() != again.Body.String() || !strings.Contains(first.Body.String(), `"url":"https://lantoa.example/webhooks/facebook/deletion/`) {
		t.Fatalf("%d %s, then %s", first.Code, first.Body, again.Body)
	}
	if w := h.form("deauthorize", "signed"); w.Code != 200 {
		t.Errorf("deauthorize: %d", w.Code)
	}
	lines, err := h.Store.AuditLog(t.Context(), 100, time.Time{})
	must(t, err)
	noted := map[string]int{}
	for _, l := range lines {
		noted[l.Action]++
	}
	if noted["facebook_deletion"] != 1 || noted["facebook_deauthorize"] != 1 {
		t.Errorf("noted %v", noted)
	}
	told, err := h.Store.Notices(t.Context(), lantoa.Everything, true, 10)
	must(t, err)
	if len(told) != 2 || told[0].Kind == told[1].Kind {
		t.Errorf("the administrator was told %+v", told)
	}
	admin := h.get(t, "admin", "/api/v1/notices")
	for _, text := range []string{first.Body.String(), admin.text, h.log.String()} {
		if strings.Contains(text, "122000000000001") {
			t.Errorf("it tells who asked: %s", text)
		}
	}
	page := h.call("GET", "/webhooks/facebook/deletion/abc", "")
	if page.Code != 200 || !strings.Contains(page.Body.String(), "xóa dữ liệu") {
		t.Errorf("%d %s", page.Code, page.Body)
	}
	for name, w := range map[string]*httptest.ResponseRecorder{"forged": h.form("deletion", "forged"), "empty": h.form("deletion", ""), "forged, of the app": h.form("deauthorize", "forged")} {
		if w.Code != 403 {
			t.Errorf("%s: %d", name, w.Code)
		}
	}
	must(t, h.Store.Close())
	if w := h.form("deletion", "signed"); w.Code != 503 {
		t.Errorf("what cannot be written down is not acknowledged: %d", w.Code)
	}
}
