// The page: reads the traces that it carries, and joins picture, panel, search, scrub bar and keys.

const MOST_SAID = 500; // letters, to a reader of screens

class Page {
  constructor() {
    const started = performance.now();
    this.paint = new Paint();
    this.find = (id) => document.getElementById(id);
    this.runs = ["trace-a", "trace-b"].map((id) => this.find(id)).filter((node) => node && node.textContent.trim() !== "").map((node) => read_trace(node.textContent, Number(node.dataset.unknown)));
    if (this.runs.length === 0) throw new Error("This page holds no trace: make it again from a trace file.");
    this.panel = new Panel(this.find("panel"), this.paint, read_sources(this.find("sources").textContent), (n) => this.go(n));
    this.panel.link_to = (run, n) => link_to(this, run, n);
    this.panel.follow = (conn) => this.set_query("conn:" + conn);
    this.panel.search = (query) => this.set_query(query);
    this.pictures = this.runs.map((run, place) => {
      const box = this.find(place === 0 ? "left" : "right");
      box.hidden = false;
      box.setAttribute("aria-label", (place === 0 ? "The run" : "The other run") + " as a picture; press t for the same as text");
      box.addEventListener("focusin", () => this.make_current(place));
      box.addEventListener("mousedown", () => this.make_current(place));
      return new Picture(box, run, this.paint, (picture) => this.moved(picture));
    });
    this.current = this.pictures[0];
    document.body.classList.toggle("two", this.pictures.length > 1);
    this.link = ""; // to the event at the cursor
    for (const picture of this.pictures) if (picture.level !== this.current.level) { picture.level = this.current.level; picture.refold(); }
    this.find("level").value = String(this.current.level);
    this.scrub = new Scrub(this.find("strip"), this.find("slider"), (row) => this.current.select_row(row));
    for (const picture of this.pictures) picture.box.addEventListener("scroll", () => { if (picture === this.current) this.scrub.draw(picture); });
    this.current.box.classList.toggle("current", this.pictures.length > 1);
    this.text = new TextView(this.find("twin"), (i) => this.current.select(i));
    show_title(this);
    compare(this);
    show_legend(this);
    this.join_controls();
    listen_to_keys(this);
    this.find("keys").replaceChildren(help_table(this));
    window.addEventListener("hashchange", () => follow_link(this));
    window.addEventListener("resize", () => this.scrub.draw(this.current));
    window.addEventListener("beforeprint", () => this.be_on_paper());
    window.addEventListener("afterprint", () => this.be_on_screen());
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.repaint());
    if (document.body.dataset.axis === "time") this.toggle_axis();
    else this.moved(this.current);
    if (location.hash.length > 1) follow_link(this);
    else if (this.difference && this.difference.first) go_to_difference(this);
    else if (find_failing(this) >= 0) go_where_it_went_wrong(this);
    for (const picture of this.pictures) picture.draw();
    this.started_in_ms = performance.now() - started;
    this.drawn_at_ms = performance.now(); // since the page was asked for
  }

  // ---- around the picture ----------------------------------------------------------------------

  show_counts() {
    this.find("counts").textContent = run_counts(this.current.run, this.current.folded);
  }

  join_controls() {
    const on = (id, kind, action) => this.find(id).addEventListener(kind, action);
    on("query", "input", () => find_matches(this));
    on("only", "change", () => find_matches(this));
    on("level", "change", () => this.set_level(Number(this.find("level").value)));
    on("axis", "click", () => this.toggle_axis());
    on("theme", "click", () => this.toggle_theme());
    on("twin-button", "click", () => this.toggle_twin());
    on("help-button", "click", () => this.toggle_help());
    on("legend-button", "click", () => this.toggle_legend());
    on("verdict", "click", () => go_to_failing(this));
    on("link", "click", () => this.copy_link());
  }

  /** The cursor, or what is shown, has changed. */
  moved(picture) {
    if (picture !== this.current) this.make_current(this.pictures.indexOf(picture));
    this.panel.update(picture);
    this.scrub.update(picture);
    this.show_counts();
    const event = picture.selected >= 0 ? picture.run.events[picture.selected] : null;
    this.follow_cursor();
    if (event) {
      this.say(milliseconds(event.t) + " ms, " + who(picture.run, event) + " " + one_line(describe(picture.run, event)));
      align(this, picture, event);
    }
    picture.canvas.setAttribute("aria-label", run_counts(picture.run, picture.folded));
    if (this.text.is_shown) this.text.show(this.current);
  }

  make_current(place) {
    if (this.current === this.pictures[place]) return;
    this.current = this.pictures[place];
    this.pictures.forEach((picture, i) => picture.box.classList.toggle("current", i === place));
    this.panel.update(this.current);
    this.scrub.update(this.current);
    this.show_counts();
    this.follow_cursor();
    if (this.text.is_shown) this.text.show(this.current);
  }

  /** The address does, in the run that is current. */
  follow_cursor() {
    const { run, selected } = this.current;
    this.link = selected < 0 ? "" : link_to(this, run, run.events[selected].n);
    if (this.link) show_link(this);
  }

  // ---- what keys and buttons do ------------------------------------------------------------------

  /** To the event with this number; false if the current run has none. */
  go(n) {
    const i = this.current.run.index_of.get(n);
    if (i !== undefined) this.current.select(i, { opens: true });
    return i !== undefined;
  }

  toggle_way() {
    for (const picture of this.pictures) {
      picture.shows_way = !picture.shows_way;
      picture.draw_soon();
    }
    this.say(this.current.shows_way ? "What led to the cursor stands out." : "All events look alike.");
  }

  say(sentence) { this.find("said").textContent = in_order(sentence).slice(0, MOST_SAID); }

  /** What is wrong, in a line above the picture; "" is nothing. */
  complain(sentence) {
    this.find("problem").textContent = sentence;
    this.find("problem").hidden = sentence === "";
  }

  set_query(query) { this.find("query").value = query; find_matches(this); }

  set_level(level) {
    this.find("level").value = String(level);
    for (const picture of this.pictures) {
      picture.level = level;
      if (!picture.opened_by_search) picture.opened.clear();
      picture.refold();
    }
    this.moved(this.current);
  }

  toggle_axis() {
    const axis = this.current.axis === "steps" ? "time" : "steps";
    for (const picture of this.pictures) { picture.axis = axis; picture.refold(); }
    this.find("axis").textContent = axis === "steps" ? "axis: steps" : "axis: time";
    this.moved(this.current);
  }

  zoom(by) {
    for (const picture of this.pictures) {
      picture.zoom = Math.max(0.25, Math.min(64, picture.zoom * by));
      picture.refold();
    }
    this.scrub.draw(this.current);
  }

  unfold() {
    const picture = this.current;
    if (picture.selected < 0) return;
    const row = picture.row_of(picture.selected);
    if (row >= 0 && picture.folded.hidden_before[row] > 0) picture.open_before(row);
  }

  task_at_cursor() { return this.current.selected >= 0 ? this.current.task_of(this.current.run.events[this.current.selected]) : null; }
  hide_task() { const task = this.task_at_cursor(); if (task) this.current.toggle_task(task.name); }
  fold_host() { const task = this.task_at_cursor(); if (task) this.current.toggle_host(task.host); }

  toggle_sharing() {
    for (const picture of this.pictures) {
      picture.shares_lanes = !picture.shares_lanes;
      picture.refold();
    }
    this.moved(this.current);
  }

  show_all() {
    this.current.hidden_tasks.clear();
    this.current.folded_hosts.clear();
    this.current.refold();
    this.moved(this.current);
  }

  toggle_twin() {
    const { box } = this.text;
    box.hidden = !box.hidden;
    this.find("twin-button").setAttribute("aria-pressed", String(this.text.is_shown));
    this.find("pictures").classList.toggle("behind", this.text.is_shown);
    if (box.hidden) { this.current.box.focus(); return; }
    this.text.show(this.current);
    box.focus();
  }

  toggle_panel() {
    const has_focus = this.find("panel").contains(document.activeElement);
    if (document.body.classList.toggle("no-panel") && has_focus) this.current.box.focus();
  }

  copy_link() { copy(link_to_share(this)); }

  toggle_theme() {
    const root = document.documentElement, is_dark = getComputedStyle(root).getPropertyValue("--is-dark").trim() === "1";
    root.dataset.theme = is_dark ? "light" : "dark";
    this.repaint();
  }

  /** Paper is light, whatever the screen is. */
  be_on_paper() {
    this.theme_of_screen = document.documentElement.dataset.theme;
    document.documentElement.dataset.theme = "light";
    this.repaint();
    for (const picture of this.pictures) picture.draw(); // now: no frame comes before it is printed
  }

  be_on_screen() {
    if (this.theme_of_screen) document.documentElement.dataset.theme = this.theme_of_screen;
    else delete document.documentElement.dataset.theme;
    this.repaint();
  }

  repaint() {
    this.paint.forget();
    for (const picture of this.pictures) picture.draw_soon();
    show_legend(this);
    this.panel.update(this.current);
    this.scrub.draw(this.current);
  }

  toggle_help() { this.toggle_dialog("help"); }
  toggle_legend() { this.toggle_dialog("legend-dialog"); }

  toggle_dialog(id) {
    const dialog = this.find(id);
    if (dialog.open) dialog.close();
    else dialog.showModal();
  }

  escape() {
    if (this.text.is_shown) return this.toggle_twin();
    if (this.find("query").value !== "") { this.set_query(""); this.find("only").checked = false; find_matches(this); }
    this.current.box.focus();
  }
}

try {
  window.rill = new Page(); // for tests, and for those who like consoles
  window.rill.tools = { decode_plan, encode_plan, token_with, drawn_choice, in_turns, causes_of, opening_of, clues_of, ARROWS, ARROW_WORDS, label_of, STATE_WIDTH, LANE_STATES };
} catch (error) {
  document.getElementById("problem").textContent = error.message;
  document.getElementById("problem").hidden = false;
}
