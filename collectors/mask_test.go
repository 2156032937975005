package collectors

import (
	"testing"
)

func TestMask(t *testing.T) {
	tests := []struct {
		name, in, want string
		sensitive      bool
	}{
		{"a number with dots, as in the story of the fixtures", "Liên hệ chị Hà: 0990.000.187\n#mohinh", "Liên hệ chị Hà: 09•• ••• •87\n#mohinh", false},
		{"with spaces", "Số mới: 099 000 0187, zalo cũng số này.", "Số mới: 09•• ••• •87, zalo cũng số này.", false},
		{"with strokes", "gọi 0912/345/678 nhé", "gọi 09•• ••• •78 nhé", false},
		{"with commas", "0912,345,678", "09•• ••• •78", false},
		{"with stars", "0912*345*678", "09•• ••• •78", false},
		{"with bars", "0912|345|678", "09•• ••• •78", false},
		{"with colons", "0912:345:678", "09•• ••• •78", false},
		{"with points in the middle", "0912•345•678", "09•• ••• •78", false},
		{"with wide dashes", "0912  --  345678", "09•• ••• •78", false},
		{"in Arabic digits", "٠٩١٢٣٤٥٦٧٨", "09•• ••• •78", false},
		{"behind an address and a comma", "www.x.vn,0912345678", "www.x.vn,09•• ••• •78", false},
		{"an hour and a day are no number", "08:30, 09/11/26 tại nhà văn hóa", "08:30, 09/11/26 tại nhà văn hóa", false},
		{"a decision's number is none", "Quyết định 045/QĐ-HPN, 12/03/2026", "Quyết định 045/QĐ-HPN, 12/03/2026", false},
		{"with dashes", "0990-000-187", "09•• ••• •87", false},
		{"all together, glued to letters", "sđt0990000187ạ", "sđt09•• ••• •87ạ", false},
		{"from abroad", "gọi +84 990 000 187 nhé", "gọi 09•• ••• •87 nhé", false},
		{"from abroad with the zero in brackets", "+84 (0)990 000 187", "09•• ••• •87", false},
		{"from abroad with 0084", "0084990000187", "09•• ••• •87", false},
		{"from abroad without plus", "84990000187", "09•• ••• •87", false},
		{"full-width digits", "sđt em ０９９０ ０００ １８７", "sđt em 09•• ••• •87", false},
		{"digits of a font", "𝟎𝟗𝟗𝟎 𝟎𝟎𝟎 𝟏𝟖𝟕", "09•• ••• •87", false},
		{"digits as keycaps", "0️⃣9️⃣9️⃣0️⃣0️⃣0️⃣0️⃣1️⃣8️⃣7️⃣", "09•• ••• •87️⃣", false},
		{"wrapped over a line", "gọi 0990.000.\n187 nhé", "gọi 09•• ••• •87 nhé", false},
		{"with zero-width characters between", "0990\u200b000\u200b187", "09•• ••• •87", false},
		{"in pairs", "09 90 00 01 87", "09•• ••• •87", false},
		{"a landline", "VP: (0208) 3855 123", "VP: (02•• ••• •23", false},
		{"two of them", "0990000187 - 0990000188", "09•• ••• •87 - 09•• ••• •88", false},
		{"two with only a space between", "0990000187 0990000188", "09•• ••• •87 09•• ••• •88", false},
		{"behind a bullet", "•0990000187", "•09•• ••• •87", false},
		{"in the address of a chat", "https://zalo.me/0990000187", "https://zalo.me/09•• ••• •87", false},
		{"behind a year", "năm 2026 0990 000 187", "năm 2026 09•• ••• •87", false},

		{"account and identity number", "qua STK 0001870001870 NH Mẫu, CCCD của mẹ cháu 099190000187, nhà số 5", "qua STK ••••••••••••• NH Mẫu, CCCD của mẹ cháu ••••••••••••, nhà số 5", true},
		{"an account in groups, behind the bank", "Số tài khoản ngân hàng Mẫu:\n1903 5678 901 016 (chị Hà)", "Số tài khoản ngân hàng Mẫu:\n•••••••••••••• (chị Hà)", true},
		{"an account that looks like a telephone", "stk 0990000187 đứng tên chị", "stk •••••••••• đứng tên chị", true},
		{"an identity number without a word", "099190000187", "••••••••••••", true},
		{"an identity number in groups", "099 190 000 187", "••••••••••••", true},
		{"an old identity number", "số 090000187.", "số •••••••••.", true},
		{"a plus before a number of this country", "gọi 18+0990000187", "gọi 1809•• ••• •87", false},
		{"a card", "9704 1234 5678 9012", "••••••••••••••••", true},
		{"an e-mail address", "gửi ha.mau+1@example.org.vn nhé", "gửi •••@••• nhé", true},
		{"number plates", "xe 20B1-123.45 và 20A 12345, 29-H1 234.56", "xe ••-••••• và ••-•••••, ••-•••••", true},

		{"money stays", "thu 31.250.000 đồng, 1.240.000.000đ, 125000000 đồng và 84.350.000.000 đồng", "thu 31.250.000 đồng, 1.240.000.000đ, 125000000 đồng và 84.350.000.000 đồng", false},
		{"dates stay", "từ 07.03.2026 - 08.03.2026, 07:30 09.11.2026 07.30, 20-10-2026", "từ 07.03.2026 - 08.03.2026, 07:30 09.11.2026 07.30, 20-10-2026", false},
		{"a class and a year stay", "lớp 12A 2026", "lớp 12A 2026", false},
		{"short service numbers stay", "gọi 111 hoặc 1900 1234", "gọi 111 hoặc 1900 1234", false},
		{"numbers of an address stay", "https://www.facebook.com/photo?fbid=122100000000001201", "https://www.facebook.com/photo?fbid=122100000000001201", false},
		{"accounts counted stay", "mở 1.250 tài khoản, trao 1.300.000 đồng", "mở 1.250 tài khoản, trao 1.300.000 đồng", false},
		{"a result stays", "86/92 hội viên, 6,4 tấn, 04 cháu (500.000 đồng/cháu/tháng), 1,2 km", "86/92 hội viên, 6,4 tấn, 04 cháu (500.000 đồng/cháu/tháng), 1,2 km", false},
		{"no digit at all", "Tuyệt vời quá chị ơi 👏", "Tuyệt vời quá chị ơi 👏", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			got, sensitive := Mask(tt.in)
			if got != tt.want || sensitive != tt.sensitive {
				t.Errorf("Mask(%q)\n got %q, sensitive %v\nwant %q, sensitive %v", tt.in, got, sensitive, tt.want, tt.sensitive)
			}
			if again, _ := Mask(got); again != got {
				t.Errorf("masked twice: %q, then %q", got, again)
			}
		})
	}
}

func FuzzMask(f *testing.F) {
	for _, s := range []string{"0990.000.187", "STK 0001870001870", "a@b.vn 20A-123.45", "•87 0912 3456 0990000187", "\xed\xa0\x80 099\x00", "１２３ 9704 1234 5678 9012", "\xa287 \x06\x06\x06d\x06\x060990000169N00001", "\xdc 00018+0370003870"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, s string) {
		once, _ := Mask(s)
		if twice, _ := Mask(once); twice != once {
			t.Errorf("Mask(%q) = %q, masked again %q", s, once, twice)
		}
		for _, span := range plainPhone.FindAllString(once, -1) {
			t.Errorf("Mask(%q) = %q keeps %q", s, once, span)
		}
	})
}
