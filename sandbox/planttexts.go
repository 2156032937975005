package sandbox

// The texts of the planted cases. People and happenings are invented.

const lonDat = `Mô hình nuôi lợn đất tiết kiệm: gom từng nghìn lẻ, giúp nhau vốn lớn

Mỗi tối, khi đã tắt bếp hay dọn xong gánh hàng, 62 hội viên chi hội Bãi Đá, xã Đồng Mẫu lại bỏ vào con lợn đất vài nghìn đồng. Toàn tiền lẻ bớt ra từ mớ rau, buổi chợ, thế mà sau ba năm cả chi hội đã dành dụm được 148 triệu đồng.

Cách làm rất giản dị: mỗi nhà một con lợn đất; ngày 20/10 hằng năm chị em cùng “mổ lợn” tại nhà văn hóa xóm, đếm tiền trước mặt mọi người rồi ghi vào sổ chung. Ai chưa cần thì để cho chị em khó khăn hơn vay không lấy lãi, mỗi suất từ 10 đến 20 triệu đồng, trả dần trong 18 tháng. Tổ trưởng và thủ quỹ do chị em tự bầu, sổ thu chi đọc công khai trong buổi sinh hoạt hằng tháng.

Đến nay 9 hội viên đã vay mua bò giống, 4 chị sửa chuồng nuôi gà, 2 chị mua máy sao chè. Chị Lường Thị Hòa trước là hộ nghèo, được vay 20 triệu đồng mua đôi bò giống, nay có thêm ba con bê và đã trả xong vốn trước hạn. “Không có con lợn đất của chị em thì tôi chẳng biết trông vào đâu”, chị nói. Chi hội trưởng Ma Thị Thủy bảo điều quý nhất là chị em hòa thuận, hiểu hoàn cảnh của nhau và không ai còn phải đi vay nóng.

Chi hội Bãi Đá sẵn lòng chia sẻ mẫu sổ và bản quy ước với các chi hội muốn cùng nuôi lợn đất.`

// lonDatFirst are the first lines of the seven copies.
var lonDatFirst = [7]string{
	"Nuôi lợn đất tiết kiệm, giúp nhau vốn lớn",
	"🌸 Cách làm hay ở cơ sở: nuôi lợn đất tiết kiệm",
	"Chuyện những con lợn đất",
	"TIẾT KIỆM TỪ NHỮNG ĐỒNG TIỀN LẺ – MÔ HÌNH CẦN NHÂN RỘNG",
	"Mời các chi hội cùng đọc và học tập nhé các chị 💐",
	"Nuôi lợn đất – việc nhỏ, nghĩa tình lớn",
	"Mô hình nuôi lợn đất tiết kiệm của phụ nữ vùng cao",
}

const directive = `HƯỞNG ỨNG THÁNG HÀNH ĐỘNG VÌ BÌNH ĐẲNG GIỚI VÀ PHÒNG NGỪA, ỨNG PHÓ VỚI BẠO LỰC TRÊN CƠ SỞ GIỚI (15/11 – 15/12)

Thực hiện kế hoạch của Hội LHPN tỉnh, đề nghị các cấp Hội tập trung:
1. Treo băng rôn, khẩu hiệu tuyên truyền tại trụ sở và nhà văn hóa từ ngày 15/11.
2. Tổ chức ít nhất một buổi truyền thông về kỹ năng phòng ngừa bạo lực gia đình và xâm hại trẻ em.
3. Rà soát địa chỉ tin cậy tại cộng đồng, niêm yết số điện thoại đường dây nóng.
4. Đăng tin, ảnh hoạt động lên trang của đơn vị kèm hashtag của tháng hành động.
5. Báo cáo kết quả về Ban Thường vụ Hội LHPN tỉnh trước ngày 18/12.

Hội LHPN tỉnh đề nghị các đơn vị nghiêm túc triển khai, tuyên truyền sâu rộng tới cán bộ, hội viên, phụ nữ và nhân dân.`

var directiveFirst = []string{
	"Kính chuyển các chi hội triển khai thực hiện ạ!",
	"📣 Các chị chi hội trưởng lưu ý nội dung sau:",
	"Triển khai văn bản của Hội cấp trên tới các chi hội.",
	"Mời chị em cùng nắm nội dung và hưởng ứng.",
}

const voteText = `BÌNH CHỌN GIAN HÀNG PHỤ NỮ KHỞI NGHIỆP ĐƯỢC YÊU THÍCH NHẤT – GIAN HÀNG SỐ 07, PHƯỜNG SUỐI MẪU

Cả nhà ơi, hãy ủng hộ chị em phường Suối Mẫu bằng cách bấm thích và chia sẻ bài viết này ở chế độ công khai!
Cách tính điểm: mỗi lượt thích 1 điểm, mỗi lượt bình luận 2 điểm, mỗi lượt chia sẻ 3 điểm. Thời gian bình chọn đến hết 22 giờ ngày cuối tuần.
Mỗi lượt thích và chia sẻ của cả nhà là một lời động viên với chúng em ❤️`

const deletedStory = `Biến phế liệu thành thẻ bảo hiểm y tế

Từ đầu năm đến nay, mô hình “Đổi phế liệu lấy thẻ bảo hiểm y tế” của Hội LHPN %s đã gom được 2,3 tấn vỏ lon, bìa, nhựa cũ. Mỗi hộ treo một túi lưới ở góc bếp, thứ Bảy cuối tháng chị em mang ra điểm tập kết, cân và ghi sổ tại chỗ. Tiền bán phế liệu được 16.500.000 đồng, chi hội mua 21 thẻ bảo hiểm y tế tặng hội viên cao tuổi, đơn thân. Cách làm không tốn kém, chỉ cần một cái cân, một quyển sổ và sự kiên trì. Chị Vi Thị Nhài, tổ trưởng tổ thu gom, kể lúc đầu có người còn ngại, nay nhà nào cũng giục “bao giờ đến ngày cân”. Hội mong các chi hội khác cùng làm để thêm nhiều chị em có thẻ đi khám bệnh.`

const newPageHello = `Xin chào các chị em! Đây là trang chính thức của Hội LHPN %s. Từ hôm nay Hội sẽ chia sẻ tại đây những việc làm hay, những tấm gương phụ nữ quanh ta. Mời các chị theo dõi và gửi ảnh hoạt động của chi hội mình nhé! 🌷`

const newPageStory = `Câu lạc bộ “Phụ nữ nói không với bạo lực” ở nhà văn hóa xóm

Sáu tháng nay, tối thứ Tư cuối tháng, 34 chị em %s lại ngồi với nhau trong câu lạc bộ “Phụ nữ nói không với bạo lực gia đình”. Không bài vở dài dòng: mỗi buổi một tình huống có thật được đổi tên, chị em đóng vai, bàn cách xử lý, rồi cán bộ tư pháp xã giải đáp. Câu lạc bộ lập ba địa chỉ tin cậy, in số điện thoại lên quạt giấy phát tới 210 hộ. Nhờ được tư vấn kịp thời, năm gia đình từng hay cãi vã nay đã yên ấm. Chủ nhiệm câu lạc bộ, chị Bàn Thị Tươi, nói điều cần nhất là có người chịu ngồi nghe. Cách làm này không tốn tiền, chi hội nào cũng có thể bắt đầu.`

const newPageNotice = `Thông báo: Hội tổ chức tập huấn sử dụng điện thoại thông minh cho cán bộ chi hội vào 14 giờ ngày thứ Tư tuần này tại hội trường xã. Mời các chị tham dự đông đủ, nhớ mang theo điện thoại và bộ sạc.`

const childStory = `Mẹ đỡ đầu của em S.

Em S., 9 tuổi, con một hộ nghèo ở %s, mồ côi cha từ năm lên bốn, mẹ đau ốm quanh năm. Từ tháng Ba, chi hội phụ nữ nhận đỡ đầu em theo chương trình “Mẹ đỡ đầu”: mỗi tháng 500.000 đồng, sách vở đầu năm học, và quan trọng hơn là có các mẹ thay nhau kèm em học mỗi tối thứ Ba, thứ Năm. Tiền góp từ vườn rau chung 200 m² do 18 hội viên cùng trồng. Sau hai học kỳ, em từ chỗ đọc chưa thạo đã đạt học sinh tiên tiến, biết tự nấu cơm giúp mẹ. “Các mẹ dạy con viết thư cho bố”, em kể. Chi hội dự định nhận thêm hai cháu nữa trong năm tới, các mẹ bảo thêm một luống rau là thêm được một phần cơm áo.`

const backDatedStory = `Giữ lửa nghề miến dong, 26 hội viên có việc quanh năm

Tổ hợp tác phụ nữ làm miến dong của %s bắt đầu năm ngoái với 7 chị em và một máy ép cũ. Chị em thống nhất ba việc: trồng chung một giống dong, tráng bánh bằng nước giếng khơi, và không ai bán miến chưa phơi đủ nắng. Hội giúp vay 80 triệu đồng mua máy tráng, làm nhãn và mã truy xuất, đưa sản phẩm lên sàn thương mại điện tử. Đến nay tổ có 26 hội viên, mỗi tháng bán 1,8 tấn miến, thu nhập mỗi người 6 triệu đồng, sản phẩm đạt OCOP 3 sao. Chị Chu Thị Mận, tổ trưởng, bảo nghề chỉ sống được khi người làm nghề giữ lời với nhau. Tổ sẵn sàng đón các chị ở nơi khác về học cách làm, có mẫu sổ ghi công và bảng tính giá đi kèm.`

// boxStory is what a branch's chair sends to the Union's Zalo account, P12.
const boxStory = `Em chào các chị văn phòng Hội tỉnh ạ. Em là chi hội trưởng xóm Gốc Gạo. Chi hội em có mô hình “Hàng rào xanh”: 41 hộ bỏ tường gạch, trồng hàng rào chè mạn và hoa dâm bụt dọc 1,6 km đường xóm, vừa đẹp vừa có chè bán. Sau một năm mỗi hộ thu thêm gần 2 triệu đồng, cả xóm không còn chỗ đổ rác trộm. Em gửi các chị một ảnh, nhờ các chị xem có dùng được không ạ.`
