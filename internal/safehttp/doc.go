// Package safehttp fetches what strangers point at, and cannot be led to inside addresses.
//
// In: an address from a page, a post or a person. Out: its answer, or why there is none: [ErrInside] where it leads
// into our own network, [ErrAddress] where it is no address that may be asked, [ErrTooLarge], [ErrRedirects],
// [ErrLate]. The guard looks at the address that is really dialled, after every look-up of a name and for every
// redirect, so that a name which means something else at the second look is no way around it. Proxies named in the
// environment are not used: a proxy looks names up by itself, behind the guard's back.
//
// What it cannot know is a network's own NAT64 prefix: who runs one sets up the firewall as well.
package safehttp
