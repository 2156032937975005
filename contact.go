package lantoa

import (
	"net/url"
	"regexp"
	"strings"
)

var (
	mailbox   = regexp.MustCompile(`^[^\s@<>,;]+@[^\s@<>,;]+\.[^\s@<>,;]{2,}$`)
	dialled   = regexp.MustCompile(`^(\+?84|0)[0-9]{9,10}$`)
	zeroLost  = regexp.MustCompile(`^[235789][0-9]{8,9}$`)
	ornaments = strings.NewReplacer(" ", "", ".", "", "-", "", "(", "", ")", "", "\u00a0", "")
)

// ReadPhone reads a telephone number as people write it, with points and spaces, or as a spreadsheet left it, without
// its zero; of several the first. Nothing is no number and is fine.
func ReadPhone(s string) (string, bool) {
	for part := range strings.FieldsFuncSeq(s, func(r rune) bool { return strings.ContainsRune(",;/", r) }) {
		n := ornaments.Replace(part)
		if zeroLost.MatchString(n) {
			n = "0" + n
		}
		return n, dialled.MatchString(n)
	}
	return "", strings.TrimSpace(s) == ""
}

// Tidied is the contact as it is kept: words parted by one space, numbers as they are dialled. fault is the field that
// cannot be read: phone, zalo or email.
func (c Contact) Tidied() (tidy Contact, fault string) {
	one := func(s string) string { return strings.Join(strings.Fields(s), " ") }
	c.Name, c.Duty, c.Zalo, c.Email = one(c.Name), one(c.Duty), strings.TrimSpace(c.Zalo), strings.TrimSpace(c.Email)
	phone, ok := ReadPhone(c.Phone)
	if !ok {
		return c, "phone"
	}
	c.Phone = phone
	if c.Email != "" && !mailbox.MatchString(c.Email) {
		return c, "email"
	}
	if c.Zalo == "" {
		return c, ""
	}
	if strings.Contains(c.Zalo, "zalo.me/") {
		at := c.Zalo
		if !strings.Contains(at, "://") {
			at = "https://" + at
		}
		if u, err := url.Parse(at); err == nil && (u.Scheme == "https" || u.Scheme == "http") && (u.Host == "zalo.me" || strings.HasSuffix(u.Host, ".zalo.me")) && u.User == nil {
			c.Zalo = "https://" + u.Host + u.EscapedPath()
			return c, ""
		}
		return c, "zalo"
	}
	if phone, ok = ReadPhone(c.Zalo); !ok {
		return c, "zalo"
	}
	c.Zalo = phone
	return c, ""
}
