package api

import (
	"encoding/json"

	"github.com/hoiphunu/lantoa"
)

// SiteConfig says where the articles of a website are: the address of its feed, or selectors of its list page and of
// its article pages. What is left out is guessed.
type SiteConfig struct {
	_       struct{} `additionalProperties:"false"`
	Feed    string   `json:"feed,omitempty" maxLength:"500" doc:"Address of an RSS or Atom feed"`
	List    string   `json:"list,omitempty" maxLength:"500" doc:"Address of the list page"`
	Item    string   `json:"item,omitempty" maxLength:"500" doc:"On the list page: one article"`
	Link    string   `json:"link,omitempty" maxLength:"500" doc:"In an item: its link"`
	Title   string   `json:"title,omitempty" maxLength:"500"`
	Date    string   `json:"date,omitempty" maxLength:"500"`
	Lead    string   `json:"lead,omitempty" maxLength:"500"`
	Body    string   `json:"body,omitempty" maxLength:"500"`
	Picture string   `json:"picture,omitempty" maxLength:"500"`
	Next    string   `json:"next,omitempty" maxLength:"500" doc:"On the list page: the link to the next, older one"`
}

// siteConfig is how a channel keeps what was asked for: empty for nothing.
func (s *Server) siteConfig(ch lantoa.Channel, c SiteConfig) (string, error) {
	if ch.Kind != lantoa.Website {
		return "", refuse(lantoa.Invalid, onlySites)
	}
	if c == (SiteConfig{}) {
		return "", nil
	}
	if s.CheckSite == nil {
		return "", refuse(lantoa.Busy, noSite)
	}
	text, err := json.Marshal(c)
	if err != nil {
		return "", err
	}
	if err := s.CheckSite(string(text)); err != nil {
		return "", &refusal{kind: lantoa.Invalid, about: badSite, param: "config", why: lantoa.AsTrouble(err, lantoa.Invalid).Note, err: err}
	}
	return string(text), nil
}

// siteOf is how a website is read, nil where nobody said.
func siteOf(ch lantoa.Channel) *SiteConfig {
	var c SiteConfig
	if ch.Kind != lantoa.Website || ch.Config == "" || json.Unmarshal([]byte(ch.Config), &c) != nil {
		return nil
	}
	return &c
}
