package main

import (
	"context"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"time"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/collectors/facebook"
	"github.com/hoiphunu/lantoa/internal/words"
	"github.com/hoiphunu/lantoa/store"
)

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
		return a.reportPages(ctx, c, out)
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

// reportPages says which pages a token opened, and of each other one what keeps it shut.
func (a *App) reportPages(ctx context.Context, c connected, out io.Writer) error {
	say := words.For("vi")
	channels, err := a.Store.Channels(ctx, lantoa.Everything, store.ChannelFilter{Kind: lantoa.FacebookPage})
	if err != nil {
		return err
	}
	names := map[lantoa.ChannelID]string{}
	for _, ch := range channels {
		names[ch.ID] = ch.Name
	}
	fmt.Fprintf(out, "Đã nối %d trong %d trang Facebook.\n", c.pages, len(names))
	for _, m := range c.matches {
		switch {
		case m.By == facebook.Maybe:
			fmt.Fprintf(out, "  %s: có thể là trang %q (mã %s); xác nhận tại Quản trị › Kết nối\n", names[m.Channel], m.Account.Name, m.Account.ID)
		case m.Why.Kind != "":
			fmt.Fprintf(out, "  %s: %s\n", names[m.Channel], say.Trouble(&m.Why, lantoa.FacebookPage))
		}
	}
	for _, w := range c.warnings {
		fmt.Fprintf(out, "  (%s)\n", say.Trouble(&w, lantoa.FacebookPage))
	}
	return nil
}
