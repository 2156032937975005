// Package facebook reads the Union's own Facebook pages, and publishes on them, through the Meta Graph API.
//
// In: a channel with its page's id, and a token for it. Out: a [lantoa.Haul]: the posts of the page with the
// numbers that came with them, its size, and the figures Facebook reports of its days. [Client.Visit] is one
// visit, [Client.Confirm] asks whether missing posts are gone, [Client.Accounts] and [Client.DebugToken]
// serve whoever connects pages.
//
// Stories are passed on by [Publisher]: publish.go makes a post, once, and tells what is unclear from what was surely
// not done; publish_find.go looks on the page for what an unclear answer may have left there.
//
// Facebook answers oddly in many ways, each told where it is met: a 200 can be an error, an empty piece is
// not the last, one dead metric blanks all others, a day is a Pacific day, and [], null, 0 and nothing at
// all are four different answers. Words of the platform are sorted in one place, [Classify].
package facebook
