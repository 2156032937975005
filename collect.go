package lantoa

import "time"

// Depth says how far back a visit reads. Each depth takes in what the ones before it read.
type Depth string

const (
	Fresh  Depth = "fresh"  // the newest 25 with their counters, and all since the last visit
	Recent Depth = "recent" // the newest 100, with the platform's own figures of page and posts; nightly
	Season Depth = "season" // 90 days; weekly
	Full   Depth = "full"   // all that exists; monthly, and at first
)

// Reaches says whether a visit of depth d reads all that one of depth o does.
func (d Depth) Reaches(o Depth) bool { return d.rank() >= o.rank() }

func (d Depth) rank() int {
	switch d {
	case Recent:
		return 1
	case Season:
		return 2
	case Full:
		return 3
	}
	return 0
}

// Ask is what a visit is to read.
type Ask struct {
	Depth  Depth
	Since  time.Time // everything published since then; zero: everything that exists
	Newest int       // and at least so many of the newest posts, where a platform lists posts
	Posts  []string  // Externals of older posts that are wanted too: their numbers are due, or a hint named them
}

// Incoming is a post as it comes from a platform or a file, with the numbers that came with it, before it
// has an identity of ours.
type Incoming struct {
	Post              // External, Type, Text, Permalink, Parent, Media, PublishedAt, Hidden, Decor, Sensitive
	Numbers  Snapshot // zero At when none came
	HasCount bool     // numbers came along
	Author   string   // keyed hash of who wrote it, in a group; empty for an open page
	FromFile bool     // brought by a person: that we had not seen it says nothing of when it was told
}

// Chatter is a group message that is counted and not kept: its id and day, nothing of its words or sender.
type Chatter struct {
	External string
	At       time.Time
	Kind     string // text, sticker, photo, voice, own, unsupported …
}

// Haul is what one visit to a channel brought.
type Haul struct {
	Posts     []Incoming
	Chatter   []Chatter
	Size      *ChannelSnapshot
	Days      []ChannelDay
	Gone      []string  // External of posts that the platform confirmed to be gone
	From      time.Time // everything published since then is in Posts; zero if all that exists is
	Complete  bool      // all that exists was read
	Depth     Depth     // what was read, where it was less than asked for; empty: as asked
	Calls     int       // HTTP requests made
	Name, URL string    // as the platform has them now; empty when not said
	Warnings  []Trouble // what was not given though asked, with why: the visit is good all the same
}

// Saved says what became of the posts of a visit.
type Saved struct {
	New, Changed, Returned, Same int
	Snapshots                    int
}
