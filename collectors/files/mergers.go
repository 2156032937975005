package files

import (
	"cmp"
	"io"
	"slices"
	"strings"
	"time"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/internal/sheet"
)

// Mergers is a list of what became of which unit, as a reform. Resolution and Day are filled in where the file names
// one of each and nothing else was asked for.
type Mergers struct {
	lantoa.Reform
	PutAway map[lantoa.UnitID]bool // whose channels the file says to put away
}

// ReadMergers reads a list of mergers, CSV or XLSX: a row for each old unit and what took it in, by old_code or
// old_full_name, and new_code and new_full_name; or the Vietnamese headings "Mã cũ", "Đơn vị cũ", "Mã mới", "Đơn vị
// mới", and if known "Cấp", "Trực thuộc", "Kênh" (giữ, lưu trữ), "Nghị quyết", "Từ ngày". An old unit that was parted
// has several rows; one with nothing new beside it was done away with. A new unit may be one of have that goes on. The
// day, unless it is zero, is the one on which the codes are asked for. The error says that the file cannot be read at
// all, or that nothing says which day is meant: trouble Invalid "day".
func ReadMergers(r io.Reader, format string, have Tree, day time.Time) (Mergers, []BadRow, error) {
	var m Mergers
	rows, wrong, err := mergerRows(r, format, &day, &m)
	if err != nil {
		return m, wrong, err
	}
	if day.IsZero() && len(rows) > 0 {
		return m, wrong, lantoa.Problem(lantoa.Invalid, "day", "")
	}
	m.Day, m.PutAway = day, map[lantoa.UnitID]bool{}
	p := merging{Mergers: &m, rows: rows, standing: newUnitIndex(slices.DeleteFunc(slices.Clone(have), func(u lantoa.Unit) bool {
		return !u.InForce(day) || !u.From.Before(day)
	}))}
	p.olds()
	p.news()
	wrong = append(wrong, p.wrong...)
	slices.SortStableFunc(wrong, func(a, b BadRow) int { return cmp.Compare(a.Line, b.Line) })
	return m, wrong, nil
}

// mergerRow is a row as it stands in the file.
type mergerRow struct {
	line                                                        int
	oldCode, oldName, newCode, newName, level, parent, channels string

	old lantoa.Unit // empty when it was not found
}

func mergerRows(r io.Reader, format string, day *time.Time, m *Mergers) (rows []mergerRow, wrong []BadRow, err error) {
	zone := vietnam()
	asked := !day.IsZero()
	wrong, err = eachRow(r, format, "mergers", func(t *sheet.Table) (func(sheet.Row) *BadRow, string) {
		oldCode := t.Column("old_code", "mã cũ", "mã đơn vị cũ", "mã trước")
		oldName := t.Column("old_full_name", "old_name", "đơn vị cũ", "tên đơn vị cũ", "tên cũ", "đơn vị trước sắp xếp")
		newCode := t.Column("new_code", "mã mới", "mã đơn vị mới", "mã sau")
		newName := t.Column("new_full_name", "new_name", "đơn vị mới", "tên đơn vị mới", "tên mới", "đơn vị sau sắp xếp")
		level := t.Column("new_level", "cấp mới", "cấp", "level")
		parent := t.Column("new_parent_code", "trực thuộc", "mã cấp trên", "cấp trên")
		channels := t.Column("channels", "kênh", "trang")
		resolution := t.Column("resolution", "nghị quyết", "số nghị quyết")
		from := t.Column("effective_date", "từ ngày", "ngày hiệu lực", "hiệu lực từ", "ngày")
		switch {
		case oldCode < 0 && oldName < 0:
			return nil, "old_code"
		case newCode < 0 && newName < 0:
			return nil, "new_code"
		}
		return func(row sheet.Row) *BadRow {
			x := mergerRow{line: row.Line, oldCode: row.At(oldCode), oldName: row.At(oldName), newCode: row.At(newCode), newName: row.At(newName),
				level: row.At(level), parent: row.At(parent), channels: row.At(channels)}
			if x.oldCode == "" && x.oldName == "" {
				b := bad(row.Line, Missing, "old_code", "")
				return &b
			}
			if text := row.At(from); text != "" && !asked {
				on, ok := parseDate(text, zone)
				switch {
				case !ok:
					b := bad(row.Line, BadDate, "effective_date", text)
					return &b
				case day.IsZero():
					*day = on
				case !day.Equal(on):
					b := bad(row.Line, OtherDay, "effective_date", text)
					return &b
				}
			}
			if m.Resolution == "" {
				m.Resolution = cutDate(row.At(resolution))
			}
			rows = append(rows, x)
			return nil
		}, ""
	})
	return rows, wrong, err
}

// merging turns the rows into a reform.
type merging struct {
	*Mergers
	rows     []mergerRow
	standing unitIndex // what was in force the day before and nothing else ends on the day
	wrong    []BadRow
}

func (p *merging) fault(x mergerRow, kind, field, value string) {
	p.wrong = append(p.wrong, bad(x.line, kind, field, value))
}

// olds finds the old unit of each row.
func (p *merging) olds() {
	for i := range p.rows {
		x := &p.rows[i]
		given := cmp.Or(x.oldCode, x.oldName)
		found := p.standing.find(given)
		if x.oldCode != "" && x.oldName != "" && len(found) > 1 {
			found = slices.DeleteFunc(slices.Clone(found), func(u lantoa.Unit) bool { return !sameName(u, x.oldName) })
		}
		switch {
		case len(found) == 0:
			p.fault(*x, UnknownUnit, "old_code", given)
		case len(found) > 1:
			p.fault(*x, AmbiguousUnit, "old_code", given)
		case x.oldCode != "" && x.oldName != "" && !sameName(found[0], x.oldName):
			p.fault(*x, OtherName, "old_full_name", x.oldName+" ≠ "+found[0].Name)
		default:
			x.old = found[0]
		}
	}
}

func sameName(u lantoa.Unit, name string) bool {
	key := sheet.Key(unitName(name, "", ""))
	return key == sheet.Key(u.Name) || key == withoutKind(sheet.Key(u.Name))
}

// news finds or makes the new unit of each row. A unit of which the file says that it ends is not one that goes on.
func (p *merging) news() {
	ends := map[lantoa.UnitID]int{} // 1 + place in Ends
	for _, x := range p.rows {
		if x.old.ID != "" {
			ends[x.old.ID] = 0
		}
	}
	made := map[string]lantoa.Unit{}
	for _, x := range p.rows {
		if x.old.ID == "" {
			continue
		}
		heir, ok := lantoa.UnitID(""), true
		if x.newCode != "" || x.newName != "" {
			if heir, ok = p.heir(x, ends, made); !ok {
				continue
			}
		}
		switch sheet.Key(x.channels) {
		case "luu tru", "cat", "archive", "bo":
			p.PutAway[x.old.ID] = true
		case "", "giu", "giu lai", "keep":
		default:
			p.fault(x, UnknownFate, "channels", x.channels)
			continue
		}
		if ends[x.old.ID] == 0 {
			p.Ends = append(p.Ends, lantoa.Ending{Unit: x.old.ID})
			ends[x.old.ID] = len(p.Ends)
		}
		end := &p.Ends[ends[x.old.ID]-1]
		switch {
		case slices.Contains(end.Heirs, heir):
			p.fault(x, Duplicate, "old_code", cmp.Or(x.oldCode, x.oldName))
		case heir != "":
			end.Heirs = append(end.Heirs, heir)
		}
	}
}

// heir is the name of a new unit within the reform, or the ID of one that goes on.
func (p *merging) heir(x mergerRow, ends map[lantoa.UnitID]int, made map[string]lantoa.Unit) (lantoa.UnitID, bool) {
	name := unitName(x.newName, "", "")
	level, ok := readLevel(x.level, name)
	if !ok {
		if x.level != "" {
			p.fault(x, UnknownLevel, "new_level", x.level)
			return "", false
		}
		level = x.old.Level
	}
	code := padCode(x.newCode, level)
	for _, u := range p.standing.find(cmp.Or(code, x.newName)) {
		if _, ending := ends[u.ID]; ending || code == "" && u.Level != level {
			continue
		}
		if x.newName != "" && !sameName(u, x.newName) {
			p.fault(x, CodeTaken, "new_code", code+" "+u.Name)
			return "", false
		}
		return u.ID, true
	}
	switch {
	case code == "":
		p.fault(x, Missing, "new_code", "")
		return "", false
	case name == "":
		if name = made[code].Name; name == "" {
			p.fault(x, Missing, "new_full_name", "")
			return "", false
		}
	}
	u, known := made[code]
	if known && sheet.Key(u.Name) != sheet.Key(name) {
		p.fault(x, OtherName, "new_full_name", name+" ≠ "+u.Name)
		return "", false
	}
	if known {
		return u.ID, true
	}
	u = lantoa.Unit{ID: lantoa.UnitID("new " + code), Code: code, Name: name, Level: level}
	if x.parent != "" {
		above := codesAbove(p.standing.find(x.parent), level)
		switch len(above) {
		case 0:
			p.fault(x, UnknownParent, "new_parent_code", x.parent)
			return "", false
		case 1:
			for _, a := range p.standing.find(x.parent) {
				if a.Code == above[0] {
					u.Parent = a.ID
				}
			}
		default:
			p.fault(x, AmbiguousParent, "new_parent_code", x.parent)
			return "", false
		}
	}
	made[code] = u
	p.New = append(p.New, u)
	return u.ID, true
}

// Abolish has the reform do away with all units of a level that are in force and of which it says nothing else, as the
// districts were on 2025-07-01.
func (m *Mergers) Abolish(level lantoa.Level, have Tree) {
	said := map[lantoa.UnitID]bool{}
	for _, x := range m.Ends {
		said[x.Unit] = true
		for _, heir := range x.Heirs {
			said[heir] = true
		}
	}
	for _, u := range have {
		if u.Level == level && u.InForce(m.Day) && u.From.Before(m.Day) && !said[u.ID] {
			m.Ends = append(m.Ends, lantoa.Ending{Unit: u.ID})
		}
	}
}

// Fates are what becomes of the channels of the units whose channels the file says to put away.
func (m *Mergers) Fates(channels []lantoa.Channel) {
	for _, ch := range channels {
		if m.PutAway[ch.Unit.ID] && !ch.Archived && ch.Kind != lantoa.Imported {
			m.Channels = append(m.Channels, lantoa.Fate{Channel: ch.ID, Do: lantoa.PutAway})
		}
	}
}

// cutDate cuts the date that some lists put behind the number of a resolution: "1683/NQ-UBTVQH15 (16/06/2025)".
func cutDate(resolution string) string {
	if i := strings.IndexByte(resolution, '('); i > 0 {
		return strings.TrimSpace(resolution[:i])
	}
	return resolution
}
