package zalo

import (
	"cmp"
	"encoding/json"
	"html"
	"regexp"
	"slices"
	"strings"
	"time"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/collectors/talk"
)

func millis(text flexString) time.Time {
	var n flexInt
	if n.UnmarshalJSON([]byte(text)) != nil {
		return time.Time{}
	}
	return n.millis()
}

// Event is what a call tells. It holds no name and no id of a person but keyed hashes.
type Event struct {
	Key   string // what makes a repetition of it known
	Name  string // as Zalo calls it
	Group string // empty for what is no group's
	At    time.Time

	Message    *talk.Message      // somebody wrote in a group
	Echo       bool               // we did, through the account
	Joined     int                // members of a group
	Left       int                //
	Closed     bool               // the group was dissolved
	Submission *lantoa.Submission // a story told to the account, or to the bot
	Sender     string             // keyed hash of who sent it
	Code       string             // the word that links her to a unit
	Withdrawn  []string           // keyed hashes of a person who takes everything back
	Unreadable bool               // somebody wrote to the bot what the platform does not hand over: she is to be told so

	chat string // where the bot would answer; the id of a person, so that it stays here
}

// codeForm is the word that links whoever sends it to a unit. Telephones make a longer dash of the one that was typed.
var codeForm = regexp.MustCompile(`(?i)\bNOI ?[-‐‑–—] ?([2-9A-HJ-NP-Z]{6})\b`)

func codeIn(words string) string {
	if found := codeForm.FindStringSubmatch(words); found != nil {
		return "NOI-" + strings.ToUpper(found[1])
	}
	return ""
}

type wireEvent struct {
	Name     string     `json:"event_name"`
	Time     flexString `json:"timestamp"`
	Group    flexString `json:"group_id"`
	User     flexString `json:"user_id"`
	UserApp  flexString `json:"user_id_by_app"`
	Follower struct {
		ID flexString `json:"id"`
	} `json:"follower"`
	Sender struct {
		ID flexString `json:"id"`
	} `json:"sender"`
	Recipient struct {
		ID flexString `json:"id"`
	} `json:"recipient"`
	Users []struct {
		ID flexString `json:"id"`
	} `json:"users"`
	Message struct {
		Text        string     `json:"text"`
		ID          flexString `json:"msg_id"`
		OtherID     flexString `json:"message_id"` // table and example of the documentation disagree
		Attachments []struct {
			Type    string `json:"type"`
			Payload struct {
				URL         string `json:"url"`
				Thumb       string `json:"thumbnail"`
				Name        string `json:"name"`
				Description string `json:"description"`
			} `json:"payload"`
		} `json:"attachments"`
	} `json:"message"`
}

// ReadHook reads a call of Zalo's. An event that we do not know says nothing but its name; a body that is no JSON is
// Garbled.
func (c *Client) ReadHook(body []byte, now time.Time) (Event, error) {
	var w wireEvent
	odd := (*json.UnmarshalTypeError)(nil)
	if err := json.Unmarshal(body, &w); err != nil && !asType(err, &odd) || w.Name == "" {
		return Event{}, lantoa.Problem(lantoa.Garbled, "webhook", "")
	}
	e := Event{Name: w.Name, At: millis(w.Time)}
	if e.At.IsZero() {
		e.At = now.UTC()
	}
	id := cmp.Or(w.Message.ID, w.Message.OtherID)
	e.Key = w.Name + " " + string(id)
	if id == "" {
		e.Key = strings.Join([]string{w.Name, string(w.Group), c.hash("event", w.people()), string(w.Time)}, " ")
	}
	switch name, inGroup := strings.CutPrefix(w.Name, "user_send_group_"); {
	case inGroup:
		e.Group, e.Sender = string(w.Recipient.ID), c.hash("oa", w.Sender.ID)
		m := c.said(w, string(id), name, e.At)
		e.Message = &m
	case strings.HasPrefix(w.Name, "oa_send_"):
		if strings.HasPrefix(w.Name, "oa_send_group_") {
			e.Group = string(w.Recipient.ID)
		}
		e.Echo = true
	case strings.HasPrefix(w.Name, "user_send_"):
		c.told(&e, w, string(id), strings.TrimPrefix(w.Name, "user_send_"))
	case w.Name == "user_withdraw":
		for _, h := range []string{c.hash("oa", cmp.Or(w.User, w.Sender.ID)), c.hash("app", w.UserApp)} {
			if h != "" {
				e.Withdrawn = append(e.Withdrawn, h)
			}
		}
	case w.Name == "user_join_group", w.Name == "accept_request_join_group", w.Name == "react_request_join_group_accept":
		e.Group, e.Joined = string(w.Group), c.joined(w, e)
	case w.Name == "user_out_group", w.Name == "user_leave_group":
		e.Group, e.Left = string(w.Group), max(len(w.members()), 1)
	case w.Name == "delete_group":
		e.Group, e.Closed = string(w.Group), true
	case w.Group != "":
		e.Group = string(w.Group) // its name or its managers changed: a reason to look
	}
	return e, nil
}

func asType(err error, to **json.UnmarshalTypeError) bool {
	t, ok := err.(*json.UnmarshalTypeError)
	*to = t
	return ok
}

// members are the people of an event of a group, each once.
func (w wireEvent) members() []string {
	var ids []string
	for _, u := range w.Users {
		if u.ID != "" {
			ids = append(ids, string(u.ID))
		}
	}
	slices.Sort(ids)
	return slices.Compact(ids)
}

// people are all whom an event without a message is about, as one word to make a key of.
func (w wireEvent) people() flexString {
	all := append(w.members(), string(w.User), string(w.UserApp), string(w.Sender.ID), string(w.Follower.ID))
	if who := strings.Join(all, " "); strings.TrimSpace(who) != "" {
		return flexString(who)
	}
	return ""
}

// sameJoin is how far apart the two events may be that tell of one person's joining: that she was let in, and that she
// is in. Whether Zalo sends both is not known.
const sameJoin = 10 * time.Minute

// joined is how many people joined by an event and not by another one shortly before.
func (c *Client) joined(w wireEvent, e Event) int {
	members := w.members()
	if len(members) == 0 {
		return 1
	}
	c.mu.Lock()
	defer c.mu.Unlock()
	for who, j := range c.joins {
		if e.At.Sub(j.at).Abs() > sameJoin {
			delete(c.joins, who)
		}
	}
	n := 0
	for _, id := range members {
		who := c.hash("oa", flexString(id)) + " " + string(w.Group)
		if j, before := c.joins[who]; !before || j.key == e.Key { // the same event again says the same again
			c.joins[who] = join{e.Key, e.At}
			n++
		}
	}
	return n
}

type join struct {
	key string
	at  time.Time
}

// said is a message of a group as an event tells it. The event has no name of the sender, which is as we like it.
func (c *Client) said(w wireEvent, id, kind string, at time.Time) talk.Message {
	m := talk.Message{ID: id, At: at, Author: c.hash("oa", w.Sender.ID), Kind: kindNamed(kind)}
	m.Media = attached(w, id, &m.Kind)
	if !talk.Words(m.Kind) {
		m.Media = nil
		return m
	}
	m.Text = talk.Clean(w.Message.Text)
	if m.Kind == talk.File && m.Text == "" && len(m.Media) > 0 {
		m.Text = m.Media[0].Title
	}
	return m
}

// attached are the pictures, films, links and documents of an event; a visiting card hidden as a link turns the
// message into one, and nothing of it is kept.
func attached(w wireEvent, id string, kind *string) []lantoa.Media {
	var all []lantoa.Media
	for _, a := range w.Message.Attachments {
		k := kindNamed(a.Type)
		if k == talk.Link && isCard(a.Payload.Description) {
			*kind = talk.Card
			return nil
		}
		if !talk.Words(k) || k == talk.Text {
			continue
		}
		m := lantoa.Media{Kind: k, URL: html.UnescapeString(a.Payload.URL), Thumb: html.UnescapeString(a.Payload.Thumb), ID: id}
		switch k {
		case talk.File:
			m.Title = talk.FileName(a.Payload.Name)
		case talk.Link, talk.Video:
			m.Title = talk.Clean(a.Payload.Description)
		}
		all = append(all, m)
	}
	return all
}

// told is a message to the account itself: the word that links a person to her unit, or a story, or part of one.
func (c *Client) told(e *Event, w wireEvent, id, kind string) {
	e.Sender = c.hash("oa", w.Sender.ID)
	if e.Code = codeIn(w.Message.Text); e.Code != "" {
		return
	}
	k := kindNamed(kind)
	media := attached(w, id, &k)
	text := talk.Clean(w.Message.Text)
	if e.Sender == "" || id == "" || !talk.Words(k) || text == "" && len(media) == 0 {
		return
	}
	e.Submission = &lantoa.Submission{Via: "zalo_oa", Sender: e.Sender, Externals: []string{id}, Text: text, Media: media, ToldAt: e.At}
}
