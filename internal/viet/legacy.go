package viet

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// Legacy is a way of writing Vietnamese from before Unicode, in which fonts gave the letters of Western Europe other
// shapes. Its texts come to us as those letters: "Héi Phô n÷" in TCVN3 and "Hoäi Phuï nöõ" in VNI are Hội Phụ nữ.
type Legacy int

const (
	Unicode Legacy = iota // none of them: the letters are what they seem
	TCVN3                 // TCVN 5712:1993 as the fonts "ABC" (.VnTime …) have it
	VNI                   // VNI for Windows: a mark is a letter of its own behind the vowel
)

// Convert writes a text of the encoding in Unicode.
func (l Legacy) Convert(s string) string {
	switch l {
	case TCVN3:
		return ConvertTCVN3(s)
	case VNI:
		return ConvertVNI(s)
	}
	return s
}

// The letters of TCVN3 by their code. The capitals with a tone have none: a font of capitals (.VnTimeH) shows the
// small letter's code as a capital.
var tcvn3 = func() (t [256]rune) {
	put := func(first int, letters string) {
		for _, r := range letters {
			if r != '.' {
				t[first] = r
			}
			first++
		}
	}
	put(0xA1, "ĂÂÊÔƠƯĐăâêôơưđ")
	put(0xB5, "àảãáạ.ằẳẵắ")
	put(0xC6, "ặầẩẫấậè.ẻẽéẹềểễếệìỉ...ĩíịò.ỏõóọồổỗốộờởỡớợù.ủũúụừửữứựỳỷỹýỵ")
	return t
}()

// The vowels of VNI take a mark behind them; some letters are one code.
var (
	vniTones  = map[rune]rune{'ù': 0x301, 'ø': 0x300, 'û': 0x309, 'õ': 0x303, 'ï': 0x323}
	vniHats   = map[rune]string{'â': "\u0302", 'á': "\u0302\u0301", 'à': "\u0302\u0300", 'å': "\u0302\u0309", 'ã': "\u0302\u0303", 'ä': "\u0302\u0323"}
	vniBreves = map[rune]string{'ê': "\u0306", 'é': "\u0306\u0301", 'è': "\u0306\u0300", 'ú': "\u0306\u0309", 'ü': "\u0306\u0303", 'ë': "\u0306\u0323"}
	vniAlone  = map[rune]rune{'ñ': 'đ', 'ô': 'ơ', 'ö': 'ư', 'í': 'í', 'ì': 'ì', 'æ': 'ỉ', 'ó': 'ĩ', 'ò': 'ị', 'î': 'ỵ'}
)

// ConvertTCVN3 writes a text of TCVN3 in Unicode. Whether a letter with a tone is a capital is told by the others of
// its word, or by the words around it.
func ConvertTCVN3(s string) string {
	var out strings.Builder
	out.Grow(len(s) + len(s)/4)
	for line := range strings.Lines(s) {
		convertLine(&out, line)
	}
	return out.String()
}

// word is a run of letters of TCVN3 in a line, and what is said of its case.
type word struct {
	text   []rune // converted; those that may be capitals are small
	free   []bool // of each letter, whether the code says nothing of its case
	before string // what stands before it
	upper  int8   // 1 in capitals, -1 not, 0 it does not say
}

func convertLine(out *strings.Builder, line string) {
	var words []word
	var cur word
	var gap strings.Builder
	flush := func() {
		if len(cur.text) > 0 {
			cur.upper = cur.says()
			words = append(words, cur)
			cur = word{}
		}
	}
	for _, r := range line {
		c, free := tcvn3Letter(r)
		if c == 0 {
			flush()
			gap.WriteRune(r)
			continue
		}
		if len(cur.text) == 0 {
			cur.before = gap.String()
			gap.Reset()
		}
		cur.text, cur.free = append(cur.text, c), append(cur.free, free)
	}
	flush()
	for i, w := range words {
		out.WriteString(w.before)
		upper := w.upper == 1 || w.upper == 0 && around(words, i)
		for j, r := range w.text {
			if upper && w.free[j] {
				r = unicode.ToUpper(r)
			}
			out.WriteRune(r)
		}
	}
	out.WriteString(gap.String())
}

// tcvn3Letter is the letter of a code, 0 if it is none, and whether its case is free.
func tcvn3Letter(r rune) (letter rune, free bool) {
	switch {
	case r < 0x80:
		if 'a' <= r|0x20 && r|0x20 <= 'z' {
			return r, false
		}
		return 0, false
	case r < 0x100:
		return tcvn3[r], r >= 0xB5 && tcvn3[r] != 0
	}
	return 0, false
}

// says tells the case of a word by the letters that have one.
func (w word) says() int8 {
	capitals, free := 0, 0
	for i, r := range w.text {
		switch {
		case w.free[i]:
			free++
		case unicode.IsLower(r):
			return -1
		default:
			capitals++
		}
	}
	if capitals > 1 || free == 0 {
		return 1
	}
	return 0 // "Hµ" may be Hà as well as HÀ
}

// around says whether the words about one are in capitals. Those that do not say are passed over.
func around(words []word, at int) bool {
	seen := false
	for _, step := range []int{-1, 1} {
		for i := at + step; i >= 0 && i < len(words); i += step {
			if len(words[i].text) > 1 && words[i].upper != 0 {
				if words[i].upper < 0 {
					return false
				}
				seen = true
				break
			}
		}
	}
	return seen
}

// ConvertVNI writes a text of VNI in Unicode.
func ConvertVNI(s string) string {
	s, _ = convertVNI(s)
	return s
}

// convertVNI also says how many letters from beyond ASCII stayed what they were.
func convertVNI(s string) (string, int) {
	var out strings.Builder
	out.Grow(len(s))
	runes := []rune(s)
	left := 0
	for i := 0; i < len(runes); i++ {
		r := runes[i]
		if i+1 < len(runes) {
			if marked := vniMarked(r, runes[i+1]); marked != "" {
				out.WriteString(marked)
				i++
				continue
			}
		}
		if alone, ok := vniAlone[unicode.ToLower(r)]; ok {
			if unicode.IsUpper(r) {
				alone = unicode.ToUpper(alone)
			}
			out.WriteRune(alone)
			continue
		}
		if r >= 0x80 && unicode.IsLetter(r) {
			left++
		}
		out.WriteRune(r)
	}
	return out.String(), left
}

// vniMarked is the letter that a vowel and the code behind it make, "" if they make none.
func vniMarked(vowel, mark rune) string {
	if mark < 0xC0 || mark > 0xFF {
		return ""
	}
	mark = unicode.ToLower(mark)
	base := vowel
	switch unicode.ToLower(vowel) {
	case 'a':
		if m, ok := vniBreves[mark]; ok {
			return norm.NFC.String(string(vowel) + m)
		}
		fallthrough
	case 'e', 'o':
		if m, ok := vniHats[mark]; ok {
			return norm.NFC.String(string(vowel) + m)
		}
	case 'u', 'y':
	case 'ô', 'ö':
		base = vniAlone[unicode.ToLower(vowel)]
		if unicode.IsUpper(vowel) {
			base = unicode.ToUpper(base)
		}
	default:
		return ""
	}
	if m, ok := vniTones[mark]; ok {
		return norm.NFC.String(string([]rune{base, m}))
	}
	return ""
}

// Recognise says in which encoding a text is written. It is read by its words: those with letters from beyond ASCII
// must nearly all be syllables in the one and hardly any as they stand. Of one word too little can be said, and it is
// Unicode.
func Recognise(text string) Legacy {
	words, plain := 0, 0
	var as [VNI + 1]int
	var first [VNI + 1]string
	varied := [VNI + 1]bool{}
	count := func(l Legacy, w string) {
		as[l]++
		if first[l] == "" {
			first[l] = w
		}
		varied[l] = varied[l] || w != first[l]
	}
	for _, w := range strings.FieldsFunc(norm.NFC.String(text), betweenWords) {
		if !beyondASCII(w) || utf8.RuneCountInString(w) < 2 { // a sign alone is a bullet more often than a letter
			continue
		}
		words++
		if isWritten(w) {
			plain++
		}
		if s, ok := wholeTCVN3(w); ok && isWritten(s) {
			count(TCVN3, s)
		}
		if s, left := convertVNI(w); left == 0 && s != w && isWritten(s) {
			count(VNI, s)
		}
		if words == 2000 {
			break
		}
	}
	best := TCVN3
	if as[VNI] > as[TCVN3] {
		best = VNI
	}
	if n := as[best]; !varied[best] || n*10 < words*6 || n < 2*plain {
		return Unicode
	}
	return best
}

// betweenWords: many letters of TCVN3 are signs in Unicode, so only what no encoding uses parts words.
func betweenWords(r rune) bool {
	if r < 0x80 {
		return !('a' <= r|0x20 && r|0x20 <= 'z')
	}
	return r == 0xA0 || r >= 0x2000 && r <= 0x206F || r == 0xFEFF || r == 0x3000
}

func beyondASCII(w string) bool {
	for i := range len(w) {
		if w[i] >= 0x80 {
			return true
		}
	}
	return false
}

// wholeTCVN3 converts a word all of whose letters are letters of TCVN3.
func wholeTCVN3(w string) (string, bool) {
	out := make([]rune, 0, len(w))
	for _, r := range w {
		c, _ := tcvn3Letter(r)
		if c == 0 {
			return "", false
		}
		out = append(out, c)
	}
	return string(out), true
}

// nuclei are the vowels that can stand together, with their shapes and without tones.
const nuclei = " a ă â e ê i o ô ơ u ư y ai ao au âu ay ây eo êu ia iê iu oa oă oe oi oo ôi ơi ua uâ uê ui uô uơ uy ưa ưi ươ ưu yê" +
	" iêu oai oay oao oeo uai uao uau uay uây uôi uya uyê uyu ươi ươu yêu ue ueo uă uo "

// isWritten says whether a word is a syllable as it is really written, with its shapes and at most one tone.
func isWritten(w string) bool {
	var bare, vowels []rune
	tone, after := uint8(0), false
	for i, r := range []rune(w) {
		if r >= tableSize {
			return false
		}
		e := table[r]
		if e.class != letter || i > 7 || e.exact == 'đ' && i > 0 {
			return false
		}
		if e.tone != 0 {
			if tone != 0 {
				return false
			}
			tone = e.tone
		}
		bare = append(bare, e.bare)
		if isVowel(e.bare) {
			if after {
				return false
			}
			vowels = append(vowels, e.exact)
		} else {
			after = len(vowels) > 0
		}
	}
	s := string(bare)
	if len(vowels) > 1 && (strings.HasPrefix(s, "gi") || strings.HasPrefix(s, "qu")) {
		vowels = vowels[1:] // of the consonant
	}
	if !IsSyllable(s) || !strings.Contains(nuclei, " "+string(vowels)+" ") {
		return false
	}
	switch s[len(s)-1] {
	case 'c', 'p', 't':
		return tone == acute || tone == dot
	case 'h':
		return !strings.HasSuffix(s, "ch") || tone == acute || tone == dot
	}
	return true
}
