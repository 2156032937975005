// Package mail makes messages and hands them to a server, or to a folder where there is none. What became of a
// message is told exactly: taken, put off, refused, not sent, or unknown. It knows nothing of why a mail is sent.
package mail

import (
	"context"
	"time"
)

// Message is one mail to one person.
type Message struct {
	From, FromName string // the sender's address; empty: the one the Sender was set up with
	To, ToName     string
	ReplyTo        string
	Subject        string
	HTML, Text     string // Text is what a reader without HTML sees; either may be empty, not both
	Inline         []Inline
	Unsubscribe    string            // https address that takes the person off with one POST (RFC 8058); empty: none
	MessageID      string            // without angle brackets; the same at each try
	Date           time.Time         // zero: now
	Headers        map[string]string // further ones: List-Id, …
}

// Inline is a picture that the HTML shows by src="cid:…".
type Inline struct {
	CID, Name, Type string // CID without angle brackets
	Data            []byte
}

// Sender hands messages on. It is safe for concurrent use.
type Sender interface {
	// Send hands one message on. It calls before, if it is not nil, once, when the next thing to leave is the message
	// itself: until then nothing can have arrived. If before fails, nothing is sent and the outcome is Unsent.
	Send(ctx context.Context, m Message, before func() error) Outcome
}

// Result is what became of a message.
type Result string

const (
	Accepted Result = "accepted" // the server took it over
	Later    Result = "later"    // the server put it off (4xx): try again
	Refused  Result = "refused"  // the server will never take it (5xx)
	Unknown  Result = "unknown"  // broken off after the message began and before the answer: it may have arrived
	Unsent   Result = "unsent"   // no connection, no sign-in, or stopped before: nothing left, and the message is not to blame
)

// Outcome is what became of a message and what the server said.
type Outcome struct {
	Result Result
	Code   int    // the server's, 0 for none
	Status string // its enhanced code, "5.1.1"; empty for none
	Said   string // its words, shortened, on one line
	Err    error  // what broke, for Unsent and Unknown
}
