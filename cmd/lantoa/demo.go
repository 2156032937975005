package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"net/http"
	"os"
	"path/filepath"
	"sync"
	"sync/atomic"
	"time"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/sandbox"
	"github.com/hoiphunu/lantoa/store"
	"github.com/hoiphunu/lantoa/web"
)

var demoVerb = verb{
	name: "demo", short: "cả sản phẩm với một tỉnh mô phỏng: 187 trang, 187 nhóm, 26 tuần quá khứ",
	usage:   "demo [--now TIME] [--weeks 26] [--latency 80ms] [--faults FILE]",
	example: "lantoa demo --now 2026-11-23T06:00+07:00",
	flags:   provinceFlags,
	run: func(ctx context.Context, c *call) error {
		d, err := openDemo(ctx, c)
		if err != nil {
			return err
		}
		defer d.Close()
		d.greet(c.out)
		lived := make(chan error, 1)
		go func() { lived <- d.live(ctx, newProgress(c.out)) }()
		for {
			select {
			case <-ctx.Done():
				if lived != nil {
					<-lived // it sees ctx too, and stops between two visits
				}
				return nil
			case err := <-d.service.errs:
				return err
			case err := <-lived:
				if err != nil && ctx.Err() == nil {
					return err
				}
				if err == nil {
					fmt.Fprintf(c.out, "Sẵn sàng: %s\n", d.service.URL)
				}
				lived = nil // the service goes on
			}
		}
	},
}

// demo is the whole product over a province that is not there. Its past is lived, not written in: the clock
// is set back and moved on, with one sweep of all channels over HTTP at each stop, because a platform shows
// today's counters only and there is no other way to snapshots, versions and what was deleted meanwhile.
type demo struct {
	app     *App
	service *service
	box     *sandbox.Sandbox
	clock   *sandbox.Clock
	boxHTTP *http.Server
	boxURL  string
	state   demoState
	users   []demoUser

	mu    sync.Mutex
	stage stage
	done  atomic.Bool
}

// stage is how far the past has been lived.
type stage struct {
	day             time.Time
	stop, stops     int
	channels, among int
}

func (s stage) share() float64 {
	if s.stops == 0 || s.among == 0 {
		return 0
	}
	return (float64(s.stop) + float64(s.channels)/float64(s.among)) / float64(s.stops)
}

// demoState is where the demo's clock stands, kept in the data folder so that a later start goes on from there.
type demoState struct {
	Anchor time.Time `json:"anchor"` // the moment the planted cases hang on
	Weeks  int       `json:"weeks"`
	Target time.Time `json:"target"` // the past ends here
	Lived  time.Time `json:"lived"`  // last stop that was swept whole
}

type demoUser struct {
	Email    string      `json:"email"`
	Password string      `json:"password"`
	Role     lantoa.Role `json:"role"`
	Unit     string      `json:"unit"`
	Token    string      `json:"api_token"`
	// What signs calls to /api/v1/ingest, for those who may tell something.
	IngestKey    string `json:"ingest_key,omitempty"`
	IngestSecret string `json:"ingest_secret,omitempty"`
}

func openDemo(ctx context.Context, c *call) (_ *demo, err error) {
	opt, err := provinceOptions(c.flags, c.settings)
	if err != nil {
		return nil, err
	}
	if err := c.settings.prepareData(); err != nil {
		return nil, err
	}
	d := &demo{}
	if d.state, err = readDemoState(c.settings.Get("data")); err != nil {
		return nil, err
	}
	if d.state.Anchor.IsZero() {
		d.state = demoState{Anchor: opt.Anchor, Weeks: opt.Weeks, Target: opt.Anchor,
			Lived: opt.Anchor.AddDate(0, 0, -7*opt.Weeks).Add(-time.Second)}
	} else {
		// The data in the folder has its own past: plants stay where they are, the clock only moves on.
		if opt.Anchor.After(d.state.Target) {
			d.state.Target = opt.Anchor
		}
		opt.Anchor, opt.Weeks = d.state.Anchor, d.state.Weeks
	}
	d.clock = sandbox.NewClock(later(d.state.Lived, d.state.Anchor.AddDate(0, 0, -7*d.state.Weeks)))
	opt.Now, opt.State = d.clock.Now, filepath.Join(c.settings.Get("data"), "sandbox.json")
	if d.box, err = sandbox.New(opt); err != nil {
		return nil, fmt.Errorf("sandbox: %w", err)
	}
	if err := d.serveSandbox(c.settings); err != nil {
		return nil, err
	}
	d.app, err = openApp(ctx, c.settings, need{now: d.clock.Now, service: "demo", index: true, logTo: c.err})
	if err != nil {
		d.boxHTTP.Close()
		return nil, err
	}
	defer func() {
		if err != nil {
			d.Close()
		}
	}()
	if err := d.saveState(); err != nil { // before anything hangs on the anchor
		return nil, err
	}
	if err := d.addPeopleAndUnits(ctx); err != nil {
		return nil, fmt.Errorf("demo: %w", err)
	}
	d.service, err = d.app.start(ctx, serviceOptions{
		ready:    func(context.Context) (map[string]string, bool) { return d.ready() },
		progress: d.progress,
		paused:   func() bool { return !d.done.Load() },
	})
	if err != nil {
		return nil, err
	}
	return d, d.writeDemoFile()
}

// serveSandbox puts the platforms on a port of their own and points the collectors at them.
func (d *demo) serveSandbox(set Settings) error {
	listener, err := listen("127.0.0.1:0")
	if err != nil {
		return err
	}
	d.boxURL = "http://" + listener.Addr().String()
	d.boxHTTP = &http.Server{Handler: d.box.Handler(), ReadHeaderTimeout: 10 * time.Second}
	go d.boxHTTP.Serve(listener)
	z := d.box.Zalo()
	set.pointAtSandbox(d.boxURL, platformApps{d.box.AppID(), d.box.AppSecret(), z.AppID, z.AppSecret})
	return nil
}

// addPeopleAndUnits brings in what an administrator would: the tree, the first tokens, one person a role.
func (d *demo) addPeopleAndUnits(ctx context.Context) error {
	if err := d.addUnits(ctx); err != nil {
		return err
	}
	z := d.box.Zalo()
	if _, err := d.app.Store.Secret(ctx, "zalo/oa"); lantoa.KindOf(err) == lantoa.NotFound {
		if err := d.app.Zalo.Grant(ctx, z.AccessToken, z.RefreshToken, d.clock.Now().Add(25*time.Hour)); err != nil {
			return err
		}
	} else if err != nil {
		return err
	}
	return d.addPeople(ctx)
}

func (d *demo) addUnits(ctx context.Context) error {
	if have, err := d.app.Store.Units(ctx, lantoa.Everything, time.Time{}); err != nil || len(have) > 0 {
		return err
	}
	return d.app.Store.SaveUnits(ctx, d.box.Units())
}

// addChannels adds the channels that exist by now and fetches the tokens of new pages.
func (d *demo) addChannels(ctx context.Context) error {
	st := d.app.Store
	have, err := st.Channels(ctx, lantoa.Everything, store.ChannelFilter{})
	if err != nil {
		return err
	}
	known := map[string]bool{}
	for _, ch := range have {
		known[string(ch.Kind)+ch.External] = true
	}
	units, err := st.Units(ctx, lantoa.Everything, time.Time{})
	if err != nil {
		return err
	}
	unit := map[string]lantoa.Unit{}
	for _, u := range units {
		unit[u.Code+u.From.UTC().Format(time.DateOnly)] = u
	}
	pages := false
	now := d.clock.Now()
	for _, ch := range d.box.Channels() {
		if known[string(ch.Kind)+ch.External] || ch.CreatedAt.After(now) {
			continue
		}
		u, ok := unit[ch.Unit.Code+ch.Unit.From.UTC().Format(time.DateOnly)]
		if !ok {
			return fmt.Errorf("channel %s: no unit %s", ch.Name, ch.Unit.Code)
		}
		former, moved := d.box.Formerly(ch)
		ch.Unit = u
		if err := st.SaveChannel(ctx, &ch); err != nil {
			return err
		}
		if moved {
			if err := d.addTenures(ctx, ch, unit[former.Code+former.From.UTC().Format(time.DateOnly)]); err != nil {
				return err
			}
		}
		pages = pages || ch.Kind == lantoa.FacebookPage
	}
	if !pages {
		return nil
	}
	_, err = d.app.connectFacebook(ctx, d.box.Token())
	return err
}

// addTenures says that a channel belonged to another unit until its unit began.
func (d *demo) addTenures(ctx context.Context, ch lantoa.Channel, former lantoa.Unit) error {
	if former.ID == "" {
		return nil
	}
	if err := d.app.Store.SaveTenure(ctx, lantoa.Tenure{Channel: ch.ID, Unit: former.ID}); err != nil {
		return err
	}
	return d.app.Store.SaveTenure(ctx, lantoa.Tenure{Channel: ch.ID, Unit: ch.Unit.ID, From: ch.Unit.From})
}

// live moves the clock from where it stands to the target and sweeps at each stop.
func (d *demo) live(ctx context.Context, show *progress) error {
	stops := stopsBetween(d.state.Lived, d.state.Target)
	for i, at := range stops {
		d.clock.Set(at)
		if err := d.addChannels(ctx); err != nil {
			return fmt.Errorf("demo: channels: %w", err)
		}
		if err := d.sweep(ctx, at, i, len(stops), show); err != nil {
			return fmt.Errorf("demo: %s: %w", at.Format(time.DateOnly), err)
		}
		d.state.Lived = at
		if err := d.saveState(); err != nil {
			return err
		}
	}
	show.end()
	if err := d.app.Worker.RollUp(ctx); err != nil {
		return fmt.Errorf("demo: %w", err)
	}
	d.app.Desk.Forget()
	d.done.Store(true)
	go d.keepClock(ctx)
	return nil
}

// sweep reads every channel once and lets the steps follow.
func (d *demo) sweep(ctx context.Context, at time.Time, i, n int, show *progress) error {
	w := d.app.Worker
	channels, err := d.app.Store.Channels(ctx, lantoa.Everything, store.ChannelFilter{})
	if err != nil {
		return err
	}
	var due []lantoa.Channel
	for _, ch := range channels {
		if !ch.Archived || ch.FirstRead.IsZero() {
			due = append(due, ch)
		}
	}
	day := at.In(d.app.Zone).Format("02/01/2006 15:04")
	err = w.Sweep(ctx, due, func(done int, _ lantoa.Visit) {
		now := stage{day: at, stop: i, stops: n, channels: done, among: len(due)}
		d.mu.Lock()
		d.stage = now
		d.mu.Unlock()
		show.step(now.share(), 1, "Sống lại quá khứ đến "+day)
	})
	if err != nil {
		return err
	}
	if err := w.Find(ctx); err != nil {
		return err
	}
	// What is usual is worked out once a day; on the way there, once a month is enough to see it grow.
	if n-i <= 15 && (n-i)%2 == 1 || i%4 == 3 {
		if err := w.Benchmark(ctx); err != nil {
			return err
		}
	}
	return w.IndexChanged(ctx)
}

// stopsBetween lists the stops after lived up to target: a week apart, twelve hours in the last seven days.
func stopsBetween(lived, target time.Time) []time.Time {
	var stops []time.Time
	last := target.AddDate(0, 0, -7)
	first := target
	for first.After(lived) {
		if first.After(last) {
			first = first.Add(-12 * time.Hour)
		} else {
			first = first.AddDate(0, 0, -7)
		}
	}
	for at := first; at.Before(target); {
		if at.Before(last) {
			at = at.AddDate(0, 0, 7)
		} else {
			at = at.Add(12 * time.Hour)
		}
		stops = append(stops, at)
	}
	return stops
}

// keepClock notes every minute how far the clock has run, so that a later start does not go back in time.
func (d *demo) keepClock(ctx context.Context) {
	every := time.NewTicker(time.Minute)
	defer every.Stop()
	for {
		select {
		case <-ctx.Done():
			return
		case <-every.C:
			d.noteClock()
		}
	}
}

func (d *demo) noteClock() {
	d.mu.Lock()
	defer d.mu.Unlock()
	d.state.Lived = later(d.state.Lived, d.clock.Now())
	if err := d.saveState(); err != nil {
		d.app.Log.Warn("keep the clock", "err", err)
	}
}

func (d *demo) reached() stage {
	d.mu.Lock()
	defer d.mu.Unlock()
	return d.stage
}

// progress is the stage as the home page shows it.
func (d *demo) progress() web.Progress {
	s := d.reached()
	return web.Progress{Done: d.done.Load(), Day: s.day, Until: d.state.Target, Share: s.share()}
}

func (d *demo) ready() (map[string]string, bool) {
	if d.done.Load() {
		return map[string]string{"demo": "ok"}, true
	}
	s := d.reached()
	return map[string]string{"demo": fmt.Sprintf("đã sống đến %s, chặng %d/%d", s.day.In(d.app.Zone).Format("02/01/2006"), s.stop+1, s.stops)}, false
}

func (d *demo) greet(out io.Writer) {
	fmt.Fprintf(out, "Lan tỏa (tỉnh mô phỏng) tại %s\n", d.service.URL)
	for _, u := range d.users {
		fmt.Fprintf(out, "  %-15s %-28s mật khẩu %s\n", roleWord(u.Role), u.Email, u.Password)
	}
	fmt.Fprintf(out, "Chi tiết cho máy đọc: %s\n", filepath.Join(d.app.Settings.Get("data"), "demo.json"))
}

// Close stops the doors, the app and the platforms, and notes how far the clock has run.
func (d *demo) Close() {
	if d.app != nil && d.done.Load() {
		d.noteClock()
	}
	if d.service != nil {
		d.service.Close()
	}
	if d.app != nil {
		d.app.Close()
	}
	if d.boxHTTP != nil {
		d.boxHTTP.Close()
	}
}

func (d *demo) saveState() error {
	return writeJSON(filepath.Join(d.app.Settings.Get("data"), "demo-clock.json"), d.state)
}

func (d *demo) writeDemoFile() error {
	z := d.box.Zalo()
	return writeJSON(filepath.Join(d.app.Settings.Get("data"), "demo.json"), map[string]any{
		"base_url": d.service.URL, "sandbox_url": d.boxURL, "sandbox_token": d.box.Token(), "users": d.users,
		"apps": platformApps{d.box.AppID(), d.box.AppSecret(), z.AppID, z.AppSecret}, // for verbs that work beside the demo
	})
}

func readDemoState(dir string) (s demoState, err error) {
	b, err := os.ReadFile(filepath.Join(dir, "demo-clock.json"))
	if errors.Is(err, fs.ErrNotExist) {
		return s, nil
	}
	if err != nil {
		return s, err
	}
	if err := json.Unmarshal(b, &s); err != nil {
		return s, fmt.Errorf("demo-clock.json: %w", err)
	}
	return s, nil
}

// writeJSON replaces a file whole, so that a crash leaves the old or the new one.
func writeJSON(path string, v any) error {
	b, err := json.MarshalIndent(v, "", "  ")
	if err != nil {
		return err
	}
	if err := os.WriteFile(path+".new", append(b, '\n'), 0o600); err != nil {
		return err
	}
	return os.Rename(path+".new", path)
}

func later(a, b time.Time) time.Time {
	if a.After(b) {
		return a
	}
	return b
}
