package facebook

import (
	"context"
	"encoding/json"
	"net/url"
	"slices"
	"time"

	"github.com/hoiphunu/lantoa"
)

// Account is a page that a person's or a system's token reaches. Its own token is a secret: it goes into
// the vault and nowhere else. It can be missing, and so can tasks that reading needs.
type Account struct {
	ID    string
	Name  string
	Token string
	Tasks []string
}

// CanRead and CanMeasure say whether the tasks allow reading posts, and the figures of the insights.
func (a Account) CanRead() bool {
	return slices.ContainsFunc([]string{"MANAGE", "MODERATE", "CREATE_CONTENT"}, func(t string) bool { return slices.Contains(a.Tasks, t) })
}
func (a Account) CanMeasure() bool { return slices.Contains(a.Tasks, "ANALYZE") }

// Accounts lists the pages a token reaches, to the last piece of the list. An empty list is no proof that
// there are none: pages of a business can be missing without any error, so hold it against what is expected.
func (c *Client) Accounts(ctx context.Context, userToken string) ([]Account, error) {
	t := &talk{c: c, token: userToken, now: c.opt.Now()}
	var all []Account
	after, seen := "", map[string]bool{}
	for range mostPieces {
		q := url.Values{"fields": {"id,name,tasks,access_token"}, "limit": {"100"}}
		if after != "" {
			q.Set("after", after)
		}
		r, verdict, ok := t.getPatiently(ctx, "me/accounts", q)
		if !ok {
			return all, t.trouble(verdict, "accounts", r.header)
		}
		var p struct {
			Data []struct {
				ID    string   `json:"id"`
				Name  string   `json:"name"`
				Token string   `json:"access_token"`
				Tasks []string `json:"tasks"`
			} `json:"data"`
			Paging struct {
				Cursors struct{ After string }
				Next    present
			}
		}
		if json.Unmarshal(r.body, &p) != nil {
			return all, lantoa.Problem(lantoa.Garbled, "accounts", "")
		}
		for _, a := range p.Data {
			if a.ID != "" && !slices.ContainsFunc(all, func(b Account) bool { return b.ID == a.ID }) {
				all = append(all, Account(a))
			}
		}
		after = p.Paging.Cursors.After
		if !bool(p.Paging.Next) || after == "" || seen[after] {
			break
		}
		seen[after] = true
	}
	return all, nil
}

// Token is what Facebook says of a token.
type Token struct {
	Valid    bool
	Type     string // USER, PAGE, SYSTEM_USER
	App      string
	Page     string              // the page it is for, empty for a person's
	Expires  time.Time           // zero: never
	DataEnds time.Time           // when the person must come back; zero: never
	Scopes   []string            // permissions given
	Pages    map[string][]string // permission → the pages it is given for; a permission that is not a key holds for all
	Trouble  *lantoa.Trouble     // why it is not valid
}

// Lacks are the permissions of the list that the token does not have for a page.
func (t Token) Lacks(page string, permissions ...string) []string {
	var lacking []string
	for _, p := range permissions {
		pages, some := t.Pages[p]
		if !slices.Contains(t.Scopes, p) || some && !slices.Contains(pages, page) {
			lacking = append(lacking, p)
		}
	}
	return lacking
}

// Ends is the first moment at which the token stops giving data, zero if none is known.
func (t Token) Ends() time.Time {
	if t.Expires.IsZero() || !t.DataEnds.IsZero() && t.DataEnds.Before(t.Expires) {
		return t.DataEnds
	}
	return t.Expires
}

// DebugToken asks what a token is good for. The question is put by the app itself, inside a batch: there
// the token that is asked about stands in no address.
func (c *Client) DebugToken(ctx context.Context, token string) (Token, error) {
	t := &talk{c: c, token: c.opt.AppID + "|" + c.opt.AppSecret, now: c.opt.Now()}
	replies, verdict, ok := t.batch(ctx, []part{{"debug_token", url.Values{"input_token": {token}}}})
	if !ok {
		return Token{}, t.trouble(verdict, "debug_token", nil)
	}
	if verdict, ok := t.weighToken(replies[0]); !ok {
		return Token{}, t.trouble(verdict, "debug_token", replies[0].header)
	}
	var answer struct {
		Data struct {
			Valid    bool     `json:"is_valid"`
			Type     string   `json:"type"`
			App      string   `json:"app_id"`
			Page     string   `json:"profile_id"`
			Expires  number   `json:"expires_at"`
			DataEnds number   `json:"data_access_expires_at"`
			Scopes   []string `json:"scopes"`
			Granular []struct {
				Scope   string   `json:"scope"`
				Targets []string `json:"target_ids"`
			} `json:"granular_scopes"`
			Error *struct {
				Code    number `json:"code"`
				Subcode number `json:"subcode"`
				Other   number `json:"error_subcode"`
				Message string `json:"message"`
			} `json:"error"`
		} `json:"data"`
	}
	if json.Unmarshal(replies[0].body, &answer) != nil {
		return Token{}, lantoa.Problem(lantoa.Garbled, "debug_token", "")
	}
	d := answer.Data
	found := Token{
		Valid: d.Valid, Type: d.Type, App: d.App, Page: d.Page, Scopes: d.Scopes, Pages: map[string][]string{},
		Expires: unix(d.Expires), DataEnds: unix(d.DataEnds),
	}
	for _, g := range d.Granular {
		if g.Targets != nil {
			found.Pages[g.Scope] = g.Targets
		}
	}
	if !d.Valid {
		v := Verdict{Action: Reconnect, Scope: OfToken, Code: 190}
		if e := d.Error; e != nil {
			v.Code, v.Subcode, v.Message = int(e.Code.N), int(max(e.Subcode.N, e.Other.N)), e.Message
		}
		found.Trouble = v.Trouble("token", time.Time{})
		found.Trouble.Since = found.Expires
	}
	return found, nil
}

// weighToken sorts an answer about a token, in which the error of the token asked about is no error of ours.
func (t *talk) weighToken(r reply) (Verdict, bool) {
	var top struct{ Data json.RawMessage }
	if json.Unmarshal(r.body, &top) == nil && top.Data != nil && r.status < 300 {
		return Verdict{}, true
	}
	return t.weigh(r)
}

// unix is a moment in seconds, zero where Facebook writes 0 for "never".
func unix(n number) time.Time {
	if n.N <= 0 {
		return time.Time{}
	}
	return time.Unix(n.N, 0).UTC()
}
