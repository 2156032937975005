package web

import (
	"context"
	"crypto/rand"
	"net"
	"net/http"
	"strings"
	"sync"
	"unicode/utf8"

	"github.com/alexedwards/argon2id"
	"github.com/go-chi/httprate"

	"github.com/hoiphunu/lantoa"
)

type signInPage struct {
	Page
	Email, Back string
	Wrong, Said string
}

type passwordPage struct {
	Page
	Wrong string
}

func (s *Server) showSignIn(w http.ResponseWriter, r *http.Request) error {
	back := inside(r.FormValue("den"), "/")
	if visitorOf(r).user.ID != "" {
		http.Redirect(w, r, back, http.StatusSeeOther)
		return nil
	}
	p := signInPage{Page: s.bare(r, "signin.title"), Back: back}
	if r.FormValue("ra") != "" {
		p.Said = p.T("signin.out")
	}
	return s.draw(w, r, http.StatusOK, "signin", p)
}

// bare is the page of somebody who is not inside yet.
func (s *Server) bare(r *http.Request, title string) Page {
	v := visitorOf(r)
	c := v.words.In(s.Zone)
	return Page{Catalog: c, Title: c.T(title), Path: r.URL.RequestURI(), User: v.user, Now: s.Now()}
}

// signIn tries an e-mail address and a password. Whatever is wrong the answer is the same and takes the
// same time, so that nobody learns which addresses exist.
func (s *Server) signIn(w http.ResponseWriter, r *http.Request) error {
	if err := r.ParseForm(); err != nil {
		return errBadForm
	}
	email := strings.ToLower(strings.TrimSpace(r.PostFormValue("email")))
	back := inside(r.PostFormValue("den"), "/")
	p := signInPage{Page: s.bare(r, "signin.title"), Email: email, Back: back}
	user, err := s.identify(r.Context(), email, address(r), r.PostFormValue("mat_khau"))
	if lantoa.KindOf(err) == lantoa.Limited {
		p.Wrong = p.T("signin.limited")
		if !s.gate.told.OnLimit(w, r, trial(email, address(r))) { // once: else a stranger fills the log
			s.note(r.Context(), email, "sign_in_limited", "")
		}
		return s.draw(w, r, http.StatusTooManyRequests, "signin", p)
	}
	if err != nil {
		return err
	}
	if user.ID == "" {
		s.gate.byIP.OnLimit(w, r, address(r))
		s.gate.byTrial.OnLimit(w, r, trial(email, address(r)))
		s.gate.byEmail.OnLimit(w, r, email)
		p.Wrong = p.T("signin.wrong")
		s.note(r.Context(), email, "sign_in_failed", "")
		return s.draw(w, r, http.StatusUnauthorized, "signin", p)
	}
	// A session that was there before the sign-in might be one that somebody else planted.
	if err := s.gate.sessions.RenewToken(r.Context()); err != nil {
		return err
	}
	s.gate.putUser(r.Context(), user)
	s.note(r.Context(), user.Email, "sign_in", "")
	if err := s.Store.TouchUser(r.Context(), user.ID, s.Now()); err != nil {
		s.Log.Warn("last seen not kept", "err", err)
	}
	http.Redirect(w, r, back, http.StatusSeeOther)
	return nil
}

// address is the visitor's network address, one bucket for each IPv6 network. A proxy on this machine says for
// whom it asks; what anybody else claims of himself is not believed.
func address(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		return r.RemoteAddr
	}
	if ip := net.ParseIP(host); ip != nil && ip.IsLoopback() {
		said := strings.Split(r.Header.Get("X-Forwarded-For"), ",")
		if last := net.ParseIP(strings.TrimSpace(said[len(said)-1])); last != nil { // the one our proxy added
			host = last.String()
		}
	}
	return httprate.CanonicalizeIP(host)
}

// trial is one place trying one e-mail address: somebody else's wrong tries do not shut a person out.
func trial(email, from string) string { return from + " " + email }

// nobody is a hash that no password fits; it is compared where there is no person, for the time it takes.
var nobody = sync.OnceValues(func() (string, error) {
	return argon2id.CreateHash(rand.Text(), argon2id.DefaultParams)
})

// identify finds the person of an e-mail address and a password; without ID when they do not fit together,
// and of kind Limited after too many that did not, for this person or from this place.
func (s *Server) identify(ctx context.Context, email, from, password string) (lantoa.User, error) {
	user, err := s.Store.UserByEmail(ctx, email)
	hash := ""
	switch {
	case err == nil && !user.Disabled:
		if hash, err = s.Store.PasswordHash(ctx, user.ID); err != nil {
			return lantoa.User{}, err
		}
	case err != nil && lantoa.KindOf(err) != lantoa.NotFound:
		return lantoa.User{}, err
	}
	known := hash != ""
	if !known {
		if hash, err = nobody(); err != nil {
			return lantoa.User{}, err
		}
	}
	if err := s.gate.enter(ctx); err != nil {
		return lantoa.User{}, err
	}
	defer s.gate.leave()
	if s.gate.limited(email, from) { // asked after the waiting, so that a crowd at once does not get past
		return lantoa.User{}, lantoa.Problem(lantoa.Limited, "sign_in", "")
	}
	fits, err := argon2id.ComparePasswordAndHash(password, hash)
	if err != nil {
		return lantoa.User{}, err
	}
	if !fits || !known {
		return lantoa.User{}, nil
	}
	return user, nil
}

// enter waits until fewer than two passwords are being worked on.
func (g *gate) enter(ctx context.Context) error {
	select {
	case g.hashing <- struct{}{}:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

func (g *gate) leave() { <-g.hashing }

// limited says whether too many passwords were wrong of late. It goes by the machine's clock.
func (g *gate) limited(email, from string) bool {
	below := func(l *httprate.RateLimiter, key string, limit float64) bool {
		_, rate, err := l.Status(key)
		return err == nil && rate < limit
	}
	return !below(g.byTrial, trial(email, from), wrongByTrial) || !below(g.byEmail, email, wrongByEmail) || !below(g.byIP, from, wrongByPlace)
}

func (s *Server) signOut(w http.ResponseWriter, r *http.Request) error {
	if who := visitorOf(r).user; who.ID != "" {
		s.note(r.Context(), who.Email, "sign_out", "")
	}
	if err := s.gate.sessions.Destroy(r.Context()); err != nil {
		return err
	}
	http.Redirect(w, r, "/dang-nhap?ra=1", http.StatusSeeOther)
	return nil
}

func (s *Server) showPassword(w http.ResponseWriter, r *http.Request) error {
	if u := visitorOf(r).user; u.ID == "" || !u.MustChange {
		http.Redirect(w, r, "/", http.StatusSeeOther)
		return nil
	}
	return s.draw(w, r, http.StatusOK, "password", passwordPage{Page: s.bare(r, "password.title")})
}

// changePassword replaces the first password, which somebody else has seen.
func (s *Server) changePassword(w http.ResponseWriter, r *http.Request) error {
	who := visitorOf(r).user
	if who.ID == "" || !who.MustChange {
		http.Redirect(w, r, "/", http.StatusSeeOther)
		return nil
	}
	if err := r.ParseForm(); err != nil {
		return errBadForm
	}
	p := passwordPage{Page: s.bare(r, "password.title")}
	fresh := r.PostFormValue("moi")
	old, err := s.Store.PasswordHash(r.Context(), who.ID)
	if err != nil {
		return err
	}
	if err := s.gate.enter(r.Context()); err != nil {
		return err
	}
	defer s.gate.leave()
	switch {
	case utf8.RuneCountInString(fresh) < 10:
		p.Wrong = p.T("password.short")
	case fresh != r.PostFormValue("lai"):
		p.Wrong = p.T("password.differ")
	case strings.EqualFold(fresh, who.Email):
		p.Wrong = p.T("password.email")
	default:
		same, err := argon2id.ComparePasswordAndHash(fresh, old)
		if err != nil {
			return err
		}
		if same {
			p.Wrong = p.T("password.same")
		}
	}
	if p.Wrong != "" {
		return s.draw(w, r, http.StatusUnprocessableEntity, "password", p)
	}
	hash, err := argon2id.CreateHash(fresh, argon2id.DefaultParams)
	if err != nil {
		return err
	}
	if err := s.Store.SetPassword(r.Context(), who.ID, hash, false); err != nil {
		return err
	}
	if err := s.gate.sessions.RenewToken(r.Context()); err != nil {
		return err
	}
	who, err = s.Store.User(r.Context(), who.ID) // of a new epoch: all other sessions have ended
	if err != nil {
		return err
	}
	s.gate.putUser(r.Context(), who)
	s.note(r.Context(), who.Email, "password_changed", "")
	s.gate.putNotice(r, Notice{Text: p.T("password.saved")})
	http.Redirect(w, r, "/", http.StatusSeeOther)
	return nil
}

// note writes who did what. A deed that is done is not undone because its line could not be written, but
// the log of the machine says so.
func (s *Server) note(ctx context.Context, who, action, subject string) {
	err := s.Store.Note(ctx, lantoa.Audit{At: s.Now(), Who: lantoa.Cut(who, 200), Action: action, Subject: subject})
	if err != nil {
		s.Log.Error("audit line not written", "action", action, "err", err)
	}
}
