package zalo

import (
	"context"
	"html"
	"strconv"
	"strings"
	"time"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/collectors/talk"
)

const (
	articlesPerCall = 10 // more fail or are cut off
	articleDays     = 90 // how far back an ordinary visit reads them: they go on being read for months
	mostArticles    = 2000
)

// wireArticle is an article as the list tells it.
type wireArticle struct {
	ID      flexString `json:"id"`
	Title   string     `json:"title"`
	Status  string     `json:"status"` // show, hide
	Views   *flexInt   `json:"total_view"`
	Shares  *flexInt   `json:"total_share"`
	Created flexInt    `json:"create_date"` // milliseconds
	Updated flexInt    `json:"update_date"`
	Thumb   string     `json:"thumb"`
	Link    string     `json:"link_view"`
}

// slice is a piece of the list of articles, newest first.
type slice struct {
	Articles []wireArticle `json:"medias"`
	Total    flexInt       `json:"total"`
}

// article is the text of one that was read, as of when it was last changed: it need not be asked for again.
type article struct {
	updated flexInt
	text    string
	media   []lantoa.Media
}

// account reads the articles of the Official Account as posts, and its followers. Views and shares are all that Zalo
// counts of an article.
func (c *Client) account(ctx context.Context, ch lantoa.Channel, ask lantoa.Ask, now time.Time) (haul lantoa.Haul, err error) {
	haul.From = now
	oa, err := get[wireAccount](ctx, c, &haul.Calls, "/v2.0/oa/getoa", nil)
	if err != nil {
		return haul, err
	}
	a := oa.account()
	if ch.External != "" && a.ID != "" && a.ID != ch.External {
		return haul, lantoa.Problem(lantoa.NoRight, "oa", "") // the token is another account's
	}
	haul.Name = a.Name
	if a.Followers.Known {
		haul.Size = &lantoa.ChannelSnapshot{At: now, Followers: a.Followers, Source: lantoa.FromPlatform}
	}
	since := ask.Since
	if !since.IsZero() && now.AddDate(0, 0, -articleDays).Before(since) {
		since = now.AddDate(0, 0, -articleDays)
	}
	l := lookup{since: since, now: now, wanted: map[string]bool{}}
	for _, id := range ask.Posts {
		l.wanted[id] = true
	}
	for _, kind := range []string{"normal", "video"} {
		if err := c.slice(ctx, &haul, kind, &l); err != nil {
			return haul, err
		}
	}
	haul.From, haul.Complete = since, since.IsZero()
	if l.ended == 2 && len(haul.Posts) > 0 { // both lists were read to their ends: what is in neither is gone
		for id := range l.wanted {
			haul.Gone = append(haul.Gone, id)
		}
	}
	return haul, nil
}

// lookup is what is looked for in the lists of articles, and what became of it.
type lookup struct {
	since, now time.Time
	wanted     map[string]bool // older ones that are asked for, until they are met
	ended      int             // lists that were read to their ends
}

// slice reads the articles of a kind from the newest to since, and further as long as one is wanted.
func (c *Client) slice(ctx context.Context, haul *lantoa.Haul, kind string, l *lookup) error {
	seen := map[string]bool{}
	for offset := 0; offset < mostArticles; {
		got, err := get[slice](ctx, c, &haul.Calls, "/v2.0/article/getslice", map[string]string{
			"offset": strconv.Itoa(offset), "limit": strconv.Itoa(articlesPerCall), "type": kind,
		})
		if err != nil {
			return err
		}
		news, older := 0, 0
		for _, w := range got.Articles {
			id := string(w.ID)
			if id == "" || seen[id] { // the list moves while one pages through it
				continue
			}
			seen[id] = true
			news++
			wanted := l.wanted[id]
			delete(l.wanted, id)
			if !l.since.IsZero() && w.Created.millis().Before(l.since) {
				older++
				if !wanted {
					continue
				}
			}
			p, err := c.articlePost(ctx, &haul.Calls, w, kind, l.now)
			if err != nil {
				return err
			}
			haul.Posts = append(haul.Posts, p)
		}
		offset += len(got.Articles)
		if news == 0 || offset >= int(got.Total) {
			l.ended++
			return nil
		}
		if older == news && len(l.wanted) == 0 {
			return nil
		}
	}
	haul.Warnings = append(haul.Warnings, *lantoa.Problem(lantoa.TooLarge, "articles", strconv.Itoa(mostArticles)))
	return nil
}

// articlePost is an article with its words. Where Zalo has none to give the title stands for them; where it only does
// not answer now, an error: a post that is told by its title today and in full tomorrow would look changed twice.
func (c *Client) articlePost(ctx context.Context, calls *int, w wireArticle, kind string, now time.Time) (lantoa.Incoming, error) {
	at := w.Created.millis()
	if at.IsZero() {
		at = now.UTC()
	}
	p := lantoa.Incoming{Post: lantoa.Post{External: string(w.ID), Type: lantoa.Other, Text: talk.Clean(w.Title), Permalink: w.Link, PublishedAt: at,
		Hidden: w.Status == "hide"}}
	if kind == "video" {
		p.Type = lantoa.Video
	}
	if w.Thumb != "" {
		p.Media = []lantoa.Media{{Kind: "photo", URL: w.Thumb, ID: string(w.ID)}}
		if kind == "normal" {
			p.Type = lantoa.Photo
		}
	}
	p.Numbers = lantoa.Snapshot{At: now, Source: lantoa.FromPlatform}
	for count, given := range map[*lantoa.Count]*flexInt{&p.Numbers.Views: w.Views, &p.Numbers.Shares: w.Shares} {
		if given != nil && *given >= 0 {
			*count, p.HasCount = lantoa.Of(int64(*given)), true
		}
	}
	if kind != "normal" {
		return p, nil
	}
	text, media, err := c.articleText(ctx, calls, w)
	if err != nil {
		if k := lantoa.KindOf(err); ctx.Err() != nil || k != lantoa.Refused && k != lantoa.Gone {
			return p, err
		}
		return p, nil
	}
	if text != "" {
		p.Text = strings.TrimSpace(p.Text + "\n\n" + text)
	}
	p.Media = append(p.Media, media...)
	if len(p.Media) > 1 {
		p.Type = lantoa.Album
	}
	return p, nil
}

// articleText is the lead and the paragraphs of an article, asked for once for each time that it was changed.
func (c *Client) articleText(ctx context.Context, calls *int, w wireArticle) (string, []lantoa.Media, error) {
	id := string(w.ID)
	c.mu.Lock()
	known, ok := c.articles[id]
	c.mu.Unlock()
	if ok && known.updated == w.Updated {
		return known.text, known.media, nil
	}
	type detail struct {
		Lead string `json:"description"`
		Body []struct {
			Type    string `json:"type"`
			Content string `json:"content"`
			URL     string `json:"url"`
			Caption string `json:"caption"`
		} `json:"body"`
	}
	d, err := get[detail](ctx, c, calls, "/v2.0/article/getdetail", map[string]string{"id": id})
	if err != nil {
		return "", nil, err
	}
	a := article{updated: w.Updated}
	paragraphs := []string{plainText(d.Lead)}
	for _, part := range d.Body {
		switch part.Type {
		case "text":
			paragraphs = append(paragraphs, plainText(part.Content))
		case "image":
			if part.URL != "" {
				a.media = append(a.media, lantoa.Media{Kind: "photo", URL: part.URL, Title: plainText(part.Caption), ID: id + "/" + strconv.Itoa(len(a.media)+1)})
			}
		}
	}
	a.text = strings.Join(nonEmpty(paragraphs...), "\n\n")
	c.mu.Lock()
	c.articles[id] = a
	c.mu.Unlock()
	return a.text, a.media, nil
}

// plainText is the words of the simple HTML that articles are written in.
func plainText(s string) string {
	for _, end := range []string{"<br>", "<br/>", "<br />", "</p>", "</div>", "</li>", "</h1>", "</h2>", "</h3>"} {
		s = strings.ReplaceAll(s, end, end+"\n")
	}
	var out strings.Builder
	depth := 0
	for _, r := range s {
		switch {
		case r == '<':
			depth++
		case r == '>' && depth > 0:
			depth--
		case depth == 0:
			out.WriteRune(r)
		}
	}
	lines := strings.Split(html.UnescapeString(out.String()), "\n")
	for i, l := range lines {
		lines[i] = strings.TrimSpace(l)
	}
	return talk.Clean(strings.Join(nonEmpty(lines...), "\n"))
}
