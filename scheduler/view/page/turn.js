// Turn: what came between two steps of a task: who ran while it waited, and above all between its
// wake and its step, and what they did to that which it has in its hands. What held when it began to
// wait need not hold any more. turn.cc is the same in C++.

const MOST_BETWEEN = 5; // deeds, or tasks, of one span

/** The last of a task's own events of one kind in [from, to], or -1; of a wake the task is the target. */
function last_own(run, task, kind, from, to) {
  for (let place = last_at_or_before(task.events, to); place >= 0 && task.events[place] >= from; --place) {
    const event = run.events[task.events[place]];
    if (event.kind === kind && (kind === "wake" ? event.target : event.task) === task.name) return event.i;
  }
  return -1;
}

/** Adds what a task touches in [from, to]: objects and connections by name. */
function touched_in(run, task, from, to, touched) {
  for (let place = last_at_or_before(task.events, from - 1) + 1; place < task.events.length && task.events[place] <= to; ++place) {
    const event = run.events[task.events[place]];
    if (event.task === task.name && touches(event)) touched.add(touches(event));
  }
}

/** The object or connection that an event is about, by name; or "". */
function touches(event) {
  if (event.kind === "sync" || event.kind === "block") return event.object || "";
  return ["send", "recv", "shutdown", "close"].includes(event.kind) && event.conn ? name_of_connection(event.conn) : "";
}

/** Where the step of a task that event i is in ends: the place of its next step, or the last event. */
function end_of_step(run, task, step) {
  for (let place = last_at_or_before(task.events, step) + 1; place < task.events.length; ++place) {
    const event = run.events[task.events[place]];
    if (event.task === task.name && event.kind === "step") return event.i - 1;
  }
  return run.events.length - 1;
}

/** What others but for `waker` did in (from, to): {deeds: events, ran: steps of those that did none}. */
function others_in(run, task, from, to, touched, waker) {
  const deeds = [], steps = new Map(), busy = new Set();
  for (let i = from + 1; i < to; ++i) {
    const event = run.events[i];
    if (!event.task || event.task === task.name || event.task === waker) continue;
    if (event.kind === "step" && event.host === task.host) { steps.delete(event.task); steps.set(event.task, event); }
    if (event.kind === "block" || !touched.has(touches(event)) || (event.conn && event.host !== task.host)) continue;
    deeds.push(event);
    busy.add(event.task);
  }
  return { deeds, ran: [...steps.values()].filter((step) => !busy.has(step.task)) };
}

/** About the step that event i is in: [{text, ran: steps of which it tells}]; nothing where nobody ran in between. */
function turn_of(run, i) {
  const event = run.events[i], cause = event.kind === "property" && !event.task && event.cause ? run.index_of.get(event.cause) : undefined;
  const at = cause ?? i, own = run.events[at];
  const task = run.task_by_name.get(own.task || (own.kind === "finish" || own.kind === "fail" ? own.target : ""));
  if (!task) return [];
  const step = last_own(run, task, "step", 0, at), before = step > 0 ? last_own(run, task, "step", 0, step - 1) : -1;
  if (before < 0) return [];
  const wait = last_own(run, task, "block", before, step - 1), wake = wait < 0 ? -1 : last_own(run, task, "wake", wait, step - 1);
  const touched = new Set();
  touched_in(run, task, before, step - 1, touched);
  touched_in(run, task, step, end_of_step(run, task, step), touched);
  if (wait < 0) { // it gave way
    const last = run.events[own_before(run, task, step)];
    const between = tell_between(run, "Meanwhile", others_in(run, task, last.i, step, touched, ""));
    return between.length ? [{ text: task.name + " gave way after #" + last.n + ", and runs again since #" + run.events[step].n + ".", ran: [] }].concat(between) : [];
  }
  const block = run.events[wait], for_what = block.object || one_line(block.text || block.on || "?");
  const waker = wake < 0 ? null : run.events[wake], middle = wake < 0 ? step : wake;
  const by = !waker ? "" : ", was woken in #" + waker.n + " by " + who_woke(run, waker);
  const between = tell_between(run, "Between wake and step", wake < 0 ? { deeds: [], ran: [] } : others_in(run, task, wake, step, touched, ""))
    .concat(tell_between(run, "While it waited", others_in(run, task, wait, middle, touched, (waker && waker.task) || "")));
  return between.length ? [{ text: task.name + " waited from #" + block.n + " on: " + for_what + by + ", and runs since #" + run.events[step].n + ".", ran: [] }].concat(between) : [];
}

function who_woke(run, wake) {
  if (wake.task) return wake.task;
  if (wake.why !== "task") return wake.why === "timer" ? "its timer" : "the network";
  const cause = run.events[run.index_of.get(wake.cause)]; // a task that was joined, or killed
  return "the end of " + ((cause && cause.target) || "a task");
}

/** The last own event before a step. */
function own_before(run, task, step) {
  let place = last_at_or_before(task.events, step - 1);
  while (run.events[task.events[place]].task !== task.name) --place;
  return task.events[place];
}

function tell_between(run, when, { deeds, ran }) {
  const told = deeds.slice(-MOST_BETWEEN).map((event) => ({ text: when + ": #" + event.n + " " + event.task + " " + one_line(describe(run, event)), ran: [] }));
  if (deeds.length > MOST_BETWEEN) told.push({ text: when + ": " + (deeds.length - MOST_BETWEEN) + " more such deeds before", ran: [] });
  const last = ran.slice(-MOST_BETWEEN), more = ran.length - last.length;
  if (last.length > 0) {
    const steps = last.map((step) => step.task + " (#" + step.n + (step.at ? " at " + step.at : "") + ")");
    told.push({ text: when + (deeds.length ? " also" : "") + " ran: " + steps.join(", ") + (more > 0 ? " and " + counted(more, "other") : ""), ran: last });
  }
  return told;
}
