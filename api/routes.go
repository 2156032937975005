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

	serve(s, a, post("restrict", "/stories/{id}/restriction", "Đánh dấu hạn chế, hoặc thôi hạn chế", http.StatusOK), s.restrict)
	serve(s, a, get("words", "/stories/{id}/words", "Lời đề xuất để lan tỏa, có dòng ghi nguồn"), s.proposedWords)
	serve(s, a, get("best-time", "/stories/{id}/best-time", "Khi nào người theo dõi một kênh hay tương tác"), s.bestTime)
	serve(s, a, get("story-hints", "/stories/{id}/hints", "Đã gợi ý câu chuyện này cho đơn vị nào, ai đã dùng"), s.storyHints)
	serve(s, a, post("suggest", "/stories/{id}/hints", "Gợi ý cho đơn vị chia sẻ lại", http.StatusOK), s.suggest)

	serve(s, a, get("reshares", "/reshares", "Những lần lan tỏa, mới nhất trước"), s.reshares)
	s.addReshareRoute(a)
	serve(s, a, get("reshare", "/reshares/{id}", "Một lần lan tỏa"), s.oneReshare)
	serve(s, a, remove("cancel-reshare", "/reshares/{id}", "Hủy khi còn chờ"), s.cancelReshare)
	serve(s, a, post("approve-reshare", "/reshares/{id}/approve", "Duyệt", http.StatusOK), s.approveReshare)
	serve(s, a, post("answer-reshare", "/reshares/{id}/answer", "Nói rõ một lần chưa chắc đã lên hay chưa", http.StatusOK), s.answerReshare)
	serve(s, a, post("posted-reshare", "/reshares/{id}/posted", "Báo đã tự đăng tay", http.StatusOK), s.postedReshare)
	serve(s, a, post("take-back-reshare", "/reshares/{id}/take-back", "Gỡ khỏi nền tảng, kèm lý do", http.StatusOK), s.takeBackReshare)
	serve(s, a, post("reword-reshare", "/reshares/{id}/words", "Sửa lời trên nền tảng, kèm lý do", http.StatusOK), s.rewordReshare)

	serve(s, a, get("templates", "/word-templates", "Mẫu lời của đơn vị mình, cấp trên và cấp dưới"), s.templates)
	serve(s, a, post("save-template", "/word-templates", "Thêm hoặc sửa một mẫu lời", http.StatusOK), s.saveTemplate)
	serve(s, a, remove("drop-template", "/word-templates/{id}", "Xóa một mẫu lời"), s.dropTemplate)
	serve(s, a, get("publishing", "/channels/{id}/publishing", "Một kênh được đăng bằng cách nào"), s.publishing)

	serve(s, a, get("unit-hints", "/units/{code}/hints", "Gợi ý chia sẻ lại cho một đơn vị"), s.unitHints)
	serve(s, a, post("answer-hint", "/hints/{id}", "Đơn vị trả lời một gợi ý: đã đăng, lần này không, bỏ trả lời", http.StatusOK), s.answerHint)
	serve(s, a, get("thanks", "/units/{code}/thanks", "Lời cảm ơn gửi một đơn vị"), s.thanks)
	s.cardRoute(a)
	serve(s, a, get("feed-addresses", "/feed", "Địa chỉ nguồn tin cho cổng thông tin, của người gọi"), s.feedAddresses)
	serve(s, a, get("story-events", "/story-events", "Những lần báo cho chương trình khác rằng một câu chuyện được chọn"), s.storyEvents)

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

func remove(id, path, summary string) huma.Operation {
	op := get(id, path, summary)
	op.Method = http.MethodDelete
	return op
}

func change(id, path, summary string) huma.Operation {
	op := post(id, path, summary, http.StatusOK)
	op.Method = http.MethodPatch
	return op
}
