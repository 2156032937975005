package collectors

import (
	"fmt"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

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

func TestAskFor(t *testing.T) {
	day := 24 * time.Hour
	known := func(recent, season, full time.Duration) lantoa.Channel {
		return lantoa.Channel{ID: "c", Kind: lantoa.FacebookPage, FirstRead: noon.Add(-400 * day), LastRead: noon.Add(-time.Hour), DepthAt: map[lantoa.Depth]time.Time{
			lantoa.Recent: noon.Add(-recent), lantoa.Season: noon.Add(-season), lantoa.Full: noon.Add(-full)}}
	}
	long := known(time.Minute, time.Minute, time.Minute)
	long.LastRead = noon.Add(-60 * day)
	tests := []struct {
		name string
		ch   lantoa.Channel
		want lantoa.Ask
	}{
		{"never read: everything", lantoa.Channel{LastTry: noon.Add(-time.Hour)}, lantoa.Ask{Depth: lantoa.Full}},
		{"read to the bottom a minute ago: the newest 25", known(time.Minute, time.Minute, time.Minute),
			lantoa.Ask{Depth: lantoa.Fresh, Newest: 25, Since: noon.Add(-25 * time.Hour)}},
		{"not readable for 60 days: all of them and a day more", long,
			lantoa.Ask{Depth: lantoa.Fresh, Newest: 25, Since: noon.Add(-61 * day)}},
		{"not read deeper for a day and a half: the newest 100, though it is day", known(37*time.Hour, time.Minute, time.Minute),
			lantoa.Ask{Depth: lantoa.Recent, Newest: 100, Since: noon.Add(-29 * day)}},
		{"not read to 90 days for eight days", known(time.Minute, 8*day, time.Minute),
			lantoa.Ask{Depth: lantoa.Season, Newest: 100, Since: noon.AddDate(0, 0, -90)}},
		{"not read to the bottom for 31 days", known(time.Minute, time.Minute, 31*day), lantoa.Ask{Depth: lantoa.Full}},
		{"read to the bottom by a clock that was a year ahead", known(time.Minute, time.Minute, -365*day), lantoa.Ask{Depth: lantoa.Full}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if diff := cmp.Diff(tt.want, AskFor(tt.ch, noon)); diff != "" {
				t.Error(diff)
			}
		})
	}
	t.Run("over a month each channel is read 100 deep every night, 90 days deep every week, to the bottom once", func(t *testing.T) {
		bottoms := map[int]int{} // day of the month → channels
		for i := range 200 {
			ch := lantoa.Channel{ID: lantoa.ChannelID(fmt.Sprint("c", i)), Kind: lantoa.FacebookPage, FirstRead: noon.Add(-day), LastRead: noon,
				DepthAt: map[lantoa.Depth]time.Time{lantoa.Recent: noon, lantoa.Season: noon, lantoa.Full: noon}}
			count := map[lantoa.Depth]int{}
			for at := NextVisit(ch, 4, noon, vietnam); at.Before(noon.Add(30 * day)); at = NextVisit(ch, 4, at, vietnam) {
				ask := AskFor(ch, at)
				for _, d := range []lantoa.Depth{lantoa.Recent, lantoa.Season, lantoa.Full} {
					if ask.Depth.Reaches(d) {
						ch.DepthAt[d] = at
						count[d]++
					}
				}
				if ask.Depth == lantoa.Full {
					bottoms[int(at.Sub(noon)/day)]++
				}
				ch.LastRead = at
			}
			if count[lantoa.Recent] < 30 || count[lantoa.Recent] > 36 || count[lantoa.Season] < 4 || count[lantoa.Season] > 6 || count[lantoa.Full] != 1 {
				t.Errorf("channel %d: %v", i, count)
			}
		}
		for d, n := range bottoms {
			if n > 50 {
				t.Errorf("on day %d %d of 200 channels are read to the bottom", d, n)
			}
		}
	})
}

func TestDuePosts(t *testing.T) {
	hour := time.Hour
	curve := func(published time.Time, counts ...int64) lantoa.Measured { // a snapshot at each checkpoint
		p := lantoa.Measured{Post: lantoa.Post{External: "p", PublishedAt: published}}
		for i, n := range counts {
			p.Curve = append(p.Curve, lantoa.Snapshot{At: published.Add(lantoa.Checkpoints[i]), Reactions: lantoa.Of(n)})
		}
		return p
	}
	tests := []struct {
		name string
		post lantoa.Measured
		due  bool
		next time.Duration // from noon, where it is asked
	}{
		{"an hour has passed and nobody looked", curve(noon.Add(-hour)), true, 0},
		{"40 minutes have passed", curve(noon.Add(-40 * time.Minute)), false, 20 * time.Minute},
		{"measured at one hour, now it is three", curve(noon.Add(-3*hour), 5), true, 0},
		{"measured at three hours, now it is five", curve(noon.Add(-5*hour), 5, 9), false, hour},
		{"measured at 14 days, now it is 28", curve(noon.Add(-28*24*hour), 5, 9, 20, 30, 60, 90, 120, 150, 190), true, 0},
		{"older than 28 days and a day", curve(noon.Add(-30*24*hour), 5), false, -30*24*hour + 3*hour},
		{"two steps running below a tenth of the largest", curve(noon.Add(-72*hour), 5, 25, 40, 41, 42), false, 0},
		{"first read at 13 days: one reading passed seven ages, and is one step", lantoa.Measured{Post: lantoa.Post{PublishedAt: noon.Add(-14 * 24 * hour)},
			Curve: []lantoa.Snapshot{{At: noon.Add(-24 * hour), Reactions: lantoa.Of(90)}}}, true, 0},
		{"one step below a tenth", curve(noon.Add(-72*hour), 5, 25, 40, 41, 49), true, 0},
		{"nobody ever answered: it may still begin", curve(noon.Add(-72*hour), 0, 0, 0, 0, 0, 0), true, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := len(DuePosts([]lantoa.Measured{tt.post}, noon)) == 1; got != tt.due {
				t.Errorf("due %v, want %v", got, tt.due)
			}
			if tt.next != 0 && !nextCheckpoint(tt.post).Equal(noon.Add(tt.next)) {
				t.Errorf("next at %v", nextCheckpoint(tt.post))
			}
		})
	}
}
