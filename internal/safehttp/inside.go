package safehttp

import (
	"encoding/binary"
	"net/netip"
)

// Addresses of IPv4 that no public site has: IANA's registry of special purposes, multicast, and what is reserved.
var inside4 = prefixes(
	"0.0.0.0/8",          // "this network"; many systems take it for loopback
	"10.0.0.0/8",         // private
	"100.64.0.0/10",      // shared by a carrier's customers
	"127.0.0.0/8",        // loopback
	"169.254.0.0/16",     // link-local, and the clouds' metadata
	"172.16.0.0/12",      // private
	"192.0.0.0/24",       // protocol assignments
	"192.0.2.0/24",       // documentation
	"192.31.196.0/24",    // AS112
	"192.52.193.0/24",    // AMT
	"192.88.99.0/24",     // relays of 6to4
	"192.168.0.0/16",     // private
	"192.175.48.0/24",    // AS112
	"198.18.0.0/15",      // benchmarks
	"198.51.100.0/24",    // documentation
	"203.0.113.0/24",     // documentation
	"224.0.0.0/4",        // multicast
	"240.0.0.0/4",        // reserved, and the broadcast
	"255.255.255.255/32", // the broadcast
)

// Of IPv6 only 2000::/3 is given out at all. In it these are not public sites: documentation, protocol assignments
// with Teredo among them, and 6to4, which nobody serves from and which wraps an IPv4 address. The translators'
// 64:ff9b::/96 lies outside and is judged by the IPv4 address in it.
var (
	public6 = netip.MustParsePrefix("2000::/3")
	inside6 = prefixes("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20", "2620:4f:8000::/48")
	nat64   = netip.MustParsePrefix("64:ff9b::/96")
)

func prefixes(all ...string) []netip.Prefix {
	out := make([]netip.Prefix, len(all))
	for i, s := range all {
		out[i] = netip.MustParsePrefix(s)
	}
	return out
}

// Inside says whether an address is anything else than one of the public Internet.
func Inside(a netip.Addr) bool {
	if !a.IsValid() || a.Zone() != "" {
		return true
	}
	if a = a.Unmap(); a.Is4() {
		return within(a, inside4)
	}
	if nat64.Contains(a) {
		return within(last4(a), inside4)
	}
	if !public6.Contains(a) || within(a, inside6) {
		return true
	}
	// ISATAP puts an IPv4 address into the lower half of any prefix, behind 0000:5efe or 0200:5efe.
	b := a.As16()
	if marker := binary.BigEndian.Uint32(b[8:12]); marker == 0x00005efe || marker == 0x02005efe {
		return within(last4(a), inside4)
	}
	return false
}

func within(a netip.Addr, all []netip.Prefix) bool {
	for _, p := range all {
		if p.Contains(a) {
			return true
		}
	}
	return false
}

func last4(a netip.Addr) netip.Addr {
	b := a.As16()
	return netip.AddrFrom4([4]byte(b[12:]))
}
