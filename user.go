package lantoa

import "time"

// Role is what a person may do within the scope.
type Role string

const (
	Admin          Role = "admin"
	Communications Role = "communications"
	Leader         Role = "leader"
	Officer        Role = "officer"
	Viewer         Role = "viewer"
)

// Roles in the order people know them.
var Roles = []Role{Admin, Communications, Leader, Officer, Viewer}

// User is a person who signs in. The scope is a unit and all below it.
type User struct {
	ID         UserID
	Email      string
	Name       string
	Role       Role
	Unit       Unit
	Disabled   bool
	MustChange bool // the first password must be replaced
	// Epoch grows with each new password and each time the person is shut out: a session of an earlier epoch is
	// none any more.
	Epoch     int64
	CreatedAt time.Time
	LastSeen  time.Time
}

// Action is something a person may or may not do with a unit's things.
type Action string

const (
	See      Action = "see"      // posts, figures and states of a unit
	Decide   Action = "decide"   // choose, set aside, dismiss a story
	Mark     Action = "mark"     // set or take off the mark of a vote, group and split copies
	Collect  Action = "collect"  // have a channel read now
	Manage   Action = "manage"   // channels, units, people, settings
	ReadLog  Action = "read_log" // who did what
	TellHere Action = "tell"     // tell a story, report figures, say that the unit will be quiet
	Care     Action = "care"     // see who is in charge of a unit and how to reach them, have a friendly word with them
	Publish  Action = "publish"  // pass a story on through a channel of the unit, approve that, take it back
	Edit     Action = "edit"     // make up the weekly digest, approve it, see who got it
)

// May says whether the person may do it with things of the unit whose path is unit. It is the one judge of
// rights: every door and every deed asks it.
func (u User) May(a Action, unit string) bool {
	if u.ID == "" || u.Disabled || !Within(unit, u.Unit.Path) {
		return false
	}
	switch a {
	case See:
		return true
	case Care:
		return u.Role == Admin || u.Role == Communications || u.Role == Leader
	case Decide, Mark, Collect, Edit, Publish:
		return u.Role == Admin || u.Role == Communications
	case TellHere:
		return u.Role != Viewer && u.Role != Leader
	case Manage, ReadLog:
		return u.Role == Admin
	}
	return false
}

// Scope is whose eyes a query looks through: the path of the unit, with all below it.
type Scope string

// Scope of the person; it matches nothing for a disabled one.
func (u User) Scope() Scope {
	if u.ID == "" || u.Disabled || u.Unit.Path == "" {
		return "-"
	}
	return Scope(u.Unit.Path)
}

// Sees says whether things of the unit with this path lie in the scope.
func (s Scope) Sees(path string) bool { return s == Everything || Within(path, string(s)) }

// Everything is the scope of the program itself and of the administrator's command line.
const Everything Scope = "*"

// Audit is one line of who did what; only ever appended.
type Audit struct {
	At      time.Time
	Who     string // e-mail address, or "lantoa" for the program, "dòng lệnh" for the command line
	Action  string // sign_in, decide, user_add, …: a key of the catalogue under "audit."
	Subject string
	Detail  string
}
