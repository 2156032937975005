package store_test

import (
	"context"
	"fmt"
	"os"
	"path/filepath"
	"time"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/store"
)

// A unit, its page, and what a visit brought.
func ExampleOpen() {
	folder, err := os.MkdirTemp("", "lantoa")
	if err != nil {
		panic(err)
	}
	defer os.RemoveAll(folder)
	ctx := context.Background()
	s, err := store.Open(ctx, filepath.Join(folder, "lantoa.db"), store.Options{})
	if err != nil {
		panic(err)
	}
	defer s.Close()

	units := []lantoa.Unit{{Code: "05722", Name: "xã Đồng Mẫu", Level: lantoa.Commune}}
	if err := s.SaveUnits(ctx, units); err != nil {
		panic(err)
	}
	page := lantoa.Channel{Kind: lantoa.FacebookPage, External: "1001", Name: "Phụ nữ Đồng Mẫu", Unit: units[0]}
	if err := s.SaveChannel(ctx, &page); err != nil {
		panic(err)
	}
	now := time.Date(2026, 11, 23, 6, 0, 0, 0, time.UTC)
	posts := []lantoa.Incoming{{Post: lantoa.Post{External: "1001_7", Text: "Mô hình nuôi lợn đất", PublishedAt: now.AddDate(0, 0, -6)}}}
	for range 2 {
		saved, err := s.SavePosts(ctx, page.ID, posts, now)
		if err != nil {
			panic(err)
		}
		fmt.Println(saved.New, "new,", saved.Same, "as it was")
	}
	// Output:
	// 1 new, 0 as it was
	// 0 new, 1 as it was
}
