package sandbox

import (
	"encoding/json"
	"net/http"
	"sort"
	"strconv"
	"strings"
	"sync"
	"time"
)

const (
	zaloAppID  = "4188000000000000187"
	zaloOAID   = "2188400000000000187"
	zaloOAName = "Hội LHPN tỉnh Thái Nguyên (mẫu)"
	avatarURL  = "https://s240-ava-talk.zadn.vn/mau/240/00000000000000000000000000000001.jpg"
)

// ZaloAccess is what is needed to read the groups of the Union's official account.
type ZaloAccess struct{ AppID, AppSecret, OAID, AccessToken, RefreshToken string }

// Zalo gives the access as it is now: once a refresh token was used, the pair that came for it.
func (s *Sandbox) Zalo() ZaloAccess {
	pair := s.state.newest()
	return ZaloAccess{AppID: zaloAppID, AppSecret: s.zaloSecret(), OAID: zaloOAID, AccessToken: pair.Access, RefreshToken: pair.Refresh}
}

func (s *Sandbox) zaloSecret() string { return s.secret("zalo app") }

// minuteCount counts calls in one minute of the sandbox clock.
type minuteCount struct {
	mu     sync.Mutex
	minute int64
	n      int
}

func (m *minuteCount) call(now int64) int {
	m.mu.Lock()
	defer m.mu.Unlock()
	if now/60 != m.minute {
		m.minute, m.n = now/60, 0
	}
	m.n++
	return m.n
}

var noPayload []byte

// zaloAnswer wraps data in Zalo's envelope: HTTP 200 whatever happened, error 0 when all is well.
func zaloAnswer(code int, text string, data []byte) []byte {
	b := []byte{'{'}
	if data != nil {
		b = append(key(b, "data"), data...)
	}
	b = numberField(b, "error", code)
	return append(textField(b, "message", text), '}')
}

func zaloOK(data []byte) []byte { return zaloAnswer(0, "Success", data) }

func (s *Sandbox) serveZalo(w http.ResponseWriter, r *http.Request) {
	s.calls.zalo.Add(1)
	now := s.now()
	path := strings.TrimPrefix(r.URL.Path, "/zalo")
	q := r.URL.Query()
	if data := q.Get("data"); data != "" { // older endpoints take one parameter of JSON
		var fields map[string]any
		if json.Unmarshal([]byte(data), &fields) == nil {
			for k, v := range fields {
				switch v := v.(type) {
				case string:
					q.Set(k, v)
				case float64:
					q.Set(k, strconv.FormatFloat(v, 'f', -1, 64))
				}
			}
		}
	}
	send := func(body []byte) {
		h := w.Header()
		h.Set("Content-Type", "application/json;charset=utf-8")
		w.Write(body)
	}
	n := s.state.minute.call(now)
	w.Header().Set("X-RateLimit-Limit", strconv.Itoa(s.opt.ZaloPerMinute))
	w.Header().Set("X-RateLimit-Remain", strconv.Itoa(max(0, s.opt.ZaloPerMinute-n)))
	if n > s.opt.ZaloPerMinute {
		send(zaloAnswer(-32, "Your application reached limit call api", noPayload))
		return
	}
	token := r.Header.Get("access_token")
	if code, text := s.state.check(token, now); code != 0 && token != s.Token() { // the sandbox's own token reads all
		send(zaloAnswer(code, text, noPayload))
		return
	}
	c := zaloCall{path: path, q: q.Get, now: now}
	kind, channel := kindIf(q.Get("group_id") != "", "zalo_group"), q.Get("group_id")
	if r.Method == http.MethodPost {
		if err := c.read(w, r); err != nil {
			send(zaloAnswer(-201, "Body is invalid: "+err.Error(), noPayload))
			return
		}
		if channel = c.body.Recipient.Group; channel != "" {
			kind = "zalo_group"
		}
	}
	if channel == "" && (strings.HasPrefix(path, "/v2.0/article/") || path == "/v2.0/oa/message") {
		kind, channel = "zalo_oa", zaloOAID
	}
	body := zaloOK([]byte("{}")) // of a call that publishes and was not carried out
	if !c.writes() {
		body = s.zalo(c)
	}
	f, hit := s.faults.strike(r.Method, kind, channel, "/zalo"+path, now)
	if hit && f.Kind == "slow" {
		time.Sleep(time.Duration(f.Seconds) * time.Second)
	}
	if c.writes() && (!hit || f.lets()) {
		body = s.zalo(c)
	}
	if hit {
		switch f.Kind {
		case "timeout", "timeout-after":
			hang(r)
			return
		case "190":
			body = zaloAnswer(-216, "Access token is invalid", noPayload)
		case "slow":
		case "reset", "reset-after":
			cutOff(w, body)
			return
		case "500", "429", "4", "80001", "reduce", "500-after", "2-after": // a gateway in front of Zalo speaks, not Zalo
			status := http.StatusBadGateway
			if f.Kind == "429" {
				status = http.StatusTooManyRequests
			}
			w.Header().Set("Content-Type", "text/html")
			w.WriteHeader(status)
			w.Write([]byte("<html><head><title>Error</title></head><body></body></html>"))
			return
		default:
			if text, ok := zaloCodes[f.Kind]; ok {
				code, _ := strconv.Atoi(f.Kind) // they are numbers
				if f.Other != "" {
					text = f.Other // -223 has two meanings, told by its words
				}
				body = zaloAnswer(code, text, noPayload)
				break
			}
			a := f.spoil(answer{status: 200, body: body}, channel)
			for k, v := range a.header {
				w.Header().Set(k, v)
			}
			if a.header == nil {
				w.Header().Set("Content-Type", "application/json;charset=utf-8")
			}
			w.WriteHeader(a.status)
			w.Write(a.body)
			return
		}
	}
	send(body)
}

func kindIf(is bool, kind string) string {
	if is {
		return kind
	}
	return ""
}

// zalo answers one endpoint.
func (s *Sandbox) zalo(c zaloCall) []byte {
	path, q, now := c.path, c.q, c.now
	if c.post {
		return s.zaloPost(c)
	}
	offset, count := atoi(q("offset"), 0), atoi(q("count"), 5)
	if offset < 0 || count < 0 {
		return zaloAnswer(-201, "offset or count is invalid!", noPayload)
	}
	switch path {
	case "/v2.0/oa/getoa":
		b := textField([]byte{'{'}, "oaid", zaloOAID)
		b = textField(b, "name", zaloOAName)
		b = textField(b, "description", "Kênh thông tin chính thức – dữ liệu mẫu để kiểm thử.")
		b = append(textField(b, "oa_alias", "phunuthainguyenmau"), `,"is_verified":true,"oa_type":4`...)
		b = textField(b, "cate_name", "Cơ quan nhà nước")
		b = numberField(b, "num_follower", 18742+int((now-s.anchor)/(7*day))*21)
		b = textField(b, "avatar", avatarURL)
		return zaloOK(append(textField(b, "cover", "https://cover-talk.zadn.vn/mau/cover.jpg"), '}'))
	case "/v3.0/oa/group/getgroupsofoa":
		return s.groupList(offset, count)
	case "/v3.0/oa/group/getgroup":
		g := s.group(q("group_id"))
		if g == nil {
			return notOwned
		}
		b := append([]byte(`{"group_info":{`), g.card(nil)...)
		b = textField(b, "max_member", "1000")
		b = append(b, `},"asset_info":{"asset_type":"gmf1000","asset_id":"b`...)
		b = append(append(b, g.id[1:]...), `","valid_through":"31/12/2027","auto_renew":"true"},"group_setting":{"lock_send_msg":false,"join_appr":true,"enable_msg_history":true,"enable_link_join":true}}`...)
		return zaloOK(b)
	case "/v3.0/oa/group/conversation":
		if count > 10 {
			return tooMany
		}
		g := s.group(q("group_id"))
		if g == nil {
			return notOwned
		}
		b := make([]byte, 0, 64+count*900)
		b = append(b, '[')
		all := s.view.Load().messagesOf(g)
		for i := until(all, now) - 1 - offset; i >= 0 && count > 0; i-- {
			b = all[i].write(next(b), g)
			count--
		}
		return zaloOK(append(b, ']'))
	case "/v3.0/oa/group/listrecentchat":
		if count > 10 {
			return tooMany
		}
		i := sort.Search(len(s.recent), func(i int) bool { return s.recent[i].at > now*1000 }) - 1
		sent := s.view.Load().recent
		j := sort.Search(len(sent), func(i int) bool { return sent[i].at > now*1000 }) - 1
		b := []byte{'['}
		for n := 0; n < offset+count && (i >= 0 || j >= 0); n++ {
			m, g := message{}, (*group187)(nil)
			if j >= 0 && (i < 0 || sent[j].at >= s.recent[i].at) {
				m, g = sent[j].message, sent[j].group
				j--
			} else {
				m, g = s.recent[i].group.messages[s.recent[i].n], s.recent[i].group
				i--
			}
			if n >= offset {
				b = m.write(next(b), g)
			}
		}
		return zaloOK(append(b, ']'))
	case "/v2.0/article/getslice", "/v2.0/article/getdetail":
		return s.articleCall(c)
	case "/v2.0/oa/listrecentchat", "/v3.0/oa/listrecentchat", "/v2.0/oa/conversation", "/v3.0/oa/conversation":
		if count > 10 {
			return tooMany
		}
		return zaloOK(s.box(offset, count, q("user_id"), strings.HasSuffix(path, "/conversation"), now))
	}
	return zaloAnswer(-201, "path is invalid!", noPayload)
}

var (
	notOwned = zaloAnswer(-403, "OA is not in group", noPayload)
	tooMany  = zaloAnswer(-210, "Parameter exceeds allowable limit", noPayload)
)

func atoi(s string, otherwise int) int {
	if s == "" {
		return otherwise
	}
	n, err := strconv.Atoi(s)
	if err != nil {
		return -1
	}
	return n
}

func (s *Sandbox) group(id string) *group187 {
	i := sort.Search(len(s.byGroup), func(i int) bool { return s.byGroup[i].id >= id })
	if i < len(s.byGroup) && s.byGroup[i].id == id {
		return s.byGroup[i]
	}
	return nil
}

func (s *Sandbox) groupList(offset, count int) []byte {
	if count > 50 {
		return tooMany
	}
	end := min(len(s.groups), offset+count)
	start := min(offset, end)
	b := numberField(numberField([]byte{'{'}, "offset", offset), "count", count)
	b = numberField(numberField(b, "total", len(s.groups)), "group_count", end-start)
	b = append(key(b, "groups"), '[')
	for _, g := range s.groups[start:end] {
		b = append(g.card(append(next(b), '{')), '}')
	}
	return zaloOK(append(b, "]}"...))
}

// card writes what the list and the info of a group have in common.
func (g *group187) card(b []byte) []byte {
	if b == nil {
		b = []byte{}
	}
	b = append(b, `"name":`...)
	b = quote(b, g.name)
	b = textField(b, "avatar", "http://s120.ava.grp.talk.zdn.vn/default")
	b = textField(b, "group_id", g.id)
	b = textField(b, "group_link", g.link())
	b = textField(b, "group_description", "")
	b = numberField(b, "total_member", g.members)
	return textField(b, "status", "enabled")
}

// write writes one message as conversation has it.
func (m *message) write(b []byte, g *group187) []byte {
	src := 1
	if m.from < 0 {
		src = 0
	}
	b = append(numberField(append(b, '{'), "src", src), `,"time":`...)
	b = strconv.AppendInt(b, m.at, 10)
	b = textField(b, "type", m.kind)
	switch m.kind {
	case "text":
		b = textField(b, "message", m.text)
	case "photo":
		b = textField(b, "thumb", "https://t-f56-zpg-r.zdn.vn/480/mau/"+m.id+".jpg")
		b = textField(b, "url", "https://f56-zpg-r.zdn.vn/mau/"+m.id+".jpg")
		b = textField(b, "description", m.text)
	case "sticker":
		b = textField(b, "url", "https://api.zalo.me/api/emoticon/oasticker?eid="+strconv.Itoa(10000+int(m.at/1000%900))+"&amp;size=130")
	case "voice":
		b = textField(b, "url", "http://f1.voice.talk.zdn.vn/mau/"+m.id+".amr")
	case "link":
		b = textField(b, "message", m.text)
		b = append(textField(append(key(b, "links"), `[{`...), "title", "Tin phụ nữ"), ',')
		b = append(b, `"url":"https://tin.phunumau.example/chuyen-muc","thumb":"https://photo-link-talk.zadn.vn/mau.jpg","description":"Bài viết"}]`...)
	}
	b = textField(b, "message_id", m.id)
	if m.from < 0 {
		b = textField(textField(b, "from_id", zaloOAID), "from_display_name", zaloOAName)
	} else {
		b = textField(b, "from_id", "73"+five(strconv.Itoa(g.index))+"0000000"+five(strconv.Itoa(int(m.from))))
		b = textField(b, "from_display_name", senderNames[int(m.from)%len(senderNames)])
	}
	b = textField(b, "from_avatar", avatarURL)
	return append(textField(b, "group_id", g.id), '}')
}

// senderNames are shown beside messages; invented, and plainly so.
var senderNames = strings.Split("Hà Mẫu Một|Hằng Mẫu Hai|Lan Mẫu Ba|Mẫu Bốn|🌻 Mẹ Bống|Thơm Mẫu Sáu|Én Mẫu Bảy|Chi hội trưởng Mẫu|Mai Mẫu Chín|Cô Mười Mẫu", "|")

// box is the official account's own talks, one to one: the story a branch's chair sent in, P12.
func (s *Sandbox) box(offset, count int, user string, one bool, now int64) []byte {
	all := s.boxMessages()
	b := []byte{'['}
	for _, m := range all {
		if m.at > now*1000 || one && user != boxSender {
			continue
		}
		if offset--; offset >= 0 || count == 0 {
			continue
		}
		count--
		b = append(append(next(b), `{"src":1,"time":`...), strconv.FormatInt(m.at, 10)...)
		b = textField(b, "sent_time", time.UnixMilli(m.at).In(Zone).Format("15:04:05 02/01/2006"))
		b = textField(b, "type", m.kind)
		if m.kind == "photo" {
			b = textField(b, "thumb", "https://t-f56-zpg-r.zdn.vn/480/mau/"+m.id+".jpg")
			b = textField(b, "url", "https://f56-zpg-r.zdn.vn/mau/"+m.id+".jpg")
			b = textField(b, "description", "")
		} else {
			b = textField(b, "message", m.text)
		}
		b = textField(textField(b, "message_id", m.id), "from_id", boxSender)
		b = textField(textField(b, "to_id", zaloOAID), "from_display_name", "Chi hội trưởng Mẫu")
		b = textField(textField(b, "from_avatar", avatarURL), "to_display_name", zaloOAName)
		b = append(textField(b, "to_avatar", avatarURL), '}')
	}
	return append(b, ']')
}

const boxSender = "7300000000000000912"

// boxMessages are P12's two messages, newest first.
func (s *Sandbox) boxMessages() []message {
	p := s.plants["P12"]
	at := p.Times[0].UnixMilli()
	return []message{
		{id: p.Posts[1], at: at + 41_000, kind: "photo"},
		{id: p.Posts[0], at: at, kind: "text", text: boxStory},
	}
}
