package lantoa

import (
	"encoding/json"
	"time"
)

// Count is a number that a platform may or may not have given. Without Known it is absent, and absent is
// never 0: it takes part in no sum and no mean, and is shown as "–".
type Count struct {
	N     int64
	Known bool
}

// Of is a count that was given.
func Of(n int64) Count { return Count{N: n, Known: true} }

// Ptr is the count as JSON and SQL like it: nil when absent.
func (c Count) Ptr() *int64 {
	if !c.Known {
		return nil
	}
	return &c.N
}

// CountOf reads a count from a pointer, nil meaning absent.
func CountOf(p *int64) Count {
	if p == nil {
		return Count{}
	}
	return Of(*p)
}

// MarshalJSON writes null for an absent count.
func (c Count) MarshalJSON() ([]byte, error) { return json.Marshal(c.Ptr()) }

// UnmarshalJSON reads null as absent.
func (c *Count) UnmarshalJSON(b []byte) error {
	var p *int64
	if err := json.Unmarshal(b, &p); err != nil {
		return err
	}
	*c = CountOf(p)
	return nil
}

// Source says who gave a number.
type Source string

const (
	FromPlatform Source = "platform"
	FromReport   Source = "reported" // a person typed it: "tự báo"
)

// Snapshot is the numbers of a post at one moment. Appended, never overwritten.
type Snapshot struct {
	At        time.Time
	Reactions Count
	ByKind    map[string]int64 // like, love, care, haha, wow, sad, angry; nil when not given
	Comments  Count
	Shares    Count
	Views     Count
	Reach     Count // unique people: never added over posts, pages or days
	Source    Source
}

// Same says whether two snapshots carry the same numbers.
func (s Snapshot) Same(o Snapshot) bool {
	if s.Reactions != o.Reactions || s.Comments != o.Comments || s.Shares != o.Shares ||
		s.Views != o.Views || s.Reach != o.Reach || len(s.ByKind) != len(o.ByKind) {
		return false
	}
	for k, n := range s.ByKind {
		if o.ByKind[k] != n {
			return false
		}
	}
	return true
}

// Checkpoints are the ages at which a post's numbers are wanted (algorithms, notation).
var Checkpoints = []time.Duration{
	1 * time.Hour, 3 * time.Hour, 6 * time.Hour, 12 * time.Hour, 24 * time.Hour, 48 * time.Hour,
	72 * time.Hour, 7 * 24 * time.Hour, 14 * 24 * time.Hour, 28 * 24 * time.Hour,
}

// ChannelSnapshot is the size of a channel at one moment.
type ChannelSnapshot struct {
	At        time.Time
	Followers Count // followers, or members of a group
	Likes     Count
	Source    Source
}

// ChannelDay is one figure that a platform reports of a channel for one of its own days, which may not be
// ours: Facebook's is a Pacific day, 14:00 or 15:00 to the same hour in Viet Nam. Figures of different
// metric names are different series and are never joined.
type ChannelDay struct {
	Metric string // the platform's name of it
	Day    string // the platform's day, 2026-11-23
	Start  time.Time
	End    time.Time
	Value  Count
}
