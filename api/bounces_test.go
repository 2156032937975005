package api

import (
	"context"
	"encoding/json"
	"net/http"
	"strconv"
	"strings"
	"testing"
	"time"
)

func TestAMailThatCameBackIsTakenFromAnAdministratorsProgramOnly(t *testing.T) {
	h := newHouse(t)
	var took []string
	h.Server.Bounced = func(_ context.Context, raw []byte) (known, strange int, err error) {
		took = append(took, string(raw))
		return 1, 2, nil
	}
	body := "Subject: Undelivered\r\n\r\n550 5.1.1 <chi@xa.example>"
	send := func(s sender, body string) (int, BounceAnswer) {
		at := strconv.FormatInt(time.Now().Unix(), 10)
		w := s.call("POST", "/webhooks/mail", body, "X-Lantoa-Key", s.key, "X-Lantoa-Time", at, "X-Lantoa-Signature", sign(s.secret, at, body))
		var a BounceAnswer
		if w.Code == http.StatusOK {
			must(t, json.Unmarshal(w.Body.Bytes(), &a))
		}
		return w.Code, a
	}
	admin := h.sender(t, "admin")
	if code, a := send(admin, body); code != http.StatusOK || a != (BounceAnswer{Known: 1, Strange: 2}) || len(took) != 1 || took[0] != body {
		t.Errorf("%d %+v, took %q", code, a, took)
	}
	for _, who := range []string{"comms", "officer"} {
		if code, _ := send(h.sender(t, who), body); code != http.StatusForbidden {
			t.Errorf("%s: %d", who, code)
		}
	}
	if w := h.call("POST", "/webhooks/mail", body); w.Code != http.StatusUnauthorized {
		t.Errorf("unsigned: %d", w.Code)
	}
	wrong := admin
	wrong.secret += "x"
	if code, _ := send(wrong, body); code != http.StatusUnauthorized {
		t.Errorf("another's signature: %d", code)
	}
	if code, _ := send(admin, body+strings.Repeat("x", ingestLimit)); code != http.StatusRequestEntityTooLarge {
		t.Errorf("too large: %d", code)
	}
	if len(took) != 1 {
		t.Errorf("%d were taken", len(took))
	}
}
