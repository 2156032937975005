package website

import (
	"strings"
	"testing"
	"time"
)

func TestRobots(t *testing.T) {
	const shop = "User-agent: *\nDisallow: /admin\nDisallow: /*?in=\nDisallow: /*.doc$\nAllow: /admin/tin\nCrawl-delay: 2.5\n"
	for _, tt := range []struct {
		name, file, path string
		want             bool
	}{
		{"an empty file", "", "/x", true},
		{"what is not named", shop, "/tin-tuc/1", true},
		{"what is", shop, "/admin/users", false},
		{"the longer rule", shop, "/admin/tin/1", true},
		{"a star", shop, "/bai-viet?in=1", false},
		{"the end", shop, "/a/b.doc", false},
		{"not at the end", shop, "/a/b.docx", true},
		{"all", "User-agent: *\nDisallow: /", "/", false},
		{"all, as a star", "User-agent: *\nDisallow: *", "/x", false},
		{"an empty Disallow forbids nothing", "User-agent: *\nDisallow:\n", "/x", true},
		{"others are meant", "User-agent: badbot\nDisallow: /", "/x", true},
		{"we are meant", "User-agent: *\nAllow: /\n\nUser-agent: Lantoa/1.0\nDisallow: /", "/x", false},
		{"our group takes the place of the one for all", "User-agent: lantoa\nDisallow: /a\n\nUser-agent: *\nDisallow: /", "/b", true},
		{"two names, one group", "User-agent: badbot\nUser-agent: lantoa\nDisallow: /", "/x", false},
		{"two groups of one name", "User-agent: *\nDisallow: /a\n\nUser-agent: x\nDisallow: /\n\nUser-agent: *\nDisallow: /b", "/b", false},
		{"as long: what allows", "User-agent: *\nDisallow: /ab\nAllow: /a*", "/abc", true},
		{"comments, capitals and spaces", "USER-AGENT : * # all\r\nDISALLOW : /x # no\r\n", "/x1", false},
		{"a bad line takes nothing away", "Disallow: /y\nCrawl-delay: soon\nUser-agent: *\nCrawl-delay: soon\nDisallow: /x", "/x", false},
		{"a rule of nobody", "Disallow: /\n", "/x", true},
		{"a page of HTML", "<!DOCTYPE html><title>User-agent: *</title>\n<p style='color: red'>Disallow: /</p>", "/x", true},
		{"a byte order mark", "\uFEFFUser-agent: *\nDisallow: /", "/x", false},
	} {
		if got := parseRobots(tt.file, "lantoa").allows(tt.path); got != tt.want {
			t.Errorf("%s: %v", tt.name, got)
		}
	}
	if got := parseRobots(shop, "lantoa").delay; got != 2500*time.Millisecond {
		t.Errorf("Crawl-delay 2.5 was read as %v", got)
	}
}

func FuzzRobots(f *testing.F) {
	f.Add("User-agent: *\nDisallow: /a*b*c$\nAllow: /", "/axbxc")
	f.Add("User-agent: *\nDisallow: **$\nCrawl-delay: 1e309", "/")
	f.Fuzz(func(t *testing.T, file, path string) {
		r := parseRobots(file, "lantoa")
		if got := r.allows(path); !got && !strings.Contains(strings.ToLower(file), "disallow") {
			t.Errorf("%q forbids %q without saying so", file, path)
		}
		if r.delay < 0 {
			t.Errorf("a wait of %v", r.delay)
		}
	})
}
