package api

import (
	"fmt"
	"testing"
)

func TestUnits(t *testing.T) {
	h := newHouse(t)
	tests := []struct {
		name, who, query string
		want             []any
	}{
		{"the tree of today", "comms", "", []any{"tỉnh Thái Nguyên", "xã Đồng Mẫu", "xã Khe Mẫu", "xã Mới Mẫu"}},
		{"as it was before the merger", "comms", "at=2025-06-30", []any{"tỉnh Thái Nguyên", "xã Cũ Mẫu", "xã Đồng Mẫu", "xã Khe Mẫu", "xã Nhỏ Mẫu"}},
		{"on the day of the merger", "comms", "at=2025-07-01&level=commune", []any{"xã Đồng Mẫu", "xã Khe Mẫu", "xã Mới Mẫu"}},
		{"below a unit", "comms", "unit=05722", []any{"xã Đồng Mẫu"}},
		{"a commune's officer sees the own unit", "officer", "", []any{"xã Đồng Mẫu"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a := h.get(t, tt.who, "/api/v1/units?"+tt.query)
			if got := a.items("name"); fmt.Sprint(got) != fmt.Sprint(tt.want) {
				t.Errorf("got %v, want %v", got, tt.want)
			}
		})
	}
}

func TestOneUnit(t *testing.T) {
	h := newHouse(t)
	tests := []struct {
		name, who, address string
		status             int
		unit               any
	}{
		{"today", "comms", "05722", 200, "xã Đồng Mẫu"},
		{"a code that two bore: today", "comms", "05755", 200, "xã Mới Mẫu"},
		{"a code that two bore: then", "comms", "05755?at=2025-06-30", 200, "xã Cũ Mẫu"},
		{"one that was merged away is still found", "comms", "05749", 200, "xã Nhỏ Mẫu"},
		{"but was not there on a day after", "comms", "05749?at=2026-01-01", 404, nil},
		{"no such code", "comms", "99999", 404, nil},
		{"another commune", "officer", "05728", 403, nil},
		{"the province above", "officer", "19", 403, nil},
		{"no such day", "comms", "05722?at=gestern", 422, nil},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			a := h.get(t, tt.who, "/api/v1/units/"+tt.address)
			if a.status != tt.status || a.json["name"] != tt.unit {
				t.Errorf("%d %v, want %d %v: %s", a.status, a.json["name"], tt.status, tt.unit, a.text)
			}
		})
	}
	a := h.get(t, "comms", "/api/v1/units/05749")
	if a.json["to"] != "2025-07-01" || a.dig("successors", 0) != "05755" || a.json["parent"] != "19" {
		t.Errorf("%s", a.text)
	}
}
