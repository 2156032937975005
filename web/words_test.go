package web

import (
	"strings"
	"testing"

	"github.com/hoiphunu/lantoa"
)

func TestEveryTopicHasItsScene(t *testing.T) {
	drawn, err := templateFiles.ReadFile("templates/picture.html")
	must(t, err)
	for _, m := range append(motifs, "tea", "home") {
		if !strings.Contains(string(drawn), `eq .Motif "`+m+`"`) {
			t.Errorf("no scene for %q", m)
		}
	}
	if a, b := picture([]string{"ocop"}, "x"), picture([]string{"ocop"}, "x"); a != b {
		t.Error("the scene changes from one look to the next")
	}
	if p := picture([]string{"chưa có"}, "x"); p.Motif == "" || p.Tint < 1 || p.Tint > 4 {
		t.Errorf("an unknown topic: %+v", p)
	}
}

func TestOnlyTheIndexsMarksGetThrough(t *testing.T) {
	for in, want := range map[string]string{
		"<mark>nuôi</mark> &amp; trồng":    "<mark>nuôi</mark> &amp; trồng",
		"<script>x</script><mark>a</mark>": "&lt;script&gt;x&lt;/script&gt;<mark>a</mark>",
		`&lt;b&gt;<mark onclick="x">`:      "&lt;b&gt;&lt;mark onclick=&#34;x&#34;&gt;",
		"\uE000bad\uE001":                  "bad",
	} {
		if got := string(marked(in)); got != want {
			t.Errorf("marked(%q) = %q, want %q", in, got, want)
		}
	}
}

func TestTheOpeningFollowsTheTitle(t *testing.T) {
	for text, want := range map[string]string{
		"Tiêu đề của bài\n\nNội dung ở sau.": "Nội dung ở sau.",
		"Một dòng thôi":                      "",
		"":                                   "",
	} {
		if got := opening(text); got != want {
			t.Errorf("opening(%q) = %q, want %q", text, got, want)
		}
	}
	long := strings.Repeat("dài dằng dặc ", 30)
	if got := opening(long); !strings.HasPrefix(long, strings.TrimSuffix(lantoa.Title(long), "…")) || strings.Contains(got, "…dài") {
		t.Errorf("opening of one long line: %q", got)
	}
}
