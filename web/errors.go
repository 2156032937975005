package web

import (
	"context"
	"errors"
	"net/http"
	"strings"
	"time"

	"github.com/hoiphunu/lantoa"
)

// handler answers a request, or says why it cannot.
type handler func(w http.ResponseWriter, r *http.Request) error

var (
	errCrossSite = lantoa.Problem(lantoa.Forbidden, "cross_site", "")
	errBadForm   = lantoa.Problem(lantoa.Invalid, "form", "")
)

// status is the answer's code for each kind of trouble; what is not here is a fault of ours.
var status = map[lantoa.Kind]int{
	lantoa.NotFound:  http.StatusNotFound,
	lantoa.Gone:      http.StatusGone,
	lantoa.Forbidden: http.StatusForbidden,
	lantoa.NoRight:   http.StatusForbidden,
	lantoa.Invalid:   http.StatusBadRequest,
	lantoa.Conflict:  http.StatusConflict,
	lantoa.TooLarge:  http.StatusRequestEntityTooLarge,
	lantoa.Limited:   http.StatusTooManyRequests,
	lantoa.Busy:      http.StatusServiceUnavailable,
	lantoa.Away:      http.StatusServiceUnavailable,
}

type errorPage struct {
	Page
	Status                  int
	Headline, Do, URL, Link string
}

// maxForm is more than any form of ours sends.
const maxForm = 64 << 10

// handle makes an http.Handler: it finds out who asks, calls h, and turns what went wrong into a page.
func (s *Server) handle(h handler) http.Handler { return s.handleUpTo(maxForm, h) }

// handleUpTo is handle for requests of up to so many bytes.
func (s *Server) handleUpTo(most int64, h handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		start := time.Now()
		r.Body = http.MaxBytesReader(w, r.Body, most)
		withVisitor, err := s.withVisitor(r)
		if err == nil {
			r = withVisitor
			err = h(w, r)
		}
		if err != nil {
			s.fail(w, r, err)
		}
		s.Log.Debug("page", "path", logged(r), "took", time.Since(start))
	})
}

// fail is the one place where a trouble becomes a page: what happened, and what to do.
func (s *Server) fail(w http.ResponseWriter, r *http.Request, err error) {
	if errors.Is(err, context.Canceled) {
		return // the reader has gone
	}
	var tooLarge *http.MaxBytesError
	if errors.As(err, &tooLarge) {
		err = lantoa.Problem(lantoa.TooLarge, "form", "")
	}
	kind := lantoa.KindOf(err)
	code, known := status[kind]
	if !known {
		code, kind = http.StatusInternalServerError, "unknown"
		s.Log.Error("page failed", "path", logged(r), "err", err)
	}
	v := visitorOf(r)
	c := v.words.In(s.Zone)
	t := &lantoa.Trouble{Kind: kind}
	p := errorPage{
		Page:   Page{Catalog: c, Title: c.Happened(t, ""), Path: r.URL.RequestURI(), User: v.user, Now: s.Now()},
		Status: code, Headline: c.Happened(t, ""), Do: c.ToDo(t, ""), URL: "/", Link: c.T("error.home"),
	}
	if lantoa.AsTrouble(err, kind).What == "cross_site" {
		p.Do = c.T("error.cross_site")
	}
	if v.user.ID != "" {
		p.Places = s.page(r, "", "nav.home").Places
	}
	w.Header().Del("Content-Encoding")
	if wants(r) == "notice" {
		p.Notice = &Notice{Text: p.Headline + " " + p.Do, Bad: true}
		if s.drawFragment(w, r, code, "error", "notice", p) == nil {
			return
		}
	}
	if drawErr := s.draw(w, r, code, "error", p); drawErr != nil {
		s.Log.Error("the page of an error failed", "path", logged(r), "err", drawErr)
		http.Error(w, p.Headline+" "+p.Do, code)
	}
}

// logged is the path of a request as the log may know it: who reads the log opens nobody's personal link.
func logged(r *http.Request) string {
	if token := r.PathValue("token"); token != "" {
		return strings.Replace(r.URL.Path, token, "…", 1)
	}
	if rest, ok := strings.CutPrefix(r.URL.Path, "/phieu/"); ok && !strings.HasPrefix(rest, "thang/") { // refused before it was looked at
		return "/phieu/…"
	}
	if strings.HasPrefix(r.URL.Path, "/tuan/") {
		return "/tuan/…"
	}
	return r.URL.Path
}

// notHere answers every address that is none of ours.
func (s *Server) notHere(http.ResponseWriter, *http.Request) error {
	return lantoa.Problem(lantoa.NotFound, "page", "")
}

// seen says whether somebody may see a thing of a unit that is named by its address: what is public
// (chosen or passed on) anybody who has signed in, everything else only those whose scope it lies in.
func seen(who lantoa.User, unit lantoa.Unit, public bool) error {
	if who.May(lantoa.See, unit.Path) || public && who.ID != "" && !who.Disabled {
		return nil
	}
	return lantoa.Problem(lantoa.Forbidden, "unit", "")
}

// id reads an identifier from the address.
func id(r *http.Request, what string) (string, error) {
	x := r.PathValue("id")
	if !lantoa.ValidID(x) {
		return "", lantoa.Missing(what, "")
	}
	return x, nil
}

// public says whether a story in this state is for everybody who has signed in.
func public(s lantoa.State) bool { return s == lantoa.Approved || s == lantoa.Reshared }
