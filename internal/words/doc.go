// Package words is how Lan tỏa speaks: every text that people read, in Vietnamese and in its English twin,
// and numbers, dates and spans of time the way each language's readers write them.
//
// The code of the other packages says what (a [lantoa.Reason] with its figures, a [lantoa.Trouble] with its
// kind); this package says how. [For] gives the catalogue of a language. A text stands in a file of vi/ and the
// one of the same name in en/ under the same key, with the same names in braces; the tests refuse a key that only one of them
// has, a name that only one of them fills, and a key that a screen asks for and nobody wrote.
//
// A figure that is absent is "–" in both languages and never 0.
package words
