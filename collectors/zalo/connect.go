package zalo

import (
	"context"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/json"
	"errors"
	"fmt"
	"net"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/hoiphunu/lantoa"
)

const (
	vaultName   = "zalo/oa"
	accessLife  = 25 * time.Hour      // as Zalo's documentation says; each answer says it again
	refreshLife = 90 * 24 * time.Hour // three months, anew with each renewal
	retryEvery  = time.Hour           // while the old access token still serves
	renewalTime = 30 * time.Second    // how long one renewal may take
	lease       = 2 * time.Minute     // longer than two renewals: a younger mark is somebody at work
	maxUnclear  = 2                   // sends of one refresh token without a clear answer
	early       = 0.8                 // renew after this part of an access token's life: 20 of 25 hours
	waits       = 12                  // looks at the vault while another process renews
	waiting     = 250 * time.Millisecond
	justNow     = time.Minute         // a token renewed since then and refused is not renewed again
	warnBefore  = 14 * 24 * time.Hour // of a refresh token's end
)

// pair is what the vault keeps under "zalo/oa". A refresh token serves once; what is known about the
// renewal under way is written down before it is sent.
type pair struct {
	Access          string    `json:"access"`
	Refresh         string    `json:"refresh"`
	PreviousRefresh string    `json:"previous_refresh,omitempty"` // to find out what happened, never sent
	ExpiresAt       time.Time `json:"expires_at"`
	GrantedAt       time.Time `json:"granted_at"`
	RenewedFrom     bool      `json:"renewed,omitempty"` // from a renewal, not from a person's grant
	RefreshingSince time.Time `json:"refreshing_since,omitzero"`
	Unclear         int       `json:"unclear,omitempty"` // sends of Refresh whose outcome is not known
	RejectedAt      time.Time `json:"rejected_at,omitzero"`
	Rejection       string    `json:"rejection,omitempty"`
}

func (p pair) renewAt() time.Time {
	return p.GrantedAt.Add(time.Duration(early * float64(p.ExpiresAt.Sub(p.GrantedAt))))
}

// tokens is the pair in hand and who may touch it: whoever holds turn.
type tokens struct {
	turn    chan struct{}
	now     pair
	kept    string          // as the vault has it
	unsaved *pair           // renewed, but the vault did not take it yet: not used before it does
	tried   time.Time       // last attempt that brought no new pair
	waited  time.Time       // the mark of another process that was waited for in vain
	app     *lantoa.Trouble // what that attempt met, if it was the app and not the token
}

func (t *tokens) lock(ctx context.Context) error {
	select {
	case t.turn <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (t *tokens) unlock() { <-t.turn }

// Grant stores the first pair, as the permission page or Zalo's API Explorer hands it out. A zero expires
// means the 25 hours of the documentation.
func (c *Client) Grant(ctx context.Context, access, refresh string, expires time.Time) error {
	if access == "" || refresh == "" {
		return lantoa.Problem(lantoa.Invalid, "token", "")
	}
	if err := c.pair.lock(ctx); err != nil {
		return err
	}
	defer c.pair.unlock()
	now := c.opt.Now()
	if expires.IsZero() {
		expires = now.Add(accessLife)
	}
	p := pair{Access: access, Refresh: refresh, ExpiresAt: expires.UTC(), GrantedAt: now.UTC()}
	if err := c.save(ctx, p); err != nil {
		return err
	}
	c.pair.unsaved, c.pair.tried, c.pair.app = nil, time.Time{}, nil
	return nil
}

// Connection is how the link to the Official Account stands.
type Connection struct {
	GrantedAt time.Time // when this pair was obtained
	ExpiresAt time.Time // of the access token
	RefreshBy time.Time // after that only a person can connect again
	Trouble   *lantoa.Trouble
}

// Soon says whether the refresh token ends within 14 days, which only happens when renewals fail.
func (s Connection) Soon(now time.Time) bool { return !now.Before(s.RefreshBy.Add(-warnBefore)) }

// Connection tells how the link stands, without asking Zalo.
func (c *Client) Connection(ctx context.Context) (Connection, error) {
	if err := c.pair.lock(ctx); err != nil {
		return Connection{}, err
	}
	defer c.pair.unlock()
	if err := c.load(ctx); err != nil {
		return Connection{}, err
	}
	p := c.pair.now
	s := Connection{GrantedAt: p.GrantedAt, ExpiresAt: p.ExpiresAt, RefreshBy: p.GrantedAt.Add(refreshLife)}
	if !p.RejectedAt.IsZero() || p.Unclear >= maxUnclear {
		s.Trouble = p.lost()
	}
	return s, nil
}

// access is a token to ask with, renewed if its time has come.
func (c *Client) access(ctx context.Context, calls *int) (string, error) {
	if err := c.pair.lock(ctx); err != nil {
		return "", err
	}
	defer c.pair.unlock()
	now := c.opt.Now()
	if c.pair.now.Access == "" || c.pair.unsaved != nil || !now.Before(c.pair.now.renewAt()) {
		if err := c.load(ctx); err != nil { // another process may have renewed it
			return "", err
		}
	}
	p := c.pair.now
	if now.Before(p.renewAt()) {
		return p.Access, nil
	}
	alive := now.Before(p.ExpiresAt)
	if alive && !c.pair.tried.IsZero() && now.Sub(c.pair.tried) < retryEvery && !now.Before(c.pair.tried) {
		return p.Access, nil
	}
	if err := c.renew(ctx, calls, alive); err != nil {
		if alive && ctx.Err() == nil {
			return p.Access, nil // five hours are left to mend it
		}
		return "", err
	}
	return c.pair.now.Access, nil
}

// renewed is a token other than bad, which Zalo has just refused.
func (c *Client) renewed(ctx context.Context, calls *int, bad string) (string, error) {
	if err := c.pair.lock(ctx); err != nil {
		return "", err
	}
	defer c.pair.unlock()
	if err := c.load(ctx); err != nil {
		return "", err
	}
	p, now := c.pair.now, c.opt.Now()
	if p.Access != bad {
		return p.Access, nil
	}
	if p.RenewedFrom && now.Sub(p.GrantedAt) < justNow && !now.Before(p.GrantedAt) {
		return "", &lantoa.Trouble{Kind: lantoa.Expired, What: "zalo"} // a new token will not help either
	}
	if err := c.renew(ctx, calls, false); err != nil {
		return "", err
	}
	return c.pair.now.Access, nil
}

// renew trades the refresh token for a new pair. The caller holds the turn and has just loaded the pair.
// Where the outcome of a send is not known, the same token is sent at most once more: at once if nothing
// else serves, else (later) at the next hour. One that was clearly refused is never sent again.
//
// Other processes may do the same at the same time. Each step is written in the place of what this one had read, so
// that the mark of one holds the others off, and whatever came into the vault meanwhile is not written over.
func (c *Client) renew(ctx context.Context, calls *int, later bool) error {
	// A visit that is called off must not call off the renewal: its answer would be lost with it.
	ctx = context.WithoutCancel(ctx)
	for {
		p, now := c.pair.now, c.opt.Now().UTC()
		switch {
		case p.Refresh == "" || p.Unclear >= maxUnclear || !p.RejectedAt.IsZero():
			return p.lost()
		case !p.RefreshingSince.IsZero() && now.Sub(p.RefreshingSince) < lease && !now.Before(p.RefreshingSince):
			return c.another(ctx, p, later)
		case c.pair.app != nil && now.Sub(c.pair.tried) < retryEvery && !now.Before(c.pair.tried):
			return c.pair.app
		}
		c.pair.tried, c.pair.app = now, nil
		marked := p
		marked.RefreshingSince, marked.Unclear = now, p.Unclear+1
		switch ours, err := c.swap(ctx, marked); {
		case err != nil:
			return err
		case !ours:
			return c.another(ctx, p, later)
		}
		*calls++
		fresh, err := c.trade(ctx, p, now)
		if err == nil {
			c.pair.unsaved = &fresh
			return c.load(ctx)
		}
		settled := marked
		settled.RefreshingSince = time.Time{}
		trouble := away(err)
		switch {
		case errors.Is(err, errNotSent):
			settled.Unclear = p.Unclear
		case errors.Is(err, errUnclear):
			if settled.Unclear >= maxUnclear {
				trouble = settled.lost()
			}
		case errors.As(err, new(appError)):
			settled.Unclear = p.Unclear
			trouble = lantoa.Problem(lantoa.NoRight, "app", tidy(c.clean(err.Error(), p)))
			c.pair.app = trouble
		default:
			settled.Unclear, settled.RejectedAt, settled.Rejection = 0, now, tidy(c.clean(err.Error(), p))
			trouble = settled.lost()
		}
		ours, saveErr := c.swap(ctx, settled)
		switch {
		case saveErr != nil:
			return errors.Join(trouble, saveErr)
		case !ours:
			return c.another(ctx, p, later)
		case errors.Is(err, errUnclear) && settled.Unclear < maxUnclear && !later:
			continue // nothing else serves
		}
		return trouble
	}
}

// another waits for the pair that another process is about to bring, if nothing else serves: mostly it is there within
// a second. One that died at it is waited for once.
func (c *Client) another(ctx context.Context, p pair, later bool) error {
	for tries := 0; ; tries++ {
		if err := c.load(ctx); err != nil {
			return err
		}
		now := c.pair.now
		switch {
		case now.Access != p.Access:
			return nil
		case now.RefreshingSince.IsZero() && (now.Unclear >= maxUnclear || !now.RejectedAt.IsZero()):
			return now.lost()
		case later || now.RefreshingSince.IsZero() || now.RefreshingSince.Equal(c.pair.waited):
			return busyUntil(c.opt.Now().Add(lease))
		case tries == waits:
			c.pair.waited = now.RefreshingSince
			return busyUntil(now.RefreshingSince.Add(lease))
		}
		time.Sleep(c.wait)
	}
}

func busyUntil(until time.Time) *lantoa.Trouble {
	return &lantoa.Trouble{Kind: lantoa.Busy, What: "zalo", Until: until}
}

var (
	errNotSent = errors.New("zalo oauth: not accepted for now")
	errUnclear = errors.New("zalo oauth: no clear answer")
)

// appError is a no to our app, whatever its token: it is not active, or its secret is wrong.
type appError string

func (e appError) Error() string { return string(e) }

func away(err error) *lantoa.Trouble {
	return &lantoa.Trouble{Kind: lantoa.Away, What: "oauth", Err: err}
}

// lost is the trouble of a pair that cannot be renewed any more: a person must connect again.
func (p pair) lost() *lantoa.Trouble {
	return &lantoa.Trouble{Kind: lantoa.Expired, What: "zalo", Since: p.RejectedAt, Note: p.Rejection}
}

// trade is one request to the token endpoint. An error that is neither errNotSent, errUnclear nor an appError is a
// clear no to the token, in Zalo's words.
func (c *Client) trade(ctx context.Context, p pair, now time.Time) (pair, error) {
	fresh, err := c.exchange(ctx, map[string]string{"refresh_token": p.Refresh, "grant_type": "refresh_token"}, now)
	fresh.PreviousRefresh, fresh.RenewedFrom = p.Refresh, true
	return fresh, err
}

// exchange asks the token endpoint for a pair, with what the form says.
func (c *Client) exchange(ctx context.Context, form map[string]string, now time.Time) (pair, error) {
	form["app_id"] = c.opt.AppID
	ctx, cancel := context.WithTimeout(ctx, renewalTime)
	defer cancel()
	resp, err := c.http.R().SetContext(ctx).
		SetHeaderVerbatim("secret_key", c.opt.AppSecret).
		SetFormData(form).
		Post(c.opt.OAuthURL + "/v4/oa/access_token")
	if err != nil {
		var op *net.OpError
		if errors.As(err, &op) && op.Op == "dial" {
			return pair{}, errNotSent
		}
		return pair{}, errUnclear
	}
	switch status := resp.StatusCode(); {
	case status == http.StatusTooManyRequests, status == http.StatusServiceUnavailable:
		return pair{}, errNotSent
	case status >= 500:
		return pair{}, errUnclear
	}
	var got struct {
		Access    flexString `json:"access_token"`
		Refresh   flexString `json:"refresh_token"`
		ExpiresIn flexInt    `json:"expires_in"` // seconds, as a string
		Error     flexInt    `json:"error"`
		Name      string     `json:"error_name"`
		Reason    string     `json:"error_reason"`
		Words     string     `json:"error_description"`
		Message   string     `json:"message"`
	}
	odd := (*json.UnmarshalTypeError)(nil)
	if err := json.Unmarshal(resp.Body(), &got); err != nil && !errors.As(err, &odd) {
		return pair{}, errUnclear
	}
	// A failure comes with status 200 too, and often without a number: only two tokens are a success.
	if got.Access == "" || got.Refresh == "" {
		words := strings.Join(nonEmpty(got.Name, got.Reason, got.Words, got.Message), " – ")
		if words == "" && got.Error == 0 {
			return pair{}, errUnclear
		}
		if got.Error != 0 {
			words = fmt.Sprintf("%d %s", got.Error, words)
		}
		switch got.Error {
		case -32:
			return pair{}, errNotSent
		case -14002, -14004:
			return pair{}, appError(words)
		}
		return pair{}, errors.New(words)
	}
	life := time.Duration(got.ExpiresIn) * time.Second
	if life <= 0 {
		life = accessLife
	}
	return pair{
		Access: string(got.Access), Refresh: string(got.Refresh), GrantedAt: now, ExpiresAt: now.Add(life),
	}, nil
}

func nonEmpty(words ...string) []string {
	var out []string
	for _, w := range words {
		if w = strings.TrimSpace(w); w != "" {
			out = append(out, w)
		}
	}
	return out
}

// clean takes our secrets out of words that Zalo sent back.
func (c *Client) clean(words string, p pair) string {
	for _, secret := range []string{p.Access, p.Refresh, p.PreviousRefresh, c.opt.AppSecret} {
		if len(secret) >= 6 {
			words = strings.ReplaceAll(words, secret, "•••")
		}
	}
	return words
}

// load brings the vault's pair into hand, after putting a renewed one there that it did not take before.
func (c *Client) load(ctx context.Context) error {
	if fresh := c.pair.unsaved; fresh != nil {
		ours, err := c.swap(ctx, *fresh)
		if err != nil {
			return err
		}
		if !ours {
			return c.join(ctx, *fresh)
		}
		c.pair.unsaved, c.pair.tried, c.pair.app = nil, time.Time{}, nil
		return nil
	}
	plain, err := c.opt.Vault.Secret(ctx, vaultName)
	if lantoa.KindOf(err) == lantoa.NotFound {
		return &lantoa.Trouble{Kind: lantoa.Expired, What: "zalo"} // never connected
	}
	if err != nil {
		return fmt.Errorf("zalo token: %w", err)
	}
	var p pair
	if err := json.Unmarshal([]byte(plain), &p); err != nil || p.Access == "" {
		return &lantoa.Trouble{Kind: lantoa.Expired, What: "zalo"}
	}
	c.pair.now, c.pair.kept = p, plain
	return nil
}

// join puts a renewed pair into a vault that was changed while the renewal was under way. Where a person has connected
// anew meanwhile, that pair is the newer one and stays; whatever else was noted about the old pair is past.
func (c *Client) join(ctx context.Context, fresh pair) error {
	c.pair.unsaved = nil
	for range 3 {
		if err := c.load(ctx); err != nil {
			c.pair.unsaved = &fresh
			return err
		}
		if c.pair.now.Refresh != fresh.PreviousRefresh {
			return nil
		}
		ours, err := c.swap(ctx, fresh)
		if err != nil {
			c.pair.unsaved = &fresh
			return err
		}
		if ours {
			c.pair.tried, c.pair.app = time.Time{}, nil
			return nil
		}
	}
	c.pair.unsaved = &fresh
	return busyUntil(c.opt.Now().Add(lease))
}

// swap puts a pair into the vault in the place of the one in hand, and then into hand; ours is false if the vault has
// another by now. A vault that cannot tell is one of this process alone.
func (c *Client) swap(ctx context.Context, p pair) (ours bool, err error) {
	swapper, shared := c.opt.Vault.(Swapper)
	if !shared || c.pair.kept == "" {
		return true, c.save(ctx, p)
	}
	plain, err := json.Marshal(p)
	if err != nil {
		return false, fmt.Errorf("zalo token: %w", err)
	}
	ours, err = swapper.SwapSecret(ctx, vaultName, c.pair.kept, string(plain))
	if err != nil {
		return false, fmt.Errorf("zalo token: %w", err)
	}
	if ours {
		c.pair.now, c.pair.kept = p, string(plain)
	}
	return ours, nil
}

// save puts a pair into the vault and, when it is there, into hand.
func (c *Client) save(ctx context.Context, p pair) error {
	plain, err := json.Marshal(p)
	if err != nil {
		return fmt.Errorf("zalo token: %w", err)
	}
	if err := c.opt.Vault.SaveSecret(ctx, vaultName, string(plain)); err != nil {
		return fmt.Errorf("zalo token: %w", err)
	}
	c.pair.now, c.pair.kept = p, string(plain)
	return nil
}

// AuthorizeURL is where an administrator of the Official Account allows us to read it, and the verifier that goes
// with it: whoever comes back with a code must have it (PKCE). redirect is our own address, as it stands in Zalo's
// console; state comes back unchanged.
func (c *Client) AuthorizeURL(redirect, state string) (address, verifier string) {
	verifier = c.opt.PKCEVerifier
	if verifier == "" {
		verifier = newVerifier()
	}
	sum := sha256.Sum256([]byte(verifier))
	q := url.Values{
		"app_id": {c.opt.AppID}, "redirect_uri": {redirect}, "state": {state},
		"code_challenge": {base64.RawURLEncoding.EncodeToString(sum[:])}, // Zalo takes no method beside it
	}
	return c.opt.OAuthURL + "/v4/oa/permission?" + q.Encode(), verifier
}

// newVerifier is 43 letters and digits, as many as Zalo takes.
func newVerifier() string {
	return (rand.Text() + rand.Text())[:43]
}

// Redeem trades the code that came back from the permission page for the first pair and stores it. A code serves once
// and for ten minutes; whatever goes wrong, the pair that is there stays.
func (c *Client) Redeem(ctx context.Context, code, verifier string) error {
	if code == "" {
		return lantoa.Problem(lantoa.Invalid, "code", "")
	}
	now := c.opt.Now().UTC()
	// The code is used up with the first answer: an administrator who closes the page must not lose it.
	ctx = context.WithoutCancel(ctx)
	form := map[string]string{"code": code, "grant_type": "authorization_code"}
	if verifier != "" {
		form["code_verifier"] = verifier
	}
	fresh, err := c.exchange(ctx, form, now)
	switch {
	case errors.Is(err, errNotSent), errors.Is(err, errUnclear):
		return away(err)
	case err != nil:
		return lantoa.Problem(lantoa.Refused, "zalo_code", tidy(strings.ReplaceAll(c.clean(err.Error(), pair{}), code, "•••")))
	}
	return c.Grant(ctx, fresh.Access, fresh.Refresh, fresh.ExpiresAt)
}
