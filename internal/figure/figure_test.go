package figure

import (
	"strconv"
	"strings"
	"testing"

	"golang.org/x/text/unicode/norm"
)

func TestAFigureIsReadAsItIsWritten(t *testing.T) {
	for s, want := range map[string]string{
		"0": "0", "1.234": "1234", "1,2K": "1200", "12 nghìn": "12000", "12 ngàn": "12000", "1tr2": "1200000", "236 thành viên": "236", "１２": "12",
		"": "–", " ": "–", "-": "–", "chưa có": "–",
		"khoảng 500": "estimate", "500+": "estimate", "400-500": "estimate",
		"nhiều lắm": "number", "-5": "number", "1.23": "number", "<b>5</b>": "estimate", "1e9": "number", "9999999999999999999": "number",
	} {
		n, is, fault := Read(s)
		got := string(fault)
		switch {
		case is:
			got = strconv.FormatInt(n, 10)
		case fault == "":
			got = "–"
		}
		if got != want {
			t.Errorf("%q: got %s, want %s", s, got, want)
		}
	}
}

func FuzzRead(f *testing.F) {
	for _, s := range []string{"1.234", "1,2K", "12 nghìn", "1,5 triệu", "—", "khoảng 500", "1tr2", "1.234,00", "9e99k", "٣", "½", "236 thành viên thành viên"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		n, is, fault := Read(s)
		if is && (n < 0 || n > 1<<62 || fault != "" || !strings.ContainsAny(norm.NFKC.String(s), "0123456789")) {
			t.Fatalf("%q became %d, %s", s, n, fault)
		}
		if again, isAgain, _ := Read(strconv.FormatInt(n, 10)); is && (again != n || !isAgain) {
			t.Fatalf("%q became %d, and that %d", s, n, again)
		}
	})
}
