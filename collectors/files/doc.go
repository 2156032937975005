// Package files reads what people bring because no API gives it: units, channels, posts, figures of a month, the
// archive that Facebook lets the administrator of a page download, and messages of Zalo groups.
//
// In: a file as it came from somebody's computer, in JSON, CSV, an Excel workbook, a ZIP file or plain text, its
// headings in any order, Vietnamese or English, composed or decomposed, in whatever encoding. Out: the good rows as
// nouns, and each bad one as a [BadRow] with its line and the kind of its fault; the words for that stand in the
// catalogue under "row.<kind>". One bad row never costs a good one.
//
// Nothing is looked up and nothing stored here: which unit a code means and which channel a page is, the
// caller decides, or hands in what there is to choose from. People are hashed where they are read, and of what two
// people write to each other not a word is taken.
//
// One file a kind: units.go, channels.go, posts.go, metrics.go (its headings in month_heading.go, its figures in
// figures.go), facebook_export.go (archive.go, export_html.go, written_date.go), zalo_messages.go (zalo_json.go,
// zalo_paste.go).
package files
