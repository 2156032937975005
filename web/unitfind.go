package web

import (
	"cmp"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/activity"
	"github.com/hoiphunu/lantoa/internal/viet"
)

// unitFindPage answers: where is the page of the unit that I have in mind?
type unitFindPage struct {
	Page
	Tabs         []adminTab
	Query, Found string
	Rows         []foundUnit
	None         Empty
}

type foundUnit struct {
	Name, URL, Level, Above, Ended string
}

const unitsFound = 40

// findUnits looks units up by name, with or without diacritics, or by code. In the address: q.
func (s *Server) findUnits(w http.ResponseWriter, r *http.Request) error {
	p := unitFindPage{Page: s.page(r, "network", "unit.find_title"), Query: strings.TrimSpace(r.URL.Query().Get("q"))}
	if p.User.Role != lantoa.Officer {
		p.Tabs = p.networkTabs("find")
	}
	n, err := s.Desk.Network(r.Context())
	if err != nil {
		return err
	}
	found := matchUnits(n.Units, p.User.Scope(), p.Query)
	p.Found = p.T("unit.find_all", "n", len(found))
	if p.Query != "" {
		p.Found = p.T("unit.found", "n", len(found))
	}
	if len(found) > unitsFound {
		p.Found += " " + p.T("unit.found_first", "n", unitsFound)
	}
	today := lantoa.Day(n.At, n.Zone)
	for _, u := range first(found, unitsFound) {
		row := foundUnit{Name: upperFirst(u.Name), URL: pageOfUnit(inZone(u, n.Zone), n.At), Level: p.Level(u.Level)}
		if above := n.Units[u.Parent]; above.ID != "" && p.User.May(lantoa.See, above.Path) {
			row.Above = upperFirst(above.Name)
		}
		if !u.InForce(today) && !u.To.IsZero() {
			row.Ended = p.endedWord(n, u)
		}
		p.Rows = append(p.Rows, row)
	}
	p.None = Empty{Title: p.T("unit.find_none", "q", lantoa.Cut(p.Query, 60)), Do: p.T("unit.find_none_do"), URL: "/don-vi", Link: p.T("unit.find_again")}
	return s.draw(w, r, http.StatusOK, "unitfind", p)
}

// endedWord says since when a unit is no more, and what it belongs to now.
func (p Page) endedWord(n *activity.Network, u lantoa.Unit) string {
	if heirs := n.Units.Heirs(u.ID, lantoa.Day(n.At, n.Zone)); len(heirs) > 0 {
		return p.T("unit.now_part", "day", u.To, "unit", heirs[0].Name)
	}
	return p.T("unit.ended", "day", u.To)
}

// matchUnits are the units of the scope whose name holds all words of the question, those that are written just so
// before those that only have the letters, those in force before those that have ended. A question without words finds
// all, as the tree has them.
func matchUnits(t lantoa.Tree, scope lantoa.Scope, question string) []lantoa.Unit {
	exact, bare := strings.Fields(viet.Fold(question)), strings.Fields(viet.Bare(question))
	type hit struct {
		lantoa.Unit
		rank int
	}
	var hits []hit
	for _, u := range t {
		if !scope.Sees(u.Path) || u.Code == "" {
			continue
		}
		h := hit{Unit: u}
		name, letters := viet.Fold(u.Name), viet.Bare(u.Name)
		switch {
		case len(bare) == 0:
		case u.Code == strings.Join(bare, ""):
		case hasWords(name, exact):
			h.rank = 1
			if !strings.Contains(name, strings.Join(exact, " ")) {
				h.rank = 2
			}
		case hasWords(letters, bare):
			h.rank = 3
			if !strings.Contains(letters, strings.Join(bare, " ")) {
				h.rank = 4
			}
		default:
			continue
		}
		if !u.To.IsZero() {
			h.rank += 10
		}
		hits = append(hits, h)
	}
	slices.SortFunc(hits, func(a, b hit) int {
		return cmp.Or(cmp.Compare(a.rank, b.rank), cmp.Compare(slices.Index(lantoa.Levels, a.Level), slices.Index(lantoa.Levels, b.Level)),
			strings.Compare(a.Code, b.Code), b.From.Compare(a.From), strings.Compare(string(a.ID), string(b.ID)))
	})
	out := make([]lantoa.Unit, len(hits))
	for i, h := range hits {
		out[i] = h.Unit
	}
	return out
}

// hasWords says whether each of the words begins a word of the text; a lone number must be a whole one.
func hasWords(text string, words []string) bool {
	have := strings.Fields(text)
	for _, w := range words {
		_, err := strconv.Atoi(w)
		if !slices.ContainsFunc(have, func(h string) bool { return h == w || err != nil && strings.HasPrefix(h, w) }) {
			return false
		}
	}
	return true
}
