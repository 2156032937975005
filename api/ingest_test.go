package api

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"net/http/httptest"
	"os"
	"os/exec"
	"regexp"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/hoiphunu/lantoa"
)

// sender signs calls with the key of somebody in the house.
type sender struct {
	*house
	key, secret string
}

func (h *house) sender(t *testing.T, who string) sender {
	t.Helper()
	users, err := h.Store.Users(t.Context(), lantoa.Everything)
	must(t, err)
	for _, u := range users {
		if strings.HasPrefix(u.Email, who) {
			key, secret, err := h.Store.MakeIngestKey(t.Context(), u.ID, now)
			must(t, err)
			return sender{h, key.ID, secret}
		}
	}
	t.Fatalf("nobody is called %s", who)
	return sender{}
}

func sign(secret, at, body string) string {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write([]byte(at + "." + body))
	return "sha256=" + hex.EncodeToString(mac.Sum(nil))
}

func (s sender) send(body string) *httptest.ResponseRecorder { return s.sendAt(body, time.Now()) }

func (s sender) sendAt(body string, at time.Time) *httptest.ResponseRecorder {
	seconds := strconv.FormatInt(at.Unix(), 10)
	return s.call("POST", "/api/v1/ingest", body, "X-Lantoa-Key", s.key, "X-Lantoa-Time", seconds, "X-Lantoa-Signature", sign(s.secret, seconds, body))
}

func answered(t *testing.T, w *httptest.ResponseRecorder) IngestAnswer {
	t.Helper()
	var a IngestAnswer
	if w.Code != 200 || json.Unmarshal(w.Body.Bytes(), &a) != nil {
		t.Fatalf("%d %s", w.Code, w.Body)
	}
	return a
}

func statuses(a IngestAnswer) string {
	var all []string
	for _, i := range a.Items {
		all = append(all, i.ID+" "+i.Status)
	}
	return strings.Join(all, ", ")
}

func TestIngest(t *testing.T) {
	h := newHouse(t)
	admin := h.sender(t, "admin")
	one := func(id, text, channel string) string {
		b, _ := json.Marshal(map[string]any{"id": id, "text": text, "published_at": "2026-11-22T08:00:00+07:00", "channel": channel, "reactions": 3, "shares": nil})
		return string(b)
	}
	t.Run("good items are taken, bad ones named, and none keeps the other from being taken", func(t *testing.T) {
		body := `{"items":[` + one("i1", "Mô hình nuôi gà đồi", "dongmau") + `,{"id":"i2"},"nothing",` + one("i3", "Một bài ở nơi khác", "Trang lạ") + `,` +
			one("i4", "Gọi chị Mẫu 0990000187 nhé", string(h.channels["dongmau-nhom"])) + `]}`
		a := answered(t, admin.send(body))
		if got := statuses(a); got != "i1 new, i2 refused,  refused, Trang lạ/i3 new, i4 new" && got != "i1 new, i2 refused,  refused, i3 new, i4 new" || a.Accepted != 3 || a.Refused != 2 || a.Items[1].Why == "" {
			t.Errorf("%s; %+v", got, a)
		}
		posts, err := h.Store.ChannelPosts(t.Context(), h.channels["dongmau-nhom"], time.Time{}, 1)
		must(t, err)
		if posts[0].Text != "Gọi chị Mẫu 09•• ••• •87 nhé" {
			t.Errorf("a group's words are stored as %q", posts[0].Text)
		}
	})
	t.Run("sent again it is the same, changed words are a change", func(t *testing.T) {
		time.Sleep(time.Millisecond)
		if got := statuses(answered(t, admin.sendAt(`{"items":[`+one("i1", "Mô hình nuôi gà đồi", "dongmau")+`]}`, time.Now().Add(time.Second)))); got != "i1 same" {
			t.Error(got)
		}
		if got := statuses(answered(t, admin.send(`{"items":[`+one("i1", "Mô hình nuôi gà đồi, đã sửa", "dongmau")+`]}`))); got != "i1 changed" {
			t.Error(got)
		}
	})
	t.Run("an officer sends for her own unit only, and who only looks sends nothing", func(t *testing.T) {
		officer := h.sender(t, "officer")
		a := answered(t, officer.send(`{"items":[`+one("o1", "của tôi", "dongmau")+`,`+one("o2", "của xã khác", "khemau")+`,`+one("o3", "của tỉnh", "tinh")+`]}`))
		if got := statuses(a); got != "o1 new, o2 refused, o3 refused" {
			t.Error(got)
		}
		leader := h.sender(t, "leader")
		if a := answered(t, leader.send(`{"items":[`+one("l1", "x", "tinh")+`]}`)); a.Accepted != 0 {
			t.Errorf("%+v", a)
		}
	})
	t.Run("who did not sign of late, well, and for the first time is not let in", func(t *testing.T) {
		body := `{"items":[` + one("n1", "x", "dongmau") + `]}`
		at := strconv.FormatInt(time.Now().Unix(), 10)
		good := sign(admin.secret, at, body)
		must2 := func(name string, w *httptest.ResponseRecorder, status int) {
			if w.Code != status || !strings.Contains(w.Body.String(), "what_to_do") {
				t.Errorf("%s: %d %s", name, w.Code, w.Body)
			}
		}
		must2("too old", admin.sendAt(body, time.Now().Add(-6*time.Minute)), 401)
		must2("from the future", admin.sendAt(body, time.Now().Add(6*time.Minute)), 401)
		must2("another body", h.call("POST", "/api/v1/ingest", body+" ", "X-Lantoa-Key", admin.key, "X-Lantoa-Time", at, "X-Lantoa-Signature", good), 401)
		must2("another time", h.call("POST", "/api/v1/ingest", body, "X-Lantoa-Key", admin.key, "X-Lantoa-Time", at+"0", "X-Lantoa-Signature", good), 401)
		must2("no key", h.call("POST", "/api/v1/ingest", body, "X-Lantoa-Time", at, "X-Lantoa-Signature", good), 401)
		must2("an unknown key", h.call("POST", "/api/v1/ingest", body, "X-Lantoa-Key", "0", "X-Lantoa-Time", at, "X-Lantoa-Signature", good), 401)
		must2("no JSON", admin.send(`{"items":`), 400)
		must2("no items", admin.send(`{}`), 400)
		must2("too long", admin.send(strings.Repeat(" ", ingestLimit+1)), 413)
		if w := h.call("POST", "/api/v1/ingest", body, "X-Lantoa-Key", admin.key, "X-Lantoa-Time", at, "X-Lantoa-Signature", strings.ToUpper(good)); w.Code != 200 {
			t.Fatalf("%d %s", w.Code, w.Body)
		}
		must2("replayed", h.call("POST", "/api/v1/ingest", body, "X-Lantoa-Key", admin.key, "X-Lantoa-Time", at, "X-Lantoa-Signature", good), 409)
		must(t, h.Store.RevokeIngestKeys(t.Context(), mustKey(t, h, admin.key).User))
		must2("revoked", admin.send(body), 401)
	})
}

func mustKey(t *testing.T, h *house, id string) lantoa.IngestKey {
	key, _, err := h.Store.IngestKey(t.Context(), id)
	must(t, err)
	return key
}

func TestTheDocumentedExampleInPythonWorks(t *testing.T) {
	python, err := exec.LookPath("python3")
	if err != nil {
		t.Skip("no python3 here: the example in ingest.md was not tried")
	}
	text, err := os.ReadFile("ingest.md")
	must(t, err)
	example := regexp.MustCompile("(?s)```python\n(.*?)```").FindSubmatch(text)
	if example == nil || strings.Count(string(example[1]), "\n") > 17 {
		t.Fatal("no example, or a long one")
	}
	h := newHouse(t)
	s := h.sender(t, "admin")
	server := httptest.NewServer(h.handler)
	defer server.Close()
	run := exec.CommandContext(t.Context(), python, "-c", string(example[1]))
	run.Env = append(os.Environ(), "BASE="+server.URL, "KEY="+s.key, "SECRET="+s.secret, "no_proxy=*")
	out, err := run.CombinedOutput()
	if err != nil || !strings.Contains(string(out), "'accepted': 1") {
		t.Errorf("%v: %s", err, out)
	}
}
