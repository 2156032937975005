package search

import (
	"strings"

	"github.com/hoiphunu/lantoa/internal/viet"
)

// analysed is a document as words, ready to be entered.
type analysed struct {
	spots []spot
	arena []byte // the words of spots
	title uint32 // places before it are the title's
	names uint32 // places from it on are the names of unit and channel
}

// spot is a word at a place; its forms lie in the arena.
type spot struct {
	bare, exact, end uint32 // arena[bare:exact] and arena[exact:end]
	pos              uint32
	term             uint32
	form             uint16
}

// longestWord bounds what is held to be a word, in bytes: longer runs are addresses and other noise.
const longestWord = 64

// mostPlaces bounds the words of one document.
const mostPlaces = 1 << 20

// apart is the number of places between title, text and names, so that no pair of words spans two of them.
const apart = 8

// analyse cuts a document into words. The title is part of the text as a rule, and counted once.
func analyse(d Document) analysed {
	a := analysed{spots: make([]spot, 0, len(d.Text)/4), arena: make([]byte, 0, len(d.Text)*2)}
	title := trimTitle(d.Title)
	var next uint32
	switch at := strings.Index(d.Text, title); {
	case title == "":
		next = a.enter(d.Text, 0, 0)
	case at >= 0:
		next = a.enter(d.Text, 0, at+len(title))
	default:
		next = a.enter(title, 0, len(title))
		next = a.enter(d.Text, next+apart, 0)
	}
	a.names = next + apart
	a.enter(namesOf(d), a.names, 0)
	return a
}

// enter adds the words of text from place pos on and gives the place after the last. Words that begin before
// the byte titleEnd are the title's.
func (a *analysed) enter(text string, pos uint32, titleEnd int) uint32 {
	next := pos
	viet.Terms(text, func(w viet.Word) {
		p := pos + uint32(w.Pos)
		if len(w.Exact) > longestWord || p >= mostPlaces {
			return
		}
		s := spot{bare: uint32(len(a.arena)), pos: p}
		a.arena = append(a.arena, w.Bare...)
		s.exact = uint32(len(a.arena))
		a.arena = append(a.arena, w.Exact...)
		s.end = uint32(len(a.arena))
		a.spots = append(a.spots, s)
		next = max(next, p+1)
		if w.Start < titleEnd {
			a.title = max(a.title, p+1)
		}
	})
	return next
}

func (a *analysed) bareOf(s spot) []byte  { return a.arena[s.bare:s.exact] }
func (a *analysed) exactOf(s spot) []byte { return a.arena[s.exact:s.end] }

// everywhere are words that stand in the name of nearly every channel. They say nothing there, and would make
// a search for "phụ nữ" find every post.
var everywhere = map[string]bool{
	"hoi": true, "lien": true, "hiep": true, "phu": true, "nu": true, "lhpn": true, "hlhpn": true, "pn": true, "hpn": true,
	"trang": true, "nhom": true, "zalo": true, "facebook": true, "fanpage": true, "page": true, "group": true,
}

// namesOf is what is searched of the names of unit and channel.
func namesOf(d Document) string {
	var b strings.Builder
	b.WriteString(d.UnitName)
	b.WriteString("\n\n")
	viet.Each(d.ChannelName, func(w viet.Word) {
		if !w.Added && !everywhere[string(w.Bare)] {
			b.WriteByte(' ')
			b.Write(w.Exact)
		}
	})
	return b.String()
}
