package website

import (
	"context"
	"mime"
	"net/url"
	"strings"

	"github.com/hoiphunu/lantoa"
)

// previewLimit is how much of a page is read for what it says of itself, which stands in its head.
const previewLimit = 512 << 10

// Preview is what a page that a post links to says of itself: Open Graph, and where that is missing what it says to
// others. A link that a unit published is opened once, as a reader would; robots.txt is for those who go through
// whole sites. The trouble comes back both as the error and in the preview.
func (c *Client) Preview(ctx context.Context, address string) (lantoa.Preview, error) {
	out := lantoa.Preview{URL: address, FetchedAt: c.opt.Now()}
	err := c.preview(ctx, &out)
	if ctx.Err() != nil {
		return out, context.Cause(ctx)
	}
	if err != nil {
		out.Trouble = lantoa.AsTrouble(err, lantoa.Away)
	}
	return out, err
}

func (c *Client) preview(ctx context.Context, out *lantoa.Preview) error {
	u, err := url.Parse(out.URL)
	if err != nil || u.Host == "" {
		return lantoa.Problem(lantoa.Invalid, "address", "")
	}
	if err := c.wait(ctx, u, robots{}); err != nil {
		return err
	}
	r, err := c.opt.HTTP.First(ctx, out.URL, nil, previewLimit)
	if err != nil {
		return transport(err)
	}
	if err := refusal(r, "page", c.opt.Now()); err != nil {
		return err
	}
	at, err := url.Parse(r.URL)
	if err != nil {
		return lantoa.Problem(lantoa.Invalid, "address", "")
	}
	kind, _, _ := mime.ParseMediaType(r.Header.Get("Content-Type"))
	if strings.HasPrefix(kind, "image/") {
		out.Image, out.Site = r.URL, at.Hostname()
		return nil
	}
	if !isHTML(kind, r.Body) {
		return lantoa.Problem(lantoa.Garbled, "content_type", lantoa.Cut(kind, 80))
	}
	p, err := parsePage(decode(r.Body, r.Header.Get("Content-Type")), at)
	if err != nil {
		return err
	}
	out.Title = lantoa.Cut(firstOf(p.meta("og:title", "twitter:title"), p.line(p.doc.Find("title").First().Text()), p.lineOf(p.first(p.doc.Selection, "h1"))), 300)
	out.Description = lantoa.Cut(p.meta("og:description", "twitter:description", "description"), 500)
	out.Site = lantoa.Cut(firstOf(p.meta("og:site_name", "application-name"), strings.TrimPrefix(at.Hostname(), "www.")), 100)
	out.Image = absolute(p.base, p.meta("og:image:secure_url", "og:image", "og:image:url", "twitter:image", "twitter:image:src"))
	if out.Image == "" {
		out.Image = absolute(p.base, p.doc.Find("link[rel=image_src]").First().AttrOr("href", ""))
	}
	if out.Title == "" && out.Description == "" && out.Image == "" {
		return lantoa.Problem(lantoa.Garbled, "page", "")
	}
	return nil
}
