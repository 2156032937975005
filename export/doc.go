// Package export puts what the screens show into files for meetings and for further work: tables as XLSX and CSV,
// papers as Word documents.
//
// In go values that were cut to the asker's scope by the store or by [activity.Network.In]: units with their figures,
// stories, posts; and the catalogue with the words. Out come a [Table], whose columns know what they hold and whose
// notes say what the figures mean, how they were chosen and as of when, or a [Paper]. What both hold is the same as on
// the screen they come from, to the unit.
//
// Neither holds telephone numbers or mail addresses, nor who is in charge of a unit: a file travels further than a page.
package export
