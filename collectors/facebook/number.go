package facebook

import (
	"bytes"
	"encoding/json"
	"strconv"
	"strings"

	"github.com/hoiphunu/lantoa"
)

// number reads a whole number however it is written: 12, "12", 12.0. What is none of these, null and []
// included, is absent and never 0, and never spoils the rest of the answer.
type number struct{ lantoa.Count }

func (n *number) UnmarshalJSON(b []byte) error {
	b = bytes.Trim(b, `"`)
	if i, err := strconv.ParseInt(string(b), 10, 64); err == nil {
		n.Count = lantoa.Of(i)
	} else if f, err := strconv.ParseFloat(string(b), 64); err == nil && f == float64(int64(f)) {
		n.Count = lantoa.Of(int64(f))
	} else {
		n.Count = lantoa.Count{}
	}
	return nil
}

// value is what an insights figure holds: a number, numbers by kind, or an empty list, which is how
// Facebook writes "by kind, and of no kind". ByKind is nil unless numbers by kind were given.
type value struct {
	number
	byKind map[string]int64
}

func (v *value) UnmarshalJSON(b []byte) error {
	*v = value{}
	switch b[0] {
	case '[':
		if len(bytes.TrimSpace(b[1:len(b)-1])) == 0 {
			v.byKind = map[string]int64{}
		}
	case '{':
		var m map[string]number
		if err := json.Unmarshal(b, &m); err != nil {
			return nil // a shape we do not know is an absent figure
		}
		v.byKind = make(map[string]int64, len(m))
		for k, n := range m {
			if n.Known {
				v.byKind[k] = n.N
			}
		}
	default:
		return v.number.UnmarshalJSON(b)
	}
	return nil
}

// ident is an id, which Facebook writes as a string or as a number of up to 18 digits; read as any other number it
// would lose its last ones. What cannot be an id of Facebook's is none.
type ident string

func (id *ident) UnmarshalJSON(b []byte) error {
	s := strings.Trim(string(b), `"`)
	if len(s) > 64 || strings.Trim(s, "0123456789_") != "" {
		s = ""
	}
	*id = ident(s)
	return nil
}
