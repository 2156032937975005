package main

import (
	"context"
	"errors"
	"sync"
	"time"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/collectors/facebook"
	"github.com/hoiphunu/lantoa/collectors/website"
	"github.com/hoiphunu/lantoa/queue"
	"github.com/hoiphunu/lantoa/store"
	"github.com/hoiphunu/lantoa/web"
)

// The screens know no platform: here the collectors are put into their words.

// facebookDoor is Facebook as the screen of connections wants it.
type facebookDoor struct {
	*App
	queue *queue.Client
	last  *lastReach
}

// lastReach is what the token opened a moment ago: who confirms thirty pages one after the other does not have all
// lists read thirty times.
type lastReach struct {
	sync.Mutex
	token string
	at    time.Time
	reach facebook.Reach
}

const reachServes = 5 * time.Minute

func (d facebookDoor) reach(ctx context.Context, token string) (facebook.Reach, error) {
	d.last.Lock()
	defer d.last.Unlock()
	if d.last.token == token && time.Since(d.last.at) < reachServes {
		return d.last.reach, nil
	}
	reach, err := d.Facebook.Reach(ctx, token)
	if err == nil {
		d.last.token, d.last.at, d.last.reach = token, time.Now(), reach
	}
	return reach, err
}

// facebookDoor is nil where no app is set up at Facebook.
func (a *App) facebookDoor(q *queue.Client) web.Facebook {
	if a.Settings.Get("facebook.app_id") == "" {
		return nil
	}
	return facebookDoor{a, q, &lastReach{}}
}

func (d facebookDoor) Find(ctx context.Context, token string, seen func(pages int)) (web.Found, error) {
	c, err := d.connectFacebookSeen(ctx, token, seen)
	if err != nil {
		return web.Found{}, err
	}
	found := web.Found{Warnings: c.warnings}
	for _, m := range c.matches {
		p := web.FoundPage{Channel: m.Channel, Maybe: m.By == facebook.Maybe, Ready: m.Ready(), Why: m.Why}
		if m.Account != nil {
			p.Page, p.Name = m.Account.ID, m.Account.Name
		}
		found.Pages = append(found.Pages, p)
	}
	for _, a := range c.foreign {
		found.Foreign = append(found.Foreign, web.FoundPage{Page: a.ID, Name: a.Name})
	}
	return found, nil
}

// userToken is the token from which those of pages are read.
func (d facebookDoor) userToken(ctx context.Context) (string, error) {
	token, err := d.Store.Secret(ctx, facebookUser)
	if lantoa.KindOf(err) == lantoa.NotFound {
		return "", lantoa.Problem(lantoa.Expired, "token", "")
	}
	return token, err
}

func (d facebookDoor) Look(ctx context.Context, address string) (web.FoundPage, error) {
	page, err := facebook.Address(address)
	if err != nil {
		return web.FoundPage{}, err
	}
	token, err := d.userToken(ctx)
	if err != nil {
		return web.FoundPage{}, err
	}
	id, name, err := d.Facebook.Resolve(ctx, token, page)
	return web.FoundPage{Page: id, Name: name}, err
}

func (d facebookDoor) Take(ctx context.Context, unit lantoa.UnitID, ch lantoa.ChannelID, page string) (lantoa.Channel, error) {
	var none lantoa.Channel
	token, err := d.userToken(ctx)
	if err != nil {
		return none, err
	}
	reach, err := d.reach(ctx, token)
	if err != nil {
		return none, err
	}
	account := facebook.Account{ID: page}
	for _, a := range reach.Accounts {
		if a.ID == page {
			account = a
		}
	}
	if account.Token == "" {
		return none, lantoa.Problem(lantoa.NoRight, "page_token", "")
	}
	name, err := d.Facebook.TryRead(ctx, page, account.Token)
	if err != nil {
		return none, err
	}
	channel, err := d.channelFor(ctx, unit, ch, page, name)
	if err != nil {
		return none, err
	}
	if err := d.takePage(ctx, channel, account); err != nil {
		return none, err
	}
	if d.queue != nil { // it is due all the same; this only saves twenty seconds
		if err := d.queue.CollectNow(ctx, channel.ID); err != nil {
			d.Log.Warn("collect now", "err", err)
		}
	}
	return d.Store.Channel(ctx, channel.ID)
}

// channelFor is the channel that a page is to be: the one named, the one that has its id, one of the unit's that has
// none, or a new one.
func (d facebookDoor) channelFor(ctx context.Context, unit lantoa.UnitID, id lantoa.ChannelID, page, name string) (lantoa.Channel, error) {
	if id != "" {
		return d.Store.Channel(ctx, id)
	}
	ch, err := d.Store.ChannelByExternal(ctx, lantoa.FacebookPage, page)
	if lantoa.KindOf(err) != lantoa.NotFound {
		if err == nil && ch.Unit.ID != unit {
			err = lantoa.Problem(lantoa.Conflict, "channel", ch.Unit.Name)
		}
		return ch, err
	}
	ch = lantoa.Channel{Kind: lantoa.FacebookPage, External: page, Name: name, Unit: lantoa.Unit{ID: unit}, URL: "https://www.facebook.com/" + page}
	return ch, d.Store.SaveChannel(ctx, &ch)
}

func (d facebookDoor) Events(ctx context.Context) (web.PageEvents, error) {
	at, unheard, err := d.Worker.Unheard(ctx)
	if err != nil {
		return web.PageEvents{}, err
	}
	e := web.PageEvents{At: at, Wanted: d.Settings.Get("facebook.verify_token") != "", Off: unheard}
	off := map[lantoa.ChannelID]bool{}
	for _, id := range unheard {
		off[id] = true
	}
	pages, err := d.facebookPages(ctx)
	if err != nil {
		return e, err
	}
	for _, ch := range pages {
		if !off[ch.ID] && !ch.FirstRead.IsZero() {
			e.On = append(e.On, ch.ID)
		}
	}
	return e, nil
}

func (d facebookDoor) AskEvents(ctx context.Context) (web.PageEvents, error) {
	if err := d.Worker.CheckTokens(ctx); err != nil {
		return web.PageEvents{}, err
	}
	return d.Events(ctx)
}

// zaloDoor is Zalo as the screen of connections wants it.
type zaloDoor struct{ *App }

func (a *App) zaloDoor() web.ZaloOA {
	if a.Settings.Get("zalo.app_id") == "" {
		return nil
	}
	return zaloDoor{a}
}

func (d zaloDoor) AuthorizeURL(redirect, state string) (address, verifier string) {
	return d.Zalo.AuthorizeURL(redirect, state)
}

func (d zaloDoor) Redeem(ctx context.Context, code, verifier string) error {
	if err := d.Zalo.Redeem(ctx, code, verifier); err != nil {
		return err
	}
	groups, err := d.Store.Channels(ctx, lantoa.Everything, store.ChannelFilter{Kind: lantoa.ZaloGroup})
	if err != nil {
		return err
	}
	for _, ch := range groups { // what could not be read for want of a token is due
		if ch.Trouble.Disconnects() {
			if err := d.Store.SetNextVisit(ctx, ch.ID, time.Time{}); err != nil {
				return err
			}
		}
	}
	return d.checkZaloToken(ctx)
}

func (d zaloDoor) State(ctx context.Context) (web.OAState, error) {
	s := web.OAState{Bot: d.Settings.Get("zalo.bot_secret") != ""}
	if _, err := d.Store.Secret(ctx, "zalo/oa"); err != nil {
		return s, err // NotFound where there never was a pair
	}
	c, err := d.Zalo.Connection(ctx)
	if t := (*lantoa.Trouble)(nil); errors.As(err, &t) {
		s.Trouble = t
		return s, nil
	}
	s.GrantedAt, s.ExpiresAt, s.RefreshBy, s.Trouble = c.GrantedAt, c.ExpiresAt, c.RefreshBy, c.Trouble
	return s, err
}

// siteDoor is the reader of portals as the screen of a channel wants it.
type siteDoor struct{ *App }

func (d siteDoor) Discover(ctx context.Context, address string) (web.SiteConfig, error) {
	c, err := d.Website.Discover(ctx, address)
	return web.SiteConfig(c), err
}

func (d siteDoor) Try(ctx context.Context, address string, cfg web.SiteConfig) (web.SiteTrial, error) {
	t, err := d.Website.Try(ctx, address, website.Config(cfg))
	trial := web.SiteTrial{Items: t.Items}
	for _, s := range t.Articles {
		trial.Articles = append(trial.Articles, web.SiteArticle{URL: s.URL, Title: s.Title, Lead: s.Lead, Text: s.Text, Picture: s.Picture, At: s.At})
	}
	for _, f := range t.Faults {
		trial.Faults = append(trial.Faults, web.SiteFault{Field: f.Field, Selector: f.Selector, Found: f.Found, Of: f.Of, Why: string(f.Why), Trouble: f.Trouble})
	}
	return trial, err
}

func (siteDoor) Parse(config string) (web.SiteConfig, error) {
	c, err := website.ParseConfig(config)
	return web.SiteConfig(c), err
}

func (siteDoor) Text(cfg web.SiteConfig) (string, error) {
	c := website.Config(cfg)
	return c.String(), c.Check()
}
