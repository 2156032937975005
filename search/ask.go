package search

import (
	"context"
	"strings"
	"time"
)

// topicQuery is the number of words from which a query is more than a topic.
const topicQuery = 6

// tooFew is the number of hits below which most of the words of a query will do. A topic ("nuôi lợn đất") wants
// the posts that have all of it and their exact number; only when there is none, what comes near. More words
// are a question, and one post with all of them is often not the best answer.
func tooFew(words int) int {
	if words < topicQuery {
		return 1
	}
	return 5
}

func (ix *embedded) Search(ctx context.Context, q Query) (Result, error) {
	started := time.Now()
	if err := ctx.Err(); err != nil {
		return Result{}, err
	}
	ix.mu.RLock()
	defer ix.mu.RUnlock()
	c := ix.core
	w := understand(q.Text)
	f := c.filterOf(q)
	look := func(p *plan) *run {
		r := newRun(c, p, &f, q)
		r.run()
		return r
	}
	p := c.planOf(w, q.Text, false)
	r := look(&p)
	if r.seen == 0 && w.unfinished() {
		// "đường ho" while "hoa" is being typed: ho is a word too, but not here
		open := c.planOf(w, q.Text, true)
		if other := look(&open); other.seen > 0 {
			p, r = open, other
		}
	}
	if r.seen < tooFew(len(p.slots)) && p.loosen() {
		r = look(&p)
	}
	out := Result{Total: r.total, Facets: c.facets(&r.counts), Corrected: p.corrected}
	if r.total == 0 { // a word that stands only in what the asker may not see is not told
		out.Corrected = ""
	}
	if q.Limit > 0 {
		hits, err := c.show(r.best.page(q.Offset), &p, q.Bare)
		if err != nil {
			return Result{}, err
		}
		out.Hits = hits
	}
	out.Took = time.Since(started)
	return out, nil
}

// show reads the texts of the hits and marks them, unless they are wanted bare.
func (c *core) show(page []candidate, p *plan, bare bool) ([]Hit, error) {
	w := newWanted(p)
	hits := make([]Hit, 0, len(page))
	for _, x := range page {
		d, err := readRecord(c.file, c.shapes[x.doc].at)
		if err != nil {
			return nil, err
		}
		if bare {
			hits = append(hits, Hit{ID: d.ID, Rank: x.rank})
			continue
		}
		hits = append(hits, Hit{
			ID: d.ID, Rank: x.rank, TitleHTML: w.title(d.Title), SnippetHTML: w.snippet(d.Text, titleEnd(d), strings.HasSuffix(d.Title, "…")),
		})
	}
	return hits, nil
}

// titleEnd is the byte of the text after its title, 0 if the title is not its opening.
func titleEnd(d Document) int {
	t := trimTitle(d.Title)
	if t == "" {
		return 0
	}
	if i := strings.Index(d.Text, t); i >= 0 && i < 200 {
		return i + len(t)
	}
	return 0
}
