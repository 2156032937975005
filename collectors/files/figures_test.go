package files

import (
	"testing"
	"time"
)

func TestParseCount(t *testing.T) {
	for s, want := range map[string]int64{
		"0": 0, "1234": 1234, "1.234": 1234, "1,234": 1234, "1 234": 1234, "1\u00a0234": 1234, "1.234.567": 1234567,
		"1,2K": 1200, "1.2k": 1200, "12K": 12000, "3 nghìn": 3000, "1,5 triệu": 1500000, "2 Tr": 2000000, "1.234K": 1234000,
		"54.0": 54,
	} {
		if got, ok := parseCount(s); !ok || got != want {
			t.Errorf("%q: got %d %v, want %d", s, got, ok, want)
		}
	}
	for _, s := range []string{"", "-1", "+1", "1,2", "1.23", "1.2345", "12345.678", "1,234.567", "k", "1x", "1 tỷ rưỡi", "0x10", "∞", "1e3", "99999999999999999999", "1,2,3K", "9e99k", "infK", "nank"} {
		if got, ok := parseCount(s); ok {
			t.Errorf("%q was read as %d", s, got)
		}
	}
}

func TestParseDate(t *testing.T) {
	for s, want := range map[string]string{
		"2026-11-20T10:00:00+07:00": "2026-11-20T03:00:00Z",
		"2026-11-20T10:00:00.123Z":  "2026-11-20T10:00:00Z",
		"2026-11-20T10:00:00+0000":  "2026-11-20T10:00:00Z",
		"2026-11-20":                "2026-11-19T17:00:00Z",
		"2026-11-20 10:00":          "2026-11-20T03:00:00Z",
		"2026-11-20T10:00:05":       "2026-11-20T03:00:05Z",
		"20/11/2026 10:00":          "2026-11-20T03:00:00Z",
		"2/1/2026":                  "2026-01-01T17:00:00Z",
		"02/01/2006 15:04":          "2006-01-02T08:04:00Z",
	} {
		if got, ok := parseDate(s, vietnam()); !ok || got.Format(time.RFC3339) != want {
			t.Errorf("%q: got %v, want %s", s, got, want)
		}
	}
	for _, s := range []string{"", "hôm qua", "13/13/2026", "2026-02-30", "0001-01-01T00:00:00Z", "1604999999", "11/20/2026"} {
		if got, ok := parseDate(s, vietnam()); ok {
			t.Errorf("%q was read as %v", s, got)
		}
	}
}
