package queue

import (
	"context"
	"errors"
	"fmt"
	"sync"
	"time"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/internal/mail"
)

// Composer makes the message of a letter for a person. It fills in what the letter says; to whom, from whom, its ID and
// its date are the worker's. NotFound or Gone: there is nothing to say (any more), and the letter is left out.
type Composer func(ctx context.Context, l lantoa.Letter, to lantoa.User) (mail.Message, error)

// mailing is what a process remembers of sending mails.
type mailing struct {
	run   sync.Mutex
	away  int       // how often in a row the server was not to be used
	again time.Time // when it is asked again, by the machine's clock
}

const (
	lettersAtOnce = 20 // that one claim takes: after a crash so many wait for the lease
	// LetterLease is how long a claimed letter is nobody else's. It is longer than a server may take to answer.
	LetterLease = 15 * time.Minute
	mostAway    = 5 * time.Minute
)

// MailTrouble names where it is kept that the mail server cannot be used: since when, and what it said.
const MailTrouble = "mail_trouble"

var errLostClaim = errors.New("the letter is another's by now")

// Letters sends what is due, until nothing is or the server is not to be used. What it was doing when it is stopped is
// found by a later run. Any number of processes may do it at once: a letter is claimed by one of them.
func (w *Worker) Letters(ctx context.Context) error {
	if w.Mailer == nil || !w.mailing.run.TryLock() {
		return nil // the run under way takes them along
	}
	defer w.mailing.run.Unlock()
	back, unknown, err := w.Store.RecoverLetters(ctx, w.Now(), w.lease())
	if err != nil {
		return fmt.Errorf("letters: %w", err)
	}
	if back+unknown > 0 {
		w.Log.Warn("letters were left by a worker that stopped", "wait_again", back, "unknown", unknown)
	}
	if time.Now().Before(w.mailing.again) {
		return nil
	}
	for ctx.Err() == nil {
		claim, letters, err := w.Store.ClaimLetters(ctx, w.Now(), lettersAtOnce)
		if err != nil {
			return fmt.Errorf("letters: %w", err)
		}
		if len(letters) == 0 {
			return nil
		}
		broken, err := w.sendAll(ctx, claim, letters)
		if err != nil {
			return fmt.Errorf("letters: %w", err)
		}
		if err := w.serverWas(ctx, broken); err != nil {
			return fmt.Errorf("letters: %w", err)
		}
		if broken != nil {
			return nil
		}
	}
	return ctx.Err()
}

func (w *Worker) lease() time.Duration {
	if w.LetterLease > 0 {
		return w.LetterLease
	}
	return LetterLease
}

func (w *Worker) lettersDue(ctx context.Context) (bool, error) {
	return w.Store.LettersDue(ctx, w.Now(), w.lease())
}

// serverWas notes whether the server could be used. While it cannot, it is asked less and less often, and no letter is
// blamed for it.
func (w *Worker) serverWas(ctx context.Context, broken *mail.Outcome) error {
	m := &w.mailing
	known, err := w.Store.GetMeta(ctx, MailTrouble)
	if err != nil {
		return err
	}
	if broken == nil {
		m.away = 0
		if known != "" {
			return w.Store.SetMeta(ctx, MailTrouble, "")
		}
		return nil
	}
	if errors.Is(broken.Err, context.Canceled) {
		return nil
	}
	m.again = time.Now().Add(min(tick<<min(m.away, 8), mostAway))
	m.away++
	said := broken.Said
	if said == "" && broken.Err != nil {
		said = broken.Err.Error()
	}
	w.Log.Warn("mail server", "outcome", broken.Result, "code", broken.Code, "said", said)
	if known != "" {
		return nil
	}
	return w.Store.SetMeta(context.WithoutCancel(ctx), MailTrouble, w.Now().UTC().Format(time.RFC3339)+" "+said)
}

// sendAll sends claimed letters over as many connections as may be. It returns the outcome after which it is better to
// leave the server alone for a while; letters it did not come to wait again.
func (w *Worker) sendAll(ctx context.Context, claim string, letters []lantoa.Letter) (broken *mail.Outcome, err error) {
	lanes := 1
	if c, ok := w.Mailer.(interface{ Connections() int }); ok {
		lanes = min(c.Connections(), len(letters))
	}
	next := make(chan lantoa.Letter)
	var mu sync.Mutex
	var wg sync.WaitGroup
	for range lanes {
		wg.Go(func() {
			for l := range next {
				mu.Lock()
				stop := broken != nil || err != nil
				mu.Unlock()
				if stop || ctx.Err() != nil {
					if e := w.putBack(ctx, claim, l); e != nil {
						mu.Lock()
						err = errors.Join(err, e)
						mu.Unlock()
					}
					continue
				}
				out, e := w.sendOne(ctx, claim, l)
				mu.Lock()
				err = errors.Join(err, e)
				if broken == nil && (out.Result == mail.Unsent || out.Result == mail.Unknown || out.Code == 421) {
					broken = &out
				}
				mu.Unlock()
			}
		})
	}
	for _, l := range letters {
		next <- l
	}
	close(next)
	wg.Wait()
	return broken, err
}

// putBack gives back a letter that was claimed and not begun.
func (w *Worker) putBack(ctx context.Context, claim string, l lantoa.Letter) error {
	l.State, l.Tries = lantoa.LetterWaiting, max(l.Tries-1, 0)
	return w.Store.SettleLetter(context.WithoutCancel(ctx), claim, l, false)
}

// sendOne makes and sends one letter and writes down what became of it. An outcome without a result says nothing of the
// server.
func (w *Worker) sendOne(ctx context.Context, claim string, l lantoa.Letter) (mail.Outcome, error) {
	lasting := context.WithoutCancel(ctx) // what was sent is written down, also while the program is being stopped
	message, why, err := w.message(ctx, &l)
	if err != nil && ctx.Err() != nil {
		return mail.Outcome{}, w.putBack(ctx, claim, l)
	}
	if err != nil {
		w.Log.Warn("letter", "kind", l.Kind, "ref", l.Ref, "err", err)
		w.later(&l, "not_made")
		return mail.Outcome{}, w.Store.SettleLetter(lasting, claim, l, false)
	}
	if why != "" {
		l.State, l.Why, l.DoneAt = lantoa.LetterSkipped, why, w.Now()
		return mail.Outcome{}, w.Store.SettleLetter(lasting, claim, l, false)
	}
	out := w.Mailer.Send(ctx, message, func() error {
		mine, err := w.Store.LetterLeaves(lasting, claim, l.ID, w.Now())
		if err == nil && !mine {
			err = errLostClaim
		}
		return err
	})
	if errors.Is(out.Err, errLostClaim) {
		return mail.Outcome{}, nil
	}
	l.Code, l.Said, l.Why = out.Code, out.Said, ""
	switch out.Result {
	case mail.Accepted:
		l.State, l.DoneAt = lantoa.LetterSent, w.Now()
	case mail.Later:
		w.later(&l, "")
	case mail.Refused:
		l.State, l.DoneAt = lantoa.LetterFailed, w.Now()
		switch {
		case out.TooLarge():
			l.Why = "too_large"
		case out.NoAddress():
			l.Why = "no_address"
		default:
			l.Why = "refused"
		}
	case mail.Unknown:
		l.State, l.Why, l.DoneAt = lantoa.LetterUnknown, "broken", w.Now()
	default: // nothing left us, and the letter is not to blame
		l.State, l.Tries, l.Next = lantoa.LetterWaiting, max(l.Tries-1, 0), w.Now()
	}
	return out, w.Store.SettleLetter(lasting, claim, l, out.NoAddress())
}

// later has a letter wait, or gives it up when it has been tried for a day.
func (w *Worker) later(l *lantoa.Letter, why string) {
	next, ok := l.Again(w.Now())
	if l.Why = why; ok {
		l.State, l.Next = lantoa.LetterWaiting, next
		return
	}
	l.State, l.DoneAt = lantoa.LetterFailed, w.Now()
	if l.Why == "" {
		l.Why = "tired"
	}
}

// message makes the letter's message, or says why it is not to be sent. Who the person is, where they read mail and
// whether they want this one is asked now, when it leaves.
func (w *Worker) message(ctx context.Context, l *lantoa.Letter) (m mail.Message, why string, err error) {
	to := lantoa.User{Email: l.Email, Name: l.Name}
	if l.User != "" {
		to, err = w.Store.User(ctx, l.User)
		if lantoa.KindOf(err) == lantoa.NotFound || err == nil && to.Disabled {
			return m, "disabled", nil
		}
		if err != nil {
			return m, "", err
		}
		l.Email, l.Name = to.Email, to.Name
	}
	if !mail.ValidAddress(l.Email) {
		return m, "no_email", nil
	}
	if mayDoWithout(l.Kind) {
		if out, err := w.Store.OptedOut(ctx, l.Person(), l.Kind); err != nil || out {
			return m, "opted_out", err
		}
	}
	if !l.Pass {
		if fails, err := w.Store.AddressFails(ctx, l.Email); err != nil || fails {
			return m, "failing", err
		}
	}
	m, err = w.ComposeLetter(ctx, *l, to)
	if k := lantoa.KindOf(err); k == lantoa.NotFound || k == lantoa.Gone {
		l.Said = lantoa.AsTrouble(err, k).Note
		return m, "gone", nil
	}
	l.Subject = m.Subject
	return m, "", err
}

func mayDoWithout(kind string) bool {
	for _, k := range lantoa.LetterKinds {
		if k == kind {
			return true
		}
	}
	return false
}

// ComposeLetter is the message of a letter as it would be sent to a person now.
func (w *Worker) ComposeLetter(ctx context.Context, l lantoa.Letter, to lantoa.User) (m mail.Message, err error) {
	compose := w.Compose[l.Kind]
	switch {
	case compose != nil:
		if m, err = compose(ctx, l, to); err != nil {
			return m, err
		}
	case l.Body != "":
		m = mail.Message{Subject: l.Subject, Text: l.Body}
	default:
		return m, fmt.Errorf("nobody composes letters of kind %q", l.Kind)
	}
	m.To, m.ToName = to.Email, to.Name
	m.MessageID = l.MessageID(w.MailDomain)
	if m.Date.IsZero() {
		m.Date = w.Now().In(w.Zone)
	}
	if mayDoWithout(l.Kind) && m.Unsubscribe == "" && w.BaseURL != "" {
		m.Unsubscribe = UnsubscribeURL(w.BaseURL, w.Store.SignUnsubscribe(l.Person(), l.Kind, w.Now()))
	}
	return m, nil
}

// UnsubscribeURL is the address of the page on which a person has no more letters of a kind sent, by a token of
// [store.Store.SignUnsubscribe].
func UnsubscribeURL(base, token string) string { return base + "/thoi-nhan/" + token }
