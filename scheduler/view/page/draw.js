// Draw: a picture's part that the window shows, layer by layer: hosts as bands, tasks as bars in
// the pattern of their state, marks (marks.js), sentences (sentences.js), and on top the names of
// the lanes.

const UI = "system-ui, 'Segoe UI', 'DejaVu Sans', sans-serif";
const MONO = "ui-monospace, 'SF Mono', 'DejaVu Sans Mono', Consolas, monospace";

const FADED = 0.6; // bars, while the way to the event at the cursor is shown

function draw_picture(picture) {
  const c = picture.canvas.getContext("2d"), ratio = window.devicePixelRatio || 1;
  const view = {
    c, top: picture.box.scrollTop, height: picture.height - picture.header,
    ink: (name) => picture.paint.colour(name),
  };
  view.first = Math.max(0, picture.row_at(view.top - 30) - 1);
  view.last = Math.min(picture.folded.rows.length - 1, picture.row_at(view.top + view.height + 30));
  c.setTransform(ratio, 0, 0, ratio, 0, 0);
  c.clearRect(0, 0, picture.width, picture.height);
  c.save();
  c.beginPath();
  c.rect(0, picture.header, picture.width, view.height);
  c.clip();
  c.translate(0, picture.header - view.top);
  const clip_to_lanes = () => {
    c.save();
    c.beginPath();
    c.rect(GUTTER, view.top, picture.region, view.height);
    c.clip();
  };
  clip_to_lanes();
  draw_bands(picture, view);
  c.restore();
  draw_highlights(picture, view);
  clip_to_lanes();
  c.globalAlpha = picture.emphasises ? FADED : 1;
  draw_bars(picture, view);
  c.globalAlpha = 1;
  draw_way(picture, view);
  const arrows = draw_arrows(picture, view);
  draw_marks(picture, view);
  c.restore();
  const rows = draw_texts(picture, view);
  c.restore();
  draw_header(picture, view);
  picture.drawn.rows = rows;
  picture.drawn.arrows = arrows;
}

function draw_highlights(picture, { c, ink, first, last }) {
  for (let row = first; row <= last; ++row) {
    const i = picture.folded.rows[row], y = picture.y_of(i), event = picture.run.events[i];
    const name = row_colour(picture, event);
    if (!name) continue;
    c.fillStyle = ink(name);
    const height = picture.axis === "time" ? 18 : picture.row_height;
    c.fillRect(0, y - height / 2, picture.width, height);
    if (i === picture.selected) {
      c.fillStyle = ink("accent");
      c.fillRect(0, y - height / 2, 3, height);
    }
  }
}

/** What kind of row it is, as a colour of the theme; "" for most. */
function row_colour(picture, event) {
  if (event.i === picture.selected) return "row-selected";
  if (event.i === picture.mark) return "row-mark";
  if (is_failure(event)) return "row-bad";
  if (picture.matches.has(event.i) && !picture.only_matches) return "row-match";
  if (event.kind === "fault" || event.kind === "lost" || event.kind === "decide") return "row-fault";
  return picture.emphasises && picture.on_chain.has(event.i) ? "row-way" : "";
}

function is_failure(event) {
  return event.kind === "fail" || event.kind === "run_fails" || (event.kind === "property" && !event.holds);
}

function draw_bands(picture, { c, ink, top, height }) {
  for (const band of picture.layout.bands) {
    if (band.width === 0) continue;
    c.fillStyle = ink("band");
    c.fillRect(band.x - picture.box.scrollLeft - 2, top, band.width + 4, height);
  }
}

/** The lanes that are on the screen: first and one past the last. */
function lanes_on_screen(picture) {
  const left = picture.box.scrollLeft + GUTTER - picture.lane_width, right = picture.box.scrollLeft + GUTTER + picture.region + picture.lane_width;
  const first = last_at_or_before(picture.lane_x, left) + 1;
  return [first, last_at_or_before(picture.lane_x, right) + 1];
}

function draw_bars(picture, view) {
  const { c, ink, top, height } = view;
  const [from, to] = lanes_on_screen(picture);
  // The first event at the top of the window: states before it are looked up, not walked through.
  const first_event = picture.folded.rows.length ? picture.folded.rows[view.first] : 0;
  for (let lane = from; lane < to; ++lane) {
    if (!picture.is_lane_shown[lane]) continue;
    const x = picture.lane_x[lane] - picture.box.scrollLeft, tasks = picture.layout.lanes[lane].tasks;
    c.strokeStyle = ink("lane");
    c.lineWidth = 1;
    c.beginPath();
    c.moveTo(x, top);
    c.lineTo(x, top + height);
    c.stroke();
    for (const task of tasks) {
      if (task.died >= 0 && picture.y_of(task.died) < top - 40) continue;
      if (task.born >= 0 && picture.y_of(task.born) > top + height + 40) continue;
      let k = Math.max(0, last_at_or_before(task.at, first_event));
      for (; k < task.at.length; ++k) {
        const y = picture.y_of(task.at[k]);
        if (y > top + height + 20) break;
        const end = k + 1 < task.at.length ? picture.y_of(task.at[k + 1]) : picture.end_y;
        draw_bar(picture, c, x, y, end, task.state[k], top, height);
      }
    }
  }
}

function draw_bar(picture, c, x, y, end, state, top, height) {
  if (!(state in STATE_WIDTH)) return;
  const is_instant = end - y < 1;
  if (is_instant && state !== "running") return;
  if (is_instant) { y -= 2; end = y + 4; }
  const width = STATE_WIDTH[state], low = Math.max(y, top - 20), high = Math.min(end, top + height + 20);
  if (high <= low) return;
  c.fillStyle = picture.paint.fill(c, state);
  c.fillRect(x - width / 2, low, width, high - low);
  if (state !== "running") {
    c.strokeStyle = picture.paint.colour("state-" + state);
    c.lineWidth = 1;
    c.strokeRect(x - width / 2 + 0.5, low, width - 1, high - low);
  }
}

// ---- the names of lanes --------------------------------------------------------------------------

/** Lying where there is room, else standing; with its host where that has no room above. */
function draw_lane_name(picture, c, ink, lane, x, is_wide, with_host) {
  c.font = "11px " + UI;
  c.fillStyle = ink("ink-soft");
  if (is_wide) {
    c.textAlign = "center";
    c.fillText(fitted(c, lane.name, picture.lane_width - 6), x, 42);
    return;
  }
  c.save();
  c.translate(x, picture.header - 8);
  c.rotate(-Math.PI / 2);
  c.textAlign = "left";
  let left = 0, room = picture.header - (with_host ? 18 : 42);
  if (with_host) {
    c.font = "600 11px " + UI;
    c.fillStyle = ink("ink");
    const host = fitted(c, lane.host || "no host", room);
    c.fillText(host, 0, 0);
    left = c.measureText(host).width + 6;
    room -= left;
    c.font = "11px " + UI;
    c.fillStyle = ink("ink-soft");
  }
  if (room > 14) c.fillText(fitted(c, lane.name, room), left, 0);
  c.restore();
}

function draw_header(picture, { c, ink }) {
  c.fillStyle = ink("paper");
  c.fillRect(0, 0, picture.width, picture.header);
  c.textBaseline = "middle";
  c.textAlign = "right";
  c.font = "11px " + UI;
  c.fillStyle = ink("ink-soft");
  c.fillText(picture.axis === "time" ? "time, ms" : "ms", GUTTER - 8, picture.header - 12);
  c.textAlign = "left";
  if (picture.axis !== "time") c.fillText("+ folded", 8, picture.header - 12);
  c.textAlign = "right";
  c.save();
  c.beginPath();
  c.rect(GUTTER, 0, picture.region, picture.header);
  c.clip();
  const wide = picture.is_wide;
  for (const band of picture.layout.bands) {
    const x = band.x - picture.box.scrollLeft;
    if (band.width === 0 || x > GUTTER + picture.region || x + band.width < GUTTER) continue;
    c.fillStyle = ink("band-head");
    c.beginPath();
    c.roundRect(x - 2, 6, band.width + 4, picture.header - 2, [8, 8, 0, 0]);
    c.fill();
    c.fillStyle = ink("ink");
    c.textAlign = "center";
    c.font = "600 12px " + UI;
    const name = (band.host || "no host") + (band.is_folded ? " ▸" : "");
    band.is_narrow = !wide && c.measureText(name).width > band.width - 2;
    if (band.is_narrow) continue;
    const middle = Math.max(x + 20, Math.min((Math.max(x, GUTTER) + Math.min(x + band.width, GUTTER + picture.region)) / 2, x + band.width - 20));
    c.fillText(fitted(c, name, band.width - 2), middle, 20);
  }
  const [from, to] = lanes_on_screen(picture);
  for (let lane = from; lane < to; ++lane) {
    if (!picture.is_lane_shown[lane]) continue;
    const x = picture.lane_x[lane] - picture.box.scrollLeft;
    const band = picture.layout.bands.find((b) => lane >= b.first && lane < b.first + b.count);
    draw_lane_name(picture, c, ink, picture.layout.lanes[lane], x, wide, band.is_narrow);
  }
  c.restore();
  c.fillStyle = ink("line");
  c.fillRect(0, picture.header - 1, picture.width, 1);
}
