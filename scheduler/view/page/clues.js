// Clues: of a run that fails what a person would look at first. All of it is from events; how
// telling it is, is a guess. clues.cc is the same in C++.

const LOST = 0, LEFT_OUT = 1, DID_NOTHING = 2, SET_IN_VAIN = 3, CUT_SHORT = 4, DID_NOTHING_ALONE = 5; // the most telling first

/** The last block of each task that does nothing of its own will any more. */
function stuck_blocks(run) {
  const stuck = new Set();
  for (const task of run.tasks) {
    let last = task.state.length - 1;
    if (last > 0 && task.state[last] === "killed") --last;
    const state = task.state[last];
    if (state === "network" || state === "timer" || state === "task") stuck.add(task.at[last]);
  }
  return stuck;
}

/**
 * What was done to channels, semaphores and events, and where tasks go round: {clues: [{i, rank,
 * more}], last}. Clues are what was lost with a channel, what a round left out, and an event that
 * was set though nobody ever waits for it from then on; `last` is the last deed to each object for
 * which somebody waits in vain.
 */
function telling_deeds(run, stuck) {
  const last = new Map(), set_in_vain = new Map(), inside = new Map(), clues = [], rounds = new Rounds();
  for (const i of stuck) if (run.events[i].object) last.set(run.events[i].object, -1);
  for (const event of run.events) {
    if (event.kind === "run_fails") break; // what comes now is only the unwinding
    rounds.see(event);
    if (event.did === "set" && let_go_by(run, event.n).length === 0) {
      if (!set_in_vain.has(event.object)) set_in_vain.set(event.object, event.i);
    } else if (event.kind === "block" || event.did === "pass") set_in_vain.delete(event.object);
    if (event.kind !== "sync") continue;
    if (event.did === "put") inside.set(event.object, event);
    if (event.did === "destroy") {
      if (event.count > 0 && event.object.startsWith("channel")) clues.push({ i: event.i, rank: LOST, more: put_by(inside.get(event.object)) });
    } else if (last.has(event.object)) last.set(event.object, event.i);
  }
  for (const { i, place, rounds: whole } of rounds.left_out) clues.push({ i, rank: LEFT_OUT, more: ", and leaves out " + place + ", which came before it in " + whole + " rounds" });
  for (const i of set_in_vain.values()) clues.push({ i, rank: SET_IN_VAIN, more: "" });
  return { clues, last: [...last.values()].filter((i) => i >= 0) };
}

const put_by = (put) => (put && put.task ? ", the last of them put by " + put.task + " in #" + put.n : "");

/** Whether it did more than one step with nothing in it that a trace tells. */
function has_done_something(run, task) {
  let steps = 0;
  return task.events.some((i) => {
    const { kind, task: by } = run.events[i];
    if (by !== task.name || kind === "wake" || kind === "decide") return false;
    return kind !== "step" || ++steps > 1;
  });
}

/** What tasks of one host and one name have in common. */
const kin_of = (task) => JSON.stringify([task.host, plain_name(task.name)]);

/**
 * For each idle task the first of the busy that is there when it returns. One pass through both,
 * since who has ended is there no more.
 */
function find_peers(busy, idle, peers) {
  const births = [...busy].sort((a, b) => a.at[0] - b.at[0]), there = new Heap();
  let next = 0;
  for (const task of [...idle].sort((a, b) => a.died - b.died)) {
    for (; next < births.length && births[next].at[0] < task.died; ++next) there.push(births[next].index, births[next]);
    const is_over = ({ died }) => died >= 0 && died < task.died;
    while (there.size > 0 && is_over(there.top)) there.pop();
    if (there.size > 0) peers.set(task, there.top);
  }
}

/** Tasks that return in their first step, and did nothing in it that a trace tells: above all where another of the same name goes on. */
function idlers(run) {
  const found = [], busy = new Map(), idle = new Map(), peers = new Map();
  for (const task of run.tasks) {
    if (task.at.length === 0) continue;
    if (has_done_something(run, task)) append(busy, kin_of(task), task);
    else if (task.died >= 0 && run.events[task.died].kind === "finish") append(idle, kin_of(task), task);
  }
  for (const [kin, tasks] of idle) find_peers(busy.get(kin) || [], tasks, peers);
  for (const task of [...idle.values()].flat().sort((a, b) => a.index - b.index)) {
    const peer = peers.get(task);
    const goes_on = !peer ? "" : "; " + peer.name + ", of the same name, goes on" + (peer.died < 0 ? "" : " for " + milliseconds(run.events[peer.died].t - run.events[task.died].t) + " ms");
    found.push({ i: task.died, rank: peer ? DID_NOTHING : DID_NOTHING_ALONE, more: ", in its first step" + goes_on });
  }
  return found;
}

/** What a task waits for after event i, or did wait for if it was woken and has not run since; or null. */
function unended_wait(run, task, i) {
  const { state, since } = state_at(run, task, i);
  return state === "ready" && since.i > 0 ? wait_at(run, task, since.i - 1) : wait_at(run, task, i);
}

/** Waits that a kill or a timeout cuts short, and the run goes on. */
function cut_short(run) {
  const found = [];
  for (const event of run.events.slice(0, run.fails[0])) {
    if (event.kind !== "time_out" && (event.kind !== "kill" || event.text === "the run ends")) continue;
    const task = run.task_by_name.get(event.target), wait = task ? unended_wait(run, task, event.i - 1) : null;
    if (!wait || wait.on === "accept" || wait.on === "signal") continue; // a server without work
    found.push({ i: event.i, rank: CUT_SHORT, more: "; it waited since #" + wait.n + ": " + one_line(wait.text || wait.on || "?") + (wait.object ? " (" + wait.object + ")" : ""), place: wait.i });
  }
  return found.length <= MOST_ALIKE ? found : [];
}

const MOST_ALIKE = 3; // where more return at once, or are cut short, that is how the program is

/** Waits that never end, and what was done that is telling: they have a row at each level. */
function telling_of(run) {
  if (run.telling) return run.telling;
  const stuck = stuck_blocks(run), { clues, last } = telling_deeds(run, stuck);
  run.telling_clues = clues;
  return (run.telling = new Set([...stuck, ...last, ...clues.map(({ i }) => i)]));
}

/** What is worth a look in a run that fails, the most telling first: [{i, rank, more, place}]; a `place` other than its own is that of an event. */
function clues_of(run) {
  if (run.clues) return run.clues;
  if (run.fails.length === 0) return (run.clues = []);
  telling_of(run);
  const idle = idlers(run), end = run.fails[run.fails.length - 1];
  const shown = idle.length <= MOST_ALIKE ? idle : idle.filter(({ rank }) => rank === DID_NOTHING).slice(0, MOST_ALIKE);
  const all = run.telling_clues.concat(shown, cut_short(run)).filter(({ i }) => i < end).sort((a, b) => a.rank - b.rank || a.i - b.i);
  return (run.clues = without_repeats(run, all));
}

/** Of more than a few of one kind in one line only the first, with how many there are. */
function without_repeats(run, clues) {
  const key = ({ i, rank }) => rank + "/" + (run.events[i].at || ""), alike = new Map(), kept = [];
  for (const clue of clues) append(alike, key(clue), clue);
  for (const clue of clues) {
    const all = alike.get(key(clue));
    if (all.length <= MOST_ALIKE) kept.push(clue);
    else if (clue === all[0]) kept.push({ ...clue, more: clue.more + ", and " + (all.length - 1) + " more times in this line" });
  }
  return kept;
}

/** A clue as a sentence. */
function clue_text(run, { i, more }) {
  const name = who(run, run.events[i]);
  return (name ? name + " " : "") + one_line(describe(run, run.events[i])) + more;
}
