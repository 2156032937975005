package api

import (
	"strings"
	"testing"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/digest"
)

func TestTheDigestInThreeForms(t *testing.T) {
	h := newHouse(t)
	rollWeek(t, h)
	week := lantoa.Week{Year: 2026, Number: 47}
	const path = "/api/v1/digests/2026-W47"

	if a := h.get(t, "leader", path); a.status != 404 {
		t.Errorf("a digest that is not out yet: %d", a.status)
	}
	if a := h.get(t, "comms", path); a.status != 200 || a.json["state"] != "draft" {
		t.Errorf("the draft, for those who make it up: %d %v", a.status, a.json["state"])
	}
	_, err := digest.Draft(t.Context(), h.Desk, h.Store, week, h.Now())
	must(t, err)
	n, err := digest.Approve(t.Context(), h.Desk, h.Store, digest.Approval{Week: week, Version: 1, Program: "lantoa"}, h.Now(), zone)
	must(t, err)
	if people, err := h.Store.DigestReaders(t.Context()); err != nil || n != len(people) {
		t.Errorf("%d letters for %d people, %v", n, len(people), err)
	}

	a := h.get(t, "leader", path)
	if a.status != 200 || a.json["state"] != "approved" || a.json["week"] != "2026-W47" || !strings.Contains(a.json["subject"].(string), "trang hoạt động") {
		t.Errorf("%d %v", a.status, a.json)
	}
	first := a.json["sentences"].([]any)[0].(string)
	for accept, kind := range map[string]string{
		"text/html": "text/html; charset=utf-8", "text/plain": "text/plain; charset=utf-8", "": "application/json", "*/*": "application/json",
		"text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8": "text/html; charset=utf-8", "application/json;q=0.5,text/plain": "text/plain; charset=utf-8",
	} {
		a := h.ask(t, "leader", "GET", path, "", "Accept: "+accept)
		if got := a.header.Get("Content-Type"); a.status != 200 || got != kind {
			t.Errorf("Accept %q: %d %s", accept, a.status, got)
		}
		if !strings.Contains(a.text, first) {
			t.Errorf("Accept %q says something else", accept)
		}
		if csp := a.header.Get("Content-Security-Policy"); strings.HasPrefix(kind, "text/html") && !strings.Contains(csp, "sandbox") {
			t.Errorf("HTML goes out under %q", csp)
		}
	}
	t.Run("cut to the caller", func(t *testing.T) {
		a := h.get(t, "khe", path)
		if subject := a.json["subject"].(string); !strings.Contains(subject, "xã Khe Mẫu") {
			t.Errorf("%s", subject)
		}
		for _, x := range a.json["ideas"].([]any) {
			if s := x.(map[string]any); s["state"] != "approved" && s["state"] != "reshared" || s["score"] != nil {
				t.Errorf("an idea that is not for everybody: %v", s)
			}
		}
		if len(a.json["silent"].([]any))+len(a.json["disconnected"].([]any))+len(a.json["movers"].([]any)) > 0 {
			t.Error("an officer reads of other units")
		}
	})
	t.Run("what is no week is refused, and nobody reads without a token", func(t *testing.T) {
		for _, bad := range []string{"2026-47", "2026-W54", "2025-W53", "x"} {
			if a := h.get(t, "admin", "/api/v1/digests/"+bad); a.status != 400 && a.status != 422 {
				t.Errorf("%s: %d", bad, a.status)
			}
		}
		if a := h.get(t, "", path); a.status != 401 {
			t.Errorf("%d", a.status)
		}
	})
}
