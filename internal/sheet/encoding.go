package sheet

import (
	"bufio"
	"bytes"
	"io"
	"unicode/utf8"

	"golang.org/x/text/encoding"
	"golang.org/x/text/encoding/charmap"
	"golang.org/x/text/encoding/unicode"
	"golang.org/x/text/transform"
)

// sample is how much of a text is looked at to tell its encoding.
const sample = 64 << 10

// Decode gives a text as UTF-8, whatever it was saved in: UTF-8 with or without its mark, UTF-16 as Excel's
// "Unicode text" and the Notepad of old write it, or windows-1258, the code page of Vietnamese Windows. Text that is
// UTF-8 but for a damaged letter here and there is left as it is.
func Decode(r io.Reader) io.Reader {
	in := bufio.NewReaderSize(r, sample)
	head, _ := in.Peek(sample) // what goes wrong here goes wrong again when it is read
	if code := encodingOf(head); code != nil {
		return transform.NewReader(in, code.NewDecoder())
	}
	if bytes.HasPrefix(head, mark) {
		in.Discard(len(mark))
	}
	return in
}

var mark = []byte("\uFEFF")

// encodingOf is the encoding of a text that begins with head; nil for UTF-8.
func encodingOf(head []byte) encoding.Encoding {
	switch {
	case bytes.HasPrefix(head, []byte{0xFF, 0xFE}), bytes.HasPrefix(head, []byte{0xFE, 0xFF}):
		return unicode.UTF16(unicode.LittleEndian, unicode.UseBOM)
	case zeroesAt(head, 1):
		return unicode.UTF16(unicode.LittleEndian, unicode.IgnoreBOM)
	case zeroesAt(head, 0):
		return unicode.UTF16(unicode.BigEndian, unicode.IgnoreBOM)
	case oldVietnamese(head):
		return charmap.Windows1258
	}
	return nil
}

// zeroesAt says whether every other byte from the given one is zero more often than not, as in UTF-16 without its
// mark: digits, commas and line ends have a zero for the other half.
func zeroesAt(head []byte, first int) bool {
	pairs, zeroes := 0, 0
	for i := 0; i+1 < min(len(head), 2000); i += 2 {
		pairs++
		if head[i+first] == 0 && head[i+1-first] != 0 {
			zeroes++
		}
	}
	return pairs >= 2 && zeroes*2 > pairs
}

// oldVietnamese says whether a text is no UTF-8 at all though it has letters beyond ASCII. One damaged letter makes
// no other encoding.
func oldVietnamese(head []byte) bool {
	whole, broken := 0, 0
	for len(head) > 0 {
		r, size := utf8.DecodeRune(head)
		switch {
		case r == utf8.RuneError && size == 1:
			if !utf8.FullRune(head) && len(head) < utf8.UTFMax {
				return broken >= 2 && broken > 4*whole // the sample ends in the middle of a letter
			}
			broken++
		case size > 1:
			whole++
		}
		head = head[size:]
	}
	return broken >= 2 && broken > 4*whole
}
