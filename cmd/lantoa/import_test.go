package main

import (
	"archive/zip"
	"context"
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/store"
)

// threeChannels is a small tree with a page, an ordinary group and another one.
func threeChannels(t *testing.T) (dir string) {
	t.Helper()
	dir = smallTree(t)
	write(t, dir, "kenh.csv", "Mã đơn vị;Loại kênh;Tên kênh;Địa chỉ\n05722;Trang Facebook;Phụ nữ xã Đồng Mẫu;https://fb.com/phunu.dongmau\n")
	if out, errs, code := lantoaIn(dir, "import", "channels", filepath.Join(dir, "kenh.csv")); code != 0 {
		t.Fatalf("import channels: exit %d: %s%s", code, out, errs)
	}
	st := openStore(t, dir)
	defer st.Close()
	unit, err := st.UnitByCode(context.Background(), "05722", time.Now())
	if err != nil {
		t.Fatal(err)
	}
	for external, name := range map[string]string{"3900000000000000001": "Hội Phụ nữ xã Đại Phúc", "3900000000000000002": "BCH Hội PN xã Đại Phúc"} {
		ch := lantoa.Channel{Kind: lantoa.ZaloGroup, External: external, Name: name, Unit: unit}
		if err := st.SaveChannel(context.Background(), &ch); err != nil {
			t.Fatal(err)
		}
	}
	return dir
}

func openStore(t *testing.T, dir string) *store.Store {
	t.Helper()
	st, err := store.Open(context.Background(), filepath.Join(dir, "lantoa.db"), store.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return st
}

// channelIn is the channel with an external id, as it stands in the folder's store.
func channelIn(t *testing.T, dir string, kind lantoa.ChannelKind, external string) (lantoa.Channel, []lantoa.Measured) {
	t.Helper()
	st := openStore(t, dir)
	defer st.Close()
	ch, err := st.ChannelByExternal(context.Background(), kind, external)
	if err != nil {
		t.Fatal(err)
	}
	posts, err := st.ChannelPosts(context.Background(), ch.ID, time.Time{}, 100)
	if err != nil {
		t.Fatal(err)
	}
	return ch, posts
}

func write(t *testing.T, dir, name, text string) string {
	t.Helper()
	file := filepath.Join(dir, name)
	if err := os.WriteFile(file, []byte(text), 0o600); err != nil {
		t.Fatal(err)
	}
	return file
}

// zaloRecording is the path of a recorded file of messages.
func zaloRecording(t *testing.T, name string) string {
	t.Helper()
	file := "../../../shared/fixtures/zalo/" + name
	if _, err := os.Stat(file); err != nil {
		t.Skipf("SKIPPED, the recording is not here: %v", err)
	}
	return file
}

var undoHint = regexp.MustCompile(`Hoàn tác: lantoa import undo (\S+)`)

// undoOf is the id that an import printed.
func undoOf(t *testing.T, out string) string {
	t.Helper()
	m := undoHint.FindStringSubmatch(out)
	if m == nil {
		t.Fatalf("no way back is shown: %s", out)
	}
	return m[1]
}

func TestMessagesOfAGroupComeInOnceAndWithoutTheirPeople(t *testing.T) {
	file := zaloRecording(t, "25_zca_group_messages.jsonl")
	dir := threeChannels(t)
	out, errs, code := lantoaIn(dir, "import", "zalo-messages", file, "--check")
	if code != 0 || !strings.Contains(out, "chưa ghi gì, 9 tin tốt") || !strings.Contains(out, "1 bài, 8 tin chỉ đếm, 1 tin trùng, 1 tin tự xóa") || undoHint.MatchString(out) {
		t.Fatalf("--check: exit %d: %s%s", code, out, errs)
	}
	if ch, posts := channelIn(t, dir, lantoa.ZaloGroup, "3900000000000000001"); len(posts) != 0 || ch.Chatter != 0 {
		t.Fatalf("--check wrote %d posts, %d messages", len(posts), ch.Chatter)
	}
	out, errs, code = lantoaIn(dir, "import", "zalo-messages", file)
	if code != 0 || !strings.Contains(out, "(1 mới, 0 sửa, 0 đã có)") {
		t.Fatalf("exit %d: %s%s", code, out, errs)
	}
	id := undoOf(t, out)
	ch, posts := channelIn(t, dir, lantoa.ZaloGroup, "3900000000000000001")
	if len(posts) != 1 || ch.Chatter != 8 || posts[0].Type != lantoa.Album || len(posts[0].Media) != 3 {
		t.Fatalf("%d posts, %d messages: %+v", len(posts), ch.Chatter, posts)
	}
	out, _, code = lantoaIn(dir, "import", "zalo-messages", file, zaloRecording(t, "27_zca_history_export.json"))
	if code != 0 || strings.Contains(out, "1 mới") || !strings.Contains(out, "9 tin đã có") || !strings.Contains(out, "3 tin đã có") {
		t.Errorf("the same messages again: exit %d: %s", code, out)
	}
	if again, posts := channelIn(t, dir, lantoa.ZaloGroup, "3900000000000000001"); len(posts) != 1 || again.Chatter != 8 {
		t.Errorf("they are there twice: %d posts, %d messages", len(posts), again.Chatter)
	}
	for _, name := range []string{"lantoa.db", "lantoa.db-wal"} {
		raw, err := os.ReadFile(filepath.Join(dir, name))
		if err != nil {
			continue
		}
		for _, private := range []string{"Lan Mẫu", "Hường Mẫu", "5600000000000000001", "5600000000000000002", "mau1234", "Em gửi nhầm nhóm"} {
			if strings.Contains(string(raw), private) {
				t.Errorf("%s holds %q", name, private)
			}
		}
	}
	if out, errs, code := lantoaIn(dir, "import", "undo", id); code != 0 || !strings.Contains(out, "Đã hoàn tác: gỡ") {
		t.Fatalf("undo: exit %d: %s%s", code, out, errs)
	}
	if ch, posts := channelIn(t, dir, lantoa.ZaloGroup, "3900000000000000001"); len(posts) != 0 || ch.Chatter != 0 {
		t.Errorf("after undo there are %d posts, %d messages", len(posts), ch.Chatter)
	}
}

func TestWhatWasTakenBackStaysAway(t *testing.T) {
	story := strings.Repeat("Chi hội Đồng Tâm thu gom phế liệu gây quỹ giúp trẻ em nghèo. ", 5)
	said := func(id, text string) string {
		return fmt.Sprintf(`{"type":1,"threadId":"3900000000000000001","data":{"msgId":%q,"cliMsgId":"1","msgType":"webchat","uidFrom":"5600000000000000009","ts":"1795349700000","content":%q}}`+"\n", id, text)
	}
	recalled := `{"data":{"msgId":"9","uidFrom":"5600000000000000009","ts":"1795349800000","content":{"globalMsgId":77,"cliMsgId":1,"deleteMsg":1}},"threadId":"3900000000000000001","isGroup":true}`
	for name, order := range map[string][]string{"it was known": {said("77", story), recalled, said("77", story)}, "it was not": {recalled, said("77", story)}} {
		t.Run(name, func(t *testing.T) {
			dir := threeChannels(t)
			for i, text := range order {
				file := write(t, dir, fmt.Sprintf("%d.jsonl", i), text)
				if out, errs, code := lantoaIn(dir, "import", "zalo-messages", file); code != 0 {
					t.Fatalf("exit %d: %s%s", code, out, errs)
				}
			}
			if _, posts := channelIn(t, dir, lantoa.ZaloGroup, "3900000000000000001"); len(posts) > 0 && posts[0].Text != "" {
				t.Errorf("it is there again: %q", posts[0].Text)
			}
			if out, _, _ := lantoaIn(dir, "search", "phế liệu gây quỹ"); !strings.Contains(out, "Tìm thấy 0 bài") {
				t.Errorf("it is still found: %s", out)
			}
		})
	}
}

func TestPastedTextNeedsItsGroupAndIsShownFirst(t *testing.T) {
	file := zaloRecording(t, "31_paste_from_pc.txt")
	dir := threeChannels(t)
	if out, errs, code := lantoaIn(dir, "import", "zalo-messages", file); code != 1 || !strings.Contains(errs, "--group") {
		t.Errorf("without a group: exit %d: %s%s", code, out, errs)
	}
	out, errs, code := lantoaIn(dir, "import", "zalo-messages", file, "--group", "hội phụ nữ xã đại phúc", "--check")
	if code != 0 || !strings.Contains(out, "20:31 14/11/2026 bài: “🌸 MÔ HÌNH") || !strings.Contains(out, "20:40 14/11/2026 chỉ đếm (text)") || !strings.Contains(out, "1 tin bị thu hồi") {
		t.Errorf("--check: exit %d: %s%s", code, out, errs)
	}
	if strings.Contains(out, "Hà Mẫu") || strings.Contains(out, "Tuyệt vời quá") {
		t.Errorf("the preview shows a name or a private word: %s", out)
	}
	if out, errs, code := lantoaIn(dir, "import", "zalo-messages", file, "--group", "Hội Phụ nữ xã Đại Phúc"); code != 0 {
		t.Fatalf("exit %d: %s%s", code, out, errs)
	}
	_, posts := channelIn(t, dir, lantoa.ZaloGroup, "3900000000000000001")
	if len(posts) != 1 || !strings.HasSuffix(posts[0].Text, "👉 Liên hệ chị Hà (chi hội trưởng): 09•• ••• •87\n#mohinhhay #phunuthainguyen #bienracthanhtien") {
		t.Fatalf("%+v", posts)
	}
	if _, errs, code := lantoaIn(dir, "import", "zalo-messages", file, "--group", "nhóm lạ"); code != 1 || !strings.Contains(errs, "không có kênh nào") {
		t.Errorf("an unknown group: exit %d: %s", code, errs)
	}
}

func TestAnUnknownGroupAndASealedOneAreSaid(t *testing.T) {
	dir := threeChannels(t)
	file := write(t, dir, "la.jsonl", `{"type":1,"threadId":"777","data":{"msgId":"1","ts":"1795349700000","msgType":"webchat","content":"x"}}`)
	out, _, code := lantoaIn(dir, "import", "zalo-messages", file)
	if code != 1 || !strings.Contains(out, "không có nhóm nào của ta mang mã 777") || undoHint.MatchString(out) {
		t.Errorf("exit %d: %s", code, out)
	}
	out, errs, code := lantoaIn(dir, "import", "zalo-messages", zaloRecording(t, "33_zca_group_info.json"))
	if code != 0 || !strings.Contains(out, "mã hóa đầu cuối: không lấy được nội dung") {
		t.Errorf("exit %d: %s%s", code, out, errs)
	}
	if ch, _ := channelIn(t, dir, lantoa.ZaloGroup, "3900000000000000001"); ch.Followers != lantoa.Of(236) || ch.Trouble != nil {
		t.Errorf("%v members, trouble %v", ch.Followers, ch.Trouble)
	}
	if ch, _ := channelIn(t, dir, lantoa.ZaloGroup, "3900000000000000002"); ch.Trouble == nil || ch.Trouble.What != "e2ee" {
		t.Errorf("trouble %v", ch.Trouble)
	}
}

func TestMonthlyFiguresComeInWithTheirFaultsNamed(t *testing.T) {
	dir := threeChannels(t)
	file := write(t, dir, "thang.csv", "BÁO CÁO THÁNG 10/2026\nTT;Đơn vị;Trang Facebook;;Quà tặng\n;;Số bài;Tương tác;\n1;xã Đồng Mẫu;12;1,2K;5\n2;xã Lạ Mẫu;1;2;3\n;Tổng;13;1202;8\n")
	out, errs, code := lantoaIn(dir, "import", "metrics", file, "--check")
	if code != 1 || !strings.Contains(out, "thang.csv:5: không có đơn vị nào mang mã “xã Lạ Mẫu”") || !strings.Contains(out, "1 dòng tốt, 1 dòng lỗi, 2 số liệu") || !strings.Contains(out, "cột không dùng: Quà tặng") {
		t.Errorf("--check: exit %d: %s%s", code, out, errs)
	}
	out, errs, code = lantoaIn(dir, "import", "metrics", file)
	if code != 1 || !strings.Contains(out, "(2 mới, 0 sửa, 0 đã có)") {
		t.Fatalf("exit %d: %s%s", code, out, errs)
	}
	id := undoOf(t, out)
	months := func() []lantoa.ChannelMonth {
		st := openStore(t, dir)
		defer st.Close()
		ch, err := st.ChannelByExternal(context.Background(), lantoa.FacebookPage, "phunu.dongmau")
		if err != nil {
			t.Fatal(err)
		}
		all, err := st.ChannelMonths(context.Background(), ch.ID, "2026-01", "2026-12")
		if err != nil {
			t.Fatal(err)
		}
		return all
	}
	if got := months(); len(got) != 2 || got[0].Month != "2026-10" {
		t.Fatalf("%+v", got)
	}
	out, _, _ = lantoaIn(dir, "import", "metrics", file)
	if !strings.Contains(out, "(0 mới, 0 sửa, 2 đã có)") {
		t.Errorf("the same sheet again: %s", out)
	}
	for _, id := range []string{id, undoOf(t, out)} { // what two files brought goes when both are taken back
		if len(months()) != 2 {
			t.Errorf("before undo: %+v", months())
		}
		if out, errs, code := lantoaIn(dir, "import", "undo", id); code != 0 {
			t.Fatalf("undo: exit %d: %s%s", code, out, errs)
		}
	}
	if got := months(); len(got) != 0 {
		t.Errorf("after undo: %+v", got)
	}
	if _, errs, code := lantoaIn(dir, "import", "undo", id); code != 1 || !strings.Contains(errs, "đã được hoàn tác") {
		t.Errorf("undo twice: exit %d: %s", code, errs)
	}
	if _, errs, code := lantoaIn(dir, "import", "undo", "khongco"); code != 2 || !strings.Contains(errs, "không có lần nhập nào") {
		t.Errorf("undo of nothing: exit %d: %s", code, errs)
	}
	if out, _, code := lantoaIn(dir, "import", "list"); code != 0 || !strings.Contains(out, id) || !strings.Contains(out, "thang.csv: 1 tốt, 1 lỗi, đã hoàn tác") {
		t.Errorf("list: exit %d: %s", code, out)
	}
	if out, _, code := lantoaIn(dir, "import", "list", "--json"); code != 0 || !strings.Contains(out, `"id": "`+id+`"`) {
		t.Errorf("list --json: exit %d: %s", code, out)
	}
	if _, errs, code := lantoaIn(dir, "import", "metrics", file, "--month", "11/2026"); code != 1 || !strings.Contains(errs, "viết như 2026-11") {
		t.Errorf("a month that is none: exit %d: %s", code, errs)
	}
}

// archiveOf writes an archive as Facebook makes it.
func archiveOf(t *testing.T, dir, name, text string) string {
	t.Helper()
	file := filepath.Join(dir, "facebook.zip")
	f, err := os.Create(file)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z := zip.NewWriter(f)
	w, err := z.Create("this_profile's_activity_across_facebook/posts/" + name)
	if err != nil {
		t.Fatal(err)
	}
	if _, err := w.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	return file
}

func TestAnArchiveAddsOnlyWhatThePageDoesNotHave(t *testing.T) {
	dir := threeChannels(t)
	ctx := context.Background()
	at := time.Date(2026, 11, 18, 2, 21, 4, 0, time.UTC)
	ch, _ := channelIn(t, dir, lantoa.FacebookPage, "phunu.dongmau")
	st := openStore(t, dir)
	if _, err := st.SavePosts(ctx, ch.ID, []lantoa.Incoming{{Post: lantoa.Post{External: "104_1", Type: lantoa.Text, Text: "Ra mắt tổ tiết kiệm", PublishedAt: at, Permalink: "https://www.facebook.com/104/posts/1"}}}, at.Add(time.Hour)); err != nil {
		t.Fatal(err)
	}
	st.Close()
	zipped := archiveOf(t, dir, "profile_posts_1.json", fmt.Sprintf(`[{"timestamp":%d,"data":[{"post":"Ra m\u00e1\u00ba\u00aft t\u00e1\u00bb\u0095 ti\u00e1\u00ba\u00bft ki\u00e1\u00bb\u0087m"}],"title":"Phu nu xa Dong Mau updated her status."},{"timestamp":%d,"data":[{"post":"Tu sach cho con"}],"title":"Phu nu xa Dong Mau updated her status."}]`, at.Unix(), at.Unix()-86400))
	out, errs, code := lantoaIn(dir, "import", "facebook-export", zipped, "--check")
	if code != 0 || !strings.Contains(out, "2 bài tốt, 0 dòng lỗi, 1 bài đã có trên kênh") || !strings.Contains(out, "→ kênh Phụ nữ xã Đồng Mẫu") {
		t.Fatalf("--check: exit %d: %s%s", code, out, errs)
	}
	out, errs, code = lantoaIn(dir, "import", "facebook-export", zipped)
	if code != 0 || !strings.Contains(out, "(1 mới, 0 sửa, 1 đã có)") {
		t.Fatalf("exit %d: %s%s", code, out, errs)
	}
	id := undoOf(t, out)
	out, _, _ = lantoaIn(dir, "import", "facebook-export", zipped, "--channel", string(ch.ID))
	if !strings.Contains(out, "(0 mới, 0 sửa, 2 đã có)") {
		t.Errorf("the same archive again: %s", out)
	}
	again := undoOf(t, out)
	_, posts := channelIn(t, dir, lantoa.FacebookPage, "phunu.dongmau")
	if len(posts) != 2 || posts[0].External != "104_1" || posts[0].Permalink == "" || posts[1].Text != "Tu sach cho con" {
		t.Fatalf("%+v", posts)
	}
	for _, id := range []string{id, again} {
		if out, errs, code := lantoaIn(dir, "import", "undo", id); code != 0 {
			t.Fatalf("undo: exit %d: %s%s", code, out, errs)
		}
	}
	if _, posts := channelIn(t, dir, lantoa.FacebookPage, "phunu.dongmau"); len(posts) != 1 || posts[0].External != "104_1" {
		t.Errorf("after undo: %+v", posts)
	}
	if _, errs, code := lantoaIn(dir, "import", "facebook-export", archiveOf(t, dir, "profile_posts_1.json", `[{"timestamp":1763432464,"data":[{"post":"x"}],"title":"Trang la updated her status."}]`)); code != 1 || !strings.Contains(errs, "--channel") {
		t.Errorf("another page's archive: exit %d: %s", code, errs)
	}
}

func TestAnImportOfPostsIsUndone(t *testing.T) {
	dir := threeChannels(t)
	file := write(t, dir, "bai.jsonl", `{"id":"1","channel":"phunu.dongmau","text":"Ra mắt tổ tiết kiệm của chi hội","published_at":"2026-11-02"}`+"\n"+`{"id":"2","text":"Bài của một trang khác","published_at":"2026-11-02"}`)
	before, _, _ := lantoaIn(dir, "import", "list", "--json")
	if out, _, code := lantoaIn(dir, "import", "posts", file, "--check"); code != 0 || undoHint.MatchString(out) {
		t.Fatalf("--check: exit %d: %s", code, out)
	}
	if after, _, _ := lantoaIn(dir, "import", "list", "--json"); after != before {
		t.Errorf("--check wrote an import down: %s", after)
	}
	out, errs, code := lantoaIn(dir, "import", "posts", file)
	if code != 0 || !strings.Contains(out, "2 mới") {
		t.Fatalf("exit %d: %s%s", code, out, errs)
	}
	if out, errs, code := lantoaIn(dir, "import", "undo", undoOf(t, out)); code != 0 || !strings.Contains(out, "gỡ") {
		t.Fatalf("undo: exit %d: %s%s", code, out, errs)
	}
	if out, _, _ := lantoaIn(dir, "search", "tiết kiệm"); !strings.Contains(out, "Tìm thấy 0 bài") {
		t.Errorf("it is still found: %s", out)
	}
	if _, errs, code := lantoaIn(dir, "import", "undo"); code != 2 || !strings.Contains(errs, "cần mã") {
		t.Errorf("undo of nothing: exit %d: %s", code, errs)
	}
	if _, errs, code := lantoaIn(dir, "import", "posts", dir); code != 1 || !strings.Contains(errs, "thư mục") {
		t.Errorf("a folder: exit %d: %s", code, errs)
	}
}
