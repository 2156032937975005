package sandbox

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/url"
	"path/filepath"
	"strings"
	"testing"
	"time"
)

func renew(t *testing.T, base string, z ZaloAccess, refresh string) map[string]string {
	t.Helper()
	req, _ := http.NewRequest("POST", base+"/zalo-oauth/v4/oa/access_token", strings.NewReader(url.Values{
		"refresh_token": {refresh}, "app_id": {z.AppID}, "grant_type": {"refresh_token"},
	}.Encode()))
	req.Header.Set("Content-Type", "application/x-www-form-urlencoded")
	req.Header.Set("secret_key", z.AppSecret)
	r, err := http.DefaultClient.Do(req)
	if err != nil {
		t.Fatal(err)
	}
	defer r.Body.Close()
	var out map[string]string
	if err := json.NewDecoder(r.Body).Decode(&out); err != nil || r.StatusCode != 200 {
		t.Fatalf("%d %v", r.StatusCode, err)
	}
	return out
}

func TestARefreshTokenWorksOnceEvenAfterARestart(t *testing.T) {
	file := filepath.Join(t.TempDir(), "sandbox.json")
	s, c := at(t, monday, Options{State: file})
	base := serve(t, s)
	z := s.Zalo()
	first := renew(t, base, z, z.RefreshToken)
	if first["access_token"] == "" || first["refresh_token"] == "" || first["expires_in"] != "90000" {
		t.Fatalf("got %v", first)
	}
	again, _ := at(t, monday, Options{State: file}) // a restart
	base = serve(t, again)
	if got := renew(t, base, z, z.RefreshToken); got["error_name"] == "" || got["access_token"] != "" {
		t.Errorf("a used token: %v", got)
	}
	if got := again.Zalo().AccessToken; got != first["access_token"] {
		t.Errorf("after the restart the access token is %q, want %q", got, first["access_token"])
	}
	second := renew(t, base, z, first["refresh_token"])
	if second["access_token"] == first["access_token"] || second["refresh_token"] == "" {
		t.Errorf("got %v after %v", second, first)
	}
	_ = c
}

func TestZaloChecksTheAccessToken(t *testing.T) {
	s, c := at(t, monday, Options{})
	base := serve(t, s)
	ask := func(token string) float64 {
		_, body, _ := fetch(t, base+"/zalo/v2.0/oa/getoa", "access_token", token)
		return dig(body, "error").(float64)
	}
	token := s.Zalo().AccessToken
	if got := ask(token); got != 0 {
		t.Errorf("a good token: %v", got)
	}
	if got := ask("nonsense"); got != -216 {
		t.Errorf("a wrong token: %v, want -216", got)
	}
	c.Hold(monday.Add(25 * time.Hour))
	if got := ask(token); got != -220 {
		t.Errorf("after 25 hours: %v, want -220", got)
	}
}

func TestEveryGroupServesAsManyMessagesAsItCounts(t *testing.T) {
	s, _ := at(t, monday, Options{ZaloPerMinute: 100_000})
	base := serve(t, s)
	token := s.Zalo().AccessToken
	served := s.Served()
	_, list, _ := fetch(t, base+"/zalo/v3.0/oa/group/getgroupsofoa?offset=0&count=50", "access_token", token)
	if dig(list, "data", "total") != 187.0 || len(dig(list, "data", "groups").([]any)) != 50 {
		t.Errorf("groups: %v", dig(list, "data", "total"))
	}
	total, kept := 0, 0
	for _, g := range s.groups[:40] {
		seen := map[string]bool{}
		var before float64 = 1 << 60
		for offset := 0; ; offset += 10 {
			_, body, _ := fetch(t, fmt.Sprintf("%s/zalo/v3.0/oa/group/conversation?group_id=%s&offset=%d&count=10", base, g.id, offset), "access_token", token)
			list := dig(body, "data").([]any)
			for _, m := range list {
				seen[dig(m, "message_id").(string)] = true
				if at := dig(m, "time").(float64); at > before {
					t.Errorf("%s is not newest first", g.name)
				} else {
					before = at
				}
				words, _ := dig(m, "message").(string)
				caption, _ := dig(m, "description").(string)
				if len([]rune(words)) >= 150 || caption != "" {
					kept++
				}
			}
			if len(list) < 10 {
				break
			}
		}
		if len(seen) != served[g.id].Messages {
			t.Errorf("%s: %d messages, counted %d", g.name, len(seen), served[g.id].Messages)
		}
		total += len(seen)
	}
	if share := float64(kept) / float64(total); share < 0.28 || share > 0.38 {
		t.Errorf("%.2f of the messages are worth keeping, want one in three", share)
	}
}

func TestZaloRefusesWhatItRefuses(t *testing.T) {
	s, c := at(t, monday, Options{ZaloPerMinute: 5})
	base := serve(t, s)
	token := s.Zalo().AccessToken
	ask := func(path string) float64 {
		_, body, _ := fetch(t, base+path, "access_token", token)
		return dig(body, "error").(float64)
	}
	if got := ask("/zalo/v3.0/oa/group/conversation?group_id=" + s.groups[0].id + "&count=11"); got != -210 {
		t.Errorf("eleven messages: %v, want -210", got)
	}
	if got := ask("/zalo/v3.0/oa/group/conversation?group_id=a1f0c3d2000000c99999"); got != -403 {
		t.Errorf("a foreign group: %v, want -403", got)
	}
	for range 3 {
		ask("/zalo/v2.0/oa/getoa")
	}
	if got := ask("/zalo/v2.0/oa/getoa"); got != -32 {
		t.Errorf("the sixth call of a minute: %v, want -32", got)
	}
	c.Hold(monday.Add(time.Minute))
	if got := ask("/zalo/v2.0/oa/getoa"); got != 0 {
		t.Errorf("the next minute: %v", got)
	}
}

func TestTheStorySentToTheAccountIsThere(t *testing.T) {
	s, _ := at(t, monday, Options{})
	base := serve(t, s)
	_, body, _ := fetch(t, base+"/zalo/v2.0/oa/listrecentchat?data="+url.QueryEscape(`{"offset":0,"count":5}`), "access_token", s.Zalo().AccessToken)
	p := s.Plants()["P12"]
	if dig(body, "data", 0, "type") != "photo" || dig(body, "data", 1, "message_id") != p.Posts[0] {
		t.Errorf("got %v", body)
	}
}
