package sandbox

import (
	"fmt"
	"strings"
)

// The words that fill slots. All people here are invented: a family name, a middle name and a given name
// thrown together.
var (
	familyNames = strings.Fields("Nguyễn Trần Lê Phạm Hoàng Lý Triệu Nông Ma Lường Dương Đặng Chu Hà Bàn La Lưu Vi Mông Lăng Tô Đồng Phùng Ngô")
	middleNames = strings.Fields("Thị Thị Thị Thị Thị Thu Minh Thanh Kim Bích Ngọc Hồng")
	givenNames  = strings.Fields("Lan Hoa Én Thơm Nhài Mận Đào Liễu Xuyến Hạnh Hiền Thúy Thủy Hòa Loan Oanh Yến Phượng Nga Hằng Duyên Tươi Thắm Mai Cúc Sen Bưởi Chanh Ngân Vân Quyên Dung Huệ Tuyết Nhung Thoa")
	hamlets     = strings.Split("Bản Mới|Đồng Tâm|Bãi Đá|Khe Cạn|Làng Đồn|Nà Sọc|Gốc Gạo|Cầu Mây|Đồi Chè|Suối Bùn|Ao Sen|Đầm Vạc|Rừng Cọ|Tân Tiến|Tân Lập|Đoàn Kết|Hợp Nhất|Thống Nhất|Làng Mới|Đèo Ngang|Giếng Đình|Cây Đa|Đồng Bông|Bến Than|Nà Mười|Khuôn Lân|Đồng Danh|Phố Giữa|Vườn Trám|Ba Nhất|Chùa Làng|Cổng Đồn|Xuân Hòa|Trại Mía|Núi Hột|Đồng Ỏm", "|")
	crops       = strings.Split("chè|na dai|bưởi Diễn|ổi lê|nhãn muộn|thanh long ruột đỏ|rau an toàn|măng tre lục trúc|nấm sò|dưa lưới|khoai tây|lạc đỏ|cây dược liệu|hoa cúc|dong riềng|quế|chuối tây|sắn dây", "|")
	animals     = strings.Split("gà thả đồi|lợn đen|dê núi|bò lai|ong lấy mật|thỏ|vịt bầu|ngan|cá trắm|chim bồ câu|hươu lấy nhung|ốc nhồi", "|")
	crafts      = strings.Split("chè móc câu|mì gạo|miến dong|bánh chưng|tương nếp|chổi chít|đệm bông lau|nón lá|mật ong hoa rừng|trà hoa vàng|bánh gio|tinh bột nghệ|cơm cháy|thổ cẩm|nem chua|đậu phụ|măng khô|bún khô", "|")
	schools     = strings.Split("trường tiểu học|trường mầm non|trường trung học cơ sở", "|")
)

// word is what stands in a named slot, whether it stays the same within a post, and whether there is such
// a slot.
func (w *writer) word(slot string) (text string, keep, ok bool) {
	d := w.d
	switch slot {
	case "u": // xã Đồng Mẫu
		return w.place.name, false, true
	case "U": // Hội LHPN xã Đồng Mẫu
		return pick(d, []string{"Hội LHPN ", "Hội Liên hiệp Phụ nữ ", "Hội LHPN "}) + w.place.name, false, true
	case "hội": // as a subject, shorter
		return pick(d, []string{"Hội Phụ nữ " + w.place.kind, "Ban Chấp hành Hội", "Hội LHPN " + w.place.kind, "chúng tôi"}), false, true
	case "up":
		return w.up.name, false, true
	case "địa bàn":
		return "trên địa bàn " + pick(d, []string{w.place.kind, w.place.name}), false, true
	case "p", "p2", "p3": // xóm Bãi Đá
		return w.hamlet(), true, true
	case "ch": // chi hội phụ nữ xóm Bãi Đá
		return pick(d, []string{"chi hội phụ nữ ", "chi hội "}) + w.fill("p"), true, true
	case "ch2":
		return "chi hội " + w.fill("p2"), true, true
	case "w", "v", "x": // chị Hoàng Thị Én; {w.} is chị Én
		given := pick(d, givenNames)
		w.known[slot+"."] = "chị " + given
		return "chị " + pick(d, familyNames) + " " + pick(d, middleNames) + " " + given, true, true
	case "w.", "v.", "x.":
		w.known[slot[:1]] = w.fill(slot[:1])
		return w.known[slot], false, true
	case "b":
		return "bà " + pick(d, familyNames) + " Thị " + pick(d, givenNames), true, true
	case "em":
		return "em " + string([]rune(pick(d, givenNames))[0]) + ".", true, true
	case "crop":
		return pick(d, crops), true, true
	case "animal":
		return pick(d, animals), true, true
	case "craft":
		return pick(d, crafts), true, true
	case "school":
		return pick(d, schools) + " " + w.place.bare(), true, true
	case "date":
		return w.when.Format("02/01/2006"), false, true
	case "dm":
		return fmt.Sprintf("%d/%d", w.when.Day(), int(w.when.Month())), false, true
	case "month":
		return fmt.Sprintf("tháng %d", int(w.when.Month())), false, true
	case "next":
		return fmt.Sprintf("tháng %d", int(w.when.AddDate(0, 0, 30).Month())), false, true
	case "year":
		return fmt.Sprint(w.when.Year()), false, true
	case "lastyear":
		return fmt.Sprint(w.when.Year() - 1), false, true
	case "part":
		return partOfDay(w.when.Hour()), false, true
	case "season":
		return w.season(), true, true
	case "weather":
		return w.weather(), true, true
	case "link":
		return fmt.Sprintf("https://tin.phunumau.example/%d/%02d/%d", w.when.Year(), int(w.when.Month()), d.between(10000, 99999)), true, true
	}
	return "", false, false
}

func (w *writer) hamlet() string {
	d := w.d
	switch w.place.kind {
	case "phường", "thị trấn":
		if d.chance(0.5) {
			return fmt.Sprint("tổ dân phố ", d.between(1, 24))
		}
		return "tổ dân phố " + pick(d, hamlets)
	case "xã":
		return "xóm " + pick(d, hamlets)
	}
	return pick(d, []string{"xóm ", "tổ dân phố ", "xóm "}) + pick(d, hamlets)
}

func partOfDay(h int) string {
	switch {
	case h < 11:
		return "sáng"
	case h < 14:
		return "trưa"
	case h < 18:
		return "chiều"
	}
	return "tối"
}

func (w *writer) season() string {
	switch w.when.Month() {
	case 1, 2:
		return pick(w.d, []string{"dịp Tết", "những ngày giáp Tết", "vụ xuân"})
	case 3, 4:
		return pick(w.d, []string{"vụ chè xuân", "mùa xuân này", "đợt ra quân tháng Ba"})
	case 5, 6:
		return pick(w.d, []string{"vụ mùa", "mùa gặt", "những ngày nắng nóng"})
	case 7, 8:
		return pick(w.d, []string{"mùa na", "mùa mưa", "dịp hè"})
	case 9, 10:
		return pick(w.d, []string{"mùa thu hoạch", "vụ đông", "dịp khai trường"})
	}
	return pick(w.d, []string{"vụ đông", "mùa chè đông", "tháng cuối năm"})
}

func (w *writer) weather() string {
	switch w.when.Month() {
	case 5, 6, 7:
		return pick(w.d, []string{"Nắng gắt từ sớm", "Trời oi nóng", "Giữa trưa hè"})
	case 8, 9:
		return pick(w.d, []string{"Sau cơn mưa đêm", "Mưa vừa ngớt", "Trời còn lất phất mưa"})
	case 11, 12, 1, 2:
		return pick(w.d, []string{"Trời rét ngọt", "Sương còn dày", "Giữa tiết trời se lạnh"})
	}
	return pick(w.d, []string{"Trời mát", "Nắng nhẹ", "Sáng sớm trong lành"})
}
