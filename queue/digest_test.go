package queue

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/activity"
	"github.com/hoiphunu/lantoa/digest"
	"github.com/hoiphunu/lantoa/store"
	"github.com/hoiphunu/lantoa/store/storetest"
)

var week47 = lantoa.Week{Year: 2026, Number: 47}

// editors is an office whose worker makes digests.
func editors(t *testing.T, address string, people int) *post {
	p := office(t, address, people)
	p.w.Desk = &activity.Desk{Shelf: p.s, Now: p.w.Now, Zone: p.w.Zone}
	p.w.Compose[lantoa.LetterDigest] = p.w.DigestLetter
	return p
}

func (p *post) digest() {
	p.t.Helper()
	if err := p.w.Digest(context.Background()); err != nil {
		p.t.Fatal(err)
	}
}

func (p *post) edition() lantoa.EditionState {
	p.t.Helper()
	state, err := p.s.EditionState(context.Background(), week47)
	if lantoa.KindOf(err) == lantoa.NotFound {
		return ""
	}
	if err != nil {
		p.t.Fatal(err)
	}
	return state
}

func (p *post) approve() error {
	e, err := p.s.Edition(context.Background(), week47)
	if err != nil {
		p.t.Fatal(err)
	}
	_, err = digest.Approve(context.Background(), p.w.Desk, p.s, digest.Approval{Week: week47, Version: e.Version, Program: "x"}, p.now, p.w.Zone)
	return err
}

func TestTheDraftIsMadeOnMondayAtSix(t *testing.T) {
	storetest.Addresses(t, func(t *testing.T, address string) {
		p := editors(t, address, 1)
		p.now = storetest.Now.Add(-time.Minute)
		p.digest()
		if p.edition() != "" {
			t.Error("there is a draft at 05:59")
		}
		p.now = storetest.Now
		var wg sync.WaitGroup
		for range 4 { // any number of planners
			wg.Go(p.digest)
		}
		wg.Wait()
		if p.edition() != lantoa.EditionDraft {
			t.Errorf("at six: %q", p.edition())
		}
		p.now = storetest.Now.AddDate(0, 0, 2)
		p.digest()
		if p.edition() != lantoa.EditionDraft || len(p.counts()) != 0 {
			t.Error("a draft went by itself, which nobody asked for")
		}
	})
}

func TestADraftGoesByItselfWhereTheSettingSaysSo(t *testing.T) {
	p := editors(t, t.TempDir()+"/x.db", 3)
	p.w.DigestAuto = true
	p.digest()
	p.now = storetest.Now.Add(59 * time.Minute)
	p.digest()
	if p.edition() != lantoa.EditionDraft {
		t.Error("nobody had the time to look at it")
	}
	e := lantoa.Edition{Week: week47, Version: 1}
	if err := p.s.HoldEdition(context.Background(), e, true, lantoa.User{Name: "Chị Lan"}, p.now); err != nil {
		t.Fatal(err)
	}
	p.now = storetest.Now.Add(2 * time.Hour)
	p.digest()
	if p.edition() != lantoa.EditionHeld {
		t.Error("one that is kept back went all the same")
	}
	e.Version = 2
	if err := p.s.HoldEdition(context.Background(), e, false, lantoa.User{Name: "Chị Lan"}, p.now); err != nil {
		t.Fatal(err)
	}
	p.digest()
	p.digest()
	if p.edition() != lantoa.EditionApproved || p.counts()[lantoa.LetterHeld] != 3 {
		t.Errorf("%s, %v", p.edition(), p.counts())
	}
}

func TestAWeekThatIsOverForDaysDoesNotGoByItself(t *testing.T) {
	p := editors(t, t.TempDir()+"/x.db", 1)
	p.w.DigestAuto = true
	p.now = storetest.Now.AddDate(0, 0, 3)
	p.digest()
	p.digest()
	if p.edition() != lantoa.EditionDraft {
		t.Errorf("%s", p.edition())
	}
	if err := p.approve(); lantoa.AsTrouble(err, "").What != "digest_late" {
		t.Errorf("late, and nobody said so: %v", err)
	}
}

func TestEachReaderGetsHerDigestOnceAndItsPageSaysTheSame(t *testing.T) {
	p := editors(t, t.TempDir()+"/x.db", 3)
	ctx := context.Background()
	p.digest()
	trial := lantoa.Letter{Kind: lantoa.LetterDigest, Ref: "2026-W47" + DigestTrial + "1", User: p.people[0].ID, Email: p.people[0].Email, Pass: true}
	if _, err := p.s.AddLetters(ctx, []lantoa.Letter{trial}); err != nil {
		t.Fatal(err)
	}
	p.run()
	if got := p.server.Count(); got[p.people[0].Email] != 1 || len(got) != 1 {
		t.Errorf("a trial went to %v", got)
	}
	if err := p.approve(); err != nil {
		t.Fatal(err)
	}
	if err := p.approve(); lantoa.AsTrouble(err, "").What != "edition_approved" {
		t.Errorf("approved twice: %v", err)
	}
	people, _, err := p.s.Held(ctx)
	if err != nil || people != 3 {
		t.Fatalf("%d people, %v", people, err)
	}
	if _, err := p.s.OpenGate(ctx, "x", people); err != nil {
		t.Fatal(err)
	}
	p.run()
	p.run()
	for i, u := range p.people {
		want := 1
		if i == 0 {
			want = 2 // the trial
		}
		if got := p.server.Count()[u.Email]; got != want {
			t.Errorf("%s got %d", u.Email, got)
		}
	}
	l := p.letter(1)
	m, err := p.w.ComposeLetter(ctx, l, p.people[1])
	if err != nil || l.State != lantoa.LetterSent || m.Subject != "Tuần 47: 0/3 trang hoạt động" || !strings.Contains(m.HTML, "https://lantoa.example/tuan/") ||
		!strings.HasPrefix(m.Unsubscribe, "https://lantoa.example/thoi-nhan/") || !strings.Contains(m.Text, m.Unsubscribe) {
		t.Errorf("%s %+v %v", l.State, m.Subject, err)
	}
	_, after, _ := strings.Cut(m.HTML, "/tuan/")
	token, _, _ := strings.Cut(after, `"`)
	if subject, err := p.s.OpenLink("digest", token, p.now.AddDate(0, 0, 6)); err != nil || subject != string(p.people[1].ID)+" 2026-W47" {
		t.Errorf("the link of the mail opens %q, %v", subject, err)
	}
}

func TestALetterWithoutAnApprovedDigestIsNotSent(t *testing.T) {
	p := editors(t, t.TempDir()+"/x.db", 1)
	_, err := p.w.DigestLetter(context.Background(), lantoa.Letter{Kind: lantoa.LetterDigest, Ref: "2026-W47"}, p.people[0])
	if lantoa.KindOf(err) != lantoa.NotFound {
		t.Errorf("%v", err)
	}
}

// BenchmarkDigests makes the mails of a province: what sending them costs besides the server.
func BenchmarkDigests(b *testing.B) {
	s := storetest.Open(b)
	small := storetest.Seed(b, s)
	ctx := context.Background()
	var people []lantoa.User
	for i := range 200 {
		u, err := s.AddUser(ctx, lantoa.User{Email: fmt.Sprintf("chi%d@xa.example", i), Name: "Chị", Role: lantoa.Leader, Unit: small.Province}, "x")
		if err != nil {
			b.Fatal(err)
		}
		people = append(people, u)
	}
	w := &Worker{Store: s, Now: func() time.Time { return storetest.Now }, Zone: time.FixedZone("", 7*3600), BaseURL: "https://lantoa.example"}
	w.Desk = &activity.Desk{Shelf: s, Now: w.Now, Zone: w.Zone}
	if _, err := digest.Draft(ctx, w.Desk, s, week47, storetest.Now); err != nil {
		b.Fatal(err)
	}
	if _, err := digest.Approve(ctx, w.Desk, s, digest.Approval{Week: week47, Version: 1, Program: "x"}, storetest.Now, w.Zone); err != nil {
		b.Fatal(err)
	}
	letters, err := s.Letters(ctx, store.LetterFilter{}, 200)
	if err != nil {
		b.Fatal(err)
	}
	for i := 0; b.Loop(); i++ {
		l := letters[i%len(letters)]
		if _, err := w.DigestLetter(ctx, l, people[i%len(people)]); err != nil {
			b.Fatal(err)
		}
	}
}
