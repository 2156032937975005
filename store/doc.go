// Package store keeps everything: nouns go in, nouns come out, and all of the SQL is here.
//
// [Open] takes the address of a SQLite file or of a Postgres server; past it nothing knows which of the two
// it is, for both are spoken to in one text. There is one file for each noun, with the whole statements
// beside the functions that run them. Queries that serve people take a [lantoa.Scope] next to ctx and leave
// out in SQL what is not theirs.
//
// Three habits keep it safe. A deed is one transaction. Whatever changes posts first draws a change number
// from a one-row table inside its transaction, so writers stand in line and a step that follows the numbers
// with [Store.ChangedPosts] and [Store.Advance] misses none. And saving the same thing twice changes
// nothing, down to the number of rows written.
//
// Times are UTC text in one fixed form, "" for none; an absent number is NULL and comes back absent; ids are
// made in Go and sort by time; text never holds U+0000 or broken UTF-8.
package store
