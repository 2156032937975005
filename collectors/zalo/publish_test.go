package zalo

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"net/http/httptest"
	"reflect"
	"slices"
	"strings"
	"sync"
	"testing"
	"time"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/hoiphunu/lantoa"
)

// desk answers what is put to it, in order, the last answer again and again; and remembers what was asked.
type desk struct {
	says   []func(w http.ResponseWriter, r *http.Request)
	reads  func(w http.ResponseWriter, r *http.Request) // what is asked with GET
	mu     sync.Mutex
	asked  []string
	bodies []string
	kinds  []string
	tokens []string
}

func (k *desk) before(r *http.Request, w http.ResponseWriter) bool {
	if r.URL.Path == "/v4/oa/access_token" {
		return false
	}
	if r.Method == http.MethodGet {
		k.reads(w, r)
		return true
	}
	b, _ := io.ReadAll(r.Body)
	k.mu.Lock()
	k.asked, k.bodies = append(k.asked, r.URL.Path), append(k.bodies, string(b))
	k.kinds, k.tokens = append(k.kinds, r.Header.Get("Content-Type")), append(k.tokens, r.Header.Get("access_token"))
	says := k.says[min(len(k.asked), len(k.says))-1]
	k.mu.Unlock()
	says(w, r)
	return true
}

// paths are what was asked so far, in order.
func (k *desk) paths() []string {
	k.mu.Lock()
	defer k.mu.Unlock()
	return slices.Clone(k.asked)
}

func (k *desk) count(path string) (n int) {
	for _, p := range k.paths() {
		if p == path {
			n++
		}
	}
	return n
}

// reply is an answer with status 200 and that body.
func reply(body string) func(http.ResponseWriter, *http.Request) {
	return func(w http.ResponseWriter, _ *http.Request) { io.WriteString(w, body) }
}

func refused(code int, message string) func(http.ResponseWriter, *http.Request) {
	return reply(fmt.Sprintf(`{"error":%d,"message":%q}`, code, message))
}

func page(status int, kind, body string) func(http.ResponseWriter, *http.Request) {
	return func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", kind)
		w.WriteHeader(status)
		io.WriteString(w, body)
	}
}

// cutAfter sends that much and ends the connection.
func cutAfter(first string) func(http.ResponseWriter, *http.Request) {
	return func(w http.ResponseWriter, _ *http.Request) {
		conn, buf, err := w.(http.Hijacker).Hijack()
		if err != nil {
			panic(err)
		}
		buf.WriteString(first)
		buf.Flush()
		conn.Close()
	}
}

// desked is a house whose server answers from a desk.
func desked(t *testing.T, says ...func(http.ResponseWriter, *http.Request)) (*house, *desk) {
	h, k := open(t), &desk{says: says, reads: refused(-201, "path is invalid!")}
	h.server.before = k.before
	h.server.renew = func(w http.ResponseWriter, _ *http.Request) {
		io.WriteString(w, `{"access_token":"access-2","refresh_token":"refresh-2","expires_in":"90000"}`)
	}
	return h, k
}

var (
	aMessage = lantoa.Deed{Reshare: lantoa.Reshare{
		ID: "r1", Kind: lantoa.ZaloGroup, Means: lantoa.ViaMessage, External: "a1f0c3d200000000c001", CallAt: monday, PlannedAt: monday,
		Words: "📢 Mô hình hay ở xóm Đồng Tâm\nTheo Hội LHPN xã Phú Bình\nhttps://www.facebook.com/1/posts/2", Link: "https://www.facebook.com/1/posts/2",
	}}
	anArticle = lantoa.Deed{
		Reshare: lantoa.Reshare{
			ID: "r2", Kind: lantoa.ZaloOA, Means: lantoa.ViaArticle, External: "2188400000000000187", CallAt: monday, PlannedAt: monday,
			Title: "Chi hội xóm Đồng Tâm: Biến rác thành tiền", Words: "Chi hội vận động 86/92 hội viên.\n\nCách làm: số liệu công khai & niêm yết <5 ngày>.\nTheo Hội LHPN xã Phú Bình",
			Link: "https://www.facebook.com/1/posts/2", ChannelName: "Hội LHPN tỉnh",
		},
		Cover: "https://phunu.example.org/a/mau-cover.jpg", Author: "Hội LHPN tỉnh Thái Nguyên",
	}
	aBroadcast = lantoa.Deed{
		Reshare: lantoa.Reshare{ID: "r3", Kind: lantoa.ZaloOA, Means: lantoa.ViaBroadcast, External: "2188400000000000187", CallAt: monday, Of: "r2"},
		Article: "39c000000000000a0002",
	}
)

const (
	sentOK    = `{"data":{"message_id":"c0de0000000000000b06","group_id":"a1f0c3d200000000c001"},"error":0,"message":"Success"}`
	createdOK = `{"error":0,"message":"Success","data":{"token":"mau-article-token-0001"}}`
	madeOK    = `{"error":0,"message":"Success","data":{"id":"39c000000000000a0002"}}`
)

// shapeOf is the shape of a request as it was recorded.
func shapeOf(t *testing.T, file, name string) (shape map[string]any) {
	t.Helper()
	var all map[string]json.RawMessage
	if err := json.Unmarshal(fixture(t, file), &all); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(all[name], &shape); err != nil {
		t.Fatal(err)
	}
	return shape
}

func asJSON(t *testing.T, text string) (v map[string]any) {
	t.Helper()
	if err := json.Unmarshal([]byte(text), &v); err != nil {
		t.Fatalf("%v in %q", err, text)
	}
	return v
}

func TestAMessageIsSentAsRecorded(t *testing.T) {
	h, k := desked(t, reply(sentOK))
	want := shapeOf(t, "24_send_requests_responses.json", "group_text_request")
	d := aMessage
	d.External = want["recipient"].(map[string]any)["group_id"].(string)
	d.Words, d.Link = want["message"].(map[string]any)["text"].(string), ""
	done, err := Messages{h.Client}.Publish(t.Context(), d, nil)
	if err != nil || done != (lantoa.Done{Posted: "c0de0000000000000b06"}) {
		t.Fatalf("%+v, %v", done, err)
	}
	if got := asJSON(t, k.bodies[0]); !reflect.DeepEqual(got, want) || k.paths()[0] != "/v3.0/oa/group/message" || k.tokens[0] != "access-1" {
		t.Errorf("asked %s with %v; want %v", k.paths()[0], got, want)
	}
}

func TestAMessageGoesWithOnePicture(t *testing.T) {
	h, k := desked(t, reply(`{"data":{"attachment_id":"mau-attachment-0001"},"error":0,"message":"Success"}`), reply(sentOK))
	want := shapeOf(t, "24_send_requests_responses.json", "group_image_request")
	d := aMessage
	d.External = want["recipient"].(map[string]any)["group_id"].(string)
	d.Words, d.Link = want["message"].(map[string]any)["text"].(string), ""
	d.Pictures, d.Images = []lantoa.MediaRef{{}, {}}, [][]byte{[]byte("\xff\xd8one"), []byte("\xff\xd8two")}
	if _, err := (Messages{h.Client}).Publish(t.Context(), d, nil); err != nil {
		t.Fatal(err)
	}
	if k.paths()[0] != "/v2.0/oa/upload/image" || !strings.HasPrefix(k.kinds[0], "multipart/form-data") || !strings.Contains(k.bodies[0], "\xff\xd8one") ||
		!strings.Contains(k.bodies[0], `name="file"`) || len(k.paths()) != 2 {
		t.Errorf("asked %v", k.paths())
	}
	if got := asJSON(t, k.bodies[1]); !reflect.DeepEqual(got, want) {
		t.Errorf("sent %v; want %v", got, want)
	}
	for _, tt := range []struct {
		name   string
		images [][]byte
		says   func(http.ResponseWriter, *http.Request)
		want   lantoa.Kind
	}{
		{"the copy is missing", nil, nil, lantoa.Refused},
		{"it is too large", [][]byte{make([]byte, mostImage+1)}, nil, lantoa.Refused},
		{"Zalo does not take it", [][]byte{{1}}, refused(-201, "file is invalid"), lantoa.Refused},
		{"no clear answer", [][]byte{{1}}, page(502, "text/html", "<html>"), lantoa.Away},
		{"no id", [][]byte{{1}}, reply(`{"error":0,"data":{}}`), lantoa.Garbled},
	} {
		t.Run(tt.name, func(t *testing.T) {
			h, k := desked(t, tt.says)
			d.Images = tt.images
			_, err := Messages{h.Client}.Publish(t.Context(), d, nil)
			if lantoa.KindOf(err) != tt.want || k.count("/v3.0/oa/group/message") != 0 {
				t.Errorf("%v; asked %v", err, k.paths())
			}
		})
	}
}

func TestWhatAMessageSays(t *testing.T) {
	unsafe := recorded24(t, "unsafe_source_text")
	for _, tt := range []struct{ name, words, link, want string }{
		{"the link stands in the words", "Đọc: https://a.example/1 nhé", "https://a.example/1", "Đọc: https://a.example/1 nhé"},
		{"the link does not", "Đọc nhé", "https://a.example/1", "Đọc nhé\nhttps://a.example/1"},
		{"letters are composed", norm.NFD.String("Phụ nữ"), "", "Phụ nữ"},
		{"lines end in one way", "a\r\nb \r\n", "", "a\nb"},
	} {
		if got := messageText(lantoa.Deed{Reshare: lantoa.Reshare{Words: tt.words, Link: tt.link}}); got != tt.want {
			t.Errorf("%s: %q", tt.name, got)
		}
	}
	if got := messageText(lantoa.Deed{Reshare: lantoa.Reshare{Words: unsafe}}); strings.Contains(got, "[@") {
		t.Errorf("%q rings somebody", got)
	}
}

func recorded24(t *testing.T, name string) (text string) {
	t.Helper()
	var all map[string]json.RawMessage
	if err := json.Unmarshal(fixture(t, "24_send_requests_responses.json"), &all); err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(all[name], &text); err != nil {
		t.Fatal(err)
	}
	return text
}

func TestAMessageThatIsTooLongIsNotSent(t *testing.T) {
	h, k := desked(t, reply(sentOK))
	d := aMessage
	d.Words = strings.Repeat("ạ", mostText) // and the link
	_, err := Messages{h.Client}.Publish(t.Context(), d, nil)
	if trouble := lantoa.AsTrouble(err, ""); trouble.Kind != lantoa.Invalid || trouble.What != "long" || len(k.paths()) != 0 {
		t.Errorf("%v; asked %v", err, k.paths())
	}
}

// A message, an article and a broadcast, each of which may be made once.
func TestWhatBecomesOfWhatIsSent(t *testing.T) {
	next := time.Date(2026, 11, 24, 6, 5, 0, 0, monday.Location())
	tests := []struct {
		name  string
		says  func(http.ResponseWriter, *http.Request)
		want  lantoa.Kind
		what  string // "": the thing itself
		until time.Time
	}{
		{name: "a success without an id", says: reply(`{"error":0,"message":"Success","data":{}}`), want: lantoa.Unclear},
		{name: "an id that is none", says: reply(`{"error":0,"data":{"message_id":{},"token":[]}}`), want: lantoa.Unclear},
		{name: "no data", says: reply(`{"error":0,"message":"Success"}`), want: lantoa.Unclear},
		{name: "no number of an error", says: reply(`{"error":"?","message":"x"}`), want: lantoa.Unclear},
		{name: "no error at all", says: reply(`{"message":"x"}`), want: lantoa.Unclear},
		{name: "half a JSON", says: reply(`{"error":0,"data":{"mess`), want: lantoa.Unclear},
		{name: "HTML", says: page(200, "text/html", "<html>"), want: lantoa.Unclear},
		{name: "a gateway", says: page(502, "text/html", "<html>"), want: lantoa.Unclear},
		{name: "a 500 that calls itself JSON", says: page(500, "application/json", `{"error":0}`), want: lantoa.Unclear},
		{name: "a way elsewhere", says: func(w http.ResponseWriter, _ *http.Request) { w.Header().Set("Location", "/x"); w.WriteHeader(302) }, want: lantoa.Unclear},
		{name: "the connection ends", says: cutAfter(""), want: lantoa.Unclear},
		{name: "half an answer", says: cutAfter("HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 90\r\n\r\n{\"error\":0"), want: lantoa.Unclear},
		{name: "too many, by a gateway", says: page(429, "text/html", "<html>"), want: lantoa.Limited, what: "-", until: monday.Add(time.Minute)},
		{name: "too many", says: refused(-32, "reached limit call api"), want: lantoa.Limited, what: "-", until: monday.Add(time.Minute)},
		{name: "failed", says: refused(-200, "Send message failed"), want: lantoa.Away},
		{name: "a parameter", says: refused(-201, "text is invalid"), want: lantoa.Refused},
		{name: "too long", says: refused(-210, "exceeds allowable limit"), want: lantoa.Refused, what: "long"},
		{name: "a quota", says: refused(-211, "Out of quota"), want: lantoa.Limited, what: "quota", until: next},
		{name: "a quota of the month", says: refused(-223, "reach the limit quota create article"), want: lantoa.Limited, what: "quota", until: next},
		{name: "not allowed by the account", says: refused(-223, "has not authorized this API"), want: lantoa.NoRight, what: "api"},
		{name: "a package", says: refused(-224, "upgrade"), want: lantoa.NoRight, what: "oa_package"},
		{name: "a kind of account", says: refused(-235, "does not support this type"), want: lantoa.NoRight, what: "oa_type"},
		{name: "night", says: refused(-234, "at night"), want: lantoa.Limited, what: "night", until: monday.Add(5 * time.Minute)},
		{name: "a group that ran out", says: refused(-237, "disabled"), want: lantoa.GroupDead, what: "-"},
		{name: "a group of others", says: refused(-403, "not in group"), want: lantoa.Gone, what: "group"},
		{name: "the platform's standards", says: refused(-248, "violated"), want: lantoa.Refused, what: "content"},
		{name: "no picture", says: refused(-200, "create media fail"), want: lantoa.Refused, what: "cover"},
		{name: "a code nobody knows", says: refused(-9999, "Mã mới, access-1"), want: lantoa.Refused},
		{name: "long words with our token", says: refused(-9999, strings.Repeat("x", 193)+"access-1"), want: lantoa.Refused},
	}
	deeds := map[string]func(c *Client) error{
		"message": func(c *Client) error { _, err := Messages{c}.Publish(t.Context(), aMessage, nil); return err },
		"article": func(c *Client) error {
			_, err := Articles{Client: c}.Publish(t.Context(), anArticle, func(string) error { t.Error("a token was kept"); return nil })
			return err
		},
		"broadcast": func(c *Client) error { _, err := Broadcasts{c}.Publish(t.Context(), aBroadcast, nil); return err },
	}
	for thing, do := range deeds {
		for _, tt := range tests {
			t.Run(thing+", "+tt.name, func(t *testing.T) {
				h, k := desked(t, tt.says)
				err := do(h.Client)
				trouble := lantoa.AsTrouble(err, "")
				what := tt.what
				switch what {
				case "":
					what = thing
				case "-":
					what = ""
				}
				if err == nil || trouble.Kind != tt.want || trouble.What != what || !trouble.Until.Equal(tt.until) {
					t.Errorf("%v until %v; want %s (%s) until %v", err, trouble.Until, tt.want, what, tt.until)
				}
				if len(k.paths()) != 1 {
					t.Errorf("asked %v", k.paths())
				}
				noToken(t, err)
			})
		}
		t.Run(thing+", no answer in time", func(t *testing.T) {
			h, k := desked(t, func(_ http.ResponseWriter, r *http.Request) { <-r.Context().Done() })
			h.opt.Patience = 50 * time.Millisecond
			if err := do(h.Client); lantoa.KindOf(err) != lantoa.Unclear || len(k.paths()) != 1 {
				t.Errorf("%v; asked %v", err, k.paths())
			}
		})
		t.Run(thing+", nobody listens", func(t *testing.T) {
			h, _ := desked(t)
			s := httptest.NewServer(nil)
			s.Close()
			h.opt.APIURL = s.URL
			if err := do(h.Client); lantoa.KindOf(err) != lantoa.Away {
				t.Errorf("%v", err)
			}
		})
		t.Run(thing+", a token that is no longer taken", func(t *testing.T) {
			for _, code := range []int{-216, -220, -124} {
				h, k := desked(t, refused(code, "Access token is invalid"), refused(-233, "not supported"))
				if err := do(h.Client); lantoa.KindOf(err) != lantoa.Refused || fmt.Sprint(k.tokens) != "[access-1 access-2]" {
					t.Errorf("%v; asked with %v", err, k.tokens)
				}
			}
		})
		t.Run(thing+", a token that is never taken", func(t *testing.T) {
			h, k := desked(t, refused(-216, "Access token is invalid"))
			if err := do(h.Client); lantoa.KindOf(err) != lantoa.Expired || len(k.paths()) != 2 {
				t.Errorf("%v; asked %v", err, k.paths())
			}
		})
		t.Run(thing+", never connected", func(t *testing.T) {
			h, k := desked(t)
			h.vault.rows = nil
			if err := do(h.again()); lantoa.KindOf(err) != lantoa.Expired || len(k.paths()) != 0 {
				t.Errorf("%v; asked %v", err, k.paths())
			}
		})
		t.Run(thing+", a minute that is full", func(t *testing.T) {
			h, k := desked(t)
			h.pace.limit, h.articlePace.limit = 0, 0
			err := do(h.Client)
			if trouble := lantoa.AsTrouble(err, ""); trouble.Kind != lantoa.Limited || !trouble.Until.Equal(monday.Add(time.Minute)) || len(k.paths()) != 0 {
				t.Errorf("%v; asked %v", err, k.paths())
			}
		})
	}
}

func noToken(t *testing.T, err error) {
	t.Helper()
	text := fmt.Sprintf("%v %+v", err, lantoa.AsTrouble(err, ""))
	for _, secret := range []string{"access", "refresh-", "app-secret", "mau-article-token"} {
		if strings.Contains(text, secret) {
			t.Errorf("%q can be read: %s", secret, text)
		}
	}
}

func TestAMessageUnderWayIsNotCalledOff(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	h, k := desked(t, func(w http.ResponseWriter, _ *http.Request) {
		cancel()
		io.WriteString(w, sentOK)
	})
	if done, err := (Messages{h.Client}).Publish(ctx, aMessage, nil); err != nil || done.Posted == "" {
		t.Errorf("%+v, %v", done, err)
	}
	if _, err := (Messages{h.Client}).Publish(ctx, aMessage, nil); lantoa.KindOf(err) != lantoa.Away || len(k.paths()) != 1 {
		t.Errorf("one that was called off before: %v; asked %v", err, k.paths())
	}
}

// ownMessage is a message of the account itself, as the group's list has it.
func ownMessage(id string, at time.Time, words string) string {
	b, _ := json.Marshal(map[string]any{"src": 0, "time": at.UnixMilli(), "type": "text", "message": words, "message_id": id, "from_id": "2188"})
	return string(b)
}

func TestFindAMessage(t *testing.T) {
	old := say("old", "u1", "text", -60, "Dạ vâng ạ")
	caption, _ := json.Marshal(map[string]any{"src": 0, "time": monday.UnixMilli(), "type": "photo", "description": aMessage.Words, "message_id": "x"})
	noTime, _ := json.Marshal(map[string]any{"src": 0, "type": "text", "message": "khác", "message_id": "y"})
	again := aMessage
	again.ApprovedAt = monday.Add(-40 * time.Minute)
	many := func(n int) (list []string) {
		for i := range n {
			list = append(list, say(fmt.Sprint("m", i), "u1", "text", 60-i/10, "Nhất trí ạ"))
		}
		return list
	}
	tests := []struct {
		name  string
		deed  lantoa.Deed
		list  []string
		found string
		sure  bool
	}{
		{name: "the same words after the call", list: []string{ownMessage("x", monday.Add(time.Second), aMessage.Words), old}, found: "x"},
		{name: "a clock some minutes behind", list: []string{ownMessage("x", monday.Add(-8*time.Minute), aMessage.Words), old}, found: "x"},
		{name: "otherwise composed and blanked", list: []string{ownMessage("x", monday, norm.NFD.String(strings.ReplaceAll(aMessage.Words, "\n", " \r\n\n"))), old}, found: "x"},
		{name: "under a picture", list: []string{string(caption), old}, found: "x"},
		{name: "a member's copy", list: []string{say("z", "u1", "text", 1, aMessage.Words), old}, sure: true},
		{name: "it is not there", list: []string{ownMessage("z", monday, "Tin khác"), old}, sure: true},
		{name: "an empty group", sure: true},
		{name: "on the third page", list: append(many(25), ownMessage("x", monday, aMessage.Words), old), found: "x"},
		{name: "more than is looked through", list: append(many(400), ownMessage("x", monday, aMessage.Words))},
		{name: "an earlier call's after all", deed: again, list: []string{ownMessage("x", monday.Add(-35*time.Minute), aMessage.Words), old}, found: "x"},
		{name: "an equal one of before", list: []string{ownMessage("x", monday.Add(-30*time.Minute), aMessage.Words), old}},
		{name: "one without a time", list: []string{string(noTime), old}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h := open(t)
			h.server.messages, h.server.maxCount = tt.list, 10
			d := tt.deed
			if d.ID == "" {
				d = aMessage
			}
			done, found, sure, err := Messages{h.Client}.Find(t.Context(), d)
			if err != nil || found != (tt.found != "") || done.Posted != tt.found || sure != (tt.sure || found) {
				t.Errorf("%+v, found %v, sure %v, %v", done, found, sure, err)
			}
		})
	}
	h, _ := desked(t)
	h.server.before = nil
	h.server.access = "another"
	h.server.renew = page(400, "application/json", `{"error":-14005,"message":"Invalid refresh token"}`)
	if _, found, sure, err := (Messages{h.Client}).Find(t.Context(), aMessage); err == nil || found || sure {
		t.Errorf("a group that cannot be read: found %v, sure %v, %v", found, sure, err)
	}
}

func TestWhatCannotBeTakenBackSaysSo(t *testing.T) {
	h, k := desked(t)
	for _, err := range []error{
		Messages{h.Client}.Remove(t.Context(), aMessage), Messages{h.Client}.Edit(t.Context(), aMessage, "x"),
		Broadcasts{h.Client}.Remove(t.Context(), aBroadcast), Broadcasts{h.Client}.Edit(t.Context(), aBroadcast, "x"),
	} {
		if trouble := lantoa.AsTrouble(err, ""); trouble.Kind != lantoa.Refused || trouble.What != "no_call" {
			t.Error(err)
		}
	}
	if _, found, sure, err := (Broadcasts{h.Client}).Find(t.Context(), aBroadcast); found || sure || err != nil || len(k.paths()) != 0 {
		t.Errorf("found %v, sure %v, %v", found, sure, err)
	}
}

func TestABroadcastIsSentAsRecorded(t *testing.T) {
	h, k := desked(t, reply(sentOK))
	done, err := Broadcasts{h.Client}.Publish(t.Context(), aBroadcast, nil)
	if err != nil || done.Posted == "" {
		t.Fatal(done, err)
	}
	want := shapeOf(t, "24_send_requests_responses.json", "broadcast_request")
	got := asJSON(t, k.bodies[0])
	if !reflect.DeepEqual(got["message"], want["message"]) || k.paths()[0] != "/v2.0/oa/message" {
		t.Errorf("asked %s with %v; want %v", k.paths()[0], got, want)
	}
	none := aBroadcast
	none.Article = ""
	if _, err := (Broadcasts{h.Client}).Publish(t.Context(), none, nil); lantoa.KindOf(err) != lantoa.Refused || len(k.paths()) != 1 {
		t.Errorf("without its article: %v", err)
	}
}

func TestABroadcastWaitsForTheMorning(t *testing.T) {
	day := time.Date(2026, 11, 23, 0, 0, 0, 0, monday.Location())
	for clock, until := range map[time.Duration]time.Time{
		5*time.Hour + 59*time.Minute: day.Add(6*time.Hour + 5*time.Minute), 6 * time.Hour: {}, 21*time.Hour + 59*time.Minute: {},
		22 * time.Hour: day.Add(30*time.Hour + 5*time.Minute), 23 * time.Hour: day.Add(30*time.Hour + 5*time.Minute),
	} {
		t.Run(clock.String(), func(t *testing.T) {
			h, k := desked(t, reply(sentOK))
			h.now = day.Add(clock).UTC()
			if err := h.Grant(t.Context(), "access-1", "refresh-1", h.now.Add(25*time.Hour)); err != nil {
				t.Fatal(err)
			}
			_, err := Broadcasts{h.Client}.Publish(t.Context(), aBroadcast, nil)
			if until.IsZero() {
				if err != nil || len(k.paths()) != 1 {
					t.Errorf("%v; asked %v", err, k.paths())
				}
				return
			}
			if trouble := lantoa.AsTrouble(err, ""); trouble.Kind != lantoa.Limited || !trouble.Until.Equal(until) || len(k.paths()) != 0 {
				t.Errorf("%v until %v; asked %v", err, trouble.Until, k.paths())
			}
		})
	}
}

// listed is the list of articles with these in it.
func listed(articles ...string) func(http.ResponseWriter, *http.Request) {
	return func(w http.ResponseWriter, r *http.Request) {
		if !strings.HasSuffix(r.URL.Path, "/getslice") || r.FormValue("limit") != "10" || r.FormValue("type") != "normal" {
			io.WriteString(w, `{"error":-201,"message":"what?"}`)
			return
		}
		offset := min(len(articles), atoi(r.FormValue("offset")))
		fmt.Fprintf(w, `{"error":0,"data":{"medias":[%s],"total":%d}}`, strings.Join(articles[offset:min(len(articles), offset+10)], ","), len(articles))
	}
}

func atoi(s string) (n int) { fmt.Sscan(s, &n); return n }

func item(id string, at time.Time, title string) string {
	b, _ := json.Marshal(map[string]any{"id": id, "type": "normal", "title": title, "create_date": at.UnixMilli(), "link_view": "https://post.oa.zalo.me/d/" + id})
	return string(b)
}

// articles publishes at once, and notes the pauses it would have made.
func articles(h *house) (Articles, *[]time.Duration) {
	var waits []time.Duration
	return Articles{Client: h.Client, Wait: func(_ context.Context, d time.Duration) error { waits = append(waits, d); return nil }}, &waits
}

func TestAnArticleIsCreatedKeptAndVerified(t *testing.T) {
	h, k := desked(t, reply(createdOK), refused(-214, "Article is being processed"), refused(-200, "create media fail"),
		page(502, "text/html", "<html>"), reply(`{"error":0}`), reply(madeOK))
	k.reads = listed(item("39c000000000000a0002", monday.Add(3*time.Second), anArticle.Title))
	a, waits := articles(h)
	kept := ""
	done, err := a.Publish(t.Context(), anArticle, func(token string) error {
		if len(k.paths()) != 1 {
			t.Errorf("the token is kept after %v", k.paths())
		}
		kept = token
		return nil
	})
	want := lantoa.Done{Posted: "39c000000000000a0002", Permalink: "https://post.oa.zalo.me/d/39c000000000000a0002", At: monday.Add(3 * time.Second).UTC()}
	if err != nil || done != want || kept != "mau-article-token-0001" {
		t.Fatalf("%+v, kept %q, %v", done, kept, err)
	}
	if fmt.Sprint(*waits) != "[2s 4s 6s 8s]" || k.bodies[1] != `{"token":"mau-article-token-0001"}` || k.count("/v2.0/article/create") != 1 {
		t.Errorf("waited %v; asked %v", *waits, k.paths())
	}
	shape, got := shapeOf(t, "23_article_create_flow.json", "create_request"), asJSON(t, k.bodies[0])
	for name := range shape {
		if reflect.TypeOf(got[name]) != reflect.TypeOf(shape[name]) {
			t.Errorf("%s is %v; recorded %v", name, got[name], shape[name])
		}
	}
	for name := range got {
		if _, ok := shape[name]; !ok {
			t.Errorf("%s is not in the recording", name)
		}
	}
	cover := got["cover"].(map[string]any)
	if cover["cover_type"] != "photo" || cover["photo_url"] != anArticle.Cover || cover["status"] != "show" || got["status"] != "show" || got["author"] != anArticle.Author {
		t.Errorf("%v", got)
	}
}

func TestHowAnArticleReads(t *testing.T) {
	n := articleOf(anArticle, anArticle.Words)
	want := []paragraph{
		{"text", "<p>Chi hội vận động 86/92 hội viên.</p>"},
		{"text", "<p>Cách làm: số liệu công khai &amp; niêm yết &lt;5 ngày&gt;.<br>Theo Hội LHPN xã Phú Bình</p>"},
		{"text", "<p>https://www.facebook.com/1/posts/2</p>"},
	}
	if !reflect.DeepEqual(n.Body, want) {
		t.Errorf("%q", n.Body)
	}
	if n.Description != "Chi hội vận động 86/92 hội viên. Cách làm: số liệu công khai & niêm yết <5 ngày>. Theo Hội LHPN xã Phú Bình" {
		t.Errorf("%q", n.Description)
	}
	d := anArticle
	d.Words = d.Title + "\n\n" + strings.Repeat("Chị em phụ nữ ", 60)
	if n = articleOf(d, d.Words); strings.HasPrefix(n.Description, d.Title) {
		t.Errorf("the title is told twice: %q", n.Description)
	}
	d.Author = ""
	if n = articleOf(d, d.Words); n.Author != d.ChannelName {
		t.Errorf("author %q", n.Author)
	}
	for _, tt := range []struct {
		text string
		most int
		want string
	}{
		{"ngắn", 300, "ngắn"},
		{norm.NFD.String("ngắn"), 4, "ngắn"},
		{"một hai ba bốn", 12, "một hai ba…"},
		{"một\n\nhai  ba", 20, "một hai ba"},
		{strings.Repeat("ạ", 301), 300, strings.Repeat("ạ", 299) + "…"},
		{"aaaa👩\u200d👩\u200d👧bbbb", 8, "aaaa…"},
		{"aaaaaa👍🏽bbbb", 8, "aaaaaa…"},
	} {
		if got := shorten(tt.text, tt.most); got != tt.want || utf8.RuneCountInString(got) > tt.most {
			t.Errorf("%q to %d: %q", tt.text, tt.most, got)
		}
	}
}

func TestAnArticleThatCannotBeMadeIsNotAskedFor(t *testing.T) {
	noCover, noTitle, long := anArticle, anArticle, anArticle
	noCover.Cover, noTitle.Title, long.Title = "", " ", strings.Repeat("ạ", mostTitle+1)
	for _, tt := range []struct {
		name string
		deed lantoa.Deed
		want lantoa.Kind
		what string
	}{{"no cover", noCover, lantoa.Refused, "cover"}, {"no title", noTitle, lantoa.Invalid, "title"}, {"a title too long", long, lantoa.Invalid, "title"}} {
		h, k := desked(t)
		a, _ := articles(h)
		_, err := a.Publish(t.Context(), tt.deed, nil)
		if trouble := lantoa.AsTrouble(err, ""); trouble.Kind != tt.want || trouble.What != tt.what || len(k.paths()) != 0 {
			t.Errorf("%s: %v; asked %v", tt.name, err, k.paths())
		}
	}
	h, k := desked(t, reply(createdOK), reply(madeOK))
	a, _ := articles(h)
	a.Bare = true
	if _, err := a.Publish(t.Context(), noCover, func(string) error { return nil }); err != nil || asJSON(t, k.bodies[0])["cover"] != nil {
		t.Errorf("where it may go without: %v, %v", err, k.bodies)
	}
}

// From the token on no second article is made, whatever is answered.
func TestAnArticleIsGoneOnWithFromItsToken(t *testing.T) {
	begun := anArticle
	begun.Token = "mau-article-token-0001"
	stands := listed(item("39c000000000000a0009", monday.Add(time.Second), anArticle.Title))
	absent := listed(item("39c0000000000000old", monday.Add(-time.Hour), "Bài khác"))
	broken := page(502, "text/html", "<html>")
	tests := []struct {
		name  string
		says  []func(http.ResponseWriter, *http.Request)
		reads func(http.ResponseWriter, *http.Request)
		made  string
		want  lantoa.Kind
		what  string
		asks  int
	}{
		{name: "it is ready", says: []func(http.ResponseWriter, *http.Request){reply(madeOK)}, reads: absent, made: "39c000000000000a0002", asks: 1},
		{name: "and the list is away", says: []func(http.ResponseWriter, *http.Request){reply(madeOK)}, reads: broken, made: "39c000000000000a0002", asks: 1},
		{name: "Zalo is at it still", says: []func(http.ResponseWriter, *http.Request){refused(-214, "processed")}, reads: absent, want: lantoa.Limited, what: "article", asks: 6},
		{name: "Zalo does not answer", says: []func(http.ResponseWriter, *http.Request){broken}, reads: absent, want: lantoa.Limited, what: "article", asks: 6},
		{name: "never an id", says: []func(http.ResponseWriter, *http.Request){reply(`{"error":0}`)}, reads: absent, want: lantoa.Limited, what: "article", asks: 6},
		{name: "too often", says: []func(http.ResponseWriter, *http.Request){refused(-32, "limit")}, reads: absent, want: lantoa.Limited, what: "", asks: 1},
		{name: "the picture could not be fetched", says: []func(http.ResponseWriter, *http.Request){refused(-200, "create media fail")}, reads: absent, want: lantoa.Refused, what: "cover", asks: 6},
		{name: "it failed", says: []func(http.ResponseWriter, *http.Request){refused(-200, "failed")}, reads: absent, want: lantoa.Refused, what: "article", asks: 6},
		{name: "the token is unknown", says: []func(http.ResponseWriter, *http.Request){refused(-201, "token is invalid")}, reads: absent, want: lantoa.Refused, what: "article", asks: 1},
		{name: "the token is unknown, and the article stands there", says: []func(http.ResponseWriter, *http.Request){refused(-201, "token is invalid")}, reads: stands, made: "39c000000000000a0009", asks: 1},
		{name: "the token is unknown, and the list is away", says: []func(http.ResponseWriter, *http.Request){refused(-201, "token is invalid")}, reads: broken, want: lantoa.Unclear, what: "article", asks: 1},
		{name: "the right was lost meanwhile", says: []func(http.ResponseWriter, *http.Request){refused(-219, "disabled")}, reads: absent, want: lantoa.Unclear, what: "article", asks: 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h, k := desked(t, tt.says...)
			k.reads = tt.reads
			a, _ := articles(h)
			done, err := a.Publish(t.Context(), begun, func(string) error { t.Error("another token is kept"); return nil })
			trouble := lantoa.AsTrouble(err, "")
			if done.Posted != tt.made || (err == nil) != (tt.made != "") || err != nil && (trouble.Kind != tt.want || trouble.What != tt.what) {
				t.Errorf("%+v, %v; want %s (%s)", done, err, tt.want, tt.what)
			}
			if trouble.Kind == lantoa.Limited && !trouble.Until.Equal(monday.Add(time.Minute)) {
				t.Errorf("until %v", trouble.Until)
			}
			if len(k.paths()) != tt.asks || k.count("/v2.0/article/verify") != tt.asks {
				t.Errorf("asked %v", k.paths())
			}
			noToken(t, err)
		})
	}
}

func TestAnArticleWhoseTokenCouldNotBeKeptIsFinishedOrUnclear(t *testing.T) {
	lost := func(string) error { return fmt.Errorf("the claim is lost") }
	h, _ := desked(t, reply(createdOK), reply(madeOK))
	a, _ := articles(h)
	if done, err := a.Publish(t.Context(), anArticle, lost); err != nil || done.Posted == "" {
		t.Errorf("%+v, %v", done, err)
	}
	h, _ = desked(t, reply(createdOK), refused(-214, "processed"))
	a, _ = articles(h)
	if _, err := a.Publish(t.Context(), anArticle, lost); lantoa.KindOf(err) != lantoa.Unclear {
		t.Error(err)
	}
}

func TestAnArticleInTheMakingIsLeftWhenWeStop(t *testing.T) {
	ctx, cancel := context.WithCancel(t.Context())
	h, k := desked(t, reply(createdOK), refused(-214, "processed"))
	a := Articles{Client: h.Client, Wait: func(ctx context.Context, _ time.Duration) error { cancel(); return ctx.Err() }}
	_, err := a.Publish(ctx, anArticle, func(string) error { return nil })
	if trouble := lantoa.AsTrouble(err, ""); trouble.Kind != lantoa.Limited || trouble.What != "article" || len(k.paths()) != 2 {
		t.Errorf("%v; asked %v", err, k.paths())
	}
	a.Wait = nil
	if err := a.wait(ctx, time.Hour); err == nil {
		t.Error("it waits on")
	}
}

func TestFindAnArticle(t *testing.T) {
	begun := anArticle
	begun.Token = "mau-article-token-0001"
	ours := item("39c000000000000a0009", monday.Add(time.Second), norm.NFD.String(anArticle.Title)+" ")
	old := item("39c0000000000000old", monday.Add(-time.Hour), "Bài khác")
	var many []string
	for i := range 60 {
		many = append(many, item(fmt.Sprint("n", i), monday.Add(time.Hour), "Bài khác"))
	}
	again := anArticle
	again.ApprovedAt = monday.Add(-40 * time.Minute)
	tests := []struct {
		name   string
		deed   lantoa.Deed
		verify func(http.ResponseWriter, *http.Request)
		reads  func(http.ResponseWriter, *http.Request)
		found  string
		sure   bool
		err    lantoa.Kind
	}{
		{name: "the same title since the call", deed: anArticle, reads: listed(ours, old), found: "39c000000000000a0009"},
		{name: "it is not there", deed: anArticle, reads: listed(old), sure: true},
		{name: "no article at all", deed: anArticle, reads: listed(), sure: true},
		{name: "an equal title of before", deed: anArticle, reads: listed(item("x", monday.Add(-30*time.Minute), anArticle.Title), old)},
		{name: "an earlier call's after all", deed: again, reads: listed(item("x", monday.Add(-30*time.Minute), anArticle.Title), old), found: "x"},
		{name: "on the second page", deed: anArticle, reads: listed(append(append([]string{}, many[:12]...), ours, old)...), found: "39c000000000000a0009"},
		{name: "more than is looked through", deed: anArticle, reads: listed(many...)},
		{name: "one without a date", deed: anArticle, reads: listed(`{"id":"z","title":"khác"}`, old)},
		{name: "the list is away", deed: anArticle, reads: page(502, "text/html", "<html>"), err: lantoa.Away},
		{name: "the token knows it", deed: begun, verify: reply(madeOK), reads: listed(old), found: "39c000000000000a0002"},
		{name: "Zalo is at it still", deed: begun, verify: refused(-214, "processed"), reads: listed(old)},
		{name: "the token is unknown, the title stands there", deed: begun, verify: refused(-201, "token"), reads: listed(ours, old), found: "39c000000000000a0009"},
		{name: "the token is unknown, and so is the title", deed: begun, verify: refused(-201, "token"), reads: listed(old), sure: true},
		{name: "the token is not answered for", deed: begun, verify: page(502, "text/html", "<html>"), reads: listed(old)},
		{name: "no right any more", deed: begun, verify: refused(-219, "disabled"), reads: listed(old), err: lantoa.NoRight},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h, k := desked(t, tt.verify)
			k.reads = tt.reads
			a, _ := articles(h)
			done, found, sure, err := a.Find(t.Context(), tt.deed)
			if lantoa.KindOf(err) != tt.err || found != (tt.found != "") || done.Posted != tt.found || sure != (tt.sure || found) {
				t.Errorf("%+v, found %v, sure %v, %v", done, found, sure, err)
			}
			noToken(t, err)
		})
	}
}

func TestRemoveAnArticle(t *testing.T) {
	d := anArticle
	d.Posted = "39c000000000000a0002"
	there := reply(`{"error":0,"data":{"id":"39c000000000000a0002","title":"x"}}`)
	for _, tt := range []struct {
		name  string
		says  func(http.ResponseWriter, *http.Request)
		reads func(http.ResponseWriter, *http.Request)
		want  lantoa.Kind
	}{
		{"removed", reply(`{"error":0,"message":"Success"}`), there, ""},
		{"gone already", refused(-201, "id is invalid"), refused(-201, "id is invalid"), ""},
		{"there and refused", refused(-201, "id is invalid"), there, lantoa.Refused},
		{"refused, and nobody knows", refused(-201, "id is invalid"), page(502, "text/html", "<html>"), lantoa.Refused},
		{"no clear answer", page(502, "text/html", "<html>"), there, lantoa.Unclear},
		{"no right", refused(-219, "disabled"), there, lantoa.NoRight},
	} {
		t.Run(tt.name, func(t *testing.T) {
			h, k := desked(t, tt.says)
			k.reads = tt.reads
			a, _ := articles(h)
			if err := a.Remove(t.Context(), d); lantoa.KindOf(err) != tt.want || (err == nil) != (tt.want == "") {
				t.Error(err)
			}
			if k.paths()[0] != "/v2.0/article/remove" || k.bodies[0] != `{"id":"39c000000000000a0002"}` {
				t.Errorf("asked %v %v", k.paths(), k.bodies)
			}
		})
	}
	h, k := desked(t)
	a, _ := articles(h)
	if err := a.Remove(t.Context(), anArticle); lantoa.KindOf(err) != lantoa.Refused || len(k.paths()) != 0 {
		t.Errorf("one without an id: %v", err)
	}
}

func TestEditAnArticle(t *testing.T) {
	d := anArticle
	d.Posted, d.Cover, d.Author = "39c000000000000a0002", "", ""
	there := reply(`{"error":0,"data":{"id":"39c000000000000a0002","title":"x","author":"Ban Tuyên giáo","cover":{"cover_type":"photo","photo_url":"https://zalo-article-photo.zadn.vn/mau2","status":"show"}}}`)
	h, k := desked(t, reply(createdOK), refused(-214, "processed"), reply(madeOK))
	k.reads = there
	a, waits := articles(h)
	if err := a.Edit(t.Context(), d, "Lời mới"); err != nil || len(*waits) != 1 {
		t.Fatal(err, *waits)
	}
	got := asJSON(t, k.bodies[0])
	if k.paths()[0] != "/v2.0/article/update" || got["id"] != d.Posted || got["author"] != "Ban Tuyên giáo" || got["title"] != d.Title ||
		got["cover"].(map[string]any)["photo_url"] != "https://zalo-article-photo.zadn.vn/mau2" || !strings.Contains(fmt.Sprint(got["body"]), "Lời mới") {
		t.Errorf("asked %v %v", k.paths(), got)
	}
	for _, tt := range []struct {
		name  string
		says  []func(http.ResponseWriter, *http.Request)
		reads func(http.ResponseWriter, *http.Request)
		want  lantoa.Kind
	}{
		{"it cannot be read", []func(http.ResponseWriter, *http.Request){reply(createdOK)}, refused(-201, "id"), lantoa.Refused},
		{"refused", []func(http.ResponseWriter, *http.Request){refused(-248, "standards")}, there, lantoa.Refused},
		{"no clear answer", []func(http.ResponseWriter, *http.Request){page(502, "text/html", "<html>")}, there, lantoa.Unclear},
		{"not finished", []func(http.ResponseWriter, *http.Request){reply(createdOK), refused(-214, "processed")}, there, lantoa.Unclear},
		{"failed", []func(http.ResponseWriter, *http.Request){reply(createdOK), refused(-201, "token")}, there, lantoa.Refused},
	} {
		t.Run(tt.name, func(t *testing.T) {
			h, k := desked(t, tt.says...)
			k.reads = tt.reads
			a, _ := articles(h)
			if err := a.Edit(t.Context(), d, "Lời mới"); lantoa.KindOf(err) != tt.want {
				t.Error(err)
			}
		})
	}
}

func FuzzWhatZaloMade(f *testing.F) {
	f.Add(sentOK, "Phụ nữ 👩‍👩‍👧 "+strings.Repeat("ạ", 20), 10)
	f.Add(createdOK, norm.NFD.String(anArticle.Words), 300)
	f.Add(madeOK, "<p>[@7300]", 3)
	f.Add(`{"error":"-214","data":[]}`, "", 1)
	f.Fuzz(func(t *testing.T, answer, text string, most int) {
		if got, err := decode[sent]([]byte(answer)); err == nil {
			if done, err := got.done("message", nil); (err == nil) != (done.Posted != "") {
				t.Errorf("%+v, %v of %q", done, err, answer)
			}
		}
		decode[token]([]byte(answer))
		decode[slice]([]byte(answer))
		if most = most%400 + 1; most > 1 {
			if got := shorten(text, most); utf8.RuneCountInString(got) > most {
				t.Errorf("%q to %d: %q", text, most, got)
			}
		}
		d := anArticle
		d.Title = text
		for _, p := range articleOf(d, text).Body {
			inner := strings.TrimSuffix(strings.TrimPrefix(p.Content, "<p>"), "</p>")
			if strings.ContainsAny(strings.ReplaceAll(inner, "<br>", ""), "<>") {
				t.Errorf("%q holds foreign HTML", p.Content)
			}
		}
		d.Words = text
		if strings.Contains(messageText(d), "[@") {
			t.Errorf("%q rings somebody", messageText(d))
		}
	})
}
