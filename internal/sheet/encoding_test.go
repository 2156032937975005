package sheet

import (
	"io"
	"strings"
	"testing"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/unicode/norm"
)

const report = "BÁO CÁO THÁNG 11/2026, CÁC ĐƠN VỊ\r\nĐơn vị;Thành viên\r\nxã Đồng Mẫu;1,2K\r\nphường Sông Mẫu;236\r\n"

// windows1258 writes a text as Vietnamese Windows did: vowels with a hat or a horn are letters, tones follow them.
func windows1258(t *testing.T, s string) string {
	t.Helper()
	composed := norm.NFD.String(s)
	for _, pair := range [][2]string{{"a\u0302", "â"}, {"A\u0302", "Â"}, {"e\u0302", "ê"}, {"E\u0302", "Ê"}, {"o\u0302", "ô"}, {"O\u0302", "Ô"},
		{"a\u0306", "ă"}, {"A\u0306", "Ă"}, {"o\u031B", "ơ"}, {"O\u031B", "Ơ"}, {"u\u031B", "ư"}, {"U\u031B", "Ư"},
		{"a\u0323\u0302", "â\u0323"}, {"e\u0323\u0302", "ê\u0323"}, {"o\u0323\u0302", "ô\u0323"}} {
		composed = strings.ReplaceAll(composed, pair[0], pair[1])
	}
	return encode(t, charmap.Windows1258.NewEncoder(), composed)
}

func encode(t *testing.T, e *encoding.Encoder, s string) string {
	t.Helper()
	out, err := e.String(s)
	if err != nil {
		t.Fatal(err)
	}
	return out
}

func TestATableIsReadWhateverItWasSavedIn(t *testing.T) {
	for name, file := range map[string]string{
		"UTF-8":                        report,
		"UTF-8 with its mark":          "\uFEFF" + report,
		"UTF-8 in decomposed letters":  norm.NFD.String(report),
		"UTF-16 with its mark":         encode(t, unicode.UTF16(unicode.LittleEndian, unicode.UseBOM).NewEncoder(), report),
		"UTF-16 with the other mark":   encode(t, unicode.UTF16(unicode.BigEndian, unicode.UseBOM).NewEncoder(), report),
		"UTF-16 without a mark":        encode(t, unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM).NewEncoder(), report),
		"UTF-16, the other way round":  encode(t, unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM).NewEncoder(), report),
		"the code page of Windows":     windows1258(t, report),
		"the code page, a longer file": windows1258(t, report+strings.Repeat("xã Đồng Mẫu;12\r\n", 9000)),
	} {
		t.Run(name, func(t *testing.T) {
			table, err := OpenRows(strings.NewReader(file), CSV)
			if err != nil {
				t.Fatal(err)
			}
			defer table.Close()
			for i, want := range []string{"BÁO CÁO THÁNG 11/2026, CÁC ĐƠN VỊ|", "Đơn vị|Thành viên", "xã Đồng Mẫu|1,2K", "phường Sông Mẫu|236"} {
				row, err := table.Next()
				if err != nil {
					t.Fatal(err)
				}
				if got := row.At(0) + "|" + row.At(1); got != want || row.Line != i+1 {
					t.Errorf("line %d is %q, want %q", row.Line, got, want)
				}
			}
		})
	}
}

func TestATextInUTF8StaysAsItIs(t *testing.T) {
	for _, text := range []string{"", "a", "xã \xff Đồng", "\xff1", strings.Repeat("Đồng Mẫu ", 20000) + "\xc4", "\x00\x00", "a\x00"} {
		got, err := io.ReadAll(Decode(strings.NewReader(text)))
		if err != nil || string(got) != text {
			t.Errorf("%.40q became %.40q, %v", text, got, err)
		}
	}
}

func FuzzSheet(f *testing.F) {
	f.Add(report)
	f.Add("\uFEFFa,b\n\"1,2\n3,4\n")
	f.Add("\xff\xfea\x00,\x00b\x00\n\x00")
	f.Add("\xd0\xc1\xca\xd2;1\n\xec\xf2;2\n")
	f.Add("tiêu đề, có phẩy\na\tb\n1\t2\n")
	f.Fuzz(func(t *testing.T, file string) {
		for _, open := range []func(io.Reader, string) (*Table, error){Open, OpenRows} {
			table, err := open(strings.NewReader(file), CSV)
			if err != nil {
				continue
			}
			last, rows := 0, 0
			for {
				row, err := table.Next()
				if err == io.EOF {
					break
				}
				if bad, ok := err.(*RowError); ok {
					row.Line = bad.Line
				} else if err != nil {
					t.Fatal(err)
				}
				if row.Line <= last {
					t.Fatalf("line %d comes after line %d", row.Line, last)
				}
				last = row.Line
				if rows++; rows > len(file)+1 {
					t.Fatalf("%d rows of %d bytes", rows, len(file))
				}
			}
			table.Close()
		}
	})
}
