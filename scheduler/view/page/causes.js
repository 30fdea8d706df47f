// Causes: for each event the one that it came from, as far as the trace tells, so that "why?" can
// be asked again and again. Over the network bytes are followed: recv, deliver, segment, send. In a
// task, what it does comes from the step in which it does it, and that from what let it go on: a
// wake, or its spawn. A cause is always earlier, so each chain ends.

const MOST_CAUSES = 4000; // of one chain; a window shows fewer

/** For each event the place of its cause among run.events, or -1. Made once, in one pass. */
function causes_of(run) {
  if (run.causes) return run.causes;
  const causes = new Int32Array(run.events.length).fill(-1), seen = new SeenSoFar(run);
  for (const event of run.events) {
    const named = event.cause ? run.index_of.get(event.cause) : undefined;
    const cause = named ?? seen.cause_of(event);
    if (cause !== undefined && cause < event.i) causes[event.i] = cause;
    seen.add(event);
  }
  return (run.causes = causes);
}

/** What of a run matters to the causes of what comes next. */
class SeenSoFar {
  constructor(run) {
    this.run = run;
    this.steps = new Map(); // by task: its last step
    this.let_go = new Map(); // by task: the wake, or spawn, that no step has followed yet
    this.begun = new Map(); // by task: its spawn
    this.waits = new Map(); // by task: its last block
    this.ends = new Map(); // by connection and end
    this.connects = new Map(); // by connection
    this.failure = undefined;
    this.step = undefined; // of whichever task
    this.block = undefined; // the same
  }

  end(conn, name) {
    const key = conn + "/" + name;
    let end = this.ends.get(key);
    if (!end) this.ends.set(key, end = { sends: [], delivers: [], segments: [], established: undefined, refused: undefined, fin: undefined, eof: undefined });
    return end;
  }

  /** The step that a task is in, or its beginning; of one that is ended while it waits, that wait. */
  step_of(task) {
    const step = this.steps.get(task) ?? this.begun.get(task), wait = this.waits.get(task);
    return wait > (step ?? -1) ? wait : step;
  }

  cause_of(event) {
    switch (event.kind) {
      case "host": return undefined;
      case "step": return this.let_go.get(event.task) ?? this.step_of(event.task);
      case "wake": return event.task ? this.step_of(event.task) : this.waits.get(event.target);
      case "spawn": return event.task ? this.step_of(event.task) : undefined;
      case "time_out": return this.waits.get(event.target);
      case "finish": case "fail": return this.step_of(event.target || event.task);
      case "kill": return event.task ? this.step_of(event.task) : this.failure ?? this.step_of(event.target);
      case "run_fails": return this.failure ?? this.block; // who waits last closes the cycle
      case "property": return event.task ? this.step_of(event.task) : this.step; // it is asked after each step
    }
    return this.cause_over_network(event) ?? (event.task ? this.step_of(event.task)
      : this.waits.get(this.run.woken.get(event.n))); // the network goes on with what was asked for
  }

  /** Undefined where the trace has nothing of it, as of the other end of real sockets. */
  cause_over_network(event) {
    if (!event.conn) return undefined;
    const here = this.end(event.conn, event.end), there = this.end(event.conn, event.end === "a" ? "b" : "a");
    switch (event.kind) {
      case "recv":
        if (event.bytes === 0) return here.eof ?? there.fin;
        return holder_of(here.delivers, event) ?? holder_of(there.sends, event);
      case "deliver": return holder_of(there.segments, event);
      case "segment": return holder_of(here.sends, event);
      case "established": case "refuse": return this.connects.get(event.conn);
      case "accept": return here.established ?? this.connects.get(event.conn);
      case "end_of_stream": return there.fin;
      case "reset": return there.fin ?? here.refused ?? this.connects.get(event.conn);
    }
    return undefined;
  }

  add(event) {
    const { i, kind, task, target } = event;
    if (kind === "step") { this.steps.set(task, this.step = i); this.let_go.delete(task); }
    if (kind === "spawn") this.begun.set(target, i);
    if (kind === "wake" || kind === "spawn") this.let_go.set(target, i);
    if (kind === "block") this.waits.set(task, this.block = i);
    if (kind === "fail" || (kind === "property" && !event.holds) || kind === "run_fails") this.failure = i;
    if (!event.conn) return;
    const end = this.end(event.conn, event.end);
    const stream = { send: end.sends, segment: end.segments, deliver: end.delivers }[kind];
    if (stream && !event.again) stream.push({ offset: event.offset, bytes: event.bytes, i });
    if (kind === "connect" && !event.again) this.connects.set(event.conn, i);
    if (kind === "established") end.established = i;
    if (kind === "refuse") end.refused = i;
    if (kind === "shutdown" || kind === "close") end.fin = i;
    if (kind === "end_of_stream") end.eof = i;
  }
}

/** Of the parts of a stream, in order, the one with the last byte of this one. */
function holder_of(parts, event) {
  const last = event.offset + event.bytes - 1, part = parts[last_at_or_before(parts, last, ({ offset }) => offset)];
  return part && last < part.offset + part.bytes ? part.i : undefined;
}

/** The event i, its cause, the cause of that, and so on: places among run.events. */
function chain_of(run, i) {
  const causes = causes_of(run), chain = [];
  for (; i >= 0 && chain.length < MOST_CAUSES; i = causes[i]) chain.push(i);
  return chain;
}

/** Whether a person wants to read of it: that a task ran says little where there is a network. */
function is_told(run, i) {
  return run.events[i].kind !== "step" || run.connections.size === 0;
}

/** The cause of event i that a person wants to read of, or -1. */
function told_cause(run, i) {
  const causes = causes_of(run);
  do i = causes[i]; while (i >= 0 && !is_told(run, i));
  return i;
}

/** What came from event i, in order; choices are many and lead nowhere. */
function effects_of(run, i) {
  if (!run.effects) {
    run.effects = new Map();
    causes_of(run).forEach((cause, effect) => {
      if (cause < 0 || run.events[effect].kind === "decide") return;
      append(run.effects, cause, effect);
    });
  }
  return run.effects.get(i) || [];
}

/** The same, with what a step did in the step's place. */
function told_effects(run, i) {
  return effects_of(run, i).flatMap((effect) => (is_told(run, effect) ? [effect] : effects_of(run, effect)));
}
