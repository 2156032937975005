// Package reshare passes a story on through our own channels and says what that brought.
//
// In: a story that was approved, a channel, words and a time. [Plan] asks whether this person may and whether these
// words give the teller her credit, and a waiting row is all that comes of it. When its time has come, [Publish] takes
// the claimed row to the platform: it is written down that the call is about to be made, the call is made, it is
// written down what came of it. An answer that is not clear leaves the row unsure, and [Check] looks at the channel
// before anything is sent again; what looking does not settle is left to a person, who says so with [Answer]. Nothing
// is published without a person's approval, and nothing twice.
//
// Out: [Recognise] finds our row's post among those collected, whether a program or a person put it there;
// [MeasureLift] says what the original gained by it and how sure that is (algorithms, section 5); [BestTime] when a
// channel's followers are about; [ThanksWords] what may be said to the unit that told the story.
//
// The platforms are reached through [Publisher] and the store through [Ledger] and [Book]: this package knows neither.
package reshare
