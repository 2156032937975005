package stories

import (
	"bufio"
	"encoding/json"
	"flag"
	"os"
	"strings"
	"testing"
)

var (
	update = flag.Bool("update", false, "TestRefit writes the fitted weights into likeness.toml")
	final  = flag.Bool("final", false, "TestHeldOut looks at the held-out examples: for a final figure only")
	cross  = flag.Bool("cross", false, "TestRefit also measures by fifths")
	wrong  = flag.Int("wrong", 0, "TestRefit prints so many of the worst mistakes on the examples it fits")
)

// unionExamples reads our own texts in the style of the Union's pages.
func unionExamples(t *testing.T) []Example {
	t.Helper()
	raw, err := os.ReadFile("testdata/union.txt")
	if err != nil {
		t.Fatal(err)
	}
	var out []Example
	for text := range strings.SplitSeq(string(raw), "\n\n") {
		if mark, rest, ok := strings.Cut(text, " "); ok && (mark == "+" || mark == "-") {
			out = append(out, Example{Text: strings.TrimSpace(rest), Good: mark == "+"})
		}
	}
	if len(out) < 30 {
		t.Fatalf("%d examples of our own, want over 30", len(out))
	}
	return out
}

const goodPractice = "../../shared/data/goodpractice/goodpractice_vi.jsonl"

// labelled reads one split of the labelled examples; the test is skipped where they are not there.
func labelled(t *testing.T, split string) []Example {
	t.Helper()
	f, err := os.Open(goodPractice)
	if err != nil {
		t.Skipf("SKIPPED, NOT MEASURED: the labelled examples are not there: %v", err)
	}
	defer f.Close()
	var out []Example
	lines := bufio.NewScanner(f)
	lines.Buffer(nil, 1<<20)
	for lines.Scan() {
		var row struct {
			Label              int
			Title, Text, Split string
		}
		if err := json.Unmarshal(lines.Bytes(), &row); err != nil {
			t.Fatal(err)
		}
		if row.Split == split {
			out = append(out, Example{Text: row.Title + "\n" + row.Text, Good: row.Label == 1})
		}
	}
	if len(out) < 600 {
		t.Fatalf("%d examples in split %s, want over 600", len(out), split)
	}
	return out
}
