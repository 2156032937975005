package talk_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"unicode/utf16"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/collectors/talk"
)

func fixture(t testing.TB, name string) []byte {
	t.Helper()
	b, err := os.ReadFile(filepath.Join("../../../shared/fixtures/zalo", name))
	if err != nil {
		t.Skipf("SKIPPED, the recording is not here: %v", err)
	}
	return b
}

func TestClean(t *testing.T) {
	tests := []struct {
		name, text string
		mentions   []talk.Span
		want       string
	}{
		{"a decomposed text is composed", norm.NFD.String("Mô hình ở xóm Soi"), nil, "Mô hình ở xóm Soi"},
		{"what nobody sees goes, what people see stays", "Tổ\u200b phụ\ufeff nữ 👩\u200d🌾 ☀\ufe0f /-heart :)) \u202eabc", nil, "Tổ phụ nữ 👩\u200d🌾 ☀\ufe0f /-heart :)) abc"},
		{"lines end as everywhere", "một\r\nhai\rba\u2028bốn\x00", nil, "một\nhai\nba\nbốn"},
		{"letters of a font are left to the search", "𝐌𝐨̂ 𝐡𝐢̀𝐧𝐡", nil, "𝐌𝐨̂ 𝐡𝐢̀𝐧𝐡"},
		{"a marked mention is hidden, whatever its letters", "chào @bà năm bán chè nhé", []talk.Span{{5, 7}}, "chào @••• bán chè nhé"},
		{"places count in UTF-16 of the text before it was composed", "🌸 " + norm.NFD.String("ế ế ") + "@mẹ bống ơi", []talk.Span{{11, 8}}, "🌸 ế ế @••• ơi"},
		{"a place outside the text is none", "chào", []talk.Span{{-1, 3}, {2, 9}, {99, 1}, {1, 1 << 62}}, "chào"},
		{"two marked at once", "@a b, @c d ơi", []talk.Span{{0, 4}, {6, 4}}, "@•••, @••• ơi"},
		{"an unmarked mention is guessed", "@Hà Mẫu Một @Tất cả xin mẫu sổ", nil, "@••• @Tất cả xin mẫu sổ"},
		{"an office is no person", "nhờ @Hội LHPN xã Phú Bình và @Chi hội Đồng Tâm", nil, "nhờ @Hội LHPN xã Phú Bình và @Chi hội Đồng Tâm"},
		{"an address of mail is for the mask, a time is a time", "gửi phunu@example.org trước @ 9h, @9h30", nil, "gửi phunu@example.org trước @ 9h, @9h30"},
		{"an id is nobody's name", "hỏi @7300000000000000001 nhé", nil, "hỏi @••• nhé"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got := talk.Clean(tt.text, tt.mentions...)
			if got != tt.want {
				t.Errorf("\n got %q\nwant %q", got, tt.want)
			}
			if again := talk.Clean(got); again != got {
				t.Errorf("cleaned again it is %q", again)
			}
		})
	}
}

func TestHarmless(t *testing.T) {
	tests := []struct{ text, want string }{
		{"Nhờ [@a1f0c3d200000000c002] và [@7300000000000000001] xem giúp", "Nhờ @••• và @••• xem giúp"},
		{"[[@a]@b]", "@•••"},
		{"[ @a] [\u200b@b] [＠c]", "@••• @••• @•••"},
		{"mở mà không đóng [@730", "mở mà không đóng @•••"},
		{"giá [50.000] cho a@b", "giá [50.000] cho a@b"},
	}
	form := regexp.MustCompile(`\[\s*@`)
	for _, tt := range tests {
		if got := talk.Harmless(tt.text); got != tt.want || form.MatchString(got) {
			t.Errorf("%q became %q, want %q", tt.text, got, tt.want)
		}
	}
}

// 24_send_requests_responses.json: what goes out rings nobody.
func TestRecordedUnsafeText(t *testing.T) {
	var sends struct {
		Unsafe string `json:"unsafe_source_text"`
	}
	if err := json.Unmarshal(fixture(t, "24_send_requests_responses.json"), &sends); err != nil {
		t.Fatal(err)
	}
	if got := talk.Harmless(sends.Unsafe); got == sends.Unsafe || strings.Contains(got, "[@") || strings.Contains(got, "7300000000000000001") {
		t.Errorf("%q became %q", sends.Unsafe, got)
	}
}

func TestFileName(t *testing.T) {
	tests := []struct{ name, want string }{
		{norm.NFD.String("Báo cáo mô hình quý III – xã Phú Bình (bản cuối).docx"), "Báo cáo mô hình quý III – xã Phú Bình (bản cuối).docx"},
		{"../../etc/passwd", "passwd"},
		{`C:\Users\lan\Biểu 1.xlsx`, "Biểu 1.xlsx"},
		{"a\u202excod.exe\n", "axcod.exe"},
		{"..", ""},
		{strings.Repeat("á", 300) + ".docx", strings.Repeat("á", 114) + "….docx"},
	}
	for _, tt := range tests {
		if got := talk.FileName(tt.name); got != tt.want {
			t.Errorf("%q became %q, want %q", tt.name, got, tt.want)
		}
	}
}

// 33_zca_group_info.json: a sealed group is one that cannot be read, not one in which nothing is said.
func TestRecordedRooms(t *testing.T) {
	rooms, err := talk.ReadRooms(fixture(t, "33_zca_group_info.json"))
	if err != nil || len(rooms) != 2 {
		t.Fatalf("%v, %v", rooms, err)
	}
	if r := rooms[0]; r.ID != "3900000000000000001" || r.Name != "Hội Phụ nữ xã Đại Phúc" || r.Members != lantoa.Of(236) || r.Trouble() != nil {
		t.Errorf("got %+v", r)
	}
	if r := rooms[1]; r.Members != lantoa.Of(9) || r.Trouble() == nil || r.Trouble().What != "e2ee" {
		t.Errorf("got %+v", r)
	}
	for _, bad := range []string{"", "[]", `{"gridInfoMap":7}`, "<html>"} {
		if _, err := talk.ReadRooms([]byte(bad)); lantoa.KindOf(err) != lantoa.Garbled {
			t.Errorf("%q: %v", bad, err)
		}
	}
}

func FuzzClean(f *testing.F) {
	f.Add("@Hà Mẫu Một [@7300] \u200b👩\u200d🌾", 0, 11)
	f.Add(norm.NFD.String("ế @mẹ bống\r\n[[@a]@b]"), 2, 8)
	f.Add("\xed\xa0\xbd\xff[@", 1, 1)
	f.Add("A\u0300@\u0301B [\u202e@x", -3, 99)
	f.Fuzz(func(t *testing.T, text string, pos, length int) {
		got := talk.Clean(text, talk.Span{Pos: pos, Len: length})
		if !utf8.ValidString(got) || !norm.NFC.IsNormalString(got) {
			t.Errorf("%q is not composed Unicode", got)
		}
		if again := talk.Clean(got); again != got {
			t.Errorf("%q became %q when cleaned again", got, again)
		}
		if strings.Contains(got, "[@") || strings.ContainsRune(got, '\u200b') {
			t.Errorf("%q can still ring somebody", got)
		}
		if n := len(utf16.Encode([]rune(text))); pos >= 0 && length > 0 && pos < n && length <= n-pos && !strings.Contains(got, "•") && strings.TrimSpace(got) != "" {
			t.Errorf("the mention of %q at %d was not hidden: %q", text, pos, got)
		}
	})
}
