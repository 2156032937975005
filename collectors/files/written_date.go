package files

import (
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"
)

var (
	clockIn  = regexp.MustCompile(`(\d{1,2})\s*[:hg]\s*(\d{2})(?::(\d{2}))?\s*(am|pm|a\.m\.|p\.m\.|sa|ch|sáng|trưa|chiều|tối|đêm)?(?:[\s.,]|$)`)
	zoneIn   = regexp.MustCompile(`\b(?:utc|gmt)(?:\s*([+\-−])\s*(\d{1,2})(?::?(\d{2}))?)?`)
	isoIn    = regexp.MustCompile(`((?:19|20)\d{2})-(\d{1,2})-(\d{1,2})`)
	dayIn    = regexp.MustCompile(`(\d{1,2})[/.\-](\d{1,2})[/.\-]((?:19|20)\d{2})`)
	yearIn   = regexp.MustCompile(`(?:^|\D)((?:19|20)\d{2})(?:\D|$)`)
	monthNo  = regexp.MustCompile(`(?:tháng|thg|th)\s*\.?\s*(\d{1,2})`)
	monthIn  = regexp.MustCompile(`\b(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\b`)
	numberIn = regexp.MustCompile(`\d+`)
)

// parseWritten reads a moment in words, as Facebook writes it in Vietnamese and English: "Tháng 10 01, 2025 10:21:24
// ch", "1 Tháng 10, 2025 lúc 22:21", "Oct 01, 2025 10:21:24 pm", "Tuesday, October 1, 2025 at 10:21 PM UTC+07".
// Where it names no zone it is meant where the one who downloaded it was.
func parseWritten(s string, zone *time.Location) (time.Time, bool) {
	s = strings.TrimSpace(s)
	if t, ok := parseDate(s, zone); ok {
		return t, true
	}
	s = strings.ToLower(strings.NewReplacer("\u00a0", " ", "\u202f", " ", "\u200e", "").Replace(norm.NFC.String(s)))
	hour, minute, second := 0, 0, 0
	if m := zoneIn.FindStringSubmatch(s); m != nil {
		hours, _ := strconv.Atoi(m[2])
		minutes, _ := strconv.Atoi(m[3])
		offset := hours*3600 + minutes*60
		if m[1] != "+" {
			offset = -offset
		}
		if hours > 14 || minutes > 59 {
			return time.Time{}, false
		}
		zone = time.FixedZone("", offset)
		s = zoneIn.ReplaceAllString(s, " ")
	}
	if m := clockIn.FindStringSubmatchIndex(s); m != nil {
		part := clockIn.FindStringSubmatch(s)
		hour, _ = strconv.Atoi(part[1])
		minute, _ = strconv.Atoi(part[2])
		second, _ = strconv.Atoi(part[3])
		switch half := strings.ReplaceAll(part[4], ".", ""); half {
		case "am", "sa", "sáng":
			if hour == 12 {
				hour = 0
			}
		case "pm", "ch", "chiều", "tối", "trưa":
			if hour < 12 && !(half == "trưa" && hour > 9) {
				hour += 12
			}
		case "đêm":
			if hour >= 9 && hour < 12 {
				hour += 12
			} else if hour == 12 {
				hour = 0
			}
		}
		s = s[:m[0]] + " " + s[m[1]:]
	}
	year, month, day := dayOf(s)
	t := time.Date(year, time.Month(month), day, hour, minute, second, 0, zone)
	if year < 2000 || year > 2199 || month < 1 || month > 12 || t.Day() != day || hour > 23 || minute > 59 || second > 59 {
		return time.Time{}, false
	}
	return t.UTC(), true
}

// dayOf finds a day in words that hold no hour any more; zeroes for what is not there.
func dayOf(s string) (year, month, day int) {
	if m := isoIn.FindStringSubmatch(s); m != nil {
		return number3(m[1], m[2], m[3])
	}
	if m := dayIn.FindStringSubmatch(s); m != nil {
		day, month, year = number3(m[1], m[2], m[3])
		return year, month, day
	}
	y := yearIn.FindStringSubmatchIndex(s)
	if y == nil {
		return 0, 0, 0
	}
	year, _ = strconv.Atoi(s[y[2]:y[3]])
	s = s[:y[2]] + " " + s[y[3]:]
	if m := monthNo.FindStringSubmatchIndex(s); m != nil {
		month, _ = strconv.Atoi(s[m[2]:m[3]])
		s = s[:m[0]] + " " + s[m[1]:]
	} else if m := monthIn.FindStringSubmatch(s); m != nil {
		month = slices.Index(englishMonths, m[1]) + 1
	}
	days := numberIn.FindAllString(s, -1)
	if len(days) != 1 || len(days[0]) > 2 {
		return 0, 0, 0
	}
	day, _ = strconv.Atoi(days[0])
	return year, month, day
}

func number3(a, b, c string) (x, y, z int) {
	x, _ = strconv.Atoi(a)
	y, _ = strconv.Atoi(b)
	z, _ = strconv.Atoi(c)
	return x, y, z
}
