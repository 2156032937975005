package zalo

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"encoding/json"
	"html"
	"net/http"
	"regexp"
	"strings"
	"time"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/collectors/talk"
)

// HookRule says which of the open points of Zalo's signature are accepted; the zero value accepts each form that has
// been reported. Once it is known which one hits, the setting locks it.
type HookRule struct {
	First    string // app_id or oa_id: what the signed text begins with; empty: either
	NoSecret bool   // the app's secret does not serve in the place of the OA's
}

// hookAge is how old a call may be: Zalo repeats for almost two hours, with the body it sent first.
const hookAge = 3 * time.Hour

// VerifyHook says whether a call came from Zalo, of late, and to our app; matched names the form of the signature that
// fitted ("app_id+oa_secret" …). The signature is a plain SHA-256 over our id, the bytes as they came, the time that
// stands in them, and a key.
func (c *Client) VerifyHook(header http.Header, body []byte, now time.Time) (matched string, err error) {
	refused := func(why string) error { return lantoa.Problem(lantoa.Forbidden, why, "") }
	_, text, found := strings.Cut(header.Get("X-ZEvent-Signature"), "=")
	if !found {
		text = header.Get("X-ZEvent-Signature") // the prefix is missing now and then
	}
	given, err := hex.DecodeString(strings.TrimSpace(text))
	if err != nil || len(given) != sha256.Size {
		return "", refused("signature")
	}
	var e struct {
		App  flexString `json:"app_id"`
		OA   flexString `json:"oa_id"`
		Time flexString `json:"timestamp"`
	}
	if json.Unmarshal(body, &e) != nil {
		return "", refused("body")
	}
	keys := map[string]string{"oa_secret": c.opt.OASecret}
	if c.opt.OASecret == "" || !c.opt.Hook.NoSecret {
		keys["app_secret"] = c.opt.AppSecret
	}
	oa := c.opt.OAID
	if oa == "" {
		oa = string(e.OA) // whoever signs with our key may say so
	}
	firsts := map[string]string{"app_id": c.opt.AppID, "oa_id": oa}
	for first, id := range firsts {
		for key, secret := range keys {
			if id == "" || secret == "" || c.opt.Hook.First != "" && c.opt.Hook.First != first {
				continue
			}
			sum := sha256.New()
			for _, part := range []string{id, string(body), string(e.Time), secret} {
				sum.Write([]byte(part)) // never fails
			}
			if subtle.ConstantTimeCompare(sum.Sum(nil), given) == 1 {
				matched = first + "+" + key
			}
		}
	}
	switch at := millis(e.Time); {
	case matched == "":
		return "", refused("signature")
	case e.App != "" && string(e.App) != c.opt.AppID, c.opt.OAID != "" && e.OA != "" && string(e.OA) != c.opt.OAID:
		return "", refused("app_id")
	case at.IsZero() || now.Sub(at) > hookAge || at.Sub(now) > hookAge:
		return "", refused("time")
	}
	return matched, nil
}

// VerifyBot says whether a call carries the secret that was given to the Bot Platform.
func (c *Client) VerifyBot(header http.Header) bool {
	given := header.Get("X-Bot-Api-Secret-Token")
	return c.opt.Bot.Secret != "" && subtle.ConstantTimeCompare([]byte(given), []byte(c.opt.Bot.Secret)) == 1
}

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
}

// codeForm is the word that links whoever sends it to a unit.
var codeForm = regexp.MustCompile(`(?i)\bNOI-[2-9A-HJ-NP-Z]{6}\b`)

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
	Users   []json.RawMessage `json:"users"`
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
	id := w.Message.ID
	if id == "" {
		id = w.Message.OtherID
	}
	e.Key = w.Name + " " + string(id)
	if id == "" {
		e.Key = w.Name + " " + string(w.Group) + " " + string(w.Time)
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
		for namespace, person := range map[string]flexString{"oa": firstID(w.User, w.Sender.ID), "app": w.UserApp} {
			if h := c.hash(namespace, person); h != "" {
				e.Withdrawn = append(e.Withdrawn, h)
			}
		}
	case w.Name == "user_join_group", w.Name == "accept_request_join_group", w.Name == "react_request_join_group_accept":
		e.Group, e.Joined = string(w.Group), max(len(w.Users), 1)
	case w.Name == "user_out_group", w.Name == "user_leave_group":
		e.Group, e.Left = string(w.Group), max(len(w.Users), 1)
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

func firstID(ids ...flexString) flexString {
	for _, id := range ids {
		if id != "" {
			return id
		}
	}
	return ""
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
	if code := codeForm.FindString(w.Message.Text); code != "" {
		e.Code = strings.ToUpper(code)
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

// ReadBot reads an update of the Bot Platform, bare or inside {"ok","result"}: a message that mentions our bot in a
// group, or is written to it alone, is a story told to us. Those of other bots say nothing, nor do kinds that the
// platform hands over without content.
func (c *Client) ReadBot(body []byte, now time.Time) (Event, error) {
	type update struct {
		Name    string `json:"event_name"`
		Message struct {
			ID      flexString `json:"message_id"`
			Date    flexInt    `json:"date"`
			Text    string     `json:"text"`
			Caption string     `json:"caption"`
			Photo   string     `json:"photo_url"`
			Picture string     `json:"photo"`
			Chat    struct {
				ID   flexString `json:"id"`
				Type string     `json:"chat_type"`
			} `json:"chat"`
			From struct {
				ID  flexString `json:"id"`
				Bot bool       `json:"is_bot"`
			} `json:"from"`
		} `json:"message"`
	}
	var wrapped struct {
		update
		Result *update `json:"result"`
	}
	odd := (*json.UnmarshalTypeError)(nil)
	if err := json.Unmarshal(body, &wrapped); err != nil && !asType(err, &odd) {
		return Event{}, lantoa.Problem(lantoa.Garbled, "webhook", "")
	}
	u := wrapped.update
	if wrapped.Result != nil {
		u = *wrapped.Result
	}
	if u.Name == "" {
		return Event{}, lantoa.Problem(lantoa.Garbled, "webhook", "")
	}
	m := u.Message
	e := Event{Key: u.Name + " " + string(m.ID), Name: u.Name, At: m.Date.millis()}
	if e.At.IsZero() {
		e.At = now.UTC()
	}
	if m.From.Bot || m.ID == "" {
		return e, nil
	}
	e.Sender = c.hash("bot", m.From.ID)
	words := m.Text
	if words == "" {
		words = m.Caption
	}
	if code := codeForm.FindString(words); code != "" {
		e.Code = strings.ToUpper(code)
		return e, nil
	}
	sub := lantoa.Submission{Via: "zalo_bot", Sender: e.Sender, Externals: []string{string(m.ID)}, ToldAt: e.At, Text: talk.Clean(c.withoutBot(words))}
	for _, url := range []string{m.Photo, m.Picture} {
		if url != "" && len(sub.Media) == 0 {
			sub.Media = []lantoa.Media{{Kind: talk.Photo, URL: html.UnescapeString(url), ID: string(m.ID)}}
		}
	}
	if e.Sender != "" && (sub.Text != "" || len(sub.Media) > 0) {
		e.Submission = &sub
	}
	return e, nil
}

// withoutBot takes the mention of our bot from the beginning of a message.
func (c *Client) withoutBot(words string) string {
	words = strings.TrimSpace(words)
	if name := c.opt.Bot.Name; name != "" {
		if rest, ok := strings.CutPrefix(words, "@"+name); ok {
			return strings.TrimSpace(rest)
		}
	}
	if rest, ok := strings.CutPrefix(words, "@Bot"); ok { // names of bots begin so
		if i := strings.IndexAny(rest, "#\n"); i >= 0 && i < 60 {
			return strings.TrimSpace(rest[i:])
		}
	}
	return words
}
