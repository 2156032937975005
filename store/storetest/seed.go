package storetest

import (
	"context"
	"testing"
	"time"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/store"
)

// Small is a small piece of the Union: a province with two communes under it, each with one page.
type Small struct {
	Province, DongMau, KheMau             lantoa.Unit
	ProvincePage, DongMauPage, KheMauPage lantoa.Channel
}

// Seed fills the store with the small piece.
func Seed(t testing.TB, s *store.Store) Small {
	t.Helper()
	ctx := context.Background()
	since := time.Date(2025, 6, 30, 17, 0, 0, 0, time.UTC)
	units := []lantoa.Unit{
		{ID: "u19", Code: "19", Name: "tỉnh Thái Nguyên", Level: lantoa.Province, From: since},
		{ID: "u05722", Code: "05722", Name: "xã Đồng Mẫu", Level: lantoa.Commune, Parent: "u19", From: since},
		{ID: "u05728", Code: "05728", Name: "xã Khe Mẫu", Level: lantoa.Commune, Parent: "u19", From: since},
	}
	if err := s.SaveUnits(ctx, units); err != nil {
		t.Fatal(err)
	}
	page := func(u lantoa.Unit) lantoa.Channel {
		ch := lantoa.Channel{Kind: lantoa.FacebookPage, Name: "Phụ nữ " + u.Name, Unit: u,
			External: "page" + u.Code, CreatedAt: Now.AddDate(0, -6, 0)}
		if err := s.SaveChannel(ctx, &ch); err != nil {
			t.Fatal(err)
		}
		return ch
	}
	return Small{units[0], units[1], units[2], page(units[0]), page(units[1]), page(units[2])}
}
