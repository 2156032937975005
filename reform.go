package lantoa

import (
	"cmp"
	"slices"
	"strings"
	"time"
)

// Reform is "sắp xếp đơn vị": what a resolution does to the tree on one day. Units end, others begin and take them in:
// many may become one, one may become many, and one may end without anybody taking it in, as the districts did on
// 2025-07-01.
type Reform struct {
	ID         ImportID // it is undone as an import is
	Resolution string   // "1683/NQ-UBTVQH15"
	Day        time.Time
	// New are the units that begin on Day. The ID of each is its name within the reform, by which Ends and Parent speak
	// of it; it gets another one when it is made. A parent that is left out is found: what became of the parent of the
	// first unit that it takes in.
	New      []Unit
	Ends     []Ending
	Channels []Fate    // of those channels that do not simply go on
	People   []Removal // of those who do not go where their unit goes
	By       string
	At       time.Time
	UndoneAt time.Time
}

// ReformKind is what an [Import] is that a reform is known as.
const ReformKind = "reform"

// Ending is a unit that is no longer in force from the day on, and who takes it in: new units or ones that go on, the
// first being the one to which people and channels go unless something else is said. Without any it is done away with.
type Ending struct {
	Unit  UnitID
	Heirs []UnitID
}

// Fate is what becomes of a channel: giữ, đổi tên, lưu trữ.
type Fate struct {
	Channel ChannelID
	Do      string // Keep, Rename, PutAway
	Name    string // of Rename
	Unit    UnitID // to which it goes; empty: to the first heir
}

// What may become of a channel.
const (
	Keep    = "keep"
	Rename  = "rename"
	PutAway = "archive"
)

// Removal is a person who goes to a unit of her own.
type Removal struct {
	User UserID
	Unit UnitID
}

// Estate is what there is when a reform is planned.
type Estate struct {
	Units    []Unit // all that ever were
	Channels []Channel
	Users    []User
	Contacts map[UnitID][]Contact
}

// Plan is all that a reform changes, one by one: for people to look at before it is done, and then for doing it.
type Plan struct {
	Reform   Reform
	Made     []Unit          // the new ones with their IDs and parents, the higher ones first
	Ended    []Unit          // as they will be: with To and Successors
	Carried  map[UnitID]bool // old and new IDs of the units that merely go on elsewhere in the tree
	Channels []PlannedChannel
	People   []PlannedPerson
	Contacts []PlannedContact
}

// PlannedChannel is what becomes of one channel.
type PlannedChannel struct {
	Channel
	Do   string
	Name string // from now on
	To   Unit   // to which it goes; of one that is put away the unit where it stays
}

// PlannedPerson is where somebody goes. To is without an ID where nothing says it: she then sees nothing any more until
// somebody gives her a unit.
type PlannedPerson struct {
	User
	To Unit
}

// PlannedContact is to whom those in charge of a unit go.
type PlannedContact struct {
	From, To Unit
	Contacts []Contact
}

// Left are the people whom the reform leaves without a unit in force.
func (p Plan) Left() (left []User) {
	for _, x := range p.People {
		if x.To.ID == "" {
			left = append(left, x.User)
		}
	}
	return left
}

// Plan works out what a reform changes, or says why it cannot be: trouble Invalid or Conflict, What saying of which
// kind, Note of which unit.
//
// A unit below one that ends, and that the reform says nothing of, is carried: it ends too and goes on as a new one of
// the same code and name below what is in force now, so that the tree of the day before stays as it was.
func (r Reform) Plan(e Estate, at time.Time) (Plan, error) {
	r.Channels, r.People = slices.Clone(r.Channels), slices.Clone(r.People) // the caller's keep their names
	p := planning{Plan: Plan{Reform: r, Carried: map[UnitID]bool{}}, tree: TreeOf(e.Units), ends: map[UnitID][]UnitID{}, at: at}
	for _, step := range []func(Estate) error{p.check, p.begin, p.carry, p.place, p.end, p.channels, p.people} {
		if err := step(e); err != nil {
			return Plan{}, err
		}
	}
	return p.Plan, nil
}

type planning struct {
	Plan
	tree  Tree // also the new ones, as they come
	ends  map[UnitID][]UnitID
	order []UnitID // the keys of ends, as they came
	at    time.Time
}

func (p *planning) fault(k Kind, what string, u Unit) error {
	return Problem(k, what, strings.TrimSpace(u.Name+" "+u.Code))
}

// check looks at the day, at the number of the resolution, and at the units that end.
func (p *planning) check(Estate) error {
	p.Reform.Resolution = strings.Join(strings.Fields(p.Reform.Resolution), " ")
	switch {
	case p.Reform.Resolution == "":
		return Problem(Invalid, "resolution", "")
	case p.Reform.Day.IsZero():
		return Problem(Invalid, "day", "")
	case len(p.Reform.Ends) == 0:
		return Problem(Invalid, "ends", "")
	}
	for _, x := range p.Reform.Ends {
		u, is := p.tree[x.Unit]
		switch {
		case !is:
			return Problem(Invalid, "unit", string(x.Unit))
		case !u.InForce(p.Reform.Day) || !u.From.Before(p.Reform.Day):
			return p.fault(Invalid, "not_in_force", u)
		case !u.To.IsZero(): // a later reform ends it
			return p.fault(Conflict, "ends_later", u)
		case p.ends[u.ID] != nil:
			return p.fault(Invalid, "twice", u)
		}
		p.ends[u.ID] = append([]UnitID{}, x.Heirs...)
		p.order = append(p.order, u.ID)
	}
	return nil
}

// begin gives the new units their IDs and looks whether their codes are free.
func (p *planning) begin(Estate) error {
	ids := map[UnitID]UnitID{}
	codes := map[string]bool{}
	for _, u := range p.tree {
		if u.InForce(p.Reform.Day) && p.ends[u.ID] == nil {
			codes[u.Code] = true
		}
		if u.From.Equal(p.Reform.Day) {
			codes[u.Code] = true // a row for each code and day
		}
	}
	for _, u := range p.Reform.New {
		name := u.ID
		u.From, u.To, u.Path, u.Successors = p.Reform.Day, time.Time{}, "", nil
		switch {
		case u.Name == "":
			return p.fault(Invalid, "name", u)
		case u.Code == "":
			return p.fault(Invalid, "code", u)
		case codes[u.Code]:
			return p.fault(Conflict, "code_taken", u)
		case !slices.Contains(Levels, u.Level):
			return p.fault(Invalid, "level", u)
		}
		if _, there := p.tree[name]; there || name == "" || ids[name] != "" {
			return Problem(Invalid, "unit", string(name))
		}
		codes[u.Code] = true
		u.ID = UnitID(NewID(p.at))
		ids[name], p.tree[u.ID] = u.ID, u
		p.Made = append(p.Made, u)
	}
	turn := func(id UnitID) UnitID { return cmp.Or(ids[id], id) }
	for i := range p.Made {
		p.Made[i].Parent = turn(p.Made[i].Parent)
	}
	for i := range p.Reform.Channels {
		p.Reform.Channels[i].Unit = turn(p.Reform.Channels[i].Unit)
	}
	for i := range p.Reform.People {
		p.Reform.People[i].Unit = turn(p.Reform.People[i].Unit)
	}
	for _, id := range p.order {
		for i, heir := range p.ends[id] {
			heir = turn(heir)
			if p.standing(heir).ID == "" {
				return p.fault(Invalid, "heir", p.tree[id])
			}
			p.ends[id][i] = heir
		}
	}
	return nil
}

// standing is the unit if it is in force once the reform is done.
func (p *planning) standing(id UnitID) Unit {
	u, is := p.tree[id]
	if !is || !u.InForce(p.Reform.Day) || p.ends[id] != nil {
		return Unit{}
	}
	return u
}

// carry lets the units below those that end go on under the same code and name.
func (p *planning) carry(e Estate) error {
	below := map[UnitID][]Unit{}
	for _, u := range e.Units {
		below[u.Parent] = append(below[u.Parent], u)
	}
	for i := 0; i < len(p.order); i++ { // grows
		children := below[p.order[i]]
		slices.SortFunc(children, func(a, b Unit) int { return strings.Compare(a.Code, b.Code) })
		for _, u := range children {
			if !u.InForce(p.Reform.Day) || p.ends[u.ID] != nil {
				continue
			}
			if !u.To.IsZero() || !u.From.Before(p.Reform.Day) {
				return p.fault(Conflict, "ends_later", u)
			}
			next := Unit{ID: UnitID(NewID(p.at)), Code: u.Code, Name: u.Name, Level: u.Level, From: p.Reform.Day}
			p.tree[next.ID] = next
			p.Made, p.Carried[u.ID], p.Carried[next.ID] = append(p.Made, next), true, true
			p.ends[u.ID] = []UnitID{next.ID}
			p.order = append(p.order, u.ID)
		}
	}
	return nil
}

// became is the unit in force into which one went: the first heir that may stand above a level, or what became of its
// own parent.
func (p *planning) became(id UnitID, level Level) Unit {
	for steps := 0; id != "" && steps < 20; steps++ {
		if u := p.standing(id); u.ID != "" && Above(u.Level, level) {
			return u
		}
		for _, heir := range p.ends[id] {
			if u := p.standing(heir); u.ID != "" && Above(u.Level, level) {
				return u
			}
		}
		id = p.tree[id].Parent
	}
	return Unit{}
}

// Above says whether a level stands above another.
func Above(a, b Level) bool { return slices.Index(Levels, a) < slices.Index(Levels, b) }

// place finds the parent of each new unit.
func (p *planning) place(e Estate) error {
	forebear := map[UnitID]UnitID{}
	for _, id := range p.order {
		for _, heir := range p.ends[id] {
			if forebear[heir] == "" {
				forebear[heir] = id
			}
		}
	}
	root := true
	for _, u := range e.Units {
		root = root && (u.Parent != "" || p.standing(u.ID).ID == "")
	}
	slices.SortStableFunc(p.Made, func(a, b Unit) int { return slices.Index(Levels, a.Level) - slices.Index(Levels, b.Level) })
	for i := range p.Made {
		u := &p.Made[i]
		var above Unit
		if u.Parent != "" {
			if above = p.standing(u.Parent); above.ID == "" {
				if above = p.became(u.Parent, u.Level); above.ID == "" {
					return p.fault(Invalid, "parent", *u)
				}
			}
			if !Above(above.Level, u.Level) {
				return p.fault(Invalid, "parent_level", *u)
			}
		} else if above = p.became(p.tree[forebear[u.ID]].Parent, u.Level); above.ID == "" && !root {
			return p.fault(Invalid, "parent", *u)
		} else if above.ID == "" {
			root = false // the first of the highest is the new root
		}
		u.Parent = above.ID
		if u.Path = string(u.ID); above.ID != "" {
			u.Path = p.tree[above.ID].Path + "." + u.Path
		}
		p.tree[u.ID] = *u
	}
	return nil
}

func (p *planning) end(Estate) error {
	for _, id := range p.order {
		u := p.tree[id]
		u.To, u.Successors = p.Reform.Day, slices.Compact(slices.Clone(p.ends[id]))
		p.Ended = append(p.Ended, u)
	}
	return nil
}

// heir is to whom the things of a unit that ends go.
func (p *planning) heir(id UnitID) Unit {
	if heirs := p.ends[id]; len(heirs) > 0 {
		return p.tree[heirs[0]]
	}
	return Unit{}
}

// channels works out where each channel goes. What holds files only, and what was put away before, stays where it is,
// unless its unit is the same as before but for its place in the tree.
func (p *planning) channels(e Estate) error {
	fate := map[ChannelID]Fate{}
	for _, f := range p.Reform.Channels {
		fate[f.Channel] = f
	}
	for _, ch := range e.Channels {
		if p.ends[ch.Unit.ID] == nil {
			continue
		}
		x := PlannedChannel{Channel: ch, Do: Keep, Name: ch.Name, To: p.heir(ch.Unit.ID)}
		f, said := fate[ch.ID]
		if said {
			x.Do = f.Do
			if f.Unit != "" {
				if x.To = p.standing(f.Unit); x.To.ID == "" {
					return Problem(Invalid, "channel_unit", ch.Name)
				}
			}
		}
		switch {
		case (ch.Kind == Imported || ch.Archived) && !p.Carried[ch.Unit.ID]:
			continue
		case x.Do == Rename:
			if x.Name = strings.Join(strings.Fields(f.Name), " "); x.Name == "" {
				return Problem(Invalid, "channel_name", ch.Name)
			}
		case x.Do != Keep && x.Do != PutAway:
			return Problem(Invalid, "channel", ch.Name)
		}
		if x.Do != PutAway && x.To.ID == "" { // nobody takes it in
			if said && x.Do == Rename {
				return Problem(Invalid, "channel_unit", ch.Name)
			}
			x.Do = PutAway
		}
		if x.Do == PutAway {
			x.To = p.tree[ch.Unit.ID]
		}
		p.Plan.Channels = append(p.Plan.Channels, x)
	}
	return nil
}

func (p *planning) people(e Estate) error {
	chosen := map[UserID]UnitID{}
	for _, m := range p.Reform.People {
		chosen[m.User] = m.Unit
	}
	for _, u := range e.Users {
		if p.ends[u.Unit.ID] == nil {
			continue
		}
		x := PlannedPerson{User: u, To: p.heir(u.Unit.ID)}
		if id := chosen[u.ID]; id != "" {
			if x.To = p.standing(id); x.To.ID == "" {
				return Problem(Invalid, "person_unit", u.Name)
			}
		}
		p.Plan.People = append(p.Plan.People, x)
	}
	for _, id := range p.order {
		if to := p.heir(id); to.ID != "" && len(e.Contacts[id]) > 0 {
			p.Plan.Contacts = append(p.Plan.Contacts, PlannedContact{p.tree[id], to, e.Contacts[id]})
		}
	}
	return nil
}
