package api

import (
	"net/http"
	"strings"
	"testing"

	"github.com/hoiphunu/lantoa"
)

func TestWhoComesIn(t *testing.T) {
	h := newHouse(t)
	tests := []struct {
		name, header string
		want         int
	}{
		{"a good token", "Bearer token-comms", 200},
		{"the scheme in small letters", "bearer token-comms", 200},
		{"no token", "", 401},
		{"a wrong token", "Bearer token-nobody", 401},
		{"an empty token", "Bearer ", 401},
		{"the hash in place of the token", "Bearer " + HashToken("token-comms"), 401},
		{"another scheme", "Basic dG9rZW4=", 401},
		{"a disabled user's token", "Bearer token-gone", 401},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a := h.ask(t, "", "GET", "/api/v1/units", "", "Authorization: "+tt.header)
			if a.status != tt.want {
				t.Fatalf("%d, want %d: %s", a.status, tt.want, a.text)
			}
			if tt.want == 401 && (a.header.Get("WWW-Authenticate") == "" || a.json["what_to_do"] == "") {
				t.Errorf("%v %s", a.header, a.text)
			}
		})
	}
	if strings.Contains(h.log.String(), "token-") {
		t.Errorf("a token is in the log: %s", h.log)
	}
}

func TestTheWebsSession(t *testing.T) {
	h := newHouse(t)
	users, err := h.Store.Users(t.Context(), lantoa.Everything)
	must(t, err)
	h.SessionUser = func(r *http.Request) (lantoa.User, bool) {
		for _, u := range users {
			if u.Name == r.Header.Get("Cookie") {
				return u, true
			}
		}
		return lantoa.User{}, false
	}
	decide := "/api/v1/stories/" + string(h.stories["p1"]) + "/decisions"
	tests := []struct {
		name, who, method, path, body string
		headers                       []string
		want                          int
	}{
		{"reads", "", "GET", "/api/v1/units", "", []string{"Cookie: officer"}, 200},
		{"decides from our own page", "", "POST", decide, `{"decision":"later"}`, []string{"Cookie: comms", "Sec-Fetch-Site: same-origin"}, 200},
		{"does not decide from another site", "", "POST", decide, `{"decision":"later"}`, []string{"Cookie: comms", "Sec-Fetch-Site: cross-site"}, 403},
		{"nor where only the origin tells", "", "POST", decide, `{"decision":"later"}`, []string{"Cookie: comms", "Origin: https://evil.example"}, 403},
		{"a token is no cookie", "comms", "POST", decide, `{"decision":"later"}`, []string{"Sec-Fetch-Site: cross-site"}, 200},
		{"a disabled user's session", "", "GET", "/api/v1/units", "", []string{"Cookie: gone"}, 401},
		{"nobody's session", "", "GET", "/api/v1/units", "", []string{"Cookie: who"}, 401},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a := h.ask(t, tt.who, tt.method, tt.path, tt.body, tt.headers...)
			if a.status != tt.want {
				t.Errorf("%d, want %d: %s", a.status, tt.want, a.text)
			}
		})
	}
}

func TestOnePersonTooManyCalls(t *testing.T) {
	h := newHouse(t)
	h.callsAMinute = 3
	h.handler = h.Handler()
	for i, want := range []int{200, 200, 200, 429} {
		a := h.get(t, "officer", "/api/v1/units")
		if a.status != want {
			t.Fatalf("call %d: %d, want %d", i+1, a.status, want)
		}
		if want == 429 && (a.header.Get("Retry-After") == "" || a.json["status"] != 429.0) {
			t.Errorf("%v %s", a.header, a.text)
		}
	}
	if a := h.get(t, "comms", "/api/v1/units"); a.status != 200 {
		t.Errorf("another person waits for it: %d", a.status)
	}
	for i, want := range []int{401, 401, 401, 429} {
		if a := h.get(t, "stranger", "/api/v1/units"); a.status != want {
			t.Errorf("guess %d: %d, want %d", i+1, a.status, want)
		}
	}
}
