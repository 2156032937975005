package search

import (
	"cmp"
	"html"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/hoiphunu/lantoa/internal/viet"
)

const (
	snippetLength = 200   // characters of a passage, about
	titleLength   = 160   // characters of a title that are shown
	readAhead     = 24000 // bytes of a text in which a passage is looked for first
)

// wanted is what is marked in a text.
type wanted struct {
	exact  map[string]int // number of the word in the query
	bare   map[string]int
	prefix []beginning
	marked bool
	weight []float64
}

// beginning is the word that was still being typed.
type beginning struct {
	word
	number int
}

func newWanted(p *plan) *wanted {
	w := &wanted{exact: map[string]int{}, bare: map[string]int{}, marked: p.marked}
	for i := range p.slots {
		s := &p.slots[i]
		w.want(s.word, 0.2+s.idf, s.prefix != nil)
	}
	return w
}

// want adds a word; prefix says that it is the beginning of one.
func (w *wanted) want(x word, weight float64, prefix bool) {
	n := len(w.weight)
	w.weight = append(w.weight, weight)
	if prefix {
		w.prefix = append(w.prefix, beginning{x, n})
		return
	}
	if _, ok := w.bare[x.bare]; !ok {
		w.bare[x.bare] = n
	}
	w.exact[x.exact] = n
}

// found is a word of a text that was looked for.
type found struct {
	start, end int
	word       int // of the query
	exact      bool
}

// in finds the words in a text. When the query had marks, a word that stands there as it was typed is found
// in that spelling only.
func (w *wanted) in(text string) []found {
	var out []found
	isExact := map[int]bool{}
	viet.Terms(text, func(x viet.Word) {
		if n, ok := w.exact[string(x.Exact)]; ok {
			out = append(out, found{x.Start, x.End, n, true})
			isExact[n] = true
			return
		}
		if n, ok := w.bare[string(x.Bare)]; ok {
			out = append(out, found{x.Start, x.End, n, false})
			return
		}
		for _, p := range w.prefix {
			if strings.HasPrefix(string(x.Exact), p.exact) || p.exact == p.bare && strings.HasPrefix(string(x.Bare), p.bare) {
				out = append(out, found{x.Start, x.End, p.number, true})
				return
			}
		}
	})
	// added forms come late, and stand where what is written stands
	slices.SortStableFunc(out, func(a, b found) int { return cmp.Or(cmp.Compare(a.start, b.start), cmp.Compare(b.end, a.end)) })
	if !w.marked {
		return out
	}
	kept := out[:0]
	for _, f := range out {
		if f.exact || !isExact[f.word] {
			kept = append(kept, f)
		}
	}
	return kept
}

// title marks the whole of a short text.
func (w *wanted) title(text string) string {
	text = cutRunes(text, titleLength)
	return markup(text, w.in(text), 0, len(text))
}

// snippet marks the passage of text after the byte from that has most of what was looked for; cut says that
// this byte lies within a sentence.
func (w *wanted) snippet(text string, from int, cut bool) string {
	body := text[from:]
	if strings.TrimSpace(body) == "" {
		body, cut = text, false
	}
	head := body
	if len(head) > readAhead {
		head = head[:runeStart(head, readAhead)]
	}
	hits := w.in(head)
	if len(hits) == 0 && len(head) < len(body) {
		head = body
		hits = w.in(head)
	}
	start, end := w.passage(head, hits)
	out := markup(head, hits, start, end)
	if out == "" {
		return ""
	}
	if start > 0 || cut {
		out = "… " + out
	}
	if end < len(body) && strings.TrimSpace(body[end:]) != "" {
		out += " …"
	}
	return out
}

// passage chooses the stretch: the one whose different words weigh most together, then the one with more of
// them, then the first.
func (w *wanted) passage(text string, hits []found) (start, end int) {
	bestFrom, bestWorth := 0, -1.0
	const width = snippetLength * 4 / 3 // bytes; most letters are one or two
	for i := range hits {
		if i > 400 {
			break
		}
		worth, seen := 0.0, map[int]bool{}
		for _, h := range hits[i:] {
			if h.end > hits[i].start+width {
				break
			}
			worth += 0.02
			if !seen[h.word] {
				seen[h.word] = true
				worth += w.weight[h.word]
				if !h.exact {
					worth -= w.weight[h.word] / 2
				}
			}
		}
		if worth > bestWorth+1e-9 {
			bestFrom, bestWorth = hits[i].start, worth
		}
	}
	if bestWorth < 0 {
		start = len(text) - len(strings.TrimLeftFunc(text, unicode.IsSpace))
		return start, forward(text, start, snippetLength)
	}
	start = sentenceStart(text, bestFrom)
	return start, forward(text, start, snippetLength)
}

// sentenceStart goes back from at to where a sentence or a line begins, if it is near; else a few words.
func sentenceStart(text string, at int) int {
	low := backward(text, at, 60)
	for i := at; i > low; {
		r, n := utf8.DecodeLastRuneInString(text[:i])
		if r == '\n' || (r == '.' || r == '!' || r == '?' || r == ';') && i < at && unicode.IsSpace(runeAt(text, i)) {
			return i + len(text[i:at]) - len(strings.TrimLeftFunc(text[i:at], unicode.IsSpace))
		}
		i -= n
	}
	if low == 0 {
		return 0
	}
	i := strings.IndexFunc(text[low:at], unicode.IsSpace)
	if i < 0 {
		return at
	}
	i += low
	return i + len(text[i:at]) - len(strings.TrimLeftFunc(text[i:at], unicode.IsSpace))
}

func runeAt(s string, i int) rune {
	r, _ := utf8.DecodeRuneInString(s[i:])
	return r
}

// forward is the byte n characters after at, moved back to the end of a word.
func forward(text string, at, n int) int {
	end := at
	for ; n > 0 && end < len(text); n-- {
		_, size := utf8.DecodeRuneInString(text[end:])
		end += size
	}
	if end == len(text) {
		return end
	}
	if i := strings.LastIndexFunc(text[at:end], unicode.IsSpace); i > (end-at)/2 {
		return at + i
	}
	return afterMarks(text, end)
}

// afterMarks goes on past combining marks, so that no letter is cut from its own.
func afterMarks(text string, at int) int {
	for at < len(text) {
		r, n := utf8.DecodeRuneInString(text[at:])
		if !unicode.Is(unicode.M, r) && r != 0x200D {
			break
		}
		at += n
	}
	return at
}

func backward(text string, at, n int) int {
	for ; n > 0 && at > 0; n-- {
		_, size := utf8.DecodeLastRuneInString(text[:at])
		at -= size
	}
	return at
}

func cutRunes(s string, n int) string {
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	return strings.TrimSpace(s[:forward(s, 0, n)]) + "…"
}

// runeStart is the last byte at or before i at which a character begins.
func runeStart(s string, i int) int {
	for i > 0 && !utf8.RuneStart(s[i]) {
		i--
	}
	return i
}

// markup escapes text[from:to] and marks what was found there. Marks that only spaces part become one.
func markup(text string, hits []found, from, to int) string {
	var b strings.Builder
	open, at := false, from
	for _, h := range hits {
		if h.start < at || h.end > to {
			continue
		}
		between := text[at:h.start]
		if open && strings.TrimSpace(between) == "" && !strings.Contains(between, "\n") {
			plain(&b, between)
		} else {
			if open {
				b.WriteString("</mark>")
			}
			plain(&b, between)
			b.WriteString("<mark>")
			open = true
		}
		plain(&b, text[h.start:h.end])
		at = h.end
	}
	if open {
		b.WriteString("</mark>")
	}
	plain(&b, text[at:to])
	return strings.TrimSpace(b.String())
}

// plain writes text escaped, in one line, without what could turn the direction of the page or is no text.
func plain(b *strings.Builder, s string) {
	b.WriteString(html.EscapeString(strings.Map(func(r rune) rune {
		switch {
		case r == '\n' || r == '\t' || r == '\r' || r == 0x2028 || r == 0x2029 || r == 0x85:
			return ' '
		case r >= 0x202A && r <= 0x202E || r >= 0x2066 && r <= 0x2069 || r == 0x200E || r == 0x200F || r == 0x61C:
			return -1
		case r < ' ' || r == 0x7F || r >= 0x80 && r < 0xA0:
			return -1
		}
		return r
	}, strings.ToValidUTF8(s, "\uFFFD"))))
}
