// Fold: which events get a row of their own. By default those that a person asks about first:
// what goes between hosts, who comes and goes, who is stuck, and what fails. What follows from a
// row shares it: a send that leaves at once as one segment, an arrival that is read at once.
// fold.cc is the same in C++, for the text.

const ALWAYS_FOLDED = { sync: 1, step: 2, host: 2, wake: 1, established: 1, block: 1 };

/**
 * Level 0 to 2: from which level on the event has a row. `telling` are waits that never end, and
 * what led to them. Where a plan says what is out of the ordinary, its choices are a story, and so
 * are those that the run's command makes; a seed's are all of them.
 */
function level_of(event, telling, is_choice_told, has_network) {
  if (event.kind === "step" && !has_network) return 1; // then who runs when is the story
  if ((event.kind === "block" || event.kind === "sync") && telling.has(event.i)) return 0;
  if (event.kind === "sync" && event.did === "destroy") return 2;
  if (event.kind === "wake" && event.object) return 2; // the row of what did it says so
  if (event.kind === "decide") return is_choice_told(event) ? 0 : 2;
  return ALWAYS_FOLDED[event.kind] || 0;
}

/** For each event the later one whose row says the same, or -1. */
function shared_rows(run) {
  const shares = new Int32Array(run.events.length).fill(-1);
  const sends = new Map(), deliveries = new Map(); // of this instant, by conn and end
  const faults = new Map(); // by text
  let now = -1;
  for (const event of run.events) {
    if (event.t !== now) {
      for (const map of [sends, deliveries, faults]) map.clear();
      now = event.t;
    }
    const place = event.conn + event.end;
    if (event.kind === "send") sends.set(place, event);
    if (event.kind === "deliver") {
      if (!deliveries.has(place)) deliveries.set(place, []);
      deliveries.get(place).push(event);
    }
    if (event.kind === "segment" && !event.again) {
      const send = sends.get(place);
      if (send && send.offset === event.offset) shares[send.i] = event.i;
    }
    if (event.kind === "fault" && event.text) faults.set(event.text, event);
    if (event.kind === "lost" && faults.has(event.text)) shares[faults.get(event.text).i] = event.i;
    if (event.kind === "recv") {
      for (const deliver of deliveries.get(place) || []) {
        if (event.offset <= deliver.offset && deliver.offset < event.offset + event.bytes) shares[deliver.i] = event.i;
      }
    }
  }
  return shares;
}

/**
 * The rows of the picture: {rows: events with a row, position: for each event where it is, in
 * rows, hidden_before: how many folded events precede each row, filtered: how many are not
 * allowed}.
 * options: level, opened (a Set of events to show anyway), allows (event -> shown at all?).
 */
function fold(run, options) {
  const count = run.events.length, rows = [], hidden_before = [];
  const position = new Float64Array(count);
  const facts = run.fold_facts || (run.fold_facts = { telling: telling_of(run), shares: shared_rows(run) });
  const has_plan = split_token(run.header.token).letters.startsWith("P"), chosen = chosen_decisions(run);
  const is_choice_told = (event) => (has_plan && event.choice && event.text) || (chosen.size > 0 && chosen.has(decision_word(event)));
  let hidden = 0, filtered = 0;
  const shares = [], woken = [];
  for (const event of run.events) {
    const is_open = options.opened && options.opened.has(event.i);
    const has_share = options.level < 1 && facts.shares[event.i] >= 0;
    const wanted = is_open || (level_of(event, facts.telling, is_choice_told, run.connections.size > 0) <= options.level && !has_share);
    const is_allowed = !options.allows || options.allows(event);
    if (!is_allowed) ++filtered;
    if (wanted && is_allowed) {
      position[event.i] = rows.length;
      rows.push(event.i);
      hidden_before.push(hidden);
      hidden = 0;
    } else {
      if (is_allowed) ++hidden;
      position[event.i] = Math.max(0, rows.length - 0.5);
      if (has_share) shares.push(event.i);
      if (event.kind === "wake" && event.object && run.index_of.has(event.cause)) woken.push(event);
    }
  }
  for (const i of shares) position[i] = position[facts.shares[i]];
  for (const event of woken) position[event.i] = position[run.index_of.get(event.cause)];
  return { rows, position, hidden_before, filtered };
}
