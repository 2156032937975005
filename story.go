package lantoa

import (
	"slices"
	"time"
)

// Public is the post as somebody outside its scope may see it once its story was chosen: its words and public
// counters. Views and reach are told by platforms to owners only, and how a page does against its usual is the
// page's own affair.
func (m Measured) Public() Measured {
	m.Numbers.Views, m.Numbers.Reach = Count{}, Count{}
	m.Curve = nil
	m.Score, m.Basis, m.BasisPosts, m.Expected, m.Estimated = nil, "", 0, 0, false
	return m
}

// Public is the chosen story as somebody outside its first teller's scope may see it: see [Measured.Public].
// Who decided what of it stays with those who decide.
func (s Story) Public() Story {
	s.Lead = s.Lead.Public()
	s.Decisions = nil
	s.Reasons = slices.DeleteFunc(slices.Clone(s.Reasons), func(r Reason) bool {
		return r.Kind == AboveUsual || r.Kind == LevelOnly || r.Kind == NotEnough
	})
	return s
}

// State of a story on the board.
type State string

const (
	Suggested   State = "suggested"
	Shortlisted State = "shortlisted" // Để sau → Đang xem
	Approved    State = "approved"    // Chọn → Đã chọn
	Reshared    State = "reshared"
	Dismissed   State = "dismissed" // Không phải câu chuyện
)

// States in the order of the board.
var States = []State{Suggested, Shortlisted, Approved, Reshared, Dismissed}

// Story is a good practice told by one or more posts that carry the same text, credited to the unit that
// told it first.
type Story struct {
	ID         StoryID
	Cluster    ClusterID // the posts that tell it; empty for a single post
	Title      string
	State      State
	Lead       Measured // the post of the first teller
	First      Unit
	ToldAt     time.Time
	Units      int
	Channels   int
	Likeness   float64
	Rank       float64 // without freshness, which depends on the day of looking; see RankAt
	Reasons    []Reason
	Topics     []string
	FromAbove  bool
	Restricted bool // shows a child or someone in need: not to be passed on before consent is recorded
	Withdrawn  bool // its posts are gone, or no longer qualify
	Decisions  []Decision
}

// RankAt is the rank on a day: it halves every 10 days from the first telling (algorithms, section 2).
func (s Story) RankAt(now time.Time) float64 { return s.Rank * Freshness(s.ToldAt, now) }

// ReasonKind names why a story was suggested; the words stand in the catalogue under "reason.<kind>".
type ReasonKind string

const (
	AboveUsual   ReasonKind = "above_usual"   // Times, Posts: "gấp 4,2 lần mức thường, so với 34 bài của chính trang"
	LevelOnly    ReasonKind = "level_only"    // Times: "chưa đủ lịch sử, tạm so với các trang cùng cấp"
	NamesModel   ReasonKind = "names_model"   // What: the words found, "mô hình"
	NamesPeople  ReasonKind = "names_people"  // What
	GivesResult  ReasonKind = "gives_result"  // What: "148 triệu đồng"
	TellsHow     ReasonKind = "tells_how"     //
	ManyCarry    ReasonKind = "many_carry"    // Channels: "8 trang đăng"
	ManyShares   ReasonKind = "many_shares"   // N: "31 lượt chia sẻ"
	OwnPictures  ReasonKind = "own_pictures"  //
	DatedBack    ReasonKind = "dated_back"    // "ngày đăng lùi"
	NotEnough    ReasonKind = "not_enough"    // "chưa đủ lịch sử"
	FromHigher   ReasonKind = "from_above"    // Channels: "truyền đạt từ cấp trên · 41 trang"
	NeedsConsent ReasonKind = "needs_consent" // "hạn chế"
)

// Reason is one piece of evidence: its kind and figures, no words.
type Reason struct {
	Kind     ReasonKind `json:"kind"`
	Times    float64    `json:"times,omitempty"`
	Posts    int        `json:"posts,omitempty"`
	Channels int        `json:"channels,omitempty"`
	N        int64      `json:"n,omitempty"`
	What     string     `json:"what,omitempty"`
}

// Verdict is what a person decided of a story.
type Verdict string

const (
	Approve Verdict = "approve"
	Later   Verdict = "later"
	Dismiss Verdict = "dismiss"
	Undo    Verdict = "undo"
	Consent Verdict = "consent"
	// Restrict says by hand that a story shows somebody who needs care: a consent of before counts no more. Set with the
	// mark, not decided by itself.
	Restrict Verdict = "restrict"
)

// Consented is the consent on record: the newest, unless the story was marked by hand since.
func (s Story) Consented() (d Decision, is bool) {
	for _, d := range slices.Backward(s.Decisions) {
		switch d.Verdict {
		case Consent:
			return d, true
		case Restrict:
			return Decision{}, false
		}
	}
	return Decision{}, false
}

// Decision is one person's word on a story. Appended; an undo is a decision too.
type Decision struct {
	ID      string
	Story   StoryID
	Verdict Verdict
	Reason  string
	By      UserID
	ByName  string
	At      time.Time
}

// StateAfter is the state of a story after these decisions, oldest first. An undo takes back the newest
// decision that has not been taken back yet; consent changes no state.
func StateAfter(decisions []Decision) State {
	var stack []State
	for _, d := range decisions {
		switch d.Verdict {
		case Approve:
			stack = append(stack, Approved)
		case Later:
			stack = append(stack, Shortlisted)
		case Dismiss:
			stack = append(stack, Dismissed)
		case Undo:
			if len(stack) > 0 {
				stack = stack[:len(stack)-1]
			}
		}
	}
	if len(stack) == 0 {
		return Suggested
	}
	return stack[len(stack)-1]
}

// Basis says what a score was judged against.
type Basis string

const (
	OwnBasis   Basis = "own"   // at least 10 posts of the page itself
	LevelBasis Basis = "level" // the pages of its level
)

// Benchmark is what is usual for one channel (algorithms, section 1), computed once a day and stored.
type Benchmark struct {
	Channel    ChannelID
	ComputedAt time.Time
	Posts      int // n: own posts that it rests on
	// Expected holds E for each post type at each of Checkpoints.
	Expected map[PostType][]float64
	// Low and High bound the middle half of the channel's own posts at each checkpoint: the normal band.
	Low, High []float64
	// Growth is F(t,a) for each type at each checkpoint, rising to 1 at 28 days.
	Growth map[PostType][]float64
	// Measured says whether Growth was measured; else it is the shipped starting curve.
	Measured bool
}
