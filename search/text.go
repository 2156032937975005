package search

import (
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/hoiphunu/lantoa/internal/viet"
)

// words is what somebody typed, understood.
type words struct {
	list    []word
	phrases []span   // words of list that must follow one another
	without [][]word // each: words that must not stand there, one after another
	marked  bool     // typed with diacritics: exact matches rank first
}

// span is list[from:to].
type span struct{ from, to int }

// word is one word of a query.
type word struct {
	exact, bare string
	start, end  int  // in the text that was typed
	open        bool // the last one, perhaps still being typed: it may be the beginning of a word
	quoted      bool
}

// mostWords bounds a query; what comes after is not looked for.
const mostWords = 96

// understand reads a query: words, "words that follow one another", and -words to leave out (after a space,
// so that a dash at the beginning of pasted text excludes nothing).
func understand(text string) words {
	var w words
	afterSpace := false
	for i := 0; i < len(text); {
		r, n := utf8.DecodeRuneInString(text[i:])
		switch {
		case closing(r) != 0:
			i = w.quote(text, i+n, closing(r), false)
			afterSpace = false
		case r == '-' && afterSpace && i+1 < len(text):
			i = w.exclude(text, i+1)
			afterSpace = false
		case unicode.IsSpace(r):
			afterSpace = true
			i += n
		default:
			i = w.plain(text, i)
			afterSpace = false
		}
	}
	if len(w.list) > mostWords {
		w.cut()
	}
	for _, x := range w.list {
		w.marked = w.marked || x.exact != x.bare
	}
	if n := len(w.list); n > 0 && !w.list[n-1].quoted && w.list[n-1].end == len(text) {
		w.list[n-1].open = true
	}
	return w
}

// closing is the quotation mark that ends what r begins, 0 if r is none.
func closing(r rune) rune {
	switch r {
	case '"', '“', '”', '„':
		return '"'
	case '«':
		return '»'
	}
	return 0
}

// plain reads words up to the next space or quotation mark.
func (w *words) plain(text string, i int) int {
	end := i
	for end < len(text) {
		r, n := utf8.DecodeRuneInString(text[end:])
		if unicode.IsSpace(r) || closing(r) != 0 {
			break
		}
		end += n
	}
	w.list = append(w.list, wordsOf(text, i, end)...)
	return end
}

// quote reads from to the closing mark, or to the end if it was forgotten or is still to come.
func (w *words) quote(text string, from int, mark rune, not bool) int {
	end, next := len(text), len(text)
	for i, r := range text[from:] {
		if r == mark || mark == '"' && (r == '“' || r == '”') {
			end, next = from+i, from+i+utf8.RuneLen(r)
			break
		}
	}
	list := wordsOf(text, from, end)
	for i := range list {
		list[i].quoted = true
	}
	if not {
		if len(list) > 0 {
			w.without = append(w.without, list)
		}
		return next
	}
	if end == next { // not closed: as if there were no mark
		for i := range list {
			list[i].quoted = false
		}
	} else if len(list) > 1 {
		w.phrases = append(w.phrases, span{len(w.list), len(w.list) + len(list)})
	}
	w.list = append(w.list, list...)
	return next
}

// exclude reads what stands after a minus: a word or a quotation. A number or a sign makes it a mere dash.
func (w *words) exclude(text string, i int) int {
	r, n := utf8.DecodeRuneInString(text[i:])
	if mark := closing(r); mark != 0 {
		return w.quote(text, i+n, mark, true)
	}
	if !unicode.IsLetter(r) && r != '#' {
		return i
	}
	keep := len(w.list)
	end := w.plain(text, i)
	if not := w.list[keep:]; len(not) > 0 {
		w.without = append(w.without, append([]word(nil), not...))
	}
	w.list = w.list[:keep]
	return end
}

func wordsOf(text string, from, to int) []word {
	var out []word
	viet.Each(text[from:to], func(x viet.Word) {
		if !x.Added {
			out = append(out, word{
				exact: string(x.Exact), bare: string(x.Bare), start: from + x.Start, end: from + x.End,
			})
		}
	})
	return out
}

// cut leaves the first mostWords words and the phrases that lie wholly among them.
func (w *words) cut() {
	w.list = w.list[:mostWords]
	kept := w.phrases[:0]
	for _, p := range w.phrases {
		if p.to <= mostWords {
			kept = append(kept, p)
		}
	}
	w.phrases = kept
}

// unfinished says whether the last word may still be being typed.
func (w *words) unfinished() bool { return len(w.list) > 0 && w.list[len(w.list)-1].open }

// inPhrase says whether word i stands in quotation marks with others.
func (w *words) inPhrase(i int) bool {
	for _, p := range w.phrases {
		if i >= p.from && i < p.to {
			return true
		}
	}
	return false
}

// trimTitle is a title without the mark of having been cut.
func trimTitle(title string) string { return strings.TrimSpace(strings.TrimSuffix(title, "…")) }
