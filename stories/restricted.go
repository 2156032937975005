package stories

// A story that shows a child or somebody in need must not be passed on before consent is recorded. The first
// rule: a child is spoken of, and close by a hardship.
var (
	children = lexicon(
		"cháu bé", "em bé", "bé trai", "bé gái", "trẻ em", "trẻ mồ côi", "cháu", "các cháu", "con nhỏ", "đứa trẻ",
		"học sinh", "em học sinh", "bé <tên>", "cháu <tên>", "em <tên>", "con trai", "con gái", "các em", "hai em", "con thơ",
		"cậu bé", "cô bé", "em nhỏ", "con đỡ đầu",
	)
	hardship = lexicon(
		"mồ côi", "hộ nghèo", "gia đình nghèo", "nhà nghèo", "hộ cận nghèo", "hoàn cảnh khó khăn", "hoàn cảnh đặc biệt",
		"đặc biệt khó khăn", "hoàn cảnh éo le", "bệnh hiểm nghèo", "bệnh nặng", "ung thư", "bại não", "khuyết tật", "tàn tật",
		"bị bỏ rơi", "bố mất", "mẹ mất", "mất cha", "mất mẹ", "mất bố", "bố mẹ mất", "bố mẹ bỏ đi", "mẹ bỏ đi", "bị xâm hại",
		"bị bạo hành", "bị bạo lực", "tai nạn thương tâm", "chất độc da cam", "hiv", "tự kỷ", "tim bẩm sinh", "chạy thận",
		"không nơi nương tựa", "nguy cơ bỏ học", "suy dinh dưỡng", "mẹ đơn thân", "gia cảnh khó khăn", "gia đình khó khăn",
	)
)

// near is how many words may lie between the child and the hardship.
const near = 20

// Restricted says whether a text may show a child in hardship.
func Restricted(text string) bool { return restricted(readWords(text)) }

func restricted(t *reading) bool {
	var at []int // where children are spoken of
	children().each(t, func(f found) { at = append(at, f.first) })
	close := false
	hardship().each(t, func(f found) {
		for _, c := range at {
			if d := f.first - c; d >= -near && d <= near {
				close = true
			}
		}
	})
	return close
}
