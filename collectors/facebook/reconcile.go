package facebook

import (
	"slices"
	"strings"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/internal/viet"
)

// How a channel and a page were found to be the same.
const (
	ByID   = "id"   // by its id, or the name in its address
	ByName = "name" // both bear the same name, and no others do
	Maybe  = "maybe"
)

// Match is what became of one channel: the page it is, or one that it may be and a person has to confirm, or none.
type Match struct {
	Channel lantoa.ChannelID
	Account *Account       // nil if none was found
	By      string         // ByID, ByName, Maybe; empty for none
	Why     lantoa.Trouble // what keeps it from being read in full: not returned, no token, a task that is missing
}

// Ready says whether the page can be connected without another question.
func (m Match) Ready() bool {
	return m.Account != nil && m.By != Maybe && m.Account.Token != "" && (m.Why.Kind == "" || m.Why.What == "ANALYZE")
}

// Reconcile holds the pages that a token reaches against the channels that are expected: by id, then by name. Where
// several bear a name, or names are only near, there is a Maybe for each that comes into question. foreign are the
// pages that are none of the channels.
func Reconcile(channels []lantoa.Channel, accounts []Account) (matches []Match, foreign []Account) {
	r := reconciling{accounts: accounts, taken: make([]bool, len(accounts)), asked: make([]bool, len(accounts))}
	for _, ch := range channels {
		if ch.Kind == lantoa.FacebookPage && !ch.Archived {
			r.open = append(r.open, ch)
		}
	}
	r.settle(ByID, func(ch lantoa.Channel, a Account) bool { return sameAddress(ch, a) })
	r.settle(ByName, func(ch lantoa.Channel, a Account) bool {
		return ch.External == "" && exactName(ch.Name) == exactName(a.Name)
	})
	for _, ch := range r.open {
		r.doubtful(ch)
	}
	for i, a := range accounts {
		if !r.taken[i] && !r.asked[i] {
			foreign = append(foreign, a)
		}
	}
	order := map[lantoa.ChannelID]int{}
	for i, ch := range channels {
		order[ch.ID] = i
	}
	slices.SortStableFunc(r.matches, func(a, b Match) int { return order[a.Channel] - order[b.Channel] })
	return r.matches, foreign
}

type reconciling struct {
	accounts []Account
	taken    []bool // is one of the channels
	asked    []bool // may be one
	open     []lantoa.Channel
	matches  []Match
}

// settle matches what is alike in one way, where it is the only one on both sides.
func (r *reconciling) settle(by string, same func(lantoa.Channel, Account) bool) {
	channels := make([][]int, len(r.accounts)) // of each page, the open channels that are like it
	pages := make([][]int, len(r.open))
	for c, ch := range r.open {
		for i, a := range r.accounts {
			if !r.taken[i] && same(ch, a) {
				channels[i], pages[c] = append(channels[i], c), append(pages[c], i)
			}
		}
	}
	var open []lantoa.Channel
	for c, ch := range r.open {
		if len(pages[c]) != 1 || len(channels[pages[c][0]]) != 1 {
			open = append(open, ch)
			continue
		}
		i := pages[c][0]
		r.taken[i] = true
		r.matches = append(r.matches, Match{Channel: ch.ID, Account: &r.accounts[i], By: by, Why: lacking(r.accounts[i])})
	}
	r.open = open
}

// doubtful finds the pages that a channel may be.
func (r *reconciling) doubtful(ch lantoa.Channel) {
	found := false
	for i, a := range r.accounts {
		if r.taken[i] || !sameAddress(ch, a) && !near(ch.Name, a.Name) {
			continue
		}
		found, r.asked[i] = true, true
		r.matches = append(r.matches, Match{Channel: ch.ID, Account: &r.accounts[i], By: Maybe, Why: lacking(a)})
	}
	if !found {
		r.matches = append(r.matches, Match{Channel: ch.ID, Why: *lantoa.Problem(lantoa.NotFound, "page", "not among the pages of this token")})
	}
}

// sameAddress says whether the channel's id or address is that of the page.
func sameAddress(ch lantoa.Channel, a Account) bool {
	if ch.External != "" {
		return ch.External == a.ID
	}
	p, err := Address(ch.URL)
	return err == nil && (p.ID != "" && p.ID == a.ID || p.Username != "" && strings.EqualFold(p.Username, a.Username))
}

// lacking is what keeps a page from being read in full. Tasks that were not told at all are not missing.
func lacking(a Account) lantoa.Trouble {
	switch {
	case a.Token == "":
		return *lantoa.Problem(lantoa.Expired, "token", "no token of its own was given")
	case len(a.Tasks) > 0 && !a.CanRead():
		return *lantoa.Problem(lantoa.NoRight, "CREATE_CONTENT", "needs CREATE_CONTENT, MODERATE or MANAGE")
	case len(a.Tasks) > 0 && !a.CanMeasure():
		return *lantoa.Problem(lantoa.NoRight, "ANALYZE", "no figures")
	}
	return lantoa.Trouble{}
}

// exactName is a name without signs and capitals, each word apart; plainName has no accents either: two communes
// may differ in one.
func exactName(name string) string { return strings.Join(viet.Syllables(name), " ") }
func plainName(name string) string { return strings.Join(viet.Syllables(viet.Bare(name)), " ") }

// The many ways to write what all pages of the Union are called, longest first, and the kinds of places.
var (
	unionNames = []string{"hoi lien hiep phu nu", "hoi lhpn", "hoi phu nu", "lien hiep phu nu", "lhpn", "phu nu", "hoi pn"}
	placeKinds = strings.Fields("xa phuong tinh huyen quan thanh pho thi tran tp tx tt")
)

// place is what tells one page of the Union from another: the name of its commune.
func place(name string) string {
	s := " " + plainName(name) + " "
	for _, n := range unionNames {
		s = strings.Replace(s, " "+n+" ", " ", 1)
	}
	words := slices.DeleteFunc(strings.Fields(s), func(w string) bool { return slices.Contains(placeKinds, w) })
	return strings.Join(words, " ")
}

// near says whether two names may well mean the same page: the place is the same but for one letter.
func near(a, b string) bool {
	pa, pb := place(a), place(b)
	if pa == "" || pb == "" {
		return false
	}
	return pa == pb || min(len(pa), len(pb)) >= 6 && oneApart(pa, pb)
}

// oneApart says whether one letter more, less or other makes the two the same.
func oneApart(a, b string) bool {
	if len(a) > len(b) {
		a, b = b, a
	}
	if len(b)-len(a) > 1 {
		return false
	}
	i := 0
	for i < len(a) && a[i] == b[i] {
		i++
	}
	if len(a) == len(b) {
		return i == len(a) || a[i+1:] == b[i+1:]
	}
	return a[i:] == b[i+1:]
}
