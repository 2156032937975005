// Package queue is the door of the clock: what happens by itself, and when.
//
// The store plans, the queue nudges. Due times are rows; every 20 seconds the [Planner] asks the store what
// is due and enqueues a task that carries an id and nothing else; the [Worker] reads the rest from the store.
// Emptying Redis therefore loses nothing, and a process that died between saving and nudging is made good
// by the next tick. Any task may run twice; its second run changes nothing.
//
// asynq lives here and nowhere else: over a Redis server by address, or over one inside our own process
// (embedded.go). asynq knows only the machine's clock, so the slots in task ids are counted by it, while
// what is due is judged by the Worker's Now, which in a demo is another clock.
package queue
