package facebook

import (
	"context"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/internal/viet"
)

const (
	foundFields = "id,message,created_time,permalink_url,is_published,is_expired,from,parent_id,attachments{target,url,unshimmed_url}"
	newest      = 25              // posts in one look
	mostLooked  = 4               // of so many, where the page has published much since
	ahead       = 2 * time.Minute // how far Facebook's clock may be behind ours
	recently    = 48 * time.Hour  // an equal post of so long before may be what Facebook calls a duplicate
)

// objectID is the form of an id of anything at Facebook; postID is that of a post.
var objectID = regexp.MustCompile(`^\d{1,25}(_\d{1,25})?$`)

// Find looks among what the page published since the call whether the post stands there: the same words, or a post
// with the same link. sure says that its absence may be believed: the list was read well and back to the call, the
// page itself could be read, and no equal post stands there from before.
func (p Publisher) Find(ctx context.Context, d lantoa.Deed) (done lantoa.Done, found, sure bool, err error) {
	t, err := p.talkAbout(ctx, d.External, p.opt.Now())
	if err != nil {
		return done, false, false, lantoa.AsTrouble(err, lantoa.Away)
	}
	since := d.CallAt
	if since.IsZero() {
		since = d.PlannedAt
	}
	l := look{deed: d, page: t.page, since: since.Add(-ahead)}
	if l.ours = l.since; !d.ApprovedAt.IsZero() && d.ApprovedAt.Add(-ahead).Before(l.ours) {
		l.ours = d.ApprovedAt.Add(-ahead)
	}
	if trouble := t.read(ctx, &l); trouble != nil {
		return done, false, false, trouble
	}
	duplicate := lantoa.KindOf(asError(d.Trouble)) == lantoa.Duplicate
	for _, match := range []*graphPost{l.words, l.link, l.before} {
		if match == nil || match == l.before && !duplicate {
			continue
		}
		at, _ := parseTime(match.CreatedTime)
		return lantoa.Done{Posted: match.ID, Permalink: whole(match.Permalink), At: at}, true, true, nil
	}
	if !l.whole || l.odd || l.before != nil || duplicate {
		return done, false, false, nil
	}
	_, _, readable := t.getPatiently(ctx, part{path: t.page, query: url.Values{"fields": {"id"}}})
	return done, false, readable, nil
}

func asError(t *lantoa.Trouble) error {
	if t == nil {
		return nil
	}
	return t
}

// look is what is looked for among the posts of a page, and what was met.
type look struct {
	deed  lantoa.Deed
	page  string
	since time.Time // the call: back to here everything has to be read
	ours  time.Time // the same words from here on are ours, of whatever call: nobody else wrote them since they were approved

	words, link *graphPost // of the posts since the call, the first with these words, and with this link
	before      *graphPost // one with these words that stood there already
	whole       bool       // all that was published since was read
	odd         bool       // something could not be read
}

// read goes through the newest posts back to the call.
func (t *talk) read(ctx context.Context, l *look) *lantoa.Trouble {
	limit, after := newest, ""
	for pieces := 0; pieces < mostLooked; {
		q := url.Values{"fields": {foundFields}, "limit": {strconv.Itoa(limit)}, "include_hidden": {"true"}}
		if after != "" {
			q.Set("after", after)
		}
		r, verdict, ok := t.getPatiently(ctx, part{path: t.page + "/published_posts", query: q})
		switch {
		case !ok && verdict.Action == HalveLimit && limit > 1:
			limit /= 2
			continue
		case !ok:
			return t.trouble(verdict, "published_posts")
		}
		list, odd, err := decode(r.body)
		if err != nil || list.Data == nil {
			return lantoa.Problem(lantoa.Garbled, "published_posts", "")
		}
		l.odd = l.odd || odd > 0
		back := l.take(list.Data)
		pieces++
		next := list.Paging.Cursors.After
		switch {
		case back, !bool(list.Paging.Next):
			// A page that shows nothing at all shows it to nobody, or not to us: that proves nothing.
			l.whole = pieces > 1 || len(list.Data) > 0
			return nil
		case next == "" || next == after:
			return nil
		}
		after = next
	}
	return nil
}

// take looks at a piece of the list, newest first, and says whether it reached back to before the call.
func (l *look) take(posts []graphPost) (back bool) {
	for i := range posts {
		p := &posts[i]
		if !p.own(l.page) {
			continue
		}
		created, ok := parseTime(p.CreatedTime)
		if !ok {
			l.odd = true
			continue
		}
		back = created.Before(l.since) // of the last: the list is not quite in order
		same := sameWords(p.Message, l.deed.Words)
		switch {
		case same && !created.Before(l.ours):
			l.words = p
		case same && created.After(l.since.Add(-recently)):
			l.before = p
		case back:
		case created.Before(l.deed.ApprovedAt.Add(-ahead)): // somebody else's word about the original
		case l.deed.Link != "" && p.leadsTo(l.deed.Link):
			l.link = p
		}
	}
	return back
}

// sameWords says whether two texts are the same but for how their letters are composed and for blanks: more than
// blanks at line ends may change on the way through a platform.
func sameWords(a, b string) bool {
	a, b = strings.Join(strings.Fields(viet.Fold(a)), ""), strings.Join(strings.Fields(viet.Fold(b)), "")
	return a != "" && a == b
}

// leadsTo says whether the post carries the link: as its card, or as what it shares.
func (p *graphPost) leadsTo(link string) bool {
	key := linkKey(link)
	if key == "" {
		return false
	}
	ids := []string{p.ParentID}
	for _, a := range p.Attachments.Data {
		for _, s := range []string{a.Unshimmed, a.URL, a.Target.URL} {
			if linkKey(s) == key {
				return true
			}
		}
		ids = append(ids, a.Target.ID)
	}
	if !isFacebook(link) {
		return false
	}
	for _, id := range ids { // the original may be named by its id only
		if _, own, ok := strings.Cut(id, "_"); ok {
			id = own
		}
		if len(id) >= 8 && (strings.HasSuffix(key, "/"+id) || strings.HasSuffix(key, "="+id)) {
			return true
		}
	}
	return false
}

// linkKey is what makes two spellings of an address the same one: without Facebook's detour, the host's prefix, a
// fragment, and what is added to follow people about.
func linkKey(s string) string {
	s = direct(strings.TrimSpace(s))
	u, err := url.Parse(s)
	if err != nil || u.Host == "" {
		return ""
	}
	host := strings.ToLower(u.Hostname())
	for _, prefix := range []string{"www.", "m.", "web.", "mbasic."} {
		host = strings.TrimPrefix(host, prefix)
	}
	q := u.Query()
	for name := range q {
		tracks := name == "fbclid" || strings.HasPrefix(name, "utm_")
		if isFacebook(s) {
			switch name {
			case "fbid", "story_fbid", "id", "v":
			default:
				tracks = true
			}
		}
		if tracks {
			q.Del(name)
		}
	}
	key := host + strings.TrimRight(u.EscapedPath(), "/")
	if rest := q.Encode(); rest != "" {
		key += "?" + rest
	}
	return key
}
