package main

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"os"
	"path/filepath"
	"time"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/activity"
	"github.com/hoiphunu/lantoa/collectors"
	"github.com/hoiphunu/lantoa/collectors/facebook"
	"github.com/hoiphunu/lantoa/collectors/website"
	"github.com/hoiphunu/lantoa/collectors/zalo"
	"github.com/hoiphunu/lantoa/internal/safehttp"
	"github.com/hoiphunu/lantoa/queue"
	"github.com/hoiphunu/lantoa/reshare"
	"github.com/hoiphunu/lantoa/search"
	"github.com/hoiphunu/lantoa/store"
	"golang.org/x/term"
)

// App is the parts of one process, opened and joined. Nothing in it is global: two Apps can live in one test.
type App struct {
	Settings   Settings
	Log        *slog.Logger
	Now        func() time.Time
	Zone       *time.Location
	Store      *store.Store
	Index      search.Index
	Facebook   *facebook.Client
	Zalo       *zalo.Client
	Website    *website.Client
	Budget     *collectors.Budget
	Hash       func(namespace, id string) string // stands for a person's id at a platform
	Worker     *queue.Worker
	Publishers reshare.Publishers
	Desk       *activity.Desk // how the network does, the same for all doors

	// Serves says that this App is the service of its database: it holds the claim, and the steps that
	// follow the changes (find, index) are its own. Without it they are left to the service.
	Serves bool
	close  []func() error
}

// deskHold is how long the picture of the whole network serves before it is made anew.
const deskHold = 20 * time.Second

// need is what a verb wants opened.
type need struct {
	now     func() time.Time // nil: the machine's clock
	service string           // claim the database under this name, or fail
	tryOwn  bool             // claim it if nobody else does
	index   bool
	logTo   io.Writer
}

// openApp opens the parts in order; Close closes them in reverse.
func openApp(ctx context.Context, set Settings, n need) (_ *App, err error) {
	a := &App{Settings: set, Zone: set.Zone(), Now: n.now, Log: newLog(set.Get("log"), n.logTo)}
	if a.Now == nil {
		a.Now = besideDemo(set)
	}
	if a.Now == nil {
		a.Now = time.Now
	}
	defer func() {
		if err != nil {
			a.Close()
		}
	}()
	if err := set.prepareData(); err != nil {
		return nil, err
	}
	open := func(key []byte) (*store.Store, error) {
		return store.Open(ctx, set.DatabaseURL(), store.Options{Now: a.Now, Key: key, Zone: a.Zone})
	}
	if err := finishRotation(ctx, set, open); err != nil {
		return nil, err
	}
	key, err := set.Key()
	if err != nil {
		return nil, err
	}
	if a.Store, err = open(key); err != nil {
		return nil, err
	}
	a.close = append(a.close, a.Store.Close)
	if n.service != "" || n.tryOwn {
		err := a.Store.ClaimService(ctx, n.service)
		if err != nil && (!n.tryOwn || lantoa.KindOf(err) != lantoa.Busy) {
			return nil, err
		}
		a.Serves = err == nil
	}
	if n.index {
		if a.Index, err = openIndex(set); err != nil {
			return nil, err
		}
		a.close = append(a.close, a.Index.Close)
	}
	if err := a.joinCollectors(ctx); err != nil {
		return nil, err
	}
	a.joinPublishers()
	if err := a.joinMail(); err != nil {
		return nil, err
	}
	return a, nil
}

func (a *App) joinCollectors(ctx context.Context) (err error) {
	set := a.Settings
	a.Budget = collectors.NewBudget(a.Store, func(err error) { a.Log.Warn("budget", "err", err) })
	if err := a.Budget.Load(ctx); err != nil {
		return err
	}
	if a.Hash, err = a.senderHash(ctx); err != nil {
		return err
	}
	a.Facebook = facebook.New(facebook.Options{
		GraphURL: set.Get("facebook.graph_url"), Version: set.Get("facebook.graph_version"),
		AppID: set.Get("facebook.app_id"), AppSecret: set.Get("facebook.app_secret"),
		Now: a.Now, Budget: a.Budget, Metrics: a.Store, Known: a.Store.KnownExternals,
		Token: func(ctx context.Context, page string) (string, error) {
			return a.Store.Secret(ctx, pageSecret(page))
		},
	})
	a.Zalo = zalo.New(zalo.Options{
		APIURL: set.Get("zalo.api_url"), OAuthURL: set.Get("zalo.oauth_url"),
		AppID: set.Get("zalo.app_id"), AppSecret: set.Get("zalo.app_secret"),
		Vault: a.Store, Known: a.Store.KnownExternals, Now: a.Now, Hash: a.Hash, PKCEVerifier: set.Get("zalo.pkce_verifier"),
		OASecret: set.Get("zalo.oa_secret"), Hook: zalo.HookRule{First: set.Get("zalo.sign_first")},
		Bot: zalo.Bot{Token: set.Get("zalo.bot_token"), Secret: set.Get("zalo.bot_secret")},
	})
	// The sandbox stands inside the house; nothing else there may be asked.
	outside := safehttp.New(safehttp.Options{UserAgent: "lantoa (+" + set.BaseURL() + ")", Allow: set.insideHosts()})
	a.close = append(a.close, func() error { outside.Close(); return nil })
	a.Website = website.New(website.Options{HTTP: outside, Now: a.Now})
	a.Desk = &activity.Desk{Shelf: a.Store, Now: a.Now, Zone: a.Zone, Hold: deskHold}
	a.Worker = &queue.Worker{
		Desk:  a.Desk,
		Store: a.Store, Index: a.Index, Now: a.Now, Zone: a.Zone, Log: a.Log,
		Sources: map[lantoa.ChannelKind]collectors.Source{
			lantoa.FacebookPage: a.Facebook,
			lantoa.ZaloGroup:    a.Zalo,
			lantoa.ZaloOA:       a.Zalo,
			lantoa.Website:      a.Website,
		},
		Budget: a.Budget, ReadHook: a.hookReaders(), Platform: a.Facebook.Notices, Tokens: a.checkTokens,
	}
	if room := set.PictureRoom(); room > 0 {
		a.Worker.Album, a.Worker.PictureRoom = album{outside, a.Website}, room
	}
	return nil
}

// openIndex opens the index. Where a service has the embedded one open, others only read it.
func openIndex(set Settings) (search.Index, error) {
	if u := set.Get("meili_url"); u != "" {
		return search.OpenMeili(u, set.Get("meili_key"), search.MeiliOptions{})
	}
	return search.OpenEmbedded(filepath.Join(set.Get("data"), "search.index"))
}

// Close closes what was opened, newest first.
func (a *App) Close() error {
	var errs []error
	for i := len(a.close) - 1; i >= 0; i-- {
		errs = append(errs, a.close[i]())
	}
	a.close = nil
	return errors.Join(errs...)
}

// follow runs the steps that look at what changed, unless a running service does it.
func (a *App) follow(ctx context.Context) error {
	if !a.Serves {
		return nil
	}
	if err := a.Worker.Find(ctx); err != nil {
		return err
	}
	return a.Worker.IndexChanged(ctx)
}

// newLog writes text on a terminal and JSON elsewhere.
func newLog(level string, to io.Writer) *slog.Logger {
	if to == nil {
		to = os.Stderr
	}
	var l slog.Level
	if err := l.UnmarshalText([]byte(level)); err != nil {
		l = slog.LevelInfo
	}
	opt := &slog.HandlerOptions{Level: l}
	if isTerminal(to) {
		return slog.New(slog.NewTextHandler(to, opt))
	}
	return slog.New(slog.NewJSONHandler(to, opt))
}

func isTerminal(w io.Writer) bool {
	f, ok := w.(*os.File)
	return ok && term.IsTerminal(int(f.Fd()))
}

// pageSecret names the sealed token of a Facebook page.
func pageSecret(page string) string { return "facebook/page/" + page }

func schemaNeeded() int64 { return store.Schema() }

// unitByCode finds the unit a person named, in force today.
func (a *App) unitByCode(ctx context.Context, code string) (lantoa.Unit, error) {
	u, err := a.Store.UnitByCode(ctx, code, a.Now())
	if lantoa.KindOf(err) == lantoa.NotFound {
		return u, wrongUsage("không có đơn vị mã %q; xem danh sách trên trang Kênh hoặc nhập bằng `lantoa import units`", code)
	}
	if err != nil {
		return u, fmt.Errorf("unit %s: %w", code, err)
	}
	return u, nil
}
