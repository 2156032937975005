package lantoa_test

import (
	"go/parser"
	"go/token"
	"io/fs"
	"path"
	"path/filepath"
	"slices"
	"strconv"
	"strings"
	"testing"
)

const module = "github.com/hoiphunu/lantoa"

// mayImport is the drawing of CONTRIBUTING.md as a table: what each folder may import of our own, besides the
// nouns (the root) and the crafts under internal. A folder that is not here may import nothing of ours.
var mayImport = map[string][]string{
	"":           {},
	"cmd/lantoa": {"*"},

	"queue": {"collectors", "search", "stories", "reshare", "activity", "digest", "store"},
	"api":   {"collectors", "collectors/files", "search", "stories", "reshare", "activity", "digest", "store"},
	"web":   {"search", "stories", "reshare", "activity", "digest", "export", "store"},

	"collectors":          {"collectors/talk"},
	"collectors/talk":     {},
	"collectors/facebook": {},
	"collectors/zalo":     {"collectors/talk"},
	"collectors/website":  {},
	"collectors/files":    {"collectors/talk"},
	"search":              {},
	"search/searchtest":   {"search"},
	"stories":             {},
	"reshare":             {},
	"activity":            {},
	"digest":              {},
	"export":              {"activity"},

	"store":           {},
	"store/storetest": {"store"},
	"sandbox":         {},
}

// homes says which package may import a borrowed library: each has one, besides tests.
var homes = map[string][]string{
	"github.com/hibiken/asynq":              {"queue"},
	"github.com/meilisearch/meilisearch-go": {"search"},
	"github.com/go-resty/resty/v2":          {"collectors/facebook", "collectors/zalo"},
	"github.com/ncruces/go-sqlite3":         {"store", "search", "store/storetest"},
	"github.com/jackc/pgx/v5":               {"store", "store/storetest"},
	"github.com/xuri/excelize/v2":           {"internal/sheet"},
	"github.com/PuerkitoBio/goquery":        {"collectors/website"},
	"github.com/mmcdole/gofeed":             {"collectors/website"},
	"github.com/andybalholm/cascadia":       {"collectors/website"},
	"github.com/vanng822/go-premailer":      {"digest"},
	"github.com/wneessen/go-mail":           {"internal/mail"},
	"github.com/emersion/go-smtp":           {"internal/mail/mailtest"},
	"github.com/emersion/go-sasl":           {"internal/mail/mailtest"},
	"golang.org/x/image":                    {"internal/thumb", "internal/chart", "internal/card"},
	"github.com/go-fonts/liberation":        {"internal/chart", "internal/card"},
}

func TestImportsGoDownOnly(t *testing.T) {
	err := filepath.WalkDir(".", func(file string, d fs.DirEntry, err error) error {
		if err != nil {
			return err
		}
		if d.IsDir() && (strings.HasPrefix(d.Name(), ".") && d.Name() != "." || d.Name() == "testdata") {
			return filepath.SkipDir
		}
		if !strings.HasSuffix(file, ".go") || strings.HasSuffix(file, "_test.go") {
			return nil
		}
		folder := filepath.ToSlash(filepath.Dir(file))
		if folder == "." {
			folder = ""
		}
		parsed, err := parser.ParseFile(token.NewFileSet(), file, nil, parser.ImportsOnly)
		if err != nil {
			return err
		}
		for _, spec := range parsed.Imports {
			name, err := strconv.Unquote(spec.Path.Value)
			if err != nil {
				return err
			}
			if why := forbidden(folder, name); why != "" {
				t.Errorf("%s imports %s: %s", file, name, why)
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
}

// forbidden says why a folder may not import a package, or nothing if it may.
func forbidden(folder, name string) string {
	for library, owners := range homes {
		if (name == library || strings.HasPrefix(name, library+"/")) && !slices.Contains(owners, folder) {
			return "this library lives in " + strings.Join(owners, ", ")
		}
	}
	if name != module && !strings.HasPrefix(name, module+"/") {
		if folder == "" && strings.Contains(strings.Split(name, "/")[0], ".") {
			return "the nouns import the standard library only"
		}
		return ""
	}
	ours := strings.TrimPrefix(strings.TrimPrefix(name, module), "/")
	if strings.HasPrefix(folder, "internal/") {
		if strings.HasPrefix(ours, "internal/") || folder == "internal/words" && ours == "" {
			return ""
		}
		return "a craft knows nothing of the Union"
	}
	if ours == "" || strings.HasPrefix(ours, "internal/") {
		return ""
	}
	allowed, known := mayImport[folder]
	if !known {
		return "the folder is not in the table of this test; see CONTRIBUTING.md"
	}
	if slices.Contains(allowed, "*") || slices.Contains(allowed, ours) {
		return ""
	}
	return path.Base(folder) + " may not"
}

func TestTheLayoutRuleCanFail(t *testing.T) {
	for _, tt := range []struct{ folder, name string }{
		{"stories", module + "/store"},
		{"web", module + "/api"},
		{"collectors/facebook", module + "/collectors"},
		{"", "github.com/google/go-cmp/cmp"},
		{"internal/viet", module},
		{"web", "github.com/hibiken/asynq"},
		{"somewhere", module + "/store"},
	} {
		if forbidden(tt.folder, tt.name) == "" {
			t.Errorf("%s importing %s was let through", tt.folder, tt.name)
		}
	}
}
