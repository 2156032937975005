package viet

import "unicode/utf8"

// cutTag cuts a hashtag at underscores, where a capital follows a small letter (or begins a word after
// capitals: LHPNViet), between letters and digits, and what is still no syllable into syllables.
func cutTag(tag []cell) [][]cell {
	var out [][]cell
	add := func(piece []cell) {
		if len(piece) > 0 {
			out = append(out, cutSyllables(piece)...)
		}
	}
	begin := 0
	for i := range tag {
		if tag[i].class == separator {
			add(tag[begin:i])
			begin = i + 1
			continue
		}
		if i == begin {
			continue
		}
		before, here := tag[i-1], tag[i]
		caps := here.upper && (!before.upper || i+1 < len(tag) && tag[i+1].class == letter && !tag[i+1].upper)
		if before.class != here.class || caps && here.class == letter {
			add(tag[begin:i])
			begin = i
		}
	}
	add(tag[begin:])
	return out
}

// cutSyllables cuts letters without spaces into syllables, if they can be cut wholly; else they stay one word.
func cutSyllables(piece []cell) [][]cell {
	if piece[0].class != letter {
		return [][]cell{piece}
	}
	var bare []byte
	for i := range piece {
		if piece[i].bare == 0 || piece[i].bare >= utf8.RuneSelf {
			return [][]cell{piece}
		}
		bare = append(bare, byte(piece[i].bare))
	}
	lengths := split(string(bare))
	if lengths == nil || shortForms[string(bare)] {
		return [][]cell{piece}
	}
	var out [][]cell
	for _, n := range lengths {
		out = append(out, piece[:n:n])
		piece = piece[n:]
	}
	return out
}
