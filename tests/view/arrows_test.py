#!/usr/bin/env python3
"""The page in a real browser: what goes from lane to lane, and what each arrow says. See harness.py."""
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True
import made_up  # noqa: E402
from harness import (ECHO, case, equal, lines_of, page_of, run_cases, text_of, write)  # noqa: E402


def arrows(browser):
    """[kind, n of its begin, n of its end, label] of those that carry bytes."""
    return browser.run("""const event = (i) => rill.runs[0].events[i].n;
        return rill.current.arrows.filter((a) => ['bytes', 'again', 'lost'].includes(a.kind)).map((a) => [a.kind, event(a.from), event(a.to), rill.tools.label_of(a)])""")


@case("a segment that arrives, one that is lost and one that is sent again are three kinds of arrows, with their sizes")
def _(browser):
    for path in (ECHO, write("made_up.jsonl", made_up.echo(3000)), write("lost_twice.jsonl", made_up.lost_twice())):
        events = {event["n"]: event for event in lines_of(path)[1:]}
        wanted = []
        for event in events.values():
            if event["kind"] not in ("deliver", "lost"):
                continue
            segment = events[event["cause"]]
            kind = "lost" if event["kind"] == "lost" else "again" if segment.get("again") else "bytes"
            wanted.append([kind, segment["n"], event["n"], bool(segment.get("again")), event["bytes"]])
        assert {kind for kind, *_ in wanted} == {"bytes", "lost", "again"}, "a trace without all of them"
        browser.open(page_of(path))
        shown = arrows(browser)
        equal([arrow[:3] for arrow in shown], [arrow[:3] for arrow in wanted], "arrows of " + path)
        for (_, begin, _, label), (*_, is_again, size) in zip(shown, wanted):
            equal(label.split(" · ")[-1], "%d B" % size, "the size of #%d" % begin)
            equal(label.startswith("again"), is_again, "what #%d says" % begin)
        looks = browser.run("return ['bytes', 'again', 'lost', 'control'].map((kind) => JSON.stringify(rill.tools.ARROWS[kind]))")
        equal(len(set(looks)), 4, "how many look different")


def pieces_by_hand(events):
    """n of each segment that is one of several of what was sent at once -> "1/2"."""
    sends, parts = {}, {}
    for event in events:
        if event["kind"] == "send":
            sends.setdefault((event["conn"], event["end"]), []).append(event)
    for event in events:
        if event["kind"] == "segment" and not event.get("again"):
            of = next((s for s in sends[event["conn"], event["end"]] if s["offset"] <= event["offset"] < s["offset"] + s["bytes"]))
            parts.setdefault(of["n"], []).append(event["n"])
    return {n: "%d/%d" % (nth + 1, len(split)) for split in parts.values() if len(split) > 1 for nth, n in enumerate(split)}


@case("what was sent at once and left in pieces has them numbered, in the picture and in the text")
def _(browser):
    for path in (ECHO, write("made_up.jsonl", made_up.echo(3000))):
        events = [event for event in lines_of(path)[1:] if event["kind"] != "end"]
        wanted = pieces_by_hand(events)
        assert len(wanted) > 1, "a trace in which nothing is split"
        browser.open(page_of(path))
        again = {event["n"] for event in events if event.get("again")}
        shown = {begin: label.split(" · ")[0] for kind, begin, _, label in arrows(browser) if "/" in label and begin not in again}
        equal(shown, {n: piece for n, piece in wanted.items() if n in shown}, "pieces of arrows")
        arrived = {event["cause"] for event in events if event["kind"] in ("deliver", "lost")}
        equal(set(shown), set(wanted) & arrived, "which arrows are pieces")
        lines = {int(line[:8]): line for line in text_of(path, 0).splitlines() if line[:8].strip().isdigit()}
        for n, piece in wanted.items():
            assert ", piece %s" % piece in lines[n], lines[n]
        equal(sum(", piece " in line for line in lines.values()), len(wanted), "pieces in the text")


@case("labels are drawn on arrows, none over another, and a size alone gives way")
def _(browser):
    browser.open(page_of(write("made_up.jsonl", made_up.echo(3000))))
    browser.run("""window.written = [];
        const c = rill.current.canvas.getContext('2d'), fill = c.fillText.bind(c);
        c.fillText = (text, x, y) => { window.written.push([text, x, y]); fill(text, x, y); };""")
    labels = "return window.written.filter(([text]) => /^((again|\\d+\\/\\d+) · )?\\d+ B$/.test(text))"
    for kind, wanted in (("bytes", " B"), ("again", "again · ")):
        browser.run("""const arrow = rill.current.arrows.find((a) => a.kind === arguments[0]);
            rill.current.select(arrow.from, { opens: true }); window.written = []; rill.current.draw();""", kind)
        written = browser.run(labels)
        assert any(wanted in text for text, *_ in written), written
    seen = 0
    for top in range(0, 20_000, 2_000):
        written = browser.run("""const p = rill.current;
            p.selected = -1; p.chain = []; p.on_chain = new Set(); p.box.scrollTop = arguments[0]; window.written = []; p.draw();""" + labels, top)
        for place, (text, x, y) in enumerate(written):
            for other, other_x, other_y in written[:place]:
                both_are_needed = "·" in text and "·" in other
                assert both_are_needed or abs(x - other_x) > 16 or abs(y - other_y) > 12, "two labels at one place: %s and %s" % (text, other)
        seen += sum("·" not in text for text, *_ in written)
    assert seen > 20, "hardly any sizes"


run_cases()
