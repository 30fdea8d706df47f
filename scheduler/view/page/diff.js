// Diff: two runs side by side, aligned task by task: the n-th event of a task with the n-th event
// of the same task. Never by time, nor by the place among all events: these differ when nothing
// else does.

/** What two events must have in common to be the same: all that a person would call the event. */
function essence(run, event) {
  const parts = [event.kind, event.host, event.target && plain_name(event.target), event.on, event.end, event.offset, event.bytes,
    event.data, event.port, event.name, event.holds, event.signal, event.site, event.choice, event.again,
    event.object && plain_name(event.object), event.did, event.count];
  if (event.kind === "note" || event.kind === "fault" || event.kind === "fail") parts.push(event.text);
  return JSON.stringify(parts.map((part) => part ?? null));
}

/** A task's name in both runs: its host, its name without the number, and which of these it is. */
function common_names(run) {
  if (run.common_names) return run.common_names;
  const seen = new Map(), names = [];
  for (const task of run.tasks) {
    const base = kin_of(task), nth = (seen.get(base) || 0) + 1;
    seen.set(base, nth);
    names.push(base + nth);
  }
  return (run.common_names = names);
}

/** Events of a task itself; steps say only that the loop went round. */
function own_events(run, task) {
  return task.events.filter((i) => {
    const event = run.events[i];
    return event.kind !== "step" && event.kind !== "wake" && (event.task === task.name || !event.task);
  });
}

/**
 * Compares two runs: {tasks: [{name, same, left, right}], first}: for each task how many events are
 * the same, and the events that differ then (null: there is none); `first` is the earliest of them.
 */
function diff_runs(left_run, right_run) {
  const left_names = common_names(left_run), right_names = common_names(right_run);
  const right_tasks = new Map(right_names.map((name, index) => [name, right_run.tasks[index]]));
  const tasks = [];
  const compare = (name, label, left, right) => {
    const a = left ? own_events(left_run, left) : [], b = right ? own_events(right_run, right) : [];
    let same = 0;
    while (same < a.length && same < b.length &&
           essence(left_run, left_run.events[a[same]]) === essence(right_run, right_run.events[b[same]])) ++same;
    const at = (run, list) => (same < list.length ? run.events[list[same]] : null);
    tasks.push({ name: label, same, left: at(left_run, a), right: at(right_run, b) });
  };
  left_run.tasks.forEach((task, index) => {
    const name = left_names[index];
    compare(name, task.name, task, right_tasks.get(name));
    right_tasks.delete(name);
  });
  for (const [name, task] of right_tasks) compare(name, task.name, null, task);
  const differing = tasks.filter((task) => task.left || task.right);
  // The earliest in either run: what comes later may be its consequence.
  const when = (task) => Math.min(task.left ? task.left.i : Infinity, task.right ? task.right.i : Infinity);
  differing.sort((x, y) => when(x) - when(y));
  return { tasks, first: differing[0] || null };
}

/** The event of the other run at the same place of the same task, or null. */
function counterpart(run, event, other_run) {
  const task = run.task_by_name.get(event.task || event.target || run.woken.get(event.n));
  if (!task) return null;
  const name = common_names(run)[task.index];
  const place = common_names(other_run).indexOf(name);
  if (place < 0) return null;
  const nth = last_at_or_before(own_events(run, task), event.i);
  const others = own_events(other_run, other_run.tasks[place]);
  return nth >= 0 && others.length ? other_run.events[others[Math.min(nth, others.length - 1)]] : null;
}
