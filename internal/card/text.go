package card

import (
	"math"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/image/font"
	"golang.org/x/image/font/sfnt"
	"golang.org/x/text/unicode/norm"
)

// clean is a text as the typeface can write it: marks joined with their letters, letters that people take for a typeface
// (𝐇𝐨̣̂𝐢) put back, emoji and whatever else it lacks left out, one blank between words. Blanks that hold two words
// together stay.
func clean(f *sfnt.Font, text string) string {
	var buf sfnt.Buffer
	has := func(r rune) bool {
		i, err := f.GlyphIndex(&buf, r)
		return err == nil && i != 0
	}
	var out strings.Builder
	for _, r := range norm.NFC.String(text) {
		switch {
		case unicode.IsSpace(r) && r != tie, r == utf8.RuneError:
			out.WriteByte(' ')
		case unicode.Is(unicode.Cf, r), unicode.Is(unicode.Cc, r):
		case has(r) || unicode.Is(unicode.M, r): // a mark may find its letter below
			out.WriteRune(r)
		default:
			out.WriteString(norm.NFKD.String(string(r)))
		}
	}
	joined := norm.NFC.String(out.String())
	out.Reset()
	for _, r := range joined {
		if has(r) && !unicode.Is(unicode.M, r) { // a mark that joined nothing would stand beside its letter
			out.WriteRune(r)
		}
	}
	return strings.Join(strings.FieldsFunc(out.String(), func(r rune) bool { return unicode.IsSpace(r) && r != tie }), " ")
}

const tie = '\u00a0' // a blank that no line ends at

// block is a text in lines.
type block struct {
	lines []string
	size  float64
	step  float64 // from one base line to the next
	wide  float64 // the longest line
	cut   bool    // words are missing
}

// high is how much room a block takes, from the top of its first line's marks to below its last line's tails.
func (b block) high() float64 {
	if len(b.lines) == 0 {
		return 0
	}
	return b.size*(rise+fall) + b.step*float64(len(b.lines)-1)
}

// Of the size of the letters: a capital with two marks (Ế) rises so far over the base line, tails (g, ợ) fall so far
// under it.
const (
	rise = 1.13
	fall = 0.30
)

// fit sets a text in the largest of the sizes in which it takes at most so many lines; in the smallest it is cut with an
// ellipsis.
func (p *painter) fit(text string, bold bool, room float64, most int, leading float64, sizes ...float64) block {
	words := strings.FieldsFunc(text, func(r rune) bool { return r == ' ' })
	if len(words) == 0 {
		return block{}
	}
	for _, size := range sizes {
		face := p.face(size, bold)
		if lines := wrap(words, room, most, func(s string) float64 { return wide(face, s) }); lines != nil {
			return p.set(lines, face, size, leading)
		}
	}
	size := sizes[len(sizes)-1]
	face := p.face(size, bold)
	measure := func(s string) float64 { return wide(face, s) }
	var broken []string
	for _, w := range words {
		broken = append(broken, chop(w, room-measure("…"), measure)...)
	}
	for n := len(broken) - 1; n > 0; n-- {
		kept := slices.Clone(broken[:n])
		kept[n-1] = strings.TrimRightFunc(kept[n-1], func(r rune) bool { return unicode.IsPunct(r) || unicode.IsSpace(r) }) + "…"
		if kept[n-1] == "…" {
			continue
		}
		if lines := wrap(kept, room, most, measure); lines != nil {
			b := p.set(lines, face, size, leading)
			b.cut = true
			return b
		}
	}
	return p.set(broken[:1], face, size, leading)
}

func (p *painter) set(lines []string, face font.Face, size, leading float64) block {
	b := block{lines: lines, size: size, step: size * leading}
	for _, l := range lines {
		b.wide = max(b.wide, wide(face, l))
	}
	return b
}

func wide(face font.Face, text string) float64 { return float64(font.MeasureString(face, text)) / 64 }

// chop breaks a word that is longer than a line.
func chop(word string, room float64, measure func(string) float64) []string {
	var out []string
	part := ""
	for _, r := range word {
		if part != "" && measure(part+string(r)) > room {
			out, part = append(out, part), ""
		}
		part += string(r)
	}
	return append(out, part)
}

// wrap breaks words into as few lines as they need, at most so many, all about as long: of all ways the one with the
// least squared empty room, where a last line of one word and a name torn apart cost the most. It is nil where they do
// not fit.
func wrap(words []string, room float64, most int, measure func(string) float64) []string {
	n := len(words)
	blank := measure(" ")
	start := make([]float64, n+1) // how far in the i-th word begins, were all in one line
	for i, w := range words {
		long := measure(w)
		if long > room {
			return nil
		}
		start[i+1] = start[i] + long + blank
	}
	span := func(i, j int) float64 { return start[j] - start[i] - blank } // of the words from i, before j
	need, from := 1, 0
	for i := range words {
		if span(from, i+1) > room {
			need, from = need+1, i
		}
	}
	for lines := need; lines <= most; lines++ {
		ends, cost := breaks(words, lines, room, span)
		if ends == nil || lines < most && lines == need && cost >= torn*room*room {
			continue // one line more, if it spares a lonely word or a name
		}
		out := make([]string, 0, lines)
		at := 0
		for _, end := range ends {
			out, at = append(out, strings.Join(words[at:end], " ")), end
		}
		return out
	}
	return nil
}

const (
	lonely = 4.0 // what a last line of one word costs, in squares of the room
	torn   = 0.3 // what a line break within a name costs
)

// breaks says after which word each of so many lines ends, and what that costs; nil where it cannot be.
func breaks(words []string, lines int, room float64, span func(i, j int) float64) ([]int, float64) {
	n := len(words)
	aim := min(room, span(0, n)/float64(lines)) // the length that all would have
	cost := make([][]float64, lines+1)
	from := make([][]int, lines+1)
	for k := range cost {
		cost[k], from[k] = slices.Repeat([]float64{math.Inf(1)}, n+1), make([]int, n+1)
	}
	cost[0][0] = 0
	for k := 1; k <= lines; k++ {
		for j := k; j <= n; j++ {
			for i := j - 1; i >= k-1; i-- {
				long := span(i, j)
				if long > room {
					break
				}
				c := cost[k-1][i] + (long-aim)*(long-aim)
				if j == n && j-i == 1 && lines > 1 {
					c += lonely * room * room
				}
				if j < n && (name(words[j-1]) && name(words[j]) || opens(words[j-1])) {
					c += torn * room * room
				}
				if c < cost[k][j] {
					cost[k][j], from[k][j] = c, i
				}
			}
		}
	}
	if math.IsInf(cost[lines][n], 1) {
		return nil, 0
	}
	ends := make([]int, lines)
	for k, j := lines, n; k > 0; k, j = k-1, from[k][j] {
		ends[k-1] = j
	}
	return ends, cost[lines][n]
}

// name says whether a word looks like part of a name: a capital, then small letters.
func name(word string) bool {
	first, size := utf8.DecodeRuneInString(word)
	rest := word[size:]
	return unicode.IsUpper(first) && rest != "" && rest != strings.ToUpper(rest)
}

// opens says whether a word belongs with what follows it: "xã Đồng Mẫu" is one thing.
func opens(word string) bool {
	switch strings.ToLower(word) {
	case "xã", "phường", "tỉnh", "huyện", "thành", "phố", "thôn", "xóm", "bản", "chi", "hội", "số", "–", "-":
		return true
	}
	return false
}
