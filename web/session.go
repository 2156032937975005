package web

import (
	"context"
	"encoding/json"
	"net/http"
	"net/url"
	"strings"
	"time"

	"github.com/alexedwards/scs/v2"
	"github.com/go-chi/httprate"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/internal/words"
)

// gate is who comes in: sessions, the limits on trying passwords, and how many are tried at once.
type gate struct {
	sessions *scs.SessionManager
	byIP     *httprate.RateLimiter
	byEmail  *httprate.RateLimiter
	byTrial  *httprate.RateLimiter // an e-mail address tried from one place
	told     *httprate.RateLimiter // of which refusals the log has been told
	forms    formGate
	hashing  chan struct{} // one password costs a quarter of a second and 64 MB
}

// So many wrong passwords are forgiven before the door stays shut for a while.
const (
	wrongByTrial = 8
	wrongByEmail = 60 // from all places together: a crowd of machines
	wrongByPlace = 40 // an office shares one address
	wrongWithin  = 10 * time.Minute
)

func newGate(store scs.Store, secure bool) *gate {
	m := scs.New()
	m.Store = store
	m.HashTokenInStore = true       // who reads the database, or a backup of it, is nobody by that
	m.Lifetime = 7 * 24 * time.Hour // an idle time-out would cost a write for every page
	m.Cookie.Name = "lantoa"
	m.Cookie.HttpOnly = true
	m.Cookie.SameSite = http.SameSiteLaxMode
	m.Cookie.Secure = secure
	return &gate{
		sessions: m,
		byIP:     httprate.NewRateLimiter(wrongByPlace, wrongWithin),
		byEmail:  httprate.NewRateLimiter(wrongByEmail, wrongWithin),
		byTrial:  httprate.NewRateLimiter(wrongByTrial, wrongWithin),
		told:     httprate.NewRateLimiter(1, wrongWithin),
		forms:    newFormGate(),
		hashing:  make(chan struct{}, 2),
	}
}

// visitor is who asks, and in which language.
type visitor struct {
	user  lantoa.User // without ID for somebody who has not signed in
	words *words.Catalog
}

type visitorKey struct{}

func visitorOf(r *http.Request) visitor {
	if v, ok := r.Context().Value(visitorKey{}).(visitor); ok {
		return v
	}
	return visitor{words: words.For(language(r))}
}

const langCookie = "tieng"

// language is the one that was chosen by the switch; Vietnamese unless somebody chose.
func language(r *http.Request) string {
	if c, err := r.Cookie(langCookie); err == nil && c.Value == "en" {
		return "en"
	}
	return "vi"
}

func (s *Server) changeLanguage(w http.ResponseWriter, r *http.Request) error {
	lang := "vi"
	if r.PostFormValue("tieng") == "en" {
		lang = "en"
	}
	http.SetCookie(w, &http.Cookie{
		Name: langCookie, Value: lang, Path: "/", MaxAge: 365 * 24 * 3600,
		HttpOnly: true, Secure: s.Secure, SameSite: http.SameSiteLaxMode,
	})
	http.Redirect(w, r, inside(r.PostFormValue("ve"), "/"), http.StatusSeeOther)
	return nil
}

// signedIn lets a handler be reached by signed-in people only; others are led to the door and back.
// Who still has the first password is led to the page that replaces it.
func (s *Server) signedIn(next handler) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		user := visitorOf(r).user
		switch {
		case user.ID == "":
			to := "/dang-nhap"
			if r.Method == http.MethodGet && r.URL.RequestURI() != "/" {
				to += "?den=" + url.QueryEscape(r.URL.RequestURI())
			}
			http.Redirect(w, r, to, http.StatusSeeOther)
			return nil
		case user.MustChange:
			http.Redirect(w, r, "/mat-khau", http.StatusSeeOther)
			return nil
		}
		return next(w, r)
	}
}

const (
	userKey   = "user"
	epochKey  = "epoch"
	noticeKey = "notice"
)

// withVisitor puts the visitor into the request. A session of somebody who was disabled or removed since is
// no session.
func (s *Server) withVisitor(r *http.Request) (*http.Request, error) {
	v := visitor{words: words.For(language(r))}
	if id := s.gate.sessions.GetString(r.Context(), userKey); id != "" {
		user, err := s.Store.User(r.Context(), lantoa.UserID(id))
		if err != nil && lantoa.KindOf(err) != lantoa.NotFound {
			return r, err
		}
		if err == nil && s.gate.current(r.Context(), user) {
			v.user = user
		}
	}
	return r.WithContext(context.WithValue(r.Context(), visitorKey{}, v)), nil
}

// putUser makes the session one of this person.
func (g *gate) putUser(ctx context.Context, user lantoa.User) {
	g.sessions.Put(ctx, userKey, string(user.ID))
	g.sessions.Put(ctx, epochKey, user.Epoch)
}

// current says whether the session is still one of this person: not of a time before a new password, or before
// the person was shut out.
func (g *gate) current(ctx context.Context, user lantoa.User) bool {
	return !user.Disabled && g.sessions.GetInt64(ctx, epochKey) == user.Epoch
}

// putNotice keeps a notice for the page that comes next. It lies in the session as text, for the session's
// own coding would have to be told of our types.
func (g *gate) putNotice(r *http.Request, n Notice) {
	text, err := json.Marshal(n)
	if err != nil {
		panic(err) // strings only
	}
	g.sessions.Put(r.Context(), noticeKey, string(text))
}

func (g *gate) popNotice(r *http.Request) *Notice {
	if wants(r) != "" {
		return nil
	}
	text := g.sessions.PopString(r.Context(), noticeKey)
	if text == "" {
		return nil
	}
	var n Notice
	if json.Unmarshal([]byte(text), &n) != nil {
		return nil // from an older program
	}
	return &n
}

// inside is an address of our own, or the other one: nobody is led away from here by a link to a sign-in.
func inside(to, otherwise string) string {
	u, err := url.Parse(to)
	if err != nil || u.IsAbs() || u.Host != "" || !strings.HasPrefix(to, "/") ||
		strings.HasPrefix(to, "//") || strings.ContainsAny(to, "\\\r\n\t") {
		return otherwise
	}
	return to
}
