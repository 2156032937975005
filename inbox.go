package lantoa

import "time"

// Hook is the body of a call that a platform made to us, kept under seal until it is worked off and then only as
// the mark that it was seen.
type Hook struct {
	ID       HookID
	Platform string // facebook, zalo, zalo_bot
	Key      string // what makes a repetition of it known
	At       time.Time
	Body     []byte
	Tries    int
}

// Hint says that something happened to a page, or to one post of it: a reason to read it again, no more.
type Hint struct {
	Channel ChannelID
	Post    string // External; empty: whatever is newest
	At      time.Time
}

// Progress of a submission through the hands of the staff.
type Progress string

const (
	SubmissionNew       Progress = "new"
	SubmissionTaken     Progress = "taken"     // Nhận
	SubmissionAsked     Progress = "asked"     // Hỏi thêm: somebody waits for an answer
	SubmissionReturned  Progress = "returned"  // Đề nghị xã đăng bài: the commune is to post it itself
	SubmissionDeclined  Progress = "declined"  // chưa dùng lần này
	SubmissionWithdrawn Progress = "withdrawn" // its teller took it back: nothing of it is kept
)

// Submission is a story that an officer told us directly, not on a channel: by a message to the Official Account,
// or to the bot in her group.
type Submission struct {
	ID        SubmissionID
	Code      string   // what people call it by, "C-0147"
	Via       string   // zalo_oa, zalo_bot
	Sender    string   // keyed hash of her id in the namespace of Via; never the id
	Unit      UnitID   // empty until her id is linked to a unit
	Externals []string // the messages it was made of, first one first
	Text      string   // masked by the gate
	Media     []Media
	Sensitive bool
	ToldAt    time.Time
	UpdatedAt time.Time
	State     Progress
	Note      string // what the staff wrote, for the teller or for themselves
}

// Teller is a person at a platform whose unit is known, because she once sent the code that her unit was given.
type Teller struct {
	Sender   string // keyed hash
	Unit     UnitID
	LinkedAt time.Time
}

// TellerCode is the word that links whoever sends it first to a unit. It serves once.
type TellerCode struct {
	Code   string
	Unit   UnitID
	MadeAt time.Time
	Ends   time.Time
}
