package words

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hoiphunu/lantoa"
)

var braces = regexp.MustCompile(`\{[a-z]+\}`)

func TestBothLanguagesSayTheSameThings(t *testing.T) {
	vi, en := For("vi"), For("en")
	for _, key := range append(vi.Keys(), en.Keys()...) {
		base := strings.TrimSuffix(key, ".one")
		for _, c := range []*Catalog{vi, en} {
			if !c.Has(base) {
				t.Errorf("%s lacks %q", c.Lang(), base)
			}
		}
		if strings.TrimSpace(vi.T(base)) == "" || strings.TrimSpace(en.T(base)) == "" {
			t.Errorf("%q is empty", base)
		}
		if strings.Contains(vi.T(base), "!") || strings.Contains(en.T(base), "!") {
			t.Errorf("%q shouts", base)
		}
		names := func(c *Catalog) []string {
			found := braces.FindAllString(c.T(base), -1)
			slices.Sort(found)
			return slices.Compact(found)
		}
		if !slices.Equal(names(vi), names(en)) {
			t.Errorf("%q is filled with %v in Vietnamese, %v in English", base, names(vi), names(en))
		}
	}
}

func TestNumbersAsTheyAreRead(t *testing.T) {
	vi, en := For("vi"), For("en-GB")
	for _, x := range []struct{ got, want string }{
		{vi.Number(18000), "18.000"}, {en.Number(18000), "18,000"}, {vi.Number(0), "0"}, {vi.Number(-1234567), "−1.234.567"}, {vi.Number(999), "999"},
		{vi.Decimal(3.4), "3,4"}, {en.Decimal(3.4), "3.4"}, {vi.Decimal(4), "4"}, {vi.Decimal(4.04), "4"}, {vi.Decimal(152.3), "152"}, {vi.Decimal(1234.5), "1.235"}, {vi.Decimal(-0.01), "0"},
		{vi.Count(lantoa.Count{}), "–"}, {vi.Count(lantoa.Of(0)), "0"}, {vi.Percent(0.807), "81 %"}, {en.Percent(0.807), "81%"},
	} {
		if x.got != x.want {
			t.Errorf("got %q, want %q", x.got, x.want)
		}
	}
}

func TestTimesAsTheyAreRead(t *testing.T) {
	now := time.Date(2026, 11, 24, 22, 30, 0, 0, time.UTC) // 05:30 of the 25th in Viet Nam
	vi, en := For("vi"), For("en")
	for _, x := range []struct{ got, want string }{
		{vi.Date(now), "25/11/2026"}, {vi.DateTime(now), "05:30 25/11/2026"}, {vi.In(time.UTC).Date(now), "24/11/2026"}, {vi.Date(time.Time{}), "–"},
		{vi.Ago(now.Add(-2*time.Hour), now), "2 giờ trước"}, {en.Ago(now.Add(-time.Hour), now), "1 hour ago"}, {vi.Ago(now.Add(-20*time.Second), now), "vừa xong"},
		{vi.Ago(now.Add(20*time.Minute), now), "sau 20 phút"}, {vi.Ago(now.AddDate(0, 0, -3), now), "3 ngày trước"}, {vi.Ago(now.AddDate(0, -3, 0), now), "25/08/2026"}, {vi.Ago(time.Time{}, now), "–"},
		{vi.Week(lantoa.Week{Year: 2026, Number: 47}), "Tuần 47 · 16–22/11/2026"}, {vi.Week(lantoa.Week{Year: 2026, Number: 53}), "Tuần 53 · 28/12/2026–03/01/2027"}, {vi.Week(lantoa.Week{Year: 2026, Number: 49}), "Tuần 49 · 30/11–06/12/2026"},
		{vi.Age(26 * time.Hour), "26 giờ"}, {vi.Age(6 * 24 * time.Hour), "6 ngày"},
	} {
		if x.got != x.want {
			t.Errorf("got %q, want %q", x.got, x.want)
		}
	}
}

func TestReasonsInWords(t *testing.T) {
	vi := For("vi")
	for _, x := range []struct {
		reason      lantoa.Reason
		long, short string
	}{
		{lantoa.Reason{Kind: lantoa.AboveUsual, Times: 4.2, Posts: 34}, "gấp 4,2 lần mức thường, so với 34 bài của chính trang", "gấp 4,2 lần mức thường"},
		{lantoa.Reason{Kind: lantoa.LevelOnly}, "chưa đủ lịch sử, tạm so với các trang cùng cấp", "chưa đủ lịch sử"},
		{lantoa.Reason{Kind: lantoa.LevelOnly, Times: 2}, "chưa đủ lịch sử, tạm so với các trang cùng cấp: gấp 2 lần mức thường của cấp", "chưa đủ lịch sử · gấp 2 lần các trang cùng cấp"},
		{lantoa.Reason{Kind: lantoa.ManyCarry, Channels: 8}, "8 trang đăng cùng nội dung", "8 trang đăng"},
		{lantoa.Reason{Kind: lantoa.ManyShares, N: 31}, "31 lượt chia sẻ", "31 lượt chia sẻ"},
		{lantoa.Reason{Kind: lantoa.NamesModel, What: "mô hình"}, "nêu mô hình hoặc cách làm (“mô hình”)", "nói về mô hình"},
		{lantoa.Reason{Kind: lantoa.NamesModel, What: "Tổ tiết kiệm"}, "nêu mô hình hoặc cách làm (“tổ tiết kiệm”)", "nói về tổ tiết kiệm"},
		{lantoa.Reason{Kind: lantoa.NamesModel, What: "HTX"}, "nêu mô hình hoặc cách làm (“HTX”)", "nói về HTX"},
		{lantoa.Reason{Kind: lantoa.NamesPeople, What: "Chị Lường Thị Hòa"}, "nêu rõ ai làm: chị Lường Thị Hòa", "kể về chị Lường Thị Hòa"},
		{lantoa.Reason{Kind: lantoa.NamesPeople, What: "Ma Thị Thủy"}, "nêu rõ ai làm: Ma Thị Thủy", "kể về Ma Thị Thủy"},
		{lantoa.Reason{Kind: lantoa.FromHigher, Channels: 41}, "truyền đạt từ cấp trên, 41 trang đăng lại; không tính là câu chuyện của đơn vị nào", "truyền đạt từ cấp trên · 41 trang"},
		{lantoa.Reason{Kind: lantoa.DatedBack}, "ngày đăng lùi: thời điểm thấy lần đầu được dùng để xét ai kể trước", "ngày đăng lùi"},
		{lantoa.Reason{Kind: lantoa.NotEnough}, "chưa đủ lịch sử để so sánh", "chưa đủ lịch sử"},
	} {
		if got := vi.Reason(x.reason); got != x.long {
			t.Errorf("%s: %q, want %q", x.reason.Kind, got, x.long)
		}
		if got := vi.ReasonShort(x.reason); got != x.short {
			t.Errorf("%s: %q, want %q", x.reason.Kind, got, x.short)
		}
	}
	kinds := []lantoa.ReasonKind{lantoa.AboveUsual, lantoa.LevelOnly, lantoa.NamesModel, lantoa.NamesPeople, lantoa.GivesResult, lantoa.TellsHow, lantoa.ManyCarry, lantoa.ManyShares, lantoa.OwnPictures, lantoa.DatedBack, lantoa.NotEnough, lantoa.FromHigher, lantoa.NeedsConsent}
	for _, c := range []*Catalog{For("vi"), For("en")} {
		for _, k := range kinds {
			for _, r := range []lantoa.Reason{{Kind: k}, {Kind: k, Times: 2, Posts: 3, Channels: 4, N: 5, What: "x"}} {
				if s := c.Reason(r) + c.ReasonShort(r); strings.ContainsAny(s, "⟦{}") {
					t.Errorf("%s in %s: %s", k, c.Lang(), s)
				}
			}
		}
	}
}

func TestScoresInWords(t *testing.T) {
	vi := For("vi")
	for _, x := range []struct {
		score float64
		want  string
	}{
		{4.2, "gấp 4,2 lần mức thường"}, {1.1, "gấp 1,1 lần mức thường"}, {152.3, "gấp 152 lần mức thường"},
		{1, "ngang mức thường"}, {1.02, "ngang mức thường"}, {-1.04, "ngang mức thường"},
		{0.9, "còn ít tương tác để so"}, {0, "còn ít tương tác để so"},
		{-1.1, "dưới mức thường"}, {-2, "dưới mức thường"}, {-73.5, "dưới mức thường"},
	} {
		if got := vi.Score(x.score); got != x.want {
			t.Errorf("%v: %q, want %q", x.score, got, x.want)
		}
		if got := strings.HasPrefix(vi.Score(x.score), "gấp"); got != Above(x.score) {
			t.Errorf("%v: above is %v", x.score, !got)
		}
	}
}

func TestNoForeignWordsInATrouble(t *testing.T) {
	vi := For("vi")
	for _, x := range []struct {
		name    string
		trouble lantoa.Trouble
		on      lantoa.ChannelKind
		want    string
	}{
		{"a missing permission is named in words", lantoa.Trouble{Kind: lantoa.NoRight, What: "pages_read_engagement"}, lantoa.FacebookPage,
			"Facebook không còn cho Lan tỏa quyền đọc trang này (thiếu quyền đọc bài và tương tác)."},
		{"a dead token says why it died", lantoa.Trouble{Kind: lantoa.Expired, What: "password"}, lantoa.FacebookPage,
			"Facebook báo mã truy cập của trang này đã hết hạn (người kết nối đã đổi mật khẩu)."},
		{"a name that nobody translated is left out", lantoa.Trouble{Kind: lantoa.Garbled, What: "new_thing_of_theirs"}, lantoa.FacebookPage,
			"Facebook trả lời không đọc được."},
		{"an account that is gone is not a group that is gone", lantoa.Trouble{Kind: lantoa.Gone, What: "oa"}, lantoa.ZaloGroup,
			"Zalo báo tài khoản Zalo OA không còn nữa."},
	} {
		t.Run(x.name, func(t *testing.T) {
			if got := vi.Happened(&x.trouble, x.on); got != x.want {
				t.Errorf("got %q, want %q", got, x.want)
			}
		})
	}
}

func TestTroublesSayWhatToDo(t *testing.T) {
	day := time.Date(2026, 11, 20, 3, 0, 0, 0, time.UTC)
	got := For("vi").Trouble(&lantoa.Trouble{Kind: lantoa.Expired, Since: day}, lantoa.FacebookPage)
	if want := "Facebook báo mã truy cập của trang này đã hết hạn từ 20/11/2026. Nhờ người quản trị kết nối lại rồi bấm “Đọc ngay”; bài và số đã có vẫn còn nguyên."; got != want {
		t.Errorf("got %q, want %q", got, want)
	}
	kinds := []lantoa.Kind{lantoa.NotFound, lantoa.Forbidden, lantoa.Invalid, lantoa.Conflict, lantoa.Expired, lantoa.NoRight, lantoa.Limited, lantoa.Away, lantoa.Garbled, lantoa.Gone, lantoa.GroupDead, lantoa.Refused, lantoa.TooLarge, lantoa.Busy, "new_kind"}
	for _, c := range []*Catalog{For("vi"), For("en")} {
		for _, k := range kinds {
			for _, on := range []lantoa.ChannelKind{"", lantoa.FacebookPage, lantoa.ZaloGroup, lantoa.Website} {
				for _, x := range []*lantoa.Trouble{{Kind: k}, {Kind: k, What: "x", Since: day, Until: day, Note: "y"}} {
					if c.Happened(x, on) == "" || c.ToDo(x, on) == "" || strings.ContainsAny(c.Trouble(x, on), "⟦{}") {
						t.Errorf("%s on %q in %s: %q", k, on, c.Lang(), c.Trouble(x, on))
					}
				}
			}
		}
	}
	if For("vi").Trouble(nil, lantoa.FacebookPage) != "" {
		t.Error("no trouble is something")
	}
}

func TestStandingInWords(t *testing.T) {
	vi := For("vi")
	for _, x := range []struct {
		alive lantoa.Alive
		days  int
		usual float64
		want  string
	}{
		{lantoa.Silent, 9, 7, "im lặng 9 ngày, thường đăng hằng ngày"},
		{lantoa.Silent, 34, 2.1, "im lặng 34 ngày, thường 2 bài một tuần"},
		{lantoa.Silent, 40, 0, "im lặng 40 ngày"},
		{lantoa.Silent, -1, 0, "chưa thấy bài nào"},
		{lantoa.Active, 12, 0.33, "bài gần nhất 12 ngày trước, thường 3 tuần một bài"},
		{lantoa.Active, 0, 1, "có bài hôm nay, thường mỗi tuần một bài"},
		{lantoa.Thinning, 2, 3, "chưa bằng nửa ba tháng trước; bài gần nhất 2 ngày trước"},
		{lantoa.Disconnected, 5, 3, "không đọc được"},
		{lantoa.Waiting, -1, 0, "chờ đọc lần đầu"},
	} {
		if got := vi.Standing(x.alive, x.days, x.usual); got != x.want {
			t.Errorf("%s %d %v: %q, want %q", x.alive, x.days, x.usual, got, x.want)
		}
	}
}

func TestNamesOfClosedSets(t *testing.T) {
	for _, c := range []*Catalog{For("vi"), For("en")} {
		var all []string
		for _, a := range []lantoa.Alive{lantoa.Active, lantoa.Thinning, lantoa.Silent, lantoa.Disconnected, lantoa.Archived, lantoa.Waiting} {
			all = append(all, c.State(a), c.T("alive.why."+string(a)))
		}
		for _, l := range lantoa.Levels {
			all = append(all, c.Level(l))
		}
		for _, r := range lantoa.Roles {
			all = append(all, c.Role(r))
		}
		for _, s := range lantoa.States {
			all = append(all, c.Board(s), c.T("stories.none."+string(s)), c.T("stories.none_do."+string(s)))
		}
		for _, v := range []lantoa.Verdict{lantoa.Approve, lantoa.Later, lantoa.Dismiss, lantoa.Undo, lantoa.Consent} {
			all = append(all, c.Verdict(v), c.T("decided."+string(v), "title", "x"))
		}
		for _, p := range []lantoa.PostType{lantoa.Text, lantoa.Photo, lantoa.Album, lantoa.Video, lantoa.Link, lantoa.Share, lantoa.Event, lantoa.Other} {
			all = append(all, c.PostType(p))
		}
		for _, k := range []lantoa.ChannelKind{lantoa.FacebookPage, lantoa.ZaloGroup, lantoa.ZaloOA, lantoa.Website, lantoa.Imported} {
			all = append(all, c.Channel(k), c.Platform(k.Platform()))
		}
		for _, s := range all {
			if s == "" || strings.ContainsAny(s, "⟦{_") {
				t.Errorf("%s: %q", c.Lang(), s)
			}
		}
	}
	if got := For("vi").Topic("chu-de-moi"); got != "chu-de-moi" {
		t.Errorf("an unknown topic is %q", got)
	}
	if got := For("vi").T("khong.co"); got != "⟦khong.co⟧" {
		t.Errorf("a missing text is %q", got)
	}
	if got := For("en").T("home.lead.silent", "n", 1); got != "One page is silent" {
		t.Errorf("one: %q", got)
	}
}
