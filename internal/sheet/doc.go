// Package sheet reads and writes tables as people exchange them: CSV and Excel workbooks.
//
// In comes a file from somebody's computer: its separator is a comma, a semicolon or a tab, it may be saved in
// UTF-8, UTF-16 or the code page of Vietnamese Windows, its heading may be in any order and spelling, a quotation
// mark may be missing, a workbook may unpack to gigabytes. Out come [Row]s one after another with the line on which each begins, so
// that a bad one can be named; a row that cannot be read costs itself only.
//
// The other way, [Begin] writes row after row without holding the table, by a [Layout] that says what each column
// holds, in a form that Excel opens with Vietnamese letters whole and in which no cell is run as a formula.
//
// The package knows nothing of what the tables are about.
package sheet
