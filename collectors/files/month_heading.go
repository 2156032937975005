package files

import (
	"fmt"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/internal/sheet"
)

// monthHeading is what the heading of a monthly sheet, and the title above it, say. A column that is not there is −1.
type monthHeading struct {
	first                                                int // row of the heading among those that were looked at
	unitCode, unitName, channel, kindAt, monthAt, yearAt int
	figures                                              []monthColumn
	unused                                               []string
	month                                                string             // said by the title, or by the heading for all columns
	kind                                                 lantoa.ChannelKind // the only one that title and heading speak of
	metric                                               string             // said by the title, for columns that are only months
}

// monthColumn is a column of figures.
type monthColumn struct {
	at      int
	metric  string
	kind    lantoa.ChannelKind // "" where the heading does not say
	month   string             // 2026-11, where the heading says one
	heading string             // as it was written
}

// used tells the columns that were understood.
func (h *monthHeading) used() (all []string) {
	for _, c := range h.figures {
		all = append(all, fmt.Sprintf("%s → %s", c.heading, strings.TrimSpace(c.metric+" "+string(c.kind))))
	}
	return all
}

// findHeading finds the heading among the first rows of a sheet, and the row below it: the first one, of one to three
// rows, that names a unit and a figure.
func findHeading(rows []sheet.Row) (best *monthHeading, below int) {
	for first := range rows {
		for deep := 1; deep <= 3 && first+deep <= len(rows); deep++ {
			if deep > 1 && hasFigures(rows[first+deep-1]) {
				break // figures stand below a heading, not in it
			}
			h := readHeading(joinRows(rows[first : first+deep]))
			h.first = first
			if h.unitCode < 0 && h.unitName < 0 && h.channel < 0 || len(h.figures) == 0 {
				continue
			}
			if best == nil || len(h.figures) > len(best.figures) {
				best, below = h, first+deep
			}
		}
		if best != nil {
			return best, below
		}
	}
	return nil, 0
}

// hasFigures says whether a row is one of figures. One that only numbers the columns is not.
func hasFigures(row sheet.Row) bool {
	if isNumbering(row) {
		return true // it stands right below the heading, and ends it
	}
	for i := range row.Cells {
		cell := row.At(i)
		if n, fault := parseFigure(cell); n.Known || fault == Estimate {
			return true
		}
	}
	return false
}

// joinRows makes one heading of up to three rows. Of a merged cell only the first has the words: those of an upper
// row hold for the empty cells to its right as well, as long as something stands below it. A cell that is merged
// downwards has nothing below it, and its words are its own.
func joinRows(rows []sheet.Row) []string {
	width := 0
	for _, row := range rows {
		width = max(width, len(row.Cells))
	}
	joined := make([][]string, width)
	for deep, row := range rows {
		above := ""
		for i := range width {
			cell := row.At(i)
			switch last := deep == len(rows)-1; {
			case cell != "":
				above = cell
				if !last && empty(rows[deep+1:], i) {
					above = ""
				}
			case !last && !empty(rows[deep+1:], i):
				cell = above
			}
			if cell != "" && !slices.Contains(joined[i], cell) {
				joined[i] = append(joined[i], cell)
			}
		}
	}
	heading := make([]string, width)
	for i, words := range joined {
		heading[i] = strings.Join(strings.Fields(strings.Join(words, " ")), " ")
	}
	return heading
}

func empty(rows []sheet.Row, column int) bool {
	for _, row := range rows {
		if row.At(column) != "" {
			return false
		}
	}
	return true
}

// names of columns that are no figures, as keys.
var (
	unitCodes = []string{"ma don vi", "ma", "ma dv", "ma xa", "code", "unit code", "ma dvhc", "ma so"}
	unitNames = []string{
		"don vi", "ten don vi", "unit", "unit name", "name", "ten", "xa phuong", "phuong xa", "ten xa", "ten xa phuong", "xa phuong thi tran", "dia phuong", "xa",
		"co so hoi", "ten co so hoi", "hoi lhpn", "hoi lhpn xa phuong", "hoi phu nu", "don vi bao cao", "ten co so", "co so", "hoi lhpn co so", "ten hoi", "noi gui", "dv",
	}
	channelNames = []string{
		"kenh", "ten kenh", "ma kenh", "channel", "channel name", "ten nhom", "nhom", "ten trang", "trang", "ten nhom zalo", "nhom zalo", "ten trang facebook",
		"trang facebook", "dia chi", "dia chi kenh", "duong dan", "link", "link nhom", "link trang", "url", "id",
	}
	kindNames  = []string{"loai kenh", "nen tang", "platform", "kind", "loai", "mang xa hoi", "mxh"}
	monthNames = []string{"thang", "ky", "ky bao cao", "thang bao cao", "month", "period", "thang nam", "ngay bao cao", "ky so lieu"}
	yearNames  = []string{"nam", "year"}
	running    = []string{"stt", "tt", "so tt", "so thu tu", "no", "ghi chu", "note", "notes", "nguoi bao cao", "nguoi phu trach", "phu trach", "dt", "sdt", "dien thoai", "huyen", "tinh", "khoi"}
)

// readHeading tells what each column is.
func readHeading(heading []string) *monthHeading {
	h := &monthHeading{unitCode: -1, unitName: -1, channel: -1, kindAt: -1, monthAt: -1, yearAt: -1}
	take := func(into *int, i int, names []string, key string) bool {
		if *into >= 0 || !slices.Contains(names, key) {
			return false
		}
		*into = i
		return true
	}
	kinds := map[lantoa.ChannelKind]bool{}
	for i, text := range heading {
		key := sheet.Key(text)
		switch {
		case key == "" || slices.Contains(running, key):
		case take(&h.unitCode, i, unitCodes, key), take(&h.unitName, i, unitNames, key), take(&h.kindAt, i, kindNames, key),
			take(&h.monthAt, i, monthNames, key), take(&h.yearAt, i, yearNames, key), take(&h.channel, i, channelNames, key):
		default:
			c := monthColumn{at: i, heading: text, metric: metricOf(text), kind: kindIn(key), month: findMonth(text)}
			if c.metric == "" && c.month == "" || slices.ContainsFunc(h.figures, func(o monthColumn) bool {
				return o.metric == c.metric && o.kind == c.kind && o.month == c.month
			}) {
				h.unused = append(h.unused, text)
				continue
			}
			if c.kind == "" {
				c.kind = kindOf[c.metric]
			}
			if c.kind != "" {
				kinds[c.kind] = true
			}
			h.figures = append(h.figures, c)
		}
	}
	if len(kinds) == 1 {
		for kind := range kinds {
			h.kind = kind
		}
	}
	return h
}

// title reads what stands above the heading.
func (h *monthHeading) title(rows []sheet.Row) {
	kinds := map[lantoa.ChannelKind]bool{}
	for _, row := range rows {
		for i := range row.Cells {
			text := row.At(i)
			if m := findMonth(text); m != "" && h.month == "" {
				h.month = m
			}
			if k := kindIn(sheet.Key(text)); k != "" {
				kinds[k] = true
			}
			if m := metricOf(text); m != "" && h.metric == "" {
				h.metric = m
			}
		}
	}
	if h.kind == "" && len(kinds) == 1 {
		for kind := range kinds {
			h.kind = kind
		}
	}
	// A column that is only a month holds what the title says.
	h.figures = slices.DeleteFunc(h.figures, func(c monthColumn) bool {
		if c.metric == "" && h.metric == "" {
			h.unused = append(h.unused, c.heading)
			return true
		}
		return false
	})
	for i, c := range h.figures {
		if c.metric == "" {
			h.figures[i].metric = h.metric
			h.figures[i].kind = kindOf[h.metric]
		}
	}
}

// kindOf says on which kind of channel some figures alone exist.
var kindOf = map[string]lantoa.ChannelKind{"members": lantoa.ZaloGroup, "messages": lantoa.ZaloGroup, "reach": lantoa.FacebookPage}

// kindIn finds the one kind of channel that a heading speaks of; "" if it is none or several.
func kindIn(key string) lantoa.ChannelKind {
	words := " " + key + " "
	has := func(names ...string) bool {
		return slices.ContainsFunc(names, func(n string) bool { return strings.Contains(words, " "+n+" ") })
	}
	site := has("trang web", "trang thong tin", "trang tin", "website", "cong thong tin")
	facebook := has("facebook", "fb", "fanpage") || !site && has("trang", "page")
	account := has("oa", "official account")
	group := has("nhom") || !account && has("zalo")
	kind := lantoa.ChannelKind("")
	for k, said := range map[lantoa.ChannelKind]bool{lantoa.FacebookPage: facebook, lantoa.ZaloGroup: group, lantoa.ZaloOA: account, lantoa.Website: site} {
		if said && kind != "" {
			return ""
		}
		if said {
			kind = k
		}
	}
	return kind
}

// metricRules say which figure a heading means; the first rule with a word in it decides.
var metricRules = []struct {
	metric string
	words  []string
}{
	{"reach", []string{"tiep can", "reach", "reached"}},
	{"views", []string{"luot xem", "so xem", "nguoi xem", "da xem", "views", "view"}},
	{"followers", []string{"theo doi", "follower", "followers", "quan tam", "follow"}},
	{"interactions", []string{"tuong tac", "interaction", "interactions", "engagement", "engagements"}},
	{"members", []string{"thanh vien", "members", "member", "so tv", "tv nhom", "nguoi trong nhom", "nguoi tham gia nhom", "quan so nhom"}},
	{"messages", []string{"tin nhan", "messages", "message"}},
	{"stories", []string{"cau chuyen", "stories", "story", "mo hinh", "guong", "dien hinh", "cach lam hay", "nguoi tot viec tot"}},
	{"posts", []string{"bai viet", "bai dang", "so bai", "tin bai", "luong bai", "posts", "post", "bai", "tin dang", "so tin"}},
}

// others are words of figures that stand near ours and are not them: growth, shares of a whole, plans.
var others = []string{
	"tang", "giam", "so voi", "ty le", "ti le", "phan tram", "chi tieu", "ke hoach", "muc tieu", "trung binh", "binh quan", "luy ke", "growth", "rate", "target",
	"average", "hien thi", "impressions",
}

// parts are what interactions consist of. One of them alone is not all.
var parts = []string{"thich", "likes", "like", "binh luan", "comments", "chia se", "shares", "cam xuc", "reactions"}

// metricOf finds the figure that a heading means; "" for none of ours.
func metricOf(text string) string {
	if strings.Contains(text, "%") {
		return ""
	}
	words := " " + sheet.Key(monthWords.ReplaceAllString(text, " ")) + " "
	has := func(w string) bool { return strings.Contains(words, " "+w+" ") }
	if slices.ContainsFunc(others, has) || slices.ContainsFunc(parts, has) && !has("tuong tac") {
		return ""
	}
	for _, rule := range metricRules {
		if slices.ContainsFunc(rule.words, has) {
			if has("moi") && (rule.metric == "members" || rule.metric == "followers") {
				return "" // those who came, not those who are there
			}
			return rule.metric
		}
	}
	return ""
}

var (
	monthWords = regexp.MustCompile(`(?i)(?:th[áa]ng|thg|\bt)\s*(\d{1,2})\s*(?:[/.\-–]|n[ăa]m|\s)\s*((?:19|20)\d{2})`)
	monthFirst = regexp.MustCompile(`^(\d{1,2})\s*[/.\-–]\s*((?:19|20)\d{2})$`)
	yearFirst  = regexp.MustCompile(`^((?:19|20)\d{2})\s*[/.\-–]\s*(\d{1,2})(?:[/.\-–]\d{1,2})?(?:[ T].*)?$`)
	monthOnly  = regexp.MustCompile(`(?i)^(?:th[áa]ng|thg|t)?\s*(\d{1,2})$`)
	monthInUS  = regexp.MustCompile(`^(\d{1,2})-(\d{1,2})-(\d{2})$`) // how a workbook's date is shown
	monthName  = regexp.MustCompile(`(?i)^([a-z]{3})[a-z]*[ \-/]+((?:19|20)?\d{2})$`)
)

// findMonth finds a month that a title or heading speaks of: "THÁNG 11/2026", "T11-2026", "tháng 11 năm 2026", "11/2026".
func findMonth(text string) string {
	if m := monthWords.FindStringSubmatch(text); m != nil {
		return asMonth(m[2], m[1])
	}
	if m := monthFirst.FindStringSubmatch(strings.TrimSpace(text)); m != nil {
		return asMonth(m[2], m[1])
	}
	return ""
}

// parseMonth reads a cell that is a month, of the year where it names none.
func parseMonth(text string, year int) string {
	if m := findMonth(text); m != "" {
		return m
	}
	if m := yearFirst.FindStringSubmatch(text); m != nil {
		return asMonth(m[1], m[2])
	}
	if m := monthInUS.FindStringSubmatch(text); m != nil {
		return asMonth("20"+m[3], m[1])
	}
	if m := monthName.FindStringSubmatch(text); m != nil && len(m[2]) != 3 {
		if at := slices.Index(englishMonths, strings.ToLower(m[1])); at >= 0 {
			return asMonth(m[2][max(0, len(m[2])-2):], strconv.Itoa(at+1))
		}
	}
	if t, ok := parseDate(text, time.UTC); ok {
		return t.Format("2006-01")
	}
	if m := monthOnly.FindStringSubmatch(text); m != nil && year > 0 {
		return asMonth(strconv.Itoa(year), m[1])
	}
	return ""
}

var englishMonths = []string{"jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"}

// asMonth is the month in our form, "" if there is no such month.
func asMonth(year, month string) string {
	y, _ := strconv.Atoi(year)
	if y > 0 && y < 100 {
		y += 2000
	}
	if m, _ := strconv.Atoi(month); m >= 1 && m <= 12 && y >= 2000 && y < 2200 {
		return fmt.Sprintf("%04d-%02d", y, m)
	}
	return ""
}

func yearOf(text string) int {
	if len(text) < 4 {
		return 0
	}
	y, err := strconv.Atoi(text[:4])
	if err != nil || y < 2000 || y >= 2200 {
		return 0
	}
	return y
}
