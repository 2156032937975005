package lantoa

import (
	"strings"
	"time"
	"unicode/utf8"
)

// PostType is the form of a post, the same for every platform.
type PostType string

const (
	Text  PostType = "text"
	Photo PostType = "photo"
	Album PostType = "album"
	Video PostType = "video"
	Link  PostType = "link"
	Share PostType = "share"
	Event PostType = "event"
	Other PostType = "other"
)

// Media is a picture, a film or a link that came with a post. Addresses of platforms expire.
type Media struct {
	Kind  string `json:"kind"` // photo, video, link
	URL   string `json:"url,omitempty"`
	Thumb string `json:"thumb,omitempty"`
	Title string `json:"title,omitempty"`
	ID    string `json:"id,omitempty"` // the platform's id of the thing
}

// Post is one publication in its newest version.
type Post struct {
	ID          PostID
	Channel     ChannelID
	External    string // the platform's id: with Channel the natural key
	Type        PostType
	Text        string // as it was written (a group's: NFC and masked)
	Permalink   string
	Parent      string // External of the post this one natively shares
	Media       []Media
	PublishedAt time.Time // as the platform states it
	FirstSeenAt time.Time
	// ToldAt decides who told first: PublishedAt, or FirstSeenAt for a post that was dated back
	// (the channel had been read twice or more between the two).
	ToldAt    time.Time
	BackDated bool
	Version   int // 1, 2, … one more each time the words change
	RemovedAt time.Time
	Vote      bool // a contest decided by interactions (algorithms, section 3)
	Sensitive bool // has personal data that must not be published without a look
	Hidden    bool // hidden at the platform
	Decor     bool // a changed cover or profile picture and the like: kept, never ranked
}

// Removed says whether the post is gone from its platform or hidden there.
func (p Post) Removed() bool { return !p.RemovedAt.IsZero() }

// Title is the opening of a post: its first line, cut at a word near 120 characters.
func (p Post) Title() string { return Title(p.Text) }

// Title is the first line of text that says something, cut at a word near 120 characters.
func Title(text string) string {
	for line := range strings.Lines(text) {
		line = strings.TrimSpace(line)
		if utf8.RuneCountInString(line) >= 3 {
			return Cut(line, 120)
		}
	}
	return Cut(strings.TrimSpace(text), 120)
}

// Cut shortens s to at most n characters, at a space where there is one near, with an ellipsis.
func Cut(s string, n int) string {
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	r := []rune(s)[:n]
	for i := n - 1; i > n/2; i-- {
		if r[i] == ' ' {
			r = r[:i]
			break
		}
	}
	return strings.TrimRight(string(r), " ,.;:–-") + "…"
}

// Version is an earlier or the present wording of a post.
type Version struct {
	Number int
	Text   string
	SeenAt time.Time
}

// Measured is a post with its newest numbers and with what is needed to judge it.
type Measured struct {
	Post
	ChannelName string
	Kind        ChannelKind
	Unit        Unit
	Numbers     Snapshot   // newest; zero At when there is none
	Curve       []Snapshot // all, oldest first; only where a judgement needs them
	Judgement
}

// Judgement is what the story finder made of a post.
type Judgement struct {
	Score      *float64 // nil where there is none
	Basis      Basis
	BasisPosts int     // own posts the score rests on
	Expected   float64 // E of algorithms section 1 at the age of the numbers
	Estimated  bool
	Likeness   float64
	Topics     []string
	Cluster    ClusterID // empty when no other post carries this text
	Copies     int       // channels other than its own that carry the text
	FromAbove  bool      // the text fell from a higher unit
	Story      StoryID
	StoryState State
}

// Interactions is the I of the algorithms: reactions, comments and shares, each weighing one.
// Absent when the platform gives none of them.
func (s Snapshot) Interactions() Count {
	if !s.Reactions.Known && !s.Comments.Known && !s.Shares.Known {
		return Count{}
	}
	return Of(s.Reactions.N + s.Comments.N + s.Shares.N)
}
