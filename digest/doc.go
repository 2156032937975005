// Package digest makes the weekly digest.
//
// In come the material of a week (the channels' figures from activity, the stories from the store), what the editors
// made of it, and a reader; out goes one [lantoa.Digest], cut to the reader's scope and role, and from it one mail.
// The page under Bản tin and the answer to a program are made of the same value, so that a figure is the same
// everywhere.
//
// Once a digest is approved its material is frozen; [Build] of frozen material gives the same digest for ever.
package digest
