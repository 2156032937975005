package api

import (
	"context"
	"strings"
	"testing"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/collectors/facebook"
	"github.com/hoiphunu/lantoa/collectors/website"
)

// findPage knows one page, by whatever leads to it.
func findPage(_ context.Context, text string) (id, name string, err error) {
	page, err := facebook.Address(text)
	switch {
	case err != nil:
		return "", "", err
	case page.Username == "expired":
		return "", "", &lantoa.Trouble{Kind: lantoa.Expired, Since: at(11, 20, 0)}
	case page.ID == "104000000000001" || page.Username == "phunu.dongmau" || page.ShareURL != "":
		return "104000000000001", "Hội LHPN xã Đồng Mẫu", nil
	}
	return "", "", lantoa.Problem(lantoa.NotFound, "page", "")
}

func checkSite(config string) error {
	_, err := website.ParseConfig(config)
	return err
}

func TestWhoAddsAChannel(t *testing.T) {
	h := newHouse(t)
	h.CheckSite = checkSite
	for _, tt := range []struct {
		name, who, body string
		want            int
	}{
		{"an administrator adds one", "admin", `{"kind":"zalo_group","name":"PN xã Đồng Mẫu","unit":"05722","external":"a1f0c3d2","url":"https://zalo.me/g/mau"}`, 201},
		{"the same one is there already", "admin", `{"kind":"zalo_group","name":"Khác","unit":"05722","external":"a1f0c3d2"}`, 409},
		{"communications do not manage", "comms", `{"kind":"zalo_group","name":"x","unit":"05722","external":"b"}`, 403},
		{"an officer does not add one elsewhere", "officer", `{"kind":"zalo_group","name":"x","unit":"05728","external":"b"}`, 403},
		{"a unit that is none", "admin", `{"kind":"zalo_group","name":"x","unit":"99999","external":"b"}`, 422},
		{"a kind that only files have", "admin", `{"kind":"imported","name":"x","unit":"05722","external":"b"}`, 422},
		{"an address that a browser must not be sent to", "admin", `{"kind":"website","name":"x","unit":"05722","external":"b","url":"javascript:alert(1)"}`, 422},
		{"an address with a password in it", "admin", `{"kind":"website","name":"x","unit":"05722","url":"https://me:secret@dongmau.example/"}`, 422},
		{"a name of spaces", "admin", `{"kind":"website","name":"  ","unit":"05722","external":"b"}`, 422},
		{"a field that is none", "admin", `{"kind":"website","name":"x","unit":"05722","external":"b","archived":true}`, 422},
		{"a group that nobody can know again", "admin", `{"kind":"zalo_group","name":"x","unit":"05722"}`, 422},
		{"a website by its address alone", "admin", `{"kind":"website","name":"Cổng xã","unit":"05722","url":"https://DongMau.example/tin-tuc/?utm=1","config":{"item":".news > li"}}`, 201},
		{"the same website, spelled otherwise", "admin", `{"kind":"website","name":"Cổng xã","unit":"05722","url":"https://dongmau.example/tin-tuc"}`, 409},
		{"a website with a selector that is none", "admin", `{"kind":"website","name":"x","unit":"05722","url":"https://khac.example","config":{"item":"li:("}}`, 422},
		{"selectors for a group", "admin", `{"kind":"zalo_group","name":"x","unit":"05722","external":"c","config":{"item":"li"}}`, 422},
	} {
		t.Run(tt.name, func(t *testing.T) {
			if a := h.ask(t, tt.who, "POST", "/api/v1/channels", tt.body); a.status != tt.want {
				t.Errorf("%d, want %d: %s", a.status, tt.want, a.text)
			}
		})
	}
	ch, err := h.Store.ChannelByExternal(t.Context(), lantoa.ZaloGroup, "a1f0c3d2")
	must(t, err)
	if ch.Name != "PN xã Đồng Mẫu" || ch.Unit.Code != "05722" || !ch.FirstRead.IsZero() {
		t.Errorf("%+v", ch)
	}
	site, err := h.Store.ChannelByExternal(t.Context(), lantoa.Website, "dongmau.example/tin-tuc")
	must(t, err)
	if cfg, err := website.ParseConfig(site.Config); err != nil || cfg.Item != ".news > li" || site.URL != "https://dongmau.example/tin-tuc" {
		t.Errorf("%+v %v", site, err)
	}
}

func TestAPageIsAddedByItsAddressInAnySpelling(t *testing.T) {
	for _, tt := range []struct {
		name, given string
		want        int
		says        string
	}{
		{"a short name", `"external":"https://m.facebook.com/phunu.dongmau/?ref=x"`, 201, ""},
		{"as the address", `"url":"fb.com/phunu.dongmau"`, 201, ""},
		{"by number in an address", `"external":"https://www.facebook.com/profile.php?id=104000000000001"`, 201, ""},
		{"a link that was shared", `"url":"https://www.facebook.com/share/1AbCdEfGh/"`, 201, ""},
		{"a number needs no finding, but a name", `"external":"104000000000001"`, 422, ""},
		{"a group", `"url":"https://www.facebook.com/groups/123456789"`, 422, "nhóm Facebook"},
		{"another host", `"url":"https://example.org/phunu"`, 422, "địa chỉ"},
		{"a page that is none", `"external":"https://facebook.com/khong.co.ai"`, 422, "địa chỉ"},
		{"nothing", `"url":""`, 422, ""},
		{"our token is over, which is not the caller's fault", `"external":"https://facebook.com/expired"`, 503, "hết hạn"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			h := newHouse(t)
			h.FindPage = findPage
			a := h.ask(t, "admin", "POST", "/api/v1/channels", `{"kind":"facebook_page","unit":"05722",`+tt.given+`}`)
			if a.status != tt.want || !strings.Contains(a.text, tt.says) {
				t.Fatalf("%d, want %d: %s", a.status, tt.want, a.text)
			}
			if tt.want != 201 {
				return
			}
			ch, err := h.Store.ChannelByExternal(t.Context(), lantoa.FacebookPage, "104000000000001")
			must(t, err)
			if ch.Name != "Hội LHPN xã Đồng Mẫu" || !strings.HasSuffix(ch.URL, "/104000000000001") || a.json["state"] != "waiting" {
				t.Errorf("%+v", ch)
			}
		})
	}
	t.Run("nobody is asked where nobody can be, and a number does without", func(t *testing.T) {
		h := newHouse(t)
		if a := h.ask(t, "admin", "POST", "/api/v1/channels", `{"kind":"facebook_page","unit":"05722","name":"x","external":"phunu.dongmau"}`); a.status != 503 {
			t.Errorf("%d %s", a.status, a.text)
		}
		if a := h.ask(t, "admin", "POST", "/api/v1/channels", `{"kind":"facebook_page","unit":"05722","name":"x","external":"104000000000007"}`); a.status != 201 {
			t.Errorf("%d %s", a.status, a.text)
		}
	})
	t.Run("who does not manage has nobody asked", func(t *testing.T) {
		h := newHouse(t)
		h.FindPage = func(context.Context, string) (string, string, error) {
			t.Error("Facebook was asked")
			return "", "", nil
		}
		if a := h.ask(t, "comms", "POST", "/api/v1/channels", `{"kind":"facebook_page","unit":"05722","external":"fb.com/phunu.dongmau"}`); a.status != 403 {
			t.Errorf("%d %s", a.status, a.text)
		}
	})
}

func TestHowAWebsiteIsRead(t *testing.T) {
	h := newHouse(t)
	h.CheckSite = checkSite
	site := lantoa.Channel{Kind: lantoa.Website, Name: "Cổng xã", External: "dongmau.example", URL: "https://dongmau.example", Unit: h.units["05722"], CreatedAt: at(1, 1, 0)}
	must(t, h.Store.SaveChannel(t.Context(), &site))
	path := "/api/v1/channels/" + string(site.ID)
	for _, tt := range []struct {
		name, who, path, body string
		want                  int
		item                  any
	}{
		{"an administrator says how", "admin", path, `{"config":{"list":"https://dongmau.example/tin","item":"ul > li"}}`, 200, "ul > li"},
		{"a name is given and the rest stays", "admin", path, `{"name":"Cổng thông tin"}`, 200, "ul > li"},
		{"a selector that is none", "admin", path, `{"config":{"item":"li["}}`, 422, nil},
		{"an address inside a file system", "admin", path, `{"config":{"feed":"file:///etc/passwd"}}`, 422, nil},
		{"a field that is none", "admin", path, `{"config":{"itme":"li"}}`, 422, nil},
		{"of a page", "admin", "/api/v1/channels/" + string(h.channels["dongmau"]), `{"config":{"item":"li"}}`, 422, nil},
		{"an officer does not", "officer", path, `{"config":{"item":"li"}}`, 403, nil},
		{"communications do not", "comms", path, `{"config":{}}`, 403, nil},
		{"found out by itself again", "admin", path, `{"config":{}}`, 200, nil},
	} {
		t.Run(tt.name, func(t *testing.T) {
			a := h.ask(t, tt.who, "PATCH", tt.path, tt.body)
			if a.status != tt.want || a.dig("config", "item") != tt.item {
				t.Errorf("%d, want %d: %s", a.status, tt.want, a.text)
			}
		})
	}
	h.CheckSite = nil
	if a := h.ask(t, "admin", "PATCH", path, `{"config":{"item":"li"}}`); a.status != 503 {
		t.Errorf("where it cannot be checked: %d %s", a.status, a.text)
	}
	if ch, err := h.Store.Channel(t.Context(), site.ID); err != nil || ch.Config != "" || ch.Name != "Cổng thông tin" {
		t.Errorf("%+v %v", ch, err)
	}
}

func TestAChannelTellsWhatItWasNotGiven(t *testing.T) {
	h := newHouse(t)
	must(t, h.Store.NoteVisit(t.Context(), lantoa.Visit{Channel: h.channels["dongmau"], At: at(11, 22, 0), Depth: lantoa.Recent, Next: now,
		Warnings: []lantoa.Trouble{{Kind: lantoa.NoRight, What: "read_insights", Since: at(11, 21, 0)}}}))
	a := h.get(t, "officer", "/api/v1/channels/"+string(h.channels["dongmau"]))
	if a.json["trouble"] != nil || a.dig("warnings", 0, "kind") != "permission" || a.dig("warnings", 0, "words") == "" || a.dig("warnings", 0, "since") == nil {
		t.Errorf("%s", a.text)
	}
	if a := h.get(t, "khe", "/api/v1/channels/"+string(h.channels["dongmau"])); a.status != 403 {
		t.Errorf("an officer of another commune: %d", a.status)
	}
}
