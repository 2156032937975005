package files

import (
	"fmt"
	"strings"

	"github.com/hoiphunu/lantoa"
)

// Kinds of faults in a row.
const (
	BadJSON         = "json"             // the line is not a JSON object
	BadQuote        = "quote"            // a quotation mark is opened and never closed
	TooLong         = "too_long"         // the line is over a megabyte
	Missing         = "missing"          // Field is empty
	BadText         = "text"             // Field is not a text
	BadDate         = "date"             // Value is no date that we read
	BadNumber       = "number"           // Value is no whole number from 0 up
	Duplicate       = "duplicate"        // Value was in an earlier row
	UnknownLevel    = "level"            // Value is no level of the Union
	UnknownParent   = "parent"           // no unit bears the code or name Value
	AmbiguousParent = "parent_ambiguous" // several units bear the name Value
	ParentLevel     = "parent_level"     // the unit Value does not stand above this one
	UnknownUnit     = "unit"             // no unit bears the code Value
	UnknownKind     = "kind"             // Value is no kind of channel
	BadAddress      = "address"          // Value is no address of such a channel
	Personal        = "personal"         // Value is a person's profile, not a page
	FacebookGroup   = "facebook_group"   // Value is a Facebook group, which cannot be read
)

// BadRow is a row that was left out.
type BadRow struct {
	Line  int
	Kind  string
	Field string // as the file's contract names it; empty when the whole row is meant
	Value string // shortened
}

func (b BadRow) Error() string {
	return strings.TrimRight(fmt.Sprintf("line %d: %s %s %s", b.Line, b.Kind, b.Field, b.Value), " ")
}

func bad(line int, kind, field, value string) BadRow {
	return BadRow{line, kind, field, lantoa.Cut(strings.Join(strings.Fields(value), " "), 80)}
}
