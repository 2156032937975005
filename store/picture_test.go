package store_test

import (
	"fmt"
	"testing"
	"time"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/store"
	"github.com/hoiphunu/lantoa/store/storetest"
)

// pictured is a post with media.
func pictured(external string, hours float64, media ...lantoa.Media) lantoa.Incoming {
	p := post(external, hours, "ảnh của "+external)
	p.Media = media
	return p
}

func photo(url string) lantoa.Media {
	return lantoa.Media{Kind: "photo", URL: "https://example.org/" + url}
}

func TestPictures(t *testing.T) {
	type world struct {
		*testing.T
		*store.Store
		small storetest.Small
		page  lantoa.ChannelID
	}
	wanted := func(t world, at time.Time) []string {
		t.Helper()
		found, err := t.PicturesWanted(ctx, now.Add(-48*time.Hour), at, 20)
		if err != nil {
			t.Fatal(err)
		}
		var urls []string
		for _, w := range found {
			if w.Post == "" || w.Channel != t.page {
				t.Errorf("%+v", w)
			}
			urls = append(urls, w.URL[len("https://example.org/"):])
		}
		return urls
	}
	kept := func(t world, external string, n int, bytes int, at time.Time) lantoa.PostID {
		t.Helper()
		id := find(t.T, t.Store, t.page, external).ID
		if err := t.SavePicture(ctx, lantoa.Picture{Post: id, N: n, Width: 640, Height: 480, Data: make([]byte, bytes), At: at}); err != nil {
			t.Fatal(err)
		}
		return id
	}
	has := func(t world, ids ...lantoa.PostID) map[lantoa.PostID][]int {
		t.Helper()
		got, err := t.PictureCount(ctx, ids)
		if err != nil {
			t.Fatal(err)
		}
		return got
	}
	for _, tt := range []struct {
		name string
		test func(t world)
	}{
		{"pictures and stills of films are wanted, of stories first, then of the newest", func(t world) {
			save(t.T, t.Store, t.page, now, pictured("old", 40, photo("old.jpg")),
				pictured("new", 2, photo("1.jpg"), lantoa.Media{Kind: "video", URL: "https://example.org/film.mp4", Thumb: "https://example.org/still.jpg"},
					lantoa.Media{Kind: "video", URL: "https://example.org/bare.mp4"}, lantoa.Media{Kind: "photo", Thumb: "https://example.org/small.jpg"}),
				pictured("story", 30, photo("s.jpg")), pictured("ancient", 100, photo("a.jpg")), post("words", 3, "không ảnh"))
			keep(t.T, t.Store, told(find(t.T, t.Store, t.page, "story"), "", 2))
			equal(t.T, "wanted", wanted(t, now), []string{"s.jpg", "1.jpg", "still.jpg", "small.jpg", "old.jpg"})
		}},
		{"what is kept comes back, is listed, and is wanted no more", func(t world) {
			save(t.T, t.Store, t.page, now, pictured("a", 2, photo("1.jpg"), photo("2.jpg"), photo("3.jpg")))
			id := kept(t, "a", 2, 5, now)
			equal(t.T, "wanted", wanted(t, now), []string{"1.jpg", "2.jpg"})
			kept(t, "a", 0, 7, now)
			equal(t.T, "places", has(t, id, "nobody"), map[lantoa.PostID][]int{id: {0, 2}})
			got, err := t.Picture(ctx, id, 2)
			if err != nil {
				t.Fatal(err)
			}
			equal(t.T, "picture", got, lantoa.Picture{Post: id, N: 2, Width: 640, Height: 480, Data: make([]byte, 5), At: now})
			if _, err := t.Picture(ctx, id, 1); lantoa.KindOf(err) != lantoa.NotFound {
				t.Error(err)
			}
			kept(t, "a", 1, 5, now)
			equal(t.T, "wanted", wanted(t, now), []string(nil))
			equal(t.T, "wanted later", wanted(t, now.Add(30*24*time.Hour)), []string(nil))
		}},
		{"what failed is tried again after an hour, six hours and a day, and then never", func(t world) {
			save(t.T, t.Store, t.page, now, pictured("a", 2, photo("1.jpg")))
			id := find(t.T, t.Store, t.page, "a").ID
			at := now
			for tries, wait := range []time.Duration{time.Hour, 6 * time.Hour, 24 * time.Hour} {
				if err := t.PictureFailed(ctx, id, 0, false, at); err != nil {
					t.Fatal(err)
				}
				if got := wanted(t, at.Add(wait-time.Second)); got != nil {
					t.Errorf("after %d failures, before %s: %v", tries+1, wait, got)
				}
				at = at.Add(wait)
				equal(t.T, fmt.Sprintf("after %d failures and %s", tries+1, wait), wanted(t, at), []string{"1.jpg"})
			}
			if err := t.PictureFailed(ctx, id, 0, false, at); err != nil {
				t.Fatal(err)
			}
			equal(t.T, "for ever after", wanted(t, at.AddDate(1, 0, 0)), []string(nil))
		}},
		{"what is gone is not tried again, and a copy forgets the failures", func(t world) {
			save(t.T, t.Store, t.page, now, pictured("a", 2, photo("1.jpg"), photo("2.jpg")))
			id := find(t.T, t.Store, t.page, "a").ID
			for n := range 2 {
				if err := t.PictureFailed(ctx, id, n, n == 0, now); err != nil {
					t.Fatal(err)
				}
			}
			equal(t.T, "an hour later", wanted(t, now.Add(time.Hour)), []string{"2.jpg"})
			kept(t, "a", 1, 5, now)
			if err := t.PictureFailed(ctx, id, 1, true, now); err != nil { // by another process, late
				t.Fatal(err)
			}
			equal(t.T, "places", has(t, id), map[lantoa.PostID][]int{id: {1}})
			equal(t.T, "wanted", wanted(t, now.AddDate(0, 0, 9)), []string(nil))
		}},
		{"those that wait for another try keep no other from its first", func(t world) {
			var broken []lantoa.Incoming
			for i := range 50 {
				broken = append(broken, pictured(fmt.Sprint("b", i), 1, photo("b.jpg")))
			}
			save(t.T, t.Store, t.page, now, append(broken, pictured("good", 5, photo("good.jpg")))...)
			for i := range 50 {
				if err := t.PictureFailed(ctx, find(t.T, t.Store, t.page, fmt.Sprint("b", i)).ID, 0, false, now); err != nil {
					t.Fatal(err)
				}
			}
			equal(t.T, "wanted", wanted(t, now.Add(time.Minute)), []string{"good.jpg"})
			if n := len(wanted(t, now.Add(time.Hour))); n != 20 {
				t.Errorf("%d wanted an hour later, want the first 20", n)
			}
		}},
		{"a new picture in the place of another is wanted, and the old copy goes; a new address of the same changes nothing", func(t world) {
			save(t.T, t.Store, t.page, now, pictured("a", 2, photo("1.jpg?sig=1")))
			id := kept(t, "a", 0, 5, now)
			equal(t.T, "settled", wanted(t, now), []string(nil))
			save(t.T, t.Store, t.page, now, pictured("a", 2, photo("1.jpg?sig=2")))
			equal(t.T, "signed anew", wanted(t, now), []string(nil))
			equal(t.T, "the copy", has(t, id), map[lantoa.PostID][]int{id: {0}})
			other := pictured("a", 2, photo("1.jpg?sig=3"))
			other.Text = "sửa chữ"
			save(t.T, t.Store, t.page, now, other)
			equal(t.T, "with other words the copy", has(t, id), map[lantoa.PostID][]int{id: {0}})
			save(t.T, t.Store, t.page, now, pictured("a", 2, photo("2.jpg")))
			equal(t.T, "another picture", wanted(t, now), []string{"2.jpg"})
			equal(t.T, "the old copy", has(t, id), map[lantoa.PostID][]int{})
		}},
		{"of a post that was removed none is wanted, and six of one are enough", func(t world) {
			var many []lantoa.Media
			for i := range 9 {
				many = append(many, photo(fmt.Sprint(i, ".jpg")))
			}
			save(t.T, t.Store, t.page, now, pictured("gone", 2, photo("gone.jpg")), pictured("many", 3, many...))
			if err := t.MarkRemoved(ctx, t.page, []string{"gone"}, now); err != nil {
				t.Fatal(err)
			}
			equal(t.T, "wanted", wanted(t, now), []string{"0.jpg", "1.jpg", "2.jpg", "3.jpg", "4.jpg", "5.jpg"})
		}},
		{"a clock that was ahead keeps no picture from being tried", func(t world) {
			save(t.T, t.Store, t.page, now, pictured("a", 2, photo("1.jpg")))
			if err := t.PictureFailed(ctx, find(t.T, t.Store, t.page, "a").ID, 0, false, now.AddDate(1, 0, 0)); err != nil {
				t.Fatal(err)
			}
			equal(t.T, "wanted", wanted(t, now), []string{"1.jpg"})
		}},
		{"what takes too much room goes, the oldest first, but not of stories that were chosen", func(t world) {
			save(t.T, t.Store, t.page, now, pictured("chosen", 9, photo("c.jpg")), pictured("a", 8, photo("a.jpg")),
				pictured("b", 7, photo("b.jpg")), pictured("open", 6, photo("o.jpg")))
			decide(t.T, t.Store, keep(t.T, t.Store, told(find(t.T, t.Store, t.page, "chosen"), "", 2))[0].ID, lantoa.Approve)
			keep(t.T, t.Store, told(find(t.T, t.Store, t.page, "open"), "", 1))
			c, open := kept(t, "chosen", 0, 100, now.Add(-9*time.Hour)), kept(t, "open", 0, 100, now.Add(-8*time.Hour))
			a, b := kept(t, "a", 0, 100, now.Add(-7*time.Hour)), kept(t, "b", 0, 100, now.Add(-6*time.Hour))
			for _, step := range []struct {
				most, freed int64
				left        map[lantoa.PostID][]int
			}{
				{400, 0, map[lantoa.PostID][]int{a: {0}, b: {0}, c: {0}, open: {0}}},
				{250, 200, map[lantoa.PostID][]int{b: {0}, c: {0}}},
				{0, 100, map[lantoa.PostID][]int{c: {0}}},
			} {
				freed, err := t.TrimPictures(ctx, step.most)
				if err != nil || freed != step.freed {
					t.Errorf("at most %d bytes: %d freed, want %d: %v", step.most, freed, step.freed, err)
				}
				equal(t.T, fmt.Sprint("left of ", step.most), has(t, a, b, c, open), step.left)
			}
			equal(t.T, "they do not come again", wanted(t, now.AddDate(0, 1, 0)), []string(nil))
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			storetest.Both(t, func(t *testing.T, s *store.Store) {
				small := storetest.Seed(t, s)
				tt.test(world{t, s, small, small.DongMauPage.ID})
			})
		})
	}
}

func TestPreviews(t *testing.T) {
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		page := storetest.Seed(t, s).DongMauPage.ID
		link := func(external string, hours float64, url string) lantoa.Incoming {
			p := pictured(external, hours, lantoa.Media{Kind: "link", URL: url})
			p.Type = lantoa.Link
			return p
		}
		gone := link("gone", 1, "https://gone.example.org/")
		save(t, s, page, now, link("1", 5, "https://a.example.org/"), link("2", 3, "https://b.example.org/"), link("3", 2, "https://a.example.org/"),
			link("old", 90, "https://old.example.org/"), gone, pictured("photo", 1, photo("1.jpg")))
		if err := s.MarkRemoved(ctx, page, []string{"gone"}, now); err != nil {
			t.Fatal(err)
		}
		wanted := func(what string, at time.Time, limit int, want ...string) {
			t.Helper()
			got, err := s.PreviewsWanted(ctx, now.Add(-48*time.Hour), at, limit)
			if err != nil {
				t.Fatal(err)
			}
			equal(t, what, got, want)
		}
		wanted("each once, of the newest first", now, 10, "https://a.example.org/", "https://b.example.org/")
		wanted("at most", now, 1, "https://a.example.org/")
		if _, err := s.Preview(ctx, "https://a.example.org/"); lantoa.KindOf(err) != lantoa.NotFound {
			t.Error(err)
		}
		a := lantoa.Preview{URL: "https://a.example.org/", Title: "Tiêu đề", Description: "Mô tả", Site: "Báo", Image: "https://a.example.org/1.jpg", FetchedAt: now}
		b := lantoa.Preview{URL: "https://b.example.org/", FetchedAt: now, Trouble: &lantoa.Trouble{Kind: lantoa.Away, What: "host"}}
		for _, p := range []lantoa.Preview{a, b} {
			if err := s.SavePreview(ctx, p); err != nil {
				t.Fatal(err)
			}
			got, err := s.Preview(ctx, p.URL)
			if err != nil {
				t.Fatal(err)
			}
			equal(t, "preview", got, p)
		}
		wanted("none", now.Add(23*time.Hour), 10)
		wanted("what failed, after a day", now.Add(24*time.Hour), 10, "https://b.example.org/")
		b.FetchedAt = now.Add(24 * time.Hour)
		if err := s.SavePreview(ctx, b); err != nil {
			t.Fatal(err)
		}
		wanted("what failed twice, never", now.AddDate(1, 0, 0), 10)
		b.Trouble, b.Title = nil, "Sau cùng"
		if err := s.SavePreview(ctx, b); err != nil {
			t.Fatal(err)
		}
		if got, err := s.Preview(ctx, b.URL); err != nil || got.Trouble != nil || got.Title != "Sau cùng" {
			t.Errorf("%+v, %v", got, err)
		}
	})
}
