package web

import (
	"archive/zip"
	"errors"
	"io"
	"mime"
	"net/http"
	"net/url"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/internal/sheet"
	"github.com/hoiphunu/lantoa/store/storetest"
)

// carried is a table that was sent, by its rows; the first is the heading.
func carried(t *testing.T, a answer, format string) [][]string {
	t.Helper()
	if a.status != http.StatusOK {
		t.Fatalf("%s: status %d", a.at, a.status)
	}
	table, err := sheet.OpenRows(strings.NewReader(a.html), format)
	must(t, err)
	defer table.Close()
	var rows [][]string
	for {
		row, err := table.Next()
		if errors.Is(err, io.EOF) {
			return rows
		}
		must(t, err)
		rows = append(rows, row.Cells)
	}
}

// columnOf are the cells of one column below its heading.
func columnOf(t *testing.T, rows [][]string, name string) []string {
	t.Helper()
	i := slices.Index(rows[0], name)
	if i < 0 {
		t.Fatalf("no column %q in %q", name, rows[0])
	}
	var out []string
	for _, row := range rows[1:] {
		cell := ""
		if i < len(row) {
			cell = row[i]
		}
		out = append(out, cell)
	}
	return out
}

// document is the text of a Word document that was sent, and how many pictures are in it.
func document(t *testing.T, a answer) (text string, pictures int) {
	t.Helper()
	if a.status != http.StatusOK {
		t.Fatalf("%s: status %d", a.at, a.status)
	}
	z, err := zip.NewReader(strings.NewReader(a.html), int64(len(a.html)))
	must(t, err)
	for _, f := range z.File {
		if strings.HasPrefix(f.Name, "word/media/") {
			pictures++
		}
		if f.Name == "word/document.xml" || f.Name == "word/footer1.xml" {
			r, err := f.Open()
			must(t, err)
			b, err := io.ReadAll(r)
			must(t, err)
			text += string(b)
		}
	}
	if strings.Contains(text, "⟦") {
		t.Errorf("a text is not in the catalogue: %s", around(text, "⟦"))
	}
	return text, pictures
}

func TestWhatIsSeenIsWhatIsTakenAway(t *testing.T) {
	h := open(t)
	h.settled(nil)
	r := h.as("lanhdao@mau.vn")
	for _, address := range []string{"", "?cap=commune&xep=bai&loai=tat_ca", "?trang_thai=disconnected", "?cap=commune&ten=khe", "?tuan=12&to_chuc=khi_do&xep=ten", "?don_vi=160"} {
		shown := r.get("/hoat-dong" + address)
		var names, posts []string
		for page := shown; ; {
			names, posts = append(names, page.names()...), append(posts, texts(page, ".units tbody tr > td:nth-child(4)")...)
			next, is := page.Find(".pages a[rel=next]").Attr("href")
			if !is {
				break
			}
			page = r.get("/hoat-dong" + next)
		}
		link, is := shown.Find(`a[href*="/hoat-dong/xuat"][href*="xlsx"]`).Attr("href")
		if !is {
			t.Fatalf("%q offers no file", address)
		}
		rows := carried(t, r.get(link), sheet.XLSX)
		units := columnOf(t, rows, "Đơn vị")
		for i := range units {
			units[i] = strings.ToLower(units[i])
		}
		for i := range names {
			names[i] = strings.ToLower(names[i])
		}
		if !slices.Equal(units, names) || len(units) == 0 {
			t.Errorf("%q shows %q and the file has %q", address, names, units)
			continue
		}
		for i, n := range columnOf(t, rows, "Bài đăng") {
			if n == "" {
				n = "–"
			}
			if seen := posts[i]; n != leading(seen) && !(n == "–" && strings.HasPrefix(seen, n)) {
				t.Errorf("%q: %s has %q on the screen and %q in the file", address, names[i], posts[i], n)
			}
		}
	}
}

// leading are the digits at the beginning of a text.
func leading(s string) string { return s[:len(s)-len(strings.TrimLeft(s, "0123456789"))] }

// texts are what a selector finds, numbers without their groups.
func texts(a answer, selector string) []string {
	var out []string
	for _, s := range a.texts(selector) {
		out = append(out, strings.ReplaceAll(s, ".", ""))
	}
	return out
}

func TestAFileHasANameThatPeopleRead(t *testing.T) {
	h := open(t)
	h.settled(nil)
	a := h.as("lanhdao@mau.vn").get("/hoat-dong/xuat?tep=csv")
	header := a.header.Get("Content-Disposition")
	kind, params, err := mime.ParseMediaType(header)
	if err != nil || kind != "attachment" || params["filename"] != "Hoạt động 4 tuần (26-10–22-11-2026).csv" {
		t.Errorf("%q: %q %v", header, params["filename"], err)
	}
	for _, r := range header {
		if r > 126 {
			t.Errorf("the header has a letter beyond ASCII: %q", header)
			break
		}
	}
	if a.header.Get("Content-Type") != "text/csv; charset=utf-8" || !strings.HasPrefix(a.html, "\uFEFFMã đơn vị;Đơn vị;") || a.header.Get("Cache-Control") != "private, no-store" {
		t.Errorf("%v: %.60q", a.header, a.html)
	}
	log, err := h.Store.AuditLog(t.Context(), 5, storetest.Now.AddDate(1, 0, 0))
	must(t, err)
	if !slices.ContainsFunc(log, func(x lantoa.Audit) bool {
		return x.Action == "export" && x.Who == "lanhdao@mau.vn" && x.Subject == "activity" && strings.HasPrefix(x.Detail, "csv, ")
	}) {
		t.Errorf("it is not written down: %+v", log)
	}
}

func TestNobodyTakesAwayWhatTheyMayNotSee(t *testing.T) {
	h := open(t)
	h.settled(nil)
	h.person("huyen@mau.vn", "huyện Rừng Mẫu", lantoa.Leader)
	h.contact("xã Đồng Mẫu", lantoa.Contact{Name: "Chị Bí Mật", Phone: "0990000111"})
	r := h.as("huyen@mau.vn")
	mine := map[string]bool{"huyện rừng mẫu": true}
	for i, name := range communes {
		if i%3 == 1 {
			mine[strings.ToLower(name)] = true
		}
	}
	for _, address := range []string{"/hoat-dong/xuat?tep=xlsx&loai=tat_ca&cap=commune&xep=ten", "/hoat-dong/xuat?tep=xlsx&don_vi=160", "/hoat-dong/xuat?tep=xlsx&don_vi=19&xep=bai"} {
		for _, unit := range columnOf(t, carried(t, r.get(address), sheet.XLSX), "Đơn vị") {
			if !mine[strings.ToLower(unit)] {
				t.Errorf("%s: a leader of another district gets %s", address, unit)
			}
		}
	}
	if text, _ := document(t, r.get("/hoat-dong/xuat?tep=docx&xep=ten")); strings.Contains(text, "Đồng Mẫu") {
		t.Error("the paper tells of another district")
	}
	rows := carried(t, r.get("/cau-chuyen/xuat?tep=xlsx&muc=suggested"), sheet.XLSX)
	for _, unit := range columnOf(t, rows, "Đơn vị") {
		if !mine[strings.ToLower(unit)] {
			t.Errorf("a suggestion of %s is taken away", unit)
		}
	}
	hers := h.as("lanhdao@mau.vn")
	for _, path := range []string{"/hoat-dong/xuat?tep=csv&loai=tat_ca&xep=ten", "/hoat-dong/xuat?tep=docx&xep=ten"} {
		if a := hers.get(path); strings.Contains(a.html, "0990000111") || strings.Contains(a.html, "Bí Mật") {
			t.Errorf("%s tells who is in charge", path)
		}
	}
	for _, path := range []string{"/hoat-dong/xuat?tep=xlsx", "/cau-chuyen/xuat?tep=xlsx", "/tim-kiem/xuat?tep=xlsx"} {
		if a := h.visit().get(path); !strings.HasPrefix(a.at, "/dang-nhap") {
			t.Errorf("%s answers somebody who has not signed in: %d", path, a.status)
		}
		bad := strings.Replace(path, "xlsx", "exe", 1)
		if a := hers.get(bad); a.status != http.StatusBadRequest {
			t.Errorf("%s: status %d", bad, a.status)
		}
	}
}

func TestStoriesOfATabAreTakenAway(t *testing.T) {
	h := open(t)
	r := h.as("truyenthong@mau.vn")
	shown := r.get("/cau-chuyen")
	link, is := shown.Find(`a[href*="/cau-chuyen/xuat"][href*="xlsx"]`).Attr("href")
	if !is {
		t.Fatal("no file is offered")
	}
	rows := carried(t, r.get(link), sheet.XLSX)
	want := shown.text(".tabs [aria-current] small")
	if got := len(rows) - 1; got < 1 || strconv.Itoa(got) != want {
		t.Errorf("%d stories in the file, the tab says %s", got, want)
	}
	for i, why := range columnOf(t, rows, "Vì sao được gợi ý") {
		if why == "" {
			t.Errorf("row %d has no reason", i+2)
		}
	}
	text, _ := document(t, r.get(strings.Replace(link, "xlsx", "docx", 1)))
	for _, title := range columnOf(t, rows, "Tiêu đề") {
		if !strings.Contains(text, strings.NewReplacer("&", "&amp;", "<", "&lt;", ">", "&gt;", `"`, "&#34;", "'", "&#39;").Replace(title)) {
			t.Errorf("the paper has no %q", title)
		}
	}
}

func TestWhatWasFoundIsTakenAwayOrWhatWasPicked(t *testing.T) {
	h := open(t)
	r := h.as("truyenthong@mau.vn")
	shown := r.get("/tim-kiem?q=" + url.QueryEscape("lợn đất"))
	all := shown.Find("article.hit").Length()
	if all < 2 {
		t.Fatalf("only %d hits", all)
	}
	if shown.Find(`button[form=xuat][value=docx]`).Length() != 1 || shown.Find(`input[type=hidden][form=xuat][name=q]`).AttrOr("value", "") != "lợn đất" {
		t.Error("the results cannot be taken away")
	}
	rows := carried(t, r.get("/tim-kiem/xuat?tep=xlsx&q="+url.QueryEscape("lợn đất")), sheet.XLSX)
	if len(rows)-1 < all {
		t.Errorf("%d rows for %d hits", len(rows)-1, all)
	}
	var first string
	if first, _ = shown.Find("article.hit input[name=chon]").First().Attr("value"); first == "" {
		t.Fatal("no post can be picked")
	}
	picked := carried(t, r.get("/tim-kiem/xuat?tep=xlsx&chon="+first), sheet.XLSX)
	if len(picked) != 2 || picked[1][0] != rows[1][0] {
		t.Errorf("one was picked and these came: %q", picked)
	}
	text, _ := document(t, r.get("/tim-kiem/xuat?tep=docx&chon="+first))
	for _, want := range []string{"tính đến", "Hội LHPN", "KẾT QUẢ TÌM"} {
		if !strings.Contains(text, want) {
			t.Errorf("the paper does not say %q", want)
		}
	}
	// Somebody of another commune picks by an address that was made up.
	outside := h.as("xem@mau.vn")
	private := string(h.private())
	if got := carried(t, outside.get("/tim-kiem/xuat?tep=csv&chon="+private), sheet.CSV); len(got) != 1 {
		t.Errorf("a post outside the scope was taken away: %q", got)
	}
}

// private is a post of a unit that is neither a chosen story nor in the scope of xã Khe Mẫu.
func (h *house) private() lantoa.PostID {
	h.t.Helper()
	posts, err := h.Store.ChannelPosts(h.t.Context(), h.channels["Phụ nữ xã Núi Mẫu"].ID, storetest.Now.AddDate(1, 0, 0), 50)
	must(h.t, err)
	for _, m := range posts {
		if m.StoryState == "" {
			return m.ID
		}
	}
	h.t.Fatal("no such post")
	return ""
}
