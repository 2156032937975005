package facebook

import (
	"encoding/json"

	"github.com/hoiphunu/lantoa"
)

// reels takes the page's reels that are not among its posts; the two lists overlap in ways that Meta's
// words and what others saw disagree on. They tell no numbers here. A page that refuses is not asked again
// for a month.
func (v *visit) reels(r reply) {
	if r.status == 0 {
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
	for _, reel := range list.Data {
		created, ok := parseTime(reel.Created)
		if !ok || reel.ID == "" || v.videos[reel.ID] || created.Before(v.since) {
			continue // of an older one we cannot tell whether a post that this visit did not read shows it
		}
		v.videos[reel.ID] = true
		v.haul.Posts = append(v.haul.Posts, lantoa.Incoming{Post: lantoa.Post{
			External: reel.ID, Type: lantoa.Video, Text: reel.Description, Permalink: whole(reel.Permalink), PublishedAt: created,
			Media: []lantoa.Media{{Kind: "video", URL: whole(reel.Permalink), ID: reel.ID}},
		}})
	}
}
