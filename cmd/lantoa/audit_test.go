package main

import (
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"path/filepath"
	"slices"
	"strings"
	"sync/atomic"
	"testing"
	"time"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/sandbox"
	"github.com/hoiphunu/lantoa/store"
)

// asCollector makes the test's own binary collect until the simulated week is over, so that it can be killed.
const asCollector = "LANTOA_TEST_AS_COLLECTOR"

// drill is some pages and groups of the simulated province and the folder of a program that reads them.
type drill struct {
	box    *sandbox.Sandbox
	clock  *sandbox.Clock
	server *httptest.Server
	set    Settings
	dir    string
	from   time.Time
	bytes  atomic.Int64
}

// counting counts what the platforms send.
type counting struct {
	http.ResponseWriter
	n *atomic.Int64
}

func (c counting) Write(b []byte) (int, error) {
	c.n.Add(int64(len(b)))
	return c.ResponseWriter.Write(b)
}

// newDrill is a province whose clock stands at the end of three weeks of past, and a store that knows so many of its
// pages and groups, with tokens for them, and has read none.
func newDrill(t testing.TB, pages, groups int) *drill {
	t.Helper()
	from, err := parseTime("2026-11-23T06:00+07:00")
	if err != nil {
		t.Fatal(err)
	}
	d := &drill{clock: sandbox.NewClock(from), dir: t.TempDir(), from: from}
	d.clock.Hold(from)
	if d.box, err = sandbox.New(sandbox.Options{Now: d.clock.Now, Weeks: 3, Anchor: from, State: filepath.Join(d.dir, "sandbox.json")}); err != nil {
		t.Fatal(err)
	}
	mux := http.NewServeMux()
	mux.HandleFunc("/clock", func(w http.ResponseWriter, r *http.Request) {
		if to, err := time.Parse(time.RFC3339, r.FormValue("to")); err == nil && to.After(d.clock.Now()) {
			d.clock.Hold(to)
		}
		json.NewEncoder(w).Encode(d.clock.Now())
	})
	handler := d.box.Handler()
	mux.Handle("/", http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		handler.ServeHTTP(counting{w, &d.bytes}, r)
	}))
	d.server = httptest.NewServer(mux)
	t.Cleanup(d.server.Close)
	d.set = d.settings(t)
	app, err := openApp(context.Background(), d.set, need{now: d.clock.Now, index: true, logTo: io.Discard})
	if err != nil {
		t.Fatal(err)
	}
	defer app.Close()
	d.stock(t, app, pages, groups)
	return d
}

func (d *drill) settings(t testing.TB) Settings {
	t.Helper()
	fs := newFlags(collectVerb, io.Discard)
	if err := fs.Parse([]string{"--data", d.dir, "--log", "error"}); err != nil {
		t.Fatal(err)
	}
	set, err := readSettings(fs, nil)
	if err != nil {
		t.Fatal(err)
	}
	z := d.box.Zalo()
	set.pointAtSandbox(d.server.URL, platformApps{d.box.AppID(), d.box.AppSecret(), z.AppID, z.AppSecret})
	return set
}

// stock brings in units, the first so many pages and groups that can be read, and the tokens.
func (d *drill) stock(t testing.TB, app *App, pages, groups int) {
	t.Helper()
	ctx := context.Background()
	check := func(err error) {
		if err != nil {
			t.Helper()
			t.Fatal(err)
		}
	}
	check(app.Store.SaveUnits(ctx, d.box.Units()))
	broken := map[string]bool{}
	for _, p := range d.box.Plants() {
		if strings.Contains(p.About, "revoked") || strings.Contains(p.About, "disconnect") {
			for _, id := range p.Channels {
				broken[id] = true
			}
		}
	}
	left := map[lantoa.ChannelKind]int{lantoa.FacebookPage: pages, lantoa.ZaloGroup: groups}
	channels := d.box.Channels()
	lively := d.lively()
	slices.SortStableFunc(channels, func(a, b lantoa.Channel) int { return lively[b.External] - lively[a.External] })
	for _, ch := range channels {
		if left[ch.Kind] > 0 && !ch.Archived && !broken[ch.External] && ch.CreatedAt.Before(d.from.AddDate(0, 0, -30)) {
			left[ch.Kind]--
			check(app.Store.SaveChannel(ctx, &ch))
		}
	}
	_, err := app.connectFacebook(ctx, d.box.Token())
	check(err)
	z := d.box.Zalo()
	check(app.Zalo.Grant(ctx, z.AccessToken, z.RefreshToken, d.clock.Now().Add(25*time.Hour)))
}

// lively counts for each page what will be edited, hidden and deleted in the week to come.
func (d *drill) lively() map[string]int {
	d.clock.Hold(d.from.AddDate(0, 0, 5))
	defer d.clock.Hold(d.from)
	count := map[string]int{}
	for _, ch := range d.box.Channels() {
		for _, p := range d.box.Truth(ch.External) {
			for _, at := range []time.Time{p.Hidden, p.Deleted, p.Wordings[len(p.Wordings)-1].At} {
				if at.After(d.from) && !at.Equal(p.Appeared) {
					count[ch.External]++
				}
			}
		}
	}
	return count
}

// collectUntil reads what is due, turns the clock to when the next is, and so on until the end.
func collectUntil(ctx context.Context, app *App, now func() time.Time, turn func(time.Time) error, end time.Time) error {
	for now().Before(end) {
		if err := app.Budget.Load(ctx); err != nil {
			return err
		}
		due, err := app.Store.ChannelsDue(ctx, now(), 500)
		if err != nil {
			return err
		}
		if len(due) > 0 {
			if err := app.Worker.Sweep(ctx, due, nil); err != nil {
				return err
			}
		}
		channels, err := app.Store.Channels(ctx, lantoa.Everything, store.ChannelFilter{})
		if err != nil {
			return err
		}
		next := end
		for _, ch := range channels {
			if !ch.Archived && ch.NextRead.Before(next) {
				next = ch.NextRead
			}
		}
		if soon := now().Add(5 * time.Minute); next.Before(soon) {
			next = soon // what is due within minutes is read together
		}
		if err := turn(next); err != nil {
			return err
		}
	}
	return nil
}

// beCollector is the process that is killed: it takes the time from the simulated province and moves it on.
func beCollector() {
	err := func() error {
		base := os.Getenv(asCollector)
		var at time.Time
		ask := func(to time.Time) error {
			res, err := http.Get(base + "/clock?to=" + to.UTC().Format(time.RFC3339))
			if err != nil {
				return err
			}
			defer res.Body.Close()
			return json.NewDecoder(res.Body).Decode(&at)
		}
		if err := ask(time.Time{}); err != nil {
			return err
		}
		var args struct {
			Dir  string
			End  time.Time
			Apps platformApps
		}
		if err := json.Unmarshal([]byte(os.Getenv(asCollector+"_ARGS")), &args); err != nil {
			return err
		}
		fs := newFlags(collectVerb, io.Discard)
		if err := fs.Parse([]string{"--data", args.Dir, "--log", "debug"}); err != nil {
			return err
		}
		set, err := readSettings(fs, nil)
		if err != nil {
			return err
		}
		set.pointAtSandbox(base, args.Apps)
		now := func() time.Time { return at }
		ctx := context.Background()
		app, err := openApp(ctx, set, need{now: now, service: "collect", index: true, logTo: os.Stderr})
		if err != nil {
			return err
		}
		defer app.Close()
		if err := collectUntil(ctx, app, now, ask, args.End); err != nil {
			return err
		}
		if err := app.Worker.Notices(ctx); err != nil {
			return err
		}
		return app.follow(ctx)
	}()
	if err != nil {
		fmt.Fprintln(os.Stderr, "collector:", err)
		os.Exit(1)
	}
	os.Exit(0)
}

// TestAWeekOfTroubleLosesAndDoublesNothing lets the program collect for a simulated week in which every tenth call
// goes wrong and the program is killed twenty times, and then holds its store against what the platforms know of
// themselves: every post, wording, deletion and due number is there once.
func TestAWeekOfTroubleLosesAndDoublesNothing(t *testing.T) {
	if testing.Short() {
		t.Skip("SKIPPED: a week is lived without -short")
	}
	d := newDrill(t, 16, 8)
	end := d.from.AddDate(0, 0, 7)
	var faults sandbox.Faults
	for kind, share := range map[string]float64{"html": 0.02, "truncated": 0.02, "empty": 0.015, "garbage": 0.015, "500": 0.02, "reduce": 0.005} {
		faults.Faults = append(faults.Faults, sandbox.Fault{Kind: kind, Share: share, To: end.Add(-6 * time.Hour)})
	}
	faults.Faults = append(faults.Faults,
		sandbox.Fault{Kind: "80001", Channel: "facebook_page", Share: 0.004, Minutes: 23, To: end.Add(-6 * time.Hour)},
		sandbox.Fault{Kind: "429", Channel: "facebook_page", Share: 0.001, To: end.Add(-12 * time.Hour)},
		sandbox.Fault{Kind: "-32", Channel: "zalo_group", Share: 0.01, To: end.Add(-6 * time.Hour)})
	slices.SortFunc(faults.Faults, func(a, b sandbox.Fault) int { return strings.Compare(a.Kind, b.Kind) })
	if err := d.box.SetFaults(faults); err != nil {
		t.Fatal(err)
	}
	z := d.box.Zalo()
	args, err := json.Marshal(map[string]any{"Dir": d.dir, "End": end, "Apps": platformApps{d.box.AppID(), d.box.AppSecret(), z.AppID, z.AppSecret}})
	if err != nil {
		t.Fatal(err)
	}
	var said strings.Builder
	dice := rand.New(rand.NewPCG(20, 26))
	for kills := 0; ; {
		cmd := exec.Command(os.Args[0])
		cmd.Env = append(os.Environ(), asCollector+"="+d.server.URL, asCollector+"_ARGS="+string(args))
		cmd.Stderr = &said
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		ended := make(chan error, 1)
		go func() { ended <- cmd.Wait() }()
		wait := 10 * time.Minute
		if kills < 20 {
			wait = time.Duration(150+dice.IntN(900)) * time.Millisecond
		}
		select {
		case err := <-ended:
			if err != nil {
				t.Fatalf("the collector ended with %v after %d kills:\n%s", err, kills, tail(said.String()))
			}
			if kills < 20 {
				t.Fatalf("the week was over after %d kills; kill earlier", kills)
			}
		case <-time.After(wait):
			cmd.Process.Kill()
			<-ended
			d.box.Unheard(time.Now().Add(-300 * time.Millisecond))
			if kills++; kills > 20 {
				t.Fatalf("the week does not end; it is %s", d.clock.Now())
			}
			continue
		}
		break
	}
	for page, n := range d.box.Blocked() {
		t.Errorf("%d calls were made to %s while it was blocked", n, page)
	}
	d.audit(t)
	d.tokensAreNowhere(t, said.String())
}

func tail(s string) string { return s[max(0, len(s)-3000):] }

// audit holds the store against the truth.
func (d *drill) audit(t *testing.T) {
	t.Helper()
	ctx := context.Background()
	st, err := store.Open(ctx, d.set.DatabaseURL(), store.Options{Now: d.clock.Now})
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	channels, err := st.Channels(ctx, lantoa.Everything, store.ChannelFilter{})
	if err != nil {
		t.Fatal(err)
	}
	var sum struct{ posts, wordings, deletions, numbers, messages int }
	for _, ch := range channels {
		switch {
		case ch.Trouble != nil || ch.LastRead.Before(d.clock.Now().Add(-6*time.Hour)):
			t.Errorf("%s: not readable at the end: %v, read last %s", ch.Name, ch.Trouble, ch.LastRead)
		case ch.Kind == lantoa.ZaloGroup:
			sum.messages += d.auditGroup(t, st, ch)
		case ch.Kind == lantoa.FacebookPage:
			posts, wordings, deletions, numbers := d.auditPage(t, st, ch)
			sum.posts += posts
			sum.wordings += wordings
			sum.deletions += deletions
			sum.numbers += numbers
		}
	}
	t.Logf("held against the truth: %+v; calls %v", sum, d.box.Calls())
	if sum.posts < 50 || sum.wordings < 2 || sum.deletions < 1 || sum.numbers < 200 || sum.messages < 30 {
		t.Errorf("too little happened in this week to say anything: %+v", sum)
	}
}

func (d *drill) auditGroup(t *testing.T, st *store.Store, ch lantoa.Channel) int {
	ids := d.box.Messages(ch.External)
	known, err := st.KnownExternals(context.Background(), ch.ID, ids)
	if err != nil {
		t.Fatal(err)
	}
	missing := 0
	for _, id := range ids {
		if !known[id] {
			missing++
		}
	}
	// Messages of the last hours may not have been read yet.
	if late := len(ids) - int(ch.Posts+ch.Chatter); missing != late || missing > 8 {
		t.Errorf("%s: %d messages, %d posts and %d counted, %d unknown", ch.Name, len(ids), ch.Posts, ch.Chatter, missing)
	}
	return len(ids)
}

// Between two visits lie at most four hours, at night; a call that goes wrong puts a visit off by up to an hour.
const (
	unseen     = 7 * time.Hour  // what lived shorter may never have been seen
	settled    = 50 * time.Hour // what vanished so long ago has been confirmed by a nightly reading
	checkDelay = 7 * time.Hour
)

func (d *drill) auditPage(t *testing.T, st *store.Store, ch lantoa.Channel) (posts, wordings, deletions, numbers int) {
	ctx := context.Background()
	kept, err := st.ChannelPosts(ctx, ch.ID, time.Time{}, 10_000)
	if err != nil {
		t.Fatal(err)
	}
	byID := map[string]lantoa.Measured{}
	for _, p := range kept {
		if _, double := byID[p.External]; double {
			t.Errorf("%s: post %s is there twice", ch.Name, p.External)
		}
		byID[p.External] = p
	}
	now := d.clock.Now()
	truth := d.box.Truth(ch.External)
	for _, real := range truth {
		ours, there := byID[real.ID]
		delete(byID, real.ID)
		gone := real.Deleted
		if gone.IsZero() || !real.Hidden.IsZero() && real.Hidden.Before(gone) {
			gone = real.Hidden
		}
		switch {
		case !there && (gone.IsZero() && now.Sub(real.Appeared) < unseen || !gone.IsZero() && (gone.Sub(real.Appeared) < unseen || gone.Before(ch.FirstRead))):
			continue // never there to be seen
		case !there:
			t.Errorf("%s: post %s of %s is lost", ch.Name, real.ID, real.Appeared)
			continue
		}
		posts++
		switch {
		case ours.Removed() && gone.IsZero():
			t.Errorf("%s: post %s is called removed and stands there", ch.Name, real.ID)
		case !gone.IsZero() && now.Sub(gone) > settled && !ours.Removed():
			t.Errorf("%s: post %s went on %s, and nobody noticed", ch.Name, real.ID, gone)
		case ours.Removed():
			deletions++
		}
		wordings += d.auditWordings(t, st, ch, real, ours, gone)
		numbers += d.auditNumbers(t, st, ch, real, ours, gone)
	}
	for id := range byID {
		t.Errorf("%s: post %s was never there", ch.Name, id)
	}
	return posts, wordings, deletions, numbers
}

// auditWordings holds the versions of a post against the wordings it really had while we could see it.
func (d *drill) auditWordings(t *testing.T, st *store.Store, ch lantoa.Channel, real sandbox.TruthPost, ours lantoa.Measured, gone time.Time) (seen int) {
	versions, err := st.Versions(context.Background(), ours.ID)
	if err != nil {
		t.Fatal(err)
	}
	var want []string
	for i, w := range real.Wordings {
		until := d.clock.Now()
		if i+1 < len(real.Wordings) {
			until = real.Wordings[i+1].At
		}
		if !gone.IsZero() && gone.Before(until) {
			until = gone
		}
		from := w.At
		if from.Before(ch.FirstRead) {
			from = ch.FirstRead
		}
		switch stood := until.Sub(from); {
		case stood <= 0:
		case stood >= unseen && d.clock.Now().Sub(w.At) > settled:
			want = append(want, w.Text)
		case slices.ContainsFunc(versions, func(v lantoa.Version) bool { return v.Text == w.Text }):
			want = append(want, w.Text) // short or young, and seen all the same
		}
	}
	var got []string
	for _, v := range versions {
		got = append(got, v.Text)
	}
	if !slices.Equal(got, want) && len(want) > 0 {
		t.Errorf("%s: post %s has %d wordings here, %d there", ch.Name, real.ID, len(got), len(want))
	}
	return len(got) - 1
}

// auditNumbers holds the snapshots of a post against what its numbers really were, and looks for one at each age at
// which numbers are wanted.
func (d *drill) auditNumbers(t *testing.T, st *store.Store, ch lantoa.Channel, real sandbox.TruthPost, ours lantoa.Measured, gone time.Time) int {
	snapshots, err := st.Snapshots(context.Background(), ours.ID)
	if err != nil {
		t.Fatal(err)
	}
	for _, s := range snapshots {
		r, c, sh, _ := d.box.Numbers(real.ID, s.At)
		if s.Reactions != lantoa.Of(int64(r)) || s.Comments != lantoa.Of(int64(c)) || s.Shares != lantoa.Of(int64(sh)) {
			t.Errorf("%s: post %s had %d/%d/%d at %s, not %+v", ch.Name, real.ID, r, c, sh, s.At, s)
		}
	}
	found := 0
	for i, age := range lantoa.Checkpoints {
		due := real.Published.Add(age)
		by := due.Add(checkDelay)
		if due.Before(ch.FirstRead) || by.After(d.clock.Now()) || real.Appeared.After(due) || !gone.IsZero() && gone.Before(by) {
			continue
		}
		if i+1 < len(lantoa.Checkpoints) && real.Published.Add(lantoa.Checkpoints[i+1]).Before(by) {
			by = by.Add(checkDelay) // two ages between two visits are one reading
		}
		passing := slices.ContainsFunc(snapshots, func(s lantoa.Snapshot) bool { return !s.At.Before(due) && !s.At.After(by) })
		if !passing && !stoppedGrowing(snapshots, real.Published, due) {
			t.Errorf("%s: post %s of %s has no numbers of its age %s", ch.Name, real.ID, real.Published, age)
		}
		found++
	}
	return found
}

// stoppedGrowing says whether two steps running before a moment brought less than a tenth of the largest.
func stoppedGrowing(snapshots []lantoa.Snapshot, published, before time.Time) bool {
	var steps []int64
	last := int64(0)
	for _, s := range snapshots {
		if s.At.Before(before) {
			steps = append(steps, s.Interactions().N-last)
			last = s.Interactions().N
		}
	}
	if len(steps) < 3 {
		return false
	}
	largest := slices.Max(steps)
	return steps[len(steps)-1]*10 < largest && steps[len(steps)-2]*10 < largest
}

// tokensAreNowhere looks for every token that was in use in all that the program wrote: its log, and every file of its
// folder but that of the simulated platforms.
func (d *drill) tokensAreNowhere(t *testing.T, log string) {
	t.Helper()
	z := d.box.Zalo()
	secrets := []string{d.box.Token(), d.box.AppSecret(), z.AppSecret, z.AccessToken, z.RefreshToken, "EAASBX", "access_token="}
	look := func(where, text string) {
		for _, secret := range secrets {
			if secret != "" && strings.Contains(text, secret) {
				t.Errorf("%s holds a secret (%s…)", where, secret[:6])
			}
		}
	}
	look("the log", log)
	err := filepath.WalkDir(d.dir, func(path string, e os.DirEntry, err error) error {
		if err != nil || e.IsDir() || e.Name() == "sandbox.json" {
			return err
		}
		b, err := os.ReadFile(path)
		if errors.Is(err, os.ErrNotExist) {
			return nil
		}
		look(e.Name(), string(b))
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
}

// BenchmarkChannelDay tells what one ordinary day costs: HTTP calls and bytes a page and a group.
func BenchmarkChannelDay(b *testing.B) {
	for b.Loop() {
		d := newDrill(b, 60, 60)
		app, err := openApp(context.Background(), d.set, need{now: d.clock.Now, index: true, logTo: io.Discard})
		if err != nil {
			b.Fatal(err)
		}
		ctx := context.Background()
		turn := func(to time.Time) error { d.clock.Hold(to); return nil }
		if err := collectUntil(ctx, app, d.clock.Now, turn, d.from.Add(time.Minute)); err != nil {
			b.Fatal(err)
		}
		before, sent := d.box.Calls(), d.bytes.Load()
		if err := collectUntil(ctx, app, d.clock.Now, turn, d.from.AddDate(0, 0, 7)); err != nil {
			b.Fatal(err)
		}
		after := d.box.Calls()
		days := 7.0 * 120
		b.ReportMetric(float64(after["http"]-before["http"])/days, "calls/channel-day")
		b.ReportMetric(float64(after["graph"]-before["graph"])/(7*60), "graphcalls/page-day")
		b.ReportMetric(float64(d.bytes.Load()-sent)/days/1000, "KB/channel-day")
		app.Close()
	}
}
