package files

import (
	"testing"
	"time"

	"golang.org/x/text/unicode/norm"
)

func TestDatesAsFacebookWritesThem(t *testing.T) {
	for s, want := range map[string]string{
		"Tháng 10 01, 2025 10:21:24 ch":                   "2025-10-01 22:21:24",
		"Tháng 12 02, 2024 10:15:35 sáng":                 "2024-12-02 10:15:35",
		"Tháng 12 02, 2024 12:05:35 sa":                   "2024-12-02 00:05:35",
		"Tháng 12 02, 2024 12:05:35 ch":                   "2024-12-02 12:05:35",
		"1 Tháng 10, 2025 22:21":                          "2025-10-01 22:21:00",
		"1 tháng 10, 2025 lúc 10:21 CH":                   "2025-10-01 22:21:00",
		"22:21 1 tháng 10 năm 2025":                       "2025-10-01 22:21:00",
		"Thứ Tư, 01/10/2025 - 22:21":                      "2025-10-01 22:21:00",
		"22:21, 01/10/2025":                               "2025-10-01 22:21:00",
		"Oct 01, 2025 10:21:24 pm":                        "2025-10-01 22:21:24",
		"Oct 1, 2025, 10:21\u202fPM":                      "2025-10-01 22:21:00",
		"October 1, 2025 at 10:21 PM":                     "2025-10-01 22:21:00",
		"Wednesday, October 1, 2025 at 10:21pm UTC+07":    "2025-10-01 22:21:00",
		"Wednesday, 1 October 2025 at 15:21 UTC":          "2025-10-01 22:21:00",
		"1 October 2025 at 08:21 UTC-07":                  "2025-10-01 22:21:00",
		"Oct 01, 2025 12:21:24 am":                        "2025-10-01 00:21:24",
		"2025-10-01 22:21:24":                             "2025-10-01 22:21:24",
		"2025-10-01T15:21:24Z":                            "2025-10-01 22:21:24",
		"01/10/2025":                                      "2025-10-01 00:00:00",
		norm.NFD.String("Tháng 7 16, 2026 6:54:00 chiều"): "2026-07-16 18:54:00",
	} {
		got, ok := parseWritten(s, vietnam())
		if !ok || got.In(vietnam()).Format(time.DateTime) != want {
			t.Errorf("%q: got %v %v, want %s", s, got.In(vietnam()), ok, want)
		}
	}
	for _, s := range []string{"", "hôm qua lúc 10:21", "Tháng 13 01, 2025 10:21", "Feb 30, 2025 10:21", "Oct 2025", "10:21", "Oct 01, 2025 25:21", "mar 1 2 2025", "15 mei 2026 20:30"} {
		if got, ok := parseWritten(s, vietnam()); ok {
			t.Errorf("%q was read as %v", s, got)
		}
	}
}
