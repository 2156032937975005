package facebook

import (
	"net/url"
	"regexp"
	"slices"
	"strings"

	"github.com/hoiphunu/lantoa"
)

// Page is what an address says of the page it leads to: its id, or the name in its address, or nothing but a link
// that has to be followed.
type Page struct {
	ID       string
	Username string
	ShareURL string
}

const shareHost = "https://www.facebook.com"

var (
	digits    = regexp.MustCompile(`^\d{5,25}$`)
	endsInID  = regexp.MustCompile(`-(\d{8,25})$`)
	username  = regexp.MustCompile(`^[A-Za-z0-9.]{2,80}$`)
	shareCode = regexp.MustCompile(`^[A-Za-z0-9_-]{4,64}$`)
)

// Places of Facebook that are no page's.
var notPages = strings.Fields("ads business dialog events flx friends gaming groups hashtag help home.php login login.php marketplace me media messages " +
	"notifications p pages people permalink.php pg photo photo.php photos plugins policies privacy public reel reels saved search settings share " +
	"sharer sharer.php stories story.php terms video.php videos watch")

// Address reads the address of a page in any spelling people paste: with or without https, at fb.com, m., mbasic.,
// web. and the hosts of languages, profile.php?id=, /pages/name/id, /p/name-id, /people/name/id, @name, an id alone,
// the address of one of its posts, a share link; what follows for tracking is left out. A group, an address that is
// not Facebook's, and one that names no page are Invalid: What is group, profile, host or address. That a number is
// a person's own profile shows only when it is asked for, see [Client.Resolve].
func Address(text string) (Page, error) { return address(text, 2) }

// notAPage is what is said of an address that leads to something else.
func notAPage(what string) error {
	note := map[string]string{
		"group":   "a group, not a page",
		"profile": "a person's own profile, not a page",
		"host":    "not an address of Facebook",
	}[what]
	return lantoa.Problem(lantoa.Invalid, what, note)
}

// address unwraps an address that stands inside another so many times.
func address(text string, wraps int) (Page, error) {
	text = strings.Trim(strings.TrimSpace(text), `<>"'“”`)
	if text == "" || len(text) > 2048 || strings.ContainsAny(text, " \t\r\n") {
		return Page{}, notAPage("address")
	}
	if digits.MatchString(text) {
		return Page{ID: text}, nil
	}
	name := strings.TrimPrefix(text, "@")
	if !strings.ContainsAny(name, ":/?") && username.MatchString(name) && !facebookHost(strings.ToLower(name)) {
		if strings.HasPrefix(text, "@") || !strings.Contains(name, ".") || !topLevel(name) {
			return named(name)
		}
	}
	if !strings.Contains(text, "://") {
		text = "https://" + strings.TrimPrefix(text, "//")
	}
	u, err := url.Parse(text)
	if err != nil || u.Scheme != "https" && u.Scheme != "http" || u.User != nil {
		return Page{}, notAPage("address")
	}
	host := strings.TrimSuffix(strings.ToLower(u.Hostname()), ".")
	if !facebookHost(host) {
		return Page{}, notAPage("host")
	}
	if inner := inside(u); inner != "" && wraps > 0 {
		return address(inner, wraps-1)
	}
	if host == "fb.watch" {
		return Page{}, notAPage("address")
	}
	return byPath(u)
}

// facebookHost says whether a host is Facebook's own: a name that only looks like it is not.
func facebookHost(host string) bool {
	for _, own := range []string{"facebook.com", "fb.com", "fb.me", "m.me", "fb.watch"} {
		if host == own || strings.HasSuffix(host, "."+own) {
			return true
		}
	}
	return false
}

// topLevel says whether a name with dots looks like a host: "phunu.binhmau" is a page's name, "phunu.vn" a site.
func topLevel(name string) bool {
	end := strings.ToLower(name[strings.LastIndexByte(name, '.')+1:])
	return slices.Contains([]string{"com", "vn", "net", "org", "gov", "edu", "info", "me", "watch"}, end)
}

// inside is the address that another one only wraps: the detour for links, the login page, the boxes for sites.
func inside(u *url.URL) string {
	q := u.Query()
	switch strings.Trim(strings.ToLower(u.Path), "/") {
	case "l.php", "flx/warn":
		return q.Get("u")
	case "login", "login.php":
		return q.Get("next")
	case "plugins/page.php", "plugins/post.php", "plugins/video.php":
		return q.Get("href")
	}
	return ""
}

func byPath(u *url.URL) (Page, error) {
	seg := strings.FieldsFunc(u.Path, func(r rune) bool { return r == '/' })
	if len(seg) > 0 && strings.EqualFold(seg[0], "pg") {
		seg = seg[1:]
	}
	if len(seg) == 0 {
		return Page{}, notAPage("address")
	}
	last := seg[len(seg)-1]
	switch first := strings.ToLower(seg[0]); first {
	case "groups":
		return Page{}, notAPage("group")
	case "profile.php", "permalink.php", "story.php":
		if id := u.Query().Get("id"); digits.MatchString(id) {
			return Page{ID: id}, nil
		}
		if first == "profile.php" {
			return Page{}, notAPage("profile")
		}
	case "pages", "people", "p":
		for _, s := range slices.Backward(seg[1:]) {
			if id := idOf(s); id != "" {
				return Page{ID: id}, nil
			}
		}
	case "share":
		kind := ""
		if len(seg) == 3 && slices.Contains([]string{"p", "r", "v", "g"}, strings.ToLower(seg[1])) {
			kind = strings.ToLower(seg[1]) + "/"
		} else if len(seg) != 2 {
			break
		}
		if kind == "g/" {
			return Page{}, notAPage("group")
		}
		if shareCode.MatchString(last) {
			return Page{ShareURL: shareHost + "/share/" + kind + last + "/"}, nil
		}
	default:
		if id := idOf(seg[0]); id != "" {
			return Page{ID: id}, nil
		}
		if name := strings.TrimPrefix(seg[0], "@"); username.MatchString(name) {
			return named(name)
		}
	}
	return Page{}, notAPage("address")
}

// idOf is the number that a part of an address is, or ends in.
func idOf(s string) string {
	if digits.MatchString(s) {
		return s
	}
	if m := endsInID.FindStringSubmatch(s); m != nil {
		return m[1]
	}
	return ""
}

// named is the page of that name, if it can be one's.
func named(name string) (Page, error) {
	low := strings.ToLower(name)
	if slices.Contains(notPages, low) || strings.HasSuffix(low, ".php") || strings.Trim(low, "0123456789.") == "" {
		return Page{}, notAPage("address")
	}
	return Page{Username: name}, nil
}
