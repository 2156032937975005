package browse

import (
	"crypto/rand"
	"encoding/json"
	"iter"
	"slices"
	"strings"
	"time"

	"github.com/chromedp/chromedp"
)

// Expect says that the console will complain of something with these words, rightly: of an answer 403, say.
func (b *Browser) Expect(words string) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.expected = append(b.expected, words)
}

const marker = "browse: so far, "

func (b *Browser) listen(messages iter.Seq2[chromedp.ConsoleMessage, error]) {
	for m, err := range messages {
		if err != nil {
			return
		}
		text := m.String()
		b.mu.Lock()
		switch i := strings.Index(text, marker); {
		case i >= 0:
			b.heard, _, _ = strings.Cut(text[i+len(marker):], ".")
		case m.IsException() || m.Type == chromedp.ConsoleError || m.Type == chromedp.ConsoleWarning:
			b.said = append(b.said, text)
		}
		b.mu.Unlock()
	}
}

// complain fails the test for what the console said. Messages come in order, so all have come when one of our
// own has.
func (b *Browser) complain() {
	last := rand.Text()
	if _, err := chromedp.Run(b.ctx, chromedp.Evaluate[bool](`(console.warn(`+quoted(marker+last+".")+`), true)`)); err != nil {
		return // the browser is gone; whoever ended it said why
	}
	for end := time.Now().Add(5 * time.Second); time.Now().Before(end); time.Sleep(10 * time.Millisecond) {
		b.mu.Lock()
		heard := b.heard == last
		b.mu.Unlock()
		if heard {
			break
		}
	}
	b.mu.Lock()
	defer b.mu.Unlock()
	if b.heard != last {
		b.t.Error("the console is not heard")
	}
	for _, s := range b.said {
		if !slices.ContainsFunc(b.expected, func(words string) bool { return strings.Contains(s, words) }) {
			b.t.Errorf("at %s the console says: %s", b.size.Name, s)
		}
	}
}

// quoted is a text as a literal of JavaScript.
func quoted(s string) string {
	text, err := json.Marshal(s)
	if err != nil {
		panic(err) // a string always can
	}
	return string(text)
}
