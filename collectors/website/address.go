package website

import (
	"net"
	"net/url"
	"regexp"
	"slices"
	"strings"

	"golang.org/x/net/publicsuffix"
)

// tracking are parameters that say where a reader came from and nothing of what he reads.
var tracking = regexp.MustCompile(`^(?:utm_.*|fbclid|gclid|gclsrc|dclid|gbraid|wbraid|yclid|msclkid|twclid|zarsrc|zalo_.*|mc_cid|mc_eid|igshid|_ga|_gl|_hs.*|spm|phpsessid|jsessionid|aspsessionid.*|sessionid)$`)

var sessionPath = regexp.MustCompile(`(?i);jsessionid=[^/?#]*`)

// resolve reads a link as it stands on a page; ok is false for what leads to no page.
func resolve(base *url.URL, link string) (*url.URL, bool) {
	link = strings.TrimSpace(strings.Map(func(r rune) rune {
		if r == '\n' || r == '\r' || r == '\t' {
			return -1
		}
		return r
	}, link))
	if link == "" || link[0] == '#' || len(link) > 2000 {
		return nil, false
	}
	u, err := base.Parse(link)
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.User != nil {
		return nil, false
	}
	u.Fragment, u.RawFragment = "", ""
	return u, true
}

// canonical is the one spelling of an article's address by which it is known: https, no "www.", no usual port, no
// tracking, parameters in order. It need not answer; see reachable.
func canonical(u *url.URL) string {
	c := url.URL{Scheme: "https", Host: hostOf(u), Path: u.Path, RawPath: u.RawPath}
	c.Path = sessionPath.ReplaceAllString(c.Path, "")
	c.RawPath = sessionPath.ReplaceAllString(c.RawPath, "")
	if c.Path == "" {
		c.Path = "/"
	}
	var kept []string
	for _, p := range strings.Split(u.RawQuery, "&") {
		name, _, _ := strings.Cut(p, "=")
		if p != "" && !tracking.MatchString(strings.ToLower(name)) {
			kept = append(kept, p)
		}
	}
	slices.Sort(kept)
	c.RawQuery = strings.Join(kept, "&")
	return c.String()
}

// hostOf is the host without "www." and without a port that its scheme implies.
func hostOf(u *url.URL) string {
	host := strings.TrimSuffix(strings.ToLower(u.Hostname()), ".")
	host = strings.TrimPrefix(host, "www.")
	if strings.Contains(host, ":") {
		host = "[" + host + "]"
	}
	if p := u.Port(); p != "" && p != "80" && p != "443" {
		host += ":" + p
	}
	return host
}

// reachable is a canonical address as the site itself is spelled: the scheme and "www." of its channel.
func reachable(external string, site *url.URL) (*url.URL, bool) {
	u, err := url.Parse(external)
	if err != nil || u.Host == "" {
		return nil, false
	}
	if hostOf(u) == hostOf(site) {
		u.Host = site.Host
	}
	u.Scheme = site.Scheme
	return u, true
}

// sameSite says whether two addresses are of one owner: the same host, or hosts under one name that can be bought.
func sameSite(a, b *url.URL) bool {
	ha, hb := strings.ToLower(a.Hostname()), strings.ToLower(b.Hostname())
	if net.ParseIP(ha) != nil || net.ParseIP(hb) != nil {
		return hostOf(a) == hostOf(b)
	}
	da, errA := publicsuffix.EffectiveTLDPlusOne(ha)
	db, errB := publicsuffix.EffectiveTLDPlusOne(hb)
	if errA != nil || errB != nil {
		return hostOf(a) == hostOf(b)
	}
	return da == db
}

// within says whether an address is of the same host as a page, or of one below it. Above it, on the portal of a
// province, are the articles of others.
func within(u, page *url.URL) bool {
	host, of := strings.TrimPrefix(hostOf(u), "m."), strings.TrimPrefix(hostOf(page), "m.")
	return host == of || strings.HasSuffix(host, "."+of)
}

// isLogin says whether an address is a site's door rather than its room.
func isLogin(u *url.URL) bool {
	return loginPath.MatchString(u.Path) || strings.HasPrefix(strings.ToLower(u.Hostname()), "sso.") ||
		strings.HasPrefix(strings.ToLower(u.Hostname()), "login.")
}

var loginPath = regexp.MustCompile(`(?i)(?:^|[/_-])(?:wp-login|login|logon|signin|sign-in|dang-nhap|dangnhap|sso|cas)(?:$|[/._?-])`)
