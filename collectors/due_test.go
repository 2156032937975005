package collectors

import (
	"fmt"
	"testing"
	"time"

	"github.com/hoiphunu/lantoa"
)

func TestNextVisit(t *testing.T) {
	at := func(hour, minute int) time.Time { return time.Date(2026, 11, 23, hour, minute, 0, 0, vietnam) }
	tests := []struct {
		name     string
		postsAWk float64
		now      time.Time
		from, to time.Duration // after now
	}{
		{"a silent channel is looked at within the hour", 0, at(12, 0), 51 * time.Minute, time.Hour},
		{"a usual one too", 4, at(12, 0), 51 * time.Minute, time.Hour},
		{"one that posts six times a day more often", 42, at(12, 0), 25 * time.Minute, 30 * time.Minute},
		{"none more often than every quarter of an hour", 500, at(12, 0), 15 * time.Minute, 15 * time.Minute},
		{"four times as rare at night", 42, at(23, 0), 102 * time.Minute, 120 * time.Minute},
		{"but all of them when the day begins", 0, at(5, 30), 30 * time.Minute, 90 * time.Minute},
		{"also those of late in the evening", 0, at(22, 0), 204 * time.Minute, 240 * time.Minute},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			ch := lantoa.Channel{ID: "c", Kind: lantoa.FacebookPage}
			got := NextVisit(ch, tt.postsAWk, tt.now, vietnam)
			if d := got.Sub(tt.now); d < tt.from || d > tt.to {
				t.Errorf("after %v, want within %v and %v", d, tt.from, tt.to)
			}
			if again := NextVisit(ch, tt.postsAWk, tt.now.UTC(), vietnam); !again.Equal(got) {
				t.Errorf("asked again: %v, then %v", got, again)
			}
		})
	}
	t.Run("374 channels do not come in the same second", func(t *testing.T) {
		seconds := map[int64]int{}
		for i := range 374 {
			seconds[NextVisit(lantoa.Channel{ID: lantoa.ChannelID(fmt.Sprint("c", i))}, 0, at(12, 0), vietnam).Unix()]++
		}
		if len(seconds) < 150 {
			t.Errorf("only %d different seconds", len(seconds))
		}
	})
	t.Run("a channel that is not collected has no next visit", func(t *testing.T) {
		for _, ch := range []lantoa.Channel{{Archived: true}, {Kind: lantoa.Imported}} {
			if got := NextVisit(ch, 5, noon, vietnam); !got.IsZero() {
				t.Errorf("%+v: %v", ch, got)
			}
		}
	})
}

func TestRetry(t *testing.T) {
	ch := lantoa.Channel{ID: "c", Kind: lantoa.FacebookPage}
	tests := []struct {
		name     string
		trouble  lantoa.Trouble
		from, to time.Duration
	}{
		{"a limit: when the platform said, never sooner", lantoa.Trouble{Kind: lantoa.Limited, Until: noon.Add(37 * time.Minute)}, 37 * time.Minute, 38 * time.Minute},
		{"a limit without a time: within the hour", lantoa.Trouble{Kind: lantoa.Limited}, 51 * time.Minute, time.Hour},
		{"nobody there: soon", lantoa.Trouble{Kind: lantoa.Away, Since: noon}, 4*time.Minute + 30*time.Second, 5 * time.Minute},
		{"nobody there for twenty minutes: in as many", lantoa.Trouble{Kind: lantoa.Garbled, Since: noon.Add(-20 * time.Minute)}, 18 * time.Minute, 20 * time.Minute},
		{"nobody there for days: every hour", lantoa.Trouble{Kind: lantoa.Away, Since: noon.AddDate(0, 0, -3)}, 54 * time.Minute, time.Hour},
		{"a dead token: within the hour", lantoa.Trouble{Kind: lantoa.Expired, Since: noon.AddDate(0, 0, -3)}, 51 * time.Minute, time.Hour},
		{"a lost right: within the hour", lantoa.Trouble{Kind: lantoa.NoRight}, 51 * time.Minute, time.Hour},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if d := Retry(ch, &tt.trouble, noon, vietnam).Sub(noon); d < tt.from || d > tt.to {
				t.Errorf("after %v, want within %v and %v", d, tt.from, tt.to)
			}
		})
	}
	if got := Retry(lantoa.Channel{Archived: true}, &lantoa.Trouble{Kind: lantoa.Away}, noon, vietnam); !got.IsZero() {
		t.Errorf("an archived channel is tried again at %v", got)
	}
}

func TestSince(t *testing.T) {
	day := 24 * time.Hour
	tests := []struct {
		name string
		ch   lantoa.Channel
		want time.Time
	}{
		{"never read: everything", lantoa.Channel{LastTry: noon.Add(-time.Hour)}, time.Time{}},
		{"read an hour ago: 29 days", lantoa.Channel{FirstRead: noon.Add(-90 * day), LastRead: noon.Add(-time.Hour)}, noon.Add(-29 * day)},
		{"not readable for 60 days: all of them and a day more", lantoa.Channel{FirstRead: noon.Add(-90 * day), LastRead: noon.Add(-60 * day)}, noon.Add(-61 * day)},
	}
	for _, tt := range tests {
		if got := Since(tt.ch, noon); !got.Equal(tt.want) {
			t.Errorf("%s: %v, want %v", tt.name, got, tt.want)
		}
	}
}
