package zalo

import (
	"encoding/json"
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/hoiphunu/lantoa"
)

func TestClassify(t *testing.T) {
	tests := []struct {
		code    int
		message string
		remedy  Remedy
		kind    lantoa.Kind
	}{
		{0, "Success", None, ""},
		{-32, "Your application reached limit call api", NextMinute, lantoa.Limited},
		{-100, "Attachment is expired", Show, lantoa.Refused},
		{-124, "Access token invalid", Renew, lantoa.Expired},
		{-200, "Send message failed", Backoff, lantoa.Away},
		{-200, "create media fail", Show, lantoa.Refused},
		{-201, "group_id is invalid!", Show, lantoa.Refused},
		{-204, "Official Account has been deleted", Operator, lantoa.Gone},
		{-205, "Official Account does not exist", Operator, lantoa.Gone},
		{-209, "app not activated", Operator, lantoa.NoRight},
		{-210, "Parameter exceeds allowable limit", FewerRows, lantoa.Refused},
		{-211, "Out of quota", NextPeriod, lantoa.Limited},
		{-212, "API product not registered", Operator, lantoa.NoRight},
		{-213, "User does not follow", Leave, lantoa.Refused},
		{-213, "Invalid attachment", Show, lantoa.Refused},
		{-214, "Article is being processed", PollAgain, lantoa.Busy},
		{-214, "Invalid attachment id", Show, lantoa.Refused},
		{-216, "Access token is invalid", Renew, lantoa.Expired},
		{-217, "User blocked invitations", Leave, lantoa.Refused},
		{-218, "Out of quota receive", Leave, lantoa.Refused},
		{-219, "Application is disabled", Operator, lantoa.NoRight},
		{-220, "access_token is expired or removed", Renew, lantoa.Expired},
		{-221, "OA is not verified", Operator, lantoa.NoRight},
		{-223, "Your OA has reach the limit quota create article", NextPeriod, lantoa.Limited},
		{-223, "Official Account has not authorized this API", Consent, lantoa.NoRight},
		{-224, "The OA needs to upgrade OA Tier Package to use this feature", Operator, lantoa.NoRight},
		{-227, "User is inactive", Leave, lantoa.Refused},
		{-230, "User has not interacted", Leave, lantoa.Refused},
		{-232, "Interaction has lapsed", Leave, lantoa.Refused},
		{-233, "Message type is not supported", Show, lantoa.Refused},
		{-234, "This message cannot be sent at night", Morning, lantoa.Limited},
		{-235, "This API does not support this type of OA", Operator, lantoa.NoRight},
		{-237, "The group is disabled", Leave, lantoa.GroupDead},
		{-238, "Asset is used", Show, lantoa.Refused},
		{-240, "API message v2 is shut down", Show, lantoa.Refused},
		{-241, "Asset is disabled", Show, lantoa.Refused},
		{-242, "appsecret_proof is invalid", Operator, lantoa.Refused},
		{-244, "User restricts this type", Leave, lantoa.Refused},
		{-248, "Platform standards violated", Show, lantoa.Refused},
		{-320, "ZCA is not linked", Operator, lantoa.NoRight},
		{-321, "ZCA has no money", Operator, lantoa.NoRight},
		{-403, "OA is not in group", Leave, lantoa.Gone},
		{-9999, "Mã chưa có trong bảng", Show, lantoa.Refused},
	}
	for _, tt := range tests {
		t.Run(fmt.Sprint(tt.code, " ", tt.message), func(t *testing.T) {
			got := Classify(tt.code, tt.message)
			if got.Remedy != tt.remedy || got.Kind != tt.kind {
				t.Errorf("got %q %q, want %q %q", got.Remedy, got.Kind, tt.remedy, tt.kind)
			}
		})
	}
}

func TestRecordedErrors(t *testing.T) {
	var recorded []struct {
		Expect string `json:"expect"`
		Body   struct {
			Error   int    `json:"error"`
			Message string `json:"message"`
		} `json:"body"`
		Text string `json:"body_text"`
	}
	if err := json.Unmarshal(fixture(t, "03_error_envelopes.json"), &recorded); err != nil {
		t.Fatal(err)
	}
	wanted := map[string]Remedy{
		"refresh_then_repeat_once": Renew, "refresh_then_repeat_once_zns_only": Renew, "wait_next_minute": NextMinute,
		"halve_page_size": FewerRows, "no_retry_show": Show, "article_poll_again": PollAgain, "defer_article_quota": NextPeriod,
		"need_reconsent": Consent, "feature_off_package": Operator, "feature_off_oa_type": Operator, "reschedule_0605": Morning,
		"group_expired": Leave, "group_not_owned": Leave, "unknown_code_no_retry_show": Show,
	}
	for _, r := range recorded {
		t.Run(r.Expect, func(t *testing.T) {
			if r.Text != "" {
				h := open(t)
				h.server.before = func(_ *http.Request, w http.ResponseWriter) bool {
					w.Header().Set("Content-Type", "text/html")
					w.WriteHeader(http.StatusBadGateway)
					fmt.Fprint(w, r.Text)
					return true
				}
				if _, err := h.Visit(t.Context(), h.group, lantoa.Ask{}, h.now); lantoa.KindOf(err) != lantoa.Away {
					t.Errorf("got %v", err)
				}
				return
			}
			want, ok := wanted[r.Expect]
			if got := Classify(r.Body.Error, r.Body.Message).Remedy; !ok || got != want {
				t.Errorf("%d: got %q, want %q", r.Body.Error, got, want)
			}
		})
	}
	if len(recorded) != 16 {
		t.Errorf("%d recordings, want 16", len(recorded))
	}
}

func TestWhatComesBackFromABadAnswer(t *testing.T) {
	answer := func(status int, contentType, body string) func(http.ResponseWriter) {
		return func(w http.ResponseWriter) {
			w.Header().Set("Content-Type", contentType)
			w.WriteHeader(status)
			fmt.Fprint(w, body)
		}
	}
	tests := []struct {
		name   string
		answer func(w http.ResponseWriter)
		want   lantoa.Kind
	}{
		{"a page of HTML", answer(200, "text/html", "<html>Đăng nhập</html>"), lantoa.Garbled},
		{"HTML that calls itself JSON", answer(200, "application/json", "<html></html>"), lantoa.Garbled},
		{"half of the JSON", answer(200, "application/json", `{"error":0,"data":[{"src":1,"ti`), lantoa.Garbled},
		{"a body that breaks off", func(w http.ResponseWriter) {
			w.Header().Set("Content-Type", "application/json")
			w.Header().Set("Content-Length", "5000")
			fmt.Fprint(w, `{"error":0,"data":[`)
		}, lantoa.Garbled},
		{"an empty body", answer(200, "application/json", ""), lantoa.Garbled},
		{"JSON without an error number", answer(200, "application/json", `{"data":[]}`), lantoa.Garbled},
		{"an error that is no number", answer(200, "application/json", `{"error":"oops"}`), lantoa.Refused},
		{"data of another kind", answer(200, "application/json", `{"error":0,"data":{"x":1}}`), lantoa.Garbled},
		{"a server in trouble", answer(500, "application/json", `{"error":0,"data":[]}`), lantoa.Away},
		{"too many requests", answer(429, "text/plain", "slow down"), lantoa.Limited},
		{"a way to somewhere else", func(w http.ResponseWriter) {
			w.Header().Set("Location", "https://example.org/")
			w.WriteHeader(302)
		}, lantoa.Garbled},
		{"a body without end", func(w http.ResponseWriter) {
			w.Header().Set("Content-Type", "application/json")
			fmt.Fprint(w, `{"error":0,"data":["`)
			for range 5 << 10 {
				fmt.Fprint(w, strings.Repeat("x", 1024))
			}
			fmt.Fprint(w, `"]}`)
		}, lantoa.TooLarge},
		{"a connection that is closed", func(http.ResponseWriter) { panic(http.ErrAbortHandler) }, lantoa.Away},
		{"an unknown code", answer(200, "text/json", `{"error":-9999,"message":"access-1 không hợp lệ"}`), lantoa.Refused},
		{"a group that is not ours", answer(200, "text/json", `{"error":-403,"message":"OA is not in group"}`), lantoa.Gone},
		{"a group whose package ran out", answer(200, "text/json", `{"error":-237,"message":"The group is disabled"}`), lantoa.GroupDead},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h := open(t)
			h.server.before = func(_ *http.Request, w http.ResponseWriter) bool {
				tt.answer(w)
				return true
			}
			haul, err := h.Visit(t.Context(), h.group, lantoa.Ask{}, h.now)
			if got := lantoa.KindOf(err); got != tt.want {
				t.Errorf("got %q (%v), want %q", got, err, tt.want)
			}
			if err != nil && (strings.Contains(err.Error(), "access-1") || strings.Contains(err.Error(), "127.0.0.1")) {
				t.Errorf("the error tells too much: %v", err)
			}
			if len(haul.Posts)+len(haul.Chatter) != 0 || haul.Calls == 0 {
				t.Errorf("haul %+v", haul)
			}
		})
	}
}

func TestNobodyAnswers(t *testing.T) {
	h := open(t)
	h.server.Close()
	_, err := h.Visit(t.Context(), h.group, lantoa.Ask{}, h.now)
	if lantoa.KindOf(err) != lantoa.Away {
		t.Errorf("got %v", err)
	}
}

func TestAPauseEndsWithTheMinute(t *testing.T) {
	h := open(t)
	h.now = monday.Add(20 * time.Second)
	h.server.messages = chat(0, 3)
	h.server.before = func(_ *http.Request, w http.ResponseWriter) bool {
		w.Header().Set("X-RateLimit-Limit", "100")
		w.Header().Set("X-RateLimit-Remain", "0")
		return false
	}
	_, err := h.Visit(t.Context(), h.group, lantoa.Ask{}, h.now)
	trouble := lantoa.AsTrouble(err, "")
	if trouble.Kind != lantoa.Limited || !trouble.Until.Equal(monday.Add(time.Minute)) || len(h.server.calls) != 1 {
		t.Fatalf("got %v until %v after %d calls", err, trouble.Until, len(h.server.calls))
	}
	h.server.before = nil
	h.now = monday.Add(time.Minute)
	if haul := h.visit(t); len(haul.Chatter) != 3 {
		t.Errorf("%d chatter", len(haul.Chatter))
	}
}

func TestMorning(t *testing.T) {
	for now, want := range map[string]string{
		"2026-11-23T23:10:00+07:00": "2026-11-24T06:05:00+07:00",
		"2026-11-24T02:00:00+07:00": "2026-11-24T06:05:00+07:00",
		"2026-11-24T06:05:00+07:00": "2026-11-25T06:05:00+07:00",
	} {
		at, _ := time.Parse(time.RFC3339, now)
		if got := nextMorning(at).Format(time.RFC3339); got != want {
			t.Errorf("after %s: got %s, want %s", now, got, want)
		}
	}
}
