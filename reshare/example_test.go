package reshare_test

import (
	"fmt"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/reshare"
)

func ExamplePropose() {
	story := lantoa.Story{
		Title: "Nuôi lợn đất tiết kiệm",
		First: lantoa.Unit{Name: "xã Đồng Mẫu"},
		Lead: lantoa.Measured{Post: lantoa.Post{
			Text:      "42 hội viên chi hội Bản Mới đã tiết kiệm được 148 triệu đồng.\n#LợnĐất\nTin, ảnh: Nguyễn Thị Yến",
			Permalink: "https://www.facebook.com/100/posts/200",
		}},
		Topics: []string{"tiet-kiem"},
	}
	words := reshare.Propose(story, nil)
	fmt.Println(words.Short)
	fmt.Println(reshare.CheckWords(story, lantoa.ViaMessage, "", "42 hội viên đã tiết kiệm được 148 triệu đồng."))
	// Output:
	// 42 hội viên chi hội Bản Mới đã tiết kiệm được 148 triệu đồng.
	// Theo Hội LHPN xã Đồng Mẫu
	// https://www.facebook.com/100/posts/200
	// #CáchLàmHay #TiếtKiệm
	// invalid (credit): Theo Hội LHPN xã Đồng Mẫu
}
