package facebook

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"github.com/hoiphunu/lantoa"
)

// lists answers for each list of pages with its pieces, one for each cursor, and refuses all else.
func lists(t *testing.T, pieces map[string][]string) *graph {
	given := map[string]int{}
	return newGraph(t, func(path string, q url.Values) answer {
		n := given[path]
		if n == len(pieces[path]) {
			if n > 0 {
				t.Errorf("asked for more than the %d pieces of %s", n, path)
			}
			return refuse(100, 0, "(#100) Tried accessing nonexisting field ("+path+") on node type (User)")
		}
		given[path]++
		return ok(pieces[path][n])
	})
}

func TestRecordedAccounts(t *testing.T) {
	list := func(pieces ...string) ([]Account, *graph) {
		g := lists(t, map[string][]string{"me/accounts": pieces, "me/businesses": {`{"data":[]}`}})
		all, err := g.client().Accounts(t.Context(), "EAAFAKEuserNOTREAL")
		if err != nil {
			t.Fatal(err)
		}
		noSecrets(t, g.urls, g.asked)
		return all, g
	}
	t.Run("to the last piece, with tasks, and without a token where none came", func(t *testing.T) {
		all, g := list(recording(t, "me-accounts-page1.json"), recording(t, "me-accounts-page2.json"))
		if len(all) != 5 || g.count("me/accounts", "after=MTA0MDAwMDAwMDAwOTIxZD") != 1 || g.headings[0].Get("Authorization") != "Bearer EAAFAKEuserNOTREAL" {
			t.Fatalf("%d pages, asked %q", len(all), g.asked)
		}
		if a := all[3]; a.CanMeasure() || !a.CanRead() || a.Token == "" {
			t.Errorf("without ANALYZE: %s %v", a.Name, a.Tasks)
		}
		if a := all[4]; a.Token != "" || !a.CanMeasure() {
			t.Errorf("without a token: %s %v", a.Name, a.Tasks)
		}
		channels := []lantoa.Channel{
			{ID: "c1", Kind: lantoa.FacebookPage, External: "104000000000922"}, {ID: "c2", Kind: lantoa.FacebookPage, External: "104000000000923"},
		}
		matches, _ := Reconcile(channels, all)
		if matches[0].Why.Kind != lantoa.NoRight || matches[0].Why.What != "ANALYZE" || !matches[0].Ready() {
			t.Errorf("the page without figures: %+v", matches[0])
		}
		if matches[1].Why.Kind != lantoa.Expired || matches[1].Ready() {
			t.Errorf("the page without a token: %+v", matches[1])
		}
	})
	t.Run("an empty list is an empty list, and what is expected is missing from it", func(t *testing.T) {
		all, g := list(recording(t, "me-accounts-empty.json"))
		matches, _ := Reconcile([]lantoa.Channel{channel}, all)
		if len(all) != 0 || len(matches) != 1 || matches[0].Account != nil || matches[0].Why.Kind != lantoa.NotFound || g.count("me/businesses") != 1 {
			t.Errorf("%d pages, %+v", len(all), matches)
		}
	})
	t.Run("new names of tasks beside the old", func(t *testing.T) {
		if all, _ := list(recording(t, "me-accounts-new-experience.json")); len(all) != 1 || !all[0].CanRead() || !all[0].CanMeasure() {
			t.Errorf("%+v", all)
		}
	})
}

func TestPagesOfBusinesses(t *testing.T) {
	more := func(data, after string) string {
		return `{"data":[` + data + `],"paging":{"cursors":{"after":"` + after + `"},"next":"https://x.invalid/?access_token=EAAFAKEtokenNOTREAL"}}`
	}
	g := lists(t, map[string][]string{
		"me/accounts":       {`{"data":[{"id":"104000000000921","name":"A","access_token":"EAAFAKEpage921NOTREAL"}]}`},
		"me/assigned_pages": {`{"data":[{"id":"104000000000922","name":"B","tasks":["MODERATE"]}]}`},
		"me/businesses":     {more(`{"id":"501"}`, "x"), `{"data":[{"id":502}]}`},
		"501/owned_pages":   {more("", "y"), `{"data":[{"id":"104000000000921","name":"A"},{"id":"104000000000923","name":"C","access_token":"EAAFAKEpage923NOTREAL"}]}`},
		"501/client_pages":  {`{"data":[{"id":"104000000000922","name":"B"}]}`},
		"104000000000922":   {`{"id":"104000000000922","access_token":"EAAFAKEpage922NOTREAL"}`},
		"502/owned_pages":   {`{"data":[]}`},
	})
	found, err := g.client().Reach(t.Context(), "EAAFAKEuserNOTREAL")
	if err != nil {
		t.Fatal(err)
	}
	want := []Account{
		{ID: "104000000000921", Name: "A", Token: "EAAFAKEpage921NOTREAL", Via: []string{"accounts", "owned_pages"}},
		{ID: "104000000000922", Name: "B", Token: "EAAFAKEpage922NOTREAL", Tasks: []string{"MODERATE"}, Via: []string{"assigned_pages", "client_pages"}},
		{ID: "104000000000923", Name: "C", Token: "EAAFAKEpage923NOTREAL", Via: []string{"owned_pages"}},
	}
	if diff := cmp.Diff(want, found.Accounts); diff != "" {
		t.Errorf("(-want +got):\n%s", diff)
	}
	if len(found.Warnings) != 1 || found.Warnings[0].Kind != lantoa.Refused {
		t.Errorf("a list that was refused is a warning: %v", found.Warnings)
	}
	noSecrets(t, g.urls, found.Warnings)
}

func TestAccountsRefused(t *testing.T) {
	g := newGraph(t, func(string, url.Values) answer {
		return refuse(190, 463, "Error validating access token: Session has expired")
	})
	if _, err := g.client().Accounts(t.Context(), aToken); lantoa.KindOf(err) != lantoa.Expired || g.calls != 1 {
		t.Errorf("%v in %d calls", err, g.calls)
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
	t.Run("one that has ended, with its cause in either spelling", func(t *testing.T) {
		token := debug(t, "debug-token-expired.json")
		if token.Valid || token.Trouble == nil || token.Trouble.Kind != lantoa.Expired || token.Trouble.What != "expired" {
			t.Errorf("%+v", token)
		}
		body := strings.Replace(recording(t, "debug-token-expired.json"), `"subcode"`, `"error_subcode"`, 1)
		if other, err := readToken([]byte(body)); err != nil || other.Trouble.What != "expired" || !token.Trouble.Since.Equal(time.Unix(1795582800, 0)) {
			t.Errorf("%+v, %v", other.Trouble, err)
		}
		if a := token.Access("facebook/user/1", "", "", now); a.Trouble == nil || a.Holder != "USER" || a.Ending(now) {
			t.Errorf("%+v", a)
		}
	})
	t.Run("what the store keeps of one", func(t *testing.T) {
		a := debug(t, "debug-token-user-60-days.json").Access("facebook/user/1", "c1", aPage, time.Unix(1800777600, 0).AddDate(0, 0, -13))
		if !a.Ending(a.CheckedAt) || !cmp.Equal(a.Lacks, []string{"pages_read_user_content"}) {
			t.Errorf("%+v", a)
		}
	})
}

func TestManyTokensAreAskedAboutInOneCall(t *testing.T) {
	g := newGraph(t, func(path string, q url.Values) answer {
		if q.Get("input_token") == "token7" {
			return answer{null: true}
		}
		return ok(`{"data":{"is_valid":true,"type":"PAGE","profile_id":"1"}}`)
	})
	tokens := make([]string, 60)
	for i := range tokens {
		tokens[i] = fmt.Sprint("token", i)
	}
	all, err := g.client().DebugTokens(t.Context(), tokens)
	if err != nil || len(all) != 60 || !all[59].Valid || all[7].Trouble.Kind != lantoa.Away || g.calls != 4 {
		t.Errorf("%d answers, %v in %d calls", len(all), err, g.calls)
	}
	for _, u := range g.urls {
		if strings.Contains(u, "token7") {
			t.Error("a token stands in an address:", u)
		}
	}
	t.Run("not even when batches are refused", func(t *testing.T) {
		g := newGraph(t, nil)
		g.batch = func(int) *answer {
			return &answer{status: 400, body: `{"error":{"code":1,"type":"GraphBatchException","message":"no batch"}}`}
		}
		if _, err := g.client().DebugToken(t.Context(), aToken); err == nil {
			t.Error("no error")
		}
		noSecrets(t, g.urls)
	})
}

func TestTryRead(t *testing.T) {
	page := func(change func(path string) *answer) (string, *graph, error) {
		g := newGraph(t, func(path string, q url.Values) answer {
			if a := change(path); a != nil {
				return *a
			}
			if path == "me" {
				return ok(`{"id":"` + aPage + `"}`)
			}
			return serving(many(1, nil))(path, q)
		})
		name, err := g.client().TryRead(t.Context(), aPage, aToken)
		noSecrets(t, g.urls, err)
		return name, g, err
	}
	always := func(at string, a answer) func(string) *answer {
		return func(path string) *answer {
			if at == path {
				return &a
			}
			return nil
		}
	}
	if name, g, err := page(always("", answer{})); err != nil || name != channel.Name || g.calls != 1 {
		t.Errorf("%q, %v in %d calls", name, err, g.calls)
	}
	posts := aPage + "/published_posts"
	for _, tt := range []struct {
		name string
		at   string
		a    answer
		want lantoa.Kind
	}{
		{"a token of another page", "me", ok(`{"id":"104000000000922"}`), lantoa.Refused},
		{"a person's token", "me", ok(`{"id":"122000000000000001"}`), lantoa.Refused},
		{"posts that a right is missing for", posts, refuse(10, 0, "(#10) This endpoint requires the 'pages_read_user_content' permission"), lantoa.NoRight},
		{"posts that are not for us", posts, refuse(100, 33, "does not exist"), lantoa.NoRight},
		{"a page that is gone", aPage, refuse(100, 33, "does not exist"), lantoa.Gone},
		{"a token that has ended", aPage, refuse(190, 463, "expired"), lantoa.Expired},
		{"posts that are no list", posts, ok(`{"weird":1}`), lantoa.Garbled},
		{"no answer in time", posts, answer{null: true, status: 500, body: "{}"}, lantoa.Away},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if _, _, err := page(always(tt.at, tt.a)); lantoa.KindOf(err) != tt.want {
				t.Errorf("%v, want %s", err, tt.want)
			}
		})
	}
}

func TestResolve(t *testing.T) {
	g := newGraph(t, func(path string, q url.Values) answer {
		switch path {
		case "phunubinhmau", aPage:
			return ok(smallPage)
		case "122000000000000777":
			return refuse(100, 0, "(#100) Tried accessing nonexisting field (fan_count) on node type (User)")
		case "555000000000000":
			return refuse(100, 0, "(#100) Tried accessing nonexisting field (fan_count) on node type (Group)")
		case "hoilhpn-khong-ton-tai":
			return answer{status: 404, body: `{"error":{"code":803,"message":"(#803) Some of the aliases you requested do not exist"}}`}
		}
		return refuse(100, 33, "does not exist")
	})
	facebook := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.Header.Get("Authorization") != "" {
			t.Error("a token went to the site")
		}
		to := map[string]string{
			"/share/aBcD12/":   "https://www.facebook.com/share/p/second/",
			"/share/p/second/": "https://www.facebook.com/phunubinhmau/posts/pfbid02?rdid=x&mibextid=y",
			"/share/person1/":  "https://www.facebook.com/profile.php?id=122000000000000777",
			"/share/circle1/":  "/share/circle1/",
			"/share/away123/":  "https://evil.example/",
			"/share/login12/":  "https://www.facebook.com/login/?next=https%3A%2F%2Fwww.facebook.com%2Fphunubinhmau%2F",
		}[r.URL.Path]
		if to != "" {
			w.Header().Set("Location", to)
			w.WriteHeader(http.StatusFound)
		}
	}))
	defer facebook.Close()
	c := g.client(func(o *Options) { o.WebURL = facebook.URL })
	for _, tt := range []struct {
		page string
		id   string
		kind lantoa.Kind
		what string
	}{
		{aPage, aPage, "", ""}, {"@phunubinhmau", aPage, "", ""},
		{"https://www.facebook.com/share/aBcD12/?mibextid=abc", aPage, "", ""},
		{"https://www.facebook.com/share/login12/", aPage, "", ""},
		{"122000000000000777", "", lantoa.Invalid, "profile"}, {"555000000000000", "", lantoa.Invalid, "group"},
		{"facebook.com/share/person1", "", lantoa.Invalid, "profile"}, {"facebook.com/share/circle1", "", lantoa.Invalid, "share_link"},
		{"facebook.com/share/away123", "", lantoa.Invalid, "host"}, {"facebook.com/share/nowhere1", "", lantoa.Invalid, "share_link"},
		{"104000000000999", "", lantoa.NotFound, "page"},
	} {
		t.Run(tt.page, func(t *testing.T) {
			p, err := Address(tt.page)
			if err != nil {
				t.Fatal(err)
			}
			id, name, err := c.Resolve(t.Context(), aToken, p)
			if id != tt.id || lantoa.KindOf(err) != tt.kind || tt.kind != "" && lantoa.AsTrouble(err, "").What != tt.what || id != "" && name != channel.Name {
				t.Errorf("%q %q, %v", id, name, err)
			}
			noSecrets(t, err)
		})
	}
}

func TestRecordedSubscriptions(t *testing.T) {
	for name, want := range map[string]bool{"subscribed-apps.json": true, "subscribed-apps-empty.json": false} {
		body := recording(t, name)
		g := newGraph(t, func(path string, q url.Values) answer { return ok(body) })
		if got, err := g.client().Subscribed(t.Context(), aPage); err != nil || got != want {
			t.Errorf("%s: %v, %v", name, got, err)
		}
		other := g.client(func(o *Options) { o.AppID = "700000000000002" })
		if got, err := other.Subscribed(t.Context(), aPage); err != nil || got {
			t.Errorf("%s: another app than ours: %v, %v", name, got, err)
		}
	}
	body := strings.Replace(recording(t, "subscribed-apps.json"), `"feed"`, `"messages"`, 1)
	g := newGraph(t, func(path string, q url.Values) answer { return ok(body) })
	if got, err := g.client().Subscribed(t.Context(), aPage); err != nil || got {
		t.Errorf("ours without feed: %v, %v", got, err)
	}
}

func TestManyPagesAreAskedEachWithItsOwnToken(t *testing.T) {
	g := newGraph(t, nil)
	g.answer = func(path string, q url.Values) answer {
		switch {
		case strings.HasPrefix(path, "p3/"):
			return ok(`{"data":[]}`)
		case strings.HasPrefix(path, "p4/"):
			return refuse(80001, 0, "too many calls to this Page account")
		}
		return ok(`{"data":[{"id":"700000000000001","subscribed_fields":["feed"]}]}`)
	}
	l := newLedger()
	c := g.client(func(o *Options) {
		o.AppSecret, o.Budget = "FAKEsecretNOTREAL", l
		o.Token = func(_ context.Context, page string) (string, error) {
			if page == "p5" {
				return "", nil
			}
			return "EAAFAKE" + page, nil
		}
	})
	var pages []string
	for i := range 120 {
		pages = append(pages, fmt.Sprint("p", i))
	}
	without, warnings, err := c.Unsubscribed(t.Context(), pages)
	if err != nil || !cmp.Equal(without, []string{"p3"}) || len(warnings) != 2 || g.calls != 3 {
		t.Fatalf("%v, %v, %v in %d calls", without, warnings, err, g.calls)
	}
	if w := warnings[0]; w.Kind != lantoa.Expired || w.What != "token p5" {
		t.Errorf("without a token: %v", w)
	}
	if w := warnings[1]; w.Kind != lantoa.Limited || l.closed[pageScope("p4")].IsZero() || len(l.closed) != 1 {
		t.Errorf("%v, closed %v", w, l.closed)
	}
	if g.tokens["p7/subscribed_apps"] != "EAAFAKEp7" || g.count("p7/", "appsecret_proof="+c.proof("EAAFAKEp7")) != 1 {
		t.Errorf("p7 was asked with %q", g.tokens["p7/subscribed_apps"])
	}
	noSecrets(t, g.urls, warnings)
}

func TestSubscribe(t *testing.T) {
	var method, path, fields string
	result := `{"success":true}`
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		method, path, fields = r.Method, r.URL.Path, r.PostFormValue("subscribed_fields")
		w.Header().Set("Content-Type", "application/json")
		fmt.Fprint(w, result)
	}))
	defer server.Close()
	c := newGraph(t, nil).client(func(o *Options) { o.GraphURL = server.URL })
	if err := c.Subscribe(t.Context(), aPage); err != nil || method != "POST" || path != "/v25.0/"+aPage+"/subscribed_apps" || fields != "feed" {
		t.Errorf("%v: %s %s %s", err, method, path, fields)
	}
	result = `{"success":false}`
	if err := c.Subscribe(t.Context(), aPage); lantoa.KindOf(err) != lantoa.Refused {
		t.Error(err)
	}
	result = `{"error":{"code":200,"message":"(#200) Requires pages_manage_metadata permission"}}`
	if err := c.Subscribe(t.Context(), aPage); lantoa.KindOf(err) != lantoa.NoRight || lantoa.AsTrouble(err, "").What != "pages_manage_metadata" {
		t.Error(err)
	}
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
