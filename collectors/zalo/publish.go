package zalo

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"strings"
	"time"

	"github.com/go-resty/resty/v2"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/internal/safehttp"
	"github.com/hoiphunu/lantoa/internal/viet"
)

// Zalo knows no key under which a thing could be sent twice without harm. A call that makes something is therefore
// made once, repeated only after Zalo has refused its token, and what answered unclearly is looked for before anything
// is sent again. Every error of a publisher is a *lantoa.Trouble: Unclear when nobody knows whether the thing was
// made; with any other kind it was not.

// change makes one call that changes something at Zalo; fill puts what is to be changed into the request. what names
// the thing in a trouble.
func change[T any](ctx context.Context, c *Client, what, path string, fill func(*resty.Request)) (T, *lantoa.Trouble) {
	var none T
	var calls int
	access, err := c.access(ctx, &calls)
	if err != nil {
		return none, unmade(err)
	}
	data, err := changeOnce[T](ctx, c, access, what, path, fill)
	if r := (*refusal)(nil); errors.As(err, &r) && Classify(r.code, r.message).Remedy == Renew {
		if access, err = c.renewed(ctx, &calls, access); err != nil {
			return none, unmade(err)
		}
		data, err = changeOnce[T](ctx, c, access, what, path, fill)
	}
	if r := (*refusal)(nil); errors.As(err, &r) {
		r.message = strings.ReplaceAll(r.message, access, "•••") // before it is shortened
		return none, r.unmade(what, c.opt.Now())
	}
	if err != nil {
		return none, unmade(err)
	}
	return data, nil
}

// changeOnce is one request. An error code of Zalo comes back as a *refusal, anything else as a trouble.
func changeOnce[T any](ctx context.Context, c *Client, access, what, path string, fill func(*resty.Request)) (T, error) {
	var none T
	if ctx.Err() != nil {
		return none, lantoa.Problem(lantoa.Away, what, "called off")
	}
	pace := c.paceOf(path)
	answered, err := pace.begin(c.opt.Now())
	if err != nil {
		return none, err
	}
	watched, sent, free := safehttp.Watch(ctx)
	defer free()
	watched, cancel := context.WithTimeout(watched, c.opt.Patience)
	defer cancel()
	req := c.request(watched, access)
	fill(req)
	resp, err := req.Post(c.opt.APIURL + path)
	if err != nil {
		answered(nil)
		t := lantoa.AsTrouble(transportTrouble(err), lantoa.Away)
		if sent.Possibly(err) {
			return none, unclear(what, t)
		}
		return none, &lantoa.Trouble{Kind: lantoa.Away, What: what, Note: t.What, Err: t.Err}
	}
	answered(resp.Header())
	if err := checkAnswer(resp, c.opt.Now()); err != nil {
		t := lantoa.AsTrouble(err, lantoa.Garbled)
		if t.Kind == lantoa.Limited {
			return none, t
		}
		return none, unclear(what, t)
	}
	data, err := decode[T](resp.Body())
	r := (*refusal)(nil)
	switch {
	case err == nil:
		return data, nil
	case !errors.As(err, &r), r.code == int(unreadable):
		return none, unclear(what, lantoa.Problem(lantoa.Garbled, "json", ""))
	case Classify(r.code, r.message).Remedy == NextMinute:
		pace.refuse()
	}
	return none, r
}

// unclear is the trouble of a call after which nobody knows whether it was carried out, with what is known of why.
func unclear(what string, t *lantoa.Trouble) *lantoa.Trouble {
	return &lantoa.Trouble{Kind: lantoa.Unclear, What: what, Note: strings.Join(nonEmpty(t.What, t.Note), " "), Err: t.Err}
}

// unmade is why a call was not even made, or what became of it.
func unmade(err error) *lantoa.Trouble {
	t := lantoa.AsTrouble(err, lantoa.Away)
	if t.Kind == lantoa.Busy { // another process is renewing the token
		later := *t
		later.Kind = lantoa.Limited
		return &later
	}
	return t
}

// unmade is the refusal of a call that was to make something.
func (r *refusal) unmade(what string, now time.Time) *lantoa.Trouble {
	t := r.trouble(now)
	t.Note = tidy(fmt.Sprint(r.code, " ", r.message)) // people who ask Zalo are asked for the number
	switch Classify(r.code, r.message).Remedy {
	case NextPeriod:
		t.Until = nextDay(now)
	case PollAgain:
		t.Kind, t.Until = lantoa.Limited, now.Add(soon)
	case FewerRows:
		t.What = "long"
	case None, Show, Backoff:
		if t.What == "" {
			t.What = what
		}
	}
	return t
}

// soon is when something is worth another look that Zalo has not finished in our presence.
const soon = time.Minute

// codeOf is Zalo's code in a trouble, 0 if it has none.
func codeOf(t *lantoa.Trouble) int {
	var r *refusal
	if t != nil && errors.As(t.Err, &r) {
		return r.code
	}
	return 0
}

// body puts JSON into a request.
func body(v any) func(*resty.Request) {
	return func(r *resty.Request) { r.SetHeader("Content-Type", "application/json").SetBody(v) }
}

// upload hands a picture to Zalo, which keeps it for 7 days. It may be done again: nobody sees a picture by itself.
func (c *Client) upload(ctx context.Context, image []byte) (id string, trouble *lantoa.Trouble) {
	if len(image) == 0 || len(image) > mostImage {
		return "", lantoa.Problem(lantoa.Refused, "picture", "")
	}
	type uploaded struct {
		ID flexString `json:"attachment_id"`
	}
	got, trouble := change[uploaded](ctx, c, "picture", "/v2.0/oa/upload/image", func(r *resty.Request) {
		r.SetMultipartField("file", "picture.jpg", "image/jpeg", bytes.NewReader(image))
	})
	if trouble == nil && got.ID == "" {
		trouble = lantoa.Problem(lantoa.Garbled, "picture", "")
	}
	if trouble != nil && trouble.Kind == lantoa.Unclear { // of the picture only
		trouble.Kind = lantoa.Away
	}
	return string(got.ID), trouble
}

const mostImage = 1 << 20 // bytes

// window is where something of a deed can be met among what the account has sent.
type window struct {
	reach time.Time // back to here everything has to be read: the call
	from  time.Time // the same from here on is ours: since it was approved nobody else has written just that
}

func windowOf(d lantoa.Deed) window {
	w := window{reach: d.CallAt}
	if w.reach.IsZero() {
		w.reach = d.PlannedAt
	}
	if w.from = w.reach; !d.ApprovedAt.IsZero() && d.ApprovedAt.Before(w.from) {
		w.from = d.ApprovedAt
	}
	w.reach, w.from = w.reach.Add(-skew), w.from.Add(-skew)
	return w
}

// sameWords says whether two texts are the same but for how their letters are composed and for blanks: more than
// blanks at line ends may change on the way through a platform.
func sameWords(a, b string) bool {
	a, b = strings.Join(strings.Fields(viet.Fold(a)), ""), strings.Join(strings.Fields(viet.Fold(b)), "")
	return a != "" && a == b
}

// noCall is what is said where Zalo has no call for a deed.
func noCall() *lantoa.Trouble { return lantoa.Problem(lantoa.Refused, "no_call", "") }
