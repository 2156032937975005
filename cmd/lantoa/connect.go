package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/store"
)

// connected says what a token opened: pages with a token of their own, and those of ours it did not open.
type connected struct {
	pages   int
	missing []string
}

// connectFacebook asks a person's or system user's token for all the pages it may read, and seals the token
// of each page that is one of our channels.
func (a *App) connectFacebook(ctx context.Context, token string) (connected, error) {
	var c connected
	accounts, err := a.Facebook.Accounts(ctx, token)
	if err != nil {
		return c, fmt.Errorf("facebook pages: %w", err)
	}
	opened := map[string]string{}
	for _, page := range accounts {
		opened[page.ID] = page.Token
	}
	channels, err := a.Store.Channels(ctx, lantoa.Everything, store.ChannelFilter{Kind: lantoa.FacebookPage})
	if err != nil {
		return c, err
	}
	for _, ch := range channels {
		token := opened[ch.External]
		if token == "" {
			if _, err := a.Store.Secret(ctx, pageSecret(ch.External)); lantoa.KindOf(err) == lantoa.NotFound {
				c.missing = append(c.missing, ch.Name)
			}
			continue
		}
		if err := a.Store.SaveSecret(ctx, pageSecret(ch.External), token); err != nil {
			return c, err
		}
		c.pages++
	}
	return c, nil
}

// connect reads a token from in, never from the command line where other users of the machine could see it.
func (a *App) connect(ctx context.Context, platform string, in io.Reader, out io.Writer) error {
	text, err := io.ReadAll(io.LimitReader(in, 64<<10))
	if err != nil {
		return err
	}
	switch platform {
	case "facebook":
		c, err := a.connectFacebook(ctx, strings.TrimSpace(string(text)))
		if err != nil {
			return err
		}
		fmt.Fprintf(out, "Đã nối %d trang Facebook; còn %d trang chưa có quyền.\n", c.pages, len(c.missing))
		for _, name := range c.missing {
			fmt.Fprintf(out, "  %s: người phụ trách trang cần cấp quyền cho ứng dụng và tích vào trang này\n", name)
		}
		return nil
	case "zalo":
		var pair struct {
			Access  string `json:"access_token"`
			Refresh string `json:"refresh_token"`
		}
		if err := json.Unmarshal(text, &pair); err != nil || pair.Access == "" || pair.Refresh == "" {
			return wrongUsage(`mã Zalo đọc từ đầu vào phải có dạng {"access_token":"…","refresh_token":"…"}`)
		}
		// How old the pair is nobody said: renewed at first use.
		if err := a.Zalo.Grant(ctx, pair.Access, pair.Refresh, a.Now().Add(time.Hour)); err != nil {
			return err
		}
		fmt.Fprintln(out, "Đã nhận mã của Zalo OA.")
		return nil
	}
	return wrongUsage("--connect %q: dùng facebook hoặc zalo", platform)
}
