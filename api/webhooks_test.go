package api

import (
	"bufio"
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/collectors/facebook"
	"github.com/hoiphunu/lantoa/collectors/zalo"
)

// hooked is the house with platforms that sign "good".
func hooked(t *testing.T) *house {
	h := newHouse(t)
	h.Hash = func(space, id string) string { return HashToken("key " + space + " " + id)[:32] }
	h.Hooks = Hooks{
		Handshake: func(q url.Values) (string, bool) { return q.Get("hub.challenge"), q.Get("hub.verify_token") == "token" },
		Facebook:  func(header string, _ []byte) bool { return header == "good" },
		Zalo: func(header http.Header, body []byte, _ time.Time) error {
			if header.Get("X-ZEvent-Signature") != "good" {
				return lantoa.Problem(lantoa.Forbidden, "signature", "")
			}
			return nil
		},
		Bot: func(header http.Header) bool { return header.Get("X-Bot-Api-Secret-Token") == "good" },
		Person: func(signed string) (string, error) {
			return map[string]string{"signed": "122000000000001"}[signed], nil
		},
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
			if n := strings.Count(h.log.String(), "webhook refused"); n != 1 {
				t.Errorf("two refusals of one minute are %d lines of the log", n)
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

// unread is a body that nobody may look at.
type unread struct{ *testing.T }

func (u unread) Read([]byte) (int, error) {
	u.Error("the body of a call that is not signed was read")
	return 0, io.EOF
}

func TestNothingIsReadOfACallThatIsNotSigned(t *testing.T) {
	h := hooked(t)
	for _, path := range []string{"/webhooks/facebook", "/webhooks/zalo", "/webhooks/zalo-bot"} {
		w := httptest.NewRecorder()
		h.handler.ServeHTTP(w, httptest.NewRequest("POST", path, unread{t}))
		if w.Code != 403 {
			t.Errorf("%s: %d", path, w.Code)
		}
	}
}

func TestAHookIsAnsweredBeforeTheQueueHearsOfIt(t *testing.T) {
	h := hooked(t)
	heard := make(chan error, 1)
	h.Hooks.Nudge = func(ctx context.Context) error { // Redis hangs
		<-ctx.Done()
		heard <- ctx.Err()
		return ctx.Err()
	}
	h.handler = h.Handler()
	server := httptest.NewServer(h.handler)
	defer server.Close()
	r, err := http.NewRequestWithContext(t.Context(), "POST", server.URL+"/webhooks/zalo", strings.NewReader(`{"a":1}`))
	must(t, err)
	r.Header.Set("X-ZEvent-Signature", "good")
	answer, err := server.Client().Do(r)
	must(t, err)
	_, err = io.ReadAll(answer.Body)
	must(t, err)
	answer.Body.Close()
	server.Client().CloseIdleConnections() // it has what it wanted and hangs up
	if len(heard) > 0 {
		t.Error("the answer came only when the queue had given up")
	}
	if answer.StatusCode != 200 || len(waiting(t, h)) != 1 {
		t.Errorf("%d", answer.StatusCode)
	}
	if err := <-heard; !errors.Is(err, context.DeadlineExceeded) {
		t.Errorf("the queue was left with %v", err)
	}
}

func TestACallerThatDawdlesIsAnsweredWithinTwoSeconds(t *testing.T) {
	server := httptest.NewServer(hooked(t).handler)
	defer server.Close()
	conn, err := net.Dial("tcp", server.Listener.Addr().String())
	must(t, err)
	defer conn.Close()
	began := time.Now()
	_, err = io.WriteString(conn, "POST /webhooks/zalo HTTP/1.1\r\nHost: x\r\nX-ZEvent-Signature: good\r\nContent-Length: 100\r\n\r\n{")
	must(t, err)
	must(t, conn.SetReadDeadline(began.Add(5*time.Second)))
	answer, err := http.ReadResponse(bufio.NewReader(conn), nil)
	must(t, err)
	if took := time.Since(began); answer.StatusCode != 408 || took > 2*time.Second {
		t.Errorf("%d after %s", answer.StatusCode, took)
	}
}

// TestRecordedCallsOfPlatforms sends what the platforms were recorded to send through the whole door.
func TestRecordedCallsOfPlatforms(t *testing.T) {
	const fixtures = "../../shared/fixtures/"
	read := func(name string) []byte {
		b, err := os.ReadFile(fixtures + name)
		must(t, err)
		return b
	}
	if _, err := os.Stat(fixtures); err != nil {
		t.Skip("the recordings are not here: ", err)
	}
	t.Run("Facebook signs the bytes, escapes and all", func(t *testing.T) {
		var expect struct {
			Secret string `json:"app_secret"`
			MAC    string `json:"raw_body_sha256_hmac"`
			Other  string `json:"hmac_if_body_is_decoded_and_reencoded_as_utf8"`
		}
		must(t, json.Unmarshal(read("facebook/webhooks/signed-vietnamese.expect.json"), &expect))
		body := read("facebook/webhooks/signed-vietnamese.body")
		h := hooked(t)
		h.Hooks.Facebook = func(header string, body []byte) bool { return facebook.VerifyHook(expect.Secret, header, body) }
		h.handler = h.Handler()
		for name, header := range map[string]string{
			"a signature of the text, not the bytes": "sha256=" + expect.Other, "a capital prefix": "SHA256=" + expect.MAC, "too short": "sha256=" + expect.MAC[:62],
		} {
			if w := h.call("POST", "/webhooks/facebook", string(body), "X-Hub-Signature-256", header); w.Code != 403 {
				t.Errorf("%s: %d", name, w.Code)
			}
		}
		if w := h.call("POST", "/webhooks/facebook", string(body), "X-Hub-Signature", "sha1=1dc80760df57fcc3644c0072303417f338fd6dbe"); w.Code != 403 {
			t.Errorf("SHA-1 only: %d", w.Code)
		}
		if w := h.call("POST", "/webhooks/facebook", string(body), "X-Hub-Signature-256", "sha256="+expect.MAC); w.Code != 200 {
			t.Errorf("%d", w.Code)
		}
		if kept := waiting(t, h); len(kept) != 1 || !bytes.Equal(kept[0].Body, body) {
			t.Errorf("kept %d hooks", len(kept))
		}
	})
	t.Run("Zalo signs with its app or its account", func(t *testing.T) {
		var raw struct {
			App    string `json:"app_id"`
			OA     string `json:"oa_id"`
			Secret string `json:"oa_secret_key"`
			Valid  []struct {
				File   string `json:"file"`
				Header string `json:"header_value"`
			} `json:"valid"`
		}
		must(t, json.Unmarshal(read("zalo/21_webhook_signatures.json"), &raw))
		client := zalo.New(zalo.Options{AppID: raw.App, OASecret: raw.Secret, OAID: raw.OA})
		h := hooked(t)
		h.Hooks.Zalo = func(header http.Header, body []byte, _ time.Time) error {
			var e struct {
				Time json.Number `json:"timestamp"`
			}
			must(t, json.Unmarshal(body, &e))
			ms, err := e.Time.Int64()
			must(t, err)
			_, err = client.VerifyHook(header, body, time.UnixMilli(ms).Add(time.Minute)) // the recordings are of several days
			return err
		}
		h.handler = h.Handler()
		if len(raw.Valid) < 5 {
			t.Fatalf("only %d recordings", len(raw.Valid))
		}
		for _, v := range raw.Valid {
			body := read("zalo/" + v.File)
			if w := h.call("POST", "/webhooks/zalo", string(body), "X-ZEvent-Signature", v.Header); w.Code != 200 {
				t.Errorf("%s: %d", v.File, w.Code)
			}
			if w := h.call("POST", "/webhooks/zalo", string(body)+" ", "X-ZEvent-Signature", v.Header); w.Code != 403 {
				t.Errorf("%s with a blank more: %d", v.File, w.Code)
			}
		}
	})
	t.Run("a person's wish to be deleted", func(t *testing.T) {
		var wish struct {
			Value  string `json:"value"`
			Secret string `json:"app_secret"`
		}
		must(t, json.Unmarshal(read("facebook/data-deletion-request.json"), &wish))
		h := hooked(t)
		h.Hooks.Person = func(signed string) (string, error) { return facebook.ReadSignedRequest(wish.Secret, signed) }
		h.handler = h.Handler()
		if w := h.form("deletion", wish.Value); w.Code != 200 || !strings.Contains(w.Body.String(), "confirmation_code") {
			t.Errorf("%d %s", w.Code, w.Body)
		}
		if w := h.form("deletion", "x"+wish.Value); w.Code != 403 {
			t.Errorf("forged: %d", w.Code)
		}
	})
}
