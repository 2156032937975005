package searchtest

import (
	"errors"
	"fmt"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/search"
)

func facets(t *testing.T, ix search.Index) {
	score := 3.5
	a := post("a", "xã A", "Chị em trồng chè", Now.AddDate(0, -1, 0))
	a.UnitPath, a.Topics, a.Score, a.Story = "p.d.a", []string{"ocop", "tiet-kiem"}, &score, "s1"
	b := post("b", "xã B", "Chị em hái chè", Now.AddDate(0, -6, 0))
	b.UnitPath, b.Platform, b.Kind, b.Topics = "p.d.b", "zalo", "text", []string{"ocop"}
	c := post("c", "huyện D", "Hội thi chè ngon", Now.AddDate(-2, 0, 0))
	c.UnitPath, c.Level, c.Kind = "p.d", lantoa.District, "video"
	d := post("d", "xã E", "Nuôi gà thả đồi", Now.AddDate(0, -1, 0))
	d.UnitPath, d.Story, d.State = "p.e", "s2", "dismissed"
	put(t, ix, a, b, c, d)
	for _, tt := range []struct {
		name                               string
		q                                  search.Query
		hits                               string
		level, unit, platform, topic, kind string
		score, story, months               string
	}{
		{
			"no filter",
			search.Query{Text: "chè", Sort: search.ByNewest},
			"a b c",
			"commune:2 district:1", "p:3 p.d:3 p.d.a:1 p.d.b:1", "facebook:2 zalo:1", "ocop:2 tiet-kiem:1", "photo:1 text:1 video:1",
			"2:1", "true:1", "3:1 12:2",
		},
		{
			"one filter leaves its own facet whole",
			search.Query{Text: "chè", Platforms: []string{"facebook"}, Sort: search.ByNewest},
			"a c",
			"commune:1 district:1", "p:2 p.d:2 p.d.a:1", "facebook:2 zalo:1", "ocop:1 tiet-kiem:1", "photo:1 video:1",
			"2:1", "true:1", "3:1 12:1",
		},
		{
			"two filters",
			search.Query{Text: "chè", Levels: []lantoa.Level{lantoa.Commune}, Kinds: []string{"photo", "video"}},
			"a",
			"commune:1 district:1", "p:1 p.d:1 p.d.a:1", "facebook:1", "ocop:1 tiet-kiem:1", "photo:1 text:1", "2:1", "true:1", "3:1 12:1",
		},
		{
			"a unit is it and all below",
			search.Query{Units: []string{"p.d"}, Sort: search.ByNewest},
			"a b c",
			"commune:2 district:1", "p:4 p.d:3 p.d.a:1 p.d.b:1 p.e:1", "facebook:2 zalo:1", "ocop:2 tiet-kiem:1", "photo:1 text:1 video:1",
			"2:1", "true:1", "3:1 12:2",
		},
		{
			"several units, one of which lies in another",
			search.Query{Text: "chị em", Units: []string{"p.d.b", "p.d.a", "p.d.a", "p.e"}, Sort: search.ByNewest},
			"a b",
			"commune:2", "p:2 p.d:2 p.d.a:1 p.d.b:1", "facebook:1 zalo:1", "ocop:2 tiet-kiem:1", "photo:1 text:1",
			"2:1", "true:1", "3:1 12:2",
		},
		{
			"several units, one that there is not",
			search.Query{Units: []string{"p.x", `"] OR units IN ["p`, "p.e"}},
			"d",
			"commune:1", "p:4 p.d:3 p.d.a:1 p.d.b:1 p.e:1", "facebook:1", "", "photo:1", "2:0", "true:0", "3:1 12:1",
		},
		{
			"at least twice the usual",
			search.Query{MinScore: new(2.0)},
			"a",
			"commune:1", "p:1 p.d:1 p.d.a:1", "facebook:1", "ocop:1 tiet-kiem:1", "photo:1", "2:1", "true:1", "3:1 12:1",
		},
		{
			"only stories leaves dismissed ones out",
			search.Query{StoriesOnly: true},
			"a",
			"commune:1", "p:1 p.d:1 p.d.a:1", "facebook:1", "ocop:1 tiet-kiem:1", "photo:1", "2:1", "true:1", "3:1 12:1",
		},
		{
			"a time is half open",
			search.Query{Text: "chè", From: time.Unix(b.Published, 0), To: time.Unix(a.Published, 0)},
			"b",
			"commune:1", "p:1 p.d:1 p.d.b:1", "zalo:1", "ocop:1", "text:1", "2:0", "true:0", "3:1 12:2",
		},
		{
			"an unknown value finds nothing and breaks nothing",
			search.Query{Topics: []string{`x" OR units = "p`}},
			"",
			"", "", "", "ocop:2 tiet-kiem:1", "", "2:0", "true:0", "3:0 12:0",
		},
	} {
		t.Run(tt.name, func(t *testing.T) {
			r := find(t, ix, tt.q)
			got := fmt.Sprint(ids(r), "\n", count(r.Facets["level"]), "\n", count(r.Facets["unit"]), "\n", count(r.Facets["platform"]), "\n",
				count(r.Facets["topic"]), "\n", count(r.Facets["kind"]), "\n", count(r.Facets["score"]), "\n", count(r.Facets["story"]), "\n", count(r.Facets["months"]))
			want := fmt.Sprint(tt.hits, "\n", tt.level, "\n", tt.unit, "\n", tt.platform, "\n", tt.topic, "\n", tt.kind, "\n", tt.score, "\n", tt.story, "\n", tt.months)
			if got != want {
				t.Errorf("got\n%s\nwant\n%s", got, want)
			}
		})
	}
}

func scopes(t *testing.T, ix search.Index) {
	own := post("own", "xã A", "Họp mặt chi hội", Now)
	own.UnitPath = "p.d.a"
	other := post("other", "xã B", "Họp mặt chi hội", Now)
	other.UnitPath = "p.d.ab" // begins with the same letters
	told := post("told", "xã C", "Họp mặt chi hội", Now)
	told.UnitPath, told.Public = "p.e.c", true
	put(t, ix, own, other, told)
	for _, tt := range []struct {
		scope lantoa.Scope
		hits  int
		units string
	}{
		{lantoa.Everything, 3, "p:3 p.d:2 p.d.a:1 p.d.ab:1 p.e:1 p.e.c:1"},
		{"p.d", 3, "p:3 p.d:2 p.d.a:1 p.d.ab:1 p.e:1 p.e.c:1"},
		{"p.d.a", 2, "p:2 p.d:1 p.d.a:1 p.e:1 p.e.c:1"},
		{"-", 1, "p:1 p.e:1 p.e.c:1"},
		{`p.d" OR public = false`, 1, "p:1 p.e:1 p.e.c:1"},
	} {
		for _, text := range []string{"", "họp mặt", "hop mat chi hoi"} {
			r := find(t, ix, search.Query{Text: text, Scope: tt.scope})
			if r.Total != tt.hits || count(r.Facets["unit"]) != tt.units {
				t.Errorf("%q sees of %q %d posts, units %s; want %d, %s", tt.scope, text, r.Total, count(r.Facets["unit"]), tt.hits, tt.units)
			}
		}
	}
	if r, err := ix.Search(t.Context(), search.Query{Limit: 10}); err != nil || r.Total != 1 {
		t.Errorf("no scope at all sees %d posts (%v), want the public one", r.Total, err)
	}
}

// privateFigures asks as xã A for what it sees of its own, and of what others have in public: whatever figures
// these have, nothing that is asked may tell them.
func privateFigures(t *testing.T, ix search.Index) {
	n := func(i int64) *int64 { return &i }
	f := func(x float64) *float64 { return &x }
	var own []search.Document
	for i, figures := range []struct {
		reach *int64
		score *float64
	}{{n(500), f(3)}, {n(40), f(-1)}, {nil, nil}, {n(900), f(2.5)}, {nil, f(1)}} {
		d := post(fmt.Sprintf("own%d", i), "xã A", "Nuôi ong lấy mật", Now.AddDate(0, 0, -10*i-1))
		d.UnitPath, d.Reach, d.Score = "p.d.a", figures.reach, figures.score
		own = append(own, d)
	}
	put(t, ix, own...)
	others := func(reach *int64, score *float64) {
		for i := range 3 {
			d := post(fmt.Sprintf("pub%d", i), "xã B", "Nuôi ong lấy mật", Now.AddDate(0, 0, -10*i-5))
			d.UnitPath, d.Public, d.Story, d.Reach, d.Score = "p.d.b", true, "s1", reach, score
			put(t, ix, d)
		}
	}
	for _, figures := range []struct {
		reach *int64
		score *float64
	}{{nil, nil}, {n(0), f(-3)}, {n(600), f(2)}, {n(100_000), f(1_000_000)}} {
		others(figures.reach, figures.score)
		for _, tt := range []struct {
			q          search.Query
			hits       string
			score, all string // counts: at least twice the usual, units
		}{
			{search.Query{Sort: search.ByReach}, "own3 own0 own1 pub0 pub1 own2 pub2 own4", "2:2", "p:8 p.d:8 p.d.a:5 p.d.b:3"},
			{search.Query{Sort: search.ByScore}, "own0 own3 own4 own1 pub0 pub1 own2 pub2", "2:2", "p:8 p.d:8 p.d.a:5 p.d.b:3"},
			{search.Query{Text: "nuôi ong", Sort: search.ByScore}, "own0 own3 own4 own1 pub0 pub1 own2 pub2", "2:2", "p:8 p.d:8 p.d.a:5 p.d.b:3"},
			{search.Query{Sort: search.ByReach, Units: []string{"p.d.b"}}, "pub0 pub1 pub2", "2:0", "p:8 p.d:8 p.d.a:5 p.d.b:3"},
			{search.Query{Sort: search.ByScore, MinScore: new(2.0)}, "own0 own3", "2:2", "p:2 p.d:2 p.d.a:2"},
			{search.Query{Sort: search.ByScore, MinScore: new(-5.0)}, "own0 own3 own4 own1", "2:2", "p:4 p.d:4 p.d.a:4"},
			{search.Query{Sort: search.ByScore, MinScore: new(0.0)}, "own0 own3 own4", "2:2", "p:3 p.d:3 p.d.a:3"},
			{search.Query{Sort: search.ByScore, MinScore: new(-1e300)}, "own0 own3 own4 own1", "2:2", "p:4 p.d:4 p.d.a:4"},
			{search.Query{Sort: search.ByScore, MinScore: new(1_000_000.0)}, "", "2:2", ""},
			{search.Query{Units: []string{"p.d.b"}, MinScore: new(-5.0)}, "", "2:0", "p:4 p.d:4 p.d.a:4"},
			{search.Query{Sort: search.ByReach, StoriesOnly: true}, "pub0 pub1 pub2", "2:0", "p:3 p.d:3 p.d.b:3"},
		} {
			tt.q.Scope = "p.d.a"
			r := find(t, ix, tt.q)
			if ids(r) != tt.hits || count(r.Facets["score"]) != tt.score || count(r.Facets["unit"]) != tt.all {
				t.Errorf("%+v: %s, score %s, units %s; want %s, %s, %s", tt.q, ids(r), count(r.Facets["score"]), count(r.Facets["unit"]), tt.hits, tt.score, tt.all)
			}
			var paged []string // the same, two at a time and begun in between
			for tt.q.Limit, tt.q.Offset = 2, 1; tt.q.Offset < r.Total; tt.q.Offset += 2 {
				paged = append(paged, ids(find(t, ix, tt.q)))
			}
			if got, want := strings.Join(paged, " "), strings.Join(strings.Fields(tt.hits)[min(1, r.Total):], " "); got != want {
				t.Errorf("%+v page by page: %s, want %s", tt.q, got, want)
			}
		}
		// who may know the figures is served by them
		if r := find(t, ix, search.Query{Sort: search.ByReach, Scope: "p.d", Limit: 1}); figures.reach != nil && *figures.reach > 900 && ids(r) != "pub0" {
			t.Errorf("the district's order by reach begins with %s, want pub0", ids(r))
		}
	}
}

func orders(t *testing.T, ix search.Index) {
	n := func(i int64) *int64 { return &i }
	f := func(x float64) *float64 { return &x }
	a := post("a", "xã A", "Ngày hội hiến máu", Now.AddDate(0, 0, -3))
	a.Reach, a.Score = n(50), f(-2)
	b := post("b", "xã B", "Hiến máu: ngày hội của hiến máu và nhân ái, hiến máu cứu người", Now.AddDate(0, 0, -9))
	b.Reach = n(900)
	c := post("c", "xã C", "Một ngày ở hội, có người hiến đất, có người lọc máu", Now.AddDate(0, 0, -1))
	c.Score = f(4)
	put(t, ix, a, b, c)
	for sort, want := range map[search.Sort]string{
		search.ByNewest: "c a b", search.ByReach: "b a c", search.ByScore: "c a b",
	} {
		if got := ids(find(t, ix, search.Query{Text: "hiến máu", Sort: sort})); got != want {
			t.Errorf("by %s: %s, want %s", sort, got, want)
		}
	}
	if got := ids(find(t, ix, search.Query{Text: "hiến máu", Sort: search.ByRelevance})); !strings.HasSuffix(got, "c") {
		t.Errorf("by relevance: %s, want the post last in which the words stand apart", got)
	}
	if got := ids(find(t, ix, search.Query{})); got != "c a b" {
		t.Errorf("without words: %s, want the newest first", got)
	}
}

func deepPages(t *testing.T, ix search.Index) {
	var docs []search.Document
	for i := range 1603 {
		docs = append(docs, post(fmt.Sprintf("n%04d", i), "xã A", fmt.Sprintf("Phụ nữ số %d làm kinh tế", i), Now.Add(-time.Duration(i)*time.Hour)))
	}
	put(t, ix, docs...)
	if n, err := ix.Count(t.Context()); err != nil || n != 1603 {
		t.Fatalf("%d documents (%v), want 1603", n, err)
	}
	for _, text := range []string{"phụ nữ", "phu nu", ""} {
		q := search.Query{Text: text, Limit: 25, Sort: search.ByNewest}
		r := find(t, ix, q)
		if r.Total != 1603 || len(r.Hits) != 25 {
			t.Fatalf("%q: %d found, %d on the first page; want 1603, 25", text, r.Total, len(r.Hits))
		}
		q.Offset = 1600
		if r = find(t, ix, q); ids(r) != "n1600 n1601 n1602" {
			t.Errorf("%q: last page %q, want n1600 n1601 n1602", text, ids(r))
		}
		q.Sort = search.ByRelevance
		if r = find(t, ix, q); len(r.Hits) != 3 {
			t.Errorf("%q by relevance: %d hits on the last page, want 3", text, len(r.Hits))
		}
		q.Offset, q.Limit = 7, 10
		if r = find(t, ix, q); len(r.Hits) != 10 {
			t.Errorf("%q from the middle: %d hits, want 10", text, len(r.Hits))
		}
		q.Offset = 5000
		if r = find(t, ix, q); len(r.Hits) != 0 || r.Total != 1603 {
			t.Errorf("%q past the end: %d hits of %d, want none of 1603", text, len(r.Hits), r.Total)
		}
	}
}

func updates(t *testing.T, ix search.Index) {
	total := func(text string, want int) {
		t.Helper()
		if r := find(t, ix, search.Query{Text: text}); r.Total != want {
			t.Errorf("%q finds %d, want %d", text, r.Total, want)
		}
	}
	a := post("a", "xã A", "Trồng rau sạch", Now)
	put(t, ix, a, post("b", "xã B", "Trồng hoa", Now))
	put(t, ix, a)
	total("trồng", 2)
	a.Text, a.Title = "Nuôi ong lấy mật", "Nuôi ong lấy mật"
	put(t, ix, a)
	total("rau sạch", 0)
	total("nuôi ong", 1)
	score := 5.0
	a.Score, a.Topics = &score, []string{"ocop"}
	put(t, ix, a)
	if r := find(t, ix, search.Query{Text: "ong", MinScore: new(4.0), Topics: []string{"ocop"}}); ids(r) != "a" {
		t.Errorf("a new score is not found: %q", ids(r))
	}
	put(t, ix, search.Document{ID: "b", Removed: true}, search.Document{ID: "never", Removed: true})
	total("trồng", 0)
	// of two versions in one batch the later counts
	c, c2 := post("c", "xã C", "Bản đầu", Now), post("c", "xã C", "Bản sau", Now)
	put(t, ix, c, c2)
	total("bản đầu", 0)
	total("bản sau", 1)
	if err := ix.Delete(t.Context(), []lantoa.PostID{"c", "never"}); err != nil {
		t.Fatal(err)
	}
	total("", 1)
	if n, err := ix.Count(t.Context()); err != nil || n != 1 {
		t.Errorf("%d documents (%v), want 1", n, err)
	}
	if err := ix.Delete(t.Context(), []lantoa.PostID{"a"}); err != nil {
		t.Fatal(err)
	}
	if n, err := ix.Count(t.Context()); err != nil || n != 0 {
		t.Errorf("%d documents (%v), want 0", n, err)
	}
	total("ong", 0)
}

func hostile(t *testing.T, ix search.Index) {
	long := strings.Repeat("Chuyện dài của chị em. ", 3000) + "Kết thúc bằng chữ bí mật."
	put(t, ix,
		post("a", "<b>xã</b>", `<script>alert("lợn")</script> nuôi lợn & "gà" <mark>giả</mark>`, Now),
		post("b", "xã B", "\u202eĐảo chiều\u202c \u2067lợn\u2069 \x00 \ufffd \uE000x\uE001", Now),
		post("c", "xã C", long, Now),
		post("d", "xã D", "", Now),
		post("e", "xã E", "👩‍👩‍👧🎉", Now),
	)
	r := find(t, ix, search.Query{Text: "lợn"})
	if r.Total != 2 {
		t.Errorf("%d posts with lợn, want 2", r.Total)
	}
	tags := regexp.MustCompile(`</?mark>`)
	for _, h := range append(r.Hits, find(t, ix, search.Query{}).Hits...) {
		for _, s := range []string{h.TitleHTML, h.SnippetHTML} {
			if strings.ContainsAny(tags.ReplaceAllString(s, ""), "<>\"\x00\u202e\u2067") {
				t.Errorf("%s is shown as %q", h.ID, s)
			}
			if strings.Count(s, "<mark>") != strings.Count(s, "</mark>") || len([]rune(s)) > 1200 {
				t.Errorf("%s is shown as %q", h.ID, s)
			}
		}
	}
	r = find(t, ix, search.Query{Text: "bí mật"})
	if ids(r) != "c" || !strings.Contains(r.Hits[0].SnippetHTML, "<mark>bí mật</mark>") {
		t.Errorf("the end of a long text is not found and shown: %+v", r.Hits)
	}
	for _, q := range []string{`"`, `-`, ` -`, `""`, `"a`, ` -"`, "#", "\x00", "\xff\xfe", "a -a", strings.Repeat("phụ nữ ", 5000), "🎉", "<script>", "% ' OR 1=1"} {
		find(t, ix, search.Query{Text: q})
	}
}

func rebuild(t *testing.T, ix search.Index) {
	put(t, ix, post("old", "xã A", "Bài cũ", Now), post("kept", "xã A", "Bài còn", Now))
	failed := errors.New("nguồn hỏng")
	err := ix.Rebuild(t.Context(), func(put func([]search.Document) error) error {
		if err := put([]search.Document{post("x", "xã A", "Bài dở", Now)}); err != nil {
			return err
		}
		return failed
	})
	if !errors.Is(err, failed) {
		t.Fatalf("a broken source gives %v", err)
	}
	if r := find(t, ix, search.Query{Text: "bài"}); r.Total != 2 {
		t.Errorf("after a failed rebuild %d posts, want the 2 old ones", r.Total)
	}
	err = ix.Rebuild(t.Context(), func(refill func([]search.Document) error) error {
		if err := refill([]search.Document{post("kept", "xã A", "Bài còn", Now), post("new", "xã A", "Bài mới", Now)}); err != nil {
			return err
		}
		if r := find(t, ix, search.Query{Text: "bài"}); r.Total != 2 || !strings.Contains(ids(r), "old") {
			t.Errorf("while rebuilding %s is found, want the old posts", ids(r))
		}
		put(t, ix, post("fresh", "xã A", "Bài vừa đến", Now), post("kept", "xã A", "Bài còn, đã sửa", Now))
		if err := ix.Delete(t.Context(), []lantoa.PostID{"gone"}); err != nil {
			return err
		}
		// the source read these before they were changed
		return refill([]search.Document{post("kept", "xã A", "Bài còn", Now), post("gone", "xã A", "Bài đã xoá", Now)})
	})
	if err != nil {
		t.Fatal(err)
	}
	r := find(t, ix, search.Query{Text: "bài"})
	if r.Total != 3 || strings.Contains(ids(r), "old") || strings.Contains(ids(r), "gone") || !strings.Contains(ids(r), "fresh") {
		t.Errorf("after the rebuild %s is found, want kept, new and fresh", ids(r))
	}
	if r := find(t, ix, search.Query{Text: "đã sửa"}); ids(r) != "kept" {
		t.Errorf("the version that came meanwhile is lost: %q", ids(r))
	}
	if n, err := ix.Count(t.Context()); err != nil || n != 3 {
		t.Errorf("%d documents (%v), want 3", n, err)
	}
}
