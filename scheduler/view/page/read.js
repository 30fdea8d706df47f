// Read: a trace as text becomes a run, which is what model.js makes of its events.

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
