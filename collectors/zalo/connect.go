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
	turn     chan struct{}
	now      pair
	kept     string    // as the vault has it
	unsaved  *pair     // renewed, but the vault did not take it yet: not used before it does
	tried    time.Time // last attempt that brought no new pair
	rejected string    // the refresh token that was refused then
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
	c.pair.unsaved, c.pair.tried, c.pair.rejected = nil, time.Time{}, ""
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
// else serves, else (later) at the next hour.
func (c *Client) renew(ctx context.Context, calls *int, later bool) error {
	p, now := c.pair.now, c.opt.Now().UTC()
	switch {
	case p.Refresh == "" || p.Unclear >= maxUnclear:
		return p.lost()
	case c.pair.rejected == p.Refresh && now.Sub(c.pair.tried) < retryEvery && !now.Before(c.pair.tried):
		return p.lost()
	case !p.RefreshingSince.IsZero() && now.Sub(p.RefreshingSince) < lease && !now.Before(p.RefreshingSince):
		return &lantoa.Trouble{Kind: lantoa.Busy, What: "zalo", Until: p.RefreshingSince.Add(lease)}
	}
	// A visit that is called off must not call off the renewal: its answer would be lost with it.
	ctx = context.WithoutCancel(ctx)
	c.pair.tried = now
	for {
		p.RefreshingSince, p.Unclear = now, p.Unclear+1
		if err := c.claim(ctx, p); err != nil {
			return err
		}
		*calls++
		fresh, err := c.trade(ctx, p, now)
		p.RefreshingSince = time.Time{}
		switch {
		case err == nil:
			c.pair.unsaved = &fresh
			return c.load(ctx)
		case errors.Is(err, errNotSent):
			p.Unclear--
			return errors.Join(away(err), c.save(ctx, p))
		case errors.Is(err, errUnclear):
			if err := c.save(ctx, p); err != nil {
				return err
			}
			if p.Unclear >= maxUnclear {
				return p.lost()
			}
			if later {
				return away(err)
			}
		default:
			p.Unclear, p.RejectedAt, p.Rejection = 0, now, tidy(c.clean(err.Error(), p))
			c.pair.rejected = p.Refresh
			return errors.Join(p.lost(), c.save(ctx, p))
		}
	}
}

var (
	errNotSent = errors.New("zalo oauth: not accepted for now")
	errUnclear = errors.New("zalo oauth: no clear answer")
)

func away(err error) error { return &lantoa.Trouble{Kind: lantoa.Away, What: "oauth", Err: err} }

// lost is the trouble of a pair that cannot be renewed any more: a person must connect again.
func (p pair) lost() *lantoa.Trouble {
	return &lantoa.Trouble{Kind: lantoa.Expired, What: "zalo", Since: p.RejectedAt, Note: p.Rejection}
}

// trade is one request to the token endpoint. An error that is neither errNotSent nor errUnclear is a
// clear no, in Zalo's words.
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

// claim marks the pair as being renewed before its token is sent. Where several processes share the vault only one
// of them can: the one whose mark takes the place of what all of them had read.
func (c *Client) claim(ctx context.Context, p pair) error {
	swapper, ok := c.opt.Vault.(Swapper)
	if !ok {
		return c.save(ctx, p)
	}
	plain, err := json.Marshal(p)
	if err != nil {
		return fmt.Errorf("zalo token: %w", err)
	}
	swapped, err := swapper.SwapSecret(ctx, vaultName, c.pair.kept, string(plain))
	if err != nil {
		return fmt.Errorf("zalo token: %w", err)
	}
	if !swapped {
		return &lantoa.Trouble{Kind: lantoa.Busy, What: "zalo", Until: c.opt.Now().Add(lease)}
	}
	c.pair.now, c.pair.kept = p, string(plain)
	return nil
}

// load brings the vault's pair into hand, after putting a renewed one there that it did not take before.
func (c *Client) load(ctx context.Context) error {
	if fresh := c.pair.unsaved; fresh != nil {
		if err := c.save(ctx, *fresh); err != nil {
			return err
		}
		c.pair.unsaved, c.pair.tried, c.pair.rejected = nil, time.Time{}, ""
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
