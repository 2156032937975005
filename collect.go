package lantoa

import "time"

// Incoming is a post as it comes from a platform or a file, with the numbers that came with it, before it
// has an identity of ours.
type Incoming struct {
	Post              // External, Type, Text, Permalink, Parent, Media, PublishedAt, Hidden, Decor, Sensitive
	Numbers  Snapshot // zero At when none came
	HasCount bool     // numbers came along
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
	Calls     int       // HTTP requests made
	Name, URL string    // as the platform has them now; empty when not said
	Warnings  []Trouble // what was not given though asked, with why: the visit is good all the same
}

// Saved says what became of the posts of a visit.
type Saved struct {
	New, Changed, Returned, Same int
	Snapshots                    int
}
