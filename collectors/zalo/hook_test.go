package zalo

import (
	"encoding/json"
	"net/http"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/unicode/norm"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/collectors/talk"
)

// hooked is the client of the recorded calls.
func hooked(change ...func(*Options)) *Client {
	opt := Options{
		AppID: "4188000000000000187", OAID: "2188400000000000187", AppSecret: "khoa-app-mau-khong-that", OASecret: "khoa-oa-mau-khong-that",
		Hash: func(namespace, id string) string { return namespace + ":h" + id[len(id)-3:] },
		Bot:  Bot{Secret: "bot-secret", Name: "Bot Hội LHPN Thái Nguyên"},
	}
	for _, c := range change {
		c(&opt)
	}
	return New(opt)
}

// near is a moment shortly after a recorded call was made.
func near(t testing.TB, body []byte) time.Time {
	t.Helper()
	var e struct {
		Time flexString `json:"timestamp"`
	}
	if err := json.Unmarshal(body, &e); err != nil {
		t.Fatal(err)
	}
	return millis(e.Time).Add(time.Minute)
}

func signedWith(value string) http.Header {
	h := http.Header{}
	if value != "" {
		h.Set("X-ZEvent-Signature", value)
	}
	return h
}

func TestRecordedSignatures(t *testing.T) {
	var rec struct {
		Valid []struct {
			File  string `json:"file"`
			Value string `json:"header_value"`
			First string `json:"first_term"`
		} `json:"valid"`
		Variants []string `json:"variants_of_file_16_that_must_also_pass"`
		Fail     []struct {
			File  string `json:"file"`
			Value string `json:"header_value"`
			Why   string `json:"why"`
		} `json:"must_fail"`
	}
	if err := json.Unmarshal(fixture(t, "21_webhook_signatures.json"), &rec); err != nil {
		t.Fatal(err)
	}
	strict := hooked(func(o *Options) { o.Hook.NoSecret = true })
	for _, v := range rec.Valid {
		body := fixture(t, v.File)
		matched, err := strict.VerifyHook(signedWith(v.Value), body, near(t, body))
		if err != nil || matched != v.First+"+oa_secret" {
			t.Errorf("%s: %q, %v", v.File, matched, err)
		}
		other := map[string]string{"app_id": "oa_id", "oa_id": "app_id"}[v.First]
		locked := hooked(func(o *Options) { o.Hook = HookRule{First: other} })
		if _, err := locked.VerifyHook(signedWith(v.Value), body, near(t, body)); lantoa.KindOf(err) != lantoa.Forbidden {
			t.Errorf("%s: locked to %s, and yet %v", v.File, other, err)
		}
		if _, err := strict.VerifyHook(signedWith(v.Value), append(slices.Clone(body), ' '), near(t, body)); err == nil {
			t.Errorf("%s: one byte more passes", v.File)
		}
	}
	card := fixture(t, "16_webhook_group_sticker.json")
	for _, value := range rec.Variants {
		if _, err := strict.VerifyHook(signedWith(value), card, near(t, card)); err != nil {
			t.Errorf("%q: %v", value, err)
		}
	}
	for _, f := range rec.Fail {
		body := fixture(t, f.File)
		if _, err := strict.VerifyHook(signedWith(f.Value), body, near(t, body)); lantoa.KindOf(err) != lantoa.Forbidden {
			t.Errorf("%s: %v", f.Why, err)
		}
	}
	t.Run("the app's secret serves unless the setting says no", func(t *testing.T) {
		fallback := rec.Fail[2]
		body := fixture(t, fallback.File)
		if matched, err := hooked().VerifyHook(signedWith(fallback.Value), body, near(t, body)); err != nil || matched != "app_id+app_secret" {
			t.Errorf("%q, %v", matched, err)
		}
	})
	t.Run("old calls, calls of the future and of other apps are refused, Zalo's own repetitions are not", func(t *testing.T) {
		body := fixture(t, rec.Valid[0].File)
		for name, age := range map[string]time.Duration{"four hours later": 4 * time.Hour, "four hours before": -4 * time.Hour} {
			if _, err := strict.VerifyHook(signedWith(rec.Valid[0].Value), body, near(t, body).Add(age)); err == nil {
				t.Error(name)
			}
		}
		if _, err := strict.VerifyHook(signedWith(rec.Valid[0].Value), body, near(t, body).Add(110*time.Minute)); err != nil {
			t.Errorf("the last repetition: %v", err)
		}
		foreign := hooked(func(o *Options) { o.AppID = "1" })
		if _, err := foreign.VerifyHook(signedWith(rec.Valid[0].Value), body, near(t, body)); err == nil {
			t.Error("another app's call passes")
		}
	})
}

func TestRecordedEvents(t *testing.T) {
	tests := []struct {
		file  string
		check func(e Event) bool
	}{
		{"10_webhook_group_text_story.json", func(e Event) bool {
			return e.Group == "a1f0c3d200000000c001" && e.Message.ID == "c0de0000000000000003" && talk.Alone(*e.Message) == talk.Post && e.Message.Author == "oa:h001"
		}},
		{"11_webhook_group_text_nfd_escaped.json", func(e Event) bool {
			return strings.HasPrefix(e.Message.Text, "Mô hình “Ngôi nhà an toàn”")
		}},
		{"12_webhook_group_image.json", func(e Event) bool {
			return e.Message.Kind == talk.Photo && len(e.Message.Media) == 1 && e.Message.Text == "Hội viên cân phế liệu cuối tháng 10"
		}},
		{"13_webhook_group_file.json", func(e Event) bool {
			return e.Message.Kind == talk.File && e.Message.Media[0].Title == "Báo cáo mô hình quý III – xã Phú Bình (bản cuối).docx"
		}},
		{"14_webhook_group_reply_mention.json", func(e Event) bool {
			return !strings.Contains(e.Message.Text, "Hà Mẫu") && strings.Contains(e.Message.Text, "xin mẫu sổ")
		}},
		{"15_webhook_group_link_and_card.json", func(e Event) bool {
			return e.Message.Kind == talk.Card && e.Message.Text == "" && e.Message.Media == nil
		}},
		{"16_webhook_group_sticker.json", func(e Event) bool { return e.Message.Kind == talk.Sticker && e.Message.Media == nil }},
		{"17_webhook_oa_send_group_echo.json", func(e Event) bool {
			return e.Echo && e.Group == "a1f0c3d200000000c002" && e.Message == nil && e.Sender == ""
		}},
		{"18a_webhook_user_join_group.json", func(e Event) bool { return e.Joined == 2 && e.Group == "a1f0c3d200000000c001" }},
		{"18b_webhook_user_out_group.json", func(e Event) bool { return e.Left >= 1 && e.Group != "" }},
		{"18c_webhook_delete_group.json", func(e Event) bool { return e.Closed && e.Group == "a1f0c3d200000000c005" }},
		{"19_webhook_user_withdraw.json", func(e Event) bool {
			slices.Sort(e.Withdrawn)
			return slices.Equal(e.Withdrawn, []string{"app:h001", "oa:h001"})
		}},
		{"20_webhook_user_to_oa_forward.json", func(e Event) bool {
			return e.Submission != nil && e.Submission.Sender == "oa:h002" && strings.HasPrefix(e.Submission.Text, "#mohinh xã Đại Phúc") && e.Submission.Externals[0] == "c0de0000000000000c01"
		}},
	}
	c := hooked()
	for _, tt := range tests {
		body := fixture(t, tt.file)
		e, err := c.ReadHook(body, monday)
		if err != nil || !tt.check(e) || e.Key == "" {
			t.Errorf("%s: %v, %+v", tt.file, err, e)
		}
		told, _ := json.Marshal(e)
		for _, secret := range []string{"730000000000000000", "990000000000000000", "qr-talk", `"phone"`} {
			if strings.Contains(string(told), secret) {
				t.Errorf("%s: %s leaves the package: %s", tt.file, secret, told)
			}
		}
	}
}

func TestRecordedBotUpdates(t *testing.T) {
	var updates []json.RawMessage
	if err := json.Unmarshal(fixture(t, "30_bot_platform_updates.json"), &updates); err != nil {
		t.Fatal(err)
	}
	c := hooked()
	var told []string
	for _, u := range updates {
		e, err := c.ReadBot(u, monday)
		if err != nil {
			t.Fatal(err)
		}
		switch {
		case e.Submission == nil:
			told = append(told, "nothing")
		default:
			told = append(told, e.Submission.Via+" "+e.Submission.Sender+" "+lantoa.Cut(e.Submission.Text, 30))
		}
	}
	want := []string{"zalo_bot bot:h0f1 #mohinh Xóm Soi trồng 300 cây…", "zalo_bot bot:h0f1 Đường hoa xóm Soi", "nothing", "nothing"}
	if !slices.Equal(told, want) {
		t.Errorf("got  %q\nwant %q", told, want)
	}
	for secret, good := range map[string]bool{"bot-secret": true, "": false, "bot-secreT": false} {
		h := http.Header{}
		h.Set("X-Bot-Api-Secret-Token", secret)
		if c.VerifyBot(h) != good {
			t.Errorf("%q", secret)
		}
	}
	if hooked(func(o *Options) { o.Bot.Secret = "" }).VerifyBot(http.Header{}) {
		t.Error("without a secret of ours everybody is the bot")
	}
}

func TestTheWordThatLinksASender(t *testing.T) {
	c := hooked()
	e, err := c.ReadHook([]byte(`{"event_name":"user_send_text","sender":{"id":"7300000000000000002"},"message":{"text":"em gửi ạ: noi-7kq2mx","msg_id":"1"},"timestamp":"1795248729000"}`), monday)
	if err != nil || e.Code != "NOI-7KQ2MX" || e.Sender != "oa:h002" || e.Submission != nil {
		t.Errorf("%v, %+v", err, e)
	}
}

// recorded are the recordings that begin with a prefix, for a fuzzer to begin with; none where they are not.
func recorded(f *testing.F, pattern string) (all [][]byte) {
	names, _ := filepath.Glob(filepath.Join("../../../shared/fixtures/zalo", pattern))
	for _, name := range names {
		if b, err := os.ReadFile(name); err == nil {
			all = append(all, b)
		}
	}
	return all
}

// telling is a client whose hashes can be told from what was hashed.
func telling() *Client {
	return hooked(func(o *Options) { o.Hash = func(string, string) string { return "h" } })
}

func FuzzHook(f *testing.F) {
	for _, s := range []string{
		`{"event_name":"user_send_group_text","sender":{"id":"7300000000000000001"},"message":{"text":"a","msg_id":1}}`, `{"event_name":"user_withdraw","user_id":7}`, `[]`, `{"event_name":[]}`,
		`{"event_name":"user_send_group_link","message":{"attachments":[{"type":"link","payload":{"description":"{\"phone\":\"0990000187\"}"}}]}}`,
		`{"event_name":"user_join_group","group_id":"g","users":[{"id":1},null,7],"timestamp":1}`, `{"event_name":"user_send_image","message":{"msg_id":"1","attachments":{}},"sender":{"id":"2"}}`,
	} {
		f.Add([]byte(s))
	}
	for _, body := range recorded(f, "[12]*_webhook_*.json") {
		f.Add(body)
	}
	f.Fuzz(func(t *testing.T, body []byte) {
		c := telling()
		e, err := c.ReadHook(body, monday)
		if err != nil {
			if lantoa.KindOf(err) != lantoa.Garbled {
				t.Error(err)
			}
			return
		}
		if e.Name == "" || e.At.IsZero() || e.Key == "" || e.Joined < 0 || e.Left < 0 {
			t.Errorf("%+v", e)
		}
		if e.Sender != "" && e.Sender != "h" || e.Message != nil && e.Message.Author != "" && e.Message.Author != "h" {
			t.Errorf("a person left the package: %+v", e)
		}
		if m := e.Message; m != nil && !talk.Words(m.Kind) && (m.Text != "" || m.Media != nil) {
			t.Errorf("the content of a %s was kept: %+v", m.Kind, m)
		}
		if e.Submission != nil && (e.Submission.Sender == "" || len(e.Submission.Externals) == 0 || e.Code != "") {
			t.Errorf("nobody told %+v", e.Submission)
		}
		if again, err := c.ReadHook(body, monday); err != nil || again.Key != e.Key || again.Joined != e.Joined {
			t.Errorf("read again it says %+v, %v", again, err)
		}
		c.VerifyHook(signedWith("mac=52b5130af4c7b53ff66c5fc2909b27483171862420a91c3f2e5a165853723afd"), body, monday)
	})
}

func FuzzBot(f *testing.F) {
	for _, s := range []string{`{"event_name":"message.text.received","message":{"message_id":"1","text":"a","from":{"id":"2"}}}`, `{"ok":true,"result":{"event_name":"x"}}`, `{"result":7}`,
		`{"event_name":"message.text.received","message":{"message_id":"1","text":"@Bot x NOI-7KQ2MX","chat":{"id":"3","chat_type":"GROUP"},"from":{"id":"2"}}}`} {
		f.Add([]byte(s))
	}
	for _, body := range recorded(f, "30_bot_platform_updates.json") {
		var updates []json.RawMessage
		if json.Unmarshal(body, &updates) == nil {
			for _, u := range updates {
				f.Add([]byte(u))
			}
		}
	}
	c := telling()
	f.Fuzz(func(t *testing.T, body []byte) {
		e, err := c.ReadBot(body, monday)
		if err != nil {
			return
		}
		if e.Name == "" || e.At.IsZero() || e.Sender != "" && e.Sender != "h" || e.Group != "" {
			t.Errorf("%+v", e)
		}
		if e.Submission != nil && (e.Submission.Sender == "" || e.Code != "" || e.Unreadable || e.Submission.Text == "" && len(e.Submission.Media) == 0) {
			t.Errorf("nobody told %+v", e.Submission)
		}
	})
}

func FuzzConversation(f *testing.F) {
	f.Add([]byte(`{"error":0,"data":[{"src":1,"time":1,"type":"text","message":"a","message_id":"1","from_id":"2"}]}`))
	f.Add([]byte(`{"error":"0","data":[{"time":"x","links":{}}]}`))
	f.Add([]byte(`{"error":0,"data":[{"type":"link","links":[{"description":"{\"phone\":\"0990000187\"}"}]},null,{"type":"file","message_id":2,"description":"../a"}]}`))
	for _, body := range recorded(f, "0[789]_gmf_*.json") {
		f.Add(body)
	}
	c := telling()
	f.Fuzz(func(t *testing.T, body []byte) {
		page, err := decode[[]wireMessage](body)
		if err != nil {
			return
		}
		var messages []talk.Message
		for _, m := range page {
			msg, ok := c.read(m, monday)
			if !ok {
				continue
			}
			if msg.ID == "" || msg.At.IsZero() || msg.Author != "" && msg.Author != "h" {
				t.Errorf("%+v", msg)
			}
			if !talk.Words(msg.Kind) && (msg.Text != "" || msg.Media != nil) {
				t.Errorf("the content of a %s was kept: %+v", msg.Kind, msg)
			}
			messages = append(messages, msg)
		}
		posts, chatter := talk.Sort(messages, nil)
		if len(posts)+len(chatter) != len(messages) {
			t.Errorf("%d messages are %d posts and %d chatter", len(messages), len(posts), len(chatter))
		}
	})
}

// A picture is told of before or after its story, and by two doors: it is one story with its pictures in the end.
func TestAStoryByWebhookAndByReadingIsOne(t *testing.T) {
	h := open(t)
	c := h.Client
	play(t, h, "07_gmf_conversation_page0.json", "08_gmf_conversation_page1_shifted.json")
	haul := h.visit(t)
	for _, file := range []string{"10_webhook_group_text_story.json", "12_webhook_group_image.json"} {
		e, err := c.ReadHook(fixture(t, file), monday)
		if err != nil {
			t.Fatal(err)
		}
		if m := e.Message; !h.shelf.posts[m.ID] && !h.shelf.chatter[m.ID] || e.Group != h.group.External {
			t.Errorf("%s: message %s is not the one that was read", file, m.ID)
		}
		if e.Message.Kind == talk.Text && (e.Message.Text != haul.Posts[0].Text || e.Message.Author != haul.Posts[0].Author || e.Message.Author == "") {
			t.Errorf("the event tells of it in other words, or of another author: %q", e.Message.Text)
		}
	}
}

func TestEvents(t *testing.T) {
	join := func(name, at string, ids ...string) string {
		var users []string
		for _, id := range ids {
			users = append(users, `{"id":"`+id+`"}`)
		}
		return `{"event_name":"` + name + `","group_id":"a1f0c3d200000000c001","users":[` + strings.Join(users, ",") + `],"timestamp":"` + at + `"}`
	}
	tests := []struct {
		name   string
		bodies []string
		want   string // of the last
	}{
		{"whoever is let in and then is in joined once", []string{join("accept_request_join_group", "1794967200000", "7300000000000000003"), join("user_join_group", "1794967201000", "7300000000000000003")}, "joined 0"},
		{"the same event again says the same again", []string{join("user_join_group", "1794967200000", "7300000000000000003"), join("user_join_group", "1794967200000", "7300000000000000003")}, "joined 1"},
		{"who joins again after an hour joined again", []string{join("user_join_group", "1794967200000", "7300000000000000003"), join("user_join_group", "1794970800000", "7300000000000000003")}, "joined 1"},
		{"only those who were not let in before are new", []string{join("react_request_join_group_accept", "1794967200000", "7300000000000000003"), join("user_join_group", "1794967200500", "7300000000000000003", "7300000000000000004")}, "joined 1"},
		{"who was refused did not join", []string{join("reject_request_join_group", "1794967200000", "7300000000000000003")}, "joined 0"},
		{"who asks did not join", []string{join("user_request_join_group", "1794967200000", "7300000000000000003")}, "joined 0"},
		{"a join without names is one", []string{`{"event_name":"user_join_group","group_id":"g","timestamp":"1794967200000"}`}, "joined 1"},
		{"leaving has two names", []string{join("user_leave_group", "1794967200000", "7300000000000000003", "7300000000000000003")}, "left 1"},
		{"a message of ours to one person is an echo", []string{`{"event_name":"oa_send_text","sender":{"id":"2188400000000000187"},"recipient":{"id":"7300000000000000003"},"message":{"msg_id":"1","text":"chào"},"timestamp":"1794967200000"}`}, "echo"},
		{"a visiting card hidden as a link", []string{`{"event_name":"user_send_group_link","sender":{"id":"7300000000000000003"},"recipient":{"id":"g"},"message":{"msg_id":"1","attachments":[{"type":"link","payload":{"url":"u","description":"{\"phone\":\"0990000187\"}"}}]},"timestamp":"1794967200000"}`}, "says card of 0"},
		{"a kind that Zalo has yet to think of", []string{`{"event_name":"user_send_group_hologram","sender":{"id":"7300000000000000003"},"recipient":{"id":"g"},"message":{"message_id":"1"},"timestamp":"1794967200000"}`}, "says unsupported of 0"},
		{"a location told to us alone is none of our business", []string{`{"event_name":"user_send_location","sender":{"id":"7300000000000000003"},"message":{"msg_id":"1","text":"em ở đây","attachments":[{"type":"location","payload":{"coordinates":{"latitude":"21.4","longitude":"105.9"}}}]},"timestamp":"1794967200000"}`}, "nothing"},
		{"pictures told to us alone are part of a story", []string{`{"event_name":"user_send_image","sender":{"id":"7300000000000000003"},"message":{"msg_id":"1","attachments":[{"type":"image","payload":{"url":"https://a/1.jpg?a=1&amp;b=2"}},{"type":"image","payload":{"url":"https://a/2.jpg"}}]},"timestamp":"1794967200000"}`}, "told 2 https://a/1.jpg?a=1&b=2"},
		{"an event that we do not know says nothing", []string{`{"event_name":"shop_has_order","timestamp":"1794967200000"}`}, "nothing"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := hooked()
			var e Event
			for _, body := range tt.bodies {
				var err error
				if e, err = c.ReadHook([]byte(body), monday); err != nil {
					t.Fatal(err)
				}
			}
			got := "nothing"
			switch {
			case e.Message != nil:
				got = "says " + e.Message.Kind + " of " + strconv.Itoa(len(e.Message.Media))
			case e.Submission != nil:
				got = "told " + strconv.Itoa(len(e.Submission.Media)) + " " + e.Submission.Media[0].URL
			case e.Echo:
				got = "echo"
			case e.Left > 0:
				got = "left " + strconv.Itoa(e.Left)
			case strings.Contains(e.Name, "join"):
				got = "joined " + strconv.Itoa(e.Joined)
			}
			if got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
	t.Run("two people who withdraw in the same moment are two", func(t *testing.T) {
		c := hooked(func(o *Options) { o.Hash = nil })
		one, _ := c.ReadHook([]byte(`{"event_name":"user_withdraw","user_id":"7300000000000000001","timestamp":"1795143600000"}`), monday)
		two, _ := c.ReadHook([]byte(`{"event_name":"user_withdraw","user_id":"7300000000000000002","timestamp":"1795143600000"}`), monday)
		if one.Key == two.Key || strings.Contains(one.Key, "730000") {
			t.Errorf("%q, %q", one.Key, two.Key)
		}
	})
}

func TestOnlyWhatIsSaidToTheBotIsForUs(t *testing.T) {
	update := func(kind, chat, said string, bot bool) []byte {
		b, _ := json.Marshal(map[string]any{"event_name": "message." + kind + ".received", "message": map[string]any{
			"message_id": "m1", "date": 1795395662055, "chat": map[string]any{"id": "chat-1", "chat_type": chat},
			"from": map[string]any{"id": "b07000000000000000f1", "is_bot": bot, "display_name": "Thu Mẫu"}, "text": said,
		}})
		return b
	}
	tests := []struct {
		name, kind, chat, said string
		bot                    bool
		want                   string
	}{
		{"a mention in a group", "text", "GROUP", "@Bot Hội LHPN Thái Nguyên Xóm Soi trồng mai", false, "Xóm Soi trồng mai"},
		{"a decomposed one", "text", "GROUP", norm.NFD.String("@Bot Hội LHPN Thái Nguyên Xóm Soi trồng mai"), false, "Xóm Soi trồng mai"},
		{"under a name that nobody set", "text", "GROUP", "@Bot Khác #mohinh Xóm Soi trồng mai", false, "#mohinh Xóm Soi trồng mai"},
		{"talk in a group that we happen to hear", "text", "GROUP", "Xóm Soi trồng mai", false, ""},
		{"written to the bot alone", "text", "PRIVATE", "Xóm Soi trồng mai", false, "Xóm Soi trồng mai"},
		{"another bot", "text", "PRIVATE", "Xóm Soi trồng mai", true, ""},
		{"a document", "unsupported", "PRIVATE", "", false, "unreadable"},
		{"a document in a group", "unsupported", "GROUP", "", false, ""},
		{"a voice", "voice", "PRIVATE", "", false, "unreadable"},
		{"a sticker", "sticker", "PRIVATE", "", false, ""},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			e, err := hooked().ReadBot(update(tt.kind, tt.chat, tt.said, tt.bot), monday)
			if err != nil {
				t.Fatal(err)
			}
			got := ""
			switch {
			case e.Unreadable:
				got = "unreadable"
			case e.Submission != nil:
				got = e.Submission.Text
			}
			if got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestTheBotAnswers(t *testing.T) {
	h := open(t)
	opt := h.opt
	opt.Bot = Bot{URL: h.server.URL, Token: "123:secret-token", Secret: "s"}
	c := New(opt)
	answer := `{"ok":true,"result":{"message_id":"9"}}`
	var asked map[string]string
	h.server.before = func(r *http.Request, w http.ResponseWriter) bool {
		if r.URL.Path != "/bot123:secret-token/sendMessage" {
			t.Errorf("asked %s", r.URL.Path)
		}
		asked = nil
		json.NewDecoder(r.Body).Decode(&asked)
		w.Write([]byte(answer))
		return true
	}
	e, err := c.ReadBot([]byte(`{"event_name":"message.text.received","message":{"message_id":"m1","date":1,"text":"Xóm Soi","chat":{"id":"chat-1","chat_type":"PRIVATE"},"from":{"id":"b0f1"}}}`), monday)
	if err != nil {
		t.Fatal(err)
	}
	if err := c.Answer(t.Context(), e, "Đã nhận, mã C-0147 [@b0f1]"); err != nil || asked["chat_id"] != "chat-1" || asked["text"] != "Đã nhận, mã C-0147 @•••" {
		t.Errorf("%v, %v", asked, err)
	}
	if told, _ := json.Marshal(e); strings.Contains(string(told), "chat-1") {
		t.Errorf("the chat of a person leaves the package: %s", told)
	}
	answer = `{"ok":false,"error_code":403,"description":"Forbidden"}`
	if err := c.Answer(t.Context(), e, "x"); lantoa.KindOf(err) != lantoa.Refused {
		t.Errorf("got %v", err)
	}
	h.server.Close()
	if err := c.Answer(t.Context(), e, "x"); lantoa.KindOf(err) != lantoa.Away || strings.Contains(err.Error(), "secret-token") {
		t.Errorf("got %v", err)
	}
	if err := c.Answer(t.Context(), Event{}, "x"); lantoa.KindOf(err) != lantoa.Invalid {
		t.Errorf("nobody to answer to: %v", err)
	}
}
