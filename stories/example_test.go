package stories_test

import (
	"fmt"
	"time"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/stories"
)

func ExampleFind() {
	told := time.Date(2026, 11, 17, 19, 0, 0, 0, time.UTC)
	text := "Mô hình hũ gạo tình thương của chi hội Gốc Sữa\n" +
		"Mỗi bữa nấu cơm, 25 hội viên bớt lại một nắm gạo, cuối tháng gom được gần 40 kg chia cho 4 chị em già yếu. " +
		"Đến nay đã sáu năm, chị Ma Thị Dung ghi sổ, chưa tháng nào đứt. Chi hội nào muốn làm theo, chị sẵn sàng gửi mẫu sổ."
	post := func(id, page, unit string, at time.Time) lantoa.Measured {
		return lantoa.Measured{
			Post: lantoa.Post{ID: lantoa.PostID(id), Channel: lantoa.ChannelID(page), Text: text, PublishedAt: at, ToldAt: at},
			Kind: lantoa.FacebookPage,
			Unit: lantoa.Unit{ID: lantoa.UnitID(page), Name: unit, Level: lantoa.Commune},
		}
	}
	posts := []lantoa.Measured{
		post("p2", "page2", "xã Khe Mẫu", told.Add(48*time.Hour)), // a copy, two days later
		post("p1", "page1", "xã Đồng Mẫu", told),
	}
	for _, s := range stories.Find(posts, nil, told.AddDate(0, 0, 5)) {
		fmt.Println(s.Title)
		fmt.Println(s.First.UnionName(), s.Channels)
		for _, r := range s.Reasons {
			fmt.Println("-", r.Kind)
		}
	}
	// Output:
	// Mô hình hũ gạo tình thương của chi hội Gốc Sữa
	// Hội LHPN xã Đồng Mẫu 2
	// - names_model
	// - many_carry
	// - gives_result
	// - names_people
	// - tells_how
}
