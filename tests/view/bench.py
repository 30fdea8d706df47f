#!/usr/bin/env python3
"""How long the page takes: bazel run //tests/view:bench

Usage: bench.py MAKE_PAGE. For 10,000 and 100,000 events: until the first picture is drawn, counted
from the start of navigation; one redraw while scrolling; one press of n; one search; a change of
what is folded. Fails where 10,000 events take two seconds or more until they are drawn.
"""
import os
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True
import made_up  # noqa: E402
from browser import Browser, what_is_missing  # noqa: E402

MOST_UNTIL_DRAWN = {10_000: 2_000}  # ms

MEASURE = """
const median = (f) => { const all = []; for (let i = 0; i < 9; ++i) { const t = performance.now(); f(i); all.push(performance.now() - t); } return all.sort((a, b) => a - b)[4]; };
const p = rill.current;
return [rill.drawn_at_ms,
  median((i) => { p.box.scrollTop = i * 700; p.draw(); }),
  median(() => { p.move(1); p.draw(); }),
  median((i) => { rill.set_query("line " + i); p.draw(); }),
  median((i) => { rill.set_query(""); rill.set_level(i % 3); p.draw(); })];
"""


def main():
    missing = what_is_missing()
    if missing:
        sys.exit(missing)
    print("%10s %14s %10s %10s %10s %10s   (ms)" % ("events", "until drawn", "scroll", "key n", "search", "fold"))
    with Browser(1440, 900) as browser, tempfile.TemporaryDirectory() as folder:
        for events in (10_000, 100_000):
            trace, page = os.path.join(folder, "trace"), os.path.join(folder, "page.html")
            with open(trace, "w") as file:
                file.write(made_up.echo(events))
            subprocess.run([os.path.abspath(sys.argv[1]), "--html", page, trace], check=True)
            runs = []
            for _ in range(3):
                browser.open("file://" + page)
                browser.wait_for_frames()
                runs.append(browser.run(MEASURE))
            medians = [sorted(column)[1] for column in zip(*runs)]
            print("%10d %14.0f %10.1f %10.1f %10.1f %10.1f" % (events, *medians))
            if medians[0] >= MOST_UNTIL_DRAWN.get(events, float("inf")):
                sys.exit("%d events take %.0f ms until they are drawn, and must take less than %d" % (events, medians[0], MOST_UNTIL_DRAWN[events]))


main()
