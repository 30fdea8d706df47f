// Panel: what holds at the cursor: the event, why it came about, other choices, tasks with what
// they wait for, buffers, timers, verdicts. Texts of a trace go into the page as text only, never
// as HTML.

/** An element with attributes, or listeners as functions, and children: nodes or texts. */
function element(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (typeof value === "function") node.addEventListener(name, value);
    else if (value === true) node.setAttribute(name, "");
    else if (value !== false && value !== undefined) node.setAttribute(name, value);
  }
  node.append(...children.filter((child) => child !== null && child !== undefined && child !== ""));
  return node;
}

const FEW_CAUSES = 7;
const MOST_SHOWN_CAUSES = 200;
const MOST_CONNECTIONS = 40;
const MOST_VERDICTS = 100;
const MOST_STEPS_WITH_LINES = 3;

class Panel {
  constructor(box, paint, sources, go) {
    this.box = box;
    this.paint = paint;
    this.sources = sources;
    this.go = go; // (event number) -> moves the cursor there
    this.shows_ended = false;
    this.open_chains = new Set(); // by task
    this.shows_all_causes = false;
  }

  update(picture) {
    const run = picture.run, i = picture.selected;
    const event = i >= 0 ? run.events[i] : null;
    const opening = run.fails.length > 0 ? opening_of(run) : null, is_opening = opening !== null && opening.i === i;
    // What settles it comes first: at the failure, and where the page opens.
    const odd = this.odd_part(run), is_first_look = is_opening || (event && run.fails.includes(i));
    const parts = [is_opening ? this.opened_part(run, opening) : null, this.event_part(picture, event)];
    if (is_first_look) parts.push(this.knot_part(run));
    parts.push(is_first_look ? odd : null, event ? this.turn_part(run, i) : null, this.why_part(picture, event));
    if (event && event.kind === "decide") parts.push(this.choices_part(run, event));
    parts.push(this.verdicts_part(picture), again_part(this, run), is_first_look ? null : odd, tasks_part(this, picture), objects_part(this, picture, this.search), this.buffers_part(run, i, event), this.timers_part(run, i), this.rest_part(picture));
    const focused = this.box.contains(document.activeElement) ? document.activeElement.dataset.key : null;
    this.box.replaceChildren(...parts.filter(Boolean));
    if (focused) this.focus(focused);
  }

  /** Whoever works with keys stays at the button that was pressed, though it is made anew. */
  focus(key) {
    const again = [...this.box.querySelectorAll("[data-key]")].find((node) => node.dataset.key === key);
    if (again) again.focus({ preventScroll: true });
  }

  part(title, id, ...children) {
    return element("section", { id, "aria-label": title }, element("h2", {}, title), ...children);
  }

  event_link(run, n, text) {
    return element("a", { href: "#n=" + n, click: (e) => { e.preventDefault(); this.go(n); } }, text || "#" + n);
  }

  /** A sentence in which each "#12" is a link to that event; "reader#12" is a task. */
  linked(run, sentence) {
    return sentence.split(/(?<![^\s(,.])(#\d+)/).map((part) => (/^#\d+$/.test(part) && run.index_of.has(Number(part.slice(1))) ? this.event_link(run, Number(part.slice(1))) : part));
  }

  /** The line of the program in which an event is, or where that is. */
  line_of(run, event) {
    const place = place_in_program(run, event);
    if (!place) return null;
    const own = lines_around(this.sources, place).find(({ line }) => line === place.line);
    return element("code", { class: "own-line", title: place.path + ":" + place.line + (own ? "  " + own.text.trim() : "") }, element("span", { class: "soft" }, place.path.slice(place.path.lastIndexOf("/") + 1) + ":" + place.line), own ? "  " + own.text.trim() : null);
  }

  /** Why the page opens here, and not at the verdict. */
  opened_part(run, { why }) {
    if (why === "") return null;
    const verdict = run.events[run.fails[0]];
    return element("section", { id: "opened", "aria-label": "Why the page opens here" },
      element("p", { class: "sentence" }, one_line(describe(run, verdict))), element("p", { class: "soft" }, ...this.linked(run, why)));
  }

  /** Of a run that ends in a deadlock: who waits for whom. */
  knot_part(run) {
    const deadlock = find_deadlock(run), parts = deadlock === undefined ? [] : knot_of(run, deadlock);
    if (parts.length === 0) return null;
    return this.part("Who waits for whom", "knot", ...parts.flatMap(({ title, lines }) => [element("h3", is_soft(title) ? { class: "soft" } : {}, title),
      element("ul", {}, ...lines.slice(0, MOST_IN_FIRST_LOOK).map(({ names, text, i: wait }) => element("li", {}, element("b", {}, names), ...this.linked(run, text), " ", this.event_link(run, run.events[wait].n), is_secondary(title) ? null : this.line_of(run, run.events[wait])))),
      lines.length > MOST_IN_FIRST_LOOK ? element("p", { class: "soft" }, "and " + (lines.length - MOST_IN_FIRST_LOOK) + " more") : null]).filter(Boolean));
  }

  /** Who came between the wake of the task at the cursor and its step, and while it waited. */
  turn_part(run, i) {
    const told = turn_of(run, i);
    if (told.length === 0) return null;
    let left = MOST_STEPS_WITH_LINES;
    return this.part("Before this step", "turn", element("p", {}, ...this.linked(run, told[0].text)), element("ul", {}, ...told.slice(1).map(({ text, ran }) => {
      const shown = left > 0 ? ran.slice(-left).reverse() : []; // the last is the nearest
      left -= shown.length;
      return element("li", {}, ...this.linked(run, text), ...shown.map((step) => this.lines_from(run, step)));
    })));
  }

  /** What comes of an await: its line, and the next ones. Of a step it is the await from which it went on. */
  lines_from(run, event) {
    const task = run.task_by_name.get(event.task), wait = event.kind === "step" && task ? last_own(run, task, "block", 0, event.i) : event.i;
    const place = place_in_program(run, wait >= 0 && run.events[wait].at === event.at ? run.events[wait] : event);
    const lines = place ? lines_around(this.sources, place).filter(({ line }) => line >= place.line) : [];
    if (lines.length === 0) return null;
    const width = String(lines[lines.length - 1].line).length;
    return element("pre", { class: "source", tabindex: 0, title: place.path, "aria-label": event.task + " from line " + place.line + " on" }, ...lines.map(({ line, text }) =>
      element("span", { class: "line" }, element("span", { class: "line-number" }, String(line).padStart(width) + " "), text, "\n")));
  }

  event_part(picture, event) {
    const run = picture.run;
    if (!event) return this.part("Nothing chosen yet", "event", element("p", { class: "soft" }, "Press n for the first event, or click a row."));
    const facts = element("dl");
    const fact = (name, ...value) => facts.append(element("dt", {}, name), element("dd", {}, ...value));
    // What the network does for a task has no place of its own: it is where the task waits.
    const task = picture.task_of(event), wait = !event.at && !event.task && task ? wait_at(run, task, event.i) : null;
    const place = place_of(run, wait || event);
    if (event.at) fact("source", element("code", {}, place ? place.path + ":" + place.line : event.at));
    else if (place) fact(task.name + " waits at", element("code", {}, place.path + ":" + place.line));
    const lines = place && source_block(this.sources, place);
    if (lines) facts.append(element("dd", { class: "wide" }, lines));
    if (event.conn) fact("connection", element("a", { href: "#", click: (e) => { e.preventDefault(); this.follow(event.conn); } }, connection_name(run, event.conn)));
    if (event.object) fact("object", element("a", { href: "#", click: (e) => { e.preventDefault(); this.search("object:" + event.object); } }, event.object));
    if (event.until) fact("until", milliseconds(event.until) + " ms");
    if (event.limit_at) fact("timeout", milliseconds(event.limit) + " ms, set at ", element("code", {}, event.limit_at));
    if (event.chain && event.chain.length) {
      fact("await chain", "");
      facts.append(element("dd", { class: "wide" }, chain_list(this.sources, event.chain, place)));
    }
    const effects = told_effects(run, event.i).map((i) => run.events[i]), most = 6;
    if (effects.length && event.kind !== "run_fails") { // what comes of that is only the unwinding
      fact("leads to", ...effects.slice(0, most).flatMap((effect) => [this.event_link(run, effect.n), " " + (who(run, effect) === who(run, event) ? "" : who(run, effect) + " ") + one_line(describe(run, effect)), element("br")]),
        effects.length > most ? "and " + (effects.length - most) + " more" : "");
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

  /** The chain of causes, the nearest first, with the time that each was earlier than what came of it. */
  why_part(picture, event) {
    if (!event) return null;
    const run = picture.run, told = picture.chain.slice(1).filter((i) => is_told(run, i));
    if (told.length === 0) return null;
    const most = this.shows_all_causes ? MOST_SHOWN_CAUSES : FEW_CAUSES;
    const list = element("ol", { class: "why" });
    told.slice(0, most).forEach((i, nth) => {
      const cause = run.events[i], effect = nth === 0 ? event : run.events[told[nth - 1]], gap = effect.t - cause.t, name = who(run, cause);
      list.append(element("li", {}, this.event_link(run, cause.n, element("span", {}, element("span", { class: "event-number" }, "#" + cause.n), " ", element("b", {}, name), (name ? " " : "") + one_line(describe(run, cause)),
          cause.kind === "step" && cause.at ? element("code", { class: "soft" }, "  " + cause.at) : null)),
        gap > 0 ? element("span", { class: "gap" }, milliseconds(gap) + " ms before") : null));
    });
    const left = told.length - Math.min(most, told.length), is_cut = picture.chain.length >= MOST_CAUSES;
    const rest = left > 0 ? "and " + (is_cut ? "more than " : "") + counted(left, "cause") + " before, back to " + milliseconds(run.events[told[told.length - 1]].t) + " ms " : "";
    const more = told.length > FEW_CAUSES ? element("button", { "data-key": "why", click: () => { this.shows_all_causes = !this.shows_all_causes; this.update(picture); } },
      this.shows_all_causes ? "only the nearest" : "show " + (told.length > MOST_SHOWN_CAUSES ? MOST_SHOWN_CAUSES : "all")) : null;
    return this.part("Why: what led here, the nearest first", "why", list, more ? element("p", { class: "soft" }, rest, more) : null,
      element("p", { class: "soft" }, element("kbd", {}, "["), " goes to the cause, ", element("kbd", {}, "]"), " back to what came of it"));
  }

  choices_part(run, event) {
    const list = element("ul", { class: "choices" }), choices = other_choices(run, event);
    for (const choice of choices) {
      const way = way_to(run, event, choice);
      list.append(element("li", {}, element("b", {}, choice_label(run, event, choice) + ": "), to_type(way),
        element("button", { click: () => copy(way), title: "Copy" }, "copy")));
    }
    const left = count_of_others(event) - BigInt(choices.length);
    return this.part("Try another choice here", "choices", element("p", { class: "soft" }, about_choices(run, event)), list, left > 0n ? element("p", { class: "soft" }, "and " + left + " more") : null);
  }

  verdicts_part(picture) {
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
        this.event_link(run, run.events[bad ?? property.events[0]].n)));
    }
    const others = run.fails.map((i) => run.events[i]).filter((event) => event.kind !== "property");
    for (const event of others.slice(0, MOST_VERDICTS)) {
      list.append(element("li", { class: "bad" }, element("span", { "aria-hidden": "true" }, "✗ "), who(run, event) + " " + one_line(describe(run, event)), " ", this.event_link(run, event.n)));
    }
    const left = Math.max(0, run.properties.size - MOST_VERDICTS) + Math.max(0, others.length - MOST_VERDICTS);
    return this.part("Verdicts", "verdicts", list, left > 0 ? element("p", { class: "soft" }, "and " + left + " more") : null);
  }

  /** Of a run that fails: what a person would look at first. */
  odd_part(run) {
    const clues = clues_of(run);
    if (clues.length === 0) return null;
    const left = clues.length - MOST_IN_FIRST_LOOK;
    return this.part("Worth a look", "odd", element("ul", {}, ...clues.slice(0, MOST_IN_FIRST_LOOK).map(({ i, more, place }) => {
      const event = run.events[i], never_ran = place === undefined ? null : this.lines_from(run, run.events[place]);
      return element("li", {}, element("b", {}, who(run, event)), " " + one_line(describe(run, event)), ...this.linked(run, more), " ", this.event_link(run, event.n),
        never_ran || this.line_of(run, run.events[place ?? i]));
    })), left > 0 ? element("p", { class: "soft" }, "and " + left + " more") : null);
  }

  buffers_part(run, i, event) {
    if (i < 0) return null;
    if (run.header.world !== "sim") { // a trace of real sockets has no segments
      return run.connections.size === 0 ? null : this.part("Bytes on their way", "buffers",
        element("p", { class: "soft" }, "Only the kernel knows: on real sockets a trace has what was sent and received, and not what happened between."));
    }
    const rows = [];
    let count = 0;
    for (const connection of run.connections.values()) {
      if (connection.events[0] > i) continue;
      const is_chosen = event && event.conn === connection.number;
      for (const [from, to] of [["a", "b"], ["b", "a"]]) {
        const bytes = flow_at(connection[from], i);
        const is_empty = bytes.unsent + bytes.in_flight + bytes.unread === 0;
        if (is_empty && !is_chosen) continue;
        if (++count > MOST_CONNECTIONS) continue;
        rows.push(element("tr", { class: is_chosen ? "chosen" : "" },
          element("th", { scope: "row" }, end_name(connection[from]) + " → " + end_name(connection[to])),
          ...[bytes.unsent, bytes.in_flight, bytes.unread].map((n) => element("td", { class: "number" + (n ? "" : " zero") }, String(n)))));
      }
    }
    if (rows.length === 0) return null;
    return this.part("Bytes on their way", "buffers", element("table", {},
      element("thead", {}, element("tr", {}, element("th", {}, "stream"), element("th", { title: "in the sender's buffer" }, "not sent"), element("th", { title: "on the link" }, "in flight"), element("th", { title: "in the receiver's buffer" }, "not read"))),
      element("tbody", {}, ...rows)), count > MOST_CONNECTIONS ? element("p", { class: "soft" }, "and " + (count - MOST_CONNECTIONS) + " more") : null);
  }

  timers_part(run, i) {
    if (i < 0) return null;
    const now = run.events[i].t, timers = [];
    for (const task of run.tasks) {
      const wait = wait_at(run, task, i);
      if (wait && wait.until !== undefined) timers.push({ task, until: wait.until });
    }
    if (timers.length === 0) return null;
    timers.sort((x, y) => x.until - y.until);
    return this.part("Timers", "timers", element("ol", {}, ...timers.slice(0, 20).map(({ task, until }) =>
      element("li", {}, element("b", {}, task.name), " in " + milliseconds(Math.max(0, until - now)) + " ms, at " + milliseconds(until)))),
      timers.length > 20 ? element("p", { class: "soft" }, "and " + (timers.length - 20) + " more") : null);
  }

  rest_part(picture) {
    const sentences = [...put_away(picture), ...left_out(picture.run, picture.folded)];
    if (picture.layout.lanes.length < picture.run.tasks.length && picture.shares_lanes) sentences.unshift("Tasks of one name that follow each other share a lane: " + counted(picture.run.tasks.length, "task") + " in " + counted(picture.layout.lanes.length, "lane") + "; lanes in which nothing is alive in the window are left out. Key b gives each task its own.");
    if (sentences.length === 0) return null;
    return this.part("What is not shown", "rest", ...sentences.map((sentence) => element("p", {}, sentence)));
  }
}

const end_name = (end) => end.host || end.address || "?";

function connection_name(run, number) {
  const connection = run.connections.get(number);
  return connection ? number + ": " + end_name(connection.a) + " ⇄ " + end_name(connection.b) : String(number);
}

/** Puts a text on the clipboard; where the browser forbids that, shows it to be copied by hand. */
async function copy(text) {
  const said = document.getElementById("said");
  try {
    await navigator.clipboard.writeText(text);
    said.textContent = "Copied: " + text;
  } catch {
    window.prompt("To copy:", text);
  }
}
