// Package stories finds the good practice in what the Union publishes.
//
// In come posts with their numbers; out go stories with reasons, and a judgement of each post. The way is
// that of find.go: what is usual for the page (benchmark.go, score.go), does the text tell of a good practice
// (likeness.go, with its rules in likeness.toml and topics.toml), is it a contest (votes.go), must it be
// handled with care (restricted.go), who else carries the same text and who told it first (copies.go).
//
// Everything here is values in, values out: no store, no clock. [Find] does it once for a heap of posts;
// a [Finder] remembers which texts are copies and takes the changes as they come. [Decide] is what a person
// says to a story. The weights of likeness.toml are fitted by [Refit] from labelled examples.
package stories
