package collectors

import (
	"context"
	"fmt"
	"slices"
	"time"

	"github.com/hoiphunu/lantoa"
)

// Source knows how to read the channels of one platform.
type Source interface {
	// Visit reads what is asked, with the numbers of now. A platform's refusal is a *lantoa.Trouble, and what
	// was read before it comes along in the haul.
	Visit(ctx context.Context, ch lantoa.Channel, ask lantoa.Ask, now time.Time) (lantoa.Haul, error)
}

// Confirmer is a source that can be asked whether posts which are missing from a visit are really gone.
// A source that cannot tell leaves them where they are.
type Confirmer interface {
	Confirm(ctx context.Context, ch lantoa.Channel, externals []string) (gone []string, err error)
}

// Shelf is where a visit puts what it brought; the store is one.
type Shelf interface {
	SavePosts(ctx context.Context, ch lantoa.ChannelID, posts []lantoa.Incoming, at time.Time) (lantoa.Saved, error)
	SaveChatter(ctx context.Context, ch lantoa.ChannelID, ids []lantoa.Chatter) (newly int, err error)
	SaveChannelSnapshot(ctx context.Context, ch lantoa.ChannelID, size lantoa.ChannelSnapshot) error
	SaveChannelDays(ctx context.Context, ch lantoa.ChannelID, days []lantoa.ChannelDay) error
	PostsBetween(ctx context.Context, ch lantoa.ChannelID, from, to time.Time) ([]lantoa.Post, error)
	MarkRemoved(ctx context.Context, ch lantoa.ChannelID, externals []string, at time.Time) error
	NameChannel(ctx context.Context, ch lantoa.ChannelID, name, url string) error
	// Curves are the posts published since then that are not removed, each with all its numbers.
	Curves(ctx context.Context, ch lantoa.ChannelID, from time.Time) ([]lantoa.Measured, error)
	Hints(ctx context.Context, ch lantoa.ChannelID) ([]lantoa.Hint, error)
	DropHints(ctx context.Context, ch lantoa.ChannelID, upTo time.Time) error
	NoteVisit(ctx context.Context, visit lantoa.Visit) error
}

// reread is how far back a nightly visit looks: numbers are wanted up to 28 days of age, and a day more
// takes in what the platform shows late.
const reread = 29 * 24 * time.Hour

// Collect is one visit to one channel. What goes wrong at the platform is no error: it becomes the
// visit's trouble, what is stored stays as it is, and what came before the trouble is kept. An error means
// that the shelf could not take it, or that ctx ended; then no visit is noted and it is simply due again.
func Collect(ctx context.Context, src Source, shelf Shelf, ch lantoa.Channel, now time.Time) (lantoa.Visit, error) {
	started := time.Now()
	visit := lantoa.Visit{Channel: ch.ID, At: now}

	ask, hinted, err := wanted(ctx, shelf, ch, now)
	if err != nil {
		return visit, fmt.Errorf("collect %s: %w", ch.Name, err)
	}
	haul, err := src.Visit(ctx, ch, ask, now)
	if err != nil {
		if ctx.Err() != nil {
			return visit, fmt.Errorf("collect %s: %w", ch.Name, context.Cause(ctx))
		}
		visit.Trouble = told(ch, err, now)
		haul.Complete = false
	}
	visit.Complete, visit.Calls, visit.Depth = haul.Complete, haul.Calls, ask.Depth
	if haul.Depth != "" {
		visit.Depth = haul.Depth
	}

	if err := put(ctx, shelf, ch, haul, &visit); err != nil {
		return visit, fmt.Errorf("collect %s: %w", ch.Name, err)
	}
	if visit.Trouble == nil && len(haul.Posts) == 0 {
		trouble, err := emptyHanded(ctx, src, shelf, ch, now)
		if err != nil {
			return visit, fmt.Errorf("collect %s: %w", ch.Name, err)
		}
		if trouble != nil {
			visit.Trouble, visit.Complete = told(ch, trouble, now), false
		}
	}
	rate := 0.0
	if visit.Trouble == nil {
		if rate, err = settle(ctx, src, shelf, ch, haul, now); err != nil {
			return visit, fmt.Errorf("collect %s: %w", ch.Name, err)
		}
		visit.Warnings = haul.Warnings
		if visit.Next, err = comeAgain(ctx, shelf, ch, rate, haul.Warnings, now); err != nil {
			return visit, fmt.Errorf("collect %s: %w", ch.Name, err)
		}
	} else {
		visit.Next = Retry(ch, visit.Trouble, now, vietnam)
	}
	visit.Took = time.Since(started)
	if err := shelf.NoteVisit(ctx, visit); err != nil {
		return visit, fmt.Errorf("collect %s: note the visit: %w", ch.Name, err)
	}
	if visit.Trouble == nil && !hinted.IsZero() {
		if err := shelf.DropHints(ctx, ch.ID, hinted); err != nil {
			return visit, fmt.Errorf("collect %s: drop hints: %w", ch.Name, err)
		}
	}
	return visit, nil
}

// wanted is what this visit is to read: what its turn is, and the older posts whose numbers are due or of which a
// hint said that something happened. hinted is the moment of the newest hint that it takes care of.
func wanted(ctx context.Context, shelf Shelf, ch lantoa.Channel, now time.Time) (ask lantoa.Ask, hinted time.Time, err error) {
	ask = AskFor(ch, now)
	hints, err := shelf.Hints(ctx, ch.ID)
	if err != nil {
		return ask, hinted, fmt.Errorf("hints: %w", err)
	}
	for _, h := range hints {
		hinted = later(hinted, h.At)
	}
	if ask.Depth == lantoa.Full || !measured(ch.Kind) {
		return ask, hinted, nil
	}
	posts, err := shelf.Curves(ctx, ch.ID, now.Add(-reread))
	if err != nil {
		return ask, hinted, fmt.Errorf("numbers of the past: %w", err)
	}
	slices.SortFunc(posts, func(a, b lantoa.Measured) int { return b.PublishedAt.Compare(a.PublishedAt) })
	listed := map[string]bool{}
	for i, p := range posts {
		if i < ask.Newest-listSlack || !p.PublishedAt.Before(ask.Since) {
			listed[p.External] = true
		}
	}
	for _, p := range DuePosts(posts, now) {
		if !listed[p.External] {
			ask.Posts = append(ask.Posts, p.External)
			listed[p.External] = true
		}
	}
	for _, h := range hints {
		if h.Post != "" && !listed[h.Post] {
			ask.Posts = append(ask.Posts, h.Post)
			listed[h.Post] = true
		}
	}
	return ask, hinted, nil
}

// listSlack is how many new posts may have come since the last visit before a post that was among the newest ones
// is no longer counted on to be listed.
const listSlack = 5

// comeAgain says when a channel that was read is read next.
func comeAgain(ctx context.Context, shelf Shelf, ch lantoa.Channel, rate float64, warnings []lantoa.Trouble, now time.Time) (time.Time, error) {
	usual := NextVisit(ch, rate, now, vietnam)
	next := slowed(usual, warnings, now)
	if !next.Equal(usual) || !measured(ch.Kind) {
		return next, nil // where the platform is short of patience no visit comes early
	}
	young, err := shelf.Curves(ctx, ch.ID, now.Add(-72*time.Hour))
	if err != nil {
		return next, fmt.Errorf("numbers of the past: %w", err)
	}
	return atCheckpoint(next, young, now), nil
}

// emptyHanded looks into a visit that brought no post at all, though the channel had some of late. With a token that
// lost its rights some lists are empty without a word, and the posts themselves then answer as though they were
// gone; that every single one was deleted is the rarer case. A source that tells only what is new is believed.
func emptyHanded(ctx context.Context, src Source, shelf Shelf, ch lantoa.Channel, now time.Time) (*lantoa.Trouble, error) {
	if _, lists := src.(Confirmer); !lists {
		return nil, nil
	}
	stored, err := shelf.PostsBetween(ctx, ch.ID, now.Add(-reread), now)
	if err != nil {
		return nil, fmt.Errorf("posts of the past: %w", err)
	}
	if !slices.ContainsFunc(stored, func(p lantoa.Post) bool { return !p.Removed() }) {
		return nil, nil
	}
	return lantoa.Problem(lantoa.NoRight, "published_posts", ""), nil
}

// told is the trouble of a visit, with the day on which it began: a trouble of the same kind goes on.
func told(ch lantoa.Channel, err error, now time.Time) *lantoa.Trouble {
	t := *lantoa.AsTrouble(err, lantoa.Away)
	if t.Since.IsZero() {
		t.Since = now
		if ch.Trouble != nil && ch.Trouble.Kind == t.Kind && !ch.Trouble.Since.IsZero() {
			t.Since = ch.Trouble.Since
		}
	}
	return &t
}

// put lays a haul on the shelf and counts it. Of an interrupted visit it is what came until then.
func put(ctx context.Context, shelf Shelf, ch lantoa.Channel, haul lantoa.Haul, visit *lantoa.Visit) error {
	if posts := Accept(ch, haul.Posts); len(posts) > 0 {
		saved, err := shelf.SavePosts(ctx, ch.ID, posts, visit.At)
		if err != nil {
			return fmt.Errorf("save posts: %w", err)
		}
		visit.Seen, visit.New = len(posts), saved.New
	}
	if len(haul.Chatter) > 0 {
		newly, err := shelf.SaveChatter(ctx, ch.ID, haul.Chatter)
		if err != nil {
			return fmt.Errorf("save chatter: %w", err)
		}
		visit.Chatter = newly
	}
	if haul.Size != nil {
		if err := shelf.SaveChannelSnapshot(ctx, ch.ID, *haul.Size); err != nil {
			return fmt.Errorf("save the size: %w", err)
		}
	}
	// A channel that came without a name or an address gets the platform's; those a person gave stay.
	if haul.Name != "" && ch.Name == "" || haul.URL != "" && ch.URL == "" {
		if err := shelf.NameChannel(ctx, ch.ID, sound(haul.Name), sound(haul.URL)); err != nil {
			return fmt.Errorf("save the name: %w", err)
		}
	}
	if len(haul.Days) > 0 {
		if err := shelf.SaveChannelDays(ctx, ch.ID, haul.Days); err != nil {
			return fmt.Errorf("save days: %w", err)
		}
	}
	return nil
}

// settle looks at what the channel's own past says after a good visit: posts that are no longer there are
// marked removed, and the posts a week of the last four weeks are counted for the next visit.
func settle(ctx context.Context, src Source, shelf Shelf, ch lantoa.Channel, haul lantoa.Haul, now time.Time) (perWeek float64, err error) {
	from := haul.From
	if month := now.AddDate(0, 0, -28); from.After(month) {
		from = month
	}
	stored, err := shelf.PostsBetween(ctx, ch.ID, from, now.Add(24*time.Hour))
	if err != nil {
		return 0, fmt.Errorf("posts of the past: %w", err)
	}
	gone := haul.Gone
	if confirmer, ok := src.(Confirmer); ok {
		if suspects := missing(stored, haul); len(suspects) > 0 {
			// A platform that cannot be asked now is asked at the next visit; nothing is removed on suspicion.
			if confirmed, err := confirmer.Confirm(ctx, ch, suspects); err == nil {
				gone = append(slices.Clone(gone), confirmed...)
			} else if ctx.Err() != nil {
				return 0, context.Cause(ctx)
			}
		}
	}
	if len(gone) > 0 {
		if err := shelf.MarkRemoved(ctx, ch.ID, gone, now); err != nil {
			return 0, fmt.Errorf("mark removed: %w", err)
		}
	}
	recent := 0
	for _, p := range stored {
		if !p.Removed() && !p.PublishedAt.Before(now.AddDate(0, 0, -28)) && !slices.Contains(gone, p.External) {
			recent++
		}
	}
	return float64(recent) / 4, nil
}

// missing are the stored posts that should have been in the haul and are not. A haul without any post at
// all says nothing: with a token that lost its rights some edges answer an empty list and no error.
func missing(stored []lantoa.Post, haul lantoa.Haul) []string {
	if len(haul.Posts) == 0 {
		return nil
	}
	seen := make(map[string]bool, len(haul.Posts))
	for _, p := range haul.Posts {
		seen[p.External] = true
	}
	var suspects []string
	for _, p := range stored {
		if !seen[p.External] && !p.Removed() && !p.PublishedAt.Before(haul.From) {
			suspects = append(suspects, p.External)
		}
	}
	return suspects
}
