// Legend: what each pattern, arrow, sign and colour of the picture means, drawn by the functions
// that draw the picture, so that the two cannot differ.

const LANE_STATES = ["running", "ready", "network", "timer", "task"];

const ARROW_WORDS = {
  bytes: "bytes on their way, and how many; 1/2 is the first of two pieces of what was sent at once",
  lost: "bytes that are lost, and never arrive",
  again: "bytes that are sent once more",
  control: "a connection begins or ends",
  reset: "a connection breaks (RST)",
  spawn: "a task spawns another",
  wake: "a task wakes another",
  sync: "a task lets another go, or hands it something, by way of a channel, a semaphore or an event",
  kill: "a task kills another",
};

const SIGNS = [
  [{ kind: "recv" }, "an event of the task"],
  [{ kind: "spawn" }, "the task begins, or waits from here on"],
  [{ kind: "finish" }, "the task ends"],
  [{ kind: "fail" }, "it fails; smaller: it is killed, runs into its timeout, or loses its connection"],
  [{ kind: "property", holds: 1 }, "a property holds"],
  [{ kind: "property", holds: 0 }, "a property does not hold"],
];

const ROW_WORDS = {
  "row-selected": "the event at the cursor",
  "row-way": "an event that led to it",
  "row-bad": "a failure",
  "row-fault": "something was broken on purpose, or chosen by chance",
  "row-match": "what was searched for",
  "row-mark": "where two runs part",
};

const SAMPLE_WIDTH = 64, SAMPLE_HEIGHT = 20;

/** A canvas that `draw` draws on once, in units of CSS; readers of screens pass it by. */
function sample(draw) {
  const canvas = document.createElement("canvas"), ratio = window.devicePixelRatio || 1;
  canvas.width = SAMPLE_WIDTH * ratio;
  canvas.height = SAMPLE_HEIGHT * ratio;
  canvas.className = "sample";
  canvas.setAttribute("aria-hidden", "true");
  const c = canvas.getContext("2d");
  c.scale(ratio, ratio);
  draw(c);
  return canvas;
}

/** All of it, as lists with headings. */
function legend_of(paint) {
  const ink = (name) => paint.colour(name), middle = SAMPLE_HEIGHT / 2;
  const list = (title, entries) => element("section", {}, element("h3", {}, title), element("dl", { class: "marks" },
    ...entries.flatMap(([draw, words]) => [element("dt", {}, sample(draw)), element("dd", {}, words)])));
  const lane = (state) => (c) => draw_state(c, paint, state, 2, middle, SAMPLE_WIDTH - 4);
  const arrow = (kind) => (c) => {
    const pill = draw_arrow(c, ink, { kind, piece: kind === "bytes" ? "1/2" : "", bytes: 0 }, 0, 5, SAMPLE_WIDTH, SAMPLE_HEIGHT - 5, false);
    if (pill) draw_pill(c, ink, pill.label, pill.x, pill.y, pill.ink);
  };
  const row = (name) => (c) => {
    c.fillStyle = ink(name);
    c.fillRect(2, 2, SAMPLE_WIDTH - 4, SAMPLE_HEIGHT - 4);
    c.fillStyle = ink("accent");
    if (name === "row-selected") c.fillRect(2, 2, 3, SAMPLE_HEIGHT - 4);
  };
  const way = (c) => {
    c.strokeStyle = ink("accent");
    c.lineWidth = WAY_WIDTH;
    c.beginPath();
    c.moveTo(4, middle);
    c.lineTo(SAMPLE_WIDTH - 4, middle);
    c.stroke();
    draw_mark(c, ink, { kind: "recv" }, SAMPLE_WIDTH / 2, middle, ink("accent"));
  };
  const folded = (c) => {
    c.font = "11px " + UI;
    c.textAlign = "center";
    c.textBaseline = "middle";
    c.fillStyle = ink("ink-faint");
    c.fillText("+3", SAMPLE_WIDTH / 2, middle);
  };
  return [
    list("A task's lane, while the task", LANE_STATES.map((state) => [lane(state), STATES[state]])),
    list("Arrows", Object.entries(ARROW_WORDS).map(([kind, words]) => [arrow(kind), words])),
    list("Signs in a lane", SIGNS.map(([event, words]) => [(c) => draw_mark(c, ink, event, SAMPLE_WIDTH / 2, middle, ink("ink")), words])),
    list("At the cursor", [[way, "the way that led to the event: from cause to cause. All else is paler"]]),
    list("Rows", Object.entries(ROW_WORDS).map(([name, words]) => [row(name), words])),
    list("At the left edge", [[folded, "three events are folded here: a click, or the key o, shows them"]]),
  ];
}

/** At the foot of the page the patterns of lanes, and behind the key k all of it. */
function show_legend(page) {
  page.find("legend").replaceChildren(...LANE_STATES.map((state) => element("span", {}, swatch(page.paint, state), " " + STATES[state])));
  page.find("marks").replaceChildren(...legend_of(page.paint));
}
