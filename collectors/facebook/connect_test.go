package facebook

import (
	"encoding/json"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hoiphunu/lantoa"
)

func TestRecordedAccounts(t *testing.T) {
	list := func(pieces ...string) ([]Account, *graph) {
		n := 0
		g := newGraph(t, func(path string, q url.Values) answer {
			if path != "me/accounts" || n == len(pieces) {
				t.Errorf("asked %s %v", path, q)
				return ok(`{"data":[]}`)
			}
			n++
			return ok(pieces[n-1])
		})
		all, err := g.client().Accounts(t.Context(), "EAAFAKEuserNOTREAL")
		if err != nil {
			t.Fatal(err)
		}
		noSecrets(t, g.urls, g.asked)
		return all, g
	}
	t.Run("to the last piece, with tasks, and without a token where none came", func(t *testing.T) {
		all, g := list(recording(t, "me-accounts-page1.json"), recording(t, "me-accounts-page2.json"))
		if len(all) != 5 || g.count("after=MTA0MDAwMDAwMDAwOTIxZD") != 1 || g.headings[0].Get("Authorization") != "Bearer EAAFAKEuserNOTREAL" {
			t.Fatalf("%d pages, asked %q", len(all), g.asked)
		}
		if a := all[3]; a.CanMeasure() || !a.CanRead() || a.Token == "" {
			t.Errorf("without ANALYZE: %s %v", a.Name, a.Tasks)
		}
		if a := all[4]; a.Token != "" || !a.CanMeasure() {
			t.Errorf("without a token: %s %v", a.Name, a.Tasks)
		}
	})
	t.Run("an empty list is an empty list", func(t *testing.T) {
		if all, _ := list(recording(t, "me-accounts-empty.json")); len(all) != 0 {
			t.Errorf("%d pages", len(all))
		}
	})
	t.Run("new names of tasks beside the old", func(t *testing.T) {
		if all, _ := list(recording(t, "me-accounts-new-experience.json")); len(all) != 1 || !all[0].CanRead() || !all[0].CanMeasure() {
			t.Errorf("%+v", all)
		}
	})
}

func TestAccountsRefused(t *testing.T) {
	g := newGraph(t, func(string, url.Values) answer {
		return refuse(190, 463, "Error validating access token: Session has expired")
	})
	if _, err := g.client().Accounts(t.Context(), aToken); lantoa.KindOf(err) != lantoa.Expired {
		t.Errorf("%v", err)
	}
}

func TestRecordedTokens(t *testing.T) {
	debug := func(t *testing.T, name string) Token {
		t.Helper()
		body := recording(t, name)
		g := newGraph(t, func(path string, q url.Values) answer {
			if path != "debug_token" || q.Get("input_token") != aToken {
				t.Errorf("asked %s", path)
			}
			return ok(body)
		})
		token, err := g.client(func(o *Options) { o.AppSecret = "FAKEsecretNOTREAL" }).DebugToken(t.Context(), aToken)
		if err != nil {
			t.Fatal(err)
		}
		noSecrets(t, g.urls, token)
		return token
	}
	t.Run("one that never ends, and lacks a right for one page", func(t *testing.T) {
		token := debug(t, "debug-token-page-never-expires.json")
		if !token.Valid || token.Type != "PAGE" || token.Page != aPage || !token.Ends().IsZero() {
			t.Errorf("%+v", token)
		}
		if got := token.Lacks("104000000000911", "pages_read_engagement", "pages_read_user_content", "read_insights"); !cmp.Equal(got, []string{"pages_read_user_content"}) {
			t.Errorf("the district's page lacks %v", got)
		}
		if got := token.Lacks(aPage, "pages_read_user_content", "pages_manage_posts"); !cmp.Equal(got, []string{"pages_manage_posts"}) {
			t.Errorf("the commune's page lacks %v", got)
		}
	})
	t.Run("one that ends", func(t *testing.T) {
		token := debug(t, "debug-token-user-60-days.json")
		if !token.Valid || !token.Ends().Equal(time.Unix(1800777600, 0)) || !token.DataEnds.Equal(time.Unix(1803513616, 0)) {
			t.Errorf("%+v", token)
		}
	})
	t.Run("one that has ended", func(t *testing.T) {
		token := debug(t, "debug-token-expired.json")
		if token.Valid || token.Trouble == nil || token.Trouble.Kind != lantoa.Expired || token.Trouble.What != "expired" {
			t.Errorf("%+v", token)
		}
	})
}

func TestRecordedProof(t *testing.T) {
	var all map[string]string
	if err := json.Unmarshal([]byte(recording(t, "appsecret-proof.json")), &all); err != nil {
		t.Fatal(err)
	}
	var secret, token, want string
	for k, v := range all {
		switch {
		case strings.Contains(k, "secret") && !strings.Contains(k, "proof"):
			secret = v
		case strings.Contains(k, "token"):
			token = v
		case strings.Contains(k, "proof"):
			want = v
		}
	}
	if got := New(Options{AppSecret: secret}).proof(token); got != want {
		t.Errorf("got %s, want %s from %v", got, want, all)
	}
}
