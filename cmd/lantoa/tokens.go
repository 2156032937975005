package main

import (
	"context"
	"fmt"
	"time"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/collectors/facebook"
	"github.com/hoiphunu/lantoa/store"
)

// facebookUser names the sealed token from which those of the pages are read.
const facebookUser = "facebook/user"

// checkTokens asks the platforms about every token of ours, once a day: Meta never tells that one has died. It takes
// down what they said, fetches the tokens of pages that have none, and returns the pages whose events do not reach us.
func (a *App) checkTokens(ctx context.Context) ([]lantoa.ChannelID, error) {
	if err := a.checkZaloToken(ctx); err != nil {
		return nil, err
	}
	pages, err := a.facebookPages(ctx)
	if err != nil || len(pages) == 0 {
		return nil, err
	}
	if err := a.checkPageTokens(ctx, pages); err != nil {
		return nil, err
	}
	if a.Settings.Get("facebook.verify_token") == "" {
		return nil, nil // nobody asked for events
	}
	return a.subscribe(ctx, pages)
}

// facebookPages are the pages that are collected, by their ids at Facebook.
func (a *App) facebookPages(ctx context.Context) (map[string]lantoa.Channel, error) {
	channels, err := a.Store.Channels(ctx, lantoa.Everything, store.ChannelFilter{Kind: lantoa.FacebookPage})
	if err != nil {
		return nil, err
	}
	pages := map[string]lantoa.Channel{}
	for _, ch := range channels {
		if !ch.Archived && ch.External != "" {
			pages[ch.External] = ch
		}
	}
	return pages, nil
}

// asked is one token to ask about.
type asked struct {
	name, page, token string
	channel           lantoa.ChannelID
}

func (a *App) checkPageTokens(ctx context.Context, pages map[string]lantoa.Channel) error {
	if a.Settings.Get("facebook.app_id") == "" {
		return nil // only the app itself may ask about a token
	}
	var all []asked
	if token, err := a.Store.Secret(ctx, facebookUser); err == nil {
		all = append(all, asked{name: facebookUser, token: token})
	} else if lantoa.KindOf(err) != lantoa.NotFound {
		return err
	}
	for page, ch := range pages {
		token, err := a.Store.Secret(ctx, pageSecret(page))
		if lantoa.KindOf(err) == lantoa.NotFound {
			continue
		}
		if err != nil {
			return err
		}
		all = append(all, asked{pageSecret(page), page, token, ch.ID})
	}
	tokens := make([]string, len(all))
	for i, q := range all {
		tokens[i] = q.token
	}
	said, err := a.Facebook.DebugTokens(ctx, tokens)
	if err != nil && len(said) == 0 {
		if k := lantoa.KindOf(err); k == lantoa.Away || k == lantoa.Limited || k == lantoa.Garbled {
			a.Log.Warn("tokens could not be asked about", "trouble", k)
			return nil // tomorrow
		}
		return err
	}
	for i, t := range said {
		if t.Trouble != nil && t.Trouble.What == "debug_token" {
			continue // nothing was learnt of this one
		}
		q := all[i]
		if err := a.Store.SaveAccess(ctx, t.Access(q.name, q.channel, q.page, a.Now())); err != nil {
			return err
		}
	}
	return nil
}

// subscribe asks for the events of the pages that do not send them, and returns those that still do not.
func (a *App) subscribe(ctx context.Context, pages map[string]lantoa.Channel) (unheard []lantoa.ChannelID, err error) {
	var ids []string
	for page := range pages {
		if _, err := a.Store.Secret(ctx, pageSecret(page)); err == nil {
			ids = append(ids, page)
		}
	}
	without, _, err := a.Facebook.Unsubscribed(ctx, ids)
	if err != nil && len(without) == 0 {
		a.Log.Warn("subscriptions could not be checked", "trouble", lantoa.KindOf(err))
		return nil, nil
	}
	for _, page := range without {
		if err := a.Facebook.Subscribe(ctx, page); err != nil {
			if ctx.Err() != nil {
				return nil, ctx.Err()
			}
			unheard = append(unheard, pages[page].ID)
		}
	}
	return unheard, nil
}

func (a *App) checkZaloToken(ctx context.Context) error {
	c, err := a.Zalo.Connection(ctx)
	if k := lantoa.KindOf(err); k == lantoa.NotFound || k == lantoa.Expired {
		return nil // never connected: the channels' own trouble says so
	}
	if err != nil {
		return err
	}
	return a.Store.SaveAccess(ctx, lantoa.Access{Name: "zalo/oa", Holder: "OA", CheckedAt: a.Now(), ExpiresAt: c.RefreshBy, Trouble: c.Trouble})
}

// connected says what a token opened.
type connected struct {
	matches  []facebook.Match
	foreign  []facebook.Account
	warnings []lantoa.Trouble
	pages    int // of ours, with a token of their own
}

// connectFacebook asks a person's or a system's token for all the pages it reaches, and seals the tokens of those
// that are surely ours. The doubtful ones wait for a person; a page counts as connected when it has been read.
func (a *App) connectFacebook(ctx context.Context, token string) (c connected, err error) {
	return a.connectFacebookSeen(ctx, token, func(int) {})
}

// connectFacebookSeen is connectFacebook, and tells how many pages are known as they are found.
func (a *App) connectFacebookSeen(ctx context.Context, token string, seen func(pages int)) (c connected, err error) {
	reach, err := a.Facebook.ReachSeen(ctx, token, seen)
	if err != nil {
		return c, fmt.Errorf("facebook pages: %w", err)
	}
	channels, err := a.Store.Channels(ctx, lantoa.Everything, store.ChannelFilter{Kind: lantoa.FacebookPage})
	if err != nil {
		return c, err
	}
	c.warnings = reach.Warnings
	c.matches, c.foreign = facebook.Reconcile(channels, reach.Accounts)
	byID := map[lantoa.ChannelID]lantoa.Channel{}
	for _, ch := range channels {
		byID[ch.ID] = ch
	}
	for _, m := range c.matches {
		if !m.Ready() {
			continue
		}
		if err := a.takePage(ctx, byID[m.Channel], *m.Account); err != nil {
			return c, err
		}
		c.pages++
	}
	// Pages that were put away are read once more if they never were: what they told belongs to the past of others.
	for _, ch := range channels {
		if !ch.Archived || !ch.FirstRead.IsZero() {
			continue
		}
		for _, page := range reach.Accounts {
			if page.ID == ch.External && page.Token != "" {
				if err := a.Store.SaveSecret(ctx, pageSecret(page.ID), page.Token); err != nil {
					return c, err
				}
			}
		}
	}
	if len(reach.Accounts) == 0 {
		return c, nil
	}
	return c, a.Store.SaveSecret(ctx, facebookUser, token)
}

// takePage makes a page the channel's: its id where there was none, its token under seal, and a visit soon.
func (a *App) takePage(ctx context.Context, ch lantoa.Channel, page facebook.Account) error {
	if ch.External != page.ID {
		if err := a.Store.IdentifyChannel(ctx, ch.ID, page.ID); err != nil {
			return err
		}
	}
	if err := a.Store.SaveSecret(ctx, pageSecret(page.ID), page.Token); err != nil {
		return err
	}
	if ch.Trouble.Disconnects() || ch.FirstRead.IsZero() {
		return a.Store.SetNextVisit(ctx, ch.ID, time.Time{})
	}
	return nil
}
