package facebook

import (
	"encoding/json"
	"regexp"
	"time"

	"github.com/hoiphunu/lantoa"
)

// apart is how far the moments may lie apart that the two lists give the same reel, and how long a new one may
// stand in one of them before it stands in the other.
const apart = time.Hour

// filmID finds the id of the film in the address of a post that shows one.
var filmID = regexp.MustCompile(`/(?:reel|videos)/(?:[^/?]+/)?(\d+)/?(?:\?|$)`)

// reels takes the page's reels that are not among its posts; the two lists overlap in ways that Meta's
// words and what others saw disagree on. They tell no numbers here. A page that refuses is not asked again
// for a month.
//
// A reel is one of the posts if a post has its id as a film or in its address. Where that cannot be told it is
// left out, since it would be stored twice: when it is older than the posts this visit read, so new that its
// post may not be listed yet (the next visit tells), or when posts came without what they show.
func (v *visit) reels(r reply) {
	if r.status == 0 || v.blind {
		return
	}
	if verdict, ok := v.weigh(r); !ok {
		if verdict.Action != Retry && verdict.Action != Backoff {
			v.c.learn(v.page, func(m *manner) { m.noReels = v.now })
		}
		return
	}
	var list struct {
		Data []struct {
			ID          string
			Description string
			Created     string `json:"created_time"`
			Permalink   string `json:"permalink_url"`
		}
	}
	if json.Unmarshal(r.body, &list) != nil {
		return
	}
	from, to := v.readFrom(), v.now.Add(-apart)
	for _, reel := range list.Data {
		created, ok := parseTime(reel.Created)
		if !ok || reel.ID == "" || v.videos[reel.ID] || created.Before(from) || created.After(to) {
			continue
		}
		v.videos[reel.ID] = true
		v.haul.Posts = append(v.haul.Posts, lantoa.Incoming{Post: lantoa.Post{
			External: reel.ID, Type: lantoa.Video, Text: reel.Description, Permalink: whole(reel.Permalink), PublishedAt: created,
			Media: []lantoa.Media{{Kind: "video", URL: whole(reel.Permalink), ID: reel.ID}},
		}})
	}
}

// readFrom is the moment from which this visit surely read every post; zero when it read all there are.
func (v *visit) readFrom() time.Time {
	switch {
	case v.first && v.haul.Complete:
		return time.Time{}
	case v.haul.Complete || v.oldest.Before(v.since):
		return v.since.Add(apart)
	}
	return v.oldest.Add(apart)
}
