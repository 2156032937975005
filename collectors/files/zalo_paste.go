package files

import (
	"crypto/sha256"
	"encoding/hex"
	"fmt"
	"regexp"
	"strings"
	"time"
	"unicode"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/collectors/talk"
	"github.com/hoiphunu/lantoa/internal/sheet"
)

const (
	clockForm = `(\d{1,2}:\d{2}(?::\d{2})?(?:\s?[AaPp][Mm])?)`
	dayForm   = `(\d{1,2}[/.\-]\d{1,2}[/.\-]\d{4})`
)

var (
	// [20:31, 14/11/2026] Name: words, and the same the other way round.
	bracketed = regexp.MustCompile(`^\[\s*(?:` + clockForm + `,?\s+` + dayForm + `|` + dayForm + `,?\s+` + clockForm + `)\s*\]\s*([^:\n]{1,80}?)\s*:\s?(.*)$`)
	// Name 14/11/2026 20:41, the words in the lines below.
	named = regexp.MustCompile(`^(.{1,80}?)[,\s]\s*(?:` + clockForm + `,?\s+` + dayForm + `|` + dayForm + `,?\s+` + clockForm + `)$`)
	// 14/11/2026 20:41 below a line that is a name.
	stamped = regexp.MustCompile(`^\[?(?:` + clockForm + `,?\s+` + dayForm + `|` + dayForm + `,?\s+` + clockForm + `)\]?$`)
	// A line of its own between two days, and then only hours.
	newDay    = regexp.MustCompile(`^(?:[\p{L} ]{2,12}, )?` + dayForm + `$`)
	hourNamed = regexp.MustCompile(`^(.{1,60}?)[,\s]\s*` + clockForm + `$`)

	takenBack = regexp.MustCompile(`(?i)^\[?\s*tin nhắn (?:này )?(?:đã )?(?:được |bị )?(?:thu hồi|xóa|xoá)\s*\]?\.?$`)
	inPlace   = regexp.MustCompile(`^\[([^\[\]\n]{2,40})\](?:\s+(.*))?$`)
)

// stands says what a word in brackets stands for, in the place of what text cannot show.
var stands = map[string]string{
	"hinh anh": talk.Photo, "anh": talk.Photo, "photo": talk.Photo, "image": talk.Photo, "album": talk.Photo, "video": talk.Video, "file": talk.File,
	"tap tin": talk.File, "tep tin": talk.File, "tep": talk.File, "sticker": talk.Sticker, "nhan dan": talk.Sticker, "ghi am": talk.Voice,
	"tin nhan thoai": talk.Voice, "voice": talk.Voice, "am thanh": talk.Voice, "vi tri": talk.Location, "location": talk.Location, "danh thiep": talk.Card,
	"lien he": talk.Card, "gif": talk.GIF, "link": talk.Link, "lien ket": talk.Link, "binh chon": talk.Unsupported, "ghi chu": talk.Unsupported,
	"nhac hen": talk.Unsupported, "cuoc goi": talk.Unsupported,
}

// pasted is a message of copied text while its lines are being read.
type pasted struct {
	line int
	who  string
	at   time.Time
	body []string
}

// paste takes text that somebody copied from Zalo on a computer. Its layout varies with the version of Zalo: a
// line is a heading if it looks like one of those that were seen, and belongs to the message above it else. What is
// between two headings is one message, whatever it looks like.
func (in *messageReader) paste(text string) {
	text = strings.NewReplacer("\r\n", "\n", "\r", "\n", "\u00a0", " ", "\u202f", " ", "\u200b", "", "\ufeff", "").Replace(norm.NFC.String(text))
	lines := strings.Split(text, "\n")
	var now *pasted
	var day string
	ordinal := map[string]int{}
	before := "" // the line before, for a name that stands alone
	stray := 0   // a line that belongs to nobody
	end := func() {
		if stray > 0 {
			in.bad(stray, NoHeading, "", "")
			stray = 0
		}
		if now != nil {
			in.pastedMessage(*now, ordinal)
		}
		now = nil
	}
	for i, raw := range lines {
		line := strings.TrimSpace(raw)
		open := i == 0 || strings.TrimSpace(lines[i-1]) == "" // nothing stands right above
		switch who, at, rest, ok := in.heading(line, day); {
		case ok && (open || bracketed.MatchString(line) || isName(who)):
			end()
			now = &pasted{line: i + 1, who: who, at: at}
			if rest != "" {
				now.body = append(now.body, rest)
			}
		case stamped.MatchString(line) && isName(before):
			if now != nil && len(now.body) > 0 { // the name had been taken for words of the message above
				now.body = now.body[:len(now.body)-1]
			}
			if stray == i {
				stray = 0
			}
			end()
			m := stamped.FindStringSubmatch(line)
			now = &pasted{line: i + 1, who: before, at: in.clock(m[1]+m[4], m[2]+m[3])}
		case newDay.MatchString(line) && open:
			end()
			day = newDay.FindStringSubmatch(line)[1]
		case now != nil:
			now.body = append(now.body, strings.TrimRight(raw, " \t\r"))
		case line != "" && stray == 0: // words above the first heading: whose and of when, nobody can tell
			stray = i + 1
		}
		before = line
	}
	end()
}

// heading reads a line that says who wrote and when.
func (in *messageReader) heading(line, day string) (who string, at time.Time, rest string, ok bool) {
	if m := bracketed.FindStringSubmatch(line); m != nil {
		at = in.clock(m[1]+m[4], m[2]+m[3])
		return m[5], at, m[6], !at.IsZero()
	}
	if m := named.FindStringSubmatch(line); m != nil && isName(m[1]) {
		at = in.clock(m[2]+m[5], m[3]+m[4])
		return m[1], at, "", !at.IsZero()
	}
	if day != "" {
		if m := hourNamed.FindStringSubmatch(line); m != nil && isName(m[1]) {
			at = in.clock(m[2], day)
			return m[1], at, "", !at.IsZero()
		}
	}
	return "", time.Time{}, "", false
}

// clock is the moment of an hour on a day.
func (in *messageReader) clock(hour, day string) time.Time {
	day = strings.NewReplacer(".", "/", "-", "/").Replace(day)
	hour = strings.ToUpper(strings.ReplaceAll(hour, " ", ""))
	for _, form := range []string{"2/1/2006 15:04", "2/1/2006 15:04:05", "2/1/2006 3:04PM", "2/1/2006 3:04:05PM"} {
		if t, err := time.ParseInLocation(form, day+" "+hour, in.ask.Zone); err == nil && t.Year() > 1999 && t.Year() < 2200 {
			return t.UTC()
		}
	}
	return time.Time{}
}

// notNames are first words of lines that end in a day and an hour and say when something is to be.
var notNames = map[string]bool{
	"ngay": true, "luc": true, "gio": true, "thoi": true, "tu": true, "den": true, "hop": true, "vao": true, "thu": true, "chu": true, "sang": true,
	"chieu": true, "toi": true, "trua": true, "han": true, "truoc": true, "sau": true, "bat": true, "ket": true, "khai": true, "tai": true, "dia": true,
	"cap": true, "hom": true, "thang": true,
}

// isName says whether a line may be what a person calls himself: a few words, not a sentence, not a time.
func isName(s string) bool {
	words := strings.Fields(s)
	if len(words) == 0 || len(words) > 7 || utf8.RuneCountInString(s) > 60 || strings.ContainsAny(s, ":;?!,\"“”[]{}<>=#@•") || strings.HasSuffix(s, ".") {
		return false
	}
	first, _ := utf8.DecodeRuneInString(words[0])
	return (unicode.IsUpper(first) || unicode.IsLetter(first) && unicode.In(first, unicode.Lo) || first > 0x2000) && !notNames[sheet.Key(words[0])]
}

// pastedMessage takes a message whose lines are all there.
func (in *messageReader) pastedMessage(p pasted, ordinal map[string]int) {
	body := strings.TrimSpace(strings.Join(p.body, "\n"))
	if takenBack.MatchString(body) {
		in.out.Withdrawn++
		return
	}
	h := heard{line: p.line, space: "paste", author: strings.ToLower(p.who), at: p.at, kind: talk.Text, words: body}
	if m := inPlace.FindStringSubmatch(strings.SplitN(body, "\n", 2)[0]); m != nil {
		if kind := stands[sheet.Key(m[1])]; kind != "" {
			_, rest, _ := strings.Cut(body, "\n")
			h.kind, h.words = kind, strings.TrimSpace(m[2]+"\n"+rest)
		}
	}
	if body == "" {
		h.kind = talk.Unsupported
	}
	if h.kind == talk.File {
		h.words = talk.FileName(h.words)
	}
	if h.kind == talk.Photo || h.kind == talk.Video || h.kind == talk.File {
		h.media = []lantoa.Media{{Kind: h.kind}} // it is there, and cannot be had
	}
	// Copied text has no ids. The minute and the words make one, the same whenever it is copied again; of two photos
	// of one minute the words are the same, and they are told apart by their order.
	minute := p.at.In(in.ask.Zone).Format("20060102T1504")
	sum := sha256.Sum256([]byte(minute + "\x00" + h.kind + "\x00" + strings.Join(strings.Fields(body), " ")))
	h.id = fmt.Sprintf("paste-%s-%s", minute, hex.EncodeToString(sum[:4]))
	if h.kind != talk.Text {
		if ordinal[h.id]++; ordinal[h.id] > 1 {
			h.id = fmt.Sprintf("%s-%d", h.id, ordinal[h.id])
		}
	}
	in.hear(h)
}
