package stories

import (
	"math"
	"strings"

	"github.com/hoiphunu/lantoa"
)

// Evidence is what the words of a text say: is it the story of a good practice, about what, by whom, with
// what result. Each field that is not empty is shown as a reason.
type Evidence struct {
	Model      string   // the words that name a model or method: "mô hình"
	Person     string   // who did it: "chị Hoàng Thị Lý"
	Result     string   // what came of it: "148 triệu đồng"
	How        bool     // how it was done
	Topics     []string // in the order of topics.toml
	Restricted bool     // a child or somebody in need: see restricted.go
	Rules      []string // names of the rules that spoke, in the order of likeness.toml

	weight float64 // what the words come to, before the pictures are looked at
	rules  *Rules
}

// stepsOfHow is how many phrases it takes to say that a text tells how it was done: one alone ("cùng nhau")
// stands in any text.
const stepsOfHow = 2

// Read finds the evidence in a text, by the rules this program came with.
func Read(text string) Evidence { return standard().Read(text) }

// Read finds the evidence in a text.
func (r *Rules) Read(text string) Evidence {
	t := readWords(text)
	values, first := r.values(t)
	e := Evidence{rules: r, weight: r.Bias}
	how := 0.0 // phrases that tell how it was done
	for i, v := range values {
		if v == 0 {
			continue
		}
		rule := &r.List[i]
		e.weight += rule.Weight * v
		e.Rules = append(e.Rules, rule.Name)
		if rule.Reason == lantoa.TellsHow {
			how += v * float64(rule.Cap)
		}
		if f := first[i]; f.last >= 0 {
			e.note(rule.Reason, t.slice(f.first, f.last))
		}
	}
	e.How = how > stepsOfHow-0.01
	e.Topics = topicsOf(t)
	e.Restricted = restricted(t)
	return e
}

// note keeps the first words found for a reason.
func (e *Evidence) note(kind lantoa.ReasonKind, words string) {
	switch {
	case kind == lantoa.NamesModel && e.Model == "":
		e.Model = words
	case kind == lantoa.NamesPeople && e.Person == "":
		e.Person = words
	case kind == lantoa.GivesResult && e.Result == "":
		e.Result = words
	}
}

// likeness is the probability, between 0 and 1, that a post with these words is a good-practice story.
func (e Evidence) likeness(p lantoa.Measured) float64 {
	w := e.weight
	if ownPictures(p) {
		for _, rule := range e.rules.List {
			if rule.Measure == "pictures" {
				w += rule.Weight
			}
		}
	}
	return 1 / (1 + math.Exp(-w))
}

// Likeness is the probability that a text is a good-practice story, by its words alone.
func (r *Rules) Likeness(text string) float64 { return r.Read(text).likeness(lantoa.Measured{}) }

// values are the rules' values for a text, and for each the first phrase found (last -1 for none).
func (r *Rules) values(t *reading) (values []float64, first []found) {
	values = make([]float64, len(r.List))
	first = make([]found, len(r.List))
	for i := range first {
		first[i].last = -1
	}
	seen := map[[2]int]bool{}
	r.phrases.each(t, func(f found) {
		rule := &r.List[f.rule]
		if rule.Opening > 0 && f.first >= rule.Opening || seen[[2]int{f.rule, f.phrase}] {
			return
		}
		seen[[2]int{f.rule, f.phrase}] = true
		values[f.rule] = math.Min(1, values[f.rule]+1/float64(rule.Cap))
		if at := &first[f.rule]; at.last < 0 || f.first < at.first || f.first == at.first && f.last > at.last {
			*at = f
		}
	})
	for i := range r.List {
		if m := r.List[i].Measure; m != "" {
			values[i] = measures[m](t)
		}
	}
	return values, first
}

// measures are what no phrase can say of a text.
var measures = map[string]func(t *reading) float64{
	// length is 0 for a dozen words and 1 for some four hundred: a practice takes words to tell
	"length": func(t *reading) float64 {
		return math.Max(0, math.Min(1, math.Log(float64(len(t.words)+1)/12)/math.Log(400.0/12)))
	},
	// short is 1 for a text that cannot tell anything
	"short": func(t *reading) float64 {
		if len(t.words) < 25 {
			return 1
		}
		return 0
	},
	// paragraph is 0 up to 30 words and 1 from 90 on: what took place today is told in three sentences
	"paragraph": func(t *reading) float64 {
		return math.Max(0, math.Min(1, float64(len(t.words)-30)/60))
	},
	// quotes is 1 for a text that lets people speak: some words in quotation marks, after a colon or before
	// a comma, which tells them from the name of a model
	"quotes": func(t *reading) float64 {
		before := ""
		for i, part := range strings.Split(t.text, "“") {
			said, after, ok := strings.Cut(part, "”")
			speaks := strings.HasPrefix(after, ",") || strings.HasSuffix(strings.TrimRight(before, " \n"), ":")
			if i > 0 && ok && speaks && strings.Count(said, " ") >= 4 {
				return 1
			}
			before = part
		}
		return 0
	},
	// pictures is looked at beside the words: see Evidence.likeness
	"pictures": func(*reading) float64 { return 0 },
	// shouting is the share of words in capitals
	"shouting": func(t *reading) float64 {
		return float64(t.caps) / float64(len(t.words)+1)
	},
}

// topicsOf are the topics of a text. A lexicon counts when one of its phrases stands in the opening or two
// stand anywhere: a long report touches everything.
func topicsOf(t *reading) []string {
	lex := standardTopics()
	const opening = 60
	weight := make([]int, len(lex.names))
	lex.phrases.each(t, func(f found) {
		weight[f.rule]++
		if f.first < opening {
			weight[f.rule]++
		}
	})
	var out []string
	for i, w := range weight {
		if w >= 2 {
			out = append(out, lex.names[i])
		}
	}
	return out
}
