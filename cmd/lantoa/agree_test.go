package main

import (
	"archive/zip"
	"html"
	"io"
	"os"
	"path/filepath"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/internal/browse"
	"github.com/hoiphunu/lantoa/internal/sheet"
)

// weekFigures is what each way of telling a week says of the pages.
type weekFigures struct{ active, thinning, silent, disconnected, posts int }

// TestPageMailSheetAndPaperOfAWeekAgree reads the same week from four places that people put side by side.
func TestPageMailSheetAndPaperOfAWeekAgree(t *testing.T) {
	p := theProvince(t)
	if err := p.app.Worker.Digest(t.Context()); err != nil {
		t.Fatal(err)
	}
	data, dir := p.app.Settings.Get("data"), t.TempDir()
	file := func(name string, args ...string) string {
		t.Helper()
		path := filepath.Join(dir, name)
		if _, errs, code := lantoaIn(data, append(args, "--week", "2026-W47", "--out", path)...); code != 0 {
			t.Fatalf("%v: %d %s", args, code, errs)
		}
		return path
	}
	raw, err := os.ReadFile(file("tuan.txt", "digest", "--to", "leader@lantoa.example"))
	if err != nil {
		t.Fatal(err)
	}
	mail := readWeek(t, "the mail", string(raw), `(\d+) hoạt động`, `(\d+) thưa dần`, `(\d+) im lặng`, `(\d+) mất kết nối`, `(\d+)\s+bài đăng trong tuần`)
	told := map[string]weekFigures{
		"the sheet": sheetWeek(t, file("hoat-dong.xlsx", "export", "activity")),
		"the paper": readWeek(t, "the paper", paperText(t, file("hoat-dong.docx", "export", "activity")),
			`(\d+) hoạt động`, `(\d+) thưa dần`, `(\d+) im lặng`, `(\d+) mất kết nối`, `đăng (\d+) bài`),
	}
	onDeskAndPhone(t, lantoa.Communications, func(t *testing.T, _ *province, b *browse.Browser) {
		b.Open("/ban-tin?tuan=2026-W47")
		page := readWeek(t, "the page", b.Text("main"), `(\d+)\s+Hoạt động`, `(\d+)\s+Thưa dần`, `(\d+)\s+Im lặng`, `(\d+)\s+Mất kết nối`, `(\d+)\s+bài đăng trong tuần`)
		if page != mail {
			t.Errorf("the page says %+v, the mail %+v", page, mail)
		}
	})
	for name, got := range told {
		if got != mail {
			t.Errorf("%s says %+v, the mail %+v", name, got, mail)
		}
	}
	if mail.active != 151 || mail.posts == 0 {
		t.Errorf("the mail says %+v", mail)
	}
}

func readWeek(t *testing.T, where, text string, patterns ...string) (w weekFigures) {
	t.Helper()
	for i, into := range []*int{&w.active, &w.thinning, &w.silent, &w.disconnected, &w.posts} {
		m := regexp.MustCompile(patterns[i]).FindStringSubmatch(text)
		if m == nil {
			t.Errorf("%s does not say %s", where, patterns[i])
			continue
		}
		*into, _ = strconv.Atoi(m[1])
	}
	return w
}

// sheetWeek adds up the rows of the units.
func sheetWeek(t *testing.T, path string) (w weekFigures) {
	t.Helper()
	f, err := os.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	table, err := sheet.Open(f, "xlsx")
	if err != nil {
		t.Fatal(err)
	}
	defer table.Close()
	for {
		row, err := table.Next()
		if err == io.EOF {
			return w
		}
		if err != nil {
			t.Fatal(err)
		}
		for name, into := range map[string]*int{"Hoạt động": &w.active, "Thưa dần": &w.thinning, "Im lặng": &w.silent, "Mất kết nối": &w.disconnected, "Bài đăng": &w.posts} {
			n, err := strconv.Atoi(row.At(table.Column(name)))
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			*into += n
		}
	}
}

// paperText is the words of a Word document.
func paperText(t *testing.T, path string) string {
	t.Helper()
	z, err := zip.OpenReader(path)
	if err != nil {
		t.Fatal(err)
	}
	defer z.Close()
	f, err := z.Open("word/document.xml")
	if err != nil {
		t.Fatal(err)
	}
	raw, err := io.ReadAll(f)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Join(strings.Fields(html.UnescapeString(regexp.MustCompile(`<[^>]*>`).ReplaceAllString(string(raw), " "))), " ")
}
