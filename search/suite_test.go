package search_test

import (
	"net/http"
	"os"
	"path/filepath"
	"testing"
	"time"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/search"
	"github.com/hoiphunu/lantoa/search/searchtest"
)

func open(t *testing.T, path string) search.Index {
	t.Helper()
	ix, err := search.OpenEmbedded(path)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		if err := ix.Close(); err != nil {
			t.Error(err)
		}
	})
	return ix
}

func TestEmbedded(t *testing.T) {
	searchtest.Run(t, func(t *testing.T) search.Index {
		return open(t, filepath.Join(t.TempDir(), "search.index"))
	})
}

func openMeili(t *testing.T, url, key, name string) search.Index {
	t.Helper()
	ix, err := search.OpenMeili(url, key, search.MeiliOptions{Name: name, Timeout: time.Minute, Wait: time.Minute})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = ix.Close() })
	return ix
}

func TestPretendedMeilisearch(t *testing.T) {
	searchtest.Run(t, func(t *testing.T) search.Index {
		return openMeili(t, searchtest.NewMeili(t).URL, "key", "posts")
	})
}

// A real server is asked for by LANTOA_TEST_MEILI_URL (and LANTOA_TEST_MEILI_KEY); each test has an index of
// its own there.
func TestRealMeilisearch(t *testing.T) {
	url := os.Getenv("LANTOA_TEST_MEILI_URL")
	if url == "" {
		t.Skip("SKIPPED: no LANTOA_TEST_MEILI_URL names a Meilisearch server")
	}
	searchtest.Run(t, func(t *testing.T) search.Index {
		name, key := "test_"+lantoa.NewID(time.Now()), os.Getenv("LANTOA_TEST_MEILI_KEY")
		t.Cleanup(func() {
			r, err := http.NewRequest(http.MethodDelete, url+"/indexes/"+name, nil)
			if err != nil {
				t.Fatal(err)
			}
			r.Header.Set("Authorization", "Bearer "+key)
			if answer, err := http.DefaultClient.Do(r); err != nil || answer.Body.Close() != nil {
				t.Errorf("the index %s stays on the server: %v", name, err)
			}
		})
		return openMeili(t, url, key, name)
	})
}
