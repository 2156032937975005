package stories

import (
	"cmp"
	"fmt"
	"math"
	"regexp"
	"slices"
	"strings"
)

// Example is a text with an editor's word on it.
type Example struct {
	Text string
	Good bool // a good-practice story
}

// Quality is how well rules tell stories from the rest.
type Quality struct {
	AveragePrecision float64 // of the ranking by likeness
	PrecisionAt10    float64
	Precision        float64 // of what is at or above the threshold
	Recall           float64
	F1               float64
	Examples         int
}

// half is F with β² = ½.
func (q Quality) half() float64 {
	if q.Precision == 0 || q.Recall == 0 {
		return 0
	}
	return 1.5 * q.Precision * q.Recall / (0.5*q.Precision + q.Recall)
}

func (q Quality) String() string {
	return fmt.Sprintf("AP %.3f, P@10 %.2f; at the threshold precision %.3f, recall %.3f, F1 %.3f (%d examples)",
		q.AveragePrecision, q.PrecisionAt10, q.Precision, q.Recall, q.F1, q.Examples)
}

const (
	fitSteps   = 3000
	ridge      = 0.001 // pulls weights to where they start: a rule seen twice must not decide
	fitStep    = 0.4
	foldsOfFit = 5
)

// Refit gives the rules the weights and the threshold that suit the examples best: logistic regression that
// holds each weight back towards where its rule starts, and in which none may take the other sign than its
// rule says. It is deterministic. The phrases stay; the rules given are not changed. A rule that no example
// speaks to gets its start.
func Refit(rules *Rules, examples []Example) *Rules {
	fitted := *rules
	fitted.List = slices.Clone(rules.List)
	x := make([][]float64, len(examples))
	for i, e := range examples {
		x[i], _ = rules.values(readWords(e.Text))
	}
	fitted.fit(x, examples)
	fitted.Threshold = bestThreshold(&fitted, x, examples)
	return &fitted
}

// fit descends along the gradient and puts back every weight that went to the wrong side.
func (r *Rules) fit(x [][]float64, examples []Example) {
	n := len(r.List)
	w, heard := make([]float64, n), make([]bool, n)
	for _, row := range x {
		for j, v := range row {
			heard[j] = heard[j] || v != 0
		}
	}
	bias := 0.0
	velocity := make([]float64, n+1)
	for range fitSteps {
		gradient := make([]float64, n+1)
		for i, row := range x {
			z := bias
			for j, v := range row {
				z += w[j] * v
			}
			miss := 1 / (1 + math.Exp(-z))
			if examples[i].Good {
				miss--
			}
			for j, v := range row {
				gradient[j] += miss * v
			}
			gradient[n] += miss
		}
		for j := range w {
			velocity[j] = 0.9*velocity[j] - fitStep*(gradient[j]/float64(len(x))+ridge*(w[j]-r.List[j].Start))
			w[j] += velocity[j]
			if float64(r.List[j].Sign)*w[j] < 0 {
				w[j], velocity[j] = 0, 0
			}
		}
		velocity[n] = 0.9*velocity[n] - fitStep*gradient[n]/float64(len(x))
		bias += velocity[n]
	}
	r.Bias = hundredth(bias)
	for j := range w {
		if !heard[j] {
			w[j] = r.List[j].Start
		}
		r.List[j].Weight = hundredth(w[j])
	}
}

func hundredth(v float64) float64 { return math.Round(v*100) / 100 }

// weigh is the likeness of values already found.
func (r *Rules) weigh(values []float64) float64 {
	z := r.Bias
	for j, v := range values {
		z += r.List[j].Weight * v
	}
	return 1 / (1 + math.Exp(-z))
}

// bestThreshold is where precision and recall are best together, in hundredths, precision counting more
// (F of β² = ½): a person reads every card, and what stays below is still found by searching.
func bestThreshold(r *Rules, x [][]float64, examples []Example) float64 {
	best, at := -1.0, 0.5
	for t := 0.05; t < 0.96; t += 0.01 {
		r.Threshold = hundredth(t)
		if q := quality(r, x, examples); q.half() > best {
			best, at = q.half(), r.Threshold
		}
	}
	return at
}

// Measure says how well rules do on examples.
func Measure(rules *Rules, examples []Example) Quality {
	x := make([][]float64, len(examples))
	for i, e := range examples {
		x[i], _ = rules.values(readWords(e.Text))
	}
	return quality(rules, x, examples)
}

// CrossMeasure is Measure without looking at the answers: each fifth of the examples is judged by weights
// fitted on the others.
func CrossMeasure(rules *Rules, examples []Example) Quality {
	likeness := make([]float64, len(examples))
	threshold := 0.0
	for fold := range foldsOfFit {
		var train []Example
		for i, e := range examples {
			if i%foldsOfFit != fold {
				train = append(train, e)
			}
		}
		fitted := Refit(rules, train)
		threshold += fitted.Threshold / foldsOfFit
		for i, e := range examples {
			if i%foldsOfFit == fold {
				likeness[i] = fitted.Likeness(e.Text)
			}
		}
	}
	return qualityOf(likeness, threshold, examples)
}

func quality(r *Rules, x [][]float64, examples []Example) Quality {
	likeness := make([]float64, len(x))
	for i := range x {
		likeness[i] = r.weigh(x[i])
	}
	return qualityOf(likeness, r.Threshold, examples)
}

func qualityOf(likeness []float64, threshold float64, examples []Example) Quality {
	order := make([]int, len(examples))
	for i := range order {
		order[i] = i
	}
	slices.SortStableFunc(order, func(a, b int) int { return cmp.Compare(likeness[b], likeness[a]) })
	q := Quality{Examples: len(examples)}
	var good, hit, shown, all float64
	for rank, i := range order {
		if examples[i].Good {
			good++
			q.AveragePrecision += good / float64(rank+1)
		}
		if rank == 9 {
			q.PrecisionAt10 = good / 10
		}
		if likeness[i] >= threshold {
			shown++
			if examples[i].Good {
				hit++
			}
		}
	}
	all = math.Max(good, 1)
	q.AveragePrecision /= all
	q.Precision, q.Recall = hit/math.Max(shown, 1), hit/all
	if hit > 0 {
		q.F1 = 2 * q.Precision * q.Recall / (q.Precision + q.Recall)
	}
	return q
}

var (
	biasLine      = regexp.MustCompile(`(?m)^bias = .*$`)
	thresholdLine = regexp.MustCompile(`(?m)^threshold = .*$`)
	weightLine    = regexp.MustCompile(`(?m)^weight = .*$`)
)

// Rewrite puts the weights of rules into the text they were read from; comments and phrases stay.
func Rewrite(text string, rules *Rules) string {
	text = biasLine.ReplaceAllString(text, fmt.Sprintf("bias = %.2f", rules.Bias))
	text = thresholdLine.ReplaceAllString(text, fmt.Sprintf("threshold = %.2f", rules.Threshold))
	i := 0
	return weightLine.ReplaceAllStringFunc(text, func(string) string {
		i++
		return strings.TrimRight(strings.TrimRight(fmt.Sprintf("weight = %.2f", rules.List[i-1].Weight), "0"), ".")
	})
}
