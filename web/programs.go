package web

import (
	"net/http"

	"github.com/hoiphunu/lantoa"
)

// SessionUser is who is signed in with the request, for the door of programs, which asks it of requests that
// carry no token. Nobody is, as there, who was disabled since or still has the first password. It may be
// called once [Server.Handler] was.
func (s *Server) SessionUser(r *http.Request) (lantoa.User, bool) {
	cookie, err := r.Cookie(s.gate.sessions.Cookie.Name)
	if err != nil {
		return lantoa.User{}, false
	}
	ctx, err := s.gate.sessions.Load(r.Context(), cookie.Value)
	if err != nil {
		return lantoa.User{}, false
	}
	id := s.gate.sessions.GetString(ctx, userKey)
	if id == "" {
		return lantoa.User{}, false
	}
	user, err := s.Store.User(ctx, lantoa.UserID(id))
	if err != nil || user.MustChange || !s.gate.current(ctx, user) {
		return lantoa.User{}, false
	}
	return user, true
}
