package mail

import (
	"bufio"
	"bytes"
	"encoding/base64"
	"errors"
	"fmt"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net/mail"
	"net/textproto"
	"regexp"
	"strconv"
	"strings"
	"unicode/utf8"
)

// Bounce is what a server tells about one recipient of a mail that it had taken and could not deliver.
type Bounce struct {
	MessageID string // of the mail that came back, without angle brackets; empty where it is not said
	To        string // whom it was for; empty where it is not said
	Code      int    // 550
	Status    string // 5.1.1
	Said      string
	Hard      bool // there is no such mailbox: sending there again is useless
}

// maxBounce is as much of a message as is looked at; the report stands at its beginning, the mail behind it.
const maxBounce = 1 << 20

// Bounces are what a message tells of mails that did not arrive: a report by RFC 3464, or a letter in plain words as
// older servers write them. Nothing where it is something else: an answer of somebody on leave, a report of a delay.
func Bounces(raw []byte) []Bounce {
	if len(raw) > maxBounce {
		raw = raw[:maxBounce]
	}
	m, err := mail.ReadMessage(bytes.NewReader(raw))
	if err != nil {
		return nil
	}
	var r report
	r.read(textproto.MIMEHeader(m.Header), m.Body, 0)
	if r.isReport {
		for i := range r.found {
			r.found[i].MessageID = r.original
			if r.found[i].To == "" {
				r.found[i].To = r.to
			}
		}
		return r.found
	}
	return r.plain(m.Header)
}

// report is what was read of a message.
type report struct {
	isReport bool // it says by RFC 3464 what became of whom
	found    []Bounce
	original string // ID of the mail that came back
	to       string // whom its header names
	words    strings.Builder
}

// mostDepth is how deep parts may lie within parts, mostParts how many of them there may be in one.
const (
	mostDepth = 6
	mostParts = 30
	mostWords = 64 << 10
)

func (r *report) read(h textproto.MIMEHeader, body io.Reader, depth int) {
	kind, args, err := mime.ParseMediaType(h.Get("Content-Type"))
	if err != nil {
		kind = "text/plain"
	}
	if depth > mostDepth {
		return
	}
	switch strings.ToLower(h.Get("Content-Transfer-Encoding")) {
	case "base64":
		body = base64.NewDecoder(base64.StdEncoding, body)
	case "quoted-printable":
		body = quotedprintable.NewReader(body)
	}
	switch {
	case strings.HasPrefix(kind, "multipart/") && args["boundary"] != "":
		parts := multipart.NewReader(body, args["boundary"])
		for range mostParts {
			part, err := parts.NextRawPart()
			if err != nil {
				return
			}
			r.read(part.Header, part, depth+1)
		}
	case kind == "message/delivery-status" || kind == "message/global-delivery-status":
		r.status(body)
	case kind == "message/rfc822" || kind == "text/rfc822-headers" || kind == "message/global" || kind == "message/global-headers":
		r.returned(body)
	case strings.HasPrefix(kind, "text/"):
		b, _ := io.ReadAll(io.LimitReader(body, mostWords))
		if r.words.Len()+len(b) <= 2*mostWords {
			r.words.Write(b)
			r.words.WriteByte('\n')
		}
	}
}

// status reads the blocks of fields of a report: the first is of the message, one more for each recipient.
func (r *report) status(body io.Reader) {
	t := textproto.NewReader(bufio.NewReader(io.LimitReader(body, maxBounce)))
	for range mostParts * 10 {
		h, err := t.ReadMIMEHeader()
		to := after(h.Get("Final-Recipient"))
		if original := after(h.Get("Original-Recipient")); original != "" {
			to = original // the one we wrote to, where the mailbox is another by now
		}
		if action := strings.ToLower(strings.TrimSpace(h.Get("Action"))); action != "" {
			r.isReport = true
			if action == "failed" {
				b := Bounce{To: address(to), Status: statusIn(h.Get("Status"))}
				b.Code, b.Said = diagnosis(after(h.Get("Diagnostic-Code")))
				b.finish()
				r.found = append(r.found, b)
			}
		}
		if err != nil {
			return
		}
	}
}

// after is what stands behind "rfc822;" or "smtp;".
func after(field string) string {
	if _, rest, ok := strings.Cut(field, ";"); ok {
		return strings.TrimSpace(rest)
	}
	return strings.TrimSpace(field)
}

func address(s string) string {
	if _, a, err := bare(s); err == nil && plainText(a) {
		return a
	}
	return ""
}

// returned reads the header of the mail that came back.
func (r *report) returned(body io.Reader) {
	h, _ := textproto.NewReader(bufio.NewReader(io.LimitReader(body, maxBounce))).ReadMIMEHeader()
	if id := messageID(h.Get("Message-Id")); id != "" && r.original == "" {
		r.original = id
	}
	if r.to == "" {
		r.to = address(h.Get("To"))
	}
}

func messageID(s string) string {
	s = strings.Trim(strings.TrimSpace(s), "<>")
	if strings.ContainsAny(s, " <>") || !strings.Contains(s, "@") || !plainText(s) {
		return ""
	}
	return s
}

// plainText says whether nothing in a text is hidden or broken.
func plainText(s string) bool { return utf8.ValidString(s) && s == line(s) }

var (
	replyCode  = regexp.MustCompile(`(?:^|[^0-9.])([45][0-9]{2})(?:[ \t-]|$)`)
	statusCode = regexp.MustCompile(`(?:^|[^0-9.])([45]\.[0-9]{1,3}\.[0-9]{1,3})(?:[^0-9.]|$)`)
	angled     = regexp.MustCompile(`<([^<>\s@]{1,64}@[^<>\s@]{1,255})>`)
	ownID      = regexp.MustCompile(`(?im)^[> \t]*message-id:\s*<([^<>\s]{3,300})>`)
	daemon     = regexp.MustCompile(`(?i)mailer-daemon|postmaster|mail delivery (?:sub)?system`)
	returnedBy = regexp.MustCompile(`(?i)undeliver|delivery (?:status|failure|failed|has failed|incomplete)|returned mail|failure notice|mail delivery failed|không gửi được|thư trả lại`)
	delayed    = regexp.MustCompile(`(?i)delayed|will (?:be )?retr(?:y|ied)|still trying|do not need to resend`)
	noMailbox  = regexp.MustCompile(`(?i)user unknown|unknown user|no such (?:user|recipient|mailbox|address)|(?:mailbox|user|address|recipient|account)(?: address)? (?:\S+ )?(?:not found|does ?n.t exist|does not exist|is disabled|is inactive)|account that you tried to reach (?:does not exist|is disabled)|invalid (?:recipient|mailbox)|recipient (?:address )?rejected: (?:user|address) (?:unknown|not found)|không tồn tại`)
)

func statusIn(s string) string {
	if m := statusCode.FindStringSubmatch(s); m != nil {
		return m[1]
	}
	return ""
}

// diagnosis parts the code from the words of an answer.
func diagnosis(s string) (code int, said string) {
	s = line(s)
	if m := replyCode.FindStringSubmatch(s); m != nil {
		code, _ = strconv.Atoi(m[1])
	}
	return code, short(s)
}

func (b *Bounce) finish() {
	if b.Status == "" {
		b.Status = statusIn(b.Said)
	}
	b.Hard = hard(b.Code, b.Status, b.Said)
}

// hard says whether the server knows no such mailbox: by the enhanced code, for want of one by its words. A full
// mailbox, a mail that is too large or looks like spam are no such thing.
func hard(code int, status, said string) bool {
	switch status {
	case "5.1.1", "5.1.2", "5.1.3", "5.1.6", "5.1.10", "5.2.1":
		return true
	case "", "5.0.0", "5.5.0", "5.1.0", "5.7.1": // these say no more than "no"
		return code != 552 && noMailbox.MatchString(said) && (code/100 == 5 || code == 0)
	}
	return false
}

// plain reads a letter in plain words. It must come from a server and name a code or a refusal; what is on the way still
// is not lost.
func (r *report) plain(h mail.Header) []Bounce {
	auto := strings.ToLower(h.Get("Auto-Submitted"))
	failed := address(h.Get("X-Failed-Recipients"))
	from := daemon.MatchString(h.Get("From")) || strings.TrimSpace(h.Get("Return-Path")) == "<>"
	subject := h.Get("Subject")
	if decoded, err := new(mime.WordDecoder).DecodeHeader(subject); err == nil {
		subject = decoded
	}
	if failed == "" && (!from || !returnedBy.MatchString(subject)) || strings.HasPrefix(auto, "auto-replied") && failed == "" && !from {
		return nil
	}
	if delayed.MatchString(subject) {
		return nil
	}
	words := r.words.String()
	b := Bounce{To: failed, Status: statusIn(words)}
	for l := range strings.Lines(words) {
		if m := replyCode.FindStringSubmatch(l); m != nil && b.Code == 0 {
			b.Code, b.Said = diagnosis(l)
		} else if b.Said == "" && (statusCode.MatchString(l) || noMailbox.MatchString(l)) {
			b.Said = short(line(l))
		}
	}
	if b.Code == 0 && b.Status == "" && b.Said == "" {
		return nil // nothing in it says that it failed
	}
	if b.Code/100 == 4 && strings.HasPrefix(b.Status, "4") && failed == "" && delayed.MatchString(words) {
		return nil
	}
	if b.To == "" {
		if m := angled.FindStringSubmatch(words); m != nil {
			b.To = address(m[1])
		}
	}
	b.MessageID = r.original
	if m := ownID.FindStringSubmatch(words); b.MessageID == "" && m != nil {
		b.MessageID = messageID(m[1])
	}
	if b.To == "" {
		b.To = r.to
	}
	if b.To == "" && b.MessageID == "" {
		return nil
	}
	b.finish()
	return []Bounce{b}
}

// Mailbox reads a file of messages: one as it travels (.eml), or many behind each other, each after a line "From …"
// (mbox). It stops at the first error of do.
func Mailbox(r io.Reader, do func(raw []byte) error) error {
	in := bufio.NewReaderSize(r, 64<<10)
	head, _ := in.Peek(5)
	if string(head) != "From " {
		raw, err := io.ReadAll(io.LimitReader(in, maxBounce))
		if err != nil {
			return fmt.Errorf("mail: read a message: %w", err)
		}
		if len(raw) == 0 {
			return nil
		}
		return do(raw)
	}
	var one bytes.Buffer
	begun, blank := false, true
	for {
		l, err := in.ReadSlice('\n') // a longer line comes in pieces, none of which begins a message
		if err != nil && !errors.Is(err, io.EOF) && !errors.Is(err, bufio.ErrBufferFull) {
			return fmt.Errorf("mail: read a mailbox: %w", err)
		}
		if blank && bytes.HasPrefix(l, []byte("From ")) {
			if begun {
				if err := do(one.Bytes()); err != nil {
					return err
				}
			}
			begun = true
			one.Reset()
		} else if one.Len()+len(l) <= maxBounce {
			l = bytes.TrimPrefix(l, []byte(">")[:quoted(l)])
			one.Write(l)
		}
		blank = len(bytes.TrimRight(l, "\r\n")) == 0 && err == nil
		if errors.Is(err, io.EOF) {
			if one.Len() > 0 {
				return do(one.Bytes())
			}
			return nil
		}
	}
}

// quoted is 1 for a line ">From …", whose first letter was put there by who wrote the mailbox.
func quoted(l []byte) int {
	if bytes.HasPrefix(bytes.TrimLeft(l, ">"), []byte("From ")) && bytes.HasPrefix(l, []byte(">")) {
		return 1
	}
	return 0
}
