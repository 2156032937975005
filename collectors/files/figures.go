package files

import (
	"strconv"
	"strings"
	"time"
	"unicode"
)

// parseCount reads a figure as people and platforms write it: 1234, "1.234", "1,234", "1 234", "1,2K",
// "3 nghìn", "1,5 triệu". A comma or a point is a thousands' mark before three digits, and a decimal mark
// only before a word or letter that multiplies.
func parseCount(s string) (n int64, ok bool) {
	s = strings.ToLower(strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return r
	}, s))
	digits := strings.TrimRight(s, "abcdefghijklmnopqrstuvwxyzìệ")
	times := map[string]float64{"": 1, "k": 1e3, "n": 1e3, "nghìn": 1e3, "ngàn": 1e3, "m": 1e6, "tr": 1e6, "triệu": 1e6}
	factor, known := times[s[len(digits):]]
	switch {
	case !known || digits == "":
		return 0, false
	case factor == 1:
		if whole := strings.TrimSuffix(digits, ".0"); len(whole) < len(digits) && strings.Trim(whole, "0123456789") == "" {
			digits = whole // as programs write a whole number that they keep as a fraction
		}
		return wholeNumber(digits)
	}
	if n, ok := wholeNumber(digits); ok {
		return bounded(float64(n) * factor)
	}
	f, err := strconv.ParseFloat(strings.Replace(digits, ",", ".", 1), 64)
	if err != nil {
		return 0, false
	}
	return bounded(f * factor)
}

func bounded(f float64) (int64, bool) {
	if f < 0 || f > 1e15 {
		return 0, false
	}
	return int64(f + 0.5), true
}

// wholeNumber reads digits, with one kind of mark between groups of three if any.
func wholeNumber(s string) (int64, bool) {
	for _, mark := range []string{".", ","} {
		if groups := strings.Split(s, mark); len(groups) > 1 {
			for i, g := range groups {
				if i > 0 && len(g) != 3 || i == 0 && (g == "" || len(g) > 3) {
					return 0, false
				}
			}
			s = strings.Join(groups, "")
			break
		}
	}
	n, err := strconv.ParseUint(s, 10, 63)
	return int64(n), err == nil
}

// dateForms are the spellings of a moment. Those without a zone are meant where the Union is.
var dateForms = []string{
	time.RFC3339,
	"2006-01-02T15:04:05-0700", // Facebook
	"2006-01-02T15:04Z07:00",
	"2006-01-02 15:04:05Z07:00",
	"2006-01-02T15:04:05",
	"2006-01-02T15:04",
	"2006-01-02 15:04:05",
	"2006-01-02 15:04",
	"2006-01-02",
	"2/1/2006 15:04:05",
	"2/1/2006 15:04",
	"2/1/2006",
}

func parseDate(s string, zone *time.Location) (time.Time, bool) {
	for _, form := range dateForms {
		if t, err := time.ParseInLocation(form, s, zone); err == nil && t.Year() > 1900 && t.Year() < 2200 {
			return t.UTC(), true
		}
	}
	return time.Time{}, false
}

// vietnam is where a date without a zone is meant. The zone's data is compiled in by the root package.
func vietnam() *time.Location {
	zone, err := time.LoadLocation("Asia/Ho_Chi_Minh")
	if err != nil {
		return time.FixedZone("+07", 7*60*60)
	}
	return zone
}
