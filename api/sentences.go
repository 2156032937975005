package api

import (
	"net/http"
	"strconv"
	"strings"

	"github.com/hoiphunu/lantoa/internal/words"
)

// sentence is something that only this door says, in both languages: what happened, a bar, what to do.
// {param} and {why} are filled in.
type sentence struct{ vi, en string }

var (
	noToken = sentence{
		"Lời gọi này cần mã API cá nhân.|Gửi kèm đầu mục Authorization: Bearer <mã>. Quản trị viên tạo mã bằng lệnh lantoa user token.",
		"This call needs a personal API token.|Send the header Authorization: Bearer <token>. An administrator makes one with lantoa user token.",
	}
	badToken = sentence{
		"Mã API không đúng, đã được thay, hoặc người dùng đã bị khóa.|Kiểm tra lại mã; nếu mất, nhờ quản trị viên tạo mã mới bằng lệnh lantoa user token.",
		"The API token is wrong, was replaced, or its user is disabled.|Check the token; if it is lost, ask an administrator for a new one (lantoa user token).",
	}
	crossSite = sentence{
		"Yêu cầu này đến từ một trang web khác.|Gọi từ chính trang Lan tỏa, hoặc dùng mã API.",
		"This request comes from another site.|Call from Lan tỏa's own pages, or use an API token.",
	}
	tooOften = sentence{
		"Gọi quá nhiều lần trong một phút.|Chờ số giây ghi ở đầu mục Retry-After rồi gọi tiếp.",
		"Too many calls within a minute.|Wait the seconds given in Retry-After, then go on.",
	}
	tooSlow = sentence{
		"Chưa kịp trả lời trong thời gian cho phép.|Thử lại sau ít phút.",
		"The answer was not ready in time.|Try again in a few minutes.",
	}
	unforeseen = sentence{
		"Có lỗi ở phía hệ thống.|Thử lại; nếu vẫn lỗi, báo quản trị viên xem nhật ký của máy chủ.",
		"Something went wrong on our side.|Try again; if it stays, ask an administrator to look into the server's log.",
	}
	noSuchCall = sentence{
		"Không có địa chỉ này.|Xem các lời gọi tại /api/openapi.json.",
		"There is no such address.|The calls are described at /api/openapi.json.",
	}
	wrongMethod = sentence{
		"Địa chỉ này không nhận cách gọi đó.|Các cách gọi được nhận ghi ở đầu mục Allow.",
		"This address does not take that method.|The header Allow names those it takes.",
	}
	badParam = sentence{
		`Tham số "{param}" không đúng{why}.|Sửa tham số rồi gọi lại.`,
		`Parameter "{param}" is not right{why}.|Correct it and call again.`,
	}
	unknownParam = sentence{
		`Không có tham số "{param}"; gần nhất là "{why}".|Sửa tên tham số rồi gọi lại.`,
		`There is no parameter "{param}"; the nearest is "{why}".|Correct its name and call again.`,
	}
	twice = sentence{
		`Tham số "{param}" được ghi hai lần.|Ghi một lần, các giá trị cách nhau bằng dấu phẩy.`,
		`Parameter "{param}" is given twice.|Give it once, its values separated by commas.`,
	}
	badValue = sentence{
		`Mục "{param}" không đúng.|Xem các giá trị được nhận tại /api/openapi.json.`,
		`"{param}" is not right.|The values that are taken are described at /api/openapi.json.`,
	}
	notThere = sentence{
		`Không tìm thấy mã "{why}".|Kiểm tra lại mã; lấy mã từ danh sách hoặc từ kết quả tìm kiếm.`,
		`There is nothing with the id "{why}".|Check the id; lists and searches give them.`,
	}
	badQuery = sentence{
		"Phần sau dấu hỏi của địa chỉ không đọc được.|Mã hóa các ký tự đặc biệt của tham số theo kiểu %XX.",
		"The address cannot be read after the question mark.|Escape the parameters' special characters as %XX.",
	}
	badBody = sentence{
		"Phần thân gửi lên không phải JSON như mong đợi{why}.|Gửi JSON như mô tả tại /api/openapi.json.",
		"The body is not the JSON that is wanted{why}.|Send JSON as described at /api/openapi.json.",
	}
	badField = sentence{
		`Mục "{param}" trong phần thân không đúng{why}.|Sửa mục này rồi gửi lại.`,
		`Field "{param}" of the body is not right{why}.|Correct it and send again.`,
	}
	badCursor = sentence{
		`Tham số "{param}" không phải của danh sách này.|Dùng next_cursor của trang trước, giữ nguyên các bộ lọc; hoặc bỏ đi để xem từ đầu.`,
		`Parameter "{param}" does not belong to this list.|Use next_cursor of the page before with the same filters, or leave it out to begin anew.`,
	}
	badID = sentence{
		`Mã "{param}" chỉ được gồm chữ cái a-z và chữ số.|Dùng mã lấy từ danh sách hoặc từ kết quả tìm kiếm.`,
		`The id "{param}" may only hold the letters a-z and digits.|Use an id from a list or a search.`,
	}
	badDates = sentence{
		`Tham số "{param}" không đúng: ngày cuối đứng trước ngày đầu.|Đổi lại "from" và "to".`,
		`Parameter "{param}" is not right: the last day is before the first.|Swap "from" and "to".`,
	}
	noUnit = sentence{
		`Tham số "{param}" không đúng: không có đơn vị mang mã {why}.|Xem mã đơn vị tại /api/v1/units.`,
		`Parameter "{param}" is not right: no unit bears the code {why}.|The codes are listed at /api/v1/units.`,
	}
	oneUnitOnly = sentence{
		`Tham số "{param}" không đúng: lời gọi này nhận một đơn vị mỗi lần.|Gọi riêng cho từng đơn vị, hoặc dùng mã của đơn vị cấp trên.`,
		`Parameter "{param}" is not right: this call takes one unit at a time.|Call once for each unit, or give the code of the unit above them.`,
	}
	notYours = sentence{
		"Nội dung này nằm ngoài phạm vi của đơn vị bạn.|Nhờ quản trị viên mở rộng phạm vi nếu công việc cần.",
		"This lies outside your unit's scope.|Ask an administrator to widen it if your work needs it.",
	}
	notAllowed = sentence{
		"Vai trò của bạn không được làm việc này.|Nhờ người có quyền làm, hoặc nhờ quản trị viên đổi vai trò.",
		"Your role may not do this.|Ask someone who may, or an administrator to change the role.",
	}
	putAway = sentence{
		"Kênh này đã được lưu trữ nên không thu thập nữa.|Đưa kênh ra khỏi lưu trữ trước.",
		"This channel is archived and no longer read.|Take it out of the archive first.",
	}
	noQueue = sentence{
		"Máy này không nhận việc thu thập.|Chạy lantoa serve, hoặc thêm một lantoa worker.",
		"Nothing collects here.|Run lantoa serve, or add a lantoa worker.",
	}
	searchAway = sentence{
		"Tìm kiếm đang bảo trì.|Thử lại sau ít phút; dữ liệu không mất.",
		"Search is being mended.|Try again in a few minutes; nothing is lost.",
	}
	metricsShut = sentence{
		"Số liệu vận hành chỉ mở cho máy này và cho quản trị viên.|Gọi từ chính máy chủ, hoặc kèm mã API của quản trị viên.",
		"Operating figures are open to this machine and to administrators only.|Call from the server itself, or with an administrator's token.",
	}
	nothingToChange = sentence{
		"Không có gì để sửa.|Gửi ít nhất một trong hai mục archived, name.",
		"There is nothing to change.|Send archived or name, or both.",
	}

	wantEnum    = sentence{": cần một trong {}", ": one of {} is wanted"}
	wantRange   = sentence{": cần một số nguyên từ {} đến {}", ": a whole number from {} to {} is wanted"}
	wantNumber  = sentence{": cần một con số", ": a number is wanted"}
	wantDate    = sentence{": cần một ngày như 2026-11-23", ": a date such as 2026-11-23 is wanted"}
	wantWeek    = sentence{": cần một tuần như 2026-W47", ": a week such as 2026-W47 is wanted"}
	wantField   = sentence{": mục này phải có", ": it must be there"}
	wantNoField = sentence{": không có mục nào tên như vậy", ": there is no such field"}
	wantFewer   = sentence{": nhiều nhất {} giá trị", ": at most {} values are taken"}
	wantSmaller = sentence{": lớn nhất {} KB", ": at most {} KB are taken"}
	wantShorter = sentence{": dài nhất {} ký tự", ": at most {} characters are taken"}
)

func (s sentence) in(c *words.Catalog) string {
	if c.Lang() == "en" {
		return s.en
	}
	return s.vi
}

// happened is the first half of a sentence. Values that came with the request are shortened.
func (s sentence) happened(c *words.Catalog, param, why string) string {
	text, _, _ := strings.Cut(s.in(c), "|")
	return strings.NewReplacer("{param}", shorten(param), "{why}", shorten(why)).Replace(text)
}

// todo is the second half.
func (s sentence) todo(c *words.Catalog) string {
	_, text, _ := strings.Cut(s.in(c), "|")
	return text
}

// say fills the {} of a sentence in order.
func say(c *words.Catalog, s sentence, values ...string) string {
	text := s.in(c)
	for _, v := range values {
		text = strings.Replace(text, "{}", v, 1)
	}
	return text
}

func shorten(s string) string {
	s = strings.ToValidUTF8(s, "�")
	if r := []rune(s); len(r) > 200 {
		return string(r[:200]) + "…"
	}
	return s
}

// titles are short names of the statuses that this door answers with.
var titles = map[int]sentence{
	http.StatusBadRequest:            {"Yêu cầu không đọc được", "Unreadable request"},
	http.StatusUnauthorized:          {"Chưa đăng nhập", "Not signed in"},
	http.StatusForbidden:             {"Không có quyền", "Not allowed"},
	http.StatusNotFound:              {"Không tìm thấy", "Not found"},
	http.StatusMethodNotAllowed:      {"Cách gọi không đúng", "Wrong method"},
	http.StatusConflict:              {"Không hợp với tình trạng hiện nay", "Conflict"},
	http.StatusRequestEntityTooLarge: {"Gửi lên quá lớn", "Too large"},
	http.StatusUnsupportedMediaType:  {"Không phải JSON", "Not JSON"},
	http.StatusUnprocessableEntity:   {"Yêu cầu không đúng", "Wrong request"},
	http.StatusTooManyRequests:       {"Gọi quá nhiều", "Too many calls"},
	http.StatusInternalServerError:   {"Lỗi hệ thống", "Server error"},
	http.StatusServiceUnavailable:    {"Tạm thời chưa dùng được", "Not available for now"},
}

func titleOf(c *words.Catalog, status int) string {
	if s, ok := titles[status]; ok {
		return s.in(c)
	}
	return strconv.Itoa(status)
}
