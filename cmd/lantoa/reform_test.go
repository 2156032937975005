package main

import (
	"context"
	"encoding/csv"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/store"
)

// list reads a list of the real reform, by heading.
func list(t *testing.T, name string) []map[string]string {
	t.Helper()
	f, err := os.Open(unitList(t, name))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	rows, err := csv.NewReader(f).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var out []map[string]string
	for _, row := range rows[1:] {
		m := map[string]string{}
		for i, h := range rows[0] {
			m[h] = row[i]
		}
		out = append(out, m)
	}
	return out
}

func unitList(t *testing.T, name string) string {
	t.Helper()
	file := filepath.Join("../../../shared/data/units", name)
	if _, err := os.Stat(file); err != nil {
		t.Skipf("SKIPPED, THE REAL REFORM IS NOT PLAYED: its lists are not here: %v", err)
	}
	return file
}

// treeOn is the tree in force on a day, a line a unit: code, name, level, code of the unit above.
func treeOn(t *testing.T, dir string, day time.Time) (lines []string, all lantoa.Tree) {
	t.Helper()
	st := openStore(t, dir)
	defer st.Close()
	units, err := st.Units(context.Background(), lantoa.Everything, time.Time{})
	if err != nil {
		t.Fatal(err)
	}
	all = lantoa.TreeOf(units)
	for _, u := range units {
		if u.InForce(day) {
			lines = append(lines, fmt.Sprintf("%s %s, %s < %s", u.Code, strings.ToLower(u.Name), u.Level, all[u.Parent].Code))
		}
	}
	slices.Sort(lines)
	return lines, all
}

// asListed is a list of units in the same lines.
func asListed(rows []map[string]string) (lines []string) {
	for _, r := range rows {
		lines = append(lines, fmt.Sprintf("%s %s, %s < %s", r["code"], strings.ToLower(r["full_name"]), r["level"], r["parent_code"]))
	}
	slices.Sort(lines)
	return lines
}

func diff(t *testing.T, what string, got, want []string) {
	t.Helper()
	for _, x := range got {
		if !slices.Contains(want, x) {
			t.Errorf("%s: %q should not be there", what, x)
		}
	}
	for _, x := range want {
		if !slices.Contains(got, x) {
			t.Errorf("%s: %q is not there", what, x)
		}
	}
}

// The real reform: 177 communes of Thái Nguyên, 172 of them after the first resolution, and with the 108 of Bắc Kạn 92
// after the second, which did away with the districts.
func TestTheRealReformIsPlayedAndTakenBack(t *testing.T) {
	dir := t.TempDir()
	zone := time.FixedZone("Asia/Ho_Chi_Minh", 7*3600)
	run := func(args ...string) string {
		t.Helper()
		out, errs, code := lantoaIn(dir, args...)
		if code != 0 {
			t.Fatalf("%s: exit %d: %s%s", args, code, out, errs)
		}
		return out
	}
	on := func(y int, m time.Month, d int) time.Time { return time.Date(y, m, d, 0, 0, 0, 0, zone) }
	tree := func(day time.Time) []string { lines, _ := treeOn(t, dir, day); return lines }

	run("import", "units", unitList(t, "units_2021.csv"))
	first := tree(on(2024, 11, 30))
	diff(t, "as it was in 2021", first, asListed(list(t, "units_2021.csv")))

	// The first resolution: five communes fewer.
	check := run("import", "mergers", unitList(t, "merges_2024_12.csv"), "--check")
	if !strings.Contains(check, "Nghị quyết 1240/NQ-UBTVQH15, từ ngày 01/12/2024") || !strings.Contains(check, "thị trấn Chợ Chu, xã Bảo Cường → thị trấn Chợ Chu (05569)") {
		t.Errorf("the preview says %s", check)
	}
	diff(t, "after a look", tree(on(2024, 12, 1)), first)
	undo2024 := undoOf(t, run("import", "mergers", unitList(t, "merges_2024_12.csv")))
	diff(t, "the day before", tree(on(2024, 11, 30)), first)
	diff(t, "on 2024-12-01", tree(on(2024, 12, 1)), asListed(list(t, "units_2025_01.csv")))

	// The second: with Bắc Kạn, and without districts.
	undoBacKan := undoOf(t, run("import", "units", unitList(t, "units_backan_2025_01.csv")))
	both := tree(on(2025, 6, 30))
	rows := "Mã cũ;Đơn vị cũ;Mã mới;Đơn vị mới\n06;tỉnh Bắc Kạn;19;tỉnh Thái Nguyên\n"
	for _, r := range list(t, "merges_2025.csv") {
		rows += strings.Join([]string{r["old_code"], r["old_full_name"], r["new_code"], r["new_full_name"]}, ";") + "\n"
	}
	file := write(t, dir, "sap-xep.csv", rows)
	args := []string{"import", "mergers", file, "--resolution", "1683/NQ-UBTVQH15", "--day", "2025-07-01", "--abolish", "district"}
	undo2025 := undoOf(t, run(args...))
	diff(t, "on 2025-07-01", tree(on(2025, 7, 1)), asListed(list(t, "units_2025.csv")))
	diff(t, "the day before", tree(on(2025, 6, 30)), both)
	if out, errs, code := lantoaIn(dir, args...); code == 0 {
		t.Errorf("the same resolution was played twice: %s%s", out, errs)
	}

	lineage := list(t, "lineage_177_to_92.csv")
	_, all := treeOn(t, dir, on(2025, 7, 1))
	was := map[string]lantoa.Unit{} // by code, as of 2021
	now := map[string]lantoa.Unit{}
	for _, u := range all {
		if u.Level == lantoa.Commune && u.InForce(on(2021, 1, 1)) {
			was[u.Code] = u
		}
		if u.Level == lantoa.Commune && u.InForce(on(2025, 7, 1)) {
			now[u.Code] = u
		}
	}
	heirs, forebears := map[string][]string{}, map[string][]string{}
	bacKan := map[string]bool{}
	for _, r := range list(t, "units_backan_2025_01.csv") {
		bacKan[r["code"]] = true
	}
	for _, r := range lineage {
		heirs[r["code_2021"]] = append(heirs[r["code_2021"]], r["code_2025_07"]+" "+strings.ToLower(r["full_name_2025_07"]))
		forebears[r["code_2025_07"]] = append(forebears[r["code_2025_07"]], r["code_2021"]+" "+strings.ToLower(r["full_name_2021"]))
		if part := len(all.Heirs(was[r["code_2021"]].ID, on(2025, 7, 1))) > 1; part != (r["share"] == "part") {
			t.Errorf("%s %s: share is %s", r["code_2021"], r["full_name_2021"], r["share"])
		}
	}
	if len(heirs) != 177 || len(now) != 92 {
		t.Fatalf("%d communes of 2021 in the lineage, %d communes now", len(heirs), len(now))
	}
	for code, want := range heirs {
		var got []string
		for _, u := range all.Heirs(was[code].ID, on(2025, 7, 1)) {
			got = append(got, u.Code+" "+strings.ToLower(u.Name))
		}
		diff(t, "heirs of "+was[code].Name, got, want)
	}
	for code, u := range now {
		got := []string{}
		for _, x := range all.Forebears(u.ID) {
			if x.Level == lantoa.Commune && !bacKan[x.Code] && x.InForce(on(2021, 1, 1)) {
				got = append(got, x.Code+" "+strings.ToLower(x.Name))
			}
		}
		diff(t, "forebears of "+u.Name, got, forebears[code])
	}

	// Back, the last first.
	if out, errs, code := lantoaIn(dir, "import", "undo", undo2024); code == 0 || !strings.Contains(errs, "Hoàn tác lần sau trước") {
		t.Errorf("the first was taken back under the second: exit %d %s%s", code, out, errs)
	}
	run("import", "undo", undo2025)
	diff(t, "after the second was taken back", tree(on(2025, 7, 1)), both)
	run("import", "undo", undoBacKan)
	run("import", "undo", undo2024)
	diff(t, "after all was taken back", tree(on(2025, 7, 1)), first)
	if _, all := treeOn(t, dir, on(2025, 7, 1)); len(all) != 187 {
		t.Errorf("%d units are left of 187", len(all))
	}
}

func TestMergersWithABadRowChangeNothing(t *testing.T) {
	dir := smallTree(t)
	file := write(t, dir, "sap-xep.csv", "Mã cũ;Mã mới;Đơn vị mới\n05722;05799;xã Mới Mẫu\n99999;05799;xã Mới Mẫu\n164;05799;phường Khác Mẫu\n")
	before, _ := treeOn(t, dir, time.Now())
	out, errs, code := lantoaIn(dir, "import", "mergers", file, "--resolution", "1/NQ", "--day", "2025-07-01")
	if code == 0 || !strings.Contains(out, "sap-xep.csv:3: không có đơn vị nào mang mã") || !strings.Contains(out, "sap-xep.csv:4: mã và tên không khớp") || !strings.Contains(errs, "chưa ghi gì") {
		t.Errorf("exit %d: %s%s", code, out, errs)
	}
	after, _ := treeOn(t, dir, time.Now())
	diff(t, "after a bad file", after, before)
	if out, errs, code := lantoaIn(dir, "import", "mergers", file); code == 0 || !strings.Contains(errs, "--day") {
		t.Errorf("without a day: exit %d: %s%s", code, out, errs)
	}
}

func TestAnOfficesListComesInOnceWithItsPeopleAndIsTakenBack(t *testing.T) {
	dir := t.TempDir()
	file := write(t, dir, "danh-sach.csv", "Tên đơn vị;Cấp;Trực thuộc;Trang FB;Nhóm Zalo;Phụ trách;ĐT;Thư\n"+
		"Tỉnh Chè Mẫu;Tỉnh;;fb.com/phunuchemau;;Nguyễn Thị Mẫu;0208 385 1234;vp@chemau.vn\n"+
		"Xã Đồng Mẫu;Xã;Chè Mẫu;m.facebook.com/phunu.dongmau;zalo.me/g/abcd1234;Trần Thị Hai;912345678;\n"+
		"Xã Khe Mẫu;Xã;Chè Mẫu;facebook.com/people/ba/1;;;;\n")
	var undo string
	for range 2 { // the second time nothing comes twice
		out, errs, _ := lantoaIn(dir, "import", "units", file)
		if !strings.Contains(out, "2 dòng tốt, 1 dòng lỗi") || !strings.Contains(out, "danh-sach.csv:4: “facebook.com/people/ba/1” là trang cá nhân") {
			t.Fatalf("%s%s", out, errs)
		}
		if undo == "" {
			undo = undoOf(t, out)
		}
	}
	count := func() (units, channels, contacts int) {
		st := openStore(t, dir)
		defer st.Close()
		ctx := context.Background()
		u, err := st.Units(ctx, lantoa.Everything, time.Time{})
		if err != nil {
			t.Fatal(err)
		}
		ch, err := st.Channels(ctx, lantoa.Everything, store.ChannelFilter{})
		if err != nil {
			t.Fatal(err)
		}
		of, err := st.Contacts(ctx, lantoa.Everything)
		if err != nil {
			t.Fatal(err)
		}
		for _, c := range of {
			contacts += len(c)
		}
		return len(u), len(ch), contacts
	}
	if u, ch, c := count(); u != 2 || ch != 3 || c != 2 {
		t.Errorf("%d units, %d channels, %d contacts", u, ch, c)
	}
	out, errs, code := lantoaIn(dir, "import", "list")
	if code != 0 {
		t.Fatalf("%s%s", out, errs)
	}
	for _, id := range []string{strings.Fields(out)[0], undo} { // the second import, then the first
		if out, errs, code := lantoaIn(dir, "import", "undo", id); code != 0 {
			t.Fatalf("exit %d: %s%s", code, out, errs)
		}
	}
	if u, ch, c := count(); u+ch+c != 0 {
		t.Errorf("%d units, %d channels, %d contacts are left", u, ch, c)
	}
}
