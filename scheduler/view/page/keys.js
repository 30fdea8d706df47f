// Keys: everything can be done without a mouse. The list is also what the help shows.

function key_table(page) {
  return [
    ["n", "next row", () => page.current.move(1), "ArrowDown"],
    ["p", "previous row", () => page.current.move(-1), "ArrowUp"],
    ["PageDown", "ten rows on", () => page.current.move(10)],
    ["PageUp", "ten rows back", () => page.current.move(-10)],
    ["Home", "first row", () => page.current.select_row(0)],
    ["End", "last row", () => page.current.select_row(Infinity)],
    ["[", "to the cause of this event", () => go_to_cause(page)],
    ["]", "back to what came of it", () => go_to_effect(page)],
    ["y", "make what led here stand out, or not", () => page.toggle_way()],
    ["f", "first failure, then the next one", () => go_to_failure(page)],
    ["/", "search", () => focus_search(page)],
    [".", "next match", () => go_to_match(page, 1)],
    [",", "previous match", () => go_to_match(page, -1)],
    ["e", "only show matches, or all again", () => toggle_only_matches(page)],
    ["1", "show messages, failures, stuck tasks", () => page.set_level(0)],
    ["2", "show waits and wakes too", () => page.set_level(1)],
    ["3", "show everything", () => page.set_level(2)],
    ["o", "unfold what is before this row", () => page.unfold()],
    ["a", "change the axis: steps or time", () => page.toggle_axis()],
    ["+", "zoom in", () => page.zoom(1.25), "="],
    ["-", "zoom out", () => page.zoom(0.8)],
    ["h", "hide this task's lane", () => page.hide_task()],
    ["c", "fold this host into one lane", () => page.fold_host()],
    ["b", "tasks that follow each other share a lane, or not", () => page.toggle_sharing()],
    ["s", "show all lanes, unfold all hosts", () => page.show_all()],
    ["d", "next decision, to try another choice", () => next_decision(page)],
    ["w", "to the other run", () => switch_run(page)],
    ["x", "to the first difference", () => go_to_difference(page)],
    ["t", "the picture as text", () => page.toggle_twin()],
    ["i", "hide or show the panel", () => page.toggle_panel()],
    ["l", "copy a link to this event", () => page.copy_link()],
    ["m", "light or dark", () => page.toggle_theme()],
    ["k", "what the marks and colours mean", () => page.toggle_legend()],
    ["?", "this help", () => page.toggle_help()],
  ];
}

function listen_to_keys(page) {
  const actions = new Map();
  for (const [key, , action, other] of key_table(page)) {
    actions.set(key, action);
    if (other) actions.set(other, action);
  }
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const tag = event.target.tagName, is_text = tag === "INPUT" && event.target.type !== "range" && event.target.type !== "checkbox";
    const open = document.querySelector("dialog[open]"); // it scrolls, and Escape closes it
    if (open && event.key !== open.dataset.key) return;
    if (event.key === "Escape") return page.escape();
    if (is_text) {
      if (event.key === "Enter") go_to_match(page, event.shiftKey ? -1 : 1);
      return;
    }
    const scrolls = ["ArrowDown", "ArrowUp", "PageDown", "PageUp", "Home", "End"].includes(event.key);
    if (scrolls && (tag === "SELECT" || tag === "PRE" || event.target.type === "range" || document.getElementById("panel").contains(event.target))) return;
    const action = actions.get(event.key);
    if (!action) return;
    event.preventDefault();
    action();
  });
}

function help_table(page) {
  return element("table", {}, element("tbody", {}, ...key_table(page).map(([key, what, , other]) =>
    element("tr", {}, element("th", { scope: "row" }, element("kbd", {}, key), other && other !== "=" ? " " : "", other && other !== "=" ? element("kbd", {}, { ArrowDown: "↓", ArrowUp: "↑" }[other]) : ""), element("td", {}, what)))));
}
