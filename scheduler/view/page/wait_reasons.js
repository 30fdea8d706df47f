// Wait reasons: why a task waits, in words, and for whom: from who holds what it waits on, and who
// ever put, took, set or released there. wait_reasons.cc is the same in C++.

const MOST_ON = 32; // where more could end a wait, it hangs on none of them

const is_for_work = (wait) => wait.on === "accept" || wait.on === "signal";

/** What is known of a run before event i, for the reasons of its waits. */
class Before {
  constructor(run, i) {
    this.run = run;
    this.i = i;
    this.deeds = new Map(); // by object
    const spawner = new Map(); // by task
    for (const event of run.events.slice(0, i)) {
      if (event.kind === "sync") append(this.deeds, event.object, event);
      if (event.kind === "spawn") spawner.set(event.target, event.task || "");
    }
    this.waits = new Map(); // by task: its block
    this.waiting_children = new Map(); // by who spawned them
    for (const task of run.tasks) {
      const wait = wait_at(run, task, i - 1);
      if (!wait) continue;
      this.waits.set(task.name, wait);
      if (spawner.has(task.name)) append(this.waiting_children, spawner.get(task.name), task.name);
    }
    this.of_objects = new Map(); // reasons, by what is waited for, and of what
  }

  /** The names, and of each whether it has ended. */
  told(names) {
    return some_names(names.map((name) => name + (this.has_ended(name) ? ", which has ended," : "")));
  }
  has_ended(name) {
    const task = this.run.task_by_name.get(name);
    return Boolean(task) && task.died >= 0 && task.died < this.i;
  }

  /** Who did one of these to an object, each once. */
  doers(object, ...wanted) {
    return [...new Set((this.deeds.get(object) || []).filter((event) => event.task && wanted.includes(event.did)).map((event) => event.task))];
  }

  /** Who has a permit: [{task, n}]. */
  holders(object) {
    const holders = [];
    for (const event of this.deeds.get(object) || []) {
      if (event.did === "acquire" && event.task) holders.push({ task: event.task, n: event.n });
      // Who gives a permit back need not be who got it; then it is the oldest.
      if (event.did === "release") holders.splice(Math.max(0, holders.findIndex(({ task }) => task === event.task)), 1);
    }
    return holders;
  }
}

/** "into which only a#1 ever put one", or "into which nobody ever put one". */
function only(before, where, names, deed) {
  return where + (names.length === 0 ? " nobody ever " : " only " + before.told(names) + " ever ") + deed;
}

/** What a task waits for, in words, and for whom: {text, on: names, is_idle}. All who wait for the same of an object share one. */
function reason_of(before, name, wait) {
  if (!wait.object || !["semaphore", "channel", "event"].includes(wait.on)) return trimmed(before, make_reason(before, name, wait));
  const key = wait.on + "/" + wait.object + "/" + (wait.text || wait.on);
  if (!before.of_objects.has(key)) before.of_objects.set(key, trimmed(before, make_reason(before, name, wait)));
  return before.of_objects.get(key);
}

/** Of the tasks that could end a wait those that wait too, and not for work; of many the first. */
function trimmed(before, reason) {
  return { ...reason, on: reason.on.filter((name) => before.waits.has(name) && !is_for_work(before.waits.get(name))).slice(0, MOST_ON) };
}

/** Of "join of conn#1#3": the task of this name; else the one with the first number, or undefined. */
function target_of(run, text) {
  const place = text.indexOf(" of "), name = place < 0 ? "" : text.slice(place + " of ".length);
  if (run.task_by_name.has(name)) return name;
  const number = /#(\d+)/.exec(text);
  return number ? run.name_by_number.get(number[1]) : undefined;
}

function make_reason(before, name, wait) {
  const { run } = before, { object, on } = wait, text = wait.text || on || "?";
  switch (on) {
    case "join": case "kill": {
      const target = target_of(run, text);
      if (target) return { text: "the end of " + target, on: [target] };
      break;
    }
    case "group": {
      const children = before.waiting_children.get(name) || [];
      if (children.length > 0 && String(children.length) === (/\d+/.exec(text) || ["1"])[0]) return { text: "the end of its group: " + some_names(children), on: children };
      break;
    }
    case "semaphore": {
      if (!object) break;
      const holders = before.holders(object), names = [...new Set(holders.map(({ task }) => task))];
      if (names.length > 0) return { text: "a permit of " + object + ", held by " + before.told(names) + " since #" + holders[0].n, on: names };
      const releasers = before.doers(object, "release");
      return { text: only(before, "a permit of " + object + ", to which", releasers, "gave one back"), on: releasers };
    }
    case "channel": {
      if (!object) break;
      const is_full = text.startsWith("room"), names = is_full ? before.doers(object, "take") : before.doers(object, "put", "offer");
      return { text: is_full ? only(before, "room in " + object + ", from which", names, "took a value") : only(before, "a value from " + object + ", into which", names, "put one"), on: names };
    }
    case "event": {
      if (!object) break;
      const deeds = before.deeds.get(object) || [], set = deeds.filter(({ did }) => did === "set").pop();
      if (!set) return { text: object + ", which nobody ever set", on: [] };
      const cleared = deeds.find((event) => event.did === "clear" && event.i > set.i);
      return { text: object + ", which " + (set.task || "nobody") + " set last in #" + set.n + (cleared ? ", before " + (cleared.task || "nobody") + " cleared it in #" + cleared.n : ""), on: before.doers(object, "set") };
    }
    case "recv": case "send": {
      const peer = wait.conn && wait.end ? owner_of(run, wait.conn, wait.end === "a" ? "b" : "a", before.i - 1, false) : null;
      const other = peer ? peer.name + (before.has_ended(peer.name) ? ", which has ended" : "") : peer_of(run, wait);
      return { text: (on === "recv" ? "bytes from " + other : "room to send to " + other), on: peer ? [peer.name] : [] };
    }
    case "accept": case "signal": return { text: on === "accept" ? "somebody to connect" : "a signal", on: [], is_idle: true };
  }
  return { text: text + (object ? " (" + object + ")" : ""), on: [] };
}
