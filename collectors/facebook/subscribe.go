package facebook

import (
	"context"
	"encoding/json"
	"net/url"
	"slices"

	"github.com/hoiphunu/lantoa"
)

// Subscribe asks Facebook to tell us what happens on a page. Asking again changes nothing.
func (c *Client) Subscribe(ctx context.Context, page string) error {
	t, err := c.talkAbout(ctx, page, c.opt.Now())
	if err != nil {
		return err
	}
	for try := 1; ; try++ {
		r, verdict, ok := t.post(ctx, part{path: page + "/subscribed_apps", query: url.Values{"subscribed_fields": {"feed"}}})
		var done struct {
			Success *bool `json:"success"`
		}
		switch {
		case ok && json.Unmarshal(r.body, &done) == nil && (done.Success == nil || *done.Success):
			return nil
		case ok:
			return lantoa.Problem(lantoa.Refused, "subscribed_apps", "")
		case !t.again(ctx, verdict, try):
			return t.trouble(verdict, "pages_manage_metadata")
		}
	}
}

// post puts one thing to Facebook once; its parameters go in the body.
func (t *talk) post(ctx context.Context, p part) (reply, Verdict, bool) {
	if v, closed := t.closed(p); closed {
		return reply{}, v, false
	}
	t.calls++
	res, err := t.c.request(ctx, t.tokenOf(p)).SetFormDataFromValues(t.signed(p, true)).Post(t.c.address(p.path))
	return t.hear(res, err)
}

// Subscribed says whether Facebook tells us what happens on a page: our app is among those of the page, with feed.
func (c *Client) Subscribed(ctx context.Context, page string) (bool, error) {
	without, warnings, err := c.Unsubscribed(ctx, []string{page})
	switch {
	case err != nil:
		return false, err
	case len(warnings) > 0:
		return false, &warnings[0]
	}
	return len(without) == 0, nil
}

// Unsubscribed are those of the pages whose events do not reach us. Fifty are asked in a call, each with its own
// token. A page that could not be asked is in neither list: the warnings say why, in What with the page's id.
func (c *Client) Unsubscribed(ctx context.Context, pages []string) (without []string, warnings []lantoa.Trouble, err error) {
	t := &talk{c: c, now: c.opt.Now()}
	for some := range slices.Chunk(pages, batchLimit) {
		var parts []part
		var asked []*talk
		for _, page := range some {
			one, err := c.talkAbout(ctx, page, t.now)
			if lantoa.KindOf(err) != "" {
				warnings = append(warnings, about(page, lantoa.AsTrouble(err, lantoa.Away)))
				continue
			}
			if err != nil {
				return without, warnings, err
			}
			asked = append(asked, one)
			parts = append(parts, part{path: page + "/subscribed_apps", page: page, token: one.token})
		}
		if len(parts) == 0 {
			continue
		}
		t.token = parts[0].token // for the call as a whole, which has to have one
		replies, verdict, ok := t.batch(ctx, parts)
		if !ok {
			return without, warnings, t.trouble(verdict, "subscribed_apps")
		}
		for i, r := range replies {
			switch ours, trouble := asked[i].hasOurApp(r); {
			case trouble != nil:
				warnings = append(warnings, about(asked[i].page, trouble))
			case !ours:
				without = append(without, asked[i].page)
			}
		}
	}
	return without, warnings, nil
}

func about(page string, t *lantoa.Trouble) lantoa.Trouble {
	one := *t
	one.What += " " + page
	return one
}

func (t *talk) hasOurApp(r reply) (bool, *lantoa.Trouble) {
	if r.status == 0 {
		return false, lantoa.Problem(lantoa.Away, "subscribed_apps", "not finished in time")
	}
	if verdict, ok := t.weigh(r); !ok {
		return false, t.trouble(verdict, "pages_manage_metadata")
	}
	var list struct {
		Data []struct {
			ID     ident    `json:"id"`
			Fields []string `json:"subscribed_fields"`
		} `json:"data"`
	}
	if json.Unmarshal(r.body, &list) != nil {
		return false, lantoa.Problem(lantoa.Garbled, "subscribed_apps", "")
	}
	for _, app := range list.Data {
		if app.ID != "" && string(app.ID) == t.c.opt.AppID && slices.Contains(app.Fields, "feed") {
			return true, nil
		}
	}
	return false, nil
}
