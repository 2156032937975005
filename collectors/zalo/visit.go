package zalo

import (
	"context"
	"errors"
	"time"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/collectors/talk"
)

// Visit reads what is new in a group, or the articles of the account itself.
func (c *Client) Visit(ctx context.Context, ch lantoa.Channel, ask lantoa.Ask, now time.Time) (lantoa.Haul, error) {
	switch {
	case ch.Kind == lantoa.ZaloOA:
		return c.account(ctx, ch, ask, now)
	case ch.Kind == lantoa.ZaloGroup && ch.External != "":
		return c.visitGroup(ctx, ch, ask, now)
	}
	return lantoa.Haul{From: now}, lantoa.Problem(lantoa.Refused, "group_id", "")
}

// visitGroup reads what is new in a group; with a zero ask.Since, or before the first visit succeeded, everything
// that Zalo still has. Messages have no numbers and no changes, so that between the two no depth would show more.
// A fresh visit reads nothing where nothing can have been said.
//
// Only messages that are not known yet come back, each as a post or as chatter; and a known post once more when
// another of its pictures has come. On an error the haul has nothing but the number of calls: half of what is new
// would hide the other half from the next visit, which stops at what it knows. What a visit that was cut off had
// read is gone on with.
//
// Nothing is said about posts that are gone (Haul.From is now): Zalo has no word for a message taken back.
func (c *Client) visitGroup(ctx context.Context, ch lantoa.Channel, ask lantoa.Ask, now time.Time) (lantoa.Haul, error) {
	haul := lantoa.Haul{From: now}
	quiet, upTo := false, time.Time{}
	if !ask.Since.IsZero() && !ask.Depth.Reaches(lantoa.Recent) {
		quiet, upTo = c.quiet(ctx, &haul.Calls, ch, now)
	}
	if !quiet {
		read := c.walkNew
		if ask.Since.IsZero() {
			read = c.walkAll
		}
		w, err := read(ctx, &haul.Calls, ch, ask.Since, now)
		if err != nil {
			return haul, c.dying(ctx, &haul.Calls, ch.External, err)
		}
		c.noteReading(ch, w, upTo, now)
		haul.Posts, haul.Chatter = talk.Sort(w.messages, w.known)
		haul.Complete, haul.Warnings = w.complete, w.warnings
	}
	err := c.describe(ctx, ch, ask, now, &haul)
	return haul, err
}

// describe adds the group's name, address and number of members, and whether it will be dissolved. They are no reason
// to lose what was read: when they cannot be had, that is a warning.
func (c *Client) describe(ctx context.Context, ch lantoa.Channel, ask lantoa.Ask, now time.Time, haul *lantoa.Haul) error {
	g, ok, err := c.listed(ctx, &haul.Calls, ch.External)
	if err != nil {
		if ctx.Err() != nil {
			return ctx.Err()
		}
		haul.Warnings = append(haul.Warnings, *lantoa.AsTrouble(err, lantoa.Away))
		return nil
	}
	if !ok {
		return nil
	}
	haul.Name, haul.URL = g.Name, g.Link
	if g.Members.Known {
		haul.Size = &lantoa.ChannelSnapshot{At: now, Followers: g.Members, Source: lantoa.FromPlatform}
	}
	if !g.Disabled && !ask.Depth.Reaches(lantoa.Recent) {
		return nil
	}
	info, err := c.group(ctx, &haul.Calls, ch.External)
	switch {
	case ctx.Err() != nil:
		return ctx.Err()
	case err != nil: // what was known of its end still goes
		for _, w := range ch.Warnings {
			if w.Kind == lantoa.GroupDead {
				haul.Warnings = append(haul.Warnings, w)
			}
		}
	case g.Disabled || ending(info.DeleteOn, now):
		haul.Warnings = append(haul.Warnings, lantoa.Trouble{Kind: lantoa.GroupDead, What: "auto_delete", Until: info.DeleteOn})
	}
	return nil
}

// Endings are how many days before a group is dissolved its owner is to be told, and told again.
var Endings = [...]int{60, 30, 7}

func ending(on, now time.Time) bool {
	return !on.IsZero() && !now.Before(on.AddDate(0, 0, -Endings[0]))
}

// dying adds to the trouble of a disabled group the day on which Zalo will dissolve it, 45 days after its
// package ran out: until then a new package saves it.
func (c *Client) dying(ctx context.Context, calls *int, id string, err error) error {
	var t *lantoa.Trouble
	if !errors.As(err, &t) || t.Kind != lantoa.GroupDead {
		return err
	}
	if g, askErr := c.group(ctx, calls, id); askErr == nil {
		t.What, t.Until = "auto_delete", g.DeleteOn
	}
	return t
}
