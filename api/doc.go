// Package api is the door of programs: JSON under /api/v1, feeds for portals under /feeds/, the calls of platforms under
// /webhooks/, /healthz, /readyz and /metrics.
//
// In: an HTTP request with a personal API token (or the web's session). Out: what the store, the index and
// the story finder know, cut to what the caller may see, in the shapes that scripts rely on. Routes are on
// one page, routes.go; each noun has a file with its shape, its handlers and nothing else. What goes wrong
// becomes an RFC 9457 problem in one place, problem.go, with a sentence that says what to do.
//
// The rule of sight is one: inside the scope everything; outside it only posts of stories that were approved
// or passed on, with their public counters (reactions, comments, shares). Lists and counts leave the rest
// out; what is asked for by its address answers 403.
//
// Two doors know their callers by a signature over the bytes as they came, before anything in them is looked at.
// What a platform calls to say is kept under seal, answered, and worked off by the queue (webhooks.go). What a program
// sends to POST /api/v1/ingest goes through the one gate of the collectors; ingest.md shows how to sign it.
package api
