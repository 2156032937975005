package store

import (
	"encoding/json"
	"fmt"
	"strings"
	"time"

	"github.com/hoiphunu/lantoa"
)

// form is the one form of every time in the database: it sorts as text, in any collation.
const form = "2006-01-02T15:04:05.000Z"

// stamp writes a time, "" for none.
func stamp(t time.Time) string {
	if t = t.UTC(); t.IsZero() || t.Year() < 1 || t.Year() > 9999 {
		return ""
	}
	return t.Format(form)
}

// exact is t as it will come back from the database.
func exact(t time.Time) time.Time {
	if t.IsZero() {
		return time.Time{}
	}
	return t.UTC().Truncate(time.Millisecond)
}

// moment scans a time. The SQLite driver hands text that looks like a time over as time.Time where the
// column's type is not declared (MAX(at)), so both are taken.
type moment struct{ t *time.Time }

func (m moment) Scan(v any) error {
	switch v := v.(type) {
	case nil:
		*m.t = time.Time{}
	case time.Time:
		*m.t = v.UTC()
	case string:
		if v == "" {
			*m.t = time.Time{}
			return nil
		}
		t, err := time.Parse(form, v)
		if err != nil {
			return err
		}
		*m.t = t
	default:
		return fmt.Errorf("a time came as %T", v)
	}
	return nil
}

// count scans a number that may be absent.
type count struct{ c *lantoa.Count }

func (n count) Scan(v any) error {
	switch v := v.(type) {
	case nil:
		*n.c = lantoa.Count{}
	case int64:
		*n.c = lantoa.Of(v)
	default:
		return fmt.Errorf("a number came as %T", v)
	}
	return nil
}

// packed scans JSON text into v; "" leaves it as it is.
type packed struct{ v any }

func (p packed) Scan(v any) error {
	s, ok := v.(string)
	if !ok {
		return fmt.Errorf("JSON came as %T", v)
	}
	if s == "" {
		return nil
	}
	return json.Unmarshal([]byte(s), p.v)
}

// pack is v as JSON text. It is for plain structs, maps and lists without fractions, which always can be.
func pack(v any) string {
	b, err := json.Marshal(v)
	if err != nil {
		panic(err)
	}
	return string(b)
}

// clean takes out of a foreign text what no database of ours keeps: U+0000 and broken UTF-8 become U+FFFD.
func clean(s string) string {
	return strings.ReplaceAll(strings.ToValidUTF8(s, "\uFFFD"), "\x00", "\uFFFD")
}
