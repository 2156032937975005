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

	Estimate         = "estimate"          // Value is a guess, not a figure
	BadMonth         = "month"             // Value is no month, or one that has not come yet
	NoMonth          = "no_month"          // nothing says which month is meant
	AmbiguousUnit    = "unit_ambiguous"    // several units bear the name Value
	NoChannel        = "no_channel"        // the unit Value has no channel of the kind Field
	AmbiguousChannel = "channel_ambiguous" // the unit Value has several channels that may be meant
	UnknownChannel   = "channel"           // no channel of ours is called Value

	OtherName   = "other_name" // the code of Field is that of another name: Value says both
	OtherDay    = "other_day"  // Value is another day than that of the rows before
	CodeTaken   = "code_taken" // Value, code and name, is a unit that goes on
	UnknownFate = "fate"       // Value does not say what becomes of the channels
	NotAPhone   = "phone"      // Value is no number that can be called
	NotAMail    = "mail"       // Value is no address of a mailbox

	Private     = "private" // a message of two people, which is none of our business
	UnknownForm = "form"    // Value is no message of a kind that we know
	NoHeading   = "heading" // no line says who wrote and when
	UnknownRoom = "room"    // no group of ours bears the id Value; Field says how many of its messages were left out
	NoRoom      = "no_room" // nothing says which group is meant
	Sealed      = "sealed"  // the group Value is end-to-end encrypted
	HalfFile    = "half"    // the file ends in the middle
)

// BadRow is a row that was left out.
type BadRow struct {
	Part  string // the file inside an archive; empty elsewhere
	Line  int    // or the how-manieth entry of a file that has no lines
	Kind  string
	Field string // as the file's contract names it; empty when the whole row is meant
	Value string // shortened
}

func (b BadRow) Error() string {
	return strings.Join(strings.Fields(fmt.Sprintf("%s line %d: %s %s %s", b.Part, b.Line, b.Kind, b.Field, b.Value)), " ")
}

func bad(line int, kind, field, value string) BadRow {
	return BadRow{"", line, kind, field, lantoa.Cut(strings.Join(strings.Fields(value), " "), 80)}
}
