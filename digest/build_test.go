package digest

import (
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hoiphunu/lantoa"
)

type namedReader struct {
	name string
	user lantoa.User
}

func readers() []namedReader {
	return []namedReader{{"chair", chair}, {"editor", editor}, {"district", district}, {"officer", officer}, {"viewer", viewer}}
}

func keys(v View) string {
	var out []string
	for _, s := range v.Sections {
		out = append(out, s.Key)
	}
	return strings.Join(out, " ")
}

func ids(list []lantoa.DigestStory) string {
	var out []string
	for _, s := range list {
		out = append(out, string(s.ID))
	}
	return strings.Join(out, " ")
}

func TestWhatEachReaderGets(t *testing.T) {
	for _, tt := range []struct {
		name            string
		who             lantoa.User
		subject         string
		sections        string
		stories         string
		found           int
		ideas, mayCarry string
		never           []string
	}{
		{"a leader of the province: states, stories, who outdid herself, whom to ask after", chair,
			"Tuần 47: 151/187 trang hoạt động · 5 câu chuyện hay", "states stories movers help blind figures notes", "s1 s2 s3 s4 s5", 6, "", "",
			[]string{"Mẹ đỡ đầu"}},
		{"communications: stories first", editor,
			"Tuần 47: 151/187 trang hoạt động · 5 câu chuyện hay", "stories figures states movers help blind notes", "s1 s2 s3 s4 s5", 6, "", "",
			[]string{"Mẹ đỡ đầu"}},
		{"a viewer reads what a leader does", viewer,
			"Tuần 47: 151/187 trang hoạt động · 5 câu chuyện hay", "states stories movers help blind figures notes", "s1 s2 s3 s4 s5", 6, "", "", nil},
		{"a district reads of its own communes only, and is given their best", district,
			"Tuần 47: 17/21 trang hoạt động · 1 câu chuyện hay", "states stories movers help figures notes", "s1", 1, "", "",
			[]string{"Ngôi nhà xanh", "xã Khe Mẫu", "xã Bãi Mẫu", "tỉnh Chè Mẫu đăng"}},
		{"an officer reads of her own unit, and two ideas that everybody may see", officer,
			"Tuần 47: xã Đồng Mẫu đăng 3 bài · 2 ý tưởng gửi chị", "mine stories ideas notes", "s1", 1, "s8 s9", "",
			[]string{"Ngôi nhà xanh", "xã Khe Mẫu", "gấp 2,2 lần", "151", "im lặng 15 ngày"}},
	} {
		t.Run(tt.name, func(t *testing.T) {
			d, m := mailTo(t, week(), tt.who, vi)
			if m.Subject != tt.subject {
				t.Errorf("subject %q, want %q", m.Subject, tt.subject)
			}
			if got := keys(Say(d, vi, look)); got != tt.sections {
				t.Errorf("parts %q, want %q", got, tt.sections)
			}
			if got := ids(d.Stories); got != tt.stories || d.Found != tt.found {
				t.Errorf("stories %q of %d, want %q of %d", got, d.Found, tt.stories, tt.found)
			}
			if got := ids(d.Ideas); got != tt.ideas {
				t.Errorf("ideas %q, want %q", got, tt.ideas)
			}
			for _, never := range tt.never {
				if strings.Contains(m.HTML, never) || strings.Contains(m.Text, never) {
					t.Errorf("the mail holds %q", never)
				}
			}
		})
	}
}

func TestTheStatesAddUp(t *testing.T) {
	d := Build(week(), edition(week()), chair)
	if want := (lantoa.DigestStates{Active: 151, Thinning: 20, Silent: 9, Disconnected: 5, Archived: 2}); d.States != want || d.States.All() != 187 {
		t.Errorf("%+v, want %+v", d.States, want)
	}
	if d.Groups.All() != 187 {
		t.Errorf("%d groups beside them", d.Groups.All())
	}
}

func TestWhoOutdidHerselfIsNoLeague(t *testing.T) {
	d := Build(week(), edition(week()), chair)
	var got []string
	for _, m := range d.Movers {
		got = append(got, m.Unit.Name)
	}
	// Not the one that only carried what others wrote, nor the one that always has many.
	if want := []string{"xã Đồng Mẫu", "xã Vườn Mẫu", "xã Bãi Mẫu"}; !slices.Equal(got, want) {
		t.Errorf("%v, want %v", got, want)
	}
}

func TestEditsDecide(t *testing.T) {
	m := week()
	e := edition(m)
	e.Edits.Stories = []lantoa.StoryID{"s3", "s1", "gone", "s6", "s7"}
	e.Edits.Headlines = map[lantoa.StoryID]string{"s3": "các bà đi chợ quét mã"}
	d := Build(m, e, chair)
	if got := ids(d.Stories); got != "s3 s1 s6" {
		t.Errorf("stories %q: in the editor's order, without what is gone or may not be shown", got)
	}
	if got := Sentences(d, vi)[2]; got != "Câu chuyện của tuần: xã Bãi Mẫu, các bà đi chợ quét mã." {
		t.Errorf("the headline is not the editor's: %q", got)
	}
}

func TestADeletedStoryIsInNoMail(t *testing.T) {
	m := week()
	e := edition(m)
	m.Stories = slices.DeleteFunc(m.Stories, func(s lantoa.DigestStory) bool { return s.ID == "s2" })
	for _, who := range readers() {
		mail, err := Render(t.Context(), Build(m, e, who.user), vi, look, nil)
		if err != nil {
			t.Fatal(err)
		}
		if strings.Contains(mail.HTML, "Ngôi nhà xanh") {
			t.Errorf("%s reads of a story that is gone", who.name)
		}
	}
}

func TestFrozenMaterialGivesTheSameDigest(t *testing.T) {
	m := week()
	first, err := Render(t.Context(), Build(m, edition(m), chair), vi, look, nil)
	if err != nil {
		t.Fatal(err)
	}
	again := thawed(t, m)
	second, err := Render(t.Context(), Build(again, edition(again), chair), vi, look, nil)
	if err != nil {
		t.Fatal(err)
	}
	if first.HTML != second.HTML || first.Text != second.Text {
		t.Error("what was frozen and read again says something else")
	}
}

func TestADisabledReaderSeesNothing(t *testing.T) {
	who := chair
	who.Disabled = true
	d := Build(week(), edition(week()), who)
	if d.States.All() != 0 || len(d.Stories) != 0 || len(d.Movers) != 0 {
		t.Errorf("%+v", d)
	}
}

func TestAWeekWithoutAnything(t *testing.T) {
	m := lantoa.DigestMaterial{Week: lantoa.Week{Year: 2026, Number: 53}, UpTo: time.Date(2027, 1, 4, 6, 0, 0, 0, zone)}
	for _, who := range readers() {
		d := Build(m, edition(m), who.user)
		mail, err := Render(t.Context(), d, vi, look, nil)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(mail.HTML, "Tuần 53 · 28/12/2026–03/01/2027") {
			t.Errorf("%s: the 53rd week is not named with its days", who.name)
		}
		if strings.Contains(mail.HTML, "⟦") || strings.Contains(mail.HTML, "NaN") {
			t.Errorf("%s: a text is missing", who.name)
		}
	}
}

func TestThatAFigureWasRetiredIsSaidForAQuarter(t *testing.T) {
	for code, told := range map[string]bool{"2026-W24": false, "2026-W25": true, "2026-W36": true, "2026-W37": false} {
		w, err := lantoa.ParseWeek(code)
		if err != nil {
			t.Fatal(err)
		}
		m := lantoa.DigestMaterial{Week: w, UpTo: w.Settled(zone)}
		mail, err := Render(t.Context(), Build(m, edition(m), chair), vi, look, nil)
		if err != nil {
			t.Fatal(err)
		}
		if got := strings.Contains(mail.Text, "Từ 15/06/2026 Facebook không còn cho số người tiếp cận cũ"); got != told {
			t.Errorf("%s: told %v", code, got)
		}
	}
}

func TestLateIsSaid(t *testing.T) {
	for _, tt := range []struct {
		at   time.Time
		late bool
	}{
		{time.Date(2026, 11, 23, 6, 0, 0, 0, zone), false},
		{time.Date(2026, 11, 25, 23, 59, 0, 0, zone), false},
		{time.Date(2026, 11, 26, 0, 0, 0, 0, zone), true},
	} {
		if got := lantoa.DigestLate(week47, tt.at, zone); got != tt.late {
			t.Errorf("at %s late is %v", tt.at, got)
		}
	}
	e := edition(week())
	e.Late = true
	m, err := Render(t.Context(), Build(week(), e, chair), vi, look, nil)
	if err != nil {
		t.Fatal(err)
	}
	if say := "Thư này gửi muộn: số liệu là của tuần 16–22/11/2026."; !strings.Contains(m.Text, say) || !strings.Contains(m.HTML, say) {
		t.Error("a late mail does not say that it is")
	}
}
