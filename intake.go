package lantoa

import "time"

// Import is one file that a person brought in. Until it is undone, everything it made or changed is known as its.
type Import struct {
	ID       ImportID
	Kind     string // units, channels, posts, metrics, facebook-export, zalo-messages
	File     string // its name, without the folder
	At       time.Time
	By       string // who; empty: the command line
	Good     int
	Bad      int
	UndoneAt time.Time
}

// Undone says what became of an import that was taken back. What somebody or a platform has touched since stays
// as it is and is counted as kept.
type Undone struct {
	Removed  int
	Restored int
	Kept     int
}

// ChannelMonth is one figure of a channel for one month, as its unit reported it ("tự báo").
type ChannelMonth struct {
	Channel ChannelID
	Month   string // 2026-11
	Metric  string // members, posts, messages, interactions, views, reach, followers, stories
	Value   Count
	At      time.Time // when it was reported
}

// IngestKey lets a program of ours or of a partner send posts and numbers. Its secret signs each call and is
// shown once.
type IngestKey struct {
	ID        string // what X-Lantoa-Key carries
	User      UserID // whose rights it has
	CreatedAt time.Time
	UsedAt    time.Time
}

// Erased says what was erased for a person who withdrew, or a message that was recalled.
type Erased struct {
	Posts       int
	Submissions int
	Passed      []StoryID // stories with words of hers that were chosen or passed on already: a person must decide
}
