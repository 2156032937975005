package sandbox

import "sort"

// group187 is one of the 187 groups of the Union's official account, with all messages it ever gets,
// oldest first.
type group187 struct {
	index    int
	id       string
	name     string
	place    place
	members  int
	messages []message
}

func (g *group187) link() string { return "https://zalo.me/g/mau" + five(g.place.code) }

// message is one message in a group. Its moment is in milliseconds, as Zalo has it.
type message struct {
	id   string
	at   int64
	kind string // text, photo, sticker, voice, link
	text string
	from int32 // index of the invented sender
}

// groupMessage points at a message.
type groupMessage struct {
	at    int64
	group *group187
	n     int
}

// until is how many of a group's messages have come at second t.
func until(messages []message, t int64) int {
	return sort.Search(len(messages), func(i int) bool { return messages[i].at > t*1000 })
}
