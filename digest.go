package lantoa

import (
	"slices"
	"strings"
	"time"
)

// EditionState says how far the digest of a week has come.
type EditionState string

const (
	EditionDraft    EditionState = "draft"    // made on Monday, being made up
	EditionHeld     EditionState = "held"     // an editor keeps it back: it does not go by itself either
	EditionApproved EditionState = "approved" // frozen; its letters are in the outbox
)

// Edition is the digest of one week before it is cut to its readers: what the editors made of it, and from its approval
// on all that it is cut from.
type Edition struct {
	Week      Week
	State     EditionState
	Edits     DigestEdits
	Version   int64 // one more each time it was saved: who saves over another's work is told
	MadeAt    time.Time
	ChangedAt time.Time
	ChangedBy string // name
	// Of an approved one.
	ApprovedAt time.Time
	ApprovedBy string // name, or "" where it went by itself
	Late       bool   // approved after the Wednesday: its mails say so
	Material   *DigestMaterial
}

// DigestEdits is what people made of a week's digest.
type DigestEdits struct {
	Greeting  string             `json:"greeting,omitempty"`
	By        string             `json:"by,omitempty"` // name of who greets
	Stories   []StoryID          `json:"stories"`      // the chosen ones in their order
	Headlines map[StoryID]string `json:"headlines,omitempty"`
}

// Headline is what a story is called in the digest.
func (e DigestEdits) Headline(s DigestStory) string {
	if h := e.Headlines[s.ID]; h != "" {
		return h
	}
	return s.Title
}

// DigestDays is how long after its week's end a digest may go out as usual: until Wednesday midnight.
const DigestDays = 3

// DigestLate says whether the digest of a week would be late at a moment.
func DigestLate(w Week, now time.Time, zone *time.Location) bool {
	return !now.Before(w.End(zone).AddDate(0, 0, DigestDays))
}

// DigestMaterial is all that the digests of a week are cut from. At approval it is frozen, so that the page behind a
// mail shows the same figures for ever.
type DigestMaterial struct {
	Week     Week            `json:"week"`
	UpTo     time.Time       `json:"up_to"` // what the figures are as of
	Channels []DigestChannel `json:"channels"`
	Stories  []DigestStory   `json:"stories"` // first told in the week, best first
	Chosen   []DigestStory   `json:"chosen"`  // chosen or passed on in the weeks before, newest first: ideas
}

// Reckoned says whether the week's figures are there: of some channel, or there is none to reckon.
func (m DigestMaterial) Reckoned() bool {
	open := 0
	for _, ch := range m.Channels {
		if ch.Rolled {
			return true
		}
		if ch.State != Waiting && ch.State != Archived {
			open++
		}
	}
	return open == 0
}

// DigestUnit is a unit as a digest needs it.
type DigestUnit struct {
	ID     UnitID `json:"id"`
	Code   string `json:"code"`
	Name   string `json:"name"`
	Level  Level  `json:"level"`
	Path   string `json:"path"`
	Parent string `json:"parent,omitempty"` // name of the unit above: two communes may bear one name
}

// DigestUnitOf is a unit as a digest needs it.
func DigestUnitOf(u Unit, above string) DigestUnit {
	return DigestUnit{ID: u.ID, Code: u.Code, Name: u.Name, Level: u.Level, Path: u.Path, Parent: above}
}

// DigestStrip is how many weeks of posting a digest draws.
const DigestStrip = 12

// DigestChannel is how one channel's week was, and the week before it.
type DigestChannel struct {
	ID     ChannelID   `json:"id"`
	Kind   ChannelKind `json:"kind"`
	Name   string      `json:"name"`
	Unit   DigestUnit  `json:"unit"`
	State  Alive       `json:"state"`
	Before Alive       `json:"before,omitempty"` // at the end of the week before; empty where it had none
	Away   bool        `json:"away,omitempty"`   // its unit had said that it would be quiet
	Days   int         `json:"days"`             // since its last post, -1 if it never posted
	Usual  float64     `json:"usual"`            // posts a week

	Rolled      bool         `json:"rolled"` // its week was reckoned: without it the figures below say nothing
	Posts       int          `json:"posts"`
	PostsBefore int          `json:"posts_before"`
	Own         int          `json:"own"`
	OwnBefore   int          `json:"own_before"`
	Each        []PostFigure `json:"each,omitempty"`
	EachBefore  []PostFigure `json:"each_before,omitempty"`
	Got         Count        `json:"got"`       // interactions of the week's posts
	UsualGot    Count        `json:"usual_got"` // the median of that over the eight weeks before
	Followers   Count        `json:"followers"`
	Reported    bool         `json:"reported,omitempty"` // Followers were typed by a person
	Lost        int          `json:"lost,omitempty"`     // days on which it could not be read
	Strip       []int        `json:"strip,omitempty"`    // posts a week, oldest first, -1 where not known
}

// DigestStory is a story as a digest tells it.
type DigestStory struct {
	ID           StoryID    `json:"id"`
	Title        string     `json:"title"`
	Headline     string     `json:"headline,omitempty"` // set by an editor
	Opening      string     `json:"opening,omitempty"`
	Unit         DigestUnit `json:"unit"`
	State        State      `json:"state"`
	ToldAt       time.Time  `json:"told_at"`
	Interactions Count      `json:"interactions"`
	Shares       Count      `json:"shares"`
	NumbersAt    time.Time  `json:"numbers_at"`
	Score        *float64   `json:"score,omitempty"` // against what is usual for its own channel
	BasisPosts   int        `json:"basis_posts,omitempty"`
	Reasons      []Reason   `json:"reasons,omitempty"`
	Channels     int        `json:"channels"`
	Topics       []string   `json:"topics,omitempty"`
	URL          string     `json:"url,omitempty"` // at its platform
	Post         PostID     `json:"post"`
	Picture      *int       `json:"picture,omitempty"` // place among the post's media of which there is a copy
	// Closed says that it shows a child or someone in need and nobody has recorded their consent: it goes into no
	// digest.
	Closed bool `json:"closed,omitempty"`
}

// Public says whether everybody who has signed in may see the story: it was chosen or passed on.
func (s DigestStory) Public() bool { return s.State == Approved || s.State == Reshared }

// DigestStoryOf is a story as a digest tells it.
func DigestStoryOf(s Story) DigestStory {
	m := s.Lead
	d := DigestStory{
		ID: s.ID, Title: s.Title, Opening: Opening(m.Text), Unit: DigestUnitOf(s.First, ""), State: s.State, ToldAt: s.ToldAt,
		Interactions: m.Numbers.Interactions(), Shares: m.Numbers.Shares, NumbersAt: m.Numbers.At, Score: m.Score,
		Reasons: s.Reasons, Channels: s.Channels, Topics: s.Topics, URL: m.Permalink, Post: m.ID,
		Closed: s.Restricted && !slices.ContainsFunc(s.Decisions, func(x Decision) bool { return x.Verdict == Consent }),
	}
	if m.Basis == OwnBasis {
		d.BasisPosts = m.BasisPosts
	}
	if d.Title == "" {
		d.Title = m.Title()
	}
	return d
}

// Outside is the story as somebody outside its unit's scope may read it: how it did against its page's usual is the
// page's own affair.
func (s DigestStory) Outside() DigestStory {
	s.Score, s.BasisPosts = nil, 0
	s.Reasons = slices.DeleteFunc(slices.Clone(s.Reasons), func(r Reason) bool {
		return r.Kind == AboveUsual || r.Kind == LevelOnly || r.Kind == NotEnough
	})
	return s
}

// Digest is the week for one reader, cut to what she may see and needs to know: it is the mail, the page and the answer
// to a program. It holds figures and no words.
type Digest struct {
	Week      Week         `json:"week"`
	UpTo      time.Time    `json:"up_to"`
	Reader    DigestReader `json:"reader"`
	Greeting  string       `json:"greeting,omitempty"`
	GreetedBy string       `json:"greeted_by,omitempty"`
	Late      bool         `json:"late,omitempty"`

	Of     ChannelKind  `json:"of,omitempty"` // what States and the figures count: pages, or all channels where there are none
	States DigestStates `json:"states"`
	Before DigestStates `json:"before"`
	Groups DigestStates `json:"groups"` // Zalo groups, beside

	Reckoned    int      `json:"reckoned"` // channels whose week was reckoned: with none, the figures below say nothing
	Posts       int      `json:"posts"`
	PostsBefore int      `json:"posts_before"`
	Own         int      `json:"own"`
	OwnBefore   int      `json:"own_before"`
	Median      *float64 `json:"median,omitempty"` // interactions of a post
	MedBefore   *float64 `json:"median_before,omitempty"`
	Strip       []int    `json:"strip,omitempty"`

	Stories []DigestStory   `json:"stories"`
	Found   int             `json:"found"` // stories of the week that the reader may see
	Movers  []DigestMover   `json:"movers"`
	Help    []DigestChannel `json:"help"`  // silent, the longest first
	Blind   []DigestChannel `json:"blind"` // disconnected
	Mine    []DigestChannel `json:"mine,omitempty"`
	Ideas   []DigestStory   `json:"ideas,omitempty"`
	Notes   []DigestNote    `json:"notes"`
}

// DigestReader is whom a digest is for.
type DigestReader struct {
	User UserID     `json:"user"`
	Name string     `json:"name"`
	Role Role       `json:"role"`
	Unit DigestUnit `json:"unit"`
}

// DigestStates counts channels by state.
type DigestStates struct {
	Active       int `json:"active"`
	Thinning     int `json:"thinning"`
	Silent       int `json:"silent"`
	Disconnected int `json:"disconnected"`
	Archived     int `json:"archived"`
	Waiting      int `json:"waiting"`
}

// All is the number of channels counted.
func (s DigestStates) All() int {
	return s.Active + s.Thinning + s.Silent + s.Disconnected + s.Archived + s.Waiting
}

// Of is how many are in a state.
func (s DigestStates) Of(a Alive) int {
	switch a {
	case Active:
		return s.Active
	case Thinning:
		return s.Thinning
	case Silent:
		return s.Silent
	case Disconnected:
		return s.Disconnected
	case Archived:
		return s.Archived
	case Waiting:
		return s.Waiting
	}
	return 0
}

// Add counts one more channel.
func (s *DigestStates) Add(a Alive) {
	switch a {
	case Active:
		s.Active++
	case Thinning:
		s.Thinning++
	case Silent:
		s.Silent++
	case Disconnected:
		s.Disconnected++
	case Archived:
		s.Archived++
	case Waiting:
		s.Waiting++
	}
}

// DigestMover is a unit that did better than it usually does.
type DigestMover struct {
	Unit DigestUnit `json:"unit"`
	// Interactions of the week's posts. They go on growing while those of the weeks before have ended: who is told of
	// as better surely is.
	Interactions int64 `json:"interactions"`
	Usual        int64 `json:"usual"` // the same of a usual week of the eight before
	Posts        int   `json:"posts"`
	Own          int   `json:"own"`
}

// DigestNote is something to know about the figures: its kind and numbers; the words stand in the catalogue under
// "digest.note.<kind>".
type DigestNote struct {
	Kind string    `json:"kind"` // lost, reported, unreckoned, stories_as_of
	N    int       `json:"n,omitempty"`
	Days int       `json:"days,omitempty"`
	At   time.Time `json:"at,omitzero"`
}

// Opening is what follows the title of a text, for two lines below it.
func Opening(text string) string {
	_, rest, found := strings.Cut(text, strings.TrimSuffix(Title(text), "…"))
	if !found {
		return ""
	}
	return Cut(strings.Join(strings.Fields(rest), " "), 240)
}
