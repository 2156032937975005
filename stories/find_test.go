package stories

import (
	"fmt"
	"slices"
	"strings"
	"testing"
	"time"

	"golang.org/x/text/unicode/norm"

	"github.com/hoiphunu/lantoa"
)

const lonDat = `Mô hình nuôi lợn đất: góp tiền lẻ, giúp nhau vốn

Chi hội Gốc Đa, xã Đồng Mẫu có 58 hội viên, mỗi nhà một con lợn đất. Ba năm qua, mỗi tối chị em bỏ vào đó vài nghìn đồng tiền chợ. Cuối năm cả chi hội mổ lợn một ngày, ghi sổ công khai, được 142 triệu đồng cho nhau vay không lấy lãi, trả dần trong 18 tháng. Đến nay 9 chị đã mua được bò giống. Chị Lường Thị Hòa trước là hộ nghèo, nay có ba con bê, bảo rằng: “Không có con lợn đất thì tôi chẳng biết trông vào đâu”. Chị em hòa thuận, sẵn sàng chia sẻ mẫu sổ với chi hội bạn.`

const directive = `HƯỞNG ỨNG THÁNG HÀNH ĐỘNG VÌ BÌNH ĐẲNG GIỚI

Thực hiện kế hoạch của Hội LHPN tỉnh, đề nghị các cấp Hội tập trung treo băng rôn, khẩu hiệu tại trụ sở từ ngày 15/11; tổ chức ít nhất một buổi truyền thông về phòng ngừa bạo lực gia đình; rà soát địa chỉ tin cậy tại cộng đồng; báo cáo kết quả về Ban Thường vụ trước ngày 18/12.`

const voteText = `BÌNH CHỌN GIAN HÀNG PHỤ NỮ KHỞI NGHIỆP ĐƯỢC YÊU THÍCH NHẤT
Hãy ủng hộ chị em bằng cách bấm thích và chia sẻ bài viết này ở chế độ công khai. Mỗi lượt thích 1 điểm, mỗi lượt chia sẻ 3 điểm.`

// post is what the page of a unit published so many hours before now.
func post(page string, level lantoa.Level, hours int, text string) lantoa.Measured {
	p := pageOf(page, level)
	p.ID = lantoa.PostID(fmt.Sprintf("p%05d%s", 10000-hours, strings.ToLower(page)))
	p.External = page + "_1"
	p.Text = text
	told := now.Add(-time.Duration(hours) * time.Hour)
	p.PublishedAt, p.FirstSeenAt, p.ToldAt = told, told.Add(time.Hour), told
	p.Numbers = lantoa.Snapshot{At: now, Reactions: lantoa.Of(20), Comments: lantoa.Of(2), Shares: lantoa.Of(3)}
	return p
}

func titles(stories []lantoa.Story) []string {
	var out []string
	for _, s := range stories {
		out = append(out, s.First.Name+" "+fmt.Sprint(s.Channels))
	}
	return out
}

func kinds(reasons []lantoa.Reason) []lantoa.ReasonKind {
	var out []lantoa.ReasonKind
	for _, r := range reasons {
		out = append(out, r.Kind)
	}
	return out
}

func TestFind(t *testing.T) {
	copied := func(opening string) string { return opening + lonDat[strings.Index(lonDat, "\n"):] }
	change := func(p lantoa.Measured, f func(*lantoa.Measured)) lantoa.Measured { f(&p); return p }
	p2 := []lantoa.Measured{post("dongmau", lantoa.Commune, 130, lonDat), post("tinh", lantoa.Province, 80, copied("Nuôi lợn đất tiết kiệm"))}
	for i := range 6 {
		p2 = append(p2, post(fmt.Sprint("xa", i), lantoa.Commune, 70-i, copied("Chuyện những con lợn đất 💐")))
	}
	p3 := []lantoa.Measured{post("tinh", lantoa.Province, 100, directive+"\n"+lonDat)}
	for i := range 41 {
		p3 = append(p3, post(fmt.Sprint("xa", i), lantoa.Commune, 90-i, directive+"\n"+lonDat))
	}
	tests := []struct {
		name  string
		posts []lantoa.Measured
		want  []string // unit and channels of each story
	}{
		{"one page tells of a model", []lantoa.Measured{post("dongmau", lantoa.Commune, 130, lonDat)}, []string{"xã dongmau 1"}},
		{"the same text on eight pages is one story, credited to the first, though the province passed it on", p2, []string{"xã dongmau 8"}},
		{"what falls from the province to 41 communes is nobody's story, however it reads", p3, nil},
		{"a directive is no story", []lantoa.Measured{post("xa1", lantoa.Commune, 50, directive)}, nil},
		{"a vote is no story, however many like it",
			[]lantoa.Measured{change(post("suoimau", lantoa.Commune, 50, voteText), func(p *lantoa.Measured) { p.Vote = true; p.Numbers.Reactions = lantoa.Of(2300) })}, nil},
		{"a story marked as a vote by hand is none",
			[]lantoa.Measured{change(post("a", lantoa.Commune, 50, lonDat), func(p *lantoa.Measured) { p.Vote = true })}, nil},
		{"a copy that asks for likes takes nothing from who told it",
			[]lantoa.Measured{post("dongmau", lantoa.Commune, 130, lonDat), change(post("b", lantoa.Commune, 60, lonDat+"\nCác chị em like và share giúp xã nhé!"), func(p *lantoa.Measured) { p.Vote = true })},
			[]string{"xã dongmau 2"}},
		{"a copy in decomposed Unicode with hoà for hòa is the same story",
			[]lantoa.Measured{post("dongmau", lantoa.Commune, 130, lonDat), post("b", lantoa.Commune, 60,
				norm.NFD.String(strings.ReplaceAll(copied("Chuyện hay"), "hòa", "hoà")))}, []string{"xã dongmau 2"}},
		{"a post dated back ten days does not come first",
			[]lantoa.Measured{post("dongmau", lantoa.Commune, 130, lonDat), change(post("gian", lantoa.Commune, 60, copied("Chuyện hay")), func(p *lantoa.Measured) {
				p.PublishedAt, p.BackDated = p.PublishedAt.AddDate(0, 0, -10), true
			})}, []string{"xã dongmau 2"}},
		{"when the first post is gone the next one leads",
			[]lantoa.Measured{change(post("dongmau", lantoa.Commune, 130, lonDat), func(p *lantoa.Measured) { p.RemovedAt = now }), post("b", lantoa.Commune, 60, copied("Chuyện hay"))}, []string{"xã b 1"}},
		{"a removed post tells nothing",
			[]lantoa.Measured{change(post("a", lantoa.Commune, 130, lonDat), func(p *lantoa.Measured) { p.RemovedAt = now })}, nil},
		{"a changed cover picture tells nothing",
			[]lantoa.Measured{change(post("a", lantoa.Commune, 130, lonDat), func(p *lantoa.Measured) { p.Decor = true })}, nil},
		{"texts that were brought in from a file count nowhere",
			[]lantoa.Measured{change(post("a", lantoa.Province, 130, lonDat), func(p *lantoa.Measured) { p.Kind = lantoa.Imported })}, nil},
		{"a native share with a word of its own counts as a carrier",
			[]lantoa.Measured{post("dongmau", lantoa.Commune, 130, lonDat), change(post("b", lantoa.Commune, 60, "Hay quá các chị ơi"), func(p *lantoa.Measured) { p.Parent = "dongmau_1"; p.Type = lantoa.Share })},
			[]string{"xã dongmau 2"}},
		{"two communes sharing a district's story leave it without credit",
			[]lantoa.Measured{post("huyen", lantoa.District, 130, lonDat), post("b", lantoa.Commune, 60, lonDat), post("c", lantoa.Commune, 50, lonDat)}, nil},
		{"unless the province takes it up: upward spread earns credit",
			[]lantoa.Measured{post("huyen", lantoa.District, 130, lonDat), post("b", lantoa.Commune, 60, lonDat), post("c", lantoa.Commune, 50, lonDat), post("tinh", lantoa.Province, 40, lonDat)},
			[]string{"xã huyen 4"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := titles(Find(tt.posts, nil, now)); !slices.Equal(got, tt.want) {
				t.Errorf("Find = %v, want %v", got, tt.want)
			}
			slices.Reverse(tt.posts) // the order in which they come must not matter
			if got := titles(Find(tt.posts, nil, now)); !slices.Equal(got, tt.want) {
				t.Errorf("Find of the posts in reverse = %v, want %v", got, tt.want)
			}
		})
	}
}

func TestReasonsSayWhyInAFixedOrder(t *testing.T) {
	mau := pageOf("dongmau", lantoa.Commune)
	usual := map[lantoa.ChannelID]lantoa.Benchmark{"dongmau": benchmarkOf(t, "dongmau", history(mau, repeat(34, 15)...))}
	lead := post("dongmau", lantoa.Commune, 130, lonDat)
	lead.Numbers = lantoa.Snapshot{At: now, Reactions: lantoa.Of(27), Comments: lantoa.Of(5), Shares: lantoa.Of(31)}
	found := Find([]lantoa.Measured{lead, post("b", lantoa.Commune, 60, lonDat)}, usual, now)
	if len(found) != 1 {
		t.Fatalf("%d stories, want 1", len(found))
	}
	s := found[0]
	want := []lantoa.ReasonKind{
		lantoa.NamesModel, lantoa.AboveUsual, lantoa.ManyShares, lantoa.ManyCarry, lantoa.GivesResult, lantoa.NamesPeople,
		lantoa.TellsHow, lantoa.OwnPictures,
	}
	if !slices.Equal(kinds(s.Reasons), want) {
		t.Errorf("reasons %v, want %v", kinds(s.Reasons), want)
	}
	for _, r := range s.Reasons {
		switch {
		case r.Kind == lantoa.AboveUsual && (r.Times != 4.2 || r.Posts != 34),
			r.Kind == lantoa.ManyShares && r.N != 31,
			r.Kind == lantoa.ManyCarry && r.Channels != 2,
			r.Kind == lantoa.GivesResult && r.What != "142 triệu đồng",
			r.Kind == lantoa.NamesPeople && r.What != "Chị Lường Thị Hòa",
			r.Kind == lantoa.NamesModel && r.What != "Mô hình":
			t.Errorf("reason %+v", r)
		}
	}
	if s.Title != "Mô hình nuôi lợn đất: góp tiền lẻ, giúp nhau vốn" || s.Units != 2 || !slices.Contains(s.Topics, "tiet-kiem") {
		t.Errorf("title %q, %d units, topics %v", s.Title, s.Units, s.Topics)
	}
}

func TestWhatShouldBeKnownBeforePassingAStoryOn(t *testing.T) {
	usual := map[lantoa.ChannelID]lantoa.Benchmark{}
	for _, b := range Benchmarks(history(pageOf("khac", lantoa.Commune), repeat(20, 10)...), now) {
		usual[b.Channel] = b
	}
	child := strings.Replace(lonDat, "Chị em hòa thuận", "Chi hội còn đỡ đầu cháu Hoa, 9 tuổi, mồ côi cha, con một hộ nghèo. Chị em hòa thuận", 1)
	group := post("nhom", lantoa.Commune, 50, lonDat)
	group.Kind, group.Numbers = lantoa.ZaloGroup, lantoa.Snapshot{At: now}
	back := post("lui", lantoa.Commune, 50, lonDat)
	back.BackDated, back.PublishedAt = true, back.PublishedAt.AddDate(0, 0, -10)
	private := post("rieng", lantoa.Commune, 50, lonDat)
	private.Sensitive = true
	tests := []struct {
		name       string
		post       lantoa.Measured
		usual      map[lantoa.ChannelID]lantoa.Benchmark
		has        lantoa.ReasonKind
		hasNot     lantoa.ReasonKind
		restricted bool
	}{
		{"a page with three posts is judged by its level, and it says so", post("moi", lantoa.Commune, 50, lonDat), usual, lantoa.LevelOnly, lantoa.AboveUsual, false},
		{"a page without anything to compare lacks history", post("moi", lantoa.Commune, 50, lonDat), nil, lantoa.NotEnough, lantoa.LevelOnly, false},
		{"a group without interactions lacks none: it has no score", group, usual, lantoa.NamesModel, lantoa.NotEnough, false},
		{"a post dated back says so", back, usual, lantoa.DatedBack, lantoa.NeedsConsent, false},
		{"a child of a poor household needs consent", post("a", lantoa.Commune, 50, child), usual, lantoa.NeedsConsent, lantoa.DatedBack, true},
		{"so does what has personal data", private, usual, lantoa.NeedsConsent, lantoa.DatedBack, true},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			found := Find([]lantoa.Measured{tt.post}, tt.usual, now)
			if len(found) != 1 {
				t.Fatalf("%d stories, want 1", len(found))
			}
			got := kinds(found[0].Reasons)
			if !slices.Contains(got, tt.has) || slices.Contains(got, tt.hasNot) || found[0].Restricted != tt.restricted {
				t.Errorf("reasons %v, restricted %v; want %s, not %s, restricted %v", got, found[0].Restricted, tt.has, tt.hasNot, tt.restricted)
			}
		})
	}
}

func TestRankIsLikenessTimesScore(t *testing.T) {
	low, high := -3.0, 4.2
	tests := []struct {
		name  string
		score *float64
		want  float64
	}{
		{"no score counts as 1", nil, 0.8},
		{"less than usual takes nothing away", &low, 0.8},
		{"4.2 times what is usual", &high, 0.8 * (1 + 1.4350845)},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := rank(lantoa.Judgement{Likeness: 0.8, Score: tt.score}); got < tt.want-1e-6 || got > tt.want+1e-6 {
				t.Errorf("rank = %v, want %v", got, tt.want)
			}
		})
	}
}
