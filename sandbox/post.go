package sandbox

// genre is what kind of thing a page's post is.
type genre uint8

const (
	news         genre = iota // something was done: a class, a clean-up, a visit
	story                     // a good practice, told so that another could do it
	notice                    // notices, invitations, plans
	congratulate              // holidays and successes
	condolence                // a death, an accident
	national                  // news of the country, passed on
	meeting                   // a meeting took place
	vote                      // a contest that reactions decide
)

// form is the outer form of a post.
type form uint8

const (
	formPhoto form = iota
	formAlbum
	formLink
	formVideo
	formText
	formShare
)

// post is one publication of a page, with its whole life: all moments are Unix seconds, 0 for never.
type post struct {
	id      string
	page    *page
	created int64 // as the platform states it
	appears int64 // when it can be read; later than created only for one that was dated back
	gone    int64 // deleted at the platform
	hidden  int64 // hidden from the timeline

	text     string
	edited   string // the wording from editedAt on
	editedAt int64
	earlier  []wording // those between text and edited, of a post that was edited more than once
	genre    genre
	topic    string
	form     form
	pics     uint8
	parent   *post // what a share shares

	link   string   // given with the post by an app; it is drawn as a card
	photos []string // ids of the pictures that an app sent
	dark   bool     // published by an app to be seen by its id alone

	reactions, comments, shares int32 // what it ends with
	reach, views                int32
	tau                         float32 // seconds, see growth
	love                        uint8   // hearts in a hundred reactions
	drop                        int32   // the age at which somebody takes a reaction back
	settles                     bool
	planted                     bool // belongs to a planted case: never changed, passed on, or deleted by chance
}

// readable says whether the post exists for a reader at second t, hidden or not.
func (p *post) readable(t int64) bool { return p.appears <= t && (p.gone == 0 || t < p.gone) }

// shown says whether the post stands on the timeline at second t.
func (p *post) shown(t int64) bool {
	return p.readable(t) && !p.dark && (p.hidden == 0 || t < p.hidden)
}

// message is the wording at second t.
func (p *post) message(t int64) string {
	if p.editedAt != 0 && t >= p.editedAt {
		return p.edited
	}
	for i := len(p.earlier) - 1; i >= 0; i-- {
		if t >= p.earlier[i].At {
			return p.earlier[i].Text
		}
	}
	return p.text
}

// updated is when the wording last changed, as seen at second t.
func (p *post) updated(t int64) int64 {
	if p.editedAt != 0 && t >= p.editedAt {
		return p.editedAt
	}
	return p.appears
}

// page is a Facebook page with all it ever publishes, by the time the platform states, oldest first.
type page struct {
	index     int // in places
	id        string
	name      string
	place     place
	role      role
	since     int64 // the page exists from then on
	broken    int64 // it cannot be read from then on
	breakage  breakage
	followers int // at the anchor
	rate      float64
	usual     float64 // interactions that its posts usually end with
	pageToken string
	signature string // a line under most of its posts, if it has such a habit
	lull      bool   // posted little in the weeks before the last
	oldTones  bool   // writes hoà for hòa
	posts     []*post
}

// exists says whether there is such a page at second t.
func (p *page) exists(t int64) bool { return t >= p.since }

// size is the number of followers at second t: it grows by a fifth in a year.
func (p *page) size(t, anchor int64) int {
	weeks := float64(t-anchor) / float64(7*day)
	return max(3, int(float64(p.followers)*(1+0.004*weeks)+0.5))
}

// likes are a little fewer than followers.
func (p *page) likes(t, anchor int64) int { return p.size(t, anchor) * 86 / 100 }

// role is the part a page plays in the picture of 187.
type role uint8

const (
	roleActive role = iota
	roleThinning
	roleSilent
	roleDisconnected
	roleArchived
	roleDaily    // P5: daily, then silence
	roleRevoked  // P6: permission revoked
	roleSeldom   // P7: every three weeks
	roleNew      // P9: three posts old
	roleStory    // P1: the story that is 4.2 times what is usual
	roleVoteHost // P4
)

// breakage is why a page cannot be read.
type breakage uint8

const (
	whole          breakage = iota
	tokenExpired            // 190/463
	lostRole                // 190/492
	permissionGone          // 10
	pageGone                // 100/33
	revoked                 // 200
)
