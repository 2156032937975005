// Package zalo reads what the Union's Official Account can see: the groups that it owns, its own articles, and what
// Zalo tells by itself.
//
// In: a channel of kind zalo_group, whose External is the group's id, or zalo_oa; or the body of a webhook. Out: the
// messages that tell something, as posts, and the rest as chatter, which is counted and of which neither words nor
// sender are kept; articles with their views and shares; events, among them stories that an officer sent to the
// account or to the bot. Every message the platform served is a post or chatter, exactly once.
//
// Zalo speaks in its own way: an error comes with status 200, a list is newest first and moves while one
// pages through it, and a refresh token can be used once only, so that losing the answer of a renewal costs
// a person's click. client.go asks, within what pace.go allows, connect.go keeps the token pair, also where several
// processes do, trouble.go knows the error codes; conversation.go walks through a group unless recent.go is certain
// that nothing was said, message.go reads a message, groups.go and articles.go the rest, and [Client.Visit] puts it
// together. signature.go knows who calls, hook.go and bot.go what they tell. [Messages], [Articles] and [Broadcasts] pass
// stories on: publish.go makes a call that changes something, once, and tells what is unclear from what was surely not
// done; publish_message.go and publish_article.go say what is sent and look for it afterwards. No name and no id of a person leaves
// this package, but a keyed hash.
package zalo
