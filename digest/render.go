package digest

import (
	"bytes"
	"cmp"
	"context"
	"embed"
	"fmt"
	"html/template"
	"strings"
	"sync"
	text "text/template"

	"github.com/vanng822/go-premailer/premailer"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/internal/words"
)

//go:embed templates
var files embed.FS

// MailMost is how large the HTML of a mail may be: Gmail cuts off what is over 102 KB.
const MailMost = 100_000

// Mail is a digest as it is sent.
type Mail struct {
	Subject, HTML, Text string
	Images              []Image
}

var (
	page = sync.OnceValue(func() *template.Template {
		return template.Must(template.New("mail.html").ParseFS(files, "templates/mail.html"))
	})
	plain = sync.OnceValue(func() *text.Template {
		return text.Must(text.New("mail.txt").Funcs(text.FuncMap{"upper": strings.ToUpper, "lower": strings.ToLower}).ParseFS(files, "templates/mail.txt"))
	})
)

// Render makes the mail of a digest. One that would be too large says less, and that the page says more.
func Render(ctx context.Context, d lantoa.Digest, c *words.Catalog, look Look, g *Gallery) (Mail, error) {
	var m Mail
	most := cmp.Or(look.Most, MailMost)
	for ; ; look.Cut++ {
		v := Say(d, c, look)
		if look.Cut > 0 {
			v.Foot = append([]string{c.T("digest.cut")}, v.Foot...)
		}
		var err error
		if m, err = render(ctx, d, v, c, g); err != nil {
			return m, err
		}
		if len(m.HTML) <= most || look.Cut == 4 {
			return m, nil
		}
	}
}

func render(ctx context.Context, d lantoa.Digest, v View, c *words.Catalog, g *Gallery) (Mail, error) {
	m := Mail{Subject: v.Subject}
	m.Images = g.draw(ctx, &v, d, c)
	var b bytes.Buffer
	if err := page().Execute(&b, v); err != nil {
		return m, fmt.Errorf("digest of %s: %w", d.Week, err)
	}
	var err error
	if m.HTML, err = inlined(b.String()); err != nil {
		return m, fmt.Errorf("digest of %s: %w", d.Week, err)
	}
	b.Reset()
	if err := plain().Execute(&b, v); err != nil {
		return m, fmt.Errorf("digest of %s: %w", d.Week, err)
	}
	m.Text = tidy(b.String())
	return m, nil
}

// inlined moves the rules of the style sheet into style attributes, for mail programs that read no style sheets. What
// they cannot say (dark mode, narrow windows) stays where it is, and so do the classes that it speaks of.
func inlined(html string) (string, error) {
	p, err := premailer.NewPremailerFromString(html, premailer.NewOptions(premailer.WithCssToAttributes(false)))
	if err != nil {
		return "", err
	}
	return p.Transform()
}

// tidy takes out blank lines beyond one, and spaces at the ends of lines.
func tidy(s string) string {
	var out []string
	for line := range strings.Lines(s) {
		line = strings.TrimRight(line, " \n")
		if line != "" || len(out) > 0 && out[len(out)-1] != "" {
			out = append(out, line)
		}
	}
	return strings.TrimSpace(strings.Join(out, "\n")) + "\n"
}
