package viet

import "strings"

// FromTelex reads a word typed with Telex keys but without the keyboard that turns them into letters:
// "nuwx" is nữ, "ddoongf" đồng. It returns "" for what cannot have been typed so.
func FromTelex(keys string) string {
	tone := byte(0)
	var letters []cell
	for i := 0; i < len(keys); i++ {
		k := keys[i]
		if k < 'a' || k > 'z' {
			return ""
		}
		if n := len(letters); n > 0 && telexShape(letters, k) {
			continue
		}
		if strings.IndexByte("sfrxjz", k) >= 0 && hasVowel(letters) && !startsRhymeAgain(keys[i+1:]) {
			tone = k
			continue
		}
		letters = append(letters, cell{exact: rune(k), bare: rune(k), class: letter})
	}
	var bare []byte
	vowel := -1
	changed := tone != 0 && tone != 'z'
	for i := range letters {
		bare = append(bare, byte(letters[i].bare))
		changed = changed || letters[i].exact != letters[i].bare
		if vowel < 0 && isVowel(letters[i].bare) {
			vowel = i
		}
	}
	if !changed || vowel < 0 || !IsSyllable(string(bare)) {
		return ""
	}
	if tone != 0 && tone != 'z' {
		if vowel == 1 && len(letters) > 2 && isVowel(letters[2].bare) && (letters[0].bare == 'q' || letters[0].bare == 'g') {
			vowel = 2
		}
		letters[vowel].tone = uint8(strings.IndexByte("fsrxj", tone) + 1)
		placeTone(letters)
	}
	var out []byte
	for i := range letters {
		out = letters[i].write(out)
	}
	return string(out)
}

// telexShape lets a key change a letter before it: aa, ee, oo, dd, and w after a, o, u.
func telexShape(letters []cell, k byte) bool {
	for i := len(letters) - 1; i >= 0; i-- {
		c := &letters[i]
		if c.exact != c.bare {
			continue
		}
		switch {
		case k == 'd' && c.exact == 'd' && i == 0:
			c.exact = 'đ'
		case k == c2b(c.exact) && strings.IndexByte("aeo", k) >= 0 && i >= len(letters)-3 && (i == len(letters)-1 || !isVowel(letters[len(letters)-1].bare)):
			c.exact = shaped(c.exact, 0x302)
		case k == 'w' && c.exact == 'a':
			c.exact = 'ă'
		case k == 'w' && (c.exact == 'o' || c.exact == 'u'):
			c.exact = shaped(c.exact, 0x31B)
			if c.exact == 'ơ' && i > 0 && letters[i-1].exact == 'u' && (i < 2 || letters[i-2].exact != 'q') {
				letters[i-1].exact = 'ư'
			}
		default:
			continue
		}
		return true
	}
	return false
}

func c2b(r rune) byte {
	if r < 0x80 {
		return byte(r)
	}
	return 0
}

func hasVowel(letters []cell) bool {
	for i := range letters {
		if isVowel(letters[i].bare) {
			return true
		}
	}
	return false
}

// startsRhymeAgain says whether vowels follow: then the key is a letter (a tone key ends a syllable or stands
// before its last consonants).
func startsRhymeAgain(rest string) bool { return strings.ContainsAny(rest, "aeiouy") }

// ToTelex writes a folded word with the keys of Telex: nữ is "nuwx", đồng "ddoongf". It loses nothing, and is
// plain ASCII: a search server that folds diacritics away can tell such words apart.
func ToTelex(exact string) string {
	var b []byte
	var tone byte
	s := scanner{
		onWord: func(word []cell) {
			for _, c := range word {
				b = append(b, telexKeys(c)...)
				if c.tone != 0 {
					tone = "fsrxj"[c.tone-1]
				}
			}
		},
		onOther: func(rune, int) {},
	}
	s.scan(exact)
	if tone != 0 {
		b = append(b, tone)
	}
	return string(b)
}

func telexKeys(c cell) string {
	switch c.exact {
	case 'â', 'ê', 'ô', 'đ':
		return string([]rune{c.bare, c.bare})
	case 'ă', 'ơ', 'ư':
		return string([]rune{c.bare, 'w'})
	}
	return string(c.exact)
}
