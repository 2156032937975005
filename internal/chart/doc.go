// Package chart draws the small pictures of the screens as SVG made on the server: a post's curve over what
// is normal for its page, figures over time, a bar of parts, a sparkline.
//
// In go values with the words that belong to them, out comes SVG that stretches to the width it is given at
// a fixed height, with letters that keep their size. Colours come from classes of the page's style sheet
// (c-line, c-band, c-grid …), never from style attributes, which a strict Content-Security-Policy refuses.
// Each picture carries a title and a description for those who do not see it, and each that shows more than
// a handful of figures has a [Table] to stand behind it.
//
// A figure that is absent is a gap in the line, not a zero.
package chart
