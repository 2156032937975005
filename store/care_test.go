package store_test

import (
	"context"
	"testing"
	"time"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/store"
	"github.com/hoiphunu/lantoa/store/storetest"
)

var ict = time.FixedZone("ICT", 7*3600)

func onDay(month time.Month, day int) time.Time { return time.Date(2026, month, day, 0, 0, 0, 0, ict) }

func TestALeaveHoldsFromItsFirstDayToItsLast(t *testing.T) {
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		small := storetest.Seed(t, s)
		l := lantoa.Leave{Unit: small.KheMau.ID, From: onDay(11, 20).Add(9 * time.Hour), To: onDay(11, 30), Reason: "mưa lũ", By: "Nguyễn Thị Lan"}
		if err := s.SaveLeave(ctx, &l); err != nil {
			t.Fatal(err)
		}
		if err := s.SaveLeave(ctx, &l); err != nil { // the same form sent twice
			t.Fatal(err)
		}
		got, err := s.Leaves(ctx, onDay(11, 30))
		if err != nil || len(got) != 1 {
			t.Fatalf("Leaves on the last day = %v, %v; want the one", got, err)
		}
		if g := got[0]; g.Reason != "mưa lũ" || g.By != "Nguyễn Thị Lan" || g.Unit != small.KheMau.ID ||
			g.On(onDay(11, 19)) || !g.On(onDay(11, 20)) || !g.On(onDay(11, 30)) || g.On(onDay(12, 1)) {
			t.Errorf("Leaves = %+v, want 20/11 to 30/11", g)
		}
		if got, err := s.Leaves(ctx, onDay(12, 1)); err != nil || len(got) != 0 {
			t.Errorf("the day after it there is %v, %v", got, err)
		}
	})
}

func TestALeaveTakenBackEndsTheDayBefore(t *testing.T) {
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		small := storetest.Seed(t, s)
		begun := lantoa.Leave{Unit: small.KheMau.ID, From: onDay(11, 20), To: onDay(11, 30)}
		ahead := lantoa.Leave{Unit: small.DongMau.ID, From: onDay(12, 1), To: onDay(12, 5)}
		for _, l := range []*lantoa.Leave{&begun, &ahead} {
			if err := s.SaveLeave(ctx, l); err != nil {
				t.Fatal(err)
			}
			for range 2 {
				if err := s.EndLeave(ctx, l.ID, onDay(11, 23).Add(8*time.Hour)); err != nil {
					t.Fatal(err)
				}
			}
		}
		got, err := s.Leaves(ctx, onDay(11, 1))
		if err != nil || len(got) != 1 || !got[0].To.Equal(onDay(11, 22)) {
			t.Errorf("Leaves = %+v, %v; want that of Khe Mẫu, to 22/11", got, err)
		}
		if whole, err := s.Leave(ctx, begun.ID); err != nil || !whole.To.Equal(onDay(11, 30)) {
			t.Errorf("Leave = %+v, %v; want it as it was entered", whole, err)
		}
		if err := s.EndLeave(ctx, "nothere", onDay(11, 23)); lantoa.KindOf(err) != lantoa.NotFound {
			t.Errorf("ending what never was: %v", err)
		}
	})
}

func TestALeaveThatEndsBeforeItBeginsIsRefused(t *testing.T) {
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		small := storetest.Seed(t, s)
		l := lantoa.Leave{Unit: small.KheMau.ID, From: onDay(11, 20), To: onDay(11, 19)}
		if err := s.SaveLeave(context.Background(), &l); lantoa.KindOf(err) != lantoa.Invalid {
			t.Errorf("SaveLeave = %v, want Invalid", err)
		}
	})
}

func TestNobodyIsRemindedByTwoPeopleWithinThreeDays(t *testing.T) {
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		small := storetest.Seed(t, s)
		first := lantoa.Nudge{Channel: small.KheMauPage.ID, By: "a", ByName: "Lan", How: "call", At: onDay(11, 20)}
		if _, err := s.SaveNudge(ctx, first); err != nil {
			t.Fatal(err)
		}
		second := lantoa.Nudge{Channel: small.KheMauPage.ID, By: "b", ByName: "Mai", How: "zalo", At: onDay(11, 22)}
		had, err := s.SaveNudge(ctx, second)
		if lantoa.KindOf(err) != lantoa.Conflict || had.ByName != "Lan" {
			t.Errorf("a second word two days later = %+v, %v; want that of Lan and Conflict", had, err)
		}
		other := second
		other.Channel = small.DongMauPage.ID
		if _, err := s.SaveNudge(ctx, other); err != nil {
			t.Errorf("about another channel: %v", err)
		}
		second.At = onDay(11, 23)
		if _, err := s.SaveNudge(ctx, second); err != nil {
			t.Errorf("three days later: %v", err)
		}
		got, err := s.Nudges(ctx, onDay(11, 20))
		if err != nil || len(got) != 2 || got[0].ByName != "Mai" || got[0].Channel != small.DongMauPage.ID || got[1].How != "zalo" {
			t.Errorf("Nudges after 20/11 = %+v, %v; want two, oldest first", got, err)
		}
	})
}

func TestAReminderCanBeTakenBack(t *testing.T) {
	storetest.Both(t, func(t *testing.T, s *store.Store) {
		ctx := context.Background()
		small := storetest.Seed(t, s)
		n := lantoa.Nudge{Channel: small.KheMauPage.ID, By: "a", ByName: "Lan", How: "call", At: onDay(11, 23)}
		if _, err := s.SaveNudge(ctx, n); err != nil {
			t.Fatal(err)
		}
		if was, err := s.UndoNudge(ctx, n.Channel, onDay(11, 22)); err != nil || !was {
			t.Errorf("UndoNudge = %v, %v", was, err)
		}
		if was, err := s.UndoNudge(ctx, n.Channel, onDay(11, 22)); err != nil || was {
			t.Errorf("taking back twice = %v, %v", was, err)
		}
		if _, err := s.SaveNudge(ctx, n); err != nil {
			t.Errorf("the word again: %v", err)
		}
	})
}
