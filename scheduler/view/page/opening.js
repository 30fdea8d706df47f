// Opening: where the page of a run that fails opens, and by which rule. opening.cc is the same in C++.

const NAME_OF_TASK_OR_OBJECT = /[^\x00-\x20"'(),;:]+#\d+/g;

/**
 * Of the tasks and objects that a verdict names the first of which there is an event before it: the
 * last such event, {i, name}; or null.
 */
function last_of_named(run, verdict) {
  const last = new Map(); // by name, in the order of the text; -1: none so far
  for (const [name] of ((verdict.name || "") + " " + (verdict.text || "")).matchAll(NAME_OF_TASK_OR_OBJECT)) last.set(name, -1);
  let missing = last.size;
  for (let i = verdict.i - 1; i >= 0 && missing > 0; --i) {
    const { kind, did, task, target, object } = run.events[i];
    if (kind === "finish" || kind === "kill" || did === "destroy") continue; // how it ends is no deed of its own
    for (const name of [task, target, object]) if (last.get(name) === -1) { last.set(name, i); --missing; }
  }
  for (const [name, i] of last) if (i >= 0) return { i, name };
  return null;
}

/**
 * Where a run that fails is opened: {i, why}. It is the first failure; but a verdict about the run
 * as a whole has no place of its own, and then it is what the verdict names, or else the deadlock, or
 * else the first clue. `why` is "" for the failure itself. Null where nothing failed.
 */
function opening_of(run) {
  if (run.opening === undefined) run.opening = run.fails.length > 0 ? find_opening(run) : null;
  return run.opening;
}

function find_opening(run) {
  const verdict = run.events[run.fails[0]];
  if (verdict.kind !== "property" || verdict.task || verdict.cause) return { i: verdict.i, why: "" };
  const asked = "Asked of the run as a whole, in #" + verdict.n + ", where nothing of it is to be seen. ";
  const named = last_of_named(run, verdict);
  if (named) return { i: named.i, why: asked + "The page opens at the last event of " + named.name + ", which the verdict names." };
  const deadlock = find_deadlock(run);
  if (deadlock !== undefined) return { i: deadlock, why: asked + "The page opens at the deadlock, with who waits for whom." };
  const clue = clues_of(run).find(({ rank }) => rank < DID_NOTHING_ALONE);
  if (clue) return { i: clue.i, why: asked + "The page opens at the first thing that is worth a look." };
  return { i: verdict.i, why: "" };
}
