// Connections: who uses each end, what left there, and where its bytes are. Part of model.js.

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
