package digest

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/internal/words"
)

var update = flag.Bool("update", false, "write the golden files anew")

var (
	zone   = time.FixedZone("ICT", 7*3600)
	week47 = lantoa.Week{Year: 2026, Number: 47}
	look   = Look{Base: "https://lantoa.example", Link: "https://lantoa.example/tuan/KHOA", Leave: "https://lantoa.example/thoi/KHOA"}
	vi     = words.For("vi").In(zone)
)

func unit(code, name string, level lantoa.Level, above, parent string) lantoa.DigestUnit {
	path := "u" + code
	if above != "" {
		path = above + ".u" + code
	}
	return lantoa.DigestUnit{ID: lantoa.UnitID("u" + code), Code: code, Name: name, Level: level, Path: path, Parent: parent}
}

// week is the reported week of the province of the journeys: 187 pages, of them 151 active, 20 thinning, 9 silent,
// 5 disconnected and 2 archived; invented names.
func week() lantoa.DigestMaterial {
	at := func(day, hour int) time.Time { return time.Date(2026, 11, day, hour, 0, 0, 0, zone) }
	m := lantoa.DigestMaterial{Week: week47, UpTo: week47.Settled(zone)}
	units := []lantoa.DigestUnit{unit("19", "tỉnh Chè Mẫu", lantoa.Province, "", "")}
	for i := range 9 {
		units = append(units, unit(fmt.Sprintf("16%d", i), fmt.Sprintf("huyện Mẫu %d", i+1), lantoa.District, "u19", "tỉnh Chè Mẫu"))
	}
	named := map[int]string{0: "xã Đồng Mẫu", 1: "xã Khe Mẫu", 2: "xã Núi Mẫu", 3: "xã Dốc Mẫu", 4: "phường Suối Mẫu", 5: "xã Bãi Mẫu", 6: "xã Vườn Mẫu"}
	for i := range 177 {
		name := named[i]
		if name == "" {
			name = fmt.Sprintf("xã Mẫu %d", i)
		}
		units = append(units, unit(fmt.Sprintf("%05d", 5700+i), name, lantoa.Commune, fmt.Sprintf("u19.u16%d", i%9), fmt.Sprintf("huyện Mẫu %d", i%9+1)))
	}
	state := func(i int) lantoa.Alive {
		switch c := i - 10; { // communes only are anything but active
		case c == 1, c > 20 && c <= 28:
			return lantoa.Silent
		case c == 2, c > 30 && c <= 34:
			return lantoa.Disconnected
		case c > 40 && c <= 60:
			return lantoa.Thinning
		case c > 170 && c <= 172:
			return lantoa.Archived
		}
		return lantoa.Active
	}
	for i, u := range units {
		ch := lantoa.DigestChannel{ID: lantoa.ChannelID(fmt.Sprintf("p%03d", i)), Kind: lantoa.FacebookPage, Name: "Phụ nữ " + u.Name, Unit: u,
			State: state(i), Before: state(i), Days: i % 3, Usual: 3, Rolled: true,
			Posts: 2 + i%3, PostsBefore: 2 + i%2, Own: 1 + i%3, OwnBefore: 1 + i%2,
			Got: lantoa.Of(int64(20 + i%7)), UsualGot: lantoa.Of(int64(20 + i%5)), Followers: lantoa.Of(int64(500 + 10*i))}
		if i < 4 && i > 0 { // 148 were active the week before
			ch.Before = lantoa.Thinning
		}
		for k := range ch.Posts {
			ch.Each = append(ch.Each, lantoa.PostFigure{Interactions: lantoa.Of(int64(6 + (i+k)%9))})
		}
		for k := range ch.PostsBefore {
			ch.EachBefore = append(ch.EachBefore, lantoa.PostFigure{Interactions: lantoa.Of(int64(5 + (i+k)%9))})
		}
		for w := range lantoa.DigestStrip {
			ch.Strip = append(ch.Strip, (i+w)%5)
		}
		switch ch.State {
		case lantoa.Silent:
			ch.Days, ch.Usual, ch.Posts, ch.Own, ch.Each, ch.Strip[11] = 9+i%6, 7, 0, 0, nil, 0
		case lantoa.Disconnected:
			ch.Lost, ch.Days = 4, 4
		}
		m.Channels = append(m.Channels, ch)
		m.Channels = append(m.Channels, lantoa.DigestChannel{ID: lantoa.ChannelID(fmt.Sprintf("z%03d", i)), Kind: lantoa.ZaloGroup, Name: "Nhóm Zalo " + u.Name,
			Unit: u, State: lantoa.Active, Before: lantoa.Active, Rolled: true, Posts: 2, Own: 2, Usual: 2})
	}
	set := func(i int, posts, own int, got, usual int64) {
		ch := &m.Channels[2*i]
		ch.Posts, ch.Own, ch.Got, ch.UsualGot = posts, own, lantoa.Of(got), lantoa.Of(usual)
	}
	m.Channels[2*11].Days = 15 // xã Khe Mẫu, the longest
	set(10, 3, 3, 84, 22)      // xã Đồng Mẫu
	set(15, 4, 3, 61, 30)      // xã Bãi Mẫu
	set(16, 3, 1, 96, 40)      // xã Vườn Mẫu
	set(20, 2, 0, 400, 10)     // carries only what others wrote
	set(14, 5, 4, 120, 110)    // phường Suối Mẫu: hardly more than usual
	score := func(f float64) *float64 { return &f }
	tell := func(id string, i int, title, opening string, day int, n, shares int64, s float64, reasons ...lantoa.Reason) lantoa.DigestStory {
		return lantoa.DigestStory{ID: lantoa.StoryID(id), Title: title, Opening: opening, Unit: units[i], State: lantoa.Suggested, ToldAt: at(day, 19),
			Interactions: lantoa.Of(n), Shares: lantoa.Of(shares), NumbersAt: at(23, 5), Score: score(s), BasisPosts: 34, Channels: 1, Reasons: reasons,
			Post: lantoa.PostID("post" + id), URL: "https://www.facebook.com/1"}
	}
	m.Stories = []lantoa.DigestStory{
		tell("s1", 10, "Mô hình nuôi lợn đất: 62 hội viên góp 148 triệu đồng cho chị em vay vốn",
			"Mỗi chị một con lợn đất, mỗi ngày bỏ vào hai nghìn đồng, cuối năm cùng mở heo. Sau hai năm, chi hội Bãi Đá đã giúp 9 hội viên mua bò giống, sửa nhà và mở quầy tạp hóa.", 17, 63, 31, 4.2,
			lantoa.Reason{Kind: lantoa.AboveUsual, Times: 4.2, Posts: 34}, lantoa.Reason{Kind: lantoa.ManyCarry, Channels: 8}, lantoa.Reason{Kind: lantoa.GivesResult, What: "148 triệu đồng"}),
		tell("s2", 14, "Ngôi nhà xanh bằng chai nhựa: thu 1,2 tấn phế liệu, tặng 40 thẻ bảo hiểm y tế",
			"Ba tổ phụ nữ tự quản phân loại rác tại nhà, bán phế liệu ngày 25 hằng tháng, tiền vào quỹ chung có sổ công khai.", 19, 44, 12, 2.8, lantoa.Reason{Kind: lantoa.GivesResult, What: "1,2 tấn"}),
		tell("s3", 15, "Tổ công nghệ số của các bà: dạy quét mã, nộp hồ sơ trực tuyến ngay tại chợ",
			"Sáng thứ bảy, hai bàn hướng dẫn ở cổng chợ. Sau ba tháng, 214 người tự làm được dịch vụ công trên điện thoại.", 21, 30, 4, 2.1, lantoa.Reason{Kind: lantoa.TellsHow}),
		tell("s4", 16, "Vườn rau chung của 12 chị ở thôn Bến", "Đất bỏ hoang sau nhà văn hóa nay cho 3 tạ rau một vụ.", 20, 26, 3, 1.8),
		tell("s5", 13, "Tổ hợp tác miến dong của 14 chị: từ 3 lên 9 tấn một vụ", "Các chị chia nhau việc: người ngâm bột, người tráng, người phơi, người bán trên mạng.", 18, 22, 2, 1.7),
		tell("s6", 40, "Chợ phiên không túi ni lông", "Cả xóm đi chợ bằng làn nhựa.", 18, 19, 1, 1.4),
	}
	closed := tell("s7", 30, "“Mẹ đỡ đầu” của ba chị em mồ côi", "Bữa cơm chiều có thêm tiếng cười.", 16, 26, 2, 1.6)
	closed.Closed = true
	m.Stories = append(m.Stories, closed)
	old := tell("s8", 50, "Tủ sách mẹ và bé ở nhà văn hóa thôn", "Mỗi chiều thứ sáu, các mẹ đọc sách cho con nghe.", 2, 40, 9, 2.2, lantoa.Reason{Kind: lantoa.AboveUsual, Times: 2.2, Posts: 20}, lantoa.Reason{Kind: lantoa.TellsHow})
	old.State = lantoa.Approved
	far := tell("s9", 180, "Đội bóng chuyền hơi của chị em", "Tập ba buổi một tuần.", 5, 33, 2, 1.9)
	far.State = lantoa.Reshared
	m.Chosen = []lantoa.DigestStory{old, far}
	return m
}

func edition(m lantoa.DigestMaterial) lantoa.Edition {
	e := lantoa.Edition{Week: m.Week, State: lantoa.EditionApproved, Edits: FirstEdits(m), Material: &m}
	e.Edits.Greeting, e.Edits.By = "Chúc các chị một tuần nhiều niềm vui. Tháng hành động vì bình đẳng giới đang diễn ra, mong các xã kể thêm chuyện ở thôn bản.", "Nguyễn Thị Mẫu, Ban Tuyên giáo"
	return e
}

func reader(role lantoa.Role, code, name, path string, level lantoa.Level) lantoa.User {
	u := lantoa.Unit{ID: lantoa.UnitID("u" + code), Code: code, Name: name, Level: level, Path: path}
	if strings.Contains(path, ".") {
		u.Parent = lantoa.UnitID(path[:strings.LastIndex(path, ".")])
	}
	return lantoa.User{ID: lantoa.UserID("w" + string(role) + code), Name: "Trần Thị Mẫu", Email: "chi@mau.example", Role: role, Unit: u}
}

var (
	chair    = reader(lantoa.Leader, "19", "tỉnh Chè Mẫu", "u19", lantoa.Province)
	editor   = reader(lantoa.Communications, "19", "tỉnh Chè Mẫu", "u19", lantoa.Province)
	district = reader(lantoa.Leader, "160", "huyện Mẫu 1", "u19.u160", lantoa.District)
	officer  = reader(lantoa.Officer, "05700", "xã Đồng Mẫu", "u19.u160.u05700", lantoa.Commune)
	viewer   = reader(lantoa.Viewer, "19", "tỉnh Chè Mẫu", "u19", lantoa.Province)
)

func mailTo(t testing.TB, m lantoa.DigestMaterial, who lantoa.User, c *words.Catalog) (lantoa.Digest, Mail) {
	t.Helper()
	d := Build(m, edition(m), who)
	out, err := Render(t.Context(), d, c, look, nil)
	if err != nil {
		t.Fatal(err)
	}
	return d, out
}

func TestTheMailOfWeek47(t *testing.T) {
	_, got := mailTo(t, week(), chair, vi)
	if want := "Tuần 47: 151/187 trang hoạt động · 5 câu chuyện hay"; got.Subject != want {
		t.Errorf("subject %q, want %q", got.Subject, want)
	}
	for _, say := range []string{
		"151 trang hoạt động (tuần trước 148).", "9 trang im lặng, 5 trang mất kết nối — đã báo văn phòng.",
		"Câu chuyện của tuần: xã Đồng Mẫu, nuôi lợn đất.", "Số liệu tính đến 06:00 23/11/2026.",
		"187 trang = 151 hoạt động + 20 thưa dần + 9 im lặng + 5 mất kết nối + 2 lưu trữ.",
	} {
		if !strings.Contains(got.HTML, say) || !strings.Contains(got.Text, say) {
			t.Errorf("the mail does not say %q in both forms", say)
		}
	}
	golden(t, "week47.golden.html", got.HTML)
	golden(t, "week47.golden.txt", got.Text)
}

func golden(t *testing.T, name, got string) {
	t.Helper()
	path := filepath.Join("testdata", name)
	if *update {
		if err := os.WriteFile(path, []byte(got), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	want, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	if string(want) != got {
		t.Errorf("%s is another now; look at it and write it with -update", name)
	}
}
