package api

import (
	"context"
	"errors"
	"log/slog"
	"net/http"
	"sync"
	"time"

	"github.com/danielgtaylor/huma/v2"
	"github.com/go-chi/httprate"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/activity"
	"github.com/hoiphunu/lantoa/internal/words"
	"github.com/hoiphunu/lantoa/reshare"
	"github.com/hoiphunu/lantoa/search"
	"github.com/hoiphunu/lantoa/store"
)

// Queue is what this door wants of the door of the clock.
type Queue interface {
	CollectNow(ctx context.Context, id lantoa.ChannelID) error
	PublishSoon(ctx context.Context, id lantoa.ReshareID) error
}

// Server answers programs. Its fields are set before Handler is called and not changed afterwards.
type Server struct {
	Store *store.Store
	Index search.Index
	Queue Queue // nil where nothing collects
	// Now is the clock of posts, ages and weeks; request limits and durations go by the machine's.
	Now  func() time.Time
	Zone *time.Location
	Log  *slog.Logger
	// Ready says of each part "ok" or what is wrong with it in words, and whether all of them are well.
	Ready   func(ctx context.Context) (map[string]string, bool)
	Version string
	// SessionUser is who is signed in to the web with this request. May be nil.
	SessionUser func(*http.Request) (lantoa.User, bool)
	// Desk is how the network does; made from the store where it is nil.
	Desk *activity.Desk
	// Hooks are the platforms that call us.
	Hooks Hooks
	// Hash stands for a person's id of a namespace; nil: such ids are dropped.
	Hash func(namespace, id string) string
	// FindPage finds the page at Facebook that an address in any spelling leads to. nil where nobody may be asked:
	// pages are then entered by their number.
	FindPage func(ctx context.Context, address string) (id, name string, err error)
	// CheckSite says what is wrong with how a website is to be read, as its collector keeps it. nil: it cannot be told,
	// and such a change is refused.
	CheckSite func(config string) error
	// HookBacklog counts what platforms told us and nobody has worked off: what waits its turn, and what failed so
	// often that it waits for a person. nil: not measured.
	HookBacklog func(ctx context.Context) (waiting, stuck int, err error)

	// Bounced takes down what a mail tells of letters that did not arrive; strange are those that are none of ours.
	Bounced func(ctx context.Context, raw []byte) (known, strange int, err error)

	// Rule is what the Union decided about approving reshares.
	Rule reshare.Rule
	// Publishers reach the platforms: here only to take back and to reword what stands there.
	Publishers reshare.Publishers
	// Means says how a channel can be published to: by hand, with why, where no API may. nil: as its kind is.
	Means func(ctx context.Context, ch lantoa.Channel) (lantoa.Means, *lantoa.Trouble)

	callsAMinute int      // a person's calls; zero means generous
	refusals     sync.Map // of webhooks: platform → when one was last logged, in seconds

	feedsLock sync.Mutex
	feeds     map[string]feedMark // by feed: since when it has said what it says
}

// generous is how many calls a minute one person may make: a script that reads everything as fast as we
// answer passes, one that runs wild does not take the machine.
const generous = 6000

// patience is how long one call may take.
const patience = 30 * time.Second

// Handler serves /api/…, /feeds/…, /webhooks/…, /healthz, /readyz and /metrics.
func (s *Server) Handler() http.Handler {
	calls := s.callsAMinute
	if calls == 0 {
		calls = generous
	}
	if s.Desk == nil {
		s.Desk = &activity.Desk{Shelf: s.Store, Now: s.Now, Zone: s.Zone}
	}
	mux := http.NewServeMux()
	gauges := s.newGauges()
	doors := s.newAPI(mux)
	limit := httprate.NewRateLimiter(calls, time.Minute)
	doors.UseMiddleware(s.admit(limit))
	s.routes(doors)
	s.ingestRoute(mux, doors, limit)
	s.hookRoutes(mux, doors.OpenAPI())
	s.bounceRoute(mux, doors.OpenAPI(), limit)
	s.feedRoutes(mux, doors.OpenAPI(), limit)
	s.plainRoutes(mux, doors.OpenAPI(), gauges)
	serveDocument(mux, doors.OpenAPI())
	mux.HandleFunc("/", s.nowhere(mux))
	return gauges.watch(s.guard(mux))
}

// guard bounds each request in time, sets the headers that all answers bear, and turns a panic into an answer.
func (s *Server) guard(next http.Handler) http.Handler {
	return http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		defer func() {
			if p := recover(); p != nil {
				if p == http.ErrAbortHandler {
					panic(p)
				}
				s.Log.Error("panic", "method", r.Method, "path", r.URL.Path, "panic", p)
				problemOf(s.catalog(r), errors.New("panic")).write(w)
			}
		}()
		ctx, cancel := context.WithTimeout(r.Context(), patience)
		defer cancel()
		h := w.Header()
		h.Set("Cache-Control", "no-store")
		h.Set("Content-Security-Policy", "default-src 'none'; frame-ancestors 'none'")
		h.Set("X-Content-Type-Options", "nosniff")
		h.Set("Vary", "Accept-Language, Authorization, Cookie")
		inner := r.WithContext(ctx)
		next.ServeHTTP(w, inner)
		r.Pattern = inner.Pattern // for the durations by route
	})
}

// nowhere answers what no route does: 405 where another method would, else 404.
func (s *Server) nowhere(mux *http.ServeMux) http.HandlerFunc {
	return func(w http.ResponseWriter, r *http.Request) {
		cat := s.catalog(r)
		allowed := ""
		for _, method := range []string{"GET", "POST", "PATCH", "DELETE"} {
			probe := &http.Request{Method: method, URL: r.URL, Host: r.Host}
			if _, pattern := mux.Handler(probe); method != r.Method && pattern != "/" && pattern != "" {
				if allowed != "" {
					allowed += ", "
				}
				allowed += method
			}
		}
		if allowed == "" {
			problemOf(cat, refuse(lantoa.NotFound, noSuchCall)).write(w)
			return
		}
		w.Header().Set("Allow", allowed)
		newProblem(cat, "method", http.StatusMethodNotAllowed, wrongMethod.happened(cat, "", ""), wrongMethod.todo(cat)).write(w)
	}
}

// explain turns an error into the answer to a call, and logs what the answer does not show.
func (s *Server) explain(ctx context.Context, cat *words.Catalog, err error) *Problem {
	p := problemOf(cat, err)
	if p.Status >= http.StatusInternalServerError && !errors.Is(ctx.Err(), context.Canceled) {
		s.Log.Error("call", "err", err)
	}
	return p
}

// serve registers one call: its description, and the function that answers it.
func serve[I, O any](s *Server, doors huma.API, op huma.Operation, answer func(context.Context, *I) (*O, error)) {
	huma.Register(doors, op, func(ctx context.Context, in *I) (*O, error) {
		out, err := answer(ctx, in)
		if err != nil {
			return nil, s.explain(ctx, callOf(ctx).say, err)
		}
		return out, nil
	})
}
