package lantoa

import (
	"math"
	"testing"
	"time"
)

func TestBetweenSnapshotsTheAgeIsLogarithmic(t *testing.T) {
	curve := Curve{{Age: 1, N: 10}, {Age: 100, N: 30}}
	if n, ok := curve.At(10, nil); !ok || math.Abs(n-20) > 1e-9 {
		t.Errorf("at 10 hours %v (%v), want 20: half way from 1 to 100", n, ok)
	}
	if _, ok := curve.At(0.5, nil); ok {
		t.Error("a figure was read before the first snapshot")
	}
	if n, _ := curve.At(1000, nil); n != 30 {
		t.Errorf("after the last snapshot %v, want 30", n)
	}
}

func TestASnapshotWithoutFiguresIsNoPointOfTheCurve(t *testing.T) {
	told := time.Date(2026, 11, 17, 8, 0, 0, 0, time.UTC)
	p := Measured{Post: Post{PublishedAt: told}, Curve: []Snapshot{
		{At: told.Add(3 * time.Hour), Reactions: Of(7), Shares: Of(1)},
		{At: told.Add(6 * time.Hour), Views: Of(900)},
		{At: told.Add(time.Hour), Comments: Of(0)},
	}}
	got := CurveOf(p)
	if len(got) != 2 || got[0] != (Point{1, 0}) || got[1] != (Point{3, 8}) {
		t.Errorf("curve %v, want 0 at 1 h and 8 at 3 h", got)
	}
}
