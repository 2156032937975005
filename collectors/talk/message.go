package talk

import (
	"cmp"
	"iter"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/hoiphunu/lantoa"
)

const (
	// LongText is when a message is a post by itself. A thank-you, an appointment, a question of the groups
	// stay below 150 characters; what tells who did what with which result does not.
	LongText = 150
	// Caption is when words beside photos make a post of them: "Hình ảnh buổi lễ ạ" names nothing, 40
	// characters name a place and a deed. The same goes for the name of a document.
	Caption = 40
	// Together is how far apart a text and the photos sent with it may be. On a slow line five photos of a
	// phone take some minutes, and each is a message of its own.
	Together = 10 * time.Minute
)

// The kinds of messages. Only the first five can become posts; of the others nothing is kept but their number.
const (
	Text  = "text"
	Photo = "photo"
	Link  = "link"
	Video = "video"
	File  = "file"

	GIF         = "gif"
	Sticker     = "sticker"
	Voice       = "voice"
	Location    = "location"
	Card        = "card"        // somebody's visiting card, with a telephone number in it
	Own         = "own"         // of the account that reads, whatever it is
	Unsupported = "unsupported" // a kind that we do not know
)

// Message is a message of a group, as far as it is needed to say what it is.
type Message struct {
	ID     string
	At     time.Time
	Author string // keyed hash of who sent it; empty if that is not known
	Kind   string
	Text   string // its words, or the name of the document
	Media  []lantoa.Media
}

// Words says whether a message of the kind has words that may be kept.
func Words(kind string) bool {
	switch kind {
	case Text, Photo, Link, Video, File:
		return true
	}
	return false
}

// Standing is what can be said of a message without its neighbours.
type Standing int

const (
	Unsettled Standing = iota // the messages around it decide
	Post                      // a post whatever stands around it
	Chatter                   // never anything else
)

// Alone says what can be said of a message before its neighbours are known. A photo is unsettled even without words,
// since a story may want it as its picture.
func Alone(m Message) Standing {
	n := Length(m.Text)
	switch {
	case !Words(m.Kind):
		return Chatter
	case n >= LongText, m.Kind == File && n >= Caption:
		return Post
	case m.Kind == Photo, m.Kind == Video, m.Kind == Text && n >= Caption:
		return Unsettled
	}
	return Chatter
}

// Length counts characters as people do: a decomposed text is as long as its composed twin.
func Length(s string) int {
	n := utf8.RuneCountInString(s)
	if n >= Caption && !norm.NFC.IsNormalString(s) {
		return utf8.RuneCountInString(norm.NFC.String(s))
	}
	return n
}

// Sort says of each message whether it is a post or chatter. What is known was sorted before and is left out, so that
// no message is ever counted as both; but a known post of which a picture has come only now is told again, with all
// its pictures that are among the messages.
//
// A post is a long text or link, a photo with a long caption, a text of some length with photos of the same
// person within ten minutes, or else the first captioned photo of a series. Photos and films belong to the nearest
// post of their person and are counted as chatter themselves. A known message still draws the photos that
// come after it if it was surely a post, and else does not: a short text stored as chatter has no words left.
func Sort(messages []Message, known map[string]bool) (posts []lantoa.Incoming, chatter []lantoa.Chatter) {
	people := map[string]*person{}
	ordered := make([]message, len(messages))
	for i, m := range messages {
		ordered[i] = message{Message: m, known: known[m.ID], isPost: Alone(m) == Post, chars: Length(m.Text)}
	}
	slices.SortFunc(ordered, func(a, b message) int {
		return cmp.Or(a.At.Compare(b.At), strings.Compare(a.ID, b.ID))
	})
	for i := range ordered {
		m := &ordered[i]
		if m.Author == "" || !Words(m.Kind) {
			continue
		}
		if people[m.Author] == nil {
			people[m.Author] = &person{}
		}
		people[m.Author].said = append(people[m.Author].said, m)
	}
	for _, p := range people {
		p.joinPhotos()
	}
	for i := range ordered {
		switch m := &ordered[i]; {
		case m.known && m.grown:
			posts = append(posts, m.post())
		case m.known:
		case m.isPost:
			posts = append(posts, m.post())
		default:
			chatter = append(chatter, lantoa.Chatter{External: m.ID, At: m.At, Kind: m.Kind})
		}
	}
	return posts, chatter
}

// message is a message under work.
type message struct {
	Message
	chars  int             // of its words
	known  bool            // sorted before
	isPost bool            // else chatter
	drawn  bool            // a picture that belongs to a post
	grown  bool            // a post that got a picture which was not known
	album  []*lantoa.Media // pictures that belong to this post
}

// person is what one member of the group said, in order of time.
type person struct{ said []*message }

// joinPhotos finds which short texts and which pictures are posts, and gives every picture to the nearest post.
func (p *person) joinPhotos() {
	for i, m := range p.said { // a photo near a long text belongs to it
		m.drawn = m.picture() && !m.isPost && p.nearest(i) != nil
	}
	for i, m := range p.said {
		if m.Kind == Text && !m.isPost && !m.known && m.chars >= Caption {
			m.isPost = p.draw(i)
		}
	}
	for i, m := range p.said {
		if m.free() && m.chars >= Caption {
			m.isPost = true
			p.draw(i)
		}
	}
	for i, m := range p.said {
		if m.picture() && !m.isPost {
			if host := p.nearest(i); host != nil {
				for k := range m.Media {
					host.album = append(host.album, &m.Media[k])
				}
				host.grown = host.grown || !m.known
			}
		}
	}
}

// draw takes the free pictures near a message to it and says whether there were any.
func (p *person) draw(host int) (some bool) {
	for o := range p.near(host) {
		if o.free() {
			o.drawn, some = true, true
		}
	}
	return some
}

// nearest is the post next in time to said[i]; the earlier of two. A document is nobody's album.
func (p *person) nearest(i int) (found *message) {
	for o := range p.near(i) {
		if o.isPost && o.Kind != File && (found == nil || p.said[i].apart(o) < p.said[i].apart(found)) {
			found = o
		}
	}
	return found
}

// near yields the other messages within ten minutes of said[i], in order of time.
func (p *person) near(i int) iter.Seq[*message] {
	return func(yield func(*message) bool) {
		from := i
		for from > 0 && p.said[i].apart(p.said[from-1]) <= Together {
			from--
		}
		for k := from; k < len(p.said) && p.said[i].apart(p.said[k]) <= Together; k++ {
			if k != i && !yield(p.said[k]) {
				return
			}
		}
	}
}

func (m *message) apart(o *message) time.Duration { return m.At.Sub(o.At).Abs() }

func (m *message) picture() bool { return m.Kind == Photo || m.Kind == Video }

// free says whether a picture is neither a post nor drawn to one.
func (m *message) free() bool { return m.picture() && !m.isPost && !m.drawn }

// post makes a post of a message and the pictures that were sent with it. Its words are as they were written:
// the gate makes them NFC and masks them.
func (m *message) post() lantoa.Incoming {
	p := lantoa.Post{External: m.ID, Text: m.Text, PublishedAt: m.At, Media: slices.Clone(m.Media)}
	for _, picture := range m.album {
		p.Media = append(p.Media, *picture)
	}
	p.Type = TypeOf(m.Kind, p.Media)
	return lantoa.Incoming{Post: p, Author: m.Author}
}

// TypeOf is the form of a post that began with a message of the kind and shows the media.
func TypeOf(kind string, media []lantoa.Media) lantoa.PostType {
	shown, film := 0, false
	for _, m := range media {
		switch m.Kind {
		case Photo:
			shown++
		case Video:
			film = true
		}
	}
	switch {
	case kind == Link:
		return lantoa.Link
	case kind == File:
		return lantoa.Other
	case film:
		return lantoa.Video
	case shown == 1:
		return lantoa.Photo
	case shown > 1:
		return lantoa.Album
	}
	return lantoa.Text
}
