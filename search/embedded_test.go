package search_test

import (
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/search"
)

func doc(id, text string) search.Document {
	return search.Document{ID: lantoa.PostID(id), Text: text, Title: lantoa.Title(text), UnitPath: "p", Published: 1_700_000_000}
}

func put(t *testing.T, ix search.Index, docs ...search.Document) {
	t.Helper()
	if err := ix.Put(t.Context(), docs); err != nil {
		t.Fatal(err)
	}
}

func find(t *testing.T, ix search.Index, text string) search.Result {
	t.Helper()
	r, err := ix.Search(t.Context(), search.Query{Text: text, Scope: lantoa.Everything, Limit: 100})
	if err != nil {
		t.Fatal(err)
	}
	return r
}

func TestEmbeddedKeepsItsFile(t *testing.T) {
	whole := func(t *testing.T) (path string, b []byte) {
		path = filepath.Join(t.TempDir(), "search.index")
		ix, err := search.OpenEmbedded(path)
		if err != nil {
			t.Fatal(err)
		}
		put(t, ix, doc("a", "Nuôi lợn đất"), doc("b", "Nuôi gà"), doc("c", "Nuôi bò"))
		put(t, ix, doc("b", "Nuôi vịt"), search.Document{ID: "c", Removed: true})
		changed := doc("a", "Nuôi lợn đất")
		changed.Level = lantoa.Commune
		put(t, ix, changed)
		if err := ix.Close(); err != nil {
			t.Fatal(err)
		}
		if b, err = os.ReadFile(path); err != nil {
			t.Fatal(err)
		}
		return path, b
	}
	for _, tt := range []struct {
		name  string
		spoil func(b []byte) []byte
		left  int
	}{
		{"opened again it finds the same", func(b []byte) []byte { return b }, 2},
		{"a torn last record is cut off", func(b []byte) []byte { return b[:len(b)-3] }, 2},
		{"half a length is cut off", func(b []byte) []byte { return append(b, 7, 0) }, 2},
		{"what follows a broken record is dropped", func(b []byte) []byte { b[40]++; return b }, 0},
		{"a file of another kind counts as empty", func([]byte) []byte { return []byte("SQLite format 3\x00") }, 0},
		{"an empty file too", func([]byte) []byte { return nil }, 0},
	} {
		t.Run(tt.name, func(t *testing.T) {
			path, b := whole(t)
			if err := os.WriteFile(path, tt.spoil(b), 0o644); err != nil {
				t.Fatal(err)
			}
			ix := open(t, path)
			if n, err := ix.Count(t.Context()); err != nil || n != tt.left {
				t.Errorf("%d documents (%v), want %d", n, err, tt.left)
			}
			put(t, ix, doc("z", "Nuôi ong"))
			if r := find(t, ix, "nuôi"); r.Total != tt.left+1 {
				t.Errorf("%d found after one more, want %d", r.Total, tt.left+1)
			}
			if tt.left == 2 {
				if r := find(t, ix, "vịt"); r.Total != 1 {
					t.Errorf("the newer version is lost")
				}
			}
		})
	}
}

func TestEmbeddedSecondProcessOnlyReads(t *testing.T) {
	path := filepath.Join(t.TempDir(), "search.index")
	first := open(t, path)
	put(t, first, doc("a", "Nuôi lợn đất"))
	second := open(t, path) // file locks tell apart openings, so one process will do
	if r := find(t, second, "lợn"); r.Total != 1 {
		t.Errorf("the second finds %d posts, want 1", r.Total)
	}
	if err := second.Put(t.Context(), []search.Document{doc("b", "x")}); lantoa.KindOf(err) != lantoa.Busy {
		t.Errorf("the second writes: %v", err)
	}
	err := second.Rebuild(t.Context(), func(func([]search.Document) error) error { return nil })
	if lantoa.KindOf(err) != lantoa.Busy {
		t.Errorf("the second rebuilds: %v", err)
	}
}

func TestEmbeddedCompactsItself(t *testing.T) {
	path := filepath.Join(t.TempDir(), "search.index")
	ix := open(t, path)
	for round := range 4 {
		var docs []search.Document
		for i := range 2100 {
			docs = append(docs, doc(fmt.Sprintf("p%d", i), fmt.Sprintf("Bài số %d viết lại lần %d", i, round)))
		}
		put(t, ix, docs...)
	}
	if r := find(t, ix, "viết lại lần 3"); r.Total != 2100 {
		t.Errorf("%d found, want 2100", r.Total)
	}
	if r := find(t, ix, `"lần 0"`); r.Total != 0 {
		t.Errorf("%d old versions found", r.Total)
	}
	st, err := os.Stat(path)
	if err != nil || st.Size() > 2100*200*2 {
		t.Errorf("the file has %d bytes (%v): old versions were kept", st.Size(), err)
	}
}

func TestEmbeddedSearchesWhileWriting(t *testing.T) {
	ix := open(t, filepath.Join(t.TempDir(), "search.index"))
	put(t, ix, doc("a0", "Phụ nữ làm kinh tế"))
	var wg sync.WaitGroup
	for w := range 3 {
		wg.Go(func() {
			for i := range 20 {
				if err := ix.Put(t.Context(), []search.Document{doc(fmt.Sprintf("w%dx%d", w, i), "Phụ nữ làm kinh tế giỏi")}); err != nil {
					t.Error(err)
				}
			}
		})
		wg.Go(func() {
			for range 50 {
				r, err := ix.Search(t.Context(), search.Query{Text: "phu nu", Scope: lantoa.Everything, Limit: 5})
				if err != nil || r.Total < 1 || len(r.Hits) < 1 {
					t.Errorf("%d found while writing: %v", r.Total, err)
				}
			}
		})
	}
	wg.Wait()
	if r := find(t, ix, "phụ nữ"); r.Total != 61 {
		t.Errorf("%d found, want 61", r.Total)
	}
}

func TestEmbeddedUnderstands(t *testing.T) {
	ix := open(t, filepath.Join(t.TempDir(), "search.index"))
	put(t, ix,
		doc("a", "Phụ nữ chuyển đổi số trên Facebook"), doc("b", "Phụ nữ nuôi lợn đất, có nhóm Facebook"), doc("c", "Đất lành chim đậu, nuôi nhiều lợn"),
		doc("d", "Sức khỏe sinh sản vị thành niên được tư vấn miễn phí"), doc("e", "Mẹ Ba Na"), doc("f", "Mẹ bà na na"))
	for _, tt := range []struct{ name, text, hits, corrected string }{
		{"words typed without the space", "phunu", "a b", "phu nu"},
		{"the keys of Telex", "nuooi lowjn", "b c", "nuôi lợn"},
		{"one slip in a long word", "facebok", "a b", "facebook"},
		{"a correction keeps the rest as it was typed", `"phụ nữ"  facebok!`, "a b", `"phụ nữ"  facebook!`},
		{"short words are not guessed at", "lơm", "", ""},
		{"all words must be there", "lợn facebook", "b", ""},
		{"most words will do when there is no post with all", "nuôi lợn khủng long đất", "b c", ""},
		{"but not with most words unknown", "lợn xyzzy qwrty", "", ""},
		{"a phrase stays a phrase", `"nuôi lợn"`, "b", ""},
		{"an open quotation mark is none", `"nuôi lợn`, "b c", ""},
		{"a phrase to leave out", `phụ nữ -"lợn đất"`, "a", ""},
		{"a dash at the beginning is a dash", "-lợn", "b c", ""},
		{"a dash before a number too", "lợn -5", "", ""},
		{"a word that is also the beginning of one", "tư vấn miễn p", "d", ""},
		{"a hashtag is its words", "#PhuNu #lợn", "b", ""},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := find(t, ix, tt.text)
			in := map[string]bool{}
			for _, h := range r.Hits {
				in[string(h.ID)] = true
			}
			ok := len(in) == len(strings.Fields(tt.hits))
			for _, id := range strings.Fields(tt.hits) {
				ok = ok && in[id]
			}
			if !ok || r.Corrected != tt.corrected || r.Total != len(in) {
				t.Errorf("%q finds %v, corrected %q; want %s, %q", tt.text, in, r.Corrected, tt.hits, tt.corrected)
			}
		})
	}
	if r := find(t, ix, "bà na"); len(r.Hits) != 2 || r.Hits[0].ID != "f" {
		t.Errorf("the post with the marks that were typed is not first: %+v", r.Hits)
	}
}

func TestNewerFirstAmongEquals(t *testing.T) {
	ix := open(t, filepath.Join(t.TempDir(), "search.index"))
	for i, id := range []string{"b", "c", "a"} {
		d := doc(id, "Hiến máu cứu người")
		d.Published = time.Unix(1_700_000_000, 0).AddDate(0, 0, i%2*10+i).Unix()
		put(t, ix, d)
	}
	if r := find(t, ix, "hiến máu"); r.Hits[0].ID != "c" || r.Hits[2].ID != "b" {
		t.Errorf("order %+v, want c a b", r.Hits)
	}
}
