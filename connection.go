package lantoa

import (
	"slices"
	"time"
)

// Access is what a platform said of a token of ours: how long it lives and what it lacks, never the token itself.
type Access struct {
	Name      string    // the secret's name: "facebook/page/104…", "facebook/user/…", "zalo/oa"
	Channel   ChannelID // of a page's token; empty for one that stands for many
	Holder    string    // USER, PAGE, SYSTEM_USER, OA
	CheckedAt time.Time // when the platform was last asked
	ExpiresAt time.Time // zero: never
	DataEnds  time.Time // when the person must come back; zero: never
	Lacks     []string  // permissions that reading needs and the token does not have
	ReadOnly  bool      // publishing needs a permission that it does not have
	Trouble   *Trouble  // why it is no longer good; nil while it is
}

// Ends is the first moment at which the token stops giving data, zero if none is known.
func (a Access) Ends() time.Time {
	if a.ExpiresAt.IsZero() || !a.DataEnds.IsZero() && a.DataEnds.Before(a.ExpiresAt) {
		return a.DataEnds
	}
	return a.ExpiresAt
}

// EndsSoon is how long before its end a token is warned of.
const EndsSoon = 14 * 24 * time.Hour

// Ending says whether the token is good and ends within 14 days.
func (a Access) Ending(now time.Time) bool {
	ends := a.Ends()
	return a.Trouble == nil && !ends.IsZero() && now.After(ends.Add(-EndsSoon))
}

// Same says whether two answers about a token tell the administrator the same.
func (a Access) Same(b Access) bool {
	return a.ExpiresAt.Equal(b.ExpiresAt) && a.DataEnds.Equal(b.DataEnds) && slices.Equal(a.Lacks, b.Lacks) && a.ReadOnly == b.ReadOnly &&
		(a.Trouble == nil) == (b.Trouble == nil)
}

// NoticeKind says what a notice is about; its words are "notice.<kind>" of the catalogue.
type NoticeKind string

const (
	LostChannel   NoticeKind = "lost_channel"   // one channel cannot be read until a person does something
	LostMany      NoticeKind = "lost_many"      // many at once, most likely by one cause: Count says how many
	TokenEnding   NoticeKind = "token_ending"   // a token ends within 14 days
	TokenLacks    NoticeKind = "token_lacks"    // a token is good and lacks a permission
	DeadMetric    NoticeKind = "dead_metric"    // the platform no longer answers to a metric
	OldVersion    NoticeKind = "old_version"    // another version answers than the one asked for
	NoWebhook     NoticeKind = "no_webhook"     // a page's events do not reach us though they should
	YearFull      NoticeKind = "year_full"      // a page nears the number of posts that Facebook gives of a year
	GroupEnding   NoticeKind = "group_ending"   // a group's package has run out and the group will be dissolved
	AppTrouble    NoticeKind = "app_trouble"    // the app or the account must be put right at the platform
	MailAway      NoticeKind = "mail_away"      // the mail server has not been usable for a while: mails wait
	WithdrawnNote NoticeKind = "withdrawn_note" // a person withdrew: what was already passed on waits for a decision
	DeletionAsked NoticeKind = "deletion_asked" // a person asked, at Facebook, for what is known of her to be deleted
	AppRemoved    NoticeKind = "app_removed"    // a person took the app off her account: tokens through it die
)

// ByHand says whether a notice of the kind stays until a person has dealt with it: nothing that is measured ends it.
func (k NoticeKind) ByHand() bool { return k == WithdrawnNote || k == DeletionAsked || k == AppRemoved }

// Notice is something the administrator should know: one per incident, from its beginning to its end.
type Notice struct {
	ID      NoticeID
	Kind    NoticeKind
	Key     string    // what the incident is about; at most one open notice bears a key
	Channel ChannelID // of the channel it is about; empty if it is about many or none
	Trouble Trouble   // kind, what, since, until, note: what went wrong, as far as it is known
	Count   int       // channels of a summary
	BeganAt time.Time
	EndedAt time.Time // zero while it goes on; "đã nối lại" from then on
	SeenAt  time.Time // when somebody said that he has read it
}

// Open says whether the incident goes on.
func (n Notice) Open() bool { return n.EndedAt.IsZero() }

// Limit is what is known of one limit of a platform. A scope is whatever a limit belongs to: the whole app, one
// page, one token.
type Limit struct {
	Scope     string
	Share     int // per cent used, as last said
	SaidAt    time.Time
	Until     time.Time // nothing may be asked before
	Refused   int       // how often in a row the platform said stop without saying for how long
	RefusedAt time.Time
}
