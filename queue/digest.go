package queue

import (
	"context"
	"fmt"
	"strings"
	"sync"
	"time"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/digest"
	"github.com/hoiphunu/lantoa/internal/mail"
	"github.com/hoiphunu/lantoa/internal/words"
)

// digestAlone is how long after it was due a draft goes by itself, where the setting has it so: time enough to look at
// it, or to keep it back.
const digestAlone = time.Hour

// digesting is what a process remembers of digests: the last approved one that letters were made from. It changes only
// where somebody has her words taken out of it.
type digesting struct {
	mu   sync.Mutex
	kept lantoa.Edition
	at   time.Time // when it was read, by the machine's clock
	drew *digest.Gallery
}

// digestHold is how long an approved digest is not read again while its letters are made.
const digestHold = time.Minute

// digestDue says whether the digest of the last week has to be drafted, or may go by itself.
func (w *Worker) digestDue(ctx context.Context) (bool, error) {
	now := w.Now()
	week := lantoa.LastFullWeek(now, w.Zone)
	if w.Desk == nil || now.Before(week.Settled(w.Zone)) {
		return false, nil
	}
	state, err := w.Store.EditionState(ctx, week)
	if lantoa.KindOf(err) == lantoa.NotFound {
		return true, nil
	}
	return err == nil && w.digestAlone(week, state, now), err
}

func (w *Worker) digestAlone(week lantoa.Week, state lantoa.EditionState, now time.Time) bool {
	return w.DigestAuto && state == lantoa.EditionDraft && !now.Before(week.Settled(w.Zone).Add(digestAlone)) &&
		!lantoa.DigestLate(week, now, w.Zone)
}

// Digest drafts the digest of the last week once its figures stand, and sends it off where that is to go by itself. It
// may run twice and at once: there is one draft, and one approval.
func (w *Worker) Digest(ctx context.Context) error {
	if due, err := w.digestDue(ctx); err != nil || !due {
		return err
	}
	now := w.Now()
	week := lantoa.LastFullWeek(now, w.Zone)
	state, err := w.Store.EditionState(ctx, week)
	if lantoa.KindOf(err) == lantoa.NotFound {
		if err := w.RollUp(ctx); err != nil {
			return err
		}
		w.Desk.Forget()
		made, err := digest.Draft(ctx, w.Desk, w.Store, week, now)
		if err != nil {
			return fmt.Errorf("digest of %s: %w", week, err)
		}
		if made {
			w.Log.Info("digest drafted", "week", week.String())
		}
		return nil
	}
	if err != nil || !w.digestAlone(week, state, now) {
		return err
	}
	e, err := w.Store.Edition(ctx, week)
	if err != nil {
		return err
	}
	n, err := digest.Approve(ctx, w.Desk, w.Store, digest.Approval{Week: week, Version: e.Version, Program: "lantoa"}, now, w.Zone)
	if lantoa.KindOf(err) == lantoa.Conflict {
		return nil // somebody is at it
	}
	if err != nil {
		return fmt.Errorf("digest of %s: %w", week, err)
	}
	w.Log.Info("digest approved by itself", "week", week.String(), "letters", n)
	return nil
}

// DigestTrial marks the letter of a trial: what follows it tells one trial from another.
const DigestTrial = " "

// DigestLetter is the message of a digest for a person. The letter's Ref is its week, "2026-W47"; after a space comes
// what makes a trial of it: its draft as it stands now. NotFound for a week whose digest was not approved, and is no
// trial.
func (w *Worker) DigestLetter(ctx context.Context, l lantoa.Letter, to lantoa.User) (mail.Message, error) {
	code, _, trial := strings.Cut(l.Ref, DigestTrial)
	week, err := lantoa.ParseWeek(code)
	if err != nil {
		return mail.Message{}, err
	}
	e, err := w.edition(ctx, week, trial)
	if err != nil {
		return mail.Message{}, err
	}
	m, err := w.DigestMessage(ctx, e, to)
	if trial {
		m.Subject = words.For("vi").T("digest.trial", "subject", m.Subject)
	}
	return m, err
}

// DigestMessage is the mail of an edition for a person, with the personal link that opens its page.
func (w *Worker) DigestMessage(ctx context.Context, e lantoa.Edition, to lantoa.User) (out mail.Message, err error) {
	now := w.Now()
	look := digest.Look{Base: w.BaseURL}
	if w.BaseURL != "" && to.Email != "" {
		look.Link = w.BaseURL + "/tuan/" + w.Store.SignLink("digest", string(to.ID)+" "+e.Week.String(), now.AddDate(0, 0, digest.LinkDays))
		out.Unsubscribe = UnsubscribeURL(w.BaseURL, w.Store.SignUnsubscribe(lantoa.Letter{User: to.ID, Email: to.Email}.Person(), lantoa.LetterDigest, now))
		look.Leave = out.Unsubscribe
	}
	m, err := digest.Render(ctx, digest.Build(*e.Material, e, to), words.For("vi").In(w.Zone), look, w.gallery())
	if err != nil {
		return out, err
	}
	out.Subject, out.HTML, out.Text = m.Subject, m.HTML, m.Text
	for _, x := range m.Images {
		out.Inline = append(out.Inline, mail.Inline{CID: x.CID, Name: strings.TrimSuffix(x.CID, "@lantoa") + x.Ext(), Type: x.Type, Data: x.Data})
	}
	return out, nil
}

// edition is the approved digest of a week, or, for a trial, the draft with its material.
func (w *Worker) edition(ctx context.Context, week lantoa.Week, trial bool) (lantoa.Edition, error) {
	w.digesting.mu.Lock()
	defer w.digesting.mu.Unlock()
	if w.digesting.kept.Week == week && time.Since(w.digesting.at) < digestHold {
		return w.digesting.kept, nil
	}
	e, err := w.Store.Edition(ctx, week)
	if err == nil && e.Material == nil || lantoa.KindOf(err) == lantoa.NotFound {
		if !trial {
			return e, lantoa.Missing("edition", week)
		}
		return digest.Open(ctx, w.Desk, w.Store, week, w.Now())
	}
	if err == nil {
		w.digesting.kept, w.digesting.at, w.digesting.drew = e, time.Now(), nil
	}
	return e, err
}

// gallery are the pictures of the mails that are being made.
func (w *Worker) gallery() *digest.Gallery {
	w.digesting.mu.Lock()
	defer w.digesting.mu.Unlock()
	if w.digesting.drew == nil {
		w.digesting.drew = &digest.Gallery{Copy: func(ctx context.Context, post lantoa.PostID, n int) []byte {
			p, err := w.Store.Picture(ctx, post, n)
			if err != nil { // the mail says the same without it
				return nil
			}
			return p.Data
		}}
	}
	return w.digesting.drew
}
