package zalo

import (
	"fmt"
	"net/http"
	"strings"
	"testing"
	"time"

	"github.com/hoiphunu/lantoa"
)

func TestAGroupThatWillBeDissolvedIsWarnedOf(t *testing.T) {
	tests := []struct {
		name     string
		disabled bool
		depth    lantoa.Depth
		info     string // inside "data"
		before   []lantoa.Trouble
		want     string // the day; "" no warning; "?" one without a day
		asked    int
	}{
		{"a package that runs on", false, lantoa.Recent, `{"asset_info":{"valid_through":"31/12/2027","auto_renew":"true"}}`, nil, "", 1},
		{"one that runs out in two weeks and is not renewed", false, lantoa.Recent, `{"asset_info":{"valid_through":"05/12/2026","auto_renew":"false"}}`, nil, "19/01/2027", 1},
		{"one that runs out in two weeks and renews itself", false, lantoa.Recent, `{"asset_info":{"valid_through":"05/12/2026","auto_renew":"true"}}`, nil, "", 1},
		{"one that runs out in three weeks", false, lantoa.Season, `{"asset_info":{"valid_through":"20/12/2026","auto_renew":false}}`, nil, "", 1},
		{"by day nobody asks about a living group", false, lantoa.Fresh, `{"asset_info":{"valid_through":"05/12/2026","auto_renew":"false"}}`, nil, "", 0},
		{"a group that is disabled, at any time", true, lantoa.Fresh, `{"group_info":{"auto_delete_date":"04/01/2027"}}`, nil, "04/01/2027", 1},
		{"a disabled group whose day Zalo does not say", true, lantoa.Recent, `{}`, nil, "?", 1},
		{"what was known stays while Zalo does not answer", true, lantoa.Recent, ``, []lantoa.Trouble{
			{Kind: lantoa.GroupDead, What: "auto_delete", Until: time.Date(2027, 1, 4, 0, 0, 0, 0, monday.Location())}, {Kind: lantoa.Refused, What: "depth"},
		}, "04/01/2027", 1},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			h := open(t)
			status := map[bool]string{true: "disabled", false: "enabled"}[tt.disabled]
			h.server.groups = []string{fmt.Sprintf(`{"name":"La Hiên","group_id":%q,"total_member":87,"status":%q}`, h.group.External, status)}
			h.server.before = func(r *http.Request, w http.ResponseWriter) bool {
				if !strings.HasSuffix(r.URL.Path, "/getgroup") {
					return false
				}
				if tt.info == "" {
					w.WriteHeader(http.StatusBadGateway)
				}
				fmt.Fprintf(w, `{"error":0,"data":%s}`, tt.info)
				return true
			}
			h.group.Warnings = tt.before
			haul, err := h.Visit(t.Context(), h.group, lantoa.Ask{Depth: tt.depth, Since: monday.Add(-time.Hour)}, h.now)
			if err != nil {
				t.Fatal(err)
			}
			got := ""
			for _, w := range haul.Warnings {
				if w.Kind != lantoa.GroupDead || w.What != "auto_delete" {
					t.Errorf("warned of %v", w)
				}
				if got = "?"; !w.Until.IsZero() {
					got = w.Until.Format("02/01/2006")
				}
			}
			if n := h.server.asked("/v3.0/oa/group/getgroup"); got != tt.want || n != tt.asked {
				t.Errorf("warned of %q after %d requests, want %q after %d", got, n, tt.want, tt.asked)
			}
		})
	}
}

func TestFindGroup(t *testing.T) {
	h := open(t)
	h.server.before = func(r *http.Request, w http.ResponseWriter) bool {
		if id := r.FormValue("group_id"); id == "a1f0c3d200000000c001" {
			fmt.Fprintf(w, `{"error":0,"data":{"group_info":{"group_id":%q,"name":"PN xã Phú Bình"}}}`, id)
		} else {
			fmt.Fprint(w, `{"error":-403,"message":"OA is not in group"}`)
		}
		return true
	}
	for typed, want := range map[string]lantoa.Kind{
		"a1f0c3d200000000c001": "", " A1F0C3D200000000C001 ": "",
		"https://oa.zalo.me/chat?gid=a1f0c3d200000000c0018": "", // one character more, as the manager's address has it
		"a1f0c3d200000000c999":                              lantoa.Gone,
		"PN xã Phú Bình":                                    lantoa.Invalid,
	} {
		g, err := h.FindGroup(t.Context(), typed)
		if lantoa.KindOf(err) != want || want == "" && g.ID != "a1f0c3d200000000c001" {
			t.Errorf("%q: %+v, %v", typed, g, err)
		}
	}
}
