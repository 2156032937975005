package api

import (
	"fmt"
	"testing"

	"github.com/hoiphunu/lantoa"
)

// BenchmarkSearch is a whole call: token, index, 50 posts out of the store, facets, JSON.
//
//	go test ./api -run xxx -bench Search -benchtime 200x
func BenchmarkSearch(b *testing.B) {
	h := newHouse(b)
	var many []lantoa.Incoming
	for i := range 5000 {
		many = append(many, lantoa.Incoming{Post: lantoa.Post{External: fmt.Sprintf("n%04d", i), Type: lantoa.Text,
			Text: fmt.Sprintf("Phụ nữ xã Đồng Mẫu phân loại rác, bài số %d", i), PublishedAt: at(9, 1+i%28, i%24)}})
	}
	h.fill(b, "dongmau", many)
	h.callsAMinute = 1 << 30
	h.handler = h.Handler()
	for b.Loop() {
		if a := h.get(b, "comms", "/api/v1/search?"+escape("q=phu nu")); a.status != 200 {
			b.Fatal(a.text)
		}
	}
}
