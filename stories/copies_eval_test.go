package stories

import (
	"bufio"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"math/rand"
	"os"
	"runtime"
	"strings"
	"testing"
	"time"

	"github.com/hoiphunu/lantoa"
)

const (
	realPosts   = "../../shared/data/corpus/fb_posts_vi.jsonl"
	judgedPairs = "../../shared/data/neardup/fb_pairs.tsv"
)

// corpus reads the real posts; the test is skipped where they are not there.
func corpus(t *testing.T) []lantoa.Post {
	t.Helper()
	f, err := os.Open(realPosts)
	if err != nil {
		t.Skipf("SKIPPED, NOT MEASURED: the real posts are not there: %v", err)
	}
	defer f.Close()
	var out []lantoa.Post
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var row struct{ ID, Page, Text string }
		if err := json.Unmarshal(lines.Bytes(), &row); err != nil {
			t.Fatal(err)
		}
		out = append(out, lantoa.Post{ID: lantoa.PostID(row.ID), Channel: lantoa.ChannelID(row.Page), Text: row.Text})
	}
	return out
}

// TestJudgedPairs measures the decision on pairs that people judged, first two by two, then with all the other
// posts around, where the sieve must bring them together. The figures of overlap.go were fitted on these
// pairs: there is no second set to be surprised by.
func TestJudgedPairs(t *testing.T) {
	posts := corpus(t)
	byID := map[string]lantoa.Post{}
	all := NewCopies()
	for _, p := range posts {
		byID[string(p.ID)] = p
		all.Add(p)
	}
	f, err := os.Open(judgedPairs)
	if err != nil {
		t.Skipf("SKIPPED, NOT MEASURED: the judged pairs are not there: %v", err)
	}
	defer f.Close()
	rows := csv.NewReader(f)
	rows.Comma = '\t'
	table, err := rows.ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	var ours, first, around confusion
	for _, row := range table[1:] {
		a, b, dup := byID[row[0]], byID[row[1]], row[2] == "dup"
		two := NewCopies()
		two.Add(a)
		ours.count(two.Add(b) != "", dup)
		first.count(firstRule(a.Text, b.Text), dup)
		around.count(all.Cluster(a.ID) != "" && all.Cluster(a.ID) == all.Cluster(b.ID), dup)
	}
	t.Logf("Jaccard ≥ 0.5 or containment ≥ 0.8 over 40 syllables: %v", first)
	t.Logf("the rule of overlap.go, two by two:                   %v", ours)
	t.Logf("the same among all %d posts:                        %v", len(posts), around)
	if ours.f1() < 0.87 || around.f1() < 0.84 {
		t.Errorf("F1 %.3f two by two and %.3f among all, want 0.87 and 0.84", ours.f1(), around.f1())
	}
}

type confusion struct{ right, wrong, missed int }

func (c *confusion) count(said, is bool) {
	switch {
	case said && is:
		c.right++
	case said:
		c.wrong++
	case is:
		c.missed++
	}
}

func (c confusion) f1() float64 { return 2 * float64(c.right) / float64(2*c.right+c.wrong+c.missed) }

func (c confusion) String() string {
	return fmt.Sprintf("F1 %.3f (%d right, %d wrong, %d missed)", c.f1(), c.right, c.wrong, c.missed)
}

// firstRule is the rule without a look at where the overlap lies, to compare with.
func firstRule(a, b string) bool {
	var r reader
	wa, wb := r.read(a, nil), r.read(b, nil)
	if len(wa.shingles) == 0 || len(wb.shingles) == 0 {
		return false
	}
	o, ok := compare(&text{shingles: wa.shingles}, &text{shingles: wb.shingles}, &shingleSet{})
	return ok && (o.jaccard >= 0.5 || o.containment >= 0.8 && o.shorter >= 40)
}

// TestSieve measures which changed copies the meshes let through, on real posts of some length among all of
// them: this is what bands, rows and sampleEvery were chosen by.
func TestSieve(t *testing.T) {
	posts := corpus(t)
	s := newSieve()
	var r reader
	var texts [][]uint32
	for _, p := range posts {
		w := r.read(p.Text, nil)
		texts = append(texts, w.shingles)
		if w.syllables >= shortText {
			s.put(int32(len(texts)-1), w.shingles, s.sign(w.shingles), func(id int32) []uint32 {
				if len(texts[id]) < shortText-shingle+1 {
					return nil
				}
				return texts[id]
			})
		}
	}
	rng := rand.New(rand.NewSource(1))
	changes := []struct {
		name  string
		from  int     // words of the posts that are changed
		least float64 // share that must be found
		do    func(words []string) []string
	}{
		{"another opening and another end", 120, 0.99, func(w []string) []string {
			return append(append(strings.Fields("một mở đầu khác hẳn của trang này nhé"), w[8:len(w)-8]...), strings.Fields("và một câu kết do trang tự viết thêm vào")...)
		}},
		{"a short one with another opening and another end", 25, 0.95, func(w []string) []string {
			w = w[:min(len(w), 50)]
			return append(append(strings.Fields("chia sẻ cùng chị em"), w[3:len(w)-2]...), strings.Fields("xin cảm ơn")...)
		}},
		{"every fifteenth word another", 120, 0.97, func(w []string) []string { return each(w, 15) }},
		{"every tenth word another (Jaccard about a third)", 120, 0.9, func(w []string) []string { return each(w, 10) }},
		{"the middle third of it", 120, 0.97, func(w []string) []string { return w[len(w)/3 : 2*len(w)/3] }},
		{"a tenth of it", 120, 0.9, func(w []string) []string { n := max(40, len(w)/10); return w[len(w)/2-n/2 : len(w)/2+n/2] }},
	}
	for _, c := range changes {
		found, n := 0, 0
		for range 1500 {
			i := rng.Intn(len(posts))
			words := strings.Fields(posts[i].Text)
			if len(words) < c.from {
				continue
			}
			w := r.read(strings.Join(c.do(words), " "), nil)
			if w.syllables < shortText {
				continue
			}
			n++
			for _, id := range s.candidates(w.shingles, s.sign(w.shingles)) {
				// a copy of the post may stand in for it
				if int(id) == i || sameSet(texts[id], texts[i]) {
					found++
					break
				}
			}
		}
		share := float64(found) / float64(n)
		t.Logf("%-50s %.3f of %d found", c.name, share, n)
		if share < c.least {
			t.Errorf("%s: %.3f found, want %.2f", c.name, share, c.least)
		}
	}
}

func each(words []string, n int) []string {
	out := append([]string(nil), words...)
	for i := n / 2; i < len(out); i += n {
		out[i] = "khác"
	}
	return out
}

func sameSet(a, b []uint32) bool {
	var s shingleSet
	s.fill(a)
	return s.share(b) > 0.9
}

// TestMemoryOfAProvince measures what 33,000 posts of real length take, and how quickly they are placed.
func TestMemoryOfAProvince(t *testing.T) {
	posts := corpus(t)
	var before, after runtime.MemStats
	runtime.GC()
	runtime.ReadMemStats(&before)
	c := NewCopies()
	var took time.Duration
	n := 0
	for round := range 5 {
		for i, p := range posts {
			p.ID = lantoa.PostID(fmt.Sprintf("%s%d", p.ID, round))
			p.Channel = lantoa.ChannelID(fmt.Sprint("page", i%374))
			if round > 0 { // other words in the same shape
				p.Text = strings.ReplaceAll(p.Text, " ", string(rune('a'+round))+" ")
			}
			start := time.Now()
			c.Add(p)
			took += time.Since(start)
			n++
		}
	}
	runtime.GC()
	runtime.ReadMemStats(&after)
	each := float64(after.HeapAlloc-before.HeapAlloc) / float64(n)
	t.Logf("%d posts: %.1f MB, %.0f bytes each; %.0f posts a second", n, each*float64(n)/1e6, each, float64(n)/took.Seconds())
	if each*30_000 > 60e6 {
		t.Errorf("%.0f bytes a post: 30,000 would take %.0f MB, want 60 at most", each, each*30_000/1e6)
	}
	runtime.KeepAlive(c)
}
