package api

import (
	"context"
	"fmt"
	"testing"
	"time"

	"github.com/hoiphunu/lantoa"
)

// A reform on the tree of the tests: Đồng Mẫu, which has an officer, is parted; a new unit bears its code.
func TestUnitsAcrossAReform(t *testing.T) {
	h := newHouse(t)
	ctx := context.Background()
	day := time.Date(2026, 7, 1, 0, 0, 0, 0, time.FixedZone("", 7*3600))
	old, err := h.Store.UnitByCode(ctx, "05722", day)
	if err != nil {
		t.Fatal(err)
	}
	plan, err := h.Store.Reform(ctx, lantoa.Reform{Resolution: "12/NQ", Day: day,
		New: []lantoa.Unit{
			{ID: "n1", Code: "05722", Name: "phường Đồng Mẫu", Level: lantoa.Commune},
			{ID: "n2", Code: "05799", Name: "xã Tây Mẫu", Level: lantoa.Commune},
		},
		Ends: []lantoa.Ending{{Unit: old.ID, Heirs: []lantoa.UnitID{"n1", "n2"}}}}, "admin")
	if err != nil {
		t.Fatal(err)
	}
	for _, tt := range []struct {
		who, address string
		name, to     any
		successors   int
	}{
		{"comms", "05722?at=2026-06-30", "xã Đồng Mẫu", "2026-07-01", 2},
		{"comms", "05722?at=2026-07-01", "phường Đồng Mẫu", nil, 0},
		{"comms", "05722", "phường Đồng Mẫu", nil, 0},
		{"officer", "05722", "phường Đồng Mẫu", nil, 0}, // she went along
	} {
		a := h.get(t, tt.who, "/api/v1/units/"+tt.address)
		list, _ := a.json["successors"].([]any)
		if a.json["name"] != tt.name || a.json["to"] != tt.to || len(list) != tt.successors {
			t.Errorf("%s asked for %s: %d %s", tt.who, tt.address, a.status, a.text)
		}
	}
	for at, want := range map[string][]any{
		"2026-06-30": {"xã Đồng Mẫu", "xã Khe Mẫu", "xã Mới Mẫu"},
		"2026-07-01": {"phường Đồng Mẫu", "xã Khe Mẫu", "xã Mới Mẫu", "xã Tây Mẫu"},
	} {
		if got := h.get(t, "comms", "/api/v1/units?level=commune&at="+at).items("name"); fmt.Sprint(got) != fmt.Sprint(want) {
			t.Errorf("on %s: %v, want %v", at, got, want)
		}
	}
	if got := h.get(t, "officer", "/api/v1/units").items("name"); fmt.Sprint(got) != "[phường Đồng Mẫu]" {
		t.Errorf("the officer sees %v", got)
	}
	if _, err := h.Store.UndoImport(ctx, plan.Reform.ID, "admin", day); err != nil {
		t.Fatal(err)
	}
	if a := h.get(t, "officer", "/api/v1/units/05722"); a.json["name"] != "xã Đồng Mẫu" || a.json["to"] != nil {
		t.Errorf("after undoing: %s", a.text)
	}
}
