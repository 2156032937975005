package search

import (
	"context"
	"time"

	"github.com/hoiphunu/lantoa"
)

// Sort is the order of the hits.
type Sort string

const (
	ByRelevance Sort = "relevance" // what fits best first, of equals the newest; without words: the newest
	ByNewest    Sort = "newest"
	ByReach     Sort = "reach" // posts without a figure come last
	ByScore     Sort = "score" // posts without a score come last
)

// Query is what somebody looks for. Fields left at zero do not restrict.
type Query struct {
	// Text is what was typed: all words must be there, "…" keeps words together, -word leaves posts out.
	// Empty text finds everything.
	Text        string
	Levels      []lantoa.Level
	Units       []string // paths of units: they and all below them
	Platforms   []string // facebook, zalo, website, file
	Topics      []string
	Kinds       []string // forms of a post: photo, video, …
	From, To    time.Time
	MinScore    *float64 // posts without a score have none at all
	StoriesOnly bool     // only posts that tell a story
	Sort        Sort
	// Scope is whose eyes look: other units' posts are there only when they are public, and then without the
	// figures that are their unit's own, reach and score: these neither order, restrict nor count them. The
	// zero value sees public posts only.
	Scope  lantoa.Scope
	Limit  int // 0 asks for counts only
	Offset int
	Bare   bool      // hits without their HTML: for thousands of them, of which marking takes the time
	Now    time.Time // for the counts "last 3 months", "last 12 months"
}

// Hit is one post that was found. Its HTML is escaped, with <mark> around what was looked for, in the
// spelling of the author.
type Hit struct {
	ID          lantoa.PostID
	TitleHTML   string
	SnippetHTML string  // the passage of about 200 characters that fits best
	Rank        float64 // falls from hit to hit when sorted by relevance; comparable within one result only
}

// FacetCount says how many of the posts found bear a value.
type FacetCount struct {
	Value string
	Count int
}

// Result is what a query found.
type Result struct {
	Hits  []Hit
	Total int // exact, whatever Limit is
	// Facets counts the posts found by each filter, as if that filter alone were not set:
	//
	//	level, platform, topic, kind   the values of the filter
	//	unit                           paths of units; a unit counts what is below it too
	//	score                          "2": at least twice the usual
	//	story                          "true": tell a story
	//	months                         "3", "12": published in the last so many months before Now
	//
	// The most frequent come first; values that nothing bears are left out, except under score, story and months.
	Facets map[string][]FacetCount
	Took   time.Duration
	// Corrected is the text that was looked for instead of Query.Text when a word of it stands nowhere;
	// empty otherwise.
	Corrected string
}

// Index finds posts. Both bodies pass the suite of searchtest. All methods may be called at the same time.
// An index is only a copy: whoever loses it rebuilds it from the store.
type Index interface {
	// Put adds documents, or replaces those with the same ID. A removed document is deleted.
	// When it returns without an error, the documents are found.
	Put(ctx context.Context, docs []Document) error
	Delete(ctx context.Context, ids []lantoa.PostID) error
	// Search fails closed: with an error there is no result.
	Search(ctx context.Context, q Query) (Result, error)
	// Count is the number of documents; 0 means that the index is new or was lost and wants a Rebuild.
	Count(ctx context.Context) (int, error)
	// Rebuild makes a new index beside the old one, which serves meanwhile. fill hands over all documents
	// through put, in any number of calls. Documents that are Put or Deleted while it runs arrive in the new
	// index as well. The new index takes the old one's place when it holds as many documents as were put;
	// otherwise, or when fill fails, the old one stays and an error tells why.
	Rebuild(ctx context.Context, fill func(put func([]Document) error) error) error
	Close() error
}
