package stories

import (
	"fmt"
	"strings"
	"testing"

	"github.com/hoiphunu/lantoa"
)

// provincePosts are posts of the length and the sameness that pages have: a few forms, filled in anew.
func provincePosts(n int) []lantoa.Measured {
	posts := make([]lantoa.Measured, n)
	for i := range posts {
		posts[i] = lantoa.Measured{
			Post: lantoa.Post{
				ID: lantoa.PostID(fmt.Sprintf("post%07d", i)), Channel: lantoa.ChannelID(fmt.Sprintf("channel%d", i%374)),
				Type: lantoa.Photo, Text: benchText(i),
			},
			Kind: lantoa.FacebookPage, Unit: lantoa.Unit{Level: lantoa.Commune},
		}
	}
	return posts
}

var (
	onsets = strings.Fields("b c ch d đ g gh h kh l m n nh ph qu r s t th v")
	rimes  = strings.Fields("a à á ạ an anh ao au ăn âm âu ay e em en eo ê êm ên êu i im in inh ia iu o oa oi om on ong ô ôi ôm ôn ông ơ ơi ơm ơn u um un ung ua ui ư ưa ưng ươi ươn ương iên iêm iêt uôn uông uôi oan oanh ôc ôp ôt at ach ăc ât et êt it uc ut")
)

// benchText is a story of some 150 syllables; every fourth is a copy of the one before with another opening.
func benchText(i int) string {
	opening := fmt.Sprintf("Chuyện hay ở cơ sở số %d\n", i)
	if i%4 == 3 {
		i--
	}
	text := opening + fmt.Sprintf("Chi hội phụ nữ xóm %d có cách làm riêng. Mỗi tháng %d hội viên ", i, 20+i%50)
	for k := range 120 {
		x := (i*7919 + k*104729 + i*k*31) % 1400
		text += onsets[x%20] + rimes[x/20%70] + " "
	}
	return text + fmt.Sprintf("được %d triệu đồng. Chị Lường Thị Hòa bảo cách này dễ, chi hội nào cũng làm theo được.", 3+i%90)
}

func BenchmarkCopies(b *testing.B) {
	posts := provincePosts(30000)
	for b.Loop() {
		c := NewCopies()
		for i := range posts {
			c.Add(posts[i].Post)
		}
	}
	b.ReportMetric(float64(len(posts))*float64(b.N)/b.Elapsed().Seconds(), "posts/s")
}

func BenchmarkRead(b *testing.B) {
	posts := provincePosts(2000)
	for b.Loop() {
		for i := range posts {
			Read(posts[i].Text)
		}
	}
	b.ReportMetric(float64(len(posts))*float64(b.N)/b.Elapsed().Seconds(), "posts/s")
}
