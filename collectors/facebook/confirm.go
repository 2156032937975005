package facebook

import (
	"context"
	"encoding/json"
	"net/url"
	"strings"

	"github.com/hoiphunu/lantoa"
)

// Confirm asks for posts that were missing from a visit, each alone, and returns those that are gone: which
// no longer exist, or are no longer published.
func (c *Client) Confirm(ctx context.Context, ch lantoa.Channel, externals []string) (gone []string, err error) {
	t, err := c.talkAbout(ctx, ch.External, c.opt.Now())
	if err != nil {
		return nil, err
	}
	_, gone, trouble := t.alone(ctx, externals, "id,is_published,is_expired")
	if trouble != nil {
		return gone, trouble
	}
	return gone, nil
}

// alone asks for objects of the page, each by itself, and tells those that are there from those that are gone.
// Facebook's word for "does not exist" is the same as for "no right to see it", so the page is read in the same
// call with the same token, and where that fails nothing is gone and the trouble is returned.
func (t *talk) alone(ctx context.Context, ids []string, fields string) (there []graphPost, gone []string, trouble *lantoa.Trouble) {
	for len(ids) > 0 {
		n := min(len(ids), batchLimit-1)
		some, lost, trouble := t.aloneInOne(ctx, ids[:n], fields)
		there, gone, ids = append(there, some...), append(gone, lost...), ids[n:]
		if trouble != nil {
			return there, gone, trouble
		}
	}
	return there, gone, nil
}

func (t *talk) aloneInOne(ctx context.Context, ids []string, fields string) (there []graphPost, gone []string, trouble *lantoa.Trouble) {
	parts := []part{{path: t.page, query: url.Values{"fields": {"id"}}}}
	for _, id := range ids {
		asked := fields
		if !strings.Contains(id, "_") {
			asked = "id" // a film has none of the fields of a post, and asked for one it would answer with an error
		}
		parts = append(parts, part{path: url.PathEscape(id), query: url.Values{"fields": {asked}}})
	}
	replies, verdict, ok := t.batch(ctx, parts)
	if !ok {
		return nil, nil, t.trouble(verdict, "page")
	}
	if verdict, ok := t.weigh(replies[0]); !ok {
		return nil, nil, t.trouble(verdict, "page")
	}
	for i, r := range replies[1:] {
		if r.status == 0 {
			continue
		}
		verdict, ok := t.weigh(r)
		var p graphPost
		switch {
		case ok && json.Unmarshal(r.body, &p) == nil && p.ID != "":
			switch {
			case p.ID != ids[i]: // the same under another name: there, but not to be stored beside it
			case p.withdrawn():
				gone = append(gone, p.ID)
			default:
				there = append(there, p)
			}
		case !ok && verdict.Action == GoneAfterCheck:
			gone = append(gone, ids[i])
		case !ok && verdict.Action == Backoff:
			return there, gone, t.trouble(verdict, "page")
		}
	}
	return there, gone, nil
}
