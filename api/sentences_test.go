package api

import (
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/hoiphunu/lantoa/internal/words"
)

func TestEverySentenceIsInTheCatalogueAndEveryOneThereIsSaid(t *testing.T) {
	text, err := os.ReadFile("sentences.go")
	must(t, err)
	var said []string
	for _, m := range regexp.MustCompile(`\s(sentence|want)\s+= "(\w+)"`).FindAllStringSubmatch(string(text), -1) {
		if m[1] == "want" {
			said = append(said, "api.want."+m[2])
		} else {
			said = append(said, "api."+m[2]+".what", "api."+m[2]+".do")
		}
	}
	for _, status := range statusOf {
		if !words.For("vi").Has("api.title." + strconv.Itoa(status)) {
			t.Errorf("status %d has no title", status)
		}
	}
	for _, c := range []*words.Catalog{words.For("vi"), words.For("en")} {
		for _, key := range said {
			if !c.Has(key) {
				t.Errorf("%s lacks %q", c.Lang(), key)
			}
		}
		for _, key := range c.Keys() {
			if strings.HasPrefix(key, "api.") && !strings.HasPrefix(key, "api.title.") && !slices.Contains(said, key) {
				t.Errorf("%s has %q, which nobody says", c.Lang(), key)
			}
		}
	}
}

// What a caller sent stands in an answer as it was, shortened, and fills nothing in itself.
func TestValuesInSentencesAreOnlyValues(t *testing.T) {
	vi := words.For("vi")
	if got, want := badParam.happened(vi, "{why}", "{param}"), `Tham số "{why}" không đúng{param}.`; got != want {
		t.Errorf("%q, want %q", got, want)
	}
	if got := noUnit.happened(vi, "unit", strings.Repeat("ộ", 5000)); len([]rune(got)) > 300 || !strings.Contains(got, "ộ…") {
		t.Errorf("%d characters: %q", len([]rune(got)), got)
	}
	if got, want := titleOf(vi, 418), "418"; got != want {
		t.Errorf("%q, want %q", got, want)
	}
}
