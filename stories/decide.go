package stories

import (
	"context"
	"fmt"
	"strings"
	"time"

	"github.com/hoiphunu/lantoa"
)

// Ledger is what Decide needs of the store.
type Ledger interface {
	Story(ctx context.Context, id lantoa.StoryID) (lantoa.Story, error)
	SaveDecision(ctx context.Context, d lantoa.Decision) (lantoa.Story, error)
	Note(ctx context.Context, a lantoa.Audit) error
}

// longestReason is how much a person may write beside a verdict, in characters.
const longestReason = 500

// Decide records what a person says of a story and returns the story as it then stands. The person must hold
// the right to decide for the unit that told it first. Undo takes back the newest decision; consent is
// recorded for a restricted story only.
//
// Errors: Forbidden, NotFound (from the ledger), Invalid for an unknown verdict, a consent nobody needs or a
// reason too long, Conflict for an undo with nothing to take back.
func Decide(ctx context.Context, ledger Ledger, who lantoa.User, story lantoa.StoryID, verdict lantoa.Verdict, reason string, now time.Time) (lantoa.Story, error) {
	s, err := ledger.Story(ctx, story)
	if err != nil {
		return lantoa.Story{}, fmt.Errorf("decide story %s: %w", story, err)
	}
	if !who.May(lantoa.Decide, s.First.Path) {
		return lantoa.Story{}, lantoa.Problem(lantoa.Forbidden, "story", "")
	}
	reason = strings.TrimSpace(reason)
	if err := allowed(s, verdict, reason); err != nil {
		return lantoa.Story{}, err
	}
	s, err = ledger.SaveDecision(ctx, lantoa.Decision{
		ID: lantoa.NewID(now), Story: story, Verdict: verdict, Reason: reason, By: who.ID, ByName: who.Name, At: now,
	})
	if err != nil {
		return lantoa.Story{}, fmt.Errorf("decide story %s: %w", story, err)
	}
	err = ledger.Note(ctx, lantoa.Audit{At: now, Who: who.Email, Action: "decide", Subject: string(story), Detail: string(verdict)})
	if err != nil {
		return lantoa.Story{}, fmt.Errorf("note decision on story %s: %w", story, err)
	}
	return s, nil
}

// allowed says whether the verdict makes sense for the story as it stands.
func allowed(s lantoa.Story, verdict lantoa.Verdict, reason string) error {
	if len([]rune(reason)) > longestReason {
		return lantoa.Problem(lantoa.Invalid, "reason", "")
	}
	switch verdict {
	case lantoa.Approve, lantoa.Later, lantoa.Dismiss:
		return nil
	case lantoa.Undo:
		if lantoa.StateAfter(s.Decisions) == lantoa.Suggested {
			return lantoa.Problem(lantoa.Conflict, "decision", "")
		}
		return nil
	case lantoa.Consent:
		if !s.Restricted {
			return lantoa.Problem(lantoa.Invalid, "decision", string(verdict))
		}
		return nil
	}
	return lantoa.Problem(lantoa.Invalid, "decision", string(verdict))
}
