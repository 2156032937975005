package viet

import (
	_ "embed"
	"slices"
	"strings"
)

//go:embed abbreviations.txt
var abbreviationList string

// shortForms are the short forms alone: a hashtag that is one is not cut.
var shortForms = readShortForms(abbreviationList)

func readShortForms(list string) map[string]bool {
	out := map[string]bool{}
	for line := range strings.Lines(list) {
		if short, _, ok := strings.Cut(line, " = "); ok {
			out[short] = true
		}
	}
	return out
}

// abbreviations are the lines of abbreviations.txt.
var abbreviations = readAbbreviations(abbreviationList)

type abbreviationTable struct {
	long  map[string][]Token     // of a short form
	opens map[string][]shortForm // the long forms that begin with a word; all in the bare form
}

type shortForm struct {
	long  []string
	short string
}

func readAbbreviations(list string) abbreviationTable {
	t := abbreviationTable{long: map[string][]Token{}, opens: map[string][]shortForm{}}
	for line := range strings.Lines(list) {
		short, long, ok := strings.Cut(strings.TrimSpace(line), " = ")
		if !ok || strings.HasPrefix(line, "#") {
			continue
		}
		f := shortForm{short: short}
		for _, w := range Tokens(long) {
			f.long = append(f.long, w.Bare)
		}
		t.long[short] = Tokens(long)
		t.opens[f.long[0]] = append(t.opens[f.long[0]], f)
	}
	return t
}

// OtherForms are the other forms of the abbreviations that stand in s in one of their forms, each once, bare:
// for an index that cannot take [Terms].
func OtherForms(s string) []string {
	var out []string
	t := terms{do: func(Word) {}, other: func(form string) {
		if !slices.Contains(out, form) {
			out = append(out, form)
		}
	}}
	Each(s, t.word)
	return out
}

// Terms calls do with the words of s as [Each] does, and beside them with the other form of abbreviations
// (LHPN and Liên hiệp Phụ nữ, both ways), so that either finds the other. An added form has the bytes of
// what is written. A short form counts as many places as its long one, and stands at the first and the last
// of them, so that its neighbours stay its neighbours.
func Terms(s string, do func(Word)) {
	t := terms{do: do}
	Each(s, t.word)
}

type terms struct {
	do    func(Word)
	other func(form string) // told of each added form as a whole; may be nil
	shift int               // places added by short forms so far
	begun []begun
}

// begun is a long form whose first n words have been read.
type begun struct {
	shortForm
	n          int
	start, pos int
}

func (t *terms) word(w Word) {
	w.Pos += t.shift
	t.do(w)
	if w.Added {
		return
	}
	long := abbreviations.long[string(w.Bare)]
	if long == nil {
		t.follow(w)
		return
	}
	if t.other != nil {
		t.other(joinBare(long))
	}
	for i, l := range long {
		added := Word{Exact: []byte(l.Exact), Bare: []byte(l.Bare), Start: w.Start, End: w.End, Pos: w.Pos + i, Added: true}
		t.do(added)
		t.follow(added)
	}
	w.Pos, w.Added = w.Pos+len(long)-1, true
	t.do(w)
	t.shift += len(long) - 1
}

// follow goes on with the long forms that w continues, and begins those that it opens.
func (t *terms) follow(w Word) {
	kept := t.begun[:0]
	for _, b := range t.begun {
		if b.long[b.n] != string(w.Bare) {
			continue
		}
		if b.n++; b.n < len(b.long) {
			kept = append(kept, b)
			continue
		}
		if b.start == w.Start {
			continue // the long form of a short one that is written
		}
		if t.other != nil {
			t.other(b.short)
		}
		short := Word{Exact: []byte(b.short), Bare: []byte(b.short), Start: b.start, End: w.End, Pos: b.pos, Added: true}
		t.do(short)
		short.Pos = w.Pos
		t.do(short)
	}
	t.begun = kept
	for _, f := range abbreviations.opens[string(w.Bare)] {
		t.begun = append(t.begun, begun{shortForm: f, n: 1, start: w.Start, pos: w.Pos})
	}
}

func joinBare(list []Token) string {
	var words []string
	for _, w := range list {
		words = append(words, w.Bare)
	}
	return strings.Join(words, " ")
}
