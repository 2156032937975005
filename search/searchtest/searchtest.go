package searchtest

import (
	_ "embed"
	"fmt"
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/unicode/norm"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/search"
)

//go:embed testdata/queries.txt
var queries string

// Now is the clock of the suite.
var Now = time.Date(2026, 11, 23, 6, 0, 0, 0, time.FixedZone("+07", 7*3600))

// Run puts an index through everything that both bodies must do. open gives a new, empty one.
func Run(t *testing.T, open func(t *testing.T) search.Index) {
	t.Run("queries.txt", func(t *testing.T) { runQueries(t, open(t)) })
	for _, tt := range []struct {
		name string
		run  func(t *testing.T, ix search.Index)
	}{
		{"filters restrict, and each facet is counted without its own", facets},
		{"nobody sees another unit's posts, in hits, counts or facets", scopes},
		{"figures that are another unit's own order, restrict and count nothing", privateFigures},
		{"the order that was asked for", orders},
		{"the last of many pages has rows", deepPages},
		{"putting twice changes nothing, a new version replaces, a removed post goes", updates},
		{"foreign text is shown harmlessly", hostile},
		{"a rebuild serves meanwhile, takes in what comes, and stays away when it fails", rebuild},
	} {
		t.Run(tt.name, func(t *testing.T) { tt.run(t, open(t)) })
	}
}

// post is a document with everything that matters set.
func post(id, unit, text string, published time.Time) search.Document {
	return search.Document{
		ID: lantoa.PostID(id), Text: text, Title: lantoa.Title(text), ChannelName: "Phụ nữ " + unit, UnitName: unit,
		Channel: "c1", UnitPath: "p." + id, UnitCode: "05722", Level: lantoa.Commune, Platform: "facebook", Kind: "photo",
		Published: published.Unix(),
	}
}

func put(t *testing.T, ix search.Index, docs ...search.Document) {
	t.Helper()
	if err := ix.Put(t.Context(), docs); err != nil {
		t.Fatal(err)
	}
}

// find searches with everybody's eyes unless the query says whose.
func find(t *testing.T, ix search.Index, q search.Query) search.Result {
	t.Helper()
	if q.Scope == "" {
		q.Scope = lantoa.Everything
	}
	if q.Limit == 0 {
		q.Limit = 50
	}
	q.Now = Now
	r, err := ix.Search(t.Context(), q)
	if err != nil {
		t.Fatalf("search %q: %v", q.Text, err)
	}
	if q.Limit > r.Total && q.Offset == 0 && len(r.Hits) != r.Total {
		t.Errorf("search %q: %d hits of %d", q.Text, len(r.Hits), r.Total)
	}
	return r
}

func ids(r search.Result) string {
	var out []string
	for _, h := range r.Hits {
		out = append(out, string(h.ID))
	}
	return strings.Join(out, " ")
}

func count(f []search.FacetCount) string {
	var out []string
	for _, c := range f {
		out = append(out, fmt.Sprintf("%s:%d", c.Value, c.Count))
	}
	return strings.Join(out, " ")
}

func runQueries(t *testing.T, ix search.Index) {
	var docs []search.Document
	ids := map[string]string{} // name in the file → id in the index
	type question struct {
		sentence, text, want, light string
		ordered                     bool
	}
	var questions []question
	for block := range strings.SplitSeq(queries, "\n\n") {
		lines := strings.Split(strings.TrimSpace(block), "\n")
		kind, rest, _ := strings.Cut(lines[0], " ")
		switch kind {
		case "bài":
			name, way, _ := strings.Cut(rest, " (")
			place := strings.LastIndex(lines[1], " ")
			day, err := time.Parse("02/01/2006", lines[1][place+1:])
			if err != nil {
				t.Fatalf("%s: %v", name, err)
			}
			ids[name] = fmt.Sprintf("q%d", len(docs)+1)
			docs = append(docs, post(ids[name], lines[1][:place], written(strings.Join(lines[2:], "\n"), way), day))
		case "câu":
			q := question{sentence: rest}
			for _, l := range lines[1:] {
				key, value, _ := strings.Cut(l, " ")
				switch key {
				case "tìm":
					q.text = value
				case "thấy", "gồm":
					q.want, q.ordered = value, key == "thấy"
				case "sáng":
					q.light = value
				default:
					t.Fatalf("%s: %q is neither tìm, thấy, gồm nor sáng", rest, key)
				}
			}
			questions = append(questions, q)
		}
	}
	put(t, ix, docs...)
	for _, q := range questions {
		t.Run(q.sentence, func(t *testing.T) {
			r := find(t, ix, search.Query{Text: q.text})
			var got, want []string
			for _, h := range r.Hits {
				got = append(got, string(h.ID))
			}
			for name := range strings.SplitSeq(q.want, ", ") {
				if name != "" {
					want = append(want, ids[name])
				}
			}
			if !q.ordered {
				slices.Sort(got)
				slices.Sort(want)
			}
			if !slices.Equal(got, want) {
				t.Errorf("tìm %q thấy %v, mong %v (%v)", q.text, got, want, ids)
			}
			if q.light != "" && len(r.Hits) > 0 {
				lit := marks(r.Hits[0])
				for s := range strings.SplitSeq(q.light, ", ") {
					if !strings.Contains(lit, norm.NFC.String(s)) {
						t.Errorf("%q is not marked in %q … %q", s, r.Hits[0].TitleHTML, r.Hits[0].SnippetHTML)
					}
				}
			}
		})
	}
}

// marks are the marked stretches of a hit.
func marks(h search.Hit) string {
	var out []string
	for _, m := range regexp.MustCompile(`<mark>(.*?)</mark>`).FindAllStringSubmatch(h.TitleHTML+" "+h.SnippetHTML, -1) {
		out = append(out, norm.NFC.String(m[1]))
	}
	return strings.Join(out, "|")
}

// written is text in another way of writing.
func written(text, way string) string {
	switch way {
	case "rời dấu)":
		return norm.NFD.String(text)
	case "chữ đậm)":
		return strings.Map(func(r rune) rune {
			switch {
			case r >= 'a' && r <= 'z':
				return r - 'a' + 0x1D5EE
			case r >= 'A' && r <= 'Z':
				return r - 'A' + 0x1D5D4
			}
			return r
		}, norm.NFD.String(text))
	}
	return text
}
