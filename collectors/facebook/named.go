package facebook

import (
	"context"
	"encoding/json"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/hoiphunu/lantoa"
)

// mostNamed is how many objects Facebook gives by name in one call.
const mostNamed = 50

var postID = regexp.MustCompile(`^\d{1,25}_\d{1,25}$`)

// wantedByName are the posts that are asked for by name, fifty in a call. A film without a post of its own is none of
// them: it has no counters to be asked for.
func wantedByName(ids []string) [][]string {
	ids = slices.DeleteFunc(slices.Clone(ids), func(id string) bool { return !postID.MatchString(id) })
	slices.Sort(ids)
	return slices.Collect(slices.Chunk(slices.Compact(ids), mostNamed))
}

func namedPart(ids []string, fields string) part {
	return part{query: url.Values{"ids": {strings.Join(ids, ",")}, "fields": {fields}}}
}

// named takes the answers about posts that were asked for by name. What was left out in silence, or stood in the way
// of all others, is missing, which does not yet mean gone.
func (v *visit) named(ctx context.Context, asked [][]string, replies []reply, fields string) (found []graphPost, missing []string) {
	for i, ids := range asked {
		some, lost := v.namedIn(ctx, ids, replies[i], fields)
		found, missing = append(found, some...), append(missing, lost...)
	}
	return found, missing
}

func (v *visit) namedIn(ctx context.Context, ids []string, r reply, fields string) (found []graphPost, missing []string) {
	if r.status == 0 {
		return nil, nil // not finished in time, or closed meanwhile: they are still wanted at the next visit
	}
	verdict, ok := v.weigh(r)
	var all map[string]json.RawMessage
	again := [][]string{ids}
	switch {
	case ok && json.Unmarshal(r.body, &all) == nil:
		for _, id := range ids {
			var p graphPost
			if json.Unmarshal(all[id], &p) != nil || p.ID != id {
				missing = append(missing, id)
				continue
			}
			found = append(found, p)
		}
		return found, missing
	case ok:
		v.warn(lantoa.Problem(lantoa.Garbled, "published_posts", "posts asked for by name"))
		return nil, nil
	case fields != postFields && (verdict.Action == ProbeMetrics || verdict.Action == Permission):
		fields = postFields // the figures stand in the way: a dead metric, or a right that is missing
	case !slices.Contains([]Action{Fix, HalveLimit, GoneAfterCheck}, verdict.Action):
		v.warn(v.trouble(verdict, "published_posts"))
		return nil, nil
	case len(ids) == 1:
		return nil, ids
	default: // one of them stands in the way of the others
		again = [][]string{ids[:len(ids)/2], ids[len(ids)/2:]}
	}
	var parts []part
	for _, some := range again {
		parts = append(parts, namedPart(some, fields))
	}
	replies, verdict, ok := v.batch(ctx, parts)
	if !ok {
		v.warn(v.trouble(verdict, "published_posts"))
		return nil, nil
	}
	return v.named(ctx, again, replies, fields)
}

// takeNamed puts posts that were asked for by name into the haul, but for those that came with the newest.
func (v *visit) takeNamed(posts []graphPost) {
	for i := range posts {
		p := &posts[i]
		created, ok := parseTime(p.CreatedTime)
		switch {
		case v.seen[p.ID]:
		case p.withdrawn():
			v.haul.Gone = append(v.haul.Gone, p.ID)
		case ok:
			v.keep(p, created)
		}
	}
}

// missing asks for what did not come by name, each alone, and reads the page once more beside it.
func (v *visit) missing(ctx context.Context, ids []string) *lantoa.Trouble {
	ids = slices.DeleteFunc(ids, func(id string) bool { return v.seen[id] })
	if len(ids) == 0 {
		return nil
	}
	there, gone, trouble := v.alone(ctx, ids, postFields)
	v.takeNamed(there)
	v.haul.Gone = append(v.haul.Gone, gone...)
	if trouble != nil && trouble.Kind != lantoa.Limited {
		v.warn(trouble) // the posts of the page were read: what is not told of these does not make the visit a bad one
		return nil
	}
	return trouble
}
