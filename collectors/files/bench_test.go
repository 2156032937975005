package files

import (
	"bytes"
	"fmt"
	"strings"
	"testing"
)

func BenchmarkMessages(b *testing.B) {
	line := `{"type":1,"data":{"actionId":"1100000000101","msgId":"76%08d","cliMsgId":"17953%08d","msgType":"webchat","uidFrom":"56000000000000000%02d","idTo":"3900000000000000001","dName":"Lan Mẫu","ts":"%d","status":1,"content":"Cách làm hay của Hội LN xã Đại Phúc: tổ “Phụ nữ bán hàng online” livestream tối thứ Tư, tháng đầu 240 đơn chè","ttl":0,"mentions":[]},"threadId":"3900000000000000001","isSelf":false}` + "\n"
	var file bytes.Buffer
	for i := range 100_000 {
		fmt.Fprintf(&file, line, i, i, i%90+10, 1795349700000+int64(i)*60_000)
	}
	b.SetBytes(int64(file.Len()))
	b.ReportAllocs()
	for b.Loop() {
		got, wrong, err := ReadMessages(bytes.NewReader(file.Bytes()), MessagesAsk{Hash: hashed})
		if err != nil || len(wrong) != 0 || len(got.Rooms[0].Messages) != 100_000 {
			b.Fatal(len(wrong), err)
		}
	}
}

func BenchmarkExport(b *testing.B) {
	var file strings.Builder
	file.WriteString("[")
	for i := range 10_000 {
		if i > 0 {
			file.WriteString(",")
		}
		fmt.Fprintf(&file, `{"timestamp":%d,"data":[{"post":"%s %d"}],"title":"x"}`, 1763432464+i*3600, misencoded(strings.Repeat("Chi hội Đồng Tâm ra mắt tổ “Biến rác thành tiền” ", 20)), i)
	}
	file.WriteString("]")
	text := file.String()
	b.SetBytes(int64(len(text)))
	b.ReportAllocs()
	for b.Loop() {
		one := archivePart{name: "posts/profile_posts_1.json", size: int64(len(text)), open: opener(text)}
		got, _, err := ReadExport(&Archive{parts: []archivePart{one}}, noon, nil)
		if err != nil || len(got.Posts) != 10_000 {
			b.Fatal(len(got.Posts), err)
		}
	}
}
