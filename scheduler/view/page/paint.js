// Paint: the colours of the theme in use, from style.css, and for each state of a task a pattern,
// so that nothing is told by colour alone.

const STATES = {
  running: "runs", ready: "is ready to run", network: "waits for the network",
  timer: "sleeps", task: "waits for another task", finished: "has ended", failed: "failed",
  killed: "was killed", unborn: "is not there yet",
};

class Paint {
  constructor() {
    this.colours = new Map();
    this.patterns = new Map();
  }

  /** After a change of theme. */
  forget() {
    this.colours.clear();
    this.patterns.clear();
  }

  colour(name) {
    let colour = this.colours.get(name);
    if (!colour) {
      colour = getComputedStyle(document.documentElement).getPropertyValue("--" + name).trim();
      this.colours.set(name, colour);
    }
    return colour;
  }

  /** How a lane is filled while its task is in `state`. */
  fill(context, state) {
    let pattern = this.patterns.get(state);
    if (!pattern) {
      pattern = this.make_pattern(context, state);
      this.patterns.set(state, pattern);
    }
    return pattern;
  }

  make_pattern(context, state) {
    const colour = this.colour("state-" + state);
    if (state === "running") return colour;
    const ratio = window.devicePixelRatio || 1;
    const size = 6, tile = document.createElement("canvas");
    tile.width = tile.height = size * ratio;
    const c = tile.getContext("2d");
    c.scale(ratio, ratio);
    c.fillStyle = this.colour("state-" + state + "-soft");
    c.fillRect(0, 0, size, size);
    c.strokeStyle = c.fillStyle = colour;
    c.lineWidth = 1.4;
    c.beginPath();
    if (state === "ready") {
      c.arc(1.5, 1.5, 1, 0, 7);
      c.arc(4.5, 4.5, 1, 0, 7);
      c.fill();
    } else if (state === "network") { // lying lines
      c.moveTo(0, 3); c.lineTo(size, 3);
      c.stroke();
    } else if (state === "task") { // slanted lines
      c.moveTo(-1, 1); c.lineTo(1, -1); c.moveTo(0, 6); c.lineTo(6, 0); c.moveTo(5, 7); c.lineTo(7, 5);
      c.stroke();
    } else if (state === "timer") { // far dots
      c.arc(3, 3, 1.1, 0, 7);
      c.fill();
    }
    const pattern = context.createPattern(tile, "repeat");
    pattern.setTransform(new DOMMatrix().scale(1 / ratio));
    return pattern;
  }
}

const STATE_WIDTH = { running: 11, ready: 9, network: 7, timer: 7, task: 9 };

/** A piece of a lane, lying. */
function draw_state(c, paint, state, x, middle, width) {
  const height = STATE_WIDTH[state];
  c.fillStyle = paint.fill(c, state);
  c.fillRect(x, middle - height / 2, width, height);
  c.lineWidth = 1;
  c.strokeStyle = paint.colour("state-" + state);
  c.strokeRect(x + 0.5, middle - height / 2 + 0.5, width - 1, height - 1);
}

/** A sample of a state's bar, between words. */
function swatch(paint, state) {
  const canvas = document.createElement("canvas"), ratio = window.devicePixelRatio || 1;
  canvas.width = 22 * ratio;
  canvas.height = 12 * ratio;
  canvas.style.width = "22px";
  canvas.style.height = "12px";
  canvas.setAttribute("aria-hidden", "true");
  const c = canvas.getContext("2d");
  c.scale(ratio, ratio);
  draw_state(c, paint, state, 0, 6, 22);
  return canvas;
}
