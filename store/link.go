package store

import (
	"crypto/hmac"
	"crypto/sha256"
	"encoding/base64"
	"encoding/binary"
	"strings"
	"time"

	"github.com/hoiphunu/lantoa"
)

// SignLink makes the token of a personal link: it names what it opens (a person, a month's form), holds until ends,
// and cannot be made without the key. The purpose is signed with it, so that the link of one page opens no other. It
// is as long as its subject; nothing is stored.
func (s *Store) SignLink(purpose, subject string, ends time.Time) string {
	body := binary.BigEndian.AppendUint32(nil, uint32(max(ends.Unix(), 0)))
	body = append(body, subject...)
	return base64.RawURLEncoding.EncodeToString(append(body, s.linkMark(purpose, body)...))
}

// OpenLink is what the token of a personal link names: Invalid "link" when it is not one of ours for this purpose,
// Expired "link" when its time is over.
func (s *Store) OpenLink(purpose, token string, now time.Time) (subject string, err error) {
	raw, err := base64.RawURLEncoding.DecodeString(strings.TrimSpace(token))
	if p := s.key.Load(); err != nil || len(raw) < 4+linkMark || p == nil || len(*p) == 0 {
		return "", lantoa.Problem(lantoa.Invalid, "link", "")
	}
	body, mark := raw[:len(raw)-linkMark], raw[len(raw)-linkMark:]
	if !hmac.Equal(mark, s.linkMark(purpose, body)) {
		return "", lantoa.Problem(lantoa.Invalid, "link", "")
	}
	if ends := time.Unix(int64(binary.BigEndian.Uint32(body)), 0); !now.Before(ends) {
		return "", &lantoa.Trouble{Kind: lantoa.Expired, What: "link", Since: ends}
	}
	return string(body[4:]), nil
}

const linkMark = 16 // bytes of the signature

func (s *Store) linkMark(purpose string, body []byte) []byte {
	var secret []byte
	if p := s.key.Load(); p != nil {
		secret = *p
	}
	key := hmac.New(sha256.New, secret)
	key.Write([]byte("link " + purpose))
	m := hmac.New(sha256.New, key.Sum(nil))
	m.Write(body)
	return m.Sum(nil)[:linkMark]
}
