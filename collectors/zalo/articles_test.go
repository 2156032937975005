package zalo

import (
	"context"
	"fmt"
	"net/http"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/hoiphunu/lantoa"
)

func TestRecordedArticlesArePostsWithViewsAndShares(t *testing.T) {
	h := open(t)
	details := 0
	h.server.before = func(r *http.Request, w http.ResponseWriter) bool {
		switch {
		case strings.HasSuffix(r.URL.Path, "/getslice") && r.FormValue("type") == "normal" && r.FormValue("offset") == "0":
			w.Write(fixture(t, "22_article_list.json"))
		case strings.HasSuffix(r.URL.Path, "/getslice"):
			fmt.Fprint(w, `{"error":0,"data":{"medias":[],"total":0}}`)
		case strings.HasSuffix(r.URL.Path, "/getdetail"):
			details++
			fmt.Fprint(w, `{"error":0,"data":{"description":"Gom vỏ chai &amp; giấy vụn","body":[{"type":"text","content":"<p>12 hộ cùng làm.<br>Quỹ có 3 triệu.</p>"},{"type":"image","url":"https://a.example/2.jpg","caption":"Cân phế liệu"}]}}`)
		case strings.HasSuffix(r.URL.Path, "/getoa"):
			w.Write(fixture(t, "02_oa_info_state_agency.json"))
		default:
			return false
		}
		return true
	}
	oa := lantoa.Channel{ID: "oa", Kind: lantoa.ZaloOA, External: "2188400000000000187"}
	var haul lantoa.Haul
	for range 2 {
		var err error
		if haul, err = h.Visit(t.Context(), oa, lantoa.Ask{Depth: lantoa.Full}, h.now); err != nil {
			t.Fatal(err)
		}
	}
	if len(haul.Posts) != 2 || !haul.Complete || haul.Size == nil || !haul.Size.Followers.Known || haul.Name == "" {
		t.Fatalf("%+v", haul)
	}
	shown, hidden := haul.Posts[0], haul.Posts[1]
	if shown.Numbers.Views != lantoa.Of(2417) || shown.Numbers.Shares != lantoa.Of(63) || shown.Numbers.Reactions.Known || shown.Hidden || shown.Type != lantoa.Album ||
		!strings.HasSuffix(shown.Text, "\n\nGom vỏ chai & giấy vụn\n\n12 hộ cùng làm.\nQuỹ có 3 triệu.") || shown.Permalink == "" {
		t.Errorf("%+v", shown)
	}
	if !hidden.Hidden || hidden.Permalink != "" || hidden.Numbers.Views != lantoa.Of(0) {
		t.Errorf("%+v", hidden)
	}
	if details != 2 {
		t.Errorf("the words of two articles were asked for %d times in two visits", details)
	}
	t.Run("what is older than asked is left out, and says nothing of what is gone", func(t *testing.T) {
		since := shown.PublishedAt.Add(-time.Hour)
		haul, err := h.Visit(t.Context(), oa, lantoa.Ask{Depth: lantoa.Fresh, Since: h.now}, shown.PublishedAt.Add(24*time.Hour))
		if err != nil || haul.Complete || haul.From.IsZero() || haul.From.After(since) {
			t.Errorf("from %v, %v", haul.From, err)
		}
	})
}

func TestConnectingTheAccount(t *testing.T) {
	t.Run("the permission page gets a challenge of the verifier and no method", func(t *testing.T) {
		h := open(t)
		address, verifier := h.AuthorizeURL("https://lantoa.example/xong", "s1")
		u, err := url.Parse(address)
		if err != nil {
			t.Fatal(err)
		}
		q := u.Query()
		if len(verifier) != 43 || strings.Trim(verifier, "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789") != "" {
			t.Errorf("verifier %q", verifier)
		}
		if len(q.Get("code_challenge")) != 43 || strings.ContainsAny(q.Get("code_challenge"), "+/=") || q.Get("state") != "s1" || q.Get("app_id") != "4188" || q.Has("code_challenge_method") {
			t.Errorf("%s", address)
		}
		if _, again := h.AuthorizeURL("https://lantoa.example/xong", "s1"); again == verifier {
			t.Error("the same verifier twice")
		}
		fixed := New(Options{PKCEVerifier: "fixed"})
		if _, v := fixed.AuthorizeURL("https://lantoa.example/xong", ""); v != "fixed" {
			t.Errorf("the verifier of the setting became %q", v)
		}
	})
	t.Run("a code becomes the pair, a failure with status 200 leaves the pair that is there", func(t *testing.T) {
		h := open(t)
		if err := h.Grant(t.Context(), "old access", "old refresh", h.now.Add(time.Hour)); err != nil {
			t.Fatal(err)
		}
		before, _ := h.vault.Secret(context.Background(), vaultName)
		answer := ""
		h.server.before = func(r *http.Request, w http.ResponseWriter) bool {
			if !strings.HasSuffix(r.URL.Path, "/access_token") {
				return false
			}
			if r.FormValue("grant_type") != "authorization_code" || r.FormValue("code_verifier") != "v" || r.Header.Get("secret_key") != "app-secret" {
				t.Errorf("asked %v", r.Form)
			}
			fmt.Fprint(w, answer)
			return true
		}
		for _, answer = range []string{
			`{"error_name":"Invalid code","error_reason":"the-code is used up","error_description":"Invalid code"}`,
			`{"access_token":"a","refresh_token":"","expires_in":"90000"}`, `{"error":-14003,"message":"redirect"}`, `<html>`, `{}`,
		} {
			err := h.Redeem(t.Context(), "the-code", "v")
			if err == nil || strings.Contains(err.Error(), "the-code") {
				t.Errorf("%s: %v", answer, err)
			}
			if now, _ := h.vault.Secret(context.Background(), vaultName); now != before {
				t.Errorf("%s changed the pair", answer)
			}
		}
		answer = `{"access_token":"new access","refresh_token":"new refresh","expires_in":"90000"}`
		if err := h.Redeem(t.Context(), "the-code", "v"); err != nil {
			t.Fatal(err)
		}
		if c, err := h.Connection(t.Context()); err != nil || !c.ExpiresAt.Equal(h.now.Add(25*time.Hour).UTC()) || c.Trouble != nil {
			t.Errorf("%+v, %v", c, err)
		}
	})
}
