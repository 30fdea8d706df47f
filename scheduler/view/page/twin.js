// Twin: the same picture as text, for screen readers and to paste into a report. twin.cc makes the
// same text in C++, for terminals; tests/view compares the two, letter by letter.

const MOST_LANES = 24;
const LANE_SIGNS = { running: "┃", ready: "┆", network: "│", timer: "╎", task: "╏" };
/** What a terminal acts upon: as one_line() of scheduler/export/text.h has it. */
const ACTED_UPON = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff]/g;
const LEGEND = "┃ runs  ┆ is ready  │ waits for the network  ╎ sleeps  ╏ waits for a task  ■ ends  ✗ fails, is killed or lost";

function to_text(run, options = {}) {
  const level = options.level || 0, most_rows = options.most_rows ?? Infinity;
  const folded = fold(run, { level });
  const lanes = twin_lanes(run, folded);
  const arrivals = new Map(find_arrows(run).filter((arrow) => arrow.kind !== "spawn" && arrow.kind !== "wake" && arrow.kind !== "kill").map((arrow) => [arrow.from, arrow]));
  const lines = [run_title(run), run_counts(run, folded), ...first_look(run), ""];
  const width = Math.max(4, ...lanes.map((task) => [...task.name].length));
  lanes.forEach((task, lane) => lines.push(String(lane + 1).padStart(4) + "  " + padded(task.name, width) + "  " + task.host));
  const more = run.tasks.length - lanes.length;
  if (more > 0) lines.push("      and " + counted(more, "task") + " without a lane");
  lines.push("", LEGEND, "");
  lines.push("n".padStart(8) + "ms".padStart(13) + "  " + lanes.map((_, lane) => padded(String(lane + 1), 3)).join("").trimEnd());
  const next_state = new Array(lanes.length).fill(0);
  const rows = folded.rows.slice(0, most_rows);
  for (const i of rows) lines.push(twin_row(run, run.events[i], lanes, next_state, arrivals.get(i)));
  if (rows.length < folded.rows.length) lines.push("... and " + counted(folded.rows.length - rows.length, "row") + " more");
  lines.push("");
  for (const sentence of left_out(run, folded)) lines.push(sentence);
  return lines.map((line) => line.replace(ACTED_UPON, " ").replace(/ +$/, "")).join("\n") + "\n";
}

function padded(text, width) {
  return text + " ".repeat(Math.max(0, width - [...text].length));
}

/** The tasks that get a lane: those with rows, in the order of hosts. */
function twin_lanes(run, folded) {
  const has_rows = new Set();
  for (const i of folded.rows) has_rows.add(lane_task(run, run.events[i]));
  const lanes = [];
  for (const host of run.hosts.values()) for (const task of host.tasks) if (has_rows.has(task) && lanes.length < MOST_LANES) lanes.push(task);
  return lanes;
}

function twin_row(run, event, lanes, next_state, arrow) {
  const cells = lanes.map((task, lane) => {
    while (next_state[lane] < task.at.length && task.at[next_state[lane]] <= event.i) ++next_state[lane];
    const state = next_state[lane] > 0 ? task.state[next_state[lane] - 1] : "unborn";
    return (LANE_SIGNS[state] || " ") + "  ";
  });
  const own = lanes.indexOf(lane_task(run, event));
  if (own >= 0) cells[own] = sign_of(event) + "  ";
  const target = arrow ? lanes.indexOf(arrow.target) : -1;
  if (own >= 0 && target >= 0 && target !== own) draw_text_arrow(cells, own, target, arrow.kind === "lost");
  const at = event.at ? "  (" + event.at + ")" : "";
  const name = who(run, event);
  const arrives = !arrow || arrow.kind === "sync" ? "" : arrow.kind !== "lost" ? ", arrives " + milliseconds(run.events[arrow.to].t) : ", never arrives";
  return String(event.n).padStart(8) + milliseconds(event.t).padStart(13) + "  " + cells.join("") + " " +
    (name ? name + " " : "") + one_line(describe(run, event)) + arrives + at;
}

const one_line = (text) => text.replace(/[\r\n]+ */g, " ");

function sign_of(event) {
  switch (event.kind) {
    case "fail": case "kill": case "reset": case "lost": case "time_out": return "✗";
    case "finish": return "■";
    default: return "●";
  }
}

/** From one lane to another: "●──────▶", or "●╌╌╌╌╌╌✗" for what is lost. */
function draw_text_arrow(cells, own, target, is_lost) {
  const line = is_lost ? "╌" : "─", low = Math.min(own, target), high = Math.max(own, target);
  const head = is_lost ? "✗" : target > own ? "▶" : "◀";
  for (let lane = low; lane <= high; ++lane) {
    const sign = lane === own ? "●" : lane === target ? head : line;
    cells[lane] = sign + (lane < high ? line + line : "  ");
  }
}

// ---- what is around the picture ------------------------------------------------------------------

const WORLDS = { __proto__: null, sim: "on a simulated network", epoll: "on real sockets (epoll)", uring: "on real sockets (io_uring)", replay: "replayed from a recording" };

function run_title(run) {
  const { program, world, seed } = run.header;
  return (program || "a run") + " " + (WORLDS[world] || "in the world " + world) + (seed === undefined ? "" : ", seed " + seed);
}

function run_counts(run, folded) {
  return counted(run.events.length, "event") + ", " + counted(run.tasks.length, "task") + ", " + counted(run.connections.size, "connection") +
    (run.header.clock === "virtual" ? ", virtual time" : ", real time") + "; " + counted(folded.rows.length, "row") + " shown";
}

/** How many events are missing: those that somebody took out (the header says so), and those that did not fit (the end). */
function left_out_events(run) {
  return (run.header.left_out || 0) + ((run.end && run.end.left_out) || 0);
}

/** What the picture does not show, in sentences. */
function left_out(run, folded) {
  const sentences = [], hidden = run.events.length - folded.rows.length - folded.filtered;
  const bound = left_out_events(run), missing = bound + run.unknown;
  if (missing > 0) sentences.push("The run had " + counted(run.events.length + missing, "event") + "; " + counted(folded.rows.length, "row") + " shown.");
  if (hidden > 0) sentences.push("Folded: " + counted(hidden, "event") + " of " + run.events.length + ".");
  if (folded.filtered > 0) sentences.push("Filtered out by you: " + counted(folded.filtered, "event") + ".");
  if (bound > 0) sentences.push("Not in the trace: " + counted(bound, "event") + ", taken out of it or beyond the bound on its size.");
  const cut = run.events.filter((event) => (event.kind === "send" || event.kind === "recv") && event.bytes > (event.data || "").length).length;
  if (cut > 0) sentences.push("Bytes cut short in the trace: those of " + counted(cut, "event") + ".");
  return sentences.concat(run.problems);
}
