package export

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"fmt"
	"image"
	"image/jpeg"
	"io"
	"os"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/activity"
	"github.com/hoiphunu/lantoa/internal/words"
)

var (
	zone = time.FixedZone("Asia/Ho_Chi_Minh", 7*3600)
	now  = time.Date(2026, 11, 23, 6, 0, 0, 0, zone)
	week = lantoa.Week{Year: 2026, Number: 47}
)

// network is two communes under a province, the second of which could not be read.
func network() *activity.Network {
	since := time.Date(2025, 7, 1, 0, 0, 0, 0, zone)
	units := []lantoa.Unit{
		{ID: "p", Code: "19", Name: "tỉnh Thái Nguyên", Level: lantoa.Province, From: since, Path: "p"},
		{ID: "a", Code: "05722", Name: "xã Đồng Mẫu", Level: lantoa.Commune, Parent: "p", From: since, Path: "p.a"},
		{ID: "b", Code: "05725", Name: "xã Khe Mẫu", Level: lantoa.Commune, Parent: "p", From: since, Path: "p.b"},
		{ID: "c", Code: "05728", Name: "xã Núi Mẫu", Level: lantoa.Commune, Parent: "p", From: since, Path: "p.c"},
	}
	n := &activity.Network{At: now, Zone: zone, Calendar: lantoa.LastWeeks(lantoa.WeekOf(now, zone), activity.Span), Units: lantoa.TreeOf(units)}
	channel := func(u lantoa.Unit, alive lantoa.Alive, days, posts, lost int) {
		s := activity.Standing{
			Channel: lantoa.Channel{ID: lantoa.ChannelID("ch" + u.ID), Kind: lantoa.FacebookPage, Name: "Phụ nữ " + u.Name, Unit: u}, Alive: alive, Days: days, Usual: 3,
		}
		for i, w := range n.Calendar[:activity.Span-1] {
			x := lantoa.ChannelWeek{Channel: s.ID, Week: w, UpTo: w.Settled(zone), State: alive, Days: days, Posts: posts, Own: posts / 2, Lost: lost, Followers: lantoa.Of(int64(1000 + i)), Source: lantoa.FromPlatform}
			for range posts {
				x.Each = append(x.Each, lantoa.PostFigure{Interactions: lantoa.Of(12), Followers: lantoa.Of(1000)})
			}
			if u.ID == "a" && w == week {
				x.Stories, x.Gained = 2, lantoa.Of(40)
			}
			s.Weeks = append(s.Weeks, x)
		}
		n.Channels = append(n.Channels, s)
	}
	channel(units[1], lantoa.Active, 1, 4, 0)
	channel(units[2], lantoa.Disconnected, 9, 0, 7)
	return n
}

func listed() Activity {
	n := network()
	p := activity.PeriodOf(week, 1)
	return Activity{Network: n, Period: p, Title: "Hoạt động tuần 47 (16–22/11/2026)", Weeks: 12,
		Filters: []Filter{{"Cấp", "Xã"}, {"Tên có", ""}}, Lines: Units(n, p, "", nil, nil)}
}

func measured() lantoa.Measured {
	score := 4.2
	return lantoa.Measured{
		Post: lantoa.Post{ID: "x", Type: lantoa.Photo, Text: "=Nuôi lợn đất\nChị em xã Đồng Mẫu góp được 148 triệu đồng từ 03.09.2026 08 giờ. Liên hệ chị Hoa 0912 345 678, hoa@example.org hoặc (0208) 3855 123.",
			Permalink: "https://www.facebook.com/1?a=1&b=2", PublishedAt: now.AddDate(0, 0, -5), ToldAt: now.AddDate(0, 0, -5)},
		ChannelName: "Phụ nữ xã Đồng Mẫu", Kind: lantoa.FacebookPage,
		Unit:      lantoa.Unit{ID: "a", Code: "05722", Name: "xã Đồng Mẫu", Level: lantoa.Commune, Path: "p.a"},
		Numbers:   lantoa.Snapshot{At: now, Reactions: lantoa.Of(50), Comments: lantoa.Of(9), Shares: lantoa.Of(4), Source: lantoa.FromPlatform},
		Judgement: lantoa.Judgement{Score: &score, Topics: []string{"tiet-kiem"}, Story: "s", StoryState: lantoa.Approved},
	}
}

func told() Stories {
	st := lantoa.Story{ID: "s", Title: "Nuôi lợn đất, gọi 0912345678", State: lantoa.Approved, Lead: measured(), First: measured().Unit, ToldAt: now.AddDate(0, 0, -5), Units: 1, Channels: 8,
		Likeness: 0.83, Reasons: []lantoa.Reason{{Kind: lantoa.AboveUsual, Times: 4.2, Posts: 34}, {Kind: lantoa.ManyCarry, Channels: 8}}}
	return Stories{Title: "Câu chuyện", Union: "Hội LHPN tỉnh Thái Nguyên", Stories: []lantoa.Story{st}, All: 1, At: now, Zone: zone,
		Picture: func(lantoa.Measured) ([]byte, string) {
			var b bytes.Buffer
			if err := jpeg.Encode(&b, image.NewGray(image.Rect(0, 0, 60, 40)), nil); err != nil {
				panic(err)
			}
			return b.Bytes(), "Ảnh"
		}}
}

// opened is a workbook that was written.
func opened(t *testing.T, table Table) *excelize.File {
	t.Helper()
	var b bytes.Buffer
	if err := table.Write(&b, XLSX, words.For("vi")); err != nil {
		t.Fatal(err)
	}
	f, err := excelize.OpenReader(&b)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { f.Close() })
	return f
}

// cells is the row of a workbook whose first cell is key, by the names of the columns.
func cells(t *testing.T, f *excelize.File, key string) map[string]string {
	t.Helper()
	rows, err := f.GetRows(f.GetSheetList()[0], excelize.Options{RawCellValue: true})
	if err != nil {
		t.Fatal(err)
	}
	for _, row := range rows[1:] {
		if row[0] == key {
			out := map[string]string{}
			for i, cell := range row {
				out[rows[0][i]] = cell
			}
			return out
		}
	}
	t.Fatalf("no row begins with %q", key)
	return nil
}

func TestEveryUnitHasARowWithItsFigures(t *testing.T) {
	f := opened(t, listed().Table(words.For("vi")))
	if rows, _ := f.GetRows(f.GetSheetList()[0]); len(rows) != 5 {
		t.Errorf("%d rows with the heading, want 5", len(rows))
	}
	got := cells(t, f, "05722")
	for name, want := range map[string]string{
		"Đơn vị": "Xã Đồng Mẫu", "Cấp": "Xã", "Trực thuộc": "Tỉnh Thái Nguyên", "Kênh": "Phụ nữ xã Đồng Mẫu (Trang Facebook)", "Hoạt động": "1", "Im lặng": "0",
		"Bài đăng": "4", "Bài tự viết": "2", "Tỉ lệ tự viết": "0.5", "Trung vị tương tác": "12", "Tỉ lệ tương tác": "0.012", "Tương tác phát sinh": "40",
		"Lượt theo dõi": "1024", "Theo dõi tăng, giảm": "1", "Bài đăng kỳ trước": "4", "Thay đổi": "0", "Câu chuyện hay": "2", "Lượt xem": "", "Bài tuần 2026-W47": "4", "Tự báo": "",
	} {
		if got[name] != want {
			t.Errorf("%s: %q, want %q", name, got[name], want)
		}
	}
	if at, _ := f.GetCellValue(f.GetSheetList()[0], "AF3"); !strings.Contains(at, "23/11/2026 06:00") {
		t.Errorf("as of %q", at)
	}
}

func TestWhatCouldNotBeReadIsNoZeroAndNotSilent(t *testing.T) {
	f := opened(t, listed().Table(words.For("vi")))
	got := cells(t, f, "05725")
	if got["Mất kết nối"] != "1" || got["Im lặng"] != "0" || got["Ngày không đọc được"] != "7" || got["Trung vị tương tác"] != "" || got["Bài tuần 2026-W47"] != "" {
		t.Errorf("%v", got)
	}
	if got := cells(t, f, "05728"); got["Bài đăng"] != "" || got["Câu chuyện hay"] != "" || got["Tình trạng"] != "Chưa có kênh" || got["Số kênh"] != "0" {
		t.Errorf("a unit without a channel: %v", got)
	}
}

func TestTheNotesSayWhatTheFiguresMean(t *testing.T) {
	f := opened(t, listed().Table(words.For("vi")))
	rows, err := f.GetRows("Ghi chú")
	if err != nil {
		t.Fatal(err)
	}
	whole := fmt.Sprint(rows)
	for _, want := range []string{"06:00 23/11/2026", "Cấp Xã", "Trung vị tương tác", "Tính đến", "Người tiếp cận", "Số dòng 4"} {
		if !strings.Contains(whole, want) {
			t.Errorf("the notes do not say %q: %s", want, whole)
		}
	}
	if strings.Contains(whole, "Tên có") || strings.Contains(whole, "⟦") {
		t.Errorf("the notes: %s", whole)
	}
}

func TestUnitsAreChosenByLevelKindAndPlace(t *testing.T) {
	n, p := network(), activity.PeriodOf(week, 1)
	codes := func(l []UnitLine) (out string) {
		for _, x := range l {
			out += x.Unit.Code + " "
		}
		return out
	}
	if got := codes(Units(n, p, "", []lantoa.Level{lantoa.Commune}, nil)); got != "05722 05725 05728 " {
		t.Errorf("communes %s", got)
	}
	if got := codes(Units(n, p, "", nil, []string{"p.b"})); got != "05725 " {
		t.Errorf("under one %s", got)
	}
	if got := Units(n, p, lantoa.ZaloGroup, nil, []string{"p.a"}); len(got) != 1 || len(got[0].Channels) != 0 {
		t.Errorf("groups %+v", got)
	}
	if got := Units(n.In("p.a"), p, "", nil, nil); len(got) == 0 || slices.ContainsFunc(got, func(l UnitLine) bool { return l.Unit.ID == "b" && len(l.Channels) > 0 }) {
		t.Errorf("what is outside the scope has figures: %s", codes(got))
	}
}

func TestTelephoneNumbersStayInTheHouse(t *testing.T) {
	say := words.For("vi")
	for text, want := range map[string]string{
		"gọi 0912345678":                     "gọi [số điện thoại]",
		"gọi 0912.345.678, 091 234 5678.":    "gọi [số điện thoại], [số điện thoại].",
		"+84 912 345 678":                    "[số điện thoại]",
		"84912345678":                        "[số điện thoại]",
		"0208 3855 123 / (0208)3855123":      "[số điện thoại] / ([số điện thoại]",
		"ngày 03.09.2026 08 giờ":             "ngày 03.09.2026 08 giờ",
		"148.000.000 đồng, 0,912 tỉ":         "148.000.000 đồng, 0,912 tỉ",
		"mã 05722 và 2026-11-23":             "mã 05722 và 2026-11-23",
		"viết cho hoa.nguyen@hoi.gov.vn nhé": "viết cho [thư điện tử] nhé",
	} {
		if got := hide(say, text); got != want {
			t.Errorf("%q became %q, want %q", text, got, want)
		}
	}
}

func TestPostsAndStoriesHaveNoFormulaAndNoNumber(t *testing.T) {
	say := words.For("vi")
	posts := Posts{Title: "Kết quả tìm “lợn đất”", Posts: []lantoa.Measured{measured()}, All: 12_000, At: now, Zone: zone}
	for name, table := range map[string]Table{"posts": posts.Table(say), "stories": told().Table(say)} {
		for _, format := range []string{XLSX, CSV} {
			var b bytes.Buffer
			if err := table.Write(&b, format, say); err != nil {
				t.Fatal(err)
			}
			text := b.String()
			if format == XLSX {
				f, err := excelize.OpenReader(bytes.NewReader(b.Bytes()))
				if err != nil {
					t.Fatal(err)
				}
				rows, _ := f.GetRows(f.GetSheetList()[0])
				text = fmt.Sprint(rows)
				if formula, _ := f.GetCellFormula(f.GetSheetList()[0], "A2"); formula != "" {
					t.Errorf("%s runs %q", name, formula)
				}
				f.Close()
			}
			for _, secret := range []string{"0912", "hoa@example.org", "3855", "⟦"} {
				if strings.Contains(text, secret) {
					t.Errorf("%s as %s tells %q", name, format, secret)
				}
			}
			if format == CSV && name == "posts" && !strings.Contains(text, "\n'=Nuôi lợn đất;05722;") {
				t.Errorf("CSV: %s", text)
			}
		}
	}
	f := opened(t, posts.Table(say))
	if notes, _ := f.GetRows("Ghi chú"); !strings.Contains(fmt.Sprint(notes), "1 mục đầu trong 12.000 mục") {
		t.Errorf("it is not said that most were left out: %v", notes)
	}
	got := cells(t, f, "=Nuôi lợn đất")
	for name, want := range map[string]string{"Cảm xúc": "50", "Tương tác": "63", "Lượt xem": "", "So với mức thường": "4.2", "Trạng thái câu chuyện": "Đã chọn", "Đường dẫn": "https://www.facebook.com/1?a=1&b=2", "Chủ đề": "Tiết kiệm"} {
		if got[name] != want {
			t.Errorf("%s: %q, want %q", name, got[name], want)
		}
	}
}

// written is the text of a paper, its parts well-formed.
func written(t *testing.T, p Paper, err error) string {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
	var b bytes.Buffer
	if err := p.Write(&b); err != nil {
		t.Fatal(err)
	}
	if to := os.Getenv("EXPORT_OUT"); to != "" { // to be opened by hand
		if err := os.WriteFile(to+"/"+strings.ReplaceAll(t.Name(), "/", "_")+".docx", b.Bytes(), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	z, err := zip.NewReader(bytes.NewReader(b.Bytes()), int64(b.Len()))
	if err != nil {
		t.Fatal(err)
	}
	body := ""
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		if !strings.HasPrefix(f.Name, "word/media") {
			d := xml.NewDecoder(bytes.NewReader(text))
			for {
				if _, err := d.Token(); err != nil {
					if !errors.Is(err, io.EOF) {
						t.Errorf("%s: %v", f.Name, err)
					}
					break
				}
			}
			body += string(text)
		} else {
			body += "<media/>"
		}
	}
	if strings.Contains(body, "⟦") || strings.Contains(body, "0912") {
		t.Errorf("in the paper: %s", body)
	}
	return body
}

func TestThePaperOfAMeetingIsWhole(t *testing.T) {
	p, err := listed().Paper(words.For("vi"), "Hội LHPN tỉnh Thái Nguyên", told())
	body := written(t, p, err)
	for _, want := range []string{
		"HỘI LHPN TỈNH THÁI NGUYÊN", "HOẠT ĐỘNG TUẦN 47", "Trong 2 kênh: 1 hoạt động, 1 mất kết nối.", "Các đơn vị đăng 4 bài, trong đó 2 bài tự viết (50 %). Kỳ trước: 4 bài. Trung vị mỗi bài có 12 tương tác.",
		"Có 2 câu chuyện hay được kể. Tiêu biểu: “Nuôi lợn đất, gọi [số điện thoại]” (Hội LHPN xã Đồng Mẫu).", "Kênh mất kết nối, không phải lỗi của đơn vị (1)", "Cộng", "NGƯỜI LẬP BÁO CÁO",
		"gấp 4,2 lần mức thường", "50 cảm xúc · 9 bình luận · 4 lượt chia sẻ (tính đến 06:00 23/11/2026)",
	} {
		if !strings.Contains(body, want) && !strings.Contains(body, upper(want)) {
			t.Errorf("the paper does not say %q", want)
		}
	}
	if strings.Count(body, "<media/>") != 2 {
		t.Errorf("%d pictures, want the chart and one of the story", strings.Count(body, "<media/>"))
	}
}

func TestThePaperOfPostsHasPictureLinkAndFigures(t *testing.T) {
	p, err := Posts{Title: "Kết quả tìm “lợn đất”", Union: "Hội LHPN tỉnh Thái Nguyên", Filters: []Filter{{"Lời tìm", "lợn đất"}}, Posts: []lantoa.Measured{measured()}, All: 1,
		At: now, Zone: zone, Picture: told().Picture}.Paper(words.For("vi"))
	body := written(t, p, err)
	for _, want := range []string{"1. =Nuôi lợn đất", "Hội LHPN xã Đồng Mẫu", "148 triệu đồng", "<media/>", `Target="https://www.facebook.com/1?a=1&amp;b=2"`, "tính đến 06:00 23/11/2026", "Lời tìm: lợn đất"} {
		if !strings.Contains(body, want) {
			t.Errorf("the paper does not say %q", want)
		}
	}
}

func TestAPictureThatNeedsConsentIsNotTakenOut(t *testing.T) {
	s := told()
	s.Stories[0].Restricted = true
	p, err := s.Paper(words.For("vi"))
	if body := written(t, p, err); strings.Contains(body, "<media/>") || !strings.Contains(body, "cần xin phép") {
		t.Error("the picture is in the paper")
	}
}

func TestEnglishFilesAreWholeToo(t *testing.T) {
	say := words.For("en")
	var b bytes.Buffer
	if err := listed().Table(say).Write(&b, CSV, say); err != nil {
		t.Fatal(err)
	}
	if got := b.String(); !strings.HasPrefix(got, "\uFEFFUnit code,Unit,") || strings.Contains(got, "⟦") {
		t.Errorf("%.80q", got)
	}
	p, err := listed().Paper(say, "Women's Union", told())
	written(t, p, err)
}

func TestEmptyListsAreFilesToo(t *testing.T) {
	say := words.For("vi")
	a := listed()
	a.Lines = nil
	opened(t, a.Table(say))
	p, err := a.Paper(say, "", Stories{At: now, Zone: zone})
	written(t, p, err)
	opened(t, Posts{At: now, Zone: zone}.Table(say))
	p, err = Stories{At: now, Zone: zone}.Paper(say)
	written(t, p, err)
}

func TestFileNamesCanBeKept(t *testing.T) {
	if got := FileName("Hoạt động tuần 47 (16–22/11/2026) “a/b”: *?", XLSX); got != "Hoạt động tuần 47 (16–22-11-2026) “a-b”.xlsx" {
		t.Errorf("%q", got)
	}
}

func BenchmarkActivity10000(b *testing.B) {
	a := listed()
	for len(a.Lines) < 10_000 {
		a.Lines = append(a.Lines, a.Lines[:4]...)
	}
	say := words.For("vi")
	b.ReportAllocs()
	for b.Loop() {
		if err := a.Table(say).Write(io.Discard, XLSX, say); err != nil {
			b.Fatal(err)
		}
	}
}

func BenchmarkPosts10000(b *testing.B) {
	p := Posts{At: now, Zone: zone}
	for range 10_000 {
		p.Posts = append(p.Posts, measured())
	}
	say := words.For("vi")
	for _, format := range []string{XLSX, CSV} {
		b.Run(format, func(b *testing.B) {
			b.ReportAllocs()
			for b.Loop() {
				if err := p.Table(say).Write(io.Discard, format, say); err != nil {
					b.Fatal(err)
				}
			}
		})
	}
}
