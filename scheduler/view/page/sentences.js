// Sentences: to the right of the lanes a row's event in words, to the left its time and how many
// events are folded before it.

const MOST_LETTERS = 1000; // of a sentence; to measure those of a whole file takes longer than to draw a window

function fitted(c, words, width) {
  const text = in_order(words);
  if (text.length <= MOST_LETTERS && c.measureText(text).width <= width) return text;
  const number = /#\d+$/.exec(text); // of a task: more telling than the end of its name
  if (number && c.measureText("…" + number[0]).width < width) {
    return fitted(c, text.slice(0, number.index), width - c.measureText(number[0]).width) + number[0];
  }
  let low = 0, high = Math.min(text.length, MOST_LETTERS);
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
  const is_aside = picture.emphasises && !picture.on_chain.has(event.i);
  c.textAlign = "left";
  let x = left;
  if (name) {
    c.font = "600 12px " + UI;
    c.fillStyle = ink(is_aside ? "ink-soft" : "ink");
    const shown = fitted(c, name, 150);
    c.fillText(shown, x, y);
    x += c.measureText(shown).width + 6;
  }
  const is_bad = is_failure(event) || event.kind === "lost" || event.kind === "reset";
  const is_apart = event.kind === "fault" || (event.kind === "decide" && event.choice);
  c.font = (is_bad ? "600 " : "") + (is_apart ? "italic " : "") + "12px " + UI;
  c.fillStyle = ink(is_bad ? "bad" : is_apart ? "fault" : is_aside ? "ink-soft" : "ink-text");
  const shown = fitted(c, one_line(describe(picture.run, event)), right - x);
  c.fillText(shown, x, y);
  x += c.measureText(shown).width + 14;
  c.font = "11px " + MONO; // the place in the source, where the sentence leaves room for it
  if (!event.at || x + c.measureText(event.at).width > right) return;
  c.textAlign = "right";
  c.fillStyle = ink("ink-faint");
  c.fillText(event.at, right, y);
}
