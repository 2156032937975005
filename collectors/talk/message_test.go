package talk_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/unicode/norm"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/collectors/talk"
)

var (
	monday     = time.Date(2026, 11, 23, 6, 0, 0, 0, time.FixedZone("+07", 7*60*60))
	storyWords = strings.Repeat("Chi hội xóm Đồng Tâm gom vỏ chai gây quỹ, ", 6)
	shortWords = "Hình ảnh ra quân dọn đường hoa xóm Đồng Tâm sáng nay"
	reportName = "Báo cáo mô hình quý III – xã Phú Bình (bản cuối).docx"
)

// row is a message of a table: who, what, at which minute, in which words.
type row struct {
	id, author, kind string
	minute           int
	words            string
}

func messages(rows []row) (out []talk.Message) {
	for i := len(rows) - 1; i >= 0; i-- { // newest first, as Zalo serves them
		r := rows[i]
		m := talk.Message{ID: r.id, Author: r.author, Kind: r.kind, Text: r.words, At: monday.Add(time.Duration(r.minute) * time.Minute)}
		switch r.kind {
		case talk.Photo, talk.Video, talk.Link, talk.File:
			m.Media = []lantoa.Media{{Kind: r.kind, ID: r.id}}
		}
		out = append(out, m)
	}
	return out
}

// tell writes posts as "id(type: pictures)" and chatter as "id:kind", oldest first.
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

func TestSort(t *testing.T) {
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
			name:  "a photo that comes after its story was stored tells the story again, with its picture",
			rows:  []row{{"p0", "ha", "photo", 0, ""}, {"t", "ha", "text", 1, storyWords}, {"p1", "ha", "photo", 2, shortWords}},
			known: "p0 t",
			want:  "t(album p0 p1) | p1:photo",
		},
		{
			name:  "a story whose pictures are all known is not told again",
			rows:  []row{{"t", "ha", "text", 1, storyWords}, {"p1", "ha", "photo", 2, ""}, {"d", "ha", "text", 3, "ạ"}},
			known: "t p1",
			want:  "| d:text",
		},
		{
			name:  "a later photo with the same caption belongs to the series that was stored",
			rows:  []row{{"p1", "ha", "photo", 0, shortWords}, {"p2", "ha", "photo", 1, shortWords}},
			known: "p1",
			want:  "p1(album p1 p2) | p2:photo",
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
			name: "a film is a picture too",
			rows: []row{{"t", "ha", "text", 0, storyWords}, {"v", "ha", "video", 1, ""}, {"p", "ha", "photo", 2, ""}},
			want: "t(video v p) | v:video p:photo",
		},
		{
			name: "a document whose name tells something is a post of its own and draws nothing",
			rows: []row{{"f", "ha", "file", 0, reportName}, {"g", "ha", "file", 1, "Biểu 1.xlsx"}, {"p", "ha", "photo", 2, ""}},
			want: "f(other f) | g:file p:photo",
		},
		{
			name: "the rest is counted by kind",
			rows: []row{
				{"1", "ha", "sticker", 0, ""}, {"2", "ha", "voice", 1, ""}, {"3", "ha", "location", 2, ""}, {"4", "ha", "card", 3, storyWords},
				{"5", "ha", "unsupported", 4, storyWords}, {"6", "ha", "gif", 5, ""}, {"7", "ha", "link", 6, "xem đi"}, {"8", "oa", "own", 7, storyWords},
			},
			want: "| 1:sticker 2:voice 3:location 4:card 5:unsupported 6:gif 7:link 8:own",
		},
		{
			name: "a decomposed text is no longer than its composed twin",
			rows: []row{{"t", "ha", "text", 0, norm.NFD.String(strings.Repeat("ế", talk.LongText-1))}},
			want: "| t:text",
		},
		{
			name: "a long text of an unknown sender is a post, and what is around it is not hers",
			rows: []row{{"t", "", "text", 0, storyWords}, {"p", "", "photo", 1, ""}},
			want: "t(text) | p:photo",
		},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			known := map[string]bool{}
			for _, id := range strings.Fields(tt.known) {
				known[id] = true
			}
			posts, chatter := talk.Sort(messages(tt.rows), known)
			if got := tell(posts, chatter); got != tt.want {
				t.Errorf("\n got %s\nwant %s", got, tt.want)
			}
			met := map[string]int{}
			for _, p := range posts {
				met[p.External]++
				for _, r := range tt.rows {
					if r.id == p.External && r.author != p.Author {
						t.Errorf("%s is said to be by %q", r.id, p.Author)
					}
				}
			}
			for _, c := range chatter {
				met[c.External]++
			}
			for _, r := range tt.rows {
				if n := met[r.id]; n > 1 || n == 0 && !known[r.id] {
					t.Errorf("message %s came %d times", r.id, n)
				}
			}
		})
	}
}

// What a message is said to be alone must hold whatever stands around it, or one door would keep what another counts.
func TestWhatIsSettledAloneStaysSo(t *testing.T) {
	kinds := []string{"text", "photo", "video", "link", "file", "sticker", "own", "card"}
	words := []string{"", "vâng ạ", shortWords, storyWords}
	for _, kind := range kinds {
		for _, word := range words {
			for _, beside := range kinds {
				for _, said := range words {
					rows := []row{{"m", "ha", kind, 0, word}, {"o", "ha", beside, 1, said}}
					in := messages(rows)
					alone := talk.Alone(in[1])
					posts, _ := talk.Sort(in, nil)
					isPost := false
					for _, p := range posts {
						isPost = isPost || p.External == "m"
					}
					if alone == talk.Post && !isPost || alone == talk.Chatter && isPost {
						t.Errorf("%s of %d characters beside %s of %d: alone %v, sorted as post %v", kind, len(word), beside, len(said), alone, isPost)
					}
				}
			}
		}
	}
}

func ExampleSort() {
	at := time.Date(2026, 11, 14, 20, 31, 0, 0, time.UTC)
	story := strings.Repeat("Chi hội xóm Đồng Tâm gom vỏ chai gây quỹ. ", 5)
	posts, chatter := talk.Sort([]talk.Message{
		{ID: "1", At: at, Author: "h-17", Kind: talk.Text, Text: story},
		{ID: "2", At: at.Add(2 * time.Minute), Author: "h-17", Kind: talk.Photo, Media: []lantoa.Media{{Kind: "photo", ID: "2"}}},
		{ID: "3", At: at.Add(3 * time.Minute), Author: "h-20", Kind: talk.Text, Text: "Hay quá chị ơi"},
	}, nil)
	fmt.Println(posts[0].External, posts[0].Type, len(chatter))
	// Output: 1 photo 2
}
