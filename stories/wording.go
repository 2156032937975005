package stories

import (
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/zeebo/xxh3"

	"github.com/hoiphunu/lantoa/internal/viet"
)

const (
	shingle      = 5    // syllables in a piece that is compared
	longest      = 3000 // syllables of a text that are compared; what comes after is taken to go the same way
	shortText    = 20   // under so many syllables only equal texts are copies …
	shortestText = 8    // … and under so many none are: everybody says "Chúc các chị ngày mới vui"
)

// wording is a text made ready for comparison: its syllables folded and bare, without links, hashtags, emoji
// and the lines that its page repeats.
type wording struct {
	syllables int
	whole     uint64   // hash of all of it
	shingles  []uint32 // hash of each run of five syllables, in order
	marks     []mark   // numbers and names, in order
	greets    bool     // a short greeting that anybody might write
}

// mark is a word that tells one filled-in form from another: a number, or a syllable with a capital inside a
// sentence.
type mark struct {
	word uint32
	at   uint16 // which syllable of the text
	name bool
}

// reader makes wordings; it holds scratch space and is not for use by two at once.
type reader struct {
	words []uint64
	bytes []byte
	lines []uint32
	marks []mark
}

// read makes the wording of a text. skip says which lines to leave out; it is given the hash of each line,
// and the number of lines from the start and from the end.
func (r *reader) read(text string, skip func(line uint32) bool) wording {
	r.words, r.bytes, r.marks, r.lines = r.words[:0], r.bytes[:0], r.marks[:0], r.lines[:0]
	for line := range strings.Lines(text) {
		line = withoutLinks(line)
		words, marks, all := len(r.words), len(r.marks), len(r.bytes)
		r.line(line)
		if len(r.words) == words {
			continue
		}
		h := uint32(xxh3.Hash(r.bytes[all:]))
		r.lines = append(r.lines, h)
		if skip != nil && skip(h) {
			r.words, r.marks, r.bytes = r.words[:words], r.marks[:marks], r.bytes[:all]
		}
		if len(r.words) >= longest {
			r.words = r.words[:longest]
			break
		}
	}
	w := wording{syllables: len(r.words), whole: xxh3.Hash(r.bytes), marks: slices.Clone(r.marks)}
	if n := len(r.words) - shingle + 1; n > 0 {
		w.shingles = make([]uint32, n)
		for i := range w.shingles {
			w.shingles[i] = piece(r.words[i : i+shingle])
		}
	}
	w.greets = w.syllables < 2*shortText && greets(r.bytes)
	return w
}

// line takes the words of one line. Emoji and signs fall out by themselves.
func (r *reader) line(line string) {
	opens := true // the next word begins a sentence
	end := 0
	viet.Each(line, func(w viet.Word) {
		if w.Added {
			return
		}
		if end > 0 && w.Start >= end { // the two words of "½" stand at the same place
			opens = strings.ContainsAny(line[end:w.Start], ".!?:\"“”–(")
		}
		h := xxh3.Hash(w.Bare)
		r.words = append(r.words, h)
		r.bytes = append(append(r.bytes, w.Bare...), ' ')
		switch first, n := utf8.DecodeRuneInString(line[w.Start:]); {
		case hasDigit(w.Bare):
			r.marks = append(r.marks, mark{word: uint32(h), at: uint16(len(r.words) - 1)})
		case !opens && unicode.IsUpper(first) && !isUpper(line[min(w.Start+n, w.End):w.End]):
			r.marks = append(r.marks, mark{word: uint32(h), at: uint16(len(r.words) - 1), name: true})
		}
		end = w.End
		opens = false
	})
}

// piece is the hash of a run of words.
func piece(words []uint64) uint32 {
	h := uint64(0x9E3779B97F4A7C15)
	for _, w := range words {
		h = (h ^ w) * 0xD6E8FEB86659FD93
		h ^= h >> 32
	}
	return uint32(h)
}

func hasDigit(b []byte) bool {
	for _, c := range b {
		if c >= '0' && c <= '9' {
			return true
		}
	}
	return false
}

// isUpper says whether the rest of a word is in capitals too: then the capital says nothing.
func isUpper(rest string) bool {
	r, _ := utf8.DecodeRuneInString(rest)
	return rest != "" && unicode.IsUpper(r)
}

// withoutLinks leaves out web addresses, hashtags and the marks that stand for them in cleaned texts.
func withoutLinks(line string) string {
	if !strings.ContainsAny(line, "#/<") && !strings.Contains(line, "www.") {
		return line
	}
	var b strings.Builder
	for word := range strings.FieldsSeq(line) {
		switch {
		case strings.HasPrefix(word, "#"), strings.HasPrefix(word, "<") && strings.HasSuffix(strings.TrimRight(word, ".,;:!?)"), ">"):
		case strings.Contains(word, "://"), strings.HasPrefix(word, "www."), strings.HasPrefix(word, "bit.ly/"):
		default:
			b.WriteString(word)
			b.WriteByte(' ')
		}
	}
	return b.String()
}
