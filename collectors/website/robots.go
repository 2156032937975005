package website

import (
	"strconv"
	"strings"
	"time"
)

// robots is what a robots.txt says to us (RFC 9309): the rules of our group, or of the group for all, and how long to
// wait between two requests. A line that cannot be read takes nothing from the others.
type robots struct {
	rules []rule
	delay time.Duration
}

type rule struct {
	path  string // may hold * and end in $
	allow bool
}

const mostRules = 5000

// parseRobots reads the file for a robot of that name.
func parseRobots(text, name string) robots {
	var ours, all robots
	named := false       // a group for us was there
	var toUs, toAll bool // whom the group speaks to
	inRules := true      // a User-agent line behind rules begins a group
	each := func(do func(*robots)) {
		inRules = true
		if toUs {
			do(&ours)
		}
		if toAll {
			do(&all)
		}
	}
	for line := range strings.Lines(strings.TrimPrefix(text, "\uFEFF")) {
		line, _, _ = strings.Cut(line, "#")
		key, value, ok := strings.Cut(line, ":")
		if !ok {
			continue
		}
		value = strings.TrimSpace(value)
		switch strings.ToLower(strings.TrimSpace(key)) {
		case "user-agent", "useragent":
			if inRules {
				toUs, toAll, inRules = false, false, false
			}
			agent, _, _ := strings.Cut(strings.ToLower(value), "/")
			toAll = toAll || agent == "*"
			toUs = toUs || agent == name
			named = named || agent == name
		case "allow", "disallow":
			allow := len(strings.TrimSpace(key)) == len("allow")
			each(func(r *robots) {
				if value != "" && len(r.rules) < mostRules { // an empty Disallow forbids nothing
					r.rules = append(r.rules, rule{value, allow})
				}
			})
		case "crawl-delay":
			each(func(r *robots) {
				if s, err := strconv.ParseFloat(value, 64); err == nil && s > 0 && s < 3600 {
					r.delay = time.Duration(s * float64(time.Second))
				}
			})
		}
	}
	if named {
		return ours
	}
	return all
}

// allows says whether an address's path with its query may be asked for: the longest rule that fits decides, and of
// two as long the one that allows.
func (r robots) allows(path string) bool {
	best, allow := -1, true
	for _, rule := range r.rules {
		if n := len(rule.path); (n > best || n == best && rule.allow) && rule.fits(path) {
			best, allow = n, rule.allow
		}
	}
	return allow
}

// fits says whether a path begins as the rule says. Each piece between stars is looked for as early as it can stand.
func (r rule) fits(path string) bool {
	pattern, end := strings.CutSuffix(r.path, "$")
	pieces := strings.Split(pattern, "*")
	rest, ok := strings.CutPrefix(path, pieces[0])
	if !ok {
		return false
	}
	for i, p := range pieces[1:] {
		if end && i == len(pieces)-2 {
			return strings.HasSuffix(rest, p)
		}
		at := strings.Index(rest, p)
		if at < 0 {
			return false
		}
		rest = rest[at+len(p):]
	}
	return !end || rest == ""
}
