package search

import (
	"time"

	"github.com/hoiphunu/lantoa"
)

// Document is a post as the index sees it.
type Document struct {
	ID          lantoa.PostID
	Text        string // as it was written
	Title       string // the opening of Text; weighs more
	ChannelName string // searched as well
	UnitName    string // searched as well
	Channel     lantoa.ChannelID
	UnitPath    string
	UnitCode    string
	Level       lantoa.Level
	Platform    string
	Kind        string // form of the post
	Topics      []string
	Published   int64    // Unix seconds
	Score       *float64 // nil where there is none
	// Reach is the number of people reached, nil when the platform did not tell; Interactions likewise.
	Reach        *int64
	Interactions *int64
	Story        string
	State        string // of the story
	Public       bool   // in a story that was approved or passed on: seen by everybody
	Removed      bool   // gone or hidden: a Put of it is a Delete
}

// DocumentOf is the post as the index sees it.
func DocumentOf(m lantoa.Measured) Document {
	d := Document{
		ID: m.ID, Text: m.Text, Title: m.Title(),
		ChannelName: m.ChannelName, UnitName: m.Unit.Name,
		Channel: m.Channel, UnitPath: m.Unit.Path, UnitCode: m.Unit.Code, Level: m.Unit.Level,
		Platform: m.Kind.Platform(), Kind: string(m.Type), Topics: m.Topics,
		Published: unix(m.PublishedAt), Score: m.Score,
		Reach: m.Numbers.Reach.Ptr(), Interactions: m.Numbers.Interactions().Ptr(),
		Story: string(m.Story), State: string(m.StoryState),
		Public:  m.StoryState == lantoa.Approved || m.StoryState == lantoa.Reshared,
		Removed: m.Removed() || m.Hidden,
	}
	return d
}

func unix(t time.Time) int64 {
	if t.IsZero() {
		return 0
	}
	return t.Unix()
}
