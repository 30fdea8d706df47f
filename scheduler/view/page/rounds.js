// Rounds: tasks that go round. One does the same at the same line of the program to one channel,
// semaphore, event or connection after the other, at least three, again and again in the same
// order. When it leaves one out after two rounds or more, and comes to it again later, somebody has
// changed what it goes through. rounds.cc is the same in C++.

const LEAST_IN_ROUND = 3, MOST_IN_ROUND = 100, LEAST_ROUNDS = 2;

class Rounds {
  constructor() {
    this.of_line = new Map(); // by task, deed and line
    this.left_out = []; // {i: the event with which it goes on behind that, place, rounds}
  }

  /** The next event, in order. */
  see(event) {
    const place = event.kind === "sync" && event.did !== "destroy" ? event.object : event.kind === "send" ? name_of_connection(event.conn) : "";
    if (!place || !event.task || !event.at) return;
    const key = event.task + "/" + (event.did === "offer" ? "put" : event.did || "") + "/" + event.at;
    if (!this.of_line.has(key)) this.of_line.set(key, { order: [], is_whole: false, has_ended: false, next: 0, rounds: 0, missed: null });
    this.go_on(this.of_line.get(key), place, event.i);
  }

  go_on(round, place, i) {
    const { order } = round;
    if (round.has_ended) return;
    if (round.missed) {
      if (round.missed.place !== place) return;
      this.left_out.push(round.missed);
      round.has_ended = true;
      return;
    }
    if (!round.is_whole && place !== order[0]) {
      round.has_ended = order.length === MOST_IN_ROUND || order.includes(place);
      order.push(place);
      return;
    }
    if (!round.is_whole) { round.is_whole = true; round.rounds = 1; }
    if (order.length < LEAST_IN_ROUND) {
      round.has_ended = true;
    } else if (place === order[round.next]) {
      round.next = (round.next + 1) % order.length;
      if (round.next === 0) ++round.rounds;
    } else if (round.rounds >= LEAST_ROUNDS && place === order[(round.next + 1) % order.length]) {
      round.missed = { i, place: order[round.next], rounds: round.rounds };
    } else {
      round.has_ended = true;
    }
  }
}
