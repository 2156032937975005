package reshare

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/hoiphunu/lantoa"
)

// book remembers what it was told, in order.
type book struct {
	notMine  bool // the claim was lost
	callErr  error
	tokenErr error
	told     []string
	settled  lantoa.Reshare
}

func (b *book) CallReshare(context.Context, string, lantoa.ReshareID) (bool, error) {
	b.told = append(b.told, "call")
	return !b.notMine, b.callErr
}

func (b *book) TokenReshare(_ context.Context, _ string, _ lantoa.ReshareID, token string) (bool, error) {
	b.told = append(b.told, "token "+token)
	return !b.notMine, b.tokenErr
}

func (b *book) SettleReshare(ctx context.Context, _ string, r lantoa.Reshare) error {
	if ctx.Err() != nil {
		return ctx.Err()
	}
	b.told = append(b.told, "settle "+string(r.State))
	b.settled = r
	return nil
}

// platform answers what it is told to.
type platform struct {
	book  *book
	token string
	done  lantoa.Done
	err   error

	found      lantoa.Done
	there      bool
	sure       bool
	findErr    error
	looked     []time.Time // since when
	removed    error
	edited     string
	editErr    error
	duringCall func()
}

func (p *platform) Publish(ctx context.Context, d lantoa.Deed, keep func(string) error) (lantoa.Done, error) {
	p.book.told = append(p.book.told, "publish")
	if p.duringCall != nil {
		p.duringCall()
	}
	if p.token != "" {
		if err := keep(p.token); err != nil {
			return lantoa.Done{}, err
		}
	}
	return p.done, p.err
}

func (p *platform) Find(_ context.Context, d lantoa.Deed) (lantoa.Done, bool, bool, error) {
	p.looked = append(p.looked, d.CallAt)
	p.book.told = append(p.book.told, "find")
	return p.found, p.there, p.sure, p.findErr
}

func (p *platform) Remove(context.Context, lantoa.Deed) error { return p.removed }

func (p *platform) Edit(_ context.Context, _ lantoa.Deed, words string) error {
	p.edited = words
	return p.editErr
}

func trouble(k lantoa.Kind) error { return lantoa.Problem(k, "", "") }

// claimedReshare is one whose time has come, at noon UTC: 19:00 in Viet Nam.
func claimedReshare(means lantoa.Means) lantoa.Reshare {
	return lantoa.Reshare{ID: "r", Story: "s", Channel: "c", Means: means, Words: pasted, State: lantoa.ReshareSending,
		PlannedAt: noon.Add(-time.Hour), ApprovedAt: noon.Add(-time.Hour), At: noon, Tries: 1}
}

func TestOutcomes(t *testing.T) {
	done := lantoa.Done{Posted: "9_1", Permalink: "https://fb/9_1", At: noon.Add(time.Second)}
	seen := lantoa.Done{Posted: "9_0", Permalink: "https://fb/9_0", At: noon.Add(-time.Minute)}
	for _, tt := range []struct {
		name  string
		means lantoa.Means // feed
		set   func(*lantoa.Reshare, *platform)
		state lantoa.ReshareState
		next  time.Duration // from noon; -1 any
		check func(t *testing.T, r lantoa.Reshare, b *book)
	}{
		{name: "done is sent", set: func(_ *lantoa.Reshare, p *platform) { p.done = done }, state: lantoa.ReshareSent, next: -1,
			check: func(t *testing.T, r lantoa.Reshare, b *book) {
				if r.Posted != "9_1" || r.Permalink != "https://fb/9_1" || !r.SentAt.Equal(done.At) || r.Trouble != nil {
					t.Errorf("settled as %+v", r)
				}
				if got := strings.Join(b.told, ","); got != "call,publish,settle sent" {
					t.Errorf("in the order %s", got)
				}
			}},
		{name: "sent now where the platform does not say when", set: func(_ *lantoa.Reshare, p *platform) { p.done = lantoa.Done{Posted: "1"} }, state: lantoa.ReshareSent, next: -1,
			check: func(t *testing.T, r lantoa.Reshare, _ *book) {
				if !r.SentAt.Equal(noon) {
					t.Errorf("sent at %v", r.SentAt)
				}
			}},
		{name: "a success without an id is unclear", state: lantoa.ReshareUnsure, next: time.Minute},
		{name: "unclear", set: func(_ *lantoa.Reshare, p *platform) { p.err = trouble(lantoa.Unclear) }, state: lantoa.ReshareUnsure, next: time.Minute,
			check: func(t *testing.T, r lantoa.Reshare, _ *book) {
				if r.CallAt.IsZero() || r.Trouble == nil || r.Trouble.Kind != lantoa.Unclear {
					t.Errorf("settled as %+v", r)
				}
			}},
		{name: "an error of no kind is unclear", set: func(_ *lantoa.Reshare, p *platform) { p.err = errors.New("boom") }, state: lantoa.ReshareUnsure, next: time.Minute},
		{name: "a call broken off is unclear", set: func(_ *lantoa.Reshare, p *platform) { p.err = context.Canceled }, state: lantoa.ReshareUnsure, next: time.Minute},
		{name: "an unclear answer after a round of looks begins the next one", set: func(r *lantoa.Reshare, p *platform) {
			r.Checks, p.sure, p.err = 3, true, trouble(lantoa.Unclear)
		}, state: lantoa.ReshareUnsure, next: time.Minute},
		{name: "a duplicate that is found is sent", set: func(_ *lantoa.Reshare, p *platform) {
			p.err, p.there, p.found = trouble(lantoa.Duplicate), true, seen
		}, state: lantoa.ReshareSent, next: -1,
			check: func(t *testing.T, r lantoa.Reshare, b *book) {
				if r.Posted != "9_0" {
					t.Errorf("settled as %+v", r)
				}
			}},
		{name: "a duplicate that is not found is unsure", set: func(_ *lantoa.Reshare, p *platform) {
			p.err, p.sure = trouble(lantoa.Duplicate), true
		}, state: lantoa.ReshareUnsure, next: time.Minute},
		{name: "a duplicate that cannot be looked for is unsure", set: func(_ *lantoa.Reshare, p *platform) {
			p.err, p.findErr = trouble(lantoa.Duplicate), trouble(lantoa.Away)
		}, state: lantoa.ReshareUnsure, next: time.Minute},
		{name: "limited until then", set: func(_ *lantoa.Reshare, p *platform) {
			p.err = &lantoa.Trouble{Kind: lantoa.Limited, Until: noon.Add(2 * time.Hour)}
		}, state: lantoa.ReshareWaiting, next: 2 * time.Hour,
			check: func(t *testing.T, r lantoa.Reshare, _ *book) {
				if !r.CallAt.IsZero() {
					t.Error("nothing can stand there, and CallAt says otherwise")
				}
			}},
		{name: "limited without a time", set: func(_ *lantoa.Reshare, p *platform) { p.err = trouble(lantoa.Limited) }, state: lantoa.ReshareWaiting, next: 15 * time.Minute},
		{name: "limited until a time that has passed", set: func(_ *lantoa.Reshare, p *platform) {
			p.err = &lantoa.Trouble{Kind: lantoa.Limited, Until: noon.Add(-time.Hour)}
		}, state: lantoa.ReshareWaiting, next: 15 * time.Minute},
		{name: "limited for so long that nobody wants it any more", set: func(_ *lantoa.Reshare, p *platform) {
			p.err = &lantoa.Trouble{Kind: lantoa.Limited, Until: noon.AddDate(0, 0, 8)}
		}, state: lantoa.ReshareFailed, next: -1},
		{name: "limited long after its time, but a person wanted it just now", set: func(r *lantoa.Reshare, p *platform) {
			r.At, r.ApprovedAt, r.EndedAt = noon.AddDate(0, 0, -9), noon.AddDate(0, 0, -9), noon.Add(-time.Minute)
			p.err = trouble(lantoa.Limited)
		}, state: lantoa.ReshareWaiting, next: 15 * time.Minute},
		{name: "away is tried again", set: func(_ *lantoa.Reshare, p *platform) { p.err = trouble(lantoa.Away) }, state: lantoa.ReshareWaiting, next: time.Minute},
		{name: "garbled is tried again", set: func(_ *lantoa.Reshare, p *platform) { p.err = trouble(lantoa.Garbled) }, state: lantoa.ReshareWaiting, next: time.Minute},
		{name: "the gaps grow", set: func(r *lantoa.Reshare, p *platform) { r.Tries, p.err = 5, trouble(lantoa.Away) }, state: lantoa.ReshareWaiting, next: 16 * time.Minute},
		{name: "to six hours", set: func(r *lantoa.Reshare, p *platform) { r.Tries, p.err = 11, trouble(lantoa.Away) }, state: lantoa.ReshareWaiting, next: 6 * time.Hour},
		{name: "away for most of a day has failed", set: func(r *lantoa.Reshare, p *platform) { r.Tries, p.err = 12, trouble(lantoa.Away) }, state: lantoa.ReshareFailed, next: -1},
		{name: "refused", set: func(_ *lantoa.Reshare, p *platform) { p.err = trouble(lantoa.Refused) }, state: lantoa.ReshareFailed, next: -1},
		{name: "no permission", set: func(_ *lantoa.Reshare, p *platform) { p.err = trouble(lantoa.NoRight) }, state: lantoa.ReshareFailed, next: -1},
		{name: "the token expired", set: func(_ *lantoa.Reshare, p *platform) { p.err = trouble(lantoa.Expired) }, state: lantoa.ReshareFailed, next: -1},
		{name: "the page is gone", set: func(_ *lantoa.Reshare, p *platform) { p.err = trouble(lantoa.Gone) }, state: lantoa.ReshareFailed, next: -1},
		{name: "the group expired", set: func(_ *lantoa.Reshare, p *platform) { p.err = trouble(lantoa.GroupDead) }, state: lantoa.ReshareFailed, next: -1},
		{name: "invalid", set: func(_ *lantoa.Reshare, p *platform) { p.err = trouble(lantoa.Invalid) }, state: lantoa.ReshareFailed, next: -1},
		{name: "too large", set: func(_ *lantoa.Reshare, p *platform) { p.err = trouble(lantoa.TooLarge) }, state: lantoa.ReshareFailed, next: -1},
		{name: "an article keeps its token", means: lantoa.ViaArticle, set: func(_ *lantoa.Reshare, p *platform) { p.token, p.done = "tok", done }, state: lantoa.ReshareSent, next: -1,
			check: func(t *testing.T, r lantoa.Reshare, b *book) {
				if r.Token != "tok" || strings.Join(b.told, ",") != "call,publish,token tok,settle sent" {
					t.Errorf("%q, in the order %v", r.Token, b.told)
				}
			}},
		{name: "an article being made is gone on with", means: lantoa.ViaArticle, set: func(_ *lantoa.Reshare, p *platform) { p.token, p.err = "tok", trouble(lantoa.Unclear) }, state: lantoa.ReshareWaiting, next: time.Minute,
			check: func(t *testing.T, r lantoa.Reshare, b *book) {
				if r.Token != "tok" {
					t.Error("the token was lost")
				}
			}},
		{name: "but not for ever", means: lantoa.ViaArticle, set: func(r *lantoa.Reshare, p *platform) {
			r.Tries, p.token, p.err = 12, "tok", trouble(lantoa.Away)
		}, state: lantoa.ReshareUnsure, next: time.Minute},
		{name: "an article whose making has no token yet is unsure", means: lantoa.ViaArticle, set: func(_ *lantoa.Reshare, p *platform) { p.err = trouble(lantoa.Unclear) }, state: lantoa.ReshareUnsure, next: time.Minute},
		{name: "a token that could not be kept is unclear", means: lantoa.ViaArticle, set: func(_ *lantoa.Reshare, p *platform) {
			p.token, p.book.tokenErr = "tok", errors.New("disk full")
		}, state: lantoa.ReshareUnsure, next: time.Minute},
		{name: "without a publisher", means: lantoa.ViaHand, state: lantoa.ReshareFailed, next: -1,
			check: func(t *testing.T, r lantoa.Reshare, b *book) {
				if slices.Contains(b.told, "call") {
					t.Error("an intent was written down for nothing")
				}
			}},
		{name: "a broadcast in its hours", means: lantoa.ViaBroadcast, set: func(_ *lantoa.Reshare, p *platform) { p.done = done }, state: lantoa.ReshareSent, next: -1},
		{name: "an unclear broadcast", means: lantoa.ViaBroadcast, set: func(_ *lantoa.Reshare, p *platform) { p.err = trouble(lantoa.Unclear) }, state: lantoa.ReshareUnsure, next: time.Minute},
		{name: "what was called before is looked for, and found", set: func(r *lantoa.Reshare, p *platform) {
			r.Checks, r.Trouble, p.there, p.found = 3, lantoa.Problem(lantoa.Unclear, "absent", ""), true, seen
		}, state: lantoa.ReshareSent, next: -1,
			check: func(t *testing.T, r lantoa.Reshare, b *book) {
				if r.Posted != "9_0" || slices.Contains(b.told, "publish") {
					t.Errorf("settled as %+v after %v", r, b.told)
				}
			}},
		{name: "looked for, surely not there, and sent", set: func(r *lantoa.Reshare, p *platform) {
			r.Checks, r.Trouble, p.sure, p.done = 3, lantoa.Problem(lantoa.Unclear, "absent", ""), true, done
		}, state: lantoa.ReshareSent, next: -1},
		{name: "looked for, not surely, and not sent", set: func(r *lantoa.Reshare, p *platform) {
			r.Checks, r.Trouble, p.done = 3, lantoa.Problem(lantoa.Unclear, "absent", ""), done
		}, state: lantoa.ReshareWaiting, next: time.Minute,
			check: func(t *testing.T, r lantoa.Reshare, b *book) {
				if slices.Contains(b.told, "publish") || r.Trouble == nil || r.Trouble.Kind != lantoa.Unclear {
					t.Errorf("settled as %+v after %v", r, b.told)
				}
			}},
		{name: "a person has seen that it is not there", set: func(r *lantoa.Reshare, p *platform) { r.Checks, p.done = 3, done }, state: lantoa.ReshareSent, next: -1},
		{name: "a person has seen it and nobody else can", set: func(r *lantoa.Reshare, p *platform) {
			r.Checks, p.findErr, p.done = 3, trouble(lantoa.Refused), done
		}, state: lantoa.ReshareSent, next: -1},
		{name: "looking was not possible just now", set: func(r *lantoa.Reshare, p *platform) {
			r.Checks, p.findErr, p.done = 3, trouble(lantoa.Away), done
		}, state: lantoa.ReshareWaiting, next: time.Minute},
		{name: "looking was not possible for most of a day", set: func(r *lantoa.Reshare, p *platform) {
			r.Checks, r.Tries, p.findErr, p.done = 3, 12, trouble(lantoa.Away), done
		}, state: lantoa.ReshareUnsure, next: -1},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if tt.means == "" {
				tt.means = lantoa.ViaFeed
			}
			b := &book{}
			p := &platform{book: b}
			r := claimedReshare(tt.means)
			if tt.set != nil {
				tt.set(&r, p)
			}
			pubs := Publishers{lantoa.ViaFeed: p, lantoa.ViaArticle: p, lantoa.ViaBroadcast: p, lantoa.ViaMessage: p}
			got, err := Publish(t.Context(), b, pubs, "claim", lantoa.Deed{Reshare: r}, func() time.Time { return noon }, nil)
			if err != nil {
				t.Fatal(err)
			}
			if got.State != tt.state || b.settled.State != tt.state {
				t.Fatalf("returned %s, settled %s, want %s (%v)", got.State, b.settled.State, tt.state, b.settled.Trouble)
			}
			if tt.next >= 0 && !b.settled.Next.Equal(noon.Add(tt.next)) {
				t.Errorf("next after %v, want %v", b.settled.Next.Sub(noon), tt.next)
			}
			if tt.state == lantoa.ReshareFailed && b.settled.Trouble == nil {
				t.Error("failed without a reason")
			}
			if tt.check != nil {
				tt.check(t, b.settled, b)
			}
		})
	}
}

func TestABroadcastWaitsForTheMorning(t *testing.T) {
	for _, tt := range []struct{ now, next string }{ // in Viet Nam
		{"2026-11-24T22:00:00+07:00", "2026-11-25T06:05:00+07:00"},
		{"2026-11-24T23:59:00+07:00", "2026-11-25T06:05:00+07:00"},
		{"2026-11-25T05:59:59+07:00", "2026-11-25T06:05:00+07:00"},
		{"2026-11-30T22:30:00+07:00", "2026-12-01T06:05:00+07:00"},
	} {
		now, _ := time.Parse(time.RFC3339, tt.now)
		want, _ := time.Parse(time.RFC3339, tt.next)
		b := &book{}
		p := &platform{book: b, done: lantoa.Done{Posted: "1"}}
		due := claimedReshare(lantoa.ViaBroadcast)
		due.At = now
		r, err := Publish(t.Context(), b, Publishers{lantoa.ViaBroadcast: p}, "claim", lantoa.Deed{Reshare: due}, func() time.Time { return now.UTC() }, nil)
		if err != nil || r.State != lantoa.ReshareWaiting || !r.Next.Equal(want) || len(b.told) != 1 {
			t.Errorf("at %s: %s until %v after %v (%v)", tt.now, r.State, r.Next, b.told, err)
		}
	}
}

func TestWhatCouldNotGoForThreeDaysIsNotSentWithoutAsking(t *testing.T) {
	late := noon.Add(-stale - time.Minute)
	for _, tt := range []struct {
		name  string
		set   func(*lantoa.Reshare)
		state lantoa.ReshareState
	}{
		{"its time and its approval", func(*lantoa.Reshare) {}, lantoa.ReshareFailed},
		{"approved only now", func(r *lantoa.Reshare) { r.ApprovedAt = noon.Add(-time.Minute) }, lantoa.ReshareSent},
		{"a person has just said that it is to go", func(r *lantoa.Reshare) { r.EndedAt = noon.Add(-time.Minute) }, lantoa.ReshareSent},
		{"its time not quite so long ago", func(r *lantoa.Reshare) { r.At = late.Add(2 * time.Minute) }, lantoa.ReshareSent},
		{"an article in the making", func(r *lantoa.Reshare) { r.Means, r.Token = lantoa.ViaArticle, "tok" }, lantoa.ReshareSent},
	} {
		r := claimedReshare(lantoa.ViaFeed)
		r.PlannedAt, r.ApprovedAt, r.At = late, late, late
		tt.set(&r)
		b := &book{}
		p := &platform{book: b, done: lantoa.Done{Posted: "1"}}
		got, err := Publish(t.Context(), b, Publishers{lantoa.ViaFeed: p, lantoa.ViaArticle: p}, "claim", lantoa.Deed{Reshare: r}, func() time.Time { return noon }, nil)
		if err != nil || got.State != tt.state || slices.Contains(b.told, "publish") != (tt.state == lantoa.ReshareSent) {
			t.Errorf("%s: %s after %v (%v)", tt.name, got.State, b.told, err)
		}
	}
}

func TestNothingIsCalledWithoutTheClaim(t *testing.T) {
	for _, b := range []*book{{notMine: true}, {callErr: errors.New("locked")}} {
		p := &platform{book: b, done: lantoa.Done{Posted: "1"}}
		_, err := Publish(t.Context(), b, Publishers{lantoa.ViaFeed: p}, "claim", lantoa.Deed{Reshare: claimedReshare(lantoa.ViaFeed)}, func() time.Time { return noon }, nil)
		if (err != nil) != (b.callErr != nil) || strings.Join(b.told, ",") != "call" {
			t.Errorf("did %v (%v)", b.told, err)
		}
	}
}

func TestWhatIsStoppedIsStillWrittenDown(t *testing.T) {
	t.Run("before the call it waits again", func(t *testing.T) {
		ctx, stop := context.WithCancel(t.Context())
		b := &book{}
		p := &platform{book: b}
		r, err := Publish(ctx, b, Publishers{lantoa.ViaFeed: p}, "claim", lantoa.Deed{Reshare: claimedReshare(lantoa.ViaFeed)}, func() time.Time { return noon }, func(point string) {
			if point == AtIntent {
				stop()
			}
		})
		if err != nil || r.State != lantoa.ReshareWaiting || !r.CallAt.IsZero() || slices.Contains(b.told, "publish") {
			t.Errorf("%s after %v (%v)", r.State, b.told, err)
		}
	})
	t.Run("what was published is sent", func(t *testing.T) {
		ctx, stop := context.WithCancel(t.Context())
		b := &book{}
		p := &platform{book: b, done: lantoa.Done{Posted: "1"}, duringCall: stop}
		r, err := Publish(ctx, b, Publishers{lantoa.ViaFeed: p}, "claim", lantoa.Deed{Reshare: claimedReshare(lantoa.ViaFeed)}, func() time.Time { return noon }, nil)
		if err != nil || r.State != lantoa.ReshareSent || b.settled.State != lantoa.ReshareSent {
			t.Errorf("%s after %v (%v)", r.State, b.told, err)
		}
	})
}

func TestEachPointIsPassed(t *testing.T) {
	passed := map[string]bool{}
	halt := func(point string) { passed[point] = true }
	for _, set := range []func(*lantoa.Reshare, *platform){
		func(_ *lantoa.Reshare, p *platform) { p.token, p.done = "tok", lantoa.Done{Posted: "1"} },
		func(r *lantoa.Reshare, p *platform) { r.Checks, p.sure, p.err = 3, true, trouble(lantoa.Duplicate) },
	} {
		b := &book{}
		p := &platform{book: b}
		r := claimedReshare(lantoa.ViaArticle)
		set(&r, p)
		if _, err := Publish(t.Context(), b, Publishers{lantoa.ViaArticle: p}, "claim", lantoa.Deed{Reshare: r}, func() time.Time { return noon }, halt); err != nil {
			t.Fatal(err)
		}
	}
	if len(Points) < 10 || len(passed) != len(Points) {
		t.Errorf("%d points are named, passed %v", len(Points), passed)
	}
	for _, p := range Points {
		if !passed[p] {
			t.Errorf("%s was not passed", p)
		}
	}
}

func TestLooking(t *testing.T) {
	called := noon.Add(-time.Hour)
	base := func() lantoa.Reshare {
		r := claimedReshare(lantoa.ViaFeed)
		r.State, r.CallAt, r.Trouble = lantoa.ReshareUnsure, called, lantoa.Problem(lantoa.Unclear, "", "")
		return r
	}
	for _, tt := range []struct {
		name   string
		set    func(*lantoa.Reshare, *platform)
		after  time.Duration // since the call
		state  lantoa.ReshareState
		checks int
		next   time.Duration // from now
	}{
		{"found it is sent", func(_ *lantoa.Reshare, p *platform) { p.there, p.found = true, lantoa.Done{Posted: "1"} }, time.Minute, lantoa.ReshareSent, 0, -1},
		{"the first sure look that misses it", func(_ *lantoa.Reshare, p *platform) { p.sure = true }, time.Minute, lantoa.ReshareUnsure, 1, 9 * time.Minute},
		{"the second", func(r *lantoa.Reshare, p *platform) { r.Checks, p.sure = 1, true }, 4 * time.Minute, lantoa.ReshareUnsure, 2, 9 * time.Minute},
		{"the third: it is believed not to stand there", func(r *lantoa.Reshare, p *platform) { r.Checks, p.sure = 2, true }, 10 * time.Minute, lantoa.ReshareWaiting, 3, 0},
		{"not before ten minutes", func(r *lantoa.Reshare, p *platform) { r.Checks, p.sure = 2, true }, 9 * time.Minute, lantoa.ReshareUnsure, 2, time.Minute},
		{"nor when the clock was set back", func(r *lantoa.Reshare, p *platform) { r.Checks, p.sure = 2, true }, -2 * time.Hour, lantoa.ReshareUnsure, 2, 2*time.Hour + 10*time.Minute},
		{"a look that is not sure counts nothing", func(r *lantoa.Reshare, p *platform) { r.Checks = 2 }, 20 * time.Minute, lantoa.ReshareUnsure, 2, 20 * time.Minute},
		{"nor one that was not possible", func(r *lantoa.Reshare, p *platform) { r.Checks, p.findErr = 2, trouble(lantoa.Away) }, 20 * time.Minute, lantoa.ReshareUnsure, 2, 20 * time.Minute},
		{"a minute at least lies between", func(r *lantoa.Reshare, p *platform) {}, 5 * time.Second, lantoa.ReshareUnsure, 0, time.Minute},
		{"a day at most", func(r *lantoa.Reshare, p *platform) {}, 100 * time.Hour, lantoa.ReshareUnsure, 0, 24 * time.Hour},
		{"sent again a second time", func(r *lantoa.Reshare, p *platform) { r.Checks, p.sure = 5, true }, 11 * time.Minute, lantoa.ReshareWaiting, 6, 0},
		{"not a third time: a person is asked", func(r *lantoa.Reshare, p *platform) { r.Checks, p.sure = 8, true }, 11 * time.Minute, lantoa.ReshareUnsure, 9, 11 * time.Minute},
		{"and stays asked", func(r *lantoa.Reshare, p *platform) { r.Checks, p.sure = 9, true }, 2 * time.Hour, lantoa.ReshareUnsure, 9, 2 * time.Hour},
		{"and it may still be found", func(r *lantoa.Reshare, p *platform) { r.Checks, p.there, p.found = 9, true, lantoa.Done{Posted: "1"} }, 2 * time.Hour, lantoa.ReshareSent, 9, -1},
		{"a broadcast is never sent again", func(r *lantoa.Reshare, p *platform) { r.Means, r.Checks, p.sure = lantoa.ViaBroadcast, 2, true }, time.Hour, lantoa.ReshareUnsure, 2, time.Hour},
		{"nor what was called a duplicate", func(r *lantoa.Reshare, p *platform) {
			r.Trouble, r.Checks, p.sure = lantoa.Problem(lantoa.Duplicate, "", ""), 2, true
		}, time.Hour, lantoa.ReshareUnsure, 3, time.Hour},
		{"without a publisher it is looked for another day", func(r *lantoa.Reshare, p *platform) { r.Means = lantoa.ViaHand }, time.Hour, lantoa.ReshareUnsure, 0, time.Hour},
	} {
		t.Run(tt.name, func(t *testing.T) {
			b := &book{}
			p := &platform{book: b}
			r := base()
			tt.set(&r, p)
			now := called.Add(tt.after)
			got, err := Check(t.Context(), b, Publishers{lantoa.ViaFeed: p, lantoa.ViaBroadcast: p}, "claim", lantoa.Deed{Reshare: r}, func() time.Time { return now })
			if err != nil || got.State != tt.state || b.settled.State != tt.state || b.settled.Checks != tt.checks {
				t.Fatalf("%s with %d looks (%v), want %s with %d", b.settled.State, b.settled.Checks, err, tt.state, tt.checks)
			}
			if tt.next >= 0 && !b.settled.Next.Equal(now.Add(tt.next)) {
				t.Errorf("next after %v, want %v", b.settled.Next.Sub(now), tt.next)
			}
			if tt.state == lantoa.ReshareWaiting && (!b.settled.CallAt.IsZero() || b.settled.Token != "") {
				t.Errorf("settled as %+v", b.settled)
			}
			for _, since := range p.looked {
				if since.After(called.Add(-23 * time.Hour)) {
					t.Errorf("looked since %v only: a clock may have been wrong", since)
				}
			}
		})
	}
}

func TestWhenAPersonIsAsked(t *testing.T) {
	unsure := lantoa.Reshare{State: lantoa.ReshareUnsure, Means: lantoa.ViaFeed, CallAt: noon}
	broadcast := unsure
	broadcast.Means = lantoa.ViaBroadcast
	tired := unsure
	tired.Checks = 9
	for _, tt := range []struct {
		name  string
		r     lantoa.Reshare
		after time.Duration
		want  bool
	}{
		{"not at once", unsure, time.Minute, false},
		{"after an hour", unsure, time.Hour, true},
		{"at once for a broadcast", broadcast, time.Minute, true},
		{"at once when it was looked for often enough", tired, time.Minute, true},
		{"not for one that was sent", lantoa.Reshare{State: lantoa.ReshareSent}, time.Hour, false},
	} {
		if got := ForPerson(tt.r, noon.Add(tt.after)); got != tt.want {
			t.Errorf("%s: %v", tt.name, got)
		}
	}
}

// hands keep one reshare as the store does, claims and all, and a platform where posts stand.
type hands struct {
	rnd   *rand.Rand
	now   time.Time     // at the platform
	wrong time.Duration // by which our clock is
	r     lantoa.Reshare
	claim string
	n     int
	posts []time.Time // when, by the platform's clock
	delay time.Duration
}

func (h *hands) CallReshare(_ context.Context, claim string, _ lantoa.ReshareID) (bool, error) {
	if h.claim != claim || h.r.State != lantoa.ReshareSending || !h.r.CallAt.IsZero() {
		return false, nil
	}
	h.r.CallAt = h.clock()
	return true, nil
}

func (h *hands) TokenReshare(_ context.Context, claim string, _ lantoa.ReshareID, token string) (bool, error) {
	return false, errors.New("no article")
}

func (h *hands) SettleReshare(_ context.Context, claim string, r lantoa.Reshare) error {
	if h.claim != claim && r.State != lantoa.ReshareSent || h.r.State == lantoa.ReshareSent {
		return nil
	}
	tries := h.r.Tries
	h.r = r
	h.r.Tries, h.claim = tries, ""
	return nil
}

func (h *hands) clock() time.Time { return h.now.Add(h.wrong) }

func (h *hands) Publish(context.Context, lantoa.Deed, func(string) error) (lantoa.Done, error) {
	made := func() lantoa.Done {
		h.posts = append(h.posts, h.now)
		return lantoa.Done{Posted: fmt.Sprint(len(h.posts)), At: h.now}
	}
	switch x := h.rnd.IntN(10); {
	case x < 2:
		return made(), nil
	case x < 5: // done, and no answer
		made()
		h.now = h.now.Add(30 * time.Second)
		return lantoa.Done{}, trouble(lantoa.Unclear)
	case x < 7: // not done, and no answer
		return lantoa.Done{}, trouble(lantoa.Unclear)
	case x < 8:
		return lantoa.Done{}, trouble(lantoa.Away)
	case x < 9:
		return lantoa.Done{}, trouble(lantoa.Limited)
	}
	if len(h.posts) > 0 {
		return lantoa.Done{}, trouble(lantoa.Duplicate)
	}
	return made(), nil
}

func (h *hands) Find(_ context.Context, d lantoa.Deed) (lantoa.Done, bool, bool, error) {
	if h.rnd.IntN(5) == 0 {
		return lantoa.Done{}, false, false, trouble(lantoa.Away)
	}
	for i, at := range h.posts {
		if !at.Before(d.CallAt) && h.now.Sub(at) >= h.delay { // it is listed some time later
			return lantoa.Done{Posted: fmt.Sprint(i + 1), At: at}, true, true, nil
		}
	}
	return lantoa.Done{}, false, h.rnd.IntN(6) > 0, nil
}

func (h *hands) Remove(context.Context, lantoa.Deed) error       { return nil }
func (h *hands) Edit(context.Context, lantoa.Deed, string) error { return nil }

type killed struct{}

// once does what a worker does in one turn; it may be killed at any point.
func (h *hands) once(t *testing.T) {
	defer func() {
		if x := recover(); x != nil {
			if _, is := x.(killed); !is {
				panic(x)
			}
		}
	}()
	halt := func(string) {
		if h.rnd.IntN(8) == 0 {
			panic(killed{})
		}
	}
	h.n++
	claim := fmt.Sprint("claim", h.n)
	pubs := Publishers{lantoa.ViaFeed: h}
	switch r := &h.r; {
	case r.State == lantoa.ReshareSending: // its worker died: the lease is over
		h.claim = ""
		if r.State, r.Next = lantoa.ReshareWaiting, h.clock(); !r.CallAt.IsZero() {
			r.State = lantoa.ReshareUnsure
		}
	case r.Next.After(h.clock()):
	case r.State == lantoa.ReshareWaiting:
		r.State, r.CallAt, h.claim = lantoa.ReshareSending, time.Time{}, claim
		r.Tries++
		if _, err := Publish(t.Context(), h, pubs, claim, lantoa.Deed{Reshare: *r}, h.clock, halt); err != nil {
			t.Fatal(err)
		}
	case r.State == lantoa.ReshareUnsure:
		h.claim = claim
		if _, err := Check(t.Context(), h, pubs, claim, lantoa.Deed{Reshare: *r}, h.clock); err != nil {
			t.Fatal(err)
		}
	}
}

func TestNeverTwiceAndNeverLost(t *testing.T) {
	states := map[lantoa.ReshareState]int{}
	for seed := range uint64(3000) {
		h := &hands{rnd: rand.New(rand.NewPCG(seed, 5)), now: noon, r: claimedReshare(lantoa.ViaFeed)}
		h.r.State, h.r.Tries, h.r.Next = lantoa.ReshareWaiting, 0, noon
		steps := []int{3, 30, 90}[h.rnd.IntN(3)] // between turns, in halves of a minute
		h.delay = time.Duration(h.rnd.IntN(9)) * time.Minute
		for range 2000 {
			h.once(t)
			if len(h.posts) > 1 {
				t.Fatalf("seed %d: published %d times", seed, len(h.posts))
			}
			if h.r.Final() {
				break
			}
			h.now = h.now.Add(time.Duration(1+h.rnd.IntN(steps)) * time.Minute / 2)
			if h.rnd.IntN(30) == 0 && h.wrong == 0 { // our clock jumps, and is put right some day
				h.wrong = time.Duration(h.rnd.IntN(20)-10) * time.Hour
			} else if h.rnd.IntN(100) == 0 {
				h.wrong = 0
			}
		}
		states[h.r.State]++
		switch stands := len(h.posts) == 1; {
		case h.r.State == lantoa.ReshareSent && !stands:
			t.Fatalf("seed %d: sent, and nothing stands there", seed)
		case h.r.State == lantoa.ReshareFailed && stands:
			t.Fatalf("seed %d: failed, and it stands there: %+v", seed, h.r)
		case h.r.State == lantoa.ReshareUnsure && !ForPerson(h.r, h.clock()):
			t.Fatalf("seed %d: nobody is asked: %+v", seed, h.r)
		}
	}
	t.Logf("%v", states)
	if states[lantoa.ReshareSent] < 2500 {
		t.Errorf("only %v: too little was brought to its end for this to say anything", states)
	}
}
