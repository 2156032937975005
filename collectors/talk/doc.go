// Package talk says what a message of a group is: a post, which is kept, or chatter, which is counted.
//
// In: messages as whoever brought them made of them, be it Zalo's own interface, a webhook, or a file that a person
// copied together; their sender is a keyed hash already, or unknown. Out: every message once, as a post with the
// pictures that were sent with it, or as chatter, of which neither words nor sender are left.
//
// It is a package because the readers of Zalo and of files must say the same of the same message: what one door
// keeps, the other must not count, and the other way round. message.go has the rule; text.go what is done to the
// words of a group at any door: invisible characters, mentions of people; room.go what is known of a group whose
// members let a program of theirs copy it.
package talk
