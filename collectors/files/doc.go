// Package files reads what people bring because no API gives it: posts, units and channels.
//
// In: a file as it came from somebody's computer, in JSON lines, CSV or an Excel workbook, its headings in
// any order, Vietnamese or English, composed or decomposed. Out: the good rows as nouns, and each bad one
// as a [BadRow] with its line and the kind of its fault; the words for that stand in the catalogue under
// "row.<kind>". One bad row never costs a good one.
//
// Nothing is looked up and nothing stored here: which unit a code means and which channel a page is, the
// caller decides.
package files
