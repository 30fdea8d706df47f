// Objects: channels, semaphores and events, through which tasks meet: what is done to them in words,
// how each is at the cursor, and who waits there.

const MOST_OBJECTS = 60;

/** What a `sync` event does: "puts a value into channel#1, 3 of 16 in it". As told_deed() of events.cc has it. */
function told_deed({ object, did, count, of }) {
  const in_it = of ? ", " + count + " of " + of + " in it" : "", free = ", " + count + " free";
  switch (did) {
    case "put": return "puts a value into " + object + in_it;
    case "offer": return "has a value for " + object + (of ? ", which is full" + in_it : ", which nobody takes yet");
    case "take": return "takes a value from " + object + in_it;
    case "put_back": return "loses a value of " + object + " before its turn" + in_it;
    case "find_end": return "finds " + object + " closed and empty";
    case "refuse": return "finds " + object + " closed, which refuses its value";
    case "close": return "closes " + object + in_it;
    case "acquire": return "acquires " + object + free;
    case "release": return "releases " + object + free;
    case "give_back": return "loses a permit of " + object + " before its turn" + free;
    case "set": return "sets " + object;
    case "clear": return "clears " + object;
    case "pass": return "finds " + object + " set";
    case "destroy": return "destroys " + object + (object.startsWith("channel") && count > 0 ? " with " + count + (of ? " of " + of : "") + " in it" : "");
    default: return did + " " + object;
  }
}

/** The tasks that event n lets go on by way of an object. */
function let_go_by(run, n) {
  if (!run.let_go) {
    run.let_go = new Map();
    for (const event of run.events) {
      if (event.kind !== "wake" || !event.object || !event.cause) continue;
      if (!run.let_go.has(event.cause)) run.let_go.set(event.cause, []);
      run.let_go.get(event.cause).push(event.target);
    }
  }
  return run.let_go.get(n) || [];
}

/** Who goes on because of an event: ", wakes reader#3". */
function let_go(run, event) {
  const woken = let_go_by(run, event.n);
  if (woken.length === 0) return event.did === "set" ? ", and nobody waits" : "";
  return ", wakes " + (woken.length === 1 ? woken[0] : counted(woken.length, "task"));
}

/** All objects of a run, by name: {name, kind, events}. */
function objects_of(run) {
  if (run.objects) return run.objects;
  run.objects = new Map();
  for (const event of run.events) {
    if (!event.object) continue;
    if (!run.objects.has(event.object)) run.objects.set(event.object, { name: event.object, kind: plain_name(event.object), events: [] });
    run.objects.get(event.object).events.push(event.i);
  }
  return run.objects;
}

/** How an object is after event i: {text, is_gone, since (event or null), holders}; null: not there yet. */
function object_at(run, object, i) {
  if (object.events[0] > i) return null;
  let last = null, is_closed = false;
  const holders = [];
  for (const place of object.events) {
    const event = run.events[place];
    if (place > i) break;
    if (event.kind !== "sync") continue;
    last = event;
    if (event.did === "close") is_closed = true;
    if (event.did === "acquire" && event.task) holders.push(event.task);
    // Who gives a permit back need not be who got it; then it is the oldest.
    if (event.did === "release") holders.splice(Math.max(0, holders.indexOf(event.task)), 1);
  }
  const count = last ? last.count : 0, of = last ? last.of : 0;
  let text = "";
  if (object.kind === "event") text = count ? "set" : last ? "not set" : "never set";
  else if (object.kind === "semaphore") text = last ? count + " free" : "";
  else text = count + (of ? " of " + of : "") + " in it" + (is_closed ? ", closed" : "");
  const is_gone = last !== null && last.did === "destroy";
  return { text: is_gone ? "destroyed" : text, is_gone, since: last, holders: is_gone ? [] : holders };
}

/** The tasks that wait for each object after event i: name -> [task]. */
function waiters_at(run, i) {
  const waiters = new Map();
  for (const task of run.tasks) {
    const wait = wait_at(run, task, i);
    if (!wait || !wait.object) continue;
    if (!waiters.has(wait.object)) waiters.set(wait.object, []);
    waiters.get(wait.object).push(task);
  }
  return waiters;
}

/** The table of objects at the cursor; null where there is none. `search` shows all about one. */
function objects_part(panel, picture, search) {
  const run = picture.run, i = picture.selected < 0 ? run.events.length - 1 : picture.selected;
  const chosen = picture.selected >= 0 ? run.events[picture.selected].object : undefined;
  const waiters = waiters_at(run, i), rows = [];
  let gone = 0, count = 0;
  for (const object of objects_of(run).values()) {
    const at = object_at(run, object, i);
    if (!at) continue;
    if (at.is_gone && object.name !== chosen) { ++gone; continue; }
    if (++count > MOST_OBJECTS && object.name !== chosen) continue;
    const waiting = (waiters.get(object.name) || []).map((task) => task.name);
    rows.push(element("tr", { class: object.name === chosen ? "chosen" : "" },
      element("th", { scope: "row" }, element("a", { href: "#", title: "Search for all that is done to it", click: (e) => { e.preventDefault(); search("object:" + object.name); } }, object.name)),
      element("td", {}, at.text, at.holders.length ? element("span", { class: "place" }, "held by " + some_names(at.holders)) : null),
      element("td", {}, waiting.length ? some_names(waiting) : element("span", { class: "soft" }, "nobody")),
      element("td", { class: "number" }, at.since ? panel.event_link(run, at.since.n, milliseconds(at.since.t)) : "")));
  }
  if (rows.length === 0) return null;
  const left = count - MOST_OBJECTS;
  return panel.part("Channels, semaphores, events", "objects", element("table", {},
    element("thead", {}, element("tr", {}, element("th", {}, "object"), element("th", {}, "state"), element("th", {}, "who waits"), element("th", { title: "when something was done to it last" }, "since, ms"))),
    element("tbody", {}, ...rows)),
    left > 0 ? element("p", { class: "soft" }, "and " + left + " more") : null,
    gone > 0 ? element("p", { class: "soft" }, counted(gone, "other") + (gone === 1 ? " is" : " are") + " destroyed") : null);
}
