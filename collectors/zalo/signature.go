package zalo

import (
	"crypto/sha256"
	"crypto/subtle"
	"encoding/hex"
	"encoding/json"
	"net/http"
	"strings"
	"time"

	"github.com/hoiphunu/lantoa"
)

// HookRule says which of the open points of Zalo's signature are accepted; the zero value accepts each form that has
// been reported. Once it is known which one hits, the setting locks it.
type HookRule struct {
	First    string // app_id or oa_id: what the signed text begins with; empty: either
	NoSecret bool   // the app's secret does not serve in the place of the OA's
}

// hookAge is how old a call may be: Zalo repeats for almost two hours, with the body it sent first.
const hookAge = 3 * time.Hour

// VerifyHook says whether a call came from Zalo, of late, and to our app; matched names the form of the signature that
// fitted ("app_id+oa_secret" …). The signature is a plain SHA-256 over our id, the bytes as they came, the time that
// stands in them, and a key.
func (c *Client) VerifyHook(header http.Header, body []byte, now time.Time) (matched string, err error) {
	refused := func(why string) error { return lantoa.Problem(lantoa.Forbidden, why, "") }
	_, text, found := strings.Cut(header.Get("X-ZEvent-Signature"), "=")
	if !found {
		text = header.Get("X-ZEvent-Signature") // the prefix is missing now and then
	}
	given, err := hex.DecodeString(strings.TrimSpace(text))
	if err != nil || len(given) != sha256.Size {
		return "", refused("signature")
	}
	var e struct {
		App  flexString `json:"app_id"`
		OA   flexString `json:"oa_id"`
		Time flexString `json:"timestamp"`
	}
	if json.Unmarshal(body, &e) != nil {
		return "", refused("body")
	}
	keys := map[string]string{"oa_secret": c.opt.OASecret}
	if c.opt.OASecret == "" || !c.opt.Hook.NoSecret {
		keys["app_secret"] = c.opt.AppSecret
	}
	oa := c.opt.OAID
	if oa == "" {
		oa = string(e.OA) // whoever signs with our key may say so
	}
	firsts := map[string]string{"app_id": c.opt.AppID, "oa_id": oa}
	for first, id := range firsts {
		for key, secret := range keys {
			if id == "" || secret == "" || c.opt.Hook.First != "" && c.opt.Hook.First != first {
				continue
			}
			sum := sha256.New()
			for _, part := range []string{id, string(body), string(e.Time), secret} {
				sum.Write([]byte(part)) // never fails
			}
			if subtle.ConstantTimeCompare(sum.Sum(nil), given) == 1 {
				matched = first + "+" + key
			}
		}
	}
	switch at := millis(e.Time); {
	case matched == "":
		return "", refused("signature")
	case e.App != "" && string(e.App) != c.opt.AppID, c.opt.OAID != "" && e.OA != "" && string(e.OA) != c.opt.OAID:
		return "", refused("app_id")
	case at.IsZero() || now.Sub(at) > hookAge || at.Sub(now) > hookAge:
		return "", refused("time")
	}
	return matched, nil
}

// VerifyBot says whether a call carries the secret that was given to the Bot Platform.
func (c *Client) VerifyBot(header http.Header) bool {
	given := header.Get("X-Bot-Api-Secret-Token")
	return c.opt.Bot.Secret != "" && subtle.ConstantTimeCompare([]byte(given), []byte(c.opt.Bot.Secret)) == 1
}
