package files

import (
	"archive/zip"
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"
	"golang.org/x/text/unicode/norm"

	"github.com/hoiphunu/lantoa"
)

// misencoded is a JSON text as Facebook's archives have it: every byte beyond ASCII as a letter of its own.
func misencoded(s string) string {
	var b strings.Builder
	for i := range len(s) {
		if c := s[i]; c >= 0x80 {
			fmt.Fprintf(&b, `\u00%02x`, c)
		} else {
			b.WriteByte(c)
		}
	}
	return b.String()
}

// pack makes a ZIP file of names and texts.
func pack(t testing.TB, parts map[string]string) *zip.Reader {
	t.Helper()
	var b bytes.Buffer
	w := zip.NewWriter(&b)
	for name, text := range parts {
		f, err := w.Create(name)
		if err != nil {
			t.Fatal(err)
		}
		io.WriteString(f, text)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	r, err := zip.NewReader(bytes.NewReader(b.Bytes()), int64(b.Len()))
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func readExport(t *testing.T, parts map[string]string) (Export, []BadRow) {
	t.Helper()
	a, err := newArchive(pack(t, parts))
	if err != nil {
		t.Fatal(err)
	}
	got, wrong, err := ReadExport(a, noon, nil)
	if err != nil {
		t.Fatal(err)
	}
	return got, wrong
}

func tellExport(e Export) string {
	var out []string
	for _, p := range e.Posts {
		line := fmt.Sprintf("%s %s %q", p.PublishedAt.In(vietnam()).Format(time.DateTime), p.Type, p.Text)
		for _, m := range p.Media {
			line += " " + m.Kind + ":" + m.ID + m.URL
		}
		if p.Decor {
			line += " decor"
		}
		if p.HasCount {
			line += fmt.Sprintf(" %d/%d/%d", p.Numbers.Reactions.N, p.Numbers.Comments.N, p.Numbers.Shares.N)
		}
		out = append(out, line)
	}
	return strings.Join(out, "\n")
}

const exportedJSON = `[
 {"timestamp":1763432464,"attachments":[{"data":[
   {"media":{"uri":"this_profile's_activity_across_facebook/posts/media/Anh_111/1.jpg","creation_timestamp":1763432460,"description":"Ra mắt tổ phụ nữ"}},
   {"media":{"uri":"this_profile's_activity_across_facebook/posts/media/Anh_111/2.jpg","creation_timestamp":1763432461}}]}],
  "data":[{"post":"Chi hội Đồng Tâm ra mắt tổ “Biến rác thành tiền” 🌸\n\n@[100064000000187:274:Hội LHPN tỉnh Mẫu] cùng dự"},{"update_timestamp":1763432500}],
  "title":"Hội LHPN xã Đồng Mẫu đã thêm 2 ảnh mới.","reactions":{"summary":{"total_count":214}},"comments":37,"shares":{"count":19}},
 {"timestamp":1763518864,"title":"Hội LHPN xã Đồng Mẫu đã chia sẻ một bài viết."},
 {"timestamp":1763518864,"data":[{"post":"Mời các chị đọc"}],"title":"Hội LHPN xã Đồng Mẫu"},
 {"timestamp":1763605264,"attachments":[{"data":[{"external_context":{"url":"https://example.org/bai","name":"Bài báo"}}]}],"title":"Hội LHPN xã Đồng Mẫu đã chia sẻ một liên kết."},
 {"timestamp":1763691664,"attachments":[{"data":[{"media":{"uri":"posts/media/bia.jpg"}}]}],"title":"Hội LHPN xã Đồng Mẫu đã cập nhật ảnh bìa."},
 {"timestamp":1763778064,"attachments":[{"data":[{"media":{"uri":"posts/media/videos/phim.mp4","description":"Hội thi nấu ăn"}}]}],"title":"Hội LHPN xã Đồng Mẫu đã thêm một video mới."},
 {"timestamp":"hôm qua","data":[{"post":"x"}]},
 {"timestamp":1763864464,"title":"Hội LHPN xã Đồng Mẫu đã chia sẻ một bài viết."}
]`

const exportedWant = `2025-11-18 09:21:04 album "Chi hội Đồng Tâm ra mắt tổ “Biến rác thành tiền” 🌸\n\nHội LHPN tỉnh Mẫu cùng dự" photo:1.jpg photo:2.jpg 214/37/19
2025-11-19 09:21:04 share "Mời các chị đọc"
2025-11-20 09:21:04 link "" link:https://example.org/bai
2025-11-21 09:21:04 photo "" photo:bia.jpg decor
2025-11-22 09:21:04 video "Hội thi nấu ăn" video:phim.mp4`

func TestTheJSONOfAnArchive(t *testing.T) {
	for name, parts := range map[string]map[string]string{
		"of a new page":       {"this_profile's_activity_across_facebook/posts/profile_posts_1.json": misencoded(exportedJSON)},
		"of an old one":       {"posts/your_posts_1.json": misencoded(exportedJSON)},
		"in a folder":         {"facebook-mau/posts/page_posts_1.json": misencoded(exportedJSON)},
		"with a longer name":  {"your_facebook_activity/posts/your_posts__check_ins__photos_and_videos_1.json": misencoded(exportedJSON)},
		"inside an object":    {"posts/posts_1.json": `{"version":2,"status_updates":` + misencoded(exportedJSON) + `}`},
		"rightly encoded":     {"posts/profile_posts_1.json": exportedJSON},
		"in two files":        {"posts/profile_posts_1.json": misencoded(exportedJSON), "posts/profile_posts_2.json": misencoded(exportedJSON)},
		"and as HTML as well": {"posts/profile_posts_1.json": misencoded(exportedJSON), "posts/profile_posts_1.html": exportedHTML},
		"with other things beside it": {"posts/profile_posts_1.json": misencoded(exportedJSON), "posts/other_people's_posts_to_your_timeline.json": misencoded(exportedJSON),
			"messages/inbox/posts.txt": "x", "../posts/profile_posts_9.json": `[{"timestamp":1763432464,"data":[{"post":"ngoài"}]}]`, "posts/media/Anh_111/1.jpg": "JPEG",
			"posts/videos.json": `{"videos_v2":[{"uri":"posts/media/videos/phim.mp4","creation_timestamp":1763778060,"description":"` + misencoded("Hội thi nấu ăn") + `"}]}`},
	} {
		t.Run(name, func(t *testing.T) {
			got, wrong := readExport(t, parts)
			if d := cmp.Diff(exportedWant, tellExport(got)); d != "" {
				t.Error(d)
			}
			if got.Page != "Hội LHPN xã Đồng Mẫu" {
				t.Errorf("the page is called %q", got.Page)
			}
			if len(wrong) != got.Parts || wrong[0].Kind != BadDate || wrong[0].Line != 7 || wrong[0].Part == "" || got.Empty != 2*got.Parts {
				t.Errorf("bad rows %v, %d empty of %d parts", wrong, got.Empty, got.Parts)
			}
		})
	}
}

// entry of a page of HTML, as Facebook writes it.
func section(title, body, date string) string {
	return `<section class="_a6-g" aria-labelledby="u_0_1"><h2 class="_2ph_ _a6-h _a6-i" id="u_0_1">` + title + `</h2><div class="_2ph_ _a6-p"><div>` + body +
		`</div></div><footer class="_3-94 _a6-o"><a target="_blank" href="https://www.facebook.com/dyi/l/?l=XYZ"><div class="_a72d">` + date + `</div></a></footer></section>`
}

func picture(name string) string {
	return `<div class="_a7nf"><div class="_a7ng"><div><a target="_blank" href="posts/media/` + name + `"><img src="posts/media/` + name + `" class="_a6_o" /></a><div></div></div></div></div>`
}

var exportedHTML = `<html><head><title>Bài viết</title><style>._a6-g{}</style></head><body><div role="main">` +
	section("Hội LHPN xã Đồng Mẫu đã thêm 2 ảnh mới.", `<div class="_2pin"><div><div>`+picture("Anh_111/1.jpg")+picture("Anh_111/2.jpg")+`</div></div></div><div class="_2pin"><div>Chi hội Đồng Tâm ra mắt tổ “Biến rác thành tiền” 🌸<br /> <br />&#064;[100064000000187:274:Hội LHPN tỉnh Mẫu] cùng dự</div><div></div></div><div class="_2pin"><div>Cập nhật Tháng 11 18, 2025 9:21:40 sa</div><div></div></div>`, "Tháng 11 18, 2025 9:21:04 sa") +
	section("Hội LHPN xã Đồng Mẫu đã chia sẻ một bài viết.", "", "Tháng 11 19, 2025 9:21:04 sa") +
	section("Hội LHPN xã Đồng Mẫu", `<div class="_2pin"><div>Mời các chị đọc</div></div>`, "Tháng 11 19, 2025 9:21:04 sa") +
	section("Hội LHPN xã Đồng Mẫu đã chia sẻ một liên kết.", `<div class="_2pin"><div><div><div><a target="_blank" href="https://example.org/bai">https://example.org/bai</a></div></div></div></div>`, "Tháng 11 20, 2025 9:21:04 sáng") +
	section("Hội LHPN xã Đồng Mẫu đã cập nhật ảnh bìa.", `<div class="_2pin">`+picture("bia.jpg")+`</div>`, "Nov 21, 2025 9:21:04 am") +
	section("Hội LHPN xã Đồng Mẫu đã thêm một video mới.", `<div class="_2pin"><div><video src="posts/media/videos/phim.mp4" controls="1"><a target="_blank" href="posts/media/videos/phim.mp4"><div>Nhấp để xem video:</div></a></video><div class="_3-95">Hội thi nấu ăn</div></div></div><div class="_2pin"><div>Hội thi nấu ăn</div></div>`, "Tháng 11 22, 2025 9:21:04 sa") +
	section("Hội LHPN xã Đồng Mẫu", `<div class="_2pin"><div>x</div></div>`, "hôm qua") +
	`</div></body></html>`

func TestTheHTMLOfAnArchive(t *testing.T) {
	got, wrong := readExport(t, map[string]string{"this_profile's_activity_across_facebook/posts/profile_posts_1.html": exportedHTML})
	if d := cmp.Diff(strings.ReplaceAll(exportedWant, " 214/37/19", ""), tellExport(got)); d != "" {
		t.Error(d)
	}
	if len(wrong) != 1 || wrong[0].Kind != BadDate || wrong[0].Value != "hôm qua" || got.Page != "Hội LHPN xã Đồng Mẫu" {
		t.Errorf("bad rows %v of %q", wrong, got.Page)
	}
	fromJSON, _ := readExport(t, map[string]string{"posts/profile_posts_1.json": misencoded(exportedJSON)})
	for i, p := range got.Posts {
		if p.External != fromJSON.Posts[i].External {
			t.Errorf("%q is %s in HTML and %s in JSON", p.Text, p.External, fromJSON.Posts[i].External)
		}
	}
}

func TestAFolderIsReadLikeTheArchive(t *testing.T) {
	dir := t.TempDir()
	posts := filepath.Join(dir, "this_profile's_activity_across_facebook", "posts")
	if err := os.MkdirAll(posts, 0o700); err != nil {
		t.Fatal(err)
	}
	for name, text := range map[string]string{"profile_posts_1.json": misencoded(exportedJSON), "media.txt": "x"} {
		if err := os.WriteFile(filepath.Join(posts, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	outside := filepath.Join(t.TempDir(), "profile_posts_3.json")
	if err := os.WriteFile(outside, []byte(`[{"timestamp":1763432000,"data":[{"post":"ngoài"}]}]`), 0o600); err != nil {
		t.Fatal(err)
	}
	if err := os.Symlink(outside, filepath.Join(posts, "profile_posts_2.json")); err != nil {
		t.Log("no links here:", err)
	}
	for _, what := range []string{dir, posts, filepath.Join(posts, "profile_posts_1.json")} {
		a, err := OpenArchive(what)
		if err != nil {
			t.Fatal(err)
		}
		got, _, err := ReadExport(a, noon, nil)
		if err != nil {
			t.Fatal(err)
		}
		if d := cmp.Diff(exportedWant, tellExport(got)); d != "" {
			t.Errorf("%s: %s", what, d)
		}
		if err := a.Close(); err != nil {
			t.Error(err)
		}
	}
	if _, err := OpenArchive(filepath.Join(dir, "không có")); lantoa.KindOf(err) != lantoa.Invalid {
		t.Errorf("got %v", err)
	}
}

func TestABrokenFileKeepsWhatItHeld(t *testing.T) {
	whole := misencoded(exportedJSON)
	got, wrong := readExport(t, map[string]string{"posts/profile_posts_1.json": whole[:strings.Index(whole, `{"timestamp":1763605264`)+30]})
	if len(got.Posts) != 2 || len(wrong) != 1 || wrong[0].Kind != HalfFile || wrong[0].Line != 4 {
		t.Errorf("%s, bad rows %v", tellExport(got), wrong)
	}
	got, wrong = readExport(t, map[string]string{"posts/profile_posts_1.html": exportedHTML[:strings.Index(exportedHTML, "chia sẻ một liên kết")]})
	if len(got.Posts) != 2 || len(wrong) != 1 || wrong[0].Kind != HalfFile {
		t.Errorf("%s, bad rows %v", tellExport(got), wrong)
	}
	for _, text := range []string{"", "{}", "null", `{"a":1}`, "<html></html>"} {
		got, wrong := readExport(t, map[string]string{"posts/profile_posts_1.json": text})
		if len(got.Posts) != 0 || len(wrong) != 1 {
			t.Errorf("%q: %s, bad rows %v", text, tellExport(got), wrong)
		}
	}
}

func TestAnArchiveThatIsABombIsRefused(t *testing.T) {
	for name, parts := range map[string]map[string]string{
		"one that unpacks to a thousand times its size": {"posts/profile_posts_1.json": "[" + strings.Repeat(" ", 8<<20) + "]"},
	} {
		t.Run(name, func(t *testing.T) {
			a, err := newArchive(pack(t, parts))
			if err == nil {
				_, _, err = ReadExport(a, noon, nil)
			}
			if lantoa.KindOf(err) != lantoa.TooLarge {
				t.Errorf("got %v", err)
			}
		})
	}
	z := pack(t, map[string]string{"posts/profile_posts_1.json": "[]"})
	for len(z.File) <= maxEntries {
		z.File = append(z.File, z.File...)
	}
	if _, err := newArchive(z); lantoa.KindOf(err) != lantoa.TooLarge {
		t.Errorf("%d entries: %v", len(z.File), err)
	}
	endless := archivePart{name: "posts/profile_posts_1.json", size: 10, open: func() (io.ReadCloser, error) { return io.NopCloser(blanks{}), nil }}
	if _, _, err := ReadExport(&Archive{parts: []archivePart{endless}, limit: 1 << 20}, noon, nil); lantoa.KindOf(err) != lantoa.TooLarge {
		t.Errorf("a part that does not end: %v", err)
	}
	large := archivePart{name: "posts/profile_posts_1.json", size: maxPart + 1, open: endless.open}
	if _, _, err := ReadExport(&Archive{parts: []archivePart{large}}, noon, nil); lantoa.KindOf(err) != lantoa.TooLarge {
		t.Errorf("a part that says it is large: %v", err)
	}
	if _, _, err := ReadExport(&Archive{parts: []archivePart{{name: "messages/inbox.json"}}}, noon, nil); lantoa.KindOf(err) != lantoa.Invalid {
		t.Errorf("an archive without posts: %v", err)
	}
}

type blanks struct{}

func (blanks) Read(b []byte) (int, error) {
	for i := range b {
		b[i] = ' '
	}
	return len(b), nil
}

func TestNamesThatLeadOutOfAnArchive(t *testing.T) {
	for name, want := range map[string]string{
		"posts/a.json": "posts/a.json", "./posts//a.json": "posts/a.json", `posts\a.json`: "posts/a.json", "posts/../b/a.json": "b/a.json",
		"../a.json": "", "/etc/a.json": "", `..\a.json`: "", "C:/a.json": "", "a/../../b.json": "", "a\x00b": "", "..": "", "": "",
	} {
		if got, ok := cleanPath(name); got != want || ok != (want != "") {
			t.Errorf("%q became %q %v", name, got, ok)
		}
	}
}

func TestOnlyWhatIsMisencodedIsRepaired(t *testing.T) {
	for _, s := range []string{"Hội Liên hiệp Phụ nữ xã Đồng Mẫu", "café", "Ê-đê", "🌸 – “mô hình”", norm.NFD.String("Định Hoá"), "plain", "", "ÿ", "Ã"} {
		mis := []rune{}
		for _, b := range []byte(s) {
			mis = append(mis, rune(b))
		}
		if got := repaired(string(mis)); got != s {
			t.Errorf("%q was repaired to %q", s, got)
		}
		if got := repaired(s); got != s {
			t.Errorf("%q, which was right, became %q", s, got)
		}
	}
}

func TestRecognise(t *testing.T) {
	at := time.Date(2025, 11, 18, 2, 21, 4, 0, time.UTC)
	long := "Sáng 24/11, Hội LHPN xã Bình Mẫu ra mắt mô hình “Biến rác thành tiền – Thắp sáng ước mơ”"
	incoming := func(external, text string, at time.Time) lantoa.Incoming {
		return lantoa.Incoming{Post: lantoa.Post{External: external, Text: text, PublishedAt: at}}
	}
	have := func(external, text string, at time.Time) lantoa.Measured {
		return lantoa.Measured{Post: lantoa.Post{External: external, Text: text, PublishedAt: at}}
	}
	tests := []struct {
		name string
		post lantoa.Incoming
		have []lantoa.Measured
		want string
	}{
		{"the same words in the same second", incoming("fbx-1", long, at), []lantoa.Measured{have("1_2", long, at)}, "1_2"},
		{"decomposed, and a minute off", incoming("fbx-1", norm.NFD.String(long), at.Add(-time.Minute)), []lantoa.Measured{have("1_2", long, at)}, "1_2"},
		{"changed since, in the same second", incoming("fbx-1", "Khác hẳn", at), []lantoa.Measured{have("1_2", long, at)}, "1_2"},
		{"cut short", incoming("fbx-1", long+" và nhiều nữa", at.Add(time.Minute)), []lantoa.Measured{have("1_2", long, at)}, "1_2"},
		{"the same words an hour later", incoming("fbx-1", long, at.Add(time.Hour)), []lantoa.Measured{have("1_2", long, at)}, "fbx-1"},
		{"other words a minute later", incoming("fbx-1", "Khác hẳn", at.Add(time.Minute)), []lantoa.Measured{have("1_2", long, at)}, "fbx-1"},
		{"the nearer of two", incoming("fbx-1", long, at), []lantoa.Measured{have("1_1", long, at.Add(-100*time.Second)), have("1_2", long, at.Add(5*time.Second))}, "1_2"},
		{"words before seconds", incoming("fbx-1", long, at), []lantoa.Measured{have("1_1", "Khác", at), have("1_2", long, at.Add(5*time.Second))}, "1_2"},
		{"what came by file before", incoming("fbx-1", long, at), []lantoa.Measured{have("fbx-1", long, at), have("1_2", long, at)}, "fbx-1"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			posts := []lantoa.Incoming{tt.post}
			n := Recognise(posts, tt.have)
			if posts[0].External != tt.want || n != map[bool]int{true: 0, false: 1}[tt.want == "fbx-1" && tt.have[0].External != "fbx-1"] {
				t.Errorf("got %s, %d recognised; want %s", posts[0].External, n, tt.want)
			}
		})
	}
	two := []lantoa.Incoming{incoming("fbx-1", long, at), incoming("fbx-2", long, at.Add(time.Minute))}
	if n := Recognise(two, []lantoa.Measured{have("1_2", long, at)}); n != 1 || two[0].External != "1_2" || two[1].External != "fbx-2" {
		t.Errorf("one post was recognised in two: %d, %s, %s", n, two[0].External, two[1].External)
	}
}

func FuzzExport(f *testing.F) {
	var entries []json.RawMessage // one by one: large seeds are only slow
	if err := json.Unmarshal([]byte(misencoded(exportedJSON)), &entries); err != nil {
		f.Fatal(err)
	}
	for _, e := range entries {
		f.Add("["+string(e)+"]", true)
	}
	for _, s := range strings.SplitAfter(exportedHTML, "</section>") {
		f.Add(s, false)
	}
	f.Add(`{"status_updates":[{"timestamp":1763432464000,"data":[{"post":"x"}]}]}`, true)
	f.Add(`[{"timestamp":1,"data":{"post":1},"attachments":{"data":null}}]`, true)
	f.Add(section("A", `<div class="_2pin">x<br>y</div>`, "Oct 1, 2025 at 1:02 PM"), false)
	f.Fuzz(func(t *testing.T, text string, isJSON bool) {
		in := &exportReader{at: noon, zone: vietnam(), bySecond: map[int64][]int{}, shared: map[int64]bool{}, part: "x"}
		var err error
		if isJSON {
			err = in.json(strings.NewReader(text))
		} else {
			err = in.html(strings.NewReader(text))
		}
		if err != nil {
			t.Fatal(err)
		}
		seen := map[string]bool{}
		for _, p := range in.out.Posts {
			if p.External == "" || p.PublishedAt.IsZero() || p.Type == "" || p.Text == "" && len(p.Media) == 0 || !p.FromFile || seen[p.External] {
				t.Fatalf("%+v", p)
			}
			seen[p.External] = true
			for _, m := range p.Media {
				if strings.Contains(m.ID, "/") || m.URL != "" && !strings.HasPrefix(m.URL, "http") {
					t.Fatalf("%+v", m)
				}
			}
		}
		if isJSON && json.Valid([]byte(text)) && strings.HasPrefix(strings.TrimSpace(text), "[{") {
			for _, b := range in.wrong {
				if b.Kind == HalfFile {
					t.Fatalf("a whole file was taken for half of one: %+v", b)
				}
			}
		}
	})
}

func opener(text string) func() (io.ReadCloser, error) {
	return func() (io.ReadCloser, error) { return io.NopCloser(strings.NewReader(text)), nil }
}
