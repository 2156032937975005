package web

import (
	"context"
	"crypto/rand"
	"crypto/subtle"
	"net/http"
	"strings"
	"time"

	"github.com/hoiphunu/lantoa"
)

// ZaloOA is what the screen of connections asks of the Official Account through which the groups are read.
type ZaloOA interface {
	// AuthorizeURL is where the account's administrator allows us in, and the verifier that proves later that it was us
	// who asked.
	AuthorizeURL(redirect, state string) (address, verifier string)
	// Redeem trades the code that came back for tokens and seals them.
	Redeem(ctx context.Context, code, verifier string) error
	// State tells how the link stands, without asking Zalo; NotFound when there never was one. Bot is told all the same.
	State(ctx context.Context) (OAState, error)
}

// OAState is how the link to the Official Account stands.
type OAState struct {
	GrantedAt time.Time // when the tokens were obtained
	ExpiresAt time.Time // of the access token, which is renewed by itself
	RefreshBy time.Time // after that only a person can connect again
	Trouble   *lantoa.Trouble
	Bot       bool // the helper in the groups is set up
}

type zaloBox struct {
	Off, Connected    bool
	State             lantoa.Alive
	Word, Said        string
	Life, Do          string
	Groups, GroupsURL string
	Bot               string
}

const (
	zaloStateKey    = "zalo_state"
	zaloVerifierKey = "zalo_verifier"
	zaloBack        = "/quan-tri/ket-noi#zalo"
	zaloReturn      = "/quan-tri/ket-noi/zalo/xong" // where Zalo sends the account's administrator back to
)

func (s *Server) connectZalo(ctx context.Context, p *connectPage, channels []lantoa.Channel) {
	z := &p.Zalo
	if z.Off = s.Zalo == nil; z.Off {
		return
	}
	var groups, read int
	for _, ch := range channels {
		if ch.Kind == lantoa.ZaloGroup {
			groups++
			if connected(ch) {
				read++
			}
		}
	}
	z.Groups, z.GroupsURL = p.T("connect.groups", "n", read, "of", groups), channelsURL("", lantoa.ZaloGroup, "")
	state, err := s.Zalo.State(ctx)
	switch {
	case lantoa.KindOf(err) == lantoa.NotFound:
		z.State, z.Said, z.Do = lantoa.Waiting, p.T("connect.zalo_never"), p.T("connect.zalo_never_do")
	case err != nil:
		z.State, z.Said, z.Do = lantoa.Disconnected, p.Happened(lantoa.AsTrouble(err, lantoa.Away), lantoa.ZaloOA), p.T("connect.zalo_again")
	case state.Trouble != nil:
		z.State, z.Said, z.Do = lantoa.Disconnected, p.Happened(state.Trouble, lantoa.ZaloOA), p.T("connect.zalo_again")
	default:
		z.State, z.Connected = lantoa.Active, true
		z.Said = p.T("connect.zalo_since", "time", p.DateTime(state.GrantedAt))
		if !state.RefreshBy.IsZero() {
			z.Life = p.T("connect.zalo_life", "day", state.RefreshBy)
			if p.Now.After(state.RefreshBy.Add(-lantoa.EndsSoon)) {
				z.State, z.Do = lantoa.Thinning, p.T("connect.zalo_soon")
			}
		}
	}
	z.Word = p.T("connect.zalo_is." + string(z.State))
	if z.Bot = p.T("connect.bot_off"); state.Bot {
		z.Bot = p.T("connect.bot_on")
	}
}

// allowZalo leads the account's administrator to Zalo. What proves on the way back that it was this person who set out
// stays in the session.
func (s *Server) allowZalo(w http.ResponseWriter, r *http.Request) error {
	if s.Zalo == nil {
		return lantoa.Problem(lantoa.Away, "zalo", "")
	}
	state := rand.Text()
	address, verifier := s.Zalo.AuthorizeURL(strings.TrimSuffix(s.BaseURL, "/")+zaloReturn, state)
	s.gate.sessions.Put(r.Context(), zaloStateKey, state)
	s.gate.sessions.Put(r.Context(), zaloVerifierKey, verifier)
	w.Header().Set("Cache-Control", "no-store")
	http.Redirect(w, r, address, http.StatusSeeOther)
	return nil
}

// allowedZalo takes what came back from Zalo. A state serves once.
func (s *Server) allowedZalo(w http.ResponseWriter, r *http.Request) error {
	if s.Zalo == nil {
		return lantoa.Problem(lantoa.Away, "zalo", "")
	}
	say := visitorOf(r).words.In(s.Zone)
	state := s.gate.sessions.PopString(r.Context(), zaloStateKey)
	verifier := s.gate.sessions.PopString(r.Context(), zaloVerifierKey)
	q := r.URL.Query()
	if state == "" || subtle.ConstantTimeCompare([]byte(state), []byte(q.Get("state"))) != 1 {
		return s.undone(w, r, say.T("connect.zalo_state"), zaloBack)
	}
	if q.Get("code") == "" {
		return s.undone(w, r, say.T("connect.zalo_denied"), zaloBack)
	}
	if err := s.Zalo.Redeem(r.Context(), q.Get("code"), verifier); err != nil {
		if _, told := told(err); !told {
			return err
		}
		return s.undone(w, r, say.T("connect.zalo_refused"), zaloBack)
	}
	s.note(r.Context(), visitorOf(r).user.Email, "connect", "zalo")
	return s.done(w, r, say.T("connect.zalo_done"), zaloBack)
}
