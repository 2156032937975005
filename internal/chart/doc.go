// Package chart draws the small pictures of the screens, the mails and the documents: a post's curve over what is
// normal for its page, figures over time, bars of parts, a sparkline.
//
// In go values with the words that belong to them. Each kind makes one picture, a list of marks, and a picture has two
// bodies. SVG, for pages, stretches to the width it is given at a fixed height, with letters that keep their size;
// colours come from classes of the page's style sheet (c-line, c-band, c-grid …), never from style attributes, which a
// strict Content-Security-Policy refuses. PNG, for mail and Word, is painted by the same marks on white in the light
// colours of that sheet, twice as fine, with title and legend, since it stands alone.
//
// Each picture carries a title and a description for those who do not see it, and each that shows more than
// a handful of figures has a [Table] to stand behind it.
//
// A figure that is absent is a gap in the line, not a zero.
package chart
