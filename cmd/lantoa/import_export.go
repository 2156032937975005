package main

import (
	"context"
	"fmt"
	"strings"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/collectors/files"
	"github.com/hoiphunu/lantoa/internal/viet"
	"github.com/hoiphunu/lantoa/store"
)

// importExport saves the posts of an archive that the administrator of a page downloaded from Facebook. Those that
// the page's own channel has already, told by Facebook or by an earlier file, are not told twice.
func importExport(ctx context.Context, app *App, in *intake) error {
	archive, err := files.OpenArchive(in.path)
	if err != nil {
		return unreadable(err)
	}
	defer archive.Close()
	got, wrong, err := files.ReadExport(archive, in.now, app.Zone)
	for _, b := range wrong {
		in.skip(b)
	}
	if err != nil {
		return unreadable(err)
	}
	ch, err := app.exportedPage(ctx, in, got.Page)
	if err != nil {
		return err
	}
	in.good, in.what = len(got.Posts), "bài"
	have, err := app.postsAround(ctx, ch, got.Posts)
	if err != nil {
		return err
	}
	known := files.Recognise(got.Posts, have)
	in.say("  trang “%s” → kênh %s (%s)", printable(got.Page), printable(ch.Name), ch.ID)
	in.also = fmt.Sprintf(", %d bài đã có trên kênh, %d mục không có nội dung", known, got.Empty)
	if in.check() || len(got.Posts) == 0 {
		return nil
	}
	if ctx, err = in.writing(ctx, app); err != nil {
		return err
	}
	var saved lantoa.Saved
	if err := in.save(ctx, app, ch, got.Posts, &saved); err != nil {
		return err
	}
	in.tell(saved)
	return nil
}

// exportedPage is the channel whose archive it is: the one that was named, or else the one page of ours that is called
// as the archive says.
func (a *App) exportedPage(ctx context.Context, in *intake, page string) (lantoa.Channel, error) {
	if name := in.flag("channel"); name != "" {
		ch, err := a.channelNamed(ctx, name, lantoa.FacebookPage)
		if err == nil && page != "" && viet.Bare(page) != viet.Bare(ch.Name) {
			in.say("  chú ý: tệp gọi trang này là “%s”", printable(page))
		}
		return ch, err
	}
	if page == "" {
		return lantoa.Channel{}, &lantoa.Trouble{Kind: lantoa.Invalid, What: "channel", Note: "tệp không nói là của trang nào; thêm --channel MÃ"}
	}
	ch, err := a.channelNamed(ctx, page, lantoa.FacebookPage)
	if err != nil {
		return ch, &lantoa.Trouble{Kind: lantoa.Invalid, What: "channel",
			Note: fmt.Sprintf("không rõ trang “%s” của tệp là kênh nào; thêm --channel MÃ", printable(page)), Err: err}
	}
	return ch, nil
}

// channelNamed is the one channel of a kind with an id, an id at its platform, or a name, whatever its capitals and
// marks.
func (a *App) channelNamed(ctx context.Context, name string, kind lantoa.ChannelKind) (lantoa.Channel, error) {
	all, err := a.Store.Channels(ctx, lantoa.Everything, store.ChannelFilter{})
	if err != nil {
		return lantoa.Channel{}, err
	}
	for _, same := range []func(lantoa.Channel) bool{
		func(ch lantoa.Channel) bool {
			return string(ch.ID) == name || ch.External == name || ch.External == strings.ToLower(name)
		},
		func(ch lantoa.Channel) bool { return ch.Name == name },
		func(ch lantoa.Channel) bool { return viet.Bare(ch.Name) == viet.Bare(name) },
	} {
		var found []lantoa.Channel
		for _, ch := range all {
			if ch.Kind == kind && same(ch) {
				found = append(found, ch)
			}
		}
		switch len(found) {
		case 1:
			return found[0], nil
		case 0:
			continue
		}
		return lantoa.Channel{}, &lantoa.Trouble{Kind: lantoa.Invalid, What: "channel",
			Note: fmt.Sprintf("%d kênh cùng tên “%s”; hãy ghi mã của kênh", len(found), printable(name))}
	}
	return lantoa.Channel{}, &lantoa.Trouble{Kind: lantoa.Invalid, What: "channel",
		Note: fmt.Sprintf("không có kênh nào tên hoặc mang mã “%s”", printable(name))}
}

// postsAround are the posts of a channel of the time in which those of a file were published, with their words.
func (a *App) postsAround(ctx context.Context, ch lantoa.Channel, posts []lantoa.Incoming) ([]lantoa.Measured, error) {
	if len(posts) == 0 {
		return nil, nil
	}
	from, to := files.Span(posts)
	bare, err := a.Store.PostsBetween(ctx, ch.ID, from, to)
	if err != nil {
		return nil, err
	}
	have := make([]lantoa.Measured, 0, len(bare))
	for len(bare) > 0 {
		n := min(saveAtOnce, len(bare))
		ids := make([]lantoa.PostID, n)
		for i, p := range bare[:n] {
			ids[i] = p.ID
		}
		full, err := a.Store.Posts(ctx, lantoa.Everything, ids)
		if err != nil {
			return nil, err
		}
		for _, id := range ids {
			have = append(have, full[id])
		}
		bare = bare[n:]
	}
	return have, nil
}
