package search

import (
	"strings"
	"unicode"

	"github.com/hoiphunu/lantoa/internal/viet"
)

// meiliDoc is a document as the server gets it. What is searched is cleaned, since the server takes emoji,
// arrows, no-break spaces and mathematical letters for parts of words; what is shown goes along untouched.
type meiliDoc struct {
	ID            string   `json:"id"`
	Title         string   `json:"title"`
	Text          string   `json:"text"`
	Names         string   `json:"names"`
	Tone          string   `json:"tone"` // the text in Telex keys: the server folds diacritics, and these stay
	Original      string   `json:"original"`
	OriginalTitle string   `json:"original_title"`
	Units         []string `json:"units"` // the paths of the unit and of those above it
	Level         string   `json:"level"`
	Platform      string   `json:"platform"`
	Kind          string   `json:"kind"`
	Topics        []string `json:"topics"`
	Published     int64    `json:"published"`
	Score         *float64 `json:"score,omitempty"`
	Reach         *int64   `json:"reach,omitempty"`
	Story         bool     `json:"story"`
	Public        bool     `json:"public"`
}

func meiliDocOf(d Document) meiliDoc {
	title := trimTitle(d.Title)
	rest := d.Text
	if i := strings.Index(rest, title); title != "" && i >= 0 {
		rest = rest[:i] + " " + rest[i+len(title):]
	}
	m := meiliDoc{
		ID: string(d.ID), Title: clean(title), Text: clean(rest), Names: clean(namesOf(d)),
		Tone: toneForm(title + "\n" + rest), Original: d.Text, OriginalTitle: d.Title,
		Level: borne(string(d.Level)), Platform: borne(d.Platform), Kind: borne(d.Kind),
		Published: d.Published, Score: d.Score, Reach: d.Reach, Story: tellsStory(d), Public: d.Public,
		Units: []string{}, Topics: []string{},
	}
	for _, t := range d.Topics {
		m.Topics = append(m.Topics, borne(t))
	}
	for path := d.UnitPath; path != ""; path = path[:max(strings.LastIndexByte(path, '.'), 0)] {
		m.Units = append(m.Units, borne(path))
	}
	return m
}

// clean is the text as the server can cut it into words rightly, bare: what the server folds differs with how
// it was built (one took đ for another letter than d). Behind it come the words of hashtags, and the other
// forms of abbreviations, for the server's own synonyms end at three words.
func clean(s string) string {
	text := strings.Map(func(r rune) rune {
		if unicode.IsLetter(r) || unicode.IsMark(r) || unicode.IsDigit(r) || strings.ContainsRune(".,-_/':%@", r) {
			return r
		}
		return ' '
	}, viet.Bare(s))
	var b strings.Builder
	b.WriteString(strings.Join(strings.Fields(text), " "))
	if strings.Contains(s, "#") {
		for _, p := range hashtagPieces(s) {
			b.WriteByte(' ')
			b.WriteString(p)
		}
	}
	for _, form := range viet.OtherForms(s) {
		b.WriteString(" . ")
		b.WriteString(form)
	}
	return b.String()
}

// hashtagPieces are the words of hashtags that were written without spaces.
func hashtagPieces(s string) []string {
	var out, held []string
	end := -1
	list := viet.Tokens(s)
	for _, t := range list {
		if t.Added { // the whole: what it was cut into came before it
			out = append(out, held...)
			held, end = nil, -1
			continue
		}
		if t.Start != end {
			held = nil
		}
		held, end = append(held, t.Bare), t.End
	}
	return out
}

// toneForm is the words of a text in Telex keys.
func toneForm(s string) string {
	var b strings.Builder
	viet.Each(s, func(w viet.Word) {
		if b.Len() > 0 {
			b.WriteByte(' ')
		}
		b.WriteString(viet.ToTelex(string(w.Exact)))
	})
	return b.String()
}

// isCode says whether s is made of what filters may hold: the server compares them in ways of its own, and
// quoting is a trap.
func isCode(s string) bool {
	for i := range len(s) {
		c := s[i]
		if (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '-' && c != '_' && c != '.' {
			return false
		}
	}
	return s != "" && len(s) < 400
}

// none is a code that no document bears.
const none = "-none-"

// code is s where it can be filtered by, else the code that matches nothing.
func code(s string) string {
	if isCode(s) {
		return s
	}
	return none
}

// borne is s where it can be filtered by, else nothing that could be found.
func borne(s string) string {
	if isCode(s) && s != none {
		return s
	}
	return ""
}
