package api

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"net"
	"net/http"
	"net/url"
	"strings"

	"github.com/danielgtaylor/huma/v2"
	"github.com/danielgtaylor/huma/v2/adapters/humago"
	"github.com/go-chi/httprate"
	"golang.org/x/text/language"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/internal/words"
)

// call is what every handler needs to know of the request besides its parameters.
type call struct {
	who  lantoa.User
	say  *words.Catalog
	list string // the list that was asked for, by address and filters; see listOf
}

type callKey struct{}

// callOf is the call that ctx belongs to.
func callOf(ctx context.Context) call {
	c, _ := ctx.Value(callKey{}).(call)
	if c.say == nil {
		c.say = words.For("")
	}
	return c
}

// HashToken is what the store keeps of a personal API token: the SHA-256 of it in hexadecimal. A token has
// 128 random bits or more, so it needs no salt and no slow hash.
func HashToken(token string) string {
	sum := sha256.Sum256([]byte(token))
	return hex.EncodeToString(sum[:])
}

// admit lets a call through to its handler when it is somebody's, and not one too many.
func (s *Server) admit(limit *httprate.RateLimiter) func(huma.Context, func(huma.Context)) {
	return func(ctx huma.Context, next func(huma.Context)) {
		r, w := humago.Unwrap(ctx)
		cat := s.catalog(r)
		who, err := s.who(r)
		if err != nil {
			p := s.explain(r.Context(), cat, err)
			if p.Status == http.StatusUnauthorized {
				w.Header().Set("WWW-Authenticate", `Bearer realm="lantoa"`)
			}
			if limit.OnLimit(w, r, "address:"+remoteAddress(r)) {
				p = problemOf(cat, refuse(lantoa.Limited, tooOften))
			}
			p.write(w)
			return
		}
		if limit.OnLimit(w, r, "user:"+string(who.ID)) {
			problemOf(cat, refuse(lantoa.Limited, tooOften)).write(w)
			return
		}
		query, err := url.ParseQuery(r.URL.RawQuery)
		if err == nil {
			err = onlyOnce(query)
		} else {
			err = refuse(lantoa.Invalid, badQuery)
		}
		if err != nil {
			problemOf(cat, err).write(w)
			return
		}
		next(huma.WithValue(ctx, callKey{}, call{who: who, say: cat, list: listOf(r.URL.Path, query)}))
	}
}

// who asks: the owner of the bearer token, else whoever is signed in to the web. A request that would change
// something on the strength of a cookie must come from our own pages; one with a token cannot be forged by
// another site and needs no such proof.
func (s *Server) who(r *http.Request) (lantoa.User, error) {
	cat := s.catalog(r)
	if header := r.Header.Get("Authorization"); header != "" {
		scheme, token, _ := strings.Cut(header, " ")
		token = strings.TrimSpace(token)
		if !strings.EqualFold(scheme, "Bearer") || token == "" {
			return lantoa.User{}, unauthorized(cat, badToken)
		}
		user, err := s.Store.UserByToken(r.Context(), HashToken(token))
		if lantoa.KindOf(err) == lantoa.NotFound || (err == nil && (user.Disabled || user.ID == "")) {
			return lantoa.User{}, unauthorized(cat, badToken)
		}
		return user, err
	}
	if s.SessionUser != nil {
		if user, ok := s.SessionUser(r); ok && user.ID != "" && !user.Disabled {
			if err := new(http.CrossOriginProtection).Check(r); err != nil {
				return lantoa.User{}, refuse(lantoa.Forbidden, crossSite)
			}
			return user, nil
		}
	}
	return lantoa.User{}, unauthorized(cat, noToken)
}

// onlyOnce refuses a parameter that is given twice: the second would be dropped without a word.
func onlyOnce(query url.Values) error {
	for name, values := range query {
		if len(values) > 1 {
			return refuseParam(name, twice)
		}
	}
	return nil
}

// tongues in the order of words.Languages: the first is spoken unasked.
var tongues = language.NewMatcher([]language.Tag{language.Vietnamese, language.English})

// catalog is the language that the request asks for.
func (s *Server) catalog(r *http.Request) *words.Catalog {
	lang := "vi"
	if _, i := language.MatchStrings(tongues, r.Header.Get("Accept-Language")); i == 1 {
		lang = "en"
	}
	return words.For(lang).In(s.Zone)
}

// remoteAddress is where the connection comes from, without its port.
func remoteAddress(r *http.Request) string {
	host, _, err := net.SplitHostPort(r.RemoteAddr)
	if err != nil {
		host = r.RemoteAddr
	}
	return httprate.CanonicalizeIP(host)
}
