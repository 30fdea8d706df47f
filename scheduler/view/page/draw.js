// Draw: a picture's part that the window shows: hosts as bands, tasks as bars in the pattern of
// their state, arrows, a sentence for each row, and on top the names of the lanes.

const UI = "system-ui, 'Segoe UI', 'DejaVu Sans', sans-serif";
const MONO = "ui-monospace, 'SF Mono', 'DejaVu Sans Mono', Consolas, monospace";

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
  draw_bars(picture, view);
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
    const is_bad = event.kind === "fail" || event.kind === "run_fails" || (event.kind === "property" && !event.holds);
    const name = i === picture.selected ? "row-selected" : i === picture.mark ? "row-mark" : is_bad ? "row-bad"
      : event.kind === "fault" || event.kind === "lost" || event.kind === "decide" ? "row-fault" : picture.matches.has(i) && !picture.only_matches ? "row-match" : "";
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

// ---- arrows --------------------------------------------------------------------------------------

const ARROWS = {
  bytes: { ink: "arrow", width: 1.6, dash: [] },
  again: { ink: "arrow-again", width: 2.4, dash: [] },
  lost: { ink: "bad", width: 1.6, dash: [7, 3] },
  control: { ink: "arrow-soft", width: 1.2, dash: [] },
  reset: { ink: "bad", width: 1.8, dash: [] },
  spawn: { ink: "arrow-task", width: 1.2, dash: [2, 3] },
  wake: { ink: "arrow-task", width: 1.2, dash: [5, 3] },
  sync: { ink: "arrow-sync", width: 1.6, dash: [9, 3] },
  kill: { ink: "bad", width: 1.4, dash: [5, 3] },
};

function draw_arrows(picture, { c, ink, first, last }) {
  let count = 0;
  const chosen = picture.selected >= 0 ? picture.run.events[picture.selected] : null;
  for (const arrow of arrows_between(picture.buckets, first - 1, last + 1)) {
    const x1 = picture.x_of(arrow.source), x2 = picture.x_of(arrow.target);
    if (Number.isNaN(x1) || Number.isNaN(x2)) continue;
    if (picture.only_matches && !picture.matches.has(arrow.from) && !picture.matches.has(arrow.to)) continue;
    if (arrow.kind === "wake" && picture.folded.position[arrow.to] % 1 && !near_selected(picture, arrow)) continue;
    const y1 = picture.y_of(arrow.from), y2 = picture.y_of(arrow.to);
    const is_chosen = arrow.from === picture.selected || arrow.to === picture.selected ||
      (chosen && chosen.conn && picture.run.events[arrow.to].conn === chosen.conn);
    draw_arrow(c, ink, arrow, x1, y1, x2, y2, is_chosen);
    ++count;
  }
  return count;
}

/** Wakes are many; those that are folded show only where the cursor is. */
function near_selected(picture, arrow) {
  return picture.selected >= 0 && Math.abs(picture.folded.position[arrow.to] - picture.folded.position[picture.selected]) < 1;
}

function draw_arrow(c, ink, arrow, x1, y1, x2, y2, is_chosen) {
  const style = ARROWS[arrow.kind];
  const is_own_lane = Math.abs(x2 - x1) < 1, side = Math.sign(x2 - x1) || 1;
  let [sx, ex, ey] = [x1 + side * 5, x2 - side * 7, y2];
  if (arrow.kind === "lost") { // it ends on the way
    ex = sx + (ex - sx) * 0.55;
    ey = y1 + (y2 - y1) * 0.55 + (y2 - y1 < 8 ? 5 : 0);
  }
  c.strokeStyle = c.fillStyle = ink(style.ink);
  c.lineWidth = style.width + (is_chosen ? 1.2 : 0);
  c.setLineDash(style.dash);
  c.beginPath();
  c.moveTo(sx, y1);
  let angle = Math.atan2(ey - y1, ex - sx);
  if (is_own_lane) {
    c.bezierCurveTo(x1 + 26, y1, x1 + 26, y2, x1 + 7, y2);
    [ex, angle] = [x1 + 7, Math.PI];
  } else {
    c.lineTo(ex, ey);
  }
  c.stroke();
  c.setLineDash([]);
  if (arrow.kind === "lost") {
    draw_cross(c, ex, ey, 5);
    if (arrow.piece) draw_pill(c, ink, arrow.piece, sx + (ex - sx) * 0.4, y1 + (ey - y1) * 0.4, style.ink);
    return;
  }
  const size = arrow.kind === "control" || style.dash.length ? 6 : 8;
  c.beginPath();
  c.moveTo(ex, ey);
  c.lineTo(ex - size * Math.cos(angle - 0.42), ey - size * Math.sin(angle - 0.42));
  if (style.dash.length) { // open heads where no bytes go
    c.moveTo(ex, ey);
    c.lineTo(ex - size * Math.cos(angle + 0.42), ey - size * Math.sin(angle + 0.42));
    c.stroke();
  } else {
    c.lineTo(ex - size * Math.cos(angle + 0.42), ey - size * Math.sin(angle + 0.42));
    c.fill();
  }
  const label = arrow.kind === "again" ? "again" : arrow.piece;
  if (label) draw_pill(c, ink, label, sx + (ex - sx) * 0.3, y1 + (ey - y1) * 0.3, style.ink);
}

function draw_cross(c, x, y, size) {
  c.lineWidth = 2.2;
  c.beginPath();
  c.moveTo(x - size, y - size);
  c.lineTo(x + size, y + size);
  c.moveTo(x + size, y - size);
  c.lineTo(x - size, y + size);
  c.stroke();
}

function draw_pill(c, ink, label, x, y, colour) {
  c.font = "600 9px " + UI;
  const width = c.measureText(label).width + 8;
  c.fillStyle = ink("paper");
  c.strokeStyle = ink(colour);
  c.lineWidth = 1;
  c.beginPath();
  c.roundRect(x - width / 2, y - 6.5, width, 13, 6.5);
  c.fill();
  c.stroke();
  c.fillStyle = ink(colour);
  c.textAlign = "center";
  c.textBaseline = "middle";
  c.fillText(label, x, y + 0.5);
}

// ---- marks of events, in their lanes ----------------------------------------------------------------

function draw_marks(picture, { c, ink, first, last }) {
  for (let row = first; row <= last; ++row) {
    const event = picture.run.events[picture.folded.rows[row]];
    const x = picture.x_of(picture.task_of(event)), y = picture.y_of(event.i);
    if (Number.isNaN(x)) continue;
    c.fillStyle = c.strokeStyle = ink("ink");
    switch (event.kind) {
      case "property":
        if (!event.holds) { c.strokeStyle = ink("bad"); draw_cross(c, x, y, 6); break; }
        ring(c, x, y, 4, ink("good"));
        break;
      case "fail": c.strokeStyle = ink("bad"); draw_cross(c, x, y, 6); break;
      case "kill": case "reset": case "time_out": c.strokeStyle = ink("bad"); draw_cross(c, x, y, 4.5); break;
      case "finish": c.fillRect(x - 8, y - 1.5, 16, 3); break;
      case "lost": break;
      case "spawn": ring(c, x, y, 4, ink("paper")); break;
      case "block": ring(c, x, y, 3.5, ink("paper")); break;
      default: c.beginPath(); c.arc(x, y, 3.2, 0, 7); c.fill();
    }
  }
}

function ring(c, x, y, radius, inside) {
  c.lineWidth = 1.6;
  c.beginPath();
  c.arc(x, y, radius, 0, 7);
  c.fillStyle = inside;
  c.fill();
  c.stroke();
}

// ---- texts ---------------------------------------------------------------------------------------

function fitted(c, text, width) {
  if (c.measureText(text).width <= width) return text;
  const number = /#\d+$/.exec(text); // of a task: more telling than the end of its name
  if (number && c.measureText("…" + number[0]).width < width) {
    return fitted(c, text.slice(0, number.index), width - c.measureText(number[0]).width) + number[0];
  }
  let low = 0, high = Math.min(text.length, 400);
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (c.measureText(text.slice(0, middle) + "…").width <= width) low = middle;
    else high = middle - 1;
  }
  return low > 0 ? text.slice(0, low) + "…" : "";
}

function draw_texts(picture, { c, ink, first, last, top, height }) {
  const left = GUTTER + picture.region + 14;
  let drawn = 0, free_from = -Infinity, time_before = "";
  c.textBaseline = "middle";
  for (let row = first; row <= last; ++row) {
    const i = picture.folded.rows[row], event = picture.run.events[i], y = picture.y_of(i);
    if (y < top - 20 || y > top + height + 20) continue;
    ++drawn;
    if (y < free_from && i !== picture.selected) continue; // no text over another one
    free_from = y + (picture.axis === "time" ? 15 : 11);
    const time = milliseconds(event.t);
    c.textAlign = "right";
    c.font = "11px " + MONO;
    c.fillStyle = ink(time === time_before ? "ink-faint" : "ink-soft");
    c.fillText(time, GUTTER - 8, y);
    time_before = time;
    const hidden = picture.folded.hidden_before[row];
    if (hidden > 0 && picture.axis === "steps" && picture.row_height > 9) draw_gap(picture, c, ink, hidden, y);
    draw_sentence(picture, c, ink, event, left, y);
  }
  return drawn;
}

/** "+12" where events are folded: it can be clicked. */
function draw_gap(picture, c, ink, hidden, y) {
  c.font = "10px " + UI;
  c.textAlign = "left";
  c.fillStyle = ink("ink-faint");
  c.fillText("+" + hidden, 8, y);
}

function draw_sentence(picture, c, ink, event, left, y) {
  const right = picture.width - 12, name = who(picture.run, event);
  c.textAlign = "left";
  let x = left;
  if (name) {
    c.font = "600 12px " + UI;
    c.fillStyle = ink("ink");
    const shown = fitted(c, name, 150);
    c.fillText(shown, x, y);
    x += c.measureText(shown).width + 6;
  }
  const is_bad = event.kind === "fail" || event.kind === "run_fails" || event.kind === "lost" || event.kind === "reset" ||
    (event.kind === "property" && !event.holds);
  const is_apart = event.kind === "fault" || (event.kind === "decide" && event.choice);
  c.font = (is_bad ? "600 " : "") + (is_apart ? "italic " : "") + "12px " + UI;
  c.fillStyle = ink(is_bad ? "bad" : is_apart ? "fault" : "ink-text");
  const shown = fitted(c, one_line(describe(picture.run, event)), right - x);
  c.fillText(shown, x, y);
  x += c.measureText(shown).width + 14;
  c.font = "11px " + MONO; // the place in the source, where the sentence leaves room for it
  if (!event.at || x + c.measureText(event.at).width > right) return;
  c.textAlign = "right";
  c.fillStyle = ink("ink-faint");
  c.fillText(event.at, right, y);
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
