// Package search finds posts.
//
// In: posts as [Document] and a [Query]. Out: a [Result] with hits, the exact number found, counts for each
// filter, and passages with what was looked for marked in the author's own spelling. [Index] is the one face
// of two bodies: [OpenEmbedded], an index of our own for one small server, and [OpenMeili], a Meilisearch
// server. Words are compared in the bare form of internal/viet, so "do rac" finds "đổ rác"; words typed with
// their marks still find the bare ones and rank the exact ones first.
//
// A post is seen by those in whose scope its unit lies, and by everybody once its story was approved or passed
// on; counts and facets obey the same rule. The index is a copy of the store and can be lost.
package search
