// Package figure reads figures as people write them: 1.234, "1,2K", "12 nghìn", "236 thành viên".
//
// In: what stands in a cell or was typed into a field. Out: a number, or that there is none, which is not zero, or what
// is wrong with it. A comma or a point is a thousands' mark before three digits, as it is read in Viet Nam.
package figure

import (
	"regexp"
	"strconv"
	"strings"
	"unicode"

	"golang.org/x/text/unicode/norm"
)

// Fault is what is wrong with a figure.
type Fault string

const (
	Estimate Fault = "estimate" // only guessed: nobody could tell it from a figure later
	NoNumber Fault = "number"   // not to be understood
)

// Read reads a figure: a number as people write it, or nothing, which is not zero. What is only
// guessed ("khoảng 500", "500+", "400-500") is no figure: nobody could tell it from one later.
func Read(s string) (n int64, is bool, fault Fault) {
	s = strings.ToLower(strings.TrimFunc(norm.NFKC.String(s), unicode.IsSpace))
	if absent[s] || strings.Trim(s, "-–—−_.…*/") == "" {
		return 0, false, ""
	}
	n, ok := Count(s)
	if !ok {
		n, ok = Count(withoutWhat(s))
	}
	switch {
	case ok:
		return n, true, ""
	case guess.MatchString(s):
		return 0, false, Estimate
	}
	return 0, false, NoNumber
}

// absent are words for a figure that is not there. "Không" is none of them: it may mean nought.
var absent = map[string]bool{
	"": true, "null": true, "nan": true, "n/a": true, "na": true, "#n/a": true, "#value!": true, "#ref!": true, "#div/0!": true, "x": true,
	"không có": true, "không có số liệu": true, "không có số": true, "chưa có": true, "chưa có số liệu": true, "chưa rõ": true, "không rõ": true, "ko có": true, "none": true,
}

// guess is how an estimate looks.
var guess = regexp.MustCompile(`^(?:khoảng|chừng|tầm|ước|xấp xỉ|hơn|trên|gần|dưới|ít nhất|tối thiểu|about|approx|over|~|≈|>|<|≥|≤|±)|\d\s*(?:\+|-|–|—|đến|tới|to)\s*(?:\d|$)`)

// counted are the words for what is counted, as they stand behind a figure.
var counted = []string{
	"lượt xem", "lượt tiếp cận", "lượt tương tác", "tương tác", "lượt theo dõi", "người theo dõi", "lượt", "thành viên", "hội viên", "tv", "hv",
	"người", "bài viết", "bài đăng", "bài", "tin nhắn", "tin", "chị em", "câu chuyện", "members", "posts",
}

// withoutWhat is a figure without the words for what it counts: "236 thành viên".
func withoutWhat(s string) string {
	for _, word := range counted {
		if rest, ok := strings.CutSuffix(s, word); ok && rest != "" {
			return strings.TrimSpace(rest)
		}
	}
	return s
}

// factors are the words and letters that multiply.
var factors = map[string]float64{
	"k": 1e3, "n": 1e3, "ng": 1e3, "nghìn": 1e3, "ngàn": 1e3, "nghin": 1e3, "ngan": 1e3, "vạn": 1e4, "van": 1e4,
	"m": 1e6, "tr": 1e6, "triệu": 1e6, "trieu": 1e6, "tỷ": 1e9, "tỉ": 1e9,
}

// Count reads a figure as people and platforms write it: 1234, "1.234", "1,234", "1 234", "1,2K",
// "3 nghìn", "1,5 triệu", "1tr2". A comma or a point is a thousands' mark before three digits, as it is read in Viet
// Nam: "1.234" is over a thousand, and "1.23" no whole number. It is a decimal mark only before a word or letter that
// multiplies, or before nothing but noughts, as programs write a whole number that they keep as a fraction.
func Count(s string) (n int64, ok bool) {
	s = strings.ToLower(strings.Map(func(r rune) rune {
		if unicode.IsSpace(r) {
			return -1
		}
		return r
	}, norm.NFC.String(s)))
	end := strings.IndexFunc(s, unicode.IsLetter)
	if end < 0 {
		return plainNumber(s)
	}
	digits, word := s[:end], s[end:]
	tail := strings.TrimLeftFunc(word, unicode.IsLetter) // 1tr2 is one million and two tenths
	factor, known := factors[strings.TrimSuffix(word, tail)]
	if !known || digits == "" {
		return 0, false
	}
	if tail != "" {
		whole, ok := plainNumber(digits)
		if !ok || len(tail) != 1 || tail[0] < '0' || tail[0] > '9' {
			return 0, false
		}
		return bounded((float64(whole) + float64(tail[0]-'0')/10) * factor)
	}
	if n, ok := Whole(digits); ok {
		return bounded(float64(n) * factor)
	}
	f, err := strconv.ParseFloat(strings.Replace(digits, ",", ".", 1), 64)
	if err != nil {
		return 0, false
	}
	return bounded(f * factor)
}

// plainNumber reads digits without a word behind them.
func plainNumber(s string) (int64, bool) {
	if n, ok := Whole(s); ok {
		return n, true
	}
	m := noughts.FindString(s)
	if m == "" {
		return 0, false
	}
	return Whole(strings.TrimSuffix(s, m))
}

// noughts are decimals that say nothing: ".0", ",00".
var noughts = regexp.MustCompile(`[.,]0{1,2}$`)

// most is more than anybody counts.
const most = 1e15

func bounded(f float64) (int64, bool) {
	if f < 0 || f > most {
		return 0, false
	}
	return int64(f + 0.5), true
}

// Whole reads digits, with one kind of mark between groups of three if any.
func Whole(s string) (int64, bool) {
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
	return int64(n), err == nil && n <= most
}
