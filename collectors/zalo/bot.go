package zalo

import (
	"cmp"
	"context"
	"encoding/json"
	"fmt"
	"html"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/collectors/talk"
)

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
	e.Sender, e.chat = c.hash("bot", m.From.ID), string(m.Chat.ID)
	words := cmp.Or(m.Text, m.Caption)
	private := m.Chat.Type != "GROUP"
	if !private && !c.mentioned(words) {
		return e, nil // what is said in a group is for us only if it is said to us
	}
	e.Unreadable = private && (u.Name == "message.unsupported.received" || u.Name == "message.voice.received")
	if e.Code = codeIn(words); e.Code != "" {
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

// mentioned says whether a message in a group mentions our bot. The name of every bot begins with "Bot".
func (c *Client) mentioned(words string) bool {
	words = norm.NFC.String(words)
	return strings.Contains(words, "@Bot") || c.opt.Bot.Name != "" && strings.Contains(words, "@"+norm.NFC.String(c.opt.Bot.Name))
}

// withoutBot takes the mention of our bot from the beginning of a message.
func (c *Client) withoutBot(words string) string {
	words = strings.TrimSpace(norm.NFC.String(words))
	if name := norm.NFC.String(c.opt.Bot.Name); name != "" {
		if rest, ok := strings.CutPrefix(words, "@"+name); ok {
			return strings.TrimSpace(rest)
		}
	}
	if rest, ok := strings.CutPrefix(words, "@Bot"); ok {
		if i := strings.IndexAny(rest, "#\n"); i >= 0 && i < 60 {
			return strings.TrimSpace(rest[i:])
		}
	}
	return words
}

// botLimit is how long an answer of a bot may be.
const botLimit = 2000

// Answer says something to whoever wrote to the bot, in the same chat: that her story was received and under which
// number, or that what she sent cannot be read. It is sent once and not again: an answer that gets lost is none that
// anybody waits for.
func (c *Client) Answer(ctx context.Context, e Event, words string) error {
	if e.chat == "" || c.opt.Bot.Token == "" {
		return lantoa.Problem(lantoa.Invalid, "bot", "")
	}
	ctx, cancel := context.WithTimeout(ctx, patience)
	defer cancel()
	resp, err := c.http.R().SetContext(ctx).
		SetBody(map[string]string{"chat_id": e.chat, "text": lantoa.Cut(talk.Harmless(words), botLimit)}).
		Post(c.opt.Bot.URL + "/bot" + c.opt.Bot.Token + "/sendMessage") // the token is in the address: no error may hold it
	if err != nil {
		return transportTrouble(err)
	}
	if err := checkAnswer(resp, c.opt.Now()); err != nil {
		return err
	}
	var got struct {
		OK    bool    `json:"ok"`
		Code  flexInt `json:"error_code"`
		Words string  `json:"description"`
	}
	if err := json.Unmarshal(resp.Body(), &got); err != nil {
		return lantoa.Problem(lantoa.Garbled, "json", "")
	}
	if !got.OK {
		return lantoa.Problem(lantoa.Refused, "bot", strings.TrimSpace(fmt.Sprintf("%d %s", got.Code, tidy(got.Words))))
	}
	return nil
}
