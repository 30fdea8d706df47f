#!/usr/bin/env python3
"""The page in a real browser: what is seen first of a run that fails. See harness.py."""
import os
import subprocess
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True
import made_up  # noqa: E402
from harness import (ECHO, FOLDER, MEETING, PLANTED_RUNS, case, cursor, equal, lines_of, page_of, rows, run_cases, text_of, write)  # noqa: E402


def planted(bug):
    """The trace of a planted bug's shrunk run, and its events."""
    trace = os.path.join(FOLDER, bug.replace(" ", "-") + ".jsonl")
    if not os.path.exists(trace):
        subprocess.run([PLANTED_RUNS, "--find", bug, trace], check=True, stdout=subprocess.DEVNULL)
    return trace, lines_of(trace)[1:]


def number(events, **fields):
    """n of the first event with these fields."""
    return next(e["n"] for e in events if all(e.get(name) == value for name, value in fields.items()))


def is_in_view(browser, selector, words):
    """Whether these words are seen, in one element, without scrolling or opening anything."""
    return browser.run("""const found = [...document.querySelectorAll(arguments[0])].find((node) => node.innerText.replace(/\\s+/g, " ").includes(arguments[1]));
        if (!found) return false;
        const box = found.getBoundingClientRect(), panel = document.getElementById("panel").getBoundingClientRect();
        return box.height > 0 && box.top >= panel.top && box.bottom <= panel.bottom && box.right <= panel.right""", selector, words)


# bug: what it says that settles it, and in which part of the page. Lanes have numbers, which the shrunk run keeps.
SETTLES = {
    "one waiter": [("#knot li", "waits for event#2, which nobody ever set"), ("#odd li", "sets event#3, and nobody waits")],
    "stolen item": [("#turn li", "Between wake and step ran: help_out#3")],
    "erased while iterating": [("#odd li", "leaves out channel#2"), ("#turn li", "While it waited ran: lambda#6")],
    "done too early": [("#odd li", "returns, in its first step; lambda#3, of the same name, goes on for")],
    "shutdown drops queue": [("#odd li", "destroys channel#1 with 1 of 10 in it"), ("#odd li", "returns, in its first step")],
    "timeout tears update": [("#odd li", "runs into its timeout of 40.000 ms; it waited since")],
    "acknowledged too early": [("#odd li", "kills handle_connection#4: its group is left; it waited since")],
    "lock order": [("#knot h3", "A ring: ")],
    "lost wakeup": [("#knot li", "which main#1 set last in")],
}


@case("what settles a planted bug is in view when its page opens, by day and by night")
def _(browser):
    for scheme in ("light", "dark"):
        browser.prefer(scheme)
        for bug, parts in SETTLES.items():
            trace, _ = planted(bug)
            browser.open(page_of(trace))
            for selector, words in parts:
                assert is_in_view(browser, selector, words), "%s: %r is not in view:\n%s" % (bug, words, browser.text("#panel"))
    browser.prefer("light")


@case("a check of the whole run opens where it went wrong, says by which rule, and f goes to the check")
def _(browser):
    for bug, fields in (("shutdown drops queue", {"did": "destroy", "object": "channel#1"}), ("done too early", {"kind": "finish", "host": "client"})):
        trace, events = planted(bug)
        verdict = next(e for e in events if e["kind"] == "property" and not e["holds"])
        browser.open(page_of(trace))
        equal(cursor(browser), number(events, **fields), "where %s opens" % bug)
        assert cursor(browser) in rows(browser), "it has no row"
        opened = browser.text("#opened")
        assert verdict["name"] in opened and "Asked of the run as a whole, in #%d" % verdict["n"] in opened and "worth a look" in opened, opened
        y = browser.run("const p = rill.current; return (p.y_of(p.selected) - p.box.scrollTop) / (p.height - p.header)")
        assert 0 <= y <= 1, "its row is out of the window: %s" % y
        browser.keys("n")
        equal(browser.run("return document.getElementById('opened')"), None, "the reason, elsewhere")
        browser.keys("f")
        equal(cursor(browser), verdict["n"], "after f")
        browser.open(page_of(trace) + "#fail")
        equal(cursor(browser), verdict["n"], "#fail")


def with_verdict(**fields):
    """Two tasks meet at a channel, and in the end a verdict about the run."""
    trace = made_up.Trace("named")
    trace.add(0, "spawn", None, None, target="main#1", target_host="h")
    trace.add(0, "spawn", "h", "main#1", target="reader#2", target_host="h")
    for task, did in (("main#1", "put"), ("reader#2", "take"), ("main#1", "put")):
        trace.add(1, "step", "h", task)
        trace.add(1, "sync", "h", task, object="channel#1", did=did, count=1, of=4, at="x.cc:1")
    trace.add(2, "finish", "h", target="reader#2")
    trace.add(3, "property", name="in the end: all is read", holds=0, **fields)
    return write("named.jsonl", trace.text())


@case("a verdict that names a task or an object opens at the last that it did, or that was done to it")
def _(browser):
    for text, n, name in (("reader#2's count is 1", 6, "reader#2"), ("(channel#1) has 2", 8, "channel#1"), ("x#9, then channel#1", 8, "channel#1")):
        browser.open(page_of(with_verdict(text=text)))
        equal(cursor(browser), n, "where it opens: " + text)
        assert "the last event of %s, which the verdict names" % name in browser.text("#opened"), browser.text("#opened")
    browser.open(page_of(with_verdict()))  # which names nobody, and nothing is odd
    equal(cursor(browser), 10, "without a name")
    equal(browser.run("return document.getElementById('opened')"), None, "a reason for the verdict itself")


@case("a verdict of a task, one that a step broke, and a deadlock open at themselves")
def _(browser):
    trace, events = planted("stolen item")
    browser.open(page_of(trace))
    equal(cursor(browser), number(events, kind="property", holds=0), "of a task")
    browser.open(page_of(MEETING))
    equal(cursor(browser), number(lines_of(MEETING)[1:], kind="property"), "of a step")
    assert "broken by worker#3 in #24" in browser.text("#event"), browser.text("#event")
    lane = browser.run("const p = rill.current; return p.task_of(p.run.events[p.selected]).name")
    equal(lane, "worker#3", "its lane")
    trace, events = planted("lock order")
    browser.open(page_of(trace))
    equal(cursor(browser), number(events, kind="run_fails"), "a deadlock")
    browser.open(page_of(ECHO))  # the first verdict is about the run as a whole
    equal(cursor(browser), number(lines_of(ECHO)[1:], kind="run_fails"), "a deadlock behind such a verdict")
    assert "the deadlock, with who waits for whom" in browser.text("#opened"), browser.text("#opened")


@case("of a deadlock the panel says the ring, who holds what since when, and who waits for these")
def _(browser):
    trace, events = planted("lock order")
    browser.open(page_of(trace))
    knot = browser.text("#knot")
    last = {e["task"]: e for e in events if e["kind"] == "block" and e["on"] == "semaphore"}
    assert len(last) == 2, last
    for task, wait in last.items():
        holder = next(other for other in last if other != task)
        got = [e for e in events if e.get("did") == "acquire" and e["object"] == wait["object"] and e["n"] < wait["n"]][-1]
        equal(got["task"], holder, "who holds it")
        assert "%s waits for a permit of %s, held by %s since #%d" % (task, wait["object"], holder, got["n"]) in knot, knot
    assert "main#1 waits for the end of" in knot[knot.index("They wait for these"):], knot
    assert "leads to" not in browser.text("#event"), "the unwinding"
    browser.run("[...document.querySelectorAll('#knot li a')][0].click()")
    assert cursor(browser) in [e["n"] for e in events if e.get("did") == "acquire"], "where a link leads"


@case("servers without work are told apart, and a full channel says who ever took from it")
def _(browser):
    trace = made_up.Trace("full")
    trace.add(0, "spawn", None, None, target="main#1", target_host="h")
    for k, name in ((2, "writer"), (3, "reader"), (4, "server")):
        trace.add(0, "spawn", "h", "main#1", target="%s#%d" % (name, k), target_host="h")
    trace.add(0, "sync", "h", "reader#3", object="channel#1", did="take", count=0, of=1, at="x.cc:5")
    trace.add(1, "finish", "h", target="reader#3")
    trace.add(1, "block", "h", "writer#2", on="channel", object="channel#1", text="room in a channel", at="x.cc:7")
    trace.add(1, "block", "h", "server#4", on="accept", socket=1, text="accept on 0.0.0.0:7", at="x.cc:8")
    trace.add(1, "block", "h", "main#1", on="group", text="the 2 tasks of a group", at="x.cc:9")
    trace.add(1, "run_fails", text="the run: deadlock: 3 tasks wait")
    path = write("full.jsonl", trace.text())
    browser.open(page_of(path))
    knot = browser.text("#knot")
    ends, waits, idle = (knot.index(title) for title in ("Nobody ends these waits", "They wait for these", "Without work"))
    assert "writer#2 waits for room in channel#1, from which only reader#3, which has ended, ever took a value" in knot[ends:waits], knot
    assert "main#1 waits for the end of its group: writer#2, server#4" in knot[waits:idle], knot
    assert "server#4 waits for somebody to connect" in knot[idle:], knot


@case("who came between a wake and the step is said, and what was done to the same object meanwhile")
def _(browser):
    trace = made_up.Trace("overtaken")
    for k, name in ((1, "main"), (2, "writer"), (3, "other")):
        trace.add(0, "spawn", None, None, target="%s#%d" % (name, k), target_host="h")
        trace.add(0, "step", "h", "%s#%d" % (name, k))
    wait = trace.add(1, "block", "h", "writer#2", on="event", object="event#1", text="an event to be set", at="x.cc:3")
    trace.add(1, "step", "h", "main#1")
    told = trace.add(1, "sync", "h", "main#1", object="event#1", did="set", count=1, at="x.cc:4")
    wake = trace.add(1, "wake", "h", "main#1", target="writer#2", why="task", object="event#1", cause=told)
    trace.add(1, "step", "h", "other#3")
    between = trace.add(1, "sync", "h", "other#3", object="event#1", did="clear", count=0, at="x.cc:6")
    trace.add(1, "sync", "h", "other#3", object="event#2", did="clear", count=0, at="x.cc:7")
    step = trace.add(1, "step", "h", "writer#2")
    act = trace.add(1, "note", "h", "writer#2", text="goes on")
    browser.open(page_of(write("overtaken.jsonl", trace.text())) + "#n=%d" % act)
    turn = browser.text("#turn")
    assert "writer#2 waited from #%d on: event#1, was woken in #%d by main#1, and runs since #%d." % (wait, wake, step) in turn, turn
    assert "Between wake and step: #%d other#3 clears event#1" % between in turn, turn
    assert "event#2" not in turn, "another object: " + turn
    browser.open(page_of(ECHO) + "#n=3")  # its first step: nothing came before
    equal(browser.run("return document.getElementById('turn')"), None, "of a first step")


@case("who ran in between, and what is cut short, has its lines of source from the await on")
def _(browser):
    for bug, file, part, line in (("stolen item", "22_stolen_item.cc", "#turn", 36), ("acknowledged too early", "42_acknowledged_too_early.cc", "#odd", None)):
        trace, events = planted(bug)
        line = line or int(next(e["at"] for e in events if e["kind"] == "block" and e["on"] == "sleep" and e["task"] == "handle_connection#4").split(":")[1])
        tree = os.path.join(FOLDER, "tree")
        os.makedirs(os.path.join(tree, "tests/planted"), exist_ok=True)
        with open(os.path.join(tree, "tests/planted", file), "w") as source:
            source.write("".join("line %d of it;\n" % k for k in range(1, 100)))
        browser.open(page_of(trace, folder=tree))
        shown = browser.run("return document.querySelector(arguments[0] + ' pre.source').textContent", part)
        equal(shown, "".join("%d line %d of it;\n" % (k, k) for k in range(line, line + 3)), "lines of " + bug)


@case("the text has what the panel says first, and C++ writes the same")
def _(browser):
    for bug in SETTLES:
        trace, _ = planted(bug)
        browser.open(page_of(trace))
        parts = browser.run("""return ["#opened p:last-child", "#turn p", "#turn li"].flatMap((part) => [...document.querySelectorAll(part)]).map((node) => node.textContent)
            .concat([...document.querySelectorAll("#knot li, #odd li")].map((node) => node.querySelector("b").textContent))""")
        assert parts, bug
        for level in range(3):
            text = text_of(trace, level)
            for part in parts:
                assert part in text, "%s, level %d: %s is not in the text" % (bug, level, part)
            browser.keys(str(level + 1), "t")
            shown = browser.run("return document.getElementById('twin').textContent")
            browser.keys("t")
            for line, (a, b) in enumerate(zip(shown.split("\n"), text.split("\n"))):
                equal(a, b, "%s, level %d, line %d" % (bug, level, line + 1))
            equal(len(shown), len(text), "letters")


@case("a run in which nothing failed has nothing to look at first")
def _(browser):
    path = write("made_up.jsonl", made_up.echo(500))
    browser.open(page_of(path))
    equal(browser.run("return ['opened', 'knot', 'odd'].map((id) => document.getElementById(id))"), [None, None, None], "parts")
    equal(cursor(browser), None, "the cursor")
    assert "Worth a look" not in text_of(path, 0), text_of(path, 0)[:300]


run_cases()
