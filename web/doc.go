// Package web is the door of people: the screens of Lan tỏa as HTML made on the server.
//
// A [Server] holds the store, the index and the clock, and gives an http.Handler. Every address stands in
// routes.go. One file is one screen, with the template of the same name: its data is a struct with the
// shared [Page] in it, filled by one function (s.home, s.search, …) that a test can call, and drawn by one
// template. What a person may see is asked of lantoa.User.May where a thing is named by its address, and is
// the scope of the query everywhere else; what goes wrong becomes a page in errors.go and nowhere else.
//
// Every page works without JavaScript, which only makes it quicker, and asks no other host for anything.
// What is read on a screen comes from internal/words; what is drawn, from internal/chart.
package web
