package main

import (
	"context"
	"errors"
	"fmt"
	"log/slog"
	"os"
	"os/exec"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/internal/mail"
	"github.com/hoiphunu/lantoa/internal/mail/mailtest"
	"github.com/hoiphunu/lantoa/queue"
	"github.com/hoiphunu/lantoa/store"
	"github.com/hoiphunu/lantoa/store/storetest"
)

// asMailer makes the test's own binary send letters until it kills itself.
const asMailer = "LANTOA_TEST_AS_MAILER"

// Where a mailer dies: with the letter in hand, when it has noted that the letter leaves, and between the server's 250
// and its own note of it.
const (
	dieClaimed  = "claimed"
	dieLeaving  = "leaving"
	dieAnswered = "answered"
)

// mortal hands messages on and dies, as by kill -9, at the third one's step: no deferred call and no commit runs.
type mortal struct {
	mail.Sender
	step string
	n    atomic.Int32
}

func (m *mortal) die(step string, n int32) {
	if step == m.step && n == 3 {
		_ = syscall.Kill(os.Getpid(), syscall.SIGKILL)
		select {} // nothing more is done, however long the signal takes
	}
}

func (m *mortal) Connections() int { return 2 }

func (m *mortal) Send(ctx context.Context, message mail.Message, before func() error) mail.Outcome {
	n := m.n.Add(1)
	m.die(dieClaimed, n)
	out := m.Sender.Send(ctx, message, func() error {
		err := before()
		m.die(dieLeaving, n)
		return err
	})
	m.die(dieAnswered, n)
	return out
}

// beMailer is the life of one process: it sends what is due, and dies at a step, or ends with nothing left to do.
func beMailer() {
	ctx := context.Background()
	opt := storetest.Options()
	opt.Now = time.Now
	s, err := store.Open(ctx, os.Getenv("LANTOA_TEST_MAILER_DB"), opt)
	if err == nil {
		err = sendUntilDone(ctx, s, os.Getenv("LANTOA_TEST_MAILER_SMTP"), os.Getenv(asMailer))
	}
	if err != nil {
		fmt.Fprintln(os.Stderr, err)
		os.Exit(1)
	}
	os.Exit(0)
}

// drillLease is so short that what one process left is another's at once: the dead do not come back.
const drillLease = 30 * time.Millisecond

func sendUntilDone(ctx context.Context, s *store.Store, address, step string) error {
	sender, err := mail.NewSMTP(address, mail.Options{From: "Hội LHPN tỉnh <bantin@phunu.example>"})
	if err != nil {
		return err
	}
	time.Sleep(drillLease)
	w := &queue.Worker{Store: s, Now: time.Now, Zone: time.UTC, Log: slog.New(slog.DiscardHandler),
		Mailer: &mortal{Sender: sender, step: step}, MailDomain: "phunu.example", LetterLease: drillLease}
	return w.Letters(ctx)
}

func TestKilledBetweenTheServersAnswerAndOurNoteNobodyGetsTwo(t *testing.T) {
	if testing.Short() {
		t.Skip("SKIPPED: fifty processes are killed without -short")
	}
	storetest.Addresses(t, func(t *testing.T, address string) {
		for _, drill := range []struct {
			step  string
			kills int
		}{{dieAnswered, 50}, {dieLeaving, 10}, {dieClaimed, 10}} {
			t.Run(drill.step, func(t *testing.T) {
				ctx := context.Background()
				opt := storetest.Options()
				opt.Now = time.Now
				s := storetest.OpenAt(t, address, opt)
				server := mailtest.Start(t)
				const people = 240
				var letters []lantoa.Letter
				for i := range people {
					letters = append(letters, lantoa.Letter{Kind: lantoa.LetterPlain, Ref: drill.step, Subject: "Thư", Body: "Nội dung",
						Email: fmt.Sprintf("chi%03d@xa.example", i), Pass: true})
				}
				if _, err := s.AddLetters(ctx, letters); err != nil {
					t.Fatal(err)
				}
				kills := 0
				for ; kills < drill.kills; kills++ {
					if !runMailer(t, address, server.URL(), drill.step) {
						break
					}
				}
				if kills < drill.kills {
					t.Errorf("only %d of %d were killed", kills, drill.kills)
				}
				for runMailer(t, address, server.URL(), "") { // to the end, in peace
				}
				all, err := s.Letters(ctx, store.LetterFilter{Ref: drill.step}, people+1)
				if err != nil {
					t.Fatal(err)
				}
				if len(all) != people {
					t.Fatalf("%d letters", len(all))
				}
				got, unknown := server.Count(), 0
				for _, l := range all {
					n := got[l.Email]
					switch l.State {
					case lantoa.LetterSent:
						if n != 1 {
							t.Errorf("%s is noted as sent and got %d", l.Email, n)
						}
					case lantoa.LetterUnknown:
						unknown++
						if n > 1 {
							t.Errorf("%s got %d", l.Email, n)
						}
					default:
						t.Errorf("%s is %s: forgotten", l.Email, l.State)
					}
				}
				// One a kill, or two: the other connection may have had a letter on its way as well.
				least, most := kills, 2*kills
				if drill.step == dieClaimed {
					least, most = 0, kills
				}
				if unknown < least || unknown > most {
					t.Errorf("%d are unknown after %d kills", unknown, kills)
				}
				t.Logf("%d letters, %d kills: %d sent, %d unknown and shown to a person", people, kills, people-unknown, unknown)
			})
		}
	})
}

// runMailer runs a process that sends, and says whether it was killed.
func runMailer(t *testing.T, address, smtp, step string) (killed bool) {
	t.Helper()
	if step == "" {
		step = "-"
	}
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), asMailer+"="+step, "LANTOA_TEST_MAILER_DB="+address, "LANTOA_TEST_MAILER_SMTP="+smtp)
	return wasKilled(t, cmd)
}

// wasKilled runs a process of the test's own binary to its end, and says whether it was killed.
func wasKilled(t *testing.T, cmd *exec.Cmd) bool {
	t.Helper()
	out, err := cmd.CombinedOutput()
	var exit *exec.ExitError
	if errors.As(err, &exit) {
		if ws, ok := exit.Sys().(syscall.WaitStatus); ok && ws.Signaled() && ws.Signal() == syscall.SIGKILL {
			return true
		}
	}
	if err != nil {
		t.Fatalf("%v: %s", err, out)
	}
	return false
}
