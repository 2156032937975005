package api

import (
	"context"
	"crypto/sha256"
	"encoding/hex"
	"errors"
	"io"
	"net/http"
	"net/url"
	"os"
	"sync/atomic"
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

// nudgePatience is how long the queue may take to hear of a call that has its answer already.
const nudgePatience = time.Second

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

// hook registers an address that a platform posts to, and describes it. A caller that sends its words slowly gets no
// more time than one that we are slow to.
func (s *Server) hook(mux *http.ServeMux, doc *huma.OpenAPI, id, path, summary string, answer http.HandlerFunc) {
	mux.HandleFunc("POST "+path, func(w http.ResponseWriter, r *http.Request) {
		_ = http.NewResponseController(w).SetReadDeadline(time.Now().Add(hookPatience)) // where there is a connection
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
	signature := r.Header.Get("X-Hub-Signature-256")
	if s.Hooks.Facebook == nil || signature == "" { // nothing is read of a call that is not even signed
		s.refuseHook(w, "facebook", "no signature")
		return
	}
	s.take(w, r, "facebook", func(body []byte) error {
		if !s.Hooks.Facebook(signature, body) {
			return lantoa.Problem(lantoa.Forbidden, "signature", "")
		}
		return nil
	})
}

func (s *Server) zaloHook(w http.ResponseWriter, r *http.Request) {
	if s.Hooks.Zalo == nil || r.Header.Get("X-ZEvent-Signature") == "" {
		s.refuseHook(w, "zalo", "no signature")
		return
	}
	s.take(w, r, "zalo", func(body []byte) error { return s.Hooks.Zalo(r.Header, body, s.Now()) })
}

func (s *Server) botHook(w http.ResponseWriter, r *http.Request) {
	if s.Hooks.Bot == nil || !s.Hooks.Bot(r.Header) { // the secret is in the header: nothing is read before
		s.refuseHook(w, "zalo_bot", "secret")
		return
	}
	s.take(w, r, "zalo_bot", func([]byte) error { return nil })
}

// refuseHook turns away whoever is not the platform. All refusals are counted by /metrics; the log has one a minute,
// for anybody may knock here as often as he likes.
func (s *Server) refuseHook(w http.ResponseWriter, platform, why string) {
	said, _ := s.refusals.LoadOrStore(platform, new(atomic.Int64))
	last, now := said.(*atomic.Int64).Load(), time.Now().Unix()
	if now-last >= 60 && said.(*atomic.Int64).CompareAndSwap(last, now) {
		s.Log.Info("webhook refused", "platform", platform, "why", why)
	}
	w.WriteHeader(http.StatusForbidden)
}

// take reads a call, verifies it over the bytes as they came, keeps it under seal and answers. A call that was kept
// before is answered like the first: platforms repeat, some with a header that counts. When it cannot be kept the
// answer is 503, and the platform comes again.
func (s *Server) take(w http.ResponseWriter, r *http.Request, platform string, verify func(body []byte) error) {
	body, err := io.ReadAll(http.MaxBytesReader(w, r.Body, hookLimit))
	if large := (*http.MaxBytesError)(nil); errors.As(err, &large) {
		w.WriteHeader(http.StatusRequestEntityTooLarge)
		return
	}
	if errors.Is(err, os.ErrDeadlineExceeded) {
		w.WriteHeader(http.StatusRequestTimeout)
		return
	}
	if err != nil {
		w.WriteHeader(http.StatusBadRequest)
		return
	}
	if err := verify(body); err != nil {
		s.refuseHook(w, platform, lantoa.AsTrouble(err, lantoa.Forbidden).What)
		return
	}
	sum := sha256.Sum256(body)
	fresh, err := s.Store.KeepHook(r.Context(), lantoa.Hook{Platform: platform, Key: hex.EncodeToString(sum[:]), At: s.Now(), Body: body})
	if err != nil {
		s.Log.Error("webhook not kept", "platform", platform, "err", err)
		w.WriteHeader(http.StatusServiceUnavailable)
		return
	}
	w.Header().Set("Content-Length", "0") // with it the answer is whole as soon as it is flushed
	w.WriteHeader(http.StatusOK)
	if !fresh || s.Hooks.Nudge == nil {
		return
	}
	_ = http.NewResponseController(w).Flush() // the platform has its answer and may hang up; the queue may take its time
	ctx, cancel := context.WithTimeout(context.WithoutCancel(r.Context()), nudgePatience)
	defer cancel()
	if err := s.Hooks.Nudge(ctx); err != nil {
		s.Log.Warn("webhook waits for the next tick", "err", err)
	}
}
