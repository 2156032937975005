package facebook

import (
	"context"
	"encoding/json"
	"net/url"
	"slices"
	"time"

	"github.com/hoiphunu/lantoa"
)

// Reading are the permissions that reading a page and its figures needs.
var Reading = []string{"pages_read_engagement", "pages_read_user_content", "read_insights"}

// Publishing is the permission that publishing on a page needs beside those.
var Publishing = []string{"pages_manage_posts"}

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

// Access is the token as the store keeps it, under the name of its secret. page is what it is to read; empty for a
// token that stands for many.
func (t Token) Access(name string, ch lantoa.ChannelID, page string, now time.Time) lantoa.Access {
	a := lantoa.Access{Name: name, Channel: ch, Holder: t.Type, CheckedAt: now, ExpiresAt: t.Expires, DataEnds: t.DataEnds, Trouble: t.Trouble}
	if t.Valid && page != "" {
		a.Lacks, a.ReadOnly = t.Lacks(page, Reading...), len(t.Lacks(page, Publishing...)) > 0
	}
	return a
}

// DebugToken asks what a token is good for.
func (c *Client) DebugToken(ctx context.Context, token string) (Token, error) {
	all, err := c.DebugTokens(ctx, []string{token})
	if err != nil {
		return Token{}, err
	}
	if t := all[0].Trouble; t != nil && all[0].Type == "" && t.What == "debug_token" {
		return Token{}, t
	}
	return all[0], nil
}

// DebugTokens asks what tokens are good for, fifty in a call, and answers in the same order. The question is put by
// the app itself, inside a batch: there the token that is asked about stands in no address. A token about which
// nothing could be learnt has a Trouble about "debug_token".
func (c *Client) DebugTokens(ctx context.Context, tokens []string) ([]Token, error) {
	t := &talk{c: c, token: c.opt.AppID + "|" + c.opt.AppSecret, now: c.opt.Now()}
	found := make([]Token, 0, len(tokens))
	for some := range slices.Chunk(tokens, batchLimit) {
		parts := make([]part, len(some))
		for i, token := range some {
			parts[i] = part{path: "debug_token", query: url.Values{"input_token": {token}}, secret: true}
		}
		replies, verdict, ok := t.batch(ctx, parts)
		if !ok {
			return found, t.trouble(verdict, "debug_token")
		}
		for _, r := range replies {
			found = append(found, t.tokenIn(r))
		}
	}
	return found, nil
}

func (t *talk) tokenIn(r reply) Token {
	if r.status == 0 {
		return Token{Trouble: lantoa.Problem(lantoa.Away, "debug_token", "not finished in time")}
	}
	if verdict, ok := t.weighToken(r); !ok {
		trouble := t.trouble(verdict, "debug_token")
		trouble.What = "debug_token" // the app's own token failed, which says nothing of the one asked about
		return Token{Trouble: trouble}
	}
	found, err := readToken(r.body)
	if err != nil {
		return Token{Trouble: lantoa.Problem(lantoa.Garbled, "debug_token", "")}
	}
	return found
}

func readToken(body []byte) (Token, error) {
	var answer struct {
		Data struct {
			Valid    bool     `json:"is_valid"`
			Type     string   `json:"type"`
			App      ident    `json:"app_id"`
			Page     ident    `json:"profile_id"`
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
				Other   number `json:"error_subcode"` // as everywhere else
				Message string `json:"message"`
			} `json:"error"`
		} `json:"data"`
	}
	if err := json.Unmarshal(body, &answer); err != nil {
		return Token{}, err
	}
	d := answer.Data
	found := Token{
		Valid: d.Valid, Type: d.Type, App: string(d.App), Page: string(d.Page), Scopes: d.Scopes, Pages: map[string][]string{},
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
