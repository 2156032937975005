package lantoa_test

import (
	"encoding/json"
	"testing"
	"time"

	"github.com/hoiphunu/lantoa"
)

var hanoi = func() *time.Location {
	zone, err := time.LoadLocation("Asia/Ho_Chi_Minh")
	if err != nil {
		panic(err)
	}
	return zone
}()

func TestAnAbsentCountIsNeverZero(t *testing.T) {
	b, err := json.Marshal(map[string]lantoa.Count{"absent": {}, "zero": lantoa.Of(0), "some": lantoa.Of(31)})
	if err != nil {
		t.Fatal(err)
	}
	if got, want := string(b), `{"absent":null,"some":31,"zero":0}`; got != want {
		t.Errorf("got %s, want %s", got, want)
	}
	var back map[string]lantoa.Count
	if err := json.Unmarshal(b, &back); err != nil {
		t.Fatal(err)
	}
	if back["absent"].Known || !back["zero"].Known {
		t.Errorf("after a round trip: %+v", back)
	}
	if got := (lantoa.Snapshot{Views: lantoa.Of(900)}).Interactions(); got.Known {
		t.Errorf("a platform that gives no interactions has none, got %v", got)
	}
	if got := (lantoa.Snapshot{Reactions: lantoa.Of(30), Shares: lantoa.Of(31)}).Interactions(); got != lantoa.Of(61) {
		t.Errorf("got %v, want 61", got)
	}
}

func TestWeeks(t *testing.T) {
	for _, tt := range []struct {
		name, text, start string
		bad               bool
	}{
		{name: "the reported week", text: "2026-W47", start: "2026-11-16"},
		{name: "2026 has a week 53", text: "2026-W53", start: "2026-12-28"},
		{name: "2025 has none", text: "2025-W53", bad: true},
		{name: "week 0", text: "2026-W00", bad: true},
		{name: "one digit", text: "2026-W7", bad: true},
		{name: "words", text: "tuần 47", bad: true},
		{name: "more behind it", text: "2026-W47x", bad: true},
	} {
		t.Run(tt.name, func(t *testing.T) {
			w, err := lantoa.ParseWeek(tt.text)
			if tt.bad {
				if lantoa.KindOf(err) != lantoa.Invalid {
					t.Errorf("got %v, %v, want an invalid week", w, err)
				}
				return
			}
			if err != nil {
				t.Fatal(err)
			}
			if got := w.Start(hanoi).Format(time.DateOnly); got != tt.start {
				t.Errorf("starts %s, want %s", got, tt.start)
			}
			if lantoa.WeekOf(w.Start(hanoi), hanoi) != w || lantoa.WeekOf(w.End(hanoi).Add(-time.Second), hanoi) != w {
				t.Error("its first and last second lie in another week")
			}
		})
	}
	monday := time.Date(2026, 11, 23, 6, 0, 0, 0, hanoi)
	if got := lantoa.LastFullWeek(monday, hanoi); got.String() != "2026-W47" {
		t.Errorf("on Monday 23/11 the last full week is %s, want 2026-W47", got)
	}
}

func TestDaysAreCountedInTheUnionsZone(t *testing.T) {
	// 23:30 in Viet Nam and 00:30 the next day are an hour apart and a calendar day.
	a := time.Date(2026, 11, 14, 16, 30, 0, 0, time.UTC)
	if got := lantoa.DaysBetween(a, a.Add(time.Hour), hanoi); got != 1 {
		t.Errorf("got %d days, want 1", got)
	}
	if got := lantoa.DaysBetween(a, a.Add(time.Hour), time.UTC); got != 0 {
		t.Errorf("in UTC got %d days, want 0", got)
	}
}

func TestStateAfterDecisions(t *testing.T) {
	for _, tt := range []struct {
		name string
		did  []lantoa.Verdict
		want lantoa.State
	}{
		{"nobody decided", nil, lantoa.Suggested},
		{"chosen", []lantoa.Verdict{lantoa.Approve}, lantoa.Approved},
		{"set aside, then chosen", []lantoa.Verdict{lantoa.Later, lantoa.Approve}, lantoa.Approved},
		{"an undo takes back the newest only", []lantoa.Verdict{lantoa.Later, lantoa.Approve, lantoa.Undo}, lantoa.Shortlisted},
		{"two undos take back two", []lantoa.Verdict{lantoa.Later, lantoa.Approve, lantoa.Undo, lantoa.Undo}, lantoa.Suggested},
		{"an undo too many changes nothing", []lantoa.Verdict{lantoa.Undo, lantoa.Dismiss}, lantoa.Dismissed},
		{"consent is not a state", []lantoa.Verdict{lantoa.Approve, lantoa.Consent}, lantoa.Approved},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var ds []lantoa.Decision
			for _, v := range tt.did {
				ds = append(ds, lantoa.Decision{Verdict: v})
			}
			if got := lantoa.StateAfter(ds); got != tt.want {
				t.Errorf("got %s, want %s", got, tt.want)
			}
		})
	}
}

func TestWhoMayDoWhat(t *testing.T) {
	person := func(role lantoa.Role, path string) lantoa.User {
		return lantoa.User{ID: "u", Role: role, Unit: lantoa.Unit{Path: path}}
	}
	for _, tt := range []struct {
		name string
		who  lantoa.User
		do   lantoa.Action
		unit string
		want bool
	}{
		{"an officer sees her commune", person(lantoa.Officer, "t.h.x"), lantoa.See, "t.h.x", true},
		{"an officer does not see the next commune", person(lantoa.Officer, "t.h.x"), lantoa.See, "t.h.y", false},
		{"a path that only begins alike is another unit", person(lantoa.Leader, "t.h1"), lantoa.See, "t.h10.x", false},
		{"nobody sees upward", person(lantoa.Admin, "t.h"), lantoa.See, "t", false},
		{"a leader does not decide", person(lantoa.Leader, "t"), lantoa.Decide, "t.h.x", false},
		{"communications decides below", person(lantoa.Communications, "t"), lantoa.Decide, "t.h.x", true},
		{"communications manages nothing", person(lantoa.Communications, "t"), lantoa.Manage, "t", false},
		{"a viewer tells nothing", person(lantoa.Viewer, "t.h.x"), lantoa.TellHere, "t.h.x", false},
		{"a disabled administrator may nothing", lantoa.User{ID: "u", Role: lantoa.Admin, Disabled: true, Unit: lantoa.Unit{Path: "t"}}, lantoa.See, "t", false},
		{"nobody may nothing", lantoa.User{}, lantoa.See, "t", false},
		{"an unknown action is forbidden", person(lantoa.Admin, "t"), "fly", "t", false},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := tt.who.May(tt.do, tt.unit); got != tt.want {
				t.Errorf("got %v, want %v", got, tt.want)
			}
		})
	}
	if s := (lantoa.User{}).Scope(); s.Sees("t") || s.Sees("") || s.Sees("-x") {
		t.Error("the scope of nobody sees something")
	}
}

func TestIDsSortByTimeAndHoldOnlyDigitsAndSmallLetters(t *testing.T) {
	now := time.Date(2026, 11, 23, 6, 0, 0, 0, hanoi)
	seen := map[string]bool{}
	last := ""
	for i := range 2000 {
		id := lantoa.NewID(now.Add(time.Duration(i) * time.Millisecond))
		if !lantoa.ValidID(id) || len(id) != 20 || id <= last || seen[id] {
			t.Fatalf("%q after %q", id, last)
		}
		last, seen[id] = id, true
	}
	for _, bad := range []string{"", "A", "a-b", "a/b", "ă", "a b", string(make([]byte, 50))} {
		if lantoa.ValidID(bad) {
			t.Errorf("%q was taken for an id", bad)
		}
	}
}

func TestTitleIsTheFirstLineThatSaysSomething(t *testing.T) {
	for _, tt := range []struct{ name, text, want string }{
		{"an emoji line is passed over", "🌸\nMô hình nuôi lợn đất\nMỗi chị một con", "Mô hình nuôi lợn đất"},
		{"nothing", " \n ", ""},
		{"short text", "ok", "ok"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if got := lantoa.Title(tt.text); got != tt.want {
				t.Errorf("got %q, want %q", got, tt.want)
			}
		})
	}
	if got := lantoa.Cut("Hội Liên hiệp Phụ nữ xã", 12); got != "Hội Liên…" {
		t.Errorf("got %q", got)
	}
}

func TestResharesWithinTwoDaysShareTheirLift(t *testing.T) {
	day := time.Date(2026, 11, 20, 2, 0, 0, 0, time.UTC)
	of := func(id string, story lantoa.StoryID, hours int) lantoa.Reshare {
		return lantoa.Reshare{ID: lantoa.ReshareID(id), Story: story, SentAt: day.Add(time.Duration(hours) * time.Hour)}
	}
	waiting := lantoa.Reshare{ID: "w", Story: "s"}
	all := []lantoa.Reshare{of("a", "s", 0), of("b", "s", 47), of("c", "s", 95), of("d", "other", 1), waiting}
	for i, want := range []int{1, 1, 0, 0, 0} {
		if got := all[i].Together(all); got != want {
			t.Errorf("%s is together with %d, want %d", all[i].ID, got, want)
		}
	}
}
