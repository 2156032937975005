package zalo

import (
	"cmp"
	"fmt"
	"hash/fnv"
	"iter"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/hoiphunu/lantoa"
)

const (
	// longText is when a message is a post by itself. A thank-you, an appointment, a question of the groups
	// stay below 150 characters; what tells who did what with which result does not.
	longText = 150
	// caption is when words beside photos make a post of them: "Hình ảnh buổi lễ ạ" names nothing, 40
	// characters name a place and a deed.
	caption = 40
	// together is how far apart a text and the photos sent with it may be. On a slow line five photos of a
	// phone take some minutes, and each is a message of its own.
	together = 10 * time.Minute
)

// message is a message as far as it is needed to say what it is.
type message struct {
	id    string
	at    time.Time
	from  string // in memory only
	kind  string
	text  string // empty unless it may become a post
	chars int    // of the text as NFC
	media lantoa.Media

	known  bool           // sorted at an earlier visit
	isPost bool           // else chatter
	drawn  bool           // a photo that belongs to a post
	album  []lantoa.Media // photos that belong to this post
}

// read takes from a message what its kind allows; ok is false for an element that is no message.
func read(m wireMessage, now time.Time) (msg message, ok bool) {
	if m.ID == "" && m.Time == 0 && m.Type == "" {
		return message{}, false
	}
	msg = message{id: string(m.ID), at: m.Time.millis(), from: string(m.From), kind: kindOf(m)}
	if msg.id == "" { // it was served and is counted, under a name that stays the same
		sum := fnv.New32a()
		fmt.Fprint(sum, m.Type, "\x00", m.URL)
		msg.id = fmt.Sprintf("t%d-%08x", int64(m.Time), sum.Sum32())
	}
	if msg.at.IsZero() {
		msg.at = now.UTC()
	}
	words := m.Message
	switch msg.kind {
	case "photo":
		if m.Description != "" {
			words = m.Description
		}
		msg.media = lantoa.Media{Kind: "photo", URL: m.URL, Thumb: m.Thumb, ID: msg.id}
	case "link":
		msg.media = lantoa.Media{Kind: "link", Thumb: m.Thumb, ID: msg.id}
		if len(m.Links) > 0 {
			l := m.Links[0]
			msg.media = lantoa.Media{Kind: "link", URL: l.URL, Thumb: cmp.Or(l.Thumb, m.Thumb), Title: l.Title, ID: msg.id}
		}
	case "text":
	default: // own, voice, location, card: their content is none of our business
		return msg, true
	}
	if n := length(words); n >= caption {
		msg.text, msg.chars = words, n
	}
	return msg, true
}

// kindOf is the kind under which a message is counted. The list of types in Zalo's documentation is shorter
// than what its webhooks bring: an unknown one is counted as unsupported.
func kindOf(m wireMessage) string {
	if m.Src != nil && *m.Src == 0 {
		return "own"
	}
	switch t := strings.ToLower(m.Type); t {
	case "text", "photo", "sticker", "voice", "location", "gif":
		return t
	case "image":
		return "photo"
	case "audio":
		return "voice"
	case "link", "links":
		return "link"
	case "business_card", "card", "recommended":
		return "card"
	}
	return "unsupported"
}

// length counts characters as people do: an NFD text is as long as its NFC twin.
func length(s string) int {
	n := utf8.RuneCountInString(s)
	if n >= caption && !norm.NFC.IsNormalString(s) {
		return utf8.RuneCountInString(norm.NFC.String(s))
	}
	return n
}

// sortOut says of each message that is not known whether it is a post or chatter; what is known was sorted
// before and is left out, so that no message is ever counted as both.
//
// A post is a long text or link, a photo with a long caption, a text of some length with photos of the same
// person within ten minutes, or else the first captioned photo of a series. Photos belong to the nearest
// post of their person and are counted as chatter themselves. A known message still draws the photos that
// come after it if it was surely a post, and else does not: a short text stored as chatter has no words left.
func sortOut(messages []message, known map[string]bool) (posts []lantoa.Incoming, chatter []lantoa.Chatter) {
	people := map[string]*person{}
	ordered := slices.Clone(messages)
	slices.SortFunc(ordered, func(a, b message) int {
		return cmp.Or(a.at.Compare(b.at), strings.Compare(a.id, b.id))
	})
	for i := range ordered {
		m := &ordered[i]
		m.known, m.isPost = known[m.id], m.chars >= longText
		if m.from == "" || m.kind != "text" && m.kind != "photo" && m.kind != "link" {
			continue
		}
		if people[m.from] == nil {
			people[m.from] = &person{}
		}
		people[m.from].said = append(people[m.from].said, m)
	}
	for _, p := range people {
		p.joinPhotos()
	}
	for i := range ordered {
		switch m := &ordered[i]; {
		case m.known:
		case m.isPost:
			posts = append(posts, post(m))
		default:
			chatter = append(chatter, lantoa.Chatter{External: m.id, At: m.at, Kind: m.kind})
		}
	}
	return posts, chatter
}

// person is what one member of the group said, in order of time.
type person struct{ said []*message }

// joinPhotos finds which short texts and which photos are posts, and gives every photo to the nearest post.
func (p *person) joinPhotos() {
	for i, m := range p.said { // a photo near a long text belongs to it
		m.drawn = m.kind == "photo" && !m.isPost && p.nearest(i, func(o *message) bool { return o.isPost }) != nil
	}
	for i, m := range p.said {
		if m.kind == "text" && !m.isPost && !m.known && m.chars >= caption {
			m.isPost = p.draw(i)
		}
	}
	for i, m := range p.said {
		if m.free() && m.chars >= caption {
			m.isPost = true
			p.draw(i)
		}
	}
	for i, m := range p.said {
		if m.kind == "photo" && !m.isPost {
			if host := p.nearest(i, func(o *message) bool { return o.isPost }); host != nil {
				host.album = append(host.album, m.media)
			}
		}
	}
}

// draw takes the free photos near a message to it and says whether there were any.
func (p *person) draw(host int) (some bool) {
	for o := range p.near(host) {
		if o.free() {
			o.drawn, some = true, true
		}
	}
	return some
}

// nearest is the message next in time to said[i] of which is holds; the earlier of two.
func (p *person) nearest(i int, is func(*message) bool) (found *message) {
	for o := range p.near(i) {
		if is(o) && (found == nil || p.said[i].apart(o) < p.said[i].apart(found)) {
			found = o
		}
	}
	return found
}

// near yields the other messages within ten minutes of said[i], in order of time.
func (p *person) near(i int) iter.Seq[*message] {
	return func(yield func(*message) bool) {
		from := i
		for from > 0 && p.said[i].apart(p.said[from-1]) <= together {
			from--
		}
		for k := from; k < len(p.said) && p.said[i].apart(p.said[k]) <= together; k++ {
			if k != i && !yield(p.said[k]) {
				return
			}
		}
	}
}

func (m *message) apart(o *message) time.Duration { return m.at.Sub(o.at).Abs() }

// free says whether a photo is neither a post nor drawn to one.
func (m *message) free() bool { return m.kind == "photo" && !m.isPost && !m.drawn }

// post makes a post of a message and the photos that were sent with it. Its words are as they were written:
// the gate makes them NFC and masks them.
func post(m *message) lantoa.Incoming {
	p := lantoa.Post{External: m.id, Text: m.text, PublishedAt: m.at, Type: lantoa.Text}
	switch m.kind {
	case "link":
		p.Type = lantoa.Link
		p.Media = append(p.Media, m.media)
	case "photo":
		p.Media = append(p.Media, m.media)
	}
	p.Media = append(p.Media, m.album...)
	shown := 0
	for _, media := range p.Media {
		if media.Kind == "photo" {
			shown++
		}
	}
	switch {
	case p.Type == lantoa.Link:
	case shown == 1:
		p.Type = lantoa.Photo
	case shown > 1:
		p.Type = lantoa.Album
	}
	return lantoa.Incoming{Post: p}
}
