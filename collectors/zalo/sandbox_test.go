package zalo_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"testing"
	"time"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/collectors/zalo"
	"github.com/hoiphunu/lantoa/sandbox"
)

// safe keeps secrets in memory.
type safe map[string]string

func (s safe) Secret(_ context.Context, name string) (string, error) {
	if plain, ok := s[name]; ok {
		return plain, nil
	}
	return "", lantoa.Missing("secret", name)
}

func (s safe) SaveSecret(_ context.Context, name, plain string) error { s[name] = plain; return nil }

// served is every message of a group as the platform has it, asked for without our client.
func served(t *testing.T, base, access, group string) map[string]bool {
	t.Helper()
	ids := map[string]bool{}
	for offset := 0; ; offset += 10 {
		req, _ := http.NewRequest("GET", fmt.Sprintf("%s/zalo/v3.0/oa/group/conversation?group_id=%s&offset=%d&count=10", base, group, offset), nil)
		req.Header.Set("access_token", access)
		resp, err := http.DefaultClient.Do(req)
		if err != nil {
			t.Fatal(err)
		}
		var page struct {
			Data []struct {
				ID string `json:"message_id"`
			}
			Error int
		}
		err = json.NewDecoder(resp.Body).Decode(&page)
		resp.Body.Close()
		if err != nil || page.Error != 0 {
			t.Fatal(page.Error, err)
		}
		if len(page.Data) == 0 {
			return ids
		}
		for _, m := range page.Data {
			ids[m.ID] = true
		}
	}
}

func TestSandbox(t *testing.T) {
	clock := sandbox.NewClock(time.Date(2026, 11, 20, 6, 0, 0, 0, sandbox.Zone))
	clock.Hold(clock.Now())
	box, err := sandbox.New(sandbox.Options{Now: clock.Now, Weeks: 6, Anchor: time.Date(2026, 11, 23, 6, 0, 0, 0, sandbox.Zone)})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(box.Handler())
	defer server.Close()
	access := box.Zalo()

	have := map[string]string{} // message → post or chatter
	client := zalo.New(zalo.Options{
		APIURL: server.URL + "/zalo", OAuthURL: server.URL + "/zalo-oauth", AppID: access.AppID, AppSecret: access.AppSecret,
		Vault: safe{}, Now: clock.Now,
		Known: func(_ context.Context, _ lantoa.ChannelID, ids []string) (map[string]bool, error) {
			known := map[string]bool{}
			for _, id := range ids {
				known[id] = have[id] != ""
			}
			return known, nil
		},
	})
	if err := client.Grant(t.Context(), access.AccessToken, access.RefreshToken, clock.Now().Add(25*time.Hour)); err != nil {
		t.Fatal(err)
	}
	groups, err := client.Groups(t.Context())
	if err != nil || len(groups) != 187 {
		t.Fatalf("%d groups, %v", len(groups), err)
	}
	ch := lantoa.Channel{ID: "c", Kind: lantoa.ZaloGroup, External: groups[40].ID}

	posts := 0
	// Three days and a half later the access token has run out, and there is something new.
	for _, wait := range []time.Duration{0, 84 * time.Hour, time.Hour} {
		clock.Hold(clock.Now().Add(wait))
		var since time.Time
		if !ch.FirstRead.IsZero() {
			since = clock.Now().Add(-29 * 24 * time.Hour)
		}
		haul, err := client.Visit(t.Context(), ch, lantoa.Ask{Since: since}, clock.Now())
		if err != nil {
			t.Fatal(err)
		}
		ch.FirstRead = clock.Now()
		for _, p := range haul.Posts {
			if have[p.External] != "" || p.Text == "" {
				t.Errorf("post %s again, or without words", p.External)
			}
			have[p.External], posts = "post", posts+1
		}
		for _, c := range haul.Chatter {
			if have[c.External] != "" {
				t.Errorf("chatter %s again", c.External)
			}
			have[c.External] = "chatter"
		}
		all := served(t, server.URL, box.Zalo().AccessToken, ch.External)
		if len(all) != len(have) {
			t.Errorf("%d messages served, %d had", len(all), len(have))
		}
		for id := range all {
			if have[id] == "" {
				t.Errorf("message %s is missing", id)
			}
		}
		if haul.Name == "" || haul.Size == nil || !haul.Size.Followers.Known {
			t.Errorf("name %q, size %v", haul.Name, haul.Size)
		}
	}
	if n := len(have); posts < n/4 || posts > n/2 {
		t.Errorf("%d of %d messages are posts; the sandbox says one in three is worth keeping", posts, n)
	}
	if box.Zalo().RefreshToken == access.RefreshToken {
		t.Error("the token was not renewed")
	}
}
