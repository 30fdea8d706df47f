// Buffers: at the cursor where the bytes of each stream are, and which timers run.

const MOST_CONNECTIONS = 40;
const MOST_TIMERS = 20;

function buffers_part(panel, run, i) {
  if (run.header.world !== "sim") { // a trace of real sockets has no segments
    return run.connections.size === 0 ? null : panel.part("Bytes on their way", "buffers",
      element("p", { class: "soft" }, "Only the kernel knows: on real sockets a trace has what was sent and received, and not what happened between."));
  }
  const rows = [];
  let count = 0;
  for (const connection of run.connections.values()) {
    if (connection.events[0] > i) continue;
    const is_chosen = run.events[i].conn === connection.number;
    for (const [from, to] of [["a", "b"], ["b", "a"]]) {
      const bytes = flow_at(connection[from], i);
      const is_empty = bytes.unsent + bytes.in_flight + bytes.unread === 0;
      if (is_empty && !is_chosen) continue;
      if (++count > MOST_CONNECTIONS) continue;
      rows.push(element("tr", { class: is_chosen ? "chosen" : "" },
        element("th", { scope: "row" }, end_name(connection[from]) + " → " + end_name(connection[to])),
        ...[bytes.unsent, bytes.in_flight, bytes.unread].map((n) => element("td", { class: "number" + (n ? "" : " zero") }, String(n)))));
    }
  }
  if (rows.length === 0) return null;
  return panel.part("Bytes on their way", "buffers", element("table", {},
    element("thead", {}, element("tr", {}, element("th", {}, "stream"), element("th", { title: "in the sender's buffer" }, "not sent"), element("th", { title: "on the link" }, "in flight"), element("th", { title: "in the receiver's buffer" }, "not read"))),
    element("tbody", {}, ...rows)), count > MOST_CONNECTIONS ? element("p", { class: "soft" }, "and " + (count - MOST_CONNECTIONS) + " more") : null,
    missing_events(run) > 0 ? element("p", { class: "soft" }, "Events are missing in this trace: bytes that they moved are counted where they were before.") : null);
}

function timers_part(panel, run, i) {
  const now = run.events[i].t, timers = [];
  for (const task of run.tasks) {
    const wait = wait_at(run, task, i);
    if (wait && wait.until !== undefined) timers.push({ task, until: wait.until });
  }
  if (timers.length === 0) return null;
  timers.sort((x, y) => x.until - y.until);
  return panel.part("Timers", "timers", element("ol", {}, ...timers.slice(0, MOST_TIMERS).map(({ task, until }) =>
    element("li", {}, element("b", {}, task.name), " in " + milliseconds(Math.max(0, until - now)) + " ms, at " + milliseconds(until)))),
    timers.length > MOST_TIMERS ? element("p", { class: "soft" }, "and " + (timers.length - MOST_TIMERS) + " more") : null);
}

const end_name = (end) => end.host || end.address || "?";

/** "3: client ⇄ server" */
function told_connection(run, number) {
  const connection = run.connections.get(number);
  return connection ? number + ": " + end_name(connection.a) + " ⇄ " + end_name(connection.b) : String(number);
}
