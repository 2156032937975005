package collectors

import (
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"
)

// Mask takes personal data out of the words of a closed group, before anything is stored: telephone numbers
// become "09•• ••• •12"; identity numbers of 12 and 9 digits, bank accounts, cards, e-mail addresses and
// number plates become dots, and make the text sensitive: it must not be published without a look.
//
// It errs on the side of masking: digits may be full-width or of a mathematical font, with spaces, dots,
// dashes or invisible characters between them, and wrapped over a line. Amounts of money and dates stay.
// Masking twice changes nothing.
func Mask(s string) (masked string, sensitive bool) {
	// What one pass takes away may bring what stood beside it into a new light: a residue "•69" before more digits
	// is two groups to one pass and one number to the next. So it goes on until nothing changes; each pass that
	// changes something leaves fewer letters and digits, so it ends.
	for {
		next, found := maskOnce(s)
		sensitive = sensitive || found
		if next == s {
			return s, sensitive
		}
		s = next
	}
}

func maskOnce(s string) (masked string, sensitive bool) {
	if !strings.ContainsFunc(s, func(r rune) bool { return digitOf(r) >= 0 || r == '@' || r == '＠' }) {
		return s, false
	}
	m := newMasker(s)
	m.emails()
	m.keyed()
	m.cards()
	m.phones()
	m.identities()
	m.plates()
	return m.text(), m.sensitive
}

const dot = '•'

// masker is a text under work: its characters, and the groups of digits in it.
type masker struct {
	source string
	glyphs []glyph
	plain  string // the same characters one by one, fonts and full width taken back to plain letters
	at     []int  // for each byte of plain, the glyph it belongs to
	groups []group

	instead   map[int]string // glyph → what stands there instead of it
	sensitive bool
}

type glyph struct {
	from, to int // bytes of source
	plain    rune
	digit    int8 // 0–9, or -1
	url      bool // inside a web address
	taken    bool
}

// group is digits that stand together, glyphs from (inclusive) to (exclusive); invisible characters between
// them do not part them.
type group struct {
	from, to int
	digits   string
}

func newMasker(s string) *masker {
	m := &masker{source: s, instead: map[int]string{}}
	var plain strings.Builder
	for i := 0; i < len(s); {
		r, size := utf8.DecodeRuneInString(s[i:])
		g := glyph{from: i, to: i + size, plain: plainRune(r), digit: digitOf(r)}
		i += size
		m.glyphs = append(m.glyphs, g)
		for range len(string(g.plain)) {
			m.at = append(m.at, len(m.glyphs)-1)
		}
		plain.WriteRune(g.plain)
	}
	m.plain = plain.String()
	for _, span := range addresses.FindAllStringIndex(m.plain, -1) {
		for i := m.at[span[0]]; i <= m.at[span[1]-1]; i++ {
			m.glyphs[i].url = true
		}
	}
	m.findGroups()
	return m
}

func (m *masker) findGroups() {
	for i := 0; i < len(m.glyphs); {
		if m.glyphs[i].digit < 0 {
			i++
			continue
		}
		g := group{from: i}
		for ; i < len(m.glyphs) && (m.glyphs[i].digit >= 0 || invisible(m.glyphs[i].plain)); i++ {
			if d := m.glyphs[i].digit; d >= 0 {
				g.digits += string(rune('0' + d))
				g.to = i + 1
			}
		}
		if !m.residue(g) {
			m.groups = append(m.groups, g)
		}
	}
}

// residue says whether the digits are what an earlier masking left of a telephone number.
func (m *masker) residue(g group) bool {
	if len(g.digits) != 2 {
		return false
	}
	is := func(i int, r rune) bool { return i >= 0 && i < len(m.glyphs) && m.glyphs[i].plain == r }
	before := is(g.from-1, dot) && (is(g.from-2, dot) || is(g.from-2, ' ') && is(g.from-3, dot))
	after := is(g.to, dot) && is(g.to+1, dot)
	return before || after
}

// cover puts something in the place of glyphs from (inclusive) to (exclusive), unless part of them is
// covered already.
func (m *masker) cover(from, to int, instead string, sensitive bool) {
	for i := from; i < to; i++ {
		if m.glyphs[i].taken {
			return
		}
	}
	for i := from; i < to; i++ {
		m.glyphs[i].taken = true
		m.instead[i] = ""
	}
	m.instead[from] = instead
	m.sensitive = m.sensitive || sensitive
}

func (m *masker) text() string {
	if len(m.instead) == 0 {
		return m.source
	}
	var out strings.Builder
	out.Grow(len(m.source))
	for i, g := range m.glyphs {
		if other, ok := m.instead[i]; ok {
			out.WriteString(other)
		} else {
			out.WriteString(m.source[g.from:g.to])
		}
	}
	return out.String()
}

var (
	addresses = regexp.MustCompile(`(?i)(?:https?://|www\.)[^\s,;]+`)
	email     = regexp.MustCompile(`[\p{L}\p{M}\p{N}._%+\-]+@[\p{L}\p{N}\-]+(?:\.[\p{L}\p{N}\-]+)*\.\p{L}{2,}`)
	// What comes before the number of an account or of a person. Without diacritics too, as people type.
	keys = regexp.MustCompile(`(?i)stk|s[ốo] ?tk|t[àa]i kho[ảa]n|\btk\b|cccd|c[ăa]n c[ưu][ớo]c|cmnd|cmt|ch[ứu]ng minh|[đd][ịi]nh danh|h[ộo] chi[ếe]u`)
	// 20A-123.45, 20B1 12345, 29-H1 234.56, 20AA-1234; in small letters only where dash and dot leave no doubt.
	plate = regexp.MustCompile(`[1-9]\d[ .\-]?(?:MĐ|[A-Z]{1,2}\d?)(?:[ .\-]{1,3}(?:\d{3}[. ]?\d{2}|\d{4})|\d{5})|[1-9]\d-?[a-z]{1,2}\d?-\d{3}\.\d{2}`)
	money = regexp.MustCompile(`(?i)^[\s\p{Zs}]{0,2}(?:đ(?:ồng)?|₫|vn[dđ]|usd|\$|tri[ệe]u|t[ỷỉy]|ngh[ìi]n|k|kg|l[ưu][ợo]t|ng[ưu][ờo]i|m2|m²)(?:\P{L}|$)`)
)

func (m *masker) emails() {
	for _, span := range email.FindAllStringIndex(m.plain, -1) {
		m.cover(m.at[span[0]], m.at[span[1]-1]+1, "•••@•••", true)
	}
}

// keyed covers what is named as the number of an account or a person: 6 to 19 digits within 40 characters
// of the word, on the same line or the next.
func (m *masker) keyed() {
	for _, span := range keys.FindAllStringIndex(m.plain, -1) {
		start := m.at[span[1]-1] + 1
		i := 0
		for i < len(m.groups) && m.groups[i].from < start {
			i++
		}
		if i == len(m.groups) || m.groups[i].from-start > 40 {
			continue
		}
		between := m.runes(start, m.groups[i].from)
		if strings.Contains(between, "••") || strings.Count(between, "\n") > 1 {
			continue
		}
		last, digits := i, len(m.groups[i].digits)
		for last+1 < len(m.groups) && m.near(last, 1, false) && digits+len(m.groups[last+1].digits) <= 19 {
			last++
			digits += len(m.groups[last].digits)
		}
		if digits >= 6 && digits <= 19 && !m.isMoney(last) {
			m.dots(i, last)
		}
	}
}

// cards covers 16 or 19 digits in groups of four, or together when they are a card by their check digit or
// by the number of the national system.
func (m *masker) cards() {
	for i := range m.groups {
		all, last := m.groups[i].digits, i
		if len(all) == 4 {
			for last+1 < len(m.groups) && len(all) < 16 && len(m.groups[last+1].digits) == 4 && m.near(last, 1, false) {
				last++
				all += m.groups[last].digits
			}
			if len(all) == 16 && last+1 < len(m.groups) && len(m.groups[last+1].digits) == 3 && m.near(last, 1, false) {
				last++
			}
			if len(all) == 16 {
				m.dots(i, last)
			}
			continue
		}
		if (len(all) == 16 || len(all) == 19) && !m.glyphs[m.groups[i].from].url && (luhn(all) || strings.HasPrefix(all, "9704")) {
			m.dots(i, i)
		}
	}
}

func (m *masker) phones() {
	for i := 0; i < len(m.groups); i++ {
		if m.isDate(i) {
			i += 2
			continue
		}
		from := m.groups[i].from
		plus := from > 0 && m.glyphs[from-1].plain == '+'
		if m.glyphs[from].url && !(plus || from > 0 && strings.ContainsRune("/=:", m.glyphs[from-1].plain)) {
			continue
		}
		all, lines := "", 0
		for last := i; last < len(m.groups); last++ {
			if last > i {
				if !m.near(last-1, 3, true) && !(m.opensPhone(i) && m.nearAtAll(last-1)) || m.glyphs[from].url {
					break
				}
				if lines += strings.Count(m.runes(m.groups[last-1].to, m.groups[last].from), "\n"); lines > 1 {
					break
				}
			}
			if all += m.groups[last].digits; len(all) > 14 {
				break
			}
			number := national(all, plus, last > i)
			if number == "" || !plus && all[0] != '0' && (m.isMoney(last) || m.thousands(i, last)) {
				continue
			}
			if plus {
				from--
			}
			m.cover(from, m.groups[last].to, number[:2]+"•• ••• •"+number[len(number)-2:], false)
			i = last
			break
		}
	}
}

// identities covers numbers of persons that stand without a word before them: 12 digits, together or in up
// to four groups from a leading 0, and 9 digits together that are no amount.
func (m *masker) identities() {
	for i := range m.groups {
		if m.glyphs[m.groups[i].from].url {
			continue
		}
		all := m.groups[i].digits
		if len(all) == 12 || len(all) == 9 && !m.isMoney(i) {
			m.dots(i, i)
			continue
		}
		if all[0] != '0' || len(all) < 3 {
			continue
		}
		for last := i + 1; last < len(m.groups) && last < i+4 && len(all) < 12 && m.near(last-1, 1, false); last++ {
			if all += m.groups[last].digits; len(all) == 12 {
				m.dots(i, last)
			}
		}
	}
}

func (m *masker) plates() {
	for _, span := range plate.FindAllStringIndex(m.plain, -1) {
		from, to := m.at[span[0]], m.at[span[1]-1]+1
		if m.glyphs[from].url || m.word(from-1) || m.word(to) {
			continue
		}
		// "lớp 12A 2026" is a class and a year.
		end := m.plain[span[1]-4 : span[1]]
		if (strings.HasPrefix(end, "19") || strings.HasPrefix(end, "20")) && !m.word(to-5) {
			continue
		}
		m.cover(from, to, "••-•••••", true)
	}
}

// dots covers the groups first to last with as many dots as they have digits.
func (m *masker) dots(first, last int) {
	n := 0
	for _, g := range m.groups[first : last+1] {
		n += len(g.digits)
	}
	m.cover(m.groups[first].from, m.groups[last].to, strings.Repeat(string(dot), n), true)
}

// near says whether group i and the next belong to one number: at most n characters between them, all of
// the kind people part digits with.
func (m *masker) near(i, n int, lines bool) bool {
	if i+1 >= len(m.groups) {
		return false
	}
	count := 0
	for _, g := range m.glyphs[m.groups[i].to:m.groups[i+1].from] {
		switch {
		case invisible(g.plain):
			continue
		case g.plain == '\n' || g.plain == '\r':
			if !lines {
				return false
			}
		case !strings.ContainsRune(" \t.-‐‑‒–—−_()", g.plain) && !unicode.Is(unicode.Zs, g.plain):
			return false
		}
		if g.plain != '\r' {
			count++
		}
	}
	return count <= n
}

// opensPhone says whether group i is how a number of a person begins: a zero and two digits more at least, which
// is no hour, day or month.
func (m *masker) opensPhone(i int) bool {
	return len(m.groups[i].digits) >= 3 && m.groups[i].digits[0] == '0'
}

// nearAtAll says whether between group i and the next stand one to six characters without a letter among them,
// on the same line: 0912/345/678, 0912 -- 345 -- 678.
func (m *masker) nearAtAll(i int) bool {
	if i+1 >= len(m.groups) {
		return false
	}
	between := m.glyphs[m.groups[i].to:m.groups[i+1].from]
	for _, g := range between {
		if unicode.IsLetter(g.plain) || g.plain == '\n' {
			return false
		}
	}
	return len(between) <= 6
}

// isDate says whether three groups from i are a day, a month and a year: 07.03.2026.
func (m *masker) isDate(i int) bool {
	if i+2 >= len(m.groups) {
		return false
	}
	d, mo, y := m.groups[i], m.groups[i+1], m.groups[i+2]
	if len(d.digits) > 2 || len(mo.digits) > 2 || len(y.digits) != 4 || d.digits > "31" || mo.digits > "12" && len(mo.digits) == 2 {
		return false
	}
	sep := m.runes(d.to, mo.from)
	return (sep == "." || sep == "-") && sep == m.runes(mo.to, y.from) && (y.digits[:2] == "19" || y.digits[:2] == "20")
}

// thousands says whether the groups are an amount written in thousands: 84.350.000.000.
func (m *masker) thousands(first, last int) bool {
	for i := first; i < last; i++ {
		if m.runes(m.groups[i].to, m.groups[i+1].from) != "." || len(m.groups[i+1].digits) != 3 {
			return false
		}
	}
	return last > first
}

func (m *masker) isMoney(i int) bool {
	to := m.groups[i].to
	return money.MatchString(m.runes(to, min(to+12, len(m.glyphs))))
}

// runes are the plain characters of glyphs from (inclusive) to (exclusive).
func (m *masker) runes(from, to int) string {
	var s strings.Builder
	for _, g := range m.glyphs[from:to] {
		s.WriteRune(g.plain)
	}
	return s.String()
}

func (m *masker) word(i int) bool {
	return i >= 0 && i < len(m.glyphs) && (unicode.IsLetter(m.glyphs[i].plain) || unicode.IsDigit(m.glyphs[i].plain))
}
