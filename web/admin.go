package web

import (
	"context"
	"net/http"

	"github.com/hoiphunu/lantoa"
)

// whole says whether a unit is the root of the tree: what belongs to no unit, as a token or a story whose teller is
// not known yet, is its people's.
func whole(u lantoa.User) bool { return u.Unit.Parent == "" && u.Unit.Path != "" && !u.Disabled }

// eyes is the scope in which things that belong to no unit are seen too, for the people of the root.
func eyes(u lantoa.User) lantoa.Scope {
	if whole(u) {
		return lantoa.Everything
	}
	return u.Scope()
}

// mayConnect says whether somebody may handle the tokens, which stand for the whole tree.
func mayConnect(u lantoa.User) bool { return whole(u) && u.May(lantoa.Manage, u.Unit.Path) }

// admin lets a handler be reached by the administrators of the whole tree only.
func (s *Server) admin(next handler) handler {
	return func(w http.ResponseWriter, r *http.Request) error {
		if !mayConnect(visitorOf(r).user) {
			return lantoa.Problem(lantoa.Forbidden, "admin", "")
		}
		return next(w, r)
	}
}

// adminTab is one of the places below "Quản trị".
type adminTab struct {
	Name, N, URL string
	Here         bool
}

// adminPage begins a page below "Quản trị"; here is which of its places.
func (s *Server) adminPage(r *http.Request, here string) (Page, []adminTab) {
	p := s.page(r, "admin", "admin."+here)
	tabs := []adminTab{
		{Name: p.T("admin.connect"), URL: "/quan-tri/ket-noi", Here: here == "connect"},
		{Name: p.T("admin.notices"), URL: "/quan-tri/thong-bao", Here: here == "notices"},
		{Name: p.T("admin.units"), URL: unitsHome, Here: here == "units"},
		{Name: p.T("admin.imports"), URL: "/quan-tri/nhap", Here: here == "imports"},
		{Name: p.T("admin.outbox"), URL: outboxURL, Here: here == "outbox"},
	}
	if n := s.unseenNotices(r.Context(), p.User); n > 0 {
		tabs[1].N = p.Number(int64(n))
	}
	return p, tabs
}

// unseenNotices is how many incidents go on that nobody has said to have read. A count that cannot be had leaves the
// navigation without it.
func (s *Server) unseenNotices(ctx context.Context, u lantoa.User) (n int) {
	open, err := s.Store.Notices(ctx, eyes(u), true, noticesRead)
	if err != nil {
		return 0
	}
	for _, x := range open {
		if x.SeenAt.IsZero() {
			n++
		}
	}
	return n
}

// done tells what a press of a button has done and goes back to a page.
func (s *Server) done(w http.ResponseWriter, r *http.Request, text, to string) error {
	s.gate.putNotice(r, Notice{Text: text})
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}

// undone tells why a press of a button has done nothing, and goes back to the page where it can be put right.
func (s *Server) undone(w http.ResponseWriter, r *http.Request, text, to string) error {
	s.gate.putNotice(r, Notice{Text: text, Bad: true})
	http.Redirect(w, r, to, http.StatusSeeOther)
	return nil
}
