package stories

import (
	"math"
	"slices"
	"strings"
	"testing"

	"github.com/hoiphunu/lantoa"
)

func TestTheUnionsOwnPagesAreToldApart(t *testing.T) {
	examples, wrong := unionExamples(t), 0
	for _, e := range examples {
		if l := standard().Likeness(e.Text); e.Good != (l >= Threshold()) {
			wrong++
			t.Logf("good %v, but %.2f: %s; rules: %v", e.Good, l, lantoa.Title(e.Text), Read(e.Text).Rules)
		}
	}
	if wrong > 2 {
		t.Errorf("%d of %d texts on the wrong side of the threshold %.2f", wrong, len(examples), Threshold())
	}
}

func TestReadShowsItsEvidence(t *testing.T) {
	tests := []struct {
		name, text            string
		model, person, result string
		how                   bool
	}{
		{"in any case and place of tones", "MÔ HÌNH hay ở xóm. Bà Nguyễn Thị Hoà gom được 1.500 kg phế liệu, mỗi tháng bán một lần, ghi sổ rõ ràng.", "MÔ HÌNH", "Bà Nguyễn Thị Hoà", "1.500 kg", true},
		{"a sum with points and a comma", "Chị Lan góp được 16.500.000 đồng, cả tổ có 2,3 tấn gạo.", "", "Chị Lan", "2,3 tấn", false},
		{"no name without a capital inside the sentence", "Chị em cùng nhau quét dọn đường làng.", "", "", "", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			e := Read(tt.text)
			if e.Model != tt.model || e.Result != tt.result || e.How != tt.how || tt.person != "" && e.Person != tt.person {
				t.Errorf("model %q, person %q, result %q, how %v", e.Model, e.Person, e.Result, e.How)
			}
		})
	}
}

func TestTopics(t *testing.T) {
	tests := []struct {
		text string
		want []string
	}{
		{lonDat, []string{"tiet-kiem"}},
		{"Chị em phân loại rác tại nhà, bán phế liệu lấy tiền", []string{"moi-truong"}},
		{"Các mẹ đỡ đầu kèm cháu học mỗi tối", []string{"me-do-dau"}},
		{"Ngày hội hiến máu tình nguyện thu 56 đơn vị máu", []string{"hien-mau"}},
		{"Bàn giao mái ấm tình thương, xóa nhà tạm cho hội viên", []string{"mai-am"}},
		{"Miến dong của tổ hợp tác đạt OCOP 3 sao, livestream bán hàng trực tuyến mỗi tối", []string{"ocop", "chuyen-doi-so"}},
		{"GIA ĐÌNH 5 KHÔNG, 3 SẠCH ở xóm Trại", []string{"5-khong-3-sach"}},
		{"Nhắc nhau đội mũ bảo hiểm, giữ an toàn giao thông ở cổng trường", []string{"giao-thong"}},
		{"Trời hôm nay đẹp quá", nil},
	}
	for _, tt := range tests {
		t.Run(lantoa.Cut(tt.text, 50), func(t *testing.T) {
			if got := Read(tt.text).Topics; !slices.Equal(got, tt.want) {
				t.Errorf("topics %v, want %v", got, tt.want)
			}
		})
	}
}

func TestThereAreFourteenTopics(t *testing.T) {
	want := []string{"ocop", "tiet-kiem", "me-do-dau", "5-khong-3-sach", "moi-truong", "chuyen-doi-so", "an-toan", "nong-thon-moi",
		"suc-khoe", "van-hoa", "tre-em", "mai-am", "giao-thong", "hien-mau"}
	if got := standardTopics().names; !slices.Equal(got, want) {
		t.Errorf("topics %v, want %v", got, want)
	}
}

func TestIsVote(t *testing.T) {
	tests := []struct {
		name, text string
		want       bool
	}{
		{"an appeal to like and share", voteText, true},
		{"points for each interaction", "Mọi người vào ủng hộ đội mình nhé, mỗi lượt thích 1 điểm, chia sẻ 2 điểm ạ", true},
		{"without diacritics it cannot be told", "binh chon cho doi minh nhe", false},
		{"the result of a contest told afterwards", "Tại cuộc thi ẩm thực, chi hội xóm Trại đạt giải nhất. Chúc mừng các chị.", false},
		{"shares in a story", "Câu chuyện của chị được nhiều người chia sẻ.", false},
		{"a story", lonDat, false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := IsVote(lantoa.Post{Text: tt.text}); got != tt.want {
				t.Errorf("IsVote = %v, want %v", got, tt.want)
			}
		})
	}
}

func TestRestricted(t *testing.T) {
	tests := []struct {
		name, text string
		want       bool
	}{
		{"a child of a poor household", "Em S., 9 tuổi, con một hộ nghèo, mồ côi cha từ năm lên bốn.", true},
		{"a pupil with a grave illness", "Cháu Hoa, học sinh lớp 3, mắc bệnh hiểm nghèo đã hai năm.", true},
		{"children at a feast", "Các cháu múa lân, phá cỗ rất vui.", false},
		{"poverty without a child", "Chị Hòa trước là hộ nghèo, nay có ba con bê.", false},
		{"a child here and a hardship far away", "Các cháu đi học đều. " + strings.Repeat("Xóm có đường mới, điện sáng, nước sạch. ", 6) + "Cả xóm không còn hộ nghèo.", false},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if got := Restricted(tt.text); got != tt.want {
				t.Errorf("Restricted = %v, want %v", got, tt.want)
			}
		})
	}
}

func TestRulesThatContradictThemselvesAreRefused(t *testing.T) {
	tests := []struct{ name, text string }{
		{"a weight against its sign", "[[rule]]\nname = \"a\"\nsign = 1\nweight = -1.0"},
		{"no sign", "[[rule]]\nname = \"a\"\nweight = 1.0"},
		{"an unknown measure", "[[rule]]\nname = \"a\"\nsign = 1\nmeasure = \"beauty\""},
		{"phrases of a rule that is not there", "[[rule]]\nname = \"a\"\nsign = 1\nlike = \"b\""},
		{"an empty phrase", "[[rule]]\nname = \"a\"\nsign = 1\nphrases = [\"\"]"},
		{"no TOML", "[[rule"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			if _, err := ParseRules(tt.text); err == nil {
				t.Error("the rules were taken")
			}
		})
	}
}

func TestAFitKeepsTheSignOfEachRule(t *testing.T) {
	rules, err := ParseRules("[[rule]]\nname = \"good\"\nsign = 1\nstart = 0.5\nphrases = [\"tốt\"]\n[[rule]]\nname = \"unheard\"\nsign = -1\nstart = -0.7\nphrases = [\"không ai nói\"]")
	if err != nil {
		t.Fatal(err)
	}
	// examples that would turn the first rule round
	examples := []Example{{"tốt", false}, {"tốt", false}, {"khác", true}, {"khác nữa", true}}
	fitted := Refit(rules, examples)
	if fitted.List[0].Weight != 0 || fitted.List[1].Weight != -0.7 {
		t.Errorf("weights %v and %v, want 0 and the start -0.7", fitted.List[0].Weight, fitted.List[1].Weight)
	}
	if rules.List[0].Weight != 0 || rules.List[0].Start != 0.5 {
		t.Error("the rules given were changed")
	}
	again := Refit(rules, examples)
	if again.Bias != fitted.Bias || again.Threshold != fitted.Threshold {
		t.Error("a second fit came out otherwise")
	}
}

func TestRewriteChangesNothingButWeights(t *testing.T) {
	again, err := ParseRules(Rewrite(likenessText, standard()))
	if err != nil {
		t.Fatal(err)
	}
	for i, r := range again.List {
		if old := standard().List[i]; r.Name != old.Name || r.Weight != old.Weight || len(r.Phrases) != len(old.Phrases) {
			t.Errorf("rule %q: weight %v with %d phrases, want %v with %d", r.Name, r.Weight, len(r.Phrases), old.Weight, len(old.Phrases))
		}
	}
}

func TestQualityOfARanking(t *testing.T) {
	examples := []Example{{"", true}, {"", false}, {"", true}, {"", false}}
	q := qualityOf([]float64{0.9, 0.8, 0.7, 0.1}, 0.75, examples)
	if math.Abs(q.AveragePrecision-(1+2.0/3)/2) > 1e-9 || q.Precision != 0.5 || q.Recall != 0.5 {
		t.Errorf("%v, want AP %.3f, precision and recall one half", q, (1+2.0/3)/2)
	}
}
