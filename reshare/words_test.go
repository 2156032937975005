package reshare

import (
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/rivo/uniseg"

	"github.com/hoiphunu/lantoa"
)

var dongMau = lantoa.Unit{ID: "u1", Code: "05722", Name: "xã Đồng Mẫu", Level: lantoa.Commune, Path: "p.u1"}

func storyOf(text string) lantoa.Story {
	return lantoa.Story{
		ID: "s1", Title: lantoa.Title(text), State: lantoa.Approved, First: dongMau, Topics: []string{"tiet-kiem", "moi-truong", "ocop"},
		Lead: lantoa.Measured{Post: lantoa.Post{ID: "p1", Channel: "c1", Text: text, Permalink: "https://www.facebook.com/100/posts/200"}},
	}
}

const pigs = `🐷 MÔ HÌNH "NUÔI LỢN ĐẤT TIẾT KIỆM" CỦA CHI HỘI BẢN MỚI

Từ tháng 3 đến nay, 42 hội viên chi hội Bản Mới, TP. Thái Nguyên đã tiết kiệm được 148.500.000 đồng. Chị Hoàng T. Hoa cho biết: "Mỗi ngày chị em bỏ lợn 2.000 đồng, cuối tháng mở một lần!" Số tiền ấy giúp 6 hộ mua giống gà và sửa nhà.

Cách làm:
1. Mỗi hộ nhận một con lợn đất.
2. Tổ trưởng ghi sổ hằng tháng.

#LợnĐất #PhụNữĐồngMẫu
Tin, ảnh: Nguyễn Thị Yến
Liên hệ: 0912 345 678`

func TestProposedWords(t *testing.T) {
	w := Propose(storyOf(pigs), nil)
	for name, words := range map[string]string{"long": w.Long, "short": w.Short} {
		if !strings.Contains(words, "Theo Hội LHPN xã Đồng Mẫu") {
			t.Errorf("%s has no credit line:\n%s", name, words)
		}
		for _, not := range []string{"0912", "Tin, ảnh", "#LợnĐất"} {
			if strings.Contains(words, not) {
				t.Errorf("%s keeps the page's own %q:\n%s", name, not, words)
			}
		}
		if !strings.Contains(words, "#CáchLàmHay #TiếtKiệm #BảoVệMôiTrường") {
			t.Errorf("%s has no hashtags:\n%s", name, words)
		}
	}
	if !strings.Contains(w.Short, "https://www.facebook.com/100/posts/200") || strings.Contains(w.Long, "https://") {
		t.Errorf("the address belongs into the short words only:\n%s\n---\n%s", w.Short, w.Long)
	}
	if n := utf8.RuneCountInString(w.Short); n > 500 {
		t.Errorf("the short words have %d characters", n)
	}
	if !strings.Contains(w.Long, "2. Tổ trưởng ghi sổ hằng tháng.") {
		t.Errorf("the long words should hold all of it:\n%s", w.Long)
	}
	if !strings.HasPrefix(w.Title, `🐷 MÔ HÌNH "NUÔI LỢN ĐẤT`) {
		t.Errorf("title %q", w.Title)
	}
}

func TestSentencesStayWhole(t *testing.T) {
	for _, tt := range []struct {
		name, text string
		most       int
		want       string
	}{
		{"the last sentence that fits is the last", "Một hai ba bốn. Năm sáu bảy tám chín mười.", 20, "Một hai ba bốn."},
		{"a stop inside a number ends nothing", "Có 148.500.000 đồng tiền quỹ. Hết.", 31, "Có 148.500.000 đồng tiền quỹ."},
		{"a short form ends nothing", "Chị em TP. Thái Nguyên góp quỹ rồi. Và còn nữa nhé.", 40, "Chị em TP. Thái Nguyên góp quỹ rồi."},
		{"an initial ends nothing", "Chị Hoàng T. Hoa kể lại chuyện. Và còn nhiều chuyện nữa.", 34, "Chị Hoàng T. Hoa kể lại chuyện."},
		{"a closing mark goes along", "Chị nói: \"Vui lắm!\" Rồi chị cười thật tươi.", 24, "Chị nói: \"Vui lắm!\""},
		{"one sentence too long is cut after a word", "Một câu rất dài không có dấu chấm nào ở giữa cả", 20, "Một câu rất dài…"},
		{"text that fits is left alone", "Ngắn thôi", 20, "Ngắn thôi"},
		{"a line ends a sentence", "Cách làm hay ở xã\nMỗi hộ nhận một con lợn đất về nuôi", 25, "Cách làm hay ở xã"},
		{"what announces a list does not end the words", "Chị em góp quỹ.\nCách làm:\n1. Mỗi hộ nhận một con lợn đất về nuôi.", 28, "Chị em góp quỹ."},
		{"a number that opens a line belongs to its item", "1. Gom rác. 2 hộ. Còn lại rất nhiều chữ nữa", 20, "1. Gom rác. 2 hộ."},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := sentences(tt.text, tt.most); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
}

func TestWhatIsSeenAsOneCharacterIsNotCut(t *testing.T) {
	family := "👨‍👩‍👧‍👦"
	for _, tt := range []struct {
		s    string
		most int
		want string
	}{
		{strings.Repeat(family, 3), 16, family + family + "…"},
		{strings.Repeat(family, 3), 9, family + "…"},
		{"🇻🇳🇻🇳🇻🇳", 4, "🇻🇳…"},
		{"abcdefghij", 5, "abcd…"},
	} {
		if got := shorten(tt.s, tt.most); got != tt.want {
			t.Errorf("shorten(%q, %d) = %q, want %q", tt.s, tt.most, got, tt.want)
		}
	}
}

func TestATemplateGoesAroundTheWords(t *testing.T) {
	w := Propose(storyOf(pigs), &lantoa.WordsTemplate{Opening: "Tháng hành động vì bình đẳng giới", Closing: "Mời chị em cùng làm theo.", Hashtags: "#PhụNữTháiNguyên  #BìnhĐẳngGiới"})
	for name, words := range map[string]string{"long": w.Long, "short": w.Short} {
		if !strings.HasPrefix(words, "Tháng hành động vì bình đẳng giới\n") {
			t.Errorf("%s does not open with the template:\n%s", name, words)
		}
		if i, j := strings.Index(words, "Theo Hội LHPN"), strings.Index(words, "Mời chị em"); i < 0 || j < i {
			t.Errorf("%s: the closing follows the credit line:\n%s", name, words)
		}
		if !strings.Contains(words, "#PhụNữTháiNguyên #BìnhĐẳngGiới") || strings.Contains(words, "#CáchLàmHay") {
			t.Errorf("%s has other hashtags than the template's:\n%s", name, words)
		}
	}
}

func TestTheCreditIsNotSaidTwice(t *testing.T) {
	w := Propose(storyOf("Theo Hội LHPN xã Đồng Mẫu, mô hình nuôi lợn đất đã giúp 6 hộ."), nil)
	if n := strings.Count(w.Long, "Theo Hội LHPN xã Đồng Mẫu"); n != 1 {
		t.Errorf("said %d times:\n%s", n, w.Long)
	}
}

func TestNobodyIsCalledByWhatAStorySays(t *testing.T) {
	w := Propose(storyOf("Xin chào [@123456] và @[100200300] cùng toàn thể chị em hội viên."), nil)
	for _, words := range []string{w.Long, w.Short} {
		if strings.Contains(words, "[@") || strings.Contains(words, "@[") {
			t.Errorf("a mention is left: %s", words)
		}
	}
}

func TestCheckWords(t *testing.T) {
	s := storyOf(pigs)
	credit := "Theo Hội LHPN xã Đồng Mẫu"
	for _, tt := range []struct {
		name, title, words string
		means              lantoa.Means
		want               string // What of the problem
	}{
		{name: "words with the credit pass", means: lantoa.ViaFeed, words: "Hay quá\n" + credit},
		{name: "no words", means: lantoa.ViaFeed, words: " \n", want: "words"},
		{name: "without credit", means: lantoa.ViaFeed, words: "Hay quá", want: "credit"},
		{name: "with another unit's credit", means: lantoa.ViaFeed, words: "Theo Hội LHPN xã Đồng Hỷ", want: "credit"},
		{name: "with half of the credit", means: lantoa.ViaFeed, words: "Theo Hội LHPN xã Đồng", want: "credit"},
		{name: "without its diacritics", means: lantoa.ViaFeed, words: "Theo Hoi LHPN xa Dong Mau", want: "credit"},
		{name: "decomposed, in capitals, over two lines", means: lantoa.ViaFeed, words: norm.NFD.String("THEO  HỘI LHPN\nxã   đồng mẫu")},
		{name: "with marks between", means: lantoa.ViaFeed, words: "(Theo: Hội LHPN, xã Đồng Mẫu)"},
		{name: "a message of 2,000 characters", means: lantoa.ViaMessage, words: credit + strings.Repeat("ế", 2000-utf8.RuneCountInString(credit)-1) + "!", want: "credit"},
		{name: "a message as long as may be", means: lantoa.ViaMessage, words: credit + " " + strings.Repeat("ế", 2000-utf8.RuneCountInString(credit)-1)},
		{name: "counted composed", means: lantoa.ViaMessage, words: norm.NFD.String(credit + " " + strings.Repeat("ế", 2000-utf8.RuneCountInString(credit)-1))},
		{name: "a message one too long", means: lantoa.ViaMessage, words: credit + " " + strings.Repeat("ế", 2000-utf8.RuneCountInString(credit)), want: "long"},
		{name: "the same on a page", means: lantoa.ViaFeed, words: credit + " " + strings.Repeat("ế", 2000)},
		{name: "a post too long", means: lantoa.ViaFeed, words: credit + " " + strings.Repeat("ế", LongestFeed), want: "long"},
		{name: "an article without title", means: lantoa.ViaArticle, words: credit, want: "title"},
		{name: "an article with too long a title", means: lantoa.ViaArticle, words: credit, title: strings.Repeat("a", 151), want: "title"},
		{name: "an article", means: lantoa.ViaArticle, words: credit, title: strings.Repeat("ế", 150)},
		{name: "a broadcast has no words", means: lantoa.ViaBroadcast},
		{name: "by hand too the credit is kept", means: lantoa.ViaHand, words: "Hay quá", want: "credit"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			err := CheckWords(s, tt.means, tt.title, tt.words)
			got := ""
			if err != nil {
				if lantoa.KindOf(err) != lantoa.Invalid {
					t.Fatalf("error %v", err)
				}
				got = lantoa.AsTrouble(err, "").What
			}
			if got != tt.want {
				t.Errorf("refused for %q, want %q", got, tt.want)
			}
		})
	}
}

func TestFold(t *testing.T) {
	for _, tt := range []struct {
		name, words string
		means       lantoa.Means
		shown       string
	}{
		{"short words are not folded", "Một hai ba", lantoa.ViaFeed, "Một hai ba"},
		{"five lines are shown", "1\n2\n3\n4\n5\n6", lantoa.ViaFeed, "1\n2\n3\n4\n5"},
		{"long words after a word", strings.Repeat("chữ ", 200), lantoa.ViaFeed, strings.TrimSuffix(strings.Repeat("chữ ", 119), " ")},
		{"an article is shown whole", strings.Repeat("chữ ", 900), lantoa.ViaArticle, strings.Repeat("chữ ", 900)},
	} {
		t.Run(tt.name, func(t *testing.T) {
			shown, hidden := Fold(tt.words, tt.means)
			if shown != tt.shown || shown+hidden != tt.words {
				t.Errorf("shown %q, hidden %q", shown, hidden)
			}
		})
	}
}

func FuzzPropose(f *testing.F) {
	f.Add(pigs, "xã Đồng Mẫu", "https://fb.com/1", "Mở", "Đóng", "#a #b")
	f.Add("", "", "", "", "", "")
	f.Add(strings.Repeat("a", 3000), "xã #A", "https://x.vn/"+strings.Repeat("a", 190), strings.Repeat("mở ", 300), strings.Repeat("b", 3000), strings.Repeat("#thẻ ", 90))
	f.Add(norm.NFD.String(pigs), norm.NFD.String("xã Đồng Mẫu"), "https://fb.com/1", "", "", "")
	f.Add("Theo Hội LHPN xã Đồng Mẫu "+strings.Repeat("👨‍👩‍👧‍👦", 200), "xã Đồng Mẫu", "", "", "", "#")
	f.Add("\xff\xfe[@1] a.\u0301\u200d", "\u0301x", "ftp://x", "\u200d", "\u0301", "\u0301")
	f.Fuzz(func(t *testing.T, text, unit, link, opening, closing, tags string) {
		s := storyOf(text)
		s.First.Name, s.Lead.Permalink = unit, link
		w := Propose(s, &lantoa.WordsTemplate{Opening: opening, Closing: closing, Hashtags: tags})
		for _, tt := range []struct {
			means lantoa.Means
			words string
		}{{lantoa.ViaFeed, w.Long}, {lantoa.ViaMessage, w.Short}, {lantoa.ViaArticle, w.Long}, {lantoa.ViaHand, w.Short}} {
			if err := CheckWords(s, tt.means, w.Title, tt.words); err != nil && count(lantoa.CreditOf(s.First)) < LongestMessage {
				t.Errorf("%s: %v\n%q\n%q", tt.means, err, w.Title, tt.words)
			}
			shown, hidden := Fold(tt.words, tt.means)
			if shown+hidden != tt.words {
				t.Errorf("folding changed the words")
			}
		}
		if n := count(w.Short); n > shortAll && count(lantoa.CreditOf(s.First)) < 100 {
			t.Errorf("the short words have %d characters: %q", n, w.Short)
		}
		if !utf8.ValidString(text) || !utf8.ValidString(unit) {
			return
		}
		// Whatever of the story is left ends where one of its characters does.
		whole := plainBody(text)
		for _, most := range []int{3, 10, 50} {
			cut := strings.TrimSuffix(sentences(whole, most), "…")
			if cut = strings.TrimSpace(cut); !strings.HasPrefix(whole, cut) {
				continue // an ellipsis of its own was taken off
			}
			if n := count(sentences(whole, most)); n > most {
				t.Errorf("%d characters for %d", n, most)
			}
			at, state := 0, -1
			for rest := whole; at < len(cut); {
				var c string
				c, rest, _, state = uniseg.FirstGraphemeClusterInString(rest, state)
				at += len(c)
			}
			if at != len(cut) && !strings.HasSuffix(whole[:at], " ") && strings.TrimSpace(whole[len(cut):at]) != "" {
				t.Errorf("cut %q inside a character of %q", cut, whole)
			}
		}
	})
}
