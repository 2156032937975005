package web

import (
	"hash/fnv"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"github.com/hoiphunu/lantoa"
)

// motifs are the topics that have a scene of their own in templates/picture.html.
var motifs = []string{
	"tiet-kiem", "moi-truong", "ocop", "me-do-dau", "5-khong-3-sach", "chuyen-doi-so", "an-toan",
	"nong-thon-moi", "suc-khoe", "van-hoa", "tre-em", "mai-am", "giao-thong", "hien-mau",
}

// tints are the colourings that suit a scene; one that is not here looks well in each: 1 lotus, 2 leaf, 3 amber,
// 4 slate.
var tints = map[string][]int{
	"moi-truong": {2}, "nong-thon-moi": {2, 3}, "ocop": {2, 3}, "hien-mau": {1}, "suc-khoe": {1}, "giao-thong": {4},
	"chuyen-doi-so": {4, 1}, "an-toan": {4, 1}, "lotus": {1, 4}, "tea": {2},
}

// places stand where a post has no topic.
var places = []string{"lotus", "tea", "home"}

// picture is the scene for a post or story: its first topic in one of four colourings, chosen by the key, so
// that it is the same each time and its neighbours look different.
func picture(topics []string, key string) Picture {
	var p Picture
	for _, t := range topics {
		if slices.Contains(motifs, t) {
			p.Motif = t
			break
		}
	}
	h := fnv.New32a()
	h.Write([]byte(key))
	sum := h.Sum32() * 2654435761 >> 4 // spreads keys that differ in their last letters only
	if p.Motif == "" {
		p.Motif = places[sum>>12%3]
	}
	p.Tint, p.Sun = int(sum%4)+1, 24+int(sum>>8%4)*24
	if own := tints[p.Motif]; len(own) > 0 {
		p.Tint = own[int(sum)%len(own)]
	}
	return p
}

// media are the pictures and films of a post, by their kind: our own copy where there is one, for nothing is fetched
// from where they lie.
func (p Page) media(m lantoa.Measured, had photos) []mediaItem {
	var out []mediaItem
	for n, x := range first(m.Media, 12) {
		word := x.Kind
		if p.Has("media." + x.Kind) {
			word = p.T("media." + x.Kind)
		}
		if x.Title != "" {
			word += ": " + lantoa.Cut(x.Title, 60)
		}
		item := mediaItem{Word: word, Picture: picture(m.Topics, string(m.ID)+x.ID+x.URL)}
		item.Picture.Film = x.Kind == "video"
		if had.has(m.ID, n) {
			item.Picture.Photo, item.Picture.Alt = photoURL(m.ID, n), had.alt(m, n)
		}
		out = append(out, item)
	}
	return out
}

// numbersOf are a post's public counters in one line; what was not given is left out.
func (p Page) numbersOf(m lantoa.Measured) string {
	var out []string
	if i := m.Numbers.Interactions(); i.Known {
		out = append(out, p.T("count.interactions", "n", i))
	}
	if m.Numbers.Shares.Known && m.Numbers.Shares.N > 0 {
		out = append(out, p.T("count.shares", "n", m.Numbers.Shares))
	}
	if len(out) == 0 && m.Kind == lantoa.ZaloGroup {
		return p.T("count.group")
	}
	if len(out) == 0 {
		return p.T("count.none")
	}
	return strings.Join(out, " · ")
}

func numbers(p Page, list []int) string {
	out := make([]string, len(list))
	for i, n := range list {
		out[i] = p.Number(int64(n))
	}
	return strings.Join(out, ", ")
}

// upperFirst begins a sentence with a capital.
func upperFirst(s string) string {
	r, n := utf8.DecodeRuneInString(s)
	if n == 0 {
		return s
	}
	return string(unicode.ToUpper(r)) + s[n:]
}
