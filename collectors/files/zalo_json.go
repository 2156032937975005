package files

import (
	"bytes"
	"cmp"
	"encoding/json"
	"fmt"
	"maps"
	"net/url"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"time"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/collectors/talk"
)

// maxTries is how often several lines are taken for one value that then never ends. After that every line is a
// value by itself, so that a file of opening brackets is not read again and again.
const maxTries = 20

// json reads one value after another, each on a line of its own or over several.
func (in *messageReader) json(text []byte) {
	for line := 1; len(text) > 0; {
		rest := bytes.TrimLeft(text, " \t\r\n")
		line += bytes.Count(text[:len(text)-len(rest)], []byte("\n"))
		if text = rest; len(text) == 0 {
			return
		}
		one, _, _ := bytes.Cut(text, []byte("\n"))
		value := bytes.TrimSpace(one)
		taken := len(one)
		if !json.Valid(value) {
			value = nil
			if in.tries < maxTries {
				d := json.NewDecoder(bytes.NewReader(text))
				var raw json.RawMessage
				if err := d.Decode(&raw); err == nil {
					value, taken = raw, int(d.InputOffset())
				} else {
					in.tries++
				}
			}
		}
		if value == nil {
			in.bad(line, BadJSON, "", "")
		} else {
			in.value(value, line, 0)
		}
		line += bytes.Count(text[:taken], []byte("\n"))
		text = text[taken:]
	}
}

// fields is an object whose values nobody has looked at yet.
type fields map[string]json.RawMessage

func object(raw []byte) fields {
	if len(raw) == 0 || raw[0] != '{' {
		return nil
	}
	var f fields
	if json.Unmarshal(raw, &f) != nil {
		return nil
	}
	return f
}

func (f fields) has(names ...string) bool {
	for _, name := range names {
		if raw, ok := f[name]; !ok || string(raw) == "null" {
			return false
		}
	}
	return true
}

// text is a field that is a string or a number, as text: ids come as either.
func (f fields) text(names ...string) string {
	for _, name := range names {
		if s := looseText(f[name]); s != "" {
			return s
		}
	}
	return ""
}

func looseText(raw json.RawMessage) string {
	switch {
	case len(raw) == 0:
		return ""
	case raw[0] == '"':
		var s string
		if json.Unmarshal(raw, &s) != nil {
			return ""
		}
		return s
	case raw[0] == '-' || raw[0] >= '0' && raw[0] <= '9':
		return string(raw)
	}
	return "" // null, true, an object, a list
}

func (f fields) object(name string) fields { return object(f[name]) }

func (f fields) is(name, value string) bool {
	return f.has(name) && strings.Trim(string(f[name]), `"`) == value
}

// list is a field that is a list; one thing that is none is a list of one.
func (f fields) list(name string) []json.RawMessage {
	raw := f[name]
	if len(raw) == 0 || string(raw) == "null" {
		return nil
	}
	if raw[0] != '[' {
		return []json.RawMessage{raw}
	}
	var all []json.RawMessage
	if json.Unmarshal(raw, &all) != nil {
		return nil
	}
	return all
}

// value takes one JSON value, whatever it is wrapped in.
func (in *messageReader) value(raw []byte, line, deep int) {
	if deep > 8 {
		in.bad(line, UnknownForm, "", "")
		return
	}
	if len(raw) > 0 && raw[0] == '[' {
		in.elements(raw, line, deep)
		return
	}
	f := object(raw)
	if f == nil {
		in.bad(line, UnknownForm, "", "")
		return
	}
	inside := func(name string) bool { return len(f[name]) > 0 && (f[name][0] == '{' || f[name][0] == '[') }
	message := f.object("message")
	switch {
	case f.has("gridInfoMap"):
		in.roomInfo(raw, line)
	case inside("groupMsgs"):
		in.value(f["groupMsgs"], line, deep+1)
	case f.has("data") && (f.has("threadId") || object(f["data"]).has("msgId")):
		in.zca(f, line)
	case message.has("message_id", "chat"):
		in.bot(message, f.text("event_name"), line)
	case f.has("messageId", "chatId"):
		in.pretty(f, line)
	case f.has("msgId") && (f.has("senderId") || f.has("chatType")):
		in.openzca(f, line)
	case inside("payload"):
		in.value(f["payload"], line, deep+1)
	case inside("body"):
		in.value(f["body"], line, deep+1)
	case inside("message"):
		in.value(f["message"], line, deep+1)
	case inside("messages"):
		in.value(f["messages"], line, deep+1)
	case inside("items"):
		in.value(f["items"], line, deep+1)
	case inside("result"):
		in.value(f["result"], line, deep+1)
	case inside("json"): // how n8n wraps what it saves
		in.value(f["json"], line, deep+1)
	case inside("data"):
		in.value(f["data"], line, deep+1)
	case f.is("kind", "lifecycle"), f.has("event"), f.has("session_id"):
		in.out.Other++
	default:
		keys := slices.Sorted(maps.Keys(f))
		in.bad(line, UnknownForm, "", strings.Join(keys[:min(len(keys), 5)], ", "))
	}
}

// elements takes the elements of a list, each with the line on which it begins.
func (in *messageReader) elements(raw []byte, line, deep int) {
	d := json.NewDecoder(bytes.NewReader(raw))
	if _, err := d.Token(); err != nil {
		in.bad(line, BadJSON, "", "")
		return
	}
	counted := 0
	for d.More() {
		var one json.RawMessage
		if err := d.Decode(&one); err != nil {
			in.bad(line, BadJSON, "", "")
			return
		}
		begin := int(d.InputOffset()) - len(one)
		line += bytes.Count(raw[counted:begin], []byte("\n"))
		counted = begin
		in.value(one, line, deep+1)
	}
}

// roomInfo takes what groups say of themselves.
func (in *messageReader) roomInfo(raw []byte, line int) {
	rooms, err := talk.ReadRooms(raw)
	if err != nil {
		in.bad(line, UnknownForm, "", "gridInfoMap")
		return
	}
	for _, r := range rooms {
		g := in.room(r.ID, r.Name, line)
		g.Sealed = g.Sealed || r.Sealed
		if r.Members.Known {
			g.Members = r.Members
		}
	}
}

// zca takes what zca-js hands out: a message, or one of the events around it.
func (in *messageReader) zca(f fields, line int) {
	data := f.object("data")
	content := data.object("content")
	room := cmp.Or(f.text("threadId"), data.text("groupId", "idTo"))
	private := f.is("type", "0") || f.is("isGroup", "false")
	at := millis(data.text("ts", "time"))
	switch {
	case content.has("deleteMsg"), content.has("rMsg"), data.has("seenUids"), data.has("updateMembers"):
		if private {
			in.bad(line, Private, "", "")
			return
		}
		if room == "" {
			in.bad(line, NoRoom, "", "")
			return
		}
		in.zcaEvent(in.room(room, data.text("groupName"), line), f, data, content, at)
		return
	case !data.has("content") && !data.has("msgType"):
		in.out.Other++
		return
	}
	h := heard{
		line: line, room: room, private: private, id: data.text("msgId"), device: data.text("cliMsgId"), space: "zca",
		author: data.text("uidFrom"), at: at, vanishing: positive(data.text("ttl")),
	}
	h.kind, h.words, h.media = zcaContent(data, content, h.id)
	if f.is("isSelf", "true") || h.author == "0" {
		h.kind, h.author = talk.Own, ""
	}
	h.mentions = mentionsOf(data.list("mentions"))
	in.hear(h)
}

// zcaEvent takes what happened to a message or to a group.
func (in *messageReader) zcaEvent(g *gathering, f, data, content fields, at time.Time) {
	switch {
	case content.has("deleteMsg"):
		g.recall(content.text("globalMsgId"), content.text("cliMsgId"))
	case content.has("rMsg"):
		for _, raw := range content.list("rMsg") {
			id := object(raw).text("gMsgID")
			who := data.text("uidFrom")
			if id == "" || who == "" {
				continue
			}
			if g.reactions[id] == nil {
				g.reactions[id] = map[string]reaction{}
			}
			if had, ok := g.reactions[id][who]; !ok || !at.Before(had.at) {
				g.reactions[id][who] = reaction{at, content.text("rIcon") != ""}
			}
		}
	case data.has("seenUids"):
		id := data.text("msgId")
		g.seen[id] = max(g.seen[id], len(data.list("seenUids")))
		if at.After(g.seenAt[id]) {
			g.seenAt[id] = at
		}
	default:
		kind, n := f.text("type"), len(data.list("updateMembers"))
		m := Move{Key: fmt.Sprintf("zca:%s:%s:%d:%d", g.External, kind, at.UnixMilli(), n), At: at}
		switch kind {
		case "join":
			m.Joined = n
		case "leave", "remove_member":
			m.Left = n
		default:
			in.out.Other++
			return
		}
		if n > 0 && !at.IsZero() && !g.moves[m.Key] {
			g.moves[m.Key] = true
			g.Moves = append(g.Moves, m)
		}
	}
}

// zcaContent is the kind of a message, its words and what it shows. The content is a text, or an object of which
// not all is there; an object is never taken for words.
func zcaContent(data, content fields, id string) (kind, words string, media []lantoa.Media) {
	kind = zcaKinds[strings.ToLower(data.text("msgType"))]
	if kind == "" {
		kind = talk.Unsupported
	}
	if content == nil {
		if words = data.text("content"); words == "[object Object]" { // an object that some bridge printed
			words = ""
		}
		return kind, words, nil
	}
	title, description, href := content.text("title"), content.text("description"), content.text("href")
	params := object([]byte(content.text("params"))) // JSON inside a string; broken at times
	thumb := address(content.text("thumb"))
	switch kind {
	case talk.Photo:
		shown := cmp.Or(address(href), address(params.text("hd")), thumb)
		return kind, cmp.Or(title, plain(description)), []lantoa.Media{{Kind: talk.Photo, URL: shown, Thumb: thumb, ID: id}}
	case talk.Video:
		return kind, cmp.Or(title, plain(description)), []lantoa.Media{{Kind: talk.Video, URL: address(href), Thumb: thumb, ID: id}}
	case talk.File:
		name := talk.FileName(title)
		return kind, name, []lantoa.Media{{Kind: talk.File, URL: address(href), Title: talk.Clean(name), ID: id}}
	case talk.Link:
		if isCard(content.text("action"), description) {
			return talk.Card, "", nil
		}
		words = title
		if d := plain(description); d != "" && d != title {
			words += "\n" + d
		}
		return kind, words, []lantoa.Media{{Kind: talk.Link, URL: address(href), Thumb: thumb, Title: talk.Clean(title), ID: id}}
	}
	return kind, title, nil
}

// zcaKinds are the kinds behind Zalo's own names of them.
var zcaKinds = map[string]string{
	"webchat": talk.Text, "chat.photo": talk.Photo, "chat.voice": talk.Voice, "chat.video.msg": talk.Video, "chat.gif": talk.GIF,
	"chat.sticker": talk.Sticker, "chat.recommended": talk.Link, "chat.link": talk.Link, "chat.location.new": talk.Location,
	"chat.location": talk.Location, "share.file": talk.File,
}

// isCard says whether a link is somebody's visiting card, which has a telephone number in it.
func isCard(action, description string) bool {
	if strings.Contains(action, "user") || strings.Contains(action, "contact") {
		return true
	}
	description = strings.TrimSpace(description)
	return strings.HasPrefix(description, "{") && (strings.Contains(description, "phone") || strings.Contains(description, "qrCodeUrl") ||
		strings.Contains(description, "gUid"))
}

// plain is a description that is words, and not something for programs.
func plain(s string) string {
	if t := strings.TrimSpace(s); strings.HasPrefix(t, "{") || strings.HasPrefix(t, "[") {
		return ""
	}
	return s
}

// address is the address of a picture or link, "" for what a browser could not follow.
func address(s string) string {
	u, err := url.Parse(strings.TrimSpace(s))
	if err != nil || u.Scheme != "http" && u.Scheme != "https" || u.Host == "" {
		return ""
	}
	return u.String()
}

// mentionsOf are the places of persons in a text. One that calls everybody names nobody.
func mentionsOf(list []json.RawMessage) (spans []talk.Span) {
	for _, raw := range list {
		f := object(raw)
		pos, err := strconv.Atoi(f.text("pos"))
		if err != nil || f.is("type", "1") {
			continue
		}
		length, err := strconv.Atoi(f.text("len"))
		if err == nil {
			spans = append(spans, talk.Span{Pos: pos, Len: length})
		}
	}
	return spans
}

func positive(s string) bool {
	n, err := strconv.ParseFloat(s, 64)
	return err == nil && n > 0
}

// millis is a moment in milliseconds since 1970; some bridges say seconds.
func millis(s string) time.Time {
	n, err := strconv.ParseInt(s, 10, 64)
	switch {
	case err != nil || n <= 0:
		return time.Time{}
	case n < 1e11:
		n *= 1000
	case n > 1e14:
		return time.Time{}
	}
	return time.UnixMilli(n).UTC()
}

var (
	// What openzca puts into a text. A reply's context holds the name and words of somebody else.
	replyContext  = regexp.MustCompile(`(?s)\[reply context: .*?\](?:\s*\n|\s*$)`)
	mediaAttached = regexp.MustCompile(`\[media attached: [^\n]*?\](?:[ \t]*\n|\s*$)`)
)

// openzca takes a line of openzca. The path on its owner's disk is not even read.
func (in *messageReader) openzca(f fields, line int) {
	meta := f.object("metadata")
	h := heard{
		line: line, room: cmp.Or(f.text("threadId"), meta.text("threadId")), roomName: meta.text("threadName"),
		id: f.text("msgId"), device: f.text("cliMsgId"), space: "zca", author: cmp.Or(f.text("senderId"), meta.text("senderId")),
		private: f.is("chatType", "user") || f.is("type", "0") || meta.is("isGroup", "false") || meta.is("chatType", "user"),
		at:      millis(cmp.Or(f.text("ts"), f.text("timestamp"))), vanishing: positive(f.text("ttl")),
	}
	h.kind = zcaKinds[strings.ToLower(cmp.Or(f.text("msgType"), meta.text("msgType")))]
	if kind := prettyKinds[f.text("mediaKind")]; kind != "" && (h.kind == "" || h.kind == talk.Text) {
		h.kind = kind
	}
	if h.kind == "" {
		h.kind = talk.Unsupported
	}
	words := f.text("content")
	if spans := mentionsOf(f.list("mentions")); len(spans) > 0 { // before anything is cut: they count from the beginning
		words = talk.Clean(words, spans...)
	}
	words = mediaAttached.ReplaceAllString(replyContext.ReplaceAllString(words+"\n", ""), "")
	h.words = strings.TrimSpace(words)
	urls := f.list("mediaUrls")
	if len(urls) == 0 {
		urls = f.list("mediaUrl")
	}
	for _, raw := range urls {
		if u := address(looseText(raw)); u != "" {
			h.media = append(h.media, lantoa.Media{Kind: h.kind, URL: u, ID: h.id})
		}
	}
	if h.kind == talk.File {
		h.words = talk.FileName(h.words)
	}
	in.hear(h)
}

// prettyKinds are the kinds behind the words of bridges that have their own.
var prettyKinds = map[string]string{
	"text": talk.Text, "image": talk.Photo, "photo": talk.Photo, "video": talk.Video, "file": talk.File, "document": talk.File,
	"sticker": talk.Sticker, "voice": talk.Voice, "audio": talk.Voice, "location": talk.Location, "link": talk.Link, "gif": talk.GIF,
	"contact": talk.Card, "card": talk.Card,
}

// pretty takes the form that the n8n node's own documentation shows.
func (in *messageReader) pretty(f fields, line int) {
	content := f.object("content")
	h := heard{
		line: line, room: f.text("chatId"), roomName: f.text("chatName"), id: f.text("messageId"), device: f.text("cliMsgId"), space: "zca",
		author: f.text("senderId"), private: f.is("chatType", "user") || f.is("chatType", "private"), words: content.text("text"),
		kind: prettyKinds[strings.ToLower(f.text("messageType"))], mentions: mentionsOf(content.list("mentions")),
		vanishing: positive(f.text("ttl")),
	}
	stamp := f.text("timestamp")
	if h.at = millis(stamp); h.at.IsZero() {
		h.at, _ = parseDate(stamp, in.ask.Zone)
	}
	if content == nil {
		h.words = f.text("content")
	}
	if h.kind == "" {
		h.kind = talk.Unsupported
	}
	if f.object("metadata").is("isFromBot", "true") {
		h.kind, h.author = talk.Own, ""
	}
	for _, raw := range content.list("attachments") {
		a := object(raw)
		m := lantoa.Media{Kind: h.kind, URL: address(a.text("url", "href", "fileUrl")), Thumb: address(a.text("thumb", "thumbnail")), ID: h.id}
		if kind := prettyKinds[strings.ToLower(a.text("type"))]; talk.Words(kind) && kind != talk.Text {
			m.Kind = kind
			if h.kind == talk.Text {
				h.kind = kind
			}
		}
		if m.Kind == talk.File || m.Kind == talk.Link {
			m.Title = talk.Clean(talk.FileName(a.text("name", "title", "fileName")))
		}
		if m.URL != "" {
			h.media = append(h.media, m)
		}
	}
	if h.kind == talk.File && h.words == "" && len(h.media) > 0 {
		h.words = h.media[0].Title
	}
	in.hear(h)
}

// bot takes an update of the Bot Platform. What another bot says is nobody's word.
func (in *messageReader) bot(m fields, event string, line int) {
	chat, from := m.object("chat"), m.object("from")
	if from.is("is_bot", "true") {
		in.out.Other++
		return
	}
	kind := strings.TrimSuffix(strings.TrimPrefix(event, "message."), ".received")
	h := heard{
		line: line, room: chat.text("id"), private: strings.EqualFold(chat.text("chat_type"), "PRIVATE"), id: m.text("message_id"),
		space: "bot", author: from.text("id"), at: millis(m.text("date")), kind: prettyKinds[kind], words: cmp.Or(m.text("text"), m.text("caption")),
	}
	if h.kind == "" {
		h.kind = talk.Unsupported
	}
	if u := address(m.text("photo_url", "photo")); u != "" && h.kind == talk.Photo {
		h.media = []lantoa.Media{{Kind: talk.Photo, URL: u, ID: h.id}}
	}
	in.hear(h)
}
