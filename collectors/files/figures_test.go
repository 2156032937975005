package files

import (
	"strconv"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/unicode/norm"
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

func TestAFigureIsANumberOrNothingOrAFault(t *testing.T) {
	for s, want := range map[string]string{
		"0": "0", " 1.234 ": "1234", "1,2K": "1200", "12 nghìn": "12000", "12 ngàn": "12000", "1,5 triệu": "1500000", "1 234": "1234", "1tr2": "1200000", "1k2": "1200",
		"１２": "12", "236 thành viên": "236", "1,5K lượt": "1500", "54,00": "54", "1.234,00": "1234", "1,234.0": "1234", "2 vạn": "20000",
		"": "–", "—": "–", "-": "–", " – ": "–", "...": "–", "null": "–", "Chưa có": "–", "không có": "–", "#N/A": "–",
		"khoảng 500": "estimate", "Hơn 500": "estimate", "~500": "estimate", "500+": "estimate", "400-500": "estimate", "400 đến 500": "estimate", "gần 1 nghìn": "estimate",
		"1.23": "number", "12,5": "number", "không": "number", "-5": "number", "nhiều": "number", "1.2345": "number", "12%": "number", "k": "number", "1k23": "number",
	} {
		n, got := parseFigure(s)
		switch {
		case n.Known:
			got = strconv.FormatInt(n.N, 10)
		case got == "":
			got = "–"
		}
		if got != want {
			t.Errorf("%q: got %s, want %s", s, got, want)
		}
		if again, fault := parseFigure(norm.NFD.String(s)); again != n || fault != "" && fault != got {
			t.Errorf("%q decomposed: %v %s", s, again, fault)
		}
	}
}

func FuzzFigure(f *testing.F) {
	for _, s := range []string{"1.234", "1,2K", "12 nghìn", "1,5 triệu", "1 234", "—", "khoảng 500", "1tr2", "1.234,00", "9e99k", "٣", "½", "1.0.0"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		n, fault := parseFigure(s)
		if n.Known && (n.N < 0 || n.N > 1<<62 || fault != "" || !strings.ContainsAny(norm.NFKC.String(s), "0123456789")) {
			t.Fatalf("%q became %v %s", s, n, fault)
		}
		if !n.Known && n.N != 0 {
			t.Fatalf("%q: an absent figure of %d", s, n.N)
		}
	})
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
