// Panel: what holds at the cursor, in parts: the event, why it came about, other choices, tasks with
// what they wait for, buffers, timers, verdicts.

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
    const run = picture.run, i = picture.selected, event = i >= 0 ? run.events[i] : null;
    const opening = opening_of(run), is_opening = opening !== null && opening.i === i;
    // What settles it comes first: at the failure, and where the page opens.
    const clues = clues_part(this, run), is_first_look = is_opening || (event !== null && run.fails.includes(i));
    const parts = [is_opening ? opened_part(this, run, opening) : null, event_part(this, picture, event)];
    if (is_first_look) parts.push(knot_part(this, run), clues);
    if (event) parts.push(turn_part(this, run, i), why_part(this, picture, event));
    if (event && event.kind === "decide") parts.push(this.choices_part(run, event));
    parts.push(verdicts_part(this, picture), again_part(this, run), is_first_look ? null : clues, tasks_part(this, picture), objects_part(this, picture, this.search));
    if (event) parts.push(buffers_part(this, run, i), timers_part(this, run, i));
    parts.push(this.rest_part(picture));
    const focused = this.box.contains(document.activeElement) ? document.activeElement : null;
    const is_by_key = focused !== null && focused.matches(":focus-visible");
    this.box.replaceChildren(...parts.filter(Boolean));
    if (focused) this.focus(focused.dataset.key, is_by_key);
  }

  /**
   * Whoever works with keys stays at the button that was pressed, though it is made anew; or, after a
   * link, in the panel.
   */
  focus(key, is_by_key) {
    const again = key === undefined ? undefined : [...this.box.querySelectorAll("[data-key]")].find((node) => node.dataset.key === key);
    if (again) again.focus({ preventScroll: true });
    else if (is_by_key) this.box.focus({ preventScroll: true });
  }

  part(title, id, ...children) {
    return element("section", { id, "aria-label": title }, element("h2", {}, title), ...children);
  }

  event_link(run, n, text) {
    return element("a", { href: this.link_to(run, n), click: (e) => { e.preventDefault(); this.go(n); } }, text || "#" + n);
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

  rest_part(picture) {
    const sentences = [...put_away(picture), ...left_out(picture.run, picture.folded)];
    if (picture.layout.lanes.length < picture.run.tasks.length && picture.shares_lanes) sentences.unshift("Tasks of one name that follow each other share a lane: " + counted(picture.run.tasks.length, "task") + " in " + counted(picture.layout.lanes.length, "lane") + "; lanes in which nothing is alive in the window are left out. Key b gives each task its own.");
    if (sentences.length === 0) return null;
    return this.part("What is not shown", "rest", ...sentences.map((sentence) => element("p", {}, sentence)));
  }
}
