package reshare

import (
	"bytes"
	"embed"
	"html/template"
	"math"
	"strings"
	"sync"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/internal/card"
	"github.com/hoiphunu/lantoa/internal/words"
)

//go:embed templates
var files embed.FS

var letter = sync.OnceValue(func() *template.Template {
	return template.Must(template.New("thanks.html").ParseFS(files, "templates/thanks.html"))
})

// Letter is the mail that thanks a unit.
type Letter struct {
	Subject, HTML, Text string
	Picture             []byte // PNG; the HTML shows it under the content ID [PictureID]
	PictureName         string
}

// PictureID is the content ID of a letter's picture.
const PictureID = "cam-on"

// gained is what sharing brought, where it stands out from chance and is worth telling.
func gained(t lantoa.Thanks) (int64, bool) {
	n := int64(0)
	if t.Lift.Clear() {
		n = int64(math.Round(t.Lift.Interactions))
	}
	return n, n > 0
}

// ThanksCard is what the picture says with which a unit is thanked.
func ThanksCard(t lantoa.Thanks, say *words.Catalog) card.Card {
	c := card.Card{
		Head: say.T("thanks.card.head"), Unit: t.Unit.UnionName(), Title: t.Title,
		FigureLabel: say.T("thanks.card.passed_on"), Foot: t.Channel + " · " + say.Date(t.At),
	}
	if n, ok := gained(t); ok {
		c.Figure, c.FigureLabel = "+"+say.Number(n), say.T("thanks.card.gained")
	}
	return c
}

// ThanksLetter makes the mail that thanks a unit; name is who reads it, page where she finds it.
func ThanksLetter(t lantoa.Thanks, name, page string, say *words.Catalog) (l Letter, err error) {
	if l.Picture, err = card.Draw(ThanksCard(t, say)); err != nil {
		return l, err
	}
	l.Subject = say.T("thanks.letter.subject", "unit", t.Unit.Name)
	l.PictureName = say.T("thanks.letter.picture_name")
	v := struct {
		Lang, Subject, Greeting, Said, Gained, Paste, Words, Open, Page, Alt, Why string
		Picture                                                                   template.URL
	}{
		Lang: say.Lang(), Subject: l.Subject, Greeting: say.T("thanks.letter.greeting", "name", name),
		Said: say.T("thanks.letter.said", "title", t.Title, "channel", t.Channel), Paste: say.T("thanks.letter.paste"),
		Words: ThanksWords(t), Open: say.T("thanks.letter.open"), Page: page, Why: say.T("thanks.letter.why"),
		Picture: template.URL("cid:" + PictureID), // our own
	}
	if n, ok := gained(t); ok {
		v.Gained = say.T("thanks.letter.gained", "n", say.Number(n))
	}
	v.Alt = strings.Join(strings.Fields(say.T("thanks.letter.alt", "unit", t.Unit.UnionName(), "title", t.Title)+" "+v.Gained), " ")
	var b bytes.Buffer
	if err := letter().Execute(&b, v); err != nil {
		return l, err
	}
	l.HTML = b.String()
	parts := []string{v.Greeting, v.Said + " " + v.Gained, v.Paste, v.Words, v.Open + " " + page, "--\n" + v.Why}
	for i := range parts {
		parts[i] = strings.TrimSpace(parts[i])
	}
	l.Text = strings.Join(parts, "\n\n") + "\n"
	return l, nil
}
