package files

import (
	"bytes"
	"cmp"
	"io"
	"slices"
	"time"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/collectors/talk"
	"github.com/hoiphunu/lantoa/internal/sheet"
)

// MessagesAsk is what a file of messages is read with.
type MessagesAsk struct {
	Hash func(namespace, id string) string // makes of a person's id what may be kept of it; nil: nothing is kept
	Room string                            // the group that is meant where the file names none, as in pasted text
	Zone *time.Location                    // of pasted times; nil: Viet Nam
}

// Messages is what a file says of groups.
type Messages struct {
	Rooms     []*Room
	Pasted    bool // text copied from Zalo on a computer, of which nothing is sure
	Doubles   int  // messages that were there twice
	Vanishing int  // messages that were meant to disappear by themselves, of which nothing is kept
	Withdrawn int  // lines that only say that something was taken back
	Other     int  // signs of life of the bridge, and events that say nothing to us
}

// Room is one group in a file of messages.
type Room struct {
	External string // the platform's id; what the caller gave for pasted text
	Name     string // as the file calls it; may be empty
	Line     int    // where it is first spoken of
	Messages []talk.Message
	Recalled []string     // ids of messages that were taken back, also of some that are not in the file
	Moves    []Move       // who came and went, as numbers
	Members  lantoa.Count // how many it has
	Sealed   bool         // end-to-end encrypted: its messages cannot be had, which is not that there are none

	counted map[string]lantoa.Snapshot // of messages: reactions, and how many have seen it
}

// Move is how many joined or left a group at once.
type Move struct {
	Key          string // the same for the same event in another file
	At           time.Time
	Joined, Left int
}

// maxTalk is the largest file of messages, in bytes: 100,000 messages take some 100 MB only with all that bridges
// add to them.
const maxTalk = 128 << 20

// ReadMessages reads messages of groups as people and their bridges bring them: the JSON of zca-js, one message or
// event after another or in lists, and its history; openzca's lines; the two forms of the n8n trigger; updates of the
// Bot Platform; and text copied from Zalo on a computer. Which it is the content tells, line by line.
//
// The same message may come several times and is one: by its id, or by its author and the id that his device gave it.
// Of a message that was taken back nothing is handed out but its id. People are hashed here, their names and ids
// go no further; of what two people say to each other not a word is taken.
func ReadMessages(r io.Reader, ask MessagesAsk) (Messages, []BadRow, error) {
	text, err := io.ReadAll(io.LimitReader(sheet.Decode(r), maxTalk+1))
	if err != nil {
		return Messages{}, nil, &lantoa.Trouble{Kind: lantoa.Invalid, What: "zalo-messages", Err: err}
	}
	if len(text) > maxTalk {
		return Messages{}, nil, lantoa.Problem(lantoa.TooLarge, "zalo-messages", "")
	}
	if ask.Zone == nil {
		ask.Zone = vietnam()
	}
	if ask.Hash == nil {
		ask.Hash = func(string, string) string { return "" }
	}
	in := &messageReader{ask: ask, rooms: map[string]*gathering{}}
	if looksPasted(text) {
		in.out.Pasted = true
		in.paste(string(text))
	} else {
		in.json(text)
	}
	in.finish()
	slices.SortStableFunc(in.wrong, func(a, b BadRow) int { return cmp.Compare(a.Line, b.Line) })
	return in.out, in.wrong, nil
}

// Sort says which messages of the room are posts and which are only counted; known are those that were sorted
// before. What is known of reactions comes along with the posts.
func (r *Room) Sort(known map[string]bool) (posts []lantoa.Incoming, chatter []lantoa.Chatter) {
	posts, chatter = talk.Sort(r.Messages, known)
	for i := range posts {
		posts[i].FromFile = true
		if n, ok := r.counted[posts[i].External]; ok {
			posts[i].Numbers, posts[i].HasCount = n, true
		}
	}
	return posts, chatter
}

// IDs are the ids of all messages of the room.
func (r *Room) IDs() []string {
	ids := make([]string, len(r.Messages))
	for i, m := range r.Messages {
		ids[i] = m.ID
	}
	return ids
}

// messageReader gathers what it meets by group.
type messageReader struct {
	ask   MessagesAsk
	out   Messages
	wrong []BadRow
	rooms map[string]*gathering
	tries int // at taking several lines for one value
}

// gathering is a room while its file is being read.
type gathering struct {
	*Room
	byID      map[string]bool
	byDevice  map[string]string // author and device's id → id
	aliases   map[string][]string
	recalled  map[string]bool
	unsaid    map[string]bool // device's ids of recalled messages that were named by nothing else
	deviceOf  map[string]string
	reactions map[string]map[string]reaction // message → person
	seen      map[string]int
	seenAt    map[string]time.Time
	moves     map[string]bool
}

type reaction struct {
	at   time.Time
	some bool
}

func (in *messageReader) bad(line int, kind, field, value string) {
	in.wrong = append(in.wrong, bad(line, kind, field, value))
}

func (in *messageReader) room(external, name string, line int) *gathering {
	g := in.rooms[external]
	if g == nil {
		g = &gathering{
			Room: &Room{External: external, Line: line}, byID: map[string]bool{}, byDevice: map[string]string{}, aliases: map[string][]string{},
			recalled: map[string]bool{}, unsaid: map[string]bool{}, deviceOf: map[string]string{}, reactions: map[string]map[string]reaction{},
			seen: map[string]int{}, seenAt: map[string]time.Time{}, moves: map[string]bool{},
		}
		in.rooms[external] = g
		in.out.Rooms = append(in.out.Rooms, g.Room)
	}
	g.Name = cmp.Or(g.Name, talk.Clean(name))
	return g
}

// heard is a message as any of the forms tells it.
type heard struct {
	line      int
	room      string
	roomName  string
	private   bool
	id        string
	device    string // the id that the author's device gave it; empty if not told
	space     string // whose ids the author's is
	author    string // raw; it is hashed before it is kept
	at        time.Time
	kind      string
	words     string
	mentions  []talk.Span
	media     []lantoa.Media
	vanishing bool
}

// hear takes one message in.
func (in *messageReader) hear(h heard) {
	h.room = cmp.Or(h.room, in.ask.Room)
	switch {
	case h.private:
		in.bad(h.line, Private, "", "")
		return
	case h.vanishing:
		in.out.Vanishing++
		return
	case h.room == "":
		in.bad(h.line, NoRoom, "", "")
		return
	case h.id == "":
		in.bad(h.line, Missing, "id", "")
		return
	case h.at.IsZero():
		in.bad(h.line, Missing, "ts", "")
		return
	}
	g := in.room(h.room, h.roomName, h.line)
	m := talk.Message{ID: h.id, At: h.at, Kind: h.kind}
	if h.author != "" {
		m.Author = in.ask.Hash(h.space, h.author)
	}
	if h.device != "" {
		g.deviceOf[h.id] = h.device
	}
	if g.byID[h.id] {
		in.out.Doubles++
		return
	}
	if h.author != "" && h.device != "" {
		key := h.author + " " + h.device
		if first := g.byDevice[key]; first != "" {
			in.out.Doubles++
			g.aliases[first] = append(g.aliases[first], h.id)
			return
		}
		g.byDevice[key] = h.id
	}
	g.byID[h.id] = true
	if talk.Words(h.kind) {
		m.Media = h.media
		if talk.Length(h.words) >= talk.Caption { // fewer make no post: they are not even carried along
			m.Text = talk.Clean(h.words, h.mentions...)
		}
	}
	g.Messages = append(g.Messages, m)
}

// recall notes that a message was taken back: by its id, or else by what the device calls it.
func (g *gathering) recall(id, device string) {
	switch {
	case id != "" && id != "0":
		g.recalled[id] = true
	case device != "" && device != "0":
		g.unsaid[device] = true
	}
}

// finish settles what only the whole file can tell: what was taken back, and how many reactions are left.
func (in *messageReader) finish() {
	for _, g := range in.rooms {
		for id, device := range g.deviceOf {
			if g.unsaid[device] {
				g.recalled[id] = true
			}
		}
		for first, others := range g.aliases {
			if all := append([]string{first}, others...); slices.ContainsFunc(all, func(id string) bool { return g.recalled[id] }) {
				for _, id := range all {
					g.recalled[id] = true
				}
			}
		}
		g.Messages = slices.DeleteFunc(g.Messages, func(m talk.Message) bool { return g.recalled[m.ID] })
		for id := range g.recalled {
			g.Recalled = append(g.Recalled, id)
		}
		slices.Sort(g.Recalled)
		g.counted = map[string]lantoa.Snapshot{}
		for id, people := range g.reactions {
			s := lantoa.Snapshot{Source: lantoa.FromReport}
			n := int64(0)
			for _, r := range people {
				if r.some {
					n++
				}
				if r.at.After(s.At) {
					s.At = r.at
				}
			}
			s.Reactions = lantoa.Of(n)
			g.counted[id] = s
		}
		for id, n := range g.seen {
			s := g.counted[id]
			s.Source, s.Views = lantoa.FromReport, lantoa.Of(int64(n))
			if g.seenAt[id].After(s.At) {
				s.At = g.seenAt[id]
			}
			g.counted[id] = s
		}
	}
}

// looksPasted says whether a text is a talk that somebody copied, and no JSON.
func looksPasted(text []byte) bool {
	text = bytes.TrimSpace(text)
	if len(text) == 0 {
		return false
	}
	switch text[0] {
	case '{':
		return false
	case '[': // a list, or the bracket around a time
		first, _, _ := bytes.Cut(text, []byte("\n"))
		return bracketed.Match(bytes.TrimSpace(first))
	}
	return true
}
