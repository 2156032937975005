package viet

import (
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// The five marked tones; 0 is the level one.
const (
	grave = iota + 1
	acute
	hook
	tilde
	dot
)

// What a code point is to the scanner.
type class uint8

const (
	separator class = iota // breaks words and stays in a folded text
	letter
	digit
	space
	mark    // combines with the letter before it
	nothing // soft hyphen, zero-width and direction characters: not there
	compat  // must be decomposed first
)

// entry says what a code point below tableSize is.
type entry struct {
	exact rune // lower case, with its shape (â, ơ, đ), without its tone
	bare  rune // without both
	tone  uint8
	class class
	upper bool
}

// All letters of Vietnamese and its combining marks lie below U+1F00; the table makes them one look-up.
const tableSize = 0x1F00

var table = newTable()

func newTable() *[tableSize]entry {
	t := new([tableSize]entry)
	for r := rune(0); r < tableSize; r++ {
		t[r] = entryOf(r)
	}
	return t
}

func entryOf(r rune) entry {
	e := entry{exact: unicode.ToLower(r), upper: unicode.IsUpper(r)}
	switch {
	case r == 0xAD || r == 0x34F || r == 0x61C || r >= 0x180B && r <= 0x180F:
		e.class = nothing
		return e
	case unicode.IsSpace(r):
		e.class, e.exact = space, ' '
		return e
	case unicode.Is(unicode.Cc, r):
		e.class = nothing
		return e
	case unicode.Is(unicode.Mn, r):
		e.class, e.tone = mark, toneOf(r)
		return e
	case r == 'Đ' || r == 'đ' || r == 'Ð' || r == 'ð': // eth stands for đ in old fonts
		return entry{exact: 'đ', bare: 'd', class: letter, upper: e.upper}
	case unicode.IsDigit(r):
		e.class = digit
	case unicode.IsLetter(r):
		e.class = letter
	}
	e.bare = e.exact
	d := norm.NFKD.PropertiesString(string(r)).Decomposition()
	if d == nil {
		return e
	}
	// A Latin letter with marks is taken apart here once and for all; what is longer or stranger waits
	// for the slow way.
	base := []rune(string(d))
	if e.class != letter || base[0] > 'z' || !unicode.IsLetter(base[0]) {
		e.class = compat
		return e
	}
	c := cell{exact: unicode.ToLower(base[0]), bare: unicode.ToLower(base[0])}
	for _, m := range base[1:] {
		if !unicode.Is(unicode.Mn, m) || !c.add(m) {
			e.class = compat
			return e
		}
	}
	e.exact, e.bare, e.tone = c.exact, c.bare, c.tone
	return e
}

func toneOf(r rune) uint8 {
	switch r {
	case 0x300, 0x340:
		return grave
	case 0x301, 0x341:
		return acute
	case 0x309:
		return hook
	case 0x303:
		return tilde
	case 0x323:
		return dot
	}
	return 0
}

// cell is one letter or digit of a word and where it stands in the original.
type cell struct {
	exact, bare rune // bare is 0 where nothing of it remains in the bare form
	tone        uint8
	class       class
	upper       bool
	start, end  int
}

// add puts a combining mark on the letter and says whether it took it. The order of marks does not matter:
// é + ̂ is ế as well as ê + ́.
func (c *cell) add(m rune) bool {
	if t := toneOf(m); t != 0 {
		if c.tone == 0 {
			c.tone = t
		}
		return true
	}
	if r := shaped(c.exact, m); r != 0 {
		c.exact = r
		return true
	}
	return false
}

// shaped is the letter that r and the mark m make, 0 if Unicode has none.
func shaped(r, m rune) rune {
	switch m {
	case 0x302: // circumflex
		switch r {
		case 'a':
			return 'â'
		case 'e':
			return 'ê'
		case 'o':
			return 'ô'
		}
	case 0x306: // breve
		if r == 'a' {
			return 'ă'
		}
	case 0x31B: // horn
		switch r {
		case 'o':
			return 'ơ'
		case 'u':
			return 'ư'
		}
	}
	c := []rune(norm.NFC.String(string([]rune{r, m})))
	if len(c) == 1 {
		return c[0]
	}
	return 0
}

// toned holds the vowels with their tones, in the order of the constants.
var toned = map[rune][6]rune{
	'a': {'a', 'à', 'á', 'ả', 'ã', 'ạ'}, 'ă': {'ă', 'ằ', 'ắ', 'ẳ', 'ẵ', 'ặ'}, 'â': {'â', 'ầ', 'ấ', 'ẩ', 'ẫ', 'ậ'},
	'e': {'e', 'è', 'é', 'ẻ', 'ẽ', 'ẹ'}, 'ê': {'ê', 'ề', 'ế', 'ể', 'ễ', 'ệ'}, 'i': {'i', 'ì', 'í', 'ỉ', 'ĩ', 'ị'},
	'o': {'o', 'ò', 'ó', 'ỏ', 'õ', 'ọ'}, 'ô': {'ô', 'ồ', 'ố', 'ổ', 'ỗ', 'ộ'}, 'ơ': {'ơ', 'ờ', 'ớ', 'ở', 'ỡ', 'ợ'},
	'u': {'u', 'ù', 'ú', 'ủ', 'ũ', 'ụ'}, 'ư': {'ư', 'ừ', 'ứ', 'ử', 'ữ', 'ự'}, 'y': {'y', 'ỳ', 'ý', 'ỷ', 'ỹ', 'ỵ'},
}

// combining marks of the tones, for letters that carry one in other languages only (ñ).
var toneMarks = [6]string{"", "\u0300", "\u0301", "\u0309", "\u0303", "\u0323"}

// write appends the letter with its shape and tone.
func (c *cell) write(b []byte) []byte {
	if c.tone == 0 {
		return appendRune(b, c.exact)
	}
	if v, ok := toned[c.exact]; ok {
		return appendRune(b, v[c.tone])
	}
	return append(b, norm.NFC.String(string(c.exact)+toneMarks[c.tone])...)
}

func (c *cell) writeBare(b []byte) []byte {
	if c.bare == 0 {
		return b
	}
	return appendRune(b, c.bare)
}
