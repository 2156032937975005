package files

import (
	"bufio"
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math"
	"strconv"
	"strings"
	"time"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/internal/sheet"
)

// Formats of a file of posts.
const (
	JSONL = "jsonl"
	CSV   = "csv"
	XLSX  = "xlsx"
)

// maxLine is the longest line that is read, in bytes: a text of 60,000 characters takes at most 360 KB,
// every letter being written as \uXXXX.
const maxLine = 1 << 20

// Post is one row of a file of posts.
type Post struct {
	Line int
	Page string // what the file calls its channel; may be empty
	lantoa.Incoming
}

// ReadPosts reads posts one after another and hands each to keep, each row that is left out to skip, in the
// order of the file. Its fields are those of "import posts": id, text, published_at or created_at, and if
// known channel or page, type, permalink, reactions, comments, shares, views, reach. Figures are taken as
// measured at the time at, since a file does not say when.
//
// An error is one of keep, which ends the reading, or means that the file cannot be read at all: what was
// handed over before it stays good.
func ReadPosts(r io.Reader, format string, at time.Time, keep func(Post) error, skip func(BadRow)) error {
	switch format {
	case JSONL:
		return readJSONL(r, at, keep, skip)
	case CSV:
		return readCSV(r, at, keep, skip)
	}
	return lantoa.Problem(lantoa.Invalid, "format", format)
}

// value is what a row has under one of the names of the contract; the zero value is an absent one.
type value struct {
	text   string
	number bool   // written as a number, not as words
	fault  string // the kind of fault of something that is neither
}

func readJSONL(r io.Reader, at time.Time, keep func(Post) error, skip func(BadRow)) error {
	in := bufio.NewReaderSize(r, 64<<10)
	zone := vietnam()
	for line := 1; ; line++ {
		text, tooLong, err := sheet.ReadLine(in, maxLine)
		if err != nil && err != io.EOF {
			return fmt.Errorf("posts: line %d: %w", line, err)
		}
		if line == 1 {
			text = bytes.TrimPrefix(text, []byte("\uFEFF"))
		}
		text = bytes.TrimSpace(text)
		switch {
		case tooLong:
			skip(bad(line, TooLong, "", ""))
		case len(text) == 0:
		default:
			post, fault := jsonPost(line, text, at, zone)
			if fault != nil {
				skip(*fault)
			} else if err := keep(post); err != nil {
				return err
			}
		}
		if err == io.EOF {
			return nil
		}
	}
}

func jsonPost(line int, text []byte, at time.Time, zone *time.Location) (Post, *BadRow) {
	var row map[string]json.RawMessage
	if err := json.Unmarshal(text, &row); err != nil || row == nil {
		b := bad(line, BadJSON, "", strings.ToValidUTF8(string(text[:min(len(text), 400)]), "\uFFFD"))
		return Post{}, &b
	}
	return makePost(line, at, zone, func(name string) value {
		raw, ok := row[name]
		switch {
		case !ok || string(raw) == "null":
			return value{}
		case raw[0] == '"':
			var s string
			if err := json.Unmarshal(raw, &s); err != nil {
				return value{fault: BadText}
			}
			return value{text: s}
		case raw[0] == '-' || raw[0] >= '0' && raw[0] <= '9':
			return value{text: string(raw), number: true}
		}
		return value{text: string(raw), fault: BadText} // true, an object, a list
	})
}

func readCSV(r io.Reader, at time.Time, keep func(Post) error, skip func(BadRow)) error {
	table, err := sheet.Open(r, sheet.CSV)
	if err == io.EOF {
		return nil
	}
	if err != nil {
		return fmt.Errorf("posts: %w", err)
	}
	defer table.Close()
	columns := map[string]int{}
	for _, name := range []string{
		"id", "text", "published_at", "created_at", "channel", "page", "type", "permalink",
		"reactions", "comments", "shares", "views", "reach",
	} {
		columns[name] = table.Column(name)
	}
	for _, name := range []string{"id", "text"} {
		if columns[name] < 0 {
			return lantoa.Problem(lantoa.Invalid, name, "")
		}
	}
	zone := vietnam()
	for {
		row, err := table.Next()
		if err == io.EOF {
			return nil
		}
		if err != nil {
			fault, ok := badLine(err)
			if !ok {
				return fmt.Errorf("posts: line %d: %w", row.Line, err)
			}
			skip(fault)
			continue
		}
		post, fault := makePost(row.Line, at, zone, func(name string) value {
			cell := row.Raw(columns[name])
			if word := strings.ToLower(cell); word == "null" || word == "nan" { // as programs write "absent"
				cell = ""
			}
			return value{text: cell}
		})
		if fault != nil {
			skip(*fault)
		} else if err := keep(post); err != nil {
			return err
		}
	}
}

// badLine is the bad row behind a line that could not be taken apart.
func badLine(err error) (BadRow, bool) {
	var line *sheet.RowError
	if !errors.As(err, &line) {
		return BadRow{}, false
	}
	kind := TooLong
	if line.Reason == "quote" {
		kind = BadQuote
	}
	return bad(line.Line, kind, "", ""), true
}

// makePost makes a post of the values of a row, or says what is wrong with it.
func makePost(line int, at time.Time, zone *time.Location, get func(name string) value) (Post, *BadRow) {
	p := Post{Line: line}
	var kind, date string
	for _, f := range []struct {
		into            *string
		name, otherwise string // otherwise is the name of the field that stands in when it is absent
	}{
		{&p.External, "id", ""},
		{&p.Text, "text", ""},
		{&date, "published_at", "created_at"},
		{&p.Page, "channel", "page"},
		{&kind, "type", ""},
		{&p.Permalink, "permalink", ""},
	} {
		v := get(f.name)
		if v == (value{}) && f.otherwise != "" {
			v = get(f.otherwise)
		}
		if v.fault != "" {
			return reject(line, v.fault, f.name, v.text)
		}
		if *f.into = v.text; f.name != "text" { // a text stays as it was written
			*f.into = strings.TrimSpace(v.text)
		}
	}
	switch {
	case p.External == "":
		return reject(line, Missing, "id", "")
	case strings.TrimSpace(p.Text) == "":
		return reject(line, Missing, "text", p.External)
	case date == "":
		return reject(line, Missing, "published_at", p.External)
	}
	var ok bool
	if p.PublishedAt, ok = parseDate(date, zone); !ok {
		return reject(line, BadDate, "published_at", date)
	}
	p.Type = postType(kind)
	for _, f := range []struct {
		into *lantoa.Count
		name string
	}{
		{&p.Numbers.Reactions, "reactions"}, {&p.Numbers.Comments, "comments"}, {&p.Numbers.Shares, "shares"},
		{&p.Numbers.Views, "views"}, {&p.Numbers.Reach, "reach"},
	} {
		v := get(f.name)
		if v.fault == "" && strings.TrimSpace(v.text) == "" {
			continue
		}
		n, ok := v.count()
		if !ok {
			return reject(line, BadNumber, f.name, v.text)
		}
		*f.into, p.HasCount = lantoa.Of(n), true
	}
	if p.HasCount {
		p.Numbers.At, p.Numbers.Source = at, lantoa.FromReport
	}
	return p, nil
}

func reject(line int, kind, field, value string) (Post, *BadRow) {
	b := bad(line, kind, field, value)
	return Post{}, &b
}

// count is the value as a figure. In a JSON number a point is a decimal point, in words it parts thousands.
func (v value) count() (int64, bool) {
	switch {
	case v.fault != "":
		return 0, false
	case v.number:
		f, err := strconv.ParseFloat(v.text, 64)
		return int64(f), err == nil && f >= 0 && f < 1<<53 && f == math.Trunc(f)
	}
	return parseCount(v.text)
}

// postType reads a type; a word that is none of ours, as platforms have many, is Other.
func postType(s string) lantoa.PostType {
	switch t := lantoa.PostType(strings.ToLower(s)); t {
	case "", "status":
		return lantoa.Text
	case lantoa.Text, lantoa.Photo, lantoa.Album, lantoa.Video, lantoa.Link, lantoa.Share, lantoa.Event:
		return t
	case "reel":
		return lantoa.Video
	}
	return lantoa.Other
}
