package lantoa

import (
	"slices"
	"strings"
	"time"
)

// Means is how a reshare gets to where it is told.
type Means string

const (
	ViaFeed      Means = "feed"      // a post on a Facebook page: own words with the original's link, or with pictures
	ViaArticle   Means = "article"   // an article of a Zalo Official Account
	ViaBroadcast Means = "broadcast" // an article sent to the followers of its account: cannot be taken back
	ViaMessage   Means = "message"   // a message into a Zalo group that our account owns
	ViaHand      Means = "hand"      // copied and pasted by a person: no API may publish there
)

// MeansOf says how a channel of a kind is published to by API; ViaHand where it is not.
func MeansOf(k ChannelKind) Means {
	switch k {
	case FacebookPage:
		return ViaFeed
	case ZaloOA:
		return ViaArticle
	case ZaloGroup:
		return ViaMessage
	}
	return ViaHand
}

// ReshareState is how far a reshare has come.
type ReshareState string

const (
	ReshareWaiting   ReshareState = "waiting"   // for approval, for its time, or to be tried again
	ReshareSending   ReshareState = "sending"   // a worker has it
	ReshareSent      ReshareState = "sent"      // it stands where it should
	ReshareUnsure    ReshareState = "unsure"    // the platform gave no clear answer: the channel is looked at before anything is sent again
	ReshareFailed    ReshareState = "failed"    // refused: it does not stand there
	ReshareCancelled ReshareState = "cancelled" // taken out while it waited, or taken back at the platform
)

// Reshare is one story passed on through one of our channels, once. Its words are those a person approved.
type Reshare struct {
	ID      ReshareID
	Key     string // named by whoever asks: the same key again is the same reshare
	Story   StoryID
	Channel ChannelID
	Means   Means
	Of      ReshareID // of a broadcast: the article it sends
	// As stored with the channel: for people and for the publisher.
	ChannelName, External string
	Kind                  ChannelKind
	Unit                  Unit

	Title    string // of an article
	Words    string
	Link     string     // the original's address, put beside the words; empty for none
	Pictures []MediaRef // own copies that go along instead of the link's card; none: the link's card
	At       time.Time  // when it is to go: never before

	State ReshareState

	PlannedBy, ApprovedBy         UserID
	PlannedByName, ApprovedByName string
	PlannedAt, ApprovedAt         time.Time // ApprovedAt zero: waits for a second person

	Tries     int
	Next      time.Time // when it is tried, looked for or asked about (again)
	ClaimedAt time.Time
	CallAt    time.Time // when the call that publishes was begun; zero: nothing can stand there yet
	Token     string    // of an article that Zalo is still making: it is gone on from here, never created anew
	Checks    int       // times the channel was looked at since the answer was unclear

	Posted    string // the platform's id of what was published
	Permalink string
	SentAt    time.Time
	Post      PostID // our row of it, once it was collected
	Edited    time.Time

	Trouble  *Trouble // why it failed, is unsure, or is tried again
	EndedBy  string   // who cancelled it, took it back, or said what became of it
	EndedAt  time.Time
	EndedWhy string

	Lift *Lift
}

// MediaRef names a picture of a post by its place among the post's media.
type MediaRef struct {
	Post PostID `json:"post"`
	N    int    `json:"n"`
}

// Approved says whether a person has said that it may go.
func (r Reshare) Approved() bool { return !r.ApprovedAt.IsZero() }

// Final says whether nothing more happens to it by itself.
func (r Reshare) Final() bool {
	return r.State == ReshareSent || r.State == ReshareFailed || r.State == ReshareCancelled
}

// Lift is what sharing brought the original (algorithms, section 5): the interactions it gained in the 48 hours
// after, over what it would have gained at its own pace. Low and High bound the middle 90 in 100 of the same figure for
// posts that nobody shared: a Lift inside them cannot be told from chance.
type Lift struct {
	At           time.Time     // when it was computed
	Age          time.Duration // of the original when it was shared: a₁
	Before       float64       // I(a₁)
	After        float64       // I(a₁+48h)
	Interactions float64       // lift48
	Low, High    float64       // of posts that were not shared, put on this post's scale
	Posts        int           // those it was compared with
	Absent       string        // why there is none: "no_numbers", "too_young"; empty where there is one
	// Of the resharing post itself, beside it: what it had at 48 hours, and what its channel's posts usually have then.
	Own, OwnUsual Count
}

// Clear says whether the lift stands out from chance.
func (l *Lift) Clear() bool {
	return l != nil && l.Absent == "" && (l.Interactions > l.High || l.Interactions < l.Low)
}

// Between is within what lies what sharing brought, in 90 of 100 cases: the lift less what chance may have done to it.
func (l Lift) Between() (least, most float64) { return l.Interactions - l.High, l.Interactions - l.Low }

// Together is how many other reshares among all of its story went out within [LiftSpan] of r, ones taken back since too.
// What the original gained then is measured once: the lifts of all of these are of all of them together, and are not to
// be added up.
func (r Reshare) Together(all []Reshare) (n int) {
	for _, o := range all {
		if o.ID != r.ID && o.Story == r.Story && !o.SentAt.IsZero() && !r.SentAt.IsZero() && o.SentAt.Sub(r.SentAt).Abs() < LiftSpan {
			n++
		}
	}
	return n
}

// LiftSpan is how long after a sharing it is asked what it brought.
const LiftSpan = 48 * time.Hour

// CreditOf is the line that says whose story it is. It is part of every reshare's words.
func CreditOf(u Unit) string { return "Theo " + u.UnionName() }

// Draft is what a person prepared and has not sent off: one a story and person.
type Draft struct {
	Story   StoryID
	User    UserID
	Form    map[string][]string // fields of the screen as they stood
	SavedAt time.Time
}

// WordsTemplate is what a campaign puts around the words of a story.
type WordsTemplate struct {
	ID       string
	Unit     Unit // whose it is; those below may use it
	Name     string
	Opening  string    // before the words
	Closing  string    // after the credit line
	Hashtags string    // "#PhụNữTháiNguyên #BìnhĐẳngGiới"
	Until    time.Time // last day it is offered; zero: always
	By       string
	At       time.Time
}

// HintUse is how a unit used a story that was suggested to it.
type HintUse string

const (
	UsedByShare HintUse = "share" // the platform's own sharing
	UsedByCopy  HintUse = "copy"  // the same text
	UsedByTick  HintUse = "tick"  // said so itself
)

// ShareHint is "gợi ý để chia sẻ lại": a story put to a unit with words ready to paste. Never an order: not using it
// needs no reason.
type ShareHint struct {
	ID         string
	Story      StoryID
	Title      string // of the story
	First      Unit   // its first teller
	Unit       Unit   // to whom
	Words      string
	Link       string
	By         UserID
	ByName     string
	At         time.Time // when it may be seen: later when the unit has had its two messages this week
	SeenAt     time.Time
	Used       HintUse
	UsedAt     time.Time
	Post       PostID // that used it
	DeclinedAt time.Time
}

// Thanks is the word of thanks to the unit that told a story, 48 hours after it was passed on.
type Thanks struct {
	ID      string
	Reshare ReshareID
	Story   StoryID
	Title   string
	Unit    Unit
	Channel string    // where it was passed on
	Lift    *Lift     // nil where nothing could be measured
	At      time.Time // when it may be seen
	SeenAt  time.Time
}

// MessagesAWeek is the most that we write to a unit by ourselves in a week.
const MessagesAWeek = 2

// MessageSlot is when a unit that got messages at these times may get its next: now, or when the older of the last two
// is a week old.
func MessageSlot(sent []time.Time, now time.Time) time.Time {
	week := 7 * 24 * time.Hour
	recent := slices.DeleteFunc(slices.Clone(sent), func(t time.Time) bool { return !t.After(now.Add(-week)) })
	if len(recent) < MessagesAWeek {
		return now
	}
	slices.SortFunc(recent, time.Time.Compare)
	return recent[len(recent)-MessagesAWeek].Add(week)
}

// StoryEvent is a call to a program of the Union that a story was approved, written down before it is made.
type StoryEvent struct {
	ID      string
	Story   StoryID
	Event   string // "story.approved"
	At      time.Time
	Tries   int
	Next    time.Time
	DoneAt  time.Time
	Status  int // of the last answer
	Trouble *Trouble
}

// SameWords says whether two texts say the same but for blanks at line ends and around.
func SameWords(a, b string) bool {
	tidy := func(s string) string {
		lines := strings.Split(strings.ReplaceAll(s, "\r\n", "\n"), "\n")
		for i := range lines {
			lines[i] = strings.TrimSpace(lines[i])
		}
		return strings.TrimSpace(strings.Join(lines, "\n"))
	}
	return tidy(a) == tidy(b)
}

// Deed is a reshare as its publisher needs it.
type Deed struct {
	Reshare
	Images [][]byte // JPEG, of Pictures
	Cover  string   // of an article: the public https address from which Zalo fetches its picture; empty for none
	Author string   // of an article: whose it is, "Hội LHPN tỉnh Thái Nguyên"
	// Article is, of a broadcast, the platform's id of the article that it sends: Posted of the reshare named by Of.
	Article string
}

// Done is what a publisher made.
type Done struct {
	Posted    string // the platform's id of it
	Permalink string
	At        time.Time // when the platform says it was published; zero when it does not
}
