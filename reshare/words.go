package reshare

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/rivo/uniseg"
	"golang.org/x/text/unicode/norm"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/internal/viet"
)

// Words are what is proposed to say of a story.
type Words struct {
	Title string // of an article
	Long  string // for Facebook; the original's address goes beside it
	Short string // for Zalo, with the original's address in it
}

// Lengths are in characters, of the composed form (NFC), as the platforms count.
const (
	LongestFeed    = 63206 // of a post on Facebook
	LongestMessage = 2000  // into a Zalo group
	LongestTitle   = 150   // of a Zalo article

	longBody  = 900 // of a proposal for Facebook: some six sentences
	shortAll  = 500 // of a proposal for Zalo, all together
	shortBody = 150 // of that, kept for the story before anything is put around it
	tagsShort = 100
	linkShort = 200 // an address longer than this is not read by anybody
)

// Propose makes words for a story: its first sentences, whole ones, without the hashtags and the signature of its page;
// then whose story it is, which cannot be left out, and hashtags. A template puts its own opening and closing around
// them. What the story says is not changed; phone numbers of groups came masked and stay so. What is proposed always
// passes [CheckWords].
func Propose(s lantoa.Story, t *lantoa.WordsTemplate) Words {
	if t == nil {
		t = &lantoa.WordsTemplate{}
	}
	text := plainBody(s.Lead.Text)
	credit := norm.NFC.String(lantoa.CreditOf(s.First))
	tags := hashtags(s, t)
	opening, closing := tidy(t.Opening), tidy(t.Closing)

	body := sentences(text, longBody)
	long := join("\n\n", opening, body, join("\n", credited(credit, body), closing), tags)

	fixed := credited(credit, "")
	if link := strings.TrimSpace(s.Lead.Permalink); link != "" && isAddress(link) && count(link) <= linkShort {
		fixed = join("\n", fixed, link)
	}
	left := shortAll - count(fixed) - 1
	fits := func(part string, most int) string {
		if n := count(part) + 1; part != "" && n <= most && left-n >= shortBody {
			left -= n
			return part
		}
		return ""
	}
	shortTags := fits(firstTags(tags, tagsShort), tagsShort+1)
	shortOpening := fits(opening, shortAll)
	shortClosing := fits(closing, shortAll)
	short := join("\n", shortOpening, sentences(text, max(left, 0)), fixed, shortClosing, shortTags)
	return Words{Title: title(s), Long: crop(long, LongestFeed, credit), Short: crop(short, LongestMessage, credit)}
}

// credited is the credit line, empty where the words carry it already.
func credited(credit, words string) string {
	if carries(words, credit) {
		return ""
	}
	return credit
}

// crop is for a template or a name of a unit without measure: better short than refused.
func crop(words string, most int, credit string) string {
	if count(words) <= most && carries(words, credit) {
		return words
	}
	return join("\n", shorten(words, max(most-count(credit)-1, 0)), credit)
}

// title is that of an article: the story's, or the credit where it has none.
func title(s lantoa.Story) string {
	line := strings.Join(strings.Fields(norm.NFC.String(s.Title)), " ")
	if line == "" {
		line = norm.NFC.String(s.First.UnionName())
	}
	return shorten(line, LongestTitle)
}

// tidy makes text one form (NFC) with trimmed lines, at most one empty line running, and without what would call
// people by name at a platform: "[@id]" pings a whole Zalo group, "@[id]" names a page.
func tidy(text string) string {
	text = norm.NFC.String(strings.ToValidUTF8(text, ""))
	text = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u2028", "\n", "\u2029", "\n\n", "[@", "[ @", "@[", "@ [").Replace(text)
	var lines []string
	for _, line := range strings.Split(text, "\n") {
		if line = strings.TrimSpace(line); line == "" && (len(lines) == 0 || lines[len(lines)-1] == "") {
			continue
		}
		lines = append(lines, line)
	}
	return strings.TrimSpace(strings.Join(lines, "\n"))
}

// plainBody is the text of a post without its hashtags at the end, lines of nothing but hashtags, links or strokes, and
// the signature of its page.
func plainBody(text string) string {
	lines := strings.Split(tidy(text), "\n")
	lines = slices.DeleteFunc(lines, func(line string) bool { return line != "" && bare(line) })
	for len(lines) > 0 && (lines[len(lines)-1] == "" || signature.MatchString(viet.Bare(lines[len(lines)-1]))) {
		lines = lines[:len(lines)-1]
	}
	if len(lines) > 0 {
		last := strings.Fields(lines[len(lines)-1])
		for len(last) > 0 && isTag(last[len(last)-1]) {
			last = last[:len(last)-1]
		}
		lines[len(lines)-1] = strings.Join(last, " ")
	}
	return tidy(strings.Join(lines, "\n"))
}

// signature is the opening of a line, folded and bare, with which a page signs at the end of its posts: how to reach it,
// and who wrote. A source ("Nguồn: …") is no signature: it says whose words they are.
var signature = regexp.MustCompile(`^[^a-z0-9]*(tin va anh|tin anh|tin bai|tin, anh|tin, bai|tin - anh|anh|bai va anh|bai, anh|nguoi viet|thuc hien|` +
	`ban bien tap|bbt|ctv|cong tac vien|dia chi|hotline|duong day nong|lien he|dien thoai|dt|sdt|so dien thoai|email|e-mail|thu dien tu|` +
	`fanpage|trang facebook|facebook|website|trang thong tin|zalo)( *[:/(]|$)`)

// bare says whether a line holds nothing that is said: hashtags, addresses, strokes.
func bare(line string) bool {
	for word := range strings.FieldsSeq(line) {
		if !isTag(word) && !isLink(word) && strings.ContainsFunc(word, func(r rune) bool { return unicode.IsLetter(r) || unicode.IsDigit(r) }) {
			return false
		}
	}
	// A line of emoji alone parts a text as strokes do; it says nothing by itself either.
	return true
}

func isTag(word string) bool { return strings.HasPrefix(word, "#") && len(word) > 1 }

func isLink(word string) bool {
	return strings.Contains(word, "://") || strings.HasPrefix(word, "www.") || strings.HasPrefix(word, "bit.ly/")
}

// hashtags are the template's, or those of the story's topics.
func hashtags(s lantoa.Story, t *lantoa.WordsTemplate) string {
	if tags := strings.Join(strings.Fields(norm.NFC.String(strings.ToValidUTF8(t.Hashtags, ""))), " "); tags != "" {
		return tags
	}
	tags := []string{"#CáchLàmHay"}
	for _, topic := range s.Topics {
		if tag := topicTags[topic]; tag != "" && len(tags) < 3 && !slices.Contains(tags, tag) {
			tags = append(tags, tag)
		}
	}
	return strings.Join(tags, " ")
}

var topicTags = map[string]string{
	"ocop": "#OCOP", "tiet-kiem": "#TiếtKiệm", "me-do-dau": "#MẹĐỡĐầu", "5-khong-3-sach": "#5Không3Sạch",
	"moi-truong": "#BảoVệMôiTrường", "chuyen-doi-so": "#ChuyểnĐổiSố", "an-toan": "#AnToànChoPhụNữVàTrẻEm",
	"nong-thon-moi": "#NôngThônMới", "suc-khoe": "#SứcKhỏe", "van-hoa": "#VănHóa", "tre-em": "#VìTrẻEm",
	"mai-am": "#MáiẤmTìnhThương", "giao-thong": "#AnToànGiaoThông", "hien-mau": "#HiếnMáu",
}

// firstTags are as many of the hashtags as fit.
func firstTags(tags string, most int) string {
	var out string
	for tag := range strings.FieldsSeq(tags) {
		if next := join(" ", out, tag); count(next) <= most {
			out = next
		}
	}
	return out
}

// join puts the parts that are there together.
func join(between string, parts ...string) string {
	return strings.Join(slices.DeleteFunc(parts, func(s string) bool { return s == "" }), between)
}

// count is how many characters a platform counts in s.
func count(s string) int {
	if norm.NFC.IsNormalString(s) {
		return utf8.RuneCountInString(s)
	}
	return utf8.RuneCountInString(norm.NFC.String(s))
}

// sentences are the first whole sentences of text that fit into so many characters; of a sentence that does not fit by
// itself its first words.
func sentences(text string, most int) string {
	if count(text) <= most {
		return text
	}
	end, n, from := 0, 0, 0
	for _, to := range sentenceEnds(text) {
		if n += count(text[from:to]); n > most {
			break
		}
		end, from = to, to
	}
	// Whole sentences that leave most of the room empty say too little: then a part of the next one is better.
	if whole := strings.TrimSpace(text[:end]); count(whole)*5 >= most*2 {
		return whole
	}
	return shorten(text, most)
}

// sentenceEnds are the bytes at which the sentences of text end: after a full stop, exclamation or question mark with
// what closes it, where a space and something that can open a sentence follow, and at line ends. A stop after a short form
// ("TP. Thái Nguyên", "ThS. Hoàng", "Nguyễn T. Hoa") or a number at the beginning of a line ("1. Gom rác") ends none.
func sentenceEnds(text string) []int {
	var ends []int
	word := 0 // where the present word begins
	for i := 0; i < len(text); {
		r, n := utf8.DecodeRuneInString(text[i:])
		i += n
		switch {
		case r == '\n':
			if !strings.HasSuffix(strings.TrimRight(text[:i], " \n"), ":") { // what announces a list does not end anything
				ends = append(ends, i)
			}
			word = i
		case unicode.IsSpace(r):
			word = i
		case r == '.' || r == '!' || r == '?' || r == '…':
			stop := i - n
			for i < len(text) { // "…", "?!", closing marks
				next, m := utf8.DecodeRuneInString(text[i:])
				if !strings.ContainsRune(".!?…\"”’')]»", next) {
					break
				}
				i += m
			}
			rest := strings.TrimLeft(text[i:], " \t\u00a0")
			if len(rest) == len(text[i:]) && rest != "" && rest[0] != '\n' {
				continue // inside a word or a number: 1.500, v.v…
			}
			opens, _ := utf8.DecodeRuneInString(rest)
			if unicode.IsLower(opens) || r == '.' && shortForm(text[word:stop], word == 0 || text[word-1] == '\n') {
				continue
			}
			ends = append(ends, i)
		}
	}
	return append(ends, len(text))
}

// shortForm says whether a word before a full stop is cut short, or numbers an item.
func shortForm(word string, opensLine bool) bool {
	word = strings.TrimLeft(word, "(\"“'[")
	if word == "" {
		return false
	}
	if strings.Trim(word, "0123456789") == "" {
		return opensLine
	}
	first, _ := utf8.DecodeRuneInString(word)
	if utf8.RuneCountInString(word) == 1 && unicode.IsUpper(first) {
		return true
	}
	return slices.Contains([]string{"TP", "Tp", "TX", "TT", "ThS", "Ths", "TS", "PGS", "GS", "BS", "CN", "KS", "Tr", "tr", "St", "Tel", "ĐT", "SĐT", "Mr", "Ms", "Mrs", "Dr"}, word)
}

// shorten cuts s to so many characters with an ellipsis, after a word where there is one near, never inside what is
// seen as one character.
func shorten(s string, most int) string {
	if count(s) <= most {
		return s
	}
	if most < 2 {
		return ""
	}
	cut, space, n := 0, 0, 1 // the ellipsis
	state := -1
	for rest := s; rest != ""; {
		var cluster string
		cluster, rest, _, state = uniseg.FirstGraphemeClusterInString(rest, state)
		if n += count(cluster); n > most {
			break
		}
		if strings.TrimSpace(cluster) == "" {
			space = cut
		}
		cut += len(cluster)
	}
	if space > cut/2 {
		cut = space
	}
	// An emoji joined to what is cut off would be another without it, so only spaces and stops are taken off.
	if out := strings.TrimRight(s[:cut], " \t\n,.;:–-…"); out != "" {
		return out + "…"
	}
	return ""
}

// CheckWords says whether the words may go out by these means as those of the story.
//
// Errors: Invalid "words" where there are none, "credit" where they do not say whose story it is (blanks, case, marks and
// the form of letters apart), "long" for more than the platform takes, "title" for an article without one or with one too
// long. A broadcast has no words of its own.
func CheckWords(s lantoa.Story, means lantoa.Means, title, words string) error {
	if means == lantoa.ViaBroadcast {
		return nil
	}
	if strings.TrimSpace(words) == "" {
		return lantoa.Problem(lantoa.Invalid, "words", "")
	}
	if credit := lantoa.CreditOf(s.First); !carries(words, credit) {
		return lantoa.Problem(lantoa.Invalid, "credit", credit)
	}
	most := LongestFeed
	if means == lantoa.ViaMessage {
		most = LongestMessage
	}
	if count(words) > most {
		return lantoa.Problem(lantoa.Invalid, "long", "")
	}
	if n := count(strings.TrimSpace(title)); means == lantoa.ViaArticle && (n == 0 || n > LongestTitle) {
		return lantoa.Problem(lantoa.Invalid, "title", "")
	}
	return nil
}

// carries says whether words say the credit, word for word, however it is spaced, cased or encoded.
func carries(words, credit string) bool {
	want := viet.Syllables(credit)
	have := viet.Syllables(words)
	for i := 0; i+len(want) <= len(have); i++ {
		if slices.Equal(have[i:i+len(want)], want) {
			return true
		}
	}
	return false
}

// Where the platforms fold a text and put "Xem thêm": a rule of thumb, since neither says, and telephones differ.
var folds = map[lantoa.Means]struct{ characters, lines int }{
	lantoa.ViaFeed:    {477, 5},
	lantoa.ViaMessage: {1000, 20},
}

// Fold cuts words where the platform would fold them, after a whole word: what is seen at once, and what is behind "Xem
// thêm", nothing where they are not folded. Both together are the words.
func Fold(words string, means lantoa.Means) (shown, hidden string) {
	fold, ok := folds[means]
	if !ok {
		return words, ""
	}
	at, space, n, lines, state := 0, 0, 0, 1, -1
	for rest := words; rest != ""; {
		var cluster string
		cluster, rest, _, state = uniseg.FirstGraphemeClusterInString(rest, state)
		if n += count(cluster); n > fold.characters {
			if space > at/2 {
				at = space
			}
			return words[:at], words[at:]
		}
		if strings.ContainsRune(cluster, '\n') {
			if lines++; lines > fold.lines && strings.TrimSpace(rest) != "" {
				return words[:at], words[at:]
			}
		}
		if strings.TrimSpace(cluster) == "" {
			space = at
		}
		at += len(cluster)
	}
	return words, ""
}
