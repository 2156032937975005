package website

import (
	"encoding/json"
	"hash/fnv"
	"io"
	"net/url"
	"strconv"
	"strings"

	"github.com/andybalholm/cascadia"

	"github.com/hoiphunu/lantoa"
)

// Config says where the articles of a site are: the address of its feed, or selectors of its list page and of its
// article pages. What is empty is guessed on the page, or taken from the feed. Channel.Config holds it as JSON.
type Config struct {
	Feed    string `json:"feed,omitempty"`    // address of an RSS or Atom feed
	List    string `json:"list,omitempty"`    // address of the list page; empty: the channel's own, if Item is set
	Item    string `json:"item,omitempty"`    // on the list page: one article
	Link    string `json:"link,omitempty"`    // in an item: its link; empty: the first one
	Title   string `json:"title,omitempty"`   // on the article page, else in the item
	Date    string `json:"date,omitempty"`    // the same
	Lead    string `json:"lead,omitempty"`    // the same
	Body    string `json:"body,omitempty"`    // on the article page
	Picture string `json:"picture,omitempty"` // on the article page, else in the item; empty: those in the body
	Next    string `json:"next,omitempty"`    // on the list page: the link to the next, older one
}

// ParseConfig reads what a channel keeps; nothing is an empty Config.
func ParseConfig(s string) (Config, error) {
	var c Config
	if strings.TrimSpace(s) == "" {
		return c, nil
	}
	if err := json.Unmarshal([]byte(s), &c); err != nil {
		return Config{}, lantoa.Problem(lantoa.Invalid, "site_config", "")
	}
	return c, c.Check()
}

// String is the Config as a channel keeps it.
func (c Config) String() string {
	b, err := json.Marshal(c)
	if err != nil {
		panic(err) // strings only
	}
	return string(b)
}

// Check says what is wrong with a Config by itself: an address that is none, a selector that cannot be read.
func (c Config) Check() error {
	for _, a := range []string{c.Feed, c.List} {
		if u, err := url.Parse(a); a != "" && (err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" || u.User != nil) {
			return lantoa.Problem(lantoa.Invalid, "site_config", lantoa.Cut(a, 80))
		}
	}
	for _, f := range c.selectors() {
		if f.Selector != "" && !readable(f.Selector) {
			return lantoa.Problem(lantoa.Invalid, "site_config", f.Field+": "+lantoa.Cut(f.Selector, 80))
		}
	}
	return nil
}

func readable(selector string) bool {
	_, err := cascadia.ParseGroup(selector)
	return len(selector) <= 500 && err == nil
}

// selectors are the fields that hold one, by the names of the JSON.
func (c Config) selectors() []Fault {
	return []Fault{
		{Field: "item", Selector: c.Item}, {Field: "link", Selector: c.Link}, {Field: "title", Selector: c.Title},
		{Field: "date", Selector: c.Date}, {Field: "lead", Selector: c.Lead}, {Field: "body", Selector: c.Body},
		{Field: "picture", Selector: c.Picture}, {Field: "next", Selector: c.Next},
	}
}

// lists says whether there is a list page to read.
func (c Config) lists() bool { return c.List != "" || c.Item != "" }

// digest stands for a text where only equality matters.
func digest(s string) string {
	h := fnv.New64a()
	io.WriteString(h, s)
	return strconv.FormatUint(h.Sum64(), 36)
}
