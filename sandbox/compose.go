package sandbox

import (
	_ "embed"
	"fmt"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"
)

//go:embed texts.txt
var textsText string

// template is a way to write one kind of post: its sentences in groups, each group with several wordings
// of which a post takes one. The first group opens, the last closes, those between come in any order.
type template struct {
	genre  genre
	topic  string
	title  []line
	groups []group
}

type group struct {
	label byte // the same letter for all its wordings; a small letter may be left out
	lines []line
}

// A line is literal text with slots {…} and choices [a|b] in it.
type line []piece

type piece struct {
	text   string
	slot   string
	choice []line
}

// book is all templates, by genre, and the pools of sentences that any post of a topic may borrow.
type book struct {
	byGenre map[genre][]*template
	pools   map[string][]line
}

var genreNames = map[string]genre{
	"news": news, "story": story, "notice": notice, "congratulate": congratulate,
	"condolence": condolence, "national": national, "meeting": meeting, "vote": vote,
}

// readBook reads texts.txt; its head explains the form.
func readBook(text string) (*book, error) {
	b := &book{byGenre: map[genre][]*template{}, pools: map[string][]line{}}
	var t *template
	pool := ""
	n := 0
	for raw := range strings.Lines(text) {
		n++
		s := strings.TrimSpace(raw)
		if s == "" || s[0] == '#' && !strings.HasPrefix(s, "##") {
			continue
		}
		if head, ok := strings.CutPrefix(s, "## "); ok {
			words := strings.Fields(head)
			if len(words) < 2 {
				return nil, fmt.Errorf("texts.txt line %d: %q", n, s)
			}
			t, pool = nil, ""
			if words[0] == "pool" {
				pool = words[1]
				continue
			}
			g, ok := genreNames[words[0]]
			if !ok {
				return nil, fmt.Errorf("texts.txt line %d: genre %q", n, words[0])
			}
			t = &template{genre: g, topic: strings.Trim(words[1], "-")}
			b.byGenre[g] = append(b.byGenre[g], t)
			continue
		}
		if pool != "" {
			l, err := readLine(s)
			if err != nil {
				return nil, fmt.Errorf("texts.txt line %d: %w", n, err)
			}
			b.pools[pool] = append(b.pools[pool], l)
			continue
		}
		label, rest, ok := strings.Cut(s, " ")
		if t == nil || !ok || len(label) != 1 {
			return nil, fmt.Errorf("texts.txt line %d: %q", n, s)
		}
		l, err := readLine(rest)
		if err != nil {
			return nil, fmt.Errorf("texts.txt line %d: %w", n, err)
		}
		if label == "T" {
			t.title = append(t.title, l)
			continue
		}
		if k := len(t.groups); k == 0 || t.groups[k-1].label != label[0] {
			t.groups = append(t.groups, group{label: label[0]})
		}
		last := &t.groups[len(t.groups)-1]
		last.lines = append(last.lines, l)
	}
	return b, nil
}

func readLine(s string) (line, error) {
	l, rest, err := readPieces(s, false)
	if err == nil && rest != "" {
		err = fmt.Errorf("unexpected %q", rest)
	}
	return l, err
}

// readPieces reads up to the end, or inside a choice up to | or ].
func readPieces(s string, inside bool) (line, string, error) {
	var l line
	for s != "" {
		stop := "{["
		if inside {
			stop = "{[|]"
		}
		i := strings.IndexAny(s, stop)
		if i < 0 {
			i = len(s)
		}
		if i > 0 {
			l = append(l, piece{text: s[:i]})
			s = s[i:]
			continue
		}
		switch s[0] {
		case '{':
			slot, rest, ok := strings.Cut(s[1:], "}")
			if !ok {
				return nil, "", fmt.Errorf("open slot in %q", s)
			}
			l, s = append(l, piece{slot: slot}), rest
		case '[':
			var c []line
			for s = s[1:]; ; s = s[1:] {
				one, rest, err := readPieces(s, true)
				if err != nil {
					return nil, "", err
				}
				if rest == "" {
					return nil, "", fmt.Errorf("open choice")
				}
				c, s = append(c, one), rest
				if s[0] == ']' {
					break
				}
			}
			l, s = append(l, piece{choice: c}), s[1:]
		default:
			return l, s, nil
		}
	}
	return l, "", nil
}

// writer fills a template for one post.
type writer struct {
	d     *dice
	place place
	up    place // its district, or the province
	when  time.Time
	known map[string]string // what a slot was filled with, where it must stay the same in one post
	out   strings.Builder
}

func newWriter(d *dice, p, up place, at int64) *writer {
	return &writer{d: d, place: p, up: up, when: time.Unix(at, 0).In(Zone), known: map[string]string{}}
}

func (w *writer) line(l line) {
	for _, p := range l {
		switch {
		case p.choice != nil:
			w.line(p.choice[w.d.n(len(p.choice))])
		case p.slot != "":
			w.out.WriteString(w.fill(p.slot))
		default:
			w.out.WriteString(p.text)
		}
	}
}

func (w *writer) say(l line) string {
	w.out.Reset()
	w.line(l)
	return upperFirst(w.out.String())
}

// upperFirst makes the first letter a capital, which a sentence may have got from a slot.
func upperFirst(s string) string {
	first, n := utf8.DecodeRuneInString(s)
	return strings.ToUpper(string(first)) + s[n:]
}

// fill is what stands in a slot. {name=slot} fills and remembers, {name} of the same post repeats it.
func (w *writer) fill(slot string) string {
	if v, ok := w.known[slot]; ok {
		return v
	}
	if name, rest, ok := strings.Cut(slot, "="); ok {
		if v, ok := w.known[name]; ok {
			return v
		}
		v := w.fill(rest)
		w.known[name] = v
		return v
	}
	if rest, ok := strings.CutPrefix(slot, "#"); ok {
		return w.number(rest)
	}
	if rest, ok := strings.CutPrefix(slot, "day+"); ok {
		n, _ := strconv.Atoi(rest)
		return w.when.AddDate(0, 0, n).Format("02/01")
	}
	if v, keep, ok := w.word(slot); ok {
		if keep {
			w.known[slot] = v
		}
		return v
	}
	return "{" + slot + "}" // a test finds it
}

// number is a whole number from "lo-hi" or "lo-hi/step", written with points: 1.240.
func (w *writer) number(s string) string {
	s, stepText, _ := strings.Cut(s, "/")
	lo, hi, _ := strings.Cut(s, "-")
	a, _ := strconv.Atoi(lo)
	b, _ := strconv.Atoi(hi)
	step, _ := strconv.Atoi(stepText)
	if step > 1 {
		return dotted(w.d.between(a/step, b/step) * step)
	}
	return dotted(w.d.between(a, b))
}

func dotted(n int) string {
	s := strconv.Itoa(n)
	for i := len(s) - 3; i > 0; i -= 3 {
		s = s[:i] + "." + s[i:]
	}
	return s
}
