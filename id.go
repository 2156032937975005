package lantoa

import (
	"crypto/rand"
	"encoding/base32"
	"encoding/binary"
	"strings"
	"time"
)

// Each kind of thing has an identifier of its own type, so that one cannot be passed for another.
// All of them hold only a–z and 0–9 and are made by [NewID].
type (
	UnitID       string
	ChannelID    string
	PostID       string
	StoryID      string
	UserID       string
	ClusterID    string
	NoticeID     string
	HookID       string
	ImportID     string
	SubmissionID string
	LetterID     string
	ReshareID    string
)

var idText = base32.NewEncoding("0123456789abcdefghjkmnpqrstvwxyz").WithPadding(base32.NoPadding)

// NewID makes an identifier of 20 characters that sorts by now (to the millisecond)
// and is otherwise random: 52 bits keep two of one millisecond apart.
func NewID(now time.Time) string {
	var b [13]byte
	binary.BigEndian.PutUint64(b[:8], uint64(now.UnixMilli())<<16)
	if _, err := rand.Read(b[6:]); err != nil {
		panic(err) // crypto/rand does not fail on any system we run on
	}
	return idText.EncodeToString(b[:])[:20]
}

// ValidID says whether s can be an identifier at all; what comes from an address bar is asked first.
func ValidID(s string) bool {
	return s != "" && len(s) <= 40 && strings.Trim(s, "0123456789abcdefghijklmnopqrstuvwxyz") == ""
}
