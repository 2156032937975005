package main

import (
	"context"
	"crypto/hmac"
	"crypto/rand"
	"crypto/sha256"
	"encoding/base64"
	"encoding/hex"
	"fmt"
	"net/http"
	"net/url"
	"time"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/api"
	"github.com/hoiphunu/lantoa/collectors/facebook"
	"github.com/hoiphunu/lantoa/collectors/talk"
	"github.com/hoiphunu/lantoa/collectors/zalo"
	"github.com/hoiphunu/lantoa/queue"
)

// hookReaders put what each platform tells us into our own words.
func (a *App) hookReaders() map[string]queue.HookReader {
	return map[string]queue.HookReader{
		"facebook": func(body []byte, at time.Time) ([]queue.Heard, error) {
			events, err := facebook.ReadHook(body)
			var all []queue.Heard
			for _, e := range events {
				all = append(all, queue.Heard{Kind: lantoa.FacebookPage, External: e.Page, Post: e.Post, At: e.At})
			}
			return all, err
		},
		"zalo":     func(body []byte, at time.Time) ([]queue.Heard, error) { return heardOf(a.Zalo.ReadHook(body, at)) },
		"zalo_bot": func(body []byte, at time.Time) ([]queue.Heard, error) { return heardOf(a.Zalo.ReadBot(body, at)) },
	}
}

// heardOf is an event of Zalo's in the words of the queue. A message that may become a post, or the picture of one, is
// a reason to read its group, where it stands among the others; one that only an event tells of is counted here.
func heardOf(e zalo.Event, err error) ([]queue.Heard, error) {
	if err != nil {
		return nil, err
	}
	h := queue.Heard{At: e.At, Joined: e.Joined, Left: e.Left, Submission: e.Submission, Sender: e.Sender, Code: e.Code, Withdrawn: e.Withdrawn}
	if e.Group != "" {
		h.Kind, h.External = lantoa.ZaloGroup, e.Group
	}
	if m := e.Message; m != nil && talk.Alone(*m) == talk.Chatter && m.Kind != talk.Text {
		h.Chatter = &lantoa.Chatter{External: m.ID, At: m.At, Kind: m.Kind}
	}
	return []queue.Heard{h}, nil
}

// hooks tells the API's door how to know the platforms that call.
func (a *App) hooks(nudge func(context.Context) error, base string) api.Hooks {
	set := a.Settings
	secret := set.Get("facebook.app_secret")
	return api.Hooks{
		Handshake: func(q url.Values) (string, bool) { return facebook.Handshake(q, set.Get("facebook.verify_token")) },
		Facebook:  func(header string, body []byte) bool { return facebook.VerifyHook(secret, header, body) },
		Person:    func(signed string) (string, error) { return facebook.ReadSignedRequest(secret, signed) },
		Zalo: func(header http.Header, body []byte, now time.Time) error {
			matched, err := a.Zalo.VerifyHook(header, body, now)
			if err == nil {
				a.Log.Debug("zalo signed", "form", matched)
			}
			return err
		},
		Bot: a.Zalo.VerifyBot, Nudge: nudge, BaseURL: base,
	}
}

// senderKey names the sealed key of the hashes that stand for people in groups. It is no child of the key that seals:
// that one may be changed, and whoever withdraws must still be found.
const senderKey = "hash/senders"

// senderHash makes the keyed hash of a person's id at a platform, made and sealed at the first start.
func (a *App) senderHash(ctx context.Context) (func(namespace, id string) string, error) {
	text, err := a.Store.Secret(ctx, senderKey)
	if lantoa.KindOf(err) == lantoa.NotFound {
		key := make([]byte, 32)
		if _, err := rand.Read(key); err != nil {
			return nil, err
		}
		text = base64.StdEncoding.EncodeToString(key)
		var fresh bool
		if fresh, err = a.Store.SwapSecret(ctx, senderKey, "", text); err == nil && !fresh {
			text, err = a.Store.Secret(ctx, senderKey) // another process was first
		}
	}
	if err != nil {
		return nil, fmt.Errorf("key of senders: %w", err)
	}
	key, err := decodeKey(text)
	if err != nil {
		return nil, fmt.Errorf("key of senders: %w", err)
	}
	return func(namespace, id string) string {
		if id == "" {
			return ""
		}
		mac := hmac.New(sha256.New, key)
		fmt.Fprintf(mac, "%s\x00%s", namespace, id) // never fails
		return hex.EncodeToString(mac.Sum(nil)[:16])
	}, nil
}

// host is the host and port of an address, as the guard of outbound calls wants it.
func host(address string) string {
	u, err := url.Parse(address)
	if err != nil || u.Host == "" {
		return ""
	}
	return u.Host
}
