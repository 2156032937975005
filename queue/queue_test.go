package queue

import (
	"context"
	"log/slog"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/collectors"
	"github.com/hoiphunu/lantoa/search"
	"github.com/hoiphunu/lantoa/store/storetest"
)

// both runs a test with the Redis inside the process and with a real server, emptied first.
func both(t *testing.T, test func(t *testing.T, r *Redis)) {
	t.Run("embedded", func(t *testing.T) { test(t, openRedis(t, "")) })
	t.Run("server", func(t *testing.T) {
		address := os.Getenv("LANTOA_TEST_REDIS_URL")
		if address == "" {
			t.Skip("NOT TESTED ON REDIS: LANTOA_TEST_REDIS_URL is not set")
		}
		r := openRedis(t, address)
		if err := r.client.FlushDB(context.Background()).Err(); err != nil {
			t.Fatal(err)
		}
		test(t, r)
	})
}

func openRedis(t *testing.T, address string) *Redis {
	t.Helper()
	r, err := OpenRedis(context.Background(), address)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { r.Close() })
	return r
}

// platform is a source that counts its visits and serves one post a page.
type platform struct {
	mu     sync.Mutex
	visits map[lantoa.ChannelID]int
	fail   error         // what it answers instead
	hold   chan struct{} // when set, a visit waits for it
}

func (p *platform) Visit(ctx context.Context, ch lantoa.Channel, _ lantoa.Ask, now time.Time) (lantoa.Haul, error) {
	p.mu.Lock()
	p.visits[ch.ID]++
	fail, hold := p.fail, p.hold
	p.mu.Unlock()
	if hold != nil {
		select {
		case <-hold:
		case <-ctx.Done():
			return lantoa.Haul{}, ctx.Err()
		}
	}
	if fail != nil {
		return lantoa.Haul{}, fail
	}
	return lantoa.Haul{Complete: true, Posts: []lantoa.Incoming{{HasCount: true,
		Post:    lantoa.Post{External: string(ch.ID) + "1", Type: lantoa.Photo, Text: "Tổ tiết kiệm của chi hội " + ch.Name, PublishedAt: now.Add(-time.Hour)},
		Numbers: lantoa.Snapshot{At: now, Reactions: lantoa.Of(3), Comments: lantoa.Of(0), Shares: lantoa.Of(1), Source: lantoa.FromPlatform}}}}, nil
}

func (p *platform) count(ch lantoa.ChannelID) int {
	p.mu.Lock()
	defer p.mu.Unlock()
	return p.visits[ch]
}

// shop is a worker and a planner over a real store, with a clock that stands.
type shop struct {
	*Worker
	planner  *Planner
	client   *Client
	platform *platform
	seed     storetest.Small
	machine  time.Time // the clock of slots
}

func openShop(t *testing.T, r *Redis) *shop {
	t.Helper()
	st := storetest.Open(t)
	index, err := search.OpenEmbedded(filepath.Join(t.TempDir(), "search.index"))
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { index.Close() })
	p := &platform{visits: map[lantoa.ChannelID]int{}}
	s := &shop{platform: p, seed: storetest.Seed(t, st), machine: time.Now()}
	log := slog.New(slog.DiscardHandler)
	s.Worker = &Worker{Store: st, Index: index, Now: func() time.Time { return storetest.Now }, Zone: time.UTC, Log: log,
		Sources: map[lantoa.ChannelKind]collectors.Source{lantoa.FacebookPage: p}}
	s.client = NewClient(r)
	s.client.now = func() time.Time { return s.machine }
	s.planner = &Planner{Worker: s.Worker, Client: s.client, Log: log}
	ctx, stop := context.WithCancel(context.Background())
	ended := make(chan struct{})
	go func() {
		defer close(ended)
		if err := s.Worker.Run(ctx, r); err != nil {
			t.Error(err)
		}
	}()
	t.Cleanup(func() { stop(); <-ended })
	return s
}

// until waits for a condition, never for a time.
func until(t *testing.T, what string, is func() bool) {
	t.Helper()
	for deadline := time.Now().Add(time.Minute); time.Now().Before(deadline); time.Sleep(5 * time.Millisecond) {
		if is() {
			return
		}
	}
	t.Fatalf("never: %s", what)
}

// planned waits for what the planner brings about. One nudge may get lost on a busy machine, as in life; the next
// tick makes it good.
func (s *shop) planned(t *testing.T, what string, is func() bool) {
	t.Helper()
	var next time.Time
	until(t, what, func() bool {
		if now := time.Now(); now.After(next) {
			next = now.Add(500 * time.Millisecond)
			s.machine = s.machine.Add(tick)
			s.planner.tick(context.Background())
		}
		return is()
	})
}

func idle(t *testing.T, r *Redis) {
	t.Helper()
	until(t, "the queue is empty", func() bool {
		l, err := r.Lengths()
		return err == nil && l.Waiting == 0 && l.Active == 0
	})
}

func TestADueChannelIsVisitedFoundAndIndexed(t *testing.T) {
	both(t, func(t *testing.T, r *Redis) {
		s := openShop(t, r)
		ctx := context.Background()
		s.planned(t, "all three pages are read", func() bool {
			return s.platform.count(s.seed.ProvincePage.ID)+s.platform.count(s.seed.DongMauPage.ID)+s.platform.count(s.seed.KheMauPage.ID) == 3
		})
		idle(t, r)
		if due, err := s.Store.ChannelsDue(ctx, storetest.Now, 10); err != nil || len(due) != 0 {
			t.Errorf("%d channels are still due (%v)", len(due), err)
		}
		s.planned(t, "the posts are in the index", func() bool {
			n, err := s.Index.Count(ctx)
			return err == nil && n == 3
		})
	})
}

func TestAskingAgainWithinTheSlotReadsOnce(t *testing.T) {
	both(t, func(t *testing.T, r *Redis) {
		s := openShop(t, r)
		ctx := context.Background()
		for range 5 {
			if err := s.client.CollectNow(ctx, s.seed.DongMauPage.ID); err != nil {
				t.Fatal(err)
			}
		}
		until(t, "it is read", func() bool { return s.platform.count(s.seed.DongMauPage.ID) > 0 })
		idle(t, r)
		if got := s.platform.count(s.seed.DongMauPage.ID); got != 1 {
			t.Errorf("read %d times, want once", got)
		}
		s.machine = s.machine.Add(10 * time.Second)
		if err := s.client.CollectNow(ctx, s.seed.DongMauPage.ID); err != nil {
			t.Fatal(err)
		}
		until(t, "asked later, it is read again although it is not due", func() bool { return s.platform.count(s.seed.DongMauPage.ID) == 2 })
	})
}

func TestAnEmptiedRedisLosesNothing(t *testing.T) {
	both(t, func(t *testing.T, r *Redis) {
		s := openShop(t, r)
		ctx := context.Background()
		s.platform.mu.Lock()
		s.platform.hold = make(chan struct{})
		s.platform.mu.Unlock()
		s.planned(t, "a visit is under way", func() bool { return s.platform.count(s.seed.DongMauPage.ID) == 1 })
		for range 3 {
			if err := r.client.FlushDB(ctx).Err(); err != nil {
				t.Fatal(err)
			}
			s.machine = s.machine.Add(slot)
			s.planner.tick(ctx)
		}
		s.platform.mu.Lock()
		close(s.platform.hold)
		s.platform.hold = nil
		s.platform.mu.Unlock()
		s.planned(t, "every page has been read", func() bool {
			due, err := s.Store.ChannelsDue(ctx, storetest.Now, 10)
			return err == nil && len(due) == 0
		})
	})
}

func TestATroubleOfThePlatformArchivesNoTask(t *testing.T) {
	both(t, func(t *testing.T, r *Redis) {
		s := openShop(t, r)
		ctx := context.Background()
		s.platform.fail = &lantoa.Trouble{Kind: lantoa.Limited, Until: storetest.Now.Add(37 * time.Minute)}
		s.planned(t, "all were tried", func() bool { return s.platform.count(s.seed.KheMauPage.ID) == 1 })
		idle(t, r)
		l, err := r.Lengths()
		if err != nil || l.GivenUp != 0 || l.Retry != 0 {
			t.Errorf("a rate limit left %+v (%v), want no retry and nothing given up", l, err)
		}
		ch, err := s.Store.Channel(ctx, s.seed.KheMauPage.ID)
		if err != nil {
			t.Fatal(err)
		}
		if ch.Trouble == nil || ch.Trouble.Kind != lantoa.Limited || ch.NextRead.Before(storetest.Now.Add(37*time.Minute)) {
			t.Errorf("trouble %v, next visit %s", ch.Trouble, ch.NextRead)
		}
	})
}

func TestALongFindDoesNotKeepChannelsFromBeingRead(t *testing.T) {
	both(t, func(t *testing.T, r *Redis) {
		s := openShop(t, r)
		ctx := context.Background()
		s.finding.Lock() // one that takes minutes
		defer s.finding.Unlock()
		for range 9 {
			if err := s.client.step(ctx, taskFind, tick); err != nil {
				t.Fatal(err)
			}
			s.machine = s.machine.Add(tick)
		}
		if err := s.client.CollectNow(ctx, s.seed.DongMauPage.ID); err != nil {
			t.Fatal(err)
		}
		until(t, "the page is read", func() bool { return s.platform.count(s.seed.DongMauPage.ID) == 1 })
	})
}

func TestAChannelDueAgainWithinTheSlotIsReadAgain(t *testing.T) {
	both(t, func(t *testing.T, r *Redis) {
		s := openShop(t, r)
		ctx := context.Background()
		id := s.seed.DongMauPage.ID
		s.planned(t, "it is read", func() bool { return s.platform.count(id) == 1 })
		idle(t, r)
		if err := s.Store.SetNextVisit(ctx, id, storetest.Now.Add(-time.Minute)); err != nil {
			t.Fatal(err)
		}
		s.planned(t, "it is read again", func() bool { return s.platform.count(id) == 2 })
	})
}

func TestTheFinderLearnsWhatAnotherProcessJudged(t *testing.T) {
	st := storetest.Open(t)
	seed := storetest.Seed(t, st)
	ctx := context.Background()
	process := func() *Worker {
		return &Worker{Store: st, Now: func() time.Time { return storetest.Now }, Zone: time.UTC, Log: slog.New(slog.DiscardHandler)}
	}
	service, beside := process(), process()
	text := strings.Repeat("Chi hội phụ nữ xóm Đồng Tâm nuôi lợn đất tiết kiệm được 148 triệu đồng cho 36 hội viên vay vốn phát triển kinh tế. ", 3)
	put := func(w *Worker, ch lantoa.ChannelID, hours int) {
		t.Helper()
		_, err := st.SavePosts(ctx, ch, []lantoa.Incoming{{Post: lantoa.Post{External: "x", Type: lantoa.Text, Text: text,
			PublishedAt: storetest.Now.Add(time.Duration(hours) * time.Hour)}}}, storetest.Now)
		if err == nil {
			err = w.Find(ctx)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	if err := service.Find(ctx); err != nil {
		t.Fatal(err)
	}
	put(beside, seed.DongMauPage.ID, -30)
	put(service, seed.KheMauPage.ID, -20)
	posts, err := st.ChannelPosts(ctx, seed.KheMauPage.ID, time.Time{}, 1)
	if err != nil || len(posts) != 1 {
		t.Fatal(len(posts), err)
	}
	if posts[0].Copies != 1 || posts[0].Cluster == "" {
		t.Errorf("the copy was not found: %d copies, cluster %q", posts[0].Copies, posts[0].Cluster)
	}
}

func TestThePausedPlannerRests(t *testing.T) {
	r := openRedis(t, "")
	s := openShop(t, r)
	s.planner.Paused = func() bool { return true }
	ctx, stop := context.WithCancel(context.Background())
	stop() // one turn of the loop
	s.planner.Run(ctx)
	if l, err := r.Lengths(); err != nil || l.Waiting != 0 {
		t.Errorf("a paused planner enqueued %+v (%v)", l, err)
	}
}

func TestTheEmbeddedClockMoves(t *testing.T) {
	r := openRedis(t, "")
	ctx := context.Background()
	if err := r.client.Set(ctx, "short", 1, time.Second).Err(); err != nil {
		t.Fatal(err)
	}
	until(t, "a key with a life of one second is gone", func() bool {
		n, err := r.client.Exists(ctx, "short").Result()
		return err == nil && n == 0
	})
}

func TestTheIndexIsMadeWholeAgain(t *testing.T) {
	r := openRedis(t, "")
	s := openShop(t, r)
	ctx := context.Background()
	if err := s.Sweep(ctx, []lantoa.Channel{s.seed.DongMauPage, s.seed.KheMauPage}, nil); err != nil {
		t.Fatal(err)
	}
	if err := s.IndexChanged(ctx); err != nil {
		t.Fatal(err)
	}
	posts, err := s.Store.ChannelPosts(ctx, s.seed.DongMauPage.ID, time.Time{}, 10)
	if err != nil || len(posts) != 1 {
		t.Fatal(err)
	}
	if err := s.Index.Delete(ctx, []lantoa.PostID{posts[0].ID}); err != nil {
		t.Fatal(err)
	}
	if err := s.Mend(ctx); err != nil {
		t.Fatal(err)
	}
	if n, err := s.Index.Count(ctx); err != nil || n != 2 {
		t.Errorf("the index holds %d posts (%v), want 2", n, err)
	}
	if err := s.Store.SetMeta(ctx, reindexWish, "asked"); err != nil {
		t.Fatal(err)
	}
	if err := s.answerReindex(ctx); err != nil {
		t.Fatal(err)
	}
	if word, err := s.Store.GetMeta(ctx, reindexWish); err != nil || word != "2 bài" {
		t.Errorf("a wish for a new index was answered %q (%v)", word, err)
	}
}

func TestAHandsWordOnAVoteStands(t *testing.T) {
	r := openRedis(t, "")
	s := openShop(t, r)
	ctx := context.Background()
	text := "BÌNH CHỌN ảnh đẹp: mỗi lượt thích và chia sẻ tính 1 điểm, hãy bình chọn cho chị em xã nhà"
	save := func(text string) {
		t.Helper()
		_, err := s.Store.SavePosts(ctx, s.seed.DongMauPage.ID, []lantoa.Incoming{{Post: lantoa.Post{
			External: "v1", Type: lantoa.Photo, Text: text, PublishedAt: storetest.Now.Add(-time.Hour)}}}, storetest.Now)
		if err == nil {
			err = s.Find(ctx)
		}
		if err != nil {
			t.Fatal(err)
		}
	}
	save(text)
	post := func() lantoa.Measured {
		t.Helper()
		posts, err := s.Store.ChannelPosts(ctx, s.seed.DongMauPage.ID, time.Time{}, 10)
		if err != nil || len(posts) != 1 {
			t.Fatal(len(posts), err)
		}
		return posts[0]
	}
	if !post().Vote {
		t.Fatal("a contest was not marked")
	}
	if err := s.Store.SetVote(ctx, post().ID, false, lantoa.User{Email: "lan@example"}); err != nil {
		t.Fatal(err)
	}
	save(text + "!") // its words change, and it is judged again
	if post().Vote {
		t.Error("the mark taken off by hand came back")
	}
}
