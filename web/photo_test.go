package web

import (
	"bytes"
	"image/jpeg"
	"net/http"
	"strings"
	"testing"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/store/storetest"
)

func TestPicturesAreOurOwn(t *testing.T) {
	h := openBusy(t)
	r := h.as("truyenthong@mau.vn")
	pic := "/anh/" + string(h.posts["lợn đất"]) + "/0"
	a := r.get(pic)
	if a.status != http.StatusOK || a.header.Get("Content-Type") != "image/jpeg" || a.header.Get("X-Content-Type-Options") != "nosniff" {
		t.Fatalf("%d %v", a.status, a.header)
	}
	if _, err := jpeg.Decode(bytes.NewReader([]byte(a.html))); err != nil {
		t.Errorf("no picture: %v", err)
	}
	if got := a.header.Get("Cache-Control"); !strings.HasPrefix(got, "private, max-age=") {
		t.Errorf("kept %q: what not everybody may see is kept by the browser alone", got)
	}
	if b := r.get(pic, "If-None-Match", a.header.Get("ETag")); b.status != http.StatusNotModified || b.html != "" {
		t.Errorf("asked again: %d, %d bytes", b.status, len(b.html))
	}
	t.Run("cards, the story, the post and what is found show it", func(t *testing.T) {
		for _, path := range []string{"/", "/cau-chuyen?tuan=2026-W47", h.storyURL("lợn đất"), h.postURL("lợn đất"), "/tim-kiem?q=nu%C3%B4i+l%E1%BB%A3n+%C4%91%E1%BA%A5t"} {
			img := r.get(path).Find(`main img[src="` + pic + `"]`)
			if img.Length() == 0 || !strings.Contains(img.AttrOr("alt", ""), "Ảnh 1 trong bài của Hội LHPN xã Đồng Mẫu") {
				t.Errorf("%s: %d, %q", path, img.Length(), img.AttrOr("alt", ""))
			}
		}
		a := r.get(h.postURL("lợn đất"))
		if film := a.Find(".media .film img"); film.AttrOr("alt", "") != "Ngày mở heo" {
			t.Errorf("the film's still is called %q", film.AttrOr("alt", ""))
		}
		if got := a.Find(".media li").Length() - a.Find(".media img").Length(); got != 1 || a.Find(".media svg.pic").Length() != 1 {
			t.Errorf("%d of 3 have no copy: they are drawn", got)
		}
	})
	for path, want := range map[string]int{
		"/anh/" + string(h.posts["lợn đất"]) + "/1": 404, "/anh/" + string(h.posts["lợn đất"]) + "/-1": 404, "/anh/" + string(h.posts["lợn đất"]) + "/x": 404,
		"/anh/khongco/0": 404, "/anh/..%2F/0": 404,
	} {
		if a := r.get(path); a.status != want {
			t.Errorf("%s: %d, want %d", path, a.status, want)
		}
	}
	t.Run("another unit's is refused until its story is for everybody", func(t *testing.T) {
		officer := h.as("canbo@mau.vn")
		theirs := "/anh/" + string(h.posts["ngôi nhà xanh"]) + "/0"
		if a := officer.get(pic); a.status != http.StatusOK {
			t.Errorf("her own: %d", a.status)
		}
		if a := officer.get(theirs); a.status != http.StatusForbidden {
			t.Errorf("another unit's: %d", a.status)
		}
		if a := h.visit().get(theirs); !strings.HasPrefix(a.at, "/dang-nhap") {
			t.Errorf("nobody came to %s", a.at)
		}
		r.post(h.storyURL("ngôi nhà xanh")+"/quyet-dinh", "quyet_dinh", "approve")
		if a := officer.get(theirs); a.status != http.StatusOK {
			t.Errorf("of a chosen story: %d", a.status)
		}
		if officer.get("/cau-chuyen?muc=approved").Find(`img[src="`+theirs+`"]`).Length() != 1 {
			t.Error("the card of a chosen story has no picture")
		}
	})
}

func TestWhatAPostLinksToIsToldInWords(t *testing.T) {
	h := open(t)
	ch, at := h.channels["Phụ nữ xã Chợ Mẫu"], storetest.Now.AddDate(0, 0, -2)
	_, err := h.Store.SavePosts(t.Context(), ch.ID, []lantoa.Incoming{{Post: lantoa.Post{External: "linked", Type: lantoa.Link, Text: "Mời chị em đọc", PublishedAt: at,
		Media: []lantoa.Media{{Kind: "link", URL: "https://baomau.example/bai"}, {Kind: "link", URL: "https://xau.example/"}, {Kind: "link", URL: "javascript:alert(1)"}}}}}, storetest.Now)
	must(t, err)
	must(t, h.Store.SavePreview(t.Context(), lantoa.Preview{URL: "https://baomau.example/bai", Title: `Chị em <i>Mẫu</i> góp vốn`, Description: "Một bài báo.", Image: "https://baomau.example/anh.jpg", FetchedAt: at}))
	must(t, h.Store.SavePreview(t.Context(), lantoa.Preview{URL: "https://xau.example/", FetchedAt: at, Trouble: lantoa.Problem(lantoa.Away, "dns", "")}))
	must(t, h.Store.SavePreview(t.Context(), lantoa.Preview{URL: "javascript:alert(1)", Title: "Xấu", FetchedAt: at}))
	a := h.as("truyenthong@mau.vn").get("/bai-viet/" + string(h.find(ch, "linked")))
	cards := a.Find("a.own")
	if cards.Length() != 1 || cards.AttrOr("href", "") != "https://baomau.example/bai" || !strings.Contains(cards.AttrOr("rel", ""), "noreferrer") {
		t.Fatalf("%d cards, %s", cards.Length(), cards.AttrOr("href", ""))
	}
	a.has(t, "a.own", "baomau.exampleChị em <i>Mẫu</i> góp vốnMột bài báo.")
	if a.Find("main img").Length() > 0 || strings.Contains(a.html, "anh.jpg") {
		t.Error("a foreign picture is asked for")
	}
}
