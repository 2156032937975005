package api

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"errors"
	"html"
	"io"
	"net/http"
	"net/url"
	"time"

	"github.com/danielgtaylor/huma/v2"

	"github.com/hoiphunu/lantoa"
)

// Hooks is what this door knows of the platforms that call us: how to tell that it is they. What was not set refuses.
type Hooks struct {
	// Handshake answers Facebook's question whether this address is ours.
	Handshake func(q url.Values) (challenge string, ok bool)
	// Facebook says whether the signature in a header is that of the body.
	Facebook func(header string, body []byte) bool
	// Zalo says whether a call came from Zalo, of late. An error of kind Forbidden is a call that did not.
	Zalo func(header http.Header, body []byte, now time.Time) error
	// Bot says whether the header carries the secret of our bot.
	Bot func(header http.Header) bool
	// Person reads whom a signed request of Facebook is about.
	Person func(signed string) (id string, err error)
	// Nudge has what was kept worked off now; without it that is done at the next tick.
	Nudge   func(ctx context.Context) error
	BaseURL string // as people reach us
}

// hookLimit is the longest body that is read: Facebook puts up to a thousand events into one call.
const hookLimit = 1 << 20

// hookPatience is how long a call may take: Zalo gives up after two seconds.
const hookPatience = 1500 * time.Millisecond

// hookRoutes are the addresses that platforms call. They are verified, kept, answered, and worked on later.
func (s *Server) hookRoutes(mux *http.ServeMux, doc *huma.OpenAPI) {
	plain(mux, doc, "webhook-facebook-verify", "/webhooks/facebook", "Facebook hỏi địa chỉ này có phải của ta", s.facebookHandshake)
	s.hook(mux, doc, "webhook-facebook", "/webhooks/facebook", "Facebook báo có thay đổi trên trang", s.facebookHook)
	s.hook(mux, doc, "webhook-facebook-deletion", "/webhooks/facebook/deletion", "Một người yêu cầu xóa dữ liệu về mình", s.deletion)
	s.hook(mux, doc, "webhook-facebook-deauthorize", "/webhooks/facebook/deauthorize", "Một người gỡ ứng dụng", s.deauthorize)
	plain(mux, doc, "webhook-facebook-deletion-status", "/webhooks/facebook/deletion/{code}", "Yêu cầu xóa đã đến đâu", s.deletionStatus)
	s.hook(mux, doc, "webhook-zalo", "/webhooks/zalo", "Zalo báo có tin nhắn hoặc thay đổi", s.zaloHook)
	s.hook(mux, doc, "webhook-zalo-bot", "/webhooks/zalo-bot", "Zalo Bot Platform chuyển tin nhắn nhắc tới bot", s.botHook)
}

// hook registers an address that a platform posts to, and describes it.
func (s *Server) hook(mux *http.ServeMux, doc *huma.OpenAPI, id, path, summary string, answer http.HandlerFunc) {
	mux.HandleFunc("POST "+path, func(w http.ResponseWriter, r *http.Request) {
		ctx, cancel := context.WithTimeout(r.Context(), hookPatience)
		defer cancel()
		answer(w, r.WithContext(ctx))
	})
	doc.AddOperation(&huma.Operation{
		OperationID: id, Method: http.MethodPost, Path: path, Summary: summary, Security: []map[string][]string{},
		Responses: map[string]*huma.Response{"200": {Description: "OK"}, "403": {Description: "Không đúng chữ ký"}},
	})
}

func (s *Server) facebookHandshake(w http.ResponseWriter, r *http.Request) {
	if s.Hooks.Handshake != nil {
		if challenge, ok := s.Hooks.Handshake(r.URL.Query()); ok {
			w.Header().Set("Content-Type", "text/plain; charset=utf-8")
			_, _ = io.WriteString(w, challenge)
			return
		}
	}
	w.WriteHeader(http.StatusForbidden)
}

func (s *Server) facebookHook(w http.ResponseWriter, r *http.Request) {
	s.take(w, r, "facebook", func(body []byte) error {
		if s.Hooks.Facebook == nil || !s.Hooks.Facebook(r.Header.Get("X-Hub-Signature-256"), body) {
			return errNotThem
		}
		return nil
	})
}

func (s *Server) zaloHook(w http.ResponseWriter, r *http.Request) {
	s.take(w, r, "zalo", func(body []byte) error {
		if s.Hooks.Zalo == nil {
			return errNotThem
		}
		return s.Hooks.Zalo(r.Header, body, s.Now())
	})
}

func (s *Server) botHook(w http.ResponseWriter, r *http.Request) {
	if s.Hooks.Bot == nil || !s.Hooks.Bot(r.Header) { // the secret is in the header: nothing is read before
		w.WriteHeader(http.StatusForbidden)
		return
	}
	s.take(w, r, "zalo_bot", func([]byte) error { return nil })
}

var errNotThem = lantoa.Problem(lantoa.Forbidden, "signature", "")

// take reads a call, verifies it over the bytes as they came, keeps it under seal and answers. A call that was kept
// before is answered like the first: platforms repeat. When it cannot be kept the answer is 503, and the platform
// comes again.
func (s *Server) take(w http.ResponseWriter, r *http.Request, platform string, verify func(body []byte) error) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, hookLimit))
	if large := (*http.MaxBytesError)(nil); errors.As(err, &large) {
		w.WriteHeader(http.StatusRequestEntityTooLarge)
		return
	}
	if err != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	if err := verify(body); err != nil {
		s.Log.Info("webhook refused", "platform", platform, "why", lantoa.AsTrouble(err, lantoa.Forbidden).What)
		w.WriteHeader(http.StatusForbidden)
		return
	}
	sum := sha256.Sum256(body)
	fresh, err := s.Store.KeepHook(r.Context(), lantoa.Hook{Platform: platform, Key: hex.EncodeToString(sum[:]), At: s.Now(), Body: body})
	if err != nil {
		s.Log.Error("webhook not kept", "platform", platform, "err", err)
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	}
	w.WriteHeader(http.StatusOK)
	if !fresh || s.Hooks.Nudge == nil {
		return
	}
	if f, ok := w.(http.Flusher); ok {
		f.Flush() // the platform has its answer; the queue may take its time
	}
	if err := s.Hooks.Nudge(r.Context()); err != nil {
		s.Log.Warn("webhook waits for the next tick", "err", err)
	}
}

// deletion answers a person who, at Facebook, asks for what we know of her to be deleted. We keep nothing of people
// on Facebook: what we keep belongs to pages. The request is written down, and its code leads to a page that says so.
func (s *Server) deletion(w http.ResponseWriter, r *http.Request) {
	person, ok := s.signedPerson(w, r)
	if !ok {
		return
	}
	sum := sha256.Sum256([]byte("facebook deletion\x00" + person))
	code := hex.EncodeToString(sum[:10])
	if err := s.noteRequest(r.Context(), "facebook_deletion", code); err != nil {
		s.Log.Error("deletion request not kept", "err", err)
		w.WriteHeader(http.StatusServiceUnavailable)
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
	if _, ok := s.signedPerson(w, r); !ok {
		return
	}
	if err := s.noteRequest(r.Context(), "facebook_deauthorize", ""); err != nil {
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	}
	w.WriteHeader(http.StatusOK)
}

func (s *Server) signedPerson(w http.ResponseWriter, r *http.Request) (string, bool) {
	r.Body = http.MaxBytesReader(w, r.Body, 64<<10)
	signed := r.PostFormValue("signed_request")
	if s.Hooks.Person == nil || signed == "" {
		w.WriteHeader(http.StatusForbidden)
		return "", false
	}
	person, err := s.Hooks.Person(signed)
	if err != nil || person == "" {
		w.WriteHeader(http.StatusForbidden)
		return "", false
	}
	return person, true
}

// noteRequest writes a request down once, in the log, under its code; the person's id is not kept.
func (s *Server) noteRequest(ctx context.Context, action, code string) error {
	if code != "" {
		fresh, err := s.Store.SeenOnce(ctx, action+":"+code, s.Now().AddDate(1, 0, 0))
		if err != nil || !fresh {
			return err
		}
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
