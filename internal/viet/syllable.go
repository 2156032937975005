package viet

import "strings"

// The syllables of Vietnamese without marks are an onset and a rhyme.
const (
	onsets = " b c ch d g gh gi h k kh l m n ng ngh nh p ph q qu r s t th tr v x "
	rhymes = " a ac ach ai am an ang anh ao ap at au ay e ec em en eng eo ep et eu ech enh i ia ich iec iem ien ieng iep iet" +
		" ieu im in inh ip it iu o oa oac oach oai oam oan oang oanh oao oap oat oay oc oe oem oen oeo oet oi om on ong ooc" +
		" oong op ot u ua uac uai uan uang uat uau uay uc ue uech uen uenh ui um un ung uo uoc uoi uom uon uong uop uot uou up ut" +
		" uu uy uya uych uyen uyet uynh uyt uyu y yem yen yet yeu uan uang uat uay uoi "
)

// IsSyllable says whether the bare lower-case word can be a Vietnamese syllable.
func IsSyllable(bare string) bool {
	if bare == "" || len(bare) > 7 || strings.ContainsRune(bare, ' ') {
		return false
	}
	for n := min(3, len(bare)-1); n >= 0; n-- {
		onset, rhyme := bare[:n], bare[n:]
		if (n == 0 || strings.Contains(onsets, " "+onset+" ")) && strings.Contains(rhymes, " "+rhyme+" ") {
			return true
		}
	}
	return bare == "gi"
}

// Split cuts a bare word that was written without spaces ("phunuthainguyen") into syllables, the fewest
// possible, and of as many those with more initial consonants (ha noi, not han oi). It returns nil for a word
// that is a syllable already or cannot be cut wholly.
func Split(bare string) []string {
	var out []string
	for _, n := range split(bare) {
		out = append(out, bare[:n])
		bare = bare[n:]
	}
	return out
}

// longestSplit bounds the work; a longer run of letters is no hashtag of words.
const longestSplit = 60

// split gives the lengths of the syllables, nil where Split is nil.
func split(bare string) []int {
	n := len(bare)
	if n < 3 || n > longestSplit || IsSyllable(bare) {
		return nil
	}
	const never = 1 << 20
	cost := make([]int, n+1) // of cutting bare[:i]: 16 a syllable, 1 more if it begins with a vowel
	from := make([]int, n+1)
	for i := 1; i <= n; i++ {
		cost[i] = never
		for j := max(0, i-7); j < i; j++ {
			if cost[j] == never || !IsSyllable(bare[j:i]) {
				continue
			}
			c := cost[j] + 16
			if isVowel(rune(bare[j])) {
				c++
			}
			if c < cost[i] {
				cost[i], from[i] = c, j
			}
		}
	}
	if cost[n] == never {
		return nil
	}
	var out []int
	for i := n; i > 0; i = from[i] {
		out = append([]int{i - from[i]}, out...)
	}
	return out
}
