package facebook

import (
	"context"
	"encoding/json"
	"net/url"

	"github.com/hoiphunu/lantoa"
)

// Confirm asks for posts that were missing from a visit, each alone, and returns those that are gone: which
// no longer exist, or are no longer published. Facebook's word for "does not exist" is the same as for "no
// right to see it", so the page is read in the same call with the same token, and where that fails nothing
// is gone and the trouble is returned.
func (c *Client) Confirm(ctx context.Context, ch lantoa.Channel, externals []string) (gone []string, err error) {
	t, err := c.talkAbout(ctx, ch.External, c.opt.Now())
	if err != nil {
		return nil, err
	}
	for len(externals) > 0 {
		n := min(len(externals), batchLimit-1)
		more, trouble := t.confirm(ctx, externals[:n])
		if trouble != nil {
			return gone, trouble
		}
		gone, externals = append(gone, more...), externals[n:]
	}
	return gone, nil
}

func (t *talk) confirm(ctx context.Context, ids []string) (gone []string, trouble *lantoa.Trouble) {
	parts := []part{{t.page, url.Values{"fields": {"id"}}}}
	for _, id := range ids {
		parts = append(parts, part{url.PathEscape(id), url.Values{"fields": {"id,is_published,is_expired"}}})
	}
	replies, verdict, ok := t.batch(ctx, parts)
	if !ok {
		return nil, t.trouble(verdict, "page", nil)
	}
	if verdict, ok := t.weigh(replies[0]); !ok {
		return nil, t.trouble(verdict, "page", replies[0].header)
	}
	for i, r := range replies[1:] {
		verdict, ok := t.weigh(r)
		var p graphPost
		switch {
		case r.status == 0:
		case ok && json.Unmarshal(r.body, &p) == nil && p.ID != "" && (p.Expired || p.Published != nil && !*p.Published):
			gone = append(gone, ids[i])
		case !ok && verdict.Action == GoneAfterCheck:
			gone = append(gone, ids[i])
		case !ok && verdict.Action == Backoff:
			return gone, t.trouble(verdict, "page", r.header)
		}
	}
	return gone, nil
}
