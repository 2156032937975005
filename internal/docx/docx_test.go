package docx

import (
	"archive/zip"
	"bytes"
	"encoding/xml"
	"errors"
	"image"
	"image/color"
	"image/jpeg"
	"image/png"
	"io"
	"os"
	"strings"
	"testing"
	"unicode/utf8"

	"golang.org/x/text/unicode/norm"
)

const hard = "Phụ nữ xã Đồng Mẫu, ấ ầ ẩ ẫ ậ ắ ằ ẵ ặ ề ễ ộ ỡ ữ ỹ"

func picturePNG(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	img := image.NewNRGBA(image.Rect(0, 0, 40, 20))
	for i := range 40 {
		img.Set(i, i/2, color.NRGBA{0xA9, 0x1D, 0x58, 255})
	}
	if err := png.Encode(&b, img); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

func pictureJPEG(t *testing.T) []byte {
	t.Helper()
	var b bytes.Buffer
	if err := jpeg.Encode(&b, image.NewGray(image.Rect(0, 0, 30, 300)), nil); err != nil {
		t.Fatal(err)
	}
	return b.Bytes()
}

// full is a document with everything in it.
func full(t *testing.T) *Document {
	t.Helper()
	d := New("Báo cáo tuần 47", "vi-VN")
	d.Footer("Lan tỏa · tính đến 06:00 23/11/2026")
	d.Columns(0, []string{"HỘI LHPN TỈNH", "Ban Tuyên giáo"}, []string{"Thái Nguyên, ngày 23/11/2026"})
	d.Title("BÁO CÁO HOẠT ĐỘNG TUẦN 47")
	d.Subtitle(hard)
	d.Heading(1, "1. Tình hình")
	d.Text("748 bài đăng, 448 bài tự viết. " + hard)
	d.Table(Table{Head: []string{"Cấp", "Hoạt động", "Im lặng"}, Rows: [][]string{{"Xã", "145", "8"}, {"Cộng", "151", "9"}},
		Widths: []float64{3, 1, 1}, Align: []Align{Left, Right, Right}, Bold: []bool{false, true}})
	if err := d.Picture(picturePNG(t), 15, `Biểu đồ "tình trạng" <187 kênh>`); err != nil {
		t.Fatal(err)
	}
	d.PageBreak()
	d.Heading(2, "Nuôi lợn đất")
	d.Paragraph(Center, Run{Text: "xã Đồng Mẫu", Bold: true}, Run{Text: " · 17/11/2026\ndòng hai", Italic: true, Small: true, Faint: true})
	d.Together(Run{Text: "Xem bài: "}, Run{Text: "facebook.com/…", To: "https://www.facebook.com/1?a=1&b=2"})
	d.Item(Run{Text: "gấp 4,2 lần mức thường"})
	if err := d.Picture(pictureJPEG(t), 8, ""); err != nil {
		t.Fatal(err)
	}
	d.Columns(3, []string{"NGƯỜI LẬP", "(Ký, ghi rõ họ tên)"}, []string{"CHỦ TỊCH"})
	return d
}

// parts are the files in a document, each held to be well-formed.
func parts(t *testing.T, d *Document) map[string]string {
	t.Helper()
	var b bytes.Buffer
	if err := d.Write(&b); err != nil {
		t.Fatal(err)
	}
	z, err := zip.NewReader(bytes.NewReader(b.Bytes()), int64(b.Len()))
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	for _, f := range z.File {
		r, err := f.Open()
		if err != nil {
			t.Fatal(err)
		}
		text, err := io.ReadAll(r)
		if err != nil {
			t.Fatal(err)
		}
		out[f.Name] = string(text)
		if strings.HasSuffix(f.Name, ".xml") || strings.HasSuffix(f.Name, ".rels") {
			dec := xml.NewDecoder(bytes.NewReader(text))
			for {
				if _, err := dec.Token(); err != nil {
					if !errors.Is(err, io.EOF) {
						t.Errorf("%s: %v", f.Name, err)
					}
					break
				}
			}
		}
	}
	return out
}

func TestADocumentIsWholeAndItsLettersAreRight(t *testing.T) {
	got := parts(t, full(t))
	body := got["word/document.xml"]
	for _, want := range []string{
		hard, `w:val="Title"`, `<w:tblHeader/>`, `<w:br w:type="page"/>`, "dòng hai", `r:embed="rIdPicture2"`, `r:id="rIdLink1"`,
		`descr="Biểu đồ &#34;tình trạng&#34; &lt;187 kênh&gt;"`,
	} {
		if !strings.Contains(body, want) {
			t.Errorf("no %s in the document", want)
		}
	}
	if !strings.Contains(got["word/_rels/document.xml.rels"], `Target="https://www.facebook.com/1?a=1&amp;b=2" TargetMode="External"`) {
		t.Error("the link leads nowhere")
	}
	if foot := got["word/footer1.xml"]; !strings.Contains(foot, " PAGE ") || !strings.Contains(foot, "tính đến") {
		t.Error("the foot has no page number")
	}
	if got["word/media/picture1.png"] != string(picturePNG(t)) || got["word/media/picture2.jpeg"] == "" {
		t.Error("the pictures are not in the file")
	}
	if !utf8.ValidString(body) {
		t.Error("not UTF-8")
	}
	if to := os.Getenv("DOCX_OUT"); to != "" { // to be opened by hand
		f, err := os.Create(to)
		if err != nil {
			t.Fatal(err)
		}
		defer f.Close()
		if err := full(t).Write(f); err != nil {
			t.Fatal(err)
		}
	}
}

func TestForeignTextStaysText(t *testing.T) {
	d := New(`</dc:title><x/>`, "vi-VN")
	evil := "</w:t></w:r><w:r><w:fldSimple w:instr=\"DDEAUTO cmd\"/>&\x00\x0b\u202e\xff]]>"
	d.Text(evil)
	d.Heading(9, evil)
	d.Table(Table{Head: []string{evil}, Rows: [][]string{{evil, evil, evil}}})
	d.Footer(evil)
	for _, to := range []string{"javascript:alert(1)", "file:///c:/x", "\\\\host\\share", "mailto:x"} {
		d.Paragraph(Left, Run{Text: "x", To: to})
	}
	got := parts(t, d)
	for name, text := range got {
		if strings.Contains(text, "<w:fldSimple") || strings.Contains(text, "<x/>") {
			t.Errorf("%s lets markup through", name)
		}
	}
	if strings.Contains(got["word/_rels/document.xml.rels"], "hyperlink") {
		t.Error("a link leads to something that is no page")
	}
}

func TestMarksThatStandApartAreJoined(t *testing.T) {
	d := New("x", "vi-VN")
	d.Text(norm.NFD.String(hard))
	if body := parts(t, d)["word/document.xml"]; !strings.Contains(body, hard) {
		t.Error("the letters are still apart")
	}
}

func TestWhatIsNoPictureIsRefused(t *testing.T) {
	d := New("x", "vi-VN")
	for _, data := range [][]byte{nil, []byte("GIF89a"), []byte("<svg/>"), bytes.Repeat([]byte{0}, 100)} {
		if err := d.Picture(data, 5, "x"); err == nil {
			t.Errorf("%q was taken for a picture", data)
		}
	}
	if body := parts(t, d)["word/document.xml"]; strings.Contains(body, "<w:drawing") {
		t.Error("it left a trace")
	}
}

func TestAnEmptyDocumentIsOneToo(t *testing.T) {
	d := New("", "")
	d.Table(Table{})
	d.Columns(0)
	d.Columns(0, nil, nil)
	parts(t, d)
}

func BenchmarkWrite(b *testing.B) {
	for b.Loop() {
		d := New("x", "vi-VN")
		for range 500 {
			d.Heading(2, hard)
			d.Paragraph(Left, Run{Text: hard + hard, Italic: true}, Run{Text: "x", To: "https://example.org/"})
		}
		if err := d.Write(io.Discard); err != nil {
			b.Fatal(err)
		}
	}
}
