package main

import (
	"cmp"
	"context"
	"fmt"
	"net"
	"net/url"
	"strings"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/collectors/facebook"
	"github.com/hoiphunu/lantoa/collectors/zalo"
	"github.com/hoiphunu/lantoa/internal/safehttp"
	"github.com/hoiphunu/lantoa/queue"
	"github.com/hoiphunu/lantoa/reshare"
	"github.com/hoiphunu/lantoa/store"
)

// joinPublishers gives the worker what passes stories on.
func (a *App) joinPublishers() {
	a.Publishers = reshare.Publishers{
		lantoa.ViaFeed:      facebook.Publisher{Client: a.Facebook},
		lantoa.ViaMessage:   zalo.Messages{Client: a.Zalo},
		lantoa.ViaArticle:   zalo.Articles{Client: a.Zalo},
		lantoa.ViaBroadcast: zalo.Broadcasts{Client: a.Zalo},
	}
	a.Worker.Publishers = a.Publishers
}

// reshareRule is how the Union wants stories passed on.
func (s Settings) reshareRule() reshare.Rule {
	return reshare.Rule{Second: s.Get("reshare_second") == "true"}
}

// joinHook has the program that the settings name hear of each story that is chosen. It stands wherever the
// administrator put it, inside the house too.
func (a *App) joinHook(body func(context.Context, lantoa.StoryEvent) ([]byte, error)) {
	address := a.Settings.Get("story_hook_url")
	if address == "" {
		return
	}
	allow := a.Settings.insideHosts()
	if u, err := url.Parse(address); err == nil {
		port := cmp.Or(u.Port(), map[string]string{"https": "443", "http": "80"}[u.Scheme])
		allow = append(allow, net.JoinHostPort(u.Hostname(), port))
	}
	client := safehttp.New(safehttp.Options{UserAgent: "lantoa (+" + a.Settings.BaseURL() + ")", Allow: allow})
	a.close = append(a.close, func() error { client.Close(); return nil })
	a.Worker.StoryHook = &queue.StoryHook{URL: address, Key: a.Settings.Get("story_hook_key"), HTTP: client, Body: body}
}

// means is how a channel can be published to now; by hand, and why, where no API may.
func (a *App) means(ctx context.Context, ch lantoa.Channel) (lantoa.Means, *lantoa.Trouble) {
	if ch.Archived {
		return lantoa.ViaHand, lantoa.Problem(lantoa.Gone, "channel", "")
	}
	if ch.Trouble.Disconnects() {
		return lantoa.ViaHand, ch.Trouble
	}
	switch ch.Kind {
	case lantoa.FacebookPage:
		name := pageSecret(ch.External)
		if !a.hasSecret(ctx, name) {
			return lantoa.ViaHand, lantoa.Problem(lantoa.Expired, "token", "")
		}
		if access, err := a.Store.Access(ctx, name); err == nil && access.ReadOnly {
			return lantoa.ViaHand, lantoa.Problem(lantoa.NoRight, facebook.Publishing[0], "")
		}
	case lantoa.ZaloGroup, lantoa.ZaloOA:
		if !a.hasSecret(ctx, "zalo/oa") {
			return lantoa.ViaHand, lantoa.Problem(lantoa.Expired, "token", "")
		}
	}
	return lantoa.MeansOf(ch.Kind), nil
}

func (a *App) hasSecret(ctx context.Context, name string) bool {
	text, err := a.Store.Secret(ctx, name)
	return err == nil && text != ""
}

// examinePassing says what waits for a person, and whether the pictures of articles can be fetched from outside.
func (a *App) examinePassing(ctx context.Context) finding {
	f := finding{"tốt", "lan tỏa", "", ""}
	unsure, n, _, err := a.Store.Reshares(ctx, lantoa.Everything, store.ReshareFilter{States: []lantoa.ReshareState{lantoa.ReshareUnsure}, Limit: 500})
	if err != nil {
		return finding{"lỗi", "lan tỏa", sentence(err), ""}
	}
	asked := 0
	for _, r := range unsure {
		if reshare.ForPerson(r, a.Now()) {
			asked++
		}
	}
	f.Found = fmt.Sprintf("%d lượt chưa rõ đã đăng hay chưa, %d lượt chờ người xem", n, asked)
	switch {
	case asked > 0:
		f.Grade, f.Do = "lưu ý", "mở câu chuyện trên trang web, xem kênh và trả lời đã đăng hay chưa"
	case !strings.HasPrefix(a.Settings.BaseURL(), "https://"):
		f.Found += "; địa chỉ " + a.Settings.BaseURL() + " Zalo không tải ảnh về được"
		f.Do = "bài viết của Zalo OA cần ảnh bìa: đặt LANTOA_BASE_URL là địa chỉ https mà bên ngoài mở được"
	}
	return f
}
