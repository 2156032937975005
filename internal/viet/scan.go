package viet

import (
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

// scanner cuts a text into words: runs of letters and digits. Everything else parts words, emoji and arrows
// too, which people set without a space.
type scanner struct {
	word []cell
	// onWord is called with each word; it must not keep the cells.
	onWord func(word []cell)
	// onOther is called with each character between words, ' ' for any kind of space.
	onOther func(r rune, at int)
}

func (s *scanner) scan(text string) {
	for i := 0; i < len(text); {
		if c := text[i]; c < utf8.RuneSelf {
			s.take(table[c], rune(c), i, i+1)
			i++
			continue
		}
		r, n := utf8.DecodeRuneInString(text[i:])
		if r < tableSize && table[r].class != compat {
			s.take(table[r], r, i, i+n)
		} else {
			s.takeStrange(text[i:i+n], r, i, i+n)
		}
		i += n
	}
	s.flush()
}

// take handles one code point whose entry is known.
func (s *scanner) take(e entry, r rune, start, end int) {
	switch e.class {
	case letter, digit:
		s.word = append(s.word, cell{
			exact: e.exact, bare: e.bare, tone: e.tone, class: e.class, upper: e.upper, start: start, end: end,
		})
	case mark:
		s.takeMark(r, start, end)
	case nothing:
	case space:
		s.flush()
		s.onOther(' ', start)
	default:
		s.flush()
		s.onOther(e.exact, start)
	}
}

// takeMark puts a combining mark on the letter before it. One that fits no letter (a vowel sign of another
// script) stays in the folded form and is left out of the bare one.
func (s *scanner) takeMark(r rune, start, end int) {
	if len(s.word) == 0 {
		return
	}
	last := &s.word[len(s.word)-1]
	if last.class == letter && last.add(r) {
		last.end = end
		return
	}
	if last.class == letter && last.exact < tableSize && last.exact >= 0x370 || last.exact >= tableSize {
		s.word = append(s.word, cell{exact: r, class: letter, start: start, end: end})
		return
	}
	last.end = end // a stray mark on a Latin letter or a digit says nothing
}

// takeStrange handles what lies beyond the table or must be decomposed: full-width and mathematical letters,
// ligatures, "…", other scripts, emoji.
func (s *scanner) takeStrange(text string, r rune, start, end int) {
	switch {
	case r >= 0x200B && r <= 0x200F, r >= 0x202A && r <= 0x202E, r >= 0x2060 && r <= 0x206F, r == 0xFEFF,
		r >= 0xFE00 && r <= 0xFE0F, r >= 0xE0000 && r <= 0xE0FFF, r >= 0x1BCA0 && r <= 0x1BCA3, r >= 0xFFF9 && r <= 0xFFFB:
		return
	}
	d := norm.NFKD.PropertiesString(text).Decomposition()
	if d == nil {
		s.take(describe(r), r, start, end)
		return
	}
	for len(d) > 0 {
		r, n := utf8.DecodeRune(d)
		d = d[n:]
		if r < tableSize && table[r].class != compat {
			s.take(table[r], r, start, end)
		} else {
			s.take(describe(r), r, start, end)
		}
	}
}

// describe is the entry of a code point that has no further decomposition.
func describe(r rune) entry {
	e := entry{exact: unicode.ToLower(r), upper: unicode.IsUpper(r)}
	e.bare = e.exact
	switch {
	case unicode.IsLetter(r):
		e.class = letter
	case unicode.IsDigit(r):
		e.class = digit
	case unicode.Is(unicode.Mn, r):
		e.class = mark
	case unicode.IsSpace(r):
		e.class = space
	}
	return e
}

func (s *scanner) flush() {
	if len(s.word) == 0 {
		return
	}
	placeTone(s.word)
	s.onWord(s.word)
	s.word = s.word[:0]
}

func appendRune(b []byte, r rune) []byte {
	if r < utf8.RuneSelf {
		return append(b, byte(r))
	}
	return utf8.AppendRune(b, r)
}
