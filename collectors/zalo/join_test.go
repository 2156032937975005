package zalo

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/unicode/norm"

	"github.com/hoiphunu/lantoa"
)

// row is a message of a table: who, what, at which minute, in which words.
type row struct {
	id, from, kind string
	minute         int
	words          string
}

func messages(t *testing.T, rows []row) (out []message) {
	t.Helper()
	for i := len(rows) - 1; i >= 0; i-- { // newest first, as Zalo serves them
		r := rows[i]
		page, err := decode[[]wireMessage]([]byte(`{"error":0,"data":[` + say(r.id, r.from, r.kind, r.minute, r.words) + `]}`))
		if err != nil {
			t.Fatal(err)
		}
		msg, ok := read(page[0], monday)
		if !ok {
			t.Fatal("not a message: ", r)
		}
		out = append(out, msg)
	}
	return out
}

// tell writes posts as "id(type: photos)" and chatter as "id:kind", oldest first.
func tell(posts []lantoa.Incoming, chatter []lantoa.Chatter) string {
	var b strings.Builder
	for _, p := range posts {
		fmt.Fprintf(&b, "%s(%s", p.External, p.Type)
		for _, m := range p.Media {
			fmt.Fprintf(&b, " %s", m.ID)
		}
		b.WriteString(") ")
	}
	b.WriteString("|")
	for _, c := range chatter {
		fmt.Fprintf(&b, " %s:%s", c.External, c.Kind)
	}
	return b.String()
}

func TestSortOut(t *testing.T) {
	tests := []struct {
		name  string
		rows  []row
		known string // ids, separated by spaces
		want  string
	}{
		{
			name: "a long text is a post and the photos of its author around it are its pictures",
			rows: []row{{"p1", "ha", "photo", 0, ""}, {"t", "ha", "text", 2, storyWords}, {"p2", "ha", "photo", 4, ""}, {"p3", "lan", "photo", 5, ""}},
			want: "t(album p1 p2) | p1:photo p2:photo p3:photo",
		},
		{
			name: "a photo eleven minutes after the text is not part of it",
			rows: []row{{"t", "ha", "text", 0, storyWords}, {"p1", "ha", "photo", 11, ""}},
			want: "t(text) | p1:photo",
		},
		{
			name: "a short text with photos is a post",
			rows: []row{{"t", "ha", "text", 0, shortWords}, {"p1", "ha", "photo", 1, ""}},
			want: "t(photo p1) | p1:photo",
		},
		{
			name: "a short text without photos of its author is chatter",
			rows: []row{{"t", "ha", "text", 0, shortWords}, {"p1", "lan", "photo", 1, ""}},
			want: "| t:text p1:photo",
		},
		{
			name: "a few words beside a photo name nothing",
			rows: []row{{"t", "ha", "text", 0, "Vui quá các chị ơi"}, {"p1", "ha", "photo", 1, ""}},
			want: "| t:text p1:photo",
		},
		{
			name: "a word of thanks beside a story that has the photos stays chatter",
			rows: []row{{"t", "ha", "text", 0, storyWords}, {"p1", "ha", "photo", 1, ""}, {"d", "ha", "text", 6, "Em cảm ơn các chị đã đọc, mong các chị góp ý ạ"}},
			want: "t(photo p1) | p1:photo d:text",
		},
		{
			name: "a series of photos with one caption is one post",
			rows: []row{{"p1", "ha", "photo", 0, ""}, {"p2", "ha", "photo", 1, shortWords}, {"p3", "ha", "photo", 2, ""}},
			want: "p2(album p2 p1 p3) | p1:photo p3:photo",
		},
		{
			name: "a series with a caption on each photo is one post",
			rows: []row{{"p1", "ha", "photo", 0, shortWords}, {"p2", "ha", "photo", 1, shortWords}, {"p3", "ha", "photo", 2, shortWords}},
			want: "p1(album p1 p2 p3) | p2:photo p3:photo",
		},
		{
			name: "a photo with a long caption is a post beside a long text",
			rows: []row{{"t", "ha", "text", 0, storyWords}, {"p1", "ha", "photo", 1, storyWords}},
			want: "t(text) p1(photo p1) |",
		},
		{
			name: "a photo between two stories goes to the nearer",
			rows: []row{{"a", "ha", "text", 0, storyWords}, {"p", "ha", "photo", 6, ""}, {"b", "ha", "text", 9, storyWords}},
			want: "a(text) b(photo p) | p:photo",
		},
		{
			name:  "a photo that comes after its story was stored is chatter",
			rows:  []row{{"t", "ha", "text", 0, storyWords}, {"p1", "ha", "photo", 1, shortWords}},
			known: "t",
			want:  "| p1:photo",
		},
		{
			name:  "a later photo with the same caption belongs to the series that was stored",
			rows:  []row{{"p1", "ha", "photo", 0, shortWords}, {"p2", "ha", "photo", 1, shortWords}},
			known: "p1",
			want:  "| p2:photo",
		},
		{
			name:  "a captioned photo after a short text that was stored as chatter keeps its words",
			rows:  []row{{"t", "ha", "text", 0, shortWords}, {"p1", "ha", "photo", 1, shortWords}},
			known: "t",
			want:  "p1(photo p1) |",
		},
		{
			name:  "a text whose photos were counted before gets them as pictures",
			rows:  []row{{"p1", "ha", "photo", 0, ""}, {"t", "ha", "text", 1, shortWords}},
			known: "p1",
			want:  "t(photo p1) |",
		},
		{
			name: "the rest is counted by kind",
			rows: []row{
				{"1", "ha", "sticker", 0, ""}, {"2", "ha", "voice", 1, ""}, {"3", "ha", "location", 2, ""}, {"4", "ha", "business_card", 3, storyWords},
				{"5", "ha", "poll_v2", 4, storyWords}, {"6", "ha", "GIF", 5, ""}, {"7", "ha", "links", 6, "xem đi"},
			},
			want: "| 1:sticker 2:voice 3:location 4:card 5:unsupported 6:gif 7:link",
		},
		{
			name: "a decomposed text is no longer than its composed twin",
			rows: []row{{"t", "ha", "text", 0, norm.NFD.String(strings.Repeat("ế", longText-1))}},
			want: "| t:text",
		},
		{
			name: "a long text of an unknown sender is a post",
			rows: []row{{"t", "", "text", 0, storyWords}},
			want: "t(text) |",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			known := map[string]bool{}
			for _, id := range strings.Fields(tt.known) {
				known[id] = true
			}
			posts, chatter := sortOut(messages(t, tt.rows), known)
			if got := tell(posts, chatter); got != tt.want {
				t.Errorf("\n got %s\nwant %s", got, tt.want)
			}
			if n := len(posts) + len(chatter) + len(known); n != len(tt.rows) {
				t.Errorf("%d messages became %d", len(tt.rows), n)
			}
		})
	}
}

func TestRead(t *testing.T) {
	tests := []struct {
		name, json string
		wantID     string
		wantKind   string
		wantAt     time.Time
	}{
		{"ids and times may be numbers or strings", `{"src":"1","time":"1794663065000","type":"text","message_id":12345678901234567890,"from_id":7300000000000000001}`, "12345678901234567890", "text", time.UnixMilli(1794663065000)},
		{"the account's own message is own whatever it says", `{"src":0,"time":1794663065000,"type":"text","message_id":"a","message":"` + storyWords + `"}`, "a", "own", time.UnixMilli(1794663065000)},
		{"a message without src is a person's", `{"time":1794663065000,"type":"Photo","message_id":"a"}`, "a", "photo", time.UnixMilli(1794663065000)},
		{"a message without a time was said when it was read", `{"type":"text","message_id":"a"}`, "a", "text", monday},
		{"a message without id is counted under a name of its own", `{"time":1794663065000,"type":"text","message":"x"}`, "t1794663065000-2f8d2b9a", "text", time.UnixMilli(1794663065000)},
		{"words that are no text are no words", `{"time":1794663065000,"type":"text","message":{"a":1},"message_id":"a"}`, "a", "text", time.UnixMilli(1794663065000)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			page, err := decode[[]wireMessage]([]byte(`{"error":0,"data":[` + tt.json + `,null]}`))
			if err != nil || len(page) != 2 {
				t.Fatal(page, err)
			}
			got, ok := read(page[0], monday)
			if !ok || got.id != tt.wantID || got.kind != tt.wantKind || !got.at.Equal(tt.wantAt) {
				t.Errorf("got %q %q %v", got.id, got.kind, got.at)
			}
			if got.kind == "own" && got.text != "" {
				t.Error("the words of an own message were kept")
			}
			if _, ok := read(page[1], monday); ok {
				t.Error("null is no message")
			}
		})
	}
}
