package reshare

import (
	"context"
	"fmt"
	"net/url"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"github.com/hoiphunu/lantoa"
)

// Ledger is what planning, approving and taking back need of the store.
type Ledger interface {
	Story(ctx context.Context, id lantoa.StoryID) (lantoa.Story, error)
	Channel(ctx context.Context, id lantoa.ChannelID) (lantoa.Channel, error)
	Reshare(ctx context.Context, id lantoa.ReshareID) (lantoa.Reshare, error)
	SaveReshare(ctx context.Context, r lantoa.Reshare) (saved lantoa.Reshare, fresh bool, err error)
	ApproveReshare(ctx context.Context, id lantoa.ReshareID, who lantoa.User, second bool) (r lantoa.Reshare, changed bool, err error)
	CancelReshare(ctx context.Context, id lantoa.ReshareID, who lantoa.User, why string) (lantoa.Reshare, error)
	EndReshare(ctx context.Context, id lantoa.ReshareID, from []lantoa.ReshareState, to lantoa.ReshareState,
		change func(*lantoa.Reshare), who lantoa.User, deed, why string) (lantoa.Reshare, error)
	RewordReshare(ctx context.Context, id lantoa.ReshareID, words string, who lantoa.User, why string) error
}

// Rule is what the Union decided about approving.
type Rule struct {
	Second bool // whoever approves is another than whoever planned
}

// Order is what a person asks for.
type Order struct {
	Key      string // named by whoever asks: the same key again is the same reshare; empty: a new one
	Story    lantoa.StoryID
	Channel  lantoa.ChannelID
	Means    lantoa.Means     // empty: what the channel's kind is published to by
	Of       lantoa.ReshareID // of a broadcast: the article it sends
	Title    string           // of an article
	Words    string
	Link     string // empty: none beside the words
	Pictures []lantoa.MediaRef
	At       time.Time // past or zero: at once
}

// Deeds that the log names, as [Ledger].EndReshare is given them.
const (
	DeedAnswer   = "reshare_answer"    // said what became of an unsure one
	DeedPosted   = "reshare_posted"    // said that she posted it by hand
	DeedTakeBack = "reshare_take_back" // taken back at the platform
)

const (
	longestKey   = 100
	longestWhy   = 500
	mostPictures = 10
	furthest     = 60 * 24 * time.Hour // ahead
)

// Plan writes down that a story is to be passed on through a channel, in these words, not before that time; the person
// who plans also approves, unless a second person is asked for: by the rule, and always for a broadcast, which cannot
// be taken back. The person must hold the right to publish for the channel's unit; the story's may be anybody's, since
// chosen stories are everybody's.
//
// Errors: Forbidden; NotFound (from the ledger); Conflict "state" for a story that was not chosen, "withdrawn",
// "consent" for a restricted story whose consent is not on record, "archived" for the channel, "article" for a broadcast
// of what is not an article sent through the same channel; "reshare" (from the ledger) where the story already goes or
// went through that channel; Invalid for a field: see [CheckWords], and "means", "link", "pictures", "at", "key".
func Plan(ctx context.Context, ledger Ledger, who lantoa.User, o Order, rule Rule, now time.Time) (lantoa.Reshare, error) {
	ch, err := ledger.Channel(ctx, o.Channel)
	if err != nil {
		return lantoa.Reshare{}, fmt.Errorf("plan reshare: %w", err)
	}
	if !who.May(lantoa.Publish, ch.Unit.Path) {
		return lantoa.Reshare{}, lantoa.Problem(lantoa.Forbidden, "channel", "")
	}
	s, err := ledger.Story(ctx, o.Story)
	if err != nil {
		return lantoa.Reshare{}, fmt.Errorf("plan reshare: %w", err)
	}
	r, err := order(s, ch, o, now)
	if err != nil {
		return lantoa.Reshare{}, err
	}
	if r.Means == lantoa.ViaBroadcast {
		article, err := sendable(ctx, ledger, r)
		if err != nil {
			return lantoa.Reshare{}, err
		}
		r.Title, r.Words, r.Link, r.Pictures = article.Title, article.Words, article.Link, nil
	}
	r.PlannedBy, r.PlannedByName, r.PlannedAt = who.ID, who.Name, now
	if !rule.asks(r) {
		r.ApprovedBy, r.ApprovedByName, r.ApprovedAt = who.ID, who.Name, now
	}
	saved, _, err := ledger.SaveReshare(ctx, r)
	if err != nil {
		return lantoa.Reshare{}, fmt.Errorf("plan reshare of story %s: %w", o.Story, err)
	}
	return saved, nil
}

// asks says whether a reshare waits for a second person.
func (rule Rule) asks(r lantoa.Reshare) bool { return rule.Second || r.Means == lantoa.ViaBroadcast }

// order is the waiting reshare that an order asks for.
func order(s lantoa.Story, ch lantoa.Channel, o Order, now time.Time) (lantoa.Reshare, error) {
	if o.Means == "" {
		o.Means = lantoa.MeansOf(ch.Kind)
	}
	if ch.Archived {
		return lantoa.Reshare{}, lantoa.Problem(lantoa.Conflict, "archived", ch.Name)
	}
	if err := Passable(s); err != nil {
		return lantoa.Reshare{}, err
	}
	if !reaches(o.Means, ch.Kind) {
		return lantoa.Reshare{}, lantoa.Problem(lantoa.Invalid, "means", string(o.Means))
	}
	o.Title, o.Link = strings.TrimSpace(o.Title), strings.TrimSpace(o.Link)
	if o.Means != lantoa.ViaArticle {
		o.Title = ""
	}
	if o.Means != lantoa.ViaBroadcast {
		o.Of = ""
	}
	if err := CheckWords(s, o.Means, o.Title, o.Words); err != nil {
		return lantoa.Reshare{}, err
	}
	if o.Link != "" && (!isAddress(o.Link) || expires(o.Link)) {
		return lantoa.Reshare{}, lantoa.Problem(lantoa.Invalid, "link", o.Link)
	}
	if !ownPictures(s, o.Pictures) {
		return lantoa.Reshare{}, lantoa.Problem(lantoa.Invalid, "pictures", "")
	}
	if o.At.Before(now) {
		o.At = now
	}
	if o.At.After(now.Add(furthest)) {
		return lantoa.Reshare{}, lantoa.Problem(lantoa.Invalid, "at", "")
	}
	if utf8.RuneCountInString(o.Key) > longestKey {
		return lantoa.Reshare{}, lantoa.Problem(lantoa.Invalid, "key", "")
	}
	id := lantoa.NewID(now)
	if o.Key == "" {
		o.Key = id
	}
	return lantoa.Reshare{
		ID: lantoa.ReshareID(id), Key: o.Key, Story: s.ID, Channel: ch.ID, Means: o.Means, Of: o.Of,
		ChannelName: ch.Name, External: ch.External, Kind: ch.Kind, Unit: ch.Unit,
		Title: o.Title, Words: o.Words, Link: o.Link, Pictures: o.Pictures, At: o.At, Next: o.At, State: lantoa.ReshareWaiting,
	}, nil
}

// ownPictures says whether pictures are those of the story's own post, each once: what else lies in the store is not to be
// published by naming it.
func ownPictures(s lantoa.Story, pictures []lantoa.MediaRef) bool {
	for i, p := range pictures {
		if p.Post != s.Lead.ID || p.N < 0 || slices.Contains(pictures[:i], p) {
			return false
		}
	}
	return len(pictures) <= mostPictures
}

// Passable says whether a story may be passed on as it stands: it was chosen, still stands where it was told, and if it
// shows a child or somebody in need, consent is on record. Asked when it is planned, when it is approved, and to be
// asked once more before it goes.
//
// Errors: Conflict "state", "withdrawn", "consent".
func Passable(s lantoa.Story) error {
	switch {
	case s.State != lantoa.Approved && s.State != lantoa.Reshared:
		return lantoa.Problem(lantoa.Conflict, "state", string(s.State))
	case s.Withdrawn || s.Lead.Removed():
		return lantoa.Problem(lantoa.Conflict, "withdrawn", "")
	case s.Restricted && !consented(s):
		return lantoa.Problem(lantoa.Conflict, "consent", "")
	}
	return nil
}

// reaches says whether a channel of a kind can be told anything by these means.
func reaches(m lantoa.Means, k lantoa.ChannelKind) bool {
	switch {
	case k == lantoa.Imported:
		return false
	case m == lantoa.ViaHand:
		return true
	case m == lantoa.ViaBroadcast:
		return k == lantoa.ZaloOA
	}
	return m == lantoa.MeansOf(k)
}

// sendable is the article that a broadcast sends: one of the same channel and story that stands there. It asks too
// whether the broadcast's time lies in the hours in which one may be sent.
func sendable(ctx context.Context, ledger Ledger, r lantoa.Reshare) (article lantoa.Reshare, err error) {
	if r.Of == "" {
		return article, lantoa.Problem(lantoa.Invalid, "article", "")
	}
	if article, err = ledger.Reshare(ctx, r.Of); err != nil {
		return article, fmt.Errorf("plan broadcast: %w", err)
	}
	if article.Means != lantoa.ViaArticle || article.Channel != r.Channel || article.Story != r.Story || article.State != lantoa.ReshareSent {
		return article, lantoa.Problem(lantoa.Conflict, "article", string(article.State))
	}
	if !broadcastHours(r.At) {
		return article, lantoa.Problem(lantoa.Invalid, "at", "06:00–21:59")
	}
	return article, nil
}

// vietnam is the time that Zalo's hours are told in, whatever zone the Union counts its days in.
var vietnam = time.FixedZone("+07", 7*60*60)

// broadcastHours says whether Zalo delivers broadcasts at that time: 06:00 to 21:59.
func broadcastHours(t time.Time) bool {
	h := t.In(vietnam).Hour()
	return h >= 6 && h < 22
}

// nextBroadcast is the next moment from t on at which a broadcast may be sent, five minutes inside its hours.
func nextBroadcast(t time.Time) time.Time {
	if broadcastHours(t) {
		return t
	}
	l := t.In(vietnam)
	day := l.Day()
	if l.Hour() >= 22 {
		day++
	}
	return time.Date(l.Year(), l.Month(), day, 6, 5, 0, 0, vietnam).In(t.Location())
}

// isAddress says whether s is a web address that a platform could open.
func isAddress(s string) bool {
	u, err := url.Parse(s)
	return err == nil && (u.Scheme == "https" || u.Scheme == "http") && u.Host != "" && u.User == nil && len(s) <= 2000
}

// expires says whether an address is one of a platform's own that stops working or hides where it leads.
func expires(link string) bool {
	u, err := url.Parse(link)
	if err != nil {
		return true
	}
	host := strings.ToLower(u.Hostname())
	return host == "l.facebook.com" || host == "lm.facebook.com" || strings.HasSuffix(host, ".fbcdn.net")
}

// mine is a reshare that the person may publish, approve and take back.
func mine(ctx context.Context, ledger Ledger, who lantoa.User, id lantoa.ReshareID) (lantoa.Reshare, error) {
	r, err := ledger.Reshare(ctx, id)
	if err != nil {
		return lantoa.Reshare{}, fmt.Errorf("reshare %s: %w", id, err)
	}
	if !who.May(lantoa.Publish, r.Unit.Path) {
		return lantoa.Reshare{}, lantoa.Problem(lantoa.Forbidden, "reshare", "")
	}
	return r, nil
}

// Approve says that a waiting reshare may go, in the words that it has. Of two who approve at the same moment one is
// written down, and both get the same reshare.
//
// Errors: Forbidden, and "second" for one's own plan where another person is asked for; NotFound; Conflict where it does
// not wait any more, or as [Passable] says of the story.
func Approve(ctx context.Context, ledger Ledger, who lantoa.User, id lantoa.ReshareID, rule Rule, now time.Time) (lantoa.Reshare, error) {
	r, err := mine(ctx, ledger, who, id)
	if err != nil {
		return lantoa.Reshare{}, err
	}
	if r.Approved() {
		return r, nil
	}
	if r.State != lantoa.ReshareWaiting {
		return lantoa.Reshare{}, lantoa.Problem(lantoa.Conflict, "reshare", string(r.State))
	}
	s, err := ledger.Story(ctx, r.Story)
	if err != nil {
		return lantoa.Reshare{}, fmt.Errorf("approve reshare %s: %w", id, err)
	}
	if err := Passable(s); err != nil {
		return lantoa.Reshare{}, err
	}
	r, _, err = ledger.ApproveReshare(ctx, id, who, rule.asks(r))
	if err != nil {
		return lantoa.Reshare{}, fmt.Errorf("approve reshare %s: %w", id, err)
	}
	return r, nil
}

// Cancel takes a reshare out while it waits and nothing of it can stand anywhere.
//
// Errors: Forbidden, NotFound, Invalid "why" for a reason too long, Conflict where it is too late (from the ledger).
func Cancel(ctx context.Context, ledger Ledger, who lantoa.User, id lantoa.ReshareID, why string, now time.Time) (lantoa.Reshare, error) {
	if _, err := mine(ctx, ledger, who, id); err != nil {
		return lantoa.Reshare{}, err
	}
	why, err := reason(why, false)
	if err != nil {
		return lantoa.Reshare{}, err
	}
	r, err := ledger.CancelReshare(ctx, id, who, why)
	if err != nil {
		return lantoa.Reshare{}, fmt.Errorf("cancel reshare %s: %w", id, err)
	}
	return r, nil
}

// Answer is a person's word on an unsure reshare, after she has looked at the channel: it stands there, at that address
// if she gives one; or it does not, and it waits to be sent again, after one more look. A broadcast that did not go out is
// not sent again by that word: it failed, and is planned anew with its second person.
//
// Errors: Forbidden, NotFound, Invalid "address" or "why", Conflict where it is not unsure (any more).
func Answer(ctx context.Context, ledger Ledger, who lantoa.User, id lantoa.ReshareID, stands bool, address, why string, now time.Time) (lantoa.Reshare, error) {
	r, err := mine(ctx, ledger, who, id)
	if err != nil {
		return lantoa.Reshare{}, err
	}
	if why, err = reason(why, false); err != nil {
		return lantoa.Reshare{}, err
	}
	if address, err = addressAt(r.Kind, address); err != nil {
		return lantoa.Reshare{}, err
	}
	to := lantoa.ReshareWaiting
	switch {
	case stands:
		to = lantoa.ReshareSent
	case r.Means == lantoa.ViaBroadcast:
		to = lantoa.ReshareFailed
	}
	r, err = ledger.EndReshare(ctx, id, []lantoa.ReshareState{lantoa.ReshareUnsure}, to, func(r *lantoa.Reshare) {
		switch to {
		case lantoa.ReshareSent:
			stood(r, address, now)
		case lantoa.ReshareWaiting:
			// Whole rounds of looking: the next sending begins with a look, and a new unclear answer with a new round.
			r.Checks = max(1, (r.Checks+round-1)/round) * round
			r.Next, r.CallAt, r.Trouble, r.Token = now, time.Time{}, nil, ""
		}
	}, who, DeedAnswer, why)
	if err != nil {
		return lantoa.Reshare{}, fmt.Errorf("answer for reshare %s: %w", id, err)
	}
	return r, nil
}

// stood writes into a reshare that it stands at its channel, where a person saw it or put it.
func stood(r *lantoa.Reshare, address string, now time.Time) {
	if address != "" {
		r.Permalink = address
	}
	if r.SentAt.IsZero() {
		r.SentAt = now
		if !r.CallAt.IsZero() {
			r.SentAt = r.CallAt
		}
	}
	r.Trouble = nil
}

// Posted is a person's word that she has pasted the words of a reshare by hand. Without an address the post is
// recognised when its channel is next read.
//
// Errors: Forbidden, NotFound, Invalid "address", Conflict where it is not for hands, waits for approval or waits no more.
func Posted(ctx context.Context, ledger Ledger, who lantoa.User, id lantoa.ReshareID, address string, now time.Time) (lantoa.Reshare, error) {
	r, err := mine(ctx, ledger, who, id)
	if err != nil {
		return lantoa.Reshare{}, err
	}
	if r.Means != lantoa.ViaHand {
		return lantoa.Reshare{}, lantoa.Problem(lantoa.Conflict, "means", string(r.Means))
	}
	if !r.Approved() {
		return lantoa.Reshare{}, lantoa.Problem(lantoa.Conflict, "approval", "")
	}
	if address, err = addressAt(r.Kind, address); err != nil {
		return lantoa.Reshare{}, err
	}
	r, err = ledger.EndReshare(ctx, id, []lantoa.ReshareState{lantoa.ReshareWaiting}, lantoa.ReshareSent,
		func(r *lantoa.Reshare) { stood(r, address, now) }, who, DeedPosted, "")
	if err != nil {
		return lantoa.Reshare{}, fmt.Errorf("posted reshare %s: %w", id, err)
	}
	return r, nil
}

// TakeBack removes a reshare at its platform and then writes down that it was, with the reason. What a person pasted she
// also removes by hand; the row then only says so. Removing twice does no harm: when the platform gave no clear answer
// the row stays as it is, and the same is asked again.
//
// Errors: Forbidden, NotFound, Invalid "why" without a reason, Conflict where it does not stand anywhere, Refused where
// the platform takes nothing back, and what its call met: Unclear when nobody knows whether it was removed.
func TakeBack(ctx context.Context, ledger Ledger, pubs Publishers, who lantoa.User, id lantoa.ReshareID, why string, now time.Time) (lantoa.Reshare, error) {
	r, err := mine(ctx, ledger, who, id)
	if err != nil {
		return lantoa.Reshare{}, err
	}
	if why, err = reason(why, true); err != nil {
		return lantoa.Reshare{}, err
	}
	if r.State != lantoa.ReshareSent {
		return lantoa.Reshare{}, lantoa.Problem(lantoa.Conflict, "reshare", string(r.State))
	}
	if r.Means != lantoa.ViaHand {
		pub, err := publisherOf(pubs, r)
		if err != nil {
			return lantoa.Reshare{}, err
		}
		if err := pub.Remove(ctx, lantoa.Deed{Reshare: r}); err != nil && lantoa.KindOf(err) != lantoa.Gone && lantoa.KindOf(err) != lantoa.NotFound {
			return lantoa.Reshare{}, fmt.Errorf("take back reshare %s: %w", id, lantoa.AsTrouble(err, lantoa.Unclear))
		}
	}
	// What was done at the platform is written down, also when whoever asked has gone away meanwhile.
	r, err = ledger.EndReshare(context.WithoutCancel(ctx), id, []lantoa.ReshareState{lantoa.ReshareSent}, lantoa.ReshareCancelled,
		func(*lantoa.Reshare) {}, who, DeedTakeBack, why)
	if err != nil {
		return lantoa.Reshare{}, fmt.Errorf("take back reshare %s: %w", id, err)
	}
	return r, nil
}

// Reword puts other words in place of those of a reshare that stands at its platform, and then into its row. The new
// words are checked like the first ones. Doing it twice does no harm. Where a second person approves what goes out,
// nobody changes alone what stands there: it is taken back and planned anew.
//
// Errors: as for [TakeBack] and [CheckWords]; Conflict "reword" under that rule; Refused also for what a person pasted.
func Reword(ctx context.Context, ledger Ledger, pubs Publishers, who lantoa.User, id lantoa.ReshareID, words, why string, rule Rule) (lantoa.Reshare, error) {
	r, err := mine(ctx, ledger, who, id)
	if err != nil {
		return lantoa.Reshare{}, err
	}
	if rule.Second {
		return lantoa.Reshare{}, lantoa.Problem(lantoa.Conflict, "reword", "")
	}
	if why, err = reason(why, true); err != nil {
		return lantoa.Reshare{}, err
	}
	if r.State != lantoa.ReshareSent {
		return lantoa.Reshare{}, lantoa.Problem(lantoa.Conflict, "reshare", string(r.State))
	}
	s, err := ledger.Story(ctx, r.Story)
	if err != nil {
		return lantoa.Reshare{}, fmt.Errorf("reword reshare %s: %w", id, err)
	}
	if err := CheckWords(s, r.Means, r.Title, words); err != nil {
		return lantoa.Reshare{}, err
	}
	pub, err := publisherOf(pubs, r)
	if err != nil {
		return lantoa.Reshare{}, err
	}
	if err := pub.Edit(ctx, lantoa.Deed{Reshare: r}, words); err != nil {
		return lantoa.Reshare{}, fmt.Errorf("reword reshare %s: %w", id, lantoa.AsTrouble(err, lantoa.Unclear))
	}
	if err := ledger.RewordReshare(context.WithoutCancel(ctx), id, words, who, why); err != nil {
		return lantoa.Reshare{}, fmt.Errorf("reword reshare %s: %w", id, err)
	}
	if r, err = ledger.Reshare(ctx, id); err != nil {
		return lantoa.Reshare{}, fmt.Errorf("reword reshare %s: %w", id, err)
	}
	return r, nil
}

// publisherOf is who can do something about a reshare at its platform.
func publisherOf(pubs Publishers, r lantoa.Reshare) (Publisher, error) {
	if pub := pubs[r.Means]; pub != nil {
		return pub, nil
	}
	return nil, lantoa.Problem(lantoa.Refused, "means", string(r.Means))
}

// reason tidies what a person gives as her reason.
func reason(why string, needed bool) (string, error) {
	why = strings.TrimSpace(why)
	if utf8.RuneCountInString(why) > longestWhy || needed && why == "" {
		return "", lantoa.Problem(lantoa.Invalid, "why", "")
	}
	return why, nil
}

// hosts are where the posts of a platform have their addresses.
var hosts = map[string][]string{
	"facebook": {"facebook.com", "fb.com", "fb.watch"},
	"zalo":     {"zalo.me", "zaloapp.com"},
}

// addressAt reads the address of a post that a person pasted: none, or one of the channel's platform.
func addressAt(k lantoa.ChannelKind, address string) (string, error) {
	address = strings.TrimSpace(address)
	if address == "" {
		return "", nil
	}
	if !strings.Contains(address, "://") {
		address = "https://" + address
	}
	if !isAddress(address) {
		return "", lantoa.Problem(lantoa.Invalid, "address", "")
	}
	known := hosts[k.Platform()]
	u, _ := url.Parse(address) // isAddress has read it
	host := strings.ToLower(u.Hostname())
	of := func(h string) bool { return host == h || strings.HasSuffix(host, "."+h) }
	if len(known) > 0 && !slices.ContainsFunc(known, of) {
		return "", lantoa.Problem(lantoa.Invalid, "address", u.Hostname())
	}
	return address, nil
}

func consented(s lantoa.Story) bool {
	_, is := s.Consented()
	return is
}
