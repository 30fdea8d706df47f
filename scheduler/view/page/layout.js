// Layout: lanes from left to right, hosts side by side; arrows between them; what crosses which
// part of the picture, so that only that is drawn.

const BUCKET = 64; // rows
const MOST_BUCKETS = 32; // of one arrow; longer ones are few, or a trace of many would fill the memory

/** So many tasks have a lane each unless told otherwise; with more, those share that can. */
const MOST_OWN_LANES = 24;

/**
 * Lanes in order: {name, host, tasks (one, all of a folded host, or several that share a lane)};
 * and the hosts' bands. With `shares`, a task takes the lane of one of the same host and name that
 * has ended before: a server's handlers are as many lanes as there ever were at a time.
 */
function lay_lanes(run, hidden_tasks, folded_hosts, shares) {
  const lanes = [], bands = [], lane_of_task = new Int32Array(run.tasks.length).fill(-1);
  for (const host of run.hosts.values()) {
    const shown = host.tasks.filter((task) => !hidden_tasks.has(task.name));
    if (shown.length === 0) continue;
    const first = lanes.length;
    const is_folded = folded_hosts.has(host.name);
    for (const group of is_folded ? [shown] : shares ? in_turns(shown) : shown.map((task) => [task])) {
      for (const task of group) lane_of_task[task.index] = lanes.length;
      const name = is_folded ? counted(group.length, "task") : group.length > 1 ? group.length + " " + plain_name(group[0].name) : group[0].name;
      lanes.push({ name, host: host.name, tasks: group });
    }
    bands.push({ host: host.name, first, count: lanes.length - first, is_folded });
  }
  return { lanes, bands, lane_of_task };
}

/**
 * Tasks in groups of which no two are there at a time, and all have one name. A task joins the
 * leftmost group that is free when it is born.
 */
function in_turns(tasks) {
  const groups = [], of_name = new Map();
  const in_order = tasks.map((task) => ({ task, born: task.born, died: task.died })).sort((x, y) => x.born - y.born);
  for (const { task, born, died } of in_order) {
    const name = plain_name(task.name);
    if (!of_name.has(name)) of_name.set(name, { busy: new Heap(), free: new Heap() });
    const { busy, free } = of_name.get(name);
    while (busy.size > 0 && busy.least < born) {
      const group = busy.pop();
      free.push(group, group);
    }
    const group = free.size > 0 ? free.pop() : groups.push([]) - 1;
    groups[group].push(task);
    if (died >= 0) busy.push(died, group);
  }
  return groups;
}

/** Every arrow of a run: {from, to (events), source, target (tasks), kind, piece ("1/2", or ""), bytes (0: none)}. */
function find_arrows(run) {
  const arrows = [], pieces = pieces_of(run), sends_of_recv = match_by_offsets(run);
  const open_connects = new Map(), fins = new Map();
  const handed = new Set(); // whom a wake has shown already: from which event, to which task
  const other = (end) => (end === "a" ? "b" : "a");
  const add = (from, to, source, target, kind, piece, bytes) => arrows.push({ from, to, source, target, kind, piece: piece || "", bytes: bytes || 0 });
  const cause_of = (event) => (event.cause ? run.events[run.index_of.get(event.cause)] : undefined);
  const add_from_object = (event, target) => {
    const from = cause_of(event), source = from ? lane_task(run, from) : null;
    if (source && source !== target) add(from.i, event.i, source, target, "sync");
  };
  for (const event of run.events) {
    const place = event.conn + "/" + event.end;
    switch (event.kind) {
      case "spawn":
        if (event.task) add(event.i, event.i, run.task_by_name.get(event.task), run.task_by_name.get(event.target), "spawn");
        break;
      case "wake":
        if (event.object && event.cause) {
          handed.add(event.cause + "/" + event.target);
          add_from_object(event, run.task_by_name.get(event.target));
        } else if (event.task && event.task !== event.target) add(event.i, event.i, run.task_by_name.get(event.task), run.task_by_name.get(event.target), "wake");
        break;
      case "sync":
        if (!handed.has(event.cause + "/" + event.task)) add_from_object(event, run.task_by_name.get(event.task));
        break;
      case "kill":
        if (event.task && event.task !== event.target) add(event.i, event.i, run.task_by_name.get(event.task), run.task_by_name.get(event.target), "kill");
        break;
      case "connect": open_connects.set(event.conn, event); break;
      case "established":
        if (event.end === "b" && open_connects.has(event.conn)) {
          const from = open_connects.get(event.conn);
          add(from.i, event.i, lane_task(run, from), lane_task(run, event), "control");
          open_connects.delete(event.conn);
        }
        break;
      case "accept":
        if (open_connects.has(event.conn)) {
          const from = open_connects.get(event.conn);
          add(from.i, event.i, lane_task(run, from), lane_task(run, event), "control");
          open_connects.delete(event.conn);
        }
        break;
      case "deliver": {
        const from = cause_of(event);
        if (from) add(from.i, event.i, lane_task(run, from), lane_task(run, event), from.again ? "again" : "bytes", pieces.get(from.i), event.bytes);
        break;
      }
      case "lost": {
        const from = cause_of(event);
        if (from) add(from.i, event.i, lane_task(run, from), owner_of(run, event.conn, other(event.end), event.i, true), "lost", from.again ? "again" : pieces.get(from.i), event.bytes);
        break;
      }
      case "recv":
        for (const { from, piece, bytes } of sends_of_recv.get(event.i) || []) add(from.i, event.i, lane_task(run, from), lane_task(run, event), "bytes", piece, bytes);
        break;
      case "shutdown": case "close": if (event.conn) fins.set(place, event); break;
      case "end_of_stream": case "reset": {
        const from = cause_of(event) || fins.get(event.conn + "/" + other(event.end));
        if (from && from.i !== event.i) add(from.i, event.i, lane_task(run, from), lane_task(run, event), event.kind === "reset" ? "reset" : "control");
        break;
      }
    }
  }
  return arrows.filter((arrow) => arrow.source && arrow.target);
}

/**
 * Where the trace does not say when bytes arrive - on real sockets only the kernel knows - but has
 * both ends: recv -> [{from: send, piece}], by their offsets. What was sent at once may be received
 * in pieces.
 */
function match_by_offsets(run) {
  const arrive = new Set(), of_recv = new Map(), of_send = new Map();
  for (const event of run.events) if (event.kind === "deliver") arrive.add(event.conn + "/" + event.end);
  for (const event of run.events) {
    if (event.kind !== "recv" || !event.bytes || arrive.has(event.conn + "/" + event.end)) continue;
    const parts = sends_into(run, event).map((from) => ({ from, piece: "", bytes: shared_bytes(from, event) }));
    if (parts.length > 0) of_recv.set(event.i, parts);
    for (const part of parts) append(of_send, part.from.i, part);
  }
  for (const parts of of_send.values()) {
    if (parts.length > 1) parts.forEach((part, nth) => { part.piece = nth + 1 + "/" + parts.length; });
  }
  return of_recv;
}

/** The sends at the other end whose bytes a recv gets, by their offsets: where both ends are in the trace. */
function sends_into(run, recv) {
  const connection = run.connections.get(recv.conn), sends = [];
  if (!connection || (recv.end !== "a" && recv.end !== "b")) return sends;
  const { sent } = connection[recv.end === "a" ? "b" : "a"];
  let place = last_at_or_before(sent, recv.offset, (entry) => entry.offset);
  for (place = Math.max(0, place); place < sent.length && sent[place].offset < recv.offset + recv.bytes; ++place) {
    if (sent[place].offset + sent[place].bytes > recv.offset && sent[place].i < recv.i) sends.push(run.events[sent[place].i]);
  }
  return sends;
}

/** How many bytes of a stream two of its parts have in common. */
function shared_bytes(one, other) {
  return Math.min(one.offset + one.bytes, other.offset + other.bytes) - Math.max(one.offset, other.offset);
}

/** Segments that are one of several pieces of what was sent at once: event -> "1/3". */
function pieces_of(run) {
  if (run.pieces) return run.pieces;
  const pieces = (run.pieces = new Map()), of_send = new Map();
  for (const event of run.events) {
    if (event.kind !== "segment" || event.again) continue;
    const connection = run.connections.get(event.conn);
    if (!connection) continue; // number 0, which no recorder gives
    const { sent } = connection[event.end], send = last_at_or_before(sent, event.offset, (entry) => entry.offset);
    // Where that send is left out, the one before it has nothing to do with this.
    if (send < 0 || event.offset >= sent[send].offset + sent[send].bytes) continue;
    const key = event.conn + event.end + send;
    append(of_send, key, event.i);
  }
  for (const parts of of_send.values()) {
    if (parts.length > 1) parts.forEach((i, place) => pieces.set(i, place + 1 + "/" + parts.length));
  }
  return pieces;
}

/** Puts arrows into buckets of rows, so that those on the screen are found at once. */
function bucket_arrows(arrows, folded) {
  const count = Math.ceil((folded.rows.length + 1) / BUCKET) + 1;
  const buckets = Array.from({ length: count }, () => []), long = [];
  for (const arrow of arrows) {
    const from = Math.floor(folded.position[arrow.from] / BUCKET), to = Math.floor(folded.position[arrow.to] / BUCKET);
    const first = Math.min(from, to), last = Math.max(from, to);
    if (last - first >= MOST_BUCKETS) long.push({ arrow, first, last });
    else for (let b = first; b <= last; ++b) buckets[b].push(arrow);
  }
  return { buckets, long };
}

/** The arrows that may touch rows first to last, each once. */
function arrows_between({ buckets, long }, first, last) {
  const found = new Set();
  const begin = Math.floor(Math.max(0, first) / BUCKET), end = Math.min(buckets.length - 1, Math.floor(Math.max(0, last) / BUCKET));
  for (const { arrow, first: low, last: high } of long) if (low <= end && high >= begin) found.add(arrow);
  for (let b = begin; b <= end; ++b) for (const arrow of buckets[b]) found.add(arrow);
  return found;
}
