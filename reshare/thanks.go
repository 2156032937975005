package reshare

import (
	"math"
	"strings"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/internal/words"
)

// titleOfThanks is how much of a title is repeated, in characters.
const titleOfThanks = 100

// ThanksWords are ready words of thanks to paste into the Zalo group of the unit that told the story; Vietnamese, whoever
// looks. What the sharing brought is said where it was measured and is clearly more than chance, and else left out.
func ThanksWords(t lantoa.Thanks) string {
	c := words.For("vi")
	title := strings.Trim(strings.Join(strings.Fields(t.Title), " "), `"“”`)
	lines := []string{c.T("thanks.zalo.told", "title", shorten(title, titleOfThanks), "unit", t.Unit.UnionName(), "channel", t.Channel)}
	if n, ok := Gained(t.Lift); ok {
		lines = append(lines, c.T("thanks.zalo.gained", "n", "+"+c.Number(n)))
	}
	return strings.Join(append(lines, c.T("thanks.zalo.thanks")), "\n")
}

// Gained is what a sharing brought as it may be told: a whole number of interactions, where it was measured and is
// clearly more than chance.
func Gained(l *lantoa.Lift) (n int64, ok bool) {
	if !l.Clear() || l.Interactions <= 0 {
		return 0, false
	}
	n = int64(math.Round(l.Interactions))
	return n, n > 0
}
