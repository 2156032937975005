package reshare

import (
	"maps"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hoiphunu/lantoa"
)

var noon = time.Date(2026, 11, 24, 12, 0, 0, 0, time.UTC)

const pasted = `Từ tháng 3 đến nay, 42 hội viên chi hội Bản Mới đã tiết kiệm được 148 triệu đồng. Số tiền ấy giúp 6 hộ mua giống gà và sửa nhà.
Theo Hội LHPN xã Đồng Mẫu`

func waitingByHand() lantoa.Reshare {
	return lantoa.Reshare{ID: "r1", Channel: "c", Means: lantoa.ViaHand, Words: pasted, Link: "https://www.facebook.com/100200/posts/300400", PlannedAt: noon, State: lantoa.ReshareWaiting}
}

func published(id string, after time.Duration, text string) lantoa.Measured {
	return lantoa.Measured{Post: lantoa.Post{ID: lantoa.PostID(id), Channel: "c", External: "9_" + id, Text: text, PublishedAt: noon.Add(after)}}
}

func TestRecognise(t *testing.T) {
	sent := waitingByHand()
	sent.Means, sent.State, sent.Posted, sent.CallAt, sent.SentAt = lantoa.ViaFeed, lantoa.ReshareSent, "77_555", noon.Add(time.Hour), noon.Add(time.Hour)
	with := func(m lantoa.Measured, change func(*lantoa.Measured)) lantoa.Measured { change(&m); return m }
	for _, tt := range []struct {
		name  string
		r     lantoa.Reshare
		posts []lantoa.Measured
		want  string
	}{
		{"by the platform's id", sent, []lantoa.Measured{
			published("p1", 2*time.Hour, "khác hẳn"),
			with(published("p2", 2*time.Hour, "nội dung khác"), func(m *lantoa.Measured) { m.External = "555" }),
		}, "p2"},
		{"by the same words", waitingByHand(), []lantoa.Measured{published("p1", time.Hour, "tin khác của trang"), published("p2", time.Hour, pasted)}, "p2"},
		{"by the words though typed and spaced otherwise", waitingByHand(), []lantoa.Measured{published("p1", time.Hour, strings.ToUpper(strings.ReplaceAll(pasted, "\n", "  ")))}, "p1"},
		{"by most of the words", waitingByHand(), []lantoa.Measured{published("p1", time.Hour, "Chị em ơi, đọc chuyện này nhé 🌸\n"+pasted+"\n#ThaiNguyen")}, "p1"},
		{"not by some of the words", waitingByHand(), []lantoa.Measured{published("p1", time.Hour, "Từ tháng 3 đến nay, 42 hội viên chi hội Khe Mo đã trồng được hai nghìn cây keo và làm ba tuyến đường hoa mới")}, ""},
		{"not by a few words that everybody uses", waitingByHand(), []lantoa.Measured{published("p1", time.Hour, "Theo Hội LHPN xã Đồng Mẫu")}, ""},
		{"not a post from before it was planned", waitingByHand(), []lantoa.Measured{published("p1", -time.Hour, pasted)}, ""},
		{"clocks may differ by some minutes", waitingByHand(), []lantoa.Measured{published("p1", -5*time.Minute, pasted)}, "p1"},
		{"not one of another channel", waitingByHand(), []lantoa.Measured{with(published("p1", time.Hour, pasted), func(m *lantoa.Measured) { m.Channel = "d" })}, ""},
		{"pasted with other words, by the link's card", waitingByHand(), []lantoa.Measured{with(published("p1", time.Hour, "Hay quá"), func(m *lantoa.Measured) {
			m.Media = []lantoa.Media{{Kind: "link", URL: "https://m.facebook.com/100200/posts/300400/?ref=share"}}
		})}, "p1"},
		{"pasted with other words, by the link in the text", waitingByHand(), []lantoa.Measured{published("p1", time.Hour, "Hay quá: https://www.facebook.com/100200/posts/300400.")}, "p1"},
		{"shared natively by hand", waitingByHand(), []lantoa.Measured{with(published("p1", time.Hour, ""), func(m *lantoa.Measured) { m.Parent = "100200_300400" })}, "p1"},
		{"a link alone is not enough for what a program published", func() lantoa.Reshare { r := sent; r.Posted = ""; return r }(), []lantoa.Measured{published("p1", 2*time.Hour, "Hay quá: https://www.facebook.com/100200/posts/300400")}, ""},
		{"by the address that a person gave", func() lantoa.Reshare {
			r := waitingByHand()
			r.Permalink = "https://m.facebook.com/story.php?story_fbid=5&id=9&mibextid=x"
			return r
		}(), []lantoa.Measured{with(published("p1", time.Hour, "Hay quá"), func(m *lantoa.Measured) { m.Permalink = "https://www.facebook.com/story.php?id=9&story_fbid=5" })}, "p1"},
		{"an article by its title", lantoa.Reshare{ID: "r1", Channel: "c", Means: lantoa.ViaArticle, Title: "Nuôi lợn đất ở Bản Mới", Words: pasted, PlannedAt: noon}, []lantoa.Measured{published("p1", time.Hour, "Nuôi lợn đất ở Bản Mới")}, "p1"},
		{"a broadcast has no post of its own", lantoa.Reshare{ID: "r1", Channel: "c", Means: lantoa.ViaBroadcast, Words: pasted, PlannedAt: noon}, []lantoa.Measured{published("p1", time.Hour, pasted)}, ""},
		{"one that is known is left alone", func() lantoa.Reshare { r := sent; r.Post = "p0"; return r }(), []lantoa.Measured{published("p1", time.Hour, pasted)}, ""},
		{"of two the nearest in time", waitingByHand(), []lantoa.Measured{published("p1", 5*time.Hour, pasted), published("p2", time.Hour, pasted)}, "p2"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			got := Recognise([]lantoa.Reshare{tt.r}, tt.posts)
			if string(got["r1"]) != tt.want {
				t.Errorf("recognised %q, want %q", got["r1"], tt.want)
			}
		})
	}
}

func TestAPostIsGivenToOneReshare(t *testing.T) {
	a, b := waitingByHand(), waitingByHand()
	b.ID, b.Words, b.PlannedAt = "r2", "Hay quá", noon.Add(-time.Hour) // both lead to the same original
	p := published("p1", time.Hour, pasted+"\nhttps://www.facebook.com/100200/posts/300400")
	q := published("p2", time.Hour, "Mời đọc https://www.facebook.com/100200/posts/300400")
	got := Recognise([]lantoa.Reshare{b, a}, []lantoa.Measured{q, p})
	if want := map[lantoa.ReshareID]lantoa.PostID{"r1": "p1", "r2": "p2"}; !maps.Equal(got, want) {
		t.Errorf("got %v, want %v", got, want)
	}
}

func TestUsedHints(t *testing.T) {
	hint := lantoa.ShareHint{ID: "h", Story: "s", Unit: lantoa.Unit{ID: "khe-mo"}, At: noon}
	telling := func(id, unit, parent string, after time.Duration) lantoa.Measured {
		m := published(id, after, pasted)
		m.Unit.ID, m.Parent = lantoa.UnitID(unit), parent
		return m
	}
	original := telling("p0", "dong-mau", "", -48*time.Hour)
	for _, tt := range []struct {
		name   string
		change func(*lantoa.ShareHint)
		posts  []lantoa.Measured
		used   lantoa.HintUse
		post   string
	}{
		{"shared natively", nil, []lantoa.Measured{telling("p1", "khe-mo", "9_p0", time.Hour)}, lantoa.UsedByShare, "p1"},
		{"copied", nil, []lantoa.Measured{telling("p1", "khe-mo", "", time.Hour)}, lantoa.UsedByCopy, "p1"},
		{"a sharing of something else that carries the text is a copy", nil, []lantoa.Measured{telling("p1", "khe-mo", "8_x", time.Hour)}, lantoa.UsedByCopy, "p1"},
		{"the first of two", nil, []lantoa.Measured{telling("p2", "khe-mo", "9_p0", 2*time.Hour), telling("p1", "khe-mo", "", time.Hour)}, lantoa.UsedByCopy, "p1"},
		{"told before it could be seen", nil, []lantoa.Measured{telling("p1", "khe-mo", "9_p0", -time.Hour)}, "", ""},
		{"told by another unit", nil, []lantoa.Measured{telling("p1", "phu-luong", "", time.Hour)}, "", ""},
		{"said so itself already", func(h *lantoa.ShareHint) { h.Used = lantoa.UsedByTick }, []lantoa.Measured{telling("p1", "khe-mo", "", time.Hour)}, "", ""},
		{"declined", func(h *lantoa.ShareHint) { h.DeclinedAt = noon }, []lantoa.Measured{telling("p1", "khe-mo", "", time.Hour)}, "", ""},
		{"nobody told it", nil, nil, "", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			h := hint
			if tt.change != nil {
				tt.change(&h)
			}
			got := UsedHints([]lantoa.ShareHint{h}, map[lantoa.StoryID][]lantoa.Measured{"s": slices.Concat([]lantoa.Measured{original}, tt.posts)})
			switch {
			case tt.used == "" && len(got) != 0:
				t.Errorf("used: %+v", got)
			case tt.used != "" && (len(got) != 1 || got[0].Used != tt.used || string(got[0].Post) != tt.post || got[0].UsedAt.IsZero()):
				t.Errorf("got %+v, want %s by %s", got, tt.used, tt.post)
			}
		})
	}
}

func BenchmarkRecognise(b *testing.B) {
	var open []lantoa.Reshare
	for i := range 5 {
		r := waitingByHand()
		r.ID = lantoa.ReshareID(rune('a' + i))
		open = append(open, r)
	}
	var posts []lantoa.Measured
	for i := range 60 {
		posts = append(posts, published(string(rune('A'+i)), time.Hour, pigs))
	}
	for b.Loop() {
		Recognise(open, posts)
	}
}
