package viet

import "unsafe"

// Fold is the copy of a text that is compared: compatibility forms made plain, lower case, characters that
// cannot be seen left out, one place for each tone, any run of spaces one space. Đ stays đ.
func Fold(s string) string { return fold(s, false) }

// Bare is Fold without diacritics and with đ as d.
func Bare(s string) string { return fold(s, true) }

func fold(s string, bare bool) string {
	b := make([]byte, 0, len(s)+len(s)/8)
	sc := scanner{
		onWord: func(word []cell) {
			for i := range word {
				if bare {
					b = word[i].writeBare(b)
				} else {
					b = word[i].write(b)
				}
			}
		},
		onOther: func(r rune, _ int) {
			if r != ' ' || len(b) > 0 && b[len(b)-1] != ' ' {
				b = appendRune(b, r)
			}
		},
	}
	sc.scan(s)
	if n := len(b); n > 0 && b[n-1] == ' ' {
		b = b[:n-1]
	}
	if len(b) == 0 {
		return ""
	}
	return unsafe.String(&b[0], len(b)) // b is not written to any more
}
