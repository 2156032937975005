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

// shop serves articles, newest first, a hundred days of them or more.
type shop struct {
	normal, video []int // days ago
	detail        func(w http.ResponseWriter, id string)
}

func (s *shop) serve(r *http.Request, w http.ResponseWriter) bool {
	switch {
	case strings.HasSuffix(r.URL.Path, "/getoa"):
		fmt.Fprint(w, `{"error":0,"data":{"oa_id":"21884","name":"OA","num_follower":5}}`)
	case strings.HasSuffix(r.URL.Path, "/getdetail"):
		s.detail(w, r.FormValue("id"))
	case strings.HasSuffix(r.URL.Path, "/getslice"):
		if r.FormValue("limit") != "10" || r.FormValue("data") != "" {
			fmt.Fprint(w, `{"error":-201,"message":"type accept only 2 value normal and video"}`)
			return true
		}
		all := map[string][]int{"normal": s.normal, "video": s.video}[r.FormValue("type")]
		var page []string
		for _, days := range all {
			page = append(page, fmt.Sprintf(`{"id":"%s%d","type":%q,"title":"Bài","status":"show","total_view":%d,"create_date":%d}`,
				r.FormValue("type")[:1], days, r.FormValue("type"), days, monday.AddDate(0, 0, -days).UnixMilli()))
		}
		var offset int
		fmt.Sscan(r.FormValue("offset"), &offset)
		fmt.Fprintf(w, `{"error":0,"data":{"total":%d,"medias":[%s]}}`, len(all), strings.Join(cut(page, offset, 10), ","))
	default:
		return false
	}
	return true
}

func TestArticlesThatAreAskedForByName(t *testing.T) {
	everyDay := func(from, to int) (days []int) {
		for d := from; d < to; d++ {
			days = append(days, d)
		}
		return days
	}
	words := func(w http.ResponseWriter, id string) {
		fmt.Fprintf(w, `{"error":0,"data":{"description":"Lời của %s"}}`, id)
	}
	tests := []struct {
		name        string
		shop        shop
		posts       []string
		wantPosts   int
		wantGone    string
		wantListing int // requests
	}{
		{"the list is read as far as asked", shop{normal: everyDay(1, 200)}, nil, 90, "", 11},
		{"an older one that is wanted is read too, and no further", shop{normal: everyDay(1, 200)}, []string{"n125"}, 91, "", 14},
		{"one that is in neither list is gone", shop{normal: everyDay(1, 30), video: everyDay(2, 4)}, []string{"n77", "v3"}, 31, "n77", 4},
		{"where there is nothing at all nothing is known to be gone", shop{}, []string{"n77"}, 0, "", 2},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h := open(t)
			tt.shop.detail = words
			h.server.before = tt.shop.serve
			oa := lantoa.Channel{ID: "oa", Kind: lantoa.ZaloOA, External: "21884"}
			haul, err := h.Visit(t.Context(), oa, lantoa.Ask{Depth: lantoa.Fresh, Since: h.now, Posts: tt.posts}, h.now)
			if err != nil || len(haul.Posts) != tt.wantPosts || strings.Join(haul.Gone, " ") != tt.wantGone {
				t.Errorf("%d posts, gone %v, %v", len(haul.Posts), haul.Gone, err)
			}
			if n := h.server.asked("/v2.0/article/getslice"); n != tt.wantListing {
				t.Errorf("%d requests for lists, want %d", n, tt.wantListing)
			}
		})
	}
}

// A post must not look changed because its words could not be had today.
func TestAnArticleWhoseWordsCannotBeHad(t *testing.T) {
	tests := []struct {
		name   string
		answer string
		status int
		want   lantoa.Kind
		posts  int
	}{
		{"Zalo does not answer", `<html>`, 502, lantoa.Away, 0},
		{"the minute is used up", `{"error":-32,"message":"limit"}`, 200, lantoa.Limited, 0},
		{"Zalo has none: the title stands for them", `{"error":-201,"message":"id is invalid"}`, 200, "", 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h := open(t)
			s := shop{normal: []int{3}, detail: func(w http.ResponseWriter, _ string) {
				w.WriteHeader(tt.status)
				fmt.Fprint(w, tt.answer)
			}}
			h.server.before = s.serve
			haul, err := h.Visit(t.Context(), lantoa.Channel{ID: "oa", Kind: lantoa.ZaloOA}, lantoa.Ask{Depth: lantoa.Full}, h.now)
			if lantoa.KindOf(err) != tt.want || len(haul.Posts) != tt.posts || haul.Complete != (tt.want == "") {
				t.Errorf("%d posts, complete %v, %v", len(haul.Posts), haul.Complete, err)
			}
		})
	}
}

func TestAnotherAccountsTokenReadsNothing(t *testing.T) {
	h := open(t)
	s := shop{normal: []int{3}}
	h.server.before = s.serve
	haul, err := h.Visit(t.Context(), lantoa.Channel{ID: "oa", Kind: lantoa.ZaloOA, External: "999"}, lantoa.Ask{Depth: lantoa.Full}, h.now)
	if lantoa.KindOf(err) != lantoa.NoRight || len(haul.Posts) != 0 || haul.Size != nil {
		t.Errorf("%+v, %v", haul, err)
	}
}
