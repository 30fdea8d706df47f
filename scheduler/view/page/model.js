// Model: a trace as text becomes a run: events, hosts, tasks with their states over time, and
// connections with their buffers. Everything else on the page is a function of it.

const WAITS = {
  __proto__: null,
  recv: "network", send: "network", accept: "network", connect: "network", resolve: "network",
  read: "network", write: "network", send_file: "network", signal: "network",
  sleep: "timer",
};
const ENDS = { finish: "finished", fail: "failed", kill: "killed" };

/**
 * Throws an Error of one sentence when the text is no trace. `unknown` is how many events whoever
 * made the page has left out of it, since it did not know their kinds.
 */
function read_trace(text, unknown = 0) {
  const lines = text.split("\n").filter((line) => line.trim() !== "");
  if (lines.length === 0) throw new Error("This page holds no trace: make it again from a trace file.");
  const rounded = new Set();
  const header = read_line(lines[0], 1, rounded);
  if (header.rill_trace !== 1) {
    throw new Error("This is version " + header.rill_trace + " of the trace, and this viewer reads version 1: make the page again with the Rill that wrote the trace.");
  }
  const run = {
    header, unknown, events: [], end: null, hosts: new Map(), tasks: [], task_by_name: new Map(),
    woken: new Map(), connections: new Map(), properties: new Map(), fails: [], index_of: new Map(), problems: [],
  };
  for (let i = 1; i < lines.length; ++i) {
    let event;
    try {
      event = read_line(lines[i], i + 1, rounded);
    } catch (error) {
      if (i + 1 < lines.length) throw error;
      run.problems.push("Its last line is cut off, and was left out.");
      break;
    }
    if (event.kind === "end") { run.end = event; continue; }
    event.i = run.events.length;
    run.index_of.set(event.n, event.i);
    run.events.push(event);
  }
  if (!run.end) run.problems.push("The run was cut off: the trace has no end.");
  if (unknown > 0) run.problems.push("Not shown: " + counted(unknown, "event") + " of kinds that this viewer does not know.");
  if (rounded.size > 0) run.problems.push("Too large for this page, and rounded: some numbers of " + [...rounded].sort().join(", ") + ".");
  find_hosts_and_tasks(run);
  name_tasks_alike(run);
  find_connections(run);
  find_states(run);
  find_verdicts(run);
  return run;
}

const EXACT = new Set(["seed", "choice", "of", "count", "strength"]); // of which tokens are made
const STRING_AND_NUMBER = /"((?:[^"\\]|\\.)*)"(?::(\d{16,})(?=[,}]))?/g;

/**
 * Numbers of 64 bits, which JSON.parse() would round, stay exact as texts where it matters; the
 * names of other fields with such numbers go into `rounded`.
 */
function keep_exact(line, rounded) {
  if (!/:\d{16,}/.test(line)) return line;
  return line.replace(STRING_AND_NUMBER, (whole, name, digits) => {
    if (digits === undefined || Number.isSafeInteger(Number(digits))) return whole;
    if (EXACT.has(name)) return '"' + name + '":"' + digits + '"';
    rounded.add(name);
    return whole;
  });
}

function read_line(line, number, rounded) {
  try {
    const value = JSON.parse(keep_exact(line, rounded));
    if (value === null || typeof value !== "object") throw new Error();
    return value;
  } catch {
    throw new Error("Line " + number + " of the trace is no event: the file is damaged.");
  }
}

function host_of(run, name) {
  let host = run.hosts.get(name);
  if (!host) run.hosts.set(name, host = { name, tasks: [] });
  return host;
}

function task_of(run, name, host_name) {
  let task = run.task_by_name.get(name);
  if (!task) {
    task = { name, index: run.tasks.length, host: host_name || "", born: -1, died: -1,
      events: [], at: [], state: [], files: new Map() };
    run.task_by_name.set(name, task);
    run.tasks.push(task);
    host_of(run, task.host).tasks.push(task);
  }
  return task;
}

function find_hosts_and_tasks(run) {
  for (const event of run.events) {
    if (event.kind === "wake" && event.why === "network" && event.cause && !run.woken.has(event.cause)) run.woken.set(event.cause, event.target);
  }
  for (const event of run.events) {
    if (event.kind === "host") host_of(run, event.host);
    if (event.task) {
      const task = task_of(run, event.task, event.host);
      task.events.push(event.i);
      if (event.in && event.at) task.files.set(event.at, event.in);
    }
    // What the network does for a task wakes it.
    const woken = event.task ? undefined : run.task_by_name.get(run.woken.get(event.n));
    if (woken && woken.name !== event.target) woken.events.push(event.i);
    if (event.target && event.target !== event.task) {
      const task = task_of(run, event.target, event.target_host || event.host);
      task.events.push(event.i);
      if (event.kind === "spawn") task.born = event.i;
    }
  }
  for (const task of run.tasks) if (task.born < 0 && task.events.length) task.born = task.events[0];
}

// ---- connections ---------------------------------------------------------------------------------

const nothing_yet = () => ({ host: "", address: "", uses: [], sent: [], flow: [] });

function find_connections(run) {
  for (const event of run.events) {
    if (!event.conn) continue;
    let connection = run.connections.get(event.conn);
    if (!connection) run.connections.set(event.conn, connection = { number: event.conn, accepted: -1, a: nothing_yet(), b: nothing_yet(), events: [] });
    connection.events.push(event.i);
    if (event.end !== "a" && event.end !== "b") continue;
    const end = connection[event.end], other = connection[event.end === "a" ? "b" : "a"];
    if (event.host && event.kind !== "lost") end.host = end.host || event.host;
    connection.a.address = connection.a.address || event.from || "";
    connection.b.address = connection.b.address || event.to || "";
    if (event.task) end.uses.push(event.i);
    if (event.kind === "accept" && connection.accepted < 0) connection.accepted = event.i;
    switch (event.kind) {
      case "send":
        end.sent.push({ offset: event.offset, bytes: event.bytes, data: event.data || "", i: event.i });
        flow(end, event.i, "taken", event.bytes);
        break;
      case "segment":
        if (!event.again) flow(end, event.i, "left", event.bytes);
        flow(end, event.i, "on_link", event.bytes);
        break;
      case "lost": flow(end, event.i, "lost", event.bytes); break;
      case "deliver": flow(other, event.i, "arrived", event.bytes); break;
      case "recv": flow(other, event.i, "read", event.bytes); break;
    }
  }
}

const NO_FLOW = { taken: 0, left: 0, on_link: 0, lost: 0, arrived: 0, read: 0 };

/** Counts what one direction's bytes have done so far; `end` is where they were sent. */
function flow(end, i, what, bytes) {
  const last = end.flow[end.flow.length - 1] || NO_FLOW;
  const next = { ...last, i };
  next[what] += bytes || 0;
  end.flow.push(next);
}

/** Where the bytes of a direction are after event i. */
function flow_at(end, i) {
  const place = last_at_or_before(end.flow, i, (entry) => entry.i);
  const at = place < 0 ? NO_FLOW : end.flow[place];
  return {
    unsent: Math.max(0, at.taken - at.left), in_flight: Math.max(0, at.on_link - at.arrived - at.lost),
    unread: Math.max(0, at.arrived - at.read),
  };
}

/** Puts a value into the list that a map has for a key. */
function append(map, key, value) {
  const list = map.get(key);
  if (list) list.push(value);
  else map.set(key, [value]);
}

/** The last place in a sorted list whose value is <= wanted, or -1. */
function last_at_or_before(list, wanted, value = (x) => x) {
  let low = 0, high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (value(list[middle]) <= wanted) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** The task that has one end of a connection in its hands around event i, or null. */
function owner_of(run, number, end_name, i, looks_ahead) {
  const connection = run.connections.get(number);
  if (!connection || !connection[end_name]) return null;
  const uses = connection[end_name].uses;
  const before = last_at_or_before(uses, i);
  let next = before + 1;
  // A connection goes from who accepted it to who serves it.
  while (looks_ahead && next < uses.length && run.events[uses[next]].kind === "accept" && next + 1 < uses.length) ++next;
  const order = looks_ahead ? [next, before] : [before, next];
  for (const place of order) {
    const use = uses[place];
    if (use !== undefined) return run.task_by_name.get(run.events[use].task) || null;
  }
  return null;
}

/** The task in whose lane an event is drawn, or null: the host's, or the network's own. */
function lane_task(run, event) {
  switch (event.kind) {
    case "spawn": case "finish": case "fail": case "kill": case "time_out":
      return run.task_by_name.get(event.target) || run.task_by_name.get(event.task) || null;
    case "wake": return run.task_by_name.get(event.task || event.target) || null;
    case "host": return null;
  }
  if (event.task) return run.task_by_name.get(event.task);
  // A verdict about the run as a whole is where the step is that broke it.
  if (event.kind === "property" && event.cause) return run.task_by_name.get((run.events[run.index_of.get(event.cause)] || {}).task) || null;
  if (run.woken.has(event.n)) return run.task_by_name.get(run.woken.get(event.n)) || null;
  if (!event.conn || !event.end) return null;
  const { accepted } = run.connections.get(event.conn);
  if (event.kind === "established" && event.end === "b" && accepted >= 0) return lane_task(run, run.events[accepted]);
  const looks_ahead = event.kind === "deliver" || event.kind === "end_of_stream";
  return owner_of(run, event.conn, event.end, event.i, looks_ahead);
}

// ---- states of tasks -----------------------------------------------------------------------------

function find_states(run) {
  let running = null;
  const enter = (task, i, state) => {
    if (!task || task.died >= 0) return;
    task.at.push(i);
    task.state.push(state);
    if (state in { finished: 1, failed: 1, killed: 1 }) task.died = i;
  };
  const state_of = (task) => task.state[task.state.length - 1];
  for (const event of run.events) {
    const task = run.task_by_name.get(event.task), target = run.task_by_name.get(event.target);
    if (running && running !== task && state_of(running) === "running" && (task || event.kind !== "decide")) enter(running, event.i, "ready");
    switch (event.kind) {
      case "spawn": enter(target, event.i, "ready"); break;
      case "step": enter(task, event.i, "running"); running = task; break;
      case "block": enter(task, event.i, WAITS[event.on] || "task"); break;
      case "wake": if (target && state_of(target) !== "running") enter(target, event.i, "ready"); break;
      case "finish": case "fail": case "kill": enter(target, event.i, ENDS[event.kind]); break;
    }
  }
}

/** How a task is after event i: {state, since (event or null)}. */
function state_at(run, task, i) {
  const place = last_at_or_before(task.at, i);
  if (place < 0) return { state: "unborn", since: null };
  return { state: task.state[place], since: run.events[task.at[place]] };
}

/** What a task waits for after event i: its block event, or null. */
function wait_at(run, task, i) {
  const { state, since } = state_at(run, task, i);
  return since && since.kind === "block" && (state === "network" || state === "timer" || state === "task") ? since : null;
}

/** The place in the source where the task was last, at event i: "echo.cc:31", or "". */
function place_at(run, task, i) {
  for (let place = last_at_or_before(task.events, i); place >= 0; --place) {
    const event = run.events[task.events[place]];
    if (event.task === task.name && event.at) return event.at;
  }
  return "";
}

// ---- verdicts ------------------------------------------------------------------------------------

function find_verdicts(run) {
  for (const event of run.events) {
    if (event.kind === "property") {
      let property = run.properties.get(event.name);
      if (!property) run.properties.set(event.name, property = { name: event.name, events: [] });
      property.events.push(event.i);
      if (!event.holds) run.fails.push(event.i);
    }
    if (event.kind === "run_fails") run.fails.push(event.i);
  }
  run.fails.sort((x, y) => x - y);
  if (run.fails.length === 0) run.fails = run.events.filter((event) => event.kind === "fail").map((event) => event.i);
}
