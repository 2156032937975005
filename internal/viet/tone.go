package viet

// placeTone moves the tone of a syllable to the one place where it is looked for, so that hoà and hòa,
// thuý and thúy, also the misspelt tòan and toàn, are the same. The place is the older one (hòa, thúy),
// which nearly all texts use. A word that is no Vietnamese syllable with one tone stays as it is.
func placeTone(word []cell) {
	at := -1
	for i := range word {
		if word[i].tone == 0 {
			continue
		}
		if at >= 0 {
			return
		}
		at = i
	}
	if at < 0 || len(word) > 7 {
		return
	}
	first, last := nucleus(word)
	if first < 0 || at < first-1 || at >= last || !isVowel(word[at].bare) { // first-1: "qúa"
		return
	}
	if to := tonePlace(word, first, last); to != at {
		word[to].tone, word[at].tone = word[at].tone, 0
	}
}

// nucleus finds the vowels word[first:last] of a syllable, without the u of "qu" and the i of "gi" before
// another vowel. first is -1 when the word has not exactly one group of one to three vowels.
func nucleus(word []cell) (first, last int) {
	first = -1
	for i := range word {
		if !isVowel(word[i].bare) {
			if word[i].class != letter {
				return -1, 0
			}
			continue
		}
		switch {
		case first < 0:
			first, last = i, i+1
		case last == i:
			last = i + 1
		default:
			return -1, 0
		}
	}
	if first == 1 && last-first > 1 &&
		(word[0].bare == 'q' && word[1].exact == 'u' || word[0].bare == 'g' && word[1].exact == 'i') {
		first++
	}
	if last-first > 3 {
		return -1, 0
	}
	return first, last
}

// tonePlace is the letter of the syllable that bears the tone: the last one with a hat, breve or horn; else
// of two vowels the first, or the second before a final consonant; of three the middle.
func tonePlace(word []cell, first, last int) int {
	for i := last - 1; i >= first; i-- {
		if word[i].exact != word[i].bare {
			return i
		}
	}
	switch last - first {
	case 1:
		return first
	case 2:
		if last < len(word) {
			return first + 1
		}
		return first
	}
	return first + 1
}

func isVowel(r rune) bool {
	switch r {
	case 'a', 'e', 'i', 'o', 'u', 'y':
		return true
	}
	return false
}
