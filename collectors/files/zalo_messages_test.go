package files

import (
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/unicode/norm"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/collectors/talk"
)

const daiPhuc = "3900000000000000001"

// recording is a recorded file of messages.
func recording(t testing.TB, name string) string {
	t.Helper()
	b, err := os.ReadFile("../../../shared/fixtures/zalo/" + name)
	if err != nil {
		t.Skipf("SKIPPED, the recording is not here: %v", err)
	}
	return string(b)
}

func hashed(space, id string) string { return "<" + space + ">" }

func readMessages(t *testing.T, text string) (Messages, []BadRow) {
	t.Helper()
	got, wrong, err := ReadMessages(strings.NewReader(text), MessagesAsk{Room: "pasted", Hash: func(space, id string) string {
		sum := sha256.Sum256([]byte(space + id))
		return hex.EncodeToString(sum[:4])
	}})
	if err != nil {
		t.Fatal(err)
	}
	return got, wrong
}

// tellRoom tells what becomes of a room's messages.
func tellRoom(r *Room) string {
	posts, chatter := r.Sort(nil)
	var out []string
	for _, p := range posts {
		line := fmt.Sprintf("post %s %s %d media", p.External, p.Type, len(p.Media))
		if p.HasCount {
			line += fmt.Sprintf(" reactions %v views %v", p.Numbers.Reactions, p.Numbers.Views)
		}
		out = append(out, line)
	}
	for _, c := range chatter {
		out = append(out, c.Kind+" "+c.External)
	}
	for _, id := range r.Recalled {
		out = append(out, "recalled "+id)
	}
	return strings.Join(out, "\n")
}

func tellFaults(wrong []BadRow) string {
	var out []string
	for _, b := range wrong {
		out = append(out, b.Error())
	}
	return strings.Join(out, "\n")
}

func TestRecordedZCAMessages(t *testing.T) {
	got, wrong := readMessages(t, recording(t, "25_zca_group_messages.jsonl"))
	if len(wrong) != 0 || len(got.Rooms) != 1 || got.Rooms[0].External != daiPhuc {
		t.Fatalf("%d rooms, bad rows %v", len(got.Rooms), wrong)
	}
	if got.Doubles != 1 || got.Vanishing != 1 {
		t.Errorf("%d doubles, %d that vanish, want 1 of each", got.Doubles, got.Vanishing)
	}
	const want = `post 7600000000101 album 3 media
photo 7600000000102
photo 7600000000103
file 7600000000104
link 7600000000105
sticker 7600000000106
text 7600000000107
text 7600000000109
photo 7600000000111`
	if d := cmp.Diff(want, tellRoom(got.Rooms[0])); d != "" {
		t.Error(d)
	}
	posts, _ := got.Rooms[0].Sort(nil)
	for i, want := range []string{"https://f37-zpg-r.zdn.vn/mau/1.jpg", "https://f37-zpg-r.zdn.vn/mau/2.jpg", "https://f37-zpg-r.zdn.vn/mau/3.jpg?token=MAU&e=1"} {
		if posts[0].Media[i].URL != want {
			t.Errorf("photo %d is %s, want %s", i, posts[0].Media[i].URL, want)
		}
	}
	whole := fmt.Sprintf("%+v", got.Rooms[0])
	for _, name := range []string{"Lan Mẫu", "Hường", "5600000000000000001", "5600000000000000002", "mau1234", "Em gửi nhầm"} {
		if strings.Contains(whole, name) {
			t.Errorf("%q is still there", name)
		}
	}
}

func TestAMentionIsHiddenByItsPlaceInTheTextAsItCame(t *testing.T) {
	line := strings.Split(recording(t, "25_zca_group_messages.jsonl"), "\n")[6]
	var m struct {
		Data struct{ Content string } `json:"data"`
	}
	if err := json.Unmarshal([]byte(line), &m); err != nil {
		t.Fatal(err)
	}
	if norm.NFC.IsNormalString(m.Data.Content) {
		t.Fatal("the recording is not decomposed: it shows nothing")
	}
	got, _ := readMessages(t, line)
	text := got.Rooms[0].Messages[0].Text
	if !strings.HasPrefix(text, talk.Hidden+" ") || strings.Contains(text, "Mẫu") || !strings.Contains(text, "Cho em xin kịch bản") || !norm.NFC.IsNormalString(text) {
		t.Errorf("got %q", text)
	}
}

func TestRecordedEventsAroundMessages(t *testing.T) {
	var want struct {
		Erased []string `json:"erased_after_26"`
	}
	if err := json.Unmarshal([]byte(recording(t, "32_expected_normalised.json")), &want); err != nil {
		t.Fatal(err)
	}
	events := recording(t, "26_zca_undo_reaction_seen_groupevent.json")
	for name, text := range map[string]string{
		"after the messages":  recording(t, "25_zca_group_messages.jsonl") + events,
		"before the messages": events + "\n" + recording(t, "25_zca_group_messages.jsonl"),
	} {
		t.Run(name, func(t *testing.T) {
			got, wrong := readMessages(t, text)
			if len(wrong) != 0 || len(got.Rooms) != 1 {
				t.Fatalf("%d rooms, bad rows %v", len(got.Rooms), wrong)
			}
			r := got.Rooms[0]
			for _, id := range want.Erased {
				if slices.Contains(r.IDs(), id) || !slices.Contains(r.Recalled, id) {
					t.Errorf("%s is not erased", id)
				}
			}
			if d := cmp.Diff([]string{"7600000000109", "7699999999999"}, r.Recalled); d != "" {
				t.Errorf("the unknown recall is to be remembered: %s", d)
			}
			posts, _ := r.Sort(nil)
			if n := posts[0].Numbers; n.Reactions != lantoa.Of(0) || n.Views != lantoa.Of(3) || n.Source != lantoa.FromReport {
				t.Errorf("a reaction that was taken back counts: %+v", n)
			}
			if len(r.Moves) != 1 || r.Moves[0].Joined != 1 || r.Moves[0].Left != 0 || !r.Moves[0].At.Equal(time.UnixMilli(1795349774000)) {
				t.Errorf("moves %+v", r.Moves)
			}
			if r.Name != "Hội Phụ nữ xã Đại Phúc" {
				t.Errorf("the group is called %q", r.Name)
			}
			if whole := fmt.Sprintf("%+v", *r); strings.Contains(whole, "Mai Mẫu") || strings.Contains(whole, "5600000000000000004") || strings.Contains(whole, "ava-talk") {
				t.Error("who joined is still there")
			}
		})
	}
}

func TestAHistoryHoldsTheSameMessages(t *testing.T) {
	history, wrong := readMessages(t, recording(t, "27_zca_history_export.json"))
	if len(wrong) != 0 {
		t.Fatal(wrong)
	}
	live, _ := readMessages(t, recording(t, "25_zca_group_messages.jsonl"))
	sorted := func(ms []talk.Message) []talk.Message {
		slices.SortFunc(ms, func(a, b talk.Message) int { return strings.Compare(a.ID, b.ID) })
		return ms
	}
	if d := cmp.Diff(sorted(live.Rooms[0].Messages)[:3], sorted(history.Rooms[0].Messages)); d != "" {
		t.Error(d)
	}
	both, _ := readMessages(t, recording(t, "25_zca_group_messages.jsonl")+recording(t, "27_zca_history_export.json"))
	if len(both.Rooms[0].Messages) != len(live.Rooms[0].Messages) || both.Doubles != live.Doubles+3 {
		t.Errorf("%d messages, %d doubles", len(both.Rooms[0].Messages), both.Doubles)
	}
}

func TestRecordedOpenzcaLines(t *testing.T) {
	got, wrong := readMessages(t, recording(t, "28_openzca_listen.jsonl"))
	if d := cmp.Diff("line 3: private", tellFaults(wrong)); d != "" {
		t.Error(d)
	}
	if len(got.Rooms) != 1 || got.Other != 1 {
		t.Fatalf("%d rooms, %d other lines", len(got.Rooms), got.Other)
	}
	r := got.Rooms[0]
	if d := cmp.Diff("post 7600000000301 photo 1 media\nphoto 7600000000302", tellRoom(r)); d != "" {
		t.Error(d)
	}
	if m := r.Messages[0]; m.Text != "Chi hội em đã nhân rộng mô hình “Tủ sách cho con”" {
		t.Errorf("the text is %q", m.Text)
	}
	if m := r.Messages[1]; m.Text != "" || len(m.Media) != 1 || m.Media[0].URL != "https://f37-zpg-r.zdn.vn/mau/9.jpg" {
		t.Errorf("the photo is %+v", m)
	}
	if whole := fmt.Sprintf("%+v %v", got.Rooms[0], wrong); strings.Contains(whole, "/home/") || strings.Contains(whole, "Mai") || strings.Contains(whole, "tin nhắn riêng") {
		t.Error("a path, a name or a private word is still there")
	}
}

func TestRecordedFormsOfTheN8nTrigger(t *testing.T) {
	got, wrong := readMessages(t, recording(t, "29_n8n_variants.json"))
	if len(wrong) != 0 || len(got.Rooms) != 1 {
		t.Fatalf("%d rooms, bad rows %v", len(got.Rooms), wrong)
	}
	if d := cmp.Diff([]string{"7600000000101", "7600000000401"}, got.Rooms[0].IDs()); d != "" {
		t.Error(d)
	}
	if m := got.Rooms[0].Messages[1]; !m.At.Equal(time.Date(2026, 11, 22, 12, 30, 0, 0, time.UTC)) || m.Kind != talk.Text {
		t.Errorf("got %+v", m)
	}
}

func TestRecordedUpdatesOfTheBot(t *testing.T) {
	got, wrong := readMessages(t, recording(t, "30_bot_platform_updates.json"))
	if len(got.Rooms) != 1 || got.Rooms[0].External != "b07000000000000000c1" || len(got.Rooms[0].Messages) != 1 || got.Other != 1 {
		t.Fatalf("%+v", got)
	}
	if len(wrong) != 2 || wrong[0].Kind != Private || wrong[1].Kind != Private {
		t.Errorf("bad rows %v", wrong)
	}
	if text := got.Rooms[0].Messages[0].Text; !strings.Contains(text, "#mohinh Xóm Soi trồng 300 cây mai") {
		t.Errorf("the text is %q", text)
	}
}

func TestRecordedGroupInfo(t *testing.T) {
	got, wrong := readMessages(t, recording(t, "33_zca_group_info.json"))
	if len(wrong) != 0 || len(got.Rooms) != 2 {
		t.Fatalf("%d rooms, %v", len(got.Rooms), wrong)
	}
	if r := got.Rooms[0]; r.Sealed || r.Members != lantoa.Of(236) {
		t.Errorf("%+v", r)
	}
	if r := got.Rooms[1]; !r.Sealed || r.Members != lantoa.Of(9) || r.Name != "BCH Hội PN xã Đại Phúc" {
		t.Errorf("%+v", r)
	}
}

func TestRecordedPaste(t *testing.T) {
	text := recording(t, "31_paste_from_pc.txt")
	var want struct {
		Story struct {
			Sum   string `json:"text_sha256_nfc"`
			Chars int    `json:"text_chars_nfc"`
		} `json:"story"`
	}
	if err := json.Unmarshal([]byte(recording(t, "32_expected_normalised.json")), &want); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"as it was recorded": text, "with other line ends": strings.ReplaceAll(text, "\r\n", "\n"), "decomposed": norm.NFD.String(text), "with a mark": "\uFEFF" + text} {
		t.Run(name, func(t *testing.T) {
			got, wrong := readMessages(t, text)
			if len(wrong) != 0 || !got.Pasted || len(got.Rooms) != 1 || got.Rooms[0].External != "pasted" || got.Withdrawn != 1 {
				t.Fatalf("bad rows %v, %+v", wrong, got)
			}
			r := got.Rooms[0]
			posts, chatter := r.Sort(nil)
			if len(posts) != 1 || len(chatter) != 2 || posts[0].Type != lantoa.Photo || chatter[1].Kind != talk.Text {
				t.Fatalf("%s", tellRoom(r))
			}
			sum := sha256.Sum256([]byte(posts[0].Text))
			if hex.EncodeToString(sum[:]) != want.Story.Sum || len([]rune(posts[0].Text)) != want.Story.Chars {
				t.Errorf("the story has %d characters, want %d: %q", len([]rune(posts[0].Text)), want.Story.Chars, posts[0].Text)
			}
			if at := posts[0].PublishedAt; !at.Equal(time.Date(2026, 11, 14, 13, 31, 0, 0, time.UTC)) {
				t.Errorf("told at %s", at)
			}
			if whole := fmt.Sprintf("%+v", *r); strings.Contains(whole, "Hà Mẫu Một") || strings.Contains(whole, "Hằng Mẫu") {
				t.Error("a name is still there")
			}
		})
	}
}

func TestPastedText(t *testing.T) {
	tests := []struct{ name, text, want, faults string }{
		{name: "several photos of one minute are several", text: "[20:31, 14/11/2026] Hà: [Hình ảnh]\n[20:31, 14/11/2026] Hà: [Hình ảnh]\n[20:31, 14/11/2026] Hà: [Sticker]",
			want: "photo paste-20261114T2031-14941ca7\nphoto paste-20261114T2031-14941ca7-2\nsticker paste-20261114T2031-aec6e96d"},
		{name: "a name, and the hour below it", text: "Hà Mẫu\n14/11/2026 20:31\nDạ vâng ạ\nHằng Mẫu\n20:32 14/11/2026\nEm cảm ơn chị",
			want: "text 20:31\ntext 20:32"},
		{name: "a day of its own, then only hours", text: "Thứ Bảy, 14/11/2026\n\nHà Mẫu 20:31\nDạ vâng ạ\n\nHằng Mẫu 20:32\nEm cảm ơn", want: "text 20:31\ntext 20:32"},
		{name: "a line that says when something will be belongs to the message above", text: "[20:31, 14/11/2026] Hà: Kính mời các chị\nThời gian 16/11/2026 14:00\nNgày 16/11/2026 14:00\n\nHọp lúc 16/11/2026 15:00\nThứ hai 16/11/2026 14:00",
			want: "text 20:31"},
		{name: "words without a heading", text: "Kính mời các chị em\nđến dự", faults: "line 1: heading"},
		{name: "a list in brackets is JSON", text: "[]"},
		{name: "a day that does not exist", text: "[20:31, 31/02/2026] Hà: Dạ", faults: "line 1: heading"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, wrong := readMessages(t, tt.text)
			if d := cmp.Diff(tt.faults, tellFaults(wrong)); d != "" {
				t.Error(d)
			}
			told := ""
			for _, r := range got.Rooms {
				told = tellRoom(r)
				if !strings.Contains(tt.want, "paste-") {
					var short []string
					for _, m := range r.Messages {
						short = append(short, m.Kind+" "+m.At.In(vietnam()).Format("15:04"))
					}
					told = strings.Join(short, "\n")
				}
			}
			if d := cmp.Diff(tt.want, told); d != "" {
				t.Error(d)
			}
		})
	}
	once, _ := readMessages(t, "[20:31, 14/11/2026] Hà: Dạ vâng ạ")
	again, _ := readMessages(t, "[14/11/2026 20:31] Hà Mẫu:  Dạ  vâng ạ\n[20:33, 14/11/2026] Hà: nữa")
	if once.Rooms[0].Messages[0].ID != again.Rooms[0].Messages[0].ID {
		t.Error("copied again, the same message has another id")
	}
}

func TestOddMessages(t *testing.T) {
	zca := func(data string) string { return `{"type":1,"threadId":"g","isSelf":false,"data":{` + data + `}}` }
	tests := []struct{ name, text, want, faults string }{
		{name: "two of one line that is broken", text: "{\"a\":\n" + zca(`"msgId":"1","ts":"1795349700000","msgType":"webchat","content":"x","uidFrom":"5"`), want: "text 1", faults: "line 1: json"},
		{name: "over several lines", text: "{\n \"type\":1,\n \"threadId\":\"g\",\n \"data\":{\"msgId\":1,\"ts\":1795349700000,\"msgType\":\"webchat\",\"content\":\"x\"}\n}\n", want: "text 1"},
		{name: "a kind that nobody knows", text: zca(`"msgId":"1","ts":"1795349700000","msgType":"chat.new","content":{"x":1}`), want: "unsupported 1"},
		{name: "of the account that reads", text: strings.Replace(zca(`"msgId":"1","ts":"1795349700000","msgType":"webchat","content":"x","uidFrom":"0"`), `"isSelf":false`, `"isSelf":true`, 1), want: "own 1"},
		{name: "a visiting card", text: zca(`"msgId":"1","ts":"1795349700000","msgType":"chat.recommended","content":{"title":"Lan","description":"{\"phone\":\"0990000187\"}","href":"https://x.vn/a.jpg"}`), want: "card 1"},
		{name: "a voice and a place", text: zca(`"msgId":"1","ts":"1795349700000","msgType":"chat.voice","content":{"href":"https://x.vn/a"}`) + "\n" + zca(`"msgId":"2","ts":"1795349700000","msgType":"chat.location.new","content":{"title":"nhà chị Lan"}`), want: "voice 1\nlocation 2"},
		{name: "between two people", text: strings.Replace(zca(`"msgId":"1","ts":"1795349700000","msgType":"webchat","content":"riêng"`), `"type":1`, `"type":0`, 1), faults: "line 1: private"},
		{name: "without an id, without a time", text: zca(`"ts":"1795349700000","msgType":"webchat","content":"x"`) + "\n" + zca(`"msgId":"1","msgType":"webchat","content":"x"`), faults: "line 1: missing id\nline 2: missing ts"},
		{name: "something else", text: "{\"name\":\"x\",\"age\":5}\n7\n", faults: "line 1: form age, name\nline 2: form"},
		{name: "taken back by what the device calls it", text: zca(`"msgId":"1","cliMsgId":"9","ts":"1795349700000","msgType":"webchat","content":"x","uidFrom":"5"`) + zca(`"msgId":"2","content":{"deleteMsg":1,"globalMsgId":0,"cliMsgId":9}`), want: "recalled 1"},
		{name: "a long text that some bridge printed", text: zca(`"msgId":"1","ts":"1795349700000","msgType":"webchat","content":"[object Object]"`), want: "text 1"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, wrong := readMessages(t, tt.text)
			if d := cmp.Diff(tt.faults, tellFaults(wrong)); d != "" {
				t.Error(d)
			}
			told := ""
			for _, r := range got.Rooms {
				told += tellRoom(r)
			}
			if d := cmp.Diff(tt.want, told); d != "" {
				t.Error(d)
			}
		})
	}
}

func TestPhotosSentTogetherAreAnAlbumWithTheCaptionOfAnyOfThem(t *testing.T) {
	photo := func(id, author, ts, title string) string {
		return fmt.Sprintf(`{"type":1,"threadId":"g","data":{"msgId":%q,"uidFrom":%q,"ts":%q,"msgType":"chat.photo","content":{"title":%q,"href":"https://x.vn/%s.jpg"}}}`+"\n", id, author, ts, title, id)
	}
	caption := "Chi hội Đồng Tâm trồng 300 cây mai trên tuyến đường nở hoa"
	got, wrong := readMessages(t, photo("1", "5", "1795349700000", "")+photo("2", "5", "1795349720000", caption)+photo("3", "5", "1795349759000", "")+photo("4", "6", "1795349730000", ""))
	if len(wrong) != 0 {
		t.Fatal(wrong)
	}
	if d := cmp.Diff("post 2 album 3 media\nphoto 1\nphoto 4\nphoto 3", tellRoom(got.Rooms[0])); d != "" {
		t.Error(d)
	}
}

func TestTheFormsMayBeMixedLineByLine(t *testing.T) {
	var text strings.Builder
	for _, name := range []string{"28_openzca_listen.jsonl", "33_zca_group_info.json", "25_zca_group_messages.jsonl", "29_n8n_variants.json", "26_zca_undo_reaction_seen_groupevent.json", "27_zca_history_export.json"} {
		text.WriteString(recording(t, name) + "\n")
	}
	got, wrong := readMessages(t, text.String())
	if d := cmp.Diff("line 3: private", tellFaults(wrong)); d != "" {
		t.Error(d)
	}
	if len(got.Rooms) != 2 || len(got.Rooms[0].Messages) != 8+2+1 || got.Rooms[0].Members != lantoa.Of(236) || !got.Rooms[1].Sealed {
		t.Errorf("%d rooms, %d messages", len(got.Rooms), len(got.Rooms[0].Messages))
	}
}

func TestAFileOfOpenBracketsIsReadInTime(t *testing.T) {
	began := time.Now()
	_, wrong := readMessages(t, strings.Repeat("{\"a\":[\n", 200_000))
	if took := time.Since(began); took > 20*time.Second || len(wrong) == 0 {
		t.Errorf("%d bad rows in %s", len(wrong), took)
	}
}

func FuzzMessages(f *testing.F) {
	for _, name := range []string{"25_zca_group_messages.jsonl", "28_openzca_listen.jsonl"} { // line by line: large seeds are only slow
		if b, err := os.ReadFile("../../../shared/fixtures/zalo/" + name); err == nil {
			for line := range strings.Lines(string(b)) {
				f.Add(line)
			}
		}
	}
	for _, name := range []string{"26_zca_undo_reaction_seen_groupevent.json", "29_n8n_variants.json", "30_bot_platform_updates.json"} {
		var all []json.RawMessage
		if b, err := os.ReadFile("../../../shared/fixtures/zalo/" + name); err == nil && json.Unmarshal(b, &all) == nil {
			for _, one := range all {
				f.Add(string(one))
			}
		}
	}
	f.Add(`{"more":1,"groupMsgs":[{"type":1,"threadId":"g","data":{"msgId":"1","ts":"1795349700000","msgType":"chat.photo","content":{"title":"x","params":"{h"}}}]}`)
	f.Add(`{"gridInfoMap":{"1":{"groupId":"1","name":"A","totalMember":3,"e2ee":1}}}`)
	f.Add("Thứ Bảy, 14/11/2026\n\nHà Mẫu 20:31\n[Hình ảnh]\n\nHằng Mẫu\n20:32 14/11/2026\nEm cảm ơn")
	f.Add(`{"type":1,"threadId":"g","data":{"msgId":"1","ts":"1795349700000","msgType":"webchat","content":"@Lan x","mentions":[{"pos":0,"len":4}]}}`)
	f.Add("[20:31, 14/11/2026] Hà: Dạ\n\nHằng Mẫu 14/11/2026 20:41\nTin nhắn đã được thu hồi")
	f.Fuzz(func(t *testing.T, text string) {
		got, wrong, err := ReadMessages(strings.NewReader(text), MessagesAsk{Room: "pasted", Hash: hashed})
		if err != nil {
			t.Fatal(err)
		}
		for _, r := range got.Rooms {
			seen := map[string]bool{}
			for _, m := range r.Messages {
				if m.ID == "" || m.At.IsZero() || seen[m.ID] || slices.Contains(r.Recalled, m.ID) || m.Kind == "" {
					t.Fatalf("%+v", m)
				}
				if m.Author != "" && !strings.HasPrefix(m.Author, "<") {
					t.Fatalf("an author that is not hashed: %q", m.Author)
				}
				if m.Text != "" && (!talk.Words(m.Kind) || talk.Clean(m.Text) != m.Text) {
					t.Fatalf("%s: words that are not clean: %q", m.Kind, m.Text)
				}
				seen[m.ID] = true
			}
			posts, chatter := r.Sort(nil)
			if len(posts)+len(chatter) != len(r.Messages) {
				t.Fatalf("%d messages became %d posts and %d counted ones", len(r.Messages), len(posts), len(chatter))
			}
		}
		for _, b := range wrong {
			if b.Line < 1 || b.Kind == "" || b.Line > strings.Count(text, "\n")+1 && !strings.Contains(text, "\x00") && !strings.ContainsRune(text, '\r') {
				t.Fatalf("%+v", b)
			}
		}
	})
}
