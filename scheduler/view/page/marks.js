// Marks: arrows between lanes, the signs of events in them, and the way of causes. The legend shows
// the same, drawn by the same functions.

const WAY_WIDTH = 3;
const DIMMED = 0.4; // what did not lead to the event at the cursor

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
  const pills = [];
  let count = 0;
  for (const arrow of arrows_between(picture.buckets, first - 1, last + 1)) {
    const x1 = picture.x_of(arrow.source), x2 = picture.x_of(arrow.target);
    if (Number.isNaN(x1) || Number.isNaN(x2)) continue;
    if (picture.only_matches && !picture.matches.has(arrow.from) && !picture.matches.has(arrow.to)) continue;
    if (arrow.kind === "wake" && picture.folded.position[arrow.to] % 1 && !near_selected(picture, arrow)) continue;
    const y1 = picture.y_of(arrow.from), y2 = picture.y_of(arrow.to);
    const is_way = picture.emphasises && is_on_way(picture, arrow);
    c.globalAlpha = picture.emphasises && !is_way ? DIMMED : 1;
    const is_chosen = is_way || arrow.from === picture.selected || arrow.to === picture.selected;
    const pill = draw_arrow(c, ink, arrow, x1, y1, x2, y2, is_chosen);
    if (pill) pills.push({ ...pill, is_needed: pill.is_needed || is_chosen, is_dimmed: c.globalAlpha < 1 });
    ++count;
  }
  c.globalAlpha = 1;
  draw_pills(c, ink, pills);
  return count;
}

/** What an arrow says: "6 B", "1/2 · 3 B", "again · 3 B", "". */
function label_of({ kind, piece, bytes }) {
  return [kind === "again" ? "again" : piece, bytes ? bytes + " B" : ""].filter(Boolean).join(" · ");
}

/** On top of all arrows; what is only a size gives way to what is more, and to whoever came first. */
function draw_pills(c, ink, pills) {
  const taken = [];
  for (const pill of [...pills.filter((one) => one.is_needed), ...pills.filter((one) => !one.is_needed && !one.is_dimmed)]) {
    const width = pill_width(c, pill.label), { x, y } = pill;
    const is_over = (other) => Math.abs(other.x - x) <= (other.width + width) / 2 + 2 && Math.abs(other.y - y) <= PILL_HEIGHT + 1;
    if (!pill.is_needed && taken.some(is_over)) continue;
    taken.push({ x, y, width });
    draw_pill(c, ink, pill.label, x, y, pill.is_dimmed ? "ink-soft" : pill.ink);
  }
}

/** Whether an arrow goes from a cause of the event at the cursor to what came of it. */
function is_on_way(picture, arrow) {
  if (!picture.on_chain.has(arrow.from) || !picture.on_chain.has(arrow.to)) return false;
  return arrow.from === arrow.to || causes_of(picture.run)[arrow.to] === arrow.from;
}

/** The way that led to the event at the cursor, from cause to cause: along lanes, and from lane to lane. */
function draw_way(picture, { c, ink, top, height }) {
  if (!picture.emphasises) return;
  c.strokeStyle = ink("accent");
  c.lineWidth = WAY_WIDTH;
  c.lineJoin = "round";
  c.beginPath();
  let before = null;
  for (const i of picture.chain) {
    const x = picture.x_of(picture.task_of(picture.run.events[i])), y = picture.y_of(i);
    if (Number.isNaN(x)) continue; // it is in no lane: the way goes on past it
    const has_arrow = before && picture.sends_arrow.has(i) && picture.sends_arrow.get(i).includes(before.i);
    if (before && !has_arrow && Math.min(y, before.y) < top + height + 40 && Math.max(y, before.y) > top - 40) {
      c.moveTo(before.x, before.y);
      c.lineTo(x, y);
    }
    before = { i, x, y };
    if (y < top - 40) break; // what was earlier is further up
  }
  c.stroke();
}

/** Wakes are many; those that are folded show only where the cursor is. */
function near_selected(picture, arrow) {
  return picture.selected >= 0 && Math.abs(picture.folded.position[arrow.to] - picture.folded.position[picture.selected]) < 1;
}

/** Returns what is to be written on it: {label, x, y, ink, is_needed}, or null. */
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
  const label = label_of(arrow), is_needed = Boolean(arrow.piece) || arrow.kind === "again";
  const pill_at = (part) => (label && (is_needed || Math.abs(ex - sx) > LEAST_ROOM) ? { label, x: sx + (ex - sx) * part, y: y1 + (ey - y1) * part, ink: style.ink, is_needed } : null);
  if (arrow.kind === "lost") {
    draw_cross(c, ex, ey, 5);
    return pill_at(0.4);
  }
  const size = (arrow.kind === "control" || style.dash.length ? 6 : 8) + (is_chosen ? 1 : 0);
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
  return pill_at(0.3);
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

const PILL_HEIGHT = 13, LEAST_ROOM = 56;

function pill_width(c, label) {
  c.font = "600 9px " + UI;
  return c.measureText(label).width + 8;
}

/** A text on an arrow. */
function draw_pill(c, ink, label, x, y, colour) {
  const width = pill_width(c, label);
  c.fillStyle = ink("paper");
  c.strokeStyle = ink(colour);
  c.lineWidth = 1;
  c.beginPath();
  c.roundRect(x - width / 2, y - PILL_HEIGHT / 2, width, PILL_HEIGHT, PILL_HEIGHT / 2);
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
    const is_way = picture.emphasises && picture.on_chain.has(event.i);
    c.globalAlpha = picture.emphasises && !is_way && !is_failure(event) ? DIMMED : 1;
    draw_mark(c, ink, event, x, y, is_way ? ink("accent") : ink("ink"));
  }
  c.globalAlpha = 1;
}

function draw_mark(c, ink, event, x, y, colour) {
  c.fillStyle = c.strokeStyle = colour;
  switch (event.kind) {
    case "property":
      if (event.holds) return ring(c, x, y, 4, ink("good"));
      c.strokeStyle = ink("bad");
      return draw_cross(c, x, y, 6);
    case "fail":
      c.strokeStyle = ink("bad");
      return draw_cross(c, x, y, 6);
    case "kill": case "reset": case "time_out":
      c.strokeStyle = ink("bad");
      return draw_cross(c, x, y, 4.5);
    case "finish": return c.fillRect(x - 8, y - 1.5, 16, 3);
    case "lost": return; // its arrow ends in a cross
    case "spawn": return ring(c, x, y, 4, ink("paper"));
    case "block": return ring(c, x, y, 3.5, ink("paper"));
    default:
      c.beginPath();
      c.arc(x, y, 3.2, 0, 7);
      c.fill();
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
