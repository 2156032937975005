package facebook

import (
	"bytes"
	"context"
	"encoding/json"
	"fmt"
	"image"
	"image/jpeg"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/sandbox"
)

// province is the pretended province, one of its pages to publish on, and a post of another page to pass on.
type province struct {
	*sandbox.Sandbox
	clock  *sandbox.Clock
	page   string
	link   string
	url    string
	tokens map[string]string
}

func openProvince(t *testing.T) *province {
	t.Helper()
	at := time.Date(2026, 11, 23, 6, 0, 0, 0, sandbox.Zone)
	clock := sandbox.NewClock(at)
	clock.Hold(at)
	box, err := sandbox.New(sandbox.Options{Now: clock.Now, Weeks: 26})
	if err != nil {
		t.Fatal(err)
	}
	server := httptest.NewServer(box.Handler())
	t.Cleanup(server.Close)
	p := &province{Sandbox: box, clock: clock, url: server.URL, tokens: map[string]string{}}
	reach, err := p.publisher().Reach(t.Context(), box.Token())
	if err != nil {
		t.Fatal(err)
	}
	for _, a := range reach.Accounts {
		p.tokens[a.ID] = a.Token
	}
	for _, ch := range box.Channels() {
		if ch.Kind == lantoa.FacebookPage && ch.Unit.Level == lantoa.Province {
			p.page = ch.External
		}
	}
	plant := box.Plants()["P1"]
	haul, err := p.publisher().Visit(t.Context(), lantoa.Channel{ID: "c", Kind: lantoa.FacebookPage, External: plant.Channels[0]}, lantoa.Ask{Depth: lantoa.Full}, at)
	if err != nil {
		t.Fatal(err)
	}
	for _, in := range haul.Posts {
		if in.External == plant.Posts[0] {
			p.link = in.Permalink
		}
	}
	if p.page == "" || p.link == "" {
		t.Fatalf("page %q, link %q", p.page, p.link)
	}
	return p
}

func (p *province) publisher(change ...func(*Options)) Publisher {
	opt := Options{
		GraphURL: p.url + "/graph", Version: "v25.0", AppID: p.AppID(), AppSecret: p.AppSecret(), Now: p.clock.Now, Wait: time.Millisecond,
		Token: func(_ context.Context, page string) (string, error) { return p.tokens[page], nil },
	}
	for _, c := range change {
		c(&opt)
	}
	return Publisher{New(opt)}
}

func (p *province) deed(words string) lantoa.Deed {
	return lantoa.Deed{Reshare: lantoa.Reshare{
		ID: "r1", External: p.page, Means: lantoa.ViaFeed, Words: words, Link: p.link, CallAt: p.clock.Now(), PlannedAt: p.clock.Now(),
	}}
}

// standing are what we published and did not take back.
func (p *province) standing() (all []sandbox.PublishedItem) {
	for _, one := range p.Published() {
		if !one.Removed {
			all = append(all, one)
		}
	}
	return all
}

func (p *province) fault(t *testing.T, f ...sandbox.Fault) {
	t.Helper()
	if err := p.SetFaults(sandbox.Faults{Faults: f}); err != nil {
		t.Fatal(err)
	}
}

// The life of a post on the pretended province's page, with the sandbox as judge.
func TestAPostOfTheProvinceIsPublishedChangedAndTakenBack(t *testing.T) {
	p := openProvince(t)
	pub := p.publisher()
	d := p.deed("Mô hình hay 🌸\n\nTheo Hội LHPN xã Đồng Mẫu\n#PhụNữTháiNguyên")
	done, err := pub.Publish(t.Context(), d, nil)
	if err != nil || done.Permalink == "" || !done.At.Equal(p.clock.Now()) {
		t.Fatalf("%+v, %v", done, err)
	}
	all := p.standing()
	if len(all) != 1 || all[0].ID != done.Posted || all[0].Words != d.Words || all[0].Link != p.link || all[0].Original == "" {
		t.Fatalf("published %+v", all)
	}

	_, err = pub.Publish(t.Context(), d, nil)
	if lantoa.KindOf(err) != lantoa.Duplicate || len(p.standing()) != 1 {
		t.Errorf("the same again: %v", err)
	}
	found, ok, _, err := pub.Find(t.Context(), d)
	if err != nil || !ok || found.Posted != done.Posted || found.Permalink != done.Permalink {
		t.Errorf("found %+v, %v, %v", found, ok, err)
	}

	d.Posted = done.Posted
	if err := pub.Edit(t.Context(), d, "Lời mới\n\nTheo Hội LHPN xã Đồng Mẫu"); err != nil || p.standing()[0].Words != "Lời mới\n\nTheo Hội LHPN xã Đồng Mẫu" {
		t.Errorf("edited: %v, %+v", err, p.standing())
	}
	if found, ok, _, err := pub.Find(t.Context(), d); err != nil || !ok || found.Posted != done.Posted {
		t.Errorf("not found by its link: %+v, %v, %v", found, ok, err)
	}
	for range 2 { // gone already is no trouble
		if err := pub.Remove(t.Context(), d); err != nil || len(p.standing()) != 0 {
			t.Errorf("removed: %v, %+v", err, p.standing())
		}
	}
	if err := pub.Edit(t.Context(), d, "Lời khác"); lantoa.KindOf(err) != lantoa.Gone {
		t.Errorf("an edit of what is gone: %v", err)
	}
	if _, ok, sure, err := pub.Find(t.Context(), d); err != nil || ok || !sure {
		t.Errorf("what is gone: found %v, sure %v, %v", ok, sure, err)
	}
	theirs := d
	theirs.Posted = p.Truth(p.page)[0].ID
	if err := pub.Remove(t.Context(), theirs); lantoa.KindOf(err) != lantoa.NoRight {
		t.Errorf("a post that we did not make: %v", err)
	}
}

func TestAPostOfTheProvinceWithPictures(t *testing.T) {
	p := openProvince(t)
	var picture bytes.Buffer
	if err := jpeg.Encode(&picture, image.NewRGBA(image.Rect(0, 0, 40, 30)), nil); err != nil {
		t.Fatal(err)
	}
	d := p.deed("Ảnh của xã")
	d.Pictures, d.Images = []lantoa.MediaRef{{}, {}}, [][]byte{picture.Bytes(), picture.Bytes()}
	done, err := p.publisher().Publish(t.Context(), d, nil)
	if all := p.standing(); err != nil || len(all) != 1 || all[0].Pictures != 2 || all[0].Link != "" || all[0].ID != done.Posted {
		t.Fatalf("%v, %+v", err, all)
	}
	d.Images[1] = []byte("no picture")
	d.Words = "Ảnh khác"
	if _, err := p.publisher().Publish(t.Context(), d, nil); lantoa.KindOf(err) != lantoa.Refused || len(p.standing()) != 1 {
		t.Errorf("a picture that is none: %v", err)
	}
}

// Whatever goes wrong, what is found afterwards is what the platform has, and what is surely absent can go again.
func TestNoPostOfTheProvinceIsLostOrPublishedTwice(t *testing.T) {
	p := openProvince(t)
	for i, tt := range []struct {
		kind  string
		want  lantoa.Kind
		stood bool
	}{
		{"timeout", lantoa.Unclear, false}, {"reset", lantoa.Unclear, false}, {"500", lantoa.Unclear, false}, {"html", lantoa.Unclear, false},
		{"garbage", lantoa.Unclear, false}, {"empty", lantoa.Unclear, false}, {"truncated", lantoa.Unclear, false}, {"unknown-1", lantoa.Unclear, false},
		{"timeout-after", lantoa.Unclear, true}, {"reset-after", lantoa.Unclear, true}, {"500-after", lantoa.Unclear, true},
		{"2-after", lantoa.Unclear, true}, {"garbage-after", lantoa.Unclear, true},
		{"190", lantoa.Expired, false}, {"posting-too-fast-368-1390008", lantoa.Limited, false}, {"link-1609005", lantoa.Refused, false},
		{"permission-200", lantoa.NoRight, false}, {"already-posted-368", lantoa.Duplicate, false},
	} {
		t.Run(tt.kind, func(t *testing.T) {
			before := len(p.standing())
			p.fault(t, sandbox.Fault{Kind: tt.kind, Path: "/feed", Method: "POST", Channel: p.page, Times: 1})
			d := p.deed(fmt.Sprintf("Bài số %d\nTheo Hội LHPN xã Đồng Mẫu", i))
			d.Link = ""
			hurried := p.publisher(func(o *Options) { o.Patience = time.Second })
			_, err := hurried.Publish(t.Context(), d, nil)
			if lantoa.KindOf(err) != tt.want {
				t.Fatalf("%v; want %s", err, tt.want)
			}
			if strings.Contains(fmt.Sprint(err), p.tokens[p.page]) {
				t.Errorf("the token can be read: %v", err)
			}
			p.fault(t)
			pub := p.publisher()
			done, found, sure, err := pub.Find(t.Context(), d)
			if err != nil || found != tt.stood || !sure {
				t.Fatalf("found %v, sure %v, %v", found, sure, err)
			}
			if !found {
				if done, err = pub.Publish(t.Context(), d, nil); err != nil {
					t.Fatal(err)
				}
			}
			all := p.standing()
			if len(all) != before+1 || all[len(all)-1].ID != done.Posted || all[len(all)-1].Words != d.Words {
				t.Errorf("%d more, the last %+v; found %+v", len(all)-before, all[len(all)-1], done)
			}
			p.clock.Hold(p.clock.Now().Add(time.Minute))
		})
	}
}

func TestAPostOfTheProvinceThatComesLateIsFoundLater(t *testing.T) {
	p := openProvince(t)
	p.fault(t, sandbox.Fault{Kind: "late", Channel: p.page, Seconds: 120}, sandbox.Fault{Kind: "500-after", Path: "/feed", Method: "POST", Times: 1})
	d := p.deed("Lời chậm")
	pub := p.publisher()
	if _, err := pub.Publish(t.Context(), d, nil); lantoa.KindOf(err) != lantoa.Unclear {
		t.Fatal(err)
	}
	for _, after := range []time.Duration{time.Minute, 3 * time.Minute} {
		p.clock.Hold(d.CallAt.Add(after))
		_, found, _, err := pub.Find(t.Context(), d)
		if err != nil || found != (after > 2*time.Minute) {
			t.Errorf("after %v: found %v, %v", after, found, err)
		}
	}
}

func TestWhatTheProvinceDoesNotLetUsPublish(t *testing.T) {
	p := openProvince(t)
	gone := p.deed("Bài đã gỡ")
	gone.Link = "https://www.facebook.com/" + p.page + "/posts/122100000000000009"
	odd := p.deed("Không phải địa chỉ")
	odd.Link = "facebook"
	for _, tt := range []struct {
		name  string
		fault sandbox.Fault
		deed  lantoa.Deed
		want  lantoa.Kind
		what  string
	}{
		{"a link to what nobody can see", sandbox.Fault{Kind: "late"}, gone, lantoa.Refused, "link"},
		{"a link that is none", sandbox.Fault{Kind: "late"}, odd, lantoa.Refused, "link"},
		{"a token that may only read", sandbox.Fault{Kind: "no-scope", Other: "pages_manage_posts"}, p.deed("a"), lantoa.NoRight, "pages_manage_posts"},
		{"a person without the task", sandbox.Fault{Kind: "no-task", Other: "CREATE_CONTENT"}, p.deed("a"), lantoa.NoRight, "pages_manage_posts"},
		{"a page's limit", sandbox.Fault{Kind: "80001", Minutes: 20}, p.deed("a"), lantoa.Limited, "feed"},
	} {
		t.Run(tt.name, func(t *testing.T) {
			p.fault(t, tt.fault)
			_, err := p.publisher().Publish(t.Context(), tt.deed, nil)
			trouble := lantoa.AsTrouble(err, "")
			if trouble.Kind != tt.want || trouble.What != tt.what || len(p.standing()) != 0 {
				t.Errorf("%v, %+v", err, p.standing())
			}
			if trouble.Kind == lantoa.Limited && !trouble.Until.Equal(p.clock.Now().Add(20*time.Minute)) {
				t.Errorf("until %v", trouble.Until)
			}
		})
	}
	p.fault(t, sandbox.Fault{Kind: "pace", Channel: p.page})
	pub := p.publisher()
	if _, err := pub.Publish(t.Context(), p.deed("một"), nil); err != nil {
		t.Fatal(err)
	}
	_, err := pub.Publish(t.Context(), p.deed("hai"), nil)
	if trouble := lantoa.AsTrouble(err, ""); trouble.Kind != lantoa.Limited || trouble.Until.Before(p.clock.Now().Add(time.Hour)) {
		t.Errorf("two within a minute: %v until %v", err, trouble.Until)
	}
	text, _ := json.Marshal(p.standing())
	if strings.Contains(string(text), "hai") {
		t.Errorf("published %s", text)
	}
}
