package api

import (
	"bytes"
	"context"
	"encoding/json"
	"strings"
	"time"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/collectors"
	"github.com/hoiphunu/lantoa/collectors/files"
)

// isMessage says whether an item is what a bridge hands out of a Zalo group, and not a row of posts: those have their
// words in a field of their own, and bridges never do.
func isMessage(raw json.RawMessage) bool {
	var f map[string]json.RawMessage
	if json.Unmarshal(raw, &f) != nil {
		return false
	}
	if _, words := f["text"]; words {
		return false
	}
	for _, mark := range []string{
		"threadId", "msgId", "messageId", "groupMsgs", "gridInfoMap", "message", "messages", "data", "payload", "body", "json", "result",
	} {
		if _, ok := f[mark]; ok {
			return true
		}
	}
	return false
}

// messages takes the items that bridges of ordinary groups hand out, as "import zalo-messages" does: what is a post is
// kept, the rest is counted, and who wrote it is hashed before anything else. Which is a post depends on what stands
// around it, so each item is first looked at by itself, and what is good is then sorted together.
func (t *intake) messages(ctx context.Context, raws []json.RawMessage, messages []int) error {
	groups := map[string]lantoa.Channel{}
	ids := map[int]map[lantoa.ChannelID][]string{} // of each good item
	var good bytes.Buffer
	for _, i := range messages {
		var line bytes.Buffer
		if err := json.Compact(&line, raws[i]); err != nil {
			return err // it was read as JSON before
		}
		one, wrong, err := t.read(line.Bytes())
		if err != nil {
			return err
		}
		item := &t.items[i]
		if item.Why = t.unfit(one, wrong, groups); item.Why != "" {
			continue
		}
		item.Status, ids[i] = itemSame, map[lantoa.ChannelID][]string{}
		for _, room := range one.Rooms {
			ch, ours := groups[room.External]
			if !ours {
				continue
			}
			item.Channel = ch.ID
			said := append(room.IDs(), room.Recalled...)
			ids[i][ch.ID] = append(ids[i][ch.ID], said...)
			if item.ID == "" && len(said) > 0 {
				item.ID = shorten(said[0])
			}
		}
		good.Write(line.Bytes())
		good.WriteByte('\n')
	}
	if good.Len() == 0 {
		return nil
	}
	all, _, err := t.read(good.Bytes())
	if err != nil {
		return err
	}
	for _, room := range all.Rooms {
		if _, ours := groups[room.External]; !ours {
			continue
		}
		fresh, err := t.room(ctx, groups[room.External], room)
		if err != nil {
			return err
		}
		for i, of := range ids {
			for _, id := range of[groups[room.External].ID] {
				if status, ok := fresh[id]; ok && t.items[i].Status != itemNew {
					t.items[i].Status = status
				}
			}
		}
	}
	return nil
}

func (t *intake) read(text []byte) (files.Messages, []files.BadRow, error) {
	return files.ReadMessages(bytes.NewReader(text), files.MessagesAsk{Hash: t.s.Hash, Zone: t.s.Zone})
}

// unfit says why nothing of an item can be taken in, and notes the groups of what can. A bridge may tell of all the
// groups it sits in: those that are none of ours are passed over if one is.
func (t *intake) unfit(one files.Messages, wrong []files.BadRow, groups map[string]lantoa.Channel) (why string) {
	if len(wrong) > 0 {
		why = t.fault(wrong[0])
	}
	fit := false
	for _, room := range one.Rooms {
		ch, err := t.channels.group(room.External)
		switch {
		case lantoa.KindOf(err) == lantoa.NotFound:
			why = ingestNoGroup.happened(t.say, "", room.External) + " " + ingestNoGroup.todo(t.say)
		case err != nil:
			why = notYours.happened(t.say, "", "") + " " + notYours.todo(t.say)
		case room.Sealed:
			why = t.fault(files.BadRow{Kind: files.Sealed, Value: ch.Name})
		default:
			groups[room.External], fit = ch, true
		}
	}
	if fit {
		return ""
	}
	return why
}

// room saves what was said in one group, and says which messages were new and which were taken back.
func (t *intake) room(ctx context.Context, ch lantoa.Channel, room *files.Room) (map[string]IngestStatus, error) {
	s := t.s.Store
	// What was taken back first: it must not come in with the rest.
	erased, err := s.ErasePosts(ctx, ch.ID, room.Recalled, t.now, t.who.Email, "recalled")
	if err != nil {
		return nil, err
	}
	if err := t.tellOfErased(ctx, ch, erased); err != nil {
		return nil, err
	}
	known, err := s.KnownExternals(ctx, ch.ID, room.IDs())
	if err != nil {
		return nil, err
	}
	posts, chatter := room.Sort(known)
	if _, err := s.SavePosts(ctx, ch.ID, collectors.Accept(ch, posts), t.now); err != nil {
		return nil, err
	}
	if _, err := s.SaveChatter(ctx, ch.ID, chatter); err != nil {
		return nil, err
	}
	if room.Members.Known {
		size := lantoa.ChannelSnapshot{At: t.now, Followers: room.Members, Source: lantoa.FromReport}
		if err := s.SaveChannelSnapshot(ctx, ch.ID, size); err != nil {
			return nil, err
		}
	}
	if err := t.moves(ctx, ch.ID, room.Moves); err != nil {
		return nil, err
	}
	status := map[string]IngestStatus{}
	for _, id := range room.IDs() {
		if !known[id] {
			status[id] = itemNew
		}
	}
	for _, id := range room.Recalled {
		status[id] = itemChanged
	}
	return status, nil
}

// moves adds up who came and went, each event once however often it is told.
func (t *intake) moves(ctx context.Context, ch lantoa.ChannelID, moves []files.Move) error {
	for _, m := range moves {
		fresh, err := t.s.Store.SeenOnce(ctx, "move:"+m.Key, t.now.AddDate(2, 0, 0)) // the same key as a file's
		if err != nil {
			return err
		}
		if !fresh {
			continue
		}
		day := m.At.In(t.s.Zone).Format(time.DateOnly)
		for metric, n := range map[string]int{"joins": m.Joined, "leaves": m.Left} {
			if n == 0 {
				continue
			}
			if err := t.s.Store.AddToDay(ctx, ch, metric, day, int64(n)); err != nil {
				return err
			}
		}
	}
	return nil
}

// tellOfErased leaves to a person what was already passed on of words that were taken back.
func (t *intake) tellOfErased(ctx context.Context, ch lantoa.Channel, erased lantoa.Erased) error {
	if len(erased.Passed) == 0 {
		return nil
	}
	ids := make([]string, len(erased.Passed))
	for i, id := range erased.Passed {
		ids[i] = string(id)
	}
	_, err := t.s.Store.RaiseNotice(ctx, &lantoa.Notice{Kind: lantoa.WithdrawnNote, Key: "withdrawn:" + ids[0], Channel: ch.ID, Count: len(ids),
		BeganAt: t.now, Trouble: lantoa.Trouble{Kind: lantoa.Conflict, What: strings.Join(ids, ",")}})
	return err
}
