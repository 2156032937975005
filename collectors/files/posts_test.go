package files

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/hoiphunu/lantoa"
)

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, time.UTC)

// readPosts reads a file to its end.
func readPosts(t testing.TB, file, format string) (posts []Post, wrong []BadRow) {
	t.Helper()
	err := ReadPosts(strings.NewReader(file), format, noon, func(p Post) error { posts = append(posts, p); return nil },
		func(b BadRow) { wrong = append(wrong, b) })
	if err != nil {
		t.Fatal(err)
	}
	return posts, wrong
}

func TestReadPosts(t *testing.T) {
	const good = `{"id":"1","text":"Chào","created_at":"2026-11-20T10:00:00+07:00"}`
	tests := []struct {
		name, format, file string
		want               string // "line id page type text date numbers", one a line
		wrong              string // as BadRow.Error, one a line
	}{
		{
			name: "all fields", format: JSONL,
			file: `{"id":"a1","text":"Mô hình hay","published_at":"2026-11-20T10:00:00+07:00","created_at":"x","channel":"Phụ nữ Đồng Mẫu","page":"y","type":"Album","permalink":"https://example.org/1","reactions":12,"comments":0,"shares":null,"views":"","reach":"1,2K","source":{"any":"thing"}}`,
			want: "1 a1 Phụ nữ Đồng Mẫu album Mô hình hay 2026-11-20T03:00:00Z 12/0/–/–/1200",
		},
		{name: "what stands in when the first is absent", format: JSONL, file: `{"id":7,"text":"x","published_at":null,"created_at":"2026-11-20","page":"p","type":"note"}`, want: "1 7 p other x 2026-11-19T17:00:00Z -"},
		{
			name: "a broken line costs itself", format: JSONL, file: good + "\n{\"id\":\"2\",\n\n" + good + "\n[1]\nnull\n",
			want: "1 1  text Chào 2026-11-20T03:00:00Z -\n4 1  text Chào 2026-11-20T03:00:00Z -", wrong: "line 2: json {\"id\":\"2\",\nline 5: json [1]\nline 6: json null",
		},
		{
			name: "a row needs id, text and date", format: JSONL,
			file:  `{"text":"x","created_at":"2026-11-20"}` + "\n" + `{"id":"1","text":" \n","created_at":"2026-11-20"}` + "\n" + `{"id":"1","text":"x"}` + "\n" + `{"id":"1","text":["x"],"created_at":"2026-11-20"}`,
			wrong: "line 1: missing id\nline 2: missing text 1\nline 3: missing published_at 1\nline 4: text text [\"x\"]",
		},
		{name: "byte order mark, Windows line ends, no line feed at the end", format: JSONL, file: "\uFEFF" + good + "\r\n" + good, want: "1 1  text Chào 2026-11-20T03:00:00Z -\n2 1  text Chào 2026-11-20T03:00:00Z -"},
		{name: "a lone surrogate becomes U+FFFD", format: JSONL, file: `{"id":"1","text":"a\ud83db","created_at":"2026-11-20"}`, want: "1 1  text a\uFFFDb 2026-11-19T17:00:00Z -"},
		{name: "a text keeps the spaces around it and its decomposed letters", format: JSONL, file: `{"id":" 1 ","text":" e\u0302 ","created_at":"2026-11-20"}`, want: "1 1  text  e\u0302  2026-11-19T17:00:00Z -"},
		{
			name: "figures that are none", format: JSONL,
			file:  `{"id":"1","text":"x","created_at":"2026-11-20","shares":-1}` + "\n" + `{"id":"1","text":"x","created_at":"2026-11-20","views":1.5}` + "\n" + `{"id":"1","text":"x","created_at":"2026-11-20","reach":"nhiều"}` + "\n" + `{"id":"1","text":"x","created_at":"2026-11-20","reach":{}}`,
			wrong: "line 1: number shares -1\nline 2: number views 1.5\nline 3: number reach nhiều\nline 4: number reach {}",
		},
		{name: "figures that programs write", format: JSONL, file: `{"id":"1","text":"x","created_at":"2026-11-20","reactions":54.0,"comments":1e3,"shares":"54.0"}`, want: "1 1  text x 2026-11-19T17:00:00Z 54/1000/54/–/–"},
		{name: "a date that is none", format: JSONL, file: `{"id":"1","text":"x","created_at":"hôm qua"}`, wrong: "line 1: date published_at hôm qua"},
		{
			name: "CSV in any order, a text of several lines", format: CSV,
			file: "\uFEFFCreated_At;ID;Page;Shares;Text\r\n20/11/2026 10:00;1;p;1.234;\"dòng một\r\ndòng hai; hết\"\r\n;2;p;;x\r\n2026-11-20;3;p;nan;y\r\n",
			want: "2 1 p text dòng một\ndòng hai; hết 2026-11-20T03:00:00Z –/–/1234/–/–\n5 3 p text y 2026-11-19T17:00:00Z -", wrong: "line 4: missing published_at 2",
		},
		{name: "CSV with a quotation mark that is never closed", format: CSV, file: "id,text,created_at\n1,\"x,2026-11-20\n2,y,2026-11-20\n", want: "3 2  text y 2026-11-19T17:00:00Z -", wrong: "line 2: quote"},
		{name: "an empty file", format: CSV},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			posts, wrong := readPosts(t, tt.file, tt.format)
			var got, bad []string
			for _, p := range posts {
				got = append(got, fmt.Sprintf("%d %s %s %s %s %s %s", p.Line, p.External, p.Page, p.Type, p.Text, p.PublishedAt.Format(time.RFC3339), numbers(p)))
			}
			for _, b := range wrong {
				bad = append(bad, b.Error())
			}
			if d := cmp.Diff(tt.want, strings.Join(got, "\n")); d != "" {
				t.Error(d)
			}
			if d := cmp.Diff(tt.wrong, strings.Join(bad, "\n")); d != "" {
				t.Error(d)
			}
		})
	}
}

func numbers(p Post) string {
	n := p.Numbers
	if !p.HasCount {
		if !n.At.IsZero() {
			return "a time without numbers"
		}
		return "-"
	}
	if !n.At.Equal(noon) || n.Source != lantoa.FromReport {
		return "measured at another time"
	}
	var out []string
	for _, c := range []lantoa.Count{n.Reactions, n.Comments, n.Shares, n.Views, n.Reach} {
		if c.Known {
			out = append(out, fmt.Sprint(c.N))
		} else {
			out = append(out, "–")
		}
	}
	return strings.Join(out, "/")
}

func TestALongTextAndALongerLine(t *testing.T) {
	long := strings.Repeat("ộ", 60_000)
	escaped := strings.Repeat(`\u1ed9`, 60_000)
	file := `{"id":"1","text":"` + long + `","created_at":"2026-11-20"}` + "\n" +
		`{"id":"2","text":"` + escaped + `","created_at":"2026-11-20"}` + "\n" +
		`{"id":"3","text":"` + strings.Repeat("x", maxLine) + `"}` + "\n" + `{"id":"4","text":"x","created_at":"2026-11-20"}`
	posts, wrong := readPosts(t, file, JSONL)
	if len(posts) != 3 || posts[0].Text != long || posts[1].Text != long || len(wrong) != 1 || wrong[0] != (BadRow{Line: 3, Kind: TooLong}) {
		t.Errorf("%d posts, bad rows %v", len(posts), wrong)
	}
	posts, wrong = readPosts(t, "id,text,created_at\n1,\""+long+"\",2026-11-20\n", CSV)
	if len(posts) != 1 || posts[0].Text != long || len(wrong) != 0 {
		t.Errorf("%d posts, bad rows %v", len(posts), wrong)
	}
}

func TestReadPostsThatCannotBeRead(t *testing.T) {
	nothing := func(Post) error { return nil }
	for file, want := range map[string]string{"text,created_at\nx,y\n": "id", "id;created_at\n1;2\n": "text"} {
		err := ReadPosts(strings.NewReader(file), CSV, noon, nothing, func(BadRow) {})
		if lantoa.KindOf(err) != lantoa.Invalid || lantoa.AsTrouble(err, "").What != want {
			t.Errorf("%q: %v", file, err)
		}
	}
	if err := ReadPosts(strings.NewReader(""), "ods", noon, nothing, nil); lantoa.KindOf(err) != lantoa.Invalid {
		t.Errorf("an unknown format: %v", err)
	}
	full := errors.New("disk full")
	for _, format := range []string{JSONL, CSV} {
		file := "id,text,created_at\n1,x,2026-11-20\n"
		if format == JSONL {
			file = `{"id":"1","text":"x","created_at":"2026-11-20"}`
		}
		if err := ReadPosts(strings.NewReader(file), format, noon, func(Post) error { return full }, nil); !errors.Is(err, full) {
			t.Errorf("%s: %v", format, err)
		}
	}
}

// The real thing: Facebook posts of many pages, of which 141 have no date.
func TestCorpus(t *testing.T) {
	f, err := os.Open("../../../shared/data/corpus/fb_posts_vi.jsonl")
	if err != nil {
		t.Skipf("SKIPPED, the corpus is not here: %v", err)
	}
	defer f.Close()
	posts, undated := 0, 0
	var shares, reactions int
	err = ReadPosts(f, JSONL, noon, func(p Post) error {
		posts++
		if p.Numbers.Shares.Known {
			shares++
		}
		if p.Numbers.Reactions.Known {
			reactions++
		}
		if p.Page == "" || !utf8.ValidString(p.Text) || p.PublishedAt.Year() < 2016 || p.PublishedAt.Year() > 2020 {
			t.Errorf("line %d: %+v", p.Line, p)
		}
		return nil
	}, func(b BadRow) {
		if b.Kind != Missing || b.Field != "published_at" || b.Value == "" {
			t.Errorf("got %v", b)
		}
		undated++
	})
	if err != nil {
		t.Fatal(err)
	}
	if posts != 6493 || undated != 141 {
		t.Errorf("%d posts and %d without a date, want 6493 and 141", posts, undated)
	}
	if shares == 0 || shares == posts || reactions == 0 || reactions == posts {
		t.Errorf("%d have shares, %d reactions: absent figures must stay absent", shares, reactions)
	}
}

func FuzzReadPosts(f *testing.F) {
	f.Add(`{"id":"1","text":"x","created_at":"2026-11-20"}`+"\n{", true)
	f.Add("\uFEFFid;text;created_at\r\n1;\"x\ny\";20/11/2026 10:00\r\n", false)
	f.Add("id,text,created_at,shares\n1,\"x,2026-11-20,\"1,2K\"\n\"", false)
	f.Fuzz(func(t *testing.T, file string, jsonl bool) {
		format := CSV
		if jsonl {
			format = JSONL
		}
		last := 0
		lines := strings.Count(file, "\n") + 1
		check := func(line int) {
			if line <= last || line > lines {
				t.Errorf("line %d after %d of %d", line, last, lines)
			}
			last = line
		}
		ReadPosts(strings.NewReader(file), format, noon, func(p Post) error {
			check(p.Line)
			if p.External == "" || strings.TrimSpace(p.Text) == "" || p.PublishedAt.IsZero() || !utf8.ValidString(p.Text) {
				t.Errorf("a bad row passed: %+v", p)
			}
			if n := p.Numbers; n.Reactions.N < 0 || n.Comments.N < 0 || n.Shares.N < 0 || n.Views.N < 0 || n.Reach.N < 0 {
				t.Errorf("a figure below 0: %+v", n)
			}
			return nil
		}, func(b BadRow) { check(b.Line) })
	})
}
