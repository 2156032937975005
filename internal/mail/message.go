package mail

import (
	"bytes"
	"errors"
	"fmt"
	"maps"
	"net/mail"
	"slices"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"
)

// Bytes is the message as it travels: related(alternative(text, html), pictures), lines ending in CRLF. The same
// message gives the same bytes but for the boundaries between its parts.
func (m Message) Bytes() ([]byte, error) {
	if m.HTML == "" && m.Text == "" {
		return nil, errors.New("mail: a message without words")
	}
	g := gomail.NewMsg(gomail.WithNoDefaultUserAgent(), gomail.WithEncoding(gomail.EncodingQP))
	if err := g.FromFormat(line(m.FromName), line(m.From)); err != nil {
		return nil, fmt.Errorf("mail: sender %q: %w", m.From, err)
	}
	if err := g.AddToFormat(line(m.ToName), line(m.To)); err != nil {
		return nil, fmt.Errorf("mail: recipient %q: %w", m.To, err)
	}
	if m.ReplyTo != "" {
		if err := g.ReplyTo(line(m.ReplyTo)); err != nil {
			return nil, fmt.Errorf("mail: reply to %q: %w", m.ReplyTo, err)
		}
	}
	g.Subject(line(m.Subject))
	if m.MessageID != "" {
		g.SetMessageIDWithValue(line(m.MessageID))
	} else {
		g.SetMessageID()
	}
	if m.Date.IsZero() {
		m.Date = time.Now()
	}
	g.SetDateWithValue(m.Date)
	g.SetGenHeader("Auto-Submitted", "auto-generated")
	if err := m.unsubscribe(g); err != nil {
		return nil, err
	}
	for _, name := range slices.Sorted(maps.Keys(m.Headers)) {
		g.SetGenHeader(gomail.Header(line(name)), line(m.Headers[name]))
	}
	if m.Text != "" {
		g.SetBodyString(gomail.TypeTextPlain, m.Text, gomail.WithPartEncoding(shorter(m.Text)))
	}
	switch {
	case m.HTML != "" && m.Text != "":
		g.AddAlternativeString(gomail.TypeTextHTML, m.HTML, gomail.WithPartEncoding(shorter(m.HTML)))
	case m.HTML != "":
		g.SetBodyString(gomail.TypeTextHTML, m.HTML, gomail.WithPartEncoding(shorter(m.HTML)))
	}
	for _, x := range m.Inline {
		g.EmbedReadSeeker(line(x.Name), bytes.NewReader(x.Data), gomail.WithFileContentID("<"+line(x.CID)+">"),
			gomail.WithFileContentType(gomail.ContentType(line(x.Type))))
	}
	var b bytes.Buffer
	if _, err := g.WriteTo(&b); err != nil {
		return nil, fmt.Errorf("mail: %w", err)
	}
	return b.Bytes(), nil
}

// unsubscribe says how to get no more of these: with one press where the address is an https one, as RFC 8058 wants.
func (m Message) unsubscribe(g *gomail.Msg) error {
	address := line(m.Unsubscribe)
	switch {
	case address == "":
		return nil
	case strings.HasPrefix(address, "https://"):
		if err := g.SetListUnsubscribeOneClick(address); err != nil {
			return errors.New("mail: the address to unsubscribe at is none")
		}
	default:
		g.SetListUnsubscribe(address)
	}
	return nil
}

// shorter is the encoding that makes a text of few plain letters shorter, as much of a Vietnamese one is.
func shorter(text string) gomail.Encoding {
	marked := 0
	for i := range len(text) {
		if text[i] >= 0x80 || text[i] == '=' {
			marked++
		}
	}
	if marked*6 > len(text) { // three letters for each such byte, against four for every three
		return gomail.EncodingB64
	}
	return gomail.EncodingQP
}

// line is a text on one line: nothing in it can begin another header.
func line(s string) string {
	return strings.TrimSpace(strings.Map(func(r rune) rune {
		if r < ' ' || r == 0x7f {
			return ' '
		}
		return r
	}, s))
}

// bare is the address in a text like "Hội LHPN <a@b.vn>".
func bare(text string) (name, address string, err error) {
	a, err := mail.ParseAddress(text)
	if err != nil {
		return "", "", err
	}
	return a.Name, a.Address, nil
}

// ValidAddress says whether a mail can be sent to an address at all.
func ValidAddress(address string) bool {
	_, a, err := bare(address)
	if err != nil || a != strings.TrimSpace(address) {
		return false
	}
	_, domain, _ := strings.Cut(a, "@")
	return strings.Contains(domain, ".") && !strings.ContainsAny(a, " <>\r\n")
}

// Domain is what stands behind the @ of an address, "" for none.
func Domain(address string) string {
	_, a, err := bare(address)
	if err != nil {
		return ""
	}
	return strings.ToLower(a[strings.LastIndexByte(a, '@')+1:])
}
