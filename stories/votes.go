package stories

import (
	"sync"

	"github.com/hoiphunu/lantoa"
)

// votePhrases ask for interactions that decide a contest (algorithms, section 3).
var votePhrases = lexicon(
	"bình chọn cho", "bình chọn bằng", "phiếu bình chọn", "lượt bình chọn", "để bình chọn", "xin bình chọn",
	"mời bình chọn", "tham gia bình chọn", "cùng bình chọn", "hãy bình chọn", "vote cho", "thả tim cho",
	"mỗi lượt thích", "một lượt thích", "mỗi lượt like", "mỗi like", "1 like", "1 lượt thích", "mỗi tim",
	"lượt thích và chia sẻ", "lượt like và share", "lượt like share", "like và share", "like và chia sẻ",
	"thích và chia sẻ bài", "thích và chia sẻ để", "like share để", "tương tác cao nhất", "nhiều lượt tương tác nhất",
	"tính điểm tương tác", "điểm tương tác", "mỗi lượt chia sẻ được", "mỗi lượt tương tác", "nhiều lượt thích nhất",
	"nhiều like nhất", "cách tính điểm", "kêu gọi bình chọn", "ủng hộ bài dự thi", "ủng hộ cho bài dự thi",
	"bài dự thi số", "số báo danh",
)

// weakVotes become an appeal only when two of them meet: "cuộc thi" alone may be told of afterwards.
var weakVotes = lexicon(
	"bình chọn", "lượt thích", "lượt like", "lượt chia sẻ", "lượt share", "cuộc thi", "bài dự thi", "tác phẩm dự thi",
	"like", "share", "vote", "thả tim", "ủng hộ bằng cách", "hết hạn bình chọn", "mọi người ơi",
)

// IsVote says whether a post asks for interactions that decide a contest. It is marked when it is read; the
// mark can be set and taken off by hand, and [lantoa.Post].Vote is what counts from then on.
func IsVote(p lantoa.Post) bool {
	t := readWords(p.Text)
	strong := 0
	votePhrases().each(t, func(found) { strong++ })
	if strong > 0 {
		return true
	}
	weak := map[int]bool{}
	weakVotes().each(t, func(f found) { weak[f.phrase] = true })
	return weak[0] && len(weak) >= 3 // "bình chọn" with two more
}

// lexicon reads a list of phrases when it is first asked for.
func lexicon(list ...string) func() *phrases {
	return sync.OnceValue(func() *phrases {
		ps := newPhrases()
		for i, p := range list {
			if err := ps.add(p, found{phrase: i}); err != nil {
				panic(err) // our own list
			}
		}
		return ps
	})
}
