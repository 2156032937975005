package activity

import "github.com/hoiphunu/lantoa"

// Tally counts channels by state.
type Tally struct {
	Active, Thinning, Silent, Disconnected, Archived int
	Waiting                                          int // never read yet: beside the five
}

// Count makes the tally of these states.
func Count(states []lantoa.Alive) Tally {
	var t Tally
	for _, s := range states {
		t.Add(s)
	}
	return t
}

// Add counts one more channel.
func (t *Tally) Add(s lantoa.Alive) {
	switch s {
	case lantoa.Active:
		t.Active++
	case lantoa.Thinning:
		t.Thinning++
	case lantoa.Silent:
		t.Silent++
	case lantoa.Disconnected:
		t.Disconnected++
	case lantoa.Archived:
		t.Archived++
	case lantoa.Waiting:
		t.Waiting++
	}
}

// Of is how many channels are in a state.
func (t Tally) Of(s lantoa.Alive) int {
	switch s {
	case lantoa.Active:
		return t.Active
	case lantoa.Thinning:
		return t.Thinning
	case lantoa.Silent:
		return t.Silent
	case lantoa.Disconnected:
		return t.Disconnected
	case lantoa.Archived:
		return t.Archived
	case lantoa.Waiting:
		return t.Waiting
	}
	return 0
}

// Total is the number of channels in the five states: all but the waiting ones.
func (t Tally) Total() int { return t.Active + t.Thinning + t.Silent + t.Disconnected + t.Archived }
