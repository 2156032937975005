// Package website reads the portals of the units: a feed where a site has one, else its list page and the pages of
// its articles.
//
// In: a channel of kind website, with the address of its feed or the selectors of its pages in [Config]. Out: its
// articles as posts, whose identity is the spelling of their link that all spellings share. [Client.Discover] guesses
// a Config, [Client.Try] shows what one brings before it is saved, [Client.Preview] reads what a page says of itself.
//
// A site is a guest-house: robots.txt is obeyed, two requests to one host are a second apart, what has not changed is
// not fetched again, and our name and address stand in every request. What a site serves may be anything: half a
// page, a login, another encoding than it says, one of the encodings from before Unicode.
package website
