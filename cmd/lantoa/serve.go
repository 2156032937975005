package main

import (
	"context"
	"errors"
	"fmt"
	"net"
	"net/http"
	"strings"
	"sync/atomic"
	"syscall"
	"time"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/api"
	"github.com/hoiphunu/lantoa/collectors"
	"github.com/hoiphunu/lantoa/collectors/website"
	"github.com/hoiphunu/lantoa/queue"
	"github.com/hoiphunu/lantoa/web"
)

var serveVerb = verb{
	name: "serve", short: "trang web, API, việc nền và lịch trong một tiến trình, cho các kênh thật",
	usage: "serve [--listen 127.0.0.1:8187] [--data ./data]", example: "lantoa serve --data /var/lib/lantoa",
	run: func(ctx context.Context, c *call) error {
		if len(c.args) > 0 {
			return wrongUsage("serve không nhận thêm từ nào: %q", c.args[0])
		}
		app, err := openApp(ctx, c.settings, need{service: "serve", index: true, logTo: c.err})
		if err != nil {
			return err
		}
		defer app.Close()
		service, err := app.start(ctx, serviceOptions{})
		if err != nil {
			return err
		}
		fmt.Fprintf(c.out, "Lan tỏa đang chạy tại %s (Ctrl+C để dừng)\n", app.Settings.BaseURL())
		return service.wait(ctx)
	},
}

type serviceOptions struct {
	ready    func(context.Context) (map[string]string, bool) // further parts that must be ready
	progress func() web.Progress
	paused   func() bool // while true the planner rests
}

// service is the running doors: web and API on one address, workers and planner behind them.
type service struct {
	app    *App
	redis  *queue.Redis
	http   *http.Server
	errs   chan error
	stop   context.CancelFunc
	ended  chan struct{}
	Client *queue.Client
	URL    string
}

// start opens the address first, so that pages are served from the first second, then the rest.
func (a *App) start(ctx context.Context, opt serviceOptions) (*service, error) {
	listener, err := listen(a.Settings.Get("listen"))
	if err != nil {
		return nil, err
	}
	redis, err := queue.OpenRedis(ctx, a.Settings.Get("redis_url"))
	if err != nil {
		listener.Close()
		return nil, err
	}
	ctx, stop := context.WithCancel(ctx)
	s := &service{app: a, redis: redis, errs: make(chan error, 3), stop: stop, ended: make(chan struct{}),
		Client: queue.NewClient(redis), URL: "http://" + listener.Addr().String()}
	if a.Settings.Get("base_url") != "" {
		s.URL = a.Settings.BaseURL()
	}
	a.Worker.BaseURL = s.URL
	a.Worker.CoverURL = func(ref lantoa.MediaRef) string { return web.CoverURL(a.Store, s.URL, ref, a.Now()) }
	if err := a.Store.DefaultGate(ctx, !a.Settings.MailHold()); err != nil {
		s.stop()
		redis.Close()
		listener.Close()
		return nil, err
	}
	var indexed atomic.Bool
	s.http = &http.Server{Handler: s.doors(opt, &indexed), ReadHeaderTimeout: 10 * time.Second,
		ReadTimeout: 60 * time.Second, WriteTimeout: 120 * time.Second, IdleTimeout: 120 * time.Second}
	go func() {
		if err := s.http.Serve(listener); !errors.Is(err, http.ErrServerClosed) {
			s.errs <- err
		}
	}()
	go s.work(ctx, opt, &indexed)
	return s, nil
}

// work runs the clock's door until ctx ends: first the index is made whole if it was lost, then planner and workers.
func (s *service) work(ctx context.Context, opt serviceOptions, indexed *atomic.Bool) {
	defer close(s.ended)
	w := s.app.Worker
	if err := w.Mend(ctx); err != nil && ctx.Err() == nil {
		s.app.Log.Error("mend the index", "err", err) // search says so; collecting goes on
	}
	indexed.Store(true)
	planner := &queue.Planner{Worker: w, Client: s.Client, Log: s.app.Log, Paused: opt.paused}
	planned := make(chan struct{})
	go func() {
		defer close(planned)
		planner.Run(ctx)
	}()
	if err := w.Run(ctx, s.redis); err != nil {
		s.errs <- err
	}
	<-planned
}

func (s *service) doors(opt serviceOptions, indexed *atomic.Bool) http.Handler {
	a := s.app
	pages := &web.Server{Store: a.Store, Index: a.Index, Queue: s.Client, Now: a.Now, Zone: a.Zone, Log: a.Log,
		BaseURL: s.URL, Progress: opt.progress, Secure: strings.HasPrefix(s.URL, "https://"),
		Facebook: a.facebookDoor(s.Client), Zalo: a.zaloDoor(), Websites: siteDoor{a}, Lists: listDoor{a}, Gate: collectors.AcceptSubmission, FormDay: a.Settings.FormDay(), Desk: a.Desk, Outbox: a.outbox(s.Client.MailSoon)}
	pages.Rule, pages.Publishers, pages.Means = a.Settings.reshareRule(), a.Publishers, a.means
	calls := &api.Server{Store: a.Store, Index: a.Index, Queue: s.Client, Now: a.Now, Zone: a.Zone, Log: a.Log,
		Version: first(buildVersion()), SessionUser: pages.SessionUser, Desk: a.Desk, Hash: a.Hash, Hooks: a.hooks(s.Client.HookSoon, s.URL),
		CheckSite: func(config string) error { _, err := website.ParseConfig(config); return err }, HookBacklog: a.Store.HookBacklog, Bounced: a.bounced,
		Ready: func(ctx context.Context) (map[string]string, bool) { return s.ready(ctx, opt, indexed) }}
	calls.Rule, calls.Publishers, calls.Means = pages.Rule, pages.Publishers, pages.Means
	a.joinHook(calls.StoryEventBody)
	if facebook := a.facebookDoor(s.Client); facebook != nil {
		calls.FindPage = func(ctx context.Context, address string) (string, string, error) {
			p, err := facebook.Look(ctx, address)
			return p.Page, p.Name, err
		}
	}
	mux := http.NewServeMux()
	door := calls.Handler()
	for _, path := range []string{"/api/", "/feeds/", "/webhooks/", "/healthz", "/readyz", "/metrics"} {
		mux.Handle(path, door)
	}
	mux.Handle("/", pages.Handler())
	return mux
}

// ready says of each part whether it is, in words.
func (s *service) ready(ctx context.Context, opt serviceOptions, indexed *atomic.Bool) (map[string]string, bool) {
	ctx, cancel := context.WithTimeout(ctx, 3*time.Second)
	defer cancel()
	parts, all := map[string]string{}, true
	note := func(part string, err error) {
		parts[part] = "ok"
		if err != nil {
			parts[part], all = "không trả lời", false
		}
	}
	_, err := s.app.Store.GetMeta(ctx, "ready")
	if lantoa.KindOf(err) == lantoa.NotFound {
		err = nil
	}
	note("database", err)
	note("queue", s.redis.Ping(ctx))
	_, err = s.app.Index.Count(ctx)
	note("index", err)
	if !indexed.Load() {
		parts["index"], all = "đang dựng lại chỉ mục", false
	}
	if opt.ready != nil {
		more, ok := opt.ready(ctx)
		for k, v := range more {
			parts[k] = v
		}
		all = all && ok
	}
	return parts, all
}

// wait serves until ctx ends or a part fails, then closes in reverse.
func (s *service) wait(ctx context.Context) error {
	var err error
	select {
	case <-ctx.Done():
	case err = <-s.errs:
	}
	s.Close()
	return err
}

// Close stops taking requests, lets running work finish, and closes Redis.
func (s *service) Close() {
	ctx, cancel := context.WithTimeout(context.Background(), 5*time.Second)
	defer cancel()
	if err := s.http.Shutdown(ctx); err != nil {
		s.http.Close()
	}
	s.stop()
	<-s.ended
	s.redis.Close()
}

func listen(address string) (net.Listener, error) {
	l, err := net.Listen("tcp", address)
	if errors.Is(err, syscall.EADDRINUSE) {
		return nil, &lantoa.Trouble{Kind: lantoa.Refused, What: "listen", Err: err,
			Note: fmt.Sprintf("cổng %s đã có chương trình khác dùng; dừng nó hoặc chọn cổng khác bằng --listen 127.0.0.1:8188", address)}
	}
	if err != nil {
		return nil, &lantoa.Trouble{Kind: lantoa.Refused, What: "listen", Err: err,
			Note: fmt.Sprintf("không mở được địa chỉ %s (%v); chọn địa chỉ khác bằng --listen", address, errors.Unwrap(err))}
	}
	return l, nil
}

func first[A, B any](a A, _ B) A { return a }
