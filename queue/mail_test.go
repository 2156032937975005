package queue

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/internal/mail"
	"github.com/hoiphunu/lantoa/internal/mail/mailtest"
	"github.com/hoiphunu/lantoa/store"
	"github.com/hoiphunu/lantoa/store/storetest"
)

// post is a worker that sends letters to a server, by a clock that is moved by hand.
type post struct {
	t      testing.TB
	w      *Worker
	s      *store.Store
	server *mailtest.Server
	people []lantoa.User
	now    time.Time
	ref    string // of the letters that letter looks at; empty: any
}

// office opens a store at an address with some people in it, and a worker that sends to a server of ours.
func office(t testing.TB, address string, people int) *post {
	t.Helper()
	p := &post{t: t, now: storetest.Now}
	opt := storetest.Options()
	opt.Now = func() time.Time { return p.now }
	p.s = storetest.OpenAt(t, address, opt)
	small := storetest.Seed(t, p.s)
	for i := range people {
		u, err := p.s.AddUser(context.Background(), lantoa.User{Email: fmt.Sprintf("chi%03d@xa.example", i), Name: fmt.Sprintf("Chị thứ %d", i),
			Role: lantoa.Leader, Unit: small.Province}, "x")
		if err != nil {
			t.Fatal(err)
		}
		p.people = append(p.people, u)
	}
	p.server = mailtest.Start(t)
	p.w = p.worker(p.s)
	return p
}

func (p *post) worker(s *store.Store) *Worker {
	sender, err := mail.NewSMTP(p.server.URL(), mail.Options{From: "Hội LHPN tỉnh <bantin@phunu.example>", DataTimeout: 300 * time.Millisecond})
	if err != nil {
		p.t.Fatal(err)
	}
	p.t.Cleanup(func() { sender.Close() })
	return &Worker{Store: s, Now: func() time.Time { return p.now }, Zone: time.FixedZone("", 7*3600), Log: slog.New(slog.DiscardHandler),
		Mailer: sender, MailDomain: "phunu.example", BaseURL: "https://lantoa.example",
		Compose: map[string]Composer{lantoa.LetterDigest: func(_ context.Context, l lantoa.Letter, to lantoa.User) (mail.Message, error) {
			if to.Name == "Chị không có bản tin" {
				return mail.Message{}, lantoa.Problem(lantoa.Gone, "digest", "không còn đơn vị nào")
			}
			return mail.Message{Subject: "Bản tin " + l.Ref, Text: "Chào " + to.Name, HTML: "<p>Chào " + to.Name}, nil
		}}}
}

// add writes a digest for everybody and lets mails go.
func (p *post) add() {
	p.t.Helper()
	var letters []lantoa.Letter
	for _, u := range p.people {
		letters = append(letters, lantoa.Letter{Kind: lantoa.LetterDigest, Ref: "2026-W47", User: u.ID, Email: u.Email, Name: u.Name})
	}
	if _, err := p.s.AddLetters(context.Background(), letters); err != nil {
		p.t.Fatal(err)
	}
	people, _, err := p.s.Held(context.Background())
	if err != nil {
		p.t.Fatal(err)
	}
	if _, err := p.s.OpenGate(context.Background(), "quantri@lantoa.example", people); err != nil {
		p.t.Fatal(err)
	}
}

func (p *post) run() {
	p.t.Helper()
	p.w.mailing.again = time.Time{} // the test's clock is not the machine's
	if err := p.w.Letters(context.Background()); err != nil {
		p.t.Fatal(err)
	}
}

func (p *post) counts() map[lantoa.LetterState]int {
	p.t.Helper()
	c, err := p.s.LetterCounts(context.Background(), store.LetterFilter{})
	if err != nil {
		p.t.Fatal(err)
	}
	return c
}

func (p *post) letter(i int) lantoa.Letter {
	p.t.Helper()
	l, err := p.s.Letters(context.Background(), store.LetterFilter{Person: string(p.people[i].ID), Ref: p.ref}, 1)
	if err != nil || len(l) != 1 {
		p.t.Fatal(l, err)
	}
	return l[0]
}

// onceEach fails unless everybody got exactly one.
func (p *post) onceEach() {
	p.t.Helper()
	got := p.server.Count()
	for _, u := range p.people {
		if got[u.Email] != 1 {
			p.t.Errorf("%s got %d", u.Email, got[u.Email])
		}
	}
}

func offices(t *testing.T, people int, test func(t *testing.T, p *post)) {
	storetest.Addresses(t, func(t *testing.T, address string) { test(t, office(t, address, people)) })
}

func TestLettersAreHeldUntilSomebodyLetsThemGo(t *testing.T) {
	offices(t, 3, func(t *testing.T, p *post) {
		ctx := context.Background()
		letters := []lantoa.Letter{{Kind: lantoa.LetterPlain, Ref: "thu", User: p.people[0].ID, Subject: "Thư thử", Body: "Đến nơi.", Pass: true}}
		for _, u := range p.people {
			letters = append(letters, lantoa.Letter{Kind: lantoa.LetterDigest, Ref: "2026-W47", User: u.ID})
		}
		if n, err := p.s.AddLetters(ctx, letters); err != nil || n != 4 {
			t.Fatal(n, err)
		}
		p.run()
		if got := p.server.Got(); len(got) != 1 || got[0].To != p.people[0].Email {
			t.Fatalf("while mails are held %d went", len(got))
		}
		if _, err := p.s.OpenGate(ctx, "quantri", 4); lantoa.KindOf(err) != lantoa.Conflict {
			t.Errorf("with a wrong number of recipients: %v", err)
		}
		if n, err := p.s.OpenGate(ctx, "quantri", 3); err != nil || n != 3 {
			t.Errorf("opened for %d, %v", n, err)
		}
		if err := p.s.DefaultGate(ctx, false); err != nil { // a restart: what the administrator said lasts
			t.Fatal(err)
		}
		p.run()
		if n := len(p.server.Got()); n != 4 {
			t.Errorf("%d went", n)
		}
		if err := p.s.CloseGate(ctx, "quantri"); err != nil {
			t.Fatal(err)
		}
		if _, err := p.s.AddLetters(ctx, []lantoa.Letter{{Kind: lantoa.LetterDigest, Ref: "2026-W48", User: p.people[0].ID}}); err != nil {
			t.Fatal(err)
		}
		p.run()
		if c := p.counts(); c[lantoa.LetterHeld] != 1 || c[lantoa.LetterSent] != 4 {
			t.Errorf("%v", c)
		}
	})
}

func TestALetterIsAddedOnce(t *testing.T) {
	offices(t, 5, func(t *testing.T, p *post) {
		p.add()
		p.add()
		p.run()
		p.run()
		p.onceEach()
	})
}

func TestAGreylistedLetterIsTriedLaterAndArrives(t *testing.T) {
	offices(t, 3, func(t *testing.T, p *post) {
		var mu sync.Mutex
		seen := map[string]int{}
		p.server.Answer = func(step mailtest.Step, m mailtest.Mail) error {
			mu.Lock()
			defer mu.Unlock()
			if step == mailtest.Recipient {
				if seen[m.To]++; seen[m.To] < 3 {
					return mailtest.No(450, [3]int{4, 7, 1}, "Greylisted, please try again")
				}
			}
			return nil
		}
		p.add()
		p.run()
		if l := p.letter(0); l.State != lantoa.LetterWaiting || l.Code != 450 || l.Said == "" || !l.Next.Equal(p.now.Add(time.Minute)) {
			t.Errorf("after the first try: %+v", l)
		}
		p.run()
		if seen[p.people[0].Email] != 1 {
			t.Error("it was tried again before its time")
		}
		p.now = p.now.Add(time.Minute)
		p.run()
		if l := p.letter(0); !l.Next.Equal(p.now.Add(5 * time.Minute)) {
			t.Errorf("after the second try it waits until %v", l.Next)
		}
		p.now = p.now.Add(5 * time.Minute)
		p.run()
		p.onceEach()
		if l := p.letter(0); l.State != lantoa.LetterSent || l.Tries != 3 {
			t.Errorf("%+v", l)
		}
	})
}

func TestALetterPutOffForADayIsGivenUpAloud(t *testing.T) {
	p := office(t, t.TempDir()+"/lantoa.db", 1)
	p.server.Answer = func(step mailtest.Step, _ mailtest.Mail) error {
		return mailtest.No(451, [3]int{4, 3, 0}, "Try again later")
	}
	p.add()
	tries := 0
	for end := p.now.Add(30 * time.Hour); p.now.Before(end); p.now = p.now.Add(time.Minute) {
		before := p.letter(0).Tries
		p.run()
		tries += p.letter(0).Tries - before
	}
	l := p.letter(0)
	if l.State != lantoa.LetterFailed || l.Why != "tired" || l.Code != 451 {
		t.Errorf("%+v", l)
	}
	if took := l.DoneAt.Sub(l.FirstAt); took < 24*time.Hour || took > 28*time.Hour || tries < 8 || tries > 16 {
		t.Errorf("%d tries in %v", tries, took)
	}
}

func TestWhatTheServerRefusesForGoodIsTold(t *testing.T) {
	offices(t, 3, func(t *testing.T, p *post) {
		p.server.Answer = func(step mailtest.Step, m mailtest.Mail) error {
			switch {
			case step == mailtest.Recipient && m.To == p.people[0].Email:
				return mailtest.No(550, [3]int{5, 1, 1}, "No such user here")
			case step == mailtest.Data && m.To == p.people[1].Email:
				return mailtest.No(552, [3]int{5, 3, 4}, "Message size exceeds fixed limit")
			}
			return nil
		}
		p.add()
		p.run()
		p.run()
		for i, want := range []lantoa.Letter{{State: lantoa.LetterFailed, Code: 550, Said: "No such user here", Why: "no_address"},
			{State: lantoa.LetterFailed, Code: 552, Said: "Message size exceeds fixed limit", Why: "too_large"},
			{State: lantoa.LetterSent, Code: 250}} {
			if l := p.letter(i); l.State != want.State || l.Code != want.Code || want.Said != "" && l.Said != want.Said || l.Why != want.Why {
				t.Errorf("%d: %+v", i, l)
			}
		}
	})
}

func TestAServerThatClosesIsAskedLater(t *testing.T) {
	offices(t, 30, func(t *testing.T, p *post) {
		var mu sync.Mutex
		n := 0
		p.server.Answer = func(step mailtest.Step, m mailtest.Mail) error {
			mu.Lock()
			defer mu.Unlock()
			if step == mailtest.Recipient {
				if n++; n%8 == 0 {
					return mailtest.No(421, [3]int{4, 7, 0}, "Too many messages, closing")
				}
			}
			return nil
		}
		p.add()
		for range 30 {
			p.run()
			p.now = p.now.Add(time.Minute)
		}
		p.onceEach()
		if c := p.counts(); c[lantoa.LetterSent] != 30 {
			t.Errorf("%v", c)
		}
	})
}

func TestAServerThatHangsAfterTheMessageLeavesFewUnknownAndNoneTwice(t *testing.T) {
	offices(t, 12, func(t *testing.T, p *post) {
		hang := true
		var mu sync.Mutex
		p.server.Answer = func(step mailtest.Step, m mailtest.Mail) error {
			mu.Lock()
			defer mu.Unlock()
			if step == mailtest.Data && hang {
				return mailtest.Silent(500 * time.Millisecond)
			}
			return nil
		}
		p.add()
		p.run()
		if c := p.counts(); c[lantoa.LetterUnknown] == 0 || c[lantoa.LetterUnknown] > 2 {
			t.Errorf("one a connection may be lost, not more: %v", c)
		}
		time.Sleep(400 * time.Millisecond)
		mu.Lock()
		hang = false
		mu.Unlock()
		for range 3 {
			p.now = p.now.Add(time.Hour)
			p.run()
		}
		p.onceEach() // the server had them all, whatever it said
		c := p.counts()
		if c[lantoa.LetterUnknown]+c[lantoa.LetterSent] != 12 {
			t.Errorf("%v", c)
		}
		for i := range p.people {
			l := p.letter(i)
			if l.State != lantoa.LetterUnknown {
				continue
			}
			if err := p.s.ResendLetter(context.Background(), l.ID, "quantri"); err != nil {
				t.Fatal(err)
			}
			p.run()
			if got := p.server.Count()[p.people[i].Email]; got != 2 {
				t.Errorf("sent again by a person, and arrived %d times", got)
			}
			same := map[string]bool{}
			for _, m := range p.server.Got() {
				if m.To == p.people[i].Email {
					same[messageID(m.Data)] = true
				}
			}
			if len(same) != 1 || same[""] {
				t.Errorf("two IDs: %v", same)
			}
			break
		}
	})
}

func TestWhileTheServerIsAwayNoLetterIsBlamed(t *testing.T) {
	offices(t, 4, func(t *testing.T, p *post) {
		ctx := context.Background()
		good := p.w.Mailer
		away, err := mail.NewSMTP("smtp://127.0.0.1:1", mail.Options{From: "a@phunu.example"})
		if err != nil {
			t.Fatal(err)
		}
		p.w.Mailer = away
		p.add()
		for range 40 {
			p.run()
			p.now = p.now.Add(time.Hour)
		}
		for i := range p.people {
			if l := p.letter(i); l.State != lantoa.LetterWaiting || l.Tries != 0 {
				t.Errorf("%+v", l)
			}
		}
		if said, err := p.s.GetMeta(ctx, MailTrouble); err != nil || said == "" {
			t.Errorf("nobody is told: %q, %v", said, err)
		}
		p.w.Mailer = good
		p.run()
		p.onceEach()
		if said, err := p.s.GetMeta(ctx, MailTrouble); err != nil || said != "" {
			t.Errorf("it is still said to be away: %q, %v", said, err)
		}
	})
}

func TestWhoIsNotToGetItIsLeftOutWithTheReason(t *testing.T) {
	offices(t, 6, func(t *testing.T, p *post) {
		ctx := context.Background()
		small := p.people[0].Unit
		none, err := p.s.AddUser(ctx, lantoa.User{Email: "khongdung", Name: "Chị sai địa chỉ", Role: lantoa.Leader, Unit: small}, "x")
		if err != nil {
			t.Fatal(err)
		}
		gone, err := p.s.AddUser(ctx, lantoa.User{Email: "khong@xa.example", Name: "Chị không có bản tin", Role: lantoa.Leader, Unit: small}, "x")
		if err != nil {
			t.Fatal(err)
		}
		p.people = append(p.people, none, gone)
		p.add()
		// All of this happens after the letters were written down, and before they leave.
		if err := p.s.Disable(ctx, p.people[0].ID, true); err != nil {
			t.Fatal(err)
		}
		if _, err := p.s.SetOptOut(ctx, string(p.people[1].ID), lantoa.LetterDigest, true); err != nil {
			t.Fatal(err)
		}
		if _, err := p.s.SetOptOut(ctx, string(p.people[2].ID), lantoa.LetterForm, true); err != nil { // another kind
			t.Fatal(err)
		}
		for _, ref := range []string{"2026-W45", "2026-W46"} { // two that come back
			if _, err := p.s.AddLetters(ctx, []lantoa.Letter{{Kind: lantoa.LetterDigest, Ref: ref, User: p.people[3].ID, Email: p.people[3].Email,
				State: lantoa.LetterSent}}); err != nil {
				t.Fatal(err)
			}
			l, err := p.s.Letters(ctx, store.LetterFilter{Ref: ref}, 1)
			if err != nil {
				t.Fatal(err)
			}
			if _, changed, err := p.s.BounceLetter(ctx, store.LetterBounce{Letter: l[0].ID, Hard: true, Code: 550, Said: "User unknown", At: p.now}); err != nil || !changed {
				t.Errorf("%s: %v, %v", ref, changed, err)
			}
		}
		p.run()
		p.ref = "2026-W47"
		want := map[int]string{0: "disabled", 1: "opted_out", 6: "no_email", 7: "gone"}
		fails, err := p.s.FailingAddresses(ctx)
		if err != nil {
			t.Fatal(err)
		}
		if f := fails[p.people[3].Email]; f.Bounces != 2 {
			t.Errorf("%+v", fails)
		}
		want[3] = "failing"
		for i := range p.people {
			l := p.letter(i)
			if l.State == lantoa.LetterSent != (want[i] == "") || l.Why != want[i] {
				t.Errorf("%s: %s %q, want %q", l.Email, l.State, l.Why, want[i])
			}
			if n := p.server.Count()[p.people[i].Email]; n > 0 != (want[i] == "") {
				t.Errorf("%s got %d", p.people[i].Email, n)
			}
		}
	})
}

func TestTwoWorkersSendEachLetterOnce(t *testing.T) {
	storetest.Addresses(t, func(t *testing.T, address string) {
		p := office(t, address, 120)
		p.add()
		workers := []*Worker{p.w, p.worker(p.s)}
		if address[:4] == "post" { // where two processes may be: with a store of its own each
			opt := storetest.Options()
			opt.Now = func() time.Time { return p.now }
			workers = append(workers, p.worker(storetest.OpenAt(t, address, opt)), p.worker(storetest.OpenAt(t, address, opt)))
		}
		var wg sync.WaitGroup
		for _, w := range workers {
			wg.Go(func() {
				if err := w.Letters(context.Background()); err != nil && !errors.Is(err, context.Canceled) {
					t.Error(err)
				}
			})
		}
		wg.Wait()
		p.onceEach()
		if c := p.counts(); c[lantoa.LetterSent] != 120 {
			t.Errorf("%v", c)
		}
	})
}

func TestWhatAStoppedWorkerLeftIsFound(t *testing.T) {
	offices(t, 4, func(t *testing.T, p *post) {
		ctx := context.Background()
		p.add()
		claim, letters, err := p.s.ClaimLetters(ctx, p.now, 2)
		if err != nil || len(letters) != 2 {
			t.Fatal(letters, err)
		}
		if ok, err := p.s.LetterLeaves(ctx, claim, letters[0].ID, p.now); err != nil || !ok {
			t.Fatal(ok, err)
		}
		p.run()
		if c := p.counts(); c[lantoa.LetterSending] != 2 || c[lantoa.LetterSent] != 2 {
			t.Errorf("within the lease: %v", c)
		}
		p.now = p.now.Add(LetterLease)
		p.run()
		if c := p.counts(); c[lantoa.LetterUnknown] != 1 || c[lantoa.LetterSent] != 3 {
			t.Errorf("after the lease: %v", c)
		}
		// The worker was only slow. It may not begin with the one that another sent, and its word on the other still counts.
		if ok, err := p.s.LetterLeaves(ctx, claim, letters[1].ID, p.now); err != nil || ok {
			t.Errorf("it may send what is another's by now: %v, %v", ok, err)
		}
		l := letters[0]
		l.State, l.DoneAt = lantoa.LetterSent, p.now
		if err := p.s.SettleLetter(ctx, claim, l, false); err != nil {
			t.Fatal(err)
		}
		if c := p.counts(); c[lantoa.LetterSent] != 4 {
			t.Errorf("after its word: %v", c)
		}
	})
}

func TestALetterOfNobodysKindIsNotLostSilently(t *testing.T) {
	p := office(t, t.TempDir()+"/lantoa.db", 1)
	if _, err := p.s.AddLetters(context.Background(), []lantoa.Letter{{Kind: "strange", Ref: "1", User: p.people[0].ID, Pass: true}}); err != nil {
		t.Fatal(err)
	}
	p.run()
	if l := p.letter(0); l.State != lantoa.LetterWaiting || l.Why != "not_made" || l.Next.IsZero() {
		t.Errorf("%+v", l)
	}
}

func messageID(raw []byte) string {
	for l := range strings.Lines(string(raw)) {
		if id, ok := strings.CutPrefix(l, "Message-ID:"); ok {
			return strings.TrimSpace(id)
		}
	}
	return ""
}
