// Package collectors brings what the units publish into the house.
//
// In: a channel whose visit is due, and the source that knows its platform. Out: posts, numbers and the
// channel's size on the shelf, and a note of how the visit went and when the next one is due. [Collect] is
// one visit from beginning to end; [Accept] is the one gate through which every post enters, whether it
// came from a platform or from a file, so that cleaning and privacy are proved in one place; [NextVisit]
// and [Retry] say when to come again; [Budget] remembers what the platforms' usage headers leave us.
//
// The sources themselves stand in the folders below, one a platform. They import the nouns and not this
// package: whoever joins the program puts them into the hands of Collect.
package collectors
