package facebook

import (
	"bytes"
	"crypto/hmac"
	"crypto/sha256"
	"crypto/subtle"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"net/url"
	"strings"
	"time"

	"github.com/hoiphunu/lantoa"
)

// Event says that something happened to a page or to one post of it: a reason to read it again, and no more. It
// holds nothing of who did it.
type Event struct {
	Page     string
	Post     string    // empty: whatever is newest
	At       time.Time // when Facebook told it; zero if it did not say
	Counters bool      // people reacted, commented: the post itself is as it was
}

// Handshake answers Facebook's question whether this address is ours: with the challenge as it came, in plain text,
// if the token is the one that was typed in at Facebook; else with 403.
func Handshake(q url.Values, token string) (challenge string, ok bool) {
	same := subtle.ConstantTimeCompare([]byte(q.Get("hub.verify_token")), []byte(token)) == 1
	if token == "" || !same || q.Get("hub.mode") != "subscribe" {
		return "", false
	}
	return q.Get("hub.challenge"), true
}

// VerifyHook says whether a call came from Facebook. The signature is that of the bytes as they came, with their
// \u escapes: read and written again they would have another. The older header with SHA-1 is not looked at.
func VerifyHook(secret, header string, body []byte) bool {
	text, sha256ed := strings.CutPrefix(strings.TrimSpace(header), "sha256=")
	given, err := hex.DecodeString(text)
	if secret == "" || !sha256ed || err != nil {
		return false
	}
	return hmac.Equal(given, sign(secret, body))
}

func sign(secret string, body []byte) []byte {
	mac := hmac.New(sha256.New, []byte(secret))
	mac.Write(body) // never fails
	return mac.Sum(nil)
}

// change is what is read of one event. The names and ids of people in it are not.
type change struct {
	Item    string `json:"item"`
	Verb    string `json:"verb"`
	PostID  ident  `json:"post_id"`
	Created number `json:"created_time"`
	Post    struct {
		ID ident `json:"id"`
	} `json:"post"`
}

// ReadHook reads what a call tells, up to a thousand events, one for each page and post in it. Items, verbs and
// fields that are not known are passed over, and what is of an unknown shape does not take the others with it. The
// error is a body that is no JSON.
func ReadHook(body []byte) ([]Event, error) {
	if !json.Valid(body) {
		return nil, lantoa.Problem(lantoa.Garbled, "webhook", "not JSON")
	}
	var call struct {
		Object string            `json:"object"`
		Entry  []json.RawMessage `json:"entry"`
	}
	if json.Unmarshal(body, &call) != nil || call.Object != "page" {
		return nil, nil
	}
	var events []Event
	at := map[[2]string]int{}
	for _, raw := range call.Entry {
		for _, e := range readEntry(raw) {
			key := [2]string{e.Page, e.Post}
			i, double := at[key]
			if !double {
				at[key] = len(events)
				events = append(events, e)
				continue
			}
			old := &events[i]
			old.Counters = old.Counters && e.Counters
			if e.At.After(old.At) {
				old.At = e.At
			}
		}
	}
	return events, nil
}

func readEntry(raw json.RawMessage) (events []Event) {
	var entry struct {
		ID      ident             `json:"id"`
		Time    number            `json:"time"`
		Changes []json.RawMessage `json:"changes"`
	}
	if json.Unmarshal(raw, &entry) != nil || entry.ID == "" {
		return nil
	}
	for _, raw := range entry.Changes {
		var c struct {
			Field string          `json:"field"`
			Value json.RawMessage `json:"value"`
		}
		var value change
		if json.Unmarshal(raw, &c) != nil || c.Field != "feed" || len(c.Value) == 0 || json.Unmarshal(c.Value, &value) != nil {
			continue
		}
		if e, ok := value.event(string(entry.ID)); ok {
			if e.At = unix(entry.Time); e.At.IsZero() {
				e.At = unix(value.Created)
			}
			events = append(events, e)
		}
	}
	return events
}

// event is what a change says about the page, if it says anything.
func (c change) event(page string) (Event, bool) {
	e := Event{Page: page, Post: string(c.PostID)}
	switch c.Verb {
	case "add", "edit", "edited", "remove", "hide", "unhide":
	default: // block, unblock and mute are about people
		return Event{}, false
	}
	switch c.Item {
	case "like", "reaction", "comment":
		e.Counters = true
		if e.Post == "" {
			e.Post = string(c.Post.ID)
		}
		return e, e.Post != ""
	case "status", "post", "photo", "video", "share", "album", "event":
		return e, true // an album comes without a post's id, and other ids are never glued to one
	}
	return Event{}, false
}

// ReadSignedRequest reads the signed word that Facebook sends when a person takes the app's rights back, or wants
// what is known of her deleted, and gives her id as this app knows it. Forbidden is a wrong signature, Invalid what
// is no signed request at all.
func ReadSignedRequest(secret, text string) (userID string, err error) {
	mac, payload, ok := strings.Cut(strings.TrimSpace(text), ".")
	given, macErr := unbase64(mac)
	data, dataErr := unbase64(payload)
	if !ok || macErr != nil || dataErr != nil {
		return "", lantoa.Problem(lantoa.Invalid, "signed_request", "")
	}
	if secret == "" || !hmac.Equal(given, sign(secret, []byte(payload))) {
		return "", lantoa.Problem(lantoa.Forbidden, "signed_request", "wrong signature")
	}
	var said struct {
		Algorithm string `json:"algorithm"`
		User      ident  `json:"user_id"`
	}
	if json.Unmarshal(bytes.TrimSpace(data), &said) != nil || !strings.EqualFold(said.Algorithm, "HMAC-SHA256") || said.User == "" {
		return "", lantoa.Problem(lantoa.Invalid, "signed_request", "")
	}
	return string(said.User), nil
}

// unbase64 reads base64 as addresses have it, padded or not.
func unbase64(s string) ([]byte, error) {
	return base64.RawURLEncoding.DecodeString(strings.TrimRight(s, "="))
}
