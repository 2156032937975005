package lantoa

import (
	"strings"
	"time"
)

// Level is the rung of the Union a unit stands on. Levels are data: a tree may have two rungs or four.
type Level string

const (
	Province Level = "province"
	District Level = "district"
	Commune  Level = "commune"
	Branch   Level = "branch" // chi hội
)

// Levels lists the known levels from the top down.
var Levels = []Level{Province, District, Commune, Branch}

// Unit is a body of the Union during the time it is in force. A code can be borne by one unit after
// another (a commune that took in its neighbours often keeps one of their codes), so code and day
// together name a unit, and the identity of the row is its ID.
type Unit struct {
	ID     UnitID
	Code   string // official code, text with leading zeros: "05722"
	Name   string // with its kind, as people say it: "xã Đồng Mẫu", "huyện Phú Lương", "tỉnh Thái Nguyên"
	Level  Level
	Parent UnitID // empty for the root
	From   time.Time
	To     time.Time // first day on which it is no longer in force; zero while it is
	// Path is the chain of IDs from the root to this unit, joined by dots. A unit is at or below another
	// exactly when its path is that one's path or begins with it and a dot.
	Path       string
	Successors []UnitID // what took it in, when To is set
}

// InForce says whether the unit exists on that day.
func (u Unit) InForce(day time.Time) bool {
	return !day.Before(u.From) && (u.To.IsZero() || day.Before(u.To))
}

// Within says whether the unit whose path is path stands at or below the one whose path is scope.
func Within(path, scope string) bool {
	return scope != "" && (path == scope || strings.HasPrefix(path, scope+"."))
}

// UnionName is what the Union calls its body there: "Hội LHPN xã Đồng Mẫu".
func (u Unit) UnionName() string { return "Hội LHPN " + u.Name }
