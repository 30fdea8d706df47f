// Source: the lines of the program that the trace speaks of, where whoever made the page had them.
// They are in the page as {path: {line: text}}, with those around them.

const AROUND = 2; // lines before and after: as sources.cc has it

/** Lines by path and number; none when the text is empty. */
function read_sources(text) {
  try {
    return new Map(Object.entries(JSON.parse(text)));
  } catch {
    return new Map();
  }
}

/** Where the trace says an event is: {path, line}, or null. */
function place_of(run, event) {
  const place = /^(.*):(\d+)$/.exec(event.at || "");
  if (!place) return null;
  const task = run.task_by_name.get(event.task);
  const path = event.in || (task && task.files.get(event.at)) || files_of(run).get(place[1]) || place[1];
  return { path, line: Number(place[2]) };
}

const LIBRARY = /^(net|scheduler|simnet)\//;

/** The same; of what waits within the library, the place from which the program called it. */
function place_in_program(run, event) {
  const place = place_of(run, event);
  if (!place || !LIBRARY.test(place.path)) return place;
  return (event.chain || []).map(place_of_frame).find((frame) => frame && !LIBRARY.test(frame.path)) || place;
}

/** Where a frame of an await chain is: "visit at lessons/echo/scenario.cc:62". */
function place_of_frame(frame) {
  const place = /^(.*) at (.*):(\d+)$/.exec(frame);
  return place ? { name: place[1], path: place[2], line: Number(place[3]) } : null;
}

/** Paths by the name of the file, where the run has only one of that name. */
function files_of(run) {
  if (run.files) return run.files;
  run.files = new Map();
  const add = (path) => {
    const name = path.slice(path.lastIndexOf("/") + 1);
    run.files.set(name, run.files.has(name) && run.files.get(name) !== path ? "" : path);
  };
  for (const event of run.events) {
    if (event.in) add(event.in);
    for (const frame of event.chain || []) {
      const place = place_of_frame(frame);
      if (place) add(place.path);
    }
  }
  return run.files;
}

/** The line itself and those around it: [{line, text}], without what all begin with; or none. */
function lines_around(sources, { path, line }) {
  const file = sources.get(path), lines = [];
  if (!file || typeof file[line] !== "string") return lines;
  for (let k = line - AROUND; k <= line + AROUND; ++k) if (typeof file[k] === "string") lines.push({ line: k, text: file[k] });
  const indents = lines.filter(({ text }) => text.trim() !== "").map(({ text }) => text.length - text.trimStart().length);
  const indent = indents.length ? Math.min(...indents) : 0;
  return lines.map((one) => ({ line: one.line, text: one.text.slice(indent) }));
}

const AWAITS = /\b(co_await|co_return|co_yield)\b/;

/** The lines as an element, or null. */
function source_block(sources, place) {
  const lines = lines_around(sources, place);
  if (lines.length === 0) return null;
  const width = String(lines[lines.length - 1].line).length;
  return element("pre", { class: "source", tabindex: 0, "aria-label": "Source around line " + place.line }, ...lines.map(({ line, text }) =>
    element("span", { class: line === place.line ? "line it" : "line" },
      element("span", { class: "line-number" }, (line === place.line ? "▸" : " ") + String(line).padStart(width) + " "),
      ...text.split(AWAITS).map((part) => (AWAITS.test(part) ? element("b", {}, part) : part)), "\n")));
}

/** An await chain, innermost first; each frame opens to its lines. `shown` is a place that is seen already. */
function chain_list(sources, chain, shown = null) {
  return element("ol", { class: "frames", "aria-label": "Await chain, innermost first" }, ...chain.map((frame) => {
    const place = place_of_frame(frame);
    const code = place ? element("code", {}, place.name + " ", element("span", { class: "soft" }, place.path.slice(place.path.lastIndexOf("/") + 1) + ":" + place.line)) : element("code", {}, frame);
    if (place) code.title = place.path + ":" + place.line;
    const is_shown = shown && place && place.path === shown.path && place.line === shown.line;
    const lines = place && !is_shown ? source_block(sources, place) : null;
    if (!lines) return element("li", {}, code);
    const own = lines_around(sources, place).find(({ line }) => line === place.line).text.trim();
    return element("li", {}, element("details", {}, element("summary", {}, code, element("code", { class: "own-line" }, own)), lines));
  }));
}
