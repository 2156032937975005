package web

import (
	"cmp"
	"net/http"
	"slices"
	"strings"

	"github.com/hoiphunu/lantoa"
)

// tokenRow is one token: whose, how long it lives, what it lacks. The token itself is never on a page.
type tokenRow struct {
	Name, URL, Life, Lacks, Do string
	Checked                    When
	State                      lantoa.Alive
	Word                       string
}

// shownTokens keeps the page below 60 KB.
const shownTokens = 15

// tokens tells of each token how it stands, those with something to do first; page tokens that are well are counted.
func (p *connectPage) tokens(accesses []lantoa.Access, channels []lantoa.Channel) {
	byID := map[lantoa.ChannelID]lantoa.Channel{}
	for _, ch := range channels {
		byID[ch.ID] = ch
	}
	rank := func(a lantoa.Access) int {
		switch {
		case a.Trouble != nil:
			return 0
		case a.Ending(p.Now):
			return 1
		case len(a.Lacks) > 0:
			return 2
		case a.Channel == "":
			return 3
		}
		return 4
	}
	slices.SortStableFunc(accesses, func(a, b lantoa.Access) int { return cmp.Compare(rank(a), rank(b)) })
	well, left := 0, 0
	for _, a := range accesses {
		if rank(a) == 4 {
			well++
			continue
		}
		if len(p.Tokens) == shownTokens {
			left++
			continue
		}
		p.Tokens = append(p.Tokens, p.tokenRow(a, byID[a.Channel]))
	}
	if left > 0 {
		p.TokensMore = p.T("connect.tokens_left", "n", left)
	}
	if well > 0 {
		p.TokensWell = p.T("connect.tokens_well", "n", well)
	}
}

func (p *connectPage) tokenRow(a lantoa.Access, ch lantoa.Channel) tokenRow {
	row := tokenRow{Name: p.tokenName(a.Name, ch), Checked: p.moment(a.CheckedAt), State: lantoa.Active, Word: p.T("connect.token_good")}
	on := lantoa.FacebookPage
	if strings.HasPrefix(a.Name, "zalo") {
		on = lantoa.ZaloOA
	}
	if ch.ID != "" {
		row.URL = "/kenh/" + string(ch.ID)
	}
	switch ends := a.Ends(); {
	case a.Trouble != nil:
		row.State, row.Word = lantoa.Disconnected, p.T("connect.token_dead")
		row.Life, row.Do = p.Happened(a.Trouble, on), p.T("connect.token_again")
	case ends.IsZero():
		row.Life = p.T("connect.token_forever")
	case a.Ending(p.Now):
		row.State, row.Word = lantoa.Thinning, p.T("connect.token_ending")
		row.Life, row.Do = p.T("connect.token_until_today", "day", p.DateTime(ends)), p.T("connect.token_before")
		if days := int(ends.Sub(p.Now).Hours() / 24); days > 0 {
			row.Life = p.T("connect.token_until_soon", "day", ends, "n", days)
		}
	default:
		row.Life = p.T("connect.token_until", "day", ends)
	}
	if len(a.Lacks) > 0 && a.Trouble == nil {
		row.Lacks = upperFirst(p.things(a.Lacks)) + "."
		row.Do = strings.TrimSpace(row.Do + " " + p.T("connect.token_lacks"))
		if row.State == lantoa.Active {
			row.State, row.Word = lantoa.Thinning, p.T("connect.token_short")
		}
	}
	return row
}

// tokenName is what a person calls a token of ours.
func (p Page) tokenName(secret string, ch lantoa.Channel) string {
	switch {
	case ch.Name != "":
		return ch.Name
	case strings.HasPrefix(secret, "facebook/user"):
		return p.T("connect.token_user")
	case strings.HasPrefix(secret, "zalo"):
		return p.T("connect.token_oa")
	}
	return p.T("connect.token_page")
}

// things are the words for what is lacking.
func (p Page) things(names []string) string {
	var out []string
	for _, n := range names {
		if p.Has("thing." + n) {
			out = append(out, p.T("thing."+n))
		} else {
			out = append(out, n)
		}
	}
	return strings.Join(out, "; ")
}

// ingestBox makes and takes back the keys with which other programs send posts and figures.
type ingestBox struct {
	KeyID, Secret, For string // of the key just made: shown once
	Address            string
}

// makeKey makes a key for a person's program, which is shown once, or takes the person's key back.
func (s *Server) makeKey(w http.ResponseWriter, r *http.Request) error {
	const back = "/quan-tri/ket-noi#khoa"
	say := visitorOf(r).words.In(s.Zone)
	user, err := s.Store.UserByEmail(r.Context(), strings.TrimSpace(r.PostFormValue("thu")))
	if lantoa.KindOf(err) == lantoa.NotFound {
		return s.undone(w, r, say.T("connect.choose_user"), back)
	}
	if err != nil {
		return err
	}
	who := visitorOf(r).user
	if r.PostFormValue("viec") == "thu_hoi" {
		if err := s.Store.RevokeIngestKeys(r.Context(), user.ID); err != nil {
			return err
		}
		s.note(r.Context(), who.Email, "user_ingest_revoke", user.Email)
		return s.done(w, r, say.T("connect.key_revoked", "name", user.Name), back)
	}
	if user.Disabled {
		return lantoa.Problem(lantoa.Conflict, "user", "")
	}
	key, secret, err := s.Store.MakeIngestKey(r.Context(), user.ID, s.Now())
	if err != nil {
		return err
	}
	s.note(r.Context(), who.Email, "user_ingest_key", user.Email)
	// The answer itself shows it, so that it lies in no session and in no address.
	page, tabs := s.adminPage(r, "connect")
	p, err := s.connect(r.Context(), page, s.looked(r))
	if err != nil {
		return err
	}
	p.Tabs, p.Ingest.KeyID, p.Ingest.Secret, p.Ingest.For = tabs, key.ID, secret, user.Name
	w.Header().Set("Cache-Control", "no-store")
	return s.draw(w, r, http.StatusOK, "connect", p)
}
