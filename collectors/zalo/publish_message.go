package zalo

import (
	"context"
	"strings"
	"time"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/collectors/talk"
)

// Messages passes stories on as messages into groups that the account owns. A message cannot be taken back or changed
// by any call.
type Messages struct{ *Client }

const (
	mostText  = 2000 // characters (code points, NFC) of a message
	mostPages = 30   // of ten messages that are looked through for one: a day of a busy group
)

// sent is what Zalo answers to a message.
type sent struct {
	ID flexString `json:"message_id"`
}

// Publish sends the words, with the first of the pictures where there are any: a message takes one.
func (m Messages) Publish(ctx context.Context, d lantoa.Deed, _ func(token string) error) (lantoa.Done, error) {
	text := messageText(d)
	switch {
	case d.External == "":
		return lantoa.Done{}, lantoa.Problem(lantoa.Refused, "group_id", "")
	case utf8.RuneCountInString(text) > mostText:
		return lantoa.Done{}, lantoa.Problem(lantoa.Invalid, "long", "")
	case len(d.Pictures) > 0 && len(d.Images) == 0: // words that were approved with a picture do not go without
		return lantoa.Done{}, lantoa.Problem(lantoa.Refused, "picture", "")
	}
	message := map[string]any{"text": text}
	if len(d.Images) > 0 {
		id, trouble := m.upload(ctx, d.Images[0])
		if trouble != nil {
			return lantoa.Done{}, trouble
		}
		message["attachment"] = media("image", id)
	}
	got, trouble := change[sent](ctx, m.Client, "message", "/v3.0/oa/group/message", body(map[string]any{
		"recipient": map[string]string{"group_id": d.External}, "message": message,
	}))
	return got.done("message", trouble)
}

// done is a message that was sent; one without an id may have been.
func (s sent) done(what string, trouble *lantoa.Trouble) (lantoa.Done, error) {
	switch {
	case trouble != nil:
		return lantoa.Done{}, trouble
	case s.ID == "":
		return lantoa.Done{}, lantoa.Problem(lantoa.Unclear, what, "a success without an id")
	}
	return lantoa.Done{Posted: string(s.ID)}, nil
}

// media is an attachment of one picture or article.
func media(kind, id string) map[string]any {
	return map[string]any{"type": "template", "payload": map[string]any{
		"template_type": "media", "elements": []any{map[string]string{"media_type": kind, "attachment_id": id}},
	}}
}

// messageText is what is sent: the words, in which nothing rings anybody, and the link where they do not have it.
func messageText(d lantoa.Deed) string {
	text := talk.Harmless(norm.NFC.String(strings.TrimSpace(strings.ReplaceAll(d.Words, "\r\n", "\n"))))
	if d.Link != "" && !strings.Contains(text, d.Link) {
		text += "\n" + d.Link
	}
	return text
}

// Find looks for the message among what the account itself said in the group since the call.
func (m Messages) Find(ctx context.Context, d lantoa.Deed) (done lantoa.Done, found, sure bool, err error) {
	when, text := windowOf(d), messageText(d)
	w, calls, doubt := &walk{}, 0, false
	for range mostPages {
		page, err := m.page(ctx, &calls, d.External, w)
		if err != nil {
			return lantoa.Done{}, false, false, unmade(err)
		}
		if page == nil {
			return lantoa.Done{}, false, len(w.warnings) == 0 && !doubt, nil
		}
		w.offset += len(page)
		var last time.Time
		for _, one := range page {
			last = one.Time.millis()
			switch {
			case last.IsZero() || one.Src == nil:
				last, doubt = m.opt.Now(), true
			case *one.Src != 0 || !sameWords(one.Message, text) && !sameWords(one.Description, text):
			case last.Before(when.from): // an equal one of before: which is meant, a person sees
				doubt = true
			case one.ID != "":
				done, found = lantoa.Done{Posted: string(one.ID), At: last}, true // an earlier one is further down
			}
		}
		if found {
			return done, true, true, nil
		}
		if last.Before(when.reach) {
			return lantoa.Done{}, false, !doubt, nil
		}
	}
	return lantoa.Done{}, false, false, nil
}

// Remove is refused: Zalo has no call that takes a message out of a group.
func (Messages) Remove(context.Context, lantoa.Deed) error { return noCall() }

// Edit is refused: Zalo has no call that changes a message.
func (Messages) Edit(context.Context, lantoa.Deed, string) error { return noCall() }

// Broadcasts sends articles of the account to all who follow it. Nothing takes one back, and no call tells afterwards
// whether it went out.
type Broadcasts struct{ *Client }

// Publish sends the deed's Article. Between 22:00 and 06:00 Zalo sends none, and is not asked.
func (b Broadcasts) Publish(ctx context.Context, d lantoa.Deed, _ func(token string) error) (lantoa.Done, error) {
	if d.Article == "" {
		return lantoa.Done{}, lantoa.Problem(lantoa.Refused, "article", "")
	}
	now := b.opt.Now()
	if hour := now.In(time.FixedZone("+07", 7*60*60)).Hour(); hour < 6 || hour >= 22 {
		return lantoa.Done{}, &lantoa.Trouble{Kind: lantoa.Limited, What: "night", Until: nextMorning(now)}
	}
	got, trouble := change[sent](ctx, b.Client, "broadcast", "/v2.0/oa/message", body(map[string]any{
		"recipient": map[string]any{"target": map[string]string{"gender": "0"}}, // everybody; a word where it says a number
		"message":   map[string]any{"attachment": media("article", d.Article)},
	}))
	return got.done("broadcast", trouble)
}

// Find finds nothing and is sure of nothing: a person who follows the account sees what came.
func (Broadcasts) Find(context.Context, lantoa.Deed) (done lantoa.Done, found, sure bool, err error) {
	return lantoa.Done{}, false, false, nil
}

// Remove is refused: what was sent to everybody cannot be taken back.
func (Broadcasts) Remove(context.Context, lantoa.Deed) error { return noCall() }

// Edit is refused: what was sent to everybody cannot be changed.
func (Broadcasts) Edit(context.Context, lantoa.Deed, string) error { return noCall() }
