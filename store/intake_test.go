package store_test

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/store"
	"github.com/hoiphunu/lantoa/store/storetest"
)

// files is a store into which files are brought.
type files struct {
	*testing.T
	*store.Store
	address string
	small   storetest.Small
	page    lantoa.ChannelID
	made    int
}

// begin begins an import and gives the context of what it saves.
func (f *files) begin() (lantoa.ImportID, context.Context) {
	f.Helper()
	f.made++
	i := lantoa.Import{Kind: "posts", File: fmt.Sprintf("bai%d.csv", f.made), At: now.Add(time.Duration(f.made) * time.Minute)}
	if err := f.BeginImport(ctx, &i); err != nil || i.ID == "" {
		f.Fatal(err)
	}
	return i.ID, store.OfImport(ctx, i.ID)
}

// bring brings posts of a file in.
func (f *files) bring(at time.Time, posts ...lantoa.Incoming) lantoa.ImportID {
	f.Helper()
	id, under := f.begin()
	if _, err := f.SavePosts(under, f.page, posts, at); err != nil {
		f.Fatal(err)
	}
	return id
}

func (f *files) undo(id lantoa.ImportID) lantoa.Undone {
	f.Helper()
	undone, err := f.UndoImport(ctx, id, "lan@example.org", now.Add(time.Hour))
	if err != nil {
		f.Fatal(err)
	}
	return undone
}

func (f *files) posts() map[string]lantoa.Measured {
	f.Helper()
	all, err := f.ChannelPosts(ctx, f.page, time.Time{}, 1000)
	if err != nil {
		f.Fatal(err)
	}
	by := map[string]lantoa.Measured{}
	for _, p := range all {
		by[p.External] = p
	}
	return by
}

func (f *files) curve(external string) (reactions []int64) {
	f.Helper()
	curve, err := f.Snapshots(ctx, find(f.T, f.Store, f.page, external).ID)
	if err != nil {
		f.Fatal(err)
	}
	for _, s := range curve {
		reactions = append(reactions, s.Reactions.N)
	}
	return reactions
}

func (f *files) channel() lantoa.Channel {
	f.Helper()
	c, err := f.Channel(ctx, f.page)
	if err != nil {
		f.Fatal(err)
	}
	return c
}

// row is a post as a file tells it.
func row(external string, hours float64, text string) lantoa.Incoming {
	p := post(external, hours, text)
	p.FromFile = true
	return p
}

// typed gives a post of a file numbers that a person typed.
func typed(p lantoa.Incoming, at time.Time, reactions int64) lantoa.Incoming {
	p.HasCount = true
	p.Numbers = lantoa.Snapshot{At: at, Reactions: lantoa.Of(reactions), Source: lantoa.FromReport}
	return p
}

func TestUndoImportOfPosts(t *testing.T) {
	hour := func(n int) time.Time { return now.Add(time.Duration(n) * time.Hour) }
	for _, tt := range []struct {
		name string
		test func(t *files)
	}{
		{"posts that it made are gone for readers, index and finder, with their words", func(t *files) {
			save(t.T, t.Store, t.page, now, post("own", 5, "của trang"))
			first := row("1", 30, "zaubert một")
			first.Media = []lantoa.Media{photo("zaubert.jpg")}
			id, under := t.begin()
			for _, p := range [][]lantoa.Incoming{{typed(first, hour(-20), 5)}, {row("1", 30, "zaubert một, sửa"), row("2", 40, "zaubert hai")}} {
				if _, err := t.SavePosts(under, t.page, p, now); err != nil {
					t.Fatal(err)
				}
			}
			if err := t.SavePicture(ctx, lantoa.Picture{Post: find(t.T, t.Store, t.page, "1").ID, Data: []byte("x"), At: now}); err != nil {
				t.Fatal(err)
			}
			catchUp(t.T, t.Store, store.StepFind, store.StepIndex)
			equal(t.T, "undone", t.undo(id), lantoa.Undone{Removed: 2, Restored: 1})
			if got := t.posts(); len(got) != 1 || got["own"].Text != "của trang" {
				t.Errorf("%+v", got)
			}
			equal(t.T, "counted", t.channel().Posts, int64(1))
			for _, step := range []string{store.StepFind, store.StepIndex} {
				changed, _, err := t.ChangedPosts(ctx, step, 10)
				if err != nil || len(changed) != 2 || !changed[0].Removed() || !changed[1].Removed() {
					t.Errorf("%s: %+v, %v", step, changed, err)
				}
			}
			silent(t.T, t.address, "zaubert")
			for where, left := range texts(t.T, t.address) {
				if (where == "snapshots.post" || where == "post_versions.post" || where == "pictures.post") && len(left) != 0 {
					t.Errorf("%s: %v", where, left)
				}
			}
		}},
		{"a corrected file brings them again, and both can be undone in any order", func(t *files) {
			wrong := t.bring(now, typed(row("1", 30, "sai"), hour(-20), 500))
			t.undo(wrong)
			right := t.bring(now, typed(row("1", 30, "đúng"), hour(-20), 5))
			if got := t.posts()["1"]; got.Text != "đúng" || got.Version != 1 || got.Numbers.Reactions != lantoa.Of(5) {
				t.Errorf("%+v", got)
			}
			equal(t.T, "counted", t.channel().Posts, int64(1))
			equal(t.T, "undone", t.undo(right), lantoa.Undone{Removed: 1})
			third := t.bring(now, row("1", 30, "lần ba"))
			equal(t.T, "undone again", t.undo(third), lantoa.Undone{Removed: 1})
			equal(t.T, "counted", t.channel().Posts, int64(0))
		}},
		{"undoing twice is a conflict, and an unknown one is not found", func(t *files) {
			id := t.bring(now, row("1", 30, "một"))
			t.undo(id)
			if undone, err := t.UndoImport(ctx, id, "", now); lantoa.KindOf(err) != lantoa.Conflict || undone != (lantoa.Undone{}) {
				t.Errorf("%+v, %v", undone, err)
			}
			if _, err := t.UndoImport(ctx, "nobody", "", now); lantoa.KindOf(err) != lantoa.NotFound {
				t.Error(err)
			}
			if _, err := t.SavePosts(store.OfImport(ctx, id), t.page, []lantoa.Incoming{row("2", 3, "hai")}, now); lantoa.KindOf(err) != lantoa.Conflict {
				t.Errorf("an undone import goes on: %v", err)
			}
			if _, err := t.SavePosts(store.OfImport(ctx, "nobody"), t.page, []lantoa.Incoming{row("2", 3, "hai")}, now); lantoa.KindOf(err) != lantoa.NotFound {
				t.Errorf("an import that was never begun: %v", err)
			}
			if len(t.posts()) != 0 {
				t.Errorf("%+v", t.posts())
			}
		}},
		{"a post that its platform told since stays, without the numbers that were typed", func(t *files) {
			id := t.bring(now, typed(row("1", 30, "một"), hour(-20), 500), row("2", 30, "hai"))
			save(t.T, t.Store, t.page, hour(1), with(post("1", 30, "một"), hour(1), 7))
			equal(t.T, "undone", t.undo(id), lantoa.Undone{Removed: 1, Kept: 1})
			got := t.posts()["1"]
			if got.Text != "một" || got.Removed() || got.Numbers.Reactions != lantoa.Of(7) {
				t.Errorf("%+v", got)
			}
			equal(t.T, "curve", t.curve("1"), []int64{7})
		}},
		{"one that somebody marked, or of whose story somebody decided, stays", func(t *files) {
			id := t.bring(now, row("vote", 30, "bình chọn"), row("story", 31, "câu chuyện"), row("open", 32, "chưa ai xem"), row("plain", 33, "thường"))
			if err := t.SetVote(ctx, find(t.T, t.Store, t.page, "vote").ID, false, lantoa.User{}); err != nil {
				t.Fatal(err)
			}
			decide(t.T, t.Store, keep(t.T, t.Store, told(find(t.T, t.Store, t.page, "story"), "", 2))[0].ID, lantoa.Later)
			open := keep(t.T, t.Store, told(find(t.T, t.Store, t.page, "open"), "", 2))[0].ID
			equal(t.T, "undone", t.undo(id), lantoa.Undone{Removed: 2, Kept: 2})
			if got := t.posts(); len(got) != 2 || got["vote"].Text == "" || got["story"].Text == "" {
				t.Errorf("%+v", got)
			}
			if s, err := t.Story(ctx, open); err != nil || !s.Withdrawn || s.Title != "" {
				t.Errorf("the story that nobody looked at: %+v, %v", s, err)
			}
		}},
		{"one that is gone at its platform is undone all the same", func(t *files) {
			id := t.bring(now, row("1", 30, "một"))
			if err := t.MarkRemoved(ctx, t.page, []string{"1"}, now); err != nil {
				t.Fatal(err)
			}
			equal(t.T, "undone", t.undo(id), lantoa.Undone{Removed: 1})
		}},
		{"what it filled in at a post of the platform is empty again", func(t *files) {
			bare := post("1", 30, "một")
			bare.Permalink = ""
			save(t.T, t.Store, t.page, now, bare)
			filled := row("1", 30, "chữ khác")
			filled.Parent = "77"
			id := t.bring(now, filled)
			if got := t.posts()["1"]; got.Permalink == "" || got.Parent != "77" || got.Text != "một" {
				t.Fatalf("%+v", got)
			}
			catchUp(t.T, t.Store, store.StepFind, store.StepIndex)
			equal(t.T, "undone", t.undo(id), lantoa.Undone{Restored: 1})
			if got := t.posts()["1"]; got.Permalink != "" || got.Parent != "" || got.Text != "một" || got.Removed() {
				t.Errorf("%+v", got)
			}
			if n := number(t.T, t.Store, store.StepIndex); n != 1 {
				t.Errorf("%d to be indexed", n)
			}
		}},
		{"of two things that it filled in, the one that the platform told otherwise stays", func(t *files) {
			bare := post("1", 30, "một")
			bare.Permalink = ""
			save(t.T, t.Store, t.page, now, bare)
			filled := row("1", 30, "một")
			filled.Permalink, filled.Parent = "https://example.org/typed", "77"
			id := t.bring(now, filled)
			bare.Permalink, bare.Text = "https://example.org/true", "một, trang sửa"
			save(t.T, t.Store, t.page, hour(1), bare)
			equal(t.T, "undone", t.undo(id), lantoa.Undone{Kept: 1})
			if got := t.posts()["1"]; got.Permalink != "https://example.org/true" || got.Parent != "" || got.Text != "một, trang sửa" {
				t.Errorf("%+v", got)
			}
		}},
		{"a wording that it changed is as it was, with its version and what stood beside it", func(t *files) {
			old := row("1", 30, "trước")
			old.Media = []lantoa.Media{photo("1.jpg")}
			save(t.T, t.Store, t.page, hour(-1), old)
			before := t.posts()["1"]
			fresh := row("1", 29, "sau")
			fresh.Media, fresh.Type, fresh.Decor, fresh.Author = []lantoa.Media{photo("2.jpg")}, lantoa.Album, true, "h-author"
			id := t.bring(now, fresh)
			equal(t.T, "undone", t.undo(id), lantoa.Undone{Restored: 1})
			equal(t.T, "post", t.posts()["1"], before)
			versions, err := t.Versions(ctx, before.ID)
			if err != nil || len(versions) != 1 || versions[0].Text != "trước" || versions[0].Number != 1 || !versions[0].SeenAt.Equal(hour(-1)) {
				t.Errorf("%+v, %v", versions, err)
			}
			if e, err := t.Erase(ctx, []string{"h-author"}, now, "", ""); err != nil || e.Posts != 0 {
				t.Errorf("its author is known still: %+v, %v", e, err)
			}
			// Told once more, it is known again as the one it was.
			equal(t.T, "the same again", save(t.T, t.Store, t.page, hour(2), old), lantoa.Saved{Same: 1})
		}},
		{"a wording that was changed since stays", func(t *files) {
			save(t.T, t.Store, t.page, hour(-1), row("1", 30, "trước"))
			id := t.bring(now, row("1", 30, "sau"))
			save(t.T, t.Store, t.page, hour(1), row("1", 30, "sau nữa"))
			equal(t.T, "undone", t.undo(id), lantoa.Undone{Kept: 1})
			equal(t.T, "words", t.posts()["1"].Text, "sau nữa")
		}},
		{"and so does one that the platform confirmed", func(t *files) {
			save(t.T, t.Store, t.page, hour(-1), row("1", 30, "trước"))
			id := t.bring(now, row("1", 30, "sau"))
			save(t.T, t.Store, t.page, hour(1), post("1", 30, "sau"))
			equal(t.T, "undone", t.undo(id), lantoa.Undone{Kept: 1})
			equal(t.T, "words", t.posts()["1"].Text, "sau")
		}},
		{"numbers that it added to history go, and the post shows the newest that are left", func(t *files) {
			save(t.T, t.Store, t.page, hour(-10), with(post("1", 40, "một"), hour(-10), 50))
			id := t.bring(now, typed(row("1", 40, "một"), hour(-30), 20))
			equal(t.T, "curve before", t.curve("1"), []int64{20, 50})
			equal(t.T, "undone", t.undo(id), lantoa.Undone{Removed: 1})
			equal(t.T, "curve", t.curve("1"), []int64{50})
			if got := t.posts()["1"].Numbers; got.Reactions != lantoa.Of(50) || !got.At.Equal(hour(-10)) || got.ByKind["like"] != 50 {
				t.Errorf("%+v", got)
			}
		}},
		{"numbers of a post that only files tell go back to those before, with views that were known", func(t *files) {
			first := typed(row("1", 40, "một"), hour(-30), 20)
			first.Numbers.Views = lantoa.Of(900)
			save(t.T, t.Store, t.page, hour(-30), first)
			before := t.posts()["1"].Numbers
			id := t.bring(now, typed(row("1", 40, "một"), hour(-2), 60))
			if got := t.posts()["1"].Numbers; got.Reactions != lantoa.Of(60) || got.Views != lantoa.Of(900) {
				t.Fatalf("%+v", got)
			}
			catchUp(t.T, t.Store, store.StepFind, store.StepIndex)
			equal(t.T, "undone", t.undo(id), lantoa.Undone{Removed: 1})
			equal(t.T, "numbers", t.posts()["1"].Numbers, before)
			if n := number(t.T, t.Store, store.StepFind); n != 1 {
				t.Errorf("%d to be judged", n)
			}
		}},
		{"the first numbers of a post leave it without any", func(t *files) {
			save(t.T, t.Store, t.page, hour(-30), post("1", 40, "một"))
			id := t.bring(now, typed(row("1", 40, "một"), hour(-2), 60))
			equal(t.T, "undone", t.undo(id), lantoa.Undone{Removed: 1})
			equal(t.T, "numbers", t.posts()["1"].Numbers, lantoa.Snapshot{})
			equal(t.T, "a visit counts as the first", save(t.T, t.Store, t.page, hour(1), with(post("1", 40, "một"), hour(1), 3)), lantoa.Saved{Same: 1, Snapshots: 1})
		}},
		{"what two files brought stays until both are undone", func(t *files) {
			for _, order := range [][2]int{{0, 1}, {1, 0}} {
				var ids [2]lantoa.ImportID
				for i := range ids {
					ids[i] = t.bring(now.Add(time.Duration(i)*time.Minute), typed(row("1", 30, "một"), hour(-20), 5))
				}
				first := t.undo(ids[order[0]])
				if got := t.posts()["1"]; got.Text != "một" || got.Numbers.Reactions != lantoa.Of(5) {
					t.Errorf("%v: after the first undo: %+v", order, got)
				}
				if want := (lantoa.Undone{Kept: 1 - order[0]}); first != want {
					t.Errorf("%v: first %+v, want %+v", order, first, want)
				}
				equal(t.T, fmt.Sprint(order, ": second"), t.undo(ids[order[1]]), lantoa.Undone{Removed: 1})
				if got := t.posts(); len(got) != 0 {
					t.Errorf("%v: left: %+v", order, got)
				}
			}
		}},
		{"a wrong file is undone after the right one came: words and posts of the right one stay, wrong numbers go", func(t *files) {
			wrong := t.bring(now, typed(row("1", 30, "sai"), hour(-20), 500), row("2", 31, "thừa"))
			right := t.bring(hour(1), typed(row("1", 30, "đúng"), hour(-2), 5))
			equal(t.T, "undone", t.undo(wrong), lantoa.Undone{Removed: 1, Kept: 1})
			if got := t.posts(); len(got) != 1 || got["1"].Text != "đúng" || got["1"].Numbers.Reactions != lantoa.Of(5) {
				t.Errorf("%+v", got)
			}
			equal(t.T, "curve", t.curve("1"), []int64{5})
			equal(t.T, "the right one undone", t.undo(right), lantoa.Undone{Removed: 1})
			equal(t.T, "left", len(t.posts()), 0)
		}},
		{"three files, one after the other, undone from the first", func(t *files) {
			save(t.T, t.Store, t.page, hour(-1), row("1", 30, "gốc"))
			before := t.posts()["1"]
			var ids []lantoa.ImportID
			for i, text := range []string{"a", "b", "b"} {
				ids = append(ids, t.bring(hour(i), row("1", 30, text)))
			}
			for i, want := range []string{"b", "b", "gốc"} {
				t.undo(ids[i])
				equal(t.T, fmt.Sprint("words after undo ", i+1), t.posts()["1"].Text, want)
			}
			equal(t.T, "post", t.posts()["1"], before)
			if v, err := t.Versions(ctx, before.ID); err != nil || len(v) != 1 {
				t.Errorf("%+v, %v", v, err)
			}
		}},
		{"many posts are undone under several change numbers, so that no step must swallow them at once", func(t *files) {
			var many []lantoa.Incoming
			for i := range 450 {
				many = append(many, row(fmt.Sprint(i), 30, fmt.Sprint("bài ", i)))
			}
			id := t.bring(now, many...)
			catchUp(t.T, t.Store, store.StepIndex)
			equal(t.T, "undone", t.undo(id), lantoa.Undone{Removed: 450})
			posts, _, err := t.ChangedPosts(ctx, store.StepIndex, 100)
			if err != nil || len(posts) > 200 {
				t.Errorf("%d at once, %v", len(posts), err)
			}
			equal(t.T, "counted", t.channel().Posts, int64(0))
		}},
		{"a post recalled after its import was undone is never stored again", func(t *files) {
			id := t.bring(now, row("1", 30, "một"))
			t.undo(id)
			if _, err := t.ErasePosts(ctx, t.page, []string{"1"}, now, "", "recalled"); err != nil {
				t.Fatal(err)
			}
			t.bring(now, row("1", 30, "một"))
			equal(t.T, "posts", len(t.posts()), 0)
		}},
		{"what is saved under no import is nobody's to undo", func(t *files) {
			id := t.bring(now)
			save(t.T, t.Store, t.page, now, row("1", 30, "một"))
			equal(t.T, "undone", t.undo(id), lantoa.Undone{})
			equal(t.T, "posts", len(t.posts()), 1)
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			storetest.Addresses(t, func(t *testing.T, address string) {
				s := storetest.OpenAt(t, address, storetest.Options())
				small := storetest.Seed(t, s)
				tt.test(&files{T: t, Store: s, address: address, small: small, page: small.DongMauPage.ID})
			})
		})
	}
}
