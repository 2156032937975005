package api

import (
	"net/http"
	"time"

	"github.com/danielgtaylor/huma/v2"
)

// routes are all calls that need to know who asks.
func (s *Server) routes(a huma.API) {
	serve(s, a, get("search", "/search", "Tìm bài viết"), s.search)

	serve(s, a, get("post", "/posts/{id}", "Một bài viết"), s.onePost)
	serve(s, a, get("post-snapshots", "/posts/{id}/snapshots", "Số đo của một bài viết theo thời gian"), s.snapshots)
	serve(s, a, get("post-copies", "/posts/{id}/copies", "Những bài khác cùng nội dung, sớm nhất trước"), s.copies)

	serve(s, a, get("stories", "/stories", "Câu chuyện, hay nhất trước, kèm lý do"), s.stories)
	serve(s, a, get("story", "/stories/{id}", "Một câu chuyện"), s.oneStory)
	serve(s, a, post("decide", "/stories/{id}/decisions", "Chọn, để sau, bỏ, hoàn tác, ghi nhận đồng ý", http.StatusOK), s.decide)

	serve(s, a, get("units", "/units", "Cây đơn vị đang có hiệu lực, hoặc vào một ngày"), s.units)
	serve(s, a, get("unit", "/units/{code}", "Một đơn vị"), s.oneUnit)

	serve(s, a, get("unit-activity", "/units/{code}/activity", "Một đơn vị và cấp dưới hoạt động ra sao, từng tuần"), s.unitActivity)
	serve(s, a, get("activity", "/activity", "Hoạt động: mỗi đơn vị hoặc kênh một dòng"), s.activity)

	s.digestRoute(a)

	serve(s, a, get("channels", "/channels", "Kênh và tình trạng"), s.channels)
	serve(s, a, post("add-channel", "/channels", "Thêm một kênh", http.StatusCreated), s.addChannel)
	serve(s, a, get("channel", "/channels/{id}", "Một kênh"), s.oneChannel)
	serve(s, a, change("change-channel", "/channels/{id}", "Lưu trữ, đổi tên, hoặc đổi cách đọc một kênh"), s.changeChannel)
	serve(s, a, post("collect", "/channels/{id}/collect", "Đọc kênh này ngay", http.StatusAccepted), s.collectNow)

	serve(s, a, get("submissions", "/submissions", "Câu chuyện gửi thẳng tới Hội, mới nhất trước"), s.submissions)
	serve(s, a, post("move-submission", "/submissions/{id}/decisions", "Nhận, hỏi thêm, đề nghị xã đăng, chưa dùng", http.StatusOK), s.moveSubmission)
	serve(s, a, get("notices", "/notices", "Điều quản trị viên cần biết, mới nhất trước"), s.notices)
}

// plainRoutes are for machines that watch the machine.
func (s *Server) plainRoutes(mux *http.ServeMux, doc *huma.OpenAPI, g *gauges) {
	plain(mux, doc, "healthz", "/healthz", "Chương trình còn trả lời", s.healthz)
	plain(mux, doc, "readyz", "/readyz", "Từng phần đã sẵn sàng chưa; 503 khi chưa", s.readyz)
	plain(mux, doc, "metrics", "/metrics", "Số liệu vận hành cho Prometheus", s.metrics(g))
}

const (
	root        = "/api/v1"
	bodyLimit   = 64 << 10
	bodyTimeout = 10 * time.Second
)

func get(id, path, summary string) huma.Operation {
	return huma.Operation{OperationID: id, Method: http.MethodGet, Path: root + path, Summary: summary}
}

func post(id, path, summary string, status int) huma.Operation {
	return huma.Operation{
		OperationID: id, Method: http.MethodPost, Path: root + path, Summary: summary, DefaultStatus: status,
		MaxBodyBytes: bodyLimit, BodyReadTimeout: bodyTimeout,
	}
}

func change(id, path, summary string) huma.Operation {
	op := post(id, path, summary, http.StatusOK)
	op.Method = http.MethodPatch
	return op
}
