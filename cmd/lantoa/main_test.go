package main

import (
	"context"
	"database/sql"
	"fmt"
	"net"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/hoiphunu/lantoa/store"
)

func TestWrongUsageIsSaidAndExits2(t *testing.T) {
	dir := t.TempDir()
	config := filepath.Join(dir, "bad.toml")
	if err := os.WriteFile(config, []byte("[facebook]\napp_idd = \"1\"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		name string
		args []string
		env  []string
		says string
	}{
		{name: "no verb", says: "cần một động từ"},
		{name: "a verb with a slip of the hand", args: []string{"serch"}, says: `có phải "search"`},
		{name: "a verb like nothing known proposes nothing", args: []string{"xyzzyplugh"}, says: `không có động từ "xyzzyplugh" (lantoa help`},
		{name: "an unknown flag", args: []string{"demo", "--wekks", "3"}, says: `có phải "weeks"`},
		{name: "a flag's wrong value", args: []string{"demo", "--weeks", "many"}, says: `cờ --weeks không nhận giá trị "many"`},
		{name: "a flag without its value", args: []string{"demo", "--weeks"}, says: "cờ --weeks cần một giá trị"},
		{name: "too many weeks", args: []string{"demo", "--weeks", "9999"}, says: "từ 1 đến 260"},
		{name: "a time that is none", args: []string{"demo", "--now", "hôm qua"}, says: "2026-11-23T06:00+07:00"},
		{name: "an unknown variable names the nearest", args: []string{"version"}, env: []string{"LANTOA_DATABASE_ULR=x"}, says: "có phải LANTOA_DATABASE_URL"},
		{name: "an unknown key of the file names the nearest", args: []string{"version", "--config", config}, says: `có phải "facebook.app_id"`},
		{name: "a file of settings that is not there", args: []string{"version", "--config", filepath.Join(dir, "none.toml")}, says: "không đọc được tệp cài đặt"},
		{name: "a listen address that is none", args: []string{"serve", "--listen", "8187"}, says: "127.0.0.1:8187"},
		{name: "a time zone that is none", args: []string{"version"}, env: []string{"LANTOA_TIMEZONE=Mars/Phobos"}, says: "múi giờ"},
		{name: "search for nothing", args: []string{"search"}, says: "cần lời tìm"},
		{name: "an unknown kind of file", args: []string{"import", "potss", "x"}, says: `có phải "posts"`},
		{name: "a secret key of the wrong length", args: []string{"user", "list"}, env: []string{"LANTOA_SECRET_KEY=YWJj"}, says: "32 byte"},
		{name: "an e-mail address that is none", args: []string{"user", "add", "x", "--role", "admin", "--unit", "19"}, says: "không phải địa chỉ thư"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			var out, errs strings.Builder
			args := tt.args
			if len(args) > 0 {
				args = append(args, "--data", filepath.Join(dir, "data"))
			}
			if strings.HasPrefix(tt.name, "a flag without") {
				args = tt.args
			}
			code := run(context.Background(), args, tt.env, &out, &errs)
			if code != 2 || !strings.Contains(errs.String(), tt.says) {
				t.Errorf("exit %d, said %q; want 2 and %q", code, errs.String(), tt.says)
			}
		})
	}
}

func TestEveryVerbHasHelpWithAnExample(t *testing.T) {
	for _, v := range verbs() {
		var out, errs strings.Builder
		if code := run(context.Background(), []string{v.name, "--help"}, nil, &out, &errs); code != 0 {
			t.Errorf("%s --help: exit %d, %s", v.name, code, errs.String())
		}
		if !strings.Contains(out.String(), "Ví dụ:     lantoa "+v.name) || !strings.Contains(out.String(), "Cách dùng: lantoa "+v.name) {
			t.Errorf("%s --help has no example: %s", v.name, out.String())
		}
	}
}

func TestFlagsBeatVariablesBeatTheFile(t *testing.T) {
	file := filepath.Join(t.TempDir(), "lantoa.toml")
	if err := os.WriteFile(file, []byte("log = \"debug\"\nlisten = \"127.0.0.1:1\"\nmail_hold = false\n[zalo]\napp_secret = \"kín\"\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	fs := newFlags(versionVerb, os.Stderr)
	if err := fs.Parse([]string{"--config", file, "--log", "error"}); err != nil {
		t.Fatal(err)
	}
	set, err := readSettings(fs, []string{"LANTOA_LISTEN=127.0.0.1:2", "LANTOA_LOG=warn", "LANTOA_TEST_ANYTHING=1", "PATH=/bin"})
	if err != nil {
		t.Fatal(err)
	}
	for key, want := range map[string]string{"log": "error", "listen": "127.0.0.1:2", "mail_hold": "false", "timezone": "Asia/Ho_Chi_Minh"} {
		if got := set.Get(key); got != want {
			t.Errorf("%s is %q, want %q", key, got, want)
		}
	}
	for _, row := range set.Origin() {
		if row[0] == "zalo.app_secret" && (row[1] != "••••" || !strings.Contains(row[2], file)) {
			t.Errorf("a secret is shown as %q from %q", row[1], row[2])
		}
	}
}

// smallTree writes a list of three units and brings it into a fresh data folder.
func smallTree(t *testing.T) (dir string) {
	t.Helper()
	dir = t.TempDir()
	file := filepath.Join(dir, "don-vi.csv")
	if err := os.WriteFile(file, []byte("Mã,Tên đơn vị,Cấp,Trực thuộc\n19,tỉnh Thái Nguyên,tỉnh,\n164,thành phố Thái Nguyên,huyện,19\n05722,xã Đồng Mẫu,xã,164\n"), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, errs, code := lantoaIn(dir, "import", "units", file); code != 0 {
		t.Fatalf("import units: exit %d: %s%s", code, out, errs)
	}
	return dir
}

func TestImportNamesTheBadLineAndKeepsTheRest(t *testing.T) {
	dir := smallTree(t)
	var lines []string
	for i := 1; i <= 20; i++ {
		lines = append(lines, fmt.Sprintf(`{"id":"b%d","text":"Bài số %d về tổ tiết kiệm của chi hội","published_at":"2026-11-0%dT08:00:00+07:00","reactions":%d}`, i, i, i%9+1, i))
	}
	lines[16] = `{"id":"b17","text":`
	file := filepath.Join(dir, "bai.jsonl")
	if err := os.WriteFile(file, []byte(strings.Join(lines, "\n")), 0o600); err != nil {
		t.Fatal(err)
	}
	out, _, code := lantoaIn(dir, "import", "posts", file, "--check")
	if code != 1 || !strings.Contains(out, "chưa ghi gì") {
		t.Errorf("--check: exit %d: %s", code, out)
	}
	if out, _, _ := lantoaIn(dir, "search", "tổ tiết kiệm"); !strings.Contains(out, "Tìm thấy 0 bài") {
		t.Errorf("--check wrote something: %s", out)
	}
	out, errs, code := lantoaIn(dir, "import", "posts", file)
	if code != 1 || !strings.Contains(out, "bai.jsonl:17: ") || !strings.Contains(out, "19 dòng tốt, 1 dòng lỗi") {
		t.Errorf("exit %d: %s%s", code, out, errs)
	}
	if out, _, code := lantoaIn(dir, "search", "to tiet kiem"); code != 0 || !strings.Contains(out, "Tìm thấy 19 bài") {
		t.Errorf("exit %d: %s", code, out)
	}
	lines[16] = lines[15]
	if err := os.WriteFile(file, []byte(strings.Join(lines, "\n")), 0o600); err != nil {
		t.Fatal(err)
	}
	if out, _, code := lantoaIn(dir, "import", "posts", file); code != 0 || !strings.Contains(out, "0 mới") {
		t.Errorf("the same file again: exit %d: %s", code, out)
	}
}

func TestRealPostsComeInAndAreFound(t *testing.T) {
	corpus := "../../../shared/data/corpus/fb_posts_vi.jsonl"
	if _, err := os.Stat(corpus); err != nil {
		t.Skip("NOT TESTED ON REAL POSTS: the shared data is not there")
	}
	dir := smallTree(t)
	out, errs, code := lantoaIn(dir, "import", "posts", corpus)
	if code != 1 || !strings.Contains(out, "6.493 dòng tốt, 141 dòng lỗi") {
		t.Fatalf("exit %d: %.300s%s", code, out[max(0, len(out)-300):], errs)
	}
	if out, _, code := lantoaIn(dir, "search", "khau trang"); code != 0 || strings.Contains(out, "Tìm thấy 0 bài") {
		t.Errorf("exit %d: %s", code, out)
	}
}

func TestPeopleFromTheCommandLine(t *testing.T) {
	dir := smallTree(t)
	out, errs, code := lantoaIn(dir, "user", "add", "Lan@Tinh.example", "--role", "communications", "--unit", "19")
	if code != 0 || !strings.Contains(out, "Mật khẩu lần đầu: ") {
		t.Fatalf("exit %d: %s%s", code, out, errs)
	}
	if _, errs, code := lantoaIn(dir, "user", "add", "lan@tinh.example", "--role", "viewer", "--unit", "19"); code != 1 || !strings.Contains(errs, "đã có trong danh sách") {
		t.Errorf("the same address twice: exit %d: %s", code, errs)
	}
	if _, errs, code := lantoaIn(dir, "user", "add", "b@tinh.example", "--role", "viewer", "--unit", "99999"); code != 2 || !strings.Contains(errs, "không có đơn vị mã") {
		t.Errorf("an unknown unit: exit %d: %s", code, errs)
	}
	if out, _, code := lantoaIn(dir, "user", "disable", "lan@tinh.example"); code != 0 || !strings.Contains(out, "Đã khóa") {
		t.Errorf("disable: exit %d: %s", code, out)
	}
	if out, _, _ := lantoaIn(dir, "user", "list"); !strings.Contains(out, "lan@tinh.example") || !strings.Contains(out, "đã khóa") {
		t.Errorf("list: %s", out)
	}
	if _, errs, code := lantoaIn(dir, "user", "passwd", "khong@co.example"); code != 2 || !strings.Contains(errs, "không có người dùng") {
		t.Errorf("nobody: exit %d: %s", code, errs)
	}
}

func TestASecondServiceIsRefusedInOneSentence(t *testing.T) {
	dir := smallTree(t)
	st, err := store.Open(context.Background(), filepath.Join(dir, "lantoa.db"), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	defer st.Close()
	if err := st.ClaimService(context.Background(), "serve"); err != nil {
		t.Fatal(err)
	}
	_, errs, code := lantoaIn(dir, "serve", "--listen", "127.0.0.1:0")
	if code != 1 || !strings.Contains(errs, "đang được một dịch vụ khác dùng") || strings.Count(errs, "\n") != 1 {
		t.Errorf("exit %d: %s", code, errs)
	}
	if out, _, code := lantoaIn(dir, "user", "list"); code != 0 {
		t.Errorf("other verbs work beside it: exit %d: %s", code, out)
	}
}

func TestATakenPortIsSaid(t *testing.T) {
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	defer l.Close()
	_, errs, code := lantoaIn(smallTree(t), "serve", "--listen", l.Addr().String())
	if code != 1 || !strings.Contains(errs, "đã có chương trình khác dùng") {
		t.Errorf("exit %d: %s", code, errs)
	}
}

func TestADatabaseNewerThanTheProgramIsSaid(t *testing.T) {
	dir := smallTree(t)
	db, err := sql.Open("sqlite3", "file:"+filepath.Join(dir, "lantoa.db"))
	if err != nil {
		t.Fatal(err)
	}
	if _, err := db.Exec(`INSERT INTO goose_db_version (version_id, is_applied) VALUES (9999, 1)`); err != nil {
		t.Fatal(err)
	}
	db.Close()
	_, errs, code := lantoaIn(dir, "user", "list")
	if code != 1 || !strings.Contains(errs, "mới hơn chương trình") {
		t.Errorf("exit %d: %s", code, errs)
	}
}

func TestDoctorSaysWhatToDo(t *testing.T) {
	out, _, code := lantoaIn(smallTree(t), "doctor")
	if code != 1 { // nobody can administer it yet
		t.Errorf("exit %d", code)
	}
	for _, want := range []string{"chưa có quản trị viên", "lantoa user add", "cơ sở dữ liệu: SQLite", "chỉ mục: 0 bài", "LANTOA_SMTP_URL"} {
		if !strings.Contains(out, want) {
			t.Errorf("doctor does not say %q: %s", want, out)
		}
	}
}

func TestStopsOfALivedPast(t *testing.T) {
	target, err := parseTime("2026-11-23T06:00+07:00")
	if err != nil {
		t.Fatal(err)
	}
	stops := stopsBetween(target.AddDate(0, 0, -26*7).Add(-1), target)
	if len(stops) != 26+14 {
		t.Errorf("%d stops, want 26 a week apart and 14 of twelve hours", len(stops))
	}
	if !stops[0].Equal(target.AddDate(0, 0, -26*7)) || !stops[len(stops)-1].Equal(target) {
		t.Errorf("from %s to %s", stops[0], stops[len(stops)-1])
	}
	if again := stopsBetween(stops[30], target); len(again) != 9 || !again[0].Equal(stops[31]) {
		t.Errorf("after a crash it goes on at %v", again)
	}
	if more := stopsBetween(target, target.Add(40*60*1e9)); len(more) != 1 {
		t.Errorf("a start forty minutes later sweeps %d times, want once", len(more))
	}
}
