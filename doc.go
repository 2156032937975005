// Package lantoa is the nouns of Lan tỏa and the rules that are true of them anywhere.
//
// Told from the bottom up: a [Unit] of the Union publishes on a [Channel]. What it publishes is a [Post],
// whose numbers at one moment are a [Snapshot], where a number that the platform did not give is a [Count]
// that is absent and never 0. Posts that carry the same text and tell of a good practice are a [Story],
// credited to the unit that told it first, suggested with a [Reason] for each piece of evidence, and
// chosen or dismissed by a [Decision] of a [User], who may see and do what [User.May] says. What goes
// wrong outside is a [Trouble] of a kind that the screen can explain.
//
// The data goes one way: collectors bring posts, the store keeps them, search and stories find, people
// decide, through three doors: api for programs, web for people, queue for the clock. CONTRIBUTING.md shows
// the folders. This package imports the standard library only, and is imported by all others.
package lantoa
