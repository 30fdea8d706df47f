// Failure part: of a run that fails what a person asks about first, and all verdicts.

const MOST_VERDICTS = 100;

/** Why the page opens here, and not at the verdict. */
function opened_part(panel, run, { why }) {
  if (why === "") return null;
  const verdict = run.events[run.fails[0]];
  return element("section", { id: "opened", "aria-label": "Why the page opens here" },
    element("p", { class: "sentence" }, one_line(describe(run, verdict))), element("p", { class: "soft" }, ...panel.linked(run, why)));
}

/** Of a run that ends in a deadlock: who waits for whom. */
function knot_part(panel, run) {
  const deadlock = find_deadlock(run), parts = deadlock === undefined ? [] : knot_of(run, deadlock);
  if (parts.length === 0) return null;
  return panel.part("Who waits for whom", "knot", ...parts.flatMap(({ title, lines }) => [element("h3", is_soft(title) ? { class: "soft" } : {}, title),
    element("ul", {}, ...lines.slice(0, MOST_IN_FIRST_LOOK).map(({ names, text, i: wait }) => element("li", {}, element("b", {}, names), ...panel.linked(run, text), " ", panel.event_link(run, run.events[wait].n), is_secondary(title) ? null : panel.line_of(run, run.events[wait])))),
    lines.length > MOST_IN_FIRST_LOOK ? element("p", { class: "soft" }, "and " + (lines.length - MOST_IN_FIRST_LOOK) + " more") : null]).filter(Boolean));
}

/** Of a run that fails: what a person would look at first. */
function clues_part(panel, run) {
  const clues = clues_of(run);
  if (clues.length === 0) return null;
  const left = clues.length - MOST_IN_FIRST_LOOK;
  return panel.part("Worth a look", "odd", element("ul", {}, ...clues.slice(0, MOST_IN_FIRST_LOOK).map(({ i, more, place }) => {
    const event = run.events[i], never_ran = place === undefined ? null : panel.lines_from(run, run.events[place]);
    return element("li", {}, element("b", {}, who(run, event)), " " + one_line(describe(run, event)), ...panel.linked(run, more), " ", panel.event_link(run, event.n),
      never_ran || panel.line_of(run, run.events[place ?? i]));
  })), left > 0 ? element("p", { class: "soft" }, "and " + left + " more") : null);
}

function verdicts_part(panel, picture) {
  const run = picture.run;
  if (run.properties.size === 0 && run.fails.length === 0) return null;
  const list = element("ul", { class: "verdicts" });
  for (const property of [...run.properties.values()].slice(0, MOST_VERDICTS)) {
    const so_far = property.events.filter((i) => i <= picture.selected || picture.selected < 0);
    const last = run.events[so_far.length ? so_far[so_far.length - 1] : property.events[0]];
    const bad = property.events.find((i) => !run.events[i].holds);
    const is_known = so_far.length > 0;
    list.append(element("li", { class: !is_known ? "open" : last.holds ? "good" : "bad" },
      element("span", { "aria-hidden": "true" }, !is_known ? "· " : last.holds ? "✓ " : "✗ "),
      property.name, !is_known ? " (not asked yet)" : last.holds ? "" : " (does not hold" + after(last.text) + ")", " ",
      panel.event_link(run, run.events[bad ?? property.events[0]].n)));
  }
  const others = run.fails.map((i) => run.events[i]).filter((event) => event.kind !== "property");
  for (const event of others.slice(0, MOST_VERDICTS)) {
    list.append(element("li", { class: "bad" }, element("span", { "aria-hidden": "true" }, "✗ "), who(run, event) + " " + one_line(describe(run, event)), " ", panel.event_link(run, event.n)));
  }
  const left = Math.max(0, run.properties.size - MOST_VERDICTS) + Math.max(0, others.length - MOST_VERDICTS);
  return panel.part("Verdicts", "verdicts", list, left > 0 ? element("p", { class: "soft" }, "and " + left + " more") : null);
}
