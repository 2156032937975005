package queue

import (
	"context"
	"strings"
	"testing"
	"time"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/store"
)

func TestUnitsAreRemindedOfTheirFiguresOnTheFirstAndTheFourth(t *testing.T) {
	r := openRedis(t, "")
	s := openShop(t, r)
	ctx := context.Background()
	now := time.Date(2026, 12, 1, 8, 0, 0, 0, s.Zone)
	s.Now = func() time.Time { return now }
	s.Worker.BaseURL = "https://lantoa.example"
	group := lantoa.Channel{Kind: lantoa.ZaloGroup, Name: "Nhóm Bãi Đá", Unit: s.seed.DongMau, External: "g", CreatedAt: now.AddDate(0, -2, 0)}
	must := func(err error) {
		t.Helper()
		if err != nil {
			t.Fatal(err)
		}
	}
	must(s.Store.SaveChannel(ctx, &group))
	for _, page := range []lantoa.Channel{s.seed.ProvincePage, s.seed.DongMauPage, s.seed.KheMauPage} {
		must(s.Store.NoteVisit(ctx, lantoa.Visit{Channel: page.ID, At: now.Add(-time.Hour)}))
	}
	for email, unit := range map[string]lantoa.Unit{"dao@example.org": s.seed.DongMau, "khe@example.org": s.seed.KheMau} {
		_, err := s.Store.AddUser(ctx, lantoa.User{Email: email, Name: "Hoàng Thị Đào", Role: lantoa.Officer, Unit: unit}, "x")
		must(err)
	}
	must(s.Store.SaveContacts(ctx, s.seed.DongMau.ID, []lantoa.Contact{{Name: "Chị Sen", Email: "sen@example.org"}, {Name: "Chị Đào", Email: "DAO@example.org"}}, "x"))
	letters := func() []lantoa.Letter {
		t.Helper()
		must(s.Remind(ctx))
		all, err := s.Store.Letters(ctx, store.LetterFilter{Kind: lantoa.LetterForm}, 100)
		must(err)
		return all
	}
	if n := len(letters()); n != 0 {
		t.Fatalf("%d letters though nobody set it", n)
	}
	s.FormReminders = true
	got := letters()
	if len(got) != 2 {
		t.Fatalf("letters %+v: to the officer and the contact of the one unit that has a group to report", got)
	}
	for _, l := range got {
		if strings.Contains(l.Subject+l.Body, "/phieu/") {
			t.Error("a personal link lies in the outbox")
		}
	}
	now = now.Add(3 * time.Hour)
	if n := len(letters()); n != 2 {
		t.Errorf("%d letters: twice on a day", n)
	}
	now = now.AddDate(0, 0, 1)
	if n := len(letters()); n != 2 {
		t.Errorf("%d letters: on the second too", n)
	}
	now = now.AddDate(0, 0, 2)
	got = letters()
	if len(got) != 4 {
		t.Errorf("%d letters by the fourth", len(got))
	}

	m, err := s.ComposeReminder(ctx, got[0], lantoa.User{Name: got[0].Name, Email: got[0].Email})
	must(err)
	if !strings.Contains(m.Subject, "tháng 11/2026") || !strings.Contains(m.Text, "https://lantoa.example/phieu/") || !strings.Contains(m.Text, "05/12/2026") {
		t.Errorf("%s\n%s", m.Subject, m.Text)
	}
	link := m.Text[strings.Index(m.Text, "/phieu/")+len("/phieu/"):]
	unit, err := s.Store.OpenLink(lantoa.FormLink, strings.Fields(link)[0], now)
	if must(err); unit != string(s.seed.DongMau.ID) {
		t.Errorf("it opens the form of %s", unit)
	}
	report := lantoa.MonthReport{Channel: group.ID, Month: "2026-11", Unit: s.seed.DongMau.ID, Figures: lantoa.Figures{"members": 40}, At: now}
	_, err = s.Store.SaveReport(ctx, &report, 5)
	must(err)
	if _, err := s.ComposeReminder(ctx, got[0], lantoa.User{}); lantoa.KindOf(err) != lantoa.Gone {
		t.Errorf("who has reported meanwhile is written to all the same: %v", err)
	}
	now = time.Date(2027, 1, 4, 8, 0, 0, 0, s.Zone)
	if n := len(letters()); n != 7 {
		t.Errorf("%d letters: the next month asks anew, and also of the page that has not been read for four weeks", n)
	}
}
