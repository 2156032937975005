// Package browse is for tests: it opens a real browser in front of an address and does what a person would do.
//
// [Open] starts chromium in a window of one [Size], [Desk] or [Phone]; a test then opens pages, types, presses and
// waits until something is true. Nothing is faked and nothing is slept for. [Browser.Fits] says that a page can
// be used at that size: nothing wider than the window, nothing too small for a finger. Whatever the console
// complains of fails the test when it ends, unless the test said beforehand that it would come
// ([Browser.Expect]).
//
// With LANTOA_TEST_SHOTS naming a folder, pictures of the pages are left there for whoever wants to look.
package browse
