// Picture: one run on one canvas. It knows what is shown and where, and which event is at the
// cursor; draw.js puts it on the screen. Rows go down, one step or one span of time each; lanes go
// right. Only what the window shows is drawn.

const BEFORE_OPENING = 0.55; // of the window, for what came before

class Picture {
  /** `box` is a scrolling element; `on_select(picture)` is called when the cursor has moved. */
  constructor(box, run, paint, on_select) {
    this.box = box;
    this.run = run;
    this.paint = paint;
    this.on_select = on_select;
    this.arrows = find_arrows(run);
    this.sends_arrow = new Map(); // from which event to which ones
    for (const { from, to } of this.arrows) append(this.sends_arrow, from, to);
    this.lane_cache = new Int32Array(run.events.length).fill(-2);
    this.level = run.connections.size > 0 ? 0 : 1;
    this.axis = "steps";
    this.zoom = 1;
    this.opened = new Set();
    this.hidden_tasks = new Set();
    this.folded_hosts = new Set();
    this.matches = new Set();
    this.only_matches = false;
    this.shares_lanes = run.tasks.length > MOST_OWN_LANES;
    this.mark = -1; // where another run parts from this one
    this.selected = -1;
    this.chain = []; // the event at the cursor, its cause, the cause of that ...
    this.on_chain = new Set(); // the same; of a deadlock what closed it
    this.shows_way = true;
    this.came_from = []; // events that were left for their causes, to come back to
    this.drawn = { rows: 0, arrows: 0, ms: 0 };
    this.space = document.createElement("div");
    this.space.className = "space";
    this.canvas = document.createElement("canvas");
    this.canvas.setAttribute("role", "img");
    this.space.append(this.canvas);
    box.append(this.space);
    box.addEventListener("scroll", () => this.draw_soon());
    this.canvas.addEventListener("click", (event) => this.clicked(event));
    this.canvas.addEventListener("mousemove", (event) => this.hovered(event));
    new ResizeObserver(() => resize(this)).observe(box);
    this.refold();
  }

  // ---- what is shown ---------------------------------------------------------------------------

  allows(event) {
    if (this.only_matches && !this.matches.has(event.i)) return false;
    if (this.hidden_tasks.size === 0) return true;
    const task = this.task_of(event);
    return !this.hidden_tasks.has(event.task) && !(task && this.hidden_tasks.has(task.name));
  }

  task_of(event) {
    let index = this.lane_cache[event.i];
    if (index === -2) {
      const task = lane_task(this.run, event);
      index = this.lane_cache[event.i] = task ? task.index : -1;
    }
    return index < 0 ? null : this.run.tasks[index];
  }

  /** After a change of what is shown. Keeps the cursor's row where it is on the screen. */
  refold() {
    const before = this.selected >= 0 ? this.y_of(this.selected) - this.box.scrollTop : 0;
    this.folded = fold(this.run, { level: this.level, opened: this.opened, allows: (event) => this.allows(event) });
    this.layout = lay_lanes(this.run, this.hidden_tasks, this.folded_hosts, this.shares_lanes);
    this.buckets = bucket_arrows(this.arrows, this.folded);
    resize(this);
    if (this.selected >= 0) this.box.scrollTop = Math.max(0, this.y_of(this.selected) - before);
  }

  /** Whether what led to the cursor stands out. */
  get emphasises() { return this.shows_way && this.on_chain.size > 1; }

  get first_time() { return this.run.events.length ? this.run.events[0].t : 0; }
  get last_time() { return this.run.events.length ? this.run.events[this.run.events.length - 1].t : 0; }

  // ---- where things are ------------------------------------------------------------------------

  /** Of an event, in the picture as a whole, without header. */
  y_of(i) {
    if (this.axis === "time") return PAD + 10 + (this.run.events[i].t - this.first_time) * this.time_scale;
    return PAD + (this.folded.position[i] + 0.5) * this.row_height;
  }
  y_of_row(row) { return this.y_of(this.folded.rows[row]); }
  get end_y() {
    return this.axis === "time" ? PAD + 14 + (this.last_time - this.first_time) * this.time_scale : PAD + this.folded.rows.length * this.row_height;
  }

  /** The x of a task's lane on the screen, or NaN. */
  x_of(task) {
    const lane = task ? this.layout.lane_of_task[task.index] : -1;
    return lane < 0 || !this.is_lane_shown[lane] ? NaN : this.lane_x[lane] - this.box.scrollLeft;
  }

  /** The first row at or below y. */
  row_at(y) {
    let low = 0, high = this.folded.rows.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.y_of_row(middle) < y) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  nearest_row(y) {
    const below = this.row_at(y), last = this.folded.rows.length - 1;
    if (below > last) return last;
    return below > 0 && y - this.y_of_row(below - 1) < this.y_of_row(below) - y ? below - 1 : below;
  }

  /** The row of an event, or the next one after it. */
  row_of(i) { return Math.min(this.folded.rows.length - 1, Math.ceil(this.folded.position[i])); }

  // ---- the cursor ------------------------------------------------------------------------------

  /** Moves the cursor to an event; one that is folded gets a row, if nothing but folding hides it. */
  select(i, options = {}) {
    if (this.run.events.length === 0) return;
    i = Math.max(0, Math.min(this.run.events.length - 1, i));
    const row = this.row_of(i);
    if ((row < 0 || this.folded.rows[row] !== i) && options.opens) {
      this.opened.add(i);
      this.refold();
    }
    if (!options.keeps_way_back) this.came_from = [];
    this.selected = i;
    const is_knot = is_deadlock(this.run.events[i]); // which came from all who wait, not from the last alone
    this.chain = is_knot ? [i] : chain_of(this.run, i);
    this.on_chain = is_knot ? events_of_knot(this.run, i) : new Set(this.chain);
    this.show(i);
    if (options.centres) this.box.scrollTop = Math.max(0, this.y_of(i) - (this.height - this.header) * BEFORE_OPENING);
    this.draw_soon();
    if (!options.is_silent) this.on_select(this);
  }

  select_row(row) {
    if (this.folded.rows.length === 0) return;
    this.select(this.folded.rows[Math.max(0, Math.min(this.folded.rows.length - 1, row))]);
  }

  /** Moves by rows: 1 is the next one. */
  move(by) {
    if (this.selected < 0) return this.select_row(by > 0 ? 0 : this.folded.rows.length - 1);
    const row = this.row_of(this.selected);
    const is_there = this.folded.rows[row] === this.selected;
    this.select_row(is_there || by < 0 ? row + by : row + by - 1);
  }

  /** Scrolls until the event is well inside the window. */
  show(i) {
    const y = this.y_of(i), view = this.height - this.header, margin = Math.min(70, view / 4);
    if (y < this.box.scrollTop + margin) this.box.scrollTop = y - margin;
    else if (y > this.box.scrollTop + view - margin) this.box.scrollTop = y - view + margin;
    const x = this.x_of(this.task_of(this.run.events[i]));
    if (x < GUTTER + 20) this.box.scrollLeft += x - GUTTER - 40;
    else if (x > GUTTER + this.region - 20) this.box.scrollLeft += x - GUTTER - this.region + 40;
  }

  // ---- the mouse -------------------------------------------------------------------------------

  clicked(event) {
    const x = event.offsetX, y = event.offsetY;
    if (y < this.header) {
      const band = this.layout.bands.find((b) => x >= b.x - this.box.scrollLeft && x < b.x - this.box.scrollLeft + b.width);
      if (band && x > GUTTER && x < GUTTER + this.region) this.toggle_host(band.host);
      return;
    }
    const row = this.nearest_row(y - this.header + this.box.scrollTop);
    if (row < 0) return;
    if (x < 34 && this.folded.hidden_before[row] > 0) this.open_before(row);
    else this.select_row(row);
  }

  hovered(event) {
    const row = event.offsetY < this.header ? -1 : this.nearest_row(event.offsetY - this.header + this.box.scrollTop);
    let title = "";
    if (event.offsetY < this.header) title = "Click a host to fold its tasks into one lane";
    else if (row >= 0) {
      const e = this.run.events[this.folded.rows[row]];
      title = event.offsetX < 34 && this.folded.hidden_before[row] ? "Show the " + counted(this.folded.hidden_before[row], "folded event")
        : (who(this.run, e) ? who(this.run, e) + " " : "") + describe(this.run, e);
    }
    if (this.canvas.title !== title) this.canvas.title = title;
  }

  toggle_host(name) {
    if (!this.folded_hosts.delete(name)) this.folded_hosts.add(name);
    this.refold();
    this.on_select(this);
  }

  toggle_task(name) {
    if (!this.hidden_tasks.delete(name)) this.hidden_tasks.add(name);
    this.refold();
    this.on_select(this);
  }

  /** Unfolds what is folded before a row. */
  open_before(row) {
    const first = row > 0 ? this.folded.rows[row - 1] + 1 : 0;
    for (let i = first; i < this.folded.rows[row]; ++i) this.opened.add(i);
    this.refold();
    this.on_select(this);
  }

  draw_soon() {
    if (this.is_waiting) return;
    this.is_waiting = true;
    requestAnimationFrame(() => {
      this.is_waiting = false;
      this.draw();
    });
  }

  draw() {
    const started = performance.now();
    if (this.ratio !== (window.devicePixelRatio || 1)) resize(this); // the window has moved to another screen
    if (this.squeezes) place_lanes(this);
    draw_picture(this);
    this.drawn.ms = performance.now() - started;
  }
}
