// Tasks: the table of those that are there at the cursor: what each does or waits for, since when, in
// which line, and the chain of awaits that leads there.

const MOST_TASKS = 200;

/** `panel` remembers what the reader has opened. */
function tasks_part(panel, picture) {
  const run = picture.run, i = picture.selected < 0 ? run.events.length - 1 : picture.selected;
  if (run.tasks.length === 0) return null;
  const chosen = picture.selected >= 0 ? picture.task_of(run.events[picture.selected]) : null;
  const alive = [], ended = [];
  for (const task of run.tasks) {
    const { state, since } = state_at(run, task, i);
    if (state === "unborn") continue;
    (state in { finished: 1, failed: 1, killed: 1 } ? ended : alive).push({ task, state, since });
  }
  const shown = (panel.shows_ended ? alive.concat(ended) : alive).slice(0, MOST_TASKS);
  const body = element("tbody");
  for (const entry of shown) body.append(...task_rows(panel, picture, entry, i, entry.task === chosen));
  const table = element("table", { class: "tasks" },
    element("thead", {}, element("tr", {}, element("th", {}, "task"), element("th", {}, "waits for, or does"), element("th", {}, "since, ms"), element("th", {}, element("span", { class: "unseen" }, "shown")))), body);
  const left = (panel.shows_ended ? alive.length + ended.length : alive.length) - shown.length;
  return panel.part(picture.selected < 0 ? "Tasks at the end" : "Tasks at this point", "tasks", table,
    left > 0 ? element("p", { class: "soft" }, "and " + left + " more") : null,
    ended.length ? element("button", { "data-key": "ended", click: () => { panel.shows_ended = !panel.shows_ended; panel.update(picture); } },
      (panel.shows_ended ? "leave out the " : "also show the ") + counted(ended.length, "task") + " that ended") : null);
}

function task_rows(panel, picture, { task, state, since }, i, is_chosen) {
  const run = picture.run, wait = wait_at(run, task, i), is_hidden = picture.hidden_tasks.has(task.name);
  const place = place_at(run, task, i), chain = (wait && wait.chain) || [];
  const does = wait ? wait.text || wait.on : STATES[state];
  const sample = state in STATE_WIDTH ? swatch(panel.paint, state) : element("span", { class: "mark-" + state, "aria-hidden": "true" }, state === "finished" ? "■" : "✗");
  const is_open = panel.open_chains.has(task.name), opens = chain.length > 0 && !is_chosen;
  const toggle = () => { panel.open_chains[is_open ? "delete" : "add"](task.name); panel.update(picture); };
  const rows = [element("tr", { class: is_chosen ? "chosen" : "" },
    element("th", { scope: "row", title: task.host ? "on " + task.host : "" }, task.name),
    element("td", {}, sample, " " + one_line(does || ""), !place ? null : !opens ? element("code", { class: "place" }, place)
      : element("button", { class: "place", "data-key": "chain/" + task.name, "aria-expanded": String(is_open), title: "Its await chain", click: toggle }, element("code", {}, (is_open ? "▾ " : "▸ ") + place))),
    element("td", { class: "number" }, since ? panel.event_link(run, since.n, milliseconds(since.t)) : ""),
    element("td", {}, element("button", { "data-key": "lane/" + task.name, click: () => picture.toggle_task(task.name), "aria-label": (is_hidden ? "Show the lane of " : "Hide the lane of ") + task.name,
      title: is_hidden ? "Show its lane" : "Hide its lane" }, is_hidden ? "○" : "●")))];
  const is_above = is_chosen && wait && wait.i === picture.selected; // with the event
  if (chain.length > 0 && !is_above && (is_chosen || is_open)) {
    rows.push(element("tr", { class: "chain" }, element("td", { colspan: 4 }, chain_list(panel.sources, chain))));
  }
  return rows;
}
