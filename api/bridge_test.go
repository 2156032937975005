package api

import (
	"bytes"
	"encoding/json"
	"fmt"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hoiphunu/lantoa"
)

const ordinaryGroup = "3900000000000000001"

// bridged is the house with an ordinary group of xã Đồng Mẫu, which no API reads.
func bridged(t testing.TB) *house {
	h := newHouse(t)
	h.Hash = func(space, id string) string { return HashToken("key " + space + " " + id)[:32] }
	ch := lantoa.Channel{Kind: lantoa.ZaloGroup, Name: "PN Đồng Mẫu", External: ordinaryGroup, Unit: h.units["05722"], CreatedAt: at(1, 1, 0)}
	must(t, h.Store.SaveChannel(t.Context(), &ch))
	h.channels["ordinary"] = ch.ID
	return h
}

func said(id, author, words string, minute int) string {
	b, _ := json.Marshal(words)
	return fmt.Sprintf(`{"type":1,"threadId":%q,"isSelf":false,"data":{"msgId":%q,"cliMsgId":"c%s","msgType":"webchat","uidFrom":%q,"idTo":%q,"dName":"Lan Mẫu","ts":"%d","content":%s,"ttl":0}}`,
		ordinaryGroup, id, id, author, ordinaryGroup, at(11, 20, 8).Add(time.Duration(minute)*time.Minute).UnixMilli(), b)
}

func takenBack(id string) string {
	return fmt.Sprintf(`{"threadId":%q,"isGroup":true,"data":{"msgId":"undo%s","msgType":"chat.undo","uidFrom":"5600000000000000001","ts":"%d","content":{"globalMsgId":%q,"deleteMsg":1}}}`,
		ordinaryGroup, id, at(11, 20, 9).UnixMilli(), id)
}

func TestIngestTakesMessagesOfBridges(t *testing.T) {
	h := bridged(t)
	admin := h.sender(t, "admin")
	story := strings.Repeat("Mô hình tủ sách cho con của chi hội, chị em góp sách và đọc cùng nhau mỗi tối. ", 3) + "Liên hệ 0990000187."
	kept := func(id string) (text string, n int) {
		all, err := h.Store.ChannelPosts(t.Context(), h.channels["ordinary"], time.Time{}, 100)
		must(t, err)
		for _, p := range all {
			if p.External == id {
				text, n = p.Text, n+1
			}
		}
		return text, n
	}
	t.Run("a story is kept, the rest counted, and rows may stand beside them", func(t *testing.T) {
		a := answered(t, admin.send(`{"items":[`+said("71", "5600000000000000001", story, 0)+`,`+said("72", "5600000000000000002", "vâng ạ", 1)+
			`,{"id":"r1","text":"một bài","published_at":"2026-11-20","channel":"dongmau"},{"id":"r2"}]}`))
		if got := statuses(a); got != "71 new, 72 new, r1 new, r2 refused" || a.Items[0].Channel != h.channels["ordinary"] {
			t.Errorf("%s; %+v", got, a)
		}
		ch, err := h.Store.Channel(t.Context(), h.channels["ordinary"])
		must(t, err)
		text, n := kept("71")
		if n != 1 || strings.Contains(text, "0990000187") || ch.Posts != 1 || ch.Chatter != 1 {
			t.Errorf("%d posts, %d counted: %q", ch.Posts, ch.Chatter, text)
		}
	})
	t.Run("sent again it is the same", func(t *testing.T) {
		a := answered(t, admin.send(`{"items":[`+said("71", "5600000000000000001", story, 0)+`,`+said("73", "5600000000000000002", "hay quá", 2)+`]}`))
		if got := statuses(a); got != "71 same, 73 new" {
			t.Error(got)
		}
	})
	t.Run("what is taken back leaves nothing", func(t *testing.T) {
		a := answered(t, admin.send(`{"items":[`+takenBack("71")+`,`+takenBack("79")+`]}`))
		if got := statuses(a); got != "71 changed, 79 changed" {
			t.Error(got)
		}
		later := answered(t, admin.send(`{"items":[`+said("79", "5600000000000000001", story, 3)+`]}`))
		text, n := kept("79")
		if n != 0 {
			t.Errorf("it came in after it was taken back: %q, %+v", text, later)
		}
		if text, _ := kept("71"); text != "" {
			t.Errorf("its words stay: %q", text)
		}
	})
	t.Run("who wrote it is known by a hash, so that she can be forgotten", func(t *testing.T) {
		answered(t, admin.send(`{"items":[`+said("75", "5600000000000000005", story, 9)+`]}`))
		erased, err := h.Store.Erase(t.Context(), []string{h.Hash("zca", "5600000000000000005")}, now, "", "test")
		must(t, err)
		if erased.Posts != 1 {
			t.Errorf("%+v", erased)
		}
	})
	t.Run("a group of another commune, one of nobody, and a talk of two", func(t *testing.T) {
		other := strings.ReplaceAll(said("81", "5600000000000000001", story, 0), ordinaryGroup, "3900000000000000009")
		private := strings.Replace(said("82", "5600000000000000001", story, 0), `"type":1`, `"type":0`, 1)
		khe := h.sender(t, "khe")
		for name, got := range map[string]IngestAnswer{
			"another commune's": answered(t, khe.send(`{"items":[`+said("83", "5600000000000000001", story, 0)+`]}`)),
			"nobody's":          answered(t, admin.send(`{"items":[`+other+`]}`)),
			"of two":            answered(t, admin.send(`{"items":[`+private+`]}`)),
		} {
			if got.Refused != 1 || got.Items[0].Why == "" {
				t.Errorf("%s: %+v", name, got)
			}
		}
		for _, id := range []string{"81", "82", "83"} {
			if _, n := kept(id); n != 0 {
				t.Errorf("%s was kept", id)
			}
		}
	})
	if log := h.log.String(); strings.Contains(log, "5600000000000000") || strings.Contains(log, "tủ sách") {
		t.Errorf("the log tells what was said: %s", log)
	}
}

// TestIngestTakesTheRecordedBridges sends what bridges were recorded to hand out, one message after another.
func TestIngestTakesTheRecordedBridges(t *testing.T) {
	for _, name := range []string{"25_zca_group_messages.jsonl", "28_openzca_listen.jsonl"} {
		t.Run(name, func(t *testing.T) {
			text, err := os.ReadFile("../../shared/fixtures/zalo/" + name)
			if err != nil {
				t.Skip("the recordings are not here: ", err)
			}
			h := bridged(t)
			s := h.sender(t, "officer")
			lines := bytes.Split(bytes.TrimSpace(text), []byte("\n"))
			a := answered(t, s.send(`{"items":[`+string(bytes.Join(lines, []byte(",")))+`]}`))
			ch, err := h.Store.Channel(t.Context(), h.channels["ordinary"])
			must(t, err)
			if a.Accepted < len(lines)/2 || ch.Posts+ch.Chatter == 0 {
				t.Errorf("%d posts and %d counted of %+v", ch.Posts, ch.Chatter, a)
			}
			posts, err := h.Store.ChannelPosts(t.Context(), ch.ID, time.Time{}, 100)
			must(t, err)
			for _, p := range posts {
				for _, private := range []string{"Lan Mẫu", "Mai Mẫu", "5600000000", "reply context", "media attached", "0990000"} {
					if strings.Contains(p.Text, private) {
						t.Errorf("%q is kept: %q", private, p.Text)
					}
				}
			}
			again := answered(t, s.sendAt(`{"items":[`+string(bytes.Join(lines, []byte(", ")))+`]}`, time.Now()))
			if slices.ContainsFunc(again.Items, func(i IngestItem) bool { return i.Status == itemNew }) {
				t.Errorf("sent again: %s", statuses(again))
			}
		})
	}
}

// FuzzIngest holds that whatever a good key signs gets an answer that is neither our fault nor a panic, with one line
// for each item.
func FuzzIngest(f *testing.F) {
	for _, seed := range []string{
		`{"items":[]}`, `{"items":[{"id":"1","text":"x","published_at":"2026-11-20"}]}`, `{"items":[null,1,"x",[],{}]}`,
		`{"items":[` + said("1", "2", strings.Repeat("chuyện ", 40), 0) + `,` + takenBack("1") + `]}`, `{"items":[{"data":{"data":{"data":{}}}}]}`,
		`{"items":[{"id":7,"text":"\ud800","created_at":0,"channel":"dongmau","author":7,"reactions":1e400}]}`,
		`{"items":[{"gridInfoMap":{"3900000000000000001":{"groupId":"3900000000000000001","totalMember":-1}}}]}`,
	} {
		f.Add([]byte(seed))
	}
	h := bridged(f)
	who, err := h.Store.UserByToken(f.Context(), HashToken("token-admin"))
	must(f, err)
	f.Fuzz(func(t *testing.T, body []byte) {
		var in struct {
			Items []json.RawMessage `json:"items"`
		}
		if json.Unmarshal(body, &in) != nil || len(in.Items) > ingestItems {
			return
		}
		take := &intake{s: h.Server, who: who, say: callOf(t.Context()).say, now: now}
		out, err := take.take(t.Context(), in.Items)
		if err != nil || len(out.Items) != len(in.Items) || out.Accepted+out.Refused != len(out.Items) {
			t.Fatalf("%+v, %v", out, err)
		}
		for _, item := range out.Items {
			if (item.Status == itemRefused) != (item.Why != "") {
				t.Errorf("%+v", item)
			}
		}
	})
}

// BenchmarkIngest is a full call of 500 new posts.
func BenchmarkIngest(b *testing.B) {
	h := newHouse(b)
	who, err := h.Store.UserByToken(b.Context(), HashToken("token-admin"))
	must(b, err)
	n := 0
	for b.Loop() {
		var items []json.RawMessage
		for range ingestItems {
			n++
			items = append(items, json.RawMessage(fmt.Sprintf(`{"id":"b%d","text":"Bài số %d","published_at":"2026-11-20T08:00:00+07:00","channel":"dongmau","reactions":3}`, n, n)))
		}
		take := &intake{s: h.Server, who: who, say: callOf(b.Context()).say, now: now}
		out, err := take.take(b.Context(), items)
		if err != nil || out.Accepted != ingestItems {
			b.Fatal(out, err)
		}
	}
}
