package zalo

import (
	"cmp"
	"encoding/json"
	"fmt"
	"hash/fnv"
	"html"
	"strings"
	"time"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/collectors/talk"
)

// wireMessage is what we read of an element of conversation. The sender's name and picture are not even
// decoded; the id is hashed where it is read.
type wireMessage struct {
	Src         *flexInt   `json:"src"` // 0 the account itself, 1 a person
	Time        flexInt    `json:"time"`
	Type        string     `json:"type"`
	Message     string     `json:"message"`
	ID          flexString `json:"message_id"`
	From        flexString `json:"from_id"`
	Group       flexString `json:"group_id"`
	Thumb       string     `json:"thumb"`
	URL         string     `json:"url"`
	Description string     `json:"description"`
	Links       []struct {
		Title       string `json:"title"`
		URL         string `json:"url"`
		Thumb       string `json:"thumb"`
		Description string `json:"description"`
	} `json:"links"`
}

// read takes from a message what its kind allows; ok is false for an element that is no message.
func (c *Client) read(m wireMessage, now time.Time) (msg talk.Message, ok bool) {
	if m.ID == "" && m.Time == 0 && m.Type == "" {
		return talk.Message{}, false
	}
	msg = talk.Message{ID: string(m.ID), At: m.Time.millis(), Author: c.hash("oa", m.From), Kind: kindOf(m)}
	if msg.ID == "" { // it was served and is counted, under a name that stays the same
		sum := fnv.New32a()
		fmt.Fprint(sum, m.Type, "\x00", m.URL)
		msg.ID = fmt.Sprintf("t%d-%08x", int64(m.Time), sum.Sum32())
	}
	if msg.At.IsZero() {
		msg.At = now.UTC()
	}
	words := m.Message
	switch msg.Kind {
	case talk.Photo, talk.Video:
		words = cmp.Or(m.Description, m.Message)
		msg.Media = []lantoa.Media{{Kind: msg.Kind, URL: m.URL, Thumb: m.Thumb, ID: msg.ID}}
	case talk.File:
		words = cmp.Or(m.Message, talk.FileName(m.Description))
		msg.Media = []lantoa.Media{{Kind: talk.File, URL: m.URL, ID: msg.ID, Title: words}}
	case talk.Link:
		link := lantoa.Media{Kind: talk.Link, Thumb: m.Thumb, ID: msg.ID}
		if len(m.Links) > 0 {
			l := m.Links[0]
			link.URL, link.Thumb, link.Title = l.URL, cmp.Or(l.Thumb, m.Thumb), l.Title
		}
		msg.Media = []lantoa.Media{link}
	case talk.Text:
	default: // own, voice, location, card: their content is none of our business
		return msg, true
	}
	if talk.Length(words) >= talk.Caption { // fewer make no post: they are not even carried along
		msg.Text = talk.Clean(words)
	}
	for i := range msg.Media {
		msg.Media[i] = harmless(msg.Media[i])
	}
	return msg, true
}

// harmless is a picture or link as it may be kept: its words cleaned, its address as a browser reads it.
func harmless(m lantoa.Media) lantoa.Media {
	m.Title = talk.Clean(m.Title)
	m.URL, m.Thumb = html.UnescapeString(m.URL), html.UnescapeString(m.Thumb) // some come written for a page, with "&amp;"
	return m
}

// kindOf is the kind under which a message is counted. The list of types in Zalo's documentation is shorter
// than what its webhooks bring: an unknown one is counted as unsupported.
func kindOf(m wireMessage) string {
	if m.Src != nil && *m.Src == 0 {
		return talk.Own
	}
	kind := kindNamed(m.Type)
	if kind == talk.Link {
		if isCard(m.Description) {
			return talk.Card
		}
		for _, l := range m.Links {
			if isCard(l.Description) {
				return talk.Card
			}
		}
	}
	return kind
}

// kindNamed is the kind behind a name of Zalo's, of a message or of the end of an event.
func kindNamed(name string) string {
	switch t := strings.ToLower(name); t {
	case talk.Text, talk.Photo, talk.Sticker, talk.Voice, talk.Location, talk.GIF, talk.Video, talk.File:
		return t
	case "image":
		return talk.Photo
	case "audio":
		return talk.Voice
	case "link", "links":
		return talk.Link
	case "business_card", "card", "recommended":
		return talk.Card
	}
	return talk.Unsupported
}

// isCard says whether the description of a link is a visiting card: JSON with somebody's telephone number.
func isCard(description string) bool {
	if !strings.HasPrefix(strings.TrimSpace(description), "{") {
		return false
	}
	var fields map[string]json.RawMessage
	if err := json.Unmarshal([]byte(description), &fields); err != nil {
		return strings.Contains(description, "phone") // half a card is one too
	}
	return fields["phone"] != nil || fields["qrCodeUrl"] != nil
}
