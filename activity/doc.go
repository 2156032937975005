// Package activity tells how alive the channels of the Union are.
//
// In come a channel, its rhythm of posting and the moment of looking; out goes one word: active, thinning,
// silent, disconnected or archived, or waiting for a channel that was never read (algorithms, section 6).
// The five words add up to the number of channels that have been read or could have been, and the waiting
// ones are counted beside them.
//
// Two rules stand above the arithmetic: a channel that cannot be read is never called silent, and a page
// that posts rarely is judged by its own rhythm and not by that of its neighbours.
package activity
