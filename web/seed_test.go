package web

import (
	"context"
	"fmt"
	"net/http/httptest"
	"path/filepath"
	"testing"
	"time"

	"github.com/alexedwards/argon2id"

	"github.com/hoiphunu/lantoa"
	"github.com/hoiphunu/lantoa/search"
	"github.com/hoiphunu/lantoa/store/storetest"
)

// house is a server with a small province in it, and the people who may sign in.
type house struct {
	*Server
	t        *testing.T
	url      string
	asked    []lantoa.ChannelID // what was asked to be read now
	soon     []lantoa.ReshareID // what was asked to be passed on now
	units    map[string]lantoa.Unit
	channels map[string]lantoa.Channel
	posts    map[string]lantoa.PostID
	stories  map[string]lantoa.StoryID
	progress Progress
	graph    *pretendedGraph
	account  *pretendedAccount
	sites    *pretendedSites
}

func (h *house) CollectNow(_ context.Context, ch lantoa.ChannelID) error {
	h.asked = append(h.asked, ch)
	return nil
}

func (h *house) PublishSoon(_ context.Context, id lantoa.ReshareID) error {
	h.soon = append(h.soon, id)
	return nil
}

const password = "mua xuân về trên bản"

// open builds the small province: invented communes, invented texts.
func open(t *testing.T) *house {
	t.Helper()
	h := &house{
		t: t, units: map[string]lantoa.Unit{}, channels: map[string]lantoa.Channel{},
		posts: map[string]lantoa.PostID{}, stories: map[string]lantoa.StoryID{}, progress: Progress{Done: true},
	}
	s := storetest.Open(t)
	index, err := search.OpenEmbedded(filepath.Join(t.TempDir(), "index"))
	must(t, err)
	t.Cleanup(func() { index.Close() })
	h.graph, h.account, h.sites = &pretendedGraph{house: h}, &pretendedAccount{}, &pretendedSites{}
	h.Server = &Server{
		Store: s, Index: index, Queue: h, Now: func() time.Time { return storetest.Now },
		Progress: func() Progress { return h.progress }, Facebook: h.graph, Zalo: h.account, Websites: h.sites,
		BaseURL: "https://lantoa.example",
	}
	h.Server.Zone, err = time.LoadLocation("Asia/Ho_Chi_Minh")
	must(t, err)
	h.seed()
	front := httptest.NewServer(h.Handler())
	t.Cleanup(front.Close)
	h.url = front.URL
	return h
}

func must(t testing.TB, err error) {
	t.Helper()
	if err != nil {
		t.Fatal(err)
	}
}

var districts = []string{"huyện Sông Mẫu", "huyện Rừng Mẫu", "thành phố Suối Mẫu"}

var communes = []string{
	"xã Đồng Mẫu", "xã Khe Mẫu", "xã Núi Mẫu", "xã Dốc Mẫu", "phường Suối Mẫu", "xã Bãi Mẫu", "xã Thượng Mẫu", "xã Hạ Mẫu",
	"xã Bến Mẫu", "xã Gò Mẫu", "xã Đầm Mẫu", "xã Vườn Mẫu", "xã Chợ Mẫu", "xã Cầu Mẫu", "xã Thác Mẫu", "thị trấn Đèo Mẫu",
}

func (h *house) seed() {
	ctx := context.Background()
	since := time.Date(2020, 1, 1, 0, 0, 0, 0, h.Zone)
	list := []lantoa.Unit{{ID: "u19", Code: "19", Name: "tỉnh Chè Mẫu", Level: lantoa.Province, From: since}}
	for i, name := range districts {
		list = append(list, lantoa.Unit{ID: lantoa.UnitID(fmt.Sprintf("d%d", i)), Code: fmt.Sprintf("16%d", i), Name: name, Level: lantoa.District, Parent: "u19", From: since})
	}
	for i, name := range communes {
		list = append(list, lantoa.Unit{ID: lantoa.UnitID(fmt.Sprintf("c%d", i)), Code: fmt.Sprintf("057%02d", i), Name: name, Level: lantoa.Commune, Parent: lantoa.UnitID(fmt.Sprintf("d%d", i%3)), From: since})
	}
	must(h.t, h.Store.SaveUnits(ctx, list))
	for _, u := range list {
		h.units[u.Name] = u
		h.channel(u, lantoa.FacebookPage, "Phụ nữ "+u.Name)
		if u.Level != lantoa.Province {
			h.channel(u, lantoa.ZaloGroup, "Nhóm Zalo Hội LHPN "+u.Name)
		}
	}
	h.ordinaryPosts()
	h.tell()
	h.people()
	h.reindex()
}

func (h *house) channel(u lantoa.Unit, kind lantoa.ChannelKind, name string) {
	ctx, now := context.Background(), storetest.Now
	ch := lantoa.Channel{Kind: kind, Name: name, Unit: u, External: string(kind) + u.Code, URL: "https://www.facebook.com/" + u.Code, CreatedAt: now.AddDate(0, -6, 0)}
	if u.Name == "xã Cầu Mẫu" {
		ch.Archived = true
	}
	must(h.t, h.Store.SaveChannel(ctx, &ch))
	h.channels[name] = ch
	if u.Name == "xã Thác Mẫu" && kind == lantoa.ZaloGroup {
		return // never read
	}
	must(h.t, h.Store.NoteVisit(ctx, lantoa.Visit{Channel: ch.ID, At: now.AddDate(0, -5, 0), Took: 2 * time.Second, Seen: 40, New: 40, Calls: 4, Complete: true, Next: now}))
	last := lantoa.Visit{Channel: ch.ID, At: now.Add(-40 * time.Minute), Took: 740 * time.Millisecond, Seen: 12, New: 1, Calls: 2, Next: now.Add(20 * time.Minute)}
	switch {
	case u.Name == "xã Núi Mẫu" && kind == lantoa.FacebookPage:
		must(h.t, h.Store.NoteVisit(ctx, lantoa.Visit{Channel: ch.ID, At: now.AddDate(0, 0, -5), Took: time.Second, Seen: 9, Next: now}))
		last.Seen, last.New, last.Trouble = 0, 0, &lantoa.Trouble{Kind: lantoa.NoRight, What: "pages_read_engagement", Since: now.AddDate(0, 0, -5)}
	case u.Name == "xã Gò Mẫu" && kind == lantoa.FacebookPage:
		last.Seen, last.New, last.Trouble = 0, 0, &lantoa.Trouble{Kind: lantoa.Expired, Since: now.AddDate(0, 0, -3)}
	case u.Name == "xã Hạ Mẫu" && kind == lantoa.ZaloGroup:
		last.Seen, last.New, last.Trouble = 0, 0, &lantoa.Trouble{Kind: lantoa.GroupDead, Since: now.AddDate(0, 0, -2)}
	}
	must(h.t, h.Store.NoteVisit(ctx, last))
	if kind == lantoa.FacebookPage {
		for week := range 20 {
			at := now.AddDate(0, 0, -7*(19-week))
			must(h.t, h.Store.SaveChannelSnapshot(ctx, ch.ID, lantoa.ChannelSnapshot{At: at, Followers: lantoa.Of(int64(400 + len(u.Name)*9 + week*week)), Source: lantoa.FromPlatform}))
		}
		var days []lantoa.ChannelDay
		for i := range 60 {
			start := now.AddDate(0, 0, i-60)
			metric, value := "page_impressions_unique", int64(220+(i*37)%90)
			if i >= 30 {
				metric, value = "page_total_media_view_unique", int64(150+(i*23)%70)
			}
			day := lantoa.ChannelDay{Metric: metric, Day: start.Format(time.DateOnly), Start: start, End: start.AddDate(0, 0, 1), Value: lantoa.Of(value)}
			if i == 44 {
				day.Value = lantoa.Count{}
			}
			days = append(days, day)
		}
		must(h.t, h.Store.SaveChannelDays(ctx, ch.ID, days))
	}
}

var everyday = []string{
	"Sáng nay chi hội thôn 3 dọn vệ sinh đường làng, trồng thêm 200 m đường hoa cùng chị em phụ nữ.",
	"Ban Thường vụ Hội LHPN xã họp giao ban tháng, triển khai nhiệm vụ trọng tâm của phụ nữ toàn xã.",
	"Chúc mừng chị Lý Thị Mẫu được tặng bằng khen phụ nữ làm kinh tế giỏi.",
	"Thông báo lịch khám sức khỏe cho phụ nữ từ 40 tuổi tại trạm y tế xã.",
	"Câu lạc bộ dân vũ của phụ nữ thôn 5 tập luyện chuẩn bị hội diễn văn nghệ.",
}

// ordinaryPosts give every channel a rhythm: most post twice a week, some stopped, one grew thin.
func (h *house) ordinaryPosts() {
	ctx, now := context.Background(), storetest.Now
	for name, ch := range h.channels {
		var in []lantoa.Incoming
		for d := 1; d < 120; d++ {
			every := 3
			switch ch.Unit.Name {
			case "xã Khe Mẫu":
				if every = 1; d < 9 {
					continue
				}
			case "xã Thượng Mẫu":
				if d < 34 {
					continue
				}
			case "xã Bến Mẫu", "xã Đầm Mẫu":
				if d < 28 && d != 9 {
					continue
				}
			}
			if d%every != 0 {
				continue
			}
			at := now.AddDate(0, 0, -d).Add(time.Duration(len(name)%5) * time.Hour)
			p := lantoa.Incoming{Post: lantoa.Post{
				External: fmt.Sprintf("%s_%d", ch.External, d), Type: lantoa.Photo, PublishedAt: at,
				Text: everyday[(d+len(name))%len(everyday)], Permalink: fmt.Sprintf("https://www.facebook.com/%s/posts/%d", ch.External, d),
				Media: []lantoa.Media{{Kind: "photo", ID: fmt.Sprint(d)}},
			}}
			if ch.Kind == lantoa.FacebookPage {
				p.HasCount, p.Numbers = true, lantoa.Snapshot{At: at.Add(26 * time.Hour), Reactions: lantoa.Of(int64(8 + d%9)), Comments: lantoa.Of(int64(d % 3)), Shares: lantoa.Of(int64(d % 4)), Source: lantoa.FromPlatform}
			}
			in = append(in, p)
		}
		if len(in) > 0 && (h.channels[name].Kind == lantoa.FacebookPage || ch.Unit.Level == lantoa.Commune) {
			_, err := h.Store.SavePosts(ctx, ch.ID, in, now)
			must(h.t, err)
		}
	}
}

type tale struct {
	key, unit, text string
	daysAgo         int
	score           float64
	basis           lantoa.Basis
	basisPosts      int
	shares          int64
	topics          []string
	reasons         []lantoa.Reason
	copies          []string
	restricted      bool
	grows           float64
}

var tales = []tale{
	{
		key: "lợn đất", unit: "xã Đồng Mẫu", daysAgo: 6, score: 4.2, basis: lantoa.OwnBasis, basisPosts: 34, shares: 31, topics: []string{"tiet-kiem"}, grows: 63,
		text: "Mô hình nuôi lợn đất tiết kiệm: 62 hội viên góp 148 triệu đồng cho chị em vay vốn\n\nMỗi chị một con lợn đất, mỗi ngày bỏ vào hai nghìn đồng, cuối năm cùng mở heo. Sau hai năm, chi hội Bãi Đá đã giúp 9 hội viên mua bò giống, sửa nhà và mở quầy tạp hóa.\n\nChị Hoàng Thị Mẫu, chi hội trưởng, kể: “Lúc đầu có chị ngại, bảo tiền ít thì được gì. Đến khi thấy chị Sen dắt con bê về, cả xóm cùng nuôi lợn đất.”\n\nCách làm: mỗi tổ 10 chị, có sổ chung, mở heo ngày 20/10 trước mặt mọi người, ai khó nhất được vay trước, không lấy lãi.",
		reasons: []lantoa.Reason{
			{Kind: lantoa.NamesModel, What: "mô hình"},
			{Kind: lantoa.AboveUsual, Times: 4.2, Posts: 34},
			{Kind: lantoa.ManyShares, N: 31},
			{Kind: lantoa.ManyCarry, Channels: 4},
			{Kind: lantoa.GivesResult, What: "148 triệu đồng"},
			{Kind: lantoa.TellsHow},
			{Kind: lantoa.OwnPictures},
		},
		copies: []string{"xã Bãi Mẫu", "xã Vườn Mẫu", "tỉnh Chè Mẫu"},
	},
	{
		key: "ngôi nhà xanh", unit: "phường Suối Mẫu", daysAgo: 4, score: 2.8, basis: lantoa.OwnBasis, basisPosts: 58, shares: 12, topics: []string{"moi-truong"}, grows: 44,
		text:    "Ngôi nhà xanh bằng chai nhựa: thu 1,2 tấn phế liệu, tặng 40 thẻ bảo hiểm y tế\nBa tổ phụ nữ tự quản phân loại rác tại nhà, bán phế liệu ngày 25 hằng tháng, tiền vào quỹ chung có sổ công khai.",
		reasons: []lantoa.Reason{{Kind: lantoa.NamesModel, What: "mô hình"}, {Kind: lantoa.AboveUsual, Times: 2.8, Posts: 58}, {Kind: lantoa.GivesResult, What: "1,2 tấn"}, {Kind: lantoa.ManyCarry, Channels: 2}},
		copies:  []string{"xã Bến Mẫu"},
	},
	{
		key: "công nghệ số", unit: "xã Bãi Mẫu", daysAgo: 2, score: 2.1, basis: lantoa.OwnBasis, basisPosts: 21, topics: []string{"chuyen-doi-so"}, grows: 30,
		text:    "Tổ công nghệ số của các bà: dạy quét mã, nộp hồ sơ trực tuyến ngay tại chợ\nSáng thứ bảy, hai bàn hướng dẫn ở cổng chợ. Sau ba tháng, 214 người tự làm được dịch vụ công trên điện thoại.",
		reasons: []lantoa.Reason{{Kind: lantoa.AboveUsual, Times: 2.1, Posts: 21}, {Kind: lantoa.GivesResult, What: "214 người"}, {Kind: lantoa.TellsHow}},
	},
	{
		key: "trang mới", unit: "xã Dốc Mẫu", daysAgo: 3, score: 1.7, basis: lantoa.LevelBasis, topics: []string{"ocop"}, grows: 22,
		text:    "Tổ hợp tác miến dong của 14 chị: từ 3 lên 9 tấn một vụ, có mã QR trên từng túi\nCác chị chia nhau việc: người ngâm bột, người tráng, người phơi, người bán trên mạng.",
		reasons: []lantoa.Reason{{Kind: lantoa.NamesModel, What: "tổ hợp tác"}, {Kind: lantoa.LevelOnly, Times: 1.7}, {Kind: lantoa.GivesResult, What: "9 tấn"}},
	},
	{
		key: "mẹ đỡ đầu", unit: "xã Hạ Mẫu", daysAgo: 8, score: 1.6, basis: lantoa.OwnBasis, basisPosts: 29, topics: []string{"me-do-dau", "tre-em"}, restricted: true, grows: 26,
		text:    "“Mẹ đỡ đầu” của ba chị em mồ côi: bữa cơm chiều có thêm tiếng cười\nChi hội nhận đỡ đầu ba cháu, mỗi tháng góp 600 nghìn đồng và thay nhau đưa các cháu đi học.",
		reasons: []lantoa.Reason{{Kind: lantoa.NamesModel, What: "mẹ đỡ đầu"}, {Kind: lantoa.AboveUsual, Times: 1.6, Posts: 29}, {Kind: lantoa.NamesPeople, What: "chi hội"}, {Kind: lantoa.NeedsConsent}},
	},
	{
		key: "không số", unit: "huyện Sông Mẫu", daysAgo: 12, topics: []string{"van-hoa"},
		text:    "Lớp hát then của chị Ma Thị Mẫu giữ nghề cho 20 em nhỏ trong bản\nTối thứ sáu nào nhà sàn cũng sáng đèn. Chị dạy không lấy tiền, đàn do chồng chị tự làm.",
		reasons: []lantoa.Reason{{Kind: lantoa.NamesPeople, What: "chị Ma Thị Mẫu"}, {Kind: lantoa.TellsHow}},
	},
}

func (h *house) tell() {
	ctx, now := context.Background(), storetest.Now
	judged := map[lantoa.PostID]lantoa.Judgement{}
	var told []lantoa.Story
	for i, x := range tales {
		u := h.units[x.unit]
		ch := h.channels["Phụ nữ "+x.unit]
		at := now.AddDate(0, 0, -x.daysAgo).Add(-11 * time.Hour)
		h.save(ch, "tale"+fmt.Sprint(i), x, at)
		lead := h.find(ch, "tale"+fmt.Sprint(i))
		h.posts[x.key] = lead
		cluster := lantoa.ClusterID("")
		if len(x.copies) > 0 {
			cluster = lantoa.ClusterID(fmt.Sprintf("k%d", i))
		}
		j := lantoa.Judgement{Basis: x.basis, BasisPosts: x.basisPosts, Likeness: 0.9, Topics: x.topics, Cluster: cluster, Copies: len(x.copies)}
		if x.score > 0 {
			j.Score = &x.score
		}
		judged[lead] = j
		for k, name := range x.copies {
			other := h.channels["Phụ nữ "+name]
			h.save(other, "copy"+fmt.Sprint(i), tale{text: x.text, grows: 15}, at.AddDate(0, 0, 2).Add(time.Duration(k)*time.Hour))
			judged[h.find(other, "copy"+fmt.Sprint(i))] = lantoa.Judgement{Cluster: cluster, Copies: len(x.copies), Topics: x.topics}
		}
		told = append(told, lantoa.Story{
			Cluster: cluster, Title: lantoa.Title(x.text), Lead: lantoa.Measured{Post: lantoa.Post{ID: lead}}, First: u, ToldAt: at,
			Units: len(x.copies) + 1, Channels: len(x.copies) + 1, Likeness: 0.9, Rank: 0.9 * (1 + x.score), Reasons: x.reasons, Topics: x.topics, Restricted: x.restricted,
		})
	}
	var usual []lantoa.Benchmark
	for name, ch := range h.channels {
		if ch.Kind != lantoa.FacebookPage || name == "Phụ nữ xã Dốc Mẫu" {
			continue
		}
		usual = append(usual, lantoa.Benchmark{Channel: ch.ID, ComputedAt: now, Posts: 30,
			Low: []float64{1, 2, 3, 5, 7, 9, 10, 11, 12, 12}, High: []float64{2, 4, 7, 10, 14, 17, 19, 21, 22, 23}})
	}
	must(h.t, h.Store.SaveBenchmarks(ctx, usual))
	must(h.t, h.Store.SaveJudgements(ctx, judged))
	must(h.t, h.Store.SaveStories(ctx, told))
	for i, x := range tales {
		h.stories[x.key] = told[i].ID
	}
	h.awkward()
}

// save keeps a post with the numbers that grew, one visit after the other.
func (h *house) save(ch lantoa.Channel, external string, x tale, at time.Time) {
	for _, age := range []float64{2, 6, 13, 24, 49, 74, 120, 168} {
		then := at.Add(time.Duration(age * float64(time.Hour)))
		if then.After(storetest.Now) {
			break
		}
		share := 1 - 1/(1+age/9)
		p := lantoa.Incoming{Post: lantoa.Post{External: external, Type: lantoa.Album, Text: x.text, PublishedAt: at, Permalink: "https://www.facebook.com/" + external,
			Media: []lantoa.Media{{Kind: "photo", ID: "1"}, {Kind: "photo", ID: "2"}, {Kind: "video", ID: "3", Title: "Ngày mở heo"}}}}
		if x.grows > 0 {
			p.HasCount = true
			shares := int64(float64(x.shares) * share)
			p.Numbers = lantoa.Snapshot{At: then, Reactions: lantoa.Of(max(0, int64(x.grows*share)-shares-int64(4*share))), Comments: lantoa.Of(int64(4 * share)), Shares: lantoa.Of(shares), Views: lantoa.Of(int64(900 * share)), Source: lantoa.FromPlatform}
		}
		_, err := h.Store.SavePosts(context.Background(), ch.ID, []lantoa.Incoming{p}, then)
		must(h.t, err)
	}
}

func (h *house) find(ch lantoa.Channel, external string) lantoa.PostID {
	posts, err := h.Store.PostsBetween(context.Background(), ch.ID, time.Time{}, time.Time{})
	must(h.t, err)
	for _, p := range posts {
		if p.External == external {
			return p.ID
		}
	}
	h.t.Fatalf("no post %s", external)
	return ""
}

// awkward adds what foreign text may hold.
func (h *house) awkward() {
	ch := h.channels["Phụ nữ xã Chợ Mẫu"]
	at := storetest.Now.AddDate(0, 0, -3)
	var long []byte
	for i := 0; len(long) < 70_000; i++ {
		long = fmt.Appendf(long, "Dòng %d của một bài rất dài về phụ nữ.\n", i)
	}
	for key, text := range map[string]string{
		"script": `<script>alert("x")</script><img src=x onerror=alert(1)> Bài của chị <b>Mẫu</b> & "bạn"`,
		"rtl":    "\u202Etxet sdrawkcab\u202C Phụ nữ xã Chợ Mẫu \u200F\u2067 kể chuyện",
		"long":   string(long),
		"word":   "AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA",
		"nfd":    "Mô hình nuôi lợn đất ở chi hội Hoà Bình",
		"empty":  "",
	} {
		_, err := h.Store.SavePosts(context.Background(), ch.ID, []lantoa.Incoming{{Post: lantoa.Post{External: key, Type: lantoa.Text, Text: text, PublishedAt: at, Permalink: "javascript:alert(1)"}}}, storetest.Now)
		must(h.t, err)
		h.posts[key] = h.find(ch, key)
	}
	id := h.posts["script"]
	must(h.t, h.Store.SaveJudgements(context.Background(), map[lantoa.PostID]lantoa.Judgement{id: {Likeness: .5}}))
	list := []lantoa.Story{{Title: `<script>alert("x")</script>`, Lead: lantoa.Measured{Post: lantoa.Post{ID: id}}, First: ch.Unit, ToldAt: at, Units: 1, Channels: 1, Rank: .1,
		Reasons: []lantoa.Reason{{Kind: lantoa.GivesResult, What: `"><i>`}}}}
	must(h.t, h.Store.SaveStories(context.Background(), list))
	h.stories["script"] = list[0].ID
}

func (h *house) people() {
	for _, x := range []struct {
		email, name, unit string
		role              lantoa.Role
		mustChange        bool
	}{
		{"admin@mau.vn", "Nguyễn Thị Quản", "tỉnh Chè Mẫu", lantoa.Admin, false},
		{"truyenthong@mau.vn", "Trần Thị Hoa", "tỉnh Chè Mẫu", lantoa.Communications, false},
		{"lanhdao@mau.vn", "Lê Thị Lan", "tỉnh Chè Mẫu", lantoa.Leader, false},
		{"canbo@mau.vn", "Hoàng Thị Đào", "xã Đồng Mẫu", lantoa.Officer, false},
		{"xem@mau.vn", "Vi Thị Xem", "xã Khe Mẫu", lantoa.Viewer, false},
		{"moi@mau.vn", "Người Mới", "xã Khe Mẫu", lantoa.Officer, true},
	} {
		h.add(lantoa.User{Email: x.email, Name: x.name, Role: x.role, Unit: h.units[x.unit], MustChange: x.mustChange})
	}
}

// person adds somebody with the password that all have.
func (h *house) person(email, unit string, role lantoa.Role) {
	h.add(lantoa.User{Email: email, Name: "Người " + email, Role: role, Unit: h.units[unit]})
}

func (h *house) add(u lantoa.User) {
	hash, err := argon2id.CreateHash(password, &argon2id.Params{Memory: 1024, Iterations: 1, Parallelism: 1, SaltLength: 16, KeyLength: 32})
	must(h.t, err)
	_, err = h.Store.AddUser(context.Background(), u, hash)
	must(h.t, err)
}

func (h *house) reindex() {
	ctx := context.Background()
	var docs []search.Document
	posts, _, err := h.Store.ChangedPosts(ctx, "index", 100_000)
	must(h.t, err)
	for _, m := range posts {
		docs = append(docs, search.DocumentOf(m))
	}
	must(h.t, h.Index.Put(ctx, docs))
}
