package collectors

import (
	"strings"

	"golang.org/x/text/unicode/norm"
)

// national is the number as it is dialled in Viet Nam, "" if the digits are no telephone number. Together
// any ten digits from a leading 0 are one; in groups only those of a network that exists.
func national(digits string, plus, grouped bool) string {
	d := digits
	switch {
	case strings.HasPrefix(d, "0084"):
		d, plus = d[4:], true
	case strings.HasPrefix(d, "84") && (plus || len(d) == 11):
		d, plus = d[2:], true
	case plus && !strings.HasPrefix(d, "0"):
		return "" // of another country
	}
	if plus && !strings.HasPrefix(d, "0") {
		d = "0" + d
	}
	if len(d) < 10 || d[0] != '0' {
		return ""
	}
	switch mobile := strings.IndexByte("35789", d[1]) >= 0; {
	case len(d) == 10 && (mobile || !grouped && d[1] != '0'):
		return d
	case len(d) == 11 && (d[1] == '2' || d[1] == '1' && strings.IndexByte("2689", d[2]) >= 0):
		return d
	}
	return ""
}

// luhn is the check that the digits of payment cards pass.
func luhn(digits string) bool {
	sum := 0
	for i := range len(digits) {
		d := int(digits[len(digits)-1-i] - '0')
		if i%2 == 1 {
			if d *= 2; d > 9 {
				d -= 9
			}
		}
		sum += d
	}
	return sum%10 == 0
}

// digitOf is the value of a digit: plain, full-width, Arabic, or of a mathematical font; -1 for all else.
func digitOf(r rune) int8 {
	switch {
	case r >= '0' && r <= '9':
		return int8(r - '0')
	case r >= '０' && r <= '９':
		return int8(r - '０')
	case r >= 0x0660 && r <= 0x0669: // Arabic
		return int8(r - 0x0660)
	case r >= 0x1D7CE && r <= 0x1D7FF:
		return int8((r - 0x1D7CE) % 10)
	}
	return -1
}

// plainRune takes the letters used as fonts and the full-width forms back to plain ones.
func plainRune(r rune) rune {
	if r < 0x2100 || r == dot {
		return r
	}
	if folded := []rune(norm.NFKC.String(string(r))); len(folded) == 1 {
		return folded[0]
	}
	return r
}

// invisible are the characters that part digits without being seen: zero-width ones, and those that make a
// digit into a keycap.
func invisible(r rune) bool {
	switch r {
	case 0x200B, 0x200C, 0x200D, 0x2060, 0xFEFF, 0x00AD, 0xFE0F, 0x20E3:
		return true
	}
	return false
}
