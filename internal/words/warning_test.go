package words

import (
	"strings"
	"testing"

	"github.com/hoiphunu/lantoa"
)

func TestAWarningIsNoFailedVisit(t *testing.T) {
	page := lantoa.Channel{Kind: lantoa.FacebookPage, Followers: lantoa.Of(801)}
	small := lantoa.Channel{Kind: lantoa.FacebookPage, Followers: lantoa.Of(63)}
	tests := []struct {
		name string
		w    lantoa.Trouble
		ch   lantoa.Channel
		want string
	}{
		{"a page of few likes", lantoa.Trouble{Kind: lantoa.NotFound, What: "insights", Note: "under 100 likes"}, page, "Trang dưới 100 lượt thích: Facebook không cho số liệu."},
		{"a page of few followers", lantoa.Trouble{Kind: lantoa.NotFound, What: "insights"}, small, "Trang dưới 100 lượt thích: Facebook không cho số liệu."},
		{"a metric of the platform's own name", lantoa.Trouble{Kind: lantoa.NotFound, What: "page_odd_name"}, page, "Facebook lần này không cho: một phần số liệu."},
		{"a full year", lantoa.Trouble{Kind: lantoa.TooLarge, What: "posts_per_year"}, page, "Trang gần chạm số bài mà Facebook cho đọc trong một năm."},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			happened, todo := For("vi").Warning(tt.w, tt.ch)
			if happened != tt.want || todo == "" || strings.Contains(todo, "warned.") {
				t.Errorf("%q, %q", happened, todo)
			}
		})
	}
}
