// Scrub bar: the whole run in one strip: how much happens where, where it fails, what the window
// shows, and the cursor, which can be dragged. Under the strip lies an <input type=range>, which
// brings the keyboard and screen readers along.

class Scrub {
  constructor(strip, slider, on_move) {
    this.strip = strip;
    this.slider = slider;
    slider.addEventListener("input", () => on_move(Number(slider.value)));
  }

  update(picture) {
    const rows = picture.folded.rows;
    this.slider.max = Math.max(0, rows.length - 1);
    if (picture.selected >= 0) this.slider.value = picture.row_of(picture.selected);
    const chosen = picture.selected >= 0 ? picture.run.events[picture.selected] : null;
    this.slider.setAttribute("aria-valuetext", chosen ? "event " + chosen.n + ", " + who(picture.run, chosen) + " " + describe(picture.run, chosen) : "no event chosen");
    this.draw(picture);
  }

  draw(picture) {
    const ratio = window.devicePixelRatio || 1, width = this.strip.clientWidth, height = this.strip.clientHeight;
    this.strip.width = width * ratio;
    this.strip.height = height * ratio;
    const c = this.strip.getContext("2d"), ink = (name) => picture.paint.colour(name);
    c.scale(ratio, ratio);
    const rows = picture.folded.rows, count = Math.max(1, rows.length), inset = 8, span = width - 2 * inset;
    const x_of = (row) => inset + (count === 1 ? 0 : row / (count - 1)) * span;
    const bins = new Float64Array(Math.max(1, Math.floor(span / 3)));
    // Messages as height: rows are spread evenly, but what they are is not.
    for (let row = 0; row < rows.length; ++row) {
      const event = picture.run.events[rows[row]];
      bins[Math.min(bins.length - 1, Math.floor(row / count * bins.length))] += event.kind === "segment" || event.kind === "recv" || event.kind === "send" ? 1 : 0.35;
    }
    const most = Math.max(1, ...bins);
    c.fillStyle = ink("scrub");
    for (let b = 0; b < bins.length; ++b) {
      const tall = bins[b] / most * (height - 8);
      if (tall > 0) c.fillRect(inset + b / bins.length * span, height - 2 - tall, Math.max(1, span / bins.length - 1), tall);
    }
    const first = picture.row_at(picture.box.scrollTop), last = picture.row_at(picture.box.scrollTop + picture.height - picture.header);
    c.fillStyle = ink("scrub-window");
    c.fillRect(x_of(first), 0, Math.max(4, x_of(Math.min(last, count - 1)) - x_of(first)), height);
    c.fillStyle = ink("bad");
    for (const i of picture.run.fails) {
      const x = x_of(Math.max(0, picture.row_of(i)));
      c.beginPath();
      c.moveTo(x - 4, 0); c.lineTo(x + 4, 0); c.lineTo(x, 7);
      c.fill();
      c.fillRect(x - 0.5, 0, 1, height);
    }
    if (picture.mark >= 0) {
      c.fillStyle = ink("fault");
      c.fillRect(x_of(picture.row_of(picture.mark)) - 1, 0, 2, height);
    }
    if (picture.selected >= 0) {
      c.fillStyle = ink("accent");
      const x = x_of(picture.row_of(picture.selected));
      c.fillRect(x - 1.25, 0, 2.5, height);
      c.beginPath();
      c.arc(x, height / 2, 5, 0, 7);
      c.fill();
    }
  }
}
