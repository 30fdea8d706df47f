#!/usr/bin/env python3
"""The page in a real browser: why an event came about, its source, the legend, names. See harness.py."""
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True
import made_up  # noqa: E402
from harness import (ECHO, FOLDER, case, cursor, equal, lines_of, page_of, run_cases, write)  # noqa: E402


def causes_by_hand(events, recv):
    """n of what a recv came from, over the network, as docs/trace.md has it: deliver, segment, send."""
    last = recv["offset"] + recv["bytes"] - 1
    same = lambda e, kind, end: e["kind"] == kind and e.get("conn") == recv["conn"] and e.get("end") == end
    holds = lambda e, byte: e["offset"] <= byte < e["offset"] + e["bytes"]
    before = [e for e in events if e["n"] < recv["n"]]
    deliver = next(e for e in before if same(e, "deliver", recv["end"]) and holds(e, last))
    segment = next(e for e in before if e["n"] == deliver["cause"])
    first = next(e for e in before if e["n"] == segment.get("cause", segment["n"]))
    other = "ab"[recv["end"] == "a"]
    send = next(e for e in before if same(e, "send", other) and holds(e, first["offset"] + first["bytes"] - 1))
    return [deliver["n"], segment["n"]] + ([first["n"]] if first is not segment else []) + [send["n"]]


def why(browser):
    return browser.run("return [...document.querySelectorAll('#why a')].map((a) => Number(a.hash.slice(3)))")


@case("what is received is followed back over the network to who sent it, and each link jumps there")
def _(browser):
    for path in (ECHO, write("made_up.jsonl", made_up.echo(1500))):
        events = [e for e in lines_of(path)[1:] if e["kind"] != "end"]
        recvs = [e for e in events if e["kind"] == "recv" and e["bytes"] > 0]
        assert len(recvs) > 1, "a trace without bytes"
        browser.open(page_of(path))
        for recv in recvs[:12]:
            browser.run("rill.go(arguments[0])", recv["n"])
            wanted = causes_by_hand(events, recv)
            shown = why(browser)
            equal(shown[:len(wanted)], wanted, "the causes of #%d" % recv["n"])
        browser.run("document.querySelectorAll('#why a')[1].click()")
        equal(cursor(browser), shown[1], "the cursor after a click")


@case("each cause is earlier than what came of it, and every event of a task goes back to its spawn")
def _(browser):
    for path in (ECHO, write("odd.jsonl", made_up.odd_trace()), write("made_up.jsonl", made_up.echo(1500))):
        browser.open(page_of(path))
        equal(browser.run("return [...rill.tools.causes_of(rill.runs[0])].findIndex((cause, i) => cause >= i)"), -1, "a cause that is later")
    browser.open(page_of(ECHO))
    for event in lines_of(ECHO)[1:]:
        if "task" not in event or event["kind"] == "host":
            continue
        last = browser.run("""const run = rill.runs[0], causes = rill.tools.causes_of(run);
            let i = run.index_of.get(arguments[0]);
            while (causes[i] >= 0) i = causes[i];
            return run.events[i].kind + (run.events[i].task || "")""", event["n"])
        equal(last, "spawn", "the first cause of #%d" % event["n"])


@case("what real sockets bring comes from the wait for it where the other end is not in the trace, and not from other bytes")
def _(browser):
    trace = made_up.Trace("one end", world="epoll", clock="monotonic")
    trace.add(0, "spawn", None, None, target="client#1", target_host="h")
    trace.add(1, "connect", "h", "client#1", conn=1, end="a", to="10.0.0.1:80", **{"from": "10.0.0.2:9"})
    wait = trace.add(2, "block", "h", "client#1", on="recv", conn=1, end="a", text="recv from 10.0.0.1:80")
    recv = trace.add(3, "recv", "h", None, conn=1, end="a", offset=0, bytes=2, data="ab")
    trace.add(3, "wake", None, None, target="client#1", why="network", cause=recv)
    browser.open(page_of(write("one_end.jsonl", trace.text())) + "#n=%d" % recv)
    equal(why(browser)[:1], [wait], "the cause of what was received")
    trace = made_up.Trace("left out", left_out=1)
    trace.add(0, "spawn", None, None, target="reader#1", target_host="h")
    step = trace.add(0, "step", "h", "reader#1")
    trace.add(1, "deliver", "h", None, conn=1, end="b", offset=0, bytes=2, cause=1)
    recv = trace.add(2, "recv", "h", "reader#1", conn=1, end="b", offset=2, bytes=2, data="cd")
    browser.open(page_of(write("left_out.jsonl", trace.text())) + "#n=%d" % recv)
    browser.keys("[")
    assert cursor(browser) != 3, "bytes that came before"
    equal(browser.run("return [...rill.tools.causes_of(rill.runs[0])].map((cause) => cause < 0 ? 0 : rill.runs[0].events[cause].n)[arguments[0] - 1]", recv), step, "the cause of bytes whose arrival was left out")


@case("[ goes to the cause and ] back the same way; where there is none, both say so")
def _(browser):
    browser.open(page_of(ECHO))
    recv = [e for e in lines_of(ECHO)[1:] if e["kind"] == "recv"][-1]
    browser.run("rill.go(arguments[0])", recv["n"])
    wanted = why(browser)
    way = [recv["n"]]
    for _ in range(3):
        browser.keys("[")
        way.append(cursor(browser))
    equal(way[1:], wanted[:3], "the way")
    for n in reversed(way[:-1]):
        browser.keys("]")
        equal(cursor(browser), n, "the way back")
    # Of two pieces of what was sent, one comes back to that which one came from.
    second = next(b for a, b in zip(lines_of(ECHO)[1:], lines_of(ECHO)[2:]) if a["kind"] == b["kind"] == "segment" and a["t"] == b["t"])
    browser.run("rill.go(arguments[0])", second["n"])
    browser.keys("[", "]")
    equal(cursor(browser), second["n"], "the second piece again")
    browser.run("rill.current.select(0)")
    browser.keys("[")
    assert "no cause" in browser.run("return document.getElementById('said').textContent"), "silence at the beginning"
    equal(cursor(browser), 1, "the cursor")


# How many points of the picture have the colour of the way, and how many letters are in full ink.
ACCENT_POINTS = """rill.current.draw();
const { canvas } = rill.current, copy = document.createElement("canvas"), c = copy.getContext("2d", { willReadFrequently: true });
[copy.width, copy.height] = [canvas.width, canvas.height];
c.drawImage(canvas, 0, 0);
const hex = rill.paint.colour("accent"), wanted = [1, 3, 5].map((k) => parseInt(hex.slice(k, k + 2), 16));
const { data } = c.getImageData(0, 0, canvas.width, canvas.height);
let count = 0;
for (let k = 0; k < data.length; k += 4) if (wanted.every((part, p) => data[k + p] === part)) ++count;
return count"""


@case("what led to the cursor stands out in the picture, and the key y ends that")
def _(browser):
    browser.open(page_of(ECHO))
    recv = [e for e in lines_of(ECHO)[1:] if e["kind"] == "recv"][-1]
    browser.run("rill.go(arguments[0])", recv["n"])
    with_way = browser.run(ACCENT_POINTS)
    browser.keys("y")
    without = browser.run(ACCENT_POINTS)
    assert with_way > without + 200, (with_way, without)
    browser.keys("y")
    equal(browser.run(ACCENT_POINTS), with_way, "the way again")


@case("the legend opens by key and by button, names each mark, and takes and gives back the focus")
def _(browser):
    browser.open(page_of(ECHO))
    is_open = "return document.getElementById('legend-dialog').open"
    browser.keys("k")
    equal(browser.run(is_open), True, "open after k")
    equal(browser.run("return document.getElementById('legend-dialog').contains(document.activeElement)"), True, "the focus is inside")
    # Screen readers have the words; the samples are for those who see them, and none is empty.
    entries = browser.run("""return [...document.querySelectorAll("#marks dt")].map((dt) => {
        const canvas = dt.querySelector("canvas"), copy = document.createElement("canvas"), c = copy.getContext("2d", { willReadFrequently: true });
        c.drawImage(canvas, 0, 0);
        const { data } = c.getImageData(0, 0, 60, 20);
        return [canvas.getAttribute("aria-hidden"), data.some((part) => part > 0), dt.nextElementSibling.textContent]; })""")
    assert len(entries) >= 20, entries
    for is_hidden, is_drawn, words in entries:
        equal((is_hidden, is_drawn), ("true", True), "the sample of: " + words)
        assert words, entries
    equal(browser.run("return Object.keys(rill.tools.ARROW_WORDS).sort()"), browser.run("return Object.keys(rill.tools.ARROWS).sort()"), "kinds of arrows")
    equal(browser.run("return [...rill.tools.LANE_STATES].sort()"), browser.run("return Object.keys(rill.tools.STATE_WIDTH).sort()"), "states of lanes")
    words = browser.text("#marks")
    for part in ("waits for the network", "sleeps", "are lost", "once more", "spawns", "wakes", "kills", "does not hold", "folded"):
        assert part in words, part
    before = cursor(browser)
    browser.keys("n")
    equal(cursor(browser), before, "the cursor: keys under the legend do nothing")
    browser.keys("k")
    equal(browser.run(is_open), False, "after k again")
    browser.run("document.getElementById('legend-button').focus()")
    browser.keys("Enter")
    equal(browser.run(is_open), True, "open after the button")
    browser.keys("Escape")
    equal(browser.run(is_open), False, "after Escape")
    equal(browser.run("return document.activeElement.id"), "legend-button", "the focus afterwards")


@case("the lines of the source are beside the event and its chain, where whoever made the page had them")
def _(browser):
    block = next(e for e in lines_of(ECHO)[1:] if e["kind"] == "block" and len(e.get("chain", [])) > 1)
    browser.open(page_of(ECHO) + "#n=%d" % block["n"])
    equal(browser.run("return document.querySelectorAll('pre.source').length"), 0, "sources without the files")
    assert block["at"] in browser.text("#event"), browser.text("#event")
    tree = os.path.join(FOLDER, "tree")
    for frame in block["chain"]:
        path, line = frame.rsplit(" at ", 1)[1].rsplit(":", 1)
        os.makedirs(os.path.dirname(os.path.join(tree, path)), exist_ok=True)
        with open(os.path.join(tree, path), "w") as file:
            file.write("".join("    line %d of %s; // </script><b>\n" % (k, path) for k in range(1, 200)))
    browser.open(page_of(ECHO, folder=tree) + "#n=%d" % block["n"])
    path, line = block["chain"][0].rsplit(" at ", 1)[1].rsplit(":", 1)
    shown = browser.run("return document.querySelector('#event pre.source').textContent")
    wanted = [("▸%d" if k == int(line) else "%d") % k + " line %d of %s; // </script><b>" % (k, path) for k in range(int(line) - 2, int(line) + 3)]
    equal([row.strip() for row in shown.rstrip("\n").split("\n")], wanted, "the lines")
    outer_path, outer_line = block["chain"][1].rsplit(" at ", 1)[1].rsplit(":", 1)
    assert "line %s of %s" % (outer_line, outer_path) in browser.text("#event .frames"), browser.text("#event .frames")
    # What the network does for a task is shown where the task waits.
    answer = next(e for e in lines_of(ECHO)[1:] if e["kind"] == "wake" and e.get("target") == block["task"] and e["n"] > block["n"] and e.get("cause"))
    browser.run("rill.go(arguments[0])", answer["cause"])
    assert block["task"] + " waits at" in browser.text("#event"), browser.text("#event")
    assert "line %s of" % line in browser.text("#event pre.source"), browser.text("#event")


@case("a task is called one thing everywhere, and what the program says stays as it is")
def _(browser):
    trace = made_up.Trace("names")
    trace.add(0, "spawn", None, None, target="main#1", target_host="h")
    trace.add(0, "spawn", "h", "main#1", target="client#3", target_host="h")
    trace.add(0, "step", "h", "main#1")
    trace.add(0, "note", "h", "main#1", text="I saw #3 'client'")
    trace.add(0, "block", "h", "main#1", on="join", text="join of #3 'task'")
    trace.add(1, "decide", None, None, site="turn", key="00", choice=1, of=3, count=0, text="#3 'client' waits; x#3 'client', #9 'who' and #9 'x #3 'client' stay")
    trace.add(2, "run_fails", text="the run: deadlock\n  #1 'main' waits for #3, which has ended,")
    browser.open(page_of(write("names.jsonl", trace.text())))
    texts = browser.run("return rill.runs[0].events.filter((e) => e.text).map((e) => e.text)")
    equal(texts, ["I saw #3 'client'", "join of client#3", "client#3 waits; x#3 'client', #9 'who' and #9 'x #3 'client' stay",
                  "the run: deadlock\n  main#1 waits for client#3, which has ended,"], "texts")
    browser.keys("3")
    assert "join of client#3" in browser.text("#tasks"), browser.text("#tasks")


run_cases()
