// Package card draws one square picture that says thank you: whose story it was, what it was called, and what passing it
// on brought, to be saved on a telephone and shown in a group.
//
// In goes a Card, which is nothing but words; out comes a PNG of 1080 × 1080 pixels. It is a craft of its own because
// setting Vietnamese large is one: letters bear two marks on top of each other and want air, a title must break where it
// reads well, and what a typeface does not have must not show as an empty box.
package card
