package store_test

import (
	"context"
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/store"
	"github.com/hoiphunu/lantoa/store/storetest"
)

var hanoi = time.FixedZone("Asia/Ho_Chi_Minh", 7*3600)

func day(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 0, 0, 0, 0, hanoi) }

// county is a province of three levels: one district with three communes, of which the first has a branch; each
// commune with a page, an officer and somebody in charge, and a district with a person of its own.
type county struct {
	*store.Store
	t        *testing.T
	channels map[string]lantoa.Channel
	users    map[string]lantoa.User
}

func openCounty(t *testing.T, s *store.Store) *county {
	t.Helper()
	ctx := context.Background()
	since := day(2020, 1, 1)
	units := []lantoa.Unit{
		{ID: "p", Code: "19", Name: "tỉnh Chè Mẫu", Level: lantoa.Province, From: since},
		{ID: "d", Code: "168", Name: "huyện Rừng Mẫu", Level: lantoa.District, Parent: "p", From: since},
		{ID: "a", Code: "05701", Name: "xã An Mẫu", Level: lantoa.Commune, Parent: "d", From: since},
		{ID: "b", Code: "05702", Name: "xã Bình Mẫu", Level: lantoa.Commune, Parent: "d", From: since},
		{ID: "c", Code: "05703", Name: "xã Cát Mẫu", Level: lantoa.Commune, Parent: "d", From: since},
		{ID: "ch", Code: "05701-1", Name: "chi hội xóm Mẫu", Level: lantoa.Branch, Parent: "a", From: since},
	}
	must(t, s.SaveUnits(ctx, units))
	h := &county{Store: s, t: t, channels: map[string]lantoa.Channel{}, users: map[string]lantoa.User{}}
	for _, u := range units[1:] {
		ch := lantoa.Channel{Kind: lantoa.FacebookPage, Name: "Phụ nữ " + u.Name, Unit: u, External: "page" + u.Code}
		must(t, s.SaveChannel(ctx, &ch))
		h.channels[string(u.ID)] = ch
		w, err := s.AddUser(ctx, lantoa.User{Email: string(u.ID) + "@mau.vn", Name: "Chị " + u.Name, Role: lantoa.Officer, Unit: u}, "x")
		must(t, err)
		h.users[string(u.ID)] = w
		must(t, s.SaveContacts(ctx, u.ID, []lantoa.Contact{{Name: "Chị " + u.Name, Phone: "0900000" + u.Code}}, "admin"))
	}
	return h
}

// tree is the tree in force on a day, a line a unit: code name < parent's name.
func (h *county) tree(on time.Time) string {
	h.t.Helper()
	units, err := h.Units(context.Background(), lantoa.Everything, on)
	must(h.t, err)
	all, err := h.Units(context.Background(), lantoa.Everything, time.Time{})
	must(h.t, err)
	tree := lantoa.TreeOf(all)
	var lines []string
	for _, u := range units {
		lines = append(lines, u.Code+" "+u.Name+" < "+tree[u.Parent].Name)
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

// all is everything that a reform may change, to see that undoing gives it back.
func (h *county) all() string {
	h.t.Helper()
	ctx := context.Background()
	units, err := h.Units(ctx, lantoa.Everything, time.Time{})
	must(h.t, err)
	channels, err := h.Channels(ctx, lantoa.Everything, store.ChannelFilter{})
	must(h.t, err)
	users, err := h.Users(ctx, lantoa.Everything)
	must(h.t, err)
	contacts, err := h.Contacts(ctx, lantoa.Everything)
	must(h.t, err)
	tenures, err := h.Tenures(ctx)
	must(h.t, err)
	leaves, err := h.Leaves(ctx, day(2020, 1, 1))
	must(h.t, err)
	var lines []string
	for _, u := range units {
		lines = append(lines, fmt.Sprint("unit ", u))
	}
	for _, c := range channels {
		lines = append(lines, fmt.Sprint("channel ", c.ID, c.Name, c.Unit.ID, c.Archived))
	}
	for _, u := range users {
		lines = append(lines, fmt.Sprint("user ", u.Email, u.Unit.ID))
	}
	for _, of := range contacts {
		for i, c := range of {
			lines = append(lines, fmt.Sprint("contact ", i, c))
		}
	}
	for _, x := range tenures {
		lines = append(lines, fmt.Sprint("tenure ", x))
	}
	for _, x := range leaves {
		lines = append(lines, fmt.Sprint("leave ", x.ID, x.Unit))
	}
	slices.Sort(lines)
	return strings.Join(lines, "\n")
}

// joined is the reform of the tests: An and Bình become one that bears Bình's code, the district is done away with.
func joined(h *county) lantoa.Reform {
	return lantoa.Reform{
		Resolution: "1683/NQ-UBTVQH15", Day: day(2025, 7, 1),
		New:  []lantoa.Unit{{ID: "n", Code: "05702", Name: "xã Bình Mẫu", Level: lantoa.Commune}},
		Ends: []lantoa.Ending{{Unit: "a", Heirs: []lantoa.UnitID{"n"}}, {Unit: "b", Heirs: []lantoa.UnitID{"n"}}, {Unit: "d"}},
		Channels: []lantoa.Fate{
			{Channel: h.channels["a"].ID, Do: lantoa.PutAway},
			{Channel: h.channels["b"].ID, Do: lantoa.Rename, Name: "Phụ nữ xã Bình Mẫu mới"},
		},
	}
}

func TestAReformEndsUnitsAndBeginsOthersOnOneDay(t *testing.T) {
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		h, ctx := openCounty(t, s), context.Background()
		before := h.all()
		must(t, s.SaveLeave(ctx, &lantoa.Leave{ID: "l", Unit: "c", From: day(2026, 11, 20), To: day(2026, 12, 1)}))
		withLeave := h.all()
		plan, err := s.Reform(ctx, joined(h), "admin@mau.vn")
		must(t, err)

		if got, want := h.tree(day(2025, 6, 30)), "05701 xã An Mẫu < huyện Rừng Mẫu\n05701-1 chi hội xóm Mẫu < xã An Mẫu\n05702 xã Bình Mẫu < huyện Rừng Mẫu\n"+
			"05703 xã Cát Mẫu < huyện Rừng Mẫu\n168 huyện Rừng Mẫu < tỉnh Chè Mẫu\n19 tỉnh Chè Mẫu < "; got != want {
			t.Errorf("the day before:\n%s\nwant\n%s", got, want)
		}
		if got, want := h.tree(day(2025, 7, 1)), "05701-1 chi hội xóm Mẫu < xã Bình Mẫu\n05702 xã Bình Mẫu < tỉnh Chè Mẫu\n05703 xã Cát Mẫu < tỉnh Chè Mẫu\n19 tỉnh Chè Mẫu < "; got != want {
			t.Errorf("on the day:\n%s\nwant\n%s", got, want)
		}
		units, err := s.Units(ctx, lantoa.Everything, time.Time{})
		must(t, err)
		tree := lantoa.TreeOf(units)
		heirs := tree.Heirs("a", day(2026, 11, 23))
		if len(heirs) != 1 || heirs[0].Code != "05702" || !reflect.DeepEqual(heirs, tree.Heirs("b", day(2026, 11, 23))) {
			t.Fatalf("the heirs of An are %v", heirs)
		}
		heir := heirs[0]
		if then, err := s.UnitByCode(ctx, "05702", day(2025, 6, 30)); err != nil || then.ID != "b" {
			t.Errorf("05702 was then %v %v", then, err)
		}
		if now, err := s.UnitByCode(ctx, "05702", day(2026, 1, 1)); err != nil || now.ID != heir.ID {
			t.Errorf("05702 is now %v %v", now, err)
		}

		put, err := s.Channel(ctx, h.channels["a"].ID)
		must(t, err)
		if !put.Archived || put.Unit.ID != "a" {
			t.Errorf("the page of An: %v archived %v", put.Unit, put.Archived)
		}
		renamed, err := s.Channel(ctx, h.channels["b"].ID)
		must(t, err)
		if renamed.Archived || renamed.Unit.ID != heir.ID || renamed.Name != "Phụ nữ xã Bình Mẫu mới" {
			t.Errorf("the page of Bình: %+v", renamed)
		}
		if districts, err := s.Channel(ctx, h.channels["d"].ID); err != nil || !districts.Archived {
			t.Errorf("the page of the district goes on: %v", err)
		}
		tenures, err := s.Tenures(ctx)
		must(t, err)
		var of []lantoa.Tenure
		for _, x := range tenures {
			if x.Channel == renamed.ID {
				of = append(of, x)
			}
		}
		if len(of) != 2 || of[0].Unit != "b" || !of[0].From.IsZero() || of[1].Unit != heir.ID || !of[1].From.Equal(day(2025, 7, 1)) {
			t.Errorf("the page of Bình belonged to %v", of)
		}

		for _, who := range []string{"a", "b"} {
			if w, err := s.User(ctx, h.users[who].ID); err != nil || w.Unit.ID != heir.ID {
				t.Errorf("%s's officer now stands at %v %v", who, w.Unit, err)
			}
		}
		carried := tree.Heirs("c", day(2026, 1, 1))[0]
		if w, err := s.User(ctx, h.users["c"].ID); err != nil || w.Unit.ID != carried.ID || !w.May(lantoa.See, carried.Path) {
			t.Errorf("Cát's officer now stands at %v %v", w.Unit, err)
		}
		if left := plan.Left(); len(left) != 1 || left[0].Email != "d@mau.vn" {
			t.Errorf("left without a unit: %v", left)
		}
		contacts, err := s.ContactsOf(ctx, heir.ID)
		must(t, err)
		if len(contacts) != 2 || contacts[0].Name != "Chị xã An Mẫu" || contacts[1].Name != "Chị xã Bình Mẫu" {
			t.Errorf("in charge: %v", contacts)
		}
		if leaves, err := s.Leaves(ctx, day(2026, 11, 1)); err != nil || len(leaves) != 1 || leaves[0].Unit != carried.ID {
			t.Errorf("leaves: %v %v", leaves, err)
		}

		reforms, err := s.Reforms(ctx)
		must(t, err)
		if len(reforms) != 1 || reforms[0].Resolution != "1683/NQ-UBTVQH15" || len(reforms[0].Ends) != 3 || reforms[0].By != "admin@mau.vn" {
			t.Errorf("%+v", reforms)
		}
		undone, err := s.UndoImport(ctx, plan.Reform.ID, "admin@mau.vn", storetest.Now)
		must(t, err)
		if undone.Kept != 0 {
			t.Errorf("%+v", undone)
		}
		if got := h.all(); got != withLeave || got == before {
			t.Errorf("after undoing:\n%s\nwant\n%s", got, withLeave)
		}
		if _, err := s.UndoImport(ctx, plan.Reform.ID, "admin@mau.vn", storetest.Now); lantoa.KindOf(err) != lantoa.Conflict {
			t.Errorf("undone twice: %v", err)
		}
		if _, err := s.Reform(ctx, joined(h), "admin@mau.vn"); err != nil {
			t.Errorf("done again after it was undone: %v", err)
		}
	})
}

func TestAReformIsNotUndoneWhileSomethingLeansOnIt(t *testing.T) {
	tests := []struct {
		name string
		lean func(h *county, heir lantoa.Unit) error
		why  string
	}{
		{"a channel came", func(h *county, heir lantoa.Unit) error {
			return h.SaveChannel(context.Background(), &lantoa.Channel{Kind: lantoa.ZaloGroup, Name: "Nhóm", External: "g", Unit: heir})
		}, "reform_channels"},
		{"a person came", func(h *county, heir lantoa.Unit) error {
			_, err := h.AddUser(context.Background(), lantoa.User{Email: "new@mau.vn", Role: lantoa.Officer, Unit: heir}, "x")
			return err
		}, "reform_users"},
		{"a branch came", func(h *county, heir lantoa.Unit) error {
			return h.SaveUnits(context.Background(), []lantoa.Unit{{Code: "05702-9", Name: "chi hội mới", Level: lantoa.Branch, Parent: heir.ID, From: day(2026, 1, 1)}})
		}, "reform_units"},
		{"somebody in charge came", func(h *county, heir lantoa.Unit) error {
			return h.AddContacts(context.Background(), heir.ID, []lantoa.Contact{{Name: "Chị Mới"}}, "admin")
		}, "reform_contacts"},
		{"a later reform ended it", func(h *county, heir lantoa.Unit) error {
			_, err := h.Reform(context.Background(), lantoa.Reform{Resolution: "2/NQ", Day: day(2026, 1, 1),
				New:  []lantoa.Unit{{ID: "m", Code: "05799", Name: "xã Mới Mẫu", Level: lantoa.Commune}},
				Ends: []lantoa.Ending{{Unit: heir.ID, Heirs: []lantoa.UnitID{"m"}}}}, "admin")
			return err
		}, "reform_later"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			storetest.Both(t, func(t *testing.T, s *store.Store) {
				h, ctx := openCounty(t, s), context.Background()
				plan, err := s.Reform(ctx, joined(h), "admin")
				must(t, err)
				heir, err := s.UnitByCode(ctx, "05702", day(2026, 1, 1))
				must(t, err)
				must(t, tt.lean(h, heir))
				before := h.all()
				_, err = s.UndoImport(ctx, plan.Reform.ID, "admin", storetest.Now)
				x := lantoa.AsTrouble(err, "")
				if err == nil || x.Kind != lantoa.Conflict || x.What != tt.why || x.Note == "" {
					t.Errorf("got %v, want %s and the unit's name", err, tt.why)
				}
				if h.all() != before {
					t.Error("half of it was undone")
				}
			})
		})
	}
}

func TestAUnitIsPartedAmongSeveral(t *testing.T) {
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		h, ctx := openCounty(t, s), context.Background()
		r := lantoa.Reform{Resolution: "7/NQ", Day: day(2025, 7, 1),
			New: []lantoa.Unit{
				{ID: "n1", Code: "05710", Name: "phường Một Mẫu", Level: lantoa.Commune},
				{ID: "n2", Code: "05711", Name: "phường Hai Mẫu", Level: lantoa.Commune},
			},
			Ends: []lantoa.Ending{{Unit: "a", Heirs: []lantoa.UnitID{"n1", "n2", "b"}}}, // b goes on and takes a piece of it
			// The page goes to the second, the officer to the one that goes on.
			Channels: []lantoa.Fate{{Channel: h.channels["a"].ID, Do: lantoa.Keep, Unit: "n2"}},
			People:   []lantoa.Removal{{User: h.users["a"].ID, Unit: "b"}},
		}
		if _, err := s.PlanReform(ctx, r); err != nil {
			t.Fatal(err)
		}
		_, err := s.Reform(ctx, r, "admin")
		must(t, err)
		units, err := s.Units(ctx, lantoa.Everything, time.Time{})
		must(t, err)
		tree := lantoa.TreeOf(units)
		var names []string
		for _, u := range tree.Heirs("a", day(2026, 1, 1)) {
			names = append(names, u.Name)
		}
		if slices.Sort(names); fmt.Sprint(names) != "[phường Hai Mẫu phường Một Mẫu xã Bình Mẫu]" {
			t.Errorf("heirs: %v", names)
		}
		if ch, err := s.Channel(ctx, h.channels["a"].ID); err != nil || ch.Unit.Name != "phường Hai Mẫu" {
			t.Errorf("the page: %v %v", ch.Unit.Name, err)
		}
		if w, err := s.User(ctx, h.users["a"].ID); err != nil || w.Unit.ID != "b" {
			t.Errorf("the officer: %v %v", w.Unit.Name, err)
		}
		if fore := tree.Forebears("b"); len(fore) != 1 || fore[0].ID != "a" {
			t.Errorf("forebears of the one that goes on: %v", fore)
		}
	})
}

func TestAReformThatCannotBeSaysWhy(t *testing.T) {
	s := storetest.Open(t)
	h := openCounty(t, s)
	good := joined(h)
	tests := []struct {
		name   string
		change func(r *lantoa.Reform)
		what   string
	}{
		{"no number", func(r *lantoa.Reform) { r.Resolution = " " }, "resolution"},
		{"no day", func(r *lantoa.Reform) { r.Day = time.Time{} }, "day"},
		{"nothing ends", func(r *lantoa.Reform) { r.Ends = nil }, "ends"},
		{"before the unit began", func(r *lantoa.Reform) { r.Day = day(2019, 1, 1) }, "not_in_force"},
		{"twice", func(r *lantoa.Reform) { r.Ends = append(r.Ends, lantoa.Ending{Unit: "a"}) }, "twice"},
		{"an heir that ends too", func(r *lantoa.Reform) { r.Ends[0].Heirs = []lantoa.UnitID{"b"} }, "heir"},
		{"a code that is borne", func(r *lantoa.Reform) { r.New[0].Code = "05703" }, "code_taken"},
		{"no name", func(r *lantoa.Reform) { r.New[0].Name = "" }, "name"},
		{"no level", func(r *lantoa.Reform) { r.New[0].Level = "king" }, "level"},
		{"a parent on the same rung", func(r *lantoa.Reform) { r.New[0].Parent = "c"; r.Ends = r.Ends[:2] }, "parent_level"},
		{"a new name for a channel that is empty", func(r *lantoa.Reform) { r.Channels[1].Name = " " }, "channel_name"},
	}
	before := h.all()
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			r := good
			r.New, r.Channels = slices.Clone(good.New), slices.Clone(good.Channels)
			r.Ends = nil
			for _, x := range good.Ends {
				r.Ends = append(r.Ends, lantoa.Ending{Unit: x.Unit, Heirs: slices.Clone(x.Heirs)})
			}
			tt.change(&r)
			_, err := s.Reform(context.Background(), r, "admin")
			if x := lantoa.AsTrouble(err, ""); err == nil || x.What != tt.what {
				t.Errorf("got %v, want %s", err, tt.what)
			}
		})
	}
	if h.all() != before {
		t.Error("something was written")
	}
}

func TestContactsAreEditedImportedAndUndone(t *testing.T) {
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		h, ctx := openCounty(t, s), context.Background()
		names := func() string {
			of, err := s.ContactsOf(ctx, "a")
			must(t, err)
			var out []string
			for _, c := range of {
				out = append(out, c.Name+" "+c.Phone)
			}
			return strings.Join(out, ", ")
		}
		was := names()
		in := lantoa.Import{Kind: "units", File: "don-vi.xlsx"}
		must(t, s.BeginImport(ctx, &in))
		must(t, s.AddContacts(store.OfImport(ctx, in.ID), "a", []lantoa.Contact{{Name: "chị  XÃ an mẫu", Phone: "0911"}, {Name: "Chị Hai", Phone: "0922"}}, ""))
		if got := names(); got != "chị  XÃ an mẫu 0911, Chị Hai 0922" {
			t.Errorf("after the import: %s", got)
		}
		_, err := s.UndoImport(ctx, in.ID, "", storetest.Now)
		must(t, err)
		if got := names(); got != was {
			t.Errorf("after undoing: %s, want %s", got, was)
		}
		must(t, s.SaveContacts(ctx, "a", []lantoa.Contact{{Name: "Chị Ba"}, {Name: ""}}, "admin"))
		if got := names(); got != "Chị Ba " {
			t.Errorf("after editing: %s", got)
		}
		if of, err := s.Contacts(ctx, lantoa.Scope("p.d.b")); err != nil || len(of) != 1 || len(of["b"]) != 1 {
			t.Errorf("in the scope of b: %v %v", of, err)
		}
		if err := s.SaveContacts(ctx, "nowhere", nil, ""); lantoa.KindOf(err) != lantoa.NotFound {
			t.Errorf("of no unit: %v", err)
		}
		_ = h
	})
}
