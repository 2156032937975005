package digest

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"image"
	"image/color"
	"image/jpeg"
	"math"
	"regexp"
	"strconv"
	"strings"
	"testing"

	"github.com/PuerkitoBio/goquery"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/internal/words"
)

func thawed(t *testing.T, m lantoa.DigestMaterial) (out lantoa.DigestMaterial) {
	t.Helper()
	b, err := json.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	if err := json.Unmarshal(b, &out); err != nil {
		t.Fatal(err)
	}
	return out
}

func parsed(t *testing.T, html string) *goquery.Document {
	t.Helper()
	doc, err := goquery.NewDocumentFromReader(strings.NewReader(html))
	if err != nil {
		t.Fatal(err)
	}
	return doc
}

// photo is a picture of noise, the heaviest there is.
func photo(context.Context, lantoa.PostID, int) []byte {
	img := image.NewRGBA(image.Rect(0, 0, 320, 240))
	for i := range 320 * 240 {
		img.Set(i%320, i/320, color.RGBA{uint8(i * 7), uint8(i * 13), uint8(i * 29), 255})
	}
	var b bytes.Buffer
	jpeg.Encode(&b, img, nil)
	return b.Bytes()
}

func album() *Gallery { return &Gallery{Copy: photo} }

// full is the week with everything as long as it can be.
func full() lantoa.DigestMaterial {
	m := week()
	long := strings.Repeat("Mô hình nuôi <lợn đất> & “tiết kiệm” của chị em phụ nữ thôn bản vùng cao ", 40)
	place := 0
	for i := range m.Channels {
		m.Channels[i].Unit.Name = "xã " + long[:200]
		if i%3 == 0 {
			m.Channels[i].State = lantoa.Silent
		} else if i%3 == 1 {
			m.Channels[i].State = lantoa.Disconnected
		}
	}
	for i := range m.Stories {
		m.Stories[i].Title, m.Stories[i].Opening, m.Stories[i].Closed, m.Stories[i].Picture = long, long, false, &place
		m.Stories[i].Unit.Name = long
	}
	for range 5 {
		m.Stories = append(m.Stories, m.Stories...)
	}
	for i := range m.Stories {
		m.Stories[i].ID = lantoa.StoryID(fmt.Sprintf("many%d", i))
	}
	return m
}

func TestNoMailIsCutByItsReader(t *testing.T) {
	for _, who := range readers() {
		for name, m := range map[string]lantoa.DigestMaterial{"the week": week(), "the fullest week": full()} {
			e := edition(m)
			if name != "the week" {
				for _, s := range m.Stories {
					e.Edits.Stories = append(e.Edits.Stories, s.ID)
				}
				e.Edits.Greeting = strings.Repeat("<b>Chúc</b> các chị vui.\n", 400)
			}
			mail, err := Render(t.Context(), Build(m, e, who.user), vi, look, album())
			if err != nil {
				t.Fatal(err)
			}
			if len(mail.HTML) > MailMost {
				t.Errorf("%s, %s: %d bytes", who.name, name, len(mail.HTML))
			}
		}
	}
}

func TestAMailThatWouldBeTooLargeSaysLessAndSaysSo(t *testing.T) {
	m := week()
	small := look
	small.Most = 34_000
	mail, err := Render(t.Context(), Build(m, edition(m), chair), vi, small, nil)
	if err != nil {
		t.Fatal(err)
	}
	if len(mail.HTML) > small.Most || !strings.Contains(mail.Text, "xem tiếp trên trang") || !strings.Contains(mail.HTML, "xem tiếp trên trang") {
		t.Errorf("%d bytes, which say:\n%s", len(mail.HTML), mail.Text)
	}
	if !strings.Contains(mail.Text, "151 trang hoạt động") || !strings.Contains(mail.Text, "Mô hình nuôi lợn đất") {
		t.Error("what matters most was left out")
	}
}

func TestNothingIsAskedOfAnyHost(t *testing.T) {
	m := week()
	for i := range m.Stories {
		m.Stories[i].Picture = new(int)
	}
	for _, who := range readers() {
		mail, err := Render(t.Context(), Build(m, edition(m), who.user), vi, look, album())
		if err != nil {
			t.Fatal(err)
		}
		doc := parsed(t, mail.HTML)
		doc.Find("link,script,iframe,object,embed,video,audio,source,form,base").Each(func(_ int, s *goquery.Selection) {
			t.Errorf("%s: <%s> in a mail", who.name, goquery.NodeName(s))
		})
		if loads := regexp.MustCompile(`url\(|@import|background=`).FindString(mail.HTML); loads != "" {
			t.Errorf("%s: the mail loads something by %q", who.name, loads)
		}
		carried := map[string]bool{}
		for _, x := range mail.Images {
			carried["cid:"+x.CID] = true
		}
		shown := 0
		doc.Find("img").Each(func(_ int, s *goquery.Selection) {
			shown++
			if src := s.AttrOr("src", ""); !carried[src] {
				t.Errorf("%s: a picture at %q, which the mail does not carry", who.name, src)
			}
			if len([]rune(s.AttrOr("alt", ""))) < 10 {
				t.Errorf("%s: a picture says %q to those who do not see it", who.name, s.AttrOr("alt", ""))
			}
			if s.AttrOr("width", "") == "" || s.AttrOr("height", "") == "" {
				t.Errorf("%s: a picture without its size", who.name)
			}
		})
		if shown == 0 || shown != len(mail.Images) {
			t.Errorf("%s: %d pictures shown, %d carried", who.name, shown, len(mail.Images))
		}
		doc.Find("a").Each(func(_ int, s *goquery.Selection) {
			if href := s.AttrOr("href", ""); !strings.HasPrefix(href, look.Base+"/") {
				t.Errorf("%s: a link to %q", who.name, href)
			}
		})
	}
}

func TestForeignWordsStayWords(t *testing.T) {
	m := week()
	m.Stories[0].Title, m.Stories[0].Opening = `<img src=x onerror=alert(1)> "Chị" & em`, `</td></table><script>alert(2)</script>{{.}}`
	e := edition(m)
	e.Edits.Greeting = `<a href="https://evil.example">bấm</a>`
	mail, err := Render(t.Context(), Build(m, e, editor), vi, look, nil)
	if err != nil {
		t.Fatal(err)
	}
	doc := parsed(t, mail.HTML)
	if doc.Find("script,img[onerror],a[href*=evil]").Length() > 0 {
		t.Error("foreign text became part of the mail")
	}
	if !strings.Contains(doc.Text(), `<img src=x onerror=alert(1)> "Chị" & em`) || !strings.Contains(mail.Text, `<a href="https://evil.example">bấm</a>`) {
		t.Error("foreign text is not shown as it was written")
	}
}

func TestTheTextFormSaysTheSame(t *testing.T) {
	for _, who := range readers() {
		d, mail := mailTo(t, week(), who.user, vi)
		v := Say(d, vi, look)
		for _, say := range append(v.Sentences, v.Button.URL, v.Kicker) {
			if !strings.Contains(mail.Text, say) {
				t.Errorf("%s: the text does not say %q", who.name, say)
			}
		}
		if strings.ContainsAny(mail.Text, "<>{}") || strings.Contains(mail.Text, "⟦") || strings.Contains(mail.Text, "\n\n\n") {
			t.Errorf("%s: the text is not written for reading:\n%s", who.name, mail.Text)
		}
	}
}

func TestTheEnglishTwinIsWhole(t *testing.T) {
	for _, who := range readers() {
		_, mail := mailTo(t, week(), who.user, words.For("en").In(zone))
		if strings.Contains(mail.HTML+mail.Text, "⟦") || strings.Contains(mail.Text, "tuần trước") {
			t.Errorf("%s:\n%s", who.name, mail.Text)
		}
	}
}

func colour(t *testing.T, hex string) [3]float64 {
	t.Helper()
	n, err := strconv.ParseUint(strings.TrimPrefix(hex, "#"), 16, 32)
	if err != nil || len(hex) != 7 {
		t.Fatalf("a colour %q", hex)
	}
	var out [3]float64
	for i, shift := range []int{16, 8, 0} {
		c := float64(n>>shift&255) / 255
		if c <= 0.03928 {
			out[i] = c / 12.92
		} else {
			out[i] = math.Pow((c+0.055)/1.055, 2.4)
		}
	}
	return out
}

func contrast(t *testing.T, a, b string) float64 {
	t.Helper()
	light := func(hex string) float64 {
		c := colour(t, hex)
		return 0.2126*c[0] + 0.7152*c[1] + 0.0722*c[2]
	}
	x, y := light(a), light(b)
	return (max(x, y) + 0.05) / (min(x, y) + 0.05)
}

var (
	inkRule    = regexp.MustCompile(`(?:^|[;\s])color:\s*(#[0-9a-fA-F]{6})`)
	groundRule = regexp.MustCompile(`background-color:\s*(#[0-9a-fA-F]{6})`)
	darkRule   = regexp.MustCompile(`(?m)^([^@{}\n]+)\{([^}]*)\}`)
)

// By the colours that were written into the elements, and by the rules of dark mode over them, every word stands out
// from its ground at least as much as AA asks.
func TestEveryWordCanBeReadInLightAndDark(t *testing.T) {
	m := week()
	e := edition(m)
	e.Late = true
	for _, who := range readers() {
		mail, err := Render(t.Context(), Build(m, e, who.user), vi, look, nil)
		if err != nil {
			t.Fatal(err)
		}
		doc := parsed(t, mail.HTML)
		_, dark, found := strings.Cut(mail.HTML, "@media (prefers-color-scheme:dark){")
		if !found {
			t.Fatal("the rules of dark mode are lost")
		}
		dark, _, _ = strings.Cut(dark, "</style>")
		for _, mode := range []string{"light", "dark"} {
			checked := 0
			doc.Find("body *").Each(func(_ int, s *goquery.Selection) {
				own := strings.TrimSpace(s.Contents().Not("*").Text())
				if own == "" || s.Is("style,title,script") || s.Closest(".pre").Length() > 0 {
					return
				}
				look := func(re *regexp.Regexp) string {
					for at := s; at.Length() > 0; at = at.Parent() {
						if mode == "dark" {
							last := ""
							for _, r := range darkRule.FindAllStringSubmatch(dark, -1) {
								if at.Is(strings.TrimSpace(r[1])) {
									if m := re.FindStringSubmatch(r[2]); m != nil {
										last = m[1]
									}
								}
							}
							if last != "" {
								return last
							}
						}
						if m := re.FindStringSubmatch(at.AttrOr("style", "")); m != nil {
							return m[1]
						}
						if at.Is("body") {
							break
						}
					}
					return ""
				}
				ink, ground := look(inkRule), look(groundRule)
				if ink == "" || ground == "" {
					t.Fatalf("%s, %s: %q has ink %q on ground %q", who.name, mode, own, ink, ground)
				}
				checked++
				if c := contrast(t, ink, ground); c < 4.5 {
					t.Errorf("%s, %s: %q is written %s on %s: %.1f", who.name, mode, own, ink, ground, c)
				}
			})
			if checked < 15 {
				t.Errorf("%s, %s: only %d texts were looked at", who.name, mode, checked)
			}
		}
	}
}

func BenchmarkMail(b *testing.B) {
	m := week()
	e := edition(m)
	for i := range m.Stories {
		m.Stories[i].Picture = new(int)
	}
	g := album()
	for b.Loop() {
		if _, err := Render(b.Context(), Build(m, e, chair), vi, look, g); err != nil {
			b.Fatal(err)
		}
	}
}
