package stories

import (
	"context"
	"strings"
	"testing"

	"github.com/hoiphunu/lantoa"
)

// ledger is a store of one story.
type ledger struct {
	story lantoa.Story
	log   []lantoa.Audit
}

func (l *ledger) Story(_ context.Context, id lantoa.StoryID) (lantoa.Story, error) {
	if id != l.story.ID {
		return lantoa.Story{}, lantoa.Missing("story", id)
	}
	return l.story, nil
}

func (l *ledger) SaveDecision(_ context.Context, d lantoa.Decision) (lantoa.Story, error) {
	l.story.Decisions = append(l.story.Decisions, d)
	l.story.State = lantoa.StateAfter(l.story.Decisions)
	return l.story, nil
}

func (l *ledger) Note(_ context.Context, a lantoa.Audit) error { l.log = append(l.log, a); return nil }

func TestDecide(t *testing.T) {
	person := func(role lantoa.Role, path string) lantoa.User {
		return lantoa.User{ID: "u", Email: "chi@example.org", Name: "Chị", Role: role, Unit: lantoa.Unit{Path: path}}
	}
	comms := person(lantoa.Communications, "tinh")
	disabled := comms
	disabled.Disabled = true
	done := []lantoa.Decision{{Verdict: lantoa.Approve}}
	tests := []struct {
		name       string
		who        lantoa.User
		id         lantoa.StoryID
		verdict    lantoa.Verdict
		reason     string
		before     []lantoa.Decision
		restricted bool
		state      lantoa.State
		trouble    lantoa.Kind
	}{
		{"the communications officer chooses", comms, "s", lantoa.Approve, "", nil, false, lantoa.Approved, ""},
		{"the administrator sets aside", person(lantoa.Admin, "tinh"), "s", lantoa.Later, "", nil, false, lantoa.Shortlisted, ""},
		{"dismissed, with a reason", comms, "s", lantoa.Dismiss, "đã đăng năm ngoái", nil, false, lantoa.Dismissed, ""},
		{"undo takes the choice back", comms, "s", lantoa.Undo, "", done, false, lantoa.Suggested, ""},
		{"undo with nothing to take back", comms, "s", lantoa.Undo, "", nil, false, "", lantoa.Conflict},
		{"consent for a restricted story changes no state", comms, "s", lantoa.Consent, "", done, true, lantoa.Approved, ""},
		{"consent that nobody needs", comms, "s", lantoa.Consent, "", nil, false, "", lantoa.Invalid},
		{"an unknown verdict", comms, "s", "love", "", nil, false, "", lantoa.Invalid},
		{"a reason as long as a book", comms, "s", lantoa.Dismiss, strings.Repeat("dài ", 400), nil, false, "", lantoa.Invalid},
		{"a leader may look and not decide", person(lantoa.Leader, "tinh"), "s", lantoa.Approve, "", nil, false, "", lantoa.Forbidden},
		{"nor may an officer", person(lantoa.Officer, "tinh.huyen.xa"), "s", lantoa.Approve, "", nil, false, "", lantoa.Forbidden},
		{"nor the communications officer of another district", person(lantoa.Communications, "tinh.khac"), "s", lantoa.Approve, "", nil, false, "", lantoa.Forbidden},
		{"nor anybody disabled", disabled, "s", lantoa.Approve, "", nil, false, "", lantoa.Forbidden},
		{"a story that is not there", comms, "x", lantoa.Approve, "", nil, false, "", lantoa.NotFound},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			l := &ledger{story: lantoa.Story{ID: "s", First: lantoa.Unit{Path: "tinh.huyen.xa"}, Decisions: tt.before, Restricted: tt.restricted, State: lantoa.StateAfter(tt.before)}}
			got, err := Decide(context.Background(), l, tt.who, tt.id, tt.verdict, tt.reason, now)
			if kind := lantoa.KindOf(err); kind != tt.trouble || (err == nil) != (tt.trouble == "") {
				t.Fatalf("error %v, want %q", err, tt.trouble)
			}
			if tt.trouble != "" {
				if len(l.story.Decisions) != len(tt.before) || len(l.log) != 0 {
					t.Error("something was written down all the same")
				}
				return
			}
			if got.State != tt.state {
				t.Errorf("state %s, want %s", got.State, tt.state)
			}
			d := l.story.Decisions[len(l.story.Decisions)-1]
			if d.Verdict != tt.verdict || d.By != "u" || d.ByName != "Chị" || !d.At.Equal(now) || d.Reason != tt.reason || d.ID == "" {
				t.Errorf("decision %+v", d)
			}
			if len(l.log) != 1 || l.log[0].Action != "decide" || l.log[0].Who != "chi@example.org" {
				t.Errorf("audit %+v", l.log)
			}
		})
	}
}
