package viet

// Word is one word of a text. Its bytes are good during the call only.
type Word struct {
	Exact []byte // folded
	Bare  []byte // and without diacritics
	// Start and End are the bytes of the original text that it was read from.
	Start, End int
	// Pos counts words. A whole hashtag and an added form share the places of what they stand for.
	Pos int
	// Added marks a form beside what is written: the whole of a split hashtag, or from [Terms] the other
	// form of an abbreviation.
	Added bool
}

// Token is a [Word] to keep.
type Token struct {
	Exact, Bare     string
	Start, End, Pos int
	Added           bool
}

// Each calls do with the words of s in order. A hashtag is cut into its words (#PhuNuKhoiNghiep, #phụ_nữ,
// #5không3sạch, #phunuthainguyen) and added whole.
func Each(s string, do func(Word)) {
	w := words{do: do}
	w.sc = scanner{onWord: w.word, onOther: w.other}
	w.sc.scan(s)
	w.endTag()
}

// Tokens are the words of s.
func Tokens(s string) []Token {
	var out []Token
	Each(s, func(w Word) { out = append(out, w.keep()) })
	return out
}

func (w Word) keep() Token {
	return Token{string(w.Exact), string(w.Bare), w.Start, w.End, w.Pos, w.Added}
}

// Syllables are the words of s folded, without the added forms.
func Syllables(s string) []string {
	var out []string
	Each(s, func(w Word) {
		if !w.Added {
			out = append(out, string(w.Exact))
		}
	})
	return out
}

// words turns the scanner's runs into Words.
type words struct {
	sc          scanner
	do          func(Word)
	pos         int
	exact, bare []byte
	tag         []cell // the hashtag so far; nil outside of one
	inTag       bool
	tagEnd      int // the byte after its last character
}

func (w *words) other(r rune, at int) {
	switch {
	case r == '#':
		w.endTag()
		w.inTag, w.tagEnd = true, at+1
	case r == '_' && w.inTag && len(w.tag) > 0:
		// the underscore stays a cut: a cell that is no letter
		w.tag = append(w.tag, cell{class: separator, start: at, end: at + 1})
	default:
		w.endTag()
	}
}

func (w *words) word(cells []cell) {
	if !w.inTag {
		w.emit(cells, w.pos, false)
		w.pos++
		return
	}
	w.tag = append(w.tag, cells...)
}

// emit passes one word on.
func (w *words) emit(cells []cell, pos int, added bool) {
	w.exact, w.bare = w.exact[:0], w.bare[:0]
	first, end := -1, 0
	for i := range cells {
		if cells[i].class == separator {
			continue
		}
		w.exact = cells[i].write(w.exact)
		w.bare = cells[i].writeBare(w.bare)
		if first < 0 {
			first = cells[i].start
		}
		end = cells[i].end
	}
	if len(w.bare) == 0 {
		return
	}
	w.do(Word{Exact: w.exact, Bare: w.bare, Start: first, End: end, Pos: pos, Added: added})
}

// endTag passes on the words of the hashtag that has just ended, and the whole of it.
func (w *words) endTag() {
	if !w.inTag {
		return
	}
	tag := w.tag
	w.inTag = false
	if len(tag) == 0 {
		return
	}
	start := w.pos
	for _, piece := range cutTag(tag) {
		placeTone(piece)
		w.emit(piece, w.pos, false)
		w.pos++
	}
	if w.pos > start+1 {
		w.emit(tag, start, true)
	}
	w.tag = w.tag[:0]
}
