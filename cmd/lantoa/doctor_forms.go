package main

import (
	"context"
	"fmt"

	"github.com/hoiphunu/lantoa"
)

// examineForms looks at the figures that units report by hand: how many are asked, and whether anybody reminds them.
func (a *App) examineForms(ctx context.Context) finding {
	f := finding{Grade: "tốt", What: "phiếu báo số liệu"}
	asked, err := a.Store.ReportsAsked(ctx, lantoa.Everything, a.Now())
	if err != nil {
		return finding{"lỗi", f.What, sentence(err), "xem lỗi cơ sở dữ liệu ở trên"}
	}
	month := lantoa.MonthAfter(lantoa.MonthOf(a.Now(), a.Zone), -1)
	reported, err := a.Store.Reported(ctx, month)
	if err != nil {
		return finding{"lỗi", f.What, sentence(err), "xem lỗi cơ sở dữ liệu ở trên"}
	}
	done := 0
	for unit := range asked {
		if reported[unit] {
			done++
		}
	}
	f.Found = fmt.Sprintf("%d đơn vị có kênh không nền tảng nào cho đọc; %d đã báo tháng %s; chốt hết ngày %d tháng sau", len(asked), done, month[5:]+"/"+month[:4], a.Settings.FormDay())
	if len(asked) > 0 && a.Settings.Get("form_reminders") != "true" {
		f.Grade, f.Do = "lưu ý", "chưa tự nhắc: tạo liên kết ở trang Phiếu báo số liệu hoặc bằng lantoa invite; muốn nhắc qua thư ngày 1 và 4 thì đặt LANTOA_FORM_REMINDERS=true"
	}
	return f
}
