// Package viet knows how Vietnamese is written: by people, telephones and pages that all write it differently.
//
// In: any text. Out: [Fold], a copy in which the same words are the same letters (algorithms, section 8);
// [Bare], the copy without diacritics; [Each] and [Tokens], the words of a text in both forms with the bytes
// they stand at, so that a match can be marked in the author's own spelling; [Terms], the same with the long
// and short forms of known abbreviations added.
//
// Everything goes through one scanner (scan.go), which reads a letter as base, shape and tone, whether it came
// composed, decomposed, full-width or as one of the mathematical letters that serve as fonts.
package viet
