package zalo_test

import (
	"bytes"
	"context"
	"fmt"
	"image"
	"image/jpeg"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/collectors/zalo"
	"github.com/hoiphunu/lantoa/sandbox"
)

// union is the pretended account with its groups, our client for it, and a place where covers are fetched from.
type union struct {
	*sandbox.Sandbox
	clock  *sandbox.Clock
	url    string
	safe   safe
	group  string
	cover  string
	photo  []byte
	client *zalo.Client
}

func openUnion(t *testing.T, at time.Time) *union {
	t.Helper()
	u := &union{clock: sandbox.NewClock(at), safe: safe{}}
	u.clock.Hold(at)
	var err error
	if u.Sandbox, err = sandbox.New(sandbox.Options{Now: u.clock.Now, Weeks: 6, Anchor: time.Date(2026, 11, 23, 6, 0, 0, 0, sandbox.Zone), Articles: 12}); err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(u.Handler())
	t.Cleanup(server.Close)
	u.url = server.URL
	var photo bytes.Buffer
	if err := jpeg.Encode(&photo, image.NewRGBA(image.Rect(0, 0, 160, 90)), nil); err != nil {
		t.Fatal(err)
	}
	u.photo = photo.Bytes()
	covers := httptest.NewServer(http.HandlerFunc(func(w http.ResponseWriter, r *http.Request) {
		if r.URL.Path != "/cover.jpg" {
			http.NotFound(w, r)
			return
		}
		w.Write(u.photo)
	}))
	t.Cleanup(covers.Close)
	u.cover = covers.URL + "/cover.jpg"
	u.client = u.open(0)
	if err := u.client.Grant(t.Context(), u.Zalo().AccessToken, u.Zalo().RefreshToken, at.Add(25*time.Hour)); err != nil {
		t.Fatal(err)
	}
	groups, err := u.client.Groups(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	u.group = groups[40].ID
	return u
}

func (u *union) open(patience time.Duration) *zalo.Client {
	return zalo.New(zalo.Options{
		APIURL: u.url + "/zalo", OAuthURL: u.url + "/zalo-oauth", AppID: u.Zalo().AppID, AppSecret: u.Zalo().AppSecret,
		Vault: u.safe, Now: u.clock.Now, Patience: patience,
	})
}

func (u *union) articles(c *zalo.Client) zalo.Articles {
	return zalo.Articles{Client: c, Wait: func(context.Context, time.Duration) error { return nil }}
}

func (u *union) message(words string) lantoa.Deed {
	return lantoa.Deed{Reshare: lantoa.Reshare{External: u.group, Means: lantoa.ViaMessage, Words: words, CallAt: u.clock.Now(), PlannedAt: u.clock.Now()}}
}

func (u *union) article(title string) lantoa.Deed {
	return lantoa.Deed{
		Reshare: lantoa.Reshare{
			External: u.Zalo().OAID, Means: lantoa.ViaArticle, Title: title, Words: "Chị em góp rác & bán.\n\nTheo Hội LHPN xã Đồng Mẫu",
			CallAt: u.clock.Now(), PlannedAt: u.clock.Now(),
		},
		Cover: u.cover, Author: "Hội LHPN tỉnh Thái Nguyên",
	}
}

func (u *union) standing() (all []sandbox.PublishedItem) {
	for _, one := range u.Published() {
		if !one.Removed {
			all = append(all, one)
		}
	}
	return all
}

func (u *union) fault(t *testing.T, f ...sandbox.Fault) {
	t.Helper()
	if err := u.SetFaults(sandbox.Faults{Faults: f}); err != nil {
		t.Fatal(err)
	}
}

var noon = time.Date(2026, 11, 23, 12, 0, 0, 0, sandbox.Zone)

func TestAMessageIntoAGroupOfTheUnion(t *testing.T) {
	u := openUnion(t, noon)
	pub := zalo.Messages{Client: u.client}
	d := u.message("📢 Mô hình hay\nTheo Hội LHPN xã Đồng Mẫu\nhttps://www.facebook.com/1/posts/2")
	d.Pictures, d.Images = []lantoa.MediaRef{{}}, [][]byte{u.photo}
	done, err := pub.Publish(t.Context(), d, nil)
	all := u.standing()
	if err != nil || len(all) != 1 || all[0].ID != done.Posted || all[0].Words != d.Words || all[0].Pictures != 1 || all[0].Channel != u.group {
		t.Fatalf("%+v, %v, %+v", done, err, all)
	}
	found, ok, _, err := pub.Find(t.Context(), d)
	if err != nil || !ok || found.Posted != done.Posted {
		t.Errorf("found %+v, %v, %v", found, ok, err)
	}
	other := d
	other.External = "c0de00000000000000ff"
	if _, err := pub.Publish(t.Context(), other, nil); lantoa.KindOf(err) != lantoa.Gone {
		t.Errorf("a group of others: %v", err)
	}
}

// Whatever goes wrong, what is found afterwards is what the platform has, and what is surely absent can go again.
func TestNothingOfTheUnionIsLostOrSentTwice(t *testing.T) {
	u := openUnion(t, noon)
	type publisher interface {
		Publish(context.Context, lantoa.Deed, func(string) error) (lantoa.Done, error)
		Find(context.Context, lantoa.Deed) (lantoa.Done, bool, bool, error)
	}
	means := []struct {
		name, path string
		pub        func(c *zalo.Client) publisher
		deed       func(i int) lantoa.Deed
	}{
		{"message", "/v3.0/oa/group/message", func(c *zalo.Client) publisher { return zalo.Messages{Client: c} },
			func(i int) lantoa.Deed { return u.message(fmt.Sprint("Tin số ", i)) }},
		{"article", "/v2.0/article/create", func(c *zalo.Client) publisher { return u.articles(c) },
			func(i int) lantoa.Deed { return u.article(fmt.Sprint("Bài số ", i)) }},
	}
	for _, m := range means {
		for i, tt := range []struct {
			kind  string
			want  lantoa.Kind
			stood bool
		}{
			{"timeout", lantoa.Unclear, false}, {"reset", lantoa.Unclear, false}, {"500", lantoa.Unclear, false}, {"garbage", lantoa.Unclear, false},
			{"timeout-after", lantoa.Unclear, true}, {"reset-after", lantoa.Unclear, true}, {"500-after", lantoa.Unclear, true}, {"2-after", lantoa.Unclear, true},
			{"-200", lantoa.Away, false}, {"-32", lantoa.Limited, false}, {"-237", lantoa.GroupDead, false},
		} {
			t.Run(m.name+" "+tt.kind, func(t *testing.T) {
				before := len(u.standing())
				u.fault(t, sandbox.Fault{Kind: tt.kind, Path: m.path, Times: 1})
				d := m.deed(i)
				_, err := m.pub(u.open(time.Second)).Publish(t.Context(), d, func(string) error { return nil })
				if lantoa.KindOf(err) != tt.want {
					t.Fatalf("%v; want %s", err, tt.want)
				}
				if strings.Contains(fmt.Sprint(err), u.Zalo().AccessToken) {
					t.Errorf("the token can be read: %v", err)
				}
				u.fault(t)
				u.clock.Hold(u.clock.Now().Add(time.Minute))
				pub := m.pub(u.open(0))
				var done lantoa.Done
				found, sure := false, false
				for range 3 { // an article is still being made at the first looks
					if done, found, sure, err = pub.Find(t.Context(), d); err != nil || !sure {
						t.Fatalf("found %v, sure %v, %v", found, sure, err)
					}
				}
				if found != tt.stood {
					t.Fatalf("found %v", found)
				}
				if !found {
					if done, err = pub.Publish(t.Context(), d, func(string) error { return nil }); err != nil {
						t.Fatal(err)
					}
				}
				all := u.standing()
				if len(all) != before+1 || all[len(all)-1].ID != done.Posted {
					t.Errorf("%d more, the last %+v; found %+v", len(all)-before, all[len(all)-1], done)
				}
				u.clock.Hold(u.clock.Now().Add(time.Hour))
			})
		}
	}
}

func TestATokenOfTheUnionThatRanOutIsRenewedAndTheMessageGoesOnce(t *testing.T) {
	u := openUnion(t, noon)
	for i, code := range []string{"-216", "-220"} {
		u.fault(t, sandbox.Fault{Kind: code, Path: "/v3.0/oa/group/message", Times: 1})
		if done, err := (zalo.Messages{Client: u.client}).Publish(t.Context(), u.message("Tin "+code), nil); err != nil || done.Posted == "" || len(u.standing()) != i+1 {
			t.Errorf("%s: %v, %+v", code, err, u.standing())
		}
		u.clock.Hold(u.clock.Now().Add(time.Hour))
	}
}

func TestAnArticleOfTheUnionFromItsMakingToItsEnd(t *testing.T) {
	u := openUnion(t, noon)
	a := u.articles(u.client)
	d := u.article("Biến rác thành tiền")
	stop := fmt.Errorf("stopped")
	a.Wait = func(context.Context, time.Duration) error { return stop } // as if we ended before it was made
	_, err := a.Publish(t.Context(), d, func(token string) error { d.Token = token; return nil })
	if lantoa.KindOf(err) != lantoa.Limited || d.Token == "" {
		t.Fatal(err)
	}
	a = u.articles(u.client)
	done, err := a.Publish(t.Context(), d, nil)
	all := u.standing()
	if err != nil || len(all) != 1 || all[0].ID != done.Posted || done.Permalink == "" || all[0].Title != d.Title || all[0].Pictures != 1 ||
		!strings.Contains(all[0].Words, "<p>Chị em góp rác &amp; bán.</p>") {
		t.Fatalf("%+v, %v, %+v", done, err, all)
	}
	if again, err := a.Publish(t.Context(), d, nil); err != nil || again.Posted != done.Posted || len(u.standing()) != 1 {
		t.Errorf("once more from its token: %+v, %v", again, err)
	}
	for _, token := range []string{d.Token, ""} {
		d.Token = token
		if found, ok, sure, err := a.Find(t.Context(), d); err != nil || !ok || !sure || found != done {
			t.Errorf("found %+v, %v, %v", found, ok, err)
		}
	}

	b := zalo.Broadcasts{Client: u.client}
	sent := lantoa.Deed{Reshare: lantoa.Reshare{Means: lantoa.ViaBroadcast, External: d.External}, Article: done.Posted}
	if out, err := b.Publish(t.Context(), sent, nil); err != nil || out.Posted == "" {
		t.Error(err)
	}
	_, err = b.Publish(t.Context(), sent, nil)
	if trouble := lantoa.AsTrouble(err, ""); trouble.Kind != lantoa.Limited || !trouble.Until.Equal(time.Date(2026, 11, 24, 6, 5, 0, 0, sandbox.Zone)) {
		t.Errorf("two on one day: %v until %v", err, trouble.Until)
	}
	u.fault(t, sandbox.Fault{Kind: "-234", Path: "/v2.0/oa/message", Times: 1})
	u.clock.Hold(noon.Add(24 * time.Hour))
	_, err = b.Publish(t.Context(), sent, nil)
	if trouble := lantoa.AsTrouble(err, ""); trouble.Kind != lantoa.Limited || !trouble.Until.Equal(time.Date(2026, 11, 25, 6, 5, 0, 0, sandbox.Zone)) {
		t.Errorf("where it says that it is night: %v until %v", err, trouble.Until)
	}

	d.Posted, d.Cover, d.Author = done.Posted, "", "" // its cover stays
	if err := a.Edit(t.Context(), d, "Lời mới\n\nTheo Hội LHPN xã Đồng Mẫu"); err != nil {
		t.Errorf("edited: %v", err)
	}
	for _, one := range u.standing() {
		if one.Means == "article" && (one.Edits != 1 || !strings.Contains(one.Words, "Lời mới") || one.Pictures != 1) {
			t.Errorf("edited: %+v", one)
		}
	}
	for range 2 { // gone already is no trouble
		if err := a.Remove(t.Context(), d); err != nil {
			t.Errorf("removed: %v", err)
		}
	}
	for _, one := range u.standing() {
		if one.Means == "article" {
			t.Errorf("it stands there still: %+v", one)
		}
	}
	if err := a.Edit(t.Context(), d, "Lời khác"); lantoa.KindOf(err) != lantoa.Refused {
		t.Errorf("an edit of what is gone: %v", err)
	}
}

func TestWhatTheUnionCannotMakeAnArticleOf(t *testing.T) {
	u := openUnion(t, noon)
	a := u.articles(u.client)
	noPicture := u.article("Bìa không có")
	noPicture.Cover = strings.TrimSuffix(u.cover, "cover.jpg") + "none.jpg"
	_, err := a.Publish(t.Context(), noPicture, func(string) error { return nil })
	if trouble := lantoa.AsTrouble(err, ""); trouble.Kind != lantoa.Refused || trouble.What != "cover" || len(u.standing()) != 0 {
		t.Errorf("a cover that is not there: %v, %+v", err, u.standing())
	}
	for i := range 12 {
		if _, err := a.Publish(t.Context(), u.article(fmt.Sprint("Bài ", i)), func(string) error { return nil }); err != nil {
			t.Fatal(err)
		}
		u.clock.Hold(u.clock.Now().Add(time.Minute))
	}
	_, err = a.Publish(t.Context(), u.article("Bài nữa"), func(string) error { return nil })
	if trouble := lantoa.AsTrouble(err, ""); trouble.Kind != lantoa.Limited || trouble.What != "quota" || !trouble.Until.Equal(time.Date(2026, 11, 24, 6, 5, 0, 0, sandbox.Zone)) {
		t.Errorf("one more than a month has: %v until %v", err, trouble.Until)
	}
}
