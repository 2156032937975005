package zalo

import (
	"context"
	"fmt"
	"net/http"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hoiphunu/lantoa"
)

// shared is a vault that several processes use, with the one step that keeps them apart.
type shared struct {
	*vault
}

func (s *shared) SwapSecret(_ context.Context, name, old, new string) (bool, error) {
	s.mu.Lock()
	defer s.mu.Unlock()
	if s.rows[name] != old {
		return false, nil
	}
	s.rows[name] = new
	return true, nil
}

// processes are n clients of one vault, each with the pair in hand that the vault has, after a day.
func processes(t *testing.T, h *house, n int) (*shared, []*Client) {
	t.Helper()
	v := &shared{vault: h.vault}
	var all []*Client
	for range n {
		c := New(Options{APIURL: h.server.URL, OAuthURL: h.server.URL, AppID: "4188", AppSecret: "app-secret", Vault: v,
			Now: func() time.Time { return h.now }, PerMinute: 10_000})
		if err := c.load(t.Context()); err != nil {
			t.Fatal(err)
		}
		all = append(all, c)
	}
	h.now = h.now.Add(21 * time.Hour)
	return v, all
}

func TestManyProcessesRenewOnce(t *testing.T) {
	for _, dead := range []bool{false, true} {
		t.Run(fmt.Sprintf("the old token is dead: %v", dead), func(t *testing.T) {
			h := open(t)
			renewer(h)
			_, all := processes(t, h, 8)
			if dead {
				h.now, h.server.access = h.now.Add(6*time.Hour), "access-0"
			}
			var wait sync.WaitGroup
			for _, c := range all {
				wait.Go(func() {
					for range 3 {
						if _, err := c.Groups(context.Background()); err != nil {
							t.Error(err)
						}
					}
				})
			}
			wait.Wait()
			if n := h.server.asked("/v4/oa/access_token"); n != 1 {
				t.Errorf("renewed %d times", n)
			}
			if p := h.vault.pair(t); p.Access != "access-2" || !p.RefreshingSince.IsZero() || p.Unclear != 0 {
				t.Errorf("kept %+v", p)
			}
			h.now = h.now.Add(lease)
			for _, c := range all {
				if _, err := c.Groups(t.Context()); err != nil {
					t.Error(err)
				}
			}
			if n := h.server.asked("/v4/oa/access_token"); n != 1 {
				t.Errorf("renewed %d times in the end", n)
			}
		})
	}
}

// Two processes have read the same pair, and one is through before the other begins.
func TestAProcessThatComesLateTakesThePairOfTheOther(t *testing.T) {
	h := open(t)
	renewer(h)
	_, all := processes(t, h, 2)
	var calls int
	for i, c := range all {
		if err := c.renew(t.Context(), &calls, false); err != nil || c.pair.now.Access != "access-2" {
			t.Errorf("process %d: %q, %v", i, c.pair.now.Access, err)
		}
	}
	if n := h.server.asked("/v4/oa/access_token"); n != 1 {
		t.Errorf("renewed %d times", n)
	}
}

// While a renewal is under way a person connects anew, in another process. Her pair is the newer one, whatever
// becomes of the renewal.
func TestAPairGrantedDuringARenewalStays(t *testing.T) {
	answers := map[string]string{
		"and it succeeds":     `{"access_token":"access-2","refresh_token":"refresh-2","expires_in":"90000"}`,
		"and it is refused":   `{"error_name":"Invalid refresh token"}`,
		"and nobody knows":    `<html>`,
		"and the app is lost": `{"error":-14002,"error_name":"App is not active"}`,
	}
	for name, answer := range answers {
		t.Run(name, func(t *testing.T) {
			h := open(t)
			_, all := processes(t, h, 2)
			h.server.renew = func(w http.ResponseWriter, _ *http.Request) {
				if err := all[1].Grant(context.Background(), "access-9", "refresh-9", time.Time{}); err != nil {
					t.Error(err)
				}
				fmt.Fprint(w, answer)
			}
			if _, err := all[0].Groups(t.Context()); err != nil {
				t.Error(err)
			}
			if p := h.vault.pair(t); p.Access != "access-9" || p.Refresh != "refresh-9" || !p.RejectedAt.IsZero() || p.Unclear != 0 {
				t.Errorf("kept %+v", p)
			}
			if token, err := all[0].access(t.Context(), new(int)); err != nil || token != "access-9" {
				t.Errorf("asks with %q, %v", token, err)
			}
			if n := h.server.asked("/v4/oa/access_token"); n != 1 {
				t.Errorf("sent %d times", n)
			}
		})
	}
}

// A renewal that took so long that its lease ran out: another process tried the same token, was refused, and wrote
// so down. The pair that came all the same is the one that serves.
func TestARenewalThatOutlivesItsLeaseIsNotLost(t *testing.T) {
	h := open(t)
	v, all := processes(t, h, 2)
	first := true
	h.server.renew = func(w http.ResponseWriter, _ *http.Request) {
		if !first {
			fmt.Fprint(w, `{"error_name":"Invalid refresh token","error_reason":"Refresh token has been used"}`)
			return
		}
		first = false
		fmt.Fprint(w, `{"access_token":"access-2","refresh_token":"refresh-2","expires_in":"90000"}`)
	}
	now := h.now
	// Until the answer is stored: the disk takes nothing more from the first process.
	slow := all[0]
	slow.opt.Vault = failsAfter{v, new(atomic.Int32)}
	if _, err := slow.Groups(t.Context()); err != nil { // the old token still serves
		t.Fatal(err)
	}
	h.now = now.Add(lease + time.Second)
	if _, err := all[1].Groups(t.Context()); err != nil {
		t.Fatal(err)
	}
	if p := h.vault.pair(t); p.RejectedAt.IsZero() {
		t.Fatalf("the other was to be refused: %+v", p)
	}
	slow.opt.Vault = v
	if token, err := slow.access(t.Context(), new(int)); err != nil || token != "access-2" {
		t.Errorf("asks with %q, %v", token, err)
	}
	if p := h.vault.pair(t); p.Refresh != "refresh-2" || !p.RejectedAt.IsZero() {
		t.Errorf("kept %+v", p)
	}
}

// failsAfter is a vault that takes the first change and then none.
type failsAfter struct {
	*shared
	n *atomic.Int32
}

func (f failsAfter) SwapSecret(ctx context.Context, name, old, new string) (bool, error) {
	if f.n.Add(1) > 1 {
		return false, fmt.Errorf("disk full")
	}
	return f.shared.SwapSecret(ctx, name, old, new)
}

func TestATokenThatWasRefusedIsNeverSentAgain(t *testing.T) {
	h := open(t)
	h.server.renew = func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, `{"error_name":"Invalid refresh token","error_reason":"Refresh token has been used"}`)
	}
	h.now = h.now.Add(21 * time.Hour)
	for range 5 { // the access token serves on, over restarts
		h.visit(t)
		h.now = h.now.Add(61 * time.Minute / 2)
		h.Client = h.again()
	}
	h.now, h.server.access = h.now.Add(3*time.Hour), "access-0"
	if _, err := h.Groups(t.Context()); lantoa.KindOf(err) != lantoa.Expired {
		t.Errorf("got %v", err)
	}
	if n := h.server.asked("/v4/oa/access_token"); n != 1 {
		t.Errorf("sent %d times", n)
	}
	if c, err := h.Connection(t.Context()); err != nil || c.Trouble == nil || c.Trouble.Kind != lantoa.Expired || c.Trouble.Since.IsZero() {
		t.Errorf("the connection says %+v, %v", c, err)
	}
}

// A secret that was mistyped says nothing of the token: it is tried again, once an hour, and serves when that was mended.
func TestAnAppThatIsRefusedDoesNotCostTheToken(t *testing.T) {
	h := open(t)
	renewer(h)
	works := h.server.renew
	h.server.renew = func(w http.ResponseWriter, _ *http.Request) {
		fmt.Fprint(w, `{"error":-14004,"error_name":"Invalid secret key","error_reason":"app-secret is wrong"}`)
	}
	h.now, h.server.access = h.now.Add(26*time.Hour), "access-0"
	for range 3 {
		_, err := h.Groups(t.Context())
		if trouble := lantoa.AsTrouble(err, ""); trouble.Kind != lantoa.NoRight || trouble.What != "app" || trouble.Note != "-14004 Invalid secret key – ••• is wrong" {
			t.Errorf("got %v", err)
		}
	}
	if n := h.server.asked("/v4/oa/access_token"); n != 1 {
		t.Errorf("sent %d times in one hour", n)
	}
	h.server.renew, h.now = works, h.now.Add(time.Hour)
	if _, err := h.Groups(t.Context()); err != nil {
		t.Error(err)
	}
}
