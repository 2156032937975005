package api

import (
	"encoding/json"
	"net/http"

	"github.com/danielgtaylor/huma/v2"
	"github.com/go-chi/httprate"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/internal/words"
)

// BounceAnswer says what was made of a mail that came back.
type BounceAnswer struct {
	Known   int `json:"known"`
	Strange int `json:"strange"`
}

// bounceRoute is where a mail server or a program beside the mailbox hands over what came back: the message as it
// travels, signed as at /ingest with the key of an administrator.
func (s *Server) bounceRoute(mux *http.ServeMux, doc *huma.OpenAPI, limit *httprate.RateLimiter) {
	mux.HandleFunc("POST /webhooks/mail", func(w http.ResponseWriter, r *http.Request) {
		cat := s.catalog(r)
		out, err := s.bounces(w, r, cat, limit)
		if err != nil {
			s.explain(r.Context(), cat, err).write(w)
			return
		}
		w.Header().Set("Content-Type", "application/json")
		_ = json.NewEncoder(w).Encode(out)
	})
	header := func(name, about string) *huma.Param {
		return &huma.Param{Name: name, In: "header", Required: true, Description: about, Schema: &huma.Schema{Type: huma.TypeString}}
	}
	count := func(about string) *huma.Schema { return &huma.Schema{Type: huma.TypeInteger, Description: about} }
	doc.AddOperation(&huma.Operation{
		OperationID: "webhook-mail", Method: http.MethodPost, Path: "/webhooks/mail", Summary: "Một thư trả lại, nguyên văn, có chữ ký",
		Security: []map[string][]string{},
		Parameters: []*huma.Param{
			header("X-Lantoa-Key", "Mã khóa của một quản trị viên: lantoa user token EMAIL --ingest"),
			header("X-Lantoa-Time", "Giây Unix lúc gửi"),
			header("X-Lantoa-Signature", "sha256= và HMAC-SHA256 (hex) của giờ, dấu chấm và nguyên văn thân yêu cầu"),
		},
		RequestBody: &huma.RequestBody{Required: true, Content: map[string]*huma.MediaType{"message/rfc822": {Schema: &huma.Schema{Type: huma.TypeString}}}},
		Responses: map[string]*huma.Response{
			"200": {Description: "Đã ghi", Content: map[string]*huma.MediaType{"application/json": {Schema: &huma.Schema{Type: huma.TypeObject, Properties: map[string]*huma.Schema{
				"known": count("số thư của Lan tỏa vừa được ghi là bị trả lại"), "strange": count("số thư trả lại không phải của Lan tỏa")}}}}},
			"401": {Description: "Khóa, giờ hoặc chữ ký không đúng"},
			"403": {Description: "Chủ khóa không phải quản trị viên"},
			"413": {Description: "Thư quá lớn"},
			"429": {Description: "Gọi quá nhiều"},
		},
	})
}

// bounces takes in a mail that came back: first whose call it is, then what it says.
func (s *Server) bounces(w http.ResponseWriter, r *http.Request, cat *words.Catalog, limit *httprate.RateLimiter) (out BounceAnswer, err error) {
	body, who, err := s.signedCall(w, r, cat, limit)
	if err != nil {
		return out, err
	}
	if who.Unit.Parent != "" || !who.May(lantoa.Manage, who.Unit.Path) || s.Bounced == nil {
		return out, refuse(lantoa.Forbidden, notAllowed)
	}
	out.Known, out.Strange, err = s.Bounced(r.Context(), body)
	return out, err
}
