package web

import (
	"maps"
	"net/http"
	"slices"
	"strconv"
	"strings"

	"github.com/hoiphunu/lantoa"
)

// reformPage answers: which units become which, and what becomes of their channels?
type reformPage struct {
	Page
	Tabs                  []adminTab
	Find, Day, Resolution string
	Chosen, Found         []reformUnit
	FoundSaid             string
	Become                []Option
	News                  []newUnit
	Into                  string
	Abolish               []Option // levels that may be done away with along the way
	Channels              []reformChannel
	Levels                []Option
	Parted                bool // more than one new unit was begun
	Upload                bool
}

// reformUnit is a unit that may be chosen.
type reformUnit struct {
	ID             lantoa.UnitID
	Name, Code, Of string
}

// newUnit is one new unit of the form. N tells its fields from those of the others.
type newUnit struct {
	N                         int
	Name, Code, Level, Parent string
}

// reformChannel is a channel whose fate is asked for.
type reformChannel struct {
	ID             lantoa.ChannelID
	Name, Kind, Of string
	NewName        string
	Do, To         []Option
}

// reformForm is the form as it was sent.
type reformForm struct {
	chosen                []lantoa.UnitID
	find, day, resolution string
	become, into          string
	news                  [newUnitsMost]newUnit
	abolish               []lantoa.Level
	do, name, to          map[lantoa.ChannelID]string
	people                map[lantoa.UserID]string
}

const (
	newUnitsMost  = 3
	foundMost     = 30
	chosenMost    = 60
	becomeNew     = "moi"
	becomePart    = "vao"
	becomeNothing = "khong"
)

// Words of the form for what becomes of a channel.
var fates = []struct{ value, do, key string }{
	{"giu", lantoa.Keep, "reform.keep"}, {"doi_ten", lantoa.Rename, "reform.rename"}, {"luu_tru", lantoa.PutAway, "reform.put_away"},
}

func readReform(r *http.Request) reformForm {
	_ = r.ParseForm() // what cannot be read is not there
	f := reformForm{find: strings.TrimSpace(r.Form.Get("tim")), day: r.Form.Get("ngay"), resolution: lantoa.Cut(strings.TrimSpace(r.Form.Get("nghi_quyet")), 120),
		become: r.Form.Get("thanh"), into: lantoa.Cut(strings.TrimSpace(r.Form.Get("vao")), 120),
		do: map[lantoa.ChannelID]string{}, name: map[lantoa.ChannelID]string{}, to: map[lantoa.ChannelID]string{}, people: map[lantoa.UserID]string{}}
	for _, x := range r.Form["cu"] {
		if lantoa.ValidID(x) && !slices.Contains(f.chosen, lantoa.UnitID(x)) && len(f.chosen) < chosenMost {
			f.chosen = append(f.chosen, lantoa.UnitID(x))
		}
	}
	if f.become != becomePart && f.become != becomeNothing {
		f.become = becomeNew
	}
	for i := range f.news {
		field := func(name string) string {
			return strings.Join(strings.Fields(lantoa.Cut(r.Form.Get(name+"_"+strconv.Itoa(i+1)), 120)), " ")
		}
		f.news[i] = newUnit{i + 1, field("ten"), field("ma"), field("cap"), field("tren")}
	}
	for _, x := range r.Form["bo_cap"] {
		if slices.Contains(lantoa.Levels, lantoa.Level(x)) {
			f.abolish = append(f.abolish, lantoa.Level(x))
		}
	}
	for key, values := range r.Form {
		kind, id, ok := strings.Cut(key, "_")
		if !ok || !lantoa.ValidID(id) || len(values) == 0 {
			continue
		}
		switch kind {
		case "kenh":
			f.do[lantoa.ChannelID(id)] = values[0]
		case "tenkenh":
			f.name[lantoa.ChannelID(id)] = lantoa.Cut(values[0], 200)
		case "denkenh":
			f.to[lantoa.ChannelID(id)] = values[0]
		case "nguoi":
			f.people[lantoa.UserID(id)] = lantoa.Cut(strings.TrimSpace(values[0]), 120)
		}
	}
	return f
}

// reform makes the form a reform. What is named and not there is a trouble like those of [lantoa.Reform.Plan].
func (f reformForm) reform(s *Server, t unitTree) (lantoa.Reform, error) {
	out := lantoa.Reform{Resolution: f.resolution}
	day, ok := s.day(f.day)
	if f.day == "" || !ok {
		return out, lantoa.Problem(lantoa.Invalid, "day", "")
	}
	out.Day = day
	var heirs []lantoa.UnitID
	switch f.become {
	case becomeNew:
		for i, n := range f.news {
			if n.Name == "" && n.Code == "" && i > 0 {
				continue
			}
			u := lantoa.Unit{ID: lantoa.UnitID("moi" + strconv.Itoa(n.N)), Code: n.Code, Name: lowerKind(n.Name), Level: lantoa.Level(n.Level)}
			if n.Parent != "" {
				above, ok := t.named(n.Parent, day)
				if !ok {
					return out, lantoa.Problem(lantoa.Invalid, "unit", n.Parent)
				}
				u.Parent = above.ID
			}
			out.New = append(out.New, u)
			heirs = append(heirs, u.ID)
		}
	case becomePart:
		into, ok := t.named(f.into, day)
		if !ok {
			return out, lantoa.Problem(lantoa.Invalid, "unit", f.into)
		}
		heirs = []lantoa.UnitID{into.ID}
	}
	for _, id := range f.chosen {
		out.Ends = append(out.Ends, lantoa.Ending{Unit: id, Heirs: slices.Clone(heirs)})
	}
	abolish(&out, f.abolish, t)
	for id, do := range f.do {
		x := lantoa.Fate{Channel: id, Do: lantoa.Keep, Name: f.name[id]}
		for _, known := range fates {
			if known.value == do {
				x.Do = known.do
			}
		}
		if to := "moi" + f.to[id]; slices.Contains(heirs, lantoa.UnitID(to)) {
			x.Unit = lantoa.UnitID(to)
		}
		out.Channels = append(out.Channels, x)
	}
	for id, text := range f.people {
		if text == "" {
			continue
		}
		u, ok := t.named(text, day)
		if !ok && slices.ContainsFunc(out.New, func(n lantoa.Unit) bool { return n.Code == text }) {
			u, ok = lantoa.Unit{ID: out.New[slices.IndexFunc(out.New, func(n lantoa.Unit) bool { return n.Code == text })].ID}, true
		}
		if !ok {
			return out, lantoa.Problem(lantoa.Invalid, "unit", text)
		}
		out.People = append(out.People, lantoa.Removal{User: id, Unit: u.ID})
	}
	return out, nil
}

// abolish has a reform do away with all units of some levels of which it says nothing else.
func abolish(r *lantoa.Reform, levels []lantoa.Level, t unitTree) {
	said := map[lantoa.UnitID]bool{}
	for _, x := range r.Ends {
		said[x.Unit] = true
		for _, h := range x.Heirs {
			said[h] = true
		}
	}
	for _, u := range t.all {
		if slices.Contains(levels, u.Level) && u.InForce(r.Day) && u.From.Before(r.Day) && !said[u.ID] {
			r.Ends = append(r.Ends, lantoa.Ending{Unit: u.ID})
		}
	}
}

// lowerKind writes the kind of a unit small, as it is kept: "xã Đồng Mẫu".
func lowerKind(name string) string {
	for _, kind := range []string{"Xã ", "Phường ", "Thị trấn ", "Huyện ", "Thị xã ", "Thành phố ", "Quận ", "Đặc khu ", "Tỉnh ", "Chi hội "} {
		if rest, ok := strings.CutPrefix(name, kind); ok {
			return strings.ToLower(kind) + rest
		}
	}
	return name
}

func (s *Server) showReform(w http.ResponseWriter, r *http.Request) error {
	t, err := s.unitTree(r.Context())
	if err != nil {
		return err
	}
	return s.drawReform(w, r, http.StatusOK, readReform(r), t)
}

// sendReform looks for units, shows what would change, or does it, as the button says.
func (s *Server) sendReform(w http.ResponseWriter, r *http.Request) error {
	f := readReform(r)
	t, err := s.unitTree(r.Context())
	if err != nil {
		return err
	}
	do := r.PostFormValue("viec")
	if do != "xem" && do != "lam" {
		return s.drawReform(w, r, http.StatusOK, f, t)
	}
	reform, err := f.reform(s, t)
	if err == nil && do == "lam" {
		var plan lantoa.Plan
		if plan, err = s.Store.Reform(r.Context(), reform, visitorOf(r).user.Email); err == nil {
			return s.reformed(w, r, plan)
		}
	}
	var plan lantoa.Plan
	if err == nil {
		plan, err = s.Store.PlanReform(r.Context(), reform)
	}
	if why := whyNoReform(visitorOf(r), err); why != "" {
		s.gate.putNotice(r, Notice{Text: why, Bad: true})
		return s.drawReform(w, r, http.StatusUnprocessableEntity, f, t)
	}
	if err != nil {
		return err
	}
	return s.drawPlan(w, r, plan, t, fieldsOf(r), "", nil)
}

func (s *Server) reformed(w http.ResponseWriter, r *http.Request, plan lantoa.Plan) error {
	s.Desk.Forget()
	say := visitorOf(r).words.In(s.Zone)
	return s.done(w, r, say.T("reform.done", "resolution", plan.Reform.Resolution, "n", len(plan.Reform.Ends)), unitsHome+"#sap-xep")
}

// whyNoReform says why a reform cannot be; nothing where the error is another.
func whyNoReform(v visitor, err error) string {
	if err == nil {
		return ""
	}
	x := lantoa.AsTrouble(err, "")
	if key := "reform.why." + x.What; v.words.Has(key) {
		return v.words.T(key, "name", x.Note)
	}
	return ""
}

func (s *Server) drawReform(w http.ResponseWriter, r *http.Request, status int, f reformForm, t unitTree) error {
	page, tabs := s.adminPage(r, "units")
	p := reformPage{Page: page, Tabs: tabs, Find: f.find, Day: f.day, Resolution: f.resolution, Into: f.into, Upload: s.Lists != nil}
	p.Sheet, p.Title = "desk.css", p.T("reform.title")
	day, ok := s.day(f.day)
	if !ok {
		day, _ = s.day("")
	}
	unit := func(u lantoa.Unit) reformUnit {
		return reformUnit{u.ID, upperFirst(u.Name), u.Code, upperFirst(t.tree[u.Parent].Name)}
	}
	for _, id := range f.chosen {
		if u, is := t.tree[id]; is {
			p.Chosen = append(p.Chosen, unit(u))
			p.reformChannels(f, u, t)
		}
	}
	fits := t.find(f.find, day)
	found := slices.DeleteFunc(slices.Clone(fits), func(u lantoa.Unit) bool { return slices.Contains(f.chosen, u.ID) || !u.To.IsZero() })
	for _, u := range slice(found, 0, foundMost) {
		p.Found = append(p.Found, unit(u))
	}
	switch {
	case f.find != "" && len(found) == 0 && len(fits) > 0:
		p.Find = "" // all that fit were chosen: what is looked for next is something else
	case f.find != "" && len(found) == 0:
		p.FoundSaid = p.T("reform.found_none", "text", lantoa.Cut(f.find, 60))
	case len(found) > foundMost:
		p.FoundSaid = p.T("reform.found_more", "n", foundMost, "of", len(found))
	}
	for _, x := range []string{becomeNew, becomePart, becomeNothing} {
		p.Become = append(p.Become, Option{Value: x, Name: p.T("reform.become." + x), On: x == f.become})
	}
	for i, n := range f.news {
		if n.Level == "" && len(f.chosen) > 0 {
			n.Level = string(t.tree[f.chosen[0]].Level)
		}
		p.News = append(p.News, n)
		p.Parted = p.Parted || i > 0 && (n.Name != "" || n.Code != "")
	}
	for _, l := range lantoa.Levels {
		p.Levels = append(p.Levels, Option{Value: string(l), Name: p.Level(l)})
		if l == lantoa.District && slices.ContainsFunc(t.all, func(u lantoa.Unit) bool { return u.Level == l && u.InForce(day) && u.To.IsZero() }) {
			p.Abolish = append(p.Abolish, Option{Value: string(l), Name: p.T("reform.abolish", "level", strings.ToLower(p.Level(l))), On: slices.Contains(f.abolish, l)})
		}
	}
	return s.draw(w, r, status, "reform", p)
}

// reformChannels asks for the fate of a unit's channels, those that were put away before left out.
func (p *reformPage) reformChannels(f reformForm, u lantoa.Unit, t unitTree) {
	for _, ch := range t.channels[u.ID] {
		if ch.Archived {
			continue
		}
		x := reformChannel{ID: ch.ID, Name: ch.Name, Kind: p.Channel(ch.Kind), Of: upperFirst(u.Name), NewName: f.name[ch.ID]}
		for i, fate := range fates {
			x.Do = append(x.Do, Option{Value: fate.value, Name: p.T(fate.key), On: f.do[ch.ID] == fate.value || f.do[ch.ID] == "" && i == 0})
		}
		for _, n := range f.news {
			if n.Name != "" && f.become == becomeNew {
				x.To = append(x.To, Option{Value: strconv.Itoa(n.N), Name: n.Name, On: f.to[ch.ID] == strconv.Itoa(n.N)})
			}
		}
		if len(x.To) < 2 {
			x.To = nil
		}
		p.Channels = append(p.Channels, x)
	}
}

// planPage shows all that a reform changes before it is done.
type planPage struct {
	Page
	Tabs                        []adminTab
	Headline, Action            string
	Lines                       []planLine
	Gone, Carried, Contacts     string
	Channels                    []planMove
	ChannelsMore, ChannelsTotal string
	People, Left                []planMove
	PeopleMore                  string
	Fields                      []field // the form again, to be sent with the button
	Faults                      []listFault
	FaultsMore                  string
	Can                         bool // no row of a file was bad
	Back                        bool // the form can be gone back to
}

// planLine is one new unit with what it takes in.
type planLine struct{ Old, New, Code, Above string }

// planMove is a channel or a person with what becomes of it.
type planMove struct{ ID, Name, Of, Do, To string }

type field struct{ Name, Value string }

const (
	linesShown = 120
	movesShown = 60
)

// fieldsOf are the fields of a form, to be carried along.
func fieldsOf(r *http.Request) (fields []field) {
	for _, key := range slices.Sorted(maps.Keys(r.PostForm)) {
		if key == "viec" || key == "tim" || strings.HasPrefix(key, "nguoi_") {
			continue
		}
		for _, v := range r.PostForm[key] {
			if v != "" {
				fields = append(fields, field{key, v})
			}
		}
	}
	return fields
}

// drawPlan shows a plan. kept is the name of an upload that it comes from, faults what was wrong in it.
func (s *Server) drawPlan(w http.ResponseWriter, r *http.Request, plan lantoa.Plan, t unitTree, fields []field, kept string, faults []ListFault) error {
	page, tabs := s.adminPage(r, "units")
	p := planPage{Page: page, Tabs: tabs, Fields: fields, Action: unitsHome + "/sap-xep", Can: len(faults) == 0, Back: kept == ""}
	p.Sheet, p.Title = "desk.css", p.T("reform.preview")
	if kept != "" {
		p.Action = unitsHome + "/tep"
		p.Fields = []field{{"giu", kept}}
	}
	if p.Faults = p.faults(slice(faults, 0, movesShown)); len(faults) > movesShown {
		p.FaultsMore = p.T("units.more", "n", len(faults)-movesShown)
	}
	tree := lantoa.Tree{}
	for id, u := range t.tree {
		tree[id] = u
	}
	for _, u := range plan.Made {
		tree[u.ID] = u
	}
	from := map[lantoa.UnitID][]string{}
	var order []lantoa.UnitID
	var gone, carried []string
	for _, u := range plan.Ended {
		switch {
		case plan.Carried[u.ID]:
			carried = append(carried, u.Name)
			continue
		case len(u.Successors) == 0:
			gone = append(gone, u.Name)
		}
		for _, heir := range u.Successors {
			if from[heir] == nil {
				order = append(order, heir)
			}
			name := u.Name
			if len(u.Successors) > 1 {
				name = p.T("reform.part", "name", name)
			}
			from[heir] = append(from[heir], name)
		}
	}
	p.Headline = p.T("reform.plan", "day", plan.Reform.Day, "resolution", plan.Reform.Resolution,
		"old", len(plan.Ended)-len(carried), "new", len(plan.Made)-len(carried))
	for _, id := range slice(order, 0, linesShown) {
		p.Lines = append(p.Lines, planLine{strings.Join(from[id], ", "), upperFirst(tree[id].Name), tree[id].Code, upperFirst(tree[tree[id].Parent].Name)})
	}
	if len(gone) > 0 {
		p.Gone = p.T("reform.gone", "names", strings.Join(gone, ", "))
	}
	if len(carried) > 0 {
		names := strings.Join(slice(carried, 0, 12), ", ")
		if len(carried) > 12 {
			names += ", " + p.T("units.more", "n", len(carried)-12)
		}
		p.Carried = p.T("reform.carried", "n", len(carried), "names", names)
	}
	p.planMoves(plan)
	return s.draw(w, r, http.StatusOK, "plan", p)
}

// planMoves fills in channels and people: what is out of the ordinary first.
func (p *planPage) planMoves(plan lantoa.Plan) {
	did := map[string]int{}
	channels := slices.Clone(plan.Channels)
	slices.SortStableFunc(channels, func(a, b lantoa.PlannedChannel) int {
		rank := map[string]int{lantoa.PutAway: 0, lantoa.Rename: 1, lantoa.Keep: 2}
		return rank[a.Do] - rank[b.Do]
	})
	for _, ch := range channels {
		did[ch.Do]++
		if len(p.Channels) == movesShown {
			continue
		}
		x := planMove{Name: ch.Channel.Name, Of: upperFirst(ch.Unit.Name), To: upperFirst(ch.To.Name)}
		for _, fate := range fates {
			if fate.do == ch.Do {
				x.Do = p.T(fate.key)
			}
		}
		switch ch.Do {
		case lantoa.Rename:
			x.Do = p.T("reform.renamed", "name", ch.Name)
		case lantoa.PutAway:
			x.To = ""
		}
		p.Channels = append(p.Channels, x)
	}
	if len(channels) > movesShown {
		p.ChannelsMore = p.T("units.more", "n", len(channels)-movesShown)
	}
	p.ChannelsTotal = p.T("reform.channels_total", "keep", did[lantoa.Keep], "rename", did[lantoa.Rename], "away", did[lantoa.PutAway])
	for _, w := range plan.People {
		x := planMove{ID: string(w.ID), Name: w.User.Name, Of: upperFirst(w.Unit.Name), Do: p.Role(w.User.Role), To: upperFirst(w.To.Name)}
		switch {
		case w.To.ID == "":
			p.Left = append(p.Left, x)
		case len(p.People) < movesShown:
			p.People = append(p.People, x)
		}
	}
	if n := len(plan.People) - len(p.Left) - len(p.People); n > 0 {
		p.PeopleMore = p.T("units.more", "n", n)
	}
	n := 0
	for _, c := range plan.Contacts {
		n += len(c.Contacts)
	}
	if n > 0 {
		p.Contacts = p.T("reform.contacts", "n", n)
	}
}
