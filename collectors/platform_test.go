package collectors_test

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"os"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/collectors"
	"github.com/hoiphunu/lantoa/collectors/facebook"
	"github.com/hoiphunu/lantoa/sandbox"
	"github.com/hoiphunu/lantoa/store"
	"github.com/hoiphunu/lantoa/store/storetest"
)

// The joints: what Collect asks for is what the store and the client have.
var (
	_ collectors.Shelf     = (*store.Store)(nil)
	_ collectors.Source    = (*facebook.Client)(nil)
	_ collectors.Confirmer = (*facebook.Client)(nil)
	_ facebook.Budget      = (*collectors.Budget)(nil)
)

// clock is a clock that a test turns.
type clock struct {
	mu  sync.Mutex
	now time.Time
}

func (c *clock) Now() time.Time {
	c.mu.Lock()
	defer c.mu.Unlock()
	return c.now
}

func (c *clock) turn(d time.Duration) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.now = c.now.Add(d)
}

// province is the sandbox over real HTTP, a store, and a client that reads the one into the other.
type province struct {
	*sandbox.Sandbox
	clock  *clock
	store  *store.Store
	client *facebook.Client
	pages  map[string]lantoa.Channel // by external id
}

func newProvince(t *testing.T, weeks int, faults ...sandbox.Fault) *province {
	t.Helper()
	c := &clock{now: time.Date(2026, 11, 23, 6, 0, 0, 0, time.FixedZone("", 7*3600))}
	box, err := sandbox.New(sandbox.Options{Now: c.Now, Weeks: weeks, Faults: sandbox.Faults{Faults: faults}})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(box.Handler())
	t.Cleanup(server.Close)
	p := &province{Sandbox: box, clock: c, store: storetest.Open(t), pages: map[string]lantoa.Channel{}}
	tokens := map[string]string{}
	p.client = facebook.New(facebook.Options{
		GraphURL: server.URL + "/graph", Version: "v25.0", AppID: box.AppID(), AppSecret: box.AppSecret(),
		Token: func(_ context.Context, page string) (string, error) { return tokens[page], nil },
		Now:   c.Now, Budget: collectors.NewBudget(nil, nil), Wait: time.Millisecond,
	})
	accounts, err := p.client.Accounts(t.Context(), box.Token())
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range accounts {
		tokens[a.ID] = a.Token
	}
	if err := p.store.SaveUnits(t.Context(), box.Units()); err != nil {
		t.Fatal(err)
	}
	for _, ch := range box.Channels() {
		if ch.Kind == lantoa.FacebookPage && tokens[ch.External] != "" {
			p.pages[ch.External] = ch
		}
	}
	return p
}

// collect visits a page now and gives the channel as it is afterwards.
func (p *province) collect(t *testing.T, external string) (lantoa.Visit, lantoa.Channel) {
	t.Helper()
	ch := p.pages[external]
	if ch.ID == "" {
		if err := p.store.SaveChannel(t.Context(), &ch); err != nil {
			t.Fatal(err)
		}
	}
	visit, err := collectors.Collect(t.Context(), p.client, p.store, ch, p.clock.Now())
	if err != nil {
		t.Fatal(err)
	}
	if ch, err = p.store.Channel(t.Context(), ch.ID); err != nil {
		t.Fatal(err)
	}
	p.pages[external] = ch
	return visit, ch
}

func TestAllPagesOfTheProvinceAreListed(t *testing.T) {
	p := newProvince(t, 1)
	var missing []string
	for _, ch := range p.Channels() {
		if _, listed := p.pages[ch.External]; ch.Kind == lantoa.FacebookPage && !listed {
			missing = append(missing, ch.Name)
		}
	}
	if len(missing) > 0 {
		t.Errorf("%d pages have no token: %v", len(missing), missing)
	}
}

func TestAPageOfTheProvince(t *testing.T) {
	p := newProvince(t, 26)
	plants := p.Plants()
	dongMau := plants["P1"].Channels[0]

	t.Run("what is served is what is stored, with numbers, size and days", func(t *testing.T) {
		visit, ch := p.collect(t, dongMau)
		served := p.Served()[dongMau].Posts
		if visit.Trouble != nil || !visit.Complete || visit.New != served || int(ch.Posts) != served || served < 20 {
			t.Errorf("visit %+v, %d posts stored, %d served", visit, ch.Posts, served)
		}
		if !ch.Followers.Known || ch.LastRead.IsZero() {
			t.Errorf("channel %+v", ch)
		}
		days, err := p.store.ChannelDays(t.Context(), ch.ID, "", time.Time{}, p.clock.Now())
		if err != nil || len(days) < 170*6 {
			t.Errorf("%d figures of days, %v", len(days), err)
		}
		posts, err := p.store.PostsBetween(t.Context(), ch.ID, time.Time{}, p.clock.Now())
		if err != nil {
			t.Fatal(err)
		}
		for _, post := range posts {
			m, err := p.store.Post(t.Context(), post.ID)
			if err != nil || !m.Numbers.Reactions.Known || !m.Numbers.Shares.Known || !m.Numbers.Views.Known {
				t.Fatalf("%s has no numbers: %+v, %v", post.External, m.Numbers, err)
			}
		}
	})
	t.Run("a second visit brings nothing twice, in one call", func(t *testing.T) {
		p.clock.turn(time.Hour)
		visit, ch := p.collect(t, dongMau)
		if visit.New != 0 || visit.Calls > 2 || int(ch.Posts) != p.Served()[dongMau].Posts {
			t.Errorf("visit %+v, %d posts", visit, ch.Posts)
		}
	})
	t.Run("a lost right is told as one", func(t *testing.T) {
		visit, ch := p.collect(t, plants["P6"].Channels[0])
		if visit.Trouble == nil || !visit.Trouble.Disconnects() || !ch.LastRead.IsZero() || visit.Next.Sub(p.clock.Now()) > time.Hour {
			t.Errorf("visit %+v", visit)
		}
	})
}

func TestAPostDeletedAtItsSource(t *testing.T) {
	p := newProvince(t, 26)
	plant := p.Plants()["P8"]
	p.clock.turn(plant.Times[0].Add(time.Hour).Sub(p.clock.Now()))
	page := plant.Channels[0]
	_, before := p.collect(t, page)
	p.clock.turn(4 * 24 * time.Hour)
	visit, after := p.collect(t, page)
	if int(after.Posts) != p.Served()[page].Posts || visit.Trouble != nil {
		t.Errorf("%d posts, %d served, %+v", after.Posts, p.Served()[page].Posts, visit)
	}
	posts, err := p.store.PostsBetween(t.Context(), after.ID, time.Time{}, p.clock.Now())
	if err != nil {
		t.Fatal(err)
	}
	removed := 0
	for _, post := range posts {
		if post.Removed() {
			removed++
			if post.External != plant.Posts[0] {
				t.Errorf("%s was removed", post.External)
			}
		}
	}
	if removed != 1 || before.Posts == 0 {
		t.Errorf("%d posts removed", removed)
	}
}

func TestFaultsOfThePlatform(t *testing.T) {
	p := newProvince(t, 8)
	page := p.Plants()["P1"].Channels[0]
	tests := []struct {
		fault sandbox.Fault
		want  lantoa.Kind // of the trouble; "" when the visit is good all the same
	}{
		{sandbox.Fault{Kind: "html"}, lantoa.Away},
		{sandbox.Fault{Kind: "truncated"}, lantoa.Garbled},
		{sandbox.Fault{Kind: "empty"}, lantoa.Away},
		{sandbox.Fault{Kind: "garbage"}, lantoa.Garbled},
		{sandbox.Fault{Kind: "500"}, lantoa.Away},
		{sandbox.Fault{Kind: "500", Times: 1}, ""},
		{sandbox.Fault{Kind: "reduce", Times: 2}, ""},
		{sandbox.Fault{Kind: "429"}, lantoa.Limited},
		{sandbox.Fault{Kind: "4"}, lantoa.Limited},
		{sandbox.Fault{Kind: "80001", Minutes: 37}, lantoa.Limited},
		{sandbox.Fault{Kind: "190"}, lantoa.Expired},
	}
	_, healthy := p.collect(t, page)
	for _, tt := range tests {
		for _, path := range []string{"published_posts", ""} {
			t.Run(fmt.Sprintf("%s %s %d", tt.fault.Kind, path, tt.fault.Times), func(t *testing.T) {
				p.clock.turn(25 * time.Hour) // whatever was closed is open again
				fault := tt.fault
				fault.Path, fault.Channel = path, page
				p.setFaults(t, fault)
				visit, ch := p.collect(t, page)
				if kind := kindOf(visit.Trouble); kind != tt.want {
					t.Errorf("trouble %v, want %q", visit.Trouble, tt.want)
				}
				if ch.Posts < healthy.Posts {
					t.Errorf("%d posts are left of %d", ch.Posts, healthy.Posts)
				}
				p.setFaults(t)
				p.clock.turn(25 * time.Hour)
				if visit, ch := p.collect(t, page); visit.Trouble != nil || int(ch.Posts) != p.Served()[page].Posts {
					t.Errorf("afterwards %v, %d posts of %d", visit.Trouble, ch.Posts, p.Served()[page].Posts)
				}
			})
		}
	}
}

func kindOf(t *lantoa.Trouble) lantoa.Kind {
	if t == nil {
		return ""
	}
	return t.Kind
}

// Recorded answers of a page, read twice into a real store: nothing double, a new wording, a hidden post and
// a deleted one, and no token in any row.
func TestRecordedPageIntoAStore(t *testing.T) {
	read := func(name string) string { return recording(t, "../../shared/fixtures/facebook/"+name) }
	reread, gone := read("posts-reread-after-changes.json"), ""
	posts := []string{read("posts-page1.json"), read("posts-page2-overlap.json")}
	node := read("page-node.json")
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		w.Header().Set("Content-Type", "application/json")
		if r.Method == http.MethodGet {
			fmt.Fprint(w, posts[0])
			posts = posts[1:]
			return
		}
		var parts []struct {
			URL string `json:"relative_url"`
		}
		if err := json.Unmarshal([]byte(r.FormValue("batch")), &parts); err != nil {
			t.Error(err)
		}
		type answer struct {
			Code int    `json:"code"`
			Body string `json:"body"`
		}
		var answers []answer
		for _, part := range parts {
			a := answer{200, `{"data":[]}`}
			switch url := part.URL; {
			case strings.Contains(url, "/published_posts"):
				a.Body, posts = posts[0], posts[1:]
			case strings.Contains(url, "/insights"), strings.Contains(url, "/video_reels"):
			case strings.Contains(url, "_122100000000000102"):
				gone, a = "102", answer{400, `{"error":{"message":"Unsupported get request.","code":100,"error_subcode":33}}`}
			case strings.Contains(url, "_122100000000000106"):
				a.Body = `{"id":"104000000000921_122100000000000106","is_published":true}`
			default:
				a.Body = node
			}
			answers = append(answers, a)
		}
		if err := json.NewEncoder(w).Encode(answers); err != nil {
			t.Error(err)
		}
	}))
	defer server.Close()

	s := storetest.Open(t)
	small := storetest.Seed(t, s)
	ch := lantoa.Channel{Kind: lantoa.FacebookPage, Name: "Hội LHPN xã Bình Mẫu", Unit: small.DongMau, External: "104000000000921"}
	if err := s.SaveChannel(t.Context(), &ch); err != nil {
		t.Fatal(err)
	}
	now := time.Date(2026, 11, 25, 1, 15, 0, 0, time.UTC)
	client := facebook.New(facebook.Options{GraphURL: server.URL, Version: "v25.0", Now: func() time.Time { return now },
		Token: func(context.Context, string) (string, error) { return "EAAFAKEpage921NOTREAL", nil }})

	visit, err := collectors.Collect(t.Context(), client, s, ch, now)
	if err != nil || visit.Trouble != nil || visit.New != 4 || visit.Seen != 4 || !visit.Complete {
		t.Fatalf("first visit %+v, %v", visit, err)
	}
	if ch, err = s.Channel(t.Context(), ch.ID); err != nil {
		t.Fatal(err)
	}
	posts, now = []string{reread}, now.Add(time.Hour)
	if visit, err = collectors.Collect(t.Context(), client, s, ch, now); err != nil || visit.Trouble != nil || visit.New != 0 {
		t.Fatalf("second visit %+v, %v", visit, err)
	}
	if gone != "102" {
		t.Error("the missing post was not asked for")
	}
	stored, err := s.PostsBetween(t.Context(), ch.ID, time.Time{}, now)
	if err != nil || len(stored) != 4 {
		t.Fatalf("%d posts, %v", len(stored), err)
	}
	for _, post := range stored {
		m, err := s.Post(t.Context(), post.ID)
		if err != nil {
			t.Fatal(err)
		}
		if text := fmt.Sprintf("%+v", m); strings.Contains(text, "access_token=") || strings.Contains(text, "NOTREAL") {
			t.Errorf("a token is stored: %s", text)
		}
		curve, err := s.Snapshots(t.Context(), post.ID)
		if err != nil {
			t.Fatal(err)
		}
		switch post.External[len(post.External)-3:] {
		case "101":
			if len(curve) != 2 || curve[0].Reactions != lantoa.Of(214) || curve[1].Reactions != lantoa.Of(209) || post.Removed() {
				t.Errorf("101: %+v", curve)
			}
		case "102":
			if !post.Removed() {
				t.Error("102 is still there")
			}
		case "103":
			if !post.Hidden || post.Version != 2 {
				t.Errorf("103: %+v", post)
			}
		case "106":
			if post.Removed() {
				t.Error("106 was removed though it is there")
			}
		}
	}
}

// A page whose right was taken answers, for some lists, nothing and no error, and of each post that it is not there.
func TestAListThatFallsEmptyWithoutAWord(t *testing.T) {
	clock := &clock{now: time.Date(2026, 11, 25, 1, 15, 0, 0, time.UTC)}
	stamp := func(ago time.Duration) string { return clock.Now().Add(-ago).Format("2006-01-02T15:04:05-0700") }
	var list, reels string // the elements of the two lists
	posts := fmt.Sprintf(`{"id":"921_1","message":"a","created_time":%q},{"id":"921_2","message":"b","created_time":%q}`, stamp(time.Hour), stamp(50*time.Hour))
	server := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.FormValue("batch") == "" { // an hourly visit asks for the posts alone
			w.Header().Set("Content-Type", "application/json")
			fmt.Fprintf(w, `{"data":[%s]}`, list)
			return
		}
		var parts []struct {
			URL string `json:"relative_url"`
		}
		if err := json.Unmarshal([]byte(r.FormValue("batch")), &parts); err != nil {
			t.Error(err)
		}
		type answer struct {
			Code int    `json:"code"`
			Body string `json:"body"`
		}
		var answers []answer
		for _, part := range parts {
			a := answer{200, `{"data":[]}`}
			switch path, _, _ := strings.Cut(part.URL, "?"); {
			case strings.HasSuffix(path, "/published_posts"):
				a.Body = `{"data":[` + list + `]}`
			case strings.HasSuffix(path, "/video_reels"):
				a.Body = `{"data":[` + reels + `]}`
			case strings.Contains(path, "921_"):
				a = answer{400, `{"error":{"message":"Unsupported get request.","code":100,"error_subcode":33}}`}
			case !strings.Contains(path, "/"):
				a.Body = `{"id":"921","name":"Hội LHPN xã Bình Mẫu"}`
			}
			answers = append(answers, a)
		}
		w.Header().Set("Content-Type", "application/json")
		if err := json.NewEncoder(w).Encode(answers); err != nil {
			t.Error(err)
		}
	}))
	defer server.Close()
	p := &province{clock: clock, store: storetest.Open(t), pages: map[string]lantoa.Channel{}}
	p.pages["921"] = lantoa.Channel{Kind: lantoa.FacebookPage, Name: "Hội LHPN xã Bình Mẫu", Unit: storetest.Seed(t, p.store).DongMau, External: "921"}
	p.client = facebook.New(facebook.Options{GraphURL: server.URL, Version: "v25.0", Now: clock.Now, Wait: time.Nanosecond,
		Token: func(context.Context, string) (string, error) { return "EAAFAKEpage921NOTREAL", nil }})

	if visit, ch := p.collect(t, "921"); visit.Trouble != nil || ch.Posts != 0 || ch.FirstRead.IsZero() {
		t.Errorf("a page that has nothing yet is none in trouble: %+v", visit)
	}
	clock.turn(time.Hour)
	list = posts
	visit, good := p.collect(t, "921")
	if visit.Trouble != nil || good.Posts != 2 {
		t.Fatalf("%+v, %d posts", visit, good.Posts)
	}
	for _, name := range []string{"once it is a lost right", "again it still is"} {
		t.Run(name, func(t *testing.T) {
			clock.turn(time.Hour)
			list = ""
			visit, ch := p.collect(t, "921")
			if visit.Trouble == nil || !visit.Trouble.Disconnects() || visit.Complete || ch.Posts != 2 || !ch.LastRead.Equal(good.LastRead) {
				t.Errorf("%+v, %d posts, read last at %v, want %v", visit, ch.Posts, ch.LastRead, good.LastRead)
			}
		})
	}
	t.Run("beside reels that are still listed no post is removed", func(t *testing.T) {
		clock.turn(37 * time.Hour) // reels are looked at nightly, and taken when their post has had a day to appear
		reels = fmt.Sprintf(`{"id":"77","created_time":%q}`, stamp(30*time.Hour))
		if _, ch := p.collect(t, "921"); ch.Posts != 3 {
			t.Errorf("%d posts are left of 3", ch.Posts)
		}
	})
	t.Run("the right is back", func(t *testing.T) {
		clock.turn(time.Hour)
		list = posts
		if visit, ch := p.collect(t, "921"); visit.Trouble != nil || ch.Trouble != nil || !ch.LastRead.Equal(clock.Now()) {
			t.Errorf("%+v", visit)
		}
	})
}

// meanwhile is a source during whose visit somebody else does something.
type meanwhile struct {
	haul lantoa.Haul
	do   func()
}

func (m meanwhile) Visit(context.Context, lantoa.Channel, lantoa.Ask, time.Time) (lantoa.Haul, error) {
	m.do()
	return m.haul, nil
}

func TestWhatAPersonChangesDuringAFirstVisitStays(t *testing.T) {
	s := storetest.Open(t)
	small := storetest.Seed(t, s)
	now := time.Date(2026, 11, 25, 1, 15, 0, 0, time.UTC)
	for i, tt := range []struct {
		name   string
		change func(ch *lantoa.Channel)
		want   func(ch *lantoa.Channel) // what the visit adds
	}{
		{"nothing", func(*lantoa.Channel) {}, func(ch *lantoa.Channel) { ch.Name, ch.URL = "Trang", "https://x.invalid" }},
		{"a name", func(ch *lantoa.Channel) { ch.Name = "Tên đúng" }, func(ch *lantoa.Channel) { ch.URL = "https://x.invalid" }},
		{"an address", func(ch *lantoa.Channel) { ch.URL = "https://y.invalid" }, func(ch *lantoa.Channel) { ch.Name = "Trang" }},
		{"another unit", func(ch *lantoa.Channel) { ch.Unit = small.Province }, func(ch *lantoa.Channel) { ch.Name, ch.URL = "Trang", "https://x.invalid" }},
		{"put away", func(ch *lantoa.Channel) { ch.Archived = true }, func(ch *lantoa.Channel) { ch.Name, ch.URL = "Trang", "https://x.invalid" }},
	} {
		t.Run(tt.name, func(t *testing.T) {
			ch := lantoa.Channel{Kind: lantoa.FacebookPage, Unit: small.DongMau, External: fmt.Sprint(5000 + i)}
			if err := s.SaveChannel(t.Context(), &ch); err != nil {
				t.Fatal(err)
			}
			changed := ch
			tt.change(&changed)
			src := meanwhile{lantoa.Haul{Name: "Trang", URL: "https://x.invalid", Complete: true}, func() {
				if err := s.SaveChannel(t.Context(), &changed); err != nil {
					t.Fatal(err)
				}
			}}
			if _, err := collectors.Collect(t.Context(), src, s, ch, now); err != nil {
				t.Fatal(err)
			}
			got, err := s.Channel(t.Context(), ch.ID)
			tt.want(&changed)
			if err != nil || got.Name != changed.Name || got.URL != changed.URL || got.Unit.ID != changed.Unit.ID || got.Archived != changed.Archived {
				t.Errorf("got %+v, want %+v, %v", got, changed, err)
			}
		})
	}
}

// recording is a shared recording; the test is skipped aloud where it is not.
func recording(t *testing.T, path string) string {
	t.Helper()
	b, err := os.ReadFile(path)
	if err != nil {
		t.Skip("NOT TESTED: the recordings are not here:", err)
	}
	return string(b)
}

func (p *province) setFaults(t *testing.T, faults ...sandbox.Fault) {
	t.Helper()
	if err := p.SetFaults(sandbox.Faults{Faults: faults}); err != nil {
		t.Fatal(err)
	}
}
