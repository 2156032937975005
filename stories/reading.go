package stories

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/zeebo/xxh3"

	"github.com/hoiphunu/lantoa/internal/viet"
)

// reading is a text cut into words for the rules to look at. It keeps the diacritics, which tell "mô hình"
// from "mơ hình"; a text written without them says too little to be judged by words.
type reading struct {
	text  string
	words []readWord
	lines int
	caps  int // words in capitals
}

type readWord struct {
	hash       uint64
	start, end int  // bytes of the text
	number     bool // has a digit
	name       bool // has a capital inside a sentence
}

// longestReading is how many words of a text are judged. What a story is stands well before that.
const longestReading = 4000

func readWords(text string) *reading {
	t := &reading{text: text, words: make([]readWord, 0, len(text)/5)}
	opens, end := true, 0
	viet.Each(text, func(w viet.Word) {
		if w.Added || len(t.words) >= longestReading {
			return
		}
		if end > 0 && w.Start >= end {
			gap := text[end:w.Start]
			opens = strings.ContainsAny(gap, ".!?:\"“”–\n")
			if strings.IndexByte(gap, '%') >= 0 {
				t.words = append(t.words, readWord{hash: percent, start: end, end: end + strings.IndexByte(gap, '%') + 1})
			}
		}
		first, n := utf8.DecodeRuneInString(text[w.Start:])
		capital := unicode.IsUpper(first)
		rest := isUpper(text[min(w.Start+n, w.End):w.End])
		if capital && rest {
			t.caps++
		}
		number := hasDigit(w.Bare)
		t.words = append(t.words, readWord{
			hash: xxh3.Hash(w.Exact), start: w.Start, end: w.End,
			number: number, name: capital && !rest && !opens && !number,
		})
		end, opens = w.End, false
	})
	if end < len(text) {
		if i := strings.IndexByte(text[end:], '%'); i >= 0 {
			t.words = append(t.words, readWord{hash: percent, start: end, end: end + i + 1})
		}
	}
	t.lines = strings.Count(text, "\n") + 1
	return t
}

// slice is the text of words first to last as it was written. A number takes in the part before a point or
// comma that belongs to it: of "1.500 kg" the words are "1", "500", "kg".
func (t *reading) slice(first, last int) string {
	start := t.words[first].start
	for start > 0 && strings.IndexByte("0123456789.,", t.text[start-1]) >= 0 && t.words[first].number {
		start--
	}
	s := strings.TrimLeft(t.text[start:t.words[last].end], ".,")
	return strings.Join(strings.Fields(s), " ")
}
