package reshare

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"time"

	"github.com/hoiphunu/lantoa"
)

// Publisher does at one platform what can be done there.
type Publisher interface {
	// Publish puts it there and says what was made, Posted never empty. keep writes down the token of an article that is
	// still being made: a deed that comes with a Token goes on from there. Errors are *lantoa.Trouble: Unclear when it
	// may stand there, Duplicate when the platform says that it does, any other kind only when it surely does not.
	Publish(ctx context.Context, d lantoa.Deed, keep func(token string) error) (lantoa.Done, error)
	// Find looks for it among what the channel published since d.CallAt, which lies so far before the call that no
	// clock put right meanwhile hides anything. sure: everything since then was seen, so that absence may be believed.
	// Refused where the platform cannot be looked at.
	Find(ctx context.Context, d lantoa.Deed) (done lantoa.Done, found, sure bool, err error)
	// Remove takes it back: Refused where the platform has no such call, Gone where it does not stand there any more.
	Remove(ctx context.Context, d lantoa.Deed) error
	// Edit puts other words in their place: Refused where the platform has no such call.
	Edit(ctx context.Context, d lantoa.Deed, words string) error
}

// Publishers are the publishers there are, by means.
type Publishers map[lantoa.Means]Publisher

// Book is what Publish and Check need of the store.
type Book interface {
	// CallReshare writes down that the call is about to be made; false when the reshare is another's by now.
	CallReshare(ctx context.Context, claim string, id lantoa.ReshareID) (bool, error)
	TokenReshare(ctx context.Context, claim string, id lantoa.ReshareID, token string) (bool, error)
	SettleReshare(ctx context.Context, claim string, r lantoa.Reshare) error
}

// The points at which halt is called: a drill breaks off there.
const (
	AtClaimed  = "claimed"  // nothing was done yet
	AtReady    = "ready"    // it may go
	AtLooked   = "looked"   // once more, before it is sent again
	AtIntent   = "intent"   // it is written down that the call is about to be made
	AtMade     = "made"     // the platform gave a token, it is not written down
	AtKept     = "kept"     // it is
	AtAnswered = "answered" // the platform answered
	AtFound    = "found"    // it was looked for, since the platform said that it stands there already
	AtJudged   = "judged"   // it is clear what to write down
	AtSettled  = "settled"  // it is written down
)

// Points are the names halt is called with, in their order.
var Points = []string{AtClaimed, AtReady, AtLooked, AtIntent, AtMade, AtKept, AtAnswered, AtFound, AtJudged, AtSettled}

const (
	// Absent is how long after an unclear answer a post must have been missing before it is believed that there is none.
	Absent = 10 * time.Minute
	// round is how many sure looks must have missed it by then. Reshare.Checks counts sure looks, and those after which
	// it was sent again stay counted: after so many rounds it was sent so many times again.
	round = 3
	// MostResends is how often something is sent again by itself after an unclear answer; then a person is asked.
	MostResends = 2

	mostTries    = 12                 // of a platform that does not answer: most of a day
	longestGap   = 6 * time.Hour      // between them
	stale        = 3 * 24 * time.Hour // after its time a story is not passed on any more without asking
	limitedPause = 15 * time.Minute   // where the platform did not say for how long
	wrongClock   = 24 * time.Hour     // by how much our clock may have been wrong when it was sent
)

// looks are the gaps before the sure looks of a round. Any two of them last as long as Absent: our clock may jump once
// and one of them be over at once.
var looks = [round]time.Duration{1 * time.Minute, 9 * time.Minute, 9 * time.Minute}

var errLostClaim = errors.New("the reshare is another's by now")

// Publish passes a claimed reshare on: it is written down that the call is about to be made, the call is made, and what
// became of it is written down, also while the program is being stopped. It returns the reshare as it was settled.
//
//	answer                                        then
//	done                                          sent
//	Unclear, an error of no kind, no id           unsure: looked for after a minute (an article with a token: as Away)
//	Duplicate, and found                          sent
//	Duplicate, and not found                      unsure: it is not sent again by itself
//	Limited                                       waiting until then; failed where that is more than three days late
//	Away, Garbled, Busy                           waiting, with growing gaps; after most of a day failed
//	Refused, NoRight, Expired, Gone, … (not done) failed
//
// What could not go for three days after its time fails: whoever still wants it says so anew. A broadcast outside of its
// hours waits for the morning. What was called before with an unclear answer is looked for
// once more before it is sent again. The publisher is not called where the claim was lost. halt is nil but in drills.
//
// Errors: those of the book only.
func Publish(ctx context.Context, b Book, pubs Publishers, claim string, d lantoa.Deed, now func() time.Time, halt func(point string)) (lantoa.Reshare, error) {
	if halt == nil {
		halt = func(string) {}
	}
	lasting := context.WithoutCancel(ctx)
	settle := func(r lantoa.Reshare) (lantoa.Reshare, error) {
		halt(AtJudged)
		if err := b.SettleReshare(lasting, claim, r); err != nil {
			return r, fmt.Errorf("settle reshare %s: %w", r.ID, err)
		}
		halt(AtSettled)
		return r, nil
	}
	halt(AtClaimed)
	pub, err := publisherOf(pubs, d.Reshare)
	if err != nil {
		return settle(failed(d.Reshare, lantoa.AsTrouble(err, lantoa.Refused)))
	}
	if d.Checks == 0 && d.Token == "" && now().After(asWanted(d.Reshare).Add(stale)) { // it waited for consent, or we were away
		return settle(failed(d.Reshare, lantoa.Problem(lantoa.Conflict, "stale", "")))
	}
	if d.Means == lantoa.ViaBroadcast && !broadcastHours(now()) {
		return settle(waiting(d.Reshare, nextBroadcast(now()), nil))
	}
	halt(AtReady)
	if d.Checks > 0 {
		r, again := lookAgain(ctx, pub, d, now)
		halt(AtLooked)
		if !again {
			return settle(r)
		}
	}
	switch mine, err := b.CallReshare(ctx, claim, d.ID); {
	case err != nil:
		return d.Reshare, fmt.Errorf("reshare %s is about to be sent: %w", d.ID, err)
	case !mine:
		return d.Reshare, nil
	}
	d.CallAt = now()
	halt(AtIntent)
	if ctx.Err() != nil {
		return settle(waiting(d.Reshare, now(), nil))
	}
	done, err := pub.Publish(ctx, d, func(token string) error {
		halt(AtMade)
		switch mine, err := b.TokenReshare(lasting, claim, d.ID, token); {
		case err != nil:
			return fmt.Errorf("keep token of reshare %s: %w", d.ID, err)
		case !mine:
			return errLostClaim
		}
		d.Token = token
		halt(AtKept)
		return nil
	})
	halt(AtAnswered)
	if lantoa.KindOf(err) == lantoa.Duplicate {
		look := d
		look.Trouble = lantoa.AsTrouble(err, lantoa.Duplicate)
		if seen, found, _, e := pub.Find(ctx, early(look)); e == nil && found {
			done, err = seen, nil
		}
		halt(AtFound)
	}
	return settle(judge(d.Reshare, done, err, now()))
}

// judge is the table of Publish.
func judge(r lantoa.Reshare, done lantoa.Done, err error, now time.Time) lantoa.Reshare {
	if err == nil && done.Posted == "" {
		err = lantoa.Problem(lantoa.Unclear, "id", "")
	}
	if err == nil {
		return sent(r, done, now)
	}
	trouble := lantoa.AsTrouble(err, lantoa.Unclear)
	switch trouble.Kind {
	case lantoa.Limited:
		next := trouble.Until
		if next.Before(now.Add(time.Minute)) {
			next = now.Add(limitedPause)
		}
		if next.After(asWanted(r).Add(stale)) {
			return failed(r, trouble)
		}
		return waiting(r, next, trouble)
	case lantoa.Away, lantoa.Garbled, lantoa.Busy:
		return tryLater(r, trouble, now)
	case lantoa.Refused, lantoa.NoRight, lantoa.Expired, lantoa.Gone, lantoa.GroupDead, lantoa.Invalid, lantoa.TooLarge,
		lantoa.NotFound, lantoa.Forbidden, lantoa.Conflict:
		return failed(r, trouble)
	case lantoa.Duplicate:
		return unsure(r, trouble, now)
	}
	if r.Means == lantoa.ViaArticle && r.Token != "" {
		return tryLater(r, trouble, now) // going on from the token makes no second one
	}
	return unsure(r, trouble, now)
}

// tryLater has a reshare that surely does not stand there, or that is gone on with by its token, wait for its next try,
// or gives it up.
func tryLater(r lantoa.Reshare, trouble *lantoa.Trouble, now time.Time) lantoa.Reshare {
	if r.Tries >= mostTries {
		if r.Token != "" {
			return unsure(r, trouble, now) // what was begun there may stand there by now
		}
		return failed(r, trouble)
	}
	return waiting(r, now.Add(gap(r.Tries)), trouble)
}

// gap is how long after its n-th try something is tried again: 1, 2, 4 … minutes, at most six hours.
func gap(n int) time.Duration { return min(time.Minute<<min(max(n-1, 0), 20), longestGap) }

// asWanted is when a person last wanted it to go: its time, its approval, or her word that it does not stand there yet.
func asWanted(r lantoa.Reshare) time.Time {
	return slices.MaxFunc([]time.Time{r.At, r.ApprovedAt, r.EndedAt}, time.Time.Compare)
}

func sent(r lantoa.Reshare, done lantoa.Done, now time.Time) lantoa.Reshare {
	r.State, r.Posted, r.Permalink, r.Trouble = lantoa.ReshareSent, done.Posted, done.Permalink, nil
	if r.SentAt = done.At; r.SentAt.IsZero() {
		r.SentAt = now
	}
	return r
}

func failed(r lantoa.Reshare, trouble *lantoa.Trouble) lantoa.Reshare {
	r.State, r.Trouble = lantoa.ReshareFailed, trouble
	return r
}

func waiting(r lantoa.Reshare, next time.Time, trouble *lantoa.Trouble) lantoa.Reshare {
	r.State, r.Next, r.Trouble, r.CallAt = lantoa.ReshareWaiting, next, trouble, time.Time{}
	return r
}

func unsure(r lantoa.Reshare, trouble *lantoa.Trouble, now time.Time) lantoa.Reshare {
	r.State, r.Trouble = lantoa.ReshareUnsure, trouble
	r.Next = now.Add(looks[r.Checks%round])
	return r
}

// early is the deed as it is looked for: from well before its call, since a clock may have been put right since; and where
// an earlier call may have made it, or something else that the platform takes for it, from before it was planned.
func early(d lantoa.Deed) lantoa.Deed {
	since := d.CallAt
	again := d.Checks >= round || d.Trouble != nil && d.Trouble.Kind == lantoa.Duplicate
	if since.IsZero() || again && !d.PlannedAt.IsZero() && d.PlannedAt.Before(since) {
		since = d.PlannedAt
	}
	if !since.IsZero() {
		d.CallAt = since.Add(-wrongClock)
	}
	return d
}

// lookAgain looks for what was called before with an unclear answer and is about to be sent again. again is false where
// it stands there after all, or where looking is not possible just now. A person's word that it does not stand there
// needs no sure look beside it.
func lookAgain(ctx context.Context, pub Publisher, d lantoa.Deed, now func() time.Time) (r lantoa.Reshare, again bool) {
	done, found, sure, err := pub.Find(ctx, early(d))
	said := d.Trouble == nil || d.Trouble.Kind != lantoa.Unclear
	switch {
	case err == nil && found:
		return sent(d.Reshare, done, now()), false
	case err == nil && (sure || said), lantoa.KindOf(err) == lantoa.Refused && said:
		return d.Reshare, true
	}
	// Whatever the look met, it stays an unclear one, so that the next try begins with a look too.
	r = waiting(d.Reshare, now().Add(gap(d.Tries)), d.Trouble)
	if d.Tries >= mostTries {
		r = unsure(d.Reshare, d.Trouble, now())
	}
	return r, false
}

// Check looks whether an unsure reshare stands at its channel. Found, it is sent. Missed by three sure looks over ten
// minutes or more, it is believed not to stand there and waits to be sent again, at most twice by itself; a broadcast never is,
// nor what the platform called a duplicate. What looking does not settle stays unsure, is looked for ever more seldom,
// and is for a person to answer: see [ForPerson].
//
// Errors: those of the book only.
func Check(ctx context.Context, b Book, pubs Publishers, claim string, d lantoa.Deed, now func() time.Time) (lantoa.Reshare, error) {
	r := d.Reshare
	if pub, err := publisherOf(pubs, r); err != nil {
		r.Next = now().Add(seldom(r, now()))
	} else {
		done, found, sure, err := pub.Find(ctx, early(d))
		if err != nil && ctx.Err() != nil {
			return r, nil // being stopped; the claim says nothing, it is looked at again
		}
		switch t := now(); {
		case err == nil && found:
			r = sent(r, done, t)
		case err == nil && sure:
			r = missed(r, t)
		default:
			r.Next = t.Add(seldom(r, t))
		}
	}
	if err := b.SettleReshare(context.WithoutCancel(ctx), claim, r); err != nil {
		return r, fmt.Errorf("settle reshare %s: %w", r.ID, err)
	}
	return r, nil
}

// missed counts a sure look that did not find it.
func missed(r lantoa.Reshare, now time.Time) lantoa.Reshare {
	if asked(r) {
		r.Next = now.Add(seldom(r, now))
		return r
	}
	if r.Checks%round == round-1 && now.Before(r.CallAt.Add(Absent)) {
		r.Next = r.CallAt.Add(Absent) // the last look of a round is not made too early, whatever the clock did
		return r
	}
	r.Checks++
	switch {
	case r.Checks%round != 0:
		r.Next = now.Add(looks[r.Checks%round])
	case asked(r):
		r.Next = now.Add(seldom(r, now))
	default:
		r = waiting(r, now, &lantoa.Trouble{Kind: lantoa.Unclear, What: "absent"})
		r.Token = "" // what it stood for did not come to be
	}
	return r
}

// asked says whether what becomes of an unsure reshare is a person's word by now, whatever looking misses.
func asked(r lantoa.Reshare) bool {
	switch {
	case r.Means == lantoa.ViaBroadcast:
		return true // cannot be taken back: better not sent than twice
	case r.Trouble != nil && r.Trouble.Kind == lantoa.Duplicate:
		return r.Checks >= round
	}
	return r.Checks >= round*(MostResends+1)
}

// seldom is when it is looked again where looking did not settle it: after as long again as it has been unsure, a minute
// at least, a day at most.
func seldom(r lantoa.Reshare, now time.Time) time.Duration {
	return min(max(now.Sub(r.CallAt), time.Minute), 24*time.Hour)
}

// ForPerson says whether a person is to be asked what became of an unsure reshare: looking cannot settle it, or has not
// within an hour; or our clock was put right since and the next look is hours away.
func ForPerson(r lantoa.Reshare, now time.Time) bool {
	return r.State == lantoa.ReshareUnsure && (asked(r) || now.Sub(r.CallAt).Abs() >= time.Hour)
}
