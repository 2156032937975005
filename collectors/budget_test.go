package collectors

import (
	"testing"
	"time"
)

func TestBudget(t *testing.T) {
	minute := func(n int) time.Time { return noon.Add(time.Duration(n) * time.Minute) }

	t.Run("nothing is known: open", func(t *testing.T) {
		if until, tight := NewBudget().Ask(noon, "page"); !until.IsZero() || tight {
			t.Errorf("until %v, tight %v", until, tight)
		}
	})
	t.Run("from 75 per cent tight, for a day at most", func(t *testing.T) {
		b := NewBudget()
		for share, want := range map[int]bool{74: false, 75: true, 94: true} {
			b.Note("page", share, 0, noon)
			if until, tight := b.Ask(noon, "app", "page"); tight != want || !until.IsZero() {
				t.Errorf("%d per cent: until %v, tight %v", share, until, tight)
			}
		}
		if _, tight := b.Ask(noon.Add(24*time.Hour), "page"); tight {
			t.Error("still tight after a day")
		}
	})
	t.Run("from 95 per cent closed for the time given, or an hour", func(t *testing.T) {
		b := NewBudget()
		b.Note("a", 95, 37*time.Minute, noon)
		b.Note("b", 100, 0, noon)
		if until, _ := b.Ask(minute(36), "a"); !until.Equal(minute(37)) {
			t.Errorf("a until %v", until)
		}
		if until, _ := b.Ask(minute(37), "a"); !until.IsZero() {
			t.Errorf("a until %v after its time", until)
		}
		if until, _ := b.Ask(minute(37), "a", "b"); !until.Equal(minute(60)) {
			t.Errorf("b until %v", until)
		}
		if until, _ := b.Ask(noon, "other"); !until.IsZero() {
			t.Error("another scope is closed too")
		}
	})
	t.Run("refused without a time: an hour, doubled each time, up to a day", func(t *testing.T) {
		b, at := NewBudget(), noon
		for _, hours := range []int{1, 2, 4, 8, 16, 24, 24} {
			for range 3 { // the parts of one batch are refused together
				if until := b.Refuse("page", 0, at); !until.Equal(at.Add(time.Duration(hours) * time.Hour)) {
					t.Errorf("want %d hours, got %v", hours, until.Sub(at))
				}
			}
			at = at.Add(time.Duration(hours) * time.Hour)
		}
		b.Note("page", 10, 0, at)
		if until := b.Refuse("page", 0, at.Add(time.Minute)); until.Sub(at) != 61*time.Minute {
			t.Errorf("after a good answer it begins anew: %v", until.Sub(at))
		}
	})
}
