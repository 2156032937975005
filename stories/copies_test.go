package stories

import (
	"fmt"
	"slices"
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"

	"github.com/hoiphunu/lantoa"
)

// put adds texts of pages to copies; a text may begin with "page: ".
func put(c *Copies, texts ...string) {
	for i, text := range texts {
		ch := fmt.Sprint("page", i)
		if name, rest, ok := strings.Cut(text, "@"); ok {
			ch, text = name, rest
		}
		c.Add(lantoa.Post{ID: lantoa.PostID(fmt.Sprint("p", i)), Channel: lantoa.ChannelID(ch), Text: text})
	}
}

// together lists, for each post, the number of its cluster; 0 for none.
func together(c *Copies, n int) []int {
	var names []lantoa.ClusterID
	out := make([]int, n)
	for i := range n {
		id := c.Cluster(lantoa.PostID(fmt.Sprint("p", i)))
		if id == "" {
			continue
		}
		if !slices.Contains(names, id) {
			names = append(names, id)
		}
		out[i] = slices.Index(names, id) + 1
	}
	return out
}

const habit = "Theo dõi trang Phụ nữ xã nhà để cập nhật hoạt động của Hội nhé các chị em thân mến"

func TestWhatIsACopy(t *testing.T) {
	body := lonDat[strings.Index(lonDat, "\n"):]
	form := "Sáng %s, chi hội phụ nữ xóm %s họp quý với %d hội viên. Các chị bàn việc thu hội phí và phân công chị %s phụ trách văn nghệ. Chi hội mình ngày càng đông vui, mong các chị tiếp tục đoàn kết."
	long := strings.Repeat("Năm nay hội đã làm được nhiều việc có ích cho chị em trong toàn xã, từ vốn vay đến nhà tiêu hợp vệ sinh. ", 6)
	tests := []struct {
		name  string
		texts []string
		want  []int
	}{
		{"the same words", []string{lonDat, lonDat}, []int{1, 1}},
		{"another first line", []string{lonDat, "Chuyện những con lợn đất" + body}, []int{1, 1}},
		{"links, hashtags and emoji do not count", []string{lonDat, "🌸 " + lonDat + "\nhttps://example.org/a?b=1 #phunu #ThaiNguyen 💐"}, []int{1, 1}},
		{"decomposed letters and the other place of tones", []string{lonDat, norm.NFD.String(strings.ReplaceAll(lonDat, "hòa", "hoà"))}, []int{1, 1}},
		{"capitals", []string{lonDat, strings.ToUpper(lonDat)}, []int{1, 1}},
		{"an excerpt of a long report", []string{lonDat + "\n" + long, body}, []int{1, 1}},
		{"other texts", []string{lonDat, directive}, []int{0, 0}},
		{"one form filled in anew with other names and numbers",
			[]string{fmt.Sprintf(form, "5/7", "Đồng Quan", 37, "Hiền"), fmt.Sprintf(form, "12/8", "Bãi Đá", 42, "Thoa")}, []int{0, 0}},
		{"one figure put right in a long text", []string{lonDat, strings.Replace(lonDat, "142 triệu", "148 triệu", 1)}, []int{1, 1}},
		{"a short text is a copy when it is equal",
			[]string{"Mời chị em theo dõi chương trình tối nay trên truyền hình tỉnh", "Mời chị em theo dõi chương trình tối nay trên truyền hình tỉnh!!! 🌸"}, []int{1, 1}},
		{"and not when it is nearly equal",
			[]string{"Mời chị em theo dõi chương trình tối nay trên truyền hình tỉnh", "Mời chị em theo dõi chương trình tối mai trên truyền hình tỉnh"}, []int{0, 0}},
		{"a greeting that all write is nobody's copy",
			[]string{"Chúc các chị em ngày 20/10 luôn vui vẻ và hạnh phúc", "Chúc các chị em ngày 20/10 luôn vui vẻ và hạnh phúc"}, []int{0, 0}},
		{"a few words are nobody's copy", []string{"Hay quá các chị ơi", "Hay quá các chị ơi"}, []int{0, 0}},
		{"a page's instalments that share an opening are not copies of each other",
			[]string{"a@" + long + "Kỳ một kể chuyện nuôi gà ở xóm Trại, chị em làm chuồng bằng tre.", "a@" + long + "Kỳ hai kể chuyện trồng nấm ở xóm Giếng, chị em dựng nhà lá cọ. " + lonDat}, []int{0, 0}},
		{"nothing to read", []string{"", ""}, []int{0, 0}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			c := NewCopies()
			put(c, tt.texts...)
			if got := together(c, len(tt.texts)); !slices.Equal(got, tt.want) {
				t.Errorf("clusters %v, want %v", got, tt.want)
			}
			c = NewCopies()
			for i := len(tt.texts) - 1; i >= 0; i-- {
				p := tt.texts[i]
				ch := fmt.Sprint("page", i)
				if name, rest, ok := strings.Cut(p, "@"); ok {
					ch, p = name, rest
				}
				c.Add(lantoa.Post{ID: lantoa.PostID(fmt.Sprint("p", i)), Channel: lantoa.ChannelID(ch), Text: p})
			}
			if got := together(c, len(tt.texts)); !slices.Equal(got, tt.want) {
				t.Errorf("added the other way round: clusters %v, want %v", got, tt.want)
			}
		})
	}
}

func TestLinesThatAPageRepeatsDoNotCount(t *testing.T) {
	c := NewCopies()
	for i := range 12 {
		c.Add(lantoa.Post{ID: lantoa.PostID(fmt.Sprint("old", i)), Channel: "a", Text: fmt.Sprintf("Bài số %d nói chuyện khác hẳn các bài kia, dài ngắn tùy hôm %d\n%s", i, i*i, habit)})
	}
	short := "Tối nay nhà văn hóa xóm mở cửa cho chị em tập hát then"
	c.Add(lantoa.Post{ID: "p0", Channel: "a", Text: short + "\n" + habit})
	c.Add(lantoa.Post{ID: "p1", Channel: "b", Text: short})
	if got := together(c, 2); !slices.Equal(got, []int{1, 1}) {
		t.Errorf("clusters %v, want the two together: the last line is only the page's habit", got)
	}
}

func TestANativeShareIsLinkedWhicheverComesFirst(t *testing.T) {
	parent := lantoa.Post{ID: "p0", Channel: "a", External: "a_1", Text: lonDat}
	child := lantoa.Post{ID: "p1", Channel: "b", External: "b_1", Parent: "a_1", Text: "Hay quá"}
	for _, order := range [][]lantoa.Post{{parent, child}, {child, parent}} {
		c := NewCopies()
		for _, p := range order {
			c.Add(p)
		}
		if got := together(c, 2); !slices.Equal(got, []int{1, 1}) {
			t.Errorf("%s first: clusters %v, want them together", order[0].ID, got)
		}
	}
}

func TestAPostThatHeldTwoTogetherLeaves(t *testing.T) {
	c := NewCopies()
	c.Add(lantoa.Post{ID: "p0", Channel: "a", External: "a_1", Text: lonDat})
	c.Add(lantoa.Post{ID: "p1", Channel: "b", External: "b_1", Parent: "a_1", Text: "Hay quá"})
	c.Add(lantoa.Post{ID: "p2", Channel: "c", Text: lonDat})
	if got := together(c, 3); !slices.Equal(got, []int{1, 1, 1}) {
		t.Fatalf("clusters %v, want all together", got)
	}
	c.Remove("p0")
	if got := together(c, 3); !slices.Equal(got, []int{0, 0, 0}) {
		t.Errorf("after the shared post is gone: clusters %v, want none", got)
	}
	if c.Len() != 2 {
		t.Errorf("%d posts held, want 2", c.Len())
	}
	c.Remove("p0") // a second time changes nothing
	c.Add(lantoa.Post{ID: "p0", Channel: "a", External: "a_1", Text: lonDat})
	if got := together(c, 3); got[0] == 0 || got[0] != got[2] {
		t.Errorf("come back: clusters %v, want p0 and p2 together", got)
	}
}

func TestFortyOnePastesAreOneCluster(t *testing.T) {
	c := NewCopies()
	var texts []string
	openings := []string{"", "Kính chuyển các chi hội triển khai thực hiện ạ!\n", "📣 Các chị lưu ý nội dung sau:\n", "Mời chị em cùng nắm và hưởng ứng.\n"}
	for i := range 41 {
		texts = append(texts, openings[i%4]+directive)
	}
	put(c, texts...)
	if got := len(c.Members("p0")); got != 41 {
		t.Errorf("%d posts carry the directive, want 41", got)
	}
}

func FuzzCopies(f *testing.F) {
	f.Add(lonDat, directive)
	f.Add("", "\x00\xff")
	f.Add(strings.Repeat("a ", 5000), "½ ﷺ #")
	f.Fuzz(func(t *testing.T, a, b string) {
		c := NewCopies()
		put(c, a, b, a)
		if x, y := c.Cluster("p0"), c.Cluster("p2"); x != y {
			t.Errorf("the same text twice: clusters %q and %q", x, y)
		}
		Read(a)
		c.Remove("p0")
		c.Remove("p1")
		c.Remove("p2")
		if c.Len() != 0 || len(c.taken) != 0 {
			t.Errorf("%d posts and %d clusters left after all were removed", c.Len(), len(c.taken))
		}
	})
}
