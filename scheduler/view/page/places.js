// Places: how large a picture and its parts are, and where each lane is. Part of picture.js.

const GUTTER = 112;
const BAND_GAP = 12;
const PAD = 10;
const MOST_PIXELS = 12_000_000; // browsers scroll no further

/** After a change of the window, or of what is shown. */
function resize(picture) {
  const width = Math.max(320, picture.box.clientWidth), height = Math.max(120, picture.box.clientHeight);
  const ratio = window.devicePixelRatio || 1;
  picture.ratio = ratio;
  picture.width = width;
  picture.height = height;
  picture.canvas.width = Math.round(width * ratio);
  picture.canvas.height = Math.round(height * ratio);
  picture.canvas.style.width = width + "px";
  picture.canvas.style.height = height + "px";
  const { lanes, bands } = picture.layout;
  const gaps = BAND_GAP * bands.length;
  const text_width = Math.max(250, Math.min(520, width * (lanes.length > 12 ? 0.36 : 0.42)));
  const region = Math.max(80, width - GUTTER - text_width);
  picture.lane_width = Math.max(26, Math.min(112, (region - gaps) / Math.max(1, lanes.length)));
  picture.squeezes = picture.shares_lanes && lanes.length > MOST_OWN_LANES;
  picture.lanes_width = picture.squeezes ? region : lanes.length * picture.lane_width + gaps;
  picture.region = Math.min(region, picture.lanes_width);
  const context = picture.canvas.getContext("2d");
  context.font = "11px " + UI;
  const longest = lanes.reduce((most, lane) => Math.max(most, context.measureText(lane.name).width), 0);
  picture.is_wide = picture.lane_width >= 64 || (picture.lane_width >= 40 && longest + 6 <= picture.lane_width);
  picture.header = picture.is_wide ? 58 : Math.max(104, Math.min(170, longest + 46));
  picture.row_height = Math.min(22 * picture.zoom, MOST_PIXELS / Math.max(1, picture.folded.rows.length));
  place_lanes(picture);
  const span = Math.max(1, picture.last_time - picture.first_time);
  const rows_height = Math.max(picture.folded.rows.length * picture.row_height, height - picture.header - 60);
  picture.time_scale = (picture.axis === "time" ? Math.min(MOST_PIXELS, rows_height * (picture.zoom > 1 ? picture.zoom : 1)) : 0) / span;
  picture.content = picture.axis === "time" ? span * picture.time_scale + 2 * PAD + 20 : picture.folded.rows.length * picture.row_height + 2 * PAD;
  picture.space.style.height = Math.max(height, picture.content + picture.header + 8) + "px";
  picture.space.style.width = Math.max(width, width + picture.lanes_width - picture.region) + "px";
  picture.draw_soon();
}

function place_lanes(picture) {
  const is_used = picture.squeezes ? lanes_in_window(picture) : null;
  picture.lane_x = new Float64Array(picture.layout.lanes.length);
  picture.is_lane_shown = is_used || new Uint8Array(picture.layout.lanes.length).fill(1);
  let x = GUTTER;
  for (const band of picture.layout.bands) {
    band.x = x + BAND_GAP / 2;
    band.width = 0;
    for (let lane = band.first; lane < band.first + band.count; ++lane) {
      const width = picture.is_lane_shown[lane] ? picture.lane_width : 0;
      picture.lane_x[lane] = band.x + band.width + width / 2;
      band.width += width;
    }
    if (band.width > 0) x += band.width + BAND_GAP;
  }
  if (!is_used) return;
  const wanted = x - GUTTER; // what the window needs may be wider than the window
  if (Math.abs(wanted - picture.wanted_width) > 1) picture.space.style.width = Math.max(picture.width, picture.width + wanted - picture.region) + "px";
  picture.wanted_width = wanted;
}

/** With too many lanes for a window, those are left out in which nothing is alive there. */
function lanes_in_window(picture) {
  const { rows } = picture.folded, used = new Uint8Array(picture.layout.lanes.length);
  if (rows.length === 0) return used;
  const top = picture.box.scrollTop, first = Math.max(0, picture.row_at(top) - 1);
  const last = Math.min(rows.length - 1, picture.row_at(top + picture.height - picture.header));
  picture.layout.lanes.forEach((lane, place) => {
    if (lane.tasks.some((task) => task.born <= rows[last] && (task.died < 0 || task.died >= rows[first]))) used[place] = 1;
  });
  for (let row = first; row <= last; ++row) {
    const task = picture.task_of(picture.run.events[rows[row]]);
    if (task && picture.layout.lane_of_task[task.index] >= 0) used[picture.layout.lane_of_task[task.index]] = 1;
  }
  return used;
}
