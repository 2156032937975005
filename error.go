package lantoa

import (
	"errors"
	"fmt"
	"time"
)

// Kind is the kind of a trouble: what went wrong seen from the one who can do something about it.
// Doors turn it into a status code and a sentence ("trouble.<kind>" of the catalogue).
type Kind string

const (
	NotFound  Kind = "not_found"
	Forbidden Kind = "forbidden"
	Invalid   Kind = "invalid"
	Conflict  Kind = "conflict"
	Expired   Kind = "expired"    // the token is no longer good: connect again
	NoRight   Kind = "permission" // the token is good, the permission is not there
	Limited   Kind = "limited"    // asked too often; Until says when to go on
	Away      Kind = "away"       // does not answer, or with 5xx
	Garbled   Kind = "garbled"    // answers, but not what was agreed (HTML, half a body)
	Gone      Kind = "gone"       // the page or group no longer exists for us
	GroupDead Kind = "group_expired"
	Refused   Kind = "refused" // the platform refused the request as wrong; ours to mend
	TooLarge  Kind = "too_large"
	Busy      Kind = "busy"      // another process holds what is needed
	Unclear   Kind = "unclear"   // nobody knows whether it was done: look before doing it again
	Duplicate Kind = "duplicate" // the platform says that it stands there already
)

// Trouble is an error that somebody will read. Its words never hold a token or a private text.
type Trouble struct {
	Kind  Kind
	What  string    // the thing it is about: a field, a permission, a metric; may be empty
	Since time.Time // when it began, if known
	Until time.Time // when to go on, for Limited
	Note  string    // what the platform said, shortened and cleaned; may be empty
	Err   error
}

func (t *Trouble) Error() string {
	s := string(t.Kind)
	if t.What != "" {
		s += " (" + t.What + ")"
	}
	if t.Note != "" {
		s += ": " + t.Note
	}
	if t.Err != nil {
		s += ": " + t.Err.Error()
	}
	return s
}

func (t *Trouble) Unwrap() error { return t.Err }

// Problem makes a trouble of a kind about a thing, with a note for people.
func Problem(k Kind, what, note string) *Trouble { return &Trouble{Kind: k, What: what, Note: note} }

// KindOf is the kind of the trouble inside err, "" if there is none.
func KindOf(err error) Kind {
	var t *Trouble
	if errors.As(err, &t) {
		return t.Kind
	}
	return ""
}

// AsTrouble finds the trouble inside err, or wraps err as one of kind k.
func AsTrouble(err error, k Kind) *Trouble {
	var t *Trouble
	if errors.As(err, &t) {
		return t
	}
	return &Trouble{Kind: k, Err: err}
}

// Disconnects says whether a channel with this trouble is "mất kết nối": it cannot be read until a person
// does something, or has not been readable at all.
func (t *Trouble) Disconnects() bool {
	if t == nil {
		return false
	}
	switch t.Kind {
	case Expired, NoRight, Gone, GroupDead:
		return true
	}
	return false
}

// Missing is the error for a thing that is not there.
func Missing(what string, id any) error {
	return &Trouble{Kind: NotFound, What: what, Note: fmt.Sprint(id)}
}
