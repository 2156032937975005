package words

import (
	"io/fs"
	"os"
	"path/filepath"
	"regexp"
	"slices"
	"strings"
	"testing"
)

// sources are the texts of the program: its Go files without the tests, and the templates of the screens.
func sources(t *testing.T) map[string]string {
	t.Helper()
	root, out := os.DirFS("../.."), map[string]string{}
	err := fs.WalkDir(root, ".", func(path string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && path != "." && (strings.HasPrefix(d.Name(), ".") || d.Name() == "testdata" || d.Name() == "build") {
			return fs.SkipDir
		}
		template := filepath.Ext(path) == ".html" && strings.HasPrefix(path, "web/templates/")
		if !template && (filepath.Ext(path) != ".go" || strings.HasSuffix(path, "_test.go")) {
			return nil
		}
		text, err := fs.ReadFile(root, path)
		out[path] = string(text)
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	if len(out) < 50 {
		t.Fatalf("only %d files were found", len(out))
	}
	return out
}

// found are the first groups of a pattern in the files below a folder.
func found(files map[string]string, below, pattern string) []string {
	var out []string
	re := regexp.MustCompile(pattern)
	for path, text := range files {
		if strings.HasPrefix(path, below) {
			for _, m := range re.FindAllStringSubmatch(text, -1) {
				out = append(out, m[1])
			}
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

// Keys that are put together from a set and a value of the data.
var sets = []string{
	"alive", "board", "verdict", "level", "topic", "form", "role", "channel_kind", "platform", "place", "reason",
	"error", "standing", "nav", "row", "audit", "thing", "cause",
}

func TestEveryTextThatIsAskedForIsThere(t *testing.T) {
	files := sources(t)
	need := func(kind string, keys []string) {
		t.Helper()
		if len(keys) == 0 {
			t.Errorf("no %s was found: the pattern no longer fits the code", kind)
		}
		for _, key := range keys {
			for _, lang := range Languages {
				if !For(lang).Has(key) {
					t.Errorf("%s: the code asks for %q, which nobody wrote", lang, key)
				}
			}
		}
	}
	in := func(set string, values []string) []string {
		out := make([]string, len(values))
		for i, v := range values {
			out[i] = set + "." + v
		}
		return out
	}
	literal := slices.DeleteFunc(found(files, "", `\.T\(?\s?"([a-z_0-9.-]+)"`), func(k string) bool { return strings.HasSuffix(k, ".") })
	need("text", literal)
	need("fault of a row", in("row", found(map[string]string{"": files["collectors/files/badrow.go"]}, "", `(?m)^\s[A-Z]\w+\s*= "([a-z_]+)"`)))
	need("deed", in("audit", found(files, "", `\.note\([^"\n]*"([a-z_]+)"`)))
	need("deed", in("audit", found(files, "", `Audit\{[^}]*Action: "([a-z_]+)"`)))
}

// What a collector says that a trouble is about may be read on the page of a channel: a word of the Union's has
// to stand for it, as the thing or as the cause.
func TestEveryThingATroubleIsAboutHasAWord(t *testing.T) {
	files := sources(t)
	named := found(files, "collectors/facebook/", `"((?:pages|read|business)_[a-z]+(?:_[a-z]+)*)"`)
	for _, pattern := range []string{
		`lantoa\.Problem\([^,]*, "([a-z_]+)"`, `Trouble\{[^}]*What: "([a-z_]+)"`, `\{\w+, lantoa\.\w+, "([a-z_]+)"\}`, `case \d+(?:, \d+)*:\n\t\treturn "([a-z_]+)"`,
	} {
		for _, below := range []string{"collectors/facebook/", "collectors/zalo/", "collectors/website/", "collectors/talk/"} {
			named = append(named, found(files, below, pattern)...)
		}
	}
	if len(named) < 30 {
		t.Fatalf("only %d things were found: %v", len(named), named)
	}
	for _, what := range named {
		for _, lang := range Languages {
			if c := For(lang); !c.Has("thing."+what) && !c.Has("cause."+what) {
				t.Errorf("%s: no word for %q", lang, what)
			}
		}
	}
}

func TestEveryTextIsUsed(t *testing.T) {
	named := map[string]bool{}
	var prefixes []string
	for _, key := range found(sources(t), "", `"([a-z_0-9]+\.[a-z_0-9.-]*)"`) {
		if named[key] = true; strings.HasSuffix(key, ".") {
			prefixes = append(prefixes, key)
		}
	}
	for _, set := range sets {
		prefixes = append(prefixes, set+".")
	}
	for _, key := range For("vi").Keys() {
		used := named[strings.TrimSuffix(key, ".one")]
		for _, p := range prefixes {
			used = used || strings.HasPrefix(key, p)
		}
		if !used {
			t.Errorf("nobody asks for %q", key)
		}
	}
}
