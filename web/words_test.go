package web

import (
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/internal/words"
)

// What stands in the pages must stand in the catalogue, and what stands in the catalogue must be used.
func TestEveryTextOfTheScreensIsInTheCatalogue(t *testing.T) {
	asked := regexp.MustCompile(`\.T\(?\s?"([a-z_0-9.-]+)"`)
	quoted := regexp.MustCompile(`"([a-z_0-9]+\.[a-z_0-9.-]*)"`)
	var all strings.Builder
	for _, pattern := range []string{"*.go", "templates/*.html", "../internal/words/*.go"} {
		files, err := filepath.Glob(pattern)
		must(t, err)
		for _, f := range files {
			if strings.HasSuffix(f, "_test.go") {
				continue
			}
			text, err := os.ReadFile(f)
			must(t, err)
			all.Write(text)
		}
	}
	c := words.For("vi")
	for _, m := range asked.FindAllStringSubmatch(all.String(), -1) {
		if key := m[1]; !c.Has(key) && !strings.HasSuffix(key, ".") {
			t.Errorf("the screens ask for %q, which nobody wrote", key)
		}
	}
	var prefixes []string
	named := map[string]bool{}
	for _, m := range quoted.FindAllStringSubmatch(all.String(), -1) {
		named[m[1]] = true
		if strings.HasSuffix(m[1], ".") {
			prefixes = append(prefixes, m[1])
		}
	}
	for _, set := range []string{"alive", "board", "verdict", "level", "topic", "form", "role", "channel_kind", "platform", "place", "reason", "error", "standing", "nav"} {
		prefixes = append(prefixes, set+".")
	}
	for _, key := range c.Keys() {
		used := named[strings.TrimSuffix(key, ".one")]
		for _, p := range prefixes {
			used = used || strings.HasPrefix(key, p)
		}
		if !used {
			t.Errorf("nobody asks for %q", key)
		}
	}
}

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
