package website

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/collectors"
	"github.com/hoiphunu/lantoa/store/storetest"
)

// A portal's week, from the first visit into a real store.
func TestAPortalInTheStore(t *testing.T) {
	st := storetest.Open(t)
	small := storetest.Seed(t, st)
	s := portal(t)
	ch := s.channel(chosen)
	ch.ID, ch.Unit, ch.External, ch.CreatedAt = "", small.DongMau, "dongmau.example", noon
	if err := st.SaveChannel(t.Context(), &ch); err != nil {
		t.Fatal(err)
	}
	visit := func(now time.Time) (lantoa.Visit, map[string]lantoa.Post) {
		t.Helper()
		s.now = now
		at, err := st.Channel(t.Context(), ch.ID)
		if err != nil {
			t.Fatal(err)
		}
		v, err := collectors.Collect(t.Context(), s.c, st, at, now)
		if err != nil {
			t.Fatal(err)
		}
		posts, err := st.PostsBetween(t.Context(), ch.ID, noon.AddDate(0, -1, 0), noon.AddDate(0, 1, 0))
		if err != nil {
			t.Fatal(err)
		}
		by := map[string]lantoa.Post{}
		for _, p := range posts {
			by[p.External[strings.LastIndexByte(p.External, '/'):]] = p
		}
		return v, by
	}

	v, posts := visit(noon)
	if v.Trouble != nil || v.New != 6 || len(posts) != 6 || v.Depth != lantoa.Full {
		t.Fatalf("the first visit: %+v, %d posts", v, len(posts))
	}
	v, posts = visit(noon.Add(2 * time.Hour))
	if v.Trouble != nil || v.New != 0 || posts["/6"].Version != 1 {
		t.Errorf("nothing has changed: %+v, version %d", v, posts["/6"].Version)
	}

	// One is edited, one leaves the list and stays, one leaves and is gone.
	list := s.pages["/"]
	list.etag = `"l2"`
	for _, n := range []int{5, 4} {
		from := strings.Index(list.body, fmt.Sprintf(`<div class="tin"><h3><a href="/tin/%d`, n))
		list.body = list.body[:from] + list.body[from+strings.Index(list.body[from:], "</div>")+len("</div>"):]
	}
	list.body = strings.Replace(list.body, `<a class="sau"`, `<div class="tin"><h3><a href="/tin/3?utm_source=trang-chu">Bài số 3 của hội viên xã Đồng Mẫu</a></h3></div><a class="sau"`, 1)
	s.set("/", list)
	s.set("/tin/4", answer{status: 404})
	edited := s.pages["/tin/6?utm_source=trang-chu"]
	edited.body, edited.etag = strings.Replace(edited.body, "Đoạn thứ hai", "Đoạn đã sửa", 1), `"a6b"`
	s.set("/tin/6?utm_source=trang-chu", edited)
	v, posts = visit(noon.Add(8 * time.Hour))
	if v.Trouble != nil || posts["/6"].Version != 2 || posts["/5"].Removed() || !posts["/4"].Removed() {
		t.Errorf("%+v; version %d, the one that stays is removed: %v, the one that is gone: %v", v, posts["/6"].Version, posts["/5"].Removed(), posts["/4"].Removed())
	}

	// The list breaks: that is a trouble of the channel, and nothing is removed by it.
	s.set("/", answer{body: "<html>Trang đang bảo trì</html>"})
	v, posts = visit(noon.Add(12 * time.Hour))
	if v.Trouble == nil || v.Trouble.Kind != lantoa.Garbled || posts["/6"].Removed() || posts["/5"].Removed() {
		t.Errorf("%+v", v)
	}
}
