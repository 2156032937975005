package sandbox

import (
	"cmp"
	"crypto/sha256"
	"encoding/hex"
	"slices"
	"strings"
	"time"
)

// PublishedItem is one thing that our apps published, for whoever judges a drill.
type PublishedItem struct {
	Platform string    `json:"platform"` // facebook, zalo
	Means    string    `json:"means"`    // feed, message, article, broadcast
	Channel  string    `json:"channel"`  // external id of the page, the group or the account
	ID       string    `json:"id"`
	Title    string    `json:"title,omitempty"` // of an article
	Words    string    `json:"words"`           // as they stand now
	Link     string    `json:"link"`            // of a broadcast: the id of its article
	Pictures int       `json:"pictures"`
	At       time.Time `json:"at"`      // when the call came, by the sandbox clock
	Removed  bool      `json:"removed"` // taken back, or never came to be shown
	Edits    int       `json:"edits"`   // how often its words were changed
	// Key is the same for what would be the same thing twice: platform, means, channel, title, first words and link.
	Key string `json:"key"`
	// Original is the province's own post that it passes on, if it does, and Brings the interactions that this brings
	// the original within 48 hours ([Options.ShareLift]).
	Original string `json:"original,omitempty"`
	Brings   int    `json:"brings,omitempty"`
}

// Published is all that our apps ever published on both platforms, oldest first, also what was removed since.
func (s *Sandbox) Published() []PublishedItem {
	s.desk.mu.Lock()
	defer s.desk.mu.Unlock()
	all := []PublishedItem{}
	for _, m := range s.state.kept.Published {
		one := PublishedItem{
			Platform: "zalo", Means: m.Means, Channel: m.Channel, ID: m.ID, Words: m.words(), Link: m.Link, Pictures: len(m.Photos),
			At: time.Unix(m.At, 0).UTC(), Removed: m.Gone != 0, Edits: len(m.Wordings) - 1, Original: m.Original, Brings: m.Bring,
		}
		if m.Means == "feed" {
			one.Platform = "facebook"
		}
		one.Key = keyOf(one.Platform, one.Means, one.Channel, "", m.Wordings[0].Text, one.Link)
		all = append(all, one)
	}
	all = append(all, s.publishedArticles()...)
	slices.SortStableFunc(all, func(a, b PublishedItem) int { return cmp.Compare(a.At.Unix(), b.At.Unix()) })
	return all
}

func keyOf(parts ...string) string {
	sum := sha256.Sum256([]byte(strings.Join(parts, "\x00")))
	return hex.EncodeToString(sum[:12])
}
