package facebook

import (
	"context"
	"encoding/json"
	"net/url"
	"slices"
	"strings"

	"github.com/hoiphunu/lantoa"
)

// Account is a page that a person's or a system's token reaches. Its own token is a secret: it goes into
// the vault and nowhere else. It can be missing, and so can tasks that reading needs.
type Account struct {
	ID       string
	Name     string
	Username string
	Token    string
	Tasks    []string
	Via      []string // the lists it stands in: accounts, assigned_pages, owned_pages, client_pages
}

// CanRead and CanMeasure say whether the tasks allow reading posts, and the figures of the insights.
func (a Account) CanRead() bool {
	return slices.ContainsFunc([]string{"MANAGE", "MODERATE", "CREATE_CONTENT"}, func(t string) bool { return slices.Contains(a.Tasks, t) })
}
func (a Account) CanMeasure() bool { return slices.Contains(a.Tasks, "ANALYZE") }

// Reach is what a token reaches.
type Reach struct {
	Accounts []Account
	Warnings []lantoa.Trouble // lists that could not be read, and why: pages may be missing for that
}

// Accounts lists the pages a token reaches; see [Client.Reach], which also tells what it could not look into.
func (c *Client) Accounts(ctx context.Context, userToken string) ([]Account, error) {
	reach, err := c.Reach(ctx, userToken)
	return reach.Accounts, err
}

// Reach lists the pages a token reaches: its own list to the last piece, then the pages that the businesses own or
// look after, and those assigned to a system's user. Pages of a business, and of the new kind, can be missing from
// the first list without any error, so even an empty one is no proof; hold it against what is expected. A page that
// came without a token of its own is asked for it. What is refused beside the first list is a warning.
func (c *Client) Reach(ctx context.Context, userToken string) (Reach, error) {
	return c.ReachSeen(ctx, userToken, func(int) {})
}

// ReachSeen is [Client.Reach], and tells after each piece of a list how many pages are known by then.
func (c *Client) ReachSeen(ctx context.Context, userToken string, seen func(pages int)) (Reach, error) {
	r := &reach{talk: &talk{c: c, token: userToken, now: c.opt.Now()}, seen: seen}
	if trouble := r.pages(ctx, "me/accounts", "accounts"); trouble != nil {
		return r.found(), trouble
	}
	if !r.warned(r.pages(ctx, "me/assigned_pages", "assigned_pages"), "assigned_pages") {
		r.businesses(ctx)
	}
	r.tokens(ctx)
	return r.found(), nil
}

type reach struct {
	*talk
	seen     func(pages int)
	accounts []Account
}

func (r *reach) found() Reach { return Reach{r.accounts, r.warnings} }

// warned takes a refusal of a list beside the first, and says whether nothing more can be asked. That a person's
// token has no list of assigned pages is no news.
func (r *reach) warned(trouble *lantoa.Trouble, list string) (stop bool) {
	if trouble == nil || trouble.Kind == lantoa.Refused && list == "assigned_pages" {
		return false
	}
	r.warn(trouble)
	return trouble.Kind == lantoa.Limited || trouble.Kind == lantoa.Expired
}

func (r *reach) businesses(ctx context.Context) {
	var all []string
	trouble := r.list(ctx, "me/businesses", "id", "business_management", func(raw json.RawMessage) {
		var b struct {
			ID ident `json:"id"`
		}
		if json.Unmarshal(raw, &b) == nil && b.ID != "" && !slices.Contains(all, string(b.ID)) {
			all = append(all, string(b.ID))
		}
	})
	if r.warned(trouble, "businesses") {
		return
	}
	for _, id := range all {
		for _, edge := range []string{"owned_pages", "client_pages"} {
			if r.warned(r.pages(ctx, id+"/"+edge, edge), edge) {
				return
			}
		}
	}
}

// pages reads one list of pages to its end and adds what is new in it.
func (r *reach) pages(ctx context.Context, path, via string) *lantoa.Trouble {
	what := via
	if via != "accounts" {
		what = "business_management"
	}
	return r.list(ctx, path, "id,name,username,tasks,access_token", what, func(raw json.RawMessage) {
		var p struct {
			ID       ident    `json:"id"`
			Name     string   `json:"name"`
			Username string   `json:"username"`
			Token    string   `json:"access_token"`
			Tasks    []string `json:"tasks"`
		}
		if json.Unmarshal(raw, &p) == nil && p.ID != "" {
			r.add(Account{ID: string(p.ID), Name: p.Name, Username: p.Username, Token: p.Token, Tasks: p.Tasks, Via: []string{via}})
		}
	})
}

// add joins what two lists say of a page.
func (r *reach) add(a Account) {
	i := slices.IndexFunc(r.accounts, func(b Account) bool { return b.ID == a.ID })
	if i < 0 {
		r.accounts = append(r.accounts, a)
		r.seen(len(r.accounts))
		return
	}
	known := &r.accounts[i]
	if known.Token == "" {
		known.Token = a.Token
	}
	if len(known.Tasks) == 0 {
		known.Tasks = a.Tasks
	}
	if !slices.Contains(known.Via, a.Via[0]) {
		known.Via = append(known.Via, a.Via[0])
	}
}

// tokens asks the pages that came without a token of their own for it, each by itself.
func (r *reach) tokens(ctx context.Context) {
	var without []int
	for i, a := range r.accounts {
		if a.Token == "" {
			without = append(without, i)
		}
	}
	for some := range slices.Chunk(without, batchLimit) {
		parts := make([]part, len(some))
		for n, i := range some {
			parts[n] = part{path: url.PathEscape(r.accounts[i].ID), query: url.Values{"fields": {"id,access_token"}}}
		}
		replies, verdict, ok := r.batch(ctx, parts)
		if !ok {
			r.warned(r.trouble(verdict, "token"), "token")
			return
		}
		for n, i := range some {
			var p struct {
				Token string `json:"access_token"`
			}
			if _, ok := r.weigh(replies[n]); replies[n].status != 0 && ok && json.Unmarshal(replies[n].body, &p) == nil {
				r.accounts[i].Token = p.Token
			}
		}
	}
}

// list reads a list to its last piece: it ends where there is no next, not where a piece is short or empty.
func (t *talk) list(ctx context.Context, path, fields, what string, take func(json.RawMessage)) *lantoa.Trouble {
	after, seen := "", map[string]bool{}
	for range mostPieces {
		q := url.Values{"fields": {fields}, "limit": {"100"}}
		if after != "" {
			q.Set("after", after)
		}
		r, verdict, ok := t.getPatiently(ctx, part{path: path, query: q})
		if !ok {
			return t.trouble(verdict, what)
		}
		var p struct {
			Data   []json.RawMessage `json:"data"`
			Paging struct {
				Cursors struct{ After string }
				Next    present
			}
		}
		if json.Unmarshal(r.body, &p) != nil {
			return lantoa.Problem(lantoa.Garbled, what, "")
		}
		for _, raw := range p.Data {
			take(raw)
		}
		after = p.Paging.Cursors.After
		if !bool(p.Paging.Next) || after == "" || seen[after] {
			return nil
		}
		seen[after] = true
	}
	return nil
}

// TryRead reads a page once as the page itself, with a token that is not in the vault yet: who the token is, the
// page, and one post. Only after that is a page connected. With the wrong token some lists are empty and no error,
// so the token has to be the page's own.
func (c *Client) TryRead(ctx context.Context, page, token string) (name string, err error) {
	if token == "" {
		return "", lantoa.Problem(lantoa.Expired, "token", "no token for this page")
	}
	t := &talk{c: c, page: page, token: token, now: c.opt.Now()}
	replies, verdict, ok := t.batch(ctx, []part{
		{path: page, query: url.Values{"fields": {"id,name"}}},
		{path: page + "/published_posts", query: url.Values{"fields": {lightFields}, "limit": {"1"}, "include_hidden": {"true"}}},
		{path: "me", query: url.Values{"fields": {"id"}}},
	})
	if !ok {
		return "", t.trouble(verdict, "page")
	}
	var node struct {
		ID   ident  `json:"id"`
		Name string `json:"name"`
	}
	var me struct {
		ID ident `json:"id"`
	}
	var posts struct {
		Data *[]json.RawMessage `json:"data"`
	}
	for i, into := range []any{&node, &posts, &me} {
		what := []string{"page", "published_posts", "token"}[i]
		if replies[i].status == 0 {
			return "", lantoa.Problem(lantoa.Away, what, "not finished in time")
		}
		if verdict, ok := t.weigh(replies[i]); !ok {
			trouble := t.trouble(verdict, what)
			if trouble.Kind == lantoa.Gone && i > 0 {
				trouble.Kind = lantoa.NoRight // the page is there: "does not exist" means "not for you"
			}
			return "", trouble
		}
		if json.Unmarshal(replies[i].body, into) != nil {
			return "", lantoa.Problem(lantoa.Garbled, what, "")
		}
	}
	switch {
	case string(node.ID) != page || posts.Data == nil:
		return "", lantoa.Problem(lantoa.Garbled, "page", "")
	case string(me.ID) != page:
		return "", lantoa.Problem(lantoa.Refused, "token", "not the page's own token")
	}
	return node.Name, nil
}

// Resolve finds the id and the name of the page that an address leads to. A share link is followed at Facebook,
// without any token, until it names a page. A person's own profile and a group are refused.
func (c *Client) Resolve(ctx context.Context, token string, p Page) (id, name string, err error) {
	if p.ShareURL != "" {
		if p, err = c.follow(ctx, p); err != nil {
			return "", "", err
		}
	}
	asked := p.ID
	if asked == "" {
		asked = p.Username
	}
	if asked == "" {
		return "", "", lantoa.Problem(lantoa.Invalid, "address", "")
	}
	t := &talk{c: c, token: token, now: c.opt.Now()}
	// Only a page has likes: asked for them, a person's profile and a group say what they are.
	r, verdict, ok := t.getPatiently(ctx, part{path: url.PathEscape(asked), query: url.Values{"fields": {"id,name,fan_count"}}})
	switch {
	case !ok && strings.Contains(verdict.Message, "node type (User)"):
		return "", "", notAPage("profile")
	case !ok && strings.Contains(verdict.Message, "node type (Group)"):
		return "", "", notAPage("group")
	case !ok && strings.Contains(verdict.Message, "node type ("):
		return "", "", notAPage("address")
	case !ok && (verdict.Action == GoneAfterCheck || verdict.Code == 803):
		return "", "", lantoa.Problem(lantoa.NotFound, "page", "no such page, or not for this token")
	case !ok:
		return "", "", t.trouble(verdict, "page")
	}
	var node struct {
		ID   ident  `json:"id"`
		Name string `json:"name"`
	}
	if json.Unmarshal(r.body, &node) != nil || node.ID == "" {
		return "", "", lantoa.Problem(lantoa.Garbled, "page", "")
	}
	return string(node.ID), node.Name, nil
}

// mostHops is how often a share link is sent on before it is given up.
const mostHops = 4

// follow asks facebook.com where a share link leads. It goes nowhere else.
func (c *Client) follow(ctx context.Context, p Page) (Page, error) {
	path, ok := strings.CutPrefix(p.ShareURL, shareHost)
	for hop := 0; ok && hop < mostHops; hop++ {
		res, err := c.http.R().SetContext(ctx).SetHeader("Accept", "text/html").Get(strings.TrimRight(c.opt.WebURL, "/") + path)
		if res == nil || res.RawResponse == nil {
			return Page{}, silence(err).Trouble("share_link", c.opt.Now())
		}
		to := res.Header().Get("Location")
		if strings.HasPrefix(to, "/") && !strings.HasPrefix(to, "//") {
			to = shareHost + to
		}
		if to == "" {
			break
		}
		next, err := Address(to)
		if err != nil {
			return Page{}, err
		}
		if next.ShareURL == "" {
			return next, nil
		}
		path, ok = strings.CutPrefix(next.ShareURL, shareHost)
	}
	return Page{}, lantoa.Problem(lantoa.Invalid, "share_link", "")
}
