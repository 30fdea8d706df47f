// Walk: where keys take the cursor, beside the next row and the next match: failures, causes, decisions.

function go_to_failure(page) {
  const fails = page.current.run.fails;
  if (fails.length === 0) { page.say("Nothing failed in this run."); return; }
  page.current.select(fails.find((i) => i > page.current.selected) ?? fails[0], { opens: true });
}

/** The place of the run whose failure stands above the picture, or -1. */
function find_failing(page) {
  return page.runs.findIndex(({ fails }) => fails.length > 0);
}

function go_to_failing(page) {
  page.make_current(find_failing(page));
  go_to_failure(page);
}

/** Where a page with a run that fails is opened. */
function go_where_it_went_wrong(page) {
  page.make_current(find_failing(page));
  const { i, why } = opening_of(page.current.run);
  page.current.select(i, { opens: true, centres: why !== "" });
}

/** Along the chain of causes; what was left is kept, to come back to it. */
function go_to_cause(page) {
  const picture = page.current, cause = picture.selected < 0 ? -1 : told_cause(picture.run, picture.selected);
  if (cause < 0) { page.say("The trace names no cause of this event."); return; }
  picture.came_from.push(picture.selected);
  picture.select(cause, { opens: true, keeps_way_back: true });
}

function go_to_effect(page) {
  const picture = page.current, { run } = picture;
  if (picture.selected < 0) return;
  const effect = picture.came_from.pop() ?? told_effects(run, picture.selected)[0];
  if (effect === undefined) { page.say("Nothing in the trace comes of this event."); return; }
  picture.select(effect, { opens: true, keeps_way_back: true });
}

function next_decision(page) {
  const { run, selected } = page.current;
  const next = run.events.find((event) => event.i > selected && event.kind === "decide");
  if (next) page.current.select(next.i, { opens: true });
  else page.say("No decision comes after this.");
}
