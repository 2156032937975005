package queue

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"time"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/internal/mail"
	"github.com/hoiphunu/lantoa/internal/words"
	"github.com/hoiphunu/lantoa/reshare"
	"github.com/hoiphunu/lantoa/store"
	"github.com/hoiphunu/lantoa/stories"
)

const (
	spreadEvery = 5 * time.Minute
	// liftPatience is how long after its two days a lift waits for a reading of the original that is young enough.
	liftPatience = 24 * time.Hour
)

// Spread follows what was passed on: it finds our posts among those collected, sees who took up a suggestion, measures
// what sharing brought, and thanks the units whose stories they were.
func (w *Worker) Spread(ctx context.Context) error {
	for _, step := range []struct {
		name string
		do   func(context.Context) error
	}{{"recognise", w.recognise}, {"hints", w.followHints}, {"lifts", w.lifts}} {
		if err := step.do(ctx); err != nil {
			return fmt.Errorf("%s: %w", step.name, err)
		}
	}
	return nil
}

// recogniseAmong is how many of a channel's newest posts are looked through for one of ours.
const recogniseAmong = 60

// recognise binds reshares to our rows of their posts: of those published, of those that may have been, and of those
// that a person pasted by hand.
func (w *Worker) recognise(ctx context.Context) error {
	open, err := w.Store.ResharesUnbound(ctx)
	if err != nil || len(open) == 0 {
		return err
	}
	byChannel := map[lantoa.ChannelID][]lantoa.Reshare{}
	for _, r := range open {
		byChannel[r.Channel] = append(byChannel[r.Channel], r)
	}
	for ch, some := range byChannel {
		posts, err := w.Store.ChannelPosts(ctx, ch, time.Time{}, recogniseAmong)
		if err != nil {
			return err
		}
		for id, post := range reshare.Recognise(some, posts) {
			if err := w.Store.BindReshare(ctx, id, post); err != nil {
				return err
			}
		}
	}
	return nil
}

// followHints sees which units used a story that was suggested to them.
func (w *Worker) followHints(ctx context.Context) error {
	open, err := w.Store.OpenHints(ctx, w.Now())
	if err != nil || len(open) == 0 {
		return err
	}
	tellings := map[lantoa.StoryID][]lantoa.Measured{}
	for _, h := range open {
		if _, had := tellings[h.Story]; had {
			continue
		}
		if tellings[h.Story], err = w.Store.StoryPosts(ctx, lantoa.Everything, h.Story); err != nil {
			return err
		}
	}
	for _, h := range reshare.UsedHints(open, tellings) {
		if err := w.Store.UseHint(ctx, h.ID, h.Used, h.Post, h.UsedAt); err != nil {
			return err
		}
	}
	return nil
}

// lifts measures what each sharing that is two days old brought.
func (w *Worker) lifts(ctx context.Context) error {
	due, err := w.Store.LiftsDue(ctx, w.Now())
	if err != nil || len(due) == 0 {
		return err
	}
	var others []lantoa.Measured // with curves, of stories nobody passed on: read once, and only if something is measured
	for _, r := range due {
		story, err := w.Store.Story(ctx, r.Story)
		if err != nil {
			return err
		}
		original := story.Lead
		if original.Curve, err = w.Store.Snapshots(ctx, original.ID); err != nil {
			return err
		}
		if wait, err := w.awaitReading(ctx, r, original); err != nil {
			return err
		} else if wait {
			continue
		}
		if others == nil {
			if others, err = w.unshared(ctx); err != nil {
				return err
			}
		}
		lift, err := w.lift(ctx, r, original, others)
		if err != nil {
			return err
		}
		// The lift is saved last: with it the reshare is done with, and whoever was stopped before begins again.
		r.Lift = &lift
		if err := w.thank(ctx, story, r); err != nil {
			return err
		}
		if err := w.Store.SaveLift(ctx, r.ID, lift); err != nil {
			return err
		}
		w.asked.Delete(r.ID)
	}
	return nil
}

// awaitReading says whether the numbers of the original at the end of the two days are still to come, and asks for them.
// A reading that finds nothing new is not kept, so it is the visit that is waited for, at most a day.
func (w *Worker) awaitReading(ctx context.Context, r lantoa.Reshare, original lantoa.Measured) (wait bool, err error) {
	end, n := r.SentAt.Add(lantoa.LiftSpan), len(original.Curve)
	if original.Removed() || n > 0 && !original.Curve[n-1].At.Before(end) || !w.Now().Before(end.Add(liftPatience)) {
		return false, nil
	}
	ch, err := w.Store.Channel(ctx, original.Channel)
	if err != nil {
		return false, err
	}
	if asked, is := w.asked.Load(r.ID); is {
		return !ch.LastRead.After(asked.(time.Time)), nil
	}
	w.asked.Store(r.ID, w.Now())
	return true, w.Store.Hint(ctx, []lantoa.Hint{{Channel: ch.ID, Post: original.External, At: w.Now()}})
}

func (w *Worker) lift(ctx context.Context, r lantoa.Reshare, original lantoa.Measured, others []lantoa.Measured) (lantoa.Lift, error) {
	in := reshare.LiftInput{Original: original, SharedAt: r.SentAt}
	var err error
	if in.Usual, err = w.usual(ctx, original.Channel, original.Unit.Level, original.Kind); err != nil {
		return lantoa.Lift{}, err
	}
	for _, p := range others {
		if p.Kind == original.Kind && p.Unit.Level == original.Unit.Level && p.ID != original.ID {
			in.Unshared = append(in.Unshared, p)
		}
	}
	if r.Post != "" {
		own, err := w.Store.Post(ctx, r.Post)
		if err != nil {
			return lantoa.Lift{}, err
		}
		if own.Curve, err = w.Store.Snapshots(ctx, r.Post); err != nil {
			return lantoa.Lift{}, err
		}
		in.Own = &own
		if in.OwnUsual, err = w.usual(ctx, r.Channel, r.Unit.Level, r.Kind); err != nil {
			return lantoa.Lift{}, err
		}
	}
	return reshare.MeasureLift(in, w.Now()), nil
}

// usual is the benchmark of a channel, or of its level, or what is shipped: there is always some growth to reckon with.
func (w *Worker) usual(ctx context.Context, ch lantoa.ChannelID, level lantoa.Level, kind lantoa.ChannelKind) (lantoa.Benchmark, error) {
	for _, key := range []lantoa.ChannelID{ch, stories.LevelChannel(level, kind)} {
		b, err := w.Store.Benchmark(ctx, key)
		if lantoa.KindOf(err) != lantoa.NotFound {
			return b, err
		}
	}
	return stories.Starting(), nil
}

// unshared are the posts of the last year but for those whose story was passed on, if only for a while, and for ours with
// which it was: these are no measure of what happens to a post by itself.
func (w *Worker) unshared(ctx context.Context) ([]lantoa.Measured, error) {
	passed := map[lantoa.PostID]bool{}
	known := map[lantoa.StoryID]bool{}
	for cursor := ""; ; {
		page, _, next, err := w.Store.Reshares(ctx, lantoa.Everything, store.ReshareFilter{Limit: 500, Cursor: cursor})
		if err != nil {
			return nil, err
		}
		for _, r := range page {
			if r.SentAt.IsZero() {
				continue
			}
			passed[r.Post] = true
			if known[r.Story] {
				continue
			}
			known[r.Story] = true
			story, err := w.Store.Story(ctx, r.Story)
			if err != nil {
				return nil, err
			}
			passed[story.Lead.ID] = true
		}
		if cursor = next; cursor == "" {
			break
		}
	}
	all, err := w.Store.PostsForBenchmark(ctx, w.Now())
	return slices.DeleteFunc(all, func(p lantoa.Measured) bool { return passed[p.ID] }), err
}

// letterAfter is how long after a word of thanks its letters leave: when it is known for sure what they tell of.
const letterAfter = time.Minute

// thank writes a word of thanks to the unit that told the story, once a story: in its own week's page, and as letters to
// its officers. A unit that passed on its own story is not thanked for it, nor one whose post is gone since; a unit that
// was dissolved has its heir thanked. Done twice it does nothing more.
func (w *Worker) thank(ctx context.Context, story lantoa.Story, r lantoa.Reshare) error {
	if story.Withdrawn || story.Lead.Removed() {
		return nil
	}
	unit, err := w.heir(ctx, story.First.ID)
	if err != nil || unit.ID == "" || unit.ID == r.Unit.ID {
		return err
	}
	t, fresh, err := w.Store.SaveThanks(ctx, lantoa.Thanks{
		ID: lantoa.NewID(w.Now()), Reshare: r.ID, Story: story.ID, Title: story.Title, Unit: unit, Channel: r.ChannelName, Lift: r.Lift, At: w.Now(),
	})
	if err != nil || !fresh && t.Reshare != r.ID {
		return err
	}
	people, err := w.Store.Users(ctx, lantoa.Scope(unit.Path))
	if err != nil {
		return err
	}
	var letters []lantoa.Letter
	for _, u := range people {
		if u.Role == lantoa.Officer && u.Unit.ID == unit.ID && !u.Disabled {
			letters = append(letters, lantoa.Letter{Kind: lantoa.LetterThanks, Ref: t.ID, User: u.ID, Email: u.Email, Name: u.Name, Next: t.At.Add(letterAfter)})
		}
	}
	if len(letters) == 0 {
		return nil
	}
	_, err = w.Store.AddLetters(ctx, letters)
	return err
}

// heir is the unit in whose hands the matters of a unit are: itself, or that which took it in; without ID where it was
// dissolved without one.
func (w *Worker) heir(ctx context.Context, id lantoa.UnitID) (lantoa.Unit, error) {
	for seen := map[lantoa.UnitID]bool{}; !seen[id]; {
		seen[id] = true
		u, err := w.Store.Unit(ctx, id)
		if err != nil {
			return lantoa.Unit{}, err
		}
		if u.InForce(w.Now()) {
			return u, nil
		}
		if len(u.Successors) == 0 {
			return lantoa.Unit{}, nil
		}
		id = u.Successors[0]
	}
	return lantoa.Unit{}, nil
}

// ComposeThanks makes the letter that thanks a unit when it leaves. Gone when the story was withdrawn meanwhile.
func (w *Worker) ComposeThanks(ctx context.Context, l lantoa.Letter, to lantoa.User) (m mail.Message, err error) {
	t, err := w.Store.Thanks(ctx, l.Ref)
	if err != nil {
		return m, err
	}
	story, err := w.Store.Story(ctx, t.Story)
	if err != nil {
		return m, err
	}
	if story.Withdrawn || story.Lead.Removed() {
		return m, lantoa.Problem(lantoa.Gone, "story", "")
	}
	x, err := reshare.ThanksLetter(t, to.Name, strings.TrimSuffix(w.BaseURL, "/")+"/xa-toi", words.For("vi").In(w.Zone))
	if err != nil {
		return m, err
	}
	m = mail.Message{Subject: x.Subject, HTML: x.HTML, Text: x.Text,
		Inline: []mail.Inline{{CID: reshare.PictureID, Name: x.PictureName, Type: "image/png", Data: x.Picture}}}
	return m, nil
}
