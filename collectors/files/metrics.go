package files

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/internal/figure"
	"github.com/hoiphunu/lantoa/internal/sheet"
)

// Month is one figure of a monthly sheet.
type Month struct {
	Line int
	lantoa.ChannelMonth
}

// MonthsAsk is what a monthly sheet is read with.
type MonthsAsk struct {
	Units    Tree
	Channels []lantoa.Channel
	Month    string    // meant where the sheet names none; 2026-11
	At       time.Time // when the figures were reported: no month after it is believed
	Zone     *time.Location
}

// MonthSheet is what was understood of a monthly sheet.
type MonthSheet struct {
	Months []Month
	Rows   int      // that brought a figure or more
	Used   []string // headings that were understood, with what was made of them
	Unused []string // headings that were not
}

// ReadMonths reads the figures of a month as units send them, CSV or XLSX: a unit by its code or name, and its
// figures under headings in any order and wording, Vietnamese with or without marks or English. The heading may have
// two or three rows with merged cells, and a title above it, which may say the month and the kind of channel. Rows of
// sums, of numbering, of notes and signatures are passed over. An empty cell or a dash is no figure, and 0 is one.
//
// A row with a figure that cannot be read is left out whole, so that mending it is all there is to do. The error says
// that the sheet cannot be read at all.
func ReadMonths(r io.Reader, format string, ask MonthsAsk) (MonthSheet, []BadRow, error) {
	table, err := sheet.OpenRows(r, format)
	if err != nil {
		return MonthSheet{}, nil, &lantoa.Trouble{Kind: lantoa.Invalid, What: "metrics", Err: err}
	}
	defer table.Close()
	in := &monthReader{ask: ask, units: newUnitIndex(ask.Units), seen: map[string]bool{}}
	if in.ask.Zone == nil {
		in.ask.Zone = vietnam()
	}
	var first []sheet.Row
	for {
		row, err := table.Next()
		if err == io.EOF {
			break
		}
		if err != nil {
			fault, ok := badLine(err)
			if !ok {
				return in.out, in.wrong, fmt.Errorf("metrics: line %d: %w", row.Line, err)
			}
			in.wrong = append(in.wrong, fault)
			continue
		}
		if in.heading != nil {
			in.row(row)
			continue
		}
		if first = append(first, row); len(first) == headingWithin {
			if err := in.begin(first); err != nil {
				return in.out, in.wrong, err
			}
		}
	}
	if in.heading == nil {
		if len(first) == 0 {
			return in.out, in.wrong, nil
		}
		err = in.begin(first)
	}
	return in.out, in.wrong, err
}

// headingWithin is how many rows are looked at for the heading.
const headingWithin = 40

type monthReader struct {
	ask     MonthsAsk
	units   unitIndex
	heading *monthHeading
	seen    map[string]bool
	out     MonthSheet
	wrong   []BadRow
	rows    int // after the heading
}

// begin finds the heading in the first rows and reads those that stand below it.
func (in *monthReader) begin(rows []sheet.Row) error {
	h, below := findHeading(rows)
	if h == nil {
		return lantoa.Problem(lantoa.Invalid, "unit", "")
	}
	h.title(rows[:h.first])
	said := in.ask.Month
	if h.month != "" && said != "" && h.month != said {
		return lantoa.Problem(lantoa.Conflict, "month", h.month)
	}
	in.heading = h
	in.out.Used, in.out.Unused = h.used(), h.unused
	for _, row := range rows[below:] {
		in.row(row)
	}
	return nil
}

func (in *monthReader) bad(row sheet.Row, kind, field, value string) {
	in.wrong = append(in.wrong, bad(row.Line, kind, field, value))
}

// row reads one row below the heading.
func (in *monthReader) row(row sheet.Row) {
	h := in.heading
	in.rows++
	if in.rows == 1 && isNumbering(row) || isSum(row, h) {
		return
	}
	figures, words := false, false
	for _, c := range h.figures {
		count, fault := parseFigure(row.At(c.at))
		figures = figures || count.Known || fault == Estimate
		words = words || fault == BadNumber
	}
	name, code := row.At(h.unitName), row.At(h.unitCode)
	if !figures && (!words || len(in.units.find(code)) == 0 && len(in.units.find(name)) == 0) {
		return // a section's name, a note, a signature, a unit that sent nothing
	}
	if code == "" && name == "" && row.At(h.channel) == "" {
		in.bad(row, Missing, "unit", "")
		return
	}
	found, fault := in.owners(row, code, name)
	if fault != nil {
		in.wrong = append(in.wrong, *fault)
		return
	}
	month, fault := in.month(row)
	if fault != nil {
		in.wrong = append(in.wrong, *fault)
		return
	}
	var months []Month
	for _, c := range h.figures {
		m, fault := in.figure(row, c, month, found)
		if fault != nil {
			in.wrong = append(in.wrong, *fault)
			return
		}
		if m.Value.Known {
			months = append(months, m)
		}
	}
	for _, m := range months {
		key := strings.Join([]string{string(m.Channel), m.Month, m.Metric}, " ")
		if in.seen[key] {
			in.bad(row, Duplicate, "unit", cmp.Or(name, code))
			return
		}
	}
	for _, m := range months {
		in.seen[strings.Join([]string{string(m.Channel), m.Month, m.Metric}, " ")] = true
	}
	if len(months) > 0 {
		in.out.Rows++
		in.out.Months = append(in.out.Months, months...)
	}
}

// owners are the channels of the unit that a row is about, or the one channel that it names.
func (in *monthReader) owners(row sheet.Row, code, name string) ([]lantoa.Channel, *BadRow) {
	fault := func(kind, field, value string) *BadRow { b := bad(row.Line, kind, field, value); return &b }
	units := in.units.find(code)
	if code == "" || len(units) == 0 && name != "" {
		units = in.units.find(name)
	}
	given := cmp.Or(code, name)
	called := row.At(in.heading.channel)
	if given != "" && len(units) == 0 {
		return nil, fault(UnknownUnit, "unit", given)
	}
	var owned []lantoa.Channel
	codes := map[string]bool{}
	for _, ch := range in.ask.Channels {
		if ch.Kind == lantoa.Imported || given != "" && !slices.ContainsFunc(units, func(u lantoa.Unit) bool { return u.ID == ch.Unit.ID }) {
			continue
		}
		if called != "" && !in.isCalled(ch, called) {
			continue
		}
		owned = append(owned, ch)
		codes[ch.Unit.Code] = true
	}
	switch {
	case len(owned) == 0 && called != "":
		return nil, fault(UnknownChannel, "channel", called)
	case len(owned) == 0:
		return nil, fault(NoChannel, "unit", given)
	case len(codes) > 1 && given == "":
		return nil, fault(AmbiguousChannel, "channel", called)
	case len(codes) > 1:
		return nil, fault(AmbiguousUnit, "unit", given)
	}
	return slices.DeleteFunc(owned, func(ch lantoa.Channel) bool { // what was put away gives way to what is alive
		return ch.Archived && slices.ContainsFunc(owned, func(o lantoa.Channel) bool { return !o.Archived && o.Kind == ch.Kind })
	}), nil
}

// isCalled says whether a name, an id or an address means the channel.
func (in *monthReader) isCalled(ch lantoa.Channel, name string) bool {
	if name == string(ch.ID) || name == ch.External || sheet.Key(name) == sheet.Key(ch.Name) {
		return true
	}
	at, fault := addressOf(ch.Kind, name)
	return fault == "" && (at.external == ch.External || at.url != "" && at.url == ch.URL)
}

// month is the month that a row says, or "" where it says none.
func (in *monthReader) month(row sheet.Row) (string, *BadRow) {
	h := in.heading
	text := row.At(h.monthAt)
	if text == "" {
		return "", nil
	}
	year := yearOf(row.At(h.yearAt))
	if year == 0 {
		year = yearOf(cmp.Or(h.month, in.ask.Month))
	}
	if month := parseMonth(text, year); month != "" {
		return month, nil
	}
	b := bad(row.Line, BadMonth, "month", text)
	return "", &b
}

// figure is one cell of a row.
func (in *monthReader) figure(row sheet.Row, c monthColumn, month string, owned []lantoa.Channel) (m Month, _ *BadRow) {
	fault := func(kind, field, value string) (Month, *BadRow) { b := bad(row.Line, kind, field, value); return m, &b }
	text := row.At(c.at)
	count, kind := parseFigure(text)
	if kind != "" {
		return fault(kind, c.heading, text)
	}
	if !count.Known {
		return m, nil
	}
	month = cmp.Or(month, c.month, in.heading.month, in.ask.Month)
	switch {
	case month == "":
		return fault(NoMonth, "month", "")
	case month > in.ask.At.In(in.ask.Zone).Format("2006-01"):
		return fault(BadMonth, "month", month)
	}
	ch, kind := in.channelFor(row, c, owned)
	if kind != "" {
		return fault(kind, cmp.Or(string(c.kind), string(in.heading.kind), c.metric), owned[0].Unit.Name)
	}
	m = Month{row.Line, lantoa.ChannelMonth{Channel: ch, Month: month, Metric: c.metric, Value: count, At: in.ask.At}}
	return m, nil
}

// channelFor is the one channel of a unit that a figure is about: the only one there is of the kind that the column,
// the row, or the sheet as a whole says.
func (in *monthReader) channelFor(row sheet.Row, c monthColumn, owned []lantoa.Channel) (lantoa.ChannelID, string) {
	kind := c.kind
	if word := row.At(in.heading.kindAt); kind == "" && word != "" {
		kind = kindWords[sheet.Key(word)]
	}
	if kind == "" && len(owned) > 1 {
		kind = in.heading.kind
	}
	var id lantoa.ChannelID
	for _, ch := range owned {
		if kind != "" && ch.Kind != kind {
			continue
		}
		if id != "" {
			return "", AmbiguousChannel
		}
		id = ch.ID
	}
	if id == "" {
		return "", NoChannel
	}
	return id, ""
}

// isSum says whether a row sums up others: "Tổng cộng", "Cộng", "Toàn tỉnh". A unit whose name begins like that
// is none.
func isSum(row sheet.Row, h *monthHeading) bool {
	for i := range row.Cells {
		cell := row.At(i)
		if cell == "" {
			continue
		}
		key := sheet.Key(cell)
		if sums[key] || strings.HasPrefix(strings.ToLower(cell), "tổng ") || strings.HasPrefix(key, "tong cong ") || strings.HasPrefix(key, "tong so ") {
			return true
		}
		if i >= h.unitName && i >= h.unitCode {
			return false
		}
	}
	return false
}

var sums = map[string]bool{
	"tong": true, "tong cong": true, "tong so": true, "cong": true, "total": true, "grand total": true, "sum": true, "average": true,
	"trung binh": true, "binh quan": true, "toan tinh": true, "toan huyen": true, "toan xa": true, "luy ke": true, "cong don": true,
}

// isNumbering says whether a row numbers the columns: (1) (2) (3), or A B 1 2.
func isNumbering(row sheet.Row) bool {
	cells, last := 0, int64(-1)
	for i := range row.Cells {
		cell := strings.Trim(row.At(i), "()[]. ")
		if cell == "" {
			continue
		}
		cells++
		n, ok := figure.Whole(cell)
		switch {
		case !ok && utf8.RuneCountInString(cell) == 1:
		case !ok || n > 99 || last >= 0 && n != last+1:
			return false
		default:
			last = n
		}
	}
	return cells >= 2 && last >= 0
}
