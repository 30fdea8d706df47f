#!/usr/bin/env python3
"""The page in a real browser: what is shown, keys, search, filters, links, colours. See harness.py."""
import os
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True
import made_up  # noqa: E402
from harness import (ECHO, MEETING, case, cursor, equal, lines_of, page_of, rows, run_cases, write)  # noqa: E402


@case("the page has as many events, tasks and connections as its trace")
def _(browser):
    for path in (ECHO, write("made_up.jsonl", made_up.echo(3000))):
        events = [line for line in lines_of(path)[1:] if line["kind"] != "end"]
        browser.open(page_of(path))
        browser.keys("3")
        equal(rows(browser), [event["n"] for event in events], "rows")
        names = {event[key] for event in events for key in ("task", "target") if key in event}
        equal(browser.run("return rill.current.layout.lanes.length"), len(names), "lanes")
        equal(browser.run("return rill.runs[0].connections.size"), len({e["conn"] for e in events if e.get("conn")}), "connections")
        causes = [event for event in events if event["kind"] in ("deliver", "lost") and event.get("cause")]
        equal(browser.run("return rill.current.arrows.filter((a) => ['bytes', 'again', 'lost'].includes(a.kind)).length"), len(causes), "arrows of bytes")
        counts = browser.text("#counts")
        assert counts.startswith("%d events, %d tasks" % (len(events), len(names))), counts


@case("n and p go from row to row, Home and End to the ends, and the panel follows")
def _(browser):
    browser.open(page_of(write("made_up.jsonl", made_up.echo(500))))
    shown = rows(browser)
    browser.keys("n", "n", "n")
    equal(cursor(browser), shown[2], "after n n n")
    browser.keys("p")
    equal(cursor(browser), shown[1], "after p")
    assert browser.text("#event").startswith("#%d ·" % shown[1]), browser.text("#event")
    browser.keys("End")
    equal(cursor(browser), shown[-1], "after End")
    browser.keys("n")
    equal(cursor(browser), shown[-1], "n at the end")
    browser.keys("Home")
    equal(cursor(browser), shown[0], "after Home")
    browser.keys("PageDown")
    equal(cursor(browser), shown[10], "after PageDown")


@case("the scrub bar moves the cursor, by its arrow keys too")
def _(browser):
    browser.open(page_of(ECHO))
    browser.run("document.getElementById('slider').focus(); rill.current.select_row(0)")
    browser.keys("ArrowRight")
    equal(cursor(browser), rows(browser)[1], "after an arrow key")


@case("the table says what each task waits for, its chain, its place, its timer, and its bytes")
def _(browser):
    browser.open(page_of(ECHO) + "#n=37")
    tasks = browser.text("#tasks")
    for part in ("main#1", "join of client#3", "scenario.cc:47", "recv from 10.0.0.1:4915"):
        assert part in tasks, part + " is not in " + tasks
    assert "visit scenario.cc:14" in browser.text("#event .frames"), browser.text("#event")
    assert "echoer#5" not in tasks, "a task that is not there yet: " + tasks
    assert "in 2.500 ms, at 5.000" in browser.text("#timers"), browser.text("#timers")
    # 6 bytes were sent, in two segments, the second of which is lost.
    assert browser.text("#buffers tbody tr").split()[-3:] == ["0", "2", "0"], browser.text("#buffers")
    chain = next(line["chain"] for line in lines_of(ECHO)[1:] if line["kind"] == "block" and line["task"] == "main#1")
    assert "frames" not in browser.run("return document.getElementById('tasks').innerHTML"), "chains that nobody opened"
    browser.run("document.querySelector('[data-key=\"chain/main#1\"]').focus()")
    browser.keys("Enter")
    browser.wait_for_frames()
    frames = browser.run("return [...document.querySelectorAll('#tasks .frames code[title]')].map((code) => code.title)")
    equal(frames, [frame.split(" at ")[1] for frame in chain], "the chain of a task that is not at the cursor")
    browser.keys("n")
    equal(browser.run("return document.activeElement.getAttribute('aria-expanded')"), "true", "the chain, one event on")
    browser.open(page_of(ECHO) + "#n=52")  # ... the first has arrived, and nobody has read it
    assert browser.text("#buffers tbody tr").split()[-3:] == ["0", "0", "2"], browser.text("#buffers")


@case("the table of objects says how each is at the cursor, who holds it, and who waits for it")
def _(browser):
    def row(name):
        return browser.run("""return [...document.querySelectorAll('#objects tbody tr')].map((tr) => [...tr.cells].map((cell) => cell.innerText.replace(/\\n/g, " | ")))
            .find((cells) => cells[0] === arguments[0]) || null""", name)

    def number(did, of_object, nth=0):
        return [e["n"] for e in lines_of(MEETING)[1:] if e.get("did") == did and e["object"] == of_object][nth]

    def block(task, on):
        return [e["n"] for e in lines_of(MEETING)[1:] if e["kind"] == "block" and e["task"] == task and e["on"] == on][0]

    url = page_of(MEETING)
    browser.open(url + "#n=%d" % number("put", "channel#1"))
    equal(row("channel#1")[1:3], ["1 of 2 in it", "nobody"], "a channel with one value")
    equal(row("event#1")[1:3], ["set", "nobody"], "an event that is set")
    equal(row("semaphore#1"), None, "a semaphore that nobody has touched yet")
    browser.run("rill.go(arguments[0])", block("main#1", "semaphore"))
    equal(row("semaphore#1")[1:3], ["0 free | held by worker#3", "main#1"], "a semaphore that is held")
    equal(row("event#1")[1], "not set", "an event that was cleared")
    browser.run("rill.go(arguments[0])", number("acquire", "semaphore#1", 1))
    equal(row("semaphore#1")[1:3], ["0 free | held by main#1", "nobody"], "a semaphore that was handed on")
    equal(row("event#1")[2], "reader#2", "who waits for the event")
    browser.run("rill.go(arguments[0])", number("close", "channel#1"))
    equal(row("channel#1")[1:3], ["2 of 2 in it, closed", "worker#3"], "a channel that is closed")
    browser.run("rill.go(arguments[0])", number("set", "event#2"))
    equal(row("channel#1"), None, "a channel that is gone")
    assert "2 others are destroyed" in browser.text("#objects"), browser.text("#objects")
    browser.run("[...document.querySelectorAll('#objects a')].find((a) => a.innerText === 'event#1').click()")
    wanted = [e["n"] for e in lines_of(MEETING)[1:] if e.get("object") == "event#1"]
    equal(browser.run("return [...rill.current.matches].map((i) => rill.runs[0].events[i].n)"), wanted, "all about the event")


@case("an arrow goes from a put, a release and a set to who takes it, and is where its row is")
def _(browser):
    browser.open(page_of(MEETING))
    arrows = browser.run("""const run = rill.runs[0];
        return rill.current.arrows.filter((a) => a.kind === "sync").map((a) => [run.events[a.from].did, a.source.name, a.target.name])""")
    equal(arrows, [["put", "main#1", "reader#2"], ["put", "main#1", "reader#2"], ["release", "worker#3", "main#1"], ["close", "main#1", "worker#3"],
                   ["release", "worker#3", "reader#2"]], "arrows")
    # The wake has no row: the row of the put says it, and the arrow begins and ends there.
    same = browser.run("""const picture = rill.current, wake = picture.run.events.find((e) => e.kind === "wake" && e.object);
        return picture.y_of(wake.i) === picture.y_of(picture.run.index_of.get(wake.cause))""")
    equal(same, True, "the end of the arrow")


@case("a timeout's length and line, and the values of a verdict, are in the panel")
def _(browser):
    events = lines_of(MEETING)[1:]
    waits = next(e["n"] for e in events if e.get("limit_at"))
    browser.open(page_of(MEETING) + "#n=%d" % waits)
    facts = browser.text("#event")
    assert "500.000 ms, set at meet.cc:15" in facts and "semaphore#1" in facts, facts
    browser.run("rill.go(arguments[0])", next(e["n"] for e in events if e["kind"] == "property"))
    assert "does not hold: 3 are not" in browser.text("#verdicts"), browser.text("#verdicts")
    assert "broken by worker#3 in #24" in browser.text("#event"), browser.text("#event")


@case("search finds by word, task, kind and connection; keys go from match to match")
def _(browser):
    browser.open(page_of(ECHO))
    events = [line for line in lines_of(ECHO)[1:] if line["kind"] != "end"]
    browser.keys("/", *"kind:segment conn:1")
    wanted = [e["n"] for e in events if e["kind"] == "segment" and e["conn"] == 1]
    equal(browser.text("#found"), "%d matches" % len(wanted), "count")
    browser.keys("Escape")
    browser.run("rill.current.select(0)")
    browser.keys("/", *"kind:segment", "Enter", "Enter")
    equal(cursor(browser), wanted[1], "second match")
    browser.keys("Escape", "/", *"task:waiter")
    found = browser.run("return [...rill.current.matches].map((i) => rill.runs[0].events[i].n)")
    equal(found, [e["n"] for e in events if "waiter" in e.get("task", "") + e.get("target", "")], "by task")
    browser.keys("Escape", "/", *"half a line")
    equal(browser.text("#found"), "1 match", "by text")
    browser.keys("Escape", "/", *"kind:step -host:server")
    equal(browser.run("return rill.current.matches.size"), len([e for e in events if e["kind"] == "step" and e.get("host") != "server"]), "without")


@case("a word that is a name of JavaScript's own is searched like any other")
def _(browser):
    browser.open(page_of(ECHO))
    browser.keys("/", *"constructor:x")
    equal(browser.text("#found"), "0 matches", "count")


@case("on real sockets the panel does not claim to know where bytes are")
def _(browser):
    with open(ECHO) as file:
        real = file.read().replace('"world":"sim"', '"world":"epoll"')
    browser.open(page_of(write("real.jsonl", real)) + "#n=37")
    assert "Only the kernel knows" in browser.text("#buffers"), browser.text("#buffers")


@case("a button of the panel that was pressed by key has the focus still; keys under the help do nothing")
def _(browser):
    browser.open(page_of(ECHO) + "#n=37")
    browser.run("document.querySelector('#tasks button[data-key^=lane]').focus()")
    key = browser.run("return document.activeElement.dataset.key")
    browser.keys(" ")
    equal(browser.run("return rill.current.hidden_tasks.size"), 1, "hidden tasks")
    equal(browser.run("return document.activeElement.dataset.key"), key, "the focus")
    browser.keys(" ")
    equal(browser.run("return rill.current.hidden_tasks.size"), 0, "hidden tasks")
    browser.keys("?", "n", "?")
    equal(cursor(browser), 37, "the cursor")


@case("after a link of the panel that was pressed by key the focus is in the panel, and in the picture when the panel goes")
def _(browser):
    browser.open(page_of(ECHO) + "#n=37")
    browser.keys("n")
    browser.run("document.querySelector('#why a').focus()")
    before = cursor(browser)
    browser.keys("Enter")
    assert cursor(browser) != before, "the link leads nowhere"
    focus = "return document.activeElement.id"
    equal(browser.run(focus), "panel", "the focus")
    browser.keys("Tab")
    equal(browser.run("return document.getElementById('panel').contains(document.activeElement)"), True, "the focus after Tab")
    browser.keys("i")
    equal(browser.run(focus), "left", "the focus without a panel")


@case("only the matches are shown when that is asked for, folded ones too, and all again after")
def _(browser):
    browser.open(page_of(ECHO))
    before = rows(browser)
    browser.keys("/", *"kind:wake", "Escape", "/", *"kind:wake")
    browser.run("document.activeElement.blur()")
    browser.keys("e")
    equal(rows(browser), [line["n"] for line in lines_of(ECHO)[1:] if line["kind"] == "wake"], "rows")
    browser.keys("e")
    equal(rows(browser), before, "rows after")


@case("h hides a task and what it does, s shows it again; c folds a host into one lane")
def _(browser):
    browser.open(page_of(ECHO))
    before, lanes = rows(browser), browser.run("return rill.current.layout.lanes.length")
    browser.run("rill.current.select(rill.runs[0].events.find((e) => e.task === 'client#3' && e.kind === 'send').i)")
    browser.keys("h")
    equal(browser.run("return rill.current.layout.lanes.length"), lanes - 1, "lanes")
    hidden = browser.run("return rill.current.folded.rows.filter((i) => rill.runs[0].events[i].task === 'client#3').length")
    equal(hidden, 0, "rows of the hidden task")
    assert "Hidden by you: client#3." in browser.text("#rest"), browser.text("#rest")
    browser.keys("s")
    equal(rows(browser), before, "rows after s")
    browser.keys("c")
    equal(browser.run("return rill.current.layout.lanes.filter((lane) => lane.host === 'client').length"), 1, "lanes of the host")


@case("o unfolds what is before a row, and it says what is folded")
def _(browser):
    browser.open(page_of(ECHO))
    row = browser.run("return rill.current.folded.hidden_before.findIndex((n) => n > 1)")
    hidden = browser.run("return rill.current.folded.hidden_before[arguments[0]]", row)
    before = rows(browser)
    browser.run("rill.current.select_row(arguments[0])", row)
    browser.keys("o")
    equal(len(rows(browser)), len(before) + hidden, "rows")
    assert "Folded: %d events of" % (len(lines_of(ECHO)) - 2 - len(before) - hidden) in browser.text("#rest"), browser.text("#rest")


@case("a link selects its event, #fail the first failure, and the address follows the cursor")
def _(browser):
    url = page_of(ECHO)
    browser.open(url + "#n=33")
    equal(cursor(browser), 33, "#n=33")
    browser.open(url + "#fail")
    fail = next(line["n"] for line in lines_of(ECHO)[1:] if line["kind"] == "property" and not line["holds"])
    equal(cursor(browser), fail, "#fail")
    browser.keys("p")
    equal(browser.run("return location.hash"), "#n=%d" % cursor(browser), "the address")
    browser.open(url + "#n=12")  # a step, which is folded
    assert 12 in rows(browser), "a linked event has no row"


@case("f goes to the first failure and then to the next; verdicts say what holds")
def _(browser):
    browser.open(page_of(ECHO) + "#n=1")
    assert "not asked yet" in browser.text("#verdicts"), browser.text("#verdicts")
    browser.keys("f")
    fails = [l["n"] for l in lines_of(ECHO)[1:] if (l["kind"] == "property" and not l["holds"]) or l["kind"] == "run_fails"]
    equal(cursor(browser), fails[0], "first")
    assert "✓ every line comes back" in browser.text("#verdicts"), browser.text("#verdicts")
    assert "✗ nobody waits for ever" in browser.text("#verdicts"), browser.text("#verdicts")
    browser.keys("f")
    equal(cursor(browser), fails[1], "second")


@case("d goes to the next decision")
def _(browser):
    browser.open(page_of(ECHO) + "#n=1")
    decisions = [line["n"] for line in lines_of(ECHO)[1:] if line["kind"] == "decide"]
    browser.keys("d", "d")
    equal(cursor(browser), decisions[1], "second decision")


@case("the axis of time puts events where their time is")
def _(browser):
    browser.open(page_of(ECHO) + "#n=77")
    browser.keys("a")
    ys = browser.run("const p = rill.current; return p.folded.rows.map((i) => [p.run.events[i].t, p.y_of(i)])")
    (t1, y1), (t2, y2) = ys[0], ys[-1]
    for t, y in ys:
        assert abs((y - y1) * (t2 - t1) - (t - t1) * (y2 - y1)) <= 1e-6 * (t2 - t1) * (y2 - y1), (t, y)
    equal(cursor(browser), 77, "the cursor")
    browser.keys("a")
    equal(browser.run("return rill.current.axis"), "steps", "and back")


@case("a page that is made for time opens with it, and its button and the key know")
def _(browser):
    state = "return [rill.current.axis, document.getElementById('axis').textContent]"
    browser.open(page_of(ECHO, kind="--time-html"))
    equal(browser.run(state), ["time", "axis: time"], "as it opens")
    browser.keys("a")
    equal(browser.run(state), ["steps", "axis: steps"], "after the key")
    browser.open(page_of(ECHO))
    equal(browser.run(state), ["steps", "axis: steps"], "another page")


@case("light and dark follow the system, and the key m turns them round")
def _(browser):
    paper = "return getComputedStyle(document.body).backgroundColor"
    browser.prefer("light")
    browser.open(page_of(ECHO))
    light = browser.run(paper)
    browser.prefer("dark")
    dark = browser.run(paper)
    assert light != dark, light
    browser.keys("m")
    equal(browser.run(paper), light, "after m")
    browser.prefer("light")
    equal(browser.run(paper), light, "as the reader chose")


@case("everything is done by keys alone: the twin, the help, the panel, zoom")
def _(browser):
    browser.open(page_of(ECHO))
    browser.keys("t")
    equal(browser.run("return document.activeElement.id"), "twin", "focus")
    browser.keys("Escape")
    equal(browser.run("return document.getElementById('twin').hidden"), True, "twin after Escape")
    browser.keys("?")
    assert "next row" in browser.text("#keys"), "no help"
    equal(browser.run("return document.activeElement.tagName"), "H2", "the focus in the help, which begins there")
    browser.keys("?")
    equal(browser.run("return document.getElementById('help').open"), False, "help")
    before = browser.run("return rill.current.row_height")
    browser.keys("+")
    assert browser.run("return rill.current.row_height") > before, "no zoom"
    reached = set()
    for _ in range(80):
        browser.keys("Tab")
        reached.add(browser.run("return document.activeElement.id"))
    assert {"query", "only", "level", "axis", "left", "slider"} <= reached, reached


run_cases()
