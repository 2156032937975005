package queue

import (
	"context"
	"encoding/json"
	"errors"
	"testing"
	"time"

	"github.com/hibiken/asynq"
	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/collectors"
	"github.com/hoiphunu/lantoa/store/storetest"
)

// told puts hooks before a worker whose platform says what their bodies say: one of them is a page to look at, one is
// garbage, one is what our own store refuses.
func TestHooksAreWorkedOffOnceAndNoneKeepsTheOthersWaiting(t *testing.T) {
	s := openShop(t, openRedis(t, ""))
	ctx := context.Background()
	reads := map[string]int{}
	s.ReadHook = map[string]HookReader{"test": func(body []byte, at time.Time) ([]Heard, error) {
		reads[string(body)]++
		switch string(body) {
		case "garbage":
			return nil, lantoa.Problem(lantoa.Garbled, "webhook", "")
		case "later":
			return nil, errors.New("the store is away")
		case "joined":
			return []Heard{{Kind: lantoa.FacebookPage, External: s.seed.KheMauPage.External, At: at, Joined: 2}}, nil
		}
		return []Heard{{Kind: lantoa.FacebookPage, External: s.seed.DongMauPage.External, Post: "p9", At: at}, {Kind: lantoa.FacebookPage, External: "nobody's"}}, nil
	}}
	for _, body := range []string{"later", "garbage", "page", "page", "joined"} {
		if _, err := s.Store.KeepHook(ctx, lantoa.Hook{Platform: "test", Key: body, At: storetest.Now, Body: []byte(body)}); err != nil {
			t.Fatal(err)
		}
	}
	if err := s.Hooks(ctx); err != nil {
		t.Fatal(err)
	}
	if reads["page"] != 1 || reads["garbage"] != 1 || reads["later"] != 1 {
		t.Errorf("read %v", reads)
	}
	hints, err := s.Store.Hints(ctx, s.seed.DongMauPage.ID)
	if err != nil || len(hints) != 1 || hints[0].Post != "p9" {
		t.Errorf("hints %+v, %v", hints, err)
	}
	days, err := s.Store.ChannelDays(ctx, s.seed.KheMauPage.ID, "joins", storetest.Now.AddDate(0, 0, -2), storetest.Now.AddDate(0, 0, 2))
	if err != nil || len(days) != 1 || days[0].Value != lantoa.Of(2) {
		t.Errorf("joins %+v, %v", days, err)
	}
	waiting, err := s.Store.HooksWaiting(ctx, 10)
	if err != nil || len(waiting) != 1 || string(waiting[0].Body) != "later" || waiting[0].Tries != 1 {
		t.Errorf("waiting %+v, %v", waiting, err)
	}
	for range 20 {
		if err := s.Hooks(ctx); err != nil {
			t.Fatal(err)
		}
	}
	if reads["later"] != 10 {
		t.Errorf("what always fails was tried %d times", reads["later"])
	}
}

func TestATaskThatFailsToTheLastIsDroppedAndNotArchived(t *testing.T) {
	both(t, func(t *testing.T, r *Redis) {
		openShop(t, r)
		body, _ := json.Marshal(payload{V: 1})
		c := asynq.NewClientFromRedisClient(r.client)
		// A payload that nobody can read fails for good at once.
		if _, err := c.Enqueue(asynq.NewTask(taskVisit, []byte("{")), asynq.Queue("pull"), asynq.MaxRetry(0)); err != nil {
			t.Fatal(err)
		}
		if _, err := c.Enqueue(asynq.NewTask(taskNotice, body), asynq.Queue("index")); err != nil {
			t.Fatal(err)
		}
		idle(t, r)
		if l, err := r.Lengths(); err != nil || l.GivenUp != 0 || l.Retry != 0 {
			t.Errorf("%+v, %v", l, err)
		}
	})
}

func TestALostPageIsToldOnceAndItsReturnToo(t *testing.T) {
	s := openShop(t, openRedis(t, ""))
	ctx := context.Background()
	visit := func(fail error) {
		t.Helper()
		s.platform.mu.Lock()
		s.platform.fail = fail
		s.platform.mu.Unlock()
		ch, err := s.Store.Channel(ctx, s.seed.DongMauPage.ID)
		if err != nil {
			t.Fatal(err)
		}
		if _, err := s.Visit(ctx, ch); err != nil {
			t.Fatal(err)
		}
		if err := s.Notices(ctx); err != nil {
			t.Fatal(err)
		}
	}
	for range 3 {
		visit(lantoa.Problem(lantoa.NoRight, "pages_read_engagement", ""))
	}
	all, err := s.Store.Notices(ctx, lantoa.Everything, false, 10)
	if err != nil || len(all) != 1 || !all[0].Open() || all[0].Kind != lantoa.LostChannel || all[0].Channel != s.seed.DongMauPage.ID {
		t.Fatalf("%+v, %v", all, err)
	}
	visit(nil)
	if all, err = s.Store.Notices(ctx, lantoa.Everything, false, 10); err != nil || len(all) != 1 || all[0].Open() {
		t.Fatalf("%+v, %v", all, err)
	}
}

// gallery hands out pictures and remembers what was asked.
type gallery struct{ asked map[string]int }

func (g *gallery) Copy(_ context.Context, url string) (lantoa.Picture, error) {
	g.asked[url]++
	switch url {
	case "https://pictures.example/expired.jpg":
		return lantoa.Picture{}, lantoa.Problem(lantoa.Gone, "picture", "")
	case "https://pictures.example/slow.jpg":
		return lantoa.Picture{}, lantoa.Problem(lantoa.Away, "picture", "")
	}
	return lantoa.Picture{Data: []byte("jpeg of " + url), Width: 4, Height: 3}, nil
}

func (g *gallery) Preview(_ context.Context, url string) (lantoa.Preview, error) {
	g.asked[url]++
	return lantoa.Preview{Title: "Trang " + url}, nil
}

func TestPicturesAreCopiedOnceAndTheExpiredAreLeftAlone(t *testing.T) {
	s := openShop(t, openRedis(t, ""))
	ctx := context.Background()
	at := storetest.Now.Add(-time.Hour)
	posts := []lantoa.Incoming{
		{Post: lantoa.Post{External: "a", Type: lantoa.Album, Text: "hai ảnh", PublishedAt: at, Media: []lantoa.Media{{Kind: "photo", URL: "https://pictures.example/1.jpg"}, {Kind: "photo", URL: "https://pictures.example/expired.jpg"}}}},
		{Post: lantoa.Post{External: "b", Type: lantoa.Video, Text: "phim", PublishedAt: at, Media: []lantoa.Media{{Kind: "video", URL: "https://films.example/1", Thumb: "https://pictures.example/slow.jpg"}}}},
		{Post: lantoa.Post{External: "c", Type: lantoa.Link, Text: "liên kết", PublishedAt: at, Media: []lantoa.Media{{Kind: "link", URL: "https://portal.example/bai"}}}},
		{Post: lantoa.Post{External: "d", Type: lantoa.Photo, Text: "cũ", PublishedAt: at.AddDate(0, -3, 0), Media: []lantoa.Media{{Kind: "photo", URL: "https://pictures.example/old.jpg"}}}},
	}
	page, err := s.Store.Channel(ctx, s.seed.DongMauPage.ID)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := s.Store.SavePosts(ctx, page.ID, collectors.Accept(page, posts), storetest.Now); err != nil {
		t.Fatal(err)
	}
	g := &gallery{asked: map[string]int{}}
	s.Album = g
	for range 3 {
		if err := s.Pictures(ctx); err != nil {
			t.Fatal(err)
		}
	}
	want := map[string]int{"https://pictures.example/1.jpg": 1, "https://pictures.example/expired.jpg": 1, "https://pictures.example/slow.jpg": 1, "https://portal.example/bai": 1}
	for url, n := range want {
		if g.asked[url] != n {
			t.Errorf("%s was asked %d times", url, g.asked[url])
		}
	}
	if g.asked["https://pictures.example/old.jpg"] != 0 {
		t.Error("an address that has long expired was asked")
	}
	kept, err := s.Store.ChannelPosts(ctx, page.ID, time.Time{}, 10)
	if err != nil {
		t.Fatal(err)
	}
	for _, p := range kept {
		if p.External == "a" {
			if pic, err := s.Store.Picture(ctx, p.ID, 0); err != nil || string(pic.Data) != "jpeg of https://pictures.example/1.jpg" || pic.Width != 4 {
				t.Errorf("%+v, %v", pic, err)
			}
		}
	}
	if p, err := s.Store.Preview(ctx, "https://portal.example/bai"); err != nil || p.Title == "" {
		t.Errorf("%+v, %v", p, err)
	}
}

func TestWhatIsDoneOnceADayIsNotDoneAgainAfterARestart(t *testing.T) {
	s := openShop(t, openRedis(t, ""))
	ctx := context.Background()
	r := rarely{taskToken, 24 * time.Hour}
	if due, err := r.due(ctx, s.Worker); err != nil || !due {
		t.Fatalf("never done: due %v, %v", due, err)
	}
	if err := r.did(ctx, s.Worker); err != nil {
		t.Fatal(err)
	}
	if due, err := r.due(ctx, s.Worker); err != nil || due {
		t.Errorf("just done: due %v, %v", due, err)
	}
	now := s.Worker.Now
	s.Worker.Now = func() time.Time { return now().Add(25 * time.Hour) }
	if due, err := r.due(ctx, s.Worker); err != nil || !due {
		t.Errorf("a day later: due %v, %v", due, err)
	}
	s.Worker.Now = func() time.Time { return now().Add(-48 * time.Hour) }
	if due, err := r.due(ctx, s.Worker); err != nil || !due {
		t.Errorf("noted by a clock that was ahead: due %v, %v", due, err)
	}
}
