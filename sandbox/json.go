package sandbox

import (
	"strconv"
	"time"
	"unicode/utf8"
)

// Answers are written by hand onto a byte slice: a page of posts with its numbers must cost far less than
// the collector that reads it, and the order of fields is that of the question.

// key starts the next field of an object.
func key(b []byte, name string) []byte {
	if n := len(b); n > 0 && b[n-1] != '{' && b[n-1] != '[' {
		b = append(b, ',')
	}
	b = append(b, '"')
	b = append(b, name...)
	return append(b, '"', ':')
}

// next starts the next element of a list.
func next(b []byte) []byte {
	if n := len(b); n > 0 && b[n-1] != '[' {
		return append(b, ',')
	}
	return b
}

func textField(b []byte, name, value string) []byte { return quote(key(b, name), value) }

func numberField(b []byte, name string, n int) []byte {
	return strconv.AppendInt(key(b, name), int64(n), 10)
}

func boolField(b []byte, name string, v bool) []byte { return strconv.AppendBool(key(b, name), v) }

// timeField writes a moment as Facebook does, with an offset that has no colon.
func timeField(b []byte, name string, at int64) []byte {
	b = append(key(b, name), '"')
	b = time.Unix(at, 0).UTC().AppendFormat(b, "2006-01-02T15:04:05+0000")
	return append(b, '"')
}

// quote writes a string of JSON.
func quote(b []byte, s string) []byte {
	b = append(b, '"')
	from := 0
	for i := 0; i < len(s); i++ {
		c := s[i]
		if c >= 0x20 && c != '"' && c != '\\' {
			continue
		}
		b = append(b, s[from:i]...)
		switch c {
		case '"', '\\':
			b = append(b, '\\', c)
		case '\n':
			b = append(b, '\\', 'n')
		case '\r':
			b = append(b, '\\', 'r')
		case '\t':
			b = append(b, '\\', 't')
		default:
			b = append(b, '\\', 'u', '0', '0', "0123456789abcdef"[c>>4], "0123456789abcdef"[c&15])
		}
		from = i + 1
	}
	b = append(b, s[from:]...)
	return append(b, '"')
}

// clip is s cut to at most n characters.
func clip(s string, n int) string {
	if utf8.RuneCountInString(s) <= n {
		return s
	}
	return string([]rune(s)[:n])
}
