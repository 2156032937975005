package sandbox

import (
	"bytes"
	"encoding/json"
	"fmt"
	"image"
	"io"
	"net/http"
	"strings"
	"unicode/utf8"
)

// zaloCall is one question to Zalo's Open API.
type zaloCall struct {
	path string
	q    func(string) string
	now  int64
	post bool
	body zaloBody
	raw  []byte // the JSON that came
	file []byte // the picture that came with an upload
}

// zaloBody is what POST calls bring, of all of them together.
type zaloBody struct {
	Recipient struct {
		Group  string          `json:"group_id"`
		Target json.RawMessage `json:"target"`
	} `json:"recipient"`
	Message struct {
		Text       string `json:"text"`
		Attachment *struct {
			Type    string `json:"type"`
			Payload struct {
				Template string `json:"template_type"`
				Elements []struct {
					Media string `json:"media_type"`
					URL   string `json:"url"`
					ID    string `json:"attachment_id"`
				} `json:"elements"`
			} `json:"payload"`
		} `json:"attachment"`
	} `json:"message"`
	Token string `json:"token"`
	ID    string `json:"id"`
}

// read takes the body of a POST.
func (c *zaloCall) read(w http.ResponseWriter, r *http.Request) (err error) {
	c.post = true
	if strings.HasPrefix(r.Header.Get("Content-Type"), "multipart/form-data") {
		r.Body = http.MaxBytesReader(w, r.Body, maxUpload)
		if err := r.ParseMultipartForm(maxUpload); err != nil {
			return err
		}
		f, _, err := r.FormFile("file")
		if err != nil {
			return err
		}
		defer f.Close()
		c.file, err = io.ReadAll(f)
		return err
	}
	if c.raw, err = io.ReadAll(http.MaxBytesReader(w, r.Body, maxBody)); err != nil {
		return err
	}
	return json.Unmarshal(c.raw, &c.body)
}

// writes says whether the call publishes or changes something, so that a fault must strike before it or after it.
func (c zaloCall) writes() bool { return c.post && c.path != "/v2.0/article/verify" }

// zaloPost answers the calls that publish.
func (s *Sandbox) zaloPost(c zaloCall) []byte {
	s.desk.mu.Lock()
	defer s.desk.mu.Unlock()
	switch {
	case c.path == "/v3.0/oa/group/message":
		return s.groupSend(c)
	case c.path == "/v2.0/oa/message":
		return s.broadcast(c)
	case c.path == "/v2.0/oa/upload/image":
		return s.zaloUpload(c)
	case strings.HasPrefix(c.path, "/v2.0/article/"):
		return s.articlePost(c)
	}
	return zaloAnswer(-201, "path is invalid!", noPayload)
}

// sentPrefix begins the ids of messages that we sent.
const sentPrefix = "c0df"

func (s *Sandbox) ours(message string) bool { return strings.HasPrefix(message, sentPrefix) }

// groupSend is a message of the account's into a group of its own: a text, or a picture with a text under it.
func (s *Sandbox) groupSend(c zaloCall) []byte {
	if c.body.Recipient.Group == "" {
		return zaloAnswer(-201, "group_id is invalid!", noPayload)
	}
	g := s.group(c.body.Recipient.Group)
	if g == nil {
		return notOwned
	}
	words := c.body.Message.Text
	m := &publication{Means: "message", Channel: g.id, Wordings: []wording{{c.now, words}}, At: c.now, Due: c.now}
	if a := c.body.Message.Attachment; a != nil {
		if a.Type != "template" || a.Payload.Template != "media" || len(a.Payload.Elements) != 1 || a.Payload.Elements[0].Media != "image" {
			return zaloAnswer(-233, "Message type is not supported", noPayload)
		}
		one := a.Payload.Elements[0]
		switch u, ok := s.uploaded(one.ID); {
		case one.URL != "":
			m.Photos = []string{one.URL}
		case !ok || u.Page != "":
			return zaloAnswer(-201, "attachment_id is invalid!", noPayload)
		case c.now-u.At > 7*day:
			return zaloAnswer(-100, "Attachment has expired", noPayload)
		default:
			m.Photos = []string{one.ID}
		}
	}
	switch n := utf8.RuneCountInString(words); {
	case n == 0 && len(m.Photos) == 0:
		return zaloAnswer(-201, "message is invalid!", noPayload)
	case n > 2000:
		return zaloAnswer(-210, "Parameter exceeds allowable limit", noPayload)
	}
	m.Link = addressIn(words)
	m.ID = s.freeID(func(n int64) string { return fmt.Sprintf("%s%04x%012x", sentPrefix, g.index, c.now*1000+n) })
	if err := s.publish(m); err != nil {
		return zaloAnswer(-200, "Send message failed", noPayload)
	}
	return zaloOK(append(textField(textField([]byte{'{'}, "message_id", m.ID), "group_id", g.id), '}'))
}

// addressIn is the first address in a text, empty if there is none.
func addressIn(text string) string {
	for _, word := range strings.Fields(text) {
		if i := strings.Index(word, "https://"); i >= 0 {
			return strings.TrimRight(word[i:], ".,;:!?)”\"")
		}
	}
	return ""
}

// zaloUpload takes a picture for a message and answers with its attachment_id, which is good for a week.
func (s *Sandbox) zaloUpload(c zaloCall) []byte {
	if !smallPicture(c.file) {
		return zaloAnswer(-201, "file is invalid!", noPayload)
	}
	id := s.freeID(func(n int64) string { return fmt.Sprintf("a77ac4%014x", c.now*1000+n) })
	if err := s.keepUpload(upload{ID: id, At: c.now}, c.file); err != nil {
		return zaloAnswer(-200, "Upload failed", noPayload)
	}
	return zaloOK(append(textField([]byte{'{'}, "attachment_id", id), '}'))
}

// smallPicture says whether Zalo would take these bytes as a picture: JPEG or PNG, at most 1 MB.
func smallPicture(b []byte) bool {
	_, kind, err := image.DecodeConfig(bytes.NewReader(b))
	return err == nil && (kind == "jpeg" || kind == "png") && len(b) <= 1<<20
}
