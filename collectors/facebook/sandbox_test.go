package facebook

import (
	"context"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/sandbox"
)

// A page of the pretended province, read at each depth over real HTTP.
func TestAPageOfTheProvinceAtEachDepth(t *testing.T) {
	at := time.Date(2026, 11, 23, 6, 0, 0, 0, time.FixedZone("", 7*3600))
	box, err := sandbox.New(sandbox.Options{Now: func() time.Time { return at }, Weeks: 26})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(box.Handler())
	defer server.Close()
	tokens := map[string]string{}
	c := New(Options{
		GraphURL: server.URL + "/graph", Version: "v25.0", AppID: box.AppID(), AppSecret: box.AppSecret(),
		Token: func(_ context.Context, page string) (string, error) { return tokens[page], nil },
		Now:   func() time.Time { return at }, Wait: time.Millisecond, Budget: newLedger(),
	})
	reach, err := c.Reach(t.Context(), box.Token())
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range reach.Accounts {
		tokens[a.ID] = a.Token
	}
	matches, foreign := Reconcile(box.Channels(), reach.Accounts)
	ready := 0
	for _, m := range matches {
		if m.Ready() && m.By == ByID {
			ready++
		}
	}
	if ready < 150 || len(foreign) > len(reach.Accounts)-ready {
		t.Errorf("%d of %d pages are ready, %d foreign", ready, len(matches), len(foreign))
	}
	noSecrets(t, reach.Warnings)

	page := box.Plants()["P1"].Channels[0]
	ch := lantoa.Channel{ID: "c", Kind: lantoa.FacebookPage, External: page}
	if name, err := c.TryRead(t.Context(), page, tokens[page]); err != nil || name == "" {
		t.Errorf("%q, %v", name, err)
	}
	all, err := c.Visit(t.Context(), ch, lantoa.Ask{Depth: lantoa.Full}, at)
	if err != nil || len(all.Posts) < box.Served()[page].Posts || !all.Complete || all.Size == nil || len(all.Days) == 0 {
		t.Fatalf("%d posts of %d, %v", len(all.Posts), box.Served()[page].Posts, err)
	}
	have := map[string]lantoa.Incoming{}
	for _, p := range all.Posts {
		have[p.External] = p
	}
	old, gone := all.Posts[len(all.Posts)-1], page+"_122199999999999999"
	fresh, err := c.Visit(t.Context(), ch, lantoa.Ask{Depth: lantoa.Fresh, Since: at.AddDate(0, 0, -1)}, at)
	if err != nil || fresh.Calls != 1 || fresh.Complete != (len(all.Posts) <= freshLimit) {
		t.Errorf("%d posts in %d calls, %v", len(fresh.Posts), fresh.Calls, err)
	}
	named, err := c.Visit(t.Context(), ch, lantoa.Ask{Depth: lantoa.Fresh, Since: at.AddDate(0, 0, -1), Posts: []string{old.External, gone}}, at)
	if err != nil || named.Calls != 2 || len(named.Gone) != 1 || named.Gone[0] != gone {
		t.Errorf("gone %v in %d calls, %v", named.Gone, named.Calls, err)
	}
	found := false
	for _, p := range named.Posts {
		was := have[p.External]
		if p.Text != was.Text || p.Numbers.Reactions != was.Numbers.Reactions || p.Type != was.Type {
			t.Errorf("%s by another depth is another: %+v, was %+v", p.External, p, was)
		}
		found = found || p.External == old.External
	}
	if !found {
		t.Error("the post that was named did not come")
	}
	if err := box.SetFaults(sandbox.Faults{Faults: []sandbox.Fault{{Kind: "80001", Channel: page, Minutes: 20}}}); err != nil {
		t.Fatal(err)
	}
	before := box.Calls()["http"]
	for range 3 {
		_, err := c.Visit(t.Context(), ch, lantoa.Ask{Depth: lantoa.Fresh, Since: at.AddDate(0, 0, -1)}, at)
		if trouble := lantoa.AsTrouble(err, ""); trouble.Kind != lantoa.Limited || !trouble.Until.Equal(at.Add(20*time.Minute)) {
			t.Errorf("%v", err)
		}
	}
	if n := box.Calls()["http"] - before; n != 1 {
		t.Errorf("a blocked page was asked %d times", n)
	}
}
