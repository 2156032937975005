package main

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"image"
	"image/jpeg"
	"log/slog"
	"math/rand/v2"
	"net/http"
	"net/http/httptest"
	"os"
	"os/exec"
	"slices"
	"sync"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/collectors/facebook"
	"github.com/hoiphunu/lantoa/collectors/zalo"
	"github.com/hoiphunu/lantoa/queue"
	"github.com/hoiphunu/lantoa/reshare"
	"github.com/hoiphunu/lantoa/sandbox"
	"github.com/hoiphunu/lantoa/store"
	"github.com/hoiphunu/lantoa/store/storetest"
)

// asPublisher makes the test's own binary pass stories on until it kills itself at a point.
const asPublisher = "LANTOA_TEST_AS_PUBLISHER"

// passHouse is a store with stories to pass on, and the sandbox as the platforms and as the judge.
type passHouse struct {
	address string
	box     *sandbox.Sandbox
	server  *httptest.Server
	clock   *sandbox.Clock
	s       *store.Store
	admin   lantoa.User
	pages   []lantoa.Channel
	groups  []lantoa.Channel
	account lantoa.Channel // the official account
	teller  lantoa.Channel // whose stories they are
	story   lantoa.StoryID
	apps    passApps
	lead    lantoa.PostID
	told    int // stories so far
}

// publishers pass on through the sandbox at base. Waiting is short: nothing of it is far away.
func publishers(s *store.Store, base string, apps passApps, now func() time.Time) reshare.Publishers {
	near := &http.Client{Transport: &http.Transport{ResponseHeaderTimeout: time.Second, MaxIdleConnsPerHost: 8}}
	fb := facebook.New(facebook.Options{GraphURL: base + "/graph", Version: "v25.0", AppID: apps.AppID, AppSecret: apps.AppSecret, Now: now, HTTP: near, Wait: time.Millisecond,
		Token: func(ctx context.Context, page string) (string, error) { return s.Secret(ctx, pageSecret(page)) }})
	za := zalo.New(zalo.Options{APIURL: base + "/zalo", OAuthURL: base + "/zalo-oauth", AppID: apps.ZaloID, AppSecret: apps.ZaloSecret, Vault: s, Now: now, HTTP: near, PerMinute: 4000})
	return reshare.Publishers{
		lantoa.ViaFeed: facebook.Publisher{Client: fb}, lantoa.ViaMessage: zalo.Messages{Client: za},
		lantoa.ViaArticle:   zalo.Articles{Client: za, Wait: func(ctx context.Context, _ time.Duration) error { return ctx.Err() }},
		lantoa.ViaBroadcast: zalo.Broadcasts{Client: za},
	}
}

// passApps is what the sandbox's apps are called, and where the picture of an article lies.
type passApps struct{ AppID, AppSecret, ZaloID, ZaloSecret, Cover string }

var drillStart = time.Date(2026, 11, 23, 6, 0, 0, 0, sandbox.Zone)

// drillWords pass the check of every means.
const drillWords = "Mỗi chị một lợn đất, cho nhau vay không lấy lãi.\n\nTheo Hội LHPN xã Đồng Mẫu\n\n#PhụNữTháiNguyên"

func openPassHouse(t *testing.T, address string, options sandbox.Options) *passHouse {
	t.Helper()
	ctx := t.Context()
	h := &passHouse{address: address, clock: sandbox.NewClock(drillStart)}
	h.clock.Hold(drillStart)
	options.Now, options.Anchor, options.Weeks = h.clock.Now, drillStart, 2
	var err error
	if h.box, err = sandbox.New(options); err != nil {
		t.Fatal(err)
	}
	h.server = httptest.NewServer(h.box.Handler())
	t.Cleanup(h.server.Close)
	opt := storetest.Options()
	opt.Now = h.clock.Now
	h.s = storetest.OpenAt(t, address, opt)
	small := storetest.Seed(t, h.s)
	z := h.box.Zalo()
	picture := drillPicture(t)
	h.apps = passApps{h.box.AppID(), h.box.AppSecret(), z.AppID, z.AppSecret, picture.URL}
	h.admin, err = h.s.AddUser(ctx, lantoa.User{Email: "quantri@mau.vn", Name: "Quản trị", Role: lantoa.Admin, Unit: small.Province}, "")
	if err != nil {
		t.Fatal(err)
	}
	fb := facebook.New(facebook.Options{GraphURL: h.server.URL + "/graph", Version: "v25.0", AppID: h.apps.AppID, AppSecret: h.apps.AppSecret, Now: h.clock.Now})
	reach, err := fb.Reach(ctx, h.box.Token())
	if err != nil {
		t.Fatal(err)
	}
	tokens := map[string]string{}
	for _, a := range reach.Accounts {
		tokens[a.ID] = a.Token
	}
	original, served := h.box.Plants()["P1"], h.box.Served()
	for _, ch := range h.box.Channels() {
		ch.ID, ch.Unit = "", small.Province
		switch ch.Kind {
		case lantoa.FacebookPage:
			if _, err := fb.TryRead(ctx, ch.External, tokens[ch.External]); tokens[ch.External] == "" || err != nil || ch.External == original.Channels[0] || served[ch.External].Posts == 0 {
				continue // what a page without a post shows proves nothing
			}
			if err := h.s.SaveSecret(ctx, pageSecret(ch.External), tokens[ch.External]); err != nil {
				t.Fatal(err)
			}
		case lantoa.ZaloGroup:
		default:
			continue
		}
		if err := h.s.SaveChannel(ctx, &ch); err != nil {
			t.Fatal(err)
		}
		if ch.Kind == lantoa.FacebookPage {
			h.pages = append(h.pages, ch)
		} else {
			h.groups = append(h.groups, ch)
		}
	}
	za := zalo.New(zalo.Options{APIURL: h.server.URL + "/zalo", OAuthURL: h.server.URL + "/zalo-oauth", AppID: z.AppID, AppSecret: z.AppSecret, Vault: h.s, Now: h.clock.Now})
	if err := za.Grant(ctx, z.AccessToken, z.RefreshToken, drillStart.Add(25*time.Hour)); err != nil {
		t.Fatal(err)
	}
	h.account = lantoa.Channel{Kind: lantoa.ZaloOA, Name: "Hội LHPN tỉnh", Unit: small.Province, External: zaloAccount(t, h.box), CreatedAt: drillStart}
	if err := h.s.SaveChannel(ctx, &h.account); err != nil {
		t.Fatal(err)
	}
	h.teller = small.DongMauPage
	h.story = h.tell(t, original.Posts[0])
	return h
}

// tell has a story told, with a picture, and chosen.
func (h *passHouse) tell(t *testing.T, external string) lantoa.StoryID {
	t.Helper()
	ctx := t.Context()
	now := h.clock.Now()
	h.told++
	title := fmt.Sprintf("Mô hình nuôi lợn đất của chi hội %d", h.told)
	post := lantoa.Post{Channel: h.teller.ID, External: external, Type: lantoa.Photo, Text: title + ". Chị em góp vốn, cho nhau vay quay vòng.",
		Permalink: "https://www.facebook.com/" + external, PublishedAt: now.Add(-48*time.Hour + time.Duration(h.told)*time.Second)}
	if _, err := h.s.SavePosts(ctx, h.teller.ID, []lantoa.Incoming{{Post: post}}, now); err != nil {
		t.Fatal(err)
	}
	posts, err := h.s.ChannelPosts(ctx, h.teller.ID, time.Time{}, 1)
	if err != nil || len(posts) != 1 || posts[0].External != external {
		t.Fatal(posts, err)
	}
	if err := h.s.SavePicture(ctx, lantoa.Picture{Post: posts[0].ID, Width: 2, Height: 2, Data: drillJPEG(), At: now}); err != nil {
		t.Fatal(err)
	}
	h.lead = posts[0].ID
	id := lantoa.StoryID(lantoa.NewID(now))
	if err := h.s.SaveStories(ctx, []lantoa.Story{{ID: id, Title: title, State: lantoa.Suggested, Lead: posts[0], First: h.teller.Unit, ToldAt: post.PublishedAt, Rank: 1, Likeness: 1, Units: 1, Channels: 1}}); err != nil {
		t.Fatal(err)
	}
	found, _, _, err := h.s.Stories(ctx, lantoa.Everything, store.StoryFilter{States: []lantoa.State{lantoa.Suggested}, Now: now, Limit: 1})
	if err != nil || len(found) != 1 {
		t.Fatal(len(found), err)
	}
	if _, err := h.s.SaveDecision(ctx, lantoa.Decision{ID: lantoa.NewID(now), Story: found[0].ID, Verdict: lantoa.Approve, By: h.admin.ID, ByName: h.admin.Name, At: now}); err != nil {
		t.Fatal(err)
	}
	return found[0].ID
}

// plan has the story go through channels.
func (h *passHouse) plan(t *testing.T, channels ...lantoa.Channel) []lantoa.ReshareID {
	t.Helper()
	var ids []lantoa.ReshareID
	for _, ch := range channels {
		r, err := reshare.Plan(t.Context(), h.s, h.admin, reshare.Order{Key: "drill-" + string(ch.ID) + string(h.story), Story: h.story, Channel: ch.ID, Title: fmt.Sprintf("Nuôi lợn đất %d", h.told), Words: drillWords,
			Pictures: h.pictures(ch)}, reshare.Rule{}, h.clock.Now())
		if err != nil {
			t.Fatal(err)
		}
		ids = append(ids, r.ID)
	}
	return ids
}

// pictures are the one of the story for an article, which needs a cover, and none elsewhere.
func (h *passHouse) pictures(ch lantoa.Channel) []lantoa.MediaRef {
	if ch.Kind != lantoa.ZaloOA {
		return nil
	}
	return []lantoa.MediaRef{{Post: h.lead}}
}

// worker is one that publishes, in this process.
func (h *passHouse) worker(now func() time.Time) *queue.Worker {
	return &queue.Worker{Store: h.s, Now: now, Zone: sandbox.Zone, Log: slog.New(slog.DiscardHandler),
		Publishers: publishers(h.s, h.server.URL, h.apps, now), PublishLease: drillLease,
		CoverURL: func(lantoa.MediaRef) string { return h.apps.Cover }}
}

// pass goes on until nothing is left that goes on by itself, moving the clock.
func (h *passHouse) pass(t *testing.T) {
	t.Helper()
	w := h.worker(h.clock.Now)
	for range 60 {
		time.Sleep(drillLease) // what a dead process held is free after it
		if err := w.Publish(t.Context()); err != nil {
			t.Fatal(err)
		}
		if h.settled(t) {
			return
		}
		h.clock.Hold(h.clock.Now().Add(3 * time.Minute))
	}
	t.Error("after three hours something still goes on by itself")
}

// settled says whether nothing goes on by itself: what is unsure waits for a person then.
func (h *passHouse) settled(t *testing.T) bool {
	t.Helper()
	open, _, _, err := h.s.Reshares(t.Context(), lantoa.Everything, store.ReshareFilter{
		States: []lantoa.ReshareState{lantoa.ReshareWaiting, lantoa.ReshareSending, lantoa.ReshareUnsure}, Limit: 500})
	if err != nil {
		t.Fatal(err)
	}
	for _, r := range open {
		if !reshare.ForPerson(r, h.clock.Now()) {
			return false
		}
	}
	return true
}

// judge asks the sandbox what stands there: each reshare that is noted as sent exactly once, and none twice. It returns
// those that were left to a person.
func (h *passHouse) judge(t *testing.T, ids []lantoa.ReshareID) (left []lantoa.Reshare) {
	t.Helper()
	keys, standing := map[string]int{}, map[string]sandbox.PublishedItem{}
	for _, item := range h.box.Published() {
		if keys[item.Key]++; keys[item.Key] > 1 {
			t.Errorf("published twice: %+v", item)
		}
		standing[item.ID] = item
	}
	for _, id := range ids {
		r, err := h.s.Reshare(t.Context(), id)
		if err != nil {
			t.Fatal(err)
		}
		switch r.State {
		case lantoa.ReshareSent:
			if item, is := standing[r.Posted]; !is || item.Channel != r.External || item.Removed {
				t.Errorf("%s on %s is noted as sent, and %q does not stand there", id, r.ChannelName, r.Posted)
			}
		case lantoa.ReshareUnsure:
			left = append(left, r)
		default:
			t.Errorf("%s on %s is %s (%v): lost", id, r.ChannelName, r.State, r.Trouble)
		}
	}
	if sent := len(ids) - len(left); len(keys) < sent {
		t.Errorf("%d are noted as sent and %d stand there", sent, len(keys))
	}
	return left
}

// bePublisher is the life of one process: it passes on what is due, one after the other, and dies at a point, or ends
// with nothing to do.
func bePublisher() {
	var apps passApps
	at, err := time.Parse(time.RFC3339Nano, os.Getenv("LANTOA_TEST_PUBLISHER_AT"))
	if err == nil {
		err = json.Unmarshal([]byte(os.Getenv("LANTOA_TEST_PUBLISHER_APPS")), &apps)
	}
	if err == nil {
		err = publishOnce(os.Getenv("LANTOA_TEST_PUBLISHER_DB"), os.Getenv("LANTOA_TEST_PUBLISHER_BOX"), os.Getenv(asPublisher), apps, at)
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}

func publishOnce(address, base, point string, apps passApps, at time.Time) error {
	ctx := context.Background()
	now := func() time.Time { return at }
	opt := storetest.Options()
	opt.Now = now
	s, err := store.Open(ctx, address, opt)
	if err != nil {
		return err
	}
	turn := make(chan struct{}, 1)
	w := &queue.Worker{Store: s, Now: now, Zone: sandbox.Zone, Log: slog.New(slog.DiscardHandler),
		Publishers: publishers(s, base, apps, now), PublishLease: drillLease, CoverURL: func(lantoa.MediaRef) string { return apps.Cover },
		Halt: func(here string) {
			if here == reshare.AtClaimed {
				turn <- struct{}{}
			}
			if here == point {
				_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
				select {} // nothing more is done, however long the signal takes
			}
			if here == reshare.AtSettled {
				<-turn
			}
		}}
	return w.Publish(ctx)
}

// runPublisher runs a process that passes on, and says whether it was killed.
func (h *passHouse) runPublisher(t *testing.T, point string) (killed bool) {
	t.Helper()
	h.clock.Hold(h.clock.Now().Add(time.Second))
	apps, err := json.Marshal(h.apps)
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), asPublisher+"="+point, "LANTOA_TEST_PUBLISHER_DB="+h.address, "LANTOA_TEST_PUBLISHER_BOX="+h.server.URL,
		"LANTOA_TEST_PUBLISHER_APPS="+string(apps), "LANTOA_TEST_PUBLISHER_AT="+h.clock.Now().Format(time.RFC3339Nano))
	return wasKilled(t, cmd)
}

// drillPicture serves the picture of an article, as the public page of pictures does.
func drillPicture(t *testing.T) *httptest.Server {
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, _ *http.Request) {
		w.Header().Set("Content-Type", "image/jpeg")
		w.Write(drillJPEG())
	}))
	t.Cleanup(server.Close)
	return server
}

var drillJPEG = sync.OnceValue(func() []byte {
	var b bytes.Buffer
	if err := jpeg.Encode(&b, image.NewRGBA(image.Rect(0, 0, 32, 18)), nil); err != nil {
		panic(err)
	}
	return b.Bytes()
})

// zaloAccount is the id of the sandbox's official account.
func zaloAccount(t *testing.T, box *sandbox.Sandbox) string {
	t.Helper()
	plant, is := box.Plants()["P12"]
	if !is {
		t.Fatal("nobody sends a story to the account")
	}
	return plant.Channels[0]
}

const kills = 20 // at each point

// take are n channels of which pages are pages; they are not used again.
func (h *passHouse) take(t *testing.T, pages, groups int) []lantoa.Channel {
	t.Helper()
	if len(h.pages) < pages || len(h.groups) < groups {
		t.Fatalf("the province is too small: %d pages and %d groups are left", len(h.pages), len(h.groups))
	}
	all := append(slices.Clone(h.pages[:pages]), h.groups[:groups]...)
	h.pages, h.groups = h.pages[pages:], h.groups[groups:]
	return all
}

// killAt has processes killed at a point until there were enough, and passes on in peace what they left.
func (h *passHouse) killAt(t *testing.T, point string) {
	t.Helper()
	n := 0
	for tries := 0; n < kills && tries < 6*kills; tries++ {
		if h.runPublisher(t, point) {
			n++
			continue
		}
		h.clock.Hold(h.clock.Now().Add(90 * time.Second))
	}
	if n < kills {
		t.Errorf("%s: only %d were killed", point, n)
	}
	h.fault(t)
	h.pass(t)
}

func (h *passHouse) fault(t *testing.T, faults ...sandbox.Fault) {
	t.Helper()
	if err := h.box.SetFaults(sandbox.Faults{Faults: faults}); err != nil {
		t.Fatal(err)
	}
}

func TestKilledAtAnyPointNothingIsPublishedTwiceOrForgotten(t *testing.T) {
	if testing.Short() {
		t.Skip("SKIPPED: two hundred processes are killed without -short")
	}
	storetest.Addresses(t, func(t *testing.T, address string) {
		h := openPassHouse(t, address, sandbox.Options{Articles: 1000})
		var all []lantoa.ReshareID
		for _, point := range reshare.Points {
			switch point {
			case reshare.AtMade, reshare.AtKept: // only an article comes there, and an account makes one a minute
				for range kills {
					h.story = h.tell(t, fmt.Sprintf("made-%d", h.told))
					all = append(all, h.plan(t, h.account)...)
				}
			case reshare.AtFound: // Facebook says that it stands there already
				all = append(all, h.plan(t, h.take(t, kills+2, 0)...)...)
				h.fault(t, sandbox.Fault{Kind: "duplicate-506", Method: "POST", Path: "feed"})
			case reshare.AtLooked: // before it is sent again after an answer that said nothing, and nothing was there
				all = append(all, h.plan(t, h.take(t, kills/2+1, kills/2+1)...)...)
				h.fault(t, sandbox.Fault{Kind: "500", Method: "POST"})
				if err := h.worker(h.clock.Now).Publish(t.Context()); err != nil {
					t.Fatal(err)
				}
				h.fault(t)
			default:
				all = append(all, h.plan(t, h.take(t, kills/2+1, kills/2+1)...)...)
			}
			h.killAt(t, point)
			t.Logf("%s: %d published so far", point, len(h.box.Published()))
		}
		for _, r := range h.judge(t, all) {
			// What Facebook calls a duplicate and does not show is truly unclear.
			if r.Trouble == nil || r.Trouble.Kind != lantoa.Duplicate {
				t.Errorf("%s on %s is left to a person after %d tries and %d looks, called %v: %v", r.ID, r.ChannelName, r.Tries, r.Checks, r.CallAt, r.Trouble)
			}
		}
	})
}

func TestWithoutAClearAnswerThePageIsLookedAtBeforeAnythingIsSentAgain(t *testing.T) {
	for _, kind := range []string{"timeout-after", "reset-after", "500-after", "2-after", "garbage-after", "500", "reset", "truncated", "html", "empty"} {
		t.Run(kind, func(t *testing.T) {
			h := openPassHouse(t, t.TempDir()+"/lantoa.db", sandbox.Options{})
			ids := h.plan(t, h.take(t, 4, 4)...)
			h.fault(t, sandbox.Fault{Kind: kind, Method: "POST", Times: 6})
			h.pass(t)
			for _, r := range h.judge(t, ids) {
				t.Errorf("%s on %s is left to a person though the channel can be looked at: %v", r.ID, r.ChannelName, r.Trouble)
			}
		})
	}
}

func TestABroadcastWithoutAClearAnswerIsLeftToAPerson(t *testing.T) {
	h := openPassHouse(t, t.TempDir()+"/lantoa.db", sandbox.Options{})
	article := h.plan(t, h.account)[0]
	h.pass(t)
	second, err := h.s.AddUser(t.Context(), lantoa.User{Email: "hai@mau.vn", Name: "Người thứ hai", Role: lantoa.Communications, Unit: h.admin.Unit}, "")
	if err != nil {
		t.Fatal(err)
	}
	r, err := reshare.Plan(t.Context(), h.s, h.admin, reshare.Order{Key: "b", Story: h.story, Channel: h.account.ID, Means: lantoa.ViaBroadcast, Of: article, Title: "Nuôi lợn đất", Words: drillWords}, reshare.Rule{}, h.clock.Now())
	if err != nil || r.Approved() {
		t.Fatalf("approved %v, %v", r.Approved(), err)
	}
	if err := h.worker(h.clock.Now).Publish(t.Context()); err != nil {
		t.Fatal(err)
	}
	if n := len(h.box.Published()); n != 1 {
		t.Fatalf("%d published before the second person", n)
	}
	if _, err := reshare.Approve(t.Context(), h.s, h.admin, r.ID, reshare.Rule{}, h.clock.Now()); lantoa.KindOf(err) != lantoa.Forbidden {
		t.Errorf("who planned it approves it: %v", err)
	}
	if _, err := reshare.Approve(t.Context(), h.s, second, r.ID, reshare.Rule{}, h.clock.Now()); err != nil {
		t.Fatal(err)
	}
	h.clock.Hold(h.clock.Now().Add(2 * time.Hour).Truncate(time.Hour))
	h.fault(t, sandbox.Fault{Kind: "500-after", Method: "POST", Path: "oa/message"})
	h.pass(t)
	left := h.judge(t, []lantoa.ReshareID{article, r.ID})
	if len(left) != 1 || left[0].ID != r.ID {
		t.Fatalf("%d left to a person", len(left))
	}
	if r, err = reshare.Answer(t.Context(), h.s, h.admin, r.ID, true, "", "Đã thấy trong OA", h.clock.Now()); err != nil || r.State != lantoa.ReshareSent {
		t.Errorf("%s, %v", r.State, err)
	}
}

func TestManyWorkersPublishEachStoryOnce(t *testing.T) {
	storetest.Addresses(t, func(t *testing.T, address string) {
		h := openPassHouse(t, address, sandbox.Options{})
		ids := h.plan(t, h.take(t, 20, 20)...)
		h.fault(t, sandbox.Fault{Kind: "slow", Method: "POST", Every: 5, Seconds: 1})
		var wg sync.WaitGroup
		for range 6 {
			w := h.worker(h.clock.Now)
			w.PublishLease = 0 // as it is outside of drills
			wg.Go(func() {
				if err := w.Publish(t.Context()); err != nil {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		h.pass(t)
		if left := h.judge(t, ids); len(left) > 0 {
			t.Errorf("%d are left to a person", len(left))
		}
	})
}

func TestAClockThatJumpsPublishesNothingTwice(t *testing.T) {
	h := openPassHouse(t, t.TempDir()+"/lantoa.db", sandbox.Options{})
	ids := h.plan(t, h.take(t, 8, 8)...)
	h.fault(t, sandbox.Fault{Kind: "slow", Method: "POST", Seconds: 1, Times: 6})
	var jump atomic.Int64 // hours by which the worker's clock is off
	now := func() time.Time { return h.clock.Now().Add(time.Duration(jump.Load()) * time.Hour) }
	var wg sync.WaitGroup
	for range 2 {
		w := h.worker(now)
		w.PublishLease = 0
		wg.Go(func() {
			for range 8 { // while one waits for an answer, the clock jumps and the other looks what is due
				if err := w.Publish(t.Context()); err != nil {
					t.Error(err)
				}
				jump.Store([]int64{3, -5, 48, -24, 0, 1, -1, 0}[rand.IntN(8)])
			}
		})
	}
	wg.Wait()
	jump.Store(0)
	h.clock.Hold(h.clock.Now().Add(50 * time.Hour)) // later than any clock said
	h.pass(t)
	if left := h.judge(t, ids); len(left) > 0 {
		t.Errorf("%d are left to a person", len(left))
	}
}

func TestWithRedisWipedWhatWasPlannedIsPublishedOnce(t *testing.T) {
	h := openPassHouse(t, t.TempDir()+"/lantoa.db", sandbox.Options{})
	ids := h.plan(t, h.take(t, 3, 3)...)
	ctx, stop := context.WithCancel(t.Context())
	redis, err := queue.OpenRedis(ctx, "") // with nothing in it, as after it was wiped: the nudges of planning are gone
	if err != nil {
		t.Fatal(err)
	}
	defer redis.Close()
	w := h.worker(h.clock.Now)
	w.Index = nil
	planner := &queue.Planner{Worker: w, Client: queue.NewClient(redis), Log: w.Log}
	var wg sync.WaitGroup
	wg.Go(func() { planner.Run(ctx) })
	wg.Go(func() {
		if err := w.Run(ctx, redis); err != nil {
			t.Error(err)
		}
	})
	for !h.settled(t) && t.Context().Err() == nil {
		time.Sleep(50 * time.Millisecond)
	}
	stop()
	wg.Wait()
	if left := h.judge(t, ids); len(left) > 0 {
		t.Errorf("%d are left to a person", len(left))
	}
}
