package main

import (
	"context"
	"fmt"
	"strconv"
	"strings"
	"time"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/collectors"
	"github.com/hoiphunu/lantoa/collectors/files"
	"github.com/hoiphunu/lantoa/collectors/talk"
)

// importMessages saves what a file says of Zalo groups: the posts among the messages, the number of the others, what
// was taken back, how many members there are. Nothing of it gets past the gate as it was written.
func importMessages(ctx context.Context, app *App, in *intake) error {
	target, err := app.namedGroup(ctx, in)
	if err != nil {
		return err
	}
	got, wrong, err := files.ReadMessages(in.file, files.MessagesAsk{Hash: app.Hash, Room: target.External, Zone: app.Zone})
	if err != nil {
		return unreadable(err)
	}
	if got.Pasted && target.ID == "" {
		return &lantoa.Trouble{Kind: lantoa.Invalid, What: "group", Note: "chữ chép tay không nói là của nhóm nào; thêm --group TÊN hoặc --channel MÃ"}
	}
	for _, b := range wrong {
		in.skip(b)
	}
	in.what = "tin"
	var sum messageSum
	for _, room := range got.Rooms {
		ch, ok, err := app.groupOf(ctx, room, target, len(got.Rooms) == 1)
		if err != nil {
			return err
		}
		if !ok {
			name := room.External
			if room.Name != "" {
				name += " (“" + room.Name + "”)"
			}
			in.skip(files.BadRow{Line: room.Line, Kind: files.UnknownRoom, Field: strconv.Itoa(len(room.Messages)), Value: name})
			continue
		}
		if err := in.room(ctx, app, ch, room, got.Pasted, &sum); err != nil {
			return err
		}
	}
	in.also = fmt.Sprintf(": %d bài, %d tin chỉ đếm", sum.posts, sum.chatter)
	for _, n := range []struct {
		n    int
		what string
	}{
		{sum.known, "tin đã có"}, {got.Doubles, "tin trùng"}, {sum.recalled + got.Withdrawn, "tin bị thu hồi"}, {got.Vanishing, "tin tự xóa không giữ"},
	} {
		if n.n > 0 {
			in.also += fmt.Sprintf(", %d %s", n.n, n.what)
		}
	}
	if !in.check() {
		in.tell(sum.saved)
	}
	return nil
}

type messageSum struct {
	posts, chatter, known, recalled int
	saved                           lantoa.Saved
}

// room saves one group.
func (in *intake) room(ctx context.Context, app *App, ch lantoa.Channel, room *files.Room, pasted bool, sum *messageSum) error {
	in.good += len(room.Messages)
	known, err := app.Store.KnownExternals(ctx, ch.ID, room.IDs())
	if err != nil {
		return err
	}
	posts, chatter := room.Sort(known)
	sum.posts, sum.chatter, sum.recalled = sum.posts+len(posts), sum.chatter+len(chatter), sum.recalled+len(room.Recalled)
	sum.known += len(room.Messages) - len(posts) - len(chatter)
	in.say("  nhóm %s → kênh %s (%s): %d bài, %d tin chỉ đếm", printable(room.External), printable(ch.Name), ch.ID, len(posts), len(chatter))
	if room.Sealed {
		in.say("  nhóm %s mã hóa đầu cuối: không lấy được nội dung", printable(ch.Name))
	}
	if in.check() {
		in.preview(app, collectors.Accept(ch, posts), chatter, pasted)
		return nil
	}
	if ctx, err = in.writing(ctx, app); err != nil {
		return err
	}
	// What was taken back first: it must not come in with the rest of the file.
	erased, err := app.Store.ErasePosts(ctx, ch.ID, room.Recalled, in.now, "", "recalled")
	if err != nil {
		return err
	}
	if len(erased.Passed) > 0 {
		ids := make([]string, len(erased.Passed))
		for i, id := range erased.Passed {
			ids[i] = string(id)
		}
		if _, err := app.Store.RaiseNotice(ctx, &lantoa.Notice{Kind: lantoa.WithdrawnNote, Key: "withdrawn:" + ids[0], Channel: ch.ID,
			Count: len(ids), BeganAt: in.now, Trouble: lantoa.Trouble{Kind: lantoa.Conflict, What: strings.Join(ids, ",")}}); err != nil {
			return err
		}
	}
	if err := in.save(ctx, app, ch, posts, &sum.saved); err != nil {
		return err
	}
	if _, err := app.Store.SaveChatter(ctx, ch.ID, chatter); err != nil {
		return err
	}
	return in.roomFacts(ctx, app, ch, room)
}

// roomFacts saves what is known of a group beside its messages.
func (in *intake) roomFacts(ctx context.Context, app *App, ch lantoa.Channel, room *files.Room) error {
	if room.Members.Known {
		size := lantoa.ChannelSnapshot{At: in.now, Followers: room.Members, Source: lantoa.FromReport}
		if err := app.Store.SaveChannelSnapshot(ctx, ch.ID, size); err != nil {
			return err
		}
	}
	if room.Sealed { // what cannot be had is not what is not there
		trouble := talk.Room{ID: room.External, Sealed: true}.Trouble()
		if err := app.Store.NoteVisit(ctx, lantoa.Visit{Channel: ch.ID, At: in.now, Trouble: trouble}); err != nil {
			return err
		}
	}
	for _, m := range room.Moves {
		fresh, err := app.Store.SeenOnce(ctx, "move:"+m.Key, in.now.AddDate(2, 0, 0)) // a file may be brought again
		if err != nil {
			return err
		}
		if !fresh {
			continue
		}
		day := m.At.In(app.Zone).Format(time.DateOnly)
		for metric, n := range map[string]int{"joins": m.Joined, "leaves": m.Left} {
			if n == 0 {
				continue
			}
			if err := app.Store.AddToDay(ctx, ch.ID, metric, day, int64(n)); err != nil {
				return err
			}
		}
	}
	return nil
}

// preview shows what was understood, as it would be kept.
func (in *intake) preview(app *App, posts []lantoa.Incoming, chatter []lantoa.Chatter, pasted bool) {
	const most = 50
	for i, p := range posts {
		if i == most {
			in.say("    … và %d bài nữa", len(posts)-most)
			break
		}
		in.say("    %s bài: “%s”, %d ảnh hoặc tệp", p.PublishedAt.In(app.Zone).Format("15:04 02/01/2006"), printable(lantoa.Title(p.Text)), len(p.Media))
	}
	if !pasted { // only there it is not sure where a message begins
		return
	}
	for i, c := range chatter {
		if i == most {
			in.say("    … và %d tin nữa", len(chatter)-most)
			break
		}
		in.say("    %s chỉ đếm (%s)", c.At.In(app.Zone).Format("15:04 02/01/2006"), c.Kind)
	}
}

// namedGroup is the group that --channel or --group names; none if neither is given.
func (a *App) namedGroup(ctx context.Context, in *intake) (lantoa.Channel, error) {
	name := in.flag("channel")
	if name == "" {
		name = in.flag("group")
	}
	if name == "" {
		return lantoa.Channel{}, nil
	}
	return a.channelNamed(ctx, name, lantoa.ZaloGroup)
}

// groupOf is the channel of a group in a file: the one with its id; or the one that was named, if the file speaks of
// that group alone.
func (a *App) groupOf(ctx context.Context, room *files.Room, target lantoa.Channel, alone bool) (lantoa.Channel, bool, error) {
	if target.ID != "" && (alone || room.External == target.External) {
		return target, true, nil
	}
	ch, err := a.Store.ChannelByExternal(ctx, lantoa.ZaloGroup, room.External)
	if lantoa.KindOf(err) == lantoa.NotFound {
		return ch, false, nil
	}
	return ch, err == nil, err
}
