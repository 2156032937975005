package zalo

import (
	"bytes"
	"encoding/json"
	"math"
	"strconv"
	"time"
)

// The same field comes as a number from one version of the API and as a string from the next. Ids are
// beyond 2^53 and are strings here whatever they were there.

// flexString is a string that may have been written as a number.
type flexString string

func (s *flexString) UnmarshalJSON(b []byte) error {
	switch {
	case len(b) >= 2 && b[0] == '"' && bytes.IndexByte(b, '\\') < 0:
		*s = flexString(b[1 : len(b)-1])
	case b[0] == '"':
		return json.Unmarshal(b, (*string)(s))
	case b[0] == '-' || b[0] >= '0' && b[0] <= '9':
		*s = flexString(b)
	}
	return nil // null, an object, a list: no id
}

// flexInt is a whole number that may have been written as a string.
type flexInt int64

// unreadable stands for a number that was none: neither 0, which means success, nor above it.
const unreadable flexInt = math.MinInt32

func (n *flexInt) UnmarshalJSON(b []byte) error {
	text := string(bytes.Trim(b, `"`))
	if v, err := strconv.ParseInt(text, 10, 64); err == nil {
		*n = flexInt(v)
	} else if f, err := strconv.ParseFloat(text, 64); err == nil && f > -1<<53 && f < 1<<53 {
		*n = flexInt(f)
	} else {
		*n = unreadable
	}
	return nil
}

// millis is a moment written as milliseconds since 1970.
func (n flexInt) millis() time.Time {
	if n <= 0 {
		return time.Time{}
	}
	return time.UnixMilli(int64(n)).UTC()
}
