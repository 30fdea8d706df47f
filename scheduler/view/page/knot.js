// Knot: of a deadlock who waits for whom, and whose wait nobody ends. knot.cc is the same in C++.

const HELD_UP = "They wait for these", IDLE = "Without work";
const SILENT_RING = "Each waits for the other to send: "; // often the end of another wrong, so it comes last
const MOST_IN_TITLE = 8; // names
const MOST_RINGS = 10; // with a title each
const is_secondary = (title) => title === HELD_UP || title === IDLE;
const is_soft = (title) => is_secondary(title) || title.startsWith(SILENT_RING);

function is_deadlock(event) {
  return event.kind === "run_fails" && (event.text || "").startsWith("the run: deadlock");
}

/** The deadlock among the failures of a run, or undefined. */
function find_deadlock(run) {
  return run.fails.find((i) => is_deadlock(run.events[i]));
}

/**
 * Rings of tasks that wait each for the next, no task in two of them: a search along each wait once,
 * whose path back to a task on it is a ring.
 */
function rings_of(reasons) {
  const on_path = new Map(), rings = []; // where, of those that are; -1: it is done
  for (const start of reasons.keys()) {
    if (on_path.has(start)) continue;
    const path = [{ name: start, free_from: 0, next: 0 }]; // from there up to here nobody is in a ring yet
    on_path.set(start, 0);
    while (path.length > 0) {
      const top = path[path.length - 1], { on } = reasons.get(top.name);
      if (top.next === on.length) { on_path.set(top.name, -1); path.pop(); continue; }
      const target = on[top.next++], at = on_path.get(target);
      if (at === undefined) {
        on_path.set(target, path.length);
        path.push({ name: target, free_from: top.free_from, next: 0 });
      } else if (at >= top.free_from) {
        rings.push(path.slice(at).map(({ name }) => name));
        for (let k = at; k < path.length; ++k) path[k].free_from = k + 1;
      }
    }
  }
  return rings;
}

/** All who wait for one of these, or for who does, the nearest first. */
function who_wait_for(names, waiting_for) {
  const seen = new Set(names), queue = [...names];
  for (let place = 0; place < queue.length; ++place) {
    for (const name of waiting_for.get(queue[place]) || []) if (!seen.has(name)) { seen.add(name); queue.push(name); }
  }
  return queue.slice(names.length);
}

/** "a#1 → b#2 → a#1", of a long one its beginning. */
function told_ring(names) {
  if (names.length <= MOST_IN_TITLE) return [...names, names[0]].join(" → ");
  return [...names.slice(0, MOST_IN_TITLE), "…", names[0]].join(" → ") + " (" + counted(names.length, "task") + ")";
}

function title_of(reasons, { names, is_ring, is_silent }) {
  if (!is_ring) return "Nobody ends these waits";
  if (names.length > 1) return (is_silent ? SILENT_RING : "A ring: ") + told_ring(names);
  return reasons.get(names[0]).on.length === 1 ? "It waits for itself" : "Each could end its own wait, or another's";
}

/** The parts of a deadlock: [{title, lines: [{names, text, i}]}], of which `i` is a wait. */
function knot_of(run, i) {
  if (run.knot && run.knot.i === i) return run.knot.parts;
  const before = new Before(run, i), reasons = new Map(), waiting_for = new Map();
  for (const [name, wait] of before.waits) reasons.set(name, reason_of(before, name, wait));
  for (const [name, { on }] of reasons) for (const other of on) append(waiting_for, other, name);
  const is_silent = (names) => names.length > 1 && names.every((name) => before.waits.get(name).on === "recv");
  const cores = rings_of(reasons).map((names) => ({ names, is_ring: true, is_silent: is_silent(names) }));
  for (const [name, { on, is_idle }] of reasons) if (on.length === 0 && !is_idle) cores.push({ names: [name], is_ring: false, is_silent: false });
  for (const core of cores) core.waiting = who_wait_for(core.names, waiting_for);
  cores.sort((a, b) => a.is_silent - b.is_silent || b.waiting.length - a.waiting.length); // the one that holds up most
  const parts = [], said = new Set();
  const say = (title, names) => {
    let part = parts[parts.length - 1];
    if (!part || part.title !== title) parts.push(part = { title, lines: [], line_of: new Map() });
    for (const name of names) {
      if (said.has(name)) continue;
      said.add(name);
      const wait = before.waits.get(name), { text } = reasons.get(name), key = text + "/" + (wait.at || "");
      let line = part.line_of.get(key);
      if (!line) {
        part.line_of.set(key, line = { names: [], text, i: wait.i });
        part.lines.push(line);
      }
      line.names.push(name);
    }
  };
  let rings = 0;
  for (const core of cores) say(core.names.length === 1 || ++rings <= MOST_RINGS ? title_of(reasons, core) : "More rings", core.names);
  say(HELD_UP, cores.flatMap(({ waiting }) => waiting));
  say(IDLE, [...reasons.keys()].filter((name) => reasons.get(name).is_idle));
  run.knot = { i, parts: parts.map(({ title, lines }) => ({ title, lines: lines.map(({ names, text, i: at }) => ({ names: some_names(names), text: (names.length === 1 ? " waits for " : " wait for ") + text, i: at })) })).filter(({ lines }) => lines.length > 0) };
  return run.knot.parts;
}

/** Of a deadlock the events that closed it: waits in a ring or that nobody ends, and what is said of these. */
function events_of_knot(run, i) {
  const events = new Set([i]);
  for (const { title, lines } of knot_of(run, i)) {
    if (is_secondary(title)) continue;
    for (const line of lines) {
      events.add(line.i);
      for (const [, n] of line.text.matchAll(/ #(\d+)/g)) if (run.index_of.has(Number(n))) events.add(run.index_of.get(Number(n)));
    }
  }
  return events;
}
