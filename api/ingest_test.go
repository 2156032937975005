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
		all = append(all, i.ID+" "+string(i.Status))
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
		if got := statuses(a); got != "i1 new, i2 refused,  refused, i3 new, i4 new" || a.Accepted != 3 || a.Refused != 2 || a.Items[1].Why == "" {
			t.Errorf("%s; %+v", got, a)
		}
		posts, err := h.Store.ChannelPosts(t.Context(), h.channels["dongmau-nhom"], time.Time{}, 1)
		must(t, err)
		if posts[0].Text != "Gọi chị Mẫu 09•• ••• •87 nhé" {
			t.Errorf("a group's words are stored as %q", posts[0].Text)
		}
	})
	t.Run("sent again it is the same, changed words are a change", func(t *testing.T) {
		h.Now = func() time.Time { return now.Add(time.Minute) } // and the figures are no newer for it
		defer func() { h.Now = func() time.Time { return now } }()
		if got := statuses(answered(t, admin.sendAt(`{"items":[`+one("i1", "Mô hình nuôi gà đồi", "dongmau")+`]}`, time.Now().Add(time.Second)))); got != "i1 same" {
			t.Error(got)
		}
		if got := statuses(answered(t, admin.send(`{"items":[`+one("i1", "Mô hình nuôi gà đồi, đã sửa", "dongmau")+`]}`))); got != "i1 changed" {
			t.Error(got)
		}
	})
	t.Run("an officer sends for her own unit only, and who only looks sends nothing", func(t *testing.T) {
		officer := h.sender(t, "officer")
		a := answered(t, officer.send(`{"items":[`+one("o1", "của tôi", "dongmau")+`,`+one("o2", "của xã khác", "khemau")+`,`+one("o3", "của tỉnh", "tinh")+`,`+
			one("o4", "của xã khác, gọi bằng mã của ta", string(h.channels["khemau"]))+`]}`))
		if got := statuses(a); got != "o1 new, o2 refused, o3 refused, o4 refused" || a.Items[1].Channel != "" {
			t.Error(got)
		}
		if n := posts(t, h, "khemau", "o2") + posts(t, h, "tinh", "o3") + posts(t, h, "khemau", "o4"); n != 0 {
			t.Errorf("%d posts are on channels of others", n)
		}
		for _, who := range []string{"leader", "viewer"} {
			if w := h.sender(t, who).send(`{"items":[` + one("l1", "x", "tinh") + `]}`); w.Code != 403 {
				t.Errorf("%s: %d %s", who, w.Code, w.Body)
			}
		}
	})
	t.Run("a name that several channels bear is none, and one's own id counts before another's name", func(t *testing.T) {
		for i, name := range []string{"Trùng tên", "Trùng tên", "dongmau"} {
			must(t, h.Store.SaveChannel(t.Context(), &lantoa.Channel{Kind: lantoa.ZaloGroup, Name: name, External: "twin" + strconv.Itoa(i), Unit: h.units["19"], CreatedAt: now}))
		}
		a := answered(t, admin.send(`{"items":[`+one("t1", "hai kênh", "Trùng tên")+`,`+one("t2", "một trang", "dongmau")+`]}`))
		if got := statuses(a); got != "t1 refused, t2 new" || a.Items[1].Channel != h.channels["dongmau"] || !strings.Contains(a.Items[0].Why, "Trùng tên") {
			t.Errorf("%s; %+v", got, a)
		}
	})
	t.Run("what was taken back is not taken in again", func(t *testing.T) {
		group := h.channels["dongmau-nhom"]
		_, err := h.Store.ErasePosts(t.Context(), group, []string{"i4"}, now, "", "recalled")
		must(t, err)
		a := answered(t, admin.send(`{"items":[`+one("i4", "Gọi chị Mẫu nhé, lần nữa", string(group))+`]}`))
		if got := statuses(a); got != "i4 refused" || a.Items[0].Why == "" {
			t.Errorf("%s; %+v", got, a)
		}
	})
	t.Run("of who wrote in a group only the hash is kept, and on a page nothing", func(t *testing.T) {
		h.Hash = func(space, id string) string { return "hash-of-" + space + "-" + id }
		defer func() { h.Hash = nil }()
		item := func(id, channel string) string {
			return strings.TrimSuffix(one(id, "Bài có người viết", channel), "}") + `,"author":5600000000000000001}`
		}
		a := answered(t, admin.send(`{"items":[`+item("a1", string(h.channels["dongmau-nhom"]))+`,`+item("a2", "dongmau")+`]}`))
		if a.Accepted != 2 {
			t.Fatalf("%+v", a)
		}
		erased, err := h.Store.Erase(t.Context(), []string{"hash-of-zca-5600000000000000001"}, now, "", "test")
		must(t, err)
		if erased.Posts != 1 {
			t.Errorf("%d posts are known to be hers", erased.Posts)
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
		must2("items that are none", admin.send(`{"items":{}}`), 400)
		must2("too many", admin.send(`{"items":[`+strings.Repeat("{},", ingestItems)+`{}]}`), 413)
		must2("nonsense for a time", h.call("POST", "/api/v1/ingest", body, "X-Lantoa-Key", admin.key, "X-Lantoa-Time", "9223372036854775807", "X-Lantoa-Signature", good), 401)
		if w := admin.sendAt(body, time.Now().Add(-6*time.Minute)); !regexp.MustCompile(`\b\d{10}\b`).Match(w.Body.Bytes()) {
			t.Errorf("it does not say what time it is: %s", w.Body)
		}
		must2("too long", admin.send(strings.Repeat(" ", ingestLimit+1)), 413)
		if w := h.call("POST", "/api/v1/ingest", body, "X-Lantoa-Key", admin.key, "X-Lantoa-Time", at, "X-Lantoa-Signature", strings.ToUpper(good)); w.Code != 200 {
			t.Fatalf("%d %s", w.Code, w.Body)
		}
		must2("replayed", h.call("POST", "/api/v1/ingest", body, "X-Lantoa-Key", admin.key, "X-Lantoa-Time", at, "X-Lantoa-Signature", good), 409)
		must(t, h.Store.RevokeIngestKeys(t.Context(), mustKey(t, h, admin.key).User))
		must2("revoked", admin.send(body), 401)
		if posts(t, h, "dongmau", "n1") != 1 {
			t.Error("the one good call left no post")
		}
	})
	t.Run("who was shut out is not let in by his key", func(t *testing.T) {
		s := h.sender(t, "khe")
		must(t, h.Store.Disable(t.Context(), mustKey(t, h, s.key).User, true))
		if w := s.send(`{"items":[]}`); w.Code != 401 {
			t.Errorf("%d", w.Code)
		}
	})
	t.Run("who calls too often is told so", func(t *testing.T) {
		s := h.sender(t, "comms")
		h.callsAMinute = 2
		h.handler = h.Handler()
		for i, want := range []int{200, 200, 429} {
			if w := s.sendAt(`{"items":[]}`, time.Now().Add(time.Duration(i)*time.Second)); w.Code != want {
				t.Errorf("%d, want %d", w.Code, want)
			}
		}
	})
}

// posts counts the posts of a channel that bear an id of the platform.
func posts(t *testing.T, h *house, channel, external string) (n int) {
	t.Helper()
	all, err := h.Store.ChannelPosts(t.Context(), h.channels[channel], time.Time{}, 500)
	must(t, err)
	for _, p := range all {
		if p.External == external {
			n++
		}
	}
	return n
}

func mustKey(t *testing.T, h *house, id string) lantoa.IngestKey {
	key, _, err := h.Store.IngestKey(t.Context(), id)
	must(t, err)
	return key
}

// TestTheDocumentedExamplesWork runs what ingest.md shows, as it stands there.
func TestTheDocumentedExamplesWork(t *testing.T) {
	text, err := os.ReadFile("ingest.md")
	must(t, err)
	for _, tt := range []struct {
		language string
		needs    []string
		lines    int
		answer   string
	}{
		{"python", []string{"python3"}, 15, "'accepted': 1"},
		{"sh", []string{"sh", "openssl", "curl", "cut", "date"}, 8, `"accepted":1`},
	} {
		t.Run(tt.language, func(t *testing.T) {
			for _, program := range tt.needs {
				if _, err := exec.LookPath(program); err != nil {
					t.Skipf("no %s here: the example was not tried", program)
				}
			}
			example := regexp.MustCompile("(?s)```" + tt.language + "\n(.*?)```").FindSubmatch(text)
			if example == nil || strings.Count(string(example[1]), "\n") > tt.lines {
				t.Fatal("no example, or a long one")
			}
			h := newHouse(t)
			s := h.sender(t, "admin")
			server := httptest.NewServer(h.handler)
			defer server.Close()
			run := exec.CommandContext(t.Context(), tt.needs[0], "-c", string(example[1]))
			run.Env = append(os.Environ(), "BASE="+server.URL, "KEY="+s.key, "SECRET="+s.secret, "no_proxy=*")
			out, err := run.CombinedOutput()
			if err != nil || !strings.Contains(string(out), tt.answer) {
				t.Errorf("%v: %s", err, out)
			}
		})
	}
}
