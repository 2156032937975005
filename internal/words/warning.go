package words

import (
	"slices"
	"strings"

	"github.com/hoiphunu/lantoa"
)

// Warning is what a visit that went well was not given, and what to do about it. It is no failed visit, so the words
// for a trouble do not fit it.
func (c *Catalog) Warning(w lantoa.Trouble, ch lantoa.Channel) (happened, todo string) {
	key := "warned." + warningKey(w, ch)
	return c.T(key+".what", "what", c.KnownThings(w.What), "platform", c.Platform(ch.Kind.Platform())), c.T(key + ".do")
}

// KnownThings are the words for a list of things, separated by commas; the platforms' own names say nothing to those who read.
func (c *Catalog) KnownThings(names string) string {
	var known []string
	for name := range strings.SplitSeq(names, ",") {
		if c.Has("thing." + name) {
			known = append(known, c.T("thing."+name))
		}
	}
	if len(known) == 0 {
		return c.T("warned.some")
	}
	return strings.Join(known, "; ")
}

// fewLikes is below how many likes Facebook gives no figures of a page.
const fewLikes = 100

// warningKey is which of the catalogue's warnings one is.
func warningKey(w lantoa.Trouble, ch lantoa.Channel) string {
	small := strings.Contains(w.Note, "under 100") || ch.Followers.Known && ch.Followers.N < fewLikes
	switch {
	case w.What == "insights" && w.Kind == lantoa.NotFound && small:
		return "small_page"
	case slices.Contains([]string{"posts_per_year", "created_time", "date", "version", "robots"}, w.What):
		return w.What
	case w.Kind == lantoa.NoRight:
		return "no_right"
	case w.Kind == lantoa.Limited:
		return "limited"
	case w.Kind == lantoa.TooLarge:
		return "too_large"
	case w.Kind == lantoa.GroupDead:
		return "group_ending"
	case w.Kind == lantoa.NotFound, w.Kind == lantoa.Refused:
		return "not_given"
	}
	return "for_now"
}
