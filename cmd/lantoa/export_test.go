package main

import (
	"context"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/xuri/excelize/v2"

	"github.com/hoiphunu/lantoa"
)

func TestExportWritesWholeFilesAndSaysWhatIsWrong(t *testing.T) {
	dir := threeChannels(t)
	st := openStore(t, dir)
	now := time.Now()
	channels, err := st.Publishing(context.Background())
	if err != nil || len(channels) == 0 {
		t.Fatalf("%d channels, %v", len(channels), err)
	}
	zone := time.FixedZone("", 7*3600)
	week := lantoa.LastFullWeek(now, zone)
	told := week.Start(zone).Add(30 * time.Hour)
	_, err = st.SavePosts(context.Background(), channels[0].ID, []lantoa.Incoming{{Post: lantoa.Post{External: "1", Type: lantoa.Photo,
		Text: "=Nuôi lợn đất, gọi 0912345678", Permalink: "https://www.facebook.com/1", PublishedAt: told}}}, told)
	if err != nil {
		t.Fatal(err)
	}
	if err := st.Close(); err != nil {
		t.Fatal(err)
	}
	for _, what := range []string{"activity", "stories", "posts"} {
		for _, format := range []string{".xlsx", ".docx", ".csv"} {
			file := filepath.Join(dir, what+format)
			out, errs, code := lantoaIn(dir, "export", what, "--out", file)
			if code != 0 || !strings.Contains(out, "Đã ghi "+file) {
				t.Fatalf("%s%s: exit %d: %s%s", what, format, code, out, errs)
			}
			data, err := os.ReadFile(file)
			if err != nil || len(data) < 100 || strings.Contains(string(data), "0912345678") {
				t.Errorf("%s%s: %d bytes, %v", what, format, len(data), err)
			}
		}
	}
	f, err := excelize.OpenFile(filepath.Join(dir, "posts.xlsx"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, _ := f.GetRows("Bài viết")
	if len(rows) != 2 || rows[1][0] != "=Nuôi lợn đất, gọi [số điện thoại]" || rows[1][1] != "05722" {
		t.Errorf("%q", rows)
	}
	if left, _ := filepath.Glob(filepath.Join(dir, ".lantoa-*")); len(left) > 0 {
		t.Errorf("halves are left: %v", left)
	}
	month := told.Format("2006-01")
	if out, errs, code := lantoaIn(dir, "export", "posts", "--month", month, "--level", "commune", "--unit", "05722", "--out", filepath.Join(dir, "m.csv")); code != 0 || !strings.Contains(out, ", 1 mục") {
		t.Errorf("a month: exit %d: %s%s", code, out, errs)
	}
	for _, wrong := range [][]string{
		{"export"}, {"export", "everything", "--out", "x.xlsx"}, {"export", "posts"}, {"export", "posts", "--out", filepath.Join(dir, "x.pdf")},
		{"export", "posts", "--out", filepath.Join(dir, "nowhere", "x.csv")}, {"export", "posts", "--week", "47", "--out", filepath.Join(dir, "x.csv")},
		{"export", "posts", "--week", "2026-W47", "--month", "2026-11", "--out", filepath.Join(dir, "x.csv")}, {"export", "posts", "--month", "11/2026", "--out", filepath.Join(dir, "x.csv")},
		{"export", "posts", "--level", "thôn", "--out", filepath.Join(dir, "x.csv")}, {"export", "posts", "--unit", "99999", "--out", filepath.Join(dir, "x.csv")},
		{"export", "activity", "--week", "2019-W10", "--out", filepath.Join(dir, "x.csv")}, {"export", "activity", "--kind", "tiktok", "--out", filepath.Join(dir, "x.csv")},
	} {
		if out, errs, code := lantoaIn(dir, wrong...); code != 2 {
			t.Errorf("%v: exit %d: %s%s", wrong[1:], code, out, errs)
		}
	}
	if _, err := os.Stat(filepath.Join(dir, "x.csv")); err == nil {
		t.Error("a refused export left a file")
	}
	st = openStore(t, dir)
	defer st.Close()
	log, err := st.AuditLog(context.Background(), 50, now.Add(time.Hour))
	if err != nil || !slices.ContainsFunc(log, func(a lantoa.Audit) bool {
		return a.Action == "export" && a.Subject == "posts" && a.Who == "dòng lệnh"
	}) {
		t.Errorf("it is not written down: %+v %v", log, err)
	}
}
