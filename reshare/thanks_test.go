package reshare

import (
	"strings"
	"testing"

	"github.com/hoiphunu/lantoa"
)

func TestThanksSayOnlyWhatIsClear(t *testing.T) {
	thanks := lantoa.Thanks{Title: `"Nuôi lợn đất tiết kiệm" ở chi hội Bản Mới`, Unit: dongMau, Channel: "Hội LHPN tỉnh Thái Nguyên"}
	for _, tt := range []struct {
		name string
		lift *lantoa.Lift
		want string // empty: no figure
	}{
		{"a clear gain is told", &lantoa.Lift{Interactions: 74.4, Low: -20, High: 31}, "+74 tương tác so với đà sẵn có"},
		{"thousands are parted", &lantoa.Lift{Interactions: 1234, Low: -20, High: 31}, "+1.234 tương tác"},
		{"what may be chance is not", &lantoa.Lift{Interactions: 24, Low: -20, High: 31}, ""},
		{"a clear loss is not", &lantoa.Lift{Interactions: -74, Low: -20, High: 31}, ""},
		{"what could not be measured is not", &lantoa.Lift{Absent: NoNumbers}, ""},
		{"nor what was not", nil, ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			thanks.Lift = tt.lift
			got := ThanksWords(thanks)
			for _, must := range []string{"Hội LHPN xã Đồng Mẫu", "Hội LHPN tỉnh Thái Nguyên", "Nuôi lợn đất", "Cảm ơn"} {
				if !strings.Contains(got, must) {
					t.Errorf("%q is missing:\n%s", must, got)
				}
			}
			if tt.want == "" && strings.Contains(got, "tương tác") || !strings.Contains(got, tt.want) || strings.Contains(got, "⟦") || strings.Contains(got, "{") {
				t.Errorf("want %q in:\n%s", tt.want, got)
			}
		})
	}
}
