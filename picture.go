package lantoa

import "time"

// Picture is our own small copy of a picture of a post: without what the camera wrote into it, as JPEG.
type Picture struct {
	Post   PostID
	N      int // its place among the media of the post
	Width  int
	Height int
	Data   []byte // JPEG
	At     time.Time
}

// WantedPicture is a picture of which we have no copy yet.
type WantedPicture struct {
	Post    PostID
	Channel ChannelID
	N       int
	URL     string
	Tries   int
}

// Preview is what a page that a post links to says of itself (Open Graph).
type Preview struct {
	URL         string
	Title       string
	Description string
	Site        string
	Image       string
	FetchedAt   time.Time
	Trouble     *Trouble // why there is none
}
