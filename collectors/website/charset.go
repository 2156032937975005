package website

import (
	"bytes"
	"regexp"
	"strings"
	"unicode"
	"unicode/utf8"

	"golang.org/x/net/html/charset"
	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/unicode/norm"

	"github.com/hoiphunu/lantoa/internal/viet"
)

// decode is the text of an answer in Unicode. The bytes are believed before the labels: what is valid UTF-8 beyond
// ASCII is UTF-8, whatever the header says. What is none of the labelled is windows-1258, the code page of a
// Vietnamese Windows, unless it is one of the encodings of fonts; those stay Western letters here and are converted
// where the text has been taken out of its marks (see tongue).
func decode(body []byte, contentType string) string {
	enc, name, _ := charset.DetermineEncoding(body, contentType)
	switch {
	case strings.HasPrefix(name, "utf-16") && !bytes.HasPrefix(body, []byte("\xef\xbb\xbf")):
		if !utf8.Valid(body) || bytes.IndexByte(body, 0) >= 0 {
			return decoded(enc, body)
		}
	case mostlyUTF8(body):
		// it is
	case name == "utf-8" || western(name) || name == "x-user-defined":
		return single(body, name == "windows-1252" && declared(body, contentType))
	default:
		return decoded(enc, body)
	}
	return strings.TrimPrefix(strings.ToValidUTF8(string(body), "\uFFFD"), "\uFEFF")
}

func western(name string) bool { return name == "windows-1252" || name == "windows-1258" }

// mostlyUTF8 says whether bytes beyond ASCII form letters of UTF-8; a few broken ones, and a last one that was cut in
// two, do not matter.
func mostlyUTF8(b []byte) bool {
	good, bad := 0, 0
	for i := 0; i < len(b); {
		if b[i] < utf8.RuneSelf {
			i++
			continue
		}
		r, n := utf8.DecodeRune(b[i:])
		if r == utf8.RuneError && n < 2 {
			if !utf8.FullRune(b[i:]) {
				break
			}
			bad++
		} else {
			good++
		}
		i += n
	}
	return bad == 0 || bad*10 < good
}

// declared says whether a page itself claims to be Western; without a claim DetermineEncoding names that too.
func declared(body []byte, contentType string) bool {
	return regexpWestern.MatchString(contentType) || regexpWestern.Match(body[:min(len(body), 1024)])
}

var regexpWestern = regexp.MustCompile(`(?i)charset\s*=\s*["']?\s*(?:windows-1252|iso-8859-1|latin1|us-ascii|ascii)\b`)

// single reads one byte a letter.
func single(body []byte, western bool) string {
	latin := decoded(charmap.Windows1252, body)
	if viet.Recognise(latin) != viet.Unicode {
		return latin
	}
	// In windows-1258 tones are letters of their own behind the vowel. Where a page claims to be Western it is
	// believed, unless what would be tones all stand behind vowels.
	s := decoded(charmap.Windows1258, body)
	if western {
		if on, off := tones(s); on < 3 || on < 10*off {
			return latin
		}
	}
	return norm.NFC.String(s)
}

func tones(s string) (on, off int) {
	before := rune(0)
	for _, r := range s {
		if unicode.Is(unicode.Mn, r) {
			if strings.ContainsRune("aeiouyâêôăơưAEIOUYÂÊÔĂƠƯ", before) {
				on++
			} else {
				off++
			}
		}
		before = r
	}
	return on, off
}

func decoded(e encoding.Encoding, body []byte) string {
	out, err := e.NewDecoder().Bytes(body)
	if err != nil {
		out = body
	}
	return strings.TrimPrefix(strings.ToValidUTF8(string(out), "\uFFFD"), "\uFEFF")
}

// tongue is the encoding of fonts that a page is written in as a whole. Menus and articles may differ, so each text
// is looked at by itself first.
type tongue viet.Legacy

func tongueOf(text string) tongue { return tongue(viet.Recognise(text)) }

// read is a text of the page in Unicode.
func (t tongue) read(s string) string {
	l := viet.Recognise(s)
	if l == viet.Unicode && viet.Legacy(t) != viet.Unicode && !strings.ContainsFunc(s, beyondLatin) {
		l = viet.Legacy(t) // a title is too short to tell by itself
	}
	return l.Convert(s)
}

// beyondLatin: no encoding of fonts has a letter like ạ or ư.
func beyondLatin(r rune) bool { return r >= 0x100 && r < 0x2000 }
