package search

import "math/bits"

func newSet(n uint32) []uint64 { return make([]uint64, n/64+1) }

func setBit(set []uint64, i uint32) { set[i/64] |= 1 << (i % 64) }

// nextBit is the first bit set at from or after it, noDoc if there is none.
func nextBit(set []uint64, from uint32) uint32 {
	w := int(from / 64)
	if w >= len(set) {
		return noDoc
	}
	if x := set[w] >> (from % 64); x != 0 {
		return from + uint32(bits.TrailingZeros64(x))
	}
	for w++; w < len(set); w++ {
		if set[w] != 0 {
			return uint32(w)*64 + uint32(bits.TrailingZeros64(set[w]))
		}
	}
	return noDoc
}

func popcount(w uint64) int { return bits.OnesCount64(w) }
