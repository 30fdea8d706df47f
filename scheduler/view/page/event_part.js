// Event part: of the event at the cursor what it is, what came before its step, and why it came about.

const FEW_CAUSES = 7;
const MOST_SHOWN_CAUSES = 200;
const MOST_STEPS_WITH_LINES = 3;
const MOST_EFFECTS = 6;

function event_part(panel, picture, event) {
  const run = picture.run;
  if (run.events.length === 0) return panel.part("Nothing happened", "event", element("p", { class: "soft" }, "The trace has no events."));
  if (!event) return panel.part("Nothing chosen yet", "event", element("p", { class: "soft" }, "Press n for the first event, or click a row."));
  const facts = element("dl");
  const fact = (name, ...value) => facts.append(element("dt", {}, name), element("dd", {}, ...value));
  // What the network does for a task has no place of its own: it is where the task waits.
  const task = picture.task_of(event), wait = !event.at && !event.task && task ? wait_at(run, task, event.i) : null;
  const place = place_of(run, wait || event);
  if (event.at) fact("source", element("code", {}, place ? place.path + ":" + place.line : event.at));
  else if (place) fact(task.name + " waits at", element("code", {}, place.path + ":" + place.line));
  const lines = place && source_block(panel.sources, place);
  if (lines) facts.append(element("dd", { class: "wide" }, lines));
  if (event.conn) fact("connection", element("a", { href: "#", click: (e) => { e.preventDefault(); panel.follow(event.conn); } }, told_connection(run, event.conn)));
  if (event.object) fact("object", element("a", { href: "#", click: (e) => { e.preventDefault(); panel.search("object:" + event.object); } }, event.object));
  if (event.until) fact("until", milliseconds(event.until) + " ms");
  if (event.limit_at) fact("timeout", milliseconds(event.limit) + " ms, set at ", element("code", {}, event.limit_at));
  if (event.chain && event.chain.length) {
    fact("await chain", "");
    facts.append(element("dd", { class: "wide" }, chain_list(panel.sources, event.chain, place)));
  }
  const effects = told_effects(run, event.i).map((i) => run.events[i]);
  if (effects.length && event.kind !== "run_fails") { // what comes of that is only the unwinding
    fact("leads to", ...effects.slice(0, MOST_EFFECTS).flatMap((effect) => [panel.event_link(run, effect.n), " " + (who(run, effect) === who(run, event) ? "" : who(run, effect) + " ") + one_line(describe(run, effect)), element("br")]),
      effects.length > MOST_EFFECTS ? "and " + (effects.length - MOST_EFFECTS) + " more" : "");
  }
  if (event.data && event.data.length > 1) fact("bytes", element("pre", { tabindex: 0 }, quoted(event.data, 2000)));
  if (event.text && event.text.includes("\n")) {
    const report = element("pre", { class: "report", tabindex: 0 }, event.text.replace(/^the run: /, ""));
    if (!is_deadlock(event)) fact("report", "");
    // Who waits for whom says the same in fewer lines.
    facts.append(element("dd", { class: "wide" }, is_deadlock(event) ? element("details", {}, element("summary", {}, "the report of the run"), report) : report));
  }
  return element("section", { id: "event", "aria-label": "The event at the cursor" },
    element("p", { class: "where" }, "#" + event.n + " · " + milliseconds(event.t) + " ms" + (event.host ? " · " + event.host : "") + " · " + event.kind),
    element("p", { class: "sentence" }, element("b", {}, who(run, event)), " " + one_line(describe(run, event))), facts);
}

/** Who came between the wake of the task at the cursor and its step, and while it waited. */
function turn_part(panel, run, i) {
  const told = turn_of(run, i);
  if (told.length === 0) return null;
  let left = MOST_STEPS_WITH_LINES;
  return panel.part("Before this step", "turn", element("p", {}, ...panel.linked(run, told[0].text)), element("ul", {}, ...told.slice(1).map(({ text, ran }) => {
    const shown = left > 0 ? ran.slice(-left).reverse() : []; // the last is the nearest
    left -= shown.length;
    return element("li", {}, ...panel.linked(run, text), ...shown.map((step) => panel.lines_from(run, step)));
  })));
}

/** The chain of causes, the nearest first, with the time that each was earlier than what came of it. */
function why_part(panel, picture, event) {
  const run = picture.run, told = picture.chain.slice(1).filter((i) => is_told(run, i));
  if (told.length === 0) return null;
  const most = panel.shows_all_causes ? MOST_SHOWN_CAUSES : FEW_CAUSES;
  const list = element("ol", { class: "why" });
  told.slice(0, most).forEach((i, nth) => {
    const cause = run.events[i], effect = nth === 0 ? event : run.events[told[nth - 1]], gap = effect.t - cause.t, name = who(run, cause);
    list.append(element("li", {}, panel.event_link(run, cause.n, element("span", {}, element("span", { class: "event-number" }, "#" + cause.n), " ", element("b", {}, name), (name ? " " : "") + one_line(describe(run, cause)),
        cause.kind === "step" && cause.at ? element("code", { class: "soft" }, "  " + cause.at) : null)),
      gap > 0 ? element("span", { class: "gap" }, milliseconds(gap) + " ms before") : null));
  });
  const left = told.length - Math.min(most, told.length), is_cut = picture.chain.length >= MOST_CAUSES;
  const rest = left > 0 ? "and " + (is_cut ? "more than " : "") + counted(left, "cause") + " before, back to " + milliseconds(run.events[told[told.length - 1]].t) + " ms " : "";
  const more = told.length > FEW_CAUSES ? element("button", { "data-key": "why", click: () => { panel.shows_all_causes = !panel.shows_all_causes; panel.update(picture); } },
    panel.shows_all_causes ? "only the nearest" : "show " + (told.length > MOST_SHOWN_CAUSES ? MOST_SHOWN_CAUSES : "all")) : null;
  return panel.part("Why: what led here, the nearest first", "why", list, more ? element("p", { class: "soft" }, rest, more) : null,
    element("p", { class: "soft" }, element("kbd", {}, "["), " goes to the cause, ", element("kbd", {}, "]"), " back to what came of it"));
}
