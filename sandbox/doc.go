// Package sandbox is the province that is not there: 187 Facebook pages and 187 Zalo groups of a Women's
// Union, served over real HTTP in the platforms' own shapes, for the demo, for tests, and to build against.
//
// Comes in: a clock, a seed, and how many weeks of past are wanted. Goes out: an [http.Handler] with the
// Graph API under /graph, Zalo's Open API under /zalo, its sign-in under /zalo-oauth, pictures under
// /media, and /control for scripts, plus the list of units and channels as an administrator would bring it.
//
// Everything that is ever published stands there from the start, with the moment it appears, is edited
// and vanishes, and the numbers it ends with; an answer is worked out from that and from the clock alone.
// So a province is the same each time it is built, runs backwards as well as forwards, and remembers only
// what it was told, such as which Zalo token was used up.
//
// What it was told most of all is what we publish: posts on pages with their pictures, messages into groups, articles
// and broadcasts of the official account. They are on disk before they are answered, stand among the others from then
// on, get numbers, and lift the posts that they pass on by a known measure ([Options.ShareLift]). Faults break a call
// off before the deed or after it, and [Sandbox.Published], over HTTP GET /control/published, is the judge of what
// really stands there, and how often.
//
// Planted cases P1 to P16, to which tests point, are listed by [Sandbox.Plants]. All texts are ours, all
// people are invented. Only cmd and tests use this package.
package sandbox
