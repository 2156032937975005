package collectors

import (
	"context"
	"errors"
	"maps"
	"slices"
	"testing"
	"time"

	"github.com/hoiphunu/lantoa"
)

func TestBudget(t *testing.T) {
	minute := func(n int) time.Time { return noon.Add(time.Duration(n) * time.Minute) }

	t.Run("nothing is known: open", func(t *testing.T) {
		if until, tight := NewBudget(nil, nil).Ask(noon, "page"); !until.IsZero() || tight {
			t.Errorf("until %v, tight %v", until, tight)
		}
	})
	t.Run("from 75 per cent tight, for a day at most", func(t *testing.T) {
		b := NewBudget(nil, nil)
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
		b := NewBudget(nil, nil)
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
		b, at := NewBudget(nil, nil), noon
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

// keeper is a store of limits that two processes share.
type keeper struct {
	kept   map[string]lantoa.Limit
	writes int
	err    error
}

func (k *keeper) Limits(context.Context) ([]lantoa.Limit, error) {
	return slices.Collect(maps.Values(k.kept)), k.err
}

func (k *keeper) SaveLimit(_ context.Context, l lantoa.Limit) error {
	k.writes++
	if k.err == nil {
		k.kept[l.Scope] = l
	}
	return k.err
}

func TestBudgetIsKept(t *testing.T) {
	t.Run("a closed scope is closed after a restart, and for another process", func(t *testing.T) {
		k := &keeper{kept: map[string]lantoa.Limit{}}
		NewBudget(k, nil).Refuse("page", 37*time.Minute, noon)
		again := NewBudget(k, nil)
		if err := again.Load(t.Context()); err != nil {
			t.Fatal(err)
		}
		if until, _ := again.Ask(noon.Add(time.Minute), "page"); !until.Equal(noon.Add(37 * time.Minute)) {
			t.Errorf("until %v", until)
		}
	})
	t.Run("an older word of another process opens nothing that is closed here", func(t *testing.T) {
		k := &keeper{kept: map[string]lantoa.Limit{"page": {Scope: "page", Share: 10, SaidAt: noon.Add(-time.Hour)}}}
		b := NewBudget(k, nil)
		b.Note("page", 97, time.Hour, noon)
		k.kept["page"] = lantoa.Limit{Scope: "page", Share: 10, SaidAt: noon.Add(-time.Hour)}
		if err := b.Load(t.Context()); err != nil {
			t.Fatal(err)
		}
		if until, tight := b.Ask(noon, "page"); until.IsZero() || !tight || b.Share(noon, "page", "app") != 97 {
			t.Errorf("until %v, tight %v", until, tight)
		}
	})
	t.Run("what says nothing new is not written", func(t *testing.T) {
		k := &keeper{kept: map[string]lantoa.Limit{}}
		b := NewBudget(k, nil)
		for i := range 100 {
			b.Note("page", 20+i%5, 0, noon.Add(time.Duration(i)*time.Minute))
		}
		if k.writes > 2 {
			t.Errorf("%d writes for 100 answers", k.writes)
		}
	})
	t.Run("a keeper that fails is told of, and the scope is closed all the same", func(t *testing.T) {
		var heard error
		b := NewBudget(&keeper{err: errDisk}, func(err error) { heard = err })
		b.Refuse("page", 0, noon)
		if until, _ := b.Ask(noon, "page"); until.IsZero() || !errors.Is(heard, errDisk) {
			t.Errorf("until %v, heard %v", until, heard)
		}
	})
}
