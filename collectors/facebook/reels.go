package facebook

import (
	"context"
	"encoding/json"
	"fmt"
	"regexp"
	"slices"
	"time"

	"github.com/hoiphunu/lantoa"
)

const (
	apart = time.Hour      // how far the moments may lie apart that the two lists give the same reel
	late  = 24 * time.Hour // how long Facebook may take to show a post in the list of posts
)

// filmID finds the id of the film in the address of a post that shows one.
var filmID = regexp.MustCompile(`/(?:reel|videos)/(?:[^/?]+/)?(\d+)/?(?:\?|$)`)

// filmsOf are the ids of the films that a post shows, from its media and from its address.
func filmsOf(p lantoa.Post) (ids []string) {
	for _, m := range p.Media {
		if m.Kind == "video" && m.ID != "" {
			ids = append(ids, m.ID)
		}
	}
	if id := filmID.FindStringSubmatch(p.Permalink); id != nil {
		ids = append(ids, id[1])
	}
	return ids
}

// reels takes the page's reels that are not among its posts; the two lists overlap in ways that Meta's
// words and what others saw disagree on. They tell no numbers here. A page that refuses is not asked again
// for a month.
//
// A reel is one of the posts if a post has its id as a film or in its address. Where that cannot be told it is
// left out, since it would be stored twice: when it is older than the posts this visit read, so new that its
// post may not be listed yet (a later visit tells), or when posts came without what they show.
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
	from, to := v.readFrom(), v.now.Add(-late)
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
	case v.all && v.haul.Complete:
		return time.Time{}
	case v.haul.Complete || v.oldest.Before(v.since):
		return v.since.Add(apart)
	}
	return v.oldest.Add(apart)
}

// join keeps a reel that was once stored alone, under the id of its film, from being stored again when it comes as a
// post: the post then goes by the id of its film, so that its numbers, words and end are those of the one that is
// known. If both are stored already, the one that came alone is taken for gone.
func (v *visit) join(ctx context.Context, ch lantoa.ChannelID) {
	if v.c.opt.Known == nil || len(v.films) == 0 {
		return
	}
	var ids []string
	for post, films := range v.films {
		ids = append(append(ids, post), films...)
	}
	slices.Sort(ids)
	known, err := v.c.opt.Known(ctx, ch, slices.Compact(ids))
	if err != nil {
		v.note(fmt.Errorf("known films: %w", err))
		v.haul.Posts = slices.DeleteFunc(v.haul.Posts, func(p lantoa.Incoming) bool { return v.films[p.External] != nil })
		v.haul.From, v.haul.Complete = v.now, false
		return
	}
	owner := map[string]string{} // film → the post that goes by its id
	for i := range v.haul.Posts {
		p := &v.haul.Posts[i]
		post := p.External
		if p.Type == lantoa.Share {
			continue // another page's film, or another post's
		}
		for _, film := range v.films[post] {
			switch {
			case !known[film] || owner[film] != "" && owner[film] != post:
			case known[post]:
				v.haul.Gone = append(v.haul.Gone, film)
			default:
				owner[film], p.External = post, film
			}
			if p.External != post {
				break
			}
		}
	}
	slices.Sort(v.haul.Gone)
	v.haul.Gone = slices.Compact(v.haul.Gone)
}
