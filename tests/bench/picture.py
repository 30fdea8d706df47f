"""The ratios of results.py as a picture: SVG, light or dark as its reader's system is.

A panel for each section, a row for each peer. A bar begins at 1x and ends at the ratio of the panel's case; each
dot is another case. One scale, logarithmic, for all panels. The same results give the same bytes.
"""
import math
from xml.sax.saxutils import escape, quoteattr

import results

WIDTH, MARGIN, GAP = 960, 28, 36
COLUMN = (WIDTH - 2 * MARGIN - GAP) / 2
LABELS, NUMBERS = 142, 52  # columns of a panel, the plot between them
PLOT = COLUMN - LABELS - NUMBERS
ROW, BAR, PANEL_HEAD, PANEL_FOOT = 20, 10, 46, 30
HEAD = 108
LEAST, MOST = 0.5, 8.0  # the scale; longer bars are cut, and show it
TICKS = ((0.5, "½"), (1.0, "1×"), (2.0, "2"), (4.0, "4"), (8.0, "8"))

STYLE = """
  svg { --paper: #ffffff; --ink: #1c2128; --soft: #667080; --rule: #e3e6eb; --one: #9aa3af;
        --better: #14866d; --worse: #c9571c; --bound: #8b96a8; --dot: #1c2128; }
  @media (prefers-color-scheme: dark) {
    svg { --paper: #12161c; --ink: #e8ebef; --soft: #98a2b0; --rule: #272d36; --one: #5b6572;
          --better: #35b294; --worse: #e58a4e; --bound: #667285; --dot: #f2f4f7; }
  }
  text { font: 12px system-ui, "Segoe UI", "DejaVu Sans", sans-serif; fill: var(--ink); }
  .title { font-size: 19px; font-weight: 650; }
  .panel { font-size: 14px; font-weight: 650; }
  .soft { fill: var(--soft); }
  .small { font-size: 11px; }
  .number { font-variant-numeric: tabular-nums; text-anchor: end; }
  .label { text-anchor: end; }
  .middle { text-anchor: middle; }
  .paper { fill: var(--paper); }
  .rule { stroke: var(--rule); }
  .one { stroke: var(--one); stroke-width: 1.5; }
  .better { fill: var(--better); } .worse { fill: var(--worse); } .bound { fill: var(--bound); }
  .dot { fill: var(--dot); stroke: var(--paper); stroke-width: 1; }
"""


def n(value):
    """A coordinate, with at most one decimal."""
    return ("%.1f" % value).rstrip("0").rstrip(".")


def times(ratio):
    return "–" if ratio is None else "%.2f×" % ratio if ratio < 9.995 else "%.1f×" % ratio if ratio < 99.95 else "%.0f×" % ratio


def place(ratio):
    """Where a ratio is, from the left of the plot."""
    inside = min(max(ratio, LEAST), MOST)
    return PLOT * math.log(inside / LEAST) / math.log(MOST / LEAST)


def text(x, y, words, *classes):
    return '<text x="%s" y="%s"%s>%s</text>' % (
        n(x), n(y), ' class="%s"' % " ".join(classes) if classes else "", escape(words))


def line(x1, y1, x2, y2, kind):
    return '<line x1="%s" y1="%s" x2="%s" y2="%s" class="%s"/>' % (n(x1), n(y1), n(x2), n(y2), kind)


def dot(x, y):
    return '<circle cx="%s" cy="%s" r="2.5" class="dot"/>' % (n(x), n(y))


def bar(x, y, ratio, kind):
    """From 1x to the ratio; one that is cut ends in a point."""
    begin, end = sorted((place(1), place(ratio)))
    top, bottom = y - BAR / 2, y + BAR / 2
    if LEAST <= ratio <= MOST:
        return '<rect x="%s" y="%s" width="%s" height="%s" class="%s"/>' % (
            n(x + begin), n(top), n(max(end - begin, 2)), n(BAR), kind)
    tip, back, other = (x + end, x + end - 6, x + begin) if ratio > MOST else (x + begin, x + begin + 6, x + end)
    return '<polygon points="%s,%s %s,%s %s,%s %s,%s %s,%s" class="%s"/>' % (
        n(other), n(top), n(back), n(top), n(tip), n(y), n(back), n(bottom), n(other), n(bottom), kind)


def row(data, section, subject, peer, case, x, y):
    about = results.SECTIONS[section]
    plot = x + LABELS
    ratios = [(about.cases.get(c, c), results.ratio(data, section, c, subject, peer))
              for c in results.cases_of(data, section)]
    ratios = [(label, ratio) for label, ratio in ratios if ratio is not None]
    told = "; ".join("%s: %s" % (label, times(ratio)) for label, ratio in ratios)
    parts = ["<g><title>%s</title>" % escape("%s - %s" % (about.label(peer), told or "not measured")),
             text(plot - 12, y + 4, about.label(peer), "label", *(["soft"] if peer in about.bounds else []))]
    shown = results.ratio(data, section, case, subject, peer)
    if shown is not None:
        kind = "bound" if peer in about.bounds else "better" if shown >= 1 else "worse"
        parts.append(bar(plot, y, shown, kind))
    parts += [dot(plot + place(ratio), y) for label, ratio in ratios if label != about.cases.get(case, case)]
    parts.append(text(x + COLUMN, y + 4, times(shown), "number"))
    return "".join(parts) + "</g>"


def panel(data, section, x, y):
    """The panel's lines, and its height."""
    about = results.SECTIONS[section]
    subject = results.subjects(data, section)[0]
    case = results.headline(data, section)
    peers = [peer for peer in results.others(data, section)
             if any(results.ratio(data, section, c, subject, peer) for c in results.cases_of(data, section))]
    # Who comes closest first.
    peers.sort(key=lambda peer: (peer not in about.bounds,
                                 results.ratio(data, section, case, subject, peer) or math.inf))
    ours = results.median(data, section, case, subject)
    what = about.cases.get(case, case) + ("" if ours is None else " · Rill: " + amount(ours, about.unit))
    top, bottom = y + PANEL_HEAD - 8, y + PANEL_HEAD + ROW * len(peers) - 2
    plot = x + LABELS
    lines = ["<g aria-label=%s>" % quoteattr(about.title), text(x, y + 12, about.title, "panel"),
             text(x, y + 29, what, "soft")]
    for value, label in TICKS:
        at = plot + place(value)
        lines.append(line(at, top, at, bottom, "one" if value == 1 else "rule"))
        lines.append(text(at, bottom + 14, label, "soft", "small", "middle"))
    for i, peer in enumerate(peers):
        lines.append(row(data, section, subject, peer, case, x, y + PANEL_HEAD + ROW * i + ROW / 2 - 4))
    return [*lines, "</g>"], PANEL_HEAD + ROW * len(peers) + PANEL_FOOT


def amount(value, unit):
    return ("{:,.0f} " if value >= 100 else "{:,.1f} ").format(value) + unit


def draw(data):
    columns = [HEAD, HEAD]
    body = []
    for section in results.SECTIONS:
        if section not in data or not results.subjects(data, section):
            continue
        shortest = 0 if columns[0] <= columns[1] else 1
        lines, height = panel(data, section, MARGIN + shortest * (COLUMN + GAP), columns[shortest])
        columns[shortest] += height + 10
        body += lines
    height = max(columns) + 14
    title = "How many times better Rill is than each"
    return "\n".join(
        ['<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 %d %s" width="%d" height="%s" role="img">' %
         (WIDTH, n(height), WIDTH, n(height)),
         "<title>%s</title>" % escape(title), "<style>%s</style>" % STYLE,
         '<rect width="%d" height="%s" rx="10" class="paper"/>' % (WIDTH, n(height)),
         text(MARGIN, 40, title, "title"),
         text(MARGIN, 62, "Beyond 1× Rill is better, whatever is measured. A bar is the case that its panel names, a dot "
              "another one; bars are cut at ½ and 8×.", "soft"),
         *legend(MARGIN, 84), *body, text(MARGIN, height - 14, origin(data), "soft", "small"), "</svg>"]) + "\n"


def legend(x, y):
    swatches = (("better", "Rill is better", 122), ("worse", "the peer is better", 144),
                ("bound", "against the least code that does it, which is no library", 0))
    lines = []
    for kind, words, step in swatches:
        lines.append('<rect x="%s" y="%s" width="10" height="10" rx="2" class="%s"/>' % (n(x), n(y - 9), kind))
        lines.append(text(x + 16, y, words, "soft"))
        x += step
    return lines


def origin(data):
    """Where all this was measured; what differs between sections is said by the report."""
    meta = [data["meta"][section] for section in results.SECTIONS if section in data]
    machines = sorted({"%s, %d processors, Linux %s" % (m["cpu"], m["cpus"], m["kernel"]) for m in meta})
    dates = sorted({m["date"][:10] for m in meta})
    when = dates[0] if len(dates) == 1 else dates[0] + " to " + dates[-1]
    rounds = sorted({m["rounds"] for m in meta})
    return "%s · %s · median of %s rounds" % ("; ".join(machines), when, " or ".join(map(str, rounds)))
