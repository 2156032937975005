package stories

import (
	_ "embed"
	"fmt"
	"strings"
	"sync"

	"github.com/BurntSushi/toml"
	"github.com/zeebo/xxh3"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/internal/viet"
)

//go:embed likeness.toml
var likenessText string

//go:embed topics.toml
var topicsText string

// Rules are the evidence of likeness.toml: what speaks for a good practice and what against it, each with its
// weight. Immutable once read.
type Rules struct {
	Bias      float64 `toml:"bias"`
	Threshold float64 `toml:"threshold"` // the likeness from which on a post is a story
	List      []Rule  `toml:"rule"`
	phrases   *phrases
}

// Rule is one piece of evidence. Its value for a text is the number of different phrases found, up to Cap,
// divided by Cap; or what Measure computes, between 0 and 1.
type Rule struct {
	Name    string            `toml:"name"`
	Sign    int               `toml:"sign"`  // +1 speaks for a story, -1 against; the fitted weight keeps it
	Start   float64           `toml:"start"` // the weight we would give it without any example
	Weight  float64           `toml:"weight"`
	Reason  lantoa.ReasonKind `toml:"reason,omitempty"`  // what a card says when this is found
	Measure string            `toml:"measure,omitempty"` // a function beside the phrases: see measures
	Opening int               `toml:"opening,omitempty"` // look at the first so many syllables only
	Like    string            `toml:"like,omitempty"`    // has the phrases of the rule of this name
	Cap     int               `toml:"cap,omitempty"`     // [1]
	Phrases []string          `toml:"phrases,omitempty"`
}

// standard are the rules this program came with.
var standard = sync.OnceValue(func() *Rules {
	r, err := ParseRules(likenessText)
	if err != nil {
		panic(err) // our own file; a test reads it
	}
	return r
})

// Threshold is the likeness from which on a post is a story.
func Threshold() float64 { return standard().Threshold }

// ParseRules reads rules as likeness.toml writes them.
func ParseRules(text string) (*Rules, error) {
	var r Rules
	if _, err := toml.Decode(text, &r); err != nil {
		return nil, fmt.Errorf("rules of likeness: %w", err)
	}
	r.phrases = newPhrases()
	byName := map[string][]string{}
	for i := range r.List {
		rule := &r.List[i]
		byName[rule.Name] = rule.Phrases
		if rule.Like != "" {
			if byName[rule.Like] == nil {
				return nil, fmt.Errorf("rules of likeness: rule %q: no rule %q before it", rule.Name, rule.Like)
			}
			rule.Phrases = byName[rule.Like]
		}
		rule.Cap = max(rule.Cap, 1)
		if rule.Sign != 1 && rule.Sign != -1 || float64(rule.Sign)*rule.Weight < 0 || float64(rule.Sign)*rule.Start < 0 {
			return nil, fmt.Errorf("rules of likeness: rule %q: sign %d, weight %v", rule.Name, rule.Sign, rule.Weight)
		}
		if rule.Measure != "" && measures[rule.Measure] == nil {
			return nil, fmt.Errorf("rules of likeness: rule %q: no measure %q", rule.Name, rule.Measure)
		}
		for n, p := range rule.Phrases {
			if err := r.phrases.add(p, found{rule: i, phrase: n}); err != nil {
				return nil, fmt.Errorf("rules of likeness: rule %q: %w", rule.Name, err)
			}
		}
	}
	return &r, nil
}

// topics are the lexicons of topics.toml, in its order.
type topics struct {
	names   []string
	phrases *phrases
}

var standardTopics = sync.OnceValue(func() *topics {
	var raw struct {
		Topic []struct {
			Name    string
			Phrases []string
		}
	}
	if _, err := toml.Decode(topicsText, &raw); err != nil {
		panic(err) // our own file; a test reads it
	}
	t := &topics{phrases: newPhrases()}
	for i, topic := range raw.Topic {
		t.names = append(t.names, topic.Name)
		for n, p := range topic.Phrases {
			if err := t.phrases.add(p, found{rule: i, phrase: n}); err != nil {
				panic(fmt.Errorf("topic %s: %w", topic.Name, err))
			}
		}
	}
	return t
})

// found is where a phrase belongs and where it stood.
type found struct {
	rule, phrase int
	first, last  int // words
}

// phrases finds many phrases in one walk over a text. A phrase is a row of folded words; in it "<số>" stands
// for any word with a digit, "<tên>" for a word with a capital inside a sentence, "<từ>" for any word.
type phrases struct {
	byFirst map[uint64][]phrase
}

type phrase struct {
	words []uint64
	is    found
}

var (
	anyNumber = xxh3.HashString("<số>")
	anyName   = xxh3.HashString("<tên>")
	anyWord   = xxh3.HashString("<từ>")
	percent   = xxh3.HashString("%")
)

func newPhrases() *phrases { return &phrases{byFirst: map[uint64][]phrase{}} }

func (ps *phrases) add(text string, is found) error {
	p := phrase{is: is}
	for word := range strings.FieldsSeq(text) {
		switch word {
		case "<số>":
			p.words = append(p.words, anyNumber)
		case "<tên>":
			p.words = append(p.words, anyName)
		case "<từ>":
			p.words = append(p.words, anyWord)
		case "%":
			p.words = append(p.words, percent)
		default:
			viet.Each(word, func(w viet.Word) {
				if !w.Added {
					p.words = append(p.words, xxh3.Hash(w.Exact))
				}
			})
		}
	}
	if len(p.words) == 0 || p.words[0] == anyWord {
		return fmt.Errorf("phrase %q begins with no word", text)
	}
	ps.byFirst[p.words[0]] = append(ps.byFirst[p.words[0]], p)
	return nil
}

// each calls hit with every phrase found in the text.
func (ps *phrases) each(t *reading, hit func(found)) {
	for i := range t.words {
		ps.from(t, i, t.words[i].hash, hit)
		if t.words[i].number {
			ps.from(t, i, anyNumber, hit)
		}
		if t.words[i].name {
			ps.from(t, i, anyName, hit)
		}
	}
}

func (ps *phrases) from(t *reading, i int, first uint64, hit func(found)) {
	for _, p := range ps.byFirst[first] {
		if i+len(p.words) > len(t.words) || !p.fits(t.words[i+1:]) {
			continue
		}
		f := p.is
		f.first, f.last = i, i+len(p.words)-1
		hit(f)
	}
}

func (p phrase) fits(rest []readWord) bool {
	for k, want := range p.words[1:] {
		w := rest[k]
		switch want {
		case anyWord:
		case anyNumber:
			if !w.number {
				return false
			}
		case anyName:
			if !w.name {
				return false
			}
		default:
			if w.hash != want {
				return false
			}
		}
	}
	return true
}
