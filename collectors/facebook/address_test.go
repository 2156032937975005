package facebook

import (
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"github.com/hoiphunu/lantoa"
)

func TestAddress(t *testing.T) {
	id, name := Page{ID: aPage}, Page{Username: "phunu.binhmau"}
	for _, tt := range []struct {
		text string
		want Page
	}{
		{aPage, id}, {"  " + aPage + "\n", id}, {"<https://facebook.com/" + aPage + ">", id},
		{"https://www.facebook.com/" + aPage, id}, {"http://facebook.com/" + aPage + "/posts/122100000000000101", id},
		{"https://www.facebook.com/profile.php?id=" + aPage, id}, {"facebook.com/profile.php?id=" + aPage + "&mibextid=ZbWKwL", id},
		{"https://m.facebook.com/profile.php?id=" + aPage + "&ref=bookmarks#x", id}, {"https://mbasic.facebook.com/" + aPage, id},
		{"https://web.facebook.com/pages/H%E1%BB%99i-LHPN-x%C3%A3-B%C3%ACnh-M%E1%BA%ABu/" + aPage, id},
		{"https://www.facebook.com/pages/category/Community/Hoi-LHPN-" + aPage + "/", id},
		{"https://vi-vn.facebook.com/pages/Hoi-LHPN/" + aPage + "?fref=ts", id},
		{"https://www.facebook.com/p/H%E1%BB%99i-LHPN-x%C3%A3-B%C3%ACnh-M%E1%BA%ABu-" + aPage + "/", id},
		{"https://www.facebook.com/people/Ph%E1%BB%A5-n%E1%BB%AF-B%C3%ACnh-M%E1%BA%ABu/" + aPage + "/?_rdr", id},
		{"https://www.facebook.com/Hoi-LHPN-Binh-Mau-" + aPage + "/", id},
		{"https://m.facebook.com/story.php?story_fbid=pfbid02x&id=" + aPage, id},
		{"https://www.facebook.com/permalink.php?story_fbid=122100000000000101&id=" + aPage, id},
		{"https://l.facebook.com/l.php?u=https%3A%2F%2Fwww.facebook.com%2F" + aPage + "&h=AT0", id},
		{"https://www.facebook.com/plugins/page.php?href=https%3A%2F%2Fwww.facebook.com%2F" + aPage + "&tabs=timeline", id},
		{"HTTPS://WWW.FACEBOOK.COM/phunu.binhmau?__tn__=-UC*F", name}, {"fb.com/phunu.binhmau", name}, {"https://fb.me/phunu.binhmau/", name},
		{"www.facebook.com/phunu.binhmau/photos/a.1/2", name}, {"//facebook.com/phunu.binhmau", name}, {"https://www.facebook.com/pg/phunu.binhmau/about/", name},
		{"@phunu.binhmau", name}, {"phunu.binhmau", name}, {"https://m.me/phunu.binhmau", name}, {"https://facebook.com./phunu.binhmau", name},
		{"https://www.facebook.com/@phunu.binhmau", name}, {"https://www.facebook.com/phunu.binhmau/posts/pfbid02Fake", name},
		{"https://www.facebook.com/login/?next=https%3A%2F%2Fwww.facebook.com%2Fphunu.binhmau", name},
		{"https://www.facebook.com/share/1AbCdEfGh/?mibextid=wwXIfr", Page{ShareURL: "https://www.facebook.com/share/1AbCdEfGh/"}},
		{"facebook.com/share/p/1AbCdEfGh", Page{ShareURL: "https://www.facebook.com/share/p/1AbCdEfGh/"}},
	} {
		got, err := Address(tt.text)
		if err != nil || got != tt.want {
			t.Errorf("%s: %+v, %v", tt.text, got, err)
		}
	}
	for _, tt := range []struct{ text, what string }{
		{"", "address"}, {"Hội LHPN xã Bình Mẫu", "address"}, {"https://www.facebook.com/", "address"}, {"facebook.com", "address"},
		{"https://www.facebook.com/watch/?v=122100000000001205", "address"}, {"https://www.facebook.com/reel/122100000000001205", "address"},
		{"https://www.facebook.com/photo.php?fbid=122100000000002001", "address"}, {"https://fb.watch/abc/", "address"},
		{"https://www.facebook.com/hashtag/phunu", "address"}, {"https://www.facebook.com/share/", "address"}, {"ftp://facebook.com/phunu", "address"},
		{"https://www.facebook.com/groups/phunubinhmau", "group"}, {"https://m.facebook.com/groups/122100000000001205/permalink/1", "group"}, {"https://www.facebook.com/share/g/1AbCdEfGh/", "group"},
		{"https://www.facebook.com/profile.php", "profile"}, {"https://www.facebook.com/profile.php?id=me", "profile"},
		{"https://facebook.com.evil.example/" + aPage, "host"}, {"https://notfacebook.com/" + aPage, "host"}, {"https://zalo.me/g/abc", "host"}, {"phunu.vn", "host"},
		{"https://fаcebook.com/phunu", "host"}, // the second letter is Cyrillic
		{"https://facebook.com@evil.example/phunu", "address"}, {"https://l.facebook.com/l.php?u=https%3A%2F%2Fevil.example%2F", "host"},
		{"https://www.facebook.com/" + strings.Repeat("a", 3000), "address"},
	} {
		got, err := Address(tt.text)
		if trouble := lantoa.AsTrouble(err, ""); got != (Page{}) || trouble.Kind != lantoa.Invalid || trouble.What != tt.what {
			t.Errorf("%s: %+v, %v, want %s", tt.text, got, err, tt.what)
		}
	}
}

func FuzzAddress(f *testing.F) {
	for _, s := range []string{aPage, "@hoi", "https://www.facebook.com/profile.php?id=" + aPage, "facebook.com/share/p/abcd/", "https://l.facebook.com/l.php?u=https%3A%2F%2Ffb.com%2Fx.y",
		"https://facebook.com@evil/", "https://www.facebook.com/pages/a/b-12345678", "//m.me/a", "https://facebook.com/%2e%2e/%00"} {
		f.Add(s)
	}
	f.Fuzz(func(t *testing.T, text string) {
		p, err := Address(text)
		given := 0
		for _, s := range []string{p.ID, p.Username, p.ShareURL} {
			if s != "" {
				given++
			}
		}
		if err == nil && given != 1 || err != nil && (given != 0 || lantoa.KindOf(err) != lantoa.Invalid) {
			t.Errorf("%q: %+v, %v", text, p, err)
		}
		if strings.Trim(p.ID, "0123456789") != "" || p.Username != "" && !username.MatchString(p.Username) || p.ShareURL != "" && !strings.HasPrefix(p.ShareURL, shareHost+"/share/") {
			t.Errorf("%q: %+v", text, p)
		}
		if p.Username != "" {
			if again, err := Address("https://www.facebook.com/" + p.Username); err != nil || again != p {
				t.Errorf("%q: %+v is read as %+v, %v", text, p, again, err)
			}
		}
	})
}

func TestReconcile(t *testing.T) {
	ch := func(id, name, external, url string) lantoa.Channel {
		return lantoa.Channel{ID: lantoa.ChannelID(id), Kind: lantoa.FacebookPage, Name: name, External: external, URL: url}
	}
	account := func(id, name string) Account {
		return Account{ID: id, Name: name, Token: "t", Tasks: []string{"MANAGE", "ANALYZE"}, Username: map[string]string{"7": "PhuNu.TanMau"}[id]}
	}
	group := lantoa.Channel{ID: "g", Kind: lantoa.ZaloGroup, Name: "Hội LHPN xã Bình Mẫu"}
	old := ch("old", "Hội LHPN xã Cũ", "9", "")
	old.Archived = true
	tests := []struct {
		name     string
		channels []lantoa.Channel
		accounts []Account
		want     []string // channel by page
		foreign  int
	}{
		{"by id, whatever it is called by now", []lantoa.Channel{ch("a", "Tên cũ", "1", "")}, []Account{account("1", "Tên mới")}, []string{"a id 1"}, 0},
		{"by the id in its address", []lantoa.Channel{ch("a", "Tên cũ", "", "https://m.facebook.com/profile.php?id=100000")}, []Account{account("100000", "Tên mới")}, []string{"a id 100000"}, 0},
		{"by the name in its address", []lantoa.Channel{ch("a", "Tên cũ", "", "fb.com/phunu.tanmau")}, []Account{account("7", "Tên mới")}, []string{"a id 7"}, 0},
		{"by its name, written otherwise", []lantoa.Channel{ch("a", "HỘI LHPN XÃ BÌNH MẪU", "", "")}, []Account{account("1", "Hội LHPN xã Bình Mẫu.")}, []string{"a name 1"}, 0},
		{"two pages of one name are for a person to tell apart", []lantoa.Channel{ch("a", "Hội LHPN xã Tân Mẫu", "", "")},
			[]Account{account("1", "Hội LHPN xã Tân Mẫu"), account("2", "Hội LHPN xã Tân Mẫu")}, []string{"a maybe 1", "a maybe 2"}, 0},
		{"two channels of one name too", []lantoa.Channel{ch("a", "Hội LHPN xã Tân Mẫu", "", ""), ch("b", "Hội LHPN xã Tân Mẫu", "", "")},
			[]Account{account("1", "Hội LHPN xã Tân Mẫu")}, []string{"a maybe 1", "b maybe 1"}, 0},
		{"the Union's name in other words", []lantoa.Channel{ch("a", "Hội LHPN xã Bình Mẫu", "", "")}, []Account{account("1", "Hội Liên hiệp Phụ nữ Bình Mẫu")}, []string{"a maybe 1"}, 0},
		{"an accent or a letter apart", []lantoa.Channel{ch("a", "Hội LHPN xã Bình Mẫu", "", ""), ch("b", "Hội LHPN xã Đông Mẫu", "", "")},
			[]Account{account("1", "Hội LHPN xã Bình Mâu"), account("2", "Hội LHPN xã Đôngg Mẫu")}, []string{"a maybe 1", "b maybe 2"}, 0},
		{"another commune is another page", []lantoa.Channel{ch("a", "Hội LHPN xã Tân Mẫu", "", "")}, []Account{account("1", "Hội LHPN xã Bình Mẫu")}, []string{"a  -"}, 1},
		{"the Union's name alone says nothing", []lantoa.Channel{ch("a", "Hội LHPN xã", "", "")}, []Account{account("1", "Hội Phụ nữ")}, []string{"a  -"}, 1},
		{"an id that is not returned is not another page of that name for sure", []lantoa.Channel{ch("a", "Hội LHPN xã Bình Mẫu", "1", "")}, []Account{account("2", "Hội LHPN xã Bình Mẫu")}, []string{"a maybe 2"}, 0},
		{"groups and what was put away are not asked for", []lantoa.Channel{group, old}, []Account{account("9", "Hội LHPN xã Cũ")}, nil, 1},
		{"the order of the channels stays", []lantoa.Channel{ch("a", "X", "3", ""), ch("b", "Y", "1", ""), ch("c", "Z", "", "")}, []Account{account("1", "Y")}, []string{"a  -", "b id 1", "c  -"}, 0},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			matches, foreign := Reconcile(tt.channels, tt.accounts)
			var got []string
			for _, m := range matches {
				page := "-"
				if m.Account != nil {
					page = m.Account.ID
				} else if m.Why.Kind != lantoa.NotFound || m.Ready() {
					t.Errorf("%+v", m)
				}
				if m.By == Maybe && m.Ready() {
					t.Error("a doubtful one is ready")
				}
				got = append(got, string(m.Channel)+" "+m.By+" "+page)
			}
			if diff := cmp.Diff(tt.want, got); diff != "" || len(foreign) != tt.foreign {
				t.Errorf("%d foreign (-want +got):\n%s", len(foreign), diff)
			}
		})
	}
	t.Run("what is missing is named", func(t *testing.T) {
		a := []lantoa.Channel{ch("a", "A", "1", "")}
		for _, tt := range []struct {
			account Account
			kind    lantoa.Kind
			ready   bool
		}{
			{Account{ID: "1", Token: "t", Tasks: []string{"PROFILE_PLUS_MODERATE", "MESSAGING"}}, lantoa.NoRight, false},
			{Account{ID: "1", Token: "t", Tasks: []string{"MODERATE"}}, lantoa.NoRight, true},
			{Account{ID: "1", Tasks: []string{"MANAGE", "ANALYZE"}}, lantoa.Expired, false},
			{Account{ID: "1", Token: "t"}, "", true}, // tasks were not told: reading will show
		} {
			if m, _ := Reconcile(a, []Account{tt.account}); m[0].Why.Kind != tt.kind || m[0].Ready() != tt.ready {
				t.Errorf("%+v: %+v", tt.account, m[0])
			}
		}
	})
}
