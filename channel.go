package lantoa

import "time"

// ChannelKind says on what kind of place a unit publishes.
type ChannelKind string

const (
	FacebookPage ChannelKind = "facebook_page"
	ZaloGroup    ChannelKind = "zalo_group"
	ZaloOA       ChannelKind = "zalo_oa"
	Website      ChannelKind = "website"
	Imported     ChannelKind = "imported" // "Bài nhập từ tệp": can be found, counts nowhere
)

// Platform is the family of a kind, the word of the search filter: facebook, zalo, website, or file.
func (k ChannelKind) Platform() string {
	switch k {
	case FacebookPage:
		return "facebook"
	case ZaloGroup, ZaloOA:
		return "zalo"
	case Imported:
		return "file"
	}
	return "website"
}

// Channel is a place where a unit publishes.
type Channel struct {
	ID         ChannelID
	Kind       ChannelKind
	Name       string
	Unit       Unit
	External   string // the platform's own id of it
	URL        string
	Archived   bool // of a dissolved unit, or put away by hand: kept, searched, not collected
	CreatedAt  time.Time
	FirstRead  time.Time // zero while it waits for its first successful visit
	LastRead   time.Time // last successful visit
	LastTry    time.Time
	NextRead   time.Time
	Trouble    *Trouble // what the last visit met, nil when it went well
	Followers  Count    // or members of a group
	FollowedAt time.Time
	Chatter    int64               // group messages that were counted and not kept
	Posts      int64               // posts kept and not removed
	Config     string              // what reading it needs beside its address, as JSON of its collector: a website's selectors
	Warnings   []Trouble           // what its last visits were not given though asked, with why; the visits were good all the same
	DepthAt    map[Depth]time.Time // when a visit of that depth or deeper last succeeded
}

// Alive is the state of a channel in one word (algorithms, section 6).
type Alive string

const (
	Active       Alive = "active"
	Thinning     Alive = "thinning"
	Silent       Alive = "silent"
	Disconnected Alive = "disconnected"
	Archived     Alive = "archived"
	Waiting      Alive = "waiting" // never read yet; counted beside the five others
)

// Rhythm is what the state of a channel is judged by.
type Rhythm struct {
	Last       time.Time // newest post; zero if there is none
	Before     int64     // posts in the 56 days that end with Last
	Recent     int64     // posts in the last 28 days
	Earlier    int64     // posts in the 84 days before those
	FirstKnown time.Time // since when the channel has been known: a younger one has no fair past
}

// Visit is how one visit to a channel went.
type Visit struct {
	Channel  ChannelID
	At       time.Time
	Took     time.Duration
	Seen     int  // posts the platform served
	New      int  // of them, never seen before
	Chatter  int  // group messages newly counted and not kept
	Calls    int  // HTTP requests
	Complete bool // everything that exists was read, not only what is new
	Depth    Depth
	Warnings []Trouble // of a good visit of depth Recent or deeper: they take the place of the channel's
	Trouble  *Trouble
	Next     time.Time
}
