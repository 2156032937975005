package files

import (
	"cmp"
	"fmt"
	"io"
	"slices"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/internal/sheet"
)

// Unit is one row of a list of units. Its ID, Parent and Path are the caller's to fill: ParentCode says
// which unit it stands under.
type Unit struct {
	Line       int
	ParentCode string // empty for the root
	lantoa.Unit
	Contact  lantoa.Contact   // without a name where the list names nobody
	Channels []lantoa.Channel // what the columns for the page and the group say; Unit and CreatedAt are the caller's to fill
}

// Tree is what a list of units may refer to beyond itself: the units that are there already.
type Tree []lantoa.Unit

// unitRow is a row on its way: the parent is what the file says, a code or a name.
type unitRow struct {
	Unit
	parent string
}

// ReadUnits reads a list of units, CSV or XLSX: code, name or full_name, level, parent_code, and if known
// from and to, or the Vietnamese headings "Mã", "Tên đơn vị", "Cấp", "Trực thuộc", "Từ ngày", "Đến ngày". The
// parent may be given by its code or its name, here or in have. Parents come before their children. Columns for who
// is in charge ("Phụ trách", "Chức vụ", "ĐT", "Zalo", "Thư") and for channels ("Trang FB", "Nhóm Zalo") are read where
// they are there. In a list without a column of codes a unit is known by its name and parent, and one that is not there
// yet gets a code made of both. The error says that the file cannot be read at all.
func ReadUnits(r io.Reader, format string, have Tree) ([]Unit, []BadRow, error) {
	rows, wrong, err := unitRows(r, format)
	if err != nil {
		return nil, nil, err
	}
	rows, more := placeUnits(rows, have)
	wrong = append(wrong, more...)
	slices.SortStableFunc(wrong, func(a, b BadRow) int { return cmp.Compare(a.Line, b.Line) })
	units := make([]Unit, len(rows))
	for i, row := range rows {
		units[i] = row.Unit
	}
	slices.SortStableFunc(units, func(a, b Unit) int { return cmp.Compare(rank(a.Level), rank(b.Level)) })
	return units, wrong, nil
}

// unitRows reads the rows by themselves.
func unitRows(r io.Reader, format string) (rows []unitRow, wrong []BadRow, err error) {
	type key struct {
		code string
		from time.Time
	}
	seen := map[key]bool{}
	zone := vietnam()
	who := newContactColumns()
	wrong, err = eachRow(r, format, "units", func(t *sheet.Table) (func(sheet.Row) *BadRow, string) {
		code := t.Column("code", "mã", "mã đơn vị", "mã số", "mã đvhc")
		full := t.Column("full_name", "tên đầy đủ", "tên đơn vị", "đơn vị")
		name := t.Column("name", "tên")
		kind := t.Column("type", "loại", "loại hình")
		level := t.Column("level", "cấp", "cấp hội", "cấp đơn vị")
		parent := t.Column("parent_code", "parent", "mã cấp trên", "mã đơn vị cấp trên", "trực thuộc", "cấp trên", "đơn vị cấp trên")
		from := t.Column("from", "từ ngày", "hiệu lực từ", "ngày hiệu lực")
		to := t.Column("to", "đến ngày", "hiệu lực đến", "hết hiệu lực")
		who.find(t)
		if full < 0 && name < 0 {
			return nil, "name"
		}
		return func(row sheet.Row) *BadRow {
			u := unitRow{parent: row.At(parent)}
			u.Line = row.Line
			fault := func(kind, field, value string) *BadRow { b := bad(row.Line, kind, field, value); return &b }
			if u.Name = unitName(row.At(full), row.At(name), row.At(kind)); u.Name == "" {
				return fault(Missing, "name", "")
			}
			ok := false
			if u.Level, ok = readLevel(row.At(level), u.Name); !ok {
				return fault(UnknownLevel, "level", cmp.Or(row.At(level), u.Name))
			}
			if u.Code = padCode(row.At(code), u.Level); u.Code == "" && code >= 0 {
				return fault(Missing, "code", u.Name)
			}
			for _, d := range []struct {
				into  *time.Time
				field string
				text  string
			}{{&u.From, "from", row.At(from)}, {&u.To, "to", row.At(to)}} {
				if d.text == "" {
					continue
				}
				if *d.into, ok = parseDate(d.text, zone); !ok {
					return fault(BadDate, d.field, d.text)
				}
			}
			if seen[key{u.Code, u.From}] && u.Code != "" {
				return fault(Duplicate, "code", u.Code)
			}
			if f := who.read(row, &u.Unit); f != nil {
				return fault(f.Kind, f.Field, f.Value)
			}
			seen[key{u.Code, u.From}] = true
			rows = append(rows, u)
			return nil
		}, ""
	})
	return rows, wrong, err
}

// eachRow opens a table, asks columns for a reader of its rows, and feeds it. Instead of a reader columns may
// name a heading without which the table is of no use.
func eachRow(r io.Reader, format, what string, columns func(*sheet.Table) (read func(sheet.Row) *BadRow, missing string)) ([]BadRow, error) {
	table, err := sheet.Open(r, format)
	if err == io.EOF {
		return nil, nil
	}
	if err != nil {
		return nil, &lantoa.Trouble{Kind: lantoa.Invalid, What: what, Err: err}
	}
	defer table.Close()
	var wrong []BadRow
	read, missing := columns(table)
	if missing != "" {
		return nil, lantoa.Problem(lantoa.Invalid, missing, "")
	}
	for {
		row, err := table.Next()
		if err == io.EOF {
			return wrong, nil
		}
		if err != nil {
			fault, ok := badLine(err)
			if !ok {
				return nil, fmt.Errorf("%s: line %d: %w", what, row.Line, err)
			}
			wrong = append(wrong, fault)
			continue
		}
		if fault := read(row); fault != nil {
			wrong = append(wrong, *fault)
		}
	}
}

// placeUnits finds the parent of each row. A row whose parent is left out is left out itself, since nobody
// could tell where it belongs.
func placeUnits(rows []unitRow, have Tree) (placed []unitRow, wrong []BadRow) {
	index, all := newUnitIndex(have), newUnitIndex(have)
	for _, u := range rows {
		all.add(u.Unit.Unit)
	}
	slices.SortStableFunc(rows, func(a, b unitRow) int { return cmp.Compare(rank(a.Level), rank(b.Level)) })
	named := map[string]string{} // code by level, parent's code and name, of units without a code of their own
	code := map[lantoa.UnitID]string{}
	for _, u := range have {
		code[u.ID] = u.Code
	}
	for _, u := range have {
		if u.To.IsZero() {
			named[nameKey(u, code[u.Parent])] = u.Code
		}
	}
	twice := map[string]bool{}
	for i, u := range rows {
		fault := func(kind string) { wrong = append(wrong, bad(u.Line, kind, "parent_code", u.parent)) }
		if u.parent == "" {
			// Only the top of the list may stand under nobody: the province, or the one unit above all others.
			if u.Code == "" {
				u.Code = cmp.Or(named[nameKey(u.Unit.Unit, "")], madeCode(u.Name, ""))
			}
			if u.Level == lantoa.Province || i == 0 && len(have) == 0 && (len(rows) == 1 || rank(rows[1].Level) > rank(u.Level)) {
				placed = append(placed, u)
				index.add(u.Unit.Unit)
			} else {
				fault(Missing)
			}
			continue
		}
		codes := codesAbove(index.find(u.parent), u.Level)
		switch {
		case len(codes) == 0 && len(all.find(u.parent)) > 0 && len(codesAbove(all.find(u.parent), u.Level)) == 0:
			fault(ParentLevel)
		case len(codes) == 0: // also one whose own row is bad
			fault(UnknownParent)
		case len(codes) > 1:
			fault(AmbiguousParent)
		default:
			u.ParentCode = codes[0]
			if key := nameKey(u.Unit.Unit, u.ParentCode); u.Code == "" {
				if twice[key] {
					wrong = append(wrong, bad(u.Line, Duplicate, "name", u.Name))
					continue
				}
				twice[key] = true
				u.Code = cmp.Or(named[key], madeCode(u.Name, u.ParentCode))
			}
			placed = append(placed, u)
			index.add(u.Unit.Unit)
		}
	}
	return placed, wrong
}

func nameKey(u lantoa.Unit, parent string) string {
	return string(u.Level) + "/" + parent + "/" + sheet.Key(u.Name)
}

// madeCode is the code of a unit of which no list says one. The same name below the same parent always gives the same.
func madeCode(name, parent string) string {
	return strings.Trim(parent+"."+strings.ReplaceAll(sheet.Key(name), " ", "-"), ".")
}

// unitIndex finds units by code, by name, and by name without its kind.
type unitIndex struct{ byCode, byName, byBareName map[string][]lantoa.Unit }

func newUnitIndex(have Tree) unitIndex {
	x := unitIndex{map[string][]lantoa.Unit{}, map[string][]lantoa.Unit{}, map[string][]lantoa.Unit{}}
	for _, u := range have {
		x.add(u)
	}
	return x
}

func (x unitIndex) add(u lantoa.Unit) {
	x.byCode[u.Code] = append(x.byCode[u.Code], u)
	key := sheet.Key(u.Name)
	x.byName[key] = append(x.byName[key], u)
	bare := withoutKind(key)
	x.byBareName[bare] = append(x.byBareName[bare], u)
}

// find looks for a code, also one that lost its leading zeros, then for a name, then for one without kind.
func (x unitIndex) find(s string) []lantoa.Unit {
	for _, code := range []string{s, zeros(s, 2), zeros(s, 3), zeros(s, 5)} {
		if found := x.byCode[code]; len(found) > 0 {
			return found
		}
	}
	key := sheet.Key(unitName(s, "", ""))
	if found := x.byName[key]; len(found) > 0 {
		return found
	}
	return x.byBareName[key]
}

// withoutKind cuts the kind of unit from the key of a name: "huyen phu luong", "phu luong".
func withoutKind(key string) string {
	parts := strings.Fields(key)
	for n := min(3, len(parts)-1); n > 0; n-- {
		if _, ok := levelWords[strings.Join(parts[:n], " ")]; ok {
			return strings.Join(parts[n:], " ")
		}
	}
	return key
}

// codesAbove are the codes of those units that stand above a level.
func codesAbove(units []lantoa.Unit, level lantoa.Level) []string {
	var codes []string
	for _, u := range units {
		if rank(u.Level) < rank(level) && !slices.Contains(codes, u.Code) {
			codes = append(codes, u.Code)
		}
	}
	return codes
}

// rank of a level from the top down; one that is not known stands below all.
func rank(l lantoa.Level) int {
	if i := slices.Index(lantoa.Levels, l); i >= 0 {
		return i
	}
	return len(lantoa.Levels)
}

// levelWords says which level a word for a kind of unit names. A thành phố is taken for one below a
// province: the cities that are provinces themselves have to be called so.
var levelWords = map[string]lantoa.Level{
	"province": lantoa.Province, "tinh": lantoa.Province, "cap tinh": lantoa.Province,
	"district": lantoa.District, "huyen": lantoa.District, "cap huyen": lantoa.District, "quan": lantoa.District,
	"thi xa": lantoa.District, "thanh pho": lantoa.District,
	"commune": lantoa.Commune, "xa": lantoa.Commune, "cap xa": lantoa.Commune, "phuong": lantoa.Commune,
	"thi tran": lantoa.Commune, "co so": lantoa.Commune, "cap co so": lantoa.Commune, "dac khu": lantoa.Commune,
	"branch": lantoa.Branch, "chi hoi": lantoa.Branch, "cap chi hoi": lantoa.Branch, "xom": lantoa.Branch,
	"to dan pho": lantoa.Branch, "thon": lantoa.Branch,
}

// readLevel reads the word for a level or, where there is none, the kind of unit that begins the name.
func readLevel(word, name string) (lantoa.Level, bool) {
	if word != "" {
		l, ok := levelWords[sheet.Key(word)]
		return l, ok
	}
	parts := strings.Fields(sheet.Key(name))
	for n := min(3, len(parts)); n > 0; n-- {
		if l, ok := levelWords[strings.Join(parts[:n], " ")]; ok {
			return l, true
		}
	}
	return "", false
}

// unitName is the name with its kind, as people say it: "xã Đồng Mẫu", from "Xã Đồng Mẫu", "Hội LHPN xã Đồng
// Mẫu", or from "Đồng Mẫu" and the kind "xã".
func unitName(full, name, kind string) string {
	s := cmp.Or(full, name)
	if full == "" && kind != "" && !strings.HasPrefix(sheet.Key(name), sheet.Key(kind)+" ") && name != "" {
		s = kind + " " + name
	}
	for _, union := range []string{"Hội Liên hiệp Phụ nữ ", "Hội LHPN ", "Hội Phụ nữ ", "Hội PN "} {
		if rest, ok := cutFold(s, union); ok {
			s = rest
			break
		}
	}
	s = strings.Join(strings.Fields(s), " ")
	first, size := utf8.DecodeRuneInString(s)
	if _, ok := readLevel("", s); ok && size > 0 {
		return string(unicode.ToLower(first)) + s[size:]
	}
	return s
}

// cutFold cuts a prefix whatever its capitals.
func cutFold(s, prefix string) (string, bool) {
	if len(s) >= len(prefix) && strings.EqualFold(s[:len(prefix)], prefix) {
		return s[len(prefix):], true
	}
	return s, false
}

// padCode gives an official code back the zeros that a spreadsheet took: a province has two figures, a
// district three, a commune five. Other codes stay as they are.
func padCode(code string, level lantoa.Level) string {
	switch level {
	case lantoa.Province:
		return zeros(code, 2)
	case lantoa.District:
		return zeros(code, 3)
	case lantoa.Commune:
		return zeros(code, 5)
	}
	return code
}

func zeros(code string, width int) string {
	if code == "" || len(code) >= width || strings.Trim(code, "0123456789") != "" {
		return code
	}
	return strings.Repeat("0", width-len(code)) + code
}
