package store_test

import (
	"strings"
	"testing"
	"time"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/store"
	"github.com/hoiphunu/lantoa/store/storetest"
)

func TestAPostOfAnArchiveIsTheOneThatThePlatformTellsLater(t *testing.T) {
	type world struct {
		*testing.T
		*store.Store
		page, other lantoa.ChannelID
	}
	long := "Sáng 24/11, Hội LHPN xã Bình Mẫu ra mắt mô hình “Biến rác thành tiền – Thắp sáng ước mơ”"
	archived := func(external string, at time.Time, text string) lantoa.Incoming {
		return lantoa.Incoming{FromFile: true, HasCount: true, Numbers: lantoa.Snapshot{At: now.Add(-24 * time.Hour), Reactions: lantoa.Of(11), Source: lantoa.FromReport},
			Post: lantoa.Post{External: external, Text: text, PublishedAt: at}}
	}
	graph := func(external string, at time.Time, text string) lantoa.Incoming {
		p := with(post(external, 0, text), now, 30)
		p.PublishedAt = at
		return p
	}
	then := now.AddDate(0, -2, 0).Truncate(time.Second)
	brought := func(t world, posts ...lantoa.Incoming) lantoa.ImportID {
		t.Helper()
		i := lantoa.Import{Kind: "facebook-export", File: "trang.zip"}
		if err := t.BeginImport(ctx, &i); err != nil {
			t.Fatal(err)
		}
		if _, err := t.SavePosts(store.OfImport(ctx, i.ID), t.page, posts, now.Add(-24*time.Hour)); err != nil {
			t.Fatal(err)
		}
		return i.ID
	}
	externals := func(t world) string {
		t.Helper()
		all, err := t.ChannelPosts(ctx, t.page, time.Time{}, 100)
		if err != nil {
			t.Fatal(err)
		}
		var ids []string
		for _, p := range all {
			ids = append(ids, p.External)
		}
		return strings.Join(ids, " ")
	}
	for _, tt := range []struct {
		name string
		test func(t world)
	}{
		{"it stays one post with one history, under the platform's id", func(t world) {
			brought(t, archived("fbx-1-aa", then, long))
			id := find(t.T, t.Store, t.page, "fbx-1-aa").ID
			equal(t.T, "saved", save(t.T, t.Store, t.page, now, graph("104_1", then, long)), lantoa.Saved{Changed: 1, Snapshots: 1})
			equal(t.T, "posts", externals(t), "104_1")
			got := find(t.T, t.Store, t.page, "104_1")
			if got.ID != id || got.Numbers.Reactions != lantoa.Of(30) || got.Permalink == "" || got.Version != 1 {
				t.Errorf("%+v", got)
			}
			if curve, err := t.Snapshots(ctx, id); err != nil || len(curve) != 2 {
				t.Errorf("%+v, %v", curve, err)
			}
			equal(t.T, "next visit", save(t.T, t.Store, t.page, now, graph("104_1", then, long)), lantoa.Saved{Same: 1})
		}},
		{"by its words when the minute differs, cut short too", func(t world) {
			brought(t, archived("fbx-1-aa", then.Add(-time.Minute), long+" cùng hơn 200 hội viên"), archived("fbx-2-bb", then.AddDate(0, 0, -1), "Chúc mừng  ngày 20/10"))
			save(t.T, t.Store, t.page, now, graph("104_1", then, long), graph("104_2", then.AddDate(0, 0, -1).Add(90*time.Second), "Chúc mừng ngày 20/10"))
			equal(t.T, "posts", externals(t), "104_1 104_2")
		}},
		{"by its second when the words were changed since, which is a new version", func(t world) {
			brought(t, archived("fbx-1-aa", then, "viết vội"))
			save(t.T, t.Store, t.page, now, graph("104_1", then, long))
			if got := find(t.T, t.Store, t.page, "104_1"); got.Version != 2 || got.Text != long {
				t.Errorf("%+v", got)
			}
		}},
		{"words before seconds, the nearer one first, each once", func(t world) {
			brought(t, archived("fbx-1-aa", then, "khác hẳn"), archived("fbx-2-bb", then.Add(5*time.Second), long))
			save(t.T, t.Store, t.page, now, graph("104_1", then, long), graph("104_2", then, long))
			got := find(t.T, t.Store, t.page, "104_1")
			other := find(t.T, t.Store, t.page, "104_2")
			if got.Version != 1 || other.Version != 2 {
				t.Errorf("%+v\n%+v", got.Post, other.Post)
			}
		}},
		{"the nearer one of two with the same words", func(t world) {
			brought(t, archived("fbx-1-far", then.Add(-100*time.Second), long), archived("fbx-2-near", then.Add(5*time.Second), long))
			near := find(t.T, t.Store, t.page, "fbx-2-near").ID
			save(t.T, t.Store, t.page, now, graph("104_1", then, long))
			equal(t.T, "post", find(t.T, t.Store, t.page, "104_1").ID, near)
		}},
		{"others are others: an hour apart, on another page, or brought with an id of the platform", func(t world) {
			brought(t, archived("fbx-1-aa", then, long), archived("104_9", then.AddDate(0, 0, -1), "hai mươi"))
			save(t.T, t.Store, t.page, now, graph("104_1", then.Add(time.Hour), long), graph("104_2", then.AddDate(0, 0, -1).Add(time.Second), "hai mươi"))
			save(t.T, t.Store, t.other, now, graph("105_1", then, long))
			equal(t.T, "posts", externals(t), "104_1 fbx-1-aa 104_2 104_9")
		}},
		{"when the file is taken back, what the platform told meanwhile stays", func(t world) {
			id := brought(t, archived("fbx-1-aa", then, long))
			save(t.T, t.Store, t.page, now, graph("104_1", then, long))
			undone, err := t.UndoImport(ctx, id, "", now)
			if err != nil || undone.Removed != 0 || undone.Kept != 1 {
				t.Errorf("%+v, %v", undone, err)
			}
			equal(t.T, "posts", externals(t), "104_1")
		}},
		{"one whose file was taken back before is not in the platform's way", func(t world) {
			id := brought(t, archived("fbx-1-aa", then, long))
			if _, err := t.UndoImport(ctx, id, "", now); err != nil {
				t.Fatal(err)
			}
			equal(t.T, "saved", save(t.T, t.Store, t.page, now, graph("104_1", then, long)), lantoa.Saved{New: 1, Snapshots: 1})
		}},
		{"one that was taken down stays down when the platform tells it", func(t world) {
			brought(t, archived("fbx-1-aa", then, long))
			if _, err := t.ErasePosts(ctx, t.page, []string{"fbx-1-aa"}, now, "", "take_down"); err != nil {
				t.Fatal(err)
			}
			equal(t.T, "saved", save(t.T, t.Store, t.page, now, graph("104_1", then, long)), lantoa.Saved{})
			equal(t.T, "posts", externals(t), "")
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			storetest.Both(t, func(t *testing.T, s *store.Store) {
				small := storetest.Seed(t, s)
				tt.test(world{t, s, small.DongMauPage.ID, small.KheMauPage.ID})
			})
		})
	}
}
