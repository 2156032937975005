package facebook

import (
	"bytes"
	"cmp"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/internal/safehttp"
)

// Publisher passes stories on as posts of a page: words with the original's link, or with pictures. Facebook knows no
// key under which a post could be sent twice without harm, so the call that publishes is made once, and what answered
// unclearly is looked for ([Publisher.Find]) before anything is sent again.
type Publisher struct{ *Client }

// allPictures is how long the pictures of one post may take together: whoever waits longer for the call that publishes
// takes it for lost.
const allPictures = 3 * time.Minute

// Publish makes the post. An error is a *lantoa.Trouble: Unclear when nobody knows whether the post stands there,
// Duplicate when Facebook says that it does; with any other kind it does not.
func (p Publisher) Publish(ctx context.Context, d lantoa.Deed, _ func(token string) error) (lantoa.Done, error) {
	t, trouble := p.talkToPublish(ctx, d.External)
	if trouble != nil {
		return lantoa.Done{}, trouble
	}
	form := url.Values{"message": {d.Words}}
	switch {
	case len(d.Images) < len(d.Pictures): // words that were approved with pictures do not go without
		return lantoa.Done{}, lantoa.Problem(lantoa.Refused, "picture", "")
	case len(d.Images) > 0:
		ready, cancel := context.WithTimeout(ctx, allPictures)
		defer cancel()
		for i, image := range d.Images {
			id, trouble := t.upload(ready, image)
			if trouble != nil {
				return lantoa.Done{}, trouble
			}
			form.Set(fmt.Sprintf("attached_media[%d]", i), `{"media_fbid":"`+id+`"}`)
		}
	case d.Link != "":
		form.Set("link", d.Link)
	}
	r, verdict, left := t.change(ctx, http.MethodPost, t.page+"/feed", form)
	if verdict != nil {
		return lantoa.Done{}, t.changeTrouble(*verdict, left, "feed")
	}
	done, ok := readMade(r.body)
	if !ok {
		return lantoa.Done{}, lantoa.Problem(lantoa.Unclear, "feed", "a success without an id")
	}
	t.describe(ctx, &done)
	return done, nil
}

// readMade is the id of what a call has made.
func readMade(body []byte) (lantoa.Done, bool) {
	var made struct {
		ID   ident `json:"id"`
		Post ident `json:"post_id"` // of a photo that became a post
	}
	if json.Unmarshal(body, &made) != nil {
		return lantoa.Done{}, false
	}
	id := string(cmp.Or(made.Post, made.ID))
	return lantoa.Done{Posted: id}, objectID.MatchString(id)
}

// describe asks where the new post is to be seen. Without an answer it stands there all the same.
func (t *talk) describe(ctx context.Context, done *lantoa.Done) {
	r, _, ok := t.get(ctx, part{path: done.Posted, query: url.Values{"fields": {"id,permalink_url,created_time"}}})
	var p graphPost
	if !ok || json.Unmarshal(r.body, &p) != nil {
		return
	}
	done.Permalink = whole(p.Permalink)
	if at, ok := parseTime(p.CreatedTime); ok {
		done.At = at
	}
}

// Remove deletes the post. One that is gone already is no trouble.
func (p Publisher) Remove(ctx context.Context, d lantoa.Deed) error {
	t, trouble := p.talkToChange(ctx, d)
	if trouble != nil {
		return trouble
	}
	r, verdict, left := t.change(ctx, http.MethodDelete, d.Posted, nil)
	if verdict != nil && verdict.Action == GoneAfterCheck {
		// Facebook says the same of what we may not see: the page is read beside it.
		there, gone, trouble := t.alone(ctx, []string{d.Posted}, "id,is_published,is_expired")
		switch {
		case trouble != nil:
			return trouble
		case len(gone) > 0:
			return nil
		case len(there) > 0:
			return lantoa.Problem(lantoa.NoRight, Publishing[0], "")
		}
	}
	return t.acknowledged(r, verdict, left)
}

// Edit gives the post other words. Facebook lets an app change only what the app itself has made.
func (p Publisher) Edit(ctx context.Context, d lantoa.Deed, words string) error {
	t, trouble := p.talkToChange(ctx, d)
	if trouble != nil {
		return trouble
	}
	r, verdict, left := t.change(ctx, http.MethodPost, d.Posted, url.Values{"message": {words}})
	return t.acknowledged(r, verdict, left)
}

// acknowledged is what became of a change that is answered with a word of success and nothing else.
func (t *talk) acknowledged(r reply, verdict *Verdict, left bool) error {
	if verdict != nil {
		return t.changeTrouble(*verdict, left, "post")
	}
	var done struct {
		Success *bool `json:"success"`
	}
	switch {
	case json.Unmarshal(r.body, &done) != nil || done.Success == nil:
		return lantoa.Problem(lantoa.Unclear, "post", "")
	case !*done.Success:
		return lantoa.Problem(lantoa.Refused, "post", "")
	}
	return nil
}

// talkToPublish begins a conversation in which something is to be published on a page.
func (c *Client) talkToPublish(ctx context.Context, page string) (*talk, *lantoa.Trouble) {
	if until, _ := c.opt.Budget.Ask(c.opt.Now(), publishScope(page)); !until.IsZero() {
		return nil, &lantoa.Trouble{Kind: lantoa.Limited, What: "publishing", Until: until}
	}
	t, err := c.talkAbout(ctx, page, c.opt.Now())
	if err != nil {
		return nil, lantoa.AsTrouble(err, lantoa.Away)
	}
	return t, nil
}

// talkToChange begins a conversation about something that was published.
func (c *Client) talkToChange(ctx context.Context, d lantoa.Deed) (*talk, *lantoa.Trouble) {
	if !objectID.MatchString(d.Posted) {
		return nil, lantoa.Problem(lantoa.Refused, "post", "no id")
	}
	t, err := c.talkAbout(ctx, d.External, c.opt.Now())
	if err != nil {
		return nil, lantoa.AsTrouble(err, lantoa.Away)
	}
	return t, nil
}

// change makes one call that changes something at Facebook, once, whatever becomes of it. The verdict is nil when it
// was a success; left says whether, without an answer, it may have reached Facebook.
func (t *talk) change(ctx context.Context, method, path string, form url.Values) (r reply, verdict *Verdict, left bool) {
	if v, closed := t.closed(); closed {
		return reply{}, &v, false
	}
	if ctx.Err() != nil {
		return reply{}, &Verdict{Action: Retry, Scope: OfCall, silent: true, Message: "called off"}, false
	}
	watched, sent, cancel := safehttp.Watch(ctx)
	defer cancel()
	t.calls++
	req := t.c.request(watched, t.token)
	if params := t.signed(part{query: form}, true); method == http.MethodDelete {
		req.SetQueryParamsFromValues(params)
	} else {
		req.SetFormDataFromValues(params)
	}
	res, err := req.Execute(method, t.c.address(path))
	r, v, ok := t.hear(res, err)
	if ok {
		return r, nil, true
	}
	return r, &v, sent.Possibly(err)
}

// changeTrouble is why a change was not made, or that nobody knows. What is said where the words of Facebook name
// nothing closer.
func (t *talk) changeTrouble(v Verdict, left bool, what string) *lantoa.Trouble {
	if v.unasked || v.silent && !left {
		return t.trouble(v, what)
	}
	v = v.Publishing()
	if says := strings.ToLower(v.Message); v.Action == Fix {
		switch {
		case v.Code == 1609005, strings.Contains(says, "link"), strings.Contains(says, "url"):
			what = "link" // Facebook cannot see what it leads to
		case strings.Contains(says, "media"), strings.Contains(says, "photo"):
			what = "picture"
		}
	}
	trouble := t.trouble(v, what)
	switch {
	case v.Action == GoneAfterCheck && what == "feed":
		trouble.What = "page"
	case v.Action == Permission && strings.Contains(v.Message, Publishing[0]): // of those it names, the one that reading does without
		trouble.What = Publishing[0]
	}
	return trouble
}

// upload puts a picture on the page that nobody sees yet, and returns its id. It may be tried again: one that no post
// takes up in the end is never seen.
func (t *talk) upload(ctx context.Context, image []byte) (id string, trouble *lantoa.Trouble) {
	for try := 1; ; try++ {
		r, verdict, ok := t.uploadOnce(ctx, image)
		if ok {
			var photo struct {
				ID ident `json:"id"`
			}
			if json.Unmarshal(r.body, &photo) == nil && objectID.MatchString(string(photo.ID)) {
				return string(photo.ID), nil
			}
			return "", lantoa.Problem(lantoa.Garbled, "picture", "")
		}
		if t.again(ctx, verdict, try) {
			continue
		}
		switch verdict.Action {
		case HalveLimit, CheckPublished, NarrowWindow, ProbeMetrics: // whatever is meant, there is no post
			verdict.Action = Fix
		}
		return "", t.trouble(verdict, "picture")
	}
}

func (t *talk) uploadOnce(ctx context.Context, image []byte) (reply, Verdict, bool) {
	if v, closed := t.closed(); closed {
		return reply{}, v, false
	}
	t.calls++
	res, err := t.c.request(ctx, t.token).
		SetFormDataFromValues(t.signed(part{query: url.Values{"published": {"false"}}}, true)).
		SetMultipartField("source", "picture.jpg", "image/jpeg", bytes.NewReader(image)).
		Post(t.c.address(t.page + "/photos"))
	if errors.Is(err, context.Canceled) {
		return reply{}, Verdict{Action: Retry, Scope: OfCall, silent: true, Message: "called off"}, false
	}
	return t.hear(res, err)
}
