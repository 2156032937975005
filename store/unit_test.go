package store_test

import (
	"testing"
	"time"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/store"
	"github.com/hoiphunu/lantoa/store/storetest"
)

func date(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 0, 0, 0, 0, time.UTC) }

func TestUnits(t *testing.T) {
	merged := date(2025, 7, 1)
	tree := func() []lantoa.Unit {
		return []lantoa.Unit{
			{ID: "new", Code: "05755", Name: "xã Phú Lạc", Level: lantoa.Commune, Parent: "p", From: merged},
			{ID: "old1", Code: "05755", Name: "xã Phục Linh", Level: lantoa.Commune, Parent: "d", To: merged, Successors: []lantoa.UnitID{"new"}},
			{ID: "old2", Code: "05749", Name: "xã Bản Ngoại", Level: lantoa.Commune, Parent: "d", To: merged, Successors: []lantoa.UnitID{"new"}},
			{ID: "d", Code: "171", Name: "huyện Đại Từ", Level: lantoa.District, Parent: "p", To: merged},
			{ID: "p", Code: "19", Name: "tỉnh Thái Nguyên", Level: lantoa.Province},
		}
	}
	type world struct {
		*testing.T
		*store.Store
	}
	for _, tt := range []struct {
		name string
		test func(t world)
	}{
		{"paths are chains of IDs from the root, in whatever order units come", func(t world) {
			units := tree()
			if err := t.SaveUnits(ctx, units); err != nil {
				t.Fatal(err)
			}
			if units[0].Path != "p.new" || units[1].Path != "p.d.old1" || units[4].Path != "p" {
				t.Errorf("%s, %s, %s", units[0].Path, units[1].Path, units[4].Path)
			}
			got, err := t.Unit(ctx, "old1")
			if err != nil {
				t.Fatal(err)
			}
			equal(t.T, "unit with its successor", got, units[1])
		}},
		{"a code and a day together name a unit", func(t world) {
			if err := t.SaveUnits(ctx, tree()); err != nil {
				t.Fatal(err)
			}
			for _, tt := range []struct {
				code string
				day  time.Time
				want lantoa.UnitID
			}{
				{"05755", date(2025, 6, 30), "old1"}, {"05755", merged, "new"}, {"05755", now, "new"},
				{"05749", date(2020, 1, 1), "old2"}, {"05749", now, "old2"}, // none is in force: the newest that bore it
			} {
				if got, err := t.UnitByCode(ctx, tt.code, tt.day); err != nil || got.ID != tt.want {
					t.Errorf("%s on %v is %s, want %s (%v)", tt.code, tt.day, got.ID, tt.want, err)
				}
			}
			if _, err := t.UnitByCode(ctx, "99999", now); lantoa.KindOf(err) != lantoa.NotFound {
				t.Error(err)
			}
		}},
		{"the tree of a day holds who was in force, by level and then as Vietnamese is sorted", func(t world) {
			units := append(tree(), lantoa.Unit{ID: "a", Code: "1", Name: "xã Đồng Mẫu", Level: lantoa.Commune, Parent: "p", From: merged},
				lantoa.Unit{ID: "b", Code: "2", Name: "xã Dốc Mẫu", Level: lantoa.Commune, Parent: "p", From: merged},
				lantoa.Unit{ID: "c", Code: "3", Name: "phường Ô Mẫu", Level: lantoa.Commune, Parent: "p", From: merged},
				lantoa.Unit{ID: "e", Code: "4", Name: "phường Ơ Mẫu", Level: lantoa.Commune, Parent: "p", From: merged})
			if err := t.SaveUnits(ctx, units); err != nil {
				t.Fatal(err)
			}
			names := func(day time.Time) (names []string) {
				units, err := t.Units(ctx, lantoa.Everything, day)
				if err != nil {
					t.Fatal(err)
				}
				for _, u := range units {
					names = append(names, u.Name)
				}
				return names
			}
			equal(t.T, "today", names(now), []string{"tỉnh Thái Nguyên", "phường Ô Mẫu", "phường Ơ Mẫu", "xã Dốc Mẫu", "xã Đồng Mẫu", "xã Phú Lạc"})
			equal(t.T, "before the merger", names(date(2025, 6, 30)), []string{"tỉnh Thái Nguyên", "huyện Đại Từ", "xã Bản Ngoại", "xã Phục Linh"})
			check(t.T, "ever", len(names(time.Time{})), 9, nil)
		}},
		{"the same list again keeps the IDs, though it comes with others", func(t world) {
			first := tree()
			if err := t.SaveUnits(ctx, first); err != nil {
				t.Fatal(err)
			}
			again := tree()
			for i := range again {
				again[i].ID, again[i].Successors = "x"+again[i].ID, nil
				if again[i].Parent != "" {
					again[i].Parent = "x" + again[i].Parent
				}
			}
			if err := t.SaveUnits(ctx, again); err != nil {
				t.Fatal(err)
			}
			for i := range again {
				if again[i].ID != first[i].ID || again[i].Path != first[i].Path {
					t.Errorf("%s is %s %s, was %s %s", again[i].Code, again[i].ID, again[i].Path, first[i].ID, first[i].Path)
				}
			}
		}},
		{"units without IDs get some", func(t world) {
			units := []lantoa.Unit{{Code: "19", Name: "tỉnh", Level: lantoa.Province}}
			if err := t.SaveUnits(ctx, units); err != nil || !lantoa.ValidID(string(units[0].ID)) || units[0].Path != string(units[0].ID) {
				t.Errorf("%+v %v", units[0], err)
			}
		}},
		{"when a unit moves, all below it move along", func(t world) {
			if err := t.SaveUnits(ctx, tree()); err != nil {
				t.Fatal(err)
			}
			moved := []lantoa.Unit{{ID: "top", Code: "1", Name: "vùng", Level: lantoa.Province},
				{ID: "p", Code: "19", Name: "tỉnh Thái Nguyên", Level: lantoa.Province, Parent: "top"}}
			if err := t.SaveUnits(ctx, moved); err != nil {
				t.Fatal(err)
			}
			if got, err := t.Unit(ctx, "old1"); err != nil || got.Path != "top.p.d.old1" {
				t.Errorf("%s %v", got.Path, err)
			}
		}},
		{"a circle, an unknown parent, and an ID of other letters are invalid and change nothing", func(t world) {
			for _, units := range [][]lantoa.Unit{
				{{ID: "a", Code: "1", Parent: "b"}, {ID: "b", Code: "2", Parent: "a"}},
				{{ID: "a", Code: "1", Parent: "nobody"}},
				{{ID: "a%", Code: "1"}},
				{{ID: "a", Code: ""}},
			} {
				if err := t.SaveUnits(ctx, units); lantoa.KindOf(err) != lantoa.Invalid {
					t.Errorf("%+v: %v", units, err)
				}
			}
			all, err := t.Units(ctx, lantoa.Everything, time.Time{})
			check(t.T, "units", len(all), 0, err)
		}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			storetest.Both(t, func(t *testing.T, s *store.Store) { tt.test(world{t, s}) })
		})
	}
}
