package stories

import (
	"cmp"
	"os"
	"slices"
	"testing"
)

func TestRefit(t *testing.T) {
	news, own := labelled(t, "dev"), unionExamples(t)
	// Our own few are counted thrice: the labelled ones are news of the whole country, not pages of the Union.
	examples := slices.Concat(news, own, own, own)
	rules := standard()
	fitted := Refit(rules, examples)
	t.Logf("shipped weights, news: %v", Measure(rules, news))
	t.Logf("fitted anew, news:     %v (bias %.2f, threshold %.2f)", Measure(fitted, news), fitted.Bias, fitted.Threshold)
	t.Logf("fitted anew, own:      %v", Measure(fitted, own))
	if *cross {
		t.Logf("news by fifths:        %v", CrossMeasure(rules, news))
	}
	if *wrong > 0 {
		printMistakes(t, fitted, examples)
	}
	if *update {
		if err := os.WriteFile("likeness.toml", []byte(Rewrite(likenessText, fitted)), 0o644); err != nil {
			t.Fatal(err)
		}
	}
	if q := Measure(rules, news); q.AveragePrecision < 0.85 || q.PrecisionAt10 < 0.9 {
		t.Errorf("the shipped weights on the examples they were fitted on: %v, want AP ≥ 0.85 and P@10 ≥ 0.9", q)
	}
}

func printMistakes(t *testing.T, r *Rules, examples []Example) {
	order := slices.Clone(examples)
	miss := func(e Example) float64 {
		l := r.Likeness(e.Text)
		if e.Good {
			return 1 - l
		}
		return l
	}
	slices.SortStableFunc(order, func(a, b Example) int { return cmp.Compare(miss(b), miss(a)) })
	for _, e := range order[:*wrong] {
		text := []rune(e.Text)
		t.Logf("good %v, likeness %.2f, %v\n\t%s", e.Good, r.Likeness(e.Text), r.Read(e.Text).Rules, string(text[:min(len(text), 400)]))
	}
	for _, rule := range r.List {
		t.Logf("%6.2f %s", rule.Weight, rule.Name)
	}
}

// TestHeldOut is the one look at the examples that nothing was fitted on and nobody read while writing rules.
func TestHeldOut(t *testing.T) {
	if !*final {
		t.Skip("SKIPPED: the held-out examples are looked at for a final figure only; run with -final")
	}
	q := Measure(standard(), labelled(t, "test"))
	t.Logf("held out: %v", q)
	if q.PrecisionAt10 < 0.9 {
		t.Errorf("precision at 10 is %.2f, want 0.9", q.PrecisionAt10)
	}
}
