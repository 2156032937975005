package zalo

import (
	"context"
	"errors"
	"fmt"
	"net/http"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hoiphunu/lantoa"
)

// renewer hands out access-2, access-3 … for the refresh token that is next, each once.
func renewer(h *house) {
	n := 1
	h.server.renew = func(w http.ResponseWriter, r *http.Request) {
		if r.FormValue("refresh_token") != fmt.Sprintf("refresh-%d", n) || r.Header.Get("secret_key") != "app-secret" ||
			r.FormValue("app_id") != "4188" || r.FormValue("grant_type") != "refresh_token" {
			fmt.Fprint(w, `{"error_name":"Invalid refresh token","error_reason":"Refresh token has been used"}`)
			return
		}
		n++
		h.server.access = fmt.Sprintf("access-%d", n)
		fmt.Fprintf(w, `{"access_token":"access-%d","refresh_token":"refresh-%d","expires_in":"90000"}`, n, n)
	}
}

func TestRenewal(t *testing.T) {
	tests := []struct {
		name        string
		after       time.Duration // from the grant
		gone        bool          // Zalo no longer accepts the first access token
		wantRenewed int
	}{
		{"a token of nineteen hours serves", 19 * time.Hour, false, 0},
		{"a token of twenty hours is renewed while it still serves", 20 * time.Hour, false, 1},
		{"a token of a week is renewed", 7 * 24 * time.Hour, true, 1},
		{"a token that Zalo takes back early is renewed once", time.Hour, true, 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h := open(t)
			renewer(h)
			h.server.messages = chat(0, 3)
			h.now = h.now.Add(tt.after)
			if tt.gone {
				h.server.access = "access-0"
			}
			if haul := h.visit(t); len(haul.Chatter) != 3 || haul.Calls != len(h.server.calls) {
				t.Errorf("%d chatter, %d calls told, %d made", len(haul.Chatter), haul.Calls, len(h.server.calls))
			}
			if got := h.server.asked("/v4/oa/access_token"); got != tt.wantRenewed {
				t.Fatalf("renewed %d times, want %d", got, tt.wantRenewed)
			}
			if p := h.vault.pair(t); tt.wantRenewed == 1 {
				if p.Access != "access-2" || p.Refresh != "refresh-2" || p.PreviousRefresh != "refresh-1" || !p.RefreshingSince.IsZero() ||
					!p.GrantedAt.Equal(h.now) || !p.ExpiresAt.Equal(h.now.Add(25*time.Hour)) {
					t.Errorf("kept %+v", p)
				}
			}
		})
	}
}

func TestRenewalIsWrittenDownBeforeAndAfter(t *testing.T) {
	h := open(t)
	h.now = h.now.Add(21 * time.Hour)
	h.server.renew = func(w http.ResponseWriter, r *http.Request) {
		if p := h.vault.pair(t); p.RefreshingSince.IsZero() || p.Unclear != 1 || p.Access != "access-1" {
			t.Errorf("before the renewal the vault has %+v", p)
		}
		fmt.Fprint(w, `{"access_token":"access-2","refresh_token":"refresh-2","expires_in":90000}`)
	}
	h.server.before = func(r *http.Request, w http.ResponseWriter) bool {
		if p := h.vault.pair(t); r.Header.Get("access_token") == "access-2" && p.Access != "access-2" {
			t.Error("the new token was used before it was stored")
		}
		return false
	}
	h.visit(t)
}

func TestOneRenewalForManyVisits(t *testing.T) {
	h := open(t)
	renewer(h)
	h.now = h.now.Add(30 * time.Hour)
	h.server.access = "access-0"
	var all sync.WaitGroup
	for i := range 20 {
		all.Go(func() {
			ch := h.group
			ch.External = fmt.Sprint("g", i)
			if _, err := h.Visit(context.Background(), ch, lantoa.Ask{}, h.now); err != nil {
				t.Error(err)
			}
		})
	}
	all.Wait()
	if n := h.server.asked("/v4/oa/access_token"); n != 1 {
		t.Errorf("renewed %d times", n)
	}
}

func TestAnotherProcessRenewed(t *testing.T) {
	h := open(t)
	renewer(h)
	other := h.again()
	h.now = h.now.Add(30 * time.Hour)
	h.server.access = "access-0"
	if _, err := other.Groups(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, err := h.Groups(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := h.server.asked("/v4/oa/access_token"); n != 1 {
		t.Errorf("renewed %d times", n)
	}
}

func TestRenewalThatFails(t *testing.T) {
	refuse := func(body string) http.HandlerFunc {
		return func(w http.ResponseWriter, r *http.Request) { fmt.Fprint(w, body) }
	}
	breakOff := func(http.ResponseWriter, *http.Request) { panic(http.ErrAbortHandler) }
	status := func(code int) http.HandlerFunc {
		return func(w http.ResponseWriter, _ *http.Request) { w.WriteHeader(code) }
	}
	tests := []struct {
		name      string
		renew     http.HandlerFunc
		after     time.Duration
		visits    int
		wantKind  lantoa.Kind // of the last visit
		wantSends int
	}{
		{"a no with status 200 and no number keeps the old pair", refuse(`{"error_name":"Invalid refresh token","error_reason":"Refresh token refresh-1 has been used"}`), 26 * time.Hour, 3, lantoa.Expired, 1},
		{"a no with a number", refuse(`{"error":-14003,"error_name":"Invalid redirect uri","error_reason":""}`), 26 * time.Hour, 1, lantoa.Expired, 1},
		{"only one of two tokens is no success", refuse(`{"access_token":"access-2","expires_in":"90000","error":0,"message":"?"}`), 26 * time.Hour, 1, lantoa.Expired, 1},
		{"an answer that is lost is asked for once more, then a person must connect", breakOff, 26 * time.Hour, 3, lantoa.Expired, 2},
		{"HTML is no clear answer", refuse(`<html>`), 26 * time.Hour, 3, lantoa.Expired, 2},
		{"a gateway that gave up is no clear answer", status(504), 26 * time.Hour, 3, lantoa.Expired, 2},
		{"a server that takes nothing has used nothing up", status(503), 26 * time.Hour, 3, lantoa.Away, 3},
		{"while the old token serves, a failed renewal troubles nobody and waits an hour", breakOff, 21 * time.Hour, 5, "", 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h := open(t)
			h.server.renew = tt.renew
			h.now = h.now.Add(tt.after)
			if tt.after > 25*time.Hour {
				h.server.access = "access-0"
			}
			var err error
			for range tt.visits {
				_, err = h.Visit(t.Context(), h.group, lantoa.Ask{}, h.now)
			}
			if got := lantoa.KindOf(err); got != tt.wantKind {
				t.Errorf("got %q (%v), want %q", got, err, tt.wantKind)
			}
			if err != nil && strings.Contains(err.Error(), "refresh-1") {
				t.Errorf("the error holds a token: %v", err)
			}
			if n := h.server.asked("/v4/oa/access_token"); n != tt.wantSends {
				t.Errorf("sent %d times, want %d", n, tt.wantSends)
			}
			if p := h.vault.pair(t); p.Access != "access-1" || p.Refresh != "refresh-1" || !p.RefreshingSince.IsZero() {
				t.Errorf("kept %+v", p)
			}
			if err := h.Grant(t.Context(), "access-9", "refresh-9", time.Time{}); err != nil {
				t.Fatal(err)
			}
			h.server.access = "access-9"
			if _, err := h.Visit(t.Context(), h.group, lantoa.Ask{}, h.now); err != nil {
				t.Errorf("after a new grant: %v", err)
			}
		})
	}
}

func TestUnclearRenewalIsTriedAgainAfterAnHour(t *testing.T) {
	h := open(t)
	works := false
	renewer(h)
	renew := h.server.renew
	h.server.renew = func(w http.ResponseWriter, r *http.Request) {
		if !works {
			panic(http.ErrAbortHandler)
		}
		renew(w, r)
	}
	h.now = h.now.Add(20 * time.Hour)
	h.visit(t)
	works = true
	h.now = h.now.Add(time.Hour)
	h.visit(t)
	if p := h.vault.pair(t); p.Access != "access-2" || p.Unclear != 0 {
		t.Errorf("kept %+v", p)
	}
}

// The process was killed in the middle of a renewal: nobody knows whether Zalo has used the token up.
func TestAfterACrashInTheMiddle(t *testing.T) {
	h := open(t)
	renewer(h)
	h.now = h.now.Add(26 * time.Hour)
	p := h.vault.pair(t)
	p.RefreshingSince, p.Unclear = h.now, 1
	if err := h.save(t.Context(), p); err != nil {
		t.Fatal(err)
	}
	h.Client = h.again()
	if _, err := h.Groups(t.Context()); lantoa.KindOf(err) != lantoa.Busy {
		t.Errorf("somebody may still be at it: %v", err)
	}
	h.now = h.now.Add(3 * time.Minute)
	if _, err := h.Groups(t.Context()); err != nil {
		t.Errorf("it was sent once, and may be sent once more: %v", err)
	}
}

func TestAPairThatTheVaultDidNotTake(t *testing.T) {
	h := open(t)
	renewer(h)
	h.now = h.now.Add(26 * time.Hour)
	h.server.access = "access-0"
	renew := h.server.renew
	h.server.renew = func(w http.ResponseWriter, r *http.Request) {
		renew(w, r)
		h.vault.fail = errors.New("disk full")
	}
	if _, err := h.Groups(t.Context()); err == nil {
		t.Fatal("a token was used that is not stored")
	}
	h.vault.fail = nil
	if _, err := h.Groups(t.Context()); err != nil {
		t.Fatal(err)
	}
	if p := h.vault.pair(t); p.Refresh != "refresh-2" || h.server.asked("/v4/oa/access_token") != 1 {
		t.Errorf("kept %+v", p)
	}
}

func TestATokenThatIsRefusedAgainAtOnceIsNotRenewedAgain(t *testing.T) {
	h := open(t)
	renewer(h)
	h.server.before = func(r *http.Request, w http.ResponseWriter) bool {
		if strings.HasPrefix(r.URL.Path, "/v3.0") {
			fmt.Fprint(w, `{"error":-216,"message":"Access token is invalid"}`)
			return true
		}
		return false
	}
	for range 5 {
		if _, err := h.Groups(t.Context()); lantoa.KindOf(err) != lantoa.Expired {
			t.Fatalf("got %v", err)
		}
	}
	if n := h.server.asked("/v4/oa/access_token"); n != 1 {
		t.Errorf("renewed %d times", n)
	}
}

func TestConnection(t *testing.T) {
	h := open(t)
	got, err := h.Connection(t.Context())
	if err != nil || !got.GrantedAt.Equal(monday) || got.Trouble != nil || got.Soon(monday.Add(75*24*time.Hour)) || !got.Soon(monday.Add(77*24*time.Hour)) {
		t.Errorf("got %+v, %v", got, err)
	}
	h.vault.rows = nil
	if _, err := h.again().Groups(t.Context()); lantoa.KindOf(err) != lantoa.Expired {
		t.Errorf("never connected: %v", err)
	}
}
