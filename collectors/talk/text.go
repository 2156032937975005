package talk

import (
	"regexp"
	"slices"
	"strings"
	"unicode"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Hidden stands where the name of a person stood.
const Hidden = "@•••"

// Span is a mention inside a text, in UTF-16 units of the text exactly as it came: Zalo counts as JavaScript does, and
// before anybody composes or cleans the text.
type Span struct{ Pos, Len int }

// Clean makes the words of a message fit to be kept: mentions that were marked become [Hidden], then those that look
// like mentions do, composed forms take the place of decomposed ones, lines end in "\n", and characters that nobody
// sees are gone. What people see stays as it is: emoji with their selectors and joiners, Zalo's own icons such as
// "/-heart", letters of a mathematical font. Cleaning twice changes nothing.
func Clean(text string, mentions ...Span) string {
	text = hideSpans(text, mentions)
	text = norm.NFC.String(strings.ToValidUTF8(text, "\uFFFD"))
	text = strings.ReplaceAll(text, "\r\n", "\n")
	text = strings.Map(func(r rune) rune {
		switch {
		case r == '\r', r == '\u2028', r == '\u2029':
			return '\n'
		case r == '\n', r == '\t':
			return r
		case r == '\u200b', r == '\u200c', r == '\u2060', r == '\ufeff', r == '\u00ad', r == '\u180e',
			r >= '\u200e' && r <= '\u200f', r >= '\u202a' && r <= '\u202e', r >= '\u2066' && r <= '\u2069', unicode.IsControl(r):
			return -1
		}
		return r
	}, text)
	text = strings.TrimSpace(Harmless(HideNames(norm.NFC.String(text))))
	return text
}

// hideSpans puts [Hidden] in the place of each mention. A span that is not in the text is no span.
func hideSpans(text string, mentions []Span) string {
	if len(mentions) == 0 {
		return text
	}
	units := utf16.Encode([]rune(text))
	spans := slices.Clone(mentions)
	slices.SortFunc(spans, func(a, b Span) int { return b.Pos - a.Pos })
	end := len(units)
	for _, s := range spans { // from the last to the first, so that the places of those before stay
		if s.Pos < 0 || s.Len <= 0 || s.Pos > end || s.Len > end-s.Pos {
			continue
		}
		units = slices.Replace(units, s.Pos, s.Pos+s.Len, utf16.Encode([]rune(Hidden))...)
		end = s.Pos
	}
	return string(utf16.Decode(units))
}

// mentionForm is what Zalo takes for a mention when it is sent: [@7300…] rings one person, [@<group>] all of a group.
var mentionForm = regexp.MustCompile(`\[[\s\p{Cf}]*[@＠][^\[\]]*\]?`)

// Harmless takes the form of a mention from whatever in a text has it, so that passing the text on rings nobody; the
// ids in it are gone too. Making it harmless twice changes nothing.
func Harmless(text string) string {
	for mentionForm.MatchString(text) {
		text = mentionForm.ReplaceAllString(text, Hidden)
	}
	return text
}

// roles are first words of a mention that names no person but an office, or everybody.
var roles = []string{
	"Tất", "All", "Mọi", "Hội", "Chi", "Ban", "BCH", "BTV", "Tổ", "Nhóm", "CLB", "Câu", "UBND", "Đoàn", "Phụ", "Bot", "Trưởng", "Phó", "Chủ", "Xã", "Phường",
}

// HideNames puts [Hidden] in the place of what looks like a mention of a person, where nothing says where the
// mentions are: an @ at the beginning of a word and the words with a capital letter that follow, five at most. It
// takes a word too many rather than leave a name.
func HideNames(text string) string {
	if !strings.ContainsAny(text, "@＠") {
		return text
	}
	var out strings.Builder
	before := ' '
	for i := 0; i < len(text); {
		r, size := utf8.DecodeRuneInString(text[i:])
		if (r == '@' || r == '＠') && !wordRune(before) {
			if n := nameLength(text[i+size:]); n > 0 {
				out.WriteString(Hidden)
				i += size + n
				before = '•'
				continue
			}
		}
		out.WriteString(text[i : i+size])
		before = r
		i += size
	}
	return out.String()
}

func wordRune(r rune) bool {
	return unicode.IsLetter(r) || unicode.IsDigit(r) || unicode.IsMark(r) || r == '.' || r == '_' || r == '-' || r == '+'
}

// nameLength is how many bytes at the beginning of s are a person's name; 0 when it begins with none.
func nameLength(s string) int {
	end, words := 0, 0
	for i := 0; words < 5; words++ {
		start := i
		for i < len(s) {
			r, size := utf8.DecodeRuneInString(s[i:])
			if !unicode.IsLetter(r) && !unicode.IsMark(r) && !unicode.IsDigit(r) {
				break
			}
			i += size
		}
		word := s[start:i]
		first, _ := utf8.DecodeRuneInString(word)
		if !unicode.IsUpper(first) && !unicode.IsTitle(first) && !isID(word) {
			break
		}
		if words == 0 && slices.Contains(roles, norm.NFC.String(word)) {
			return 0
		}
		end = i
		if i == len(s) || s[i] != ' ' && !strings.HasPrefix(s[i:], "\u00a0") {
			break
		}
		_, size := utf8.DecodeRuneInString(s[i:])
		i += size
	}
	return end
}

// isID says whether a word is a number that only a machine gives to a person.
func isID(word string) bool {
	return len(word) >= 10 && strings.Trim(word, "0123456789") == ""
}

// FileName is the name of a document without what could lead out of a folder or spoil a line: at most 120 characters.
// Its ending stays.
func FileName(name string) string {
	name = norm.NFC.String(strings.ToValidUTF8(name, ""))
	if i := strings.LastIndexAny(name, `/\`); i >= 0 {
		name = name[i+1:]
	}
	name = strings.Map(func(r rune) rune {
		if unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || strings.ContainsRune(`<>:"|?*`, r) {
			return -1
		}
		return r
	}, name)
	name = strings.Trim(strings.Join(strings.Fields(name), " "), ". ")
	runes := []rune(name)
	if len(runes) <= 120 {
		return name
	}
	ending := ""
	if dot := strings.LastIndexByte(name, '.'); dot >= 0 && utf8.RuneCountInString(name[dot:]) <= 8 {
		ending = name[dot:]
	}
	return strings.TrimRight(string(runes[:119-utf8.RuneCountInString(ending)]), " .") + "…" + ending
}
