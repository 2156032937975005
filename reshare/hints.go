package reshare

import (
	"slices"
	"time"

	"github.com/hoiphunu/lantoa"
)

// UsedHints are the hints that were used, with how, when and by which post: the unit told the story on a channel of its
// own after it could see the hint, by the platform's own sharing of one of the tellings or in its text. tellings are all
// posts that carry a story, natively shared ones among them, removed ones too. A hint that was used or declined already
// is not looked at again; one that nobody used is not among the result.
func UsedHints(hints []lantoa.ShareHint, tellings map[lantoa.StoryID][]lantoa.Measured) []lantoa.ShareHint {
	var used []lantoa.ShareHint
	for _, h := range hints {
		if h.Used != "" || !h.DeclinedAt.IsZero() {
			continue
		}
		all := tellings[h.Story]
		var first *lantoa.Measured
		for i, p := range all {
			if p.Unit.ID != h.Unit.ID || toldAt(p).Before(h.At) {
				continue
			}
			if first == nil || toldAt(p).Before(toldAt(*first)) {
				first = &all[i]
			}
		}
		if first == nil {
			continue
		}
		h.Used, h.UsedAt, h.Post = lantoa.UsedByCopy, toldAt(*first), first.ID
		if first.Parent != "" && slices.ContainsFunc(all, func(p lantoa.Measured) bool { return p.ID != first.ID && sameID(p.External, first.Parent) }) {
			h.Used = lantoa.UsedByShare
		}
		used = append(used, h)
	}
	return used
}

// toldAt is when a post told its story.
func toldAt(p lantoa.Measured) time.Time {
	if !p.ToldAt.IsZero() {
		return p.ToldAt
	}
	return p.PublishedAt
}
