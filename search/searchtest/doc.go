// Package searchtest holds what both bodies of search.Index must be able to do.
//
// [Run] is the suite. Most of it is testdata/queries.txt, which anybody can read and add to: some posts, then
// queries with the posts that should be found, in order. [NewMeili] is a pretended Meilisearch server with the
// habits of the real one that matter here: it answers 202 and does the work later or not at all, drops query
// words past the tenth, cuts words at its own places, and refuses filters that were not declared.
package searchtest
