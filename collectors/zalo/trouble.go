package zalo

import (
	"fmt"
	"strings"
	"time"

	"github.com/hoiphunu/lantoa"
)

// Remedy is what can be done about an error code of Zalo.
type Remedy string

const (
	None       Remedy = ""            // no error
	Renew      Remedy = "renew"       // get a new access token, then ask once more
	NextMinute Remedy = "next_minute" // asked too often: go on in the next minute
	FewerRows  Remedy = "fewer_rows"  // ask for half as many
	PollAgain  Remedy = "poll_again"  // Zalo is still working on it
	NextPeriod Remedy = "next_period" // a quota is used up until its period ends
	Morning    Remedy = "morning"     // not between 22:00 and 06:00: go on at 06:05
	Backoff    Remedy = "backoff"     // try again later, a few times
	Consent    Remedy = "consent"     // an administrator of the account must allow it again
	Operator   Remedy = "operator"    // the app, the account or its package must be put right by a person
	Leave      Remedy = "leave"       // this group or person cannot be reached: go on with the others
	Show       Remedy = "show"        // no use in repeating: show what Zalo said
)

// Answer is what a code means to us.
type Answer struct {
	Remedy Remedy
	Kind   lantoa.Kind
	What   string // the thing that is missing, of a trouble with a right
}

// answers is Zalo's table of error codes, as far as its reader and publisher meet them.
// Source: official-account/phu-luc/ma-loi of Zalo's documentation.
var answers = map[int]Answer{
	0:    {None, "", ""},
	-32:  {NextMinute, lantoa.Limited, ""},
	-100: {Show, lantoa.Refused, "attachment"}, // an upload is kept for 7 days
	-124: {Renew, lantoa.Expired, ""},          // as −216, on business.openapi only
	-200: {Backoff, lantoa.Away, ""},
	-201: {Show, lantoa.Refused, ""}, // the message names the parameter
	-204: {Operator, lantoa.Gone, "oa"},
	-205: {Operator, lantoa.Gone, "oa"},
	-209: {Operator, lantoa.NoRight, "app"},
	-210: {FewerRows, lantoa.Refused, "count"},
	-211: {NextPeriod, lantoa.Limited, "quota"},
	-212: {Operator, lantoa.NoRight, "api_product"},
	-213: {Leave, lantoa.Refused, "follower"},
	-214: {PollAgain, lantoa.Busy, "article"},
	-216: {Renew, lantoa.Expired, ""},
	-217: {Leave, lantoa.Refused, "user"},
	-218: {Leave, lantoa.Refused, "user"},
	-219: {Operator, lantoa.NoRight, "app"},
	-220: {Renew, lantoa.Expired, ""},
	-221: {Operator, lantoa.NoRight, "verified_oa"},
	-224: {Operator, lantoa.NoRight, "oa_package"},
	-227: {Leave, lantoa.Refused, "user"},
	-230: {Leave, lantoa.Refused, "user"},
	-232: {Leave, lantoa.Refused, "user"},
	-233: {Show, lantoa.Refused, "message_type"},
	-234: {Morning, lantoa.Limited, "night"},
	-235: {Operator, lantoa.NoRight, "oa_type"}, // likely for a state agency's account
	-237: {Leave, lantoa.GroupDead, ""},         // the group's package has run out
	-238: {Show, lantoa.Refused, "asset"},
	-240: {Show, lantoa.Refused, "api_version"},
	-241: {Show, lantoa.Refused, "asset"},
	-242: {Operator, lantoa.Refused, "appsecret_proof"},
	-244: {Leave, lantoa.Refused, "user"},
	-248: {Show, lantoa.Refused, "content"},
	-320: {Operator, lantoa.NoRight, "payment"},
	-321: {Operator, lantoa.NoRight, "payment"},
	-403: {Leave, lantoa.Gone, "group"}, // the account does not own the group
}

// Classify says what an error code means. Code −223 has two meanings and is told by its message, and −200, −213 and
// −214 have been seen with another; a code that is not in the table is not repeated but shown.
func Classify(code int, message string) Answer {
	words := strings.ToLower(message)
	switch {
	case code == -223 && strings.Contains(words, "quota"):
		return Answer{NextPeriod, lantoa.Limited, "quota"}
	case code == -223:
		return Answer{Consent, lantoa.NoRight, "api"}
	case code == -200 && strings.Contains(words, "media"): // of an article whose picture could not be fetched
		return Answer{Show, lantoa.Refused, "cover"}
	case (code == -213 || code == -214) && strings.Contains(words, "attachment"): // seen for a picture of a wrong form
		return Answer{Show, lantoa.Refused, "attachment"}
	}
	if a, ok := answers[code]; ok {
		return a
	}
	return Answer{Show, lantoa.Refused, ""}
}

// refusal is an error code inside an answer that was otherwise in order.
type refusal struct {
	code    int
	message string
}

func (r *refusal) Error() string { return fmt.Sprintf("zalo %d", r.code) }

// trouble is the refusal as people read it; now decides when a limit ends.
func (r *refusal) trouble(now time.Time) *lantoa.Trouble {
	a := Classify(r.code, r.message)
	t := &lantoa.Trouble{Kind: a.Kind, What: a.What, Note: tidy(r.message), Err: r}
	switch a.Remedy {
	case NextMinute:
		t.Until = nextMinute(now)
	case Morning:
		t.Until = nextMorning(now)
	}
	return t
}

// nextMinute is when the platform's window of requests begins anew.
func nextMinute(now time.Time) time.Time { return now.Truncate(time.Minute).Add(time.Minute) }

// nextMorning is 06:05 in Viet Nam, five minutes after the night in which nothing may be sent.
func nextMorning(now time.Time) time.Time {
	local := now.In(time.FixedZone("+07", 7*60*60))
	morning := time.Date(local.Year(), local.Month(), local.Day(), 6, 5, 0, 0, local.Location())
	if !morning.After(local) {
		morning = morning.AddDate(0, 0, 1)
	}
	return morning
}

// nextDay is 06:05 in Viet Nam on the day after: a quota that is used up today may have room then.
func nextDay(now time.Time) time.Time {
	local := now.In(time.FixedZone("+07", 7*60*60))
	return time.Date(local.Year(), local.Month(), local.Day()+1, 6, 5, 0, 0, local.Location())
}

// tidy makes what the platform said fit for a screen: one line of at most 200 characters.
func tidy(s string) string {
	return lantoa.Cut(strings.Join(strings.Fields(strings.ToValidUTF8(s, "\uFFFD")), " "), 200)
}
