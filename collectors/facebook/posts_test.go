package facebook

import (
	"encoding/json"
	"fmt"
	"net/url"
	"os"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"github.com/google/go-cmp/cmp"

	"github.com/hoiphunu/lantoa"
)

// visitOf makes a first visit to a page whose posts come in these pieces, one for each cursor.
func visitOf(t *testing.T, ch lantoa.Channel, pieces ...string) (lantoa.Haul, *graph) {
	t.Helper()
	n := 0
	g := newGraph(t, serving(func(q url.Values) answer {
		if n == len(pieces) {
			t.Errorf("asked for more than the %d pieces there are: %v", len(pieces), q)
			return ok(`{"data":[]}`)
		}
		n++
		return ok(pieces[n-1])
	}))
	haul, err := g.client().Visit(t.Context(), ch, everything, now)
	if err != nil {
		t.Fatal(err)
	}
	if n != len(pieces) {
		t.Errorf("%d of %d pieces were read", n, len(pieces))
	}
	noSecrets(t, haul, g.urls)
	return haul, g
}

func TestRecordedPosts(t *testing.T) {
	first := recording(t, "posts-page1.json")
	last := recording(t, "posts-page3-last.json")

	t.Run("an empty piece with a next goes on, a piece without ends it", func(t *testing.T) {
		haul, g := visitOf(t, channel, first, recording(t, "posts-page2-empty-with-next.json"), last)
		if len(haul.Posts) != 4 || !haul.Complete || !haul.From.IsZero() || haul.Calls != 3 {
			t.Errorf("%d posts in %d calls, complete %v from %v", len(haul.Posts), haul.Calls, haul.Complete, haul.From)
		}
		if g.count("published_posts", "after="+aAfter) != 1 || g.count("limit=100") != 3 {
			t.Errorf("asked %q", g.asked)
		}
		album := find(t, haul.Posts, "101")
		want := lantoa.Snapshot{At: now, Reactions: lantoa.Of(214), Comments: lantoa.Of(37), Shares: lantoa.Of(19), Source: lantoa.FromPlatform}
		if diff := cmp.Diff(want, album.Numbers); diff != "" {
			t.Errorf("numbers (-want +got):\n%s", diff)
		}
		if album.Type != lantoa.Album || len(album.Media) != 4 || !album.PublishedAt.Equal(time.Date(2026, 11, 24, 2, 41, 7, 0, time.UTC)) {
			t.Errorf("album %+v", album.Post)
		}
		if n := find(t, haul.Posts, "102").Numbers; n.Shares != lantoa.Of(0) || n.Views.Known || n.Reach.Known || n.ByKind != nil {
			t.Errorf("absent shares are none, absent views are absent: %+v", n)
		}
		if haul.Size.Likes != lantoa.Of(734) || haul.Name != channel.Name {
			t.Errorf("page %+v %q", haul.Size, haul.Name)
		}
	})
	t.Run("the bytes of the wire give the same", func(t *testing.T) {
		plain, _, err := decode([]byte(first))
		if err != nil {
			t.Fatal(err)
		}
		wire, _, err := decode([]byte(recording(t, "posts-page1.wire.json")))
		if err != nil {
			t.Fatal(err)
		}
		if diff := cmp.Diff(plain, wire); diff != "" {
			t.Error(diff)
		}
	})
	t.Run("a post that comes twice comes once more, for the gate to drop", func(t *testing.T) {
		haul, _ := visitOf(t, channel, first, recording(t, "posts-page2-overlap.json"))
		if len(haul.Posts) != 5 || find(t, haul.Posts, "106").Text != "Bài cũ hơn" {
			t.Errorf("%d posts", len(haul.Posts))
		}
	})
	t.Run("read again, numbers went down, words changed, a post is hidden and one is missing", func(t *testing.T) {
		haul, _ := visitOf(t, channel, recording(t, "posts-reread-after-changes.json"))
		if n := find(t, haul.Posts, "101").Numbers; n.Reactions != lantoa.Of(209) || n.Comments != lantoa.Of(44) {
			t.Errorf("numbers %+v", n)
		}
		if p := find(t, haul.Posts, "103"); !p.Hidden || !strings.Contains(p.Text, "lần 2") {
			t.Errorf("post %+v", p.Post)
		}
		if len(haul.Posts) != 2 {
			t.Errorf("%d posts", len(haul.Posts))
		}
	})
	t.Run("visitors' posts, drafts and scheduled posts are left out", func(t *testing.T) {
		haul, _ := visitOf(t, channel, recording(t, "feed-with-visitor-and-unpublished.json"))
		if len(haul.Posts) != 1 || haul.Posts[0].Text != "Bài của Trang" {
			t.Errorf("posts %+v", haul.Posts)
		}
	})
	t.Run("posts without words are kept, and counted only where counters were given", func(t *testing.T) {
		haul, _ := visitOf(t, channel, recording(t, "posts-no-message.json"))
		if len(haul.Posts) != 4 {
			t.Fatalf("%d posts", len(haul.Posts))
		}
		for _, p := range haul.Posts {
			if p.HasCount || strings.TrimSpace(strings.ReplaceAll(p.Text, "\u200b", "")) != "" {
				t.Errorf("post %+v", p)
			}
		}
		if p := find(t, haul.Posts, "304"); p.Text != "   \n\u200b\n" {
			t.Errorf("blanks were changed: %q", p.Text)
		}
		if p := find(t, haul.Posts, "303"); !strings.Contains(p.Permalink, "/pfbid02Fake") {
			t.Errorf("permalink %q", p.Permalink)
		}
	})
}

func TestRecordedAttachments(t *testing.T) {
	haul, _ := visitOf(t, channel, recording(t, "posts-attachment-types.json"))
	tests := []struct {
		id    string
		form  lantoa.PostType
		media int
		decor bool
	}{
		{"201", lantoa.Photo, 1, false}, {"202", lantoa.Album, 4, false}, {"203", lantoa.Album, 1, false},
		{"204", lantoa.Video, 1, false}, {"205", lantoa.Video, 1, false}, {"206", lantoa.Link, 1, false},
		{"207", lantoa.Share, 0, false}, {"208", lantoa.Other, 1, true}, {"209", lantoa.Event, 1, false},
		{"210", lantoa.Other, 0, false}, {"211", lantoa.Photo, 1, true}, {"212", lantoa.Photo, 1, true},
		{"213", lantoa.Share, 0, false}, {"214", lantoa.Other, 0, false}, {"215", lantoa.Text, 0, false},
	}
	if len(haul.Posts) != len(tests) {
		t.Errorf("%d posts", len(haul.Posts))
	}
	for _, tt := range tests {
		t.Run(tt.id, func(t *testing.T) {
			p := find(t, haul.Posts, tt.id)
			if p.Type != tt.form || len(p.Media) != tt.media || p.Decor != tt.decor {
				t.Errorf("%s with %d media, decor %v; want %s, %d, %v\n%+v", p.Type, len(p.Media), p.Decor, tt.form, tt.media, tt.decor, p.Media)
			}
		})
	}
	if m := find(t, haul.Posts, "206").Media[0]; m.URL != "https://www.example.vn/tin/phu-nu-khoi-nghiep?id=12" {
		t.Errorf("the link leads to %s", m.URL)
	}
	if p := find(t, haul.Posts, "205"); p.Media[0].ID != "122100000000001205" || !strings.Contains(p.Permalink, "/reel/") {
		t.Errorf("reel %+v", p.Post)
	}
}

func TestRecordedReelIsJoinedWithItsPost(t *testing.T) {
	posts, reels := recording(t, "posts-attachment-types.json"), recording(t, "video-reels.json")
	reel := func(posts string) []lantoa.Incoming {
		g := newGraph(t, func(path string, q url.Values) answer {
			if strings.HasSuffix(path, "/video_reels") {
				return ok(reels)
			}
			return serving(func(url.Values) answer { return ok(posts) })(path, q)
		})
		haul, err := g.client().Visit(t.Context(), channel, everything, now)
		if err != nil {
			t.Fatal(err)
		}
		var found []lantoa.Incoming
		for _, p := range haul.Posts {
			if strings.Contains(p.Permalink, "/reel/") {
				found = append(found, p)
			}
		}
		return found
	}
	if got := reel(posts); len(got) != 1 || !strings.HasSuffix(got[0].External, "_122100000000000205") {
		t.Errorf("shown in both lists it comes %d times: %+v", len(got), got)
	}
	got := reel(`{"data":[]}`)
	if len(got) != 1 || got[0].External != "122100000000001205" || got[0].Permalink != "https://www.facebook.com/reel/122100000000001205/" || got[0].HasCount {
		t.Errorf("shown among the reels only: %+v", got)
	}
}

func TestRecordedShares(t *testing.T) {
	province := channel
	province.External = "104000000000901"
	haul, _ := visitOf(t, province, recording(t, "posts-shared-parent.json"))
	parents := map[string]string{
		"401": "104000000000921_122100000000000101", "402": "104000000000921_122100000000000103",
		"403": "104000000000922_122100000000000999", "404": "104000000000777_122100000000000777", "405": "104000000000922_122100000000000998",
	}
	for id, parent := range parents {
		if p := find(t, haul.Posts, id); p.Type != lantoa.Share || p.Parent != parent {
			t.Errorf("%s: %s of %q, want a share of %s", id, p.Type, p.Parent, parent)
		}
	}
	if p := find(t, haul.Posts, "405"); p.HasCount {
		t.Errorf("nothing was counted of it: %+v", p.Numbers)
	}
}

func TestRecordedUnicodeStaysByteForByte(t *testing.T) {
	var expect struct {
		Cases []struct {
			ID    string
			Case  string
			NFC   string
			Runes int `json:"code_points"`
			Bytes int `json:"utf8_bytes"`
		}
	}
	if err := json.Unmarshal([]byte(recording(t, "posts-vietnamese-unicode.expect.json")), &expect); err != nil {
		t.Fatal(err)
	}
	page := channel
	page.External = "104000000000922"
	haul, _ := visitOf(t, page, recording(t, "posts-vietnamese-unicode.json"))
	if len(haul.Posts) != 19 {
		t.Errorf("%d posts", len(haul.Posts))
	}
	for _, c := range expect.Cases {
		p := find(t, haul.Posts, c.ID)
		if len(p.Text) != c.Bytes || utf8.RuneCountInString(p.Text) != c.Runes {
			t.Errorf("%s: %d characters in %d bytes, want %d in %d", c.Case, utf8.RuneCountInString(p.Text), len(p.Text), c.Runes, c.Bytes)
		}
	}
}

func TestRecordedFiguresInsidePosts(t *testing.T) {
	haul, _ := visitOf(t, channel, recording(t, "posts-nested-insights.json"), `{"data":[]}`)
	tests := []struct {
		id          string
		views, uniq lantoa.Count
		kinds       map[string]int64
	}{
		{"101", lantoa.Of(5123), lantoa.Of(3380), map[string]int64{"like": 198, "love": 14, "haha": 2}},
		{"102", lantoa.Of(0), lantoa.Of(0), map[string]int64{}},
		{"103", lantoa.Count{}, lantoa.Count{}, nil},
		{"105", lantoa.Count{}, lantoa.Count{}, nil},
	}
	for _, tt := range tests {
		n := find(t, haul.Posts, tt.id).Numbers
		if n.Views != tt.views || n.Reach != tt.uniq || (n.ByKind == nil) != (tt.kinds == nil) || !cmp.Equal(n.ByKind, tt.kinds) {
			t.Errorf("%s: views %v, reach %v, kinds %v; want %v, %v, %v", tt.id, n.Views, n.Reach, n.ByKind, tt.views, tt.uniq, tt.kinds)
		}
	}
}

func TestRecordedPostInsights(t *testing.T) {
	var in insights
	if err := json.Unmarshal([]byte(recording(t, "post-insights.json")), &in); err != nil {
		t.Fatal(err)
	}
	var s lantoa.Snapshot
	in.lifetime(&s)
	want := lantoa.Snapshot{Views: lantoa.Of(5123), Reach: lantoa.Of(3380), ByKind: map[string]int64{"like": 198, "love": 14, "haha": 2}}
	if diff := cmp.Diff(want, s); diff != "" {
		t.Error(diff)
	}
}

func TestPostForm(t *testing.T) {
	tests := []struct {
		name, json string
		want       lantoa.Post
	}{
		{"the status says what a missing attachment does not", `{"status_type":"added_video"}`, lantoa.Post{Type: lantoa.Video}},
		{"an address that is none of the web becomes no link", `{"permalink_url":"javascript:alert(1)","attachments":{"data":[{"type":"share","url":"javascript:alert(1)"}]}}`, lantoa.Post{Type: lantoa.Link}},
		{"a detour is taken out", `{"attachments":{"data":[{"type":"share","url":"https://l.facebook.com/l.php?u=https%3A%2F%2Fexample.vn%2Fa&h=x"}]}}`,
			lantoa.Post{Type: lantoa.Link, Media: []lantoa.Media{{Kind: "link", URL: "https://example.vn/a"}}}},
		{"a picture alone is a picture", `{"full_picture":"https://x.invalid/a.jpg","status_type":"added_photos"}`,
			lantoa.Post{Type: lantoa.Photo, Media: []lantoa.Media{{Kind: "photo", URL: "https://x.invalid/a.jpg", Thumb: "https://x.invalid/a.jpg"}}}},
		{"a status of the future is other", `{"status_type":"hologram"}`, lantoa.Post{Type: lantoa.Other}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			var p graphPost
			if err := json.Unmarshal([]byte(tt.json), &p); err != nil {
				t.Fatal(err)
			}
			if diff := cmp.Diff(tt.want, p.incoming(time.Time{}, now).Post); diff != "" {
				t.Errorf("(-want +got):\n%s", diff)
			}
		})
	}
}

func TestDecodeOddShapes(t *testing.T) {
	p, odd, err := decode([]byte(`{"data":[{"id":"1","created_time":"2026-11-01T00:00:00+0000"},{"id":2,"message":{"x":1}},{"id":"3","shares":{"count":"7"},"reactions":{"summary":{"total_count":null}},"comments":{"summary":{"total_count":12.0}}}],"paging":{"cursors":{"after":"x"},"next":"https://…access_token=…"}}`))
	if err != nil || odd != 1 || len(p.Data) != 2 || !bool(p.Paging.Next) {
		t.Fatalf("%d posts, %d odd, %v", len(p.Data), odd, err)
	}
	n := p.Data[1].incoming(now, now).Numbers
	if n.Shares != lantoa.Of(7) || n.Reactions.Known || n.Comments != lantoa.Of(12) {
		t.Errorf("numbers %+v", n)
	}
}

// 25 posts as a visit reads them, with pictures and figures.
func BenchmarkDecode25(b *testing.B) {
	var posts []string
	for i := range 25 {
		posts = append(posts, fmt.Sprintf(`{"id":"104000000000921_%d","message":%q,"created_time":"2026-11-24T02:41:07+0000","permalink_url":"https:\/\/www.facebook.com\/104000000000921\/posts\/%d","status_type":"added_photos","is_published":true,"is_hidden":false,"is_expired":false,"from":{"name":"H\u1ed9i LHPN","id":"104000000000921"},"reactions":{"data":[],"summary":{"total_count":214}},"comments":{"data":[],"summary":{"order":"ranked","total_count":37,"can_comment":true}},"shares":{"count":19},"full_picture":"https:\/\/scontent.xx.fbcdn.invalid\/v\/t39.30808-6\/480000101_n.jpg?_nc_cat=104&oh=00_AfFAKE&oe=6B2DB200","attachments":{"data":[{"media_type":"album","type":"album","url":"https:\/\/www.facebook.com\/media\/set\/?set=pcb.1","subattachments":{"data":[%s]}}]},"insights":{"data":[%s]}}`,
			i, strings.Repeat("Hội viên nuôi lợn đất tiết kiệm. ", 20), i,
			strings.TrimSuffix(strings.Repeat(`{"media":{"image":{"height":540,"src":"https:\/\/scontent.xx.fbcdn.invalid\/v\/t39.30808-6\/480001011_n.jpg?oh=00_AfFAKE&oe=6B2DB200","width":720}},"target":{"id":"122100000000010001","url":"https:\/\/www.facebook.com\/photo.php?fbid=122100000000010001"},"type":"photo"},`, 4), ","),
			`{"name":"post_media_view","period":"lifetime","values":[{"value":5123}]},{"name":"post_total_media_view_unique","period":"lifetime","values":[{"value":3380}]},{"name":"post_reactions_by_type_total","period":"lifetime","values":[{"value":{"like":198,"love":14}}]}`))
	}
	body := []byte(`{"data":[` + strings.Join(posts, ",") + `]}`)
	b.SetBytes(int64(len(body)))
	b.ReportAllocs()
	for b.Loop() {
		p, _, err := decode(body)
		if err != nil || len(p.Data) != 25 {
			b.Fatal(err)
		}
		for i := range p.Data {
			p.Data[i].incoming(now, now)
		}
	}
}

func FuzzPosts(f *testing.F) {
	for _, name := range []string{"testdata/posts.json", recordings + "/posts-attachment-types.json", recordings + "/posts-shared-parent.json",
		recordings + "/posts-no-message.json", recordings + "/feed-with-visitor-and-unpublished.json", recordings + "/posts-nested-insights.json"} {
		if b, err := os.ReadFile(name); err == nil {
			f.Add(b)
		}
	}
	f.Add([]byte(`{"data":[{"id":1},{"id":"1_2","created_time":"2026-11-01T00:00:00+0000","attachments":{"data":[{"type":"share","target":{"url":"//x"}}]}}],"paging":7}`))
	c := New(Options{})
	f.Fuzz(func(t *testing.T, body []byte) {
		p, odd, err := decode(body)
		if err != nil {
			return
		}
		v := newVisit(&talk{c: c, page: aPage, now: now}, everything)
		v.take(p)
		if len(v.haul.Posts) > len(p.Data) || odd < 0 {
			t.Errorf("%d posts of %d", len(v.haul.Posts), len(p.Data))
		}
		for _, in := range v.haul.Posts {
			if in.External == "" || in.PublishedAt.IsZero() && v.oldest.IsZero() || in.Type == "" || in.HasCount == in.Numbers.At.IsZero() {
				t.Errorf("%+v", in)
			}
			for _, address := range []string{in.Permalink, mediaAddresses(in.Media)} {
				if strings.HasPrefix(strings.ToLower(address), "javascript:") || strings.Contains(address, " javascript:") {
					t.Errorf("%q becomes a link", address)
				}
			}
		}
		v.takeNamed(p.Data)
	})
}

func mediaAddresses(media []lantoa.Media) (all string) {
	for _, m := range media {
		all += " " + m.URL + " " + m.Thumb
	}
	return all
}
