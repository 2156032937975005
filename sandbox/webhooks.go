package sandbox

import (
	"bytes"
	"context"
	"crypto/hmac"
	"crypto/sha256"
	"encoding/hex"
	"encoding/json"
	"fmt"
	"net/http"
	"strconv"
	"strings"
	"time"
	"unicode/utf16"
)

// HookOptions say how the platforms tell of what happened.
type HookOptions struct {
	Platform string `json:"platform"` // facebook, zalo
	URL      string `json:"url"`      // where to
	Secret   string `json:"secret"`   // the app's secret, or the OA's key
	// ByOA signs Zalo's calls with the account's id as the first term, as some have seen.
	ByOA bool `json:"by_oa,omitempty"`
	// From and To bound what is told, by the sandbox clock.
	From time.Time `json:"from"`
	To   time.Time `json:"to"`
	// Repeat tells everything so many times more; Shuffle tells it out of order; Forge signs wrongly.
	Repeat  int  `json:"repeat,omitempty"`
	Shuffle bool `json:"shuffle,omitempty"`
	Forge   bool `json:"forge,omitempty"`
}

// HookReport is what became of the calls.
type HookReport struct {
	Sent     int           `json:"sent"`
	Statuses map[int]int   `json:"statuses"`
	Slowest  time.Duration `json:"slowest"`
}

// SendHooks makes the calls that the platforms would make for what happened on pages and in groups between two
// moments: real HTTP, signed over the bytes as they go, with letters beyond ASCII as \u escapes.
func (s *Sandbox) SendHooks(ctx context.Context, opt HookOptions) (HookReport, error) {
	report := HookReport{Statuses: map[int]int{}}
	var bodies [][]byte
	switch opt.Platform {
	case "facebook":
		bodies = s.facebookHooks(opt.From.Unix(), opt.To.Unix())
	case "zalo":
		bodies = s.zaloHooks(opt.From.Unix(), opt.To.Unix())
	default:
		return report, fmt.Errorf("unknown platform %q: facebook or zalo", opt.Platform)
	}
	for range opt.Repeat {
		bodies = append(bodies, bodies[:len(bodies)/max(1, opt.Repeat)]...)
	}
	if opt.Shuffle {
		d := throw(s.opt.Seed, 91, int64(len(bodies)))
		for i := len(bodies) - 1; i > 0; i-- {
			j := d.n(i + 1)
			bodies[i], bodies[j] = bodies[j], bodies[i]
		}
	}
	client := http.Client{Timeout: 10 * time.Second}
	for _, body := range bodies {
		req, err := http.NewRequestWithContext(ctx, http.MethodPost, opt.URL, bytes.NewReader(body))
		if err != nil {
			return report, err
		}
		req.Header.Set("Content-Type", "application/json")
		name, value := s.signHook(opt, body)
		req.Header.Set(name, value)
		began := time.Now()
		res, err := client.Do(req)
		if err != nil {
			return report, fmt.Errorf("deliver: %w", err)
		}
		res.Body.Close()
		report.Sent++
		report.Statuses[res.StatusCode]++
		report.Slowest = max(report.Slowest, time.Since(began))
	}
	return report, nil
}

func (s *Sandbox) signHook(opt HookOptions, body []byte) (header, value string) {
	secret := opt.Secret
	if opt.Forge {
		secret += "x"
	}
	if opt.Platform == "facebook" {
		mac := hmac.New(sha256.New, []byte(secret))
		mac.Write(body)
		return "X-Hub-Signature-256", "sha256=" + hex.EncodeToString(mac.Sum(nil))
	}
	var e struct {
		Time string `json:"timestamp"`
	}
	_ = json.Unmarshal(body, &e) // ours
	first := zaloAppID
	if opt.ByOA {
		first = zaloOAID
	}
	sum := sha256.Sum256([]byte(first + string(body) + e.Time + secret))
	return "X-ZEvent-Signature", "mac=" + hex.EncodeToString(sum[:])
}

// facebookHooks are the calls for the pages: one or several events in each, ids as numbers or as strings, with the
// names of people who reacted.
func (s *Sandbox) facebookHooks(from, to int64) (bodies [][]byte) {
	for i, p := range s.pages {
		var changes []string
		add := func(q *post, item, verb string, at int64, more string) {
			id := `"` + q.id + `"`
			changes = append(changes, fmt.Sprintf(`{"field":"feed","value":{"item":%q,"verb":%q,"post_id":%s,"created_time":%d,"from":{"id":"122000000000%06d","name":%s}%s}}`,
				item, verb, id, at, i, ascii("Nguyễn Thị Mẫu"), more))
		}
		between := func(at int64) bool { return at > from && at <= to }
		for _, q := range s.view.Load().postsOf(p) {
			switch {
			case q.dark:
			case between(q.appears):
				add(q, "status", "add", q.appears, `,"message":`+ascii(q.text))
			case between(q.editedAt):
				add(q, "status", "edited", q.editedAt, `,"message":`+ascii(q.edited))
			case between(q.gone):
				add(q, "post", "remove", q.gone, "")
			case between(q.hidden):
				add(q, "status", "hide", q.hidden, `,"is_hidden":true`)
			}
			if q.appears <= to && q.appears > from-2*day && q.reactions > 0 {
				add(q, "reaction", "add", to, `,"reaction_type":"love","sender_id":122000000000000187`)
			}
		}
		if len(changes) == 0 {
			continue
		}
		changes = append(changes, `{"field":"live_videos","value":{"id":"1"}}`, `{"field":"feed"}`)
		id := `"` + p.id + `"`
		if i%2 == 0 {
			id = p.id // a number, as some forms have it
		}
		bodies = append(bodies, []byte(`{"object":"page","entry":[{"id":`+id+`,"time":`+strconv.FormatInt(to, 10)+`,"changes":[`+strings.Join(changes, ",")+`]}]}`))
	}
	return bodies
}

// zaloHooks are the calls for the groups, a message each, and for the account itself: the story of P12.
func (s *Sandbox) zaloHooks(from, to int64) (bodies [][]byte) {
	head := func(event string, at int64) string {
		return fmt.Sprintf(`{"event_name":%q,"app_id":%q,"oa_id":%q,"timestamp":"%d"`, event, zaloAppID, zaloOAID, at)
	}
	for _, g := range s.groups {
		all := s.view.Load().messagesOf(g)
		for _, m := range all[until(all, from):until(all, to)] {
			kind := map[string]string{"photo": "image", "voice": "audio"}[m.kind]
			if kind == "" {
				kind = m.kind
			}
			attached := ""
			if m.kind != "text" {
				attached = fmt.Sprintf(`,"attachments":[{"type":%q,"payload":{"url":"https://f6.photo.talk.zdn.vn/%s.jpg","thumbnail":"https://t.f6.photo.talk.zdn.vn/%s.jpg"}}]`, kind, m.id, m.id)
			}
			if s.ours(m.id) {
				bodies = append(bodies, []byte(head("oa_send_group_"+kind, m.at+400)+fmt.Sprintf(`,"sender":{"id":%q},"recipient":{"id":%q},"message":{"text":%s,"msg_id":%q%s}}`,
					zaloOAID, g.id, ascii(m.text), m.id, attached)))
				continue
			}
			bodies = append(bodies, []byte(head("user_send_group_"+kind, m.at+400)+fmt.Sprintf(`,"sender":{"id":"73%017d"},"recipient":{"id":%q},"user_id_by_app":"99%017d","message":{"text":%s,"msg_id":%q%s}}`,
				m.from, g.id, m.from, ascii(m.text), m.id, attached)))
		}
	}
	for _, m := range s.boxMessages() {
		if m.at <= from*1000 || m.at > to*1000 {
			continue
		}
		event, attached := "user_send_text", ""
		if m.kind == "photo" {
			event, attached = "user_send_image", fmt.Sprintf(`,"attachments":[{"type":"image","payload":{"url":"https://f6.photo.talk.zdn.vn/%s.jpg","thumbnail":"https://t.f6.photo.talk.zdn.vn/%s.jpg"}}]`, m.id, m.id)
		}
		bodies = append(bodies, []byte(head(event, m.at)+fmt.Sprintf(`,"sender":{"id":%q},"recipient":{"id":%q},"user_id_by_app":"9900000000000000912","message":{"text":%s,"msg_id":%q%s}}`,
			boxSender, zaloOAID, ascii(m.text), m.id, attached)))
	}
	return bodies
}

// Withdraw is the call by which Zalo tells that a person takes everything back.
func (s *Sandbox) Withdraw(user string, at time.Time) []byte {
	return fmt.Appendf(nil, `{"event_name":"user_withdraw","app_id":%q,"oa_id":%q,"user_id":%q,"user_id_by_app":"99%s","timestamp":"%d"}`, zaloAppID, zaloOAID, user, strings.TrimPrefix(user, "73"), at.UnixMilli())
}

// Say is the call by which Zalo tells that a person wrote to the account.
func (s *Sandbox) Say(user, text string, at time.Time) []byte {
	return fmt.Appendf(nil, `{"event_name":"user_send_text","app_id":%q,"oa_id":%q,"sender":{"id":%q},"recipient":{"id":%q},"timestamp":"%d","message":{"text":%s,"msg_id":"said%d"}}`,
		zaloAppID, zaloOAID, user, zaloOAID, at.UnixMilli(), ascii(text), at.UnixMilli())
}

// SignZalo is the signature of a call of Zalo's, with the app's secret as the key.
func (s *Sandbox) SignZalo(body []byte) string {
	_, value := s.signHook(HookOptions{Platform: "zalo", Secret: s.zaloSecret()}, body)
	return value
}

// ascii is a text as JSON with everything beyond ASCII escaped, as the platforms send it.
func ascii(s string) string {
	b := []byte{'"'}
	for _, r := range s {
		switch {
		case r == '"' || r == '\\':
			b = append(b, '\\', byte(r))
		case r < 0x20 || r == 0x7f:
			b = fmt.Appendf(b, `\u%04x`, r)
		case r < 0x7f:
			b = append(b, byte(r))
		default:
			for _, u := range utf16.Encode([]rune{r}) {
				b = fmt.Appendf(b, `\u%04x`, u)
			}
		}
	}
	return string(append(b, '"'))
}
