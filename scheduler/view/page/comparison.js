// Comparison: what a page of two runs has besides two pictures: where they part (diff.js), in words
// and as a mark in each, and cursors that move together.

const MOST_DIFFERENT_TASKS = 100;

/** Compares the page's runs, and says above the pictures what it found. */
function compare(page) {
  const box = page.find("difference"), [here, there] = page.runs;
  if (!there) return;
  const { tasks, first } = (page.difference = diff_runs(here, there));
  box.hidden = false;
  if (!first) {
    box.replaceChildren("Both runs are the same, task by task" + (failures_of(here) === failures_of(there) ? "." : "; but not all that holds in one does in the other."));
    return;
  }
  page.pictures[0].mark = first.left ? first.left.i : -1;
  page.pictures[1].mark = first.right ? first.right.i : -1;
  const side = (run, event) => (event ? "#" + event.n + " " + one_line(describe(run, event)) : "nothing more");
  const different = tasks.filter((task) => task.left || task.right), left = different.length - MOST_DIFFERENT_TASKS;
  box.replaceChildren(element("b", {}, "First difference: "), in_order(first.name) + " does the same for " + counted(first.same, "event") + "; then here ",
    element("q", {}, side(here, first.left)), ", there ", element("q", {}, side(there, first.right)), ". ",
    element("button", { click: () => go_to_difference(page) }, "show it (x)"), " ",
    element("details", {}, element("summary", {}, counted(different.length, "task") + " of " + tasks.length + " differ"),
      element("table", {}, element("tbody", {}, ...different.slice(0, MOST_DIFFERENT_TASKS).map((task) =>
        element("tr", {}, element("th", { scope: "row" }, task.name), element("td", {}, counted(task.same, "event") + " the same"), element("td", {}, side(here, task.left)), element("td", {}, side(there, task.right)))))),
      left > 0 ? element("p", { class: "soft" }, "and " + left + " more") : null));
}

/** What failed, without the numbers of events, which differ. */
function failures_of(run) {
  return JSON.stringify(run.fails.map((i) => run.events[i]).map(({ kind, name, text }) => [kind, name || first_line(text || "")]));
}

/** Moves the other run's cursor to the same event of the same task. */
function align(page, picture, event) {
  if (page.pictures.length < 2) return;
  const other = page.pictures[picture === page.pictures[0] ? 1 : 0];
  const same = counterpart(picture.run, event, other.run);
  if (same) other.select(same.i, { is_silent: true });
}

function go_to_difference(page) {
  if (!page.difference || !page.difference.first) return;
  const { left, right } = page.difference.first;
  if (left) { page.make_current(0); page.pictures[0].select(left.i, { opens: true }); }
  if (right) page.pictures[1].select(right.i, { opens: true, is_silent: Boolean(left) });
}

function switch_run(page) {
  if (page.pictures.length < 2) return;
  const place = page.current === page.pictures[0] ? 1 : 0;
  page.make_current(place);
  if (!page.text.is_shown) page.pictures[place].box.focus();
}
