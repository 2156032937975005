package files

import (
	"net/url"
	"regexp"
	"strings"

	"github.com/hoiphunu/lantoa"
)

// place is what the address of a channel comes down to.
type place struct{ external, url string }

// addressOf reads the address or plain id of a channel of a kind; fault is the kind of fault if it is none.
func addressOf(kind lantoa.ChannelKind, s string) (p place, fault string) {
	switch kind {
	case lantoa.FacebookPage:
		return facebookAddress(s)
	case lantoa.ZaloGroup:
		return zaloGroup(s)
	case lantoa.ZaloOA:
		return zaloAccount(s)
	}
	u, ok := webAddress(s)
	if !ok {
		return place{}, BadAddress
	}
	rest := strings.TrimRight(u.Path, "/")
	return place{u.Host + rest, u.Scheme + "://" + u.Host + rest}, ""
}

// webAddress reads an address as people type it: with or without its scheme, in capitals, with what
// tracking left behind. ok is false for what has no host.
func webAddress(s string) (*url.URL, bool) {
	s = strings.TrimSpace(s)
	if !strings.Contains(s, "://") {
		if host, _, _ := strings.Cut(s, "/"); !strings.Contains(host, ".") {
			return nil, false
		}
		s = "https://" + s
	}
	u, err := url.Parse(s)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || !strings.Contains(u.Hostname(), ".") || u.User != nil ||
		strings.ContainsAny(u.Host, " ,;") {
		return nil, false
	}
	u.Host = strings.ToLower(u.Host)
	return u, true
}

func isHost(host string, names ...string) bool {
	for _, name := range names {
		if host == name || strings.HasSuffix(host, "."+name) {
			return true
		}
	}
	return false
}

func isFacebook(host string) bool { return isHost(host, "facebook.com", "fb.com", "fb.me", "m.me") }
func isZalo(host string) bool     { return isHost(host, "zalo.me", "oa.zalo.me") }

var (
	number    = regexp.MustCompile(`^[0-9]{5,20}$`)
	pageName  = regexp.MustCompile(`^[A-Za-z0-9.]{5,50}$`) // as Facebook allows them
	pageAndID = regexp.MustCompile(`^.+-([0-9]{8,20})$`)   // an older page: its name, then its number
	hexID     = regexp.MustCompile(`^[0-9a-f]{20,21}$`)
	linkCode  = regexp.MustCompile(`^[A-Za-z0-9]{4,20}$`)
	phone     = regexp.MustCompile(`^(0|84|\+84)[0-9]{9}$`)
)

// facebookWords are first parts of an address that lead to no page.
var facebookWords = map[string]string{
	"groups": FacebookGroup, "friends": Personal, "me": Personal, "home.php": BadAddress, "watch": BadAddress,
	"share": BadAddress, "sharer": BadAddress, "photo": BadAddress, "photo.php": BadAddress, "story.php": BadAddress,
	"permalink.php": BadAddress, "events": BadAddress, "hashtag": BadAddress, "reel": BadAddress, "login": BadAddress,
	"search": BadAddress, "messages": BadAddress, "marketplace": BadAddress, "gaming": BadAddress,
}

// facebookAddress reads the address of a page in all its spellings, a plain number, or a plain short name.
// profile.php?id= is taken, since pages of the new kind have it too: only Facebook can tell such a page from
// a person. The form /people/… is a person's as a rule; a page that has no other may be given by its number.
func facebookAddress(s string) (place, string) {
	if number.MatchString(s) {
		return facebookPage(s)
	}
	u, ok := webAddress(s)
	if !ok {
		if name := strings.TrimPrefix(s, "@"); pageName.MatchString(name) && !strings.Contains(name, "..") {
			return facebookPage(name)
		}
		return place{}, BadAddress
	}
	if !isFacebook(u.Host) {
		if pageName.MatchString(s) { // a short name with a point in it looks like a host
			return facebookPage(s)
		}
		return place{}, BadAddress
	}
	parts := strings.FieldsFunc(u.Path, func(r rune) bool { return r == '/' })
	if len(parts) == 0 {
		return place{}, BadAddress
	}
	first := strings.ToLower(parts[0])
	last := parts[len(parts)-1]
	switch {
	case first == "profile.php":
		if id := u.Query().Get("id"); number.MatchString(id) {
			return facebookPage(id)
		}
		return place{}, BadAddress
	case facebookWords[first] != "":
		return place{}, facebookWords[first]
	case first == "people":
		return place{}, Personal
	case first == "pages" || first == "pg" || first == "p":
		if number.MatchString(last) {
			return facebookPage(last)
		}
		if len(parts) < 2 {
			return place{}, BadAddress
		}
		parts = parts[1:]
	}
	name := parts[0]
	if m := pageAndID.FindStringSubmatch(name); m != nil {
		return facebookPage(m[1])
	}
	if number.MatchString(name) || pageName.MatchString(name) {
		return facebookPage(name)
	}
	return place{}, BadAddress
}

// facebookPage is the page with a number or a short name. To Facebook capitals in a name do not count.
func facebookPage(id string) (place, string) {
	id = strings.ToLower(id)
	return place{id, "https://www.facebook.com/" + id}, ""
}

// zaloGroup reads the id of a group, also with the character that the account manager's address has behind
// it, or the link by which people join it.
func zaloGroup(s string) (place, string) {
	if id := strings.ToLower(s); hexID.MatchString(id) {
		return place{external: id[:20]}, ""
	}
	if u, ok := webAddress(s); ok && isZalo(u.Host) {
		parts := strings.Split(strings.Trim(u.Path, "/"), "/")
		switch {
		case len(parts) == 2 && parts[0] == "g" && linkCode.MatchString(parts[1]):
			return place{"g/" + parts[1], "https://zalo.me/g/" + parts[1]}, ""
		case len(parts) == 1 && phone.MatchString(parts[0]):
			return place{}, Personal
		}
	}
	return place{}, BadAddress
}

// zaloAccount reads the number of an Official Account or its address. A telephone number is a person's.
func zaloAccount(s string) (place, string) {
	id := s
	if u, ok := webAddress(s); ok {
		if !isZalo(u.Host) {
			return place{}, BadAddress
		}
		id = strings.Trim(u.Path, "/")
	}
	switch {
	case phone.MatchString(id):
		return place{}, Personal
	case number.MatchString(id):
		return place{id, "https://zalo.me/" + id}, ""
	}
	return place{}, BadAddress
}
