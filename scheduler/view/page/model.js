// Model: what a picture of a run needs beyond its events: hosts, tasks with their states over time,
// connections (connections.js), verdicts. Everything else on the page is a function of it.

const WAITS = {
  __proto__: null,
  recv: "network", send: "network", accept: "network", connect: "network", resolve: "network",
  read: "network", write: "network", send_file: "network", signal: "network",
  sleep: "timer",
};
const ENDS = { finish: "finished", fail: "failed", kill: "killed" };

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
    if (event.kind === "host") host_of(run, event.host || "");
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
