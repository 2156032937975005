package store_test

import (
	"slices"
	"testing"
	"time"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/store"
	"github.com/hoiphunu/lantoa/store/storetest"
)

func TestImports(t *testing.T) {
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		older := lantoa.Import{Kind: "units", File: "xã.csv", At: now, By: "lan@example.org"}
		newer := lantoa.Import{Kind: "posts", File: "bài.xlsx", At: now.Add(time.Minute)}
		for _, i := range []*lantoa.Import{&older, &newer} {
			if err := s.BeginImport(ctx, i); err != nil {
				t.Fatal(err)
			}
		}
		newer.Good, newer.Bad = 120, 3
		if err := s.EndImport(ctx, newer); err != nil {
			t.Fatal(err)
		}
		if err := s.EndImport(ctx, lantoa.Import{ID: "nobody"}); lantoa.KindOf(err) != lantoa.NotFound {
			t.Error(err)
		}
		if _, err := s.UndoImport(ctx, older.ID, "", now.Add(time.Hour)); err != nil {
			t.Fatal(err)
		}
		older.UndoneAt = now.Add(time.Hour)
		got, err := s.Imports(ctx, 10)
		if err != nil {
			t.Fatal(err)
		}
		equal(t, "imports, the newest first", got, []lantoa.Import{newer, older})
		if got, err = s.Imports(ctx, 1); err != nil || len(got) != 1 {
			t.Errorf("%+v, %v", got, err)
		}
		log, err := s.AuditLog(ctx, 10, time.Time{})
		if err != nil {
			t.Fatal(err)
		}
		equal(t, "log", log, []lantoa.Audit{{At: now.Add(time.Hour), Who: "dòng lệnh", Action: "import_undone", Subject: "units xã.csv", Detail: "removed 0, restored 0, kept 0"}})
	})
}

func TestUndoImportOfLists(t *testing.T) {
	units := func(t *files) map[string]lantoa.Unit {
		t.Helper()
		all, err := t.Units(ctx, lantoa.Everything, time.Time{})
		if err != nil {
			t.Fatal(err)
		}
		by := map[string]lantoa.Unit{}
		for _, u := range all {
			by[u.Code] = u
		}
		return by
	}
	since := time.Date(2025, 6, 30, 17, 0, 0, 0, time.UTC)
	branch := func(code, parent string) lantoa.Unit {
		return lantoa.Unit{ID: lantoa.UnitID("u" + code), Code: code, Name: "chi hội " + code, Level: lantoa.Branch, Parent: lantoa.UnitID(parent), From: since}
	}
	bring := func(t *files, all ...lantoa.Unit) lantoa.ImportID {
		t.Helper()
		id, under := t.begin()
		if err := t.SaveUnits(under, all); err != nil {
			t.Fatal(err)
		}
		return id
	}
	channel := func(t *files, ch lantoa.Channel) (lantoa.ImportID, lantoa.ChannelID) {
		t.Helper()
		id, under := t.begin()
		if err := t.SaveChannel(under, &ch); err != nil {
			t.Fatal(err)
		}
		return id, ch.ID
	}
	group := func(t *files, unit lantoa.Unit) lantoa.Channel {
		return lantoa.Channel{Kind: lantoa.ZaloGroup, Name: "Nhóm", External: "g1", Unit: unit, CreatedAt: now}
	}
	there := func(t *files, id lantoa.ChannelID) bool {
		t.Helper()
		_, err := t.Channel(ctx, id)
		if err != nil && lantoa.KindOf(err) != lantoa.NotFound {
			t.Fatal(err)
		}
		return err == nil
	}
	for _, tt := range []struct {
		name string
		test func(t *files)
	}{
		{"units that it made go, the lower ones first", func(t *files) {
			before := units(t)
			deep := branch("a2", "a1-as-in-the-file")
			top := branch("a1", "u05722")
			top.ID = ""
			// The list names its units by ids of its own, the lower one first.
			top.ID, deep.Parent = "ztop", "ztop"
			id := bring(t, deep, top)
			if u := units(t)["a2"]; u.Path != "u19.u05722.ztop.ua2" {
				t.Fatalf("%+v", u)
			}
			equal(t.T, "undone", t.undo(id), lantoa.Undone{Removed: 2})
			equal(t.T, "units", units(t), before)
		}},
		{"a unit on which something hangs by now stays, with all above it", func(t *files) {
			id := bring(t, branch("a1", "u05722"), branch("a2", "ua1"), branch("a3", "u05722"))
			if _, err := t.AddUser(ctx, lantoa.User{Email: "x@example.org", Role: lantoa.Officer, Unit: lantoa.Unit{ID: "ua2"}}, "hash"); err != nil {
				t.Fatal(err)
			}
			equal(t.T, "undone", t.undo(id), lantoa.Undone{Removed: 1, Kept: 2})
			if got := units(t); got["a1"].ID == "" || got["a2"].ID == "" || got["a3"].ID != "" {
				t.Errorf("%+v", got)
			}
		}},
		{"a unit whose name somebody mended stays", func(t *files) {
			id := bring(t, branch("a1", "u05722"))
			mended := branch("a1", "u05722")
			mended.Name = "chi hội xóm Chùa"
			if err := t.SaveUnits(ctx, []lantoa.Unit{mended}); err != nil {
				t.Fatal(err)
			}
			equal(t.T, "undone", t.undo(id), lantoa.Undone{Kept: 1})
			equal(t.T, "name", units(t)["a1"].Name, "chi hội xóm Chùa")
		}},
		{"a unit that it changed is what it was, with the paths of all below it", func(t *files) {
			if err := t.SaveUnits(ctx, []lantoa.Unit{branch("a1", "u05722"), branch("a2", "ua1")}); err != nil {
				t.Fatal(err)
			}
			before := units(t)
			moved := branch("a1", "u05728")
			moved.Name, moved.To = "chi hội sai", now
			id := bring(t, moved)
			if got := units(t)["a2"].Path; got != "u19.u05728.ua1.ua2" {
				t.Fatal(got)
			}
			equal(t.T, "undone", t.undo(id), lantoa.Undone{Restored: 1})
			equal(t.T, "units", units(t), before)
		}},
		{"a unit that would come to stand below itself stays where it is", func(t *files) {
			if err := t.SaveUnits(ctx, []lantoa.Unit{branch("a1", "u05722"), branch("a2", "ua1")}); err != nil {
				t.Fatal(err)
			}
			id := bring(t, branch("a2", "u05722"))
			if err := t.SaveUnits(ctx, []lantoa.Unit{branch("a1", "ua2")}); err != nil {
				t.Fatal(err)
			}
			after := units(t)
			equal(t.T, "undone", t.undo(id), lantoa.Undone{Kept: 1})
			equal(t.T, "units", units(t), after)
		}},
		{"successors that it named are as they were", func(t *files) {
			if err := t.SaveSuccessors(ctx, "u05728", []lantoa.UnitID{"u19"}); err != nil {
				t.Fatal(err)
			}
			id, under := t.begin()
			if err := t.SaveSuccessors(under, "u05728", []lantoa.UnitID{"u05722"}); err != nil {
				t.Fatal(err)
			}
			gone := branch("a1", "u05722")
			gone.To, gone.Successors = now, []lantoa.UnitID{"u05722"}
			if err := t.SaveUnits(under, []lantoa.Unit{gone}); err != nil {
				t.Fatal(err)
			}
			undone := t.undo(id)
			got := units(t)
			if undone.Kept != 0 || got["a1"].ID != "" || !slices.Equal(got["05728"].Successors, []lantoa.UnitID{"u19"}) {
				t.Errorf("%+v, %+v", undone, got)
			}
		}},
		{"a list brought twice is undone with the second undoing", func(t *files) {
			first, second := bring(t, branch("a1", "u05722")), bring(t, branch("a1", "u05722"))
			equal(t.T, "first", t.undo(first), lantoa.Undone{Kept: 1})
			equal(t.T, "second", t.undo(second), lantoa.Undone{Removed: 1})
			if got := units(t)["a1"]; got.ID != "" {
				t.Errorf("%+v", got)
			}
		}},
		{"a channel that it made goes", func(t *files) {
			id, ch := channel(t, group(t, t.small.DongMau))
			equal(t.T, "undone", t.undo(id), lantoa.Undone{Removed: 1})
			if there(t, ch) {
				t.Error("it is there")
			}
		}},
		{"a channel that was read by now stays", func(t *files) {
			id, ch := channel(t, group(t, t.small.DongMau))
			visit(t.T, t.Store, ch, now)
			equal(t.T, "undone", t.undo(id), lantoa.Undone{Kept: 1})
			if !there(t, ch) {
				t.Error("it is gone")
			}
		}},
		{"the archive of what belongs to no channel stays as an empty one, put away, and serves the next file", func(t *files) {
			id, under := t.begin()
			ch, err := t.ImportChannel(under, t.small.DongMau.ID)
			if err == nil {
				_, err = t.SavePosts(under, ch, []lantoa.Incoming{row("1", 3, "một")}, now)
			}
			if err != nil {
				t.Fatal(err)
			}
			equal(t.T, "undone", t.undo(id), lantoa.Undone{Removed: 2})
			c, err := t.Channel(ctx, ch)
			if err != nil || !c.Archived || c.Posts != 0 {
				t.Errorf("%+v, %v", c, err)
			}
			if again, err := t.ImportChannel(ctx, t.small.DongMau.ID); err != nil || again != ch {
				t.Errorf("%s, %v", again, err)
			}
		}},
		{"a channel that it changed is what it was, but for what somebody changed since", func(t *files) {
			before := t.channel()
			changed := before
			changed.Name, changed.URL, changed.Unit = "Tên sai", "https://example.org/sai", t.small.KheMau
			id, _ := channel(t, changed)
			changed.Name = "Tên người sửa"
			if err := t.SaveChannel(ctx, &changed); err != nil {
				t.Fatal(err)
			}
			save(t.T, t.Store, t.page, now, post("1", 3, "một"))
			catchUp(t.T, t.Store, store.StepIndex)
			equal(t.T, "undone", t.undo(id), lantoa.Undone{Kept: 1})
			got := t.channel()
			if got.Name != "Tên người sửa" || got.URL != before.URL || got.Unit.ID != before.Unit.ID {
				t.Errorf("%+v", got)
			}
			if n := number(t.T, t.Store, store.StepIndex); n != 1 {
				t.Errorf("%d of its posts are to be indexed", n)
			}
			whole := before
			whole.Name = "Tên khác"
			id, _ = channel(t, whole)
			equal(t.T, "undone", t.undo(id), lantoa.Undone{Restored: 1})
		}},
		{"figures of months are as they were, and the new ones go", func(t *files) {
			figure := func(month string, n int64, at time.Time) lantoa.ChannelMonth {
				return lantoa.ChannelMonth{Channel: t.page, Month: month, Metric: "members", Value: lantoa.Of(n), At: at}
			}
			report := func(months ...lantoa.ChannelMonth) lantoa.ImportID {
				id, under := t.begin()
				if _, _, err := t.SaveChannelMonths(under, months); err != nil {
					t.Fatal(err)
				}
				return id
			}
			shows := func(what string, want ...lantoa.ChannelMonth) {
				t.Helper()
				got, err := t.ChannelMonths(ctx, t.page, "", "")
				if err != nil {
					t.Fatal(err)
				}
				equal(t.T, what, got, want)
			}
			old := figure("2026-10", 100, now)
			if _, _, err := t.SaveChannelMonths(ctx, []lantoa.ChannelMonth{old}); err != nil {
				t.Fatal(err)
			}
			later := now.Add(time.Hour)
			id := report(figure("2026-10", 900, later), figure("2026-11", 901, later), figure("2026-09", 90, later))
			mended := figure("2026-09", 91, later)
			if _, _, err := t.SaveChannelMonths(ctx, []lantoa.ChannelMonth{mended}); err != nil {
				t.Fatal(err)
			}
			equal(t.T, "undone", t.undo(id), lantoa.Undone{Removed: 1, Restored: 1, Kept: 1})
			shows("left", mended, old)

			first := report(figure("2026-11", 50, now))
			second := report(figure("2026-11", 50, later))
			equal(t.T, "the first", t.undo(first), lantoa.Undone{Kept: 1})
			shows("what both reported", mended, old, figure("2026-11", 50, now))
			equal(t.T, "the second", t.undo(second), lantoa.Undone{Removed: 1})
			shows("left in the end", mended, old)
		}},
		{"counted messages are counted no more", func(t *files) {
			if _, err := t.SaveChatter(ctx, t.page, []lantoa.Chatter{{External: "own", At: now, Kind: "text"}}); err != nil {
				t.Fatal(err)
			}
			count := func(under lantoa.ImportID, externals ...string) {
				t.Helper()
				var all []lantoa.Chatter
				for _, e := range externals {
					all = append(all, lantoa.Chatter{External: e, At: now, Kind: "text"})
				}
				if _, err := t.SaveChatter(store.OfImport(ctx, under), t.page, all); err != nil {
					t.Fatal(err)
				}
			}
			first, _ := t.begin()
			count(first, "own", "a/1", "b", "a/1")
			second, _ := t.begin()
			count(second, "b", "c")
			equal(t.T, "counted", t.channel().Chatter, int64(4))
			equal(t.T, "first", t.undo(first), lantoa.Undone{Removed: 1, Kept: 1})
			equal(t.T, "counted", t.channel().Chatter, int64(3))
			equal(t.T, "second", t.undo(second), lantoa.Undone{Removed: 2})
			equal(t.T, "counted", t.channel().Chatter, int64(1))
			known, err := t.KnownExternals(ctx, t.page, []string{"own", "a/1", "b", "c"})
			if err != nil || len(known) != 1 || !known["own"] {
				t.Errorf("%v, %v", known, err)
			}
		}},
		{"a size that it reported goes, and the channel shows the one before", func(t *files) {
			size := func(under lantoa.ImportID, hours int, n int64) {
				t.Helper()
				c := ctx
				if under != "" {
					c = store.OfImport(ctx, under)
				}
				if err := t.SaveChannelSnapshot(c, t.page, lantoa.ChannelSnapshot{At: now.Add(time.Duration(hours) * time.Hour), Followers: lantoa.Of(n)}); err != nil {
					t.Fatal(err)
				}
			}
			size("", -48, 100)
			id, _ := t.begin()
			size(id, -24, 9999)
			size(id, -72, 1)
			equal(t.T, "undone", t.undo(id), lantoa.Undone{Removed: 2})
			c := t.channel()
			if c.Followers != lantoa.Of(100) || !c.FollowedAt.Equal(now.Add(-48*time.Hour)) {
				t.Errorf("%v at %s", c.Followers, c.FollowedAt)
			}
			first, _ := t.begin()
			size(first, -1, 7)
			size("", 0, 105)
			t.undo(first)
			if c := t.channel(); c.Followers != lantoa.Of(105) {
				t.Errorf("a newer one: %v", c.Followers)
			}
		}},
		{"what is undone stays undone though the store is opened anew", func(t *files) {
			id := bring(t, branch("a1", "u05722"))
			t.undo(id)
			again := storetest.OpenAt(t.T, t.address, storetest.Options())
			if _, err := again.UndoImport(ctx, id, "", now); lantoa.KindOf(err) != lantoa.Conflict {
				t.Error(err)
			}
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
