package zalo

import (
	"encoding/json"
	"net/http"
	"slices"
	"strings"
	"testing"
	"time"

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

func FuzzHook(f *testing.F) {
	for _, s := range []string{`{"event_name":"user_send_group_text","message":{"text":"a","msg_id":1}}`, `{"event_name":"user_withdraw","user_id":7}`, `[]`, `{"event_name":[]}`,
		`{"event_name":"user_send_group_link","message":{"attachments":[{"type":"link","payload":{"description":"{\"phone\":\"0990000187\"}"}}]}}`} {
		f.Add([]byte(s))
	}
	c := hooked(func(o *Options) { o.Hash = nil })
	f.Fuzz(func(t *testing.T, body []byte) {
		e, err := c.ReadHook(body, monday)
		if err == nil && (e.Name == "" || e.At.IsZero()) {
			t.Errorf("%+v", e)
		}
	})
}

func FuzzBot(f *testing.F) {
	for _, s := range []string{`{"event_name":"message.text.received","message":{"message_id":"1","text":"a","from":{"id":"2"}}}`, `{"ok":true,"result":{"event_name":"x"}}`, `{"result":7}`} {
		f.Add([]byte(s))
	}
	c := hooked(func(o *Options) { o.Hash = nil })
	f.Fuzz(func(t *testing.T, body []byte) {
		if e, err := c.ReadBot(body, monday); err == nil && e.Submission != nil && e.Submission.Sender == "" {
			t.Errorf("nobody told %+v", e.Submission)
		}
	})
}

func FuzzConversation(f *testing.F) {
	f.Add([]byte(`{"error":0,"data":[{"src":1,"time":1,"type":"text","message":"a","message_id":"1","from_id":"2"}]}`))
	f.Add([]byte(`{"error":"0","data":[{"time":"x","links":{}}]}`))
	c := hooked(func(o *Options) { o.Hash = nil })
	f.Fuzz(func(t *testing.T, body []byte) {
		page, err := decode[[]wireMessage](body)
		if err != nil {
			return
		}
		var messages []talk.Message
		for _, m := range page {
			if msg, ok := c.read(m, monday); ok {
				messages = append(messages, msg)
			}
		}
		posts, chatter := talk.Sort(messages, nil)
		if len(posts)+len(chatter) != len(messages) {
			t.Errorf("%d messages are %d posts and %d chatter", len(messages), len(posts), len(chatter))
		}
	})
}
