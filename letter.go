package lantoa

import (
	"strings"
	"time"
)

// Letter is one mail to one person in the outbox. It is written down before anything is sent, and there is one of a
// kind about a thing for a person, however often it is added: this is how nobody gets two.
type Letter struct {
	ID    LetterID
	Kind  string // who composes it: LetterDigest, LetterForm, LetterPlain
	Ref   string // what it is about: the digest's week, the month of a form
	User  UserID // empty for somebody without an account, who is known by the address
	Email string // of a user: read anew when it is sent, and kept as it was then
	Name  string
	Pass  bool // goes even while mails are held: a trial to oneself, or let go by hand

	// Of a plain letter, that needs no composer, what it says. Of others the subject is set once they are composed.
	Subject, Body string

	State     LetterState
	Tries     int       // begun so far
	Next      time.Time // when it is tried (again)
	AddedAt   time.Time
	FirstAt   time.Time // when it was first tried
	ClaimedAt time.Time // when a worker took it
	DataAt    time.Time // when it began to leave us: what breaks off after that may have arrived
	DoneAt    time.Time // when its state became final
	Code      int       // of the server's answer, 0 for none
	Said      string    // the server's words
	Why       string    // key of the reason under "letter.why."; empty where the state says it all
}

// Kinds of letters.
const (
	LetterDigest = "digest"        // the weekly digest; Ref is the week, "2026-W47"
	LetterForm   = "form_reminder" // asks for the figures of a month
	LetterThanks = "thanks"        // a unit's story was passed on; Ref is the Thanks' ID
	LetterPlain  = "plain"         // says what stands in Subject and Body
)

// LetterKinds that people may do without: the others are about their account.
var LetterKinds = []string{LetterDigest, LetterForm, LetterThanks}

// LetterState is how far a letter has come.
type LetterState string

const (
	LetterHeld    LetterState = "held"    // until an administrator lets mails go
	LetterWaiting LetterState = "waiting" // for its turn, or to be tried again at Next
	LetterSending LetterState = "sending" // a worker has it
	LetterSent    LetterState = "sent"    // the server took it
	LetterUnknown LetterState = "unknown" // broken off before the server's answer: never sent again by itself
	LetterFailed  LetterState = "failed"  // refused, or tried for a day in vain
	LetterBounced LetterState = "bounced" // taken, and came back
	LetterSkipped LetterState = "skipped" // not wanted, or nobody to send it to; Why says which
)

// LetterStates in the order people want to see them: first what needs a person.
var LetterStates = []LetterState{LetterHeld, LetterWaiting, LetterSending, LetterUnknown, LetterFailed, LetterBounced, LetterSkipped, LetterSent}

// Final says whether nothing more happens to the letter by itself.
func (l Letter) Final() bool {
	switch l.State {
	case LetterHeld, LetterWaiting, LetterSending:
		return false
	}
	return true
}

// Person is the key of whom the letter is for: the user, or the address of somebody without an account.
func (l Letter) Person() string {
	if l.User != "" {
		return string(l.User)
	}
	return strings.ToLower(strings.TrimSpace(l.Email))
}

// letterGaps are how long a letter waits after each try that the server put off.
var letterGaps = []time.Duration{time.Minute, 5 * time.Minute, 15 * time.Minute, 30 * time.Minute, time.Hour, 2 * time.Hour, 4 * time.Hour}

// LetterPatience is how long a letter is tried.
const LetterPatience = 24 * time.Hour

// Again is when a letter that was put off at now is tried again; false when it has been tried for long enough.
func (l Letter) Again(now time.Time) (next time.Time, ok bool) {
	if !l.FirstAt.IsZero() && now.Sub(l.FirstAt) >= LetterPatience {
		return time.Time{}, false
	}
	return now.Add(letterGaps[min(max(l.Tries, 1), len(letterGaps))-1]), true
}

// letterMark opens the IDs of our messages.
const letterMark = "thu."

// MessageID is the ID of the letter's message: the same at each try, so that a server that gets it twice can tell.
func (l Letter) MessageID(domain string) string {
	if domain == "" {
		domain = "lantoa.invalid"
	}
	return letterMark + string(l.ID) + "@" + domain
}

// LetterOf is the letter that a message is, by its ID; false where it is none of ours.
func LetterOf(messageID string) (LetterID, bool) {
	name, _, _ := strings.Cut(messageID, "@")
	id, ours := strings.CutPrefix(name, letterMark)
	return LetterID(id), ours && ValidID(id)
}
