// Package zalo reads the Zalo groups that the Union's Official Account owns.
//
// In: a channel of kind zalo_group, whose External is the group's id. Out: the messages that tell
// something, as posts, and the rest as chatter, which is counted and of which neither words nor sender are
// kept. Every message the platform served is one of the two, exactly once: posts + chatter = messages.
//
// Zalo speaks in its own way: an error comes with status 200, a list is newest first and moves while one
// pages through it, and a refresh token can be used once only, so that losing the answer of a renewal costs
// a person's click. client.go asks, connect.go keeps the token pair, trouble.go knows the error codes,
// conversation.go walks through a group, join.go says which message is a post, and [Client.Visit] puts it
// together. No name and no id of a member leaves this package.
package zalo
