package zalo

import (
	"context"
	"errors"
	"time"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/collectors/talk"
)

// Visit reads what is new in a group; with a zero since, or before the first visit succeeded, everything
// that Zalo still has. Only messages that are not known yet come back, each as a post or as chatter. On an
// error the haul has nothing but the number of calls: half of what is new would hide the other half from
// the next visit, which stops at what it knows. What a visit that was cut off had read is gone on with.
//
// Nothing is said about posts that are gone (Haul.From is now): Zalo has no word for a message taken back.
func (c *Client) Visit(ctx context.Context, ch lantoa.Channel, ask lantoa.Ask, now time.Time) (lantoa.Haul, error) {
	since := ask.Since
	haul := lantoa.Haul{From: now}
	if ch.Kind == lantoa.ZaloOA {
		return c.account(ctx, ask, now)
	}
	if ch.Kind != lantoa.ZaloGroup || ch.External == "" {
		return haul, lantoa.Problem(lantoa.Refused, "group_id", "")
	}
	var (
		w   *walk
		err error
	)
	if since.IsZero() {
		w, err = c.walkAll(ctx, &haul.Calls, ch, now)
	} else {
		w, err = c.walkNew(ctx, &haul.Calls, ch, since, now)
	}
	if err != nil {
		return haul, c.dying(ctx, &haul.Calls, ch.External, err)
	}
	haul.Posts, haul.Chatter = talk.Sort(w.messages, w.known)
	haul.Complete, haul.Warnings = w.complete, w.warnings
	err = c.describe(ctx, ch, now, &haul)
	return haul, err
}

// describe adds the group's name, address and number of members. They are no reason to lose what was read:
// when they cannot be had, that is a warning.
func (c *Client) describe(ctx context.Context, ch lantoa.Channel, now time.Time, haul *lantoa.Haul) error {
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
	if g.Disabled {
		dead := c.dying(ctx, &haul.Calls, g.ID, lantoa.Problem(lantoa.GroupDead, "", ""))
		haul.Warnings = append(haul.Warnings, *lantoa.AsTrouble(dead, lantoa.GroupDead))
	}
	return nil
}

// dying adds to the trouble of a disabled group the day on which Zalo will dissolve it, 45 days after its
// package ran out: until then a new package saves it.
func (c *Client) dying(ctx context.Context, calls *int, id string, err error) error {
	var t *lantoa.Trouble
	if !errors.As(err, &t) || t.Kind != lantoa.GroupDead {
		return err
	}
	if g, askErr := c.group(ctx, calls, id); askErr == nil {
		t.Until = g.DeleteOn
	}
	return t
}
