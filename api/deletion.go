package api

import (
	"context"
	"encoding/json"
	"html"
	"io"
	"net/http"

	"github.com/hoiphunu/lantoa"
)

// deletion answers a person who, at Facebook, asks for what we know of her to be deleted. We keep nothing of people
// on Facebook: what we keep belongs to pages. The request is written down, and its code leads to a page that says so.
func (s *Server) deletion(w http.ResponseWriter, r *http.Request) {
	code, ok := s.wish(w, r, "facebook_deletion", lantoa.DeletionAsked)
	if !ok {
		return
	}
	w.Header().Set("Content-Type", "application/json")
	_ = json.NewEncoder(w).Encode(map[string]string{
		"url": s.Hooks.BaseURL + "/webhooks/facebook/deletion/" + code, "confirmation_code": code,
	})
}

// deauthorize notes that a person took the app off her account. Tokens read through it die by themselves, and the
// next visit says so.
func (s *Server) deauthorize(w http.ResponseWriter, r *http.Request) {
	if _, ok := s.wish(w, r, "facebook_deauthorize", lantoa.AppRemoved); ok {
		w.WriteHeader(http.StatusOK)
	}
}

// wish writes down what a person wants of us, under a code that stands for her in both wishes and at any repetition.
// What is not signed by Facebook is answered here.
func (s *Server) wish(w http.ResponseWriter, r *http.Request, action string, about lantoa.NoticeKind) (code string, ok bool) {
	r.Body = http.MaxBytesReader(w, r.Body, bodyLimit)
	signed := r.PostFormValue("signed_request")
	if s.Hooks.Person == nil || signed == "" {
		s.refuseHook(w, action, "no signature")
		return "", false
	}
	person, err := s.Hooks.Person(signed)
	if err != nil || person == "" {
		s.refuseHook(w, action, lantoa.AsTrouble(err, lantoa.Forbidden).What)
		return "", false
	}
	code = lantoa.NewID(s.Now())
	if s.Hash != nil { // with our key: nobody finds the person behind it by trying ids
		code = s.Hash("facebook", person)
	}
	if err := s.noteWish(r.Context(), action, code, about); err != nil {
		s.Log.Error("a person's wish was not kept", "about", action, "err", err)
		w.WriteHeader(http.StatusServiceUnavailable) // Facebook comes again
		return "", false
	}
	return code, true
}

// noteWish tells the administrator, and writes one line into the log. The person's id is not kept.
func (s *Server) noteWish(ctx context.Context, action, code string, about lantoa.NoticeKind) error {
	if _, err := s.Store.RaiseNotice(ctx, &lantoa.Notice{Kind: about, Key: action + ":" + code, BeganAt: s.Now(),
		Trouble: lantoa.Trouble{Kind: lantoa.Forbidden, What: code}}); err != nil {
		return err
	}
	fresh, err := s.Store.SeenOnce(ctx, action+":"+code, s.Now().AddDate(1, 0, 0))
	if err != nil || !fresh {
		return err
	}
	return s.Store.Note(ctx, lantoa.Audit{At: s.Now(), Who: "facebook", Action: action, Subject: code})
}

// deletionStatus is the page that a person reads who asked for deletion. It is the same whatever the code, so that
// nobody learns from it who asked.
func (s *Server) deletionStatus(w http.ResponseWriter, r *http.Request) {
	cat := s.catalog(r)
	w.Header().Set("Content-Type", "text/html; charset=utf-8")
	_, _ = io.WriteString(w, `<!doctype html><html lang="`+cat.Lang()+`"><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>`+
		html.EscapeString(cat.T("deletion.title"))+`</title><h1>`+html.EscapeString(cat.T("deletion.title"))+`</h1><p>`+
		html.EscapeString(cat.T("deletion.text"))+`</p>`)
}
