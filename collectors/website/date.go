package website

import (
	"regexp"
	"strconv"
	"strings"
	"time"

	"golang.org/x/text/unicode/norm"
)

// vietnam is the zone of a date that names none. Viet Nam has one zone and no daylight saving.
var vietnam = time.FixedZone("Asia/Ho_Chi_Minh", 7*60*60)

var (
	isoDate  = regexp.MustCompile(`\b(\d{4})[-/.](\d{1,2})[-/.](\d{1,2})(?:[t ]+(\d{1,2}):(\d{2})(?::(\d{2})(?:[.,]\d+)?)?\s*(z|[+-]\d{2}:?\d{2})?)?`)
	numbers  = regexp.MustCompile(`(?:^|[^\d/.-])(\d{1,2})\s?[-/.]\s?(\d{1,2})\s?[-/.]\s?(\d{4}|\d{2})(?:[^\d]|$)`)
	spelled  = regexp.MustCompile(`(?:^|[^\d])(\d{1,2})\s*(?:tháng|thang|-\s*tháng)\s*(\p{L}+(?:\s+(?:một|hai))?|\d{1,2})\s*(?:,|/|-|năm|nam)?\s*(?:năm\s*)?(\d{4})`)
	monthDay = regexp.MustCompile(`(?:tháng|thang)\s*(\p{L}+(?:\s+(?:một|hai))?|\d{1,2})\s+(\d{1,2})\s*,\s*(\d{4})`)
	english  = regexp.MustCompile(`(?:(\d{1,2})(?:st|nd|rd|th)?\s+)?\b(jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*\.?,?\s+(?:(\d{1,2})(?:st|nd|rd|th)?,?\s+)?(\d{4})`)
	dayWord  = regexp.MustCompile(`hôm nay|hôm qua`)
	clock    = regexp.MustCompile(`(?:^|[^\d])(\d{1,2})\s*(?::|h|giờ|g)\s*(\d{2})?(?:\s*(?::|')\s*(\d{2}))?\s*(?:'|’|phút|p)?\s*(sáng|trưa|chiều|tối|sa|ch|am|pm)?(?:[^\p{L}\d]|$)`)
	offset   = regexp.MustCompile(`(?:gmt|utc)\s*([+-]\d{1,2})(?::?(\d{2}))?|(?:^|\s)([+-]\d{2}):?(\d{2})\b|\b(gmt|utc)\b`)
)

var monthWords = map[string]int{
	"một": 1, "giêng": 1, "hai": 2, "ba": 3, "tư": 4, "bốn": 4, "năm": 5, "sáu": 6, "bảy": 7, "bẩy": 7, "tám": 8,
	"chín": 9, "mười": 10, "mười một": 11, "mười hai": 12, "chạp": 12,
}

const englishMonths = "jan feb mar apr may jun jul aug sep oct nov dec"

// ParseDate finds the date that a text of a page states, in the forms of Vietnamese sites: "Thứ ba, 25/11/2026 -
// 08:15", "25/11/2026 | 8:15 SA", "Cập nhật lúc 08h15' ngày 25/11/2026", "Ngày 25 tháng 11 năm 2026", and in those of
// machines. A date without a time is midnight. now says what "hôm qua" means, and which of 5/11 and 11/5 lies in the
// future.
func ParseDate(text string, now time.Time) (time.Time, bool) {
	if len(text) > 400 {
		text = text[:400]
	}
	s := strings.ToLower(norm.NFC.String(strings.ToValidUTF8(text, " ")))
	s = strings.Join(strings.Fields(s), " ") // no-break spaces too
	date, from, to, ok := dateIn(s, now)
	if !ok {
		return time.Time{}, false
	}
	if m := isoDate.FindStringSubmatch(s[from:to]); m != nil && m[4] != "" {
		return stamped(date, m)
	}
	return clocked(date, s[:from], s[to:])
}

// day is a date that may be none.
type day struct{ y, m, d int }

func (d day) valid(now time.Time) bool {
	if d.y < 100 {
		d.y += 2000
	}
	t := time.Date(d.y, time.Month(d.m), d.d, 0, 0, 0, 0, vietnam)
	return d.y >= 1990 && d.y <= now.Year()+5 && t.Month() == time.Month(d.m) && t.Day() == d.d
}

func (d day) time() time.Time {
	if d.y < 100 {
		d.y += 2000
	}
	return time.Date(d.y, time.Month(d.m), d.d, 0, 0, 0, 0, vietnam)
}

// dateIn finds the first date of a text and where it stands.
func dateIn(s string, now time.Time) (date time.Time, from, to int, ok bool) {
	best := len(s) + 1
	take := func(at []int, d day) {
		if at[0] < best && d.valid(now) {
			best, date, from, to, ok = at[0], d.time(), at[0], at[1], true
		}
	}
	part := func(at []int, n int) string {
		if at[2*n] < 0 {
			return ""
		}
		return s[at[2*n]:at[2*n+1]]
	}
	if at := isoDate.FindStringSubmatchIndex(s); at != nil {
		take(at, day{atoi(part(at, 1)), atoi(part(at, 2)), atoi(part(at, 3))})
	}
	for pos := 0; ; {
		at := numbers.FindStringSubmatchIndex(s[pos:])
		if at == nil {
			break
		}
		for i := range at {
			at[i] += pos
		}
		d := day{atoi(part(at, 3)), atoi(part(at, 2)), atoi(part(at, 1))}
		american := day{d.y, d.d, d.m}
		if american.valid(now) && (!d.valid(now) || d.time().After(now.Add(48*time.Hour)) && !american.time().After(now)) {
			d = american
		}
		take([]int{at[2], at[7]}, d)
		pos = at[3] // not behind it all: the minutes of "08:15 - 25/11/2026" look like a day at first
	}
	if at := spelled.FindStringSubmatchIndex(s); at != nil {
		take([]int{at[2], at[7]}, day{atoi(part(at, 3)), month(part(at, 2)), atoi(part(at, 1))})
	}
	if at := monthDay.FindStringSubmatchIndex(s); at != nil {
		take(at, day{atoi(part(at, 3)), month(part(at, 1)), atoi(part(at, 2))})
	}
	if at := english.FindStringSubmatchIndex(s); at != nil {
		d := part(at, 1)
		if d == "" {
			d = part(at, 3)
		}
		take(at, day{atoi(part(at, 4)), 1 + strings.Index(englishMonths, part(at, 2))/4, atoi(d)})
	}
	if at := dayWord.FindStringIndex(s); at != nil && !ok {
		t := now.In(vietnam)
		if s[at[0]:at[1]] == "hôm qua" {
			t = t.AddDate(0, 0, -1)
		}
		take(at, day{t.Year(), int(t.Month()), t.Day()})
	}
	return date, from, to, ok
}

func month(s string) int {
	if n, ok := monthWords[s]; ok {
		return n
	}
	return atoi(s)
}

// stamped is a date of the machines' form with its time.
func stamped(date time.Time, m []string) (time.Time, bool) {
	h, min, sec := atoi(m[4]), atoi(m[5]), atoi(m[6])
	if h > 24 || min > 59 || sec > 60 {
		return date, true
	}
	t := date.Add(time.Duration(h)*time.Hour + time.Duration(min)*time.Minute + time.Duration(sec)*time.Second)
	switch z := m[7]; {
	case z == "z":
		t = moved(t, 0)
	case z != "":
		sign := 1
		if z[0] == '-' {
			sign = -1
		}
		z = strings.ReplaceAll(z[1:], ":", "")
		t = moved(t, sign*(atoi(z[:2])*60+atoi(z[2:])))
	}
	return t, true
}

// moved is a time of Viet Nam's clock read as one of a clock so many minutes ahead of Greenwich.
func moved(t time.Time, minutes int) time.Time {
	if minutes < -14*60 || minutes > 14*60 {
		return t
	}
	return t.Add(7*time.Hour - time.Duration(minutes)*time.Minute)
}

// clocked adds the time of day, which stands behind the date or before it.
func clocked(date time.Time, before, after string) (time.Time, bool) {
	for _, s := range []string{after, before} {
		for _, at := range clock.FindAllStringSubmatchIndex(s, -1) {
			m := make([]string, 5)
			for i := range m {
				if at[2*i] >= 0 {
					m[i] = s[at[2*i]:at[2*i+1]]
				}
			}
			if m[2] == "" && strings.Contains(m[0], ":") {
				continue
			}
			h, min, sec := atoi(m[1]), atoi(m[2]), atoi(m[3])
			switch m[4] {
			case "ch", "pm", "chiều", "tối", "trưa":
				if h < 12 && (m[4] != "trưa" || h < 3) {
					h += 12
				}
			case "sa", "am", "sáng":
				if h == 12 {
					h = 0
				}
			}
			if h > 23 || min > 59 || sec > 59 {
				continue
			}
			t := date.Add(time.Duration(h)*time.Hour + time.Duration(min)*time.Minute + time.Duration(sec)*time.Second)
			if z := offset.FindStringSubmatch(after); z != nil {
				t = zoned(t, z)
			}
			return t, true
		}
	}
	return date, true
}

func zoned(t time.Time, z []string) time.Time {
	hours, minutes := z[1], z[2]
	if z[3] != "" {
		hours, minutes = z[3], z[4]
	}
	if z[5] != "" {
		return moved(t, 0)
	}
	n := atoi(strings.TrimLeft(hours, "+-"))*60 + atoi(minutes)
	if strings.HasPrefix(hours, "-") {
		n = -n
	}
	return moved(t, n)
}

// atoi reads digits that a pattern has found; too many of them are no number of a date.
func atoi(s string) int {
	n, err := strconv.Atoi(s)
	if err != nil {
		return 0
	}
	return n
}
