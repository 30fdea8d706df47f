// Twin: the same picture as text, for screen readers and to paste into a report. text.cc makes the
// same text in C++, for terminals; tests/view compares the two, letter by letter.

const MOST_LANES = 24;
const LANE_SIGNS = { running: "┃", ready: "┆", network: "│", timer: "╎", task: "╏" };
/** What a terminal acts upon: as one_line() of scheduler/export/text.h has it. */
const ACTED_UPON = /[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u2028-\u202e\u2066-\u2069\ufeff\ufffe\uffff]/g;
const LEGEND = "┃ runs  ┆ is ready  │ waits for the network  ╎ sleeps  ╏ waits for a task  ■ ends  ✗ fails, is killed or lost";

/**
 * The text of a picture, line by line: {text, i: the event whose row it is, or -1}. Of its rows so
 * many, from `first` on.
 */
function twin_lines(picture, first, most_rows) {
  const { run, folded } = picture, lanes = twin_lanes(run, folded, picture.folded_hosts);
  const lane_of = new Map(lanes.flatMap((lane, place) => lane.tasks.map((task) => [task, place])));
  const arrivals = new Map(picture.arrows.filter((arrow) => arrow.kind !== "spawn" && arrow.kind !== "wake" && arrow.kind !== "kill").map((arrow) => [arrow.from, arrow]));
  const pieces = pieces_of(run), lines = [];
  const add = (text, i = -1) => lines.push({ text: text.replace(ACTED_UPON, " ").replace(/ +$/, ""), i });
  add(run_title(run));
  add(run_counts(run, folded));
  if (way_again(run)) add("again: " + way_again(run));
  for (const line of first_look(run)) add(line);
  add("");
  const width = Math.max(4, ...lanes.map((lane) => [...lane.name].length));
  lanes.forEach((lane, place) => add(String(place + 1).padStart(4) + "  " + padded(lane.name, width) + "  " + lane.host));
  const more = run.tasks.length - lanes.reduce((count, lane) => count + lane.tasks.length, 0);
  if (more > 0) add("      and " + counted(more, "task") + " without a lane");
  add("");
  add(LEGEND);
  add("");
  add("n".padStart(8) + "ms".padStart(13) + "  " + lanes.map((_, lane) => padded(String(lane + 1), 3)).join("").trimEnd());
  if (first > 0) add("... and " + counted(first, "row") + " before");
  const last = Math.min(folded.rows.length, first + most_rows);
  for (const i of folded.rows.slice(first, last)) add(twin_row(run, run.events[i], lanes, lane_of, arrivals.get(i), pieces.get(i)), i);
  if (last < folded.rows.length) add("... and " + counted(folded.rows.length - last, "row") + " more");
  add("");
  for (const sentence of [...put_away(picture), ...left_out(run, folded)]) add(sentence);
  return lines;
}

function padded(text, width) {
  return text + " ".repeat(Math.max(0, width - [...text].length));
}

/**
 * {name, host, tasks, changes, next, counts}: tasks with rows, in the order of hosts; those of a
 * folded host share a lane. `changes` are those of its tasks' states, in order; the first `next` of
 * them have happened, and so many tasks (`counts`) are in each state then.
 */
function twin_lanes(run, folded, folded_hosts) {
  const has_rows = new Set();
  for (const i of folded.rows) has_rows.add(lane_task(run, run.events[i]));
  const lanes = [];
  for (const host of run.hosts.values()) {
    const shown = host.tasks.filter((task) => has_rows.has(task)), is_folded = folded_hosts.has(host.name) && shown.length > 0;
    for (const tasks of is_folded ? [shown] : shown.map((task) => [task])) {
      if (lanes.length === MOST_LANES) return lanes;
      lanes.push({ name: is_folded ? counted(tasks.length, "task") : tasks[0].name, host: host.name, tasks, changes: changes_of(tasks), next: 0, counts: {} });
    }
  }
  return lanes;
}

/** [{at, from, to}] */
function changes_of(tasks) {
  const changes = tasks.flatMap(({ at, state }) => at.map((i, nth) => ({ at: i, from: nth > 0 ? state[nth - 1] : "unborn", to: state[nth] })));
  return changes.sort((a, b) => a.at - b.at);
}

/** How a lane is after event i, which is later than that of the last call; of several tasks, how the busiest is. */
function lane_sign(lane, i) {
  const { changes, counts } = lane;
  for (; lane.next < changes.length && changes[lane.next].at <= i; ++lane.next) {
    const { from, to } = changes[lane.next];
    counts[from] = (counts[from] || 0) - 1;
    counts[to] = (counts[to] || 0) + 1;
  }
  return LANE_SIGNS[Object.keys(LANE_SIGNS).find((state) => counts[state] > 0)] || " ";
}

function twin_row(run, event, lanes, lane_of, arrow, piece) {
  const cells = lanes.map((lane) => lane_sign(lane, event.i) + "  ");
  const place_of_task = (task) => lane_of.get(task) ?? -1;
  const own = place_of_task(lane_task(run, event));
  if (own >= 0) cells[own] = sign_of(event) + "  ";
  const target = arrow ? place_of_task(arrow.target) : -1;
  if (own >= 0 && target >= 0 && target !== own) draw_text_arrow(cells, own, target, arrow.kind === "lost");
  const at = event.at ? "  (" + event.at + ")" : "";
  const name = who(run, event);
  const arrives = !arrow || arrow.kind === "sync" ? "" : arrow.kind !== "lost" ? ", arrives " + milliseconds(run.events[arrow.to].t) : ", never arrives";
  return String(event.n).padStart(8) + milliseconds(event.t).padStart(13) + "  " + cells.join("") + " " +
    (name ? name + " " : "") + one_line(describe(run, event)) + (piece ? ", piece " + piece : "") + arrives + at;
}

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
  const { program, world, seed, chosen = [] } = run.header;
  const but = chosen.length ? " but for " + counted(chosen.length, "choice") : "";
  return (program || "a run") + " " + (WORLDS[world] || "in the world " + world) + (seed === undefined ? "" : ", seed " + seed + but);
}

function run_counts(run, folded) {
  return counted(run.events.length, "event") + ", " + counted(run.tasks.length, "task") + ", " + counted(run.connections.size, "connection") +
    (run.header.clock === "virtual" ? ", virtual time" : ", real time") + "; " + counted(folded.rows.length, "row") + " shown";
}

/** How many events are missing: those that somebody took out (the header says so), and those that did not fit (the end). */
function left_out_events(run) {
  return (run.header.left_out || 0) + ((run.end && run.end.left_out) || 0);
}

/** The same, and those that this viewer does not know. */
const missing_events = (run) => left_out_events(run) + run.unknown;

/** What the reader has put away, in sentences. */
function put_away(picture) {
  const sentences = [];
  if (picture.hidden_tasks.size) sentences.push("Hidden by you: " + [...picture.hidden_tasks].join(", ") + ".");
  if (picture.folded_hosts.size) sentences.push("Folded by you into a lane each: " + [...picture.folded_hosts].map((host) => host || "no host").join(", ") + ".");
  return sentences;
}

/** What the picture does not show, in sentences. */
function left_out(run, folded) {
  const sentences = [], hidden = run.events.length - folded.rows.length - folded.filtered;
  const bound = left_out_events(run), missing = missing_events(run);
  if (missing > 0) sentences.push("The run had " + counted(run.events.length + missing, "event") + "; " + counted(folded.rows.length, "row") + " shown.");
  if (hidden > 0) sentences.push("Folded: " + counted(hidden, "event") + " of " + run.events.length + ".");
  if (folded.filtered > 0) sentences.push("Filtered out by you: " + counted(folded.filtered, "event") + ".");
  if (bound > 0) sentences.push("Not in the trace: " + counted(bound, "event") + ", taken out of it or beyond the bound on its size.");
  const cut = run.events.filter((event) => (event.kind === "send" || event.kind === "recv") && event.bytes > (event.data || "").length).length;
  if (cut > 0) sentences.push("Bytes cut short in the trace: those of " + counted(cut, "event") + ".");
  return sentences.concat(run.problems);
}
