package reshare

import (
	"cmp"
	"net/url"
	"slices"
	"strings"
	"time"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/internal/viet"
)

// How surely a post is that of a reshare, the surest last.
const (
	byNothing = iota
	byLink    // it leads to the original; for what a person may have worded anew
	byTitle   // an article of that title
	byOverlap // most of the words
	byWords   // the words
	byAddress // the address that a person gave
	byID      // the platform's id
)

const (
	slack      = 10 * time.Minute // by which our clock and the platform's may differ
	runOf      = 3                // syllables in the pieces of words that are compared
	fewest     = 8                // syllables; fewer must be equal
	mostShared = 0.8              // of the pieces of the shorter text
)

// Recognise finds the posts of reshares whose post is not known yet among those collected from their channels: by the id
// or the address if they are known, by the words, and what a person pasted also by the link to the original or as the
// platform's own sharing of it. A post from before the reshare was planned, or was called, is none of its. Each post is
// given to one reshare, each reshare gets one post: the surest, of equally sure ones the one nearest in time.
func Recognise(open []lantoa.Reshare, posts []lantoa.Measured) map[lantoa.ReshareID]lantoa.PostID {
	type pair struct {
		r, p  int
		by    int
		apart time.Duration
	}
	words := make([]wordsOf, len(posts))
	var pairs []pair
	for i, r := range open {
		if r.Post != "" {
			continue
		}
		own, since := readWords(r.Words), sinceWhen(r)
		for j, p := range posts {
			if p.Channel != r.Channel || p.PublishedAt.Before(since.Add(-slack)) {
				continue
			}
			if words[j].syllables == nil {
				words[j] = readWords(p.Text)
			}
			if by := likeness(r, own, p, words[j]); by > byNothing {
				pairs = append(pairs, pair{i, j, by, p.PublishedAt.Sub(since).Abs()})
			}
		}
	}
	slices.SortStableFunc(pairs, func(a, b pair) int {
		return cmp.Or(cmp.Compare(b.by, a.by), cmp.Compare(a.apart, b.apart), cmp.Compare(open[a.r].ID, open[b.r].ID), cmp.Compare(posts[a.p].ID, posts[b.p].ID))
	})
	found, taken := map[lantoa.ReshareID]lantoa.PostID{}, map[lantoa.PostID]bool{}
	for _, x := range pairs {
		r, p := open[x.r].ID, posts[x.p].ID
		if _, has := found[r]; !has && !taken[p] {
			found[r], taken[p] = p, true
		}
	}
	return found
}

// sinceWhen is before when a reshare cannot stand at its channel.
func sinceWhen(r lantoa.Reshare) time.Time {
	since := r.PlannedAt
	if !r.CallAt.IsZero() && r.Means != lantoa.ViaHand && r.Checks == 0 {
		since = r.CallAt
	}
	if !r.SentAt.IsZero() && r.SentAt.Before(since) {
		since = r.SentAt
	}
	return since
}

// likeness says by what a post is recognised.
func likeness(r lantoa.Reshare, own wordsOf, p lantoa.Measured, text wordsOf) int {
	hand := r.Means == lantoa.ViaHand
	switch {
	case r.Posted != "" && sameID(r.Posted, p.External):
		return byID
	case r.Permalink != "" && sameAddress(r.Permalink, p.Permalink):
		return byAddress
	case r.Means == lantoa.ViaBroadcast:
		return byNothing // it is the article that is collected
	case slices.Equal(own.syllables, text.syllables) && len(own.syllables) > 0:
		return byWords
	case own.overlaps(text):
		return byOverlap
	case r.Means == lantoa.ViaArticle && r.Title != "" && sameLine(r.Title, p.Post.Title()):
		return byTitle
	case hand && r.Link != "" && leadsTo(p.Post, r.Link):
		return byLink
	}
	return byNothing
}

// wordsOf are the words of a text, folded, without addresses, and their runs of three.
type wordsOf struct {
	syllables []string
	pieces    map[string]bool
}

func readWords(text string) wordsOf {
	var b strings.Builder
	for word := range strings.FieldsSeq(text) {
		if !isLink(word) {
			b.WriteString(word)
			b.WriteByte(' ')
		}
	}
	w := wordsOf{syllables: viet.Syllables(b.String()), pieces: map[string]bool{}}
	for i := 0; i+runOf <= len(w.syllables); i++ {
		w.pieces[strings.Join(w.syllables[i:i+runOf], " ")] = true
	}
	if w.syllables == nil {
		w.syllables = []string{}
	}
	return w
}

// overlaps says whether most of the shorter text is in the longer one. A person adds a line or takes one away; a platform
// shows the opening.
func (w wordsOf) overlaps(o wordsOf) bool {
	short, long := w, o
	if len(short.syllables) > len(long.syllables) {
		short, long = long, short
	}
	if len(short.syllables) < fewest || len(short.syllables)*5 < len(long.syllables) {
		return false
	}
	shared := 0
	for piece := range short.pieces {
		if long.pieces[piece] {
			shared++
		}
	}
	return float64(shared) >= mostShared*float64(len(short.pieces))
}

// sameID says whether two ids of a platform name the same post: Facebook writes 456 and 123_456.
func sameID(a, b string) bool {
	return a != "" && b != "" && (a == b || strings.HasSuffix(a, "_"+b) || strings.HasSuffix(b, "_"+a))
}

func sameLine(a, b string) bool {
	return strings.TrimRight(viet.Fold(a), "… .") == strings.TrimRight(viet.Fold(b), "… .")
}

// sameAddress compares two addresses of posts: host by its name without www, m or web, path, and what names the post in
// the query.
func sameAddress(a, b string) bool {
	x, y := bareAddress(a), bareAddress(b)
	return x != "" && x == y
}

func bareAddress(s string) string {
	u, err := url.Parse(strings.TrimSpace(s))
	if err != nil || u.Host == "" {
		return ""
	}
	host := strings.ToLower(u.Hostname())
	for _, front := range []string{"www.", "m.", "web.", "mbasic."} {
		host = strings.TrimPrefix(host, front)
	}
	out := host + strings.TrimRight(u.EscapedPath(), "/")
	q := u.Query()
	for _, name := range []string{"story_fbid", "fbid", "id", "v", "pageId"} {
		if v := q.Get(name); v != "" {
			out += "&" + name + "=" + v
		}
	}
	if out == host {
		return "" // a page, not a post
	}
	return out
}

// leadsTo says whether a post shows a link to the original or shares it natively.
func leadsTo(p lantoa.Post, link string) bool {
	want := bareAddress(link)
	if want == "" {
		return false
	}
	for _, m := range p.Media {
		if bareAddress(m.URL) == want {
			return true
		}
	}
	for word := range strings.FieldsSeq(p.Text) {
		if isLink(word) && bareAddress(strings.TrimRight(word, ".,;:)")) == want {
			return true
		}
	}
	_, post, ok := strings.Cut(p.Parent, "_")
	if !ok {
		post = p.Parent
	}
	return post != "" && slices.Contains(strings.FieldsFunc(want, func(r rune) bool { return strings.ContainsRune("/&=?_", r) }), post)
}
